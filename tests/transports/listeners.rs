//! The answering side: many peers, some of them bad.

use std::time::Duration;

use snmpkit::{
    limits,
    server_spec::{Endpoint, ServerSpec, TransportKind},
    transport::{Listener, Transport},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixDatagram,
};

use crate::common::{
    PATIENCE, RawConnection, SOCKETS, give_up_on, message, place, receive_message, rig, settings,
};

#[tokio::test]
async fn a_listener_reads_messages_however_they_are_cut_and_however_often_it_gives_up_waiting() {
    let whole = [message(11, 1), message(2, 2)];
    let octets = whole.concat();
    for kind in [TransportKind::Tcp, TransportKind::Tcp6, TransportKind::Stream] {
        let directory = tempfile::tempdir().unwrap();
        let Some(spec) = place(kind, directory.path()) else { continue };
        let mut listener = Listener::open(&spec, &settings()).await.unwrap();
        let mut peer = RawConnection::connect(&listener.local_spec()).await;
        let mut buffer = Vec::new();
        for cut in 0..whole[0].len() {
            peer.write(&octets[..cut]).await;
            give_up_on(listener.receive(&mut buffer)).await;
            peer.write(&octets[cut..]).await;
            for message in &whole {
                let from = tokio::time::timeout(PATIENCE, listener.receive(&mut buffer)).await.unwrap();
                assert_eq!(&buffer, message, "{kind}, cut at {cut}");
                listener.send(&from.unwrap(), message).await.unwrap();
            }
            assert_eq!(peer.read(octets.len()).await, octets);
        }
    }
}

#[tokio::test]
async fn the_origin_of_a_message_is_told_as_net_snmp_tells_it() {
    for kind in SOCKETS {
        let directory = tempfile::tempdir().unwrap();
        let Some(spec) = place(kind, directory.path()) else { continue };
        let mut listener = Listener::open(&spec, &settings()).await.unwrap();
        let mut client = Transport::open(&listener.local_spec(), &settings()).await.unwrap();
        client.send(&message(40, 1)).await.unwrap();
        let peer = listener.receive(&mut Vec::new()).await.unwrap();
        let port = peer.address().map(|address| address.port()).unwrap_or_default();
        let local = listener.local_text();
        let origin = match kind {
            TransportKind::Udp => format!("UDP: [127.0.0.1]:{port}->{local}"),
            TransportKind::Udp6 => format!("UDP/IPv6: [::1]:{port}"),
            TransportKind::Tcp => format!("TCP: [127.0.0.1]:{port}->[0.0.0.0]:0"),
            TransportKind::Tcp6 => format!("TCP/IPv6: [::1]:{port}"),
            TransportKind::Stream => format!("Local IPC: {local}"),
            _ => format!("Local IPC: {}", client.local_text()),
        };
        assert_eq!(peer.to_string(), origin);
    }
}

#[tokio::test]
async fn an_answer_to_one_who_has_gone_is_an_error_that_the_listener_outlives() {
    for kind in [TransportKind::Tcp, TransportKind::Stream, TransportKind::Dgram] {
        let directory = tempfile::tempdir().unwrap();
        let spec = place(kind, directory.path()).unwrap();
        let mut listener = Listener::open(&spec, &settings()).await.unwrap();
        let mut client = Transport::open(&listener.local_spec(), &settings()).await.unwrap();
        client.send(&message(40, 1)).await.unwrap();
        let mut buffer = Vec::new();
        let peer = listener.receive(&mut buffer).await.unwrap();
        drop(client);
        let answering = async {
            // The end of a connection is noticed while the listener waits.
            while listener.send(&peer, &message(40, 2)).await.is_ok() {
                give_up_on(listener.receive(&mut buffer)).await;
            }
        };
        tokio::time::timeout(PATIENCE, answering).await.expect("nobody is there to be answered");
        let mut client = Transport::open(&listener.local_spec(), &settings()).await.unwrap();
        client.send(&message(40, 3)).await.unwrap();
        let peer = listener.receive(&mut buffer).await.unwrap();
        assert_eq!(buffer, message(40, 3));
        listener.send(&peer, &buffer).await.unwrap();
        let answer = tokio::select! {
            answer = receive_message(&mut client) => answer,
            _ = listener.receive(&mut buffer) => panic!("nothing more was sent"),
        };
        assert_eq!(answer, message(40, 3), "{kind}");
    }
}

#[tokio::test]
async fn one_who_does_not_read_or_speaks_nonsense_delays_nobody_else() {
    for kind in [TransportKind::Tcp, TransportKind::Stream] {
        let mut rig = rig(kind, &settings()).await.unwrap();
        let mut half = RawConnection::connect(&rig.spec).await;
        half.write(&message(200, 1)[..100]).await;
        let mut nonsense = RawConnection::connect(&rig.spec).await;
        nonsense.write(&[0xff; 100]).await;
        let mut deaf = RawConnection::connect(&rig.spec).await;
        let flood = message(65_000, 1);
        let flooding = async {
            loop {
                deaf.write(&flood).await;
            }
        };
        // Its questions are no longer taken when its answers are not, so the flood stands still.
        let _ = tokio::time::timeout(Duration::from_millis(300), flooding).await;
        for number in 0..50 {
            rig.client.send(&message(1_000, number)).await.unwrap();
            assert!(receive_message(&mut rig.client).await == message(1_000, number), "{kind}");
        }
        assert_eq!(nonsense.read(1).await, b"", "{kind}: the connection is closed");
        // The one that was slow gets its answers once it reads.
        for _ in 0..10 {
            assert!(deaf.read(65_000).await == flood, "{kind}");
        }
        half.write(&message(200, 1)[100..]).await;
        assert_eq!(half.read(200).await, message(200, 1));
    }
}

#[tokio::test]
async fn messages_that_want_no_answer_keep_coming() {
    for kind in SOCKETS {
        let directory = tempfile::tempdir().unwrap();
        let Some(spec) = place(kind, directory.path()) else { continue };
        let mut listener = Listener::open(&spec, &settings()).await.unwrap();
        let mut client = Transport::open(&listener.local_spec(), &settings()).await.unwrap();
        for number in 0..100 {
            client.send(&message(40, number)).await.unwrap();
        }
        let (mut buffer, mut nothing) = (Vec::new(), Vec::new());
        for number in 0..100 {
            let waiting = async {
                tokio::select! {
                    peer = listener.receive(&mut buffer) => peer.unwrap(),
                    // What found no room yet is sent while the client waits.
                    arrival = client.receive(&mut nothing) => panic!("nothing was sent: {arrival:?}"),
                }
            };
            tokio::time::timeout(PATIENCE, waiting).await.expect("a message comes");
            assert_eq!(buffer, message(40, number), "{kind}");
        }
    }
}

#[tokio::test]
async fn answers_wait_for_a_datagram_peer_that_reads_late() {
    let directory = tempfile::tempdir().unwrap();
    let spec = place(TransportKind::Dgram, directory.path()).unwrap();
    let mut listener = Listener::open(&spec, &settings()).await.unwrap();
    let peer = UnixDatagram::bind(directory.path().join("late.sock")).unwrap();
    peer.send_to(&message(40, 1), directory.path().join("agent.sock")).await.unwrap();
    let mut buffer = Vec::new();
    let from = listener.receive(&mut buffer).await.unwrap();
    // More than the system keeps of them.
    for number in 0..20 {
        listener.send(&from, &message(60_000, number)).await.unwrap();
    }
    let mut answer = vec![0; 65_535];
    for number in 0..20 {
        let octets = tokio::select! {
            octets = tokio::time::timeout(PATIENCE, peer.recv(&mut answer)) => octets.unwrap().unwrap(),
            _ = listener.receive(&mut buffer) => panic!("nothing more was sent"),
        };
        assert!(answer[..octets] == message(60_000, number), "answer {number}");
    }
}

#[tokio::test]
async fn a_peer_that_has_said_all_still_gets_its_answers() {
    let rig = rig(TransportKind::Tcp, &settings()).await.unwrap();
    let RawConnection::Tcp(mut peer) = RawConnection::connect(&rig.spec).await else { unreachable!() };
    let questions: Vec<u8> = (0..20).flat_map(|number| message(5_000, number)).collect();
    peer.write_all(&questions).await.unwrap();
    peer.shutdown().await.unwrap();
    let mut answers = Vec::new();
    tokio::time::timeout(PATIENCE, peer.read_to_end(&mut answers)).await.unwrap().unwrap();
    assert!(answers == questions);
}

#[tokio::test]
async fn one_connection_too_many_closes_the_one_that_was_idle_longest() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let needed = 2 * limits::CONNECTIONS as u64 + 200;
    assert!(limit.current.is_none_or(|most| most >= needed), "this test needs {needed} descriptors");

    let mut rig = rig(TransportKind::Stream, &settings()).await.unwrap();
    let mut others = Vec::new();
    for _ in 1..limits::CONNECTIONS {
        others.push(RawConnection::connect(&rig.spec).await);
    }
    // The first connection of all has been used since; the second has not.
    rig.client.send(&message(40, 1)).await.unwrap();
    assert_eq!(receive_message(&mut rig.client).await, message(40, 1));
    let mut newest = RawConnection::connect(&rig.spec).await;
    newest.write(&message(40, 2)).await;
    assert_eq!(newest.read(40).await, message(40, 2));
    assert_eq!(others[0].read(1).await, b"");
    others[1].write(&message(40, 3)).await;
    assert_eq!(others[1].read(40).await, message(40, 3));
    rig.client.send(&message(40, 4)).await.unwrap();
    assert_eq!(receive_message(&mut rig.client).await, message(40, 4));
}

#[tokio::test]
async fn a_socket_file_is_replaced_when_its_program_is_gone_and_only_then() {
    for kind in [TransportKind::Stream, TransportKind::Dgram] {
        let directory = tempfile::tempdir().unwrap();
        let spec = place(kind, directory.path()).unwrap();
        let path = directory.path().join("agent.sock");
        // Left behind by a program that is gone.
        match kind {
            TransportKind::Stream => drop(std::os::unix::net::UnixListener::bind(&path).unwrap()),
            _ => drop(std::os::unix::net::UnixDatagram::bind(&path).unwrap()),
        }
        let listener = Listener::open(&spec, &settings()).await.unwrap();
        let in_use = format!("bind {}: Address already in use", path.display());
        assert_eq!(Listener::open(&spec, &settings()).await.unwrap_err().to_string(), in_use, "{kind}");
        let other = if kind == TransportKind::Stream { TransportKind::Dgram } else { TransportKind::Stream };
        let wrong = place(other, directory.path()).unwrap();
        assert_eq!(Listener::open(&wrong, &settings()).await.unwrap_err().to_string(), in_use, "{other}");
        drop(listener);
        assert!(!path.exists(), "{kind}");
        // What is no socket is somebody's.
        std::fs::write(&path, "precious").unwrap();
        assert_eq!(Listener::open(&spec, &settings()).await.unwrap_err().to_string(), in_use, "{kind}");
        assert_eq!(std::fs::read(&path).unwrap(), b"precious");
        // And so is what has taken the place of ours.
        std::fs::remove_file(&path).unwrap();
        let listener = Listener::open(&spec, &settings()).await.unwrap();
        std::fs::rename(&path, directory.path().join("moved")).unwrap();
        std::fs::write(&path, "precious").unwrap();
        drop(listener);
        assert!(path.exists(), "{kind}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_leaves_from_the_address_that_was_asked() {
    for (all, asked) in [("0.0.0.0", "127.0.0.2"), ("udp6::[::]", "[::1]")] {
        let spec = ServerSpec::parse(all).unwrap();
        if place(spec.transport, "".as_ref()).is_none() {
            continue;
        }
        let mut listener = Listener::open(&spec, &settings()).await.unwrap();
        let Endpoint::Inet { port: Some(port), .. } = listener.local_spec().endpoint else {
            panic!("no port")
        };
        let spec = ServerSpec::parse(&format!("{asked}:{port}")).unwrap();
        let mut client = Transport::open(&spec, &settings()).await.unwrap();
        client.send(&message(65_000, 1)).await.unwrap();
        let mut buffer = Vec::new();
        let peer = listener.receive(&mut buffer).await.unwrap();
        listener.send(&peer, &buffer).await.unwrap();
        assert!(receive_message(&mut client).await == message(65_000, 1), "{asked}");
        let origin = peer.to_string();
        if asked == "127.0.0.2" {
            let local = client.local_text().replace("[0.0.0.0]", "[127.0.0.1]");
            assert!(origin.ends_with(&format!("->[127.0.0.2]:{port}")), "{origin}, {local}");
        }
    }
}
