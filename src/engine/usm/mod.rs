//! The User-based Security Model on the side of who asks (RFC 3414): the engine's part that is about keys, clocks and
//! Reports, and knows nothing of retries.
//!
//! [`Usm`] says who asks and how. The rules that carry it:
//!
//! * What has not been authenticated changes nothing that lasts. An identifier or a clock that somebody told is used to
//!   ask with, and gives way to the first message that proves itself.
//! * A message counts as an answer at the level that was asked for, and not below.
//! * Every salt of an engine differs from every other.

mod channel;
mod clock;
mod report;
mod settings;

pub(super) use channel::{Asked, Channel, Fault, Incoming, SealError};
pub use clock::EngineClock;
pub use report::{AnswerFault, Report, ReportProof, ReportReason};
pub use settings::{AuthSource, EngineId, EngineSource, KnownEngine, PrivSource, Protection, Usm, UsmError};
