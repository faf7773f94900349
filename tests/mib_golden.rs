//! net-snmp's own words on typed values, indexes and input, as `tests/tools/net_snmp_hints.py` wrote them down,
//! against ours.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

#[path = "mib_golden/lines.rs"]
mod lines;

use lines::{Kept, Says, Table, bytes, escaped, golden, oid, options_of, value_of};
use snmpkit::{
    mib::{
        facts::{Base, Facts},
        index::{self, Checks},
        input::{self, InputError, Notation},
    },
    output::{
        netsnmp::{self, Above, NoNames},
        options::Options,
    },
    value::Value,
};

/// Compares, and tells the first of many differences.
#[derive(Default)]
struct Comparison {
    compared: usize,
    wrong: Vec<String>,
}

impl Comparison {
    fn of(&mut self, what: impl FnOnce() -> String, theirs: &str, ours: &str) {
        self.compared += 1;
        if theirs != ours {
            self.wrong.push(format!("{}\n  theirs {theirs}\n  ours   {ours}", what()));
        }
    }

    fn end(self, at_least: usize) {
        let Self { compared, wrong } = self;
        let first = wrong[..wrong.len().min(20)].join("\n");
        assert!(wrong.is_empty(), "{} of {compared} differ, the first of them:\n{first}", wrong.len());
        assert!(compared > at_least, "only {compared} compared");
    }
}

#[test]
fn every_typed_value_reads_as_net_snmp_prints_it() {
    let text = golden("values");
    let (mut options, mut comparison) = (Vec::new(), Comparison::default());
    let (mut object, mut value) = (Kept::default(), Value::Null);
    let print = |object: &Kept, value: &Value, (options, hints): &(Options, bool)| {
        let mut out = Vec::new();
        if value.is_exception() {
            let binding = snmpkit::value::VarBind::new(oid("1.3"), value.clone());
            netsnmp::value(&binding, options, &NoNames, &mut out);
        } else {
            let mut facts = object.facts();
            facts.hint = facts.hint.filter(|_| *hints);
            netsnmp::typed_value(&facts, value, options, &NoNames, &mut out);
        }
        escaped(&out)
    };
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["options", words @ ..] => options.push(options_of(words)),
            ["object", base, hint, units, labels] => object = Kept::new(base, hint, units, labels, "-"),
            ["case", kind, text] => value = value_of(kind, text),
            // net-snmp reads what stands behind the value in memory, which was zeros here (docs/decisions.md).
            ["says", ..] if object.facts().hint == Some(b"64x") && is_short(&value) => {}
            ["says", text, numbers] => {
                for number in Says::numbers(numbers) {
                    let ours = print(&object, &value, &options[number]);
                    comparison.of(|| format!("{number}: {:?} {value:?}", object.facts()), text, &ours);
                }
            }
            other => panic!("no line of this file: {other:?}"),
        }
    }
    comparison.end(200_000);
}

/// Whether a string lacks octets of a number of 64.
fn is_short(value: &Value) -> bool {
    matches!(value, Value::OctetString(octets) if octets.len() < 64)
}

#[test]
fn every_instance_reads_as_net_snmp_prints_it() {
    let text = golden("index");
    let (mut options, mut comparison) = (Vec::new(), Comparison::default());
    let (mut table, mut arcs, mut above) = (Table::default(), Vec::new(), Above::Column);
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["options", words @ ..] => options.push(options_of(words).0),
            ["index", components @ ..] => table = Table::new(components),
            ["arcs", kind, text] => {
                above = if *kind == "row" { Above::Row } else { Above::Column };
                arcs = oid(text).to_vec();
                if above == Above::Row {
                    arcs.insert(0, 77);
                }
            }
            ["says", text, numbers] => {
                for number in Says::numbers(numbers) {
                    let mut out = b"x".to_vec();
                    netsnmp::instance(
                        table.components(),
                        above,
                        0,
                        &arcs,
                        &options[number],
                        &NoNames,
                        &mut out,
                    );
                    let ours = escaped(&out[1..]);
                    comparison.of(|| format!("{number}: {table:?} {above:?} {arcs:?}"), text, &ours);
                }
            }
            ["reads", ..] => {}
            other => panic!("no line of this file: {other:?}"),
        }
    }
    comparison.end(20_000);
}

fn checks(mode: &str) -> Checks {
    Checks { ranges: mode != "free", hints: mode != "raw" }
}

#[test]
fn every_index_is_read_as_net_snmp_reads_it() {
    let text = golden("index");
    let (mut table, mut comparison, mut left_out) = (Table::default(), Comparison::default(), 0);
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let ["reads", modes, typed, verdict, theirs] = fields.as_slice() else {
            if let ["index", components @ ..] = fields.as_slice() {
                table = Table::new(components);
            }
            continue;
        };
        for mode in modes.split(',') {
            let components = table.components();
            // The column's identifier has ten arcs.
            let read = index::parse(&components, &bytes(typed), 10, checks(mode));
            let ours = match &read {
                Ok(parsed) => format!("ok {}", escaped(dotted(&parsed.arcs).as_bytes())),
                Err(bad) => format!("no {}", escaped(&bad.detail)),
            };
            let theirs = format!("{verdict} {theirs}");
            if differs_on_purpose(&table, verdict, typed, &theirs, read.is_ok()) {
                left_out += 1;
            } else {
                comparison.of(|| format!("{mode}: {table:?} {typed}"), &theirs, &ours);
            }
        }
    }
    assert!(left_out < comparison.compared / 10, "{left_out} left out");
    comparison.end(10_000);
}

/// What docs of `index::parse` say is not as net-snmp has it.
fn differs_on_purpose(table: &Table, verdict: &str, typed: &str, theirs: &str, is_read: bool) -> bool {
    let is_wide = |number: &str| number.parse::<u64>().is_ok_and(|number| number > u64::from(u32::MAX));
    let without_size = table.has_string_without_size();
    verdict == "crash"
        || table.has_empty_string()
        || theirs[3..].split('.').any(is_wide)
        || typed.contains("4294967295") && without_size
        || typed.contains("4294967296")
        || without_size
            && typed.contains(['"', '\''])
            && theirs.starts_with("no Index out of range")
            && is_read
        || verdict == "ok"
            && !is_read
            && table.components()[0].facts.hint == Some(b"1x:")
            && begins_too_large(typed)
}

/// Whether a text in quotes begins with a number of more than one octet.
fn begins_too_large(typed: &str) -> bool {
    let quoted = typed.strip_prefix(['"', '\'']).unwrap_or_default();
    quoted.bytes().take_while(u8::is_ascii_hexdigit).count() > 2
}

fn dotted(arcs: &[u32]) -> String {
    let arcs: Vec<String> = arcs.iter().map(u32::to_string).collect();
    arcs.join(".")
}

#[test]
fn what_is_printed_in_brackets_can_be_typed() {
    let text = golden("index");
    let (mut options, mut table, mut arcs) = (Vec::new(), Table::default(), String::new());
    let (mut compared, mut same) = (0, 0);
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["options", words @ ..] => options.push((words.join(" "), options_of(words).0)),
            ["index", components @ ..] => table = Table::new(components),
            ["arcs", kind, text] => arcs = if *kind == "row" { String::new() } else { (*text).to_owned() },
            ["says", text, numbers]
                if text.starts_with('[') && !arcs.is_empty() && !table.has_lossy_hint() =>
            {
                let asked = ["-OsX", "-OsXq", "-OsXE"];
                let number =
                    Says::numbers(numbers).find(|number| asked.contains(&options[*number].0.as_str()));
                let (Some(number), components) = (number, table.components()) else { continue };
                let free = Checks { ranges: false, hints: true };
                let Ok(read) = index::parse_brackets(&components, &bytes(text), 10, free) else { continue };
                // Different arcs may have one text: a dot stands for what cannot be printed, and four dots are an
                // address.
                if text.contains("\"....") && text.contains("ipv4]") {
                    continue;
                }
                let mut again = b"x".to_vec();
                let options = &options[number].1;
                netsnmp::instance(
                    components.iter().copied(),
                    Above::Column,
                    0,
                    &read.arcs,
                    options,
                    &NoNames,
                    &mut again,
                );
                assert_eq!(escaped(&again[1..]), *text, "{table:?} {read:?}");
                compared += 1;
                same += usize::from(dotted(&read.arcs) == arcs);
            }
            _ => {}
        }
    }
    assert!(compared > 300 && same > 200, "{same} of {compared} the same arcs");
}

fn notation(letter: &str, base: Base) -> Option<Notation> {
    match letter {
        "i" => Some(Notation::Integer),
        "u" => Some(Notation::Unsigned),
        "s" => Some(Notation::Text),
        "b" => Some(Notation::Bits),
        "a" => Some(Notation::Address),
        "o" => Some(Notation::ObjectIdentifier),
        "x" => Some(Notation::Hex),
        "d" => Some(Notation::Decimal),
        "t" => Some(Notation::TimeTicks),
        "=" => Notation::of(base),
        other => panic!("no type: {other}"),
    }
}

#[test]
fn every_value_is_taken_as_net_snmp_takes_it() {
    let text = golden("input");
    let (mut object, mut comparison) = (Kept::default(), Comparison::default());
    let mut plain = 0;
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let ["set", modes, letter, typed, verdict, theirs, value] = fields.as_slice() else {
            let ["object", base, hint, ranges, labels] = fields.as_slice() else {
                panic!("no line of this file: {fields:?}")
            };
            object = Kept::new(base, hint, "-", labels, ranges);
            continue;
        };
        for mode in modes.split(',') {
            let facts = object.facts();
            let theirs = format!("{theirs} {value}").trim_end().to_owned();
            let what = || format!("{mode} {letter} '{typed}' of {facts:?}");
            let Some(notation) = notation(letter, facts.base) else {
                comparison.of(what, &theirs, "Bad variable type (\"=\")");
                continue;
            };
            if *verdict == "crash" || *verdict == "ok" && is_beyond(notation, typed) {
                continue;
            }
            let ours = match input::read(&facts, notation, typed.as_bytes(), checks(mode)) {
                Ok(Some(Value::Integer32(number))) => format!("Integer32 {number}"),
                Ok(Some(Value::OctetString(octets))) => format!("OctetString {}", lines::hex(&octets)),
                Ok(Some(other)) => panic!("{other:?}"),
                Ok(None) => {
                    plain += 1;
                    let refused = size_refused(&facts, notation, typed, &theirs, mode);
                    assert!(refused || !theirs.starts_with("Bad variable type"), "{}: {theirs}", what());
                    continue;
                }
                Err(error) => error.to_string(),
            };
            comparison.of(what, &theirs, escaped(ours.as_bytes()).trim_end());
        }
    }
    assert!(plain > 500, "only {plain} in a plain notation");
    comparison.end(9_000);
}

/// Whether net-snmp cuts the number, or makes a string of it from memory that is not its own.
fn is_beyond(notation: Notation, typed: &str) -> bool {
    let number = typed.trim().parse::<i128>();
    match notation {
        Notation::Integer => number.is_ok_and(|number| i32::try_from(number).is_err()),
        Notation::Bits => number.is_ok_and(|number| !(0..2_048).contains(&number)),
        _ => false,
    }
}

/// Whether theirs is a complaint about the size of a string in hexadecimal or decimal, which has to be ours too.
fn size_refused(facts: &Facts<'_>, notation: Notation, typed: &str, theirs: &str, mode: &str) -> bool {
    let octets = match notation {
        Notation::Hex => typed.trim_start_matches("0x").bytes().filter(u8::is_ascii_hexdigit).count() / 2,
        Notation::Decimal => typed.split(['.', ' ']).filter(|part| !part.is_empty()).count(),
        _ => return false,
    };
    if !theirs.contains("Bad string length") && !theirs.starts_with("OctetString") {
        return false;
    }
    let ours = input::check_size(facts, octets, checks(mode)).err();
    match ours {
        Some(error @ InputError::Range(_)) => assert_eq!(error.to_string(), theirs, "{typed}"),
        None => assert!(theirs.starts_with("OctetString"), "{typed}: {theirs}"),
        Some(other) => panic!("{other}"),
    }
    true
}
