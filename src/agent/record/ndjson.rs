//! One JSON object a line: `{"kind":"varbind","oid":…,"type":…,"value":…,"hex":…}`.

use std::{borrow::Cow, io, net::Ipv4Addr};

use serde::Deserialize;

use super::{Lines, Place, RecordError, RecordErrorKind, Sink, hex, name, number, wrong};
use crate::value::{Octets, Value};

const TYPES: &str = "Integer32, OctetString, ObjectIdentifier, IpAddress, Counter32, Gauge32, TimeTicks, Opaque, \
                     Counter64, UInteger32, Null, noSuchObject, noSuchInstance and endOfMibView";

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    oid: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    syntax: Option<Cow<'a, str>>,
    value: Option<serde_json::Value>,
    #[serde(borrow)]
    exact: Option<Cow<'a, str>>,
    #[serde(borrow)]
    hex: Option<Cow<'a, str>>,
}

pub(super) fn read<R: io::BufRead>(lines: &mut Lines<R>, sink: &mut Sink) -> Result<(), RecordError> {
    while lines.advance()? {
        let place = Place { line: lines.number, column: 1 };
        if lines.line.trim_ascii().is_empty() {
            continue;
        }
        let line: Line<'_> = serde_json::from_slice(&lines.line).map_err(|error| {
            // The reader sees one line; which one it is we know better.
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or(&reason).to_owned();
            Place { line: place.line, column: error.column().max(1) }.fail(RecordErrorKind::Json { reason })
        })?;
        match &*line.kind {
            "varbind" => {
                let (name, value) = object(&line).map_err(|kind| place.fail(kind))?;
                sink.push(place, &name, &value)?;
            }
            "row" => {
                let expected = "a line of kind varbind (rows have lost their types; record with snmpwalk)";
                return Err(place.fail(RecordErrorKind::Form { expected }));
            }
            // Errors, ends and what later versions may add say nothing about objects.
            _ => {}
        }
    }
    Ok(())
}

fn object(line: &Line<'_>) -> Result<(crate::oid::Oid, Value), RecordErrorKind> {
    let oid = line.oid.as_deref().ok_or(RecordErrorKind::Form { expected: "a member \"oid\"" })?;
    let syntax = line.syntax.as_deref().ok_or(RecordErrorKind::Form { expected: "a member \"type\"" })?;
    Ok((name(oid.as_bytes())?, value(syntax, line)?))
}

fn value(syntax: &str, line: &Line<'_>) -> Result<Value, RecordErrorKind> {
    Ok(match syntax {
        "Integer32" => Value::Integer32(numeric(line, "number from -2147483648 to 2147483647")?),
        "Counter32" => Value::Counter32(numeric(line, "number from 0 to 4294967295")?),
        "Gauge32" => Value::Gauge32(numeric(line, "number from 0 to 4294967295")?),
        "TimeTicks" => Value::TimeTicks(numeric(line, "number from 0 to 4294967295")?),
        "UInteger32" => Value::UInteger32(numeric(line, "number from 0 to 4294967295")?),
        "Counter64" => Value::Counter64(match &line.exact {
            Some(exact) => number(exact.as_bytes(), "number from 0 to 18446744073709551615")?,
            None => numeric(line, "number from 0 to 18446744073709551615")?,
        }),
        "OctetString" => Value::OctetString(octets(line)?),
        "Opaque" => Value::Opaque(octets(line)?),
        "ObjectIdentifier" => {
            let text = string(line, "numeric object identifier")?;
            Value::ObjectIdentifier(name(text.as_bytes())?)
        }
        "IpAddress" => {
            let text = string(line, "IPv4 address")?;
            let address: Result<Ipv4Addr, _> = text.parse();
            Value::IpAddress(address.map_err(|_| wrong(text.as_bytes(), "IPv4 address"))?)
        }
        "Null" => Value::Null,
        "noSuchObject" => Value::NoSuchObject,
        "noSuchInstance" => Value::NoSuchInstance,
        "endOfMibView" => Value::EndOfMibView,
        other => return Err(RecordErrorKind::UnknownType { word: other.to_owned(), known: TYPES }),
    })
}

fn numeric<T: std::str::FromStr>(line: &Line<'_>, expected: &'static str) -> Result<T, RecordErrorKind> {
    // BITS and enumerations keep the number here; the text form is exact for every integer.
    let text = line.value.as_ref().map_or_else(|| "null".to_owned(), ToString::to_string);
    number(text.as_bytes(), expected)
}

fn string<'a>(line: &'a Line<'_>, expected: &'static str) -> Result<&'a str, RecordErrorKind> {
    let found = line.value.as_ref().and_then(serde_json::Value::as_str);
    found.ok_or_else(|| {
        wrong(line.value.as_ref().map_or_else(|| "null".to_owned(), ToString::to_string).as_bytes(), expected)
    })
}

/// The octets are in `hex`, whatever a DISPLAY-HINT has made of `value`.
fn octets(line: &Line<'_>) -> Result<Octets, RecordErrorKind> {
    let digits = line.hex.as_deref().ok_or(RecordErrorKind::Form { expected: "a member \"hex\"" })?;
    Ok(Octets::from(hex(digits.as_bytes())?))
}
