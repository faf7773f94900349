//! snmpset's TYPE and VALUE for objects that the MIB knows: what is refused with which words, and what goes on the wire.

use snmpkit::limits;

use crate::{
    Outcome, directories,
    support::{
        fake::{Recorder, Request, hex, split},
        tool::Tool,
    },
    tell, theirs,
};

/// Objects of every type, and values for them beside those of [`VALUES`].
const OBJECTS: &[(&str, &[&str])] = &[
    // INTEGER with labels, and with a range.
    ("ifAdminStatus.1", &["up", "down", "testing", "upx", "UP", "4", "3"]),
    ("RMON-MIB::historyControlBucketsRequested.1", &["65535", "65536"]),
    ("RMON-MIB::historyControlInterval.1", &["3600", "3601"]),
    ("snmpTargetAddrTimeout.'a'", &["2147483647"]),
    ("snmpTargetAddrStorageType.'a'", &["volatile", "nonVolatile", "6"]),
    ("snmpTargetAddrRowStatus.'a'", &["createAndGo", "destroy", "7"]),
    ("ifLinkUpDownTrapEnable.1", &["enabled", "disabled"]),
    ("ifPromiscuousMode.1", &["true", "false"]),
    // Unsigned32, Gauge32, counters, TimeTicks.
    ("DISMAN-PING-MIB::pingCtlTimeOut.\"a\".\"b\"", &["60", "61"]),
    ("ifInOctets.1", &["4294967295"]),
    ("ifHCInOctets.1", &["18446744073709551615"]),
    ("ifSpeed.1", &["4294967295"]),
    ("sysORUpTime.1", &["4294967295"]),
    // Strings: with a hint and sizes, of one size, without either, with other hints.
    ("sysContact.0", &["joe", "Grüße"]),
    ("ifAlias.1", &["uplink"]),
    (
        "dot1dTpFdbAddress.'0:1b:21:3c:9d:f8'",
        &["0:1b:21:3c:9d:f8", "0:1b:21", "00:1b:21:3c:9d:f8:aa", "zz:1"],
    ),
    ("ifPhysAddress.1", &["0:1b:21:3c:9d:f8", "0:1b:"]),
    ("hrSystemDate.0", &["2026-1-2,3:4:5.6,+1:0", "2026-1-2,3:4:5.6", "2026-13-2"]),
    ("hrStorageDescr.1", &["/"]),
    ("usmUserPublic.\"a\".\"b\"", &["0011"]),
    ("pingCtlTargetAddress.\"a\".\"b\"", &["192.0.2.1"]),
    ("inetCidrRouteNextHopAS.ipv4.\"1.2.3.4\".0.2.0.0.1.4.5.6.7.8", &["65000"]),
    // BITS.
    (
        "mteTriggerTest.\"a\".'b'",
        &["existence", "boolean threshold", "existence,boolean", "0,1", "0 threshold", "nonsense"],
    ),
    ("DOT3-OAM-MIB::dot3OamFunctionsSupported.1", &["unidirectionalSupport", "4"]),
    // IpAddress, OBJECT IDENTIFIER.
    ("ipAdEntAddr.192.0.2.1", &["192.0.2.1", "192.0.2", "192.0.2.1.5"]),
    ("tcpConnRemAddress.192.0.2.1.22.192.0.2.9.4000", &["1.2.3.4"]),
    (
        "snmpTargetAddrTDomain.'a'",
        &["snmpUDPDomain", "SNMPv2-TM::snmpUDPDomain", "1.3.6.1.6.1.1", "nonsense.0"],
    ),
    ("sysObjectID.0", &["enterprises.8072", ".1.3.6"]),
    ("ifSpecific.1", &["ifDescr.1", "ifDescr.x"]),
    // Opaque and what has no type.
    ("ucdavis.10.1.6.1", &["1.5"]),
    ("ifTable.0", &["1"]),
    ("ifEntry.99.1", &["1"]),
    ("enterprises.99999.1.0", &["1"]),
];

const VALUES: &[&str] =
    &["", "0", "1", "5", "-1", "5x", "abc", "0x10", "a b", "4142", "41 42", "1.2.3.4", "300", "1,2"];

/// Some of them, for several types.
const FEW: &[&str] = &["", "5", "5x", "zz zz", "41 42", "1.2.3.4", "300"];

/// All letters but `=`.
const TYPES: &[&str] = &["i", "u", "t", "a", "o", "s", "x", "d", "b", "n", "3", "U", "I", "F", "D"];

/// An assignment: name, type, value.
type Triple = [String; 3];

/// What our snmpset makes of assignments; each has a name of its own, so that its line can be told.
fn ours(letters: &str, triples: &[Triple]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for triples in triples.chunks(limits::COMMAND_LINE_OIDS) {
        let refused = run(letters, triples).0;
        let line = |triple: &Triple| {
            let start = format!("{}: ", triple[0]);
            refused.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
        };
        let taken: Vec<Triple> = triples.iter().filter(|triple| line(triple).is_none()).cloned().collect();
        let (told, sent) = if taken.is_empty() { Default::default() } else { run(letters, &taken) };
        assert_eq!(sent.len(), taken.len(), "{told}");
        let mut sent = sent.into_iter();
        outcomes
            .extend(triples.iter().map(|triple| line(triple).map_or_else(|| Ok(sent.next().unwrap()), Err)));
    }
    outcomes
}

fn run(letters: &str, triples: &[Triple]) -> (String, Vec<String>) {
    let agent = Recorder::echo();
    let mut words: Vec<String> = ["-v2c", "-cprivate", "-r0", "-t5", "-On"].map(str::to_owned).to_vec();
    if !letters.is_empty() {
        words.push(format!("-I{letters}"));
    }
    words.push(agent.address().to_owned());
    words.extend(triples.iter().flatten().cloned());
    let run = Tool::ours("snmpset").without("MIBS").run(&words);
    let sent = agent.finish();
    let bindings = sent.first().map(|datagram| bindings(&Request::read(datagram).unwrap().bindings));
    (run.err(), bindings.unwrap_or_default())
}

/// The content of each binding of a list, in hexadecimal.
fn bindings(mut left: &[u8]) -> Vec<String> {
    let mut bindings = Vec::new();
    while let Some((_, binding, rest)) = split(left) {
        bindings.push(hex(binding));
        left = rest;
    }
    bindings
}

/// The content of the one binding in net-snmp's PDU, which is in hexadecimal.
fn binding(pdu: &str) -> String {
    let octets: Vec<u8> =
        (0..pdu.len()).step_by(2).map(|at| u8::from_str_radix(&pdu[at..at + 2], 16).unwrap()).collect();
    let (_, mut left, _) = split(&octets).unwrap();
    // Behind three integers.
    for _ in 0..3 {
        left = split(left).unwrap().2;
    }
    bindings(split(left).unwrap().1).concat()
}

fn compare(lists: &[(&str, Vec<Triple>)]) {
    let Some(directories) = directories() else { return };
    let items = |triples: &[Triple]| triples.iter().map(|triple| triple.to_vec()).collect();
    let jobs: Vec<_> = lists.iter().map(|(letters, triples)| (*letters, items(triples))).collect();
    for ((letters, triples), theirs) in lists.iter().zip(theirs(&directories, &jobs)) {
        let ours = ours(letters, triples);
        assert_eq!(ours.len(), triples.len());
        let differing = triples.iter().zip(ours).zip(theirs).filter_map(|((triple, ours), theirs)| {
            let theirs = theirs.map(|pdu| binding(&pdu));
            let differ = ours != theirs && !is_excepted(triple);
            differ.then(|| format!("{triple:?}\n    ours     {ours:?}\n    net-snmp {theirs:?}"))
        });
        tell(letters, &differing.collect::<Vec<_>>(), triples.len());
    }
}

fn triples(types: &[&str], values: &[&str]) -> Vec<Triple> {
    let mut triples = Vec::new();
    for (object, own) in OBJECTS {
        for kind in types {
            for value in own.iter().chain(values).filter(|value| can_be_sent(object, kind, value)) {
                // What follows an instance is read as plain arcs.
                let name = format!("{object}.{}", triples.len());
                triples.push([name, (*kind).to_owned(), (*value).to_owned()]);
            }
        }
    }
    triples
}

/// Objects whose values are identifiers.
const IDENTIFIERS: &[&str] = &["snmpTargetAddrTDomain.'a'", "sysObjectID.0", "ifSpecific.1"];

/// Objects whose values are bits.
const BITS: &[&str] = &["mteTriggerTest.\"a\".'b'", "DOT3-OAM-MIB::dot3OamFunctionsSupported.1"];

/// Whether there is an encoding: not of an identifier that begins with 5, and net-snmp dies of bits far away.
fn can_be_sent(object: &str, kind: &str, value: &str) -> bool {
    let is_from_mib = |objects: &[&str]| kind == "=" && objects.contains(&object);
    let is_word = value.starts_with(|first: char| first.is_ascii_alphabetic());
    if kind == "o" || is_from_mib(IDENTIFIERS) {
        is_word || value.contains('.') && value != "1.5"
    } else if kind == "b" || is_from_mib(BITS) {
        is_word || value.len() < 4 && value != "-1"
    } else {
        true
    }
}

/// What ours refuses, for a reason that stands in docs: numbers that their type cannot hold, and text behind
/// a number of 64 bits or an address.
fn is_excepted([object, kind, value]: &Triple) -> bool {
    let is_from_mib = |objects: &[&str]| kind == "=" && objects.iter().any(|known| object.starts_with(known));
    let is_number = value.parse::<u64>().is_ok();
    match kind.as_str() {
        "i" | "u" | "t" | "3" => value.parse::<i128>().is_ok_and(|number| i32::try_from(number).is_err()),
        "a" => value.contains(' '),
        "U" => value.starts_with(|first: char| first.is_ascii_digit()) && !is_number,
        "I" => value.starts_with(|first: char| first.is_ascii_digit()) && value.parse::<i64>().is_err(),
        _ => is_from_mib(&["ifHCInOctets"]) && !is_number || is_from_mib(ADDRESSES) && value.contains(' '),
    }
}

/// Objects whose values are addresses.
const ADDRESSES: &[&str] = &["ipAdEntAddr", "tcpConnRemAddress"];

#[test]
fn values_of_known_objects_go_on_the_wire_as_net_snmps_do() {
    compare(&[("", triples(&["="], VALUES)), ("", triples(TYPES, FEW))]);
}

#[test]
fn values_are_not_held_against_ranges_and_hints_when_they_should_not_be() {
    compare(&[("r", triples(&["=", "i", "s", "x"], FEW)), ("h", triples(&["=", "s"], FEW))]);
}
