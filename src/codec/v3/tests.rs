use proptest::prelude::*;

use super::super::pdu::PduKind;
use super::super::testing::{any_v3_pdu, hex, oid};
use super::*;
use crate::value::VarBind;
use DecodeErrorKind::{
    FieldTooLong, NotTolerated, NotV3, OutOfRange, PrivWithoutAuth, Truncated, UnexpectedType,
    UnknownSecurityModel, WrongLength,
};

/// A whole message as a value: what one writes and what one reads.
#[derive(Clone, Debug, PartialEq)]
struct Whole<'a> {
    header: Header,
    usm: UsmParameters<'a>,
    scoped: Scoped<'a>,
}

#[derive(Clone, Debug, PartialEq)]
enum Scoped<'a> {
    Plain(ScopedPdu<'a>),
    Encrypted(&'a [u8]),
}

/// Reads a message and the scoped PDU in it, and checks where the authentication parameters are said to be.
fn read(octets: &[u8], lenient: Lenient) -> Result<(Whole<'_>, Deviations), DecodeError> {
    let (message, met) = decode(octets, lenient)?;
    assert_eq!(&octets[message.auth_place.clone()], message.usm.auth_parameters);
    assert!(message.octets <= octets.len());
    let (scoped, met) = match message.data {
        ScopedData::Plain(plain) => {
            let (scoped, inside) = plain.decode(lenient)?;
            (Scoped::Plain(scoped), met.union(inside))
        }
        ScopedData::Encrypted(octets) => (Scoped::Encrypted(octets), met),
    };
    Ok((Whole { header: message.header, usm: message.usm, scoped }, met))
}

/// Writes a message, and checks where the authentication parameters are said to be.
fn written(whole: &Whole<'_>, limit: usize) -> Result<Vec<u8>, EncodeError> {
    let mut out = vec![0xEE; 3];
    match &whole.scoped {
        Scoped::Plain(scoped) => {
            let (engine_id, name) = (scoped.context_engine_id, scoped.context_name);
            encode_scoped_pdu(engine_id, name, PduRef::from(&scoped.pdu), limit, &mut out)
                .inspect_err(|_| assert!(out.is_empty(), "nothing half-written"))?;
        }
        Scoped::Encrypted(octets) => out = octets.to_vec(),
    }
    let place = encode(&whole.header, &whole.usm, limit, &mut out)
        .inspect_err(|_| assert!(out.is_empty(), "nothing half-written"))?;
    assert_eq!(&out[place], whole.usm.auth_parameters);
    Ok(out)
}

fn header(message_id: u32, level: SecurityLevel, reportable: Reportable) -> Header {
    Header { message_id, max_size_octets: 65_507, level, reportable }
}

fn get(request_id: i32, bindings: Vec<VarBind>) -> Pdu {
    Pdu { kind: PduKind::Get, request_id, bindings }
}

/// What net-snmp's tool sends to ask an agent for its engine's identifier.
const DISCOVERY: &str = "
    30 3E
       02 01 03                                   # msgVersion
       30 11
          02 04 3A 19 6B 29                       # msgID
          02 03 00 FF E3                          # msgMaxSize
          04 01 04                                # msgFlags: reportable
          02 01 03                                # msgSecurityModel
       04 10 30 0E
          04 00  02 01 00  02 01 00               # no engine, boots or time
          04 00  04 00  04 00                     # no user, code or salt
       30 14
          04 00  04 00                            # no context
          A0 0E 02 04 5A 4B 4E F4  02 01 00  02 01 00  30 00";

/// What it sends then, at authNoPriv.
const AUTHENTICATED: &str = "
    30 74
       02 01 03
       30 11  02 04 3A 19 6B 28  02 03 00 FF E3  04 01 05  02 01 03
       04 2C 30 2A
          04 0C 80 00 7E D9 04 73 6E 6D 70 6B 69 74
          02 01 01  02 01 02
          04 04 75 6D 64 35                       # umd5
          04 0C DF CC 79 29 01 00 FF 89 67 25 55 A3
          04 00
       30 2E
          04 0C 80 00 7E D9 04 73 6E 6D 70 6B 69 74
          04 00
          A0 1C 02 04 5A 4B 4E F3  02 01 00  02 01 00
                30 0E 30 0C 06 08 2B 06 01 02 01 01 05 00 05 00";

const ENGINE_ID: &[u8] = b"\x80\x00\x7e\xd9\x04snmpkit";

fn authenticated() -> Whole<'static> {
    let pdu = get(0x5A4B_4EF3, vec![VarBind::ask(oid("1.3.6.1.2.1.1.5.0"))]);
    Whole {
        header: header(0x3A19_6B28, SecurityLevel::AuthNoPriv, Reportable::Yes),
        usm: UsmParameters {
            engine_id: ENGINE_ID,
            engine_boots: 1,
            engine_time: 2,
            user_name: b"umd5",
            auth_parameters: b"\xDF\xCC\x79\x29\x01\x00\xFF\x89\x67\x25\x55\xA3",
            priv_parameters: b"",
        },
        scoped: Scoped::Plain(ScopedPdu { context_engine_id: ENGINE_ID, context_name: b"", pdu }),
    }
}

#[test]
fn messages_are_the_same_both_ways() {
    let discovery = Whole {
        header: header(0x3A19_6B29, SecurityLevel::NoAuthNoPriv, Reportable::Yes),
        usm: UsmParameters::default(),
        scoped: Scoped::Plain(ScopedPdu {
            context_engine_id: b"",
            context_name: b"",
            pdu: get(0x5A4B_4EF4, vec![]),
        }),
    };
    let encrypted = Whole {
        header: Header {
            message_id: 0,
            max_size_octets: 484,
            level: SecurityLevel::AuthPriv,
            reportable: Reportable::No,
        },
        usm: UsmParameters {
            engine_id: &[1, 2, 3, 4, 5],
            engine_boots: 0x7FFF_FFFF,
            engine_time: 0x80,
            user_name: b"u",
            auth_parameters: &[0; 12],
            priv_parameters: &[9, 8, 7, 6, 5, 4, 3, 2],
        },
        scoped: Scoped::Encrypted(&[0xAA, 0xBB, 0xCC]),
    };
    let encrypted_octets = "
        30 47
           02 01 03
           30 0D  02 01 00  02 02 01 E4  04 01 03  02 01 03
           04 2E 30 2C
              04 05 01 02 03 04 05
              02 04 7F FF FF FF  02 02 00 80
              04 01 75
              04 0C 00 00 00 00 00 00 00 00 00 00 00 00
              04 08 09 08 07 06 05 04 03 02
           04 03 AA BB CC";
    for (text, whole) in
        [(DISCOVERY, discovery), (AUTHENTICATED, authenticated()), (encrypted_octets, encrypted)]
    {
        let octets = hex(text);
        assert_eq!(read(&octets, Lenient::none()), Ok((whole.clone(), Deviations::default())));
        assert_eq!(written(&whole, octets.len()), Ok(octets.clone()));
        let limit = octets.len() - 1;
        assert_eq!(written(&whole, limit), Err(EncodeError::TooLong { limit }));
    }
}

fn tlv(tag: u8, content: &[Vec<u8>]) -> Vec<u8> {
    let content = content.concat();
    let length = u8::try_from(content.len()).unwrap();
    assert!(length < 0x80);
    [&[tag, length], content.as_slice()].concat()
}

/// The fields of a message, to be changed one at a time. Put together by other code than the library's.
struct Fields {
    version: Vec<u8>,
    global: [Vec<u8>; 4],
    usm: [Vec<u8>; 6],
    after_usm: Vec<u8>,
    data: Vec<u8>,
    scoped: [Vec<u8>; 3],
    after: Vec<u8>,
}

impl Fields {
    fn new() -> Self {
        Self {
            version: hex("02 01 03"),
            global: ["02 01 07", "02 02 05 DC", "04 01 05", "02 01 03"].map(hex),
            usm: ["04 05 01 02 03 04 05", "02 01 01", "02 01 02", "04 01 75", "04 02 61 62", "04 00"]
                .map(hex),
            after_usm: vec![],
            data: vec![],
            scoped: ["04 05 01 02 03 04 05", "04 01 63", "A0 0B 02 01 01 02 01 00 02 01 00 30 00"].map(hex),
            after: vec![],
        }
    }

    fn octets(&self) -> Vec<u8> {
        let usm = [tlv(0x30, &self.usm), self.after_usm.clone()];
        let data = if self.data.is_empty() { tlv(0x30, &self.scoped) } else { self.data.clone() };
        tlv(0x30, &[self.version.clone(), tlv(0x30, &self.global), tlv(0x04, &usm), data, self.after.clone()])
    }
}

/// Changes the fields, and says what must come of it.
fn changed(change: impl Fn(&mut Fields)) -> Vec<u8> {
    let mut fields = Fields::new();
    change(&mut fields);
    fields.octets()
}

#[test]
fn the_message_that_the_tables_change_is_a_good_one() {
    let octets = Fields::new().octets();
    let (whole, met) = read(&octets, Lenient::none()).unwrap();
    assert!(met.is_empty());
    assert_eq!(written(&whole, 1500), Ok(octets));
}

#[test]
fn numbers_and_names_have_their_bounds() {
    type Set = fn(&mut Fields, Vec<u8>);
    type Case = (Set, Vec<u8>, Result<(), (usize, DecodeErrorKind)>);
    let id: Set = |fields, value| fields.global[0] = value;
    let size: Set = |fields, value| fields.global[1] = value;
    let flags: Set = |fields, value| fields.global[2] = value;
    let model: Set = |fields, value| fields.global[3] = value;
    let engine: Set = |fields, value| fields.usm[0] = value;
    let boots: Set = |fields, value| fields.usm[1] = value;
    let time: Set = |fields, value| fields.usm[2] = value;
    let user: Set = |fields, value| fields.usm[3] = value;
    let context: Set = |fields, value| fields.scoped[0] = value;
    let range = |field, found| OutOfRange { field, found };
    let long = |field, octets| FieldTooLong { field, octets, limit: 32 };
    let octets = |length| tlv(0x04, &[vec![b'x'; length]]);
    let cases: Vec<Case> = vec![
        (id, hex("02 01 00"), Ok(())),
        (id, hex("02 04 7F FF FF FF"), Ok(())),
        (id, hex("02 05 00 80 00 00 00"), Err((9, range("msgID", 0x8000_0000)))),
        (id, hex("02 01 FF"), Err((9, range("msgID", -1)))),
        (size, hex("02 02 01 E4"), Ok(())),
        (size, hex("02 02 01 E3"), Err((12, range("msgMaxSize", 483)))),
        (size, hex("02 04 7F FF FF FF"), Ok(())),
        (size, hex("02 05 00 80 00 00 00"), Err((12, range("msgMaxSize", 0x8000_0000)))),
        (flags, hex("04 01 00"), Ok(())),
        (flags, hex("04 01 FD"), Ok(())), // reserved bits
        (flags, hex("04 01 02"), Err((16, PrivWithoutAuth))),
        (flags, hex("04 01 FE"), Err((16, PrivWithoutAuth))),
        (flags, hex("04 00"), Err((16, WrongLength { found: 0, expected: 1 }))),
        (flags, hex("04 02 00 00"), Err((16, WrongLength { found: 2, expected: 1 }))),
        // The level says that it is encrypted.
        (
            flags,
            hex("04 01 03"),
            Err((46, UnexpectedType { found: 0x30, expected: "an encrypted scoped PDU" })),
        ),
        (model, hex("02 01 02"), Err((19, UnknownSecurityModel { found: 2 }))),
        (model, hex("02 01 04"), Err((19, UnknownSecurityModel { found: 4 }))),
        (model, hex("02 02 01 03"), Err((19, UnknownSecurityModel { found: 0x103 }))),
        (engine, octets(0), Ok(())),
        (engine, octets(5), Ok(())),
        (engine, octets(32), Ok(())),
        (engine, octets(33), Err((26, long("msgAuthoritativeEngineID", 33)))),
        (boots, hex("02 04 7F FF FF FF"), Ok(())),
        (boots, hex("02 05 00 80 00 00 00"), Err((33, range("msgAuthoritativeEngineBoots", 0x8000_0000)))),
        (boots, hex("02 01 FF"), Err((33, range("msgAuthoritativeEngineBoots", -1)))),
        (time, hex("02 04 7F FF FF FF"), Ok(())),
        (time, hex("02 05 00 80 00 00 00"), Err((36, range("msgAuthoritativeEngineTime", 0x8000_0000)))),
        (time, hex("02 01 FF"), Err((36, range("msgAuthoritativeEngineTime", -1)))),
        (user, octets(0), Ok(())),
        (user, octets(32), Ok(())),
        (user, octets(33), Err((39, long("msgUserName", 33)))),
        (context, octets(0), Ok(())),
        (context, octets(32), Ok(())),
        (context, octets(33), Err((50, long("contextEngineID", 33)))),
    ];
    for (set, value, expected) in cases {
        let octets = changed(|fields| set(fields, value.clone()));
        let found = read(&octets, Lenient::none());
        match expected {
            Ok(()) => assert!(found.is_ok(), "{value:02X?}: {found:?}"),
            Err((at, kind)) => {
                assert_eq!(found, Err(DecodeError { at, kind }), "{value:02X?}");
                assert_eq!(read(&octets, Lenient::all()), Err(DecodeError { at, kind }), "{value:02X?}");
            }
        }
    }
}

#[test]
fn flags_say_level_and_whether_to_report() {
    for (flags, level, reportable) in [
        (0, SecurityLevel::NoAuthNoPriv, Reportable::No),
        (1, SecurityLevel::AuthNoPriv, Reportable::No),
        (3, SecurityLevel::AuthPriv, Reportable::No),
        (4, SecurityLevel::NoAuthNoPriv, Reportable::Yes),
        (5, SecurityLevel::AuthNoPriv, Reportable::Yes),
        (7, SecurityLevel::AuthPriv, Reportable::Yes),
    ] {
        let octets = changed(|fields| {
            fields.global[2] = vec![0x04, 1, flags];
            if level == SecurityLevel::AuthPriv {
                fields.data = hex("04 02 61 62");
            }
        });
        let (whole, _) = read(&octets, Lenient::none()).unwrap();
        assert_eq!((whole.header.level, whole.header.reportable), (level, reportable));
        assert_eq!(written(&whole, 1500), Ok(octets));
    }
    // Encrypted where the level says that it is not.
    let octets = changed(|fields| fields.data = hex("04 02 61 62"));
    let kind = UnexpectedType { found: 0x04, expected: "a scoped PDU" };
    assert_eq!(read(&octets, Lenient::all()), Err(DecodeError { at: 46, kind }));
}

#[test]
fn deviations_are_switches() {
    let trailing = |n: usize| {
        changed(|fields| match n {
            0 => fields.global[3].extend([5, 0]),
            1 => fields.usm[5].extend([5, 0]),
            2 => fields.after_usm = vec![5, 0],
            3 => fields.scoped[2].extend([5, 0]),
            _ => fields.after = vec![5, 0],
        })
    };
    let long = [Fields::new().octets(), vec![0]].concat();
    for (octets, deviation, at) in [
        (trailing(0), Deviation::TrailingFields, 20),
        (trailing(1), Deviation::TrailingFields, 46),
        (trailing(2), Deviation::TrailingFields, 46),
        (trailing(3), Deviation::TrailingFields, 71),
        (trailing(4), Deviation::TrailingFields, 71),
        (long, Deviation::TrailingOctets, 71),
        (changed(|f| f.global[0] = hex("02 02 00 07")), Deviation::PaddedInteger, 9),
        (changed(|f| f.usm[1] = hex("02 00")), Deviation::EmptyInteger, 33),
        (changed(|f| f.usm[3] = hex("04 81 01 75")), Deviation::PaddedLength, 38),
        (changed(|f| f.usm[0] = hex("04 01 01")), Deviation::ShortEngineId, 26),
        (changed(|f| f.usm[0] = hex("04 04 01 02 03 04")), Deviation::ShortEngineId, 26),
        (changed(|f| f.scoped[0] = hex("04 04 01 02 03 04")), Deviation::ShortEngineId, 50),
    ] {
        let (whole, met) = read(&octets, Lenient::none().with(deviation)).unwrap();
        assert_eq!(met.iter().collect::<Vec<_>>(), [deviation]);
        assert_eq!(whole.header, read(&Fields::new().octets(), Lenient::none()).unwrap().0.header);
        let refused = DecodeError { at, kind: NotTolerated(deviation) };
        assert_eq!(read(&octets, Lenient::all().without(deviation)), Err(refused), "{octets:02X?}");
    }
}

#[test]
fn what_comes_after_the_message_is_not_authenticated_with_it() {
    let octets = [Fields::new().octets(), vec![0xFF; 9]].concat();
    let (message, _) = decode(&octets, Lenient::all()).unwrap();
    assert_eq!(message.octets, Fields::new().octets().len());
    assert_eq!(message.auth_place, 42..44);
}

#[test]
fn each_field_of_a_wrong_type_is_refused_at_its_type() {
    let octets = Fields::new().octets();
    for (at, expected) in [
        (0, "a message"),
        (2, "a version"),
        (5, "a msgGlobalData"),
        (7, "msgID"),
        (10, "msgMaxSize"),
        (14, "msgFlags"),
        (17, "msgSecurityModel"),
        (20, "a msgSecurityParameters"),
        (22, "UsmSecurityParameters"),
        (24, "msgAuthoritativeEngineID"),
        (31, "msgAuthoritativeEngineBoots"),
        (34, "msgAuthoritativeEngineTime"),
        (37, "msgUserName"),
        (40, "msgAuthenticationParameters"),
        (44, "msgPrivacyParameters"),
        (46, "a scoped PDU"),
        (48, "contextEngineID"),
        (55, "contextName"),
        (58, "a PDU"),
    ] {
        let mut octets = octets.clone();
        octets[at] = 0x0C;
        let kind = UnexpectedType { found: 0x0C, expected };
        assert_eq!(read(&octets, Lenient::all()), Err(DecodeError { at, kind }));
    }
    // RFC 1157's Trap has no place in SNMPv3.
    let mut trap = octets;
    trap[58] = tag::TRAP_V1;
    let kind = UnexpectedType { found: tag::TRAP_V1, expected: "a PDU of SNMPv3" };
    assert_eq!(read(&trap, Lenient::all()), Err(DecodeError { at: 58, kind }));
}

#[test]
fn a_message_cut_anywhere_is_refused_as_cut() {
    let octets = hex(AUTHENTICATED);
    for cut in 0..octets.len() {
        let error = read(&octets[..cut], Lenient::all()).unwrap_err();
        assert!(matches!(error.kind, Truncated { .. }), "{cut}: {error}");
        assert!(error.at <= cut.min(1), "{cut}: {error}");
    }
}

#[test]
fn the_other_versions_are_not_read() {
    for version in [0, 1] {
        let octets = changed(|fields| fields.version[2] = version);
        assert_eq!(read(&octets, Lenient::all()), Err(DecodeError { at: 4, kind: NotV3 }));
        assert!(matches!(
            super::super::decode(&Fields::new().octets(), Lenient::all()),
            Err(DecodeError { at: 4, kind: DecodeErrorKind::NotCommunityBased })
        ));
    }
}

#[test]
fn what_was_decrypted_may_have_its_padding_and_no_more() {
    let plain = tlv(0x30, &Fields::new().scoped);
    let (scoped, met) = Plaintext::decrypted(&plain, 0).decode(Lenient::none()).unwrap();
    assert_eq!((scoped.context_name, met), (b"c".as_slice(), Deviations::default()));
    for padding in 0..=8 {
        for octets in 0..10 {
            let padded = [plain.as_slice(), &[0x30; 10][..octets]].concat();
            let found = Plaintext::decrypted(&padded, padding).decode(Lenient::none());
            if octets <= padding {
                assert_eq!(found.unwrap().0, scoped);
            } else {
                let kind = NotTolerated(Deviation::TrailingOctets);
                assert_eq!(found, Err(DecodeError { at: plain.len(), kind }));
            }
        }
    }
    let garbage = Plaintext::decrypted(&[0xC3; 24], 8).decode(Lenient::all());
    let kind = UnexpectedType { found: 0xC3, expected: "a scoped PDU" };
    assert_eq!(garbage, Err(DecodeError { at: 0, kind }));
}

#[test]
fn what_no_message_can_have_is_not_written() {
    let octets = [7; 33];
    let with = |change: &dyn Fn(&mut Whole<'_>)| {
        let mut whole = authenticated();
        change(&mut whole);
        written(&whole, 1500)
    };
    let range = |field| Err(EncodeError::OutOfRange { field, value: 0x8000_0000 });
    let long = |field| Err(EncodeError::FieldTooLong { field, octets: 33, limit: 32 });
    assert!(with(&|_| ()).is_ok());
    assert_eq!(with(&|whole| whole.header.message_id = 0x8000_0000), range("msgID"));
    assert_eq!(with(&|whole| whole.header.max_size_octets = 0x8000_0000), range("msgMaxSize"));
    assert_eq!(
        with(&|whole| whole.header.max_size_octets = 483),
        Err(EncodeError::TooSmall { field: "msgMaxSize", value: 483, least: 484 })
    );
    assert_eq!(with(&|whole| whole.usm.engine_boots = 0x8000_0000), range("msgAuthoritativeEngineBoots"));
    assert_eq!(with(&|whole| whole.usm.engine_time = 0x8000_0000), range("msgAuthoritativeEngineTime"));
    let mut whole = authenticated();
    whole.usm.user_name = &octets;
    assert_eq!(written(&whole, 1500), long("msgUserName"));
    let mut whole = authenticated();
    whole.usm.engine_id = &octets;
    assert_eq!(written(&whole, 1500), long("msgAuthoritativeEngineID"));
    let Scoped::Plain(scoped) = &mut whole.scoped else { panic!("a plain one") };
    scoped.context_engine_id = &octets;
    assert_eq!(written(&whole, 1500), long("contextEngineID"));
}

#[test]
fn a_scoped_pdu_that_leaves_no_room_for_the_message_is_refused() {
    let whole = authenticated();
    for limit in [200, 1500, limits::MESSAGE_OCTETS] {
        for octets in [limit - 100, limit, limit + 1, limit + 100_000] {
            let mut out = vec![0; octets];
            let result = encode(&whole.header, &whole.usm, limit, &mut out);
            assert_eq!(result.is_ok(), octets == limit - 100, "{octets}");
            if octets > limit - 100 {
                assert_eq!(result, Err(EncodeError::TooLong { limit }));
                assert!(out.is_empty());
            }
        }
    }
    let mut out = vec![0; limits::MESSAGE_OCTETS];
    let refused = Err(EncodeError::TooLong { limit: limits::MESSAGE_OCTETS });
    assert_eq!(encode(&whole.header, &whole.usm, usize::MAX, &mut out), refused);
}

#[test]
fn one_buffer_serves_scoped_pdu_and_message_and_is_used_again() {
    let mut out = Vec::new();
    let whole = authenticated();
    let Scoped::Plain(scoped) = &whole.scoped else { panic!("a plain one") };
    let mut write = || {
        encode_scoped_pdu(ENGINE_ID, b"", PduRef::from(&scoped.pdu), 1500, &mut out).unwrap();
        encode(&whole.header, &whole.usm, 1500, &mut out).unwrap();
        (out.as_ptr(), out.capacity())
    };
    let first = write();
    assert_eq!((0..100).map(|_| write()).filter(|next| *next != first).count(), 0);
}

fn octets(length: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), length)
}

fn engine() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just(Vec::new()), octets(5..=32)]
}

fn any_header() -> impl Strategy<Value = Header> {
    let most = i32::MAX.cast_unsigned();
    (0..=most, 484..=most, 0..3_usize, any::<bool>()).prop_map(
        |(message_id, max_size_octets, level, report)| {
            let levels = [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv];
            let reportable = if report { Reportable::Yes } else { Reportable::No };
            Header { message_id, max_size_octets, level: levels[level], reportable }
        },
    )
}

prop_compose! {
    fn any_octets_of_a_message()(
        header in any_header(),
        (engine_id, user, auth, salt) in (engine(), octets(0..=32), octets(0..60), octets(0..10)),
        (engine_boots, engine_time) in (0..=i32::MAX.cast_unsigned(), 0..=i32::MAX.cast_unsigned()),
        (context_engine, context, pdu) in (engine(), octets(0..40), any_v3_pdu()),
        encrypted in octets(0..200),
    ) -> Vec<u8> {
        let usm = UsmParameters {
            engine_id: &engine_id,
            engine_boots,
            engine_time,
            user_name: &user,
            auth_parameters: &auth,
            priv_parameters: &salt,
        };
        let scoped = if header.level == SecurityLevel::AuthPriv {
            Scoped::Encrypted(&encrypted)
        } else {
            Scoped::Plain(ScopedPdu { context_engine_id: &context_engine, context_name: &context, pdu })
        };
        let whole = Whole { header, usm, scoped };
        let octets = written(&whole, usize::MAX).unwrap();
        assert_eq!(read(&octets, Lenient::none()), Ok((whole, Deviations::default())));
        octets
    }
}

proptest! {
    #[test]
    fn every_message_comes_back(octets in any_octets_of_a_message()) {
        check(&octets)?;
    }

    #[test]
    fn no_octets_make_it_panic(octets in octets(0..200)) {
        check(&octets)?;
    }

    #[test]
    fn no_change_to_a_message_makes_it_panic(
        mut octets in any_octets_of_a_message(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        for (place, octet) in changes {
            *place.get_mut(&mut octets) = octet;
        }
        if cuts {
            octets.truncate(cut.index(octets.len()));
        }
        check(&octets)?;
    }
}

/// Whatever the octets: refused within them, or read; and what is read strictly is written again.
fn check(octets: &[u8]) -> Result<(), TestCaseError> {
    match read(octets, Lenient::all()) {
        Ok((whole, met)) if met.is_empty() => {
            prop_assert_eq!(read(octets, Lenient::none()), Ok((whole.clone(), met)));
            let again = written(&whole, usize::MAX);
            // Fields that mean nothing, such as a request's error-status, are written as zeros.
            let again = again.unwrap();
            prop_assert_eq!(read(&again, Lenient::none()), Ok((whole, met)));
        }
        Ok((_, met)) => {
            let switch = met.iter().next().unwrap();
            prop_assert!(read(octets, Lenient::all().without(switch)).is_err());
        }
        Err(error) => {
            prop_assert!(error.at <= octets.len(), "{error} in {} octets", octets.len());
            prop_assert!(read(octets, Lenient::none()).is_err());
        }
    }
    Ok(())
}
