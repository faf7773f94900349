//! `--txbuf` and `--rxbuf`: what the tools send and take at most.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

use std::{
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use snmpkit::codec::{Lenient, v3};
use support::{
    fake::FakeAgent,
    has_ipv6,
    served::answering,
    tool::{Run, Tool},
};

/// A text of 2000 octets in the built-in device.
const LONG: &str = "1.3.6.1.4.1.32473.4.14.0";

fn run(name: &str, words: &[&str]) -> Run {
    Tool::ours(name).without("MIBS").patience(Duration::from_secs(30)).run(words)
}

/// The first datagram that a run of these words sends.
fn sent(name: &'static str, words: &[&str]) -> Vec<u8> {
    let agent = UdpSocket::bind("127.0.0.1:0").unwrap();
    agent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let host = agent.local_addr().unwrap().to_string();
    let words: Vec<String> = words.iter().map(|word| word.replace("HOST", &host)).collect();
    let running = thread::spawn(move || {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        run(name, &words)
    });
    let mut octets = vec![0; 65_535];
    let (length, _) = agent.recv_from(&mut octets).unwrap();
    running.join().unwrap();
    octets[..length].to_vec()
}

#[test]
fn the_agent_is_told_in_version_3_how_much_may_come_back() {
    for (options, told) in
        [(&[][..], 65_507), (&["--rxbuf", "1400"], 1_400), (&["--rxbuf=484", "--txbuf=1400"], 484)]
    {
        let common = ["-v3", "-l", "noAuthNoPriv", "-u", "demo", "-r0", "-t0.1", "--no-cache", "HOST"];
        for (tool, operand) in [("snmpget", LONG), ("snmptable", "ifTable"), ("snmpbulkwalk", "1.3.6.1.2.1")]
        {
            let octets = sent(tool, &[options, &common, &[operand]].concat());
            let (message, _) = v3::decode(&octets, Lenient::none()).unwrap();
            assert_eq!(message.header.max_size_octets, told, "{tool} {options:?}");
        }
    }
}

#[test]
fn an_answer_that_is_longer_is_not_read_and_an_agent_that_was_told_sends_none() {
    assert_eq!(run("snmpget", &["demo::", LONG]).status(), 0);
    let cut = run("snmpget", &["--rxbuf", "1472", "-r0", "demo::", LONG]);
    assert_eq!((cut.status(), cut.stdout.len()), (1, 0), "{}", cut.describe());
    assert!(cut.err().contains("cannot be read as SNMP"), "{}", cut.describe());
    let told = ["-v3", "-l", "noAuthNoPriv", "-u", "demo", "--rxbuf", "1472", "demo::", LONG];
    let told = run("snmpget", &told);
    assert_eq!(told.status(), 2, "{}", told.describe());
    assert!(told.err().contains("(tooBig)"), "{}", told.describe());
    // A table is asked for in parts that fit.
    let whole = run("snmptable", &["-Cf", ";", "--columns", "ifDescr,ifMtu,ifType", "demo::", "ifTable"]);
    for options in
        [&["--rxbuf", "484"][..], &["--txbuf", "484"], &["--rxbuf=484", "-CB"], &["--rxbuf=484", "-v1"]]
    {
        let words = ["-Cf", ";", "--columns", "ifDescr,ifMtu,ifType", "demo::", "ifTable"];
        let parts = run("snmptable", &[options, &words].concat());
        assert_eq!((parts.status(), parts.out()), (0, whole.out()), "{}", parts.describe());
    }
}

#[test]
fn a_request_that_is_longer_is_not_sent_and_the_option_beats_the_token() {
    let names = ["1.3.6.1.2.1.1.5.0"; 60];
    let with = |options: &[&str]| run("snmpget", &[options, &["demo::"], &names[..]].concat());
    assert_eq!(with(&[]).status(), 0);
    for options in [
        &["--txbuf", "484"][..],
        &["--sendMessageMaxSize=484"],
        &["--txbuf=484", "--sendMessageMaxSize=9000"],
    ] {
        let refused = with(options);
        assert_eq!((refused.status(), refused.stdout.len()), (1, 0), "{}", refused.describe());
        assert!(refused.err().contains("would be longer than 484 octets"), "{}", refused.describe());
    }
    assert_eq!(with(&["--txbuf=9000", "--sendMessageMaxSize=484"]).status(), 0);
}

#[test]
fn every_tool_takes_both_and_refuses_what_no_message_has() {
    let tools = [
        "snmpget",
        "snmpgetnext",
        "snmpset",
        "snmpwalk",
        "snmpbulkget",
        "snmpbulkwalk",
        "snmptable",
        "snmpusm",
        "snmpvacm",
    ];
    for tool in tools {
        for option in ["--txbuf", "--rxbuf"] {
            for octets in ["483", "65508", "1k", ""] {
                let run = run(tool, &[option, octets, "demo::", "1.3.6.1.2.1.1.5.0"]);
                assert_eq!((run.status(), run.stdout.len()), (1, 0), "{}", run.describe());
                assert!(run.err().contains("a message has 484 to 65507 octets"), "{}", run.describe());
            }
        }
    }
    for tool in ["snmpget", "snmpgetnext", "snmpwalk", "snmpbulkget"] {
        let run = run(tool, &["--rxbuf", "65507", "--txbuf", "484", "demo::", "1.3.6.1.2.1.1.5"]);
        assert!(run.status() == 0 && run.out().contains("sysName"), "{}", run.describe());
    }
}

/// The longest answer in a run against an agent with eleven columns of ifTable; `AGENT` in the words becomes this one, at
/// its port.
fn longest(name: &str, words: &[&str], agent: &str) -> usize {
    let mut bindings = Vec::new();
    for column in 10..=20 {
        for row in 1..=300 {
            bindings.push((vec![1, 3, 6, 1, 2, 1, 2, 2, 1, column, row], (0x41, vec![7])));
        }
    }
    let seen = Arc::new(AtomicUsize::new(0));
    let noted = Arc::clone(&seen);
    let mut answer = answering(bindings, |request| request.max_repetitions);
    let served = FakeAgent::start(move |request| {
        let answers = answer(request);
        for octets in &answers {
            noted.fetch_max(octets.len(), Ordering::SeqCst);
        }
        answers
    });
    let (_, port) = served.address().rsplit_once(':').unwrap();
    let agent = format!("{agent}:{port}");
    let words: Vec<&str> = words.iter().map(|&word| if word == "AGENT" { &agent } else { word }).collect();
    let run = run(name, &[&["-v2c", "-c", "public"], &words[..]].concat());
    assert_eq!(run.status(), 0, "{}", run.describe());
    seen.load(Ordering::SeqCst)
}

#[test]
fn answers_are_as_long_as_the_way_to_the_agent_carries() {
    const NEAR: [&str; 4] = ["127.0.0.1", "127.1", "localhost", "udp:127.0.1"];
    const TABLE: &str = "IF-MIB::ifTable";
    for agent in NEAR.into_iter().chain(has_ipv6().then_some("udp6:[::ffff:127.0.0.1]")) {
        for (tool, words) in [
            ("snmpbulkwalk", &["AGENT", TABLE][..]),
            ("snmpwalk", &["AGENT", TABLE]),
            ("snmptable", &["AGENT", TABLE]),
            ("snmpbulkwalk", &["--target", "AGENT", TABLE]),
        ] {
            let octets = longest(tool, words, agent);
            assert!(octets > 4_000, "{tool} {words:?} {agent}: {octets}");
        }
    }
}

#[test]
fn who_takes_shorter_answers_asks_for_them() {
    const TABLE: &str = "IF-MIB::ifTable";
    for (tool, words) in [
        ("snmpbulkwalk", &["--rxbuf", "1472", "AGENT", TABLE][..]),
        ("snmpwalk", &["--rxbuf=1472", "AGENT", TABLE]),
        ("snmptable", &["--rxbuf", "1472", "AGENT", TABLE]),
        ("snmpbulkwalk", &["--rxbuf", "1472", "--target", "AGENT", TABLE]),
    ] {
        let octets = longest(tool, words, "127.0.0.1");
        assert!((1_000..=1_472).contains(&octets), "{tool} {words:?}: {octets}");
    }
}

#[test]
fn a_walk_that_meets_an_answer_longer_than_is_taken_asks_for_less_and_does_not_wait() {
    let mut bindings = Vec::new();
    for (column, octets) in [(1, 4), (2, 60), (3, 4), (4, 250), (5, 1), (6, 120)] {
        for row in 1..=200_u32 {
            // Lengths that nobody can foresee.
            let octets = octets + usize::try_from(row.wrapping_mul(2_654_435_761) >> 26).unwrap();
            bindings.push((vec![1, 3, 6, 1, 4, 1, 32_473, 1, 1, column, row], (0x04, vec![b'x'; octets])));
        }
    }
    let longer = Arc::new(AtomicUsize::new(0));
    let noted = Arc::clone(&longer);
    let mut answer = answering(bindings, |request| request.max_repetitions);
    let served = FakeAgent::start(move |request| {
        let answers = answer(request);
        noted.fetch_add(answers.iter().filter(|octets| octets.len() > 700).count(), Ordering::SeqCst);
        answers
    });
    for words in [&["--window", "16"][..], &["--window=1"], &["-Cr20"], &["--target"]] {
        let all = [&["-v2c", "-c", "public", "-j", "--rxbuf", "700"], words, &[served.address()]].concat();
        let run = run("snmpbulkwalk", &[&all[..], &["1.3.6.1.4.1.32473"]].concat());
        let out = run.out();
        let end: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!((run.status(), &end["varbinds"]), (0, &1_201.into()), "{}", run.describe());
        assert_eq!(end["retransmissions"], 0, "{words:?}: {end}");
        assert!(longer.swap(0, Ordering::SeqCst) > 0, "{words:?} has met none");
    }
}
