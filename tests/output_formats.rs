//! The same data in every format, and every JSON object against the schema that is shipped.

#![expect(clippy::disallowed_methods, reason = "whoever runs the test may choose by the environment")]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

#[path = "output_schema/mod.rs"]
mod schema;

use std::{net::Ipv4Addr, time::Duration};

use snmpkit::{
    codec::ErrorStatus,
    mib::{
        BaseType, Kind, Language, View,
        image::{self, Image},
        model,
    },
    oid::Oid,
    output::{
        End, EndReason, ErrorCode, Failure, Format, Sink, Writer,
        netsnmp::{Hints, Named},
        options::Options,
        terminal::Escapes,
    },
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
    assert_eq!(out, b"host,oid,type,value,hex,text,name,label,index,tc,units,expected\r\n");
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

/// Objects of every kind that the built-in modules have, with values that are right and some that are not.
fn named_bindings() -> Vec<VarBind> {
    let octets = |octets: &[u8]| Value::OctetString(Octets::from(octets));
    let opaque = |octets: &[u8]| Value::Opaque(Octets::from(octets));
    let identifier = |oid: &str| Value::ObjectIdentifier(oid.parse().unwrap());
    [
        // The examples of docs/json.md.
        ("1.3.6.1.2.1.31.1.1.1.6.3", Value::Counter64(u64::MAX)),
        ("1.3.6.1.2.1.2.2.1.6.3", octets(&[0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8])),
        ("1.3.6.1.2.1.2.2.1.8.3", Value::Integer32(1)),
        ("1.3.6.1.2.1.1.3.0", Value::TimeTicks(142_716_352)),
        ("1.3.6.1.2.1.99.0", Value::NoSuchObject),
        // Enumerations: a number without a label, and another type.
        ("1.3.6.1.2.1.2.2.1.8.3", Value::Integer32(99)),
        ("1.3.6.1.2.1.2.2.1.8.3", Value::Gauge32(1)),
        ("1.3.6.1.2.1.2.2.1.8.3", octets(b"up")),
        ("1.3.6.1.2.1.2.2.1.8.3", Value::Null),
        ("1.3.6.1.2.1.2.2.1.3.3", Value::Integer32(6)),
        ("1.3.6.1.2.1.31.1.1.1.16.3", Value::Integer32(2)),
        // BITS: with labels, without, none set, no octets.
        ("1.3.6.1.2.1.88.1.2.2.1.4.1.97.98", octets(&[0x20])),
        ("1.3.6.1.2.1.88.1.2.2.1.4.1.97.98", octets(&[0xc0, 0x01])),
        ("1.3.6.1.2.1.88.1.2.2.1.4.1.97.98", octets(&[0])),
        ("1.3.6.1.2.1.88.1.2.2.1.4.1.97.98", octets(&[])),
        // DISPLAY-HINTs: text, no text, a date, no date, numbers.
        ("1.3.6.1.2.1.1.5.0", octets("caf\u{e9}".as_bytes())),
        ("1.3.6.1.2.1.1.5.0", octets(b"latin \xe9")),
        ("1.3.6.1.2.1.1.5.0", octets(b"ends\0")),
        ("1.3.6.1.2.1.25.1.2.0", octets(&[0x07, 0xea, 11, 20, 9, 4, 6, 0, b'+', 1, 0])),
        ("1.3.6.1.2.1.25.1.2.0", octets(&[0x07, 0xea, 2, 28, 23, 59, 60, 9])),
        ("1.3.6.1.2.1.25.1.2.0", octets(&[0x07, 0xea, 2, 29, 0, 0, 0, 0])),
        ("1.3.6.1.2.1.25.1.2.0", octets(&[0; 8])),
        ("1.3.6.1.2.1.25.1.2.0", octets(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")),
        ("1.3.6.1.2.1.33.1.2.5.0", Value::Integer32(540)),
        ("1.3.6.1.2.1.10.127.1.1.4.1.5.3", Value::Integer32(-5)),
        // Units.
        ("1.3.6.1.2.1.25.2.2.0", Value::Integer32(2_097_152)),
        ("1.3.6.1.2.1.25.2.2.0", Value::Gauge32(2_097_152)),
        // Identifiers.
        ("1.3.6.1.2.1.1.2.0", identifier("1.3.6.1.4.1.8072.3.2.10")),
        ("1.3.6.1.2.1.2.2.1.22.3", identifier("0.0")),
        ("1.3.6.1.2.1.2.2.1.22.3", identifier("1.3.6.1.2.1.1.3.0")),
        ("1.3.6.1.2.1.2.2.1.22.3", identifier("2.999")),
        // Addresses, floats.
        ("1.3.6.1.2.1.4.20.1.1.192.0.2.1", Value::IpAddress(Ipv4Addr::new(192, 0, 2, 1))),
        ("1.3.6.1.4.1.2021.10.1.6.1", opaque(&[0x9f, 0x78, 4, 0x3d, 0xcc, 0xcc, 0xcd])),
        ("1.3.6.1.4.1.2021.10.1.6.1", opaque(b"abc")),
        ("1.3.6.1.2.1.31.1.1.1.6.3", opaque(&[0x9f, 0x76, 1, 7])),
        // Indexes.
        ("1.3.6.1.2.1.2.2.1.10.4294967295", Value::Counter32(0)),
        ("1.3.6.1.2.1.2.2.1.10.3.1.6", Value::Counter32(0)),
        ("1.3.6.1.2.1.2.2.1.10", Value::NoSuchInstance),
        ("1.3.6.1.2.1.4.34.1.3.0.0", Value::Integer32(3)),
        ("1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1", Value::Integer32(3)),
        ("1.3.6.1.2.1.4.34.1.3.1.7.49.46.50.46.51.46.52", Value::Integer32(3)),
        ("1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", Value::Integer32(3)),
        ("1.3.6.1.2.1.4.34.1.3.3.8.192.0.2.1.0.0.1.0", Value::Integer32(3)),
        ("1.3.6.1.2.1.4.34.1.3.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.5", Value::Integer32(3)),
        ("1.3.6.1.2.1.4.34.1.3.16.4.97.46.100.101", Value::Integer32(3)),
        ("1.3.6.1.2.1.17.4.3.1.2.0.27.33.60.157.248", Value::Integer32(3)),
        ("1.3.6.1.6.3.16.1.4.1.4.4.103.114.112.49.0.2.1", Value::Integer32(1)),
        ("1.3.6.1.6.3.15.1.2.2.1.3.5.128.0.31.136.4.8.111.112.101.114.97.116.111.114", octets(b"operator")),
        ("1.3.6.1.6.3.15.1.2.2.1.3.4.48.120.54.49.2.97.98", octets(b"ab")),
        ("1.3.6.1.6.3.12.1.2.1.6.97.98", Value::Integer32(1)),
        ("1.3.6.1.6.3.16.1.5.2.1.5.1.97.3.1.3.6", Value::Integer32(1)),
        // What is only below something that is known, and what is not even that.
        ("1.3.6.1.4.1.99999.1.0", Value::Integer32(7)),
        ("1.3.6.1.4.1.99999.1.0", identifier("1.3.6.1.2.1.2.2.1.2.1")),
        ("3.1", identifier("1.3.6.1.2.1.2.2.1.2.1")),
        ("3.1", Value::NoSuchObject),
        ("0.0", Value::EndOfMibView),
    ]
    .into_iter()
    .map(|(name, value)| VarBind::new(name.parse().unwrap(), value))
    .collect()
}

fn written(format: Format, names: Named, letters: &str, sink: Sink, bindings: &[VarBind]) -> String {
    let mut writer = Writer::with_names(format, Options::from_letters(letters).unwrap(), sink, names);
    let mut out = Vec::new();
    for binding in bindings {
        writer.varbind(HOST, binding, &mut out);
    }
    for oid in [Some(&"1.3.6.1.2.1.2.2.1.8.3".parse().unwrap()), Some(&"3.1".parse().unwrap()), None] {
        let failure = Failure {
            host: HOST,
            code: ErrorCode::Agent(ErrorStatus::GEN_ERR),
            message: "m",
            hint: None,
            oid,
            tries: None,
            elapsed: None,
        };
        writer.error(&failure, &mut out);
    }
    writer.finish(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn what_a_mib_knows_in_every_format_for_programs_and_in_tables() {
    let sink = Sink { width: 200, ..Sink::default() };
    for format in [Format::Json, Format::Ndjson, Format::Csv, Format::Table] {
        let found = written(format, Named::of(View::core()), "n", sink, &named_bindings());
        assert_golden(&format!("names.{format}"), &found);
    }
    let schema = schema::shipped();
    let lines = written(Format::Ndjson, Named::of(View::core()), "", sink, &named_bindings());
    for line in lines.lines() {
        schema.check(&serde_json::from_str(line).unwrap()).unwrap_or_else(|fault| panic!("{fault}: {line}"));
    }
}

#[test]
fn the_examples_of_the_documentation_are_what_comes_out() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let lines = written(Format::Ndjson, Named::of(View::core()), "", Sink::default(), &named_bindings());
    let is_example = |line: &&str| {
        line.starts_with("    {\"kind\":\"varbind\",\"host\"") || line.starts_with("    \"index\":{")
    };
    let examples: Vec<_> = page.lines().filter(is_example).map(str::trim).collect();
    assert!(examples.len() >= 8, "{examples:?}");
    for example in examples {
        assert!(lines.contains(example), "{example}");
    }
}

#[test]
fn options_for_people_change_nothing_for_programs() {
    for format in [Format::Json, Format::Ndjson, Format::Csv] {
        let plain = written(format, Named::of(View::core()), "", Sink::default(), &named_bindings());
        for letters in
            ["e", "n", "f", "s", "S", "u", "q", "Q", "t", "U", "X", "E", "b", "v", "x", "a", "0", "T"]
        {
            let found = written(format, Named::of(View::core()), letters, Sink::default(), &named_bindings());
            assert_eq!(found, plain, "-O{letters}");
        }
        let hintless = Named::of(View::core()).with_hints(Hints::Ignored);
        assert_eq!(written(format, hintless, "", Sink::default(), &named_bindings()), plain);
    }
}

#[test]
fn without_names_no_key_and_no_cell_speaks_of_them() {
    let lines = written(Format::Ndjson, Named::nothing(), "", Sink::default(), &named_bindings());
    for line in lines.lines() {
        for key in ["\"name\":", "\"index\":", "\"label\":", "\"tc\":", "\"units\":", "\"expected\":"] {
            assert!(!line.contains(key), "{line}");
        }
    }
    let rows = written(Format::Csv, Named::nothing(), "", Sink::default(), &named_bindings());
    assert!(rows.lines().skip(1).all(|row| row.ends_with(",,,,,,")), "{rows}");
}

/// Names, labels, units and hints that no compiler would let through.
fn hostile() -> Named {
    let text = "\u{1b}[31m\u{9b}2J\u{202e}\"\\\r\n".to_owned();
    let syntax = |base, named| model::Syntax {
        base,
        is_integer32: false,
        named,
        labels: vec![model::Label { value: 0, word: text.clone() }],
        bounds: Vec::new(),
    };
    let definition = |name: String, oid: &[u32], kind, syntax| model::Definition {
        name,
        module: Some(0),
        oid: oid.to_vec(),
        rank: 0,
        kind,
        access: None,
        status: None,
        units: text.clone(),
        syntax,
        default: String::new(),
        list: Vec::new(),
        is_augmenting: false,
        text: model::Text::default(),
    };
    let named = |name: String, base, hint: &str| model::NamedType {
        name,
        module: 0,
        is_textual_convention: true,
        status: None,
        hint: hint.to_owned(),
        syntax: syntax(base, None),
        text: model::Text::default(),
    };
    let item = model::Item { target: model::Target::Definition(2), is_implied: false };
    let octets = (0..2).map(|n| syntax(BaseType::OctetString, Some(n)));
    let mut definitions = vec![
        definition("t".to_owned(), &[1, 1], Kind::Table, None),
        definition("r".to_owned(), &[1, 1, 1], Kind::Row, None),
        definition(format!("i{text}"), &[1, 1, 1, 1], Kind::Column, Some(syntax(BaseType::Integer32, None))),
        definition("b".to_owned(), &[1, 1, 1, 2], Kind::Column, Some(syntax(BaseType::Bits, None))),
    ];
    let twice = vec![item.clone(), item.clone()];
    definitions[1].list = vec![item];
    definitions.extend([
        model::Definition { list: twice, ..definition("s".to_owned(), &[1, 2, 1], Kind::Row, None) },
        definition("c".to_owned(), &[1, 2, 1, 1], Kind::Column, Some(syntax(BaseType::Integer32, None))),
    ]);
    for (arc, syntax) in (3..).zip(octets) {
        definitions.push(definition(format!("o{arc}"), &[1, 1, 1, arc], Kind::Column, Some(syntax)));
    }
    let model = model::Model {
        stamp: [0; 32],
        modules: vec![model::Module {
            name: format!("M{text}"),
            language: Language::SmiV2,
            is_built_in: false,
            last_updated: String::new(),
            revisions: Vec::new(),
            imports: Vec::new(),
            text: model::Text::default(),
        }],
        types: vec![
            named(format!("T{text}"), BaseType::OctetString, "1a\u{1b}1x\u{7}"),
            named("U".to_owned(), BaseType::OctetString, "1q"),
        ],
        definitions,
    };
    let octets: &'static [u8] = Box::leak(image::write(&model).unwrap().into_boxed_slice());
    Named::of(View::whole(Box::leak(Box::new(Image::open(octets).unwrap()))))
}

#[test]
fn what_a_module_file_holds_is_as_harmless_as_what_an_agent_sends() {
    let binding = |column, value| VarBind::new(Oid::from_static(&[1, 1, 1, column, 5]), value);
    let octets = |octets: &[u8]| Value::OctetString(Octets::from(octets));
    let bindings = [
        binding(1, Value::Integer32(0)),
        binding(2, octets(&[0x80])),
        binding(3, octets(b"abc")),
        binding(4, octets(b"abc")),
        binding(4, Value::ObjectIdentifier(Oid::from_static(&[1, 1, 1, 1, 7]))),
        VarBind::new(Oid::from_static(&[1, 2, 1, 1, 5, 6]), Value::Integer32(0)),
    ];
    let terminal = Sink { escapes: Escapes::Neutralised, width: 200 };
    for format in [Format::Json, Format::Ndjson, Format::Csv, Format::Table] {
        let found = written(format, hostile(), "", terminal, &bindings);
        let obeyed = |letter: char| {
            letter.is_control() && !(letter == '\n' || format == Format::Csv && letter == '\r')
                || letter == '\u{202e}'
        };
        assert!(!found.contains(obeyed), "{found:?}");
    }
    let schema = schema::shipped();
    let lines = written(Format::Ndjson, hostile(), "", Sink::default(), &bindings);
    let objects: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = "\u{1b}[31m\u{9b}2J\u{202e}\"\\\r\n";
    assert_eq!(objects[0]["name"], format!("M{text}::i{text}.5"));
    assert_eq!(objects[0]["index"][format!("i{text}")], 5);
    assert_eq!(objects[0]["label"], text);
    assert_eq!(objects[1]["labels"][0], text);
    assert_eq!(objects[1]["units"], text);
    // By its hint it would hold ESC; and a hint that is none counts for nothing.
    assert_eq!((&objects[2]["value"], &objects[2]["hex"]), (&serde_json::Value::Null, &"616263".into()));
    assert_eq!(objects[3]["value"], "abc");
    assert_eq!(objects[4]["text"], format!("M{text}::i{text}.7"));
    // An object cannot have a key twice.
    assert_eq!(objects[5]["index"], serde_json::json!({"oid": "5.6"}));
    for object in &objects {
        schema.check(object).unwrap();
    }
}
