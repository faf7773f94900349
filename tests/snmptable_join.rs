//! snmptable's `--join`: rows of several tables beside one another, under one rule, in every format; and tables that change
//! while they are read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

#[path = "output_schema/mod.rs"]
mod schema;

use std::{fs, thread, time::Duration};

use serde_json::{Value, json};
use support::{
    daemon::Daemon,
    snmpd::free_port,
    tool::{Run, Tool},
};
use tempfile::TempDir;

/// Interfaces of which neither table has all, and a third table with an index of the same form.
const DEVICE: &str = r#".1.3.6.1.2.1.1.3.0 = Timeticks: (12345) 0:02:03.45
.1.3.6.1.2.1.2.2.1.2.1 = STRING: "lo"
.1.3.6.1.2.1.2.2.1.2.2 = STRING: "Gi0/1"
.1.3.6.1.2.1.2.2.1.2.3 = STRING: "Gi0/2"
.1.3.6.1.2.1.2.2.1.4.1 = INTEGER: 65536
.1.3.6.1.2.1.2.2.1.4.2 = INTEGER: 1500
.1.3.6.1.2.1.2.2.1.8.2 = INTEGER: 1
.1.3.6.1.2.1.31.1.1.1.1.1 = STRING: "lo"
.1.3.6.1.2.1.31.1.1.1.1.3 = STRING: "gi2"
.1.3.6.1.2.1.31.1.1.1.1.4 = STRING: "gone"
.1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 18446744073709551615
.1.3.6.1.2.1.31.1.1.1.6.3 = Counter64: 7
.1.3.6.1.4.1.99999.7.1.1.1 = INTEGER: 10
.1.3.6.1.4.1.99999.7.1.1.3 = INTEGER: 30
.1.3.6.1.4.1.99999.8.1.1.3 = STRING: "three"
.1.3.6.1.4.1.99999.8.1.2.3 = STRING: "drei"
"#;

/// What the built-in device has at its own enterprise number: a table that changes, with its last-change object, and one
/// that does not.
const MODULE: &str = r#"PRACTICE-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, Integer32, Gauge32, TimeTicks, OBJECT-TYPE, MODULE-IDENTITY FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC;
practice MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "x" CONTACT-INFO "x" DESCRIPTION "x" ::= { enterprises 32473 }
churn OBJECT IDENTIFIER ::= { practice 2 }
notes OBJECT IDENTIFIER ::= { practice 3 }
churnLastChange OBJECT-TYPE SYNTAX TimeTicks MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { churn 1 }
churnTable OBJECT-TYPE SYNTAX SEQUENCE OF ChurnEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" ::= { churn 3 }
churnEntry OBJECT-TYPE SYNTAX ChurnEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" INDEX { churnIndex } ::= { churnTable 1 }
ChurnEntry ::= SEQUENCE { churnIndex Integer32, churnName DisplayString, churnMark Gauge32, churnSince TimeTicks, churnRemark DisplayString }
churnIndex OBJECT-TYPE SYNTAX Integer32 (1..65535) MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" ::= { churnEntry 1 }
churnName OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { churnEntry 2 }
churnMark OBJECT-TYPE SYNTAX Gauge32 MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { churnEntry 3 }
churnSince OBJECT-TYPE SYNTAX TimeTicks MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { churnEntry 4 }
churnRemark OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { churnEntry 5 }
noteTable OBJECT-TYPE SYNTAX SEQUENCE OF NoteEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" ::= { notes 1 }
noteEntry OBJECT-TYPE SYNTAX NoteEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" INDEX { noteIndex } ::= { noteTable 1 }
NoteEntry ::= SEQUENCE { noteIndex Integer32, noteText DisplayString }
noteIndex OBJECT-TYPE SYNTAX Integer32 (1..65535) MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" ::= { noteEntry 1 }
noteText OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { noteEntry 2 }
END
"#;

/// A device of ours, with files of its own.
struct Device {
    _agent: Daemon,
    host: String,
    files: TempDir,
}

impl Device {
    fn start(words: &[&str]) -> Self {
        let files = TempDir::with_prefix("snmpkit-join-").unwrap();
        let recorded = files.path().join("device.walk");
        fs::write(&recorded, DEVICE).unwrap();
        fs::create_dir(files.path().join("mibs")).unwrap();
        fs::write(files.path().join("mibs/PRACTICE-MIB"), MODULE).unwrap();
        let port = (0..10).find_map(|_| free_port(false).ok()).unwrap();
        let directory = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let log = directory.path().join("log");
        let host = format!("127.0.0.1:{port}");
        let recorded = recorded.to_str().unwrap();
        let words = words.iter().map(|word| if *word == "RECORDED" { recorded } else { word });
        let words: Vec<&str> = words.chain(["--listen", &host]).collect();
        let mut command = Tool::ours("snmpagent").command(&words);
        command.stderr(fs::File::create(&log).unwrap());
        let mut agent = Daemon::start(&mut command, directory);
        while !fs::read_to_string(&log).unwrap().contains("listening at") {
            assert_eq!(agent.ended(), None, "{}", fs::read_to_string(&log).unwrap());
            thread::sleep(Duration::from_millis(5));
        }
        Self { _agent: agent, host, files }
    }

    fn recorded() -> Self {
        Self::start(&["RECORDED"])
    }

    fn run(&self, words: &[&str]) -> Run {
        let words: Vec<&str> =
            words.iter().map(|word| if *word == "HOST" { &self.host } else { *word }).collect();
        Tool::ours("snmptable").without("MIBS").patience(Duration::from_secs(60)).run(&words)
    }

    fn out(&self, words: &[&str]) -> String {
        let run = self.run(words);
        assert_eq!((run.status(), run.err().as_str()), (0, ""), "{}", run.describe());
        run.out().replace(&self.host, "HOST")
    }

    /// The objects of ndjson, each held to the schema.
    fn objects(&self, words: &[&str]) -> Vec<Value> {
        let run = self.run(&[&["-j"], words].concat());
        let objects: Vec<Value> = run.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let schema = schema::shipped();
        for object in &objects {
            schema.check(object).unwrap_or_else(|fault| panic!("{fault}\n{}", run.describe()));
        }
        objects
    }

    /// The same with the names of the changing table.
    fn practice(&self, words: &[&str]) -> Vec<Value> {
        let directory = format!("+{}", self.files.path().join("mibs").display());
        self.objects(&[&["-M", &directory, "-m", "+PRACTICE-MIB"], words].concat())
    }
}

const COLUMNS: [&str; 2] = ["--columns", "ifDescr,ifMtu,ifName,ifHCInOctets"];

#[test]
fn a_row_has_what_any_of_the_tables_has_in_every_format() {
    let device = Device::recorded();
    let words: Vec<&str> = COLUMNS.into_iter().chain(["--join", "ifXTable", "HOST", "ifTable"]).collect();
    let with = |format: &str| device.out(&[&["--format", format], &words[..]].concat());
    assert_eq!(
        device.out(&[&["-Cf", ";", "-Ci"], &words[..]].concat()),
        "SNMP table: IF-MIB::ifTable, IF-MIB::ifXTable\n\nindex;ifDescr;ifMtu;ifName;ifHCInOctets\n\
         1;lo;65536;lo;18446744073709551615\n2;Gi0/1;1500;?;?\n3;Gi0/2;?;gi2;7\n4;?;?;gone;?\n"
    );
    assert_eq!(
        with("csv"),
        "host,ifIndex,ifDescr,ifMtu,ifName,ifHCInOctets\r\nHOST,1,lo,65536,lo,18446744073709551615\r\n\
         HOST,2,Gi0/1,1500,,\r\nHOST,3,Gi0/2,,gi2,7\r\nHOST,4,,,gone,\r\n"
    );
    let objects = device.objects(&words);
    let cells: Vec<&Value> = objects[..4].iter().map(|row| &row["cells"]).collect();
    assert_eq!(cells[1], &json!({"ifDescr": "Gi0/1", "ifMtu": 1500, "ifName": null, "ifHCInOctets": null}));
    assert_eq!(cells[3], &json!({"ifDescr": null, "ifMtu": null, "ifName": "gone", "ifHCInOctets": null}));
    assert_eq!(objects[0]["exact"], json!({"ifHCInOctets": "18446744073709551615"}));
    for object in &objects {
        assert_eq!(
            (&object["table"], &object["joined"]),
            (&json!("IF-MIB::ifTable"), &json!(["IF-MIB::ifXTable"]))
        );
    }
    let document: Value = serde_json::from_str(&with("json")).unwrap();
    schema::shipped().check(&document).unwrap();
    assert_eq!(
        (&document["joined"], document["rows"].as_array().unwrap().len()),
        (&json!(["IF-MIB::ifXTable"]), 4)
    );
    let vertical = with("vertical");
    assert!(vertical.contains("-[ ifIndex 4 ]-") && vertical.contains("ifName       | gone\n"), "{vertical}");
    let table = with("table");
    assert!(table.contains("│       4 ┆         ┆       ┆ gone   ┆                      │"), "{table}");
}

#[test]
fn without_columns_named_those_of_the_first_table_come_first() {
    let device = Device::recorded();
    let all = device.objects(&["--join", "ifXTable", "HOST", "ifTable"]);
    let own = device.objects(&["HOST", "ifTable"]);
    let other = device.objects(&["HOST", "ifXTable"]);
    let names = |rows: &[Value]| rows[0]["cells"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut both = names(&own);
    both.extend(names(&other));
    let mut found = names(&all);
    both.sort();
    found.sort();
    assert_eq!(found, both);
    // And their cells are those of each table for itself.
    for row in all.iter().filter(|object| object["kind"] == "row") {
        for single in [&own, &other] {
            let same = single.iter().find(|one| one["index"] == row["index"] && one["kind"] == "row");
            for name in names(single) {
                let expected = same.map_or(&Value::Null, |same| &same["cells"][&name]);
                assert_eq!(&row["cells"][&name], expected, "{name} of {}", row["index"]);
            }
        }
    }
    assert_eq!(own.len() + 1, all.len());
    let heading = device.out(&["-Ch", "-Cf", ",", "--join", "ifXTable", "HOST", "ifTable"]);
    assert!(heading.starts_with("ifIndex,ifDescr,"), "{heading}");
    assert!(heading.contains("ifSpecific,ifName,"), "{heading}");
    assert!(heading.ends_with("\nIF-MIB::ifTable, IF-MIB::ifXTable: No entries\n"), "{heading}");
}

#[test]
fn conditions_orders_and_required_columns_may_be_of_any_table() {
    let device = Device::recorded();
    let names = |words: &[&str]| -> Vec<Value> {
        let objects = device.objects(
            &[&["--columns", "ifDescr", "--join", "ifXTable"], words, &["HOST", "ifTable"]].concat(),
        );
        let rows = objects.iter().filter(|object| object["kind"] == "row");
        rows.map(|row| row["cells"]["ifDescr"].clone()).collect()
    };
    assert_eq!(names(&["--where", "ifName = gi2"]), ["Gi0/2"]);
    assert_eq!(names(&["--where", "IF-MIB::ifXTable.ifHCInOctets > 6", "--where", "ifIndex < 3"]), ["lo"]);
    assert_eq!(names(&["--sort=-ifHCInOctets", "--rows-to", "3"]), ["lo", "Gi0/2", "Gi0/1"]);
    let words = ["--require", "ifName,ifDescr", "--max-iter", "2", "--join", "ifXTable", "HOST", "ifTable"];
    let run = device.run(&words);
    assert_eq!((run.status(), run.stdout.len()), (1, 0), "{}", run.describe());
    assert!(run.err().contains("column ifName missing in row 2 and in 1 more"), "{}", run.describe());
    let marked = device.objects(&[&["--best-effort"], &words[..]].concat());
    assert_eq!((&marked[1]["complete"], &marked[1]["missing"]), (&json!(false), &json!(["ifName"])));
    assert_eq!((&marked[3]["complete"], &marked[3]["missing"]), (&json!(false), &json!(["ifDescr"])));
    assert_eq!(&marked[0]["complete"], &json!(true));
}

#[test]
fn columns_of_one_name_have_their_table_before_it() {
    let device = Device::recorded();
    let (first, second) = ("1.3.6.1.4.1.99999.7", "1.3.6.1.4.1.99999.8");
    let rows = device.objects(&["--join", second, "HOST", first]);
    assert_eq!(rows[0]["cells"], json!({"1": 10, (format!("{second}.1")): null, "2": null}));
    assert_eq!(rows[1]["cells"], json!({"1": 30, (format!("{second}.1")): "three", "2": "drei"}));
    let named = format!("{first}.1,{second}.1");
    let text = device.out(&["-Ci", "-Cf", ";", "--columns", &named, "--join", second, "HOST", first]);
    assert!(text.contains(&format!("\nindex;1;{second}.1\n1;10;?\n3;30;\"three\"\n")), "{text}");
    for (columns, said) in [
        ("1", format!("--columns: 1 is the name of several columns; write {first}.1 or {second}.1")),
        (&format!("{second}.1"), format!("--columns: {first} has none among them; write {first}.NUMBER")),
    ] {
        let run = device.run(&["--columns", columns, "--join", second, "HOST", first]);
        assert_eq!(run.status(), 1);
        assert!(run.err().contains(&said), "{}", run.describe());
    }
}

#[test]
fn a_table_that_cannot_stand_beside_another_is_refused_before_the_agent_is_asked() {
    for (words, said) in [
        (
            &["--join", "ifStackTable"][..],
            "--join: the index of ifStackTable is ifStackHigherLayer, ifStackLowerLayer, that of ifTable is ifIndex: \
             their rows cannot stand beside each other",
        ),
        (&["--join", "ifTable"], "--join: ifTable is fetched anyway"),
        (&["--join", "ifXTable", "--join", "ifXTable"], "--join: ifXTable is fetched anyway"),
        (&["--join", "ifXEntry"], "Was that a table? IF-MIB::ifXEntry"),
        (&["--join", "sysUpTime"], "Was that a table? DISMAN-EVENT-MIB::sysUpTime"),
        (&["--join", "noSuchTableAnywhere"], "noSuchTableAnywhere: Unknown Object Identifier"),
        (&["--join", "ifXTable", "--columns", "ifFoo"], "neither ifTable nor ifXTable has a column ifFoo"),
        (
            &["--join", "ifXTable", "--where", "ipTable.ifName = 1"],
            "ipTable.ifName is no column of ifTable nor ifXTable",
        ),
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["demo::", "ifTable"]).collect();
        let run = Tool::ours("snmptable").without("MIBS").run(&words);
        assert_eq!((run.status(), run.stdout.len()), (1, 0), "{}", run.describe());
        let said = said.replace("DISMAN-EVENT-MIB::sysUpTime", "");
        assert!(run.err().contains(said.trim_end()), "{said}\n{}", run.describe());
    }
}

/// Whether a row of the changing table is one row: every column tells of the same mark.
fn is_of_one_moment(row: &Value) -> bool {
    let cells = &row["cells"];
    let Some(mark) = cells["churnMark"].as_u64() else { return cells["churnName"].is_null() };
    cells["churnName"] == format!("session {mark:08x}")
        && cells["churnRemark"] == if mark % 2 == 0 { json!("even") } else { Value::Null }
}

#[test]
fn a_joined_table_that_changes_is_read_again_until_all_of_it_is_of_one_moment() {
    let device = Device::start(&["demo", "--quirk", "delay=150ms"]);
    let mut again = 0;
    // A generation lasts a second, and a fetch about half of one.
    for _ in 0..60 {
        let objects =
            device.practice(&["-Cr", "3", "--max-iter", "40", "--join", "churnTable", "HOST", "noteTable"]);
        let (end, rows) = objects.split_last().unwrap();
        assert_eq!((&end["consistent"], &end["complete"]), (&json!(true), &json!(true)), "{end}");
        assert!(rows.iter().all(is_of_one_moment), "{rows:?}");
        assert!(rows.len() > 8, "{rows:?}");
        assert!(rows.iter().any(|row| row["cells"]["noteText"] == "write me"), "{rows:?}");
        again += end["restarts"].as_u64().unwrap();
        if again > 0 {
            return;
        }
    }
    panic!("no fetch met a change");
}

#[test]
fn a_table_that_never_holds_still_is_an_error_with_its_numbers_or_marked() {
    // Every answer comes later than the next change.
    let device = Device::start(&["demo", "--quirk", "delay=1300ms"]);
    let words = ["-Cr", "4", "-t", "5", "--max-iter", "1", "HOST", "churnTable"];
    let objects = device.practice(&words);
    assert_eq!(objects.len(), 2, "{objects:?}");
    assert_eq!((&objects[0]["code"], &objects[0]["tries"]), (&json!("inconsistent"), &json!(1)));
    let message = objects[0]["message"].as_str().unwrap();
    for part in [
        "during the only try to read it",
        "(PRACTICE-MIB::churnLastChange changed once)",
        "--max-iter",
        "--best-effort",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!((&objects[1]["rows"], &objects[1]["consistent"]), (&json!(0), &json!(false)));

    let objects = device.practice(&[&["--best-effort"], &words[..]].concat());
    let (end, rows) = objects.split_last().unwrap();
    assert_eq!(
        (&end["consistent"], &end["complete"], &end["tries"]),
        (&json!(false), &json!(false), &json!(1))
    );
    assert!(!rows.is_empty());
    for row in rows.iter().filter(|row| row["complete"] == true) {
        assert!(is_of_one_moment(row), "{row}");
    }

    // Nobody watches: what comes is taken for the table.
    let objects = device.practice(&[&["--last-change", "none"], &words[..]].concat());
    let end = objects.last().unwrap();
    assert_eq!((&end["consistent"], &end["tries"]), (&json!(true), &json!(1)), "{objects:?}");
}
