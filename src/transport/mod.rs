//! Messages between this program and others: UDP, TCP, Unix sockets, and an agent inside the program (RFC 3417, RFC 3430).
//!
//! A [`Transport`] is the asking side and has one peer; a [`Listener`] is the answering side and has many. Both deal in
//! whole messages and know nothing of what is in them. Everything that waits can be dropped while it waits, as
//! `tokio::select!` does, and nothing is lost by it.

mod address;
mod dgram;
mod error;
mod icmp;
mod listen;
mod memory;
mod shared;
mod stream;
mod udp;

use std::{net::IpAddr, time::Duration};

pub use address::{LocalAddress, LocalAddressError};
pub use dgram::DgramTransport;
pub use error::TransportError;
pub use listen::{Listener, Peer};
pub use memory::{InProcess, MemoryTransport};
pub use shared::{Sent, SharedUdp, Wanted};
pub use stream::StreamTransport;
pub use udp::UdpTransport;

pub use crate::server_spec::Role;
use crate::{
    limits,
    server_spec::{Endpoint, Port, ServerSpec, TransportKind},
};

/// Room for one datagram, so that none is cut: the length field of UDP ends here.
const DATAGRAM_OCTETS: usize = 65_535;

/// What an Ethernet frame of 1500 octets has room for behind the headers of UDP and IPv6, which are longer than IPv4's.
const FRAME_OCTETS_V6: usize = limits::FRAME_OCTETS - 20;

/// An answer for which the network sets no bound; a little less than what any message may have.
const UNBOUND_OCTETS: usize = 65_000;

/// How a transport is opened.
#[derive(Clone, Debug, Default)]
pub struct TransportSettings {
    /// Where messages are sent from; `None` leaves the choice to the system. A [`Listener`] ignores it.
    pub local: Option<LocalAddress>,
    /// Accepts answers from any address, not only from the one that was asked. Default: no.
    pub any_source: bool,
    /// Asks the system for a send buffer of this many octets; `None` keeps the system's own. The system may give less.
    pub send_buffer_octets: Option<usize>,
    /// Asks the system for a receive buffer of this many octets; `None` keeps the system's own. The system may give less.
    pub receive_buffer_octets: Option<usize>,
    /// The port where the specification names none; `None` means the role's own.
    pub default_port: Option<Port>,
    /// What is at the other end. Default: an agent, port 161.
    pub role: Role,
    /// How long each address of a host is given to take a TCP connection; `None` leaves it to the system, which may try
    /// for two minutes.
    pub connect_time_out: Option<Duration>,
    /// What makes the device of `demo::`; `None` in programs that bring none.
    pub inside: Option<fn() -> Box<dyn InProcess>>,
}

/// What came of waiting for a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Arrival {
    /// One whole message is in the buffer.
    Message,
    /// A datagram from an address that was not asked; it was dropped and the buffer is empty.
    Stray {
        /// Where it came from: `address:port`, an IPv6 address in brackets, or a path.
        from: String,
    },
    /// Nothing listens where a message was sent: an ICMP "port unreachable", or `ECONNREFUSED`.
    Refused,
    /// The network says that a message could not be brought there.
    Unreachable {
        /// The system's number for the reason, such as that of `EHOSTUNREACH`.
        errno: i32,
        /// The router that says so, when that is known.
        by: Option<String>,
    },
}

/// The asking side: messages to one peer, and what comes back.
#[derive(Debug)]
pub enum Transport {
    /// UDP over IPv4 or IPv6.
    Udp(UdpTransport),
    /// TCP over IPv4 or IPv6.
    Tcp(StreamTransport),
    /// A Unix stream socket.
    UnixStream(StreamTransport),
    /// A Unix datagram socket.
    UnixDgram(DgramTransport),
    /// An agent in this program.
    Memory(MemoryTransport),
}

impl Transport {
    /// Opens a transport to what the specification names.
    ///
    /// Host names are resolved here. Of a host's several addresses UDP takes the first that can be sent to, TCP the first
    /// that takes a connection.
    ///
    /// # Errors
    ///
    /// [`TransportError::UnknownHost`] and its neighbours where the specification leads nowhere;
    /// [`TransportError::Call`] where a system call fails.
    pub async fn open(spec: &ServerSpec, settings: &TransportSettings) -> Result<Self, TransportError> {
        match (&spec.endpoint, spec.transport) {
            (Endpoint::Path(path), TransportKind::Stream) => {
                StreamTransport::open_unix(path, settings).await.map(Self::UnixStream)
            }
            (Endpoint::Path(path), _) => DgramTransport::open(path, settings).map(Self::UnixDgram),
            (Endpoint::Inside, _) => {
                settings.inside.map(|make| Self::memory(make())).ok_or(TransportError::NoDevice)
            }
            (Endpoint::Inet { .. }, TransportKind::Tcp | TransportKind::Tcp6) => {
                StreamTransport::open_tcp(spec, settings).await.map(Self::Tcp)
            }
            (Endpoint::Inet { .. }, _) => UdpTransport::open(spec, settings).await.map(Self::Udp),
        }
    }

    /// A transport to an agent in this program.
    pub fn memory(device: Box<dyn InProcess>) -> Self {
        Self::Memory(MemoryTransport::new(device))
    }

    /// Sends one message.
    ///
    /// It returns as soon as the system has taken the message or it waits in a queue, which [`Transport::receive`] and
    /// [`Transport::flush`] empty. A peer that reads nothing fills the queue; from then on messages are lost, as a full
    /// network would lose them. A stream whose peer had ended the connection is connected again, once a call.
    ///
    /// # Errors
    ///
    /// [`TransportError::TooLong`] for a message that the transport cannot carry, [`TransportError::Call`] for one that
    /// the system refuses. That an *earlier* message could not be delivered is no error here: `receive` tells it.
    pub async fn send(&mut self, message: &[u8]) -> Result<(), TransportError> {
        let limit = self.max_message_octets();
        if message.len() > limit {
            return Err(TransportError::TooLong { octets: message.len(), limit });
        }
        match self {
            Self::Udp(udp) => udp.send(message).await,
            Self::Tcp(stream) | Self::UnixStream(stream) => stream.send(message).await,
            Self::UnixDgram(dgram) => dgram.send(message),
            Self::Memory(memory) => {
                memory.send(message);
                Ok(())
            }
        }
    }

    /// Waits for one whole message, or for news of one that was sent; `buffer` holds the message, or nothing.
    ///
    /// Dropping the future loses nothing: what has arrived of a message is kept.
    ///
    /// # Errors
    ///
    /// [`TransportError::Closed`] and [`TransportError::Framing`] are told once; after them this waits until a message
    /// has been sent, which connects again.
    pub async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Arrival, TransportError> {
        match self {
            Self::Udp(udp) => udp.receive(buffer).await,
            Self::Tcp(stream) | Self::UnixStream(stream) => stream.receive(buffer).await,
            Self::UnixDgram(dgram) => dgram.receive(buffer).await,
            Self::Memory(memory) => {
                memory.receive(buffer).await;
                Ok(Arrival::Message)
            }
        }
    }

    /// Waits until the system has taken everything that was sent; a program that sends and then ends calls it.
    ///
    /// A peer that reads nothing makes it wait for ever.
    pub async fn flush(&mut self) -> Result<(), TransportError> {
        match self {
            Self::Udp(_) | Self::Memory(_) => Ok(()),
            Self::Tcp(stream) | Self::UnixStream(stream) => stream.flush().await,
            Self::UnixDgram(dgram) => dgram.flush().await,
        }
    }

    /// The longest message that can be sent, in octets.
    pub fn max_message_octets(&self) -> usize {
        limits::MESSAGE_OCTETS
    }

    /// How long an answer may get without being cut into pieces on its way, in octets: what requests for many objects
    /// aim at. 1472 over UDP and IPv4, 1452 over IPv6, 65,000 where there is no network between, and over streams.
    pub fn answer_octets(&self) -> usize {
        let Self::Udp(udp) = self else { return UNBOUND_OCTETS };
        answer_octets_from(udp.peer().ip())
    }

    /// Whether messages come as a stream of octets, in which none is lost while the connection lives.
    pub fn is_stream(&self) -> bool {
        matches!(self, Self::Tcp(_) | Self::UnixStream(_))
    }

    /// Where messages go, as net-snmp's `-d` prints it: `UDP: [127.0.0.1]:161->[0.0.0.0]:40000`,
    /// `UDP/IPv6: [::1]:161`, `TCP: [127.0.0.1]:161->[0.0.0.0]:0`, `TCP/IPv6: [::1]:161`, `Local IPC: /path`.
    pub fn peer_text(&self) -> String {
        match self {
            Self::Udp(udp) => udp.peer_text(),
            Self::Tcp(stream) | Self::UnixStream(stream) => stream.peer_text(),
            Self::UnixDgram(dgram) => dgram.peer_text(),
            Self::Memory(_) => "Local IPC: demo::".to_owned(),
        }
    }

    /// The address that messages are sent from: `[0.0.0.0]:40000` while the system may choose, a path, or nothing.
    pub fn local_text(&self) -> String {
        match self {
            Self::Udp(udp) => udp.local_text(),
            Self::Tcp(stream) | Self::UnixStream(stream) => stream.local_text(),
            Self::UnixDgram(dgram) => dgram.local_text(),
            Self::Memory(_) => String::new(),
        }
    }
}

/// The same for UDP from an address. What decides is the address, however it was written or found.
pub(crate) fn answer_octets_from(peer: IpAddr) -> usize {
    match peer.to_canonical() {
        address if address.is_loopback() => UNBOUND_OCTETS,
        IpAddr::V4(_) => limits::FRAME_OCTETS,
        IpAddr::V6(_) => FRAME_OCTETS_V6,
    }
}

/// Asks the system for buffers of the sizes wanted. It may give less without saying so.
fn size_buffers(socket: &socket2::Socket, settings: &TransportSettings) -> std::io::Result<()> {
    if let Some(octets) = settings.send_buffer_octets {
        socket.set_send_buffer_size(octets)?;
    }
    if let Some(octets) = settings.receive_buffer_octets {
        socket.set_recv_buffer_size(octets)?;
    }
    Ok(())
}

/// Asks the system for a receive buffer that holds what many peers send at once. Nothing is made smaller, and less than
/// this is what an unprivileged process gets: the system's limit, which Linux doubles.
fn enlarge_receive_buffer(socket: &socket2::Socket) {
    const OCTETS: usize = 8 * 1024 * 1024;
    if socket.recv_buffer_size().is_ok_and(|octets| octets >= OCTETS) {
        return;
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if nix::sys::socket::setsockopt(socket, nix::sys::socket::sockopt::RcvBufForce, &OCTETS).is_ok() {
        return;
    }
    // What it does not give was a wish.
    let _ = socket.set_recv_buffer_size(OCTETS);
}

/// Asks the system for a send buffer with room for what waits in it for hosts that are not there, likewise.
fn enlarge_send_buffer(socket: &socket2::Socket) {
    const OCTETS: usize = 8 * 1024 * 1024;
    if socket.send_buffer_size().is_ok_and(|octets| octets >= OCTETS) {
        return;
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if nix::sys::socket::setsockopt(socket, nix::sys::socket::sockopt::SndBufForce, &OCTETS).is_ok() {
        return;
    }
    // As above.
    let _ = socket.set_send_buffer_size(OCTETS);
}
