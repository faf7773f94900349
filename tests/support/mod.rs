//! What the tests and benches against live peers share: Debian's agent and tools, our own tools, scripted agents.

#![allow(dead_code, reason = "each test binary uses its own part of the harness")]
#![allow(clippy::unwrap_used, reason = "a harness that cannot go on must say where and stop the test")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

pub mod agent;
pub mod compare;
pub mod daemon;
pub mod fake;
pub mod listed;
pub mod memory;
pub mod relay;
pub mod served;
pub mod snmpd;
pub mod tool;

use std::{env, ffi::OsStr, io::Write, net::UdpSocket, path::PathBuf, time::Duration};

/// Programs of Debian's packages snmpd and snmp that the comparisons need.
pub const PEERS: &[&str] =
    &["snmpd", "snmpget", "snmpgetnext", "snmpset", "snmpwalk", "snmpbulkget", "snmpbulkwalk"];

/// Where Debian puts them.
const PEER_DIRECTORIES: &[&str] = &["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

/// Proof that the peers are there; what needs them takes it as an argument.
#[derive(Clone, Copy, Debug)]
pub struct Peers(());

/// The peers, or `None` after saying why the test is skipped.
///
/// # Panics
///
/// When a peer is missing and `CI=true`: there, a comparison that did not happen must not look like one that passed.
pub fn require_peers() -> Option<Peers> {
    let missing: Vec<_> = PEERS.iter().copied().filter(|name| peer(name).is_none()).collect();
    match peer_rule(&missing, env::var_os("CI").as_deref()) {
        Ok(true) => Some(Peers(())),
        Ok(false) => {
            say(&format!("skipped: missing {}; apt-get install snmpd snmp", missing.join(", ")));
            None
        }
        Err(message) => panic!("{message}"),
    }
}

/// Where net-snmp finds the module files of docs/mib-image.md, or `None` after saying why the test is skipped.
///
/// # Panics
///
/// When it is not known and `CI=true`.
pub fn require_module_files(_: Peers) -> Option<String> {
    let directories = env::var("SNMPKIT_MIB_DIRS").ok();
    if directories.is_none() {
        assert!(env::var("CI").as_deref() != Ok("true"), "SNMPKIT_MIB_DIRS is not set; test.sh does it");
        say("skipped: SNMPKIT_MIB_DIRS is not set; docs/mib-image.md");
    }
    directories
}

/// Whether to go on: `Ok(false)` means to skip.
pub fn peer_rule(missing: &[&str], ci: Option<&OsStr>) -> Result<bool, String> {
    match (missing, ci) {
        ([], _) => Ok(true),
        (_, Some(value)) if value == "true" => {
            Err(format!("CI=true, and a peer to compare with is missing: {}", missing.join(", ")))
        }
        _ => Ok(false),
    }
}

/// Whether the loopback interface has IPv6; says why what needs it is skipped, otherwise.
pub fn require_ipv6() -> bool {
    let there = has_ipv6();
    if !there {
        say("skipped: no IPv6 on the loopback interface");
    }
    there
}

/// Whether the loopback interface has IPv6.
pub fn has_ipv6() -> bool {
    UdpSocket::bind("[::1]:0").is_ok()
}

/// The path of a peer's program.
pub fn peer(name: &str) -> Option<PathBuf> {
    PEER_DIRECTORIES.iter().map(|directory| PathBuf::from(directory).join(name)).find(|path| path.is_file())
}

/// A UDP port of 127.0.0.1 that takes datagrams and never answers, for as long as it lives.
pub struct SilentPort(UdpSocket);

impl SilentPort {
    /// Binds a port that the system chooses.
    pub fn open() -> Self {
        Self(UdpSocket::bind("127.0.0.1:0").unwrap())
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    /// How many datagrams came so far; each is counted once.
    pub fn drain(&self) -> usize {
        self.0.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        let mut octets = vec![0; 65_536];
        std::iter::from_fn(|| self.0.recv(&mut octets).ok()).count()
    }
}

/// Writes a line to stderr past the test harness, which would keep the line of a passing test to itself.
pub fn say(line: &str) {
    let test = std::thread::current().name().unwrap_or("test").to_owned();
    let mut out = std::io::stderr();
    out.write_all(format!("{test}: {line}\n").as_bytes()).ok();
}
