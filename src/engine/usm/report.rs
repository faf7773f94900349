//! Reports, and what else can be wrong with a message that came (RFC 3414, section 3.2; RFC 3412, section 7.2).

use std::fmt;

use super::settings::EngineId;
use crate::{
    codec::{Pdu, PduKind, v3::SecurityLevel},
    oid::Oid,
};

/// Why an agent did not process a request: which of its counters a Report shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ReportReason {
    /// `usmStatsUnsupportedSecLevels`: the user has no keys for that level.
    UnsupportedLevel,
    /// `usmStatsNotInTimeWindows`: boots or time are not the agent's.
    NotInTimeWindow,
    /// `usmStatsUnknownUserNames`
    UnknownUser,
    /// `usmStatsUnknownEngineIDs`: the request is for another engine.
    UnknownEngine,
    /// `usmStatsWrongDigests`: another passphrase, or another authentication protocol.
    WrongDigest,
    /// `usmStatsDecryptionErrors`: another passphrase, or another privacy protocol.
    Decryption,
    /// `snmpUnknownSecurityModels`
    UnknownSecurityModel,
    /// `snmpInvalidMsgs`
    InvalidMessage,
    /// `snmpUnknownPDUHandlers`: nobody there for that context engine or PDU.
    UnknownPduHandler,
    /// `snmpUnavailableContexts`
    UnavailableContext,
    /// `snmpUnknownContexts`
    UnknownContext,
    /// Another counter.
    Other(Box<Oid>),
    /// None at all.
    Unnamed,
}

impl ReportReason {
    /// The counters of RFC 3414, section 5, of RFC 3412, section 5, and of RFC 3413, section 4.1.
    const KNOWN: [(&'static [u32], Self); 11] = [
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 1], Self::UnsupportedLevel),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 2], Self::NotInTimeWindow),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 3], Self::UnknownUser),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 4], Self::UnknownEngine),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 5], Self::WrongDigest),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 6], Self::Decryption),
        (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 1], Self::UnknownSecurityModel),
        (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 2], Self::InvalidMessage),
        (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 3], Self::UnknownPduHandler),
        (&[1, 3, 6, 1, 6, 3, 12, 1, 4], Self::UnavailableContext),
        (&[1, 3, 6, 1, 6, 3, 12, 1, 5], Self::UnknownContext),
    ];

    /// Reads the first binding, with or without the instance's 0.
    pub(super) fn of(report: &Pdu) -> Self {
        let Some(binding) = report.bindings.first() else { return Self::Unnamed };
        let arcs = binding.name.arcs();
        let object = arcs.strip_suffix(&[0]).unwrap_or(arcs);
        let known = Self::KNOWN.iter().find(|(name, _)| *name == object);
        known.map_or_else(|| Self::Other(Box::new(binding.name.clone())), |(_, reason)| reason.clone())
    }
}

impl fmt::Display for ReportReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnsupportedLevel => "the user has no keys for that security level there",
            Self::NotInTimeWindow => "the request is not in its time window",
            Self::UnknownUser => "it does not know the user",
            Self::UnknownEngine => "it has another engine ID",
            Self::WrongDigest => "the digest is wrong: another authentication passphrase or protocol",
            Self::Decryption => "it cannot decrypt: another privacy passphrase or protocol",
            Self::UnknownSecurityModel => "it does not know the security model",
            Self::InvalidMessage => "the message is invalid",
            Self::UnknownPduHandler => "nobody there is responsible for that context engine ID",
            Self::UnavailableContext => "the context is not available",
            Self::UnknownContext => "it does not know the context",
            Self::Other(name) => return write!(f, "its reason is the counter {name}"),
            Self::Unnamed => "it gives no reason",
        })
    }
}

/// How far a Report can be believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReportProof {
    /// It is authentic.
    Authentic,
    /// It is not, but came for two transmissions of the request.
    Repeated,
    /// It is not, and came for one alone.
    None,
}

/// A Report, and what came with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// Why the agent did not process the request.
    pub reason: ReportReason,
    /// How far that can be believed.
    pub proof: ReportProof,
    /// The engine that it says to come from.
    pub engine_id: Option<EngineId>,
    /// That engine's boots, as the Report says.
    pub boots: u32,
    /// That engine's time, as the Report says.
    pub time: u32,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.proof {
            ReportProof::Authentic => "the agent says",
            ReportProof::Repeated => "the agent says, without authentication,",
            ReportProof::None => "somebody says",
        };
        write!(f, "{how} that {}", self.reason)
    }
}

/// Why a message that carries the msgID of one of our transmissions answers nothing all the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnswerFault {
    /// It is from another engine, or says so.
    #[error("an answer from another engine")]
    OtherEngine,
    /// It is for another user.
    #[error("an answer for another user")]
    OtherUser,
    /// It is of another level than what was asked.
    #[error("an answer at level {}", .found.name())]
    OtherLevel {
        /// The level of the message.
        found: SecurityLevel,
    },
    /// Its digest is not that of our key.
    #[error("an answer that is not authentic")]
    WrongDigest,
    /// The engine has started fewer times than it had already.
    #[error("an answer of engine boots {found}, when they were {known} already")]
    BootsBackwards {
        /// The boots that are known.
        known: u32,
        /// The boots that the message says.
        found: u32,
    },
    /// The engine has used up its boots, after which nothing of it is timely (RFC 3414, section 2.2.2).
    #[error("the agent has used up its engine boots; it needs a new engine ID or new keys")]
    BootsExhausted,
    /// It is more than 150 seconds old.
    #[error("an answer of engine time {found}, when it is {ours}")]
    TooOld {
        /// The engine's time by our clock.
        ours: u32,
        /// The time that the message says.
        found: u32,
    },
    /// It cannot be decrypted.
    #[error("an answer that cannot be decrypted")]
    Undecryptable,
    /// It is about another context.
    #[error("an answer about another context")]
    OtherContext,
    /// Its request-id is not that of the transmission.
    #[error("an answer with another request-id")]
    OtherRequestId,
    /// It is no answer at all: a message of our own, sent back, for one.
    #[error("a message that should be an answer and is a {}", .found.name())]
    NoAnswer {
        /// The PDU.
        found: PduKind,
    },
}
