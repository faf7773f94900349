//! What is known of objects in one of the formats for programs, or as a table for people.

use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use csv::{Terminator, WriterBuilder};

use super::{
    Failure, Format, Sink, json,
    known::Knowledge,
    object::Known,
    table::{PAGE_ROWS, harmless},
    terminal::{Escapes, neutralise_tail},
};
use crate::mib::View;

/// The columns of CSV.
pub const COLUMNS: [&str; 12] = [
    "oid",
    "name",
    "macro",
    "role",
    "type",
    "syntax",
    "access",
    "status",
    "units",
    "hint",
    "indexes",
    "description",
];

/// Writes objects in one format into the caller's buffer.
///
/// Call [`Objects::object`] and [`Objects::error`] as things come and [`Objects::finish`] at the end.
#[derive(Debug)]
pub struct Objects {
    format: Format,
    sink: Sink,
    count: u64,
    errors: Vec<u8>,
    rows: Vec<Row>,
    /// What is known of the objects that mistakes concern: they concern none.
    nothing: Knowledge,
}

impl Objects {
    /// A writer of a format; [`Format::Text`] has no objects, and nothing is written in it.
    pub fn new(format: Format, sink: Sink) -> Self {
        let nothing = Knowledge::of(View::none());
        Self { format, sink, count: 0, errors: Vec::new(), rows: Vec::new(), nothing }
    }

    /// Whether an object is a row of a listing, so that a table is better told by its columns.
    pub const fn lists_columns(&self) -> bool {
        matches!(self.format, Format::Csv | Format::Table)
    }

    /// Writes an object.
    pub fn object(&mut self, object: &Known, out: &mut Vec<u8>) {
        match self.format {
            Format::Text => {}
            Format::Json => {
                self.open(out);
                out.extend_from_slice(if self.count == 0 { b"\n" } else { b",\n" });
                object.json(out);
            }
            Format::Ndjson => {
                object.json(out);
                out.push(b'\n');
            }
            Format::Csv => {
                self.open(out);
                self.record(&object.cells(), out);
            }
            Format::Table => {
                self.rows.push(object.cells());
                if self.rows.len() >= PAGE_ROWS {
                    self.table(out);
                }
            }
        }
        self.count += 1;
    }

    /// Writes a mistake, for programs; people read it on standard error.
    pub fn error(&mut self, failure: &Failure<'_>, out: &mut Vec<u8>) {
        match self.format {
            Format::Text | Format::Csv | Format::Table => {}
            Format::Json => {
                self.errors.extend_from_slice(if self.errors.is_empty() { b"\n" } else { b",\n" });
                json::error(failure, &self.nothing, &mut self.errors);
            }
            Format::Ndjson => {
                json::error(failure, &self.nothing, out);
                out.push(b'\n');
            }
        }
    }

    /// Writes what is still kept.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match self.format {
            Format::Text | Format::Ndjson => {}
            Format::Json => {
                self.open(out);
                out.extend_from_slice(b"\n],\"errors\":[");
                out.append(&mut self.errors);
                out.extend_from_slice(b"\n]}\n");
            }
            Format::Csv => self.open(out),
            Format::Table => self.table(out),
        }
    }

    /// Writes what stands before the first object, if nothing is written yet.
    fn open(&self, out: &mut Vec<u8>) {
        match self.format {
            Format::Json if self.count == 0 => out.extend_from_slice(b"{\"objects\":["),
            Format::Csv if self.count == 0 => self.record(&COLUMNS.map(str::to_owned), out),
            Format::Text | Format::Json | Format::Ndjson | Format::Csv | Format::Table => {}
        }
    }

    fn record(&self, cells: &[String; COLUMNS.len()], out: &mut Vec<u8>) {
        let shown = cells.each_ref().map(|cell| {
            let mut text = cell.clone().into_bytes();
            match self.sink.escapes {
                Escapes::Raw => {}
                Escapes::Neutralised => neutralise_tail(&mut text, 0, &mut Vec::new()),
            }
            text
        });
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        writer.write_record(shown).expect("a Vec takes what it is given, and all records are equally long");
        writer.flush().expect("a Vec takes what it is given");
    }

    /// Writes the table of the rows that wait. What all rows have alike is left out, so that the rest has room.
    fn table(&mut self, out: &mut Vec<u8>) {
        if self.rows.is_empty() {
            return;
        }
        let shown = shown(&self.rows);
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).force_no_tty();
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(self.sink.width);
        table.set_header(shown.iter().map(|(head, _)| *head));
        for row in self.rows.drain(..) {
            table.add_row(shown.iter().map(|(_, cell)| harmless(cell(&row).as_bytes())));
        }
        for line in table.lines() {
            out.extend_from_slice(line.trim_end().as_bytes());
            out.push(b'\n');
        }
    }
}

type Row = [String; COLUMNS.len()];

/// A column of a table: its head, and what it shows of a row.
type Shown = (&'static str, fn(&Row) -> &str);

/// The columns of a table.
fn shown(rows: &[Row]) -> Vec<Shown> {
    let alike = |part: fn(&Row) -> &str| rows.iter().all(|row| part(row) == part(&rows[0]));
    let has = |part: fn(&Row) -> &str| rows.iter().any(|row| !part(row).is_empty());
    let mut shown: Vec<Shown> = Vec::new();
    let is_one_parent = rows.len() > 1 && alike(|row| split(&row[0], ".").0);
    shown.push(if is_one_parent { ("#", |row| split(&row[0], ".").1) } else { ("OID", |row| &row[0]) });
    let is_one_module = rows.len() > 1 && alike(|row| split(&row[1], "::").0);
    shown.push(if is_one_module { ("NAME", |row| split(&row[1], "::").1) } else { ("NAME", |row| &row[1]) });
    let optional: [Shown; 5] = [
        ("MACRO", |row| &row[2]),
        ("SYNTAX", |row| &row[5]),
        ("ACCESS", |row| &row[6]),
        ("STATUS", |row| &row[7]),
        ("UNITS", |row| &row[8]),
    ];
    for (head, part) in optional {
        let is_expected = match head {
            "MACRO" => part(&rows[0]) == "OBJECT-TYPE",
            "STATUS" => part(&rows[0]) == "current",
            _ => false,
        };
        if has(part) && !(is_expected && alike(part)) {
            shown.push((head, part));
        }
    }
    shown
}

/// What stands before the last separator, and what after it.
fn split<'t>(text: &'t str, separator: &str) -> (&'t str, &'t str) {
    text.rsplit_once(separator).unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mib::{Library, name},
        output::ErrorCode,
    };

    fn written(format: Format, names: &[&str]) -> String {
        let mut objects = Objects::new(format, Sink::default());
        let mut out = Vec::new();
        for text in names {
            let oid = name::parse(text.as_bytes(), &mut Library::core(), &name::Rules::default()).unwrap();
            objects.object(&Known::of(&View::core(), &oid, &mut |_| None), &mut out);
        }
        let failure = Failure {
            host: "",
            code: ErrorCode::Usage,
            message: "nope: Unknown Object Identifier",
            hint: None,
            oid: None,
            tries: None,
            elapsed: None,
        };
        objects.error(&failure, &mut out);
        objects.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_document_has_objects_and_errors_and_ndjson_the_same_a_line_each() {
        let names = ["IF-MIB::ifMtu", "SNMPv2-MIB::sysUpTime.0"];
        let document: serde_json::Value = serde_json::from_str(&written(Format::Json, &names)).unwrap();
        let lines: Vec<serde_json::Value> =
            written(Format::Ndjson, &names).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(document["objects"].as_array().unwrap()[..], lines[..2]);
        assert_eq!(document["errors"].as_array().unwrap()[..], lines[2..]);
        let empty: serde_json::Value = serde_json::from_str(&written(Format::Json, &[])).unwrap();
        assert_eq!(empty["objects"], serde_json::json!([]));
    }

    #[test]
    fn csv_has_all_columns_and_a_table_those_that_say_something() {
        let names = ["IF-MIB::ifMtu", "IF-MIB::ifName"];
        let csv = written(Format::Csv, &names);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "oid,name,macro,role,type,syntax,access,status,units,hint,indexes,description");
        assert_eq!(
            lines[2],
            "1.3.6.1.2.1.31.1.1.1.1,IF-MIB::ifName,OBJECT-TYPE,column,OctetString,DisplayString,read-only,current,,255a,IF-MIB::ifIndex,"
        );
        let table = written(Format::Table, &names);
        let heads: Vec<&str> =
            table.lines().nth(1).unwrap_or_default().split(['│', '┆']).map(str::trim).collect();
        assert_eq!(heads, ["", "OID", "NAME", "SYNTAX", "ACCESS", ""], "{table}");
        assert!(table.contains("ifMtu") && !table.contains("IF-MIB"), "{table}");
        assert_eq!(written(Format::Table, &[]), "");
    }
}
