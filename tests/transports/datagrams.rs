//! What only datagrams have: refusals, strays and the client's own socket file.

use std::{os::unix::fs::PermissionsExt, path::PathBuf};

use snmpkit::{
    server_spec::{ServerSpec, TransportKind},
    transport::{Arrival, Listener, LocalAddress, Transport, TransportSettings},
};
use tokio::net::{UdpSocket, UnixDatagram};

use crate::common::{Rig, closed_port, give_up_on, message, place, receive, receive_message, rig, settings};

#[tokio::test]
async fn a_closed_udp_port_is_refused_for_every_message_and_not_silent() {
    for (kind, host) in [(TransportKind::Udp, "127.0.0.1"), (TransportKind::Udp6, "[::1]")] {
        if place(kind, "".as_ref()).is_none() {
            continue;
        }
        let mut client = Transport::open(&closed_port(host), &settings()).await.unwrap();
        for round in 0..3 {
            client.send(&message(40, round)).await.unwrap();
            let (arrival, octets) = receive(&mut client).await.unwrap();
            assert_eq!((arrival, octets.len()), (Arrival::Refused, 0), "{kind}, round {round}");
        }
        // A refusal that comes between two messages stops neither the next message nor the news of it.
        for round in 0..5 {
            client.send(&message(40, round)).await.unwrap();
        }
        for _ in 0..5 {
            assert_eq!(receive(&mut client).await.unwrap().0, Arrival::Refused, "{kind}");
        }
        give_up_on(client.receive(&mut Vec::new())).await;
    }
}

#[tokio::test]
async fn a_udp_client_goes_on_when_the_agent_comes_back() {
    let spec = closed_port("127.0.0.1");
    let mut client = Transport::open(&spec, &settings()).await.unwrap();
    client.send(&message(40, 1)).await.unwrap();
    assert_eq!(receive(&mut client).await.unwrap().0, Arrival::Refused);
    let mut listener = Listener::open(&spec, &settings()).await.unwrap();
    client.send(&message(40, 2)).await.unwrap();
    let mut buffer = Vec::new();
    let peer = listener.receive(&mut buffer).await.unwrap();
    listener.send(&peer, &buffer).await.unwrap();
    assert_eq!(receive_message(&mut client).await, message(40, 2));
}

#[tokio::test]
async fn an_answer_from_elsewhere_is_told_of_and_not_delivered() {
    for kind in [TransportKind::Udp, TransportKind::Udp6, TransportKind::Dgram] {
        let Some(mut rig) = rig(kind, &settings()).await else { continue };
        let from = intrude(&rig).await;
        let (arrival, octets) = receive(&mut rig.client).await.unwrap();
        assert_eq!((arrival, octets), (Arrival::Stray { from }, vec![]), "{kind}");
        rig.client.send(&message(40, 1)).await.unwrap();
        assert_eq!(receive_message(&mut rig.client).await, message(40, 1), "{kind}");
    }
}

#[tokio::test]
async fn an_answer_from_elsewhere_is_delivered_when_that_is_wanted() {
    for kind in [TransportKind::Udp, TransportKind::Udp6, TransportKind::Dgram] {
        let relaxed = TransportSettings { any_source: true, ..settings() };
        let Some(mut rig) = rig(kind, &relaxed).await else { continue };
        intrude(&rig).await;
        assert_eq!(receive_message(&mut rig.client).await, message(40, 666), "{kind}");
    }
}

/// Sends a message to the client from an address that it did not ask; which one.
async fn intrude(rig: &Rig) -> String {
    let local = rig.client.local_text();
    if local.starts_with('/') {
        let path = rig.directory.path().join("intruder.sock");
        let intruder = UnixDatagram::bind(&path).unwrap();
        intruder.send_to(&message(40, 666), local).await.unwrap();
        return path.display().to_string();
    }
    let port = local.rsplit_once(':').unwrap().1;
    let host = if local.starts_with("[::]") { "[::1]" } else { "127.0.0.1" };
    let intruder = UdpSocket::bind(format!("{host}:0")).await.unwrap();
    intruder.send_to(&message(40, 666), format!("{host}:{port}")).await.unwrap();
    let from = intruder.local_addr().unwrap();
    from.to_string()
}

#[tokio::test]
async fn the_clients_socket_file_is_private_and_gone_at_the_end() {
    let rig = rig(TransportKind::Dgram, &settings()).await.unwrap();
    let own = PathBuf::from(rig.client.local_text());
    let parent = own.parent().unwrap().to_owned();
    assert!(own.exists());
    assert_eq!(parent.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    drop(rig);
    assert!(!own.exists() && !parent.exists());
}

#[tokio::test]
async fn a_chosen_socket_file_is_used_removed_and_never_taken_from_another() {
    let rig = rig(TransportKind::Dgram, &settings()).await.unwrap();
    let own = rig.directory.path().join("mine.sock");
    let local = Some(LocalAddress::parse(own.to_str().unwrap()).unwrap());
    let chosen = TransportSettings { local, ..settings() };
    let mut client = Transport::open(&rig.spec, &chosen).await.unwrap();
    assert_eq!(client.local_text(), own.display().to_string());
    client.send(&message(40, 1)).await.unwrap();
    assert_eq!(receive_message(&mut client).await, message(40, 1));
    let error = Transport::open(&rig.spec, &chosen).await.unwrap_err();
    assert_eq!(error.to_string(), format!("bind {}: Address already in use", own.display()));
    assert!(own.exists(), "a failed opening must not remove what it did not make");
    drop(client);
    assert!(!own.exists());
}

#[tokio::test]
async fn a_unix_agent_that_goes_away_is_refused_and_found_again() {
    let directory = tempfile::tempdir().unwrap();
    let spec = place(TransportKind::Dgram, directory.path()).unwrap();
    let listener = Listener::open(&spec, &settings()).await.unwrap();
    let mut client = Transport::open(&spec, &settings()).await.unwrap();
    drop(listener);
    client.send(&message(40, 1)).await.unwrap();
    assert_eq!(receive(&mut client).await.unwrap().0, Arrival::Refused);
    let mut listener = Listener::open(&spec, &settings()).await.unwrap();
    client.send(&message(40, 2)).await.unwrap();
    let mut buffer = Vec::new();
    let peer = listener.receive(&mut buffer).await.unwrap();
    assert_eq!(buffer, message(40, 2));
    assert_eq!(peer.to_string(), format!("Local IPC: {}", client.local_text()));
}

#[tokio::test]
async fn an_agent_is_known_by_its_socket_however_its_path_is_spelt() {
    let mut rig = rig(TransportKind::Dgram, &settings()).await.unwrap();
    let link = rig.directory.path().join("link");
    std::os::unix::fs::symlink(rig.directory.path(), &link).unwrap();
    let spec = ServerSpec::parse(&format!("dgram::{}/agent.sock", link.display())).unwrap();
    rig.client = Transport::open(&spec, &settings()).await.unwrap();
    rig.client.send(&message(40, 1)).await.unwrap();
    assert_eq!(receive_message(&mut rig.client).await, message(40, 1));
}
