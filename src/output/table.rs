//! A table for people, as wide as their terminal.

use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};

use super::{
    known::{Found, Rendering, Typed},
    netsnmp::{self, Hints, Named, OpaqueValue},
    number,
    options::{Flag, Options},
    plain,
    terminal::{Lines, neutralise},
};
use crate::value::{Value, VarBind};

/// Rows in one table at most. Columns are as wide as their cells need, so a table is kept until it is whole; a walk of
/// a million objects becomes many tables instead of filling the memory.
pub const PAGE_ROWS: usize = 1_000;

/// Rows that wait for their table.
#[derive(Debug)]
pub(super) struct Page {
    width: u16,
    rows: Vec<[String; 4]>,
}

impl Page {
    /// A page for tables of at most `width` columns of characters, where they can be that narrow.
    pub(super) const fn new(width: u16) -> Self {
        Self { width, rows: Vec::new() }
    }

    /// Adds a row, and writes the table when the page is full.
    pub(super) fn varbind(
        &mut self,
        host: &str,
        binding: &VarBind,
        found: Option<Found<'_>>,
        options: &Options,
        names: &Named,
        out: &mut Vec<u8>,
    ) {
        let mut oid = Vec::new();
        netsnmp::oid(&binding.name, options, names, &mut oid);
        let kind = binding.value.type_name();
        let typed = found.and_then(|found| found.object.typed.as_ref());
        let value = match typed {
            Some(typed) => typed_value(binding, typed, options, names),
            None => value(binding, options, names),
        };
        self.rows.push([harmless(host.as_bytes()), harmless(&oid), kind.to_owned(), harmless(&value)]);
        if self.rows.len() >= PAGE_ROWS {
            self.write(out);
        }
    }

    /// Writes the table of the rows that wait. There is a column for the host if there are several.
    pub(super) fn write(&mut self, out: &mut Vec<u8>) {
        let Some([first_host, ..]) = self.rows.first() else { return };
        let hosts = usize::from(self.rows.iter().all(|[host, ..]| host == first_host));
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).force_no_tty();
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(self.width);
        table.set_header(&["HOST", "OID", "TYPE", "VALUE"][hosts..]);
        for row in self.rows.drain(..) {
            table.add_row(&row[hosts..]);
        }
        for line in table.lines() {
            out.extend_from_slice(line.trim_end().as_bytes());
            out.push(b'\n');
        }
    }
}

/// A value of a known type as people read it: net-snmp's text of labels, bits, hints and units, without the name of
/// the type.
pub(super) fn typed_value(binding: &VarBind, typed: &Typed, options: &Options, names: &Named) -> Vec<u8> {
    let mut facts = typed.object.facts();
    facts.hint = facts.hint.filter(|_| names.hints() == Hints::Used);
    let is_right = typed.fits(&binding.value);
    match &binding.value {
        Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => return Vec::new(),
        // Text stands without quotes, what is no text in one line.
        Value::OctetString(octets) if is_right && !typed.is_bits() => {
            let rendering = if facts.hint.is_some() { typed.rendering } else { Rendering::Plain };
            let mut spare = Vec::new();
            return match rendering.text(octets, &mut spare) {
                Some(text) => [text, &units(typed, options)].concat().into_bytes(),
                None => value(binding, options, names),
            };
        }
        Value::TimeTicks(_) if is_right => return value(binding, options, names),
        Value::Opaque(octets) if OpaqueValue::read(octets).is_none() => {
            return value(binding, options, names);
        }
        _ => {}
    }
    let mut options = *options;
    // Quick print leaves out the types, but labels of bits and numbers of labels as well.
    match &binding.value {
        Value::Integer32(_) if is_right => {}
        Value::OctetString(_) if is_right => options.set(Flag::Quick, false),
        _ => options.set(Flag::Quick, true),
    }
    let mut out = Vec::new();
    netsnmp::typed_value(&facts, &binding.value, &options, names, &mut out);
    let before =
        [&b"INTEGER: "[..], b"BITS: "].into_iter().find(|kind| out.starts_with(kind)).map_or(0, <[u8]>::len);
    out.drain(..before);
    out.truncate(out.trim_ascii_end().len());
    out
}

/// The units of a value and the blank before them, unless the options leave them out.
pub(super) fn units(typed: &Typed, options: &Options) -> String {
    let units = typed.units.filter(|_| !options.has(Flag::NoUnits));
    units.map(|units| format!(" {units}")).unwrap_or_default()
}

/// A value as people read it: without its type, which has a column of its own.
pub(super) fn value(binding: &VarBind, options: &Options, names: &Named) -> Vec<u8> {
    let mut options = *options;
    options.set(Flag::Quick, true);
    let mut out = Vec::new();
    match &binding.value {
        Value::TimeTicks(ticks) if !options.has(Flag::NumericTicks) => {
            netsnmp::days_and_time(*ticks, &mut out);
        }
        Value::OctetString(octets) => match plain::text(octets) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => hex(octets, &mut out),
        },
        Value::Opaque(octets) if OpaqueValue::read(octets).is_none() => hex(octets, &mut out),
        Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView | Value::Null => {}
        Value::Integer32(_)
        | Value::ObjectIdentifier(_)
        | Value::IpAddress(_)
        | Value::Counter32(_)
        | Value::Gauge32(_)
        | Value::TimeTicks(_)
        | Value::Opaque(_)
        | Value::Counter64(_)
        | Value::UInteger32(_) => netsnmp::nameless_value(&binding.value, &options, names, &mut out),
    }
    out
}

/// Octets in one line of hexadecimal, without the blank that net-snmp leaves at its end.
fn hex(octets: &[u8], out: &mut Vec<u8>) {
    number::hex_upper_spaced(octets, out);
    out.pop();
}

/// A cell that stays in its line and does nothing to the terminal.
pub(super) fn harmless(text: &[u8]) -> String {
    let mut out = Vec::new();
    neutralise(text, Lines::One, &mut out);
    String::from_utf8(out).expect("what is neutralised is UTF-8")
}
