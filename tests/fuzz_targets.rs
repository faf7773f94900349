//! Every fuzz target is built, and spoken of where people look for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

fn fuzz() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz"))
}

/// The names of the files in `fuzz/fuzz_targets`, without their endings.
fn targets() -> BTreeSet<String> {
    fs::read_dir(fuzz().join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

/// The values of `key = "value"` lines in a manifest's `[[bin]]` tables.
fn bins(manifest: &str, key: &str) -> BTreeSet<String> {
    let tables = manifest.split("\n[").filter(|table| table.starts_with("[bin]]"));
    let lines = tables.flat_map(str::lines);
    lines
        .filter_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))
        .map(|value| value.trim().trim_matches('"').to_owned())
        .collect()
}

#[test]
fn every_file_of_a_target_is_built_under_its_name() {
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let targets = targets();
    assert!(targets.len() >= 8, "{targets:?}");
    assert_eq!(bins(&manifest, "name"), targets);
    let paths: BTreeSet<String> = targets.iter().map(|target| format!("fuzz_targets/{target}.rs")).collect();
    assert_eq!(bins(&manifest, "path"), paths);
}

#[test]
fn every_target_has_its_command_its_claim_and_its_runs_in_the_readme() {
    let readme = fs::read_to_string(fuzz().join("README.md")).unwrap();
    for target in targets() {
        assert!(readme.contains(&format!("fuzz run -s none {target} ")), "no command runs {target}");
        let rows = readme.lines().filter(|line| line.starts_with(&format!("| `{target}` |"))).count();
        assert_eq!(rows, 2, "{target} has a row for its claim and one for its runs");
    }
}
