//! How long a million recorded objects take to load, in order and backwards, and what they take of memory:
//! `cargo bench --bench record`. Asked for nothing (`cargo test --benches`) it loads a thousand.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench reads the clock and prints what it read"
)]

use std::{fmt::Write as _, time::Instant};

use snmpkit::agent::record;

fn main() {
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let text = large(if measuring { 200_000 } else { 200 });
    let backwards = text.lines().rev().collect::<Vec<_>>().join("\n");
    for (order, text) in [("in order", &text), ("backwards", &backwards)] {
        let begin = Instant::now();
        let (store, report) = record::read(text.as_bytes(), None).expect("the text is a walk");
        let elapsed = begin.elapsed();
        println!("{order}: {} objects in {elapsed:?}, {} octets", store.len(), report.memory_octets);
    }
}

/// Five columns of `rows` interfaces, as a walk prints them.
fn large(rows: u32) -> String {
    let mut text = String::new();
    for column in [2, 5, 8, 10, 16] {
        for row in 1..=rows {
            let form = match column {
                2 => format!("STRING: \"port {row}\""),
                5 => "Gauge32: 1000000000".to_owned(),
                8 => "INTEGER: 1".to_owned(),
                _ => format!("Counter32: {}", row.wrapping_mul(2_654_435_761)),
            };
            writeln!(text, ".1.3.6.1.2.1.2.2.1.{column}.{row} = {form}").expect("a string takes all");
        }
    }
    text
}
