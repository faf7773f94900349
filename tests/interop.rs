//! Our tools against net-snmp's, over live agents; and the checks that the harness itself can be trusted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

#[path = "interop/cases.rs"]
mod cases;
mod support;
#[path = "interop/world.rs"]
mod world;

use std::{env, ffi::OsStr, fs, path::Path, process::Command, thread, time::Duration};

use cases::{Case, MOVING, OUTPUT_LETTERS, Ours, READING, WRITING};
use support::{
    Peers,
    compare::{EXACT, Moves, Moving, Rules, Stderr, compare, difference, masked, names},
    fake::{FakeAgent, Request, binding, split, tlv},
    memory, peer_rule, require_ipv6, require_peers, say,
    snmpd::Snmpd,
    tool::{End, Run, Tool},
};
use world::World;

/// Whether the left side of each comparison is ours; until the tools are there, net-snmp is compared with itself,
/// which shows that what the cases compare stands still.
const OURS_READY: bool = false;

fn left(name: &str) -> Tool {
    if OURS_READY { Tool::ours(name) } else { Tool::netsnmp(name) }
}

/// Runs both sides with the same words; the error is a report.
fn both(tool: &str, words: &[String], rules: &Rules<'_>) -> Result<Run, String> {
    let run = left(tool).run(words);
    let reference = Tool::netsnmp(tool).run(words);
    compare(&run, &reference, rules)?;
    Ok(reference)
}

fn try_case(world: &World, case: &Case) -> Result<(), String> {
    let Some(words) = world.words(case.arguments) else {
        require_ipv6();
        return Ok(());
    };
    let reference = Tool::netsnmp(case.tool).run(&words);
    if env::var_os("SNMPKIT_SHOW").is_some() {
        say(&format!("{}\n{}", case.name, reference.describe()));
    }
    if reference.end != End::Status(case.status) {
        return Err(format!("net-snmp's status should be {}\n{}", case.status, reference.describe()));
    }
    let run = left(case.tool).run(&words);
    match case.ours {
        Ours::Differs { status, .. } if OURS_READY => {
            (run.end == End::Status(status)).then_some(()).ok_or_else(|| run.describe())
        }
        Ours::Differs { .. } | Ours::Same => {
            compare(&run, &reference, &Rules { moving: &[], stderr: case.stderr })
        }
    }
}

/// Runs all cases and reports every one that failed.
fn try_cases(world: &World, cases: &[Case]) {
    let failures: Vec<_> = cases
        .iter()
        .filter_map(|case| try_case(world, case).err().map(|e| format!("## {}: {}\n{e}", case.name, case.arguments)))
        .collect();
    assert!(failures.is_empty(), "{} of {} cases\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn reading_gives_what_net_snmp_gives() {
    let Some(peers) = require_peers() else { return };
    let world = World::shared(peers);
    try_cases(&world, READING);
}

#[test]
fn writing_gives_what_net_snmp_gives() {
    let Some(peers) = require_peers() else { return };
    let world = World::own(peers);
    try_cases(&world, WRITING);
}
