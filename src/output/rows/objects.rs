//! Rows as JSON objects; docs/json.md describes them.

use super::{
    super::{
        End, Failure,
        json::{self, milliseconds, optional, serialized},
        known::{Knowledge, Typed},
        number,
    },
    Conclusion, Shape,
    cell::{self, Plain},
};
use crate::{
    mib::facts::Base,
    table::{Cell, Condition, Row},
    value::Value,
};

/// Writes the objects of one agent, and the document around them.
#[derive(Debug)]
pub(super) struct Objects {
    host: String,
    /// The table, and the ones that are joined to it, as JSON: what stands in every object behind `"table":`.
    tables: Vec<u8>,
    /// The beginning of every row.
    prefix: Vec<u8>,
    /// The columns' keys, in the order of the shape, once they are known.
    keys: Vec<Vec<u8>>,
    is_open: bool,
    rows: u64,
    errors: Vec<u8>,
}

impl Objects {
    pub(super) fn new(host: &str, shape: &Shape) -> Self {
        let mut tables = Vec::new();
        serialized(shape.table(), &mut tables);
        if !shape.joined().is_empty() {
            tables.extend_from_slice(b",\"joined\":");
            let names: Vec<&str> = shape.joined().iter().map(|(name, _)| name.as_str()).collect();
            serialized(names, &mut tables);
        }
        Self::of(host, tables)
    }

    /// For an agent of which no table could be made out.
    pub(super) fn without_table(host: &str) -> Self {
        Self::of(host, b"null".to_vec())
    }

    fn of(host: &str, tables: Vec<u8>) -> Self {
        let mut prefix = b"{\"kind\":\"row\",\"host\":".to_vec();
        serialized(host, &mut prefix);
        prefix.extend_from_slice(b",\"table\":");
        prefix.extend_from_slice(&tables);
        prefix.extend_from_slice(b",\"index\":");
        Self {
            host: host.to_owned(),
            tables,
            prefix,
            keys: Vec::new(),
            is_open: false,
            rows: 0,
            errors: Vec::new(),
        }
    }

    /// Writes one row.
    pub(super) fn row(
        &mut self,
        row: &Row,
        shape: &Shape,
        shown: &[usize],
        spare: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        if self.keys.len() != shape.columns.len() {
            self.keys = shape.columns.iter().map(|column| key(&column.name)).collect();
        }
        out.extend_from_slice(&self.prefix);
        shape.index_object(row, spare, out);
        let cells = || {
            shown.iter().filter_map(|place| {
                let cell = row.cells.get(*place)?;
                Some((self.keys.get(*place)?, cell, shape.columns.get(*place)?.typed.as_ref()))
            })
        };
        out.extend_from_slice(b",\"cells\":");
        object(cells().map(|(key, cell, typed)| (key, (cell, typed))), out, |(cell, typed), out| {
            written(cell.value().map(|value| cell::plain(value, typed, spare)), out);
        });
        let exact = cells().filter(|(_, cell, typed)| is_wide(cell, *typed));
        if exact.clone().next().is_some() {
            out.extend_from_slice(b",\"exact\":");
            object(exact.map(|(key, cell, _)| (key, cell)), out, |cell, out| match cell.value() {
                Some(Value::Counter64(number)) => serialized(number.to_string(), out),
                _ => out.extend_from_slice(b"null"),
            });
        }
        let wrong = cells().filter(|(_, cell, _)| matches!(cell, Cell::Bad(_)));
        if wrong.clone().next().is_some() {
            out.extend_from_slice(b",\"wrong\":");
            object(wrong.map(|(key, cell, _)| (key, cell)), out, |cell, out| {
                let Cell::Bad(value) = cell else { return };
                out.extend_from_slice(b"{\"type\":");
                serialized(value.type_name(), out);
                out.extend_from_slice(b",\"value\":");
                written(Some(cell::plain(value, None, spare)), out);
                out.push(b'}');
            });
        }
        out.extend_from_slice(b",\"complete\":");
        serialized(row.condition == Condition::Whole, out);
        if row.condition == Condition::Torn {
            out.extend_from_slice(b",\"missing\":");
            let lacks = |place: &usize| matches!(row.cells.get(*place), Some(Cell::Absent));
            let missing = (0..shape.columns.len()).filter(lacks);
            let missing = missing.filter_map(|place| shape.columns.get(place));
            let missing: Vec<&str> =
                missing.filter(|column| column.is_required).map(|column| column.name.as_str()).collect();
            serialized(missing, out);
        }
        out.push(b'}');
    }

    /// Writes the object of an end.
    pub(super) fn end(&self, end: &End, conclusion: Conclusion, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"kind\":\"end\",\"host\":");
        serialized(&self.host, out);
        out.extend_from_slice(b",\"complete\":");
        serialized(end.complete, out);
        out.extend_from_slice(b",\"reason\":");
        serialized(end.reason.name(), out);
        out.extend_from_slice(b",\"table\":");
        out.extend_from_slice(&self.tables);
        out.extend_from_slice(b",\"rows\":");
        number::decimal(end.varbinds, out);
        out.extend_from_slice(b",\"consistent\":");
        serialized(conclusion.consistent, out);
        for (key, count) in [
            (&b",\"tries\":"[..], u64::from(conclusion.tries)),
            (b",\"restarts\":", u64::from(conclusion.restarts)),
            (b",\"requests\":", end.requests),
            (b",\"retransmissions\":", end.retransmissions),
            (b",\"elapsed_ms\":", milliseconds(end.elapsed)),
        ] {
            out.extend_from_slice(key);
            number::decimal(count, out);
        }
        out.push(b'}');
    }

    /// Opens the document if it is not open.
    pub(super) fn open_document(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.is_open, true) {
            return;
        }
        out.extend_from_slice(b"{\"host\":");
        serialized(&self.host, out);
        out.extend_from_slice(b",\"table\":");
        out.extend_from_slice(&self.tables);
        out.extend_from_slice(b",\"rows\":[");
    }

    /// Writes what stands before a row in the document.
    pub(super) fn between_rows(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
        self.rows += 1;
    }

    /// Keeps an error for the end of the document.
    pub(super) fn keep_error(&mut self, failure: &Failure<'_>, knowledge: &Knowledge) {
        self.errors.extend_from_slice(if self.errors.is_empty() { b"\n" } else { b",\n" });
        json::error(failure, knowledge, &mut self.errors);
    }

    /// Closes the document.
    pub(super) fn close_document(&mut self, end: Option<(&End, Conclusion)>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n],\"errors\":[");
        out.append(&mut self.errors);
        out.extend_from_slice(b"\n],\"end\":");
        match end {
            Some((end, conclusion)) => self.end(end, conclusion, out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b"}\n");
        self.is_open = false;
    }
}

/// Whether a cell has an entry in `exact`: those of columns that hold 64 bits, whatever is in them.
fn is_wide(cell: &Cell, typed: Option<&Typed>) -> bool {
    match typed {
        Some(typed) => typed.object.base() == Base::Counter64,
        None => matches!(cell, Cell::Value(Value::Counter64(_))),
    }
}

fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    serialized(name, &mut key);
    key.push(b':');
    key
}

/// Writes an object of these members.
fn object<'a, T>(
    members: impl Iterator<Item = (&'a Vec<u8>, T)>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(b'{');
    for (n, (key, member)) in members.enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(key);
        write(member, out);
    }
    out.push(b'}');
}

fn written(plain: Option<Plain>, out: &mut Vec<u8>) {
    match plain {
        None | Some(Plain::Nothing) => optional(None::<bool>, out),
        Some(Plain::Number(digits)) => out.extend_from_slice(digits.as_bytes()),
        Some(Plain::Text(text)) => serialized(text, out),
        Some(Plain::List(items)) => serialized(items, out),
    }
}
