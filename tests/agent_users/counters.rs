//! Wrong settings: what is counted, and what can be read of it.

use tempfile::TempDir;

use super::common::{AUTH_PASS, Agent, PRIV_PASS, SYS_NAME};
use crate::support::require_peers;

const SEALED: &[&str] = &[
    "demo",
    "--user",
    "u",
    "--auth",
    "SHA-256",
    "--auth-password",
    AUTH_PASS,
    "--priv",
    "AES",
    "--priv-password",
    PRIV_PASS,
    "--user",
    "plain",
];

const RIGHT: &[&str] =
    &["-v3", "-u", "u", "-l", "authPriv", "-a", "SHA-256", "-A", AUTH_PASS, "-x", "AES", "-X", PRIV_PASS];

/// What net-snmp's snmpget counts up in usmStats, beside the question for the engine, and what it says.
#[test]
fn each_wrong_setting_moves_its_own_counter_by_one() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let agent = Agent::start(SEALED, home.path());
    for (about, more, moved, said) in [
        ("nothing", &[][..], [0, 0, 0, 1, 0, 0], "demo.example.net"),
        ("level", &["-u", "plain"], [1, 0, 0, 1, 0, 0], "Unsupported security level"),
        // It does not believe the Report, since its clock goes back.
        ("time", &["-Z", "1,99999", "-r0", "-t0.5"], [0, 1, 0, 1, 0, 0], "Timeout"),
        ("boots", &["-Z", "77,0", "-r0", "-t0.5"], [0, 1, 0, 1, 0, 0], "Timeout"),
        ("user", &["-u", "nobody"], [0, 0, 1, 1, 0, 0], "Unknown user name"),
        ("password", &["-A", "wrong-password"], [0, 0, 0, 1, 1, 0], "Authentication failure"),
        ("protocol", &["-a", "SHA-512"], [0, 0, 0, 1, 1, 0], "Authentication failure"),
        ("old protocol", &["-a", "MD5"], [0, 0, 0, 1, 1, 0], "Authentication failure"),
        ("privacy password", &["-X", "wrong-password"], [0, 0, 0, 1, 0, 1], "Decryption error"),
        ("privacy protocol", &["-x", "AES-256"], [0, 0, 0, 1, 0, 1], "Decryption error"),
        ("old privacy protocol", &["-x", "DES"], [0, 0, 0, 1, 0, 1], "Decryption error"),
        ("context", &["-n", "other"], [0, 0, 0, 1, 0, 0], "Bad context specified"),
    ] {
        let before = agent.usm_stats();
        let run = agent.asked("snmpget", &[RIGHT, more].concat(), &[SYS_NAME]);
        let after = agent.usm_stats();
        let found: [u64; 6] = std::array::from_fn(|at| after[at] - before[at]);
        assert!((run.out() + &run.err()).contains(said), "{about}: {}", run.describe());
        assert_eq!(found, moved, "{about}: levels, windows, users, engines, digests, decryption");
    }
    // An engine that is another's: each try is counted, as often as it is made.
    let before = agent.usm_stats();
    let run = agent.asked("snmpget", &[RIGHT, &["-e", "0x8000000001020304", "-r0"]].concat(), &[SYS_NAME]);
    let after = agent.usm_stats();
    assert_eq!(after[3] - before[3], 1, "{}", run.describe());
    assert_ne!(run.status(), 0);
}

#[test]
fn the_engine_can_be_read_of_itself() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let words = [SEALED, &["--engine-id", "0x80007ed904656e67"]].concat();
    let agent = Agent::start(&words, home.path());
    let engine = |number: u32| format!("1.3.6.1.6.3.10.2.1.{number}.0");
    let id = agent.asked("snmpget", &[RIGHT, &["-Oqvx"]].concat(), &[&engine(1)]);
    assert_eq!(id.out().trim(), "\"80 00 7E D9 04 65 6E 67 \"", "{}", id.describe());
    let [boots, time, octets] = agent.numbers(&[&engine(2), &engine(3), &engine(4)])[..] else { panic!() };
    assert_eq!((boots, octets), (1, 65_507));
    assert!(time < 60, "{time}");
    // A question for an engine that names the right one at once is answered without one more.
    let before = agent.usm_stats();
    let run = agent.asked("snmpget", &[RIGHT, &["-e", "80007ed904656e67"]].concat(), &[SYS_NAME]);
    assert_eq!(run.status(), 0, "{}", run.describe());
    let after = agent.usm_stats();
    assert_eq!(after[3], before[3], "no unknown engine");
    assert_eq!(after[1] - before[1], 1, "its clock was not known");
    // A context that is not there is counted where contexts are, and so is a PDU for another engine.
    let contexts = ["1.3.6.1.6.3.12.1.5.0", "1.3.6.1.6.3.11.2.1.3.0"];
    let before = agent.numbers(&contexts);
    agent.asked("snmpget", &[RIGHT, &["-n", "x"]].concat(), &[SYS_NAME]);
    agent.asked("snmpget", &[RIGHT, &["-E", "0x8000000001020304"]].concat(), &[SYS_NAME]);
    let after = agent.numbers(&contexts);
    assert_eq!((after[0] - before[0], after[1] - before[1]), (1, 1));
}
