//! What snmptranslate says of objects to programs: every line against the schema that is shipped, and the examples of
//! docs/json.md against what the tool writes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

#[path = "output_schema/mod.rs"]
mod schema;
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::LazyLock,
};

use serde_json::Value;
use support::tool::{Run, Tool};

/// The tool with the names that are built in, and no module files to look for descriptions in.
fn run(words: &[&str], stdin: &str) -> Run {
    let words: Vec<&str> = ["-M", "/nonexistent"].into_iter().chain(words.iter().copied()).collect();
    Tool::ours("snmptranslate").without("MIBS").stdin(stdin.as_bytes()).run(&words)
}

fn lines(run: &Run) -> Vec<Value> {
    run.stdout
        .split(|octet| *octet == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn text<'v>(object: &'v Value, key: &str) -> &'v str {
    object[key].as_str().unwrap_or_default()
}

/// All objects that are built in.
static EVERYTHING: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let run = run(&["-j", "-Tp"], "");
    assert_eq!(run.status(), 0);
    lines(&run)
});

#[test]
fn every_object_follows_the_schema_and_every_key_is_met() {
    let schema = schema::shipped();
    let objects = &*EVERYTHING;
    assert!(objects.len() > 30_000, "only {} objects", objects.len());
    let mut keys: BTreeSet<&str> = BTreeSet::new();
    let mut macros: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, object) in objects.iter().enumerate() {
        // Thousands, and more of what is rare.
        if n % 16 == 0 || text(object, "macro") != "OBJECT-TYPE" && n % 4 == 0 || n < 500 {
            schema.check(object).unwrap_or_else(|fault| panic!("{fault}: {object}"));
        }
        keys.extend(object.as_object().unwrap().keys().map(String::as_str));
        *macros.entry(text(object, "macro")).or_default() += 1;
    }
    let named: Value = serde_json::from_str(snmpkit::output::json::format_schema()).unwrap();
    let named = named["$defs"]["object"]["properties"].as_object().unwrap();
    // Instances have the first two, module files the others.
    let elsewhere = ["rest", "index", "description", "reference"];
    let never: Vec<_> = named.keys().map(String::as_str).filter(|key| !keys.contains(key)).collect();
    assert!(never.iter().all(|key| elsewhere.contains(key)), "{never:?}");
    for (name, least) in [
        ("OBJECT-TYPE", 20_000),
        ("NOTIFICATION-TYPE", 500),
        ("OBJECT-GROUP", 500),
        ("NOTIFICATION-GROUP", 100),
        ("MODULE-IDENTITY", 300),
        ("MODULE-COMPLIANCE", 300),
        ("OBJECT-IDENTITY", 100),
        ("OBJECT IDENTIFIER", 500),
        ("TRAP-TYPE", 9),
    ] {
        assert!(macros.get(name).is_some_and(|count| *count >= least), "{name}: {macros:?}");
    }
}

#[test]
fn every_kind_of_object_says_what_belongs_to_it() {
    let mut without: Vec<String> = Vec::new();
    for object in &*EVERYTHING {
        let keys: &[&str] = match (text(object, "macro"), text(object, "role")) {
            (_, "scalar" | "column") if text(object, "base") == "BITS" => &["type", "syntax", "bits"],
            ("OBJECT-TYPE", "scalar") => &["syntax", "base", "access", "status"],
            ("OBJECT-TYPE", "column") => &["syntax", "base", "access", "status", "table", "row", "indexes"],
            ("OBJECT-TYPE", "row") => &["table", "columns", "indexes"],
            ("OBJECT-TYPE", "table") => &["row", "columns", "indexes"],
            ("NOTIFICATION-TYPE" | "OBJECT-GROUP" | "NOTIFICATION-GROUP", _) => &["objects", "status"],
            ("MODULE-IDENTITY", _) => &["revision"],
            _ => &["descriptor", "macro"],
        };
        without.extend(
            keys.iter()
                .filter(|key| object.get(**key).is_none())
                .map(|key| format!("{} has no {key}", text(object, "name"))),
        );
    }
    // What modules leave out or get wrong: an INDEX, a row without a table.
    assert!(without.len() < 20, "{}: {without:#?}", without.len());
}

#[test]
fn instances_and_names_that_nobody_knows_follow_the_schema_on_lines_and_in_a_document() {
    let schema = schema::shipped();
    let objects = &*EVERYTHING;
    let mut input = String::new();
    for (n, object) in objects.iter().enumerate().filter(|(n, _)| n % 14 == 0) {
        let rest = ["1", "0", "5.6.7", "4.192.0.2.1", "1.4.192.0.2.1", "3.97.98.99", "4294967295", "0.0"]
            [n / 14 % 8];
        writeln!(input, "{}.{rest} = x", text(object, "oid")).unwrap();
        if n % 70 == 0 {
            writeln!(input, "{}x\nnoSuchName{n}\nIF-MIB::\u{1b}[31m{n}", text(object, "name")).unwrap();
        }
    }
    let (stream, document) = (run(&["-j", "-"], &input), run(&["--format", "json", "-"], &input));
    assert_eq!((stream.status(), document.status()), (2, 2));
    let stream = lines(&stream);
    for line in &stream {
        schema.check(line).unwrap_or_else(|fault| panic!("{fault}: {line}"));
    }
    let document: Value = serde_json::from_slice(&document.stdout).unwrap();
    schema.check(&document).unwrap();
    let (errors, found): (Vec<Value>, Vec<Value>) =
        stream.into_iter().partition(|line| text(line, "kind") == "error");
    assert!(errors.len() > 1_000 && found.len() > 2_000, "{} {}", errors.len(), found.len());
    assert!(found.iter().filter(|object| object.get("index").is_some()).count() > 1_000);
    assert_eq!(document["objects"].as_array().unwrap()[..], found);
    assert_eq!(document["errors"].as_array().unwrap()[..], errors);
}

#[test]
fn the_examples_of_objects_in_the_documentation_are_what_comes_out() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let examples: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.contains(r#""kind":"object""#))
        .collect();
    let names: Vec<String> =
        examples.iter().map(|line| text(&serde_json::from_str(line).unwrap(), "name").to_owned()).collect();
    assert!(names.len() >= 7, "{names:?}");
    let words: Vec<&str> = ["-j"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let run = run(&words, "");
    let written = String::from_utf8(run.stdout).unwrap();
    assert_eq!(written.lines().collect::<Vec<_>>(), examples);
}
