//! The users of `SNMPv3` that options describe.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::Path,
};

use clap::{
    Arg, ArgAction, ArgMatches, Command, builder::OsStringValueParser, builder::TypedValueParser as _,
};

use crate::{
    agent::{Permission, User},
    codec::v3::SecurityLevel,
    config,
    crypto::{AuthProtocol, PrivProtocol},
    limits,
    secret::Secret,
    tool::secrets,
};

/// What can be said of a user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Key {
    Auth,
    AuthPassword,
    AuthPasswordFile,
    Priv,
    PrivPassword,
    PrivPasswordFile,
    Access,
    MinLevel,
}

impl Key {
    pub(super) const ALL: [Self; 8] = [
        Self::Auth,
        Self::AuthPassword,
        Self::AuthPasswordFile,
        Self::Priv,
        Self::PrivPassword,
        Self::PrivPasswordFile,
        Self::Access,
        Self::MinLevel,
    ];

    /// Its word, in a file and behind the dashes of the option.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthPassword => "auth-password",
            Self::AuthPasswordFile => "auth-password-file",
            Self::Priv => "priv",
            Self::PrivPassword => "priv-password",
            Self::PrivPasswordFile => "priv-password-file",
            Self::Access => "access",
            Self::MinLevel => "min-level",
        }
    }

    /// Its name among clap's arguments, which is also how completions know what it takes.
    const fn id(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Priv => "privacy",
            other => other.word(),
        }
    }

    const fn value_name(self) -> &'static str {
        match self {
            Self::Auth | Self::Priv => "PROTO",
            Self::AuthPassword | Self::PrivPassword => "PASS",
            Self::AuthPasswordFile | Self::PrivPasswordFile => "FILE",
            Self::Access => "ro|rw",
            Self::MinLevel => "LEVEL",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Auth => {
                "The user's authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512"
            }
            Self::AuthPassword => "The passphrase that the user authenticates with, of 8 octets or more",
            Self::AuthPasswordFile => {
                "The same from the first line of a file, which keeps it out of the list of processes"
            }
            Self::Priv => {
                "The user's privacy protocol: DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C"
            }
            Self::PrivPassword => "The passphrase that the user encrypts with, of 8 octets or more",
            Self::PrivPasswordFile => "The same from the first line of a file",
            Self::Access => "Whether the user may write: rw (the default) or ro",
            Self::MinLevel => {
                "The lowest level that the user is served at: noAuthNoPriv, authNoPriv or authPriv; its own when not given"
            }
        }
    }
}

const USER: &str = "user";

const USER_HELP: &str =
    "A user of SNMPv3; what follows belongs to it, up to the next --user. May be given more than once";

const USER_LONG_HELP: &str = "\
A user of SNMPv3; what follows belongs to it, up to the next --user. May be given more than once

What is given decides the level: nothing is noAuthNoPriv, --auth with a passphrase authNoPriv, --priv with one too \
authPriv. Above it a request is reported (usmStatsUnsupportedSecLevels). Below it a request is refused \
(authorizationError), since whoever knows the name alone could be the user then; --min-level allows lower levels.

Passphrases among the words of a command can be seen by everybody on the machine, in the list of processes. \
--auth-password-file, --priv-password-file and --users keep them out of it.";

/// The options about users, in the order in which they stand.
#[derive(Clone, Debug, Default)]
pub struct UserArgs {
    given: Vec<Given>,
}

#[derive(Clone, Debug)]
enum Given {
    User(Secret<Vec<u8>>),
    Setting(Key, Secret<Vec<u8>>),
}

impl clap::Args for UserArgs {
    fn augment_args(command: Command) -> Command {
        let parser =
            || OsStringValueParser::new().map(|text: OsString| Secret::new(text.as_bytes().to_vec()));
        let option = |id: &'static str, word: &'static str| {
            Arg::new(id)
                .long(word)
                .action(ArgAction::Append)
                .allow_hyphen_values(true)
                .value_parser(parser())
                .help_heading(super::USERS_HEADING)
        };
        let user = option(USER, USER).value_name("NAME").help(USER_HELP).long_help(USER_LONG_HELP);
        Key::ALL.into_iter().fold(command.arg(user), |command, key| {
            command.arg(option(key.id(), key.word()).value_name(key.value_name()).help(key.help()))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for UserArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Vec::new();
        let mut take = |id: &str, of: &dyn Fn(Secret<Vec<u8>>) -> Given| {
            let values = matches.get_many::<Secret<Vec<u8>>>(id).into_iter().flatten();
            let places = matches.indices_of(id).into_iter().flatten();
            given.extend(places.zip(values).map(|(place, value)| (place, of(value.clone()))));
        };
        take(USER, &Given::User);
        for key in Key::ALL {
            take(key.id(), &|value| Given::Setting(key, value));
        }
        given.sort_by_key(|(place, _)| *place);
        Ok(Self { given: given.into_iter().map(|(_, given)| given).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = <Self as clap::FromArgMatches>::from_arg_matches(matches)?;
        Ok(())
    }
}

impl UserArgs {
    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// The users, with what there is to warn about their files.
    ///
    /// # Errors
    ///
    /// What is wrong, and with which option of which user; never a value that might be secret.
    pub(super) fn users(&self, warnings: &mut Vec<String>) -> Result<Vec<User>, String> {
        let mut drafts: Vec<Draft> = Vec::new();
        for given in &self.given {
            match (given, drafts.last_mut()) {
                (Given::User(name), _) => drafts.push(Draft::new(name.expose(), "--")),
                (Given::Setting(key, value), Some(draft)) => {
                    draft.set(*key, value, warnings).map_err(|error| draft.blame(&error))?;
                }
                (Given::Setting(key, _), None) => {
                    return Err(format!("--{} belongs to a user: write --user NAME before it", key.word()));
                }
            }
        }
        drafts.into_iter().map(|draft| draft.clone().user().map_err(|error| draft.blame(&error))).collect()
    }
}

/// A user as far as it has been described.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    name: Vec<u8>,
    /// What stands before a key's word where people write it.
    dashes: &'static str,
    given: Vec<Key>,
    auth: Option<AuthProtocol>,
    auth_password: Option<Secret<Vec<u8>>>,
    privacy: Option<PrivProtocol>,
    priv_password: Option<Secret<Vec<u8>>>,
    permission: Permission,
    least: Option<SecurityLevel>,
}

impl Draft {
    pub(super) fn new(name: &[u8], dashes: &'static str) -> Self {
        Self {
            name: name.to_vec(),
            dashes,
            given: Vec::new(),
            auth: None,
            auth_password: None,
            privacy: None,
            priv_password: None,
            permission: Permission::Write,
            least: None,
        }
    }

    /// An error with the user's name before it.
    fn blame(&self, error: &str) -> String {
        format!("user {}: {error}", shown(&self.name))
    }

    fn word(&self, key: Key) -> String {
        format!("{}{}", self.dashes, key.word())
    }

    /// Adds what is said of the user.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without a value that might be secret.
    pub(super) fn set(
        &mut self,
        key: Key,
        value: &Secret<Vec<u8>>,
        warnings: &mut Vec<String>,
    ) -> Result<(), String> {
        let word = self.word(key);
        if self.given.contains(&key) {
            return Err(format!("{word} stands there twice"));
        }
        self.given.push(key);
        let text = value.expose().as_slice();
        match key {
            Key::Auth => {
                self.auth = Some(auth_protocol(text).ok_or_else(|| unknown(&word, text, AUTH_WORDS))?);
            }
            Key::Priv => {
                self.privacy = Some(priv_protocol(text).ok_or_else(|| unknown(&word, text, PRIV_WORDS))?);
            }
            Key::AuthPassword => put_password(&mut self.auth_password, &word, value.clone())?,
            Key::PrivPassword => put_password(&mut self.priv_password, &word, value.clone())?,
            Key::AuthPasswordFile => {
                put_password(&mut self.auth_password, &word, password_in(text, &word, warnings)?)?;
            }
            Key::PrivPasswordFile => {
                put_password(&mut self.priv_password, &word, password_in(text, &word, warnings)?)?;
            }
            Key::Access => {
                self.permission = match text {
                    b"ro" => Permission::Read,
                    b"rw" => Permission::Write,
                    _ => return Err(unknown(&word, text, "ro or rw")),
                };
            }
            Key::MinLevel => {
                let level = SecurityLevel::from_option(text);
                self.least = Some(level.ok_or_else(|| unknown(&word, text, LEVEL_WORDS))?);
            }
        }
        Ok(())
    }

    /// The user.
    ///
    /// # Errors
    ///
    /// What is missing, or too much.
    pub(super) fn user(self) -> Result<User, String> {
        let word = |key| self.word(key);
        if self.name.is_empty() {
            return Err("a user has a name of 1 to 32 octets".to_owned());
        }
        let needs = |there: Key, missing: Key| format!("{} needs {}", word(there), word(missing));
        let needs_password = |there: Key, missing: Key, file: Key| {
            format!("{} needs {} or {}", word(there), word(missing), word(file))
        };
        let privacy = match (self.privacy, &self.priv_password) {
            (None, None) => None,
            (Some(protocol), Some(password)) => Some((protocol, password.expose().as_slice())),
            (Some(_), None) => {
                return Err(needs_password(Key::Priv, Key::PrivPassword, Key::PrivPasswordFile));
            }
            (None, Some(_)) => return Err(needs(Key::PrivPassword, Key::Priv)),
        };
        let made = match (self.auth, &self.auth_password) {
            (None, None) if privacy.is_some() => {
                return Err(format!(
                    "{}: nothing is encrypted without authentication",
                    needs(Key::Priv, Key::Auth)
                ));
            }
            (None, None) => User::new(&self.name, self.permission, None),
            (Some(protocol), Some(password)) => {
                User::of_passphrases(&self.name, self.permission, protocol, password.expose(), privacy)
            }
            (Some(_), None) => {
                return Err(needs_password(Key::Auth, Key::AuthPassword, Key::AuthPasswordFile));
            }
            (None, Some(_)) => return Err(needs(Key::AuthPassword, Key::Auth)),
        };
        let user = made.map_err(|error| error.to_string())?;
        match self.least {
            None => Ok(user),
            Some(level) if level <= user.level() => Ok(user.from_level(level)),
            Some(level) => Err(format!(
                "{} {} is above what the user has passphrases for, {}",
                word(Key::MinLevel),
                level.name(),
                user.level().name()
            )),
        }
    }
}

const AUTH_WORDS: &str = "MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512";
const PRIV_WORDS: &str = "DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C";
const LEVEL_WORDS: &str = "noAuthNoPriv, authNoPriv or authPriv";

/// A name for people.
pub(super) fn shown(name: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(name))
}

/// A word that was not understood. One as long as a passphrase is not shown: it may be one, in the wrong place.
fn unknown(word: &str, text: &[u8], known: &str) -> String {
    if text.len() < limits::PASSPHRASE_OCTETS_MIN {
        format!("{word} is {known}, not {}", shown(text))
    } else {
        format!("{word} is {known}")
    }
}

fn auth_protocol(text: &[u8]) -> Option<AuthProtocol> {
    if text.is_empty() { None } else { config::AuthProtocol::from_text(text)?.protocol() }
}

fn priv_protocol(text: &[u8]) -> Option<PrivProtocol> {
    if text.is_empty() { None } else { config::PrivProtocol::from_text(text)?.protocol() }
}

fn put_password(
    place: &mut Option<Secret<Vec<u8>>>,
    word: &str,
    given: Secret<Vec<u8>>,
) -> Result<(), String> {
    if place.is_some() {
        return Err(format!("{word}: there is a passphrase for this already"));
    }
    let octets = given.expose().len();
    if octets < limits::PASSPHRASE_OCTETS_MIN {
        return Err(format!(
            "{word}: a passphrase of {octets} octet{}, where SNMPv3 asks for {} at least",
            if octets == 1 { "" } else { "s" },
            limits::PASSPHRASE_OCTETS_MIN
        ));
    }
    *place = Some(given);
    Ok(())
}

/// The passphrase on the first line of a file, or the next of standard input for `-`.
fn password_in(path: &[u8], word: &str, warnings: &mut Vec<String>) -> Result<Secret<Vec<u8>>, String> {
    let path = Path::new(OsStr::from_bytes(path));
    secrets::from_file("passphrase", path, warnings).map_err(|error| format!("{word}: {error:#}"))
}

/// Opens a file with secrets in it; warns when others can read it.
pub(super) fn open(path: &Path, what: &str, warnings: &mut Vec<String>) -> io::Result<File> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if metadata.is_file() && metadata.permissions().mode() & 0o044 != 0 {
        let shown = path.display();
        warnings.push(format!("{shown}: others can read this file, which has {what}; run chmod 600 on it"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
