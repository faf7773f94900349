//! JSON: one object for each variable binding, error and end, as `docs/json.md` describes them.
//!
//! The objects are written by hand, for their keys are fixed and there may be a million of them; `serde_json` writes
//! the strings and the floating-point numbers.

mod document;
pub(super) mod index;

use serde::Serialize;

pub(super) use document::Document;

use super::{
    End, Failure,
    known::{Found, Knowledge, Rendering, Typed, date_and_time, instance},
    netsnmp::{OpaqueValue, days_and_time},
    number, plain,
};
use crate::{
    mib::hint,
    value::{Value, VarBind},
};

/// The JSON Schema (draft 2020-12) of everything that `--format json` and `--format ndjson` write.
///
/// It only ever grows: a later version may add objects and keys, and takes nothing away.
pub fn format_schema() -> &'static str {
    include_str!("../json.schema.json")
}

/// Writes the beginning of a binding's object, up to the quote before its OID. It is the same for all bindings of a
/// host.
pub(super) fn varbind_prefix(host: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"kind\":\"varbind\",\"host\":");
    serialized(host, out);
    out.extend_from_slice(b",\"oid\":\"");
}

/// Writes the object of one binding; `prefix` is what [`varbind_prefix`] has written.
///
/// The keys depend on the type of the value and on the definition that was found, never on the value. `spare` is for
/// the caller to keep, so that nothing is allocated each time.
pub(super) fn varbind(
    prefix: &[u8],
    binding: &VarBind,
    found: Option<Found<'_>>,
    spare: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(prefix);
    number::arcs(&binding.name, out);
    if let Some(found) = found {
        out.extend_from_slice(b"\",\"name\":\"");
        instance(&found.object.name_escaped, found.rest, out);
        if let Some(row) = &found.object.row {
            out.extend_from_slice(b"\",\"index\":");
            index::write(row, found.rest, spare, out);
        } else {
            out.push(b'"');
        }
    } else {
        out.push(b'"');
    }
    out.extend_from_slice(b",\"type\":\"");
    out.extend_from_slice(binding.value.type_name().as_bytes());
    out.extend_from_slice(b"\",\"value\":");
    let typed = found.and_then(|found| found.object.typed_as(&binding.value));
    value(&binding.value, typed, found, spare, out);
    if let Some(typed) = typed {
        out.extend_from_slice(&typed.tail);
    }
    if let Some(expected) = found.and_then(|found| found.object.expected_instead(&binding.value)) {
        out.extend_from_slice(b",\"expected\":\"");
        out.extend_from_slice(expected.as_bytes());
        out.push(b'"');
    }
    out.push(b'}');
}

/// Writes what comes after `"value":`, and the keys that the type brings with it; `typed` is the object's type if the
/// value has it.
fn value(
    value: &Value,
    typed: Option<&Typed>,
    found: Option<Found<'_>>,
    spare: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    match value {
        Value::Integer32(number) => {
            number::signed(i64::from(*number), out);
            if let Some(typed) = typed {
                if typed.is_enumeration() {
                    out.extend_from_slice(b",\"label\":");
                    optional(typed.label(*number), out);
                }
                hinted_number(typed, i64::from(*number), out);
            }
        }
        Value::OctetString(octets) => string(octets, typed, spare, out),
        Value::ObjectIdentifier(oid) => {
            out.push(b'"');
            number::arcs(oid, out);
            out.push(b'"');
            if let Some(found) = found {
                out.extend_from_slice(b",\"text\":");
                optional(found.name_of(oid), out);
            }
        }
        Value::IpAddress(address) => serialized(address, out),
        Value::Counter32(number) | Value::Gauge32(number) | Value::UInteger32(number) => {
            number::decimal(u64::from(*number), out);
            if let Some(typed) = typed {
                hinted_number(typed, i64::from(*number), out);
            }
        }
        Value::TimeTicks(ticks) => {
            number::decimal(u64::from(*ticks), out);
            out.extend_from_slice(b",\"text\":\"");
            days_and_time(*ticks, out);
            out.push(b'"');
        }
        Value::Opaque(octets) => opaque(octets, out),
        Value::Counter64(number) => {
            number::decimal(*number, out);
            out.extend_from_slice(b",\"exact\":\"");
            number::decimal(*number, out);
            out.push(b'"');
        }
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => {
            out.extend_from_slice(b"null");
        }
    }
}

/// Writes a number by its DISPLAY-HINT, if that makes something else of it.
fn hinted_number(typed: &Typed, number: i64, out: &mut Vec<u8>) {
    if let Rendering::Number(hint) = typed.rendering {
        out.extend_from_slice(b",\"text\":\"");
        hint::integer(hint.as_bytes(), number, out);
        out.push(b'"');
    }
}

/// Writes a string: the bits that are set, or the text by the hint; its octets; and what else its type brings.
fn string(octets: &[u8], typed: Option<&Typed>, spare: &mut Vec<u8>, out: &mut Vec<u8>) {
    match typed {
        Some(typed) if typed.is_bits() => {
            list(typed.bits(octets), out, |(bit, _), out| number::decimal(bit as u64, out));
            hex(octets, out);
            out.extend_from_slice(b",\"labels\":");
            list(typed.bits(octets), out, |(_, label), out| optional(label, out));
        }
        Some(typed) => {
            optional(typed.rendering.text(octets, spare), out);
            hex(octets, out);
            if let Rendering::DateAndTime(_) = typed.rendering {
                out.extend_from_slice(b",\"text\":");
                optional(date_and_time(octets), out);
            }
        }
        None => {
            optional(plain::text(octets), out);
            hex(octets, out);
        }
    }
}

/// Writes an array.
fn list<T>(items: impl Iterator<Item = T>, out: &mut Vec<u8>, mut write: impl FnMut(T, &mut Vec<u8>)) {
    out.push(b'[');
    for (n, item) in items.enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

/// Writes an `Opaque`: the number in it if there is one, its octets, and the number once more as text, which also has
/// the numbers that JSON has not.
fn opaque(octets: &[u8], out: &mut Vec<u8>) {
    let number = OpaqueValue::read(octets);
    match number {
        Some(number) if plain::is_finite(number) => plain::opaque(number, out),
        _ => out.extend_from_slice(b"null"),
    }
    hex(octets, out);
    out.extend_from_slice(b",\"text\":");
    match number {
        Some(number) => {
            out.push(b'"');
            plain::opaque(number, out);
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
}

/// Writes what an object's type adds to every value of it: its textual convention and its units.
pub(super) fn tail(convention: Option<&str>, units: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, text) in [(&b",\"tc\":"[..], convention), (b",\"units\":", units)] {
        if let Some(text) = text {
            out.extend_from_slice(key);
            serialized(text, &mut out);
        }
    }
    out
}

/// Writes the object of an error. It has a `name` wherever names are known at all, null for none.
pub(super) fn error(failure: &Failure<'_>, knowledge: &Knowledge, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"kind\":\"error\",\"host\":");
    serialized(failure.host, out);
    out.extend_from_slice(b",\"code\":\"");
    failure.code.write(out);
    out.extend_from_slice(b"\",\"message\":");
    serialized(failure.message, out);
    out.extend_from_slice(b",\"hint\":");
    optional(failure.hint, out);
    out.extend_from_slice(b",\"oid\":");
    match failure.oid {
        Some(oid) => {
            out.push(b'"');
            number::arcs(oid, out);
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
    if !knowledge.is_empty() {
        out.extend_from_slice(b",\"name\":");
        optional(failure.oid.and_then(|oid| knowledge.name_of(oid)), out);
    }
    out.extend_from_slice(b",\"tries\":");
    optional(failure.tries, out);
    out.extend_from_slice(b",\"elapsed_ms\":");
    optional(failure.elapsed.map(milliseconds), out);
    out.push(b'}');
}

/// Writes the object of an end.
pub(super) fn end(host: &str, end: &End, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"kind\":\"end\",\"host\":");
    serialized(host, out);
    out.extend_from_slice(b",\"complete\":");
    serialized(end.complete, out);
    out.extend_from_slice(b",\"reason\":\"");
    out.extend_from_slice(end.reason.name().as_bytes());
    out.extend_from_slice(b"\",\"varbinds\":");
    number::decimal(end.varbinds, out);
    out.extend_from_slice(b",\"requests\":");
    number::decimal(end.requests, out);
    out.extend_from_slice(b",\"retransmissions\":");
    number::decimal(end.retransmissions, out);
    out.extend_from_slice(b",\"elapsed_ms\":");
    number::decimal(milliseconds(end.elapsed), out);
    out.push(b'}');
}

/// Writes the `hex` of a string of octets.
fn hex(octets: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"hex\":\"");
    number::hex_lower(octets, out);
    out.push(b'"');
}

/// Writes a value, or null for none.
pub(super) fn optional(value: Option<impl Serialize>, out: &mut Vec<u8>) {
    match value {
        Some(value) => serialized(value, out),
        None => out.extend_from_slice(b"null"),
    }
}

/// Writes a string or a number.
pub(super) fn serialized(value: impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, &value)
        .expect("a Vec takes what it is given, and strings and numbers are JSON");
}

pub(super) fn milliseconds(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
