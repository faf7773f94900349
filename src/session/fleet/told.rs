//! What a fleet is told, and what it tells.

use std::fmt;

use super::super::{OperationStream, RunError, SessionSettings};
use crate::{
    clock::Duration,
    engine::{Counters, KnownEngine},
    operation::Operation,
    server_spec::ServerSpec,
    transport::TransportSettings,
};

/// How a fleet goes about it.
#[derive(Clone, Debug)]
pub struct FleetSettings {
    /// Targets under way at a time; at least 1, default 1000.
    ///
    /// Linux keeps the link addresses of 1024 neighbours unless told otherwise, so that more hosts of one network that
    /// are asked at once would push each other out.
    pub jobs: usize,
    /// Host names that are looked up at a time; at least 1, default 64. Each takes a thread.
    pub lookups: usize,
    /// The sockets' local address and buffers. Without a size, the receive buffer is made as large as the system allows,
    /// up to 8 MiB.
    pub transport: TransportSettings,
}

impl Default for FleetSettings {
    fn default() -> Self {
        Self { jobs: 1_000, lookups: 64, transport: TransportSettings::default() }
    }
}

/// One agent, and what is done to it.
#[derive(Clone, Debug)]
pub struct FleetTarget<O> {
    /// Where it is.
    pub spec: ServerSpec,
    /// How to speak to it. A hint of its engine in there is as of the moment when the target is taken.
    pub settings: SessionSettings,
    /// What to do.
    pub operation: O,
}

/// What a fleet tells; targets are numbered from 0 in the order in which they come.
#[derive(Debug)]
pub enum FleetEvent<O: Operation> {
    /// The operation yields something.
    Item {
        /// Of which target.
        host: usize,
        /// What.
        item: O::Item,
    },
    /// Nothing more comes of a target. Each one that was taken has one of these.
    Ended {
        /// Which target.
        host: usize,
        /// How it went.
        ended: Box<Ended<O>>,
    },
}

/// How it went with a target.
pub struct Ended<O: Operation> {
    pub(super) remains: Remains<O>,
    /// Why it ended: the operation is done, or it failed, or the session did.
    pub result: Result<(), RunError<O::Error>>,
    /// What its engine did.
    pub counters: Counters,
    /// What is known of the agent's engine; see [`Session::known_engine`](crate::session::Session::known_engine).
    pub known_engine: Option<KnownEngine>,
    /// Whether a request that has no answer may have reached the agent; see [`OperationStream::is_in_doubt`].
    pub in_doubt: bool,
    /// How long it took, from when the target was taken.
    pub elapsed: Duration,
}

impl<O: Operation> fmt::Debug for Ended<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended")
            .field("is_ok", &self.result.is_ok())
            .field("counters", &self.counters)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

/// What is left when a target has ended.
pub(super) enum Remains<O: Operation> {
    Operation(O),
    Stream(OperationStream<O>),
}

impl<O: Operation> Ended<O> {
    /// The operation, to be asked how it went.
    pub const fn operation(&self) -> &O {
        match &self.remains {
            Remains::Operation(operation) => operation,
            Remains::Stream(stream) => stream.operation(),
        }
    }
}

/// What was spent on a target.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct FleetSpent {
    /// What its engine did; zeros for a target that does not share the socket.
    pub counters: Counters,
    /// How long it has been under way.
    pub elapsed: Duration,
}

/// Whether further targets are taken as there are places for them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Beginning {
    /// They are.
    Allowed,
    /// They wait.
    HeldBack,
}
