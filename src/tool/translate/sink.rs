//! Standard output, in pieces as they come: a tree of all modules has megabytes.

use std::{
    fmt,
    io::{self, IsTerminal as _, Write as _},
};

use super::NAME;
use crate::{
    output::terminal::{Destination, Escapes, neutralise_json_tail, neutralise_tail},
    tool::printer::OutputLost,
};

/// Octets that are gathered before they are written.
const BUFFER_OCTETS: usize = 32 * 1024;

/// What becomes of control characters on a terminal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Notation {
    /// Shown as `\xNN`.
    Text,
    /// Shown as `\uNNNN`.
    Json,
    /// There are none left.
    Ready,
}

/// Standard output with a buffer of its own.
#[derive(Debug)]
pub struct Sink {
    out: Vec<u8>,
    notation: Notation,
    escapes: Escapes,
    spare: Vec<u8>,
    lost: Option<OutputLost>,
}

impl Sink {
    pub fn new(notation: Notation) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let destination = if is_terminal { Destination::Terminal } else { Destination::Other };
        Self {
            out: Vec::with_capacity(BUFFER_OCTETS + 1_024),
            notation,
            escapes: Escapes::of(destination),
            spare: Vec::new(),
            lost: None,
        }
    }

    /// Adds octets, and writes when enough are gathered.
    pub fn octets(&mut self, octets: &[u8]) -> Result<(), OutputLost> {
        self.out.extend_from_slice(octets);
        self.relieve()
    }

    /// What is gathered, to be added to.
    pub const fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Writes what is gathered if it is much.
    pub fn relieve(&mut self) -> Result<(), OutputLost> {
        if self.out.len() < BUFFER_OCTETS {
            return Ok(());
        }
        // In whole lines, so that no character is torn before it is looked at.
        let whole = self.out.iter().rposition(|octet| *octet == b'\n').map_or(self.out.len(), |end| end + 1);
        let rest = self.out.split_off(whole);
        self.flush()?;
        self.out = rest;
        Ok(())
    }

    /// Writes all that is gathered.
    pub fn flush(&mut self) -> Result<(), OutputLost> {
        match (self.escapes, self.notation) {
            (Escapes::Raw, _) | (_, Notation::Ready) => {}
            (Escapes::Neutralised, Notation::Text) => neutralise_tail(&mut self.out, 0, &mut self.spare),
            (Escapes::Neutralised, Notation::Json) => {
                neutralise_json_tail(&mut self.out, 0, &mut self.spare);
            }
        }
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&self.out).and_then(|()| stdout.flush());
        self.out.clear();
        written.map_err(|error| {
            let lost = OutputLost::told(NAME, &error);
            self.lost = Some(lost);
            lost
        })
    }

    /// What kept a formatter from writing, which can say only that something did.
    pub fn why(&self) -> OutputLost {
        self.lost.unwrap_or(OutputLost::Failed)
    }
}

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.octets(text.as_bytes()).map_err(|_| fmt::Error)
    }
}
