//! Names that are looked up, a few at a time: each takes a thread of the resolver's.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
};

use tokio::task::JoinSet;

use super::FleetTarget;
use crate::transport::{SharedUdp, TransportError};

/// What comes of a lookup.
type Found = Result<SocketAddr, TransportError>;

/// Targets that wait for their address.
#[derive(Debug)]
pub(super) struct Lookups<O> {
    at_a_time: usize,
    running: JoinSet<(usize, Found)>,
    /// Those that wait for others, in order.
    waiting: VecDeque<usize>,
    targets: HashMap<usize, FleetTarget<O>>,
}

impl<O> Lookups<O> {
    pub(super) fn new(at_a_time: usize) -> Self {
        Self { at_a_time, running: JoinSet::new(), waiting: VecDeque::new(), targets: HashMap::new() }
    }

    pub(super) fn add(&mut self, host: usize, target: FleetTarget<O>) {
        self.targets.insert(host, target);
        self.waiting.push_back(host);
        self.fill();
    }

    /// The next target whose lookup is over; waits for ever when there is none. Nothing is lost when it is dropped.
    pub(super) async fn next(&mut self) -> (usize, FleetTarget<O>, Found) {
        loop {
            match self.running.join_next().await {
                Some(Ok((host, found))) => {
                    self.fill();
                    if let Some(target) = self.targets.remove(&host) {
                        return (host, target, found);
                    }
                }
                Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                // Nobody aborts them but who drops all.
                Some(Err(_)) => {}
                None => return std::future::pending().await,
            }
        }
    }

    /// Begins lookups while there is room.
    fn fill(&mut self) {
        while self.running.len() < self.at_a_time {
            let Some(host) = self.waiting.pop_front() else { return };
            let Some(target) = self.targets.get(&host) else { continue };
            let (spec, settings) = (target.spec.clone(), target.settings.transport.clone());
            self.running.spawn(async move { (host, SharedUdp::find_peer(&spec, &settings).await) });
        }
    }
}
