//! Bad input of every sort: one clear line, the documented status, and nothing on standard output.

use std::fs;

use super::{SYS_NAME, TOOLS, assert_no_panic, file, run};
use crate::support::tool::{Run, Tool};

/// Nothing on standard output, no panic, and standard error is these lines; `said` is one of them, or a part of one
/// when it ends in `…`.
fn refused(run: &Run, status: i32, lines: usize, said: &str) {
    assert_eq!(run.status(), status, "{}", run.describe());
    assert!(run.stdout.is_empty(), "{}", run.describe());
    assert_no_panic(run);
    assert_eq!(run.err().lines().count(), lines, "{}", run.describe());
    let first = run.err().lines().next().unwrap_or_default().to_owned();
    match said.strip_suffix('…') {
        Some(beginning) => assert!(first.starts_with(beginning), "{beginning}\n{}", run.describe()),
        None => assert_eq!(first, said, "{}", run.describe()),
    }
}

/// Mistakes that the usage explains: the usage is the second line.
const EXPLAINED: &[(&str, &str)] = &[
    ("-Q", "snmpget: invalid option -- 'Q'"),
    ("-v4", "Invalid version specified after -v flag: 4"),
    ("-t", "snmpget: option requires an argument -- 't'"),
    ("-t x", "Invalid timeout in seconds after -t flag."),
    ("-r x", "Invalid number of retries after -r flag."),
    ("-Oz", "Unknown output option passed to -O: z."),
    ("-LE", "-L needs a priority with this letter: 0 to 7, or one of ! a c e w n i d"),
    (
        "--deadline 0",
        "invalid value '0' for '--deadline <SECONDS>': a deadline is a number of seconds above 0",
    ),
    (
        "--deadline abc",
        "invalid value 'abc' for '--deadline <SECONDS>': a deadline is a number of seconds above 0",
    ),
    (
        "--deadline -1",
        "invalid value '-1' for '--deadline <SECONDS>': a deadline is a number of seconds above 0",
    ),
    (
        "--format xyz",
        "invalid value 'xyz' for '--format <NAME>' [possible values: text, json, ndjson, csv, table]",
    ),
    ("--format", "--format needs a value"),
    ("--backoff -1", "invalid value '-1' for '--backoff <FACTOR>': a factor is a number from 1"),
    ("--backoff 0.5", "invalid value '0.5' for '--backoff <FACTOR>': a factor is a number from 1"),
];

#[test]
fn a_wrong_option_gets_one_line_and_the_usage() {
    for (words, said) in EXPLAINED {
        let mut all: Vec<&str> = vec!["demo::", SYS_NAME];
        all.extend(words.split(' '));
        let ended = run("snmpget", &all);
        refused(&ended, 1, 2, said);
        let usage = "usage: snmpget [OPTIONS] AGENT OID...   (snmpget --help explains them)";
        assert_eq!(ended.err().lines().nth(1), Some(usage), "{}", ended.describe());
        all.push("--fail");
        // The option that needs a value and has none would take the word.
        if !matches!(*words, "-t" | "--format") {
            assert_eq!(run("snmpget", &all).status(), 5, "{words}");
        }
    }
}

/// The agent, and what is said of it.
const AGENTS: &[(&str, &str)] = &[
    ("foo::host", "snmpget: unknown transport specifier 'foo'"),
    ("::host", "snmpget: empty transport specifier"),
    ("udp6::[::g]", "snmpget: bad IPv6 address '::g'"),
    (
        "[fe80::1%nosuchif0]",
        "snmpget: Unknown host ([fe80::1%nosuchif0]) (no network interface 'nosuchif0' for fe80::1)",
    ),
    ("[::1]x", "snmpget: junk at end of server specification 'x'"),
    ("demo::x", "snmpget: junk at end of server specification 'x'"),
    ("host:", "snmpget: empty port name"),
    ("localhost:0", "snmpget: bad port number '0', a port is 1 to 65535"),
    ("localhost:65536", "snmpget: bad port number '65536', a port is 1 to 65535"),
    ("localhost:nosuchservice", "snmpget: unknown service 'nosuchservice' for udp, give the port's number"),
    ("nosuchhost.invalid", "snmpget: Unknown host (nosuchhost.invalid) (…"),
    ("secret@nosuchhost.invalid", "snmpget: Unknown host (nosuchhost.invalid) (…"),
    ("dgram::/nosuch/agent", "snmpget: Unknown host (dgram::/nosuch/agent) (No such file or directory)"),
    ("/nosuch/agent", "snmpget: Unknown host (/nosuch/agent) (No such file or directory)"),
    ("unix:/nosuch/agent", "snmpget: Unknown host (unix:/nosuch/agent) (No such file or directory)"),
    ("tcp:127.0.0.1:1", "snmpget: Unknown host (tcp:127.0.0.1:1) (Connection refused)"),
];

#[test]
fn an_agent_that_cannot_be_gets_one_line() {
    for (agent, said) in AGENTS {
        refused(&run("snmpget", &[agent, SYS_NAME]), 1, 1, said);
    }
    let long = "x".repeat(5_000);
    refused(&run("snmpget", &[&long, SYS_NAME]), 1, 1, "snmpget: …");
    let path = format!("/{long}");
    refused(&run("snmpget", &[&path, SYS_NAME]), 1, 1, "snmpget: …");
}

/// The source address, and what is said of it.
const SOURCES: &[(&str, &str)] = &[
    ("junk", "snmpget: bad source address 'junk', write …"),
    ("127.0.0.1:x", "snmpget: bad source address '127.0.0.1:x', write …"),
    ("[::1]", "snmpget: source address '[::1]' does not fit transport udp, which needs an IPv4 address"),
    ("/tmp/x", "snmpget: source address '/tmp/x' does not fit transport udp, which needs an IPv4 address"),
    ("192.0.2.77", "snmpget: bind 192.0.2.77:0: Cannot assign requested address"),
];

#[test]
fn a_source_address_that_cannot_be_gets_one_line() {
    for (source, said) in SOURCES {
        refused(&run("snmpget", &["-s", source, "127.0.0.1:9", SYS_NAME]), 1, 1, said);
        let long = format!("--clientaddr={source}");
        refused(&run("snmpget", &[&long, "127.0.0.1:9", SYS_NAME]), 1, 1, said);
    }
}

#[test]
fn a_community_file_that_cannot_be_used_gets_one_line() {
    let (_empty_directory, empty) = file("empty", b"");
    let (_blank_directory, blank) = file("blank", b"\npublic\n");
    let directory = tempfile::tempdir().unwrap();
    for (path, said) in [
        (
            "/nosuch/file",
            "snmpget: cannot read the community file /nosuch/file: No such file or directory".to_owned(),
        ),
        (
            directory.path().to_str().unwrap(),
            format!("snmpget: the community file {} is a directory", directory.path().display()),
        ),
        (
            empty.to_str().unwrap(),
            format!("snmpget: the first line of the community file {} is empty", empty.display()),
        ),
        (
            blank.to_str().unwrap(),
            format!("snmpget: the first line of the community file {} is empty", blank.display()),
        ),
    ] {
        refused(&run("snmpget", &["--community-file", path, "demo::", SYS_NAME]), 1, 1, &said);
    }
    let nothing = Tool::ours("snmpget").stdin(b"").run(&["--community-file", "-", "demo::", SYS_NAME]);
    let said = "snmpget: the first line of standard input, where the community should stand, is empty";
    refused(&nothing, 1, 1, said);
    let given = Tool::ours("snmpget").stdin(b"public\n").run(&["--community-file", "-", "demo::", SYS_NAME]);
    assert_eq!((given.status(), given.err()), (0, String::new()), "{}", given.describe());
}

#[test]
fn what_a_tool_cannot_ask_gets_one_line() {
    let many = vec!["1.3.6.1"; 129];
    let too_many = [&["demo::"], many.as_slice()].concat();
    refused(
        &run("snmpget", &too_many),
        1,
        2,
        "Too many object identifiers specified. Only 128 allowed in one request.",
    );
    refused(
        &run("snmpbulkget", &["-Cn2", "demo::", SYS_NAME]),
        1,
        1,
        "snmpbulkget: need more objects than <nonrep>",
    );
    refused(
        &run("snmpbulkget", &["-Cr-1", "demo::", SYS_NAME]),
        1,
        1,
        "snmpbulkget: Bad value for max-repetitions",
    );
    refused(&run("snmpbulkget", &["-Crx", "demo::", SYS_NAME]), 1, 2, "-Cr needs a number behind it");
    for tool in ["snmpbulkget", "snmpbulkwalk"] {
        let said = format!("{tool}: Cannot send V2 PDU on V1 session");
        refused(&run(tool, &["-v1", "demo::", SYS_NAME]), 1, 1, &said);
    }
    for (tool, words) in TOOLS {
        let run = |options: &[&str]| run(tool, &[options, &["demo::"], words].concat());
        let said = format!("{tool}: No securityName specified");
        refused(&run(&["-v3"]), 1, 2, &said);
        refused(&run(&["-v3", "-l", "authPriv"]), 1, 2, &said);
        let said = format!("{tool}: USM authentication failure (incorrect password or key)");
        refused(&run(&["-v3", "-u", "operator", "-l", "authNoPriv"]), 1, 2, &said);
        let said = format!("{tool}: USM generic error");
        refused(&run(&["-v3", "-u", "operator", "-l", "authPriv", "-A", "maplesyrup"]), 1, 2, &said);
        let said = "Bad engine ID value after -3e flag.";
        refused(&run(&["-v3", "-u", "operator", "-e", "80zz"]), 1, 3, said);
    }
}

#[test]
fn names_and_values_that_make_no_sense_get_a_line_each() {
    let unknown = "noSuchThing.0: Unknown Object Identifier (Sub-id not found: (top) -> noSuchThing)";
    refused(&run("snmpget", &["demo::", "noSuchThing.0"]), 1, 1, unknown);
    refused(&run("snmpget", &["demo::", "noSuchThing.0", "nor.this"]), 1, 2, unknown);
    refused(&run("snmpwalk", &["demo::", "1.3.6.1", "-CE"]), 1, 2, "Missing argument after -CE");
    for (words, said) in [
        (&["s"][..], ".1.3.6.1.2.1.1.5.0: Needs value"),
        (&[], ".1.3.6.1.2.1.1.5.0: Needs type and value"),
        (&["z", "x"], ".1.3.6.1.2.1.1.5.0: Bad object type: z"),
        (&["i", "x"], ".1.3.6.1.2.1.1.5.0: Value out of range (x)"),
        (&["a", "1.2.3.x"], ".1.3.6.1.2.1.1.5.0: …"),
        (&["x", "0xzz"], ".1.3.6.1.2.1.1.5.0: …"),
    ] {
        refused(&run("snmpset", &[&["demo::", ".1.3.6.1.2.1.1.5.0"], words].concat()), 1, 1, said);
    }
}

/// A recording, and what is wrong with it.
const RECORDINGS: &[(&str, &[u8], &str)] = &[
    ("junk", b"hello world\n", "line 1, column 1: …"),
    (
        "walk",
        b".1.3.6.1 = INTEGER: 5\n.1.3.6.2 = INTEGER: abc\n",
        "line 2, column 21: 'abc' is no number from …",
    ),
    (
        "ndjson",
        b"{\"kind\":\"varbind\",\"oid\":\"1.3\",\"type\":\"Integer32\",\"value\":1}\n{\"kind\":\n",
        "line 2, column 8: …",
    ),
    (
        "snmprec",
        b"1.3.6.1|2|5\n1.3.6.2|999|5\n",
        "line 2, column 9: '999' is no type of value that is known …",
    ),
    ("empty", b"", "no object stands in it; …"),
    ("comment", b"# nothing\n", "no object stands in it; …"),
];

#[test]
fn a_recording_that_cannot_be_served_is_told_with_its_line() {
    let agent = |device: &str| run("snmpagent", &[device, "--listen", "udp:127.0.0.1:1"]);
    for (name, content, said) in RECORDINGS {
        let (_directory, path) = file(name, content);
        refused(&agent(path.to_str().unwrap()), 1, 1, &format!("snmpagent: {}: {said}", path.display()));
    }
    refused(&agent("/nosuch/file"), 1, 1, "snmpagent: /nosuch/file: No such file or directory");
    let directory = tempfile::tempdir().unwrap();
    let said = format!("snmpagent: {}: this is a directory; …", directory.path().display());
    refused(&agent(directory.path().to_str().unwrap()), 1, 1, &said);
}

#[test]
fn snmpagents_own_mistakes_get_one_line() {
    let usage = "usage: snmpagent [OPTIONS] --listen SPEC demo|FILE   (snmpagent --help explains them)";
    for (words, said) in [
        ("", "snmpagent: the following required arguments were not provided: --listen <SPEC>, <demo|FILE>"),
        ("demo", "snmpagent: the following required arguments were not provided: --listen <SPEC>"),
        ("demo --nope", "snmpagent: unexpected argument '--nope' found"),
        (
            "demo --listen x --quirk nope",
            "snmpagent: invalid value 'nope' for '--quirk <NAME[=ARG]>': there is no quirk 'nope'; there are drop, …",
        ),
        ("demo --listen x --quirk drop=x", "snmpagent: invalid value 'drop=x' for '--quirk <NAME[=ARG]>': …"),
        ("demo --listen x --quirk drop", "snmpagent: invalid value 'drop' for '--quirk <NAME[=ARG]>': …"),
        (
            "demo --listen x --seed x",
            "snmpagent: invalid value 'x' for '--seed <N>': a seed is a number from 0 to 18446744073709551615",
        ),
        (
            "demo --listen x --max-requests 0",
            "snmpagent: invalid value '0' for '--max-requests <N>': it is a number of requests, 1 or more",
        ),
        (
            "demo --listen x --max-requests -1",
            "snmpagent: invalid value '-1' for '--max-requests <N>': it is a number of requests, 1 or more",
        ),
    ] {
        let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        let ended = run("snmpagent", &words);
        refused(&ended, 1, 2, said);
        assert_eq!(ended.err().lines().nth(1), Some(usage), "{}", ended.describe());
    }
    for (listen, said) in [
        ("foo::x", "snmpagent: --listen foo::x: unknown transport specifier 'foo'"),
        ("udp:192.0.2.77:16100", "snmpagent: bind 192.0.2.77:16100: Cannot assign requested address"),
        ("stream::/nosuch/x", "snmpagent: bind /nosuch/x: No such file or directory"),
        ("demo::", "snmpagent: nothing can listen on 'demo::', give a network address or a path"),
    ] {
        refused(&run("snmpagent", &["demo", "--listen", listen]), 1, 1, said);
    }
}

#[test]
fn snmpagent_takes_no_file_away_that_is_no_socket_of_a_dead_agent() {
    let (_directory, path) = file("precious", b"precious");
    for transport in ["stream", "dgram"] {
        let listen = format!("{transport}::{}", path.display());
        let said = format!("snmpagent: bind {}: Address already in use", path.display());
        refused(&run("snmpagent", &["demo", "--listen", &listen]), 1, 1, &said);
        assert_eq!(fs::read(&path).unwrap(), b"precious");
    }
}

#[test]
fn a_wrong_word_that_looks_like_a_token_is_told_and_the_rest_goes_on() {
    let ended = run("snmpget", &["-On", "--nonsense=1", "demo::", SYS_NAME]);
    assert_eq!(ended.status(), 0, "{}", ended.describe());
    assert_eq!(ended.err(), "(null): line 0: Warning: Unknown token: nonsense.\n");
}
