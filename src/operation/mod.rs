//! Operations decide what to ask next and what the answers mean; they do no I/O.
//!
//! An [`Operation`] may have several requests outstanding. Its driver (a session, or the simulated world) keeps
//! calling [`Operation::step`] until it says [`Step::Wait`], hands every answer to [`Operation::answer`] and goes on
//! until [`Step::Done`] or an error.

mod get;
mod pace;
mod set;
mod table;
mod walk;

#[cfg(test)]
mod test_support;

pub use get::{Fix, Get, GetError, GetItem};
pub use set::{Set, SetError};
pub use table::{
    BulkUse, Consistency, Effort, LastChange, Missing, Progress, Repetitions, Restart, Table, TableError,
    TableItem, TableMethod, TableSettings, Verdict, WrongTypes,
};
pub use walk::{
    Guide, Ordering, RootInstance, Walk, WalkEnd, WalkError, WalkItem, WalkMethod, WalkPlan, WalkRules,
};

use crate::{
    codec::ErrorStatus,
    engine::{Request, RequestError, Response},
    oid::Oid,
};

/// Pairs an answer with what was asked; unique within one operation.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ticket(pub u64);

/// What became of a request.
pub type Answer = Result<Response, RequestError>;

/// What an operation wants next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<T> {
    /// Ask this; the answer comes with the ticket.
    Ask(Ticket, Request),
    /// Here is a result.
    Emit(T),
    /// Nothing, until an answer comes.
    Wait,
    /// Nothing any more.
    Done,
}

/// Something that is done to one agent, in one or more requests.
pub trait Operation {
    /// What it yields, in order.
    type Item;
    /// Why it can end early.
    type Error;

    /// What to do now. Called again and again until it says [`Step::Wait`], [`Step::Done`] or an error; after one of
    /// the last two it is not called any more.
    fn step(&mut self) -> Result<Step<Self::Item>, Self::Error>;

    /// Takes the answer to what was asked with `ticket`; [`Operation::step`] tells what follows from it.
    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), Self::Error>;

    /// How many octets an answer may have without being cut into pieces on its way or left unread: told before the first
    /// [`Operation::step`] by who knows the way to the agent. Those that choose the length of answers heed it unless they
    /// were given one.
    fn set_answer_octets(&mut self, _octets: usize) {}

    /// A request whose answer is of no use any more, and that need not be sent again; `None` when there is none.
    ///
    /// A driver asks after each [`Operation::step`] and [`Operation::answer`], until it says `None`. One that does not
    /// ask loses nothing but time: answers to such requests change nothing.
    fn withdraw(&mut self) -> Option<Ticket> {
        None
    }
}

/// A response whose error-status is not noError.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the agent answered {status}{}", place(*.index, .name.as_ref()))]
pub struct AgentError {
    /// The error-status (RFC 3416, section 3).
    pub status: ErrorStatus,
    /// The position, from 1, of the binding in error; 0 when the agent named none. It counts within the request that was
    /// refused, which a [`Get`] may have split or shortened: `name` says which object it is.
    pub index: u32,
    /// That binding's name; `None` when the index is 0 or past the end.
    pub name: Option<Oid>,
    /// How many transmissions had been sent when the answer came. Above 1, the agent may have processed the
    /// request more than once.
    pub transmissions: u32,
}

impl AgentError {
    /// Reads the error out of a response; the name comes from the response's own list, as it does in net-snmp.
    pub(crate) fn of(response: &Response) -> Self {
        let name = usize::try_from(response.error_index)
            .ok()
            .and_then(|index| index.checked_sub(1))
            .and_then(|at| response.bindings.get(at))
            .map(|binding| binding.name.clone());
        Self {
            status: response.error_status,
            index: response.error_index,
            name,
            transmissions: response.transmissions,
        }
    }
}

fn place(index: u32, name: Option<&Oid>) -> String {
    match (index, name) {
        (0, _) => String::new(),
        (index, Some(name)) => format!(" for binding {index}, {name}"),
        (index, None) => format!(" for binding {index}, which the request did not have"),
    }
}

/// Hands out tickets in order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tickets(u64);

impl Tickets {
    pub(crate) fn next(&mut self) -> Ticket {
        self.0 += 1;
        Ticket(self.0)
    }
}
