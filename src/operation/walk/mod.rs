//! Walks: a subtree or a range of names, by GETNEXT or GETBULK, with many requests outstanding.
//!
//! What is walked is a list of [`segment::Segment`]s in the order of names, each read from its cursor to where the next
//! one begins, with one request outstanding at a time. While the window has room, the segment that promises most is
//! divided, at a name that the [`chart::Chart`] suggests: a column that the MIB knows, a neighbour of a column that was
//! seen, an index that a neighbour has. Where it could but guess, a [`scout`] asks what follows many names at once. What is
//! emitted is what the classic walk emits:
//!
//! * An answer says all that an agent has from the name that was asked for to the last name in it. That counts for every
//!   segment it reaches into, so what is known is emitted as soon as everything before it is.
//! * A name that was made up proves nothing but what follows it. What an agent says of such a name that is not plain
//!   progress (an error, the end of its view, a name that does not increase) is not believed: the segment goes back to
//!   the one before it, which asks with a name that the agent itself has given.
//! * Where a segment reaches the next one, the name behind it must be the first one that the next has found. If it is
//!   not, the next one is read again.
//!
//! [`classic::Classic`] is the walk with one request after the other, for names that need not increase and for plans that
//! say every number.

mod answering;
mod asking;
mod chart;
mod classic;
mod column;
mod found;
mod guide;
mod indexes;
mod losing;
mod pace;
mod pipeline;
mod plan;
mod scout;
mod segment;
mod window;

use std::collections::VecDeque;

pub use guide::Guide;
pub use plan::{Ordering, RootInstance, WalkMethod, WalkPlan, WalkRules};

use super::{AgentError, Answer, Operation, Step, Ticket, Tickets};
use crate::{
    clock::Duration,
    codec::ErrorStatus,
    engine::{Request, RequestError, RequestKind, Response},
    oid::Oid,
    value::VarBind,
};
use classic::Classic;
use found::Found;
use pipeline::Pipeline;
use plan::Bounds;

/// What a [`Walk`] yields.
#[derive(Clone, Debug, PartialEq)]
pub enum WalkItem {
    /// A binding inside the walk, or the exception that ended it.
    Binding {
        /// The binding.
        binding: VarBind,
        /// How long its request took; `None` for the root's own instance, which was asked for separately.
        elapsed: Option<Duration>,
    },
    /// The agent ended the walk with an error-status; the root's own instance may follow.
    Refused(AgentError),
    /// In `SNMPv1`, the agent has nothing more; the root's own instance may follow.
    NoSuchName,
    /// The agent answers GETNEXT and not GETBULK, so that the rest is asked for one name at a time. Nothing of the walk
    /// is missing; it is for the person who wonders what takes so long.
    BulkGivenUp,
}

/// How a walk came to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WalkEnd {
    /// A name outside was seen.
    Subtree,
    /// The agent has nothing more: endOfMibView.
    MibView,
    /// The same in `SNMPv1`: noSuchName.
    NoSuchName,
    /// The agent refused with another error-status, which was emitted.
    Refused,
}

/// Why a [`Walk`] ends early.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WalkError {
    /// A name is not larger than the one before it: the agent is faulty, and going on could take forever.
    #[error("the agent's names do not increase: {previous} is followed by {name}")]
    NotIncreasing {
        /// The name before, or the one that was asked for.
        previous: Oid,
        /// The name that should have been larger.
        name: Oid,
    },
    /// The walk came back to a name it had asked for before.
    #[error("the walk runs in a circle: {name} came up again")]
    Loop {
        /// That name.
        name: Oid,
    },
    /// A response without an error-status and without a binding.
    #[error("the agent answered with an empty list after {name}")]
    EmptyAnswer {
        /// What was asked for.
        name: Oid,
    },
    /// No usable answer.
    #[error(transparent)]
    Request(#[from] RequestError),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// The root's own instance is to be asked for before the walk.
    RootFirst,
    Walking,
    /// The walk is over; the root's own instance may have to be asked for.
    RootLast,
    Over,
}

/// What follows from an answer.
#[derive(Debug)]
enum Course {
    On,
    Ended(WalkEnd),
    Failed(WalkError),
}

/// What is to be emitted, in order; of an answer's bindings none is moved before its turn.
#[derive(Debug, Default)]
struct Output {
    queue: VecDeque<Chunk>,
    /// The name of the binding that came last out of its chunk, where that needs it.
    name: Vec<u32>,
    emitted: u64,
}

#[derive(Debug)]
enum Chunk {
    Item(Box<WalkItem>),
    Bindings(Found, Duration),
}

impl Output {
    fn item(&mut self, item: WalkItem) {
        self.queue.push_back(Chunk::Item(Box::new(item)));
    }

    fn binding(&mut self, binding: VarBind, elapsed: Option<Duration>) {
        self.emitted += 1;
        self.item(WalkItem::Binding { binding, elapsed });
    }

    fn found(&mut self, found: Found, elapsed: Duration) {
        self.emitted += u64::try_from(found.len()).unwrap_or(0);
        self.queue.push_back(Chunk::Bindings(found, elapsed));
    }

    fn next(&mut self) -> Option<WalkItem> {
        loop {
            if let Some(Chunk::Bindings(bindings, elapsed)) = self.queue.front_mut()
                && let Some(binding) = bindings.next(&mut self.name)
            {
                return Some(WalkItem::Binding { binding, elapsed: Some(*elapsed) });
            }
            match self.queue.pop_front()? {
                Chunk::Item(item) => return Some(*item),
                Chunk::Bindings(..) => {}
            }
        }
    }
}

#[derive(Debug)]
enum Body {
    Classic(Box<Classic>),
    Pipelined(Box<Pipeline>),
}

/// Walks a subtree, or from one name to another.
#[derive(Debug)]
pub struct Walk {
    plan: WalkPlan,
    phase: Phase,
    tickets: Tickets,
    /// The GET of the root's own instance.
    root_asked: Option<Ticket>,
    /// Whether there is nothing to ask until an answer has come.
    has_asked: bool,
    body: Body,
    out: Output,
    /// Returned once all of `out` has been emitted.
    failure: Option<WalkError>,
    end: Option<WalkEnd>,
}

impl Walk {
    /// A walk that follows the plan.
    pub fn new(plan: WalkPlan) -> Self {
        Self {
            phase: match plan.root_instance {
                RootInstance::First | RootInstance::FirstOnly => Phase::RootFirst,
                RootInstance::IfEmpty | RootInstance::Never => Phase::Walking,
            },
            tickets: Tickets::default(),
            root_asked: None,
            has_asked: false,
            body: if plan.is_literal() {
                Body::Classic(Box::new(Classic::new(&plan)))
            } else {
                Body::Pipelined(Box::new(Pipeline::new(&plan)))
            },
            out: Output::default(),
            failure: None,
            end: None,
            plan,
        }
    }

    /// How the walk came to its end; `None` while it has not, and when an error ended it.
    pub const fn end(&self) -> Option<WalkEnd> {
        self.end
    }

    /// How many bindings were emitted so far, or wait for it with nothing missing before them.
    pub const fn emitted(&self) -> u64 {
        self.out.emitted
    }

    /// How many bindings have been read and wait for others before them.
    pub fn waiting(&self) -> usize {
        match &self.body {
            Body::Classic(_) => 0,
            Body::Pipelined(pipeline) => pipeline.waiting(),
        }
    }

    fn ask(&mut self) -> Option<(Ticket, Request)> {
        match self.phase {
            Phase::Walking => match &mut self.body {
                Body::Classic(classic) => classic.ask(&mut self.tickets),
                Body::Pipelined(pipeline) => pipeline.ask(&mut self.tickets),
            },
            Phase::RootFirst => self.ask_root(),
            Phase::RootLast if self.out.emitted == 0 && self.plan.root_instance.may_come_last() => {
                self.ask_root()
            }
            Phase::RootLast | Phase::Over => None,
        }
    }

    fn ask_root(&mut self) -> Option<(Ticket, Request)> {
        if self.root_asked.is_some() {
            return None;
        }
        let ticket = self.tickets.next();
        self.root_asked = Some(ticket);
        let bindings = vec![VarBind::ask(self.plan.root.clone())];
        Some((ticket, Request { kind: RequestKind::Get, bindings }))
    }

    /// The answer to a GET of the root's own instance: what is there is shown, an error is not.
    fn take_root(&mut self, response: Response) {
        if response.error_status == ErrorStatus::NO_ERROR {
            for binding in response.bindings {
                self.out.binding(binding, None);
            }
        }
    }

    fn follow(&mut self, course: Course) {
        match course {
            Course::On => {}
            Course::Ended(end) => {
                self.end = Some(end);
                self.phase = Phase::RootLast;
            }
            Course::Failed(failure) => {
                self.failure = Some(failure);
                self.phase = Phase::Over;
            }
        }
    }
}

impl Operation for Walk {
    type Item = WalkItem;
    type Error = WalkError;

    fn step(&mut self) -> Result<Step<WalkItem>, WalkError> {
        // What the agent is to do goes first: it can do it while items are printed.
        if !self.has_asked {
            if let Some((ticket, request)) = self.ask() {
                return Ok(Step::Ask(ticket, request));
            }
            self.has_asked = true;
        }
        if let Some(item) = self.out.next() {
            return Ok(Step::Emit(item));
        }
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let waits = match self.phase {
            Phase::Walking => true,
            Phase::RootFirst | Phase::RootLast => self.root_asked.is_some(),
            Phase::Over => false,
        };
        Ok(if waits { Step::Wait } else { Step::Done })
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), WalkError> {
        self.has_asked = false;
        if self.root_asked == Some(ticket) {
            self.root_asked = None;
            self.phase = if self.phase == Phase::RootFirst { Phase::Walking } else { Phase::Over };
            self.take_root(answer?);
            return Ok(());
        }
        if self.phase == Phase::Walking {
            let course = match &mut self.body {
                Body::Classic(classic) => classic.answer(ticket, answer, &mut self.out),
                Body::Pipelined(pipeline) => pipeline.answer(ticket, answer, &mut self.out),
            };
            self.follow(course);
        }
        Ok(())
    }

    fn set_answer_octets(&mut self, octets: usize) {
        if let (None, Body::Pipelined(pipeline)) = (self.plan.answer_octets, &mut self.body) {
            pipeline.set_answer_octets(octets);
        }
    }

    fn withdraw(&mut self) -> Option<Ticket> {
        match &mut self.body {
            Body::Classic(_) => None,
            Body::Pipelined(pipeline) => pipeline.withdraw(),
        }
    }
}

#[cfg(test)]
mod tests;
