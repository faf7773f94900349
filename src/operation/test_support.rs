//! What the operations' unit tests share: an operation, driven by hand.

use super::{Answer, Operation, Step, Ticket};
use crate::{
    clock::Duration,
    codec::ErrorStatus,
    engine::{Heard, Request, RequestError, Response},
    oid::Oid,
    value::{Value, VarBind},
};

pub(super) fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

/// Bindings whose value is their place in the list.
pub(super) fn bindings(names: &[&str]) -> Vec<VarBind> {
    (0..).zip(names).map(|(n, name)| VarBind::new(oid(name), Value::Integer32(n))).collect()
}

pub(super) fn good(bindings: Vec<VarBind>) -> Answer {
    bad(ErrorStatus::NO_ERROR, 0, bindings)
}

#[expect(clippy::unnecessary_wraps, reason = "an answer is what the operations take")]
pub(super) fn bad(error_status: ErrorStatus, error_index: u32, bindings: Vec<VarBind>) -> Answer {
    Ok(Response { error_status, error_index, bindings, transmissions: 1, elapsed: Duration::from_millis(1) })
}

pub(super) fn silence() -> RequestError {
    RequestError::NoAnswer { tries: 6, elapsed: Duration::from_secs(6), heard: Heard::default() }
}

/// Steps until the operation asks nothing more; gives what it emitted, what it asked and how it stands.
pub(super) struct Turn<O: Operation> {
    pub items: Vec<O::Item>,
    pub asked: Vec<(Ticket, Request)>,
    /// `None` while it waits.
    pub end: Option<Result<(), O::Error>>,
}

pub(super) fn turn<O: Operation>(operation: &mut O) -> Turn<O> {
    let mut turn = Turn { items: Vec::new(), asked: Vec::new(), end: None };
    loop {
        match operation.step() {
            Ok(Step::Ask(ticket, request)) => turn.asked.push((ticket, request)),
            Ok(Step::Emit(item)) => turn.items.push(item),
            Ok(Step::Wait) => return turn,
            Ok(Step::Done) => turn.end = Some(Ok(())),
            Err(error) => turn.end = Some(Err(error)),
        }
        if turn.end.is_some() {
            return turn;
        }
    }
}

/// The names that a request asks for.
pub(super) fn names(request: &Request) -> Vec<String> {
    request.bindings.iter().map(|binding| binding.name.to_string()).collect()
}
