//! Which deviations from the standards are borne with; each one is a switch, and each one met is recorded.
//!
//! RFC 3417, section 8, lets senders choose among encodings that DER would not, and devices in the field go further
//! than that. A client that refuses them leaves its operator without data; one that swallows them unseen hides a
//! fault of the device. So everything tolerated has a name here, can be switched off alone, and is reported.

use std::fmt;

use super::error::{DecodeError, DecodeErrorKind};

/// One way in which octets may differ from what a strict encoder writes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Deviation {
    /// A length in more octets than it needs, such as `82 00 05`. RFC 3417, section 8, allows it.
    PaddedLength,
    /// An integer in more octets than it needs (X.690, section 8.3.2), such as `02 02 00 05`.
    PaddedInteger,
    /// An integer of no octets at all; read as 0.
    EmptyInteger,
    /// An unsigned number without the leading 00 that its top bit calls for, such as `41 04 FF FF FF FF`; its octets
    /// are taken as unsigned, as net-snmp does.
    NegativeUnsigned,
    /// An integer of more than the 32 bits of its type. An `INTEGER` value up to 4294967295 becomes a `Gauge32`, so
    /// that the number is right; everything else is taken modulo 2^32, as net-snmp takes what is positive.
    WideInteger,
    /// An object identifier of no octets at all; read as `0.0` (net-snmp makes a single 0 of it).
    EmptyOid,
    /// A sub-identifier with leading 80 octets (X.690, section 8.19.2).
    PaddedArc,
    /// A `NULL` with content, which is ignored.
    NullContent,
    /// One of the three exceptions with content, which is ignored.
    ExceptionContent,
    /// A type that `SNMPv2` had and lost: `UInteger32` (47) as itself, `NsapAddress` (45) and `BIT STRING` (03) as
    /// the octets of an `OCTET STRING`.
    WithdrawnType,
    /// A `Counter64` or an exception in an `SNMPv1` message, which agents send that answer every version alike.
    NewTypeInV1,
    /// A `GetBulkRequest`, `InformRequest`, `SNMPv2-Trap` or `Report` in an `SNMPv1` message.
    NewPduInV1,
    /// The `Trap` of RFC 1157 in an `SNMPv2c` message.
    OldTrapInV2c,
    /// A negative error-index; read as 0.
    NegativeErrorIndex,
    /// An engine's identifier of 1 to 4 octets (RFC 3411, section 5, `SnmpEngineID`, has 5 to 32).
    ShortEngineId,
    /// Octets after the last field within the message or within its PDU; ignored, as net-snmp does.
    TrailingFields,
    /// Octets of the datagram after the message; ignored, as net-snmp does.
    TrailingOctets,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::PaddedLength,
        Self::PaddedInteger,
        Self::EmptyInteger,
        Self::NegativeUnsigned,
        Self::WideInteger,
        Self::EmptyOid,
        Self::PaddedArc,
        Self::NullContent,
        Self::ExceptionContent,
        Self::WithdrawnType,
        Self::NewTypeInV1,
        Self::NewPduInV1,
        Self::OldTrapInV2c,
        Self::NegativeErrorIndex,
        Self::ShortEngineId,
        Self::TrailingFields,
        Self::TrailingOctets,
    ];

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PaddedLength => "a length in more octets than it needs",
            Self::PaddedInteger => "an integer in more octets than it needs",
            Self::EmptyInteger => "an integer without octets",
            Self::NegativeUnsigned => "an unsigned number written as a negative one",
            Self::WideInteger => "an integer of more than 32 bits",
            Self::EmptyOid => "an object identifier without octets",
            Self::PaddedArc => "a sub-identifier in more octets than it needs",
            Self::NullContent => "a NULL with content",
            Self::ExceptionContent => "an exception with content",
            Self::WithdrawnType => "a type that SNMP no longer has",
            Self::NewTypeInV1 => "a value that SNMPv1 does not have",
            Self::NewPduInV1 => "a PDU that SNMPv1 does not have",
            Self::OldTrapInV2c => "an SNMPv1 Trap in SNMPv2c",
            Self::NegativeErrorIndex => "a negative error-index",
            Self::ShortEngineId => "an engine identifier of fewer than 5 octets",
            Self::TrailingFields => "octets after the last field",
            Self::TrailingOctets => "octets after the message",
        })
    }
}

/// The switches: which deviations are borne with. A client's default is [`Lenient::all`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lenient(u32);

impl Lenient {
    /// Bears with every [`Deviation`].
    pub const fn all() -> Self {
        let mut switches = Self::none();
        let mut n = 0;
        while n < Deviation::ALL.len() {
            switches = switches.with(Deviation::ALL[n]);
            n += 1;
        }
        switches
    }

    /// Bears with what the standards allow and nothing else: [`Deviation::PaddedLength`].
    pub const fn standard() -> Self {
        Self::none().with(Deviation::PaddedLength)
    }

    /// Bears with nothing: every field in its shortest encoding, and nothing out of place.
    pub const fn none() -> Self {
        Self(0)
    }

    /// The same with one switch on.
    #[must_use]
    pub const fn with(self, deviation: Deviation) -> Self {
        Self(self.0 | deviation.bit())
    }

    /// The same with one switch off.
    #[must_use]
    pub const fn without(self, deviation: Deviation) -> Self {
        Self(self.0 & !deviation.bit())
    }

    /// Whether this one is borne with.
    pub const fn tolerates(self, deviation: Deviation) -> bool {
        self.0 & deviation.bit() != 0
    }
}

impl Default for Lenient {
    fn default() -> Self {
        Self::all()
    }
}

/// What was tolerated in one message.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Deviations(u32);

impl Deviations {
    /// Whether the message was all that it should be.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this one was met.
    pub const fn contains(self, deviation: Deviation) -> bool {
        self.0 & deviation.bit() != 0
    }

    /// Those met, in the order of [`Deviation::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Deviation> {
        Deviation::ALL.into_iter().filter(move |deviation| self.contains(*deviation))
    }

    /// These and those of `other`: what was met in several messages.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for Deviations {
    /// Writes what was met, with commas between; nothing when nothing was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, deviation) in self.iter().enumerate() {
            if n > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{deviation}")?;
        }
        Ok(())
    }
}

/// The switches and the record of one message, as its readers pass them along.
#[derive(Debug)]
pub(crate) struct Tolerance {
    lenient: Lenient,
    met: Deviations,
}

impl Tolerance {
    pub(crate) fn new(lenient: Lenient) -> Self {
        Self { lenient, met: Deviations::default() }
    }

    /// Records `deviation`, or refuses it at octet `at` when its switch is off.
    #[cold]
    pub(crate) fn bear(&mut self, deviation: Deviation, at: usize) -> Result<(), DecodeError> {
        if !self.lenient.tolerates(deviation) {
            return Err(DecodeError { at, kind: DecodeErrorKind::NotTolerated(deviation) });
        }
        self.met.0 |= deviation.bit();
        Ok(())
    }

    pub(crate) fn met(&self) -> Deviations {
        self.met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_has_a_bit_of_its_own_and_turns_alone() {
        for (n, deviation) in Deviation::ALL.into_iter().enumerate() {
            assert_eq!(deviation as usize, n, "ALL is complete and in order");
            assert!(Lenient::all().tolerates(deviation));
            assert!(!Lenient::none().tolerates(deviation));
            for other in Deviation::ALL {
                assert_eq!(Lenient::none().with(deviation).tolerates(other), other == deviation);
                assert_eq!(Lenient::all().without(deviation).tolerates(other), other != deviation);
            }
        }
        assert_eq!(Lenient::default(), Lenient::all());
    }

    #[test]
    fn what_was_met_is_recorded_and_said() {
        let mut tolerance = Tolerance::new(Lenient::all().without(Deviation::EmptyOid));
        assert!(tolerance.met().is_empty());
        tolerance.bear(Deviation::TrailingOctets, 9).unwrap();
        tolerance.bear(Deviation::PaddedLength, 3).unwrap();
        let refused = tolerance.bear(Deviation::EmptyOid, 7).unwrap_err();
        assert_eq!(refused.to_string(), "octet 7: an object identifier without octets");
        let met = tolerance.met();
        assert_eq!(met.iter().collect::<Vec<_>>(), [Deviation::PaddedLength, Deviation::TrailingOctets]);
        assert_eq!(met.to_string(), "a length in more octets than it needs, octets after the message");
        assert_eq!(met.union(Deviations::default()), met);
    }
}
