use super::*;
use crate::{
    agent::{Communities, Handled, User, store::Store, tree::Tree, usm::AuthorityError},
    clock::Duration,
    crypto::{AuthKey, AuthProtocol, PrivProtocol},
    oid::Oid,
};

const ENGINE: &[u8] = b"\x80\x00\x7e\xd9\x04agent";
const NOW: Instant = Instant::from_micros(60_000_000);
/// Boots and time at [`NOW`].
const CLOCK: (u32, u32) = (7, 1_060);
const LIMIT: usize = limits::MESSAGE_OCTETS;

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn auth_key(octet: u8) -> AuthKey {
    AuthKey::from_octets(AuthProtocol::Sha256, &[octet; 32]).unwrap()
}

fn priv_key(octet: u8) -> PrivKey {
    PrivKey::from_octets(PrivProtocol::Aes128, &[octet; 16]).unwrap()
}

/// An agent with a user of each level, who may read, and one who may write.
fn agent() -> Agent {
    let name = VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString("agent".into()));
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(Store::of([name]).unwrap())).unwrap();
    let users = [
        ("open", Permission::Read, None),
        ("signed", Permission::Read, Some((auth_key(1), None))),
        ("sealed", Permission::Read, Some((auth_key(1), Some(priv_key(2))))),
        ("writer", Permission::Write, Some((auth_key(1), None))),
    ];
    let mut usm = Authority::new(ENGINE, 77).unwrap();
    for (name, permission, keys) in users {
        usm = usm.with_user(User::new(name.as_bytes(), permission, keys).unwrap());
    }
    usm.set_clock(Instant::ZERO, 7, 1_000);
    Agent::new(tree, Communities::default(), std::sync::Arc::default()).with_usm(usm)
}

/// A request, right in every respect until a test changes it.
#[derive(Clone)]
struct Asked {
    level: SecurityLevel,
    reportable: Reportable,
    max_size_octets: u32,
    engine_id: &'static [u8],
    clock: (u32, u32),
    user: &'static [u8],
    context_engine_id: &'static [u8],
    context_name: &'static [u8],
    kind: PduKind,
    bindings: Vec<VarBind>,
    auth: AuthKey,
    privacy: PrivKey,
    salt: &'static [u8],
}

fn asked(level: SecurityLevel) -> Asked {
    Asked {
        level,
        reportable: Reportable::Yes,
        max_size_octets: 65_507,
        engine_id: ENGINE,
        clock: CLOCK,
        user: [&b"open"[..], b"signed", b"sealed"][level as usize],
        context_engine_id: ENGINE,
        context_name: b"",
        kind: PduKind::Get,
        bindings: vec![VarBind::ask(oid("1.3.6.1.2.1.1.5.0"))],
        auth: auth_key(1),
        privacy: priv_key(2),
        salt: b"saltsalt",
    }
}

impl Asked {
    fn octets(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let pdu = PduRef { kind: self.kind, request_id: 42, bindings: &self.bindings };
        v3::encode_scoped_pdu(self.context_engine_id, self.context_name, pdu, LIMIT, &mut out).unwrap();
        let is_encrypted = self.level == SecurityLevel::AuthPriv;
        if is_encrypted {
            let salt = self.salt.try_into().unwrap_or([0; 8]);
            self.privacy.encrypt(self.clock.0, self.clock.1, salt, &mut out);
        }
        let is_signed = self.level > SecurityLevel::NoAuthNoPriv;
        let code = [0; MAC_OCTETS_MAX];
        let header = Header {
            message_id: 4_711,
            max_size_octets: self.max_size_octets,
            level: self.level,
            reportable: self.reportable,
        };
        let usm = UsmParameters {
            engine_id: self.engine_id,
            engine_boots: self.clock.0,
            engine_time: self.clock.1,
            user_name: self.user,
            auth_parameters: &code[..if is_signed { self.auth.protocol().mac_octets() } else { 0 }],
            priv_parameters: if is_encrypted { self.salt } else { b"" },
        };
        let place = v3::encode(&header, &usm, LIMIT, &mut out).unwrap();
        if is_signed {
            self.auth.sign(&mut out, place).unwrap();
        }
        out
    }
}

/// An answer, with what it was secured by checked.
#[derive(Debug, PartialEq)]
struct Answer {
    level: SecurityLevel,
    pdu: Pdu,
}

fn ask(agent: &mut Agent, octets: &[u8]) -> Option<Answer> {
    let mut out = Vec::new();
    if agent.handle(NOW, octets, LIMIT, &mut out) == Handled::Silent {
        assert!(out.is_empty());
        return None;
    }
    let (message, met) = v3::decode(&out, Lenient::none()).unwrap();
    assert!(met.is_empty());
    assert_eq!((message.header.message_id, message.header.reportable), (4_711, Reportable::No));
    assert_eq!(message.usm.engine_id, ENGINE);
    assert_eq!((message.usm.engine_boots, message.usm.engine_time), CLOCK);
    let level = message.header.level;
    if level > SecurityLevel::NoAuthNoPriv {
        auth_key(1).verify(&out[..message.octets], message.auth_place.clone()).unwrap();
    }
    let mut decrypted = Vec::new();
    let plain = match message.data {
        ScopedData::Plain(plain) => plain,
        ScopedData::Encrypted(octets) => {
            decrypted.extend_from_slice(octets);
            priv_key(2).decrypt(CLOCK.0, CLOCK.1, message.usm.priv_parameters, &mut decrypted).unwrap();
            Plaintext::decrypted(&decrypted, 0)
        }
    };
    let (scoped, _) = plain.decode(Lenient::none()).unwrap();
    assert_eq!((scoped.context_engine_id, scoped.context_name), (ENGINE, &b""[..]));
    Some(Answer { level, pdu: scoped.pdu })
}

const LEVELS: [SecurityLevel; 3] =
    [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv];

const fn response(status: ErrorStatus) -> PduKind {
    PduKind::Response { error_status: status, error_index: 0 }
}

#[test]
fn a_request_is_answered_at_its_own_level() {
    for level in LEVELS {
        let answer = ask(&mut agent(), &asked(level).octets()).unwrap();
        assert_eq!((answer.level, answer.pdu.request_id), (level, 42));
        assert_eq!(answer.pdu.kind, response(ErrorStatus::NO_ERROR));
        assert_eq!(answer.pdu.bindings[0].value, Value::OctetString("agent".into()));
    }
}

/// What is counted, the Report's level, and how a request becomes wrong in this way.
type Wrong = (UsmCounter, SecurityLevel, fn(&mut Asked));

/// One wrong thing after the other, each with what must be said of it; what comes first in RFC 3414, section 3.2, is
/// said, whatever else is wrong.
#[test]
fn of_several_wrong_things_the_first_in_the_order_of_the_standard_is_reported() {
    let wrongs: [Wrong; 6] = [
        (UsmCounter::UnknownEngineIds, LEVELS[0], |asked| asked.engine_id = b"another engine"),
        (UsmCounter::UnknownUserNames, LEVELS[0], |asked| asked.user = b"nobody"),
        (UsmCounter::UnsupportedSecLevels, LEVELS[0], |asked| {
            if asked.user == b"sealed" {
                asked.user = b"signed";
            }
        }),
        (UsmCounter::WrongDigests, LEVELS[0], |asked| asked.auth = auth_key(9)),
        (UsmCounter::NotInTimeWindows, LEVELS[1], |asked| asked.clock.1 += 151),
        (UsmCounter::DecryptionErrors, LEVELS[1], |asked| asked.salt = b"short"),
    ];
    for first in 0..wrongs.len() {
        for also in first..wrongs.len() {
            let mut request = asked(SecurityLevel::AuthPriv);
            // The last one first, so that each finds what it is about.
            for (_, _, change) in wrongs[first..=also].iter().rev() {
                change(&mut request);
            }
            let (counter, level, _) = wrongs[first];
            let mut agent = agent();
            let answer = ask(&mut agent, &request.octets()).unwrap();
            assert_eq!((answer.level, answer.pdu.kind), (level, PduKind::Report), "{counter:?} to {also}");
            let said = VarBind::new(counter.name(), Value::Counter32(1));
            assert_eq!(answer.pdu.bindings, [said], "{counter:?} to {also}");
            let counts = wrongs.map(|(counter, ..)| agent.usm().unwrap().of(counter));
            assert_eq!(counts.iter().sum::<u32>(), 1, "nothing else was counted");
        }
    }
}

#[test]
fn another_privacy_key_is_a_decryption_error() {
    let mut request = asked(SecurityLevel::AuthPriv);
    request.privacy = priv_key(9);
    let answer = ask(&mut agent(), &request.octets()).unwrap();
    assert_eq!(answer.pdu.bindings[0].name, oid("1.3.6.1.6.3.15.1.1.6.0"));
    assert_eq!(answer.level, SecurityLevel::AuthNoPriv);
}

#[test]
fn what_is_not_of_this_context_is_reported_at_the_level_of_the_request() {
    for level in LEVELS {
        let mut elsewhere = asked(level);
        elsewhere.context_engine_id = b"another engine";
        elsewhere.context_name = b"unknown";
        let answer = ask(&mut agent(), &elsewhere.octets()).unwrap();
        assert_eq!((answer.level, answer.pdu.request_id), (level, 42));
        assert_eq!(answer.pdu.bindings[0].name, oid("1.3.6.1.6.3.11.2.1.3.0"));

        let mut unknown = asked(level);
        unknown.context_name = b"unknown";
        let answer = ask(&mut agent(), &unknown.octets()).unwrap();
        assert_eq!((answer.level, &answer.pdu.bindings[0].name), (level, &oid("1.3.6.1.6.3.12.1.5.0")));
    }
}

#[test]
fn below_its_level_a_user_is_refused_and_a_reader_may_not_write() {
    let mut low = asked(SecurityLevel::NoAuthNoPriv);
    for kind in [PduKind::Get, PduKind::GetNext, PduKind::Set] {
        for user in [&b"signed"[..], b"sealed", b"writer"] {
            (low.user, low.kind) = (user, kind);
            let answer = ask(&mut agent(), &low.octets()).unwrap();
            assert_eq!(answer.pdu.kind, response(ErrorStatus::AUTHORIZATION_ERROR), "{kind:?}");
            assert!(answer.pdu.bindings.iter().all(|binding| binding.value == Value::Null), "no data");
        }
    }
    let mut middle = asked(SecurityLevel::AuthNoPriv);
    middle.user = b"sealed";
    let answer = ask(&mut agent(), &middle.octets()).unwrap();
    assert_eq!(answer.pdu.kind, response(ErrorStatus::AUTHORIZATION_ERROR));

    let mut set = asked(SecurityLevel::AuthNoPriv);
    set.kind = PduKind::Set;
    set.bindings = vec![VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString("new".into()))];
    let mut agent = agent();
    let answer = ask(&mut agent, &set.octets()).unwrap();
    assert_eq!(answer.pdu.kind, PduKind::Response { error_status: ErrorStatus::NO_ACCESS, error_index: 1 });
    set.user = b"writer";
    assert_eq!(ask(&mut agent, &set.octets()).unwrap().pdu.kind, response(ErrorStatus::NO_ERROR));
    assert_eq!(agent.tree().get(NOW, &oid("1.3.6.1.2.1.1.5.0")), Value::OctetString("new".into()));
}

#[test]
fn a_user_may_be_served_at_lower_levels_but_never_at_higher_ones() {
    let request = asked(SecurityLevel::NoAuthNoPriv);
    for (least, served) in [(0, [true; 3]), (1, [false, true, true]), (2, [false, false, true])] {
        let mut usm = Authority::new(ENGINE, 1).unwrap();
        let keys = Some((auth_key(1), Some(priv_key(2))));
        usm = usm.with_user(User::new(b"u", Permission::Read, keys).unwrap().from_level(LEVELS[least]));
        let mut agent = agent().with_usm(usm);
        agent.usm_mut().unwrap().set_clock(Instant::ZERO, 7, 1_000);
        for (level, served) in LEVELS.into_iter().zip(served) {
            let asked = Asked { user: b"u", level, ..request.clone() };
            let answer = ask(&mut agent, &asked.octets()).unwrap();
            let status = if served { ErrorStatus::NO_ERROR } else { ErrorStatus::AUTHORIZATION_ERROR };
            assert_eq!((answer.level, answer.pdu.kind), (level, response(status)), "from {least}");
        }
    }
    let open = User::new(b"open", Permission::Read, None).unwrap();
    assert_eq!(open.from_level(SecurityLevel::AuthPriv).least_level(), SecurityLevel::NoAuthNoPriv);
}

#[test]
fn passphrases_are_made_into_keys_when_their_user_comes() {
    for level in LEVELS {
        let sealed =
            (level == SecurityLevel::AuthPriv).then_some((PrivProtocol::Aes128, &b"priv phrase"[..]));
        let user = User::of_passphrases(b"u", Permission::Read, AuthProtocol::Sha256, b"auth phrase", sealed)
            .unwrap();
        assert_eq!(user.level(), level.max(SecurityLevel::AuthNoPriv));
        let usm = Authority::new(ENGINE, 1).unwrap().with_user(user.from_level(SecurityLevel::NoAuthNoPriv));
        let mut agent = agent().with_usm(usm);
        agent.usm_mut().unwrap().set_clock(Instant::ZERO, 7, 1_000);

        let (auth, privacy) =
            User::keys_of_passphrases(ENGINE, AuthProtocol::Sha256, b"auth phrase", sealed).unwrap();
        let privacy = privacy.unwrap_or(priv_key(2));
        let mut request = Asked { user: b"u", level, auth: auth_key(9), privacy, ..asked(level) };
        let mut out = Vec::new();
        let mut reported = |agent: &mut Agent, request: &Asked| {
            agent.handle(NOW, &request.octets(), LIMIT, &mut out);
            v3::decode(&out, Lenient::none()).unwrap().0.header.level < level
        };
        if level > SecurityLevel::NoAuthNoPriv {
            assert!(reported(&mut agent, &request), "keys of another passphrase");
            assert_eq!(agent.usm().unwrap().of(UsmCounter::WrongDigests), 1);
        }
        request.auth = auth;
        assert!(!reported(&mut agent, &request), "{level:?}");
        // The room that an answer has is counted with the keys that there are now.
        request.max_size_octets = 484;
        request.kind = PduKind::GetBulk { non_repeaters: 0, max_repetitions: 50 };
        request.bindings = vec![VarBind::ask(oid("1.3.6.1.6.3"))];
        assert!(!reported(&mut agent, &request));
    }
    for (auth, privacy) in [("7octets", "8 octets"), ("8 octets", "7octets")] {
        let privacy = Some((PrivProtocol::Des, privacy.as_bytes()));
        let error = User::of_passphrases(b"u", Permission::Read, AuthProtocol::Md5, auth.as_bytes(), privacy);
        let expected = AuthorityError::Passphrase(crate::crypto::KeyError::PassphraseTooShort { octets: 7 });
        assert_eq!(error.unwrap_err(), expected);
    }
}

/// Every bit of a signed request turned, and every beginning of one: nothing of it is answered with data.
#[test]
fn no_change_to_a_signed_request_gets_anything_out_of_the_agent() {
    for level in [SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv] {
        let request = asked(level).octets();
        let mut agent = agent();
        let mut out = Vec::new();
        let mut given_away = |octets: &[u8]| {
            agent.handle(NOW, octets, LIMIT, &mut out);
            let Ok((message, _)) = v3::decode(&out, Lenient::none()) else { return false };
            let ScopedData::Plain(plain) = message.data else { return true };
            let (scoped, _) = plain.decode(Lenient::none()).unwrap();
            scoped.pdu.kind == response(ErrorStatus::NO_ERROR)
        };
        assert!(given_away(&request));
        for at in 0..request.len() {
            for bit in 0..8 {
                let mut changed = request.clone();
                changed[at] ^= 1 << bit;
                assert!(!given_away(&changed), "{level:?}: octet {at}, bit {bit}");
            }
            assert!(!given_away(&request[..at]), "{level:?}: {at} octets");
        }
    }
}

#[test]
fn a_counter_is_known_by_the_name_that_its_report_shows() {
    for (counter, label) in [
        (UsmCounter::UnknownPduHandlers, "snmpUnknownPDUHandlers"),
        (UsmCounter::WrongDigests, "usmStatsWrongDigests"),
    ] {
        assert_eq!(UsmCounter::of_name(&counter.name()), Some(counter));
        assert_eq!(counter.label(), label);
    }
    assert_eq!(UsmCounter::of_name(&oid("1.3.6.1.6.3.10.2.1.1.0")), None);
}

#[test]
fn there_is_no_report_for_what_is_no_request_or_does_not_want_one() {
    let mut request = asked(SecurityLevel::AuthNoPriv);
    request.auth = auth_key(9);
    request.reportable = Reportable::No;
    let mut agent = agent();
    assert_eq!(ask(&mut agent, &request.octets()), None);
    request.reportable = Reportable::Yes;
    for kind in [response(ErrorStatus::NO_ERROR), PduKind::Report, PduKind::TrapV2] {
        request.kind = kind;
        assert_eq!(ask(&mut agent, &request.octets()), None, "{kind:?}");
    }
    assert_eq!(agent.usm().unwrap().of(UsmCounter::WrongDigests), 4, "all the same it is counted");
    for kind in [response(ErrorStatus::NO_ERROR), PduKind::Report, PduKind::TrapV2, PduKind::Inform] {
        let mut right = asked(SecurityLevel::AuthPriv);
        right.kind = kind;
        assert_eq!(ask(&mut agent, &right.octets()), None, "{kind:?}");
    }
}

#[test]
fn what_cannot_be_read_is_counted_and_passed_over() {
    let mut agent = agent();
    let mut flags = asked(SecurityLevel::AuthPriv).octets();
    let at = flags.windows(3).position(|octets| octets == [4, 1, 7]).unwrap() + 2;
    flags[at] = 0x06;
    assert_eq!(ask(&mut agent, &flags), None);
    flags[at] = 0x07;
    flags[at + 3] = 99;
    assert_eq!(ask(&mut agent, &flags), None);
    let cut = asked(SecurityLevel::AuthPriv).octets();
    assert_eq!(ask(&mut agent, &cut[..cut.len() - 9]), None);
    let usm = agent.usm().unwrap();
    assert_eq!((usm.of(UsmCounter::InvalidMsgs), usm.of(UsmCounter::UnknownSecurityModels)), (1, 1));
    assert_eq!(agent.statistics().of(Counter::InAsnParseErrs), 1);

    let mut without = agent_without_usm();
    assert_eq!(ask(&mut without, &cut), None);
    assert_eq!(without.statistics().of(Counter::InBadVersions), 1);
}

fn agent_without_usm() -> Agent {
    Agent::new(Tree::new(), Communities::default(), std::sync::Arc::default())
}

#[test]
fn what_the_engine_counts_can_be_read_in_its_place_in_a_walk() {
    let mut agent = agent();
    let mut wrong = asked(SecurityLevel::AuthNoPriv);
    wrong.auth = auth_key(9);
    ask(&mut agent, &wrong.octets());
    let mut request = asked(SecurityLevel::AuthNoPriv);
    request.bindings =
        vec![VarBind::ask(oid("1.3.6.1.6.3.15.1.1.5.0")), VarBind::ask(oid("1.3.6.1.6.3.10.2.1.1.0"))];
    let answer = ask(&mut agent, &request.octets()).unwrap();
    assert_eq!(answer.pdu.bindings[0].value, Value::Counter32(1));
    assert_eq!(answer.pdu.bindings[1].value, Value::OctetString(ENGINE.into()));

    request.kind = PduKind::GetBulk { non_repeaters: 0, max_repetitions: 50 };
    request.bindings = vec![VarBind::ask(oid("1.3"))];
    let names: Vec<_> =
        ask(&mut agent, &request.octets()).unwrap().pdu.bindings.into_iter().map(|b| b.name).collect();
    assert_eq!(names.len(), 1 + 15 + 1, "the tree's, the engine's, and the end");
    assert!(names[..16].is_sorted());
    assert_eq!(names[0], oid("1.3.6.1.2.1.1.5.0"));
    assert_eq!(names[15], oid("1.3.6.1.6.3.15.1.1.6.0"));
}

#[test]
fn an_answer_fits_into_what_the_other_side_can_take() {
    for level in LEVELS {
        for most in 484..600 {
            let mut request = asked(level);
            request.max_size_octets = most;
            request.kind = PduKind::GetBulk { non_repeaters: 0, max_repetitions: 50 };
            request.bindings = vec![VarBind::ask(oid("1.3.6.1.6.3")); 4];
            let mut out = Vec::new();
            assert_eq!(agent().handle(NOW, &request.octets(), LIMIT, &mut out), Handled::Replied);
            assert!(out.len() <= most as usize, "{level:?}: {} of {most}", out.len());
            // Little of it is given away.
            assert!(out.len() + 80 > most as usize, "{level:?}: {} of {most}", out.len());
        }
    }
}

#[test]
fn two_answers_are_never_encrypted_with_one_salt() {
    let mut agent = agent();
    let mut salts = std::collections::HashSet::new();
    for _ in 0..100 {
        let mut out = Vec::new();
        agent.handle(NOW, &asked(SecurityLevel::AuthPriv).octets(), LIMIT, &mut out);
        let (message, _) = v3::decode(&out, Lenient::none()).unwrap();
        assert!(salts.insert(message.usm.priv_parameters.to_vec()));
    }
}

#[test]
fn the_clock_goes_on_over_its_end_and_over_restarts() {
    let at = |secs: u64| Instant::ZERO + Duration::from_secs(secs);
    let mut usm = Authority::new(ENGINE, 0).unwrap();
    assert_eq!(usm.clock(at(5)), (1, 5));
    usm.restart(at(100));
    assert_eq!((usm.clock(at(100)), usm.clock(at(103))), ((2, 0), (2, 3)));
    let most = i32::MAX.cast_unsigned();
    usm.set_clock(at(0), 5, most - 1);
    assert_eq!((usm.clock(at(0)), usm.clock(at(1)), usm.clock(at(2))), ((5, most - 1), (6, 0), (6, 1)));
    usm.set_clock(at(0), most, 9);
    usm.restart(at(1));
    assert_eq!(usm.clock(at(1)), (most, 0));
    assert!(!usm.is_timely(at(1), most, 0), "an engine whose boots are used up takes nothing");
}

#[test]
fn what_no_engine_or_user_can_be_is_refused() {
    for octets in [0, 4, 33] {
        let error = Authority::new(&[1; 64][..octets], 0).unwrap_err();
        assert_eq!(error, AuthorityError::EngineId { octets });
    }
    assert!(Authority::new(&[1; 5], 0).is_ok() && Authority::new(&[1; 32], 0).is_ok());
    let error = User::new(&[b'u'; 33], Permission::Read, None).unwrap_err();
    assert_eq!(error, AuthorityError::UserName { octets: 33 });
}
