//! Walks, ours beside net-snmp's and beside our own of one request after the other: `cargo bench --bench walk [-- RUNS
//! PART…]`, the parts being `recorded`, `bridge`, `snmpd`, `many` and `weak`.
//!
//! The agents are an `snmpagent` with a recorded ifTable and Debian's snmpd; a relay puts a round trip between. It listens
//! at an address of this machine that is not of the loopback interface, so that ours aims at answers of an Ethernet frame,
//! as over a network; on a machine without one ours is told so (`--rxbuf 1472`). At no delay the tools ask `127.0.0.1`. It
//! measures, and fails only when something cannot be measured. The weak agents come last; each setting of theirs is one
//! run.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

mod contest;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env,
    ffi::OsStr,
    fs,
    net::{IpAddr, UdpSocket},
    process::ExitCode,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use contest::{
    Contender, ours, ratio,
    recorded::{BRIDGE_TABLE, IF_TABLE, bridge_table, if_table},
};
use support::{
    PEERS, Peers,
    agent::OurAgent,
    peer,
    relay::Relay,
    require_peers,
    snmpd::Snmpd,
    tool::{End, Run, Tool},
};

/// Runs of each walk, unless an argument says otherwise.
const RUNS: usize = 5;

/// The way to an agent that is not near.
const ROUND_TRIP: Duration = Duration::from_millis(50);

/// The columns of the recorded table; with 200 rows it has 3,800 variables.
const COLUMNS: u32 = 19;
const ROWS: u32 = 200;

/// Rows of the bridge's table, which has three columns.
const ADDRESSES: u32 = 1_000;

/// How many commands one run is where CPU time counts.
const COMMANDS: u32 = 5;

/// What every walk is told.
const ACCESS: &[&str] = &["-v2c", "-c", "public", "-On"];

/// A weakness, what it is to people, and how many rows are walked, so that no setting takes minutes.
const WEAKNESSES: &[(&str, &str, u32)] = &[
    ("drop=0", "none", 200),
    ("serial=300ms", "300 ms for each answer, one after the other", 20),
    ("serial=2ms", "2 ms for each answer, one after the other", 200),
    ("single=50ms", "50 ms for each answer, loses what comes meanwhile", 50),
    ("silent-above=1400", "silent above 1400 octets", 200),
    ("too-big=1000", "tooBig above 1000 octets", 200),
    ("truncate=25", "25 variables in an answer at most", 200),
    ("silent-bulk", "does not answer GETBULK", 50),
];

/// What somebody might choose for a weak agent: a tool and its words.
const SETTINGS: &[(&str, &[&str])] = &[
    ("snmpbulkwalk", &["-Cr50", "--window", "16"]),
    ("snmpbulkwalk", &["-Cr25", "--window", "16"]),
    ("snmpbulkwalk", &["-Cr10", "--window", "16"]),
    ("snmpbulkwalk", &["-Cr50", "--window", "4"]),
    ("snmpbulkwalk", &["-Cr25", "--window", "4"]),
    ("snmpbulkwalk", &["-Cr50", "--window", "1"]),
    ("snmpbulkwalk", &["-Cr25", "--window", "1"]),
    ("snmpbulkwalk", &["-Cr10", "--window", "1"]),
    ("snmpwalk", &["-v1", "--window", "16"]),
    ("snmpwalk", &["-v1", "--window", "1"]),
];

/// What the arguments may name, and how it is measured.
type Part<'a> = (&'static str, &'a dyn Fn() -> Result<(), String>);

fn main() -> ExitCode {
    let Some(peers) = require_peers() else {
        println!("nothing to compare with: needs {}", PEERS.join(", "));
        return ExitCode::FAILURE;
    };
    if ["snmpbulkwalk", "snmpwalk", "snmpagent"].iter().any(|name| ours(name).is_none()) {
        return ExitCode::FAILURE;
    }
    let runs = contest::runs(RUNS);
    // `cargo test --benches` runs this too, without the argument that `cargo bench` gives: then it is small.
    let is_bench = env::args().any(|argument| argument == "--bench");
    let parts: [Part<'_>; 5] = [
        ("recorded", &|| recorded(peers, runs)),
        ("bridge", &|| bridge(peers, runs)),
        ("snmpd", &|| snmpd(peers, if is_bench { runs.div_ceil(2) } else { 1 }, is_bench)),
        ("many", &|| many(peers, runs, if is_bench { 5_000 } else { 100 })),
        ("weak", &|| {
            weak(peers, is_bench);
            Ok(())
        }),
    ];
    let named: Vec<String> = env::args().collect();
    let is_named = |name: &str| named.iter().any(|word| word == name);
    let is_any_named = parts.iter().any(|(name, _)| is_named(name));
    let mut all = true;
    for (name, part) in parts.iter().filter(|(name, _)| !is_any_named || is_named(name)) {
        if let Err(message) = part() {
            println!("{name}: {message}");
            all = false;
        }
    }
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A walk by one of our tools or net-snmp's.
fn walk(label: &str, tool: Tool, words: &[&str], address: &str, root: &str) -> Contender {
    let words: Vec<&OsStr> = [ACCESS, words, &[address, root]].concat().into_iter().map(OsStr::new).collect();
    Contender::new(label, tool, &words)
}

fn their_bulkwalk() -> Tool {
    Tool::at(&peer("snmpbulkwalk").unwrap())
}

/// Both walk the same agent in turn; `words` are net-snmp's.
fn race(title: &str, words: &[&str], place: &Place, root: &str, runs: usize) -> Result<(), String> {
    let theirs = ["net-snmp", &words.join(" ")].join(" ");
    let Place { address, words: own } = place;
    let mut contenders = [
        walk("snmpkit", Tool::ours("snmpbulkwalk"), own, address, root),
        walk(theirs.trim_end(), their_bulkwalk(), words, address, root),
    ];
    contest::run(title, &mut contenders, runs)?;
    contest::compare_with_the_last(title, &contenders);
    Ok(())
}

/// How many requests a walk sends, and how many variables it finds.
fn counted(words: &[&str], address: &str, root: &str) -> Result<(f64, f64), String> {
    let run = Tool::ours("snmpbulkwalk").run(&[ACCESS, &["-j"], words, &[address, root]].concat());
    let last = run.out().lines().last().unwrap_or_default().to_owned();
    let end: Value = serde_json::from_str(&last).map_err(|e| format!("{e}\n{}", run.describe()))?;
    let number = |key: &str| end[key].as_f64().ok_or_else(|| format!("no {key} in {last}"));
    Ok((number("requests")?, number("varbinds")?))
}

/// Requests of a walk without an option beside those of the classic one, which are net-snmp's.
fn compare_requests(title: &str, place: &Place, root: &str, runs: usize) -> Result<(), String> {
    let Place { address, words } = place;
    let (mut own, mut classic, mut variables) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..runs {
        let (requests, found) = counted(words, address, root)?;
        variables = found;
        own.push(requests);
        classic.push(counted(&["--window", "1"], address, root)?.0);
    }
    println!("{title}: {variables} variables");
    ratio::print(&format!("{title}: requests sent / --window 1"), "", &own, &classic);
    Ok(())
}

/// Where an agent is asked, and what our tools have to be told for it.
struct Place {
    address: String,
    words: &'static [&'static str],
}

impl Place {
    fn near(agent: &str) -> Self {
        Self { address: agent.trim_start_matches("udp:").to_owned(), words: &[] }
    }

    /// What an agent is asked through that is [`ROUND_TRIP`] away.
    fn far(agent: &str) -> (Relay, Self) {
        let agent = agent.trim_start_matches("udp:");
        let (relay, words): (_, &[_]) = match outer_address() {
            Some(front) => (Relay::start_at(front, agent, ROUND_TRIP), &[]),
            None => (Relay::start(agent, ROUND_TRIP), &["--rxbuf", "1472"]),
        };
        let address = relay.address().to_owned();
        (relay, Self { address, words })
    }
}

/// The address that this machine has towards others; nothing is sent to find it.
fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// What the recorded agents have behind the table: a walk that ends at the end of all shows one line more.
const BEHIND: &str = ".1.3.6.1.2.1.92.1.1.1.0 = INTEGER: 1\n";

/// An agent that has `rows` rows of ifTable, as it does with `quirk`.
fn agent(peers: Peers, rows: u32, columns: u32, quirk: Option<&str>) -> (OurAgent, TempDir) {
    agent_of(peers, &if_table(rows, 1..=columns), quirk)
}

fn agent_of(peers: Peers, table: &str, quirk: Option<&str>) -> (OurAgent, TempDir) {
    let directory = TempDir::with_prefix("snmpkit-walk-").unwrap();
    let file = directory.path().join("table.walk");
    fs::write(&file, table.to_owned() + BEHIND).unwrap();
    let file = file.to_str().unwrap();
    let agent = match quirk {
        Some(quirk) => OurAgent::start_misbehaving(peers, &["--quirk", quirk, file]),
        None => OurAgent::start(peers, &[file]),
    };
    (agent, directory)
}

fn recorded(peers: Peers, runs: usize) -> Result<(), String> {
    let (agent, _directory) = agent(peers, ROWS, COLUMNS, None);
    let near = Place::near(&agent.udp());
    let (_relay, far) = Place::far(&agent.udp());
    race("3,800 variables, 50 ms", &[], &far, IF_TABLE, runs)?;
    compare_requests("3,800 variables, 50 ms", &far, IF_TABLE, runs)?;
    race("3,800 variables, no delay", &["-Cr50"], &near, IF_TABLE, runs * 4)
}

/// A table whose indexes are nowhere dense.
fn bridge(peers: Peers, runs: usize) -> Result<(), String> {
    let (agent, _directory) = agent_of(peers, &bridge_table(ADDRESSES), None);
    let (_relay, far) = Place::far(&agent.udp());
    race("a bridge's 3,000 variables, 50 ms", &[], &far, BRIDGE_TABLE, runs)?;
    compare_requests("a bridge's 3,000 variables, 50 ms", &far, BRIDGE_TABLE, runs)
}

/// The whole of Debian's snmpd; a small run walks a part.
fn snmpd(peers: Peers, runs: usize, is_bench: bool) -> Result<(), String> {
    let agent = Snmpd::start(peers);
    let near = Place::near(&agent.udp());
    let (_relay, far) = Place::far(&agent.udp());
    let (root, whole) = if is_bench { (".1.3", "the whole of") } else { (".1.3.6.1.2.1.1", "system of") };
    race(&format!("{whole} Debian's snmpd, 50 ms"), &[], &far, root, runs)?;
    compare_requests(&format!("{whole} Debian's snmpd, 50 ms"), &far, root, 1)?;
    race(&format!("{whole} Debian's snmpd, no delay"), &["-Cr50"], &near, root, runs * 4)
}

/// Walks so long that what a program needs for a variable shows.
fn many(peers: Peers, runs: usize, rows: u32) -> Result<(), String> {
    let (agent, _directory) = agent(peers, rows, 20, None);
    let Place { address: near, .. } = Place::near(&agent.udp());
    let title = format!("{} variables, no delay", rows * 20);
    let own = |label, words: &[&str]| walk(label, Tool::ours("snmpbulkwalk"), words, &near, IF_TABLE);
    let mut contenders = [
        own("snmpkit", &[]).repeated(COMMANDS),
        own("snmpkit -Cr50", &["-Cr50"]).repeated(COMMANDS),
        walk("net-snmp", their_bulkwalk(), &[], &near, IF_TABLE).repeated(COMMANDS),
        walk("net-snmp -Cr50", their_bulkwalk(), &["-Cr50"], &near, IF_TABLE).repeated(COMMANDS),
    ];
    contest::run(&title, &mut contenders, runs)?;
    let [own, own_50, stock, stock_50] = &contenders;
    for (own, theirs) in [(own, stock), (own, stock_50), (own_50, stock_50)] {
        let what = |of: &str| format!("{title}, {of}: {} / {}", own.label, theirs.label);
        ratio::print(&what("time"), "ms", &own.walls(), &theirs.walls());
        // A program that takes less than the clock's step has no ratio.
        if own.cpus().iter().all(|&cpu| cpu > 0.0) {
            ratio::print(&what("CPU"), "ms", &own.cpus(), &theirs.cpus());
        }
    }
    Ok(())
}

/// Whether a run ended well and found so many variables.
fn is_whole(run: &Run, variables: u32) -> bool {
    run.end == End::Status(0) && run.out().lines().count() == variables as usize
}

/// Each weak agent by a walk without an option, and by settings that somebody might have chosen for it.
fn weak(peers: Peers, is_bench: bool) {
    println!(
        "{:<52} {:>9} {:>9}   seconds; the best setting",
        "an agent's weakness", "no option", "the best"
    );
    let settings = if is_bench { SETTINGS } else { &SETTINGS[..1] };
    let weaknesses = if is_bench { WEAKNESSES } else { &WEAKNESSES[..1] };
    for &(quirk, about, rows) in weaknesses {
        let (agent, _directory) = agent(peers, rows, COLUMNS, Some(quirk));
        let (_relay, Place { address, words: told }) = Place::far(&agent.udp());
        let variables = rows * COLUMNS;
        let words = |more: &[&'static str]| {
            let words = [ACCESS, told, more].concat().into_iter().map(str::to_owned);
            words.chain([address.clone(), IF_TABLE.to_owned()]).collect::<Vec<_>>()
        };
        let own = Tool::ours("snmpbulkwalk").patience(Duration::from_secs(300)).run(&words(&[]));
        let is_whole_without = is_whole(&own, variables);
        // What takes much longer than ours is not the best, and need not end.
        let patience = own.elapsed * 3 / 2;
        let mut best: Option<(Duration, String)> = None;
        for (tool, setting) in settings {
            let run = Tool::ours(tool).patience(patience).run(&words(setting));
            if is_whole(&run, variables) && best.as_ref().is_none_or(|(least, _)| run.elapsed < *least) {
                best = Some((run.elapsed, format!("{tool} {}", setting.join(" "))));
            }
        }
        let took = own.elapsed.as_secs_f64();
        if !is_whole_without {
            println!(
                "{about:<52} {took:>9.3} {:>9}   not whole without an option: {:?}, {}",
                "",
                own.end,
                own.err()
            );
        }
        match best {
            Some((least, setting)) if !is_whole_without => {
                println!("{about:<52} {:>9} {:>9.3}   {setting}", "-", least.as_secs_f64());
            }
            Some((least, setting)) => {
                println!("{about:<52} {took:>9.3} {:>9.3}   {setting}", least.as_secs_f64());
                let what = format!("weak agent: {about}; no option / {setting}");
                ratio::print(&what, "s", &[took], &[least.as_secs_f64()]);
            }
            None => println!("{about:<52} {took:>9.3} {:>9}   no setting within 1.5 times ours", "-"),
        }
    }
}
