//! Tables, side by side with net-snmp's tools: `cargo bench --bench table [-- full]`.
//!
//! An agent of ours has the table, and a relay puts a delay between the two. Each fetch is a process of its own, ours
//! too. net-snmp's tools are stopped after two minutes, with `full` after an hour. It fails when a fetch of ours lacks a
//! row, when 200 rows of 19 columns at 50 ms take more than 0.6 s, when 10,000 rows of 20 columns at 20 ms take more than
//! a tenth of what snmptable takes, and when 100,000 rows of 4 columns take 150 MB.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

mod contest;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env,
    fmt::Write as _,
    fs,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use snmpkit::{
    mib::facts::Base,
    operation::TableSettings,
    session::{SessionSettings, blocking::Session},
    table::{Column, IndexComponent, Plan},
};

use contest::{
    ratio,
    recorded::{IF_TABLE, if_table},
};
use support::{
    Peers,
    agent::OurAgent,
    memory::{Usage, measure},
    relay::Relay,
    require_module_files, require_peers,
    tool::{End, Tool},
};

/// Octets of an answer over a network.
const FRAME: usize = 1_472;

/// Octets of an answer where there is none.
const UNBOUND: usize = 65_000;

/// A table to fetch.
struct Case {
    rows: u32,
    columns: &'static [u32],
    round_trip: Duration,
    /// Octets of answers that we ask for.
    answers: &'static [usize],
    /// The most that our fetch may take.
    seconds: Option<f64>,
    /// The most that it may take of snmptable's time.
    share: Option<f64>,
    /// The most memory that it may take, in KiB.
    kib: Option<u64>,
}

fn cases(is_bench: bool) -> [Case; 3] {
    let rows = |rows: u32| if is_bench { rows } else { rows / 50 };
    [
        Case {
            rows: 200,
            columns: &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
            round_trip: Duration::from_millis(50),
            answers: &[FRAME],
            seconds: is_bench.then_some(0.6),
            share: None,
            kib: None,
        },
        Case {
            rows: rows(10_000),
            columns: &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
            round_trip: Duration::from_millis(20),
            answers: &[FRAME],
            seconds: None,
            share: is_bench.then_some(0.1),
            kib: None,
        },
        Case {
            rows: rows(100_000),
            columns: &[1, 2, 10, 16],
            round_trip: Duration::ZERO,
            answers: &[UNBOUND, FRAME],
            seconds: None,
            share: None,
            kib: Some(150 * 1_000_000 / 1_024),
        },
    ]
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [word, address, columns, octets] = arguments.as_slice()
        && word == "fetch"
    {
        return fetch(address, columns, Some(octets.parse().unwrap()));
    }
    // `cargo test --benches` runs this too, without the argument that `cargo bench` gives: then it is small.
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    let patience = if arguments.iter().any(|argument| argument == "full") { 3_600 } else { 120 };
    let Some(peers) = require_peers() else { return ExitCode::SUCCESS };
    let Some(modules) = require_module_files(peers) else { return ExitCode::SUCCESS };
    println!("{:<34} {:<30} {:>9} {:>10}", "table", "by", "seconds", "peak KiB");
    let patience = Duration::from_secs(if is_bench { patience } else { 2 });
    let good = cases(is_bench).iter().filter(|case| !compare(peers, &modules, case, patience)).count() == 0;
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the child process does: fetches, and prints a line for each row.
fn fetch(address: &str, columns: &str, answer_octets: Option<usize>) -> ExitCode {
    let columns = columns.split(',').map(|id| Column::numbered(id.parse().unwrap())).collect();
    let index = vec![IndexComponent::new("ifIndex", Base::Integer32)];
    let plan = Plan::new(&IF_TABLE.parse().unwrap(), index, columns).unwrap();
    let session = Session::open(&address.parse().unwrap(), SessionSettings::default()).unwrap();
    let settings = TableSettings { answer_octets, ..session.table_settings() };
    let mut rows = session.table_iter(plan, settings);
    let mut lines = String::new();
    for row in rows.by_ref() {
        let row = row.unwrap();
        let _ = writeln!(lines, "{:?} {}", row.index, row.found.ids().len());
    }
    print!("{lines}");
    ExitCode::SUCCESS
}

/// Fetches one table in every way; says whether ours was right and good enough.
fn compare(peers: Peers, modules: &str, case: &Case, patience: Duration) -> bool {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("table.walk");
    fs::write(&file, if_table(case.rows, case.columns.iter().copied())).unwrap();
    let agent = OurAgent::start(peers, &[file.to_str().unwrap()]);
    let near = agent.udp().trim_start_matches("udp:").to_owned();
    let relay = (!case.round_trip.is_zero()).then(|| Relay::start(&near, case.round_trip));
    let address = relay.as_ref().map_or(near.as_str(), |relay| relay.address());
    let table = format!("{} x {}, {} ms", case.rows, case.columns.len(), case.round_trip.as_millis());
    let line =
        |by: &str, seconds: String, kib: String| println!("{table:<34} {by:<30} {seconds:>9} {kib:>10}");

    let mut good = true;
    let mut ours = f64::MAX;
    for octets in case.answers {
        let (usage, elapsed) = run_ours(address, case, *octets);
        line(
            &format!("a fetch, answers of {octets}"),
            format!("{elapsed:.2}"),
            format!("{}", usage.peak_kib),
        );
        let is_whole = usage.status == Some(0) && usage.stdout_lines == u64::from(case.rows);
        let is_small = case.kib.is_none_or(|kib| usage.peak_kib < kib);
        let is_fast = case.seconds.is_none_or(|seconds| elapsed <= seconds);
        good &= is_whole && is_small && is_fast;
        if !(is_whole && is_small && is_fast) {
            println!("  not good: {usage:?}");
        }
        ours = ours.min(elapsed);
    }
    let mut theirs = f64::MAX;
    for (name, words) in [("snmpbulkwalk", &[][..]), ("snmptable", &[]), ("snmpbulkwalk", &["-Cr50"])] {
        let (seconds, is_over) = run_theirs(name, words, address, modules, patience);
        let over = if is_over { "> " } else { "" };
        let label = format!("net-snmp's {name} {}", words.concat());
        line(&label, format!("{over}{seconds:.2}"), String::new());
        let what =
            format!("{table}: a fetch / {}{}", label.trim_end(), if is_over { ", stopped" } else { "" });
        ratio::print(&what, "s", &[ours], &[seconds]);
        if name == "snmptable" {
            theirs = theirs.min(seconds);
        }
    }
    if let Some(share) = case.share
        && ours > theirs * share
    {
        println!("  not good: {ours:.2} s is more than {share} of {theirs:.2} s");
        good = false;
    }
    good
}

fn run_ours(address: &str, case: &Case, octets: usize) -> (Usage, f64) {
    let columns: Vec<String> = case.columns.iter().map(u32::to_string).collect();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["fetch", address, &columns.join(","), &octets.to_string()]);
    let started = Instant::now();
    let usage = measure(&mut command);
    (usage, started.elapsed().as_secs_f64())
}

/// How long net-snmp's tool takes, and whether it was stopped.
fn run_theirs(name: &str, words: &[&str], address: &str, modules: &str, patience: Duration) -> (f64, bool) {
    let tool = Tool::netsnmp(name).patience(patience).env("MIBS", "IF-MIB").env("MIBDIRS", modules);
    let table = format!(".{IF_TABLE}");
    let run = tool.run(&[words, &["-v2c", "-cpublic", "-t20", address, &table]].concat());
    let is_over = run.end == End::TooLong;
    assert!(is_over || run.end == End::Status(0), "{}", run.describe());
    (run.elapsed.as_secs_f64(), is_over)
}
