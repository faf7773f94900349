//! Finds columns, and the objects of the index, by their names.

use std::collections::BTreeSet;

use crate::{
    mib::{
        Access, Kind, View,
        image::Definition,
        name::{self, Among, Missing},
    },
    oid::Oid,
    table::{Column, IndexComponent, Plan},
    tool::ToolError,
};

use super::select::Field;

/// A column among those of several tables.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Key {
    /// The table, as in [`Column::table`].
    pub(super) table: usize,
    /// The column's sub-identifier.
    pub(super) id: u32,
}

impl Key {
    /// That of a column.
    pub(super) const fn of(column: &Column) -> Self {
        Self { table: column.table, id: column.id }
    }
}

/// A table, as its columns are looked for.
#[derive(Debug)]
struct Known<'a> {
    plan: &'a Plan,
    /// The table as it is called.
    name: String,
    /// Its module.
    module: String,
    entry: Option<Definition<'static>>,
}

/// What was typed for a column, taken apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Typed<'t> {
    module: Option<&'t str>,
    /// What stands before the last dot.
    table: Option<&'t str>,
    column: &'t str,
}

impl<'t> Typed<'t> {
    fn read(text: &'t str) -> Self {
        let (module, rest) = match text.split_once("::") {
            Some((module, rest)) => (Some(module), rest),
            None => (None, text),
        };
        match rest.rsplit_once('.') {
            Some((table, column)) => Self { module, table: Some(table), column },
            None => Self { module, table: None, column: rest },
        }
    }
}

/// Finds the columns of the tables of a fetch, and the objects of the index of the first of them.
#[derive(Debug)]
pub(super) struct Finder<'a> {
    tables: Vec<Known<'a>>,
    tool: &'static str,
    view: View,
}

impl<'a> Finder<'a> {
    /// A finder for the columns of these tables.
    pub(super) fn new(plans: &'a [Plan], tool: &'static str, view: &View) -> Self {
        let known = |oid: &Oid| view.find(oid).filter(|(_, rest)| rest.is_empty()).map(|(known, _)| known);
        let table = |plan: &'a Plan| {
            let definition = known(plan.table());
            let module = definition.and_then(Definition::module).map(|module| module.name().to_string());
            Known {
                plan,
                name: definition.map_or_else(|| plan.table().to_string(), |table| table.name().to_string()),
                module: module.unwrap_or_default(),
                entry: known(plan.entry()),
            }
        };
        Self { tables: plans.iter().map(table).collect(), tool, view: view.clone() }
    }

    /// What `option` names, each once.
    pub(super) fn columns(&self, names: &[String], option: &str) -> Result<Vec<Key>, ToolError> {
        let mut seen = BTreeSet::new();
        let mut keys = Vec::new();
        for name in names {
            let key = self.column(name, option)?;
            if !seen.insert(key) {
                return Err(self.mistake(option, &format!("{name} is named twice")));
            }
            keys.push(key);
        }
        Ok(keys)
    }

    /// An object of the index, or a column.
    pub(super) fn field(&self, name: &str, option: &str) -> Result<Field, ToolError> {
        let typed = Typed::read(name);
        let place = self.index().iter().position(|component| component.name == typed.column);
        match place.filter(|_| typed.table.is_none()) {
            Some(place) => Ok(Field::Index(place)),
            None => self.column(name, option).map(Field::Column),
        }
    }

    /// What is known of a field: the definition of its object.
    pub(super) fn definition(&self, field: Field) -> Option<Definition<'static>> {
        let oid = match field {
            Field::Index(place) => self.index().get(place)?.object.clone()?,
            Field::Column(key) => self.tables.get(key.table)?.plan.entry().child(&[key.id]).ok()?,
        };
        let (definition, rest) = self.view.object(&oid)?;
        (rest.is_empty() && definition.kind() == Kind::Column).then_some(definition)
    }

    /// Columns that cannot be read, but that notifications carry or that can be written: net-snmp's text has them all the
    /// same.
    pub(super) fn unreadable(&self) -> Vec<Oid> {
        let entries = self.tables.iter().filter_map(|table| table.entry);
        let columns = entries.flat_map(|entry| entry.node().children()).filter_map(|node| {
            node.definitions().find(|known| known.kind() == Kind::Column && self.view.shows(*known))
        });
        let is_unreadable = |column: &Definition<'_>| {
            column.access().is_some_and(|access| match access {
                Access::AccessibleForNotify | Access::WriteOnly => true,
                Access::NotAccessible
                | Access::ReadOnly
                | Access::ReadWrite
                | Access::ReadCreate
                | Access::NotImplemented => false,
            })
        };
        columns.filter(is_unreadable).map(Definition::oid).collect()
    }

    /// A mistake in an option.
    pub(super) fn mistake(&self, option: &str, text: &str) -> ToolError {
        ToolError::Argument(format!("{}: {option}: {text}", self.tool))
    }

    /// A table as it is called.
    pub(super) fn name(&self, table: usize) -> &str {
        self.tables.get(table).map_or("", |table| &table.name)
    }

    fn index(&self) -> &[IndexComponent] {
        self.tables.first().map_or(&[], |table| table.plan.index())
    }

    fn column(&self, name: &str, option: &str) -> Result<Key, ToolError> {
        let typed = Typed::read(name);
        if typed.column.is_empty() {
            let what = if name.is_empty() {
                "the name of a column is missing".to_owned()
            } else {
                format!("no column is named behind {name}")
            };
            return Err(self.mistake(option, &what));
        }
        let tables = || self.tables.iter().enumerate().filter(|(_, table)| table.is_meant(typed));
        let found: Vec<Key> =
            tables().filter_map(|(place, table)| table.column(place, typed.column)).collect();
        match found.as_slice() {
            [key] => return Ok(*key),
            [] => {}
            several => {
                let ways: Vec<String> =
                    several.iter().map(|key| format!("{}.{}", self.name(key.table), typed.column)).collect();
                let text = format!("{name} is the name of several columns; write {}", ways.join(" or "));
                return Err(self.mistake(option, &text));
            }
        }
        let meant: Vec<&Known<'_>> = tables().map(|(_, table)| table).collect();
        Err(self.mistake(option, &self.unknown(name, typed, &meant)))
    }

    /// Why none of the tables that may be meant has such a column.
    fn unknown(&self, name: &str, typed: Typed<'_>, meant: &[&Known<'_>]) -> String {
        let all = |tables: &[&Known<'_>]| -> String {
            tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>().join(" nor ")
        };
        if meant.is_empty() {
            let tables: Vec<&Known<'_>> = self.tables.iter().collect();
            return format!("{name} is no column of {}", all(&tables));
        }
        if meant.iter().all(|table| table.plan.columns().is_empty()) {
            return format!("{name}: without a MIB, columns are known by their numbers");
        }
        if let Some(table) = meant.iter().find(|table| table.has_in_index(typed.column)) {
            let table = &table.name;
            return format!("{name} is part of the index of {table}, which every row has; it is no column");
        }
        if let Some(table) = meant.iter().find(|table| table.hides(typed.column)) {
            return format!("the column {name} of {} cannot be read", table.name);
        }
        let near: Vec<String> = meant
            .iter()
            .filter_map(|table| table.entry)
            .flat_map(|entry| {
                let among = Among::Children(entry.node());
                name::nearest(&Missing { part: typed.column.to_owned(), among }, &self.view)
            })
            .collect();
        let near =
            if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
        match meant {
            [table] => format!("{} has no column {}{near}", table.name, typed.column),
            several => format!("neither {} has a column {}{near}", all(several), typed.column),
        }
    }
}

impl Known<'_> {
    /// Whether what stands before a column's name is this table, or its module.
    fn is_meant(&self, typed: Typed<'_>) -> bool {
        let is_module = |module| self.module.is_empty() || module == self.module;
        let is_table = |table: &str| table.strip_prefix('.').unwrap_or(table) == self.name;
        typed.module.is_none_or(is_module) && typed.table.is_none_or(is_table)
    }

    fn column(&self, place: usize, name: &str) -> Option<Key> {
        let number = name.parse::<u32>().ok();
        if self.plan.columns().is_empty() {
            return number.map(|id| Key { table: place, id });
        }
        let is_named = |column: &&Column| column.name == name || Some(column.id) == number;
        let column = self.plan.columns().iter().find(is_named)?;
        Some(Key { table: place, id: column.id })
    }

    fn has_in_index(&self, name: &str) -> bool {
        self.plan.index().iter().any(|component| component.name == name)
    }

    fn hides(&self, name: &str) -> bool {
        let number = name.parse::<u32>().ok();
        self.entry.into_iter().flat_map(|entry| entry.node().children()).any(|node| {
            Some(node.arc()) == number || node.definitions().any(|definition| definition.name() == *name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mib::image;

    fn plans(tables: &[&str]) -> Vec<Plan> {
        let oid = |name: &str| match name.parse::<Oid>() {
            Ok(oid) => oid,
            Err(_) => image::core().definitions(name).next().unwrap().oid(),
        };
        let plan = |name: &&str| {
            let oid = oid(name);
            Plan::from_mib(&View::core(), &oid).unwrap_or_else(|_| Plan::without_mib(&oid).unwrap())
        };
        tables.iter().map(plan).collect()
    }

    #[test]
    fn a_column_is_found_in_the_table_that_has_it_or_that_is_named() {
        let plans = plans(&["ifTable", "ifXTable", "1.3.6.1.4.1.32473.2.3"]);
        let finder = Finder::new(&plans, "snmptable", &View::core());
        let found = |name: &str| finder.column(name, "--columns").map(|key| (key.table, key.id));
        for (name, key) in [
            ("ifDescr", (0, 2)),
            ("ifName", (1, 1)),
            ("IF-MIB::ifName", (1, 1)),
            ("ifXTable.ifName", (1, 1)),
            ("IF-MIB::ifXTable.6", (1, 6)),
            ("ifTable.1", (0, 1)),
            ("1.3.6.1.4.1.32473.2.3.5", (2, 5)),
            (".1.3.6.1.4.1.32473.2.3.5", (2, 5)),
        ] {
            assert_eq!(found(name), Ok(key), "{name}");
        }
        for (name, said) in [
            (
                "1",
                "1 is the name of several columns; write ifTable.1 or ifXTable.1 or 1.3.6.1.4.1.32473.2.3.1",
            ),
            ("ifTable.ifName", "ifTable has no column ifName"),
            (
                "ifYTable.ifName",
                "ifYTable.ifName is no column of ifTable nor ifXTable nor 1.3.6.1.4.1.32473.2.3",
            ),
            ("1.3.6.1.4.1.32473.2.3.five", "without a MIB, columns are known by their numbers"),
            ("ifXTable.ifNam", "ifXTable has no column ifNam; did you mean ifName?"),
        ] {
            let error = found(name).unwrap_err().to_string();
            assert!(error.contains(said), "{name}: {error}");
        }
    }

    #[test]
    fn what_is_typed_for_a_column_has_up_to_three_parts() {
        for (text, module, table, column) in [
            ("ifDescr", None, None, "ifDescr"),
            ("IF-MIB::ifDescr", Some("IF-MIB"), None, "ifDescr"),
            ("IF-MIB::ifTable.ifDescr", Some("IF-MIB"), Some("ifTable"), "ifDescr"),
            ("1.3.6.5", None, Some("1.3.6"), "5"),
            ("", None, None, ""),
        ] {
            assert_eq!(Typed::read(text), Typed { module, table, column }, "{text}");
        }
    }
}
