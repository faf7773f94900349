//! What the device's parts are made of: tables of columns, a scalar being a column whose only index is 0.

use std::fmt;

use super::{State, View};
use crate::{
    agent::tree::Refusal,
    codec::ErrorStatus,
    oid::Oid,
    value::{Value, VarBind},
};

/// The columns of one table, or the scalars of one group.
pub(super) struct Table {
    /// The entry (or the group): what columns are numbered below.
    pub entry: &'static [u32],
    /// The columns, in any order.
    pub columns: &'static [Column],
    /// The first index after the one given, or the first of all.
    pub next_row: fn(&View<'_>, Option<&[u32]>) -> Option<Oid>,
    /// What a cell has; `None` where there is no such row, or none of this column in it.
    pub cell: fn(&View<'_>, u32, &[u32]) -> Option<Value>,
    /// Makes the changes, all of which passed [`Object::check`], as if at once.
    pub apply: Apply,
}

/// What writing to a table takes.
#[derive(Clone, Copy)]
pub(super) enum Apply {
    /// Nothing in it can be written.
    Nothing,
    /// What passed the check can be made.
    Always(fn(&View<'_>, &mut State, &[Change<'_>])),
    /// It depends on what is there, and on the other changes.
    Perhaps(fn(&View<'_>, &mut State, &[Change<'_>]) -> Result<(), Refusal>),
}

/// A column or scalar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its number below the entry.
    pub arc: u32,
    pub access: Access,
}

/// What may be done with an object (RFC 2578, section 7.3).
#[derive(Clone, Copy, Debug)]
pub(super) enum Access {
    NotAccessible,
    ReadOnly,
    ReadWrite(Syntax),
    ReadCreate(Syntax),
}

/// What may be written into an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Syntax {
    /// `DisplayString` (RFC 2579): at most so many octets, NVT ASCII.
    Text(usize),
    /// UTF-8 of at most so many octets (`SnmpAdminString`, RFC 3411).
    Utf8(usize),
    /// A number from the first to the second.
    Range(i32, i32),
    /// `RowStatus` (RFC 2579).
    RowStatus,
}

/// One binding of a SET that passed [`Object::check`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    pub position: usize,
    pub column: u32,
    pub index: &'a [u32],
    pub value: &'a Value,
}

impl Change<'_> {
    pub fn refuse(&self, status: ErrorStatus) -> Refusal {
        Refusal::at(self.position, status)
    }

    /// The number that is to be written; the check has seen that it is one.
    pub fn number(&self) -> i32 {
        match self.value {
            Value::Integer32(number) => *number,
            _ => 0,
        }
    }

    /// The octets that are to be written; the check has seen that they are.
    pub fn octets(&self) -> &[u8] {
        match self.value {
            Value::OctetString(octets) => octets,
            _ => &[],
        }
    }
}

/// A column by its full name.
#[derive(Clone)]
pub(super) struct Object {
    pub name: Oid,
    pub column: Column,
    table: &'static Table,
}

impl Table {
    pub fn apply(&self, view: &View<'_>, next: &mut State, changes: &[Change<'_>]) -> Result<(), Refusal> {
        match self.apply {
            Apply::Nothing => Ok(()),
            Apply::Always(apply) => {
                apply(view, next, changes);
                Ok(())
            }
            Apply::Perhaps(apply) => apply(view, next, changes),
        }
    }
}

impl Column {
    pub const fn ro(arc: u32) -> Self {
        Self { arc, access: Access::ReadOnly }
    }

    pub const fn rw(arc: u32, syntax: Syntax) -> Self {
        Self { arc, access: Access::ReadWrite(syntax) }
    }

    pub const fn create(arc: u32, syntax: Syntax) -> Self {
        Self { arc, access: Access::ReadCreate(syntax) }
    }

    pub const fn hidden(arc: u32) -> Self {
        Self { arc, access: Access::NotAccessible }
    }

    pub const fn is_readable(self) -> bool {
        !matches!(self.access, Access::NotAccessible)
    }
}

impl Object {
    pub fn is_of(&self, table: &Table) -> bool {
        std::ptr::eq(self.table, table)
    }

    pub fn get(&self, view: &View<'_>, name: &Oid) -> Option<Value> {
        let index = name.strip_prefix(&self.name)?;
        if self.column.is_readable() { (self.table.cell)(view, self.column.arc, index) } else { None }
    }

    /// The object's first variable after `name`.
    pub fn next(&self, view: &View<'_>, name: &Oid) -> Option<VarBind> {
        if !self.column.is_readable() || (*name > self.name && !name.starts_with(&self.name)) {
            return None;
        }
        let mut row = (self.table.next_row)(view, name.strip_prefix(&self.name));
        while let Some(index) = row {
            // Sparse columns have no cell in some rows.
            if let Some(value) = (self.table.cell)(view, self.column.arc, &index) {
                return Some(VarBind::new(self.name.child(&index).ok()?, value));
            }
            row = (self.table.next_row)(view, Some(&index));
        }
        None
    }

    /// RFC 3416, section 4.2.5, checks 1 to 7 and 9: those that need no other binding.
    pub fn check(&self, view: &View<'_>, name: &Oid, value: &Value) -> Result<(), ErrorStatus> {
        match self.column.access {
            Access::NotAccessible => Err(ErrorStatus::NO_ACCESS),
            Access::ReadOnly => Err(ErrorStatus::NOT_WRITABLE),
            Access::ReadWrite(syntax) => {
                syntax.check(value)?;
                match self.get(view, name) {
                    Some(_) => Ok(()),
                    None => Err(ErrorStatus::NO_CREATION),
                }
            }
            Access::ReadCreate(syntax) => syntax.check(value),
        }
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name, self.column.access)
    }
}

impl Syntax {
    fn check(self, value: &Value) -> Result<(), ErrorStatus> {
        match (self, value) {
            (Self::Text(most), Value::OctetString(octets)) => {
                right(octets.len() <= most, ErrorStatus::WRONG_LENGTH)?;
                right(octets.is_ascii(), ErrorStatus::WRONG_VALUE)
            }
            (Self::Utf8(most), Value::OctetString(octets)) => {
                right(octets.len() <= most, ErrorStatus::WRONG_LENGTH)?;
                right(str::from_utf8(octets).is_ok(), ErrorStatus::WRONG_VALUE)
            }
            (Self::Range(least, most), Value::Integer32(number)) => {
                right((least..=most).contains(number), ErrorStatus::WRONG_VALUE)
            }
            // 3 is notReady, which only an agent says.
            (Self::RowStatus, Value::Integer32(number)) => {
                right(matches!(number, 1 | 2 | 4..=6), ErrorStatus::WRONG_VALUE)
            }
            _ => Err(ErrorStatus::WRONG_TYPE),
        }
    }
}

fn right(is_right: bool, otherwise: ErrorStatus) -> Result<(), ErrorStatus> {
    if is_right { Ok(()) } else { Err(otherwise) }
}

/// All columns by their names, sorted.
pub(super) fn flatten(tables: impl Iterator<Item = &'static Table>) -> Vec<Object> {
    let mut objects: Vec<Object> = tables
        .flat_map(|table| {
            table.columns.iter().map(move |column| {
                let mut name = Oid::from_static(table.entry);
                name.push(column.arc).expect("a constant name is short");
                Object { name, column: *column, table }
            })
        })
        .collect();
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    objects
}

/// The rows of a group of scalars.
pub(super) fn only_zero(_: &View<'_>, after: Option<&[u32]>) -> Option<Oid> {
    after.is_none_or(<[u32]>::is_empty).then(|| Oid::from_static(&[0]))
}

/// The first of `indexes` (sorted or not) after `after`.
pub(super) fn first_after<'i>(
    indexes: impl Iterator<Item = &'i [u32]>,
    after: Option<&[u32]>,
) -> Option<Oid> {
    indexes.filter(|index| after.is_none_or(|after| *index > after)).min().map(Oid::from_static)
}

pub(super) fn text(text: &str) -> Value {
    Value::OctetString(text.into())
}

pub(super) fn octets(octets: &[u8]) -> Value {
    Value::OctetString(octets.into())
}

pub(super) fn oid(arcs: &[u32]) -> Value {
    Value::ObjectIdentifier(Oid::from_static(arcs))
}

/// The low 32 bits, as a `Counter32` shows of a larger count.
#[expect(clippy::cast_possible_truncation, reason = "a Counter32 wraps at 2^32")]
pub(super) const fn low(count: u64) -> u32 {
    count as u32
}

/// A number that an `Integer32` holds, or the largest.
pub(super) fn integer(number: u64) -> Value {
    Value::Integer32(i32::try_from(number).unwrap_or(i32::MAX))
}
