//! GET, GETNEXT and a single GETBULK: ask for a list of names, once.

use std::collections::VecDeque;

use super::{AgentError, Answer, Operation, Step, Ticket, Tickets};
use crate::{
    codec::ErrorStatus,
    engine::{Request, RequestError, RequestKind, Response},
    oid::Oid,
    value::VarBind,
};

/// What to do about a binding that the agent refuses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fix {
    /// Leave it out and ask for the others again, as net-snmp does (its `snmp_fix_pdu`).
    DropAndRepeat,
    /// Leave it at that (`-Cf`).
    Never,
}

/// What a [`Get`] yields.
#[derive(Clone, Debug, PartialEq)]
pub enum GetItem {
    /// A binding of the response.
    Binding(VarBind),
    /// The agent refused the request, and the binding in error is left out of the next one.
    Refused(AgentError),
}

/// Why a [`Get`] ends early.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GetError {
    /// The agent answered with an error-status that cannot be mended.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// No usable answer.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Part of the names, asked for in one request.
#[derive(Debug)]
struct Part {
    /// Its place among the parts, so that results come in the order of the names.
    ticket: Option<Ticket>,
    kind: RequestKind,
    names: Vec<Oid>,
    /// What came of it, once it did.
    items: Option<Vec<GetItem>>,
}

/// Asks for names in one request; in several when the agent says tooBig.
///
/// A response that says tooBig without an index (RFC 3416, section 4.2.1) splits the request in two halves, down to
/// single names; a GETBULK asks for half as many repetitions instead. Results come in the order of the names.
#[derive(Debug)]
pub struct Get {
    fix: Fix,
    tickets: Tickets,
    parts: VecDeque<Part>,
    ready: VecDeque<GetItem>,
}

impl Get {
    /// A GET, GETNEXT or GETBULK of `names`, as `kind` says.
    pub fn new(kind: RequestKind, names: Vec<Oid>, fix: Fix) -> Self {
        Self {
            fix,
            tickets: Tickets::default(),
            parts: VecDeque::from([Part { ticket: None, kind, names, items: None }]),
            ready: VecDeque::new(),
        }
    }

    /// What a response without an error-status brings.
    fn bindings(response: Response) -> Vec<GetItem> {
        response.bindings.into_iter().map(GetItem::Binding).collect()
    }

    /// What to ask instead after tooBig, or `None` when less cannot be asked.
    fn smaller(part: &Part) -> Option<Vec<Part>> {
        let part_of = |kind, names: &[Oid]| Part { ticket: None, kind, names: names.to_vec(), items: None };
        match part.kind {
            RequestKind::GetBulk { non_repeaters, max_repetitions } if max_repetitions > 1 => {
                let kind = RequestKind::GetBulk { non_repeaters, max_repetitions: max_repetitions / 2 };
                Some(vec![part_of(kind, &part.names)])
            }
            RequestKind::Get | RequestKind::GetNext if part.names.len() > 1 => {
                let (left, right) = part.names.split_at(part.names.len() / 2);
                Some(vec![part_of(part.kind, left), part_of(part.kind, right)])
            }
            RequestKind::Get
            | RequestKind::GetNext
            | RequestKind::GetBulk { .. }
            | RequestKind::Set
            | RequestKind::Inform => None,
        }
    }

    fn refused(&mut self, at: usize, response: &Response) -> Result<(), GetError> {
        let error = AgentError::of(response);
        if error.status == ErrorStatus::TOO_BIG
            && let Some(smaller) = Self::smaller(&self.parts[at])
        {
            self.parts.remove(at);
            for (n, part) in smaller.into_iter().enumerate() {
                self.parts.insert(at + n, part);
            }
            return Ok(());
        }
        let part = &mut self.parts[at];
        let dropped = (error.index as usize).checked_sub(1).filter(|&place| place < part.names.len());
        match dropped {
            Some(place) if self.fix == Fix::DropAndRepeat => {
                part.names.remove(place);
                // A non-repeater that goes must not make one of the first repeater.
                if let RequestKind::GetBulk { non_repeaters, .. } = &mut part.kind
                    && error.index <= *non_repeaters
                {
                    *non_repeaters -= 1;
                }
                part.ticket = None;
                if part.names.is_empty() {
                    part.items = Some(Vec::new());
                }
                // net-snmp tells of the error when it comes, before the values of the second try.
                self.ready.push_back(GetItem::Refused(error));
                Ok(())
            }
            Some(_) | None => Err(error.into()),
        }
    }
}

impl Operation for Get {
    type Item = GetItem;
    type Error = GetError;

    fn step(&mut self) -> Result<Step<GetItem>, GetError> {
        if let Some(item) = self.ready.pop_front() {
            return Ok(Step::Emit(item));
        }
        while let Some(items) = self.parts.front_mut().and_then(|part| part.items.take()) {
            self.parts.pop_front();
            self.ready.extend(items);
            if let Some(item) = self.ready.pop_front() {
                return Ok(Step::Emit(item));
            }
        }
        if self.parts.is_empty() {
            return Ok(Step::Done);
        }
        let Some(part) = self.parts.iter_mut().find(|part| part.ticket.is_none() && part.items.is_none())
        else {
            return Ok(Step::Wait);
        };
        let ticket = self.tickets.next();
        part.ticket = Some(ticket);
        let bindings = part.names.iter().cloned().map(VarBind::ask).collect();
        Ok(Step::Ask(ticket, Request { kind: part.kind, bindings }))
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), GetError> {
        let Some(at) = self.parts.iter().position(|part| part.ticket == Some(ticket)) else { return Ok(()) };
        let response = answer?;
        if response.error_status == ErrorStatus::NO_ERROR {
            self.parts[at].items = Some(Self::bindings(response));
            return Ok(());
        }
        self.refused(at, &response)
    }
}

#[cfg(test)]
mod tests;
