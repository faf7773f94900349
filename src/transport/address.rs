//! Addresses: what to send to, and what to send from.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    path::PathBuf,
};

use super::{TransportError, TransportSettings};
use crate::server_spec::{self, Port, ServerSpec, TransportKind};

/// Where messages are sent from (`-s`, `--clientaddr`).
///
/// ```
/// use snmpkit::transport::LocalAddress;
/// let local = LocalAddress::parse("192.0.2.1:4000").unwrap();
/// assert_eq!(local.to_string(), "192.0.2.1:4000");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LocalAddress {
    /// For UDP and TCP.
    Inet {
        /// `None` leaves the choice to the system.
        address: Option<IpAddr>,
        /// The interface of a link-local IPv6 address, by name or number.
        zone: Option<String>,
        /// `None` leaves the choice to the system.
        port: Option<u16>,
    },
    /// The client's own socket file, for Unix datagram sockets. It must not exist, and is removed at the end.
    Path(PathBuf),
}

/// The text is no source address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("bad source address '{0}', write ADDRESS, ADDRESS:PORT, [IPV6-ADDRESS]:PORT, :PORT or /PATH")]
pub struct LocalAddressError(String);

impl LocalAddress {
    /// Reads `ADDRESS[:PORT]`, `[IPV6-ADDRESS][:PORT]`, an IPv6 address alone, `:PORT`, or a path, which has a slash.
    pub fn parse(text: &str) -> Result<Self, LocalAddressError> {
        if text.contains('/') {
            return Ok(Self::Path(text.into()));
        }
        Self::parse_inet(text).ok_or_else(|| LocalAddressError(text.to_owned()))
    }

    /// The same address, with the choice of the port left to the system.
    #[must_use]
    pub fn without_port(self) -> Self {
        match self {
            Self::Inet { address, zone, .. } => Self::Inet { address, zone, port: None },
            Self::Path(path) => Self::Path(path),
        }
    }

    fn parse_inet(text: &str) -> Option<Self> {
        let ipv6 = |text: &str| {
            let (address, zone) = server_spec::ipv6_and_zone(text)?;
            Some((Some(IpAddr::V6(address)), zone.map(ToOwned::to_owned)))
        };
        let inet = |(address, zone), port| Some(Self::Inet { address, zone, port });
        if let Some(inner) = text.strip_prefix('[') {
            let (address, rest) = inner.split_once(']')?;
            return match rest.strip_prefix(':') {
                Some(port) => inet(ipv6(address)?, Some(port_number(port)?)),
                None if rest.is_empty() => inet(ipv6(address)?, None),
                None => None,
            };
        }
        if let Some(address) = ipv6(text) {
            return inet(address, None);
        }
        let ipv4 = |text: &str| text.parse::<Ipv4Addr>().ok().map(IpAddr::V4);
        match text.rsplit_once(':') {
            Some(("", port)) => inet((None, None), Some(port_number(port)?)),
            Some((address, port)) => inet((Some(ipv4(address)?), None), Some(port_number(port)?)),
            None => inet((Some(ipv4(text)?), None), None),
        }
    }
}

impl fmt::Display for LocalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Inet { address, zone, port } => {
                match (address, zone) {
                    (Some(IpAddr::V6(address)), Some(zone)) => write!(f, "[{address}%{zone}]")?,
                    (Some(IpAddr::V6(address)), None) => write!(f, "[{address}]")?,
                    (Some(IpAddr::V4(address)), _) => write!(f, "{address}")?,
                    (None, _) => {}
                }
                port.map_or(Ok(()), |port| write!(f, ":{port}"))
            }
        }
    }
}

/// The addresses that a specification leads to, all of the transport's family, best first; at least one.
pub(super) async fn resolve(
    spec: &ServerSpec,
    settings: &TransportSettings,
) -> Result<Vec<SocketAddr>, TransportError> {
    if let Some(address) = known(spec, settings)? {
        return Ok(vec![address]);
    }
    let transport = spec.transport;
    let port = port_of(spec, settings)?;
    let host = spec.host().unwrap_or(server_spec::DEFAULT_HOST);
    let unknown = |source| TransportError::UnknownHost { host: host.to_owned(), source };
    let found = tokio::net::lookup_host((host, port)).await.map_err(unknown)?;
    let mut addresses = Vec::new();
    for address in found.filter(|address| address.is_ipv6() == is_ipv6(transport)) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(TransportError::NoAddress { host: host.to_owned(), transport });
    }
    Ok(addresses)
}

/// The address, where it can be told without asking anybody; `None` for a name.
///
/// An address in figures is one, and `localhost` is answered here (RFC 6761, section 6.3): both spare the thread that
/// the system's resolver needs.
pub(super) fn known(
    spec: &ServerSpec,
    settings: &TransportSettings,
) -> Result<Option<SocketAddr>, TransportError> {
    let transport = spec.transport;
    let port = port_of(spec, settings)?;
    let host = spec.host().unwrap_or(server_spec::DEFAULT_HOST);
    let wrong_family = || TransportError::WrongFamily { address: host.to_owned(), transport };
    if let Some((address, zone)) = server_spec::ipv6_and_zone(host) {
        if !is_ipv6(transport) {
            return Err(wrong_family());
        }
        let scope_id = zone.map_or(Ok(0), |zone| scope_id(address, zone))?;
        return Ok(Some(SocketAddrV6::new(address, port, 0, scope_id).into()));
    }
    if let Some(address) = inet_aton(host) {
        return if is_ipv6(transport) { Err(wrong_family()) } else { Ok(Some((address, port).into())) };
    }
    let is_here = host.eq_ignore_ascii_case("localhost");
    Ok(is_here.then(|| (loopback(is_ipv6(transport)), port).into()))
}

/// The source address for a transport of one family; all zeros where the system may choose.
pub(super) fn source(
    transport: TransportKind,
    local: Option<&LocalAddress>,
) -> Result<SocketAddr, TransportError> {
    let unspecified = |port| {
        let address: IpAddr =
            if is_ipv6(transport) { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
        SocketAddr::from((address, port))
    };
    match local {
        None => Ok(unspecified(0)),
        Some(LocalAddress::Inet { address: None, port, .. }) => Ok(unspecified(port.unwrap_or(0))),
        Some(LocalAddress::Inet { address: Some(address), zone, port })
            if address.is_ipv6() == is_ipv6(transport) =>
        {
            let port = port.unwrap_or(0);
            Ok(match (address, zone) {
                (IpAddr::V6(v6), Some(zone)) => SocketAddrV6::new(*v6, port, 0, scope_id(*v6, zone)?).into(),
                _ => (*address, port).into(),
            })
        }
        Some(local) => Err(TransportError::WrongSource { local: local.to_string(), transport }),
    }
}

/// Where to send what is addressed to "any address of this host", which is where the system delivers it.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(loopback(address.is_ipv6()));
    }
    address
}

pub(super) fn is_ipv6(transport: TransportKind) -> bool {
    matches!(transport, TransportKind::Udp6 | TransportKind::Tcp6)
}

/// `[address]:port` as net-snmp writes it, with the interface of a link-local address.
pub(super) fn bracketed(address: SocketAddr) -> String {
    match address {
        SocketAddr::V6(v6) if v6.scope_id() != 0 => {
            let zone = interface_name(v6.scope_id()).unwrap_or_else(|| v6.scope_id().to_string());
            format!("[{}%{zone}]:{}", v6.ip(), v6.port())
        }
        _ => format!("[{}]:{}", address.ip(), address.port()),
    }
}

/// The interface's name, when the number has one.
pub(super) fn interface_name(index: u32) -> Option<String> {
    let name = nix::net::if_::if_indextoname(index).ok()?;
    name.into_string().ok()
}

fn loopback(ipv6: bool) -> IpAddr {
    if ipv6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() }
}

fn scope_id(address: Ipv6Addr, zone: &str) -> Result<u32, TransportError> {
    if let Ok(number) = zone.parse() {
        return Ok(number);
    }
    nix::net::if_::if_nametoindex(zone)
        .map_err(|_| TransportError::UnknownInterface { address: address.to_string(), zone: zone.to_owned() })
}

fn port_of(spec: &ServerSpec, settings: &TransportSettings) -> Result<u16, TransportError> {
    let given = match &spec.endpoint {
        server_spec::Endpoint::Inet { port: Some(port), .. } => Some(port),
        _ => settings.default_port.as_ref(),
    };
    let name = match given {
        None => return Ok(settings.role.port()),
        Some(Port::Number(number)) => return Ok(*number),
        Some(Port::Service(name)) => name,
    };
    let protocol = if spec.transport.is_stream() { "tcp" } else { "udp" };
    let unknown = || TransportError::UnknownService { name: name.clone(), protocol };
    match name.as_str() {
        "snmp" => Ok(161),
        "snmptrap" | "snmp-trap" => Ok(162),
        _ => {
            let services = read_services().map_err(|_| unknown())?;
            service_port(&services, name, protocol).ok_or_else(unknown)
        }
    }
}

fn read_services() -> io::Result<String> {
    std::fs::read("/etc/services").map(|octets| String::from_utf8_lossy(&octets).into_owned())
}

/// Looks a name up in the text of `services(5)`: `name port/protocol [alias …]`, comments after `#`.
fn service_port(services: &str, name: &str, protocol: &str) -> Option<u16> {
    services.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let official = words.next()?;
        let (port, its_protocol) = words.next()?.split_once('/')?;
        let named = official == name || words.any(|alias| alias == name);
        (named && its_protocol == protocol).then(|| port_number(port))?
    })
}

fn port_number(text: &str) -> Option<u16> {
    match Port::parse(text) {
        Ok(Port::Number(number)) => Some(number),
        _ => None,
    }
}

/// The IPv4 address of one to four numbers, each decimal, octal (`0`) or hexadecimal (`0x`); the last one fills what is
/// left, so `127.1` is 127.0.0.1.
fn inet_aton(text: &str) -> Option<Ipv4Addr> {
    let mut parts = Vec::with_capacity(4);
    for part in text.split('.') {
        if parts.len() == 4 {
            return None;
        }
        parts.push(aton_number(part)?);
    }
    let last = parts.pop()?;
    let mut bits = 0;
    for (position, part) in (0u32..).zip(&parts) {
        bits |= u32::from(u8::try_from(*part).ok()?) << (24 - 8 * position);
    }
    let room = u32::MAX.checked_shr(8 * u32::try_from(parts.len()).ok()?)?;
    (last <= room).then(|| Ipv4Addr::from(bits | last))
}

fn aton_number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    // A sign would be taken by the conversion.
    digits.starts_with(|c: char| c.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, radix).ok())?
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::server_spec::Role;

    #[test]
    fn ipv4_addresses_are_taken_in_every_form_of_inet_aton() {
        for (text, octets) in [
            ("127.0.0.1", Some([127, 0, 0, 1])),
            ("127.1", Some([127, 0, 0, 1])),
            ("127", Some([0, 0, 0, 127])),
            ("127.23.258", Some([127, 23, 1, 2])),
            ("0300.077.0377.01", Some([192, 63, 255, 1])),
            ("0x7f000001", Some([127, 0, 0, 1])),
            ("4294967295", Some([255; 4])),
            ("1.16777215", Some([1, 255, 255, 255])),
            ("0", Some([0; 4])),
            ("4294967296", None),
            ("1.16777216", None),
            ("256.1", None),
            ("1.2.3.256", None),
            ("1.2.3.4.5", None),
            ("1.2.3.", None),
            (".1", None),
            ("", None),
            ("0x", None),
            ("+1", None),
            ("0x+1", None),
            ("08", None),
            ("x80.1", None),
            ("1.2.3.4a", None),
        ] {
            assert_eq!(inet_aton(text), octets.map(Ipv4Addr::from), "{text}");
        }
    }

    #[test]
    fn source_addresses_are_read_and_written_back() {
        for text in [
            "192.0.2.1",
            "192.0.2.1:4000",
            ":4000",
            "[::1]",
            "[::1]:4000",
            "[fe80::1%eth0]:4000",
            "[fe80::1%2]",
            "/tmp/mine",
            "here/mine",
        ] {
            assert_eq!(LocalAddress::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(LocalAddress::parse("fe80::1%eth0").unwrap().to_string(), "[fe80::1%eth0]");
        for text in ["", ":", "nonsense", "1.2.3", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:snmp"] {
            let message = LocalAddress::parse(text).unwrap_err().to_string();
            assert!(message.starts_with(&format!("bad source address '{text}', write ")), "{message}");
        }
        for text in ["[::1", "[::1]4000", "[1.2.3.4]:4000", "[::1%]:4000", "host:4000", "1.2.3.4:+80"] {
            LocalAddress::parse(text).unwrap_err();
        }
    }

    #[test]
    fn a_source_of_the_other_family_is_refused_with_a_reason() {
        let ipv6 = LocalAddress::parse("[::1]:4000").unwrap();
        assert_eq!(source(TransportKind::Udp6, Some(&ipv6)).unwrap().to_string(), "[::1]:4000");
        assert_eq!(
            source(TransportKind::Udp, Some(&ipv6)).unwrap_err().to_string(),
            "source address '[::1]:4000' does not fit transport udp, which needs an IPv4 address"
        );
        let port = LocalAddress::parse(":4000").unwrap();
        assert_eq!(source(TransportKind::Tcp6, Some(&port)).unwrap().to_string(), "[::]:4000");
        assert_eq!(source(TransportKind::Tcp, Some(&port)).unwrap().to_string(), "0.0.0.0:4000");
        let path = LocalAddress::parse("/x").unwrap();
        source(TransportKind::Tcp, Some(&path)).unwrap_err();
    }

    #[test]
    fn services_are_found_by_name_and_by_alias_for_their_protocol_alone() {
        let services =
            "# comment\n\nsyslog 514/udp\nshell\t514/tcp cmd # no password\nbad\nworse 7\nnull 0/tcp\n";
        assert_eq!(service_port(services, "syslog", "udp"), Some(514));
        assert_eq!(service_port(services, "syslog", "tcp"), None);
        assert_eq!(service_port(services, "cmd", "tcp"), Some(514));
        for absent in ["password", "bad", "worse", "null", "#", ""] {
            assert_eq!(service_port(services, absent, "tcp"), None, "{absent}");
        }
    }

    async fn resolved(text: &str, settings: &TransportSettings) -> Result<String, String> {
        let spec = ServerSpec::parse(text).unwrap();
        let addresses = resolve(&spec, settings).await.map_err(|error| error.to_string())?;
        Ok(addresses[0].to_string())
    }

    #[test]
    fn addresses_in_figures_and_localhost_need_no_resolver() {
        let traps = TransportSettings { role: Role::Notifications, ..TransportSettings::default() };
        let moved =
            TransportSettings { default_port: Some(Port::Number(1161)), ..TransportSettings::default() };
        let agents = TransportSettings::default();
        for (text, settings, address) in [
            ("127.1", &agents, "127.0.0.1:161"),
            ("127.1", &traps, "127.0.0.1:162"),
            ("127.1:snmp", &traps, "127.0.0.1:161"),
            ("127.1", &moved, "127.0.0.1:1161"),
            ("127.1:snmptrap", &moved, "127.0.0.1:162"),
            ("", &agents, "127.0.0.1:161"),
            ("tcp6::LocalHost:7", &agents, "[::1]:7"),
            ("[fe80::1%7]:9", &agents, "[fe80::1%7]:9"),
        ] {
            // The resolver works on a thread of its own, so it is never ready at the first look.
            let future = std::pin::pin!(resolved(text, settings));
            let first_look = future.poll(&mut Context::from_waker(Waker::noop()));
            assert_eq!(first_look, Poll::Ready(Ok(address.to_owned())), "{text}");
        }
    }

    #[tokio::test]
    async fn what_leads_nowhere_says_why() {
        let settings = TransportSettings::default();
        for (text, message) in [
            ("udp6::127.0.0.1", "'127.0.0.1' is no IPv6 address, try 'udp::'"),
            ("tcp6::127.0.0.1", "'127.0.0.1' is no IPv6 address, try 'tcp::'"),
            ("[fe80::1%no-such-if]", "no network interface 'no-such-if' for fe80::1"),
            ("h:no-such-service", "unknown service 'no-such-service' for udp, give the port's number"),
            ("tcp::h:no-such-service", "unknown service 'no-such-service' for tcp, give the port's number"),
        ] {
            assert_eq!(resolved(text, &settings).await.unwrap_err(), message);
        }
        let unknown = resolved("no-such-host.invalid", &settings).await.unwrap_err();
        assert!(unknown.starts_with("unknown host 'no-such-host.invalid': "), "{unknown}");
        assert!(!unknown.contains("lookup"), "{unknown}");
    }
}
