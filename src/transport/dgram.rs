//! Unix datagram sockets, the asking side.

use std::{
    collections::VecDeque,
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    time::Duration,
};

use rand::{TryRng, rngs::SysRng};
use tokio::net::UnixDatagram;

use super::{Arrival, DATAGRAM_OCTETS, LocalAddress, TransportError, TransportSettings, size_buffers};
use crate::{limits, server_spec::TransportKind};

/// How long a peer with a full queue is left alone. The system tells nobody when there is room again.
pub(super) const FULL_QUEUE_PAUSE: Duration = Duration::from_millis(1);

/// How many names are tried for the private directory before giving up; each is taken with a chance of one in 2^64.
const NAME_ATTEMPTS: usize = 8;

/// Messages over a Unix datagram socket to one path.
///
/// An answer needs an address, so the client has a socket file of its own. Only the same user, or root, can write to it:
/// it lies in a private directory below `$XDG_RUNTIME_DIR`, or the directory for temporary files, and both are removed
/// with the transport. For an agent that runs as another user, [`TransportSettings::local`] names a place that it can
/// write to.
#[derive(Debug)]
pub struct DgramTransport {
    socket: UnixDatagram,
    peer: PathBuf,
    own: OwnFile,
    any_source: bool,
    refused: bool,
    queue: VecDeque<Vec<u8>>,
}

/// A socket file, with the directory made for it, if one was; dropping it removes both.
#[derive(Debug)]
struct OwnFile {
    path: PathBuf,
    bound: bool,
    directory: Option<PathBuf>,
}

impl DgramTransport {
    pub(super) fn open(peer: &Path, settings: &TransportSettings) -> Result<Self, TransportError> {
        // Says now, and with the system's words, that nothing is there, that it may not be used, or that it is a stream.
        std::os::unix::net::UnixDatagram::unbound()
            .and_then(|probe| probe.connect(peer))
            .map_err(TransportError::call("connect", peer.display()))?;
        let mut own = match &settings.local {
            None => OwnFile::private()?,
            Some(LocalAddress::Path(path)) => OwnFile { path: path.clone(), bound: false, directory: None },
            Some(local) => {
                let transport = TransportKind::Dgram;
                return Err(TransportError::WrongSource { local: local.to_string(), transport });
            }
        };
        let socket =
            UnixDatagram::bind(&own.path).map_err(TransportError::call("bind", own.path.display()))?;
        own.bound = true;
        size_buffers(&socket2::SockRef::from(&socket), settings)
            .map_err(TransportError::call("setsockopt", own.path.display()))?;
        Ok(Self {
            socket,
            peer: peer.to_owned(),
            own,
            any_source: settings.any_source,
            refused: false,
            queue: VecDeque::new(),
        })
    }

    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), TransportError> {
        if self.queue.len() < limits::QUEUED_MESSAGES {
            self.queue.push_back(message.to_vec());
        }
        self.write()
    }

    /// Sends what waits, as far as the peer has room for it.
    fn write(&mut self) -> Result<(), TransportError> {
        while let Some(message) = self.queue.front() {
            match send_now(&self.socket, message, &self.peer) {
                Ok(()) => {}
                Err(error) if is_full(&error) => break,
                Err(error) if is_gone(&error) => self.refused = true,
                Err(error) => {
                    self.queue.pop_front();
                    return Err(TransportError::call("sendto", self.peer.display())(error));
                }
            }
            self.queue.pop_front();
        }
        Ok(())
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Arrival, TransportError> {
        loop {
            buffer.clear();
            if std::mem::take(&mut self.refused) {
                return Ok(Arrival::Refused);
            }
            buffer.reserve(DATAGRAM_OCTETS);
            match self.socket.try_recv_buf_from(buffer) {
                Ok((_, from)) => {
                    let from = from.as_pathname();
                    if self.any_source || from.is_some_and(|from| is_same_socket(from, &self.peer)) {
                        return Ok(Arrival::Message);
                    }
                    buffer.clear();
                    let from = from.map_or_else(|| "a socket without a name".into(), Path::to_string_lossy);
                    return Ok(Arrival::Stray { from: from.into_owned() });
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(TransportError::call("recvfrom", self.own.path.display())(error)),
            }
            if self.queue.is_empty() {
                let ready = self.socket.readable().await;
                ready.map_err(TransportError::call("epoll_wait", self.own.path.display()))?;
            } else {
                let _ = tokio::time::timeout(FULL_QUEUE_PAUSE, self.socket.readable()).await;
                self.write()?;
            }
        }
    }

    pub(super) async fn flush(&mut self) -> Result<(), TransportError> {
        loop {
            self.write()?;
            if self.queue.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(FULL_QUEUE_PAUSE).await;
        }
    }

    pub(super) fn peer_text(&self) -> String {
        format!("Local IPC: {}", self.peer.display())
    }

    pub(super) fn local_text(&self) -> String {
        self.own.path.display().to_string()
    }
}

impl OwnFile {
    /// A name in a new directory that nobody else can look into.
    #[expect(clippy::disallowed_methods, reason = "where the system wants sockets is no setting of ours")]
    fn private() -> Result<Self, TransportError> {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
        let mut failure = None;
        for parent in runtime.into_iter().chain([std::env::temp_dir()]) {
            for _ in 0..NAME_ATTEMPTS {
                let name = SysRng.try_next_u64().map_err(io::Error::other);
                let name = name.map_err(TransportError::call("getrandom", "a socket's name"))?;
                let directory = parent.join(format!("snmpkit-{name:016x}"));
                match std::fs::DirBuilder::new().mode(0o700).create(&directory) {
                    Ok(()) => {
                        let path = directory.join("client.sock");
                        return Ok(Self { path, bound: false, directory: Some(directory) });
                    }
                    Err(error) => {
                        let again = error.kind() == io::ErrorKind::AlreadyExists;
                        failure = Some(TransportError::call("mkdir", directory.display())(error));
                        if !again {
                            break;
                        }
                    }
                }
            }
        }
        Err(failure.expect("the directory for temporary files was tried at least"))
    }
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        if self.bound {
            let _ = std::fs::remove_file(&self.path);
        }
        if let Some(directory) = &self.directory {
            let _ = std::fs::remove_dir(directory);
        }
    }
}

/// Whether a message came from the socket that was asked, whose name may be spelt otherwise where it was made.
///
/// A relative name means nothing here, so there the file's name has to do. Nobody but this user and root can send to our
/// socket, whatever a message says of where it comes from.
fn is_same_socket(from: &Path, peer: &Path) -> bool {
    if from == peer {
        return true;
    }
    if from.is_relative() {
        return from.file_name() == peer.file_name();
    }
    match (std::fs::metadata(from), std::fs::metadata(peer)) {
        (Ok(from), Ok(peer)) => (from.dev(), from.ino()) == (peer.dev(), peer.ino()),
        _ => false,
    }
}

/// Sends one datagram without waiting.
///
/// Readiness says nothing here: the system's answer depends on the peer's queue, not on our socket.
pub(super) fn send_now(socket: &UnixDatagram, message: &[u8], peer: &Path) -> io::Result<()> {
    let address = rustix::net::SocketAddrUnix::new(peer)?;
    let flags = rustix::net::SendFlags::DONTWAIT | rustix::net::SendFlags::NOSIGNAL;
    rustix::net::sendto(socket, message, flags, &address)?;
    Ok(())
}

/// Whether a peer has no room now.
pub(super) fn is_full(error: &io::Error) -> bool {
    let no_buffers = Some(rustix::io::Errno::NOBUFS.raw_os_error());
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == no_buffers
}

/// Whether nobody listens at a path.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_place_is_left_clean_whether_it_was_used_or_not() {
        let unused = OwnFile::private().unwrap();
        let directory = unused.directory.clone().unwrap();
        assert!(directory.is_dir());
        drop(unused);
        assert!(!directory.exists());

        let mut used = OwnFile::private().unwrap();
        std::fs::write(&used.path, "").unwrap();
        used.bound = true;
        let again = OwnFile::private().unwrap();
        assert_ne!(used.directory, again.directory);
        let directory = used.directory.clone().unwrap();
        drop(used);
        assert!(!directory.exists());
    }

    #[test]
    fn a_relative_name_is_judged_by_its_last_part() {
        assert!(is_same_socket(Path::new("agent.sock"), Path::new("/run/agent.sock")));
        assert!(!is_same_socket(Path::new("other.sock"), Path::new("/run/agent.sock")));
        assert!(!is_same_socket(Path::new("/nowhere/agent.sock"), Path::new("/run/none/agent.sock")));
    }
}
