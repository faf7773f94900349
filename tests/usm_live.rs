//! `SNMPv3` against Debian's: our engine asks its snmpd, its snmpget asks our agent, with every pair of protocols that
//! both have.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on must say where")]
#![allow(clippy::disallowed_methods, reason = "a test against real programs lives on the real clock")]

mod support;

use std::{
    fmt::Write as _,
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread, time,
};

use snmpkit::{
    agent::{Agent, Authority, Communities, Handled, Permission, User, UsmCounter, store::Store, tree::Tree},
    clock::{Duration, Instant},
    crypto::{AuthProtocol, PrivProtocol},
    engine::{
        Engine, EngineId, EngineSettings, EngineSource, KnownEngine, Protection, ReportProof, ReportReason,
        Request, RequestError, RequestHandle, RequestKind, Response, RetrySchedule, Security, Usm,
    },
    oid::Oid,
    value::{Octets, Value, VarBind},
};
use support::{require_peers, snmpd::Snmpd, tool::Tool};

const AUTH_PASS: &str = "authpass123";
const PRIV_PASS: &str = "privpass123";

/// What Debian's programs have: all but 3DES.
fn privacies() -> Vec<Option<PrivProtocol>> {
    let theirs = PrivProtocol::ALL.into_iter().filter(|protocol| *protocol != PrivProtocol::TripleDes);
    [None].into_iter().chain(theirs.map(Some)).collect()
}

fn pairs() -> Vec<(AuthProtocol, Option<PrivProtocol>)> {
    AuthProtocol::ALL.into_iter().flat_map(|auth| privacies().into_iter().map(move |p| (auth, p))).collect()
}

fn user_name(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> String {
    format!("{}.{}", auth.name(), privacy.map_or("none", PrivProtocol::name))
}

fn snmpd(peers: support::Peers) -> Snmpd {
    let mut configuration = String::new();
    for (auth, privacy) in pairs() {
        let name = user_name(auth, privacy);
        let (privacy, level) = match privacy {
            Some(privacy) => (format!("{} {PRIV_PASS}", privacy.name()), "priv"),
            None => (String::new(), "auth"),
        };
        writeln!(configuration, "createUser {name} {} {AUTH_PASS} {privacy}", auth.name()).unwrap();
        writeln!(configuration, "rwuser {name} {level}").unwrap();
    }
    Snmpd::start_with(peers, &configuration)
}

fn usm(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> Usm {
    usm_of(&user_name(auth, privacy), auth, AUTH_PASS, privacy.map(|privacy| (privacy, PRIV_PASS)))
}

fn usm_of(name: &str, auth: AuthProtocol, pass: &str, privacy: Option<(PrivProtocol, &str)>) -> Usm {
    let privacy = privacy.map(|(protocol, pass)| (protocol, pass.as_bytes()));
    let protection = Protection::of_passphrases(auth, pass.as_bytes(), privacy).unwrap();
    Usm::new(name.as_bytes(), protection).unwrap()
}

/// An engine on a socket, with a clock.
struct Session {
    engine: Engine,
    socket: UdpSocket,
    started: time::Instant,
    next: u64,
}

impl Session {
    fn open(address: &str, usm: Usm) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(address.trim_start_matches("udp:")).unwrap();
        let retry =
            RetrySchedule { timeout: Duration::from_millis(700), retries: 2, ..RetrySchedule::default() };
        let security = Security::Usm(Box::new(usm));
        let settings = EngineSettings { security, retry, ..EngineSettings::default() };
        Self { engine: Engine::new(settings, [9; 32]), socket, started: time::Instant::now(), next: 0 }
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.started.elapsed().into()
    }

    fn ask(&mut self, kind: RequestKind, bindings: Vec<VarBind>) -> Result<Response, RequestError> {
        self.next += 1;
        self.engine.submit(RequestHandle(self.next), Request { kind, bindings }).unwrap();
        let mut octets = vec![0; 65_536];
        loop {
            let mut out = Vec::new();
            while self.engine.poll_transmit(self.now(), &mut out).is_some() {
                self.socket.send(&out).unwrap();
            }
            if let Some(event) = self.engine.poll_event() {
                return event.answer;
            }
            let due = self.engine.poll_timeout().expect("an answer is awaited");
            let wait = time::Duration::from(due.since(self.now()));
            self.socket.set_read_timeout(Some(wait.max(time::Duration::from_millis(1)))).unwrap();
            let received = self.socket.recv(&mut octets);
            let now = self.now();
            if let Ok(length) = received {
                self.engine.handle_datagram(now, &octets[..length]);
            } else {
                self.engine.handle_timeout(now);
            }
        }
    }

    fn get(&mut self, name: &str) -> Result<Response, RequestError> {
        self.ask(RequestKind::Get, vec![VarBind::ask(name.parse().unwrap())])
    }

    fn transmissions(&self) -> u64 {
        self.engine.counters().transmissions
    }
}

const SYS_CONTACT: &str = "1.3.6.1.2.1.1.4.0";
const SYS_NAME: &str = "1.3.6.1.2.1.1.5.0";

#[test]
fn our_engine_asks_snmpd_with_every_pair_of_protocols() {
    let Some(peers) = require_peers() else { return };
    let snmpd = snmpd(peers);
    for (auth, privacy) in pairs() {
        let about = user_name(auth, privacy);
        let mut session = Session::open(&snmpd.udp(), usm(auth, privacy));
        let answer = session.get(SYS_NAME).unwrap_or_else(|error| panic!("{about}: {error}"));
        assert!(matches!(answer.bindings[0].value, Value::OctetString(_)), "{about}");
        assert_eq!(session.transmissions(), 2, "{about}: the question for the engine, and the request");

        let contact =
            VarBind::new(SYS_CONTACT.parse().unwrap(), Value::OctetString(Octets::from(about.as_str())));
        let answer = session.ask(RequestKind::Set, vec![contact.clone()]).unwrap();
        assert_eq!((answer.error_status.0, answer.bindings), (0, vec![contact.clone()]), "{about}");

        let hinted =
            usm(auth, privacy).with_hint(aged(session.engine.known_engine().unwrap(), session.now()));
        let mut session = Session::open(&snmpd.udp(), hinted);
        assert_eq!(session.get(SYS_CONTACT).unwrap().bindings, [contact], "{about}");
        assert_eq!(session.transmissions(), 1, "{about}: known from before");
    }
}

/// What a cache would say to the next session.
fn aged(mut known: KnownEngine, now: Instant) -> KnownEngine {
    let clock = known.clock.as_mut().expect("an authentic answer came");
    (clock.time, clock.at) = (clock.time_at(now), Instant::ZERO);
    known
}

#[test]
fn what_is_wrong_is_told_by_snmpd_and_found_out_by_us() {
    let Some(peers) = require_peers() else { return };
    let snmpd = snmpd(peers);
    let (auth, privacy) = (AuthProtocol::Sha256, PrivProtocol::Aes128);
    let right = user_name(auth, Some(privacy));
    let no_privacy = user_name(auth, None);
    let sealed = Some((privacy, PRIV_PASS));
    let mut elsewhere = usm(auth, None);
    elsewhere.engine = EngineSource::Given(EngineId::new(b"\x80\x00\x00\x01\x02other").unwrap());
    for (about, usm, reason) in [
        ("user", usm_of("nobody", auth, AUTH_PASS, sealed), ReportReason::UnknownUser),
        ("passphrase", usm_of(&right, auth, "authpass124", sealed), ReportReason::WrongDigest),
        ("protocol", usm_of(&right, AuthProtocol::Sha512, AUTH_PASS, sealed), ReportReason::WrongDigest),
        ("level", usm_of(&no_privacy, auth, AUTH_PASS, sealed), ReportReason::UnsupportedLevel),
        ("engine", elsewhere, ReportReason::UnknownEngine),
    ] {
        let mut session = Session::open(&snmpd.udp(), usm);
        let error = session.get(SYS_NAME).unwrap_err();
        let RequestError::Reported { report, elapsed, .. } = error else { panic!("{about}: {error}") };
        assert_eq!((&report.reason, report.proof), (&reason, ReportProof::Repeated), "{about}");
        assert!(elapsed < Duration::from_millis(600), "{about}: no time-out is waited for, but {elapsed}");
    }
    // To another privacy passphrase snmpd says nothing.
    let wrong = usm_of(&right, auth, AUTH_PASS, Some((privacy, "privpass124")));
    let error = Session::open(&snmpd.udp(), wrong).get(SYS_NAME).unwrap_err();
    assert!(matches!(error, RequestError::NoAnswer { .. }), "{error}");
}

/// Our agent on a socket, until it is dropped.
struct Served {
    address: String,
    stop: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<Agent>>,
}

impl Served {
    fn start(mut agent: Agent) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(time::Duration::from_millis(20))).unwrap();
        let address = format!("udp:{}", socket.local_addr().unwrap());
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let started = time::Instant::now();
        let thread = thread::spawn(move || {
            let (mut octets, mut out) = (vec![0; 65_536], Vec::new());
            while !stopped.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut octets) else { continue };
                let now = Instant::ZERO + started.elapsed().into();
                if agent.handle(now, &octets[..length], 65_507, &mut out) == Handled::Replied {
                    socket.send_to(&out, from).unwrap();
                }
            }
            agent
        });
        Self { address, stop, thread: Some(thread) }
    }

    fn stop(mut self) -> Agent {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap()
    }
}

const OURS: &[u8] = b"\x80\x00\x7e\xd9\x04ouragent";

fn our_agent() -> Agent {
    let name = VarBind::new(SYS_NAME.parse().unwrap(), Value::OctetString("ours".into()));
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(Store::of([name]).unwrap())).unwrap();
    let mut authority = Authority::new(OURS, 4_711).unwrap();
    for (auth, privacy) in pairs() {
        let passphrase = privacy.map(|privacy| (privacy, PRIV_PASS.as_bytes()));
        let keys = User::keys_of_passphrases(OURS, auth, AUTH_PASS.as_bytes(), passphrase).unwrap();
        let name = user_name(auth, privacy);
        authority = authority.with_user(User::new(name.as_bytes(), Permission::Write, Some(keys)).unwrap());
    }
    Agent::new(tree, Communities::none(), Arc::default()).with_usm(authority)
}

/// net-snmp's snmpget of `sysName`, as `user` with these further words.
fn snmpget(address: &str, user: &str, words: &[&str]) -> support::tool::Run {
    let mut all = vec!["-v3", "-Oqv", "-r1", "-t2", "-u", user];
    all.extend(words);
    all.extend([address, SYS_NAME]);
    Tool::netsnmp("snmpget").run(&all)
}

#[test]
fn snmpget_asks_our_agent_with_every_pair_of_protocols() {
    let Some(_) = require_peers() else { return };
    let served = Served::start(our_agent());
    for (auth, privacy) in pairs() {
        let name = user_name(auth, privacy);
        let mut words = vec!["-a", auth.name(), "-A", AUTH_PASS, "-l", "authNoPriv"];
        if let Some(privacy) = privacy {
            words.extend(["-l", "authPriv", "-x", privacy.name(), "-X", PRIV_PASS]);
        }
        let run = snmpget(&served.address, &name, &words);
        assert_eq!(run.out().trim(), "\"ours\"", "{name}: {}", run.describe());
    }
    let agent = served.stop();
    let usm = agent.usm().unwrap();
    let asked = u32::try_from(pairs().len()).unwrap();
    assert_eq!(usm.of(UsmCounter::UnknownEngineIds), asked, "each asked for the engine once");
    assert_eq!(usm.of(UsmCounter::WrongDigests) + usm.of(UsmCounter::DecryptionErrors), 0);
}

#[test]
fn snmpget_understands_what_our_agent_reports() {
    let Some(_) = require_peers() else { return };
    let served = Served::start(our_agent());
    let user = user_name(AuthProtocol::Sha256, Some(PrivProtocol::Aes128));
    let auth = ["-a", "SHA-256", "-A", AUTH_PASS, "-l", "authPriv", "-x", "AES"];
    let with = |more: &[&'static str]| [&auth[..], more].concat();
    for (user, words, message) in [
        ("nobody", with(&["-X", PRIV_PASS]), "Unknown user name"),
        (&user, with(&["-X", PRIV_PASS, "-A", "authpass124"]), "Authentication failure"),
        (&user, with(&["-X", "privpass124"]), "Decryption error"),
        (&user, with(&["-X", PRIV_PASS, "-n", "unknown"]), "Bad context specified"),
        (&user, vec!["-a", "SHA-256", "-A", AUTH_PASS, "-l", "authNoPriv"], "authorizationError"),
    ] {
        let run = snmpget(&served.address, user, &words);
        let said = format!("{}{}", run.out(), run.err());
        assert!(said.contains(message), "{message}: {}", run.describe());
    }
    let agent = served.stop();
    let counts = [UsmCounter::UnknownUserNames, UsmCounter::WrongDigests, UsmCounter::DecryptionErrors];
    assert!(counts.iter().all(|counter| agent.usm().unwrap().of(*counter) >= 1));
}
