//! Our tools against net-snmp's, over live agents; and the checks that the harness itself can be trusted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

#[path = "interop/cases.rs"]
mod cases;
#[path = "interop/names.rs"]
mod names;
mod support;
#[path = "interop/world.rs"]
mod world;

use std::{env, ffi::OsStr, fs, path::Path, process::Command, thread, time::Duration};

use cases::{Case, MOVING, OUTPUT_LETTERS, Ours, READING, WRITING};
use support::{
    Peers, SilentPort,
    agent::OurAgent,
    compare::{EXACT, Moves, Moving, Rules, Stderr, Times, compare, difference, masked, names as names_of},
    fake::{FakeAgent, Request, binding, split, tlv},
    memory, peer_rule, require_ipv6, require_peers, say,
    snmpd::Snmpd,
    tool::{End, Run, Tool},
};
use world::World;

/// Runs both sides with the same words; the error is a report.
fn both(tool: &str, words: &[String], rules: &Rules<'_>) -> Result<Run, String> {
    let run = Tool::ours(tool).run(words);
    let reference = Tool::netsnmp(tool).run(words);
    compare(&run, &reference, rules)?;
    Ok(reference)
}

fn try_case(world: &World, case: &Case) -> Result<(), String> {
    let Some(words) = world.words(case.arguments) else {
        require_ipv6();
        return Ok(());
    };
    let reference = Tool::netsnmp(case.tool).run(&words);
    if env::var_os("SNMPKIT_SHOW").is_some() {
        say(&format!("{}\n{}", case.name, reference.describe()));
    }
    if reference.end != End::Status(case.status) {
        return Err(format!("net-snmp's status should be {}\n{}", case.status, reference.describe()));
    }
    let run = Tool::ours(case.tool).run(&words);
    match case.ours {
        Ours::Differs { status, why } => {
            let explains = (status == 0 || !run.stderr.is_empty()) && !run.err().contains("panicked");
            let holds = run.end == End::Status(status) && explains;
            holds.then_some(()).ok_or_else(|| format!("{why}: status {status} expected\n{}", run.describe()))
        }
        Ours::Explains(text) if !run.err().contains(text) => {
            Err(format!("stderr should say '{text}'\n{}", run.describe()))
        }
        Ours::Explains(_) | Ours::Same => {
            compare(&run, &reference, &Rules { moving: MOVING, stderr: case.stderr, times: case.times })
        }
    }
}

/// Runs all cases and reports every one that failed.
fn try_cases(world: &World, cases: &[Case]) {
    let report = |case: &Case| {
        try_case(world, case).err().map(|e| format!("## {}: {}\n{e}", case.name, case.arguments))
    };
    // What changes the agent has an order.
    let failures: Vec<_> = if world.is_shared() {
        in_parallel(cases, report)
    } else {
        cases.iter().filter_map(report).collect()
    };
    assert!(failures.is_empty(), "{} of {} cases\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn reading_gives_what_net_snmp_gives() {
    let Some(peers) = require_peers() else { return };
    let world = World::shared(peers);
    try_cases(&world, READING);
}

#[test]
fn every_name_of_a_case_is_its_own() {
    let mut names: Vec<_> = READING.iter().chain(WRITING).map(|case| case.name).collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert_eq!(twice, Vec::<&str>::new());
}

/// `-O` with each letter and each pair of letters, over one value of each type.
#[test]
fn every_pair_of_output_letters_prints_what_net_snmp_prints() {
    let Some(peers) = require_peers() else { return };
    let world = World::shared(peers);
    let mut options: Vec<String> = OUTPUT_LETTERS.iter().map(char::to_string).collect();
    for first in OUTPUT_LETTERS {
        options.extend(OUTPUT_LETTERS.iter().map(|second| format!("{first}{second}")));
    }
    options.extend(["p2", "p0", "p.3e", "qp1", "np5"].map(str::to_owned));
    let try_option = |option: &String| {
        let words = world.words(&format!("-v2c -c public -O{option} {{typed}} .1.3")).unwrap();
        both("snmpget", &words, &EXACT).err()
    };
    let failures: Vec<String> = in_parallel(&options, try_option);
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), options.len(), failures.join("\n"));
}

/// Every error-status, with the index of the binding, none, and one past the end.
#[test]
fn every_error_status_is_reported_as_net_snmp_reports_it() {
    let Some(peers) = require_peers() else { return };
    let mut failures = Vec::new();
    for (status, index) in (1..=20).flat_map(|status| [0, 1, 2].map(|index| (status, index))) {
        let echo = FakeAgent::start(move |datagram| {
            let request = Request::read(datagram);
            request.map(|r| r.response(status, index, &r.bindings)).into_iter().collect()
        });
        let tools = [
            ("snmpget", "-v2c .1.3.6.1.4.1.99999.1.0"),
            ("snmpgetnext", "-v2c .1.3.6.1.4.1.99999.1.0"),
            ("snmpset", "-v2c .1.3.6.1.4.1.99999.1.0 i 1"),
            ("snmpwalk", "-v2c .1.3.6.1.4.1.99999.1"),
            ("snmpbulkget", "-v2c .1.3.6.1.4.1.99999.1"),
            ("snmpbulkwalk", "-v2c .1.3.6.1.4.1.99999.1"),
            ("snmpget", "-v1 .1.3.6.1.4.1.99999.1.0"),
            ("snmpgetnext", "-v1 .1.3.6.1.4.1.99999.1.0"),
            ("snmpset", "-v1 .1.3.6.1.4.1.99999.1.0 i 1"),
            ("snmpwalk", "-v1 .1.3.6.1.4.1.99999.1"),
        ];
        failures.extend(in_parallel(&tools, |(tool, arguments)| {
            let mut words: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
            let front = ["-c", "public", "-r0", "-t5", echo.address()].map(str::to_owned);
            words.splice(1..1, front);
            // net-snmp does not say what undoFailed means for the user: a part of the SET was made.
            let in_doubt = *tool == "snmpset" && status == 15;
            let rules = if in_doubt { Rules { stderr: Stderr::FirstLine, ..EXACT } } else { EXACT };
            let compared = both(tool, &words, &rules).and_then(|_| {
                let said = Tool::ours(tool).run(&words).err().ends_with(
                    "snmpset: the set may have been made; read the variables before you set them again\n",
                );
                if said == in_doubt { Ok(()) } else { Err(format!(": said to be in doubt: {said}")) }
            });
            compared.err().map(|e| format!("error-status {status}, index {index}{e}"))
        }));
    }
    let _: Peers = peers;
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// The whole tree, numeric, everything but [`MOVING`] octet for octet.
#[test]
fn the_whole_tree_prints_as_net_snmp_prints_it() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::shared(peers);
    let walks = [
        ("snmpwalk", "-v2c -On"),
        ("snmpwalk", "-v1 -On"),
        ("snmpbulkwalk", "-v2c -On"),
        ("snmpbulkwalk", "-v2c -Oqn"),
        ("snmpbulkwalk", "-v2c -OQnt"),
        ("snmpbulkwalk", "-v2c -Onx"),
        ("snmpbulkwalk", "-v2c -Onat"),
        ("snmpbulkwalk", "-v2c -OnU -Cr40"),
    ];
    for (tool, options) in walks {
        for address in [agent.udp(), agent.tcp(), agent.unix()] {
            let mut words: Vec<String> = options.split(' ').map(str::to_owned).collect();
            words.extend(["-c", "public", &address, ".1"].map(str::to_owned));
            // On another machine something may move that the table does not name. What moves agrees sooner or later;
            // what is printed wrongly never does.
            let attempt = || both(tool, &words, &Rules { moving: MOVING, ..EXACT });
            let reference = attempt()
                .or_else(|_| attempt())
                .or_else(|_| attempt())
                .unwrap_or_else(|report| panic!("{report}\n{}", agent.log_tail()));
            let found = names_of(&reference.stdout).len();
            assert!(found > 1_000, "only {found} objects\n{}", reference.describe());
            if options != "-v2c -On" && options != "-v1 -On" {
                break;
            }
        }
    }
}

/// `-r N` sends `N + 1` datagrams into silence.
#[test]
fn retries_are_counted_as_net_snmp_counts_them() {
    let Some(_peers) = require_peers() else { return };
    for (tool, retries) in
        [("snmpget", 0), ("snmpget", 2), ("snmpwalk", 1), ("snmpbulkwalk", 3), ("snmpset", 1)]
    {
        let count = |tool: Tool| {
            let port = SilentPort::open();
            let address = port.address();
            let retries = format!("-r{retries}");
            let mut words = vec!["-v2c", "-cpublic", &retries, "-t0.1", &address, ".1.3.6.1.2.1.1.4.0"];
            if tool.name() == "snmpset" {
                words.extend(["s", "x"]);
            }
            assert_eq!(tool.run(&words).status(), 1);
            port.drain()
        };
        assert_eq!(count(Tool::netsnmp(tool)), retries + 1, "{tool} -r{retries}");
        // A walk begins with two requests: one of them finds out whether the agent answers GETBULK.
        let requests = if tool.ends_with("walk") { 2 } else { 1 };
        assert_eq!(count(Tool::ours(tool)), requests * (retries + 1), "{tool} -r{retries}");
    }
}

/// net-snmp's tools against our agent, on each transport that both have.
#[test]
fn net_snmps_tools_read_and_write_our_agent() {
    let Some(peers) = require_peers() else { return };
    let agent = OurAgent::start(peers, &["demo"]);
    let ask = |tool: &str, options: &str, address: &str, rest: &str| {
        let words: Vec<&str> = options.split(' ').chain([address]).chain(rest.split(' ')).collect();
        Tool::netsnmp(tool).run(&words)
    };
    for (number, address) in [agent.udp(), agent.tcp(), agent.unix()].iter().enumerate() {
        let run = ask("snmpget", "-v1 -cpublic -Oqv", address, ".1.3.6.1.2.1.1.1.0");
        assert_eq!((run.status(), run.stderr.len()), (0, 0), "{}", run.describe());
        assert!(run.stdout.len() > 3, "{}", run.describe());

        let contact = format!("\"operator {number}\"");
        let set = format!(".1.3.6.1.2.1.1.4.0 s operator_{number}");
        let run = ask("snmpset", "-v2c -cprivate -Oqv", address, &set);
        assert_eq!(run.out().trim().replace('_', " "), contact, "{}", run.describe());
        assert_eq!(ask("snmpset", "-v2c -cpublic -r0 -t0.5", address, &set).out(), "");
        let run = ask("snmpget", "-v2c -cpublic -Oqv", address, ".1.3.6.1.2.1.1.4.0");
        assert_eq!(run.out().trim().replace('_', " "), contact, "{}", run.describe());

        let walks = [
            ("snmpwalk", "-v1"),
            ("snmpwalk", "-v2c"),
            ("snmpbulkwalk", "-v2c"),
            ("snmpbulkwalk", "-v2c -Cr50"),
        ];
        let [one, two, bulk, long] = walks.map(|(tool, version)| {
            let run = ask(tool, &format!("{version} -cpublic -On"), address, ".1.3.6.1.2.1.1");
            assert_eq!((run.status(), run.stderr.len()), (0, 0), "{}", run.describe());
            names_of(&run.stdout)
        });
        assert!(two.len() >= 7, "{two:?}");
        assert_eq!((&one, &bulk, &long), (&two, &two, &two));

        let run = ask("snmpwalk", "-v2c -cpublic -On", address, ".1");
        assert_eq!((run.status(), run.stderr.len()), (0, 0), "{}", run.describe());
        assert!(names_of(&run.stdout).len() > 50, "{}", run.describe());
    }
    let run = ask("snmpget", "-v2c -cpublic", &agent.udp(), ".1.3.6.1.2.1.1.99.0");
    assert!(run.out().contains("No Such Object"), "{}", run.describe());
    assert_eq!(ask("snmpget", "-v1 -cpublic", &agent.udp(), ".1.3.6.1.2.1.1.99.0").status(), 2);
}

/// The errors of `work` over all items, on a few threads.
fn in_parallel<I: Sync, E: Send>(items: &[I], work: impl Fn(&I) -> Option<E> + Sync) -> Vec<E> {
    const THREADS: usize = 4;
    thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = (0..THREADS)
            .map(|first| {
                scope.spawn(move || {
                    items.iter().skip(first).step_by(THREADS).filter_map(work).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn writing_gives_what_net_snmp_gives() {
    let Some(peers) = require_peers() else { return };
    let world = World::own(peers);
    try_cases(&world, WRITING);
}

// From here on: whether the harness can be trusted.

#[test]
fn a_missing_peer_fails_in_ci_and_skips_elsewhere() {
    assert_eq!(peer_rule(&[], Some(OsStr::new("true"))), Ok(true));
    assert_eq!(peer_rule(&[], None), Ok(true));
    assert_eq!(peer_rule(&["snmpd"], None), Ok(false));
    assert_eq!(peer_rule(&["snmpd"], Some(OsStr::new("false"))), Ok(false));
    let refusal = peer_rule(&["snmpd", "snmpget"], Some(OsStr::new("true"))).unwrap_err();
    assert!(refusal.contains("snmpd, snmpget"), "{refusal}");
}

#[test]
fn the_agent_answers_on_every_transport() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::shared(peers);
    let tool = Tool::netsnmp("snmpget");
    for address in agent.addresses() {
        let run = tool.run(&["-v2c", "-c", "public", "-On", &address, ".1.3.6.1.2.1.1.6.0"]);
        assert_eq!(run.out(), ".1.3.6.1.2.1.1.6.0 = STRING: \"here\"\n", "{}", run.describe());
    }
    assert_eq!(agent.addresses().len(), if require_ipv6() { 5 } else { 3 });
}

#[test]
fn the_agent_knows_its_user() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::shared(peers);
    let run = Tool::netsnmp("snmpget").run(&[
        "-v3",
        "-l",
        "authPriv",
        "-u",
        "operator",
        "-a",
        "SHA",
        "-A",
        "authpass123",
        "-x",
        "AES",
        "-X",
        "privpass123",
        &agent.udp(),
        ".1.3.6.1.2.1.1.6.0",
    ]);
    assert_eq!(run.out(), "iso.3.6.1.2.1.1.6.0 = STRING: \"here\"\n", "{}", run.describe());
}

#[test]
fn two_agents_live_side_by_side_and_end_when_dropped() {
    let Some(peers) = require_peers() else { return };
    let one = Snmpd::start(peers);
    let other = Snmpd::start_with(peers, "override .1.3.6.1.4.1.8072.9999.9999.77.0 integer 77");
    assert_ne!(one.udp(), other.udp());
    let ask = |agent: &Snmpd| {
        Tool::netsnmp("snmpget").run(&[
            "-v2c",
            "-cpublic",
            "-Oqv",
            &agent.udp(),
            ".1.3.6.1.4.1.8072.9999.9999.77.0",
        ])
    };
    assert_eq!(ask(&other).out(), "77\n");
    assert!(ask(&one).out().starts_with("No Such"), "{}", ask(&one).describe());
    let process = format!("/proc/{}", one.pid());
    assert!(Path::new(&process).exists());
    drop(one);
    assert!(!Path::new(&process).exists());
    assert_eq!(ask(&other).out(), "77\n");
}

/// Not a test by itself: the test process that
/// [`an_agent_does_not_outlive_a_test_process_that_is_killed`] starts and kills.
#[test]
#[ignore = "the test below runs it in a process of its own"]
fn an_agent_that_nobody_drops() {
    let Some(peers) = require_peers() else { return };
    let agent = Snmpd::shared(peers);
    let note = env::var_os("SNMPKIT_NOTE").unwrap();
    fs::write(Path::new(&note).with_extension("new"), agent.pid().to_string()).unwrap();
    fs::rename(Path::new(&note).with_extension("new"), &note).unwrap();
    thread::sleep(Duration::from_secs(60));
}

#[test]
fn an_agent_does_not_outlive_a_test_process_that_is_killed() {
    if require_peers().is_none() {
        return;
    }
    let directory = tempfile::TempDir::new().unwrap();
    let note = directory.path().join("pid");
    let mut process = Command::new(env::current_exe().unwrap())
        .args(["--exact", "an_agent_that_nobody_drops", "--ignored"])
        .env("SNMPKIT_NOTE", &note)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let within = |what: &str, done: &dyn Fn() -> bool| {
        for _ in 0..3_000 {
            if done() {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("not within 30 s: {what}");
    };
    within("the agent starts", &|| note.exists());
    let agent = format!("/proc/{}", fs::read_to_string(&note).unwrap());
    assert!(Path::new(&agent).exists());
    process.kill().unwrap();
    process.wait().unwrap();
    within("the agent ends", &|| !Path::new(&agent).exists());
}

#[test]
fn a_tool_sees_nothing_of_the_users_environment() {
    let tool = Tool::at(Path::new("/usr/bin/env")).env("EXTRA", "1");
    let run = tool.run::<&str>(&[]);
    let mut names: Vec<_> = run.out().lines().filter_map(|l| Some(l.split_once('=')?.0.to_owned())).collect();
    names.sort_unstable();
    let expected = [
        "EXTRA",
        "HOME",
        "LC_ALL",
        "MIBS",
        "PATH",
        "SNMPCONFPATH",
        "SNMP_PERSISTENT_DIR",
        "TZ",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
    ];
    assert_eq!(names, expected);
    assert!(run.out().contains(&format!("HOME={}\n", tool.home().display())), "{}", run.describe());
    assert_eq!(run.status(), 0);
}

#[test]
fn a_tool_that_hangs_is_killed_with_all_its_children() {
    let shell = Tool::at(Path::new("/bin/sh")).patience(Duration::from_millis(300));
    let run = shell.run(&["-c", "echo begun; sleep 30 & sleep 30"]);
    assert_eq!((run.end, run.out().as_str()), (End::TooLong, "begun\n"));
    assert!(run.elapsed < Duration::from_secs(10), "{}", run.describe());

    let shell = Tool::at(Path::new("/bin/sh"));
    assert_eq!(shell.run(&["-c", "kill -SEGV $$"]).end, End::Signal(11));
    assert_eq!(shell.run(&["-c", "exit 3"]).status(), 3);
    assert_eq!(Tool::at(Path::new("/bin/cat")).stdin(b"\xff\0").run::<&str>(&[]).stdout, b"\xff\0");
    let named = Tool::at(Path::new("/bin/sh")).argv0("other").run(&["-c", "echo $0"]);
    assert_eq!(named.out(), "other\n");
}

fn finished(stdout: &str, stderr: &str, status: i32) -> Run {
    Run {
        command: "tool".to_owned(),
        end: End::Status(status),
        stdout: stdout.into(),
        stderr: stderr.into(),
        elapsed: Duration::ZERO,
    }
}

#[test]
fn any_difference_is_seen() {
    let same = finished("a\nb\n", "c\n", 0);
    assert_eq!(compare(&same, &same.clone(), &EXACT), Ok(()));
    for other in [
        finished("a\nb\n", "c\n", 1),
        finished("a\nb", "c\n", 0),
        finished("a\nb\n\n", "c\n", 0),
        finished("a\nb \n", "c\n", 0),
        finished("a\n", "c\n", 0),
        finished("a\nb\n", "", 0),
        finished("a\nb\n", "d\n", 0),
        Run { end: End::TooLong, ..same.clone() },
    ] {
        assert!(compare(&same, &other, &EXACT).is_err(), "{}", other.describe());
        assert!(compare(&other, &same, &EXACT).is_err(), "{}", other.describe());
    }
}

#[test]
fn stderr_is_compared_as_far_as_the_rule_goes() {
    let one = finished("", "time 1.5 s\nusage of one\n", 1);
    let other = finished("", "time 12.75 s\nusage of one\n", 1);
    let third = finished("", "time 1.5 s\nanother usage\n", 1);
    let with = |stderr| Rules { stderr, ..EXACT };
    assert!(compare(&one, &other, &with(Stderr::Exact)).is_err());
    assert!(compare(&one, &other, &with(Stderr::FirstLine)).is_err());
    assert!(compare(&one, &third, &with(Stderr::FirstLine)).is_ok());
    assert!(compare(&one, &finished("", "", 1), &with(Stderr::Any)).is_ok());
}

#[test]
fn a_measured_time_is_any_number_with_six_decimals() {
    let rules = Rules { times: Times::Any, ..EXACT };
    let one = finished("0.000266 s: a.1 = 5\n", "took 1.500000 s\n", 0);
    assert_eq!(compare(&one, &finished("12.000001 s: a.1 = 5\n", "took 0.000001 s\n", 0), &rules), Ok(()));
    for (out, err) in [
        ("0.00026 s: a.1 = 5\n", "took 1.500000 s\n"),
        ("0.0002666 s: a.1 = 5\n", "took 1.500000 s\n"),
        ("0.000266 s: a.1 = 6\n", "took 1.500000 s\n"),
        ("0.000266 s: a.2 = 5\n", "took 1.500000 s\n"),
        ("0.000266 s: a.1 = 5\n", "took long\n"),
    ] {
        assert!(compare(&one, &finished(out, err, 0), &rules).is_err(), "{out}{err}");
    }
}

#[test]
fn what_moves_is_masked_by_name_and_nothing_else_is() {
    let moving = [
        Moving { name: "clock", oid: ".1.2", what: Moves::Value },
        Moving { name: "processes", oid: ".1.5", what: Moves::Rows },
    ];
    let text =
        b".1.1 = a\nsecond line\n.1.2.0 = now\nmore of now\n.1.20 = b\n.1.5.1 = x\nmore of x\n.1.6 = c\n";
    let expected = [".1.1 = a\nsecond line", ".1.2.0 = <moves: clock>", ".1.20 = b", ".1.6 = c"];
    assert_eq!(masked(text, &moving), expected);
    assert_eq!(names_of(text), [".1.1", ".1.2.0", ".1.20", ".1.5.1", ".1.6"]);
}

#[test]
fn a_difference_is_shown_where_it_is_and_not_to_the_end() {
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let shown = difference("stdout", &lines("a b c d e"), &lines("a x c d f e"));
    let expected = ["stdout     2 - b", "stdout     2 + x", "stdout     5 + f"];
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected);
    let long: Vec<String> = (0..500).map(|n| n.to_string()).collect();
    assert!(difference("stdout", &long, &[]).ends_with("and 460 lines more\n"));
}

#[test]
fn the_harness_writes_ber_as_the_rfcs_have_it() {
    assert_eq!(tlv(0x04, &[7; 3]), [4, 3, 7, 7, 7]);
    assert_eq!(tlv(0x04, &[7; 128])[..3], [4, 0x81, 128]);
    assert_eq!(tlv(0x04, &[7; 300])[..4], [4, 0x82, 1, 44]);
    assert_eq!(
        binding(".1.3.6.1.4.1.99999.0", 5, &[]),
        [0x30, 13, 6, 9, 0x2b, 6, 1, 4, 1, 0x86, 0x8d, 0x1f, 0, 5, 0]
    );
    assert_eq!(split(&[4, 0x82, 0, 1, 9, 8]), Some((4, &[9][..], &[8][..])));
    assert_eq!(split(&[4, 2, 9]), None);
    assert_eq!(split(&[4, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]), None);
}

#[test]
fn memory_is_measured() {
    let small =
        memory::measure(Command::new("/bin/sh").args(["-c", "echo one; echo two; sleep 0.2; exit 4"]));
    assert_eq!((small.stdout_octets, small.stdout_lines, small.status), (8, 2, Some(4)));
    let large = memory::measure(
        Command::new("/bin/sh")
            .args(["-c", "x=$(head -c 30000000 /dev/zero | tr '\\0' x); sleep 0.2; echo ${#x}"]),
    );
    assert_eq!((large.stdout_octets, large.status), (9, Some(0)));
    assert!((100..20_000).contains(&small.peak_kib), "{small:?}");
    assert!(large.peak_kib > small.peak_kib + 25_000, "{small:?} {large:?}");
}
