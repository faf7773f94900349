//! From net-snmp's spellings to arguments that clap reads: one option and one argument a pair, operands last.
//!
//! Mistakes are found here, from the left, so that the first one is the one reported, as with net-snmp.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
};

use crate::config::{LogHandler, Permutation, number};

use super::{
    argv::{OPTIONS, Opt, Scanner},
    flags, values,
};

/// What follows a letter of `-C`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FlagArgument {
    /// Nothing.
    None,
    /// A number, glued to the letter.
    Number,
    /// The next word of the command line.
    Word,
    /// The same, where a missing one counts before whatever follows the letter.
    NeededWord,
    /// The same, in hexadecimal.
    EngineId,
}

/// What a tool adds to the common grammar.
#[derive(Clone, Copy, Debug)]
pub struct Grammar {
    /// `-C`'s letters and what follows each.
    pub flags: &'static [(u8, FlagArgument)],
    /// Whether options may stand after operands.
    pub permutation: Permutation,
}

/// Whether the usage line follows a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Usage {
    /// It does.
    Shown,
    /// It does not.
    Hidden,
}

/// How much help is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HelpLength {
    /// `-h`.
    Short,
    /// `--help`.
    Long,
}

/// Why there are no arguments to go on with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Stop {
    /// A mistake.
    Mistake {
        /// One line for standard error.
        message: String,
        /// What to do about it, where there is more to say than the usage does.
        hint: Option<&'static str>,
        /// Whether the usage follows.
        usage: Usage,
    },
    /// Help was asked for.
    Help(HelpLength),
    /// `-V`.
    Version,
    /// `-H`: the list of configuration tokens.
    Directives,
}

impl Stop {
    /// A mistake after which the usage is shown.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Mistake { message: message.into(), hint: None, usage: Usage::Shown }
    }

    /// A mistake that speaks for itself.
    pub fn plain(message: impl Into<String>) -> Self {
        Self::Mistake { message: message.into(), hint: None, usage: Usage::Hidden }
    }
}

/// An option of our own that begins with two hyphens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LongOption {
    /// The name without the hyphens.
    pub name: String,
    /// Whether it takes an argument.
    pub takes_value: bool,
}

/// Rewrites `words` (the program's name not among them).
///
/// `program` is the program's name as it was called, for `getopt`'s own messages. A long option that is not among
/// `longs` is a configuration token.
///
/// # Errors
///
/// [`Stop`] for the first mistake, or for an option that asks for something else than work.
pub fn rewrite(
    grammar: &Grammar,
    longs: &[LongOption],
    permutation: Permutation,
    program: &OsStr,
    words: Vec<OsString>,
) -> Result<Vec<OsString>, Stop> {
    let strict = permutation == Permutation::Refused || grammar.permutation == Permutation::Refused;
    let permutation = if strict { Permutation::Refused } else { Permutation::Allowed };
    let mut rewriter =
        Rewriter { grammar, longs, scanner: Scanner::new(OPTIONS, permutation, words), out: Vec::new() };
    loop {
        match rewriter.scanner.option() {
            Ok(Some(option)) => rewriter.option(option)?,
            Ok(None) => break,
            Err(error) => return Err(Stop::usage(format!("{}: {error}", program.to_string_lossy()))),
        }
    }
    let Rewriter { scanner, mut out, .. } = rewriter;
    out.push(OsString::from("--"));
    out.extend(scanner.into_operands());
    Ok(out)
}

/// What the argument of an option of `SNMPv3` may be.
const fn hint(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'l' => "the levels are noAuthNoPriv, authNoPriv and authPriv",
        b'a' => "the protocols are MD5, SHA, SHA-224, SHA-256, SHA-384 and SHA-512",
        b'x' => "the protocols are DES, 3DES, AES, AES-192, AES-256, AES-192-C and AES-256-C",
        b'e' | b'E' => "an engine ID is 5 to 32 octets in hexadecimal, such as 800000020109840301",
        b'Z' => "boots and time are two numbers with a comma between them, such as 5,1200",
        b'3' => "a key is hexadecimal, two digits an octet, with or without 0x before it",
        _ => return None,
    })
}

struct Rewriter<'a> {
    grammar: &'a Grammar,
    longs: &'a [LongOption],
    scanner: Scanner,
    out: Vec<OsString>,
}

impl Rewriter<'_> {
    fn option(&mut self, option: Opt) -> Result<(), Stop> {
        let Opt { letter, value } = option;
        match letter {
            b'h' => return Err(Stop::Help(HelpLength::Short)),
            b'V' => return Err(Stop::Version),
            b'H' => return Err(Stop::Directives),
            b'd' | b'j' => self.out.push(OsString::from(format!("-{}", char::from(letter)))),
            b'p' => {
                return Err(Stop::usage(
                    "Warning: -p option is no longer used - specify the remote host as HOST:PORT",
                ));
            }
            b'-' => return self.long(&value),
            b'3' => return self.v3(&value),
            b'C' => return self.flags(&value),
            b'Z' => {
                let value = self.boots_time(value)?;
                self.checked(b'Z', value)?;
            }
            b'L' => {
                let value = whole_log(&mut self.scanner, value)?;
                self.checked(b'L', value)?;
            }
            b'O' | b'I' => {
                let value = whole_letters(&mut self.scanner, letter, value)?;
                self.checked(letter, value)?;
            }
            letter => self.checked(letter, value)?,
        }
        Ok(())
    }

    /// Puts an option and its argument out, once the argument is known to be good.
    fn checked(&mut self, letter: u8, value: OsString) -> Result<(), Stop> {
        check(letter, &value).map_err(|message| Stop::Mistake {
            message,
            hint: hint(letter),
            usage: Usage::Shown,
        })?;
        self.pair(letter, value);
        Ok(())
    }

    fn pair(&mut self, letter: u8, value: OsString) {
        self.out.push(OsString::from(format!("-{}", char::from(letter))));
        self.out.push(value);
    }

    fn long(&mut self, text: &OsStr) -> Result<(), Stop> {
        match text.as_bytes() {
            b"help" => return Err(Stop::Help(HelpLength::Long)),
            b"version" => return Err(Stop::Version),
            _ => {}
        }
        let bytes = text.as_bytes();
        let at = bytes.iter().position(|octet| *octet == b'=');
        let name = &bytes[..at.unwrap_or(bytes.len())];
        // These two were dealt with above; with a value they are no options of ours.
        let longs = self.longs.iter().filter(|long| !matches!(long.name.as_str(), "help" | "version"));
        let Some(long) = longs.into_iter().find(|long| long.name.as_bytes() == name) else {
            let mut token = bytes.to_vec();
            match at {
                Some(at) => token[at] = b' ',
                None if token.contains(&b' ') => {}
                None => token.extend(b" 1"),
            }
            let token = OsString::from_vec(token);
            self.pair(b'Y', token);
            return Ok(());
        };
        let mut word = OsString::from("--");
        word.push(text);
        if long.takes_value && at.is_none() {
            let Some(value) = self.scanner.next_word() else {
                return Err(Stop::usage(format!("--{} needs a value", long.name)));
            };
            word.push("=");
            word.push(value);
        } else if !long.takes_value && at.is_some() {
            return Err(Stop::usage(format!("--{} takes no value", long.name)));
        }
        self.out.push(word);
        Ok(())
    }

    /// `-3X`, with its argument glued to it, after an equals sign or white space, or in the next word.
    fn v3(&mut self, text: &OsStr) -> Result<(), Stop> {
        let (letter, rest) =
            text.as_bytes().split_first().map_or((b' ', &[][..]), |(letter, rest)| (*letter, rest));
        let rest = rest.strip_prefix(b"=").unwrap_or(rest);
        let rest = &rest[number::white_space(rest)..];
        if !b"ZeEnluaxAXmMkK".contains(&letter) {
            return Err(Stop::usage(format!("Unknown SNMPv3 option passed to -3: {}.", char::from(letter))));
        }
        let value = if rest.is_empty() {
            let missing =
                || Stop::usage(format!("Missing argument after SNMPv3 '-3{}' option.", char::from(letter)));
            self.scanner.next_word().ok_or_else(missing)?
        } else {
            OsString::from_vec(rest.to_vec())
        };
        match letter {
            b'm' | b'M' | b'k' | b'K' => {
                let mut key = OsString::from(char::from(letter).to_string());
                key.push(value);
                self.checked(b'3', key)
            }
            b'Z' => {
                let value = self.boots_time(value)?;
                self.checked(b'Z', value)
            }
            letter => self.checked(letter, value),
        }
    }

    /// The old form `-Z BOOTS TIME` becomes `-Z BOOTS,TIME`.
    ///
    /// net-snmp reads the second word and then leaves it standing as an operand, so that the old form never works;
    /// here it does.
    fn boots_time(&mut self, mut value: OsString) -> Result<OsString, Stop> {
        let digits = |text: &OsStr| !text.is_empty() && text.as_bytes().iter().all(u8::is_ascii_digit);
        if digits(&value)
            && let Some(word) = self.scanner.peek_word()
        {
            if !digits(word) {
                return Err(Stop::usage("Need engine time after \"-Z engineBoot\"."));
            }
            value.push(",");
            value.push(self.scanner.next_word().unwrap_or_default());
        }
        Ok(value)
    }

    /// Takes `-C`'s word apart: one `-C` for each letter, with its argument glued to it.
    fn flags(&mut self, text: &OsStr) -> Result<(), Stop> {
        let mut rest = text.as_bytes();
        let mut missing = None;
        while let Some((letter, after)) = rest.split_first() {
            rest = after;
            let known = self.grammar.flags.iter().find(|(known, _)| known == letter);
            let mut flag = OsString::from_vec(vec![*letter]);
            match known.map(|(_, argument)| *argument) {
                None => {
                    return Err(flags::unknown(self.grammar.flags, *letter));
                }
                Some(FlagArgument::None) => {}
                Some(FlagArgument::Number) => {
                    let number = number::signed(rest, 0);
                    if number.used == 0 {
                        return Err(Stop::usage(format!(
                            "-C{} needs a number behind it",
                            char::from(*letter)
                        )));
                    }
                    flag.push(number.value.to_string());
                    rest = &rest[number.used..];
                }
                Some(FlagArgument::Word) => match self.scanner.next_word() {
                    Some(word) => flag.push(word),
                    // A letter after it that is no flag is the greater mistake.
                    None => missing = Some(*letter),
                },
                Some(argument @ (FlagArgument::NeededWord | FlagArgument::EngineId)) => {
                    let letter = char::from(*letter);
                    let missing = || Stop::plain(format!("Bad -C{letter} option: no argument given"));
                    let word = self.scanner.next_word().ok_or_else(missing)?;
                    if argument == FlagArgument::EngineId && number::hex(word.as_bytes()).is_none() {
                        let text = format!("Bad usmUserEngineID value after -C{letter} option.");
                        return Err(Stop::plain(text));
                    }
                    flag.push(word);
                }
            }
            self.pair(b'C', flag);
        }
        match missing {
            Some(letter) => Err(flags::missing(self.grammar.flags, letter)),
            None => Ok(()),
        }
    }
}

/// Gathers the words that a destination of `-L` takes into one.
pub(crate) fn whole_log(scanner: &mut Scanner, mut value: OsString) -> Result<OsString, Stop> {
    let mut more = Vec::new();
    let result = LogHandler::from_option(value.as_bytes(), &mut || {
        let word = scanner.next_word()?;
        more.push(word.clone());
        Some(word)
    });
    result.map_err(|error| Stop::usage(error.to_string()))?;
    for word in more {
        value.push(" ");
        value.push(word);
    }
    Ok(value)
}

/// Glues the argument of `-Op`, `-Is` or `-IS` to its letter.
pub(crate) fn whole_letters(
    scanner: &mut Scanner,
    option: u8,
    mut value: OsString,
) -> Result<OsString, Stop> {
    let last: &[u8] = if option == b'O' { b"p" } else { b"sS" };
    let bytes = value.as_bytes();
    let at_end = bytes.iter().position(|octet| last.contains(octet)).is_some_and(|at| at + 1 == bytes.len());
    // A mistake further left comes first.
    if at_end && check(option, &value).is_ok() {
        let letter = char::from(bytes[bytes.len() - 1]);
        let missing = || Stop::usage(format!("Missing argument after -{}{letter}", char::from(option)));
        value.push(scanner.next_word().ok_or_else(missing)?);
    }
    Ok(value)
}

/// Reads an option's argument and says what is wrong with it.
fn check(letter: u8, value: &OsStr) -> Result<(), String> {
    match letter {
        b'v' => values::version(value).map(drop),
        b'r' => values::retries(value).map(drop),
        b't' => values::timeout(value).map(drop),
        b'l' => values::level(value).map(drop),
        b'a' => values::auth(value).map(drop),
        b'x' => values::privacy(value).map(drop),
        b'e' => values::security_engine(value).map(drop),
        b'E' => values::context_engine(value).map(drop),
        b'Z' => values::boots_time(value).map(drop),
        b'3' => values::key(value).map(drop),
        b'O' => values::output(value).map(drop),
        b'I' => values::input(value).map(drop),
        b'P' => values::parse(value).map(drop),
        b'T' => values::transport(value).map(drop),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
