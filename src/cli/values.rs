//! What the options' arguments mean, and net-snmp's complaints about those that mean nothing.
//!
//! Every function here serves twice: while the words are scanned from the left, so that the first mistake is the one
//! reported, and as clap's parser of the same argument.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
};

use crate::{
    clock::Duration,
    codec::Version,
    config::{
        AuthProtocol, EngineId, EngineIdError, LogHandler, PrivProtocol, SecurityLevel,
        number::{self, float},
    },
    limits,
    secret::Secret,
};

/// `-O`'s letters besides `p`, which takes an argument.
pub const OUTPUT_LETTERS: &str = "0abeEfFnqQsStTuUvxX";
/// `-I`'s letters besides `s` and `S`, which take an argument.
pub const INPUT_LETTERS: &str = "bhrRu";
/// `-P`'s letters.
pub const PARSE_LETTERS: &str = "cdeuwWR";

/// Reads `-v`.
pub fn version(text: &OsStr) -> Result<Version, String> {
    match text.as_bytes() {
        b"1" => Ok(Version::V1),
        b"2c" | b"2C" => Ok(Version::V2c),
        b"3" => Ok(Version::V3),
        _ => Err(format!("Invalid version specified after -v flag: {}", text.to_string_lossy())),
    }
}

/// Reads `-r`: 0 to 2147483647, which larger numbers become.
pub fn retries(text: &OsStr) -> Result<u32, String> {
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return Err("Invalid number of retries after -r flag.".to_owned());
    }
    let read = number::signed(text.as_bytes(), 10);
    Ok(u32::try_from(read.value.min(i64::from(i32::MAX))).unwrap_or(0))
}

/// Reads `-t`: seconds, a microsecond at least.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
pub fn timeout(text: &OsStr) -> Result<Duration, String> {
    let micros = float(text.as_bytes()).value * 1_000_000.0;
    if (1.0..9.2e18).contains(&micros) {
        Ok(Duration::from_micros(micros as u64))
    } else {
        Err("Invalid timeout in seconds after -t flag.".to_owned())
    }
}

/// Reads `-l`.
pub fn level(text: &OsStr) -> Result<SecurityLevel, String> {
    SecurityLevel::from_option(text.as_bytes())
        .ok_or_else(|| format!("Invalid security level specified after -3l flag: {}", text.to_string_lossy()))
}

/// Reads `-a`.
pub fn auth(text: &OsStr) -> Result<AuthProtocol, String> {
    AuthProtocol::from_text(text.as_bytes()).ok_or_else(|| {
        format!("Invalid authentication protocol specified after -3a flag: {}", text.to_string_lossy())
    })
}

/// Reads `-x`.
pub fn privacy(text: &OsStr) -> Result<PrivProtocol, String> {
    PrivProtocol::from_text(text.as_bytes()).ok_or_else(|| {
        format!("Invalid privacy protocol specified after -3x flag: {}", text.to_string_lossy())
    })
}

/// Reads `-e`.
pub fn security_engine(text: &OsStr) -> Result<EngineId, String> {
    engine(text, 'e')
}

/// Reads `-E`.
pub fn context_engine(text: &OsStr) -> Result<EngineId, String> {
    engine(text, 'E')
}

fn engine(text: &OsStr, letter: char) -> Result<EngineId, String> {
    EngineId::from_hex(text.as_bytes()).map_err(|error| match error {
        EngineIdError::Digits => format!("Bad engine ID value after -3{letter} flag."),
        EngineIdError::Length => format!("Invalid engine ID value after -{letter} flag."),
    })
}

/// Reads `-Z`: boots and time with a comma between them.
pub fn boots_time(text: &OsStr) -> Result<(u32, u32), String> {
    let text = text.as_bytes();
    let boots = number::unsigned(text, 10);
    if boots.used == 0 || boots.overflow {
        return Err("Need engine boots value after -3Z flag.".to_owned());
    }
    let missing = || "Need engine time after \"-3Z engineBoot,\".".to_owned();
    let rest = text[boots.used..].strip_prefix(b",").ok_or_else(missing)?;
    let time = number::unsigned(rest, 10);
    if time.used == 0 || time.overflow {
        return Err(missing());
    }
    let fits = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    Ok((fits(boots.value), fits(time.value)))
}

/// A key in hexadecimal: which one, and its octets.
#[derive(Clone, Debug)]
pub enum KeyOption {
    /// `-3m`: the master key for authentication.
    AuthMaster(Secret<Vec<u8>>),
    /// `-3M`: the master key for privacy.
    PrivMaster(Secret<Vec<u8>>),
    /// `-3k`: the localized key for authentication.
    AuthLocalized(Secret<Vec<u8>>),
    /// `-3K`: the localized key for privacy.
    PrivLocalized(Secret<Vec<u8>>),
}

/// Reads the forms of `-3` that have no letter of their own: `m`, `M`, `k` and `K` with a key after it.
pub fn key(text: &OsStr) -> Result<KeyOption, String> {
    let (letter, digits) =
        text.as_bytes().split_first().map_or((b' ', &[][..]), |(letter, rest)| (*letter, rest));
    let make = match letter {
        b'm' => KeyOption::AuthMaster,
        b'M' => KeyOption::PrivMaster,
        b'k' => KeyOption::AuthLocalized,
        b'K' => KeyOption::PrivLocalized,
        other => return Err(format!("Unknown SNMPv3 option passed to -3: {}.", char::from(other))),
    };
    number::hex(digits)
        .map(|octets| make(Secret::new(octets)))
        .ok_or_else(|| format!("Bad key value after -3{} flag.", char::from(letter)))
}

/// What `-O` says: letters in their order, and the precision of floating-point numbers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OutputLetters {
    /// The letters of [`OUTPUT_LETTERS`] as they came; some set, some toggle.
    pub letters: String,
    /// `p`'s argument: how many digits, in `printf`'s notation.
    pub precision: Option<String>,
}

/// Reads `-O`; `p` takes the rest of the word.
pub fn output(text: &OsStr) -> Result<OutputLetters, String> {
    let (letters, argument) = letters(text, OUTPUT_LETTERS, "p", "output", 'O')?;
    let precision = argument.map(|(_, precision)| precision.to_string_lossy().into_owned());
    Ok(OutputLetters { letters, precision })
}

/// What `-I` says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct InputLetters {
    /// The letters of [`INPUT_LETTERS`] as they came.
    pub letters: String,
    /// `s`'s argument: put after textual OIDs.
    pub suffix: Option<OsString>,
    /// `S`'s argument: put before textual OIDs.
    pub prefix: Option<OsString>,
}

/// Reads `-I`; `s` and `S` take the rest of the word.
pub fn input(text: &OsStr) -> Result<InputLetters, String> {
    let (letters, argument) = letters(text, INPUT_LETTERS, "sS", "input", 'I')?;
    let (mut suffix, mut prefix) = (None, None);
    match argument {
        Some(('s', text)) => suffix = Some(text),
        Some((_, text)) => prefix = Some(text),
        None => {}
    }
    Ok(InputLetters { letters, suffix, prefix })
}

/// Reads `-P`.
pub fn parse(text: &OsStr) -> Result<String, String> {
    letters(text, PARSE_LETTERS, "", "parsing", 'P').map(|(letters, _)| letters)
}

type Letters = (String, Option<(char, OsString)>);

fn letters(text: &OsStr, known: &str, last: &str, what: &str, option: char) -> Result<Letters, String> {
    let mut found = String::new();
    for (at, letter) in text.as_bytes().iter().map(|octet| char::from(*octet)).enumerate() {
        if last.contains(letter) {
            let argument = OsString::from_vec(text.as_bytes()[at + 1..].to_vec());
            return Ok((found, Some((letter, argument))));
        }
        if !known.contains(letter) {
            return Err(format!("Unknown {what} option passed to -{option}: {letter}."));
        }
        found.push(letter);
    }
    Ok((found, None))
}

/// Reads `-L` with all of its arguments in one word.
pub fn log(text: &OsStr) -> Result<LogHandler, String> {
    LogHandler::from_option(text.as_bytes(), &mut || None).map_err(|error| error.to_string())
}

/// Reads `-T`: a name and a value.
pub fn transport(text: &OsStr) -> Result<(OsString, OsString), String> {
    let at = text.as_bytes().iter().position(|octet| *octet == b'=');
    let at = at.ok_or_else(|| "-T expects a NAME=VALUE pair.".to_owned())?;
    let part = |part: &[u8]| OsString::from_vec(part.to_vec());
    Ok((part(&text.as_bytes()[..at]), part(&text.as_bytes()[at + 1..])))
}

/// Takes an argument as a secret.
pub fn secret(text: &OsStr) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_vec())
}

/// Reads `--backoff`: 1 or more.
pub fn backoff(text: &OsStr) -> Result<f64, String> {
    let read = float(text.as_bytes());
    if read.used == text.len() && read.used > 0 && read.value.is_finite() && read.value >= 1.0 {
        Ok(read.value)
    } else {
        Err("a factor is a number from 1".to_owned())
    }
}

/// Reads `--window`: 1 to 1000.
pub fn window(text: &OsStr) -> Result<u16, String> {
    let number =
        text.to_str().and_then(|text| text.parse().ok()).filter(|number| (1..=1_000).contains(number));
    number.ok_or_else(|| "a window is a number of requests from 1 to 1000".to_owned())
}

/// Reads `--max-iter`: 1 or more.
pub fn tries(text: &OsStr) -> Result<u32, String> {
    let number = text.to_str().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
    number.ok_or_else(|| format!("a table is read a number of times from 1 to {}", u32::MAX))
}

/// Reads `--txbuf` and `--rxbuf`: octets of a message.
pub fn message_octets(text: &OsStr) -> Result<usize, String> {
    let (least, most) = (limits::MESSAGE_OCTETS_MIN, limits::MESSAGE_OCTETS);
    let number = text.to_str().filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()));
    number
        .and_then(|text| text.parse().ok())
        .filter(|octets| (least..=most).contains(octets))
        .ok_or_else(|| format!("a message has {least} to {most} octets"))
}

/// Reads `--deadline`: seconds, a microsecond at least.
pub fn deadline(text: &OsStr) -> Result<Duration, String> {
    let whole = float(text.as_bytes()).used == text.len();
    timeout(text).ok().filter(|_| whole).ok_or_else(|| "a deadline is a number of seconds above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: std::fmt::Debug + PartialEq>(
        read: fn(&OsStr) -> Result<T, String>,
        rows: &[(&str, Result<T, &str>)],
    ) {
        for (text, expected) in rows {
            let got = read(OsStr::new(text));
            match (&got, expected) {
                (Ok(got), Ok(expected)) if got == expected => {}
                (Err(got), Err(expected)) if got == expected => {}
                _ => panic!("{text:?}: {got:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn windows_and_tries_have_a_least_and_a_most() {
        const WINDOW: &str = "a window is a number of requests from 1 to 1000";
        const TRIES: &str = "a table is read a number of times from 1 to 4294967295";
        check(
            window,
            &[
                ("1", Ok(1)),
                ("1000", Ok(1_000)),
                ("0", Err(WINDOW)),
                ("1001", Err(WINDOW)),
                ("x", Err(WINDOW)),
            ],
        );
        check(
            tries,
            &[
                ("1", Ok(1)),
                ("4294967295", Ok(u32::MAX)),
                ("0", Err(TRIES)),
                ("4294967296", Err(TRIES)),
                ("", Err(TRIES)),
            ],
        );
    }

    #[test]
    fn versions_retries_and_timeouts_have_their_ranges() {
        let refused = "Invalid version specified after -v flag: ";
        check(
            version,
            &[("1", Ok(Version::V1)), ("2c", Ok(Version::V2c)), ("2C", Ok(Version::V2c)), ("", Err(refused))],
        );
        check(version, &[("2", Err("Invalid version specified after -v flag: 2")), ("3", Ok(Version::V3))]);
        let refused = "Invalid number of retries after -r flag.";
        check(retries, &[("0", Ok(0)), ("7x", Ok(7)), ("99999999999", Ok(2_147_483_647))]);
        check(
            retries,
            &[("", Err(refused)), ("-1", Err(refused)), (" 5", Err(refused)), ("x", Err(refused))],
        );
        let refused = "Invalid timeout in seconds after -t flag.";
        let micros = |micros| Ok(Duration::from_micros(micros));
        check(timeout, &[("1", micros(1_000_000)), (" .05", micros(50_000)), ("1x", micros(1_000_000))]);
        check(
            timeout,
            &[("0x10", micros(16_000_000)), ("1e-6", micros(1)), ("1e-7", Err(refused)), ("0", Err(refused))],
        );
        for text in ["", "x", "-1", "nan", "inf", "1e400", "5000000000000000"] {
            check(timeout, &[(text, Err(refused))]);
        }
    }

    #[test]
    fn boots_and_time_are_two_numbers() {
        let boots = "Need engine boots value after -3Z flag.";
        let time = "Need engine time after \"-3Z engineBoot,\".";
        check(boots_time, &[("5,6", Ok((5, 6))), ("0,5x", Ok((0, 5))), ("99999999999,1", Ok((u32::MAX, 1)))]);
        check(boots_time, &[("a", Err(boots)), (",5", Err(boots)), ("", Err(boots))]);
        check(boots_time, &[("5", Err(time)), ("5,", Err(time)), ("5,x", Err(time)), ("5 6", Err(time))]);
    }

    #[test]
    fn letters_are_known_or_named() {
        let output_ok = |letters: &str, precision: Option<&str>| {
            Ok(OutputLetters { letters: letters.into(), precision: precision.map(Into::into) })
        };
        check(
            output,
            &[("nq", output_ok("nq", None)), ("", output_ok("", None)), ("vp5", output_ok("v", Some("5")))],
        );
        check(
            output,
            &[("pn", output_ok("", Some("n"))), ("nz", Err("Unknown output option passed to -O: z."))],
        );
        check(
            parse,
            &[("cdeuwWR", Ok("cdeuwWR".into())), ("z", Err("Unknown parsing option passed to -P: z."))],
        );
        let read = input(OsStr::new("rs.0")).unwrap();
        assert_eq!((read.letters.as_str(), read.suffix.unwrap()), ("r", ".0".into()));
        assert_eq!(input(OsStr::new("Sif.")).unwrap().prefix.unwrap(), "if.");
        assert_eq!(input(OsStr::new("p")), Err("Unknown input option passed to -I: p.".into()));
    }

    #[test]
    fn keys_are_hexadecimal() {
        assert!(
            matches!(key(OsStr::new("m0102")), Ok(KeyOption::AuthMaster(key)) if *key.expose() == [1, 2])
        );
        assert!(
            matches!(key(OsStr::new("K0x01")), Ok(KeyOption::PrivLocalized(key)) if *key.expose() == [1])
        );
        for (text, error) in [
            ("kzz", "Bad key value after -3k flag."),
            ("M0x0", "Bad key value after -3M flag."),
            ("q", "Unknown SNMPv3 option passed to -3: q."),
            ("", "Unknown SNMPv3 option passed to -3:  ."),
        ] {
            assert_eq!(key(OsStr::new(text)).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn our_own_numbers_are_whole_words() {
        check(message_octets, &[("484", Ok(484)), ("65507", Ok(65_507)), ("01472", Ok(1_472))]);
        let refused = "a message has 484 to 65507 octets";
        for text in ["483", "65508", "", "-484", "+484", "1472x", "1e3", "99999999999999999999999"] {
            check(message_octets, &[(text, Err(refused))]);
        }
        assert_eq!(backoff(OsStr::new("2")), Ok(2.0));
        assert_eq!(backoff(OsStr::new("1.5")), Ok(1.5));
        for text in ["0.5", "x", "2x", "inf", "nan", ""] {
            assert!(backoff(OsStr::new(text)).is_err(), "{text}");
        }
        assert_eq!(deadline(OsStr::new("0.5")), Ok(Duration::from_millis(500)));
        assert!(deadline(OsStr::new("1x")).is_err());
    }
}
