//! UDP, the answering side.

use std::{io, net::SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

use super::{Origin, Peer};
use crate::transport::{
    DATAGRAM_OCTETS, TransportError, TransportSettings, enlarge_receive_buffer, size_buffers,
};

#[derive(Debug)]
pub(super) struct UdpListener {
    socket: UdpSocket,
    local: SocketAddr,
    /// Where datagrams are read to when their destination has to be asked for; empty otherwise.
    scratch: Vec<u8>,
}

impl UdpListener {
    pub(super) fn open(address: SocketAddr, settings: &TransportSettings) -> Result<Self, TransportError> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))
            .map_err(TransportError::call("socket", address))?;
        let wildcard = address.ip().is_unspecified();
        let prepare = || {
            socket.set_nonblocking(true)?;
            if address.is_ipv6() {
                // So that 0.0.0.0 and [::] can be listened at side by side.
                socket.set_only_v6(true)?;
            }
            if wildcard {
                destination::ask(&socket, address.is_ipv6())?;
            }
            if settings.receive_buffer_octets.is_none() {
                // Somebody may ask a thousand times at once, and what has no room is lost.
                enlarge_receive_buffer(&socket);
            }
            size_buffers(&socket, settings)
        };
        prepare().map_err(TransportError::call("setsockopt", address))?;
        socket.bind(&address.into()).map_err(TransportError::call("bind", address))?;
        let socket =
            UdpSocket::from_std(socket.into()).map_err(TransportError::call("epoll_ctl", address))?;
        let local = socket.local_addr().map_err(TransportError::call("getsockname", address))?;
        let scratch = if wildcard && destination::KNOWN { vec![0; DATAGRAM_OCTETS] } else { Vec::new() };
        Ok(Self { socket, local, scratch })
    }

    pub(super) fn local(&self) -> SocketAddr {
        self.local
    }

    pub(super) async fn receive(&mut self, buffer: &mut Vec<u8>) -> Result<Peer, TransportError> {
        loop {
            buffer.clear();
            let result = if self.scratch.is_empty() {
                buffer.reserve(DATAGRAM_OCTETS);
                self.socket.try_recv_buf_from(buffer).map(|(_, address)| (address, self.local))
            } else {
                destination::receive(&self.socket, &mut self.scratch, self.local).map(
                    |(octets, address, local)| {
                        buffer.extend_from_slice(&self.scratch[..octets]);
                        (address, local)
                    },
                )
            };
            match result {
                Ok((address, local)) => return Ok(Peer(Origin::Udp { address, local })),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let ready = self.socket.readable().await;
                    ready.map_err(TransportError::call("epoll_wait", self.local))?;
                }
                Err(error) => return Err(TransportError::call("recvmsg", self.local)(error)),
            }
        }
    }

    pub(super) async fn send(
        &self,
        peer: SocketAddr,
        local: SocketAddr,
        message: &[u8],
    ) -> Result<(), TransportError> {
        let result = if self.scratch.is_empty() || local.ip().is_unspecified() {
            self.socket.send_to(message, peer).await.map(|_| ())
        } else {
            destination::send(&self.socket, peer, local, message).await
        };
        result.map_err(TransportError::call("sendto", peer))
    }
}

/// Which of our addresses a datagram came to, and sending from there (`IP_PKTINFO`; RFC 3542, section 6).
#[cfg(any(target_os = "linux", target_os = "android"))]
mod destination {
    use std::{
        io::{self, IoSlice, IoSliceMut},
        net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
        os::fd::{AsFd, AsRawFd},
    };

    use nix::{
        libc,
        sys::socket::{
            ControlMessage, ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, sendmsg, setsockopt,
            sockopt,
        },
    };
    use tokio::{io::Interest, net::UdpSocket};

    /// Whether the system can tell.
    pub(super) const KNOWN: bool = true;

    pub(super) fn ask(socket: &impl AsFd, ipv6: bool) -> io::Result<()> {
        if ipv6 {
            setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true)?;
        } else {
            setsockopt(socket, sockopt::Ipv4PacketInfo, &true)?;
        }
        Ok(())
    }

    /// The length of the datagram, where it came from and where to.
    pub(super) fn receive(
        socket: &UdpSocket,
        scratch: &mut [u8],
        bound: SocketAddr,
    ) -> io::Result<(usize, SocketAddr, SocketAddr)> {
        socket.try_io(Interest::READABLE, || {
            let mut parts = [IoSliceMut::new(scratch)];
            let mut control = nix::cmsg_space!(libc::in6_pktinfo);
            let flags = MsgFlags::MSG_DONTWAIT;
            let datagram =
                recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut parts, Some(&mut control), flags)?;
            let from = datagram.address.as_ref().and_then(crate::transport::icmp::internet);
            let from = from.ok_or(io::ErrorKind::InvalidData)?;
            let mut local = bound;
            for message in datagram.cmsgs()? {
                let address: IpAddr = match message {
                    ControlMessageOwned::Ipv4PacketInfo(info) => {
                        Ipv4Addr::from(u32::from_be(info.ipi_spec_dst.s_addr)).into()
                    }
                    ControlMessageOwned::Ipv6PacketInfo(info) => {
                        Ipv6Addr::from(info.ipi6_addr.s6_addr).into()
                    }
                    _ => continue,
                };
                // Nothing can be sent from a group's address.
                if !address.is_multicast() {
                    local.set_ip(address);
                }
            }
            Ok((datagram.bytes, from, local))
        })
    }

    pub(super) async fn send(
        socket: &UdpSocket,
        peer: SocketAddr,
        local: SocketAddr,
        message: &[u8],
    ) -> io::Result<()> {
        let parts = [IoSlice::new(message)];
        let to = SockaddrStorage::from(peer);
        socket
            .async_io(Interest::WRITABLE, || {
                let v4;
                let v6;
                let control = match local.ip() {
                    IpAddr::V4(address) => {
                        let address = libc::in_addr { s_addr: u32::from(address).to_be() };
                        let any = libc::in_addr { s_addr: 0 };
                        v4 = libc::in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: address, ipi_addr: any };
                        ControlMessage::Ipv4PacketInfo(&v4)
                    }
                    IpAddr::V6(address) => {
                        let address = libc::in6_addr { s6_addr: address.octets() };
                        v6 = libc::in6_pktinfo { ipi6_addr: address, ipi6_ifindex: 0 };
                        ControlMessage::Ipv6PacketInfo(&v6)
                    }
                };
                let flags = MsgFlags::MSG_DONTWAIT;
                Ok(sendmsg(socket.as_raw_fd(), &parts, &[control], flags, Some(&to)).map(|_| ())?)
            })
            .await
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod destination {
    use std::{io, net::SocketAddr};

    use tokio::net::UdpSocket;

    /// Whether the system can tell.
    pub(super) const KNOWN: bool = false;

    pub(super) fn ask<T>(_: &T, _: bool) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn receive(
        _: &UdpSocket,
        _: &mut [u8],
        _: SocketAddr,
    ) -> io::Result<(usize, SocketAddr, SocketAddr)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) async fn send(
        socket: &UdpSocket,
        peer: SocketAddr,
        _: SocketAddr,
        message: &[u8],
    ) -> io::Result<()> {
        socket.send_to(message, peer).await.map(|_| ())
    }
}
