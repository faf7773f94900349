//! Where messages go: what `-L` and the token `logOption` ask for.

use std::{ffi::OsString, ops::RangeInclusive, os::unix::ffi::OsStringExt, path::PathBuf};

use super::number;

/// How grave a message is: syslog's scale (RFC 5424, section 6.2.1), gravest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Priority {
    /// 0.
    Emergency,
    /// 1.
    Alert,
    /// 2.
    Critical,
    /// 3: a request failed, a setting is unusable.
    Error,
    /// 4: a setting was not understood and is left out.
    Warning,
    /// 5.
    Notice,
    /// 6.
    Info,
    /// 7: packets and debugging output.
    Debug,
}

/// The letters that `-LE` and its kin take for priorities besides the digits; case does not matter.
const PRIORITIES: [(u8, u8, Priority); 8] = [
    (b'0', b'!', Priority::Emergency),
    (b'1', b'a', Priority::Alert),
    (b'2', b'c', Priority::Critical),
    (b'3', b'e', Priority::Error),
    (b'4', b'w', Priority::Warning),
    (b'5', b'n', Priority::Notice),
    (b'6', b'i', Priority::Info),
    (b'7', b'd', Priority::Debug),
];

/// Where one handler's messages go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LogTarget {
    /// Standard error.
    Stderr,
    /// Standard output.
    Stdout,
    /// Nowhere.
    Nothing,
    /// Appended to a file.
    File(PathBuf),
    /// The system's log, with this facility code (RFC 5424, section 6.2.1).
    Syslog(u8),
}

/// One destination and the priorities that it takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogHandler {
    /// Where to.
    pub target: LogTarget,
    /// From the gravest to the least grave that is written.
    pub priorities: RangeInclusive<Priority>,
}

/// Why `-L` was not understood; the text is what goes on standard error.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LogOptionError {
    /// A letter that is none of `eonfs` and `EONFS`.
    #[error("Unknown logging option passed to -L: {0}.")]
    UnknownLetter(char),
    /// `E`, `O`, `N`, `F` or `S` without anything after it.
    #[error("-L needs a priority with this letter: 0 to 7, or one of ! a c e w n i d")]
    NoPriority,
    /// A priority that is neither a digit from 0 to 7 nor one of `!acewnid`.
    #[error("invalid priority: {0}")]
    Priority(char),
    /// `f` or `F` without a file.
    #[error("Missing log file")]
    NoFile,
    /// `s` or `S` without a facility.
    #[error("Missing syslog facility")]
    NoFacility,
    /// A facility that is none of `d`, `u` and 0 to 7.
    #[error("invalid syslog facility: {0}")]
    Facility(char),
}

impl LogHandler {
    /// Reads `-L`'s argument; `next` gives the word after it, which the forms with an argument may take.
    ///
    /// `f=FILE`, `fFILE` and `f FILE` in one word or two are all the same. Nothing at all means `e`.
    ///
    /// # Errors
    ///
    /// One variant for each way to get it wrong.
    pub fn from_option(
        text: &[u8],
        next: &mut dyn FnMut() -> Option<OsString>,
    ) -> Result<Self, LogOptionError> {
        let (letter, rest) = text.split_first().map_or((b'e', &[][..]), |(letter, rest)| (*letter, rest));
        let rest = rest.strip_prefix(b"=").unwrap_or(rest);
        let mut words = Words { rest: rest[number::white_space(rest)..].to_vec(), next };
        let priorities = match letter {
            b'E' | b'O' | b'N' | b'F' | b'S' => words.priorities()?,
            _ => Priority::Emergency..=Priority::Debug,
        };
        let target = match letter {
            b'e' | b'E' => LogTarget::Stderr,
            b'o' | b'O' => LogTarget::Stdout,
            b'n' | b'N' => LogTarget::Nothing,
            b'f' | b'F' => LogTarget::File(words.file()?),
            b's' | b'S' => LogTarget::Syslog(words.facility()?),
            other => return Err(LogOptionError::UnknownLetter(char::from(other))),
        };
        Ok(Self { target, priorities })
    }
}

/// The text after the letter, and then the words after that.
struct Words<'a> {
    rest: Vec<u8>,
    next: &'a mut dyn FnMut() -> Option<OsString>,
}

impl Words<'_> {
    fn fill(&mut self) {
        let skip = number::white_space(&self.rest);
        self.rest.drain(..skip);
        if self.rest.is_empty() {
            self.rest = (self.next)().map(OsStringExt::into_vec).unwrap_or_default();
        }
    }

    fn priorities(&mut self) -> Result<RangeInclusive<Priority>, LogOptionError> {
        self.fill();
        let Some(first) = self.rest.first().copied() else { return Err(LogOptionError::NoPriority) };
        let least = priority(first)?;
        let most = if self.rest.get(1) == Some(&b'-') {
            let most = priority(self.rest.get(2).copied().unwrap_or(0))?;
            self.rest.drain(..3);
            most
        } else {
            self.rest.drain(..1);
            Priority::Emergency
        };
        Ok(least.min(most)..=least.max(most))
    }

    fn file(&mut self) -> Result<PathBuf, LogOptionError> {
        self.fill();
        if self.rest.is_empty() {
            return Err(LogOptionError::NoFile);
        }
        Ok(PathBuf::from(OsString::from_vec(std::mem::take(&mut self.rest))))
    }

    fn facility(&mut self) -> Result<u8, LogOptionError> {
        self.fill();
        match self.rest.first().copied() {
            None => Err(LogOptionError::NoFacility),
            Some(b'd' | b'D') => Ok(3),
            Some(b'u' | b'U') => Ok(1),
            Some(digit @ b'0'..=b'7') => Ok(16 + digit - b'0'),
            Some(other) => Err(LogOptionError::Facility(char::from(other))),
        }
    }
}

fn priority(letter: u8) -> Result<Priority, LogOptionError> {
    PRIORITIES
        .iter()
        .find(|(digit, word, _)| letter == *digit || letter.eq_ignore_ascii_case(word))
        .map(|(.., priority)| *priority)
        .ok_or(LogOptionError::Priority(char::from(letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_PRIORITY: &str = "-L needs a priority with this letter: 0 to 7, or one of ! a c e w n i d";

    fn parse(words: &[&str]) -> (Result<LogHandler, LogOptionError>, usize) {
        let mut taken = 0;
        let result = LogHandler::from_option(words[0].as_bytes(), &mut || {
            taken += 1;
            words.get(taken).map(OsString::from)
        });
        (result, taken)
    }

    #[test]
    fn every_form_of_a_destination_is_understood() {
        let all = Priority::Emergency..=Priority::Debug;
        let file = |path: &str| LogTarget::File(path.into());
        for (words, target, priorities, taken) in [
            (&["e"][..], LogTarget::Stderr, all.clone(), 0),
            (&[""], LogTarget::Stderr, all.clone(), 0),
            (&["eo"], LogTarget::Stderr, all.clone(), 0),
            (&["o", "host"], LogTarget::Stdout, all.clone(), 0),
            (&["n"], LogTarget::Nothing, all.clone(), 0),
            (&["f", "x"], file("x"), all.clone(), 1),
            (&["fx", "y"], file("x"), all.clone(), 0),
            (&["f=x"], file("x"), all.clone(), 0),
            (&["f x"], file("x"), all.clone(), 0),
            (&["f=", "x"], file("x"), all.clone(), 1),
            (&["s", "d"], LogTarget::Syslog(3), all.clone(), 1),
            (&["sU"], LogTarget::Syslog(1), all.clone(), 0),
            (&["s7"], LogTarget::Syslog(23), all, 0),
            (&["E3"], LogTarget::Stderr, Priority::Emergency..=Priority::Error, 0),
            (&["E", "3"], LogTarget::Stderr, Priority::Emergency..=Priority::Error, 1),
            (&["O3-5"], LogTarget::Stdout, Priority::Error..=Priority::Notice, 0),
            (&["O5-3"], LogTarget::Stdout, Priority::Error..=Priority::Notice, 0),
            (&["Nw-!"], LogTarget::Nothing, Priority::Emergency..=Priority::Warning, 0),
            (&["F", "3", "x"], file("x"), Priority::Emergency..=Priority::Error, 2),
            (&["F3", "x"], file("x"), Priority::Emergency..=Priority::Error, 1),
            (&["F", "3/x"], file("/x"), Priority::Emergency..=Priority::Error, 1),
            (&["S", "I", "1"], LogTarget::Syslog(17), Priority::Emergency..=Priority::Info, 2),
            (&["Sdd"], LogTarget::Syslog(3), Priority::Emergency..=Priority::Debug, 0),
        ] {
            assert_eq!(parse(words), (Ok(LogHandler { target, priorities }), taken), "{words:?}");
        }
    }

    #[test]
    fn every_mistake_has_its_text() {
        for (words, text) in [
            (&["z"][..], "Unknown logging option passed to -L: z."),
            (&["E"], NO_PRIORITY),
            (&["S"], NO_PRIORITY),
            (&["E9"], "invalid priority: 9"),
            (&["E3-"], "invalid priority: \0"),
            (&["f"], "Missing log file"),
            (&["F", "1"], "Missing log file"),
            (&["s"], "Missing syslog facility"),
            (&["s8"], "invalid syslog facility: 8"),
            (&["Sez"], "invalid syslog facility: z"),
        ] {
            assert_eq!(parse(words).0.unwrap_err().to_string(), text, "{words:?}");
        }
    }
}
