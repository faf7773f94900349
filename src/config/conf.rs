//! What configuration tokens have said so far.

use crate::{codec::Version, secret::Secret};

use super::{
    log_plan::{LogHandler, Priority},
    number,
    tokens::{self, FileKind, TOKENS, TokenKind},
    v3::{AuthProtocol, PrivProtocol, SecurityLevel},
};

/// What `sourceFilterType` takes.
const FILTER_TYPES: [&str; 5] = ["none", "acceptlist", "blocklist", "whitelist", "blacklist"];

/// A value as its token's kind reads it.
#[derive(Clone, Debug)]
enum TokenValue {
    Flag(bool),
    Integer(i64),
    Text(Vec<u8>),
    Secret(Secret<Vec<u8>>),
}

/// Everything that the tokens of files and of the command line have set; later ones replace earlier ones.
#[derive(Clone, Debug)]
pub struct Conf {
    values: Vec<Option<TokenValue>>,
    /// `alias`: names for transport addresses; of several for one name the last counts, here and below.
    pub aliases: Vec<(Vec<u8>, Vec<u8>)>,
    /// `defDomain`: applications and their default transport domains.
    pub domains: Vec<(Vec<u8>, Vec<u8>)>,
    /// `defTarget`: applications, transport domains and their default targets.
    pub targets: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
    /// `logOption`.
    pub log: Vec<LogHandler>,
    /// `debugTokens`, each as it was given.
    pub debug_tokens: Vec<Vec<u8>>,
    /// `mibfile`.
    pub mib_files: Vec<Vec<u8>>,
    /// `debugLogLevel`.
    pub debug_level: Option<Priority>,
    /// `defVersion`.
    pub version: Option<Version>,
    /// `defSecurityLevel`.
    pub level: Option<SecurityLevel>,
    /// `defAuthType`.
    pub auth: Option<AuthProtocol>,
    /// `defPrivType`.
    pub privacy: Option<PrivProtocol>,
}

impl Default for Conf {
    fn default() -> Self {
        Self {
            values: vec![None; TOKENS.len()],
            aliases: Vec::new(),
            domains: Vec::new(),
            targets: Vec::new(),
            log: Vec::new(),
            debug_tokens: Vec::new(),
            mib_files: Vec::new(),
            debug_level: None,
            version: None,
            level: None,
            auth: None,
            privacy: None,
        }
    }
}

impl Conf {
    /// The flag of a token of `snmp.conf`, if a file or the command line set it.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.flag_in(FileKind::Snmp, name)
    }

    /// As [`Conf::flag`], for a token of another file.
    pub fn flag_in(&self, file: FileKind, name: &str) -> Option<bool> {
        match self.value(file, name) {
            Some(TokenValue::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The number of a token of `snmp.conf`.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.value(FileKind::Snmp, name) {
            Some(TokenValue::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The text of a token of `snmp.conf`.
    pub fn text(&self, name: &str) -> Option<&[u8]> {
        match self.value(FileKind::Snmp, name) {
            Some(TokenValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The secret of a token of `snmp.conf`.
    pub fn secret(&self, name: &str) -> Option<&Secret<Vec<u8>>> {
        match self.value(FileKind::Snmp, name) {
            Some(TokenValue::Secret(secret)) => Some(secret),
            _ => None,
        }
    }

    fn value(&self, file: FileKind, name: &str) -> Option<&TokenValue> {
        let at = tokens::find(file, name.as_bytes());
        debug_assert!(at.is_some(), "{name} is a token");
        self.values[at?].as_ref()
    }

    /// Sets the token at `at` in [`TOKENS`] to what `line` says.
    ///
    /// # Errors
    ///
    /// The text of the complaint, when the value is none that the token takes; nothing is changed then.
    pub(crate) fn set(&mut self, at: usize, line: &[u8]) -> Result<(), String> {
        let token = &TOKENS[at];
        match token.kind {
            TokenKind::Flag => {
                if let Some(word) = first_word(line) {
                    let flag = flag(word).ok_or("Should be yes|no|true|false|0|1")?;
                    self.values[at] = Some(TokenValue::Flag(flag));
                }
            }
            TokenKind::Enable => {
                if first_word(line)
                    .is_some_and(|word| word.first() == Some(&b'1') || flag(word) == Some(true))
                {
                    self.values[at] = Some(TokenValue::Flag(true));
                }
            }
            TokenKind::Integer => {
                if let Some(word) = first_word(line) {
                    let read = number::signed(word, 10);
                    if read.used != word.len() {
                        return Err("Bad integer value".to_owned());
                    }
                    self.values[at] = Some(TokenValue::Integer(read.value));
                }
            }
            TokenKind::Text => self.values[at] = Some(TokenValue::Text(text(line))),
            TokenKind::List => {
                let earlier = match self.values[at].take() {
                    Some(TokenValue::Text(earlier)) => earlier,
                    _ => Vec::new(),
                };
                self.values[at] = Some(TokenValue::Text(joined(&earlier, text(line))));
            }
            TokenKind::Secret => self.values[at] = Some(TokenValue::Secret(Secret::new(text(line)))),
            TokenKind::Key => {
                // What is none is told when it is needed: as a key without octets.
                let octets = number::hex(&text(line)).unwrap_or_default();
                self.values[at] = Some(TokenValue::Secret(Secret::new(octets)));
            }
            TokenKind::Version
            | TokenKind::Level
            | TokenKind::AuthType
            | TokenKind::PrivType
            | TokenKind::FilterType
            | TokenKind::LogLevel => self.set_word(token.kind, line)?,
            TokenKind::Alias
            | TokenKind::Domain
            | TokenKind::Target
            | TokenKind::LogOption
            | TokenKind::File
            | TokenKind::DebugTokens => self.add(token.kind, line)?,
        }
        Ok(())
    }

    /// The tokens whose value is one of a few words.
    fn set_word(&mut self, kind: TokenKind, line: &[u8]) -> Result<(), String> {
        match kind {
            TokenKind::Version => self.version = Some(version(line).ok_or("Unknown version specification")?),
            TokenKind::Level => {
                self.level =
                    Some(SecurityLevel::from_token(line).ok_or_else(|| {
                        format!("Unknown security level: {}", String::from_utf8_lossy(line))
                    })?);
            }
            TokenKind::AuthType => {
                self.auth = Some(AuthProtocol::from_text(line).ok_or("Unknown authentication type")?);
            }
            TokenKind::PrivType => {
                self.privacy = Some(PrivProtocol::from_text(line).ok_or("Unknown privacy type")?);
            }
            TokenKind::FilterType => {
                // The tools that ask do not listen: the word is checked and not kept.
                if !FILTER_TYPES.iter().any(|word| word.as_bytes() == line) {
                    return Err(format!("unknown source filter type: {}", String::from_utf8_lossy(line)));
                }
            }
            _ => {
                let level = log_level(line);
                self.debug_level = Some(level.unwrap_or(Priority::Debug));
                level.ok_or("unknown debug log level, using debug")?;
            }
        }
        Ok(())
    }

    /// The tokens that add to a list.
    fn add(&mut self, kind: TokenKind, line: &[u8]) -> Result<(), String> {
        let (first, rest) = word(line);
        match kind {
            TokenKind::Alias => {
                if !rest.is_empty() {
                    self.aliases.push((first, rest.to_vec()));
                }
            }
            TokenKind::Domain => {
                if rest.is_empty() {
                    return Err(missing("domain(s)", "defDomain", &first));
                }
                self.domains.push((first, rest.to_vec()));
            }
            TokenKind::Target => {
                if rest.is_empty() {
                    return Err(missing("domain and target", "defTarget", &first));
                }
                let (domain, target) = word(rest);
                if target.is_empty() {
                    return Err(missing("target", "defTarget", &first));
                }
                self.targets.push((first, domain, target.to_vec()));
            }
            TokenKind::LogOption => {
                let handler =
                    LogHandler::from_option(line, &mut || None).map_err(|error| error.to_string())?;
                self.log.push(handler);
            }
            TokenKind::File => self.mib_files.push(text(line)),
            _ => self.debug_tokens.push(line.to_vec()),
        }
        Ok(())
    }
}

/// A list after an earlier line's: in its place, or, with a sign before it, behind or before it. The sign before the whole
/// stays that of the first line. An earlier list without entries is none: Debian's file has `mibs :`, and what the
/// user's own adds is added to the built-in names.
fn joined(earlier: &[u8], line: Vec<u8>) -> Vec<u8> {
    if earlier.iter().all(|octet| *octet == b':') {
        return line;
    }
    let (sign, earlier) = match earlier {
        [sign @ (b'+' | b'-'), rest @ ..] => (std::slice::from_ref(sign), rest),
        rest => (&[][..], rest),
    };
    match line.as_slice() {
        [b'+', more @ ..] => [sign, earlier, b":", more].concat(),
        [b'-', more @ ..] => [sign, more, b":", earlier].concat(),
        _ => line,
    }
}

fn missing(what: &str, token: &str, application: &[u8]) -> String {
    format!("No {what} in registration of {token} \"{}\"", String::from_utf8_lossy(application))
}

fn flag(word: &[u8]) -> Option<bool> {
    match word.to_ascii_lowercase().as_slice() {
        b"yes" | b"true" => Some(true),
        b"no" | b"false" => Some(false),
        other => match number::signed(other, 10) {
            read if read.used != other.len() => None,
            read => [false, true].get(usize::try_from(read.value).ok()?).copied(),
        },
    }
}

fn version(line: &[u8]) -> Option<Version> {
    match line.to_ascii_lowercase().as_slice() {
        b"1" | b"v1" => Some(Version::V1),
        b"2c" | b"v2c" => Some(Version::V2c),
        b"3" | b"v3" => Some(Version::V3),
        _ => None,
    }
}

fn log_level(line: &[u8]) -> Option<Priority> {
    let line = line.to_ascii_lowercase();
    [
        ("emerg", Priority::Emergency),
        ("alert", Priority::Alert),
        ("crit", Priority::Critical),
        ("err", Priority::Error),
        ("warning", Priority::Warning),
        ("notice", Priority::Notice),
        ("info", Priority::Info),
        ("debug", Priority::Debug),
    ]
    .into_iter()
    .find(|(name, _)| line.starts_with(name.as_bytes()))
    .map(|(_, level)| level)
}

fn first_word(line: &[u8]) -> Option<&[u8]> {
    line.split(|octet| matches!(octet, b' ' | b'\t' | b'\n')).find(|word| !word.is_empty())
}

/// A text value: the rest of the line, or what stands between double quotes at its beginning.
fn text(line: &[u8]) -> Vec<u8> {
    if line.first() == Some(&b'"') { word(line).0 } else { line.to_vec() }
}

/// Takes one word off the front: up to white space, or between quotes of either kind; a backslash makes the next
/// octet ordinary. White space after it is skipped, and a `#` there begins a comment.
pub(crate) fn word(line: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut at = 0;
    let quote = line.first().copied().filter(|octet| matches!(octet, b'"' | b'\''));
    if quote.is_some() {
        at = 1;
    }
    let mut word = Vec::new();
    while let Some(octet) = line.get(at).copied() {
        if quote.map_or_else(|| number::is_space(octet), |quote| octet == quote) {
            break;
        }
        let escaped = line.get(at + 1).filter(|_| octet == b'\\');
        word.push(escaped.copied().unwrap_or(octet));
        at += if escaped.is_some() { 2 } else { 1 };
    }
    if quote.is_some() {
        at = (at + 1).min(line.len());
    }
    (word, skip_white(&line[at..]))
}

/// What follows white space; nothing when that is a comment.
pub(crate) fn skip_white(line: &[u8]) -> &[u8] {
    let rest = &line[number::white_space(line)..];
    if rest.first() == Some(&b'#') { &[] } else { rest }
}
