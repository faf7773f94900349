//! Reports: which end a request, when, and which do not.

use snmpkit::{
    codec::v3::SecurityLevel,
    engine::{ReportProof, ReportReason, RequestError},
};

use super::{
    forge::{COUNTERS, Forged, NOT_IN_TIME_WINDOW, Question, WRONG_DIGEST, read},
    stage::{Bench, CLOCK, ENGINE, LEVELS, agent_with, at, authority, engine_id, get_request, usm},
};
use crate::device::oid;

const AUTH: SecurityLevel = SecurityLevel::AuthNoPriv;

fn reasons() -> Vec<ReportReason> {
    vec![
        ReportReason::UnsupportedLevel,
        ReportReason::NotInTimeWindow,
        ReportReason::UnknownUser,
        ReportReason::UnknownEngine,
        ReportReason::WrongDigest,
        ReportReason::Decryption,
        ReportReason::UnknownSecurityModel,
        ReportReason::InvalidMessage,
        ReportReason::UnknownPduHandler,
        ReportReason::UnavailableContext,
        ReportReason::UnknownContext,
        ReportReason::Other(Box::new(oid(COUNTERS[11]))),
    ]
}

/// An engine that has asked something of an agent that it knows.
fn asking(level: SecurityLevel) -> (Bench, Question) {
    let mut agent = agent_with(authority(level), 1);
    let mut bench = Bench::new(usm(level));
    bench.submit(at(0), 1, get_request());
    bench.exchange(at(0), &mut agent);
    bench.exchange(at(0), &mut agent);
    assert!(bench.ended().answer.is_ok());
    bench.submit(at(0), 2, get_request());
    let question = read(&bench.next());
    (bench, question)
}

fn reported(bench: &mut Bench) -> (ReportReason, ReportProof, u32, u32) {
    match bench.ended().answer.unwrap_err() {
        RequestError::Reported { report, tries, reported, .. } => {
            (report.reason, report.proof, tries, reported)
        }
        other => panic!("{other}"),
    }
}

#[test]
fn an_authentic_report_ends_its_request_at_once() {
    for level in &LEVELS[1..] {
        for (counter, reason) in COUNTERS.into_iter().zip(reasons()) {
            if counter == NOT_IN_TIME_WINDOW {
                continue;
            }
            let (mut bench, question) = asking(*level);
            let report = Forged::authentic_report(&question, counter, (CLOCK.0, CLOCK.1 + 1));
            bench.receive(at(1), &report.octets());
            assert_eq!(reported(&mut bench), (reason, ReportProof::Authentic, 1, 1));
        }
    }
}

#[test]
fn a_report_that_proves_nothing_ends_a_request_when_it_comes_for_a_retransmission_too() {
    for level in LEVELS {
        for (counter, reason) in COUNTERS.into_iter().zip(reasons()) {
            let (mut bench, first) = asking(level);
            let report = Forged::report(&first, counter).octets();
            bench.receive(at(1), &report);
            assert!(bench.events.is_empty(), "{level:?} {counter}");
            assert_eq!(bench.sent.len(), 1, "asked again at once, to see");
            bench.receive(at(2), &report);
            assert!(bench.events.is_empty() && bench.sent.len() == 1, "the same again is not another one");
            let second = read(&bench.next());
            bench.receive(at(3), &Forged::report(&second, counter).octets());
            assert_eq!(reported(&mut bench), (reason, ReportProof::Repeated, 2, 2));
        }
    }
}

#[test]
fn an_answer_beats_a_report_that_proves_nothing() {
    for level in LEVELS {
        for counter in COUNTERS {
            // To the transmission that it came for, and to the one that asked again.
            for which in 0..2 {
                let (mut bench, first) = asking(level);
                bench.receive(at(1), &Forged::report(&first, counter).octets());
                let second = read(&bench.next());
                let answered = [first, second][which].clone();
                bench.receive(at(2), &Forged::answer(&answered, CLOCK).octets());
                assert!(bench.ended().answer.is_ok(), "{level:?} {counter}");
            }
        }
    }
}

#[test]
fn reports_of_two_sorts_are_no_repetition_and_ask_again_but_once() {
    let (mut bench, first) = asking(AUTH);
    bench.receive(at(1), &Forged::report(&first, COUNTERS[2]).octets());
    let second = read(&bench.next());
    bench.receive(at(2), &Forged::report(&second, WRONG_DIGEST).octets());
    assert!(bench.events.is_empty() && bench.sent.is_empty());
    bench.time_out();
    let third = read(&bench.next());
    bench.receive(at(1_100), &Forged::report(&third, WRONG_DIGEST).octets());
    assert_eq!(reported(&mut bench), (ReportReason::WrongDigest, ReportProof::Repeated, 3, 3));
}

#[test]
fn a_report_that_came_once_is_told_when_the_request_is_given_up() {
    let (mut bench, first) = asking(AUTH);
    bench.receive(at(1), &Forged::report(&first, WRONG_DIGEST).octets());
    while bench.events.is_empty() {
        bench.time_out();
    }
    let error = bench.ended().answer.unwrap_err();
    let RequestError::NoAnswer { heard, tries: 7, .. } = error else { panic!("{error}") };
    let report = heard.report.unwrap();
    assert_eq!((report.reason, report.proof), (ReportReason::WrongDigest, ReportProof::None));
    assert_eq!(report.engine_id, Some(engine_id(ENGINE)));
}

#[test]
fn a_report_with_a_wrong_digest_is_not_even_one_that_proves_nothing() {
    let (mut bench, question) = asking(AUTH);
    for _ in 0..3 {
        let mut octets = Forged::authentic_report(&question, WRONG_DIGEST, CLOCK).octets();
        *octets.last_mut().unwrap() ^= 1;
        bench.receive(at(1), &octets);
    }
    assert!(bench.events.is_empty() && bench.sent.is_empty());
}

#[test]
fn a_report_from_another_engine_changes_nothing_once_the_agent_has_proven_itself() {
    for level in LEVELS {
        let (mut bench, question) = asking(level);
        let known = bench.engine.known_engine();
        let mut report = Forged::report(&question, super::forge::UNKNOWN_ENGINE);
        report.engine_id = b"\x80\x00\x00\x01\x02other".to_vec();
        bench.receive(at(1), &report.octets());
        assert_eq!(bench.engine.known_engine(), known);
        let again = read(&bench.next());
        assert_eq!(again.engine_id, ENGINE);
        report.message_id = again.message_id;
        bench.receive(at(2), &report.octets());
        assert_eq!(reported(&mut bench).0, ReportReason::UnknownEngine);
        assert_eq!(bench.engine.known_engine(), known);
    }
}

#[test]
fn a_report_without_bindings_or_about_no_counter_is_a_report() {
    let (mut bench, question) = asking(AUTH);
    let mut report = Forged::authentic_report(&question, WRONG_DIGEST, CLOCK);
    report.pdu.bindings.clear();
    bench.receive(at(1), &report.octets());
    assert_eq!(reported(&mut bench).0, ReportReason::Unnamed);
}

#[test]
fn an_agent_without_usm_is_told_on() {
    // It answers the question for its engine with another Report, and no engine ID.
    let mut bench = Bench::new(usm(AUTH));
    bench.submit(at(0), 1, get_request());
    for now in [1, 1_001] {
        let mut report = Forged::report(&read(&bench.next()), COUNTERS[6]);
        report.engine_id.clear();
        bench.receive(at(now), &report.octets());
        if now == 1 {
            assert!(bench.events.is_empty());
            bench.time_out();
        }
    }
    assert_eq!(reported(&mut bench), (ReportReason::UnknownSecurityModel, ReportProof::Repeated, 2, 2));
}
