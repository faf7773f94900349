//! Authentication protocols: a truncated HMAC over the whole message (RFC 3414, sections 6 and 7; RFC 7860).

use std::{fmt, ops::Range};

use hmac::digest::{Digest, KeyInit};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::key::KeyError;
use crate::secret::Secret;

/// Octets of the longest code that a message can carry: those of HMAC-384-SHA-512.
pub const MAC_OCTETS_MAX: usize = 48;

/// An authentication protocol: the hash of keys and messages, and how much of its HMAC a message carries.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AuthProtocol {
    /// HMAC-MD5-96 (RFC 3414, section 6).
    Md5,
    /// HMAC-SHA-96 (RFC 3414, section 7).
    Sha1,
    /// HMAC-128-SHA-224 (RFC 7860).
    Sha224,
    /// HMAC-192-SHA-256 (RFC 7860).
    Sha256,
    /// HMAC-256-SHA-384 (RFC 7860).
    Sha384,
    /// HMAC-384-SHA-512 (RFC 7860).
    Sha512,
}

impl AuthProtocol {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Md5, Self::Sha1, Self::Sha224, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The word that `-a` takes: `MD5`, `SHA`, `SHA-224` …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Octets of a key and of the hash: 16, 20, 28, 32, 48 or 64.
    pub const fn key_octets(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Octets of `msgAuthenticationParameters`: 12, 12, 16, 24, 32 or 48.
    pub const fn mac_octets(self) -> usize {
        match self {
            Self::Md5 | Self::Sha1 => 12,
            Self::Sha224 => 16,
            Self::Sha256 => 24,
            Self::Sha384 => 32,
            Self::Sha512 => 48,
        }
    }

    /// The hash of these parts, one after the other.
    pub(super) fn hash<'a>(self, parts: impl IntoIterator<Item = &'a [u8]>) -> Secret<Vec<u8>> {
        match self {
            Self::Md5 => hash::<Md5>(parts),
            Self::Sha1 => hash::<Sha1>(parts),
            Self::Sha224 => hash::<Sha224>(parts),
            Self::Sha256 => hash::<Sha256>(parts),
            Self::Sha384 => hash::<Sha384>(parts),
            Self::Sha512 => hash::<Sha512>(parts),
        }
    }

    /// The whole HMAC of these parts, one after the other, in the first [`Self::key_octets`] octets.
    fn hmac(self, key: &[u8], parts: [&[u8]; 3]) -> [u8; 64] {
        match self {
            Self::Md5 => hmac::<Hmac<Md5>>(key, parts),
            Self::Sha1 => hmac::<Hmac<Sha1>>(key, parts),
            Self::Sha224 => hmac::<Hmac<Sha224>>(key, parts),
            Self::Sha256 => hmac::<Hmac<Sha256>>(key, parts),
            Self::Sha384 => hmac::<Hmac<Sha384>>(key, parts),
            Self::Sha512 => hmac::<Hmac<Sha512>>(key, parts),
        }
    }
}

impl fmt::Display for AuthProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn hash<'a, D: Digest>(parts: impl IntoIterator<Item = &'a [u8]>) -> Secret<Vec<u8>> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    let mut digest = hasher.finalize();
    let kept = Secret::new(digest.as_slice().to_vec());
    digest.as_mut_slice().zeroize();
    kept
}

fn hmac<M: Mac + KeyInit>(key: &[u8], parts: [&[u8]; 3]) -> [u8; 64] {
    let mut hmac = <M as KeyInit>::new_from_slice(key).expect("an HMAC takes keys of any length");
    for part in parts {
        hmac.update(part);
    }
    let code = hmac.finalize().into_bytes();
    let mut octets = [0; 64];
    octets[..code.len()].copy_from_slice(&code);
    octets
}

/// A key that authenticates messages of one user at one engine (`Kul` of RFC 3414, section 2.6).
#[derive(Clone, Debug)]
pub struct AuthKey {
    protocol: AuthProtocol,
    octets: Secret<Vec<u8>>,
}

/// Why a message is not authentic, or cannot be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AuthError {
    /// The authentication parameters have another length than the protocol's: the message was made with another
    /// protocol (RFC 3414, section 6.3.2, step 1).
    #[error("authentication parameters of {found} octets, where {protocol} has {}", .protocol.mac_octets())]
    WrongLength {
        /// The protocol of the key.
        protocol: AuthProtocol,
        /// Octets that the parameters have.
        found: usize,
    },
    /// The place given for the authentication parameters is not inside of the message.
    #[error("authentication parameters that end at octet {end} of a message of {octets}")]
    OutOfMessage {
        /// Where they would end.
        end: usize,
        /// Octets of the message.
        octets: usize,
    },
    /// The code is another one: another key, or a changed message.
    #[error("the message was made with another key, or changed on its way")]
    WrongDigest,
}

impl AuthKey {
    /// Takes a localized key as it is.
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

    pub(super) fn localized(protocol: AuthProtocol, octets: Secret<Vec<u8>>) -> Self {
        Self { protocol, octets }
    }

    /// The protocol that the key is for.
    pub const fn protocol(&self) -> AuthProtocol {
        self.protocol
    }

    /// The key itself, of [`AuthProtocol::key_octets`] octets.
    pub const fn octets(&self) -> &Secret<Vec<u8>> {
        &self.octets
    }

    /// Puts the code of the message into the message, at `place`; what stood there does not count.
    ///
    /// # Errors
    ///
    /// [`AuthError::WrongLength`] and [`AuthError::OutOfMessage`] for a place that cannot be right. The message is as it
    /// was then.
    pub fn sign(&self, message: &mut [u8], place: Range<usize>) -> Result<(), AuthError> {
        let code = self.code(message, &place)?;
        message[place].copy_from_slice(&code[..self.protocol.mac_octets()]);
        Ok(())
    }

    /// Whether the code at `place` is that of the message, in a time that does not depend on the octets.
    ///
    /// # Errors
    ///
    /// [`AuthError::WrongDigest`] when it is not; the others for a place that cannot be right.
    pub fn verify(&self, message: &[u8], place: Range<usize>) -> Result<(), AuthError> {
        let code = self.code(message, &place)?;
        let equal = code[..self.protocol.mac_octets()].ct_eq(&message[place]);
        if bool::from(equal) { Ok(()) } else { Err(AuthError::WrongDigest) }
    }

    /// The code of the message with zeros at `place` (RFC 3414, section 6.3.1, steps 1 to 4).
    fn code(&self, message: &[u8], place: &Range<usize>) -> Result<[u8; 64], AuthError> {
        let protocol = self.protocol;
        let found = place.len();
        if found != protocol.mac_octets() {
            return Err(AuthError::WrongLength { protocol, found });
        }
        let Some(after) = message.get(place.end..) else {
            return Err(AuthError::OutOfMessage { end: place.end, octets: message.len() });
        };
        let parts = [&message[..place.start], &[0; MAC_OCTETS_MAX][..found], after];
        Ok(protocol.hmac(self.octets.expose(), parts))
    }
}

#[cfg(test)]
mod tests;
