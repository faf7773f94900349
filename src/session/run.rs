//! Operations at work: a session's answers drive them, their items come out as a stream.

use std::{
    collections::HashMap,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::{
    Error, RunError, Session,
    driver::{Failure, Outcome, ReplyTo},
};
use crate::{
    engine::RequestHandle,
    operation::{Operation, Step, Ticket, Walk, WalkItem},
    value::VarBind,
};

/// What a stream of an operation's items yields: one of them, the error that ends it, or the end.
pub type Next<O> = Option<Result<<O as Operation>::Item, RunError<<O as Operation>::Error>>>;

/// An operation that runs over a session; yields its items, then ends or fails once.
///
/// Nothing is asked before the first item is asked for, and nothing more than the operation itself wants.
#[derive(Debug)]
pub struct OperationStream<O: Operation> {
    session: Session,
    operation: O,
    answers: mpsc::UnboundedReceiver<(Ticket, Outcome)>,
    /// Cloned into each request; see [`ReplyTo`] for why it does not keep a dead session waiting.
    replies: mpsc::UnboundedSender<(Ticket, Outcome)>,
    outstanding: HashMap<Ticket, RequestHandle>,
    over: bool,
    in_doubt: bool,
}

impl<O: Operation> OperationStream<O> {
    pub(super) fn new(session: Session, mut operation: O) -> Self {
        operation.set_answer_octets(session.answer_octets);
        let (replies, answers) = mpsc::unbounded_channel();
        Self {
            session,
            operation,
            answers,
            replies,
            outstanding: HashMap::new(),
            over: false,
            in_doubt: false,
        }
    }

    /// The next item; `None` after the end and after an error. Cancel-safe.
    pub async fn next(&mut self) -> Next<O> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    /// The operation, to be asked how it went.
    pub const fn operation(&self) -> &O {
        &self.operation
    }

    /// The operation, to take out of it what there is, when nothing more is to come.
    pub const fn operation_mut(&mut self) -> &mut O {
        &mut self.operation
    }

    /// Whether a request that has no answer may have reached the agent: it is outstanding, or the session failed after
    /// it was sent. A SET may then have been made. What an operation's own error leaves in doubt, the error tells.
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt || !self.outstanding.is_empty()
    }

    pub(super) fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Next<O>> {
        if self.over {
            return Poll::Ready(None);
        }
        loop {
            let step = self.operation.step();
            self.withdraw();
            let advanced = match step {
                Ok(Step::Emit(item)) => return Poll::Ready(Some(Ok(item))),
                Ok(Step::Ask(ticket, request)) => {
                    let reply = ReplyTo::operation(ticket, self.replies.clone());
                    match self.session.submit(request, reply) {
                        Ok(handle) => {
                            self.outstanding.insert(ticket, handle);
                            Ok(())
                        }
                        Err(error) => Err(RunError::Session(error)),
                    }
                }
                Ok(Step::Wait) => match ready!(self.answers.poll_recv(context)) {
                    Some((ticket, outcome)) => self.take(ticket, outcome),
                    None => Err(RunError::Session(Error::Closed)),
                },
                Ok(Step::Done) => {
                    self.over = true;
                    // An operation may end while answers are outstanding that it has no use for.
                    self.cancel_outstanding();
                    return Poll::Ready(None);
                }
                Err(error) => Err(RunError::Operation(error)),
            };
            if let Err(error) = advanced {
                self.over = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    fn cancel_outstanding(&mut self) {
        for (_, handle) in self.outstanding.drain() {
            self.session.cancel(handle);
        }
    }

    /// Takes back what the operation has no use for any more.
    fn withdraw(&mut self) {
        while let Some(ticket) = self.operation.withdraw() {
            if let Some(handle) = self.outstanding.remove(&ticket) {
                self.session.cancel(handle);
            }
        }
    }

    fn take(&mut self, ticket: Ticket, outcome: Outcome) -> Result<(), RunError<O::Error>> {
        if self.outstanding.remove(&ticket).is_none() {
            // It was withdrawn; what comes of it says nothing, not even that the session has no use for it.
            return Ok(());
        }
        let answer = match outcome {
            Ok(response) => Ok(response),
            Err(Failure::Request(error)) => Err(error),
            Err(Failure::Session { error, sent }) => {
                self.in_doubt |= sent;
                return Err(RunError::Session(error));
            }
        };
        self.operation.answer(ticket, answer).map_err(RunError::Operation)
    }
}

impl<O: Operation + Unpin> Stream for OperationStream<O> {
    type Item = Result<O::Item, RunError<O::Error>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<O: Operation> Drop for OperationStream<O> {
    fn drop(&mut self) {
        self.cancel_outstanding();
    }
}

/// A walk at work: yields bindings in the order of their names, then ends or fails once.
#[derive(Debug)]
pub struct WalkStream {
    inner: OperationStream<Walk>,
    over: bool,
}

impl WalkStream {
    pub(super) const fn new(inner: OperationStream<Walk>) -> Self {
        Self { inner, over: false }
    }

    /// The next binding; `None` after the end and after an error. Cancel-safe.
    pub async fn next(&mut self) -> Option<Result<VarBind, Error>> {
        std::future::poll_fn(|context| self.poll_binding(context)).await
    }

    /// The walk itself, to be asked how it ended.
    pub const fn walk(&self) -> &Walk {
        self.inner.operation()
    }

    fn poll_binding(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<VarBind, Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let item = loop {
            match ready!(self.inner.poll_item(context)) {
                None => break None,
                Some(Ok(WalkItem::Binding { binding, elapsed: _ })) => return Poll::Ready(Some(Ok(binding))),
                Some(Ok(WalkItem::NoSuchName | WalkItem::BulkGivenUp)) => {}
                Some(Ok(WalkItem::Refused(error))) => break Some(Err(Error::Agent(error))),
                Some(Err(error)) => break Some(Err(error.into())),
            }
        };
        self.over = true;
        Poll::Ready(item)
    }
}

impl Stream for WalkStream {
    type Item = Result<VarBind, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_binding(context)
    }
}
