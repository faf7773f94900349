use super::*;
use crate::{
    codec::{ErrorStatus, Message, Version},
    engine::{Heard, RequestKind},
    oid::Oid,
    value::{Octets, Value, VarBind},
};

const HANDLE: RequestHandle = RequestHandle(7);

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn request() -> Request {
    Request { kind: RequestKind::Get, bindings: vec![VarBind::ask(oid("1.3.6.1.2.1.1.1.0"))] }
}

fn engine() -> Engine {
    Engine::new(EngineSettings::default(), [1; 32])
}

fn at(millis: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(millis)
}

/// What the engine sends at `now`, read back.
fn sent(engine: &mut Engine, now: Instant) -> Vec<Pdu> {
    let mut datagram = Vec::new();
    let mut pdus = Vec::new();
    while engine.poll_transmit(now, &mut datagram).is_some() {
        let (message, _) = codec::decode(&datagram, Lenient::none()).unwrap();
        let AnyPdu::Pdu(pdu) = message.pdu else { panic!("a trap") };
        pdus.push(pdu);
    }
    pdus
}

fn response_as(version: Version, kind: PduKind, request_id: i32) -> Vec<u8> {
    let bindings = [VarBind::new(oid("1.3.6.1.2.1.1.1.0"), Value::OctetString(Octets::from("x")))];
    let mut octets = Vec::new();
    let pdu = PduRef { kind, request_id, bindings: &bindings };
    codec::encode(version, b"public", pdu, limits::MESSAGE_OCTETS, &mut octets).unwrap();
    octets
}

fn response(request_id: i32) -> Vec<u8> {
    let kind = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
    response_as(Version::V2c, kind, request_id)
}

#[test]
fn an_answer_ends_its_request_with_its_elapsed_time() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    let id = sent(&mut engine, at(0))[0].request_id;
    engine.handle_datagram(at(3), &response(id));
    let event = engine.poll_event().unwrap();
    assert_eq!(event.handle, HANDLE);
    let answer = event.answer.unwrap();
    assert_eq!((answer.transmissions, answer.elapsed), (1, Duration::from_millis(3)));
    assert_eq!(engine.poll_event(), None);
    assert_eq!(engine.poll_timeout(), None);
    assert_eq!(engine.outstanding(), 0);
}

#[test]
fn every_transmission_has_its_own_request_id_and_an_answer_to_any_of_them_counts() {
    for answered in 0..6 {
        let mut engine = engine();
        engine.submit(HANDLE, request()).unwrap();
        let mut ids = vec![sent(&mut engine, at(0))[0].request_id];
        for n in 1..6 {
            engine.handle_timeout(at(n * 1_000));
            ids.push(sent(&mut engine, at(n * 1_000))[0].request_id);
        }
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 6, "{ids:?}");
        engine.handle_datagram(at(5_500), &response(ids[answered]));
        assert_eq!(engine.poll_event().unwrap().answer.unwrap().transmissions, 6);
        // The answers to the others come too late and change nothing.
        for id in ids {
            engine.handle_datagram(at(5_600), &response(id));
        }
        assert_eq!(engine.poll_event(), None);
    }
}

#[test]
fn silence_ends_a_request_after_six_transmissions_and_six_seconds() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    let mut transmissions = sent(&mut engine, at(0)).len();
    while let Some(due) = engine.poll_timeout() {
        engine.handle_timeout(due);
        transmissions += sent(&mut engine, due).len();
    }
    assert_eq!(transmissions, 6);
    let silence =
        RequestError::NoAnswer { tries: 6, elapsed: Duration::from_secs(6), heard: Heard::default() };
    assert_eq!(engine.poll_event().unwrap().answer, Err(silence));
}

#[test]
fn without_retries_exactly_one_datagram_is_sent() {
    let retry = RetrySchedule { retries: 0, ..RetrySchedule::default() };
    let mut engine = Engine::new(EngineSettings { retry, ..EngineSettings::default() }, [1; 32]);
    engine.submit(HANDLE, request()).unwrap();
    assert_eq!(sent(&mut engine, at(0)).len(), 1);
    engine.handle_timeout(at(999));
    assert_eq!(engine.poll_event(), None);
    engine.handle_timeout(at(1_000));
    assert!(sent(&mut engine, at(1_000)).is_empty());
    assert!(matches!(engine.poll_event().unwrap().answer, Err(RequestError::NoAnswer { tries: 1, .. })));
}

#[test]
fn a_refusal_ends_a_request_at_its_next_time_out_and_not_before() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    let id = sent(&mut engine, at(0))[0].request_id;
    engine.handle_rejection(&Rejection::Refused);
    assert_eq!(engine.poll_event(), None, "an ICMP message alone fails nothing");
    engine.handle_timeout(at(1_000));
    assert_eq!(
        engine.poll_event().unwrap().answer,
        Err(RequestError::Refused { tries: 1, elapsed: Duration::from_secs(1) })
    );
    // Without a way to the host it is the same.
    let no_way = Rejection::Unreachable { errno: 113, by: Some("192.0.2.1".into()) };
    engine.submit(HANDLE, request()).unwrap();
    sent(&mut engine, at(1_000));
    engine.handle_rejection(&no_way);
    engine.handle_timeout(at(2_000));
    let error = engine.poll_event().unwrap().answer.unwrap_err();
    assert_eq!(error.to_string(), "unreachable: No route to host, says 192.0.2.1 (1 try in 1 s)");
    // An answer in time counts.
    engine.submit(RequestHandle(8), request()).unwrap();
    let second = sent(&mut engine, at(2_000))[0].request_id;
    assert_ne!(id, second);
    engine.handle_rejection(&Rejection::Refused);
    engine.handle_datagram(at(2_001), &response(second));
    assert!(engine.poll_event().unwrap().answer.is_ok());
}

#[test]
fn what_proves_nothing_fails_nothing_but_is_told() {
    type Expected = fn(&RequestError) -> bool;
    let wrong_version = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
    let cases: [(&str, Vec<u8>, Expected); 4] = [
        ("no BER at all", vec![0xff; 9], |error| matches!(error, RequestError::Malformed { .. })),
        ("a foreign id", response(0), |error| {
            matches!(error, RequestError::NoAnswer { heard: Heard { unmatched: 1, .. }, .. })
        }),
        ("another version", response_as(Version::V1, wrong_version, 0), |error| {
            matches!(
                error,
                RequestError::NoAnswer { heard: Heard { other_version: Some(Version::V1), .. }, .. }
            )
        }),
        ("SNMPv3", vec![0x30, 0x03, 0x02, 0x01, 0x03], |error| {
            matches!(
                error,
                RequestError::NoAnswer { heard: Heard { other_version: Some(Version::V3), .. }, .. }
            )
        }),
    ];
    for (name, octets, expected) in cases {
        let retry = RetrySchedule { retries: 0, ..RetrySchedule::default() };
        let mut engine = Engine::new(EngineSettings { retry, ..EngineSettings::default() }, [1; 32]);
        engine.submit(HANDLE, request()).unwrap();
        let id = sent(&mut engine, at(0))[0].request_id;
        engine.handle_datagram(at(1), &octets);
        assert_eq!(engine.poll_event(), None, "{name}");
        engine.handle_timeout(at(1_000));
        let error = engine.poll_event().unwrap().answer.unwrap_err();
        assert!(expected(&error), "{name}: {error:?}");
        // The true answer still counts after it.
        let mut engine = Engine::new(EngineSettings::default(), [1; 32]);
        engine.submit(HANDLE, request()).unwrap();
        assert_eq!(sent(&mut engine, at(0))[0].request_id, id, "same seed, same id");
        engine.handle_datagram(at(1), &octets);
        engine.handle_datagram(at(2), &response(id));
        assert!(engine.poll_event().unwrap().answer.is_ok(), "{name}");
    }
}

#[test]
fn a_reflected_request_is_named_at_the_time_out() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    let mut datagram = Vec::new();
    engine.poll_transmit(at(0), &mut datagram).unwrap();
    engine.handle_datagram(at(1), &datagram);
    assert_eq!(engine.poll_event(), None);
    engine.handle_timeout(at(1_000));
    let error = RequestError::UnexpectedPdu { found: PduKind::Get };
    assert_eq!(engine.poll_event().unwrap().answer, Err(error));
}

#[test]
fn what_an_earlier_request_heard_is_not_told_to_a_later_one() {
    let retry = RetrySchedule { retries: 0, ..RetrySchedule::default() };
    let mut engine = Engine::new(EngineSettings { retry, ..EngineSettings::default() }, [1; 32]);
    engine.submit(HANDLE, request()).unwrap();
    sent(&mut engine, at(0));
    engine.submit(RequestHandle(8), request()).unwrap();
    engine.hear_stray(at(1), "192.0.2.9".into());
    sent(&mut engine, at(500));
    engine.handle_timeout(at(1_000));
    let Err(RequestError::NoAnswer { heard, .. }) = engine.poll_event().unwrap().answer else { panic!() };
    assert_eq!(heard.stray.as_deref(), Some("192.0.2.9"));
    engine.handle_timeout(at(1_500));
    let Err(RequestError::NoAnswer { heard, .. }) = engine.poll_event().unwrap().answer else { panic!() };
    assert!(heard.is_silence(), "{heard:?}");
}

#[test]
fn many_requests_are_outstanding_and_answers_find_theirs_in_any_order() {
    let mut engine = engine();
    for n in 0..500 {
        engine.submit(RequestHandle(n), request()).unwrap();
    }
    assert_eq!(engine.submit(RequestHandle(3), request()), Err(SubmitError::HandleInUse));
    let ids: Vec<_> = sent(&mut engine, at(0)).iter().map(|pdu| pdu.request_id).collect();
    for (n, id) in ids.iter().enumerate().rev() {
        engine.handle_datagram(at(1), &response(*id));
        let event = engine.poll_event().unwrap();
        assert_eq!(event.handle, RequestHandle(n as u64));
        assert!(event.answer.is_ok());
    }
    assert_eq!(engine.outstanding(), 0);
    assert_eq!(engine.counters().responses, 500);
}

#[test]
fn a_cancelled_request_sends_nothing_and_reports_nothing() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    let id = sent(&mut engine, at(0))[0].request_id;
    engine.cancel(HANDLE);
    engine.handle_datagram(at(1), &response(id));
    engine.handle_timeout(at(10_000));
    assert!(sent(&mut engine, at(10_000)).is_empty());
    assert_eq!(engine.poll_event(), None);
    assert_eq!(engine.poll_timeout(), None);
    // Its handle can be used again.
    engine.submit(HANDLE, request()).unwrap();
    assert_eq!(sent(&mut engine, at(10_001)).len(), 1);
}

#[test]
fn request_ids_stay_in_their_range_even_when_it_is_nearly_used_up() {
    let settings = EngineSettings { request_ids: 40..=42, ..EngineSettings::default() };
    let mut engine = Engine::new(settings, [1; 32]);
    for n in 0..4 {
        engine.submit(RequestHandle(n), request()).unwrap();
    }
    let mut ids: Vec<_> = sent(&mut engine, at(0)).iter().map(|pdu| pdu.request_id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [40, 41, 42]);
    let event = engine.poll_event().unwrap();
    assert_eq!(event.answer, Err(RequestError::NoRequestId { range: 3 }));
    // A retransmission finds no fresh one and carries its own again.
    engine.handle_timeout(at(1_000));
    let again: Vec<_> = sent(&mut engine, at(1_000)).iter().map(|pdu| pdu.request_id).collect();
    assert_eq!(again.len(), 3);
    assert!(again.iter().all(|id| (40..=42).contains(id)));
    engine.handle_datagram(at(1_001), &response(41));
    assert!(engine.poll_event().unwrap().answer.is_ok());

    #[expect(clippy::reversed_empty_ranges, reason = "the setting a careless program might make")]
    let none = EngineSettings { request_ids: 5..=4, ..EngineSettings::default() };
    let mut engine = Engine::new(none, [1; 32]);
    engine.submit(HANDLE, request()).unwrap();
    assert!(sent(&mut engine, at(0)).is_empty());
    assert_eq!(engine.poll_event().unwrap().answer, Err(RequestError::NoRequestId { range: 0 }));
}

#[test]
fn a_request_that_cannot_be_written_fails_at_once_and_alone() {
    let mut engine = engine();
    let huge = Value::OctetString(Octets::from(vec![0; limits::MESSAGE_OCTETS]));
    let bindings = vec![VarBind::new(oid("1.3.6.1.2.1.1.4.0"), huge)];
    engine.submit(HANDLE, Request { kind: RequestKind::Set, bindings }).unwrap();
    engine.submit(RequestHandle(8), request()).unwrap();
    assert_eq!(sent(&mut engine, at(0)).len(), 1);
    let event = engine.poll_event().unwrap();
    assert_eq!(event.handle, HANDLE);
    assert!(matches!(event.answer, Err(RequestError::Encode(EncodeError::TooLong { .. }))));
    assert_eq!(engine.outstanding(), 1);
}

#[test]
fn reads_carry_one_community_and_sets_the_other() {
    let mut engine = engine();
    let kinds = [
        (RequestKind::Get, "public"),
        (RequestKind::GetNext, "public"),
        (RequestKind::GetBulk { non_repeaters: 0, max_repetitions: 5 }, "public"),
        (RequestKind::Inform, "public"),
        (RequestKind::Set, "private"),
    ];
    for (n, (kind, community)) in kinds.into_iter().enumerate() {
        engine.submit(RequestHandle(n as u64), Request { kind, bindings: Vec::new() }).unwrap();
        let mut datagram = Vec::new();
        engine.poll_transmit(at(0), &mut datagram).unwrap();
        let (Message { community: carried, .. }, _) = codec::decode(&datagram, Lenient::none()).unwrap();
        assert_eq!(&carried[..], community.as_bytes(), "{kind:?}");
    }
}

#[test]
fn an_answer_that_is_longer_than_is_taken_ends_its_request_at_once_and_no_other() {
    let settings = EngineSettings { max_answer_octets: 600, ..EngineSettings::default() };
    let mut engine = Engine::new(settings, [1; 32]);
    engine.submit(HANDLE, request()).unwrap();
    engine.submit(RequestHandle(8), request()).unwrap();
    let ids: Vec<i32> = sent(&mut engine, at(0)).iter().map(|pdu| pdu.request_id).collect();
    let of_length = |version, kind, request_id, octets: usize| {
        let of_value = |length| {
            let value = Value::OctetString(Octets::from(vec![b'x'; length]));
            let bindings = [VarBind::new(oid("1.3.6.1.2.1.1.1.0"), value)];
            let mut datagram = Vec::new();
            let pdu = PduRef { kind, request_id, bindings: &bindings };
            codec::encode(version, b"public", pdu, limits::MESSAGE_OCTETS, &mut datagram).unwrap();
            datagram
        };
        (0..octets).rev().map(of_value).find(|datagram| datagram.len() <= octets).unwrap()
    };
    let answer = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
    for other in [
        of_length(Version::V2c, answer, 0, 601),
        of_length(Version::V1, answer, ids[0], 601),
        of_length(Version::V2c, PduKind::Get, ids[0], 601),
        vec![0x30; 601],
    ] {
        engine.handle_datagram(at(1), &other);
        assert_eq!(engine.poll_event(), None);
    }
    engine.handle_datagram(at(2), &of_length(Version::V2c, answer, ids[1], 600));
    assert!(engine.poll_event().unwrap().answer.is_ok());
    let long = of_length(Version::V2c, answer, ids[0], 601);
    engine.handle_datagram(at(3), &long);
    let Event { handle, answer } = engine.poll_event().unwrap();
    let error = codec::decode(&long[..600], Lenient::default()).unwrap_err();
    let elapsed = Duration::from_millis(3);
    assert_eq!(handle, HANDLE);
    assert_eq!(answer, Err(RequestError::TooLong { octets: 601, error, tries: 1, elapsed }));
    assert_eq!(engine.outstanding(), 0);
}

#[test]
fn each_thing_heard_is_told_to_those_whom_it_can_concern() {
    // One request after the other, never none: what the first heard stays out of what the last is told.
    let retry = RetrySchedule { retries: 0, ..RetrySchedule::default() };
    let mut engine = Engine::new(EngineSettings { retry, ..EngineSettings::default() }, [1; 32]);
    engine.submit(HANDLE, request()).unwrap();
    sent(&mut engine, at(0));
    engine.handle_datagram(at(1), &[0xff; 9]);
    engine.handle_datagram(at(1), &response(0));
    engine.submit(RequestHandle(8), request()).unwrap();
    sent(&mut engine, at(500));
    engine.hear_stray(at(501), "192.0.2.9".into());
    engine.handle_timeout(at(1_000));
    let answer = engine.poll_event().unwrap().answer;
    assert!(matches!(answer, Err(RequestError::Malformed { .. })), "{answer:?}");
    engine.handle_timeout(at(1_500));
    let heard = Heard { stray: Some("192.0.2.9".into()), ..Heard::default() };
    let silence = RequestError::NoAnswer { tries: 1, elapsed: Duration::from_secs(1), heard };
    assert_eq!(engine.poll_event().unwrap().answer, Err(silence));
}

#[test]
fn a_late_second_answer_to_an_earlier_request_is_no_mystery_to_the_next_one() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    let mut ids = vec![sent(&mut engine, at(0))[0].request_id];
    engine.handle_timeout(at(1_000));
    ids.push(sent(&mut engine, at(1_000))[0].request_id);
    engine.handle_datagram(at(1_100), &response(ids[0]));
    assert!(engine.poll_event().unwrap().answer.is_ok());
    engine.submit(RequestHandle(8), request()).unwrap();
    sent(&mut engine, at(1_200));
    engine.handle_datagram(at(1_300), &response(ids[1]));
    while let Some(due) = engine.poll_timeout() {
        engine.handle_timeout(due);
        sent(&mut engine, due);
    }
    let Err(RequestError::NoAnswer { heard, .. }) = engine.poll_event().unwrap().answer else { panic!() };
    assert!(heard.is_silence(), "{heard:?}");
}

#[test]
fn a_request_id_is_not_used_again_at_once_even_in_a_small_range() {
    let mut engine = Engine::new(EngineSettings { request_ids: 1..=4, ..EngineSettings::default() }, [1; 32]);
    let mut ids = Vec::new();
    for n in 0..40 {
        engine.submit(RequestHandle(n), request()).unwrap();
        let id = sent(&mut engine, at(n))[0].request_id;
        engine.handle_datagram(at(n), &response(id));
        assert!(engine.poll_event().unwrap().answer.is_ok());
        ids.push(id);
    }
    for window in ids.windows(4) {
        for (n, id) in window.iter().enumerate() {
            assert!(!window[n + 1..].contains(id), "{ids:?}");
        }
    }
}

#[test]
fn a_handle_that_is_used_again_inherits_nothing() {
    let mut engine = engine();
    engine.submit(HANDLE, request()).unwrap();
    engine.cancel(HANDLE);
    engine.submit(HANDLE, request()).unwrap();
    assert_eq!(sent(&mut engine, at(0)).len(), 1, "the request that was cancelled is not sent");
    engine.cancel(HANDLE);
    engine.submit(HANDLE, request()).unwrap();
    assert_eq!(sent(&mut engine, at(900)).len(), 1);
    assert_eq!(engine.poll_timeout(), Some(at(1_900)), "the first one's time-out is void");
    engine.handle_timeout(at(1_000));
    assert!(sent(&mut engine, at(1_000)).is_empty());
}

#[test]
fn many_requests_beside_one_that_waits_leave_no_timers_behind() {
    let retry = RetrySchedule { timeout: Duration::from_secs(3_600), ..RetrySchedule::default() };
    let mut engine = Engine::new(EngineSettings { retry, ..EngineSettings::default() }, [1; 32]);
    engine.submit(RequestHandle(u64::MAX), request()).unwrap();
    sent(&mut engine, at(0));
    let mut datagram = Vec::new();
    for n in 0..100_000 {
        engine.submit(RequestHandle(n), request()).unwrap();
        engine.poll_transmit(at(n), &mut datagram).unwrap();
        engine.cancel(RequestHandle(n));
        engine.poll_timeout();
        assert!(engine.timers.len() <= 300, "{} timers after {n} requests", engine.timers.len());
        assert!(engine.released.len() <= REMEMBERED_IDS && engine.to_send.len() <= 1);
    }
    assert_eq!(engine.poll_timeout(), Some(at(3_600_000)));
}

#[test]
fn a_request_that_was_sent_once_does_not_fail_for_a_longer_request_id() {
    // 40 octets hold this request with an id of one octet, not with one of two.
    let short =
        EngineSettings { max_message_octets: 40, request_ids: 100..=199, ..EngineSettings::default() };
    let mut sent_again = 0;
    for seed in 0..64 {
        let mut engine = Engine::new(short.clone(), [seed; 32]);
        engine.submit(HANDLE, request()).unwrap();
        if sent(&mut engine, at(0)).is_empty() {
            continue;
        }
        for n in 1..6 {
            engine.handle_timeout(at(n * 1_000));
            assert_eq!(sent(&mut engine, at(n * 1_000)).len(), 1, "seed {seed}");
            sent_again += 1;
        }
    }
    assert!(sent_again > 20, "{sent_again}");
}
