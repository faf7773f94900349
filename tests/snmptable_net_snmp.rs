//! snmptable beside net-snmp's: the same tables of the same agents, octet for octet, with stderr's first line and the
//! status.
//!
//! A table moves while it is looked at twice, so that recorded devices that hold still stand in for those of a live
//! snmpd that do not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

use std::{fmt::Write as _, fs};

use support::{
    Peers,
    agent::OurAgent,
    compare::{Rules, Stderr, Times, compare},
    peer, require_module_files, require_peers, say,
    snmpd::Snmpd,
    tool::{End, Run, Tool},
};
use tempfile::TempDir;

/// The modules whose tables are looked at; net-snmp's own list of modules is not the same everywhere.
const MODULES: &str = "SNMPv2-MIB:IF-MIB:IP-MIB:TCP-MIB:UDP-MIB:IP-FORWARD-MIB:HOST-RESOURCES-MIB:\
     HOST-RESOURCES-TYPES:SNMP-VIEW-BASED-ACM-MIB:SNMP-USER-BASED-SM-MIB:SNMP-USM-AES-MIB:SNMP-TARGET-MIB:SNMP-NOTIFICATION-MIB";

const RULES: Rules<'static> = Rules { moving: &[], stderr: Stderr::FirstLine, times: Times::Exact };

/// The two programs, with the same names for the same things.
struct Pair {
    directories: String,
    cache: TempDir,
}

impl Pair {
    fn of(peers: Peers) -> Option<Self> {
        if peer("snmptable").is_none() {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "there is no snmptable to compare with");
            say("skipped: no snmptable; apt-get install snmp");
            return None;
        }
        let directories = require_module_files(peers)?;
        Some(Self { directories, cache: TempDir::with_prefix("snmpkit-cache-").unwrap() })
    }

    fn ready(&self, tool: Tool, modules: &str) -> Tool {
        let cache = self.cache.path().to_str().unwrap();
        tool.env("MIBS", modules).env("MIBDIRS", &self.directories).env("XDG_CACHE_HOME", cache)
    }

    /// Both runs of one command line, which has `HOST` where the agent stands.
    fn runs(&self, line: &str, host: &str) -> (Run, Run) {
        let words: Vec<String> = line.split_whitespace().map(|word| word.replace("HOST", host)).collect();
        let words: Vec<String> = words.iter().map(|word| word.replace("''", "")).collect();
        let run = |tool: Tool| self.ready(tool, MODULES).run(&words);
        (run(Tool::netsnmp("snmptable")), run(Tool::ours("snmptable")))
    }

    /// Compares, once more where something may have moved between the two.
    fn same(&self, line: &str, host: &str, tries: usize, report: &mut String) {
        let mut last = String::new();
        for _ in 0..tries {
            let (theirs, ours) = self.runs(line, host);
            match compare(&theirs, &ours, &RULES) {
                Ok(()) => return,
                Err(difference) => last = difference,
            }
        }
        writeln!(report, "== {line}{last}").unwrap();
    }
}

/// A device that holds still: tables with gaps in every column, long ones, addresses and identifiers in indexes, columns
/// that no MIB knows.
fn still() -> String {
    let mut objects: Vec<(String, String)> = Vec::new();
    let mut put = |oid: String, value: String| objects.push((oid, value));
    put("1.3.6.1.2.1.1.3.0".into(), "Timeticks: (12345) 0:02:03.45".into());
    for row in 1..=2 {
        put(format!("1.3.6.1.2.1.1.9.1.2.{row}"), format!("OID: .1.3.6.1.6.3.10.{row}"));
        put(format!("1.3.6.1.2.1.1.9.1.3.{row}"), format!("STRING: \"module {row}\""));
        put(format!("1.3.6.1.2.1.1.9.1.9.{row}"), "INTEGER: 5".into());
    }
    for (column, rows, value) in [
        (1, &[1, 3, 4, 7][..], "INTEGER: 5"),
        (2, &[1, 2, 3, 5, 7], "STRING: \"port\""),
        (3, &[2, 6], "INTEGER: 6"),
        (6, &[1, 2, 9], "Hex-STRING: 00 1B 21 3C 9D 0A "),
        (8, &[1, 2], "INTEGER: 2"),
        (9, &[7], "Timeticks: (8640001) 1 day, 0:00:00.01"),
        (22, &[4], "OID: .0.0"),
    ] {
        for row in rows {
            put(format!("1.3.6.1.2.1.2.2.1.{column}.{row}"), value.to_owned());
        }
    }
    for row in 1..=25_u64 {
        put(format!("1.3.6.1.2.1.31.1.1.1.1.{row}"), format!("STRING: \"port {row}\""));
        put(
            format!("1.3.6.1.2.1.31.1.1.1.6.{row}"),
            format!("Counter64: {}", 7_u64.pow(u32::try_from(row % 20).unwrap())),
        );
        let alias = "alias ".repeat(usize::try_from(row % 13).unwrap());
        put(format!("1.3.6.1.2.1.31.1.1.1.18.{row}"), format!("STRING: \"{}\"", alias.trim_end()));
    }
    for (row, pid) in [
        ("1.4.127.0.0.1.80.1.4.10.0.0.1.5000", 12),
        ("2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.443.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2.40000", 4321),
    ] {
        put(format!("1.3.6.1.2.1.6.19.1.7.{row}"), "INTEGER: 5".into());
        put(format!("1.3.6.1.2.1.6.19.1.8.{row}"), format!("Gauge32: {pid}"));
    }
    for row in [1, 22, 333] {
        put(format!("1.3.6.1.2.1.25.4.2.1.1.{row}"), format!("INTEGER: {row}"));
        put(format!("1.3.6.1.2.1.25.4.2.1.2.{row}"), format!("STRING: \"process {row}\""));
        put(
            format!("1.3.6.1.2.1.25.4.2.1.5.{row}"),
            "Hex-STRING: 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 ".into(),
        );
        put(format!("1.3.6.1.2.1.25.4.2.1.6.{row}"), "INTEGER: 4".into());
    }
    let arcs = |oid: &str| oid.split('.').map(|arc| arc.parse::<u32>().unwrap()).collect::<Vec<_>>();
    objects.sort_by_key(|(oid, _)| arcs(oid));
    let mut text = String::new();
    for (oid, value) in objects {
        writeln!(text, ".{oid} = {value}").unwrap();
    }
    text
}

fn still_device(peers: Peers) -> (OurAgent, TempDir) {
    let directory = TempDir::with_prefix("snmpkit-table-").unwrap();
    let path = directory.path().join("still.walk");
    fs::write(&path, still()).unwrap();
    (OurAgent::start(peers, &[path.to_str().unwrap()]), directory)
}

/// Layouts, as they stand behind `-C`, and letters of `-O`.
const LAYOUTS: &[&str] = &[
    "",
    "-Ci",
    "-Cb",
    "-CH",
    "-CH -Ci",
    "-Cl",
    "-Cl -Ci",
    "-Cbil",
    "-Cw 80",
    "-Cw 1",
    "-Cw -3",
    "-Cw 100 -Ci",
    "-Cw 60 -Ci -CH",
    "-Cw 60 -CH",
    "-Cc 10",
    "-Cc 3",
    "-Cc 10 -Cl",
    "-Cc 10 -Cw 45",
    "-Cc 10 -Cw 45 -Ci",
    "-Cc 9 -Cw 2 -CH",
    "-Cf :",
    "-Cf : -Ci",
    "-Cf : -Cw 80",
    "-Cf : -Cw 80 -Ci",
    "-Cf %% -Ci",
    "-Cc 10 -Cf :",
    "-Ch",
    "-Ch -CH",
    "-Ch -Ci",
    "-Ch -Cw 60",
    "-Ch -Cb -Ci -Cl",
    "-CBhi",
    "-Cr 1",
    "-Cr 1000",
];

/// Layouts where net-snmp asks row by row, for tables without gaps.
const ROW_BY_ROW: &[&str] = &[
    "-CB",
    "-CB -Ci",
    "-CB -Ci -Cr 3",
    "-CB -Cr 4 -Cc 9 -Cw 40 -Ci",
    "-CB -Cw 70 -Ci",
    "-CB -Cr 3 -CH",
    "-CB -Cr 5",
    "-CB -Cr 25",
    "-CB -Cr 26",
    "-CB -Cr 4 -Cf ;",
];

const LETTERS: &[&str] = &[
    "-Oq",
    "-OQ",
    "-Os -Ci",
    "-OS",
    "-Of",
    "-Of -Ci",
    "-Ou -Ci",
    "-OX -Ci",
    "-OfX -Ci",
    "-Ob -Ci",
    "-OE -Ci",
    "-Oe -Ci",
    "-Ot",
    "-OU",
    "-Ox",
    "-Oa",
    "-OT",
    "-O0",
    "-Ov",
    "-Oqe",
    "-Ofb -Ci -Cb",
];

const STILL_TABLES: &[&str] = &["ifTable", "ifXTable", "tcpConnectionTable"];

fn no_differences(report: &str) {
    assert!(report.is_empty(), "{report}");
}

#[test]
fn every_layout_and_letter_is_net_snmps() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let (agent, _directory) = still_device(peers);
    let mut report = String::new();
    for options in LAYOUTS.iter().chain(LETTERS) {
        for table in STILL_TABLES {
            pair.same(&format!("-v2c -c public {options} HOST {table}"), &agent.udp(), 1, &mut report);
        }
    }
    for options in ["", "-Ci -Cw 80", "-Cb -Cf ,"] {
        for table in ["sysORTable", "hrSWRunTable"] {
            pair.same(&format!("-v2c -c public {options} HOST {table}"), &agent.udp(), 1, &mut report);
        }
    }
    no_differences(&report);
}

#[test]
fn row_by_row_and_in_version_1_the_pages_are_net_snmps() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let (agent, _directory) = still_device(peers);
    let mut report = String::new();
    for table in ["ifXTable", "hrSWRunTable", "tcpConnectionTable"] {
        for options in ROW_BY_ROW {
            pair.same(&format!("-v2c -c public {options} HOST {table}"), &agent.udp(), 1, &mut report);
        }
    }
    for options in ["", "-Ci", "-Cr 3 -Ci", "-Cw 80", "-Cc 10 -Cw 45 -Ci", "-Cf ,", "-Ch"] {
        // SNMPv1 has no Counter64, which makes gaps of ifXTable's column.
        pair.same(&format!("-v1 -c public {options} HOST hrSWRunTable"), &agent.udp(), 1, &mut report);
    }
    no_differences(&report);
}

/// Without GETBULK, net-snmp asks for all columns behind the row that has the first of them: rows between are lost, and cells
/// of rows that it has met. Ours has them.
#[test]
fn row_by_row_nothing_is_lost_of_a_table_with_gaps() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let (agent, _directory) = still_device(peers);
    let (theirs_whole, ours_whole) = pair.runs("-v2c -c public -Ci -CH -Cf ; HOST ifTable", &agent.udp());
    let (theirs, ours) = pair.runs("-v2c -c public -CB -Ci -CH -Cf ; HOST ifTable", &agent.udp());
    assert_eq!(ours.out(), ours_whole.out());
    assert_eq!(ours_whole.out(), theirs_whole.out());
    assert_ne!(theirs.out(), theirs_whole.out(), "net-snmp has mended it");
}

/// Tables that snmpd has on any machine. Those that move are compared again until they hold still for a moment.
#[test]
fn tables_of_a_live_snmpd_are_net_snmps() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let agent = Snmpd::shared(peers);
    let mut report = String::new();
    for table in [
        "sysORTable",
        "vacmAccessTable",
        "vacmSecurityToGroupTable",
        "usmUserTable",
        "ipAddressTable",
        "ipAddrTable",
        "ifStackTable",
        "hrStorageTable",
        "hrDeviceTable",
        "hrFSTable",
        "ifTable",
        "ifXTable",
        "snmpTargetAddrTable",
        "tcpConnectionTable",
        "udpTable",
        "inetCidrRouteTable",
    ] {
        for options in ["", "-Ci -Cb", "-Ci -Cw 90"] {
            pair.same(&format!("-v2c -c public {options} HOST {table}"), &agent.udp(), 8, &mut report);
        }
        pair.same(&format!("-v1 -c public -Ci HOST {table}"), &agent.udp(), 8, &mut report);
    }
    pair.same("-v2c -c public -Ci HOST vacmViewTreeFamilyTable", &agent.tcp(), 1, &mut report);
    no_differences(&report);
}

#[test]
fn mistakes_are_told_in_net_snmps_words() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let (agent, _directory) = still_device(peers);
    let mut report = String::new();
    for line in [
        "-v2c -c public HOST ifEntry",
        "-v2c -c public HOST ifDescr",
        "-v2c -c public HOST sysDescr",
        "-v2c -c public HOST sysDescr.0",
        "-v2c -c public HOST 1.3.6.1.2.1.2.2.1.2.1",
        "-v2c -c public HOST system",
        "-v2c -c public HOST mib-2",
        "-v2c -c public -Of HOST ifEntry",
        "-v2c -c public HOST noSuchTableAnywhere",
        "-v2c -c public HOST",
        "-v2c -c public",
        "-v2c -c public HOST ifTable ifXTable",
        "-v2c -c public -Cz HOST ifTable",
        "-v2c -c public HOST ipNetToPhysicalTable",
        "-v2c -c public -Ci -Cf , HOST udpTable",
        "-v2c -c wrong -r0 -t0.3 HOST ifTable",
    ] {
        pair.same(line, &agent.udp(), 1, &mut report);
    }
    no_differences(&report);
    // These net-snmp tells below its usage, and the last with something behind it that has nothing to do with it.
    for (option, words) in [
        ("-Cw 0", "Bad -Cw option: 0"),
        ("-Cw x", "Bad -Cw option: x"),
        ("-Cc 2", "Bad -Cc option: 2"),
        ("-Cr 0", "Bad -Cr option: 0"),
        ("-Cr -1", "snmptable: Bad value for max-repetitions"),
        ("-Cw", "Bad -Cw option: no argument given"),
        ("-Cf", "Bad -Cf option: no argument given"),
    ] {
        let (theirs, ours) = pair.runs(&format!("-v2c -c public HOST ifTable {option}"), &agent.udp());
        let last = theirs.err().lines().last().unwrap().to_owned();
        assert!(last.starts_with(words), "{}", theirs.describe());
        assert_eq!(ours.err().lines().next(), Some(words), "{}", ours.describe());
        assert_eq!((ours.end, theirs.end), (End::Status(1), End::Status(1)), "{option}");
    }
}

#[test]
fn what_an_agent_refuses_is_told_in_net_snmps_words() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let mut report = String::new();
    for status in ["genErr", "noAccess", "tooBig", "99"] {
        let agent = OurAgent::start_misbehaving(peers, &["demo", "--quirk", &format!("error={status}")]);
        for options in ["-v2c", "-v1", "-v2c -CB"] {
            pair.same(&format!("{options} -c public HOST ifXTable"), &agent.udp(), 1, &mut report);
        }
    }
    no_differences(&report);
    let agent = OurAgent::start_misbehaving(peers, &["demo", "--quirk", "not-increasing"]);
    let (theirs, ours) = pair.runs("-v2c -c public HOST ifXTable", &agent.udp());
    for run in [&theirs, &ours] {
        assert_eq!(run.end, End::Status(2), "{}", run.describe());
        assert!(run.err().starts_with("OID not increasing: IF-MIB::ifName"), "{}", run.describe());
        assert!(run.out().is_empty(), "{}", run.describe());
    }
}

/// A device whose ifTable has values of wrong types in every column that is looked at.
const WRONG: &str = ".1.3.6.1.2.1.2.2.1.1.1 = STRING: \"one\"
.1.3.6.1.2.1.2.2.1.2.1 = INTEGER: 5
.1.3.6.1.2.1.2.2.1.3.1 = Gauge32: 6
.1.3.6.1.2.1.2.2.1.4.1 = STRING: \"1500\"
.1.3.6.1.2.1.2.2.1.5.1 = INTEGER: 1000
.1.3.6.1.2.1.2.2.1.6.1 = OID: .1.3.6.1
.1.3.6.1.2.1.2.2.1.7.1 = Counter32: 2
.1.3.6.1.2.1.2.2.1.8.1 = IpAddress: 10.0.0.1
.1.3.6.1.2.1.2.2.1.9.1 = Counter64: 99
.1.3.6.1.2.1.2.2.1.10.1 = Timeticks: (12345) 0:02:03.45
.1.3.6.1.2.1.2.2.1.22.1 = Hex-STRING: 00 FF 1B
.1.3.6.1.2.1.2.2.1.2.2 = STRING: \"right\"
.1.3.6.1.2.1.2.2.1.4.2 = INTEGER: 1500
";

#[test]
fn values_of_wrong_types_are_printed_as_net_snmp_prints_them() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let directory = TempDir::with_prefix("snmpkit-table-").unwrap();
    let path = directory.path().join("wrong.walk");
    fs::write(&path, WRONG).unwrap();
    let agent = OurAgent::start(peers, &[path.to_str().unwrap()]);
    let mut report = String::new();
    for flags in LAYOUTS.iter().chain(LETTERS) {
        pair.same(&format!("-v2c -c public {flags} HOST ifTable"), &agent.udp(), 1, &mut report);
    }
    no_differences(&report);
    let (_, ours) = pair.runs("-v2c -c public HOST ifTable", &agent.udp());
    assert!(ours.out().contains("Wrong Type (should be OCTET STRING): 5"), "{}", ours.describe());
}

#[test]
fn columns_that_only_notifications_carry_have_their_headings() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let directory = TempDir::with_prefix("snmpkit-table-").unwrap();
    let path = directory.path().join("device.walk");
    let mut lines = String::new();
    for (column, row) in [(2, 1), (4, 1), (2, 3), (4, 3)] {
        writeln!(lines, ".1.3.6.1.4.1.99999.1.1.{column}.{row} = INTEGER: {}", column * row).unwrap();
    }
    fs::write(&path, lines).unwrap();
    let agent = OurAgent::start(peers, &[path.to_str().unwrap()]);
    let columns: &[&str] = &["qqIndex", "qqTwo", "qqCarried", "qqFour", "qqAlso"];
    let text = module_of(&[columns]);
    for (number, access, carried) in [
        (0, "accessible-for-notify", &["qqCarried"][..]),
        (1, "accessible-for-notify", &["qqCarried", "qqAlso"]),
        (2, "accessible-for-notify", &["qqIndex", "qqAlso"]),
        (3, "not-accessible", &["qqIndex", "qqAlso"]),
    ] {
        let mut own = text.clone();
        for column in carried {
            let head = format!("{column} OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS ");
            assert!(own.contains(&head));
            own = own.replace(&format!("{head}read-only"), &format!("{head}{access}"));
        }
        let modules = directory.path().join(number.to_string());
        fs::create_dir(&modules).unwrap();
        fs::write(modules.join("BRIEF-MIB"), own).unwrap();
        let mut report = String::new();
        let few: &[&str] = &["", "-Ci -Cw 20", "-Cb -Ch", "-CB -Cr 1 -Ci"];
        for flags in if number == 1 { LAYOUTS } else { few }.iter().chain(&["-CB -Cw 20"]) {
            let line = format!("-v2c -c public -M +{} -m BRIEF-MIB {flags} HOST t1Table", modules.display());
            pair.same(&line, &agent.udp(), 1, &mut report);
        }
        assert!(report.is_empty(), "{access} {carried:?}\n{report}");
    }
}

/// A module with one table for each list of columns.
fn module_of(tables: &[&[&str]]) -> String {
    let mut text = "BRIEF-MIB DEFINITIONS ::= BEGIN\n\
         IMPORTS enterprises, Integer32, OBJECT-TYPE, MODULE-IDENTITY FROM SNMPv2-SMI;\n\
         brief MODULE-IDENTITY LAST-UPDATED \"202001010000Z\" ORGANIZATION \"x\" CONTACT-INFO \"x\" DESCRIPTION \"x\"\n\
         ::= { enterprises 99999 }\n"
        .to_owned();
    for (number, columns) in (1..).zip(tables) {
        let head = |name: &str, syntax: &str| {
            format!(
                "{name} OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"x\" "
            )
        };
        let (table, entry, row) =
            (format!("t{number}Table"), format!("t{number}Entry"), format!("T{number}Entry"));
        writeln!(text, "{}::= {{ brief {number} }}", head(&table, &format!("SEQUENCE OF {row}"))).unwrap();
        writeln!(text, "{}INDEX {{ {} }} ::= {{ {table} 1 }}", head(&entry, &row), columns[0]).unwrap();
        let members: Vec<String> = columns.iter().map(|column| format!("{column} Integer32")).collect();
        writeln!(text, "{row} ::= SEQUENCE {{ {} }}", members.join(", ")).unwrap();
        for (arc, column) in (1..).zip(*columns) {
            writeln!(
                text,
                "{column} OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"x\" ::= {{ {entry} {arc} }}"
            )
            .unwrap();
        }
    }
    text + "END\n"
}

#[test]
fn brief_headings_of_columns_that_begin_with_each_other_are_net_snmps() {
    let Some((peers, pair)) = require_peers().and_then(|peers| Some((peers, Pair::of(peers)?))) else {
        return;
    };
    let (agent, directory) = still_device(peers);
    let tables: [&[&str]; 6] = [
        &["aaX", "aaXy"],
        &["bbXy", "bbX"],
        &["ccX", "ccXy", "ccXyz"],
        &["ddXyz", "ddXy", "ddX", "ddXq"],
        &["eeOnly"],
        &["ffIndexA", "ffIndex", "ffIndexB"],
    ];
    fs::write(directory.path().join("BRIEF-MIB"), module_of(&tables)).unwrap();
    let mut report = String::new();
    for number in 1..=tables.len() {
        let modules = format!("-M +{} -m BRIEF-MIB", directory.path().display());
        pair.same(
            &format!("-v2c -c public {modules} -Ch -Cb -Cf , HOST t{number}Table"),
            &agent.udp(),
            1,
            &mut report,
        );
    }
    no_differences(&report);
}
