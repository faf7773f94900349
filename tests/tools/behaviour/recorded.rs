//! Recorded devices, served again and walked again: what comes out is what was recorded.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Agent, GENERATED, file, objects, run};
use crate::support::{
    Peers,
    compare::difference,
    require_peers,
    snmpd::Snmpd,
    tool::{Run, Tool},
};

/// What net-snmp's snmpwalk records of Debian's agent.
fn recording(peers: Peers) -> Run {
    let walk =
        Tool::netsnmp("snmpwalk").run(&["-v2c", "-c", "public", "-On", &Snmpd::shared(peers).udp(), ".1"]);
    assert_eq!(walk.status(), 0, "{}", walk.describe());
    assert!(walk.out().lines().count() > 1_000, "{}", walk.describe());
    walk
}

fn lines(octets: &[u8]) -> Vec<String> {
    octets.split(|&octet| octet == b'\n').map(|line| line.escape_ascii().to_string()).collect()
}

/// A walk that ends at the end of all objects, as net-snmp's prints it: the last line says so.
fn without_the_end(octets: &[u8]) -> Vec<String> {
    let mut all = lines(octets);
    while all.last().is_some_and(|line| line.is_empty() || line.contains("No more variables left")) {
        all.pop();
    }
    all
}

#[test]
fn a_recording_of_debians_agent_is_served_octet_for_octet() {
    let Some(peers) = require_peers() else { return };
    let recorded = recording(peers);
    let (_directory, path) = file("debian.walk", &recorded.stdout);
    let agent = Agent::at(
        &[path.to_str().unwrap()],
        &["udp:127.0.0.1:{port}", "tcp:127.0.0.1:{port}", "stream::{dir}/stream"],
    );
    let expected = without_the_end(&recorded.stdout);
    let words = ["-v2c", "-c", "public", "-On", agent.address(), ".1"];
    for name in ["snmpwalk", "snmpbulkwalk"] {
        for (whose, tool) in [("ours", Tool::ours(name)), ("net-snmp's", Tool::netsnmp(name))] {
            let again = tool.run(&words);
            assert_eq!(again.status(), 0, "{}", again.describe());
            let report = difference("walk", &expected, &without_the_end(&again.stdout));
            assert!(report.is_empty(), "{whose} {name}\n{report}");
        }
    }
    let stream = &agent.addresses()[2];
    let unix = format!("unix:{}", stream.strip_prefix("stream::").unwrap());
    let again = run("snmpbulkwalk", &["-On", &unix, ".1"]);
    assert!(difference("walk", &expected, &without_the_end(&again.stdout)).is_empty());
}

/// Our ndjson as a `.snmprec` file: octets in hexadecimal, numbers as they are.
fn as_snmprec(all: &[Value]) -> String {
    let mut text = String::new();
    for one in all {
        let (oid, value) = (one["oid"].as_str().unwrap(), &one["value"]);
        let hex = || one["hex"].as_str().unwrap();
        let (tag, value) = match one["type"].as_str().unwrap() {
            "Integer32" => ("2", value.to_string()),
            "OctetString" => ("4x", hex().to_owned()),
            "Null" => ("5", String::new()),
            "ObjectIdentifier" => ("6", value.as_str().unwrap().to_owned()),
            "IpAddress" => ("64", value.as_str().unwrap().to_owned()),
            "Counter32" => ("65", value.to_string()),
            "Gauge32" => ("66", value.to_string()),
            "TimeTicks" => ("67", value.to_string()),
            "Opaque" => ("68x", hex().to_owned()),
            "Counter64" => ("70", one["exact"].as_str().unwrap().to_owned()),
            other => panic!("{other} in a recording"),
        };
        writeln!(text, "{oid}|{tag}|{value}").unwrap();
    }
    text
}

#[test]
fn all_three_formats_of_one_device_are_served_alike() {
    let source = Agent::start(&[&format!("{}/tests/data/switch.walk", env!("CARGO_MANIFEST_DIR"))]);
    let text = run("snmpwalk", &["-On", source.address(), ".1"]);
    let json = run("snmpwalk", &["-j", source.address(), ".1"]);
    let mut all = objects(&json);
    all.retain(|object| object["kind"] == "varbind" && object["type"] != "endOfMibView");
    assert_eq!(all.len(), 18, "{}", json.describe());
    let (_text, text_path) = file("again.walk", &text.stdout);
    let (_json, json_path) = file("again.ndjson", &json.stdout);
    let (_snmprec, snmprec_path) = file("again.snmprec", as_snmprec(&all).as_bytes());
    for path in [text_path, json_path, snmprec_path] {
        let agent = Agent::start(&[path.to_str().unwrap()]);
        for name in ["snmpwalk", "snmpbulkwalk"] {
            let again = run(name, &["-On", agent.address(), ".1"]);
            let report = difference("walk", &without_the_end(&text.stdout), &without_the_end(&again.stdout));
            assert!(report.is_empty(), "{}\n{report}", path.display());
        }
        if let Some(_peers) = require_peers() {
            let words = ["-v2c", "-c", "public", "-On", agent.address(), ".1"];
            let again = Tool::netsnmp("snmpwalk").run(&words);
            assert_eq!(without_the_end(&again.stdout), without_the_end(&text.stdout), "{}", path.display());
        }
    }
}

#[test]
fn what_was_asked_in_a_recording_can_be_set_by_who_may_write() {
    let (_directory, path) = file("one.walk", format!(".{GENERATED}.1 = INTEGER: 5\n").as_bytes());
    let agent = Agent::start(&[path.to_str().unwrap()]);
    let name = format!("{GENERATED}.1");
    let set = |community: &str, kind: &str, value: &str| {
        run("snmpset", &["-c", community, "-t0.2", "-r0", "-On", agent.address(), &name, kind, value])
    };
    assert_eq!(set("private", "i", "6").out(), format!(".{name} = INTEGER: 6\n"));
    let wrong = set("private", "s", "six");
    assert_eq!(wrong.status(), 2, "{}", wrong.describe());
    assert_eq!(set("public", "i", "7").status(), 2);
    let get = run("snmpget", &["-On", agent.address(), &name]);
    assert_eq!(get.out(), format!(".{name} = INTEGER: 6\n"));
}
