//! The session in SNMPv3: round trips, many requests at once, restarts, refusals and slow agents.
//!
//! What is about the order of things runs over UDP; what is about time runs in memory, where the clock waits for the test.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "the tests stand in for the world, which has a clock")]

use std::{
    sync::{Arc, LazyLock, Mutex},
    time::Duration as StdDuration,
};

use snmpkit::{
    agent::{Agent, Authority, Communities, Device, Effect, Permission, User, store::Store, tree::Tree},
    clock::{Duration, Instant},
    codec::{
        Lenient,
        v3::{self, SecurityLevel},
    },
    crypto::{AuthProtocol, MasterKey, PrivProtocol},
    engine::{
        AuthSource, EngineClock, EngineId, EngineSource, KnownEngine, PrivSource, Protection, ReportProof,
        ReportReason, RetrySchedule, Usm,
    },
    oid::Oid,
    operation::{WalkMethod, WalkPlan},
    server_spec::{Port, ServerSpec},
    session::{Error, PacketDirection, Server, Session, SessionSettings},
    transport::{InProcess, Transport, TransportSettings},
    value::{Octets, Value, VarBind},
};
use tokio::{
    task::{JoinHandle, JoinSet},
    time,
};

const ENGINE: &[u8] = b"\x80\x00\x7e\xd9\x04session";
const OTHER: &[u8] = b"\x80\x00\x00\x01\x02other";
const USER: &[u8] = b"operator";
const NAME: &str = "1.3.6.1.2.1.1.5.0";
const COLUMN: &str = "1.3.6.1.2.1.2.2.1.2";
const ROWS: u32 = 12;
const BOOTS: u32 = 7;
const TIME: u32 = 1_000;
const AUTH: AuthProtocol = AuthProtocol::Sha256;
const PRIV: PrivProtocol = PrivProtocol::Aes128;
const LEVELS: [SecurityLevel; 3] =
    [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv];
const AUTH_PRIV: SecurityLevel = SecurityLevel::AuthPriv;

static MASTERS: LazyLock<[MasterKey; 3]> = LazyLock::new(|| {
    [&b"an auth passphrase"[..], b"a priv passphrase", b"another passphrase"]
        .map(|passphrase| MasterKey::from_passphrase(AUTH, passphrase).unwrap())
});

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn engine_id(octets: &[u8]) -> EngineId {
    EngineId::new(octets).unwrap()
}

fn protection(level: SecurityLevel, auth: &MasterKey, privacy: &MasterKey) -> Protection {
    let auth = AuthSource::Master(auth.clone());
    match level {
        SecurityLevel::NoAuthNoPriv => Protection::NoAuthNoPriv,
        SecurityLevel::AuthNoPriv => Protection::AuthNoPriv(auth),
        SecurityLevel::AuthPriv => Protection::AuthPriv(auth, PrivSource::Master(PRIV, privacy.clone())),
    }
}

fn usm(level: SecurityLevel) -> Usm {
    Usm::new(USER, protection(level, &MASTERS[0], &MASTERS[1])).unwrap()
}

/// Settings that have time: a busy machine must not be taken for a network that loses.
fn patient(usm: Usm) -> SessionSettings {
    let retry = RetrySchedule { timeout: Duration::from_secs(20), ..RetrySchedule::default() };
    SessionSettings { usm: Some(usm), retry, ..SessionSettings::default() }
}

/// An agent whose user has `level`, with a scalar that can be set and a column of [`ROWS`] rows.
fn agent(level: SecurityLevel, boots: u32, time: u32) -> Agent {
    let keys = match level {
        SecurityLevel::NoAuthNoPriv => None,
        SecurityLevel::AuthNoPriv => Some((MASTERS[0].auth_key(ENGINE), None)),
        SecurityLevel::AuthPriv => {
            Some((MASTERS[0].auth_key(ENGINE), Some(MASTERS[1].priv_key(PRIV, ENGINE))))
        }
    };
    let user = User::new(USER, Permission::Write, keys).unwrap();
    let mut authority = Authority::new(ENGINE, 99).unwrap().with_user(user);
    authority.set_clock(Instant::ZERO, boots, time);
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(Store::of(objects()).unwrap())).unwrap();
    Agent::new(tree, Communities::none(), Arc::default()).with_usm(authority)
}

fn objects() -> Vec<VarBind> {
    let text = |text: String| Value::OctetString(Octets::from(text.into_bytes()));
    let rows =
        (1..=ROWS).map(|row| VarBind::new(oid(COLUMN).child(&[row]).unwrap(), text(format!("row {row}"))));
    [VarBind::new(oid(NAME), text("agent".to_owned()))].into_iter().chain(rows).collect()
}

fn renamed() -> VarBind {
    VarBind::new(oid(NAME), Value::OctetString(Octets::from("renamed")))
}

/// Serves an agent at `spec`, over UDP, until the task is ended.
async fn serve(agent: Agent, spec: &str) -> (ServerSpec, JoinHandle<()>) {
    let any_port = TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
    let mut server = Server::new(Device::new(agent, &[], 1), any_port);
    let mut waited = 0;
    let address = loop {
        match server.listen(&spec.parse().unwrap()).await {
            Ok(address) => break address,
            // The socket of a server that was ended is closed a little later.
            Err(error) if waited == 500 => panic!("{error}"),
            Err(_) => waited += 1,
        }
        time::sleep(StdDuration::from_millis(10)).await;
    };
    (address, tokio::spawn(async move { server.run().await.unwrap() }))
}

async fn served(level: SecurityLevel) -> ServerSpec {
    serve(agent(level, BOOTS, TIME), "127.0.0.1").await.0
}

async fn open(address: &ServerSpec, usm: Usm) -> Session {
    Session::open(address, patient(usm)).await.unwrap()
}

async fn transmissions(session: &Session) -> (u64, u64) {
    let counters = session.counters().await;
    (counters.transmissions, counters.retransmissions)
}

#[tokio::test]
async fn an_engine_that_is_known_takes_one_round_trip_and_another_one_two() {
    for level in LEVELS {
        let address = served(level).await;
        let session = open(&address, usm(level)).await;
        assert_eq!(session.known_engine().await, None);
        let first = session.get(&[oid(NAME)]).await.unwrap();
        assert_eq!(transmissions(&session).await, (2, 0), "{level:?}");
        assert_eq!(session.get(&[oid(NAME)]).await.unwrap(), first);
        assert_eq!(
            transmissions(&session).await,
            (3, 0),
            "{level:?}: only the first has to ask who is there"
        );

        let known = session.known_engine().await.unwrap();
        assert_eq!(known.id, engine_id(ENGINE));
        assert_eq!(known.clock.map(|clock| clock.boots), (level != LEVELS[0]).then_some(BOOTS));
        let hinted = open(&address, usm(level).with_hint(known)).await;
        assert_eq!(hinted.get(&[oid(NAME)]).await.unwrap(), first);
        assert_eq!(transmissions(&hinted).await, (1, 0), "{level:?}");
    }
}

#[tokio::test]
async fn many_requests_at_once_wait_for_one_question() {
    for level in LEVELS {
        let session = open(&served(level).await, usm(level)).await;
        let mut asking = JoinSet::new();
        for n in 0..100 {
            let session = session.clone();
            asking.spawn(async move {
                let name = oid(COLUMN).child(&[1 + n % ROWS]).unwrap();
                let answer = session.get(std::slice::from_ref(&name)).await.unwrap();
                assert_eq!(answer[0].name, name);
                let expected = format!("row {}", 1 + n % ROWS);
                assert_eq!(answer[0].value, Value::OctetString(Octets::from(expected.into_bytes())));
            });
        }
        while let Some(asked) = asking.join_next().await {
            asked.unwrap();
        }
        assert_eq!(transmissions(&session).await, (101, 0), "{level:?}");
    }
}

#[tokio::test]
async fn an_agent_that_restarts_in_the_middle_of_a_walk_is_walked_to_its_end() {
    for level in LEVELS {
        let (address, serving) = serve(agent(level, BOOTS, TIME), "127.0.0.1").await;
        let mut settings = patient(usm(level));
        // What is asked while nobody is there is lost, and asked again.
        settings.retry.timeout = Duration::from_secs(3);
        let session = Session::open(&address, settings).await.unwrap();
        let plan = WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(oid(COLUMN)) };
        let mut walk = session.walk(plan);
        let mut found = Vec::new();
        for _ in 0..5 {
            found.push(walk.next().await.unwrap().unwrap());
        }
        serving.abort();
        assert!(serving.await.unwrap_err().is_cancelled());
        let spec = address.to_string();
        let _restarted = serve(agent(level, BOOTS + 1, 0), &spec).await;
        while let Some(binding) = walk.next().await {
            found.push(binding.unwrap());
        }
        assert_eq!(found, objects()[1..], "{level:?}");
        // One to find the agent, one a row and one for the end; and again one with the new clock, and the one that was
        // under way, if it was lost.
        let (sent, again) = transmissions(&session).await;
        assert_eq!(sent - again, u64::from(ROWS) + 2, "{level:?}");
        let corrected = u64::from(level != LEVELS[0]);
        assert!((corrected..=corrected + 1).contains(&again), "{level:?}: {again}");
        let boots = session.known_engine().await.unwrap().clock.map(|clock| clock.boots);
        assert_eq!(boots, (level != LEVELS[0]).then_some(BOOTS + 1));
    }
}

/// About a context that the agent does not have.
fn elsewhere() -> Usm {
    let mut usm = usm(AUTH_PRIV);
    usm.context_name = Octets::from("elsewhere");
    usm
}

/// What a session to an agent of authPriv is told, and in how many tries.
async fn refusal(address: &ServerSpec, usm: Usm) -> (ReportReason, ReportProof, u32) {
    let session = open(address, usm).await;
    let began = time::Instant::now();
    let error = session.get(&[oid(NAME)]).await.unwrap_err();
    assert!(began.elapsed() < StdDuration::from_secs(15), "no time-out is waited for");
    let Error::Reported { report, tries, .. } = error else { panic!("{error:?}") };
    (report.reason, report.proof, tries)
}

#[tokio::test]
async fn what_is_wrong_with_user_keys_level_and_context_is_reported_and_not_waited_for() {
    let address = served(AUTH_PRIV).await;
    let [auth, privacy, wrong] = &*MASTERS;
    let with = |auth, privacy| Usm::new(USER, protection(AUTH_PRIV, auth, privacy)).unwrap();
    let told = refusal(&address, with(wrong, privacy)).await;
    assert_eq!(told, (ReportReason::WrongDigest, ReportProof::Repeated, 2));
    let told = refusal(&address, with(auth, wrong)).await;
    assert_eq!(told, (ReportReason::Decryption, ReportProof::Authentic, 1));
    let told = refusal(&address, Usm::new(b"nobody", protection(AUTH_PRIV, auth, privacy)).unwrap()).await;
    assert_eq!(told, (ReportReason::UnknownUser, ReportProof::Repeated, 2));
    assert_eq!(
        refusal(&address, elsewhere()).await,
        (ReportReason::UnknownContext, ReportProof::Authentic, 1)
    );
    let mut proxied = usm(AUTH_PRIV);
    proxied.context_engine_id = Some(engine_id(OTHER));
    let told = refusal(&address, proxied).await;
    assert_eq!(told, (ReportReason::UnknownPduHandler, ReportProof::Authentic, 1));

    let address = served(SecurityLevel::AuthNoPriv).await;
    let told = refusal(&address, usm(AUTH_PRIV)).await;
    assert_eq!(told, (ReportReason::UnsupportedLevel, ReportProof::Repeated, 2));
}

#[tokio::test]
async fn a_session_goes_on_after_a_refusal() {
    let address = served(AUTH_PRIV).await;
    let session = open(&address, elsewhere()).await;
    for _ in 0..3 {
        assert!(matches!(session.get(&[oid(NAME)]).await, Err(Error::Reported { .. })));
    }
    assert_eq!(transmissions(&session).await, (4, 0));
    assert_eq!(session.known_engine().await.unwrap().id, engine_id(ENGINE), "what it said was authentic");
}

#[tokio::test]
async fn an_engine_that_is_given_is_not_asked_for_and_no_other_is_taken() {
    for level in LEVELS {
        let address = served(level).await;
        let given = |octets| {
            let mut usm = usm(level);
            usm.engine = EngineSource::Given(engine_id(octets));
            usm
        };
        let session = open(&address, given(ENGINE)).await;
        assert_eq!(session.get(&[oid(NAME)]).await.unwrap().len(), 1);
        // Where clocks count, the first one is refused and tells the agent's.
        let again = u64::from(level != LEVELS[0]);
        assert_eq!(transmissions(&session).await, (1 + again, again), "{level:?}");

        let told = refusal(&address, given(OTHER)).await;
        assert_eq!(told, (ReportReason::UnknownEngine, ReportProof::Repeated, 2), "{level:?}");
    }
}

#[tokio::test]
async fn what_is_sent_has_the_context_that_was_given_and_says_how_much_may_come_back() {
    for (takes, told) in [(None, 65_507), (Some(1_400), 1_400), (Some(10), 484), (Some(1 << 20), 65_507)] {
        what_is_sent(takes, told).await;
    }
}

async fn what_is_sent(takes: Option<usize>, told: u32) {
    let address = served(SecurityLevel::AuthNoPriv).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let tap = Arc::clone(&seen);
    let proxied = engine_id(b"\x80\x00\x00\x01\x02proxied");
    let mut usm = usm(SecurityLevel::AuthNoPriv);
    (usm.context_engine_id, usm.context_name) = (Some(proxied), Octets::from("bridge1"));
    let settings = SessionSettings {
        packet_tap: Some(Arc::new(move |packet| {
            if packet.direction == PacketDirection::Sent {
                tap.lock().unwrap().push(packet.octets.to_vec());
            }
        })),
        // What we take has nothing to do with what we send.
        max_message_octets: Some(484),
        max_answer_octets: takes,
        ..patient(usm)
    };
    let session = Session::open(&address, settings).await.unwrap();
    assert!(session.get(&[oid(NAME)]).await.is_err());
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    for (octets, engine, context) in
        [(&seen[0], &b""[..], &b""[..]), (&seen[1], proxied.as_slice(), b"bridge1")]
    {
        let (message, _) = v3::decode(octets, Lenient::none()).unwrap();
        assert_eq!(message.header.max_size_octets, told);
        let v3::ScopedData::Plain(plain) = message.data else { panic!("{message:?}") };
        let (scoped, _) = plain.decode(Lenient::none()).unwrap();
        assert_eq!((scoped.context_engine_id, scoped.context_name), (engine, context));
    }
}

/// A device in memory that several sessions may ask, one after the other, and that takes its time for what is not a
/// Report.
#[derive(Clone)]
struct Shared {
    device: Arc<Mutex<Device>>,
    started: time::Instant,
    slow_by: StdDuration,
    slow_for: SlowFor,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum SlowFor {
    Everything,
    Sets,
}

impl Shared {
    fn new(agent: Agent, slow_by: StdDuration, slow_for: SlowFor) -> Self {
        let device = Arc::new(Mutex::new(Device::new(agent, &[], 1)));
        Self { device, started: time::Instant::now(), slow_by, slow_for }
    }

    fn session(&self, settings: SessionSettings) -> Session {
        Session::over(Transport::memory(Box::new(self.clone())), None, settings).unwrap()
    }

    /// How often the name was set: `snmpInTotalSetVars`.
    fn sets(&self) -> u32 {
        self.device.lock().unwrap().agent().statistics().at(14)
    }
}

impl InProcess for Shared {
    fn handle(&mut self, _: StdDuration, message: &[u8], reply: &mut dyn FnMut(StdDuration, &[u8])) {
        let before = self.sets();
        let now = Instant::ZERO + Duration::from(self.started.elapsed());
        let effects = self.device.lock().unwrap().handle(now, message);
        let is_slow = self.slow_for == SlowFor::Everything || self.sets() > before;
        for effect in effects {
            let Effect::Reply { octets, .. } = effect else { continue };
            reply(if is_slow { self.slow_by } else { StdDuration::ZERO }, &octets);
        }
    }
}

/// Time-outs of a second, as they are by default.
fn usual(usm: Usm) -> SessionSettings {
    SessionSettings { usm: Some(usm), ..SessionSettings::default() }
}

#[tokio::test(start_paused = true)]
async fn a_slow_agent_is_set_as_often_as_it_was_asked_before_its_first_answer_and_success_is_reported() {
    for level in LEVELS {
        for slow_for in [SlowFor::Sets, SlowFor::Everything] {
            // An answer after n and a half time-outs meets n + 1 transmissions.
            for (millis, sets) in [(500, 1), (1_500, 2), (2_500, 3), (5_500, 6)] {
                let shared =
                    Shared::new(agent(level, BOOTS, TIME), StdDuration::from_millis(millis), slow_for);
                let session = shared.session(usual(usm(level)));
                let about = format!("{level:?}, {millis} ms");
                assert_eq!(session.set(vec![renamed()]).await.unwrap(), [renamed()], "{about}");
                let counters = session.counters().await;
                assert_eq!((counters.requests, counters.responses), (1, 1), "{about}");
                // Nothing is sent again once the answer is there, and the late ones answer nothing.
                time::sleep(StdDuration::from_secs(60)).await;
                assert_eq!(shared.sets(), sets, "{about}");
                assert_eq!(session.counters().await.responses, 1, "{about}");
                let get = session.get(&[oid(NAME)]).await.unwrap();
                assert_eq!(get, [renamed()], "{about}");
            }
        }
    }
}

#[tokio::test]
async fn a_slow_agent_on_a_real_network_is_set_once_for_each_transmission_and_success_is_reported() {
    // The same with sockets and the machine's clock, which may be busy: how often it has to be is not said here.
    let any_port = TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
    let device = Device::new(agent(AUTH_PRIV, BOOTS, TIME), &["delay=500ms".parse().unwrap()], 1);
    let mut server = Server::new(device, any_port);
    let requests = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&requests);
    server.observe(Box::new(move |_| {
        *counted.lock().unwrap() += 1;
        std::ops::ControlFlow::Continue(())
    }));
    let address = server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap();
    tokio::spawn(server.run());
    let known = KnownEngine {
        id: engine_id(ENGINE),
        clock: Some(EngineClock { boots: BOOTS, time: TIME, at: Instant::ZERO }),
    };
    let retry = RetrySchedule { timeout: Duration::from_millis(200), retries: 20, backoff: 1.0 };
    let settings = SessionSettings { retry, ..usual(usm(AUTH_PRIV).with_hint(known)) };
    let session = Session::open(&address, settings).await.unwrap();
    assert_eq!(session.set(vec![renamed()]).await.unwrap(), [renamed()]);
    let counters = session.counters().await;
    assert_eq!((counters.requests, counters.responses), (1, 1));
    assert!(counters.transmissions >= 3, "{counters:?}");
    time::sleep(StdDuration::from_millis(700)).await;
    assert_eq!(session.counters().await, counters, "no more of them after the answer");
    assert_eq!(*requests.lock().unwrap(), counters.transmissions);
}

#[tokio::test(start_paused = true)]
async fn who_is_dropped_while_the_engine_is_asked_for_leaves_the_session_usable() {
    let half = StdDuration::from_millis(500);
    let shared = Shared::new(agent(AUTH_PRIV, BOOTS, TIME), half, SlowFor::Everything);
    let session = shared.session(usual(usm(AUTH_PRIV)));
    for _ in 0..3 {
        let asked = time::timeout(StdDuration::from_millis(100), session.get(&[oid(NAME)])).await;
        assert!(asked.is_err());
    }
    assert_eq!(session.get(&[oid(NAME)]).await.unwrap().len(), 1);
    let (sent, _) = transmissions(&session).await;
    assert_eq!(sent, 3 + 2, "who has nobody left to wait for asks no more");
}

#[tokio::test(start_paused = true)]
async fn the_clock_that_a_session_has_learnt_goes_on_and_serves_a_session_that_begins_now() {
    let shared = Shared::new(agent(AUTH_PRIV, BOOTS, TIME), StdDuration::ZERO, SlowFor::Sets);
    // The agent is older than the session: their clocks do not begin together.
    time::advance(StdDuration::from_secs(300)).await;
    let first = shared.session(usual(usm(AUTH_PRIV)));
    first.get(&[oid(NAME)]).await.unwrap();
    for (passed, time) in [(0, 1_300), (100, 1_400), (7_200, 8_600)] {
        time::advance(StdDuration::from_secs(passed)).await;
        let known = first.known_engine().await.unwrap();
        let clock = known.clock.unwrap();
        assert_eq!((known.id, clock.boots, clock.time), (engine_id(ENGINE), BOOTS, time));
        let second = shared.session(usual(usm(AUTH_PRIV).with_hint(known)));
        second.get(&[oid(NAME)]).await.unwrap();
        assert_eq!(transmissions(&second).await, (1, 0), "after {passed} s");
    }
    // And the first one goes on by itself, however long it had nothing to ask.
    first.get(&[oid(NAME)]).await.unwrap();
    assert_eq!(transmissions(&first).await, (3, 0));
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_never_answers_is_named_and_nothing_was_set() {
    struct Mute;
    impl InProcess for Mute {
        fn handle(&mut self, _: StdDuration, _: &[u8], _: &mut dyn FnMut(StdDuration, &[u8])) {}
    }
    let session = Session::over(Transport::memory(Box::new(Mute)), None, usual(usm(AUTH_PRIV))).unwrap();
    let error = session.set(vec![renamed()]).await.unwrap_err();
    let Error::NoEngine { tries: 6, elapsed, heard } = error else { panic!("{error:?}") };
    assert_eq!(elapsed, Duration::from_secs(6));
    assert!(heard.is_silence());
}
