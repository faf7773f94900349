//! Under which name an agent is remembered.

use std::{
    fmt::Write as _,
    net::IpAddr,
    os::unix::ffi::OsStrExt as _,
    path::{self, Path},
};

use crate::{
    limits,
    server_spec::{Endpoint, Port, Role, ServerSpec},
};

/// An agent as it was asked for, whichever of the ways to write it was taken: `udp:router1:161`.
///
/// It is what was asked for and not what became of it: nothing has to be resolved before a hint is looked up, and a host
/// that moves keeps its engine. The community is no part of it, and neither is the context, for an engine has one clock
/// for all of them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct AgentKey(String);

impl AgentKey {
    /// The key of the agent that a session to `spec` asks; `default_port` counts where the specification has none, and
    /// 161 otherwise.
    ///
    /// `None` for the device inside the program, which is another one each time, and for what is longer than an agent's
    /// address can honestly be ([`limits::ENGINE_CACHE_KEY_OCTETS`]).
    pub fn of(spec: &ServerSpec, default_port: Option<&Port>) -> Option<Self> {
        let mut key = format!("{}:", spec.transport);
        match &spec.endpoint {
            Endpoint::Inside => return None,
            Endpoint::Path(path) => escape(&mut key, &absolute(path)?),
            Endpoint::Inet { port, .. } => {
                escape(&mut key, host(spec.host()?).as_bytes());
                key.push(':');
                match port.as_ref().or(default_port) {
                    None => write!(key, "{}", Role::Agent.port()).ok()?,
                    Some(Port::Number(number)) => write!(key, "{number}").ok()?,
                    // What a service is here is what the standard says; for all others their name will do.
                    Some(Port::Service(name)) if name == Role::Agent.service() => {
                        write!(key, "{}", Role::Agent.port()).ok()?;
                    }
                    Some(Port::Service(name)) => escape(&mut key, name.as_bytes()),
                }
            }
        }
        (key.len() <= limits::ENGINE_CACHE_KEY_OCTETS).then_some(Self(key))
    }

    /// The key as it stands in a file: graphic ASCII without blanks.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address as the standard library writes it, a name in small letters.
fn host(text: &str) -> String {
    text.parse::<IpAddr>().map_or_else(|_| text.to_ascii_lowercase(), |address| address.to_string())
}

/// A relative path means another socket in another directory.
fn absolute(path: &Path) -> Option<Vec<u8>> {
    path::absolute(path).ok().map(|path| path.as_os_str().as_bytes().to_vec())
}

/// Writes `%` and two digits for an octet that would take a line apart or cannot be read in one.
fn escape(key: &mut String, octets: &[u8]) {
    for &octet in octets {
        if octet.is_ascii_graphic() && octet != b'%' {
            key.push(char::from(octet));
        } else {
            // Writing to a string does not fail.
            let _ = write!(key, "%{octet:02x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(spec: &str) -> String {
        AgentKey::of(&spec.parse().unwrap(), None).unwrap().0
    }

    #[test]
    fn whoever_means_the_same_agent_has_the_same_key() {
        for (spec, expected) in [
            ("router1", "udp:router1:161"),
            ("Router1:161", "udp:router1:161"),
            ("udp:ROUTER1:snmp", "udp:router1:161"),
            ("s3cret@router1", "udp:router1:161"),
            (":1161", "udp:localhost:1161"),
            ("tcp:router1:1161", "tcp:router1:1161"),
            ("[FE80::1%eth0]:161", "udp6:fe80::1%25eth0:161"),
            ("[2001:DB8:0:0::1]", "udp6:2001:db8::1:161"),
            ("router1:other", "udp:router1:other"),
            ("/tmp/a socket%\n", "dgram:/tmp/a%20socket%25%0a"),
        ] {
            assert_eq!(key(spec), expected, "{spec:?}");
        }
    }

    #[test]
    fn whoever_means_another_one_has_another() {
        let of = |spec: &str, port| AgentKey::of(&spec.parse().unwrap(), port).unwrap();
        let other = Port::Number(1_161);
        assert_eq!(of("router1", Some(&other)), of("router1:1161", None));
        assert_eq!(of("router1:162", Some(&other)), of("router1:162", None));
        assert_ne!(of("router1", Some(&other)), of("router1", None));
        assert_ne!(of("tcp:router1", None), of("router1", None));
        assert!(key("stream:socket").starts_with("stream:/"), "{}", key("stream:socket"));
    }

    #[test]
    fn some_agents_are_not_remembered() {
        assert_eq!(AgentKey::of(&"demo::".parse().unwrap(), None), None);
        let most = limits::ENGINE_CACHE_KEY_OCTETS - "udp::161".len();
        assert!(AgentKey::of(&"h".repeat(most).parse().unwrap(), None).is_some());
        assert_eq!(AgentKey::of(&"h".repeat(most + 1).parse().unwrap(), None), None);
    }
}
