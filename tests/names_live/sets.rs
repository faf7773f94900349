//! What both sides send for values that people type for objects that the MIB knows, or the words that they refuse with.

use std::{collections::BTreeSet, ffi::OsString, os::unix::ffi::OsStringExt as _, sync::Mutex};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use snmpkit::mib::facts::Base;

use crate::{
    amount, in_parallel,
    known::{self, Where},
    lines::lines,
    shapes::{self, Subject},
    sides::{Sides, words},
    support::{
        fake::{Recorder, Request, hex, split},
        served,
        tool::{End, Tool},
    },
};

/// Values in one request.
const BATCH: usize = 100;

/// Cases of the usual run.
const USUAL: usize = 700;

/// Texts that are tried with every type.
const TEXTS: &[&str] = &["", "0", "1", "-1", "5x", "abc", "a b", "1.2.3.4", "41 42", "0x41", "300", "%s"];

/// Texts for strings with a DISPLAY-HINT.
const FOR_HINTS: &[&str] = &[
    "0:1b:21:c:9d:f8",
    "00:1b:21:0c:9d:f8",
    "00 1b 21",
    "001b210c9df8",
    "192.0.2.1",
    "192.0.2.1:161",
    "192.0.2.256",
    "2026-11-20,9:4:5.6,+2:0",
    "2026-11-20,9:4:5.6",
    "2026-13-40,25:61:61.9",
    "2001:db8:0:0:0:0:0:1",
    "1,2,3",
    "1.",
    "1:2:",
    "Grüße",
    "plain text",
    "it's \"quoted\"",
    "1-2",
    "ffff:1",
    "g",
    "1x",
];

/// Objects and texts that show, whatever the seed, each difference that is wanted.
const OF_KNOWN: &[(&str, &str)] = &[
    ("OSPF-MIB::ospfRouterId", "41 42"),
    ("DOCS-IF3-MIB::docsIf3CmCapabilitiesReq", "1"),
    ("DOCS-IF3-MIB::docsIf3CmtsSpectrumAnalysisMeasAmplitudeData", "1"),
    ("DOCS-IF3-MIB::docsIf3UsChExtScdmaSelectionStringActiveCodes", "1"),
];

/// One name, type and value.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Set {
    name: String,
    kind: &'static str,
    value: Vec<u8>,
}

impl Set {
    fn describe(&self) -> String {
        format!("{} {} '{}'", self.name, self.kind, self.value.escape_ascii())
    }
}

/// A few texts for an object: labels, bounds, and what is none of them.
fn texts(subject: &Subject, random: &mut StdRng) -> Vec<String> {
    let object = subject.object();
    let facts = object.facts();
    let mut texts: Vec<String> = Vec::new();
    let labels: Vec<(String, i32)> = (0..)
        .map_while(|at| facts.labels.label(at).map(|(word, number)| (word.to_owned(), number)))
        .collect();
    if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
        texts.extend([first.0.clone(), last.1.to_string(), format!("{}x", first.0), first.0.to_uppercase()]);
        if facts.base == Base::Bits {
            texts.extend([format!("{} {}", first.0, last.0), format!("{},{}", first.1, last.1)]);
        }
    }
    for (low, high) in facts.ranges.iter().take(2) {
        if facts.base == Base::OctetString {
            let sizes = [low - 1, *low, *high, high + 1];
            texts.extend(
                sizes
                    .iter()
                    .filter(|size| (0..120).contains(*size))
                    .map(|size| "a".repeat(usize::try_from(*size).unwrap())),
            );
        } else {
            texts.extend([low - 1, *low, *high, high + 1].map(|number| number.to_string()));
        }
    }
    if facts.hint.is_some() {
        texts.extend(FOR_HINTS.iter().map(|text| (*text).to_owned()));
    }
    if facts.base == Base::ObjectIdentifier {
        texts.extend(
            ["IF-MIB::ifDescr.1", ".1.3.6.1", "1.3.6.1.2.1.1.5.0", "IF-MIB::nothing"].map(str::to_owned),
        );
    }
    texts.extend((0..3).map(|_| TEXTS[random.random_range(0..TEXTS.len())].to_owned()));
    texts
}

fn sets(seed: u64, count: usize) -> Vec<Set> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut known_rules = BTreeSet::new();
    let of_known = OF_KNOWN.iter().map(|(name, text)| Set {
        name: format!("{}.0", shapes::called(name).name()),
        kind: "=",
        value: text.as_bytes().to_vec(),
    });
    let mut sets: BTreeSet<Set> = of_known.collect();
    // The first of all with the same rules comes with all its texts, others with some.
    let mut rest = Vec::new();
    for subject in shapes::of_every_syntax() {
        let object = subject.object();
        let facts = object.facts();
        let rules = format!("{:?} {:?} {}", facts.base, facts.hint, facts.labels.is_empty());
        let all = texts(subject, &mut random);
        let list: Vec<Set> = all
            .into_iter()
            .map(|text| {
                let kind = ["=", "=", "=", "s", "x", "i", "d", "u"][random.random_range(0..8)];
                Set { name: format!("{}.0", subject.name()), kind, value: text.into_bytes() }
            })
            .collect();
        if known_rules.insert(rules) { sets.extend(list) } else { rest.extend(list) }
    }
    while sets.len() < count && !rest.is_empty() {
        sets.insert(rest.swap_remove(random.random_range(0..rest.len())));
    }
    let mut sets: Vec<Set> = sets.into_iter().filter(|set| !is_cut(set)).collect();
    // One name is in one request once: the lines of refusals are told apart by it.
    for (number, set) in sets.iter_mut().enumerate() {
        set.name = format!("{}{}", set.name.trim_end_matches('0'), number + 1);
    }
    sets
}

/// What net-snmp sends cut, or reads beyond its memory for; docs/decisions.md has them.
fn is_cut(set: &Set) -> bool {
    let Ok(text) = std::str::from_utf8(&set.value) else { return true };
    let number: Option<i128> = text.parse().ok();
    number.is_some_and(|number| i32::try_from(number).is_err())
}

/// What a run made of a batch.
struct Outcome {
    end: End,
    /// Type and contents of what was sent, in hexadecimal.
    sent: Vec<String>,
    said: Vec<String>,
}

fn set(tool: &Tool, options: &[&str], sets: &[&Set], said: impl Fn(&[u8]) -> Vec<u8>) -> Outcome {
    let agent = Recorder::echo();
    let mut all = words(&["-v2c", "-cprivate", "-r0", "-t10", "-On"]);
    all.extend(options.iter().map(OsString::from));
    all.push(OsString::from(agent.address()));
    for set in sets {
        all.extend([
            OsString::from(&set.name),
            OsString::from(set.kind),
            OsString::from_vec(set.value.clone()),
        ]);
    }
    let run = tool.run(&all);
    let sent = agent.finish();
    let sent =
        sent.first().and_then(|datagram| values_of(&Request::read(datagram)?.bindings)).unwrap_or_default();
    Outcome { end: run.end, sent, said: lines(&said(&run.stderr)) }
}

fn values_of(bindings: &[u8]) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = bindings;
    while !rest.is_empty() {
        let (_, one, after) = split(rest)?;
        let (_, name, value) = split(one)?;
        values.push(format!("{} {}", served::arcs(name)?.len(), hex(value)));
        rest = after;
    }
    Some(values)
}

/// Both sides on a batch, and on what of it net-snmp takes.
fn compare(sides: &Sides, options: &[&str], sets: &[&Set], used: &Mutex<known::Used>) -> Vec<String> {
    let theirs = set(&sides.theirs("snmpset"), options, sets, |text| sides.said(text).to_vec());
    if matches!(theirs.end, End::Signal(_)) && sets.len() > 1 {
        let (left, right) = sets.split_at(sets.len() / 2);
        return [left, right].iter().flat_map(|half| compare(sides, options, half, used)).collect();
    }
    let ours = set(&sides.ours("snmpset"), options, sets, <[u8]>::to_vec);
    let mut reports = Vec::new();
    let mut taken = Vec::new();
    for one in sets {
        let start = format!("{}: ", one.name);
        let line = |outcome: &Outcome| {
            outcome
                .said
                .iter()
                .find(|line| line.starts_with(&start))
                .map_or("(taken)", |line| &line[start.len()..])
                .to_owned()
        };
        let (their_line, our_line) = (line(&theirs), line(&ours));
        if their_line == "(taken)" && our_line == "(taken)" {
            taken.push(*one);
        } else if their_line != our_line
            && !used.lock().unwrap().explain(
                Where::Set,
                &format!("{start}{their_line}"),
                &format!("{start}{our_line}"),
            )
        {
            reports.push(format!(
                "{options:?} {}\n  net-snmp {their_line}\n  ours     {our_line}",
                one.describe()
            ));
        }
    }
    if taken.is_empty() {
        return reports;
    }
    let (theirs, ours) = if taken.len() < sets.len() {
        (
            set(&sides.theirs("snmpset"), options, &taken, |text| sides.said(text).to_vec()),
            set(&sides.ours("snmpset"), options, &taken, <[u8]>::to_vec),
        )
    } else {
        (theirs, ours)
    };
    if theirs.sent.len() != taken.len() || ours.sent.len() != taken.len() {
        reports.push(format!(
            "{options:?} {} values, sent {} / {}\n  net-snmp {:?}\n  ours     {:?}",
            taken.len(),
            theirs.sent.len(),
            ours.sent.len(),
            theirs.said,
            ours.said
        ));
    }
    for ((one, their), our) in taken.iter().zip(&theirs.sent).zip(&ours.sent) {
        let whole = |sent: &str| format!("{}: {sent}", one.name);
        if their != our && !used.lock().unwrap().explain(Where::Set, &whole(their), &whole(our)) {
            reports.push(format!("{options:?} {}\n  net-snmp {their}\n  ours     {our}", one.describe()));
        }
    }
    reports
}

#[test]
fn every_value_is_sent_as_net_snmp_sends_it() {
    let Some(sides) = Sides::get() else { return };
    let (cases, seed) = amount(USUAL, 20_000);
    let sets = sets(seed, cases);
    let ways: &[&[&str]] = &[&[], &["-Ih"], &["-Ir"]];
    let mut batches: Vec<(&[&str], Vec<&Set>)> = Vec::new();
    for (number, batch) in sets.chunks(BATCH).enumerate() {
        batches.push((ways[0], batch.iter().collect()));
        batches.push((ways[1 + number % 2], batch.iter().collect()));
    }
    let used = Mutex::new(known::Used::default());
    let reports = in_parallel(batches.len(), 2, |number| {
        let (options, sets) = &batches[number];
        let reports = compare(sides, options, sets, &used);
        (!reports.is_empty()).then(|| reports.join("\n"))
    });
    crate::tell(&format!("{} sets, {} batches", sets.len() * 2, batches.len()));
    assert!(sets.len() > 500, "{} sets", sets.len());
    crate::report(&reports);
    let missing = used.into_inner().unwrap().missing(Where::Set);
    assert!(missing.is_empty(), "differences that are listed and did not occur: {missing:?}");
}
