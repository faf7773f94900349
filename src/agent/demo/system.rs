//! The system group and sysORTable (RFC 3418).

use super::{
    View,
    object::{Apply, Change, Column, Syntax, Table, first_after, oid, only_zero, text},
};
use crate::{
    oid::Oid,
    value::{Octets, Value},
};

/// The scalars that can be written.
#[derive(Clone, Debug)]
pub(super) struct State {
    contact: Octets,
    name: Octets,
    location: Octets,
}

impl Default for State {
    fn default() -> Self {
        Self {
            contact: "Network Operations <noc@example.net>".into(),
            name: "demo.example.net".into(),
            location: "Rack 7, Room 42".into(),
        }
    }
}

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 1],
        columns: &[
            Column::ro(1),
            Column::ro(2),
            Column::ro(3),
            Column::rw(4, Syntax::Text(255)),
            Column::rw(5, Syntax::Text(255)),
            Column::rw(6, Syntax::Text(255)),
            Column::ro(7),
            Column::ro(8),
        ],
        next_row: only_zero,
        cell: scalar,
        apply: Apply::Always(apply),
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 1, 9, 1],
        columns: &[Column::hidden(1), Column::ro(2), Column::ro(3), Column::ro(4)],
        next_row: module_after,
        cell: module_cell,
        apply: Apply::Nothing,
    },
];

/// What the device is, below the enterprise number for documentation.
const PRODUCT: &[u32] = &[1, 3, 6, 1, 4, 1, 32473, 1, 1];

/// The modules it claims: name and what for.
const MODULES: &[(&[u32], &str)] = &[
    (&[1, 3, 6, 1, 6, 3, 1], "The MIB module for SNMPv2 entities."),
    (&[1, 3, 6, 1, 2, 1, 31], "Interfaces: generic objects and 64-bit counters."),
    (&[1, 3, 6, 1, 2, 1, 48], "IP addresses of this device."),
    (&[1, 3, 6, 1, 2, 1, 25, 7, 1], "Host resources: memory and storage."),
    (&[1, 3, 6, 1, 4, 1, 32473], "Objects of the built-in device: churn, notes, oddities."),
];

fn scalar(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let state = &view.state.system;
    (index == [0]).then_some(match column {
        1 => text("snmpkit demo router, seven interfaces, software 1.0"),
        2 => oid(PRODUCT),
        3 => Value::TimeTicks(view.ticks()),
        4 => Value::OctetString(state.contact.clone()),
        5 => Value::OctetString(state.name.clone()),
        6 => Value::OctetString(state.location.clone()),
        // Layers 3 and 4, and 7: 2^2 + 2^3 + 2^6.
        7 => Value::Integer32(76),
        8 => Value::TimeTicks(MODULES_SINCE),
        _ => return None,
    })
}

/// `sysORLastChange`: the modules were there a few hundredths of a second after the start.
const MODULES_SINCE: u32 = 5;

fn apply(_: &View<'_>, next: &mut super::State, changes: &[Change<'_>]) {
    for change in changes {
        let octets = Octets::from(change.octets());
        match change.column {
            4 => next.system.contact = octets,
            5 => next.system.name = octets,
            _ => next.system.location = octets,
        }
    }
}

fn module_after(_: &View<'_>, after: Option<&[u32]>) -> Option<Oid> {
    first_after([[1], [2], [3], [4], [5]].iter().map(<[u32; 1]>::as_slice), after)
}

fn module_cell(_: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let [number] = index else { return None };
    let (name, what) = MODULES.get(number.checked_sub(1)? as usize)?;
    Some(match column {
        2 => oid(name),
        3 => text(what),
        // The first two come with the program, the others with its parts.
        4 => Value::TimeTicks(if *number <= 2 { 2 } else { MODULES_SINCE }),
        _ => return None,
    })
}
