//! What the tests of this module share.

use proptest::prelude::*;

use super::{AnyPdu, ErrorStatus, Message, Pdu, PduKind, TrapV1, Version};
use crate::{
    oid::Oid,
    value::{Octets, Value, VarBind},
};

/// Octets written as hexadecimal text; a `#` begins a comment that ends with its line.
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text
        .lines()
        .flat_map(|line| line.split('#').next().unwrap().chars())
        .filter(|c| !c.is_whitespace())
        .collect();
    assert!(digits.len().is_multiple_of(2), "half an octet in {text}");
    (0..digits.len()).step_by(2).map(|n| u8::from_str_radix(&digits[n..n + 2], 16).unwrap()).collect()
}

pub(super) fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

/// Identifiers that have an encoding of their own: two arcs at least.
pub(super) fn any_oid() -> impl Strategy<Value = Oid> {
    let arc = prop_oneof![4 => 0..200_u32, 1 => any::<u32>()];
    let start = prop_oneof![(0..2_u32, 0..40_u32), (Just(2), any::<u32>())];
    (start, prop::collection::vec(arc, 0..=126))
        .prop_map(|((first, second), rest)| Oid::new(&[&[first, second], rest.as_slice()].concat()).unwrap())
}

fn any_octets() -> impl Strategy<Value = Octets> {
    prop::collection::vec(any::<u8>(), 0..300).prop_map(Octets::from)
}

/// Values that every version has.
pub(super) fn old_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Integer32),
        any_octets().prop_map(Value::OctetString),
        any_oid().prop_map(Value::ObjectIdentifier),
        any::<u32>().prop_map(|a| Value::IpAddress(a.into())),
        any::<u32>().prop_map(Value::Counter32),
        any::<u32>().prop_map(Value::Gauge32),
        any::<u32>().prop_map(Value::TimeTicks),
        any_octets().prop_map(Value::Opaque),
        Just(Value::Null),
    ]
}

/// All values but the withdrawn one.
pub(super) fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        9 => old_value(),
        2 => any::<u64>().prop_map(Value::Counter64),
        1 => Just(Value::NoSuchObject),
        1 => Just(Value::NoSuchInstance),
        1 => Just(Value::EndOfMibView),
    ]
}

fn bindings(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<VarBind>> {
    prop::collection::vec((any_oid(), value).prop_map(|(name, value)| VarBind { name, value }), 0..8)
}

fn response() -> impl Strategy<Value = PduKind> {
    (any::<i32>(), 0..=i32::MAX.cast_unsigned()).prop_map(|(status, error_index)| PduKind::Response {
        error_status: ErrorStatus(status),
        error_index,
    })
}

fn old_kind() -> impl Strategy<Value = PduKind> {
    prop_oneof![Just(PduKind::Get), Just(PduKind::GetNext), response(), Just(PduKind::Set)]
}

fn any_kind() -> impl Strategy<Value = PduKind> {
    let most = i32::MAX.cast_unsigned();
    prop_oneof![
        4 => old_kind(),
        1 => (0..=most, 0..=most).prop_map(|(non_repeaters, max_repetitions)| {
            PduKind::GetBulk { non_repeaters, max_repetitions }
        }),
        1 => Just(PduKind::Inform),
        1 => Just(PduKind::TrapV2),
        1 => Just(PduKind::Report),
    ]
}

fn pdu(
    kind: impl Strategy<Value = PduKind>,
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = AnyPdu> {
    (kind, any::<i32>(), bindings(value))
        .prop_map(|(kind, request_id, bindings)| AnyPdu::Pdu(Pdu { kind, request_id, bindings }))
}

fn trap_v1() -> impl Strategy<Value = AnyPdu> {
    let numbers = (any::<u32>(), any::<i32>(), any::<i32>(), any::<u32>());
    (any_oid(), numbers, bindings(old_value())).prop_map(|(enterprise, numbers, bindings)| {
        let (address, generic_trap, specific_trap, time_stamp) = numbers;
        let agent_address = address.into();
        AnyPdu::TrapV1(TrapV1 {
            enterprise,
            agent_address,
            generic_trap,
            specific_trap,
            time_stamp,
            bindings,
        })
    })
}

/// PDUs that a strict encoder may write in `SNMPv3`.
pub(super) fn any_v3_pdu() -> impl Strategy<Value = Pdu> {
    (any_kind(), any::<i32>(), bindings(any_value())).prop_map(|(kind, request_id, bindings)| Pdu {
        kind,
        request_id,
        bindings,
    })
}

/// Messages that a strict encoder may write, of every version and kind that have a community.
pub(super) fn any_message() -> impl Strategy<Value = Message> {
    let body = prop_oneof![
        pdu(old_kind(), old_value()).prop_map(|pdu| (Version::V1, pdu)),
        trap_v1().prop_map(|pdu| (Version::V1, pdu)),
        pdu(any_kind(), any_value()).prop_map(|pdu| (Version::V2c, pdu)),
    ];
    (any_octets(), body).prop_map(|(community, (version, pdu))| Message { version, community, pdu })
}
