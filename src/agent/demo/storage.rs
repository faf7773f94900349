//! Host resources: the system group and hrStorageTable (RFC 2790).

use super::{
    View,
    object::{Apply, Column, Table, first_after, integer, octets, oid, only_zero, text},
};
use crate::{clock::Instant, oid::Oid, value::Value};

struct Storage {
    index: u32,
    /// The last arc of its hrStorageType below `1.3.6.1.2.1.25.2.1`.
    kind: u32,
    descr: &'static str,
    unit_octets: i32,
    units: u64,
    used: u64,
    /// Units more every minute, until it is full.
    growth: u64,
}

const STORAGES: &[Storage] = &[
    Storage {
        index: 1,
        kind: 2,
        descr: "Physical memory",
        unit_octets: 1_024,
        units: 8_167_940,
        used: 3_204_112,
        growth: 64,
    },
    Storage {
        index: 3,
        kind: 3,
        descr: "Virtual memory",
        unit_octets: 1_024,
        units: 10_265_088,
        used: 3_204_112,
        growth: 64,
    },
    Storage {
        index: 31,
        kind: 4,
        descr: "/",
        unit_octets: 4_096,
        units: 5_120_710,
        used: 1_940_221,
        growth: 9,
    },
    Storage {
        index: 32,
        kind: 4,
        descr: "/var/log/überwachung",
        unit_octets: 4_096,
        units: 262_144,
        used: 262_130,
        growth: 1,
    },
    // A unit count above 2^31 cannot be said; agents in the field enlarge the unit, as this one does.
    Storage {
        index: 40,
        kind: 4,
        descr: "/srv/archive",
        unit_octets: 65_536,
        units: 1_610_612_736,
        used: 1_207_959_552,
        growth: 4_000,
    },
];

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 25, 1],
        columns: &[Column::ro(1), Column::ro(2), Column::ro(5), Column::ro(6)],
        next_row: only_zero,
        cell: |view, column, index| {
            (index == [0]).then_some(match column {
                1 => Value::TimeTicks(view.ticks()),
                2 => octets(&date_and_time(view)),
                5 => Value::Gauge32(2),
                6 => Value::Gauge32(93),
                _ => return None,
            })
        },
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 25, 2],
        columns: &[Column::ro(2)],
        next_row: only_zero,
        cell: |_, _, index| (index == [0]).then(|| integer(STORAGES[0].units)),
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 25, 2, 3, 1],
        columns: &[
            Column::ro(1),
            Column::ro(2),
            Column::ro(3),
            Column::ro(4),
            Column::ro(5),
            Column::ro(6),
            Column::ro(7),
        ],
        next_row: storage_after,
        cell: storage_cell,
        apply: Apply::Nothing,
    },
];

fn storage_after(_: &View<'_>, after: Option<&[u32]>) -> Option<Oid> {
    first_after(STORAGES.iter().map(|storage| std::slice::from_ref(&storage.index)), after)
}

fn storage_cell(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let [index] = index else { return None };
    let storage = STORAGES.iter().find(|storage| storage.index == *index)?;
    let minutes = view.now.since(Instant::ZERO).as_millis() / 60_000;
    let asked = storage.used.saturating_add(storage.growth.saturating_mul(minutes));
    Some(match column {
        1 => integer(u64::from(*index)),
        2 => oid(&[1, 3, 6, 1, 2, 1, 25, 2, 1, storage.kind]),
        3 => text(storage.descr),
        4 => Value::Integer32(storage.unit_octets),
        5 => integer(storage.units),
        6 => integer(asked.min(storage.units)),
        // Only disks count what they had to refuse.
        7 if storage.kind != 4 => return None,
        7 => Value::Counter32(super::object::low(asked.saturating_sub(storage.units))),
        _ => return None,
    })
}

/// The device's date as `DateAndTime` has it, in its form with a time zone (RFC 2579).
fn date_and_time(view: &View<'_>) -> [u8; 11] {
    let tenths = view.now.since(Instant::ZERO).as_millis() / 100;
    let seconds = view.settings.unix_seconds.saturating_add(tenths / 10);
    let (year, month, day) = civil(seconds / 86_400);
    let [high, low] = year.to_be_bytes();
    let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    [high, low, month, day, small(hour), small(minute), small(second), small(tenths % 10), b'+', 0, 0]
}

/// Year, month and day of the Gregorian calendar, `days` after 1970-01-01; 65535 for years beyond.
///
/// Counted in years that begin in March, so that the leap day is the last one.
fn civil(days: u64) -> (u16, u8, u8) {
    let since_era = days.saturating_add(719_468);
    let (era, day_of_era) = (since_era / 146_097, since_era % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    (u16::try_from(year).unwrap_or(u16::MAX), small(month), small(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_454, (2026, 1, 1)),
            (47_541, (2100, 3, 1)),
            (47_540, (2100, 2, 28)),
        ] {
            assert_eq!(civil(days), date, "{days}");
        }
        assert_eq!(civil(u64::MAX / 86_400).0, u16::MAX);
    }
}
