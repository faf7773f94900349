//! From passphrases to keys (RFC 3414, section 2.6 and appendix A.2), and keys longer than a hash.

use zeroize::Zeroizing;

use super::auth::{AuthKey, AuthProtocol};
use super::privacy::{Extension, PrivKey, PrivProtocol};
use crate::{limits, secret::Secret};

/// Octets that a passphrase is repeated to before it is hashed (RFC 3414, appendix A.2.1).
const EXPANDED_OCTETS: usize = 1 << 20;

/// Octets that go into the hash at a time: enough for its fastest way, and little to wipe.
const CHUNK_OCTETS: usize = 4_096;

/// Why octets are no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// A passphrase that RFC 3414, section 11.2, does not allow.
    #[error(
        "a passphrase of {}, where SNMPv3 asks for {} at least",
        in_octets(*.octets),
        limits::PASSPHRASE_OCTETS_MIN
    )]
    PassphraseTooShort {
        /// Octets that it has.
        octets: usize,
    },
    /// A master or localized key that cannot be one of its protocol's.
    #[error("a key of {}, where {protocol} has {needed}", in_octets(*.octets))]
    WrongLength {
        /// The protocol, as its option names it.
        protocol: &'static str,
        /// Octets that the key has.
        octets: usize,
        /// Octets that it should have.
        needed: usize,
    },
}

fn in_octets(count: usize) -> String {
    format!("{count} octet{}", if count == 1 { "" } else { "s" })
}

/// A user's key for all engines (`Ku` of RFC 3414, section 2.6), made with the hash of an authentication protocol.
///
/// The privacy key is made with the authentication protocol's hash too, from a passphrase of its own.
#[derive(Clone, Debug)]
pub struct MasterKey {
    protocol: AuthProtocol,
    octets: Secret<Vec<u8>>,
}

impl MasterKey {
    /// Makes the key from a passphrase: the hash of its repetition to 2^20 octets (RFC 3414, appendix A.2).
    ///
    /// This takes a millisecond or two; whoever talks to many engines with one passphrase does it once.
    ///
    /// # Errors
    ///
    /// [`KeyError::PassphraseTooShort`] below [`limits::PASSPHRASE_OCTETS_MIN`] octets.
    pub fn from_passphrase(protocol: AuthProtocol, passphrase: &[u8]) -> Result<Self, KeyError> {
        let octets = passphrase.len();
        if octets < limits::PASSPHRASE_OCTETS_MIN {
            return Err(KeyError::PassphraseTooShort { octets });
        }
        Ok(Self::expand(protocol, passphrase))
    }

    /// Takes a key as it is.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongLength`] unless it has exactly [`AuthProtocol::key_octets`] octets.
    pub fn from_octets(protocol: AuthProtocol, octets: &[u8]) -> Result<Self, KeyError> {
        let needed = protocol.key_octets();
        if octets.len() != needed {
            let protocol = protocol.name();
            return Err(KeyError::WrongLength { protocol, octets: octets.len(), needed });
        }
        Ok(Self { protocol, octets: Secret::new(octets.to_vec()) })
    }

    /// The key of a passphrase of any length but none.
    fn expand(protocol: AuthProtocol, passphrase: &[u8]) -> Self {
        // Whole repetitions, so that one chunk continues where the one before it ended.
        let repetitions = CHUNK_OCTETS.div_ceil(passphrase.len());
        let chunk = Zeroizing::new(passphrase.repeat(repetitions));
        let mut left = EXPANDED_OCTETS;
        let chunks = std::iter::from_fn(|| {
            let octets = chunk.len().min(left);
            left -= octets;
            (octets > 0).then(|| &chunk[..octets])
        });
        Self { protocol, octets: protocol.hash(chunks) }
    }

    /// The authentication protocol whose hash made the key.
    pub const fn protocol(&self) -> AuthProtocol {
        self.protocol
    }

    /// The key itself, of [`AuthProtocol::key_octets`] octets.
    pub const fn octets(&self) -> &Secret<Vec<u8>> {
        &self.octets
    }

    /// The key that authenticates at one engine; `engine_id` is that of the authoritative engine.
    pub fn auth_key(&self, engine_id: &[u8]) -> AuthKey {
        AuthKey::localized(self.protocol, self.localize(engine_id))
    }

    /// The key that encrypts at one engine; `engine_id` is that of the authoritative engine.
    pub fn priv_key(&self, protocol: PrivProtocol, engine_id: &[u8]) -> PrivKey {
        let octets = extend(self.protocol, protocol, engine_id, self.localize(engine_id));
        PrivKey::localized(protocol, octets)
    }

    /// The hash of the key, the engine's identifier and the key again (RFC 3414, section 2.6).
    fn localize(&self, engine_id: &[u8]) -> Secret<Vec<u8>> {
        let key = self.octets.expose().as_slice();
        self.protocol.hash([key, engine_id, key])
    }
}

/// Makes a localized key as long as the privacy protocol needs, and not longer.
pub(super) fn extend(
    auth: AuthProtocol,
    privacy: PrivProtocol,
    engine_id: &[u8],
    localized: Secret<Vec<u8>>,
) -> Secret<Vec<u8>> {
    let needed = privacy.key_octets();
    // With its whole room from the start, so that no copy stays behind where it grew.
    let mut octets = Zeroizing::new(Vec::with_capacity(needed + auth.key_octets()));
    octets.extend_from_slice(localized.expose());
    let mut last = localized;
    while octets.len() < needed {
        last = match privacy.extension() {
            // draft-blumenthal-aes-usm-04, section 3.1.2.1: the hash of all that there is.
            Extension::Blumenthal => auth.hash([octets.as_slice()]),
            // draft-reeder-snmpv3-usm-3desede-00, section 2.1: the last key in the place of a passphrase.
            Extension::Reeder => MasterKey::expand(auth, last.expose()).localize(engine_id),
        };
        octets.extend_from_slice(last.expose());
    }
    octets.truncate(needed);
    Secret::new(octets.to_vec())
}

#[cfg(test)]
mod tests;
