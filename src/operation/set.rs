//! SET: all bindings or none (RFC 3416, section 4.2.5).

use std::collections::VecDeque;

use super::{AgentError, Answer, Operation, Step, Ticket};
use crate::{
    codec::ErrorStatus,
    engine::{Request, RequestError, RequestKind},
    value::VarBind,
};

/// Why a [`Set`] failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SetError {
    /// The agent refused it.
    ///
    /// When `transmissions` of the error is above 1, an earlier transmission may have been carried out and its
    /// answer lost: what is refused then is only the repetition. An agent that says undoFailed has made a part of it.
    #[error("{0}{hint}", hint = self.hint())]
    Agent(#[source] AgentError),
    /// No usable answer. The agent may have carried the SET out, once or several times, all the same.
    #[error("{0}{hint}", hint = self.hint())]
    Request(#[source] RequestError),
}

impl SetError {
    /// Whether the agent may have changed its variables in spite of the error.
    pub const fn may_have_been_made(&self) -> bool {
        match self {
            // undoFailed is the agent's own word for it (RFC 3416, section 4.2.5).
            Self::Agent(error) => error.transmissions > 1 || error.status.0 == ErrorStatus::UNDO_FAILED.0,
            Self::Request(error) => match error {
                RequestError::NoAnswer { .. }
                | RequestError::Malformed { .. }
                | RequestError::TooLong { .. }
                | RequestError::UnexpectedPdu { .. } => true,
                RequestError::Refused { tries, .. } | RequestError::Unreachable { tries, .. } => *tries > 1,
                // What the agent reports it has not done; of the other transmissions nothing is known.
                RequestError::Reported { tries, reported, .. } => *reported < *tries,
                RequestError::NoEngine { sent, .. } => *sent > 0,
                RequestError::NeverSent(_)
                | RequestError::SaltsExhausted(_)
                | RequestError::Encode(_)
                | RequestError::NoRequestId { .. } => false,
            },
        }
    }

    const fn hint(&self) -> &'static str {
        if self.may_have_been_made() { "; the set may have been made" } else { "" }
    }
}

/// Gives variables values, in one request that is never split: a SET is all or nothing.
#[derive(Debug)]
pub struct Set {
    ask: Option<Vec<VarBind>>,
    ready: VecDeque<VarBind>,
    answered: bool,
}

/// The one request's ticket.
const ONLY: Ticket = Ticket(1);

impl Set {
    /// A SET of these bindings; it yields the bindings of the response.
    pub const fn new(bindings: Vec<VarBind>) -> Self {
        Self { ask: Some(bindings), ready: VecDeque::new(), answered: false }
    }
}

impl Operation for Set {
    type Item = VarBind;
    type Error = SetError;

    fn step(&mut self) -> Result<Step<VarBind>, SetError> {
        if let Some(bindings) = self.ask.take() {
            return Ok(Step::Ask(ONLY, Request { kind: RequestKind::Set, bindings }));
        }
        Ok(match self.ready.pop_front() {
            Some(binding) => Step::Emit(binding),
            None if self.answered => Step::Done,
            None => Step::Wait,
        })
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), SetError> {
        if ticket != ONLY || self.answered {
            return Ok(());
        }
        let response = answer.map_err(SetError::Request)?;
        if response.error_status != ErrorStatus::NO_ERROR {
            return Err(SetError::Agent(AgentError::of(&response)));
        }
        self.answered = true;
        self.ready.extend(response.bindings);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
