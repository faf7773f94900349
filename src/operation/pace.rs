//! How long a message gets: what all that chooses the length of answers goes by.

use crate::{
    limits,
    value::{Value, VarBind},
};

/// Octets of a binding before any has been seen: an interface's counter.
pub(super) const TYPICAL_BINDING: usize = 22;

/// Octets of a message around its bindings, with a community of usual length.
pub(super) const ENVELOPE: usize = 48;

/// How many answers of so many octets may be on their way at once: no more than a socket keeps for a program that does
/// not read just now, but two in any case.
pub(super) const fn at_once(octets: usize) -> usize {
    let octets = if octets == 0 { 1 } else { octets };
    let answers = limits::FLIGHT_OCTETS / octets;
    if answers < 2 { 2 } else { answers }
}

/// How many octets a binding takes in a message, nearly: what the length of a request is chosen by.
pub(super) fn octets(binding: &VarBind) -> usize {
    let arcs = |arcs: &[u32]| {
        arcs.iter().map(|arc| usize::try_from(arc.max(&1).ilog2() / 7).unwrap_or(0) + 1).sum::<usize>()
    };
    let value = match &binding.value {
        Value::Integer32(_)
        | Value::Counter32(_)
        | Value::Gauge32(_)
        | Value::TimeTicks(_)
        | Value::IpAddress(_)
        | Value::UInteger32(_) => 4,
        Value::Counter64(_) => 7,
        Value::OctetString(octets) | Value::Opaque(octets) => octets.len(),
        Value::ObjectIdentifier(oid) => arcs(oid),
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => 0,
    };
    arcs(&binding.name) + value + 6
}

/// How many of a binding's [`octets`] it does without, when its number is small.
pub(super) fn spared(binding: &VarBind) -> usize {
    let bits = match &binding.value {
        Value::Integer32(number) => {
            let magnitude = if *number < 0 { !*number } else { *number };
            u32::BITS - magnitude.leading_zeros()
        }
        Value::Counter32(number)
        | Value::Gauge32(number)
        | Value::TimeTicks(number)
        | Value::UInteger32(number) => u32::BITS - number.leading_zeros(),
        Value::Counter64(number) => {
            return 7_usize.saturating_sub(needed(u64::BITS - number.leading_zeros()));
        }
        Value::OctetString(_)
        | Value::Opaque(_)
        | Value::ObjectIdentifier(_)
        | Value::IpAddress(_)
        | Value::Null
        | Value::NoSuchObject
        | Value::NoSuchInstance
        | Value::EndOfMibView => return 0,
    };
    4_usize.saturating_sub(needed(bits))
}

/// Octets of a number of so many bits, which has a sign.
fn needed(bits: u32) -> usize {
    usize::try_from(bits / 8 + 1).unwrap_or(usize::MAX)
}
