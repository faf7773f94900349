//! One host of a fleet: an engine and an operation, without a socket of their own.

use std::net::SocketAddr;

use smallvec::SmallVec;

use super::super::{Error, PacketTap, RunError};
use crate::{
    clock::{Duration, Instant},
    engine::{Engine, EngineClock, Event, KnownEngine, Rejection, RequestHandle},
    operation::{Operation, Step, Ticket},
};

/// Why there is nothing more to do for a host: it is done, or failed.
pub(super) type Verdict<O> = Result<(), RunError<<O as Operation>::Error>>;

/// See the [module](self). Its engine counts the time from when the host was begun.
pub(super) struct Host<O: Operation> {
    pub(super) engine: Engine,
    pub(super) operation: O,
    pub(super) peer: SocketAddr,
    pub(super) tap: Option<PacketTap>,
    /// Whether it waits for its turn to send.
    pub(super) is_queued: bool,
    /// For when it has an entry among the fleet's timers.
    pub(super) timer: Option<Instant>,
    /// Whether a request that has no answer may have reached the agent although it is not outstanding any more.
    pub(super) in_doubt: bool,
    begun: Instant,
    outstanding: SmallVec<[(RequestHandle, Ticket); 2]>,
    next_handle: u64,
}

impl<O: Operation> Host<O> {
    pub(super) fn new(
        engine: Engine,
        operation: O,
        peer: SocketAddr,
        tap: Option<PacketTap>,
        now: Instant,
    ) -> Self {
        Self {
            engine,
            operation,
            peer,
            tap,
            is_queued: false,
            timer: None,
            in_doubt: false,
            begun: now,
            outstanding: SmallVec::new(),
            next_handle: 0,
        }
    }

    /// How long ago it was begun: the time as its engine has it.
    pub(super) fn age(&self, now: Instant) -> Duration {
        now.since(self.begun)
    }

    /// When its engine has to look at the clock, as the fleet has the time.
    pub(super) fn due(&mut self) -> Option<Instant> {
        let due = self.engine.poll_timeout()?;
        Some(self.begun + due.since(Instant::ZERO))
    }

    pub(super) fn hear(&mut self, now: Instant, octets: &[u8]) {
        let now = Instant::ZERO + self.age(now);
        self.engine.handle_datagram(now, octets);
    }

    pub(super) fn hear_stray(&mut self, now: Instant, from: SocketAddr) {
        let now = Instant::ZERO + self.age(now);
        self.engine.hear_stray(now, from.to_string());
    }

    pub(super) fn hear_rejection(&mut self, rejection: &Rejection) {
        self.engine.handle_rejection(rejection);
    }

    pub(super) fn time_out(&mut self, now: Instant) {
        let now = Instant::ZERO + self.age(now);
        self.engine.handle_timeout(now);
    }

    pub(super) fn transmit(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<RequestHandle> {
        let now = Instant::ZERO + self.age(now);
        self.engine.poll_transmit(now, out)
    }

    /// Whether a request is outstanding, or was when the socket failed.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.in_doubt || !self.outstanding.is_empty()
    }

    /// Takes a request back that the socket failed; it was handed over before if it was sent more than once.
    pub(super) fn abandon(&mut self, handle: RequestHandle) {
        self.in_doubt |= self.engine.abandon(handle) > 1;
        self.outstanding.retain(|(outstanding, _)| *outstanding != handle);
    }

    /// Hands the answers that came to the operation and has it go on, as far as it can.
    pub(super) fn advance(&mut self, mut emit: impl FnMut(O::Item)) -> Option<Verdict<O>> {
        loop {
            while let Some(Event { handle, answer }) = self.engine.poll_event() {
                let Some(at) = self.outstanding.iter().position(|(outstanding, _)| *outstanding == handle)
                else {
                    continue;
                };
                let (_, ticket) = self.outstanding.swap_remove(at);
                if let Err(error) = self.operation.answer(ticket, answer) {
                    return Some(Err(RunError::Operation(error)));
                }
            }
            let step = self.operation.step();
            self.withdraw();
            match step {
                Ok(Step::Emit(item)) => emit(item),
                Ok(Step::Ask(ticket, request)) => {
                    let handle = RequestHandle(self.next_handle);
                    self.next_handle += 1;
                    if let Err(error) = self.engine.submit(handle, request) {
                        return Some(Err(RunError::Session(Error::Submit(error))));
                    }
                    self.outstanding.push((handle, ticket));
                }
                Ok(Step::Wait) => return None,
                Ok(Step::Done) => return Some(Ok(())),
                Err(error) => return Some(Err(RunError::Operation(error))),
            }
        }
    }

    /// Takes back what the operation has no use for any more.
    fn withdraw(&mut self) {
        while let Some(withdrawn) = self.operation.withdraw() {
            if let Some(at) = self.outstanding.iter().position(|(_, ticket)| *ticket == withdrawn) {
                let (handle, _) = self.outstanding.swap_remove(at);
                self.engine.cancel(handle);
            }
        }
    }

    /// What is known of the agent's engine, its clock set to what it says now for a session that is begun now.
    pub(super) fn known_engine(&self, now: Instant) -> Option<KnownEngine> {
        let known = self.engine.known_engine()?;
        let now = Instant::ZERO + self.age(now);
        let clock =
            known.clock.map(|clock| EngineClock { time: clock.time_at(now), at: Instant::ZERO, ..clock });
        Some(KnownEngine { clock, ..known })
    }
}
