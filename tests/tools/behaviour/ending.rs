//! Ctrl-C, readers that go away, and disks that are full.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde_json::Value;

use super::{Agent, SYS_DESCR, SYS_NAME, TOOLS, assert_no_panic, generator, run_at, send, wait, wait_until};
use crate::support::{SilentPort, tool::Tool};

/// A walk of this agent takes minutes.
const SLOW: &[&str] = &["demo", "--quirk", "delay=20ms"];

#[test]
fn a_walk_whose_reader_has_stopped_to_read_can_be_interrupted() {
    let endless = generator(u32::MAX);
    let tool = Tool::ours("snmpbulkwalk");
    let mut command = tool.command(&["-On", endless.address(), ".1"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // Once the pipe is full nothing more is asked for.
    let mut asked = 0;
    wait_until("the walk to stand still", || {
        std::thread::sleep(Duration::from_millis(100));
        std::mem::replace(&mut asked, endless.seen()) == endless.seen() && asked > 0
    });
    send(child.id(), Signal::INT);
    assert_eq!(wait(&mut child).code(), Some(130));
    let (mut out, mut err) = (String::new(), String::new());
    stdout.read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(out.len() > 20_000 && out.ends_with('\n'), "{} octets", out.len());
    assert_eq!(err, "");
}

/// What a tool did that was interrupted.
struct Interrupted {
    status: Option<i32>,
    out: String,
    err: String,
}

/// Starts a tool, waits until `lines` lines came, and interrupts it.
fn interrupt(tool: &Tool, words: &[&str], lines: usize) -> Interrupted {
    let mut command = tool.command(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut out = String::new();
    for _ in 0..lines {
        assert!(stdout.read_line(&mut out).unwrap() > 0, "{words:?} ended by itself: {out}");
    }
    send(child.id(), Signal::INT);
    stdout.read_to_string(&mut out).unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    Interrupted { status: wait(&mut child).code(), out, err }
}

#[test]
fn an_interrupted_walk_ends_with_a_whole_line_and_status_130() {
    let agent = Agent::start(SLOW);
    for name in ["snmpwalk", "snmpbulkwalk"] {
        let tool = Tool::ours(name);
        let ended = interrupt(&tool, &["--window", "1", "-v2c", "-On", agent.address(), ".1"], 3);
        assert_eq!(ended.status, Some(130), "{name}: {}", ended.err);
        assert!(ended.out.ends_with('\n'), "{name}: {}", ended.out);
        assert!(ended.out.lines().all(|line| line.starts_with(".1.") && line.contains(" = ")));
        assert_eq!(ended.err, "", "{name}");
    }
}

#[test]
fn an_interrupted_stream_says_so() {
    let agent = Agent::start(SLOW);
    let ended = interrupt(&Tool::ours("snmpwalk"), &["--window", "1", "-j", agent.address(), ".1"], 3);
    assert_eq!(ended.status, Some(130));
    let last: Value = serde_json::from_str(ended.out.lines().last().unwrap()).unwrap();
    assert_eq!((&last["kind"], &last["reason"]), (&"end".into(), &"interrupted".into()));
    assert_eq!(last["complete"], false);
    assert_eq!(last["varbinds"], ended.out.lines().count() - 1);
}

#[test]
fn an_interrupted_document_is_whole() {
    let agent = Agent::start(SLOW);
    let words = ["--window", "1", "--format", "json", agent.address(), ".1"];
    let ended = interrupt(&Tool::ours("snmpwalk"), &words, 3);
    assert_eq!(ended.status, Some(130));
    let document: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(document["end"]["reason"], "interrupted");
    assert_eq!(document["end"]["varbinds"], document["varbinds"].as_array().unwrap().len());
}

/// Interrupts a tool that waits for an agent that says nothing.
fn interrupt_waiting(name: &str, words: &[&str], silent: &SilentPort) -> Interrupted {
    let tool = Tool::ours(name);
    let address = silent.address();
    let mut all = vec!["-t", "30", "-j", address.as_str()];
    all.extend(words);
    let mut command = tool.command(&all);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    wait_until("its request", || silent.drain() > 0);
    send(child.id(), Signal::INT);
    let output = child.wait_with_output().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    Interrupted { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn every_tool_that_waits_can_be_interrupted() {
    let silent = SilentPort::open();
    for (name, words) in TOOLS {
        let ended = interrupt_waiting(name, words, &silent);
        assert_eq!(ended.status, Some(130), "{name}: {}", ended.err);
        let end: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!((&end["kind"], &end["reason"]), (&"end".into(), &"interrupted".into()), "{name}");
        let said = if name == "snmpset" { "snmpset: the set may have been made" } else { "" };
        assert!(ended.err.starts_with(said) && ended.err.is_empty() == said.is_empty(), "{}", ended.err);
    }
}

#[test]
fn a_datagram_clients_own_socket_is_gone_however_it_ends() {
    let agent = Agent::at(SLOW, &["dgram::{dir}/agent"]);
    let silent = Agent::at(&["demo", "--quirk", "drop=1"], &["dgram::{dir}/agent"]);
    let runtime = tempfile::tempdir().unwrap();
    let left = || fs::read_dir(runtime.path()).unwrap().count();
    let tool = |name| Tool::ours(name).env("XDG_RUNTIME_DIR", runtime.path().to_str().unwrap());

    let get = tool("snmpget").run(&["-On", agent.address(), SYS_NAME]);
    assert_eq!((get.status(), left()), (0, 0), "{}", get.describe());
    let walk = interrupt(&tool("snmpwalk"), &["--window", "1", "-On", agent.address(), ".1"], 3);
    assert_eq!((walk.status, left()), (Some(130), 0), "{}", walk.err);
    let late = tool("snmpget").run(&["--deadline", "0.2", silent.address(), SYS_NAME]);
    assert_eq!((late.status(), left()), (1, 0), "{}", late.describe());

    let get = tool("snmpget");
    let mut waiting = get.command(&["-t9", silent.address(), SYS_NAME]).spawn().unwrap();
    wait_until("the client's socket", || left() == 1);
    // The file is there a moment before the signal is waited for.
    std::thread::sleep(Duration::from_millis(100));
    send(waiting.id(), Signal::INT);
    assert_eq!((wait(&mut waiting).code(), left()), (Some(130), 0));

    let piped = tool("snmpbulkwalk");
    let mut child = piped.command(&["-On", agent.address(), ".1"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!((wait(&mut child).code(), left()), (Some(0), 0));
}

#[test]
fn an_agent_that_is_stopped_removes_its_socket_files() {
    for (signal, status) in [(Signal::TERM, 0), (Signal::INT, 130)] {
        let mut agent = Agent::at(&["demo"], &["dgram::{dir}/dgram", "stream::{dir}/stream"]);
        let files = ["dgram", "stream"].map(|name| agent.directory().join(name));
        assert!(files.iter().all(|file| file.exists()));
        assert_eq!(agent.end_with(signal).code(), Some(status), "{}", agent.log());
        assert!(files.iter().all(|file| !file.exists()), "{signal:?}");
    }
}

/// Runs a tool into `reader`, a shell command, and returns the status of the tool, what it said, and how long it took.
fn piped_into(name: &str, words: &str, reader: &str) -> (i32, String, Duration) {
    let tool = Tool::ours(name);
    let started = Instant::now();
    let template = tool.command::<&str>(&[]);
    let mut shell = Command::new("/bin/bash");
    shell.env_clear().current_dir(tool.home()).arg("-c");
    for (name, value) in template.get_envs() {
        shell.env(name, value.unwrap());
    }
    let program = template.get_program().display();
    shell.arg(format!("{program} {words} | {reader} >/dev/null; exit ${{PIPESTATUS[0]}}"));
    let output = shell.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap(), started.elapsed())
}

#[test]
fn a_reader_that_goes_away_ends_a_tool_quietly() {
    let endless = generator(u32::MAX);
    let slow = Agent::start(SLOW);
    for (name, words) in [
        ("snmpbulkwalk", format!("-On {} .1", endless.address())),
        ("snmpbulkwalk", format!("-j {} .1", endless.address())),
        ("snmpbulkwalk", format!("--format csv {} .1", endless.address())),
        ("snmpbulkwalk", format!("--format json {} .1", endless.address())),
        ("snmpwalk", format!("--fail -On {} .1", slow.address())),
        ("snmpget", format!("-On demo:: {SYS_DESCR}")),
        ("snmpget", "--format-schema".to_owned()),
        ("snmpagent", "--help".to_owned()),
    ] {
        for reader in ["head -1", "true"] {
            let (status, said, took) = piped_into(name, &words, reader);
            assert_eq!((status, said.as_str()), (0, ""), "{name} {words} | {reader}");
            assert!(took < Duration::from_secs(10), "{name} {words} | {reader}: {took:?}");
        }
    }
}

#[test]
fn a_full_disk_is_told_and_is_no_success() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let demo: Vec<(&str, Vec<&str>)> = TOOLS
        .iter()
        .map(|(name, words)| (*name, [&["demo::"], *words].concat()))
        .chain([
            ("snmpwalk", vec!["-j", "demo::"]),
            ("snmpwalk", vec!["--format", "table", "demo::"]),
            ("snmpwalk", vec!["--fail", "demo::"]),
            ("snmpget", vec!["--show-target", "demo::"]),
            ("snmpget", vec!["--format-schema"]),
            ("snmpagent", vec!["--quirk", "help"]),
            ("snmpagent", vec!["--help"]),
        ])
        .collect();
    for (name, words) in demo {
        let tool = Tool::ours(name);
        let output = tool.command(&words).stdin(Stdio::null()).stdout(full()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name} {words:?}: {said}");
        assert_eq!(said, format!("{name}: cannot write to standard output: No space left on device\n"));
    }
}

#[test]
fn nothing_is_amiss_where_standard_error_cannot_be_written() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let tool = Tool::ours("snmpget");
    let mut command = tool.command(&["-On", "nosuchhost.invalid", SYS_NAME]);
    let output = command.stdin(Stdio::null()).stderr(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}

#[test]
fn an_agent_that_vanishes_in_the_middle_leaves_what_came() {
    let mut agent = Agent::start(&["demo", "--max-requests", "5"]);
    let run = run_at(agent.address(), "snmpwalk --window 1 --fail -On -t0.2 -r1 {} .1");
    assert_eq!(run.status(), 6, "{}", run.describe());
    assert_eq!(run.out().lines().count(), 5, "{}", run.describe());
    assert!(run.err().starts_with("Timeout: No Response from udp:127.0.0.1:"), "{}", run.describe());
    assert_no_panic(&run);
    assert!(agent.wait().success());
}
