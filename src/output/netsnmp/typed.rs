//! Values of objects whose type is known.

use super::{Names, OpaqueValue, kind, nameless_value, octets};
use crate::{
    mib::{
        facts::{Base, Facts, Labels},
        hint::{self, HexDigits},
    },
    output::{
        number,
        options::{Flag, Options},
    },
    value::Value,
};

/// Writes the value of an object whose type is known: enumerations, `BITS`, DISPLAY-HINT, units, and
/// `Wrong Type (should be …): ` before a value of another type than the object's.
///
/// `facts` without a hint are right under `-Ih`. `names` are for identifiers that are values. Exceptions have no type
/// and are written by [`super::value`].
pub fn typed_value(
    facts: &Facts<'_>,
    value: &Value,
    options: &Options,
    names: &impl Names,
    out: &mut Vec<u8>,
) {
    let units = facts.units.filter(|_| !options.has(Flag::NoUnits));
    match (facts.base, value) {
        (Base::Integer | Base::Integer32, Value::Integer32(number)) => {
            kind(b"INTEGER: ", options, out);
            enumerated(facts, i64::from(*number), options, out);
        }
        (Base::UInteger32, Value::UInteger32(number)) => {
            enumerated(facts, i64::from(*number), options, out);
        }
        (Base::Unsigned32 | Base::Gauge32, Value::Gauge32(number)) => {
            kind(b"Gauge32: ", options, out);
            match facts.hint {
                Some(hint) => hint::integer(hint, i64::from(*number), out),
                None => number::decimal(u64::from(*number), out),
            }
        }
        (Base::OctetString, Value::OctetString(octets)) => {
            return string(facts, octets, units, options, out);
        }
        (Base::Bits, Value::OctetString(octets)) => return bits(octets, facts.labels, options, out),
        (Base::NetworkAddress, Value::IpAddress(address)) => {
            kind(b"Network Address: ", options, out);
            return network_address(address.octets(), out);
        }
        (base, value) if !fits(base, value) => {
            if !options.has(Flag::QuickEquals) {
                out.extend_from_slice(b"Wrong Type (should be ");
                out.extend_from_slice(type_name(base).as_bytes());
                out.extend_from_slice(b"): ");
            }
            return nameless_value(value, options, names, out);
        }
        (_, value) => {
            nameless_value(value, options, names, out);
            let without_units = match value {
                Value::IpAddress(_) | Value::Null => true,
                Value::TimeTicks(_) => options.has(Flag::NumericTicks),
                _ => facts.base == Base::Other,
            };
            if without_units {
                return;
            }
        }
    }
    append_units(units, out);
}

/// Whether a value is of an object's type. Types that have an arm of their own in [`typed_value`] are not asked.
fn fits(base: Base, value: &Value) -> bool {
    match base {
        Base::Other => true,
        Base::Counter32 => matches!(value, Value::Counter32(_)),
        Base::TimeTicks => matches!(value, Value::TimeTicks(_)),
        Base::IpAddress => matches!(value, Value::IpAddress(_)),
        Base::ObjectIdentifier => matches!(value, Value::ObjectIdentifier(_)),
        Base::Opaque => matches!(value, Value::Opaque(_)),
        Base::Null => matches!(value, Value::Null),
        Base::Counter64 => match value {
            Value::Counter64(_) => true,
            Value::Opaque(octets) => is_wide_integer(octets),
            _ => false,
        },
        Base::Integer
        | Base::Integer32
        | Base::Unsigned32
        | Base::Gauge32
        | Base::UInteger32
        | Base::OctetString
        | Base::Bits
        | Base::NetworkAddress
        | Base::NsapAddress => false,
    }
}

/// Whether an `Opaque` holds an integer of 64 bits.
fn is_wide_integer(octets: &[u8]) -> bool {
    matches!(
        OpaqueValue::read(octets),
        Some(OpaqueValue::Int64(_) | OpaqueValue::UInt64(_) | OpaqueValue::Counter64(_))
    )
}

/// How net-snmp calls a type when a value is not of it.
const fn type_name(base: Base) -> &'static str {
    match base {
        Base::Integer | Base::Integer32 => "INTEGER",
        Base::Unsigned32 | Base::Gauge32 => "Gauge32 or Unsigned32",
        Base::Counter32 => "Counter32",
        Base::Counter64 => "Counter64",
        Base::TimeTicks => "Timeticks",
        Base::IpAddress => "IpAddress",
        Base::NetworkAddress => "NetworkAddress",
        Base::NsapAddress => "NsapAddress",
        Base::OctetString => "OCTET STRING",
        Base::ObjectIdentifier => "OBJECT IDENTIFIER",
        Base::Opaque => "Opaque",
        Base::Bits => "BITS",
        Base::UInteger32 => "UInteger32",
        Base::Null => "NULL",
        Base::Other => "",
    }
}

/// Writes a number by its label, its hint or as it is.
fn enumerated(facts: &Facts<'_>, value: i64, options: &Options, out: &mut Vec<u8>) {
    // net-snmp's numbers of labels have 32 bits, the value has 64.
    let label = i32::try_from(value).ok().and_then(|number| facts.labels.name_of(number));
    match (label.filter(|_| !options.has(Flag::NumericEnums)), facts.hint) {
        (Some(label), _) => {
            out.extend_from_slice(label.as_bytes());
            if !options.has(Flag::Quick) {
                out.push(b'(');
                number::signed(value, out);
                out.push(b')');
            }
        }
        (None, Some(hint)) => hint::integer(hint, value, out),
        (None, None) => number::signed(value, out),
    }
}

fn string(facts: &Facts<'_>, octets: &[u8], units: Option<&[u8]>, options: &Options, out: &mut Vec<u8>) {
    let Some(hint) = facts.hint else {
        octets::string(octets, options, out);
        if !octets.is_empty() {
            append_units(units, out);
        }
        return;
    };
    hinted(hint, octets, units, options, out);
}

/// Writes a string by its hint; a bad hint is shown, and the string then has neither hint nor units.
pub(super) fn hinted(hint: &[u8], octets: &[u8], units: Option<&[u8]>, options: &Options, out: &mut Vec<u8>) {
    let start = out.len();
    let digits = if options.has(Flag::LeadingZero) { HexDigits::Two } else { HexDigits::Shortest };
    kind(b"STRING: ", options, out);
    if hint::octets(hint, octets, digits, out).is_ok() {
        return append_units(units, out);
    }
    out.truncate(start);
    out.extend_from_slice(b"(Bad hint ignored: ");
    out.extend_from_slice(hint);
    out.extend_from_slice(b") ");
    octets::string(octets, options, out);
}

/// Writes octets in hexadecimal and the labels of the bits that are set.
///
/// As with net-snmp, the search for a label goes on where the last one was found: labels that are not in the order
/// of their bits are missed, and after a bit without a label there are only numbers.
fn bits(octets: &[u8], labels: &dyn Labels, options: &Options, out: &mut Vec<u8>) {
    if options.has(Flag::Quick) {
        out.push(b'"');
        octets::hex(octets, options, out);
        out.push(b'"');
        return;
    }
    out.extend_from_slice(b"BITS: ");
    octets::hex(octets, options, out);
    let mut at = 0;
    let set = octets.iter().enumerate().flat_map(|(place, octet)| {
        (0..8).filter(move |bit| octet & (0x80 >> bit) != 0).map(move |bit| 8 * place + bit)
    });
    for bit in set {
        let label = loop {
            match labels.label(at) {
                Some((label, number)) if usize::try_from(number) == Ok(bit) => break Some(label),
                Some(_) => at += 1,
                None => break None,
            }
        };
        let label = label.filter(|_| !options.has(Flag::NumericEnums));
        if let Some(label) = label {
            out.extend_from_slice(label.as_bytes());
            out.push(b'(');
        }
        number::decimal(bit as u64, out);
        out.extend_from_slice(if label.is_some() { b") " } else { b" " });
    }
}

fn network_address(octets: [u8; 4], out: &mut Vec<u8>) {
    let [a, b, c, d] = octets;
    out.extend_from_slice(format!("{a:02X}:{b:02X}:{c:02X}:{d:02X}").as_bytes());
}

fn append_units(units: Option<&[u8]>, out: &mut Vec<u8>) {
    if let Some(units) = units {
        out.push(b' ');
        out.extend_from_slice(units);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::netsnmp::NoNames;

    fn written(facts: &Facts<'_>, value: &Value, letters: &str) -> String {
        let mut out = Vec::new();
        typed_value(facts, value, &Options::from_letters(letters).unwrap(), &NoNames, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_value_is_written_as_its_object_wants_it() {
        let labels = [("up", 1), ("down", 2)];
        let status = Facts { labels: &labels, ..Facts::new(Base::Integer) };
        let bits = Facts { labels: &labels, ..Facts::new(Base::Bits) };
        let speed = Facts { units: Some(b"bits/s"), ..Facts::new(Base::Gauge32) };
        let volts = Facts { hint: Some(b"d-2"), units: Some(b"V"), ..Facts::new(Base::Integer32) };
        let string = Facts { hint: Some(b"1q"), units: Some(b"lost"), ..Facts::new(Base::OctetString) };
        for (facts, value, letters, text) in [
            (&status, Value::Integer32(1), "", "INTEGER: up(1)"),
            (&status, Value::Integer32(1), "q", "up"),
            (&status, Value::Integer32(1), "e", "INTEGER: 1"),
            (&status, Value::Integer32(7), "", "INTEGER: 7"),
            (&status, Value::Gauge32(1), "", "Wrong Type (should be INTEGER): Gauge32: 1"),
            (&status, Value::Gauge32(1), "q", "Wrong Type (should be INTEGER): 1"),
            (&status, Value::Gauge32(1), "Q", "1"),
            (&bits, Value::OctetString((&[0x50][..]).into()), "", "BITS: 50 up(1) 3 "),
            (&bits, Value::OctetString((&[0x50][..]).into()), "q", "\"50 \""),
            (&speed, Value::Gauge32(5), "", "Gauge32: 5 bits/s"),
            (&speed, Value::Gauge32(5), "U", "Gauge32: 5"),
            (&volts, Value::Integer32(-5), "", "INTEGER: -.05 V"),
            (&string, Value::OctetString("a".into()), "", "(Bad hint ignored: 1q) STRING: \"a\""),
        ] {
            assert_eq!(written(facts, &value, letters), text);
        }
    }
}
