//! Values and variable bindings (RFC 2578, section 7.1; RFC 3416, section 3).

use std::{fmt, net::Ipv4Addr, ops::Deref};

use smallvec::SmallVec;

use crate::oid::Oid;

/// A string of octets; up to 64 of them are kept in place, without touching the heap.
#[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Octets(SmallVec<[u8; 64]>);

impl Octets {
    /// The octets.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl Deref for Octets {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Octets {
    fn from(octets: &[u8]) -> Self {
        Self(SmallVec::from_slice(octets))
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self(SmallVec::from_vec(octets))
    }
}

impl From<&str> for Octets {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// What a variable has: a value of an SMI type, or one of the three exceptions (RFC 3416, section 2.5 and 3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// `INTEGER` / `Integer32`: -2147483648 to 2147483647.
    Integer32(i32),
    /// `OCTET STRING`: 0 to 65535 octets.
    OctetString(Octets),
    /// `OBJECT IDENTIFIER`.
    ObjectIdentifier(Oid),
    /// `IpAddress`: four octets in network order.
    IpAddress(Ipv4Addr),
    /// `Counter32`: wraps at 2^32.
    Counter32(u32),
    /// `Gauge32`, which is also `Unsigned32`.
    Gauge32(u32),
    /// `TimeTicks`: hundredths of a second, modulo 2^32.
    TimeTicks(u32),
    /// `Opaque`: octets that hold a BER value of their own, such as net-snmp's floats.
    Opaque(Octets),
    /// `Counter64`: wraps at 2^64; not in `SNMPv1`.
    Counter64(u64),
    /// `UInteger32` (RFC 1442, withdrawn by RFC 1902), which old agents still send.
    UInteger32(u32),
    /// No value: what a request carries in place of one (`unSpecified` in RFC 3416).
    Null,
    /// The agent has no such object (RFC 3416, section 4.2.1).
    NoSuchObject,
    /// The object exists, the instance does not.
    NoSuchInstance,
    /// Nothing comes after the name that was asked.
    EndOfMibView,
}

impl Value {
    /// Whether this is one of the three exceptions rather than a value.
    pub const fn is_exception(&self) -> bool {
        matches!(self, Self::NoSuchObject | Self::NoSuchInstance | Self::EndOfMibView)
    }

    /// The type's name as the JSON output writes it: the SMI's own word.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Integer32(_) => "Integer32",
            Self::OctetString(_) => "OctetString",
            Self::ObjectIdentifier(_) => "ObjectIdentifier",
            Self::IpAddress(_) => "IpAddress",
            Self::Counter32(_) => "Counter32",
            Self::Gauge32(_) => "Gauge32",
            Self::TimeTicks(_) => "TimeTicks",
            Self::Opaque(_) => "Opaque",
            Self::Counter64(_) => "Counter64",
            Self::UInteger32(_) => "UInteger32",
            Self::Null => "Null",
            Self::NoSuchObject => "noSuchObject",
            Self::NoSuchInstance => "noSuchInstance",
            Self::EndOfMibView => "endOfMibView",
        }
    }
}

/// A variable binding: an object's name and what it has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VarBind {
    /// The instance's name.
    pub name: Oid,
    /// What it has; [`Value::Null`] in requests that ask.
    pub value: Value,
}

impl VarBind {
    /// Pairs the two.
    pub const fn new(name: Oid, value: Value) -> Self {
        Self { name, value }
    }

    /// A binding that asks for `name`: the value is [`Value::Null`].
    pub const fn ask(name: Oid) -> Self {
        Self { name, value: Value::Null }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_exceptions_are_exceptions() {
        for value in [Value::NoSuchObject, Value::NoSuchInstance, Value::EndOfMibView] {
            assert!(value.is_exception());
        }
        for value in [Value::Null, Value::Integer32(0), Value::Opaque(Octets::default())] {
            assert!(!value.is_exception());
        }
    }

    #[test]
    fn a_binding_stays_small_enough_to_be_moved_about() {
        assert!(size_of::<VarBind>() <= 192, "{}", size_of::<VarBind>());
    }
}
