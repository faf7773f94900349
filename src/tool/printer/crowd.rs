//! One printer for many agents, which turns from one to another.

use super::{OutputLost, Printer};
use crate::{
    output::{ErrorCode, Format, rows},
    tool::Records,
};

/// Printing for many agents: who it is about stands before each line of text, and what is said waits to be fetched.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) said: Vec<String>,
    spare: Vec<u8>,
    records: Records,
    /// Whether the name of an agent stands above its rows already: an empty line comes before the next one.
    has_titles: bool,
}

/// What a printer keeps of one of many agents while it prints for others.
#[derive(Debug, Default)]
pub struct Section {
    /// The agent, as messages and formats have it.
    host: String,
    denial: Option<String>,
    failed: Option<ErrorCode>,
    varbinds: u64,
    exceptions: u64,
    rows: Option<Box<rows::Writer>>,
    is_titled: bool,
}

impl Section {
    /// One in which nothing is printed yet. `denial` is what to try when the agent says that the user may not.
    pub fn new(host: &str, denial: Option<String>) -> Self {
        Self { host: host.to_owned(), denial, ..Self::default() }
    }

    /// What was told of a failure last.
    pub const fn failed(&self) -> Option<ErrorCode> {
        self.failed
    }
}

impl Printer {
    /// Prints for many agents from now on: what was done for one is put aside by [`Self::turn_to`], an agent's end does
    /// not end the output, and what is said waits for [`Self::take_said`]. `make_ready` has it print rows, where rows are
    /// what comes.
    ///
    /// A header of CSV is written here and now: before whatever comes first, and once.
    pub fn for_many(&mut self, records: Records, make_ready: impl FnOnce(&mut Self)) {
        match records {
            Records::Rows => {
                make_ready(self);
                if let Some(mut rows) = self.rows.take() {
                    rows.header(&mut self.out);
                }
            }
            Records::Bindings if self.format == Format::Csv => self.writer.finish(&mut self.out),
            Records::Bindings => {}
        }
        self.crowd = Some(Crowd { said: Vec::new(), spare: Vec::new(), records, has_titles: false });
    }

    /// Whether it prints for many agents.
    pub const fn is_for_many(&self) -> bool {
        self.crowd.is_some()
    }

    /// Turns to another of many agents, and back from it.
    pub fn turn_to(&mut self, section: &mut Section) {
        use std::mem::swap;
        swap(&mut self.host, &mut section.host);
        swap(&mut self.denial, &mut section.denial);
        swap(&mut self.failed, &mut section.failed);
        swap(&mut self.varbinds, &mut section.varbinds);
        swap(&mut self.exceptions, &mut section.exceptions);
        swap(&mut self.rows, &mut section.rows);
        swap(&mut self.is_titled, &mut section.is_titled);
    }

    /// What is to be said on standard error about one of many agents; each with its name.
    pub fn take_said(&mut self) -> Vec<String> {
        self.crowd.as_mut().map(|crowd| std::mem::take(&mut crowd.said)).unwrap_or_default()
    }

    /// Writes what is left, when nothing comes from any of many agents.
    pub fn finish(&mut self) -> Result<(), OutputLost> {
        if self.crowd.as_ref().is_none_or(|crowd| crowd.records == Records::Bindings) {
            self.writer.finish(&mut self.out);
        }
        self.flush()
    }

    /// Has something written that is about rows. Of many agents, the first that is written for people has a line with the
    /// agent's name and a colon before it, and an empty line before that.
    pub(super) fn of_rows(&mut self, write: impl FnOnce(&mut rows::Writer, &mut Vec<u8>)) {
        let Some(rows) = &mut self.rows else { return };
        let before = self.out.len();
        let is_for_people = matches!(self.format, Format::Text | Format::Table);
        if let Some(crowd) = &self.crowd
            && is_for_people
            && !self.is_titled
        {
            let gap = if crowd.has_titles { "\n" } else { "" };
            self.out.extend_from_slice(format!("{gap}{}:\n", self.host).as_bytes());
        }
        let start = self.out.len();
        write(rows, &mut self.out);
        match &mut self.crowd {
            Some(_) if self.out.len() == start => self.out.truncate(before),
            Some(crowd) => {
                self.is_titled = true;
                crowd.has_titles = true;
            }
            None => {}
        }
    }

    /// Puts the agent before the lines of text that begin in what was printed from `start` on.
    pub(super) fn name_lines(&mut self, start: usize) {
        let (Format::Text, Some(crowd)) = (self.format, &mut self.crowd) else { return };
        let mut begins = start == 0 || self.out[start - 1] == b'\n';
        crowd.spare.clear();
        crowd.spare.extend(self.out.drain(start..));
        for line in crowd.spare.split_inclusive(|octet| *octet == b'\n') {
            if begins {
                self.out.extend_from_slice(self.host.as_bytes());
                self.out.extend_from_slice(b": ");
            }
            self.out.extend_from_slice(line);
            begins = true;
        }
    }
}
