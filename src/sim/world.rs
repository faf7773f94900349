//! Virtual time, and one engine and one agent in it.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use super::net::{Direction, Faults, Net};
use crate::{
    agent::{Device, Effect},
    clock::{Duration, Instant},
    engine::{Counters, Engine, EngineSettings, KnownEngine, Rejection, RequestHandle},
    operation::{Operation, Step, Ticket},
};

/// What a peer sends for a datagram that it got.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reply {
    /// These octets, this much later.
    After(Duration, Vec<u8>),
    /// An ICMP port unreachable.
    Refusal,
}

/// Whoever answers in the simulated world.
pub trait Peer {
    /// Reads a datagram and says what is sent back.
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply>;
}

impl<F: FnMut(Instant, &[u8]) -> Vec<Reply>> Peer for F {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        self(now, datagram)
    }
}

impl Peer for Device {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        let effects = Self::handle(self, now, datagram).into_iter();
        effects
            .map(|effect| match effect {
                Effect::Reply { delay, octets } => Reply::After(delay, octets),
                Effect::Unreachable => Reply::Refusal,
            })
            .collect()
    }
}

/// One thing that happened: when, which way, and what was sent (as a hash, so that a trace stays small).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TraceEntry {
    /// When it was sent.
    pub at: Instant,
    /// Which way.
    pub direction: Direction,
    /// How many octets.
    pub size_octets: usize,
    /// A hash of them.
    pub hash: u64,
}

/// All that can be said of a run.
#[derive(Debug)]
pub struct Observation<O: Operation> {
    /// The operation, after its end.
    pub operation: O,
    /// What it yielded.
    pub items: Vec<O::Item>,
    /// How it ended.
    pub result: Result<(), O::Error>,
    /// What the engine did.
    pub counters: Counters,
    /// What the engine has learnt of the agent's, in `SNMPv3`.
    pub known_engine: Option<KnownEngine>,
    /// The most transmissions that any one request took; the questions for the engine ID count with one of those that
    /// wait for it.
    pub most_transmissions: u32,
    /// When it ended, in virtual time.
    pub ended: Instant,
    /// What was sent, in order.
    pub trace: Vec<TraceEntry>,
}

enum Arrival {
    Datagram(Direction, Vec<u8>),
    Refusal,
}

/// A network with one engine and one agent; see the [module](super).
pub struct World<P> {
    peer: P,
    settings: EngineSettings,
    faults: Faults,
    engine_seed: u64,
    virtual_limit: Duration,
}

impl<P: Peer> World<P> {
    /// A world with a good network and net-snmp's retries.
    pub fn new(peer: P) -> Self {
        Self {
            peer,
            settings: EngineSettings::default(),
            faults: Faults::none(),
            engine_seed: 1,
            virtual_limit: Duration::from_secs(1_000_000),
        }
    }

    /// Another network.
    #[must_use]
    pub fn faults(mut self, faults: Faults) -> Self {
        self.engine_seed = faults.seed;
        self.faults = faults;
        self
    }

    /// Other settings of the engine.
    #[must_use]
    pub fn settings(mut self, settings: EngineSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Runs an operation to its end and gives what it yielded, or its error.
    pub fn run<O: Operation>(self, operation: O) -> Result<Vec<O::Item>, O::Error> {
        let seen = self.observe(operation);
        seen.result.map(|()| seen.items)
    }

    /// Runs an operation to its end and gives all that was seen.
    ///
    /// # Panics
    ///
    /// When the operation waits for an answer that can never come, or does not end within a million virtual
    /// seconds: both are faults of the operation or the engine.
    pub fn observe<O: Operation>(mut self, operation: O) -> Observation<O> {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.engine_seed.to_le_bytes());
        let mut running = Running {
            now: Instant::ZERO,
            engine: Engine::new(self.settings.clone(), seed),
            net: Net::new(self.faults.clone()),
            in_flight: BinaryHeap::new(),
            arrivals: HashMap::new(),
            next_arrival: 0,
            tickets: HashMap::new(),
            next_handle: 0,
            sent_per_request: HashMap::new(),
            operation,
            items: Vec::new(),
            trace: Vec::new(),
            datagram: Vec::new(),
        };
        let result = loop {
            match running.turn(&mut self.peer) {
                Some(result) => break result,
                None => {
                    assert!(running.now - Instant::ZERO < self.virtual_limit, "the operation does not end");
                }
            }
        };
        Observation {
            items: running.items,
            result,
            counters: running.engine.counters(),
            known_engine: running.engine.known_engine(),
            most_transmissions: running.sent_per_request.values().copied().max().unwrap_or(0),
            ended: running.now,
            trace: running.trace,
            operation: running.operation,
        }
    }
}

struct Running<O: Operation> {
    now: Instant,
    engine: Engine,
    net: Net,
    in_flight: BinaryHeap<Reverse<(Instant, u64)>>,
    arrivals: HashMap<u64, Arrival>,
    next_arrival: u64,
    tickets: HashMap<RequestHandle, Ticket>,
    next_handle: u64,
    sent_per_request: HashMap<RequestHandle, u32>,
    operation: O,
    items: Vec<O::Item>,
    trace: Vec<TraceEntry>,
    datagram: Vec<u8>,
}

impl<O: Operation> Running<O> {
    /// Lets the operation go on as far as it can, then moves time to whatever happens next.
    fn turn<P: Peer>(&mut self, peer: &mut P) -> Option<Result<(), O::Error>> {
        loop {
            match self.operation.step() {
                Err(error) => return Some(Err(error)),
                Ok(Step::Done) => return Some(Ok(())),
                Ok(Step::Emit(item)) => self.items.push(item),
                Ok(Step::Ask(ticket, request)) => {
                    let handle = RequestHandle(self.next_handle);
                    self.next_handle += 1;
                    self.tickets.insert(handle, ticket);
                    self.engine.submit(handle, request).expect("the world's handles are fresh");
                }
                Ok(Step::Wait) => break,
            }
        }
        self.withdraw();
        self.transmit();
        if let Some(event) = self.engine.poll_event() {
            // What was withdrawn may have come to its end at the same time.
            let ticket = self.tickets.remove(&event.handle)?;
            return self.operation.answer(ticket, event.answer).err().map(Err);
        }
        self.advance(peer);
        None
    }

    /// Takes back what the operation has no use for any more.
    fn withdraw(&mut self) {
        while let Some(ticket) = self.operation.withdraw() {
            let handle = self.tickets.iter().find(|(_, known)| **known == ticket).map(|(handle, _)| *handle);
            if let Some(handle) = handle {
                self.tickets.remove(&handle);
                self.engine.cancel(handle);
            }
        }
    }

    fn transmit(&mut self) {
        let mut datagram = std::mem::take(&mut self.datagram);
        while let Some(handle) = self.engine.poll_transmit(self.now, &mut datagram) {
            *self.sent_per_request.entry(handle).or_default() += 1;
            self.send(Direction::ToAgent, self.now, &datagram);
        }
        self.datagram = datagram;
    }

    fn send(&mut self, direction: Direction, at: Instant, octets: &[u8]) {
        let mut hasher = DefaultHasher::new();
        octets.hash(&mut hasher);
        self.trace.push(TraceEntry { at, direction, size_octets: octets.len(), hash: hasher.finish() });
        for (delay, octets) in self.net.carry(octets) {
            self.schedule(at + delay, Arrival::Datagram(direction, octets));
        }
    }

    fn schedule(&mut self, at: Instant, arrival: Arrival) {
        let id = self.next_arrival;
        self.next_arrival += 1;
        self.in_flight.push(Reverse((at, id)));
        self.arrivals.insert(id, arrival);
    }

    fn advance<P: Peer>(&mut self, peer: &mut P) {
        let timeout = self.engine.poll_timeout();
        let arrival = self.in_flight.peek().map(|Reverse((at, _))| *at);
        match (arrival, timeout) {
            (Some(at), due) if due.is_none_or(|due| at <= due) => {
                let Some(Reverse((at, id))) = self.in_flight.pop() else { return };
                self.now = self.now.max(at);
                match self.arrivals.remove(&id) {
                    Some(Arrival::Datagram(Direction::ToAgent, octets)) => {
                        for reply in peer.handle(self.now, &octets) {
                            match reply {
                                Reply::After(delay, octets) => {
                                    self.send(Direction::ToEngine, self.now + delay, &octets);
                                }
                                Reply::Refusal => self.schedule(self.now, Arrival::Refusal),
                            }
                        }
                    }
                    Some(Arrival::Datagram(Direction::ToEngine, octets)) => {
                        self.engine.handle_datagram(self.now, &octets);
                    }
                    Some(Arrival::Refusal) => self.engine.handle_rejection(&Rejection::Refused),
                    None => {}
                }
            }
            (_, Some(due)) => {
                self.now = self.now.max(due);
                self.engine.handle_timeout(self.now);
            }
            (_, None) => panic!("the operation waits, but nothing can happen any more"),
        }
    }
}
