//! `OID|TAG|VALUE` lines, the tag being the number of the type's BER tag, and `x` after it for hexadecimal digits.

use std::{io, net::Ipv4Addr};

use super::{Lines, Place, RecordError, RecordErrorKind, Sink, hex, hex_pair, name, number, wrong};
use crate::value::{Octets, Value};

const TAGS: &str = "2 Integer32, 4 OctetString, 5 Null, 6 ObjectIdentifier, 64 IpAddress, 65 Counter32, 66 Gauge32, \
                    67 TimeTicks, 68 Opaque, 70 Counter64 and 71 UInteger32, with x for hexadecimal digits or e for \
                    backslash escapes after the number";

pub(super) fn read<R: io::BufRead>(lines: &mut Lines<R>, sink: &mut Sink) -> Result<(), RecordError> {
    while lines.advance()? {
        let line = lines.line.strip_suffix(b"\r").unwrap_or(&lines.line);
        let place = Place { line: lines.number, column: 1 };
        if line.trim_ascii().is_empty() || line.starts_with(b"#") {
            continue;
        }
        let mut parts = line.splitn(3, |octet| *octet == b'|');
        let (Some(oid), Some(tag), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(place.fail(RecordErrorKind::Form { expected: "a line of the form OID|TAG|VALUE" }));
        };
        let name = name(oid).map_err(|kind| place.fail(kind))?;
        let at_tag = place.after(oid.len() + 1);
        let (tag, form) = split(tag).map_err(|kind| at_tag.fail(kind))?;
        let value = value(tag, form, text).map_err(|kind| match kind {
            RecordErrorKind::UnknownType { .. } => at_tag.fail(kind),
            kind => place.after(line.len() - text.len()).fail(kind),
        })?;
        sink.push(place, &name, &value)?;
    }
    Ok(())
}

/// How the octets of a value are written.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    Hex,
    Escaped,
}

fn split(tag: &[u8]) -> Result<(&[u8], Form), RecordErrorKind> {
    if tag.contains(&b':') {
        return Err(RecordErrorKind::Variation { tag: super::excerpt(tag) });
    }
    Ok(match tag.split_last() {
        Some((b'x', tag)) => (tag, Form::Hex),
        Some((b'e', tag)) => (tag, Form::Escaped),
        _ => (tag, Form::Plain),
    })
}

fn value(tag: &[u8], form: Form, text: &[u8]) -> Result<Value, RecordErrorKind> {
    let octets = || match form {
        Form::Plain => Ok(text.to_vec()),
        Form::Hex => hex(text),
        Form::Escaped => unescaped(text),
    };
    // Numbers and names are plain text, however they are marked.
    let plain = text.trim_ascii();
    let word = || number(plain, "number from 0 to 4294967295");
    Ok(match tag {
        b"2" => Value::Integer32(number(plain, "number from -2147483648 to 2147483647")?),
        b"4" => Value::OctetString(Octets::from(octets()?)),
        b"5" => Value::Null,
        b"6" => Value::ObjectIdentifier(name(plain)?),
        b"64" => Value::IpAddress(address(form, plain)?),
        b"65" => Value::Counter32(word()?),
        b"66" => Value::Gauge32(word()?),
        b"67" => Value::TimeTicks(word()?),
        b"68" => Value::Opaque(Octets::from(octets()?)),
        b"70" => Value::Counter64(number(plain, "number from 0 to 18446744073709551615")?),
        b"71" => Value::UInteger32(word()?),
        b"128" => Value::NoSuchObject,
        b"129" => Value::NoSuchInstance,
        b"130" => Value::EndOfMibView,
        other => return Err(RecordErrorKind::UnknownType { word: super::excerpt(other), known: TAGS }),
    })
}

fn address(form: Form, text: &[u8]) -> Result<Ipv4Addr, RecordErrorKind> {
    let address = match form {
        Form::Hex => hex(text).ok().and_then(|octets| <[u8; 4]>::try_from(octets).ok()).map(Ipv4Addr::from),
        Form::Plain | Form::Escaped => str::from_utf8(text).ok().and_then(|text| text.parse().ok()),
    };
    address.ok_or_else(|| wrong(text, "IPv4 address"))
}

/// Takes the backslash escapes of Python's string literals out.
fn unescaped(text: &[u8]) -> Result<Vec<u8>, RecordErrorKind> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'\\' {
            octets.push(*first);
            continue;
        }
        let (octet, used) = match *tail {
            [b'x', a, b, ..] => (hex_pair([a, b]).ok_or_else(|| wrong(text, "text with escapes"))?, 3),
            [b'n', ..] => (b'\n', 1),
            [b'r', ..] => (b'\r', 1),
            [b't', ..] => (b'\t', 1),
            [escaped @ (b'\\' | b'\'' | b'"'), ..] => (escaped, 1),
            _ => return Err(wrong(text, "text with escapes")),
        };
        octets.push(octet);
        rest = &tail[used..];
    }
    Ok(octets)
}
