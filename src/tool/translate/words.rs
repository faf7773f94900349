//! The words of the command line: net-snmp's snmptranslate has a grammar of its own.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
};

use clap::Parser as _;

use super::{Args, NAME};
use crate::{
    cli::{
        argv::{Opt, Scanner},
        rewrite::{HelpLength, Stop, whole_letters, whole_log},
        values,
    },
    config::{Permutation, number},
    output::netsnmp::Lines,
};

/// The options in `getopt`'s notation: net-snmp's, and `-j` and long ones of ours.
const OPTIONS: &str = "Vhm:M:w:D:P:T:O:I:L:j-:";

/// Long options, and whether each takes a value.
const LONG: [(&str, bool); 4] =
    [("format", true), ("json", false), ("format-schema", false), ("fail", false)];

/// What is printed instead of names.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Report {
    /// Nothing: names.
    #[default]
    Names,
    /// `-Tp`.
    Tree,
    /// `-Ta`.
    Dump,
    /// `-Tl -To -Ts -Tt -Tz`.
    Lines,
}

/// What `-T` says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reports {
    /// `d`: details.
    pub details: bool,
    /// `B`: all that match.
    pub all_matches: bool,
    /// The last of the other letters.
    pub report: Report,
    /// Which lines [`Report::Lines`] has.
    pub lines: Lines,
}

impl Reports {
    /// Both together; of the reports the last counts, and lines add up.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        let (one, other) = (self.lines, later.lines);
        Self {
            details: self.details | later.details,
            all_matches: self.all_matches | later.all_matches,
            report: if later.report == Report::Names { self.report } else { later.report },
            lines: Lines {
                labelled: one.labelled | other.labelled,
                numbers: one.numbers | other.numbers,
                names: one.names | other.names,
                children: one.children | other.children,
                suffix: one.suffix | other.suffix,
            },
        }
    }
}

/// Reads `-T`.
pub fn reports(text: &OsStr) -> Result<Reports, String> {
    let mut found = Reports::default();
    for letter in text.as_bytes() {
        let lines = &mut found.lines;
        match letter {
            b'd' => found.details = true,
            b'B' => found.all_matches = true,
            b'p' => found.report = Report::Tree,
            b'a' => found.report = Report::Dump,
            b'l' => lines.labelled = true,
            b'o' => lines.numbers = true,
            b's' => lines.names = true,
            b'z' => lines.children = true,
            b't' => lines.suffix = true,
            other => return Err(format!("Invalid -T<lostpad> character: {}", char::from(*other))),
        }
        if b"loszt".contains(letter) {
            found.report = Report::Lines;
        }
    }
    Ok(found)
}

/// Reads `-w`: columns, 1 or more.
pub fn width(text: &OsStr) -> Result<usize, String> {
    let read = number::signed(text.as_bytes(), 10).value;
    usize::try_from(read)
        .ok()
        .filter(|width| *width > 0)
        .ok_or_else(|| format!("Invalid width specification: {}", text.to_string_lossy()))
}

/// Makes arguments of words, the program's name not among them. The first mistake from the left is the one reported.
pub fn arguments(program: &OsStr, words: Vec<OsString>, permutation: Permutation) -> Result<Args, Stop> {
    let mut scanner = Scanner::new(OPTIONS, permutation, words);
    let mut out = vec![OsString::from(NAME)];
    loop {
        match scanner.option() {
            Ok(Some(option)) => take(option, &mut scanner, program, &mut out)?,
            Ok(None) => break,
            Err(error) => return Err(Stop::usage(format!("{}: {error}", program.to_string_lossy()))),
        }
    }
    out.push(OsString::from("--"));
    out.extend(scanner.into_operands());
    Args::try_parse_from(out).map_err(|error| Stop::usage(crate::tool::one_line(&error)))
}

fn take(option: Opt, scanner: &mut Scanner, program: &OsStr, out: &mut Vec<OsString>) -> Result<(), Stop> {
    let Opt { letter, value } = option;
    let value = match letter {
        b'h' => return Err(Stop::Help(HelpLength::Short)),
        b'V' => return Err(Stop::Version),
        b'j' => {
            out.push(OsString::from("-j"));
            return Ok(());
        }
        b'-' => return long(&value, scanner, program, out),
        b'L' => whole_log(scanner, value)?,
        b'O' | b'I' => whole_letters(scanner, letter, value).map_err(own_words)?,
        _ => value,
    };
    let checked = match letter {
        b'O' => values::output(&value).map(drop),
        b'I' => values::input(&value).map(drop),
        b'P' => values::parse(&value).map(drop),
        b'T' => reports(&value).map(drop),
        b'w' => Ok(width(&value).map(drop).map_err(Stop::plain)?),
        _ => Ok(()),
    };
    checked.map_err(Stop::usage).map_err(own_words)?;
    out.push(OsString::from(format!("-{}", char::from(letter))));
    out.push(value);
    Ok(())
}

fn long(text: &OsStr, scanner: &mut Scanner, program: &OsStr, out: &mut Vec<OsString>) -> Result<(), Stop> {
    match text.as_bytes() {
        b"help" => return Err(Stop::Help(HelpLength::Long)),
        b"version" => return Err(Stop::Version),
        _ => {}
    }
    let name = text.as_bytes().split(|octet| *octet == b'=').next().unwrap_or_default();
    let has_value = name.len() < text.len();
    let Some((name, takes_value)) = LONG.into_iter().find(|(known, _)| known.as_bytes() == name) else {
        return Err(Stop::usage(format!("{}: invalid option -- '-'", program.to_string_lossy())));
    };
    let mut word = OsString::from("--");
    word.push(text);
    if takes_value && !has_value {
        let value = scanner.next_word().ok_or_else(|| Stop::usage(format!("--{name} needs a value")))?;
        word.push("=");
        word.push(value);
    } else if !takes_value && has_value {
        return Err(Stop::usage(format!("--{name} takes no value")));
    }
    out.push(word);
    Ok(())
}

/// net-snmp's snmptranslate has other words than its other tools for letters that are none.
fn own_words(stop: Stop) -> Stop {
    let Stop::Mistake { message, hint, usage } = stop else { return stop };
    let turned = [
        ("Unknown output option passed to -O: ", "Unknown OID option to -O: "),
        ("Unknown input option passed to -I: ", "Unknown OID option to -I: "),
        ("Unknown parsing option passed to -P: ", "Unknown parser option to -P: "),
    ]
    .into_iter()
    .find_map(|(general, own)| Some(format!("{own}{}", message.strip_prefix(general)?)));
    Stop::Mistake { message: turned.unwrap_or(message), hint, usage }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args, Stop> {
        let words = line.split(' ').map(OsString::from).collect();
        arguments(OsStr::new(NAME), words, Permutation::Allowed)
    }

    #[test]
    fn words_are_read_as_getopt_reads_them() {
        let args = read("-Onf IF-MIB::ifDescr -Td -w40 -m IF-MIB -Is .1 --format=ndjson").unwrap();
        assert_eq!(args.oids, ["IF-MIB::ifDescr"]);
        assert_eq!((args.width, args.reports().details), (Some(40), true));
        assert_eq!(args.output.letters().letters, "nf");
        assert_eq!(args.mib.settings().suffix, Some(OsString::from(".1")));
        assert_eq!(read("-- -On").unwrap().oids, ["-On"]);
        assert_eq!(read("-").unwrap().oids, ["-"]);
        let reports = read("-Tpl -To").unwrap().reports();
        assert_eq!(reports.report, Report::Lines);
        assert_eq!(reports.lines, Lines { labelled: true, numbers: true, ..Lines::default() });
        assert_eq!(read("-Tl -Tp").unwrap().reports().report, Report::Tree);
    }

    #[test]
    fn the_first_mistake_from_the_left_is_reported_in_its_own_words() {
        for (line, said) in [
            ("-Oy -Tx foo", "Unknown OID option to -O: y."),
            ("-Tx -Oy foo", "Invalid -T<lostpad> character: x"),
            ("-Iy foo", "Unknown OID option to -I: y."),
            ("-Py foo", "Unknown parser option to -P: y."),
            ("-d foo", "snmptranslate: invalid option -- 'd'"),
            ("--foo=1 foo", "snmptranslate: invalid option -- '-'"),
            ("-T", "snmptranslate: option requires an argument -- 'T'"),
            ("-w 0 foo", "Invalid width specification: 0"),
            ("-w abc foo", "Invalid width specification: abc"),
            ("-Lx foo", "Unknown logging option passed to -L: x."),
            ("--format", "--format needs a value"),
            ("--json=1", "--json takes no value"),
            ("-Op", "Missing argument after -Op"),
        ] {
            match read(line) {
                Err(Stop::Mistake { message, .. }) => assert_eq!(message, said, "{line}"),
                other => panic!("{line}: {other:?}"),
            }
        }
        assert!(matches!(read("-V -x"), Err(Stop::Version)));
        assert!(matches!(read("--help"), Err(Stop::Help(HelpLength::Long))));
    }
}
