//! What both sides make of names that people type: the identifiers that they send, or the words that they refuse with.

use std::{
    collections::BTreeSet, ffi::OsString, os::unix::ffi::OsStringExt as _, sync::Mutex, time::Duration,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use snmpkit::{
    mib::{View, image},
    oid::Oid,
    output::{
        netsnmp::{self, Named},
        options::Options,
    },
};

use crate::{
    amount, in_parallel,
    known::{self, Where},
    lines::lines,
    shapes::{self, Subject},
    sides::{Sides, words},
    support::{
        fake::{Recorder, Request},
        served,
        tool::{End, Run, Tool},
    },
};

/// Names in one request of net-snmp's snmpget at most.
const BATCH: usize = 128;

/// Names of each kind in the usual run.
const USUAL: usize = 500;

/// One name of so many is damaged.
const DAMAGED: usize = 8;

/// How long a batch may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// How names are written, to be read again. Those without a module take net-snmp long where it does not know them.
const FORMS: &[&str] = &["", "X", "XE", "E", "b", "", "X", "f", "s", "u", "sX"];

/// Names that show, whatever the seed, each difference that is wanted; their order counts.
const OF_KNOWN: &[(&[&str], &[&str])] = &[
    (
        &[],
        &[
            "ifDescr[1]",
            "1.3.6.4294967296",
            "1..3",
            "SNA-SDLC-MIB::sdlcLSOperState.0",
            "IF-MIB::ifRcvAddressAddress.1.\"ab\"",
            "sysDescr.0",
            "IF-MIB::ifXX",
            "org.dod.internet.mgmt.mib-2.system",
            "1",
        ],
    ),
    (&["-Ib"], &["noSuchName"]),
];

/// What is typed beside names that objects have.
const ODD: &[&str] = &[
    "sysDescr",
    "sysDescr.",
    "sysDescr..0",
    "sysDescr.0.",
    ".sysDescr.0",
    "..1.3",
    "1..3",
    ".",
    "system.sysDescr.0",
    "system",
    "mib-2",
    "mib-2.1.1.0",
    ".mib-2",
    "iso",
    ".iso",
    "iso.org",
    ".iso.org.dod.internet.mgmt.mib-2.1.1.0",
    "org",
    "internet",
    "enterprises.9.1",
    "private.enterprises",
    "transmission.166",
    "snmpV2.1",
    "ccitt",
    "0",
    "0.0",
    "1",
    "1.3",
    "1.3.6.x",
    "1.3.6.1.2.1.system.1.0",
    "1.3.6.1.2.1.sysDescr.0",
    "interfaces.ifTable.ifEntry.ifDescr.1",
    "ifTable.ifEntry.ifDescr.1",
    "ifTable.1.2.1",
    "ifEntry.ifDescr.1",
    "ifEntry.2.1",
    "ifEntry.99.1",
    "ifDescr.1.2.3",
    "ifDescr",
    "ifDescr.",
    "ifDescr.x",
    "ifDescr.-1",
    "ifDescr.0",
    "ifDescr.2147483647",
    "ifDescr.2147483648",
    "ifDescr.4294967295",
    "ifDescr.0x10",
    "ifDescr.010",
    "ifDescr.1x",
    "ifDescr. 1",
    "ifDescr[1]",
    "ifDescr[1",
    "ifDescr1]",
    "ifDescr[]",
    "ifDescr[x]",
    "ifDescr.\"1\"",
    "ifDescr.'1'",
    "ifdescr.1",
    "IFDESCR.1",
    "if-descr",
    "IF-MIB::ifDescr.1",
    "IF-MIB:ifDescr.1",
    "IF-MIB:::ifDescr.1",
    "IF-MIB::",
    "::ifDescr",
    "IF-MIB::ifDescr[1]",
    "IF-MIB::.ifDescr.1",
    "IF-MIB::1.3.6",
    "IF-MIB::sysDescr.0",
    "SNMPv2-MIB::ifDescr.1",
    "if-mib::ifDescr.1",
    "IF-MIB::ifTable.ifEntry.ifDescr.1",
    "IF-MIB::interfaces.ifTable.1.2.1",
    "IF-MIB::iso.org",
    "IF-MIB::ifXX",
    "NO-SUCH-MIB::ifDescr.1",
    "IF-MIB::ifIndex.ifDescr",
    "ifType.ethernetCsmacd",
    "IF-MIB::ifAdminStatus.up",
    "ipAddrTable.ipAddrEntry.ipAdEntAddr.192.0.2.1",
    "ipAdEntAddr.192.0.2",
    "ipAdEntAddr.192.0.2.256",
    "ipAdEntAddr[192.0.2.1]",
    "ipAddressIfIndex.ipv4.\"192.0.2.1\"",
    "ipAddressIfIndex[ipv4][\"192.0.2.1\"]",
    "ipAddressIfIndex.ipv4.4.192.0.2.1",
    "ipAddressIfIndex.1.4.192.0.2.1",
    "ipAddressIfIndex.ipv9.\"192.0.2.1\"",
    "ipAddressIfIndex.ipv6.\"20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:01\"",
    "ipAddressIfIndex.ipv4.\"192.0.2\"",
    "vacmGroupName.3.\"public\"",
    "vacmGroupName.usm.\"public\"",
    "vacmGroupName.3.'public'",
    "vacmAccessContextMatch.\"grp\".\"\".any.noAuthNoPriv",
    "vacmAccessContextMatch.\"grp\".\"\".3.4",
    "vacmAccessContextMatch[\"grp\"][\"\"][any][noAuthNoPriv]",
    "snmpTargetAddrTAddress.'name'",
    "snmpTargetAddrTAddress.\"name\"",
    "snmpTargetAddrTAddress.'with \\' quote'",
    "snmpTargetAddrTAddress.'open",
    "snmpTargetAddrTAddress.''",
    "snmpTargetAddrTAddress.'a'.'b'",
    "nsExtendOutLine.\"a.b\".1",
    "nsExtendOutLine.\"a\\\"b\".1",
    "nsExtendOutLine.\"a\\\\b\".1",
    "nsExtendOutLine.3.97.46.98.1",
    "usmUserStatus.\"x\".\"y\"",
    "usmUserStatus.5.1.2.3.4.5.\"y\"",
    "usmUserStatus.8.1.2.3",
    "hrSWRunName.1",
    "dot1dTpFdbPort.'00:1b:21:0c:9d:f8'",
    "dot1dTpFdbPort.0.27.33.12.157.248",
    "dot1dTpFdbPort['00:1b:21:0c:9d:f8']",
    "dot1dTpFdbPort.'abcdef'",
    "dot1dTpFdbPort.'0:1b:21:c:9d:f8'",
    "dot1dTpFdbPort.0.27",
    "linkDown",
    "IF-MIB::linkDown",
    "snmpTraps.3",
    "coldStart.0",
    "sysUpTime",
    "sysUpTimeInstance",
    "DISMAN-EVENT-MIB::sysUpTimeInstance",
    "zeroDotZero",
    "dod#",
    "a b",
    "x.\"",
    "x.'",
    "\"quoted\"",
    "1.3.\"quoted\"",
    ".1.3.'quoted'",
    "1.3.6.1.\"a.b\".'c'",
    "1.3.6.1.\"open",
    "1.3.6.4294967296",
    "1.3.6.4294967295",
    "1.3.6.-1",
    "1.3.6.+1",
    "1.3.6. 1",
    "1.3 .6",
    "sysDescr.*",
    "sys*",
    "sys.*Up.*",
    "^sysDescr$",
    "sys[",
    "sys(",
    "*",
    "%s",
    "\tsysDescr.0",
    " sysDescr.0",
    "sysDescr.0 ",
    "sys Descr",
    "sysDescr.0.0",
    "sysDescr.1",
    "sysORDescr.1",
    "system.sysORTable.sysORDescr.3",
    "snmpFddiSMTHoldState.not-implemented",
];

/// The names that are tried: texts that both sides write for instances, plain forms of objects, and odd ones.
///
/// net-snmp holds a name without a module that it does not know against every name that there is, by a pattern, which
/// takes it a twentieth of a second. Without `all`, no such names are made by chance.
fn names(seed: u64, count: usize, all: bool) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut random = StdRng::seed_from_u64(seed);
    let named = Named::of(View::core());
    let written = |arcs: &[u32], letters: &str| {
        let mut text = Vec::new();
        netsnmp::oid(&Oid::new(arcs).unwrap(), &Options::from_letters(letters).unwrap(), &named, &mut text);
        text
    };
    let is_bare =
        |subject: &Subject| image::core().definitions(&subject.definition.name().to_string()).count() == 1;
    let indexed = shapes::of_every_index();
    let others: Vec<&Subject> = shapes::of_every_syntax().iter().chain(shapes::of_every_kind()).collect();
    let mut chosen: Vec<Vec<u8>> = Vec::new();
    while chosen.len() < count * 2 / 3 {
        let subject = &indexed[random.random_range(0..indexed.len())];
        let form = FORMS[random.random_range(0..FORMS.len())];
        let instances = subject.instances();
        let instance = subject.instance(&instances[random.random_range(0..instances.len())]);
        let is_bare = !form.contains(['s', 'u']) || is_bare(subject);
        // net-snmp reads nothing in brackets.
        let is_known = !form.contains('X') || !form.contains('s');
        if instance.len() <= 128 && is_bare && (all || is_known) {
            chosen.push(written(&instance, form));
        }
    }
    while chosen.len() < count {
        let subject = others[random.random_range(0..others.len())];
        let path = String::from_utf8(written(&subject.arcs, "f")).unwrap();
        let steps: Vec<&str> = path.trim_start_matches('.').split('.').collect();
        if is_bare(subject) {
            // Some names of the way, with and without a dot before them, and a number for the last of them.
            let from = random.random_range(0..steps.len());
            chosen.push(steps[from..].join(".").into_bytes());
            chosen.push(format!("{}.{}", steps[steps.len() - 1], random.random_range(0..4)).into_bytes());
            let (arc, _) = subject.arcs.split_last().unwrap();
            chosen.push(format!(".{}.{arc}", steps[..steps.len() - 1].join(".")).into_bytes());
        }
        chosen.push(format!("{}.0", subject.name()).into_bytes());
    }
    let damaged = (0..count / DAMAGED).map(|_| {
        let at = random.random_range(0..chosen.len());
        damaged(&chosen[at], &mut random)
    });
    let damaged = damaged.filter(|text| !has_quoted_colon(text) && (all || has_module(text)));
    let mut odd: Vec<Vec<u8>> = ODD.iter().map(|text| text.as_bytes().to_vec()).chain(damaged).collect();
    for list in [&mut chosen, &mut odd] {
        let mut before = BTreeSet::new();
        list.retain(|text| {
            !text.is_empty()
                && text[0] != b'-'
                && !text.contains(&0)
                && text.len() < 250
                && before.insert(text.clone())
        });
    }
    (chosen, odd)
}

/// Whether a quote stands before a colon: net-snmp takes what is before the colon for a module, and here it is a quoted
/// index (docs/differences-of-names.md).
fn has_quoted_colon(text: &[u8]) -> bool {
    let at = |octets: &[u8]| text.iter().position(|octet| octets.contains(octet));
    at(b"\"'").is_some_and(|quote| at(b":").is_some_and(|colon| quote < colon))
}

/// Whether net-snmp looks for a name in one module alone.
fn has_module(text: &[u8]) -> bool {
    text.windows(3).position(|three| three[..2] == *b"::" && three[2].is_ascii_alphabetic()).is_some()
}

/// A name with something missing, doubled, or in another place.
fn damaged(text: &[u8], random: &mut StdRng) -> Vec<u8> {
    let mut text = text.to_vec();
    if text.is_empty() {
        return text;
    }
    let at = random.random_range(0..text.len());
    match random.random_range(0..7) {
        0 => {
            text.remove(at);
        }
        1 => text.insert(at, text[at]),
        2 => text[at] = *b".:[]\"'\\ x0-9".get(random.random_range(0..12)).unwrap(),
        3 => text.truncate(at),
        4 => {
            let other = random.random_range(0..text.len());
            text.swap(at, other);
        }
        5 => text[at] = text[at].to_ascii_uppercase(),
        _ => text.extend_from_slice(b".x"),
    }
    text
}

/// What a run made of a batch of names.
struct Outcome {
    run: Run,
    /// The identifiers that were sent; empty when none were.
    sent: Vec<Vec<u32>>,
    /// What it said, a line each.
    said: Vec<String>,
}

fn ask(tool: &Tool, options: &[&str], names: &[&Vec<u8>], said: impl Fn(&[u8]) -> Vec<u8>) -> Outcome {
    let agent = Recorder::echo();
    let mut all = words(&["-v2c", "-cpublic", "-r0", "-t10", "-On"]);
    all.extend(options.iter().map(OsString::from));
    all.push(OsString::from(agent.address()));
    all.extend(names.iter().map(|name| OsString::from_vec((*name).clone())));
    let run = tool.run(&all);
    let sent = agent.finish();
    let sent = sent.first().and_then(|datagram| served::names(&Request::read(datagram)?.bindings));
    let said = lines(&said(&run.stderr));
    Outcome { run, sent: sent.unwrap_or_default(), said }
}

/// Both sides on a batch of names, and on the names of it that net-snmp takes.
fn compare(sides: &Sides, options: &[&str], names: &[&Vec<u8>], found: &Found) -> Vec<String> {
    let theirs =
        ask(&sides.theirs("snmpget").patience(PATIENCE), options, names, |text| sides.said(text).to_vec());
    if matches!(theirs.run.end, End::Signal(_)) {
        if let [one] = names {
            found.crash(one);
            return Vec::new();
        }
        let (left, right) = names.split_at(names.len() / 2);
        return [left, right].iter().flat_map(|half| compare(sides, options, half, found)).collect();
    }
    let ours = ask(&sides.ours("snmpget"), options, names, <[u8]>::to_vec);
    let mut reports = Vec::new();
    let show = |name: &[u8]| format!("{options:?} {}", name.escape_ascii());
    let mut taken = Vec::new();
    for name in names {
        // A line begins with the name as it was typed.
        let start = format!("{}: ", name.escape_ascii());
        let line = |outcome: &Outcome| {
            outcome
                .said
                .iter()
                .find(|line| line.starts_with(&start))
                .map(|line| line[start.len()..].to_owned())
        };
        let (their_line, our_line) = (line(&theirs), line(&ours));
        if their_line.is_none() && our_line.is_none() {
            taken.push(*name);
        }
        found.count();
        let text = |line: Option<String>| line.unwrap_or_else(|| "(taken)".to_owned());
        let (their_line, our_line) = (text(their_line), text(our_line));
        let whole = |line: &str| format!("{}: {line}", name.escape_ascii());
        if their_line != our_line && !found.explains(&whole(&their_line), &whole(&our_line)) {
            reports.push(format!("{}\n  net-snmp {their_line}\n  ours     {our_line}", show(name)));
        }
    }
    if taken.is_empty() {
        return reports;
    }
    let again = taken.len() < names.len();
    let (theirs, ours) = if again {
        (
            ask(&sides.theirs("snmpget").patience(PATIENCE), options, &taken, |text| {
                sides.said(text).to_vec()
            }),
            ask(&sides.ours("snmpget"), options, &taken, <[u8]>::to_vec),
        )
    } else {
        (theirs, ours)
    };
    if ours.sent.len() != taken.len() || theirs.sent.len() != taken.len() {
        reports.push(format!(
            "{options:?}: {} names, sent {} / {}\n  net-snmp {:?}\n  ours     {:?}",
            taken.len(),
            theirs.sent.len(),
            ours.sent.len(),
            theirs.said,
            ours.said
        ));
    }
    for ((name, their), our) in taken.iter().zip(&theirs.sent).zip(&ours.sent) {
        let whole = |arcs: &[u32]| format!("{}: {}", name.escape_ascii(), Oid::new(arcs).unwrap());
        if their != our && !found.explains(&whole(their), &whole(our)) {
            reports.push(format!("{}\n  net-snmp {}\n  ours     {}", show(name), whole(their), whole(our)));
        }
    }
    reports
}

/// What came up in all batches.
#[derive(Default)]
struct Found {
    used: Mutex<known::Used>,
    crashes: Mutex<Vec<String>>,
    compared: Mutex<usize>,
}

impl Found {
    fn crash(&self, name: &[u8]) {
        self.crashes.lock().unwrap().push(name.escape_ascii().to_string());
    }

    fn count(&self) {
        *self.compared.lock().unwrap() += 1;
    }

    fn explains(&self, theirs: &str, ours: &str) -> bool {
        self.used.lock().unwrap().explain(Where::Name, theirs, ours)
    }
}

#[test]
fn every_name_is_read_as_net_snmp_reads_it() {
    let Some(sides) = Sides::get() else { return };
    let (cases, seed) = amount(USUAL, 20_000);
    let (good, odd) = names(seed, cases, cases != USUAL);
    let ways: &[&[&str]] = &[&[], &["-Ih"], &["-Ir"], &["-IR"], &["-Iu"], &["-Ib"]];
    let of_known: Vec<Vec<Vec<u8>>> = OF_KNOWN
        .iter()
        .map(|(_, names)| names.iter().map(|name| name.as_bytes().to_vec()).collect())
        .collect();
    let of_known = OF_KNOWN.iter().zip(&of_known);
    let mut batches: Vec<(&[&str], Vec<&Vec<u8>>)> =
        of_known.map(|((options, _), names)| (*options, names.iter().collect())).collect();
    for (list, size) in [(&good, BATCH), (&odd, BATCH / 4)] {
        for (number, batch) in list.chunks(size).enumerate() {
            // The plain way for all of them, another way for some.
            batches.push((ways[0], batch.iter().collect()));
            let other = 1 + number % (ways.len() - 1);
            // By -IR and -Ib, numbers are read here, and nothing but names by net-snmp.
            let is_name = |name: &&Vec<u8>| {
                name.iter().find(|octet| **octet != b'.').is_none_or(u8::is_ascii_alphabetic)
            };
            batches.push((ways[other], batch.iter().filter(is_name).take(16).collect()));
        }
    }
    let found = Found::default();
    let reports = in_parallel(batches.len(), 2, |number| {
        let (options, names) = &batches[number];
        let reports = compare(sides, options, names, &found);
        (!reports.is_empty()).then(|| reports.join("\n"))
    });
    let compared = found.compared.into_inner().unwrap();
    let crashes = found.crashes.into_inner().unwrap();
    crate::tell(&format!("{compared} names, {} batches; net-snmp crashes on {crashes:?}", batches.len()));
    crate::report(&reports);
    let missing = found.used.into_inner().unwrap().missing(Where::Name);
    assert!(missing.is_empty(), "differences that are listed and did not occur: {missing:?}");
}
