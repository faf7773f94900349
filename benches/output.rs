//! How many variable bindings a second one core writes in each format: `cargo bench --bench output`.
//!
//! The goal is a million numeric bindings a second as text, so that output is never what a walk waits for. Asked for
//! nothing (`cargo test --benches`) it does one short round and no more.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::{
    hint::black_box,
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use snmpkit::{
    oid::Oid,
    output::{Format, Sink, Writer, options::Options},
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
            report(&format!("text -O{letters}, {what}"), measure(Format::Text, options, bindings, span));
        }
        for format in [Format::Ndjson, Format::Json, Format::Csv] {
            report(&format!("{format}, {what}"), measure(format, Options::default(), bindings, span));
        }
    }
}

/// A thousand bindings of an interface table.
fn bindings(value: impl Fn(u32) -> Value) -> Vec<VarBind> {
    let name = |n| Oid::from_static(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 10 + n / 100, 10_000 + n]);
    (0..1_000).map(|n| VarBind::new(name(n), value(n))).collect()
}

/// Bindings a second.
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more digits than a double has")]
fn measure(format: Format, options: Options, bindings: &[VarBind], span: Duration) -> f64 {
    let mut writer = Writer::new(format, options, Sink::default());
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
