//! The sockets that a fleet shares, and whose messages they carry.

use std::{collections::HashMap, future, net::SocketAddr};

use smallvec::SmallVec;

use super::host::Host;
use crate::{
    engine::RequestHandle,
    operation::Operation,
    server_spec::TransportKind,
    session::{Error, Packet, PacketDirection},
    transport::{Arrival, Sent, SharedUdp, TransportError, TransportSettings, Wanted},
};

/// A message that is to be sent.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) host: usize,
    pub(super) handle: RequestHandle,
    pub(super) peer: SocketAddr,
    pub(super) octets: Vec<u8>,
}

/// A socket for IPv4 and one for IPv6, each made when it is needed.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    open: [Option<SharedUdp>; 2],
    /// The buffer of the last message that was sent.
    spare: Vec<u8>,
}

impl Sockets {
    /// Both families.
    pub(super) const FAMILIES: [usize; 2] = [0, 1];

    pub(super) const fn family(peer: SocketAddr) -> usize {
        if peer.is_ipv6() { 1 } else { 0 }
    }

    /// Makes the socket for this peer, if there is none.
    pub(super) fn open(&mut self, peer: SocketAddr, settings: &TransportSettings) -> Result<(), Error> {
        let socket = &mut self.open[Self::family(peer)];
        if socket.is_none() {
            let transport = if peer.is_ipv6() { TransportKind::Udp6 } else { TransportKind::Udp };
            *socket = Some(SharedUdp::open(transport, settings).map_err(Error::system)?);
        }
        Ok(())
    }

    pub(super) fn send(&mut self, outgoing: &Outgoing) -> Result<Sent, TransportError> {
        match &mut self.open[Self::family(outgoing.peer)] {
            Some(socket) => socket.try_send(outgoing.peer, &outgoing.octets),
            None => Ok(Sent::Taken),
        }
    }

    pub(super) fn receive(
        &mut self,
        family: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(SocketAddr, Arrival)>, TransportError> {
        self.open[family].as_mut().map_or(Ok(None), |socket| socket.try_receive(buffer))
    }

    /// Waits until one of them is ready.
    ///
    /// # Errors
    ///
    /// The family whose socket cannot be waited for, and why.
    pub(super) async fn ready(&mut self, wanted: Wanted) -> Result<(), (usize, TransportError)> {
        let [ipv4, ipv6] = &mut self.open;
        tokio::select! {
            ready = one_ready(ipv4, wanted) => ready.map_err(|error| (0, error)),
            ready = one_ready(ipv6, wanted) => ready.map_err(|error| (1, error)),
        }
    }

    /// Shows a packet to who wants to see it.
    pub(super) fn show<O: Operation>(&self, host: &Host<O>, direction: PacketDirection, octets: &[u8]) {
        if let (Some(tap), Some(socket)) = (&host.tap, &self.open[Self::family(host.peer)]) {
            let addresses = socket.peer_text(host.peer);
            tap(Packet { direction, octets, addresses: &addresses });
        }
    }

    /// A buffer to write a message in.
    pub(super) fn spare(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    /// Takes the buffer of a message that was sent.
    pub(super) fn reuse(&mut self, outgoing: Outgoing) {
        self.spare = outgoing.octets;
    }
}

async fn one_ready(socket: &mut Option<SharedUdp>, wanted: Wanted) -> Result<(), TransportError> {
    match socket {
        Some(socket) => socket.ready(wanted).await,
        None => future::pending().await,
    }
}

/// Which hosts have an address.
#[derive(Debug, Default)]
pub(super) struct Peers(HashMap<SocketAddr, SmallVec<[usize; 2]>>);

impl Peers {
    pub(super) fn add(&mut self, peer: SocketAddr, host: usize) {
        self.0.entry(peer).or_default().push(host);
    }

    pub(super) fn remove(&mut self, peer: SocketAddr, host: usize) {
        if let Some(hosts) = self.0.get_mut(&peer) {
            hosts.retain(|other| *other != host);
            if hosts.is_empty() {
                self.0.remove(&peer);
            }
        }
    }

    /// The hosts at an address. The interface of an IPv6 address counts only where the target's names one.
    pub(super) fn of(&self, peer: SocketAddr) -> SmallVec<[usize; 2]> {
        let anywhere = match peer {
            SocketAddr::V6(mut address) if address.scope_id() != 0 => {
                address.set_scope_id(0);
                self.0.get(&SocketAddr::V6(address))
            }
            _ => None,
        };
        self.0.get(&peer).or(anywhere).cloned().unwrap_or_default()
    }
}
