use super::super::lenient::Lenient;
use super::super::testing::{hex, oid};
use super::*;
use DecodeErrorKind::{IntegerTooWide, NotTolerated, Truncated, UnexpectedType, WrongLength};

fn read(octets: &[u8], version: Version, lenient: Lenient) -> Result<Value, DecodeError> {
    let mut reader = Reader::new(octets);
    let value = read_value(&mut reader, version, &mut Tolerance::new(lenient))?;
    reader.finish()?;
    Ok(value)
}

fn written(value: &Value, version: Version) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, usize::MAX);
    write_value(&mut writer, version, value)?;
    writer.finish();
    Ok(out)
}

fn octets(text: &str) -> Octets {
    Octets::from(text)
}

/// Each type with its octets, and a twin of them that no switch makes right.
fn cases() -> Vec<(&'static str, Value, &'static str, usize, DecodeErrorKind)> {
    let wide = IntegerTooWide { bits: 64 };
    let short = |needed| Truncated { needed, present: needed - 1 };
    vec![
        ("02 01 05", Value::Integer32(5), "02 09 01 02 03 04 05 06 07 08 09", 2, wide),
        ("02 04 80 00 00 00", Value::Integer32(i32::MIN), "02 04 80 00 00", 1, short(4)),
        ("04 03 61 00 FF", Value::OctetString(vec![0x61, 0, 0xFF].into()), "04 04 61 00 FF", 1, short(4)),
        ("04 00", Value::OctetString(Octets::default()), "24 00", 0, unknown(0x24)),
        ("05 00", Value::Null, "01 00", 0, unknown(0x01)),
        ("06 02 88 37", Value::ObjectIdentifier(oid("2.999")), "06 03 88 37", 1, short(3)),
        (
            "40 04 C0 00 02 01",
            Value::IpAddress([192, 0, 2, 1].into()),
            "40 03 C0 00 02",
            2,
            WrongLength { found: 3, expected: 4 },
        ),
        ("41 05 00 FF FF FF FF", Value::Counter32(u32::MAX), "41 09 01 00 00 00 00 00 00 00 00", 2, wide),
        ("42 01 07", Value::Gauge32(7), "48 01 07", 0, unknown(0x48)),
        ("43 02 01 00", Value::TimeTicks(256), "43 80 01 00 00 00", 1, DecodeErrorKind::IndefiniteLength),
        (
            "44 07 9F 78 04 42 F6 00 00",
            Value::Opaque(hex("9F 78 04 42 F6 00 00").into()),
            "44 08 9F 78 04 42 F6 00 00",
            1,
            short(8),
        ),
        (
            "46 09 00 80 00 00 00 00 00 00 00",
            Value::Counter64(1 << 63),
            "46 09 01 80 00 00 00 00 00 00 00",
            2,
            wide,
        ),
        ("80 00", Value::NoSuchObject, "80 01", 1, short(1)),
        ("81 00", Value::NoSuchInstance, "A1 00", 0, unknown(0xA1)),
        ("82 00", Value::EndOfMibView, "83 00", 0, unknown(0x83)),
    ]
}

fn unknown(found: u8) -> DecodeErrorKind {
    UnexpectedType { found, expected: "a value" }
}

#[test]
fn every_type_is_the_same_both_ways_and_has_a_twin_that_is_refused() {
    for (text, value, twin, at, kind) in cases() {
        assert_eq!(read(&hex(text), Version::V2c, Lenient::none()), Ok(value.clone()), "{text}");
        assert_eq!(written(&value, Version::V2c), Ok(hex(text)), "{text}");
        let refusal = Err(DecodeError { at, kind });
        assert_eq!(read(&hex(twin), Version::V2c, Lenient::all()), refusal, "{twin}");
    }
    let nothing = DecodeError { at: 0, kind: Truncated { needed: 2, present: 0 } };
    assert_eq!(read(&[], Version::V2c, Lenient::all()), Err(nothing));
}

#[test]
fn types_that_came_with_v2_are_not_written_in_v1() {
    for (text, value, ..) in cases() {
        let new = matches!(text.as_bytes(), [b'8', ..] | [b'4', b'6', ..]);
        let expected = if new {
            Err(EncodeError::NotInVersion { what: value.type_name(), version: "SNMPv1" })
        } else {
            Ok(hex(text))
        };
        assert_eq!(written(&value, Version::V1), expected, "{text}");
    }
}

/// Every deviation of a value: its octets, what they are read as, and where they are refused with the switch off.
#[test]
fn each_tolerated_deviation_is_one_switch() {
    use Deviation::{
        EmptyInteger, EmptyOid, ExceptionContent, NegativeUnsigned, NewTypeInV1, NullContent, PaddedArc,
        PaddedInteger, PaddedLength, WideInteger, WithdrawnType,
    };
    use Version::{V1, V2c};
    for (version, text, deviation, at, value) in [
        (V2c, "02 82 00 01 05", PaddedLength, 1, Value::Integer32(5)),
        (V2c, "02 02 00 05", PaddedInteger, 2, Value::Integer32(5)),
        (V2c, "02 05 FF FF FF FF FB", PaddedInteger, 2, Value::Integer32(-5)),
        (V2c, "41 02 00 05", PaddedInteger, 2, Value::Counter32(5)),
        (V2c, "02 00", EmptyInteger, 2, Value::Integer32(0)),
        (V2c, "42 00", EmptyInteger, 2, Value::Gauge32(0)),
        (V2c, "41 04 FF FF FF FF", NegativeUnsigned, 2, Value::Counter32(u32::MAX)),
        (V2c, "41 01 FF", NegativeUnsigned, 2, Value::Counter32(255)),
        (V2c, "43 04 80 00 00 00", NegativeUnsigned, 2, Value::TimeTicks(1 << 31)),
        (V2c, "46 08 FF FF FF FF FF FF FF FF", NegativeUnsigned, 2, Value::Counter64(u64::MAX)),
        (V2c, "02 05 00 FF FF FF FF", WideInteger, 2, Value::Gauge32(u32::MAX)),
        (V2c, "02 05 00 80 00 00 00", WideInteger, 2, Value::Gauge32(1 << 31)),
        (V2c, "02 05 01 00 00 00 07", WideInteger, 2, Value::Integer32(7)),
        (V2c, "02 05 01 80 00 00 00", WideInteger, 2, Value::Integer32(i32::MIN)),
        (V2c, "02 05 FE FF FF FF FF", WideInteger, 2, Value::Integer32(-1)),
        (V2c, "41 05 01 00 00 00 07", WideInteger, 2, Value::Counter32(7)),
        (V2c, "06 00", EmptyOid, 2, Value::ObjectIdentifier(oid("0.0"))),
        (V2c, "06 04 2B 06 80 01", PaddedArc, 4, Value::ObjectIdentifier(oid("1.3.6.1"))),
        (V2c, "05 01 00", NullContent, 2, Value::Null),
        (V2c, "80 01 00", ExceptionContent, 2, Value::NoSuchObject),
        (V2c, "82 02 05 00", ExceptionContent, 2, Value::EndOfMibView),
        (V2c, "47 01 07", WithdrawnType, 0, Value::UInteger32(7)),
        (V2c, "45 02 01 FF", WithdrawnType, 0, Value::OctetString(vec![1, 0xFF].into())),
        (V2c, "03 02 07 80", WithdrawnType, 0, Value::OctetString(vec![7, 0x80].into())),
        (V1, "46 01 05", NewTypeInV1, 0, Value::Counter64(5)),
        (V1, "80 00", NewTypeInV1, 0, Value::NoSuchObject),
        (V1, "81 00", NewTypeInV1, 0, Value::NoSuchInstance),
        (V1, "82 00", NewTypeInV1, 0, Value::EndOfMibView),
    ] {
        let mut only = Tolerance::new(Lenient::none().with(deviation));
        let read_so = read_value(&mut Reader::new(&hex(text)), version, &mut only);
        assert_eq!(read_so, Ok(value), "{text}");
        assert_eq!(only.met().iter().collect::<Vec<_>>(), [deviation], "{text}");

        let all_else = Lenient::all().without(deviation);
        let refusal = Err(DecodeError { at, kind: NotTolerated(deviation) });
        assert_eq!(read(&hex(text), version, all_else), refusal, "{text}");
    }
}

#[test]
fn the_withdrawn_type_is_written_for_those_who_play_an_old_agent() {
    assert_eq!(written(&Value::UInteger32(u32::MAX), Version::V2c), Ok(hex("47 05 00 FF FF FF FF")));
}

#[test]
fn long_strings_are_no_different() {
    for length in [64, 65, 127, 128, 255, 256, 65_503] {
        let value = Value::OctetString(vec![b'x'; length].into());
        let octets = written(&value, Version::V2c).unwrap();
        assert_eq!(read(&octets, Version::V2c, Lenient::none()), Ok(value), "{length}");
    }
    let value = Value::OctetString(vec![b'x'; limits::MESSAGE_OCTETS - 3].into());
    let limit = limits::MESSAGE_OCTETS;
    assert_eq!(written(&value, Version::V2c), Err(EncodeError::TooLong { limit }));
    assert_eq!(octets("x").as_slice(), b"x");
}

fn list(text: &str) -> Result<Vec<VarBind>, DecodeError> {
    let octets = hex(text);
    read_bindings(&mut Reader::new(&octets), Version::V2c, &mut Tolerance::new(Lenient::all()))
}

#[test]
fn a_fault_in_a_binding_is_an_error_with_its_octet_and_never_the_end_of_the_list() {
    let whole = "30 0E  30 05 06 01 2B 05 00  30 05 06 01 2B 05 00";
    assert_eq!(list(whole), Ok(vec![VarBind::ask(oid("1.3")); 2]));
    assert_eq!(list("30 00"), Ok(vec![]));
    for (text, at, kind) in [
        // the second binding is no sequence
        (
            "30 0E  30 05 06 01 2B 05 00  31 05 06 01 2B 05 00",
            9,
            UnexpectedType { found: 0x31, expected: "a variable binding" },
        ),
        // it is longer than the list
        ("30 0E  30 05 06 01 2B 05 00  30 06 06 01 2B 05 00", 10, Truncated { needed: 6, present: 5 }),
        // its value is longer than it
        ("30 0E  30 05 06 01 2B 05 00  30 05 06 01 2B 04 01", 15, Truncated { needed: 1, present: 0 }),
        // it has no value
        ("30 0C  30 05 06 01 2B 05 00  30 03 06 01 2B", 14, Truncated { needed: 2, present: 0 }),
        // its value is of no type that there is
        ("30 0E  30 05 06 01 2B 05 00  30 05 06 01 2B 01 00", 14, unknown(1)),
        // it has no name
        (
            "30 0B  30 05 06 01 2B 05 00  30 02 05 00",
            11,
            UnexpectedType { found: 5, expected: "the name of a variable" },
        ),
        // something follows its value
        (
            "30 10  30 05 06 01 2B 05 00  30 07 06 01 2B 05 00 05 00",
            16,
            DecodeErrorKind::Trailing { octets: 2 },
        ),
        // a lone octet ends the list
        ("30 08  30 05 06 01 2B 05 00  00", 9, UnexpectedType { found: 0, expected: "a variable binding" }),
        ("30 08  30 05 06 01 2B 05 00  30", 10, Truncated { needed: 1, present: 0 }),
    ] {
        assert_eq!(list(text), Err(DecodeError { at, kind }), "{text}");
    }
}

#[test]
fn the_number_of_bindings_is_bounded() {
    let many = |bindings: usize| {
        let content = hex("30 04 06 00 05 00").repeat(bindings);
        let [.., a, b] = content.len().to_be_bytes();
        [&[0x30, 0x82, a, b][..], &content].concat()
    };
    let read = |octets: &[u8]| {
        read_bindings(&mut Reader::new(octets), Version::V2c, &mut Tolerance::new(Lenient::all()))
    };
    assert_eq!(read(&many(limits::BINDINGS)).unwrap().len(), limits::BINDINGS);
    let kind = DecodeErrorKind::TooManyBindings { limit: limits::BINDINGS };
    let at = 4 + 6 * limits::BINDINGS;
    assert_eq!(read(&many(limits::BINDINGS + 1)), Err(DecodeError { at, kind }));
}
