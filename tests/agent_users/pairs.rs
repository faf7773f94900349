//! Right settings: every level and every pair of protocols, and every program.

use snmpkit::crypto::{AuthProtocol, PrivProtocol};
use tempfile::TempDir;

use super::common::{
    AUTH_PASS, Agent, PRIV_PASS, SYS_LOCATION, SYS_NAME, pairs, privacies_of_netsnmp, user_name, users_file,
    v3, write_users,
};
use crate::support::{require_peers, tool::Tool};

#[test]
fn a_user_of_every_pair_of_protocols_reads_and_writes() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let pairs = pairs(&privacies_of_netsnmp());
    let users = write_users(home.path(), &users_file(&pairs));
    let agent = Agent::start(&["demo", "--users", &users], home.path());
    for (auth, privacy) in &pairs {
        let name = user_name(*auth, *privacy);
        let options = v3(&name, *auth, *privacy);
        let set = agent.asked("snmpset", &options, &[SYS_LOCATION, "s", &name]);
        assert_eq!(set.status(), 0, "{}", set.describe());
        let get = agent.asked("snmpget", &options, &[SYS_LOCATION]);
        assert_eq!(get.out().trim(), format!(".{SYS_LOCATION} = STRING: \"{name}\""), "{}", get.describe());
    }
    let open = agent.asked("snmpget", &["-v3", "-u", "open", "-l", "noAuthNoPriv"], &[SYS_NAME]);
    assert_eq!(open.status(), 0, "{}", open.describe());
    let [levels, windows, users, _, digests, decryption] = agent.usm_stats();
    assert_eq!([levels, windows, users, digests, decryption], [0; 5]);
}

#[test]
fn walks_give_what_they_give_in_version_2c() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let agent = Agent::start(
        &[
            "demo",
            "--user",
            "sealed",
            "--auth",
            "SHA-256",
            "--auth-password",
            AUTH_PASS,
            "--priv",
            "AES",
            "--priv-password",
            PRIV_PASS,
        ],
        home.path(),
    );
    let sealed = v3("sealed", AuthProtocol::Sha256, Some(PrivProtocol::Aes128));
    let open = ["-v2c", "-cpublic"];
    for root in ["1.3.6.1.2.1.1.9", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.4.34", "1.3.6.1.4.1.32473.4"] {
        for (tool, operands) in [
            ("snmpwalk", &[root][..]),
            ("snmpbulkwalk", &[root]),
            ("snmpbulkget", &["-Cr20", root]),
            ("snmpgetnext", &[root]),
        ] {
            let ours = agent.asked(tool, &sealed, operands);
            let expected = agent.asked(tool, &open, operands);
            assert_eq!(ours.status(), 0, "{}", ours.describe());
            assert_eq!(steady(&ours.out()), steady(&expected.out()), "{}", ours.describe());
            assert!(ours.out().lines().count() > 3 || tool == "snmpgetnext", "{}", ours.describe());
        }
    }
}

/// The lines without the temperature, which moves.
fn steady(out: &str) -> Vec<&str> {
    out.lines().filter(|line| !line.starts_with(".1.3.6.1.4.1.32473.4.19.0 ")).collect()
}

#[test]
fn a_user_is_served_at_its_level_and_as_it_may() {
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let sealed =
        ["--auth", "SHA", "--auth-password", AUTH_PASS, "--priv", "DES", "--priv-password", PRIV_PASS];
    let words = [
        &["demo", "--user", "open", "--user", "strict"][..],
        &sealed,
        &["--access", "ro", "--user", "lax", "--min-level", "noAuthNoPriv"],
        &sealed,
    ]
    .concat();
    let agent = Agent::start(&words, home.path());
    let level = |user: &str, level: &str| {
        let auth =
            ["-v3", "-a", "SHA", "-A", AUTH_PASS, "-x", "DES", "-X", PRIV_PASS, "-u", user, "-l", level];
        let get = agent.asked("snmpget", &auth, &[SYS_NAME]);
        let set = agent.asked("snmpset", &auth, &[SYS_LOCATION, "s", user]);
        (get.out() + &get.err(), set.out() + &set.err())
    };
    for (user, at, read, written) in [
        ("open", "noAuthNoPriv", "demo.example.net", "STRING: \"open\""),
        ("open", "authNoPriv", "Unsupported security level", "Unsupported security level"),
        ("open", "authPriv", "Unsupported security level", "Unsupported security level"),
        ("strict", "noAuthNoPriv", "authorizationError", "authorizationError"),
        ("strict", "authNoPriv", "authorizationError", "authorizationError"),
        ("strict", "authPriv", "demo.example.net", "noAccess"),
        ("lax", "noAuthNoPriv", "demo.example.net", "STRING: \"lax\""),
        ("lax", "authNoPriv", "demo.example.net", "STRING: \"lax\""),
        ("lax", "authPriv", "demo.example.net", "STRING: \"lax\""),
    ] {
        let (get, set) = level(user, at);
        assert!(get.contains(read), "{user} at {at}: {get}");
        assert!(set.contains(written), "{user} at {at}: {set}");
    }
}

#[test]
fn the_built_in_device_has_users_for_practice_until_others_are_named() {
    use snmpkit::agent::demo::user;
    let Some(_) = require_peers() else { return };
    let home = TempDir::new().unwrap();
    let agent = Agent::start(&["demo"], home.path());
    for about in user::USERS {
        let mut words =
            vec!["-v3", "-u", about.name, "-A", user::AUTH_PASSPHRASE, "-X", user::PRIV_PASSPHRASE];
        match about.protection {
            None => words.extend(["-l", "noAuthNoPriv"]),
            Some((auth, None)) => words.extend(["-l", "authNoPriv", "-a", auth.name()]),
            Some((auth, Some(privacy))) => {
                words.extend(["-l", "authPriv", "-a", auth.name(), "-x", privacy.name()]);
            }
        }
        let get = agent.asked("snmpget", &words, &[SYS_NAME]);
        assert!(get.out().contains("demo.example.net"), "{}", get.describe());
        let set = agent.asked("snmpset", &words, &[SYS_LOCATION, "s", "x"]);
        assert_eq!(set.status() == 0, about.protection.is_some(), "{}", set.describe());
    }
    let named = Agent::start(&["demo", "--user", "mine"], home.path());
    let get = named.asked("snmpget", &["-v3", "-u", "demo", "-l", "noAuthNoPriv"], &[SYS_NAME]);
    assert!(get.err().contains("Unknown user name"), "{}", get.describe());
}

/// Ours on both sides, for what net-snmp does not have, and `demo::` in the place of an agent.
#[test]
fn our_tools_ask_our_agent_with_3des_and_demo_as_its_users() {
    use snmpkit::agent::demo::user;
    let home = TempDir::new().unwrap();
    let pairs = pairs(&[Some(PrivProtocol::TripleDes)]);
    let users = write_users(home.path(), &users_file(&pairs));
    let agent = Agent::start(&["demo", "--users", &users], home.path());
    for (auth, privacy) in pairs {
        let name = user_name(auth, privacy);
        let words =
            [&["-Oqv", "-r1", "-t2"][..], &v3(&name, auth, privacy), &[&agent.address, SYS_NAME]].concat();
        let run = Tool::ours("snmpget").run(&words);
        assert_eq!((run.status(), run.out().trim()), (0, "\"demo.example.net\""), "{}", run.describe());
    }
    for about in user::USERS {
        let mut words = vec!["-v3", "-Oqv", "-u", about.name, "-l", about_level(&about)];
        if let Some((auth, privacy)) = about.protection {
            words.extend(["-a", auth.name(), "-A", user::AUTH_PASSPHRASE]);
            words.extend(privacy.iter().flat_map(|it| ["-x", it.name(), "-X", user::PRIV_PASSPHRASE]));
        }
        let get = Tool::ours("snmpget").run(&[&words[..], &["demo::", SYS_NAME]].concat());
        assert_eq!((get.status(), get.out().trim()), (0, "\"demo.example.net\""), "{}", get.describe());
        let set = Tool::ours("snmpset").run(&[&words[..], &["demo::", SYS_LOCATION, "s", "attic"]].concat());
        let expected = if about.protection.is_some() { 0 } else { 2 };
        assert_eq!(set.status(), expected, "{}", set.describe());
        let walk = Tool::ours("snmpbulkwalk").run(&[&words[..], &["demo::", "1.3.6.1.2.1.1"]].concat());
        assert!(walk.out().lines().count() > 20, "{}", walk.describe());
    }
}

const fn about_level(about: &snmpkit::agent::demo::user::About) -> &'static str {
    match about.protection {
        None => "noAuthNoPriv",
        Some((_, None)) => "authNoPriv",
        Some((_, Some(_))) => "authPriv",
    }
}
