//! Comma-separated values (RFC 4180), one row for each variable binding.
//!
//! The columns are always the same. Cells hold what the agent sent and nothing else: no cell is changed to keep a
//! spreadsheet from taking it for a formula, since that would change data. Who opens such a file in a spreadsheet
//! imports the columns as text. On a terminal, what it could obey is made visible.

use csv::{Terminator, WriterBuilder};

use super::{
    json,
    known::{Found, Rendering, Typed, date_and_time, instance},
    netsnmp::{OpaqueValue, days_and_time},
    number, plain,
    terminal::{Escapes, neutralise_tail},
};
use crate::{
    mib::hint,
    value::{Value, VarBind},
};

/// The columns. Those from `name` on are for MIB knowledge.
pub const COLUMNS: [&str; 12] =
    ["host", "oid", "type", "value", "hex", "text", "name", "label", "index", "tc", "units", "expected"];

/// Writes rows, and the header before the first of them.
#[derive(Debug, Default)]
pub(super) struct Rows {
    header_written: bool,
    cells: Cells,
    spare: Vec<u8>,
}

/// The cells of one row that are not written out as they are.
#[derive(Debug, Default)]
struct Cells {
    oid: Vec<u8>,
    value: Vec<u8>,
    hex: Vec<u8>,
    text: Vec<u8>,
    name: Vec<u8>,
    label: Vec<u8>,
    index: Vec<u8>,
    tc: Vec<u8>,
    units: Vec<u8>,
}

impl Rows {
    /// Writes the header if it is not written yet.
    pub(super) fn header(&mut self, out: &mut Vec<u8>) {
        if !self.header_written {
            record(&COLUMNS.map(str::as_bytes), out);
            self.header_written = true;
        }
    }

    /// Writes one row.
    pub(super) fn varbind(
        &mut self,
        host: &str,
        binding: &VarBind,
        found: Option<Found<'_>>,
        escapes: Escapes,
        out: &mut Vec<u8>,
    ) {
        self.header(out);
        self.cells.fill(binding, found, &mut self.spare);
        match escapes {
            Escapes::Raw => {}
            Escapes::Neutralised => self.cells.neutralise(&mut self.spare),
        }
        let kind = binding.value.type_name().as_bytes();
        let expected = found.and_then(|found| found.object.expected_instead(&binding.value));
        let Cells { oid, value, hex, text, name, label, index, tc, units } = &self.cells;
        let cells: [&[u8]; COLUMNS.len()] = [
            host.as_bytes(),
            oid,
            kind,
            value,
            hex,
            text,
            name,
            label,
            index,
            tc,
            units,
            expected.unwrap_or_default().as_bytes(),
        ];
        record(&cells, out);
    }
}

impl Cells {
    fn all(&mut self) -> [&mut Vec<u8>; 9] {
        [
            &mut self.oid,
            &mut self.value,
            &mut self.hex,
            &mut self.text,
            &mut self.name,
            &mut self.label,
            &mut self.index,
            &mut self.tc,
            &mut self.units,
        ]
    }

    fn fill(&mut self, binding: &VarBind, found: Option<Found<'_>>, spare: &mut Vec<u8>) {
        self.all().into_iter().for_each(Vec::clear);
        number::arcs(&binding.name, &mut self.oid);
        if let Some(octets) = plain::octets(&binding.value) {
            number::hex_lower(octets, &mut self.hex);
        }
        let typed = found.and_then(|found| found.object.typed_as(&binding.value));
        value(&binding.value, typed, spare, &mut self.value);
        text(&binding.value, typed, found, &mut self.text);
        if let Some(found) = found {
            instance(&found.object.name, found.rest, &mut self.name);
            if let Some(row) = &found.object.row {
                json::index::write(row, found.rest, spare, &mut self.index);
            }
        }
        if let Some(typed) = typed {
            label(&binding.value, typed, &mut self.label);
            self.tc.extend_from_slice(typed.convention.unwrap_or_default().as_bytes());
            self.units.extend_from_slice(typed.units.unwrap_or_default().as_bytes());
        }
    }

    fn neutralise(&mut self, spare: &mut Vec<u8>) {
        for cell in self.all() {
            neutralise_tail(cell, 0, spare);
        }
    }
}

/// Writes the cell of a value; empty for what has none, and for octets that are no text.
fn value(value: &Value, typed: Option<&Typed>, spare: &mut Vec<u8>, out: &mut Vec<u8>) {
    match value {
        Value::Integer32(number) => number::signed(i64::from(*number), out),
        Value::OctetString(octets) => match typed {
            Some(typed) if typed.is_bits() => {
                list(typed.bits(octets), out, |(bit, _), out| number::decimal(bit as u64, out));
            }
            typed => {
                let rendering = typed.map_or(Rendering::Plain, |typed| typed.rendering);
                out.extend_from_slice(rendering.text(octets, spare).unwrap_or_default().as_bytes());
            }
        },
        Value::ObjectIdentifier(oid) => number::arcs(oid, out),
        Value::IpAddress(address) => out.extend_from_slice(address.to_string().as_bytes()),
        Value::Counter32(number)
        | Value::Gauge32(number)
        | Value::TimeTicks(number)
        | Value::UInteger32(number) => number::decimal(u64::from(*number), out),
        Value::Opaque(octets) => {
            if let Some(number) = OpaqueValue::read(octets) {
                plain::opaque(number, out);
            }
        }
        Value::Counter64(number) => number::decimal(*number, out),
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => {}
    }
}

/// Writes the cell of a value's text, where it has one beside the value.
fn text(value: &Value, typed: Option<&Typed>, found: Option<Found<'_>>, out: &mut Vec<u8>) {
    match (value, typed.map(|typed| typed.rendering)) {
        (Value::TimeTicks(ticks), _) => days_and_time(*ticks, out),
        (Value::ObjectIdentifier(oid), _) => {
            let name = found.and_then(|found| found.name_of(oid));
            out.extend_from_slice(name.unwrap_or_default().as_bytes());
        }
        (Value::Integer32(number), Some(Rendering::Number(hint))) => {
            hint::integer(hint.as_bytes(), i64::from(*number), out);
        }
        (Value::Gauge32(number), Some(Rendering::Number(hint))) => {
            hint::integer(hint.as_bytes(), i64::from(*number), out);
        }
        (Value::OctetString(octets), Some(Rendering::DateAndTime(_))) => {
            out.extend_from_slice(date_and_time(octets).unwrap_or_default().as_bytes());
        }
        _ => {}
    }
}

/// Writes the cell of a number's label, or of the labels of the bits that are set; a bit without one has its number.
fn label(value: &Value, typed: &Typed, out: &mut Vec<u8>) {
    match value {
        Value::Integer32(number) if typed.is_enumeration() => {
            out.extend_from_slice(typed.label(*number).unwrap_or_default().as_bytes());
        }
        Value::OctetString(octets) if typed.is_bits() => {
            list(typed.bits(octets), out, |(bit, label), out| match label {
                Some(label) => out.extend_from_slice(label.as_bytes()),
                None => number::decimal(bit as u64, out),
            });
        }
        _ => {}
    }
}

/// Writes items with blanks between them.
fn list<T>(items: impl Iterator<Item = T>, out: &mut Vec<u8>, mut write: impl FnMut(T, &mut Vec<u8>)) {
    for (n, item) in items.enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        write(item, out);
    }
}

/// Writes one record and its CRLF.
fn record(cells: &[&[u8]; COLUMNS.len()], out: &mut Vec<u8>) {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(1_024).from_writer(out);
    writer.write_record(cells).expect("a Vec takes what it is given, and all records are equally long");
    writer.flush().expect("a Vec takes what it is given");
}
