//! What a module says of one object, as far as its values are concerned.

/// The type that an object's syntax comes down to, through all its textual conventions.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Base {
    /// `INTEGER`, with or without an enumeration.
    Integer,
    /// `Integer32`.
    Integer32,
    /// `Unsigned32`.
    Unsigned32,
    /// `Gauge32`, and `Gauge` of `SMIv1`.
    Gauge32,
    /// `Counter32`, and `Counter` of `SMIv1`.
    Counter32,
    /// `Counter64`.
    Counter64,
    /// `TimeTicks`.
    TimeTicks,
    /// `IpAddress`.
    IpAddress,
    /// `NetworkAddress` of `SMIv1` (RFC 1155, section 3.2.3.1).
    NetworkAddress,
    /// `NsapAddress` (RFC 1442, withdrawn by RFC 1902).
    NsapAddress,
    /// `OCTET STRING`.
    OctetString,
    /// `OBJECT IDENTIFIER`.
    ObjectIdentifier,
    /// `Opaque`.
    Opaque,
    /// `BITS`.
    Bits,
    /// `UInteger32` (RFC 1442, withdrawn by RFC 1902).
    UInteger32,
    /// `NULL`.
    Null,
    /// None of these: a node without a syntax, a table, a row, or an object that was not understood.
    #[default]
    Other,
}

impl Base {
    /// net-snmp's own number of the type, which some of its messages and reports have.
    pub const fn type_number(self) -> u8 {
        match self {
            Self::Other => 0,
            Self::ObjectIdentifier => 1,
            Self::OctetString => 2,
            Self::Integer => 3,
            Self::NetworkAddress => 4,
            Self::IpAddress => 5,
            Self::Counter32 => 6,
            Self::Gauge32 => 7,
            Self::TimeTicks => 8,
            Self::Opaque => 9,
            Self::Null => 10,
            Self::Counter64 => 11,
            Self::Bits => 12,
            Self::NsapAddress => 13,
            Self::UInteger32 => 14,
            Self::Unsigned32 => 15,
            Self::Integer32 => 16,
        }
    }
}

/// An enumeration's or a `BITS`' labels, in the order of the module.
///
/// The order matters: the first label of a number is the one that net-snmp writes, and its text of `BITS` goes
/// through the list only once.
pub trait Labels {
    /// The label at a place and its number; `None` from the end on.
    fn label(&self, at: usize) -> Option<(&str, i32)>;

    /// The first label of a number.
    fn name_of(&self, number: i32) -> Option<&str> {
        (0..).map_while(|at| self.label(at)).find(|(_, known)| *known == number).map(|(name, _)| name)
    }

    /// The number of a label.
    fn number_of(&self, name: &[u8]) -> Option<i32> {
        (0..)
            .map_while(|at| self.label(at))
            .find(|(known, _)| known.as_bytes() == name)
            .map(|(_, number)| number)
    }

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.label(0).is_none()
    }
}

impl<T: AsRef<str>> Labels for Vec<(T, i32)> {
    fn label(&self, at: usize) -> Option<(&str, i32)> {
        self.get(at).map(|(name, number)| (name.as_ref(), *number))
    }
}

impl<T: AsRef<str>, const N: usize> Labels for [(T, i32); N] {
    fn label(&self, at: usize) -> Option<(&str, i32)> {
        self.get(at).map(|(name, number)| (name.as_ref(), *number))
    }
}

/// No labels.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NoLabels;

impl Labels for NoLabels {
    fn label(&self, _: usize) -> Option<(&str, i32)> {
        None
    }
}

/// Numbers, or sizes in octets, that a syntax allows: from the first to the second, both included.
pub type Range = (i64, i64);

/// What is known of an object's type.
///
/// To be equal with net-snmp, these are filled as its parser does: what a syntax says itself (labels, ranges) takes
/// the place of what its textual convention says, and is not put beside it; a convention made from another one
/// inherits neither its hint nor its ranges and labels.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The type.
    pub base: Base,
    /// Labels of an enumeration or of `BITS`.
    pub labels: &'a dyn Labels,
    /// The DISPLAY-HINT; leave it out where `-Ih` or `noDisplayHint` is in force.
    pub hint: Option<&'a [u8]>,
    /// The UNITS.
    pub units: Option<&'a [u8]>,
    /// Numbers or sizes that are allowed; none are no restriction.
    pub ranges: &'a [Range],
}

impl Facts<'_> {
    /// A type of which nothing else is known.
    pub const fn new(base: Base) -> Self {
        Facts { base, labels: &NoLabels, hint: None, units: None, ranges: &[] }
    }

    /// The one size that strings of this type have, in octets, when there is only one.
    pub fn fixed_octets(&self) -> Option<usize> {
        match self.ranges {
            [(low, high)] if low == high => usize::try_from(*low).ok(),
            _ => None,
        }
    }
}

impl Default for Facts<'_> {
    fn default() -> Self {
        Self::new(Base::Other)
    }
}

impl std::fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels: Vec<_> = (0..).map_while(|at| self.labels.label(at)).collect();
        f.debug_struct("Facts")
            .field("base", &self.base)
            .field("labels", &labels)
            .field("hint", &self.hint.map(|hint| hint.escape_ascii().to_string()))
            .field("units", &self.units.map(|units| units.escape_ascii().to_string()))
            .field("ranges", &self.ranges)
            .finish()
    }
}
