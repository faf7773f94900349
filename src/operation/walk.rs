//! Walks: a subtree or a range of names, by GETNEXT or GETBULK.

use std::collections::VecDeque;

use super::{AgentError, Answer, Operation, Step, Ticket, Tickets};
use crate::{
    clock::Duration,
    codec::ErrorStatus,
    engine::{Request, RequestError, RequestKind, Response},
    oid::Oid,
    value::VarBind,
};

/// Which request a walk is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WalkMethod {
    /// One name after the other; all that `SNMPv1` has.
    GetNext,
    /// Many names a request.
    GetBulk {
        /// 0, or 1 and more to be given one name a request after all (net-snmp's `-Cn`).
        non_repeaters: u32,
        /// How many names to ask for at a time; net-snmp's default is 10.
        max_repetitions: u32,
    },
}

/// Whether names must increase from one to the next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ordering {
    /// They must; one that does not ends the walk with [`WalkError::NotIncreasing`].
    Checked,
    /// They need not (`-Cc`). A walk that comes back to where it was ends with [`WalkError::Loop`] all the same.
    Unchecked,
}

/// What to do about the instance that the root itself may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RootInstance {
    /// GET it when the walk found nothing, as net-snmp does: a root that is a leaf is shown.
    IfEmpty,
    /// GET it first (`-Ci`), and again when nothing at all was found.
    First,
    /// Do not GET it (`-CI`).
    Never,
    /// Before the walk, and not again when the walk finds nothing.
    FirstOnly,
}

impl RootInstance {
    const fn may_come_last(self) -> bool {
        matches!(self, Self::First | Self::IfEmpty)
    }
}

/// What to walk, and how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WalkPlan {
    /// Where to begin; names below it are walked.
    pub root: Oid,
    /// Where to end instead of at the end of the subtree: the first name that is not wanted any more (`-CE`).
    pub end: Option<Oid>,
    /// GETNEXT or GETBULK.
    pub method: WalkMethod,
    /// Whether names must increase.
    pub ordering: Ordering,
    /// What about a root that is a leaf.
    pub root_instance: RootInstance,
}

impl WalkPlan {
    /// The subtree below `root`, by GETBULK with net-snmp's ten repetitions.
    pub const fn subtree(root: Oid) -> Self {
        Self {
            root,
            end: None,
            method: WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 10 },
            ordering: Ordering::Checked,
            root_instance: RootInstance::IfEmpty,
        }
    }
}

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

/// Notices that a sequence of names runs in a circle, in constant memory (Brent's method): a checkpoint is kept, and
/// renewed after 1, 2, 4, 8 … names.
#[derive(Debug, Default)]
struct CircleWatch {
    checkpoint: Option<Oid>,
    steps: u64,
    renew_after: u64,
}

impl CircleWatch {
    /// Whether `name` closes a circle.
    fn closes(&mut self, name: &Oid) -> bool {
        if self.checkpoint.as_ref() == Some(name) {
            return true;
        }
        if self.steps >= self.renew_after {
            self.checkpoint = Some(name.clone());
            self.renew_after = self.renew_after.saturating_mul(2).max(1);
            self.steps = 0;
        }
        self.steps += 1;
        false
    }
}

/// Walks a subtree with one request outstanding at a time, as net-snmp does.
#[derive(Debug)]
pub struct Walk {
    plan: WalkPlan,
    phase: Phase,
    tickets: Tickets,
    waiting_for: Option<Ticket>,
    /// The name to ask for next, which is the last one seen.
    cursor: Oid,
    ready: VecDeque<WalkItem>,
    /// Returned once `ready` is empty.
    failure: Option<WalkError>,
    emitted: u64,
    end: Option<WalkEnd>,
    watch: CircleWatch,
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
            waiting_for: None,
            cursor: plan.root.clone(),
            ready: VecDeque::new(),
            failure: None,
            emitted: 0,
            end: None,
            watch: CircleWatch::default(),
            plan,
        }
    }

    /// How the walk came to its end; `None` while it has not, and when an error ended it.
    pub const fn end(&self) -> Option<WalkEnd> {
        self.end
    }

    /// How many bindings were emitted so far.
    pub const fn emitted(&self) -> u64 {
        self.emitted
    }

    fn ask(&mut self, kind: RequestKind, name: Oid) -> Step<WalkItem> {
        let ticket = self.tickets.next();
        self.waiting_for = Some(ticket);
        Step::Ask(ticket, Request { kind, bindings: vec![VarBind::ask(name)] })
    }

    fn emit(&mut self, binding: VarBind, elapsed: Option<Duration>) {
        self.emitted += 1;
        self.ready.push_back(WalkItem::Binding { binding, elapsed });
    }

    /// Whether a name lies beyond what is walked.
    ///
    /// After a GETNEXT, a name before the root is no end but a fault of the agent, which the check for increasing names
    /// finds; after a GETBULK it ends the walk. Both are net-snmp's rules.
    fn is_outside(&self, name: &Oid) -> bool {
        let WalkPlan { root, end, method, .. } = &self.plan;
        match (end, method) {
            (Some(end), _) => name >= end,
            (None, WalkMethod::GetNext) => name > root && !name.starts_with(root),
            (None, WalkMethod::GetBulk { .. }) => !name.starts_with(root),
        }
    }

    fn finish(&mut self, end: WalkEnd) {
        self.end = Some(end);
        self.phase = Phase::RootLast;
    }

    fn fail(&mut self, failure: WalkError) {
        self.failure = Some(failure);
        self.phase = Phase::Over;
    }

    /// The answer to a GET of the root's own instance: what is there is shown, an error is not.
    fn take_root(&mut self, response: Response) {
        if response.error_status == ErrorStatus::NO_ERROR {
            for binding in response.bindings {
                self.emit(binding, None);
            }
        }
    }

    fn take_names(&mut self, response: Response) {
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.take_refusal(&response);
        }
        if response.bindings.is_empty() {
            return self.fail(WalkError::EmptyAnswer { name: self.cursor.clone() });
        }
        for binding in response.bindings {
            if self.is_outside(&binding.name) {
                return self.finish(WalkEnd::Subtree);
            }
            if binding.value.is_exception() {
                self.emit(binding, Some(response.elapsed));
                return self.finish(WalkEnd::MibView);
            }
            let name = binding.name.clone();
            self.emit(binding, Some(response.elapsed));
            if self.plan.ordering == Ordering::Checked && name <= self.cursor {
                return self.fail(WalkError::NotIncreasing { previous: self.cursor.clone(), name });
            }
            self.cursor = name;
        }
        if self.plan.ordering == Ordering::Unchecked && self.watch.closes(&self.cursor) {
            self.fail(WalkError::Loop { name: self.cursor.clone() });
        }
    }

    fn take_refusal(&mut self, response: &Response) {
        let error = AgentError::of(response);
        match (error.status, &mut self.plan.method) {
            (ErrorStatus::NO_SUCH_NAME, _) => {
                self.ready.push_back(WalkItem::NoSuchName);
                self.finish(WalkEnd::NoSuchName);
            }
            // RFC 3416, section 4.2.3, has an agent shorten its list instead; some say tooBig all the same.
            (ErrorStatus::TOO_BIG, WalkMethod::GetBulk { max_repetitions, .. }) if *max_repetitions > 1 => {
                *max_repetitions /= 2;
            }
            _ => {
                self.ready.push_back(WalkItem::Refused(error));
                self.finish(WalkEnd::Refused);
            }
        }
    }
}

impl Operation for Walk {
    type Item = WalkItem;
    type Error = WalkError;

    fn step(&mut self) -> Result<Step<WalkItem>, WalkError> {
        if let Some(item) = self.ready.pop_front() {
            return Ok(Step::Emit(item));
        }
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.waiting_for.is_some() {
            return Ok(Step::Wait);
        }
        Ok(match self.phase {
            Phase::RootFirst => self.ask(RequestKind::Get, self.plan.root.clone()),
            Phase::Walking => {
                let kind = match self.plan.method {
                    WalkMethod::GetNext => RequestKind::GetNext,
                    WalkMethod::GetBulk { non_repeaters, max_repetitions } => {
                        RequestKind::GetBulk { non_repeaters, max_repetitions }
                    }
                };
                self.ask(kind, self.cursor.clone())
            }
            Phase::RootLast if self.emitted == 0 && self.plan.root_instance.may_come_last() => {
                self.ask(RequestKind::Get, self.plan.root.clone())
            }
            Phase::RootLast | Phase::Over => {
                self.phase = Phase::Over;
                Step::Done
            }
        })
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), WalkError> {
        if self.waiting_for != Some(ticket) {
            return Ok(());
        }
        self.waiting_for = None;
        match self.phase {
            Phase::RootFirst => {
                self.phase = Phase::Walking;
                self.take_root(answer?);
            }
            Phase::Walking => self.take_names(answer?),
            Phase::RootLast => {
                self.phase = Phase::Over;
                self.take_root(answer?);
            }
            Phase::Over => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
