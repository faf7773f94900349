//! What our tools make of every way in which an agent can misbehave.

use std::{collections::BTreeSet, fmt::Write as _, thread};

use snmpkit::agent::quirk;

use super::{Agent, assert_no_panic, run_at, terminal::on_a_terminal};
use crate::support::{
    fake::FakeAgent,
    served::{Bindings, answering},
    tool::Tool,
};

/// A quirk, a line, its status, a part of what it prints and a part of what it says.
type Row = (&'static str, &'static str, i32, &'static str, &'static str);

const GET: &str = "snmpget -On -c public -t0.2 -r2 {} 1.3.6.1.2.1.1.5.0";
const WALK: &str = "snmpbulkwalk -On -c public -t0.2 -r2 {} 1.3.6.1.2.1.1";
const ONE_BY_ONE: &str = "snmpbulkwalk --window=1 -On -c public -t0.2 -r2 {} 1.3.6.1.2.1.1";
const STEPS: &str = "snmpwalk -On -c public -t0.2 -r2 {} 1.3.6.1.2.1.1";
const SET: &str = "snmpset -On -c private -t0.2 -r1 {} 1.3.6.1.2.1.1.5.0 s new";

const NAME: &str = ".1.3.6.1.2.1.1.5.0 = STRING: \"demo.example.net\"\n";
const NEW: &str = ".1.3.6.1.2.1.1.5.0 = STRING: \"new\"\n";
/// The last object of the system group's table.
const LAST: &str = "\n.1.3.6.1.2.1.1.9.1.4.";
const DOUBT: &str = "snmpset: the set may have been made; read the variables before you set them again\n";
const GIVEN_UP: &str = "the agent does not answer GETBULK";
const SILENCE: &str = "Timeout: No Response from udp:127.0.0.1:";

const ROWS: &[Row] = &[
    ("drop=1", GET, 1, "", SILENCE),
    ("drop=1", SET, 1, "", DOUBT),
    ("drop=every:2", WALK, 0, LAST, ""),
    ("drop-answer=1", SET, 1, "", DOUBT),
    ("drop-answer=every:2", STEPS, 0, LAST, ""),
    (
        "port-unreachable",
        GET,
        1,
        "",
        "connection refused: the host is there, but nothing listens on that port",
    ),
    ("delay=50ms", GET, 0, NAME, ""),
    ("delay=300ms", GET, 0, NAME, ""),
    ("delay=10ms..60ms", WALK, 0, LAST, ""),
    ("reorder", STEPS, 0, LAST, ""),
    ("duplicate", STEPS, 0, LAST, ""),
    ("duplicate", SET, 0, NEW, ""),
    ("corrupt=every:3", GET, 0, NAME, ""),
    ("garbage", GET, 1, "", "snmpget: what came instead cannot be read as SNMP: octet 0: "),
    ("garbage=every:2", STEPS, 0, LAST, ""),
    ("wrong-request-id", GET, 1, "", "answers came, but to requests that were not made"),
    ("wrong-request-id", SET, 1, "", DOUBT),
    ("wrong-community", GET, 0, NAME, ""),
    ("wrong-version", GET, 1, "", "snmpget: the agent answered in SNMPv1; try -v 1\n"),
    ("empty-bindings", GET, 0, "", ""),
    (
        "empty-bindings",
        WALK,
        1,
        "",
        "snmpbulkwalk: the agent answered with an empty list after 1.3.6.1.2.1.1\n",
    ),
    ("empty-bindings", STEPS, 1, "", "snmpwalk: the agent answered with an empty list after 1.3.6.1.2.1.1\n"),
    ("extra-bindings", GET, 0, NAME, ""),
    ("extra-bindings", WALK, 0, LAST, ""),
    ("extra-bindings", ONE_BY_ONE, 1, NAME, "Error: OID not increasing: "),
    (
        "error=genErr",
        GET,
        2,
        "",
        "Error in packet\nReason: (genError) A general failure occured\nFailed object: .1.3.6.1.2.1.1.5.0\n\n",
    ),
    ("error=5", WALK, 2, "", "Error in packet.\nReason: (genError) A general failure occured\n"),
    (
        "not-increasing=3",
        WALK,
        1,
        NAME_OF_THIRD,
        "Error: OID not increasing: .1.3.6.1.2.1.1.3.0\n >= .1.3.6.1.2.1.1.3.0\n\n",
    ),
    (
        "not-increasing=3",
        STEPS,
        1,
        NAME_OF_THIRD,
        "Error: OID not increasing: .1.3.6.1.2.1.1.3.0\n >= .1.3.6.1.2.1.1.3.0\n\n",
    ),
    (
        "loop=12",
        ONE_BY_ONE,
        1,
        NAME,
        "Error: OID not increasing: .1.3.6.1.2.1.1.9.1.2.4\n >= .1.3.6.1.2.1.1.1.0\n\n",
    ),
    ("loop=12", "snmpwalk -Cc -On {} 1.3.6.1.2.1.1", 1, NAME, "snmpwalk: the walk runs in a circle: "),
    ("too-big=100", WALK, 0, LAST, ""),
    ("too-big=60", GET, 0, NAME, ""),
    ("too-big=40", GET, 2, "", "Reason: (tooBig) Response message would have been too large.\n"),
    ("truncate", WALK, 0, LAST, ""),
    ("truncate=3", WALK, 0, LAST, ""),
    ("silent-bulk", STEPS, 0, LAST, GIVEN_UP),
    ("silent-bulk", WALK, 0, LAST, GIVEN_UP),
    ("silent-bulk", ONE_BY_ONE, 1, "", SILENCE),
    ("silent-above=1000", WALK, 0, LAST, ""),
    ("silent-above=200", WALK, 0, LAST, ""),
    ("silent-above=40", GET, 1, "", SILENCE),
    ("serial=30ms", WALK, 0, LAST, ""),
    ("single=10ms", WALK, 0, LAST, ""),
    ("v1-only", GET, 1, "", SILENCE),
    ("v1-only", "snmpget -v1 -On {} 1.3.6.1.2.1.1.5.0", 0, NAME, ""),
];

const NAME_OF_THIRD: &str = "\n.1.3.6.1.2.1.1.3.0 = ";

#[test]
fn every_quirk_is_met_and_answered_for() {
    let met: BTreeSet<&str> = ROWS.iter().map(|(quirk, ..)| quirk.split('=').next().unwrap()).collect();
    let known: BTreeSet<&str> = quirk::ALL.iter().map(|about| about.name).collect();
    assert_eq!(met, known);

    // Most of the time is spent waiting, which can be done for several at a time.
    let wrong: String = thread::scope(|scope| {
        let parts: Vec<_> =
            ROWS.chunks(ROWS.len().div_ceil(4)).map(|rows| scope.spawn(|| wrong_rows(rows))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is wrong with the rows, if anything is.
fn wrong_rows(rows: &[Row]) -> String {
    let mut wrong = String::new();
    for (quirk, line, status, printed, said) in rows {
        let agent = Agent::start(&["demo", "--quirk", quirk]);
        let ended = run_at(agent.address(), line);
        assert_no_panic(&ended);
        let unexpected =
            said.is_empty() && !ended.stderr.is_empty() || printed.is_empty() && !ended.stdout.is_empty();
        let right = ended.status() == *status && ended.out().contains(printed) && ended.err().contains(said);
        if !right || unexpected {
            writeln!(wrong, "{quirk}: {}", ended.describe()).unwrap();
        }
    }
    wrong
}

#[test]
fn the_same_quirks_over_a_stream_hang_nothing() {
    for (quirk, status) in [
        ("drop=1", 1),
        ("port-unreachable", 1),
        ("garbage", 1),
        ("duplicate", 0),
        ("delay=50ms", 0),
        ("wrong-request-id", 1),
        ("truncate", 0),
    ] {
        let agent = Agent::at(&["demo", "--quirk", quirk], &["stream::{dir}/agent"]);
        let ended = run_at(agent.address(), WALK);
        assert_eq!(ended.status(), status, "{quirk}: {}", ended.describe());
        assert_no_panic(&ended);
        assert_eq!(ended.err().is_empty(), status == 0, "{quirk}: {}", ended.describe());
    }
}

#[test]
fn of_an_agent_that_says_nothing_it_is_told_that_it_may_speak_version_1_alone() {
    let agent = Agent::start(&["demo", "--quirk", "v1-only"]);
    for (tool, stop, name, hint) in [
        ("snmpget", ".", "1.3.6.1.2.1.1.5.0", "try -v 1"),
        ("snmpset", "", "1.3.6.1.2.1.1.5.0 s x", "try -v 1"),
        ("snmpwalk", "", "1.3.6.1.2.1.1", "try -v 1"),
        ("snmpbulkwalk", "", "1.3.6.1.2.1.1", "try snmpwalk -v 1"),
        ("snmpbulkget", "", "1.3.6.1.2.1.1", "try snmpgetnext -v 1"),
        ("snmptable", "", "1.3.6.1.2.1.2.2", "try -v 1"),
    ] {
        let with = |options: &str| format!("{options} -c private -t0.2 -r0 {} {name}", agent.address());
        let told = |options: &str| run_at("", &format!("{tool} {}", with(options)));
        // A pipe gets net-snmp's words, and an answer is an answer.
        if tool != "snmpset" {
            let text = format!("Timeout: No Response from {}{stop}\n", agent.address());
            assert_eq!(told("-v2c").err(), text, "{tool}");
        }
        if !tool.starts_with("snmpbulk") {
            assert_eq!(told("-v1").status(), 0, "{}", told("-v1").describe());
        }
        assert!(!told("-v3 -u nobody -j").out().contains(hint), "{tool}");
        // A program finds it where hints are.
        let json = told("-v2c -j").out();
        let error = json.lines().find(|line| line.contains("\"kind\":\"error\"")).unwrap();
        let error: serde_json::Value = serde_json::from_str(error).unwrap();
        let said = error["hint"].as_str().unwrap_or_default();
        assert_eq!(said.contains(hint), tool != "snmpset", "{tool}: {error}");
        // And people below the text, for one agent; for many it would be as many times the same.
        let Some(shown) = on_a_terminal(&Tool::ours(tool), "200", &with("-v2c")) else { continue };
        assert!(shown.contains(&format!("\n{tool}: ")) && shown.contains(hint), "{tool}: {shown}");
        if !["snmpset", "snmptable"].contains(&tool) {
            let many = format!("-v2c -c private -t0.2 -r0 --target {} {name}", agent.address());
            let shown = on_a_terminal(&Tool::ours(tool), "200", &many).unwrap();
            assert!(!shown.contains(hint), "{tool}: {shown}");
        }
    }
}

#[test]
fn an_agent_that_has_answered_is_not_taken_for_one_of_version_1() {
    let bindings: Bindings =
        (1..=300).map(|row| (vec![1, 3, 6, 1, 2, 1, 2, 2, 1, 10, row], (0x41, vec![7]))).collect();
    for (tool, name) in [("snmpbulkwalk", "1.3.6.1.2.1.2.2"), ("snmptable", "1.3.6.1.2.1.2.2")] {
        let mut answer = answering(bindings.clone(), |request| request.max_repetitions);
        let mut asked = 0;
        let agent = FakeAgent::start(move |request| {
            asked += 1;
            if asked == 1 { answer(request) } else { Vec::new() }
        });
        let line = format!("{tool} -v2c -c public -j -t0.2 -r0 {} {name}", agent.address());
        let json = run_at("", &line).out();
        assert!(json.contains("\"code\":\"timeout\""), "{tool}: {json}");
        assert!(!json.contains("-v 1"), "{tool}: {json}");
    }
}
