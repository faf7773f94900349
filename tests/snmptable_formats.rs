//! snmptable's own formats and options, over a device that holds still.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

#[path = "output_schema/mod.rs"]
mod schema;

use std::fs;

use serde_json::{Value, json};
use support::tool::{Run, Tool};
use tempfile::TempDir;

/// A device with gaps, numbers of 64 bits, octets that are no text, BITS, and a table that no MIB knows.
const DEVICE: &str = r#".1.3.6.1.2.1.1.3.0 = Timeticks: (12345) 0:02:03.45
.1.3.6.1.2.1.2.2.1.2.1 = STRING: "lo"
.1.3.6.1.2.1.2.2.1.2.2 = STRING: "Gi0/1, \"core\""
.1.3.6.1.2.1.2.2.1.2.10 = STRING: "0x00ff"
.1.3.6.1.2.1.2.2.1.2.11 = Hex-STRING: 1B 5B 32 4A FF 
.1.3.6.1.2.1.2.2.1.4.1 = INTEGER: 65536
.1.3.6.1.2.1.2.2.1.4.2 = INTEGER: 1500
.1.3.6.1.2.1.2.2.1.4.11 = INTEGER: 9000
.1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 00 1B 21 3C 9D F8 
.1.3.6.1.2.1.2.2.1.8.1 = INTEGER: 1
.1.3.6.1.2.1.2.2.1.8.2 = INTEGER: 2
.1.3.6.1.2.1.2.2.1.8.10 = INTEGER: 99
.1.3.6.1.2.1.31.1.1.1.1.1 = STRING: "lo"
.1.3.6.1.2.1.31.1.1.1.1.2 = STRING: "gi1"
.1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 18446744073709551615
.1.3.6.1.2.1.34.1.1.0 = INTEGER: 1
.1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.9 = INTEGER: 3
.1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.10 = INTEGER: 2
.1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1 = INTEGER: 2
.1.3.6.1.4.1.99999.7.1.1.1.1 = INTEGER: 10
.1.3.6.1.4.1.99999.7.1.1.1.2 = INTEGER: 9
.1.3.6.1.4.1.99999.7.1.4.1.2 = Hex-STRING: 00 FF 
"#;

/// Serves the device to one command of ours at a time: the agent inside the program takes no file, so that one is started.
struct Device {
    agent: support::daemon::Daemon,
    port: u16,
    _files: TempDir,
}

impl Device {
    fn start() -> Self {
        let files = TempDir::with_prefix("snmpkit-rows-").unwrap();
        let path = files.path().join("device.walk");
        fs::write(&path, DEVICE).unwrap();
        let port = (0..10).find_map(|_| support::snmpd::free_port(false).ok()).unwrap();
        let directory = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let log = directory.path().join("log");
        let tool = Tool::ours("snmpagent");
        let listen = format!("udp:127.0.0.1:{port}");
        let mut command = tool.command(&[path.to_str().unwrap(), "--listen", &listen]);
        command.stderr(fs::File::create(&log).unwrap());
        let mut agent = support::daemon::Daemon::start(&mut command, directory);
        while !fs::read_to_string(&log).unwrap().contains("listening at") {
            assert_eq!(agent.ended(), None);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Self { agent, port, _files: files }
    }

    fn run(&self, words: &[&str]) -> Run {
        assert!(self.agent.pid() > 0);
        let host = format!("127.0.0.1:{}", self.port);
        let words: Vec<&str> =
            words.iter().map(|word| if *word == "HOST" { host.as_str() } else { *word }).collect();
        Tool::ours("snmptable").without("MIBS").env("COLUMNS", "80").run(&words)
    }

    fn out(&self, words: &[&str]) -> String {
        let run = self.run(words);
        assert_eq!(run.status(), 0, "{}", run.describe());
        assert!(run.stderr.is_empty(), "{}", run.describe());
        run.out().replace(&format!("127.0.0.1:{}", self.port), "HOST")
    }

    /// The objects of ndjson, each held to the schema.
    fn objects(&self, words: &[&str]) -> Vec<Value> {
        let schema = schema::shipped();
        let words: Vec<&str> = ["-j"].iter().chain(words).copied().collect();
        let objects: Vec<Value> =
            self.run(&words).out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for object in &objects {
            schema.check(object).unwrap();
        }
        objects
    }

    /// What the rows have in one column, or at one object of the index.
    fn column(&self, name: &str, words: &[&str]) -> Vec<Value> {
        let rows = self.objects(words);
        let rows = rows.iter().filter(|object| object["kind"] == "row");
        rows.map(|row| row["index"].get(name).or(row["cells"].get(name)).unwrap().clone()).collect()
    }
}

#[test]
fn an_empty_table_is_said_to_be_empty_wherever_people_read() {
    let device = Device::start();
    for (words, said) in [
        (&["HOST", "ipAddrTable"][..], "IP-MIB::ipAddrTable: No entries\n"),
        (&["--where", "ifMtu > 99999", "HOST", "ifTable"], "IF-MIB::ifTable: No entries\n"),
        (&["-On", "HOST", "ipAddrTable"], ".1.3.6.1.2.1.4.20: No entries\n"),
        (
            &["--join", "ifXTable", "--rows-from", "77", "HOST", "ifTable"],
            "IF-MIB::ifTable, IF-MIB::ifXTable: No entries\n",
        ),
    ] {
        for format in ["text", "table", "vertical"] {
            let run = device.run(&[&["--format", format], words].concat());
            assert_eq!((run.out().as_str(), run.err().as_str()), (said, ""), "{format}");
        }
        let csv = device.run(&[&["--format", "csv"], words].concat()).out();
        assert_eq!(csv.lines().count(), 1, "{csv}");
    }
    // Of a table that could not be read nobody knows whether it is empty.
    for format in ["text", "table", "vertical"] {
        let run = device.run(&["-r0", "-t0.1", "--format", format, "-c", "wrong", "HOST", "ifTable"]);
        assert_eq!(run.out(), "", "{format}: {}", run.describe());
    }
}

#[test]
fn json_has_each_value_by_its_type_and_the_end_tells_how_it_went() {
    let device = Device::start();
    let objects =
        device.objects(&["--columns", "ifDescr,ifMtu,ifPhysAddress,ifOperStatus", "HOST", "ifTable"]);
    let cells: Vec<&Value> = objects[..4].iter().map(|row| &row["cells"]).collect();
    assert_eq!(
        cells,
        [
            &json!({"ifDescr": "lo", "ifMtu": 65536, "ifPhysAddress": null, "ifOperStatus": "up"}),
            &json!({"ifDescr": "Gi0/1, \"core\"", "ifMtu": 1500, "ifPhysAddress": "0:1b:21:3c:9d:f8", "ifOperStatus": "down"}),
            &json!({"ifDescr": "0x307830306666", "ifMtu": null, "ifPhysAddress": null, "ifOperStatus": "99"}),
            &json!({"ifDescr": "0x1b5b324aff", "ifMtu": 9000, "ifPhysAddress": null, "ifOperStatus": null}),
        ]
    );
    assert_eq!(objects[2]["index"], json!({"ifIndex": 10}));
    assert_eq!(objects[2]["table"], "IF-MIB::ifTable");
    let end = &objects[4];
    assert_eq!((&end["rows"], &end["consistent"], &end["tries"]), (&json!(4), &json!(true), &json!(1)));
    assert_eq!((&end["restarts"], &end["complete"]), (&json!(0), &json!(true)));
}

#[test]
fn a_counter_of_64_bits_is_exact_and_its_gap_is_null() {
    let device = Device::start();
    let run = device.run(&["-j", "--columns", "ifHCInOctets", "HOST", "ifXTable", "--require", "none"]);
    assert!(run.out().contains("\"cells\":{\"ifHCInOctets\":18446744073709551615},\"exact\":{\"ifHCInOctets\":\"18446744073709551615\"}"));
    let rows = device.objects(&["--columns", "ifName,ifHCInOctets", "HOST", "ifXTable"]);
    assert_eq!(rows[1]["exact"], json!({"ifHCInOctets": null}));
    assert_eq!(rows[1]["cells"], json!({"ifName": "gi1", "ifHCInOctets": null}));
}

#[test]
fn the_document_of_json_has_the_same_rows() {
    let device = Device::start();
    let document: Value =
        serde_json::from_str(&device.out(&["--format", "json", "HOST", "ifTable"])).unwrap();
    schema::shipped().check(&document).unwrap();
    let rows = device.objects(&["HOST", "ifTable"]);
    let of_document = document["rows"].as_array().unwrap();
    assert_eq!(of_document.len(), 4);
    for (one, other) in of_document.iter().zip(&rows) {
        assert_eq!((&one["index"], &one["cells"]), (&other["index"], &other["cells"]));
    }
}

#[test]
fn csv_has_the_index_once_and_nothing_for_a_gap() {
    let device = Device::start();
    assert_eq!(
        device.out(&["--format", "csv", "--columns", "ifIndex,ifDescr,ifOperStatus", "HOST", "ifTable"]),
        "host,ifIndex,ifDescr,ifOperStatus\r\n\
         HOST,1,lo,up\r\n\
         HOST,2,\"Gi0/1, \"\"core\"\"\",down\r\n\
         HOST,10,0x307830306666,99\r\n\
         HOST,11,0x1b5b324aff,\r\n"
    );
    assert_eq!(
        device.out(&["--format", "csv", "HOST", "ipAddressTable", "--columns", "ipAddressIfIndex"]),
        "host,ipAddressAddrType,ipAddressAddr,ipAddressIfIndex\r\n\
         HOST,1,192.0.2.9,3\r\n\
         HOST,1,192.0.2.10,2\r\n\
         HOST,2,2001:db8::1,2\r\n"
    );
    assert_eq!(
        device.out(&["--format", "csv", "HOST", "ifStackTable"]),
        "host,ifStackHigherLayer,ifStackLowerLayer,ifStackStatus\r\n"
    );
}

#[test]
fn without_a_mib_columns_and_indexes_are_numbers_in_every_format() {
    let device = Device::start();
    let table = ".1.3.6.1.4.1.99999.7";
    assert_eq!(
        device.out(&["--format", "csv", "HOST", table]),
        "host,index,1,4\r\nHOST,1.1,10,\r\nHOST,1.2,9,0x00ff\r\n"
    );
    let rows = device.objects(&["HOST", table]);
    assert_eq!(
        (&rows[1]["index"], &rows[1]["cells"]),
        (&json!({"oid": "1.2"}), &json!({"1": 9, "4": "0x00ff"}))
    );
    assert_eq!(
        device.out(&["-Ci", "HOST", table]),
        "SNMP table: SNMPv2-SMI::enterprises.99999.7\n\n index  1        4\n   1.1 10        ?\n   1.2  9 \"00 FF \"\n"
    );
    let bare = device.out(&["-m", "", "--columns", "4,8", "--format", "vertical", "HOST", "1.3.6.1.2.1.2.2"]);
    assert!(bare.starts_with("-[ index 1 ]----------------------------\n4 | 65536\n8 | 1\n"), "{bare}");
}

#[test]
fn vertical_and_table_show_the_same_cells() {
    let device = Device::start();
    let words = ["--columns", "ifDescr,ifMtu,ifOperStatus", "HOST", "ifTable"];
    let with = |format: &str| device.out(&[&["--format", format], &words[..]].concat());
    assert_eq!(
        with("table"),
        "┌─────────┬────────────────┬───────┬──────────────┐\n\
         │ ifIndex ┆ ifDescr        ┆ ifMtu ┆ ifOperStatus │\n\
         ╞═════════╪════════════════╪═══════╪══════════════╡\n\
         │       1 ┆ lo             ┆ 65536 ┆ up           │\n\
         │       2 ┆ Gi0/1, \"core\"  ┆  1500 ┆ down         │\n\
         │      10 ┆ 0x00ff         ┆       ┆ 99           │\n\
         │      11 ┆ 1B 5B 32 4A FF ┆  9000 ┆              │\n\
         └─────────┴────────────────┴───────┴──────────────┘\n"
    );
    assert!(with("vertical").contains("-[ ifIndex 11 ]-------------------------\nifDescr      | 1B 5B 32 4A FF\nifMtu        | 9000\nifOperStatus |\n"));
}

#[test]
fn a_table_keeps_to_the_width_and_every_part_has_the_index() {
    let device = Device::start();
    let wide = ["--format", "table", "HOST", "ifTable"];
    for width in ["20", "40", "80", "200"] {
        let run = Tool::ours("snmptable").without("MIBS").env("COLUMNS", width);
        let host = format!("127.0.0.1:{}", device.port);
        let words = wide.map(|word| if word == "HOST" { host.as_str() } else { word });
        let text = run.run(&words).out();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width.parse().unwrap(), "{width}\n{text}");
        assert_eq!(
            text.matches('╞').count(),
            text.matches("Index ").count().min(text.matches('╞').count()),
            "{text}"
        );
    }
}

#[test]
fn conditions_compare_what_the_values_are() {
    let device = Device::start();
    let rows = |conditions: &[&str]| {
        let mut words = Vec::new();
        for condition in conditions {
            words.extend(["--where", condition]);
        }
        words.extend(["--columns", "ifDescr", "HOST", "ifTable"]);
        device.column("ifIndex", &words).iter().map(|index| index.as_u64().unwrap()).collect::<Vec<_>>()
    };
    for (conditions, indexes) in [
        (&["ifOperStatus = up"][..], &[1][..]),
        (&["ifOperStatus=2"], &[2]),
        (&["ifOperStatus != up"], &[2, 10]),
        (&["ifMtu > 1500"], &[1, 11]),
        (&["ifMtu >= 1500", "ifMtu < 65536"], &[2, 11]),
        (&["ifIndex <= 10", "ifIndex > 1"], &[2, 10]),
        (&["ifDescr ~ Gi*"], &[2]),
        (&["ifDescr ~ '*core*'"], &[2]),
        (&["IF-MIB::ifDescr = lo"], &[1]),
        (&["ifPhysAddress = 00:1b:21:3C:9d:f8"], &[2]),
        (&["ifPhysAddress ~ 0:1b:*"], &[2]),
        (&["ifDescr = nothing"], &[]),
    ] {
        assert_eq!(rows(conditions), indexes, "{conditions:?}");
    }
    assert_eq!(
        device.column("ipAddressAddr", &["--where", "ipAddressAddrType = ipv4", "HOST", "ipAddressTable"]),
        ["192.0.2.9", "192.0.2.10"]
    );
    assert_eq!(device.column("1", &["--where", "1 > 9", "HOST", "1.3.6.1.4.1.99999.7"]), [10]);
}

#[test]
fn rows_are_put_in_order_by_numbers_as_numbers_and_rows_without_come_last() {
    let device = Device::start();
    let sorted =
        |key: &str| device.column("ifIndex", &["--sort", key, "--columns", "ifDescr", "HOST", "ifTable"]);
    assert_eq!(sorted("ifMtu"), [2, 11, 1, 10]);
    assert_eq!(sorted("-ifMtu"), [1, 11, 2, 10]);
    assert_eq!(sorted("-ifIndex"), [11, 10, 2, 1]);
    assert_eq!(sorted("ifDescr"), [11, 10, 2, 1]);
    let text = device.out(&["-CH", "--sort", "-ifMtu", "--columns", "ifMtu", "HOST", "ifTable"]);
    assert_eq!(text, " 65536\n  9000\n  1500\n");
}

#[test]
fn a_range_of_rows_is_typed_as_an_index_is_written() {
    let device = Device::start();
    let between = |from: &str, to: &str, table: &str, name: &str| {
        device.column(name, &["--rows-from", from, "--rows-to", to, "HOST", table])
    };
    assert_eq!(between("2", "10", "ifTable", "ifIndex"), [2, 10]);
    assert_eq!(between("3", "9", "ifTable", "ifIndex"), [0; 0]);
    assert_eq!(between("ipv4", "ipv4", "ipAddressTable", "ipAddressAddr"), ["192.0.2.9", "192.0.2.10"]);
    assert_eq!(between("2", "2", "ipAddressTable", "ipAddressAddr"), ["2001:db8::1"]);
}

#[test]
fn required_columns_are_fetched_and_not_printed() {
    let device = Device::start();
    let rows = device.objects(&["--columns", "ifDescr", "--require", "ifDescr", "HOST", "ifTable"]);
    assert_eq!(rows[0]["cells"], json!({"ifDescr": "lo"}));
    // Of two rows there is no ifPhysAddress: the device holds still, but a row without it may be half of one.
    let run = device.run(&[
        "-j",
        "--columns",
        "ifDescr",
        "--require",
        "ifMtu",
        "--max-iter",
        "3",
        "HOST",
        "ifTable",
    ]);
    let objects: Vec<Value> = run.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for object in &objects {
        schema::shipped().check(object).unwrap();
    }
    assert_eq!((run.status(), objects.len()), (1, 2), "{}", run.describe());
    assert_eq!((&objects[0]["code"], &objects[0]["tries"]), (&json!("inconsistent"), &json!(3)));
    let end = &objects[1];
    assert_eq!((&end["rows"], &end["consistent"], &end["restarts"]), (&json!(0), &json!(false), &json!(2)));
    let message = run.err();
    for part in ["3 tries", "3 times", "ifMtu missing in row 10", "--require", "--max-iter", "--best-effort"]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
    let fine = device.run(&["--fail", "--require-mask", "0x1f", "--max-iter", "1", "HOST", "ifTable"]);
    assert_eq!(fine.status(), 6, "{}", fine.describe());
    assert!(fine.out().is_empty());
}

#[test]
fn with_best_effort_torn_rows_are_marked_in_every_format_and_the_status_tells() {
    let device = Device::start();
    let words = [
        "--best-effort",
        "--require",
        "ifMtu",
        "--columns",
        "ifDescr,ifMtu",
        "--max-iter",
        "2",
        "HOST",
        "ifTable",
    ];
    let with = |format: &str| device.run(&[&["--format", format], &words[..]].concat());
    let rows: Vec<Value> =
        with("ndjson").out().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[2]["index"], json!({"ifIndex": 10}));
    assert_eq!((&rows[2]["complete"], &rows[2]["missing"]), (&json!(false), &json!(["ifMtu"])));
    assert_eq!((&rows[1]["complete"], rows[1].get("missing")), (&json!(true), None));
    assert_eq!(
        (&rows[4]["complete"], &rows[4]["consistent"], &rows[4]["tries"]),
        (&json!(false), &json!(false), &json!(2))
    );
    assert!(with("csv").out().contains(",10,0x307830306666,,false\r\n"), "{}", with("csv").describe());
    assert!(with("vertical").out().contains("-[ ifIndex 10 ]-[ torn ]"), "{}", with("vertical").describe());
    assert!(with("table").out().contains("┆ torn"), "{}", with("table").describe());
    let text = with("text");
    assert_eq!(text.status(), 1, "{}", text.describe());
    assert!(text.err().contains("row 10 is torn"), "{}", text.describe());
    assert_eq!(device.run(&[&["--fail"], &words[..]].concat()).status(), 6);
}

#[test]
fn a_table_without_rows_says_so_and_that_is_an_answer() {
    let device = Device::start();
    let run = device.run(&["HOST", "ifStackTable"]);
    assert_eq!(
        (run.status(), run.out().as_str()),
        (0, "IF-MIB::ifStackTable: No entries\n"),
        "{}",
        run.describe()
    );
    assert_eq!(device.run(&["--fail", "HOST", "ifStackTable"]).status(), 1);
    let objects = device.objects(&["HOST", "ifStackTable"]);
    assert_eq!((objects.len(), &objects[0]["rows"], &objects[0]["complete"]), (1, &json!(0), &json!(true)));
}

#[test]
fn on_a_terminal_nothing_of_an_agent_is_obeyed() {
    // Into a pipe the text goes as it is, and JSON, tables and vertical rows never have controls.
    let device = Device::start();
    for format in ["json", "ndjson", "table", "vertical", "csv"] {
        let run = device.run(&["--format", format, "HOST", "ifTable"]);
        assert!(!run.stdout.contains(&0x1b), "{}", run.describe());
    }
}
