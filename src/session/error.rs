//! What can go wrong with a session.

use std::{io, sync::Arc};

use crate::{
    codec::{DecodeError, EncodeError, PduKind},
    engine::{Heard, Report, RequestError, SubmitError, times},
    operation::{AgentError, GetError, SetError, WalkError},
    transport::TransportError,
};

/// Why a session gave no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The agent answered with an error-status: which, for which binding, of what name.
    #[error(transparent)]
    Agent(AgentError),
    /// No answer in time.
    #[error("no answer after {} in {elapsed}", times(*tries))]
    Timeout {
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the request was given up.
        elapsed: crate::clock::Duration,
        /// What came instead of an answer.
        heard: Heard,
    },
    /// No answer to the question for the agent's engine ID (`SNMPv3`).
    #[error("no answer to the question for the engine ID after {} in {elapsed}", times(*tries))]
    NoEngine {
        /// Transmissions of the question.
        tries: u32,
        /// From the first of them until it was given up.
        elapsed: crate::clock::Duration,
        /// What came instead of an answer.
        heard: Heard,
    },
    /// The agent's host answers that nothing listens there.
    #[error("refused: nothing listens on that port ({} in {elapsed})", times(*tries))]
    Refused {
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the request was given up.
        elapsed: crate::clock::Duration,
    },
    /// The network says that there is no way to the agent.
    #[error("{0}")]
    Unreachable(RequestError),
    /// All that came could not be read: the octet and the reason.
    #[error("malformed answer: {error} ({})", times(*tries))]
    Malformed {
        /// Where the last one is wrong, and how.
        error: DecodeError,
        /// Transmissions sent.
        tries: u32,
    },
    /// An answer came that answers nothing: another PDU than a Response.
    #[error("expected a Response, but got {}", .found.name())]
    UnexpectedPdu {
        /// The PDU that came.
        found: PduKind,
    },
    /// A walk's names do not go on as they must.
    #[error(transparent)]
    Walk(Box<WalkError>),
    /// The agent did not process the request, and says why (`SNMPv3`).
    #[error("{report} ({} in {elapsed})", times(*tries))]
    Reported {
        /// What it says.
        report: Box<Report>,
        /// Transmissions sent.
        tries: u32,
        /// From the first of them until the Report.
        elapsed: crate::clock::Duration,
    },
    /// The session has encrypted as many messages as it may; another one can go on.
    #[error("the session has used every salt of its privacy key")]
    SaltsExhausted,
    /// The request cannot be written as a message of this version and size.
    #[error("the request cannot be sent: {0}")]
    Encode(EncodeError),
    /// The request was not taken.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The range of request-ids is used up.
    #[error("all {range} request-ids that the settings allow are in use")]
    NoRequestId {
        /// How many the range has.
        range: u64,
    },
    /// A system call failed: which, for which address, with which errno.
    #[error(transparent)]
    System(Arc<TransportError>),
    /// The system has no random numbers to give, without which request-ids could be guessed.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(Arc<io::Error>),
    /// The runtime of a [`super::blocking::Session`] cannot be made.
    #[error("the runtime cannot be started: {0}")]
    NoRuntime(Arc<io::Error>),
    /// The session's task has ended: its runtime was shut down.
    #[error("the session is closed")]
    Closed,
}

impl Error {
    pub(super) fn system(error: TransportError) -> Self {
        Self::System(Arc::new(error))
    }

    pub(super) fn no_randomness(error: rand::rngs::SysError) -> Self {
        Self::NoRandomness(Arc::new(error.into()))
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::NoAnswer { tries, elapsed, heard } => Self::Timeout { tries, elapsed, heard },
            RequestError::NoEngine { tries, sent: _, elapsed, heard } => {
                Self::NoEngine { tries, elapsed, heard }
            }
            RequestError::NeverSent(error) => (*error).into(),
            RequestError::Reported { report, tries, reported: _, elapsed } => {
                Self::Reported { report, tries, elapsed }
            }
            RequestError::SaltsExhausted(_) => Self::SaltsExhausted,
            RequestError::Refused { tries, elapsed } => Self::Refused { tries, elapsed },
            RequestError::Unreachable { .. } => Self::Unreachable(error),
            RequestError::Malformed { error, tries, elapsed: _ }
            | RequestError::TooLong { error, tries, octets: _, elapsed: _ } => {
                Self::Malformed { error, tries }
            }
            RequestError::UnexpectedPdu { found } => Self::UnexpectedPdu { found },
            RequestError::Encode(error) => Self::Encode(error),
            RequestError::NoRequestId { range } => Self::NoRequestId { range },
        }
    }
}

impl From<GetError> for Error {
    fn from(error: GetError) -> Self {
        match error {
            GetError::Agent(error) => Self::Agent(error),
            GetError::Request(error) => error.into(),
        }
    }
}

impl From<SetError> for Error {
    fn from(error: SetError) -> Self {
        match error {
            SetError::Agent(error) => Self::Agent(error),
            SetError::Request(error) => error.into(),
        }
    }
}

impl From<WalkError> for Error {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Request(error) => error.into(),
            other @ (WalkError::NotIncreasing { .. }
            | WalkError::Loop { .. }
            | WalkError::EmptyAnswer { .. }) => Self::Walk(Box::new(other)),
        }
    }
}

/// Why an operation gave no further result: its own reason, or the session's.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RunError<E> {
    /// The operation's own error.
    #[error(transparent)]
    Operation(E),
    /// The session failed under it.
    #[error(transparent)]
    Session(Error),
}

impl<E: Into<Error>> From<RunError<E>> for Error {
    fn from(error: RunError<E>) -> Self {
        match error {
            RunError::Operation(error) => error.into(),
            RunError::Session(error) => error,
        }
    }
}
