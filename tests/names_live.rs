//! Names and values as our tools read and print them, against net-snmp's with the same module files: thousands of cases,
//! made from the built-in image.
//!
//! Everything random comes from a fixed seed. `SNMPKIT_DIFFERENTIAL=1:SEED` runs every case with every combination of
//! letters instead of the usual choice, from another seed, and `0:SEED` the usual choice from another seed.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

#[path = "names_live/golden.rs"]
mod golden;
#[path = "names_live/indexes.rs"]
mod indexes;
#[path = "names_live/known.rs"]
mod known;
#[path = "names_live/lines.rs"]
mod lines;
#[path = "names_live/sets.rs"]
mod sets;
#[path = "names_live/shapes.rs"]
mod shapes;
#[path = "names_live/sides.rs"]
mod sides;
mod support;
#[path = "names_live/text.rs"]
mod text;
#[path = "names_live/typed.rs"]
mod typed;
#[path = "names_live/values.rs"]
mod values;

use std::{
    env,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// How many cases of a kind to run, and the seed: from the environment, or the usual.
pub fn amount(usual: usize, long: usize) -> (usize, u64) {
    let Some(text) = env::var_os("SNMPKIT_DIFFERENTIAL") else { return (usual, 1) };
    let text = text.into_string().unwrap();
    let (cases, seed) = text.split_once(':').unwrap_or((&text, "1"));
    let cases = match cases.parse().unwrap() {
        0 => usual,
        1 => long,
        cases => cases,
    };
    (cases, seed.parse().unwrap())
}

/// Does `work` for each number below `count` on a few threads; returns the reports in order of their numbers.
pub fn in_parallel(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> Option<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let mut reports: Vec<(usize, String)> = thread::scope(|scope| {
        let (next, work) = (&next, &work);
        let worker = || {
            let mut found = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return found;
                }
                found.extend(work(number).map(|report| (number, report)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    reports.sort();
    reports.into_iter().map(|(_, report)| report).collect()
}

/// Says how much was compared.
pub fn tell(line: &str) {
    support::say(line);
}

/// Fails with all reports.
pub fn report(reports: &[String]) {
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}
