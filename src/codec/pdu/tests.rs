use super::super::lenient::Lenient;
use super::super::testing::{hex, oid};
use super::*;
use crate::codec::DecodeErrorKind::{NotTolerated, Truncated, UnexpectedType};

fn read(octets: &[u8], version: Version, lenient: Lenient) -> Result<AnyPdu, DecodeError> {
    let mut reader = Reader::new(octets);
    let pdu = read_pdu(&mut reader, version, &mut Tolerance::new(lenient))?;
    reader.finish()?;
    Ok(pdu)
}

fn written(pdu: &AnyPdu, version: Version) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, usize::MAX);
    write_pdu(&mut writer, version, pdu.into())?;
    writer.finish();
    Ok(out)
}

fn common(kind: PduKind, request_id: i32) -> AnyPdu {
    AnyPdu::Pdu(Pdu { kind, request_id, bindings: vec![VarBind::ask(oid("1.3"))] })
}

/// Each PDU of common shape: its type octet, its two own fields, and whether `SNMPv1` has it.
const KINDS: [(&str, &str, PduKind, bool); 8] = [
    ("A0", "02 01 00  02 01 00", PduKind::Get, true),
    ("A1", "02 01 00  02 01 00", PduKind::GetNext, true),
    (
        "A2",
        "02 01 02  02 01 01",
        PduKind::Response { error_status: ErrorStatus::NO_SUCH_NAME, error_index: 1 },
        true,
    ),
    ("A3", "02 01 00  02 01 00", PduKind::Set, true),
    ("A5", "02 01 05  02 01 0A", PduKind::GetBulk { non_repeaters: 5, max_repetitions: 10 }, false),
    ("A6", "02 01 00  02 01 00", PduKind::Inform, false),
    ("A7", "02 01 00  02 01 00", PduKind::TrapV2, false),
    ("A8", "02 01 00  02 01 00", PduKind::Report, false),
];

fn octets_of(tag: &str, fields: &str) -> Vec<u8> {
    hex(&format!(
        "{tag} 15               # the PDU
            02 04 12 34 56 78   # request-id
            {fields}            # error-status and error-index, or non-repeaters and max-repetitions
            30 07               # variable-bindings
               30 05
                  06 01 2B      # 1.3
                  05 00"
    ))
}

#[test]
fn every_pdu_is_the_same_both_ways_in_v2c_and_v3() {
    for (tag, fields, kind, _) in KINDS {
        for version in [Version::V2c, Version::V3] {
            let octets = octets_of(tag, fields);
            let pdu = common(kind, 0x1234_5678);
            assert_eq!(read(&octets, version, Lenient::none()), Ok(pdu.clone()), "{tag}");
            assert_eq!(written(&pdu, version), Ok(octets), "{tag}");
        }
    }
}

#[test]
fn every_pdu_cut_anywhere_is_refused_within_what_is_left() {
    for (tag, fields, ..) in KINDS {
        let octets = octets_of(tag, fields);
        for cut in 0..octets.len() {
            let error = read(&octets[..cut], Version::V2c, Lenient::all()).unwrap_err();
            assert!(error.at <= cut, "{tag} cut at {cut}: {error}");
            assert!(matches!(error.kind, Truncated { .. }), "{tag} cut at {cut}: {error}");
        }
    }
}

#[test]
fn v1_has_four_of_them_and_the_others_are_a_switch() {
    for (tag, fields, kind, in_v1) in KINDS {
        let octets = octets_of(tag, fields);
        let pdu = common(kind, 0x1234_5678);
        assert_eq!(read(&octets, Version::V1, Lenient::all()), Ok(pdu.clone()), "{tag}");
        let strict = read(&octets, Version::V1, Lenient::all().without(Deviation::NewPduInV1));
        if in_v1 {
            assert_eq!(strict, Ok(pdu.clone()), "{tag}");
            assert_eq!(written(&pdu, Version::V1), Ok(octets), "{tag}");
        } else {
            let kind_of_error = NotTolerated(Deviation::NewPduInV1);
            assert_eq!(strict, Err(DecodeError { at: 0, kind: kind_of_error }), "{tag}");
            let error = EncodeError::NotInVersion { what: kind.name(), version: "SNMPv1" };
            assert_eq!(written(&pdu, Version::V1), Err(error), "{tag}");
        }
    }
}

fn trap() -> (Vec<u8>, AnyPdu) {
    let octets = hex("A4 23                          # Trap-PDU
            06 07 2B 06 01 04 01 BF 08  # enterprise 1.3.6.1.4.1.8072
            40 04 C0 00 02 01           # agent-addr 192.0.2.1
            02 01 06                    # generic-trap enterpriseSpecific
            02 01 2A                    # specific-trap 42
            43 02 01 00                 # time-stamp 256
            30 08                       # variable-bindings
               30 06
                  06 01 2B              # 1.3
                  02 01 FF              # -1");
    let pdu = AnyPdu::TrapV1(TrapV1 {
        enterprise: oid("1.3.6.1.4.1.8072"),
        agent_address: Ipv4Addr::new(192, 0, 2, 1),
        generic_trap: 6,
        specific_trap: 42,
        time_stamp: 256,
        bindings: vec![VarBind::new(oid("1.3"), crate::value::Value::Integer32(-1))],
    });
    (octets, pdu)
}

#[test]
fn the_v1_trap_is_the_same_both_ways_and_belongs_to_v1() {
    let (octets, pdu) = trap();
    assert_eq!(read(&octets, Version::V1, Lenient::none()), Ok(pdu.clone()));
    assert_eq!(written(&pdu, Version::V1), Ok(octets.clone()));

    assert_eq!(read(&octets, Version::V2c, Lenient::all()), Ok(pdu.clone()));
    let kind = NotTolerated(Deviation::OldTrapInV2c);
    let strict = Lenient::all().without(Deviation::OldTrapInV2c);
    assert_eq!(read(&octets, Version::V2c, strict), Err(DecodeError { at: 0, kind }));
    let kind = UnexpectedType { found: 0xA4, expected: "a PDU of SNMPv3" };
    assert_eq!(read(&octets, Version::V3, Lenient::all()), Err(DecodeError { at: 0, kind }));
    for version in [Version::V2c, Version::V3] {
        let error = EncodeError::NotInVersion { what: "Trap", version: version.name() };
        assert_eq!(written(&pdu, version), Err(error));
    }
}

#[test]
fn each_field_of_a_wrong_type_is_refused_at_its_type() {
    let (octets, _) = trap();
    for (at, expected) in [
        (0, "a PDU"),
        (2, "an enterprise"),
        (11, "an agent-addr"),
        (17, "a generic-trap"),
        (20, "a specific-trap"),
        (23, "a time-stamp"),
        (27, "a list of variable bindings"),
        (29, "a variable binding"),
        (31, "the name of a variable"),
        (34, "a value"),
    ] {
        let mut wrong = octets.clone();
        wrong[at] = 0x0C;
        let error = DecodeError { at, kind: UnexpectedType { found: 0x0C, expected } };
        assert_eq!(read(&wrong, Version::V1, Lenient::all()), Err(error));
    }
    let get = octets_of("A0", "02 01 00  02 01 00");
    for (at, expected) in [
        (2, "a request-id"),
        (8, "an error-status"),
        (11, "an error-index"),
        (14, "a list of variable bindings"),
    ] {
        let mut wrong = get.clone();
        wrong[at] = 0x0C;
        let error = DecodeError { at, kind: UnexpectedType { found: 0x0C, expected } };
        assert_eq!(read(&wrong, Version::V2c, Lenient::all()), Err(error));
    }
}

#[test]
fn negative_repetitions_count_as_none() {
    for (fields, non_repeaters, max_repetitions) in
        [("02 01 FF  02 01 0A", 0, 10), ("02 01 01  02 01 80", 1, 0), ("02 01 FF  02 01 FF", 0, 0)]
    {
        let kind = PduKind::GetBulk { non_repeaters, max_repetitions };
        let octets = octets_of("A5", fields);
        let pdu = read(&octets, Version::V2c, Lenient::none());
        assert_eq!(pdu, Ok(common(kind, 0x1234_5678)), "{fields}");
    }
}

#[test]
fn a_negative_error_index_is_a_switch_and_a_negative_status_is_kept() {
    let octets = octets_of("A2", "02 01 FE  02 01 FF");
    let kind = PduKind::Response { error_status: ErrorStatus(-2), error_index: 0 };
    let only = Lenient::none().with(Deviation::NegativeErrorIndex);
    assert_eq!(read(&octets, Version::V2c, only), Ok(common(kind, 0x1234_5678)));
    let error = DecodeError { at: 13, kind: NotTolerated(Deviation::NegativeErrorIndex) };
    assert_eq!(read(&octets, Version::V2c, Lenient::none()), Err(error));
    // In a request the field means nothing.
    let request = octets_of("A0", "02 01 FE  02 01 FF");
    assert_eq!(read(&request, Version::V2c, Lenient::none()), Ok(common(PduKind::Get, 0x1234_5678)));
}

#[test]
fn a_request_id_of_more_than_32_bits_is_a_switch() {
    let octets = hex("A0 10  02 05 00 FF FF FF FF  02 01 00  02 01 00  30 01");
    let octets = [&octets[..octets.len() - 1], &[0]].concat();
    let octets = [&[0xA0, 0x0F], &octets[2..]].concat();
    let pdu = AnyPdu::Pdu(Pdu { kind: PduKind::Get, request_id: -1, bindings: vec![] });
    let only = Lenient::none().with(Deviation::WideInteger);
    assert_eq!(read(&octets, Version::V2c, only), Ok(pdu));
    let error = DecodeError { at: 4, kind: NotTolerated(Deviation::WideInteger) };
    assert_eq!(read(&octets, Version::V2c, Lenient::none()), Err(error));
}

#[test]
fn fields_above_their_range_are_not_written() {
    let above = 1 << 31;
    for (kind, field) in [
        (PduKind::GetBulk { non_repeaters: above, max_repetitions: 0 }, "non-repeaters"),
        (PduKind::GetBulk { non_repeaters: 0, max_repetitions: above }, "max-repetitions"),
        (PduKind::Response { error_status: ErrorStatus(5), error_index: above }, "error-index"),
    ] {
        let error = EncodeError::OutOfRange { field, value: above };
        assert_eq!(written(&common(kind, 1), Version::V2c), Err(error));
    }
    let kind = PduKind::GetBulk { non_repeaters: above - 1, max_repetitions: above - 1 };
    let octets = written(&common(kind, 1), Version::V2c).unwrap();
    assert_eq!(read(&octets, Version::V2c, Lenient::none()), Ok(common(kind, 1)));
}

#[test]
fn octets_after_the_bindings_are_a_switch() {
    let octets = hex("A0 0D  02 01 01  02 01 00  02 01 00  30 00  05 00");
    let pdu = AnyPdu::Pdu(Pdu { kind: PduKind::Get, request_id: 1, bindings: vec![] });
    let only = Lenient::none().with(Deviation::TrailingFields);
    assert_eq!(read(&octets, Version::V2c, only), Ok(pdu));
    let error = DecodeError { at: 13, kind: NotTolerated(Deviation::TrailingFields) };
    assert_eq!(read(&octets, Version::V2c, Lenient::none()), Err(error));
}

#[test]
fn the_types_around_the_pdus_are_none() {
    for found in [0x9F, 0xA9, 0x30, 0x00] {
        let octets = [&[found][..], &octets_of("A0", "02 01 00  02 01 00")[1..]].concat();
        let kind = UnexpectedType { found, expected: "a PDU" };
        assert_eq!(read(&octets, Version::V2c, Lenient::all()), Err(DecodeError { at: 0, kind }));
    }
}
