//! Saying a new key to an engine that has the old one (RFC 3414, section 5, `KeyChange`).
//!
//! Keys are those of the engine: localized, and for privacy extended. Who hears the exchange and does not know the old
//! key learns nothing of the new one; who knows the old one does.

use zeroize::Zeroizing;

use super::auth::AuthProtocol;
use crate::secret::Secret;

/// Why a key change cannot be made or taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyChangeError {
    /// The old key, the new key and the random octets must have one length.
    #[error(
        "an old key of {old} octets, a new one of {new} and {random} random octets, where all must be as long"
    )]
    UnequalLengths {
        /// Octets of the old key.
        old: usize,
        /// Octets of the new key.
        new: usize,
        /// Random octets.
        random: usize,
    },
    /// A key change has the random octets and as many that hide the new key: twice the old key.
    #[error("a key change of {found} octets, where {needed} must be")]
    WrongLength {
        /// Octets that it has.
        found: usize,
        /// Octets that it should have.
        needed: usize,
    },
}

/// What to set `usmUserAuthKeyChange`, `usmUserPrivKeyChange` or their `Own` forms to: the random octets, and what hides
/// the new key.
///
/// `protocol` is the user's authentication protocol, for both kinds of key. `random` must be fresh, unpredictable, and
/// as long as the keys.
///
/// # Errors
///
/// [`KeyChangeError::UnequalLengths`].
pub fn encode_key_change(
    protocol: AuthProtocol,
    old: &Secret<Vec<u8>>,
    new: &Secret<Vec<u8>>,
    random: &[u8],
) -> Result<Vec<u8>, KeyChangeError> {
    let (old, new) = (old.expose(), new.expose());
    if old.len() != new.len() || old.len() != random.len() {
        let (old, new, random) = (old.len(), new.len(), random.len());
        return Err(KeyChangeError::UnequalLengths { old, new, random });
    }
    Ok([random, &masked(protocol, old, random, new)].concat())
}

/// The new key that a key change says, for who has the old one.
///
/// # Errors
///
/// [`KeyChangeError::WrongLength`] unless the change is twice as long as the old key.
pub fn decode_key_change(
    protocol: AuthProtocol,
    old: &Secret<Vec<u8>>,
    change: &[u8],
) -> Result<Secret<Vec<u8>>, KeyChangeError> {
    let old = old.expose();
    let needed = 2 * old.len();
    if change.len() != needed {
        return Err(KeyChangeError::WrongLength { found: change.len(), needed });
    }
    let (random, delta) = change.split_at(old.len());
    Ok(Secret::new(masked(protocol, old, random, delta).to_vec()))
}

/// `octets` with the chain of hashes over them that begins with the old key; the same again takes it off.
fn masked(protocol: AuthProtocol, old: &[u8], random: &[u8], octets: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut masked = Zeroizing::new(octets.to_vec());
    let mut last = Secret::new(old.to_vec());
    for part in masked.chunks_mut(protocol.key_octets()) {
        last = protocol.hash([last.expose().as_slice(), random]);
        for (octet, mask) in part.iter_mut().zip(last.expose()) {
            *octet ^= mask;
        }
    }
    masked
}

#[cfg(test)]
mod tests;
