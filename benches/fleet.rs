//! Many agents from one process, beside Debian's `braa`: `cargo bench --bench fleet [-- HOSTS]`.
//!
//! The agents are the addresses of the loopback interface, behind which one `snmpagent` answers for all; it is told to
//! be as it is, so that its own time is part of every figure. Each run says how many lines came of it, how long it took, how
//! many that is in a second, and what memory it took at most. Nothing here fails: it measures.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

mod contest;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use contest::ratio;
use support::{
    daemon::Daemon,
    memory::measure,
    peer,
    snmpd::free_port,
    tool::{Tool, ours_path},
};

/// Agents that get one GET each, unless an argument says otherwise; a tenth of them are walked.
const HOSTS: usize = 10_000;

/// Runs of each kind.
const RUNS: usize = 3;

const NAME: &str = "1.3.6.1.2.1.1.5.0";
const IF_TABLE: &str = "1.3.6.1.2.1.2.2";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // `cargo test --benches` runs this too, without the argument that `cargo bench` gives.
    let hosts: usize = match arguments.iter().find_map(|argument| argument.parse().ok()) {
        Some(hosts) => hosts,
        None if arguments.iter().any(|argument| argument == "--bench") => HOSTS,
        None => 200,
    };
    let agent = Agent::start();
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "", "lines", "seconds", "a second", "peak KiB");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let list = agent.list(hosts);
        ours.push(Agent::ours("snmpget", &[], &list, NAME, hosts));
        Agent::ours("snmpget", &["-j"], &list, NAME, hosts);
        theirs.extend(agent.braa(hosts));
        let list = agent.list(hosts / 10);
        Agent::ours("snmpbulkwalk", &[], &list, IF_TABLE, hosts / 10);
    }
    let what = format!("{hosts} agents, one GET each: snmpget --targets / braa");
    ratio::print(&what, "s", &ours, &theirs);
    let dead = agent.list_with_dead(hosts);
    Agent::ours("snmpget", &["-r1", "-t0.5"], &dead, NAME, hosts);
    println!("in the last line, every tenth agent is dead, and given up after a second");
}

/// Our agent at every address of the loopback interface.
struct Agent {
    port: u16,
    directory: TempDir,
    _daemon: Daemon,
    _tool: Tool,
}

impl Agent {
    fn start() -> Self {
        let port = free_port(false).unwrap();
        let tool = Tool::at(&ours_path("snmpagent"));
        let log = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let stderr = log.path().join("stderr");
        let mut command = tool.command(&["demo", "--listen", &format!("udp:0.0.0.0:{port}")]);
        command.stdout(File::create(log.path().join("stdout")).unwrap());
        command.stderr(File::create(&stderr).unwrap());
        let daemon = Daemon::start(&mut command, log);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !fs::read_to_string(&stderr).unwrap().contains("listening at") {
            assert!(Instant::now() < deadline, "snmpagent does not start");
            thread::sleep(Duration::from_millis(5));
        }
        Self {
            port,
            directory: TempDir::with_prefix("snmpkit-fleet-").unwrap(),
            _daemon: daemon,
            _tool: tool,
        }
    }

    fn list(&self, hosts: usize) -> PathBuf {
        self.write("list", (0..hosts).map(|n| format!("{}:{}", address(n), self.port)))
    }

    /// The same with every tenth agent at a port where nobody is, nor a refusal: a socket that is not read.
    fn list_with_dead(&self, hosts: usize) -> PathBuf {
        let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
        let dead = socket.local_addr().unwrap().port();
        // It is to live as long as the process.
        std::mem::forget(socket);
        let port = |n: usize| if n.is_multiple_of(10) { dead } else { self.port };
        self.write("dead", (0..hosts).map(|n| format!("{}:{}", address(n), port(n))))
    }

    fn write(&self, name: &str, lines: impl Iterator<Item = String>) -> PathBuf {
        let path = self.directory.path().join(name);
        let mut text = String::new();
        lines.for_each(|line| writeln!(text, "{line}").unwrap());
        fs::write(&path, text).unwrap();
        path
    }

    fn ours(name: &str, words: &[&str], list: &Path, oid: &str, hosts: usize) -> f64 {
        let tool = Tool::ours(name);
        let list = list.to_str().unwrap();
        let words = [&["-v2c", "-c", "public", "-On", "--targets", list], words, &[oid]].concat();
        let mut command = tool.command(&words);
        let label = format!("{hosts} x {} {oid}", [&[name], &words[6..words.len() - 1]].concat().join(" "));
        run(&label, &mut command, hosts)
    }

    /// `braa` with the same question to the same agents. It asks ranges of addresses.
    fn braa(&self, hosts: usize) -> Option<f64> {
        let Some(braa) = peer("braa") else {
            println!("braa is missing; apt-get install braa");
            return None;
        };
        let queries = (0..hosts).step_by(250).map(|first| {
            let last = (first + 249).min(hosts - 1);
            format!("public@{}-{}:{}:.{NAME}", address(first), address(last), self.port)
        });
        let list = self.write("braa", queries);
        let mut command = Command::new(braa);
        command.arg("-f").arg(list);
        Some(run(&format!("{hosts} x braa {NAME}"), &mut command, hosts))
    }
}

/// The n-th agent's address; 250 in each network of 256.
fn address(n: usize) -> String {
    format!("127.{}.{}.{}", 1 + n / 62_500, n / 250 % 250, n % 250 + 1)
}

/// Prints a line about the run, and says how many seconds it took.
fn run(label: &str, command: &mut Command, hosts: usize) -> f64 {
    // The dead ones would have a line each.
    command.stderr(Stdio::null());
    let started = Instant::now();
    let usage = measure(command);
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a number of hosts")]
    let rate = hosts as f64 / seconds;
    println!("{label:<44} {:>9} {seconds:>9.2} {rate:>9.0} {:>9}", usage.stdout_lines, usage.peak_kib);
    seconds
}
