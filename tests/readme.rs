//! What README.md shows is what happens. (That its Rust compiles is a documentation test of xtask.)
//!
//! Each `console` block is run, command after command: `$ COMMAND` with what must come of it below, stdout and stderr
//! together. A command that ends in `&` is an agent that stays until the end. What differs from run to run is masked on
//! both sides, and nothing else:
//!
//! * the ports 1161, 1162 and 1163 stand for free ones;
//! * `Timeticks`, `Counter32` and `Counter64` have any value, and so has `elapsed_ms` in JSON.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs::{self, File},
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use clap::Command as Definition;
use snmpkit::{
    config::Environment,
    tool::{self, NotPrepared, Tool as _},
};
use support::{
    say,
    snmpd::free_port,
    tool::{Tool, kill_group, ours_path},
};
use tempfile::TempDir;

/// How long an agent may take until it says where it listens.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// Options in the text that belong to other programs.
const OTHERS_OPTIONS: &[&str] = &["--release", "--bin", "--locked", "--path", "--open"];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The lines between ```` ```LANGUAGE ```` and ```` ``` ````, one string a block.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == format!("```{language}") {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n"));
        }
    }
    blocks
}

/// A command and what is said to come of it.
#[derive(Debug, Eq, PartialEq)]
struct Shown {
    command: String,
    output: String,
}

fn shown(block: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            all.push(Shown { command: command.to_owned(), output: String::new() });
        } else {
            let last = all.last_mut().expect("a block begins with a command");
            last.output.push_str(line);
            last.output.push('\n');
        }
    }
    all
}

/// Whether a letter belongs to what moves.
type Moves = fn(char) -> bool;

/// Puts `#` in place of the digits, and what else belongs to them, behind each of the marks.
fn masked(text: &str) -> String {
    let marks: [(&str, Moves); 6] = [
        ("Timeticks: (", |letter| letter.is_ascii_digit() || letter == ')' || is_span(letter)),
        ("Counter32: ", |letter| letter.is_ascii_digit()),
        ("Counter64: ", |letter| letter.is_ascii_digit()),
        ("\"Counter64\",\"value\":", |letter| letter.is_ascii_digit()),
        ("\"exact\":\"", |letter| letter.is_ascii_digit()),
        ("\"elapsed_ms\":", |letter| letter.is_ascii_digit()),
    ];
    let mut text = text.to_owned();
    for (mark, moves) in marks {
        let mut parts = text.split(mark);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(mark);
            let rest = part.trim_start_matches(moves);
            if rest.len() < part.len() {
                out.push('#');
            }
            out.push_str(rest);
        }
        text = out;
    }
    text
}

/// Whether a letter may stand in `17 days, 7:19:17.02`.
fn is_span(letter: char) -> bool {
    letter.is_ascii_digit() || " days,:.".contains(letter)
}

/// What the commands of one README run in: free ports in place of those that it names, and the agents.
struct Reader {
    tool: Tool,
    ports: BTreeMap<&'static str, String>,
    agents: Vec<Child>,
    directory: TempDir,
}

impl Reader {
    fn new() -> Self {
        let mut ports = BTreeMap::new();
        for port in [":1161", ":1162", ":1163", ":1164"] {
            let free = (0..10).find_map(|_| free_port(false).ok()).unwrap();
            ports.insert(port, format!(":{free}"));
        }
        let tools = ours_path("snmpget");
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", tools.parent().unwrap().display());
        Self {
            tool: Tool::at(Path::new("/bin/sh")).without("MIBS").env("PATH", &path).env("COLUMNS", "80"),
            ports,
            agents: Vec::new(),
            directory: TempDir::with_prefix("snmpkit-readme-").unwrap(),
        }
    }

    /// The text with the ports that are there.
    fn outwards(&self, text: &str) -> String {
        self.ports.iter().fold(text.to_owned(), |text, (shown, real)| text.replace(shown, real))
    }

    /// The text with the ports that the README names.
    fn inwards(&self, text: &str) -> String {
        self.ports.iter().fold(text.to_owned(), |text, (shown, real)| text.replace(real, shown))
    }

    fn run(&mut self, command: &str) -> String {
        let command = self.outwards(command);
        let output = if let Some(agent) = command.strip_suffix(" &") {
            self.start(agent)
        } else {
            self.tool.run(&["-c", &format!("{{ {command}; }} 2>&1")]).out()
        };
        self.inwards(&output)
    }

    /// Starts an agent and returns what it says when it is ready.
    fn start(&mut self, command: &str) -> String {
        let log = self.directory.path().join(format!("agent{}", self.agents.len()));
        let file = File::create(&log).unwrap();
        let mut shell: Command = self.tool.command(&["-c", &format!("exec {command}")]);
        let mut child = shell.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
        let deadline = Instant::now() + START_PATIENCE;
        loop {
            let said = fs::read_to_string(&log).unwrap();
            let ended = child.try_wait().unwrap();
            if said.contains("listening at") && said.ends_with('\n') && ended.is_none() {
                self.agents.push(child);
                return said;
            }
            assert!(ended.is_none() && Instant::now() < deadline, "$ {command}\n{said}\n{ended:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        for agent in &mut self.agents {
            kill_group(agent);
            agent.wait().ok();
        }
    }
}

/// Whether all programs of a pipeline are there; `jq` need not be, except where `CI=true`.
fn can_run(command: &str) -> bool {
    let has = |name: &str| {
        ["/usr/local/bin", "/usr/bin", "/bin"].iter().any(|place| Path::new(place).join(name).is_file())
    };
    let missing: &[&str] = if command.contains("| jq ") && !has("jq") { &["jq"] } else { &[] };
    match support::peer_rule(missing, std::env::var_os("CI").as_deref()) {
        Ok(true) => true,
        Ok(false) => {
            say(&format!("skipped: no jq for `{command}`; apt-get install jq"));
            false
        }
        Err(message) => panic!("{message}"),
    }
}

#[test]
fn every_example_gives_what_the_readme_shows() {
    let mut reader = Reader::new();
    let examples: Vec<_> =
        blocks(&read("README.md"), "console").iter().flat_map(|block| shown(block)).collect();
    assert!(examples.len() >= 12, "only {} commands", examples.len());
    for Shown { command, output } in examples {
        if can_run(&command) {
            let found = reader.run(&command);
            assert_eq!(masked(&found), masked(&output), "\n$ {command}\n{found}");
        }
    }
}

#[test]
fn every_example_of_the_man_pages_runs() {
    let mut reader = Reader::new();
    for example in xtask::EXAMPLES {
        let command = example.command.replace("switch.walk", "'REPOSITORY/tests/data/switch.walk'");
        let command = command.replace("agent.users", "'REPOSITORY/tests/data/agent.users'");
        let command = command.replace("REPOSITORY", env!("CARGO_MANIFEST_DIR"));
        if example.tool == tool::agent::NAME {
            let said = reader.run(&format!("{command} &"));
            assert!(said.contains("listening at 127.0.0.1:1161\n"), "{command}\n{said}");
            for mut agent in reader.agents.drain(..) {
                kill_group(&agent);
                agent.wait().unwrap();
            }
        } else {
            let said = reader.run(&format!("{command}; echo \"status $?\""));
            assert!(said.ends_with("\nstatus 0\n"), "{command}\n{said}");
        }
    }
}

/// The tools' definitions by name.
fn definitions() -> BTreeMap<&'static str, Definition> {
    tool::ALL.iter().map(|(name, definition)| (*name, definition())).collect()
}

/// The text between backticks, and the lines of all blocks.
fn code(text: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut code = Vec::new();
    let mut inside_block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside_block = !inside_block;
        } else if !inside_block {
            outside.push_str(line);
            outside.push('\n');
        }
    }
    code.extend(outside.split('`').skip(1).step_by(2).map(str::to_owned));
    for language in ["sh", "console"] {
        for block in blocks(text, language) {
            code.extend(
                block.lines().filter(|line| language == "sh" || line.starts_with("$ ")).map(str::to_owned),
            );
        }
    }
    code
}

/// Words that look like a tool's name and are none of ours.
const OTHER_PROGRAMS: &[&str] = &["snmpd", "snmpkit", "snmp", "snmptrap"];

#[test]
fn every_tool_and_option_that_the_readme_names_exists() {
    let tools = definitions();
    let longs: BTreeSet<String> = tools
        .values()
        .flat_map(|tool| tool.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned)))
        .chain(["help".to_owned(), "version".to_owned()])
        .collect();
    let shorts: BTreeSet<char> = tools
        .values()
        .flat_map(|tool| tool.get_arguments().filter_map(clap::Arg::get_short))
        .chain(['h', 'V'])
        .collect();
    let mut seen = BTreeSet::new();
    for piece in code(&read("README.md")) {
        for word in piece.split_whitespace() {
            let name = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
            if !word.starts_with('.')
                && name.starts_with("snmp")
                && name.chars().all(|letter| letter.is_ascii_lowercase())
            {
                assert!(
                    tools.contains_key(name) || OTHER_PROGRAMS.contains(&name),
                    "no tool {name}: {piece}"
                );
                seen.insert(name.to_owned());
            }
            if OTHERS_OPTIONS.contains(&word) || piece.contains("| jq ") || piece.contains("| tail -1") {
                continue;
            }
            if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
                let (name, value) = long.split_once('=').unwrap_or((long, ""));
                assert!(longs.contains(name) || value == "value", "no option --{name}: {piece}");
                seen.insert(format!("--{name}"));
            } else if let Some(short) = word.strip_prefix('-').and_then(|rest| rest.chars().next())
                && short != '-'
            {
                assert!(shorts.contains(&short), "no option -{short}: {piece}");
            }
        }
    }
    for (name, _) in tool::ALL {
        assert!(seen.contains(name), "the README does not name {name}");
    }
    assert!(seen.contains("--quirk") && seen.contains("--show-target"), "{seen:?}");
}

#[test]
fn every_token_and_quirk_that_the_readme_names_exists_and_no_quirk_is_missing() {
    let text = read("README.md");
    let configuration = text.split("\n## Configuration\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let list = configuration.split("\nThe command line sets").next().unwrap();
    let names = list.split("have an effect:").nth(1).unwrap().split('`').skip(1).step_by(2);
    let mut count = 0;
    for name in names.filter(|name| !name.contains('.')) {
        assert!(snmpkit::config::TOKENS.iter().any(|token| token.name == name), "no token {name}");
        count += 1;
    }
    assert!(count > 30, "only {count} tokens");
    let device = text.split("\n## A device to practise on\n").nth(1).unwrap().split("\n## ").next().unwrap();
    for quirk in snmpkit::agent::quirk::ALL {
        assert!(
            device.contains(&format!("`{}`", quirk.name)),
            "the README does not name the quirk {}",
            quirk.name
        );
    }
}

#[test]
fn files_that_the_readme_links_to_are_there() {
    let text = read("README.md");
    let mut count = 0;
    for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if !target.starts_with("https://") {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(target).exists(), "{target}");
            count += 1;
        }
    }
    assert!(count > 10, "only {count} links");
}

// From here on: whether the checks see what they are for.

#[test]
fn masks_hide_what_moves_and_nothing_else() {
    assert_eq!(
        masked("a = Timeticks: (149515702) 17 days, 7:19:17.02\nb = INTEGER: 5"),
        "a = Timeticks: (#\nb = INTEGER: 5"
    );
    assert_eq!(masked("a = Counter64: 12\nb = Gauge32: 12"), "a = Counter64: #\nb = Gauge32: 12");
    assert_eq!(masked("{\"elapsed_ms\":12,\"tries\":3}"), "{\"elapsed_ms\":#,\"tries\":3}");
    assert_eq!(masked("Counter64: x"), "Counter64: x");
}

#[test]
fn blocks_are_taken_apart() {
    let text = "x\n```console\n$ a b\n1\n\n$ c\n```\ny\n```sh\n$ d\n```\n`e -f`";
    let block = blocks(text, "console");
    assert_eq!(block.len(), 1);
    let shown = shown(&block[0]);
    assert_eq!(shown[0], Shown { command: "a b".to_owned(), output: "1\n\n".to_owned() });
    assert_eq!(shown[1], Shown { command: "c".to_owned(), output: String::new() });
    assert_eq!(code(text), ["e -f", "$ d", "$ a b", "$ c"]);
}

#[test]
fn a_word_that_is_no_option_is_refused() {
    // The check above relies on clap's own list; this is the same list seen from a command line.
    let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
    let environment = Environment::default();
    let given = |text| tool::arguments::<tool::get::Args>("snmpget".as_ref(), words(text), &environment);
    assert_eq!(tool::get::Args::NAME, "snmpget");
    assert!(given("--any-source demo:: 1.3").is_ok());
    assert!(matches!(given("-Q demo:: 1.3"), Err(NotPrepared::Stop(_))));
}
