use proptest::prelude::*;

use crate::oid::Oid;

use super::*;
use crate::mib::View;

fn read(kind: &str, text: &str) -> Result<Value, String> {
    let kind = SetType::parse(kind).map_err(|letter| format!("Bad object type: {letter}"))?;
    value(&Oid::empty(), kind, text.as_bytes(), &MibSettings::default(), &mut Library::of(View::none()))
        .map_err(|error| error.to_string())
}

#[test]
fn an_instance_that_has_a_name_of_its_own_is_of_its_objects_type() {
    let mut library = Library::core();
    let mut read = |oid: &[u32], kind: &str, text: &str| {
        let kind = SetType::parse(kind).unwrap();
        value(&Oid::from_static(oid), kind, text.as_bytes(), &MibSettings::default(), &mut library)
            .map_err(|error| error.to_string())
    };
    // DISMAN-EVENT-MIB calls sysUpTime.0 sysUpTimeInstance, which has no syntax.
    let (up_time, below) = (&[1, 3, 6, 1, 2, 1, 1, 3, 0], &[1, 3, 6, 1, 2, 1, 1, 3, 0, 7]);
    assert_eq!(read(up_time, "=", "5"), Ok(Value::TimeTicks(5)));
    assert_eq!(read(below, "=", "5"), Ok(Value::TimeTicks(5)));
    let refusal = "Bad variable type (Type of attribute is Timeticks, not INTEGER)";
    assert_eq!(read(up_time, "i", "5"), Err(refusal.to_owned()));
    // What is no instance has no type.
    let table = &[1, 3, 6, 1, 2, 1, 2, 2, 0];
    assert_eq!(read(table, "=", "5"), Err("Bad variable type (\"=\")".to_owned()));
    assert_eq!(read(table, "i", "5"), Ok(Value::Integer32(5)));
}

fn octets(octets: &[u8]) -> Value {
    Value::OctetString(Octets::from(octets))
}

fn opaque(octets: &[u8]) -> Value {
    Value::Opaque(Octets::from(octets))
}

#[test]
fn every_type_makes_what_net_snmp_puts_on_the_wire() {
    for (kind, text, expected) in [
        ("i", "5", Value::Integer32(5)),
        ("i", " +5", Value::Integer32(5)),
        ("i", "010", Value::Integer32(10)),
        ("i", "-2147483648", Value::Integer32(i32::MIN)),
        ("i", "2147483647", Value::Integer32(i32::MAX)),
        ("integer", "5", Value::Integer32(5)),
        ("u", "4294967295", Value::Gauge32(u32::MAX)),
        ("u", "-1", Value::Gauge32(u32::MAX)),
        ("u", "-2", Value::Gauge32(u32::MAX - 1)),
        ("t", "5", Value::TimeTicks(5)),
        ("3", "-1", Value::UInteger32(u32::MAX)),
        ("a", "1.2.3.4", Value::IpAddress(Ipv4Addr::new(1, 2, 3, 4))),
        ("a", "1.2.3", Value::IpAddress(Ipv4Addr::new(1, 2, 0, 3))),
        ("a", "0x7f.1", Value::IpAddress(Ipv4Addr::LOCALHOST)),
        ("a", "01.2.3.4 ", Value::IpAddress(Ipv4Addr::new(1, 2, 3, 4))),
        ("a", "4294967295", Value::IpAddress(Ipv4Addr::BROADCAST)),
        ("o", ".1.3.6.1.4.1", Value::ObjectIdentifier(Oid::from_static(&[1, 3, 6, 1, 4, 1]))),
        ("o", "system", Value::ObjectIdentifier(Oid::from_static(&[1, 3, 6, 1, 2, 1, 1]))),
        ("s", "abc", octets(b"abc")),
        ("s", "", octets(b"")),
        ("x", "0a0b", octets(&[10, 11])),
        ("x", "0x0102", octets(&[1, 2])),
        ("x", "0a 0b 0c", octets(&[10, 11, 12])),
        ("x", "", octets(b"")),
        ("d", "1.2.255", octets(&[1, 2, 255])),
        ("d", "1 2 3", octets(&[1, 2, 3])),
        ("d", "1..2.", octets(&[1, 2])),
        ("d", "", octets(b"")),
        ("b", "1", octets(&[0x40])),
        ("b", "0,1,7,8", octets(&[0xc1, 0x80])),
        ("b", "5 6", octets(&[6])),
        ("b", "40", octets(&[0, 0, 0, 0, 0, 0x80])),
        ("b", "7,", octets(&[1])),
        ("b", "0x8", octets(&[0, 0x80])),
        ("b", "", octets(b"")),
        ("n", "anything", Value::Null),
        ("U", "5", opaque(&[0x9f, 0x7b, 1, 5])),
        ("U", "128", opaque(&[0x9f, 0x7b, 2, 0, 128])),
        ("U", "18446744073709551615", opaque(&[0x9f, 0x7b, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255])),
        ("U", "-1", opaque(&[0x9f, 0x7b, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255])),
        ("I", "5", opaque(&[0x9f, 0x7a, 1, 5])),
        ("I", "-5", opaque(&[0x9f, 0x7a, 1, 0xfb])),
        ("I", "-128", opaque(&[0x9f, 0x7a, 1, 0x80])),
        ("F", "1.5", opaque(&[0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0])),
        ("F", "1e3", opaque(&[0x9f, 0x78, 4, 0x44, 0x7a, 0, 0])),
        ("F", "1.5x", opaque(&[0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0])),
        ("F", "inf", opaque(&[0x9f, 0x78, 4, 0x7f, 0x80, 0, 0])),
        ("F", "0x1.8p1", opaque(&[0x9f, 0x78, 4, 0x40, 0x40, 0, 0])),
        ("b", "+5", Value::OctetString(Octets::from(&[4_u8][..]))),
        ("D", "1.5", opaque(&[0x9f, 0x79, 8, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0])),
    ] {
        assert_eq!(read(kind, text), Ok(expected), "{kind} {text}");
    }
}

#[test]
fn what_is_no_value_has_net_snmps_words() {
    for (kind, text, message) in [
        ("i", "abc", "Value out of range (abc)"),
        ("i", "5x", "Value out of range (5x)"),
        ("i", "0x10", "Value out of range (0x10)"),
        ("i", "", "Bad value notation ()"),
        ("u", "x", "Bad value notation (x)"),
        ("u", "0x1f", "Bad value notation (0x1f)"),
        ("u", "", "Bad value notation ()"),
        ("t", "1:2:3.4", "Bad value notation (1:2:3.4)"),
        ("3", "x", "Bad value notation (x)"),
        ("a", "1.2.3.4.5", "Bad value notation (1.2.3.4.5)"),
        ("a", "256.1.1.1", "Bad value notation (256.1.1.1)"),
        ("a", "1.2.3.4x", "Bad value notation (1.2.3.4x)"),
        ("a", "", "Bad value notation ()"),
        ("a", "4294967296", "Bad value notation (4294967296)"),
        ("a", "1.-2", "Bad value notation (1.-2)"),
        ("o", "x", "Unknown Object Identifier (Sub-id not found: (top) -> x)"),
        ("o", "1.3.6.x", "Unknown Object Identifier (x)"),
        ("x", "zz", "Bad value notation (zz)"),
        ("x", "0a0", "Bad value notation (0a0)"),
        ("x", "0a:0b", "Bad value notation (0a:0b)"),
        ("d", "256", "Bad value notation (256)"),
        ("d", "1.2.x", "Bad value notation (1.2.x)"),
        ("d", "1,2", "Bad value notation (1,2)"),
        ("d", "-1", "Bad value notation (-1)"),
        ("b", "x", "Value out of range (x)"),
        ("b", "1,x", "Value out of range (x)"),
        ("U", "x", "Bad value notation (x)"),
        ("I", "5x", "Bad value notation (5x)"),
        ("F", "x", "Bad value notation (x)"),
        ("D", "", "Bad value notation ()"),
        ("b", "5\n", "Value out of range (5\n)"),
        ("b", "-1", "Value out of range (-1)"),
        ("U", "+1", "Bad value notation (+1)"),
        ("I", " 1", "Bad value notation ( 1)"),
        ("F", "infinit", "Bad value notation (infinit)"),
        ("F", "0x", "Bad value notation (0x)"),
        ("F", "-0xx", "Bad value notation (-0xx)"),
        ("x", "0a\t", "Bad value notation (0a\t)"),
        ("=", "5", "Bad variable type (\"=\")"),
        ("c", "5", "Bad object type: c"),
        ("C", "5", "Bad object type: C"),
        ("", "5", "Bad object type:  "),
        // Where net-snmp sends something else than was typed.
        ("i", "2147483648", "Value out of range (2147483648)"),
        ("i", "-2147483649", "Value out of range (-2147483649)"),
        ("u", "4294967296", "Value out of range (4294967296)"),
        ("u", "-4294967296", "Value out of range (-4294967296)"),
        ("t", "99999999999999999999", "Value out of range (99999999999999999999)"),
        ("U", "18446744073709551616", "Value out of range (18446744073709551616)"),
        ("I", "9223372036854775808", "Value out of range (9223372036854775808)"),
        ("b", "-1", "Value out of range (-1)"),
        ("b", "524280", "Value out of range (524280)"),
        ("b", "99999999999999999999", "Value out of range (99999999999999999999)"),
    ] {
        assert_eq!(read(kind, text), Err(message.to_owned()), "{kind} {text}");
    }
}

proptest! {
    #[test]
    fn no_octets_make_any_type_panic(kind in "[iutaosxdbn3UIFD=]", octets in prop::collection::vec(any::<u8>(), 0..24)) {
        let kind = SetType::parse(&kind).unwrap();
        let _ = value(&Oid::empty(), kind, &octets, &MibSettings::default(), &mut Library::default());
    }

    #[test]
    fn numbers_read_back(number in any::<i64>()) {
        let expected = i32::try_from(number).ok().map(Value::Integer32);
        prop_assert_eq!(read("i", &number.to_string()).ok(), expected);
    }
}
