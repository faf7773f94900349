//! The answering side: messages from many peers, and answers to each.

mod dgram;
mod file;
mod stream;
mod udp;

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc};

use self::{dgram::DgramListener, stream::StreamListener, udp::UdpListener};
use super::{TransportError, TransportSettings, address};
use crate::{
    limits,
    server_spec::{Endpoint, Port, ServerSpec, TransportKind},
};

/// Waits for messages at one address.
///
/// Over UDP an answer leaves from the address that the question came to, even when the listener is bound to all
/// addresses (`0.0.0.0`, `[::]`); where the system cannot tell that address (it can on Linux), listen on each one by
/// itself. Connections are bounded by [`limits::CONNECTIONS`]: one more closes the one that was idle longest. A peer that
/// does not read its answers is no longer read from, and delays nobody else.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use snmpkit::{server_spec::ServerSpec, transport::{Listener, TransportSettings}};
/// # use snmpkit::{server_spec::Port, transport::Transport};
/// # let settings = TransportSettings { default_port: Some(Port::Number(0)), ..Default::default() };
/// # let spec = ServerSpec::parse("127.0.0.1").unwrap();
/// let mut listener = Listener::open(&spec, &settings).await.unwrap();
/// # let mut client = Transport::open(&listener.local_spec(), &settings).await.unwrap();
/// # client.send(&[0x30, 0]).await.unwrap();
/// let mut message = Vec::new();
/// let peer = listener.receive(&mut message).await.unwrap();
/// listener.send(&peer, &message).await.unwrap();
/// # });
/// ```
#[derive(Debug)]
pub struct Listener(Kind);

#[derive(Debug)]
enum Kind {
    Udp(UdpListener),
    Stream(Box<StreamListener>),
    Dgram(DgramListener),
}

/// Whom a message came from, and how to answer. It prints as net-snmp prints the origin of a message.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Peer(Origin);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Origin {
    Udp {
        address: SocketAddr,
        /// The address that the message came to, with the port of the listener; all zeros where that is not known.
        local: SocketAddr,
    },
    Stream {
        connection: u64,
        address: Option<SocketAddr>,
        text: Arc<str>,
    },
    /// `None` for a socket without a name, which cannot be answered.
    Dgram(Option<PathBuf>),
}

impl Listener {
    /// Listens where the specification says; no host means `localhost`, not every address.
    ///
    /// A port of [`TransportSettings::default_port`] `Port::Number(0)` lets the system choose; [`Listener::local_spec`]
    /// tells what it chose. The file of a Unix socket whose program is gone is replaced; a live one is not.
    ///
    /// # Errors
    ///
    /// Those of [`Transport::open`](super::Transport::open); [`TransportError::NotForListening`] for `demo::`.
    pub async fn open(spec: &ServerSpec, settings: &TransportSettings) -> Result<Self, TransportError> {
        let addresses = match &spec.endpoint {
            Endpoint::Inside => return Err(TransportError::NotForListening),
            Endpoint::Path(path) if spec.transport == TransportKind::Stream => {
                return StreamListener::open_unix(path, settings).map(|it| Self(Kind::Stream(Box::new(it))));
            }
            Endpoint::Path(path) => {
                return DgramListener::open(path, settings).map(|it| Self(Kind::Dgram(it)));
            }
            Endpoint::Inet { .. } => address::resolve(spec, settings).await?,
        };
        let host = spec.host().unwrap_or_default().to_owned();
        let mut failure = TransportError::NoAddress { host, transport: spec.transport };
        for address in addresses {
            let opened = if spec.transport.is_stream() {
                StreamListener::open_tcp(address, settings).map(|it| Kind::Stream(Box::new(it)))
            } else {
                UdpListener::open(address, settings).map(Kind::Udp)
            };
            match opened {
                Ok(kind) => return Ok(Self(kind)),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Waits for one whole message, whoever sends it.
    ///
    /// Dropping the future loses nothing. What a peer does wrong ends its connection, and nothing else.
    ///
    /// # Errors
    ///
    /// [`TransportError::Call`] when the listening socket itself fails.
    pub async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Peer, TransportError> {
        match &mut self.0 {
            Kind::Udp(udp) => udp.receive(buffer).await,
            Kind::Stream(stream) => stream.receive(buffer).await,
            Kind::Dgram(dgram) => dgram.receive(buffer).await,
        }
    }

    /// Answers a peer. It does not wait for the peer: what finds no room is queued, within bounds, and is on its way while
    /// [`Listener::receive`] is waited for.
    ///
    /// # Errors
    ///
    /// All of them concern this answer alone, and a server may go on: the message is too long, the peer is gone or has
    /// no address, or its queue is full.
    pub async fn send(&mut self, peer: &Peer, message: &[u8]) -> Result<(), TransportError> {
        if message.len() > limits::MESSAGE_OCTETS {
            let (octets, limit) = (message.len(), limits::MESSAGE_OCTETS);
            return Err(TransportError::TooLong { octets, limit });
        }
        match (&mut self.0, &peer.0) {
            (Kind::Udp(udp), Origin::Udp { address, local }) => udp.send(*address, *local, message).await,
            (Kind::Stream(stream), Origin::Stream { connection, .. }) => {
                stream.send(*connection, message).map_err(TransportError::call("write", peer))
            }
            (Kind::Dgram(dgram), Origin::Dgram(Some(path))) => dgram.send(path, message),
            _ => Err(TransportError::Closed { address: peer.to_string() }),
        }
    }

    /// The address listened at: `[127.0.0.1]:161`, or a path.
    pub fn local_text(&self) -> String {
        match &self.0 {
            Kind::Udp(udp) => address::bracketed(udp.local()),
            Kind::Stream(stream) => match stream.local() {
                stream::Local::Tcp(local) => address::bracketed(local),
                stream::Local::Unix(path) => path.display().to_string(),
            },
            Kind::Dgram(dgram) => dgram.path().display().to_string(),
        }
    }

    /// The specification that leads here, with the port that the system chose if it did.
    pub fn local_spec(&self) -> ServerSpec {
        let (transport, endpoint) = match &self.0 {
            Kind::Udp(udp) => inet(udp.local(), [TransportKind::Udp, TransportKind::Udp6]),
            Kind::Stream(stream) => match stream.local() {
                stream::Local::Tcp(local) => inet(local, [TransportKind::Tcp, TransportKind::Tcp6]),
                stream::Local::Unix(path) => (TransportKind::Stream, Endpoint::Path(path.to_owned())),
            },
            Kind::Dgram(dgram) => (TransportKind::Dgram, Endpoint::Path(dgram.path().to_owned())),
        };
        ServerSpec { transport, community: None, endpoint }
    }
}

impl Peer {
    /// Its internet address, where it has one.
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.0 {
            Origin::Udp { address, .. } => Some(*address),
            Origin::Stream { address, .. } => *address,
            Origin::Dgram(_) => None,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Origin::Udp { address: address @ SocketAddr::V6(_), .. } => {
                write!(f, "UDP/IPv6: {}", address::bracketed(*address))
            }
            Origin::Udp { address, local } => {
                write!(f, "UDP: {}->{}", address::bracketed(*address), address::bracketed(*local))
            }
            Origin::Stream { text, .. } => f.write_str(text),
            Origin::Dgram(Some(path)) => write!(f, "Local IPC: {}", path.display()),
            Origin::Dgram(None) => f.write_str("Local IPC: a socket without a name"),
        }
    }
}

fn inet(local: SocketAddr, [ipv4, ipv6]: [TransportKind; 2]) -> (TransportKind, Endpoint) {
    let (transport, host) = match local {
        SocketAddr::V4(local) => (ipv4, local.ip().to_string()),
        SocketAddr::V6(local) if local.scope_id() == 0 => (ipv6, local.ip().to_string()),
        SocketAddr::V6(local) => (ipv6, format!("{}%{}", local.ip(), local.scope_id())),
    };
    (transport, Endpoint::Inet { host: Some(host), port: Some(Port::Number(local.port())) })
}
