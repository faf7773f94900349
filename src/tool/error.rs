//! How a run ends: what is said, and with which status.

use crate::cli::rewrite::Usage;

/// The end of a run, whatever the tool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Answered; an exception value is an answer. Also: help, a version, a listing.
    Done,
    /// Answered, but with nothing at all or with exceptions only.
    NothingFound,
    /// The agent answered with an error-status.
    AgentError,
    /// No answer in time, or no way to the agent.
    NoAnswer,
    /// Authentication or privacy failed.
    Security,
    /// The arguments make no sense.
    Usage,
    /// Some agents failed, a walk was cut, a table stayed torn.
    Partial,
    /// The agent's names go backwards: with net-snmp's snmptable, the status of an error-status.
    Disordered,
    /// Something on this machine failed: a file, a socket, a full disk.
    Local,
    /// The reader of standard output went away.
    BrokenPipe,
    /// Ctrl-C.
    Interrupted,
    /// Help was asked for, which net-snmp counts as a failure.
    Help,
    /// A name that no module has: the one failure that snmptranslate tells apart.
    UnknownName,
    /// No name matches a pattern.
    NoMatch,
    /// A failure that net-snmp's tool of this name ends with 0 all the same.
    Overlooked(Failure),
}

/// A failure that only some tools tell of by their status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// [`Ending::AgentError`].
    AgentError,
    /// [`Ending::NoAnswer`].
    NoAnswer,
    /// [`Ending::Security`].
    Security,
}

/// Which statuses are wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatusMode {
    /// net-snmp's: 0, 1 and 2.
    NetSnmp,
    /// `--fail`: 0 to 6.
    Fine,
}

impl Ending {
    /// The same for a tool that ends with 0 when its exchange with the agent has failed, unless `--fail` is given.
    #[must_use]
    pub const fn overlooked(self) -> Self {
        match self {
            Self::AgentError => Self::Overlooked(Failure::AgentError),
            Self::NoAnswer => Self::Overlooked(Failure::NoAnswer),
            Self::Security => Self::Overlooked(Failure::Security),
            other => other,
        }
    }

    /// The exit status. This is the only place where one is decided.
    pub const fn status(self, mode: StatusMode) -> u8 {
        match (self, mode) {
            (Self::Done | Self::BrokenPipe, _)
            | (Self::NothingFound | Self::Overlooked(_), StatusMode::NetSnmp) => 0,
            (Self::AgentError, _)
            | (Self::UnknownName | Self::Disordered, StatusMode::NetSnmp)
            | (Self::Overlooked(Failure::AgentError), StatusMode::Fine) => 2,
            (Self::NoAnswer | Self::Overlooked(Failure::NoAnswer), StatusMode::Fine) => 3,
            (Self::Security | Self::Overlooked(Failure::Security), StatusMode::Fine) => 4,
            (Self::Usage, StatusMode::Fine) => 5,
            (Self::Partial | Self::Disordered, StatusMode::Fine) => 6,
            (Self::Interrupted, _) => 130,
            (Self::Help | Self::Local | Self::NoMatch, _)
            | (Self::NothingFound | Self::UnknownName, StatusMode::Fine)
            | (Self::NoAnswer | Self::Security | Self::Usage | Self::Partial, StatusMode::NetSnmp) => 1,
        }
    }
}

/// Why a tool stopped, and what it says about it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ToolError {
    /// A mistake in the arguments that the usage line explains: on standard error, whatever `-L` says.
    #[error("{0}")]
    Usage(String),
    /// A mistake in the arguments that speaks for itself: on standard error, whatever `-L` says.
    #[error("{0}")]
    Argument(String),
    /// A mistake in the arguments that is told on standard output, as net-snmp's snmpvacm has it; where programs read
    /// that, on standard error.
    #[error("{text}")]
    OnOutput {
        /// One line.
        text: String,
        /// Whether the usage line follows, on standard error.
        usage: Usage,
    },
    /// Mistakes that go where messages go: object identifiers and values that were not understood. Nothing is said when
    /// there are none here: it has been.
    #[error("{}", .0.join("\n"))]
    Rejected(Vec<String>),
    /// Something on this machine failed.
    #[error("{0}")]
    Local(String),
    /// A mistake, and what to do about it: a line more, where the mistake itself is told.
    #[error("{mistake}\n{hint}")]
    Advised {
        /// The mistake.
        mistake: Box<Self>,
        /// What to do about it; without the tool's name.
        hint: String,
    },
    /// The exchange with the agent failed; the text goes on standard error, whatever `-L` says.
    #[error("{text}")]
    Exchange {
        /// How.
        ending: Ending,
        /// Lines without the last line break; nothing is said when empty.
        text: String,
    },
}

impl ToolError {
    /// How the run ends.
    pub const fn ending(&self) -> Ending {
        match self {
            Self::Usage(_) | Self::Argument(_) | Self::OnOutput { .. } | Self::Rejected(_) => Ending::Usage,
            Self::Local(_) => Ending::Local,
            Self::Exchange { ending, .. } => *ending,
            Self::Advised { mistake, .. } => mistake.ending(),
        }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn advised(self, hint: impl Into<String>) -> Self {
        Self::Advised { mistake: Box::new(self), hint: hint.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_its_status() {
        for (ending, plain, fine) in [
            (Ending::Done, 0, 0),
            (Ending::NothingFound, 0, 1),
            (Ending::AgentError, 2, 2),
            (Ending::NoAnswer, 1, 3),
            (Ending::Security, 1, 4),
            (Ending::Usage, 1, 5),
            (Ending::Partial, 1, 6),
            (Ending::Disordered, 2, 6),
            (Ending::Local, 1, 1),
            (Ending::BrokenPipe, 0, 0),
            (Ending::Interrupted, 130, 130),
            (Ending::Help, 1, 1),
            (Ending::UnknownName, 2, 1),
            (Ending::NoMatch, 1, 1),
            (Ending::AgentError.overlooked(), 0, 2),
            (Ending::NoAnswer.overlooked(), 0, 3),
            (Ending::Security.overlooked(), 0, 4),
            (Ending::Usage.overlooked(), 1, 5),
            (Ending::Local.overlooked(), 1, 1),
        ] {
            assert_eq!(
                (ending.status(StatusMode::NetSnmp), ending.status(StatusMode::Fine)),
                (plain, fine),
                "{ending:?}"
            );
        }
    }
}
