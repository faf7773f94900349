//! Recorded devices: one device in three formats, and a large one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fmt::Write as _, fs::File, io::BufReader};

use snmpkit::{
    agent::{
        Communities, record,
        record::{Format, Report},
        store::Store,
    },
    clock::Instant,
    codec::{self, AnyPdu, Lenient, Pdu, PduKind, Version},
    oid::Oid,
    value::{Value, VarBind},
};

fn sample(name: &str) -> (Store, Report) {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    record::read(BufReader::new(File::open(path).unwrap()), None).unwrap()
}

#[test]
fn three_recordings_of_one_device_are_one_device() {
    let (walk, report) = sample("switch.walk");
    assert_eq!((report.format, report.objects, report.exceptions), (Format::Text, 18, 1));
    let all: Vec<VarBind> = walk.iter().collect();
    for (name, format) in [("switch.ndjson", Format::Ndjson), ("switch.snmprec", Format::Snmprec)] {
        let (store, report) = sample(name);
        assert_eq!((report.format, report.objects, report.replaced), (format, 18, 0));
        assert_eq!(store.iter().collect::<Vec<_>>(), all, "{name}");
    }
}

#[test]
fn a_recording_is_served_again() {
    let mut agent = record::agent(sample("switch.walk").0, Communities::default());
    let (mut names, mut name) = (Vec::new(), Oid::empty());
    let (mut octets, mut out) = (Vec::new(), Vec::new());
    loop {
        let kind = PduKind::GetBulk { non_repeaters: 0, max_repetitions: 5 };
        let pdu = Pdu { kind, request_id: 1, bindings: vec![VarBind::ask(name.clone())] };
        codec::encode(Version::V2c, b"public", &pdu, 1_472, &mut octets).unwrap();
        agent.handle(Instant::ZERO, &octets, 484, &mut out);
        let (answer, _) = codec::decode(&out, Lenient::none()).unwrap();
        let AnyPdu::Pdu(answer) = answer.pdu else { panic!() };
        for binding in answer.bindings {
            if binding.value == Value::EndOfMibView {
                assert_eq!(names.len(), 18);
                return;
            }
            assert!(binding.name > name);
            names.push(binding.name.clone());
            name = binding.name;
        }
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
            writeln!(text, ".1.3.6.1.2.1.2.2.1.{column}.{row} = {form}").unwrap();
        }
    }
    text
}

#[test]
fn a_large_recording_takes_little_memory() {
    let text = large(20_000);
    let (store, report) = record::read(text.as_bytes(), None).unwrap();
    assert_eq!((store.len(), report.lines), (100_000, 100_000));
    assert!(report.memory_octets < 28 * 100_000, "{} octets", report.memory_octets);
}
