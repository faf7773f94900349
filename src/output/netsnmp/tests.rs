use std::net::Ipv4Addr;

use super::{float::FLOAT_OCTETS_MAX, *};
use crate::value::Octets;

fn line(letters: &str, value: Value) -> String {
    let binding = VarBind::new(Oid::from_static(&[1, 3, 6, 1, 9]), value);
    let mut out = Vec::new();
    varbind(&binding, &Options::from_letters(letters).unwrap(), &NoNames, &mut out);
    String::from_utf8(out).unwrap()
}

fn identifier(letters: &str, arcs: &[u32]) -> String {
    let mut out = Vec::new();
    oid(&Oid::new(arcs).unwrap(), &Options::from_letters(letters).unwrap(), &NoNames, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn each_type_has_its_name_and_quick_print_drops_it() {
    for (value, whole, quick) in [
        (Value::Integer32(-5), "INTEGER: -5", "-5"),
        (Value::OctetString("a\"b".into()), "STRING: \"a\\\"b\"", "\"a\\\"b\""),
        (Value::OctetString(Octets::from(&[0xff, 1][..])), "Hex-STRING: FF 01 ", "\"FF 01 \""),
        (Value::OctetString("".into()), "\"\"", "\"\""),
        (Value::IpAddress(Ipv4Addr::new(10, 0, 255, 1)), "IpAddress: 10.0.255.1", "10.0.255.1"),
        (Value::TimeTicks(8_640_001), "Timeticks: (8640001) 1 day, 0:00:00.01", "1:0:00:00.01"),
        (Value::UInteger32(7), "7", "7"),
        (Value::Null, "NULL", "NULL"),
        (
            Value::NoSuchInstance,
            "No Such Instance currently exists at this OID",
            "No Such Instance currently exists at this OID",
        ),
    ] {
        assert_eq!(line("", value.clone()), format!("iso.3.6.1.9 = {whole}\n"));
        assert_eq!(line("q", value.clone()), format!("iso.3.6.1.9 {quick}\n"));
        assert_eq!(line("Q", value.clone()), format!("iso.3.6.1.9 = {quick}\n"));
        assert_eq!(line("v", value.clone()), format!("{whole}\n"));
        assert_eq!(line("vqn", value), format!("{quick}\n"));
    }
}

#[test]
fn identifiers_begin_with_the_name_of_their_root_if_there_is_one() {
    for (arcs, module, full, numeric) in [
        (&[][..], "ccitt", ".ccitt", ".0"),
        (&[0], "ccitt", ".ccitt", ".0"),
        (&[1], "iso", ".iso", ".1"),
        (&[1, 3, 6], "iso.3.6", ".iso.3.6", ".1.3.6"),
        (&[2, 999], "joint-iso-ccitt.999", ".joint-iso-ccitt.999", ".2.999"),
        (&[3, 7], ".3.7", ".3.7", ".3.7"),
    ] {
        for letter in ["", "s", "S"] {
            assert_eq!(identifier(letter, arcs), module);
        }
        for letter in ["f", "u"] {
            assert_eq!(identifier(letter, arcs), full);
        }
        assert_eq!(identifier("n", arcs), numeric);
    }
    assert_eq!(identifier("F", &[1, 3]), ".iso(1).3");
}

#[test]
fn hexadecimal_ends_its_lines_where_it_is_told_to() {
    let octets = || Value::OctetString(Octets::from((0x3c..0x4d).collect::<Vec<u8>>()));
    assert_eq!(
        line("xvT", octets()),
        "Hex-STRING: 3C 3D 3E 3F 40 41 42 43 44 45 46 47 48 49 4A 4B   [<=>?@ABCDEFGHIJK]\n4C   [L]\n"
    );
    let mut options = Options::from_letters("xv").unwrap();
    for (width, lines) in [("0", 1), ("1", 17), ("16", 2), ("17", 1)] {
        options.set_token("hexOutputLength", width).unwrap();
        let mut out = Vec::new();
        varbind(&VarBind::new(Oid::empty(), octets()), &options, &NoNames, &mut out);
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), lines, "{width}");
    }
}

#[test]
fn floats_are_written_as_c_writes_them() {
    for (precision, number, text) in [
        ("", 1234.5678, "1234.567800"),
        (".0", 0.5, "0"),
        (".0", 1.5, "2"),
        (".0", 2.5, "2"),
        (".2", 0.125, "0.12"),
        (".2", 0.375, "0.38"),
        ("#.0", 2.0, "2."),
        ("+020.12", 1234.5678, "+001234.567800000000"),
        ("+020.12", f64::INFINITY, "                +inf"),
        ("-8", -f64::INFINITY, "-inf    "),
        ("-+8.1", 1.0, "+1.0    "),
        (" .1", 1.0, " 1.0"),
        ("08.1", -1.0, "-00001.0"),
        ("", -f64::NAN, "-nan"),
        ("", -0.0, "-0.000000"),
    ] {
        let mut out = b"before ".to_vec();
        float::float(number, crate::output::options::Precision::parse(precision).unwrap(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), format!("before {text}"), "{precision}");
    }
    let mut out = Vec::new();
    float::float(f64::MAX, crate::output::options::Precision::default(), &mut out);
    assert_eq!(out.len(), FLOAT_OCTETS_MAX);
}

#[test]
fn names_come_first_where_there_are_any() {
    struct One;
    impl Names for One {
        fn oid(&self, oid: &Oid, _: &Options, out: &mut Vec<u8>) -> Known {
            if oid.arcs() != [1, 3, 6] {
                return Known::No;
            }
            out.extend_from_slice(b"dod");
            Known::Yes
        }

        fn value(&self, name: &Oid, value: &Value, _: &Options, out: &mut Vec<u8>) -> Known {
            assert!(!value.is_exception());
            if name.arcs() != [1, 3, 6] || *value != Value::Integer32(1) {
                return Known::No;
            }
            out.extend_from_slice(b"INTEGER: up(1)");
            Known::Yes
        }
    }
    for (value, text) in [
        (Value::Integer32(1), "dod = INTEGER: up(1)\n"),
        (Value::ObjectIdentifier(Oid::from_static(&[1, 3, 6])), "dod = OID: dod\n"),
        (Value::ObjectIdentifier(Oid::from_static(&[1, 3])), "dod = OID: iso.3\n"),
        (Value::NoSuchObject, "dod = No Such Object available on this agent at this OID\n"),
    ] {
        let binding = VarBind::new(Oid::from_static(&[1, 3, 6]), value);
        let mut out = Vec::new();
        varbind(&binding, &Options::default(), &One, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }
}

/// Conversions of `printf`, and what C makes with them of zero, 1.5, -1.5, 1e-7, 1e100, 123456, 1234567, 0.0001, 0.00001,
/// 99999.95 and minus zero.
const CONVERSIONS: [(&str, &str); 15] = [
    (
        ".3e",
        "0.000e+00|1.500e+00|-1.500e+00|1.000e-07|1.000e+100|1.235e+05|1.235e+06|1.000e-04|1.000e-05|1.000e+05|-0.000e+00",
    ),
    (
        "e",
        "0.000000e+00|1.500000e+00|-1.500000e+00|1.000000e-07|1.000000e+100|1.234560e+05|1.234567e+06|1.000000e-04|1.000000e-05|9.999995e+04|-0.000000e+00",
    ),
    (
        "E",
        "0.000000E+00|1.500000E+00|-1.500000E+00|1.000000E-07|1.000000E+100|1.234560E+05|1.234567E+06|1.000000E-04|1.000000E-05|9.999995E+04|-0.000000E+00",
    ),
    ("g", "0|1.5|-1.5|1e-07|1e+100|123456|1.23457e+06|0.0001|1e-05|99999.9|-0"),
    ("G", "0|1.5|-1.5|1E-07|1E+100|123456|1.23457E+06|0.0001|1E-05|99999.9|-0"),
    (".3g", "0|1.5|-1.5|1e-07|1e+100|1.23e+05|1.23e+06|0.0001|1e-05|1e+05|-0"),
    (
        "#g",
        "0.00000|1.50000|-1.50000|1.00000e-07|1.00000e+100|123456.|1.23457e+06|0.000100000|1.00000e-05|99999.9|-0.00000",
    ),
    (".0e", "0e+00|2e+00|-2e+00|1e-07|1e+100|1e+05|1e+06|1e-04|1e-05|1e+05|-0e+00"),
    ("#.0e", "0.e+00|2.e+00|-2.e+00|1.e-07|1.e+100|1.e+05|1.e+06|1.e-04|1.e-05|1.e+05|-0.e+00"),
    (
        "10.2e",
        "  0.00e+00|  1.50e+00| -1.50e+00|  1.00e-07| 1.00e+100|  1.23e+05|  1.23e+06|  1.00e-04|  1.00e-05|  1.00e+05| -0.00e+00",
    ),
    (
        "-10.2g",
        "0         |1.5       |-1.5      |1e-07     |1e+100    |1.2e+05   |1.2e+06   |0.0001    |1e-05     |1e+05     |-0        ",
    ),
    (
        "010.2g",
        "0000000000|00000001.5|-0000001.5|000001e-07|00001e+100|0001.2e+05|0001.2e+06|00000.0001|000001e-05|000001e+05|-000000000",
    ),
    ("+g", "+0|+1.5|-1.5|+1e-07|+1e+100|+123456|+1.23457e+06|+0.0001|+1e-05|+99999.9|-0"),
    (".10g", "0|1.5|-1.5|1e-07|1e+100|123456|1234567|0.0001|1e-05|99999.95|-0"),
    (".0g", "0|2|-2|1e-07|1e+100|1e+05|1e+06|0.0001|1e-05|1e+05|-0"),
];

#[test]
fn a_conversion_of_the_texts_own_writes_what_printf_writes_and_then_net_snmps_own_letter() {
    let numbers = [0.0, 1.5, -1.5, 1e-7, 1e100, 123_456.0, 1_234_567.0, 0.0001, 0.00001, 99_999.95, -0.0];
    for (precision, texts) in CONVERSIONS {
        for (number, text) in numbers.into_iter().zip(texts.split('|')) {
            let mut out = Vec::new();
            float::float(number, crate::output::options::Precision::parse(precision).unwrap(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("{text}f"), "{precision} of {number}");
        }
    }
}
