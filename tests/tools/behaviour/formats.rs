//! Every format of every tool, read by other programs than ours.

use serde_json::Value;

use super::{Agent, SYS_NAME, TOOLS, objects, run, run_at};
use crate::support::{
    SilentPort,
    fake::{FakeAgent, binding},
    tool::{Run, Tool},
};

fn with_format(format: &[&str], tool: &str, words: &[&str]) -> Run {
    run(tool, &[format, &["demo::"], words].concat())
}

/// What `snmpget -On` and the like print, without the types.
fn names(run: &Run) -> Vec<String> {
    let out = run.out();
    out.lines().map(|line| line.split(' ').next().unwrap().trim_start_matches('.').to_owned()).collect()
}

#[test]
fn every_tool_has_every_format_with_the_same_objects() {
    for (tool, words) in TOOLS {
        let text = with_format(&["-On"], tool, words);
        assert_eq!(text.status(), 0, "{}", text.describe());
        let expected = names(&text);
        assert!(!expected.is_empty(), "{}", text.describe());

        for format in [&["-j"][..], &["--json"], &["--format", "ndjson"], &["--format=ndjson"]] {
            let ended = with_format(format, tool, words);
            let all = objects(&ended);
            let (end, bindings) = all.split_last().unwrap();
            assert_eq!(end["kind"], "end", "{}", ended.describe());
            assert_eq!((&end["complete"], &end["host"]), (&true.into(), &"demo::".into()));
            assert_eq!(end["varbinds"], bindings.len());
            let found: Vec<_> = bindings.iter().map(|one| one["oid"].as_str().unwrap()).collect();
            assert_eq!(found, expected, "{}", ended.describe());
            assert!(bindings.iter().all(|one| one["kind"] == "varbind" && one["host"] == "demo::"));
            assert_eq!((ended.status(), ended.err()), (0, String::new()));
        }

        let ended = with_format(&["--format", "json"], tool, words);
        let document: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let found: Vec<_> =
            document["varbinds"].as_array().unwrap().iter().map(|one| one["oid"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{}", ended.describe());
        assert_eq!((&document["host"], &document["end"]["kind"]), (&"demo::".into(), &"end".into()));
        assert_eq!(document["errors"], Value::Array(Vec::new()));

        let ended = with_format(&["--format", "csv"], tool, words);
        let mut table = csv::Reader::from_reader(ended.stdout.as_slice());
        assert_eq!(
            table.headers().unwrap().iter().take(4).collect::<Vec<_>>(),
            ["host", "oid", "type", "value"]
        );
        let found: Vec<String> = table.records().map(|row| row.unwrap()[1].to_owned()).collect();
        assert_eq!(found, expected, "{}", ended.describe());

        let ended = with_format(&["--format", "table", "-On"], tool, words);
        for name in &expected {
            assert!(ended.out().contains(&format!(" .{name} ")), "{}", ended.describe());
        }
    }
}

/// Runs the words with `-j`; there is one error object, and the last object is an end that is not complete.
fn one_error(status: i32, tool: &str, words: &[&str]) -> Value {
    let ended = run(tool, &[&["-j"], words].concat());
    assert_eq!(ended.status(), status, "{}", ended.describe());
    let all = objects(&ended);
    let (end, before) = all.split_last().unwrap();
    assert_eq!(
        (&end["kind"], &end["complete"], &end["reason"]),
        (&"end".into(), &false.into(), &"error".into())
    );
    let mut errors = before.iter().filter(|object| object["kind"] == "error");
    let error = errors.next().unwrap_or_else(|| panic!("{}", ended.describe()));
    assert!(errors.next().is_none(), "{}", ended.describe());
    assert_eq!(error["host"], end["host"]);
    assert!(!ended.out().contains("s3cret") && !ended.err().contains("s3cret"), "{}", ended.describe());
    error.clone()
}

#[test]
fn every_failure_is_an_object_in_the_stream() {
    let silent = SilentPort::open();
    let host = format!("s3cret@{}", silent.address());
    for (tool, words) in TOOLS {
        let error = one_error(1, tool, &[&["-t0.1", "-r2", host.as_str()], words].concat());
        assert_eq!((&error["code"], &error["tries"]), (&"timeout".into(), &3.into()), "{tool}");
        assert_eq!(error["host"], silent.address().as_str());
        assert!(error["elapsed_ms"].as_u64().unwrap() >= 300, "{error}");

        let error = one_error(1, tool, &[&["s3cret@nosuchhost.invalid"], words].concat());
        assert_eq!((&error["code"], &error["host"]), (&"resolve".into(), &"nosuchhost.invalid".into()));
        let error = one_error(1, tool, &[&["tcp::s3cret@127.0.0.1:1"], words].concat());
        assert_eq!((&error["code"], &error["host"]), (&"refused".into(), &"tcp::127.0.0.1:1".into()));
    }
    let refused = Agent::start(&["demo", "--quirk", "port-unreachable"]);
    assert_eq!(one_error(1, "snmpget", &["-t0.2", refused.address(), SYS_NAME])["code"], "refused");

    let error = one_error(2, "snmpset", &["demo::", "1.3.6.1.2.1.1.1.0", "s", "x"]);
    assert_eq!((&error["code"], &error["oid"]), (&"agent.notWritable".into(), &"1.3.6.1.2.1.1.1.0".into()));
    let error = one_error(2, "snmpget", &["-v1", "demo::", SYS_NAME, "1.3.6.1.99.1"]);
    assert_eq!((&error["code"], &error["oid"]), (&"agent.noSuchName".into(), &"1.3.6.1.99.1".into()));
    let big = Agent::start(&["demo", "--quirk", "error=tooBig"]);
    assert_eq!(one_error(2, "snmpget", &[big.address(), SYS_NAME])["code"], "too-big");

    let same = FakeAgent::always(0, 0, binding("1.3.6.1.4.1.99999.1.0", 0x02, &[7]));
    for tool in ["snmpwalk", "snmpbulkwalk"] {
        let error = one_error(1, tool, &[same.address(), "1.3.6.1.4.1.99999"]);
        assert_eq!(
            (&error["code"], &error["oid"]),
            (&"not-increasing".into(), &"1.3.6.1.4.1.99999.1.0".into())
        );
    }
    let garbage = FakeAgent::start(|_| vec![b"not BER at all".to_vec()]);
    let error = one_error(1, "snmpget", &["-t0.1", "-r0", garbage.address(), SYS_NAME]);
    assert_eq!(error["code"], "decode");
}

#[test]
fn a_walk_says_how_it_ended() {
    let reason = |line: &str| {
        let ended = run_at("demo::", line);
        let end = objects(&ended).pop().unwrap();
        assert_eq!(end["complete"], true, "{}", ended.describe());
        end["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason("snmpwalk -j {} 1.3.6.1.2.1.1"), "end-of-subtree");
    assert_eq!(reason("snmpwalk -j {} 1.3.6.1.99"), "end-of-mib");
    assert_eq!(reason("snmpwalk -j -v1 {} 1.3.6.1.99"), "end-of-mib");
    assert_eq!(reason("snmpwalk -j -CE 1.3.6.1.2.1.1.3 {} 1.3.6.1.2.1.1"), "end-oid");
    assert_eq!(reason("snmpbulkwalk -j {} 1.3.6.1.2.1.1"), "end-of-subtree");
    assert_eq!(reason("snmpget -j {} 1.3.6.1.2.1.1.1.0"), "answered");
}

#[test]
fn the_schema_is_printed_without_anything_else() {
    for (tool, _) in TOOLS {
        let ended = run(tool, &["--format-schema"]);
        assert_eq!((ended.status(), ended.err()), (0, String::new()));
        let schema: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{tool}");
    }
}

/// What `--show-target` has to say.
const TARGETS: &[(&str, &str)] = &[
    (
        "somehost",
        r#"{"transport":"udp","host":"somehost","port":"snmp","read_community":"public","write_community":"private"}"#,
    ),
    (
        "public@bla@server.com",
        r#"{"transport":"udp","host":"server.com","port":"snmp","read_community":"public@bla","write_community":"public@bla"}"#,
    ),
    (
        "somehost:foo:10007",
        r#"{"transport":"udp","host":"somehost:foo","port":"10007","read_community":"public","write_community":"private"}"#,
    ),
    (
        "udp6::public@[fe80::1%eth0]:snmp",
        r#"{"transport":"udp6","host":"fe80::1%eth0","port":"snmp","read_community":"public","write_community":"public"}"#,
    ),
    (
        "tcp::router1",
        r#"{"transport":"tcp","host":"router1","port":"snmp","read_community":"public","write_community":"private"}"#,
    ),
    (
        "tcp:router1:99",
        r#"{"transport":"tcp","host":"router1","port":"99","read_community":"public","write_community":"private"}"#,
    ),
    (
        "/var/run/snmpd.sock",
        r#"{"transport":"dgram","path":"/var/run/snmpd.sock","read_community":"public","write_community":"private"}"#,
    ),
    (
        "stream::ops@/var/run/snmpd.sock",
        r#"{"transport":"stream","path":"/var/run/snmpd.sock","read_community":"ops","write_community":"ops"}"#,
    ),
    (
        "",
        r#"{"transport":"udp","host":"localhost","port":"snmp","read_community":"public","write_community":"private"}"#,
    ),
    ("demo::", r#"{"transport":"demo","read_community":"public","write_community":"private"}"#),
];

#[test]
fn show_target_prints_what_was_understood() {
    for (at, (tool, _)) in TOOLS.into_iter().enumerate() {
        // One tool takes them all, the others two each.
        for (target, expected) in TARGETS.iter().skip(at).step_by(if at == 0 { 1 } else { 5 }) {
            let ended = run(tool, &["--show-target", target]);
            assert_eq!((ended.status(), ended.out()), (0, format!("{expected}\n")), "{}", ended.describe());
            assert_eq!(ended.err(), "", "{}", ended.describe());
        }
    }
    let ended = run("snmpget", &["--show-target", "-c", "cmdline", "spec@host:1"]);
    assert!(
        ended.out().contains(r#""read_community":"cmdline","write_community":"cmdline""#),
        "{}",
        ended.out()
    );
    let ended = run("snmpget", &["--show-target", "foo::host"]);
    assert_eq!(
        (ended.status(), ended.out(), ended.err()),
        (1, String::new(), "snmpget: unknown transport specifier 'foo'\n".to_owned())
    );
}

#[test]
fn a_table_fits_its_width() {
    for width in [40_usize, 60, 80, 132] {
        let tool = Tool::ours("snmpwalk").env("COLUMNS", &width.to_string());
        let ended = tool.run(&["--format", "table", "demo::", "1.3.6.1.2.1"]);
        assert_eq!(ended.status(), 0, "{}", ended.describe());
        let widest = ended.out().lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width, "{widest} of {width}\n{}", ended.describe());
        if width >= 60 {
            assert!(ended.out().contains(" ObjectIdentifier "), "{width}\n{}", ended.describe());
        }
    }
}
