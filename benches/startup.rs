//! How long one `snmpget` and one `snmptranslate` take, ours beside net-snmp's: `cargo bench --bench startup [-- RUNS]`.
//!
//! Both ask the same snmpd over the loopback interface, in turn, so that whatever else the machine does meets both
//! alike. Ours also asks the device inside (`demo::`), which is the bare start of the process. Of `snmptranslate`, ours
//! has the names built in, and net-snmp's reads the one module that it needs (`-m IF-MIB`) and what that imports from,
//! from `SNMPKIT_MIB_DIRS`. Asked by name, net-snmp's `snmpget -m ALL` reads a directory with the modules that it comes
//! with and their imports.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for people")]
#![allow(clippy::disallowed_methods, reason = "real time is what is measured")]

mod contest;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::ExitCode,
};

use snmpkit::mib::image::{self, Module};
use tempfile::TempDir;

use contest::{Contender, ours};
use support::{PEERS, peer, require_peers, snmpd::Snmpd, tool::Tool};

/// Runs of each command, unless an argument says otherwise.
const RUNS: usize = 200;

/// What is asked for.
const NAME: &str = "1.3.6.1.2.1.1.6.0";

/// What is asked for by name.
const BY_NAME: &str = "SNMPv2-MIB::sysLocation.0";

/// The modules that net-snmp loads unless it is told otherwise, as Debian builds it.
const DEFAULT_MODULES: &[&str] = &[
    "SNMPv2-MIB",
    "IF-MIB",
    "IP-MIB",
    "TCP-MIB",
    "UDP-MIB",
    "HOST-RESOURCES-MIB",
    "NOTIFICATION-LOG-MIB",
    "DISMAN-EVENT-MIB",
    "DISMAN-SCHEDULE-MIB",
    "HOST-RESOURCES-TYPES",
    "MTA-MIB",
    "NETWORK-SERVICES-MIB",
    "UCD-DISKIO-MIB",
    "UCD-DLMOD-MIB",
    "LM-SENSORS-MIB",
    "UCD-SNMP-MIB",
    "UCD-DEMO-MIB",
    "SNMP-TARGET-MIB",
    "NET-SNMP-AGENT-MIB",
    "SNMP-FRAMEWORK-MIB",
    "SNMP-MPD-MIB",
    "SNMP-USER-BASED-SM-MIB",
    "SNMP-VIEW-BASED-ACM-MIB",
    "SNMP-COMMUNITY-MIB",
    "IPV6-ICMP-MIB",
    "IPV6-MIB",
    "IPV6-TCP-MIB",
    "IPV6-UDP-MIB",
    "IP-FORWARD-MIB",
    "NET-SNMP-PASS-MIB",
    "NET-SNMP-EXTEND-MIB",
    "SNMP-NOTIFICATION-MIB",
    "SNMPv2-TM",
    "NET-SNMP-VACM-MIB",
];

/// More of those that net-snmp installs beside them.
const INSTALLED_MODULES: &[&str] = &[
    "AGENTX-MIB",
    "BRIDGE-MIB",
    "DISMAN-SCRIPT-MIB",
    "DISMAN-PING-MIB",
    "DISMAN-TRACEROUTE-MIB",
    "DISMAN-NSLOOKUP-MIB",
    "EtherLike-MIB",
    "IANA-LANGUAGE-MIB",
    "IANA-RTPROTO-MIB",
    "IF-INVERTED-STACK-MIB",
    "NET-SNMP-EXAMPLES-MIB",
    "NET-SNMP-MONITOR-MIB",
    "NET-SNMP-SYSTEM-MIB",
    "NET-SNMP-XMASK-MIB",
    "IPSEC-SPD-MIB",
    "IPV6-FLOW-LABEL-MIB",
    "OSPF-MIB",
    "OSPF-TRAP-MIB",
    "RMON-MIB",
    "SCTP-MIB",
    "SMUX-MIB",
    "SNMP-PROXY-MIB",
    "SNMP-TLS-TM-MIB",
    "SNMP-TSM-MIB",
    "SNMP-USM-AES-MIB",
    "SNMP-USM-DH-OBJECTS-MIB",
    "TRANSPORT-ADDRESS-MIB",
    "TUNNEL-MIB",
    "UCD-IPFWACC-MIB",
];

/// What is translated.
const OBJECT: &str = "IF-MIB::ifDescr";

fn get_by_number(label: &str, program: &Path, address: &str) -> Contender {
    let words = ["-v2c", "-c", "public", "-r0", "-t5", address, NAME].map(OsStr::new);
    Contender::new(label, Tool::at(program), &words)
}

fn translation(label: &str, program: &Path, words: &[&OsStr]) -> Contender {
    let words: Vec<&OsStr> = words.iter().copied().chain([OsStr::new(OBJECT)]).collect();
    Contender::new(label, Tool::at(program).without("MIBS"), &words)
}

fn main() -> ExitCode {
    let runs = contest::runs(RUNS);
    let mut is_measured = false;
    for contest in [get(), get_by_name(), translate()] {
        match measure(contest, runs) {
            Ok(()) => is_measured = true,
            Err(message) => println!("{message}"),
        }
    }
    if is_measured { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is measured side by side; the last is net-snmp's, if it is there.
struct Contest {
    tool: &'static str,
    contenders: Vec<Contender>,
    has_peer: bool,
    /// What has to run meanwhile.
    _agent: Option<Snmpd>,
    /// Where net-snmp's module files are.
    _modules: Option<TempDir>,
}

fn get() -> Contest {
    let ours = ours("snmpget");
    let agent = require_peers().map(Snmpd::start);
    let mut contenders = Vec::new();
    contenders.extend(ours.as_ref().map(|program| get_by_number("snmpkit, demo::", program, "demo::")));
    match &agent {
        Some(agent) => {
            contenders
                .extend(ours.as_ref().map(|program| get_by_number("snmpkit, snmpd", program, &agent.udp())));
            contenders.extend(ours.as_ref().map(|program| {
                let address = agent.udp();
                let words = ["-v2c", "-c", "public", "-r0", "-t5", &address, BY_NAME].map(OsStr::new);
                Contender::new("snmpkit, snmpd, by name", Tool::at(program).without("MIBS"), &words)
            }));
            let theirs: PathBuf = peer("snmpget").unwrap();
            contenders.push(get_by_number("net-snmp, snmpd", &theirs, &agent.udp()));
        }
        None => println!("nothing to compare with: needs {}", PEERS.join(", ")),
    }
    Contest { tool: "snmpget", contenders, has_peer: agent.is_some(), _agent: agent, _modules: None }
}

fn get_by_name() -> Contest {
    let agent = require_peers().map(Snmpd::start);
    let mut contenders = Vec::new();
    let modules = env::var_os("SNMPKIT_MIB_DIRS").map(|directories| module_files(&directories));
    let mut has_peer = false;
    if let Some(agent) = &agent {
        let address = agent.udp();
        let words = ["-v2c", "-c", "public", "-r0", "-t5", &address, BY_NAME].map(OsStr::new);
        let by_name = |label, program: &Path, more: &[&OsStr]| {
            let words: Vec<&OsStr> = more.iter().chain(&words).copied().collect();
            Contender::new(label, Tool::at(program).without("MIBS"), &words)
        };
        contenders.extend(ours("snmpget").map(|program| by_name("snmpkit, by name", &program, &[])));
        if let (Some(modules), Some(program)) = (&modules, peer("snmpget")) {
            let more = ["-m", "ALL", "-M"].map(OsStr::new);
            let more = [&more[..], &[modules.path().as_os_str()]].concat();
            contenders.push(by_name("net-snmp, -m ALL", &program, &more));
            has_peer = true;
        }
    }
    if !has_peer {
        println!(
            "nothing to compare with: needs {} and SNMPKIT_MIB_DIRS; docs/mib-image.md",
            PEERS.join(", ")
        );
    }
    Contest { tool: "snmpget NAME", contenders, has_peer, _agent: agent, _modules: modules }
}

/// A directory with the files of net-snmp's modules and of all that they import from.
fn module_files(directories: &OsStr) -> TempDir {
    let directory = TempDir::with_prefix("snmpkit-modules-").unwrap();
    let mut waiting: Vec<&str> = [DEFAULT_MODULES, INSTALLED_MODULES].concat();
    let mut found = BTreeSet::new();
    while let Some(module) = waiting.pop() {
        let file = env::split_paths(directories)
            .flat_map(|place| ["", ".txt"].map(|end| place.join(format!("{module}{end}"))))
            .find(|path| path.is_file());
        if let Some(file) = file.filter(|_| found.insert(module)) {
            symlink(file, directory.path().join(module)).unwrap();
            waiting.extend(image::core().module(module).map(Module::imports).unwrap_or_default());
        }
    }
    println!("net-snmp's snmpget -m ALL reads {} modules", found.len());
    directory
}

fn translate() -> Contest {
    let mut contenders = Vec::new();
    let ours = ours("snmptranslate");
    contenders.extend(ours.as_ref().map(|program| translation("snmpkit, built in", program, &[])));
    let theirs = peer("snmptranslate").zip(env::var_os("SNMPKIT_MIB_DIRS"));
    match &theirs {
        Some((program, directories)) => {
            let words = [OsStr::new("-M"), directories, OsStr::new("-m"), OsStr::new("IF-MIB")];
            contenders.push(translation("net-snmp, -m IF-MIB", program, &words));
        }
        None => {
            println!("nothing to compare with: needs snmptranslate and SNMPKIT_MIB_DIRS; docs/mib-image.md");
        }
    }
    Contest { tool: "snmptranslate", contenders, has_peer: theirs.is_some(), _agent: None, _modules: None }
}

fn measure(contest: Contest, runs: usize) -> Result<(), String> {
    let Contest { tool, mut contenders, has_peer, _agent, _modules } = contest;
    contest::run(tool, &mut contenders, runs)?;
    if has_peer {
        contest::compare_with_the_last(tool, &contenders);
    }
    Ok(())
}
