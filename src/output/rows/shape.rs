//! What is known of a table's columns and index, in the forms that rows are written in.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        json,
        known::{self, Typed},
        netsnmp::Named,
    },
    cell::{self, Plain},
};
use crate::{
    mib::{Kind, View, image::Definition},
    oid::Oid,
    table::{Column, Plan, Row},
    value::Value,
};

/// A table's name, its index and its columns; those of the tables that are joined to it are among them.
#[derive(Debug)]
pub struct Shape {
    table: String,
    table_oid: Oid,
    entry: Oid,
    /// The names and OIDs of the joined tables, in their order.
    joined: Vec<(String, Oid)>,
    index: Vec<String>,
    row: Option<known::Row>,
    pub(super) columns: Vec<Shown>,
}

/// What is known of one column.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) oid: Oid,
    /// Its name; that of its table stands before it where a column of another table has the same.
    pub(super) name: String,
    pub(super) is_qualified: bool,
    pub(super) typed: Option<Typed>,
    /// The place of the index object that it is.
    pub(super) index: Option<usize>,
    pub(super) is_required: bool,
}

impl Shape {
    /// Puts together what the plan and the names say of these columns.
    pub fn new(plan: &Plan, columns: &[Column], names: &Named) -> Self {
        let view = names.view();
        let called = |table: &Oid| match view.find(table) {
            Some((definition, [])) => definition.qualified_name().to_string(),
            _ => table.to_string(),
        };
        let index: Vec<String> = match plan.index() {
            [] => vec!["index".to_owned()],
            components => components.iter().map(|component| component.name.clone()).collect(),
        };
        // The row is asked for through any of its columns.
        let definition = plan.entry().child(&[0]).ok().and_then(|_| row_of(view, plan));
        let row = definition
            .map(known::Row::of)
            .filter(|row| !plan.index().is_empty() && row.parts.len() == plan.index().len());
        let shown = |column: &Column| {
            // A plan's entry has room for a column.
            let oid = plan.entry_of(column.table).child(&[column.id]).unwrap_or_default();
            let definition = column_of(view, &oid);
            let name = match (column.name.as_str(), definition) {
                ("", Some(definition)) => definition.name().to_string(),
                ("", None) => column.id.to_string(),
                (name, _) => name.to_owned(),
            };
            let is_index = |component: &crate::table::IndexComponent| component.object.as_ref() == Some(&oid);
            Shown {
                index: plan.index().iter().position(is_index),
                is_required: plan.requires(column),
                typed: definition.map(Typed::of),
                name,
                is_qualified: false,
                oid,
            }
        };
        let mut shown: Vec<Shown> = columns.iter().map(shown).collect();
        qualify(&mut shown, columns, |table| called(plan.oid_of(table)));
        Self {
            table: called(plan.table()),
            table_oid: plan.table().clone(),
            entry: plan.entry().clone(),
            joined: (1..plan.tables())
                .map(|table| plan.oid_of(table))
                .map(|oid| (called(oid), oid.clone()))
                .collect(),
            index,
            row,
            columns: shown,
        }
    }

    /// The joined tables: the name of each with its module's, or its OID, and its OID.
    pub fn joined(&self) -> &[(String, Oid)] {
        &self.joined
    }

    /// The name of the column in this place, as headings have it.
    pub fn column(&self, place: usize) -> &str {
        self.columns.get(place).map_or("", |column| &column.name)
    }

    /// The table's name with its module's; its OID where it has none.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The table's OID.
    pub const fn table_oid(&self) -> &Oid {
        &self.table_oid
    }

    /// The OID of the table's entry.
    pub const fn entry(&self) -> &Oid {
        &self.entry
    }

    /// The names of the index objects, in order; `index` alone where they are not known.
    pub fn index(&self) -> &[String] {
        &self.index
    }

    /// The values of a row's index as text for programs, one for each name; its sub-identifiers where they are not
    /// known, or are none of this table, and then nothing for the other names.
    pub fn index_texts(&self, row: &Row, spare: &mut Vec<u8>) -> Vec<String> {
        let decoded = row.values.as_deref().unwrap_or_default();
        let (Some(known), true) = (&self.row, decoded.len() == self.index.len()) else {
            let mut texts = vec![String::new(); self.index.len()];
            texts[0] = dotted(&row.index);
            return texts;
        };
        let mut json = Vec::new();
        let text = |place| {
            json.clear();
            json::index::value(known, place, decoded, spare, &mut json);
            serde_json::from_slice::<String>(&json)
                .unwrap_or_else(|_| String::from_utf8_lossy(&json).into_owned())
        };
        (0..decoded.len()).map(text).collect()
    }

    /// The same for people: labels instead of numbers.
    pub(super) fn index_labels(&self, row: &Row, spare: &mut Vec<u8>) -> Vec<String> {
        let mut texts = self.index_texts(row, spare);
        let decoded = row.values.as_deref().unwrap_or_default();
        let Some(known) = self.row.as_ref().filter(|_| decoded.len() == texts.len()) else { return texts };
        for ((text, value), object) in texts.iter_mut().zip(decoded).zip(known.indexes.objects()) {
            if let Value::Integer32(number) = value
                && let Some(label) = object.facts().labels.name_of(*number)
            {
                label.clone_into(text);
            }
        }
        texts
    }

    /// Writes the `index` of JSON.
    pub(super) fn index_object(&self, row: &Row, spare: &mut Vec<u8>, out: &mut Vec<u8>) {
        match &self.row {
            Some(known) if row.values.is_ok() => json::index::write(known, &row.index, spare, out),
            _ => {
                out.extend_from_slice(b"{\"oid\":\"");
                super::super::number::arcs(&row.index, out);
                out.extend_from_slice(b"\"}");
            }
        }
    }

    /// A value of the column in this place as text for programs: a label, text, digits.
    pub fn cell_text(&self, place: usize, value: &Value) -> String {
        let typed = self.columns.get(place).and_then(|column| column.typed.as_ref());
        match cell::plain(value, typed, &mut Vec::new()) {
            Plain::Nothing => String::new(),
            Plain::Number(text) | Plain::Text(text) => text,
            Plain::List(items) => items.join(" "),
        }
    }

    /// Whether the name of a column is the name of an index object that it is.
    pub(super) fn is_index(&self, place: usize) -> bool {
        self.columns.get(place).is_some_and(|column| column.index.is_some())
    }
}

/// Puts the table before the names that columns of several tables have: those of the first of these tables stay.
fn qualify(shown: &mut [Shown], columns: &[Column], table: impl Fn(usize) -> String) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (column, own) in shown.iter().zip(columns) {
        let table = first.entry(column.name.clone()).or_insert(own.table);
        *table = own.table.min(*table);
    }
    let mut taken: HashSet<String> = HashSet::new();
    for (column, own) in shown.iter_mut().zip(columns) {
        if first.get(&column.name) != Some(&own.table) {
            let table = table(own.table);
            let bare = table.rsplit_once("::").map_or(table.as_str(), |(_, bare)| bare);
            // Tables of one name are in several modules.
            let tries = [bare, &table].map(|table| format!("{table}.{}", column.name));
            let [bare, whole] = tries;
            column.name = if taken.contains(&bare) { whole } else { bare };
            taken.insert(column.name.clone());
            column.is_qualified = true;
        }
    }
}

fn column_of(view: &View, oid: &Oid) -> Option<Definition<'static>> {
    let (definition, rest) = view.object(oid)?;
    (rest.is_empty() && definition.kind() == Kind::Column).then_some(definition)
}

/// The row of the table, by its definition.
fn row_of(view: &View, plan: &Plan) -> Option<Definition<'static>> {
    let (definition, rest) = view.find(plan.entry())?;
    (rest.is_empty() && definition.kind() == Kind::Row).then_some(definition)
}

/// Sub-identifiers with dots between them.
pub(super) fn dotted(arcs: &[u32]) -> String {
    let mut out = Vec::new();
    super::super::number::arcs(arcs, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
