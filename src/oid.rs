//! Object identifiers (RFC 2578, section 3.5): arcs, order, prefix, text.

mod builder;

use std::{cmp::Ordering, fmt, ops::Deref, str::FromStr};

use smallvec::SmallVec;

pub use builder::OidBuilder;

use crate::limits;

/// An object identifier of 0 to 128 sub-identifiers.
///
/// Up to 20 arcs are kept in place, which covers nearly every object in the field without touching the heap.
/// The order is lexicographic by arcs, as GETNEXT needs it (RFC 3416, section 4.2.2).
#[derive(Clone, Default, Eq, Hash, PartialEq)]
pub struct Oid(SmallVec<[u32; 20]>);

impl Oid {
    /// The empty identifier, prefix of all others.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Takes the arcs as they are.
    ///
    /// # Errors
    ///
    /// [`OidError::TooLong`] for more than [`limits::OID_ARCS`] arcs.
    pub fn new(arcs: &[u32]) -> Result<Self, OidError> {
        if arcs.len() > limits::OID_ARCS {
            return Err(OidError::TooLong { arcs: arcs.len() });
        }
        Ok(Self(SmallVec::from_slice(arcs)))
    }

    /// Takes arcs that the program itself wrote down.
    ///
    /// # Panics
    ///
    /// When there are more than [`limits::OID_ARCS`] of them.
    pub fn from_static(arcs: &[u32]) -> Self {
        assert!(arcs.len() <= limits::OID_ARCS, "a constant OID fits");
        Self(SmallVec::from_slice(arcs))
    }

    /// The arcs.
    pub fn arcs(&self) -> &[u32] {
        &self.0
    }

    /// Adds one arc at the end.
    ///
    /// # Errors
    ///
    /// [`OidError::TooLong`] when the identifier has [`limits::OID_ARCS`] arcs already; it is unchanged then.
    pub fn push(&mut self, arc: u32) -> Result<(), OidError> {
        if self.0.len() >= limits::OID_ARCS {
            return Err(OidError::TooLong { arcs: self.0.len() + 1 });
        }
        self.0.push(arc);
        Ok(())
    }

    /// The identifier followed by `suffix`.
    ///
    /// # Errors
    ///
    /// [`OidError::TooLong`] when the two together have more than [`limits::OID_ARCS`] arcs.
    pub fn child(&self, suffix: &[u32]) -> Result<Self, OidError> {
        let arcs = self.0.len() + suffix.len();
        if arcs > limits::OID_ARCS {
            return Err(OidError::TooLong { arcs });
        }
        let mut all = self.0.clone();
        all.extend_from_slice(suffix);
        Ok(Self(all))
    }

    /// Whether `self` begins with all of `prefix`; every identifier begins with itself.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// What follows `prefix`, or `None` when `self` does not begin with it.
    pub fn strip_prefix(&self, prefix: &Self) -> Option<&[u32]> {
        self.0.strip_prefix(prefix.0.as_slice())
    }

    /// The smallest identifier after `self` and everything below it, or `None` when there is none.
    ///
    /// This is where a walk of the subtree ends.
    pub fn subtree_end(&self) -> Option<Self> {
        let mut arcs = self.0.clone();
        while let Some(last) = arcs.pop() {
            if let Some(next) = last.checked_add(1) {
                arcs.push(next);
                return Some(Self(arcs));
            }
        }
        None
    }
}

impl Deref for Oid {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl Ord for Oid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.as_slice().cmp(other.0.as_slice())
    }
}

impl PartialOrd for Oid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Oid {
    /// Writes the arcs with dots between them and no dot before them: `1.3.6.1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, arc) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl FromStr for Oid {
    type Err = OidError;

    /// Reads a numeric identifier, with or without a dot before it. Names are `mib`'s and `cli`'s business.
    fn from_str(text: &str) -> Result<Self, OidError> {
        let digits = text.strip_prefix('.').unwrap_or(text);
        let mut oid = Self::empty();
        if digits.is_empty() {
            return if text.is_empty() { Err(OidError::Empty) } else { Ok(oid) };
        }
        for arc in digits.split('.') {
            if arc.is_empty() || !arc.bytes().all(|octet| octet.is_ascii_digit()) {
                return Err(OidError::NotANumber { arc: arc.to_owned() });
            }
            oid.push(arc.parse().map_err(|_| OidError::ArcTooLarge { arc: arc.to_owned() })?)?;
        }
        Ok(oid)
    }
}

/// Why something is no object identifier.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OidError {
    /// No text at all.
    #[error("the object identifier is empty")]
    Empty,
    /// A sub-identifier that is not a decimal number.
    #[error("sub-identifier '{arc}' is not a number")]
    NotANumber {
        /// The text between the dots.
        arc: String,
    },
    /// A sub-identifier above 2^32 - 1 (RFC 2578, section 3.5).
    #[error("sub-identifier {arc} is larger than 4294967295")]
    ArcTooLarge {
        /// The text between the dots.
        arc: String,
    },
    /// More than [`limits::OID_ARCS`] sub-identifiers.
    #[error("{arcs} sub-identifiers, but an object identifier has at most 128")]
    TooLong {
        /// How many there were, counted up to the first that was too many.
        arcs: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    #[test]
    fn text_and_arcs_agree_both_ways() {
        for (text, arcs) in [
            ("1.3.6.1", &[1, 3, 6, 1][..]),
            ("0", &[0]),
            ("2.999.4294967295", &[2, 999, u32::MAX]),
            (
                "1.3.6.1.2.1.1.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15",
                &[1, 3, 6, 1, 2, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            ),
        ] {
            assert_eq!(oid(text).arcs(), arcs);
            assert_eq!(oid(text).to_string(), text);
            assert_eq!(oid(&format!(".{text}")).arcs(), arcs);
        }
        assert_eq!(oid("."), Oid::empty());
    }

    #[test]
    fn text_that_is_no_identifier_is_refused_with_its_arc() {
        for (text, error) in [
            ("", OidError::Empty),
            ("1..3", OidError::NotANumber { arc: String::new() }),
            ("1.3.", OidError::NotANumber { arc: String::new() }),
            ("1.x.3", OidError::NotANumber { arc: "x".into() }),
            ("1.+3", OidError::NotANumber { arc: "+3".into() }),
            ("1.4294967296", OidError::ArcTooLarge { arc: "4294967296".into() }),
        ] {
            assert_eq!(text.parse::<Oid>(), Err(error), "{text}");
        }
        let long = vec!["1"; 129].join(".");
        assert_eq!(long.parse::<Oid>(), Err(OidError::TooLong { arcs: 129 }));
        assert!(vec!["1"; 128].join(".").parse::<Oid>().is_ok());
    }

    #[test]
    fn order_is_by_arcs_and_a_prefix_comes_first() {
        let sorted = ["1.3", "1.3.6", "1.3.6.0", "1.3.6.9", "1.3.6.10", "1.4"];
        for pair in sorted.windows(2) {
            assert!(oid(pair[0]) < oid(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn a_subtree_ends_where_the_next_sibling_begins() {
        assert_eq!(oid("1.3.6").subtree_end(), Some(oid("1.3.7")));
        assert_eq!(oid("1.3.4294967295").subtree_end(), Some(oid("1.4")));
        assert_eq!(oid("4294967295").subtree_end(), None);
        assert_eq!(Oid::empty().subtree_end(), None);
    }

    #[test]
    fn growing_stops_at_the_limit() {
        let mut full = Oid::new(&[7; limits::OID_ARCS]).unwrap();
        assert!(full.push(1).is_err());
        assert!(full.child(&[1]).is_err());
        assert_eq!(full.len(), limits::OID_ARCS);
        assert!(Oid::new(&[7; limits::OID_ARCS + 1]).is_err());
    }
}
