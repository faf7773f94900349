//! The words of SNMPv3's settings: levels, protocols and engine identifiers.

use super::number;
pub use crate::codec::v3::SecurityLevel;
use crate::crypto;

impl SecurityLevel {
    /// Reads what `-l` takes; case does not matter.
    pub fn from_option(text: &[u8]) -> Option<Self> {
        Self::from_token(text).or(match text.to_ascii_lowercase().as_slice() {
            b"noauth" => Some(Self::NoAuthNoPriv),
            b"auth" => Some(Self::AuthNoPriv),
            b"priv" => Some(Self::AuthPriv),
            _ => None,
        })
    }

    /// Reads what the configuration token `defSecurityLevel` takes, which knows fewer words than `-l`.
    pub fn from_token(text: &[u8]) -> Option<Self> {
        match text.to_ascii_lowercase().as_slice() {
            b"noauthnopriv" | b"nanp" | b"1" => Some(Self::NoAuthNoPriv),
            b"authnopriv" | b"anp" | b"2" => Some(Self::AuthNoPriv),
            b"authpriv" | b"ap" | b"3" => Some(Self::AuthPriv),
            _ => None,
        }
    }
}

/// An authentication protocol (RFC 3414, section 6 and 7; RFC 7860).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthProtocol {
    /// `NOAUTH`: none.
    None,
    /// HMAC-MD5-96.
    Md5,
    /// HMAC-SHA-96.
    Sha1,
    /// HMAC-128-SHA-224.
    Sha224,
    /// HMAC-192-SHA-256.
    Sha256,
    /// HMAC-256-SHA-384.
    Sha384,
    /// HMAC-384-SHA-512.
    Sha512,
}

/// The order decides: a prefix stands for the first word that it begins, so that `-a S` is SHA.
const AUTH_WORDS: [(&str, AuthProtocol); 13] = [
    ("NOAUTH", AuthProtocol::None),
    ("MD5", AuthProtocol::Md5),
    ("SHA", AuthProtocol::Sha1),
    ("SHA-1", AuthProtocol::Sha1),
    ("SHA1", AuthProtocol::Sha1),
    ("SHA-224", AuthProtocol::Sha224),
    ("SHA224", AuthProtocol::Sha224),
    ("SHA-256", AuthProtocol::Sha256),
    ("SHA256", AuthProtocol::Sha256),
    ("SHA-384", AuthProtocol::Sha384),
    ("SHA384", AuthProtocol::Sha384),
    ("SHA-512", AuthProtocol::Sha512),
    ("SHA512", AuthProtocol::Sha512),
];

impl AuthProtocol {
    /// Reads a protocol's name or the beginning of one; case does not matter.
    pub fn from_text(text: &[u8]) -> Option<Self> {
        first_with_prefix(&AUTH_WORDS, text)
    }

    /// The protocol itself, when it is one.
    pub const fn protocol(self) -> Option<crypto::AuthProtocol> {
        match self {
            Self::None => None,
            Self::Md5 => Some(crypto::AuthProtocol::Md5),
            Self::Sha1 => Some(crypto::AuthProtocol::Sha1),
            Self::Sha224 => Some(crypto::AuthProtocol::Sha224),
            Self::Sha256 => Some(crypto::AuthProtocol::Sha256),
            Self::Sha384 => Some(crypto::AuthProtocol::Sha384),
            Self::Sha512 => Some(crypto::AuthProtocol::Sha512),
        }
    }
}

/// A privacy protocol (RFC 3414, section 8; RFC 3826; the drafts for longer AES keys).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrivProtocol {
    /// `NOPRIV`: none.
    None,
    /// CBC-DES.
    Des,
    /// CBC-3DES-EDE with Reeder's key extension.
    TripleDes,
    /// CFB128-AES-128.
    Aes128,
    /// CFB128-AES-192 with Blumenthal's key extension.
    Aes192,
    /// CFB128-AES-256 with Blumenthal's key extension.
    Aes256,
    /// CFB128-AES-192 with Reeder's key extension, as Cisco has it.
    Aes192Cisco,
    /// CFB128-AES-256 with Reeder's key extension, as Cisco has it.
    Aes256Cisco,
}

/// net-snmp's words, in its order, and behind them the one that it does not have.
const PRIV_WORDS: [(&str, PrivProtocol); 14] = [
    ("NOPRIV", PrivProtocol::None),
    ("DES", PrivProtocol::Des),
    ("AES", PrivProtocol::Aes128),
    ("AES-128", PrivProtocol::Aes128),
    ("AES128", PrivProtocol::Aes128),
    ("AES-192", PrivProtocol::Aes192),
    ("AES192", PrivProtocol::Aes192),
    ("AES-256", PrivProtocol::Aes256),
    ("AES256", PrivProtocol::Aes256),
    ("AES-192-C", PrivProtocol::Aes192Cisco),
    ("AES192C", PrivProtocol::Aes192Cisco),
    ("AES-256-C", PrivProtocol::Aes256Cisco),
    ("AES256C", PrivProtocol::Aes256Cisco),
    ("3DES", PrivProtocol::TripleDes),
];

impl PrivProtocol {
    /// Reads a protocol's name or the beginning of one; case does not matter.
    pub fn from_text(text: &[u8]) -> Option<Self> {
        first_with_prefix(&PRIV_WORDS, text)
    }

    /// The protocol itself, when it is one.
    pub const fn protocol(self) -> Option<crypto::PrivProtocol> {
        match self {
            Self::None => None,
            Self::Des => Some(crypto::PrivProtocol::Des),
            Self::TripleDes => Some(crypto::PrivProtocol::TripleDes),
            Self::Aes128 => Some(crypto::PrivProtocol::Aes128),
            Self::Aes192 => Some(crypto::PrivProtocol::Aes192),
            Self::Aes256 => Some(crypto::PrivProtocol::Aes256),
            Self::Aes192Cisco => Some(crypto::PrivProtocol::Aes192Cisco),
            Self::Aes256Cisco => Some(crypto::PrivProtocol::Aes256Cisco),
        }
    }
}

fn first_with_prefix<T: Copy>(words: &[(&str, T)], text: &[u8]) -> Option<T> {
    words
        .iter()
        .find(|(word, _)| {
            word.len() >= text.len() && word.as_bytes()[..text.len()].eq_ignore_ascii_case(text)
        })
        .map(|(_, value)| *value)
}

/// Why text is no engine identifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EngineIdError {
    /// Not hexadecimal.
    Digits,
    /// Not 5 to 32 octets long.
    Length,
}

/// An engine identifier: 5 to 32 octets (RFC 3411, section 5, `SnmpEngineID`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EngineId(Vec<u8>);

impl EngineId {
    /// Reads hexadecimal digits, `0x` before them or not.
    ///
    /// # Errors
    ///
    /// [`EngineIdError::Digits`] for anything but pairs of digits, [`EngineIdError::Length`] for too few or too many.
    pub fn from_hex(text: &[u8]) -> Result<Self, EngineIdError> {
        let octets = number::hex(text).ok_or(EngineIdError::Digits)?;
        if (5..=32).contains(&octets.len()) { Ok(Self(octets)) } else { Err(EngineIdError::Length) }
    }

    /// The octets.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_their_words_and_no_others() {
        for (text, option, token) in [
            ("noAuthNoPriv", Some(SecurityLevel::NoAuthNoPriv), Some(SecurityLevel::NoAuthNoPriv)),
            ("NANP", Some(SecurityLevel::NoAuthNoPriv), Some(SecurityLevel::NoAuthNoPriv)),
            ("1", Some(SecurityLevel::NoAuthNoPriv), Some(SecurityLevel::NoAuthNoPriv)),
            ("noauth", Some(SecurityLevel::NoAuthNoPriv), None),
            ("AUTHNOPRIV", Some(SecurityLevel::AuthNoPriv), Some(SecurityLevel::AuthNoPriv)),
            ("auth", Some(SecurityLevel::AuthNoPriv), None),
            ("anp", Some(SecurityLevel::AuthNoPriv), Some(SecurityLevel::AuthNoPriv)),
            ("authPriv", Some(SecurityLevel::AuthPriv), Some(SecurityLevel::AuthPriv)),
            ("priv", Some(SecurityLevel::AuthPriv), None),
            ("ap", Some(SecurityLevel::AuthPriv), Some(SecurityLevel::AuthPriv)),
            ("3", Some(SecurityLevel::AuthPriv), Some(SecurityLevel::AuthPriv)),
            ("4", None, None),
            ("", None, None),
            ("authP", None, None),
        ] {
            assert_eq!(SecurityLevel::from_option(text.as_bytes()), option, "{text}");
            assert_eq!(SecurityLevel::from_token(text.as_bytes()), token, "{text}");
        }
    }

    #[test]
    fn a_prefix_of_a_protocol_is_the_first_in_the_table() {
        for (text, protocol) in [
            ("", Some(AuthProtocol::None)),
            ("N", Some(AuthProtocol::None)),
            ("M", Some(AuthProtocol::Md5)),
            ("md5", Some(AuthProtocol::Md5)),
            ("S", Some(AuthProtocol::Sha1)),
            ("sha-", Some(AuthProtocol::Sha1)),
            ("SHA-2", Some(AuthProtocol::Sha224)),
            ("SHA2", Some(AuthProtocol::Sha224)),
            ("SHA-256", Some(AuthProtocol::Sha256)),
            ("sha384", Some(AuthProtocol::Sha384)),
            ("SHA5", Some(AuthProtocol::Sha512)),
            ("SHA-2560", None),
            ("foo", None),
        ] {
            assert_eq!(AuthProtocol::from_text(text.as_bytes()), protocol, "{text}");
        }
        for (text, protocol) in [
            ("D", Some(PrivProtocol::Des)),
            ("A", Some(PrivProtocol::Aes128)),
            ("aes-128", Some(PrivProtocol::Aes128)),
            ("AES2", Some(PrivProtocol::Aes256)),
            ("AES-192", Some(PrivProtocol::Aes192)),
            ("aes-192-c", Some(PrivProtocol::Aes192Cisco)),
            ("AES256C", Some(PrivProtocol::Aes256Cisco)),
            ("NO", Some(PrivProtocol::None)),
            ("3des", Some(PrivProtocol::TripleDes)),
            ("DES3", None),
            ("AES-256C", None),
            ("AES256-C", None),
        ] {
            assert_eq!(PrivProtocol::from_text(text.as_bytes()), protocol, "{text}");
        }
    }

    #[test]
    fn every_protocol_goes_by_the_name_that_is_its_word() {
        for protocol in crypto::AuthProtocol::ALL {
            let found = AuthProtocol::from_text(protocol.name().as_bytes());
            assert_eq!(found.and_then(AuthProtocol::protocol), Some(protocol));
        }
        for protocol in crypto::PrivProtocol::ALL {
            let found = PrivProtocol::from_text(protocol.name().as_bytes());
            assert_eq!(found.and_then(PrivProtocol::protocol), Some(protocol));
        }
        assert_eq!(AuthProtocol::None.protocol(), None);
        assert_eq!(PrivProtocol::None.protocol(), None);
    }

    #[test]
    fn an_engine_identifier_has_5_to_32_octets() {
        assert_eq!(EngineId::from_hex(b"0X0102030405").unwrap().octets(), [1, 2, 3, 4, 5]);
        assert_eq!(EngineId::from_hex(b"01 02 03 04 05").unwrap().octets().len(), 5);
        assert_eq!(EngineId::from_hex(b"01020304"), Err(EngineIdError::Length));
        assert_eq!(EngineId::from_hex(b""), Err(EngineIdError::Length));
        assert_eq!(EngineId::from_hex("aa".repeat(33).as_bytes()), Err(EngineIdError::Length));
        assert_eq!(EngineId::from_hex("aa".repeat(32).as_bytes()).unwrap().octets().len(), 32);
        assert_eq!(EngineId::from_hex(b"0102030"), Err(EngineIdError::Digits));
        assert_eq!(EngineId::from_hex(b"01:02:03:04:05"), Err(EngineIdError::Digits));
    }
}
