//! Names on the command line, without one module file: what is understood, what is said of what is not, and to whom.

use super::terminal::on_a_terminal;
use crate::support::tool::{Run, Tool};

fn run(tool: &Tool, words: &[&str]) -> Run {
    tool.run(words)
}

/// A tool that knows the names that are built in.
fn named(tool: &str) -> Tool {
    Tool::ours(tool).without("MIBS")
}

#[test]
fn every_form_of_a_name_asks_for_the_same_object() {
    for name in [
        "SNMPv2-MIB::sysName.0",
        "SNMPv2-MIB:sysName.0",
        "sysName.0",
        ".sysName.0",
        "system.sysName.0",
        ".iso.org.dod.internet.mgmt.mib-2.system.sysName.0",
        "mib-2.1.5.0",
        "1.3.6.1.2.1.system.sysName.0",
    ] {
        let run = run(&named("snmpget"), &["-v2c", "-On", "-Ovq", "demo::", name]);
        assert_eq!((run.status(), run.err().as_str()), (0, ""), "{}", run.describe());
        let plain = run_plain(super::SYS_NAME);
        assert_eq!(run.out(), plain, "{name}");
    }
    let bracket = run(&named("snmpget"), &["-v2c", "-On", "-Ovq", "demo::", "ifIndex[1]"]);
    assert_eq!((bracket.status(), bracket.out().as_str()), (0, "1\n"), "{}", bracket.describe());
}

fn run_plain(oid: &str) -> String {
    run(&named("snmpget"), &["-v2c", "-On", "-Ovq", "demo::", oid]).out()
}

#[test]
fn a_row_is_all_of_its_columns_where_several_objects_may_be_named() {
    let out = |tool: &str, words: &[&str]| {
        let run = run(&named(tool), &[&["-v2c", "-On", "demo::"], words].concat());
        assert_eq!((run.status(), run.err().as_str()), (0, ""), "{}", run.describe());
        // The device's counters go on between two runs.
        run.out().lines().map(|line| line.split(" = ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let columns: Vec<String> = (1..=22).map(|arc| format!(".1.3.6.1.2.1.2.2.1.{arc}.2")).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let row = out("snmpget", &["ifEntry[2]"]);
    assert_eq!(row, columns);
    let beside = out("snmpget", &["sysName.0", "IF-MIB::ifEntry[2]", "sysName.0"]);
    assert_eq!(beside, [&[".1.3.6.1.2.1.1.5.0"], &columns[..], &[".1.3.6.1.2.1.1.5.0"]].concat());
    assert_eq!(out("snmpgetnext", &["ifEntry[2]"]), out("snmpgetnext", &columns));
    assert_eq!(
        out("snmpbulkget", &["-Cr1", "ifEntry[2]"]),
        out("snmpbulkget", &[&["-Cr1"], &columns[..]].concat())
    );
}

#[test]
fn a_row_is_refused_where_there_is_room_for_one_object() {
    let line = "ifEntry[2]: Unknown Object Identifier (ifEntry is a row: name one of its columns here; snmpget asks \
                for all of them)\n";
    for (tool, words) in [
        ("snmpwalk", &["ifEntry[2]"][..]),
        ("snmpbulkwalk", &["ifEntry[2]"]),
        ("snmpset", &["ifEntry[2]", "i", "1"]),
    ] {
        let run = run(&named(tool), &[&["-v2c", "demo::"], words].concat());
        assert_eq!(
            (run.status(), run.out().as_str(), run.err().as_str()),
            (1, "", line),
            "{}",
            run.describe()
        );
    }
    // As a value it is a RowPointer: the first column.
    let pointer = run(&named("snmpset"), &["-v2c", "-On", "demo::", "ifSpecific.1", "o", "ifEntry[2]"]);
    assert_ne!(pointer.status(), 1, "the agent decides: {}", pointer.describe());
    let translated = run(&named("snmptranslate"), &["-On", "IF-MIB::ifEntry[2]"]);
    assert_eq!(translated.out(), ".1.3.6.1.2.1.2.2.1.1.2\n", "{}", translated.describe());
}

#[test]
fn rows_that_make_a_request_too_large_are_told_before_anything_is_sent() {
    let ifs = |count: usize| (1..=count).map(|row| format!("ifEntry[{row}]")).collect::<Vec<_>>();
    let get = |names: &[String]| {
        let words: Vec<&str> =
            ["-v2c", "-t0.1", "-r0", "demo::"].into_iter().chain(names.iter().map(String::as_str)).collect();
        run(&named("snmpget"), &words)
    };
    let five = get(&[ifs(5), vec!["sysName.0".to_owned(); 18]].concat());
    assert_eq!(five.status(), 0, "{}", five.describe());
    let more = get(&[ifs(5), vec!["sysName.0".to_owned(); 19]].concat());
    assert_eq!(
        (more.status(), more.out(), more.err()),
        (
            1,
            String::new(),
            "snmpget: Only 128 object identifiers allowed in one request; with the columns of the rows these are 129\n"
                .to_owned()
        )
    );
}

#[test]
fn all_that_is_not_understood_is_told_and_nothing_is_sent() {
    let words = [
        "-v2c",
        "demo::",
        "sysName.0",
        "ifDesc.1",
        "ifDescr.x",
        "IF-MIB::nosuch.0",
        "NO-MIB::x",
        "NO-MIB::y",
        "NOT-MIB::z",
        "NO-MIB::x.1",
    ];
    let run = run(&named("snmpget"), &words);
    assert_eq!((run.status(), run.out().as_str()), (1, ""), "{}", run.describe());
    let error = run.err();
    let (before, after) = error.split_once("MIB search path: ").unwrap();
    assert_eq!(
        before,
        "ifDesc.1: Unknown Object Identifier (Sub-id not found: (top) -> ifDesc)\n\
         ifDescr.x: Unknown Object Identifier (Index out of range: x (ifIndex))\n\
         IF-MIB::nosuch.0: Unknown Object Identifier\n"
    );
    // A module is told once for names that follow each other, as with net-snmp.
    let (_, after) = after.split_once('\n').unwrap();
    assert_eq!(
        after,
        "Cannot find module (NO-MIB): At line 1 in (none)\n\
         NO-MIB::x: Unknown Object Identifier\n\
         NO-MIB::y: Unknown Object Identifier\n\
         Cannot find module (NOT-MIB): At line 1 in (none)\n\
         NOT-MIB::z: Unknown Object Identifier\n\
         Cannot find module (NO-MIB): At line 1 in (none)\n\
         NO-MIB::x.1: Unknown Object Identifier\n"
    );
    assert!(!error.contains("did you mean"), "{error}");
}

#[test]
fn a_module_that_is_missing_is_told_where_and_as_urgently_as_net_snmp_tells_it() {
    let refused = "NO-MIB::x.0: Unknown Object Identifier\n";
    let missing = "Cannot find module (NO-MIB): At line 1 in (none)\n";
    for (letters, on_output, on_error) in [
        ("-Ln", false, false),
        ("-Lo", true, false),
        ("-Le", false, true),
        ("-LE2", false, false),
        ("-LE3", false, true),
    ] {
        let run = run(&named("snmpget"), &["-v2c", letters, "demo::", "NO-MIB::x.0"]);
        assert_eq!(run.status(), 1, "{}", run.describe());
        for (shown, text) in [(on_output, run.out()), (on_error, run.err())] {
            if shown {
                assert!(text.starts_with("MIB search path: "), "{letters}: {text}");
                assert!(text.ends_with(&format!("\n{missing}{refused}")), "{letters}: {text}");
                assert_eq!(text.lines().count(), 3, "{letters}: {text}");
            } else {
                assert_eq!(text, "", "{letters}");
            }
        }
    }
    // -Pe switches the second line off, and with it nothing else.
    let run = run(&named("snmpget"), &["-v2c", "-Pe", "demo::", "NO-MIB::x.0"]);
    assert!(!run.err().contains("Cannot find"), "{}", run.describe());
    assert!(run.err().starts_with("MIB search path: "), "{}", run.describe());
}

#[test]
fn people_are_told_what_they_may_have_meant() {
    for (tool, line, expected) in [
        ("snmpget", "-v2c demo:: ifDesc.1", "snmpget: did you mean IF-MIB::ifDescr?"),
        ("snmpget", "-v2c demo:: IF-MBI::ifDescr.1", "snmpget: did you mean IF-MIB?"),
        ("snmpwalk", "-v2c demo:: IF-MIB::ifTabel", "snmpwalk: did you mean IF-MIB::ifTable?"),
        ("snmpset", "-v2c demo:: ifAdminStatus.1 i dwon", "snmpset: did you mean down?"),
        (
            "snmpget",
            "-v2c demo:: sysName",
            "snmpget: SNMPv2-MIB::sysName is a scalar: its value has the name",
        ),
        ("snmpget", "-v1 demo:: sysName", "snmpget: SNMPv2-MIB::sysName is a scalar: its value has the name"),
        ("snmpget", "-v2c demo:: sysNam", "sysNam: no name; taken as a pattern for SNMPv2-MIB::sysName"),
    ] {
        let Some(shown) = on_a_terminal(&named(tool), "200", line) else { return };
        assert!(shown.lines().any(|line| line.starts_with(expected)), "{line}\n{shown}");
        let words: Vec<&str> = line.split(' ').collect();
        let piped = run(&named(tool), &words).err();
        assert!(!piped.contains(expected), "{line}\n{piped}");
    }
}

#[test]
fn a_name_that_several_modules_have_is_told_when_warnings_are_wanted() {
    let name = "dot1agCfmMdIndex";
    let quiet = run(&named("snmpget"), &["-v2c", "demo::", name]);
    assert_eq!(quiet.err(), "");
    let told = run(&named("snmpget"), &["-v2c", "-Pw", "demo::", name]);
    assert_eq!(
        told.err(),
        "dot1agCfmMdIndex: taken for IEEE8021-CFM-MIB::dot1agCfmMdIndex; there are others of that name: \
         IEEE802171-CFM-MIB::dot1agCfmMdIndex\n"
    );
    let told = run(&named("snmpget"), &["-v2c", "-Pw", "demo::", "sysNam"]);
    assert_eq!(told.err(), "sysNam: no name; taken as a pattern for SNMPv2-MIB::sysName\n");
}

#[test]
fn without_names_there_are_numbers_and_roots_alone() {
    let tool = Tool::ours("snmpget").env("MIBS", "");
    let run = run(&tool, &["-v2c", "demo::", "sysName.0", "IF-MIB::ifDescr.1"]);
    assert_eq!(
        run.err(),
        "sysName.0: Unknown Object Identifier (Sub-id not found: (top) -> sysName)\n\
         IF-MIB::ifDescr.1: Unknown Object Identifier\n"
    );
}

#[test]
fn values_are_held_against_what_is_known_of_their_object() {
    let set = |words: &[&str]| run(&named("snmpset"), &[&["-v2c", "-On", "demo::"], words].concat());
    let done = set(&["sysName.0", "=", "core1"]);
    assert_eq!(done.status(), 0, "{}", done.describe());
    for (words, line) in [
        (
            ["sysName.0", "i", "5"],
            "sysName.0: Bad variable type (Type of attribute is OCTET STRING, not INTEGER)",
        ),
        (["ifAdminStatus.1", "=", "sideways"], "ifAdminStatus.1: Value out of range (sideways)"),
        (["ifTable", "=", "1"], "ifTable: Bad variable type (\"=\")"),
        (["sysName.0", "x", "zz"], "sysName.0: Bad value notation (zz)"),
    ] {
        let refused = set(&words);
        assert_eq!((refused.status(), refused.err()), (1, format!("{line}\n")), "{}", refused.describe());
    }
    let long = "x".repeat(256);
    let refused = set(&["sysName.0", "s", &long]);
    assert_eq!(
        refused.err(),
        "sysName.0: Value out of range (Value does not match DISPLAY-HINT :: {(0..255)})\n"
    );
    let unchecked = run(&named("snmpset"), &["-v2c", "-On", "-Ir", "demo::", "sysName.0", "i", "5"]);
    assert_eq!(unchecked.status(), 2, "the agent refuses it: {}", unchecked.describe());
}
