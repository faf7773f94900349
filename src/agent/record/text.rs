//! What `snmpwalk -On` prints: `.1.3.6.1.2.1.1.1.0 = STRING: "text"`.
//!
//! Strings and hexadecimal digits may go on over several lines. With MIBs loaded the recorder prints strings without
//! quotes, enumerations with their names and units after numbers; all of that is understood. Two things are lost when
//! it does: a string that a DISPLAY-HINT has formatted is taken as it stands, but for six octets written `0:1b:21:3c:9d:f8`,
//! which are taken for the address they are; and a string without quotes ends where the next line with a name begins.

use std::{io, net::Ipv4Addr};

use super::{Lines, Place, RecordError, RecordErrorKind, Sink, excerpt, hex_pair, number, wrong};
use crate::{
    limits,
    oid::Oid,
    value::{Octets, Value},
};

const TYPES: &str = "INTEGER, STRING, Hex-STRING, BITS, OID, IpAddress, Network Address, Counter32, Counter64, \
                     Gauge32, Unsigned32, UInteger32, Timeticks, Opaque and NULL";

const UNSIGNED: &str = "number from 0 to 4294967295";
const UNSIGNED64: &str = "number from 0 to 18446744073709551615";

pub(super) fn read<R: io::BufRead>(lines: &mut Lines<R>, sink: &mut Sink) -> Result<(), RecordError> {
    let mut octets = Vec::new();
    while lines.advance()? {
        let place = Place { line: lines.number, column: 1 };
        if lines.line.trim_ascii().is_empty() || lines.line.starts_with(b"#") {
            continue;
        }
        let start = Start::of(&lines.line).map_err(|kind| place.fail(kind))?;
        let at_value = place.after(start.value_at);
        let value = match start.shape {
            Shape::Line(syntax) => {
                syntax.value(&lines.line[start.value_at..]).map_err(|kind| at_value.fail(kind))?
            }
            Shape::Quoted => {
                quoted(lines, start.value_at, at_value, &mut octets)?;
                Value::OctetString(octets.as_slice().into())
            }
            Shape::Unquoted => {
                unquoted(lines, start.value_at, at_value, &mut octets)?;
                Value::OctetString(address_of(&octets).unwrap_or_else(|| octets.as_slice().into()))
            }
            Shape::Hex(is_opaque) => {
                digits(lines, start.value_at, at_value, &mut octets)?;
                let octets = Octets::from(octets.as_slice());
                if is_opaque { Value::Opaque(octets) } else { Value::OctetString(octets) }
            }
        };
        sink.push(place, &start.name, &value)?;
    }
    Ok(())
}

/// The beginning of a line: its name and what sort of value follows.
struct Start {
    name: Oid,
    shape: Shape,
    /// Where the value begins in the line.
    value_at: usize,
}

#[derive(Clone, Copy)]
enum Shape {
    /// A value that ends with its line.
    Line(Syntax),
    /// A string in quotes; `value_at` is behind the first.
    Quoted,
    Unquoted,
    /// Hexadecimal digits; whether they are an Opaque.
    Hex(bool),
}

#[derive(Clone, Copy)]
enum Syntax {
    Integer,
    Counter32,
    Gauge32,
    UInteger32,
    Counter64,
    TimeTicks,
    Oid,
    IpAddress,
    NetworkAddress,
    Float,
    Int64,
    UInt64,
    Null,
    NoSuchObject,
    NoSuchInstance,
    EndOfMibView,
}

/// Words before a value. The longer of two with the same beginning stands first.
const WORDS: &[(&[u8], Shape)] = &[
    (b"INTEGER:", Shape::Line(Syntax::Integer)),
    (b"STRING:", Shape::Unquoted),
    (b"Hex-STRING:", Shape::Hex(false)),
    (b"BITS:", Shape::Hex(false)),
    (b"OID:", Shape::Line(Syntax::Oid)),
    (b"IpAddress:", Shape::Line(Syntax::IpAddress)),
    (b"Network Address:", Shape::Line(Syntax::NetworkAddress)),
    (b"Counter32:", Shape::Line(Syntax::Counter32)),
    (b"Counter64:", Shape::Line(Syntax::Counter64)),
    (b"Gauge32:", Shape::Line(Syntax::Gauge32)),
    (b"Unsigned32:", Shape::Line(Syntax::Gauge32)),
    (b"UInteger32:", Shape::Line(Syntax::UInteger32)),
    (b"Timeticks:", Shape::Line(Syntax::TimeTicks)),
    (b"Opaque: Float:", Shape::Line(Syntax::Float)),
    (b"Opaque: Int64:", Shape::Line(Syntax::Int64)),
    (b"Opaque: UInt64:", Shape::Line(Syntax::UInt64)),
    (b"OPAQUE:", Shape::Hex(true)),
    (b"Opaque:", Shape::Hex(true)),
    (b"NULL", Shape::Line(Syntax::Null)),
    (b"Null", Shape::Line(Syntax::Null)),
    (b"No Such Object", Shape::Line(Syntax::NoSuchObject)),
    (b"No Such Instance", Shape::Line(Syntax::NoSuchInstance)),
    (b"No more variables", Shape::Line(Syntax::EndOfMibView)),
];

impl Start {
    fn of(line: &[u8]) -> Result<Self, RecordErrorKind> {
        let form =
            RecordErrorKind::Form { expected: "a line of the form '.1.3.6.1.2.1.1.5.0 = STRING: \"name\"'" };
        let Some((name, mut value_at)) = split_name(line) else { return Err(form) };
        let name = read_name(name)?;
        // An agent whose type is not the MIB's is recorded with the type that it sent.
        if line[value_at..].starts_with(b"Wrong Type (should be ") {
            value_at += after(&line[value_at..], b"): ").unwrap_or(0);
        }
        let rest = &line[value_at..];
        let known = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        let (mut shape, used) = match known {
            Some((word, shape)) => (*shape, word.len()),
            None if rest.starts_with(b"\"") => (Shape::Unquoted, 0),
            None => {
                let word = rest.split(|octet| *octet == b':').next().unwrap_or(rest);
                return Err(RecordErrorKind::UnknownType { word: excerpt(word), known: TYPES });
            }
        };
        value_at += used;
        if used > 0 && line.get(value_at) == Some(&b' ') {
            value_at += 1;
        }
        if matches!(shape, Shape::Unquoted) && line.get(value_at) == Some(&b'"') {
            shape = Shape::Quoted;
            value_at += 1;
        }
        Ok(Self { name, shape, value_at })
    }
}

/// The name before ` = `, and where the value begins.
fn split_name(line: &[u8]) -> Option<(&[u8], usize)> {
    let end = line.iter().position(|octet| matches!(octet, b' ' | b'\t'))?;
    let (name, rest) = line.split_at(end);
    // The separator's last space is missing where a trailing one has been cut off.
    let value_at = match rest {
        [b' ', b'=', b' ', ..] => end + 3,
        [b' ', b'='] => end + 2,
        _ => return None,
    };
    let tail = ROOTS.iter().find_map(|(root, _)| name.strip_prefix(*root)).unwrap_or(name);
    tail.iter().all(|octet| octet.is_ascii_digit() || *octet == b'.').then_some((name, value_at))
}

/// Names that are printed even when there is no MIB.
const ROOTS: &[(&[u8], u32)] = &[(b"iso", 1), (b"ccitt", 0), (b"joint-iso-ccitt", 2)];

fn read_name(text: &[u8]) -> Result<Oid, RecordErrorKind> {
    for (root, arc) in ROOTS {
        let Some(tail) = text.strip_prefix(*root) else { continue };
        let mut name = Oid::from_static(&[*arc]);
        if !tail.is_empty() {
            for arc in super::name(tail)?.arcs() {
                name.push(*arc).map_err(RecordErrorKind::Name)?;
            }
        }
        return Ok(name);
    }
    super::name(text)
}

impl Syntax {
    fn value(self, text: &[u8]) -> Result<Value, RecordErrorKind> {
        let text = text.trim_ascii();
        // Behind the number there may be units.
        let first = text.split(u8::is_ascii_whitespace).next().unwrap_or(text);
        Ok(match self {
            Self::Integer => Value::Integer32(integer(text)?),
            Self::Counter32 => Value::Counter32(number(first, UNSIGNED)?),
            Self::Gauge32 => Value::Gauge32(number(first, UNSIGNED)?),
            Self::UInteger32 => Value::UInteger32(number(first, UNSIGNED)?),
            Self::Counter64 => Value::Counter64(number(first, UNSIGNED64)?),
            Self::TimeTicks => {
                let digits =
                    first.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")")).unwrap_or(first);
                Value::TimeTicks(number(digits, UNSIGNED)?)
            }
            Self::Oid => Value::ObjectIdentifier(read_name(text)?),
            Self::IpAddress => Value::IpAddress(number(first, "IPv4 address")?),
            Self::NetworkAddress => Value::IpAddress(network_address(first)?),
            Self::Float => opaque(0x78, &number::<f32>(first, "number")?.to_be_bytes()),
            Self::Int64 => opaque(0x7a, shortest(&number::<i64>(first, "number of 64 bits")?.to_be_bytes())),
            Self::UInt64 => {
                let number: u64 = number(first, UNSIGNED64)?;
                let mut octets = vec![0];
                octets.extend(number.to_be_bytes());
                opaque(0x7b, shortest(&octets))
            }
            Self::Null => Value::Null,
            Self::NoSuchObject => Value::NoSuchObject,
            Self::NoSuchInstance => Value::NoSuchInstance,
            Self::EndOfMibView => Value::EndOfMibView,
        })
    }
}

/// `5`, `5 seconds`, `up(1)`, or `1.25` where a DISPLAY-HINT has put a point.
fn integer(text: &[u8]) -> Result<i32, RecordErrorKind> {
    const EXPECTED: &str = "number from -2147483648 to 2147483647";
    if let Some(inner) = text.strip_suffix(b")")
        && let Some(open) = inner.iter().rposition(|octet| *octet == b'(')
    {
        return number(&inner[open + 1..], EXPECTED);
    }
    let first = text.split(u8::is_ascii_whitespace).next().unwrap_or(text);
    match first.iter().position(|octet| *octet == b'.') {
        Some(point) => number(&[&first[..point], &first[point + 1..]].concat(), EXPECTED),
        None => number(first, EXPECTED),
    }
}

fn network_address(text: &[u8]) -> Result<Ipv4Addr, RecordErrorKind> {
    let expected = "address of four octets such as C0:00:02:01";
    let octets = colon_octets(text).and_then(|octets| <[u8; 4]>::try_from(octets).ok());
    octets.map(Ipv4Addr::from).ok_or_else(|| wrong(text, expected))
}

/// Octets of one or two digits with colons between them.
fn colon_octets(text: &[u8]) -> Option<Vec<u8>> {
    let octet = |part: &[u8]| match *part {
        [low] => hex_pair([b'0', low]),
        [high, low] => hex_pair([high, low]),
        _ => None,
    };
    text.split(|octet| *octet == b':').map(octet).collect()
}

/// The six octets of a `PhysAddress` or `MacAddress` that its DISPLAY-HINT has formatted.
fn address_of(text: &[u8]) -> Option<Octets> {
    if text.len() > 17 {
        return None;
    }
    colon_octets(text.trim_ascii()).filter(|octets| octets.len() == 6).map(Octets::from)
}

/// net-snmp's types within an Opaque: a field with the class context and a number above 30.
fn opaque(tag: u8, content: &[u8]) -> Value {
    let mut field = vec![0x9f, tag, u8::try_from(content.len()).unwrap_or(u8::MAX)];
    field.extend_from_slice(content);
    Value::Opaque(Octets::from(field))
}

/// Two's complement without the leading octets that say nothing.
fn shortest(mut octets: &[u8]) -> &[u8] {
    while let [0 | 0xff, next, ..] = *octets
        && (octets[0] == 0xff) == (next >= 0x80)
    {
        octets = &octets[1..];
    }
    octets
}

/// A string in quotes, over as many lines as it takes; `\"` and `\\` are the only escapes.
fn quoted<R: io::BufRead>(
    lines: &mut Lines<R>,
    mut at: usize,
    start: Place,
    octets: &mut Vec<u8>,
) -> Result<(), RecordError> {
    octets.clear();
    loop {
        let mut rest = lines.line[at..].iter().enumerate();
        while let Some((offset, octet)) = rest.next() {
            match octet {
                b'"' => return close(lines, at + offset + 1, octets),
                b'\\' => octets.extend(rest.next().map(|(_, escaped)| *escaped)),
                other => octets.push(*other),
            }
        }
        octets.push(b'\n');
        bounded(octets, start)?;
        at = 0;
        if !lines.advance()? {
            return Err(start.fail(RecordErrorKind::Unclosed));
        }
    }
}

/// Looks at what stands behind the closing quote.
fn close<R>(lines: &Lines<R>, at: usize, octets: &mut Vec<u8>) -> Result<(), RecordError> {
    let place = Place { line: lines.number, column: at + 1 };
    let rest = &lines.line[at..];
    if !rest.trim_ascii().is_empty() {
        return Err(
            place.fail(RecordErrorKind::Form { expected: "the end of the line behind the closing quote" })
        );
    }
    if rest.ends_with(b"\r") {
        without_carriage_returns(octets);
    }
    bounded(octets, place)
}

/// A string without quotes: up to the next line that begins with a name.
fn unquoted<R: io::BufRead>(
    lines: &mut Lines<R>,
    at: usize,
    start: Place,
    octets: &mut Vec<u8>,
) -> Result<(), RecordError> {
    octets.clear();
    octets.extend_from_slice(&lines.line[at..]);
    while lines.advance()? {
        if split_name(&lines.line).is_some() {
            lines.pending = true;
            break;
        }
        octets.push(b'\n');
        octets.extend_from_slice(&lines.line);
        bounded(octets, start)?;
    }
    if octets.last() == Some(&b'\r') {
        octets.pop();
        without_carriage_returns(octets);
    }
    bounded(octets, start)
}

/// A recording whose own lines end with carriage returns has put one at each line's end in a string too.
fn without_carriage_returns(octets: &mut Vec<u8>) {
    let mut kept = Vec::with_capacity(octets.len());
    for (n, octet) in octets.iter().enumerate() {
        if *octet != b'\r' || octets.get(n + 1) != Some(&b'\n') {
            kept.push(*octet);
        }
    }
    *octets = kept;
}

/// Pairs of hexadecimal digits, over as many lines as have them.
fn digits<R: io::BufRead>(
    lines: &mut Lines<R>,
    at: usize,
    start: Place,
    octets: &mut Vec<u8>,
) -> Result<(), RecordError> {
    octets.clear();
    pairs(&lines.line[at..], octets).map_err(|kind| start.fail(kind))?;
    while lines.advance()? {
        let is_more =
            lines.line.first().is_some_and(u8::is_ascii_hexdigit) && split_name(&lines.line).is_none();
        if !is_more {
            lines.pending = true;
            break;
        }
        let place = Place { line: lines.number, column: 1 };
        pairs(&lines.line, octets).map_err(|kind| place.fail(kind))?;
        bounded(octets, start)?;
    }
    bounded(octets, start)
}

/// The pairs of one line. What net-snmp puts behind them is passed over: `[the text]` with -OT, and the names of BITS.
fn pairs(line: &[u8], octets: &mut Vec<u8>) -> Result<(), RecordErrorKind> {
    for word in line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
        let octet = match *word {
            [high, low] => hex_pair([high, low]),
            _ => None,
        };
        match (octet, word) {
            (Some(octet), _) => octets.push(octet),
            (None, [b'[', ..]) => break,
            (None, [.., b')']) if word.contains(&b'(') => {}
            (None, _) => return Err(wrong(word, "pair of hexadecimal digits")),
        }
    }
    Ok(())
}

fn bounded(octets: &[u8], start: Place) -> Result<(), RecordError> {
    if octets.len() > limits::MESSAGE_OCTETS {
        return Err(start.fail(RecordErrorKind::ValueTooLong));
    }
    Ok(())
}

/// Where the octets behind the first `mark` begin.
fn after(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len())
}
