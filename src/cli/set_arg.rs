//! snmpset's TYPE and VALUE: text to a [`Value`], and net-snmp's words for what is none.

use std::net::Ipv4Addr;

use crate::{
    config::{
        MibSettings,
        number::{self, float},
    },
    mib::{
        Library,
        input::{self, InputError, Notation},
        object::Object,
    },
    oid::Oid,
    value::{Octets, Value},
};

use super::oid_arg;

/// Octets of the longest string that a BITS value is made into.
const BITS_OCTETS: usize = 65_535;

/// A type letter of snmpset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SetType {
    /// `i`: INTEGER.
    Integer,
    /// `u`: Gauge32 or Unsigned32.
    Unsigned,
    /// `t`: TimeTicks, in hundredths of a second.
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
    /// `b`: BITS, the numbers of the bits that are set.
    Bits,
    /// `=`: the type that the MIB has.
    FromMib,
    /// `n`: NULL.
    Null,
    /// `3`: `UInteger32`.
    UInteger32,
    /// `U`: Opaque, an unsigned number of 64 bits.
    OpaqueUnsigned,
    /// `I`: Opaque, a signed number of 64 bits.
    OpaqueSigned,
    /// `F`: Opaque, a float.
    OpaqueFloat,
    /// `D`: Opaque, a double.
    OpaqueDouble,
}

impl SetType {
    /// Reads the first letter; what follows it is not looked at, as with net-snmp.
    ///
    /// # Errors
    ///
    /// The letter that is no type; a blank for no letter at all.
    pub fn parse(text: &str) -> Result<Self, char> {
        match text.chars().next().unwrap_or(' ') {
            'i' => Ok(Self::Integer),
            'u' => Ok(Self::Unsigned),
            't' => Ok(Self::TimeTicks),
            'a' => Ok(Self::Address),
            'o' => Ok(Self::ObjectIdentifier),
            's' => Ok(Self::Text),
            'x' => Ok(Self::Hex),
            'd' => Ok(Self::Decimal),
            'b' => Ok(Self::Bits),
            '=' => Ok(Self::FromMib),
            'n' => Ok(Self::Null),
            '3' => Ok(Self::UInteger32),
            'U' => Ok(Self::OpaqueUnsigned),
            'I' => Ok(Self::OpaqueSigned),
            'F' => Ok(Self::OpaqueFloat),
            'D' => Ok(Self::OpaqueDouble),
            other => Err(other),
        }
    }
}

/// Why text is no value of its type; the text goes after the object's name and a colon.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SetError {
    /// Not the type's notation.
    #[error("Bad value notation ({0})")]
    Notation(String),
    /// No number, or one that the type cannot hold.
    #[error("Value out of range ({0})")]
    Range(String),
    /// The type comes from the MIB, which does not know the object.
    #[error("Bad variable type (\"=\")")]
    NoType,
    /// Not what the MIB says that the object takes.
    #[error(transparent)]
    Refused(#[from] InputError),
    /// No object identifier.
    #[error("Unknown Object Identifier{}", .0.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default())]
    UnknownOid(Option<String>),
}

/// Reads `octets` as a value of `kind` for an object, of which the names that count may know its type, its labels, its
/// ranges and its DISPLAY-HINT.
///
/// # Errors
///
/// [`SetError`], whose text is net-snmp's.
pub fn value(
    object: &Oid,
    kind: SetType,
    octets: &[u8],
    settings: &MibSettings,
    library: &mut Library,
) -> Result<Value, SetError> {
    let known = library.view().object(object).map(|(definition, _)| Object::of(definition));
    let Some(known) = known else { return plain(kind, octets, settings, library) };
    let (facts, checks) = (known.facts(), oid_arg::checks(settings));
    let notation = match kind {
        SetType::FromMib => Some(Notation::of(facts.base).ok_or(SetError::NoType)?),
        kind => notation(kind),
    };
    let Some(notation) = notation else { return plain(kind, octets, settings, library) };
    if let Some(value) = input::read(&facts, notation, octets, checks)? {
        return Ok(value);
    }
    let value = match notation {
        Notation::Counter32 => Value::Counter32(unsigned(octets)?),
        Notation::Counter64 => Value::Counter64(unsigned_64(octets)?),
        notation => plain(of_notation(notation), octets, settings, library)?,
    };
    if let (Notation::Hex | Notation::Decimal, Value::OctetString(string)) = (notation, &value) {
        input::check_size(&facts, string.len(), checks)?;
    }
    Ok(value)
}

/// What a type is to an object; `None` for those that net-snmp holds against no object.
const fn notation(kind: SetType) -> Option<Notation> {
    Some(match kind {
        SetType::Integer => Notation::Integer,
        SetType::Unsigned => Notation::Unsigned,
        SetType::TimeTicks => Notation::TimeTicks,
        SetType::Address => Notation::Address,
        SetType::ObjectIdentifier => Notation::ObjectIdentifier,
        SetType::Text => Notation::Text,
        SetType::Hex => Notation::Hex,
        SetType::Decimal => Notation::Decimal,
        SetType::Bits => Notation::Bits,
        SetType::UInteger32 => Notation::UInteger32,
        SetType::FromMib
        | SetType::Null
        | SetType::OpaqueUnsigned
        | SetType::OpaqueSigned
        | SetType::OpaqueFloat
        | SetType::OpaqueDouble => return None,
    })
}

/// The type letter of a notation that has one.
const fn of_notation(notation: Notation) -> SetType {
    match notation {
        Notation::Integer => SetType::Integer,
        Notation::Unsigned | Notation::Counter32 | Notation::Counter64 => SetType::Unsigned,
        Notation::UInteger32 => SetType::UInteger32,
        Notation::TimeTicks => SetType::TimeTicks,
        Notation::Address => SetType::Address,
        Notation::ObjectIdentifier => SetType::ObjectIdentifier,
        Notation::Text => SetType::Text,
        Notation::Hex => SetType::Hex,
        Notation::Decimal => SetType::Decimal,
        Notation::Bits => SetType::Bits,
    }
}

/// Reads a value by its type alone.
fn plain(
    kind: SetType,
    octets: &[u8],
    settings: &MibSettings,
    library: &mut Library,
) -> Result<Value, SetError> {
    let shown = || String::from_utf8_lossy(octets).into_owned();
    let notation = || SetError::Notation(shown());
    let opaque = |octets: Vec<u8>| Value::Opaque(Octets::from(octets));
    Ok(match kind {
        SetType::Integer => Value::Integer32(integer(octets)?),
        SetType::Unsigned => Value::Gauge32(unsigned(octets)?),
        SetType::TimeTicks => Value::TimeTicks(unsigned(octets)?),
        SetType::UInteger32 => Value::UInteger32(unsigned(octets)?),
        SetType::Address => Value::IpAddress(address(octets).ok_or_else(notation)?),
        SetType::ObjectIdentifier => {
            let reading = oid_arg::read(octets, settings, library)
                .map_err(|unknown| SetError::UnknownOid(unknown.detail))?;
            Value::ObjectIdentifier(reading.oid)
        }
        SetType::Text => Value::OctetString(Octets::from(octets)),
        SetType::Hex => Value::OctetString(Octets::from(number::hex(octets).ok_or_else(notation)?)),
        SetType::Decimal => Value::OctetString(Octets::from(decimal(octets).ok_or_else(notation)?)),
        SetType::Bits => Value::OctetString(Octets::from(bits(octets)?)),
        SetType::FromMib => return Err(SetError::NoType),
        SetType::Null => Value::Null,
        SetType::OpaqueUnsigned => {
            let mut wide = vec![0];
            wide.extend(unsigned_64(octets)?.to_be_bytes());
            opaque(wrapped(0x7b, shortest(&wide)))
        }
        SetType::OpaqueSigned => {
            let read = number::signed(octets, 10);
            if read.used == 0 || read.used != octets.len() || !begins_number(octets) {
                return Err(notation());
            }
            if read.overflow {
                return Err(SetError::Range(shown()));
            }
            opaque(wrapped(0x7a, shortest(&read.value.to_be_bytes())))
        }
        SetType::OpaqueFloat => opaque(wrapped(0x78, &single(real(octets)?).to_be_bytes())),
        SetType::OpaqueDouble => opaque(wrapped(0x79, &real(octets)?.to_be_bytes())),
    })
}

/// An unsigned number of 64 bits.
fn unsigned_64(octets: &[u8]) -> Result<u64, SetError> {
    let shown = || String::from_utf8_lossy(octets).into_owned();
    let read = number::unsigned(octets, 10);
    if read.used == 0 || read.used != octets.len() || !begins_number(octets) {
        return Err(SetError::Notation(shown()));
    }
    if read.overflow { Err(SetError::Range(shown())) } else { Ok(read.value) }
}

/// Whether the text begins with a digit or a minus: the numbers of 64 bits know neither white space nor a plus.
fn begins_number(octets: &[u8]) -> bool {
    octets.first().is_some_and(|first| first.is_ascii_digit() || *first == b'-')
}

/// An INTEGER: -2147483648 to 2147483647.
///
/// net-snmp sends what does not fit in more octets than the type has, or cuts it; here it is refused.
fn integer(octets: &[u8]) -> Result<i32, SetError> {
    let shown = || String::from_utf8_lossy(octets).into_owned();
    if octets.is_empty() {
        return Err(SetError::Notation(shown()));
    }
    let read = number::signed(octets, 10);
    let range = || SetError::Range(shown());
    if read.used != octets.len() {
        return Err(range());
    }
    i32::try_from(read.value).map_err(|_| range())
}

/// An unsigned number of 32 bits; a negative one of 32 bits wraps around, as with net-snmp.
fn unsigned(octets: &[u8]) -> Result<u32, SetError> {
    let shown = || String::from_utf8_lossy(octets).into_owned();
    let read = number::signed(octets, 10);
    if read.used == 0 || read.used != octets.len() {
        return Err(SetError::Notation(shown()));
    }
    let wrapped = i32::try_from(read.value).ok().filter(|value| *value < 0).map(i32::cast_unsigned);
    wrapped.or_else(|| u32::try_from(read.value).ok()).ok_or_else(|| SetError::Range(shown()))
}

/// An IPv4 address in the forms of `inet_aton`: one to four numbers in C's notation, the last filling the rest.
fn address(octets: &[u8]) -> Option<Ipv4Addr> {
    let parts: Vec<&[u8]> = octets.trim_ascii_end().split(|octet| *octet == b'.').collect();
    let (last, firsts) = parts.split_last()?;
    if firsts.len() > 3 {
        return None;
    }
    let number = |part: &[u8]| {
        let read = number::unsigned(part, 0);
        let whole = part.first().is_some_and(u8::is_ascii_digit) && read.used == part.len() && !read.overflow;
        whole.then_some(read.value)
    };
    let mut address: u64 = 0;
    for part in firsts {
        address = address << 8 | number(part).filter(|value| *value < 256)?;
    }
    let rest_bits = 8 * (4 - firsts.len());
    let last = number(last).filter(|value| *value < 1 << rest_bits)?;
    u32::try_from(address << rest_bits | last).ok().map(Ipv4Addr::from)
}

/// Decimal octets with dots or white space between them.
fn decimal(octets: &[u8]) -> Option<Vec<u8>> {
    octets
        .split(|octet| *octet == b'.' || number::is_space(*octet))
        .filter(|part| !part.is_empty())
        .map(|part| {
            let whole = part.iter().all(u8::is_ascii_digit);
            u8::try_from(number::unsigned(part, 10).value).ok().filter(|_| whole)
        })
        .collect()
}

/// Bit numbers in C's notation with commas, blanks or tabs between them; bit 0 is the highest of the first octet.
fn bits(octets: &[u8]) -> Result<Vec<u8>, SetError> {
    let mut string = Vec::new();
    let parts = octets.split(|octet| matches!(octet, b',' | b' ' | b'\t'));
    for part in parts.filter(|part| !part.is_empty()) {
        let range = || SetError::Range(String::from_utf8_lossy(part).into_owned());
        let read = number::signed(part, 0);
        if read.used != part.len() || read.used == 0 {
            return Err(range());
        }
        let bit = usize::try_from(read.value).ok().filter(|bit| bit / 8 < BITS_OCTETS).ok_or_else(range)?;
        if string.len() <= bit / 8 {
            string.resize(bit / 8 + 1, 0);
        }
        string[bit / 8] |= 0x80_u8 >> (bit % 8);
    }
    Ok(string)
}

fn real(octets: &[u8]) -> Result<f64, SetError> {
    let read = float(octets);
    if read.used == 0 || is_cut(octets, read.used) {
        return Err(SetError::Notation(String::from_utf8_lossy(octets).into_owned()));
    }
    Ok(read.value)
}

/// Whether C's `scanf` finds no number where its `strtod` finds one: it reads on as long as one could come, and does not
/// go back. `0x` without a digit is no number to it, not even 0, and `infi` not even infinity.
fn is_cut(octets: &[u8], used: usize) -> bool {
    let (number, rest) = octets.split_at(used);
    let number = number.trim_ascii_start();
    match number.strip_prefix(b"-").or_else(|| number.strip_prefix(b"+")).unwrap_or(number) {
        b"0" => matches!(rest, [b'x' | b'X', ..]),
        word if word.eq_ignore_ascii_case(b"inf") => matches!(rest, [b'i' | b'I', ..]),
        _ => false,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float is what is asked for")]
fn single(value: f64) -> f32 {
    value as f32
}

/// net-snmp's opaque types: an extended tag, a length, the content.
fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).expect("a number has nine octets at most");
    let mut octets = vec![0x9f, tag, length];
    octets.extend_from_slice(content);
    octets
}

/// The shortest two's complement of the same value (X.690, section 8.3.2).
fn shortest(octets: &[u8]) -> &[u8] {
    let mut rest = octets;
    while let [first, second, ..] = rest {
        let sign = if second & 0x80 == 0 { 0 } else { 0xff };
        if *first != sign {
            break;
        }
        rest = &rest[1..];
    }
    rest
}

#[cfg(test)]
mod tests;
