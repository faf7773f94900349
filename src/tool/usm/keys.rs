//! New keys of a passphrase, or of a localized key, said to an engine that has the old ones. There is no I/O here.

use crate::{
    config::number,
    crypto::{
        AuthKey, AuthProtocol, KeyChangeError, KeyError, MasterKey, PrivKey, PrivProtocol, encode_key_change,
    },
    oid::Oid,
    secret::Secret,
    value::Value,
};

/// Octets of the longest key, and so of the random ones that a key change needs.
pub const KEY_OCTETS_MAX: usize = 64;

/// Which of a user's keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Which {
    /// `-Ca`.
    Auth,
    /// `-Cx`.
    Priv,
    /// Neither of the two letters, or both.
    Both,
}

impl Which {
    /// Whether the key that authenticates is one of them.
    pub const fn has_auth(self) -> bool {
        matches!(self, Self::Auth | Self::Both)
    }

    /// Whether the key that encrypts is one of them.
    pub const fn has_priv(self) -> bool {
        matches!(self, Self::Priv | Self::Both)
    }
}

/// What a user authenticates and encrypts with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Protocols {
    /// The hash of all of the user's keys.
    pub auth: AuthProtocol,
    /// What the privacy key is for.
    pub privacy: PrivProtocol,
}

impl Protocols {
    /// What an agent says of a user (`usmUserAuthProtocol`, `usmUserPrivProtocol`); what it does not say, or not in words
    /// that are known here, stays as it is.
    #[must_use]
    pub fn told(self, auth: Option<&Value>, privacy: Option<&Value>) -> Self {
        let oid = |value: Option<&Value>| match value {
            Some(Value::ObjectIdentifier(oid)) => Some(oid.clone()),
            _ => None,
        };
        Self {
            auth: oid(auth).as_ref().and_then(auth_of).unwrap_or(self.auth),
            privacy: oid(privacy).as_ref().and_then(priv_of).unwrap_or(self.privacy),
        }
    }
}

/// `usmHMACMD5AuthProtocol` and its kin (RFC 3414, section 5; RFC 7860, section 7).
fn auth_of(oid: &Oid) -> Option<AuthProtocol> {
    let [1, 3, 6, 1, 6, 3, 10, 1, 1, number] = oid.arcs() else { return None };
    Some(match number {
        2 => AuthProtocol::Md5,
        3 => AuthProtocol::Sha1,
        4 => AuthProtocol::Sha224,
        5 => AuthProtocol::Sha256,
        6 => AuthProtocol::Sha384,
        7 => AuthProtocol::Sha512,
        _ => return None,
    })
}

/// `usmDESPrivProtocol` and its kin (RFC 3414, section 5; RFC 3826, section 6), and those that net-snmp and Cisco have
/// given numbers of their own.
fn priv_of(oid: &Oid) -> Option<PrivProtocol> {
    Some(match oid.arcs() {
        [1, 3, 6, 1, 6, 3, 10, 1, 2, 2] => PrivProtocol::Des,
        [1, 3, 6, 1, 6, 3, 10, 1, 2, 3] | [1, 3, 6, 1, 4, 1, 14832, 1, 1] => PrivProtocol::TripleDes,
        [1, 3, 6, 1, 6, 3, 10, 1, 2, 4] | [1, 3, 6, 1, 4, 1, 14832, 1, 2] => PrivProtocol::Aes128,
        [1, 3, 6, 1, 4, 1, 14832, 1, 3] => PrivProtocol::Aes192,
        [1, 3, 6, 1, 4, 1, 14832, 1, 4] => PrivProtocol::Aes256,
        [1, 3, 6, 1, 4, 1, 9, 12, 6, 1, 1] => PrivProtocol::Aes192Cisco,
        [1, 3, 6, 1, 4, 1, 9, 12, 6, 1, 2] => PrivProtocol::Aes256Cisco,
        _ => return None,
    })
}

/// What keys are made of.
#[derive(Clone, Debug)]
pub enum Material {
    /// A passphrase of eight octets at least.
    Passphrase(Secret<Vec<u8>>),
    /// `-Ck`: the key for this engine.
    Localized(Secret<Vec<u8>>),
}

impl Material {
    /// Takes a passphrase, or under `-Ck` what begins with `0x` as a key; `None` when it is not hexadecimal then.
    pub fn read(word: &Secret<Vec<u8>>, localized: bool) -> Option<Self> {
        if localized && word.expose().starts_with(b"0x") {
            return number::hex(word.expose()).map(|octets| Self::Localized(Secret::new(octets)));
        }
        Some(Self::Passphrase(word.clone()))
    }

    /// The keys for an engine: that of the protocol that authenticates, that of the one that encrypts.
    fn keys(&self, which: Which, protocols: Protocols, engine_id: &[u8]) -> Result<Keys, KeyError> {
        let Protocols { auth, privacy } = protocols;
        let has = |wanted: bool| wanted.then_some(());
        Ok(match self {
            Self::Passphrase(passphrase) => {
                let master = MasterKey::from_passphrase(auth, passphrase.expose())?;
                Keys {
                    auth: has(which.has_auth()).map(|()| master.auth_key(engine_id).octets().clone()),
                    privacy: has(which.has_priv())
                        .map(|()| master.priv_key(privacy, engine_id).octets().clone()),
                }
            }
            Self::Localized(key) => {
                let octets = key.expose();
                let auth_key = || AuthKey::from_octets(auth, octets).map(|key| key.octets().clone());
                let priv_key = || {
                    PrivKey::from_localized(privacy, auth, engine_id, octets).map(|key| key.octets().clone())
                };
                Keys {
                    auth: has(which.has_auth()).map(|()| auth_key()).transpose()?,
                    privacy: has(which.has_priv()).map(|()| priv_key()).transpose()?,
                }
            }
        })
    }
}

/// A user's keys for one engine, as far as they are wanted.
#[derive(Debug)]
struct Keys {
    auth: Option<Secret<Vec<u8>>>,
    privacy: Option<Secret<Vec<u8>>>,
}

/// Why no key change comes of what was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyFault {
    /// What the old keys are made of.
    #[error("of the old one: {0}")]
    Old(#[source] KeyError),
    /// What the new keys are made of.
    #[error("of the new one: {0}")]
    New(#[source] KeyError),
    /// The old and the new key do not go together.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

/// Key changes, as an agent takes them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Changes {
    /// For the key that authenticates.
    pub auth: Option<Vec<u8>>,
    /// For the key that encrypts.
    pub privacy: Option<Vec<u8>>,
}

/// Says the new keys to who has the old ones. `random` are fresh octets for the one and for the other.
pub fn changes(
    which: Which,
    protocols: Protocols,
    engine_id: &[u8],
    (old, new): (&Material, &Material),
    random: &[[u8; KEY_OCTETS_MAX]; 2],
) -> Result<Changes, KeyFault> {
    let old = old.keys(which, protocols, engine_id).map_err(KeyFault::Old)?;
    let new = new.keys(which, protocols, engine_id).map_err(KeyFault::New)?;
    let change = |old: Option<Secret<Vec<u8>>>, new: Option<Secret<Vec<u8>>>, random: &[u8]| match (old, new)
    {
        (Some(old), Some(new)) => {
            let random = &random[..old.expose().len().min(random.len())];
            encode_key_change(protocols.auth, &old, &new, random).map(Some)
        }
        _ => Ok(None),
    };
    Ok(Changes {
        auth: change(old.auth, new.auth, &random[0])?,
        privacy: change(old.privacy, new.privacy, &random[1])?,
    })
}

#[cfg(test)]
mod tests;
