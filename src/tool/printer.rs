//! What a tool prints: results on standard output through one buffer, everything else on standard error.

use std::{
    ffi::OsStr,
    io::{self, IsTerminal as _, Write as _},
    time::Duration,
};

use rustix::event::{PollFd, PollFlags};

use super::{Context, Ending, ToolError, log};
use crate::{
    cli::args,
    config::OutputTokens,
    oid::Oid,
    output::{
        End, EndReason, Failure, Format, Sink, Writer,
        netsnmp::{self, NoNames},
        options::Options,
        terminal::{self, Destination, Escapes},
    },
    value::VarBind,
};

/// Octets that are gathered before they are written while results keep coming.
const BUFFER_OCTETS: usize = 32 * 1024;

/// Octets that a pipe with any room takes without blocking: `PIPE_BUF` of Linux.
const PIECE_OCTETS: usize = 4_096;

/// Nothing more can be printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutputLost {
    /// The reader of standard output went away; there is nobody left to print for.
    ReaderGone,
    /// Ctrl-C while the reader had no room.
    Interrupted,
    /// It cannot be written for another reason, which has been told: a full disk.
    Failed,
}

impl OutputLost {
    /// What a failed write means; tells of it on standard error unless the reader went away.
    pub(super) fn told(program: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => return Self::ReaderGone,
            io::ErrorKind::Interrupted => return Self::Interrupted,
            _ => {}
        }
        log::say(&format!("{program}: cannot write to standard output: {}", log::reason(error)));
        Self::Failed
    }

    /// How the run ends.
    pub(super) const fn ending(self) -> Ending {
        match self {
            Self::ReaderGone => Ending::BrokenPipe,
            Self::Interrupted => Ending::Interrupted,
            Self::Failed => Ending::Local,
        }
    }
}

/// Prints one agent's results.
#[derive(Debug)]
pub struct Printer {
    writer: Writer,
    format: Format,
    options: Options,
    program: &'static str,
    host: String,
    out: Vec<u8>,
    varbinds: u64,
    /// How many of them were exceptions.
    exceptions: u64,
}

impl Printer {
    /// A printer for the agent called `host`, in the format and with the options of the context.
    pub fn new(context: &Context, host: &str) -> Result<Self, ToolError> {
        let options = options(context)?;
        let format = format(context.output.format);
        Ok(Self {
            writer: Writer::new(format, options, sink(context.columns.as_deref())),
            format,
            options,
            program: context.name,
            host: host.to_owned(),
            out: Vec::with_capacity(BUFFER_OCTETS + 1_024),
            varbinds: 0,
            exceptions: 0,
        })
    }

    /// Prints a binding.
    pub fn varbind(&mut self, binding: &VarBind) -> Result<(), OutputLost> {
        self.varbinds += 1;
        self.exceptions += u64::from(binding.value.is_exception());
        self.writer.varbind(&self.host, binding, &mut self.out);
        if self.out.len() >= BUFFER_OCTETS { self.flush() } else { Ok(()) }
    }

    /// Prints a line, or the beginning of one, that belongs to net-snmp's text; the other formats do without.
    pub fn text(&mut self, text: &str) {
        if self.format == Format::Text {
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// Writes what is gathered.
    pub fn flush(&mut self) -> Result<(), OutputLost> {
        if self.out.is_empty() {
            return Ok(());
        }
        let written = write_in_pieces(&self.out);
        self.out.clear();
        written.map_err(|error| OutputLost::told(self.program, &error))
    }

    /// Says something on standard error, after what was printed before it.
    pub fn say(&mut self, text: &str) -> Result<(), OutputLost> {
        self.flush()?;
        log::say(text);
        Ok(())
    }

    /// Tells of a failure: to people on standard error, to programs in the stream. `text` may have several lines.
    pub fn fail(&mut self, failure: &Trouble) -> Result<(), OutputLost> {
        if !failure.text.is_empty() {
            self.say(&failure.text)?;
        }
        let failure = Failure {
            host: &self.host,
            code: failure.code,
            message: &failure.message,
            hint: failure.hint.as_deref(),
            oid: failure.oid.as_ref(),
            tries: failure.tries,
            elapsed: failure.elapsed,
        };
        self.writer.error(&failure, &mut self.out);
        Ok(())
    }

    /// Ends the agent's results and writes all that is left.
    pub fn end(&mut self, end: &End) -> Result<(), OutputLost> {
        self.writer.end(&self.host, end, &mut self.out);
        self.writer.finish(&mut self.out);
        self.flush()
    }

    /// What the end of a run says of a run that came to `reason`.
    pub fn ended(&self, reason: EndReason, complete: bool, spent: Spent) -> End {
        let Spent { requests, retransmissions, elapsed } = spent;
        End { complete, reason, varbinds: self.varbinds, requests, retransmissions, elapsed }
    }

    /// How many bindings were printed.
    pub const fn varbinds(&self) -> u64 {
        self.varbinds
    }

    /// Whether there was anything but exceptions.
    pub const fn found_something(&self) -> bool {
        self.varbinds > self.exceptions
    }

    /// An object's name as the options have it.
    pub fn name(&self, name: &Oid) -> String {
        let mut out = Vec::new();
        netsnmp::oid(name, &self.options, &NoNames, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// The options of the text.
    pub const fn options(&self) -> &Options {
        &self.options
    }
}

/// What an exchange cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Requests made.
    pub requests: u64,
    /// Transmissions beyond the first of each request.
    pub retransmissions: u64,
    /// From the beginning to the end.
    pub elapsed: Duration,
}

/// A failure, for people and for programs.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// What is said on standard error, without the last line break.
    pub text: String,
    /// What happened, for programs.
    pub code: crate::output::ErrorCode,
    /// What happened, in one line.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The object that it concerns.
    pub oid: Option<Oid>,
    /// How many transmissions were made.
    pub tries: Option<u32>,
    /// How long it took.
    pub elapsed: Option<Duration>,
}

/// Writes to standard output, waiting for room before each piece.
///
/// A write that blocks goes on after a signal whose handler has run, so that Ctrl-C would not end a walk whose reader
/// has stopped to read, such as a pager. Waiting for room does end then. A pipe that has any room takes a whole piece,
/// and pieces end with lines, so that what was written is whole.
///
/// # Errors
///
/// [`io::ErrorKind::Interrupted`] when a signal came while there was no room.
fn write_in_pieces(mut octets: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    while !octets.is_empty() {
        rustix::event::poll(&mut [PollFd::new(&stdout, PollFlags::OUT)], None)?;
        let most = octets.len().min(PIECE_OCTETS);
        let lines = octets[..most].iter().rposition(|octet| *octet == b'\n').map_or(most, |last| last + 1);
        let (piece, rest) = octets.split_at(lines);
        stdout.write_all(piece)?;
        stdout.flush()?;
        octets = rest;
    }
    Ok(())
}

const fn format(format: args::Format) -> Format {
    match format {
        args::Format::Text => Format::Text,
        args::Format::Json => Format::Json,
        args::Format::Ndjson => Format::Ndjson,
        args::Format::Csv => Format::Csv,
        args::Format::Table => Format::Table,
    }
}

/// The letters of `-O`, then the tokens, which beat them.
fn options(context: &Context) -> Result<Options, ToolError> {
    let refused = |error: &dyn std::fmt::Display| ToolError::Usage(error.to_string());
    let mut options = Options::default();
    options.apply(&context.output.letters.letters).map_err(|error| refused(&error))?;
    if let Some(precision) = &context.output.letters.precision {
        options.set_precision(precision).map_err(|error| refused(&error))?;
    }
    for (token, value) in tokens(&context.output.tokens) {
        options.set_token(token, &value).map_err(|error| refused(&error))?;
    }
    Ok(options)
}

/// The output tokens that are set.
fn tokens(tokens: &OutputTokens) -> Vec<(&'static str, String)> {
    let flag = |token, value: Option<bool>| value.map(|on| (token, u8::from(on).to_string()));
    let number = |token, value: Option<i64>| value.map(|number| (token, number.to_string()));
    [
        number("oidOutputFormat", tokens.oid_output_format),
        number("suffixPrinting", tokens.suffix_printing),
        flag("printNumericOids", tokens.print_numeric_oids),
        flag("printNumericEnums", tokens.print_numeric_enums),
        flag("escapeQuotes", tokens.escape_quotes),
        flag("dontBreakdownOids", tokens.dont_breakdown_oids),
        flag("quickPrinting", tokens.quick_printing),
        flag("numericTimeticks", tokens.numeric_timeticks),
        flag("extendedIndex", tokens.extended_index),
        flag("printHexText", tokens.print_hex_text),
        flag("printValueOnly", tokens.print_value_only),
        flag("dontPrintUnits", tokens.dont_print_units),
        number("hexOutputLength", tokens.hex_output_length),
        tokens.output_precision.clone().map(|precision| ("outputPrecision", precision)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Where the octets go: what a terminal may be shown, and how wide it is.
fn sink(columns: Option<&OsStr>) -> Sink {
    let stdout = io::stdout();
    let destination = if stdout.is_terminal() { Destination::Terminal } else { Destination::Other };
    let measured = match destination {
        Destination::Terminal => rustix::termios::tcgetwinsize(&stdout).ok().map(|size| size.ws_col),
        Destination::Other => None,
    };
    let columns = columns.map(OsStr::to_string_lossy);
    Sink { escapes: Escapes::of(destination), width: terminal::width(columns.as_deref(), measured) }
}
