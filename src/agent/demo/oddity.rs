//! One value of every type, at its edges (`1.3.6.1.4.1.32473.4`), so that a client meets them before an operator does.

use std::net::Ipv4Addr;

use super::{
    View,
    object::{Apply, Column, Table, octets, oid, only_zero, text},
};
use crate::value::{Octets, Value};

pub(super) const TABLES: &[Table] = &[Table {
    entry: &[1, 3, 6, 1, 4, 1, 32473, 4],
    columns: &[
        Column::ro(1),
        Column::ro(2),
        Column::ro(3),
        Column::ro(4),
        Column::ro(5),
        Column::ro(6),
        Column::ro(7),
        Column::ro(8),
        Column::ro(9),
        Column::ro(10),
        Column::ro(11),
        Column::ro(12),
        Column::ro(13),
        Column::ro(14),
        Column::ro(15),
        Column::ro(16),
        Column::ro(17),
        Column::ro(18),
        Column::ro(19),
        Column::ro(20),
        Column::ro(21),
        Column::ro(22),
        Column::ro(23),
    ],
    next_row: only_zero,
    cell: |view, column, index| if index == [0] { value(view, column) } else { None },
    apply: Apply::Nothing,
}];

/// Longer than an Ethernet frame, so an answer with it is fragmented or too big.
const LONG_OCTETS: usize = 2_000;

fn value(view: &View<'_>, column: u32) -> Option<Value> {
    Some(match column {
        1 => Value::Integer32(i32::MIN),
        2 => Value::Integer32(-1),
        3 => Value::Integer32(i32::MAX),
        4 => Value::Counter32(u32::MAX),
        5 => Value::Gauge32(u32::MAX),
        6 => Value::TimeTicks(u32::MAX),
        7 => Value::Counter64(u64::MAX),
        8 => Value::Counter64(9_007_199_254_740_993),
        9 => text(""),
        10 => text("Grüße aus Zürich: 東京 ✓"),
        11 => octets(&[0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff]),
        12 => text("a quote \", a backslash \\, a tab\tand\ntwo lines"),
        // A terminal must not be told to change its title by an agent.
        13 => text("\u{1b}]0;owned\u{7}plain"),
        14 => Value::OctetString(long()),
        15 => oid(&[0, 0]),
        16 => oid(&[2, 999, 4_294_967_295, 0, 1]),
        17 => Value::IpAddress(Ipv4Addr::UNSPECIFIED),
        18 => Value::IpAddress(Ipv4Addr::BROADCAST),
        19 => opaque_float(temperature(view)),
        20 => opaque_double(-0.125),
        21 => Value::Opaque(Octets::from(&[0x02, 0x01, 0x2a][..])),
        // BITS: 0, 3, 12 and 15.
        22 => octets(&[0x90, 0x09]),
        // Latin-1, which is not UTF-8.
        23 => octets(b"caf\xe9"),
        _ => return None,
    })
}

fn long() -> Octets {
    let digits: Vec<u8> = (0..LONG_OCTETS).map(|n| b"0123456789"[n % 10]).collect();
    Octets::from(digits)
}

/// Degrees, between 20 and 25 and back every ten seconds.
fn temperature(view: &View<'_>) -> f32 {
    let phase = u16::try_from(view.uptime().as_millis() / 100 % 100).unwrap_or(0);
    20.0 + f32::from(phase.min(100 - phase)) / 10.0
}

/// net-snmp's float in an Opaque: a BER field of its own, with the tag 120 of the context class.
fn opaque_float(number: f32) -> Value {
    let mut field = vec![0x9f, 0x78, 0x04];
    field.extend(number.to_be_bytes());
    Value::Opaque(Octets::from(field))
}

/// The same with eight octets and the tag 121.
fn opaque_double(number: f64) -> Value {
    let mut field = vec![0x9f, 0x79, 0x08];
    field.extend(number.to_be_bytes());
    Value::Opaque(Octets::from(field))
}
