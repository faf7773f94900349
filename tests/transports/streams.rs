//! What only streams have: messages cut anywhere, connections that end, peers that do not read.

use std::time::Duration;

use snmpkit::{
    server_spec::{ServerSpec, TransportKind},
    transport::{Transport, TransportError, TransportSettings},
};

use crate::common::{PATIENCE, Raw, give_up_on, message, receive, receive_message, rig, settings};

#[tokio::test]
async fn what_fills_the_buffers_of_a_stream_comes_through_in_order() {
    for kind in [TransportKind::Tcp, TransportKind::Stream] {
        let mut rig = rig(kind, &settings()).await.unwrap();
        let messages: Vec<_> = (0..16).map(|number| message(60_000, number)).collect();
        for message in &messages {
            rig.client.send(message).await.unwrap();
        }
        for (number, message) in messages.iter().enumerate() {
            assert!(receive_message(&mut rig.client).await == *message, "{kind}, message {number}");
        }
    }
}

#[tokio::test]
async fn a_client_reads_messages_however_they_are_cut_and_however_often_it_gives_up_waiting() {
    let whole = [message(11, 1), message(106, 2), message(2, 3)];
    let octets = whole.concat();
    let first = whole[0].len();
    for kind in [TransportKind::Tcp, TransportKind::Tcp6, TransportKind::Stream] {
        let directory = tempfile::tempdir().unwrap();
        let Some((raw, spec)) = Raw::listen(kind, directory.path()).await else { continue };
        let mut client = Transport::open(&spec, &settings()).await.unwrap();
        let mut peer = raw.accept().await;
        for cut in 0..=octets.len() {
            peer.write(&octets[..cut]).await;
            let mut read = 0;
            if cut < first {
                give_up_on(client.receive(&mut Vec::new())).await;
            } else {
                assert_eq!(receive_message(&mut client).await, whole[0], "{kind}, cut at {cut}");
                read = 1;
                if cut < first + whole[1].len() {
                    give_up_on(client.receive(&mut Vec::new())).await;
                }
            }
            peer.write(&octets[cut..]).await;
            for message in &whole[read..] {
                assert_eq!(&receive_message(&mut client).await, message, "{kind}, cut at {cut}");
            }
        }
    }
}

#[tokio::test]
async fn a_closed_connection_is_told_once_and_made_again_for_the_next_message() {
    for kind in [TransportKind::Tcp, TransportKind::Tcp6, TransportKind::Stream] {
        let directory = tempfile::tempdir().unwrap();
        let Some((raw, spec)) = Raw::listen(kind, directory.path()).await else { continue };
        let mut client = Transport::open(&spec, &settings()).await.unwrap();
        // It ends with a message whole and another cut short: the first counts.
        let mut peer = raw.accept().await;
        peer.write(&[&message(20, 1)[..], &message(20, 2)[..19]].concat()).await;
        drop(peer);
        assert_eq!(receive_message(&mut client).await, message(20, 1));
        let error = receive(&mut client).await.unwrap_err();
        assert!(error.to_string().ends_with(" closed the connection"), "{kind}: {error}");
        give_up_on(client.receive(&mut Vec::new())).await;
        // The half message is forgotten with the connection.
        client.send(&message(20, 3)).await.unwrap();
        let mut peer = raw.accept().await;
        assert_eq!(peer.read(20).await, message(20, 3));
        peer.write(&message(20, 4)).await;
        assert_eq!(receive_message(&mut client).await, message(20, 4));
        // Closed in the middle of a message while nobody looks: the next message notices by itself.
        peer.write(&message(20, 2)[..19]).await;
        drop(peer);
        client.send(&message(20, 5)).await.unwrap();
        let mut peer = raw.accept().await;
        assert_eq!(peer.read(20).await, message(20, 5));
        peer.write(&message(20, 6)).await;
        assert_eq!(receive_message(&mut client).await, message(20, 6));
        // What is no message ends the connection, and says why.
        peer.write(b"HTTP/1.1 400 Bad Request\r\n").await;
        let error = receive(&mut client).await.unwrap_err().to_string();
        assert!(
            error.ends_with("sent what is no SNMP message: octet 0: type 0x48 stands where a message must"),
            "{error}"
        );
        assert_eq!(peer.read(1).await, b"");
        // And when nothing listens any more, sending says so.
        drop((raw, peer));
        let error = client.send(&message(20, 7)).await.unwrap_err();
        assert!(matches!(error, TransportError::Call { call: "connect", .. }), "{kind}: {error}");
    }
}

#[tokio::test]
async fn a_peer_that_reads_nothing_holds_up_neither_the_client_nor_its_time_outs() {
    let directory = tempfile::tempdir().unwrap();
    let (raw, spec) = Raw::listen(TransportKind::Stream, directory.path()).await.unwrap();
    let mut client = Transport::open(&spec, &settings()).await.unwrap();
    let mut peer = raw.accept().await;
    let sending = async {
        for number in 0..100 {
            client.send(&message(60_000, number)).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, sending).await.expect("sending waits for nobody");
    // What found room arrives whole and in order.
    for number in 0..10 {
        let octets = tokio::select! {
            octets = peer.read(60_000) => octets,
            arrival = receive(&mut client) => panic!("nothing was sent: {arrival:?}"),
        };
        assert!(octets == message(60_000, number), "message {number}");
    }
}

#[tokio::test]
async fn flushing_brings_out_what_did_not_fit_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let (raw, spec) = Raw::listen(TransportKind::Stream, directory.path()).await.unwrap();
    let mut client = Transport::open(&spec, &settings()).await.unwrap();
    let mut peer = raw.accept().await;
    for number in 0..10 {
        client.send(&message(65_000, number)).await.unwrap();
    }
    let reader = tokio::spawn(async move { peer.read(650_000).await });
    tokio::time::timeout(PATIENCE, client.flush()).await.unwrap().unwrap();
    drop(client);
    assert!(reader.await.unwrap() == (0..10).flat_map(|number| message(65_000, number)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_connection_that_nobody_takes_is_given_up_in_the_time_that_was_set() {
    // A queue of one that is full: the system answers nothing to the next.
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let port = full.local_addr().unwrap().as_socket().unwrap().port();
    let spec = ServerSpec::parse(&format!("tcp::127.0.0.1:{port}")).unwrap();
    let connect_time_out = Some(Duration::from_millis(200));
    let hasty = TransportSettings { connect_time_out, ..settings() };
    let mut taken = Vec::new();
    let error = loop {
        match Transport::open(&spec, &hasty).await {
            Ok(transport) => taken.push(transport),
            Err(error) => break error,
        }
        assert!(taken.len() < 10, "the queue never fills");
    };
    assert_eq!(error.to_string(), format!("connect 127.0.0.1:{port}: no answer within 0.2 s"));
}
