//! Command lines of `snmptranslate`, ours and net-snmp's side by side: stdout, status, and stderr's first line.
//!
//! Names need module files on net-snmp's side: `SNMPKIT_MIB_DIRS=DIR:DIR cargo test --test translate_lines`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(clippy::disallowed_methods, reason = "the environment says where the module files are")]

mod support;

use std::{env, thread};

use support::{
    compare::{EXACT, Rules, Stderr, compare},
    say,
    tool::{End, Tool},
};

/// The modules of the cases.
const MODULES: &str = "IF-MIB:IP-MIB:TCP-MIB:UDP-MIB:HOST-RESOURCES-MIB:SNMP-TARGET-MIB:SNMP-USER-BASED-SM-MIB:INET-ADDRESS-MIB";

/// Words of a line, what comes in on stdin, and net-snmp's status.
type Line = (&'static str, &'static str, i32);

const LINES: &[Line] = &[
    // Names out.
    ("IF-MIB::ifDescr", "", 0),
    ("IF-MIB::ifDescr.1", "", 0),
    (".1.3.6.1.2.1.2.2.1.2.1", "", 0),
    ("1.3.6.1.2.1.2.2.1.2.1 1.3.6.1.2.1.1 .1.3.6.1.4.1.8072.3.2.10", "", 0),
    ("-On IF-MIB::ifDescr.1", "", 0),
    ("-Of IF-MIB::ifDescr.1", "", 0),
    ("-Os IF-MIB::ifDescr.1", "", 0),
    ("-OS IF-MIB::ifDescr.1", "", 0),
    ("-Ou IF-MIB::ifDescr.1", "", 0),
    ("-Oun IF-MIB::ifDescr.1", "", 0),
    ("-OX IF-MIB::ifDescr.1 IP-MIB::ipNetToPhysicalPhysAddress.1.1.4.192.0.2.1", "", 0),
    ("-Ob SNMP-TARGET-MIB::snmpTargetAddrTAddress.97.98", "", 0),
    ("SNMP-TARGET-MIB::snmpTargetAddrTAddress.97.98", "", 0),
    ("-OE SNMP-TARGET-MIB::snmpTargetAddrTAddress.97.34", "", 0),
    ("-OfX IP-MIB::ipAdEntAddr.192.0.2.1", "", 0),
    ("IF-MIB::ifDescr -On", "", 0),
    ("-- IF-MIB::ifDescr", "", 0),
    ("0.0 1 2 1.3", "", 0),
    ("9.9", "", 0),
    // Names in.
    ("ifDescr", "", 2),
    ("system.sysDescr", "", 2),
    (".iso.org.dod", "", 0),
    ("-IR ifDescr", "", 0),
    ("-IR ifDescr.1", "", 0),
    ("-IR IF-MIB::ifDescr.1", "", 0),
    ("-IR nope", "", 2),
    ("-IR 1.3.6", "", 2),
    ("nope 1.3.6", "", 2),
    ("1.3.6 nope 1.3.6.1", "", 2),
    ("IF-MIB::nope", "", 2),
    ("IF-MIB::ifDescr.x", "", 2),
    ("-Ib ifDesc", "", 0),
    ("-Ib zzz", "", 1),
    ("-Ib ifI[", "", 1),
    ("-TB ifIn.*", "", 0),
    ("-On -TB ^ifOut", "", 0),
    ("-TB Connector", "", 0),
    ("-TB zzz", "", 1),
    ("-TB ''", "", 1),
    ("-TB ifIn.* foo ifOutOctets", "", 0),
    ("-Td -TB ifInO.*", "", 0),
    ("-Tp -TB ifDescr", "", 0),
    ("-IR -TB ifD.*", "", 2),
    ("-IR -Ib ifDescr", "", 0),
    ("-- -On", "", 2),
    ("''", "", 2),
    ("-Is.5 IF-MIB::ifDescr", "", 0),
    ("-ISx 1.3", "", 0),
    ("-Iu system", "", 0),
    ("-Iu .1.3", "", 0),
    // Details, trees, reports.
    ("-Td 1.3 1 2.3", "", 0),
    ("-Td 1.3.6.1.4.1.99999.1", "", 0),
    ("-Td IF-MIB::ifDescr.1 IF-MIB::ifEntry IF-MIB::ifXEntry IF-MIB::linkUp IF-MIB::ifMIB", "", 0),
    ("-Td -w 60 IF-MIB::ifType IF-MIB::ifGeneralGroup IF-MIB::ifCompliance3", "", 0),
    ("-Td TCP-MIB::tcpConnectionState IP-MIB::ipAddressEntry HOST-RESOURCES-MIB::hrSWRunStatus", "", 0),
    ("-Tp", "", 0),
    ("-Tlosz", "", 0),
    ("-Tp 2.3", "", 0),
    ("-Td 9.9", "", 0),
    ("-Tp IF-MIB::ifTable", "", 0),
    ("-Tp -w 40 IF-MIB::ifTable", "", 0),
    ("-Tp -w 10x IF-MIB::ifStackTable", "", 0),
    ("-Tp 1.3.6.1.2.1.2.2.1.2.5 1.3.6.1.2.1.2.2.1.8", "", 0),
    ("-Tdp IF-MIB::ifDescr", "", 0),
    ("-Tp 9.9", "", 1),
    ("-Tp nope", "", 2),
    ("-Tl IF-MIB::ifDescr", "", 0),
    ("-Tl -", "", 2),
    ("-Tp -", "", 2),
    // Without any name.
    ("-m '' -Tp", "", 0),
    ("-m '' -Tl", "", 0),
    ("-m '' -Ta", "", 0),
    ("-m '' -Tp 1.3.6", "", 0),
    ("-m '' -Td 1.3.6", "", 0),
    // The filter.
    ("-", ".1.3.6.1.2.1.2.2.1.2.3 = STRING: \"x\"\nnope\n\n1.3.6.1.2.1.1 end\n", 0),
    ("-", "IF-MIB::ifDescr.1 = foo\n  1.3.6.1.2.1.1.5.0 x\nx .1.3.6.1.2.1.1.1.0\n.1.3.6.1.2.1.1.1.0\tx\n", 0),
    ("-", "1.3.6 a\n.1.3.6 a\n1.3.6.1 \n1.3.6\n.1.3.6.1.2.1.1.1.0: x\n1.3.6.1.2.1.1.1.0\r\n192.0.2.1 x", 0),
    ("-On -", "IF-MIB::ifDescr.1 = foo\nifDescr.1 x\n", 0),
    ("-Td -", "IF-MIB::ifDescr.1 = foo\n", 0),
    ("-IR -", "ifDescr.1 = foo\n", 0),
    ("-TB -", "1.3.6.1.2.1.1\n", 0),
    ("1.3 - 1.3.6.1", "1.3.6.1.2.1.1\n", 0),
    ("- 1.3.6.1 1.3", "", 0),
    // Mistakes.
    ("", "", 1),
    ("-x", "", 1),
    ("-d 1.3", "", 1),
    ("-Tx 1.3", "", 1),
    ("-Oy 1.3", "", 1),
    ("-Iy 1.3", "", 1),
    ("-Py 1.3", "", 1),
    ("-w 0 1.3", "", 1),
    ("-w abc 1.3", "", 1),
    ("-w -5 1.3", "", 1),
    ("-w 99999999999 1.3", "", 0),
    ("-Lx 1.3", "", 1),
    ("-T", "", 1),
    // Messages.
    ("-Lo nope", "", 2),
    ("-Ln nope", "", 2),
    ("-Ln -IR nope", "", 2),
    ("-Ln -Tp 9.9", "", 1),
    ("-Da,b 1.3", "", 0),
];

/// Where our first line on stderr has other words: which, of ours.
const OWN_WORDS: [(&str, &str); 1] = [("", "No object identifier specified.")];

#[test]
fn every_line_ends_as_it_does_with_net_snmp() {
    let Some(directories) = env::var_os("SNMPKIT_MIB_DIRS") else {
        assert!(env::var("CI").as_deref() != Ok("true"), "SNMPKIT_MIB_DIRS is not set; test.sh does it");
        say("skipped: SNMPKIT_MIB_DIRS is not set; docs/mib-image.md");
        return;
    };
    if support::peer("snmptranslate").is_none() {
        assert!(env::var("CI").as_deref() != Ok("true"), "there is no snmptranslate to compare with");
        say("skipped: no snmptranslate; apt-get install snmp");
        return;
    }
    let directories = directories.to_str().unwrap();
    // Compiled once, and kept for the runs that follow.
    let cache = tempfile::tempdir().unwrap();
    let cache = cache.path().to_str().unwrap();
    let (first, rest) = LINES.split_first().unwrap();
    let mut failures = try_line(first, directories, cache);
    thread::scope(|scope| {
        let halves = rest.chunks(rest.len().div_ceil(2)).map(|half| {
            scope.spawn(move || {
                half.iter().flat_map(|line| try_line(line, directories, cache)).collect::<Vec<_>>()
            })
        });
        for half in halves.collect::<Vec<_>>() {
            failures.extend(half.join().unwrap());
        }
    });
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), LINES.len(), failures.join("\n"));
}

/// What differs with one line.
fn try_line((line, stdin, status): &Line, directories: &str, cache: &str) -> Vec<String> {
    let words =
        ["-M", directories, "-m", MODULES].into_iter().chain(line.split(' ').filter(|word| !word.is_empty()));
    let words: Vec<String> =
        words.map(|word| if word == "''" { String::new() } else { word.to_owned() }).collect();
    let run = |tool: Tool| tool.stdin(stdin.as_bytes()).run(&words);
    let (ours, theirs) =
        (run(Tool::ours("snmptranslate").env("XDG_CACHE_HOME", cache)), run(Tool::netsnmp("snmptranslate")));
    let mut failures = Vec::new();
    if theirs.end != End::Status(*status) {
        failures.push(format!("net-snmp's status should be {status}\n{}", theirs.describe()));
    }
    let stderr = match OWN_WORDS.iter().find(|(own, _)| own == line) {
        Some((_, words)) => {
            if !ours.err().starts_with(words) {
                failures.push(format!("ours should say '{words}'\n{}", ours.describe()));
            }
            Stderr::Any
        }
        None => Stderr::FirstLine,
    };
    failures.extend(compare(&ours, &theirs, &Rules { stderr, ..EXACT }).err());
    failures
}
