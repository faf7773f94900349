//! IP addresses: scalars of the ip group, ipAddrTable, ipAddressTable and ipNetToMediaTable (RFC 4293).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{
    View,
    object::{Apply, Column, Table, first_after, octets, oid, only_zero},
};
use crate::{agent::random, value::Value};

/// An IPv4 address: itself, interface, prefix length.
const V4: &[(Ipv4Addr, u32, u32)] = &[
    (Ipv4Addr::LOCALHOST, 1, 8),
    (Ipv4Addr::new(192, 0, 2, 1), 2, 26),
    (Ipv4Addr::new(192, 0, 2, 129), 3, 25),
    (Ipv4Addr::new(198, 51, 100, 1), 100, 24),
    (Ipv4Addr::new(203, 0, 113, 254), 100, 24),
];

/// An IPv6 address: itself, interface, origin (2 manual, 5 linklayer).
const V6: &[(Ipv6Addr, u32, i32)] = &[
    (Ipv6Addr::LOCALHOST, 1, 2),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1), 2, 2),
    (Ipv6Addr::new(0x2001, 0xdb8, 0x64, 0, 0, 0, 0, 1), 100, 2),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5eff, 0xfe00, 0x100), 100, 5),
];

/// Neighbours: interface, address.
const NEIGHBOURS: &[(u32, Ipv4Addr)] = &[
    (2, Ipv4Addr::new(192, 0, 2, 2)),
    (2, Ipv4Addr::new(192, 0, 2, 10)),
    (3, Ipv4Addr::new(192, 0, 2, 130)),
    (100, Ipv4Addr::new(198, 51, 100, 7)),
];

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 4],
        columns: &[Column::ro(1), Column::ro(2)],
        next_row: only_zero,
        // Forwarding; 64 hops.
        cell: |_, column, index| (index == [0]).then(|| Value::Integer32(if column == 1 { 1 } else { 64 })),
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 4, 20, 1],
        columns: &[Column::ro(1), Column::ro(2), Column::ro(3), Column::ro(4), Column::ro(5)],
        next_row: |_, after| {
            let indexes: Vec<_> = V4.iter().map(|(address, ..)| arcs(*address)).collect();
            first_after(indexes.iter().map(<[u32; 4]>::as_slice), after)
        },
        cell: v4_cell,
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 4, 22, 1],
        columns: &[Column::ro(1), Column::ro(2), Column::ro(3), Column::ro(4)],
        next_row: |_, after| {
            let indexes: Vec<_> = NEIGHBOURS.iter().copied().map(neighbour_index).collect();
            first_after(indexes.iter().map(<[u32; 5]>::as_slice), after)
        },
        cell: neighbour_cell,
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 4, 34, 1],
        columns: &[
            Column::hidden(1),
            Column::hidden(2),
            Column::ro(3),
            Column::ro(4),
            Column::ro(5),
            Column::ro(6),
            Column::ro(7),
            Column::ro(8),
            Column::ro(9),
            Column::ro(10),
            Column::ro(11),
        ],
        next_row: |_, after| {
            let indexes: Vec<Vec<u32>> = any_addresses().map(|address| address.index).collect();
            first_after(indexes.iter().map(Vec::as_slice), after)
        },
        cell: any_cell,
        apply: Apply::Nothing,
    },
];

fn arcs(address: Ipv4Addr) -> [u32; 4] {
    address.octets().map(u32::from)
}

fn v4_cell(_: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let (address, interface, prefix) = V4.iter().find(|(address, ..)| arcs(*address) == index)?;
    Some(match column {
        1 => Value::IpAddress(*address),
        2 => Value::Integer32(i32::try_from(*interface).ok()?),
        3 => Value::IpAddress(Ipv4Addr::from(u32::MAX << (32 - prefix))),
        4 => Value::Integer32(1),
        5 => Value::Integer32(65_535),
        _ => return None,
    })
}

fn neighbour_index((interface, address): (u32, Ipv4Addr)) -> [u32; 5] {
    let [a, b, c, d] = arcs(address);
    [interface, a, b, c, d]
}

fn neighbour_cell(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let neighbour = NEIGHBOURS.iter().find(|neighbour| neighbour_index(**neighbour) == index)?;
    let (interface, address) = neighbour;
    let drawn = random::hash(&[view.seed(), 0x6e62, u64::from(u32::from(*address))]).to_be_bytes();
    Some(match column {
        1 => Value::Integer32(i32::try_from(*interface).ok()?),
        2 => octets(&[0x02, 0x00, 0x5e, drawn[0], drawn[1], drawn[2]]),
        3 => Value::IpAddress(*address),
        // Dynamic.
        4 => Value::Integer32(3),
        _ => return None,
    })
}

struct Address {
    /// `InetAddressType`, then `InetAddress` with its length (RFC 4001, section 4).
    index: Vec<u32>,
    interface: u32,
    origin: i32,
}

fn any_addresses() -> impl Iterator<Item = Address> {
    let inet = |kind: u32, octets: &[u8]| {
        let length = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        [kind, length].into_iter().chain(octets.iter().copied().map(u32::from)).collect()
    };
    let v4 = V4.iter().map(move |(address, interface, _)| Address {
        index: inet(1, &address.octets()),
        interface: *interface,
        origin: 2,
    });
    let v6 = V6.iter().map(move |(address, interface, origin)| Address {
        index: inet(2, &address.octets()),
        interface: *interface,
        origin: *origin,
    });
    v4.chain(v6)
}

fn any_cell(_: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let address = any_addresses().find(|address| address.index == index)?;
    Some(match column {
        3 => Value::Integer32(i32::try_from(address.interface).ok()?),
        // A RowPointer to a table that is not here.
        5 => oid(&[0, 0]),
        6 => Value::Integer32(address.origin),
        8 | 9 => Value::TimeTicks(0),
        // Unicast, preferred, an active row.
        4 | 7 | 10 => Value::Integer32(1),
        // Storage: readOnly.
        11 => Value::Integer32(5),
        _ => return None,
    })
}
