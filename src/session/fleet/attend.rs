//! What is done for one host of a fleet when something happens: a message, news of one, a time-out.

use std::{cmp::Reverse, net::SocketAddr, sync::Arc};

use super::{Ended, Fleet, FleetEvent, FleetTarget, host::Verdict, socket::Sockets, told::Remains};
use crate::{
    engine::Rejection,
    operation::Operation,
    session::{Error, PacketDirection, RunError},
    transport::{Arrival, TransportError},
};

impl<I, O> Fleet<I, O>
where
    I: Iterator<Item = FleetTarget<O>>,
    O: Operation<Item: Send, Error: Send> + Send + Unpin + 'static,
{
    /// Hands an arrival to the hosts that it is about.
    pub(super) fn take(&mut self, peer: SocketAddr, arrival: Arrival, octets: &[u8]) {
        let rejection = match arrival {
            Arrival::Message => return self.take_message(peer, octets),
            Arrival::Refused => Rejection::Refused,
            Arrival::Unreachable { errno, by } => Rejection::Unreachable { errno, by },
            // The socket has many peers and calls nobody a stranger.
            Arrival::Stray { .. } => return,
        };
        for number in self.peers.of(peer) {
            if let Some(host) = self.hosts.get_mut(&number) {
                host.hear_rejection(&rejection);
            }
        }
    }

    fn take_message(&mut self, peer: SocketAddr, octets: &[u8]) {
        let candidates = self.peers.of(peer);
        let meant = match candidates[..] {
            [] => return self.take_stray(peer, octets),
            [only] => Some(only),
            // Several targets at one address, with different communities, users or contexts.
            _ => candidates
                .into_iter()
                .find(|number| self.hosts.get(number).is_some_and(|host| host.engine.is_meant_by(octets))),
        };
        let now = self.now();
        let Some((number, host)) = meant.and_then(|number| Some((number, self.hosts.get_mut(&number)?)))
        else {
            return;
        };
        self.pace.hear();
        self.sockets.show(host, PacketDirection::Received, octets);
        host.hear(now, octets);
        self.attend(number);
    }

    /// What comes from an address that is not asked is nobody's, but whose answer it would be is told when that one is
    /// given up: an agent with several addresses may answer from the wrong one. To find out takes a look at every host,
    /// so that it is done for the first few only.
    fn take_stray(&mut self, peer: SocketAddr, octets: &[u8]) {
        let Some(left) = self.strays_left.checked_sub(1) else { return };
        self.strays_left = left;
        let now = self.now();
        if let Some(host) = self.hosts.values_mut().find(|host| host.engine.is_meant_by(octets)) {
            host.hear_stray(now, peer);
        }
    }

    /// Retransmits or gives up what is due.
    pub(super) fn time_out(&mut self) {
        let now = self.now();
        while let Some(&Reverse((due, number))) = self.timers.peek()
            && due <= now
        {
            self.timers.pop();
            let Some(host) = self.hosts.get_mut(&number).filter(|host| host.timer == Some(due)) else {
                continue;
            };
            host.timer = None;
            if host.due().is_some_and(|due| due <= now) {
                host.time_out(now);
            }
            self.attend(number);
        }
    }

    /// Has a host go on, after something has happened to its engine.
    pub(super) fn attend(&mut self, number: usize) {
        let Some(host) = self.hosts.get_mut(&number) else { return };
        let events = &mut self.events;
        if let Some(verdict) = host.advance(|item| events.push_back(FleetEvent::Item { host: number, item }))
        {
            return self.end(number, verdict);
        }
        if host.engine.wants_transmit() && !host.is_queued {
            host.is_queued = true;
            self.to_send.push_back(number);
        }
        self.set_timer(number);
    }

    /// Sees to it that a host is looked at when its engine has to look at the clock. An entry that is too early costs
    /// a look.
    pub(super) fn set_timer(&mut self, number: usize) {
        let Some(host) = self.hosts.get_mut(&number) else { return };
        if let Some(due) = host.due()
            && host.timer.is_none_or(|timer| due < timer)
        {
            host.timer = Some(due);
            self.timers.push(Reverse((due, number)));
        }
    }

    pub(super) fn end(&mut self, number: usize, verdict: Verdict<O>) {
        let Some(host) = self.hosts.remove(&number) else { return };
        self.peers.remove(host.peer, number);
        let now = self.now();
        let ended = Ended {
            result: verdict,
            counters: host.engine.counters(),
            known_engine: host.known_engine(now),
            in_doubt: host.is_in_doubt(),
            elapsed: host.age(now),
            remains: Remains::Operation(host.operation),
        };
        self.events.push_back(FleetEvent::Ended { host: number, ended: Box::new(ended) });
    }

    /// A socket that cannot receive fails all that is outstanding over it.
    pub(super) fn fail_all(&mut self, family: usize, error: TransportError) {
        let error = Arc::new(error);
        let mut failed: Vec<usize> = self
            .hosts
            .iter()
            .filter(|(_, host)| Sockets::family(host.peer) == family)
            .map(|(number, _)| *number)
            .collect();
        failed.sort_unstable();
        for number in failed {
            self.end(number, Err(RunError::Session(Error::System(Arc::clone(&error)))));
        }
    }
}
