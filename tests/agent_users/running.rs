//! What an operator meets: boots from run to run, messages, and no secrets in them.

use std::{fs, net::UdpSocket, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use tempfile::TempDir;

use super::common::{AUTH_PASS, Agent, PRIV_PASS, SYS_NAME};
use crate::support::{require_peers, tool::Tool};

const WORDS: &[&str] = &[
    "demo",
    "-v",
    "--user",
    "ops",
    "--auth",
    "SHA-256",
    "--auth-password",
    AUTH_PASS,
    "--priv",
    "AES",
    "--priv-password",
    PRIV_PASS,
];

const OPS: &[&str] = &["-v3", "-u", "ops", "-l", "authPriv", "-a", "SHA-256", "-x", "AES"];

fn said_of_engine(output: &str) -> String {
    output.lines().find(|line| line.contains(": engine 0x")).unwrap().to_owned()
}

#[test]
fn boots_rise_from_run_to_run_and_the_engine_stays() {
    let home = TempDir::new().unwrap();
    let agent = Agent::start(WORDS, home.path());
    let address = agent.address.clone();
    let first = said_of_engine(&agent.stop());
    let (engine, _) = first.split_once(", boots 1,").unwrap();
    for boots in 2..4 {
        let said = said_of_engine(&Agent::at(WORDS, home.path(), &address).stop());
        assert_eq!(said, format!("{engine}, boots {boots}, 1 user of SNMPv3"));
    }
    let given = [WORDS, &["--engine-id", "8000000001020304"]].concat();
    let said = said_of_engine(&Agent::at(&given, home.path(), &address).stop());
    assert_eq!(said, "snmpagent: engine 0x8000000001020304, boots 1, 1 user of SNMPv3");
    let state = home.path().join("snmpkit/agent-boots");
    assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(state).unwrap().lines().count(), 3);
}

#[test]
fn without_a_state_the_time_decides_and_only_what_failed_is_told() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let boots = |output: &str| -> u32 {
        let said = said_of_engine(output);
        said.split_once("boots ").unwrap().1.split(',').next().unwrap().parse().unwrap()
    };
    let failed = Agent::start(WORDS, &file).stop();
    assert_eq!(failed.matches("cannot keep count of the engine's boots in ").count(), 1, "{failed}");
    let wanted = Agent::start(&[WORDS, &["--no-state"]].concat(), home.path()).stop();
    assert!(!wanted.contains("cannot"), "{wanted}");
    assert!(!home.path().join("snmpkit").exists());
    assert!(boots(&failed) > 100_000_000 && boots(&wanted) >= boots(&failed));
}

/// A manager that was told of a restart by an authentic Report goes on asking.
#[test]
fn a_manager_finds_the_engine_again_after_its_restart() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let agent = Agent::start(WORDS, home.path());
    let address = agent.address.clone();
    agent.stop();
    let agent = Agent::at(WORDS, home.path(), &address);
    let before = agent.usm_stats();
    let right = [OPS, &["-A", AUTH_PASS, "-X", PRIV_PASS, "-Z", "1,3"]].concat();
    let run = agent.asked("snmpget", &right, &[SYS_NAME]);
    assert_eq!(run.status(), 0, "{}", run.describe());
    assert_eq!(agent.usm_stats()[1] - before[1], 1, "the boots of the run before are not in the window");
}

#[test]
fn verbose_tells_what_can_be_told_and_no_secret() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let words =
        [WORDS, &["--user", "open", "--read-community", "s3cret-community", "--read-community", "public"]];
    let agent = Agent::start(&words.concat(), home.path());
    let asked = |more: &[&str]| agent.asked("snmpget", &[OPS, &["-r0"], more].concat(), &[SYS_NAME]);
    assert_eq!(asked(&["-A", AUTH_PASS, "-X", PRIV_PASS]).status(), 0);
    asked(&["-A", "s3cret-wrong-auth", "-X", PRIV_PASS]);
    asked(&["-A", AUTH_PASS, "-X", "s3cret-wrong-priv"]);
    asked(&["-A", AUTH_PASS, "-X", PRIV_PASS, "-u", "no\u{1b}[31mbody"]);
    asked(&["-u", "open", "-l", "noAuthNoPriv", "-n", "ctx"]);
    asked(&["-u", "open", "-l", "noAuthNoPriv"]);
    assert_eq!(agent.asked("snmpget", &["-v2c", "-c", "s3cret-community"], &[SYS_NAME]).status(), 0);
    let output = agent.stop();
    for said in [
        ": GetRequest (noAuthNoPriv, asks for the engine) -> Report usmStatsUnknownEngineIDs (noAuthNoPriv)\n",
        ": encrypted (authPriv, user \"ops\", engine 0x80007ed9",
        ", boots 1, time ",
        ") -> encrypted (authPriv)\n",
        ") -> Report usmStatsWrongDigests (noAuthNoPriv)\n",
        ") -> Report usmStatsDecryptionErrors (authNoPriv)\n",
        ": encrypted (authPriv, user \"no\\u{1b}[31mbody\", engine",
        ", context \"ctx\") -> Report snmpUnknownContexts (noAuthNoPriv)\n",
        &format!(": GetRequest {SYS_NAME} (noAuthNoPriv, user \"open\", engine 0x"),
        ") -> Response, 1 binding (noAuthNoPriv)\n",
        &format!(": GetRequest {SYS_NAME} -> Response, 1 binding\n"),
    ] {
        assert!(output.contains(said), "{said}\n{output}");
    }
    assert!(!output.contains("s3cret") && !output.contains('\u{1b}'), "{output}");
}

/// What an agent says that does not start.
fn refused(words: &[&str]) -> (i32, String) {
    let run = Tool::ours("snmpagent").run(&[&["demo", "--listen", "127.0.0.1:1"], words].concat());
    assert!(!run.err().contains("s3cret") && run.out().is_empty(), "{}", run.describe());
    (run.status(), run.err())
}

#[test]
fn mistakes_end_the_start_with_one_line_and_without_a_secret() {
    let home = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    };
    let bad = file("bad", "ops auth=SHA auth-password=s3cretpass\nops2 SHA s3cretpass\n");
    let twice = file("twice", "ops auth=SHA auth-password=s3cretpass\nops\n");
    let missing = home.path().join("missing").display().to_string();
    let one = file("one", "ops auth=SHA auth-password=s3cretpass\n");
    for (words, said) in [
        (&["--auth", "SHA"][..], "--auth belongs to a user: write --user NAME before it".to_owned()),
        (
            &["--user", "a", "--auth", "SHA", "--auth-password", "s3cret"],
            "user \"a\": --auth-password: a passphrase of 6 octets, where SNMPv3 asks for 8 at least"
                .to_owned(),
        ),
        (
            &["--users", &bad],
            format!(
                "{bad}:2: word 2 is no KEY=VALUE; the keys are auth, auth-password, auth-password-file, priv, \
                 priv-password, priv-password-file, access, min-level"
            ),
        ),
        (&["--users", &twice], "user \"ops\" is there twice".to_owned()),
        (&["--users", &one, "--user", "ops"], "user \"ops\" is there twice".to_owned()),
        (&["--users", &missing], format!("--users {missing}: No such file or directory")),
        (
            &["--user", "a", "--auth", "SHA", "--auth-password-file", &missing],
            format!(
                "user \"a\": --auth-password-file: cannot read the passphrase file {missing}: No such file or directory"
            ),
        ),
    ] {
        assert_eq!(refused(words), (1, format!("snmpagent: {said}\n")), "{words:?}");
    }
    let (status, said) = refused(&["--engine-id", "80007ed9"]);
    assert_eq!(status, 1);
    assert!(said.contains("an engine ID has 5 to 32 octets"), "{said}");
}

#[test]
fn a_file_that_others_can_read_is_warned_about_and_used() {
    let home = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        path.display().to_string()
    };
    let users = write("users", "ops auth=SHA auth-password=s3cretpass\n");
    let pass = write("pass", "s3cretpass\n");
    let words =
        ["demo", "--users", &users, "--user", "other", "--auth", "MD5", "--auth-password-file", &pass];
    let output = Agent::start(&words, home.path()).stop();
    for path in [&users, &pass] {
        assert!(output.contains(&format!("snmpagent: {path}: others can read this file")), "{output}");
    }
    assert!(output.contains("2 users of SNMPv3") && !output.contains("s3cret"), "{output}");
}

/// A recorded device shows what was recorded, and speaks version 3 when it has users.
#[test]
fn a_recorded_device_has_the_users_that_are_named_and_no_others() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let walk = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/switch.walk").display().to_string();
    let open = ["-v3", "-u", "demo", "-l", "noAuthNoPriv"];
    let agent = Agent::start(&[&walk], home.path());
    assert_ne!(agent.asked("snmpget", &[&open[..], &["-r0", "-t0.3"]].concat(), &[SYS_NAME]).status(), 0);
    let whole = agent.asked("snmpwalk", &["-v2c", "-cpublic"], &["1.3.6.1.6.3"]);
    assert!(!whole.out().contains(".1.3.6.1.6.3.10.2.1.1.0 "), "{}", whole.describe());
    let agent = Agent::start(&[&walk, "--user", "demo"], home.path());
    let run = agent.asked("snmpgetnext", &open, &["1.3.6.1.2.1.1"]);
    assert_eq!(run.status(), 0, "{}", run.describe());
}

/// Octets that are nearly a request end nothing: each octet of one changed, and each beginning of one.
#[test]
fn nothing_that_is_sent_ends_the_agent() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let words = ["demo", "--user", "ops", "--auth", "MD5", "--auth-password", AUTH_PASS, "--priv", "DES"];
    let words = [&words[..], &["--priv-password", PRIV_PASS]].concat();
    let agent = Agent::start(&words, home.path());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(agent.host_and_port()).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    let mut taken = Vec::new();
    for request in requests() {
        for at in 0..request.len() {
            for octet in [0x00, 0x01, 0x7f, 0x80, 0xff, request[at] ^ 0x04] {
                let mut changed = request.clone();
                changed[at] = octet;
                socket.send(&changed).unwrap();
            }
            socket.send(&request[..at]).unwrap();
            let mut octets = [0; 2_048];
            while let Ok(length) = socket.recv(&mut octets) {
                taken.push(length);
            }
        }
    }
    assert!(!taken.is_empty(), "some of them were answered");
    let right =
        ["-v3", "-u", "ops", "-l", "authPriv", "-a", "MD5", "-A", AUTH_PASS, "-x", "DES", "-X", PRIV_PASS];
    let run = agent.asked("snmpget", &right, &[SYS_NAME]);
    assert_eq!(run.status(), 0, "{}", run.describe());
    let output = agent.stop();
    assert!(!output.contains("panicked"), "{output}");
}

/// What net-snmp's snmpget sends: the question for the engine, and requests at both ends of security.
fn requests() -> Vec<Vec<u8>> {
    let listener = UdpSocket::bind("127.0.0.1:0").unwrap();
    listener.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let sealed = ["-l", "authPriv", "-a", "MD5", "-A", AUTH_PASS, "-x", "DES", "-X", PRIV_PASS];
    [&["-l", "noAuthNoPriv"][..], &["-l", "noAuthNoPriv", "-e", "8000000001020304"], &sealed]
        .into_iter()
        .map(|more| {
            let engine: &[&str] = if more.len() > 4 { &["-e", "8000000001020304", "-Z", "1,1"] } else { &[] };
            let words = [&["-v3", "-r0", "-t0.2", "-u", "ops"], more, engine, &[&address, SYS_NAME]].concat();
            Tool::netsnmp("snmpget").run(&words);
            let mut octets = [0; 2_048];
            let length = listener.recv(&mut octets).unwrap();
            octets[..length].to_vec()
        })
        .collect()
}
