//! Our tools against net-snmp's, on command lines, values and trees that nobody thought of: what both print, how both
//! end, and what both send.
//!
//! Everything random comes from a fixed seed. `SNMPKIT_DIFFERENTIAL=CASES` runs that many cases of each kind instead of
//! the few of the usual run, and `SNMPKIT_DIFFERENTIAL=CASES:SEED` from another seed.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

#[path = "differential/lines.rs"]
mod lines;
mod support;
#[path = "differential/trees.rs"]
mod trees;
#[path = "differential/values.rs"]
mod values;
#[path = "differential/wire.rs"]
mod wire;

use std::{
    env,
    ffi::OsString,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use support::{
    fake::{Recorder, without_request_id},
    tool::{Run, Tool},
};

/// How many cases of a kind to run, and the seed: from the environment, or the usual.
pub fn amount(usual: usize) -> (usize, u64) {
    let Some(text) = env::var_os("SNMPKIT_DIFFERENTIAL") else { return (usual, 1) };
    let text = text.into_string().unwrap();
    let (cases, seed) = text.split_once(':').unwrap_or((&text, "1"));
    (cases.parse().unwrap(), seed.parse().unwrap())
}

/// A run and what it sent.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What came of it.
    pub run: Run,
    /// Each datagram without its request-id.
    pub sent: Vec<String>,
}

impl Seen {
    /// Runs a tool against an agent of its own; `words` are made once the agent's address is known.
    pub fn of(tool: &Tool, agent: Recorder, words: &[OsString]) -> Self {
        let address = agent.address().to_owned();
        let words: Vec<OsString> = words
            .iter()
            .map(|word| match word.to_str() {
                Some(text) => OsString::from(text.replace("{agent}", &address)),
                None => word.clone(),
            })
            .collect();
        let mut run = tool.run(&words);
        let sent = agent.finish().iter().map(|datagram| without_request_id(datagram)).collect();
        for text in [&mut run.stdout, &mut run.stderr] {
            *text = replaced(&replaced(text, &address, "{agent}"), tool.home().to_str().unwrap(), "{home}");
        }
        Self { run, sent }
    }

    /// Everything about it, to read.
    pub fn describe(&self) -> String {
        format!("{}-- sent\n{}\n", self.run.describe(), self.sent.join("\n"))
    }
}

/// The octets with each `from` replaced.
pub fn replaced(octets: &[u8], from: &str, to: &str) -> Vec<u8> {
    let from = from.as_bytes();
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while at < octets.len() {
        if octets[at..].starts_with(from) {
            out.extend_from_slice(to.as_bytes());
            at += from.len();
        } else {
            out.push(octets[at]);
            at += 1;
        }
    }
    out
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

/// Values of every type, as tags and contents.
pub fn typed() -> Vec<(u8, Vec<u8>)> {
    vec![
        (0x02, vec![0xfb]),
        (0x02, vec![0x7f, 0xff, 0xff, 0xff]),
        (0x04, b"plain text".to_vec()),
        (0x04, Vec::new()),
        (0x04, vec![0, 0x1b, 0x21, 0x0c, 0x9d, 0xf8]),
        (0x04, b"two\r\nlines\tand \"quotes\" and \\".to_vec()),
        (0x04, (0..40).collect()),
        (0x05, Vec::new()),
        (0x06, vec![0x2b, 6, 1, 2, 1]),
        (0x40, vec![10, 0, 0, 255]),
        (0x41, vec![0, 0xff, 0xff, 0xff, 0xff]),
        (0x42, vec![7]),
        (0x43, vec![0x0d, 0, 0]),
        (0x44, vec![0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0]),
        (0x44, vec![1, 2, 3]),
        (0x46, vec![0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        (0x80, Vec::new()),
        (0x81, Vec::new()),
        (0x82, Vec::new()),
    ]
}
