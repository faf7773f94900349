//! net-snmp's own text of variable bindings, octet for octet.
//!
//! What stands here is the text without MIB knowledge; [`Names`] is where that knowledge comes in. Text is octets,
//! not characters: net-snmp passes on what it got.

mod detail;
mod float;
mod instance;
mod named;
mod octets;
mod opaque;
mod reason;
mod report;
mod tree;
mod typed;

pub use detail::{Describe, detail};
pub use instance::{Above, instance};
pub use named::{Hints, Named};
pub use opaque::OpaqueValue;
pub use reason::{FailedObject, error_in_packet, error_status_text};
pub use report::{Lines, dump, report};
pub use tree::tree;
pub use typed::typed_value;

use super::{
    number,
    options::{Flag, OidForm, Options},
};
use crate::{
    oid::Oid,
    value::{Value, VarBind},
};

/// What is known about objects beyond their numbers.
pub trait Names {
    /// Writes an identifier in the form that the options ask for, or says that it is not known and writes nothing.
    fn oid(&self, oid: &Oid, options: &Options, out: &mut Vec<u8>) -> Known;

    /// Writes the value of the object `name` as its definition wants it (type, enumeration, DISPLAY-HINT, units), or
    /// says that the object is not known and writes nothing. Exceptions are not offered.
    fn value(&self, name: &Oid, value: &Value, options: &Options, out: &mut Vec<u8>) -> Known;
}

/// Whether [`Names`] knew what it was asked about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// It did, and has written it.
    Yes,
    /// It did not, and has written nothing.
    No,
}

/// No MIB knowledge at all, as with `-m ''`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NoNames;

impl Names for NoNames {
    fn oid(&self, _: &Oid, _: &Options, _: &mut Vec<u8>) -> Known {
        Known::No
    }

    fn value(&self, _: &Oid, _: &Value, _: &Options, _: &mut Vec<u8>) -> Known {
        Known::No
    }
}

/// Writes one variable binding and the end of its line.
pub fn varbind(binding: &VarBind, options: &Options, names: &impl Names, out: &mut Vec<u8>) {
    if !options.has(Flag::ValueOnly) {
        oid(&binding.name, options, names, out);
        let equals = !options.has(Flag::Quick) || options.has(Flag::QuickEquals);
        out.extend_from_slice(if equals { b" = " } else { b" " });
    }
    value(binding, options, names, out);
    out.push(b'\n');
}

/// Writes an object identifier in the form that the options ask for.
pub fn oid(oid: &Oid, options: &Options, names: &impl Names, out: &mut Vec<u8>) {
    if names.oid(oid, options, out) == Known::No {
        nameless_oid(visible(oid), options, out);
    }
}

/// Writes the value of a binding, without its name.
pub fn value(binding: &VarBind, options: &Options, names: &impl Names, out: &mut Vec<u8>) {
    let exception: &[u8] = match &binding.value {
        Value::NoSuchObject => b"No Such Object available on this agent at this OID",
        Value::NoSuchInstance => b"No Such Instance currently exists at this OID",
        Value::EndOfMibView => {
            b"No more variables left in this MIB View (It is past the end of the MIB tree)"
        }
        value => {
            if names.value(&binding.name, value, options, out) == Known::No {
                nameless_value(value, options, names, out);
            }
            return;
        }
    };
    out.extend_from_slice(exception);
}

/// Writes a value of an object that is not known.
///
/// `names` are for identifiers that are values: those may be known though the object is not.
pub fn nameless_value(value: &Value, options: &Options, names: &impl Names, out: &mut Vec<u8>) {
    match value {
        Value::Integer32(number) => {
            kind(b"INTEGER: ", options, out);
            number::signed(i64::from(*number), out);
        }
        Value::OctetString(octets) => octets::string(octets, options, out),
        Value::ObjectIdentifier(identifier) => {
            kind(b"OID: ", options, out);
            oid(identifier, options, names, out);
        }
        Value::IpAddress(address) => {
            kind(b"IpAddress: ", options, out);
            for (n, octet) in address.octets().into_iter().enumerate() {
                if n > 0 {
                    out.push(b'.');
                }
                number::decimal(u64::from(octet), out);
            }
        }
        Value::Counter32(number) => {
            kind(b"Counter32: ", options, out);
            number::decimal(u64::from(*number), out);
        }
        Value::Gauge32(number) => {
            kind(b"Gauge32: ", options, out);
            number::decimal(u64::from(*number), out);
        }
        Value::TimeTicks(ticks) => time_ticks(*ticks, options, out),
        Value::Opaque(octets) => opaque::opaque(octets, options, out),
        Value::Counter64(number) => {
            kind(b"Counter64: ", options, out);
            number::decimal(*number, out);
        }
        // net-snmp writes no type before this one.
        Value::UInteger32(number) => number::decimal(u64::from(*number), out),
        Value::Null => out.extend_from_slice(b"NULL"),
        // The caller has dealt with them.
        Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => {}
    }
}

/// Writes `TimeTicks` for people: `16 days, 12:26:03.52`.
pub fn days_and_time(ticks: u32, out: &mut Vec<u8>) {
    let (days, day) = (ticks / 8_640_000, ticks % 8_640_000);
    if days > 0 {
        number::decimal(u64::from(days), out);
        out.extend_from_slice(if days == 1 { b" day, " } else { b" days, " });
    }
    time_of_day(day, out);
}

/// Writes `TimeTicks` as the options want it, with the type and the number before the text.
fn time_ticks(ticks: u32, options: &Options, out: &mut Vec<u8>) {
    if !options.has(Flag::NumericTicks) && !options.has(Flag::Quick) {
        out.extend_from_slice(b"Timeticks: (");
        number::decimal(u64::from(ticks), out);
        out.extend_from_slice(b") ");
    }
    uptime(ticks, options, out);
}

/// Writes `TimeTicks` as the options want it, without the type.
fn uptime(ticks: u32, options: &Options, out: &mut Vec<u8>) {
    if options.has(Flag::NumericTicks) {
        number::decimal(u64::from(ticks), out);
    } else if options.has(Flag::Quick) {
        number::decimal(u64::from(ticks / 8_640_000), out);
        out.push(b':');
        time_of_day(ticks % 8_640_000, out);
    } else {
        days_and_time(ticks, out);
    }
}

/// Writes hundredths of a second, less than a day of them, as `h:mm:ss.cc`.
fn time_of_day(ticks: u32, out: &mut Vec<u8>) {
    number::decimal(u64::from(ticks / 360_000), out);
    out.push(b':');
    number::two_digits(ticks / 6_000 % 60, out);
    out.push(b':');
    number::two_digits(ticks / 100 % 60, out);
    out.push(b'.');
    number::two_digits(ticks % 100, out);
}

/// Writes the name of a type, which quick print leaves out.
fn kind(name: &[u8], options: &Options, out: &mut Vec<u8>) {
    if !options.has(Flag::Quick) {
        out.extend_from_slice(name);
    }
}

/// The arcs that are shown: net-snmp reads an identifier of no octets as the single arc 0.
fn visible(oid: &Oid) -> &[u32] {
    if oid.is_empty() { &[0] } else { oid.arcs() }
}

/// Writes an identifier, of one arc at least, of which only the root's name is known; those three names come with the
/// language, not with a MIB.
fn nameless_oid(arcs: &[u32], options: &Options, out: &mut Vec<u8>) {
    let form = options.oid_form();
    let root = match arcs[0] {
        0 => "ccitt",
        1 => "iso",
        2 => "joint-iso-ccitt",
        // Not on the wire, but in what a user types.
        _ => "",
    };
    match form {
        OidForm::Nothing => return,
        OidForm::Numeric => {}
        _ if root.is_empty() => {}
        OidForm::Suffix | OidForm::Module => {
            out.extend_from_slice(root.as_bytes());
            return rest(&arcs[1..], out);
        }
        OidForm::Full | OidForm::FullNumbers | OidForm::Ucd => {
            out.push(b'.');
            out.extend_from_slice(root.as_bytes());
            if form == OidForm::FullNumbers {
                out.push(b'(');
                number::decimal(u64::from(arcs[0]), out);
                out.push(b')');
            }
            return rest(&arcs[1..], out);
        }
    }
    rest(arcs, out);
}

/// Writes arcs with a dot before each.
fn rest(arcs: &[u32], out: &mut Vec<u8>) {
    for arc in arcs {
        out.push(b'.');
        number::decimal(u64::from(*arc), out);
    }
}

#[cfg(test)]
mod tests;
