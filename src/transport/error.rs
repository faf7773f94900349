//! Why a transport could not be opened or used.

use std::{io, time::Duration};

use crate::{codec::DecodeError, server_spec::TransportKind};

/// What failed, with the address and, where a system call failed, its name and its reason.
///
/// The text is whole: it repeats the reason that [`source`](std::error::Error::source) gives as data.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The resolver knows no such host.
    #[error("unknown host '{host}': {}", strerror(source))]
    UnknownHost {
        /// The name as given.
        host: String,
        /// What the resolver says.
        source: io::Error,
    },
    /// The host has addresses, but none that this transport can use.
    #[error("host '{host}' has no {} address, try '{}'", family(*transport), other_family(*transport))]
    NoAddress {
        /// The name as given.
        host: String,
        /// The transport that was asked for.
        transport: TransportKind,
    },
    /// An address of the other family.
    #[error("'{address}' is no {} address, try '{}'", family(*transport), other_family(*transport))]
    WrongFamily {
        /// The address as given.
        address: String,
        /// The transport that was asked for.
        transport: TransportKind,
    },
    /// A source address that this transport cannot have.
    #[error("source address '{local}' does not fit transport {transport}, which needs {}", source_kind(*transport))]
    WrongSource {
        /// The source address as given.
        local: String,
        /// The transport that was asked for.
        transport: TransportKind,
    },
    /// A port's name that is neither known nor in `/etc/services`.
    #[error("unknown service '{name}' for {protocol}, give the port's number")]
    UnknownService {
        /// The name as given.
        name: String,
        /// `udp` or `tcp`.
        protocol: &'static str,
    },
    /// The zone of an IPv6 address names no network interface.
    #[error("no network interface '{zone}' for {address}")]
    UnknownInterface {
        /// The address before the percent sign.
        address: String,
        /// The text after it.
        zone: String,
    },
    /// A system call failed.
    #[error("{call} {address}: {}{}", strerror(source), advice(call, source))]
    Call {
        /// Its name.
        call: &'static str,
        /// What it was called on.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Nothing answered a connection attempt for as long as the settings allow.
    #[error("connect {address}: no answer within {} s", waited.as_secs_f64())]
    ConnectTimeOut {
        /// The address tried last.
        address: String,
        /// How long each address was given.
        waited: Duration,
    },
    /// The other side ended the connection. The next message that is sent opens a new one.
    #[error("{address} closed the connection")]
    Closed {
        /// The peer.
        address: String,
    },
    /// What came over a stream is not a sequence of messages. The connection is ended; the next message that is sent
    /// opens a new one.
    #[error("{address} sent what is no SNMP message: {reason}")]
    Framing {
        /// The peer.
        address: String,
        /// What is wrong with the octets.
        reason: DecodeError,
    },
    /// The message does not fit the transport.
    #[error("a message of {octets} octets is too long, the transport takes {limit}")]
    TooLong {
        /// Its length.
        octets: usize,
        /// What is allowed.
        limit: usize,
    },
    /// `demo::` in a program that brings no device.
    #[error("this program has no device inside, 'demo::' reaches nothing")]
    NoDevice,
    /// `demo::` as an address to listen on.
    #[error("nothing can listen on 'demo::', give a network address or a path")]
    NotForListening,
}

impl TransportError {
    /// The reason as the system words it (`Connection refused`), where a system call or the resolver failed.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::UnknownHost { source, .. } | Self::Call { source, .. } => Some(strerror(source)),
            _ => None,
        }
    }

    /// The number of the error, where a system call failed.
    pub fn errno(&self) -> Option<i32> {
        match self {
            Self::UnknownHost { source, .. } | Self::Call { source, .. } => source.raw_os_error(),
            _ => None,
        }
    }

    pub(super) fn call(call: &'static str, address: impl ToString) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Call { call, address: address.to_string(), source }
    }
}

/// The system's text without the number that Rust adds.
fn strerror(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

fn family(transport: TransportKind) -> &'static str {
    match transport {
        TransportKind::Udp6 | TransportKind::Tcp6 => "IPv6",
        _ => "IPv4",
    }
}

fn other_family(transport: TransportKind) -> &'static str {
    match transport {
        TransportKind::Udp => "udp6::",
        TransportKind::Udp6 => "udp::",
        TransportKind::Tcp => "tcp6::",
        _ => "tcp::",
    }
}

fn source_kind(transport: TransportKind) -> &'static str {
    match transport {
        TransportKind::Udp | TransportKind::Tcp => "an IPv4 address",
        TransportKind::Udp6 | TransportKind::Tcp6 => "an IPv6 address",
        TransportKind::Dgram => "a path",
        TransportKind::Stream | TransportKind::Demo => "none",
    }
}

/// What to try when a Unix socket turns out to be of the other type.
fn advice(call: &str, error: &io::Error) -> &'static str {
    let wrong_type = error.raw_os_error() == Some(rustix::io::Errno::PROTOTYPE.raw_os_error());
    if call == "connect" && wrong_type {
        return ": the socket is of the other type, try stream::PATH or dgram::PATH";
    }
    ""
}
