//! Privacy protocols: scoped PDUs encrypted in place (RFC 3414, section 8; RFC 3826; the drafts for longer keys).

use std::fmt;

use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt};
use aes::cipher::{KeyInit, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use des::{Des, TdesEde3};

use super::auth::AuthProtocol;
use super::key::{KeyError, extend};
use super::salt::{SALT_OCTETS, Salt};
use crate::secret::Secret;

/// Octets of a block of DES and 3DES, and of the initialization vector that their keys bring along.
const DES_BLOCK_OCTETS: usize = 8;
/// Octets of a block of AES.
const AES_BLOCK_OCTETS: usize = 16;

/// A privacy protocol: the cipher, and how a key longer than the hash is made.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PrivProtocol {
    /// CBC-DES (RFC 3414, section 8).
    Des,
    /// CBC-3DES-EDE (draft-reeder-snmpv3-usm-3desede-00).
    TripleDes,
    /// CFB128-AES-128 (RFC 3826).
    Aes128,
    /// CFB128-AES-192 with Blumenthal's key extension (draft-blumenthal-aes-usm-04).
    Aes192,
    /// CFB128-AES-256 with Blumenthal's key extension.
    Aes256,
    /// CFB128-AES-192 with Reeder's key extension, as Cisco's devices have it.
    Aes192Cisco,
    /// CFB128-AES-256 with Reeder's key extension, as Cisco's devices have it.
    Aes256Cisco,
}

/// How a localized key becomes longer than the hash that made it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Extension {
    /// By its own hash.
    Blumenthal,
    /// By the key that it would make as a passphrase.
    Reeder,
}

impl PrivProtocol {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Des,
        Self::TripleDes,
        Self::Aes128,
        Self::Aes192,
        Self::Aes256,
        Self::Aes192Cisco,
        Self::Aes256Cisco,
    ];

    /// The word that `-x` takes: `DES`, `3DES`, `AES`, `AES-192` …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Des => "DES",
            Self::TripleDes => "3DES",
            Self::Aes128 => "AES",
            Self::Aes192 => "AES-192",
            Self::Aes256 => "AES-256",
            Self::Aes192Cisco => "AES-192-C",
            Self::Aes256Cisco => "AES-256-C",
        }
    }

    /// Octets of a localized key: 16, 24 or 32. Half of DES's, and the last 8 of 3DES's, are for the initialization
    /// vector.
    pub const fn key_octets(self) -> usize {
        match self {
            Self::Des | Self::Aes128 => 16,
            Self::Aes192 | Self::Aes192Cisco => 24,
            Self::TripleDes | Self::Aes256 | Self::Aes256Cisco => 32,
        }
    }

    /// The most octets of padding after a scoped PDU: none for AES. RFC 3414, section 8.1.1.2, asks for 7 at most, which is
    /// what ours and net-snmp's has; a whole block is what encoders add that always pad.
    pub const fn padding_octets(self) -> usize {
        match self {
            Self::Des | Self::TripleDes => DES_BLOCK_OCTETS,
            Self::Aes128 | Self::Aes192 | Self::Aes256 | Self::Aes192Cisco | Self::Aes256Cisco => 0,
        }
    }

    /// For keys that no hash is too short for it makes no difference.
    pub(super) const fn extension(self) -> Extension {
        match self {
            Self::Des | Self::Aes128 | Self::Aes192 | Self::Aes256 => Extension::Blumenthal,
            Self::TripleDes | Self::Aes192Cisco | Self::Aes256Cisco => Extension::Reeder,
        }
    }
}

impl fmt::Display for PrivProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A key that encrypts for one user at one engine.
#[derive(Clone, Debug)]
pub struct PrivKey {
    protocol: PrivProtocol,
    octets: Secret<Vec<u8>>,
}

/// Why a scoped PDU cannot be decrypted (RFC 3414, section 8.3.2; RFC 3826, section 3.3.2).
///
/// A wrong key is not among them: what it makes of a message is no scoped PDU, which only its decoder can tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PrivError {
    /// Privacy parameters that are no salt.
    #[error("privacy parameters of {found} octets, where {SALT_OCTETS} must be")]
    WrongSalt {
        /// Octets that they have.
        found: usize,
    },
    /// What is encrypted is no whole number of blocks.
    #[error("an encrypted part of {octets} octets, where {protocol} has multiples of {DES_BLOCK_OCTETS}")]
    PartialBlock {
        /// The protocol of the key.
        protocol: PrivProtocol,
        /// Octets of the encrypted part.
        octets: usize,
    },
}

impl PrivKey {
    /// Takes a localized key as it is. Of one that is longer than the protocol needs, the front counts: so does that of
    /// a SHA key with DES.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongLength`] when it is shorter than [`PrivProtocol::key_octets`], or longer than any key is.
    pub fn from_octets(protocol: PrivProtocol, octets: &[u8]) -> Result<Self, KeyError> {
        let needed = protocol.key_octets();
        let most = AuthProtocol::Sha512.key_octets();
        match octets.get(..needed) {
            Some(key) if octets.len() <= most => Ok(Self { protocol, octets: Secret::new(key.to_vec()) }),
            _ => {
                let protocol = protocol.name();
                Err(KeyError::WrongLength { protocol, octets: octets.len(), needed })
            }
        }
    }

    /// Takes a localized key that may be what the hash of `auth` made, unextended, as net-snmp does: such a key is
    /// extended when the protocol needs more.
    ///
    /// # Errors
    ///
    /// As [`PrivKey::from_octets`] for keys of any other length.
    pub fn from_localized(
        protocol: PrivProtocol,
        auth: AuthProtocol,
        engine_id: &[u8],
        octets: &[u8],
    ) -> Result<Self, KeyError> {
        if octets.len() == auth.key_octets() {
            let localized = Secret::new(octets.to_vec());
            return Ok(Self::localized(protocol, extend(auth, protocol, engine_id, localized)));
        }
        Self::from_octets(protocol, octets)
    }

    pub(super) fn localized(protocol: PrivProtocol, octets: Secret<Vec<u8>>) -> Self {
        Self { protocol, octets }
    }

    /// The protocol that the key is for.
    pub const fn protocol(&self) -> PrivProtocol {
        self.protocol
    }

    /// The key itself, of [`PrivProtocol::key_octets`] octets.
    pub const fn octets(&self) -> &Secret<Vec<u8>> {
        &self.octets
    }

    /// Encrypts a scoped PDU in place; DES and 3DES fill its last block with zeros.
    ///
    /// `engine_boots` and `engine_time` are those that the message says of the authoritative engine; only AES uses them.
    /// `salt` becomes the privacy parameters, and must never come again for this key: see [`Salts`](super::Salts).
    pub fn encrypt(&self, engine_boots: u32, engine_time: u32, salt: Salt, octets: &mut Vec<u8>) {
        octets.resize(octets.len().next_multiple_of(self.block_octets()), 0);
        let key = self.octets.expose().as_slice();
        let aes_iv = aes_iv(engine_boots, engine_time, salt);
        match self.protocol {
            PrivProtocol::Des => cbc_encrypt::<Des>(&key[..8], &self.des_iv(salt), octets),
            PrivProtocol::TripleDes => cbc_encrypt::<TdesEde3>(&key[..24], &self.des_iv(salt), octets),
            PrivProtocol::Aes128 => cfb_encrypt::<Aes128>(key, &aes_iv, octets),
            PrivProtocol::Aes192 | PrivProtocol::Aes192Cisco => cfb_encrypt::<Aes192>(key, &aes_iv, octets),
            PrivProtocol::Aes256 | PrivProtocol::Aes256Cisco => cfb_encrypt::<Aes256>(key, &aes_iv, octets),
        }
    }

    /// Decrypts a scoped PDU in place; up to [`PrivProtocol::padding_octets`] octets after it are padding.
    ///
    /// `salt` is the message's privacy parameters, `engine_boots` and `engine_time` what the same message says.
    ///
    /// # Errors
    ///
    /// [`PrivError`]; the octets are as they were then.
    pub fn decrypt(
        &self,
        engine_boots: u32,
        engine_time: u32,
        salt: &[u8],
        octets: &mut [u8],
    ) -> Result<(), PrivError> {
        let Ok(salt) = Salt::try_from(salt) else {
            return Err(PrivError::WrongSalt { found: salt.len() });
        };
        if !octets.len().is_multiple_of(self.block_octets()) {
            return Err(PrivError::PartialBlock { protocol: self.protocol, octets: octets.len() });
        }
        let key = self.octets.expose().as_slice();
        let aes_iv = aes_iv(engine_boots, engine_time, salt);
        match self.protocol {
            PrivProtocol::Des => cbc_decrypt::<Des>(&key[..8], &self.des_iv(salt), octets),
            PrivProtocol::TripleDes => cbc_decrypt::<TdesEde3>(&key[..24], &self.des_iv(salt), octets),
            PrivProtocol::Aes128 => cfb_decrypt::<Aes128>(key, &aes_iv, octets),
            PrivProtocol::Aes192 | PrivProtocol::Aes192Cisco => cfb_decrypt::<Aes192>(key, &aes_iv, octets),
            PrivProtocol::Aes256 | PrivProtocol::Aes256Cisco => cfb_decrypt::<Aes256>(key, &aes_iv, octets),
        }
        Ok(())
    }

    /// What an encrypted part has a multiple of: 1 where the last block may be cut.
    const fn block_octets(&self) -> usize {
        if self.protocol.padding_octets() == 0 { 1 } else { DES_BLOCK_OCTETS }
    }

    /// The end of the key (the pre-IV), with the salt over it (RFC 3414, section 8.1.1.1).
    fn des_iv(&self, salt: Salt) -> [u8; DES_BLOCK_OCTETS] {
        let key = self.octets.expose();
        let mut iv = salt;
        for (octet, pre_iv) in iv.iter_mut().zip(&key[key.len() - DES_BLOCK_OCTETS..]) {
            *octet ^= pre_iv;
        }
        iv
    }
}

/// Boots, time and salt, one after the other (RFC 3826, section 3.1.2.1).
fn aes_iv(engine_boots: u32, engine_time: u32, salt: Salt) -> [u8; AES_BLOCK_OCTETS] {
    let mut iv = [0; AES_BLOCK_OCTETS];
    iv[..4].copy_from_slice(&engine_boots.to_be_bytes());
    iv[4..8].copy_from_slice(&engine_time.to_be_bytes());
    iv[8..].copy_from_slice(&salt);
    iv
}

/// Keys come from [`PrivKey`] alone, which knows how long they are.
const LENGTHS: &str = "keys and vectors have the lengths of their cipher";

fn cbc_encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], octets: &mut [u8]) {
    let mut cipher = cbc::Encryptor::<C>::new_from_slices(key, iv).expect(LENGTHS);
    let (blocks, _) = Block::<C>::slice_as_chunks_mut(octets);
    cipher.encrypt_blocks(blocks);
}

fn cbc_decrypt<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], octets: &mut [u8]) {
    let mut cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).expect(LENGTHS);
    let (blocks, _) = Block::<C>::slice_as_chunks_mut(octets);
    cipher.decrypt_blocks(blocks);
}

fn cfb_encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], octets: &mut [u8]) {
    cfb_mode::Encryptor::<C>::new_from_slices(key, iv).expect(LENGTHS).encrypt(octets);
}

fn cfb_decrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], octets: &mut [u8]) {
    cfb_mode::Decryptor::<C>::new_from_slices(key, iv).expect(LENGTHS).decrypt(octets);
}

#[cfg(test)]
mod tests;
