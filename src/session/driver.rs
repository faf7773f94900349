//! The session's task: the only place where an engine, a transport and the clock meet.

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::{mpsc, oneshot},
    time,
};

use super::{Error, Packet, PacketDirection, PacketTap};
use crate::{
    clock::Instant,
    engine::{Counters, Engine, Event, Rejection, Request, RequestError, RequestHandle, Response},
    operation::Ticket,
    transport::{Arrival, Transport, TransportError},
};

/// What a session's handles ask of its task.
pub(super) enum Command {
    Submit { handle: RequestHandle, request: Request, reply: ReplyTo },
    Cancel(RequestHandle),
    Counters(oneshot::Sender<Counters>),
}

/// Why a request has no response: its own reason, which an operation may know how to mend, or the session's.
#[derive(Debug)]
pub(super) enum Failure {
    Request(RequestError),
    Session(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Request(error) => error.into(),
            Failure::Session(error) => error,
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
        self.deliver(Err(Failure::Session(Error::Closed)));
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
        Self {
            engine,
            transport,
            inbox,
            tap,
            waiting: HashMap::new(),
            started: time::Instant::now(),
            outgoing: Vec::new(),
            incoming: Vec::new(),
        }
    }

    /// Runs until every handle of the session is dropped.
    pub(super) async fn run(mut self) {
        loop {
            self.transmit().await;
            self.deliver();
            let due = self.engine.poll_timeout().map(|due| self.started + due.since(Instant::ZERO).into());
            let busy = self.engine.outstanding() > 0;
            tokio::select! {
                biased;
                command = self.inbox.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                // Nothing is read while nothing is awaited: a closed stream is then found by the next request.
                arrival = self.transport.receive(&mut self.incoming), if busy => self.take(arrival),
                () = time::sleep_until(due.unwrap_or(self.started)), if due.is_some() => {
                    let now = self.now();
                    self.engine.handle_timeout(now);
                }
            }
            // What else is there already is taken before anything is sent.
            while let Ok(command) = self.inbox.try_recv() {
                self.obey(command);
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.started.elapsed().into()
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Submit { handle, request, reply } => match self.engine.submit(handle, request) {
                Ok(()) => drop(self.waiting.insert(handle, reply)),
                Err(error) => reply.send(Err(Failure::Session(error.into()))),
            },
            Command::Cancel(handle) => {
                self.engine.cancel(handle);
                self.waiting.remove(&handle);
            }
            // The one who asked may be gone.
            Command::Counters(reply) => drop(reply.send(self.engine.counters())),
        }
    }

    async fn transmit(&mut self) {
        let mut outgoing = std::mem::take(&mut self.outgoing);
        loop {
            let now = self.now();
            let Some(handle) = self.engine.poll_transmit(now, &mut outgoing) else { break };
            self.show(PacketDirection::Sent, &outgoing);
            if let Err(error) = self.transport.send(&outgoing).await {
                self.engine.abandon(handle);
                if let Some(reply) = self.waiting.remove(&handle) {
                    reply.send(Err(Failure::Session(Error::system(error))));
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
            self.engine.cancel(handle);
            reply.send(Err(Failure::Session(Error::System(Arc::clone(&error)))));
        }
    }

    fn deliver(&mut self) {
        while let Some(Event { handle, answer }) = self.engine.poll_event() {
            if let Some(reply) = self.waiting.remove(&handle) {
                reply.send(answer.map_err(Failure::Request));
            }
        }
    }

    fn show(&mut self, direction: PacketDirection, octets: &[u8]) {
        if let Some(tap) = &mut self.tap {
            let addresses = self.transport.peer_text();
            tap(Packet { direction, octets, addresses: &addresses });
        }
    }
}
