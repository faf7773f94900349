//! The server specification `[trans::][community@][server][:port]`: text to [`ServerSpec`] and back.
//!
//! Parsing resolves nothing: no name is looked up, no file is touched.

use std::path::PathBuf;

use crate::secret::Secret;

/// A transport, by the word that names it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum TransportKind {
    /// UDP over IPv4: `udp`, the default.
    Udp,
    /// UDP over IPv6: `udp6`.
    Udp6,
    /// TCP over IPv4: `tcp`.
    Tcp,
    /// TCP over IPv6: `tcp6`.
    Tcp6,
    /// A Unix stream socket: `stream` or `unix`.
    Stream,
    /// A Unix datagram socket: `dgram`.
    Dgram,
    /// The device inside the program: `demo`.
    Demo,
}

/// A port: its number or the name of its service.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Port {
    /// 1 to 65535.
    Number(u16),
    /// A name of `/etc/services`, such as `snmp`.
    Service(String),
}

/// Where an agent is.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Endpoint {
    /// A host and a port; what is `None` was not given and has its default.
    Inet {
        /// Host name, IPv4 address, or IPv6 address without brackets (`%zone` included); `None` means `localhost`.
        host: Option<String>,
        /// `None` means `snmp` (161), or `snmptrap` (162) for notifications.
        port: Option<Port>,
    },
    /// The path of a Unix socket.
    Path(PathBuf),
    /// The device inside; the text after `demo::` selects nothing yet and is empty.
    Inside,
}

/// A whole specification, as parsed.
#[derive(Clone, Debug)]
pub struct ServerSpec {
    /// How to get there.
    pub transport: TransportKind,
    /// The community, when one was given; used for reads and for writes alike. May be empty.
    pub community: Option<Secret<Vec<u8>>>,
    /// Where it is.
    pub endpoint: Endpoint,
}
