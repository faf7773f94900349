//! Recorded walks, to be served again: `snmpwalk -On` text, this program's ndjson, and `.snmprec`.
//!
//! The reader takes a line at a time and keeps nothing but the objects. Input need not be sorted. Where a name comes
//! twice the last one counts, and [`Report`] says how often that was: walks of agents that loop hold such names.
//! Lines that carry no object (exceptions, blank lines, comments, the `end` of an ndjson stream) are passed over.

use std::{fmt, io, sync::Arc};

use super::{
    Agent, Communities,
    statistics::Statistics,
    store::{Builder, Store, StoreFull},
    tree::Tree,
};
use crate::{
    limits,
    oid::{Oid, OidError},
    value::Value,
};

mod ndjson;
mod snmprec;
mod text;

/// How a recording is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// What `snmpwalk -On` prints, of net-snmp or of this program.
    Text,
    /// One JSON object a line, as `--format ndjson` writes them.
    Ndjson,
    /// `OID|TAG|VALUE` lines.
    Snmprec,
}

/// What was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Report {
    /// How it is written.
    pub format: Format,
    /// Lines of the input.
    pub lines: u64,
    /// Objects in the store.
    pub objects: usize,
    /// Objects whose name came again later, and that were replaced.
    pub replaced: usize,
    /// noSuchObject, noSuchInstance and endOfMibView in place of a value; passed over.
    pub exceptions: u64,
    /// Octets of memory that the objects take.
    pub memory_octets: usize,
}

/// Why a recording cannot be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct RecordError {
    /// The line, from 1.
    pub line: u64,
    /// The octet in the line, from 1.
    pub column: usize,
    /// What is wrong there.
    #[source]
    pub kind: RecordErrorKind,
}

/// What is wrong with a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordErrorKind {
    /// The file cannot be read.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
    /// A line of more than [`limits::LINE_OCTETS`].
    #[error("a line of more than {} octets; this is no recorded walk", limits::LINE_OCTETS)]
    LineTooLong,
    /// A value of more octets than a message holds.
    #[error("a value of more than {} octets, which no message could hold", limits::MESSAGE_OCTETS)]
    ValueTooLong,
    /// The name is no numeric object identifier.
    #[error("{0}; record with numeric names (snmpwalk -On)")]
    Name(OidError),
    /// An object identifier that has no encoding (X.690, section 8.19.4).
    #[error(
        "'{0}' cannot be sent: a name has two numbers at least, the first is 0, 1 or 2, and the second below 40 unless the first is 2"
    )]
    NotEncodable(Oid),
    /// A line that has not the form of its format.
    #[error("{expected} expected here")]
    Form {
        /// What should stand there.
        expected: &'static str,
    },
    /// A word that names no type.
    #[error("'{word}' is no type of value that is known here; known are {known}")]
    UnknownType {
        /// The word.
        word: String,
        /// Those that are known.
        known: &'static str,
    },
    /// A value that its type does not have.
    #[error("'{text}' is no {expected}")]
    Value {
        /// What stands there, its beginning at least.
        text: String,
        /// What should.
        expected: &'static str,
    },
    /// A tag that makes a simulator compute the value.
    #[error(
        "tag '{tag}' asks for a variation module, which is not supported here; write the value that it should have"
    )]
    Variation {
        /// The tag.
        tag: String,
    },
    /// No JSON, or none of this shape.
    #[error("{reason}; every line has to be one JSON object")]
    Json {
        /// What the JSON reader says.
        reason: String,
    },
    /// Too many objects for one store.
    #[error("{0}; split the recording")]
    Full(#[from] StoreFull),
    /// The string that began here has no end.
    #[error("the string that begins here has no closing quote")]
    Unclosed,
}

/// Reads a recording; without `format`, its first line tells.
///
/// # Errors
///
/// The first line that is wrong. Nothing is guessed: a recording that reads at all reads whole.
pub fn read(input: impl io::BufRead, format: Option<Format>) -> Result<(Store, Report), RecordError> {
    let mut lines = Lines { input, line: Vec::new(), number: 0, pending: false };
    let format = match format {
        Some(format) => format,
        None => detect(&mut lines)?,
    };
    let mut sink = Sink { builder: Builder::default(), exceptions: 0 };
    match format {
        Format::Text => text::read(&mut lines, &mut sink)?,
        Format::Ndjson => ndjson::read(&mut lines, &mut sink)?,
        Format::Snmprec => snmprec::read(&mut lines, &mut sink)?,
    }
    let (store, replaced) = sink.builder.finish();
    let report = Report {
        format,
        lines: lines.number,
        objects: store.len(),
        replaced,
        exceptions: sink.exceptions,
        memory_octets: store.memory_octets(),
    };
    Ok((store, report))
}

/// An agent that serves a recording.
///
/// # Panics
///
/// Never: the recording is the only provider of its tree.
pub fn agent(store: Store, communities: Communities) -> Agent {
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(store)).expect("an empty tree has room for a provider");
    Agent::new(tree, communities, Arc::new(Statistics::default()))
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "snmpwalk text",
            Self::Ndjson => "ndjson",
            Self::Snmprec => "snmprec",
        })
    }
}

fn detect<R: io::BufRead>(lines: &mut Lines<R>) -> Result<Format, RecordError> {
    while lines.advance()? {
        let line = lines.line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        lines.pending = true;
        let digits = line.iter().take_while(|octet| octet.is_ascii_digit() || **octet == b'.').count();
        return Ok(match (line[0], line.get(digits)) {
            (b'{', _) => Format::Ndjson,
            (_, Some(b'|')) => Format::Snmprec,
            _ => Format::Text,
        });
    }
    Ok(Format::Text)
}

/// The input, a bounded line at a time.
struct Lines<R> {
    input: R,
    /// The line, without its line feed.
    line: Vec<u8>,
    /// Its number, from 1.
    number: u64,
    /// Whether the line is still to be handed out: the format was read off it.
    pending: bool,
}

impl<R: io::BufRead> Lines<R> {
    /// Goes to the next line; false at the end.
    fn advance(&mut self) -> Result<bool, RecordError> {
        if std::mem::take(&mut self.pending) {
            return Ok(true);
        }
        self.line.clear();
        let most = limits::LINE_OCTETS as u64 + 1;
        let mut bounded = io::Read::take(&mut self.input, most);
        let number = self.number + 1;
        let fail = |kind| RecordError { line: number, column: 1, kind };
        if io::BufRead::read_until(&mut bounded, b'\n', &mut self.line).map_err(|error| fail(error.into()))?
            == 0
        {
            return Ok(false);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() > limits::LINE_OCTETS {
            return Err(fail(RecordErrorKind::LineTooLong));
        }
        self.number = number;
        Ok(true)
    }
}

/// Where the objects go.
struct Sink {
    builder: Builder,
    exceptions: u64,
}

impl Sink {
    fn push(&mut self, place: Place, name: &Oid, value: &Value) -> Result<(), RecordError> {
        if value.is_exception() {
            self.exceptions += 1;
            return Ok(());
        }
        let refused = match value {
            // One arc alone is sent with a second one, 0; that is another name, but hardly another value.
            Value::ObjectIdentifier(name) if !is_encodable(name) => Some(name),
            _ if name.len() < 2 || !is_encodable(name) => Some(name),
            _ => None,
        };
        if let Some(name) = refused {
            return Err(place.fail(RecordErrorKind::NotEncodable(name.clone())));
        }
        self.builder.push(name, value).map_err(|full| place.fail(full.into()))
    }
}

fn is_encodable(name: &Oid) -> bool {
    match name.arcs() {
        [] => true,
        [first] => *first <= 2,
        [first, second, ..] => *first == 2 || (*first < 2 && *second < 40),
    }
}

/// A place in the input.
#[derive(Clone, Copy)]
struct Place {
    line: u64,
    column: usize,
}

impl Place {
    fn fail(self, kind: RecordErrorKind) -> RecordError {
        RecordError { line: self.line, column: self.column, kind }
    }

    fn after(self, octets: usize) -> Self {
        Self { line: self.line, column: self.column + octets }
    }
}

/// `text` as it can stand in a message: its beginning, without control characters.
fn excerpt(text: &[u8]) -> String {
    const OCTETS: usize = 40;
    let mut excerpt = text[..text.len().min(OCTETS)].escape_ascii().to_string();
    if text.len() > OCTETS {
        excerpt.push('…');
    }
    excerpt
}

fn wrong(text: &[u8], expected: &'static str) -> RecordErrorKind {
    RecordErrorKind::Value { text: excerpt(text), expected }
}

fn name(text: &[u8]) -> Result<Oid, RecordErrorKind> {
    let text = str::from_utf8(text).map_err(|_| wrong(text, "object identifier"))?;
    text.parse().map_err(RecordErrorKind::Name)
}

/// A decimal number that `T` holds.
fn number<T: std::str::FromStr>(text: &[u8], expected: &'static str) -> Result<T, RecordErrorKind> {
    let digits = str::from_utf8(text).ok().filter(|text| !text.starts_with('+'));
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| wrong(text, expected))
}

/// The octet that two hexadecimal digits stand for.
fn hex_pair(pair: [u8; 2]) -> Option<u8> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(pair[0])? << 4 | digit(pair[1])?)
}

/// Octets written as hexadecimal digits without anything between them.
fn hex(text: &[u8]) -> Result<Vec<u8>, RecordErrorKind> {
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong(text, "even number of hexadecimal digits"));
    }
    pairs.iter().map(|pair| hex_pair(*pair).ok_or_else(|| wrong(text, "row of hexadecimal digits"))).collect()
}

#[cfg(test)]
mod tests;
