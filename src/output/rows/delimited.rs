//! Rows as comma-separated values.

use csv::{Terminator, WriterBuilder};

use super::{Marks, Shape, cell, cell::Plain};
use crate::table::{Cell, Condition, Row};

/// Writes the header before the first row, and rows.
#[derive(Debug)]
pub(super) struct Rows {
    is_header_written: bool,
    host: String,
    marks: Marks,
}

impl Rows {
    pub(super) fn new(host: &str, marks: Marks) -> Self {
        Self { is_header_written: false, host: host.to_owned(), marks }
    }

    /// Has the header count as written: that of another agent's rows is there.
    pub(super) const fn omit_header(&mut self) {
        self.is_header_written = true;
    }

    /// Writes the header if it is not written yet: `host`, the index, the columns that are no part of it, and `complete`
    /// where rows are marked.
    pub(super) fn header(&mut self, shape: &Shape, shown: &[usize], out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.is_header_written, true) {
            return;
        }
        let columns = shown.iter().filter(|place| !shape.is_index(**place));
        let names = columns.filter_map(|place| shape.columns.get(*place)).map(|column| column.name.as_str());
        let mark = (self.marks == Marks::Each).then_some("complete");
        let index = shape.index().iter().map(String::as_str);
        record(std::iter::once("host").chain(index).chain(names).chain(mark), out);
    }

    /// Writes one row.
    pub(super) fn row(
        &self,
        row: &Row,
        shape: &Shape,
        shown: &[usize],
        spare: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) {
        let mut cells = vec![self.host.clone()];
        cells.extend(shape.index_texts(row, spare));
        for place in shown.iter().copied().filter(|place| !shape.is_index(*place)) {
            let typed = shape.columns.get(place).and_then(|column| column.typed.as_ref());
            let value = row.cells.get(place).and_then(Cell::value);
            cells.push(match value.map(|value| cell::plain(value, typed, spare)) {
                None | Some(Plain::Nothing) => String::new(),
                Some(Plain::Number(text) | Plain::Text(text)) => text,
                Some(Plain::List(items)) => items.join(" "),
            });
        }
        if self.marks == Marks::Each {
            cells.push((row.condition == Condition::Whole).to_string());
        }
        record(cells.iter().map(String::as_str), out);
    }
}

/// Writes one record and its CRLF.
fn record<'a>(cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(1_024).from_writer(out);
    writer.write_record(cells).expect("a Vec takes what it is given");
    writer.flush().expect("a Vec takes what it is given");
}
