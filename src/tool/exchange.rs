//! An operation at work for a tool: the session, the deadline, Ctrl-C, and what is printed meanwhile.

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use futures_core::Stream as _;
use tokio::{runtime, signal, time};

use super::{
    Context, Ending, Records, ToolError, log,
    printer::{OutputLost, Printer, Spent, Trouble, Urgency, Written},
    progress::{Course, Progress, Seen},
    target::{About, Target},
    trouble,
};
use crate::{
    codec::Version,
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
    /// It was cut short.
    Cut(Cut),
}

/// What cuts a run short.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cut {
    /// `--deadline` passed.
    Deadline,
    /// Ctrl-C.
    Interrupted,
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

/// What a tool does with its operation.
pub trait Task {
    /// The operation.
    type Operation: Operation<Item: Unpin, Error: Unpin> + Unpin;

    /// What it prints; bindings unless it says otherwise. Rows of one agent stay together.
    const RECORDS: Records = Records::Bindings;

    /// Prints an item.
    fn take(
        &mut self,
        item: <Self::Operation as Operation>::Item,
        printer: &mut Printer,
    ) -> Result<(), OutputLost>;

    /// Makes the printer ready, before anything is printed of an agent that is asked in `version`.
    fn prepare(&mut self, _version: Version, _printer: &mut Printer) {}

    /// How much memory an item takes that is kept, in bindings.
    fn weight(_item: &<Self::Operation as Operation>::Item) -> usize {
        1
    }

    /// How far the operation has come, for the line about it.
    fn seen(&self, _operation: &Self::Operation, printer: &Printer) -> Seen {
        Seen::count(printer.varbinds())
    }

    /// What to say when a request has no answer but may have reached the agent; nothing for those that only read.
    fn doubt(&self) -> Option<&'static str> {
        None
    }

    /// Prints what there is of a run that was cut short, and returns what people should be told of it besides.
    /// `operation` is not to be had where another task has it.
    fn cut(
        &mut self,
        _operation: Option<&mut Self::Operation>,
        _printer: &mut Printer,
    ) -> Result<Option<&'static str>, OutputLost> {
        Ok(None)
    }

    /// Prints what comes last, and says how the run ended. Not called for a run that was cut short.
    fn end(
        self,
        exchange: Exchange<'_, Self::Operation>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost>;
}

/// Runs an operation over a session with the context's agent and prints what comes of it.
pub fn run<T: Task>(
    context: &Context,
    operation: T::Operation,
    task: T,
    course: Course,
) -> Result<Ending, ToolError> {
    run_prepared(context, async |_| operation, task, course)
}

/// Runs an operation that has to know something of the agent before it can be made: `prepare` asks for it.
pub fn run_prepared<T: Task>(
    context: &Context,
    prepare: impl AsyncFnOnce(&Session) -> T::Operation,
    mut task: T,
    course: Course,
) -> Result<Ending, ToolError> {
    let target = Target::of(context)?;
    let about = About { context, target: &target };
    let settings = target.session_settings(context)?;
    let mut printer = Printer::new(context, &target.host)?;
    task.prepare(context.settings.version, &mut printer);
    let local = |error: io::Error| {
        ToolError::Local(format!("{}: cannot start: {}", context.name, log::reason(&error)))
    };
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(local)?;
    let ended = runtime.block_on(async {
        let deadline = context.common.session.deadline.map(Duration::from);
        let started = Clock::start();
        let mut interrupted = pin!(interrupted());
        let opening = Session::open(&target.spec, settings);
        let session = match within(deadline, &mut interrupted, opening).await {
            Ok(Ok(session)) => session,
            Ok(Err(error)) => {
                let trouble = trouble::of_opening(&about, &error);
                return fail(&mut printer, &trouble, started.spent());
            }
            Err(cut) => return conclude_cut(&about, cut, &[], &mut printer, started.spent()),
        };
        let left = || deadline.map(|deadline| deadline.saturating_sub(started.elapsed()));
        let operation = match within(left(), &mut interrupted, prepare(&session)).await {
            Ok(operation) => operation,
            Err(cut) => return conclude_cut(&about, cut, &[], &mut printer, started.spent()),
        };
        let left = left();
        let mut stream = session.run(operation);
        let stop = drive(&mut stream, &mut task, &mut printer, left, &mut interrupted, course).await?;
        if context.usm.is_some() {
            let known = session.known_engine().await;
            if known.is_some() || matches!(stop, Stop::Failed(_)) {
                target.remember(known, matches!(stop, Stop::Done), context);
            }
        }
        let counters = session.counters().await;
        let spent = Spent {
            requests: counters.requests,
            retransmissions: counters.retransmissions,
            elapsed: started.elapsed(),
        };
        let in_doubt = stream.is_in_doubt();
        match stop {
            Stop::Cut(cut) => {
                let notice = task.cut(Some(stream.operation_mut()), &mut printer)?;
                printer.leave()?;
                let doubt = task.doubt().filter(|_| in_doubt);
                let notices: Vec<_> = doubt.into_iter().chain(notice).collect();
                conclude_cut(&about, cut, &notices, &mut printer, spent)
            }
            Stop::Done | Stop::Failed(_) => {
                let exchange = Exchange { operation: stream.operation(), stop, in_doubt, spent };
                task.end(exchange, &mut printer, &about)
            }
        }
    });
    // A name may still be looked up, which nothing can stop; nobody waits for it.
    runtime.shutdown_background();
    Ok(ended.unwrap_or_else(OutputLost::ending))
}

/// Tells of a run that was cut short. `notices` are what people should know of it: what the agent may have done all the
/// same, or what is not printed.
fn conclude_cut(
    about: &About<'_>,
    cut: Cut,
    notices: &[&'static str],
    printer: &mut Printer,
    spent: Spent,
) -> Result<Ending, OutputLost> {
    let (reason, ending) = match cut {
        Cut::Deadline => {
            let mut trouble = trouble::of_deadline(about.context);
            for notice in notices {
                trouble::add_doubt(&mut trouble, notice, about.context);
            }
            printer.fail(&trouble)?;
            let ending = if printer.varbinds() > 0 { Ending::Partial } else { Ending::NoAnswer };
            (EndReason::Deadline, ending)
        }
        Cut::Interrupted => {
            for notice in notices {
                printer.say(&format!("{}: {notice}", about.context.name))?;
            }
            (EndReason::Interrupted, Ending::Interrupted)
        }
    };
    let end = printer.ended(reason, false, spent);
    printer.end(&end)?;
    Ok(ending)
}

/// Tells of a failure before the first request.
fn fail(printer: &mut Printer, failure: &Trouble, spent: Spent) -> Result<Ending, OutputLost> {
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
        | ErrorCode::PrivDecrypt
        | ErrorCode::UnknownContext
        | ErrorCode::Report => Ending::Security,
        ErrorCode::Agent(_) | ErrorCode::TooBig => Ending::AgentError,
        ErrorCode::NotIncreasing | ErrorCode::Loop | ErrorCode::Inconsistent => Ending::Partial,
        ErrorCode::Usage => Ending::Usage,
        ErrorCode::Local => Ending::Local,
    }
}

/// How long output to a file or a pipe waits for more of its kind: far less than anybody notices, and many answers of
/// an agent that is near.
pub(super) const GATHERING: Duration = Duration::from_millis(20);

/// Hands every item to the task until none comes any more. What is printed is written soon, and a reader who does not
/// take it holds up neither the deadline nor Ctrl-C.
async fn drive<T: Task>(
    stream: &mut OperationStream<T::Operation>,
    task: &mut T,
    printer: &mut Printer,
    left: Option<Duration>,
    interrupted: &mut (impl Future<Output = ()> + Unpin),
    course: Course,
) -> Result<Stop<<T::Operation as Operation>::Error>, OutputLost> {
    let mut progress = Progress::new(course);
    let mut gathering: Option<Pin<Box<time::Sleep>>> = None;
    let items = poll_fn(|context| {
        loop {
            if printer.is_full() && printer.write()? == Written::Blocked {
                // The others have a look, and then it is tried again.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match Pin::new(&mut *stream).poll_next(context) {
                Poll::Ready(Some(Ok(item))) => {
                    progress.item();
                    task.take(item, printer)?;
                }
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
                    progress.show(&task.seen(stream.operation(), printer));
                    return Poll::Pending;
                }
            }
        }
    });
    let deadline = async {
        match left {
            Some(left) => time::sleep(left).await,
            None => std::future::pending().await,
        }
    };
    let stop = tokio::select! {
        biased;
        stop = items => return stop,
        () = interrupted => Cut::Interrupted,
        () = deadline => Cut::Deadline,
    };
    printer.leave()?;
    Ok(Stop::Cut(stop))
}

/// Waits for Ctrl-C. Until this is polled, and when no handler can be had, Ctrl-C does what the system has it do, which
/// is to end the process.
pub(super) async fn interrupted() {
    if signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The future's output, or what came before it.
async fn within<F: Future>(
    deadline: Option<Duration>,
    interrupted: &mut (impl Future<Output = ()> + Unpin),
    future: F,
) -> Result<F::Output, Cut> {
    let limited = async {
        match deadline {
            Some(deadline) => time::timeout(deadline, future).await.map_err(|_| Cut::Deadline),
            None => Ok(future.await),
        }
    };
    tokio::select! {
        biased;
        output = limited => output,
        () = interrupted => Err(Cut::Interrupted),
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

    /// What a run cost that has asked for nothing.
    fn spent(&self) -> Spent {
        Spent { elapsed: self.elapsed(), ..Spent::default() }
    }
}
