//! What an engine keeps of requests under way, and of what it heard meanwhile.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::Counters;
use crate::{
    clock::Instant,
    codec::{DecodeError, PduKind, Version},
    engine::{
        request::{Heard, Rejection, Request, RequestError, RequestHandle},
        usm::{AnswerFault, Report},
    },
};

/// A request under way.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) request: Request,
    /// Tells a request from an earlier one with the same handle, whose timers may still lie about.
    pub(super) serial: u64,
    /// Whether a transmission waits to be sent.
    pub(super) queued: bool,
    pub(super) attempt: Attempt,
    pub(super) corrections: Corrections,
}

/// Something sent until it is answered.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// Datagrams sent so far.
    pub(super) transmissions: u32,
    /// How many of them, or of the one about to follow, are not counted as tries.
    pub(super) extra: u32,
    pub(super) first_sent: Instant,
    /// The ids of all of them; an answer to any one counts.
    pub(super) ids: SmallVec<[i32; 6]>,
    /// Set by an ICMP message; ends it at its next time-out unless an answer comes first.
    pub(super) rejected: Option<Rejection>,
    /// A PDU that carried one of our ids but is no response; likewise.
    pub(super) unexpected: Option<PduKind>,
    /// The last Report that proved nothing, with the number of the transmission that it came for.
    pub(super) report: Option<(Box<Report>, u32)>,
    /// [`Noted::unmatched`] at the first transmission.
    unmatched_before: u32,
}

/// What a request of `SNMPv3` was sent again for, beside time-outs; each so often and no oftener.
#[derive(Debug, Default)]
pub(super) struct Corrections {
    /// Because the agent's clock is another one.
    pub(super) clock: u8,
    /// Because the agent is another engine.
    pub(super) engine: u8,
    /// To see whether a Report that proves nothing comes again.
    pub(super) confirmation: u8,
    /// Transmissions for which a Report came.
    pub(super) reported: u32,
}

impl Pending {
    pub(super) fn new(request: Request, serial: u64) -> Self {
        Self {
            request,
            serial,
            queued: true,
            attempt: Attempt::default(),
            corrections: Corrections::default(),
        }
    }
}

impl Attempt {
    /// How many of the tries that the settings allow have been used.
    pub(super) const fn tries(&self) -> u32 {
        self.transmissions - self.extra
    }

    pub(super) const fn is_hopeless(&self) -> bool {
        self.rejected.is_some() || self.unexpected.is_some()
    }

    /// Takes note of a transmission.
    pub(super) fn note(&mut self, now: Instant, id: i32, unmatched: u32, counters: &mut Counters) {
        if self.transmissions == 0 {
            self.first_sent = now;
            self.unmatched_before = unmatched;
        } else {
            counters.retransmissions += 1;
        }
        self.transmissions += 1;
        if !self.ids.contains(&id) {
            self.ids.push(id);
        }
        counters.transmissions += 1;
    }

    /// What it comes to when it is given up.
    pub(super) fn failure(&self, now: Instant, mut heard: Heard) -> RequestError {
        let (tries, elapsed) = (self.transmissions, now - self.first_sent);
        if let Some(found) = self.unexpected {
            return RequestError::UnexpectedPdu { found };
        }
        match self.rejected.clone() {
            Some(Rejection::Refused) => return RequestError::Refused { tries, elapsed },
            Some(Rejection::Unreachable { errno, by }) => {
                return RequestError::Unreachable { errno, by, tries, elapsed };
            }
            None => {}
        }
        heard.report = self.report.as_ref().map(|(report, _)| report.clone());
        match heard.malformed {
            // A Report says more about what is wrong than that something else could not be read.
            Some(error) if heard.report.is_none() && heard.fault.is_none() => {
                RequestError::Malformed { error, tries, elapsed }
            }
            _ => RequestError::NoAnswer { tries, elapsed, heard },
        }
    }
}

/// When to look at a request again. One whose request has ended, or was sent again since, is void.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Timer {
    pub(super) due: Instant,
    pub(super) handle: RequestHandle,
    pub(super) serial: u64,
    /// How many transmissions there were when the timer was set.
    pub(super) transmissions: u32,
}

impl Timer {
    pub(super) fn is_live(&self, pending: &HashMap<RequestHandle, Pending>) -> bool {
        pending.get(&self.handle).is_some_and(|pending| {
            (pending.serial, pending.attempt.transmissions) == (self.serial, self.transmissions)
        })
    }
}

/// What was heard that answered nothing, each with when; a request is told what came after it was sent.
#[derive(Debug, Default)]
pub(super) struct Noted {
    pub(super) malformed: Option<(Instant, DecodeError)>,
    pub(super) other_version: Option<(Instant, Version)>,
    pub(super) stray: Option<(Instant, String)>,
    pub(super) fault: Option<(Instant, AnswerFault)>,
    /// A count that goes on for ever.
    pub(super) unmatched: u32,
}

impl Noted {
    /// What came since something was sent, and answered nothing.
    pub(super) fn since(&self, attempt: &Attempt) -> Heard {
        fn later<T: Clone>(noted: Option<&(Instant, T)>, sent: Instant) -> Option<T> {
            noted.filter(|(at, _)| *at > sent).map(|(_, what)| what.clone())
        }
        let sent = attempt.first_sent;
        Heard {
            malformed: later(self.malformed.as_ref(), sent),
            other_version: later(self.other_version.as_ref(), sent),
            stray: later(self.stray.as_ref(), sent),
            fault: later(self.fault.as_ref(), sent).map(Box::new),
            report: None,
            unmatched: self.unmatched.wrapping_sub(attempt.unmatched_before),
        }
    }
}
