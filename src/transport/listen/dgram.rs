//! Unix datagram sockets, the answering side.

use std::{
    collections::{HashSet, VecDeque},
    io,
    os::unix::net::UnixDatagram as StdDatagram,
    path::{Path, PathBuf},
};

use tokio::net::UnixDatagram;

use super::{Origin, Peer, file::SocketFile};
use crate::{
    limits,
    transport::{
        DATAGRAM_OCTETS, TransportError, TransportSettings,
        dgram::{FULL_QUEUE_PAUSE, is_full, send_now},
        size_buffers,
    },
};

/// How often an answer is tried again before it is dropped: for about a second.
const ATTEMPTS: u32 = 1_000;

/// Answers that one peer may have waiting; a slow one must not take the room of the others.
const ANSWERS_PER_PEER: usize = 64;

#[derive(Debug)]
pub(super) struct DgramListener {
    socket: UnixDatagram,
    file: SocketFile,
    queue: VecDeque<Answer>,
}

#[derive(Debug)]
struct Answer {
    peer: PathBuf,
    message: Vec<u8>,
    attempts: u32,
}

impl DgramListener {
    pub(super) fn open(path: &Path, settings: &TransportSettings) -> Result<Self, TransportError> {
        let connect = |path: &Path| StdDatagram::unbound()?.connect(path);
        let (socket, file) = SocketFile::bind(path, |path| UnixDatagram::bind(path), connect)
            .map_err(TransportError::call("bind", path.display()))?;
        size_buffers(&socket2::SockRef::from(&socket), settings)
            .map_err(TransportError::call("setsockopt", path.display()))?;
        Ok(Self { socket, file, queue: VecDeque::new() })
    }

    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Peer, TransportError> {
        loop {
            self.retry();
            buffer.clear();
            buffer.reserve(DATAGRAM_OCTETS);
            match self.socket.try_recv_buf_from(buffer) {
                Ok((_, from)) => return Ok(Peer(Origin::Dgram(from.as_pathname().map(Path::to_owned)))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(TransportError::call("recvfrom", self.path().display())(error)),
            }
            if self.queue.is_empty() {
                let ready = self.socket.readable().await;
                ready.map_err(TransportError::call("epoll_wait", self.path().display()))?;
            } else {
                let _ = tokio::time::timeout(FULL_QUEUE_PAUSE, self.socket.readable()).await;
            }
        }
    }

    pub(super) fn send(&mut self, peer: &Path, message: &[u8]) -> Result<(), TransportError> {
        let waiting = self.queue.iter().filter(|answer| answer.peer == peer).count();
        if waiting == 0 {
            match send_now(&self.socket, message, peer) {
                Err(error) if is_full(&error) => {}
                result => return result.map_err(TransportError::call("sendto", peer.display())),
            }
        }
        if waiting >= ANSWERS_PER_PEER || self.queue.len() >= limits::QUEUED_MESSAGES {
            let full = io::Error::from(io::ErrorKind::WouldBlock);
            return Err(TransportError::call("sendto", peer.display())(full));
        }
        self.queue.push_back(Answer { peer: peer.to_owned(), message: message.to_vec(), attempts: 0 });
        Ok(())
    }

    /// Tries once more what waits, each peer's answers in their order.
    fn retry(&mut self) {
        let mut full = HashSet::new();
        for _ in 0..self.queue.len() {
            let Some(mut answer) = self.queue.pop_front() else { break };
            if !full.contains(&answer.peer) {
                match send_now(&self.socket, &answer.message, &answer.peer) {
                    Err(error) if is_full(&error) => full.insert(answer.peer.clone()),
                    // Brought, or not to be brought: the peer is gone.
                    _ => continue,
                };
            }
            answer.attempts += 1;
            if answer.attempts < ATTEMPTS {
                self.queue.push_back(answer);
            }
        }
    }
}
