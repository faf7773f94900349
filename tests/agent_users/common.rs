//! What these tests share.

use std::{
    fs::{self, File},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use snmpkit::crypto::{AuthProtocol, PrivProtocol};
use tempfile::TempDir;

use crate::support::{
    daemon::Daemon,
    snmpd::free_port,
    tool::{Run, Tool, ours_path},
};

pub const AUTH_PASS: &str = "s3cret-authpass";
pub const PRIV_PASS: &str = "s3cret-privpass";

pub const SYS_NAME: &str = "1.3.6.1.2.1.1.5.0";
pub const SYS_LOCATION: &str = "1.3.6.1.2.1.1.6.0";

/// usmStats of SNMP-USER-BASED-SM-MIB, in the order of their numbers from 1 on.
pub const USM_STATS: &str = "1.3.6.1.6.3.15.1.1";

const PATIENCE: Duration = Duration::from_secs(20);

/// A running agent, which knows its home directory by the name that the caller gives.
pub struct Agent {
    daemon: Daemon,
    pub address: String,
    _tool: Tool,
}

impl Agent {
    /// Starts `snmpagent WORDS… --listen udp:127.0.0.1:PORT` with its state in `state`.
    pub fn start(words: &[&str], state: &Path) -> Self {
        let port = (0..10).find_map(|_| free_port(false).ok()).unwrap();
        Self::at(words, state, &format!("udp:127.0.0.1:{port}"))
    }

    pub fn at(words: &[&str], state: &Path, address: &str) -> Self {
        let directory = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let tool = Tool::at(&ours_path("snmpagent")).env("XDG_STATE_HOME", state.to_str().unwrap());
        let words: Vec<&str> = words.iter().copied().chain(["--listen", address]).collect();
        let mut command = tool.command(&words);
        command.stdout(File::create(directory.path().join("stdout")).unwrap());
        command.stderr(File::create(directory.path().join("stderr")).unwrap());
        let mut agent =
            Self { daemon: Daemon::start(&mut command, directory), address: address.to_owned(), _tool: tool };
        let deadline = Instant::now() + PATIENCE;
        while !agent.output().contains("listening at") {
            let ended = agent.daemon.ended();
            assert!(ended.is_none() && Instant::now() < deadline, "{ended:?}\n{}", agent.output());
            thread::sleep(Duration::from_millis(5));
        }
        agent
    }

    /// Everything that it printed.
    pub fn output(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.daemon.directory().join(name)).unwrap_or_default();
        read("stdout") + &read("stderr")
    }

    /// Ends it, and waits for that.
    pub fn stop(mut self) -> String {
        let pid = Pid::from_raw(i32::try_from(self.daemon.pid()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let deadline = Instant::now() + PATIENCE;
        while self.daemon.ended().is_none() {
            assert!(Instant::now() < deadline, "snmpagent does not end");
            thread::sleep(Duration::from_millis(2));
        }
        self.output()
    }

    pub fn host_and_port(&self) -> &str {
        self.address.strip_prefix("udp:").unwrap()
    }

    /// One of net-snmp's tools, asking this agent once.
    pub fn asked(&self, tool: &str, options: &[&str], operands: &[&str]) -> Run {
        let words: Vec<&str> =
            ["-On", "-r1", "-t2"].iter().chain(options).copied().chain([&*self.address]).collect();
        Tool::netsnmp(tool).run(&[&words[..], operands].concat())
    }

    /// The numbers that stand at these instances, read with the community.
    pub fn numbers(&self, names: &[&str]) -> Vec<u64> {
        let run = self.asked("snmpget", &["-v2c", "-cpublic", "-Oqv"], names);
        let out = run.out();
        let numbers: Vec<u64> = out.lines().filter_map(|line| line.parse().ok()).collect();
        assert_eq!(numbers.len(), names.len(), "{}", run.describe());
        numbers
    }

    /// usmStats 1 to 6: levels, windows, users, engines, digests, decryption.
    pub fn usm_stats(&self) -> [u64; 6] {
        let names: Vec<String> = (1..=6).map(|number| format!("{USM_STATS}.{number}.0")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.numbers(&names).try_into().unwrap()
    }
}

/// The privacy protocols that Debian's programs have, and none.
pub fn privacies_of_netsnmp() -> Vec<Option<PrivProtocol>> {
    let theirs = PrivProtocol::ALL.into_iter().filter(|protocol| *protocol != PrivProtocol::TripleDes);
    [None].into_iter().chain(theirs.map(Some)).collect()
}

pub fn pairs(privacies: &[Option<PrivProtocol>]) -> Vec<(AuthProtocol, Option<PrivProtocol>)> {
    AuthProtocol::ALL
        .into_iter()
        .flat_map(|auth| privacies.iter().map(move |privacy| (auth, *privacy)))
        .collect()
}

pub fn user_name(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> String {
    format!("{}.{}", auth.name(), privacy.map_or("none", PrivProtocol::name))
}

/// The lines of a `--users` file, with a user for each pair and one without passphrases.
pub fn users_file(pairs: &[(AuthProtocol, Option<PrivProtocol>)]) -> String {
    let lines = pairs.iter().map(|(auth, privacy)| {
        let sealed = privacy
            .map_or(String::new(), |privacy| format!("priv={} priv-password={PRIV_PASS}", privacy.name()));
        format!("{} auth={} auth-password={AUTH_PASS} {sealed}\n", user_name(*auth, *privacy), auth.name())
    });
    "open # no passphrases\n".to_owned() + &lines.collect::<String>()
}

/// The file itself, which others cannot read.
pub fn write_users(directory: &Path, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = directory.join("users");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

/// net-snmp's options for a user.
pub fn v3(name: &str, auth: AuthProtocol, privacy: Option<PrivProtocol>) -> Vec<&str> {
    let mut words = vec!["-v3", "-u", name, "-a", auth.name(), "-A", AUTH_PASS];
    match privacy {
        None => words.extend(["-l", "authNoPriv"]),
        Some(privacy) => words.extend(["-l", "authPriv", "-x", privacy.name(), "-X", PRIV_PASS]),
    }
    words
}
