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
    let report = |case: &Case| try_case(world, case).err().map(|e| format!("## {}: {}\n{e}", case.name, case.arguments));
    // What changes the agent has an order.
    let failures: Vec<_> = match world.is_shared() {
        true => in_parallel(cases, report),
        false => cases.iter().filter_map(report).collect(),
    };
    assert!(failures.is_empty(), "{} of {} cases\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn reading_gives_what_net_snmp_gives() {
    let Some(peers) = require_peers() else { return };
    let world = World::shared(peers);
    try_cases(&world, READING);
}

#[test]
fn every_name_of_a_case_is_its_own() {
    let mut names: Vec<_> = READING.iter().chain(WRITING).map(|case| case.name).collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert_eq!(twice, Vec::<&str>::new());
}

/// `-O` with each letter and each pair of letters, over one value of each type.
#[test]
fn every_pair_of_output_letters_prints_what_net_snmp_prints() {
    let Some(peers) = require_peers() else { return };
    let world = World::shared(peers);
    let mut options: Vec<String> = OUTPUT_LETTERS.iter().map(char::to_string).collect();
    for first in OUTPUT_LETTERS {
        options.extend(OUTPUT_LETTERS.iter().map(|second| format!("{first}{second}")));
    }
    options.extend(["p2", "p0", "p.3e", "qp1", "np5"].map(str::to_owned));
    let try_option = |option: &String| {
        let words = world.words(&format!("-v2c -c public -O{option} {{typed}} .1.3")).unwrap();
        both("snmpget", &words, &EXACT).err()
    };
    let failures: Vec<String> = in_parallel(&options, try_option);
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), options.len(), failures.join("\n"));
}

/// Every error-status, with the index of the binding, none, and one past the end.
#[test]
fn every_error_status_is_reported_as_net_snmp_reports_it() {
    let Some(peers) = require_peers() else { return };
    let mut failures = Vec::new();
    for (status, index) in (1..=20).flat_map(|status| [0, 1, 2].map(|index| (status, index))) {
        let echo = FakeAgent::start(move |datagram| {
            let request = Request::read(datagram);
            request.map(|r| r.response(status, index, &r.bindings)).into_iter().collect()
        });
        let tools = [
            ("snmpget", "-v2c .1.3.6.1.4.1.99999.1.0"),
            ("snmpgetnext", "-v2c .1.3.6.1.4.1.99999.1.0"),
            ("snmpset", "-v2c .1.3.6.1.4.1.99999.1.0 i 1"),
            ("snmpwalk", "-v2c .1.3.6.1.4.1.99999.1"),
            ("snmpbulkget", "-v2c .1.3.6.1.4.1.99999.1"),
            ("snmpbulkwalk", "-v2c .1.3.6.1.4.1.99999.1"),
            ("snmpget", "-v1 .1.3.6.1.4.1.99999.1.0"),
            ("snmpgetnext", "-v1 .1.3.6.1.4.1.99999.1.0"),
            ("snmpset", "-v1 .1.3.6.1.4.1.99999.1.0 i 1"),
            ("snmpwalk", "-v1 .1.3.6.1.4.1.99999.1"),
        ];
        failures.extend(in_parallel(&tools, |(tool, arguments)| {
            let mut words: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
            let front = ["-c", "public", "-r0", "-t0.5", echo.address()].map(str::to_owned);
            words.splice(1..1, front);
            both(tool, &words, &EXACT).err().map(|e| format!("error-status {status}, index {index}{e}"))
        }));
    }
    let _: Peers = peers;
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// The whole tree, numeric, everything but [`MOVING`] octet for octet.
#[test]
fn the_whole_tree_prints_as_net_snmp_prints_it() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::shared(peers);
    let walks = [
        ("snmpwalk", "-v2c -On"),
        ("snmpwalk", "-v1 -On"),
        ("snmpbulkwalk", "-v2c -On"),
        ("snmpbulkwalk", "-v2c -Oqn"),
        ("snmpbulkwalk", "-v2c -OQnt"),
        ("snmpbulkwalk", "-v2c -Onx"),
        ("snmpbulkwalk", "-v2c -Onat"),
        ("snmpbulkwalk", "-v2c -OnU -Cr40"),
    ];
    for (tool, options) in walks {
        for address in [agent.udp(), agent.tcp(), agent.unix()] {
            let mut words: Vec<String> = options.split(' ').map(str::to_owned).collect();
            words.extend(["-c", "public", &address, ".1"].map(str::to_owned));
            let reference = both(tool, &words, &Rules { moving: MOVING, stderr: Stderr::Exact })
                .unwrap_or_else(|report| panic!("{report}\n{}", agent.log_tail()));
            let found = names(&reference.stdout).len();
            assert!(found > 1_000, "only {found} objects\n{}", reference.describe());
            if options != "-v2c -On" && options != "-v1 -On" {
                break;
            }
        }
    }
}

/// The errors of `work` over all items, on a few threads.
fn in_parallel<I: Sync, E: Send>(items: &[I], work: impl Fn(&I) -> Option<E> + Sync) -> Vec<E> {
    const THREADS: usize = 4;
    thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (0..THREADS)
            .map(|first| {
                scope.spawn(move || items.iter().skip(first).step_by(THREADS).filter_map(work).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn writing_gives_what_net_snmp_gives() {
    let Some(peers) = require_peers() else { return };
    let world = World::own(peers);
    try_cases(&world, WRITING);
}
