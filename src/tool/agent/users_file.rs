//! The file of `--users`: one user a line.

use std::{fs::File, io::Read as _, path::Path};

use zeroize::Zeroizing;

use crate::{agent::User, limits, secret::Secret, tool::log};

use super::users::{self, Draft, Key};

/// How it is written, for help and man page.
pub(super) const FORMAT: &str = "\
A file of users, one a line; may be given more than once

A line has the user's name and then KEY=VALUE, with blanks between; the keys are the options' words: auth, \
auth-password, auth-password-file, priv, priv-password, priv-password-file, access and min-level. A value with blanks \
stands in quotes, \"…\" or '…'; between the former a backslash takes the next character as it is. What follows a # at \
the start of a word is a comment. For instance:
  monitor  auth=SHA-256 auth-password=\"a b c d e\" priv=AES priv-password=12345678 access=ro";

/// The users of a file.
///
/// # Errors
///
/// What is wrong, with the file and the line; never a value.
pub(super) fn read(path: &Path, warnings: &mut Vec<String>) -> Result<Vec<User>, String> {
    let failed = |reason: &str| format!("--users {}: {reason}", path.display());
    let file = users::open(path, "the users' passphrases", warnings)
        .map_err(|error| failed(&log::reason(&error)))?;
    let mut text = Zeroizing::new(Vec::with_capacity(room(&file)));
    let read = file.take(limits::CONFIG_OCTETS + 1).read_to_end(&mut text);
    let read = read.map_err(|error| failed(&log::reason(&error)))?;
    if u64::try_from(read).unwrap_or(u64::MAX) > limits::CONFIG_OCTETS {
        return Err(failed(&format!("it has more than {} octets", limits::CONFIG_OCTETS)));
    }
    let mut users = Vec::new();
    for (number, line) in text.split(|octet| *octet == b'\n').enumerate() {
        let at = |error: String| format!("{}:{}: {error}", path.display(), number + 1);
        users.extend(self::line(line, warnings).map_err(at)?);
    }
    if users.is_empty() {
        return Err(failed("no user stands in it"));
    }
    Ok(users)
}

/// Enough for the whole file, so that no copy of a secret stays behind where the buffer grew.
fn room(file: &File) -> usize {
    let octets = file.metadata().map_or(0, |metadata| metadata.len());
    usize::try_from(octets.min(limits::CONFIG_OCTETS)).unwrap_or(0) + 1
}

/// The user of a line, if there is one.
fn line(line: &[u8], warnings: &mut Vec<String>) -> Result<Option<User>, String> {
    let words = words(line.strip_suffix(b"\r").unwrap_or(line))?;
    let Some((name, settings)) = words.split_first() else { return Ok(None) };
    let mut draft = Draft::new(name, "");
    for (place, word) in settings.iter().enumerate() {
        let (key, value) = setting(word).ok_or_else(|| {
            let keys = Key::ALL.map(Key::word).join(", ");
            // The word itself may be a passphrase in the wrong place.
            format!("word {} is no KEY=VALUE; the keys are {keys}", place + 2)
        })?;
        draft.set(key, &Secret::new(value.to_vec()), warnings)?;
    }
    draft.user().map(Some)
}

fn setting(word: &[u8]) -> Option<(Key, &[u8])> {
    let at = word.iter().position(|octet| *octet == b'=')?;
    let (key, value) = (&word[..at], &word[at + 1..]);
    Key::ALL.into_iter().find(|known| known.word().as_bytes() == key).map(|key| (key, value))
}

/// Where in a line the reader is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Within {
    Blanks,
    Word,
    /// In quotes of this kind.
    Quotes(u8),
}

/// The words of a line, without quotes and comment.
fn words(line: &[u8]) -> Result<Vec<Zeroizing<Vec<u8>>>, String> {
    let mut words: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    let mut within = Within::Blanks;
    let mut octets = line.iter().copied();
    while let Some(octet) = octets.next() {
        let is_blank = octet.is_ascii_whitespace();
        if within == Within::Blanks {
            match octet {
                b'#' => return Ok(words),
                _ if is_blank => continue,
                // As much room as it can need: a word that grew would leave pieces of itself behind.
                _ => words.push(Zeroizing::new(Vec::with_capacity(line.len()))),
            }
        }
        let Some(word) = words.last_mut() else { continue };
        within = match (within, octet) {
            (Within::Blanks | Within::Word, b'"' | b'\'') => Within::Quotes(octet),
            (Within::Blanks | Within::Word, _) if is_blank => Within::Blanks,
            (Within::Quotes(kind), _) if octet == kind => Within::Word,
            (Within::Quotes(b'"'), b'\\') => {
                word.extend(octets.next());
                within
            }
            (Within::Quotes(_), _) => {
                word.push(octet);
                within
            }
            (Within::Blanks | Within::Word, _) => {
                word.push(octet);
                Within::Word
            }
        };
    }
    match within {
        Within::Quotes(kind) => Err(format!("a {} has no end on this line", char::from(kind))),
        Within::Blanks | Within::Word => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{agent::Permission, codec::v3::SecurityLevel};

    fn words_of(line: &str) -> Result<Vec<String>, String> {
        let text = |word: &Zeroizing<Vec<u8>>| String::from_utf8(word.to_vec()).unwrap();
        words(line.as_bytes()).map(|words| words.iter().map(text).collect())
    }

    #[test]
    fn words_end_at_blanks_outside_of_quotes_and_lines_at_a_comment() {
        for (line, expected) in [
            ("", &[][..]),
            ("   \t ", &[]),
            ("# a comment", &[]),
            ("  bob  ", &["bob"]),
            ("bob a=b#c # d", &["bob", "a=b#c"]),
            ("bob a=\"b c\" 'd e'", &["bob", "a=b c", "d e"]),
            ("bob \"a=b # c\"d", &["bob", "a=b # cd"]),
            (r#"bob "a\"b\\c" 'a\b'"#, &["bob", r#"a"b\c"#, r"a\b"]),
            ("bob '' a=\"\"", &["bob", "", "a="]),
        ] {
            assert_eq!(words_of(line).unwrap(), expected, "{line}");
        }
        for line in ["bob \"a", "bob 'a\"", "bob \"a\\\""] {
            assert!(words_of(line).unwrap_err().contains("has no end"), "{line}");
        }
    }

    fn read_text(text: &str) -> Result<Vec<User>, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("users");
        fs::write(&path, text).unwrap();
        let shown = path.display().to_string();
        read(&path, &mut Vec::new()).map_err(|error| error.replace(&shown, "FILE"))
    }

    #[test]
    fn each_line_is_a_user() {
        let users = read_text(
            "# lab\r\nopen\r\n\n  signed auth=SHA-256 auth-password='pass word' access=ro\n\
             sealed auth=md5 auth-password=password1 priv=3des priv-password=password2 min-level=authNoPriv # all\n",
        )
        .unwrap();
        let facts: Vec<_> = users
            .iter()
            .map(|user| {
                (String::from_utf8_lossy(user.name()), user.level(), user.least_level(), user.permission())
            })
            .collect();
        let [none, auth, sealed] =
            [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv];
        assert_eq!(
            facts,
            [
                ("open".into(), none, none, Permission::Write),
                ("signed".into(), auth, auth, Permission::Read),
                ("sealed".into(), sealed, auth, Permission::Write),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_without_a_secret() {
        for (text, said) in [
            ("", "--users FILE: no user stands in it"),
            ("\nbob SHA s3cretword", "FILE:2: word 2 is no KEY=VALUE; the keys are auth, auth-password"),
            ("bob passwd=s3cretword", "FILE:1: word 2 is no KEY=VALUE"),
            ("bob auth=SHA auth-password=s3cret", "FILE:1: auth-password: a passphrase of 6 octets"),
            ("bob auth=s3cretword-long", "FILE:1: auth is MD5, SHA"),
            ("bob auth=nope", "FILE:1: auth is MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512, not \"nope\""),
            ("bob auth=SHA auth=MD5", "FILE:1: auth stands there twice"),
            ("a\nbob auth=SHA", "FILE:2: auth needs auth-password or auth-password-file"),
            ("bob 'auth=SHA", "FILE:1: a ' has no end on this line"),
            ("'' auth=SHA auth-password=s3cretword", "FILE:1: a user has a name of 1 to 32 octets"),
        ] {
            let error = read_text(text).unwrap_err();
            assert!(error.starts_with(said), "{text}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
        let missing = read(Path::new("/dev/null/users"), &mut Vec::new()).unwrap_err();
        assert_eq!(missing, "--users /dev/null/users: Not a directory");
        let directory = read(Path::new("/"), &mut Vec::new()).unwrap_err();
        assert_eq!(directory, "--users /: is a directory");
    }

    #[test]
    fn a_file_that_others_can_read_is_warned_about() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("users");
        fs::write(&path, "bob\n").unwrap();
        for (mode, warned) in [(0o600, 0), (0o640, 1), (0o604, 1), (0o620, 0)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let mut warnings = Vec::new();
            read(&path, &mut warnings).unwrap();
            assert_eq!(warnings.len(), warned, "{mode:o}: {warnings:?}");
        }
    }
}
