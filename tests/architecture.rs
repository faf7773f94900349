//! Holds the sources to what docs/architecture.md says of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

#[path = "architecture/source.rs"]
mod source;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use source::{Source, Use, tokens};

/// Lines that a file may have before its tests.
const LINES: usize = 500;

/// The first layer with clock, environment, randomness and `async`.
const WORLD: usize = 3;

/// Modules that may print.
const PRINTING: &[&str] = &["output", "tool", "bin"];

/// A row of the table of uses.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Row {
    layer: usize,
    /// `None` is anything.
    may_use: Option<Vec<String>>,
}

type Table = BTreeMap<String, Row>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(directory: &str) -> Vec<PathBuf> {
    let mut waiting = vec![root().join(directory)];
    let mut files = Vec::new();
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The sources of the library and its tools, but for files that are tests as a whole.
fn sources() -> Vec<Source> {
    let is_test = |path: &PathBuf| {
        path.components().any(|part| part.as_os_str() == "tests")
            || path.file_name().is_some_and(|name| name == "tests.rs")
    };
    let relative = |path: &PathBuf| path.strip_prefix(root()).unwrap().to_owned();
    let files = files_below("src").into_iter().filter(|path| !is_test(&relative(path)));
    let sources: Vec<_> = files.map(|path| Source::read(root(), &path)).collect();
    assert!(sources.len() > 10, "only {} files in src/", sources.len());
    sources
}

fn there(module: &str) -> bool {
    root().join(format!("src/{module}.rs")).is_file() || root().join(format!("src/{module}/mod.rs")).is_file()
}

/// Without these modules the package is not whole, and what is written down may be ahead of the sources.
fn is_whole() -> bool {
    ["sim", "session", "tool"].into_iter().all(there)
}

fn table() -> Table {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    read_table(&text)
}

/// Reads the rows `| layer | modules | may use |` under the heading.
fn read_table(text: &str) -> Table {
    let section = text.split("\n## Who may use whom\n").nth(1).expect("docs/architecture.md has the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut table = Table::new();
    for line in section.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[layer, modules, may_use] = &cells[..] else { panic!("three cells a row: {line}") };
        let Ok(layer) = layer.parse() else { continue };
        let may_use = match may_use {
            "anything" => None,
            "—" => Some(Vec::new()),
            names => Some(names.split(' ').map(str::to_owned).collect()),
        };
        for module in modules.split(", ") {
            let before = table.insert(module.to_owned(), Row { layer, may_use: may_use.clone() });
            assert_eq!(before, None, "{module} has two rows");
        }
    }
    assert!(table.len() > 10, "only {} rows", table.len());
    table
}

/// What a file uses and may not, one line each.
fn forbidden_uses(table: &Table, source: &Source) -> Vec<String> {
    let module = source.module();
    let Some(row) = table.get(module) else {
        return vec![format!("{}: the table has no row for the module {module}", source.path)];
    };
    let Some(may_use) = &row.may_use else { return Vec::new() };
    let allowed = |name: &str| name == module || may_use.iter().any(|known| known == name);
    let describe = |Use { module: used, line }: Use| {
        format!(
            "{}:{line}: {module} uses {used}, which its row in docs/architecture.md does not allow",
            source.path
        )
    };
    source.uses().into_iter().filter(|used| !allowed(&used.module)).map(describe).collect()
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Each place where one of the words stands, in the files that `counts` picks.
fn places(sources: &[Source], words: &[&str], rule: &str) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for token in &source.tokens {
            if let Some(word) = token.word().filter(|word| words.contains(word)) {
                found.push(format!("{}:{}: {word}: {rule}", source.path, token.line));
            }
        }
    }
    found
}

fn in_layers_below(layer: usize) -> Vec<Source> {
    let table = table();
    let is_below = |source: &Source| table.get(source.module()).is_some_and(|row| row.layer < layer);
    let found: Vec<_> = sources().into_iter().filter(is_below).collect();
    assert!(found.len() > 10, "only {} files below layer {layer}", found.len());
    found
}

#[test]
fn every_module_uses_only_what_the_table_allows() {
    let table = table();
    let inside = |source: &Source| !source.path.starts_with("src/bin/") && source.path != "src/lib.rs";
    let found: Vec<_> =
        sources().iter().filter(|s| inside(s)).flat_map(|source| forbidden_uses(&table, source)).collect();
    assert_none(&found);
}

#[test]
fn the_table_allows_nothing_that_is_not_used() {
    let table = table();
    let mut used: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        let names = source.uses().into_iter().map(|used| used.module);
        used.entry(source.module().to_owned()).or_default().extend(names);
    }
    let mut found = Vec::new();
    for (module, row) in &table {
        for allowed in row.may_use.iter().flatten() {
            if !used.get(module).is_some_and(|names| names.contains(allowed)) {
                found.push(format!("{module} may use {allowed} and does not; its row can be shorter"));
            }
        }
    }
    if is_whole() {
        assert_none(&found);
    }
}

#[test]
fn the_table_never_points_upwards_and_names_only_modules() {
    let table = table();
    let mut found = Vec::new();
    for (module, row) in &table {
        for used in row.may_use.iter().flatten() {
            match table.get(used) {
                None => found.push(format!("{module} may use {used}, which has no row")),
                Some(other) if other.layer > row.layer => {
                    found.push(format!(
                        "{module} (layer {}) may use {used} (layer {})",
                        row.layer, other.layer
                    ));
                }
                Some(_) => {}
            }
        }
    }
    assert_none(&found);
}

#[test]
fn every_row_of_the_table_is_a_module() {
    if is_whole() {
        let missing: Vec<_> = table().into_keys().filter(|module| !there(module)).collect();
        assert_none(&missing);
    }
}

#[test]
fn lib_rs_has_no_code() {
    let source = Source::read(root(), &root().join("src/lib.rs"));
    assert_none(&places(
        &[source],
        &["fn", "struct", "enum", "trait", "impl", "const", "static"],
        "in src/lib.rs",
    ));
}

#[test]
fn binaries_are_three_lines() {
    let long = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.lines().filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        (code > 3).then(|| format!("{}: {code} lines of code; it belongs into src/tool/", path.display()))
    };
    assert_none(&files_below("src/bin").iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn files_are_short_enough_to_read() {
    let is_long = |source: &Source| {
        let lines = source.lines_before_tests;
        (lines > LINES)
            .then(|| format!("{}: {lines} lines before its tests; {LINES} are allowed", source.path))
    };
    assert_none(&sources().iter().filter_map(is_long).collect::<Vec<_>>());
}

#[test]
fn there_is_no_async_below_the_world() {
    assert_none(&places(&in_layers_below(WORLD), &["async", "await", "tokio"], "I/O belongs into layer 3"));
}

#[test]
fn there_is_no_clock_environment_or_randomness_below_the_world() {
    let first_words = ["std", "core", "rand", "getrandom", "tokio", "socket2", "rustix"];
    let forbidden = [
        "std::time::Instant",
        "std::time::SystemTime",
        "std::time::*",
        "std::env",
        "std::fs",
        "std::process",
        "std::thread",
        "std::io::stdin",
        "std::net::UdpSocket",
        "std::net::TcpStream",
        "std::net::TcpListener",
        "std::net::ToSocketAddrs",
        "std::net::*",
        "std::os",
        "std::hash::RandomState",
        "std::collections::hash_map::RandomState",
        "rand",
        "getrandom",
        "tokio",
        "socket2",
        "rustix",
    ];
    // A generator that must be given its seed brings no randomness of its own.
    let seeded = ["rand::RngExt", "rand::SeedableRng", "rand::rngs::StdRng"];
    let is_forbidden = |path: &str| {
        !seeded.contains(&path)
            && forbidden.iter().any(|root| {
                path == *root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with("::"))
            })
    };
    // The compiler reads module files, and resolves them on a stack that no caller has; what comes of it is kept in
    // files, which are judged in one place; docs/architecture.md says so. The time of day is a type there: clippy.toml
    // names the call.
    let excepted = [
        ("src/files.rs", "std::fs"),
        ("src/files.rs", "std::os::unix"),
        ("src/files.rs", "rustix"),
        ("src/mib/compile/combine.rs", "std::thread"),
        ("src/mib/compile/inventory.rs", "std::fs"),
        ("src/mib/compile/inventory.rs", "std::os::unix"),
        ("src/mib/compile/inventory.rs", "std::thread"),
        ("src/mib/compile/inventory.rs", "rustix::fs"),
        ("src/mib/compile/mod.rs", "std::thread"),
        ("src/mib/compile/source.rs", "std::fs"),
        ("src/mib/cache/", "std::fs"),
        ("src/mib/cache/", "std::os::unix"),
        ("src/mib/cache/", "std::process"),
        ("src/mib/cache/", "std::thread"),
        ("src/mib/cache/", "std::time::SystemTime"),
        ("src/mib/cache/", "rustix"),
        ("src/mib/library.rs", "std::time::SystemTime"),
        ("src/mib/library/", "std::fs"),
        ("src/mib/map.rs", "std::fs"),
    ];
    let mut found = Vec::new();
    for source in in_layers_below(WORLD) {
        for (path, line) in first_words.iter().flat_map(|word| source.paths(word)) {
            let is_excepted =
                |(file, root): &(&str, &str)| source.path.starts_with(file) && path.starts_with(root);
            if is_forbidden(&path) && !excepted.iter().any(is_excepted) {
                found.push(format!("{}:{line}: {path}: belongs into layer 3", source.path));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn only_tools_and_output_print() {
    let silent: Vec<_> =
        sources().into_iter().filter(|source| !PRINTING.contains(&source.module())).collect();
    let mut found =
        places(&silent, &["print", "println", "eprint", "eprintln", "dbg"], "only output and tool print");
    for source in &silent {
        for (path, line) in source.paths("std").into_iter().chain(source.paths("io")) {
            if ["std::io::stdout", "std::io::stderr", "io::stdout", "io::stderr"].contains(&path.as_str()) {
                found.push(format!("{}:{line}: {path}: only output and tool print", source.path));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn every_exception_to_a_lint_has_a_reason() {
    let files = ["src", "tests", "benches", "examples", "xtask/src"]
        .iter()
        .flat_map(|directory| files_below(directory));
    let mut found = Vec::new();
    for path in files {
        let relative = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let lines = source::attributes_without_reason(&tokens(&text));
        found.extend(lines.iter().map(|line| format!("{relative}:{line}: expect or allow without a reason")));
    }
    assert_none(&found);
}

/// The names under `[dependencies]` and `[dev-dependencies]`.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut listing = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            listing = matches!(line, "[dependencies]" | "[dev-dependencies]");
        } else if let Some((name, source)) = line.split_once(" = ").filter(|_| listing) {
            // What lies in the repository needs no reason.
            if !source.contains("path = ") {
                names.push(name.to_owned());
            }
        }
    }
    names
}

#[test]
fn every_dependency_has_its_reason_and_its_use() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let decisions = read("docs/decisions.md");
    let names = [dependencies(&read("Cargo.toml")), dependencies(&read("xtask/Cargo.toml"))].concat();
    assert!(names.len() > 10, "{names:?}");
    let reasons: Vec<&str> =
        decisions.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect();
    let has_reason =
        |name: &String| reasons.iter().any(|cell| cell.split([',', ' ']).any(|word| word == name));
    let unexplained = names.iter().filter(|name| !has_reason(name));
    let mut found: Vec<_> =
        unexplained.map(|name| format!("{name}: docs/decisions.md does not say why")).collect();

    if is_whole() {
        let directories = ["src", "tests", "benches", "examples", "xtask/src"];
        let sources: Vec<_> =
            directories.iter().flat_map(|d| files_below(d)).map(|f| Source::read_whole(root(), &f)).collect();
        let is_used = |name: &String| {
            let word = name.replace('-', "_");
            sources.iter().any(|source| source.tokens.iter().any(|token| token.is_word(&word)))
        };
        found.extend(
            names.iter().filter(|name| !is_used(name)).map(|name| format!("{name}: nothing uses it")),
        );
    }
    assert_none(&found);
}

// From here on: whether the checks see what they are for.

fn uses_of(path: &str, text: &str) -> Vec<String> {
    Source::parse(path, text)
        .uses()
        .into_iter()
        .map(|used| format!("{}:{}", used.line, used.module))
        .collect()
}

#[test]
fn a_use_is_seen_however_it_is_written() {
    assert_eq!(uses_of("src/a.rs", "use crate::b::C;"), ["1:b"]);
    assert_eq!(
        uses_of("src/a.rs", "use crate::{b::{C, d::E}, f, g::H as I, j::*};"),
        ["1:b", "1:f", "1:g", "1:j"]
    );
    assert_eq!(uses_of("src/a.rs", "fn f() -> crate::b::C {\n  let x = crate::d::e();\n}"), ["1:b", "2:d"]);
    assert_eq!(uses_of("src/a.rs", "use super::b::C;"), ["1:b"]);
    assert_eq!(uses_of("src/a/mod.rs", "use super::{b::C, d};"), ["1:b", "1:d"]);
    assert_eq!(uses_of("src/a/x.rs", "use super::y::Z;"), Vec::<String>::new());
    assert_eq!(uses_of("src/a/x.rs", "use super::super::b::C;"), ["1:b"]);
    assert_eq!(
        uses_of("src/a.rs", "mod inner { use super::y; use super::super::b; }\nuse super::c;"),
        ["1:b", "2:c"]
    );
    assert_eq!(uses_of("src/a.rs", "pub(crate) fn f() {} pub(super) fn g() {}"), Vec::<String>::new());
}

#[test]
fn what_is_no_code_is_no_use() {
    let text = "// crate::a::B\n/* crate::b /* crate::c */ crate::d */\n/// [crate::e]\n\
                const T: &str = \"crate::f\"; const R: &str = r#\"\" crate::g \"#; const B: &[u8] = b\"\\\" crate::h\";\n\
                const Q: char = '\"'; fn f<'a>(x: &'a u8) -> char { '\\'' } // \" crate::i\n\
                #[cfg(test)]\nmod tests { fn f() { use crate::k::L; } }\nuse crate::m;";
    assert_eq!(uses_of("src/x.rs", text), ["8:m"]);
    let source = Source::parse("src/x.rs", text);
    assert_eq!(source.lines_before_tests, 5);
    let elsewhere = Source::parse("src/x.rs", "use crate::a;\n#[cfg(test)]\nmod tests;\n");
    assert_eq!((elsewhere.lines_before_tests, elsewhere.uses().len()), (1, 1));
}

#[test]
fn a_forbidden_use_is_reported_with_its_place() {
    let table = Table::from([
        ("oid".to_owned(), Row { layer: 0, may_use: Some(vec![]) }),
        ("codec".to_owned(), Row { layer: 1, may_use: Some(vec!["oid".to_owned()]) }),
        ("tool".to_owned(), Row { layer: 4, may_use: None }),
    ]);
    let report = |path, text| forbidden_uses(&table, &Source::parse(path, text));
    assert_eq!(
        report("src/codec/ber.rs", "use crate::oid::Oid;\nuse crate::codec::X;"),
        Vec::<String>::new()
    );
    assert_eq!(report("src/tool/get.rs", "use crate::codec::X;"), Vec::<String>::new());
    let upwards = report("src/codec/ber.rs", "\nuse crate::{oid, engine::Y};");
    assert_eq!(upwards.len(), 1);
    assert!(upwards[0].starts_with("src/codec/ber.rs:2: codec uses engine"), "{upwards:?}");
    assert!(report("src/new.rs", "")[0].contains("no row for the module new"));
}

#[test]
fn dependencies_are_read_from_the_manifest() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\nb-c = { version = \"1\" }\n\n[dev-dependencies]\n\
                    d = \"2\"\ne = { path = \"e\" }\n[profile.dev]\ndebug = 1\n";
    assert_eq!(dependencies(manifest), ["a", "b-c", "d"]);
}

#[test]
fn paths_are_taken_apart() {
    let paths = |text| {
        Source::parse("src/x.rs", text).paths("std").into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    assert_eq!(
        paths("use std::{fmt, io::{self, Read}, time::Duration as StdDuration, ops::*};"),
        ["std::fmt", "std::io::self", "std::io::Read", "std::time::Duration", "std::ops::*"]
    );
    assert_eq!(paths("fn f() { std::env::var(\"X\"); other::std::env(); }"), ["std::env::var"]);
}

#[test]
fn an_exception_without_a_reason_is_found() {
    let lines = |text| source::attributes_without_reason(&tokens(text));
    assert_eq!(
        lines("#[expect(dead_code, reason = \"x\")]\n#[expect(dead_code)]\nfn f() { y.expect(\"z\"); }"),
        [2]
    );
    assert_eq!(lines("#![allow(clippy::x)]\n#[cfg_attr(test, allow(clippy::y))]"), [1, 2]);
    assert_eq!(lines("fn f() { g(a, expect(b)); [expect]; }"), Vec::<usize>::new());
}
