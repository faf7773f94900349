//! snmpusm beside net-snmp's, against two agents alike: what both say, how they end, what both leave behind; and
//! whether the passphrases that it sets are those that count then.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use snmpkit::crypto::{AgreementParameters, AuthProtocol, MasterKey, PrivProtocol};
use support::{
    Peers, SilentPort,
    compare::{EXACT, Rules, Stderr, compare},
    fake::{FakeAgent, Request, hex, split, tlv},
    require_peers,
    snmpd::Snmpd,
    tool::{Run, Tool},
};

/// The same for both agents, so that their users have the same names.
const ENGINE_ID: [u8; 9] = [0x80, 0, 0x1f, 0x88, 0x80, 1, 2, 3, 4];

/// What Debian's programs have: all but 3DES.
fn privacies() -> impl Iterator<Item = PrivProtocol> {
    PrivProtocol::ALL.into_iter().filter(|protocol| *protocol != PrivProtocol::TripleDes)
}

fn pairs() -> Vec<(AuthProtocol, PrivProtocol)> {
    AuthProtocol::ALL.into_iter().flat_map(|auth| privacies().map(move |privacy| (auth, privacy))).collect()
}

/// A user to copy, with this pair of protocols.
fn template(auth: AuthProtocol, privacy: PrivProtocol) -> String {
    format!("{}.{}", auth.name(), privacy.name())
}

/// `boss` may do everything; there is a user to copy for every pair; `ann` and what is made of the pairs may write.
fn configuration() -> String {
    let mut lines = String::from(
        "exactEngineID 0x80001f888001020304\ncreateUser boss SHA-256 bossauth1 AES bosspriv1\nrwuser boss priv\n\
         createUser noauth\nrwuser ann noauth\n",
    );
    for (auth, privacy) in pairs() {
        let name = template(auth, privacy);
        let (auth, privacy) = (auth.name(), privacy.name());
        writeln!(lines, "createUser {name} {auth} firstauth {privacy} firstpriv\nrwuser new.{name} priv")
            .unwrap();
    }
    lines
}

/// An agent for each side.
struct Sides {
    ours: Snmpd,
    theirs: Snmpd,
}

fn words(line: &str, agent: &str) -> Vec<String> {
    let word = |word: &str| match word {
        "''" => String::new(),
        word => word.replace("{agent}", agent).replace("{engine}", &hex(&ENGINE_ID)),
    };
    line.split(' ').map(word).collect()
}

impl Sides {
    fn start(peers: Peers) -> Self {
        let configuration = configuration();
        Self {
            ours: Snmpd::start_with(peers, &configuration),
            theirs: Snmpd::start_with(peers, &configuration),
        }
    }

    /// Runs both sides; `{agent}` is each one's own, `{engine}` the engine ID, `''` an empty word.
    fn run(&self, line: &str) -> (Run, Run) {
        let ours = Tool::ours("snmpusm").run(&words(line, &self.ours.udp()));
        let theirs = Tool::netsnmp("snmpusm").run(&words(line, &self.theirs.udp()));
        (masked(ours, &self.ours), masked(theirs, &self.theirs))
    }

    /// What differs between the users of the two agents.
    fn difference(&self) -> Option<String> {
        let walk = |agent: &Snmpd| {
            let words = ["-v2c", "-c", "private", "-On", &agent.udp(), ".1.3.6.1.6.3.15.1.2.2"];
            Run { command: String::new(), ..Tool::netsnmp("snmpbulkwalk").run(&words) }
        };
        compare(&walk(&self.ours), &walk(&self.theirs), &EXACT).err()
    }
}

/// A run with `AGENT` for the agent's address.
fn masked(run: Run, agent: &Snmpd) -> Run {
    Run { stderr: run.err().replace(&agent.udp(), "AGENT").into_bytes(), ..run }
}

fn ours(agent: &str, line: &str) -> Run {
    Tool::ours("snmpusm").run(&words(line, agent))
}

const BOSS: &str = "-v3 -r1 -u boss -l authPriv -a SHA-256 -A bossauth1 -x AES -X bosspriv1";
const COMMUNITY: &str = "-v2c -c private -r1 -CE {engine}";

/// Whether Debian's snmpget gets an answer with these.
fn gets_in(agent: &Snmpd, user: &str, auth: (AuthProtocol, &str), privacy: (PrivProtocol, &str)) -> bool {
    let agent = agent.udp();
    let run = Tool::netsnmp("snmpget").run(&[
        "-v3",
        "-l",
        "authPriv",
        "-u",
        user,
        "-a",
        auth.0.name(),
        "-A",
        auth.1,
        "-x",
        privacy.0.name(),
        "-X",
        privacy.1,
        "-r0",
        "-t1",
        &agent,
        ".1.3.6.1.2.1.1.6.0",
    ]);
    run.status() == 0
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Usage {
    Shown,
    Hidden,
}

#[test]
fn every_command_says_and_does_what_net_snmps_does() {
    use Usage::{Hidden, Shown};
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    let mut failures = Vec::new();
    for access in [COMMUNITY, BOSS] {
        for (line, status, usage) in [
            ("create ann SHA-256.AES", 0, Hidden),
            ("create ann SHA-256.AES", 0, Hidden),
            ("create bob", 0, Hidden),
            ("create bob", 0, Hidden),
            ("activate bob", 0, Hidden),
            ("cloneFrom bob SHA-256.AES", 0, Hidden),
            ("activate bob", 0, Hidden),
            ("deactivate ann", 0, Hidden),
            ("activate ann", 0, Hidden),
            ("-Cw create eve SHA-256.AES", 0, Hidden),
            ("create fred nobody", 0, Hidden),
            ("cloneFrom nobody SHA-256.AES", 0, Hidden),
            ("activate nobody", 0, Hidden),
            ("deactivate nobody", 0, Hidden),
            // A user that stands in snmpd's configuration takes no new keys, as it is.
            ("-a SHA-256 -x AES passwd firstauth secondauth SHA-256.AES", 0, Hidden),
            ("-Ca -a SHA-256 passwd firstauth secondauth nobody", 0, Hidden),
            // A copy does.
            ("-Ca -a SHA-256 passwd firstauth secondauth ann", 0, Hidden),
            ("-Cx -a SHA-256 -x AES passwd firstpriv secondauth ann", 0, Hidden),
            ("-a SHA-256 -x AES passwd secondauth thirdauth ann", 0, Hidden),
            ("-Cax -a SHA-256 -x AES passwd thirdauth fourthauth ann more", 0, Hidden),
            (
                "-Cak -a SHA-256 passwd fourthauth 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 ann",
                0,
                Hidden,
            ),
            ("-Cxk -a SHA-256 -x AES passwd fourthauth 0x0102030405060708090a0b0c0d0e0f10 ann", 0, Hidden),
            ("changekey ann", 1, Hidden),
            ("delete ann", 0, Hidden),
            ("delete ann", 0, Hidden),
            ("delete bob and others", 0, Hidden),
            ("delete eve", 0, Hidden),
            // What makes no sense.
            ("bogus", 1, Shown),
            ("''", 1, Shown),
            ("create", 1, Shown),
            ("cloneFrom", 1, Shown),
            ("cloneFrom ann", 1, Shown),
            ("delete", 1, Hidden),
            ("activate", 1, Hidden),
            ("deactivate", 1, Hidden),
            ("passwd short short ann", 1, Hidden),
            ("passwd short longenough ann", 1, Hidden),
            ("passwd longenough short ann", 1, Hidden),
            ("passwd longenough", 1, Hidden),
            ("-Cz create x", 1, Hidden),
            ("create x -CE", 1, Hidden),
            ("create x -Cp", 1, Hidden),
            ("create x -Cpz", 1, Hidden),
            ("create x -Cpz y", 1, Hidden),
            ("-CE zz create x", 1, Hidden),
        ] {
            let (ours, theirs) = sides.run(&format!("{access} {{agent}} {line}"));
            if theirs.status() != status {
                failures.push(format!("net-snmp's status should be {status}\n{}", theirs.describe()));
            }
            let stderr = if usage == Shown { Stderr::FirstLine } else { Stderr::Exact };
            failures.extend(compare(&ours, &theirs, &Rules { stderr, ..EXACT }).err());
            failures.extend(sides.difference().map(|difference| format!("after {line}: {difference}")));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn without_agent_or_command_the_first_line_is_net_snmps() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    for line in ["-v2c -c private", "-v2c -c private {agent}", "-v2c -c private {agent} create x -1"] {
        let (ours, theirs) = sides.run(line);
        compare(&ours, &theirs, &Rules { stderr: Stderr::FirstLine, ..EXACT }).unwrap();
        assert_eq!(ours.status(), 1);
    }
}

#[test]
fn failures_are_told_as_net_snmp_tells_them_and_by_the_status_only_where_that_is_asked_for() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    let silent = SilentPort::open();
    let silent = silent.address();
    let user = "-v3 -l authPriv -a SHA-256 -x AES";
    let mut failures = Vec::new();
    for (line, status, fine) in [
        (format!("-v2c -c private -r0 -t0.3 -CE {{engine}} {silent} create x"), 0, 3),
        (format!("{BOSS} -r0 -t0.3 -e 8000000001020304 {silent} create x"), 0, 3),
        ("-v2c -c nobody -r0 -t0.3 -CE {engine} {agent} create x".to_owned(), 0, 3),
        ("-v2c -c public -CE {engine} {agent} create x".to_owned(), 0, 2),
        (format!("{BOSS} {{agent}} activate nobody"), 0, 2),
        (format!("{user} -u boss -A wrongauth1 -X bosspriv1 {{agent}} create x"), 0, 4),
        (format!("{user} -u boss -A bossauth1 -X wrongpriv1 -r0 -t0.3 {{agent}} create x"), 0, 3),
        (format!("{user} -u nobody -A bossauth1 -X bosspriv1 {{agent}} create x"), 0, 4),
        (format!("{user} -u boss -A short -X bosspriv1 {{agent}} create x"), 1, 5),
        ("-v2c -c private -CE {engine} {agent} -Cx passwd firstauth secondauth boss".to_owned(), 1, 5),
        ("-v2c -c private -CE {engine} {agent} -Ck passwd 0x0102zz 0x01020304 boss".to_owned(), 1, 5),
        ("-v2c -c private -CE {engine} {agent} -Ck passwd 0x010203 0x01020zz boss".to_owned(), 1, 5),
        ("-v2c -c private -CE {engine} {agent} -Cak passwd 0x01020304 0x0102030405 boss".to_owned(), 1, 5),
        ("-v2c -c private -CE '' {agent} -Ca passwd firstauth secondauth boss".to_owned(), 1, 5),
        ("-v2c -c private -CE {engine} {agent} -a NOAUTH passwd firstauth secondauth boss".to_owned(), 1, 5),
    ] {
        let (ours, theirs) = sides.run(&line);
        // What is behind the first line helps to find the reason.
        failures.extend(compare(&ours, &theirs, &Rules { stderr: Stderr::FirstLine, ..EXACT }).err());
        let (fine_run, _) = sides.run(&format!("--fail {line}"));
        let second = theirs.err().lines().nth(1).unwrap_or_default().to_owned();
        if (ours.status(), fine_run.status()) != (status, fine) || !ours.err().contains(&second) {
            failures.push(format!("{}{}{}", ours.describe(), theirs.describe(), fine_run.describe()));
        }
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn an_agent_that_is_not_there_is_found_out_before_the_change_in_snmpv3() {
    let Some(_) = require_peers() else { return };
    let silent = SilentPort::open();
    let run = ours(&silent.address(), &format!("{BOSS} -r0 -t0.3 {{agent}} create x"));
    assert_eq!(run.status(), 1, "{}", run.describe());
    assert!(!run.err().contains("may have been made"), "{}", run.describe());
    let run = ours("nosuchhost.invalid", "-v2c {agent} create x");
    assert_eq!(run.status(), 1, "{}", run.describe());
    assert!(run.err().starts_with("snmpusm: Unknown host (nosuchhost.invalid)"), "{}", run.describe());
    // In the other versions nothing is asked before where the engine ID is given.
    let run = ours(&silent.address(), "-v2c -r0 -t0.3 -CE {engine} {agent} create x");
    assert!(run.err().contains("snmpusm: the change may have been made"), "{}", run.describe());
}

/// A user is copied, gets new passphrases, and gets in with these alone: with every pair of protocols, each change by
/// another way.
#[test]
fn new_passphrases_count_and_old_ones_do_not_with_every_pair_of_protocols() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    let address = agent.udp();
    let (mut failures, mut ends) = (Vec::new(), Vec::new());
    let mut done = |line: &str, expected: &str| {
        let run = ours(&address, line);
        if run.out() != expected || run.status() != 0 {
            failures.push(run.describe());
        }
    };
    let changed = "SNMPv3 Key(s) successfully changed.\n";
    for (auth, privacy) in pairs() {
        let user = format!("new.{}", template(auth, privacy));
        let from = template(auth, privacy);
        done(&format!("{BOSS} {{agent}} create {user} {from}"), "User successfully created.\n");
        assert!(gets_in(&agent, &user, (auth, "firstauth"), (privacy, "firstpriv")), "{user}");
        // By another one, whose own protocols are SHA-256 and AES.
        done(&format!("{BOSS} {{agent}} -Ca passwd firstauth secondauth {user}"), changed);
        done(&format!("{BOSS} {{agent}} -Cx passwd firstpriv secondpass {user}"), changed);
        // By the user; both at once need one passphrase for both.
        let own = format!(
            "-v3 -u {user} -l authPriv -a {} -A secondauth -x {} -X secondpass {{agent}}",
            auth.name(),
            privacy.name()
        );
        done(&format!("{own} -Ca passwd secondauth secondpass"), changed);
        done(&format!("{} passwd secondpass thirdpass", own.replace("secondauth", "secondpass")), changed);
        let counts =
            |auth_passphrase| gets_in(&agent, &user, (auth, auth_passphrase), (privacy, "thirdpass"));
        ends.push((user.clone(), counts("thirdpass"), counts("secondpass")));
    }
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    let wrong: Vec<_> = ends.iter().filter(|(_, new, old)| !new || *old).collect();
    assert!(wrong.is_empty(), "the new passphrases count, the old ones count: {wrong:?}");
}

/// Where net-snmp takes the hash of who asks, the user's keys are nobody's afterwards, and it says that all is well.
#[test]
fn a_user_of_other_protocols_than_ones_own_can_be_given_a_new_passphrase() {
    let Some(peers) = require_peers() else { return };
    let sides = Sides::start(peers);
    let (auth, privacy) = (AuthProtocol::Sha512, PrivProtocol::Des);
    let user = "new.SHA-512.DES";
    sides.run(&format!("{BOSS} {{agent}} create {user} SHA-512.DES"));
    let (ours, theirs) = sides.run(&format!("{BOSS} {{agent}} -Cx passwd firstpriv secondpriv {user}"));
    compare(&ours, &theirs, &EXACT).unwrap();
    let counts = |agent| gets_in(agent, user, (auth, "firstauth"), (privacy, "secondpriv"));
    assert_eq!((counts(&sides.ours), counts(&sides.theirs)), (true, false));

    let (ours, theirs) = sides.run(&format!("{BOSS} {{agent}} -Ca passwd firstauth secondauth {user}"));
    assert_eq!(ours.out(), "SNMPv3 Key(s) successfully changed.\n");
    assert!(theirs.err().starts_with("Error in packet.\n"), "{}", theirs.describe());
    assert!(gets_in(&sides.ours, user, (auth, "secondauth"), (privacy, "secondpriv")));
}

#[test]
fn localized_keys_of_the_command_line_count() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    for (auth, privacy) in [
        (AuthProtocol::Md5, PrivProtocol::Des),
        (AuthProtocol::Sha1, PrivProtocol::Aes256),
        (AuthProtocol::Sha384, PrivProtocol::Aes128),
    ] {
        let user = format!("new.{}", template(auth, privacy));
        let run = ours(&agent.udp(), &format!("{BOSS} {{agent}} create {user} {}", template(auth, privacy)));
        assert_eq!(run.status(), 0, "{}", run.describe());
        let [old_auth, new_auth, old_priv, new_priv] = ["firstauth", "secondauth", "firstpriv", "secondpriv"]
            .map(|passphrase| {
                let master = MasterKey::from_passphrase(auth, passphrase.as_bytes()).unwrap();
                format!("0x{}", hex(master.auth_key(&ENGINE_ID).octets().expose()))
            });
        for (flags, old, new) in [("-Cak", old_auth, new_auth), ("-Cxk", old_priv, new_priv)] {
            let run = ours(&agent.udp(), &format!("{BOSS} {{agent}} {flags} passwd {old} {new} {user}"));
            assert_eq!(run.out(), "SNMPv3 Key(s) successfully changed.\n", "{}", run.describe());
        }
        assert!(gets_in(&agent, &user, (auth, "secondauth"), (privacy, "secondpriv")), "{user}");
    }
}

#[test]
fn a_localized_key_of_the_wrong_length_is_refused_before_it_does_harm() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    ours(&agent.udp(), &format!("{BOSS} {{agent}} create new.SHA.AES SHA.AES"));
    let key = format!("0x{}", "11".repeat(16));
    let run = ours(&agent.udp(), &format!("{BOSS} {{agent}} -Cak passwd {key} {key} new.SHA.AES"));
    assert_eq!(run.status(), 1, "{}", run.describe());
    let text = "of the old one: a key of 16 octets, where SHA has 20";
    assert!(run.err().contains(text), "{}", run.describe());
    assert!(gets_in(
        &agent,
        "new.SHA.AES",
        (AuthProtocol::Sha1, "firstauth"),
        (PrivProtocol::Aes128, "firstpriv")
    ));
}

#[test]
fn the_public_text_is_that_of_the_user_who_is_named() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    let run = ours(&agent.udp(), &format!("{BOSS} -Cp seen {{agent}} create ann SHA.AES"));
    assert_eq!(run.out(), "User successfully created.\n", "{}", run.describe());
    let index: Vec<String> = ENGINE_ID.iter().map(u8::to_string).collect();
    let name = format!(".1.3.6.1.6.3.15.1.2.2.1.11.9.{}.3.97.110.110", index.join("."));
    let read = Tool::netsnmp("snmpget").run(&["-v2c", "-c", "private", "-Oqv", &agent.udp(), &name]);
    assert_eq!(read.out(), "\"seen\"\n", "{}", read.describe());
}

#[test]
fn the_engine_id_need_not_be_given_in_any_version() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    for (access, user) in [("-v1 -c private", "a"), ("-v2c -c private", "b"), (BOSS, "c")] {
        for line in [format!("create {user} SHA-256.AES"), format!("delete {user}")] {
            let run = ours(&agent.udp(), &format!("{access} {{agent}} {line}"));
            assert_eq!(run.status(), 0, "{}", run.describe());
            assert!(run.out().starts_with("User successfully "), "{}", run.describe());
        }
    }
}

#[test]
fn who_names_nobody_is_told() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    for line in ["-Ca passwd firstauth secondauth", "changekey", "changekey ''"] {
        let run = ours(&agent.udp(), &format!("-v2c -c private {{agent}} {line}"));
        assert_eq!(run.status(), 1, "{}", run.describe());
        assert!(run.err().starts_with("snmpusm: No securityName specified\n"), "{}", run.describe());
    }
    // Of several engine IDs the last counts.
    let run =
        ours(&agent.udp(), "-v2c -c private -CE 8000000001020304 -CE {engine} {agent} create ann SHA.AES");
    assert_eq!(run.out(), "User successfully created.\n", "{}", run.describe());
    let run = ours(&agent.udp(), &format!("{BOSS} -CE 8000000001020304 {{agent}} create eve SHA.AES"));
    assert!(run.err().starts_with("Error in packet."), "{}", run.describe());
}

/// Everything that may be printed of a run in which this stands: nothing of it may be a secret.
#[test]
fn no_output_has_a_passphrase_or_a_key_in_it() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    let secrets: Vec<String> = ["bossauth1", "bosspriv1", "firstauth", "secondauth", "privat3"]
        .iter()
        .flat_map(|secret| [(*secret).to_owned(), hex(secret.as_bytes()), spaced(secret.as_bytes())])
        .chain(["firstauth", "secondauth"].iter().flat_map(|passphrase| {
            let master = MasterKey::from_passphrase(AuthProtocol::Sha1, passphrase.as_bytes()).unwrap();
            let key = master.auth_key(&ENGINE_ID).octets().expose().clone();
            [hex(&key), spaced(&key), hex(master.octets().expose())]
        }))
        .collect();
    ours(&agent.udp(), &format!("{BOSS} {{agent}} create new.SHA.AES SHA.AES"));
    for options in ["-d", "-d -DALL", "--format json", "-j -d", "--format table", "--format csv"] {
        for line in [
            format!("{BOSS} -Ca {{agent}} passwd firstauth secondauth new.SHA.AES"),
            format!("{BOSS} -Ca {{agent}} passwd secondauth firstauth new.SHA.AES"),
            format!("{BOSS} -Ca {{agent}} passwd firstauth secondauth nobody"),
            format!("{BOSS} -Ca -u nobody {{agent}} passwd firstauth secondauth nobody"),
            format!("{BOSS} {{agent}} passwd firstauth secondauth nobody more words -Cz"),
            "-v2c -c privat3 -r0 -t0.2 {agent} -Ca passwd firstauth secondauth nobody".to_owned(),
        ] {
            let run = ours(&agent.udp(), &format!("{options} {line}"));
            let said = format!("{}{}", run.out(), run.err()).to_lowercase();
            let shown: Vec<_> = secrets.iter().filter(|secret| said.contains(secret.as_str())).collect();
            assert!(shown.is_empty(), "{shown:?} in\n{}", run.describe());
        }
    }
}

/// Octets as a dump shows them.
fn spaced(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn passphrases_may_come_from_standard_input() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    let address = agent.udp();
    let user = "new.SHA.AES";
    ours(&address, &format!("{BOSS} {{agent}} create {user} SHA.AES"));
    let run = |line: &str, stdin: &str| {
        let line = words(&format!("{BOSS} {{agent}} -Ca passwd {line} {user}"), &address);
        Tool::ours("snmpusm").stdin(stdin.as_bytes()).run(&line)
    };
    for (line, stdin, passphrase) in [
        ("- -", "firstauth\nsecond auth\n", "second auth"),
        ("- thirdauth", "second auth\r\n", "thirdauth"),
        ("thirdauth -", "fourthauth", "fourthauth"),
    ] {
        let run = run(line, stdin);
        assert_eq!(run.out(), "SNMPv3 Key(s) successfully changed.\n", "{}", run.describe());
        let privacy = (PrivProtocol::Aes128, "firstpriv");
        assert!(gets_in(&agent, user, (AuthProtocol::Sha1, passphrase), privacy), "{passphrase}");
    }
    for (line, stdin, said) in [
        (
            "- newpassword",
            "",
            "snmpusm: the first line of standard input, where the old passphrase should stand, is empty",
        ),
        ("- newpassword", "short\n", "Old passphrase must be greater than 8 characters in length."),
        ("oldpassword -", "short\n", "New passphrase must be greater than 8 characters in length."),
    ] {
        let run = run(line, stdin);
        assert_eq!((run.status(), run.err().trim_end()), (1, said), "{}", run.describe());
    }
}

#[test]
fn programs_get_the_row_or_the_reason_and_nothing_of_a_key() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::start_with(peers, &configuration());
    let json = |line: &str| {
        let run = ours(&agent.udp(), &format!("-j {BOSS} {{agent}} {line}"));
        let lines: Vec<serde_json::Value> =
            run.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (run, lines)
    };
    let kinds = |lines: &[serde_json::Value]| -> Vec<String> {
        lines.iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect()
    };
    let (run, lines) = json("create new.SHA.AES SHA.AES");
    assert_eq!((run.status(), kinds(&lines)), (0, vec!["varbind".into(), "varbind".into(), "end".into()]));
    let (run, lines) = json("-Ca -Cp seen passwd firstauth secondauth new.SHA.AES");
    assert_eq!(
        (run.status(), kinds(&lines)),
        (0, vec!["varbind".into(), "end".into()]),
        "{}",
        run.describe()
    );
    assert_eq!(lines[0]["value"], "seen");
    let (run, lines) = json("activate nobody");
    assert_eq!((run.status(), kinds(&lines)), (0, vec!["error".into(), "end".into()]));
    assert_eq!(lines[1]["complete"], false);
    assert!(lines[0]["elapsed_ms"].is_u64(), "{}", run.describe());
    let (run, lines) = json("-Cak passwd 0x010203 0x010203 new.SHA.AES");
    assert_eq!((run.status(), lines[0]["code"].as_str()), (1, Some("usage")));
    assert!(lines[0]["hint"].is_string());
    let (run, lines) = json("changekey new.SHA.AES");
    assert_eq!((run.status(), lines[0]["code"].as_str()), (1, Some("usage")), "{}", run.describe());
}

/// The prime of RFC 2409, section 6.1, and the base 2, as `usmDHParameters` has them.
fn parameters() -> Vec<u8> {
    let prime = "00ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e34\
                 04ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffff\
                 ffff";
    let octets: Vec<u8> =
        (0..prime.len() / 2).map(|at| u8::from_str_radix(&prime[2 * at..2 * at + 2], 16).unwrap()).collect();
    tlv(0x30, &[tlv(0x02, &octets), tlv(0x02, &[2])].concat())
}

/// An agent that agrees upon keys: what it comes to is kept, as the octets of each secret.
fn agreeing_agent(octets_of_number: usize, error_status: u8) -> (FakeAgent, Arc<Mutex<Vec<Vec<u8>>>>) {
    let secrets = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&secrets);
    let own = AgreementParameters::from_der(&parameters()).unwrap();
    let base = [&[0; 95][..], &[2]].concat();
    let public = own.agree(&base, &[0x42; 96]).unwrap().public;
    let agent = FakeAgent::start(move |datagram| {
        let Some(request) = Request::read(datagram) else { return Vec::new() };
        let mut bindings = Vec::new();
        let mut rest = request.bindings.as_slice();
        let mut refused = 0;
        while let Some((_, binding, after)) = split(rest) {
            rest = after;
            let (_, name, value) = split(binding).unwrap();
            let name = tlv(0x06, name);
            let is_parameter = name.windows(5).any(|part| part == [3, 101, 1, 1, 1]);
            let is_number = name.windows(5).any(|part| part == [3, 101, 1, 1, 2]);
            let answer = match request.pdu {
                0xa3 => {
                    let (_, value, _) = split(value).unwrap();
                    if let Some(theirs) = value.get(96..192) {
                        let secret = own.agree(theirs, &[0x42; 96]).unwrap();
                        kept.lock().unwrap().push(secret.key(96).unwrap().expose().clone());
                    }
                    refused = error_status;
                    tlv(0x04, value)
                }
                _ if is_parameter => tlv(0x04, &parameters()),
                _ if is_number => tlv(0x04, &public[..octets_of_number]),
                _ => tlv(0x81, &[]),
            };
            bindings.extend(tlv(0x30, &[name, answer].concat()));
        }
        vec![request.response(refused, u8::from(refused != 0), &bindings)]
    });
    (agent, secrets)
}

/// Keys in what was printed, and the rest of it.
fn printed_keys(run: &Run) -> (Vec<(String, String)>, String) {
    let (mut keys, mut rest) = (Vec::new(), String::new());
    for line in run.out().lines() {
        match line.strip_prefix("new ").and_then(|line| line.split_once(" key: 0x")) {
            Some((name, key)) => keys.push((name.to_owned(), key.to_owned())),
            None => writeln!(rest, "{line}").unwrap(),
        }
    }
    (keys, rest)
}

#[test]
fn keys_are_agreed_upon_as_net_snmp_agrees_upon_them() {
    let Some(_) = require_peers() else { return };
    for (options, expected) in [
        ("", vec![("auth", 16), ("priv", 16)]),
        ("-a SHA -x AES", vec![("auth", 20), ("priv", 16)]),
        ("-a SHA-512 -Ca", vec![("auth", 64)]),
        ("-Cx -x AES-256", vec![("priv", 32)]),
        ("-Cp seen -x DES -Cax", vec![("auth", 16), ("priv", 16)]),
    ] {
        for tool in [Tool::ours("snmpusm"), Tool::netsnmp("snmpusm")] {
            let (agent, secrets) = agreeing_agent(96, 0);
            let line = format!("-v2c -c private -r0 -t5 -CE {{engine}} {options} {{agent}} changekey ann");
            let line: Vec<String> =
                words(&line, agent.address()).into_iter().filter(|word| !word.is_empty()).collect();
            let run = tool.run(&line);
            let (keys, rest) = printed_keys(&run);
            assert_eq!(
                (run.status(), rest.as_str()),
                (0, "SNMPv3 Key(s) successfully changed.\n"),
                "{}",
                run.describe()
            );
            let lengths: Vec<_> = keys.iter().map(|(name, key)| (name.as_str(), key.len() / 2)).collect();
            assert_eq!(lengths, expected, "{}", run.describe());
            let secrets = secrets.lock().unwrap();
            assert_eq!(secrets.len(), keys.len());
            for (secret, (_, key)) in secrets.iter().zip(&keys) {
                // net-snmp has the wrong octets where the secret begins with a zero.
                if secret[0] != 0 {
                    assert!(hex(secret).ends_with(key.as_str()), "{}", run.describe());
                }
            }
        }
    }
}

#[test]
fn what_keeps_keys_from_being_agreed_upon_is_told_as_net_snmp_tells_it() {
    let Some(_) = require_peers() else { return };
    let nothing = FakeAgent::start(|datagram| {
        let request = Request::read(datagram);
        let absent = |name: &[u8]| tlv(0x30, &[tlv(0x06, name), tlv(0x80, &[])].concat());
        let names = |request: &Request| {
            let mut rest = request.bindings.as_slice();
            let mut names = Vec::new();
            while let Some((_, binding, after)) = split(rest) {
                names.extend(absent(split(binding).unwrap().1));
                rest = after;
            }
            names
        };
        request.map(|request| request.response(0, 0, &names(&request))).into_iter().collect()
    });
    let (short, _) = agreeing_agent(50, 0);
    let (refusing, secrets) = agreeing_agent(96, 17);
    let silent = SilentPort::open();
    for (address, status) in [
        (nothing.address(), 1),
        (short.address(), 1),
        (refusing.address(), 0),
        (silent.address().as_str(), 1),
    ] {
        let line = words("-v2c -c private -r0 -t0.5 -CE {engine} -Ca {agent} changekey ann", address);
        let run = |tool: Tool| {
            let run = tool.run(&line);
            let (keys, rest) = printed_keys(&run);
            (keys.len(), Run { stdout: rest.into_bytes(), ..run })
        };
        let (our_keys, ours) = run(Tool::ours("snmpusm"));
        let (their_keys, theirs) = run(Tool::netsnmp("snmpusm"));
        compare(&ours, &theirs, &EXACT).unwrap();
        assert_eq!((our_keys, ours.status()), (their_keys, status));
    }
    assert_eq!(secrets.lock().unwrap().len(), 2, "the keys of a SET that was refused were told");
}
