//! Identifiers put together from typed parts.

use std::net::Ipv4Addr;

use smallvec::SmallVec;

use super::{Oid, OidError};
use crate::limits;

/// Puts an identifier together: a column, say, and behind it the parts of an index (RFC 2578, section 7.7).
///
/// What does not fit is told once, at the end.
///
/// ```
/// use snmpkit::oid::Oid;
///
/// let column: Oid = "1.3.6.1.2.1.6.13.1.1".parse()?;
/// let here = [192, 0, 2, 1].into();
/// let connection = column.extended().address(here).number(161).address(here).number(40_000).build()?;
/// assert_eq!(connection.to_string(), "1.3.6.1.2.1.6.13.1.1.192.0.2.1.161.192.0.2.1.40000");
/// # Ok::<(), snmpkit::oid::OidError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is built before `build`"]
pub struct OidBuilder {
    arcs: SmallVec<[u32; 20]>,
    /// Arcs wanted so far, those that did not fit too.
    wanted: usize,
}

impl Oid {
    /// Begins an identifier with this one.
    pub fn extended(&self) -> OidBuilder {
        OidBuilder { arcs: self.0.clone(), wanted: self.0.len() }
    }
}

impl OidBuilder {
    /// One arc: a number.
    pub fn number(self, number: u32) -> Self {
        self.arcs([number])
    }

    /// Four arcs: an address.
    pub fn address(self, address: Ipv4Addr) -> Self {
        self.octets(&address.octets())
    }

    /// An arc for each octet and none for their number: a string of fixed size, or one that is IMPLIED.
    pub fn octets(self, octets: &[u8]) -> Self {
        self.arcs(octets.iter().copied().map(u32::from))
    }

    /// The number of octets, then an arc for each: a string of any size.
    pub fn counted_octets(self, octets: &[u8]) -> Self {
        self.count(octets.len()).octets(octets)
    }

    /// The arcs of an identifier as they are: one that is IMPLIED.
    pub fn oid(self, oid: &Oid) -> Self {
        self.arcs(oid.iter().copied())
    }

    /// The number of arcs, then the arcs: an identifier of any length.
    pub fn counted_oid(self, oid: &Oid) -> Self {
        self.count(oid.len()).oid(oid)
    }

    /// The identifier.
    ///
    /// # Errors
    ///
    /// [`OidError::TooLong`] when all the parts together have more than [`limits::OID_ARCS`] arcs.
    pub fn build(self) -> Result<Oid, OidError> {
        if self.wanted > limits::OID_ARCS {
            return Err(OidError::TooLong { arcs: self.wanted });
        }
        Ok(Oid(self.arcs))
    }

    /// How long something is. What no arc can hold does not fit into an identifier either.
    fn count(self, length: usize) -> Self {
        self.number(u32::try_from(length).unwrap_or(u32::MAX))
    }

    fn arcs(mut self, arcs: impl IntoIterator<Item = u32>) -> Self {
        for arc in arcs {
            self.wanted = self.wanted.saturating_add(1);
            if self.wanted <= limits::OID_ARCS {
                self.arcs.push(arc);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Oid {
        "1.3.6.9".parse().unwrap()
    }

    #[test]
    fn parts_have_the_arcs_that_their_types_have_in_an_index() {
        let mixed = |parts: OidBuilder| parts.build().unwrap().to_string();
        for (parts, expected) in [
            (base().extended(), "1.3.6.9"),
            (base().extended().number(u32::MAX), "1.3.6.9.4294967295"),
            (base().extended().address([10, 0, 200, 255].into()), "1.3.6.9.10.0.200.255"),
            (base().extended().octets(b"ab\0\xff"), "1.3.6.9.97.98.0.255"),
            (base().extended().counted_octets(b"ab"), "1.3.6.9.2.97.98"),
            (base().extended().counted_octets(b""), "1.3.6.9.0"),
            (base().extended().oid(&base()), "1.3.6.9.1.3.6.9"),
            (base().extended().counted_oid(&base()), "1.3.6.9.4.1.3.6.9"),
            (
                base().extended().number(7).counted_octets(b"x").address([1, 2, 3, 4].into()).octets(b"y"),
                "1.3.6.9.7.1.120.1.2.3.4.121",
            ),
        ] {
            assert_eq!(mixed(parts), expected);
        }
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_length() {
        let rest = [7; limits::OID_ARCS - 4];
        assert_eq!(base().extended().octets(&rest).build().unwrap().len(), limits::OID_ARCS);
        let error = |parts: OidBuilder| parts.build().unwrap_err();
        assert_eq!(error(base().extended().counted_octets(&rest)), OidError::TooLong { arcs: 129 });
        assert_eq!(
            error(base().extended().octets(&rest).address([1, 2, 3, 4].into())),
            OidError::TooLong { arcs: 132 }
        );
        // A part that would fit does not hide one before it that did not.
        let long = base().extended().octets(&[0; 200]).number(1);
        assert_eq!(error(long), OidError::TooLong { arcs: 205 });
    }
}
