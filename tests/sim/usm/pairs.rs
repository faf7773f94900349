//! Every pair of protocols, from one end to the other.

use snmpkit::{
    agent::{Authority, Device, Permission, User},
    crypto::{AuthProtocol, MasterKey, PrivProtocol},
    engine::{AuthSource, EngineSource, PrivSource, Protection, RequestKind, Usm},
    operation::{Fix, Get, Set, Walk, WalkPlan},
    secret::Secret,
    sim::World,
    value::{Value, VarBind},
};

use super::stage::{ENGINE, LEVELS, USER, agent_with, device, engine_id, settings, usm};
use crate::device::{oid, root};

const ROWS: u32 = 6;

fn name() -> VarBind {
    VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString("renamed".into()))
}

/// A SET, a GET of what was set, and a walk.
fn everything_works(about: &str, usm: &Usm, mut make: impl FnMut() -> Device) {
    let set = World::new(make()).settings(settings(usm.clone())).observe(Set::new(vec![name()]));
    assert_eq!((set.result, set.items), (Ok(()), vec![name()]), "{about}");
    // The question for the engine, and the request.
    assert_eq!(
        set.counters.transmissions,
        if usm.engine == EngineSource::Discovered { 2 } else { 1 },
        "{about}"
    );

    let get = Get::new(RequestKind::Get, vec![oid("1.3.6.1.2.1.1.5.0"), oid("1.3.9.9")], Fix::Never);
    let items = World::new(make()).settings(settings(usm.clone())).run(get).unwrap();
    assert_eq!(items.len(), 2, "{about}");

    let walk = Walk::new(WalkPlan::classic(root()));
    let items = World::new(make()).settings(settings(usm.clone())).run(walk).unwrap();
    assert_eq!(items.len(), 4 * ROWS as usize, "{about}");
}

#[test]
fn every_pair_of_protocols_goes_from_one_end_to_the_other() {
    for auth in AuthProtocol::ALL {
        let [auth_master, priv_master] = [&b"the auth passphrase"[..], b"the priv passphrase"]
            .map(|passphrase| MasterKey::from_passphrase(auth, passphrase).unwrap());
        for privacy in [None].into_iter().chain(PrivProtocol::ALL.map(Some)) {
            let auth_key = auth_master.auth_key(ENGINE);
            let priv_key = privacy.map(|protocol| priv_master.priv_key(protocol, ENGINE));
            let make = || {
                let keys = Some((auth_key.clone(), priv_key.clone()));
                let user = User::new(USER, Permission::Write, keys).unwrap();
                Device::new(agent_with(Authority::new(ENGINE, 5).unwrap().with_user(user), ROWS), &[], 0)
            };
            let source = AuthSource::Master(auth_master.clone());
            let master = match privacy {
                None => Protection::AuthNoPriv(source),
                Some(protocol) => {
                    Protection::AuthPriv(source, PrivSource::Master(protocol, priv_master.clone()))
                }
            };
            let about = format!("{auth}, {privacy:?}");
            everything_works(&about, &Usm::new(USER, master).unwrap(), make);

            let source = AuthSource::Localized(auth_key.clone());
            let localized = match &priv_key {
                None => Protection::AuthNoPriv(source),
                Some(key) => {
                    let octets = Secret::new(key.octets().expose().clone());
                    Protection::AuthPriv(source, PrivSource::Localized(key.protocol(), octets))
                }
            };
            everything_works(&format!("{about}, localized"), &Usm::new(USER, localized).unwrap(), make);
        }
    }
}

#[test]
fn every_level_works_with_the_engine_given_or_discovered() {
    for level in LEVELS {
        everything_works(level.name(), &usm(level), || device(level, ROWS));
    }
    let level = LEVELS[0];
    let mut given = usm(level);
    given.engine = EngineSource::Given(engine_id(ENGINE));
    everything_works("given", &given, || device(level, ROWS));
}

#[test]
fn another_passphrase_gets_nothing() {
    let [auth, privacy] = [&b"an auth passphrase"[..], b"a priv passphrasE"]
        .map(|passphrase| MasterKey::from_passphrase(AuthProtocol::Sha256, passphrase).unwrap());
    let wrong =
        Protection::AuthPriv(AuthSource::Master(auth), PrivSource::Master(PrivProtocol::Aes128, privacy));
    let mut device = device(LEVELS[2], ROWS);
    let set = Set::new(vec![name()]);
    let seen = World::new(super::stage::Lent(&mut device))
        .settings(settings(Usm::new(USER, wrong).unwrap()))
        .observe(set);
    let error = seen.result.unwrap_err();
    assert!(!error.may_have_been_made());
    assert_eq!(
        error.to_string(),
        "the agent says that it cannot decrypt: another privacy passphrase or protocol (1 try in 0.002 s)"
    );
    assert_eq!(device.agent().statistics().at(14), 0, "nothing was set");
}
