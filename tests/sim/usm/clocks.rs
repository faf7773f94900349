//! Boots and time: windows, restarts, and clocks that run backwards.

use snmpkit::{
    agent::Device,
    clock::{Duration, Instant},
    codec::v3::SecurityLevel,
    engine::{AnswerFault, ReportReason, Request, RequestError, RequestKind},
    operation::{Fix, Get, GetError, Walk, WalkMethod, WalkPlan},
    sim::{Faults, Reply, World},
    value::VarBind,
};

use super::{
    forge::{Forged, NOT_IN_TIME_WINDOW, read},
    stage::{Bench, CLOCK, LEVELS, agent_with, at, authority, bindings, device, get_request, settings, usm},
};
use crate::device::{oid, root};

const AUTH: SecurityLevel = SecurityLevel::AuthNoPriv;

fn get() -> Get {
    Get::new(RequestKind::Get, vec![oid("1.3.6.1.2.1.1.5.0")], Fix::Never)
}

fn walk() -> Walk {
    Walk::new(WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(root()) })
}

/// An engine that has had an answer of the agent at its clock, and has asked again.
pub fn synchronised(level: SecurityLevel) -> Bench {
    let mut agent = agent_with(authority(level), 1);
    let mut bench = Bench::new(usm(level));
    bench.submit(at(0), 1, get_request());
    bench.exchange(at(0), &mut agent);
    bench.exchange(at(0), &mut agent);
    assert!(bench.ended().answer.is_ok());
    bench.submit(at(0), 2, get_request());
    bench
}

#[test]
fn an_agent_that_restarts_during_a_walk_is_walked_to_its_end() {
    for level in LEVELS {
        let clean = World::new(device(level, 8)).settings(settings(usm(level))).run(walk()).unwrap();
        for nth in 1..20 {
            let mut agent = device(level, 8);
            let mut datagrams = 0;
            let restarting = |now: Instant, datagram: &[u8]| {
                datagrams += 1;
                if datagrams == nth {
                    agent.agent_mut().usm_mut().unwrap().restart(now);
                }
                snmpkit::sim::Peer::handle(&mut agent, now, datagram)
            };
            let seen = World::new(restarting).settings(settings(usm(level))).observe(walk());
            assert_eq!(seen.result, Ok(()), "{level:?}, datagram {nth}");
            assert_eq!(bindings(&seen.items), bindings(&clean), "{level:?}, datagram {nth}");
            let extra = u64::from(level != LEVELS[0] && nth > 1);
            let asked = seen.counters.requests + 1 + extra;
            assert_eq!(seen.counters.transmissions, asked, "{level:?}, datagram {nth}");
        }
    }
}

#[test]
fn an_agent_that_restarts_on_a_bad_network_ends_as_on_a_good_one_or_by_name() {
    let level = SecurityLevel::AuthPriv;
    let clean = World::new(device(level, 4)).settings(settings(usm(level))).run(walk()).unwrap();
    let mut whole = 0;
    for seed in 0..200_u64 {
        let mut agent: Device = device(level, 4);
        let mut datagrams = 0;
        let restarting = |now: Instant, datagram: &[u8]| {
            datagrams += 1;
            if datagrams % (5 + seed % 7) == 0 {
                agent.agent_mut().usm_mut().unwrap().restart(now);
            }
            snmpkit::sim::Peer::handle(&mut agent, now, datagram)
        };
        let seen =
            World::new(restarting).settings(settings(usm(level))).faults(Faults::lossy(seed)).observe(walk());
        match seen.result {
            Ok(()) => {
                assert_eq!(bindings(&seen.items), bindings(&clean), "seed {seed}");
                whole += 1;
            }
            Err(error) => {
                let text = error.to_string();
                let named = ["no answer", "not in its time window"].iter().any(|name| text.contains(name));
                assert!(named, "seed {seed}: {text}");
                assert_eq!(bindings(&seen.items), bindings(&clean[..seen.items.len()]), "seed {seed}");
            }
        }
    }
    assert!(whole > 150, "{whole}");
}

#[test]
fn an_agent_that_always_says_not_in_time_window_is_asked_twice_and_told_on() {
    for level in &LEVELS[1..] {
        let stubborn = |_: Instant, datagram: &[u8]| {
            let question = read(datagram);
            let report = if question.engine_id.is_empty() {
                Forged::report(&question, super::forge::UNKNOWN_ENGINE)
            } else {
                Forged::authentic_report(&question, NOT_IN_TIME_WINDOW, (CLOCK.0, question.clock.1 + 1))
            };
            vec![Reply::After(Duration::from_millis(1), report.octets())]
        };
        let seen = World::new(stubborn).settings(settings(usm(*level))).observe(get());
        let Err(GetError::Request(RequestError::Reported { report, tries, reported, .. })) = seen.result
        else {
            panic!("{:?}", seen.result)
        };
        assert_eq!((report.reason, tries, reported), (ReportReason::NotInTimeWindow, 2, 2));
        assert_eq!(seen.counters.transmissions, 3);
        assert!(seen.ended < at(100), "{:?}", seen.ended);
    }
}

#[test]
fn a_report_about_a_transmission_before_the_correction_is_not_the_second_one() {
    let mut bench = synchronised(AUTH);
    bench.time_out();
    let [first, second] = [bench.next(), bench.next()].map(|octets| read(&octets));
    let clock = (CLOCK.0 + 1, 5);
    bench.receive(at(1_100), &Forged::authentic_report(&first, NOT_IN_TIME_WINDOW, clock).octets());
    let third = read(&bench.next());
    assert_eq!(third.clock, clock);
    bench.receive(at(1_101), &Forged::authentic_report(&second, NOT_IN_TIME_WINDOW, clock).octets());
    bench.receive(at(1_102), &Forged::authentic_report(&first, NOT_IN_TIME_WINDOW, clock).octets());
    assert!(bench.events.is_empty() && bench.sent.is_empty());
    bench.receive(at(1_103), &Forged::answer(&third, clock).octets());
    assert!(bench.ended().answer.is_ok());
}

#[test]
fn a_correction_costs_no_retry() {
    let mut bench = Bench::new(usm(AUTH));
    let mut agent = agent_with(authority(AUTH), 1);
    bench.submit(at(0), 1, get_request());
    bench.exchange(at(0), &mut agent);
    let question = read(&bench.next());
    bench.receive(at(1), &Forged::authentic_report(&question, NOT_IN_TIME_WINDOW, (9, 9)).octets());
    let mut transmissions = bench.sent.len();
    while bench.events.is_empty() {
        bench.time_out();
        transmissions = bench.sent.len();
    }
    assert_eq!(transmissions, 6, "one for the correction, and five retries");
    let error = bench.ended().answer.unwrap_err();
    assert!(matches!(error, RequestError::NoAnswer { tries: 7, .. }), "{error}");
}

#[test]
fn time_is_taken_from_authentic_messages_alone() {
    // At the level of the request, with the right msgID and engine, but without the key.
    for forge in [
        (|question| Forged { level: SecurityLevel::NoAuthNoPriv, ..Forged::answer(question, (99, 99)) })
            as fn(&super::forge::Question) -> Forged,
        |question| Forged {
            auth: Some(super::stage::auth_key(b"another engine")),
            ..Forged::answer(question, (99, 99))
        },
        |question| Forged { clock: (99, 99), ..Forged::report(question, NOT_IN_TIME_WINDOW) },
    ] {
        let mut bench = synchronised(AUTH);
        let before = bench.engine.known_engine();
        let question = read(&bench.next());
        bench.receive(at(3), &forge(&question).octets());
        assert_eq!(bench.engine.known_engine(), before);
        bench.submit(at(4), 3, get_request());
        assert_eq!(bench.sent.iter().map(|(_, octets)| read(octets).clock).max(), Some(CLOCK));
    }
}

#[test]
fn an_answer_of_fewer_boots_is_none_and_its_failure_says_so() {
    for kind in
        [Forged::answer, |question: &_, clock| Forged::authentic_report(question, NOT_IN_TIME_WINDOW, clock)]
    {
        let mut bench = synchronised(AUTH);
        let known = bench.engine.known_engine();
        let mut now = at(10);
        while bench.events.is_empty() {
            while !bench.sent.is_empty() {
                let question = read(&bench.next());
                bench.receive(
                    now + Duration::from_millis(1),
                    &kind(&question, (CLOCK.0 - 1, 50_000)).octets(),
                );
            }
            now = bench.time_out();
        }
        let error = bench.ended().answer.unwrap_err();
        let RequestError::NoAnswer { heard, tries: 6, .. } = error else { panic!("{error}") };
        assert_eq!(
            heard.fault,
            Some(Box::new(AnswerFault::BootsBackwards { known: CLOCK.0, found: CLOCK.0 - 1 }))
        );
        assert_eq!(bench.engine.known_engine(), known);
    }
}

#[test]
fn an_answer_may_be_150_seconds_old_and_no_older() {
    for (late, is_answer) in [(150, true), (151, false)] {
        let mut bench = synchronised(AUTH);
        let question = read(&bench.next());
        bench.receive(at(late * 1_000), &Forged::answer(&question, CLOCK).octets());
        assert_eq!(!bench.events.is_empty(), is_answer, "{late} s");
    }
}

#[test]
fn a_session_that_slept_goes_on_with_the_agents_time() {
    let mut bench = synchronised(AUTH);
    bench.engine.cancel(snmpkit::engine::RequestHandle(2));
    bench.sent.clear();
    let hours = 3_600 * 24 * 30;
    bench.submit(at(hours * 1_000), 3, get_request());
    let expected = CLOCK.1 + u32::try_from(hours).unwrap();
    assert_eq!(read(&bench.next()).clock, (CLOCK.0, expected));
}

#[test]
fn an_agent_whose_boots_are_used_up_is_never_believed() {
    let mut bench = synchronised(AUTH);
    let question = read(&bench.next());
    bench.receive(at(1), &Forged::answer(&question, (i32::MAX as u32, 5)).octets());
    assert!(bench.events.is_empty());

    let mut spent = device(AUTH, 1);
    spent.agent_mut().usm_mut().unwrap().set_clock(Instant::ZERO, u32::MAX, 5);
    let seen = World::new(spent).settings(settings(usm(AUTH))).observe(get());
    let Err(GetError::Request(RequestError::NoAnswer { heard, .. })) = seen.result else {
        panic!("{:?}", seen.result)
    };
    assert_eq!(heard.fault, Some(Box::new(AnswerFault::BootsExhausted)));
}

#[test]
fn a_window_of_the_agent_has_two_sides() {
    // The agent's own check, seen through an engine that was told wrong.
    for (offset, transmissions) in [(-150_i64, 1), (150, 1), (-151, 2), (151, 2)] {
        let mut timed = usm(AUTH);
        timed.engine = snmpkit::engine::EngineSource::Given(super::stage::engine_id(super::stage::ENGINE));
        let time = u32::try_from(i64::from(CLOCK.1) + offset).unwrap();
        timed.clock = Some(snmpkit::engine::EngineClock { boots: CLOCK.0, time, at: Instant::ZERO });
        let seen = World::new(device(AUTH, 1)).settings(settings(timed)).observe(get());
        assert_eq!((seen.counters.transmissions, seen.result), (transmissions, Ok(())), "{offset}");
    }
}

#[test]
fn a_request_is_sent_with_the_clock_of_its_own_moment() {
    let mut bench = Bench::new(usm(AUTH));
    let mut agent = agent_with(authority(AUTH), 1);
    let request = Request { kind: RequestKind::Get, bindings: vec![VarBind::ask(oid("1.3.6.1.2.1.1.5.0"))] };
    bench.submit(at(0), 1, request);
    bench.exchange(at(0), &mut agent);
    bench.time_out();
    bench.time_out();
    let times: Vec<_> = bench.sent.iter().map(|(_, octets)| read(octets).clock.1 - CLOCK.1).collect();
    assert_eq!(times, [0, 1, 2]);
}
