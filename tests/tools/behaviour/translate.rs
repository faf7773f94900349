//! snmptranslate, as an operator and as a program use it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::Stdio,
};

use serde_json::Value;

use crate::support::tool::{Run, Tool};

const NAME: &str = "snmptranslate";

/// The program with all names that are built in.
fn tool() -> Tool {
    Tool::ours(NAME).without("MIBS")
}

fn run(words: &[&str]) -> Run {
    tool().run(words)
}

fn out(run: &Run) -> String {
    String::from_utf8(run.stdout.clone()).unwrap()
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let tool = tool();
    for words in [&["-Tp"][..], &["-Tlosz"], &["-Ta"], &["-j", "-To"]] {
        let mut command = tool.command(words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.next().is_some());
        drop(lines);
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[test]
fn the_filter_gives_each_line_back_before_it_waits_for_the_next() {
    let tool = tool();
    let mut command = tool.command(&["-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for (line, expected) in [
        (".1.3.6.1.2.1.2.2.1.2.3 = STRING: \"x\"", "IF-MIB::ifDescr.3 = STRING: \"x\""),
        ("nothing to translate", "nothing to translate"),
        ("1.3.6.1.2.1.1.6.0", "SNMPv2-MIB::sysLocation.0"),
    ] {
        writeln!(stdin, "{line}").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), expected);
    }
    drop(stdin);
    assert!(lines.next().is_none());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_filter_keeps_long_lines_and_octets_that_are_no_text() {
    let mut input = b".1.3.6.1.2.1.1.1.0 ".to_vec();
    input.extend(std::iter::repeat_n(b'x', 3_000_000));
    input.extend_from_slice(b"\n\xff\x00.1 y\n.1.3.6.1.2.1.1.5.0");
    let run = tool().stdin(&input).run(&["-"]);
    let mut expected = b"SNMPv2-MIB::sysDescr.0 ".to_vec();
    expected.extend(std::iter::repeat_n(b'x', 3_000_000));
    expected.extend_from_slice(b"\n\xff\x00.1 y\nSNMPv2-MIB::sysName.0\n");
    assert!(run.stdout == expected && run.status() == 0, "{} octets", run.stdout.len());
}

#[test]
fn a_document_says_what_is_known_and_what_is_not() {
    let run = run(&["--format", "json", "IF-MIB::ifDescr.1", "noSuchThing", "IF-MIB::ifTable"]);
    assert_eq!(run.status(), 2, "{}", run.describe());
    assert_eq!(
        run.err(),
        "noSuchThing: Unknown Object Identifier (Sub-id not found: (top) -> noSuchThing)\n"
    );
    let document: Value = serde_json::from_slice(&run.stdout).unwrap();
    let objects = document["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 2, "a name that nobody knows does not end it");
    assert_eq!(objects[0]["index"]["ifIndex"], 1);
    assert_eq!(objects[1]["columns"].as_array().unwrap().len(), 22);
    assert_eq!(document["errors"][0]["code"], "usage");
}

#[test]
fn programs_are_told_what_a_word_may_have_been_meant_to_be_and_pipes_are_not() {
    for (word, hint) in [
        ("ifDescr", Some("did you mean IF-MIB::ifDescr? Names without their module are found with -IR")),
        ("ifDescr.7", Some("did you mean IF-MIB::ifDescr.7? Names without their module are found with -IR")),
        ("ifDecsr", Some("did you mean IF-MIB::ifDescr?")),
        ("IF-MIB::ifDecsr.1", Some("did you mean IF-MIB::ifDescr?")),
        ("IF-MBI::ifDescr", Some("did you mean IF-MIB?")),
        ("zzqqzzqqz", None),
    ] {
        let run = run(&["-Ln", "-j", word]);
        let error: Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(error["hint"].as_str(), hint, "{word}");
        assert_eq!(run.err(), "", "{word}");
        assert!(!tool().run(&[word]).err().contains("did you mean"), "{word}");
    }
}

#[test]
fn warnings_say_which_of_several_names_was_taken() {
    let run = run(&["-Pw", "-Ib", "ifDesc"]);
    assert_eq!(run.err(), "ifDesc: no name; taken as a pattern for IF-MIB::ifDescr\n");
    assert_eq!(out(&run), "IF-MIB::ifDescr\n");
}

#[test]
fn everything_below_an_object_is_a_line_each() {
    let run = run(&["-j", "-Tp", "IF-MIB::ifStackTable"]);
    let names: Vec<String> = out(&run)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["name"].as_str().unwrap().to_owned())
        .collect();
    let expected =
        ["ifStackTable", "ifStackEntry", "ifStackHigherLayer", "ifStackLowerLayer", "ifStackStatus"];
    assert_eq!(names, expected.map(|name| format!("IF-MIB::{name}")));
}

#[test]
fn csv_and_tables_tell_of_a_table_by_its_columns() {
    let csv = run(&["--format", "csv", "IF-MIB::ifStackTable"]);
    assert_eq!(out(&csv).lines().count(), 4);
    assert!(out(&csv).contains("\r\n1.3.6.1.2.1.31.1.2.1.3,IF-MIB::ifStackStatus,OBJECT-TYPE,column,Integer32,RowStatus,read-create,current,,,IF-MIB::ifStackHigherLayer IF-MIB::ifStackLowerLayer,"), "{}", out(&csv));
    let table = run(&["--format", "table", "IF-MIB::ifStackEntry"]);
    assert!(out(&table).contains("│ 3 ┆ ifStackStatus      ┆ RowStatus"), "{}", out(&table));
}

#[test]
fn statuses_are_net_snmps_unless_finer_ones_are_asked_for() {
    for (words, status, fine) in [
        (&["1.3.6"][..], 0, 0),
        (&["noSuchThing"], 2, 1),
        (&["-IR", "noSuchThing"], 2, 1),
        (&["-TB", "noSuchThing"], 1, 1),
        (&["-TB", "["], 1, 1),
        (&["-Tp", "9.9"], 1, 1),
        (&["-Tx", "1.3"], 1, 5),
        (&[], 1, 5),
        (&["-h"], 1, 1),
        (&["-V"], 0, 0),
        (&["--format-schema"], 0, 0),
    ] {
        assert_eq!(run(words).status(), status, "{words:?}");
        let words: Vec<&str> = ["--fail"].into_iter().chain(words.iter().copied()).collect();
        assert_eq!(run(&words).status(), fine, "{words:?}");
    }
}

#[test]
fn thousands_of_names_come_in_their_order() {
    let words: Vec<String> = (1..=5_000).map(|n| format!("1.3.6.1.2.1.2.2.1.2.{n}")).collect();
    let run = tool().run(&words);
    let expected: Vec<String> = (1..=5_000).map(|n| format!("IF-MIB::ifDescr.{n}\n")).collect();
    assert!(out(&run) == expected.join("\n"));
}

#[test]
fn output_that_nobody_can_take_is_told() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let tool = tool();
    let mut command = tool.command(&["-Tp"]);
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said, "snmptranslate: cannot write to standard output: No space left on device\n");
}
