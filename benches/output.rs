//! How many variable bindings a second one core writes in each format: `cargo bench --bench output`.
//!
//! The goal is a million bindings a second as text, with numbers and with names, so that output is never what a walk
//! waits for. Asked for nothing (`cargo test --benches`) it does one short round and no more.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::{
    hint::black_box,
    net::Ipv4Addr,
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
    let numbers = bindings(|n| match n % 4 {
        0 => Value::Counter32(n.wrapping_mul(2_654_435_761)),
        1 => Value::Integer32(6),
        2 => Value::Gauge32(1_000_000_000),
        _ => Value::Counter64(u64::from(n) << 32),
    });
    let mixed = bindings(|n| match n % 4 {
        0 => Value::OctetString(format!("GigabitEthernet1/0/{}", n % 48).as_str().into()),
        1 => Value::OctetString(vec![0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8].into()),
        2 => Value::TimeTicks(n.wrapping_mul(2_654_435_761)),
        _ => Value::IpAddress(Ipv4Addr::from(n)),
    });
    for (what, bindings) in [("numbers", &numbers), ("strings, ticks, addresses", &mixed)] {
        for letters in ["", "n", "qnv"] {
            let options = Options::from_letters(letters).expect("the letters exist");
            let rate = measure(Format::Text, options, &Named::nothing(), bindings, span);
            report(&format!("text -O{letters}, {what}"), rate);
        }
        for format in [Format::Ndjson, Format::Json, Format::Csv] {
            let rate = measure(format, Options::default(), &Named::nothing(), bindings, span);
            report(&format!("{format}, {what}"), rate);
        }
    }
    let (by_column, by_row) = (if_table(Order::Columns), if_table(Order::Rows));
    let names = Named::of(View::core());
    for (what, bindings) in [("by column", &by_column), ("by row", &by_row)] {
        for letters in ["", "s", "f", "X", "n"] {
            let options = Options::from_letters(letters).expect("the letters exist");
            let rate = measure(Format::Text, options, &names, bindings, span);
            report(&format!("text -O{letters} with names, ifTable {what}"), rate);
        }
    }
}

#[derive(Clone, Copy)]
enum Order {
    Columns,
    Rows,
}

/// What a walk of `IF-MIB::ifTable` sees of 48 interfaces.
fn if_table(order: Order) -> Vec<VarBind> {
    let cells = |column: u32, row: u32| {
        let value = match column {
            1 => Value::Integer32(row.cast_signed()),
            2 => Value::OctetString(format!("GigabitEthernet1/0/{row}").as_str().into()),
            3 => Value::Integer32(6),
            4 => Value::Integer32(1_500),
            5 => Value::Gauge32(1_000_000_000),
            6 => Value::OctetString(vec![0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8].into()),
            7 | 8 => Value::Integer32(1),
            9 => Value::TimeTicks(row.wrapping_mul(2_654_435_761)),
            21 => Value::Gauge32(0),
            22 => Value::ObjectIdentifier(Oid::from_static(&[0, 0])),
            column => Value::Counter32(column.wrapping_mul(row).wrapping_mul(2_654_435_761)),
        };
        VarBind::new(Oid::from_static(&[1, 3, 6, 1, 2, 1, 2, 2, 1, column, row]), value)
    };
    match order {
        Order::Columns => (1..=22).flat_map(|column| (1..=48).map(move |row| cells(column, row))).collect(),
        Order::Rows => (1..=48).flat_map(|row| (1..=22).map(move |column| cells(column, row))).collect(),
    }
}

/// A thousand bindings of an interface table.
fn bindings(value: impl Fn(u32) -> Value) -> Vec<VarBind> {
    let name = |n| Oid::from_static(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 10 + n / 100, 10_000 + n]);
    (0..1_000).map(|n| VarBind::new(name(n), value(n))).collect()
}

/// Bindings a second.
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits than a double has")]
fn measure(format: Format, options: Options, names: &Named, bindings: &[VarBind], span: Duration) -> f64 {
    let mut writer = Writer::with_names(format, options, Sink::default(), names.clone());
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
