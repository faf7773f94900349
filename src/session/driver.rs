//! The session's task: the only place where an engine, a transport and the clock meet.

use std::{
    collections::HashMap, future::poll_fn, ops::ControlFlow, pin::pin, sync::Arc, task::Poll,
    time::Duration as StdDuration,
};

use tokio::{
    sync::{
        mpsc::{self, error::TryRecvError},
        oneshot,
    },
    task, time,
};

use super::{Error, Packet, PacketDirection, PacketTap};
use crate::{
    clock::Instant,
    engine::{
        Counters, Engine, EngineClock, Event, KnownEngine, Rejection, Request, RequestError, RequestHandle,
        Response,
    },
    operation::Ticket,
    transport::{Arrival, Transport, TransportError},
};

/// How much of one thing is done before the others have their turn: commands, arrivals, turns of the loop.
const BURST: u32 = 64;

/// How many messages are sent before arrivals are looked at, so that answers do not overflow the socket's buffer while
/// a thousand requests are sent.
const SENT_AT_A_TIME: u32 = 8;

/// After this long without a request, what arrived meanwhile is taken for what it is before the next one is sent.
const IDLE: StdDuration = StdDuration::from_millis(10);

/// What a session's handles ask of its task.
pub(super) enum Command {
    Submit { handle: RequestHandle, request: Request, reply: ReplyTo },
    Cancel(RequestHandle),
    Counters(oneshot::Sender<Counters>),
    KnownEngine(oneshot::Sender<Option<KnownEngine>>),
}

/// Why a request has no response: its own reason, which an operation may know how to mend, or the session's.
#[derive(Debug)]
pub(super) enum Failure {
    Request(RequestError),
    Session {
        error: Error,
        /// Whether the request may have reached the agent all the same.
        sent: bool,
    },
}

impl Failure {
    /// The session failed before the request was sent.
    pub(super) fn unsent(error: impl Into<Error>) -> Self {
        Self::Session { error: error.into(), sent: false }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Request(error) => error.into(),
            Failure::Session { error, sent: _ } => error,
        }
    }
}

/// What became of a request.
pub(super) type Outcome = Result<Response, Failure>;

enum Waiting {
    One(oneshot::Sender<Outcome>),
    Operation(Ticket, mpsc::UnboundedSender<(Ticket, Outcome)>),
}

/// Who waits for an answer. Whoever it is hears something: dropped unanswered, it says that the session is closed.
pub(super) struct ReplyTo(Option<Waiting>);

impl ReplyTo {
    pub(super) const fn one(reply: oneshot::Sender<Outcome>) -> Self {
        Self(Some(Waiting::One(reply)))
    }

    pub(super) const fn operation(ticket: Ticket, replies: mpsc::UnboundedSender<(Ticket, Outcome)>) -> Self {
        Self(Some(Waiting::Operation(ticket, replies)))
    }

    fn send(mut self, outcome: Outcome) {
        self.deliver(outcome);
    }

    /// Nobody may wait any more; then the outcome is dropped.
    fn deliver(&mut self, outcome: Outcome) {
        match self.0.take() {
            Some(Waiting::One(reply)) => drop(reply.send(outcome)),
            Some(Waiting::Operation(ticket, replies)) => drop(replies.send((ticket, outcome))),
            None => {}
        }
    }
}

impl Drop for ReplyTo {
    fn drop(&mut self) {
        self.deliver(Err(Failure::Session { error: Error::Closed, sent: true }));
    }
}

/// See the [module](self).
pub(super) struct Driver {
    engine: Engine,
    transport: Transport,
    inbox: mpsc::UnboundedReceiver<Command>,
    tap: Option<PacketTap>,
    waiting: HashMap<RequestHandle, ReplyTo>,
    started: time::Instant,
    /// When the last request came to its end.
    idle_since: time::Instant,
    /// Whether an answer may come that nobody waits for any more.
    cancelled: bool,
    /// Whether a time-out was due a while ago and was put off because there was so much else to do.
    overdue: bool,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

impl Driver {
    #[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
    pub(super) fn new(
        engine: Engine,
        transport: Transport,
        inbox: mpsc::UnboundedReceiver<Command>,
        tap: Option<PacketTap>,
    ) -> Self {
        let now = time::Instant::now();
        Self {
            engine,
            transport,
            inbox,
            tap,
            waiting: HashMap::new(),
            started: now,
            idle_since: now,
            cancelled: false,
            overdue: false,
            outgoing: Vec::new(),
            incoming: Vec::new(),
        }
    }

    /// Runs until every handle of the session is dropped.
    ///
    /// No source of events can keep the others waiting for ever: commands come in bursts, a few messages are sent at a
    /// time, and a flood of datagrams puts time-outs off only a little.
    pub(super) async fn run(mut self) {
        let mut turns = 0;
        while self.turn().await.is_continue() {
            turns += 1;
            if turns % BURST == 0 {
                self.catch_up();
                // The rest of the program, and the runtime's own clock, are not kept waiting either.
                task::yield_now().await;
            }
        }
    }

    /// Sends what is to be sent, delivers what has come, and waits for the next thing.
    async fn turn(&mut self) -> ControlFlow<()> {
        self.transmit().await;
        if self.engine.wants_transmit() {
            self.take_what_is_there().await;
        }
        self.deliver();
        let due = self.engine.poll_timeout().map(|due| self.started + due.since(Instant::ZERO).into());
        let busy = self.engine.outstanding() > 0;
        tokio::select! {
            biased;
            // Before the time-outs: after a time in which nothing could run, the answer may be there already. Nothing
            // is read while nothing is awaited: a closed stream is then found by the next request.
            arrival = self.transport.receive(&mut self.incoming), if busy => self.take(arrival),
            command = self.inbox.recv() => match command {
                Some(command) => self.obey(command).await,
                None => return ControlFlow::Break(()),
            },
            () = time::sleep_until(due.unwrap_or(self.started)), if due.is_some() => {
                let now = self.now();
                self.engine.handle_timeout(now);
            }
            () = std::future::ready(()), if self.engine.wants_transmit() => {}
        }
        // What else is there already is taken before anything is sent.
        for _ in 0..BURST {
            match self.inbox.try_recv() {
                Ok(command) => self.obey(command).await,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return ControlFlow::Break(()),
            }
        }
        ControlFlow::Continue(())
    }

    /// Does what is due by now, but only what was due a burst ago too: answers that wait to be read come first.
    fn catch_up(&mut self) {
        let now = self.now();
        let due = self.engine.poll_timeout().is_some_and(|due| due <= now);
        if due && self.overdue {
            self.engine.handle_timeout(now);
        }
        self.overdue = due && !self.overdue;
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.started.elapsed().into()
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Submit { handle, request, reply } => {
                if self.engine.outstanding() == 0 {
                    self.forget_the_past().await;
                }
                match self.engine.submit(handle, request) {
                    Ok(()) => drop(self.waiting.insert(handle, reply)),
                    Err(error) => reply.send(Err(Failure::unsent(error))),
                }
            }
            Command::Cancel(handle) => {
                self.cancelled |= self.waiting.remove(&handle).is_some();
                self.engine.cancel(handle);
            }
            // The one who asked may be gone.
            Command::Counters(reply) => drop(reply.send(self.engine.counters())),
            Command::KnownEngine(reply) => drop(reply.send(self.known_engine())),
        }
    }

    /// What is known of the agent's engine, its clock set to what it says now for a session that is started now.
    fn known_engine(&self) -> Option<KnownEngine> {
        let known = self.engine.known_engine()?;
        let now = self.now();
        let clock =
            known.clock.map(|clock| EngineClock { time: clock.time_at(now), at: Instant::ZERO, ..clock });
        Some(KnownEngine { clock, ..known })
    }

    /// Reads what came while nobody waited, so that it is not taken for something about the request that follows: a
    /// refusal of an earlier one above all.
    async fn forget_the_past(&mut self) {
        let cancelled = std::mem::take(&mut self.cancelled);
        // What is left in a stream matters to nobody, and its end is found when it is written to.
        if !self.transport.is_stream() && (cancelled || self.idle_since.elapsed() > IDLE) {
            // The runtime has to look at the socket first.
            task::yield_now().await;
            self.take_what_is_there().await;
        }
    }

    /// Takes what has arrived already, and waits for nothing.
    async fn take_what_is_there(&mut self) {
        for _ in 0..BURST {
            let arrival = {
                let mut receiving = pin!(self.transport.receive(&mut self.incoming));
                poll_fn(|context| Poll::Ready(receiving.as_mut().poll(context))).await
            };
            match arrival {
                Poll::Ready(arrival) => self.take(arrival),
                Poll::Pending => break,
            }
        }
    }

    async fn transmit(&mut self) {
        let mut outgoing = std::mem::take(&mut self.outgoing);
        for _ in 0..SENT_AT_A_TIME {
            let now = self.now();
            let Some(handle) = self.engine.poll_transmit(now, &mut outgoing) else { break };
            self.show(PacketDirection::Sent, &outgoing);
            if let Err(error) = self.transport.send(&outgoing).await {
                // The transmission that failed counts, too.
                let sent = self.engine.abandon(handle) > 1;
                if let Some(reply) = self.waiting.remove(&handle) {
                    reply.send(Err(Failure::Session { error: Error::system(error), sent }));
                }
            }
        }
        self.outgoing = outgoing;
    }

    fn take(&mut self, arrival: Result<Arrival, TransportError>) {
        let now = self.now();
        match arrival {
            Ok(Arrival::Message) => {
                let incoming = std::mem::take(&mut self.incoming);
                self.show(PacketDirection::Received, &incoming);
                self.engine.handle_datagram(now, &incoming);
                self.incoming = incoming;
            }
            Ok(Arrival::Stray { from }) => self.engine.hear_stray(now, from),
            Ok(Arrival::Refused) => self.engine.handle_rejection(&Rejection::Refused),
            Ok(Arrival::Unreachable { errno, by }) => {
                self.engine.handle_rejection(&Rejection::Unreachable { errno, by });
            }
            Err(error) => self.fail_all(error),
        }
    }

    /// A transport that cannot receive fails all that is outstanding, each with the system's own reason.
    fn fail_all(&mut self, error: TransportError) {
        let error = Arc::new(error);
        for (handle, reply) in self.waiting.drain() {
            let sent = self.engine.abandon(handle) > 0;
            reply.send(Err(Failure::Session { error: Error::System(Arc::clone(&error)), sent }));
        }
    }

    fn deliver(&mut self) {
        while let Some(Event { handle, answer }) = self.engine.poll_event() {
            if let Some(reply) = self.waiting.remove(&handle) {
                reply.send(answer.map_err(Failure::Request));
            }
            self.mark_idle();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
    fn mark_idle(&mut self) {
        if self.engine.outstanding() == 0 {
            self.idle_since = time::Instant::now();
        }
    }

    fn show(&mut self, direction: PacketDirection, octets: &[u8]) {
        if let Some(tap) = &self.tap {
            let addresses = self.transport.peer_text();
            tap(Packet { direction, octets, addresses: &addresses });
        }
    }
}
