//! How often a SET is made.

use snmpkit::{
    agent::Device,
    clock::{Duration, Instant},
    codec::ErrorStatus,
    engine::{EngineClock, KnownEngine},
    operation::{Set, SetError},
    sim::{Peer, Reply, World},
    value::{Octets, Value, VarBind},
};

use super::{
    forge::{Forged, NOT_IN_TIME_WINDOW, UNKNOWN_ENGINE, read},
    stage::{CLOCK, ENGINE, LEVELS, at, device, engine_id, settings, usm},
};
use crate::device::oid;

/// Takes this long for everything but the question for its engine.
struct Slow<'a>(&'a mut Device, Duration);

impl Peer for Slow<'_> {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        let sets = self.0.agent().statistics().at(14);
        let replies = Peer::handle(self.0, now, datagram);
        let is_set = self.0.agent().statistics().at(14) > sets;
        let later = |reply| match reply {
            Reply::After(delay, octets) if is_set => Reply::After(delay + self.1, octets),
            other => other,
        };
        replies.into_iter().map(later).collect()
    }
}

fn binding() -> VarBind {
    VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString(Octets::from("renamed")))
}

#[test]
fn a_slow_agent_is_set_as_often_as_it_was_asked_before_its_first_answer_and_success_is_reported() {
    // Time-outs of 1 s: an answer after n and a half of them meets n + 1 transmissions.
    for level in LEVELS {
        for (half_seconds, transmissions) in [(1, 1), (3, 2), (5, 3), (11, 6)] {
            for hinted in [false, true] {
                let mut agent = device(level, 1);
                let mut user = usm(level);
                if hinted {
                    let id = engine_id(ENGINE);
                    user = user.with_hint(KnownEngine { id, clock: None });
                }
                let slow = Slow(&mut agent, Duration::from_millis(500 * half_seconds));
                let seen = World::new(slow).settings(settings(user)).observe(Set::new(vec![binding()]));
                let about = format!("{level:?}, {half_seconds} half seconds, hinted: {hinted}");
                assert_eq!((seen.result, seen.items), (Ok(()), vec![binding()]), "{about}");
                assert_eq!(agent.agent().statistics().at(14), transmissions, "{about}");
                assert_eq!(seen.counters.responses, 1, "{about}");
            }
        }
    }
}

#[test]
fn an_agent_slower_than_all_tries_was_set_each_time_and_nobody_claims_otherwise() {
    let level = LEVELS[2];
    let mut agent = device(level, 1);
    let slow = Slow(&mut agent, Duration::from_secs(60));
    let seen = World::new(slow).settings(settings(usm(level))).observe(Set::new(vec![binding()]));
    assert!(seen.result.unwrap_err().may_have_been_made());
    assert_eq!(agent.agent().statistics().at(14), 6);
}

#[test]
fn a_set_that_was_never_sent_was_not_made() {
    let mute = |_: Instant, _: &[u8]| Vec::new();
    let seen = World::new(mute).settings(settings(usm(LEVELS[1]))).observe(Set::new(vec![binding()]));
    let error = seen.result.unwrap_err();
    assert!(!error.may_have_been_made());
    assert_eq!(error.to_string(), "no answer to the question for the engine ID after 6 tries in 6 s");
}

#[test]
fn a_set_whose_question_for_the_engine_failed_in_whatever_way_was_not_made() {
    type Failing = fn(usize) -> Vec<Reply>;
    let garbage: Failing = |_| vec![Reply::After(Duration::from_millis(1), vec![0x30, 0x82])];
    // Refused at its second try, and only then.
    let refusal: Failing = |nth| if nth == 0 { Vec::new() } else { vec![Reply::Refusal] };
    for (failing, expected) in [(garbage, "malformed answer"), (refusal, "refused")] {
        let mut nth = 0;
        let failing = move |_: Instant, _: &[u8]| {
            nth += 1;
            failing(nth - 1)
        };
        let seen = World::new(failing).settings(settings(usm(LEVELS[2]))).observe(Set::new(vec![binding()]));
        let error = seen.result.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!error.may_have_been_made(), "{error}");
    }
}

/// What a SET of what cannot be set comes to, by the agent's word, with this hint.
fn refused_with(hint: KnownEngine) -> SetError {
    let user = usm(LEVELS[1]).with_hint(hint);
    let read_only = VarBind::new(oid("1.3.6.1.2.1.1.99.0"), Value::Integer32(1));
    let seen = World::new(device(LEVELS[1], 1)).settings(settings(user)).observe(Set::new(vec![read_only]));
    seen.result.unwrap_err()
}

#[test]
fn a_set_that_is_refused_after_a_correction_was_not_made() {
    // The first transmission had a wrong clock, or went to another engine: the agent cannot have processed it.
    let stale = Some(EngineClock { boots: CLOCK.0 - 1, time: 5, at: Instant::ZERO });
    for (id, clock) in [(ENGINE, stale), (b"\x80\x00\x00\x01\x02other", None)] {
        let error = refused_with(KnownEngine { id: engine_id(id), clock });
        let SetError::Agent(agent) = &error else { panic!("{error}") };
        assert!(agent.status != ErrorStatus::NO_ERROR && agent.transmissions == 1, "{error}");
        assert!(!error.may_have_been_made(), "{error}");
    }
}

#[test]
fn a_report_that_anybody_may_have_sent_does_not_say_that_a_transmission_was_not_processed() {
    for counter in [NOT_IN_TIME_WINDOW, UNKNOWN_ENGINE] {
        let mut bench = super::clocks::synchronised(LEVELS[1]);
        let question = read(&bench.next());
        bench.receive(at(1), &Forged::report(&question, counter).octets());
        let again = read(&bench.next());
        bench.receive(at(2), &Forged::answer(&again, CLOCK).octets());
        assert_eq!(bench.ended().answer.unwrap().transmissions, 2);
    }
    let mut bench = super::clocks::synchronised(LEVELS[1]);
    bench.time_out();
    let [first, second] = [bench.next(), bench.next()].map(|octets| read(&octets));
    let clock = (CLOCK.0 + 1, 0);
    bench.receive(at(1_001), &Forged::authentic_report(&second, NOT_IN_TIME_WINDOW, clock).octets());
    bench.receive(at(1_002), &Forged::authentic_report(&second, NOT_IN_TIME_WINDOW, clock).octets());
    let third = read(&bench.next());
    bench.receive(at(1_003), &Forged::answer(&third, clock).octets());
    assert_eq!(
        bench.ended().answer.unwrap().transmissions,
        2,
        "of the first one nothing was heard: {first:?}"
    );
}
