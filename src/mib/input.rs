//! Values as users type them for an object that is known: what its definition adds to the plain notations.

use super::{
    facts::{Base, Facts, Range},
    hint,
    index::Checks,
    scan,
};
use crate::value::{Octets, Value};

/// Octets of the longest string that bits are made into.
const BITS_OCTETS: usize = 65_535;

/// What a value's notation says that it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notation {
    /// `i`: INTEGER.
    Integer,
    /// `u`: Gauge32 or Unsigned32.
    Unsigned,
    /// `3`: `UInteger32`.
    UInteger32,
    /// `c`: Counter32.
    Counter32,
    /// `C`: Counter64.
    Counter64,
    /// `t`: `TimeTicks`.
    TimeTicks,
    /// `a`: `IpAddress`.
    Address,
    /// `o`: OBJECT IDENTIFIER.
    ObjectIdentifier,
    /// `s`: OCTET STRING as text.
    Text,
    /// `x`: OCTET STRING in hexadecimal.
    Hex,
    /// `d`: OCTET STRING as decimal octets.
    Decimal,
    /// `b`: BITS.
    Bits,
}

impl Notation {
    /// What `=` stands for; `None` for an object to which net-snmp gives no value by this.
    pub const fn of(base: Base) -> Option<Self> {
        Some(match base {
            Base::Integer | Base::Integer32 => Self::Integer,
            Base::Gauge32 | Base::Unsigned32 => Self::Unsigned,
            Base::UInteger32 => Self::UInteger32,
            Base::Counter32 => Self::Counter32,
            Base::Counter64 => Self::Counter64,
            Base::TimeTicks => Self::TimeTicks,
            Base::OctetString => Self::Text,
            Base::Bits => Self::Bits,
            Base::IpAddress => Self::Address,
            Base::ObjectIdentifier => Self::ObjectIdentifier,
            Base::NetworkAddress | Base::NsapAddress | Base::Opaque | Base::Null | Base::Other => {
                return None;
            }
        })
    }

    /// Whether an object of this type takes such a value.
    fn suits(self, facts: &Facts<'_>) -> bool {
        match (self, facts.base) {
            (Self::Text | Self::Hex | Self::Decimal, Base::OctetString | Base::Bits) => true,
            (Self::Bits, Base::Bits) => !facts.labels.is_empty(),
            (notation, base) => notation != Self::Bits && Self::of(base) == Some(notation),
        }
    }

    const fn type_name(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Unsigned => "Unsigned32",
            Self::UInteger32 => "UInteger32",
            Self::Counter32 => "Counter32",
            Self::Counter64 => "Counter64",
            Self::TimeTicks => "Timeticks",
            Self::Address => "IpAddress",
            Self::ObjectIdentifier => "OBJECT IDENTIFIER",
            Self::Text | Self::Hex | Self::Decimal => "OCTET STRING",
            Self::Bits => "BITS",
        }
    }
}

/// Why an object does not take a value; the text is net-snmp's, for after the object's name and a colon.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InputError {
    /// The object has another type.
    #[error("Bad variable type (Type of attribute is {attribute}, not {given})")]
    Type {
        /// The object's.
        attribute: &'static str,
        /// The value's.
        given: &'static str,
    },
    /// Not the notation of the type.
    #[error("Bad value notation ({0})")]
    Notation(String),
    /// A number, a size or a label that the object does not have; with the ranges, if it has some.
    #[error("Value out of range ({0})")]
    Range(String),
}

/// Reads a value by what is known of its object.
///
/// `None`: the object takes values of this notation, and its definition has nothing to say of this one. Of numbers,
/// only those of notation `i` are held against ranges, as with net-snmp. After reading `x` and `d`, [`check_size`].
///
/// # Errors
///
/// [`InputError`]. Numbers beyond 32 bits, which net-snmp sends as they are, are out of range, and so are bits beyond
/// the longest string, of which net-snmp dies.
pub fn read(
    facts: &Facts<'_>,
    notation: Notation,
    text: &[u8],
    checks: Checks,
) -> Result<Option<Value>, InputError> {
    if checks.ranges && facts.base != Base::Other && !notation.suits(facts) {
        return Err(InputError::Type { attribute: attribute(facts.base), given: notation.type_name() });
    }
    match notation {
        Notation::Integer => integer(facts, text, checks).map(|number| Some(Value::Integer32(number))),
        Notation::Text => string(facts, text, checks).map(|octets| Some(Value::OctetString(octets.into()))),
        Notation::Bits => bits(facts, text).map(|octets| Some(Value::OctetString(Octets::from(octets)))),
        Notation::Unsigned
        | Notation::UInteger32
        | Notation::Counter32
        | Notation::Counter64
        | Notation::TimeTicks
        | Notation::Address
        | Notation::ObjectIdentifier
        | Notation::Hex
        | Notation::Decimal => Ok(None),
    }
}

/// Whether an object takes a string of this size.
///
/// # Errors
///
/// [`InputError::Range`] with the sizes that it takes.
pub fn check_size(facts: &Facts<'_>, octets: usize, checks: Checks) -> Result<(), InputError> {
    in_ranges(facts, octets, checks, "Bad string length")
}

fn integer(facts: &Facts<'_>, text: &[u8], checks: Checks) -> Result<i32, InputError> {
    let shown = || String::from_utf8_lossy(text).into_owned();
    if text.is_empty() {
        return Err(InputError::Notation(shown()));
    }
    let read = scan::number(text, 10);
    let number = if read.used == text.len() {
        read.value
    } else {
        i64::from(facts.labels.number_of(text).ok_or_else(|| InputError::Range(shown()))?)
    };
    if checks.ranges && !allows(facts.ranges, number) {
        return Err(out_of_range(&shown(), facts.ranges));
    }
    i32::try_from(number).map_err(|_| InputError::Range(shown()))
}

/// Text by the hint if it follows the hint, else as it is.
fn string(facts: &Facts<'_>, text: &[u8], checks: Checks) -> Result<Vec<u8>, InputError> {
    if let Some(hint) = facts.hint.filter(|_| checks.hints)
        && let Ok(octets) = hint::parse_octets(hint, text)
    {
        in_ranges(facts, octets.len(), checks, "Value does not match DISPLAY-HINT")?;
        return Ok(octets);
    }
    check_size(facts, text.len(), checks)?;
    Ok(text.to_vec())
}

/// Numbers and labels of bits with blanks, tabs or commas between them, in as many octets as the labels need.
fn bits(facts: &Facts<'_>, text: &[u8]) -> Result<Vec<u8>, InputError> {
    let labelled =
        (0..).map_while(|at| facts.labels.label(at)).filter_map(|(_, bit)| usize::try_from(bit).ok());
    let octets = labelled.map(|bit| bit / 8 + 1).max().unwrap_or(0);
    let mut string = vec![0_u8; octets.min(BITS_OCTETS)];
    for part in text.split(|octet| matches!(octet, b' ' | b',' | b'\t')).filter(|part| !part.is_empty()) {
        let range = || InputError::Range(String::from_utf8_lossy(part).into_owned());
        let read = scan::number(part, 0);
        let bit = if read.used == part.len() {
            usize::try_from(read.unsigned).ok()
        } else {
            facts.labels.number_of(part).and_then(|bit| usize::try_from(bit).ok())
        };
        let bit = bit.filter(|bit| bit / 8 < BITS_OCTETS).ok_or_else(range)?;
        if string.len() <= bit / 8 {
            string.resize(bit / 8 + 1, 0);
        }
        string[bit / 8] |= 0x80 >> (bit % 8);
    }
    Ok(string)
}

fn in_ranges(facts: &Facts<'_>, octets: usize, checks: Checks, words: &str) -> Result<(), InputError> {
    let octets = i64::try_from(octets).unwrap_or(i64::MAX);
    if checks.ranges && !allows(facts.ranges, octets) {
        return Err(out_of_range(words, facts.ranges));
    }
    Ok(())
}

fn allows(ranges: &[Range], number: i64) -> bool {
    ranges.is_empty() || ranges.iter().any(|range| (range.0..=range.1).contains(&number))
}

fn out_of_range(words: &str, ranges: &[Range]) -> InputError {
    let range =
        |(low, high): &Range| if low == high { format!("({low})") } else { format!("({low}..{high})") };
    let ranges: Vec<_> = ranges.iter().map(range).collect();
    InputError::Range(format!("{words} :: {{{}}}", ranges.join(", ")))
}

/// How net-snmp calls an object's type in these messages.
const fn attribute(base: Base) -> &'static str {
    match base {
        Base::Integer => "INTEGER",
        Base::Integer32 => "Integer32",
        Base::Unsigned32 => "Unsigned32",
        Base::Gauge32 => "Gauge32",
        Base::Counter32 => "Counter32",
        Base::Counter64 => "Counter64",
        Base::TimeTicks => "Timeticks",
        Base::IpAddress => "IpAddress",
        Base::NetworkAddress => "NetworkAddress",
        Base::NsapAddress => "NsapAddress",
        Base::OctetString => "OCTET STRING",
        Base::ObjectIdentifier => "OBJECT IDENTIFIER",
        Base::Opaque => "Opaque",
        Base::Bits => "BITS",
        Base::UInteger32 => "UInteger",
        Base::Null => "Null",
        Base::Other => "TYPE_0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_held_against_what_is_read() {
        let facts = Facts { hint: Some(b"1x:"), ranges: &[(2, 2), (4, 8)], ..Facts::new(Base::OctetString) };
        let read = |text: &str, checks| read(&facts, Notation::Text, text.as_bytes(), checks);
        let octets = |octets: &[u8]| Ok(Some(Value::OctetString(octets.into())));
        assert_eq!(read("0:1b", Checks::default()), octets(&[0, 0x1b]));
        assert_eq!(
            read("0:1b:21", Checks::default()).unwrap_err().to_string(),
            "Value out of range (Value does not match DISPLAY-HINT :: {(2), (4..8)})"
        );
        assert_eq!(
            read("zzz", Checks::default()).unwrap_err().to_string(),
            "Value out of range (Bad string length :: {(2), (4..8)})"
        );
        assert_eq!(read("0:1b:21", Checks { ranges: false, hints: true }), octets(&[0, 0x1b, 0x21]));
        assert_eq!(read("0:1b", Checks { ranges: true, hints: false }), octets(b"0:1b"));
    }
}
