//! TCP and Unix stream sockets, the answering side.
//!
//! Each connection has a task of its own, which alone touches its socket: so a peer that does not read, or sends half a
//! message, keeps nobody waiting. Messages come from the tasks over one bounded channel.

#![expect(
    clippy::disallowed_methods,
    reason = "when to accept again is this listener's own affair; no protocol depends on it"
)]

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use socket2::{Domain, Protocol, Type};
use tokio::{
    io::Interest,
    net::{TcpListener, UnixListener, UnixStream},
    sync::Notify,
    sync::mpsc::{self, Receiver, Sender, UnboundedReceiver, UnboundedSender},
    task::{AbortHandle, JoinSet},
    time::Instant,
};

use super::{Origin, Peer, file::SocketFile};
use crate::{
    limits,
    transport::{
        TransportError, TransportSettings, address, size_buffers,
        stream::{Connection, Read, Socket},
    },
};

/// Messages that wait for the program. Connections take turns when it is full.
const WAITING_MESSAGES: usize = 64;

/// Connections that the system keeps before they are accepted.
const BACKLOG: i32 = 1_024;

/// Messages of one connection among them. With [`Load::may_ask`]'s bound on what is queued, every answer finds room, even
/// when all of them are as long as can be.
const WAITING_PER_CONNECTION: usize = 7;

/// How long nothing is accepted after the system had no descriptor or memory for a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a connection is kept for answers that are still to be written when its peer has ended its own side.
const LINGER: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct StreamListener {
    socket: Accepting,
    settings: TransportSettings,
    connections: HashMap<u64, Entry>,
    tasks: JoinSet<()>,
    events: Receiver<Event>,
    event_sender: Sender<Event>,
    /// Counts connections and what happens on them, to tell which was idle longest.
    count: u64,
    accept_again: Option<Instant>,
}

#[derive(Debug)]
enum Accepting {
    Tcp { socket: TcpListener, local: SocketAddr },
    Unix { socket: UnixListener, file: SocketFile },
}

/// The address listened at.
pub(super) enum Local<'a> {
    Tcp(SocketAddr),
    Unix(&'a Path),
}

/// What the listener knows of a connection.
#[derive(Debug)]
struct Entry {
    address: Option<SocketAddr>,
    text: Arc<str>,
    /// `None` when the peer has ended its side and all that it asked has been answered.
    answers: Option<UnboundedSender<Vec<u8>>>,
    load: Arc<Load>,
    used: u64,
    task: AbortHandle,
}

/// What a connection has to carry, known to the listener and to the task.
#[derive(Debug, Default)]
struct Load {
    /// Octets on their way to the peer, in the channel and in the task.
    queued: AtomicUsize,
    /// Messages of the peer that wait for the program.
    asked: AtomicUsize,
    /// The program has taken one.
    taken: Notify,
}

/// What a connection's task tells.
#[derive(Debug)]
enum Event {
    Message {
        connection: u64,
        message: Vec<u8>,
    },
    /// The peer will send nothing more.
    Ended {
        connection: u64,
    },
    /// The task is done.
    Gone {
        connection: u64,
    },
}

impl StreamListener {
    pub(super) fn open_tcp(
        address: SocketAddr,
        settings: &TransportSettings,
    ) -> Result<Self, TransportError> {
        let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))
            .map_err(TransportError::call("socket", address))?;
        let prepare = || {
            socket.set_nonblocking(true)?;
            socket.set_reuse_address(true)?;
            if address.is_ipv6() {
                // So that 0.0.0.0 and [::] can be listened at side by side.
                socket.set_only_v6(true)?;
            }
            Ok(())
        };
        prepare().map_err(TransportError::call("setsockopt", address))?;
        socket.bind(&address.into()).map_err(TransportError::call("bind", address))?;
        socket.listen(BACKLOG).map_err(TransportError::call("listen", address))?;
        let socket =
            TcpListener::from_std(socket.into()).map_err(TransportError::call("epoll_ctl", address))?;
        let local = socket.local_addr().map_err(TransportError::call("getsockname", address))?;
        Ok(Self::new(Accepting::Tcp { socket, local }, settings))
    }

    pub(super) fn open_unix(path: &Path, settings: &TransportSettings) -> Result<Self, TransportError> {
        let connect = |path: &Path| std::os::unix::net::UnixStream::connect(path).map(|_| ());
        let (socket, file) = SocketFile::bind(path, |path| UnixListener::bind(path), connect)
            .map_err(TransportError::call("bind", path.display()))?;
        Ok(Self::new(Accepting::Unix { socket, file }, settings))
    }

    fn new(socket: Accepting, settings: &TransportSettings) -> Self {
        let (event_sender, events) = mpsc::channel(WAITING_MESSAGES);
        Self {
            socket,
            settings: settings.clone(),
            connections: HashMap::new(),
            tasks: JoinSet::new(),
            events,
            event_sender,
            count: 0,
            accept_again: None,
        }
    }

    pub(super) fn local(&self) -> Local<'_> {
        match &self.socket {
            Accepting::Tcp { local, .. } => Local::Tcp(*local),
            Accepting::Unix { file, .. } => Local::Unix(file.path()),
        }
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Peer, TransportError> {
        loop {
            let pause = self.accept_again;
            tokio::select! {
                event = self.events.recv() => {
                    let event = event.expect("the listener keeps a sender, so the channel stays open");
                    if let Some(peer) = self.take(event, buffer) {
                        return Ok(peer);
                    }
                }
                accepted = self.socket.accept(), if pause.is_none() => match accepted {
                    Ok((socket, address)) => self.welcome(socket, address),
                    Err(error) => self.accept_failed(&error),
                },
                () = until(pause), if pause.is_some() => self.accept_again = None,
            }
        }
    }

    pub(super) fn send(&mut self, connection: u64, message: &[u8]) -> io::Result<()> {
        let used = self.next_count();
        let entry = self.connections.get_mut(&connection).ok_or(io::ErrorKind::NotConnected)?;
        entry.used = used;
        let queued = entry.load.queued.load(Ordering::Relaxed);
        if queued != 0 && queued + message.len() > limits::STREAM_QUEUE_OCTETS {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let answers = entry.answers.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        entry.load.queued.fetch_add(message.len(), Ordering::Relaxed);
        answers.send(message.to_vec()).map_err(|_| io::ErrorKind::NotConnected.into())
    }

    fn take(&mut self, event: Event, buffer: &mut Vec<u8>) -> Option<Peer> {
        let used = self.next_count();
        match event {
            Event::Message { connection, message } => {
                // A connection that was closed to make room has no more to say.
                let entry = self.connections.get_mut(&connection)?;
                entry.used = used;
                entry.load.asked.fetch_sub(1, Ordering::Relaxed);
                entry.load.taken.notify_one();
                *buffer = message;
                let (address, text) = (entry.address, entry.text.clone());
                Some(Peer(Origin::Stream { connection, address, text }))
            }
            Event::Ended { connection } => {
                self.connections.get_mut(&connection)?.answers = None;
                None
            }
            Event::Gone { connection } => {
                self.connections.remove(&connection);
                while self.tasks.try_join_next().is_some() {}
                None
            }
        }
    }

    fn welcome(&mut self, socket: Socket, address: Option<SocketAddr>) {
        let sized = match &socket {
            Socket::Tcp(tcp) => {
                let _ = tcp.set_nodelay(true);
                size_buffers(&socket2::SockRef::from(tcp), &self.settings)
            }
            Socket::Unix(unix) => size_buffers(&socket2::SockRef::from(unix), &self.settings),
        };
        // Other sizes than the wished ones serve as well.
        drop(sized);
        if self.connections.len() >= limits::CONNECTIONS {
            self.close_oldest();
        }
        let text = match (address, self.local()) {
            (Some(peer @ SocketAddr::V6(_)), _) => format!("TCP/IPv6: {}", address::bracketed(peer)),
            (Some(peer), _) => format!("TCP: {}->[0.0.0.0]:0", address::bracketed(peer)),
            (None, Local::Unix(path)) => format!("Local IPC: {}", path.display()),
            (None, Local::Tcp(local)) => format!("TCP: {}", address::bracketed(local)),
        };
        let number = self.next_count();
        let (answers, answer_receiver) = mpsc::unbounded_channel();
        let load = Arc::new(Load::default());
        let task = Task {
            number,
            connection: Connection::new(socket),
            answers: answer_receiver,
            load: Arc::clone(&load),
            events: self.event_sender.clone(),
        };
        let task = self.tasks.spawn(task.run());
        let entry = Entry { address, text: text.into(), answers: Some(answers), load, used: number, task };
        self.connections.insert(number, entry);
    }

    fn accept_failed(&mut self, error: &io::Error) {
        // The peer that gave up before it was accepted is no reason to wait.
        if error.kind() == io::ErrorKind::ConnectionAborted {
            return;
        }
        self.close_oldest();
        self.accept_again = Some(Instant::now() + ACCEPT_PAUSE);
    }

    fn close_oldest(&mut self) {
        let oldest = self.connections.iter().min_by_key(|(_, entry)| entry.used).map(|(number, _)| *number);
        if let Some(entry) = oldest.and_then(|number| self.connections.remove(&number)) {
            entry.task.abort();
        }
    }

    fn next_count(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

impl Load {
    /// Whether there is room for one more question and its answer.
    fn may_ask(&self) -> bool {
        self.queued.load(Ordering::Relaxed) < limits::STREAM_QUEUE_OCTETS / 2
            && self.asked.load(Ordering::Relaxed) < WAITING_PER_CONNECTION
    }
}

impl Accepting {
    async fn accept(&self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match self {
            Self::Tcp { socket, .. } => {
                socket.accept().await.map(|(socket, address)| (Socket::Tcp(socket), Some(address)))
            }
            Self::Unix { socket, .. } => {
                socket.accept().await.map(|(socket, _): (UnixStream, _)| (Socket::Unix(socket), None))
            }
        }
    }
}

/// The task of one connection.
struct Task {
    number: u64,
    connection: Connection,
    answers: UnboundedReceiver<Vec<u8>>,
    load: Arc<Load>,
    events: Sender<Event>,
}

impl Task {
    async fn run(mut self) {
        if self.converse().await.is_some()
            && self.events.send(Event::Ended { connection: self.number }).await.is_ok()
        {
            let _ = tokio::time::timeout(LINGER, self.finish()).await;
        }
        let _ = self.events.send(Event::Gone { connection: self.number }).await;
    }

    /// Carries messages both ways until the peer has ended its side; `None` when the connection is of no more use.
    async fn converse(&mut self) -> Option<()> {
        let mut message = Vec::new();
        loop {
            // A peer that does not take its answers is asked for no more questions until it does.
            while self.load.may_ask() && self.connection.next_message(&mut message).ok()? {
                self.load.asked.fetch_add(1, Ordering::Relaxed);
                let event = Event::Message { connection: self.number, message: std::mem::take(&mut message) };
                self.events.send(event).await.ok()?;
            }
            let reading = self.load.may_ask();
            let writing = self.connection.queued_octets() > 0;
            let interest = match (reading, writing) {
                (true, true) => Interest::READABLE | Interest::WRITABLE,
                (true, false) => Interest::READABLE,
                (false, _) => Interest::WRITABLE,
            };
            tokio::select! {
                answer = self.answers.recv() => {
                    let answer = answer?;
                    self.connection.queue(&answer);
                }
                () = self.load.taken.notified() => {}
                ready = self.connection.ready_for(interest), if reading || writing => {
                    ready.ok()?;
                    if reading && self.connection.read().ok()? == Read::Ended {
                        return Some(());
                    }
                }
            }
            self.write()?;
        }
    }

    /// Writes the answers to what the peer had asked before it ended its side.
    async fn finish(&mut self) -> Option<()> {
        while let Some(answer) = self.answers.recv().await {
            self.connection.queue(&answer);
            self.write()?;
        }
        while self.connection.queued_octets() > 0 {
            self.connection.ready_for(Interest::WRITABLE).await.ok()?;
            self.write()?;
        }
        Some(())
    }

    fn write(&mut self) -> Option<()> {
        let before = self.connection.queued_octets();
        self.connection.write().ok()?;
        self.load.queued.fetch_sub(before - self.connection.queued_octets(), Ordering::Relaxed);
        Some(())
    }
}

/// Waits until a time, if there is one.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
