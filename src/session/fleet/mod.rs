//! Many agents at once: an engine for each, one UDP socket for all.
//!
//! A [`Fleet`] takes its targets from an iterator, as many at a time as its settings allow, runs an operation against
//! each and tells what comes, whoever it comes from. Every target has its own retries, time-outs and requests
//! outstanding; one that is dead takes a place and nothing else. Nothing is spawned for a target over UDP: its engine is
//! fed from one socket (one for IPv4, one for IPv6) by whoever waits for [`Fleet::next`]. An answer counts when it comes
//! from the address that was asked and carries an id that was sent there.
//!
//! Targets over streams, Unix sockets and memory, those with a source address that is not the fleet's, and those that
//! may be answered from any address have a [`Session`](super::Session) each, in a task of its own.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use snmpkit::{
//!     engine::RequestKind,
//!     operation::{Fix, Get},
//!     session::{SessionSettings, fleet::{Fleet, FleetEvent, FleetSettings, FleetTarget}},
//! };
//!
//! let names = vec!["1.3.6.1.2.1.1.5.0".parse().unwrap()];
//! let targets = ["demo::", "demo::"].map(|host| FleetTarget {
//!     spec: host.parse().unwrap(),
//!     settings: SessionSettings::default(),
//!     operation: Get::new(RequestKind::Get, names.clone(), Fix::Never),
//! });
//! let mut fleet = Fleet::new(targets, FleetSettings::default());
//! let mut answered = 0;
//! while let Some(event) = fleet.next().await {
//!     match event {
//!         FleetEvent::Item { host, item } => println!("target {host}: {item:?}"),
//!         FleetEvent::Ended { ended, .. } => answered += usize::from(ended.result.is_ok()),
//!     }
//! }
//! assert_eq!(answered, 2);
//! # });
//! ```

mod attend;
mod host;
mod lookup;
mod outside;
mod pace;
mod socket;
mod told;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    fmt,
    iter::Fuse,
    net::SocketAddr,
};

use tokio::{task, time};

pub use told::{Beginning, Ended, FleetEvent, FleetSettings, FleetSpent, FleetTarget};

use self::{
    host::Host,
    lookup::Lookups,
    outside::Outside,
    pace::Pace,
    socket::{Outgoing, Peers, Sockets},
    told::Remains,
};
use super::{Error, PacketDirection, RunError};
use crate::{
    clock::{Duration, Instant},
    engine::Counters,
    limits,
    operation::Operation,
    server_spec::{Endpoint, TransportKind},
    transport::{self, Sent, SharedUdp, Wanted},
};

/// How many messages are sent before arrivals are looked at, so that answers do not overflow the socket's buffer.
const SENT_AT_A_TIME: usize = 8;

/// How many arrivals are taken before anything else has its turn.
const RECEIVED_AT_A_TIME: usize = 64;

/// Messages from addresses that are not asked that are looked at.
const STRAYS: usize = 256;

/// Turns after which the rest of the program has its own, whatever there is to tell.
const TURNS: u32 = 64;

/// Events that may wait when another target is begun.
const EVENTS: usize = 1_024;

/// Many targets at work; see the [module](self).
pub struct Fleet<I: Iterator, O: Operation> {
    targets: Fuse<I>,
    settings: FleetSettings,
    started: time::Instant,
    begun: usize,
    ended: usize,
    /// Whether the iterator has come to its end.
    is_exhausted: bool,
    beginning: Beginning,
    turns: u32,
    pace: Pace,
    hosts: HashMap<usize, Host<O>>,
    peers: Peers,
    sockets: Sockets,
    /// Hosts that have something to send, in order.
    to_send: VecDeque<usize>,
    /// A message for which the system had no room.
    unsent: Option<Outgoing>,
    timers: BinaryHeap<Reverse<(Instant, usize)>>,
    events: VecDeque<FleetEvent<O>>,
    lookups: Lookups<O>,
    outside: Outside<O>,
    incoming: Vec<u8>,
    /// Messages from elsewhere that are still looked at.
    strays_left: usize,
}

impl<I: Iterator, O: Operation> fmt::Debug for Fleet<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet")
            .field("begun", &self.begun)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl<I, O> Fleet<I, O>
where
    I: Iterator<Item = FleetTarget<O>>,
    O: Operation<Item: Send, Error: Send> + Send + Unpin + 'static,
{
    /// A fleet that has not begun; targets are taken while [`Self::next`] is waited for.
    #[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
    pub fn new(
        targets: impl IntoIterator<Item = FleetTarget<O>, IntoIter = I>,
        settings: FleetSettings,
    ) -> Self {
        Self {
            targets: targets.into_iter().fuse(),
            lookups: Lookups::new(settings.lookups.max(1)),
            settings,
            started: time::Instant::now(),
            begun: 0,
            ended: 0,
            is_exhausted: false,
            beginning: Beginning::Allowed,
            turns: 0,
            pace: Pace::new(Instant::ZERO),
            hosts: HashMap::new(),
            peers: Peers::default(),
            sockets: Sockets::default(),
            to_send: VecDeque::new(),
            unsent: None,
            timers: BinaryHeap::new(),
            events: VecDeque::new(),
            outside: Outside::new(),
            incoming: Vec::new(),
            strays_left: STRAYS,
        }
    }

    /// The next thing that happens; `None` when every target has ended. Cancel-safe.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time enabled.
    pub async fn next(&mut self) -> Option<FleetEvent<O>> {
        loop {
            if let Some(event) = self.try_next() {
                return Some(event);
            }
            self.begin();
            if self.events.is_empty() {
                if self.is_exhausted && self.in_flight() == 0 {
                    return None;
                }
                self.turn().await;
            }
        }
    }

    /// The next thing that has happened already.
    pub fn try_next(&mut self) -> Option<FleetEvent<O>> {
        let event = self.events.pop_front()?;
        if let FleetEvent::Ended { .. } = event {
            self.ended += 1;
        }
        Some(event)
    }

    /// Has further targets wait, or not any more. Those under way go on.
    ///
    /// With nothing under way, [`Self::next`] waits for ever while targets are held back.
    pub fn set_beginning(&mut self, beginning: Beginning) {
        self.beginning = beginning;
    }

    /// How many targets were taken and have not ended.
    pub const fn in_flight(&self) -> usize {
        self.begun - self.ended
    }

    /// How many targets were taken from the iterator.
    pub const fn begun(&self) -> usize {
        self.begun
    }

    /// What was spent so far on a target that has not ended.
    pub fn spent(&self, host: usize) -> FleetSpent {
        self.hosts.get(&host).map_or_else(FleetSpent::default, |host| FleetSpent {
            counters: host.engine.counters(),
            elapsed: host.age(self.now()),
        })
    }

    /// The operation of a target that has not ended, to take out of it what there is when the run is to end. `None` before
    /// it was begun, and for targets that have a session of their own: streams, Unix sockets, memory, and those with
    /// another local address than the fleet.
    pub fn operation_mut(&mut self, host: usize) -> Option<&mut O> {
        self.hosts.get_mut(&host).map(|host| &mut host.operation)
    }

    /// Whether a request that has no answer may have reached this target's agent.
    pub fn is_in_doubt(&self, host: usize) -> bool {
        self.hosts.get(&host).is_some_and(Host::is_in_doubt)
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.started.elapsed().into()
    }

    /// Whether there is a place for another target, whatever the pace is.
    fn has_place(&self) -> bool {
        !self.is_exhausted
            && self.beginning == Beginning::Allowed
            && self.in_flight() < self.settings.jobs.max(1)
    }

    /// Begins as many targets as there are places for and as the pace allows.
    fn begin(&mut self) {
        while self.has_place() && self.events.len() < EVENTS {
            let now = self.now();
            if !self.pace.take(now) {
                break;
            }
            let Some(target) = self.targets.next() else {
                self.is_exhausted = true;
                break;
            };
            let host = self.begun;
            self.begun += 1;
            self.begin_one(host, target);
        }
    }

    fn begin_one(&mut self, host: usize, target: FleetTarget<O>) {
        if !self.shares_socket(&target) {
            return self.outside.begin(host, target);
        }
        match SharedUdp::known_peer(&target.spec, &target.settings.transport) {
            Ok(Some(peer)) => self.open(host, target, peer),
            Ok(None) => self.lookups.add(host, target),
            Err(error) => self.refuse(host, target.operation, Error::system(error)),
        }
    }

    fn shares_socket(&self, target: &FleetTarget<O>) -> bool {
        let transport = &target.settings.transport;
        matches!(target.spec.endpoint, Endpoint::Inet { .. })
            && matches!(target.spec.transport, TransportKind::Udp | TransportKind::Udp6)
            && !transport.any_source
            && transport.local == self.settings.transport.local
    }

    /// Makes an engine for a target whose address is known, and has it begin.
    fn open(&mut self, host: usize, target: FleetTarget<O>, peer: SocketAddr) {
        let FleetTarget { spec, settings, mut operation } = target;
        let tap = settings.packet_tap.clone();
        let settings = super::engine_settings(settings, spec.community.as_ref(), limits::MESSAGE_OCTETS);
        operation.set_answer_octets(transport::answer_octets_from(peer.ip()).min(settings.max_answer_octets));
        let opened = self.sockets.open(peer, &self.settings.transport).and_then(|()| super::engine(settings));
        match opened {
            Ok(engine) => {
                self.hosts.insert(host, Host::new(engine, operation, peer, tap, self.now()));
                self.peers.add(peer, host);
                self.attend(host);
            }
            Err(error) => self.refuse(host, operation, error),
        }
    }

    /// Ends a target that could not be begun.
    fn refuse(&mut self, host: usize, operation: O, error: Error) {
        let ended = Ended {
            remains: Remains::Operation(operation),
            result: Err(RunError::Session(error)),
            counters: Counters::default(),
            known_engine: None,
            in_doubt: false,
            elapsed: Duration::ZERO,
        };
        self.events.push_back(FleetEvent::Ended { host, ended: Box::new(ended) });
    }

    /// Sends what is to be sent, takes what has come, and waits if there is nothing else to do.
    async fn turn(&mut self) {
        self.transmit();
        let is_drained = self.receive();
        if is_drained {
            // Not before what was there is read: the answer may be among it.
            self.time_out();
        }
        self.turns = self.turns.wrapping_add(1);
        if !self.events.is_empty() && !self.turns.is_multiple_of(TURNS) {
            return;
        }
        let is_busy =
            !self.events.is_empty() || !is_drained || !self.to_send.is_empty() && self.unsent.is_none();
        if is_busy {
            // The runtime has to look at the sockets, and the rest of the program wants to run.
            return task::yield_now().await;
        }
        self.wait().await;
    }

    async fn wait(&mut self) {
        let paced = self.has_place().then(|| self.pace.next());
        let timer = self.timers.peek().map(|Reverse((due, _))| *due);
        let due = paced.into_iter().chain(timer).min();
        let at = due.map(|due| self.started + due.since(Instant::ZERO).into());
        let wanted = if self.unsent.is_some() { Wanted::MessagesOrRoom } else { Wanted::Messages };
        tokio::select! {
            biased;
            failed = self.sockets.ready(wanted) => if let Err((family, error)) = failed {
                self.fail_all(family, error);
            },
            event = self.outside.next() => self.events.push_back(event),
            (host, target, found) = self.lookups.next() => match found {
                Ok(peer) => self.open(host, target, peer),
                Err(error) => self.refuse(host, target.operation, Error::system(error)),
            },
            () = time::sleep_until(at.unwrap_or(self.started)), if at.is_some() => {}
        }
    }

    /// Sends a few messages.
    fn transmit(&mut self) {
        for _ in 0..SENT_AT_A_TIME {
            let Some(outgoing) = self.unsent.take().or_else(|| self.compose()) else { break };
            match self.sockets.send(&outgoing) {
                Ok(Sent::Taken) => self.sockets.reuse(outgoing),
                Ok(Sent::NoRoom) => {
                    self.unsent = Some(outgoing);
                    break;
                }
                Err(error) => {
                    let Some(host) = self.hosts.get_mut(&outgoing.host) else { continue };
                    host.abandon(outgoing.handle);
                    self.end(outgoing.host, Err(RunError::Session(Error::system(error))));
                }
            }
        }
    }

    /// Writes the next message that is to be sent.
    fn compose(&mut self) -> Option<Outgoing> {
        while let Some(&number) = self.to_send.front() {
            let now = self.now();
            let mut octets = self.sockets.spare();
            let host = self.hosts.get_mut(&number);
            if let Some(host) = host
                && let Some(handle) = host.transmit(now, &mut octets)
            {
                self.sockets.show(host, PacketDirection::Sent, &octets);
                let peer = host.peer;
                if !host.engine.wants_transmit() {
                    host.is_queued = false;
                    self.to_send.pop_front();
                }
                self.set_timer(number);
                return Some(Outgoing { host: number, handle, peer, octets });
            }
            // It has ended, or what it had to send could not be written, of which it has to hear.
            self.to_send.pop_front();
            if let Some(host) = self.hosts.get_mut(&number) {
                host.is_queued = false;
                self.attend(number);
            }
        }
        None
    }

    /// Takes what has arrived; whether that was all.
    fn receive(&mut self) -> bool {
        let mut is_drained = true;
        let mut incoming = std::mem::take(&mut self.incoming);
        for family in Sockets::FAMILIES {
            let mut left = RECEIVED_AT_A_TIME;
            loop {
                if left == 0 {
                    is_drained = false;
                    break;
                }
                left -= 1;
                match self.sockets.receive(family, &mut incoming) {
                    Ok(Some((peer, arrival))) => self.take(peer, arrival, &incoming),
                    Ok(None) => break,
                    Err(error) => {
                        self.fail_all(family, error);
                        break;
                    }
                }
            }
        }
        self.incoming = incoming;
        is_drained
    }
}
