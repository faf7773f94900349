//! Comma-separated values (RFC 4180), one row for each variable binding.
//!
//! The columns are always the same. Cells hold what the agent sent and nothing else: no cell is changed to keep a
//! spreadsheet from taking it for a formula, since that would change data. Who opens such a file in a spreadsheet
//! imports the columns as text. On a terminal, what it could obey is made visible.

use csv::{Terminator, WriterBuilder};

use super::{
    netsnmp::{OpaqueValue, days_and_time},
    number, plain,
    terminal::{Escapes, neutralise_tail},
};
use crate::value::{Value, VarBind};

/// The columns. `name` and `label` are for MIB knowledge.
pub const COLUMNS: [&str; 8] = ["host", "oid", "type", "value", "hex", "text", "name", "label"];

/// Writes rows, and the header before the first of them.
#[derive(Debug, Default)]
pub(super) struct Rows {
    header_written: bool,
    oid: Vec<u8>,
    value: Vec<u8>,
    hex: Vec<u8>,
    text: Vec<u8>,
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
    pub(super) fn varbind(&mut self, host: &str, binding: &VarBind, escapes: Escapes, out: &mut Vec<u8>) {
        self.header(out);
        for cell in [&mut self.oid, &mut self.value, &mut self.hex, &mut self.text] {
            cell.clear();
        }
        number::arcs(&binding.name, &mut self.oid);
        value(&binding.value, &mut self.value);
        match escapes {
            Escapes::Raw => {}
            Escapes::Neutralised => neutralise_tail(&mut self.value, 0, &mut self.text),
        }
        self.text.clear();
        if let Some(octets) = plain::octets(&binding.value) {
            number::hex_lower(octets, &mut self.hex);
        }
        if let Value::TimeTicks(ticks) = binding.value {
            days_and_time(ticks, &mut self.text);
        }
        let kind = binding.value.type_name().as_bytes();
        record(&[host.as_bytes(), &self.oid, kind, &self.value, &self.hex, &self.text, b"", b""], out);
    }
}

/// Writes the cell of a value; empty for what has none, and for octets that are no text.
fn value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Integer32(number) => number::signed(i64::from(*number), out),
        Value::OctetString(octets) => {
            out.extend_from_slice(plain::text(octets).unwrap_or_default().as_bytes());
        }
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

/// Writes one record and its CRLF.
fn record(cells: &[&[u8]; COLUMNS.len()], out: &mut Vec<u8>) {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(1_024).from_writer(out);
    writer.write_record(cells).expect("a Vec takes what it is given, and all records are equally long");
    writer.flush().expect("a Vec takes what it is given");
}
