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
#[path = "names_in/sets.rs"]
mod sets;
mod support;

use snmpkit::mib::{
    Library,
    index::Checks,
    name::{self, Rules, Search},
};
use support::{fake::Recorder, require_module_files, require_peers, tool::Tool};

/// Where net-snmp finds module files; `None` after saying why there is nothing to compare.
fn directories() -> Option<String> {
    require_module_files(require_peers()?)
}

/// One of net-snmp's tools with every module.
fn net_snmp(name: &str, directories: &str) -> Tool {
    Tool::netsnmp(name).env("MIBS", "ALL").env("MIBDIRS", directories)
}

/// What a name stands for, or the words about it, as net-snmp's `snmpget` has it.
///
/// Names of one run must differ. What is understood and what is not take a run each, since a request is made only when
/// all names are understood.
fn theirs(directories: &str, letters: &[&str], names: &[String]) -> Vec<Result<String, String>> {
    let mut answers = Vec::new();
    for names in names.chunks(100) {
        let refused = run(directories, letters, names).1;
        let mut refused = refused.lines().peekable();
        let mut understood = Vec::new();
        let mut answered: Vec<Option<String>> = Vec::new();
        for name in names {
            let start = format!("{name}: ");
            while refused.next_if(|line| is_logged(line)).is_some() {}
            let line = refused.next_if(|line| line.starts_with(&start));
            if line.is_none() {
                understood.push(name.clone());
            }
            answered.push(line.map(|line| line[start.len()..].to_owned()));
        }
        assert_eq!(refused.find(|line| !is_logged(line)), None, "a line that belongs to no name");
        let oids =
            if understood.is_empty() { String::new() } else { run(directories, letters, &understood).0 };
        let mut oids = oids.lines();
        let mut next = |name: &String| {
            let line = oids.next().unwrap_or_else(|| panic!("no answer for {name}"));
            line.split(" = ").next().unwrap().trim_start_matches('.').to_owned()
        };
        answers.extend(
            answered.into_iter().zip(names).map(|(line, name)| line.map_or_else(|| Ok(next(name)), Err)),
        );
        assert_eq!(oids.next(), None, "more answers than names");
    }
    answers
}

/// Whether a line is about modules or types of index objects, and not about a name.
fn is_logged(line: &str) -> bool {
    ["MIB search path: ", "Cannot find module ", "Unexpected index type: "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn run(directories: &str, letters: &[&str], names: &[String]) -> (String, String) {
    let agent = Recorder::echo();
    let mut words: Vec<String> =
        ["-v2c", "-cpublic", "-r0", "-t5", "-On", "-Pe"].iter().copied().map(str::to_owned).collect();
    words.extend(letters.iter().copied().map(str::to_owned));
    words.push(agent.address().to_owned());
    words.extend_from_slice(names);
    let run = net_snmp("snmpget", directories).run(&words);
    (run.out(), run.err())
}

/// What we make of it.
fn ours(name: &str, rules: &Rules) -> Result<String, String> {
    name::parse(name.as_bytes(), &mut Library::core(), rules).map(|oid| oid.to_string()).map_err(|unknown| {
        let detail = unknown.detail.map(|detail| format!(" ({})", String::from_utf8_lossy(&detail)));
        format!("Unknown Object Identifier{}", detail.unwrap_or_default())
    })
}

/// Says which names are read otherwise.
fn compare(directories: &str, letters: &[&str], rules: &Rules, names: &[String]) {
    let theirs = theirs(directories, letters, names);
    let mut differing = Vec::new();
    for (name, theirs) in names.iter().zip(&theirs) {
        let ours = ours(name, rules);
        if ours != *theirs {
            differing.push(format!("{name}\n    ours     {ours:?}\n    net-snmp {theirs:?}"));
        }
    }
    assert_eq!(theirs.len(), names.len());
    assert!(
        differing.is_empty(),
        "{letters:?}: {} of {}\n{}",
        differing.len(),
        names.len(),
        differing.join("\n")
    );
}

const RULES: Rules =
    Rules { search: Search::All, relative_to: None, checks: Checks { ranges: true, hints: true } };
