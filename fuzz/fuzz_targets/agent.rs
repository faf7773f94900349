//! The agent of `SNMPv3`: whatever comes, as it is or as the scoped PDU of a user who has proven itself, is answered within
//! the room that there is and in strict form, moves one counter at most, and gets no data without a proof.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use snmpkit::{
    agent::{Agent, Authority, Communities, Permission, User, UsmCounter, store::Store, tree::Tree},
    clock::Instant,
    codec::{
        ErrorStatus, Lenient, PduKind,
        v3::{self, Header, Reportable, ScopedData, SecurityLevel, UsmParameters},
    },
    crypto::{AuthKey, AuthProtocol, PrivKey, PrivProtocol},
    oid::Oid,
    value::{Value, VarBind},
};

const ENGINE: &[u8] = b"\x80\x00\x7e\xd9\x04fuzz";
const COUNTERS: [UsmCounter; 11] = [
    UsmCounter::UnknownSecurityModels,
    UsmCounter::InvalidMsgs,
    UsmCounter::UnknownPduHandlers,
    UsmCounter::UnavailableContexts,
    UsmCounter::UnknownContexts,
    UsmCounter::UnsupportedSecLevels,
    UsmCounter::NotInTimeWindows,
    UsmCounter::UnknownUserNames,
    UsmCounter::UnknownEngineIds,
    UsmCounter::WrongDigests,
    UsmCounter::DecryptionErrors,
];

fn auth_key() -> AuthKey {
    AuthKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap()
}

fn priv_key(protocol: PrivProtocol) -> PrivKey {
    PrivKey::from_octets(protocol, &[2; 32][..protocol.key_octets()]).unwrap()
}

fn agent(protocol: PrivProtocol) -> Agent {
    let objects = (1..30).map(|arc| {
        let name = format!("1.3.6.1.2.1.1.{arc}.0").parse().unwrap();
        VarBind::new(name, Value::OctetString("an object".into()))
    });
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(Store::of(objects).unwrap())).unwrap();
    let keys = Some((auth_key(), Some(priv_key(protocol))));
    let user = User::new(b"u", Permission::Write, keys).unwrap();
    let authority = Authority::new(ENGINE, 7).unwrap().with_user(user);
    Agent::new(tree, Communities::none(), Arc::default()).with_usm(authority)
}

/// A message of the user around what the octets are taken for: a scoped PDU.
fn sealed(scoped_pdu: &[u8], level: SecurityLevel, protocol: PrivProtocol) -> Option<Vec<u8>> {
    let mut out = scoped_pdu.to_vec();
    if level == SecurityLevel::AuthPriv {
        priv_key(protocol).encrypt(1, 0, *b"saltsalt", &mut out);
    }
    let header = Header { message_id: 4_711, max_size_octets: 65_507, level, reportable: Reportable::Yes };
    let usm = UsmParameters {
        engine_id: ENGINE,
        engine_boots: 1,
        engine_time: 0,
        user_name: b"u",
        auth_parameters: &[0; 24],
        priv_parameters: if level == SecurityLevel::AuthPriv { b"saltsalt" } else { b"" },
    };
    let place = v3::encode(&header, &usm, usize::MAX, &mut out).ok()?;
    auth_key().sign(&mut out, place).ok()?;
    Some(out)
}

fuzz_target!(|octets: &[u8]| {
    let Some((&[how, room], octets)) = octets.split_first_chunk::<2>() else { return };
    let protocol = PrivProtocol::ALL[usize::from(how >> 2) % PrivProtocol::ALL.len()];
    let (request, is_proven) = match how & 3 {
        0 | 1 => (Some(octets.to_vec()), false),
        2 => (sealed(octets, SecurityLevel::AuthNoPriv, protocol), true),
        _ => (sealed(octets, SecurityLevel::AuthPriv, protocol), true),
    };
    let Some(request) = request else { return };
    let limit = 484 + usize::from(room) * 4;
    let mut agent = agent(protocol);
    let mut out = Vec::new();
    agent.handle(Instant::ZERO, &request, limit, &mut out);

    let usm = agent.usm().unwrap();
    let counted: u32 = COUNTERS.iter().map(|counter| usm.of(*counter)).sum();
    assert!(counted <= 1, "{counted} counters moved");
    assert!(!is_proven || usm.of(UsmCounter::WrongDigests) == 0);
    if out.is_empty() {
        return;
    }
    assert!(out.len() <= limit, "{} octets of {limit}", out.len());
    let (answer, _) = v3::decode(&out, Lenient::none()).expect("a strict message");
    let ScopedData::Plain(plain) = answer.data else {
        assert!(is_proven);
        return;
    };
    let (scoped, _) = plain.decode(Lenient::none()).expect("a strict scoped PDU");
    let is_data = matches!(scoped.pdu.kind, PduKind::Response { error_status: ErrorStatus::NO_ERROR, .. });
    assert!(!is_data || is_proven, "data without a proof");
    assert_eq!(counted == 1, scoped.pdu.kind == PduKind::Report);
});
