//! Authentication and privacy of the User-based Security Model (RFC 3414, RFC 3826, RFC 7860), on octets alone.
//!
//! A passphrase becomes a [`MasterKey`], which becomes an [`AuthKey`] and a [`PrivKey`] for one engine. An [`AuthKey`]
//! signs and verifies whole messages; a [`PrivKey`] encrypts and decrypts scoped PDUs with the salts that [`Salts`]
//! gives out. [`encode_key_change`] says a new key to an engine that has the old one; an [`Agreement`] is a new key that
//! nobody has said.
//!
//! There is no randomness here and no clock: what must be random is an argument. The primitives are `RustCrypto`'s, keys
//! are kept in [`Secret`](crate::secret::Secret), and digests are compared in constant time.

mod agreement;
mod auth;
mod change;
mod key;
mod privacy;
mod salt;
#[cfg(test)]
mod test_support;

pub use agreement::{Agreement, AgreementError, AgreementParameters};
pub use auth::{AuthError, AuthKey, AuthProtocol, MAC_OCTETS_MAX};
pub use change::{KeyChangeError, decode_key_change, encode_key_change};
pub use key::{KeyError, MasterKey};
pub use privacy::{PrivError, PrivKey, PrivProtocol};
pub use salt::{SALT_OCTETS, Salt, Salts, SaltsExhausted};
