//! No passphrase, key or community comes out of any tool, whatever is asked for and whatever goes wrong; and those that
//! are given by a file, a token or on the terminal stand in no list of processes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests of real programs live on the real clock and environment"
)]

#[path = "v3_secrets/search.rs"]
mod search;
mod support;

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use search::{Search, Sought};
use snmpkit::{
    crypto::{AuthProtocol, MasterKey, PrivProtocol},
    tool,
};
use support::{
    SilentPort,
    fake::FakeAgent,
    require_peers,
    snmpd::Snmpd,
    tool::{Run, Tool},
};

const AUTH_PASSPHRASE: &str = "qZ7vKp2mLx9wTb";
const PRIV_PASSPHRASE: &str = "h3RtY8uWcN5eGd";
const COMMUNITY: &str = "kJ4sDf7gHq1zVn";

const USER: &str = "-v3 -u keeper -l authPriv -a SHA-256 -x AES-256";

const SYS_CONTACT: &str = ".1.3.6.1.2.1.1.4.0";

/// The secrets of the user at one engine.
struct Secrets {
    master: [Vec<u8>; 2],
    localized: [Vec<u8>; 2],
}

impl Secrets {
    fn of(engine_id: &[u8]) -> Self {
        let auth = AuthProtocol::Sha256;
        let key = |passphrase: &str| MasterKey::from_passphrase(auth, passphrase.as_bytes()).unwrap();
        let (signing, sealing) = (key(AUTH_PASSPHRASE), key(PRIV_PASSPHRASE));
        let sealed = sealing.priv_key(PrivProtocol::Aes256, engine_id);
        Self {
            master: [signing.octets().expose().clone(), sealing.octets().expose().clone()],
            localized: [
                signing.auth_key(engine_id).octets().expose().clone(),
                sealed.octets().expose().clone(),
            ],
        }
    }

    fn all(&self) -> Vec<Sought> {
        let passphrases = [AUTH_PASSPHRASE, PRIV_PASSPHRASE].map(|text| text.as_bytes().to_vec());
        let named = [
            (["passphrase for authentication", "passphrase for privacy"], passphrases),
            (["master key for authentication", "master key for privacy"], self.master.clone()),
            (["localized key for authentication", "localized key for privacy"], self.localized.clone()),
        ];
        let secrets = named.into_iter().flat_map(|(names, secrets)| names.into_iter().zip(secrets));
        secrets.map(|(name, octets)| Sought { name, octets }).collect()
    }

    fn search(&self) -> Search {
        Search::new(&self.all())
    }
}

fn community() -> Sought {
    Sought { name: "community", octets: COMMUNITY.as_bytes().to_vec() }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold("0x".to_owned(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

/// A way to give secrets.
#[derive(Clone, Debug, Default)]
struct Way {
    name: &'static str,
    words: String,
    configuration: String,
    files: Vec<(&'static str, &'static str)>,
    stdin: String,
    /// Whether it keeps them out of the list of processes.
    is_private: bool,
}

fn ways(secrets: &Secrets) -> Vec<Way> {
    let pair = |[signing, sealing]: &[Vec<u8>; 2], front: [&str; 2], end: &str| {
        format!("{}{}{end}{}{}{end}", front[0], hex(signing), front[1], hex(sealing))
    };
    vec![
        Way {
            name: "options",
            words: format!("-A {AUTH_PASSPHRASE} -X {PRIV_PASSPHRASE}"),
            ..Way::default()
        },
        Way { name: "-3A", words: format!("-3A {AUTH_PASSPHRASE} -3X {PRIV_PASSPHRASE}"), ..Way::default() },
        Way { name: "master keys", words: pair(&secrets.master, ["-3m ", "-3M "], " "), ..Way::default() },
        Way {
            name: "localized keys",
            words: pair(&secrets.localized, ["-3k ", "-3K "], " "),
            ..Way::default()
        },
        Way {
            name: "tokens as options",
            words: format!("--defAuthPassphrase={AUTH_PASSPHRASE} --defPrivPassphrase={PRIV_PASSPHRASE}"),
            ..Way::default()
        },
        Way {
            name: "files",
            words: "--auth-password-file auth --priv-password-file priv".to_owned(),
            files: vec![("auth", AUTH_PASSPHRASE), ("priv", PRIV_PASSPHRASE)],
            is_private: true,
            ..Way::default()
        },
        Way {
            name: "standard input",
            words: "--auth-password-file - --priv-password-file -".to_owned(),
            stdin: format!("{AUTH_PASSPHRASE}\n{PRIV_PASSPHRASE}\n"),
            is_private: true,
            ..Way::default()
        },
        Way {
            name: "snmp.conf",
            configuration: format!(
                "defAuthPassphrase {AUTH_PASSPHRASE}\ndefPrivPassphrase {PRIV_PASSPHRASE}\n"
            ),
            is_private: true,
            ..Way::default()
        },
        Way {
            name: "master keys in snmp.conf",
            configuration: pair(&secrets.master, ["defAuthMasterKey ", "defPrivMasterKey "], "\n"),
            is_private: true,
            ..Way::default()
        },
        Way {
            name: "localized keys in snmp.conf",
            configuration: pair(&secrets.localized, ["defAuthLocalizedKey ", "defPrivLocalizedKey "], "\n"),
            is_private: true,
            ..Way::default()
        },
    ]
}

/// Where a community can stand; the specification of the agent is the other place.
fn community_ways() -> Vec<Way> {
    vec![
        Way { name: "-c", words: format!("-c {COMMUNITY}"), ..Way::default() },
        Way {
            name: "a file",
            words: "--community-file community".to_owned(),
            files: vec![("community", COMMUNITY)],
            is_private: true,
            ..Way::default()
        },
        Way {
            name: "snmp.conf",
            configuration: format!("defCommunity {COMMUNITY}\n"),
            is_private: true,
            ..Way::default()
        },
        Way {
            name: "standard input",
            words: "--community-file -".to_owned(),
            stdin: format!("{COMMUNITY}\n"),
            is_private: true,
            ..Way::default()
        },
    ]
}

impl Way {
    /// The tool, with all in place that this way takes.
    fn tool(&self, name: &str) -> Tool {
        let tool = Tool::ours(name).stdin(self.stdin.as_bytes());
        fs::write(tool.home().join("snmp.conf"), &self.configuration).unwrap();
        for (file, secret) in &self.files {
            fs::write(tool.home().join(file), format!("{secret}\n")).unwrap();
            fs::set_permissions(tool.home().join(file), fs::Permissions::from_mode(0o600)).unwrap();
        }
        tool
    }

    /// Whether a file of the tool's home is one that this way has put there.
    fn has_put(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap().to_str().unwrap();
        name == "snmp.conf" || self.files.iter().any(|(file, _)| *file == name)
    }

    /// What is found in all that a run says, and in all files that it leaves.
    fn try_run(&self, tool: &str, line: &str, search: &Search) -> (Run, Vec<String>) {
        let tool = self.tool(tool);
        let words: Vec<_> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let run = tool.run(&words);
        let mut all = search.found(&[&run.stdout[..], b"\n", &run.stderr].concat());
        for path in files_below(tool.home()).iter().filter(|path| !self.has_put(path)) {
            let told = search.found(&fs::read(path).unwrap());
            all.extend(told.into_iter().map(|told| format!("{told}, in {}", path.display())));
        }
        if !all.is_empty() {
            all.push(format!("given by {}: {}", self.name, run.describe()));
        }
        (run, all)
    }
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// The tools that ask an agent, with what they are asked here.
fn tools() -> Vec<(&'static str, &'static str)> {
    let operands = |name| match name {
        "snmpget" | "snmpgetnext" => Some(SYS_CONTACT),
        "snmpset" => Some(".1.3.6.1.2.1.1.4.0 s somebody"),
        "snmpwalk" | "snmpbulkget" | "snmpbulkwalk" => Some(".1.3.6.1.2.1.1"),
        "snmptable" => Some(".1.3.6.1.2.1.2.2"),
        // Its failures have the status 0 otherwise; tests/usm_tool.rs looks for the passphrases of passwd.
        "snmpusm" => Some("delete nobody --fail"),
        // It tells people of success on standard error.
        "snmpvacm" => Some("deleteView nothing .1.3 -j"),
        // These ask nobody, or have options of their own.
        "snmpagent" | "snmptranslate" => None,
        other => {
            panic!("{other} asks agents, too: say here what it is asked for, so that its output is searched")
        }
    };
    tool::ALL.into_iter().filter_map(|(name, _)| Some((name, operands(name)?))).collect()
}

/// Does something for each item, on a few threads, and collects what came of it.
fn on_threads<T: Sync>(items: &[T], each: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(4).max(1));
        let running: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().flat_map(&each).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

fn assert_none(all: &[String]) {
    assert!(all.is_empty(), "{}", all.join("\n"));
}

fn keeper(peers: support::Peers) -> (Snmpd, Secrets) {
    let user = format!(
        "createUser keeper SHA-256 {AUTH_PASSPHRASE} AES-256 {PRIV_PASSPHRASE}\nrwuser keeper priv\n"
    );
    let snmpd = Snmpd::start_with(peers, &format!("{user}rwcommunity {COMMUNITY}\n"));
    let words = ["-v2c", "-c", "public", "-Oqvx", &snmpd.udp(), ".1.3.6.1.6.3.10.2.1.1.0"];
    let run = Tool::netsnmp("snmpget").run(&words);
    let digits = run.out().replace(['"', ' ', '\n'], "");
    let octets = digits.as_bytes().chunks(2).map(|pair| {
        u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16)
            .unwrap_or_else(|_| panic!("{}", run.describe()))
    });
    let secrets = Secrets::of(&octets.collect::<Vec<_>>());
    (snmpd, secrets)
}

/// How much is shown.
const SHOWING: &[&str] = &[
    "-d -DALL",
    "-d -DALL -j",
    "-d -DALL --format json -Of",
    "-d --format csv",
    "-d --format table -Oa",
    "-d -DALL -Lo -Lf log -Ox",
    "-DALL --no-cache --deadline 30",
];

#[test]
fn no_run_that_succeeds_tells_a_secret() {
    let Some(peers) = require_peers() else { return };
    let (snmpd, secrets) = keeper(peers);
    let search = secrets.search();
    let mut lines = Vec::new();
    for (index, way) in ways(&secrets).into_iter().enumerate() {
        for (offset, (tool, operands)) in tools().into_iter().enumerate() {
            // Every tool with every way, and in turn with each manner of showing.
            for shift in [0, 3] {
                let showing = SHOWING[(index + offset + shift) % SHOWING.len()];
                let line = format!("{showing} {USER} {} {} {operands}", way.words, snmpd.udp());
                lines.push((way.clone(), tool, line));
            }
        }
    }
    assert_none(&on_threads(&lines, |(way, tool, line)| {
        let (run, mut all) = way.try_run(tool, line, &search);
        if run.status() != 0 || run.stdout.is_empty() {
            all.push(format!("given by {}: {}", way.name, run.describe()));
        }
        all
    }));
}

/// What can go wrong; `{agent}` is one that answers, `{silent}` one that does not.
const WRONG: &[(&str, &str)] = &[
    ("another user", "-u nobody {agent}"),
    ("another protocol", "-a SHA-512 {agent}"),
    ("another protocol for privacy", "-x DES -t0.3 -r0 {agent}"),
    ("another engine", "-e 0x8000000001020304 {agent}"),
    ("another context", "-n nowhere -t0.3 -r0 {agent}"),
    ("a level without access", "-l noAuthNoPriv {agent}"),
    ("no answer", "-t0.2 -r1 {silent}"),
    ("a deadline", "--deadline 0.2 {silent}"),
    ("nobody there", "-t0.5 -r0 udp:127.0.0.1:9"),
    ("no connection", "tcp:127.0.0.1:9"),
    ("no such host", "no.such.host.invalid"),
    ("no such transport", "foo::bar"),
    ("no such option", "--no-such-option {agent}"),
    ("no such letter", "-OZ {agent}"),
    ("no such level", "-l some {agent}"),
    ("no such protocol", "-a ROT13 {agent}"),
    ("no such engine ID", "-e 0xzz {agent}"),
    ("no such key", "-3k 0xzz {agent}"),
    ("a name that is too long", "-u abcdefghijklmnopqrstuvwxyz1234567 {agent}"),
    ("no agent", ""),
];

#[test]
fn no_run_that_fails_tells_a_secret() {
    let Some(peers) = require_peers() else { return };
    let (snmpd, secrets) = keeper(peers);
    let silent = SilentPort::open();
    let search = secrets.search();
    let (tools, ways) = (tools(), ways(&secrets));
    let mut lines = Vec::new();
    for (index, (about, wrong)) in WRONG.iter().enumerate() {
        let wrong = wrong.replace("{agent}", &snmpd.udp()).replace("{silent}", &silent.address());
        for (offset, way) in ways.iter().enumerate() {
            let (tool, operands) = tools[(index + offset) % tools.len()];
            let showing = ["-d -DALL", "-d -DALL -j --fail"][(index / 2 + offset) % 2];
            let operands = if wrong.is_empty() { "" } else { operands };
            lines.push((way, about, tool, format!("{showing} {USER} {} {wrong} {operands}", way.words)));
        }
    }
    assert_none(&on_threads(&lines, |(way, about, tool, line)| {
        let (run, mut all) = way.try_run(tool, line, &search);
        // As with net-snmp, some tools end well when the agent refuses, and a token that is none is a warning.
        let is_told = ["Error in packet", "Unknown token"].iter().any(|text| run.err().contains(text));
        if run.stderr.is_empty() || run.status() == 0 && !is_told {
            all.push(format!("{about}, given by {}: {}", way.name, run.describe()));
        }
        all
    }));
}

/// Secrets that are none, or stand where none is read: what is refused is not repeated.
#[test]
fn what_is_refused_is_not_repeated() {
    let silent = SilentPort::open();
    let agent = silent.address();
    let secrets = Secrets::of(b"some engine");
    let mut sought = secrets.all();
    sought.push(Sought { name: "short passphrase", octets: b"fW3x9Qa".to_vec() });
    let (signing, sealing) = (hex(&secrets.localized[0]), hex(&secrets.localized[1]));
    let lines = [
        format!("{USER} -A fW3x9Qa -X {PRIV_PASSPHRASE} {agent}"),
        format!("{USER} -A {AUTH_PASSPHRASE} -X fW3x9Qa {agent}"),
        format!("{USER} -3k {signing}zz -3K {sealing} {agent}"),
        format!("{USER} -3k {signing}0 -3K {sealing} {agent}"),
        format!("{USER} -3k {signing}00 -3K {sealing} {agent}"),
        format!("{USER} -3m {signing}00 -3M {sealing} {agent}"),
        format!("{USER} -3m {signing} -3M {sealing}0000 {agent}"),
        format!("{USER} -3m {AUTH_PASSPHRASE} -3M {PRIV_PASSPHRASE} {agent}"),
        format!("{USER} -3k {AUTH_PASSPHRASE} {agent}"),
        format!("{USER} -a NOAUTH -A {AUTH_PASSPHRASE} {agent}"),
        format!("{USER} -x NOPRIV -A {AUTH_PASSPHRASE} -X {PRIV_PASSPHRASE} {agent}"),
        format!("{USER} --defAuthLocalizedKey={signing}zz -X {PRIV_PASSPHRASE} {agent}"),
        format!("{USER} --defAuthMasterKey={AUTH_PASSPHRASE} -X {PRIV_PASSPHRASE} {agent}"),
        format!("{USER} --auth-password={AUTH_PASSPHRASE} {agent}"),
        format!("{USER} -YdefAuthPassphrase={AUTH_PASSPHRASE} -A {AUTH_PASSPHRASE} -l some {agent}"),
        format!("-v2c -c {COMMUNITY} -A {AUTH_PASSPHRASE} -r0 -t0.1 {agent}"),
    ];
    sought.push(community());
    let search = Search::new(&sought);
    let way = Way { name: "a mistake", ..Way::default() };
    let try_line = |line: &String| {
        let mut all = Vec::new();
        for showing in ["-d -DALL", "-d -DALL -j"] {
            let (run, told) = way.try_run("snmpget", &format!("{showing} {line} {SYS_CONTACT}"), &search);
            assert_ne!(run.status(), 0, "{}", run.describe());
            all.extend(told);
        }
        all
    };
    assert_none(&on_threads(&lines, try_line));

    let configurations = [
        format!("defAuthPasphrase {AUTH_PASSPHRASE}\n"),
        format!("defAuthLocalizedKey {AUTH_PASSPHRASE}\n"),
        format!("defAuthLocalizedKey {signing}0\ndefPrivLocalizedKey {sealing}zz\n"),
        format!("defPassphrase {AUTH_PASSPHRASE} {PRIV_PASSPHRASE}\ndefPassphrase \"{AUTH_PASSPHRASE}\n"),
        format!("[nowhere] defPassphrase {AUTH_PASSPHRASE}\n[snmp {AUTH_PASSPHRASE}\n"),
        format!("defCommunity \"{COMMUNITY}\nrocommunity {COMMUNITY}\n"),
        "defPassphrase fW3x9Qa\n".to_owned(),
    ];
    assert_none(&on_threads(&configurations, |configuration| {
        let way =
            Way { name: "a file with a mistake", configuration: configuration.clone(), ..Way::default() };
        let line = format!("-d -DALL -r0 -t0.1 {USER} {agent} {SYS_CONTACT}");
        let (run, all) = way.try_run("snmpget", &line, &search);
        assert_ne!(run.status(), 0, "{}", run.describe());
        all
    }));
}

/// `--show-target` has the communities, and says so; nothing else of a user is in it.
#[test]
fn what_was_understood_of_an_agent_has_no_key_in_it() {
    let secrets = Secrets::of(b"some engine");
    for way in ways(&secrets) {
        let line = format!("-d -DALL --show-target {USER} {} udp:host:1161 {SYS_CONTACT}", way.words);
        let (run, all) = way.try_run("snmpget", &line, &secrets.search());
        assert!(run.status() == 0 && run.out().contains("\"host\":\"host\""), "{}", run.describe());
        assert_none(&all);
    }
}

#[test]
fn no_run_tells_a_community() {
    let Some(peers) = require_peers() else { return };
    let (snmpd, _) = keeper(peers);
    let silent = SilentPort::open();
    // What comes back has the community in it, and is no answer.
    let cut = FakeAgent::start(|datagram| vec![datagram[..datagram.len() - 5].to_vec()]);
    let echo = FakeAgent::start(|datagram| vec![datagram.to_vec()]);
    let [cut, echo] = [&cut, &echo].map(|agent| agent.address().to_owned());
    let agents = [
        (snmpd.udp(), ""),
        (snmpd.tcp(), ""),
        (silent.address(), "-r1 -t0.1"),
        (cut, "-r0 -t0.2"),
        (echo, "-r0 -t0.2"),
        ("no.such.host.invalid".to_owned(), ""),
        ("127.0.0.1:99999".to_owned(), ""),
        ("127.0.0.1:9".to_owned(), "-r0 -t0.3"),
    ];
    let mut ways = community_ways();
    ways.push(Way { name: "the agent's text", ..Way::default() });
    let mut lines = Vec::new();
    for (index, (agent, options)) in agents.iter().enumerate() {
        for (offset, way) in ways.iter().enumerate() {
            for version in ["-v1", "-v2c"] {
                let tools: Vec<_> = tools().into_iter().filter(|(name, _)| !name.contains("bulk")).collect();
                let (tool, operands) = tools[(index + offset) % tools.len()];
                let agent = match (way.name, agent.split_once(':')) {
                    ("the agent's text", Some((transport @ ("udp" | "tcp"), rest))) => {
                        format!("{transport}::{COMMUNITY}@{rest}")
                    }
                    ("the agent's text", _) => format!("{COMMUNITY}@{agent}"),
                    _ => agent.clone(),
                };
                let showing = SHOWING[(index + offset) % SHOWING.len()];
                lines.push((
                    way,
                    tool,
                    index < 2,
                    format!("{showing} {version} {options} {} {agent} {operands}", way.words),
                ));
            }
        }
    }
    let search = Search::new(&[community()]);
    assert_none(&on_threads(&lines, |(way, tool, answers, line)| {
        let (run, mut all) = way.try_run(tool, line, &search);
        if (run.status() == 0) != *answers {
            all.push(format!("given by {}: {}", way.name, run.describe()));
        }
        all
    }));
}

/// Everything that others can see of a process.
fn visible(pid: u32) -> Vec<u8> {
    ["cmdline", "environ", "comm"]
        .iter()
        .flat_map(|file| fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default())
        .collect()
}

#[test]
fn what_is_given_by_a_file_stands_in_no_list_of_processes() {
    let silent = SilentPort::open();
    let secrets = Secrets::of(b"some engine");
    let lists =
        [(ways(&secrets), secrets.search(), USER), (community_ways(), Search::new(&[community()]), "-v2c")];
    let all = lists.iter().flat_map(|(ways, search, user)| ways.iter().map(move |way| (way, search, user)));
    for (way, search, user) in all {
        let tool = way.tool("snmpget");
        let line = format!("-r0 -t60 {user} {} {} {SYS_CONTACT}", way.words, silent.address());
        let mut command = tool.command(&line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        process.stdin.take().unwrap().write_all(way.stdin.as_bytes()).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        // When something is sent, all secrets have been read.
        while silent.drain() == 0 {
            assert!(Instant::now() < deadline, "{}: nothing is sent", way.name);
        }
        let all = search.found(&visible(process.id()));
        process.kill().unwrap();
        process.wait().unwrap();
        // Whoever writes them on the command line has been told; that they are found there shows that the search works.
        assert_eq!(all.is_empty(), way.is_private, "{}: {all:?}", way.name);
    }
}

/// On a terminal, which `script` gives to the tool: what is typed shows neither there nor in the list of processes.
#[test]
fn what_is_typed_does_not_show() {
    let Some(peers) = require_peers() else { return };
    let (snmpd, secrets) = keeper(peers);
    let search = secrets.search();
    let tool = Tool::ours("snmpget");
    let program = support::tool::ours_path("snmpget");
    let line = format!("{} -d -DALL {USER} -A - -X - {} {SYS_CONTACT}", program.display(), snmpd.udp());
    let Ok(mut process) = Command::new("script")
        .args(["-q", "-e", "-c", &line, "/dev/null"])
        .process_group(0)
        .env("HOME", tool.home())
        .env("SNMPCONFPATH", tool.home())
        .env("XDG_STATE_HOME", tool.home())
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        support::say("skipped: no script(1)");
        return;
    };
    let (mut keyboard, mut screen) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
    let mut shown = Vec::new();
    for (question, answer) in
        [("authentication passphrase: ", AUTH_PASSPHRASE), ("privacy passphrase: ", PRIV_PASSPHRASE)]
    {
        while !String::from_utf8_lossy(&shown).ends_with(question) {
            let mut octet = [0];
            let read = screen.read(&mut octet).unwrap();
            assert_eq!(read, 1, "{question:?} is asked\n{}", String::from_utf8_lossy(&shown));
            shown.push(octet[0]);
        }
        assert_eq!(search.found(&seen_of_children(process.id())), Vec::<String>::new());
        keyboard.write_all(format!("{answer}\n").as_bytes()).unwrap();
    }
    screen.read_to_end(&mut shown).unwrap();
    let status = process.wait().unwrap();
    let text = String::from_utf8_lossy(&shown);
    assert!(status.success() && text.contains("STRING: "), "{status}\n{text}");
    assert_eq!(search.found(&shown), Vec::<String>::new(), "{text}");
}

/// Everything that others can see of the processes that a process has started.
fn seen_of_children(pid: u32) -> Vec<u8> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    [visible(pid), children.flat_map(seen_of_children).collect()].concat()
}
