//! UDP, the asking side (RFC 3417, section 3).

use std::{collections::VecDeque, io, net::SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

use super::{Arrival, DATAGRAM_OCTETS, TransportError, TransportSettings, address, icmp, size_buffers};
use crate::server_spec::ServerSpec;

/// How often a message is handed over again when the system answers with the fate of an earlier one.
const SEND_ATTEMPTS: usize = 4;

/// News that wait to be received; more are dropped, for one "refused" says as much as a hundred.
const QUEUED_NEWS: usize = 16;

/// Messages over UDP to one address.
#[derive(Debug)]
pub struct UdpTransport {
    socket: UdpSocket,
    peer: SocketAddr,
    local: SocketAddr,
    any_source: bool,
    connected: bool,
    news: VecDeque<Arrival>,
}

impl UdpTransport {
    pub(super) async fn open(
        spec: &ServerSpec,
        settings: &TransportSettings,
    ) -> Result<Self, TransportError> {
        let source = address::source(spec.transport, settings.local.as_ref())?;
        let peer = peer(spec, settings).await?;
        Self::bind(peer, source, settings)
    }

    fn bind(
        peer: SocketAddr,
        source: SocketAddr,
        settings: &TransportSettings,
    ) -> Result<Self, TransportError> {
        let socket = Socket::new(Domain::for_address(peer), Type::DGRAM, Some(Protocol::UDP))
            .map_err(TransportError::call("socket", peer))?;
        let prepare = || {
            socket.set_nonblocking(true)?;
            size_buffers(&socket, settings)?;
            icmp::ask(&socket, peer.is_ipv6())
        };
        prepare().map_err(TransportError::call("setsockopt", peer))?;
        socket.bind(&source.into()).map_err(TransportError::call("bind", source))?;
        let connected = icmp::NEEDS_CONNECTION && !settings.any_source;
        if connected {
            socket.connect(&peer.into()).map_err(TransportError::call("connect", peer))?;
        }
        let socket = UdpSocket::from_std(socket.into()).map_err(TransportError::call("epoll_ctl", peer))?;
        let local = socket.local_addr().map_err(TransportError::call("getsockname", source))?;
        let any_source = settings.any_source;
        Ok(Self { socket, peer, local, any_source, connected, news: VecDeque::new() })
    }

    /// The address that is asked.
    pub(super) const fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(super) async fn send(&mut self, message: &[u8]) -> Result<(), TransportError> {
        let mut attempts = 0;
        loop {
            let result = if self.connected {
                self.socket.send(message).await
            } else {
                self.socket.send_to(message, self.peer).await
            };
            let Err(error) = result else { return Ok(()) };
            attempts += 1;
            // The call may have failed with what an earlier message met. Then it comes through when repeated.
            if attempts == SEND_ATTEMPTS || icmp::news(error.raw_os_error()).is_none() {
                return Err(TransportError::call("sendto", self.peer)(error));
            }
            self.collect_news(&error);
        }
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Arrival, TransportError> {
        loop {
            if let Some(news) = self.news.pop_front() {
                buffer.clear();
                return Ok(news);
            }
            if let Some(arrival) = self.try_receive(buffer)? {
                return Ok(arrival);
            }
            let ready = self.socket.ready(icmp::INTEREST).await;
            let ready = ready.map_err(TransportError::call("epoll_wait", self.peer))?;
            // A full queue keeps no report; then the socket still knows the last error.
            if ready.is_error()
                && !self.collect_queue()
                && let Ok(Some(error)) = self.socket.take_error()
            {
                self.note(icmp::news(error.raw_os_error()));
            }
        }
    }

    /// Takes the next datagram, if one is there.
    fn try_receive(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Arrival>, TransportError> {
        buffer.clear();
        buffer.reserve(DATAGRAM_OCTETS);
        match self.socket.try_recv_buf_from(buffer) {
            Ok((_, from)) if self.any_source || self.is_peer(from) => Ok(Some(Arrival::Message)),
            Ok((_, from)) => {
                buffer.clear();
                Ok(Some(Arrival::Stray { from: from.to_string() }))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) if icmp::news(error.raw_os_error()).is_some() => {
                self.collect_news(&error);
                Ok(self.news.pop_front())
            }
            Err(error) => Err(TransportError::call("recvfrom", self.peer)(error)),
        }
    }

    /// Takes what the queue of errors holds, or, where that is nothing, what the failed call itself said.
    fn collect_news(&mut self, error: &io::Error) {
        if !self.collect_queue() {
            self.note(icmp::news(error.raw_os_error()));
        }
    }

    /// Empties the queue of errors; whether there was anything in it.
    fn collect_queue(&mut self) -> bool {
        let mut any = false;
        while let Some(report) = icmp::next(&self.socket) {
            any = true;
            if report.destination.is_none_or(|destination| self.is_peer(destination)) {
                self.note(report.arrival);
            }
        }
        any
    }

    fn note(&mut self, news: Option<Arrival>) {
        if self.news.len() < QUEUED_NEWS {
            self.news.extend(news);
        }
    }

    /// Whether an address is the one asked. The interface counts only where both name one.
    fn is_peer(&self, from: SocketAddr) -> bool {
        let same_interface = match (from, self.peer) {
            (SocketAddr::V6(from), SocketAddr::V6(peer)) => {
                from.scope_id() == peer.scope_id() || from.scope_id() == 0 || peer.scope_id() == 0
            }
            _ => true,
        };
        same_interface && from.ip() == self.peer.ip() && from.port() == self.peer.port()
    }

    pub(super) fn peer_text(&self) -> String {
        let peer = address::bracketed(self.peer);
        if self.peer.is_ipv6() {
            return format!("UDP/IPv6: {peer}");
        }
        format!("UDP: {peer}->{}", self.local_text())
    }

    pub(super) fn local_text(&self) -> String {
        address::bracketed(self.local)
    }
}

/// Of a host's addresses the first that can be sent to.
pub(super) async fn peer(
    spec: &ServerSpec,
    settings: &TransportSettings,
) -> Result<SocketAddr, TransportError> {
    let mut addresses = address::resolve(spec, settings).await?.into_iter().map(address::reachable);
    let first = addresses.next().expect("the resolver gives one address at least");
    Ok(match addresses.len() {
        0 => first,
        _ => std::iter::once(first).chain(addresses).find(|peer| has_route(*peer)).unwrap_or(first),
    })
}

/// Whether the system knows a way there. Connecting a datagram socket sends nothing.
fn has_route(peer: SocketAddr) -> bool {
    Socket::new(Domain::for_address(peer), Type::DGRAM, Some(Protocol::UDP))
        .is_ok_and(|probe| probe.connect(&peer.into()).is_ok())
}
