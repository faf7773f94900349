//! The authoritative engine of an agent: its identifier and clock, its users, and what it counts (RFC 3414, sections 2
//! and 5).

use crate::{
    clock::{Duration, Instant},
    codec::v3::SecurityLevel,
    crypto::{
        AuthKey, AuthProtocol, KeyError, MasterKey, PrivKey, PrivProtocol, Salt, Salts, SaltsExhausted,
    },
    limits,
    oid::Oid,
    secret::Secret,
    value::{Octets, Value, VarBind},
};

use super::access::Permission;

/// The most that boots and time can be.
const MOST: u32 = i32::MAX.cast_unsigned();

/// How far the time of a request may be from ours (RFC 3414, section 2.2.3).
const TIME_WINDOW_SECS: u32 = 150;

/// What an engine counts of requests that it does not process; each is the reason of a Report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UsmCounter {
    /// `snmpUnknownSecurityModels`
    UnknownSecurityModels,
    /// `snmpInvalidMsgs`
    InvalidMsgs,
    /// `snmpUnknownPDUHandlers`
    UnknownPduHandlers,
    /// `snmpUnavailableContexts`
    UnavailableContexts,
    /// `snmpUnknownContexts`
    UnknownContexts,
    /// `usmStatsUnsupportedSecLevels`
    UnsupportedSecLevels,
    /// `usmStatsNotInTimeWindows`
    NotInTimeWindows,
    /// `usmStatsUnknownUserNames`
    UnknownUserNames,
    /// `usmStatsUnknownEngineIDs`
    UnknownEngineIds,
    /// `usmStatsWrongDigests`
    WrongDigests,
    /// `usmStatsDecryptionErrors`
    DecryptionErrors,
}

/// An object of the engine.
#[derive(Clone, Copy, Debug)]
enum Shown {
    EngineId,
    Boots,
    Time,
    MaxMessageSize,
    Counter(UsmCounter),
}

/// The objects in the order of their names: `snmpEngine`, `snmpMPDStats`, `snmpTargetObjects`, `usmStats`.
const OBJECTS: [(&[u32], Shown); 15] = [
    (&[1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0], Shown::EngineId),
    (&[1, 3, 6, 1, 6, 3, 10, 2, 1, 2, 0], Shown::Boots),
    (&[1, 3, 6, 1, 6, 3, 10, 2, 1, 3, 0], Shown::Time),
    (&[1, 3, 6, 1, 6, 3, 10, 2, 1, 4, 0], Shown::MaxMessageSize),
    (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0], Shown::Counter(UsmCounter::UnknownSecurityModels)),
    (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 2, 0], Shown::Counter(UsmCounter::InvalidMsgs)),
    (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0], Shown::Counter(UsmCounter::UnknownPduHandlers)),
    (&[1, 3, 6, 1, 6, 3, 12, 1, 4, 0], Shown::Counter(UsmCounter::UnavailableContexts)),
    (&[1, 3, 6, 1, 6, 3, 12, 1, 5, 0], Shown::Counter(UsmCounter::UnknownContexts)),
    (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0], Shown::Counter(UsmCounter::UnsupportedSecLevels)),
    (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0], Shown::Counter(UsmCounter::NotInTimeWindows)),
    (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0], Shown::Counter(UsmCounter::UnknownUserNames)),
    (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0], Shown::Counter(UsmCounter::UnknownEngineIds)),
    (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0], Shown::Counter(UsmCounter::WrongDigests)),
    (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0], Shown::Counter(UsmCounter::DecryptionErrors)),
];

impl UsmCounter {
    /// The counter that a Report with this instance is about.
    pub fn of_name(name: &Oid) -> Option<Self> {
        OBJECTS.iter().find_map(|(object, shown)| match shown {
            Shown::Counter(counter) if *object == name.arcs() => Some(*counter),
            _ => None,
        })
    }

    /// Its name, as its module writes it: `usmStatsWrongDigests`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::UnknownSecurityModels => "snmpUnknownSecurityModels",
            Self::InvalidMsgs => "snmpInvalidMsgs",
            Self::UnknownPduHandlers => "snmpUnknownPDUHandlers",
            Self::UnavailableContexts => "snmpUnavailableContexts",
            Self::UnknownContexts => "snmpUnknownContexts",
            Self::UnsupportedSecLevels => "usmStatsUnsupportedSecLevels",
            Self::NotInTimeWindows => "usmStatsNotInTimeWindows",
            Self::UnknownUserNames => "usmStatsUnknownUserNames",
            Self::UnknownEngineIds => "usmStatsUnknownEngineIDs",
            Self::WrongDigests => "usmStatsWrongDigests",
            Self::DecryptionErrors => "usmStatsDecryptionErrors",
        }
    }

    /// The instance that a Report shows.
    pub(super) fn name(self) -> Oid {
        let is_it = |shown: &Shown| matches!(shown, Shown::Counter(counter) if *counter == self);
        let found = OBJECTS.iter().find(|(_, shown)| is_it(shown));
        found.map_or_else(Oid::empty, |(name, _)| Oid::from_static(name))
    }
}

/// A user of the agent. What keys it has decides its level, and it is served at no lower one unless
/// [`User::from_level`] says so.
#[derive(Clone, Debug)]
pub struct User {
    name: Octets,
    permission: Permission,
    keys: Keys,
    least: SecurityLevel,
}

/// What a user proves itself with.
#[derive(Clone, Debug)]
enum Keys {
    None,
    Localized(AuthKey, Option<PrivKey>),
    /// Made into keys when the user first comes.
    Passphrases(Passphrases),
}

#[derive(Clone, Debug)]
struct Passphrases {
    auth: AuthProtocol,
    auth_passphrase: Secret<Vec<u8>>,
    privacy: Option<(PrivProtocol, Secret<Vec<u8>>)>,
}

impl Passphrases {
    fn keys(&self, engine_id: &[u8]) -> Result<Keys, KeyError> {
        let privacy = self.privacy.as_ref().map(|(protocol, pass)| (*protocol, pass.expose().as_slice()));
        let (auth, privacy) =
            User::keys_of_passphrases(engine_id, self.auth, self.auth_passphrase.expose(), privacy)?;
        Ok(Keys::Localized(auth, privacy))
    }
}

impl User {
    /// A user with localized keys.
    ///
    /// # Errors
    ///
    /// [`AuthorityError::UserName`] for a name that no message can carry.
    pub fn new(
        name: &[u8],
        permission: Permission,
        keys: Option<(AuthKey, Option<PrivKey>)>,
    ) -> Result<Self, AuthorityError> {
        Self::with_keys(
            name,
            permission,
            keys.map_or(Keys::None, |(auth, privacy)| Keys::Localized(auth, privacy)),
        )
    }

    /// A user with passphrases. The keys are made when the user first comes, so that many users cost nothing until then.
    ///
    /// # Errors
    ///
    /// [`AuthorityError::UserName`] for a name that no message can carry, [`AuthorityError::Passphrase`] for a
    /// passphrase that is too short.
    pub fn of_passphrases(
        name: &[u8],
        permission: Permission,
        auth: AuthProtocol,
        auth_passphrase: &[u8],
        privacy: Option<(PrivProtocol, &[u8])>,
    ) -> Result<Self, AuthorityError> {
        for octets in [Some(auth_passphrase.len()), privacy.map(|(_, pass)| pass.len())].into_iter().flatten()
        {
            if octets < limits::PASSPHRASE_OCTETS_MIN {
                return Err(AuthorityError::Passphrase(KeyError::PassphraseTooShort { octets }));
            }
        }
        let keys = Keys::Passphrases(Passphrases {
            auth,
            auth_passphrase: Secret::new(auth_passphrase.to_vec()),
            privacy: privacy.map(|(protocol, pass)| (protocol, Secret::new(pass.to_vec()))),
        });
        Self::with_keys(name, permission, keys)
    }

    fn with_keys(name: &[u8], permission: Permission, keys: Keys) -> Result<Self, AuthorityError> {
        if name.len() > limits::USER_NAME_OCTETS {
            return Err(AuthorityError::UserName { octets: name.len() });
        }
        let user = Self { name: Octets::from(name), permission, keys, least: SecurityLevel::AuthPriv };
        let least = user.level();
        Ok(Self { least, ..user })
    }

    /// The same user, served at `level` and above too; at its own at the most.
    #[must_use]
    pub fn from_level(mut self, level: SecurityLevel) -> Self {
        self.least = level.min(self.level());
        self
    }

    /// The keys of passphrases, for the engine with this identifier.
    ///
    /// # Errors
    ///
    /// [`KeyError::PassphraseTooShort`]
    pub fn keys_of_passphrases(
        engine_id: &[u8],
        auth: AuthProtocol,
        auth_passphrase: &[u8],
        privacy: Option<(PrivProtocol, &[u8])>,
    ) -> Result<(AuthKey, Option<PrivKey>), KeyError> {
        let auth_key = MasterKey::from_passphrase(auth, auth_passphrase)?.auth_key(engine_id);
        let priv_key = match privacy {
            Some((protocol, passphrase)) => {
                Some(MasterKey::from_passphrase(auth, passphrase)?.priv_key(protocol, engine_id))
            }
            None => None,
        };
        Ok((auth_key, priv_key))
    }

    /// The user's name.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// What the user may do, at its own level.
    pub const fn permission(&self) -> Permission {
        self.permission
    }

    /// The highest level that the user has keys for.
    pub const fn level(&self) -> SecurityLevel {
        match &self.keys {
            Keys::None => SecurityLevel::NoAuthNoPriv,
            Keys::Localized(_, None) | Keys::Passphrases(Passphrases { privacy: None, .. }) => {
                SecurityLevel::AuthNoPriv
            }
            Keys::Localized(_, Some(_)) | Keys::Passphrases(Passphrases { privacy: Some(_), .. }) => {
                SecurityLevel::AuthPriv
            }
        }
    }

    /// The lowest level that the user is served at; below it, a request is refused with authorizationError.
    pub const fn least_level(&self) -> SecurityLevel {
        self.least
    }

    /// The key, once it has been made: see [`Authority::make_keys`].
    pub(super) fn auth_key(&self) -> Option<&AuthKey> {
        match &self.keys {
            Keys::Localized(key, _) => Some(key),
            Keys::None | Keys::Passphrases(_) => None,
        }
    }

    /// The same for privacy.
    pub(super) fn priv_key(&self) -> Option<&PrivKey> {
        match &self.keys {
            Keys::Localized(_, key) => key.as_ref(),
            Keys::None | Keys::Passphrases(_) => None,
        }
    }
}

/// Why an authoritative engine cannot be as it should.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AuthorityError {
    /// An identifier that RFC 3411 does not allow.
    #[error(
        "an engine ID of {octets} octets, where {} to {} must be",
        limits::ENGINE_ID_OCTETS_MIN,
        limits::ENGINE_ID_OCTETS
    )]
    EngineId {
        /// Octets that it has.
        octets: usize,
    },
    /// A user name that no message can carry.
    #[error("a user name of {octets} octets, where {} are the most", limits::USER_NAME_OCTETS)]
    UserName {
        /// Octets that it has.
        octets: usize,
    },
    /// A passphrase that makes no key.
    #[error(transparent)]
    Passphrase(KeyError),
}

/// The authoritative engine of an agent.
#[derive(Debug)]
pub struct Authority {
    engine_id: Octets,
    boots: u32,
    /// The engine's time at `at`.
    time: u32,
    at: Instant,
    users: Vec<User>,
    counters: [u32; OBJECTS.len()],
    /// One generator for all keys of a kind: two users may have the same one.
    des: Salts,
    aes: Salts,
}

impl Authority {
    /// An engine that has started once, at [`Instant::ZERO`], and has no users.
    ///
    /// `salt_start` should be random, and boots higher each time that the engine starts with the same keys: see
    /// [`Authority::set_clock`].
    ///
    /// # Errors
    ///
    /// [`AuthorityError::EngineId`]
    pub fn new(engine_id: &[u8], salt_start: u64) -> Result<Self, AuthorityError> {
        if !(limits::ENGINE_ID_OCTETS_MIN..=limits::ENGINE_ID_OCTETS).contains(&engine_id.len()) {
            return Err(AuthorityError::EngineId { octets: engine_id.len() });
        }
        Ok(Self {
            engine_id: Octets::from(engine_id),
            boots: 1,
            time: 0,
            at: Instant::ZERO,
            users: Vec::new(),
            counters: [0; OBJECTS.len()],
            des: Salts::new(PrivProtocol::Des, salt_start),
            aes: Salts::new(PrivProtocol::Aes128, salt_start),
        })
    }

    /// The same with one more user; one of the same name is replaced.
    #[must_use]
    pub fn with_user(mut self, user: User) -> Self {
        self.users.retain(|known| known.name != user.name);
        self.users.push(user);
        self
    }

    /// All users, in the order that they were given.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// The identifier.
    pub fn engine_id(&self) -> &[u8] {
        &self.engine_id
    }

    /// Boots and time at `now`. When the time has reached its end, the boots go on by one (RFC 3414, section 2.2.2).
    pub fn clock(&self, now: Instant) -> (u32, u32) {
        let passed = now.since(self.at).as_micros() / Duration::from_secs(1).as_micros();
        let time = u64::from(self.time) + passed;
        let (rounds, time) = (time / u64::from(MOST), time % u64::from(MOST));
        let boots = u64::from(self.boots).saturating_add(rounds).min(u64::from(MOST));
        (u32::try_from(boots).unwrap_or(MOST), u32::try_from(time).unwrap_or(MOST))
    }

    /// Has the engine count from these on; what is above 2147483647 counts as that.
    pub fn set_clock(&mut self, now: Instant, boots: u32, time: u32) {
        (self.boots, self.time, self.at) = (boots.min(MOST), time.min(MOST), now);
    }

    /// Starts the engine once more.
    pub fn restart(&mut self, now: Instant) {
        let (boots, _) = self.clock(now);
        self.set_clock(now, boots.saturating_add(1), 0);
    }

    /// How much has been counted.
    pub fn of(&self, counter: UsmCounter) -> u32 {
        self.counters[counter as usize]
    }

    /// Counts one more, and says how many there are.
    pub(super) fn count(&mut self, counter: UsmCounter) -> u32 {
        let count = &mut self.counters[counter as usize];
        *count = count.wrapping_add(1);
        *count
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.users.iter().position(|user| &user.name[..] == name)
    }

    pub(super) fn user(&self, place: usize) -> &User {
        &self.users[place]
    }

    /// Makes the keys of a user who has passphrases.
    pub(super) fn make_keys(&mut self, place: usize) {
        let user = &mut self.users[place];
        if let Keys::Passphrases(passphrases) = &user.keys
            // No user is made of passphrases that make no keys.
            && let Ok(keys) = passphrases.keys(&self.engine_id)
        {
            user.keys = keys;
        }
    }

    /// Whether a request that says so is in the window (RFC 3414, section 3.2, step 7 a).
    pub(super) fn is_timely(&self, now: Instant, boots: u32, time: u32) -> bool {
        let (ours, our_time) = self.clock(now);
        ours != MOST && boots == ours && time.abs_diff(our_time) <= TIME_WINDOW_SECS
    }

    pub(super) fn next_salt(&mut self, boots: u32, protocol: PrivProtocol) -> Result<Salt, SaltsExhausted> {
        match protocol {
            PrivProtocol::Des | PrivProtocol::TripleDes => self.des.next(boots),
            PrivProtocol::Aes128
            | PrivProtocol::Aes192
            | PrivProtocol::Aes256
            | PrivProtocol::Aes192Cisco
            | PrivProtocol::Aes256Cisco => self.aes.next(boots),
        }
    }

    /// What the engine's own object `name` has; `None` when it is none of them.
    pub(super) fn value(&self, now: Instant, name: &Oid) -> Option<Value> {
        let (_, shown) = OBJECTS.iter().find(|(object, _)| *object == name.arcs())?;
        Some(self.show(now, *shown))
    }

    /// The engine's first object after `name`.
    pub(super) fn next(&self, now: Instant, name: &Oid) -> Option<VarBind> {
        let (object, shown) = OBJECTS.iter().find(|(object, _)| *object > name.arcs())?;
        Some(VarBind::new(Oid::from_static(object), self.show(now, *shown)))
    }

    fn show(&self, now: Instant, shown: Shown) -> Value {
        let (boots, time) = self.clock(now);
        match shown {
            Shown::EngineId => Value::OctetString(self.engine_id.clone()),
            Shown::Boots => Value::Integer32(boots.cast_signed()),
            Shown::Time => Value::Integer32(time.cast_signed()),
            Shown::MaxMessageSize => {
                Value::Integer32(i32::try_from(limits::MESSAGE_OCTETS).unwrap_or(i32::MAX))
            }
            Shown::Counter(counter) => Value::Counter32(self.of(counter)),
        }
    }
}
