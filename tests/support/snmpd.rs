//! Debian's snmpd on ports of its own, with nothing of the system's configuration.

use std::{
    fmt::Write as _,
    fs,
    net::{TcpListener, UdpSocket},
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{Peers, daemon::Daemon, has_ipv6, peer, say, tool::Tool};

/// How often to start again when another process takes a port between our look and snmpd's.
const ATTEMPTS: u32 = 10;

/// How long snmpd may take until it answers; it reads the list of installed packages first.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// Where the agent has values of our choosing (`override`), all of them still.
pub const FIXED: &str = ".1.3.6.1.4.1.8072.9999.9999";

/// A running snmpd. It ends with this value, and in any case with the test process.
pub struct Snmpd {
    daemon: Daemon,
    port: u16,
    ipv6: bool,
}

impl Snmpd {
    /// Starts an agent and waits until it answers.
    ///
    /// Communities `public` (read) and `private` (write), on every transport; SNMPv3 user `operator` with SHA
    /// `authpass123` and AES `privpass123`. sysContact is writable, sysName and sysLocation are not.
    pub fn start(peers: Peers) -> Self {
        Self::start_with(peers, "")
    }

    /// Starts an agent with more lines in its configuration.
    pub fn start_with(_: Peers, configuration: &str) -> Self {
        let mut reasons = String::new();
        for attempt in 1..=ATTEMPTS {
            match Self::attempt(configuration) {
                Ok(agent) => return agent,
                Err(reason) => writeln!(reasons, "attempt {attempt}: {reason}").unwrap(),
            }
        }
        panic!("snmpd does not start:\n{reasons}");
    }

    /// One agent for all tests of the binary that leave it as they found it.
    pub fn shared(peers: Peers) -> &'static Self {
        static SHARED: OnceLock<Snmpd> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(peers))
    }

    /// `udp:127.0.0.1:PORT`.
    pub fn udp(&self) -> String {
        format!("udp:127.0.0.1:{}", self.port)
    }

    /// `udp6:[::1]:PORT`; `None` without IPv6 on the loopback interface.
    pub fn udp6(&self) -> Option<String> {
        self.ipv6.then(|| format!("udp6:[::1]:{}", self.port))
    }

    /// `tcp:127.0.0.1:PORT`.
    pub fn tcp(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }

    /// `tcp6:[::1]:PORT`; `None` without IPv6 on the loopback interface.
    pub fn tcp6(&self) -> Option<String> {
        self.ipv6.then(|| format!("tcp6:[::1]:{}", self.port))
    }

    /// `unix:PATH`, a stream socket.
    pub fn unix(&self) -> String {
        format!("unix:{}", self.daemon.directory().join("socket").display())
    }

    /// Every address that the agent has.
    pub fn addresses(&self) -> Vec<String> {
        [Some(self.udp()), self.udp6(), Some(self.tcp()), self.tcp6(), Some(self.unix())]
            .into_iter()
            .flatten()
            .collect()
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.daemon.pid()
    }

    /// The end of the agent's log.
    pub fn log_tail(&self) -> String {
        let log = fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn attempt(configuration: &str) -> Result<Self, String> {
        let directory = TempDir::with_prefix("snmpkit-snmpd-").unwrap();
        let ipv6 = has_ipv6();
        let port = free_port(ipv6)?;
        // The name proves that it is this agent that answers, not another one that has taken the port.
        let name = directory.path().file_name().unwrap().to_str().unwrap().to_owned();
        let path = directory.path().join("snmpd.conf");
        fs::write(&path, format!("{}sysName {name}\n{configuration}\n", base_configuration())).unwrap();

        let mut command = Command::new(peer("snmpd").unwrap());
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        command.env("HOME", directory.path()).env("MIBS", "").env("SNMPCONFPATH", directory.path());
        command.env("SNMP_PERSISTENT_DIR", directory.path().join("persistent"));
        command.args(["-C", "-f", "-r", "-I", "-smux,mteTrigger,mteTriggerConf", "-LF", "5"]);
        command.arg(directory.path().join("log")).arg("-c").arg(path);
        command.stdout(Stdio::null()).stderr(Stdio::null());

        command.arg(format!("udp:127.0.0.1:{port}")).arg(format!("tcp:127.0.0.1:{port}"));
        if ipv6 {
            command.arg(format!("udp6:[::1]:{port}")).arg(format!("tcp6:[::1]:{port}"));
        }
        command.arg("unix:socket");
        let mut agent = Self { daemon: Daemon::start(&mut command, directory), port, ipv6 };
        agent.wait_until_it_answers(&name)?;
        Ok(agent)
    }

    fn wait_until_it_answers(&mut self, name: &str) -> Result<(), String> {
        let deadline = Instant::now() + START_PATIENCE;
        let tool = Tool::netsnmp("snmpget");
        for address in self.addresses() {
            loop {
                if let Some(status) = self.daemon.ended() {
                    return Err(format!("ended with {status}\n{}", self.log_tail()));
                }
                let run = tool.run(&[
                    "-v2c",
                    "-c",
                    "public",
                    "-Oqv",
                    "-r0",
                    "-t0.5",
                    &address,
                    ".1.3.6.1.2.1.1.5.0",
                ]);
                if run.out().trim() == format!("\"{name}\"") {
                    break;
                }
                if Instant::now() > deadline {
                    return Err(format!("no answer on {address}\n{}{}", run.describe(), self.log_tail()));
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    fn log_path(&self) -> PathBuf {
        self.daemon.directory().join("log")
    }
}

impl Drop for Snmpd {
    fn drop(&mut self) {
        if thread::panicking() {
            say(&format!("snmpd's log:\n{}", self.log_tail()));
        }
    }
}

/// A port that is free for UDP and TCP, over IPv4 and, where wanted, IPv6.
pub fn free_port(ipv6: bool) -> Result<u16, String> {
    let probe = UdpSocket::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let port = probe.local_addr().unwrap().port();
    let taken = |e: std::io::Error| format!("port {port}: {e}");
    TcpListener::bind(("127.0.0.1", port)).map_err(taken)?;
    if ipv6 {
        UdpSocket::bind(("::1", port)).map_err(taken)?;
        TcpListener::bind(("::1", port)).map_err(taken)?;
    }
    Ok(port)
}

fn base_configuration() -> String {
    let mut lines = String::from(
        "rocommunity public\nrwcommunity private\nrocommunity6 public\nrwcommunity6 private\n\
         view everything included .1\n\
         com2secunix unixread default public\ncom2secunix unixwrite default private\n\
         createUser operator SHA authpass123 AES privpass123\nrwuser operator authpriv\n\
         sysLocation here\nsysServices 72\nsysDescr an agent for tests\n",
    );
    for (name, write) in [("unixread", "none"), ("unixwrite", "everything")] {
        for model in ["v1", "v2c"] {
            writeln!(lines, "group {name} {model} {name}").unwrap();
        }
        writeln!(lines, "access {name} \"\" any noauth exact everything {write} none").unwrap();
    }
    for (index, value) in [
        "octet_str \"plain text\"",
        "counter 4294967295",
        "timeticks 8640001",
        "object_id .1.3.6.1.2.1.1",
        "integer -5",
        "octet_str \"\"",
    ]
    .iter()
    .enumerate()
    {
        writeln!(lines, "override {FIXED}.{}.0 {value}", index + 1).unwrap();
    }
    lines
}
