//! What a tool prints: results on standard output through one buffer, everything else on standard error.

mod crowd;
mod letters;

pub use crowd::Section;
pub(super) use letters::options;

use std::{
    ffi::OsStr,
    io::{self, IsTerminal as _},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::FileType,
};

use self::crowd::Crowd;
use super::{Context, Ending, ToolError, log, trouble};
use crate::{
    cli::args,
    config::Settings,
    mib::View,
    oid::Oid,
    output::{
        End, EndReason, ErrorCode, Failure, Format, Sink, Writer,
        netsnmp::{self, Hints, Named},
        options::Options,
        rows,
        terminal::{self, Destination, Escapes},
    },
    table::{Column, Plan, Row},
    value::VarBind,
};

/// Octets that are gathered before they are written while results keep coming.
const BUFFER_OCTETS: usize = 32 * 1024;

/// Octets that a pipe or a terminal which has room for any takes at once (POSIX has it so for a pipe's `PIPE_BUF`, which
/// is 4096 on Linux and 512 at least).
const CHUNK_OCTETS: usize = if cfg!(target_os = "linux") { 4_096 } else { 512 };

/// How long to wait for a reader of standard output before the rest of the program has its turn.
const READER_PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Nothing more can be printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutputLost {
    /// The reader of standard output went away, or was left; there is nobody to print for.
    ReaderGone,
    /// Ctrl-C while the reader had no room.
    Interrupted,
    /// It cannot be written for another reason, which has been told: a full disk.
    Failed,
}

impl OutputLost {
    /// What a failed write means; tells of it on standard error unless the reader went away.
    pub(super) fn told(program: &str, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
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

/// What became of output that somebody has to take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Written {
    /// All of it was taken.
    All,
    /// Its reader is busy with something else; the rest waits.
    Blocked,
}

/// What standard output is, as far as writing to it goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stdout {
    /// A file, which takes everything at once.
    File,
    /// Somebody looks at it right now.
    Terminal,
    /// A pipe, a socket or a device, which may make the program wait.
    Reader,
    /// Its reader was left, and what is still printed is dropped.
    Left,
}

/// Prints one agent's results.
#[derive(Debug)]
pub struct Printer {
    writer: Writer,
    /// What writes rows of a table; then `writer` has nothing to do.
    rows: Option<Box<rows::Writer>>,
    /// Whether the agent's name stands above its rows, among those of many agents.
    is_titled: bool,
    format: Format,
    options: Options,
    names: Named,
    program: &'static str,
    /// What to try when the agent says that the user may not: `SNMPv3` alone has something to say.
    denial: Option<String>,
    host: String,
    out: Vec<u8>,
    stdout: Stdout,
    /// Whether a signal came while the reader of standard output was waited for.
    interrupted: bool,
    varbinds: u64,
    /// How many of them were exceptions.
    exceptions: u64,
    /// What was told of a failure last.
    failed: Option<ErrorCode>,
    /// What it takes to print for many agents.
    crowd: Option<Crowd>,
}

impl Printer {
    /// A printer for the agent called `host`, in the format and with the options of the context.
    pub fn new(context: &Context, host: &str) -> Result<Self, ToolError> {
        let options = options(&context.output)?;
        let format = format(context.output.format);
        let names = names(&context.settings, context.library.view());
        Ok(Self {
            writer: Writer::with_names(format, options, sink(context.columns.as_deref()), names.clone()),
            rows: None,
            is_titled: false,
            format,
            options,
            names,
            program: context.name,
            denial: trouble::of_denial(context, host),
            host: host.to_owned(),
            out: Vec::with_capacity(BUFFER_OCTETS + 1_024),
            stdout: Stdout::of_process(),
            interrupted: false,
            varbinds: 0,
            exceptions: 0,
            failed: None,
            crowd: None,
        })
    }

    /// Prints a binding.
    pub fn varbind(&mut self, binding: &VarBind) -> Result<(), OutputLost> {
        self.varbinds += 1;
        self.exceptions += u64::from(binding.value.is_exception());
        let start = self.out.len();
        self.writer.varbind(&self.host, binding, &mut self.out);
        self.name_lines(start);
        // Whoever prints asks `is_full` and writes in time; one that does not is not let off for ever.
        if self.out.len() >= 8 * BUFFER_OCTETS { self.flush() } else { Ok(()) }
    }

    /// Prints rows of a table from now on, and no bindings.
    pub fn print_rows(&mut self, setup: rows::Setup, plan: Plan) {
        let mut rows = Box::new(rows::Writer::new(setup, plan, &self.host));
        if self.crowd.is_some() {
            // The one that all agents share is there.
            rows.omit_header();
        }
        self.rows = Some(rows);
    }

    /// What writes rows.
    pub fn rows(&mut self) -> Option<&mut rows::Writer> {
        self.rows.as_deref_mut()
    }

    /// Takes note of the columns of the rows that come, and of the places of those that are shown.
    pub fn columns(&mut self, columns: &[Column], shown: &[usize]) {
        if let Some(rows) = &mut self.rows {
            rows.columns(columns, shown);
        }
    }

    /// Prints a row; it counts as a binding.
    pub fn row(&mut self, row: &Row) -> Result<(), OutputLost> {
        self.varbinds += 1;
        self.of_rows(|rows, out| rows.row(row, out));
        if self.out.len() >= 8 * BUFFER_OCTETS { self.flush() } else { Ok(()) }
    }

    /// Prints the text of the rows that were kept for it.
    pub fn row_text(&mut self) {
        self.of_rows(rows::Writer::write_text);
    }

    /// Whether so much is gathered that it should be written.
    pub const fn is_full(&self) -> bool {
        self.out.len() >= BUFFER_OCTETS
    }

    /// Whether anything is gathered, and whether somebody looks at a terminal and should see it without delay.
    pub fn waits(&self) -> Option<Urgency> {
        if self.out.is_empty() {
            return None;
        }
        Some(if self.stdout == Stdout::Terminal { Urgency::Now } else { Urgency::Soon })
    }

    /// Writes what is gathered, for as long as its reader takes it; waits a twentieth of a second for that at most.
    pub fn write(&mut self) -> Result<Written, OutputLost> {
        let mut start = if self.stdout == Stdout::Left { self.out.len() } else { 0 };
        let mut result = Ok(Written::All);
        while start < self.out.len() {
            let mut octets = &self.out[start..];
            if self.stdout != Stdout::File {
                match room() {
                    Room::Some => octets = chunk(octets),
                    Room::None => result = Ok(Written::Blocked),
                    Room::Interrupted => {
                        self.interrupted = true;
                        result = Ok(Written::Blocked);
                    }
                }
            }
            if result == Ok(Written::Blocked) {
                break;
            }
            match rustix::io::write(rustix::stdio::stdout(), octets) {
                Ok(written) => start += written,
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(error) => {
                    start = self.out.len();
                    result = Err(OutputLost::told(self.program, &error.into()));
                }
            }
        }
        self.out.drain(..start);
        result
    }

    /// Writes what is gathered if its reader takes it now, and drops it, and all that follows, if not: the run ends.
    pub fn leave(&mut self) -> Result<(), OutputLost> {
        if self.write()? == Written::Blocked {
            self.stdout = Stdout::Left;
        }
        Ok(())
    }

    /// Prints a line, or the beginning of one, that belongs to net-snmp's text; the other formats do without.
    pub fn text(&mut self, text: &str) {
        if self.rows.is_some() {
            let format = self.format;
            return self.of_rows(|_, out| {
                if format == Format::Text {
                    out.extend_from_slice(text.as_bytes());
                }
            });
        }
        if self.format == Format::Text {
            let start = self.out.len();
            self.out.extend_from_slice(text.as_bytes());
            self.name_lines(start);
        }
    }

    /// Writes what is gathered, however long its reader takes. Only Ctrl-C ends that, where it is caught.
    pub fn flush(&mut self) -> Result<(), OutputLost> {
        self.interrupted = false;
        while self.write()? == Written::Blocked {
            if self.interrupted {
                return Err(OutputLost::Interrupted);
            }
        }
        Ok(())
    }

    /// Says something on standard error, after what was printed before it.
    pub fn say(&mut self, text: &str) -> Result<(), OutputLost> {
        if let Some(crowd) = &mut self.crowd {
            let lines: Vec<_> = text.lines().map(|line| format!("{}: {line}", self.host)).collect();
            crowd.said.push(lines.join("\n"));
            return Ok(());
        }
        self.flush()?;
        log::say(text);
        Ok(())
    }

    /// Tells of a failure: to people on standard error, to programs in the stream. `text` may have several lines.
    pub fn fail(&mut self, failure: &Trouble) -> Result<(), OutputLost> {
        if !failure.text.is_empty() {
            self.say(&failure.text)?;
        }
        self.failed = Some(failure.code);
        let failure = Failure {
            host: &self.host,
            code: failure.code,
            message: &failure.message,
            hint: failure.hint.as_deref(),
            oid: failure.oid.as_ref(),
            tries: failure.tries,
            elapsed: failure.elapsed,
        };
        match &mut self.rows {
            Some(rows) => rows.error(&failure, &mut self.out),
            None => self.writer.error(&failure, &mut self.out),
        }
        Ok(())
    }

    /// Ends the agent's results and writes all that is left.
    pub fn end(&mut self, end: &End) -> Result<(), OutputLost> {
        let has_rows = self.rows.is_some();
        if has_rows {
            self.of_rows(|rows, out| rows.end(end, out));
        } else {
            self.writer.end(&self.host, end, &mut self.out);
        }
        match (&self.crowd, has_rows) {
            (Some(_), _) => Ok(()),
            (None, true) => self.flush(),
            (None, false) => self.finish(),
        }
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
        netsnmp::oid(name, &self.options, &self.names, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// The options of the text.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// What to try when the agent does not let the user do what was asked.
    pub fn denial(&self) -> Option<&str> {
        self.denial.as_deref()
    }

    /// The tool's name.
    pub const fn program(&self) -> &'static str {
        self.program
    }

    /// What is known of objects.
    pub const fn names(&self) -> &Named {
        &self.names
    }
}

/// How soon output should be seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Urgency {
    /// Before anything is waited for.
    Now,
    /// After a moment, in which more may come.
    Soon,
}

impl Stdout {
    fn of_process() -> Self {
        let stdout = io::stdout();
        if stdout.is_terminal() {
            return Self::Terminal;
        }
        match rustix::fs::fstat(&stdout) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => Self::File,
            Ok(_) | Err(_) => Self::Reader,
        }
    }
}

/// Whether standard output takes octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Room {
    /// It takes some, or an error can be had by trying.
    Some,
    /// Its reader is behind.
    None,
    /// The same, and a signal came: somebody may want the program to end.
    Interrupted,
}

/// Waits a little for standard output to take octets.
fn room() -> Room {
    let stdout = io::stdout();
    let mut wanted = [PollFd::new(&stdout, PollFlags::OUT)];
    match poll(&mut wanted, Some(&READER_PATIENCE)) {
        Ok(0) => Room::None,
        Err(rustix::io::Errno::INTR) => Room::Interrupted,
        // What cannot be waited for can be written to.
        Ok(_) | Err(_) => Room::Some,
    }
}

/// As much as is sure to be taken at once, in whole lines if there is one.
fn chunk(octets: &[u8]) -> &[u8] {
    if octets.len() <= CHUNK_OCTETS {
        return octets;
    }
    let head = &octets[..CHUNK_OCTETS];
    head.iter().rposition(|octet| *octet == b'\n').map_or(head, |end| &head[..=end])
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
    pub code: ErrorCode,
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

pub(super) const fn format(format: args::Format) -> Format {
    match format {
        args::Format::Text => Format::Text,
        args::Format::Json => Format::Json,
        args::Format::Ndjson => Format::Ndjson,
        args::Format::Csv => Format::Csv,
        // The latter is for rows alone, which have a writer of their own.
        args::Format::Table | args::Format::Vertical => Format::Table,
    }
}

/// What is known of objects: DISPLAY-HINTs are ignored under `-Ih`, which changes what `noDisplayHint` says.
pub(super) fn names(settings: &Settings, view: &View) -> Named {
    let letters = settings.mib.input_letters.matches('h').count();
    let ignored = (letters % 2 == 1) != (settings.output.no_display_hint == Some(true));
    let hints = if ignored { Hints::Ignored } else { Hints::Used };
    let names = Named::of(view.clone()).with_hints(hints);
    match &settings.mib.prefix {
        Some(prefix) => names.with_prefix(&prefix.to_string_lossy()),
        None => names,
    }
}

/// Where the octets go: what a terminal may be shown, and how wide it is.
pub(super) fn sink(columns: Option<&OsStr>) -> Sink {
    let stdout = io::stdout();
    let destination = if stdout.is_terminal() { Destination::Terminal } else { Destination::Other };
    let measured = match destination {
        Destination::Terminal => rustix::termios::tcgetwinsize(&stdout).ok().map(|size| size.ws_col),
        Destination::Other => None,
    };
    let columns = columns.map(OsStr::to_string_lossy);
    Sink { escapes: Escapes::of(destination), width: terminal::width(columns.as_deref(), measured) }
}
