//! One connection: octets in, messages out, and the other way round.

use std::{io, net::SocketAddr};

use rustix::{io::Errno, net::RecvFlags};
use tokio::{
    io::{Interest, Ready},
    net::{TcpStream, UnixStream},
};

use crate::{
    codec::{DecodeError, Frame, frame},
    limits,
};

/// Octets that are asked of the system at a time.
const READ_OCTETS: usize = 16 << 10;

/// The socket of a connection.
#[derive(Debug)]
pub(in crate::transport) enum Socket {
    /// TCP.
    Tcp(TcpStream),
    /// A Unix stream socket.
    Unix(UnixStream),
}

/// A connection with what has been read of the next message and what is still to be written.
///
/// No call waits but [`Connection::ready`], and what a call has begun is kept here; so nothing is lost when whoever waits
/// stops waiting.
#[derive(Debug)]
pub(in crate::transport) struct Connection {
    socket: Socket,
    inbound: Inbound,
    outbound: Outbound,
}

/// What has been read and not yet been handed on.
#[derive(Debug, Default)]
pub(in crate::transport) struct Inbound {
    octets: Vec<u8>,
    start: usize,
}

#[derive(Debug, Default)]
struct Outbound {
    octets: Vec<u8>,
    start: usize,
}

/// What reading gave.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::transport) enum Read {
    /// Some octets.
    Some,
    /// None for now.
    NotYet,
    /// None ever again.
    Ended,
}

impl Connection {
    pub fn new(socket: Socket) -> Self {
        Self { socket, inbound: Inbound::default(), outbound: Outbound::default() }
    }

    /// Moves the next whole message into the buffer, if there is one.
    pub fn next_message(&mut self, buffer: &mut Vec<u8>) -> Result<bool, DecodeError> {
        self.inbound.next_message(buffer)
    }

    /// Reads once.
    pub fn read(&mut self) -> io::Result<Read> {
        let octets = self.inbound.room();
        let result = match &self.socket {
            Socket::Tcp(socket) => socket.try_read_buf(octets),
            Socket::Unix(socket) => socket.try_read_buf(octets),
        };
        match result {
            Ok(0) => Ok(Read::Ended),
            Ok(_) => Ok(Read::Some),
            Err(error) if is_not_yet(&error) => Ok(Read::NotYet),
            Err(error) => Err(error),
        }
    }

    /// Puts a message behind those that wait to be written; whether there was room.
    pub fn queue(&mut self, message: &[u8]) -> bool {
        let room =
            self.queued_octets() == 0 || self.queued_octets() + message.len() <= limits::STREAM_QUEUE_OCTETS;
        if room {
            self.outbound.octets.extend_from_slice(message);
        }
        room
    }

    /// Octets that wait to be written.
    pub fn queued_octets(&self) -> usize {
        self.outbound.octets.len() - self.outbound.start
    }

    /// Writes as much of the queue as the system takes now.
    pub fn write(&mut self) -> io::Result<()> {
        while self.queued_octets() > 0 {
            let octets = &self.outbound.octets[self.outbound.start..];
            let result = match &self.socket {
                Socket::Tcp(socket) => socket.try_write(octets),
                Socket::Unix(socket) => socket.try_write(octets),
            };
            match result {
                Ok(written) => self.outbound.start += written,
                Err(error) if is_not_yet(&error) => break,
                Err(error) => return Err(error),
            }
        }
        let Outbound { octets, start } = &mut self.outbound;
        if *start == octets.len() {
            octets.clear();
            *start = 0;
        } else if *start > limits::STREAM_QUEUE_OCTETS {
            octets.drain(..*start);
            *start = 0;
        }
        Ok(())
    }

    /// Waits until the socket can be read, or written if something waits for that.
    pub async fn ready(&self) -> io::Result<Ready> {
        let interest = if self.queued_octets() > 0 {
            Interest::READABLE | Interest::WRITABLE
        } else {
            Interest::READABLE
        };
        self.ready_for(interest).await
    }

    /// Waits for one thing.
    pub async fn ready_for(&self, interest: Interest) -> io::Result<Ready> {
        match &self.socket {
            Socket::Tcp(socket) => socket.ready(interest).await,
            Socket::Unix(socket) => socket.ready(interest).await,
        }
    }

    /// Whether the peer has ended the connection. What it sent before is read and kept.
    ///
    /// It asks the system itself, since the event may not have been seen yet. It does not read without end: a peer that
    /// sends so much is there.
    pub fn has_ended(&mut self) -> bool {
        while self.inbound.waiting_octets() < 2 * limits::MESSAGE_OCTETS {
            let octets = rustix::buffer::spare_capacity(self.inbound.room());
            let flags = RecvFlags::DONTWAIT;
            let result = match &self.socket {
                Socket::Tcp(socket) => rustix::net::recv(socket, octets, flags),
                Socket::Unix(socket) => rustix::net::recv(socket, octets, flags),
            };
            match result {
                Ok((0, _)) => return true,
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return error != Errno::AGAIN,
            }
        }
        false
    }

    /// The address of our end, where it has one.
    pub fn local(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(socket) => socket.local_addr().ok(),
            Socket::Unix(_) => None,
        }
    }

    /// What was read and is whole; the rest of a message whose connection is gone is of no use.
    pub fn into_whole_messages(mut self) -> Inbound {
        self.inbound.forget_partial();
        self.inbound
    }

    /// Puts what another connection had brought in front of what this one brings.
    pub fn with_inbound(mut self, inbound: Inbound) -> Self {
        self.inbound = inbound;
        self
    }
}

impl Inbound {
    /// Moves the next whole message into the buffer, if there is one.
    pub fn next_message(&mut self, buffer: &mut Vec<u8>) -> Result<bool, DecodeError> {
        buffer.clear();
        let octets = &self.octets[self.start..];
        match frame(octets) {
            Frame::Need(_) => Ok(false),
            Frame::Whole(length) => {
                buffer.extend_from_slice(&octets[..length]);
                self.start += length;
                Ok(true)
            }
            Frame::Bad(error) => Err(error),
        }
    }

    /// The buffer with room to read into; what has been handed on is gone from it.
    fn room(&mut self) -> &mut Vec<u8> {
        self.octets.drain(..self.start);
        self.start = 0;
        self.octets.reserve(READ_OCTETS);
        &mut self.octets
    }

    fn waiting_octets(&self) -> usize {
        self.octets.len() - self.start
    }

    fn forget_partial(&mut self) {
        let mut end = self.start;
        while let Frame::Whole(length) = frame(&self.octets[end..]) {
            end += length;
        }
        self.octets.truncate(end);
    }
}

fn is_not_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
