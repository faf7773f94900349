//! Message processing without I/O (RFC 3411, section 3.1): matches answers to requests, retransmits, secures.
//!
//! One [`Engine`] speaks to one agent. Its owner *mutates* it ([`Engine::submit`], [`Engine::handle_datagram`],
//! [`Engine::handle_rejection`], [`Engine::handle_timeout`]), then *drains* it ([`Engine::poll_transmit`],
//! [`Engine::poll_event`]), then sleeps until [`Engine::poll_timeout`] or the next input. Time and randomness are
//! arguments, so the same engine runs against a socket and in a simulated world.
//!
//! Two rules carry the rest. Each transmission has its own request-id, and an answer to *any* transmission of a
//! request answers it. And a datagram that proves nothing about its sender changes nothing and fails nothing: it is
//! remembered only to say, should the request run out of tries, what was heard instead of an answer.

mod machine;
mod request;
mod retry;
mod security;

pub use machine::{Counters, Engine, EngineSettings, Event, SubmitError};
pub(crate) use request::times;
pub use request::{Heard, Rejection, Request, RequestError, RequestHandle, RequestKind, Response};
pub use retry::RetrySchedule;
pub use security::{Community, CommunityModel, Security};
