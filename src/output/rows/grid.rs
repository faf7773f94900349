//! Rows in a table for people, as wide as their terminal.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets::UTF8_FULL_CONDENSED,
};

use super::{
    super::{netsnmp::Named, options::Options, table::PAGE_ROWS},
    Marks, Shape, cell,
    vertical::binding,
};
use crate::table::{Cell, Condition, Row};

/// Columns of characters that a cell has at most where not everything fits.
const CELL_WIDTH: usize = 40;

/// What a column takes beside its text: a blank on each side, and a line.
const BESIDE: usize = 3;

/// Rows that wait for their table.
#[derive(Debug)]
pub(super) struct Page {
    width: usize,
    headings: Vec<String>,
    /// How many of the columns are the index.
    index: usize,
    rows: Vec<Vec<String>>,
    /// Which columns had nothing but numbers.
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
            self.index = shape.index().len();
            self.headings = shape.index().to_vec();
            let columns = places.iter().filter_map(|place| shape.columns.get(*place));
            self.headings.extend(columns.map(|column| column.name.clone()));
            if marks == Marks::Each {
                self.headings.push("(torn)".to_owned());
            }
            self.numbers = vec![None; self.headings.len()];
        }
        let mut cells = shape.index_labels(row, &mut self.spare);
        for (text, is_number) in cells.iter_mut().zip(&mut self.numbers) {
            *text = super::super::table::harmless(text.as_bytes());
            note(is_number, text.bytes().all(|octet| octet.is_ascii_digit()));
        }
        for place in places {
            let Some(column) = shape.columns.get(place) else { continue };
            let typed = column.typed.as_ref();
            let is_number = self.numbers.get_mut(cells.len());
            cells.push(match row.cells.get(place) {
                Some(Cell::Value(value)) => {
                    if let Some(is_number) = is_number {
                        note(is_number, cell::is_number(value, typed));
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

    /// Writes the rows that wait, in as many tables beside each other as the width asks for; each of them begins with the
    /// index.
    pub(super) fn write(&mut self, out: &mut Vec<u8>) {
        if self.rows.is_empty() {
            return;
        }
        let widest = |place: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(place));
            cells.chain(self.headings.get(place)).map(|text| text.chars().count()).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..self.headings.len()).map(widest).collect();
        if needed(&widths) > self.width {
            self.narrow(&mut widths);
        }
        for places in self.parts(&widths) {
            self.part(&places, &widths, out);
        }
        self.rows.clear();
        self.numbers.fill(None);
    }

    /// Gives every column a width at which it fits beside the index. The index gives way last: only where it leaves no
    /// room for anything else.
    fn narrow(&self, widths: &mut [usize]) {
        let index = self.index.min(widths.len());
        let smallest = BESIDE + 1;
        let room = self.width.saturating_sub(1 + smallest + BESIDE * index).max(index);
        while widths[..index].iter().sum::<usize>() > room {
            let Some(widest) = widths[..index].iter_mut().max() else { break };
            *widest -= 1;
        }
        let left = self.width.saturating_sub(needed(&widths[..index]) + BESIDE).max(1);
        for width in &mut widths[index..] {
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
