//! docs/faults-of-others.md is complete: every entry says what shows it and what is done instead, and names tests that
//! there are.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

const FIELDS: [&str; 5] = ["Seen", "Shown by", "Should", "Here", "Test"];

/// Adds what Rust sources below `directory` hold.
fn sources(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// The field of an entry with this name.
fn field<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    entry.lines().find_map(|line| line.strip_prefix("* ")?.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn every_fault_has_all_that_a_report_needs_and_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    sources(&root.join("src"), &mut code);
    sources(&root.join("tests"), &mut code);
    let page = fs::read_to_string(root.join("docs/faults-of-others.md")).unwrap();
    let entries: Vec<&str> = page.split("\n### ").skip(1).collect();
    assert!(entries.len() > 30, "{} entries", entries.len());
    for entry in entries {
        let title = entry.lines().next().unwrap();
        for name in FIELDS {
            assert!(field(entry, name).is_some_and(|text| text.len() > 2), "'{title}' has no field '{name}'");
        }
        let tests = field(entry, "Test").unwrap();
        if tests == "none yet" {
            let here = field(entry, "Here").unwrap();
            assert!(here.starts_with("waits for") || here.contains("is used"), "'{title}' needs a test");
            continue;
        }
        for test in tests.split(", ") {
            let test = test.strip_prefix('`').and_then(|test| test.strip_suffix('`'));
            let test = test.unwrap_or_else(|| panic!("'{title}' names its tests as `one`, `two`"));
            assert!(code.contains(&format!("fn {test}(")), "'{title}' names '{test}', which does not exist");
        }
    }
}
