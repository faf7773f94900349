//! Requests and what becomes of them.

use super::usm::{AnswerFault, Report};
use crate::{
    clock::Duration,
    codec::{DecodeError, EncodeError, ErrorStatus, PduKind, Version},
    crypto::SaltsExhausted,
    value::VarBind,
};

/// What an operation asks of an agent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequestKind {
    /// The values of these names.
    Get,
    /// The names after these, with their values.
    GetNext,
    /// Many names after these.
    GetBulk {
        /// How many bindings at the front are asked for once only; 0 to 2147483647.
        non_repeaters: u32,
        /// How often the others are repeated; 0 to 2147483647.
        max_repetitions: u32,
    },
    /// Give these variables these values, all or none.
    Set,
    /// Take note of this, and say so.
    Inform,
}

impl RequestKind {
    /// The PDU that carries such a request.
    pub const fn pdu_kind(self) -> PduKind {
        match self {
            Self::Get => PduKind::Get,
            Self::GetNext => PduKind::GetNext,
            Self::GetBulk { non_repeaters, max_repetitions } => {
                PduKind::GetBulk { non_repeaters, max_repetitions }
            }
            Self::Set => PduKind::Set,
            Self::Inform => PduKind::Inform,
        }
    }
}

/// A request: what an operation asks, however many transmissions it takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// What is asked.
    pub kind: RequestKind,
    /// Of which variables.
    pub bindings: Vec<VarBind>,
}

/// Which request of an engine; its submitter chooses it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestHandle(pub u64);

/// A response as the agent gave it, whatever its error-status.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// What the agent says of the request.
    pub error_status: ErrorStatus,
    /// The position, from 1, of the binding in error; 0 for none.
    pub error_index: u32,
    /// The variable bindings.
    pub bindings: Vec<VarBind>,
    /// How many transmissions had been sent when it came, without those that the agent has surely not processed: in
    /// `SNMPv3` they may have had a wrong clock, or have been for another engine. From 1.
    pub transmissions: u32,
    /// From the first transmission to the answer.
    pub elapsed: Duration,
}

/// What an ICMP message said of a datagram that was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Rejection {
    /// Nothing listens on that port.
    Refused,
    /// There is no way to the host, or none that may be used.
    Unreachable {
        /// The system's number for the reason, such as that of `EHOSTUNREACH`.
        errno: i32,
        /// The router that says so, when that is known.
        by: Option<String>,
    },
}

/// What came instead of an answer. None of it proves who sent it; it is for the person who wonders.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Heard {
    /// The last datagram that could not be read, and why.
    pub malformed: Option<DecodeError>,
    /// A message of another version than the one we speak.
    pub other_version: Option<Version>,
    /// How many messages carried a request-id that is none of ours. Late answers to requests that have just ended are
    /// not counted: they are what a slow or doubling network brings.
    pub unmatched: u32,
    /// Where the last datagram from another address came from.
    pub stray: Option<String>,
    /// In `SNMPv3`: what was wrong with the last message that carried a msgID of ours.
    pub fault: Option<Box<AnswerFault>>,
    /// In `SNMPv3`: a Report that proves nothing and came once.
    pub report: Option<Box<Report>>,
}

impl Heard {
    /// Whether nothing at all was heard.
    pub fn is_silence(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a request has no response.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// No answer to any transmission.
    #[error("no answer after {} in {elapsed}", times(*tries))]
    NoAnswer {
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the request was given up.
        elapsed: Duration,
        /// What came instead.
        heard: Heard,
    },
    /// The agent's host says that nothing listens there (ICMP port unreachable, or a stream refused).
    #[error("refused: the host answers, but nothing listens on that port ({} in {elapsed})", times(*tries))]
    Refused {
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the request was given up.
        elapsed: Duration,
    },
    /// The network says that there is no way to the agent.
    #[error("unreachable: {}{} ({} in {elapsed})", errno_text(*errno), router(.by.as_deref()), times(*tries))]
    Unreachable {
        /// The system's number for the reason.
        errno: i32,
        /// The router that says so, when that is known.
        by: Option<String>,
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the request was given up.
        elapsed: Duration,
    },
    /// All that came could not be read.
    #[error("malformed answer: {error} ({} in {elapsed})", times(*tries))]
    Malformed {
        /// Where the last one is wrong.
        error: DecodeError,
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the request was given up.
        elapsed: Duration,
    },
    /// The answer is longer than is taken ([`max_answer_octets`](super::EngineSettings::max_answer_octets)); of one in
    /// `SNMPv3` nobody can tell that.
    #[error("the answer has {octets} octets, which is more than is taken: {error}")]
    TooLong {
        /// Octets that it has.
        octets: usize,
        /// Where what is taken of it ends, which is in the middle of something.
        error: DecodeError,
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the answer came.
        elapsed: Duration,
    },
    /// A message with the request's id came, but it is no response.
    #[error("expected a Response, but got {}", .found.name())]
    UnexpectedPdu {
        /// The PDU that came.
        found: PduKind,
    },
    /// In `SNMPv3`: no answer to the question for the agent's engine ID.
    #[error("no answer to the question for the engine ID after {} in {elapsed}", times(*tries))]
    NoEngine {
        /// Transmissions of the question.
        tries: u32,
        /// Transmissions of the request itself before, to an engine that was but a hint ([`EngineSource::Hint`]) and did not
        /// answer; nobody knows what became of them.
        ///
        /// [`EngineSource::Hint`]: super::EngineSource::Hint
        sent: u32,
        /// From the first of them until it was given up.
        elapsed: Duration,
        /// What came instead.
        heard: Heard,
    },
    /// In `SNMPv3`: what else became of the question for the agent's engine ID, so that the request was never sent.
    #[error(transparent)]
    NeverSent(Box<Self>),
    /// In `SNMPv3`: the agent did not process the request, and says why.
    #[error("{report} ({} in {elapsed})", times(*tries))]
    Reported {
        /// What it says.
        report: Box<Report>,
        /// Transmissions sent.
        tries: u32,
        /// For how many of them a Report came. Of the others nobody knows whether they were processed.
        reported: u32,
        /// From the first of them until the Report.
        elapsed: Duration,
    },
    /// Every salt of the session has been used; a new session begins anew.
    #[error(transparent)]
    SaltsExhausted(SaltsExhausted),
    /// The request cannot be written as a message.
    #[error("the request cannot be sent: {0}")]
    Encode(#[from] EncodeError),
    /// Every request-id of the range that the settings allow is in use.
    #[error("all {range} request-ids that the settings allow are in use")]
    NoRequestId {
        /// How many the range has.
        range: u64,
    },
}

/// A number of transmissions, for a message.
pub(crate) fn times(tries: u32) -> String {
    if tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") }
}

/// The system's own words for an errno, without the number that Rust puts behind them.
fn errno_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

fn router(by: Option<&str>) -> String {
    by.map(|by| format!(", says {by}")).unwrap_or_default()
}
