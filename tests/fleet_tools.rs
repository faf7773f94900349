//! The tools with many agents, real ones on addresses of the loopback interface.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests of real programs live on the real clock")]

mod support;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, Permissions},
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use snmpkit::agent::demo;
use support::{
    fake::FakeAgent,
    listed::{Listed, hosts, hosts_of, objects, served, silent, sorted},
    tool::{Run, Tool},
};

const NAME: &str = "1.3.6.1.2.1.1.5.0";
const SYSTEM: &str = "1.3.6.1.2.1.1";

#[test]
fn every_line_of_text_has_its_agent_before_it_and_failures_are_told_and_counted() {
    let good = served(&[]);
    let (_silent, dead) = silent();
    let mut lines = hosts(good, 30).join("\n");
    writeln!(lines, "\n127.3.0.1:{dead} -r0 -t0.2   # nobody\n\nwrong@127.3.0.2:{good} -r 0 -t 0.2").unwrap();
    let listed = Listed::new("snmpget", &lines);
    let run = listed.run(&[NAME, "1.3.6.1.2.1.1.1.0"]);
    assert_eq!(run.status(), 1, "{}", run.describe());
    let out = run.out();
    assert_eq!(out.lines().count(), 60, "{}", run.describe());
    for host in hosts(good, 30) {
        let own: Vec<_> = out.lines().filter_map(|line| line.strip_prefix(&format!("{host}: "))).collect();
        assert_eq!(own.len(), 2, "{host}");
        assert_eq!(own[0], "iso.3.6.1.2.1.1.5.0 = STRING: \"demo.example.net\"");
    }
    let mut told: Vec<_> = run.err().lines().map(str::to_owned).collect();
    let summary = told.pop().unwrap();
    assert_eq!(summary, "snmpget: 2 of 32 agents failed: 2 timeout");
    assert_eq!(
        sorted(told),
        [
            format!("127.3.0.1:{dead}: Timeout: No Response from 127.3.0.1:{dead}."),
            format!("127.3.0.2:{good}: Timeout: No Response from 127.3.0.2:{good}."),
        ]
    );
    assert_eq!(listed.run(&["--fail", NAME]).status(), 6);
    // All that can be said of one that is alone.
    assert_eq!(
        Listed::new("snmpget", &format!("127.3.0.1:{dead} -r0 -t0.1")).run(&["--fail", NAME]).status(),
        3
    );
    assert_eq!(Listed::new("snmpget", &format!("127.3.0.1:{good}")).run(&["--fail", NAME]).status(), 0);
}

#[test]
fn text_of_several_lines_has_the_agent_before_each_of_them() {
    let agent = FakeAgent::always(0, 0, support::fake::binding(NAME, 4, b"one\ntwo\n"));
    let run = Tool::ours("snmpget").run(&["-v2c", "-c", "public", "--target", agent.address(), NAME]);
    let host = agent.address();
    let expected = format!("{host}: iso.3.6.1.2.1.1.5.0 = STRING: \"one\n{host}: two\n{host}: \"\n");
    assert_eq!(run.out(), expected, "{}", run.describe());
}

#[test]
fn in_order_is_the_order_of_the_list_in_every_format() {
    let slow = served(&["delay=0ms..60ms"]);
    let hosts = hosts(slow, 25);
    let listed = Listed::new("snmpbulkwalk", &hosts.join("\n"));
    let order_of = |format: &str, text: &str| -> Vec<String> {
        let mut order: Vec<String> = match format {
            "text" => text.lines().map(|line| line.split_once(": ").unwrap().0.to_owned()).collect(),
            "csv" => text.lines().skip(1).map(|line| line.split_once(',').unwrap().0.to_owned()).collect(),
            "table" => hosts.iter().filter(|host| text.contains(*host)).cloned().collect(),
            "json" => serde_json::Deserializer::from_str(text)
                .into_iter::<Value>()
                .map(|document| document.unwrap()["host"].as_str().unwrap().to_owned())
                .collect(),
            _ => hosts_of(&objects(text), "varbind"),
        };
        order.dedup();
        order
    };
    for format in ["text", "ndjson", "json", "csv", "table"] {
        let run = listed.run(&["--ordered", "--format", format, SYSTEM]);
        assert_eq!(run.status(), 0, "{}", run.describe());
        assert_eq!(order_of(format, &run.out()), hosts, "{format}");
    }
    let table = listed.run(&["--ordered", "--format", "table", "1.3.6.1.2.1.1.5"]).out();
    let places: Vec<_> = hosts.iter().map(|host| table.find(host).unwrap()).collect();
    assert!(places.is_sorted(), "{table}");
    // Otherwise as they come, and the documents of JSON are whole all the same.
    let run = listed.run(&["--format", "json", SYSTEM]);
    assert_eq!(sorted(order_of("json", &run.out())), sorted(hosts.clone()));
    let rows = listed.run(&["--format", "csv", SYSTEM]).out();
    assert_eq!(rows.lines().filter(|line| line.starts_with("host,oid")).count(), 1);
    assert!(rows.starts_with("host,oid"));
    let text = listed.run(&[SYSTEM]).out();
    let sorted_lines = |text: &str| sorted(text.lines().map(str::to_owned).collect());
    assert_eq!(sorted_lines(&text).len(), sorted_lines(&listed.run(&["--ordered", SYSTEM]).out()).len());
}

#[test]
fn a_stream_has_one_end_for_each_agent() {
    let good = served(&[]);
    let (_silent, dead) = silent();
    let mut lines = hosts(good, 40);
    lines.push(format!("127.3.0.1:{dead} -r0 -t0.2"));
    lines.push("unix:/nonexistent/socket".to_owned());
    lines.push("nobody.invalid".to_owned());
    let run = Listed::new("snmpwalk", &lines.join("\n")).run(&["-j", "--fail", SYSTEM]);
    assert_eq!(run.status(), 6, "{}", run.describe());
    let objects = objects(&run.out());
    let mut expected = hosts(good, 40);
    expected.extend([
        format!("127.3.0.1:{dead}"),
        "unix:/nonexistent/socket".to_owned(),
        "nobody.invalid".to_owned(),
    ]);
    assert_eq!(sorted(hosts_of(&objects, "end")), sorted(expected));
    assert_eq!(hosts_of(&objects, "error").len(), 3);
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for object in &objects {
        let host = object["host"].as_str().unwrap();
        match object["kind"].as_str().unwrap() {
            "varbind" => *counted.entry(host).or_default() += 1,
            "end" => assert_eq!(object["varbinds"], counted.get(host).copied().unwrap_or(0), "{host}"),
            _ => {}
        }
    }
}

#[test]
fn shards_are_the_list_when_put_together() {
    let good = served(&[]);
    let lines = format!("# first\n\n{}", hosts(good, 23).join("\n\n# between\n"));
    let listed = Listed::new("snmpget", &lines);
    let mut all = Vec::new();
    for shard in ["1/4", "2/4", "3/4", "4/4"] {
        let run = listed.run(&["--shard", shard, "-j", NAME]);
        let own = hosts_of(&objects(&run.out()), "varbind");
        assert!((5..=6).contains(&own.len()), "{shard}: {own:?}");
        all.extend(own);
    }
    assert_eq!(sorted(all), sorted(hosts(good, 23)));
    // Every line has to make sense, whoever asks its agent.
    for (line, said) in
        [("sw1 --foo", "--foo is no option"), ("[::1", "[::1"), ("'open", "a closing ' is missing")]
    {
        let torn = Listed::new("snmpget", &format!("{0}\n{0}\n{line}\n{0}\n", hosts(good, 1)[0]));
        for shard in ["1/4", "3/4", "4/4"] {
            let run = torn.run(&["--shard", shard, NAME]);
            assert_eq!((run.status(), run.out().as_str()), (1, ""), "{}", run.describe());
            let place = format!("{}:3: ", torn.list.display());
            assert!(run.err().starts_with(&place) && run.err().contains(said), "{shard}: {}", run.err());
        }
    }
    // A shard may be empty, a list may not.
    let few = Listed::new("snmpget", &hosts(good, 1).join("\n"));
    let run = few.run(&["--shard", "2/2", NAME]);
    assert_eq!((run.status(), run.out().as_str(), run.err().as_str()), (0, "", ""));
    let run = Listed::new("snmpget", "# nobody\n").run(&[NAME]);
    assert_eq!((run.status(), run.out().as_str()), (1, ""));
    assert!(run.err().ends_with("list names no agent\n"), "{}", run.describe());
}

#[test]
fn the_deadline_ends_all_with_what_came_and_an_end_for_each() {
    let (good, slow) = (served(&[]), served(&["delay=30s"]));
    let mut lines = hosts(good, 10);
    lines.extend(hosts(slow, 10));
    let listed = Listed::new("snmpget", &lines.join("\n"));
    let run = listed.run(&["--jobs", "12", "--deadline", "0.7", "-r0", "-t", "60", "--fail", "-j", NAME]);
    assert_eq!(run.status(), 6, "{}", run.describe());
    assert!(run.elapsed < Duration::from_secs(8), "{}", run.describe());
    let found = objects(&run.out());
    assert_eq!(sorted(hosts_of(&found, "varbind")), sorted(hosts(good, 10)));
    assert_eq!(sorted(hosts_of(&found, "end")), sorted(lines.clone()));
    assert_eq!(sorted(hosts_of(&found, "error")), sorted(hosts(slow, 10)));
    let cut = found.iter().filter(|object| object["kind"] == "end" && object["reason"] == "deadline");
    assert_eq!(cut.count(), 10);
    assert_eq!(run.err().lines().filter(|line| line.contains("the deadline of 0.7 s has passed")).count(), 1);
    assert!(run.err().contains("snmpget: 10 of 20 agents failed: 10 deadline"), "{}", run.describe());
    // In order, what has come of those behind a slow one is printed too.
    let backwards: Vec<_> = lines.iter().rev().cloned().collect();
    let listed = Listed::new("snmpget", &backwards.join("\n"));
    let run = listed.run(&["--ordered", "--deadline", "0.7", "-r0", "-t", "60", "-j", NAME]);
    let found = objects(&run.out());
    assert_eq!(hosts_of(&found, "end"), backwards);
    assert_eq!(hosts_of(&found, "varbind").len(), 10);
}

#[test]
fn ctrl_c_ends_all_with_what_came_and_an_end_for_each() {
    let (good, slow) = (served(&[]), served(&["delay=30s"]));
    let mut lines = hosts(good, 5);
    lines.extend(hosts(slow, 5));
    let listed = Listed::new("snmpget", &lines.join("\n"));
    let words = listed.words(&["-r0", "-t60", "--jobs", "6", "-j", NAME]);
    let mut command = listed.tool.command(&words);
    let output = listed.tool.home().join("output");
    command.stdin(Stdio::null()).stdout(fs::File::create(&output).unwrap()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    while fs::read_to_string(&output).unwrap().matches("varbind\"").count() < 5 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(5));
    }
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(20));
    let found = objects(&fs::read_to_string(&output).unwrap());
    assert_eq!(sorted(hosts_of(&found, "end")), sorted(lines));
    let cut = found.iter().filter(|object| object["kind"] == "end" && object["reason"] == "interrupted");
    assert_eq!(cut.count(), 5);
}

#[test]
fn a_list_with_mistakes_is_not_begun() {
    let agent = FakeAgent::start(|_| Vec::new());
    let good = agent.address();
    let lines = format!(
        "{good}\n# comment\n{good} -c 'open\n{good} more\n{good} -Q\n-c public\n{good} --deadline 5\n{good} -t soon\n\
         {good} --foo\n{good} -On\n[::1\nfoo::bar\n{good} -v3 -l authPriv\n{good} -A -\n{good} -h\n"
    );
    let listed = Listed::new("snmpget", &lines);
    let run = listed.run(&[NAME]);
    assert_eq!((run.status(), run.out().as_str()), (1, ""), "{}", run.describe());
    let list = listed.list.display();
    let err = run.err();
    for (line, what) in [
        (3, "a closing ' is missing"),
        (4, "'more' is one word too many"),
        (5, "invalid option -- 'Q'"),
        (6, "there is no agent in the line"),
        (7, "--deadline is for the command line"),
        (8, "Invalid timeout in seconds after -t flag."),
        (9, "--foo is no option of an agent's line"),
        (10, "unexpected argument '-O'"),
        (14, "\"-\" is for the command line"),
        (15, "-h, -V and -H are for the command line"),
    ] {
        assert!(err.contains(&format!("{list}:{line}: {what}")), "{line}: {what}\n{}", run.describe());
    }
    assert!(!err.contains(&format!("{list}:1:")) && !err.contains(&format!("{list}:2:")), "{err}");
    // What is wrong with agents and users is found once the lines can be read.
    let run = Listed::new("snmpget", &format!("{good}\nfoo::bar\n")).run(&[NAME]);
    assert!(
        run.status() == 1 && run.err().contains("list:2: unknown transport specifier 'foo'"),
        "{}",
        run.describe()
    );
    let run = Listed::new("snmpget", &format!("{good}\n{good} -u me -l authPriv\n")).run(&[NAME]);
    assert!(run.err().contains("list:2: USM generic error"), "{}", run.describe());
    let run = Listed::new("snmpbulkget", &format!("{good}\n{good} -v1\n")).run(&[NAME]);
    assert!(run.err().contains("list:2: Cannot send V2 PDU on V1 session"), "{}", run.describe());
    let run = Tool::ours("snmpget").run(&["-v2c", "--target", good, "--target", "'open", NAME]);
    assert_eq!(run.err(), "--target 2: a closing ' is missing\n");
    assert_eq!(agent.seen(), 0);
}

#[test]
fn a_line_decides_for_its_agent_and_the_command_line_for_all() {
    let port = served(&[]);
    let counted = FakeAgent::start(|_| Vec::new());
    let lines = format!(
        "127.4.0.1:{port} -c wrong -r0 -t0.1\npublic@127.4.0.2:{port}\n127.4.0.3:{port} -v1 -c public\n\
         -c public 127.4.0.4:{port}\n127.4.0.5:{port}\n{} -r 3 -t 0.1\n",
        counted.address()
    );
    let listed = Listed::new("snmpget", &lines);
    let list = listed.list.to_str().unwrap();
    let run = listed.tool.run(&["-v2c", "-c", "other", "-r0", "-t0.3", "--targets", list, "-j", NAME]);
    let found = objects(&run.out());
    let answered: Vec<_> = (2..=4).map(|n| format!("127.4.0.{n}:{port}")).collect();
    assert_eq!(sorted(hosts_of(&found, "varbind")), answered, "{}", run.describe());
    let tries: BTreeMap<_, _> = found
        .iter()
        .filter(|object| object["kind"] == "error")
        .map(|object| (object["host"].as_str().unwrap(), object["tries"].as_u64().unwrap()))
        .collect();
    assert_eq!(tries[counted.address()], 4);
    assert_eq!((tries.len(), counted.seen()), (3, 4));
}

#[test]
fn agents_of_version_3_each_have_their_user_and_are_remembered() {
    let port = served(&[]);
    let is_private = |about: &&demo::user::About| matches!(about.protection, Some((_, Some(_))));
    let user = demo::user::USERS.iter().find(is_private).unwrap();
    let Some((auth_protocol, Some(priv_protocol))) = user.protection else { unreachable!() };
    let (auth, privacy) = (demo::user::AUTH_PASSPHRASE, demo::user::PRIV_PASSPHRASE);
    let (auth_name, priv_name) = (auth_protocol.name(), priv_protocol.name());
    let options =
        format!("-u {} -l authPriv -a {auth_name} -A '{auth}' -x {priv_name} -X '{privacy}'", user.name);
    let wrong = options.replace(auth, "not the passphrase");
    let lines = format!(
        "127.5.0.1:{port} {options}\n127.5.0.2:{port} {options}\n127.5.0.3:{port}\n127.5.0.4:{port} {wrong}\n"
    );
    let listed = Listed::new("snmpget", &lines);
    let sent = |run: &Run| run.err().matches("Sending ").count();
    let first = listed.run(&["-d", "-j", "--fail", NAME]);
    assert_eq!(first.status(), 6, "{}", first.describe());
    let found = objects(&first.out());
    assert_eq!(hosts_of(&found, "varbind").len(), 3, "{}", first.describe());
    let error = found.iter().find(|object| object["kind"] == "error").unwrap();
    assert_eq!(
        (&error["host"], &error["code"]),
        (&format!("127.5.0.4:{port}").into(), &"auth.wrong-digest".into())
    );
    let second = listed.run(&["-d", "-j", NAME]);
    assert_eq!(hosts_of(&objects(&second.out()), "varbind").len(), 3);
    assert!(sent(&second) + 2 <= sent(&first), "{} {}", sent(&first), sent(&second));
}

#[test]
fn files_of_hosts_count_for_the_agents_of_a_list() {
    let port = served(&[]);
    let listed = Listed::new("snmpget", "localhost\n127.0.0.1\n");
    fs::create_dir(listed.tool.home().join("hosts")).unwrap();
    fs::write(listed.tool.home().join("hosts/localhost.conf"), "defCommunity public\n").unwrap();
    let list = listed.list.to_str().unwrap();
    let token = format!("--defaultPort={port}");
    let run = listed.tool.run(&["-v2c", &token, "--defCommunity=public", "--targets", list, "-j", NAME]);
    assert_eq!(hosts_of(&objects(&run.out()), "varbind").len(), 2, "{}", run.describe());
    let run =
        listed.tool.run(&["-v2c", &token, "-r0", "-t0.2", "--targets", list, "-j", "-Y", "retries 0", NAME]);
    assert_eq!(hosts_of(&objects(&run.out()), "varbind").len(), 2, "public is tried by default");
    fs::write(listed.tool.home().join("snmp.conf"), "defCommunity wrong\n").unwrap();
    let run = listed.tool.run(&["-v2c", &token, "-r0", "-t0.2", "--targets", list, "-j", NAME]);
    assert_eq!(hosts_of(&objects(&run.out()), "varbind"), ["localhost"], "{}", run.describe());
}

#[test]
fn a_list_with_secrets_that_others_can_read_gets_a_warning() {
    let port = served(&[]);
    let warned = |lines: &str, mode: u32| {
        let listed = Listed::new("snmpget", lines);
        fs::set_permissions(&listed.list, Permissions::from_mode(mode)).unwrap();
        let run = listed.run(&[NAME]);
        assert_eq!(run.status(), 0, "{}", run.describe());
        run.err().contains("others can read this file, which has communities or passphrases")
    };
    let plain = format!("127.6.0.1:{port}\n");
    let option = format!("127.6.0.1:{port}\n127.6.0.2:{port} -c public\n");
    let spec = format!("public@127.6.0.1:{port}\n");
    for (lines, mode, expected) in [
        (&plain, 0o644, false),
        (&option, 0o600, false),
        (&option, 0o644, true),
        (&option, 0o640, true),
        (&spec, 0o604, true),
    ] {
        assert_eq!(warned(lines, mode), expected, "{lines} {mode:o}");
    }
}

#[test]
fn lists_come_from_standard_input_too_and_operands_are_objects_alone() {
    let port = served(&[]);
    let tool = Tool::ours("snmpgetnext").stdin(hosts(port, 3).join("\r\n").as_bytes());
    let run = tool.run(&["-v2c", "-c", "public", "--targets", "-", "1.3.6.1.2.1.1.4", "1.3.6.1.2.1.1.5"]);
    assert_eq!((run.status(), run.out().lines().count()), (0, 6), "{}", run.describe());
    // As some editors save it: with the mark of UTF-8 before the first line.
    let marked = Tool::ours("snmpget").stdin(b"\xEF\xBB\xBFdemo::\n").run(&["--targets", "-", NAME]);
    assert_eq!((marked.status(), marked.out().lines().count()), (0, 1), "{}", marked.describe());
    let run =
        tool.run(&["-v2c", "-c", "public", "--targets=-", "--target", &format!("127.7.0.1:{port}"), SYSTEM]);
    assert_eq!((run.status(), run.out().lines().count()), (0, 4), "{}", run.describe());
    // Who names an agent all the same is told where agents go.
    let hint = "snmpgetnext: with --targets and --target all operands are names; a further agent is one more --target\n";
    for (operand, is_agent) in
        [("demo::", true), ("udp:sw1", false), ("sw1:1161", true), ("IF-MIB::ifDesc", false)]
    {
        let run = tool.run(&["-v2c", "-c", "public", "--targets", "-", operand, SYSTEM]);
        assert_eq!((run.status(), run.err().ends_with(hint)), (1, is_agent), "{}", run.describe());
    }
    let run = tool.run(&["-v2c", "-c", "public", "--targets", "-"]);
    assert!(run.status() == 1 && run.err().starts_with("Missing object name"), "{}", run.describe());
    let run = tool.run(&["-v2c", "-c", "public", "--targets", "/nonexistent/list", SYSTEM]);
    assert_eq!(run.err(), "snmpgetnext: cannot read /nonexistent/list: No such file or directory\n");
    let run = tool.run(&["-v2c", "-c", "public", "--ordered", "localhost", SYSTEM]);
    assert!(run.err().starts_with("--ordered is for many agents"), "{}", run.describe());
    let run = Tool::ours("snmpset").run(&["-v2c", "--targets", "-", NAME, "s", "x"]);
    assert!(run.status() == 1 && run.err().starts_with("snmpset asks one agent"), "{}", run.describe());
    let run = tool.run(&["-v2c", "-c", "public", "--show-target", "--targets", "-"]);
    assert_eq!((run.status(), objects(&run.out()).len()), (0, 3), "{}", run.describe());
}

#[test]
fn no_secret_of_a_list_is_in_what_is_printed() {
    let (_silent, dead) = silent();
    let lines = format!(
        "s3cret@127.8.0.1:{dead}\n127.8.0.2:{dead} -c s3cret\n127.8.0.3:{dead} -u me -l authNoPriv -A s3crets3cret\n"
    );
    let listed = Listed::new("snmpget", &lines);
    for format in ["text", "json", "ndjson"] {
        let run = listed.run(&["-r0", "-t0.1", "-d", "--format", format, NAME]);
        assert!(!format!("{}{}", run.out(), run.err()).contains("s3cret"), "{}", run.describe());
    }
}

#[test]
fn a_reader_who_does_not_read_holds_up_neither_the_deadline_nor_the_end() {
    let port = served(&[]);
    let listed = Listed::new("snmpwalk", &hosts(port, 30).join("\n"));
    let words = listed.words(&["--deadline", "1", "1.3.6.1.2.1"]);
    let mut command = listed.tool.command(&words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    drop(stdout);
    // One who goes away ends it quietly.
    let mut child = listed.tool.command(&listed.words(&["1.3.6.1.2.1"]));
    let mut child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn ctrl_c_leaves_nothing_of_the_progress_line_on_a_terminal() {
    const SCRIPT: &str = "/usr/bin/script";
    const COLUMNS: usize = 70;
    if !std::path::Path::new(SCRIPT).exists() {
        support::say(&format!("skipped: no {SCRIPT}"));
        return;
    }
    let slow = served(&["delay=300ms"]);
    let agent = format!("127.9.1.1:{slow}");
    for (name, words, counts) in [
        ("snmpwalk", format!("--window 1 {agent} .1 >/dev/null"), " variables, "),
        ("snmptable", format!("-CB {agent} 1.3.6.1.2.1.2.2"), " rows, "),
        ("snmpwalk", format!("--window 1 --target {agent} .1 >/dev/null"), " of 1 agents"),
        ("snmptable", format!("-CB --target {agent} 1.3.6.1.2.1.2.2"), " of 1 agents"),
    ] {
        let tool = Tool::ours(name);
        let template = tool.command::<&str>(&[]);
        let program = template.get_program().display();
        let line = format!("stty cols {COLUMNS} rows 24; {program} -v2c -c public -t 9 {words}");
        let mut command = std::process::Command::new(SCRIPT);
        command.env_clear().envs(template.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("SHELL", "/bin/sh").env("TERM", "xterm").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.args(["-q", "-e", "-c", &line, "/dev/null"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(1_600));
        let mut terminal = child.stdin.take().unwrap();
        // It is gone where something is wrong, which the output shows.
        let sent = terminal.write_all(b"\x03");
        let output = child.wait_with_output().unwrap();
        drop(terminal);
        let text = String::from_utf8_lossy(&output.stdout);
        let shown = text.escape_debug();
        assert!(sent.is_ok(), "{name} {words}: {shown}");
        assert_eq!(output.status.code(), Some(130), "{name} {words}: {shown}");
        // What the terminal echoes stands behind the line, and on it.
        let (before, after) = text.split_once("^C").unwrap_or_else(|| panic!("{shown}"));
        let line = before.rsplit("\u{1b}[2K").next().unwrap();
        assert!(line.contains(counts), "{shown}");
        assert!(line.chars().count() + "^C".len() < COLUMNS, "{} columns: {shown}", line.chars().count());
        // Then it is taken away for good.
        let (_, rest) = after.rsplit_once("\u{1b}[2K").unwrap_or_else(|| panic!("{shown}"));
        assert!(!after.contains(counts) || !rest.contains(counts), "{shown}");
        let told = if name == "snmptable" {
            "snmptable: nothing is printed of a table before all of it was read; --best-effort prints the rows that were"
        } else {
            ""
        };
        assert_eq!(rest.trim_end(), told, "{shown}");
    }
}

#[test]
fn a_terminal_shows_how_far_it_is_and_what_is_said_stays_readable() {
    const SCRIPT: &str = "/usr/bin/script";
    if !std::path::Path::new(SCRIPT).exists() {
        support::say(&format!("skipped: no {SCRIPT}"));
        return;
    }
    let (good, slow) = (served(&[]), served(&["delay=2s"]));
    let (_silent, dead) = silent();
    let lines = format!(
        "127.9.0.1:{good}\n127.9.0.2:{slow} -t 30\n127.9.0.3:{dead} -r0 -t0.1\n127.9.0.4:{dead} -r0 -t 1.2\n"
    );
    let listed = Listed::new("snmpget", &lines);
    let template = listed.tool.command::<&str>(&[]);
    let program = template.get_program().display();
    let line = format!("{program} {}", listed.words(&[NAME]).join(" "));
    let shown = |line: &str| {
        let mut command = std::process::Command::new(SCRIPT);
        command.env_clear().envs(template.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("SHELL", "/bin/sh").env("TERM", "xterm").stdin(Stdio::null());
        let output = command.args(["-q", "-e", "-c", line, "/dev/null"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
    };
    let text = shown(&format!("stty cols 120 rows 24; {line}"));
    assert!(text.contains("2 of 4 agents, 1 failed, "), "{}", text.escape_debug());
    assert!(text.contains(" left"), "{}", text.escape_debug());
    // As long as no agent is done, nobody knows how long it takes.
    let unknown =
        shown(&format!("stty cols 120 rows 24; {program} -r0 -t1.5 --target 127.9.0.5:{dead} {NAME}"));
    let until_one_is_done = unknown.split("] 1 of 1 agents").next().unwrap();
    assert!(until_one_is_done.contains("0 of 1 agents, 0/s"), "{}", unknown.escape_debug());
    assert!(!until_one_is_done.contains(" left"), "{}", unknown.escape_debug());
    // Every result and every message begins its line, whatever of the bar stood there before.
    for begin in
        [format!("127.9.0.1:{good}: iso"), format!("127.9.0.4:{dead}: Timeout"), "snmpget: 2 of 4".to_owned()]
    {
        let place = text.find(&begin).unwrap_or_else(|| panic!("{begin}: {}", text.escape_debug()));
        let before = &text[..place];
        assert!(
            before.is_empty()
                || before.ends_with('\n')
                || before.ends_with("\u{1b}[2K")
                || before.ends_with('\r'),
            "{}",
            text.escape_debug()
        );
    }
    // Elsewhere there is none.
    let err = listed.run(&[NAME]).err();
    assert!(!err.contains("agents,") && !err.contains('\u{1b}'), "{}", err.escape_debug());
}
