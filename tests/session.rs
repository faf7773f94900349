//! The session over real sockets: many requests at once, errors told apart, nothing left behind.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::Read as _,
    net::{TcpListener, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use snmpkit::{
    agent::{Communities, Device, demo},
    codec::ErrorStatus,
    engine::{CommunityModel, Engine, Request, RequestKind, RetrySchedule},
    oid::Oid,
    operation::{
        AgentError, Get, Ordering as NameOrder, RootInstance, Set, Walk, WalkEnd, WalkError, WalkMethod,
        WalkPlan,
    },
    secret::Secret,
    server_spec::{Port, ServerSpec},
    session::{
        Error, OperationStream, Packet, PacketDirection, RunError, Server, Session, SessionSettings,
        WalkStream, blocking,
    },
    transport::{Listener, TransportError, TransportSettings},
    value::{Value, VarBind},
};
use tokio::task::JoinSet;

const NAME: &str = "1.3.6.1.2.1.1.5.0";
const ODDITIES: &str = "1.3.6.1.4.1.32473.4";

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn any_port() -> TransportSettings {
    TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() }
}

/// Serves the built-in device with quirks until the test's runtime ends.
async fn served(quirks: &[&str]) -> ServerSpec {
    let quirks: Vec<_> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    let agent = demo::agent(demo::Settings::default(), Communities::default());
    let mut server = Server::new(Device::new(agent, &quirks, 1), any_port());
    let address = server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap();
    tokio::spawn(server.run());
    address
}

fn impatient() -> SessionSettings {
    let retry = RetrySchedule { timeout: Duration::from_millis(80).into(), retries: 1, backoff: 1.0 };
    SessionSettings { retry, ..SessionSettings::default() }
}

#[tokio::test]
async fn many_requests_are_outstanding_in_one_session_and_each_gets_its_own_answer() {
    let session =
        Session::open(&served(&["delay=1ms..30ms"]).await, SessionSettings::default()).await.unwrap();
    let mut asking = JoinSet::new();
    for n in 0..200_u32 {
        let session = session.clone();
        asking.spawn(async move {
            let column = oid("1.3.6.1.2.1.2.2.1").child(&[1 + n % 10, 1]).unwrap();
            let answer = session.get(std::slice::from_ref(&column)).await.unwrap();
            assert_eq!(answer[0].name, column);
        });
    }
    while let Some(asked) = asking.join_next().await {
        asked.unwrap();
    }
    let counters = session.counters().await;
    assert_eq!((counters.requests, counters.responses), (200, 200));
}

#[tokio::test]
async fn several_sessions_at_once_do_not_hear_each_other() {
    let (one, two) = (served(&[]).await, served(&[]).await);
    let one = Session::open(&one, SessionSettings::default()).await.unwrap();
    let two = Session::open(&two, SessionSettings::default()).await.unwrap();
    let set = vec![VarBind::new(oid(NAME), Value::OctetString("one".into()))];
    assert_eq!(one.set(set.clone()).await.unwrap(), set);
    assert_eq!(one.get(&[oid(NAME)]).await.unwrap(), set);
    assert_ne!(two.get(&[oid(NAME)]).await.unwrap(), set);
}

#[tokio::test]
async fn errors_are_told_apart() {
    let session = Session::open(&served(&[]).await, SessionSettings::default()).await.unwrap();
    let read_only = VarBind::new(oid("1.3.6.1.2.1.1.1.0"), Value::OctetString("x".into()));
    let error = session.set(vec![read_only]).await.unwrap_err();
    let Error::Agent(AgentError { status, index, name, transmissions }) = error else { panic!("{error:?}") };
    assert_eq!((status, index, name), (ErrorStatus::NOT_WRITABLE, 1, Some(oid("1.3.6.1.2.1.1.1.0"))));
    assert_eq!(transmissions, 1);

    let session = Session::open(&served(&["drop=1"]).await, impatient()).await.unwrap();
    let error = session.get(&[oid(NAME)]).await.unwrap_err();
    let Error::Timeout { tries: 2, elapsed, heard } = error else { panic!("{error:?}") };
    assert!(elapsed.as_millis() >= 160 && heard.is_silence(), "{elapsed} {heard:?}");

    let session = Session::open(&served(&["garbage"]).await, impatient()).await.unwrap();
    let error = session.get(&[oid(NAME)]).await.unwrap_err();
    assert!(matches!(error, Error::Malformed { tries: 2, .. }), "{error:?}");

    // A port that was just free.
    let closed = Listener::open(&"127.0.0.1".parse().unwrap(), &any_port()).await.unwrap().local_spec();
    let session = Session::open(&closed, impatient()).await.unwrap();
    let error = session.get(&[oid(NAME)]).await.unwrap_err();
    assert!(matches!(error, Error::Refused { tries: 1, .. }), "{error:?}");

    let error = Session::open(&"tcp::127.0.0.1:1".parse().unwrap(), impatient()).await.unwrap_err();
    let Error::System(error) = &error else { panic!("{error:?}") };
    let text = error.to_string();
    assert!(text.contains("connect") && text.contains("127.0.0.1"), "{text}");
    assert_eq!(error.errno(), Some(111));

    let v1 = SessionSettings { model: CommunityModel::V1, ..SessionSettings::default() };
    let session = Session::open(&"demo::".parse().unwrap(), v1).await.unwrap();
    let error = session.get_bulk(0, 5, &[oid(NAME)]).await.unwrap_err();
    assert!(matches!(error, Error::Encode(_)), "{error:?}");
}

#[tokio::test]
async fn a_dropped_request_is_cancelled_and_its_session_goes_on() {
    let session = Session::open(&served(&["delay=100ms"]).await, SessionSettings::default()).await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(10), session.get(&[oid(NAME)])).await;
    assert!(dropped.is_err());
    assert_eq!(session.get(&[oid(NAME)]).await.unwrap().len(), 1);
    let counters = session.counters().await;
    assert_eq!((counters.requests, counters.responses, counters.retransmissions), (2, 1, 0));
}

#[tokio::test]
async fn a_walk_is_a_stream_that_may_be_left_at_any_time() {
    let session = Session::open(&"demo::".parse().unwrap(), SessionSettings::default()).await.unwrap();
    let mut whole = Vec::new();
    let mut walk = session.walk(WalkPlan::subtree(oid(ODDITIES)));
    while let Some(binding) = walk.next().await {
        whole.push(binding.unwrap());
    }
    assert_eq!(walk.walk().end(), Some(WalkEnd::Subtree));
    assert!(walk.next().await.is_none(), "the end stays the end");
    assert!(whole.len() > 15 && whole.is_sorted_by(|a, b| a.name < b.name), "{}", whole.len());

    let plan = WalkPlan {
        method: WalkMethod::GetNext,
        ordering: NameOrder::Unchecked,
        root_instance: RootInstance::Never,
        ..WalkPlan::subtree(oid(ODDITIES))
    };
    let mut walk = session.walk(plan);
    for expected in &whole[..5] {
        assert_eq!(&walk.next().await.unwrap().unwrap(), expected);
    }
    drop(walk);
    assert_eq!(session.get(&[oid(NAME)]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn communities_come_from_the_settings_then_the_specification_then_the_default() {
    let communities = Communities::none().reader(b"spec").writer(b"settings");
    let agent = demo::agent(demo::Settings::default(), communities);
    let mut server = Server::new(Device::new(agent, &[], 1), any_port());
    let address = server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap();
    tokio::spawn(server.run());

    let public = Session::open(&address, impatient()).await.unwrap();
    assert!(matches!(public.get(&[oid(NAME)]).await, Err(Error::Timeout { .. })));

    let spec: ServerSpec = format!("spec@127.0.0.1:{}", port(&address)).parse().unwrap();
    let from_spec = Session::open(&spec, impatient()).await.unwrap();
    assert_eq!(from_spec.get(&[oid(NAME)]).await.unwrap().len(), 1);

    let write_community = Some(Secret::new(b"settings".to_vec()));
    let settings = SessionSettings { write_community, ..impatient() };
    let from_settings = Session::open(&spec, settings).await.unwrap();
    let set = vec![VarBind::new(oid(NAME), Value::OctetString("x".into()))];
    assert_eq!(from_settings.set(set.clone()).await.unwrap(), set);
}

fn port(spec: &ServerSpec) -> u16 {
    let text = spec.to_string();
    text[text.rfind(':').unwrap() + 1..].parse().unwrap()
}

#[tokio::test]
async fn the_tap_is_shown_every_packet() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let tap = Arc::clone(&seen);
    let settings = SessionSettings {
        packet_tap: Some(Arc::new(move |packet| {
            tap.lock().unwrap().push((packet.direction, packet.octets.to_vec(), packet.addresses.to_owned()));
        })),
        ..SessionSettings::default()
    };
    let address = served(&[]).await;
    let session = Session::open(&address, settings).await.unwrap();
    session.get(&[oid(NAME)]).await.unwrap();
    let seen = seen.lock().unwrap();
    let [(PacketDirection::Sent, request, to), (PacketDirection::Received, answer, from)] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert!(request.len() < answer.len());
    let peer = format!("UDP: [127.0.0.1]:{}->", port(&address));
    assert!(to.starts_with(&peer) && from.starts_with(&peer), "{to}, {from}");
}

#[test]
fn a_session_outlives_no_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let session =
        runtime.block_on(Session::open(&"127.0.0.1:9".parse().unwrap(), SessionSettings::default())).unwrap();
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = other.block_on(session.get(&[oid(NAME)])).unwrap_err();
    assert!(matches!(error, Error::Closed), "{error:?}");
}

#[test]
fn the_blocking_session_needs_no_tokio() {
    let session = blocking::Session::open(&"demo::".parse().unwrap(), SessionSettings::default()).unwrap();
    assert_eq!(session.get(&[oid(NAME)]).unwrap()[0].name, oid(NAME));
    assert_eq!(session.get_next(&[oid("1.3.6.1.2.1.1.5")]).unwrap()[0].name, oid(NAME));
    assert_eq!(session.get_bulk(1, 3, &[oid(NAME), oid("1.3.6.1.2.1.2")]).unwrap().len(), 4);
    let set = vec![VarBind::new(oid(NAME), Value::OctetString("blocked".into()))];
    assert_eq!(session.set(set.clone()).unwrap(), set);
    let request = Request { kind: RequestKind::Get, bindings: vec![VarBind::ask(oid("1.3.9"))] };
    let response = session.request(request).unwrap();
    assert_eq!(response.bindings[0].value, Value::NoSuchObject);
    let walked: Result<Vec<_>, _> = session.walk(WalkPlan::subtree(oid(ODDITIES))).collect();
    let walked = walked.unwrap().len();
    assert!(walked > 15);
    let mut run = session.run(Walk::new(WalkPlan::subtree(oid(ODDITIES))));
    assert_eq!(run.by_ref().flatten().count(), walked);
    assert_eq!(run.operation().end(), Some(WalkEnd::Subtree));
    assert!(!run.is_in_doubt());
}

#[tokio::test]
async fn a_connection_that_nobody_takes_is_given_up_when_a_request_would_be() {
    // A queue of connections that is full: the system leaves further ones without an answer.
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&any.into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let client = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
            client.set_nonblocking(true).unwrap();
            client.connect(&address.into()).ok();
            client
        })
        .collect();
    let address = format!("tcp:{address}").parse().unwrap();
    let opening = Session::open(&address, impatient());
    let opened = tokio::time::timeout(Duration::from_secs(10), opening).await;
    let error = opened.expect("the session does not wait for minutes").unwrap_err();
    let Error::System(error) = &error else { panic!("{error:?}") };
    assert!(matches!(**error, TransportError::ConnectTimeOut { .. }), "{error:?}");
    drop(waiting);
}

#[tokio::test]
async fn a_flood_of_datagrams_keeps_no_request_waiting_for_ever() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address: ServerSpec = socket.local_addr().unwrap().to_string().parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a flood has an end when the test is broken")]
    let started = Instant::now();
    // Answers with garbage, without end; it ends when the session's socket is gone.
    let flood = thread::spawn(move || {
        let (_, client) = socket.recv_from(&mut [0; 100]).unwrap();
        // Only a connected socket is told.
        socket.connect(client).unwrap();
        while started.elapsed() < Duration::from_secs(20) {
            if socket.send(b"garbage").is_err() {
                return true;
            }
        }
        false
    });
    // A slow reader, for whom there is always more.
    let slow = Arc::new(|_: Packet<'_>| thread::sleep(Duration::from_micros(200)));
    let settings = SessionSettings { packet_tap: Some(slow), ..impatient() };
    let session = Session::open(&address, settings).await.unwrap();
    // The runtime's clock goes on, too: this thread has no other.
    let asked = tokio::time::timeout(Duration::from_secs(5), session.get(&[oid(NAME)])).await;
    let error = asked.expect("the request is given up").unwrap_err();
    assert!(matches!(error, Error::Malformed { tries: 2, .. }), "{error:?}");
    drop(session);
    let gone = tokio::task::spawn_blocking(move || flood.join().unwrap()).await.unwrap();
    assert!(gone, "the task ends when the last handle is dropped, whatever arrives");
}

#[tokio::test]
async fn what_came_while_nobody_waited_is_not_told_to_the_next_request() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address: ServerSpec = socket.local_addr().unwrap().to_string().parse().unwrap();
    let session = Session::open(&address, impatient()).await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(20), session.get(&[oid(NAME)])).await;
    assert!(dropped.is_err());
    let (_, client) = socket.recv_from(&mut [0; 100]).unwrap();
    socket.send_to(b"garbage", client).unwrap();

    let error = session.get(&[oid(NAME)]).await.unwrap_err();
    let Error::Timeout { heard, .. } = &error else { panic!("{error:?}") };
    assert!(heard.is_silence(), "{heard:?}");
    assert_eq!(session.counters().await.ignored, 1, "it was read all the same");
}

#[tokio::test]
async fn a_set_is_in_doubt_when_the_connection_ends_under_it_and_not_when_none_was_made() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: ServerSpec = format!("tcp:{}", listener.local_addr().unwrap()).parse().unwrap();
    let agent = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        assert!(connection.read(&mut [0; 1_000]).unwrap() > 0);
    });
    let session = Session::open(&address, SessionSettings::default()).await.unwrap();
    let set = || Set::new(vec![VarBind::new(oid(NAME), Value::OctetString("x".into()))]);
    let mut first = session.run(set());
    assert!(!first.is_in_doubt());
    let error = first.next().await.unwrap().unwrap_err();
    assert!(matches!(error, RunError::Session(Error::System(_))), "{error:?}");
    assert!(first.is_in_doubt());
    agent.join().unwrap();

    let mut second = session.run(set());
    let error = second.next().await.unwrap().unwrap_err();
    assert!(matches!(error, RunError::Session(Error::System(_))), "{error:?}");
    assert!(!second.is_in_doubt(), "the port was closed");

    // An outstanding one is in doubt until its answer has come.
    let session = Session::open(&served(&["delay=50ms"]).await, SessionSettings::default()).await.unwrap();
    let mut slow = session.run(set());
    assert!(tokio::time::timeout(Duration::from_millis(5), slow.next()).await.is_err());
    assert!(slow.is_in_doubt());
    assert!(slow.next().await.unwrap().is_ok());
    assert!(!slow.is_in_doubt());
}

#[test]
fn a_flood_at_one_address_of_a_server_leaves_the_others_time() {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let agent = demo::agent(demo::Settings::default(), Communities::default());
        let mut server = Server::new(Device::new(agent, &[], 1), any_port());
        // Slow to look at garbage, so that there is always more of it.
        server.observe(Box::new(|observed| {
            if observed.request == b"garbage" {
                thread::sleep(Duration::from_millis(2));
            }
            std::ops::ControlFlow::Continue(())
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for _ in 0..2 {
                tell.send(server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap()).unwrap();
            }
            server.run().await.unwrap();
        });
    });
    let (flooded, quiet) = (told.recv().unwrap(), told.recv().unwrap());
    let done = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&done);
    let flood = thread::spawn(move || {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        while !stop.load(Ordering::Relaxed) {
            socket.send_to(b"garbage", ("127.0.0.1", port(&flooded))).unwrap();
        }
    });
    thread::sleep(Duration::from_millis(50));
    let session = blocking::Session::open(&quiet, SessionSettings::default()).unwrap();
    let answer = session.get(&[oid(NAME)]);
    done.store(true, Ordering::Relaxed);
    flood.join().unwrap();
    assert_eq!(answer.unwrap().len(), 1);
}

/// Whatever a program may want to move to another thread, share, or hold in a spawned task can be.
#[test]
fn sessions_and_what_they_give_can_be_sent_and_shared() {
    fn send<T: Send + 'static>() {}
    fn sync<T: Sync>() {}
    fn clone<T: Clone>() {}
    fn send_value<T: Send>(_: &T) {}
    send::<Session>();
    sync::<Session>();
    clone::<Session>();
    clone::<SessionSettings>();
    send::<SessionSettings>();
    sync::<SessionSettings>();
    send::<WalkStream>();
    sync::<WalkStream>();
    send::<OperationStream<Get>>();
    send::<OperationStream<Set>>();
    send::<Error>();
    sync::<Error>();
    clone::<Error>();
    send::<RunError<WalkError>>();
    sync::<RunError<WalkError>>();
    send::<Server>();
    send::<blocking::Session>();
    sync::<blocking::Session>();
    send::<blocking::WalkIter>();
    send::<Engine>();
    sync::<Engine>();
    let session: Option<Session> = None;
    if let Some(session) = session {
        send_value(&session.get(&[]));
        send_value(&session.walk(WalkPlan::subtree(Oid::empty())).next());
        send_value(&Session::open(&"demo::".parse().unwrap(), SessionSettings::default()));
    }
}
