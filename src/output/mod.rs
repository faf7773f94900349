//! What the tools print: net-snmp's text, JSON, CSV and tables.
//!
//! [`Writer`] turns bindings, errors and ends into octets of one [`Format`] in a buffer of the caller's, who writes
//! the buffer out and decides when. Nothing here looks at a terminal or an environment: [`terminal`] has the
//! decisions, as functions of what the caller found there.

pub mod csv;
pub mod json;
mod known;
pub mod netsnmp;
mod number;
pub mod object;
pub mod objects;
pub mod options;
mod plain;
pub mod rows;
pub mod table;
pub mod terminal;

use std::{fmt, str::FromStr, time::Duration};

use crate::{codec::ErrorStatus, oid::Oid, value::VarBind};
use known::Knowledge;
use netsnmp::Named;
use options::Options;
use terminal::{Escapes, neutralise_json_tail, neutralise_tail};

/// A format of output.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Format {
    /// net-snmp's text.
    #[default]
    Text,
    /// One JSON document for each host.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// A table for people.
    Table,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Json, Self::Ndjson, Self::Csv, Self::Table];

    /// The word for `--format`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Table => "table",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

/// No format has this name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no output format '{name}': there are text, json, ndjson, csv and table")]
pub struct UnknownFormat {
    /// What was asked for.
    pub name: String,
}

/// Where the octets go, as far as their looks are concerned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sink {
    /// What becomes of control characters in [`Format::Text`]. Tables never have any, JSON escapes its own, and CSV has
    /// only line ends and tabs.
    pub escapes: Escapes,
    /// Columns of characters for [`Format::Table`].
    pub width: u16,
}

impl Default for Sink {
    /// A file or a pipe.
    fn default() -> Self {
        Self { escapes: Escapes::Raw, width: terminal::WIDTH_DEFAULT }
    }
}

/// Writes what a tool finds out, in one format.
///
/// Call [`Writer::varbind`] and [`Writer::error`] as things come, [`Writer::end`] once for each host, and
/// [`Writer::finish`] when nothing comes any more. Each call appends to the caller's buffer. In
/// [`Format::Json`] the hosts come one after the other: a document is closed as soon as another host begins.
#[derive(Debug)]
pub struct Writer {
    format: Format,
    options: Options,
    sink: Sink,
    names: Named,
    knowledge: Knowledge,
    /// The host whose prefix is kept.
    prefix_host: String,
    prefix: Vec<u8>,
    document: json::Document,
    rows: csv::Rows,
    page: table::Page,
    spare: Vec<u8>,
}

impl Writer {
    /// A writer without MIB knowledge.
    pub fn new(format: Format, options: Options, sink: Sink) -> Self {
        Self::with_names(format, options, sink, Named::nothing())
    }

    /// A writer that knows names.
    pub fn with_names(format: Format, options: Options, sink: Sink, names: Named) -> Self {
        let mut writer = Self {
            format,
            options,
            sink,
            knowledge: Knowledge::of(names.view().clone()),
            names,
            prefix_host: String::new(),
            prefix: Vec::new(),
            document: json::Document::default(),
            rows: csv::Rows::default(),
            page: table::Page::new(sink.width),
            spare: Vec::new(),
        };
        writer.remember("");
        writer
    }

    /// Writes a binding that `host` has sent; `host` is what the user typed, without the community.
    pub fn varbind(&mut self, host: &str, binding: &VarBind, out: &mut Vec<u8>) {
        let start = out.len();
        match self.format {
            Format::Text => {
                netsnmp::varbind(binding, &self.options, &self.names, out);
                match self.sink.escapes {
                    Escapes::Raw => {}
                    Escapes::Neutralised => neutralise_tail(out, start, &mut self.spare),
                }
            }
            Format::Json => {
                self.remember(host);
                self.document.open(host, out);
                self.document.next_varbind(out);
                let found = self.knowledge.find(&binding.name);
                json::varbind(&self.prefix, binding, found, &mut self.spare, out);
            }
            Format::Ndjson => {
                self.remember(host);
                let found = self.knowledge.find(&binding.name);
                json::varbind(&self.prefix, binding, found, &mut self.spare, out);
                out.push(b'\n');
            }
            Format::Csv => {
                let found = self.knowledge.find(&binding.name);
                self.rows.varbind(host, binding, found, self.sink.escapes, out);
            }
            Format::Table => {
                let found = self.knowledge.find(&binding.name);
                self.page.varbind(host, binding, found, &self.options, &self.names, out);
            }
        }
        match (self.format, self.sink.escapes) {
            (Format::Json | Format::Ndjson, Escapes::Neutralised) => {
                neutralise_json_tail(out, start, &mut self.spare);
            }
            (Format::Text | Format::Csv | Format::Table, _) | (_, Escapes::Raw) => {}
        }
    }

    /// Writes an error for programs. The formats for people write nothing: people read errors on standard error.
    pub fn error(&mut self, failure: &Failure<'_>, out: &mut Vec<u8>) {
        match self.format {
            Format::Text | Format::Csv | Format::Table => {}
            Format::Json => {
                self.document.open(failure.host, out);
                self.document.error(failure, &self.knowledge);
            }
            Format::Ndjson => {
                json::error(failure, &self.knowledge, out);
                out.push(b'\n');
            }
        }
    }

    /// Writes that nothing more comes from `host`.
    pub fn end(&mut self, host: &str, end: &End, out: &mut Vec<u8>) {
        match self.format {
            // Another host's rows may follow and belong to the same table.
            Format::Text | Format::Table => {}
            Format::Json => {
                self.document.open(host, out);
                self.document.close(Some(end), out);
            }
            Format::Ndjson => {
                json::end(host, end, out);
                out.push(b'\n');
            }
            Format::Csv => self.rows.header(out),
        }
    }

    /// Writes what is still kept, when nothing comes from any host any more. A JSON document that had no end is closed
    /// without one.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match self.format {
            Format::Text | Format::Ndjson => {}
            Format::Json => self.document.close(None, out),
            Format::Csv => self.rows.header(out),
            Format::Table => self.page.write(out),
        }
    }

    /// Keeps the beginning of the objects of `host`.
    fn remember(&mut self, host: &str) {
        if self.prefix.is_empty() || self.prefix_host != host {
            self.prefix_host.clear();
            self.prefix_host.push_str(host);
            self.prefix.clear();
            json::varbind_prefix(host, &mut self.prefix);
        }
    }
}

/// An error, as programs are told it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Failure<'a> {
    /// What the user typed, without the community.
    pub host: &'a str,
    /// What happened, for programs.
    pub code: ErrorCode,
    /// What happened, for people.
    pub message: &'a str,
    /// What to do about it.
    pub hint: Option<&'a str>,
    /// The object that it concerns.
    pub oid: Option<&'a Oid>,
    /// How many transmissions were made.
    pub tries: Option<u32>,
    /// How long it took.
    pub elapsed: Option<Duration>,
}

/// What happened, for programs: closed, and only ever growing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorCode {
    /// No answer to any transmission.
    Timeout,
    /// The network does not get there.
    Unreachable,
    /// The host is there, the port is closed.
    Refused,
    /// The host's name has no address.
    Resolve,
    /// The agent does not know the user.
    AuthUnknownUser,
    /// The agent finds the digest wrong, or we find the agent's wrong.
    AuthWrongDigest,
    /// The message is outside the time window.
    AuthNotInWindow,
    /// The agent has another engine ID.
    AuthUnknownEngine,
    /// The user has no such security level.
    AuthUnsupportedLevel,
    /// The agent cannot decrypt the message, or we cannot decrypt the agent's.
    PrivDecrypt,
    /// The agent has no such context, or answers for no such context engine.
    UnknownContext,
    /// The agent did not process the request, for another reason of `SNMPv3`.
    Report,
    /// The agent answered with this error-status.
    Agent(ErrorStatus),
    /// The answer does not fit into a message, however little is asked.
    TooBig,
    /// A walk got an object that does not come after the one before it.
    NotIncreasing,
    /// A walk went in circles.
    Loop,
    /// The answer could not be read.
    Decode,
    /// A table kept changing while it was fetched.
    Inconsistent,
    /// The user's deadline passed.
    Deadline,
    /// The command line is wrong.
    Usage,
    /// Something on this machine failed.
    Local,
}

impl ErrorCode {
    /// Writes the code, such as `timeout` or `agent.noSuchName`; a status without a name has its number,
    /// `agent.19`.
    pub fn write(self, out: &mut Vec<u8>) {
        if let Self::Agent(status) = self {
            out.extend_from_slice(b"agent.");
            match status.name() {
                Some(name) => out.extend_from_slice(name.as_bytes()),
                None => number::signed(i64::from(status.0), out),
            }
        } else {
            out.extend_from_slice(self.fixed().as_bytes());
        }
    }

    const fn fixed(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Resolve => "resolve",
            Self::AuthUnknownUser => "auth.unknown-user",
            Self::AuthWrongDigest => "auth.wrong-digest",
            Self::AuthNotInWindow => "auth.not-in-window",
            Self::AuthUnknownEngine => "auth.unknown-engine",
            Self::AuthUnsupportedLevel => "auth.unsupported-level",
            Self::PrivDecrypt => "priv.decrypt",
            Self::UnknownContext => "context.unknown",
            Self::Report => "report",
            Self::Agent(_) => "agent",
            Self::TooBig => "too-big",
            Self::NotIncreasing => "not-increasing",
            Self::Loop => "loop",
            Self::Decode => "decode",
            Self::Inconsistent => "inconsistent",
            Self::Deadline => "deadline",
            Self::Usage => "usage",
            Self::Local => "local",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::new();
        self.write(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}

/// How it ended with one host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct End {
    /// Whether everything that was asked for has come.
    pub complete: bool,
    /// Why nothing more comes.
    pub reason: EndReason,
    /// Variable bindings that were written.
    pub varbinds: u64,
    /// Requests that were made.
    pub requests: u64,
    /// Transmissions beyond the first of each request.
    pub retransmissions: u64,
    /// From the first transmission to the end.
    pub elapsed: Duration,
}

/// Why nothing more comes: closed, and only ever growing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndReason {
    /// What was asked has been answered.
    Answered,
    /// A walk has seen all of its subtree.
    EndOfSubtree,
    /// A walk has come to the end of what the agent has.
    EndOfMib,
    /// A walk has come to the object where it was told to end.
    EndOid,
    /// An error ended it; an error object says which.
    Error,
    /// The user's deadline passed.
    Deadline,
    /// The user interrupted it.
    Interrupted,
}

impl EndReason {
    /// The word for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::EndOfSubtree => "end-of-subtree",
            Self::EndOfMib => "end-of-mib",
            Self::EndOid => "end-oid",
            Self::Error => "error",
            Self::Deadline => "deadline",
            Self::Interrupted => "interrupted",
        }
    }
}

#[cfg(test)]
mod tests;
