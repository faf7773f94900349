//! The client of the snmp2 crate, which shares nothing with ours, against our agent.

use std::time::Duration;

use snmp2::{AsyncSession, Oid as PeerOid, Pdu as PeerPdu, SyncSession, Value as PeerValue};
use snmpkit::{
    engine::CommunityModel,
    oid::Oid,
    server_spec::ServerSpec,
    session::{SessionSettings, blocking},
    value::{Octets, Value, VarBind},
};

use super::{Agent, SYS_NAME};

/// How long it waits for an answer; it asks only once.
const TIME_OUT: Option<Duration> = Some(Duration::from_secs(20));

fn peer_oid(name: &Oid) -> PeerOid<'static> {
    let arcs: Vec<u64> = name.arcs().iter().map(|arc| u64::from(*arc)).collect();
    PeerOid::from(&arcs).unwrap().to_owned()
}

fn our_oid(name: &PeerOid<'_>) -> Oid {
    name.to_string().parse().unwrap()
}

/// The peer's value in our words.
fn our_value(value: &PeerValue<'_>) -> Value {
    match value {
        PeerValue::Null => Value::Null,
        PeerValue::Integer(number) => Value::Integer32(i32::try_from(*number).unwrap()),
        PeerValue::OctetString(octets) => Value::OctetString(Octets::from(*octets)),
        PeerValue::ObjectIdentifier(name) => Value::ObjectIdentifier(our_oid(name)),
        PeerValue::IpAddress(address) => Value::IpAddress((*address).into()),
        PeerValue::Counter32(number) => Value::Counter32(*number),
        PeerValue::Unsigned32(number) => Value::Gauge32(*number),
        PeerValue::Timeticks(number) => Value::TimeTicks(*number),
        PeerValue::Opaque(octets) => Value::Opaque(Octets::from(*octets)),
        PeerValue::Counter64(number) => Value::Counter64(*number),
        PeerValue::EndOfMibView => Value::EndOfMibView,
        PeerValue::NoSuchObject => Value::NoSuchObject,
        PeerValue::NoSuchInstance => Value::NoSuchInstance,
        other => panic!("{other:?} in a binding"),
    }
}

/// An answer's bindings, and its error-status and error-index.
fn bindings(pdu: &PeerPdu<'_>) -> (Vec<VarBind>, u32, u32) {
    let all = pdu.varbinds.clone().map(|(name, value)| VarBind::new(our_oid(&name), our_value(&value)));
    (all.collect(), pdu.error_status, pdu.error_index)
}

/// Objects of every type, none of which moves.
fn device() -> (tempfile::TempDir, Agent) {
    let lines = "\
        .1.3.6.1.4.1.99999.1.1.0 = INTEGER: -2147483648\n\
        .1.3.6.1.4.1.99999.1.2.0 = INTEGER: 2147483647\n\
        .1.3.6.1.4.1.99999.1.3.0 = STRING: \"text\"\n\
        .1.3.6.1.4.1.99999.1.4.0 = \"\"\n\
        .1.3.6.1.4.1.99999.1.5.0 = Hex-STRING: 00 FF 80 0A\n\
        .1.3.6.1.4.1.99999.1.6.0 = OID: .1.3.6.1.4.1.4294967295.0.128\n\
        .1.3.6.1.4.1.99999.1.7.0 = IpAddress: 192.0.2.255\n\
        .1.3.6.1.4.1.99999.1.8.0 = Counter32: 4294967295\n\
        .1.3.6.1.4.1.99999.1.9.0 = Gauge32: 2147483648\n\
        .1.3.6.1.4.1.99999.1.10.0 = Timeticks: (4294967295) 497 days, 2:27:52.95\n\
        .1.3.6.1.4.1.99999.1.11.0 = Counter64: 9223372036854775807\n\
        .1.3.6.1.4.1.99999.1.12.4294967295 = INTEGER: 0\n\
        .1.3.6.1.4.1.99999.2.1.0 = STRING: \"after\"\n";
    let (directory, path) = super::file("types.walk", lines.as_bytes());
    let agent = Agent::start(&[path.to_str().unwrap()]);
    (directory, agent)
}

const ROOT: &str = "1.3.6.1.4.1.99999.1";

fn ours(agent: &Agent, model: CommunityModel) -> blocking::Session {
    let spec: ServerSpec = agent.address().parse().unwrap();
    blocking::Session::open(&spec, SessionSettings { model, ..SessionSettings::default() }).unwrap()
}

#[test]
fn its_blocking_client_reads_what_ours_reads() {
    let (_directory, agent) = device();
    let root: Oid = ROOT.parse().unwrap();
    for model in [CommunityModel::V1, CommunityModel::V2c] {
        let mut peer = match model {
            CommunityModel::V1 => SyncSession::new_v1(agent.host_and_port(), b"public", TIME_OUT, 7),
            CommunityModel::V2c => SyncSession::new_v2c(agent.host_and_port(), b"public", TIME_OUT, 7),
        }
        .unwrap();
        let session = ours(&agent, model);
        let (mut name, mut walked) = (root.clone(), Vec::new());
        loop {
            let (next, status, _) = bindings(&peer.getnext(&peer_oid(&name)).unwrap());
            assert_eq!((status, next.len()), (0, 1));
            assert_eq!(session.get_next(&[name]).unwrap(), next);
            name = next[0].name.clone();
            if !name.starts_with(&root) {
                break;
            }
            let (got, status, _) = bindings(&peer.get(&peer_oid(&name)).unwrap());
            assert_eq!((&got, status), (&next, 0));
            assert_eq!(session.get(std::slice::from_ref(&name)).unwrap(), got);
            walked.extend(next);
        }
        // SNMPv1 has no Counter64; the agent steps over it (RFC 3584, section 4.2.2.1).
        let expected = if model == CommunityModel::V1 { 11 } else { 12 };
        assert_eq!(walked.len(), expected, "{walked:?}");
        let names: Vec<PeerOid<'_>> = walked.iter().map(|binding| peer_oid(&binding.name)).collect();
        let (many, status, _) = bindings(&peer.get_many(&names.iter().collect::<Vec<_>>()).unwrap());
        assert_eq!((many, status), (walked, 0));
    }
}

#[test]
fn its_getbulk_gives_what_ours_gives() {
    let (_directory, agent) = device();
    let mut peer = SyncSession::new_v2c(agent.host_and_port(), b"public", TIME_OUT, 7).unwrap();
    let session = ours(&agent, CommunityModel::V2c);
    let names: Vec<Oid> = [SYS_NAME, ROOT].map(|name| name.parse().unwrap()).to_vec();
    let peers: Vec<PeerOid<'_>> = names.iter().map(peer_oid).collect();
    let peers: Vec<&PeerOid<'_>> = peers.iter().collect();
    for (non_repeaters, max_repetitions) in [(0, 0), (1, 0), (0, 1), (1, 5), (0, 5), (2, 9), (0, 100), (9, 9)]
    {
        let answer = peer.getbulk(&peers, non_repeaters, max_repetitions).unwrap();
        let (got, status, _) = bindings(&answer);
        assert_eq!(status, 0);
        assert_eq!(got, session.get_bulk(non_repeaters, max_repetitions, &names).unwrap());
    }
}

#[test]
fn its_blocking_client_writes_what_ours_reads() {
    let agent = Agent::start(&["demo"]);
    let name: Oid = SYS_NAME.parse().unwrap();
    let session = ours(&agent, CommunityModel::V2c);
    for version in [1, 2] {
        let open = |community: &[u8]| match version {
            1 => SyncSession::new_v1(agent.host_and_port(), community, TIME_OUT, 7).unwrap(),
            _ => SyncSession::new_v2c(agent.host_and_port(), community, TIME_OUT, 7).unwrap(),
        };
        let text = format!("written in version {version}");
        let value = [(&peer_oid(&name), PeerValue::OctetString(text.as_bytes()))];
        let expected = VarBind::new(name.clone(), Value::OctetString(Octets::from(text.as_bytes())));
        let (got, status, _) = bindings(&open(b"private").set(&value).unwrap());
        assert_eq!((got, status), (vec![expected.clone()], 0));
        assert_eq!(session.get(std::slice::from_ref(&name)).unwrap(), [expected]);

        // readOnly does not exist for a community that may not write: noSuchName in version 1, noAccess in 2c.
        let (_, status, index) = bindings(&open(b"public").set(&value).unwrap());
        assert_eq!((status, index), (if version == 1 { 2 } else { 6 }, 1));
        let wrong = [(&peer_oid(&name), PeerValue::Integer(5))];
        let (_, status, index) = bindings(&open(b"private").set(&wrong).unwrap());
        assert_eq!((status, index), (if version == 1 { 3 } else { 7 }, 1));
    }
}

#[tokio::test]
async fn its_async_client_walks_what_ours_walks() {
    let (_directory, agent) = device();
    let mut peer = AsyncSession::new_v2c(agent.host_and_port(), b"public", 7).await.unwrap();
    let root: Oid = ROOT.parse().unwrap();
    let (mut name, mut walked) = (root.clone(), Vec::new());
    'walk: loop {
        let answer = peer.getbulk(&[&peer_oid(&name)], 0, 5).await.unwrap();
        for binding in bindings(&answer).0 {
            if !binding.name.starts_with(&root) {
                break 'walk;
            }
            name = binding.name.clone();
            walked.push(binding);
        }
    }
    let spec: ServerSpec = agent.address().parse().unwrap();
    let session = snmpkit::session::Session::open(&spec, SessionSettings::default()).await.unwrap();
    let mut stream = session.walk(snmpkit::operation::WalkPlan::subtree(root));
    let mut ours = Vec::new();
    while let Some(binding) = stream.next().await {
        ours.push(binding.unwrap());
    }
    assert_eq!((ours.len(), ours), (12, walked));

    let mut writer = AsyncSession::new_v2c(agent.host_and_port(), b"private", 7).await.unwrap();
    let name: Oid = format!("{ROOT}.1.0").parse().unwrap();
    let (got, status, _) =
        bindings(&writer.set(&[(&peer_oid(&name), PeerValue::Integer(-1))]).await.unwrap());
    assert_eq!((got[0].value.clone(), status), (Value::Integer32(-1), 0));
    assert_eq!(session.get(&[name]).await.unwrap(), got);
}
