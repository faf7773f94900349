//! Several tables in one plan: rows with the same index beside one another.

use super::{
    Column, IndexComponent, Plan, PlanError, Required,
    plan::{check_required, first_twice},
};
use crate::{mib::facts::Base, oid::Oid};

/// A table whose rows stand beside those of a plan's own table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Joined {
    table: Oid,
    entry: Oid,
    last_change: Option<Oid>,
    required: Required,
    knows_columns: bool,
}

/// How many arcs an index component has: what two tables must have in common for their rows to have the same indexes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Number,
    Address,
    KindAndAddress,
    /// Always so many.
    Fixed(usize),
    /// As many as the first one says.
    Counted,
    /// All that are left.
    Rest,
    /// None that can be told.
    Unknown,
}

impl Form {
    fn of(component: &IndexComponent) -> Self {
        match component.syntax {
            Base::Integer
            | Base::Integer32
            | Base::Unsigned32
            | Base::Gauge32
            | Base::Counter32
            | Base::Counter64
            | Base::UInteger32
            | Base::TimeTicks => Self::Number,
            Base::IpAddress => Self::Address,
            Base::NetworkAddress => Self::KindAndAddress,
            Base::ObjectIdentifier if component.implied => Self::Rest,
            Base::ObjectIdentifier => Self::Counted,
            Base::OctetString | Base::Opaque | Base::Bits | Base::NsapAddress => {
                match component.component().facts.fixed_octets() {
                    _ if component.implied => Self::Rest,
                    Some(octets) => Self::Fixed(octets),
                    None => Self::Counted,
                }
            }
            Base::Null | Base::Other => Self::Unknown,
        }
    }
}

impl Plan {
    /// Puts the rows of another table beside those of this one: of each index one row, with the columns of both.
    ///
    /// All of it is one fetch under one rule: the last-change objects of all tables are watched, a change of any of them,
    /// and a required column of any of them that a row lacks, start the fetch again. A row is there when any of the
    /// tables has it; what a table does not have of it is absent. Index, bounds and number of tries are this plan's.
    ///
    /// ```
    /// use snmpkit::{mib::View, oid::Oid, table::Plan};
    ///
    /// let (if_table, if_x_table): (Oid, Oid) = ("1.3.6.1.2.1.2.2".parse()?, "1.3.6.1.2.1.31.1.1".parse()?);
    /// let mut plan = Plan::from_mib(&View::core(), &if_table)?;
    /// plan.join(Plan::from_mib(&View::core(), &if_x_table)?)?;
    /// assert_eq!(plan.column("ifHCInOctets").map(|column| column.table), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::IndexDiffers`] when an index of one table cannot be one of the other: another number of components,
    /// or of other forms; where one of them is not described, nobody can tell. [`PlanError::JoinedTwice`]. The plan is
    /// unchanged then.
    pub fn join(&mut self, other: Self) -> Result<(), PlanError> {
        let forms = |plan: &Self| plan.index.iter().map(Form::of).collect::<Vec<_>>();
        let is_described = !self.index.is_empty() && !other.index.is_empty();
        if is_described && forms(self) != forms(&other) {
            return Err(PlanError::IndexDiffers { table: self.table.clone(), joined: other.table });
        }
        let has = |entry: &Oid| (0..self.tables()).any(|table| self.entry_of(table) == entry);
        let entries = (0..other.tables()).map(|table| other.entry_of(table));
        if let Some(table) = entries.clone().zip(other.tables_oids()).find(|(entry, _)| has(entry)) {
            return Err(PlanError::JoinedTwice { table: table.1.clone() });
        }
        let behind = self.tables();
        let own = Joined {
            knows_columns: other.knows_columns_of(0),
            table: other.table,
            entry: other.entry,
            last_change: other.last_change,
            required: other.required,
        };
        self.joined.push(own);
        self.joined.extend(other.joined);
        let moved = |column: Column| Column { table: column.table + behind, ..column };
        self.columns.extend(other.columns.into_iter().map(moved));
        Ok(())
    }

    /// Fetches the columns at these places of [`Plan::columns`] alone, in this order, whichever tables they belong to. Of
    /// a table that has none of them nothing is fetched, and its changes do not matter.
    ///
    /// # Errors
    ///
    /// [`PlanError::NoSuchPlace`], [`PlanError::Twice`], [`PlanError::RequiredNotFetched`], [`PlanError::NoColumns`] for
    /// no place at all and where a table's columns are not known; the plan is unchanged then.
    pub fn arrange(&mut self, places: &[usize]) -> Result<(), PlanError> {
        if let Some(table) = self.unknown_from(0) {
            return Err(PlanError::NoColumns { name: self.oid_of(table).to_string() });
        }
        let columns = self.columns.len();
        let at = |place: &usize| {
            self.columns.get(*place).cloned().ok_or(PlanError::NoSuchPlace { place: *place, columns })
        };
        let chosen = places.iter().map(at).collect::<Result<Vec<_>, _>>()?;
        if let Some(place) = first_twice(places.iter().copied()) {
            return Err(PlanError::Twice { id: self.columns[place].id });
        }
        if chosen.is_empty() {
            return Err(PlanError::NoColumns { name: self.table.to_string() });
        }
        for table in 0..self.tables() {
            check_required(self.required_of(table), chosen.iter().filter(|column| column.table == table))?;
        }
        self.columns = chosen;
        Ok(())
    }

    /// How many tables it is made of; from 1.
    pub fn tables(&self) -> usize {
        1 + self.joined.len()
    }

    /// The OID of one of its tables, counted from 0 as in [`Column::table`].
    ///
    /// # Panics
    ///
    /// For a table that it does not have.
    pub fn oid_of(&self, table: usize) -> &Oid {
        self.beside(table).map_or(&self.table, |joined| &joined.table)
    }

    /// The OID of the entry of one of its tables.
    ///
    /// # Panics
    ///
    /// For a table that it does not have.
    pub fn entry_of(&self, table: usize) -> &Oid {
        self.beside(table).map_or(&self.entry, |joined| &joined.entry)
    }

    /// The object that tells when one of its tables changes, without the `.0`.
    ///
    /// # Panics
    ///
    /// For a table that it does not have.
    pub fn last_change_of(&self, table: usize) -> Option<&Oid> {
        self.beside(table).map_or(&self.last_change, |joined| &joined.last_change).as_ref()
    }

    /// The first table from this one on whose columns are those that the agent has.
    pub(crate) fn unknown_from(&self, table: usize) -> Option<usize> {
        (table..self.tables()).find(|table| !self.knows_columns_of(*table))
    }

    /// Whether anything of a table is fetched.
    pub(crate) fn fetches(&self, table: usize) -> bool {
        !self.knows_columns_of(table) || self.columns_of(table).next().is_some()
    }

    /// Arcs of the longest entry.
    pub(crate) fn longest_entry(&self) -> usize {
        (0..self.tables()).map(|table| self.entry_of(table).len()).max().unwrap_or(0)
    }

    pub(super) fn columns_of(&self, table: usize) -> impl Iterator<Item = &Column> + Clone {
        self.columns.iter().filter(move |column| column.table == table)
    }

    pub(super) fn knows_columns_of(&self, table: usize) -> bool {
        self.beside(table).map_or(self.knows_columns, |joined| joined.knows_columns)
    }

    pub(super) fn required_of(&self, table: usize) -> &Required {
        self.beside(table).map_or(&self.required, |joined| &joined.required)
    }

    fn tables_oids(&self) -> impl Iterator<Item = &Oid> {
        std::iter::once(&self.table).chain(self.joined.iter().map(|joined| &joined.table))
    }

    /// A joined table; `None` for the plan's own.
    fn beside(&self, table: usize) -> Option<&Joined> {
        table.checked_sub(1).map(|joined| &self.joined[joined])
    }
}
