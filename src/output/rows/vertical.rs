//! Rows one below the other, each cell on a line of its own.

use super::{
    super::{netsnmp::Named, options::Options, table::harmless},
    Shape, cell,
};
use crate::{
    table::{Cell, Condition, Row},
    value::VarBind,
};

/// Writes a heading for each row and a line for each cell.
#[derive(Debug, Default)]
pub(super) struct Records {
    spare: Vec<u8>,
}

/// Columns of a heading's line.
const HEADING_WIDTH: usize = 40;

impl Records {
    /// Writes one row: `-[ ifIndex 3 ]---` and `ifDescr | lo` below it. A cell that is not there has nothing behind its
    /// name and the bar.
    pub(super) fn row(
        &mut self,
        row: &Row,
        shape: &Shape,
        shown: &[usize],
        options: &Options,
        names: &Named,
        out: &mut Vec<u8>,
    ) {
        let labels = shape.index_labels(row, &mut self.spare);
        let parts = shape.index().iter().zip(&labels).filter(|(_, label)| !label.is_empty());
        let parts: Vec<String> = parts.map(|(name, label)| format!("{name} {label}")).collect();
        let mut heading = format!("-[ {} ]", harmless(parts.join(", ").as_bytes()));
        if row.condition == Condition::Torn {
            heading.push_str("-[ torn ]");
        }
        let left = HEADING_WIDTH.saturating_sub(heading.chars().count());
        heading.push_str(&"-".repeat(left));
        out.extend_from_slice(heading.as_bytes());
        out.push(b'\n');
        let columns: Vec<_> = shown
            .iter()
            .filter_map(|place| shape.columns.get(*place).map(|column| (*place, column)))
            .collect();
        let width = columns.iter().map(|(_, column)| column.name.len()).max().unwrap_or(0);
        for (place, column) in columns {
            let text = match row.cells.get(place) {
                Some(Cell::Value(value)) => {
                    let Some(binding) = binding(shape, place, row, value.clone()) else { continue };
                    cell::people(&binding, column.typed.as_ref(), options, names)
                }
                Some(Cell::Bad(value)) => format!("(wrong type: {})", value.type_name()),
                Some(Cell::Absent) | None => String::new(),
            };
            let line = format!("{:width$} | {text}", column.name);
            out.extend_from_slice(line.trim_end().as_bytes());
            out.push(b'\n');
        }
    }
}

/// The cell as the binding that it was.
pub(super) fn binding(shape: &Shape, place: usize, row: &Row, value: crate::value::Value) -> Option<VarBind> {
    let name = shape.columns.get(place)?.oid.child(&row.index).ok()?;
    Some(VarBind { name, value })
}
