//! Indexes (RFC 2578, section 7.7): the arcs after a column's identifier, the values that they stand for, and the
//! text that users type for them.

mod brackets;
mod parse;

use std::net::Ipv4Addr;

pub use brackets::parse_brackets;
pub use parse::{Badly, Checks, Parsed, parse};

use super::facts::{Base, Facts};
use crate::{
    limits,
    oid::Oid,
    value::{Octets, Value},
};

/// One object of an INDEX clause.
#[derive(Clone, Copy, Debug)]
pub struct Component<'a> {
    /// The object's name.
    pub name: &'a str,
    /// Its type. A DISPLAY-HINT counts even under `-Ih` where text is written.
    pub facts: Facts<'a>,
    /// Whether `IMPLIED` stands before it: its length is not among the arcs.
    pub implied: bool,
    /// Whether it is an address whose text net-snmp writes with dots or colons: its textual convention is
    /// `InetAddress`, and the object of the same row that its module defines right before it has the convention
    /// `InetAddressType`.
    pub inet_address: bool,
}

impl<'a> Component<'a> {
    /// A component of which only name and type matter.
    pub const fn new(name: &'a str, facts: Facts<'a>) -> Self {
        Self { name, facts, implied: false, inet_address: false }
    }

    /// How many arcs a string or identifier at the front of `arcs` has, and whether their number comes first.
    fn extent(&self, arcs: &[u32]) -> Option<(usize, usize)> {
        let fixed = self.facts.fixed_octets().filter(|_| self.facts.base != Base::ObjectIdentifier);
        match (self.implied, fixed) {
            (true, _) => Some((0, arcs.len())),
            (false, Some(octets)) => Some((0, octets)),
            (false, None) => Some((1, usize::try_from(*arcs.first()?).ok()?)),
        }
    }
}

/// Why arcs are no index, or values have none. `component` counts from 0.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IndexError {
    /// The arcs end before the component does.
    #[error("index component {component}: {needed} sub-identifiers are needed, {left} are there")]
    Short {
        /// Which component.
        component: usize,
        /// Sub-identifiers that it needs, its length included.
        needed: usize,
        /// Those that are there.
        left: usize,
    },
    /// An arc of a string or an address is more than 255.
    #[error("index component {component}: sub-identifier {arc} is no octet")]
    NoOctet {
        /// Which component.
        component: usize,
        /// The arc.
        arc: u32,
    },
    /// A `NetworkAddress` of another kind than the internet's (RFC 1212, section 4.1.6).
    #[error("index component {component}: there are no network addresses of kind {arc}")]
    NoAddressKind {
        /// Which component.
        component: usize,
        /// The arc that tells the kind.
        arc: u32,
    },
    /// Arcs are left after the last component.
    #[error("{arcs} sub-identifiers are left after the last index component")]
    Trailing {
        /// How many.
        arcs: usize,
    },
    /// The component's type can be no index.
    #[error("index component {component} has a type that can be no index")]
    NoIndexType {
        /// Which component.
        component: usize,
    },
    /// A value of another type than the component's.
    #[error("index component {component}: a value of another type")]
    WrongType {
        /// Which component.
        component: usize,
    },
    /// A string of another size than the only one that is allowed.
    #[error("index component {component}: {octets} octets, but it has always {fixed}")]
    WrongSize {
        /// Which component.
        component: usize,
        /// Octets of the value.
        octets: usize,
        /// Octets that it has to have.
        fixed: usize,
    },
    /// Another number of values than of components.
    #[error("{values} values for an index of {components} components")]
    Count {
        /// Values.
        values: usize,
        /// Components.
        components: usize,
    },
    /// More than [`limits::OID_ARCS`] arcs.
    #[error("{arcs} sub-identifiers, but an object identifier has at most 128")]
    TooLong {
        /// How many.
        arcs: usize,
    },
}

/// Reads the values of an index, one for each component.
///
/// Numbers above 2147483647 for a signed type are negative: agents write negative indexes so, though RFC 2578,
/// section 7.7, has none.
///
/// # Errors
///
/// [`IndexError`]; whoever shows rows all the same has the arcs.
pub fn decode(components: &[Component<'_>], arcs: &[u32]) -> Result<Vec<Value>, IndexError> {
    let mut left = arcs;
    let mut values = Vec::with_capacity(components.len());
    for (component, definition) in components.iter().enumerate() {
        values.push(decode_one(component, definition, &mut left)?);
    }
    if left.is_empty() { Ok(values) } else { Err(IndexError::Trailing { arcs: left.len() }) }
}

/// The arcs of an index with these values: what [`decode`] reads.
///
/// # Errors
///
/// [`IndexError`] for a value that the component cannot have.
pub fn encode(components: &[Component<'_>], values: &[Value]) -> Result<Vec<u32>, IndexError> {
    if components.len() != values.len() {
        return Err(IndexError::Count { values: values.len(), components: components.len() });
    }
    let mut arcs = Vec::new();
    for (component, (definition, value)) in components.iter().zip(values).enumerate() {
        encode_one(component, definition, value, &mut arcs)?;
    }
    if arcs.len() > limits::OID_ARCS { Err(IndexError::TooLong { arcs: arcs.len() }) } else { Ok(arcs) }
}

fn decode_one(component: usize, definition: &Component<'_>, left: &mut &[u32]) -> Result<Value, IndexError> {
    let address = |own: &[u32]| {
        let octets = octets(component, own)?;
        let four: [u8; 4] = (*octets).try_into().map_err(|_| IndexError::NoIndexType { component })?;
        Ok(Value::IpAddress(Ipv4Addr::from(four)))
    };
    let take = |left: &mut _, needed| take(component, left, needed);
    match definition.facts.base {
        Base::Integer | Base::Integer32 => Ok(Value::Integer32(take(left, 1)?[0].cast_signed())),
        Base::Unsigned32 | Base::Gauge32 => Ok(Value::Gauge32(take(left, 1)?[0])),
        Base::Counter32 => Ok(Value::Counter32(take(left, 1)?[0])),
        Base::Counter64 => Ok(Value::Counter64(u64::from(take(left, 1)?[0]))),
        Base::UInteger32 => Ok(Value::UInteger32(take(left, 1)?[0])),
        Base::TimeTicks => Ok(Value::TimeTicks(take(left, 1)?[0])),
        Base::IpAddress => address(take(left, 4)?),
        Base::NetworkAddress => match take(left, 1)?[0] {
            1 => address(take(left, 4)?),
            arc => Err(IndexError::NoAddressKind { component, arc }),
        },
        Base::OctetString | Base::Opaque | Base::Bits | Base::NsapAddress | Base::ObjectIdentifier => {
            let short = IndexError::Short { component, needed: 1, left: 0 };
            let (before, length) = definition.extent(left).ok_or(short)?;
            let own = &take(left, before.saturating_add(length))?[before..];
            match definition.facts.base {
                Base::ObjectIdentifier => Oid::new(own)
                    .map(Value::ObjectIdentifier)
                    .map_err(|_| IndexError::TooLong { arcs: own.len() }),
                Base::Opaque => Ok(Value::Opaque(octets(component, own)?)),
                _ => Ok(Value::OctetString(octets(component, own)?)),
            }
        }
        Base::Null | Base::Other => Err(IndexError::NoIndexType { component }),
    }
}

/// Takes `needed` arcs off the front.
fn take<'a>(component: usize, left: &mut &'a [u32], needed: usize) -> Result<&'a [u32], IndexError> {
    let short = IndexError::Short { component, needed, left: left.len() };
    let (own, rest) = left.split_at_checked(needed).ok_or(short)?;
    *left = rest;
    Ok(own)
}

/// Arcs that are octets. Those of an identifier are put together without touching the heap, for there may be a million
/// of them.
fn octets(component: usize, arcs: &[u32]) -> Result<Octets, IndexError> {
    let octet = |arc: &u32| u8::try_from(*arc).map_err(|_| IndexError::NoOctet { component, arc: *arc });
    let mut few = [0; limits::OID_ARCS];
    let Some(octets) = few.get_mut(..arcs.len()) else {
        return arcs.iter().map(octet).collect::<Result<Vec<u8>, _>>().map(Octets::from);
    };
    for (octet_there, arc) in octets.iter_mut().zip(arcs) {
        *octet_there = octet(arc)?;
    }
    Ok(Octets::from(&*octets))
}

fn encode_one(
    component: usize,
    definition: &Component<'_>,
    value: &Value,
    arcs: &mut Vec<u32>,
) -> Result<(), IndexError> {
    let length = |count: usize| u32::try_from(count).map_err(|_| IndexError::TooLong { arcs: count });
    match (definition.facts.base, value) {
        (Base::Integer | Base::Integer32, Value::Integer32(number)) => arcs.push(number.cast_unsigned()),
        (Base::Unsigned32 | Base::Gauge32, Value::Gauge32(number))
        | (Base::Counter32, Value::Counter32(number))
        | (Base::UInteger32, Value::UInteger32(number))
        | (Base::TimeTicks, Value::TimeTicks(number)) => arcs.push(*number),
        (Base::Counter64, Value::Counter64(number)) => {
            arcs.push(u32::try_from(*number).map_err(|_| IndexError::WrongType { component })?);
        }
        (Base::IpAddress, Value::IpAddress(address)) => arcs.extend(address.octets().map(u32::from)),
        (Base::NetworkAddress, Value::IpAddress(address)) => {
            arcs.push(1);
            arcs.extend(address.octets().map(u32::from));
        }
        (Base::OctetString | Base::Bits | Base::NsapAddress, Value::OctetString(octets))
        | (Base::Opaque, Value::Opaque(octets)) => {
            match definition.facts.fixed_octets().filter(|_| !definition.implied) {
                Some(fixed) if fixed != octets.len() => {
                    return Err(IndexError::WrongSize { component, octets: octets.len(), fixed });
                }
                None if !definition.implied => arcs.push(length(octets.len())?),
                _ => {}
            }
            arcs.extend(octets.iter().map(|octet| u32::from(*octet)));
        }
        (Base::ObjectIdentifier, Value::ObjectIdentifier(oid)) => {
            if !definition.implied {
                arcs.push(length(oid.len())?);
            }
            arcs.extend_from_slice(oid);
        }
        _ => return Err(IndexError::WrongType { component }),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
