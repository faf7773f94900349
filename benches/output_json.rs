//! How many variable bindings a second one core writes for programs when names are known: `cargo bench --bench
//! output_json`.
//!
//! The goal is a million a second as JSON. Asked for nothing (`cargo test --benches`) it does one short round and no
//! more.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use snmpkit::{
    mib::View,
    oid::Oid,
    output::{Format, Sink, Writer, netsnmp::Named, options::Options},
    value::{Value, VarBind},
};

fn main() {
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let span = if measuring { Duration::from_secs(1) } else { Duration::from_millis(1) };
    let walk: Vec<VarBind> =
        (1..=22).flat_map(|column| (0..48).map(move |row| interface(column, row))).collect();
    let side_by_side: Vec<VarBind> =
        (0..48).flat_map(|row| (1..=22).map(move |column| interface(column, row))).collect();
    let addresses: Vec<VarBind> = (0..1_000).map(address).collect();
    let stations: Vec<VarBind> = (0..1_000).map(station).collect();
    let unknown: Vec<VarBind> = (0..1_000).map(unknown).collect();
    for (what, bindings) in [
        ("ifTable, column by column", &walk),
        ("ifTable, row by row", &side_by_side),
        ("ipAddressTable", &addresses),
        ("dot1dTpFdbTable", &stations),
        ("an unknown enterprise", &unknown),
    ] {
        for format in [Format::Ndjson, Format::Csv] {
            report(&format!("{format}, {what}"), measure(format, bindings, span));
        }
    }
}

/// A cell of `ifTable`.
fn interface(column: u32, row: u32) -> VarBind {
    let value = match column {
        1 | 4 | 7 | 8 => Value::Integer32(if column == 1 { row.cast_signed() } else { 1 }),
        2 => Value::OctetString(format!("GigabitEthernet1/0/{row}").as_str().into()),
        3 => Value::Integer32(6),
        5 | 21 => Value::Gauge32(1_000_000_000),
        6 => Value::OctetString(vec![0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8].into()),
        9 => Value::TimeTicks(row * 1_234_567),
        22 => Value::ObjectIdentifier(Oid::from_static(&[0, 0])),
        _ => Value::Counter32(row * 2_654_435),
    };
    named(&[1, 3, 6, 1, 2, 1, 2, 2, 1], &[column, 10_000 + row], value)
}

/// A cell of `ipAddressTable`: an index of two parts, one an address.
fn address(n: u32) -> VarBind {
    named(&[1, 3, 6, 1, 2, 1, 4, 34, 1], &[3, 1, 4, 192, 0, n >> 8, n & 0xff], Value::Integer32(7))
}

/// A cell of `dot1dTpFdbTable`: an index by a DISPLAY-HINT.
fn station(n: u32) -> VarBind {
    named(&[1, 3, 6, 1, 2, 1, 17, 4, 3, 1], &[2, 0, 27, 33, 60, n >> 8, n & 0xff], Value::Integer32(7))
}

/// An object below `enterprises` of which nothing is known.
fn unknown(n: u32) -> VarBind {
    named(&[1, 3, 6, 1, 4, 1, 32_473, 1, 2], &[n % 7, n], Value::Gauge32(n))
}

fn named(row: &[u32], rest: &[u32], value: Value) -> VarBind {
    VarBind::new(Oid::from_static(&[row, rest].concat()), value)
}

/// Bindings a second.
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits than a double has")]
fn measure(format: Format, bindings: &[VarBind], span: Duration) -> f64 {
    let names = Named::of(View::core());
    let mut writer = Writer::with_names(format, Options::default(), Sink::default(), names);
    let mut out = Vec::with_capacity(1 << 20);
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < span {
        out.clear();
        for binding in bindings {
            writer.varbind("switch1.example.net", black_box(binding), &mut out);
        }
        black_box(&out);
        count += bindings.len();
    }
    count as f64 / start.elapsed().as_secs_f64()
}

#[expect(clippy::print_stdout, reason = "the result of a benchmark")]
fn report(what: &str, rate: f64) {
    println!("{what:<45} {:>8.2} million bindings/s", rate / 1e6);
}
