//! Rows: gathered cell by cell in little memory, given out whole and in the order of their indexes.

use std::{collections::BTreeMap, net::Ipv4Addr};

use smallvec::SmallVec;

use super::{Column, Plan};
use crate::{
    limits,
    mib::index::IndexError,
    oid::Oid,
    value::{Octets, Value},
};

/// What a row has in one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing: the agent has no such instance.
    Absent,
    /// A value of the type that the plan describes.
    Value(Value),
    /// A value of another type; only where these are to be marked.
    Bad(Value),
}

impl Cell {
    /// The value, if it is a good one.
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Bad(_) => None,
        }
    }
}

/// Whether the cells of a row belong together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Condition {
    /// They do, and every required column is there.
    Whole,
    /// A required column is missing, or the table changed between two of its cells. Only where the plan's user asked for
    /// rows at any price.
    Torn,
}

/// Which columns of the plan's own table a row has: bsnmp's `found`, for any number of columns. What it has in joined
/// tables, its cells tell.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Found {
    ids: Vec<u32>,
    mask: u64,
}

impl Found {
    /// The sub-identifiers of the columns that are there, in the order of the row.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Whether a column is there.
    pub fn has(&self, id: u32) -> bool {
        self.ids.contains(&id)
    }

    /// bsnmp's mask: a bit for each index column, which every row has, then one for each column that is there; see
    /// [`Column::bit`]. Columns past bit 63 are not in it.
    pub const fn mask(&self) -> u64 {
        self.mask
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The index: the sub-identifiers behind the columns' names.
    pub index: Vec<u32>,
    /// The values that the index stands for, in the order of the plan's index; none when it is not described there.
    pub values: Result<Vec<Value>, IndexError>,
    /// What it has in each column.
    pub cells: Vec<Cell>,
    /// Which columns are there.
    pub found: Found,
    /// Whether all of it belongs together.
    pub condition: Condition,
}

/// What a value turned out to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Judged {
    /// Of the type that is described.
    Good,
    /// Of another.
    Bad,
}

/// An index, kept without touching the heap up to four arcs.
type Arcs = SmallVec<[u32; 4]>;

/// Rows as they are gathered, keyed by their indexes.
#[derive(Debug)]
pub struct Rows {
    width: usize,
    slots: BTreeMap<Arcs, Slot>,
    cells: usize,
}

#[derive(Debug)]
struct Slot {
    cells: Box<[Stored]>,
    /// Which state of the table the first cell was read from.
    state: u32,
    is_mixed: bool,
}

/// More rows or cells than are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the table has more than {} cells", limits::TABLE_CELLS)]
pub struct TooLarge;

impl Rows {
    /// No rows yet, each to come with so many columns.
    pub const fn new(width: usize) -> Self {
        Self { width, slots: BTreeMap::new(), cells: 0 }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Takes a cell. `state` counts the states of the table that were seen: cells of one row with different ones do not
    /// belong together.
    ///
    /// # Errors
    ///
    /// When there are more than [`limits::TABLE_CELLS`], absent ones of rows counted too.
    pub fn put(
        &mut self,
        index: &[u32],
        column: usize,
        value: Value,
        judged: Judged,
        state: u32,
    ) -> Result<(), TooLarge> {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.take(column, value, judged, state);
            return Ok(());
        }
        self.cells = self.cells.saturating_add(self.width.max(1));
        if self.cells > limits::TABLE_CELLS {
            return Err(TooLarge);
        }
        let cells = (0..self.width).map(|_| Stored::Absent).collect();
        let mut slot = Slot { cells, state, is_mixed: false };
        slot.take(column, value, judged, state);
        self.slots.insert(Arcs::from_slice(index), slot);
        Ok(())
    }

    /// How many rows lack one of these columns, and which row and column come first.
    pub fn missing(&self, required: &[usize]) -> Option<(usize, Vec<u32>, usize)> {
        let lacking = |slot: &Slot| required.iter().copied().find(|column| slot.lacks(*column));
        let mut without =
            self.slots.iter().filter_map(|(index, slot)| lacking(slot).map(|column| (index, column)));
        let (index, column) = without.next()?;
        Some((1 + without.count(), index.to_vec(), column))
    }

    /// Whether any row has this column.
    pub fn has_column(&self, column: usize) -> bool {
        self.slots.values().any(|slot| !slot.lacks(column))
    }

    /// The indexes, in order, each with a column that its row has.
    pub fn indexes(&self) -> impl Iterator<Item = (&[u32], usize)> {
        let has = |slot: &Slot| (0..self.width).find(|column| !slot.lacks(*column)).unwrap_or(0);
        self.slots.iter().map(move |(index, slot)| (index.as_slice(), has(slot)))
    }

    /// Has all rows count as torn: the table changed while they were read, and nobody knows when.
    pub fn tear(&mut self) {
        self.slots.values_mut().for_each(|slot| slot.is_mixed = true);
    }

    /// Takes out the first row.
    pub fn pop(&mut self, plan: &Plan, columns: &[Column]) -> Option<Row> {
        let (index, slot) = self.slots.pop_first()?;
        let lacks = |(column, known): (usize, &Column)| plan.requires(known) && slot.lacks(column);
        let is_torn = slot.is_mixed || columns.iter().enumerate().any(lacks);
        // The bits of the index columns come first, and every row has them.
        let bits = u32::try_from(plan.index().len()).unwrap_or(u32::MAX);
        let mut found = Found { ids: Vec::new(), mask: 1_u64.checked_shl(bits).unwrap_or(0).wrapping_sub(1) };
        for (cell, column) in slot.cells.iter().zip(columns) {
            if column.table == 0 && !matches!(cell, Stored::Absent) {
                found.ids.push(column.id);
                found.mask |= column.bit.and_then(|bit| 1_u64.checked_shl(bit)).unwrap_or(0);
            }
        }
        Some(Row {
            values: plan.decode_index(&index),
            index: index.into_vec(),
            cells: slot.cells.into_iter().map(Cell::from).collect(),
            found,
            condition: if is_torn { Condition::Torn } else { Condition::Whole },
        })
    }
}

impl Slot {
    fn take(&mut self, column: usize, value: Value, judged: Judged, state: u32) {
        self.is_mixed |= self.state != state;
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = Stored::new(value, judged);
        }
    }

    fn lacks(&self, column: usize) -> bool {
        matches!(self.cells.get(column), None | Some(Stored::Absent))
    }
}

/// A cell in 24 octets and what its string takes; a [`Value`] has room for a long OID inside.
#[derive(Debug)]
enum Stored {
    Absent,
    Integer32(i32),
    IpAddress(Ipv4Addr),
    Counter32(u32),
    Gauge32(u32),
    TimeTicks(u32),
    Counter64(u64),
    OctetString(Box<[u8]>),
    ObjectIdentifier(Box<[u32]>),
    /// All that is rare.
    Other(Box<Value>),
    Bad(Box<Value>),
}

impl Stored {
    fn new(value: Value, judged: Judged) -> Self {
        match (judged, value) {
            (Judged::Bad, value) => Self::Bad(Box::new(value)),
            (Judged::Good, Value::Integer32(number)) => Self::Integer32(number),
            (Judged::Good, Value::IpAddress(address)) => Self::IpAddress(address),
            (Judged::Good, Value::Counter32(number)) => Self::Counter32(number),
            (Judged::Good, Value::Gauge32(number)) => Self::Gauge32(number),
            (Judged::Good, Value::TimeTicks(number)) => Self::TimeTicks(number),
            (Judged::Good, Value::Counter64(number)) => Self::Counter64(number),
            (Judged::Good, Value::OctetString(octets)) => Self::OctetString(octets.as_slice().into()),
            (Judged::Good, Value::ObjectIdentifier(oid)) => Self::ObjectIdentifier(oid.arcs().into()),
            (Judged::Good, value) => Self::Other(Box::new(value)),
        }
    }
}

impl From<Stored> for Cell {
    fn from(stored: Stored) -> Self {
        Self::Value(match stored {
            Stored::Absent => return Self::Absent,
            Stored::Bad(value) => return Self::Bad(*value),
            Stored::Integer32(number) => Value::Integer32(number),
            Stored::IpAddress(address) => Value::IpAddress(address),
            Stored::Counter32(number) => Value::Counter32(number),
            Stored::Gauge32(number) => Value::Gauge32(number),
            Stored::TimeTicks(number) => Value::TimeTicks(number),
            Stored::Counter64(number) => Value::Counter64(number),
            Stored::OctetString(octets) => Value::OctetString(Octets::from(octets.into_vec())),
            Stored::ObjectIdentifier(arcs) => Value::ObjectIdentifier(Oid::new(&arcs).unwrap_or_default()),
            Stored::Other(value) => *value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mib::facts::Base,
        table::{IndexComponent, Required},
    };

    fn plan() -> Plan {
        let table: Oid = "1.3.6.1.2.1.2.2".parse().unwrap();
        let index =
            vec![IndexComponent::new("a", Base::Integer32), IndexComponent::new("b", Base::Integer32)];
        Plan::new(&table, index, [2, 3, 5].map(Column::numbered).into()).unwrap()
    }

    #[test]
    fn rows_come_out_in_the_order_of_their_indexes_with_what_was_put_in() {
        let values = [
            Value::Integer32(-5),
            Value::OctetString("port".into()),
            Value::ObjectIdentifier("1.3.6".parse().unwrap()),
            Value::IpAddress([10, 0, 0, 1].into()),
            Value::Counter32(u32::MAX),
            Value::Gauge32(4),
            Value::TimeTicks(5),
            Value::Opaque("x".into()),
            Value::Counter64(u64::MAX),
            Value::UInteger32(9),
            Value::Null,
        ];
        let plan = plan();
        let mut rows = Rows::new(3);
        for row in (0..values.len()).rev() {
            let (value, row) = (&values[row], u32::try_from(row).unwrap());
            rows.put(&[row, 1], 1, value.clone(), Judged::Good, 0).unwrap();
        }
        let expected: Vec<(u32, Value)> = (0..).zip(values).collect();
        assert_eq!(rows.len(), expected.len());
        for (row, value) in expected {
            let popped = rows.pop(&plan, plan.columns()).unwrap();
            assert_eq!(popped.index, [row, 1]);
            assert_eq!(popped.cells, [Cell::Absent, Cell::Value(value), Cell::Absent]);
            assert_eq!((popped.found.ids(), popped.found.mask()), (&[3][..], 0b1011));
            assert_eq!(popped.values.unwrap().len(), 2);
        }
        assert_eq!(rows.pop(&plan, plan.columns()), None);
    }

    #[test]
    fn a_row_without_a_required_column_or_of_two_states_is_torn() {
        let mut plan = plan();
        plan.require(Required::Columns(vec![2, 5])).unwrap();
        let mut rows = Rows::new(3);
        let mut put = |row, column, state| {
            rows.put(&[row, 0], column, Value::Integer32(1), Judged::Good, state).unwrap();
        };
        for (row, cells) in
            [(1, &[(0, 1), (2, 1)][..]), (2, &[(0, 1), (1, 1)]), (3, &[(0, 1), (2, 2)]), (4, &[(1, 1)])]
        {
            for (column, state) in cells {
                put(row, *column, *state);
            }
        }
        assert_eq!(rows.missing(&[0, 2]), Some((2, vec![2, 0], 2)));
        assert_eq!(rows.missing(&[]), None);
        let condition = || rows.pop(&plan, plan.columns()).map(|row| row.condition);
        let conditions: Vec<Condition> = std::iter::from_fn(condition).collect();
        assert_eq!(conditions, [Condition::Whole, Condition::Torn, Condition::Torn, Condition::Torn]);
    }

    #[test]
    fn a_value_of_another_type_is_marked() {
        let plan = plan();
        let mut rows = Rows::new(3);
        rows.put(&[1], 0, Value::Null, Judged::Bad, 0).unwrap();
        let row = rows.pop(&plan, plan.columns()).unwrap();
        assert_eq!(row.cells[0], Cell::Bad(Value::Null));
        assert_eq!(row.cells[0].value(), None);
        assert!(row.values.is_err(), "one arc is no index of two components");
    }

    #[test]
    fn a_cell_takes_little_memory() {
        assert!(size_of::<Stored>() <= 24, "{}", size_of::<Stored>());
        assert!(size_of::<(Arcs, Slot)>() <= 56, "{}", size_of::<(Arcs, Slot)>());
    }
}
