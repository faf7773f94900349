//! What is remembered of agents' engines: with several processes at it, on file systems that take nothing, and by the
//! tools.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "the test starts itself and listens to what it says"
)]

mod support;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant as WallInstant, UNIX_EPOCH},
};

use snmpkit::{
    clock::Instant,
    engine::{EngineClock, EngineId, KnownEngine},
    state::{AgentKey, EngineCache, Kept, Moment},
};
use support::{
    require_peers,
    snmpd::Snmpd,
    tool::{Run, Tool},
};

/// Where a process that a test starts has its cache, and which of them it is.
const DIRECTORY: &str = "SNMPKIT_TEST_ENGINES";
const NUMBER: &str = "SNMPKIT_TEST_NUMBER";

/// What one process keeps.
const AGENTS: u32 = 30;

fn agent(process: u32, number: u32) -> AgentKey {
    AgentKey::of(&format!("host{number}.process{process}").parse().unwrap(), None).unwrap()
}

fn known(process: u32, number: u32) -> KnownEngine {
    let id = format!("engine {number} of process {process}");
    let clock = EngineClock { boots: process, time: number, at: Instant::ZERO };
    KnownEngine { id: EngineId::new(id.as_bytes()).unwrap(), clock: Some(clock) }
}

fn then() -> Moment {
    Moment { wall: UNIX_EPOCH + Duration::from_secs(1_750_000_000), session: Instant::ZERO }
}

fn directory(root: &Path) -> PathBuf {
    root.join("engines")
}

/// The command line of a process that keeps what is its own, and says how that went.
fn writer(root: &Path, number: u32) -> Vec<String> {
    let test = env::current_exe().unwrap();
    let arguments = ["--exact", "keeps_what_is_its_own", "--ignored", "--nocapture", "--test-threads=1"];
    let settings = [format!("{DIRECTORY}={}", directory(root).display()), format!("{NUMBER}={number}")];
    let words = ["env".to_owned()].into_iter().chain(settings).chain([test.display().to_string()]);
    words.chain(arguments.map(str::to_owned)).collect()
}

fn start(words: &[String]) -> Child {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs a writer after the commands of a shell, which get the directory as `$1`.
fn run_after(commands: &str, root: &Path, number: u32) -> Output {
    let script = format!("{commands}; root=$1; shift; exec \"$@\"");
    let words =
        [&["sh", "-c", &script, "sh", root.to_str().unwrap()].map(str::to_owned)[..], &writer(root, number)];
    start(&words.concat()).wait_with_output().unwrap()
}

/// How often a writer said a word.
fn said(output: &Output, word: &str) -> usize {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter(|line| line.starts_with(word)).count()
}

fn found(root: &Path, process: u32) -> usize {
    let cache = EngineCache::open(directory(root));
    let is_found = |number: &u32| match cache.find(&agent(process, *number), then()) {
        None => false,
        Some(found) => {
            assert_eq!(found, known(process, *number));
            true
        }
    };
    (0..AGENTS).filter(is_found).count()
}

/// Every line of every file but the first, and the files' names.
fn lines_and_names(root: &Path) -> (usize, Vec<String>) {
    let entries: Vec<_> = fs::read_dir(directory(root)).unwrap().map(|entry| entry.unwrap()).collect();
    let lines = |path: PathBuf| fs::read_to_string(path).unwrap().lines().skip(1).count();
    let names = entries.iter().map(|entry| entry.file_name().into_string().unwrap()).collect();
    (entries.iter().map(|entry| lines(entry.path())).sum(), names)
}

#[test]
#[ignore = "what the other tests have processes do"]
fn keeps_what_is_its_own() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let process = env::var(NUMBER).unwrap().parse().unwrap();
    let cache = EngineCache::open(directory.into());
    // The harness has begun a line.
    println!();
    for number in 0..AGENTS {
        let started = WallInstant::now();
        let kept = cache.keep(&agent(process, number), &known(process, number), then());
        match kept {
            Ok(Kept::Written | Kept::AsBefore) => println!("kept"),
            Ok(Kept::Busy) => println!("busy"),
            Err(error) => println!("error: {error}"),
        }
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
}

#[test]
fn ten_processes_lose_nothing_of_what_they_say_is_kept() {
    let root = tempfile::tempdir().unwrap();
    let processes: Vec<_> = (0..10).map(|number| start(&writer(root.path(), number))).collect();
    let mut all = 0;
    for (number, process) in (0..).zip(processes) {
        let output = process.wait_with_output().unwrap();
        let kept = said(&output, "kept");
        assert_eq!(kept + said(&output, "busy"), usize::try_from(AGENTS).unwrap(), "process {number}");
        assert_eq!(found(root.path(), number), kept, "process {number}");
        all += kept;
    }
    assert!(all >= 30, "{all} of 300: nobody waits long, but not everybody is turned away");
    let (lines, names) = lines_and_names(root.path());
    assert_eq!(lines, all, "and no line is damaged");
    assert!(names.iter().all(|name| !name.contains(".new")), "{names:?}");
}

#[test]
fn a_process_that_is_killed_leaves_whole_files_and_no_lock() {
    let root = tempfile::tempdir().unwrap();
    for number in 0..30 {
        let mut process = start(&writer(root.path(), number));
        thread::sleep(Duration::from_micros(u64::from(number) * 400));
        process.kill().unwrap();
        process.wait().unwrap();
        // Nothing but whole entries of the right engines.
        found(root.path(), number);
    }
    for number in 0..30 {
        let output = start(&writer(root.path(), number)).wait_with_output().unwrap();
        assert_eq!(said(&output, "kept"), usize::try_from(AGENTS).unwrap());
    }
    let (lines, _) = lines_and_names(root.path());
    assert_eq!(lines, (0..30).map(|number| found(root.path(), number)).sum::<usize>());
    assert_eq!(lines, 900);
}

#[test]
fn a_limit_of_file_sizes_does_not_kill() {
    let root = tempfile::tempdir().unwrap();
    said(&run_after(":", root.path(), 1), "kept");
    let output = run_after("ulimit -f 0", root.path(), 2);
    assert_eq!(said(&output, "error: cannot remember the agent's engine"), usize::try_from(AGENTS).unwrap());
    assert_eq!((found(root.path(), 1), found(root.path(), 2)), (usize::try_from(AGENTS).unwrap(), 0));
}

/// Runs a writer and commands of a shell before and after it, which find the directory in `$root`. Mounts end with them.
fn run_mounted(before: &str, root: &Path, number: u32, after: &str) -> Option<Output> {
    if !Command::new("unshare").args(["--mount", "true"]).output().is_ok_and(|output| output.status.success())
    {
        println!("skipped: nothing can be mounted here");
        return None;
    }
    let script = format!("root=$1; shift; {before}; \"$@\"; {after}");
    let root_text = root.to_str().unwrap();
    let words = ["unshare", "--mount", "sh", "-ec", &script, "sh", root_text].map(str::to_owned);
    let words = [&words[..], &writer(root, number)].concat();
    Some(start(&words).wait_with_output().unwrap())
}

#[test]
fn a_full_disk_costs_what_is_new_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    said(&run_after(":", root.path(), 1), "kept");
    let before = r#"kept=$(mktemp -d); cp -a "$root/engines" "$kept"; mount -t tmpfs -o size=1m none "$root"
        mv "$kept/engines" "$root"; rmdir "$kept"; cat /dev/zero > "$root/full" 2>/dev/null || :"#;
    let after = r#"cat "$root"/engines/* | grep -c process1; ls "$root/engines" | grep -c new || :"#;
    let Some(output) = run_mounted(before, root.path(), 2, after) else { return };
    let all = usize::try_from(AGENTS).unwrap();
    assert_eq!(said(&output, "error: cannot remember the agent's engine"), all);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("No space left on device"), "{text}");
    assert!(
        text.contains(&format!("\n{all}\n0\n")),
        "what was there is still there, and nothing unfinished: {text}"
    );
}

#[test]
fn a_file_system_that_cannot_be_written_to_is_read() {
    let root = tempfile::tempdir().unwrap();
    said(&run_after(":", root.path(), 1), "kept");
    let before = r#"mount --bind "$root" "$root"; mount -o remount,bind,ro "$root""#;
    for (number, word) in [(1, "kept"), (2, "error: cannot remember the agent's engine")] {
        let Some(output) = run_mounted(before, root.path(), number, ":") else { return };
        assert_eq!(said(&output, word), usize::try_from(AGENTS).unwrap(), "{output:?}");
    }
}

const OPERATOR: &str = "-d -v3 -u operator -l authPriv -a SHA -A authpass123 -x AES -X privpass123";

/// A run against an agent: how many datagrams it sent, and all of it.
fn asked(tool: &Tool, options: &str, agent: &str) -> (usize, Run) {
    let line = format!("{options} {agent} .1.3.6.1.2.1.1.7.0");
    let run = tool.run(&line.split(' ').collect::<Vec<_>>());
    (run.err().lines().filter(|line| line.starts_with("Sending ")).count(), run)
}

fn sent(tool: &Tool, options: &str, agent: &str) -> usize {
    let (sent, run) = asked(tool, options, agent);
    assert_eq!(run.out(), "iso.3.6.1.2.1.1.7.0 = INTEGER: 72\n", "{}", run.describe());
    sent
}

#[test]
fn who_asks_again_needs_one_round_trip() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start_with(peers, "createUser open\nrouser open noauth\n");
    let agent = snmpd.udp();
    for user in [OPERATOR, "-d -v3 -u open"] {
        let tool = Tool::ours("snmpget");
        let alone = format!("--no-cache {user}");
        assert_eq!(sent(&tool, &alone, &agent), 2, "{user}");
        assert!(!tool.home().join("state").exists(), "{user}");
        assert_eq!([1, 2, 3].map(|_| sent(&tool, user, &agent)), [2, 1, 1], "{user}");
        // The name counts that it was asked by.
        assert_eq!(sent(&tool, user, agent.trim_start_matches("udp:")), 1, "{user}");
        assert_eq!(sent(&tool, user, &snmpd.tcp()), 2, "{user}");
        assert_eq!(sent(&tool, &alone, &agent), 2, "{user}");
    }
    // What nobody has authenticated serves who has keys, too, but for the clock.
    let tool = Tool::ours("snmpget");
    let users = ["-d -v3 -u open", OPERATOR, OPERATOR, "-d -v3 -u open"];
    assert_eq!(users.map(|user| sent(&tool, user, &agent)), [2, 2, 1, 1]);
}

/// Whatever is remembered, the answer is the right one, and what is remembered afterwards, too.
#[test]
fn what_is_remembered_wrongly_costs_a_round_trip_or_two() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start(peers);
    let agent = snmpd.udp();
    let key = AgentKey::of(&agent.parse().unwrap(), None).unwrap();
    let tool = Tool::ours("snmpget");
    let cache = EngineCache::open(tool.home().join("state/snmpkit/engines"));
    assert_eq!(sent(&tool, OPERATOR, &agent), 2);
    let now = || Moment::now(Instant::ZERO);
    let right = cache.find(&key, now()).unwrap();
    let clock = right.clock.unwrap();
    let other = EngineId::new(b"\x80\x00\x00\x00\x05another").unwrap();
    let with = |boots: u32, time: u32| Some(EngineClock { boots, time, at: Instant::ZERO });
    for (about, wrong, most) in [
        ("another engine", KnownEngine { id: other, ..right }, 3),
        ("another engine without a clock", KnownEngine { id: other, clock: None }, 3),
        ("no clock", KnownEngine { clock: None, ..right }, 2),
        ("started since", KnownEngine { clock: with(clock.boots - 1, clock.time), ..right }, 2),
        ("boots that went backwards", KnownEngine { clock: with(clock.boots + 7, 5), ..right }, 2),
        ("behind", KnownEngine { clock: with(clock.boots, 0), ..right }, 2),
        ("ahead", KnownEngine { clock: with(clock.boots, clock.time + 5_000), ..right }, 2),
    ] {
        fs::remove_dir_all(tool.home().join("state")).unwrap();
        assert_eq!(cache.keep(&key, &wrong, now()).unwrap(), Kept::Written, "{about}");
        let count = sent(&tool, OPERATOR, &agent);
        assert!(count <= most, "{about}: {count} datagrams");
        let found = cache.find(&key, now()).unwrap();
        let (id, boots) = (found.id, found.clock.unwrap().boots);
        assert_eq!((id, boots), (right.id, clock.boots), "{about}");
        assert!(found.clock.unwrap().time.abs_diff(clock.time) < 100, "{about}: {found:?}, {right:?}");
        assert_eq!(sent(&tool, OPERATOR, &agent), 1, "{about}");
    }
}

/// Neither does a directory that takes nothing keep anybody from an answer, nor is anything said of it but under -D.
#[test]
fn a_tool_that_cannot_remember_answers_all_the_same() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start(peers);
    let tool = Tool::ours("snmpget");
    fs::write(tool.home().join("state"), "in the way").unwrap();
    let silent = OPERATOR.trim_start_matches("-d ");
    for _ in 0..2 {
        let (_, run) = asked(&tool, silent, &snmpd.udp());
        assert!(run.status() == 0 && run.stderr.is_empty(), "{}", run.describe());
        let (_, run) = asked(&tool, &format!("-DALL {silent}"), &snmpd.udp());
        assert!(run.err().starts_with("cannot remember the agent's engine in "), "{}", run.describe());
        assert_eq!((run.status(), run.err().lines().count()), (0, 1), "{}", run.describe());
    }
}

/// A forged answer, a wrong key, a wrong user: what proves nothing is not remembered.
#[test]
fn what_proves_nothing_is_not_remembered() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::start(peers);
    let tool = Tool::ours("snmpget");
    let remembered = || fs::exists(tool.home().join("state")).unwrap();
    for wrong in ["-A authpass124", "-u nobody", "-X privpass124 -r0 -t1"] {
        let (_, run) = asked(&tool, &format!("{OPERATOR} {wrong}"), &snmpd.udp());
        assert!(run.status() == 1 && !remembered(), "{}", run.describe());
    }
    assert_eq!(sent(&tool, OPERATOR, &snmpd.udp()), 2);
    assert!(remembered());
}
