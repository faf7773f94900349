//! `Opaque` values: plain octets, or a number in the encoding of draft-perkins-opaque-01.

use super::{float, kind, octets};
use crate::output::{number, options::Options};

/// What octets of an `Opaque` hold when they are one whole value of a kind that net-snmp reads.
///
/// The value has a two-octet tag, a length and its content. Octets that only begin like one are none: net-snmp
/// throws away the whole message then, we show the octets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OpaqueValue {
    /// A number of single precision.
    Float(f32),
    /// A number of double precision.
    Double(f64),
    /// A number with a sign.
    Int64(i64),
    /// A number without one.
    UInt64(u64),
    /// A counter, in an `Opaque` since `SNMPv1` has none of 64 bits.
    Counter64(u64),
}

impl OpaqueValue {
    /// Reads the octets of an `Opaque`, or `None` when they are something else.
    pub fn read(octets: &[u8]) -> Option<Self> {
        let (tag, content) = match octets {
            [0x9f, tag, rest @ ..] => (*tag, content(rest)?),
            _ => return None,
        };
        match tag {
            0x76 => Some(Self::Counter64(unsigned(content)?)),
            0x78 => Some(Self::Float(f32::from_be_bytes(content.try_into().ok()?))),
            0x79 => Some(Self::Double(f64::from_be_bytes(content.try_into().ok()?))),
            0x7a => Some(Self::Int64(signed(content)?)),
            0x7b => Some(Self::UInt64(unsigned(content)?)),
            _ => None,
        }
    }
}

/// Writes the value of an `Opaque`.
pub fn opaque(octets: &[u8], options: &Options, out: &mut Vec<u8>) {
    match OpaqueValue::read(octets) {
        // net-snmp writes a double's type as it writes a float's.
        Some(OpaqueValue::Float(number)) => {
            kind(b"Opaque: Float: ", options, out);
            float::float(f64::from(number), options.precision(), out);
        }
        Some(OpaqueValue::Double(number)) => {
            kind(b"Opaque: Float: ", options, out);
            float::float(number, options.precision(), out);
        }
        Some(OpaqueValue::Int64(number)) => {
            kind(b"Opaque: Int64: ", options, out);
            number::signed(number, out);
        }
        Some(OpaqueValue::UInt64(number)) => {
            kind(b"Opaque: UInt64: ", options, out);
            number::decimal(number, out);
        }
        Some(OpaqueValue::Counter64(number)) => {
            kind(b"Opaque: Counter64: ", options, out);
            number::decimal(number, out);
        }
        None => {
            kind(b"OPAQUE: ", options, out);
            octets::hex(octets, options, out);
        }
    }
}

/// What follows a length (X.690, section 8.1.3) that covers all of the rest.
fn content(octets: &[u8]) -> Option<&[u8]> {
    let (first, rest) = octets.split_first()?;
    let (length, content) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // One octet of length can cover any value here, more of them can only be padding.
        0x81..=0x84 => {
            let (length, content) = rest.split_at_checked(usize::from(first - 0x80))?;
            (length.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), content)
        }
        _ => return None,
    };
    (content.len() == length).then_some(content)
}

/// A number without a sign of up to eight octets, or nine if the first is zero; none are 0.
fn unsigned(octets: &[u8]) -> Option<u64> {
    let octets = without_leading_zero(octets);
    (octets.len() <= 8).then(|| octets.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
}

/// A number with a sign of up to eight octets; none are 0.
///
/// Nine octets of which the first is zero are taken as net-snmp takes them: as the last eight.
fn signed(octets: &[u8]) -> Option<i64> {
    let negative = octets.first().is_some_and(|first| first & 0x80 != 0);
    let octets = without_leading_zero(octets);
    let start = if negative { -1 } else { 0 };
    (octets.len() <= 8).then(|| octets.iter().fold(start, |number, octet| number << 8 | i64::from(*octet)))
}

/// Takes the padding off a number of nine octets.
const fn without_leading_zero(octets: &[u8]) -> &[u8] {
    match octets {
        [0, rest @ ..] if rest.len() == 8 => rest,
        octets => octets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_are_read() {
        for (octets, value) in [
            (&[0x9f, 0x78, 4, 0x3f, 0x80, 0, 0][..], OpaqueValue::Float(1.0)),
            (&[0x9f, 0x79, 8, 0xbf, 0xf8, 0, 0, 0, 0, 0, 0], OpaqueValue::Double(-1.5)),
            (&[0x9f, 0x7a, 0], OpaqueValue::Int64(0)),
            (&[0x9f, 0x7a, 1, 0x80], OpaqueValue::Int64(-128)),
            (&[0x9f, 0x7a, 0x81, 1, 0xff], OpaqueValue::Int64(-1)),
            (&[0x9f, 0x7a, 0x82, 0, 1, 0xff], OpaqueValue::Int64(-1)),
            (&[0x9f, 0x7a, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], OpaqueValue::Int64(-1)),
            (&[0x9f, 0x7b, 1, 0xff], OpaqueValue::UInt64(255)),
            (&[0x9f, 0x7b, 0], OpaqueValue::UInt64(0)),
            (
                &[0x9f, 0x76, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                OpaqueValue::Counter64(u64::MAX),
            ),
        ] {
            assert_eq!(OpaqueValue::read(octets), Some(value), "{octets:02x?}");
        }
    }

    #[test]
    fn anything_else_stays_octets() {
        for octets in [
            &[][..],
            &[0x9f],
            &[0x9f, 0x78],
            &[0x9f, 0x78, 4],
            &[0x9f, 0x78, 4, 0, 0],
            &[0x9f, 0x78, 3, 1, 2, 3],
            &[0x9f, 0x78, 5, 0, 0, 0, 0, 0],
            &[0x9f, 0x78, 4, 0, 0, 0, 0, 0],
            &[0x9f, 0x79, 4, 0, 0, 0, 0],
            &[0x9f, 0x7a, 2, 0],
            &[0x9f, 0x7a, 1, 1, 0xff],
            &[0x9f, 0x7a, 0x80],
            &[0x9f, 0x7a, 0xff, 0xff],
            &[0x9f, 0x7a, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x9f, 0x7a, 9, 0xff, 1, 1, 1, 1, 1, 1, 1, 1],
            &[0x9f, 0x7b, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            &[0x9f, 0x77, 1, 0],
            &[0x9e, 0x78, 4, 0, 0, 0, 0],
            &[0x30, 0x9f, 0x78, 4, 0, 0],
        ] {
            assert_eq!(OpaqueValue::read(octets), None, "{octets:02x?}");
        }
    }
}
