//! A table that managers fill (`1.3.6.1.4.1.32473.3`): rows come and go through a `RowStatus` (RFC 2579).
//!
//! | object | at | what |
//! |---|---|---|
//! | noteIndex | .1.1.1 | not accessible; 1 to 65535 |
//! | noteText | .1.1.2 | read-create; 0 to 255 octets of UTF-8; a row is not ready without it |
//! | notePriority | .1.1.3 | read-create; 0 to 7, default 3; stands still while the row is active |
//! | noteCreated | .1.1.4 | the uptime when the row was made |
//! | noteStatus | .1.1.5 | read-create; the `RowStatus` |
//! | noteLastChange | .2.0 | the uptime when a row was last made, changed or destroyed |
//! | noteLock | .3.0 | a `TestAndIncr`, as spin locks are |
//!
//! There are 64 rows at most; two are there from the start.

use std::collections::BTreeMap;

use super::{
    View,
    object::{Apply, Change, Column, Syntax, Table, first_after, only_zero},
    protocol::test_and_increment,
};
use crate::{
    agent::tree::Refusal,
    codec::ErrorStatus,
    value::{Octets, Value},
};

const ROWS: usize = 64;
const INDEX_MAX: u32 = 65_535;
const PRIORITY_DEFAULT: i32 = 3;

const ACTIVE: i32 = 1;
const NOT_IN_SERVICE: i32 = 2;
const NOT_READY: i32 = 3;
const CREATE_AND_GO: i32 = 4;
const CREATE_AND_WAIT: i32 = 5;
const DESTROY: i32 = 6;

const TEXT: u32 = 2;
const PRIORITY: u32 = 3;
const CREATED: u32 = 4;
const STATUS: u32 = 5;

/// The notes.
#[derive(Clone, Debug)]
pub(super) struct State {
    rows: BTreeMap<u32, Row>,
    last_change: u32,
    lock: i32,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Row {
    text: Option<Octets>,
    priority: i32,
    created: u32,
    active: bool,
}

impl Row {
    fn status(&self) -> i32 {
        match (self.active, &self.text) {
            (true, _) => ACTIVE,
            (false, Some(_)) => NOT_IN_SERVICE,
            (false, None) => NOT_READY,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        let row = |text: &str, priority| Row { text: Some(text.into()), priority, created: 0, active: true };
        let rows = BTreeMap::from([
            (1, row("write me", PRIORITY_DEFAULT)),
            (7, row("fan tray due for cleaning", 5)),
        ]);
        Self { rows, last_change: 0, lock: 0 }
    }
}

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 4, 1, 32473, 3, 1, 1],
        columns: &[
            Column::hidden(1),
            Column::create(TEXT, Syntax::Utf8(255)),
            Column::create(PRIORITY, Syntax::Range(0, 7)),
            Column::ro(CREATED),
            Column::create(STATUS, Syntax::RowStatus),
        ],
        next_row: |view, after| first_after(view.state.notes.rows.keys().map(std::slice::from_ref), after),
        cell,
        apply: Apply::Perhaps(apply),
    },
    Table {
        entry: &[1, 3, 6, 1, 4, 1, 32473, 3],
        columns: &[Column::ro(2)],
        next_row: only_zero,
        cell: |view, _, index| (index == [0]).then(|| Value::TimeTicks(view.state.notes.last_change)),
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 4, 1, 32473, 3],
        columns: &[Column::rw(3, Syntax::Range(0, i32::MAX))],
        next_row: only_zero,
        cell: |view, _, index| (index == [0]).then(|| Value::Integer32(view.state.notes.lock)),
        apply: Apply::Perhaps(|_, next, changes| test_and_increment(&mut next.notes.lock, changes)),
    },
];

fn cell(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let [index] = index else { return None };
    let row = view.state.notes.rows.get(index)?;
    Some(match column {
        TEXT => Value::OctetString(row.text.clone()?),
        PRIORITY => Value::Integer32(row.priority),
        CREATED => Value::TimeTicks(row.created),
        STATUS => Value::Integer32(row.status()),
        _ => return None,
    })
}

/// What one request wants of one row; of two bindings for one variable the later counts.
#[derive(Default)]
struct Wish<'a> {
    text: Option<Change<'a>>,
    priority: Option<Change<'a>>,
    status: Option<Change<'a>>,
}

impl<'a> Wish<'a> {
    /// The first binding that wants anything of the row's columns.
    fn first_column(&self) -> Option<&Change<'a>> {
        self.text.iter().chain(&self.priority).min_by_key(|change| change.position)
    }
}

fn apply(view: &View<'_>, next: &mut super::State, changes: &[Change<'_>]) -> Result<(), Refusal> {
    let mut wishes: BTreeMap<u32, Wish<'_>> = BTreeMap::new();
    for change in changes {
        let index = match change.index {
            [index] if (1..=INDEX_MAX).contains(index) => *index,
            // No row could ever be called so.
            _ => return Err(change.refuse(ErrorStatus::NO_CREATION)),
        };
        let wish = wishes.entry(index).or_default();
        match change.column {
            TEXT => wish.text = Some(*change),
            PRIORITY => wish.priority = Some(*change),
            _ => wish.status = Some(*change),
        }
    }
    let notes = &mut next.notes;
    // Rows that go make room for those that come in the same request.
    let (going, others): (Vec<_>, Vec<_>) = wishes.iter().partition(|(_, wish)| wants(wish) == Some(DESTROY));
    for (index, wish) in going.into_iter().chain(others) {
        let before = notes.rows.get(index).cloned();
        let after = change_row(before.as_ref(), wish, view.ticks())?;
        if after == before {
            continue;
        }
        match (after, wish.status) {
            (None, _) => drop(notes.rows.remove(index)),
            (Some(_), Some(status)) if before.is_none() && notes.rows.len() >= ROWS => {
                return Err(status.refuse(ErrorStatus::RESOURCE_UNAVAILABLE));
            }
            (Some(row), _) => drop(notes.rows.insert(*index, row)),
        }
        notes.last_change = view.ticks();
    }
    Ok(())
}

fn wants(wish: &Wish<'_>) -> Option<i32> {
    wish.status.map(|status| status.number())
}

/// The state machine of RFC 2579 (`RowStatus`), with the row's columns set in the same request taken into account.
fn change_row(before: Option<&Row>, wish: &Wish<'_>, ticks: u32) -> Result<Option<Row>, Refusal> {
    let mut row = match (before, &wish.status) {
        (_, Some(status)) if status.number() == DESTROY => return Ok(None),
        (Some(_), Some(status)) if matches!(status.number(), CREATE_AND_GO | CREATE_AND_WAIT) => {
            return Err(status.refuse(ErrorStatus::INCONSISTENT_VALUE));
        }
        (Some(row), _) => row.clone(),
        (None, Some(status)) if matches!(status.number(), CREATE_AND_GO | CREATE_AND_WAIT) => {
            Row { text: None, priority: PRIORITY_DEFAULT, created: ticks, active: false }
        }
        (None, Some(status)) => return Err(status.refuse(ErrorStatus::INCONSISTENT_VALUE)),
        (None, None) => {
            // The row could be made, but not by this request.
            return match wish.first_column() {
                Some(change) => Err(change.refuse(ErrorStatus::INCONSISTENT_NAME)),
                None => Ok(None),
            };
        }
    };
    let was_active = row.active;
    if let Some(change) = &wish.text {
        row.text = Some(change.octets().into());
    }
    match &wish.status {
        Some(status)
            if status.number() == NOT_IN_SERVICE
                || status.number() == ACTIVE
                || status.number() == CREATE_AND_GO =>
        {
            if row.text.is_none() {
                return Err(status.refuse(ErrorStatus::INCONSISTENT_VALUE));
            }
            row.active = status.number() != NOT_IN_SERVICE;
        }
        _ => {}
    }
    if let Some(change) = &wish.priority {
        if was_active && row.active && change.number() != row.priority {
            return Err(change.refuse(ErrorStatus::INCONSISTENT_VALUE));
        }
        row.priority = change.number();
    }
    Ok(Some(row))
}
