//! TCP and Unix stream sockets, the asking side (RFC 3430).

mod connection;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use socket2::{Domain, Protocol, Type};
use tokio::{
    io::Interest,
    net::{TcpSocket, TcpStream, UnixStream},
};

pub(super) use connection::{Connection, Read, Socket};

use self::connection::Inbound;
use super::{Arrival, TransportError, TransportSettings, address, size_buffers};
use crate::server_spec::ServerSpec;

/// Reads from a connection that is being given up; a bound, since the peer may send without end.
const FAREWELL_READS: usize = 64;

/// Messages over one connection, which is made again when the peer had ended it and another message is sent.
#[derive(Debug)]
pub struct StreamTransport {
    target: Target,
    settings: TransportSettings,
    state: State,
}

#[derive(Debug)]
enum Target {
    /// Every address of the host; the first is the one that took the last connection.
    Tcp {
        addresses: Vec<SocketAddr>,
        source: SocketAddr,
    },
    Unix(PathBuf),
}

#[derive(Debug)]
enum State {
    Open(Connection),
    /// The connection is gone, and that has been told.
    Closed(Inbound),
}

impl StreamTransport {
    pub(super) async fn open_tcp(
        spec: &ServerSpec,
        settings: &TransportSettings,
    ) -> Result<Self, TransportError> {
        let source = address::source(spec.transport, settings.local.as_ref())?;
        let addresses = address::resolve(spec, settings).await?;
        let addresses = addresses.into_iter().map(address::reachable).collect();
        Self::open(Target::Tcp { addresses, source }, settings).await
    }

    pub(super) async fn open_unix(path: &Path, settings: &TransportSettings) -> Result<Self, TransportError> {
        if let Some(local) = &settings.local {
            let transport = crate::server_spec::TransportKind::Stream;
            return Err(TransportError::WrongSource { local: local.to_string(), transport });
        }
        Self::open(Target::Unix(path.to_owned()), settings).await
    }

    async fn open(mut target: Target, settings: &TransportSettings) -> Result<Self, TransportError> {
        let socket = target.connect(settings).await?;
        Ok(Self { target, settings: settings.clone(), state: State::Open(Connection::new(socket)) })
    }

    pub(super) async fn send(&mut self, message: &[u8]) -> Result<(), TransportError> {
        if let State::Open(connection) = &mut self.state
            && !connection.has_ended()
        {
            // A message that finds no room is lost, and the next one may find room again.
            connection.queue(message);
            if connection.write().is_ok() {
                return Ok(());
            }
        }
        self.reconnect().await?;
        let address = self.target.text();
        let State::Open(connection) = &mut self.state else { return Err(self.closed()) };
        connection.queue(message);
        connection.write().map_err(TransportError::call("write", address))
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Arrival, TransportError> {
        loop {
            let connection = match &mut self.state {
                State::Open(connection) => connection,
                State::Closed(inbound) => {
                    if inbound.next_message(buffer).is_ok_and(|whole| whole) {
                        return Ok(Arrival::Message);
                    }
                    // Told already; only a message that is sent changes anything.
                    return std::future::pending().await;
                }
            };
            match connection.next_message(buffer) {
                Ok(true) => return Ok(Arrival::Message),
                Ok(false) => {}
                Err(reason) => {
                    self.state = State::Closed(Inbound::default());
                    return Err(TransportError::Framing { address: self.target.text(), reason });
                }
            }
            let result = match connection.ready().await {
                Ok(_) => connection.write().and_then(|()| connection.read()),
                Err(error) => Err(error),
            };
            match result {
                Ok(Read::Some | Read::NotYet) => {}
                Ok(Read::Ended) => {
                    self.state = State::Closed(Inbound::default());
                    return Err(self.closed());
                }
                Err(error) => {
                    self.close();
                    if is_end(&error) {
                        return Err(self.closed());
                    }
                    return Err(TransportError::call("read", self.target.text())(error));
                }
            }
        }
    }

    pub(super) async fn flush(&mut self) -> Result<(), TransportError> {
        let address = self.target.text();
        while let State::Open(connection) = &mut self.state {
            connection.write().map_err(TransportError::call("write", &address))?;
            if connection.queued_octets() == 0 {
                break;
            }
            let ready = connection.ready_for(Interest::WRITABLE).await;
            ready.map_err(TransportError::call("epoll_wait", &address))?;
        }
        Ok(())
    }

    async fn reconnect(&mut self) -> Result<(), TransportError> {
        let socket = match self.target.connect(&self.settings).await {
            Ok(socket) => socket,
            Err(error) => {
                self.close();
                return Err(error);
            }
        };
        self.close();
        let State::Closed(inbound) = std::mem::replace(&mut self.state, State::Closed(Inbound::default()))
        else {
            return Err(self.closed());
        };
        self.state = State::Open(Connection::new(socket).with_inbound(inbound));
        Ok(())
    }

    /// Ends the connection, keeping the messages that are whole.
    fn close(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Closed(Inbound::default()));
        self.state = match state {
            State::Open(mut connection) => {
                // What the peer had sent before it went may still be there.
                for _ in 0..FAREWELL_READS {
                    if !matches!(connection.read(), Ok(Read::Some)) {
                        break;
                    }
                }
                State::Closed(connection.into_whole_messages())
            }
            closed @ State::Closed(_) => closed,
        };
    }

    fn closed(&self) -> TransportError {
        TransportError::Closed { address: self.target.text() }
    }

    pub(super) fn peer_text(&self) -> String {
        match &self.target {
            Target::Unix(path) => format!("Local IPC: {}", path.display()),
            Target::Tcp { addresses, .. } => match addresses[0] {
                peer @ SocketAddr::V6(_) => format!("TCP/IPv6: {}", address::bracketed(peer)),
                peer @ SocketAddr::V4(_) => format!("TCP: {}->[0.0.0.0]:0", address::bracketed(peer)),
            },
        }
    }

    pub(super) fn local_text(&self) -> String {
        match &self.state {
            State::Open(connection) => connection.local().map(address::bracketed).unwrap_or_default(),
            State::Closed(_) => String::new(),
        }
    }
}

impl Target {
    async fn connect(&mut self, settings: &TransportSettings) -> Result<Socket, TransportError> {
        match self {
            Self::Unix(path) => {
                let socket = UnixStream::connect(&path).await;
                let socket = socket.map_err(TransportError::call("connect", path.display()))?;
                let sized = size_buffers(&socket2::SockRef::from(&socket), settings);
                sized.map_err(TransportError::call("setsockopt", path.display()))?;
                Ok(Socket::Unix(socket))
            }
            Self::Tcp { addresses, source } => {
                let mut failure = None;
                for position in 0..addresses.len() {
                    match connect_tcp(addresses[position], *source, settings).await {
                        Ok(socket) => {
                            addresses[..=position].rotate_right(1);
                            return Ok(Socket::Tcp(socket));
                        }
                        Err(error) => failure = Some(error),
                    }
                }
                Err(failure.expect("a target has one address at least"))
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Tcp { addresses, .. } => addresses[0].to_string(),
            Self::Unix(path) => path.display().to_string(),
        }
    }
}

async fn connect_tcp(
    peer: SocketAddr,
    source: SocketAddr,
    settings: &TransportSettings,
) -> Result<TcpStream, TransportError> {
    let socket = socket2::Socket::new(Domain::for_address(peer), Type::STREAM, Some(Protocol::TCP))
        .map_err(TransportError::call("socket", peer))?;
    let prepare = || {
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        // A chosen port would otherwise be barred for minutes after the connection before.
        socket.set_reuse_address(source.port() != 0)?;
        size_buffers(&socket, settings)
    };
    prepare().map_err(TransportError::call("setsockopt", peer))?;
    if source.port() != 0 || !source.ip().is_unspecified() {
        socket.bind(&source.into()).map_err(TransportError::call("bind", source))?;
    }
    let connecting = TcpSocket::from_std_stream(socket.into()).connect(peer);
    let waited = settings.connect_time_out.unwrap_or(Duration::MAX);
    match tokio::time::timeout(waited, connecting).await {
        Ok(result) => result.map_err(TransportError::call("connect", peer)),
        Err(_) => Err(TransportError::ConnectTimeOut { address: peer.to_string(), waited }),
    }
}

/// Whether an error only says that the peer is gone.
fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
}
