//! The flags of `-C`, each tool's own.

use std::ffi::{OsStr, OsString};

use crate::config::WalkTokens;

use super::rewrite::{FlagArgument, Stop};

/// One flag, as [`rewrite`](super::rewrite::rewrite) puts it out: the letter with its argument behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flag {
    /// The letter.
    pub letter: char,
    /// What was glued to it.
    pub argument: OsString,
}

impl Flag {
    /// Reads a flag; the scanner has already looked at its letter.
    pub fn parse(text: &OsStr) -> Result<Self, String> {
        let bytes = text.as_encoded_bytes();
        match bytes.split_first() {
            Some((letter, _)) if letter.is_ascii() => {
                let rest = bytes[1..].to_vec();
                let argument = std::os::unix::ffi::OsStringExt::from_vec(rest);
                Ok(Self { letter: char::from(*letter), argument })
            }
            _ => Err(format!("Unknown flag passed to -C: {}", text.to_string_lossy())),
        }
    }

    fn number(&self) -> i64 {
        self.argument.to_str().and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

/// `-C` of snmpget and snmpgetnext.
pub const GET_FLAGS: &[(u8, FlagArgument)] = &[(b'f', FlagArgument::None)];
/// `-C` of snmpset.
pub const SET_FLAGS: &[(u8, FlagArgument)] = &[(b'q', FlagArgument::None)];
/// `-C` of snmpwalk.
pub const WALK_FLAGS: &[(u8, FlagArgument)] = &[
    (b'p', FlagArgument::None),
    (b'i', FlagArgument::None),
    (b'I', FlagArgument::None),
    (b'c', FlagArgument::None),
    (b't', FlagArgument::None),
    (b'T', FlagArgument::None),
    (b'E', FlagArgument::Word),
];
/// `-C` of snmpbulkget.
pub const BULK_GET_FLAGS: &[(u8, FlagArgument)] =
    &[(b'n', FlagArgument::Number), (b'r', FlagArgument::Number)];
/// `-C` of snmpbulkwalk.
pub const BULK_WALK_FLAGS: &[(u8, FlagArgument)] = &[
    (b'c', FlagArgument::None),
    (b'i', FlagArgument::None),
    (b'p', FlagArgument::None),
    (b'n', FlagArgument::Number),
    (b'r', FlagArgument::Number),
];
/// `-C` of snmpusm.
pub const USM_FLAGS: &[(u8, FlagArgument)] = &[
    (b'a', FlagArgument::None),
    (b'x', FlagArgument::None),
    (b'k', FlagArgument::None),
    (b'w', FlagArgument::None),
    (b'p', FlagArgument::NeededWord),
    (b'E', FlagArgument::EngineId),
];
/// `-C` of snmpvacm.
pub const VACM_FLAGS: &[(u8, FlagArgument)] = &[(b'e', FlagArgument::None)];

/// `-C` of snmptable.
pub const TABLE_FLAGS: &[(u8, FlagArgument)] = &[
    (b'b', FlagArgument::None),
    (b'B', FlagArgument::None),
    (b'c', FlagArgument::Word),
    (b'f', FlagArgument::Word),
    (b'h', FlagArgument::None),
    (b'H', FlagArgument::None),
    (b'i', FlagArgument::None),
    (b'l', FlagArgument::None),
    (b'r', FlagArgument::Word),
    (b'w', FlagArgument::Word),
];

/// What is said of a letter that a tool does not have. snmptable has words of its own, as in net-snmp.
pub fn unknown(flags: &[(u8, FlagArgument)], letter: u8) -> Stop {
    let letter = char::from(letter);
    if flags == TABLE_FLAGS {
        Stop::usage(format!("Bad option after -C: {letter}"))
    } else {
        Stop::plain(format!("Unknown flag passed to -C: {letter}"))
    }
}

/// What is said of a letter whose argument is missing.
pub fn missing(flags: &[(u8, FlagArgument)], letter: u8) -> Stop {
    let letter = char::from(letter);
    if flags == TABLE_FLAGS {
        Stop::usage(format!("Bad -C{letter} option: no argument given"))
    } else {
        Stop::usage(format!("Missing argument after -C{letter}"))
    }
}

/// Whether a letter stands an odd number of times: each one toggles.
pub fn toggled(flags: &[Flag], letter: char) -> bool {
    flags.iter().filter(|flag| flag.letter == letter).count() % 2 == 1
}

/// Whether a letter stands at all.
pub fn given(flags: &[Flag], letter: char) -> bool {
    flags.iter().any(|flag| flag.letter == letter)
}

/// What was given with a letter, the last time that it stands.
pub fn argument(flags: &[Flag], letter: char) -> Option<&OsStr> {
    flags.iter().rev().find(|flag| flag.letter == letter).map(|flag| flag.argument.as_os_str())
}

/// How a walk goes: letters, and tokens that beat them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "six independent switches of the command line")]
pub struct WalkFlags {
    /// `-Ci`: GET the root first.
    pub include_root: bool,
    /// `-CI`: do not GET the root when there is nothing below it.
    pub exclude_root: bool,
    /// `-Cp`: print how many variables there were.
    pub count: bool,
    /// `-Cc`: do not check that names increase.
    pub any_order: bool,
    /// `-Ct`: print how long it took.
    pub time: bool,
    /// `-CT`: print how long each request took.
    pub time_each: bool,
}

impl WalkFlags {
    /// What letters and tokens say together.
    pub fn new(flags: &[Flag], tokens: &WalkTokens) -> Self {
        Self {
            include_root: tokens.include_requested.unwrap_or_else(|| toggled(flags, 'i')),
            exclude_root: tokens.exclude_requested.unwrap_or_else(|| toggled(flags, 'I')),
            count: tokens.print_statistics.unwrap_or_else(|| toggled(flags, 'p')),
            any_order: tokens.dont_check_ordering.unwrap_or_else(|| toggled(flags, 'c')),
            time: tokens.time_results.unwrap_or_else(|| toggled(flags, 't')),
            time_each: tokens.time_results_single.unwrap_or_else(|| toggled(flags, 'T')),
        }
    }
}

/// The numbers of a GETBULK (RFC 3416, section 4.2.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BulkNumbers {
    /// `-Cn`: how many names at the front are asked for once only; 0 by default.
    pub non_repeaters: u32,
    /// `-Cr`: how often the others are repeated; 10 by default.
    pub max_repetitions: u32,
}

impl BulkNumbers {
    /// What the flags say; numbers above 2147483647 count as that (RFC 3416, section 3, `max-bindings`).
    ///
    /// # Errors
    ///
    /// net-snmp's text for a negative number.
    pub fn new(program: &str, flags: &[Flag]) -> Result<Self, String> {
        let last = |letter, default| {
            flags
                .iter()
                .rev()
                .find(|flag| flag.letter == letter)
                .map_or(default, Flag::number)
                .min(i64::from(i32::MAX))
        };
        let number = |letter, default, name| {
            u32::try_from(last(letter, default)).map_err(|_| format!("{program}: Bad value for {name}"))
        };
        Ok(Self {
            non_repeaters: number('n', 0, "non-repeaters")?,
            max_repetitions: number('r', 10, "max-repetitions")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(texts: &[&str]) -> Vec<Flag> {
        texts.iter().map(|text| Flag::parse(OsStr::new(text)).unwrap()).collect()
    }

    #[test]
    fn walk_letters_toggle_and_tokens_beat_them() {
        let none = WalkTokens::default();
        assert_eq!(WalkFlags::new(&[], &none), WalkFlags::default());
        assert!(WalkFlags::new(&flags(&["p"]), &none).count);
        assert!(!WalkFlags::new(&flags(&["p", "p"]), &none).count);
        let tokens = WalkTokens { print_statistics: Some(false), include_requested: Some(true), ..none };
        let both = WalkFlags::new(&flags(&["p", "T"]), &tokens);
        assert_eq!(both, WalkFlags { include_root: true, time_each: true, ..WalkFlags::default() });
    }

    #[test]
    fn bulk_numbers_have_defaults_and_bounds() {
        let numbers = |texts: &[&str]| BulkNumbers::new("snmpbulkget", &flags(texts));
        assert_eq!(numbers(&[]), Ok(BulkNumbers { non_repeaters: 0, max_repetitions: 10 }));
        assert_eq!(numbers(&["n1", "r5", "r0"]), Ok(BulkNumbers { non_repeaters: 1, max_repetitions: 0 }));
        assert_eq!(numbers(&["r99999999999"]).unwrap().max_repetitions, 2_147_483_647);
        assert_eq!(numbers(&["n-1"]), Err("snmpbulkget: Bad value for non-repeaters".into()));
        assert_eq!(numbers(&["r-1"]), Err("snmpbulkget: Bad value for max-repetitions".into()));
    }
}
