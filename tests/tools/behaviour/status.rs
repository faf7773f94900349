//! Exit statuses, fine and net-snmp's, and deadlines: each of them produced by a live agent.

use std::time::Duration;

use super::{Agent, SYS_NAME, generator, objects, run, run_at};
use crate::support::{SilentPort, fake::FakeAgent, tool::Tool};

/// Line, status with `--fail`, status without.
const DEMO: &[(&str, i32, i32)] = &[
    ("snmpget {} 1.3.6.1.2.1.1.5.0", 0, 0),
    ("snmpget {} 1.3.6.1.2.1.1.5.0 1.3.6.1.99.0", 0, 0),
    ("snmpget {} 1.3.6.1.99.0", 1, 0),
    ("snmpget {} 1.3.6.1.2.1.1.5.1", 1, 0),
    ("snmpgetnext {} 1.3.6.1.99", 1, 0),
    ("snmpwalk {} 1.3.6.1.99", 1, 0),
    ("snmpwalk -v1 {} 1.3.6.1.99", 1, 0),
    ("snmpbulkwalk {} 1.3.6.1.99", 1, 0),
    ("snmpbulkget {} 1.3.6.1.99", 1, 0),
    ("snmpget -v1 {} 1.3.6.1.99.0", 2, 2),
    ("snmpget -v1 {} 1.3.6.1.2.1.1.5.0 1.3.6.1.99.0", 2, 2),
    ("snmpset {} 1.3.6.1.2.1.1.1.0 s x", 2, 2),
    ("snmpget -t0.1 -r0 nosuchhost.invalid 1.3.6.1.2.1.1.5.0", 3, 1),
    ("snmpget tcp:127.0.0.1:1 1.3.6.1.2.1.1.5.0", 3, 1),
    ("snmpget -v7 {} 1.3.6.1.2.1.1.5.0", 5, 1),
    ("snmpget {} noSuchThing", 5, 1),
    ("snmpget foo::x 1.3.6.1", 5, 1),
    ("snmpget -s junk {} 1.3.6.1", 5, 1),
    ("snmpget -s [::1] 127.0.0.1:9 1.3.6.1", 5, 1),
    ("snmpget -v3 {} 1.3.6.1", 5, 1),
    ("snmpbulkwalk -v1 {} 1.3.6.1", 5, 1),
    ("snmpset {} 1.3.6.1.2.1.1.5.0 i x", 5, 1),
    ("snmpget {}", 5, 1),
    ("snmpget --community-file /nosuch {} 1.3.6.1", 1, 1),
];

fn statuses(address: &str, line: &str, fine: i32, plain: i32) {
    let ended = run_at(address, line);
    assert_eq!(ended.status(), plain, "{}", ended.describe());
    let (tool, rest) = line.split_once(' ').unwrap();
    let ended = run_at(address, &format!("{tool} --fail {rest}"));
    assert_eq!(ended.status(), fine, "{}", ended.describe());
}

#[test]
fn every_status_is_what_is_documented() {
    for (line, fine, plain) in DEMO {
        statuses("demo::", line, *fine, *plain);
    }
    let silent = SilentPort::open().address();
    for tool in ["snmpget", "snmpwalk", "snmpbulkwalk", "snmpbulkget", "snmpgetnext"] {
        statuses(&silent, &format!("{tool} -t0.1 -r0 {{}} 1.3.6.1.2.1.1.5.0"), 3, 1);
    }
    statuses(&silent, "snmpset -t0.1 -r0 {} 1.3.6.1.2.1.1.5.0 s x", 3, 1);
    let circular = Agent::start(&["demo", "--quirk", "not-increasing=3"]);
    statuses(circular.address(), "snmpwalk {} 1.3.6.1.2.1.1", 6, 1);
    statuses(circular.address(), "snmpbulkwalk {} 1.3.6.1.2.1.1", 6, 1);
    let failing = Agent::start(&["demo", "--quirk", "error=genErr"]);
    statuses(failing.address(), "snmpwalk {} 1.3.6.1.2.1.1", 2, 2);
    statuses(failing.address(), "snmpget {} 1.3.6.1.2.1.1.1.0", 2, 2);
}

#[test]
fn a_walk_that_is_cut_in_the_middle_is_partial() {
    for (fail, status) in [("--fail", 6), ("-On", 1)] {
        let agent = Agent::start(&["demo", "--max-requests", "3"]);
        let ended = run_at(agent.address(), &format!("snmpwalk --window 1 {fail} -t0.1 -r0 {{}} .1"));
        assert_eq!(ended.status(), status, "{}", ended.describe());
        assert_eq!(ended.out().lines().count(), 3, "{}", ended.describe());
    }
}

/// Runs a line that a deadline ends, with and without `--fail`.
fn cut(address: &str, line: &str, fine: i32) {
    for (fail, status) in [("", 1), (" --fail", fine)] {
        let (tool, rest) = line.split_once(' ').unwrap();
        let ended = run_at(address, &format!("{tool}{fail} --deadline 0.4 -j {rest}"));
        assert_eq!(ended.status(), status, "{}", ended.describe());
        let range = Duration::from_millis(400)..Duration::from_secs(5);
        assert!(range.contains(&ended.elapsed), "{}", ended.describe());
        let said = format!("{tool}: the deadline of 0.4 s has passed\n");
        assert!(ended.err().starts_with(&said), "{}", ended.describe());
        let all = objects(&ended);
        let [.., error, end] = all.as_slice() else { panic!("{}", ended.describe()) };
        assert_eq!((&error["kind"], &error["code"]), (&"error".into(), &"deadline".into()));
        assert_eq!((&end["reason"], &end["complete"]), (&"deadline".into(), &false.into()));
        assert_eq!(end["varbinds"], all.len() - 2);
    }
}

#[test]
fn a_deadline_ends_whatever_is_under_way() {
    let silent = SilentPort::open().address();
    for tool in ["snmpget", "snmpgetnext", "snmpwalk", "snmpbulkget", "snmpbulkwalk"] {
        cut(&silent, &format!("{tool} {{}} 1.3.6.1.2.1.1.5.0"), 3);
    }
    cut(&silent, "snmpset {} 1.3.6.1.2.1.1.5.0 s x", 3);
    let slow = Agent::start(&["demo", "--quirk", "delay=50ms"]);
    cut(slow.address(), "snmpwalk --window 1 {} .1", 6);
    // One object each time: what is printed here is read again.
    let endless = generator(u32::MAX);
    cut(endless.address(), "snmpwalk {} .1", 6);
    // Nobody answers the connection either.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    cut(&format!("tcp:{}", listener.local_addr().unwrap()), "snmpget {} 1.3.6.1.2.1.1.5.0", 3);
}

#[test]
fn a_set_that_a_deadline_ends_may_have_been_made() {
    let lost = Agent::start(&["demo", "--quirk", "drop-answer=1"]);
    let ended = run_at(lost.address(), "snmpset --deadline 0.3 {} 1.3.6.1.2.1.1.5.0 s new");
    assert_eq!(
        ended.err(),
        "snmpset: the deadline of 0.3 s has passed\n\
         snmpset: the set may have been made; read the variables before you set them again\n"
    );
    let ended = run_at("nosuchhost.invalid", "snmpset --deadline 9 {} 1.3.6.1.2.1.1.5.0 s new");
    assert!(!ended.err().contains("may have been made"), "{}", ended.describe());
}

#[test]
fn a_deadline_that_is_not_reached_changes_nothing() {
    let ended = run("snmpget", &["--deadline", "30", "-On", "demo::", SYS_NAME]);
    assert_eq!(
        (ended.status(), ended.out(), ended.err()),
        (0, ".1.3.6.1.2.1.1.5.0 = STRING: \"demo.example.net\"\n".to_owned(), String::new())
    );
}

#[test]
fn a_closed_port_is_known_within_one_time_out() {
    let closed = Agent::start(&["demo", "--quirk", "port-unreachable"]);
    for line in
        ["snmpget -t1 {} 1.3.6.1.2.1.1.5.0", "snmpwalk -t1 {} 1.3.6.1.2.1.1", "snmpbulkwalk -t1 {} 1.3.6.1"]
    {
        let ended = run_at(closed.address(), line);
        assert_eq!(ended.status(), 1, "{}", ended.describe());
        assert!(ended.err().contains("(connection refused: the host is there"), "{}", ended.describe());
        assert!(ended.elapsed < Duration::from_secs(3), "{}", ended.describe());
    }
}

#[test]
fn retries_and_back_off_are_what_was_asked_for() {
    let silent = SilentPort::open();
    let ended = run_at(&silent.address(), "snmpget -t0.1 -r2 --backoff 2 {} 1.3.6.1.2.1.1.5.0");
    assert_eq!((ended.status(), silent.drain()), (1, 3), "{}", ended.describe());
    assert!(ended.elapsed >= Duration::from_millis(700), "0.1 + 0.2 + 0.4 s: {:?}", ended.elapsed);
    let ended = run_at(&silent.address(), "snmpget -t0.1 -r0 {} 1.3.6.1.2.1.1.5.0");
    assert_eq!((ended.status(), silent.drain()), (1, 1), "{}", ended.describe());
}

#[test]
fn a_usage_mistake_sends_nothing() {
    let agent = FakeAgent::start(|_| Vec::new());
    for words in [&["-v7"][..], &["-Oz"], &["--deadline", "0"], &["nosuchname"]] {
        let ended = Tool::ours("snmpget").run(&[words, &[agent.address(), "1.3.6.1"]].concat());
        assert_eq!(ended.status(), 1, "{}", ended.describe());
    }
    assert_eq!(agent.seen(), 0);
}
