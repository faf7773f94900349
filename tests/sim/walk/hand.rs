//! A walk driven by hand: answers in any order, of an agent that is a function.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use snmpkit::{
    clock::Duration,
    codec::ErrorStatus,
    engine::{Request, RequestKind, Response},
    oid::Oid,
    operation::{Answer, Operation, Step, Ticket, Walk, WalkError, WalkItem, WalkPlan},
    value::{Value, VarBind},
};

/// What an agent says of the name after one.
#[derive(Clone, Debug)]
pub enum Says {
    Next(VarBind),
    Error(ErrorStatus),
    /// An answer without bindings.
    Nothing,
}

pub struct Run {
    pub items: Vec<WalkItem>,
    pub end: Result<(), WalkError>,
    pub walk: Walk,
    pub requests: usize,
    pub most_waiting: usize,
}

/// An answer as it was given.
pub struct Given<'a> {
    pub request: &'a Request,
    pub answer: &'a Answer,
    /// What has been emitted before it.
    pub items: &'a [WalkItem],
}

/// What an agent that has one answer for each name says to a request: an error about one name is one about all.
pub fn respond(request: &Request, next: &impl Fn(&Oid) -> Says) -> Answer {
    let asked = request.bindings[0].name.clone();
    let repetitions = match request.kind {
        RequestKind::GetBulk { max_repetitions, .. } => max_repetitions,
        RequestKind::GetNext | RequestKind::Get => 1,
        other => panic!("{other:?}"),
    };
    let mut response = Response {
        error_status: ErrorStatus::NO_ERROR,
        error_index: 0,
        bindings: Vec::new(),
        transmissions: 1,
        elapsed: Duration::from_millis(50),
    };
    if request.kind == RequestKind::Get {
        response.bindings = vec![VarBind::new(asked, Value::NoSuchInstance)];
        return Ok(response);
    }
    if request.bindings.len() > 1 {
        return respond_to_many(request, next, response);
    }
    let mut cursor = asked.clone();
    for _ in 0..repetitions {
        match next(&cursor) {
            Says::Next(binding) => {
                cursor.clone_from(&binding.name);
                response.bindings.push(binding);
            }
            Says::Error(status) => {
                response.error_status = status;
                response.error_index = 1;
                response.bindings = vec![VarBind::ask(asked)];
                return Ok(response);
            }
            Says::Nothing => {
                response.bindings.clear();
                return Ok(response);
            }
        }
    }
    Ok(response)
}

/// A GETNEXT of several names: one error is an error about all of them.
#[expect(clippy::unnecessary_wraps, reason = "an answer is what walks take")]
fn respond_to_many(request: &Request, next: &impl Fn(&Oid) -> Says, mut response: Response) -> Answer {
    for (place, asked) in (1..).zip(&request.bindings) {
        match next(&asked.name) {
            Says::Next(binding) => response.bindings.push(binding),
            Says::Error(status) => {
                response.error_status = status;
                response.error_index = place;
                response.bindings.clone_from(&request.bindings);
                return Ok(response);
            }
            Says::Nothing => {
                response.bindings.clear();
                return Ok(response);
            }
        }
    }
    Ok(response)
}

/// Runs a walk to its end. `pick` says which of the outstanding requests is answered next.
pub fn run(
    plan: WalkPlan,
    next: &impl Fn(&Oid) -> Says,
    mut pick: impl FnMut(&[(Ticket, Request)]) -> usize,
    mut look: impl FnMut(&Given<'_>, &Walk),
) -> Run {
    let mut walk = Walk::new(plan);
    let mut open: Vec<(Ticket, Request)> = Vec::new();
    let mut items = Vec::new();
    let (mut requests, mut most_waiting) = (0, 0);
    let mut last: Option<(Request, Answer)> = None;
    let end = loop {
        let step = walk.step();
        while let Some(ticket) = walk.withdraw() {
            open.retain(|(known, _)| *known != ticket);
        }
        match step {
            Ok(Step::Ask(ticket, request)) => {
                requests += 1;
                assert!(requests < 100_000, "no end after {} items", items.len());
                open.push((ticket, request));
            }
            Ok(Step::Emit(item)) => items.push(item),
            Ok(Step::Done) => break Ok(()),
            Err(error) => break Err(error),
            Ok(Step::Wait) => {
                if let Some((request, answer)) = &last {
                    look(&Given { request, answer, items: &items }, &walk);
                }
                assert!(!open.is_empty(), "it waits for nothing");
                let (ticket, request) = open.remove(pick(&open));
                let answer = respond(&request, next);
                last = Some((request, answer.clone()));
                walk.answer(ticket, answer).expect("errors come after all items");
                most_waiting = most_waiting.max(walk.waiting());
            }
        }
    };
    Run { items, end, walk, requests, most_waiting }
}

/// Answers in any order.
pub fn any_order(seed: u64) -> impl FnMut(&[(Ticket, Request)]) -> usize {
    let mut random = StdRng::seed_from_u64(seed);
    move |open| random.random_range(0..open.len())
}

/// What a good agent says.
pub fn successor(objects: &BTreeMap<Oid, Value>, name: &Oid) -> Says {
    use std::ops::Bound;
    let mut rest = objects.range((Bound::Excluded(name), Bound::Unbounded));
    Says::Next(match rest.next() {
        Some((name, value)) => VarBind::new(name.clone(), value.clone()),
        None => VarBind::new(name.clone(), Value::EndOfMibView),
    })
}
