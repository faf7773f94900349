//! Fleets over real sockets of the loopback interface, where every address of 127.0.0.0/8 is a host.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "sockets live on the real clock")]

mod support;

use std::{
    collections::HashMap,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use snmpkit::{
    agent::{Communities, Device, demo},
    engine::{RequestKind, RetrySchedule},
    operation::{Fix, Get, GetItem, Walk, WalkMethod, WalkPlan},
    secret::Secret,
    server_spec::{Port, ServerSpec},
    session::{
        Error, PacketDirection, Server, Session, SessionSettings,
        fleet::{Beginning, Ended, Fleet, FleetEvent, FleetSettings, FleetTarget},
    },
    transport::{LocalAddress, TransportError, TransportSettings},
    value::Value,
};
use support::fake::{Request, binding};

const NAME: &str = "1.3.6.1.2.1.1.5.0";
const SYSTEM: &str = "1.3.6.1.2.1.1";

/// Serves the built-in device on every address of the loopback interface until the test's runtime ends; its port.
async fn served(quirks: &[&str]) -> u16 {
    let quirks: Vec<_> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    let agent = demo::agent(demo::Settings::default(), Communities::default());
    let any_port = TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
    let mut server = Server::new(Device::new(agent, &quirks, 1), any_port);
    let address = server.listen(&"0.0.0.0".parse().unwrap()).await.unwrap();
    tokio::spawn(server.run());
    port_of(&address)
}

fn port_of(spec: &ServerSpec) -> u16 {
    spec.to_string().rsplit_once(':').unwrap().1.parse().unwrap()
}

fn patient() -> SessionSettings {
    let retry = RetrySchedule { timeout: Duration::from_secs(20).into(), retries: 0, backoff: 1.0 };
    SessionSettings { retry, ..SessionSettings::default() }
}

fn impatient() -> SessionSettings {
    let retry = RetrySchedule { timeout: Duration::from_millis(150).into(), retries: 1, backoff: 1.0 };
    SessionSettings { retry, ..SessionSettings::default() }
}

fn get() -> Get {
    Get::new(RequestKind::Get, vec![NAME.parse().unwrap()], Fix::Never)
}

fn asking(spec: &str, settings: SessionSettings) -> FleetTarget<Get> {
    FleetTarget { spec: spec.parse().unwrap(), settings, operation: get() }
}

/// What came of each target: its items, and its end.
struct Told {
    items: HashMap<usize, Vec<GetItem>>,
    ended: HashMap<usize, Box<Ended<Get>>>,
}

impl Told {
    fn is_answered(&self, host: usize) -> bool {
        self.ended[&host].result.is_ok() && self.items.get(&host).is_some_and(|items| items.len() == 1)
    }

    fn error(&self, host: usize) -> Error {
        match &self.ended[&host].result {
            Ok(()) => panic!("host {host} has answered"),
            Err(error) => error.clone().into(),
        }
    }
}

async fn run(targets: Vec<FleetTarget<Get>>, settings: FleetSettings) -> Told {
    let count = targets.len();
    let mut fleet = Fleet::new(targets, settings);
    let mut told = Told { items: HashMap::new(), ended: HashMap::new() };
    while let Some(event) = fleet.next().await {
        match event {
            FleetEvent::Item { host, item } => {
                assert!(!told.ended.contains_key(&host), "an item of {host} after its end");
                told.items.entry(host).or_default().push(item);
            }
            FleetEvent::Ended { host, ended } => {
                assert!(told.ended.insert(host, ended).is_none(), "host {host} has ended twice");
            }
        }
    }
    assert_eq!((told.ended.len(), fleet.begun(), fleet.in_flight()), (count, count, 0));
    told
}

#[tokio::test]
async fn among_dead_slow_and_refusing_hosts_each_gets_what_is_its_own() {
    let (quick, slow) = (served(&[]).await, served(&["delay=300ms"]).await);
    let silent = UdpSocket::bind("0.0.0.0:0").unwrap();
    let silent = silent.local_addr().unwrap().port();
    let closed = UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
    let targets = (0..300)
        .map(|n: u32| {
            let host = format!("127.1.{}.{}", n / 100, n % 100 + 1);
            match n % 6 {
                0 | 1 => asking(&format!("{host}:{quick}"), patient()),
                2 => asking(&format!("{host}:{slow}"), patient()),
                3 => asking(&format!("{host}:{silent}"), impatient()),
                4 => asking(&format!("wrong@{host}:{quick}"), impatient()),
                _ => asking(&format!("{host}:{closed}"), impatient()),
            }
        })
        .collect();
    let begun = Instant::now();
    let told = run(targets, FleetSettings::default()).await;
    for host in 0..300 {
        match host % 6 {
            0..=2 => assert!(told.is_answered(host), "{host}: {:?}", told.ended[&host]),
            3 | 4 => {
                let Error::Timeout { tries: 2, .. } = told.error(host) else {
                    panic!("{host}: {:?}", told.error(host))
                };
            }
            _ if cfg!(target_os = "linux") => {
                let Error::Refused { .. } = told.error(host) else {
                    panic!("{host}: {:?}", told.error(host))
                };
            }
            _ => {}
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_dead_host_costs_the_others_nothing() {
    let quick = served(&[]).await;
    let dead = UdpSocket::bind("0.0.0.0:0").unwrap();
    let port = dead.local_addr().unwrap().port();
    let mut targets = vec![asking(&format!("127.0.0.2:{port}"), impatient())];
    targets.extend((1..50).map(|n| asking(&format!("127.0.3.{n}:{quick}"), patient())));
    let mut fleet = Fleet::new(targets, FleetSettings { jobs: 2, ..FleetSettings::default() });
    let mut ends = Vec::new();
    while let Some(event) = fleet.next().await {
        if let FleetEvent::Ended { host, .. } = event {
            ends.push(host);
        }
    }
    // With two places, one of them taken by the dead one, the others come one after another, and before it.
    let expected: Vec<usize> = (1..50).chain([0]).collect();
    assert_eq!(ends, expected);
}

#[tokio::test]
async fn no_more_targets_are_under_way_than_there_are_jobs() {
    let slow = served(&["delay=5ms..20ms"]).await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, peak) = (Arc::clone(&now), Arc::clone(&most));
    let tap: snmpkit::session::PacketTap = Arc::new(move |packet| match packet.direction {
        PacketDirection::Sent => {
            peak.fetch_max(counted.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
        PacketDirection::Received => {
            counted.fetch_sub(1, Ordering::Relaxed);
        }
    });
    let settings = SessionSettings { packet_tap: Some(tap), ..patient() };
    let targets = (1..100).map(|n| asking(&format!("127.0.4.{n}:{slow}"), settings.clone())).collect();
    let told = run(targets, FleetSettings { jobs: 7, ..FleetSettings::default() }).await;
    assert!((0..99).all(|host| told.is_answered(host)));
    assert_eq!((now.load(Ordering::Relaxed), most.load(Ordering::Relaxed)), (0, 7));
}

/// Two hosts with one port, whose requests a closure answers: it is given the index of the host that was asked and says
/// which one answers.
struct Pair {
    port: u16,
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Pair {
    fn start(answers: fn(usize) -> usize) -> Self {
        let one = UdpSocket::bind("127.0.5.1:0").unwrap();
        let port = one.local_addr().unwrap().port();
        let sockets = Arc::new([one, UdpSocket::bind(("127.0.5.2", port)).unwrap()]);
        let stop = Arc::new(AtomicBool::new(false));
        let threads = [0, 1].map(|asked| {
            let (sockets, stop) = (Arc::clone(&sockets), Arc::clone(&stop));
            sockets[asked].set_read_timeout(Some(Duration::from_millis(20))).unwrap();
            thread::spawn(move || {
                let mut octets = [0; 2_048];
                while !stop.load(Ordering::Relaxed) {
                    let Ok((length, from)) = sockets[asked].recv_from(&mut octets) else { continue };
                    let request = Request::read(&octets[..length]).unwrap();
                    let answer = request.response(0, 0, &binding(NAME, 4, asked.to_string().as_bytes()));
                    sockets[answers(asked)].send_to(&answer, from).unwrap();
                }
            })
        });
        Self { port, stop, threads: threads.into() }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

#[tokio::test]
async fn what_one_host_sends_answers_nothing_that_another_was_asked() {
    let run_pair = async |answers: fn(usize) -> usize| {
        let pair = Pair::start(answers);
        let targets = ["127.0.5.1", "127.0.5.2"]
            .map(|host| asking(&format!("{host}:{}", pair.port), impatient()))
            .into();
        run(targets, FleetSettings::default()).await
    };
    let told = run_pair(|asked| asked).await;
    assert!(told.is_answered(0) && told.is_answered(1));
    // The ids are right, and the other one was asked, too.
    let told = run_pair(|asked| 1 - asked).await;
    for host in 0..2 {
        let Error::Timeout { heard, .. } = told.error(host) else { panic!("{:?}", told.error(host)) };
        assert!(heard.unmatched > 0, "{heard:?}");
    }
    // A host that was not asked at all: it is told who would have answered.
    let pair = Pair::start(|asked| 1 - asked);
    let told =
        run(vec![asking(&format!("127.0.5.1:{}", pair.port), impatient())], FleetSettings::default()).await;
    let Error::Timeout { tries: 2, heard, .. } = told.error(0) else { panic!("{:?}", told.error(0)) };
    assert_eq!(heard.stray, Some(format!("127.0.5.2:{}", pair.port)));
}

#[tokio::test]
async fn many_targets_at_one_address_each_get_the_answer_to_their_own_question() {
    let agent = support::fake::FakeAgent::start(|datagram| {
        let request = Request::read(datagram).unwrap();
        vec![request.response(0, 0, &binding(NAME, 4, &request.community))]
    });
    let settings = |n: usize| SessionSettings {
        read_community: Some(Secret::new(format!("community {n}").into_bytes())),
        ..patient()
    };
    let targets = (0..200).map(|n| asking(agent.address(), settings(n))).collect();
    let told = run(targets, FleetSettings::default()).await;
    for host in 0..200 {
        let [GetItem::Binding(binding)] = &told.items[&host][..] else { panic!("{:?}", told.items[&host]) };
        assert_eq!(binding.value, Value::OctetString(format!("community {host}").as_str().into()));
    }
}

#[tokio::test]
async fn hosts_that_share_no_socket_have_a_session_each() {
    let quick = served(&[]).await;
    let from = |text: &str| {
        let local = Some(LocalAddress::parse(text).unwrap());
        SessionSettings {
            transport: TransportSettings { local, ..TransportSettings::default() },
            ..patient()
        }
    };
    let any = SessionSettings {
        transport: TransportSettings { any_source: true, ..TransportSettings::default() },
        ..patient()
    };
    let targets = vec![
        asking("demo::", patient()),
        asking(&format!("127.0.6.1:{quick}"), from("127.0.6.9")),
        asking(&format!("127.0.6.2:{quick}"), any),
        asking(&format!("127.0.6.3:{quick}"), patient()),
        asking("unix:/nonexistent/socket", patient()),
        asking("tcp:127.0.0.1:1", patient()),
    ];
    let told = run(targets, FleetSettings::default()).await;
    assert!((0..4).all(|host| told.is_answered(host)));
    for host in 4..6 {
        let Error::System(_) = told.error(host) else { panic!("{:?}", told.error(host)) };
        assert_eq!(told.ended[&host].counters.requests, 0);
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve_ends_its_own_target_alone() {
    let quick = served(&[]).await;
    let mut targets: Vec<_> =
        (0..20).map(|n| asking(&format!("udp:host{n}.invalid:161"), patient())).collect();
    targets.push(asking(&format!("localhost:{quick}"), patient()));
    let told = run(targets, FleetSettings { lookups: 3, ..FleetSettings::default() }).await;
    for host in 0..20 {
        let Error::System(error) = told.error(host) else { panic!("{:?}", told.error(host)) };
        assert!(matches!(&*error, TransportError::UnknownHost { .. }), "{error}");
    }
    assert!(told.is_answered(20));
}

#[tokio::test]
async fn a_walk_in_a_fleet_yields_what_a_walk_in_a_session_yields() {
    let port = served(&[]).await;
    // The walk of one request after the other, whose requests can be counted, and the one of many at a time.
    let root: snmpkit::oid::Oid = SYSTEM.parse().unwrap();
    let classic = || WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(root.clone()) };
    walks_of_a_fleet(port, classic, true).await;
    walks_of_a_fleet(port, || WalkPlan::subtree(root.clone()), false).await;
}

async fn walks_of_a_fleet(port: u16, plan: impl Fn() -> WalkPlan, is_counted: bool) {
    let spec: ServerSpec = format!("127.0.7.1:{port}").parse().unwrap();
    let session = Session::open(&spec, patient()).await.unwrap();
    let mut walk = session.walk(plan());
    let mut expected = Vec::new();
    while let Some(binding) = walk.next().await {
        expected.push(binding.unwrap().name);
    }
    assert!(expected.len() > 5);
    let targets = (1..=40).map(|n: u8| FleetTarget {
        spec: format!("127.0.7.{n}:{port}").parse().unwrap(),
        settings: patient(),
        operation: Walk::new(plan()),
    });
    let mut fleet = Fleet::new(targets, FleetSettings::default());
    let mut walks = vec![Vec::new(); 40];
    let mut requests = 0;
    while let Some(event) = fleet.next().await {
        match event {
            FleetEvent::Item { host, item: snmpkit::operation::WalkItem::Binding { binding, .. } } => {
                walks[host].push(binding.name);
            }
            FleetEvent::Item { item, .. } => panic!("{item:?}"),
            FleetEvent::Ended { host, ended } => {
                assert!(ended.result.is_ok(), "{host}: {ended:?}");
                assert!(ended.operation().end().is_some());
                requests += ended.counters.requests;
            }
        }
    }
    assert!(walks.iter().all(|walk| *walk == expected));
    if is_counted {
        assert_eq!(requests, 40 * (expected.len() as u64 + 1));
    }
}

#[tokio::test]
async fn what_is_not_waited_for_can_be_waited_for_again() {
    // Dropping `next` loses nothing, however often.
    let slow = served(&["delay=1ms..40ms"]).await;
    let targets = (1..=60).map(|n| asking(&format!("127.0.8.{n}:{slow}"), patient()));
    let mut fleet = Fleet::new(targets, FleetSettings::default());
    let mut ended = 0;
    loop {
        match tokio::time::timeout(Duration::from_micros(300), fleet.next()).await {
            Err(_) | Ok(Some(FleetEvent::Item { .. })) => {}
            Ok(Some(FleetEvent::Ended { host, ended: how })) => {
                assert!(how.result.is_ok(), "{host}: {how:?}");
                ended += 1;
            }
            Ok(None) => break,
        }
    }
    assert_eq!(ended, 60);
}

#[tokio::test]
async fn what_a_target_under_way_has_cost_can_be_asked() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let mut fleet = Fleet::new([asking(&address.to_string(), impatient())], FleetSettings::default());
    let waited = tokio::time::timeout(Duration::from_millis(60), fleet.next()).await;
    assert!(waited.is_err());
    let spent = fleet.spent(0);
    assert_eq!((spent.counters.requests, spent.counters.transmissions), (1, 1));
    assert!(spent.elapsed.as_millis() >= 50 && fleet.is_in_doubt(0));
    assert_eq!(fleet.spent(1).counters.requests, 0);
}

#[tokio::test]
async fn a_thousand_messages_from_strangers_change_nothing() {
    let quick = served(&["delay=200ms"]).await;
    let seen: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let tap: snmpkit::session::PacketTap = Arc::new(move |packet| {
        let port = packet.addresses.rsplit_once(':').unwrap().1.parse::<u16>().unwrap();
        *noted.lock().unwrap() = Some(SocketAddr::from(([127, 0, 0, 1], port)));
    });
    let settings = SessionSettings { packet_tap: Some(tap), ..patient() };
    let flood = {
        let seen = Arc::clone(&seen);
        thread::spawn(move || {
            let stranger = UdpSocket::bind("127.0.9.9:0").unwrap();
            let begun = Instant::now();
            let mut sent = 0;
            while sent < 1_000 && begun.elapsed() < Duration::from_secs(10) {
                let Some(address) = *seen.lock().unwrap() else { continue };
                stranger.send_to(&[0x30, 0x03, 2, 1, 1], address).unwrap();
                sent += 1;
            }
            sent
        })
    };
    let targets = (1..20).map(|n| asking(&format!("127.0.9.{n}:{quick}"), settings.clone())).collect();
    let told = run(targets, FleetSettings::default()).await;
    assert!((0..19).all(|host| told.is_answered(host)));
    assert_eq!(flood.join().unwrap(), 1_000);
}

#[tokio::test]
async fn targets_that_are_held_back_are_not_begun() {
    let quick = served(&[]).await;
    let targets = (1..=30).map(|n| asking(&format!("127.0.10.{n}:{quick}"), patient()));
    let mut fleet = Fleet::new(targets, FleetSettings { jobs: 4, ..FleetSettings::default() });
    let mut ended = 0;
    let mut count = |event: FleetEvent<Get>| ended += usize::from(matches!(event, FleetEvent::Ended { .. }));
    count(fleet.next().await.unwrap());
    fleet.set_beginning(Beginning::HeldBack);
    let begun = fleet.begun();
    // Those under way come to their end, and nothing follows them.
    while let Ok(event) = tokio::time::timeout(Duration::from_millis(200), fleet.next()).await {
        count(event.unwrap());
    }
    assert_eq!((fleet.begun(), fleet.in_flight()), (begun, 0));
    assert!((1..30).contains(&begun), "{begun}");
    fleet.set_beginning(Beginning::Allowed);
    while let Some(event) = fleet.next().await {
        count(event);
    }
    assert_eq!((fleet.begun(), ended), (30, 30));
}
