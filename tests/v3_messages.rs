//! What is said of each wrong setting of `SNMPv3`, live against Debian's snmpd and beside its snmpget: net-snmp's lines
//! first, then what to do about it; the `code` for programs; the status.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

mod support;

use std::{fs, thread};

use support::{
    SilentPort, require_peers,
    snmpd::Snmpd,
    tool::{End, Run, Tool},
};

/// Users beside `operator` of the harness, who is asked for authPriv: one without a key for privacy, one without keys.
const USERS: &str =
    "createUser signer SHA authpass123\nrouser signer auth\ncreateUser open\nrouser open noauth\n";

const OPERATOR: &str = "-u operator -l authPriv -a SHA -A authpass123 -x AES -X privpass123";

const SYS_SERVICES: &str = ".1.3.6.1.2.1.1.7.0";

/// What net-snmp says.
#[derive(Clone, Copy)]
enum Theirs {
    /// All of what it writes to stderr; ours begins with it.
    Lines,
    /// A line, which ours begins with too, and the usage.
    LineAndUsage,
    /// Something that helps less; this is our first line instead.
    LessThan(&'static str),
}
use Theirs::{LessThan, LineAndUsage, Lines};

/// A wrong setting, and what is to be said of it.
struct Case {
    about: &'static str,
    words: &'static str,
    theirs: Theirs,
    /// What the hint is about.
    hint: &'static str,
    code: &'static str,
    /// The status under `--fail`.
    fine: i32,
}

const fn case(
    about: &'static str,
    words: &'static str,
    theirs: Theirs,
    hint: &'static str,
    (code, fine): (&'static str, i32),
) -> Case {
    Case { about, words, theirs, hint, code, fine }
}

const USAGE: (&str, i32) = ("usage", 5);
const NO_ANSWER: (&str, i32) = ("timeout", 3);
const WRONG_DIGEST: (&str, i32) = ("auth.wrong-digest", 4);
const LEVEL: (&str, i32) = ("auth.unsupported-level", 4);
const DENIED: (&str, i32) = ("agent.authorizationError", 2);
const ENGINE_ID: &str = "an engine ID is 5 to 32 octets in hexadecimal";
const KEY: &str = "a key is hexadecimal, two digits an octet";

/// What the agent says.
const TOLD: &[Case] = &[
    case(
        "an unknown user",
        "-u nobody -l authPriv -a SHA -A authpass123 -x AES -X privpass123",
        Lines,
        "does not know the user nobody: check -u",
        ("auth.unknown-user", 4),
    ),
    case(
        "an unknown user without keys",
        "-u nobody",
        Lines,
        "does not know the user nobody: check -u",
        ("auth.unknown-user", 4),
    ),
    case(
        "a wrong passphrase",
        "-u operator -l authPriv -a SHA -A authpass124 -x AES -X privpass123",
        Lines,
        "knows the user operator with another key: check the passphrase (-A), and whether SHA is",
        WRONG_DIGEST,
    ),
    case(
        "a wrong passphrase at authNoPriv",
        "-u signer -l authNoPriv -a SHA -A authpass124",
        Lines,
        "knows the user signer with another key",
        WRONG_DIGEST,
    ),
    case(
        "a wrong protocol for authentication",
        "-u operator -l authPriv -a SHA-256 -A authpass123 -x AES -X privpass123",
        Lines,
        "whether SHA-256 is the user's protocol there (-a)",
        WRONG_DIGEST,
    ),
    case(
        "a wrong localized key",
        "-u operator -l authPriv -a SHA -3k 0x0102030405060708090a0b0c0d0e0f1011121314 -x AES -X privpass123",
        Lines,
        "knows the user operator with another key",
        WRONG_DIGEST,
    ),
    case(
        "a wrong master key",
        "-u operator -l authPriv -a SHA -3m 0x0102030405060708090a0b0c0d0e0f1011121314 -x AES -X privpass123",
        Lines,
        "knows the user operator with another key",
        WRONG_DIGEST,
    ),
    case(
        "a level that the user has no key for",
        "-u signer -l authPriv -a SHA -A authpass123 -x AES -X privpass123",
        Lines,
        "the user signer has no keys for authPriv at {agent}: try a lower level with -l",
        LEVEL,
    ),
    case(
        "a level that the user has no keys for at all",
        "-u open -l authNoPriv -a SHA -A authpass123",
        Lines,
        "the user open has no keys for authNoPriv at {agent}: try a lower level with -l",
        LEVEL,
    ),
    case(
        "a level below the one that is asked for",
        "-u operator -l authNoPriv -a SHA -A authpass123",
        Lines,
        "the user operator may not do that at {agent} with authNoPriv: try a higher level with -l",
        DENIED,
    ),
    case("no level", "-u operator", Lines, "with noAuthNoPriv: try a higher level with -l", DENIED),
    case(
        "another engine",
        "-e 0x8000000001020304 -u operator -l authPriv -a SHA -A authpass123 -x AES -X privpass123",
        LessThan("snmpget: Unknown engine ID"),
        "the engine ID of {agent} is 0x80001f8880",
        ("auth.unknown-engine", 4),
    ),
];

/// What snmpd says nothing to.
const UNTOLD: &[Case] = &[
    case(
        "a wrong passphrase for privacy",
        "-u operator -l authPriv -a SHA -A authpass123 -x AES -X privpass124",
        Lines,
        "the passphrase (-X) or the protocol for privacy (-x, AES here) is another there",
        NO_ANSWER,
    ),
    case(
        "a wrong protocol for privacy",
        "-u operator -l authPriv -a SHA -A authpass123 -x DES -X privpass123",
        Lines,
        "the protocol for privacy (-x, DES here) is another there",
        NO_ANSWER,
    ),
    case(
        "an unknown context",
        "-n nowhere -u operator -l authPriv -a SHA -A authpass123 -x AES -X privpass123",
        Lines,
        "it has no context \"nowhere\" (-n)",
        NO_ANSWER,
    ),
    case(
        "an unknown context at authNoPriv",
        "-n nowhere -u signer -l authNoPriv -a SHA -A authpass123",
        Lines,
        "answered when it was asked who it is, and then no more; agents do so when it has no context \"nowhere\" (-n)",
        NO_ANSWER,
    ),
];

/// What needs no agent to be found.
const FOUND: &[Case] = &[
    case(
        "a short passphrase",
        "-u operator -l authPriv -a SHA -A short -x AES -X privpass123",
        Lines,
        "SNMPv3 wants passphrases of 8 characters at least",
        USAGE,
    ),
    case(
        "a short passphrase for privacy",
        "-u operator -l authPriv -a SHA -A authpass123 -x AES -X short",
        Lines,
        "SNMPv3 wants passphrases of 8 characters at least",
        USAGE,
    ),
    case("an engine ID that is no hex", "-u operator -e 0xzz", LineAndUsage, ENGINE_ID, USAGE),
    case("an engine ID of half an octet", "-u operator -e 123", LineAndUsage, ENGINE_ID, USAGE),
    case("an engine ID that is too short", "-u operator -e 1234", LineAndUsage, ENGINE_ID, USAGE),
    case("a context engine that is no hex", "-u operator -E 0xzz", LineAndUsage, ENGINE_ID, USAGE),
    case("a localized key that is no hex", "-u operator -3k 0xzz", LineAndUsage, KEY, USAGE),
    case("a localized key of half an octet", "-u operator -3K 123", LineAndUsage, KEY, USAGE),
    case("a master key that is no hex", "-u operator -3m 0xzz", LineAndUsage, KEY, USAGE),
    case("a master key for privacy that is no hex", "-u operator -3M 0xzz", LineAndUsage, KEY, USAGE),
    case(
        "a localized key that is too short",
        "-u operator -l authPriv -a SHA -3k 0x0102 -x AES -X privpass123",
        Lines,
        "-3k: a key of 2 octets, where SHA has 20",
        USAGE,
    ),
    case(
        "a localized key for privacy that is too short",
        "-u operator -l authPriv -a SHA -A authpass123 -x AES -3K 0x0102",
        Lines,
        "-3K: a key of 2 octets, where AES has 16",
        USAGE,
    ),
    case(
        "a master key that is too short",
        "-u operator -l authPriv -a SHA -3m 0x0102 -x AES -X privpass123",
        LessThan("snmpget: USM authentication failure (incorrect password or key)"),
        "-3m: a key of 2 octets, where SHA has 20",
        USAGE,
    ),
    case("no user", "-l authNoPriv -a SHA -A authpass123", Lines, "give -u NAME", USAGE),
    case(
        "no keys",
        "-u operator -l authPriv",
        Lines,
        "authPriv needs a key for authentication: give -A",
        USAGE,
    ),
    case(
        "no key for privacy",
        "-u operator -l authPriv -a SHA -A authpass123",
        Lines,
        "authPriv needs a key for privacy: give -X",
        USAGE,
    ),
    case(
        "no key for authentication",
        "-u operator -l authNoPriv",
        Lines,
        "authNoPriv needs a key for authentication: give -A",
        USAGE,
    ),
    case("no such level", "-u operator -l some", LineAndUsage, "the levels are noAuthNoPriv,", USAGE),
    case("no such protocol", "-u operator -a ROT13", LineAndUsage, "the protocols are MD5, SHA,", USAGE),
    case(
        "no such protocol for privacy",
        "-u operator -x ROT13",
        LineAndUsage,
        "the protocols are DES, 3DES, AES,",
        USAGE,
    ),
    case("no boots", "-u operator -Z some", LineAndUsage, "boots and time are two numbers", USAGE),
    case(
        "a name that is too long",
        "-u abcdefghijklmnopqrstuvwxyz1234567",
        LessThan("snmpget: the user's name has 33 octets"),
        "a name of SNMPv3 has at most 32",
        USAGE,
    ),
];

fn words(agent: &str, case: &Case) -> Vec<String> {
    let common = ["-v3", "-r1", "-t2", "--", agent, SYS_SERVICES].map(str::to_owned);
    let mut words = common.to_vec();
    words.splice(3..4, case.words.split(' ').map(str::to_owned));
    words
}

fn try_case(agent: &str, case: &Case) -> Result<(), String> {
    let words = words(agent, case);
    let with = |more: &[&str]| [more.iter().map(|&word| word.to_owned()).collect(), words.clone()].concat();
    let ours = Tool::ours("snmpget").run(&words);
    let theirs = Tool::netsnmp("snmpget").run(&words);
    let fail =
        |what: &str| Err(format!("## {}: {what}\n{}{}", case.about, theirs.describe(), ours.describe()));
    let hint = case.hint.replace("{agent}", agent);

    if !matches!(theirs.end, End::Status(1 | 2)) || !ours.stdout.is_empty() {
        return fail("net-snmp fails, and we have nothing to print");
    }
    if ours.end != theirs.end {
        return fail("the statuses are equal");
    }
    let (said, said_there) = (ours.err(), theirs.err());
    let first = said_there.lines().next().unwrap_or_default();
    let beginning = match case.theirs {
        Lines => said_there.clone(),
        LineAndUsage => format!("{first}\n"),
        LessThan(line) => format!("{line}\n"),
    };
    let Some(rest) = said.strip_prefix(&beginning) else { return fail("net-snmp's lines come first") };
    if matches!(case.theirs, LessThan(_)) && said.starts_with(&said_there) {
        return fail("net-snmp says the same");
    }
    let mut rest = rest.lines();
    if !rest.next().is_some_and(|line| line.starts_with("snmpget: ") && line.contains(&hint)) {
        return fail(&format!("the line after them says '{hint}'"));
    }
    let is_usage = |line: &str| line.starts_with("usage: snmpget ");
    if rest.next().map(is_usage) != matches!(case.theirs, LineAndUsage).then_some(true)
        || rest.next().is_some()
    {
        return fail("nothing follows but the usage");
    }

    let run = Tool::ours("snmpget").run(&with(&["-j", "--fail"]));
    if run.end != End::Status(case.fine) || run.err() != said {
        return Err(format!("## {}: --fail gives {}\n{}", case.about, case.fine, run.describe()));
    }
    match failure(&run) {
        Some((code, told)) if code == case.code && told.contains(&hint) => Ok(()),
        other => Err(format!("## {}: {:?} is told as {other:?}\n{}", case.about, case.code, run.describe())),
    }
}

/// Code and hint of the one failure in a stream of JSON.
fn failure(run: &Run) -> Option<(String, String)> {
    let lines: Vec<serde_json::Value> =
        run.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [failure, end] = &lines[..] else { return None };
    let text = |key: &str| failure[key].as_str().map(str::to_owned);
    (failure["kind"] == "error" && end["kind"] == "end" && end["complete"] == false)
        .then(|| Some((text("code")?, text("hint")?)))
        .flatten()
}

/// Tries cases side by side and reports every one that failed.
fn try_cases(agent: &str, cases: &[Case]) {
    let failures: Vec<String> = thread::scope(|scope| {
        let parts = cases.chunks(cases.len().div_ceil(4).max(1));
        let tried: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    part.iter().filter_map(|case| try_case(agent, case).err()).collect::<Vec<_>>()
                })
            })
            .collect();
        tried.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn what_the_agent_says_is_told_with_what_to_do() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start_with(peers, USERS);
    let agent = snmpd.udp();
    let agent = agent.trim_start_matches("udp:");
    let right = format!("-v3 {OPERATOR} {agent} {SYS_SERVICES}");
    for tool in [Tool::ours("snmpget"), Tool::netsnmp("snmpget")] {
        let run = tool.run(&right.split(' ').collect::<Vec<_>>());
        assert_eq!(run.status(), 0, "the right settings\n{}", run.describe());
    }
    try_cases(agent, TOLD);
}

#[test]
fn what_the_agent_is_silent_about_is_guessed() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start_with(peers, USERS);
    try_cases(snmpd.udp().trim_start_matches("udp:"), UNTOLD);
}

/// net-snmp asks the agent who it is before it looks at some of these.
#[test]
fn what_needs_no_agent_is_found_without() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start_with(peers, USERS);
    try_cases(snmpd.udp().trim_start_matches("udp:"), FOUND);
    let silent = SilentPort::open();
    for case in FOUND {
        let run = Tool::ours("snmpget").run(&words(&silent.address(), case));
        assert!(run.status() == 1 && run.err().contains(case.hint), "{}\n{}", case.about, run.describe());
    }
    assert_eq!(silent.drain(), 0);
}

/// The same from snmp.conf, where the message names the token.
#[test]
fn mistakes_in_files_are_told_as_such() {
    if require_peers().is_none() {
        return;
    }
    let silent = SilentPort::open();
    let base = "defVersion 3\ndefSecurityName operator\ndefSecurityLevel authPriv\ndefAuthType SHA\ndefPrivType AES\n";
    for (lines, hint) in [
        ("defPassphrase short", "the configured passphrase for authentication is too short"),
        (
            "defAuthPassphrase authpass123\ndefPrivPassphrase short",
            "the configured passphrase for privacy is too short",
        ),
        (
            "defAuthLocalizedKey 0x0102\ndefPrivPassphrase privpass123",
            "defAuthLocalizedKey: a key of 2 octets, where SHA has 20",
        ),
        (
            "defAuthMasterKey 0x0102\ndefPrivPassphrase privpass123",
            "defAuthMasterKey: a key of 2 octets, where SHA has 20",
        ),
        (
            "defAuthPassphrase authpass123\ndefPrivLocalizedKey 0x0102",
            "defPrivLocalizedKey: a key of 2 octets, where AES has 16",
        ),
        (
            "defAuthPassphrase authpass123\ndefPrivMasterKey 0x0102",
            "defPrivMasterKey: a key of 2 octets, where SHA has 20",
        ),
        (
            "defAuthLocalizedKey 0xzz\ndefPrivPassphrase privpass123",
            "defAuthLocalizedKey: a key of 0 octets, where SHA has 20",
        ),
        (
            "defAuthPassphrase authpass123",
            "authPriv needs a key for privacy: give -X PASSPHRASE, --priv-password-file FILE, or defPrivPassphrase in snmp.conf",
        ),
    ] {
        let tool = Tool::ours("snmpget");
        fs::write(tool.home().join("snmp.conf"), format!("{base}{lines}\n")).unwrap();
        let run = tool.run(&["-j", "--fail", "-r0", "-t0.2", &silent.address(), SYS_SERVICES]);
        let last = run.err().lines().last().unwrap_or_default().to_owned();
        assert!(last.starts_with("snmpget: ") && last.contains(hint), "{lines}\n{}", run.describe());
        let (code, told) = failure(&run).unwrap();
        assert_eq!((run.status(), code.as_str()), (5, "usage"), "{}", run.describe());
        assert!(told.contains(hint), "{told}");
    }
    assert_eq!(silent.drain(), 0);
}

/// With what is remembered of an agent the first question is not asked, and who is silent may not be there at all.
#[test]
fn an_agent_that_is_remembered_and_silent_is_told_as_well() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start_with(peers, USERS);
    let agent = snmpd.udp();
    let agent = agent.trim_start_matches("udp:");
    let tool = Tool::ours("snmpget");
    let run = |words: &str| {
        let line = format!("-v3 -r1 -t2 {words} {agent} {SYS_SERVICES}");
        tool.run(&line.split(' ').collect::<Vec<_>>())
    };
    assert_eq!(run(OPERATOR).status(), 0);
    for case in TOLD.iter().filter(|case| !case.words.contains("-e ")) {
        let Case { about, words, hint, .. } = case;
        let again = run(words);
        assert_eq!(again.err(), Tool::ours("snmpget").run(&again_words(&again)).err(), "{about}");
        assert!(again.err().contains(&hint.replace("{agent}", agent)), "{about}\n{}", again.describe());
    }
    for Case { about, words, hint, .. } in UNTOLD {
        let silent = run(words);
        let hint = hint.rsplit("when ").next().unwrap();
        assert!(silent.status() == 1 && silent.err().contains(hint), "{about}\n{}", silent.describe());
        // At the second try the agent was asked who it is, and answered.
        let line = format!("Timeout: No Response from {agent}.\n");
        assert!(silent.err().starts_with(&line), "{about}\n{}", silent.describe());
    }
}

/// The words of a run, for another run of the same; none of ours has blanks or quotes in it.
fn again_words(run: &Run) -> Vec<String> {
    run.command.split(' ').skip(1).map(str::to_owned).collect()
}
