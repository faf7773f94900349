//! One contract for every transport: whole messages, both ways, whatever happens in between.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "what the tests share panics and prints as they do, and looks whether CI runs them"
)]

#[path = "transports/common.rs"]
mod common;

#[path = "transports/datagrams.rs"]
mod datagrams;
#[path = "transports/listeners.rs"]
mod listeners;
#[path = "transports/streams.rs"]
mod streams;

use snmpkit::{
    limits,
    server_spec::{Endpoint, Role, ServerSpec, TransportKind},
    transport::{Arrival, Listener, LocalAddress, Transport, TransportError, TransportSettings},
};

use self::common::{SOCKETS, closed_port, give_up_on, message, place, receive_message, rig, settings};

#[tokio::test]
async fn messages_of_every_size_arrive_whole() {
    for kind in TransportKind::ALL {
        let Some(mut rig) = rig(kind, &settings()).await else { continue };
        for octets in [2, 3, 99, 106, 484, 1_472, 1_473, 16_384, 65_000, limits::MESSAGE_OCTETS] {
            let message = message(octets, octets);
            rig.client.send(&message).await.unwrap();
            assert!(receive_message(&mut rig.client).await == message, "{kind}, {octets} octets");
        }
        let long = vec![0; limits::MESSAGE_OCTETS + 1];
        let error = rig.client.send(&long).await.unwrap_err();
        assert!(
            matches!(error, TransportError::TooLong { octets: 65_508, limit: 65_507 }),
            "{kind}: {error}"
        );
    }
}

#[tokio::test]
async fn many_messages_may_be_on_their_way_at_once() {
    for kind in TransportKind::ALL {
        let Some(mut rig) = rig(kind, &settings()).await else { continue };
        let messages: Vec<_> = (0..200).map(|number| message(40, number)).collect();
        for message in &messages {
            rig.client.send(message).await.unwrap();
        }
        for (number, message) in messages.iter().enumerate() {
            assert_eq!(&receive_message(&mut rig.client).await, message, "{kind}, message {number}");
        }
    }
}

#[tokio::test]
async fn giving_up_waiting_loses_nothing() {
    for kind in TransportKind::ALL {
        let Some(mut rig) = rig(kind, &settings()).await else { continue };
        for number in 0..10 {
            give_up_on(rig.client.receive(&mut Vec::new())).await;
            rig.client.send(&message(5_000, number)).await.unwrap();
            assert!(receive_message(&mut rig.client).await == message(5_000, number), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_place_where_nothing_listens_is_named_with_the_call_and_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let dead = path("dead.sock");
    drop(std::os::unix::net::UnixDatagram::bind(&dead).unwrap());
    let stream = path("stream.sock");
    let _listening = std::os::unix::net::UnixListener::bind(&stream).unwrap();
    let none = path("none.sock");
    let port = closed_port("127.0.0.1");
    for (spec, message) in [
        (format!("tcp::{port}"), format!("connect {port}: Connection refused")),
        (format!("stream::{none}"), format!("connect {none}: No such file or directory")),
        (format!("dgram::{none}"), format!("connect {none}: No such file or directory")),
        (format!("dgram::{dead}"), format!("connect {dead}: Connection refused")),
        (
            stream.clone(),
            format!(
                "connect {stream}: Protocol wrong type for socket: the socket is of the other type, try \
                 stream::PATH or dgram::PATH"
            ),
        ),
    ] {
        let error = Transport::open(&ServerSpec::parse(&spec).unwrap(), &settings()).await.unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.errno().is_some() && std::error::Error::source(&error).is_some());
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn messages_leave_from_the_source_address_that_was_chosen() {
    for kind in [TransportKind::Udp, TransportKind::Tcp] {
        let spec = place(kind, "".as_ref()).unwrap();
        let mut listener = Listener::open(&spec, &settings()).await.unwrap();
        let local = Some(LocalAddress::parse("127.0.0.3").unwrap());
        let chosen = TransportSettings { local, ..settings() };
        let mut client = Transport::open(&listener.local_spec(), &chosen).await.unwrap();
        client.send(&message(40, 1)).await.unwrap();
        let peer = listener.receive(&mut Vec::new()).await.unwrap();
        let address = peer.address().unwrap();
        assert_eq!(address.ip().to_string(), "127.0.0.3", "{kind}");
        assert_eq!(client.local_text(), format!("[127.0.0.3]:{}", address.port()), "{kind}");
    }
}

#[tokio::test]
async fn a_source_that_does_not_fit_is_refused_before_anything_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    for kind in SOCKETS {
        let Some(spec) = place(kind, directory.path()) else { continue };
        let listener = Listener::open(&spec, &settings()).await.unwrap();
        let local = match kind {
            TransportKind::Udp | TransportKind::Tcp => "[::1]",
            TransportKind::Udp6 | TransportKind::Tcp6 => "127.0.0.1:4000",
            _ => ":4000",
        };
        let local = Some(LocalAddress::parse(local).unwrap());
        let wrong = TransportSettings { local, ..settings() };
        let error = Transport::open(&listener.local_spec(), &wrong).await.unwrap_err();
        assert!(matches!(error, TransportError::WrongSource { .. }), "{kind}: {error}");
    }
}

#[tokio::test]
async fn every_transport_says_where_it_goes_as_net_snmp_does() {
    for kind in SOCKETS {
        let Some(rig) = rig(kind, &settings()).await else { continue };
        let (text, local) = (rig.client.peer_text(), rig.client.local_text());
        let expected = match (&rig.spec.endpoint, rig.spec.port(Role::Agent)) {
            (Endpoint::Path(path), _) => format!("Local IPC: {}", path.display()),
            (_, port) => {
                let port = port.unwrap();
                match kind {
                    TransportKind::Udp => format!("UDP: [127.0.0.1]:{port}->{local}"),
                    TransportKind::Udp6 => format!("UDP/IPv6: [::1]:{port}"),
                    TransportKind::Tcp => format!("TCP: [127.0.0.1]:{port}->[0.0.0.0]:0"),
                    _ => format!("TCP/IPv6: [::1]:{port}"),
                }
            }
        };
        assert_eq!(text, expected);
        assert_eq!(rig.client.is_stream(), kind.is_stream());
    }
}

#[tokio::test]
async fn the_device_inside_is_there_only_in_programs_that_bring_one() {
    let spec = ServerSpec::parse("demo::").unwrap();
    let without = TransportSettings::default();
    assert!(matches!(Transport::open(&spec, &without).await.unwrap_err(), TransportError::NoDevice));
    assert!(matches!(Transport::open(&spec, &settings()).await.unwrap(), Transport::Memory(_)));
    assert!(matches!(Listener::open(&spec, &settings()).await.unwrap_err(), TransportError::NotForListening));
}

#[tokio::test]
async fn a_transport_may_work_on_any_thread() {
    let mut rig = rig(TransportKind::Demo, &settings()).await.unwrap();
    rig.client.send(&message(40, 1)).await.unwrap();
    let worker = tokio::spawn(async move { receive_message(&mut rig.client).await });
    assert_eq!(worker.await.unwrap(), message(40, 1));
}

#[tokio::test]
async fn news_of_one_transport_are_no_news_of_another() {
    let mut rig = rig(TransportKind::Udp, &settings()).await.unwrap();
    let mut refused = Transport::open(&closed_port("127.0.0.1"), &settings()).await.unwrap();
    refused.send(&message(40, 1)).await.unwrap();
    rig.client.send(&message(40, 1)).await.unwrap();
    assert_eq!(receive_message(&mut rig.client).await, message(40, 1));
    let arrival = refused.receive(&mut Vec::new()).await.unwrap();
    assert_eq!(arrival, Arrival::Refused);
}
