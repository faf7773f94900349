//! snmpvacm beside net-snmp's, against two agents alike: what both say, how they end, and what both leave behind.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

use support::{
    Peers, SilentPort,
    compare::{EXACT, Rules, Stderr, compare},
    require_peers,
    snmpd::Snmpd,
    tool::{Run, Tool},
};

/// Users and groups to work on.
const CONFIGURATION: &str = "createUser ann SHA authpass123 AES privpass123\nrwuser ann priv\n";

/// The tables that are worked on.
const TABLES: [&str; 2] = [".1.3.6.1.6.3.16.1", ".1.3.6.1.4.1.8072.1.9"];

/// An agent for each side.
struct Sides {
    ours: Snmpd,
    theirs: Snmpd,
}

impl Sides {
    fn start(peers: Peers) -> Self {
        Self {
            ours: Snmpd::start_with(peers, CONFIGURATION),
            theirs: Snmpd::start_with(peers, CONFIGURATION),
        }
    }

    /// Runs both sides; `{agent}` is each one's own, `''` an empty word.
    fn run(&self, line: &str) -> (Run, Run) {
        let words = |agent: &Snmpd| -> Vec<String> {
            let word =
                |word: &str| if word == "''" { String::new() } else { word.replace("{agent}", &agent.udp()) };
            line.split(' ').map(word).collect()
        };
        let ours = Tool::ours("snmpvacm").run(&words(&self.ours));
        let theirs = Tool::netsnmp("snmpvacm").run(&words(&self.theirs));
        (masked(ours, &self.ours), masked(theirs, &self.theirs))
    }

    /// What differs between the tables of the two agents.
    fn difference(&self) -> Option<String> {
        TABLES.iter().find_map(|table| {
            let walk = |agent: &Snmpd| {
                let run =
                    Tool::netsnmp("snmpwalk").run(&["-v2c", "-c", "private", "-On", &agent.udp(), table]);
                Run { command: String::new(), ..run }
            };
            compare(&walk(&self.ours), &walk(&self.theirs), &EXACT).err()
        })
    }
}

/// A run with `AGENT` for the agent's address.
fn masked(run: Run, agent: &Snmpd) -> Run {
    Run { stderr: run.err().replace(&agent.udp(), "AGENT").into_bytes(), ..run }
}

/// Whether the usage follows, which is in everyone's own words.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Usage {
    Shown,
    Hidden,
}

const WORLD: &str = "-v2c -c private {agent} ";

#[test]
fn every_command_says_and_does_what_net_snmps_does() {
    use Usage::{Hidden, Shown};
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    let mut failures = Vec::new();
    for (line, status, usage) in [
        // What is well.
        ("createSec2Group 3 bob g1", 0, Hidden),
        ("createSec2Group 2 '' g1", 2, Hidden),
        ("createSec2Group 3 erik ''", 2, Hidden),
        ("createAccess g1 3 1 1 r w n", 0, Hidden),
        ("createAccess g1 ctx 3 1 2 r w n", 0, Hidden),
        ("createAccess g2 3 3 1 '' '' ''", 0, Hidden),
        ("createView v1 .1.3.6", 0, Hidden),
        ("createView v2 .1.3.6.1.2.1 ff.a0", 0, Hidden),
        ("createView v3 1.3.6.1.2.1.1 0xfe:3", 0, Hidden),
        ("createView v4 .1.3.6.1.2.1.2.2.1 ''", 0, Hidden),
        ("-Ce createView v1 .1.3.6.1.6.3", 0, Hidden),
        ("-CeCe createView v1 .1.3.6.1.6.3", 1, Hidden),
        ("createAuth g1 3 1 log 1 v1", 0, Hidden),
        ("createAuth g1 ctx 3 1 execute 2 v1", 0, Hidden),
        // What is there already, and what an agent refuses.
        ("createSec2Group 3 ann g1", 2, Hidden),
        ("createSec2Group 3 bob g1", 2, Hidden),
        ("createAccess g1 3 1 1 r w n", 2, Hidden),
        ("createView v1 .1.3.6", 2, Hidden),
        ("createSec2Group 0 dan g1", 2, Hidden),
        ("createAccess g1 3 9 1 r w n", 2, Hidden),
        ("createView '' .1.3", 2, Hidden),
        // What makes no sense.
        ("bogus", 1, Shown),
        ("''", 1, Shown),
        ("createSec2Group x bob g1", 1, Shown),
        ("createSec2Group 3 bob", 1, Shown),
        ("createSec2Group 3 a b c", 1, Shown),
        ("deleteSec2Group 3", 1, Shown),
        ("deleteSec2Group usm bob", 1, Shown),
        ("createAccess g1 3 1 1 r w", 1, Shown),
        ("createAccess g1 ctx 3 1 1 r w n more", 1, Shown),
        ("createAccess g1 x 1 1 r w n", 1, Shown),
        ("createAccess g1 3 x 1 r w n", 1, Shown),
        ("createAccess g1 3 1 x r w n", 1, Shown),
        ("deleteAccess g1 3", 1, Shown),
        ("deleteAccess g1 c x 1", 1, Shown),
        ("deleteAccess g1 3 x", 1, Shown),
        ("createView v5", 1, Shown),
        ("createView", 1, Shown),
        ("createView v5 nosuch", 1, Hidden),
        ("createView v5 .1.3 ff.zz", 1, Hidden),
        (&format!("createView v5 .1.3 {}", ["ff"; 35].join(".")), 1, Hidden),
        ("deleteView v1", 1, Shown),
        ("deleteView v1 .1.3 more", 1, Shown),
        ("deleteView v1 nosuch", 1, Hidden),
        ("createAuth g1 3 1 log 1", 1, Shown),
        ("createAuth g1 x 1 log 1 v", 1, Shown),
        ("createAuth g1 3 x log 1 v", 1, Shown),
        ("createAuth g1 3 1 log x v", 1, Shown),
        ("deleteAuth g1 3 1", 1, Shown),
        ("deleteAuth g1 x 1 log", 1, Shown),
        ("deleteAuth g1 3 x log", 1, Shown),
        ("-Cz createView v5 .1.3", 1, Hidden),
        // Away again, once and twice.
        ("deleteSec2Group 3 bob", 0, Hidden),
        ("deleteSec2Group 3 ann", 2, Hidden),
        ("deleteAccess g1 ctx 3 1", 0, Hidden),
        ("deleteAccess g1 3 1 more words", 0, Hidden),
        ("deleteView v2 .1.3.6.1.2.1", 0, Hidden),
        ("deleteView v2 .1.3.6.1.2.1", 0, Hidden),
        ("deleteAuth g1 3 1 log", 0, Hidden),
        ("deleteAuth g1 ctx 3 1 execute", 0, Hidden),
    ] {
        let (ours, theirs) = sides.run(&format!("{WORLD}{line}"));
        if theirs.status() != status {
            failures.push(format!("net-snmp's status should be {status}\n{}", theirs.describe()));
        }
        // Where the mistake is told on standard output, the usage is all that there is on the other.
        let stderr = match usage {
            Shown if theirs.stdout.is_empty() => Stderr::FirstLine,
            Shown => Stderr::Any,
            Hidden => Stderr::Exact,
        };
        failures.extend(compare(&ours, &theirs, &Rules { stderr, ..EXACT }).err());
        if (usage == Shown) != ours.err().contains("usage: snmpvacm ") {
            failures.push(format!("the usage\n{}", ours.describe()));
        }
        failures.extend(sides.difference().map(|difference| format!("after {line}: {difference}")));
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn without_agent_or_command_the_first_line_is_net_snmps() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    for line in ["-v2c -c private", "-v2c -c private {agent}", "-v2c -c private {agent} createView v .1 -1"] {
        let (ours, theirs) = sides.run(line);
        compare(&ours, &theirs, &Rules { stderr: Stderr::FirstLine, ..EXACT }).unwrap();
        assert_eq!(ours.status(), 1);
    }
}

/// What is not as with net-snmp, on purpose.
#[test]
fn words_that_are_half_understood_are_refused() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    for (line, theirs_status, said) in [
        // The mask is not looked at when a word follows it, so that the view has more than was meant.
        ("createView v .1.3.6 80 more", 0, "You must specify name, subtree and mask"),
        // Numbers are cut.
        ("createView v .1.3.6.1 1ff", 0, "invalid MASK"),
        ("createView v .1.3.6.1.2 ffq", 0, "invalid MASK"),
        ("createSec2Group 3x bob g1", 0, "invalid security model"),
        ("createSec2Group 99999999999 bob g1", 0, "invalid security model"),
        ("createSec2Group '' bob g1", 2, "invalid security model"),
    ] {
        let (ours, theirs) = sides.run(&format!("{WORLD}{line}"));
        assert_eq!((theirs.status(), ours.status()), (theirs_status, 1), "{}", ours.describe());
        assert!(format!("{}{}", ours.out(), ours.err()).starts_with(said), "{}", ours.describe());
    }
}

#[test]
fn failures_of_the_exchange_are_told_as_net_snmp_tells_them() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    let silent = SilentPort::open();
    let user = "-v3 -u ann -l authPriv -a SHA -x AES";
    for (line, status, fine) in [
        (format!("-v2c -c private -r0 -t0.3 {} deleteView v .1.3", silent.address()), 1, 3),
        ("-v2c -c nobody -r0 -t0.3 {agent} deleteView v .1.3".to_owned(), 1, 3),
        ("-v2c -c public {agent} deleteView v .1.3".to_owned(), 2, 2),
        (format!("{user} -A wrongpass123 -X privpass123 {{agent}} deleteView v .1.3"), 1, 4),
        (format!("{user} -A authpass123 -X privpass123 -u nobody {{agent}} deleteView v .1.3"), 1, 4),
        (format!("{user} -A authpass123 -X privpass123 {{agent}} deleteView v .1.3"), 0, 0),
        (format!("{user} -A authpass123 -X privpass123 {{agent}} deleteSec2Group 3 ann"), 2, 2),
    ] {
        let (ours, theirs) = sides.run(&line);
        // What the answer lacked, and that the change may have been made, stands behind it.
        compare(&ours, &theirs, &Rules { stderr: Stderr::FirstLine, ..EXACT }).unwrap();
        assert_eq!(ours.status(), status, "{}", ours.describe());
        let (ours, _) = sides.run(&format!("--fail {line}"));
        assert_eq!(ours.status(), fine, "{}", ours.describe());
    }
}

#[test]
fn a_change_that_may_have_been_made_is_called_that() {
    let silent = SilentPort::open();
    let words = ["-v2c", "-r0", "-t0.2", &silent.address(), "deleteView", "v", ".1.3"];
    let run = Tool::ours("snmpvacm").run(&words);
    assert!(run.err().contains("snmpvacm: the change may have been made"), "{}", run.describe());
    assert_eq!(silent.drain(), 1);
}

#[test]
fn programs_get_the_row_or_the_reason() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    let json = |line: &str| {
        let (ours, _) = sides.run(&format!("-j {WORLD}{line}"));
        let lines: Vec<serde_json::Value> =
            ours.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (ours, lines)
    };
    let (run, lines) = json("createSec2Group 3 bob g1");
    assert_eq!((run.status(), run.err().as_str()), (0, ""));
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["varbind", "varbind", "end"]);
    assert_eq!((&lines[1]["value"], &lines[2]["complete"]), (&"g1".into(), &true.into()));

    let (run, lines) = json("createSec2Group 3 bob g1");
    assert_eq!(run.status(), 2);
    assert_eq!((&lines[0]["kind"], &lines[1]["complete"]), (&"error".into(), &false.into()));
    assert!(lines[0]["code"].as_str().unwrap().contains("inconsistentValue"), "{}", run.describe());
    assert!(lines[0]["elapsed_ms"].is_u64(), "{}", run.describe());

    // What goes to standard output otherwise is no JSON, and goes to standard error.
    let (run, lines) = json("createSec2Group x bob g1");
    assert_eq!(run.status(), 1);
    assert!(run.err().starts_with("invalid security model\nusage: "), "{}", run.describe());
    assert_eq!((&lines[0]["kind"], &lines[0]["code"]), (&"error".into(), &"usage".into()));
}
