//! How many octets a message takes in its shortest encoding, without writing it.
//!
//! GETBULK fills a message up to its limit (RFC 3416, section 4.2.3); knowing every binding's size beforehand
//! keeps that linear.

use crate::{
    codec::{AnyPdu, Message, PduKind, TrapV1, Version},
    oid::Oid,
    value::{Value, VarBind},
};

/// Octets of a field with `content` octets of content: type, length, content.
pub const fn field(content: usize) -> usize {
    let length = match content {
        0..=0x7f => 1,
        0x80..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xff_ffff => 4,
        _ => 5,
    };
    1 + length + content
}

/// Octets of a whole message.
pub fn message(message: &Message) -> usize {
    match &message.pdu {
        AnyPdu::Pdu(pdu) => {
            let bindings = pdu.bindings.iter().map(binding).sum();
            envelope(message.version, message.community.len(), pdu.kind, pdu.request_id, bindings)
        }
        AnyPdu::TrapV1(trap) => sealed(message.version, message.community.len(), trap_v1(trap)),
    }
}

/// Octets of a whole message with a community whose bindings take `bindings` octets together.
pub fn envelope(
    version: Version,
    community_octets: usize,
    kind: PduKind,
    request_id: i32,
    bindings: usize,
) -> usize {
    sealed(version, community_octets, fields(kind, request_id, bindings))
}

/// Octets of a PDU whose bindings take `bindings` octets together.
pub fn pdu(kind: PduKind, request_id: i32, bindings: usize) -> usize {
    field(fields(kind, request_id, bindings))
}

fn fields(kind: PduKind, request_id: i32, bindings: usize) -> usize {
    let (second, third) = match kind {
        PduKind::Response { error_status, error_index } => {
            (i64::from(error_status.0), i64::from(error_index))
        }
        PduKind::GetBulk { non_repeaters, max_repetitions } => {
            (i64::from(non_repeaters), i64::from(max_repetitions))
        }
        _ => (0, 0),
    };
    integer(i64::from(request_id)) + integer(second) + integer(third) + field(bindings)
}

/// Octets of one variable binding.
pub fn binding(binding: &VarBind) -> usize {
    field(field(oid(&binding.name)) + value(&binding.value))
}

fn sealed(version: Version, community_octets: usize, pdu: usize) -> usize {
    let version = match version {
        Version::V1 => 0,
        Version::V2c => 1,
        Version::V3 => 3,
    };
    field(integer(version) + field(community_octets) + field(pdu))
}

fn trap_v1(trap: &TrapV1) -> usize {
    field(oid(&trap.enterprise))
        + field(4)
        + integer(i64::from(trap.generic_trap))
        + integer(i64::from(trap.specific_trap))
        + unsigned(u64::from(trap.time_stamp))
        + field(trap.bindings.iter().map(binding).sum())
}

fn value(value: &Value) -> usize {
    match value {
        Value::Integer32(number) => integer(i64::from(*number)),
        Value::OctetString(octets) | Value::Opaque(octets) => field(octets.len()),
        Value::ObjectIdentifier(name) => field(oid(name)),
        Value::IpAddress(_) => field(4),
        Value::Counter32(number)
        | Value::Gauge32(number)
        | Value::TimeTicks(number)
        | Value::UInteger32(number) => unsigned(u64::from(*number)),
        Value::Counter64(number) => unsigned(*number),
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => field(0),
    }
}

/// X.690, section 8.3: two's complement in as few octets as hold the number and its sign.
const fn integer(number: i64) -> usize {
    let magnitude = if number < 0 { !number } else { number };
    field(octets_with_sign(64 - magnitude.leading_zeros()))
}

const fn unsigned(number: u64) -> usize {
    field(octets_with_sign(64 - number.leading_zeros()))
}

const fn octets_with_sign(bits: u32) -> usize {
    (bits / 8 + 1) as usize
}

/// X.690, section 8.19: the first two arcs share a sub-identifier; an identifier too short for that is filled
/// up with zeros.
fn oid(name: &Oid) -> usize {
    let arc = |n: usize| u64::from(name.get(n).copied().unwrap_or(0));
    let rest: usize = name.iter().skip(2).map(|arc| base128(u64::from(*arc))).sum();
    base128(arc(0) * 40 + arc(1)) + rest
}

const fn base128(number: u64) -> usize {
    let bits = 64 - number.leading_zeros();
    if bits == 0 { 1 } else { bits.div_ceil(7) as usize }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Octets;

    #[test]
    fn values_take_the_octets_that_x690_gives_them() {
        for (case, octets) in [
            (Value::Integer32(0), 3),
            (Value::Integer32(127), 3),
            (Value::Integer32(128), 4),
            (Value::Integer32(-128), 3),
            (Value::Integer32(-129), 4),
            (Value::Integer32(i32::MIN), 6),
            (Value::Counter32(u32::MAX), 7),
            (Value::Gauge32(0x7fff_ffff), 6),
            (Value::Counter64(u64::MAX), 11),
            (Value::Counter64(1 << 63), 11),
            (Value::Counter64((1 << 63) - 1), 10),
            (Value::OctetString(Octets::from(vec![0; 127])), 129),
            (Value::OctetString(Octets::from(vec![0; 128])), 131),
            (Value::OctetString(Octets::from(vec![0; 256])), 260),
            (Value::ObjectIdentifier("0.0".parse().unwrap()), 3),
            (Value::ObjectIdentifier("1.3.6.1.4.1.32473".parse().unwrap()), 10),
            (Value::ObjectIdentifier("2.999.4294967295".parse().unwrap()), 9),
            (Value::EndOfMibView, 2),
        ] {
            assert_eq!(value(&case), octets, "{case:?}");
        }
    }

    #[test]
    fn a_whole_request_takes_what_it_takes_on_the_wire() {
        // 30 26 | 02 01 01 | 04 06 public | a0 19 | 02 01 01 | 02 01 00 | 02 01 00 | 30 0e | 30 0c | 06 08 … | 05 00
        let name: Oid = "1.3.6.1.2.1.1.1.0".parse().unwrap();
        let octets = envelope(Version::V2c, 6, PduKind::Get, 1, binding(&VarBind::ask(name)));
        assert_eq!(octets, 40);
    }
}
