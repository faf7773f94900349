//! How long one message takes: a response of 50 bindings, as a walk by GETBULK reads thousands of.
//!
//! `cargo bench --bench codec`; the figure to watch is the time of one binding, a fiftieth of what is printed.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use snmpkit::codec::{self, AnyPdu, ErrorStatus, Lenient, Message, Pdu, PduKind, PduRef, Version};
use snmpkit::oid::Oid;
use snmpkit::value::{Value, VarBind};

const BINDINGS: u32 = 50;

/// A stretch of an `ifTable`: names of eleven arcs, counters, names, states.
fn response() -> Message {
    let bindings = (0..BINDINGS).map(|n| {
        let name = Oid::from_static(&[1, 3, 6, 1, 2, 1, 2, 2, 1, n / 10 + 1, n % 10 + 1000]);
        let value = match n / 10 {
            0 => Value::Integer32(1),
            1 => Value::OctetString("GigabitEthernet1/0/24".into()),
            2 => Value::Counter64(u64::from(n) << 40),
            3 => Value::Counter32(4_000_000_000 + n),
            _ => Value::TimeTicks(123_456_789),
        };
        VarBind::new(name, value)
    });
    let kind = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
    let pdu = Pdu { kind, request_id: 0x1234_5678, bindings: bindings.collect() };
    Message { version: Version::V2c, community: "public".into(), pdu: AnyPdu::Pdu(pdu) }
}

fn codec(criterion: &mut Criterion) {
    let message = response();
    let mut octets = Vec::new();
    codec::encode(message.version, &message.community, &message.pdu, 65_507, &mut octets).expect("it fits");

    let mut group = criterion.benchmark_group("50 bindings");
    group.throughput(Throughput::Elements(u64::from(BINDINGS)));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| codec::decode(black_box(&octets), Lenient::all()));
    });
    let mut out = Vec::new();
    group.bench_function("encode", |bencher| {
        bencher.iter(|| {
            let message = black_box(&message);
            codec::encode(message.version, &message.community, &message.pdu, 65_507, &mut out)
        });
    });
    // snmp2 leaves names and values as octets; reading them all is the nearest it has.
    group.bench_function("snmp2's reading", |bencher| {
        bencher.iter(|| {
            snmp2::Pdu::from_bytes(black_box(&octets)).map(|pdu| pdu.varbinds.map(black_box).count())
        });
    });
    group.finish();

    let asked = [VarBind::ask(Oid::from_static(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 1000]))];
    let kind = PduKind::GetBulk { non_repeaters: 0, max_repetitions: BINDINGS };
    criterion.bench_function("one GETBULK request, encode", |bencher| {
        bencher.iter(|| {
            let pdu = PduRef { kind, request_id: black_box(7), bindings: &asked };
            codec::encode(Version::V2c, b"public", pdu, 65_507, &mut out)
        });
    });
}

criterion_group!(benches, codec);
criterion_main!(benches);
