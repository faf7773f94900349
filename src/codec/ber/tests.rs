use proptest::prelude::*;

use super::super::lenient::Lenient;
use super::super::testing::{any_oid, hex, oid};
use super::*;
use DecodeErrorKind::{
    ArcTooLarge, IndefiniteLength, IntegerTooWide, LengthTooWide, NotTolerated, TooManyArcs, Trailing,
    Truncated, UnexpectedType, UnfinishedArc,
};

fn strict() -> Tolerance {
    Tolerance::new(Lenient::none())
}

fn lenient() -> Tolerance {
    Tolerance::new(Lenient::all())
}

fn refused<T>(at: usize, kind: DecodeErrorKind) -> Result<T, DecodeError> {
    Err(DecodeError { at, kind })
}

fn read<'a, T>(
    octets: &'a [u8],
    tag: u8,
    mut tolerance: Tolerance,
    content: impl Fn(&Field<'a>, &mut Tolerance) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let mut reader = Reader::new(octets);
    let field = reader.field(tag, "that", &mut tolerance)?;
    reader.finish()?;
    content(&field, &mut tolerance)
}

fn written(write: impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError>) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, usize::MAX);
    write(&mut writer)?;
    writer.finish();
    Ok(out)
}

#[test]
fn signed_numbers_take_as_few_octets_as_they_need() {
    for (text, number, twin) in [
        // the number     its value                 the same with an octet too many
        ("02 01 00", 0, "02 02 00 00"),
        ("02 01 7F", 127, "02 02 00 7F"),
        ("02 02 00 80", 128, "02 03 00 00 80"),
        ("02 01 80", -128, "02 02 FF 80"),
        ("02 02 FF 7F", -129, "02 03 FF FF 7F"),
        ("02 01 FF", -1, "02 09 FF FF FF FF FF FF FF FF FF"),
        ("02 04 7F FF FF FF", i64::from(i32::MAX), "02 05 00 7F FF FF FF"),
        ("02 04 80 00 00 00", i64::from(i32::MIN), "02 05 FF 80 00 00 00"),
        ("02 08 7F FF FF FF FF FF FF FF", i64::MAX, "02 09 00 7F FF FF FF FF FF FF FF"),
        ("02 08 80 00 00 00 00 00 00 00", i64::MIN, "02 09 FF 80 00 00 00 00 00 00 00"),
    ] {
        let octets = hex(text);
        assert_eq!(read(&octets, tag::INTEGER, strict(), Field::signed), Ok(number), "{text}");
        assert_eq!(written(|writer| writer.signed(tag::INTEGER, number)), Ok(octets), "{text}");

        let padded = NotTolerated(Deviation::PaddedInteger);
        assert_eq!(read(&hex(twin), tag::INTEGER, strict(), Field::signed), refused(2, padded), "{twin}");
        assert_eq!(read(&hex(twin), tag::INTEGER, lenient(), Field::signed), Ok(number), "{twin}");
    }
    let nine = hex("02 09 01 00 00 00 00 00 00 00 00");
    assert_eq!(read(&nine, tag::INTEGER, lenient(), Field::signed), refused(2, IntegerTooWide { bits: 64 }));
}

#[test]
fn unsigned_numbers_have_no_sign_to_be_mistaken() {
    let (padded, negative) = (Deviation::PaddedInteger, Deviation::NegativeUnsigned);
    for (text, number, twin, deviation) in [
        ("46 01 00", 0, "46 02 00 00", padded),
        ("46 01 7F", 127, "46 02 00 7F", padded),
        ("46 02 00 80", 128, "46 01 80", negative),
        ("46 02 00 FF", 255, "46 03 00 00 FF", padded),
        ("46 05 00 FF FF FF FF", u64::from(u32::MAX), "46 04 FF FF FF FF", negative),
        ("46 08 7F FF FF FF FF FF FF FF", u64::MAX / 2, "46 09 00 7F FF FF FF FF FF FF FF", padded),
        ("46 09 00 80 00 00 00 00 00 00 00", 1 << 63, "46 08 80 00 00 00 00 00 00 00", negative),
        ("46 09 00 FF FF FF FF FF FF FF FF", u64::MAX, "46 0A 00 00 FF FF FF FF FF FF FF FF", padded),
    ] {
        let octets = hex(text);
        assert_eq!(read(&octets, tag::COUNTER64, strict(), Field::unsigned), Ok(number), "{text}");
        assert_eq!(written(|writer| writer.unsigned(tag::COUNTER64, number)), Ok(octets), "{text}");

        let refusal = refused(2, NotTolerated(deviation));
        assert_eq!(read(&hex(twin), tag::COUNTER64, strict(), Field::unsigned), refusal, "{twin}");
        assert_eq!(read(&hex(twin), tag::COUNTER64, lenient(), Field::unsigned), Ok(number), "{twin}");
    }
    for wide in ["46 09 01 00 00 00 00 00 00 00 00", "46 09 FF FF FF FF FF FF FF FF FF"] {
        let refusal = refused(2, IntegerTooWide { bits: 64 });
        assert_eq!(read(&hex(wide), tag::COUNTER64, lenient(), Field::unsigned), refusal, "{wide}");
    }
}

#[test]
fn identifiers_are_the_same_both_ways() {
    for (text, arcs) in [
        ("06 01 00", "0.0"),
        ("06 01 27", "0.39"),
        ("06 01 28", "1.0"),
        ("06 01 4F", "1.39"),
        ("06 01 50", "2.0"),
        ("06 01 7F", "2.47"),
        ("06 02 81 00", "2.48"),
        ("06 02 88 37", "2.999"),
        ("06 03 88 37 03", "2.999.3"),
        ("06 05 90 80 80 80 4F", "2.4294967295"),
        ("06 08 2B 06 01 02 01 01 03 00", "1.3.6.1.2.1.1.3.0"),
        ("06 02 2B 7F", "1.3.127"),
        ("06 03 2B 81 00", "1.3.128"),
        ("06 03 2B FF 7F", "1.3.16383"),
        ("06 06 2B 8F FF FF FF 7F", "1.3.4294967295"),
        (
            "06 16 2B 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15",
            "1.3.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21",
        ),
    ] {
        let octets = hex(text);
        assert_eq!(read(&octets, tag::OBJECT_IDENTIFIER, strict(), Field::oid), Ok(oid(arcs)), "{text}");
        assert_eq!(written(|writer| writer.oid(&oid(arcs))), Ok(octets), "{text}");
    }
}

#[test]
fn octets_that_are_no_identifier_are_refused_where_they_go_wrong() {
    for (text, at, kind) in [
        ("06 00", 2, NotTolerated(Deviation::EmptyOid)),
        ("06 02 2B 86", 3, UnfinishedArc),
        ("06 01 86", 2, UnfinishedArc),
        ("06 03 2B 80 01", 3, NotTolerated(Deviation::PaddedArc)),
        ("06 03 80 2B 06", 2, NotTolerated(Deviation::PaddedArc)),
        ("06 06 2B 90 80 80 80 00", 3, ArcTooLarge),
        ("06 05 90 80 80 80 50", 2, ArcTooLarge),
        ("06 0C 2B 06 FF FF FF FF FF FF FF FF FF 7F", 4, ArcTooLarge),
    ] {
        let result = read(&hex(text), tag::OBJECT_IDENTIFIER, strict(), Field::oid);
        assert_eq!(result, refused(at, kind), "{text}");
    }
    for (text, arcs) in [("06 00", "0.0"), ("06 04 2B 80 80 01", "1.3.1"), ("06 03 80 88 37", "2.999")] {
        assert_eq!(read(&hex(text), tag::OBJECT_IDENTIFIER, lenient(), Field::oid), Ok(oid(arcs)), "{text}");
    }
}

#[test]
fn an_identifier_has_128_arcs_at_most() {
    let most = [&hex("06 7F 2B")[..], &[1; 126]].concat();
    let arcs = [&[1, 3][..], &[1; 126]].concat();
    let full = read(&most, tag::OBJECT_IDENTIFIER, strict(), Field::oid).unwrap();
    assert_eq!(full.arcs(), arcs);
    assert_eq!(written(|writer| writer.oid(&full)), Ok(most));

    let one_more = [&hex("06 81 80 2B")[..], &[1; 127]].concat();
    assert_eq!(
        read(&one_more, tag::OBJECT_IDENTIFIER, strict(), Field::oid),
        refused(3 + 127, TooManyArcs { limit: 128 })
    );
}

#[test]
fn identifiers_of_every_length_are_the_same_both_ways() {
    for arcs in 2..=limits::OID_ARCS {
        let oid = Oid::new(&[&[1, 3][..], &vec![7; arcs - 2]].concat()).unwrap();
        let octets = written(|writer| writer.oid(&oid)).unwrap();
        assert_eq!(octets.len(), arcs + if arcs > 128 { 2 } else { 1 });
        assert_eq!(read(&octets, tag::OBJECT_IDENTIFIER, strict(), Field::oid), Ok(oid));
    }
}

#[test]
fn identifiers_without_an_encoding_are_completed_or_refused() {
    for (arcs, text) in [(&[][..], "06 01 00"), (&[0], "06 01 00"), (&[1], "06 01 28"), (&[2], "06 01 50")] {
        assert_eq!(written(|writer| writer.oid(&Oid::from_static(arcs))), Ok(hex(text)), "{arcs:?}");
    }
    for (arcs, error) in [
        (&[3][..], EncodeError::FirstArc { arc: 3 }),
        (&[4_294_967_295, 1], EncodeError::FirstArc { arc: u32::MAX }),
        (&[0, 40], EncodeError::SecondArc { first: 0, second: 40 }),
        (&[1, 40, 1], EncodeError::SecondArc { first: 1, second: 40 }),
    ] {
        assert_eq!(written(|writer| writer.oid(&Oid::from_static(arcs))), Err(error), "{arcs:?}");
    }
}

#[test]
fn lengths_are_written_short_and_read_in_every_definite_form() {
    for (length, header) in [
        (0, "04 00"),
        (127, "04 7F"),
        (128, "04 81 80"),
        (255, "04 81 FF"),
        (256, "04 82 01 00"),
        (65_503, "04 82 FF DF"),
    ] {
        let content = vec![0xA5; length];
        let octets = [hex(header), content.clone()].concat();
        let field =
            |tolerance| read(&octets, tag::OCTET_STRING, tolerance, |field, _| Ok(field.content.to_vec()));
        assert_eq!(field(strict()), Ok(content.clone()), "{length}");
        assert_eq!(written(|writer| writer.field(tag::OCTET_STRING, &content)), Ok(octets), "{length}");
    }
    for padded in
        ["04 81 01 A5", "04 82 00 01 A5", "04 84 00 00 00 01 A5", "04 88 00 00 00 00 00 00 00 01 A5"]
    {
        let octets = hex(padded);
        let field =
            |tolerance| read(&octets, tag::OCTET_STRING, tolerance, |field, _| Ok(field.content.to_vec()));
        assert_eq!(field(lenient()), Ok(vec![0xA5]), "{padded}");
        assert_eq!(field(strict()), refused(1, NotTolerated(Deviation::PaddedLength)), "{padded}");
    }
}

#[test]
fn a_length_that_cannot_be_is_refused_at_its_octet() {
    for (text, at, kind) in [
        ("", 0, Truncated { needed: 2, present: 0 }),
        ("05", 0, UnexpectedType { found: 5, expected: "that" }),
        ("04", 1, Truncated { needed: 1, present: 0 }),
        ("04 01", 1, Truncated { needed: 1, present: 0 }),
        ("04 05 01 02", 1, Truncated { needed: 5, present: 2 }),
        ("04 82 01", 1, Truncated { needed: 3, present: 2 }),
        ("04 82 01 00 00", 1, Truncated { needed: 256, present: 1 }),
        ("04 80 00 00", 1, IndefiniteLength),
        ("04 89 00 00 00 00 00 00 00 00 01 A5", 1, LengthTooWide { octets: 9 }),
        ("04 FF 01", 1, LengthTooWide { octets: 127 }),
        ("04 88 FF FF FF FF FF FF FF FF", 1, Truncated { needed: usize::MAX, present: 0 }),
        ("04 01 A5 00", 3, Trailing { octets: 1 }),
    ] {
        let result = read(&hex(text), tag::OCTET_STRING, lenient(), |_, _| Ok(()));
        assert_eq!(result, refused(at, kind), "{text}");
    }
}

#[test]
fn a_field_within_a_field_knows_its_place_and_cannot_leave() {
    let octets = hex("30 05     # outer
            04 01 41
            04 01  # ends with the outer field
         42        # belongs to nobody");
    let mut tolerance = strict();
    let mut outer = Reader::new(&octets).field(tag::SEQUENCE, "", &mut tolerance).unwrap().reader();
    assert_eq!(outer.field(tag::OCTET_STRING, "", &mut tolerance).unwrap().at, 4);
    let result = outer.field(tag::OCTET_STRING, "", &mut tolerance).map(|field| field.at);
    assert_eq!(result, refused(6, Truncated { needed: 1, present: 0 }));
}

#[test]
fn writing_stops_at_the_limit_and_says_so() {
    let mut out = Vec::new();
    for limit in 0..12 {
        let mut writer = Writer::new(&mut out, limit);
        let result = writer.field(tag::OCTET_STRING, b"0123456789");
        assert_eq!(result, if limit < 12 { Err(EncodeError::TooLong { limit }) } else { Ok(()) });
        assert!(out.len() <= limit);
    }
    let mut writer = Writer::new(&mut out, 12);
    assert_eq!(writer.field(tag::OCTET_STRING, b"0123456789"), Ok(()));
    writer.finish();
    assert_eq!(out, b"\x04\x0A0123456789");

    let mut writer = Writer::new(&mut out, usize::MAX);
    let huge = vec![0; limits::MESSAGE_OCTETS];
    let limit = limits::MESSAGE_OCTETS;
    assert_eq!(writer.field(tag::OCTET_STRING, &huge), Err(EncodeError::TooLong { limit }));
}

proptest! {
    #[test]
    fn every_number_comes_back(signed: i64, unsigned: u64) {
        let octets = written(|writer| writer.signed(tag::INTEGER, signed)).unwrap();
        prop_assert_eq!(read(&octets, tag::INTEGER, strict(), Field::signed), Ok(signed));
        // snmp2 reads a signed number as it should.
        prop_assert_eq!(AsnReader::from_bytes(&octets).read_asn_integer(), Ok(signed));
        let octets = written(|writer| writer.unsigned(tag::COUNTER64, unsigned)).unwrap();
        prop_assert_eq!(read(&octets, tag::COUNTER64, strict(), Field::unsigned), Ok(unsigned));
        prop_assert_eq!(AsnReader::from_bytes(&octets).read_snmp_counter64(), Ok(unsigned));
    }

    #[test]
    fn every_identifier_comes_back(oid in any_oid()) {
        let octets = written(|writer| writer.oid(&oid)).unwrap();
        prop_assert_eq!(read(&octets, tag::OBJECT_IDENTIFIER, strict(), Field::oid), Ok(oid));
    }

    #[test]
    fn strictly_read_octets_are_written_again_as_they_were(content in prop::collection::vec(any::<u8>(), 0..12)) {
        let mut octets = vec![tag::OBJECT_IDENTIFIER, u8::try_from(content.len()).unwrap()];
        octets.extend(&content);
        if let Ok(oid) = read(&octets, tag::OBJECT_IDENTIFIER, strict(), Field::oid) {
            prop_assert_eq!(written(|writer| writer.oid(&oid)).unwrap(), octets.clone());
        }
        octets[0] = tag::INTEGER;
        if let Ok(number) = read(&octets, tag::INTEGER, strict(), Field::signed) {
            prop_assert_eq!(written(|writer| writer.signed(tag::INTEGER, number)).unwrap(), octets.clone());
        }
        if let Ok(number) = read(&octets, tag::INTEGER, strict(), Field::unsigned) {
            prop_assert_eq!(written(|writer| writer.unsigned(tag::INTEGER, number)).unwrap(), octets);
        }
    }
}
