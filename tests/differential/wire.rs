//! What each tool puts on the wire for the same words, octet for octet but for the request-id: PDU, numbers, names,
//! NULL values, and how many datagrams.

use std::ffi::OsString;

use crate::{
    Seen, in_parallel,
    support::{
        fake::{Recorder, Request, binding},
        require_peers,
        tool::Tool,
    },
};

/// A tool, its words, and how many datagrams net-snmp sends.
const ROWS: &[(&str, &str, usize)] = &[
    ("snmpget", "-v1 -cpublic {agent} .1.3.6.1.2.1.1.1.0", 1),
    ("snmpget", "-v2c -cpublic {agent} .1.3.6.1.2.1.1.1.0", 1),
    ("snmpget", "-v2c -c x {agent} .1.3.6.1.2.1.1.1.0 .2.999.4294967295 .0.39 .1.39.127.128.16383.16384", 1),
    ("snmpget", "-v1 -cpublic {agent} iso.3.6 .1.3.6.1.4.1.99.\"ab\".'cd'", 1),
    ("snmpget", "-v2c -cpublic {agent} .2.39 .2.40 .2.47 .2.48", 1),
    ("snmpgetnext", "-v1 -cpublic {agent} .1.3", 1),
    ("snmpgetnext", "-v2c -cpublic {agent} .1.3 .1.3.6.1.2.1.1.1.0", 1),
    ("snmpbulkget", "-v2c -cpublic {agent} .1.3.6", 1),
    ("snmpbulkget", "-v2c -cpublic -Cn1r5 {agent} .1.3.6 .1.3.6.1", 1),
    ("snmpbulkget", "-v2c -cpublic -Cn2 -Cr0 {agent} .1.3.6 .1.3.6.1", 1),
    ("snmpbulkget", "-v2c -cpublic -Cr127 {agent} .1.3.6", 1),
    ("snmpbulkget", "-v2c -cpublic -Cr128 {agent} .1.3.6", 1),
    ("snmpbulkget", "-v2c -cpublic -Cr65535 {agent} .1.3.6", 1),
    ("snmpbulkget", "-v2c -cpublic -Cr2147483647 {agent} .1.3.6", 1),
    ("snmpset", "-v1 -cprivate {agent} .1.3.6.1.2.1.1.4.0 s me", 1),
    (
        "snmpset",
        "-v2c -cprivate {agent} .1.3.6.1.2.1.1.4.0 s me .1.3.6.1.2.1.1.5.0 i -1 .1.3.6.1.2.1.1.6.0 u 4294967295",
        1,
    ),
    ("snmpwalk", "-v1 -cpublic {agent} .1.3.6.1.2.1.2", 6),
    ("snmpwalk", "-v2c -cpublic {agent} .1.3.6.1.2.1.2", 6),
    ("snmpwalk", "-v2c -cpublic -Ci {agent} .1.3.6.1.2.1.2", 7),
    ("snmpwalk", "-v2c -cpublic -Ci {agent} .1.3.6.1.2.1.2.5", 2),
    ("snmpwalk", "-v2c -cpublic -CiI {agent} .1.3.6.1.2.1.2.5.7", 2),
    ("snmpwalk", "-v2c -cpublic -CI {agent} .1.3.6.1.2.1.2.5.7", 1),
    ("snmpwalk", "-v2c -cpublic {agent} .1.3.6.1.2.1.2.5.7", 2),
    ("snmpwalk", "-v2c -cpublic {agent}", 6),
    ("snmpwalk", "-v2c -cpublic -CE .1.3.6.1.2.1.2.3 {agent} .1.3.6.1.2.1.2", 3),
    ("snmpbulkwalk", "-v2c -cpublic {agent} .1.3.6.1.2.1.2", 6),
    ("snmpbulkwalk", "-v2c -cpublic -Cr1 {agent} .1.3.6.1.2.1.2", 6),
    ("snmpbulkwalk", "-v2c -cpublic -Cn1 -Cr200 {agent} .1.3.6.1.2.1.2", 6),
    ("snmpbulkwalk", "-v2c -cpublic -Ci {agent} .1.3.6.1.2.1.2", 7),
    ("snmpbulkwalk", "-v2c -cpublic {agent} .1.3.6.1.2.1.2.5.7", 2),
    ("snmpbulkwalk", "-v2c -cpublic {agent}", 6),
];

/// An agent with five objects, 1.3.6.1.2.1.2.1 to .5, which answers one binding at a time whatever was asked for.
fn five() -> Recorder {
    let root = ".1.3.6.1.2.1.2";
    Recorder::start(move |datagram| {
        let Some(request) = Request::read(datagram) else { return Vec::new() };
        let asks = |name: &str| request.bindings == binding(name, 0x05, &[]);
        let exact = matches!(request.pdu, 0xa0 | 0xa3);
        let last = (1..=5_u8).rev().find(|arc| asks(&format!("{root}.{arc}")));
        let first = if asks(root) || asks(".1.3.6.1.2.1") {
            Some(1)
        } else {
            last.filter(|_| !exact).map(|last| last + 1)
        };
        let bindings = match (exact, first) {
            (true, _) => request.bindings.clone(),
            (false, Some(next @ 1..=5)) => binding(&format!("{root}.{next}"), 0x02, &[next]),
            (false, _) => binding(".1.3.7.1", 0x02, &[1]),
        };
        vec![request.response(0, 0, &bindings)]
    })
}

/// The words with which our walks ask as net-snmp's do.
pub fn one_by_one(tool: &str, words: &[OsString]) -> Vec<OsString> {
    let window = tool.ends_with("walk").then(|| OsString::from("--window=1"));
    window.into_iter().chain(words.iter().cloned()).collect()
}

#[test]
fn every_tool_sends_what_net_snmps_sends() {
    let Some(_peers) = require_peers() else { return };
    let reports = in_parallel(ROWS.len(), 4, |number| {
        let (tool, line, datagrams) = ROWS[number];
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let theirs = Seen::of(&Tool::netsnmp(tool), five(), &words);
        let ours = Seen::of(&Tool::ours(tool), five(), &one_by_one(tool, &words));
        let counted = theirs.sent.len() == datagrams;
        let same = ours.sent == theirs.sent
            && ours.run.stdout == theirs.run.stdout
            && ours.run.end == theirs.run.end;
        (!same || !counted).then(|| {
            format!(
                "## {tool} {line}: {datagrams} expected\n{}\n-- net-snmp\n{}",
                ours.describe(),
                theirs.describe()
            )
        })
    });
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}

/// Communities are octets, and all of them reach the wire.
#[test]
fn communities_reach_the_wire_as_they_are() {
    use std::os::unix::ffi::OsStringExt as _;
    let Some(_peers) = require_peers() else { return };
    let long = vec![b'c'; 200];
    for community in [&b"p"[..], b"", b"two words", b"\xff\xfe", b"pass@word", b"-v1", &long] {
        let mut words: Vec<OsString> = ["-v2c", "-c"].map(OsString::from).to_vec();
        words.push(OsString::from_vec(community.to_vec()));
        words.extend(["{agent}", ".1.3.6"].map(OsString::from));
        let theirs = Seen::of(&Tool::netsnmp("snmpget"), five(), &words);
        let ours = Seen::of(&Tool::ours("snmpget"), five(), &words);
        assert_eq!(
            (ours.sent.len(), &ours.sent),
            (1, &theirs.sent),
            "{}\n{}",
            ours.describe(),
            theirs.describe()
        );
    }
}
