//! JSON: one object for each variable binding, error and end, as `docs/json.md` describes them.
//!
//! The objects are written by hand, for their keys are fixed and there may be a million of them; `serde_json` writes
//! the strings and the floating-point numbers.

use serde::Serialize;

use super::{
    End, Failure,
    netsnmp::{OpaqueValue, days_and_time},
    number, plain,
};
use crate::value::{Value, VarBind};

/// The JSON Schema (draft 2020-12) of everything that `--format json` and `--format ndjson` write.
///
/// It only ever grows: a later version may add objects and keys, and takes nothing away.
pub fn format_schema() -> &'static str {
    include_str!("json.schema.json")
}

/// Writes the beginning of a binding's object, up to the quote before its OID. It is the same for all bindings of a
/// host.
pub(super) fn varbind_prefix(host: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"kind\":\"varbind\",\"host\":");
    serialized(host, out);
    out.extend_from_slice(b",\"oid\":\"");
}

/// Writes the object of one binding; `prefix` is what [`varbind_prefix`] has written.
pub(super) fn varbind(prefix: &[u8], binding: &VarBind, out: &mut Vec<u8>) {
    out.extend_from_slice(prefix);
    number::arcs(&binding.name, out);
    out.extend_from_slice(b"\",\"type\":\"");
    out.extend_from_slice(binding.value.type_name().as_bytes());
    out.extend_from_slice(b"\",\"value\":");
    value(&binding.value, out);
    out.push(b'}');
}

/// Writes what comes after `"value":`, and the keys that the type brings with it.
fn value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Integer32(number) => number::signed(i64::from(*number), out),
        Value::OctetString(octets) => {
            optional(plain::text(octets), out);
            hex(octets, out);
        }
        Value::ObjectIdentifier(oid) => {
            out.push(b'"');
            number::arcs(oid, out);
            out.push(b'"');
        }
        Value::IpAddress(address) => serialized(address, out),
        Value::Counter32(number) | Value::Gauge32(number) | Value::UInteger32(number) => {
            number::decimal(u64::from(*number), out);
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

/// Writes the object of an error.
pub(super) fn error(failure: &Failure<'_>, out: &mut Vec<u8>) {
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

/// One document for each host: `{"host":…,"varbinds":[…],"errors":[…],"end":{…}}`, written as it comes.
///
/// Errors come after the bindings in the document but between them in time, so they wait here; there are few.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The host whose document is open.
    host: Option<String>,
    varbinds: u64,
    errors: Vec<u8>,
}

impl Document {
    /// Opens the host's document if it is not open, and closes another host's that is.
    pub(super) fn open(&mut self, host: &str, out: &mut Vec<u8>) {
        if self.host.as_deref() == Some(host) {
            return;
        }
        self.close(None, out);
        out.extend_from_slice(b"{\"host\":");
        serialized(host, out);
        out.extend_from_slice(b",\"varbinds\":[");
        self.host = Some(host.to_owned());
    }

    /// Writes what stands before a binding.
    pub(super) fn next_varbind(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.varbinds == 0 { b"\n" } else { b",\n" });
        self.varbinds += 1;
    }

    /// Keeps an error for the end of the document.
    pub(super) fn error(&mut self, failure: &Failure<'_>) {
        self.errors.extend_from_slice(if self.errors.is_empty() { b"\n" } else { b",\n" });
        error(failure, &mut self.errors);
    }

    /// Closes the document that is open, if one is; without an end, which says that it was cut, `end` is null.
    pub(super) fn close(&mut self, finished: Option<&End>, out: &mut Vec<u8>) {
        let Some(host) = self.host.take() else { return };
        out.extend_from_slice(b"\n],\"errors\":[");
        out.append(&mut self.errors);
        out.extend_from_slice(b"\n],\"end\":");
        match finished {
            Some(finished) => end(&host, finished, out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b"}\n");
        self.varbinds = 0;
    }
}

/// Writes the `hex` of a string of octets.
fn hex(octets: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"hex\":\"");
    number::hex_lower(octets, out);
    out.push(b'"');
}

/// Writes a value, or null for none.
fn optional(value: Option<impl Serialize>, out: &mut Vec<u8>) {
    match value {
        Some(value) => serialized(value, out),
        None => out.extend_from_slice(b"null"),
    }
}

/// Writes a string or a number.
fn serialized(value: impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, &value)
        .expect("a Vec takes what it is given, and strings and numbers are JSON");
}

fn milliseconds(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
