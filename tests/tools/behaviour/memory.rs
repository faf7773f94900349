//! Memory does not grow with a walk. `cargo bench --bench walk_memory` does the same with a million objects.

use std::process::Stdio;

use super::generator;
use crate::support::{
    memory::{Usage, measure},
    tool::Tool,
};

/// The most that a walk may take, in KiB.
const LIMIT_KIB: u64 = 15 * 1_024;

/// What a walk ten times as long may take more, in KiB: what an allocator keeps back, and answers that wait for those
/// before them, of which a short walk has fewer. The objects themselves would take ten times as much.
const SLACK_KIB: u64 = 1_024;

fn walk(tool: &str, format: &[&str], objects: u32) -> Usage {
    let agent = generator(objects);
    let tool = Tool::ours(tool);
    let words = [format, &["-On", "-t20", agent.address(), super::GENERATED]].concat();
    let usage = measure(tool.command(&words).stderr(Stdio::inherit()));
    assert_eq!(usage.status, Some(0), "{words:?}");
    usage
}

#[test]
fn memory_does_not_grow_with_a_walk() {
    for (tool, format, short, more) in [
        ("snmpbulkwalk", &[][..], 10_000, 0),
        ("snmpbulkwalk", &["-j"], 5_000, 1),
        ("snmpbulkwalk", &["--format", "csv"], 5_000, 1),
        ("snmpbulkwalk", &["--format", "json"], 5_000, 3),
        ("snmpwalk", &[], 1_000, 0),
    ] {
        let (first, second) = (walk(tool, format, short), walk(tool, format, 10 * short));
        for (usage, objects) in [(first, short), (second, 10 * short)] {
            assert_eq!(usage.stdout_lines, u64::from(objects) + more, "{tool} {format:?}");
        }
        let (first, second) = (first.peak_kib, second.peak_kib);
        assert!(second < LIMIT_KIB, "{tool} {format:?}: {second} KiB");
        assert!(second < first + SLACK_KIB, "{tool} {format:?}: {first} KiB, then {second} KiB");
    }
}
