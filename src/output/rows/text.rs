//! net-snmp's own text of a table, octet for octet: what its snmptable prints of a table that holds still.

use std::cmp::Ordering;

use super::{
    super::{
        netsnmp::{self, Named},
        options::Options,
    },
    Shape,
    vertical::binding,
};
use crate::{
    oid::Oid,
    table::{Cell, Row},
};

/// How text is laid out: the flags of `-C`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent switches of the command line")]
pub struct Style {
    /// `-Cb`: without what the names of all columns begin with.
    pub brief: bool,
    /// `-Ch`: the headings, and no rows.
    pub headings_only: bool,
    /// `-CH`: no headings.
    pub no_headings: bool,
    /// `-Ci`: each row begins with its index.
    pub index: bool,
    /// `-Cl`: to the left.
    pub left: bool,
    /// `-Cc`: so many octets for each column, a blank among them; from 3.
    pub column_width: Option<usize>,
    /// `-Cw`: so many octets for a line, where a line of one column is not longer than that. Any number but 0; nothing
    /// fits into one below 0.
    pub width: Option<i64>,
    /// `-Cf`: this between columns instead of blanks.
    pub separator: Option<String>,
    /// So many rows have one width of columns, the widest so far; all of them where there is none. net-snmp prints
    /// `-Cr` rows at a time where it does without GETBULK, and so without knowing the others.
    pub page_rows: Option<usize>,
    /// In the order in which a walk over the columns meets the rows, as net-snmp prints them: those come first that have
    /// the first column.
    pub by_first_column: bool,
    /// Columns that are not fetched and have a heading all the same, with `?` below it: net-snmp has those that only
    /// notifications carry.
    pub unreadable: Vec<Oid>,
}

/// Rows that wait until all are there.
#[derive(Debug)]
pub(super) struct Page {
    style: Style,
    rows: Vec<Kept>,
    /// The texts of the cells, one behind the other.
    texts: Vec<u8>,
    /// Where each of them ends; `None` for a cell that is not there.
    cells: Vec<Option<(usize, usize)>>,
}

/// A row that waits.
#[derive(Debug)]
struct Kept {
    /// The first column that it has, by its place among all that are fetched.
    first: usize,
    /// Where its cells begin: the index, then the columns.
    at: usize,
}

/// A column of the text.
#[derive(Debug)]
struct Heading {
    label: Vec<u8>,
    width: usize,
    /// The place of its text among those of a row; nothing where it is not fetched.
    text: Option<usize>,
}

/// The width of the word `index` with a blank.
const INDEX_WIDTH: usize = 6;

impl Page {
    pub(super) const fn new(style: Style) -> Self {
        Self { style, rows: Vec::new(), texts: Vec::new(), cells: Vec::new() }
    }

    /// Keeps a row.
    pub(super) fn row(
        &mut self,
        row: &Row,
        shape: &Shape,
        shown: &[usize],
        options: &Options,
        names: &Named,
    ) {
        let is_there = |cell: &Cell| !matches!(cell, Cell::Absent);
        let first = row.cells.iter().position(is_there).unwrap_or(row.cells.len());
        self.rows.push(Kept { first, at: self.cells.len() });
        let start = self.texts.len();
        index(row, shape, first, options, names, &mut self.texts);
        self.cells.push(Some((start, self.texts.len())));
        for place in shown {
            let value = match row.cells.get(*place) {
                Some(Cell::Value(value) | Cell::Bad(value)) => Some(value.clone()),
                Some(Cell::Absent) | None => None,
            };
            let Some(binding) = value.and_then(|value| binding(shape, *place, row, value)) else {
                self.cells.push(None);
                continue;
            };
            let start = self.texts.len();
            netsnmp::value(&binding, options, names, &mut self.texts);
            for octet in self.texts.iter_mut().skip(start).filter(|octet| **octet == b'\n') {
                *octet = b' ';
            }
            self.cells.push(Some((start, self.texts.len())));
        }
    }

    /// Writes everything.
    pub(super) fn write(
        &mut self,
        shape: &Shape,
        shown: &[usize],
        options: &Options,
        names: &Named,
        out: &mut Vec<u8>,
    ) {
        let title = title(shape, options, names);
        if self.style.by_first_column {
            self.rows.sort_by(|one, other| one.first.cmp(&other.first).then(Ordering::Equal));
        }
        let mut headings = self.headings(shape, shown, options, names);
        if self.style.brief {
            shorten(&mut headings);
        }
        let mut index_width = INDEX_WIDTH;
        let size = self.style.page_rows.unwrap_or(usize::MAX).max(1);
        let none: &[Kept] = &[];
        let pages: Vec<&[Kept]> = match (self.style.headings_only, self.rows.is_empty()) {
            (true, _) => vec![none],
            (false, true) => Vec::new(),
            (false, false) => self.rows.chunks(size).collect(),
        };
        for (n, rows) in pages.into_iter().enumerate() {
            for row in rows {
                index_width = index_width.max(self.text(row, 0).map_or(0, <[u8]>::len));
                for heading in &mut headings {
                    let text = heading.text.and_then(|at| self.text(row, at));
                    heading.width = heading.width.max(text.map_or(0, <[u8]>::len));
                }
            }
            let sheet =
                Sheet { page: self, title: &title, headings: &headings, index_width, is_first: n == 0 };
            sheet.write(rows, out);
        }
        if self.rows.is_empty() || self.style.headings_only {
            out.extend_from_slice(&title);
            out.extend_from_slice(b": No entries\n");
        }
    }

    /// The columns that are shown, and those that cannot be read in their places among them.
    fn headings(&self, shape: &Shape, shown: &[usize], options: &Options, names: &Named) -> Vec<Heading> {
        let known = shown.iter().filter_map(|place| shape.columns.get(*place)).enumerate();
        let mut columns: Vec<(&Oid, Heading)> = known
            .map(|(at, column)| {
                let text = Some(at + 1);
                let heading = if column.is_qualified {
                    let label = column.name.clone().into_bytes();
                    Heading { width: label.len(), label, text }
                } else {
                    Heading { text, ..heading(&column.oid, options, names) }
                };
                (&column.oid, heading)
            })
            .collect();
        for own in &self.style.unreadable {
            let entry = own.arcs().split_last().map(|(_, entry)| entry);
            let beside =
                |(oid, _): &(&Oid, Heading)| oid.arcs().split_last().map(|(_, entry)| entry) == entry;
            let behind = columns.iter().position(|column| beside(column) && column.0 > own);
            let place = behind.or_else(|| columns.iter().rposition(beside).map(|last| last + 1));
            columns.insert(place.unwrap_or(columns.len()), (own, heading(own, options, names)));
        }
        columns.into_iter().map(|(_, heading)| heading).collect()
    }

    fn text(&self, row: &Kept, at: usize) -> Option<&[u8]> {
        let (start, end) = (*self.cells.get(row.at + at)?)?;
        self.texts.get(start..end)
    }
}

/// Rows that are written at a time, with what all of them have in common.
struct Sheet<'a> {
    page: &'a Page,
    title: &'a [u8],
    headings: &'a [Heading],
    index_width: usize,
    is_first: bool,
}

impl Sheet<'_> {
    fn write(&self, rows: &[Kept], out: &mut Vec<u8>) {
        let style = &self.page.style;
        let has_headings = !style.no_headings && self.is_first;
        if has_headings && !style.headings_only {
            out.extend_from_slice(b"SNMP table: ");
            out.extend_from_slice(self.title);
            out.extend_from_slice(b"\n\n");
        }
        let (mut start, mut part) = (0, 1);
        while start < self.headings.len() {
            if part > 1 && !style.no_headings {
                out.extend_from_slice(b"\nSNMP table ");
                out.extend_from_slice(self.title);
                out.extend_from_slice(format!(", part {part}\n\n").as_bytes());
            }
            let end = self.part(start, has_headings);
            if has_headings {
                self.heading_line(start, end, out);
            }
            for row in rows {
                self.row(row, start, end, out);
            }
            (start, part) = (end, part + 1);
        }
    }

    /// Where the part ends that begins with a column: before the first one that does not fit beside the others. The
    /// index counts only where its heading is written.
    fn part(&self, start: usize, has_headings: bool) -> usize {
        let style = &self.page.style;
        let (Some(most), None) = (style.width, style.column_width) else { return self.headings.len() };
        let mut width = if style.index && has_headings { length(self.index_width) } else { 0 };
        for (at, heading) in self.headings.iter().enumerate().skip(start) {
            width += length(heading.width) + 1;
            if at > start && width > most {
                return at;
            }
        }
        self.headings.len()
    }

    fn heading_line(&self, start: usize, end: usize, out: &mut Vec<u8>) {
        let style = &self.page.style;
        if style.index && style.column_width.is_none() {
            self.index(b"index", out);
        }
        let mut line = Line::of(style);
        for (at, heading) in self.headings.iter().enumerate().take(end).skip(start) {
            line.next(at == start, out);
            self.cell(at, &heading.label, out);
        }
        out.push(b'\n');
    }

    fn row(&self, row: &Kept, start: usize, end: usize, out: &mut Vec<u8>) {
        let style = &self.page.style;
        if style.index {
            self.index(self.page.text(row, 0).unwrap_or_default(), out);
        }
        let mut line = Line::of(style);
        for at in start..end {
            line.next(at == start, out);
            let text = self.headings.get(at).and_then(|heading| self.page.text(row, heading.text?));
            self.cell(at, text.unwrap_or(b"?"), out);
        }
        out.push(b'\n');
    }

    fn index(&self, text: &[u8], out: &mut Vec<u8>) {
        let style = &self.page.style;
        if style.column_width.is_some() {
            out.extend_from_slice(b"\nindex: ");
            out.extend_from_slice(text);
            out.push(b'\n');
        } else if style.separator.is_some() {
            out.extend_from_slice(text);
        } else {
            padded(text, self.index_width, style.left, out);
        }
    }

    fn cell(&self, at: usize, text: &[u8], out: &mut Vec<u8>) {
        let style = &self.page.style;
        if let Some(width) = style.column_width {
            let text = text.get(..width - 1).unwrap_or(text);
            padded(text, width, style.left, out);
        } else if let Some(separator) = &style.separator {
            if at > 0 || style.index {
                out.extend_from_slice(separator.as_bytes());
            }
            out.extend_from_slice(text);
        } else {
            padded(text, self.headings.get(at).map_or(0, |heading| heading.width) + 1, style.left, out);
        }
    }
}

/// How far a line of columns of one width has come.
struct Line {
    column: i64,
    most: i64,
    width: i64,
}

impl Line {
    fn of(style: &Style) -> Self {
        let (column, most) = match (style.column_width, style.width) {
            (Some(column), Some(most)) => (length(column), most),
            _ => (0, i64::MAX),
        };
        Self { column, most, width: 0 }
    }

    /// Ends the line before a column that does not fit on it.
    fn next(&mut self, is_first: bool, out: &mut Vec<u8>) {
        self.width = self.width.saturating_add(self.column);
        if !is_first && self.width > self.most {
            out.push(b'\n');
            self.width = self.column;
        }
    }
}

fn length(octets: usize) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX)
}

fn padded(text: &[u8], width: usize, left: bool, out: &mut Vec<u8>) {
    let blanks = std::iter::repeat_n(b' ', width.saturating_sub(text.len()));
    if left {
        out.extend_from_slice(text);
        out.extend(blanks);
    } else {
        out.extend(blanks);
        out.extend_from_slice(text);
    }
}

/// The tables' names as the options have them.
pub(super) fn title(shape: &Shape, options: &Options, names: &Named) -> Vec<u8> {
    let mut title = Vec::new();
    let joined = shape.joined().iter().map(|(name, oid)| (name.as_str(), oid));
    for (at, (name, oid)) in std::iter::once((shape.table(), shape.table_oid())).chain(joined).enumerate() {
        if at > 0 {
            title.extend_from_slice(b", ");
        }
        let before = title.len();
        netsnmp::oid(oid, options, names, &mut title);
        if title.len() == before {
            title.extend_from_slice(name.as_bytes());
        }
    }
    title
}

/// The last word of a column's name as the options have it.
fn heading(column: &Oid, options: &Options, names: &Named) -> Heading {
    let mut name = Vec::new();
    netsnmp::oid(column, options, names, &mut name);
    let dot = name.iter().rposition(|octet| *octet == b'.');
    let place = dot.or_else(|| name.iter().rposition(|octet| *octet == b':'));
    let label = match place.and_then(|place| name.get(place + 1..)) {
        Some(label) => label.to_vec(),
        None if name.is_empty() => {
            column.arcs().last().map_or_else(Vec::new, |arc| arc.to_string().into_bytes())
        }
        None => name,
    };
    Heading { width: label.len(), label, text: None }
}

/// Leaves out what all labels begin with. Of a label that is the beginning of the one after it, or of the one before it
/// (net-snmp goes from the last column to the first), one octet stays.
fn shorten(headings: &mut [Heading]) {
    let Some(last) = headings.last().filter(|_| headings.len() > 1) else { return };
    let mut common = last.label.len();
    for pair in headings.windows(2) {
        let [before, after] = pair else { continue };
        let same = before.label.iter().zip(&after.label).take_while(|(one, other)| one == other).count();
        common = common.min(if same == after.label.len() { same.saturating_sub(1) } else { same });
    }
    for heading in headings {
        heading.label.drain(..common.min(heading.label.len()));
        heading.width = heading.label.len();
    }
}

/// Writes what stands behind the column's name in the name of a cell.
fn index(row: &Row, shape: &Shape, first: usize, options: &Options, names: &Named, out: &mut Vec<u8>) {
    let Some(column) = shape.columns.get(first).or_else(|| shape.columns.first()) else { return };
    let Ok(name) = column.oid.child(&row.index) else { return };
    let (mut before, mut whole) = (Vec::new(), Vec::new());
    netsnmp::oid(&column.oid, options, names, &mut before);
    netsnmp::oid(&name, options, names, &mut whole);
    match whole.strip_prefix(before.as_slice()) {
        Some(rest) if !rest.is_empty() => out.extend_from_slice(rest.strip_prefix(b".").unwrap_or(rest)),
        _ => out.extend_from_slice(super::shape::dotted(&row.index).as_bytes()),
    }
}
