//! What snmptable makes of mistakes in its arguments, and of agents that misbehave: a line that says what is wrong, or the
//! table all the same, and never a wrong cell.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

#[path = "output_schema/mod.rs"]
mod schema;

use std::{fmt::Write as _, fs, thread, time::Duration};

use serde_json::Value;
use support::{
    daemon::Daemon,
    snmpd::free_port,
    tool::{Run, Tool},
};
use tempfile::TempDir;

/// An agent of ours that may answer with anything.
struct Device {
    _agent: Daemon,
    host: String,
}

impl Device {
    fn start(words: &[&str]) -> Self {
        let port = (0..10).find_map(|_| free_port(false).ok()).unwrap();
        let directory = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let log = directory.path().join("log");
        let host = format!("127.0.0.1:{port}");
        let words: Vec<&str> = words.iter().copied().chain(["--listen", &host]).collect();
        let mut command = Tool::ours("snmpagent").command(&words);
        command.current_dir(directory.path()).stderr(fs::File::create(&log).unwrap());
        let mut agent = Daemon::start(&mut command, directory);
        while !fs::read_to_string(&log).unwrap().contains("listening at") {
            assert_eq!(agent.ended(), None, "{}", fs::read_to_string(&log).unwrap());
            thread::sleep(Duration::from_millis(5));
        }
        Self { _agent: agent, host }
    }

    fn run(&self, words: &[&str]) -> Run {
        let words: Vec<&str> =
            words.iter().map(|word| if *word == "HOST" { &self.host } else { *word }).collect();
        let words: Vec<&str> = ["-r1", "-t0.4"].iter().chain(&words).copied().collect();
        Tool::ours("snmptable").without("MIBS").patience(Duration::from_secs(30)).run(&words)
    }
}

/// A recorded device, from lines of `snmpwalk -On`.
fn recorded(lines: &str, words: &[&str]) -> (Device, TempDir) {
    let directory = TempDir::with_prefix("snmpkit-faults-").unwrap();
    let path = directory.path().join("device.walk");
    fs::write(&path, lines).unwrap();
    let words: Vec<&str> = [path.to_str().unwrap()].iter().chain(words).copied().collect();
    (Device::start(&words), directory)
}

/// Thirty rows of three columns, one of them with gaps.
fn table() -> String {
    let mut lines = String::new();
    for (column, step) in [(2, 1), (10, 1), (13, 3)] {
        for row in (1..=30).step_by(step) {
            let cell = match column {
                2 => format!("STRING: \"port {row}\""),
                column => format!("Counter32: {}", row * column),
            };
            writeln!(lines, ".1.3.6.1.2.1.2.2.1.{column}.{row} = {cell}").unwrap();
        }
    }
    lines
}

const COLUMNS: [&str; 5] = ["--columns", "ifDescr,ifInOctets,ifInDiscards", "-Cf", ";", "-Ci"];

#[test]
fn mistakes_in_options_are_told_in_a_line_that_says_what_to_write_instead() {
    for (options, said) in [
        (&["--columns", "ifDesc"][..], "--columns: ifTable has no column ifDesc; did you mean ifDescr?"),
        (&["--columns", "ifDescr,ifDescr"], "--columns: ifDescr is named twice"),
        (&["--columns", "99"], "--columns: ifTable has no column 99"),
        (&["--require", "ifInOctet"], "--require: ifTable has no column ifInOctet; did you mean ifInOctets"),
        (&["--sort", "-ifIndx"], "--sort: ifTable has no column ifIndx; did you mean ifIndex?"),
        (&["--where", "ifFoo = 1"], "--where: ifTable has no column ifFoo"),
        (
            &["--where", "ifOperStatus = upp"],
            "--where: 'ifOperStatus = upp': upp is no label of it and no number; did you mean up?",
        ),
        (&["--where", "ifMtu > many"], "--where: 'ifMtu > many': many is no number"),
        (&["--where", "ifMtu"], "--where: 'ifMtu' should be a column, one of = != < <= > >= ~, and a value"),
        (&["--where", "= 5"], "--where: '= 5' should be a column"),
        (&["--rows-from", "lo"], "--rows-from: 'lo' is no index of this table"),
        (&["--rows-to", "1.2.x"], "--rows-to: '1.2.x' is no index of this table"),
        (&["--require-mask", "0xg"], "no mask of 64 bits, such as 0x7ff"),
        (&["--max-iter", "0"], "a table is read a number of times from 1 to 4294967295"),
        (&["--max-iter", "x"], "invalid value 'x' for '--max-iter <NUMBER>': a table is read"),
        (&["--columns", ""], "snmptable: --columns: the name of a column is missing"),
        (&["--columns", "ifDescr,"], "snmptable: --columns: the name of a column is missing"),
        (&["--columns", "ifTable."], "snmptable: --columns: no column is named behind ifTable."),
        (&["--sort", ""], "snmptable: --sort: the name of a column is missing"),
        (&["--require", "all", "--require-mask", "1"], "cannot be used with"),
        (&["--last-change", "noSuchObjectAnywhere"], "noSuchObjectAnywhere: Unknown Object Identifier"),
        (
            &["--last-change", "sysName.0"],
            "snmptable: --last-change sysName.0: SNMPv2-MIB::sysName tells of no time; a scalar of type TimeTicks does",
        ),
        (&["--format", "yaml"], "vertical"),
        (&["--rxbuf", "483"], "a message has 484 to 65507 octets"),
        (&["--txbuf=65508"], "a message has 484 to 65507 octets"),
    ] {
        let words: Vec<&str> = options.iter().copied().chain(["demo::", "ifTable"]).collect();
        let run = Tool::ours("snmptable").without("MIBS").run(&words);
        assert_eq!(run.status(), 1, "{}", run.describe());
        assert!(run.err().contains(said), "{said}\n{}", run.describe());
        assert!(run.stdout.is_empty(), "{}", run.describe());
        let fine: Vec<&str> = ["--fail"].iter().copied().chain(words).collect();
        assert_eq!(Tool::ours("snmptable").without("MIBS").run(&fine).status(), 5, "{options:?}");
    }
    let run = Tool::ours("snmptable").without("MIBS").run(&[
        "--columns",
        "ipAddressAddr",
        "demo::",
        "ipAddressTable",
    ]);
    assert!(run.err().contains("is part of the index of ipAddressTable"), "{}", run.describe());
    let hidden = ["--columns", "usmUserEngineID,usmUserAuthKeyChange", "demo::", "usmUserTable"];
    assert!(Tool::ours("snmptable").without("MIBS").run(&hidden).err().contains("part of the index"));
    let bare = Tool::ours("snmptable").run(&["--columns", "ifDescr", "demo::", "1.3.6.1.2.1.2.2"]);
    assert!(bare.err().contains("without a MIB, columns are known by their numbers"), "{}", bare.describe());
}

#[test]
fn what_is_no_table_is_told_to_programs_with_the_reason() {
    for (name, hint) in [
        ("ifEntry", "ifEntry is not a table; it belongs to the table ifTable"),
        ("ifDescr.1", "it is an instance of ifDescr"),
        ("sysUpTime", "sysUpTime is not a table"),
        ("interfaces", "interfaces is not a table"),
        (
            "RAQMON-RDS-MIB::raqmonDsNotificationTable",
            "the table raqmonDsNotificationTable has no column that can be read",
        ),
    ] {
        let run = Tool::ours("snmptable").without("MIBS").run(&["-j", "demo::", name]);
        let objects: Vec<Value> = run.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for object in &objects {
            schema::shipped().check(object).unwrap();
        }
        let [error, end] = objects.as_slice() else { panic!("{}", run.describe()) };
        assert_eq!(
            (&end["table"], &end["rows"], &end["consistent"]),
            (&Value::Null, &0.into(), &false.into())
        );
        assert_eq!((run.status(), &error["code"]), (1, &"usage".into()), "{}", run.describe());
        assert!(error["message"].as_str().unwrap().starts_with("Was that a table? "), "{error}");
        assert!(error["hint"].as_str().unwrap().starts_with(hint), "{error}");
    }
}

#[test]
fn mistakes_before_the_agent_is_asked_end_as_tables_end() {
    for words in [
        &["demo::"][..],
        &["demo::", "ifTable", "ifXTable"],
        &["--max-iter", "0", "demo::", "ifTable"],
        &["--columns", "ifFoo", "demo::", "ifTable"],
        &["-Cq", "demo::", "ifTable"],
        &[],
    ] {
        let run = Tool::ours("snmptable").without("MIBS").run(&[&["--format", "json"], words].concat());
        let document: Value = serde_json::from_str(&run.out()).unwrap();
        schema::shipped().check(&document).unwrap();
        assert_eq!((&document["table"], &document["end"]["table"]), (&Value::Null, &Value::Null));
        assert_eq!(document["errors"].as_array().unwrap().len(), 1, "{}", run.describe());
        let run = Tool::ours("snmptable").without("MIBS").run(&[&["-j"], words].concat());
        let end: Value = serde_json::from_str(run.out().lines().last().unwrap()).unwrap();
        schema::shipped().check(&end).unwrap();
        assert!(end.get("varbinds").is_none() && end["tries"] == 0, "{}", run.describe());
    }
}

#[test]
fn agents_that_misbehave_give_the_whole_table_or_a_line_about_them() {
    let lines = table();
    let (whole, _files) = recorded(&lines, &[]);
    let words: Vec<&str> = COLUMNS.iter().copied().chain(["HOST", "ifTable"]).collect();
    let expected = whole.run(&words).out();
    assert_eq!(expected.lines().count(), 33, "{expected}");
    assert!(expected.contains("\n4;port 4;40;52\n5;port 5;50;?\n"), "{expected}");
    for (quirk, said) in [
        ("truncate", None),
        ("truncate=7", None),
        ("too-big=300", None),
        ("too-big=100", None),
        ("too-big=60", None),
        ("silent-bulk", None),
        ("extra-bindings", None),
        ("duplicate", None),
        ("reorder", None),
        ("drop=0.1", None),
        ("error=genErr,every:4", None),
        ("too-big=40", Some("Reason: (tooBig)")),
        ("error=genErr", Some("Reason: (genError)")),
        ("empty-bindings", Some("too short a list")),
        ("wrong-request-id", Some("mixes up request-ids")),
        ("garbage", Some("cannot be read as SNMP")),
        ("not-increasing", Some("OID not increasing: IF-MIB::ifDescr")),
        ("v1-only", Some("No Response")),
    ] {
        let (agent, _files) = recorded(&lines, &["--quirk", quirk]);
        let run = agent.run(&words);
        match said {
            None => {
                assert_eq!(run.out(), expected, "{quirk}\n{}", run.describe());
                assert_eq!(run.status(), 0, "{quirk}\n{}", run.describe());
            }
            Some(said) => {
                assert!(run.status() > 0 && run.err().contains(said), "{quirk}\n{}", run.describe());
                assert!(run.stdout.is_empty(), "{quirk}\n{}", run.describe());
            }
        }
    }
}

#[test]
fn that_an_agent_answers_no_getbulk_is_told_in_a_line() {
    const LINE: &str = "snmptable: the agent does not answer GETBULK; the table was asked for by GETNEXT, one row at a time\n";
    let (agent, _files) = recorded(&table(), &["--quirk", "silent-bulk"]);
    let words: Vec<&str> = COLUMNS.iter().copied().chain(["HOST", "ifTable"]).collect();
    for format in ["text", "table", "vertical", "csv", "json"] {
        let run = agent.run(&[&["--format", format][..], &words].concat());
        assert_eq!((run.status(), run.err().as_str()), (0, LINE), "{format}");
    }
    for asked in [&["-CB"][..], &["-v1", "-c", "public"]] {
        let run = agent.run(&[asked, &words].concat());
        assert_eq!((run.status(), run.err().as_str()), (0, ""), "{}", run.describe());
    }
}

#[test]
fn a_loop_ends_in_every_version() {
    for options in ["-v2c", "-v1"] {
        for count in ["loop=1", "loop=5", "loop=40"] {
            let (agent, _files) = recorded(&table(), &["--quirk", count]);
            let run = agent.run(&[options, "-c", "public", "HOST", "ifTable"]);
            // Whatever it says: it ends by itself.
            assert!(run.status() <= 2, "{count} {options}\n{}", run.describe());
            assert!(run.elapsed < Duration::from_secs(20), "{count} {options}");
        }
    }
}

#[test]
fn a_value_of_another_type_is_marked() {
    let lines = ".1.3.6.1.2.1.2.2.1.2.1 = STRING: \"lo\"\n.1.3.6.1.2.1.2.2.1.4.1 = STRING: \"1500\"\n";
    let (agent, _files) = recorded(lines, &[]);
    let words = ["--columns", "ifDescr,ifMtu", "HOST", "ifTable"];
    let marked = |format: &str| agent.run(&[&["--format", format], &words[..]].concat());
    for (format, cell) in [
        (
            "json",
            "\"cells\":{\"ifDescr\":\"lo\",\"ifMtu\":null},\"wrong\":{\"ifMtu\":{\"type\":\"OctetString\",\"value\":\"1500\"}}",
        ),
        ("csv", ",1,lo,\r\n"),
        ("table", "(wrong type: OctetString)"),
        ("vertical", "ifMtu   | (wrong type: OctetString)"),
    ] {
        let run = marked(format);
        assert!(run.out().contains(cell), "{format}\n{}", run.describe());
        assert_eq!(run.status(), 1, "{format}");
        let said = "snmptable: ifMtu in row 1 has a value of another type than the MIB has\n";
        assert_eq!(run.err(), said, "{format}");
        assert_eq!(
            agent.run(&[&["--fail", "--format", format], &words[..]].concat()).status(),
            6,
            "{format}"
        );
    }
    // net-snmp's text says it in the cell, and that is all.
    let run = marked("text");
    assert!(run.out().contains("Wrong Type (should be INTEGER): \"1500\""), "{}", run.describe());
    assert_eq!((run.status(), run.stderr.len()), (0, 0), "{}", run.describe());
    // A row that has such a cell has the column, and what is required is not missing.
    let run = agent.run(&[&["-j", "--require", "all"], &words[..]].concat());
    assert!(run.out().contains("\"consistent\":true"), "{}", run.describe());
    let run = agent.run(&[&["-j", "--where", "ifMtu != 1500"], &words[..]].concat());
    assert!(run.out().contains("\"rows\":0"), "of such a cell nothing is so: {}", run.describe());
    let lines = format!("{lines}.1.3.6.1.2.1.2.2.1.4.2 = Counter32: 7\n");
    let (agent, _files) = recorded(&lines, &[]);
    let run = agent.run(&[&["-j"], &words[..]].concat());
    assert!(
        run.err().contains("2 cells, ifMtu in row 1 the first of them, have a value"),
        "{}",
        run.describe()
    );
}

#[test]
fn an_index_that_does_not_decode_ends_it_or_stands_in_numbers() {
    let lines = ".1.3.6.1.2.1.4.20.1.2.10.0.0 = INTEGER: 1\n.1.3.6.1.2.1.4.20.1.2.10.0.0.1 = INTEGER: 2\n";
    let (agent, _files) = recorded(lines, &[]);
    let run = agent.run(&["HOST", "ipAddrTable"]);
    assert_eq!((run.status(), run.stdout.len()), (1, 0), "{}", run.describe());
    assert!(
        run.err().contains("IP-MIB::ipAdEntIfIndex.10.0.0 is not indexed as its MIB has it"),
        "{}",
        run.err()
    );
    let run = agent.run(&["-j", "--best-effort", "--columns", "ipAdEntIfIndex", "HOST", "ipAddrTable"]);
    assert!(
        run.out().contains("\"index\":{\"oid\":\"10.0.0\"},\"cells\":{\"ipAdEntIfIndex\":1}"),
        "{}",
        run.describe()
    );
    assert!(
        run.out().contains("\"index\":{\"ipAdEntAddr\":\"10.0.0.1\"},\"cells\":{\"ipAdEntIfIndex\":2}"),
        "{}",
        run.describe()
    );
}

#[test]
fn columns_that_were_named_and_are_not_there_are_told() {
    let run =
        Tool::ours("snmptable").without("MIBS").run(&["--columns", "ifDescr,ifOutQLen", "demo::", "ifTable"]);
    assert_eq!(run.status(), 0, "{}", run.describe());
    assert_eq!(run.err(), "snmptable: the agent has nothing in ifOutQLen\n");
    let run = Tool::ours("snmptable").without("MIBS").run(&["demo::", "ifTable"]);
    assert!(run.stderr.is_empty(), "{}", run.describe());
    let some = ["--columns", "ifDescr", "--rows-from", "50", "--rows-to", "60", "demo::", "ifTable"];
    let run = Tool::ours("snmptable").without("MIBS").run(&some);
    assert_eq!(run.err(), "snmptable: the agent has nothing in ifDescr, in the rows that were asked for\n");
}

#[test]
fn a_table_that_changes_all_the_time_is_whole_with_its_last_change_object() {
    let device = Device::start(&["demo"]);
    let table = "1.3.6.1.4.1.32473.2.3";
    for _ in 0..5 {
        let run = device.run(&["-j", "--last-change", "1.3.6.1.4.1.32473.2.1.0", "HOST", table]);
        assert_eq!(run.status(), 0, "{}", run.describe());
        assert!(run.out().lines().last().unwrap().contains("\"consistent\":true"), "{}", run.describe());
    }
}
