//! The engine under any sequence of events, beside a model that knows what it must do.
//!
//! The octets of a script choose the settings and then one event after the other: requests of every kind under handles
//! that are used again, answers true, late, doubled, bent and invented, rejections, strays, cancellations, and time
//! that stands still, creeps or jumps. The property tests and the fuzz target run the same script.

use std::collections::{BTreeMap, HashMap, VecDeque};

use snmpkit::{
    clock::{Duration, Instant},
    codec::{self, AnyPdu, ErrorStatus, Lenient, Pdu, PduKind, PduRef, Version},
    engine::{
        Community, CommunityModel, Counters, Engine, EngineSettings, Event, Rejection, Request, RequestError,
        RequestHandle, RequestKind, RetrySchedule, Security, SubmitError,
    },
    limits,
    oid::Oid,
    secret::Secret,
    value::{Octets, Value, VarBind},
};

use super::script::Script;

/// A request that is under way.
#[derive(Default)]
struct Live {
    sent: u32,
    first_sent: Instant,
    last_sent: Instant,
    ids: Vec<i32>,
    rejected: bool,
    /// Whether a PDU with one of its ids came that was no response.
    misanswered: bool,
}

struct Model {
    settings: EngineSettings,
    engine: Engine,
    now: Instant,
    live: BTreeMap<RequestHandle, Live>,
    /// Which request uses a request-id.
    ids: HashMap<i32, RequestHandle>,
    counters: Counters,
    /// What was sent, latest last.
    sent: VecDeque<Vec<u8>>,
    /// What was received, latest last.
    received: VecDeque<Vec<u8>>,
    datagram: Vec<u8>,
}

const HANDLES: usize = 6;
const KEPT: usize = 16;

/// Runs a script to its end, and the engine to its own.
///
/// # Panics
///
/// When the engine does what it must not.
pub fn run(octets: &[u8]) {
    let mut script = Script::new(octets);
    let settings = settings(&mut script);
    let mut model = Model {
        engine: Engine::new(settings.clone(), [script.octet(); 32]),
        settings,
        now: Instant::ZERO,
        live: BTreeMap::new(),
        ids: HashMap::new(),
        counters: Counters::default(),
        sent: VecDeque::new(),
        received: VecDeque::new(),
        datagram: Vec::new(),
    };
    while !script.is_over() {
        model.event(&mut script);
        model.check();
    }
    model.drain();
}

fn settings(script: &mut Script<'_>) -> EngineSettings {
    #[expect(clippy::reversed_empty_ranges, reason = "the setting a careless program might make")]
    let ranges = [1..=i32::MAX, i32::MIN..=i32::MAX, 5..=9, -1..=1, 7..=7, 100..=163, 5..=4];
    let model = script.one_of(&[CommunityModel::V2c, CommunityModel::V2c, CommunityModel::V1]);
    EngineSettings {
        security: Security::Community(Community {
            model,
            read: Secret::new(b"public".to_vec()),
            write: Secret::new(b"private".to_vec()),
        }),
        retry: RetrySchedule {
            timeout: Duration::from_millis(script.one_of(&[1_000, 1_000, 1, 0, 3_600_000])),
            retries: script.one_of(&[5, 0, 1, 2, 9]),
            backoff: script.one_of(&[1.0, 2.0, 1.5, 0.0, f64::NAN, f64::INFINITY]),
        },
        max_message_octets: script.one_of(&[limits::MESSAGE_OCTETS, 484, 41, 0, usize::MAX]),
        max_answer_octets: limits::MESSAGE_OCTETS,
        request_ids: ranges[usize::from(script.octet()) % ranges.len()].clone(),
        lenient: script.one_of(&[Lenient::all(), Lenient::none()]),
    }
}

fn request(script: &mut Script<'_>) -> Request {
    let kind = script.one_of(&[
        RequestKind::Get,
        RequestKind::GetNext,
        RequestKind::GetBulk { non_repeaters: 1, max_repetitions: 10 },
        RequestKind::Set,
        RequestKind::Inform,
        RequestKind::GetBulk { non_repeaters: u32::MAX, max_repetitions: 0 },
    ]);
    let bindings = script.take(usize::from(script.clone().octet() % 4)).iter().map(|octet| match octet {
        // Names and values that cannot be sent, or not in every version.
        0 => VarBind::ask(Oid::from_static(&[9, 9])),
        1 => VarBind::new(name(3), Value::Counter64(u64::MAX)),
        2 => VarBind::new(name(2), Value::OctetString(Octets::from(vec![0; 600]))),
        other => VarBind::ask(name(*other)),
    });
    Request { kind, bindings: bindings.collect() }
}

fn name(arc: u8) -> Oid {
    Oid::from_static(&[1, 3, 6, 1, u32::from(arc), 0])
}

fn keep(list: &mut VecDeque<Vec<u8>>, octets: Vec<u8>) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(octets);
}

impl Model {
    fn event(&mut self, script: &mut Script<'_>) {
        match script.octet() % 16 {
            0..=2 => self.submit(script),
            3 | 4 => while self.transmit() {},
            5 => drop(self.transmit()),
            6 | 7 => self.answer(script),
            8 => {
                let at = script.below(self.received.len());
                if let Some(again) = self.received.get(at).cloned() {
                    self.receive(&again);
                }
            }
            9 => {
                let at = script.below(self.sent.len());
                if let Some(mut bent) = self.sent.get(at).cloned() {
                    let place = script.below(bent.len());
                    bent[place] ^= script.octet();
                    self.receive(&bent);
                }
            }
            10 => {
                let octets = script.take(usize::from(script.clone().octet() % 64)).to_vec();
                self.receive(&octets);
            }
            11 => self.reject(script),
            12 => {
                self.counters.ignored += 1;
                self.engine.hear_stray(self.now, "192.0.2.9".to_owned());
                assert_eq!(self.engine.poll_event(), None, "a stray proves nothing");
            }
            13 => {
                let micros = u64::from(script.number()) << script.one_of(&[0, 5, 10, 20]);
                self.now += Duration::from_micros(micros);
                self.time_out();
            }
            14 => {
                // To the very moment, or one microsecond before it.
                if let Some(due) = self.engine.poll_timeout() {
                    let early = u64::from(script.octet() % 2);
                    self.now = self.now.max(Instant::from_micros(due.as_micros().saturating_sub(early)));
                }
                self.time_out();
            }
            _ => self.cancel(script),
        }
    }

    fn submit(&mut self, script: &mut Script<'_>) {
        let handle = RequestHandle(script.below(HANDLES) as u64);
        let result = self.engine.submit(handle, request(script));
        if self.live.contains_key(&handle) {
            assert_eq!(result, Err(SubmitError::HandleInUse));
        } else {
            assert_eq!(result, Ok(()));
            self.counters.requests += 1;
            self.live.insert(handle, Live::default());
        }
    }

    /// Lets one datagram go; whether there was one.
    fn transmit(&mut self) -> bool {
        let mut datagram = std::mem::take(&mut self.datagram);
        let sent = self.engine.poll_transmit(self.now, &mut datagram);
        // Requests that cannot be written end here, before the one that was.
        while let Some(Event { handle, answer }) = self.engine.poll_event() {
            let error = answer.expect_err("nothing was received");
            let live = self.end(handle);
            match error {
                RequestError::Encode(_) => assert_eq!(live.sent, 0, "what was written once can be again"),
                RequestError::NoRequestId { range } => assert!(self.ids.len() as u64 >= range),
                other => panic!("{other}"),
            }
        }
        if let Some(handle) = sent {
            self.note(handle, &datagram);
        }
        self.datagram = datagram;
        sent.is_some()
    }

    fn note(&mut self, handle: RequestHandle, datagram: &[u8]) {
        assert!(datagram.len() <= self.settings.max_message_octets);
        let (message, _) = codec::decode(datagram, Lenient::none()).expect("our own datagram is strict");
        assert_eq!(message.version, self.settings.security.version());
        let AnyPdu::Pdu(Pdu { request_id, .. }) = message.pdu else { panic!("a trap") };
        let range = &self.settings.request_ids;
        assert!(range.contains(&request_id));
        let size = i64::from(*range.end()) - i64::from(*range.start()) + 1;
        let exhausted =
            self.ids.len() >= usize::try_from(size).unwrap() || self.settings.max_message_octets < 484;
        if let Some(other) = self.ids.insert(request_id, handle) {
            assert!(other == handle && exhausted, "{request_id} is in use");
        }
        let live = self.live.get_mut(&handle).expect("only what is under way is sent");
        live.sent += 1;
        live.last_sent = self.now;
        if live.sent == 1 {
            live.first_sent = self.now;
        } else {
            self.counters.retransmissions += 1;
        }
        assert!(live.sent <= self.settings.retry.retries + 1);
        live.ids.push(request_id);
        self.counters.transmissions += 1;
        keep(&mut self.sent, datagram.to_vec());
    }

    /// A response to something that was sent, now or long ago.
    fn answer(&mut self, script: &mut Script<'_>) {
        let at = script.below(self.sent.len());
        let Some(question) = self.sent.get(at) else { return };
        let (message, _) = codec::decode(question, Lenient::none()).expect("our own datagram is strict");
        let AnyPdu::Pdu(pdu) = message.pdu else { return };
        let error_status = ErrorStatus(script.one_of(&[0, 0, 0, 1, 2, 5, 99, -1]));
        let kind = match script.octet() % 8 {
            0 => PduKind::Report,
            1 => PduKind::Get,
            _ => PduKind::Response { error_status, error_index: u32::from(script.octet()) },
        };
        let version = if script.octet().is_multiple_of(16) { Version::V1 } else { message.version };
        let pdu = PduRef { kind, request_id: pdu.request_id, bindings: &pdu.bindings };
        let mut octets = Vec::new();
        if codec::encode(version, b"anything", pdu, usize::MAX, &mut octets).is_ok() {
            self.receive(&octets);
        }
    }

    fn receive(&mut self, octets: &[u8]) {
        self.engine.handle_datagram(self.now, octets);
        keep(&mut self.received, octets.to_vec());
        let event = self.engine.poll_event();
        assert_eq!(self.engine.poll_event(), None, "one datagram ends one request");
        let known = codec::decode(octets, self.settings.lenient)
            .ok()
            .filter(|(message, _)| message.version == self.settings.security.version())
            .and_then(|(message, _)| match message.pdu {
                AnyPdu::Pdu(pdu) => Some((*self.ids.get(&pdu.request_id)?, pdu)),
                AnyPdu::TrapV1(_) => None,
            });
        let Some((handle, pdu)) = known else {
            self.counters.ignored += 1;
            assert_eq!(event, None, "it answers nothing");
            return;
        };
        let PduKind::Response { error_status, error_index } = pdu.kind else {
            self.counters.ignored += 1;
            self.live.get_mut(&handle).expect("ids belong to live requests").misanswered = true;
            assert_eq!(event, None, "it is no answer");
            return;
        };
        let event = event.expect("the answer ends its request");
        assert_eq!(event.handle, handle);
        let live = self.end(handle);
        let response = event.answer.expect("a response is one, whatever it says");
        self.counters.responses += 1;
        assert_eq!((response.error_status, response.error_index), (error_status, error_index));
        assert_eq!(response.bindings, pdu.bindings);
        assert_eq!((response.transmissions, response.elapsed), (live.sent, self.now - live.first_sent));
    }

    fn reject(&mut self, script: &mut Script<'_>) {
        let rejection = match script.octet() % 2 {
            0 => Rejection::Refused,
            _ => Rejection::Unreachable { errno: 113, by: None },
        };
        self.engine.handle_rejection(&rejection);
        assert_eq!(self.engine.poll_event(), None, "an ICMP message fails nothing at once");
        for live in self.live.values_mut().filter(|live| live.sent > 0) {
            live.rejected = true;
        }
    }

    fn time_out(&mut self) {
        self.engine.handle_timeout(self.now);
        while let Some(Event { handle, answer }) = self.engine.poll_event() {
            let live = self.end(handle);
            let wait = self.settings.retry.wait_after(live.sent);
            assert!(live.sent > 0 && self.now >= live.last_sent + wait, "given up before its time");
            let spent = (live.sent, self.now - live.first_sent);
            let exhausted = live.sent == self.settings.retry.retries + 1;
            match answer.expect_err("silence is no answer") {
                RequestError::UnexpectedPdu { .. } => assert!(live.misanswered),
                RequestError::Refused { tries, elapsed }
                | RequestError::Unreachable { tries, elapsed, .. } => {
                    assert!(live.rejected);
                    assert_eq!((tries, elapsed), spent);
                }
                RequestError::NoAnswer { tries, elapsed, .. }
                | RequestError::Malformed { tries, elapsed, .. } => {
                    assert!(exhausted && !live.rejected && !live.misanswered);
                    assert_eq!((tries, elapsed), spent);
                }
                other => panic!("{other}"),
            }
        }
        let due = self.engine.poll_timeout();
        assert!(due.is_none_or(|due| due > self.now), "{due:?} is past at {:?}", self.now);
    }

    fn cancel(&mut self, script: &mut Script<'_>) {
        let handle = RequestHandle(script.below(HANDLES) as u64);
        let was_live = self.live.contains_key(&handle);
        if script.octet().is_multiple_of(2) {
            let sent = self.live.get(&handle).map_or(0, |live| live.sent);
            assert_eq!(self.engine.abandon(handle), sent);
        } else {
            self.engine.cancel(handle);
        }
        assert_eq!(self.engine.poll_event(), None, "who cancels is not told");
        if was_live {
            self.end(handle);
        }
    }

    fn end(&mut self, handle: RequestHandle) -> Live {
        let live = self.live.remove(&handle).expect("a request ends once");
        for id in &live.ids {
            self.ids.remove(id);
        }
        live
    }

    fn check(&self) {
        assert_eq!(self.engine.outstanding(), self.live.len());
        assert_eq!(self.engine.counters(), self.counters);
    }

    /// Hears nothing any more: every request must end, in the time that the settings allow.
    fn drain(&mut self) {
        let most = self.live.len() * (self.settings.retry.retries as usize + 2) + 1;
        for _ in 0..most {
            while self.transmit() {}
            let Some(due) = self.engine.poll_timeout() else { break };
            self.now = self.now.max(due);
            self.time_out();
            self.check();
        }
        assert!(self.live.is_empty(), "a request has no end");
        assert_eq!(self.engine.outstanding(), 0);
        assert_eq!(self.engine.poll_timeout(), None);
        assert_eq!(self.engine.poll_transmit(self.now, &mut self.datagram), None);
        assert_eq!(self.engine.poll_event(), None);
        // What is left of it all is small: its Debug text shows every queue.
        let left = format!("{:?}", self.engine).len();
        assert!(left < 20_000, "{left} octets of state are left");
    }
}
