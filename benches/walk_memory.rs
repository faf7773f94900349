//! How much memory a walk of a million objects takes: `cargo bench --bench walk_memory [-- OBJECTS]`.
//!
//! The objects come from an agent in this process, so that only the tool is measured. It fails when a walk takes 15 MB
//! or more, or when an object is missing.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{env, process::ExitCode, time::Instant};

use support::{
    fake::{GENERATED, generator},
    memory::measure,
    tool::{Tool, ours_path},
};

/// Objects in the walk, unless an argument says otherwise.
const OBJECTS: u32 = 1_000_000;

/// The most that a walk may take, in KiB.
const LIMIT_KIB: u64 = 15 * 1_024;

/// A tool, its format, and the lines that it prints beyond one for each object.
const WALKS: [(&str, &[&str], u64); 4] = [
    ("snmpbulkwalk", &[], 0),
    ("snmpbulkwalk", &["-j"], 1),
    ("snmpbulkwalk", &["--format", "json"], 3),
    ("snmpwalk", &[], 0),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // `cargo test --benches` runs this too, without the argument that `cargo bench` gives.
    let objects: u32 = match arguments.iter().find_map(|argument| argument.parse().ok()) {
        Some(objects) => objects,
        None if arguments.iter().any(|argument| argument == "--bench") => OBJECTS,
        None => 10_000,
    };
    println!("{objects} objects                      peak KiB   seconds   objects a second");
    let good = WALKS.iter().all(|(name, format, more)| walk(name, format, *more, objects));
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures one walk; says whether it is complete and small enough.
fn walk(name: &str, format: &[&str], more: u64, objects: u32) -> bool {
    if !ours_path(name).is_file() {
        println!("{name} is not built: {}", ours_path(name).display());
        return false;
    }
    let agent = generator(objects);
    let tool = Tool::ours(name);
    let words = [format, &["-On", "-t20", agent.address(), GENERATED]].concat();
    let started = Instant::now();
    let usage = measure(&mut tool.command(&words));
    let seconds = started.elapsed().as_secs_f64();
    let label = [&[name], format].concat().join(" ");
    println!("{label:<34} {:>10} {seconds:>9.2} {:>12.0}", usage.peak_kib, f64::from(objects) / seconds);
    let complete = usage.status == Some(0) && usage.stdout_lines == u64::from(objects) + more;
    if !complete {
        println!("{label}: {:?}, {} lines", usage.status, usage.stdout_lines);
    }
    if usage.peak_kib >= LIMIT_KIB {
        println!("{label}: more than {LIMIT_KIB} KiB");
    }
    complete && usage.peak_kib < LIMIT_KIB
}
