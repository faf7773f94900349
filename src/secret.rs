//! Values that must not be seen: communities, passphrases and keys.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// A value that is wiped when dropped and that prints as `<secret>`.
///
/// It has neither `PartialEq` nor `Hash`: what needs comparing is compared in constant time where it is used.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself. Every call is a place where the secret could leak, which is why it has a name of its own.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::new(String::from("s3cret"));
        assert_eq!(format!("{secret:?}"), "<secret>");
        assert_eq!(secret.expose(), "s3cret");
    }
}
