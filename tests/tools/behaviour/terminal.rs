//! What stands on a terminal, which `script` of Debian's bsdutils gives the tools here.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use super::{Agent, GENERATED, file, generator, run};
use crate::support::{say, tool::Tool};

const SCRIPT: &str = "/usr/bin/script";

/// What a tool writes when its three streams are a terminal; `None` after saying why, where that cannot be had.
pub(super) fn on_a_terminal(tool: &Tool, columns: &str, line: &str) -> Option<String> {
    if !Path::new(SCRIPT).exists() {
        say(&format!("skipped: no {SCRIPT}"));
        return None;
    }
    let template = tool.command::<&str>(&[]);
    let mut command = Command::new(SCRIPT);
    command.env_clear().current_dir(tool.home()).stdin(Stdio::null());
    for (name, value) in template.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let program = template.get_program().display();
    let output = command
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .args(["-q", "-e", "-c"])
        .arg(format!("stty cols {columns} rows 24; {program} {line}"))
        .arg("/dev/null")
        .output()
        .unwrap();
    Some(String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n"))
}

/// An agent whose strings try what a terminal would obey.
fn hostile() -> (tempfile::TempDir, Agent) {
    let lines = format!(
        ".{GENERATED}.1 = STRING: \"over\rwritten\"\n\
         .{GENERATED}.2 = STRING: \"turned \u{202e}txt\"\n\
         .{GENERATED}.3 = Hex-STRING: 1B 5B 33 31 6D 72 65 64\n"
    );
    let (directory, path) = file("hostile.walk", lines.as_bytes());
    let agent = Agent::start(&[path.to_str().unwrap()]);
    (directory, agent)
}

#[test]
fn strings_that_a_terminal_would_obey_are_shown_and_not_obeyed() {
    let (_directory, agent) = hostile();
    for options in ["-On", "-On -Oa", "-Oqv", "-Oav", "-j", "--format json", "--format csv", "--format table"]
    {
        let line = format!("{options} {} {GENERATED}", agent.address());
        let Some(shown) = on_a_terminal(&Tool::ours("snmpwalk"), "100", &line) else { return };
        assert!(shown.lines().count() >= 3, "{options}: {shown}");
        for bad in ['\u{1b}', '\u{202e}'] {
            assert!(!shown.contains(bad), "{options}: {}", shown.escape_debug());
        }
        assert!(!shown.contains("over\rwritten"), "{options}: {}", shown.escape_debug());

        // A pipe gets what was sent; a table is for people and shows it nowhere.
        let words: Vec<&str> = line.split(' ').collect();
        let piped = run("snmpwalk", &words);
        assert!(options.contains("table") || piped.out().contains('\u{202e}') || options.contains("-O"));
        assert_eq!(piped.status(), 0, "{}", piped.describe());
    }
    let raw = run("snmpget", &["-Oqv", agent.address(), &format!("{GENERATED}.1")]);
    assert_eq!(raw.stdout, b"\"over\rwritten\"\n");
}

#[test]
fn a_table_is_as_wide_as_its_terminal() {
    for columns in ["40", "80", "120"] {
        let line = "--format table demo:: 1.3.6.1.2.1.1";
        let Some(shown) = on_a_terminal(&Tool::ours("snmpwalk"), columns, line) else { return };
        let widest = shown.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns.parse().unwrap(), "{columns}\n{shown}");
        assert!(widest > 36, "{columns}\n{shown}");
    }
}

#[test]
fn help_fits_its_terminal() {
    for name in ["snmpget", "snmpgetnext", "snmpset", "snmpwalk", "snmpbulkget", "snmpbulkwalk", "snmpagent"]
    {
        for option in ["-h", "--help"] {
            let Some(shown) = on_a_terminal(&Tool::ours(name), "80", option) else { return };
            assert!(shown.contains("Usage: "), "{shown}");
            let wide: Vec<&str> = shown.lines().filter(|line| line.chars().count() > 80).collect();
            assert!(wide.is_empty(), "{name} {option}: {wide:?}");
        }
    }
}

#[test]
fn a_long_walk_shows_its_progress_and_wipes_it_out() {
    let slow = Agent::start(&["demo", "--quirk", "delay=60ms"]);
    let line = format!("--window 1 --deadline 2 -On {} .1 >/dev/null", slow.address());
    let Some(shown) = on_a_terminal(&Tool::ours("snmpwalk"), "80", &line) else { return };
    assert!(shown.contains(" variables, "), "{}", shown.escape_debug());
    assert!(
        !shown.contains('.')
            || !shown.split(" variables, ").skip(1).any(|rest| rest
                .split("/s")
                .next()
                .unwrap()
                .contains('.'))
    );
    let (_, after) = shown.rsplit_once("variables").unwrap();
    assert!(after.contains("\u{1b}[2K"), "wiped out: {}", shown.escape_debug());
    assert!(after.ends_with("snmpwalk: the deadline of 2 s has passed\n"), "{}", shown.escape_debug());

    // Short runs, results on the terminal and runs without a terminal show none.
    let quick = generator(100);
    let line = format!("-On {} {GENERATED} >/dev/null", quick.address());
    assert_eq!(on_a_terminal(&Tool::ours("snmpwalk"), "80", &line).unwrap(), "");
    let line = format!("--window 1 --deadline 2 -On {} .1", slow.address());
    let shown = on_a_terminal(&Tool::ours("snmpwalk"), "80", &line).unwrap();
    assert!(!shown.contains(" variables, ") && !shown.contains('\u{1b}'), "{}", shown.escape_debug());
    let piped = run("snmpwalk", &["--window", "1", "--deadline", "1.5", "-On", slow.address(), ".1"]);
    assert_eq!(piped.err(), "snmpwalk: the deadline of 1.5 s has passed\n");
}
