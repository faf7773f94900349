//! Message processing without I/O (RFC 3411, section 3.1): matches answers to requests, retransmits, secures.
//!
//! One [`Engine`] speaks to one agent. Its owner *mutates* it ([`Engine::submit`], [`Engine::handle_datagram`],
//! [`Engine::handle_rejection`], [`Engine::handle_timeout`]), then *drains* it ([`Engine::poll_transmit`],
//! [`Engine::poll_event`]), then sleeps until [`Engine::poll_timeout`] or the next input. Time and randomness are
//! arguments, so the same engine runs against a socket and in a simulated world.
//!
//! In `SNMPv3` an engine asks for the agent's engine ID first, once for all requests that wait for it, and may send a
//! request again because of what a Report says: see [`Usm`] and [`limits::CORRECTIONS`](crate::limits::CORRECTIONS).
//!
//! Two rules carry the rest. Each transmission has its own request-id, and an answer to *any* transmission of a
//! request answers it. And a datagram that proves nothing about its sender changes nothing and fails nothing: it is
//! remembered only to say, should the request run out of tries, what was heard instead of an answer.

mod check;
mod machine;
mod request;
mod retry;
mod security;
mod usm;

pub use check::{Checked, Mismatch};
pub use machine::{Counters, Engine, EngineSettings, Event, SubmitError};
pub(crate) use request::times;
pub use request::{Heard, Rejection, Request, RequestError, RequestHandle, RequestKind, Response};
pub use retry::RetrySchedule;
pub use security::{Community, CommunityModel, Security};
pub use usm::{
    AnswerFault, AuthSource, EngineClock, EngineId, EngineSource, KnownEngine, PrivSource, Protection,
    Report, ReportProof, ReportReason, Usm, UsmError,
};
