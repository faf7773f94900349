//! What SNMPv3 costs, ours beside net-snmp's: `cargo bench --bench security [-- RUNS]`.
//!
//! `snmpget` with SHA-256 and AES asks an snmpd over the loopback interface, in turn: ours with the engine remembered and
//! without, net-snmp's, which has to ask for it each time. And walks of the whole agent over SNMPv3 and SNMPv2c, whose
//! CPU time counts.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

mod contest;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{ffi::OsStr, path::Path, process::ExitCode};

use contest::{Contender, ours, ratio};
use support::{PEERS, peer, require_peers, snmpd::Snmpd, tool::Tool};

/// Runs of each `snmpget`, unless an argument says otherwise; of each walk a tenth.
const RUNS: usize = 200;

/// What is asked for.
const NAME: &str = "1.3.6.1.2.1.1.6.0";

/// The users of the agent.
const USERS: &str = "createUser bench SHA-256 authpass123 AES privpass123\nrwuser bench priv\n";

/// Who asks.
const SECURE: &[&str] = &[
    "-v3",
    "-u",
    "bench",
    "-l",
    "authPriv",
    "-a",
    "SHA-256",
    "-A",
    "authpass123",
    "-x",
    "AES",
    "-X",
    "privpass123",
];

/// The same with a community.
const OPEN: &[&str] = &["-v2c", "-c", "public"];

fn command(label: &str, program: &Path, access: &[&str], more: &[&str]) -> Contender {
    let words: Vec<&OsStr> =
        access.iter().chain(&["-r0", "-t5", "-On"]).chain(more).map(OsStr::new).collect();
    Contender::new(label, Tool::at(program), &words)
}

fn main() -> ExitCode {
    let Some(peers) = require_peers() else {
        println!("nothing to compare with: needs {}", PEERS.join(", "));
        return ExitCode::FAILURE;
    };
    let agent = Snmpd::start_with(peers, USERS);
    let address = agent.udp();
    let runs = contest::runs(RUNS);
    for measured in [gets(&address, runs), walks(&address, usize::max(runs / 10, 3))] {
        if let Err(message) = measured {
            println!("{message}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn gets(address: &str, runs: usize) -> Result<(), String> {
    let own = ours("snmpget").ok_or("nothing to measure")?;
    let theirs = peer("snmpget").unwrap();
    let get = |label, program: &Path, more: &[&str]| {
        command(label, program, SECURE, &[more, &[address, NAME]].concat())
    };
    let mut contenders = [
        get("snmpkit, engine remembered", &own, &[]),
        get("snmpkit, --no-cache", &own, &["--no-cache"]),
        command("snmpkit, SNMPv2c", &own, OPEN, &[address, NAME]),
        get("net-snmp", &theirs, &[]),
    ];
    let title = "snmpget, SHA-256 and AES";
    contest::run(title, &mut contenders, runs)?;
    contest::compare_with_the_last(title, &contenders);
    Ok(())
}

fn walks(address: &str, runs: usize) -> Result<(), String> {
    let own = ours("snmpbulkwalk").ok_or("nothing to measure")?;
    let theirs = peer("snmpbulkwalk").unwrap();
    let walk = |label, program: &Path, access| command(label, program, access, &["-Cr25", address, ".1.3"]);
    let mut contenders = [
        walk("snmpkit, SNMPv2c", &own, OPEN),
        walk("snmpkit, SNMPv3", &own, SECURE),
        walk("net-snmp, SNMPv2c", &theirs, OPEN),
        walk("net-snmp, SNMPv3", &theirs, SECURE),
    ];
    contest::run("snmpbulkwalk -Cr25 .1.3", &mut contenders, runs)?;
    for pair in contenders.chunks(2) {
        let ratio = pair[1].cpu_each().as_secs_f64() / pair[0].cpu_each().as_secs_f64();
        println!("{} takes {ratio:.2} times the CPU time of {}", pair[1].label, pair[0].label);
    }
    let (own, theirs) = contenders.split_at(2);
    for (own, theirs) in own.iter().zip(theirs) {
        let what = format!("snmpbulkwalk -Cr25 .1.3 of snmpd: {} / {}", own.label, theirs.label);
        ratio::print(&what, "ms", &own.walls(), &theirs.walls());
    }
    Ok(())
}
