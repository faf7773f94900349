//! Somebody who sees all that is sent, has no key, and is faster than the agent.

use std::collections::HashSet;

use snmpkit::{
    agent::Device,
    clock::{Duration, Instant},
    codec::{
        ErrorStatus, Lenient, PduKind,
        v3::{self, Reportable, SecurityLevel},
    },
    crypto::{AuthProtocol, MasterKey, PrivProtocol},
    engine::{
        AnswerFault, AuthSource, Engine, KnownEngine, PrivSource, Protection, RequestError, RequestHandle,
        Usm,
    },
    operation::{Fix, Get, GetError, Walk, WalkMethod, WalkPlan},
    sim::{Peer, Reply, World},
    value::Value,
};

use super::{
    forge::{COUNTERS, Forged, Question, UNKNOWN_ENGINE, read},
    stage::{
        Bench, CLOCK, ENGINE, LEVELS, agent_with, at, auth_key, authority, bindings, device, get_request,
        priv_key, settings, usm,
    },
};
use crate::device::{oid, root};

/// What the attacker makes of a datagram that it sees.
type Forge = fn(&Question, &[u8]) -> Vec<u8>;

const OTHER: &[u8] = b"\x80\x00\x00\x01\x02other";

/// A response with a value of the attacker's, in the agent's name.
fn lie(question: &Question) -> Forged {
    let mut forged = Forged::answer(question, question.clock);
    for binding in &mut forged.pdu.bindings {
        binding.value = Value::OctetString("a lie".into());
    }
    forged
}

/// Without a key: what an attacker signs with is a key of its own.
fn unsigned(mut forged: Forged) -> Forged {
    forged.auth = Some(auth_key(OTHER));
    forged.privacy = Some(priv_key(OTHER));
    forged
}

/// A message that is well-formed but for a name in its scoped PDU.
fn unreadable(question: &Question) -> Vec<u8> {
    let mut octets = at_level(SecurityLevel::NoAuthNoPriv, lie(question)).octets();
    let internet = octets.windows(4).position(|window| window == b"\x2b\x06\x01\x02");
    if let Some(at) = internet {
        assert_eq!(octets[at - 2], 0x06, "an OBJECT IDENTIFIER");
        octets[at - 2] = 0x07;
    }
    octets
}

fn at_level(level: SecurityLevel, forged: Forged) -> Forged {
    Forged { level, ..forged }
}

fn as_kind(kind: PduKind, mut forged: Forged) -> Forged {
    forged.pdu.kind = kind;
    forged
}

const FORGERIES: [(&str, Forge); 16] = [
    ("a lie without authentication", |question, _| {
        at_level(SecurityLevel::NoAuthNoPriv, lie(question)).octets()
    }),
    ("a lie that says to be signed and is not", |question, _| {
        at_level(SecurityLevel::AuthNoPriv, Forged { auth: None, ..lie(question) }).octets()
    }),
    ("a lie signed with another key", |question, _| unsigned(lie(question)).octets()),
    ("a lie signed with another key, not encrypted", |question, _| {
        at_level(SecurityLevel::AuthNoPriv, unsigned(lie(question))).octets()
    }),
    ("a lie of another engine, with its key", |question, _| {
        Forged { engine_id: OTHER.to_vec(), context_engine_id: OTHER.to_vec(), ..unsigned(lie(question)) }
            .octets()
    }),
    ("a lie with wrong boots and time", |question, _| {
        Forged { clock: (99, 99), ..at_level(SecurityLevel::NoAuthNoPriv, lie(question)) }.octets()
    }),
    ("a lie that is an error", |question, _| {
        let kind = PduKind::Response { error_status: ErrorStatus::GEN_ERR, error_index: 1 };
        at_level(SecurityLevel::NoAuthNoPriv, as_kind(kind, lie(question))).octets()
    }),
    ("a scoped PDU that cannot be read", |question, _| unreadable(question)),
    ("the request itself", |_, datagram| datagram.to_vec()),
    ("the request itself, cut", |_, datagram| datagram[..datagram.len() / 2].to_vec()),
    ("a report of another engine", |question, _| {
        Forged { engine_id: OTHER.to_vec(), clock: (5, 5), ..Forged::report(question, UNKNOWN_ENGINE) }
            .octets()
    }),
    ("a report of the agent with other boots", |question, _| {
        Forged { clock: (i32::MAX as u32, 5), ..Forged::report(question, UNKNOWN_ENGINE) }.octets()
    }),
    ("a report without an engine", |question, _| {
        Forged { engine_id: Vec::new(), ..Forged::report(question, UNKNOWN_ENGINE) }.octets()
    }),
    ("a report signed with another key", |question, _| {
        unsigned(Forged::authentic_report(question, COUNTERS[1], (99, 99))).octets()
    }),
    ("a report of everything", |question, _| Forged::report(question, COUNTERS[2]).octets()),
    ("a report to be reported on", |question, _| {
        Forged { reportable: Reportable::Yes, ..Forged::report(question, COUNTERS[4]) }.octets()
    }),
];

/// Where nothing is protected, whoever sees the question can forge its answer; Reports are seen through even there.
fn is_seen_through(level: SecurityLevel, name: &str) -> bool {
    level != SecurityLevel::NoAuthNoPriv || !name.starts_with("a lie")
}

fn walk() -> Walk {
    Walk::new(WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(root()) })
}

/// The agent, and before its answers to the datagrams that `when` picks the attacker's.
struct Attacked<W> {
    device: Device,
    forge: Forge,
    when: W,
    seen: usize,
}

impl<W: FnMut(usize) -> bool> Peer for Attacked<W> {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        let nth = self.seen;
        self.seen += 1;
        let mut replies = Vec::new();
        // It reads the agent's part with the agent's key, which is more than an attacker can do, and signs without it.
        if (self.when)(nth) {
            replies.push(Reply::After(Duration::ZERO, (self.forge)(&read(datagram), datagram)));
        }
        let answers = Peer::handle(&mut self.device, now, datagram).into_iter();
        replies.extend(answers.map(|reply| match reply {
            Reply::After(delay, octets) => Reply::After(delay + Duration::from_millis(1), octets),
            Reply::Refusal => Reply::Refusal,
        }));
        replies
    }
}

#[test]
fn one_forged_packet_before_the_true_answer_changes_nothing() {
    for level in LEVELS {
        let clean = World::new(device(level, 3)).settings(settings(usm(level))).run(walk()).unwrap();
        for (name, forge) in FORGERIES.iter().filter(|(name, _)| is_seen_through(level, name)) {
            for attacked in 0..14 {
                let peer = Attacked {
                    device: device(level, 3),
                    forge: *forge,
                    when: |nth| nth == attacked,
                    seen: 0,
                };
                let seen = World::new(peer).settings(settings(usm(level))).observe(walk());
                let about = format!("{level:?}, {name}, datagram {attacked}");
                assert_eq!(seen.result, Ok(()), "{about}");
                assert_eq!(bindings(&seen.items), bindings(&clean), "{about}");
                assert!(seen.counters.retransmissions <= 2, "{about}: {:?}", seen.counters);
                let known = seen.known_engine.unwrap();
                assert_eq!(known.id.as_slice(), ENGINE, "{about}");
                if let Some(clock) = known.clock {
                    assert_eq!(clock.boots, CLOCK.0, "{about}");
                }
            }
        }
    }
}

#[test]
fn a_forged_packet_before_every_answer_never_gives_data_and_fails_by_name_at_worst() {
    for level in LEVELS {
        let clean = World::new(device(level, 3)).settings(settings(usm(level))).run(walk()).unwrap();
        for (name, forge) in FORGERIES.iter().filter(|(name, _)| is_seen_through(level, name)) {
            let peer = Attacked { device: device(level, 3), forge: *forge, when: |_| true, seen: 0 };
            let seen = World::new(peer).settings(settings(usm(level))).observe(walk());
            let about = format!("{level:?}, {name}: {:?}", seen.result);
            assert_eq!(bindings(&seen.items), bindings(&clean[..seen.items.len()]), "{about}");
            // Reports that nobody has to sign can keep a session from its agent, and say so.
            assert!(seen.result.is_ok() || name.starts_with("a report"), "{about}");
            assert!(seen.most_transmissions <= 6 + 4, "{about}");
            if let Some(known) = seen.known_engine {
                assert_eq!(known.id.as_slice(), ENGINE, "{about}");
                assert!(known.clock.is_none_or(|clock| clock.boots == CLOCK.0), "{about}");
            }
        }
    }
}

#[test]
fn an_attacker_alone_gets_a_named_failure_and_nothing_else() {
    for level in &LEVELS[1..] {
        for (name, forge) in FORGERIES {
            let alone = move |_: Instant, datagram: &[u8]| {
                vec![Reply::After(Duration::from_millis(1), forge(&read(datagram), datagram))]
            };
            let get = Get::new(snmpkit::engine::RequestKind::Get, vec![oid("1.3.6.1.2.1.1.5.0")], Fix::Never);
            let seen = World::new(alone).settings(settings(usm(*level))).observe(get);
            let error = seen.result.unwrap_err();
            let named = matches!(
                error,
                GetError::Request(
                    RequestError::NoAnswer { .. }
                        | RequestError::NoEngine { .. }
                        | RequestError::Malformed { .. }
                        | RequestError::NeverSent(_)
                        | RequestError::Reported { .. }
                )
            );
            assert!(named && seen.items.is_empty(), "{level:?}, {name}: {error}");
            assert_eq!(seen.known_engine, None, "{level:?}, {name}");
        }
    }
}

#[test]
fn a_replayed_answer_answers_nothing() {
    for level in LEVELS {
        let mut earlier: Vec<Vec<u8>> = Vec::new();
        let mut agent = device(level, 3);
        let replaying = |now: Instant, datagram: &[u8]| {
            let mut replies: Vec<_> =
                earlier.iter().map(|octets| Reply::After(Duration::ZERO, octets.clone())).collect();
            for reply in Peer::handle(&mut agent, now, datagram) {
                if let Reply::After(_, octets) = reply {
                    earlier.push(octets.clone());
                    replies.push(Reply::After(Duration::from_millis(2), octets.clone()));
                    replies.push(Reply::After(Duration::from_millis(3), octets));
                }
            }
            replies
        };
        let clean = World::new(device(level, 3)).settings(settings(usm(level))).run(walk()).unwrap();
        let seen = World::new(replaying).settings(settings(usm(level))).observe(walk());
        assert_eq!(seen.result, Ok(()));
        assert_eq!(bindings(&seen.items), bindings(&clean));
        assert_eq!(seen.counters.responses, seen.counters.requests, "each counted once");
    }
}

#[test]
fn an_answer_with_the_msg_id_of_another_transmission_is_no_answer() {
    // The agent's own words, authentic, but for a question that was asked before: its request-id is another one.
    let level = SecurityLevel::AuthPriv;
    let mut agent = agent_with(authority(level), 1);
    let mut bench = Bench::new(usm(level));
    bench.submit(at(0), 1, get_request());
    bench.exchange(at(0), &mut agent);
    let first = read(&bench.next());
    bench.time_out();
    let second = read(&bench.next());
    assert_ne!(first.message_id, second.message_id);
    assert_ne!(first.pdu.request_id, second.pdu.request_id);
    let crossed = Forged { message_id: second.message_id, ..Forged::answer(&first, CLOCK) };
    bench.receive(at(1_001), &crossed.octets());
    assert!(bench.events.is_empty());
    bench.receive(at(1_002), &Forged::answer(&first, CLOCK).octets());
    assert!(bench.ended().answer.is_ok());
    bench.receive(at(1_003), &Forged::answer(&second, CLOCK).octets());
    assert!(bench.events.is_empty(), "once is enough");
}

/// What makes another message of an answer.
type Change = fn(&mut Forged);

/// Each way in which an authentic answer is none, beside the one in which it is.
#[test]
fn nothing_but_the_whole_answer_is_one() {
    for level in LEVELS {
        let mut agent = agent_with(authority(level), 1);
        let changes: [(&str, Change); 9] = [
            ("another engine", |forged| forged.engine_id = OTHER.to_vec()),
            ("another user", |forged| forged.user = b"somebody".to_vec()),
            ("no user", |forged| forged.user.clear()),
            ("another context engine", |forged| forged.context_engine_id = OTHER.to_vec()),
            ("another context", |forged| forged.context_name = b"x".to_vec()),
            ("another request-id", |forged| forged.pdu.request_id ^= 1),
            ("a msgID that was never used", |forged| forged.message_id ^= 1),
            ("a request", |forged| forged.pdu.kind = PduKind::Get),
            ("a trap", |forged| forged.pdu.kind = PduKind::TrapV2),
        ];
        let lower = LEVELS.into_iter().filter(|other| *other < level);
        let mut bench = Bench::new(usm(level));
        bench.submit(at(0), 1, get_request());
        bench.exchange(at(0), &mut agent);
        let question = read(&bench.next());
        for (name, change) in changes {
            let mut forged = Forged::answer(&question, CLOCK);
            change(&mut forged);
            bench.receive(at(1), &forged.octets());
            assert!(bench.events.is_empty() && bench.sent.is_empty(), "{level:?}: {name}");
            assert_eq!(bench.engine.known_engine(), None, "{level:?}: {name}");
        }
        for other in lower {
            bench.receive(at(1), &at_level(other, Forged::answer(&question, CLOCK)).octets());
            assert!(bench.events.is_empty(), "{level:?}: answered at {other:?}");
        }
        if level < SecurityLevel::AuthPriv {
            bench.receive(
                at(1),
                &at_level(SecurityLevel::AuthPriv, Forged::answer(&question, CLOCK)).octets(),
            );
            assert!(bench.events.is_empty(), "{level:?}: answered above its level");
        }
        bench.receive(at(2), &Forged::answer(&question, CLOCK).octets());
        assert!(bench.ended().answer.is_ok(), "{level:?}");
    }
}

#[test]
fn a_request_sent_back_does_not_prove_the_engine_it_was_sent_to() {
    // The attacker names an engine; the request to it, authentic with its key, comes back; then the agent speaks.
    for level in &LEVELS[1..] {
        let mut bench = Bench::new(usm(*level));
        bench.submit(at(0), 1, get_request());
        let mut report = Forged::report(&read(&bench.next()), UNKNOWN_ENGINE);
        report.engine_id = OTHER.to_vec();
        bench.receive(at(1), &report.octets());
        let to_the_other = bench.next();
        bench.receive(at(2), &to_the_other);
        assert_eq!(bench.engine.known_engine(), None);

        let mut agent = agent_with(authority(*level), 1);
        let mut answer = Vec::new();
        agent.handle(at(3), &to_the_other, usize::MAX, &mut answer);
        bench.receive(at(3), &answer);
        bench.exchange(at(4), &mut agent);
        assert!(bench.ended().answer.is_ok(), "{level:?}");
        assert_eq!(bench.engine.known_engine().unwrap().id.as_slice(), ENGINE);
    }
}

#[test]
fn the_true_engines_late_answer_counts_after_a_forged_one_was_asked() {
    // With a hint that is right: the request goes out, a forged Report names another engine, the request goes there
    // too, and then the answer to the first one comes.
    let level = SecurityLevel::AuthNoPriv;
    let known = KnownEngine { id: super::stage::engine_id(ENGINE), clock: None };
    let mut bench = Bench::new(usm(level).with_hint(known));
    bench.submit(at(0), 1, get_request());
    let first = read(&bench.next());
    let mut report = Forged::report(&first, UNKNOWN_ENGINE);
    report.engine_id = OTHER.to_vec();
    bench.receive(at(1), &report.octets());
    assert_eq!(read(&bench.next()).engine_id, OTHER);
    bench.receive(at(2), &Forged::answer(&first, CLOCK).octets());
    assert!(bench.ended().answer.is_ok());
    bench.submit(at(3), 2, get_request());
    assert_eq!(read(&bench.next()).engine_id, ENGINE);
}

#[test]
fn hundreds_of_invented_engines_leave_the_agent_findable() {
    let level = SecurityLevel::AuthNoPriv;
    let mut agent = agent_with(authority(level), 1);
    let mut bench = Bench::new(usm(level));
    for handle in 0..300 {
        bench.submit(at(handle), handle, get_request());
        let mut report = Forged::report(&read(&bench.next()), UNKNOWN_ENGINE);
        report.engine_id = format!("engine {handle}").into_bytes();
        bench.receive(at(handle), &report.octets());
        bench.engine.cancel(RequestHandle(handle));
        bench.sent.clear();
    }
    let state = format!("{:?}", bench.engine).len();
    assert!(state < 20_000, "{state} octets of state");
    bench.submit(at(400), 999, get_request());
    bench.exchange(at(401), &mut agent);
    bench.exchange(at(402), &mut agent);
    assert!(bench.ended().answer.is_ok());
}

#[test]
fn identifiers_and_salts_never_come_again() {
    let level = SecurityLevel::AuthPriv;
    let mut agent = agent_with(authority(level), 1);
    let mut bench = Bench::new(usm(level));
    let [mut message_ids, mut request_ids, mut salts] = [(); 3].map(|()| HashSet::new());
    bench.submit(at(0), 0, get_request());
    bench.exchange(at(0), &mut agent);
    for handle in 1..200 {
        bench.submit(at(handle), handle, get_request());
        bench.time_out();
        while let Some((_, octets)) = bench.sent.pop_front() {
            let question = read(&octets);
            assert!(message_ids.insert(question.message_id.to_be_bytes().to_vec()));
            assert!(request_ids.insert(question.pdu.request_id.to_be_bytes().to_vec()));
            assert!(salts.insert(question.salt));
        }
    }
    assert!(salts.len() > 300, "{}", salts.len());
}

#[test]
fn two_commands_with_one_key_have_neither_identifiers_nor_salts_in_common() {
    // Whoever has seen the one cannot tell what the other will say.
    let [auth, privacy] = [&b"an auth passphrase"[..], b"a priv passphrase"]
        .map(|passphrase| MasterKey::from_passphrase(AuthProtocol::Md5, passphrase).unwrap());
    let known = KnownEngine { id: super::stage::engine_id(ENGINE), clock: None };
    for protocol in PrivProtocol::ALL {
        let source = PrivSource::Master(protocol, privacy.clone());
        let protection = Protection::AuthPriv(AuthSource::Master(auth.clone()), source);
        let user = Usm::new(b"operator", protection).unwrap().with_hint(known);
        let mut seen: [HashSet<Vec<u8>>; 4] = Default::default();
        for seed in 0..50 {
            let mut engine = Engine::new(settings(user.clone()), [seed; 32]);
            for handle in 0..2 {
                engine.submit(RequestHandle(handle), get_request()).unwrap();
            }
            let mut sent = [Vec::new(), Vec::new()];
            for datagram in &mut sent {
                engine.poll_transmit(at(0), datagram).unwrap();
            }
            let [first, second] =
                [&sent[0], &sent[1]].map(|octets| v3::decode(octets, Lenient::none()).unwrap().0);
            let (ours, its) = (first.header.message_id, second.header.message_id);
            assert!(ours.abs_diff(its) > 16, "one msgID tells the next: {ours}, {its}");
            let salt = first.usm.priv_parameters;
            for (set, octets) in
                seen.iter_mut().zip([&ours.to_be_bytes()[..], &its.to_be_bytes(), &salt[..4], &salt[4..]])
            {
                assert!(set.insert(octets.to_vec()), "{protocol}, seed {seed}: {octets:?} again");
            }
        }
    }
}

/// What is wrong with an answer, what is found wrong, and how it becomes so; in the order of RFC 3414, section 3.2.
type Wrong = (AnswerFault, Change);

#[test]
fn of_several_wrong_things_in_an_answer_the_first_in_the_order_of_the_standard_is_found() {
    let backwards = AnswerFault::BootsBackwards { known: CLOCK.0, found: CLOCK.0 - 1 };
    let wrongs: [Wrong; 7] = [
        (AnswerFault::OtherEngine, |forged| forged.engine_id = OTHER.to_vec()),
        (AnswerFault::OtherUser, |forged| forged.user = b"somebody".to_vec()),
        (AnswerFault::WrongDigest, |forged| forged.auth = Some(auth_key(OTHER))),
        (backwards, |forged| forged.clock.0 -= 1),
        (AnswerFault::Undecryptable, |forged| forged.privacy = Some(priv_key(OTHER))),
        (AnswerFault::OtherRequestId, |forged| forged.pdu.request_id ^= 1),
        (AnswerFault::OtherContext, |forged| forged.context_name = b"x".to_vec()),
    ];
    for first in 0..wrongs.len() {
        for last in first..wrongs.len() {
            let mut bench = super::clocks::synchronised(SecurityLevel::AuthPriv);
            let mut forged = Forged::answer(&read(&bench.next()), CLOCK);
            for (_, change) in &wrongs[first..=last] {
                change(&mut forged);
            }
            bench.receive(at(1), &forged.octets());
            while bench.events.is_empty() {
                bench.time_out();
            }
            let error = bench.ended().answer.unwrap_err();
            let RequestError::NoAnswer { heard, .. } = error else { panic!("{error}") };
            assert_eq!(heard.fault.as_deref(), Some(&wrongs[first].0), "{first} to {last}");
        }
    }
}

#[test]
fn a_level_that_was_not_asked_for_is_found_before_the_digest() {
    let mut bench = super::clocks::synchronised(SecurityLevel::AuthNoPriv);
    let mut forged = at_level(SecurityLevel::AuthPriv, Forged::answer(&read(&bench.next()), CLOCK));
    forged.auth = Some(auth_key(OTHER));
    bench.receive(at(1), &forged.octets());
    while bench.events.is_empty() {
        bench.time_out();
    }
    let error = bench.ended().answer.unwrap_err();
    let RequestError::NoAnswer { heard, .. } = error else { panic!("{error}") };
    assert_eq!(heard.fault.as_deref(), Some(&AnswerFault::OtherLevel { found: SecurityLevel::AuthPriv }));
}

#[test]
fn a_digest_is_compared_whole() {
    let mut bench = super::clocks::synchronised(SecurityLevel::AuthNoPriv);
    let answer = Forged::answer(&read(&bench.next()), CLOCK);
    let octets = answer.octets();
    let (message, _) = v3::decode(&octets, Lenient::none()).unwrap();
    assert_eq!(message.auth_place.len(), 24);
    for place in message.auth_place.clone() {
        for bit in 0..8 {
            let mut bent = octets.clone();
            bent[place] ^= 1 << bit;
            bench.receive(at(1), &bent);
            assert!(bench.events.is_empty(), "octet {place}, bit {bit}");
        }
    }
    // None at all, a part of it, and more than it.
    let code = [message.usm.auth_parameters, &[0; 24]].concat();
    for length in (0..=48).filter(|length| *length != 24) {
        let usm = v3::UsmParameters { auth_parameters: &code[..length], ..message.usm };
        let (engine, name) = (&answer.context_engine_id, &answer.context_name);
        let mut out = Vec::new();
        v3::encode_scoped_pdu(engine, name, (&answer.pdu).into(), usize::MAX, &mut out).unwrap();
        v3::encode(&message.header, &usm, usize::MAX, &mut out).unwrap();
        bench.receive(at(1), &out);
        assert!(bench.events.is_empty(), "{length} octets");
    }
    bench.receive(at(2), &octets);
    assert!(bench.ended().answer.is_ok());
}
