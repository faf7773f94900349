//! What the tools do when an operator uses them: against live agents, into pipes and files, with Ctrl-C.

#![expect(clippy::disallowed_methods, reason = "tests of real programs live on the real clock")]

mod agent;
mod ending;
mod formats;
mod input;
mod logging;
mod memory;
mod modules;
mod names;
mod quirks;
mod recorded;
mod snmp2_client;
mod status;
mod terminal;
mod translate;
mod transports;
mod walks;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

pub use crate::support::fake::{GENERATED, generator};
use crate::support::{
    daemon::Daemon,
    snmpd::free_port,
    tool::{Run, Tool, ours_path},
};

/// sysName.0, which the built-in device lets everyone write who may write.
pub const SYS_NAME: &str = "1.3.6.1.2.1.1.5.0";

/// sysDescr.0.
pub const SYS_DESCR: &str = "1.3.6.1.2.1.1.1.0";

/// All six tools with net-snmp's names, each with arguments after the agent that make it send something.
pub const TOOLS: [(&str, &[&str]); 6] = [
    ("snmpget", &[SYS_NAME]),
    ("snmpgetnext", &[SYS_NAME]),
    ("snmpset", &[SYS_NAME, "s", "new"]),
    ("snmpwalk", &["1.3.6.1.2.1.1"]),
    ("snmpbulkget", &["1.3.6.1.2.1.1"]),
    ("snmpbulkwalk", &["1.3.6.1.2.1.1"]),
];

/// How long a program may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `snmpagent` of ours; see [`Daemon`] for how it ends.
pub struct Agent {
    daemon: Daemon,
    listens: Vec<String>,
    _tool: Tool,
}

impl Agent {
    /// Serves over UDP at 127.0.0.1. `arguments` are the device and further options.
    pub fn start(arguments: &[&str]) -> Self {
        Self::at(arguments, &["udp:127.0.0.1:{port}"])
    }

    /// Serves at these addresses, in which `{port}` stands for a free port and `{dir}` for a directory of its own.
    pub fn at(arguments: &[&str], addresses: &[&str]) -> Self {
        let mut complaints = String::new();
        for _ in 0..10 {
            match Self::attempt(arguments, addresses) {
                Ok(agent) => return agent,
                // Somebody else took the port between our look and its.
                Err(log) if log.contains("Address already in use") => complaints.push_str(&log),
                Err(log) => panic!("snmpagent {arguments:?} does not start:\n{log}"),
            }
        }
        panic!("snmpagent {arguments:?} does not start:\n{complaints}");
    }

    fn attempt(arguments: &[&str], addresses: &[&str]) -> Result<Self, String> {
        let directory = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let needs_ipv6 = addresses.iter().any(|address| address.contains('['));
        let port =
            free_port(needs_ipv6).map_err(|taken| format!("Address already in use: {taken}"))?.to_string();
        let listens: Vec<String> = addresses
            .iter()
            .map(|address| {
                address.replace("{port}", &port).replace("{dir}", directory.path().to_str().unwrap())
            })
            .collect();
        let tool = Tool::at(&ours_path("snmpagent"));
        let listen = listens.iter().flat_map(|address| ["--listen", address]);
        let words: Vec<&str> = arguments.iter().copied().chain(listen).collect();
        let mut command = tool.command(&words);
        command.stdout(File::create(directory.path().join("stdout")).unwrap());
        command.stderr(File::create(directory.path().join("stderr")).unwrap());
        let mut agent = Self { daemon: Daemon::start(&mut command, directory), listens, _tool: tool };
        let deadline = Instant::now() + PATIENCE;
        while agent.log().matches("listening at").count() < agent.listens.len() {
            if agent.daemon.ended().is_some() || Instant::now() > deadline {
                return Err(agent.log());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(agent)
    }

    /// The first address.
    pub fn address(&self) -> &str {
        &self.listens[0]
    }

    /// All addresses, in the order given.
    pub fn addresses(&self) -> &[String] {
        &self.listens
    }

    /// The first address without its transport: `127.0.0.1:PORT`.
    pub fn host_and_port(&self) -> &str {
        self.address().strip_prefix("udp:").unwrap()
    }

    /// Its directory.
    pub fn directory(&self) -> &Path {
        self.daemon.directory()
    }

    /// Everything that it wrote to standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.daemon.directory().join("stderr")).unwrap_or_default()
    }

    /// Sends a signal and waits for the end.
    pub fn end_with(&mut self, signal: Signal) -> ExitStatus {
        send(self.daemon.pid(), signal);
        self.wait()
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.daemon.ended() {
                return status;
            }
            assert!(Instant::now() < deadline, "snmpagent does not end:\n{}", self.log());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Runs one of our tools.
pub fn run(tool: &str, words: &[&str]) -> Run {
    Tool::ours(tool).run(words)
}

/// Runs one of our tools with the words of a line, split at blanks; `{}` stands for the address.
pub fn run_at(address: &str, line: &str) -> Run {
    let words: Vec<String> = line.split(' ').map(|word| word.replace("{}", address)).collect();
    Tool::ours(&words[0]).run(&words[1..])
}

/// Sends a signal to one process.
pub fn send(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), signal).unwrap();
}

/// Waits for the end of a program that was told to end.
pub fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().ok();
            panic!("the program does not end");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a condition holds.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// The objects of ndjson, each one checked against the schema.
pub fn objects(run: &Run) -> Vec<Value> {
    let schema = crate::schema::shipped();
    let out = String::from_utf8(run.stdout.clone()).unwrap_or_else(|_| panic!("{}", run.describe()));
    assert!(out.is_empty() || out.ends_with('\n'), "{}", run.describe());
    out.lines()
        .map(|line| {
            let value: Value =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}\n{}", run.describe()));
            schema.check(&value).unwrap_or_else(|fault| panic!("{fault}\n{}", run.describe()));
            value
        })
        .collect()
}

/// A file with this content in a directory of its own.
pub fn file(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let directory = TempDir::with_prefix("snmpkit-file-").unwrap();
    let path = directory.path().join(name);
    fs::write(&path, content).unwrap();
    (directory, path)
}

/// Nothing that a user should never see.
pub fn assert_no_panic(run: &Run) {
    for sign in ["panicked", "RUST_BACKTRACE", "stack backtrace", "src/"] {
        assert!(!run.err().contains(sign), "{}", run.describe());
    }
}
