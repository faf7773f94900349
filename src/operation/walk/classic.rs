//! The classic walk: one request after the other, as net-snmp does it.

use super::{
    Bounds, Course, Ordering, Output, Response, Ticket, Tickets, WalkEnd, WalkError, WalkItem, WalkMethod,
    WalkPlan, WalkRules,
};
use crate::{
    codec::ErrorStatus,
    engine::{Request, RequestError, RequestKind},
    oid::Oid,
    operation::{AgentError, Answer},
    value::VarBind,
};

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

/// Walks with one request outstanding at a time, and asks for exactly what the plan says.
#[derive(Debug)]
pub(super) struct Classic {
    bounds: Bounds,
    method: RequestKind,
    ordering: Ordering,
    waiting_for: Option<Ticket>,
    /// The name to ask for next, which is the last one seen.
    cursor: Oid,
    watch: CircleWatch,
}

impl Classic {
    pub(super) fn new(plan: &WalkPlan) -> Self {
        Self {
            bounds: Bounds::of(plan),
            method: match plan.method {
                WalkMethod::GetBulk { non_repeaters, max_repetitions } => {
                    RequestKind::GetBulk { non_repeaters, max_repetitions }
                }
                WalkMethod::Adaptive(WalkRules::GetBulk) => {
                    RequestKind::GetBulk { non_repeaters: 0, max_repetitions: 10 }
                }
                WalkMethod::GetNext | WalkMethod::Adaptive(WalkRules::GetNext) => RequestKind::GetNext,
            },
            ordering: plan.ordering,
            waiting_for: None,
            cursor: plan.root.clone(),
            watch: CircleWatch::default(),
        }
    }

    /// The next request, unless one is outstanding.
    pub(super) fn ask(&mut self, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        if self.waiting_for.is_some() {
            return None;
        }
        let ticket = tickets.next();
        self.waiting_for = Some(ticket);
        Some((ticket, Request { kind: self.method, bindings: vec![VarBind::ask(self.cursor.clone())] }))
    }

    pub(super) fn answer(&mut self, ticket: Ticket, answer: Answer, out: &mut Output) -> Course {
        if self.waiting_for != Some(ticket) {
            return Course::On;
        }
        self.waiting_for = None;
        match answer {
            Ok(response) if response.error_status == ErrorStatus::NO_ERROR => self.take(response, out),
            Ok(response) => self.take_refusal(&response, out),
            Err(RequestError::TooLong { .. }) if self.ask_less() => Course::On,
            Err(error) => Course::Failed(error.into()),
        }
    }

    /// Halves what is asked for at a time, if it can be.
    const fn ask_less(&mut self) -> bool {
        match &mut self.method {
            RequestKind::GetBulk { max_repetitions, .. } if *max_repetitions > 1 => {
                *max_repetitions /= 2;
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, response: Response, out: &mut Output) -> Course {
        if response.bindings.is_empty() {
            return Course::Failed(WalkError::EmptyAnswer { name: self.cursor.clone() });
        }
        for binding in response.bindings {
            if self.bounds.is_outside(&binding.name) {
                return Course::Ended(WalkEnd::Subtree);
            }
            if binding.value.is_exception() {
                out.binding(binding, Some(response.elapsed));
                return Course::Ended(WalkEnd::MibView);
            }
            let name = binding.name.clone();
            out.binding(binding, Some(response.elapsed));
            if self.ordering == Ordering::Checked && name <= self.cursor {
                return Course::Failed(WalkError::NotIncreasing { previous: self.cursor.clone(), name });
            }
            self.cursor = name;
        }
        if self.ordering == Ordering::Unchecked && self.watch.closes(&self.cursor) {
            return Course::Failed(WalkError::Loop { name: self.cursor.clone() });
        }
        Course::On
    }

    fn take_refusal(&mut self, response: &Response, out: &mut Output) -> Course {
        let error = AgentError::of(response);
        match error.status {
            ErrorStatus::NO_SUCH_NAME => {
                out.item(WalkItem::NoSuchName);
                Course::Ended(WalkEnd::NoSuchName)
            }
            // RFC 3416, section 4.2.3, has an agent shorten its list instead; some say tooBig all the same.
            ErrorStatus::TOO_BIG if self.ask_less() => Course::On,
            _ => {
                out.item(WalkItem::Refused(error));
                Course::Ended(WalkEnd::Refused)
            }
        }
    }
}
