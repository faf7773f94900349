//! snmpagent, as an operator runs it.

use std::fs;

use snmpkit::agent::quirk;

use super::{Agent, SYS_NAME, run, run_at};

#[test]
fn communities_are_what_was_given() {
    let agent = Agent::start(&[
        "demo",
        "--read-community",
        "look",
        "--read-community",
        "peek",
        "--write-community",
        "touch",
    ]);
    let status = |tool: &str, version: &str, community: &str| {
        let value = if tool == "snmpset" { " s new" } else { "" };
        let line = format!("{tool} {version} -c {community} -t0.2 -r0 {{}} {SYS_NAME}{value}");
        run_at(agent.address(), &line).status()
    };
    for version in ["-v1", "-v2c"] {
        for community in ["look", "peek", "touch"] {
            assert_eq!(status("snmpget", version, community), 0, "{community}");
        }
        for community in ["public", "private", "loo", "lookk", ""] {
            let line = ["snmpget", version, "-c", community, "-t0.2", "-r0", agent.address(), SYS_NAME];
            assert_eq!(run("snmpget", &line[1..]).status(), 1, "{community}");
        }
        assert_eq!(status("snmpset", version, "touch"), 0);
        assert_eq!(status("snmpset", version, "look"), 2, "a community that may only read");
        assert_eq!(status("snmpset", version, "private"), 1, "a community that is not known");
    }
}

#[test]
fn it_stops_after_as_many_requests_as_it_was_told() {
    let mut agent = Agent::start(&["demo", "--max-requests", "2"]);
    for _ in 0..2 {
        assert_eq!(run("snmpget", &[agent.address(), SYS_NAME]).status(), 0);
    }
    assert_eq!(agent.wait().code(), Some(0), "{}", agent.log());
    assert_eq!(run("snmpget", &["-t0.2", "-r0", agent.address(), SYS_NAME]).status(), 1);
}

#[test]
fn verbose_tells_of_every_request_and_of_no_community() {
    let agent = Agent::start(&["demo", "-v", "--read-community", "s3cret", "--write-community", "s3cretw"]);
    let address = agent.address();
    assert_eq!(run("snmpget", &["-c", "s3cret", address, SYS_NAME]).status(), 0);
    assert_eq!(run("snmpset", &["-c", "s3cretw", address, SYS_NAME, "s", "x"]).status(), 0);
    assert_eq!(run("snmpget", &["-c", "wrongs3cret", "-t0.2", "-r0", address, SYS_NAME]).status(), 1);
    assert_eq!(run("snmpget", &["-v1", "-c", "s3cret", address, "1.3.6.1.99"]).status(), 2);
    let log = agent.log();
    for said in [
        "GetRequest 1.3.6.1.2.1.1.5.0 -> Response, 1 binding\n",
        "SetRequest 1.3.6.1.2.1.1.5.0 -> Response, 1 binding\n",
        "GetRequest 1.3.6.1.2.1.1.5.0 -> silence\n",
        "GetRequest 1.3.6.1.99 -> Response, noSuchName 1\n",
    ] {
        assert!(log.contains(said), "{said}\n{log}");
    }
    assert!(!log.contains("s3cret"), "{log}");
}

#[test]
fn an_address_that_is_taken_is_told() {
    let agent = Agent::at(&["demo"], &["udp:127.0.0.1:{port}", "stream::{dir}/stream", "dgram::{dir}/dgram"]);
    for address in agent.addresses() {
        let ended = run("snmpagent", &["demo", "--listen", address]);
        assert_eq!(ended.status(), 1, "{}", ended.describe());
        assert!(ended.err().starts_with("snmpagent: bind "), "{}", ended.describe());
        assert!(ended.err().ends_with(": Address already in use\n"), "{}", ended.describe());
        assert_eq!(ended.err().lines().count(), 1);
        assert_eq!(run("snmpget", &[address, SYS_NAME]).status(), 0, "the first one still serves {address}");
    }
}

#[test]
fn a_socket_file_that_an_agent_left_behind_is_taken_over() {
    let directory = tempfile::tempdir().unwrap();
    let paths = ["stream", "dgram"].map(|name| format!("{name}::{}", directory.path().join(name).display()));
    let listens = paths.each_ref().map(String::as_str);
    let mut killed = Agent::at(&["demo"], &listens);
    killed.end_with(rustix::process::Signal::KILL);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    let next = Agent::at(&["demo"], &listens);
    for address in next.addresses() {
        assert_eq!(run("snmpget", &[address, SYS_NAME]).status(), 0, "{address}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let walk = |seed| {
        let agent = Agent::start(&["demo", "--seed", seed, "--quirk", "corrupt=0.5"]);
        let ended = run_at(agent.address(), "snmpget -On -t0.1 -r3 {} 1.3.6.1.2.1.1.1.0");
        (ended.end, ended.out())
    };
    assert_eq!(walk("7"), walk("7"));
}

#[test]
fn help_lists_the_quirks_that_there_are() {
    for words in [&["--quirk", "help"][..], &["--quirk=help"], &["demo", "--listen", "x", "--quirk", "help"]]
    {
        let ended = run("snmpagent", words);
        assert_eq!((ended.status(), ended.err()), (0, String::new()), "{}", ended.describe());
        for about in quirk::ALL {
            let line =
                ended.out().lines().find(|line| line.trim_start().starts_with(about.name)).map(str::to_owned);
            assert!(line.is_some_and(|line| line.ends_with(about.what)), "{}\n{}", about.name, ended.out());
        }
        assert!(ended.out().lines().all(|line| line.chars().count() <= 80), "{}", ended.out());
    }
    let ended = run("snmpagent", &["--help"]);
    assert!(ended.out().contains("--quirk help"), "{}", ended.out());
}
