//! Sessions: an [`Engine`] fed by tokio from a transport. The session is the only reader of the clock.
//!
//! A [`Session`] speaks to one agent. It is a handle that can be cloned and shared; the socket and the engine live in
//! a task of their own, so any number of requests may be outstanding at a time. The task ends, and the socket is
//! closed, when the last handle is dropped.

pub mod blocking;
mod driver;
mod error;
pub mod fleet;
mod inside;
mod run;
mod serve;
mod table;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering as AtomicOrdering},
    },
};

use rand::{TryRng, rngs::SysRng};
use tokio::sync::{mpsc, oneshot};

pub use error::{Error, RunError};
pub use inside::{in_process, present};
pub use run::{Next, OperationStream, WalkStream};
pub use serve::{Observed, Observer, Server};
pub use table::{FetchedTable, TableStream};

use crate::{
    codec::Lenient,
    engine::{
        Community, CommunityModel, Counters, Engine, EngineSettings, KnownEngine, Request, RequestHandle,
        RequestKind, Response, RetrySchedule, Security, Usm,
    },
    limits,
    oid::Oid,
    operation::{AgentError, Fix, Get, GetItem, Operation, Set, Walk, WalkPlan},
    secret::Secret,
    server_spec::ServerSpec,
    transport::{Transport, TransportSettings},
    value::VarBind,
};
use driver::{Command, Driver, ReplyTo};

/// One packet, for [`SessionSettings::packet_tap`].
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Which way it went.
    pub direction: PacketDirection,
    /// All of it.
    pub octets: &'a [u8],
    /// Between which addresses, as net-snmp writes it: `UDP: [127.0.0.1]:161->[0.0.0.0]:0`.
    pub addresses: &'a str,
}

/// Which way a packet went.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PacketDirection {
    /// To the agent.
    Sent,
    /// From the agent.
    Received,
}

/// Is shown every packet, as `-d` needs it.
pub type PacketTap = Arc<dyn Fn(Packet<'_>) + Send + Sync>;

/// How a session speaks. What is `None` comes from the server specification or has its default.
///
/// ```
/// use snmpkit::{clock::Duration, engine::RetrySchedule, session::SessionSettings};
///
/// let settings = SessionSettings {
///     retry: RetrySchedule { timeout: Duration::from_millis(300), retries: 2, backoff: 2.0 },
///     ..SessionSettings::default()
/// };
/// let the_same_for_another_agent = settings.clone();
/// ```
#[derive(Clone)]
pub struct SessionSettings {
    /// Who asks in `SNMPv3`. Where it is given the version is 3, and the next three settings are not looked at.
    pub usm: Option<Usm>,
    /// `SNMPv1` or `SNMPv2c`; default `SNMPv2c`.
    pub model: CommunityModel,
    /// The community for reading. Default: the specification's, else `public`.
    pub read_community: Option<Secret<Vec<u8>>>,
    /// The community for SET. Default: the specification's, else `private`.
    pub write_community: Option<Secret<Vec<u8>>>,
    /// Time-out (1 s), retries (5) and back-off (none).
    pub retry: RetrySchedule,
    /// Octets of the largest message to send; 484 to 65507. Default: what the transport carries.
    pub max_message_octets: Option<usize>,
    /// Octets of the longest answer to take; 484 to 65507. A longer one is not understood, and ends its request; walks and
    /// table fetches ask for no more than fits, and in `SNMPv3` the agent is told. Default: what the transport carries.
    pub max_answer_octets: Option<usize>,
    /// Where request-ids are drawn from, at random. Default 1 to 2147483647.
    pub request_ids: std::ops::RangeInclusive<i32>,
    /// Which deviations from the standard are tolerated in answers. Default: all.
    pub lenient: Lenient,
    /// Local address and port, buffer sizes, answers from other addresses, the device inside.
    ///
    /// Where no time-out for connecting is given, each address has as long as a request until it is given up.
    pub transport: TransportSettings,
    /// Is shown every packet.
    pub packet_tap: Option<PacketTap>,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            usm: None,
            model: CommunityModel::V2c,
            read_community: None,
            write_community: None,
            retry: RetrySchedule::default(),
            max_message_octets: None,
            max_answer_octets: None,
            request_ids: 1..=i32::MAX,
            lenient: Lenient::default(),
            transport: TransportSettings::default(),
            packet_tap: None,
        }
    }
}

impl fmt::Debug for SessionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionSettings")
            .field("usm", &self.usm)
            .field("model", &self.model)
            .field("retry", &self.retry)
            .field("max_message_octets", &self.max_message_octets)
            .field("request_ids", &self.request_ids)
            .finish_non_exhaustive()
    }
}

/// A session with one agent; cheap to clone, see the [module](self).
#[derive(Clone)]
pub struct Session {
    commands: mpsc::UnboundedSender<Command>,
    next_handle: Arc<AtomicU64>,
    peer: Arc<str>,
    /// Whether the version has GETBULK.
    has_bulk: bool,
    answer_octets: usize,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl Session {
    /// Opens the transport that the specification names and starts the session's task on the current tokio runtime.
    ///
    /// UDP opens without a word to the agent; a stream connects.
    ///
    /// # Errors
    ///
    /// [`Error::System`] when a name does not resolve, a socket cannot be made or a stream is refused.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time enabled; [`blocking::Session`] brings its own.
    pub async fn open(spec: &ServerSpec, mut settings: SessionSettings) -> Result<Self, Error> {
        settings.transport.inside.get_or_insert(inside::built_in);
        settings.transport.connect_time_out.get_or_insert_with(|| settings.retry.longest().into());
        let transport = Transport::open(spec, &settings.transport).await.map_err(Error::system)?;
        Self::over(transport, spec.community.as_ref(), settings)
    }

    /// The same over a transport that is open already; `community` is the one of its specification.
    pub fn over(
        transport: Transport,
        community: Option<&Secret<Vec<u8>>>,
        settings: SessionSettings,
    ) -> Result<Self, Error> {
        let carried = transport.max_message_octets();
        let packet_tap = settings.packet_tap.clone();
        let settings = engine_settings(settings, community, carried);
        let answer_octets = transport.answer_octets().min(settings.max_answer_octets);
        let has_bulk = !matches!(&settings.security, Security::Community(community) if community.model == CommunityModel::V1);
        let engine = engine(settings)?;
        let peer = Arc::from(transport.peer_text());
        let (commands, inbox) = mpsc::unbounded_channel();
        let driver = Driver::new(engine, transport, inbox, packet_tap);
        tokio::spawn(driver.run());
        Ok(Self { commands, next_handle: Arc::new(AtomicU64::new(0)), peer, has_bulk, answer_octets })
    }

    /// Sends a request and waits for the response, whatever its error-status. Dropping the future cancels it.
    pub async fn request(&self, request: Request) -> Result<Response, Error> {
        let (reply, answer) = oneshot::channel();
        let handle = self.submit(request, ReplyTo::one(reply))?;
        let mut cancel = CancelOnDrop { session: self, handle: Some(handle) };
        let answer = answer.await;
        cancel.handle = None;
        Ok(answer.map_err(|_| Error::Closed)??)
    }

    /// The values of these names, in their order; exceptions are values.
    ///
    /// Unlike [`Get`] with [`Fix::DropAndRepeat`], an error-status is an error.
    pub async fn get(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.get_with(RequestKind::Get, names).await
    }

    /// The names after these, with their values.
    pub async fn get_next(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.get_with(RequestKind::GetNext, names).await
    }

    /// One GETBULK: the first `non_repeaters` names once, the others up to `max_repetitions` times
    /// (RFC 3416, section 4.2.3). The agent may return fewer.
    pub async fn get_bulk(
        &self,
        non_repeaters: u32,
        max_repetitions: u32,
        names: &[Oid],
    ) -> Result<Vec<VarBind>, Error> {
        self.get_with(RequestKind::GetBulk { non_repeaters, max_repetitions }, names).await
    }

    /// Gives variables values, all or none; returns what the agent confirms.
    ///
    /// # Errors
    ///
    /// After a time-out, after an error-status that came on a retransmission, and after a system error such as a closed
    /// connection, the SET may have been made all the same. [`Self::run`]ning a [`Set`] tells more:
    /// [`crate::operation::SetError::may_have_been_made`] of the operation's own error,
    /// [`OperationStream::is_in_doubt`] of the session's.
    pub async fn set(&self, bindings: Vec<VarBind>) -> Result<Vec<VarBind>, Error> {
        let mut answers = self.run(Set::new(bindings));
        let mut confirmed = Vec::new();
        while let Some(binding) = answers.next().await {
            confirmed.push(binding.map_err(Error::from)?);
        }
        Ok(confirmed)
    }

    /// Walks as planned; the stream yields bindings in the order of their names.
    pub fn walk(&self, plan: WalkPlan) -> WalkStream {
        WalkStream::new(self.run(Walk::new(plan)))
    }

    /// Runs any operation over this session. Dropping the stream cancels what is outstanding.
    pub fn run<O: Operation>(&self, operation: O) -> OperationStream<O> {
        OperationStream::new(self.clone(), operation)
    }

    /// How many octets answers may have without being cut into pieces on their way
    /// ([`Transport::answer_octets`]) or left unread ([`SessionSettings::max_answer_octets`]). Walks and table fetches
    /// aim at it unless they are given a length.
    pub const fn answer_octets(&self) -> usize {
        self.answer_octets
    }

    /// What the session's engine did so far; zeros when the session's task has ended.
    pub async fn counters(&self) -> Counters {
        let (reply, counters) = oneshot::channel();
        if self.commands.send(Command::Counters(reply)).is_err() {
            return Counters::default();
        }
        counters.await.unwrap_or_default()
    }

    /// What the session has learnt of the agent's engine, in `SNMPv3`: a session that is told ([`Usm::with_hint`]) needs
    /// one round trip less. `None` before an answer has come, and in the other versions.
    ///
    /// The clock is what the engine's shows at this moment, for a session that is opened at this moment.
    pub async fn known_engine(&self) -> Option<KnownEngine> {
        let (reply, known) = oneshot::channel();
        self.commands.send(Command::KnownEngine(reply)).ok()?;
        known.await.ok().flatten()
    }

    /// The agent's address as text.
    pub fn peer(&self) -> &str {
        &self.peer
    }

    async fn get_with(&self, kind: RequestKind, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        let mut items = self.run(Get::new(kind, names.to_vec(), Fix::Never));
        let mut bindings = Vec::with_capacity(names.len());
        while let Some(item) = items.next().await {
            match item.map_err(Error::from)? {
                GetItem::Binding(binding) => bindings.push(binding),
                GetItem::Refused(error) => return Err(Error::Agent(error)),
            }
        }
        Ok(bindings)
    }

    fn submit(&self, request: Request, reply: ReplyTo) -> Result<RequestHandle, Error> {
        let handle = RequestHandle(self.next_handle.fetch_add(1, AtomicOrdering::Relaxed));
        self.commands.send(Command::Submit { handle, request, reply }).map_err(|_| Error::Closed)?;
        Ok(handle)
    }

    /// Takes a request back. A session that has ended has nothing to cancel.
    fn cancel(&self, handle: RequestHandle) {
        drop(self.commands.send(Command::Cancel(handle)));
    }
}

impl From<AgentError> for Error {
    fn from(error: AgentError) -> Self {
        Self::Agent(error)
    }
}

/// Takes a request back when its future is dropped before it has ended.
struct CancelOnDrop<'a> {
    session: &'a Session,
    handle: Option<RequestHandle>,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(handle) = self.handle {
            self.session.cancel(handle);
        }
    }
}

/// What the settings say of the engine, over a transport that carries messages of `carried` octets.
fn engine_settings(
    settings: SessionSettings,
    community: Option<&Secret<Vec<u8>>>,
    carried: usize,
) -> EngineSettings {
    EngineSettings {
        security: match settings.usm {
            Some(usm) => Security::Usm(Box::new(usm)),
            None => Security::Community(Community {
                model: settings.model,
                read: effective(settings.read_community, community, b"public"),
                write: effective(settings.write_community, community, b"private"),
            }),
        },
        retry: settings.retry,
        max_message_octets: in_range(settings.max_message_octets.unwrap_or(carried)),
        max_answer_octets: in_range(settings.max_answer_octets.unwrap_or(limits::MESSAGE_OCTETS)),
        request_ids: settings.request_ids,
        lenient: settings.lenient,
    }
}

/// An engine whose identifiers and salts nobody can guess.
fn engine(settings: EngineSettings) -> Result<Engine, Error> {
    let mut seed = [0; 32];
    SysRng.try_fill_bytes(&mut seed).map_err(Error::no_randomness)?;
    Ok(Engine::new(settings, seed))
}

/// Octets of a message, as many as one has.
fn in_range(octets: usize) -> usize {
    octets.clamp(limits::MESSAGE_OCTETS_MIN, limits::MESSAGE_OCTETS)
}

fn effective(
    given: Option<Secret<Vec<u8>>>,
    spec: Option<&Secret<Vec<u8>>>,
    default: &[u8],
) -> Secret<Vec<u8>> {
    given.or_else(|| spec.cloned()).unwrap_or_else(|| Secret::new(default.to_vec()))
}
