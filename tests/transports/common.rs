//! What the contract's tests share.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use snmpkit::{
    server_spec::{Endpoint, Port, ServerSpec, TransportKind},
    transport::{Arrival, InProcess, Listener, Transport, TransportError, TransportSettings},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    task::JoinHandle,
};

/// What is never waited for in full when all is well.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub const SOCKETS: [TransportKind; 6] = [
    TransportKind::Udp,
    TransportKind::Udp6,
    TransportKind::Tcp,
    TransportKind::Tcp6,
    TransportKind::Stream,
    TransportKind::Dgram,
];

/// A message of exactly this many octets, which differs from others by its number.
pub fn message(octets: usize, number: usize) -> Vec<u8> {
    let body = |header: usize| {
        (0..octets - header).map(move |at| u8::try_from((at * 7 + number * 13 + number / 251) % 256).unwrap())
    };
    if octets < 100 {
        return [0x30, u8::try_from(octets - 2).unwrap()].into_iter().chain(body(2)).collect();
    }
    let length = u32::try_from(octets - 6).unwrap().to_be_bytes();
    [0x30, 0x84].into_iter().chain(length).chain(body(6)).collect()
}

struct Echo;

impl InProcess for Echo {
    fn handle(&mut self, _: Duration, message: &[u8], reply: &mut dyn FnMut(Duration, &[u8])) {
        reply(Duration::ZERO, message);
    }
}

/// Settings under which a listener gets a port of its own.
pub fn settings() -> TransportSettings {
    TransportSettings {
        default_port: Some(Port::Number(0)),
        inside: Some(|| Box::new(Echo)),
        ..TransportSettings::default()
    }
}

/// Where a listener of a kind can be; `None`, with a word about it, where the machine has no IPv6.
pub fn place(kind: TransportKind, directory: &Path) -> Option<ServerSpec> {
    let host = match kind {
        TransportKind::Udp6 | TransportKind::Tcp6 => {
            if std::net::UdpSocket::bind("[::1]:0").is_err() {
                assert!(std::env::var_os("CI").is_none(), "the tests need IPv6 on the loopback interface");
                eprintln!("skipped for {kind}: no IPv6 on the loopback interface");
                return None;
            }
            "[::1]".to_owned()
        }
        TransportKind::Udp | TransportKind::Tcp => "127.0.0.1".to_owned(),
        TransportKind::Stream | TransportKind::Dgram => directory.join("agent.sock").display().to_string(),
        TransportKind::Demo => String::new(),
    };
    Some(ServerSpec::parse(&format!("{kind}::{host}")).unwrap())
}

/// A place over UDP where nothing listens.
///
/// The system gives out ports from 32768 up, so none of these becomes that of another test.
pub fn closed_port(host: &str) -> ServerSpec {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (std::process::id() * 61 + step) % 10_000;
        let place = format!("{host}:{port}");
        if std::net::UdpSocket::bind(&place).is_ok() && std::net::TcpListener::bind(&place).is_ok() {
            return ServerSpec::parse(&place).unwrap();
        }
        assert!(step < 1_000, "no port is free");
    }
}

/// A client, and a peer that sends everything back.
pub struct Rig {
    pub client: Transport,
    pub spec: ServerSpec,
    pub directory: TempDir,
    server: Option<JoinHandle<()>>,
}

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

pub async fn rig(kind: TransportKind, settings: &TransportSettings) -> Option<Rig> {
    let directory = tempfile::tempdir().unwrap();
    let mut spec = place(kind, directory.path())?;
    let mut server = None;
    if kind != TransportKind::Demo {
        let mut listener = Listener::open(&spec, settings).await.unwrap();
        spec = listener.local_spec();
        server = Some(tokio::spawn(async move {
            let mut buffer = Vec::new();
            loop {
                let peer = listener.receive(&mut buffer).await.unwrap();
                listener.send(&peer, &buffer).await.unwrap();
            }
        }));
    }
    let client = Transport::open(&spec, settings).await.unwrap();
    Some(Rig { client, spec, directory, server })
}

pub async fn receive(client: &mut Transport) -> Result<(Arrival, Vec<u8>), TransportError> {
    let mut buffer = b"what was here before".to_vec();
    let arrival = tokio::time::timeout(PATIENCE, client.receive(&mut buffer)).await;
    let arrival = arrival.expect("something arrives while we have patience")?;
    Ok((arrival, buffer))
}

pub async fn receive_message(client: &mut Transport) -> Vec<u8> {
    let (arrival, octets) = receive(client).await.unwrap();
    assert_eq!(arrival, Arrival::Message);
    octets
}

/// Waits a little for something that must not come, and gives up.
pub async fn give_up_on<T>(future: impl Future<Output = T>) {
    let result = tokio::time::timeout(Duration::from_millis(3), future).await;
    assert!(result.is_err(), "something came that was not to come yet");
}

/// The other end of a stream, octet by octet.
pub enum Raw {
    Tcp(TcpListener),
    Unix(UnixListener),
}

pub enum RawConnection {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Raw {
    pub async fn listen(kind: TransportKind, directory: &Path) -> Option<(Self, ServerSpec)> {
        let mut spec = place(kind, directory)?;
        let raw = match &mut spec.endpoint {
            Endpoint::Path(path) => Self::Unix(UnixListener::bind(path).unwrap()),
            Endpoint::Inet { host, port } => {
                let socket = TcpListener::bind((host.as_deref().unwrap(), 0)).await.unwrap();
                *port = Some(Port::Number(socket.local_addr().unwrap().port()));
                Self::Tcp(socket)
            }
            Endpoint::Inside => unreachable!("nothing listens inside"),
        };
        Some((raw, spec))
    }

    pub async fn accept(&self) -> RawConnection {
        let accepting = async {
            match self {
                Self::Tcp(socket) => {
                    let connection = socket.accept().await.unwrap().0;
                    connection.set_nodelay(true).unwrap();
                    RawConnection::Tcp(connection)
                }
                Self::Unix(socket) => RawConnection::Unix(socket.accept().await.unwrap().0),
            }
        };
        tokio::time::timeout(PATIENCE, accepting).await.expect("somebody connects")
    }
}

impl RawConnection {
    pub async fn connect(spec: &ServerSpec) -> Self {
        match &spec.endpoint {
            Endpoint::Path(path) => Self::Unix(UnixStream::connect(path).await.unwrap()),
            Endpoint::Inet { host: Some(host), port: Some(Port::Number(port)) } => {
                let socket = TcpStream::connect((host.as_str(), *port)).await.unwrap();
                socket.set_nodelay(true).unwrap();
                Self::Tcp(socket)
            }
            other => panic!("no address: {other:?}"),
        }
    }

    pub async fn write(&mut self, octets: &[u8]) {
        match self {
            Self::Tcp(socket) => socket.write_all(octets).await.unwrap(),
            Self::Unix(socket) => socket.write_all(octets).await.unwrap(),
        }
    }

    /// Reads as many octets as are wanted, or fewer if the connection ends first.
    pub async fn read(&mut self, octets: usize) -> Vec<u8> {
        let mut buffer = vec![0; octets];
        let mut filled = 0;
        while filled < octets {
            let rest = &mut buffer[filled..];
            let reading = async {
                match self {
                    Self::Tcp(socket) => socket.read(rest).await,
                    Self::Unix(socket) => socket.read(rest).await,
                }
            };
            match tokio::time::timeout(PATIENCE, reading).await.expect("something comes, or the end") {
                Ok(0) | Err(_) => break,
                Ok(more) => filled += more,
            }
        }
        buffer.truncate(filled);
        buffer
    }
}
