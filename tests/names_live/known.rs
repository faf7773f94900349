//! Differences from net-snmp that are wanted, each with its reason; docs/differences-of-names.md tells them to people.

use crate::lines::Hunk;

/// What is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Where {
    /// Names and values that are printed.
    Text,
    /// Names that are read.
    Name,
    /// Values that are set.
    Set,
}

/// A difference that is wanted.
pub struct Known {
    /// What the page in docs calls it.
    pub title: &'static str,
    /// Where it may occur.
    pub place: Where,
    /// Whether it is this one: options or name, ours, theirs.
    pub is_it: fn(&str, &Hunk) -> bool,
}

/// All of them.
pub const KNOWN: &[Known] = &[];

/// Which of them occurred.
#[derive(Debug, Default)]
pub struct Used([usize; KNOWN.len()]);

impl Used {
    /// Whether a difference is a known one, which then counts as used.
    pub fn explains(&mut self, place: Where, what: &str, hunk: &Hunk) -> bool {
        let found = KNOWN.iter().position(|known| known.place == place && (known.is_it)(what, hunk));
        if let Some(number) = found {
            self.0[number] += 1;
        }
        found.is_some()
    }
}
