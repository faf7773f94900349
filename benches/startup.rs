//! How long one `snmpget` takes, ours beside net-snmp's: `cargo bench --bench startup [-- RUNS]`.
//!
//! Both ask the same snmpd over the loopback interface, in turn, so that whatever else the machine does meets both
//! alike. Ours also asks the device inside (`demo::`), which is the bare start of the process.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use support::{
    PEERS, peer, require_peers,
    snmpd::Snmpd,
    tool::{Tool, ours_path},
};

/// Runs of each command, unless an argument says otherwise.
const RUNS: usize = 200;

/// What is asked for.
const NAME: &str = "1.3.6.1.2.1.1.6.0";

/// A command that is measured.
struct Contender {
    label: &'static str,
    /// Owns the directory that the command takes for the user's home.
    _tool: Tool,
    command: Command,
    times: Vec<Duration>,
}

impl Contender {
    fn new(label: &'static str, program: &Path, address: &str) -> Self {
        let tool = Tool::at(program);
        let mut command = tool.command(&["-v2c", "-c", "public", "-r0", "-t5", address, NAME]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { label, _tool: tool, command, times: Vec::new() }
    }

    fn run(&mut self) -> Result<(), String> {
        let started = Instant::now();
        let status = self.command.status().map_err(|e| format!("{}: {e}", self.label))?;
        self.times.push(started.elapsed());
        status.success().then_some(()).ok_or_else(|| format!("{}: {status}", self.label))
    }

    fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        times[times.len() / 2]
    }

    fn report(&self) -> String {
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (least, most) = (self.times.iter().min().unwrap(), self.times.iter().max().unwrap());
        format!(
            "{:<24} {:>9.3} {:>9.3} {:>9.3}",
            self.label,
            millis(*least),
            millis(self.median()),
            millis(*most)
        )
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // `cargo test --benches` runs this too, without the argument that `cargo bench` gives.
    let runs = match arguments.iter().find_map(|argument| argument.parse().ok()) {
        Some(runs) => usize::max(runs, 1),
        None if arguments.iter().any(|argument| argument == "--bench") => RUNS,
        None => 3,
    };
    match measure(runs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(runs: usize) -> Result<(), String> {
    let ours = Some(ours_path("snmpget")).filter(|path| path.is_file());
    let agent = require_peers().map(Snmpd::start);
    let mut contenders = Vec::new();
    match &ours {
        Some(program) => contenders.push(Contender::new("snmpkit, demo::", program, "demo::")),
        None => println!("our snmpget is not built: {}", ours_path("snmpget").display()),
    }
    match &agent {
        Some(agent) => {
            contenders
                .extend(ours.as_ref().map(|program| Contender::new("snmpkit, snmpd", program, &agent.udp())));
            let theirs: PathBuf = peer("snmpget").unwrap();
            contenders.push(Contender::new("net-snmp, snmpd", &theirs, &agent.udp()));
        }
        None => println!("nothing to compare with: needs {}", PEERS.join(", ")),
    }
    if contenders.is_empty() {
        return Err("nothing to measure".to_owned());
    }

    // The first run reads the programs from the disk.
    for _ in 0..=runs {
        for contender in &mut contenders {
            contender.run()?;
        }
    }
    for contender in &mut contenders {
        contender.times.remove(0);
    }

    println!("{:<24} {:>9} {:>9} {:>9}   ms, {runs} runs each, in turn", "snmpget", "min", "median", "max");
    for contender in &contenders {
        println!("{}", contender.report());
    }
    if let (Some((theirs, others)), Some(_)) = (contenders.split_last().filter(|_| agent.is_some()), &ours) {
        for own in others {
            let ratio = own.median().as_secs_f64() / theirs.median().as_secs_f64();
            println!("{} takes {ratio:.2} times as long as {}", own.label, theirs.label);
        }
    }
    Ok(())
}
