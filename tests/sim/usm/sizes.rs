//! How long messages may be: what we say that we take, what we take, and what an agent says that it takes.

use snmpkit::{
    codec::{DecodeErrorKind, EncodeError, Lenient, v3},
    engine::{EngineSettings, Request, RequestError, RequestKind},
    limits,
    value::{Octets, Value, VarBind},
};

use super::{
    forge::{Forged, UNKNOWN_ENGINE, read},
    stage::{Bench, CLOCK, ENGINE, LEVELS, agent_with, at, auth_key, authority, get_request, settings, usm},
};
use crate::device::oid;

fn set_of(octets: usize) -> Request {
    let value = Value::OctetString(Octets::from(vec![b'x'; octets]));
    Request { kind: RequestKind::Set, bindings: vec![VarBind::new(oid("1.3.6.1.2.1.1.5.0"), value)] }
}

#[test]
fn each_message_says_what_we_take_however_little_we_send() {
    for level in LEVELS {
        let limited =
            EngineSettings { max_message_octets: limits::MESSAGE_OCTETS_MIN, ..settings(usm(level)) };
        let mut bench = Bench::with(limited);
        bench.submit(at(0), 1, get_request());
        bench.exchange(at(0), &mut agent_with(authority(level), 1));
        bench.time_out();
        assert_eq!(bench.sent.len(), 2);
        for (_, octets) in &bench.sent {
            let (message, _) = v3::decode(octets, Lenient::none()).unwrap();
            assert_eq!(message.header.max_size_octets as usize, limits::MESSAGE_OCTETS);
        }
    }
}

/// The message with one octet more in its last value, and in the lengths of all that is around it.
fn longer(message: &[u8]) -> Vec<u8> {
    let mut octets = message.to_vec();
    let (mut at, mut end) = (0, octets.len());
    loop {
        // All of them are long enough for two octets of length.
        assert_eq!(octets[at + 1], 0x82);
        let length = u16::from_be_bytes([octets[at + 2], octets[at + 3]]);
        assert_eq!(at + 4 + usize::from(length), end, "the last of its parent");
        octets[at + 2..at + 4].copy_from_slice(&(length + 1).to_be_bytes());
        if octets[at] & 0x20 == 0 {
            octets.push(b'x');
            return octets;
        }
        let mut child = at + 4;
        loop {
            let (header, length) = match octets[child + 1] {
                0x82 => (4, usize::from(u16::from_be_bytes([octets[child + 2], octets[child + 3]]))),
                0x81 => (3, usize::from(octets[child + 2])),
                short => (2, usize::from(short)),
            };
            if child + header + length == octets.len() {
                break;
            }
            child += header + length;
        }
        (at, end) = (child, octets.len());
    }
}

#[test]
fn an_answer_may_be_as_long_as_what_we_said_and_no_longer() {
    for level in &LEVELS[..2] {
        let mut agent = agent_with(authority(*level), 1);
        let mut bench = Bench::new(usm(*level));
        bench.submit(at(0), 1, get_request());
        bench.exchange(at(0), &mut agent);
        let question = read(&bench.next());
        let mut answer = Forged::answer(&question, CLOCK);
        let mut with = |octets: usize| {
            answer.pdu.bindings[0].value = Value::OctetString(Octets::from(vec![b'x'; octets]));
            answer.octets()
        };
        let around = with(60_000).len() - 60_000;
        let longest = with(limits::MESSAGE_OCTETS - around);
        assert_eq!(longest.len(), limits::MESSAGE_OCTETS);
        let (message, _) = v3::decode(&longest, Lenient::none()).unwrap();
        let mut too_long = longer(&longest);
        if !message.auth_place.is_empty() {
            auth_key(ENGINE).sign(&mut too_long, message.auth_place).unwrap();
        }
        assert_eq!(too_long.len(), limits::MESSAGE_OCTETS + 1);

        bench.receive(at(1), &too_long);
        assert!(bench.events.is_empty(), "{level:?}");
        let mut other = Bench::new(usm(*level));
        other.submit(at(0), 1, get_request());
        other.receive(at(1), &too_long);
        while other.events.is_empty() {
            other.time_out();
        }
        let error = other.ended().answer.unwrap_err();
        let RequestError::NeverSent(error) = error else { panic!("{error}") };
        let RequestError::Malformed { error, .. } = *error else { panic!("{error}") };
        let octets = limits::MESSAGE_OCTETS + 1;
        assert_eq!(error.kind, DecodeErrorKind::MessageTooLong { octets, limit: limits::MESSAGE_OCTETS });

        bench.receive(at(2), &longest);
        assert!(bench.ended().answer.is_ok(), "{level:?}");
    }
}

#[test]
fn what_an_agent_says_that_it_takes_limits_nothing_that_it_is_sent() {
    // Agents say less than they take; what is too long for one is answered by silence, or by tooBig.
    for level in LEVELS {
        let mut bench = Bench::new(usm(level));
        bench.submit(at(0), 1, set_of(5_000));
        let mut report = Forged::report(&read(&bench.next()), UNKNOWN_ENGINE);
        report.max_size_octets = 484;
        bench.receive(at(0), &report.octets());
        let octets = bench.next();
        assert!(octets.len() > 5_000, "{level:?}: {}", octets.len());
        let mut answer = Forged::answer(&read(&octets), CLOCK);
        answer.max_size_octets = 484;
        bench.receive(at(1), &answer.octets());
        assert!(bench.ended().answer.is_ok());
        bench.submit(at(2), 2, set_of(5_000));
        assert!(bench.next().len() > 5_000, "{level:?}");
    }
}

#[test]
fn what_is_longer_than_we_may_send_fails_before_it_is_sent_and_by_its_length() {
    for level in LEVELS {
        for (limit, octets) in [(484, 500), (1_400, 1_400), (usize::MAX, limits::MESSAGE_OCTETS)] {
            let limited = EngineSettings { max_message_octets: limit, ..settings(usm(level)) };
            let mut bench = Bench::with(limited);
            bench.submit(at(0), 1, set_of(octets));
            bench.exchange(at(0), &mut agent_with(authority(level), 1));
            assert!(bench.sent.is_empty(), "{level:?} {limit}");
            let error = bench.ended().answer.unwrap_err();
            assert!(matches!(error, RequestError::Encode(EncodeError::TooLong { .. })), "{level:?}: {error}");
            // And the engine goes on.
            bench.submit(at(1), 2, get_request());
            assert_eq!(bench.sent.len(), 1);
        }
    }
}

#[test]
fn octets_after_an_answer_belong_to_nobody_and_leave_it_authentic() {
    for level in LEVELS {
        let mut agent = agent_with(authority(level), 1);
        let mut bench = Bench::new(usm(level));
        bench.submit(at(0), 1, get_request());
        bench.exchange(at(0), &mut agent);
        let answer = Forged::answer(&read(&bench.next()), CLOCK).octets();
        bench.receive(at(1), &[&answer[..], &[0, 0, 0]].concat());
        assert!(bench.ended().answer.is_ok(), "{level:?}");
    }
}
