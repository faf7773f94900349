//! The same data in every format, and every JSON object against the schema that is shipped.

#![expect(clippy::disallowed_methods, reason = "whoever runs the test may choose by the environment")]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

#[path = "output_schema/mod.rs"]
mod schema;

use std::{net::Ipv4Addr, time::Duration};

use snmpkit::{
    codec::ErrorStatus,
    oid::Oid,
    output::{End, EndReason, ErrorCode, Failure, Format, Sink, Writer, options::Options, terminal::Escapes},
    value::{Octets, Value, VarBind},
};

const HOST: &str = "sw1";

fn bindings() -> Vec<VarBind> {
    let octets = |octets: &[u8]| Octets::from(octets);
    let values = [
        Value::Integer32(-2_147_483_648),
        Value::OctetString(octets(b"")),
        Value::OctetString(octets(b"say \"hi\",\nback\\slash")),
        Value::OctetString(octets("caf\u{e9}".as_bytes())),
        Value::OctetString(octets(&[0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8])),
        Value::OctetString(octets(b"\x1b[31mred\r")),
        Value::OctetString(octets(b"=1+1")),
        Value::ObjectIdentifier(Oid::from_static(&[1, 3, 6, 1, 4, 1, 8072, 3, 2, 10])),
        Value::ObjectIdentifier(Oid::empty()),
        Value::IpAddress(Ipv4Addr::new(192, 0, 2, 1)),
        Value::Counter32(4_294_967_295),
        Value::Gauge32(42),
        Value::TimeTicks(142_716_352),
        Value::Opaque(octets(&[0x9f, 0x78, 4, 0x3d, 0xcc, 0xcc, 0xcd])),
        Value::Opaque(octets(&[0x9f, 0x79, 8, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0])),
        Value::Opaque(octets(&[0x9f, 0x7a, 1, 0xff])),
        Value::Opaque(octets(b"abc")),
        Value::Counter64(u64::MAX),
        Value::UInteger32(7),
        Value::Null,
        Value::NoSuchObject,
        Value::NoSuchInstance,
        Value::EndOfMibView,
    ];
    let name = |n: usize| Oid::from_static(&[1, 3, 6, 1, 4, 1, 99, u32::try_from(n).unwrap()]);
    values.into_iter().enumerate().map(|(n, value)| VarBind::new(name(n), value)).collect()
}

fn end() -> End {
    End {
        complete: false,
        reason: EndReason::Error,
        varbinds: 23,
        requests: 2,
        retransmissions: 1,
        elapsed: Duration::from_micros(1_234_567),
    }
}

fn everything(format: Format, sink: Sink) -> String {
    let mut writer = Writer::new(format, Options::default(), sink);
    let mut out = Vec::new();
    for binding in bindings() {
        writer.varbind(HOST, &binding, &mut out);
    }
    let oid = Oid::from_static(&[1, 3, 6]);
    let failure = Failure {
        host: HOST,
        code: ErrorCode::Timeout,
        message: "no answer from \"sw1\"",
        hint: Some("is it on?"),
        oid: Some(&oid),
        tries: Some(6),
        elapsed: Some(Duration::from_millis(6_006)),
    };
    writer.error(&failure, &mut out);
    let bare = ErrorCode::Agent(ErrorStatus::GEN_ERR);
    let failure =
        Failure { code: bare, message: "", hint: None, oid: None, tries: None, elapsed: None, ..failure };
    writer.error(&failure, &mut out);
    writer.end(HOST, &end(), &mut out);
    writer.finish(&mut out);
    String::from_utf8(out).unwrap()
}

/// Compares with a file of `tests/golden/formats`; `SNMPKIT_BLESS=1` writes it instead.
fn assert_golden(name: &str, found: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats").join(name);
    if std::env::var_os("SNMPKIT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(found, expected, "{}", path.display());
}

#[test]
fn the_same_data_in_every_format() {
    for format in Format::ALL {
        assert_golden(&format!("all.{format}"), &everything(format, Sink { width: 100, ..Sink::default() }));
    }
}

#[test]
fn text_on_a_terminal_obeys_nothing() {
    let terminal = Sink { escapes: Escapes::Neutralised, width: 100 };
    let text = everything(Format::Text, terminal);
    assert!(text.chars().all(|letter| !letter.is_control() || letter == '\n'), "{text:?}");
    let table = everything(Format::Table, terminal);
    assert!(table.chars().all(|letter| !letter.is_control() || letter == '\n'), "{table:?}");
    let mut writer = Writer::new(Format::Text, Options::from_letters("vqa").unwrap(), terminal);
    let mut out = Vec::new();
    let binding = VarBind::new(Oid::empty(), Value::OctetString("a\rb\x0cc".into()));
    writer.varbind(HOST, &binding, &mut out);
    assert_eq!(out, b"\"a\\x0db\\x0cc\"\n");
}

#[test]
fn every_object_follows_the_schema() {
    let schema = schema::shipped();
    let lines = everything(Format::Ndjson, Sink::default());
    let mut kinds = Vec::new();
    for line in lines.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        schema.check(&object).unwrap_or_else(|fault| panic!("{fault}: {line}"));
        kinds.push(object["kind"].as_str().unwrap().to_owned());
    }
    kinds.dedup();
    assert_eq!(kinds, ["varbind", "error", "end"]);
    let document: serde_json::Value =
        serde_json::from_str(&everything(Format::Json, Sink::default())).unwrap();
    schema.check(&document).unwrap();
}

#[test]
fn every_code_and_reason_is_in_the_schema() {
    let schema = schema::shipped();
    let mut codes = vec![
        ErrorCode::Timeout,
        ErrorCode::Unreachable,
        ErrorCode::Refused,
        ErrorCode::Resolve,
        ErrorCode::AuthUnknownUser,
        ErrorCode::AuthWrongDigest,
        ErrorCode::AuthNotInWindow,
        ErrorCode::AuthUnknownEngine,
        ErrorCode::AuthUnsupportedLevel,
        ErrorCode::PrivDecrypt,
        ErrorCode::TooBig,
        ErrorCode::NotIncreasing,
        ErrorCode::Loop,
        ErrorCode::Decode,
        ErrorCode::Inconsistent,
        ErrorCode::Deadline,
        ErrorCode::Usage,
    ];
    codes.extend((-1..=20).map(|status| ErrorCode::Agent(ErrorStatus(status))));
    for code in codes {
        let failure =
            Failure { host: HOST, code, message: "m", hint: None, oid: None, tries: None, elapsed: None };
        let mut out = Vec::new();
        Writer::new(Format::Ndjson, Options::default(), Sink::default()).error(&failure, &mut out);
        schema
            .check(&serde_json::from_slice(&out).unwrap())
            .unwrap_or_else(|fault| panic!("{code}: {fault}"));
    }
    for reason in [
        EndReason::Answered,
        EndReason::EndOfSubtree,
        EndReason::EndOfMib,
        EndReason::EndOid,
        EndReason::Error,
        EndReason::Deadline,
        EndReason::Interrupted,
    ] {
        let mut out = Vec::new();
        let end = End { reason, ..end() };
        Writer::new(Format::Ndjson, Options::default(), Sink::default()).end(HOST, &end, &mut out);
        schema.check(&serde_json::from_slice(&out).unwrap()).unwrap();
    }
}

#[test]
fn the_schema_refuses_what_is_not_ours() {
    let schema = schema::shipped();
    let good = |text: &str| schema.check(&serde_json::from_str(text).unwrap());
    let varbind = r#"{"kind":"varbind","host":"h","oid":"1.3","type":"Counter64","value":1,"exact":"1"}"#;
    good(varbind).unwrap();
    for (from, to) in [
        ("1.3", ".1.3"),
        ("\"host\":\"h\",", ""),
        ("Counter64", "Counter32"),
        (":1,", ":-1,"),
        (":1,", ":\"1\","),
        ("\"1\"}", "\"01\"}"),
        ("varbind", "row"),
        ("\"exact\"", "\"exakt\""),
    ] {
        assert!(varbind.contains(from));
        good(&varbind.replacen(from, to, 1)).expect_err(to);
    }
}

#[test]
fn a_document_without_an_end_was_cut_and_is_still_json() {
    let mut writer = Writer::new(Format::Json, Options::default(), Sink::default());
    let mut out = Vec::new();
    let binding = VarBind::new(Oid::from_static(&[1, 3]), Value::Null);
    writer.varbind("a", &binding, &mut out);
    let failure = Failure {
        host: "a",
        code: ErrorCode::Loop,
        message: "m",
        hint: None,
        oid: None,
        tries: None,
        elapsed: None,
    };
    writer.error(&failure, &mut out);
    writer.varbind("a", &binding, &mut out);
    writer.varbind("b", &binding, &mut out);
    writer.end("b", &end(), &mut out);
    writer.end("c", &end(), &mut out);
    writer.varbind("d", &binding, &mut out);
    writer.finish(&mut out);
    writer.finish(&mut out);
    let documents: Vec<serde_json::Value> =
        serde_json::Deserializer::from_slice(&out).into_iter().map(Result::unwrap).collect();
    let schema = schema::shipped();
    let summary: Vec<_> = documents
        .iter()
        .map(|document| {
            schema.check(document).unwrap();
            let count = |key: &str| document[key].as_array().unwrap().len();
            let host = document["host"].as_str().unwrap();
            (host, count("varbinds"), count("errors"), document["end"].is_null())
        })
        .collect();
    assert_eq!(summary, [("a", 2, 1, true), ("b", 1, 0, false), ("c", 0, 0, false), ("d", 1, 0, true)]);
}

#[test]
fn csv_has_its_header_even_without_rows() {
    let mut out = Vec::new();
    let mut writer = Writer::new(Format::Csv, Options::default(), Sink::default());
    writer.end(HOST, &end(), &mut out);
    writer.finish(&mut out);
    assert_eq!(out, b"host,oid,type,value,hex,text,name,label\r\n");
}

#[test]
fn a_table_has_a_column_for_the_host_when_there_are_several() {
    let mut out = Vec::new();
    let mut writer = Writer::new(Format::Table, Options::default(), Sink::default());
    for host in ["a", "b"] {
        writer.varbind(host, &VarBind::new(Oid::from_static(&[1, 3]), Value::Gauge32(1)), &mut out);
        writer.end(host, &end(), &mut out);
    }
    assert!(out.is_empty(), "a table is written when it is whole");
    writer.finish(&mut out);
    let table = String::from_utf8(out).unwrap();
    let cells = |line: &str| line.split(['│', '┆']).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with('│')).map(cells).collect();
    assert_eq!(rows.len(), 3, "{table}");
    for (row, expected) in rows.iter().zip([
        ["", "HOST", "OID", "TYPE", "VALUE", ""],
        ["", "a", "iso.3", "Gauge32", "1", ""],
        ["", "b", "iso.3", "Gauge32", "1", ""],
    ]) {
        assert_eq!(row, &expected, "{table}");
    }
}

#[test]
fn a_table_keeps_to_its_width_and_loses_nothing() {
    let sink = Sink { width: 60, ..Sink::default() };
    let mut writer = Writer::new(Format::Table, Options::default(), sink);
    let mut out = Vec::new();
    let words: Vec<String> = (0..60).map(|n| format!("word{n}")).collect();
    let value = Value::OctetString(words.join(" ").as_str().into());
    writer.varbind(HOST, &VarBind::new(Oid::from_static(&[1, 3, 6]), value), &mut out);
    writer.finish(&mut out);
    let table = String::from_utf8(out).unwrap();
    assert!(table.lines().all(|line| line.chars().count() <= 60), "{table}");
    assert!(words.iter().all(|word| table.contains(word)), "{table}");
}
