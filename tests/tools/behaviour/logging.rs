//! `-d` and `-L`: where messages go, and that dumps look as net-snmp's do.

use std::fs;

use super::{Agent, SYS_NAME, run_at};
use crate::support::{
    require_peers,
    snmpd::Snmpd,
    tool::{Run, Tool},
};

const COMMUNITY: &str = "public";

/// A dump with what differs from run to run, or from ours to net-snmp's by design, made alike: the source port, the
/// request-id and the community.
fn masked(run: &Run) -> Vec<String> {
    let text = run.err();
    assert!(text.contains("Sending") && text.contains("Received"), "{}", run.describe());
    let mut octets_seen = 0;
    let mut lines = Vec::new();
    for line in text.lines() {
        let Some((at, rest)) = line.split_once(": ").filter(|(at, _)| at.len() == 4) else {
            octets_seen = 0;
            lines.push(match line.split_once("->[0.0.0.0]:") {
                Some((before, _)) => format!("{before}->[0.0.0.0]:PORT"),
                None => line.to_owned(),
            });
            continue;
        };
        assert_eq!(at, format!("{octets_seen:04}"), "{}", run.describe());
        let mut cells: Vec<char> = rest.chars().collect();
        let count = (octets_seen..)
            .take(16)
            .take_while(|at| cell(*at) + 1 < 50 && cells.get(cell(*at)) != Some(&' '))
            .count();
        for at in octets_seen..octets_seen + count {
            if is_masked(at) {
                cells[cell(at)] = '#';
                cells[cell(at) + 1] = '#';
                cells[54 + at % 16] = '#';
            }
        }
        octets_seen += count;
        lines.push(format!("{at}: {}", cells.into_iter().collect::<String>()));
    }
    lines
}

/// Where an octet's two digits stand in its line, a blank more after each fourth.
const fn cell(at: usize) -> usize {
    let column = at % 16;
    column * 3 + column / 4
}

/// Whether an octet belongs to the community or to the request-id of a short message: 7 octets come before the
/// community, and 4 between the two.
const fn is_masked(at: usize) -> bool {
    let community = 7 + COMMUNITY.len();
    (at >= 7 && at < community) || (at >= community + 4 && at < community + 8)
}

#[test]
fn a_dump_looks_as_net_snmps_does() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::shared(peers);
    for address in [snmpd.udp(), snmpd.tcp()] {
        for (tool, words) in [
            ("snmpget", &[SYS_NAME][..]),
            ("snmpgetnext", &["1.3.6.1.2.1.1.2"]),
            ("snmpbulkget", &["-Cr2", "1.3.6.1.2.1.1.6"]),
        ] {
            let words = [&["-v2c", "-c", COMMUNITY, "-On", "-d", address.as_str()], words].concat();
            // A request-id of fewer octets would move all that follows, so both are asked until theirs has four.
            let of_four = |tool: &Tool| (0..50).map(|_| tool.run(&words)).find(has_long_id).unwrap();
            let (ours, theirs) = (of_four(&Tool::ours(tool)), of_four(&Tool::netsnmp(tool)));
            assert_eq!(masked(&ours), masked(&theirs), "{}{}", ours.describe(), theirs.describe());
            assert_eq!(ours.stdout, theirs.stdout);
            assert!(
                !ours.err().contains("70 75 62") && !ours.err().contains(COMMUNITY),
                "{}",
                ours.describe()
            );
        }
    }
}

/// Whether the request-id of the first dump has four octets.
fn has_long_id(run: &Run) -> bool {
    let text = run.err();
    let second = text.lines().find_map(|line| line.strip_prefix("0016: ")).unwrap();
    second.starts_with("04 ")
}

/// Whether a request and its answer stand there. How long they are depends on the request-id.
fn is_dump(text: &str) -> bool {
    text.contains(" bytes to UDP: [127.0.0.1]:") && text.contains(" byte packet from UDP: [127.0.0.1]:")
}

#[test]
fn dumps_and_messages_go_where_l_says() {
    let agent = Agent::start(&["demo"]);
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let at = |options: &str| run_at(agent.address(), &format!("snmpget -On {options} {{}} {SYS_NAME}"));
    let value = ".1.3.6.1.2.1.1.5.0 = STRING: \"demo.example.net\"\n";

    let ended = at("-d");
    assert_eq!(ended.out(), value);
    assert!(is_dump(&ended.err()), "{}", ended.describe());

    let ended = at(&format!("-d -Lf {}", log.display()));
    assert_eq!((ended.out(), ended.err()), (value.to_owned(), String::new()), "{}", ended.describe());
    let first = fs::read_to_string(&log).unwrap();
    assert!(is_dump(&first), "{first}");
    assert!(!first.contains("public"), "{first}");
    at(&format!("-d -Lf {}", log.display()));
    let both = fs::read_to_string(&log).unwrap();
    assert!(both.starts_with(&first) && both.matches("Sending").count() == 2, "{both}");

    let ended = at("-d -Lo");
    assert_eq!(ended.err(), "");
    assert!(is_dump(&ended.out()) && ended.out().ends_with(value));

    let ended = at("-d -Ln");
    assert_eq!((ended.out(), ended.err()), (value.to_owned(), String::new()), "{}", ended.describe());

    let ended = at("-Lf /nosuch/log");
    assert_eq!(ended.out(), value);
    assert_eq!(ended.err(), "snmpget: cannot log to /nosuch/log: No such file or directory\n");
}

#[test]
fn l_moves_messages_and_leaves_what_people_must_see() {
    let unknown = "nosuch: Unknown Object Identifier (Sub-id not found: (top) -> nosuch)\n";
    let none = String::new();
    for (options, out, err) in [("-Le", "", unknown), ("-Lo", unknown, ""), ("-Ln", "", "")] {
        let ended = run_at("demo::", &format!("snmpget {options} {{}} nosuch"));
        assert_eq!((ended.status(), ended.out(), ended.err()), (1, out.to_owned(), err.to_owned()));
    }
    for (words, said) in [
        ("snmpget -Ln -t0.1 -r0 {} 1.3.6.1", "Timeout: No Response from "),
        ("snmpget -Ln -v7 {} 1.3.6.1", "Invalid version specified after -v flag: 7\n"),
    ] {
        let silent = crate::support::SilentPort::open();
        let ended = run_at(&silent.address(), words);
        assert_eq!((ended.status(), ended.out()), (1, none.clone()));
        assert!(ended.err().starts_with(said), "{}", ended.describe());
    }
    let ended = run_at("demo::", "snmpget -Ln {} 1.3.6.1.2.1.1.1.0 -v1 1.3.6.1.99");
    assert_eq!(ended.status(), 2);
    assert!(ended.err().starts_with("Error in packet\n"), "{}", ended.describe());
}
