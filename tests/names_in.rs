//! What people type for an object, as net-snmp's tools read it and as we do.
//!
//! net-snmp needs module files: `SNMPKIT_MIB_DIRS=DIR:DIR cargo test --test names_in`; docs/mib-image.md says where they
//! come from. Our side reads the image that is built in, which was made from the same files.

#![allow(clippy::unwrap_used, reason = "a comparison that cannot go on must say where")]
#![allow(clippy::disallowed_methods, reason = "the environment says where the module files are")]

#[path = "names_in/cases.rs"]
mod cases;
#[path = "names_in/generated.rs"]
mod generated;
#[path = "names_in/printed.rs"]
mod printed;
#[path = "names_in/sets.rs"]
mod sets;
mod support;

use std::{
    collections::HashMap,
    env,
    process::{Command, Stdio},
};

use serde_json::json;
use snmpkit::mib::{
    Library,
    index::Checks,
    name::{self, Rules, Search},
};
use support::{require_peers, say};

/// Where net-snmp finds module files; `None` after saying why there is nothing to compare.
fn directories() -> Option<String> {
    let _peers = require_peers()?;
    let directories = env::var("SNMPKIT_MIB_DIRS").ok();
    if directories.is_none() {
        assert!(env::var("CI").as_deref() != Ok("true"), "SNMPKIT_MIB_DIRS is not set; test.sh does it");
        say("skipped: SNMPKIT_MIB_DIRS is not set; docs/mib-image.md");
    }
    directories
}

/// What net-snmp makes of words under letters of `-I`: of names, or of assignments.
///
/// # Panics
///
/// When it dies of them.
fn theirs(directories: &str, jobs: &[(&str, Vec<Vec<String>>)]) -> Vec<Vec<Outcome>> {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/names_in/net_snmp.py"))
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .envs([("MIBS", "ALL"), ("MIBDIRS", directories)])
        .envs(["HOME", "SNMPCONFPATH", "SNMP_PERSISTENT_DIR"].map(|name| (name, home.path())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let asked: Vec<_> =
        jobs.iter().map(|(letters, items)| json!({"letters": letters, "items": items})).collect();
    serde_json::to_writer(child.stdin.take().unwrap(), &asked).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "net-snmp's library in Python: {}", output.status);
    let answers: Vec<Vec<HashMap<String, String>>> = serde_json::from_slice(&output.stdout).unwrap();
    let outcome = |answer: HashMap<String, String>| match (answer.get("ok"), answer.get("error")) {
        (Some(text), None) => Ok(text.clone()),
        (None, Some(text)) => Err(text.clone()),
        _ => panic!("{answer:?}"),
    };
    let answers: Vec<Vec<Outcome>> =
        answers.into_iter().map(|answers| answers.into_iter().map(outcome).collect()).collect();
    assert!(answers.iter().map(Vec::len).eq(jobs.iter().map(|(_, items)| items.len())), "an answer for each");
    answers
}

/// What comes of words, or what is said about them.
type Outcome = Result<String, String>;

/// What we make of it.
fn ours(name: &str, rules: &Rules) -> Outcome {
    name::parse(name.as_bytes(), &mut Library::core(), rules).map(|oid| oid.to_string()).map_err(|unknown| {
        let detail = unknown.detail.map(|detail| format!(" ({})", String::from_utf8_lossy(&detail)));
        format!("Unknown Object Identifier{}", detail.unwrap_or_default())
    })
}

/// Says which names are read otherwise: lists of them with letters of `-I` and the rules that these stand for.
fn compare(directories: &str, lists: &[(&str, Rules, Vec<String>)]) {
    let items = |names: &[String]| names.iter().map(|name| vec![name.clone()]).collect();
    let jobs: Vec<_> = lists.iter().map(|(letters, _, names)| (*letters, items(names))).collect();
    for ((letters, rules, names), theirs) in lists.iter().zip(theirs(directories, &jobs)) {
        let differing = names.iter().zip(&theirs).filter_map(|(name, theirs)| {
            let ours = ours(name, rules);
            (ours != *theirs).then(|| format!("{name}\n    ours     {ours:?}\n    net-snmp {theirs:?}"))
        });
        tell(letters, &differing.collect::<Vec<_>>(), names.len());
    }
}

/// Fails if anything differs.
fn tell(letters: &str, differing: &[String], count: usize) {
    assert!(differing.is_empty(), "-I{letters}: {} of {count}\n{}", differing.len(), differing.join("\n"));
}

const RULES: Rules =
    Rules { search: Search::All, relative_to: None, checks: Checks { ranges: true, hints: true } };
