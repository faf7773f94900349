//! The faults of snmp2 0.5.3 that docs/faults-of-others.md lists, each shown beside what our own codec makes of the same
//! octets. A new snmp2 that mends one fails here, and the list is shortened.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{net::UdpSocket, thread, time::Duration};

use snmp2::{AsnReader, AsyncSession, Error, Oid, Pdu, SyncSession, Value};
use snmpkit::codec::{self, AnyPdu, DecodeErrorKind, Deviation, ErrorStatus, Lenient, PduKind};

/// Octets written as hexadecimal text.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&String::from_iter(pair), 16).unwrap()).collect()
}

fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    assert!(content.len() < 128);
    [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
}

/// An `SNMPv2c` message with the two fields after the request-id and the list of bindings as they are given.
fn message(pdu: u8, first: &str, second: &str, bindings: &str) -> Vec<u8> {
    let list = field(0x30, &hex(bindings));
    let pdu = field(pdu, &[hex("02 01 05"), hex(first), hex(second), list].concat());
    field(0x30, &[hex("02 01 01  04 06 70 75 62 6C 69 63"), pdu].concat())
}

fn response(bindings: &str) -> Vec<u8> {
    message(0xa2, "02 01 00", "02 01 00", bindings)
}

/// How many bindings snmp2's iterator gives before it ends.
fn bindings_of_snmp2(octets: &[u8]) -> usize {
    Pdu::from_bytes(octets).unwrap().varbinds.count()
}

fn refusal(octets: &[u8]) -> DecodeErrorKind {
    codec::decode(octets, Lenient::all()).unwrap_err().kind
}

#[test]
fn a_list_of_bindings_ends_silently_at_the_first_that_is_malformed() {
    // The second is no SEQUENCE.
    let octets = response("30 05 06 01 2B 05 00  31 05 06 01 2B 05 00  30 05 06 01 2B 05 00");
    assert_eq!(bindings_of_snmp2(&octets), 1);
    assert!(matches!(refusal(&octets), DecodeErrorKind::UnexpectedType { found: 0x31, .. }));
    // The first has a UInteger32 of RFC 1442.
    let octets = response("30 06 06 01 2B 47 01 07  30 05 06 01 2B 05 00");
    assert_eq!(bindings_of_snmp2(&octets), 0);
    let (read, met) = codec::decode(&octets, Lenient::all()).unwrap();
    let AnyPdu::Pdu(pdu) = read.pdu else { panic!("a trap") };
    assert_eq!((pdu.bindings.len(), met.contains(Deviation::WithdrawnType)), (2, true));
}

#[test]
fn octets_behind_the_value_of_a_binding_are_not_seen() {
    let octets = response("30 08 06 01 2B 02 01 05 05 00");
    assert_eq!(bindings_of_snmp2(&octets), 1);
    assert_eq!(refusal(&octets), DecodeErrorKind::Trailing { octets: 2 });
}

#[test]
fn object_identifiers_are_taken_as_they_come() {
    // What snmp2 says, what is right, and why we refuse it where there is nothing right.
    let cases = [
        ("06 02 88 37", "3.16.55", Ok("2.999")),
        ("06 02 81 00", "3.9.0", Ok("2.48")),
        ("06 02 2B 86", "1.3.6", Err(DecodeErrorKind::UnfinishedArc)),
        ("06 07 2B 90 80 80 80 80 00", "1.3.549755813888", Err(DecodeErrorKind::ArcTooLarge)),
    ];
    for (octets, theirs, right) in cases {
        let found = AsnReader::from_bytes(&hex(octets)).read_asn_objectidentifier().unwrap().to_id_string();
        let text = format!("30 {:02X} {octets} 05 00", hex(octets).len() + 2);
        let ours = codec::decode(&response(&text), Lenient::all())
            .map(|(message, _)| match message.pdu {
                AnyPdu::Pdu(pdu) => pdu.bindings[0].name.to_string(),
                AnyPdu::TrapV1(_) => panic!("a trap"),
            })
            .map_err(|error| error.kind);
        assert_eq!(ours, right.map(str::to_owned), "{octets}");
        assert_eq!(found, theirs, "{octets}");
    }
}

#[test]
fn booleans_are_looked_for_under_the_type_of_null() {
    assert!(AsnReader::from_bytes(&hex("05 01 01")).read_asn_boolean().unwrap());
    assert_eq!(AsnReader::from_bytes(&hex("01 01 01")).read_asn_boolean(), Err(Error::AsnWrongType));
    // SNMP has no booleans; a NULL with content is borne with by name.
    let (_, met) = codec::decode(&response("30 06 06 01 2B 05 01 01"), Lenient::all()).unwrap();
    assert!(met.contains(Deviation::NullContent));
    let octets = response("30 06 06 01 2B 01 01 01");
    assert!(matches!(refusal(&octets), DecodeErrorKind::UnexpectedType { found: 0x01, .. }));
}

#[test]
fn a_number_beyond_32_bits_is_cut_without_a_word() {
    assert_eq!(AsnReader::from_bytes(&hex("41 05 01 00 00 00 07")).read_snmp_counter32(), Ok(7));
    let octets = response("30 0A 06 01 2B 41 05 01 00 00 00 07");
    let (_, met) = codec::decode(&octets, Lenient::all()).unwrap();
    assert!(met.contains(Deviation::WideInteger), "net-snmp's 7 too, but recorded");
    assert!(codec::decode(&octets, Lenient::all().without(Deviation::WideInteger)).is_err());
}

#[test]
fn a_getbulk_with_a_negative_field_is_refused_where_it_counts_as_zero() {
    let octets = message(0xa5, "02 01 FF", "02 01 0A", "30 05 06 01 2B 05 00");
    assert_eq!(Pdu::from_bytes(&octets).err(), Some(Error::ValueOutOfRange));
    let (read, _) = codec::decode(&octets, Lenient::all()).unwrap();
    let AnyPdu::Pdu(pdu) = read.pdu else { panic!("a trap") };
    assert_eq!(pdu.kind, PduKind::GetBulk { non_repeaters: 0, max_repetitions: 10 });
}

/// The datagram that snmp2 sends to set 1.3.6.1.2.1.1.4.0; `Err` when it panics on the way.
fn set_of_snmp2(value: Value<'static>) -> thread::Result<Vec<u8>> {
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let address = peer.local_addr().unwrap();
    let sender = thread::spawn(move || {
        let time_out = Some(Duration::from_millis(1));
        let mut session = SyncSession::new_v2c(address, b"private", time_out, 1).unwrap();
        let name = Oid::from(&[1, 3, 6, 1, 2, 1, 1, 4, 0]).unwrap();
        session.set(&[(&name, value)]).err();
    });
    sender.join()?;
    let mut octets = vec![0; 65_536];
    let length = peer.recv(&mut octets).unwrap();
    octets.truncate(length);
    Ok(octets)
}

#[test]
fn a_counter64_from_2_to_the_63_on_is_written_as_a_negative_number() {
    let octets = set_of_snmp2(Value::Counter64(u64::MAX)).unwrap();
    assert_eq!(octets[octets.len() - 3..], hex("46 01 FF"));
    let octets = set_of_snmp2(Value::Counter64(1 << 63)).unwrap();
    assert_eq!(octets[octets.len() - 10..], hex("46 08 80 00 00 00 00 00 00 00"));
    // Who reads the first takes it for 255, net-snmp and we among them; that the sign is missing is recorded.
    let (_, met) = codec::decode(&response("30 06 06 01 2B 46 01 FF"), Lenient::all()).unwrap();
    assert!(met.contains(Deviation::NegativeUnsigned));
}

#[test]
#[cfg(debug_assertions)]
fn a_message_that_does_not_fit_panics() {
    let long = |octets: usize| Value::OctetString(Vec::leak(vec![b'x'; octets]));
    let ends = [65_000, 65_470, 65_507].map(|octets| set_of_snmp2(long(octets)).is_ok());
    assert_eq!(ends, [true, false, false]);
}

/// Answers each request with what belongs to the one before it; the first is left without an answer.
fn one_answer_late() -> std::net::SocketAddr {
    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = peer.local_addr().unwrap();
    thread::spawn(move || {
        let mut before: Option<Vec<u8>> = None;
        let mut octets = vec![0; 1_500];
        while let Ok((length, from)) = peer.recv_from(&mut octets) {
            if let Some(late) = before.take() {
                peer.send_to(&late, from).unwrap();
            }
            let (mut message, _) = codec::decode(&octets[..length], Lenient::none()).unwrap();
            let AnyPdu::Pdu(pdu) = &mut message.pdu else { panic!("a trap") };
            pdu.kind = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
            let mut answer = Vec::new();
            codec::encode(message.version, &message.community, &message.pdu, 1_500, &mut answer).unwrap();
            before = Some(answer);
        }
    });
    address
}

#[test]
fn after_a_time_out_the_answer_to_one_question_is_taken_for_that_to_another() {
    let [contact, name] = [4, 5].map(|object| Oid::from(&[1, 3, 6, 1, 2, 1, 1, object, 0]).unwrap());
    let time_out = Some(Duration::from_millis(100));
    let mut session = SyncSession::new_v2c(one_answer_late(), b"public", time_out, 1).unwrap();
    assert_eq!(session.get(&contact).err(), Some(Error::Receive));
    let (found, _) = session.get(&name).unwrap().varbinds.next().unwrap();
    assert_eq!(found, contact, "the name was asked for");
}

#[tokio::test]
async fn one_late_answer_makes_every_later_request_fail() {
    let name = Oid::from(&[1, 3, 6, 1, 2, 1, 1, 5, 0]).unwrap();
    let mut session = AsyncSession::new_v2c(one_answer_late(), b"public", 1).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(100), session.get(&name)).await.is_err());
    for _ in 0..5 {
        assert_eq!(session.get(&name).await.err(), Some(Error::RequestIdMismatch));
    }
}
