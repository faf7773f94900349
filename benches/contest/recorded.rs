//! Devices for `snmpagent FILE`.

use std::fmt::Write as _;

/// ifTable.
pub const IF_TABLE: &str = "1.3.6.1.2.1.2.2";

/// So many rows of these columns of ifTable, as `snmpwalk -On` shows them.
pub fn if_table(rows: u32, columns: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    for column in columns {
        for row in 1..=rows {
            let number = row.wrapping_mul(2_654_435_761).wrapping_add(column);
            let _ = match column {
                1 => writeln!(text, ".{IF_TABLE}.1.1.{row} = INTEGER: {row}"),
                2 => writeln!(text, ".{IF_TABLE}.1.2.{row} = STRING: \"GigabitEthernet0/{row}\""),
                3 | 4 | 7 | 8 => writeln!(text, ".{IF_TABLE}.1.{column}.{row} = INTEGER: 1"),
                5 | 21 => writeln!(text, ".{IF_TABLE}.1.{column}.{row} = Gauge32: {number}"),
                6 => writeln!(text, ".{IF_TABLE}.1.6.{row} = Hex-STRING: 00 1B 21 3C 9D F8"),
                9 => writeln!(text, ".{IF_TABLE}.1.9.{row} = Timeticks: (8) 0:00:00.08"),
                _ => writeln!(text, ".{IF_TABLE}.1.{column}.{row} = Counter32: {number}"),
            };
        }
    }
    text
}

/// A bridge's table of addresses, dot1dTpFdbTable.
pub const BRIDGE_TABLE: &str = "1.3.6.1.2.1.17.4.3";

/// So many rows of it: addresses of a few makers, each of which has given out any numbers.
pub fn bridge_table(rows: u32) -> String {
    const MAKERS: [[u8; 3]; 5] = [[0, 16, 86], [0, 27, 33], [0, 80, 86], [60, 8, 246], [240, 159, 194]];
    let mut addresses: Vec<[u8; 6]> = (0..rows)
        .map(|row| {
            let mut address = [0; 6];
            address[..3].copy_from_slice(&MAKERS[row as usize % MAKERS.len()]);
            address[3..].copy_from_slice(&row.wrapping_mul(2_654_435_761).to_be_bytes()[..3]);
            address
        })
        .collect();
    addresses.sort_unstable();
    let mut text = String::new();
    for column in 1..=3 {
        for address in &addresses {
            let index = address.map(|octet| octet.to_string()).join(".");
            let _ = if column == 1 {
                let octets = address.map(|octet| format!("{octet:02X}")).join(" ");
                writeln!(text, ".{BRIDGE_TABLE}.1.1.{index} = Hex-STRING: {octets}")
            } else {
                writeln!(text, ".{BRIDGE_TABLE}.1.{column}.{index} = INTEGER: 3")
            };
        }
    }
    text
}
