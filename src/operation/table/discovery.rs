//! Which columns the agent has, where nobody says it.
//!
//! One GETNEXT asks behind many columns at once: the answers name every column among them that has a row, and the first
//! one after them.

use std::collections::BTreeSet;

use super::{Pace, Table, TableError};
use crate::{limits, oid::Oid, value::VarBind};

/// Columns that are asked for in one request.
const COLUMNS: u32 = 32;

/// How far the columns of a table are known.
#[derive(Debug)]
pub(super) struct Discovery {
    /// Which of the plan's tables.
    pub(super) table: usize,
    /// The first column that nothing is known of.
    pub(super) first: u32,
    /// How many to ask for in one request.
    most: u32,
    found: BTreeSet<u32>,
}

impl Discovery {
    pub(super) fn of(table: usize) -> Self {
        Self { table, first: 0, most: COLUMNS, found: BTreeSet::new() }
    }

    pub(super) fn count(&self, pace: &Pace) -> u32 {
        self.most.min(u32::try_from(pace.columns).unwrap_or(u32::MAX)).max(1)
    }

    /// Whether fewer can be asked for, and then they will be.
    pub(super) fn ask_less(&mut self, count: u32) -> bool {
        self.most = count / 4;
        self.most > 0
    }

    /// Asks for fewer columns, because behind the others there is nothing at all.
    pub(super) fn narrow(&mut self, count: u32) {
        self.most = count;
    }
}

impl Table {
    /// Takes the answer to a request for `count` columns from `first` on.
    pub(super) fn take_columns(&mut self, first: u32, bindings: &[VarBind]) -> Result<(), TableError> {
        let Some(discovery) = &mut self.attempt.discovery else { return Ok(()) };
        let entry = self.plan.entry_of(discovery.table).clone();
        let mut is_over = false;
        for (id, binding) in (first..).zip(bindings) {
            let asked = entry.child(&[id]).unwrap_or_default();
            let is_end = binding.value == crate::value::Value::EndOfMibView;
            if !is_end && binding.name <= asked {
                let (previous, name) = (Box::new(asked), Box::new(binding.name.clone()));
                return Err(TableError::NotIncreasing { previous, name });
            }
            match column_of(&entry, &binding.name).filter(|_| !is_end) {
                Some(found) => {
                    discovery.found.insert(found);
                    is_over = found == u32::MAX;
                }
                None => is_over = true,
            }
        }
        let asked = u32::try_from(bindings.len()).unwrap_or(u32::MAX);
        let behind_found = discovery.found.last().map_or(0, |last| last.saturating_add(1));
        discovery.first = first.saturating_add(asked).max(behind_found);
        if discovery.found.len() > limits::TABLE_COLUMNS {
            return Err(TableError::TooManyColumns { entry: Box::new(entry) });
        }
        if is_over || discovery.first == u32::MAX {
            self.columns_found();
        }
        Ok(())
    }

    /// The columns of a table are known. When those of all tables are, the rows can be read.
    pub(super) fn columns_found(&mut self) {
        let Some(Discovery { table, found, .. }) = self.attempt.discovery.take() else { return };
        let ids: Vec<u32> = found.into_iter().collect();
        self.columns.extend(self.plan.numbered(table, &ids));
        self.attempt.discovery = self.plan.unknown_from(table + 1).map(Discovery::of);
        if self.attempt.discovery.is_none() {
            self.columns.sort_by_key(|column| column.table);
            self.begin_rows();
        }
    }
}

/// The column of an instance below an entry.
fn column_of(entry: &Oid, name: &Oid) -> Option<u32> {
    name.strip_prefix(entry)?.split_first().map(|(column, _)| *column)
}
