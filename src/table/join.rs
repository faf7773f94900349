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
            return Err(PlanError::IndexDiffers {
                table: self.table.clone().into(),
                joined: other.table.into(),
            });
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

    pub(super) fn columns_of(&self, table: usize) -> impl Iterator<Item = &Column> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mib::{View, facts::Range, image};

    fn mib(name: &str) -> Plan {
        let oid = image::core().definitions(name).next().unwrap().oid();
        Plan::from_mib(&View::core(), &oid).unwrap()
    }

    fn named(plan: &Plan) -> Vec<&str> {
        plan.columns().iter().map(|column| column.name.as_str()).collect()
    }

    #[test]
    fn tables_with_indexes_of_the_same_form_join_and_others_do_not() {
        for (table, other, joins) in [
            ("ifTable", "ifXTable", true),
            ("entPhysicalTable", "entStateTable", true),
            // Not the same object, but a port as well.
            ("lldpLocPortTable", "lldpStatsRxPortTable", true),
            ("lldpRemTable", "lldpRemManAddrTable", false),
            ("ifTable", "ifStackTable", false),
            ("ipAddressTable", "ifTable", false),
            ("dot1dTpFdbTable", "atTable", false),
        ] {
            let mut plan = mib(table);
            let before = plan.clone();
            let result = plan.join(mib(other));
            assert_eq!(result.is_ok(), joins, "{table} and {other}: {result:?}");
            if joins {
                assert_eq!(plan.columns().len(), before.columns().len() + mib(other).columns().len());
                assert_eq!(plan.oid_of(1), mib(other).table());
                assert_eq!(plan.last_change_of(1), mib(other).last_change.as_ref());
            } else {
                assert_eq!(plan, before, "{table} and {other}");
                assert!(matches!(result, Err(PlanError::IndexDiffers { .. })));
            }
        }
    }

    #[test]
    fn the_form_of_an_index_is_the_arcs_that_it_takes() {
        let string = |ranges: Vec<Range>, implied| IndexComponent {
            ranges,
            implied,
            ..IndexComponent::new("s", Base::OctetString)
        };
        let number = |syntax| IndexComponent::new("n", syntax);
        let forms = [
            (number(Base::Integer32), Form::Number),
            (number(Base::TimeTicks), Form::Number),
            (number(Base::IpAddress), Form::Address),
            (number(Base::NetworkAddress), Form::KindAndAddress),
            (number(Base::ObjectIdentifier), Form::Counted),
            (number(Base::Null), Form::Unknown),
            (string(vec![(6, 6)], false), Form::Fixed(6)),
            (string(vec![(0, 6)], false), Form::Counted),
            (string(Vec::new(), true), Form::Rest),
        ];
        for (component, form) in forms {
            assert_eq!(Form::of(&component), form, "{component:?}");
        }
    }

    #[test]
    fn a_table_is_in_a_plan_once() {
        let mut plan = mib("ifTable");
        plan.join(mib("ifXTable")).unwrap();
        for table in ["ifTable", "ifXTable"] {
            let error = plan.join(mib(table)).unwrap_err();
            assert_eq!(error, PlanError::JoinedTwice { table: mib(table).table().clone() });
        }
        assert_eq!(plan.tables(), 2);
        // A plan that is joined itself brings its tables along.
        let mut three = mib("ifTable");
        let mut two = mib("ifXTable");
        two.join(Plan::new(&"1.9".parse().unwrap(), Vec::new(), vec![Column::numbered(4)]).unwrap()).unwrap();
        three.join(two).unwrap();
        assert_eq!((three.tables(), three.columns().last().unwrap().table), (3, 2));
        assert_eq!(three.entry_of(2).to_string(), "1.9.1");
    }

    #[test]
    fn what_is_said_of_a_table_before_it_is_joined_stays() {
        let mut other = mib("ifXTable");
        other.only(&[6, 1]).unwrap();
        other.require(Required::Columns(vec![6])).unwrap();
        let mut plan = mib("ifTable");
        plan.join(other).unwrap();
        plan.only(&[2, 8]).unwrap();
        plan.require(Required::Mask(0b10)).unwrap();
        assert_eq!(named(&plan), ["ifDescr", "ifOperStatus", "ifHCInOctets", "ifName"]);
        let required =
            |plan: &Plan| plan.columns().iter().map(|column| plan.requires(column)).collect::<Vec<_>>();
        assert_eq!(required(&plan), [true, false, true, false]);
        assert_eq!(plan.required_mask(), 0b10, "bsnmp knows one table");

        plan.arrange(&[2, 0]).unwrap();
        assert_eq!(named(&plan), ["ifHCInOctets", "ifDescr"]);
        assert_eq!(plan.arrange(&[1]), Err(PlanError::RequiredNotFetched { id: 6 }));
        assert_eq!(plan.arrange(&[0, 2]), Err(PlanError::NoSuchPlace { place: 2, columns: 2 }));
        assert_eq!(plan.arrange(&[0, 0]), Err(PlanError::Twice { id: 6 }));
        assert!(matches!(plan.arrange(&[]), Err(PlanError::NoColumns { .. })));
        assert_eq!(named(&plan), ["ifHCInOctets", "ifDescr"]);
    }

    #[test]
    fn columns_that_are_not_known_cannot_be_arranged_and_a_table_without_any_is_not_looked_into() {
        let mut plan = mib("ifTable");
        plan.join(Plan::without_mib(&"1.9".parse().unwrap()).unwrap()).unwrap();
        assert_eq!(plan.unknown_from(0), Some(1));
        assert_eq!(plan.arrange(&[0]), Err(PlanError::NoColumns { name: "1.9".into() }));
        let mut plan = mib("ifTable");
        plan.join(mib("ifXTable")).unwrap();
        let first = plan.columns().iter().position(|column| column.table == 1).unwrap();
        plan.arrange(&[first]).unwrap();
        assert_eq!((plan.unknown_from(0), plan.fetches(0), plan.fetches(1)), (None, false, true));
    }
}
