//! `snmptable` with many agents, real ones on addresses of the loopback interface.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests of real programs live on the real clock")]

mod support;

#[path = "output_schema/mod.rs"]
mod schema;

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use serde_json::Value;
use snmpkit::agent::demo;
use support::{
    fake::FakeAgent,
    listed::{Listed, hosts, hosts_of, objects, served, silent, sorted},
    served::serve,
    tool::{Run, Tool},
};

const FORMATS: [&str; 6] = ["text", "table", "vertical", "csv", "json", "ndjson"];

/// Columns of the built-in device that hold still.
const STILL: &str = "ifDescr,ifType,ifMtu,ifPhysAddress";

fn tool() -> Tool {
    Tool::ours("snmptable").env("COLUMNS", "100").without("MIBS")
}

/// The plain run.
fn plain(host: &str, words: &[&str]) -> Run {
    let words: Vec<&str> = ["-v2c", "-c", "public"].iter().chain(words).copied().chain([host]).collect();
    // The table is the last word of the list's runs, and stands behind the agent here.
    let mut words = words;
    let table = words.len() - 2;
    let last = words.len() - 1;
    words.swap(table, last);
    tool().run(&words)
}

fn listed(lines: &str) -> Listed {
    let mut listed = Listed::new("snmptable", lines);
    listed.tool = listed.tool.env("COLUMNS", "100").without("MIBS");
    listed
}

/// JSON without what is another number each time.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\"elapsed_ms\":") {
        write!(out, "{before}\"elapsed_ms\":N").unwrap();
        rest = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    out + rest
}

/// Text, tables and lines by the agents that stand above them.
fn sections(text: &str, hosts: &[String]) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let host = line.strip_suffix(":\n").filter(|host| hosts.iter().any(|known| known == host));
        match host {
            Some(host) => {
                if let Some((_, before)) = sections.last_mut() {
                    assert_eq!(before.pop(), Some('\n'), "an empty line before {host}");
                }
                sections.push((host.to_owned(), String::new()));
            }
            None => sections.last_mut().unwrap_or_else(|| panic!("no agent above {line}")).1.push_str(line),
        }
    }
    sections
}

#[test]
fn one_agent_of_a_list_is_printed_as_without_a_list_with_its_name_above() {
    let port = served(&[]);
    let host = format!("127.0.0.1:{port}");
    let list = listed(&host);
    for options in [
        &["--columns", STILL][..],
        &["-v1", "--columns", STILL],
        &["-Cb", "-Ci", "--columns", STILL],
        &["-Cw", "40", "-Cl", "--columns", STILL],
        &["-CB", "-Cf", ";", "-CH", "--columns", STILL],
        &["--where", "ifMtu > 1500", "--sort", "-ifMtu", "--columns", STILL],
        &["--where", "ifMtu > 70000", "--columns", STILL],
        &["--join", "ifXTable", "--columns", "ifDescr,ifName,ifHighSpeed"],
        &["--rows-from", "3", "--rows-to", "10", "--best-effort", "--columns", STILL],
        &["--columns", "ifMtu,ifSpecific"],
    ] {
        for format in FORMATS {
            let words: Vec<&str> =
                ["--format", format].iter().chain(options).copied().chain(["ifTable"]).collect();
            let (alone, of_list) = (plain(&host, &words), list.run(&words));
            let about = format!("{}\n{}", alone.describe(), of_list.describe());
            assert_eq!(of_list.status(), alone.status(), "{about}");
            let own = without_times(&alone.out());
            let title = if matches!(format, "text" | "table" | "vertical") {
                format!("{host}:\n")
            } else {
                String::new()
            };
            assert_eq!(without_times(&of_list.out()), format!("{title}{own}"), "{about}");
            let said: Vec<String> = alone.err().lines().map(|line| format!("{host}: {line}")).collect();
            assert_eq!(of_list.err().lines().collect::<Vec<_>>(), said, "{about}");
        }
    }
}

#[test]
fn tables_come_whole_and_in_order_from_agents_of_all_versions() {
    let slow = served(&["delay=0ms..40ms"]);
    let hosts = hosts(slow, 24);
    let user =
        demo::user::USERS.iter().find(|user| user.protection.is_some_and(|(_, privacy)| privacy.is_none()));
    let user = user.unwrap();
    let (auth, _) = user.protection.unwrap();
    let mut lines = String::new();
    for (n, host) in hosts.iter().enumerate() {
        let options = match n % 3 {
            0 => "-v1".to_owned(),
            1 => String::new(),
            _ => format!(
                "-v3 -u {} -l authNoPriv -a {} -A '{}'",
                user.name,
                auth.name(),
                demo::user::AUTH_PASSPHRASE
            ),
        };
        // Those with a source address of their own have sessions of their own, which are at work side by side.
        let source = if n % 2 == 0 { "-s 127.0.0.1" } else { "" };
        writeln!(lines, "{host} {options} {source}").unwrap();
    }
    let list = listed(&lines);
    for format in FORMATS {
        let words = ["--ordered", "--format", format, "--columns", STILL, "ifTable"];
        let ordered = list.run(&words);
        let free = list.run(&words[1..]);
        for run in [&ordered, &free] {
            assert_eq!((run.status(), run.err().as_str()), (0, ""), "{}", run.describe());
        }
        let order = |text: &str| -> Vec<String> {
            let mut order: Vec<String> = match format {
                "csv" => {
                    let mut lines = text.lines();
                    assert_eq!(lines.next(), Some("host,ifIndex,ifDescr,ifType,ifMtu,ifPhysAddress"));
                    let rows: Vec<String> =
                        lines.map(|line| line.split_once(',').unwrap().0.to_owned()).collect();
                    assert!(!rows.contains(&"host".to_owned()), "one header for all");
                    rows
                }
                "json" => serde_json::Deserializer::from_str(text)
                    .into_iter::<Value>()
                    .map(|document| {
                        let document = document.unwrap();
                        assert_eq!(document["rows"].as_array().unwrap().len(), 7);
                        document["host"].as_str().unwrap().to_owned()
                    })
                    .collect(),
                "ndjson" => {
                    let objects = objects(text);
                    let schema = schema::shipped();
                    for object in &objects {
                        schema.check(object).unwrap();
                    }
                    objects.iter().map(|object| object["host"].as_str().unwrap().to_owned()).collect()
                }
                _ => sections(text, &hosts).into_iter().map(|(host, _)| host).collect(),
            };
            order.dedup();
            order
        };
        assert_eq!(order(&ordered.out()), hosts, "{format}");
        // None comes twice: the rows of each stand together all the same.
        assert_eq!(sorted(order(&free.out())), sorted(hosts.clone()), "{format}");
        if matches!(format, "text" | "table" | "vertical") {
            let own = plain(&hosts[1], &["--format", format, "--columns", STILL, "ifTable"]).out();
            for (host, section) in sections(&ordered.out(), &hosts) {
                assert_eq!(section, own, "{host}");
            }
        }
    }
}

#[test]
fn what_fails_ends_no_other_table_and_is_told_and_counted() {
    let good = served(&[]);
    let refuses = FakeAgent::always(5, 1, Vec::new());
    let (_silent, dead) = silent();
    let living = hosts(good, 20);
    let failing = [
        format!("127.3.0.1:{dead}"),
        "unix:/nonexistent/socket".to_owned(),
        "nobody.invalid".to_owned(),
        refuses.address().to_owned(),
    ];
    let mut lines = living.join("\n");
    writeln!(lines, "\n{} -r0 -t0.2", failing[0]).unwrap();
    lines += &failing[1..].join("\n");
    let list = listed(&lines);
    let words = ["--fail", "--columns", STILL, "ifTable"];
    let text = list.run(&words);
    assert_eq!(text.status(), 6, "{}", text.describe());
    let told: Vec<String> = sections(&text.out(), &living).into_iter().map(|(host, _)| host).collect();
    assert_eq!(sorted(told), sorted(living.clone()));
    let summary = text.err().lines().last().unwrap().to_owned();
    assert!(summary.starts_with("snmptable: 4 of 24 agents failed: "), "{summary}");
    for host in &failing {
        assert!(text.err().lines().any(|line| line.starts_with(&format!("{host}: "))), "{}", text.describe());
    }
    let stream = list.run(&["-j", "--fail", "--columns", STILL, "ifTable"]);
    assert_eq!(stream.status(), 6);
    let found = objects(&stream.out());
    let schema = schema::shipped();
    for object in &found {
        schema.check(object).unwrap();
    }
    let all: Vec<String> = living.iter().chain(&failing).cloned().collect();
    assert_eq!(sorted(hosts_of(&found, "end")), sorted(all));
    assert_eq!(sorted(hosts_of(&found, "error")), sorted(failing.to_vec()));
    let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
    for object in &found {
        let host = object["host"].as_str().unwrap();
        match object["kind"].as_str().unwrap() {
            "row" => *rows.entry(host).or_default() += 1,
            "end" => {
                assert_eq!(object["rows"], rows.get(host).copied().unwrap_or(0), "{host}");
                assert_eq!(object["complete"], living.iter().any(|known| known == host), "{host}");
            }
            _ => {}
        }
    }
    let csv = list.run(&["--format", "csv", "--columns", STILL, "ifTable"]).out();
    assert_eq!(csv.lines().count(), 1 + 20 * 7, "{csv}");
    // All that can be said where all fail alike; nothing but the header is printed.
    let dead = listed(&format!("{} -r0 -t0.1", failing[0]));
    assert_eq!(dead.run(&words).status(), 3);
    let run = dead.run(&["--format", "csv", "--columns", "ifMtu", "ifTable"]);
    assert_eq!((run.status(), run.out().as_str()), (1, "host,ifIndex,ifMtu\r\n"), "{}", run.describe());
}

/// A table that no MIB knows, with these columns, each of two rows.
fn unknown(columns: &[u32]) -> FakeAgent {
    let cell = |column: u32, row: u32| (vec![1, 3, 6, 1, 4, 1, 99_999, 7, 1, column, row], (2, vec![5]));
    let cells = columns.iter().flat_map(|column| [cell(*column, 1), cell(*column, 2)]);
    serve(cells.collect())
}

#[test]
fn a_table_that_no_mib_knows_has_the_columns_of_each_agent_and_none_of_its_own_in_csv() {
    const TABLE: &str = "1.3.6.1.4.1.99999.7";
    let (one, two) = (unknown(&[1, 2]), unknown(&[2, 9]));
    let list = listed(&format!("{}\n{}\n", one.address(), two.address()));
    let found = objects(&list.run(&["-CB", "-j", "--ordered", TABLE]).out());
    let columns: Vec<Vec<String>> = found
        .iter()
        .filter(|object| object["kind"] == "row")
        .map(|row| row["cells"].as_object().unwrap().keys().cloned().collect())
        .collect();
    let expected = [["1", "2"], ["1", "2"], ["2", "9"], ["2", "9"]];
    assert_eq!(columns, expected.map(|keys| keys.map(str::to_owned).to_vec()));
    let text = list.run(&["-CB", "--ordered", "-Cf", ",", TABLE]).out();
    assert!(text.contains("\n1,2\n") && text.contains("\n2,9\n"), "{text}");
    // CSV has one header for all: it has to be said what is in it.
    let run = list.run(&["--format", "csv", TABLE]);
    assert_eq!((run.status(), run.out().as_str()), (1, ""));
    assert!(run.err().contains("--columns"), "{}", run.err());
    assert_eq!(
        (one.seen() > 0, plain(one.address(), &["-CB", "--format", "csv", TABLE]).status()),
        (true, 0)
    );
    let run = list.run(&["-CB", "--format", "csv", "--ordered", "--columns", "1,9,2", TABLE]);
    let lines: Vec<String> = run
        .out()
        .lines()
        .map(|line| {
            line.rsplit_once(':').map_or(line, |(_, rest)| rest.split_once(',').unwrap().1).to_owned()
        })
        .collect();
    assert_eq!(lines, ["host,index,1,9,2", "1,5,,5", "2,5,,5", "1,,5,5", "2,,5,5"], "{}", run.describe());
}

#[test]
fn the_deadline_leaves_tables_that_are_whole_and_at_any_price_the_rows_that_are() {
    let (good, slow) = (served(&[]), served(&["delay=400ms"]));
    let mut lines = hosts(good, 5);
    let late: Vec<String> = hosts(slow, 3);
    lines.extend(late.clone());
    let list = listed(&lines.join("\n"));
    // Row by row, so that some have come by then.
    let words = ["-CB", "-t", "9", "--deadline", "1.8", "--fail", "-j", "--columns", STILL];
    let run = list.run(&[&words[..], &["ifTable"]].concat());
    assert_eq!(run.status(), 6, "{}", run.describe());
    assert!(run.elapsed < Duration::from_secs(9), "{}", run.describe());
    let found = objects(&run.out());
    assert_eq!(sorted(hosts_of(&found, "end")), sorted(lines.clone()));
    assert_eq!(sorted(hosts_of(&found, "error")), sorted(late.clone()));
    assert_eq!(hosts_of(&found, "row").len(), 5 * 7, "no row of a table that is not whole");
    let told = "snmptable: the deadline of 1.8 s has passed\nsnmptable: nothing is printed of a table before all of it was \
                read; --best-effort prints the rows that were\nsnmptable: 3 of 8 agents failed: 3 deadline\n";
    assert_eq!(run.err(), told);
    let run = list.run(&[&words[..], &["--best-effort", "ifTable"]].concat());
    assert_eq!(run.status(), 6, "{}", run.describe());
    let found = objects(&run.out());
    for host in &late {
        let rows: Vec<&Value> =
            found.iter().filter(|object| object["kind"] == "row" && object["host"] == **host).collect();
        assert!((1..7).contains(&rows.len()), "{}", run.describe());
        assert!(
            rows.iter().all(|row| row["complete"] == true && row["cells"].as_object().unwrap().len() == 4)
        );
        let end = found.iter().find(|object| object["kind"] == "end" && object["host"] == **host).unwrap();
        assert_eq!(
            (&end["reason"], &end["complete"], &end["consistent"], &end["rows"]),
            (&"deadline".into(), &false.into(), &false.into(), &rows.len().into())
        );
    }
    assert!(
        run.err().contains("\nsnmptable: rows that were not read by then are missing\n"),
        "{}",
        run.err()
    );
    // The same of one agent, and in text.
    let alone = |words: &[&str]| {
        plain(&late[0], &[&["-CB", "-t", "9", "--deadline", "1.8", "--fail"], words, &["ifTable"]].concat())
    };
    let run = alone(&["--columns", STILL]);
    assert_eq!((run.status(), run.out().as_str()), (3, ""), "{}", run.describe());
    assert!(run.err().ends_with("--best-effort prints the rows that were\n"), "{}", run.err());
    let run = alone(&["--columns", STILL, "--best-effort"]);
    assert_eq!(run.status(), 6, "{}", run.describe());
    assert!((4..10).contains(&run.out().lines().count()), "{}", run.describe());
}

#[test]
fn options_that_make_no_sense_of_many_agents_are_refused() {
    let (_silent, dead) = silent();
    let list = listed(&format!("127.0.0.1:{dead}"));
    let run = list.run(&["-Ch", "ifTable"]);
    assert_eq!((run.status(), run.out().as_str()), (1, ""));
    assert!(run.err().starts_with("-Ch asks no agent"), "{}", run.err());
    let run = list.run(&["127.0.0.1", "ifTable"]);
    assert!(run.err().contains("Must have exactly one table name"), "{}", run.err());
    for (options, refused) in [(&["-v1"][..], false), (&[], true), (&["-CB"], false)] {
        let words: Vec<&str> =
            ["-Cr", "-3", "-r0", "-t0.1"].iter().chain(options).copied().chain(["ifTable"]).collect();
        let run = list.run(&words);
        assert_eq!(run.err().contains("Bad value for max-repetitions"), refused, "{}", run.describe());
    }
}

#[test]
fn a_list_that_waits_for_its_first_agent_is_printed_in_order_when_that_one_is_given_up() {
    let good = served(&[]);
    let (_silent, dead) = silent();
    let mut lines = vec![format!("127.4.0.1:{dead} -r0 -t 1")];
    lines.extend(hosts(good, 60));
    let run =
        listed(&lines.join("\n")).run(&["-j", "--ordered", "--jobs", "20", "--columns", STILL, "ifTable"]);
    let found = objects(&run.out());
    let ends = hosts_of(&found, "end");
    assert_eq!(ends.len(), 61);
    assert_eq!(ends[0], format!("127.4.0.1:{dead}"));
    assert_eq!(ends[1..], hosts(good, 60));
    assert_eq!(hosts_of(&found, "row").len(), 60 * 7);
}
