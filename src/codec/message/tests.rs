use proptest::prelude::*;

use super::super::pdu::{Pdu, PduKind, PduRef};
use super::super::testing::{any_message, hex, oid};
use super::*;
use crate::value::{Value, VarBind};
use DecodeErrorKind::{NotCommunityBased, NotTolerated, Truncated, UnexpectedType, UnknownVersion};

fn get(version: Version) -> Message {
    let pdu =
        Pdu { kind: PduKind::Get, request_id: 1, bindings: vec![VarBind::ask(oid("1.3.6.1.2.1.1.3.0"))] };
    Message { version, community: "public".into(), pdu: AnyPdu::Pdu(pdu) }
}

fn get_octets(version: u8) -> Vec<u8> {
    let mut octets = hex("30 26
            02 01 FF                          # version, to be replaced
            04 06 70 75 62 6C 69 63           # public
            A0 19                             # GetRequest
               02 01 01                       # request-id
               02 01 00                       # error-status
               02 01 00                       # error-index
               30 0E
                  30 0C
                     06 08 2B 06 01 02 01 01 03 00
                     05 00");
    octets[4] = version;
    octets
}

fn written(message: &Message, limit: usize) -> Result<Vec<u8>, EncodeError> {
    let mut out = vec![0xEE; 3];
    let result = encode(message.version, &message.community, &message.pdu, limit, &mut out);
    if result.is_err() {
        assert!(out.is_empty(), "nothing half-written");
    }
    result.map(|()| out)
}

fn refused(at: usize, kind: DecodeErrorKind) -> Result<(Message, Deviations), DecodeError> {
    Err(DecodeError { at, kind })
}

#[test]
fn a_message_is_the_same_both_ways_in_both_versions() {
    for (number, version) in [(0, Version::V1), (1, Version::V2c)] {
        let octets = get_octets(number);
        let read = decode(&octets, Lenient::none());
        assert_eq!(read, Ok((get(version), Deviations::default())));
        assert_eq!(written(&get(version), octets.len()), Ok(octets.clone()));
        assert_eq!(peek_version(&octets), Ok(version));
        assert_eq!(
            written(&get(version), octets.len() - 1),
            Err(EncodeError::TooLong { limit: octets.len() - 1 })
        );
    }
}

/// What net-snmp's agent answered to a GETNEXT of five names, two of them past the end.
#[test]
fn what_net_snmp_writes_is_what_we_write() {
    let octets = hex(
        "30 82 01 00  02 01 01  04 06 70 75 62 6C 69 63
         A2 81 F2  02 04 4E 9B 93 C0  02 01 00  02 01 00
         30 81 E3
            30 45 06 08 2B 06 01 02 01 01 01 00
                  04 39 4C 69 6E 75 78 20 76 6D 20 36 2E 31 38 2E 34 34 2D 66 63 2D 76 36 35 37 20 23 31 20 53 4D 50
                        20 50 52 45 45 4D 50 54 5F 44 59 4E 41 4D 49 43 20 40 30 20 78 38 36 5F 36 34
            30 45 06 08 2B 06 01 02 01 01 01 00
                  04 39 4C 69 6E 75 78 20 76 6D 20 36 2E 31 38 2E 34 34 2D 66 63 2D 76 36 35 37 20 23 31 20 53 4D 50
                        20 50 52 45 45 4D 50 54 5F 44 59 4E 41 4D 49 43 20 40 30 20 78 38 36 5F 36 34
            30 45 06 08 2B 06 01 02 01 01 01 00
                  04 39 4C 69 6E 75 78 20 76 6D 20 36 2E 31 38 2E 34 34 2D 66 63 2D 76 36 35 37 20 23 31 20 53 4D 50
                        20 50 52 45 45 4D 50 54 5F 44 59 4E 41 4D 49 43 20 40 30 20 78 38 36 5F 36 34
            30 05 06 01 55 82 00
            30 05 06 01 50 82 00",
    );
    let (message, _) = decode(&octets, Lenient::none()).unwrap();
    let AnyPdu::Pdu(pdu) = &message.pdu else { panic!("a response") };
    assert_eq!(pdu.bindings.len(), 5);
    assert_eq!(pdu.bindings[3], VarBind::new(oid("2.5"), Value::EndOfMibView));
    assert_eq!(written(&message, octets.len()), Ok(octets));
}

#[test]
fn the_bindings_of_a_response_are_allocated_once() {
    let name = || oid("1.3.6.1.2.1.2.2.1.10.1");
    for bindings in [1, 5, 50, 300] {
        let kind = PduKind::Response { error_status: crate::codec::ErrorStatus::NO_ERROR, error_index: 0 };
        let bindings = vec![VarBind::new(name(), Value::OctetString("Ethernet0/1".into())); bindings];
        let pdu = PduRef { kind, request_id: 1, bindings: &bindings };
        let mut out = Vec::new();
        encode(Version::V2c, b"public", pdu, usize::MAX, &mut out).unwrap();
        let AnyPdu::Pdu(read) = decode(&out, Lenient::all()).unwrap().0.pdu else { panic!("a response") };
        assert_eq!(read.bindings, bindings);
        // A vector that had to grow would have room to spare.
        assert_eq!(read.bindings.capacity(), bindings.len());
    }
}

#[test]
fn the_other_versions_are_told_apart() {
    assert_eq!(peek_version(&get_octets(3)), Ok(Version::V3));
    assert_eq!(decode(&get_octets(3), Lenient::all()), refused(4, NotCommunityBased));
    for (number, found) in [(2, 2), (4, 4), (0xFF, -1)] {
        let error = DecodeError { at: 4, kind: UnknownVersion { found } };
        assert_eq!(peek_version(&get_octets(number)), Err(error));
        assert_eq!(decode(&get_octets(number), Lenient::all()), Err(error));
    }
    let mut out = vec![1];
    let pdu = PduRef { kind: PduKind::Get, request_id: 1, bindings: &[] };
    let error = EncodeError::NotInVersion { what: "a community", version: "SNMPv3" };
    assert_eq!(encode(Version::V3, b"public", pdu, 1500, &mut out), Err(error));
    assert!(out.is_empty());
}

#[test]
fn each_field_of_a_wrong_type_is_refused_at_its_type() {
    for (at, expected) in [(0, "a message"), (2, "a version"), (5, "a community"), (13, "a PDU")] {
        let mut octets = get_octets(1);
        octets[at] = 0x0C;
        assert_eq!(decode(&octets, Lenient::all()), refused(at, UnexpectedType { found: 0x0C, expected }));
    }
}

#[test]
fn a_message_cut_anywhere_is_refused_as_cut() {
    let octets = get_octets(1);
    for cut in 0..octets.len() {
        let error = decode(&octets[..cut], Lenient::all()).unwrap_err();
        assert!(matches!(error.kind, Truncated { .. }), "{cut}: {error}");
        assert!(error.at <= cut.min(1), "{cut}: {error}");
    }
}

#[test]
fn deviations_of_the_message_itself_are_switches() {
    let padded_version = hex("30 10  02 02 00 01  04 00  A0 0B 02 01 01 02 01 00 02 01 00 30 00");
    let padded_version = [&[0x30, 19], &padded_version[2..]].concat();
    let padded_length = [&hex("30 82 00 26"), &get_octets(1)[2..]].concat();
    let trailing_octets = [get_octets(1), vec![0, 0]].concat();
    let mut trailing_fields = [get_octets(1), vec![5, 0]].concat();
    trailing_fields[1] += 2;
    for (octets, deviation, at) in [
        (padded_version, Deviation::PaddedInteger, 4),
        (padded_length, Deviation::PaddedLength, 1),
        (trailing_octets, Deviation::TrailingOctets, 40),
        (trailing_fields, Deviation::TrailingFields, 40),
    ] {
        let (_, met) = decode(&octets, Lenient::none().with(deviation)).unwrap();
        assert_eq!(met.iter().collect::<Vec<_>>(), [deviation]);
        assert_eq!(decode(&octets, Lenient::all().without(deviation)), refused(at, NotTolerated(deviation)));
    }
}

#[test]
fn messages_above_the_limit_are_neither_read_nor_written() {
    let message = |octets| {
        let pdu = Pdu {
            kind: PduKind::Set,
            request_id: 1,
            bindings: vec![VarBind::new(oid("1.3"), Value::OctetString(vec![0; octets].into()))],
        };
        Message { version: Version::V2c, community: Octets::default(), pdu: AnyPdu::Pdu(pdu) }
    };
    let around = 4 + 3 + 2 + 4 + 9 + 4 + 4 + 3 + 4;
    let most = written(&message(limits::MESSAGE_OCTETS - around), usize::MAX).unwrap();
    assert_eq!(most.len(), limits::MESSAGE_OCTETS);
    assert!(decode(&most, Lenient::none()).is_ok());
    let limit = limits::MESSAGE_OCTETS;
    let above = message(limit - around + 1);
    assert_eq!(written(&above, usize::MAX), Err(EncodeError::TooLong { limit }));

    let long = [&hex("30 82 FF E0"), vec![0; 0xFFE0].as_slice()].concat();
    let kind = DecodeErrorKind::MessageTooLong { octets: long.len(), limit };
    assert_eq!(decode(&long, Lenient::all()), refused(0, kind));
}

#[test]
fn a_buffer_is_used_again() {
    let mut out = Vec::new();
    encode(Version::V2c, b"public", &get(Version::V2c).pdu, 1500, &mut out).unwrap();
    let (place, room) = (out.as_ptr(), out.capacity());
    for request_id in 0..100 {
        let bindings = [VarBind::ask(oid("1.3.6"))];
        let pdu = PduRef { kind: PduKind::GetNext, request_id, bindings: &bindings };
        encode(Version::V2c, b"public", pdu, 1500, &mut out).unwrap();
    }
    assert_eq!((out.as_ptr(), out.capacity()), (place, room));
}

#[test]
fn a_refusal_reads_like_a_line_for_an_operator() {
    let mut octets = get_octets(1);
    octets[5] = 0x44;
    let error = decode(&octets, Lenient::all()).unwrap_err();
    assert_eq!(error.to_string(), "octet 5: type 0x44 stands where a community must");
    assert_eq!(
        decode(&get_octets(2), Lenient::all()).unwrap_err().to_string(),
        "octet 4: message version 2, which is none of 0 (SNMPv1), 1 (SNMPv2c) and 3 (SNMPv3)"
    );
}

/// What snmp2's own reader makes of a message, in the words of [`Message`], or `None` where it is known to go wrong.
fn as_snmp2_reads_it(octets: &[u8]) -> Option<(i32, Vec<(String, String)>)> {
    let pdu = snmp2::Pdu::from_bytes(octets).ok()?;
    let bindings = pdu.varbinds.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    Some((pdu.req_id, bindings))
}

/// The same in the same words, from our own reading.
fn as_we_read_it(message: &Message) -> Option<(i32, Vec<(String, String)>)> {
    let AnyPdu::Pdu(pdu) = &message.pdu else { return None };
    let bindings = pdu.bindings.iter().map(|binding| {
        let value = match &binding.value {
            Value::Integer32(number) => format!("INTEGER: {number}"),
            Value::OctetString(octets) => format!("OCTET STRING: {}", String::from_utf8_lossy(octets)),
            Value::ObjectIdentifier(oid) => format!("OBJECT IDENTIFIER: {oid}"),
            Value::IpAddress(address) => format!("IP ADDRESS: {address}"),
            Value::Counter32(number) => format!("COUNTER32: {number}"),
            Value::Gauge32(number) => format!("UNSIGNED32: {number}"),
            Value::TimeTicks(number) => format!("TIMETICKS: {number}"),
            Value::Opaque(octets) => format!("OPAQUE: {:?}", octets.as_slice()),
            Value::Counter64(number) => format!("COUNTER64: {number}"),
            Value::UInteger32(number) => format!("UINTEGER32: {number}"),
            Value::Null => "NULL".into(),
            Value::NoSuchObject => "NO SUCH OBJECT".into(),
            Value::NoSuchInstance => "NO SUCH INSTANCE".into(),
            Value::EndOfMibView => "END OF MIB VIEW".into(),
        };
        (binding.name.to_string(), value)
    });
    Some((pdu.request_id, bindings.collect()))
}

/// Whether a message has what snmp2 0.5.3 does not read: a negative error-status, an identifier from `2.48` on, whose
/// first two arcs take more than one octet, or `0.0` alone, which it shows as `0`.
fn snmp2_goes_wrong(message: &Message) -> bool {
    let AnyPdu::Pdu(pdu) = &message.pdu else { return true };
    let odd = |oid: &crate::oid::Oid| *oid.arcs() == [0, 0] || oid.arcs()[0] == 2 && oid.arcs()[1] >= 48;
    matches!(pdu.kind, PduKind::Response { error_status, .. } if error_status.0 < 0)
        || pdu.bindings.iter().any(|binding| {
            odd(&binding.name) || matches!(&binding.value, Value::ObjectIdentifier(oid) if odd(oid))
        })
}

proptest! {
    #[test]
    fn every_message_comes_back(message in any_message()) {
        let octets = written(&message, usize::MAX).unwrap();
        prop_assert_eq!(decode(&octets, Lenient::none()), Ok((message.clone(), Deviations::default())));
        if !snmp2_goes_wrong(&message) {
            prop_assert_eq!(as_snmp2_reads_it(&octets), as_we_read_it(&message));
        }
    }

    #[test]
    fn no_octets_make_it_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&octets)?;
    }

    #[test]
    fn no_change_to_a_message_makes_it_panic(
        message in any_message(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut octets = written(&message, usize::MAX).unwrap();
        for (place, octet) in changes {
            *place.get_mut(&mut octets) = octet;
        }
        if cuts {
            octets.truncate(cut.index(octets.len()));
        }
        check(&octets)?;
    }
}

/// Whatever the octets: refused within them, or read; and what is read strictly is written as it was.
fn check(octets: &[u8]) -> Result<(), TestCaseError> {
    match decode(octets, Lenient::all()) {
        Ok((message, met)) if met.is_empty() => {
            prop_assert_eq!(decode(octets, Lenient::none()), Ok((message, met)));
        }
        Ok((_, met)) => {
            let switch = met.iter().next().unwrap();
            prop_assert!(decode(octets, Lenient::all().without(switch)).is_err());
        }
        Err(error) => {
            prop_assert!(error.at <= octets.len(), "{error} in {} octets", octets.len());
            prop_assert!(decode(octets, Lenient::none()).is_err());
        }
    }
    Ok(())
}
