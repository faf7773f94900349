//! Messages that net-snmp's programs wrote, taken apart and put together again: what `crypto` and `codec::v3` make of
//! them together. The octets are in `tests/data/net_snmp_v3.txt`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

use snmpkit::{
    codec::{
        DecodeError, Lenient, PduKind,
        v3::{self, Plaintext, ScopedData, ScopedPdu, SecurityLevel},
    },
    crypto::{
        AuthError, AuthKey, AuthProtocol, MasterKey, PrivError, PrivKey, PrivProtocol, decode_key_change,
        encode_key_change,
    },
    value::Value,
};

const ENGINE_ID: &[u8] = b"\x80\x00\x7e\xd9\x04snmpkit";

const DATA: &str = include_str!("data/net_snmp_v3.txt");

fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|n| u8::from_str_radix(&digits[n..n + 2], 16).unwrap()).collect()
}

/// The words of each line that begins with `kind`.
fn lines(kind: &str) -> Vec<Vec<&'static str>> {
    let words = DATA.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    words.filter(|words| words[0] == kind).map(|words| words[1..].to_vec()).collect()
}

fn auth(word: &str) -> AuthProtocol {
    AuthProtocol::ALL.into_iter().find(|protocol| protocol.name() == word).unwrap()
}

fn privacy(word: &str) -> Option<PrivProtocol> {
    let found = PrivProtocol::ALL.into_iter().find(|protocol| protocol.name() == word);
    assert_eq!(found.is_none(), word == "none");
    found
}

fn auth_key(protocol: AuthProtocol, passphrase: &str) -> AuthKey {
    MasterKey::from_passphrase(protocol, passphrase.as_bytes()).unwrap().auth_key(ENGINE_ID)
}

fn priv_key(protocol: AuthProtocol, privacy: PrivProtocol, passphrase: &str) -> PrivKey {
    MasterKey::from_passphrase(protocol, passphrase.as_bytes()).unwrap().priv_key(privacy, ENGINE_ID)
}

#[derive(Debug)]
#[expect(dead_code, reason = "a test that fails shows why")]
enum Refusal {
    Message(DecodeError),
    Auth(AuthError),
    Priv(PrivError),
    ScopedPdu(DecodeError),
}

/// Whatever a message must pass, in the order that RFC 3414 has; then what `look` makes of it, its scoped PDU and the
/// padding after that.
fn open<T>(
    octets: &[u8],
    auth: &AuthKey,
    privacy: Option<&PrivKey>,
    look: impl FnOnce(&v3::Message<'_>, &ScopedPdu<'_>, &[u8]) -> T,
) -> Result<T, Refusal> {
    let (message, met) = v3::decode(octets, Lenient::none()).map_err(Refusal::Message)?;
    assert!(met.is_empty());
    auth.verify(&octets[..message.octets], message.auth_place.clone()).map_err(Refusal::Auth)?;
    let mut buffer = Vec::new();
    let plain = match (message.data, privacy) {
        (ScopedData::Plain(plain), _) => plain,
        (ScopedData::Encrypted(encrypted), Some(key)) => {
            buffer.extend_from_slice(encrypted);
            let usm = message.usm;
            key.decrypt(usm.engine_boots, usm.engine_time, usm.priv_parameters, &mut buffer)
                .map_err(Refusal::Priv)?;
            Plaintext::decrypted(&buffer, key.protocol().padding_octets())
        }
        (ScopedData::Encrypted(_), None) => panic!("an encrypted message for a user without privacy"),
    };
    let (scoped, _) = plain.decode(Lenient::none()).map_err(Refusal::ScopedPdu)?;
    let padding = buffer.get(scoped_octets(&buffer)..).unwrap_or_default();
    Ok(look(&message, &scoped, padding))
}

/// Octets of a scoped PDU with its type and length, which are of the short form or of the one after it.
fn scoped_octets(octets: &[u8]) -> usize {
    match octets {
        [0x30, length @ ..=0x7F, ..] => 2 + usize::from(*length),
        [0x30, 0x81, length, ..] => 3 + usize::from(*length),
        _ => 0,
    }
}

/// What a message asked or answered, checked against what it must be.
fn check_get(message: &v3::Message<'_>, scoped: &ScopedPdu<'_>, level: SecurityLevel) {
    assert_eq!(message.header.level, level);
    assert_eq!(message.usm.engine_id, ENGINE_ID);
    assert_eq!((scoped.context_engine_id, scoped.context_name), (ENGINE_ID, b"".as_slice()));
    let [binding] = &scoped.pdu.bindings[..] else { panic!("one binding: {scoped:?}") };
    assert_eq!(binding.name.to_string(), "1.3.6.1.2.1.1.5.0");
    match scoped.pdu.kind {
        PduKind::Get => assert_eq!(binding.value, Value::Null),
        PduKind::Response { .. } => assert_eq!(binding.value, Value::OctetString("vector".into())),
        other => panic!("{other:?}"),
    }
}

/// Writes what a message says again, with our own encoder, cipher and code. The padding is as it was, since its content
/// is free.
fn written_again(
    message: &v3::Message<'_>,
    scoped: &ScopedPdu<'_>,
    padding: &[u8],
    auth: &AuthKey,
    privacy: Option<&PrivKey>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let (engine_id, name) = (scoped.context_engine_id, scoped.context_name);
    v3::encode_scoped_pdu(engine_id, name, (&scoped.pdu).into(), usize::MAX, &mut out).unwrap();
    if let Some(key) = privacy {
        out.extend_from_slice(padding);
        let salt = message.usm.priv_parameters.try_into().unwrap();
        key.encrypt(message.usm.engine_boots, message.usm.engine_time, salt, &mut out);
    }
    let zeros = vec![0; auth.protocol().mac_octets()];
    let usm = v3::UsmParameters { auth_parameters: &zeros, ..message.usm };
    let place = v3::encode(&message.header, &usm, usize::MAX, &mut out).unwrap();
    auth.sign(&mut out, place).unwrap();
    out
}

#[test]
fn every_pair_of_protocols_of_net_snmp_is_read_and_written_as_it_was() {
    let gets = lines("get");
    assert_eq!(gets.len(), 6 * 7);
    for words in gets {
        let [auth_word, priv_word, request, response] = words[..] else { panic!("{words:?}") };
        let (auth, privacy) = (auth(auth_word), privacy(priv_word));
        let auth_key = auth_key(auth, "auth-passphrase");
        let priv_key = privacy.map(|privacy| priv_key(auth, privacy, "priv-passphrase"));
        let level = if privacy.is_some() { SecurityLevel::AuthPriv } else { SecurityLevel::AuthNoPriv };
        for (octets, reportable) in [(request, v3::Reportable::Yes), (response, v3::Reportable::No)] {
            let octets = hex(octets);
            open(&octets, &auth_key, priv_key.as_ref(), |message, scoped, padding| {
                check_get(message, scoped, level);
                assert_eq!(message.header.reportable, reportable);
                assert!(padding.len() <= privacy.map_or(0, PrivProtocol::padding_octets));
                let again = written_again(message, scoped, padding, &auth_key, priv_key.as_ref());
                assert_eq!(again, octets, "{auth_word} {priv_word}");
            })
            .unwrap();
        }
    }
}

#[test]
fn one_bit_anywhere_makes_a_message_be_refused() {
    for words in lines("get") {
        let [auth_word, _, request, response] = words[..] else { panic!("{words:?}") };
        let key = auth_key(auth(auth_word), "auth-passphrase");
        for octets in [hex(request), hex(response)] {
            for bit in 0..octets.len() * 8 {
                let mut changed = octets.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let verdict = open(&changed, &key, None, |message, _, _| message.header);
                assert!(
                    matches!(verdict, Err(Refusal::Message(_) | Refusal::Auth(_))),
                    "{words:?}, bit {bit}: {verdict:?}"
                );
            }
        }
    }
}

#[test]
fn another_passphrase_protocol_or_engine_opens_nothing() {
    for words in lines("get") {
        let [auth_word, priv_word, request, _] = words[..] else { panic!("{words:?}") };
        let (octets, right) = (hex(request), auth(auth_word));
        for protocol in AuthProtocol::ALL {
            let passphrase = if protocol == right { "auth-passphrasf" } else { "auth-passphrase" };
            let verdict = open(&octets, &auth_key(protocol, passphrase), None, |_, _, _| ());
            let Err(Refusal::Auth(error)) = verdict else { panic!("{words:?} {protocol}: {verdict:?}") };
            let found = right.mac_octets();
            let expected = if protocol.mac_octets() == found {
                AuthError::WrongDigest
            } else {
                AuthError::WrongLength { protocol, found }
            };
            assert_eq!(error, expected);
        }
        let elsewhere = MasterKey::from_passphrase(right, b"auth-passphrase").unwrap().auth_key(b"other");
        let verdict = open(&octets, &elsewhere, None, |_, _, _| ());
        assert!(matches!(verdict, Err(Refusal::Auth(AuthError::WrongDigest))), "{verdict:?}");

        let Some(right_privacy) = privacy(priv_word) else { continue };
        let key = auth_key(right, "auth-passphrase");
        for privacy in PrivProtocol::ALL {
            let passphrase = if privacy == right_privacy { "priv-passphrasf" } else { "priv-passphrase" };
            let wrong = priv_key(right, privacy, passphrase);
            let right_key = priv_key(right, right_privacy, "priv-passphrase");
            // Where no key is extended, Cisco's protocols are the others.
            let same = right_key.octets().expose() == wrong.octets().expose()
                && right_privacy.padding_octets() == privacy.padding_octets();
            let verdict = open(&octets, &key, Some(&wrong), |_, _, _| ());
            match verdict {
                Ok(()) => assert!(same, "{words:?} {privacy}"),
                Err(Refusal::Priv(_) | Refusal::ScopedPdu(_)) => assert!(!same, "{words:?} {privacy}"),
                Err(error) => panic!("{words:?} {privacy}: {error:?}"),
            }
        }
    }
}

#[test]
fn reports_say_what_they_report_and_only_the_one_of_time_is_signed() {
    let counters = [
        ("usmStatsUnknownEngineIDs", "1.3.6.1.6.3.15.1.1.4.0"),
        ("usmStatsUnknownUserNames", "1.3.6.1.6.3.15.1.1.3.0"),
        ("usmStatsWrongDigests", "1.3.6.1.6.3.15.1.1.5.0"),
        ("usmStatsNotInTimeWindows", "1.3.6.1.6.3.15.1.1.2.0"),
    ];
    let reports = lines("report");
    assert_eq!(reports.len(), counters.len());
    for (words, (name, counter)) in reports.iter().zip(counters) {
        let [found, octets] = words[..] else { panic!("{words:?}") };
        assert_eq!(found, name);
        let octets = hex(octets);
        let (message, _) = v3::decode(&octets, Lenient::none()).unwrap();
        assert_eq!((message.usm.engine_id, message.header.reportable), (ENGINE_ID, v3::Reportable::No));
        let ScopedData::Plain(plain) = message.data else { panic!("a Report that can be read") };
        let (scoped, _) = plain.decode(Lenient::none()).unwrap();
        assert_eq!(scoped.pdu.kind, PduKind::Report);
        assert_eq!(scoped.pdu.bindings[0].name.to_string(), counter);

        let key = auth_key(AuthProtocol::Sha1, "new-passphrase");
        let verdict = key.verify(&octets[..message.octets], message.auth_place.clone());
        if name == "usmStatsNotInTimeWindows" {
            assert_eq!((message.header.level, verdict), (SecurityLevel::AuthNoPriv, Ok(())));
        } else {
            let unsigned = AuthError::WrongLength { protocol: AuthProtocol::Sha1, found: 0 };
            assert_eq!((message.header.level, verdict), (SecurityLevel::NoAuthNoPriv, Err(unsigned)));
        }
    }
}

/// What a SET sets its only variable to.
fn value_set(octets: &[u8], key: &AuthKey) -> (String, Vec<u8>) {
    open(octets, key, None, |_, scoped, _| {
        assert_eq!(scoped.pdu.kind, PduKind::Set);
        let [binding] = &scoped.pdu.bindings[..] else { panic!("one binding: {scoped:?}") };
        let Value::OctetString(value) = &binding.value else { panic!("octets: {binding:?}") };
        (binding.name.to_string(), value.to_vec())
    })
    .unwrap()
}

#[test]
fn key_changes_of_snmpusm_are_ours() {
    let (priv_changes, auth_changes) = (lines("priv-key"), lines("auth-key"));
    assert_eq!((priv_changes.len(), auth_changes.len()), (7, 7));
    for words in priv_changes {
        let [auth_word, priv_word, request] = words[..] else { panic!("{words:?}") };
        let (auth, privacy) = (auth(auth_word), privacy(priv_word).unwrap());
        let (name, change) = value_set(&hex(request), &auth_key(auth, "auth-passphrase"));
        assert!(name.starts_with("1.3.6.1.6.3.15.1.2.2.1.10."), "{name}");
        let old = priv_key(auth, privacy, "priv-passphrase");
        let new = priv_key(auth, privacy, "new-passphrase");
        let found = decode_key_change(auth, old.octets(), &change).unwrap();
        assert_eq!(found.expose(), new.octets().expose(), "{auth_word} {priv_word}");
        let random = &change[..privacy.key_octets()];
        assert_eq!(encode_key_change(auth, old.octets(), new.octets(), random).unwrap(), change);
    }
    for words in auth_changes {
        let [auth_word, _, request] = words[..] else { panic!("{words:?}") };
        let auth = auth(auth_word);
        let old = auth_key(auth, "auth-passphrase");
        let new = auth_key(auth, "new-passphrase");
        let (name, change) = value_set(&hex(request), &old);
        assert!(name.starts_with("1.3.6.1.6.3.15.1.2.2.1.7."), "{name}");
        let found = decode_key_change(auth, old.octets(), &change).unwrap();
        assert_eq!(found.expose(), new.octets().expose(), "{auth_word}");
        let random = &change[..auth.key_octets()];
        assert_eq!(encode_key_change(auth, old.octets(), new.octets(), random).unwrap(), change);
    }
}

#[test]
fn what_snmpd_made_of_the_key_changes_is_what_we_make_of_them() {
    let changed = lines("changed");
    assert_eq!(changed.len(), 7);
    for words in changed {
        let [auth_word, priv_word, request] = words[..] else { panic!("{words:?}") };
        let (auth, privacy) = (auth(auth_word), privacy(priv_word).unwrap());
        let auth_key = auth_key(auth, "new-passphrase");
        let priv_key = priv_key(auth, privacy, "new-passphrase");
        open(&hex(request), &auth_key, Some(&priv_key), |message, scoped, _| {
            check_get(message, scoped, SecurityLevel::AuthPriv);
        })
        .unwrap();
    }
}

#[test]
fn key_changes_of_encode_keychange_are_ours() {
    let tool = lines("tool");
    assert_eq!(tool.len(), AuthProtocol::ALL.len());
    for words in tool {
        let [auth_word, old, new, change] = words[..] else { panic!("{words:?}") };
        let (auth, change) = (auth(auth_word), hex(change));
        let [old, new] = [old, new].map(|passphrase| auth_key(auth, passphrase));
        let random = &change[..auth.key_octets()];
        assert_eq!(encode_key_change(auth, old.octets(), new.octets(), random).unwrap(), change);
    }
}
