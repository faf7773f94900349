//! What the compiler makes of module files beside what net-snmp makes of the same files: every object of every module.
//!
//! `SNMPKIT_MIB_DIRS=DIR:DIR cargo test --release --test mib_net_snmp -- --nocapture`; docs/mib-image.md says where the
//! files come from. Without directories, or without net-snmp's `snmptranslate`, there is nothing to compare.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a comparison that cannot go on must say where")]
#![allow(clippy::disallowed_methods, reason = "the environment says where the module files are")]

#[path = "tools/mib_details.rs"]
mod mib_details;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::PathBuf,
};

use mib_details::{Details, FIELDS, ours, theirs};
use snmpkit::mib::{
    compile::{self, Directories, Prose},
    image::{self, Image, Node},
};

/// Differences that are known, by field: how many there may be in a thousand objects of one module, and why.
const KNOWN: &[(&str, usize, &str)] = &[
    ("name", 0, ""),
    ("modules", 0, ""),
    ("convention", 1, "net-snmp loses the SYNTAX of smuxPdescription, whose module has a fault there"),
    (
        "syntax",
        1,
        "net-snmp drops labels that are words of the SMI (current, mandatory), writes numbers from 2^31 on as \
                   negative ones, and has the module's name for the size of Opaque",
    ),
    ("hint", 1, "as convention"),
    ("units", 2, "net-snmp prints the first line alone"),
    ("access", 1, "as convention"),
    ("status", 0, ""),
    ("index", 0, ""),
    ("augments", 0, ""),
    ("objects", 0, ""),
    ("default", 3, "net-snmp takes hexadecimal strings for numbers, which overflow; { 0 0 } is lost here"),
];

/// Names that may differ in a thousand, where several modules speak of one OID.
const SHARED_NAMES: usize = 50;

/// OIDs that only one side has, in a thousand: net-snmp gives up DLSW-MIB at a comment, and what refers to something
/// undefined each side resolves or drops in its own way.
const ONE_SIDED: usize = 6;

/// Differences of a kind that are shown.
const SHOWN: usize = 25;

#[test]
fn every_object_is_what_net_snmp_takes_it_for() {
    let Some(directories) = env::var_os("SNMPKIT_MIB_DIRS") else {
        assert!(env::var("CI").as_deref() != Ok("true"), "SNMPKIT_MIB_DIRS is not set; test.sh does it");
        eprintln!("skipped: SNMPKIT_MIB_DIRS is not set; docs/mib-image.md");
        return;
    };
    let Some(theirs) = theirs(&directories) else {
        assert!(env::var("CI").as_deref() != Ok("true"), "there is no snmptranslate to compare with");
        eprintln!("skipped: no snmptranslate; apt-get install snmp");
        return;
    };
    let source = Directories::new(env::split_paths(&directories).collect::<Vec<PathBuf>>());
    let modules = source.modules().unwrap();
    let compiled = compile::compile(&source, &modules, Prose::Keep).unwrap();
    let octets = image::write(&compiled.model).unwrap();
    let image = Image::open(&octets).unwrap();
    assert!(theirs.len() > 1_000, "only {} objects of net-snmp", theirs.len());

    let mut counts: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    let mut shared = counts.clone();
    let mut missing = Vec::new();
    for (oid, details) in &theirs {
        let arcs: Vec<u32> = oid.split('.').map(|arc| arc.parse().unwrap()).collect();
        let Some(definition) = image.node(&arcs).and_then(Node::definition) else {
            if !details.is_made_up() {
                missing.push(format!("{oid} {}", details.summary()));
            }
            continue;
        };
        let our = ours(definition);
        // Where two modules speak of one OID, ours is the latest of the current language; net-snmp's depends on the
        // order of the files.
        let owners =
            our.field("modules").matches(',').count().max(details.field("modules").matches(',').count());
        let is_shared = owners > 0
            || our.field("name") != details.field("name")
            || our.field("modules") != details.field("modules");
        compare(if is_shared { &mut shared } else { &mut counts }, oid, &our, details);
    }
    let known: BTreeSet<&str> = theirs.keys().map(String::as_str).collect();
    let ours_alone: Vec<String> = all_oids(&image).filter(|oid| !known.contains(oid.as_str())).collect();
    eprintln!("== objects of one module");
    report(&counts);
    eprintln!("== objects of several modules");
    report(&shared);
    eprintln!("== on one side");
    list("missing here", &missing);
    list("here alone", &ours_alone);
    for (field, per_thousand, why) in KNOWN {
        let (same, different) = counts.get(field).cloned().unwrap_or_default();
        let whole = same + different.len();
        assert!(
            different.len() * 1_000 <= whole * per_thousand,
            "{field}: {} of {whole}; {why}",
            different.len()
        );
    }
    let (same, different) = &shared["name"];
    assert!(
        different.len() * 1_000 <= (same + different.len()) * SHARED_NAMES,
        "{} shared names",
        different.len()
    );
    assert!(missing.len() * 1_000 <= theirs.len() * ONE_SIDED, "{} are missing here", missing.len());
    assert!(ours_alone.len() * 1_000 <= theirs.len() * ONE_SIDED, "{} are here alone", ours_alone.len());
}

fn compare(
    counts: &mut BTreeMap<&'static str, (usize, Vec<String>)>,
    oid: &str,
    ours: &Details,
    theirs: &Details,
) {
    for field in FIELDS {
        let (our, their) = (ours.field(field), theirs.field(field));
        if our.is_empty() && their.is_empty() {
            continue;
        }
        let (same, different) = counts.entry(field).or_default();
        if our == their {
            *same += 1;
        } else {
            different.push(format!("{oid} {}: {our:?}, net-snmp {their:?}", ours.summary()));
        }
    }
}

fn all_oids<'a>(image: &'a Image<'a>) -> impl Iterator<Item = String> + 'a {
    let nodes = std::iter::successors(Some(image.root()), |node| node.next());
    nodes.filter(|node| node.definition().is_some()).map(|node| node.oid().to_string())
}

fn report(counts: &BTreeMap<&str, (usize, Vec<String>)>) {
    for (field, (same, different)) in counts {
        eprintln!("{field}: {same} agree, {} differ", different.len());
        different.iter().take(SHOWN).for_each(|line| eprintln!("    {line}"));
    }
}

fn list(what: &str, lines: &[String]) {
    eprintln!("{what}: {}", lines.len());
    lines.iter().take(SHOWN).for_each(|line| eprintln!("    {line}"));
}
