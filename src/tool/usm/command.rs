//! snmpusm's commands: what their words mean. There is no I/O here.

use std::{
    ffi::OsString,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
};

use crate::{limits, secret::Secret};

/// A command with its words.
#[derive(Clone, Debug)]
pub enum Command {
    /// Makes a user: a copy of another one, or one that cannot be used before it is made a copy.
    Create {
        /// The user's name.
        user: Vec<u8>,
        /// The user to copy.
        from: Option<Vec<u8>>,
    },
    /// Removes a user.
    Delete(Vec<u8>),
    /// Lets a user in.
    Activate(Vec<u8>),
    /// Keeps a user out.
    Deactivate(Vec<u8>),
    /// Makes a user that is there a copy of another one.
    CloneFrom {
        /// The user's name.
        user: Vec<u8>,
        /// The user to copy.
        from: Vec<u8>,
    },
    /// Gives a user the keys of another passphrase.
    Passwd {
        /// The passphrase that counts until now, `-` or what is typed for it; empty when it is missing.
        old: Secret<Vec<u8>>,
        /// The one that is to count.
        new: Secret<Vec<u8>>,
        /// The user; `None` is the one who asks.
        user: Option<Vec<u8>>,
    },
    /// Gives a user keys that are agreed upon with the agent.
    ChangeKey {
        /// The user; `None` is the one who asks.
        user: Option<Vec<u8>>,
    },
}

/// Why words are no command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mistake {
    /// The usage follows.
    Usage(&'static str),
    /// It speaks for itself.
    Plain(String),
}

impl Command {
    /// Reads words. Those behind what a command needs are not looked at, as with net-snmp.
    pub fn parse(words: Vec<OsString>) -> Result<Self, Mistake> {
        let mut words = words.into_iter();
        let Some(command) = words.next() else {
            return Err(Mistake::Usage("Please specify an operation to perform."));
        };
        let mut next = || words.next().map(OsString::into_vec);
        let missing = |what: &str| Mistake::Plain(format!("You must specify the user name to {what}"));
        Ok(match command.as_bytes() {
            b"create" => Self::Create {
                user: next().ok_or(Mistake::Usage("You must specify the user name to create"))?,
                from: next(),
            },
            b"delete" => Self::Delete(next().ok_or_else(|| missing("delete"))?),
            b"activate" => Self::Activate(next().ok_or_else(|| missing("activate"))?),
            b"deactivate" => Self::Deactivate(next().ok_or_else(|| missing("deactivate"))?),
            b"cloneFrom" => Self::CloneFrom {
                user: next().ok_or(Mistake::Usage("You must specify the user name to operate on"))?,
                from: next().ok_or(Mistake::Usage("You must specify the user name to clone from"))?,
            },
            b"passwd" => Self::Passwd {
                old: Secret::new(next().unwrap_or_default()),
                new: Secret::new(next().unwrap_or_default()),
                user: next().filter(|user| !user.is_empty()),
            },
            b"changekey" => Self::ChangeKey { user: next().filter(|user| !user.is_empty()) },
            _ => return Err(Mistake::Usage("Unknown command")),
        })
    }

    /// Refuses passphrases that RFC 3414, section 11.2, does not allow; in net-snmp's order and words, which mean
    /// "eight at least".
    pub fn check_passphrases(&self) -> Result<(), Mistake> {
        let Self::Passwd { old, new, .. } = self else { return Ok(()) };
        for (which, passphrase) in [("New", new), ("Old", old)] {
            let min = limits::PASSPHRASE_OCTETS_MIN;
            if passphrase.expose().len() < min {
                return Err(Mistake::Plain(format!(
                    "{which} passphrase must be greater than {min} characters in length."
                )));
            }
        }
        Ok(())
    }

    /// What net-snmp says when it is done.
    pub const fn done(&self) -> &'static str {
        match self {
            Self::Create { .. } => "User successfully created.",
            Self::Delete(_) => "User successfully deleted.",
            Self::Activate(_) => "User successfully activated.",
            Self::Deactivate(_) => "User successfully deactivated.",
            Self::CloneFrom { .. } => "User successfully cloned.",
            Self::Passwd { .. } | Self::ChangeKey { .. } => "SNMPv3 Key(s) successfully changed.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, Mistake> {
        Command::parse(line.split('|').filter(|_| !line.is_empty()).map(OsString::from).collect())
    }

    /// A command as text, secrets and all.
    fn shown(line: &str) -> String {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let maybe = |name: &Option<Vec<u8>>| name.as_deref().map_or("-".to_owned(), text);
        match parse(line).unwrap() {
            Command::Create { user, from } => format!("create {} {}", text(&user), maybe(&from)),
            Command::Delete(user) => format!("delete {}", text(&user)),
            Command::Activate(user) => format!("activate {}", text(&user)),
            Command::Deactivate(user) => format!("deactivate {}", text(&user)),
            Command::CloneFrom { user, from } => format!("clone {} {}", text(&user), text(&from)),
            Command::Passwd { old, new, user } => {
                format!("passwd {} {} {}", text(old.expose()), text(new.expose()), maybe(&user))
            }
            Command::ChangeKey { user } => format!("changekey {}", maybe(&user)),
        }
    }

    #[test]
    fn every_command_takes_its_words_and_leaves_the_others() {
        for (line, expected) in [
            ("create|a", "create a -"),
            ("create|a|b|c", "create a b"),
            ("create||", "create  "),
            ("delete|a|b", "delete a"),
            ("activate|a", "activate a"),
            ("deactivate|a", "deactivate a"),
            ("cloneFrom|a|b", "clone a b"),
            ("passwd|old|new", "passwd old new -"),
            ("passwd|old|new|", "passwd old new -"),
            ("passwd|old|new|a|b", "passwd old new a"),
            ("passwd|old", "passwd old  -"),
            ("changekey", "changekey -"),
            ("changekey|", "changekey -"),
            ("changekey|a", "changekey a"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn every_mistake_has_net_snmps_words() {
        let plain = |text: &str| Mistake::Plain(text.to_owned());
        for (line, mistake) in [
            ("", Mistake::Usage("Please specify an operation to perform.")),
            ("bogus", Mistake::Usage("Unknown command")),
            ("clonefrom|a|b", Mistake::Usage("Unknown command")),
            ("create", Mistake::Usage("You must specify the user name to create")),
            ("delete", plain("You must specify the user name to delete")),
            ("activate", plain("You must specify the user name to activate")),
            ("deactivate", plain("You must specify the user name to deactivate")),
            ("cloneFrom", Mistake::Usage("You must specify the user name to operate on")),
            ("cloneFrom|a", Mistake::Usage("You must specify the user name to clone from")),
        ] {
            assert_eq!(parse(line).unwrap_err(), mistake, "{line}");
        }
    }

    #[test]
    fn passphrases_of_less_than_eight_octets_are_refused_the_new_one_first() {
        for (line, which) in [
            ("passwd", Some("New")),
            ("passwd|oldpassword", Some("New")),
            ("passwd|short|short", Some("New")),
            ("passwd|1234567|12345678", Some("Old")),
            ("passwd|12345678|1234567", Some("New")),
            ("passwd|12345678|12345678", None),
            ("changekey", None),
        ] {
            let expected = which.map_or(Ok(()), |which| {
                let text = format!("{which} passphrase must be greater than 8 characters in length.");
                Err(Mistake::Plain(text))
            });
            assert_eq!(parse(line).unwrap().check_passphrases(), expected, "{line}");
        }
    }

    #[test]
    fn a_command_shows_no_passphrase() {
        let text = format!("{:?}", parse("passwd|oldpassword|newpassword").unwrap());
        assert!(!text.contains("password"), "{text}");
    }
}
