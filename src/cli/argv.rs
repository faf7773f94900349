//! The command line's words, taken apart exactly as GNU's `getopt` does it for net-snmp.

use std::{
    ffi::OsString,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
};

use crate::config::Permutation;

/// The options that all of net-snmp's client tools have, in `getopt`'s notation, with `-C` and our own `-j`.
///
/// `-` with an argument is how `--token=value` gets in.
pub const OPTIONS: &str = "Y:VhHm:M:O:I:P:D:dv:r:t:c:Z:e:E:n:u:l:x:X:a:A:p:T:-:3:L:s:C:j";

/// One option and its argument.
#[derive(Debug, Eq, PartialEq)]
pub struct Opt {
    /// The letter; `-` for what begins with two hyphens.
    pub letter: u8,
    /// The argument, when the letter takes one.
    pub value: OsString,
}

/// What `getopt` itself complains of. The text goes after the program's name and a colon.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GetoptError {
    /// A letter that is no option.
    #[error("invalid option -- '{}'", char::from(*.0))]
    Invalid(u8),
    /// An option at the end that wants an argument.
    #[error("option requires an argument -- '{}'", char::from(*.0))]
    NoArgument(u8),
}

/// Goes through the words once, from the left.
#[derive(Debug)]
pub struct Scanner {
    options: &'static str,
    words: std::vec::IntoIter<OsString>,
    /// What is left of a word of several letters.
    cluster: Vec<u8>,
    operands: Vec<OsString>,
    permutation: Permutation,
}

impl Scanner {
    /// A scanner of `words`, the program's name not among them, for options in `getopt`'s notation.
    pub fn new(options: &'static str, permutation: Permutation, words: Vec<OsString>) -> Self {
        Self { options, words: words.into_iter(), cluster: Vec::new(), operands: Vec::new(), permutation }
    }

    /// The next option, or `None` when there is none left.
    ///
    /// # Errors
    ///
    /// As `getopt`: an unknown letter, or a missing argument.
    pub fn option(&mut self) -> Result<Option<Opt>, GetoptError> {
        if self.cluster.is_empty() && !self.fill() {
            return Ok(None);
        }
        let letter = self.cluster.remove(0);
        let at = self.options.bytes().position(|known| known == letter && known != b':');
        let Some(at) = at else { return Err(GetoptError::Invalid(letter)) };
        if self.options.as_bytes().get(at + 1) != Some(&b':') {
            return Ok(Some(Opt { letter, value: OsString::new() }));
        }
        let value = if self.cluster.is_empty() {
            self.words.next().ok_or(GetoptError::NoArgument(letter))?
        } else {
            OsString::from_vec(std::mem::take(&mut self.cluster))
        };
        Ok(Some(Opt { letter, value }))
    }

    /// Takes the word after the current option, whatever it looks like.
    pub fn next_word(&mut self) -> Option<OsString> {
        self.words.next()
    }

    /// Looks at the word after the current option.
    pub fn peek_word(&self) -> Option<&OsString> {
        self.words.as_slice().first()
    }

    /// The words that are no options, once [`Scanner::option`] has said `None`.
    pub fn into_operands(self) -> Vec<OsString> {
        self.operands
    }

    /// Moves on to the next word with options in it, collecting operands on the way.
    fn fill(&mut self) -> bool {
        while let Some(word) = self.words.next() {
            match word.as_bytes() {
                b"--" => {
                    self.operands.extend(self.words.by_ref());
                    return false;
                }
                [b'-', letters @ ..] if !letters.is_empty() => {
                    self.cluster = letters.to_vec();
                    return true;
                }
                _ => {
                    self.operands.push(word);
                    if self.permutation == Permutation::Refused {
                        self.operands.extend(self.words.by_ref());
                        return false;
                    }
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(permutation: Permutation, line: &str) -> (String, String) {
        let words = line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect();
        let mut scanner = Scanner::new(OPTIONS, permutation, words);
        let mut options = Vec::new();
        loop {
            match scanner.option() {
                Ok(Some(Opt { letter, value })) => {
                    options.push(format!("{}={}", char::from(letter), value.to_string_lossy()));
                }
                Ok(None) => break,
                Err(error) => return (format!("{} !{error}", options.join(" ")), String::new()),
            }
        }
        let operands: Vec<_> =
            scanner.into_operands().iter().map(|word| word.to_string_lossy().into_owned()).collect();
        (options.join(" "), operands.join(" "))
    }

    #[test]
    fn options_and_operands_are_told_apart_as_getopt_does() {
        for (line, options, operands) in [
            ("", "", ""),
            ("host oid", "", "host oid"),
            ("-v2c host", "v=2c", "host"),
            ("-v 2c host", "v=2c", "host"),
            ("host -v2c oid -c public", "v=2c c=public", "host oid"),
            ("-dv 1 host", "d= v=1", "host"),
            ("-dHv1", "d= H= v=1", ""),
            ("-v -c host", "v=-c", "host"),
            ("-c -- host", "c=--", "host"),
            ("-- -v 1", "", "-v 1"),
            ("host -- -v", "", "host -v"),
            ("- host", "", "- host"),
            ("-v1 -", "v=1", "-"),
            ("--token=value host", "-=token=value", "host"),
            ("--token host", "-=token", "host"),
            ("--- host", "-=-", "host"),
            ("--=x", "-==x", ""),
            ("-d-help", "d= -=help", ""),
            ("-d- help", "d= -=help", ""),
            ("-D host -v1", "D=host v=1", ""),
            ("-Dtok,tok2", "D=tok,tok2", ""),
            ("-Cip -Cn5", "C=ip C=n5", ""),
            ("-C p", "C=p", ""),
            ("-3eff -3 e", "3=eff 3=e", ""),
            ("-Q", " !invalid option -- 'Q'", ""),
            ("-dQd", "d= !invalid option -- 'Q'", ""),
            ("-:", " !invalid option -- ':'", ""),
            ("-c", " !option requires an argument -- 'c'", ""),
            ("host -dv", "d= !option requires an argument -- 'v'", ""),
            ("-d-", "d= !option requires an argument -- '-'", ""),
        ] {
            let expected = (options.to_owned(), operands.to_owned());
            assert_eq!(scan(Permutation::Allowed, line), expected, "{line}");
        }
    }

    #[test]
    fn without_permutation_the_first_operand_ends_the_options() {
        for (line, options, operands) in [
            ("-v1 host oid i -1", "v=1", "host oid i -1"),
            ("host -v1", "", "host -v1"),
            ("- -v1", "", "- -v1"),
            ("host -- x", "", "host -- x"),
            ("-v1 -- host", "v=1", "host"),
        ] {
            let expected = (options.to_owned(), operands.to_owned());
            assert_eq!(scan(Permutation::Refused, line), expected, "{line}");
        }
    }

    #[test]
    fn an_option_may_take_the_word_after_it() {
        let words = ["-Z", "5", "-6", "host"].map(OsString::from).to_vec();
        let mut scanner = Scanner::new(OPTIONS, Permutation::Allowed, words);
        assert_eq!(scanner.option().unwrap().unwrap().letter, b'Z');
        assert_eq!(scanner.next_word().unwrap(), "-6");
        assert_eq!(scanner.option(), Ok(None));
        assert_eq!(scanner.next_word(), None);
        assert_eq!(scanner.into_operands(), ["host"]);
    }
}
