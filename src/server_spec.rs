//! The server specification `[trans::][community@][server][:port]`: text to [`ServerSpec`] and back.
//!
//! Parsing resolves nothing: no name is looked up, no file is touched.

use std::{fmt, net::Ipv6Addr, path::PathBuf};

use serde::Serialize;

use crate::secret::Secret;

/// The host that is meant when none is named.
pub const DEFAULT_HOST: &str = "localhost";

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

impl TransportKind {
    /// Every transport there is.
    pub const ALL: [Self; 7] =
        [Self::Udp, Self::Udp6, Self::Tcp, Self::Tcp6, Self::Stream, Self::Dgram, Self::Demo];

    /// The transport that a word names, in any mixture of cases; net-snmp's other names for them count too.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "udp" => Self::Udp,
            "udp6" | "ipv6" | "udpv6" | "udpipv6" => Self::Udp6,
            "tcp" => Self::Tcp,
            "tcp6" | "tcpv6" | "tcpipv6" => Self::Tcp6,
            "stream" | "unix" => Self::Stream,
            "dgram" => Self::Dgram,
            "demo" => Self::Demo,
            _ => return None,
        })
    }

    /// The word that names it, which [`TransportKind::from_word`] reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Udp6 => "udp6",
            Self::Tcp => "tcp",
            Self::Tcp6 => "tcp6",
            Self::Stream => "stream",
            Self::Dgram => "dgram",
            Self::Demo => "demo",
        }
    }

    /// Whether octets flow without borders between messages.
    pub fn is_stream(self) -> bool {
        match self {
            Self::Tcp | Self::Tcp6 | Self::Stream => true,
            Self::Udp | Self::Udp6 | Self::Dgram | Self::Demo => false,
        }
    }

    /// The transport that reaches an IPv6 address where this one was asked for.
    fn over_ipv6(self) -> Self {
        match self {
            Self::Udp => Self::Udp6,
            Self::Tcp => Self::Tcp6,
            other => other,
        }
    }
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is expected at the other end, which decides the port when none is named.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Role {
    /// An agent, which answers requests: port 161.
    #[default]
    Agent,
    /// A receiver of notifications: port 162.
    Notifications,
}

impl Role {
    /// The port's number (RFC 3417, section 3.2).
    pub fn port(self) -> u16 {
        match self {
            Self::Agent => 161,
            Self::Notifications => 162,
        }
    }

    /// The port's name.
    pub fn service(self) -> &'static str {
        match self {
            Self::Agent => "snmp",
            Self::Notifications => "snmptrap",
        }
    }
}

/// A port: its number or the name of its service.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Port {
    /// 1 to 65535.
    Number(u16),
    /// A name of `/etc/services`, such as `snmp`.
    Service(String),
}

impl Port {
    /// Reads a number from 1 to 65535, or takes the text for the name of a service.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        if text.is_empty() {
            return Err(SpecError::EmptyPort);
        }
        if !text.bytes().all(|octet| octet.is_ascii_digit()) {
            return Ok(Self::Service(text.to_owned()));
        }
        match text.parse() {
            Ok(number) if number != 0 => Ok(Self::Number(number)),
            _ => Err(SpecError::BadPort(text.to_owned())),
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Service(name) => f.write_str(name),
        }
    }
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
///
/// [`Display`](fmt::Display) writes it so that [`ServerSpec::parse`] gives an equal value again, **community included**;
/// what may be shown to anybody is [`ServerSpec::without_community`].
#[derive(Clone, Debug)]
pub struct ServerSpec {
    /// How to get there.
    pub transport: TransportKind,
    /// The community, when one was given; used for reads and for writes alike. May be empty.
    pub community: Option<Secret<Vec<u8>>>,
    /// Where it is.
    pub endpoint: Endpoint,
}

/// Why a text is no server specification.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SpecError {
    /// Nothing stands before the first `::`.
    #[error("empty transport specifier")]
    EmptyTransport,
    /// The word before the first `::` names no transport.
    #[error("unknown transport specifier '{0}'")]
    UnknownTransport(String),
    /// A colon that no port follows.
    #[error("empty port name")]
    EmptyPort,
    /// A number that no port can have.
    #[error("bad port number '{0}', a port is 1 to 65535")]
    BadPort(String),
    /// Text after a closing bracket that is no port, or after `demo::`.
    #[error("junk at end of server specification '{0}'")]
    Junk(String),
    /// What stands in brackets, or after a bracket that nothing closes, is no IPv6 address.
    #[error("bad IPv6 address '{0}'")]
    BadIpv6(String),
    /// A transport that needs a path, without one.
    #[error("empty socket path, write '{0}::/path'")]
    EmptyPath(TransportKind),
}

impl ServerSpec {
    /// Reads a specification.
    ///
    /// A leading transport may be followed by one colon, as net-snmp writes it, when more than digits comes after it. A
    /// number alone is a host, as an IPv4 address can be written in one number; net-snmp takes it for a port.
    ///
    /// # Errors
    ///
    /// One variant a rule of the grammar that the text breaks; no message repeats a community that stands before an `@`.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let (transport, rest) = split_transport(text)?;
        let (community, server) = split_community(rest);
        let community = community.map(|text| Secret::new(unescape(text).into_bytes()));
        let transport = match transport {
            Some(transport) => transport,
            None if server.contains('/') => TransportKind::Dgram,
            None => TransportKind::Udp,
        };
        let (transport, endpoint) = match transport {
            TransportKind::Stream | TransportKind::Dgram if server.is_empty() => {
                return Err(SpecError::EmptyPath(transport));
            }
            TransportKind::Stream | TransportKind::Dgram => {
                (transport, Endpoint::Path(unescape(server).into()))
            }
            TransportKind::Demo if server.is_empty() => (transport, Endpoint::Inside),
            TransportKind::Demo => return Err(SpecError::Junk(server.to_owned())),
            TransportKind::Udp | TransportKind::Udp6 | TransportKind::Tcp | TransportKind::Tcp6 => {
                let (host, port) = split_server(server)?;
                let over_ipv6 = host.as_deref().is_some_and(is_ipv6);
                let transport = if over_ipv6 { transport.over_ipv6() } else { transport };
                (transport, Endpoint::Inet { host, port })
            }
        };
        Ok(Self { transport, community, endpoint })
    }

    /// The host, or [`DEFAULT_HOST`] when none was named; `None` where there is a path or nothing.
    pub fn host(&self) -> Option<&str> {
        match &self.endpoint {
            Endpoint::Inet { host, .. } => Some(host.as_deref().unwrap_or(DEFAULT_HOST)),
            Endpoint::Path(_) | Endpoint::Inside => None,
        }
    }

    /// The port, or the role's own when none was named; `None` where there is a path or nothing.
    pub fn port(&self, role: Role) -> Option<Port> {
        match &self.endpoint {
            Endpoint::Inet { port, .. } => {
                Some(port.clone().unwrap_or_else(|| Port::Service(role.service().to_owned())))
            }
            Endpoint::Path(_) | Endpoint::Inside => None,
        }
    }

    /// The specification without its community, to be shown in messages.
    #[must_use]
    pub fn without_community(&self) -> Self {
        Self { community: None, ..self.clone() }
    }

    /// What was understood, as the one-line JSON object that `--show-target` prints.
    ///
    /// The communities are the effective ones. Octets of them that are not UTF-8 appear as U+FFFD.
    #[expect(clippy::missing_panics_doc, reason = "an object of strings can always be written as JSON")]
    pub fn show_target(&self, role: Role, read_community: &[u8], write_community: &[u8]) -> String {
        #[derive(Serialize)]
        struct Target<'a> {
            transport: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            host: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            port: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            path: Option<String>,
            read_community: &'a str,
            write_community: &'a str,
        }
        let target = Target {
            transport: self.transport.word(),
            host: self.host(),
            port: self.port(role).map(|port| port.to_string()),
            path: match &self.endpoint {
                Endpoint::Path(path) => Some(path.to_string_lossy().into_owned()),
                Endpoint::Inet { .. } | Endpoint::Inside => None,
            },
            read_community: &String::from_utf8_lossy(read_community),
            write_community: &String::from_utf8_lossy(write_community),
        };
        serde_json::to_string(&target).expect("strings under string keys always serialise")
    }

    /// The text without a transport.
    fn body(&self) -> String {
        let mut text = String::new();
        if let Some(community) = &self.community {
            escape(&mut text, &String::from_utf8_lossy(community.expose()), &[':']);
            text.push('@');
        }
        match &self.endpoint {
            Endpoint::Inet { host, port } => {
                match host {
                    Some(host) if is_ipv6(host) => text.extend(["[", host, "]"]),
                    Some(host) => escape(&mut text, host, &[':', '[']),
                    None => {}
                }
                if let Some(port) = port {
                    text.push(':');
                    escape(&mut text, &port.to_string(), &[':']);
                }
            }
            Endpoint::Path(path) => escape(&mut text, &path.to_string_lossy(), &[]),
            Endpoint::Inside => {}
        }
        text
    }

    /// Whether two specifications lead to the same place; says nothing of what the communities are.
    fn leads_where(&self, other: &Self) -> bool {
        self.transport == other.transport
            && self.endpoint == other.endpoint
            && self.community.is_some() == other.community.is_some()
    }
}

impl fmt::Display for ServerSpec {
    /// The transport is written only where leaving it out would be read as another one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body();
        if !body.is_empty() && Self::parse(&body).is_ok_and(|parsed| parsed.leads_where(self)) {
            return f.write_str(&body);
        }
        write!(f, "{}::{body}", self.transport)
    }
}

impl std::str::FromStr for ServerSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::parse(text)
    }
}

/// Whether a text is an IPv6 address, with or without a zone.
pub(crate) fn is_ipv6(text: &str) -> bool {
    ipv6_and_zone(text).is_some()
}

/// The address and the zone of `address[%zone]`.
///
/// A zone is an interface's name or number. Characters that mean something else in a specification cannot stand in it,
/// so that what is written in brackets can be read again.
pub(crate) fn ipv6_and_zone(text: &str) -> Option<(Ipv6Addr, Option<&str>)> {
    let Some((address, zone)) = text.split_once('%') else {
        return text.parse().ok().map(|address| (address, None));
    };
    let ordinary = |c: char| !c.is_whitespace() && !c.is_control() && !"[]@/:%\\".contains(c);
    if zone.is_empty() || !zone.chars().all(ordinary) {
        return None;
    }
    Some((address.parse().ok()?, Some(zone)))
}

fn split_transport(text: &str) -> Result<(Option<TransportKind>, &str), SpecError> {
    let Some(end) = text.find([':', '@', '\\', '[', '/']).filter(|&end| text[end..].starts_with(':')) else {
        return Ok((None, text));
    };
    let (word, rest) = (&text[..end], &text[end + 1..]);
    let kind = TransportKind::from_word(word);
    if let Some(rest) = rest.strip_prefix(':') {
        return match kind {
            Some(kind) => Ok((Some(kind), rest)),
            None if is_ipv6(text) => Ok((None, text)),
            None if word.is_empty() => Err(SpecError::EmptyTransport),
            None => Err(SpecError::UnknownTransport(word.to_owned())),
        };
    }
    match kind {
        Some(kind) if !rest.bytes().all(|octet| octet.is_ascii_digit()) => Ok((Some(kind), rest)),
        _ => Ok((None, text)),
    }
}

fn split_community(text: &str) -> (Option<&str>, &str) {
    match last_unescaped(text, '@') {
        Some(at) => (Some(&text[..at]), &text[at + 1..]),
        None => (None, text),
    }
}

fn split_server(text: &str) -> Result<(Option<String>, Option<Port>), SpecError> {
    if let Some(inner) = text.strip_prefix('[') {
        let Some((address, rest)) = inner.split_once(']') else {
            return Err(SpecError::BadIpv6(text.to_owned()));
        };
        if !is_ipv6(address) {
            return Err(SpecError::BadIpv6(address.to_owned()));
        }
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(Port::parse(&unescape(port))?),
            None if rest.is_empty() => None,
            None => return Err(SpecError::Junk(rest.to_owned())),
        };
        return Ok((Some(address.to_owned()), port));
    }
    if is_ipv6(text) {
        return Ok((Some(text.to_owned()), None));
    }
    let (host, port) = match last_unescaped(text, ':') {
        Some(colon) => (&text[..colon], Some(Port::parse(&unescape(&text[colon + 1..]))?)),
        None => (text, None),
    };
    let host = unescape(host);
    Ok(((!host.is_empty()).then_some(host), port))
}

fn last_unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut last = None;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == wanted {
            last = Some(at);
        }
    }
    last
}

/// Takes the backslashes away that make the next character ordinary; one at the very end stands for itself.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        plain.push(if c == '\\' { characters.next().unwrap_or('\\') } else { c });
    }
    plain
}

fn escape(out: &mut String, plain: &str, special: &[char]) {
    for c in plain.chars() {
        if c == '\\' || c == '@' || special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests;
