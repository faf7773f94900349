//! Every transport, source addresses, and answers from elsewhere.

use std::{
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{Agent, SYS_NAME, objects, run, run_at};
use crate::support::{
    fake::{Request, binding},
    require_ipv6, require_peers,
    snmpd::{Snmpd, free_port},
};

/// What stands still in the built-in device.
const STILL: &str = "1.3.6.1.2.1.1.9";

#[test]
fn the_same_walk_comes_over_every_transport() {
    let mut listens =
        vec!["udp:127.0.0.1:{port}", "tcp:127.0.0.1:{port}", "stream::{dir}/stream", "dgram::{dir}/dgram"];
    if require_ipv6() {
        listens.extend(["udp6:[::1]:{port}", "tcp6:[::1]:{port}"]);
    }
    let agent = Agent::at(&["demo"], &listens);
    let inside = run("snmpwalk", &["-On", "demo::", STILL]);
    // The times at which modules were loaded are as old as the agent.
    let still = |out: &str| -> Vec<String> {
        out.lines().filter(|line| !line.contains("Timeticks")).map(str::to_owned).collect()
    };
    assert!(still(&inside.out()).len() > 5, "{}", inside.describe());
    let mut addresses = agent.addresses().to_vec();
    addresses.push(agent.directory().join("dgram").display().to_string());
    addresses.push(format!("unix:{}", agent.directory().join("stream").display()));
    for address in &addresses {
        for tool in ["snmpwalk", "snmpbulkwalk"] {
            for version in ["-v1", "-v2c"] {
                if (tool, version) == ("snmpbulkwalk", "-v1") {
                    continue;
                }
                let ended = run(tool, &[version, "-On", address, STILL]);
                assert_eq!((ended.status(), ended.err()), (0, String::new()), "{}", ended.describe());
                assert_eq!(still(&ended.out()), still(&inside.out()), "{}", ended.describe());
            }
        }
        let ended = run("snmpset", &["-On", address, SYS_NAME, "s", address]);
        assert_eq!(ended.out(), format!(".{SYS_NAME} = STRING: \"{address}\"\n"), "{}", ended.describe());
    }
}

#[test]
fn debians_agent_answers_on_every_transport_that_it_has() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::shared(peers);
    let addresses = snmpd.addresses();
    assert!(addresses.len() >= 3);
    for address in addresses {
        let ended = run("snmpbulkwalk", &["-j", "-c", "public", &address, "1.3.6.1.2.1.1.9"]);
        let all = objects(&ended);
        assert_eq!((ended.status(), &all.last().unwrap()["complete"]), (0, &true.into()));
        assert!(all.len() > 10, "{}", ended.describe());
    }
}

#[test]
fn the_source_is_the_address_and_the_port_that_were_given() {
    let agent = Agent::at(
        &["demo", "--verbose"],
        &["udp:127.0.0.1:{port}", "tcp:127.0.0.1:{port}", "dgram::{dir}/agent"],
    );
    let [udp, tcp, dgram] = agent.addresses() else { unreachable!("three addresses") };
    let (first, second, third) =
        (free_port(false).unwrap(), free_port(false).unwrap(), free_port(false).unwrap());
    let own = agent.directory().join("own").display().to_string();
    for (source, address, seen) in [
        ("127.0.0.2", udp, "UDP: [127.0.0.2]:".to_owned()),
        (&*format!("127.0.0.3:{first}"), udp, format!("UDP: [127.0.0.3]:{first}->")),
        (&*format!(":{second}"), udp, format!("UDP: [127.0.0.1]:{second}->")),
        (&*format!("127.0.0.4:{third}"), tcp, format!("TCP: [127.0.0.4]:{third}->")),
        ("127.0.0.5", tcp, "TCP: [127.0.0.5]:".to_owned()),
        (&own, dgram, format!("Local IPC: {own}")),
    ] {
        for option in ["-s", "--clientaddr"] {
            if option == "--clientaddr" && address == tcp && source.contains(':') {
                // The port waits for what may still be under way from the first connection.
                continue;
            }
            let before = agent.log().matches(&seen).count();
            let ended = run("snmpget", &[option, source, address, SYS_NAME]);
            assert_eq!(ended.status(), 0, "{}", ended.describe());
            assert_eq!(agent.log().matches(&seen).count(), before + 1, "{seen}\n{}", agent.log());
        }
    }
    assert!(!agent.directory().join("own").exists());
}

/// An agent that answers from another port than it was asked at.
struct Elsewhere {
    address: String,
    answers_from: String,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Elsewhere {
    fn start() -> Self {
        let asked = UdpSocket::bind("127.0.0.1:0").unwrap();
        let answering = UdpSocket::bind("127.0.0.1:0").unwrap();
        asked.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let address = asked.local_addr().unwrap().to_string();
        let answers_from = answering.local_addr().unwrap().to_string();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut octets = vec![0; 65_536];
            while !stopped.load(Ordering::Relaxed) {
                let Ok((length, from)) = asked.recv_from(&mut octets) else { continue };
                let request = Request::read(&octets[..length]).unwrap();
                let reply = request.response(0, 0, &binding(SYS_NAME, 0x04, b"elsewhere"));
                answering.send_to(&reply, from).unwrap();
            }
        });
        Self { address, answers_from, stop, thread: Some(thread) }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().ok();
    }
}

#[test]
fn an_answer_from_elsewhere_is_told_and_taken_only_on_request() {
    let agent = Elsewhere::start();
    let ended = run_at(&agent.address, "snmpget -On -t0.2 -r1 {} 1.3.6.1.2.1.1.5.0");
    assert_eq!((ended.status(), ended.out()), (1, String::new()), "{}", ended.describe());
    let said = format!(
        "Timeout: No Response from {}.\nsnmpget: an answer came from {}, which was not asked; --any-source accepts such answers\n",
        agent.address, agent.answers_from
    );
    assert_eq!(ended.err(), said);

    let ended = run_at(&agent.address, "snmpget -j -t0.2 -r1 {} 1.3.6.1.2.1.1.5.0");
    let hint = objects(&ended)[0]["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains(&agent.answers_from), "{hint}");

    let ended = run_at(&agent.address, "snmpget --any-source -On -t5 {} 1.3.6.1.2.1.1.5.0");
    assert_eq!((ended.status(), ended.err()), (0, String::new()), "{}", ended.describe());
    assert_eq!(ended.out(), ".1.3.6.1.2.1.1.5.0 = STRING: \"elsewhere\"\n");
}
