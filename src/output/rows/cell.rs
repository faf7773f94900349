//! The values of cells, for programs and for people.

use super::super::{
    json::index::looks_hexadecimal,
    known::{Rendering, Typed},
    netsnmp::{Named, OpaqueValue},
    number,
    options::{Flag, Options},
    plain,
    table::{harmless, typed_value, value as untyped_value},
};
use crate::value::{Value, VarBind};

/// A value as programs get it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Plain {
    /// None.
    Nothing,
    /// The digits of a number.
    Number(String),
    /// Text.
    Text(String),
    /// The labels of the bits that are set.
    List(Vec<String>),
}

/// A value for programs: enumerations their label, octets the text that a DISPLAY-HINT makes of them or that they are.
/// What is no text, and text that could be taken for it, is `0x` and the octets in hexadecimal.
///
/// `typed` is what is known of the object; it counts only if the value has its type.
pub(super) fn plain(value: &Value, typed: Option<&Typed>, spare: &mut Vec<u8>) -> Plain {
    let typed = typed.filter(|typed| typed.fits(value));
    match value {
        Value::Integer32(number) => match typed.filter(|typed| typed.is_enumeration()) {
            Some(typed) => {
                Plain::Text(typed.label(*number).map_or_else(|| number.to_string(), str::to_owned))
            }
            None => Plain::Number(number.to_string()),
        },
        Value::OctetString(octets) => octets_of(octets, typed, spare),
        Value::ObjectIdentifier(oid) => Plain::Text(super::shape::dotted(oid)),
        Value::IpAddress(address) => Plain::Text(address.to_string()),
        Value::Counter32(number)
        | Value::Gauge32(number)
        | Value::TimeTicks(number)
        | Value::UInteger32(number) => Plain::Number(number.to_string()),
        Value::Counter64(number) => Plain::Number(number.to_string()),
        Value::Opaque(octets) => match OpaqueValue::read(octets) {
            Some(number) if plain::is_finite(number) => {
                let mut out = Vec::new();
                plain::opaque(number, &mut out);
                Plain::Number(String::from_utf8_lossy(&out).into_owned())
            }
            Some(_) => Plain::Nothing,
            None => Plain::Text(hexadecimal(octets)),
        },
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => Plain::Nothing,
    }
}

fn octets_of(octets: &[u8], typed: Option<&Typed>, spare: &mut Vec<u8>) -> Plain {
    match typed {
        Some(typed) if typed.is_bits() => {
            let name =
                |(bit, label): (usize, Option<&str>)| label.map_or_else(|| bit.to_string(), str::to_owned);
            Plain::List(typed.bits(octets).map(name).collect())
        }
        typed => {
            let rendering = typed.map_or(Rendering::Plain, |typed| typed.rendering);
            match rendering.text(octets, spare) {
                Some(text) if !looks_hexadecimal(text) => Plain::Text(text.to_owned()),
                _ => Plain::Text(hexadecimal(octets)),
            }
        }
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    let mut out = b"0x".to_vec();
    number::hex_lower(octets, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether people read it as a number, and want it on the right.
pub(super) fn is_number(value: &Value, typed: Option<&Typed>) -> bool {
    match value {
        Value::Integer32(_) => !typed.is_some_and(|typed| typed.fits(value) && typed.is_enumeration()),
        Value::Counter32(_)
        | Value::Gauge32(_)
        | Value::TimeTicks(_)
        | Value::UInteger32(_)
        | Value::Counter64(_) => true,
        Value::OctetString(_)
        | Value::ObjectIdentifier(_)
        | Value::IpAddress(_)
        | Value::Opaque(_)
        | Value::Null
        | Value::NoSuchObject
        | Value::NoSuchInstance
        | Value::EndOfMibView => false,
    }
}

/// A value for people, in one line that does nothing to a terminal: labels alone, units, names.
pub(super) fn people(binding: &VarBind, typed: Option<&Typed>, options: &Options, names: &Named) -> String {
    let right = typed.filter(|typed| typed.fits(&binding.value));
    let text = match (&binding.value, right) {
        (Value::Integer32(number), Some(typed)) if typed.is_enumeration() => {
            let label = typed.label(*number).filter(|_| !options.has(Flag::NumericEnums));
            label.map_or_else(|| number.to_string(), str::to_owned).into_bytes()
        }
        (Value::OctetString(octets), Some(typed)) if typed.is_bits() => {
            let items: Vec<String> = typed
                .bits(octets)
                .map(|(bit, label)| {
                    label
                        .filter(|_| !options.has(Flag::NumericEnums))
                        .map_or_else(|| bit.to_string(), str::to_owned)
                })
                .collect();
            items.join(" ").into_bytes()
        }
        (_, Some(typed)) => typed_value(binding, typed, options, names),
        (_, None) => untyped_value(binding, options, names),
    };
    harmless(&text)
}
