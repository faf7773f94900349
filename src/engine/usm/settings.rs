//! Who asks, at which level, with which keys, of which engine.

use std::fmt;

use super::clock::EngineClock;
use crate::{
    codec::v3::SecurityLevel,
    crypto::{AuthKey, AuthProtocol, KeyError, MasterKey, PrivKey, PrivProtocol},
    limits,
    secret::Secret,
    value::Octets,
};

/// An SNMP engine's identifier (RFC 3411, section 5, `SnmpEngineID`).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EngineId {
    octets: [u8; limits::ENGINE_ID_OCTETS],
    length: u8,
}

impl EngineId {
    /// Takes 1 to 32 octets; `None` for any other number. The standard asks for 5 at least, and there are agents with
    /// fewer: whoever takes one from a person should refuse those.
    pub fn new(octets: &[u8]) -> Option<Self> {
        let length = u8::try_from(octets.len()).ok().filter(|length| *length > 0)?;
        let mut kept = [0; limits::ENGINE_ID_OCTETS];
        kept.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self { octets: kept, length })
    }

    /// The octets.
    pub fn as_slice(&self) -> &[u8] {
        &self.octets[..usize::from(self.length)]
    }
}

impl fmt::Display for EngineId {
    /// Writes `0x` and two digits an octet.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.as_slice().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where the key that authenticates comes from.
#[derive(Clone, Debug)]
pub enum AuthSource {
    /// A user's key for all engines, of a passphrase for instance.
    Master(MasterKey),
    /// The key for one engine; of use there alone.
    Localized(AuthKey),
}

/// Where the key that encrypts comes from.
#[derive(Clone, Debug)]
pub enum PrivSource {
    /// A user's key for all engines, made with the hash of the user's authentication protocol.
    Master(PrivProtocol, MasterKey),
    /// The octets of the key for one engine; those of an unextended key are extended, as
    /// [`PrivKey::from_localized`] does.
    Localized(PrivProtocol, Secret<Vec<u8>>),
}

/// The level at which is asked, with the keys that it needs.
#[derive(Clone, Debug)]
pub enum Protection {
    /// Neither authenticated nor encrypted.
    NoAuthNoPriv,
    /// Authenticated.
    AuthNoPriv(AuthSource),
    /// Authenticated and encrypted.
    AuthPriv(AuthSource, PrivSource),
}

impl Protection {
    /// The level of these passphrases. Making keys of them takes some milliseconds; a clone of what comes of it takes
    /// none.
    ///
    /// # Errors
    ///
    /// [`KeyError::PassphraseTooShort`]; which of the two it is, its caller can tell by their lengths.
    pub fn of_passphrases(
        auth: AuthProtocol,
        auth_passphrase: &[u8],
        privacy: Option<(PrivProtocol, &[u8])>,
    ) -> Result<Self, KeyError> {
        let source = AuthSource::Master(MasterKey::from_passphrase(auth, auth_passphrase)?);
        Ok(match privacy {
            None => Self::AuthNoPriv(source),
            Some((protocol, passphrase)) => {
                let key = MasterKey::from_passphrase(auth, passphrase)?;
                Self::AuthPriv(source, PrivSource::Master(protocol, key))
            }
        })
    }

    /// The level.
    pub const fn level(&self) -> SecurityLevel {
        match self {
            Self::NoAuthNoPriv => SecurityLevel::NoAuthNoPriv,
            Self::AuthNoPriv(_) => SecurityLevel::AuthNoPriv,
            Self::AuthPriv(..) => SecurityLevel::AuthPriv,
        }
    }

    const fn auth_protocol(&self) -> Option<AuthProtocol> {
        match self {
            Self::NoAuthNoPriv => None,
            Self::AuthNoPriv(source) | Self::AuthPriv(source, _) => Some(match source {
                AuthSource::Master(key) => key.protocol(),
                AuthSource::Localized(key) => key.protocol(),
            }),
        }
    }

    pub(super) const fn priv_protocol(&self) -> Option<PrivProtocol> {
        match self {
            Self::AuthPriv(_, PrivSource::Master(protocol, _) | PrivSource::Localized(protocol, _)) => {
                Some(*protocol)
            }
            Self::NoAuthNoPriv | Self::AuthNoPriv(_) => None,
        }
    }

    /// The keys for one engine.
    pub(super) fn keys(&self, engine_id: &[u8]) -> Result<(Option<AuthKey>, Option<PrivKey>), KeyError> {
        let auth_key = |source: &AuthSource| match source {
            AuthSource::Master(master) => master.auth_key(engine_id),
            AuthSource::Localized(key) => key.clone(),
        };
        Ok(match self {
            Self::NoAuthNoPriv => (None, None),
            Self::AuthNoPriv(auth) => (Some(auth_key(auth)), None),
            Self::AuthPriv(auth, privacy) => {
                let auth = auth_key(auth);
                let privacy = match privacy {
                    PrivSource::Master(protocol, master) => master.priv_key(*protocol, engine_id),
                    PrivSource::Localized(protocol, octets) => {
                        PrivKey::from_localized(*protocol, auth.protocol(), engine_id, octets.expose())?
                    }
                };
                (Some(auth), Some(privacy))
            }
        })
    }
}

/// Which engine is asked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum EngineSource {
    /// The one that answers: asked for its identifier first.
    #[default]
    Discovered,
    /// Probably this one, seen before. When it is another one after all, that costs one more round trip.
    Hint(EngineId),
    /// This one and no other.
    Given(EngineId),
}

/// What an engine has learnt of the one that it asks: what a cache keeps, and gives as a hint another time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KnownEngine {
    /// Its identifier.
    pub id: EngineId,
    /// Its clock; `None` when nothing authentic has told it, which at noAuthNoPriv is always so.
    pub clock: Option<EngineClock>,
}

/// Why settings are none.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UsmError {
    /// No message can carry that name.
    #[error("a user name of {octets} octets, where {} are the most", limits::USER_NAME_OCTETS)]
    UserNameTooLong {
        /// Octets that it has.
        octets: usize,
    },
    /// A localized privacy key that is none of its protocol.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Who asks, and how: the User-based Security Model.
#[derive(Clone, Debug)]
pub struct Usm {
    user: Octets,
    protection: Protection,
    /// Which engine is asked. Default: discovered.
    pub engine: EngineSource,
    /// The clock of the first engine that is asked, as far as it is known; a wrong one costs one more round trip.
    pub clock: Option<EngineClock>,
    /// The engine whose context is asked about. Default: the one that is asked.
    pub context_engine_id: Option<EngineId>,
    /// The context; any octets. Default: none, which is the default context.
    pub context_name: Octets,
}

impl Usm {
    /// A user who asks whichever engine is there, about its default context.
    ///
    /// # Errors
    ///
    /// [`UsmError`], for what could only fail later.
    pub fn new(user: &[u8], protection: Protection) -> Result<Self, UsmError> {
        if user.len() > limits::USER_NAME_OCTETS {
            return Err(UsmError::UserNameTooLong { octets: user.len() });
        }
        // Whether a key can be one depends on its length, not on the engine.
        protection.keys(&[0; limits::ENGINE_ID_OCTETS_MIN])?;
        Ok(Self {
            user: Octets::from(user),
            protection,
            engine: EngineSource::Discovered,
            clock: None,
            context_engine_id: None,
            context_name: Octets::default(),
        })
    }

    /// The same with what a cache knows. An engine that was given stays; a clock that was given, too.
    #[must_use]
    pub fn with_hint(mut self, known: KnownEngine) -> Self {
        let is_it = match self.engine {
            EngineSource::Given(given) => given == known.id,
            EngineSource::Discovered | EngineSource::Hint(_) => {
                self.engine = EngineSource::Hint(known.id);
                true
            }
        };
        if is_it {
            self.clock = self.clock.or(known.clock);
        }
        self
    }

    /// The user's name.
    pub fn user(&self) -> &[u8] {
        &self.user
    }

    /// The level at which is asked.
    pub const fn level(&self) -> SecurityLevel {
        self.protection.level()
    }

    /// The protocol that authenticates, where one does.
    pub const fn auth_protocol(&self) -> Option<AuthProtocol> {
        self.protection.auth_protocol()
    }

    /// The protocol that encrypts, where one does.
    pub const fn priv_protocol(&self) -> Option<PrivProtocol> {
        self.protection.priv_protocol()
    }

    pub(super) const fn protection(&self) -> &Protection {
        &self.protection
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Instant;

    fn clock(boots: u32) -> EngineClock {
        EngineClock { boots, time: 1, at: Instant::ZERO }
    }

    #[test]
    fn an_engine_id_has_1_to_32_octets() {
        assert_eq!(EngineId::new(b""), None);
        assert_eq!(EngineId::new(&[7; 33]), None);
        assert_eq!(EngineId::new(&[7; 300]), None);
        assert_eq!(EngineId::new(&[7; 32]).unwrap().as_slice(), [7; 32]);
        assert_eq!(EngineId::new(&[0x80, 0, 1]).unwrap().to_string(), "0x800001");
        assert_ne!(EngineId::new(&[0, 0]), EngineId::new(&[0]));
    }

    #[test]
    fn what_could_only_fail_later_fails_at_once() {
        let error = Usm::new(&[b'u'; 33], Protection::NoAuthNoPriv).unwrap_err();
        assert_eq!(error, UsmError::UserNameTooLong { octets: 33 });
        assert!(Usm::new(&[b'u'; 32], Protection::NoAuthNoPriv).is_ok());

        let with_key = |octets: usize| {
            let auth = AuthKey::from_octets(AuthProtocol::Sha1, &[1; 20]).unwrap();
            let privacy = PrivSource::Localized(PrivProtocol::Aes192, Secret::new(vec![2; octets]));
            Usm::new(b"u", Protection::AuthPriv(AuthSource::Localized(auth), privacy))
        };
        assert!(matches!(with_key(15).unwrap_err(), UsmError::Key(KeyError::WrongLength { .. })));
        assert!(with_key(20).is_ok(), "extended");
        assert!(with_key(24).is_ok());

        let short = Protection::of_passphrases(AuthProtocol::Md5, b"1234567", None).unwrap_err();
        assert_eq!(short, KeyError::PassphraseTooShort { octets: 7 });
    }

    #[test]
    fn a_hint_does_not_replace_what_was_given() {
        let [id, other] = [b"engine 1", b"engine 2"].map(|octets| EngineId::new(octets).unwrap());
        let usm = Usm::new(b"u", Protection::NoAuthNoPriv).unwrap();
        let hint = KnownEngine { id, clock: Some(clock(5)) };
        let hinted = usm.clone().with_hint(hint);
        assert_eq!((hinted.engine, hinted.clock), (EngineSource::Hint(id), hint.clock));
        let given = Usm { engine: EngineSource::Given(other), ..usm.clone() }.with_hint(hint);
        assert_eq!((given.engine, given.clock), (EngineSource::Given(other), None));
        let the_same = Usm { engine: EngineSource::Given(id), ..usm.clone() }.with_hint(hint);
        assert_eq!((the_same.engine, the_same.clock), (EngineSource::Given(id), hint.clock));
        let timed = Usm { clock: Some(clock(9)), ..usm }.with_hint(hint);
        assert_eq!(timed.clock, Some(clock(9)));
    }

    #[test]
    fn settings_show_no_secret() {
        let privacy = Some((PrivProtocol::Aes128, &b"privacy pass"[..]));
        let protection = Protection::of_passphrases(AuthProtocol::Sha256, b"auth password", privacy).unwrap();
        let AuthSource::Master(key) = (match &protection {
            Protection::AuthPriv(auth, _) => auth.clone(),
            other => panic!("{other:?}"),
        }) else {
            panic!()
        };
        let octets = format!("{:?}", key.octets().expose());
        let text = format!("{:?}", Usm::new(b"u", protection).unwrap());
        assert!(text.contains("<secret>"));
        assert!(!text.contains("pass") && !text.contains(&octets[1..octets.len() - 1]), "{text}");
    }
}
