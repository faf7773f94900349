//! net-snmp's own words: every line that its `snmpget` printed of some hundred bindings under some hundred command
//! lines, as `tests/tools/net_snmp_text.py` wrote them down, against what we print.
//!
//! `SNMPKIT_GOLDEN=FILE` compares another file, such as the whole product of the letters that the script's `--full`
//! makes.

#![expect(clippy::disallowed_methods, reason = "whoever runs the test may choose by the environment")]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

use std::{env, fs, path::PathBuf};

use snmpkit::{
    codec::ErrorStatus,
    oid::Oid,
    output::{
        netsnmp::{self, FailedObject, NoNames},
        options::{Options, TokenUse},
    },
    value::{Octets, Value, VarBind},
};

#[test]
fn every_binding_reads_as_net_snmp_prints_it() {
    let golden = golden();
    let mut options = Vec::new();
    let mut binding = None;
    let mut compared = 0;
    let mut wrong = Vec::new();
    for line in golden.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["reason" | "error", ..] => {}
            ["options", words @ ..] => options.push((words.join(" "), options_of(words))),
            ["case", name, kind, value] => binding = Some(VarBind::new(oid(name), value_of(kind, value))),
            ["says", text, numbers] => {
                let binding = binding.as_ref().expect("a case before what is said of it");
                for number in numbers.split(',').flat_map(range) {
                    let (words, options) = &options[number];
                    let mut out = Vec::new();
                    netsnmp::varbind(binding, options, &NoNames, &mut out);
                    compared += 1;
                    if escaped(&out) != *text {
                        wrong.push(format!(
                            "{words}: {binding:?}\n  theirs {text}\n  ours   {}",
                            escaped(&out)
                        ));
                    }
                }
            }
            other => panic!("no line of a golden file: {other:?}"),
        }
    }
    assert!(compared > 60_000, "{compared} lines compared");
    assert!(
        wrong.is_empty(),
        "{} of {compared} differ, the first of them:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

#[test]
fn every_error_status_has_net_snmps_reason() {
    let golden = golden();
    let mut compared = 0;
    for line in golden.lines() {
        if let ["reason", status, text] = line.split('\t').collect::<Vec<_>>().as_slice() {
            assert_eq!(netsnmp::error_status_text(ErrorStatus(status.parse().unwrap())), *text, "{status}");
            compared += 1;
        }
    }
    assert!(compared > 18, "{compared} reasons compared");
}

#[test]
fn a_refusal_reads_as_net_snmp_prints_it() {
    let golden = golden();
    let bindings = [VarBind::ask(oid("1.3.6.1.2.1.1.1.0"))];
    let mut compared = 0;
    for line in golden.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        if let ["error", status, index, letters, first_line, text] = fields.as_slice() {
            let status = ErrorStatus(status.parse().unwrap());
            let failed = FailedObject::at(index.parse().unwrap(), &bindings);
            let mut out = Vec::new();
            netsnmp::error_in_packet(first_line, status, failed, &options_of(&[letters]), &NoNames, &mut out);
            assert_eq!(escaped(&out), *text, "{line}");
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared} refusals compared");
}

fn golden() -> String {
    let path = env::var_os("SNMPKIT_GOLDEN").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/net_snmp_text.txt"),
        PathBuf::from,
    );
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Letters first, then tokens, as a tool has them.
fn options_of(words: &[&str]) -> Options {
    let mut options = Options::default();
    let mut words_left = words.iter();
    while let Some(word) = words_left.next() {
        if let Some(letters) = word.strip_prefix("-O") {
            if letters.ends_with('p') {
                options.apply(letters).unwrap_err();
                options.set_precision(words_left.next().unwrap()).unwrap();
            } else {
                options.apply(letters).unwrap();
            }
        }
    }
    for word in words {
        if let Some((token, value)) = word.strip_prefix("--").and_then(|word| word.split_once('=')) {
            assert_eq!(options.set_token(token, value), Ok(TokenUse::Taken), "{word}");
        }
    }
    options
}

fn oid(text: &str) -> Oid {
    if text.is_empty() { Oid::empty() } else { text.parse().unwrap() }
}

fn value_of(kind: &str, value: &str) -> Value {
    match kind {
        "Integer32" => Value::Integer32(value.parse().unwrap()),
        "OctetString" => Value::OctetString(octets(value)),
        "Null" => Value::Null,
        "ObjectIdentifier" => Value::ObjectIdentifier(oid(value)),
        "IpAddress" => Value::IpAddress(value.parse().unwrap()),
        "Counter32" => Value::Counter32(value.parse().unwrap()),
        "Gauge32" => Value::Gauge32(value.parse().unwrap()),
        "TimeTicks" => Value::TimeTicks(value.parse().unwrap()),
        "Opaque" => Value::Opaque(octets(value)),
        "Counter64" => Value::Counter64(value.parse().unwrap()),
        "UInteger32" => Value::UInteger32(value.parse().unwrap()),
        "noSuchObject" => Value::NoSuchObject,
        "noSuchInstance" => Value::NoSuchInstance,
        "endOfMibView" => Value::EndOfMibView,
        other => panic!("no type: {other}"),
    }
}

fn octets(hex: &str) -> Octets {
    let pairs = hex.as_bytes().chunks(2);
    let octets: Vec<u8> =
        pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
    octets.into()
}

fn range(text: &str) -> std::ops::RangeInclusive<usize> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    first.parse().unwrap()..=last.parse().unwrap()
}

/// One line of ASCII, as the script writes it.
fn escaped(octets: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for octet in octets {
        match octet {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b' '..=b'~' => out.push(char::from(*octet)),
            octet => write!(out, "\\x{octet:02x}").unwrap(),
        }
    }
    out
}
