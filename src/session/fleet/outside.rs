//! Hosts that cannot share a socket: those over streams, Unix sockets and memory, and those with a source address of
//! their own. Each has a session.

use std::collections::VecDeque;

use tokio::{sync::mpsc, task::JoinSet, time};

use super::{Ended, FleetEvent, FleetTarget, Remains};
use crate::{
    engine::Counters,
    operation::Operation,
    session::{RunError, Session},
};

/// Items that wait to be taken; the sessions wait when there are more.
const ITEMS: usize = 256;

type Item<O> = (usize, <O as Operation>::Item);

/// The sessions at work.
pub(super) struct Outside<O: Operation> {
    running: JoinSet<(usize, Ended<O>)>,
    items: mpsc::Receiver<Item<O>>,
    sender: mpsc::Sender<Item<O>>,
    /// What has come and was not taken yet.
    heard: VecDeque<FleetEvent<O>>,
}

impl<O> Outside<O>
where
    O: Operation<Item: Send, Error: Send> + Send + Unpin + 'static,
{
    pub(super) fn new() -> Self {
        let (sender, items) = mpsc::channel(ITEMS);
        Self { running: JoinSet::new(), items, sender, heard: VecDeque::new() }
    }

    pub(super) fn begin(&mut self, host: usize, target: FleetTarget<O>) {
        let items = self.sender.clone();
        self.running.spawn(async move { (host, run(host, target, items).await) });
    }

    /// The next thing that comes; waits for ever when there is nothing to come. Nothing is lost when it is dropped.
    pub(super) async fn next(&mut self) -> FleetEvent<O> {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return heard;
            }
            let joined = tokio::select! {
                biased;
                Some((host, item)) = self.items.recv() => return FleetEvent::Item { host, item },
                Some(joined) = self.running.join_next() => joined,
                else => std::future::pending().await,
            };
            match joined {
                Ok((host, ended)) => {
                    // A host's items come before its end.
                    while let Ok((host, item)) = self.items.try_recv() {
                        self.heard.push_back(FleetEvent::Item { host, item });
                    }
                    self.heard.push_back(FleetEvent::Ended { host, ended: Box::new(ended) });
                }
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                // Nobody aborts them but who drops all.
                Err(_) => {}
            }
        }
    }
}

/// Runs the operation over a session of its own.
#[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
async fn run<O>(host: usize, target: FleetTarget<O>, items: mpsc::Sender<Item<O>>) -> Ended<O>
where
    O: Operation + Unpin,
{
    let begun = time::Instant::now();
    let FleetTarget { spec, settings, operation } = target;
    let session = match Session::open(&spec, settings).await {
        Ok(session) => session,
        Err(error) => {
            return Ended {
                remains: Remains::Operation(operation),
                result: Err(RunError::Session(error)),
                counters: Counters::default(),
                known_engine: None,
                in_doubt: false,
                elapsed: begun.elapsed().into(),
            };
        }
    };
    let mut stream = session.run(operation);
    let mut result = Ok(());
    while let Some(next) = stream.next().await {
        match next {
            Ok(item) => {
                if items.send((host, item)).await.is_err() {
                    // The fleet is gone, and this task with it.
                    break;
                }
            }
            Err(error) => result = Err(error),
        }
    }
    Ended {
        counters: session.counters().await,
        known_engine: session.known_engine().await,
        in_doubt: stream.is_in_doubt(),
        elapsed: begun.elapsed().into(),
        remains: Remains::Stream(stream),
        result,
    }
}
