//! One UDP socket for many peers (RFC 3417, section 3).

use std::{
    collections::VecDeque,
    io,
    net::{SocketAddr, SocketAddrV6},
    time::Duration,
};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::{net::UdpSocket, time};

use super::{
    Arrival, DATAGRAM_OCTETS, TransportError, TransportSettings, address, enlarge_receive_buffer,
    enlarge_send_buffer, icmp, size_buffers, udp,
};
use crate::server_spec::{ServerSpec, TransportKind};

/// How often a message is handed over again when the system answers with the fate of earlier ones. Of a thousand peers
/// many may refuse at once.
const SEND_ATTEMPTS: usize = 64;

/// Reports that wait to be received; more are dropped, for the peers are told of by their time-outs too.
const QUEUED_REPORTS: usize = 4_096;

/// How long to wait for room at a time. What is sent to hosts of this network that are not there keeps its room until
/// the system gives them up, for seconds.
const ROOM_PAUSE: Duration = Duration::from_millis(2);

/// What became of a message that was to be sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
    /// The system has taken it.
    Taken,
    /// The system has no room just now; see [`SharedUdp::ready`].
    NoRoom,
}

/// What to wait for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// Something to receive.
    Messages,
    /// That, or room for a message that had none.
    MessagesOrRoom,
}

/// Messages over UDP to any number of addresses of one family, through one socket.
///
/// It tells whom a message came from and leaves it to the caller whether that one was asked. Where the system can, its
/// receive buffer is made large. News of messages that could not be delivered come with the address that they were for;
/// only Linux tells that for a socket of many peers, elsewhere such messages end in time-outs.
///
/// Nothing here waits but [`Self::ready`], which can be dropped while it waits.
#[derive(Debug)]
pub struct SharedUdp {
    socket: UdpSocket,
    local: SocketAddr,
    reports: VecDeque<(SocketAddr, Arrival)>,
}

impl SharedUdp {
    /// Opens the socket: an IPv4 one for [`TransportKind::Udp`], an IPv6 one for [`TransportKind::Udp6`].
    ///
    /// # Errors
    ///
    /// [`TransportError::WrongSource`] for a local address of another sort, [`TransportError::Call`] where a system call
    /// fails.
    pub fn open(transport: TransportKind, settings: &TransportSettings) -> Result<Self, TransportError> {
        let source = address::source(transport, settings.local.as_ref())?;
        let socket = Socket::new(Domain::for_address(source), Type::DGRAM, Some(Protocol::UDP))
            .map_err(TransportError::call("socket", source))?;
        let prepare = || {
            socket.set_nonblocking(true)?;
            if settings.receive_buffer_octets.is_none() {
                enlarge_receive_buffer(&socket);
            }
            if settings.send_buffer_octets.is_none() {
                enlarge_send_buffer(&socket);
            }
            size_buffers(&socket, settings)?;
            icmp::ask(&socket, source.is_ipv6())
        };
        prepare().map_err(TransportError::call("setsockopt", source))?;
        socket.bind(&source.into()).map_err(TransportError::call("bind", source))?;
        let socket = UdpSocket::from_std(socket.into()).map_err(TransportError::call("epoll_ctl", source))?;
        let local = socket.local_addr().map_err(TransportError::call("getsockname", source))?;
        Ok(Self { socket, local, reports: VecDeque::new() })
    }

    /// The address that a specification leads to, where nobody has to be asked for it; `None` for a name.
    pub fn known_peer(
        spec: &ServerSpec,
        settings: &TransportSettings,
    ) -> Result<Option<SocketAddr>, TransportError> {
        Ok(address::known(spec, settings)?.map(address::reachable))
    }

    /// The address that a specification leads to: of a host's several addresses the first that can be sent to.
    ///
    /// # Errors
    ///
    /// [`TransportError::UnknownHost`] and its neighbours.
    pub async fn find_peer(
        spec: &ServerSpec,
        settings: &TransportSettings,
    ) -> Result<SocketAddr, TransportError> {
        udp::peer(spec, settings).await
    }

    /// Sends one message.
    ///
    /// # Errors
    ///
    /// [`TransportError::Call`] when the system refuses this message. What it says of earlier ones is no error here.
    pub fn try_send(&mut self, peer: SocketAddr, message: &[u8]) -> Result<Sent, TransportError> {
        let mut attempts = 0;
        loop {
            // Straight to the system: whether there is room is not what the runtime is asked for.
            let error = match SockRef::from(&self.socket).send_to(message, &peer.into()) {
                Ok(_) => return Ok(Sent::Taken),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Sent::NoRoom),
                Err(error) => error,
            };
            attempts += 1;
            // The call may have failed with what earlier messages met. Then it comes through when repeated.
            if attempts == SEND_ATTEMPTS || icmp::news(error.raw_os_error()).is_none() {
                return Err(TransportError::call("sendto", peer)(error));
            }
            self.collect_reports();
        }
    }

    /// Takes the next message, or news of one that was sent, with the peer that it is about; `None` when nothing has
    /// arrived. `buffer` holds the message, or nothing. The arrival is never [`Arrival::Stray`].
    ///
    /// # Errors
    ///
    /// [`TransportError::Call`] when the socket cannot be read.
    pub fn try_receive(
        &mut self,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(SocketAddr, Arrival)>, TransportError> {
        buffer.clear();
        if let Some(report) = self.reports.pop_front() {
            return Ok(Some(report));
        }
        buffer.reserve(DATAGRAM_OCTETS);
        loop {
            match self.socket.try_recv_buf_from(buffer) {
                Ok((_, from)) => return Ok(Some((plain(from), Arrival::Message))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(self.reports.pop_front());
                }
                // Each of these takes an error off the socket, so that there is an end to them.
                Err(error) if icmp::news(error.raw_os_error()).is_some() => {
                    self.collect_reports();
                }
                Err(error) => return Err(TransportError::call("recvfrom", self.local)(error)),
            }
        }
    }

    /// Waits until there may be something to receive or, where that is wanted, until room to send is to be looked for.
    ///
    /// # Errors
    ///
    /// [`TransportError::Call`] when the system cannot be asked.
    pub async fn ready(&mut self, wanted: Wanted) -> Result<(), TransportError> {
        let something = self.socket.ready(icmp::INTEREST);
        let ready = match wanted {
            Wanted::Messages => something.await,
            // Room is not waited for by itself: an error that comes while there is none looks as if the socket could be
            // written to no more, which the runtime takes for a state that lasts and tells at once, each time.
            Wanted::MessagesOrRoom => match time::timeout(ROOM_PAUSE, something).await {
                Ok(ready) => ready,
                Err(_) => return Ok(()),
            },
        };
        let ready = ready.map_err(TransportError::call("epoll_wait", self.local))?;
        if ready.is_error() && !self.collect_reports() {
            // A full queue keeps no report; whom the last error is about is then lost.
            let _ = self.socket.take_error();
        }
        Ok(())
    }

    /// Empties the queue of errors; whether there was anything in it.
    fn collect_reports(&mut self) -> bool {
        let mut any = false;
        while let Some(report) = icmp::next(&self.socket) {
            any = true;
            if let (Some(peer), Some(arrival)) = (report.destination, report.arrival)
                && self.reports.len() < QUEUED_REPORTS
            {
                self.reports.push_back((plain(peer), arrival));
            }
        }
        any
    }

    /// Where a peer's messages go to and come from, as net-snmp's `-d` prints it; see
    /// [`Transport::peer_text`](super::Transport::peer_text).
    pub fn peer_text(&self, peer: SocketAddr) -> String {
        let to = address::bracketed(peer);
        if peer.is_ipv6() {
            return format!("UDP/IPv6: {to}");
        }
        format!("UDP: {to}->{}", address::bracketed(self.local))
    }
}

/// The address without the label of its flow, which is no part of it.
fn plain(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(_) => address,
        SocketAddr::V6(v6) => SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id()).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the socket is a real one")]
    async fn waiting_for_room_after_news_of_a_closed_port_keeps_no_processor_busy() {
        let closed = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut shared = SharedUdp::open(TransportKind::Udp, &TransportSettings::default()).unwrap();
        assert_eq!(shared.try_send(closed, b"0").unwrap(), Sent::Taken);
        shared.ready(Wanted::Messages).await.unwrap();
        let mut buffer = Vec::new();
        while shared.try_receive(&mut buffer).unwrap().is_some() {}
        let begun = Instant::now();
        for _ in 0..20 {
            shared.ready(Wanted::MessagesOrRoom).await.unwrap();
        }
        assert!(begun.elapsed() >= ROOM_PAUSE * 10, "{:?}", begun.elapsed());
    }

    #[test]
    fn the_send_buffer_is_no_smaller_than_others_and_has_the_size_that_was_wished_for() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        let size = |settings: &TransportSettings| {
            let shared = SharedUdp::open(TransportKind::Udp, settings).unwrap();
            SockRef::from(&shared.socket).send_buffer_size().unwrap()
        };
        let usual = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap().send_buffer_size().unwrap();
        assert!(size(&TransportSettings::default()) > usual);
        let small = TransportSettings { send_buffer_octets: Some(8192), ..TransportSettings::default() };
        assert!(size(&small) < usual);
    }
}
