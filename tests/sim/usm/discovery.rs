//! The question for the engine ID, hints, and what is given.

use snmpkit::{
    agent::Agent,
    clock::{Duration, Instant},
    codec::{
        PduKind,
        v3::{Reportable, SecurityLevel},
    },
    engine::{
        EngineClock, EngineSource, KnownEngine, Rejection, Request, RequestError, RequestHandle, RequestKind,
        Usm,
    },
    operation::{Fix, Get, SetError},
    sim::{Reply, World},
    value::{Octets, Value, VarBind},
};

use super::{
    forge::{Forged, UNKNOWN_ENGINE, read},
    stage::{
        Bench, CLOCK, ENGINE, LEVELS, USER, agent_with, at, authority, device, engine_id, get_request,
        settings, usm,
    },
};
use crate::device::oid;

fn agent(level: SecurityLevel) -> Agent {
    agent_with(authority(level), 3)
}

fn get() -> Get {
    Get::new(RequestKind::Get, vec![oid("1.3.6.1.2.1.1.5.0")], Fix::Never)
}

#[test]
fn the_question_says_nothing_of_the_user_and_the_request_everything() {
    let mut bench = Bench::new(usm(SecurityLevel::AuthPriv));
    bench.submit(at(0), 1, get_request());
    let question = read(&bench.sent[0].1);
    assert_eq!((question.level, question.reportable), (SecurityLevel::NoAuthNoPriv, Reportable::Yes));
    assert_eq!((question.engine_id.len(), question.user.len(), question.clock), (0, 0, (0, 0)));
    assert_eq!((question.pdu.kind, question.pdu.bindings.len()), (PduKind::Get, 0));

    bench.exchange(at(5), &mut agent(SecurityLevel::AuthPriv));
    let request = read(&bench.sent[0].1);
    assert_eq!((request.level, request.reportable), (SecurityLevel::AuthPriv, Reportable::Yes));
    assert_eq!((&request.engine_id[..], &request.user[..]), (ENGINE, USER));
    assert_eq!((&request.context_engine_id[..], &request.context_name[..]), (ENGINE, &b""[..]));
    assert_eq!(request.clock, CLOCK, "provisionally, what the Report said");
    assert_eq!(request.pdu.bindings, get_request().bindings);
    assert_ne!((question.message_id, question.pdu.request_id), (request.message_id, request.pdu.request_id));
}

#[test]
fn many_requests_at_once_wait_for_one_question() {
    for level in LEVELS {
        let mut agent = agent(level);
        let mut bench = Bench::new(usm(level));
        for handle in 0..50 {
            bench.submit(at(0), handle, get_request());
        }
        assert_eq!(bench.sent.len(), 1);
        bench.exchange(at(5), &mut agent);
        assert_eq!(bench.sent.len(), 50);
        for _ in 0..50 {
            bench.exchange(at(9), &mut agent);
        }
        assert!(bench.events.len() == 50 && bench.events.iter().all(|event| event.answer.is_ok()));
        assert_eq!(bench.engine.counters().transmissions, 51);
        // From now on there is nothing to ask for.
        bench.submit(at(20), 99, get_request());
        assert_eq!(read(&bench.next()).engine_id, ENGINE);
    }
}

#[test]
fn a_question_nobody_answers_ends_all_who_wait_for_it() {
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv));
    for handle in 0..3 {
        bench.submit(at(0), handle, get_request());
    }
    let mut ended = at(0);
    while bench.events.is_empty() {
        ended = bench.time_out();
    }
    assert_eq!((ended, bench.sent.len()), (at(6_000), 6));
    let ids: std::collections::HashSet<_> =
        bench.sent.iter().map(|(_, sent)| read(sent).message_id).collect();
    assert_eq!(ids.len(), 6, "a msgID of its own each time");
    assert_eq!(bench.events.len(), 3);
    for event in &bench.events {
        let error = event.answer.as_ref().unwrap_err();
        assert!(matches!(error, RequestError::NoEngine { tries: 6, .. }), "{error}");
    }
    assert_eq!((bench.engine.outstanding(), bench.engine.poll_timeout()), (0, None));
}

#[test]
fn a_refusal_ends_the_question_at_its_next_time_out() {
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv));
    bench.submit(at(0), 1, get_request());
    bench.engine.handle_rejection(&Rejection::Refused);
    assert_eq!(bench.engine.poll_event(), None);
    assert_eq!(bench.time_out(), at(1_000));
    let error = bench.ended().answer.unwrap_err();
    let RequestError::NeverSent(error) = error else { panic!("{error}") };
    assert!(matches!(*error, RequestError::Refused { tries: 1, .. }), "{error}");
}

#[test]
fn who_is_cancelled_leaves_the_question_to_the_others() {
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv));
    bench.submit(at(0), 1, get_request());
    bench.submit(at(0), 2, get_request());
    assert_eq!(bench.engine.abandon(RequestHandle(1)), 0, "nothing of the request itself was sent");
    bench.exchange(at(3), &mut agent(SecurityLevel::AuthNoPriv));
    assert_eq!(bench.sent.len(), 1);
    assert_eq!(bench.sent[0].0, RequestHandle(2));

    // Without anybody left there is nothing to wait for, and a request that comes later asks anew.
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv));
    bench.submit(at(0), 1, get_request());
    bench.engine.cancel(RequestHandle(1));
    assert_eq!(bench.engine.poll_timeout(), None);
    bench.submit(at(9_000), 2, get_request());
    assert_eq!(bench.sent.len(), 2);
    assert_eq!(bench.engine.poll_timeout(), Some(at(10_000)));
}

#[test]
fn a_late_answer_to_any_question_counts_and_only_once() {
    let mut agent = agent(SecurityLevel::AuthNoPriv);
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv));
    bench.submit(at(0), 1, get_request());
    bench.time_out();
    assert_eq!(bench.sent.len(), 2);
    let first = bench.sent[0].1.clone();
    let mut answer = Vec::new();
    agent.handle(at(1_500), &first, usize::MAX, &mut answer);
    bench.receive(at(1_500), &answer);
    assert_eq!(bench.sent.len(), 3, "the request");
    bench.receive(at(1_501), &answer);
    bench.exchange(at(1_502), &mut agent);
    assert_eq!(bench.sent.len(), 2, "neither the same answer again nor the second one matters");
}

#[test]
fn a_cancelled_question_is_not_answered_any_more() {
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv));
    bench.submit(at(0), 1, get_request());
    bench.engine.cancel(RequestHandle(1));
    bench.drain(at(1));
    bench.exchange(at(3), &mut agent(SecurityLevel::AuthNoPriv));
    bench.submit(at(5), 2, get_request());
    assert_eq!(read(&bench.next()).engine_id, b"", "what comes unasked for sets nothing");
}

#[test]
fn what_was_learnt_saves_the_question_another_time() {
    for level in LEVELS {
        let seen = World::new(device(level, 1)).settings(settings(usm(level))).observe(get());
        assert_eq!((seen.counters.transmissions, seen.result), (2, Ok(())));
        let known = seen.known_engine.unwrap();
        assert_eq!(known.id, engine_id(ENGINE));
        assert_eq!(known.clock.map(|clock| clock.boots), (level != LEVELS[0]).then_some(CLOCK.0));

        let hinted = settings(usm(level).with_hint(known));
        let again = World::new(device(level, 1)).settings(hinted).observe(get());
        assert_eq!((again.counters.transmissions, again.result), (1, Ok(())), "{level:?}");
        assert_eq!(again.items, seen.items);
    }
}

#[test]
fn nothing_is_learnt_before_the_agent_has_answered() {
    for level in LEVELS {
        let mut agent = agent(level);
        let mut bench = Bench::new(usm(level));
        assert_eq!(bench.engine.known_engine(), None);
        bench.submit(at(0), 1, get_request());
        bench.exchange(at(1), &mut agent);
        assert_eq!(bench.engine.known_engine(), None, "a Report to the question proves nothing");
        bench.exchange(at(2), &mut agent);
        assert!(bench.engine.known_engine().is_some());

        let hint = KnownEngine { id: engine_id(ENGINE), clock: None };
        assert_eq!(Bench::new(usm(level).with_hint(hint)).engine.known_engine(), None, "nor does a hint");
        let mut given = usm(level);
        given.engine = EngineSource::Given(hint.id);
        assert_eq!(Bench::new(given).engine.known_engine(), None);
    }
}

/// Hints that are wrong in every way, each with how many round trips they may cost.
#[test]
fn a_wrong_hint_costs_one_more_round_trip_and_never_a_failure() {
    let clock = |boots, time| Some(EngineClock { boots, time, at: Instant::ZERO });
    let [right, other] = [engine_id(ENGINE), engine_id(b"\x80\x00\x00\x01\x02other")];
    for level in &LEVELS[1..] {
        let clean = World::new(device(*level, 1)).settings(settings(usm(*level))).run(get()).unwrap();
        for (id, clock, transmissions) in [
            (right, clock(CLOCK.0, CLOCK.1), 1),
            (right, clock(CLOCK.0, CLOCK.1 - 149), 1),
            (right, clock(CLOCK.0, CLOCK.1 + 149), 1),
            (right, None, 2),
            (right, clock(CLOCK.0, CLOCK.1 - 152), 2),
            (right, clock(CLOCK.0, CLOCK.1 + 152), 2),
            (right, clock(CLOCK.0, i32::MAX as u32), 2),
            (right, clock(CLOCK.0 + 1, CLOCK.1), 2),
            (right, clock(CLOCK.0 - 1, CLOCK.1), 2),
            (right, clock(i32::MAX as u32, 0), 2),
            (right, clock(u32::MAX, u32::MAX), 2),
            (other, None, 2),
            (other, clock(CLOCK.0, CLOCK.1), 2),
            (other, clock(99, 99), 2),
        ] {
            let about = format!("{level:?} {id} {clock:?}");
            let hinted = settings(usm(*level).with_hint(KnownEngine { id, clock }));
            let seen = World::new(device(*level, 1)).settings(hinted).observe(get());
            assert_eq!(seen.result, Ok(()), "{about}");
            assert_eq!(seen.items, clean, "{about}");
            assert_eq!(seen.counters.transmissions, transmissions, "{about}");
            let known = seen.known_engine.unwrap();
            assert_eq!((known.id, known.clock.unwrap().boots), (right, CLOCK.0), "{about}");
        }
    }
    let level = SecurityLevel::NoAuthNoPriv;
    let hinted = settings(usm(level).with_hint(KnownEngine { id: other, clock: None }));
    let seen = World::new(device(level, 1)).settings(hinted).observe(get());
    assert_eq!((seen.result, seen.counters.transmissions), (Ok(()), 2));
}

/// A hint that is the agent's, or another engine's that this agent drops without a word.
fn hinted(level: SecurityLevel, id: &[u8]) -> Usm {
    usm(level).with_hint(KnownEngine { id: engine_id(id), clock: None })
}

#[test]
fn an_engine_that_is_a_hint_and_says_nothing_is_asked_for_at_the_next_try() {
    for level in LEVELS {
        let mut agent = agent(level);
        let mut bench = Bench::new(hinted(level, b"\x80\x00\x00\x01\x02other"));
        bench.submit(at(0), 1, get_request());
        bench.submit(at(0), 2, get_request());
        bench.sent.clear();
        assert_eq!(bench.time_out(), at(1_000));
        // One question, for all who wait; what was sent to the other engine is no question.
        assert_eq!(bench.sent.len(), 1);
        assert_eq!(read(&bench.sent[0].1).engine_id, b"");
        bench.exchange(at(1_005), &mut agent);
        assert_eq!(bench.sent.len(), 2);
        assert_eq!(read(&bench.sent[0].1).engine_id, ENGINE);
        bench.exchange(at(1_010), &mut agent);
        bench.exchange(at(1_010), &mut agent);
        assert!(
            bench.events.len() == 2 && bench.events.iter().all(|event| event.answer.is_ok()),
            "{level:?}"
        );
        assert_eq!(bench.engine.known_engine().unwrap().id, engine_id(ENGINE));
    }
}

#[test]
fn a_late_answer_of_an_engine_that_was_doubted_ends_the_question() {
    for level in LEVELS {
        let mut agent = agent(level);
        let clock = EngineClock { boots: CLOCK.0, time: CLOCK.1, at: Instant::ZERO };
        let known = KnownEngine { id: engine_id(ENGINE), clock: Some(clock) };
        let mut bench = Bench::new(usm(level).with_hint(known));
        bench.submit(at(0), 1, get_request());
        let first = bench.next();
        bench.submit(at(500), 2, get_request());
        bench.sent.clear();
        bench.time_out();
        assert_eq!(read(&bench.next()).engine_id, b"");
        assert_eq!(bench.time_out(), at(1_500));
        let mut answer = Vec::new();
        agent.handle(at(1_600), &first, usize::MAX, &mut answer);
        bench.receive(at(1_600), &answer);
        assert!(bench.ended().answer.is_ok(), "{level:?}");
        // The other request goes to the engine that has proven itself, and the question is not asked again.
        assert_eq!(bench.sent.len(), 1, "{level:?}");
        assert_eq!(read(&bench.sent[0].1).engine_id, ENGINE);
        bench.exchange(at(1_700), &mut agent);
        assert!(bench.events.iter().all(|event| event.answer.is_ok()));
        assert_eq!((bench.engine.outstanding(), bench.engine.poll_timeout()), (0, None));
    }
}

#[test]
fn an_agent_that_is_not_there_takes_no_longer_with_a_hint_than_without() {
    let mut bench = Bench::new(hinted(SecurityLevel::AuthPriv, ENGINE));
    let set = Request { kind: RequestKind::Set, ..get_request() };
    bench.submit(at(0), 1, set);
    let mut ended = at(0);
    while bench.events.is_empty() {
        ended = bench.time_out();
    }
    assert_eq!((ended, bench.sent.len()), (at(6_000), 6));
    let error = bench.ended().answer.unwrap_err();
    assert!(matches!(error, RequestError::NoEngine { tries: 5, sent: 1, .. }), "{error}");
    // The SET was sent once, to an engine that may be there.
    assert!(SetError::Request(error).may_have_been_made());

    let mut bench = Bench::new(hinted(SecurityLevel::AuthPriv, ENGINE));
    bench.submit(at(0), 1, Request { kind: RequestKind::Set, ..get_request() });
    bench.time_out();
    bench.engine.handle_rejection(&Rejection::Refused);
    bench.time_out();
    let error = bench.ended().answer.unwrap_err();
    assert!(matches!(error, RequestError::Refused { tries: 2, .. }), "{error}");
    assert!(SetError::Request(error).may_have_been_made());
}

#[test]
fn an_engine_that_was_given_is_asked_and_no_other() {
    let other = engine_id(b"\x80\x00\x00\x01\x02other");
    for level in LEVELS {
        let mut given = usm(level);
        given.engine = EngineSource::Given(other);
        let seen = World::new(device(level, 1)).settings(settings(given)).observe(get());
        let error = seen.result.unwrap_err().to_string();
        assert!(error.contains("it has another engine ID"), "{level:?}: {error}");
        assert_eq!(seen.counters.transmissions, 2, "once more, to see whether it says so again");
        assert_eq!(seen.known_engine, None);
    }
}

#[test]
fn boots_and_time_that_were_given_are_used() {
    let mut timed = usm(SecurityLevel::AuthNoPriv);
    timed.clock = Some(EngineClock { boots: 3, time: 33, at: Instant::ZERO });
    let mut bench = Bench::new(timed);
    bench.submit(at(0), 1, get_request());
    bench.exchange(at(2_000), &mut agent(SecurityLevel::AuthNoPriv));
    assert_eq!(read(&bench.sent[0].1).clock, (3, 35), "not what the Report said");
}

#[test]
fn contexts_are_those_that_were_given() {
    let mut usm = usm(SecurityLevel::AuthPriv);
    usm.context_engine_id = Some(engine_id(b"\x80\x00\x00\x01\x02proxied"));
    usm.context_name = Octets::from("bridge1");
    let mut bench = Bench::new(usm);
    bench.submit(at(0), 1, get_request());
    bench.exchange(at(5), &mut agent(SecurityLevel::AuthPriv));
    let question = read(&bench.next());
    assert_eq!(question.context_engine_id, b"\x80\x00\x00\x01\x02proxied");
    assert_eq!(question.context_name, b"bridge1");
    // And so must those of the answer be.
    let true_answer = Forged::answer(&question, CLOCK);
    bench.receive(at(6), &true_answer.octets());
    assert!(bench.events.is_empty());
    let proxied = Forged {
        context_engine_id: question.context_engine_id.clone(),
        context_name: question.context_name.clone(),
        ..true_answer
    };
    bench.receive(at(7), &Forged { context_name: Vec::new(), ..proxied.clone() }.octets());
    assert!(bench.events.is_empty());
    bench.receive(at(8), &proxied.octets());
    assert!(bench.ended().answer.is_ok());
}

#[test]
fn an_agent_that_is_another_engine_each_time_is_not_followed_for_ever() {
    for level in LEVELS {
        let mut turns = 0_u8;
        let chameleon = move |_: Instant, datagram: &[u8]| {
            turns += 1;
            let mut report = Forged::report(&read(datagram), UNKNOWN_ENGINE);
            report.engine_id = [b"engine".as_slice(), &[turns]].concat();
            vec![Reply::After(Duration::from_millis(1), report.octets())]
        };
        let seen = World::new(chameleon).settings(settings(usm(level))).observe(get());
        let error = seen.result.unwrap_err().to_string();
        assert!(error.contains("it has another engine ID"), "{error}");
        assert!(seen.counters.transmissions <= 5, "{}", seen.counters.transmissions);
        assert_eq!(seen.known_engine, None);
    }
}

#[test]
fn a_request_that_just_fits_is_also_sent_again() {
    let level = SecurityLevel::AuthPriv;
    let request = |octets: usize| Request {
        kind: RequestKind::Set,
        bindings: vec![VarBind::new(
            oid("1.3.6.1.2.1.1.5.0"),
            Value::OctetString(Octets::from(vec![b'x'; octets])),
        )],
    };
    let mut fitting = 0;
    for octets in 300..484 {
        // Its time takes one octet more from the fourth transmission on.
        let clock = Some(EngineClock { boots: 7, time: 125, at: Instant::ZERO });
        let known = KnownEngine { id: engine_id(ENGINE), clock };
        let mut limited = settings(usm(level).with_hint(known));
        limited.max_message_octets = 484;
        let mut bench = Bench::with(limited);
        bench.submit(at(0), 1, request(octets));
        if let Some(event) = bench.events.pop() {
            assert!(matches!(event.answer, Err(RequestError::Encode(_))));
            continue;
        }
        fitting += 1;
        for _ in 0..5 {
            bench.time_out();
        }
        assert!(bench.sent.len() == 6 && bench.events.is_empty(), "{octets}");
        assert!(bench.sent.iter().all(|(_, sent)| sent.len() <= 484));
    }
    assert!((10..180).contains(&fitting), "{fitting}");
}

#[test]
fn a_report_about_an_engine_that_is_asked_no_more_does_not_choose_the_next_one() {
    let [wrong, right, third] = [&b"\x80\x00\x00\x01\x02wrong"[..], ENGINE, b"\x80\x00\x00\x01\x02third"];
    let hint = KnownEngine { id: engine_id(wrong), clock: None };
    let mut bench = Bench::new(usm(SecurityLevel::AuthNoPriv).with_hint(hint));
    bench.submit(at(0), 1, get_request());
    bench.submit(at(0), 2, get_request());
    let [first, second] = [bench.next(), bench.next()].map(|octets| read(&octets));
    let report = |question, engine: &[u8]| {
        let mut report = Forged::report(question, UNKNOWN_ENGINE);
        report.engine_id = engine.to_vec();
        report.octets()
    };
    bench.receive(at(1), &report(&first, right));
    assert_eq!(read(&bench.next()).engine_id, right);
    bench.receive(at(2), &report(&second, third));
    assert_eq!(read(&bench.next()).engine_id, right, "the second request follows the first");
}

#[test]
fn without_authentication_boots_and_time_are_zeros() {
    // They would mean nothing (RFC 3414, section 3.1, step 6 b), whatever a Report or a cache has said of them.
    let clock = Some(EngineClock { boots: 3, time: 33, at: Instant::ZERO });
    let hint = KnownEngine { id: engine_id(ENGINE), clock };
    for user in [usm(LEVELS[0]), usm(LEVELS[0]).with_hint(hint)] {
        let mut bench = Bench::new(user);
        bench.submit(at(0), 1, get_request());
        if read(&bench.sent[0].1).engine_id.is_empty() {
            bench.exchange(at(1), &mut agent(LEVELS[0]));
        }
        let question = read(&bench.next());
        assert_eq!((&question.engine_id[..], question.clock), (ENGINE, (0, 0)));
    }
}
