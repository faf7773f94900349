//! What the network says of messages that could not be delivered.
//!
//! A UDP socket that is connected to its peer learns of ICMP errors but does not see answers from other addresses; one
//! that is not connected sees those but learns nothing. Linux keeps the errors in a queue of their own for a socket that
//! asks (`IP_RECVERR`), so an unconnected one has both. Elsewhere the socket is connected.

use std::{io, net::SocketAddr};

use rustix::io::Errno;

use super::Arrival;

/// One report.
#[derive(Debug)]
pub(super) struct Report {
    /// Where the message was going, when that is known.
    pub destination: Option<SocketAddr>,
    /// What to tell of it; `None` for what the system acts on by itself, such as a smaller path MTU.
    pub arrival: Option<Arrival>,
}

/// What an error number of a socket says of messages sent earlier; `None` when it says nothing of them.
pub(super) fn news(errno: Option<i32>) -> Option<Arrival> {
    match Errno::from_raw_os_error(errno?) {
        Errno::CONNREFUSED => Some(Arrival::Refused),
        error @ (Errno::HOSTUNREACH
        | Errno::NETUNREACH
        | Errno::HOSTDOWN
        | Errno::NOPROTOOPT
        | Errno::OPNOTSUPP
        | Errno::ACCESS
        | Errno::PROTO) => Some(Arrival::Unreachable { errno: error.raw_os_error(), by: None }),
        #[cfg(any(target_os = "linux", target_os = "android"))]
        Errno::NONET => Some(Arrival::Unreachable { errno: Errno::NONET.raw_os_error(), by: None }),
        _ => None,
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::{
        io::IoSliceMut,
        net::IpAddr,
        os::fd::{AsFd, AsRawFd},
    };

    use nix::{
        libc,
        sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt, sockopt},
    };
    use tokio::{io::Interest, net::UdpSocket};

    use super::{Arrival, Report, SocketAddr, io, news};

    /// What to wait for besides messages.
    pub(in super::super) const INTEREST: Interest = Interest::READABLE.add(Interest::ERROR);

    /// Whether a socket must be connected to learn of errors.
    pub(in super::super) const NEEDS_CONNECTION: bool = false;

    /// Has the errors kept for this socket.
    pub(in super::super) fn ask(socket: &impl AsFd, ipv6: bool) -> io::Result<()> {
        if ipv6 {
            setsockopt(socket, sockopt::Ipv6RecvErr, &true)?;
        } else {
            setsockopt(socket, sockopt::Ipv4RecvErr, &true)?;
        }
        Ok(())
    }

    /// Takes the next report from the socket's queue.
    pub(in super::super) fn next(socket: &UdpSocket) -> Option<Report> {
        // The event may not have been seen yet, so the queue is asked first; the second try is what lets the event come
        // again once the queue is empty.
        let fd = socket.as_raw_fd();
        read(fd).ok().or_else(|| socket.try_io(Interest::ERROR, || read(fd)).ok())
    }

    fn read(fd: std::os::fd::RawFd) -> io::Result<Report> {
        // The start of the message that could not be delivered comes too, and is not needed.
        let mut octets = [0; 1];
        let mut parts = [IoSliceMut::new(&mut octets)];
        let mut control = nix::cmsg_space!(libc::sock_extended_err, libc::sockaddr_in6);
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let entry = recvmsg::<SockaddrStorage>(fd, &mut parts, Some(&mut control), flags)?;
        let destination = entry.address.as_ref().and_then(internet);
        let mut arrival = None;
        for message in entry.cmsgs()? {
            let (error, by): (_, Option<IpAddr>) = match message {
                ControlMessageOwned::Ipv4RecvErr(error, by) => {
                    (error, by.map(|by| std::net::Ipv4Addr::from(u32::from_be(by.sin_addr.s_addr)).into()))
                }
                ControlMessageOwned::Ipv6RecvErr(error, by) => {
                    (error, by.map(|by| std::net::Ipv6Addr::from(by.sin6_addr.s6_addr).into()))
                }
                _ => continue,
            };
            arrival = match news(i32::try_from(error.ee_errno).ok()) {
                Some(Arrival::Unreachable { errno, .. }) => {
                    let by = by.filter(|by| !by.is_unspecified()).map(|by| by.to_string());
                    Some(Arrival::Unreachable { errno, by })
                }
                news => news,
            };
        }
        Ok(Report { destination, arrival })
    }

    /// The address as the standard library has it.
    pub(in super::super) fn internet(address: &SockaddrStorage) -> Option<SocketAddr> {
        match (address.as_sockaddr_in(), address.as_sockaddr_in6()) {
            (Some(v4), _) => Some(SocketAddr::V4((*v4).into())),
            (None, Some(v6)) => Some(SocketAddr::V6((*v6).into())),
            (None, None) => None,
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod system {
    use tokio::{io::Interest, net::UdpSocket};

    use super::{Report, io};

    /// What to wait for besides messages.
    pub(in super::super) const INTEREST: Interest = Interest::READABLE;

    /// Whether a socket must be connected to learn of errors.
    pub(in super::super) const NEEDS_CONNECTION: bool = true;

    /// Does nothing: errors come as results of calls on a connected socket.
    pub(in super::super) fn ask<T>(_: &T, _: bool) -> io::Result<()> {
        Ok(())
    }

    /// Nothing: there is no queue.
    pub(in super::super) fn next(_: &UdpSocket) -> Option<Report> {
        None
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use system::internet;
pub(super) use system::{INTEREST, NEEDS_CONNECTION, ask, next};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_an_earlier_message_is_news() {
        let news = |error: Errno| news(Some(error.raw_os_error()));
        assert_eq!(news(Errno::CONNREFUSED), Some(Arrival::Refused));
        let errno = Errno::HOSTUNREACH.raw_os_error();
        assert_eq!(news(Errno::HOSTUNREACH), Some(Arrival::Unreachable { errno, by: None }));
        // A smaller path MTU is the system's business, and the others are the caller's.
        for error in [Errno::MSGSIZE, Errno::AGAIN, Errno::INVAL, Errno::BADF] {
            assert_eq!(news(error), None, "{error}");
        }
        assert_eq!(super::news(None), None);
    }
}
