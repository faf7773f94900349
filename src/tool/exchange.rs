//! An operation at work for a tool: the session, the deadline, Ctrl-C, and what is printed meanwhile.

use std::{future::poll_fn, pin::Pin, task::Poll, time::Duration};

use futures_core::Stream as _;
use tokio::{runtime, signal, time};

use super::{
    Context, Ending, ToolError,
    printer::{BrokenPipe, Printer, Spent, Trouble, Urgency, Written},
    progress::Progress,
    target::Target,
    trouble,
};
use crate::{
    operation::Operation,
    output::{EndReason, ErrorCode},
    session::{OperationStream, RunError, Session},
};

/// Why no further item comes.
#[derive(Debug)]
pub enum Stop<E> {
    /// The operation is done.
    Done,
    /// It failed, or the session did.
    Failed(RunError<E>),
    /// `--deadline` passed.
    Deadline,
    /// Ctrl-C.
    Interrupted,
}

/// Whether Ctrl-C is caught, so that what is there is printed whole and the status is 130.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Interrupts {
    /// It is: for operations that print as they go, or whose outcome is in doubt when nobody waits for it.
    Caught,
    /// It ends the process, which has printed nothing yet.
    Fatal,
}

/// A finished exchange.
#[derive(Debug)]
pub struct Exchange<'a, O: Operation> {
    /// The operation, to be asked how it went.
    pub operation: &'a O,
    /// How it ended.
    pub stop: Stop<O::Error>,
    /// Whether a request that has no answer may have reached the agent.
    pub in_doubt: bool,
    /// What it cost.
    pub spent: Spent,
}

/// Whose exchange it is.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The tool and its settings.
    pub context: &'a Context,
    /// The agent.
    pub target: &'a Target,
}

/// What a tool does with its operation.
pub trait Task {
    /// The operation.
    type Operation: Operation<Item: Unpin, Error: Unpin> + Unpin;

    /// Prints an item.
    fn take(
        &mut self,
        item: <Self::Operation as Operation>::Item,
        printer: &mut Printer,
    ) -> Result<(), BrokenPipe>;

    /// What to say when a request has no answer but may have reached the agent; nothing for those that only read.
    fn doubt(&self) -> Option<&'static str> {
        None
    }

    /// Prints what comes last, and says how the run ended. What `--deadline` and Ctrl-C have to say is said already.
    fn end(
        self,
        exchange: Exchange<'_, Self::Operation>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, BrokenPipe>;
}

/// Runs an operation over a session with the context's agent and prints what comes of it.
pub fn run<T: Task>(
    context: &Context,
    operation: T::Operation,
    mut task: T,
    interrupts: Interrupts,
) -> Result<Ending, ToolError> {
    let target = Target::of(context)?;
    let about = About { context, target: &target };
    let settings = target.session_settings(context)?;
    let mut printer = Printer::new(context, &target.host)?;
    let local = |error| ToolError::Local(format!("{}: cannot start: {error}", context.name));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(local)?;
    let ended = runtime.block_on(async {
        let deadline = context.common.session.deadline.map(Duration::from);
        let started = Clock::start();
        let session = match within(deadline, Session::open(&target.spec, settings)).await {
            Some(Ok(session)) => session,
            Some(Err(error)) => {
                let trouble = trouble::of_opening(&about, &error);
                return fail(
                    &mut printer,
                    &trouble,
                    Spent { elapsed: started.elapsed(), ..Spent::default() },
                );
            }
            None => {
                let trouble = trouble::of_deadline(context);
                return fail(
                    &mut printer,
                    &trouble,
                    Spent { elapsed: started.elapsed(), ..Spent::default() },
                );
            }
        };
        let left = deadline.map(|deadline| deadline.saturating_sub(started.elapsed()));
        let mut stream = session.run(operation);
        let stop = drive(&mut stream, &mut task, &mut printer, left, interrupts).await?;
        let counters = session.counters().await;
        let spent = Spent {
            requests: counters.requests,
            retransmissions: counters.retransmissions,
            elapsed: started.elapsed(),
        };
        let in_doubt = stream.is_in_doubt();
        let exchange = Exchange { operation: stream.operation(), stop, in_doubt, spent };
        conclude(&about, task, exchange, &mut printer)
    });
    let left = if printer.was_interrupted() { Ending::Interrupted } else { Ending::BrokenPipe };
    Ok(ended.unwrap_or(left))
}

/// Says what a deadline or an interrupt calls for, then lets the task end.
fn conclude<T: Task>(
    about: &About<'_>,
    task: T,
    exchange: Exchange<'_, T::Operation>,
    printer: &mut Printer,
) -> Result<Ending, BrokenPipe> {
    let spent = exchange.spent;
    let doubt = task.doubt().filter(|_| exchange.in_doubt);
    match exchange.stop {
        Stop::Done | Stop::Failed(_) => task.end(exchange, printer, about),
        Stop::Deadline => {
            let mut trouble = trouble::of_deadline(about.context);
            if let Some(doubt) = doubt {
                trouble::add_doubt(&mut trouble, doubt, about.context);
            }
            printer.fail(&trouble)?;
            let end = printer.ended(EndReason::Deadline, false, spent);
            printer.end(&end)?;
            Ok(if printer.varbinds() > 0 { Ending::Partial } else { Ending::NoAnswer })
        }
        Stop::Interrupted => {
            if let Some(doubt) = doubt {
                printer.say(&format!("{}: {doubt}", about.context.name))?;
            }
            let end = printer.ended(EndReason::Interrupted, false, spent);
            printer.end(&end)?;
            Ok(Ending::Interrupted)
        }
    }
}

/// Tells of a failure before the first request.
fn fail(printer: &mut Printer, failure: &Trouble, spent: Spent) -> Result<Ending, BrokenPipe> {
    printer.fail(failure)?;
    let end = printer.ended(EndReason::Error, false, spent);
    printer.end(&end)?;
    Ok(ending_of(failure.code))
}

/// How a run ends that a failure of this sort ended.
pub const fn ending_of(code: ErrorCode) -> Ending {
    match code {
        ErrorCode::Timeout
        | ErrorCode::Unreachable
        | ErrorCode::Refused
        | ErrorCode::Resolve
        | ErrorCode::Decode
        | ErrorCode::Deadline => Ending::NoAnswer,
        ErrorCode::AuthUnknownUser
        | ErrorCode::AuthWrongDigest
        | ErrorCode::AuthNotInWindow
        | ErrorCode::AuthUnknownEngine
        | ErrorCode::AuthUnsupportedLevel
        | ErrorCode::PrivDecrypt => Ending::Security,
        ErrorCode::Agent(_) | ErrorCode::TooBig => Ending::AgentError,
        ErrorCode::NotIncreasing | ErrorCode::Loop | ErrorCode::Inconsistent => Ending::Partial,
        ErrorCode::Usage => Ending::Usage,
    }
}

/// How long output to a file or a pipe waits for more of its kind: far less than anybody notices, and many answers of
/// an agent that is near.
const GATHERING: Duration = Duration::from_millis(20);

/// Hands every item to the task until none comes any more. What is printed is written soon, and a reader who does not
/// take it holds up neither the deadline nor Ctrl-C.
async fn drive<T: Task>(
    stream: &mut OperationStream<T::Operation>,
    task: &mut T,
    printer: &mut Printer,
    left: Option<Duration>,
    interrupts: Interrupts,
) -> Result<Stop<<T::Operation as Operation>::Error>, BrokenPipe> {
    // What changes something is one request, whose progress is its answer.
    let mut progress = if task.doubt().is_some() { Progress::none() } else { Progress::new(interrupts) };
    let mut gathering: Option<Pin<Box<time::Sleep>>> = None;
    let items = poll_fn(|context| {
        loop {
            if printer.is_full() && printer.write()? == Written::Blocked {
                // The others have a look, and then it is tried again.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match Pin::new(&mut *stream).poll_next(context) {
                Poll::Ready(Some(Ok(item))) => task.take(item, printer)?,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Ok(Stop::Failed(error))),
                Poll::Ready(None) => return Poll::Ready(Ok(Stop::Done)),
                Poll::Pending => {
                    let due = match (printer.waits(), &mut gathering) {
                        (None, _) => false,
                        (Some(Urgency::Now), _) => true,
                        (Some(Urgency::Soon), gathering) => gathering
                            .get_or_insert_with(|| Box::pin(time::sleep(GATHERING)))
                            .as_mut()
                            .poll(context)
                            .is_ready(),
                    };
                    if due {
                        gathering = None;
                        if printer.write()? == Written::Blocked {
                            context.waker().wake_by_ref();
                        }
                    }
                    progress.show(printer.varbinds());
                    return Poll::Pending;
                }
            }
        }
    });
    let interrupted = async {
        match interrupts {
            // Without a handler Ctrl-C does what the system has it do, which is to end the process.
            Interrupts::Caught if signal::ctrl_c().await.is_ok() => {}
            Interrupts::Caught | Interrupts::Fatal => std::future::pending().await,
        }
    };
    let deadline = async {
        match left {
            Some(left) => time::sleep(left).await,
            None => std::future::pending().await,
        }
    };
    let stop = tokio::select! {
        biased;
        stop = items => return stop,
        () = interrupted => Stop::Interrupted,
        () = deadline => Stop::Deadline,
    };
    printer.leave()?;
    Ok(stop)
}

/// `None` when the deadline passed first.
async fn within<F: Future>(deadline: Option<Duration>, future: F) -> Option<F::Output> {
    match deadline {
        Some(deadline) => time::timeout(deadline, future).await.ok(),
        None => Some(future.await),
    }
}

/// Measures the run.
struct Clock(time::Instant);

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the elapsed time of a run is printed, nothing depends on it"
    )]
    fn start() -> Self {
        Self(time::Instant::now())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
