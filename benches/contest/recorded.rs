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
