//! The snmp group, which shows what the agent counts, and snmpSetSerialNo (RFC 3418).

use super::object::{Apply, Change, Column, Syntax, Table, only_zero};
use crate::{agent::tree::Refusal, codec::ErrorStatus, value::Value};

/// What can be written here.
#[derive(Clone, Debug)]
pub(super) struct State {
    serial: i32,
    /// 1 enabled, 2 disabled.
    authentication_traps: i32,
}

impl Default for State {
    fn default() -> Self {
        Self { serial: 170_328_911, authentication_traps: 2 }
    }
}

const AUTHENTICATION_TRAPS: u32 = 30;

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 11],
        columns: &[
            Column::ro(1),
            Column::ro(2),
            Column::ro(3),
            Column::ro(4),
            Column::ro(5),
            Column::ro(6),
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
            Column::ro(24),
            Column::ro(25),
            Column::ro(26),
            Column::ro(27),
            Column::ro(28),
            Column::ro(29),
            Column::rw(AUTHENTICATION_TRAPS, Syntax::Range(1, 2)),
            Column::ro(31),
            Column::ro(32),
        ],
        next_row: only_zero,
        cell: |view, column, index| {
            (index == [0]).then(|| match column {
                AUTHENTICATION_TRAPS => Value::Integer32(view.state.protocol.authentication_traps),
                counter => Value::Counter32(view.statistics.at(counter)),
            })
        },
        apply: Apply::Always(|_, next, changes| {
            for change in changes {
                next.protocol.authentication_traps = change.number();
            }
        }),
    },
    Table {
        entry: &[1, 3, 6, 1, 6, 3, 1, 1, 6],
        columns: &[Column::rw(1, Syntax::Range(0, i32::MAX))],
        next_row: only_zero,
        cell: |view, _, index| (index == [0]).then(|| Value::Integer32(view.state.protocol.serial)),
        apply: Apply::Perhaps(|_, next, changes| test_and_increment(&mut next.protocol.serial, changes)),
    },
];

/// `TestAndIncr` (RFC 2579): who writes the number that is there may write, and makes it the next one.
///
/// Every binding must name the number from before the request; written twice it still moves by one.
pub(super) fn test_and_increment(lock: &mut i32, changes: &[Change<'_>]) -> Result<(), Refusal> {
    if let Some(stale) = changes.iter().find(|change| change.number() != *lock) {
        return Err(stale.refuse(ErrorStatus::INCONSISTENT_VALUE));
    }
    *lock = lock.checked_add(1).unwrap_or(0);
    Ok(())
}
