//! The engine under any sequence of events of `SNMPv3`: answers true, late, doubled, bent and forged, its own requests sent
//! back, restarts of the agent, and time that jumps. The property test and the fuzz target run the same scripts.

use std::collections::{BTreeMap, VecDeque};

use snmpkit::{
    agent::Agent,
    clock::{Duration, Instant},
    codec::v3::{self, SecurityLevel},
    engine::{
        Engine, EngineClock, EngineSettings, EngineSource, Event, KnownEngine, Rejection, Request,
        RequestError, RequestHandle, RequestKind, RetrySchedule, Usm,
    },
    limits,
    value::{Value, VarBind},
};

use super::{
    forge::{COUNTERS, Forged, read},
    stage::{ENGINE, LEVELS, agent_with, authority, engine_id, settings, usm},
};
use crate::{device::oid, script::Script};

const HANDLES: usize = 5;
const KEPT: usize = 12;

struct Model {
    level: SecurityLevel,
    retries: u32,
    engine: Engine,
    agent: Agent,
    now: Instant,
    /// Requests under way, with how often each was sent; questions for the engine count with one of them.
    live: BTreeMap<RequestHandle, u32>,
    sent: VecDeque<Vec<u8>>,
    received: VecDeque<Vec<u8>>,
}

fn user(script: &mut Script<'_>, level: SecurityLevel) -> Usm {
    let mut user = usm(level);
    let clock = EngineClock {
        boots: script.one_of(&[7, 0, 1, 8, i32::MAX as u32, u32::MAX]),
        time: script.one_of(&[1_000, 0, i32::MAX as u32, u32::MAX]),
        at: Instant::ZERO,
    };
    let id = engine_id(script.one_of(&[ENGINE, b"another engine"]));
    match script.octet() % 4 {
        0 => {}
        1 => user.clock = Some(clock),
        2 => user = user.with_hint(KnownEngine { id, clock: Some(clock) }),
        _ => user.engine = EngineSource::Given(id),
    }
    user
}

/// Runs a script; panics where the engine breaks a promise.
pub fn run(octets: &[u8]) {
    let mut script = Script::new(octets);
    let level = script.one_of(&LEVELS);
    let retries = script.one_of(&[5, 0, 1, 2]);
    let settings = EngineSettings {
        retry: RetrySchedule { retries, ..RetrySchedule::default() },
        max_message_octets: script.one_of(&[limits::MESSAGE_OCTETS, 484, 60, 0]),
        max_answer_octets: script.one_of(&[limits::MESSAGE_OCTETS, 484, 0, usize::MAX]),
        request_ids: [1..=i32::MAX, i32::MIN..=i32::MAX, 5..=9, -3..=-1, 7..=7][script.below(5)].clone(),
        ..settings(user(&mut script, level))
    };
    let mut model = Model {
        level,
        retries,
        engine: Engine::new(settings, [script.octet(); 32]),
        agent: agent_with(authority(level), 1),
        now: Instant::ZERO,
        live: BTreeMap::new(),
        sent: VecDeque::new(),
        received: VecDeque::new(),
    };
    while !script.is_over() {
        model.event(&mut script);
        assert_eq!(model.engine.outstanding(), model.live.len());
        if level > SecurityLevel::NoAuthNoPriv
            && let Some(known) = model.engine.known_engine()
        {
            assert_eq!(known.id.as_slice(), ENGINE, "no other engine can prove itself");
        }
    }
    model.drain();
}

fn keep(list: &mut VecDeque<Vec<u8>>, octets: Vec<u8>) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(octets);
}

impl Model {
    fn event(&mut self, script: &mut Script<'_>) {
        let which = script.below(self.sent.len());
        let sent = self.sent.get(which).cloned();
        match script.octet() % 14 {
            0 | 1 => self.submit(script),
            2 | 3 => self.transmit(),
            4 | 5 => sent.into_iter().for_each(|octets| self.answer(&octets)),
            6 => {
                let which = script.below(self.received.len());
                self.received.get(which).cloned().into_iter().for_each(|octets| self.receive(&octets));
            }
            7 => sent.into_iter().for_each(|octets| self.receive(&octets)),
            8 => sent.into_iter().for_each(|octets| self.forge(script, &octets)),
            9 => {
                let which = script.below(self.received.len());
                if let Some(mut bent) = self.received.get(which).cloned() {
                    let place = script.below(bent.len());
                    bent[place] ^= script.octet();
                    self.receive(&bent);
                }
            }
            10 => {
                self.now +=
                    Duration::from_micros(u64::from(script.number()) << script.one_of(&[0, 5, 10, 14]));
                self.time_out();
            }
            11 => {
                self.now = self.engine.poll_timeout().unwrap_or(self.now).max(self.now);
                self.time_out();
            }
            12 => {
                let now = self.now;
                self.agent.usm_mut().unwrap().restart(now);
            }
            _ => match script.octet() % 3 {
                0 => self.engine.handle_rejection(&Rejection::Refused),
                1 => {
                    let octets = script.take(usize::from(script.clone().octet() % 64)).to_vec();
                    self.receive(&octets);
                }
                _ => {
                    let handle = RequestHandle(script.below(HANDLES) as u64);
                    self.engine.cancel(handle);
                    self.live.remove(&handle);
                }
            },
        }
    }

    fn submit(&mut self, script: &mut Script<'_>) {
        let handle = RequestHandle(script.below(HANDLES) as u64);
        let bindings = vec![VarBind::ask(oid("1.3.6.1.2.1.1.5.0"))];
        let taken = self.engine.submit(handle, Request { kind: RequestKind::Get, bindings });
        assert_eq!(taken.is_ok(), !self.live.contains_key(&handle));
        self.live.entry(handle).or_default();
    }

    fn transmit(&mut self) {
        let mut out = Vec::new();
        while let Some(handle) = self.engine.poll_transmit(self.now, &mut out) {
            assert!(v3::decode(&out, snmpkit::codec::Lenient::none()).is_ok(), "our own datagram is strict");
            let times = self.live.get_mut(&handle).expect("only what is under way is sent");
            *times += 1;
            assert!(*times <= 2 * (self.retries + 1) + limits::CORRECTIONS, "{times} transmissions");
            keep(&mut self.sent, out.clone());
        }
        self.events();
    }

    fn answer(&mut self, question: &[u8]) {
        let mut answer = Vec::new();
        self.agent.handle(self.now, question, usize::MAX, &mut answer);
        if !answer.is_empty() {
            keep(&mut self.received, answer.clone());
            self.receive(&answer);
        }
    }

    fn forge(&mut self, script: &mut Script<'_>, question: &[u8]) {
        let (message, _) = v3::decode(question, snmpkit::codec::Lenient::none()).unwrap();
        if message.header.level == SecurityLevel::AuthPriv && message.usm.engine_id != ENGINE {
            return;
        }
        let mut report = Forged::report(&read(question), script.one_of(&COUNTERS));
        report.engine_id = script.one_of(&[ENGINE, b"another engine", b"a third one", b""]).to_vec();
        report.clock = (script.one_of(&[7, 99, i32::MAX as u32]), u32::from(script.number()));
        self.receive(&report.octets());
    }

    fn receive(&mut self, octets: &[u8]) {
        self.engine.handle_datagram(self.now, octets);
        self.events();
    }

    fn time_out(&mut self) {
        self.engine.handle_timeout(self.now);
        self.events();
    }

    fn events(&mut self) {
        while let Some(Event { handle, answer }) = self.engine.poll_event() {
            assert!(self.live.remove(&handle).is_some(), "a request ends once");
            match answer {
                Ok(response) if self.level > SecurityLevel::NoAuthNoPriv => {
                    let value = Value::OctetString("agent".into());
                    assert_eq!(response.bindings, [VarBind::new(oid("1.3.6.1.2.1.1.5.0"), value)]);
                }
                Ok(_)
                | Err(
                    RequestError::NoAnswer { .. }
                    | RequestError::NoEngine { .. }
                    | RequestError::Refused { .. }
                    | RequestError::Malformed { .. }
                    | RequestError::NeverSent(_)
                    | RequestError::Reported { .. }
                    | RequestError::Encode(_)
                    | RequestError::NoRequestId { .. },
                ) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }

    /// Hears nothing any more: every request must end, in the time that the settings allow.
    fn drain(&mut self) {
        let longest = self.now + self.engine.longest_request();
        self.transmit();
        while let Some(due) = self.engine.poll_timeout() {
            self.now = self.now.max(due);
            self.time_out();
            self.transmit();
        }
        assert!(self.live.is_empty() && self.engine.outstanding() == 0, "a request has no end");
        assert!(self.now <= longest, "{:?} is after {longest:?}", self.now);
        let left = format!("{:?}", self.engine).len();
        assert!(left < 20_000, "{left} octets of state are left");
    }
}
