//! The session over real sockets: many requests at once, errors told apart, nothing left behind.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{sync::Arc, time::Duration};

use snmpkit::{
    agent::{Communities, Device, demo},
    codec::ErrorStatus,
    engine::{CommunityModel, Request, RequestKind, RetrySchedule},
    oid::Oid,
    operation::{AgentError, Ordering, RootInstance, WalkEnd, WalkMethod, WalkPlan},
    secret::Secret,
    server_spec::{Port, ServerSpec},
    session::{Error, PacketDirection, Server, Session, SessionSettings, blocking},
    transport::{Listener, TransportSettings},
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
        ordering: Ordering::Unchecked,
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
        packet_tap: Some(Box::new(move |packet| {
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
    assert!(walked.unwrap().len() > 15);
}
