//! Values as the formats for programs write them.

use serde::Serialize;

use super::{netsnmp::OpaqueValue, number};
use crate::value::Value;

/// The octets as text, if they are UTF-8 without control characters other than tab, CR and LF.
///
/// The replacement character counts as no text either: its presence says that someone before us lost octets.
pub fn text(octets: &[u8]) -> Option<&str> {
    let is_text = |letter: char| match letter {
        '\t' | '\r' | '\n' => true,
        char::REPLACEMENT_CHARACTER => false,
        letter => !letter.is_control(),
    };
    str::from_utf8(octets).ok().filter(|text| text.chars().all(is_text))
}

/// The octets of a value that is a string of them.
pub fn octets(value: &Value) -> Option<&[u8]> {
    match value {
        Value::OctetString(octets) | Value::Opaque(octets) => Some(octets),
        Value::Integer32(_)
        | Value::ObjectIdentifier(_)
        | Value::IpAddress(_)
        | Value::Counter32(_)
        | Value::Gauge32(_)
        | Value::TimeTicks(_)
        | Value::Counter64(_)
        | Value::UInteger32(_)
        | Value::Null
        | Value::NoSuchObject
        | Value::NoSuchInstance
        | Value::EndOfMibView => None,
    }
}

/// Writes the number in an `Opaque` as the shortest text that reads back as the same one; not-a-number and the infinities
/// are `nan`, `inf` and `-inf`.
pub fn opaque(value: OpaqueValue, out: &mut Vec<u8>) {
    match value {
        OpaqueValue::Float(number) => float(number, f64::from(number), out),
        OpaqueValue::Double(number) => float(number, number, out),
        OpaqueValue::Int64(number) => number::signed(number, out),
        OpaqueValue::UInt64(number) | OpaqueValue::Counter64(number) => number::decimal(number, out),
    }
}

/// Whether JSON has the number.
pub const fn is_finite(value: OpaqueValue) -> bool {
    match value {
        OpaqueValue::Float(number) => number.is_finite(),
        OpaqueValue::Double(number) => number.is_finite(),
        OpaqueValue::Int64(_) | OpaqueValue::UInt64(_) | OpaqueValue::Counter64(_) => true,
    }
}

/// Writes `number` in its own precision; `wide` is the same number.
fn float(number: impl Serialize, wide: f64, out: &mut Vec<u8>) {
    if wide.is_nan() {
        out.extend_from_slice(b"nan");
    } else if wide.is_infinite() {
        out.extend_from_slice(if wide > 0.0 { b"inf" } else { b"-inf" });
    } else {
        serde_json::to_writer(out, &number)
            .expect("a Vec takes what it is given, and finite numbers are JSON");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_without_controls() {
        for yes in ["", "a", "tab\tcr\r\nlf", "caf\u{e9}", "\u{20ac}", " "] {
            assert_eq!(text(yes.as_bytes()), Some(yes));
        }
        for no in [&b"\x00"[..], b"\x1b[m", b"\x7f", b"\xff", b"\xc2\x9b", b"\xef\xbf\xbd", b"a\x0bb"] {
            assert_eq!(text(no), None, "{no:02x?}");
        }
    }
}
