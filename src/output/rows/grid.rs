//! Rows in a table for people, as wide as their terminal.
//!
//! What does not fit side by side stands one below the other, in parts that each begin with the index. Before that,
//! headings are broken where their names have a new word, and long cells into lines.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets::UTF8_FULL_CONDENSED,
};

use super::{
    super::{
        netsnmp::Named,
        options::Options,
        table::{PAGE_ROWS, harmless},
    },
    Marks, Shape, cell,
    vertical::binding,
};
use crate::table::{Cell, Condition, Row};

/// Columns of characters that a cell has at most where not everything fits.
const CELL_WIDTH: usize = 40;

/// What a column takes beside its text: a blank on each side, and a line.
const BESIDE: usize = 3;

/// What is left at least for what stands beside the index.
const ROOM: usize = 16;

/// Rows that wait for their table.
#[derive(Debug)]
pub(super) struct Page {
    width: usize,
    headings: Vec<String>,
    /// How many of the columns are the index.
    index: usize,
    rows: Vec<Vec<String>>,
    /// Which columns had nothing but numbers so far; nothing is known of one without cells.
    numbers: Vec<Option<bool>>,
    spare: Vec<u8>,
}

impl Page {
    /// A page for tables of at most `width` columns of characters, where they can be that narrow.
    pub(super) fn new(width: u16) -> Self {
        Self {
            width: usize::from(width),
            headings: Vec::new(),
            index: 0,
            rows: Vec::new(),
            numbers: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Adds a row, and writes the table when the page is full.
    #[expect(clippy::too_many_arguments, reason = "what is known of the table, and how to write it")]
    pub(super) fn row(
        &mut self,
        row: &Row,
        shape: &Shape,
        shown: &[usize],
        options: &Options,
        names: &Named,
        marks: Marks,
        out: &mut Vec<u8>,
    ) {
        let places: Vec<usize> = shown.iter().copied().filter(|place| !shape.is_index(*place)).collect();
        if self.headings.is_empty() {
            self.begin(shape, &places, marks);
        }
        let mut cells = shape.index_labels(row, &mut self.spare);
        for (text, numbers) in cells.iter_mut().zip(&mut self.numbers) {
            *text = harmless(text.as_bytes());
            note(numbers, text.bytes().all(|octet| octet.is_ascii_digit()));
        }
        for place in places {
            let Some(column) = shape.columns.get(place) else { continue };
            let typed = column.typed.as_ref();
            let numbers = self.numbers.get_mut(cells.len());
            cells.push(match row.cells.get(place) {
                Some(Cell::Value(value)) => {
                    if let Some(numbers) = numbers {
                        note(numbers, cell::is_number(value, typed));
                    }
                    binding(shape, place, row, value.clone())
                        .map_or_else(String::new, |binding| cell::people(&binding, typed, options, names))
                }
                Some(Cell::Bad(value)) => format!("(wrong type: {})", value.type_name()),
                Some(Cell::Absent) | None => String::new(),
            });
        }
        if marks == Marks::Each {
            cells.push(if row.condition == Condition::Torn { "torn".to_owned() } else { String::new() });
        }
        self.rows.push(cells);
        if self.rows.len() >= PAGE_ROWS {
            self.write(out);
        }
    }

    fn begin(&mut self, shape: &Shape, places: &[usize], marks: Marks) {
        self.index = shape.index().len();
        self.headings = shape.index().to_vec();
        let columns = places.iter().filter_map(|place| shape.columns.get(*place));
        self.headings.extend(columns.map(|column| column.name.clone()));
        if marks == Marks::Each {
            self.headings.push("(torn)".to_owned());
        }
        self.numbers = vec![None; self.headings.len()];
    }

    /// Writes the rows that wait.
    pub(super) fn write(&mut self, out: &mut Vec<u8>) {
        if self.rows.is_empty() {
            return;
        }
        let mut sheet = Sheet {
            width: self.width,
            headings: self.headings.clone(),
            index: self.index,
            rows: std::mem::take(&mut self.rows),
            numbers: self.numbers.clone(),
        };
        self.numbers.fill(None);
        sheet.write(out);
    }
}

/// A page that is full.
#[derive(Debug)]
struct Sheet {
    width: usize,
    headings: Vec<String>,
    index: usize,
    rows: Vec<Vec<String>>,
    numbers: Vec<Option<bool>>,
}

impl Sheet {
    fn write(&mut self, out: &mut Vec<u8>) {
        let mut widths: Vec<usize> =
            (0..self.headings.len()).map(|place| self.widest(place, length)).collect();
        if needed(&widths) > self.width {
            widths = (0..self.headings.len()).map(|place| self.widest(place, longest_word)).collect();
            if self.index > 1 && needed(&widths[..self.index]) + ROOM > self.width {
                self.join_index(&mut widths);
            }
            self.narrow(&mut widths);
            for (heading, width) in self.headings.iter_mut().zip(&widths) {
                *heading = broken(heading, *width);
            }
        }
        for places in self.parts(&widths) {
            self.part(&places, &widths, out);
        }
    }

    /// The width of a column's widest cell, or of its heading where that is more.
    fn widest(&self, place: usize, heading: fn(&str) -> usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|text| length(text));
        cells.chain(self.headings.get(place).map(|text| heading(text))).max().unwrap_or(0)
    }

    /// Makes one column of an index that would leave no room for anything else.
    fn join_index(&mut self, widths: &mut Vec<usize>) {
        for row in &mut self.rows {
            let parts: Vec<String> = row.drain(..self.index.min(row.len())).collect();
            row.insert(0, parts.join(" "));
        }
        self.headings.splice(..self.index, ["index".to_owned()]);
        self.numbers.splice(..self.index, [Some(false)]);
        self.index = 1;
        let widest = self.widest(0, length);
        widths.splice(..widths.len() + 1 - self.headings.len(), [widest]);
    }

    /// Gives every column a width at which it fits beside the index, which has half of the width at most.
    fn narrow(&self, widths: &mut [usize]) {
        let (index, others) = widths.split_at_mut(self.index.min(widths.len()));
        let room = (self.width / 2).saturating_sub(1 + BESIDE * index.len()).max(index.len());
        while index.iter().sum::<usize>() > room {
            let Some(widest) = index.iter_mut().max() else { break };
            *widest -= 1;
        }
        let left = self.width.saturating_sub(needed(index) + BESIDE).max(1);
        for width in others {
            *width = (*width).min(CELL_WIDTH).min(left);
        }
    }

    /// Which columns stand in which part.
    fn parts(&self, widths: &[usize]) -> Vec<Vec<usize>> {
        let index: Vec<usize> = (0..self.index.min(widths.len())).collect();
        let start = needed(&widths[..index.len()]);
        let mut parts = vec![index.clone()];
        let mut width = start;
        for (place, own) in widths.iter().enumerate().skip(index.len()) {
            let is_alone = parts.last().is_none_or(|part| part.len() == index.len());
            if !is_alone && width + own + BESIDE > self.width {
                parts.push(index.clone());
                width = start;
            }
            width += own + BESIDE;
            if let Some(part) = parts.last_mut() {
                part.push(place);
            }
        }
        parts
    }

    fn part(&self, places: &[usize], widths: &[usize], out: &mut Vec<u8>) {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).force_no_tty();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::MAX);
        let pick = |texts: &[String]| -> Vec<String> {
            places.iter().map(|place| texts.get(*place).cloned().unwrap_or_default()).collect()
        };
        table.set_header(pick(&self.headings));
        for row in &self.rows {
            table.add_row(pick(row));
        }
        for (place, column) in places.iter().zip(table.column_iter_mut()) {
            let width = widths.get(*place).copied().unwrap_or(1).max(1);
            // Two blanks are counted in.
            let width = u16::try_from(width + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if self.numbers.get(*place) == Some(&Some(true)) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            out.extend_from_slice(line.trim_end().as_bytes());
            out.push(b'\n');
        }
    }
}

/// Columns of characters that columns of these widths need.
fn needed(widths: &[usize]) -> usize {
    1 + widths.iter().map(|width| width + BESIDE).sum::<usize>()
}

fn note(all: &mut Option<bool>, one: bool) {
    *all = Some(all.unwrap_or(true) && one);
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn longest_word(name: &str) -> usize {
    words(name).iter().map(|word| length(word)).max().unwrap_or(0)
}

/// The words of a name: `ifInUcastPkts` has four.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut last_is_small = false;
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && last_is_small {
            words.push(&name[start..at]);
            start = at;
        }
        last_is_small = !letter.is_ascii_uppercase();
    }
    words.push(&name[start..]);
    words
}

/// A name in lines of whole words, as many in each as fit.
fn broken(name: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in words(name) {
        let own = length(word);
        if column > 0 && column + own > width {
            lines.push('\n');
            column = 0;
        }
        lines.push_str(word);
        column += own;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: u16, index: usize, headings: &[&str], rows: &[&[&str]]) -> String {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let is_number = |place: usize| {
            Some(rows.iter().all(|row| row[place].bytes().all(|octet| octet.is_ascii_digit())))
        };
        let mut out = Vec::new();
        Sheet {
            width: usize::from(width),
            headings: own(headings),
            index,
            rows: rows.iter().map(|row| own(row)).collect(),
            numbers: (0..headings.len()).map(is_number).collect(),
        }
        .write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn widest(text: &str) -> usize {
        text.lines().map(length).max().unwrap()
    }

    #[test]
    fn names_are_broken_between_their_words() {
        assert_eq!(words("ifInUcastPkts"), ["if", "In", "Ucast", "Pkts"]);
        assert_eq!(words("ifHCInOctets"), ["if", "HCIn", "Octets"]);
        assert_eq!(words(""), [""]);
        assert_eq!(broken("ifInUcastPkts", 9), "ifInUcast\nPkts");
        assert_eq!(broken("ifInUcastPkts", 4), "ifIn\nUcast\nPkts");
        assert_eq!(broken("ifIndex", 80), "ifIndex");
    }

    #[test]
    fn every_part_begins_with_the_index_and_fits() {
        let headings = ["ifIndex", "ifDescription", "ifInUnknownProtos", "ifOutOctets"];
        let rows: [&[&str]; 2] = [&["1", "lo", "0", "17"], &["10", "a long description", "4", "5"]];
        for width in 24..120_u16 {
            let text = written(width, 1, &headings, &rows);
            assert!(widest(&text) <= usize::from(width), "{width}\n{text}");
            let parts = text.matches('╞').count();
            assert_eq!(
                text.matches("│       1 ").count() + text.matches("│     1 ").count(),
                parts,
                "{text}"
            );
            assert!(text.contains("17"), "{text}");
        }
    }

    #[test]
    fn numbers_stand_on_the_right_and_nothing_is_lost() {
        let text = written(80, 1, &["ifIndex", "ifDescr"], &[&["1", "lo"], &["100", "port"]]);
        assert_eq!(
            text,
            "┌─────────┬─────────┐\n│ ifIndex ┆ ifDescr │\n╞═════════╪═════════╡\n│       1 ┆ lo      │\n│     100 ┆ port    │\n└─────────┴─────────┘\n"
        );
    }

    #[test]
    fn an_index_that_leaves_no_room_becomes_one_column() {
        let headings = ["localType", "localAddress", "localPort", "remAddress", "state"];
        let rows: [&[&str]; 1] =
            [&["ipv6", "2001:db8:0:1::1234:1", "443", "2001:db8:0:1::1234:2", "established"]];
        let text = written(60, 4, &headings, &rows);
        assert!(text.contains("│ index") && text.contains("established"), "{text}");
        assert!(widest(&text) <= 60, "{text}");
        assert!(!written(120, 4, &headings, &rows).contains("index"));
    }

    #[test]
    fn the_narrowest_terminal_is_no_reason_to_panic() {
        for width in 0..12 {
            let text = written(width, 2, &["a", "b", "c"], &[&["1", "2", "three"]]);
            assert!(text.contains('e') && text.contains('1') && text.contains('2'), "{text}");
        }
    }
}
