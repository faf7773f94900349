//! What `snmptable` prints: the rows of a table, in each [`Format`].
//!
//! A [`Writer`] is told the columns, then each row, then how it ended. Text and tables keep the rows until they know how
//! wide the columns are; the other formats write each at once.

mod cell;
mod delimited;
mod grid;
mod objects;
mod shape;
mod text;
mod vertical;

pub use shape::Shape;
pub use text::Style;

use super::{
    End, EndReason, Failure, Sink, known::Knowledge, netsnmp::Named, options::Options, terminal::Escapes,
    terminal::neutralise_json_tail, terminal::neutralise_tail,
};
use crate::{
    mib::View,
    table::{Column, Plan, Row},
};

/// A format of rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Format {
    /// net-snmp's text.
    #[default]
    Text,
    /// One JSON document for each host.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values (RFC 4180): a column for each index object and each column.
    Csv,
    /// A table for people.
    Table,
    /// One line for each cell, the cells of a row together.
    Vertical,
}

/// Whether rows say of themselves that they belong together.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Marks {
    /// There are none that do not.
    #[default]
    None,
    /// Each says so: rows at any price are among them.
    Each,
}

/// How the rows were got, as far as the end of the output tells.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Conclusion {
    /// Whether the rows belong together. False where there are none because the table did not hold still, or because
    /// anything else went wrong.
    pub consistent: bool,
    /// How often the fetch was tried.
    pub tries: u32,
    /// How many tries were thrown away.
    pub restarts: u32,
}

/// Writes rows. Each call appends to the caller's buffer.
#[derive(Debug)]
pub struct Writer {
    format: Format,
    options: Options,
    sink: Sink,
    names: Named,
    knowledge: Knowledge,
    marks: Marks,
    plan: Plan,
    shape: Shape,
    /// Which of the columns are shown, by their places.
    shown: Vec<usize>,
    conclusion: Conclusion,
    text: text::Page,
    grid: grid::Page,
    vertical: vertical::Records,
    csv: delimited::Rows,
    objects: objects::Objects,
    spare: Vec<u8>,
}

/// What a writer writes, and how.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The format.
    pub format: Format,
    /// The options of text; [`Options`] as `-O` has them, with quick print turned over, as net-snmp's snmptable has it.
    pub options: Options,
    /// Where the octets go.
    pub sink: Sink,
    /// What is known of objects.
    pub names: Named,
    /// How text is laid out.
    pub style: Style,
    /// Whether rows are marked.
    pub marks: Marks,
}

impl Writer {
    /// A writer for the rows of what a plan describes, of the agent that the user calls `host`.
    pub fn new(setup: Setup, plan: Plan, host: &str) -> Self {
        let Setup { format, options, sink, names, style, marks } = setup;
        let shape = Shape::new(&plan, plan.columns(), &names);
        Self {
            text: text::Page::new(style),
            grid: grid::Page::new(sink.width),
            vertical: vertical::Records::default(),
            csv: delimited::Rows::new(host, marks),
            objects: objects::Objects::new(host, &shape),
            knowledge: Knowledge::of(names.view().clone()),
            conclusion: Conclusion::default(),
            shown: (0..plan.columns().len()).collect(),
            spare: Vec::new(),
            format,
            options,
            sink,
            names,
            marks,
            plan,
            shape,
        }
    }

    /// Takes note of the columns that rows come with, and which of them are shown, in which order, by their places.
    pub fn columns(&mut self, columns: &[Column], shown: &[usize]) {
        self.shape = Shape::new(&self.plan, columns, &self.names);
        self.shown = shown.iter().copied().filter(|place| *place < columns.len()).collect();
    }

    /// What is known of the columns.
    pub const fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Writes the header of CSV, if it is not written yet; other formats have none that stands alone.
    pub fn header(&mut self, out: &mut Vec<u8>) {
        match self.format {
            Format::Csv => self.csv.header(&self.shape, &self.shown, out),
            Format::Text | Format::Json | Format::Ndjson | Format::Table | Format::Vertical => {}
        }
    }

    /// Leaves the header of CSV out: the same one was written for the rows of another agent.
    pub const fn omit_header(&mut self) {
        self.csv.omit_header();
    }

    /// Writes a row, or keeps it.
    pub fn row(&mut self, row: &Row, out: &mut Vec<u8>) {
        let start = out.len();
        let (shape, shown) = (&self.shape, self.shown.as_slice());
        match self.format {
            Format::Text => self.text.row(row, shape, shown, &self.options, &self.names),
            Format::Json => {
                self.objects.open_document(out);
                self.objects.between_rows(out);
                self.objects.row(row, shape, shown, &mut self.spare, out);
            }
            Format::Ndjson => {
                self.objects.row(row, shape, shown, &mut self.spare, out);
                out.push(b'\n');
            }
            Format::Csv => {
                self.csv.header(shape, shown, out);
                self.csv.row(row, shape, shown, &mut self.spare, out);
                match self.sink.escapes {
                    Escapes::Raw => {}
                    Escapes::Neutralised => neutralise_tail_of_lines(out, start, &mut self.spare),
                }
            }
            Format::Table => {
                self.grid.row(row, shape, shown, &self.options, &self.names, self.marks, out);
            }
            Format::Vertical => {
                self.vertical.row(row, shape, shown, &self.options, &self.names, out);
            }
        }
        let is_json = matches!(self.format, Format::Json | Format::Ndjson);
        if is_json && self.sink.escapes == Escapes::Neutralised {
            neutralise_json_tail(out, start, &mut self.spare);
        }
    }

    /// Writes an error for programs. People read it on standard error.
    pub fn error(&mut self, failure: &Failure<'_>, out: &mut Vec<u8>) {
        match self.format {
            Format::Text | Format::Csv | Format::Table | Format::Vertical => {}
            Format::Json => {
                self.objects.open_document(out);
                self.objects.keep_error(failure, &self.knowledge);
            }
            Format::Ndjson => {
                super::json::error(failure, &self.knowledge, out);
                out.push(b'\n');
            }
        }
    }

    /// Says how the rows were got, for [`Writer::end`].
    pub const fn conclude(&mut self, conclusion: Conclusion) {
        self.conclusion = conclusion;
    }

    /// Writes that nothing more comes. `end.varbinds` counts the rows.
    pub fn end(&mut self, end: &End, out: &mut Vec<u8>) {
        match self.format {
            Format::Text => {}
            Format::Vertical => self.no_entries(end, out),
            Format::Json => {
                self.objects.open_document(out);
                self.objects.close_document(Some((end, self.conclusion)), out);
            }
            Format::Ndjson => {
                self.objects.end(end, self.conclusion, out);
                out.push(b'\n');
            }
            Format::Csv => {
                self.csv.header(&self.shape, &self.shown, out);
            }
            Format::Table => {
                self.grid.write(out);
                self.no_entries(end, out);
            }
        }
    }

    /// Says of an empty table what text says of it.
    fn no_entries(&self, end: &End, out: &mut Vec<u8>) {
        if end.varbinds == 0 && end.reason == EndReason::Answered {
            out.extend_from_slice(&text::title(&self.shape, &self.options, &self.names));
            out.extend_from_slice(b": No entries\n");
        }
    }

    /// Writes the text of the rows that were kept: headings and all. Other formats have nothing to do here.
    pub fn write_text(&mut self, out: &mut Vec<u8>) {
        if self.format != Format::Text {
            return;
        }
        let start = out.len();
        self.text.write(&self.shape, &self.shown, &self.options, &self.names, out);
        match self.sink.escapes {
            Escapes::Raw => {}
            Escapes::Neutralised => neutralise_tail(out, start, &mut self.spare),
        }
    }
}

/// What programs read of a run that ended before an agent was asked, and perhaps before the table was known: an error and
/// an end. Nothing for formats that are for people, and for CSV.
pub fn refused(format: super::Format, failure: &Failure<'_>, end: &End) -> Vec<u8> {
    let knowledge = Knowledge::of(View::none());
    let mut objects = objects::Objects::without_table(failure.host);
    let mut out = Vec::new();
    match format {
        super::Format::Json => {
            objects.open_document(&mut out);
            objects.keep_error(failure, &knowledge);
            objects.close_document(Some((end, Conclusion::default())), &mut out);
        }
        super::Format::Ndjson => {
            super::json::error(failure, &knowledge, &mut out);
            out.push(b'\n');
            objects.end(end, Conclusion::default(), &mut out);
            out.push(b'\n');
        }
        super::Format::Text | super::Format::Csv | super::Format::Table => {}
    }
    out
}

/// CSV on a terminal: its line ends are two octets of which a terminal obeys the first, too.
fn neutralise_tail_of_lines(out: &mut Vec<u8>, start: usize, spare: &mut Vec<u8>) {
    let ends = out.ends_with(b"\r\n");
    if ends {
        out.truncate(out.len() - 2);
    }
    neutralise_tail(out, start, spare);
    if ends {
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests;
