//! A table that keeps changing: what a table fetch has to cope with (`1.3.6.1.4.1.32473.2`).
//!
//! | object | at | what |
//! |---|---|---|
//! | churnLastChange | .1.0 | `TimeTicks`: the uptime when a row last came, went or moved |
//! | churnRows | .2.0 | how many rows there are |
//! | churnIndex | .3.1.1 | not accessible; the index |
//! | churnName | .3.1.2 | a text made of the row's mark |
//! | churnMark | .3.1.3 | `Gauge32`: the row's mark, the same in every column, so a row put together of two shows |
//! | churnSince | .3.1.4 | `TimeTicks`: the uptime when the row came |
//! | churnRemark | .3.1.5 | only in rows whose mark is even |
//!
//! Time is cut into generations. Each of 24 slots has its own rhythm: for two spells it has a row, which gets a new index
//! and mark in the second, and in the third it has none.

use super::{
    View,
    object::{Apply, Column, Table, first_after, low, only_zero, text},
};
use crate::{agent::random, value::Value};

const SLOTS: u64 = 24;
/// Indexes a slot may use; a row that moves takes another one of these.
const INDEXES_OF_SLOT: u64 = 10;

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 4, 1, 32473, 2],
        columns: &[Column::ro(1), Column::ro(2)],
        next_row: only_zero,
        cell: |view, column, index| {
            (index == [0]).then(|| match column {
                1 => Value::TimeTicks(ticks(view, last_change(view))),
                _ => Value::Gauge32(u32::try_from(rows(view).count()).unwrap_or(u32::MAX)),
            })
        },
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 4, 1, 32473, 2, 3, 1],
        columns: &[Column::hidden(1), Column::ro(2), Column::ro(3), Column::ro(4), Column::ro(5)],
        next_row: |view, after| {
            let indexes: Vec<[u32; 1]> = rows(view).map(|row| [row.index]).collect();
            first_after(indexes.iter().map(<[u32; 1]>::as_slice), after)
        },
        cell,
        apply: Apply::Nothing,
    },
];

struct Row {
    index: u32,
    mark: u32,
    /// The generation in which it came or moved.
    since: u64,
}

fn generation(view: &View<'_>) -> u64 {
    view.uptime().as_micros() / view.settings.churn.as_micros().max(1)
}

/// In generations; no two slots next to each other keep the same time.
fn rhythm(slot: u64) -> u64 {
    3 + slot * 5 % 11
}

/// The slot's spell and the generation that began it.
fn spell(view: &View<'_>, slot: u64) -> (u64, u64) {
    let (now, rhythm) = (generation(view), rhythm(slot));
    let shifted = now + slot;
    (shifted / rhythm, now.saturating_sub(shifted % rhythm))
}

fn rows<'a>(view: &'a View<'a>) -> impl Iterator<Item = Row> + 'a {
    (0..SLOTS).filter_map(move |slot| {
        let (spell, since) = spell(view, slot);
        // The place within the slot must differ from one spell to the next, or a move would not be one.
        let place = 1 + (spell % 3) * 3 + random::hash(&[view.seed(), 0x0070_6c61, slot, spell]) % 3;
        let mark = low(random::hash(&[view.seed(), 0x006d_6172, slot, spell]));
        (spell % 3 != 2).then(|| Row { index: low(slot * INDEXES_OF_SLOT + place), mark, since })
    })
}

/// The generation of the last change: every slot changes visibly with every spell.
fn last_change(view: &View<'_>) -> u64 {
    (0..SLOTS).map(|slot| spell(view, slot).1).max().unwrap_or(0)
}

fn ticks(view: &View<'_>, generation: u64) -> u32 {
    low(generation.saturating_mul(view.settings.churn.as_micros()) / 10_000)
}

fn cell(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let [index] = index else { return None };
    let row = rows(view).find(|row| row.index == *index)?;
    Some(match column {
        2 => text(&format!("session {:08x}", row.mark)),
        3 => Value::Gauge32(row.mark),
        4 => Value::TimeTicks(ticks(view, row.since)),
        5 if row.mark % 2 == 1 => return None,
        5 => text("even"),
        _ => return None,
    })
}
