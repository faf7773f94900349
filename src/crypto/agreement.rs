//! Agreeing with an engine upon a key that nobody says (RFC 2786): Diffie and Hellman's method, with the parameters and
//! the encoding of PKCS #3.

use crypto_bigint::{
    BoxedUint, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{limits, secret::Secret};

/// Bits of the shortest prime that is taken: shorter ones have been broken in hours, by anybody.
const PRIME_BITS_MIN: u32 = 512;

/// Bits of the shortest exponent that parameters may ask for; where they ask for fewer, they are not listened to.
const EXPONENT_BITS_MIN: u32 = 160;

/// Why no key can be agreed upon.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AgreementError {
    /// The parameters are no `DHParameter` of PKCS #3.
    #[error("the parameters cannot be read: octet {at} is wrong")]
    Malformed {
        /// Where, counted from their first octet.
        at: usize,
    },
    /// The prime is one that this is not done with: too short, too long, or even.
    #[error(
        "a prime of {bits} bits, where an odd one of {PRIME_BITS_MIN} to {} must be",
        8 * limits::AGREEMENT_PRIME_OCTETS
    )]
    Prime {
        /// Bits that it has.
        bits: u32,
    },
    /// A number that has to be between 1 and the prime less 1 is not, so that everybody would know the key.
    #[error("a number that gives the key away, where one between 1 and the prime less 1 must be")]
    OutOfRange,
    /// The engine's number must have as many octets as the prime.
    #[error("a number of {found} octets, where the prime has {needed}")]
    Length {
        /// Octets that it has.
        found: usize,
        /// Octets that it should have.
        needed: usize,
    },
    /// There were fewer random octets than the prime has.
    #[error("{found} random octets, where {needed} are needed")]
    Random {
        /// Random octets.
        found: usize,
        /// Octets of the prime.
        needed: usize,
    },
}

/// What both sides know: a prime and a base (`usmDHParameters`).
#[derive(Clone, Debug)]
pub struct AgreementParameters {
    prime: Odd<BoxedUint>,
    base: BoxedUint,
    /// Bits of the exponents.
    exponent_bits: u32,
    /// Octets of the prime.
    octets: usize,
}

impl AgreementParameters {
    /// Reads what an engine says of itself: `DHParameter` of PKCS #3, in DER. What stands behind is not looked at.
    ///
    /// # Errors
    ///
    /// [`AgreementError::Malformed`], [`AgreementError::Prime`], or [`AgreementError::OutOfRange`] for the base.
    pub fn from_der(der: &[u8]) -> Result<Self, AgreementError> {
        let mut outer = Der { octets: der, at: 0 };
        let (start, content) = outer.field(0x30)?;
        let mut inner = Der { octets: &der[..start + content.len()], at: start };
        let prime = inner.positive()?;
        let base = inner.positive()?;
        let asked_bits = if inner.is_at_end() { None } else { Some(inner.positive()?) };

        let octets = prime.len();
        let bits = match prime.first() {
            Some(first) if octets <= limits::AGREEMENT_PRIME_OCTETS => {
                bits_of(octets) - first.leading_zeros()
            }
            Some(_) => bits_of(octets),
            None => 0,
        };
        let wrong_prime = AgreementError::Prime { bits };
        if bits < PRIME_BITS_MIN || octets > limits::AGREEMENT_PRIME_OCTETS {
            return Err(wrong_prime);
        }
        let prime = BoxedUint::from_be_slice_vartime(prime);
        let prime = Odd::new(prime).into_option().ok_or(wrong_prime)?;
        let base = number_below(base, &prime)?;
        // Two bytes say more bits than any prime here has.
        let asked_bits = match asked_bits {
            Some([low]) => Some(u32::from(*low)),
            Some([high, low]) => Some(u32::from(u16::from_be_bytes([*high, *low]))),
            Some(_) | None => None,
        };
        let exponent_bits =
            asked_bits.filter(|asked| (EXPONENT_BITS_MIN..bits).contains(asked)).unwrap_or(bits - 1);
        Ok(Self { prime, base, exponent_bits, octets })
    }

    /// Octets of the prime, and so of every number that is exchanged.
    pub const fn octets(&self) -> usize {
        self.octets
    }

    /// Makes our number and, with the engine's, the secret that both have then.
    ///
    /// `random` must be fresh and unpredictable, and have as many octets as the prime; more are not used.
    ///
    /// # Errors
    ///
    /// [`AgreementError::Length`] and [`AgreementError::OutOfRange`] for the engine's number,
    /// [`AgreementError::Random`].
    pub fn agree(&self, theirs: &[u8], random: &[u8]) -> Result<Agreement, AgreementError> {
        let needed = self.octets;
        if theirs.len() != needed {
            return Err(AgreementError::Length { found: theirs.len(), needed });
        }
        let random = random.get(..needed).ok_or(AgreementError::Random { found: random.len(), needed })?;
        let theirs = number_below(theirs, &self.prime)?;
        let mut exponent = self.exponent(random);
        let parameters = BoxedMontyParams::new(self.prime.clone());
        let bits = self.exponent_bits;
        let raised =
            |base: BoxedUint| BoxedMontyForm::new(base, &parameters).pow_bounded_exp(&exponent, bits);
        let public = raised(self.base.clone()).retrieve();
        let mut shared_form = raised(theirs);
        let mut shared = shared_form.retrieve();
        let agreement =
            Agreement { public: padded(&public, needed), shared: Secret::new(padded(&shared, needed)) };
        shared.zeroize();
        shared_form.zeroize();
        exponent.zeroize();
        Ok(agreement)
    }

    /// The exponent that random octets are: its highest bit is set, as PKCS #3, section 7.1, has it.
    fn exponent(&self, random: &[u8]) -> BoxedUint {
        let bits = self.exponent_bits;
        let mut octets = Zeroizing::new(random.to_vec());
        let top = self.octets - 1 - (bits as usize - 1) / 8;
        let bit = (bits - 1) % 8;
        octets[..top].fill(0);
        octets[top] &= u8::MAX >> (7 - bit);
        octets[top] |= 1 << bit;
        BoxedUint::from_be_slice_truncated(&octets, self.prime.bits_precision())
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Our number, for the engine: as many octets as the prime has.
    pub public: Vec<u8>,
    shared: Secret<Vec<u8>>,
}

impl Agreement {
    /// The key: the last octets of the secret (RFC 2786, `usmDHUserAuthKeyChange`). `None` when it has fewer.
    pub fn key(&self, octets: usize) -> Option<Secret<Vec<u8>>> {
        let shared = self.shared.expose();
        let from = shared.len().checked_sub(octets)?;
        Some(Secret::new(shared[from..].to_vec()))
    }
}

/// Reads a number between 1 and the prime less 1, both excluded, with the prime's precision.
fn number_below(octets: &[u8], prime: &Odd<BoxedUint>) -> Result<BoxedUint, AgreementError> {
    let number =
        BoxedUint::from_be_slice(octets, prime.bits_precision()).map_err(|_| AgreementError::OutOfRange)?;
    let one = BoxedUint::one_with_precision(prime.bits_precision());
    let last = prime.as_ref().wrapping_sub(&one);
    if number > one && number < last { Ok(number) } else { Err(AgreementError::OutOfRange) }
}

/// The number in exactly so many octets; what does not fit is zeros.
fn padded(number: &BoxedUint, octets: usize) -> Vec<u8> {
    let all = Zeroizing::new(number.to_be_bytes());
    let mut padded = vec![0; octets];
    let kept = all.len().min(octets);
    padded[octets - kept..].copy_from_slice(&all[all.len() - kept..]);
    padded
}

/// As many bits as so many octets have.
fn bits_of(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX).saturating_mul(8)
}

/// Reads fields of DER, one behind the other.
struct Der<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Der<'a> {
    const fn is_at_end(&self) -> bool {
        self.at >= self.octets.len()
    }

    fn octet(&mut self) -> Result<u8, AgreementError> {
        let octet = *self.octets.get(self.at).ok_or(AgreementError::Malformed { at: self.at })?;
        self.at += 1;
        Ok(octet)
    }

    /// The content of the next field, which must have this tag, and where it begins.
    fn field(&mut self, tag: u8) -> Result<(usize, &'a [u8]), AgreementError> {
        let wrong = AgreementError::Malformed { at: self.at };
        if self.octet()? != tag {
            return Err(wrong);
        }
        let wrong = AgreementError::Malformed { at: self.at };
        let length = match self.octet()? {
            short @ 0..=0x7f => usize::from(short),
            0x81 => usize::from(self.octet()?),
            0x82 => usize::from(self.octet()?) << 8 | usize::from(self.octet()?),
            // No parameters that are taken are so long.
            _ => return Err(wrong),
        };
        let start = self.at;
        let content = self.octets.get(start..).and_then(|rest| rest.get(..length)).ok_or(wrong)?;
        self.at += length;
        Ok((start, content))
    }

    /// The octets of a positive INTEGER, without zeros before them; none at all are 0.
    fn positive(&mut self) -> Result<&'a [u8], AgreementError> {
        let at = self.at;
        let (_, content) = self.field(0x02)?;
        match content {
            [] | [0x80..=0xff, ..] => Err(AgreementError::Malformed { at }),
            [0, rest @ ..] => Ok(&rest[rest.iter().take_while(|octet| **octet == 0).count()..]),
            digits => Ok(digits),
        }
    }
}

#[cfg(test)]
mod tests;
