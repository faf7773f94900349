//! snmpset's TYPE and VALUE: what is refused with which words, and what goes on the wire, octet for octet.

use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};

use crate::{
    Seen, amount, in_parallel,
    support::{fake::Recorder, require_peers, tool::Tool},
};

/// Every type of snmpset, and words that are none.
const TYPES: &[&str] = &[
    "i", "u", "t", "a", "o", "s", "x", "d", "b", "=", "n", "3", "U", "I", "F", "D", "c", "C", "z", "", " ",
    "ix", "sx", "X", "-i", "N",
];

/// Values for every type, as far as they are text.
const TEXTS: &[&str] = &[
    "",
    " ",
    "  ",
    "0",
    "1",
    "-1",
    "+1",
    "-0",
    "+0",
    "00",
    "010",
    "08",
    "0x10",
    "0X1f",
    "0x",
    "0xg",
    "0xffffffff",
    " 5",
    "5 ",
    " 5 ",
    "\t5",
    "5\t",
    "\n5",
    "5\n",
    "\u{b}5",
    "- 5",
    "--5",
    "+-5",
    "1_000",
    "1,000",
    "5x",
    "x5",
    "1e3",
    "1.5",
    ".5",
    "5.",
    "-.5",
    "1e",
    "1e400",
    "-1e400",
    "1e-400",
    "1e-46",
    "3.5e38",
    "inf",
    "-inf",
    "+inf",
    "INF",
    "infinity",
    "infinit",
    "nan",
    "-nan",
    "NaN",
    "nan(1)",
    "nanx",
    "0x1p3",
    "0x1.8p1",
    "0x.8",
    "1.5x",
    "1.5 ",
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "256",
    "32767",
    "32768",
    "65535",
    "65536",
    "8388607",
    "8388608",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "-4294967295",
    "-4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999",
    "-18446744073709551615",
    "0.0.0.0",
    "1.2.3.4",
    "255.255.255.255",
    "256.1.1.1",
    "1.2.3",
    "1.2",
    "1.2.3.4.5",
    "01.02.03.04",
    "0x1.2.3.4",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.4x",
    "1.2.3.",
    ".1.2.3.4",
    "1..2.3",
    "-1.2.3.4",
    "1.2.3.4\n",
    "16777216",
    "localhost",
    ".1.3.6.1",
    "1.3.6.1",
    ".1.3",
    ".1",
    "1",
    ".0",
    "0.0",
    ".2.999.1",
    ".1.3.6.1.4.1.4294967295",
    "iso",
    "iso.3.6",
    ".iso.3.6",
    "iso.x",
    ".1.3.x",
    ".1.3.",
    ".",
    "..",
    ".1.39.1",
    ".1.40.1",
    ".0.40",
    ".3.1",
    ".2.40",
    ".9.9.9",
    "1.3.\"ab\"",
    "1.3.'ab'",
    "hello",
    "hello world",
    "with \"quotes\"",
    "back\\slash",
    "%s%n",
    "ab",
    "AB",
    "aB0",
    "0a",
    "0a0b",
    "0A 0B",
    "0a:0b",
    "0a-0b",
    "0a0",
    "a",
    " 0a",
    "0a ",
    "0a  0b",
    "0 a",
    "0x0a0b",
    "0X0a",
    "0x 0a",
    "zz",
    "0a zz",
    "0a\n0b",
    "0a\t0b",
    "0a,0b",
    "0x0x",
    "00x1",
    "1 2 3",
    "1.2 3",
    "1  2",
    "1,2,3",
    "1, 2",
    "1;2",
    "300",
    "1.300",
    "-5.1",
    "+5",
    "1.+2",
    "999999999999",
    "1.x",
    "1 x",
    " 1 2",
    "1 2 ",
    "1.2.",
    "0,1,2",
    "7",
    "8",
    "63",
    "64",
    "1000",
    "0,x",
    "x,0",
    "0 8 16",
    ",",
    ",1",
    "1,",
    "3,3",
    "7,0",
    "0x7",
    "-1,2",
    "65535,0",
    "é",
    "日本",
];

/// Values for every type.
fn values() -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect();
    values.extend([
        b"\xff".to_vec(),
        b"a\xffb".to_vec(),
        b"\xc3".to_vec(),
        b"5\xff".to_vec(),
        b"\x80\x81".to_vec(),
        b"\x01\x02".to_vec(),
    ]);
    values.extend([
        vec![b'a'; 127],
        vec![b'a'; 128],
        vec![b'a'; 255],
        vec![b'a'; 256],
        vec![b'1'; 300],
        b"0 ".repeat(200),
    ]);
    values.extend([b"41".repeat(200), b"41 ".repeat(200), b"65.".repeat(150), b"1,".repeat(100)]);
    values
}

fn words(sets: &[(OsString, &str, &[u8])]) -> Vec<OsString> {
    let mut words: Vec<OsString> =
        ["-v2c", "-cprivate", "-r0", "-t5", "-On", "{agent}"].iter().map(OsString::from).collect();
    for (name, kind, value) in sets {
        words.extend([name.clone(), OsString::from(kind), OsString::from_vec(value.to_vec())]);
    }
    words
}

fn both(words: &[OsString]) -> (Seen, Seen) {
    let theirs = Seen::of(&Tool::netsnmp("snmpset"), Recorder::echo(), words);
    let ours = Seen::of(&Tool::ours("snmpset"), Recorder::echo(), words);
    (ours, theirs)
}

/// What differs, in one line each.
fn differences(ours: &Seen, theirs: &Seen) -> Option<String> {
    let same = ours.run.end == theirs.run.end
        && ours.run.stdout == theirs.run.stdout
        && ours.run.stderr == theirs.run.stderr
        && ours.sent == theirs.sent;
    let show = |seen: &Seen| {
        format!(
            "{:?} {} {} {}",
            seen.run.end,
            seen.run.stdout.escape_ascii(),
            seen.run.stderr.escape_ascii(),
            seen.sent.concat()
        )
    };
    (!same).then(|| format!("  ours     {}\n  net-snmp {}", show(ours), show(theirs)))
}

/// One case: a type and a value, with a name of its own.
fn report(sets: &[(OsString, &str, &[u8])]) -> Option<String> {
    let (ours, theirs) = both(&words(sets));
    let text = differences(&ours, &theirs)?;
    let shown: Vec<String> =
        sets.iter().map(|(_, kind, value)| format!("{kind:?} {}", value.escape_ascii())).collect();
    Some(format!("{}\n{text}", shown.join("  ")))
}

/// All values of a type that both sides take in one request, and all that both refuse in another: a few runs instead
/// of hundreds.
#[test]
fn values_go_on_the_wire_as_net_snmps_do() {
    let Some(_peers) = require_peers() else { return };
    let values = values();
    let reports = in_parallel(TYPES.len(), 4, |number| {
        let kind = TYPES[number];
        let mut reports = Vec::new();
        let plain = values.iter().filter(|value| is_plain(value) && !is_excepted(kind, value));
        let sets: Vec<_> =
            plain.enumerate().map(|(number, value)| (name(number), kind, &value[..])).collect();
        for sets in sets.chunks(100) {
            let (ours, theirs) = both(&words(sets));
            reports.extend(differences(&ours, &theirs).map(|text| format!("{kind:?}\n{text}")));
            // What was refused is told by name; the rest makes a request.
            let refused = theirs.run.err();
            let taken: Vec<_> = sets
                .iter()
                .filter(|(name, ..)| !refused.contains(&format!("{}:", name.to_str().unwrap())))
                .cloned()
                .collect();
            // Of types that are none, the first ends it.
            let judged = !refused.contains("Bad object type");
            if judged && taken.len() < sets.len() && !taken.is_empty() {
                let (ours, theirs) = both(&words(&taken));
                assert!(!theirs.sent.is_empty(), "{kind:?}: {}", theirs.describe());
                reports.extend(differences(&ours, &theirs).map(|text| format!("{kind:?}\n{text}")));
            }
        }
        (!reports.is_empty()).then(|| reports.join("\n"))
    });
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}

/// Each type with each value in a run of its own: thousands of runs.
#[test]
fn each_value_alone_goes_on_the_wire_as_net_snmps_does() {
    let Some(_peers) = require_peers() else { return };
    let (count, seed) = amount(60);
    let values = values();
    let all = TYPES.len() * values.len();
    // A large odd step goes through all of them in an order that looks like none.
    let start = usize::try_from(seed).unwrap();
    let reports = in_parallel(count.min(all), 4, |number| {
        let number = (start + number) * 7_919 % all;
        let (kind, value) = (TYPES[number / values.len()], &values[number % values.len()]);
        if is_excepted(kind, value) { None } else { report(&[(name(0), kind, value)]) }
    });
    assert!(reports.is_empty(), "{} of {count}\n{}", reports.len(), reports.join("\n"));
}

/// Whether the first two arcs fit into one octet, or are no numbers at all (X.690, section 8.19.4).
fn can_begin(oid: &str) -> bool {
    let mut arcs = oid.trim_start_matches('.').split('.').map_while(|arc| arc.parse::<u64>().ok());
    match (arcs.next(), arcs.next()) {
        (Some(0 | 1), Some(second)) => second < 40,
        (Some(first), _) => first <= 2,
        (None, _) => true,
    }
}

fn name(number: usize) -> OsString {
    OsString::from(format!(".1.3.6.1.4.1.99999.{}.0", number + 1))
}

/// Whether messages about the value are the same on both sides: net-snmp cuts long ones, and ours are UTF-8.
fn is_plain(value: &[u8]) -> bool {
    value.len() < 100 && std::str::from_utf8(value).is_ok()
}

/// What ours refuses and net-snmp sends, cut, or what ours sends and net-snmp refuses: docs/decisions.md says why.
fn is_excepted(kind: &str, value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return kind != "s" && kind != "sx" };
    let number: Option<i128> = text.trim_start().trim_start_matches('+').parse().ok();
    let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let begins = text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
    let whole = text.trim_start_matches('-').bytes().all(|octet| octet.is_ascii_digit());
    match kind {
        "" => true,
        "s" | "sx" | "n" | "N" | "=" => false,
        _ if value.len() >= 100 => true,
        "i" | "ix" => number.is_some_and(|number| i32::try_from(number).is_err()),
        "u" | "t" | "3" => number.is_some_and(|n| u32::try_from(n).is_err() && i32::try_from(n).is_err()),
        "d" => digits > 9,
        // net-snmp sends memory that it never set from some length on, and crashes further up.
        // Below 0 it writes before its memory.
        "b" => digits > 4 || text.starts_with("0x") || text.starts_with('-') && text != "-0",
        "a" => text == "0xffffffff" || text == "4294967295" || text.trim_end().contains([' ']),
        // Roots of one arc, and first arcs that cannot be sent.
        "o" => {
            ["iso", ".", "..", "1", ".1", "0a:0b"].contains(&text)
                || text.trim_start_matches('.').parse::<u128>().is_ok()
                || text.starts_with('0')
                || !can_begin(text)
        }
        "U" | "I" => begins && !whole || digits > 18,
        _ => false,
    }
}
