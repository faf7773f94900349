//! The `index` of a column's instance: its values by the names of the index objects.

use std::{io::Write, net::IpAddr};

use super::{number, serialized};
use crate::{
    mib::{hint, index},
    output::known::{Part, Rendering, Row},
    value::Value,
};

/// Writes the object: `{"ifIndex":3}`, or `{"oid":"3.1.6"}` where the arcs are not those of the INDEX or none is known.
///
/// Each value has one JSON type, whatever it is, and the values give back the arcs: numbers are numbers, all others are
/// strings. A string of octets is text where that text cannot stand for any other octets, else `0x` and hexadecimal.
pub(in crate::output) fn write(row: &Row, arcs: &[u32], spare: &mut Vec<u8>, out: &mut Vec<u8>) {
    let components = row.indexes.components().collect::<Vec<_>>();
    let values = if components.is_empty() { None } else { index::decode(&components, arcs).ok() };
    let Some(values) = values else {
        out.extend_from_slice(b"{\"oid\":\"");
        number::arcs(arcs, out);
        out.extend_from_slice(b"\"}");
        return;
    };
    let mut before = b'{';
    for (place, part) in row.parts.iter().enumerate() {
        out.push(before);
        before = b',';
        out.extend_from_slice(part.key.as_bytes());
        value(row, place, &values, spare, out);
    }
    out.push(b'}');
}

/// Writes the value of one index object: a number or a string.
pub(in crate::output) fn value(
    row: &Row,
    place: usize,
    values: &[Value],
    spare: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    let (Some(value), Some(part)) = (values.get(place), row.parts.get(place)) else {
        return out.extend_from_slice(b"null");
    };
    match value {
        Value::Integer32(number) => number::signed(i64::from(*number), out),
        Value::Gauge32(number)
        | Value::Counter32(number)
        | Value::UInteger32(number)
        | Value::TimeTicks(number) => number::decimal(u64::from(*number), out),
        Value::Counter64(number) => number::decimal(*number, out),
        Value::IpAddress(address) => serialized(address, out),
        Value::ObjectIdentifier(oid) => {
            out.push(b'"');
            number::arcs(oid, out);
            out.push(b'"');
        }
        Value::Opaque(octets) => hexadecimal(octets, out),
        Value::OctetString(octets) if part.is_bits => hexadecimal(octets, out),
        Value::OctetString(octets) => {
            let kind = part.address_kind.and_then(|place| values.get(place));
            string(part, kind, octets, spare, out);
        }
        // No index decodes to these.
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => {
            out.extend_from_slice(b"null");
        }
    }
}

/// Writes octets; `kind` is the value of the `InetAddressType` that goes with them.
fn string(part: &Part, kind: Option<&Value>, octets: &[u8], spare: &mut Vec<u8>, out: &mut Vec<u8>) {
    if let Some(Value::Integer32(kind @ 1..=4)) = kind {
        if !address(*kind, octets, out) {
            hexadecimal(octets, out);
        }
        return;
    }
    match part.rendering.text(octets, spare) {
        Some(text) if !looks_hexadecimal(text) && stands_for(part, text, octets) => serialized(text, out),
        _ => hexadecimal(octets, out),
    }
}

/// Whether text made of octets by a hint can be read as these octets alone.
fn stands_for(part: &Part, text: &str, octets: &[u8]) -> bool {
    match part.rendering {
        Rendering::Octets(hint) | Rendering::DateAndTime(hint) => {
            part.is_unique
                || hint::parse_octets(hint.as_bytes(), text.as_bytes()).is_ok_and(|read| read == octets)
        }
        Rendering::Plain | Rendering::Number(_) => true,
    }
}

/// Whether text could be taken for octets in hexadecimal.
pub(in crate::output) fn looks_hexadecimal(text: &str) -> bool {
    text.strip_prefix("0x").is_some_and(|digits| {
        digits.len().is_multiple_of(2)
            && digits.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn hexadecimal(octets: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"0x");
    number::hex_lower(octets, out);
    out.push(b'"');
}

/// Writes an address of one of the kinds `ipv4(1)`, `ipv6(2)`, `ipv4z(3)` and `ipv6z(4)` of RFC 4001, or says that octets of
/// this size are none, and writes nothing.
fn address(kind: i32, octets: &[u8], out: &mut Vec<u8>) -> bool {
    let (own, zone) = match (kind, octets.split_last_chunk::<4>()) {
        (1 | 2, _) => (octets, None),
        (_, Some((own, zone))) => (own, Some(u32::from_be_bytes(*zone))),
        (_, None) => return false,
    };
    let address: IpAddr = match (kind, <[u8; 4]>::try_from(own), <[u8; 16]>::try_from(own)) {
        (1 | 3, Ok(four), _) => four.into(),
        (2 | 4, _, Ok(sixteen)) => sixteen.into(),
        _ => return false,
    };
    out.push(b'"');
    write!(out, "{address}").expect("a Vec takes what it is given");
    if let Some(zone) = zone {
        out.push(b'%');
        number::decimal(u64::from(zone), out);
    }
    out.push(b'"');
    true
}
