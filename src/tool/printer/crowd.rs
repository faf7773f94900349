//! One printer for many agents, which turns from one to another.

use super::{OutputLost, Printer};
use crate::output::{ErrorCode, Format};

/// Printing for many agents: who it is about stands before each line of text, and what is said waits to be fetched.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    pub(super) said: Vec<String>,
    spare: Vec<u8>,
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
    /// not end the output, and what is said waits for [`Self::take_said`].
    pub fn for_many(&mut self) {
        self.crowd = Some(Crowd::default());
        if self.format == Format::Csv {
            // The header comes before whatever comes first.
            self.writer.finish(&mut self.out);
        }
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
    }

    /// What is to be said on standard error about one of many agents; each with its name.
    pub fn take_said(&mut self) -> Vec<String> {
        self.crowd.as_mut().map(|crowd| std::mem::take(&mut crowd.said)).unwrap_or_default()
    }

    /// Writes what is left, when nothing comes from any of many agents.
    pub fn finish(&mut self) -> Result<(), OutputLost> {
        self.writer.finish(&mut self.out);
        self.flush()
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
