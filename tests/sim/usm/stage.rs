//! An agent, a user and what they share.

use std::{
    collections::VecDeque,
    sync::{Arc, LazyLock},
};

use snmpkit::{
    agent::{Agent, Authority, Communities, Device, Permission, User, store::Store, tree::Tree},
    clock::{Duration, Instant},
    codec::v3::SecurityLevel,
    crypto::{AuthKey, AuthProtocol, MasterKey, PrivKey, PrivProtocol},
    engine::{
        AuthSource, Engine, EngineId, EngineSettings, Event, PrivSource, Protection, Request, RequestHandle,
        RequestKind, Security, Usm,
    },
    oid::Oid,
    operation::WalkItem,
    sim::{Peer, Reply},
    value::{Octets, Value, VarBind},
};

use crate::device::{oid, root};

pub const ENGINE: &[u8] = b"\x80\x00\x7e\xd9\x04agent";
pub const USER: &[u8] = b"operator";
pub const LEVELS: [SecurityLevel; 3] =
    [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv];
/// Boots and time of the agent when the world begins.
pub const CLOCK: (u32, u32) = (7, 1_000);

const AUTH: AuthProtocol = AuthProtocol::Sha256;
const PRIV: PrivProtocol = PrivProtocol::Aes128;

static MASTERS: LazyLock<[MasterKey; 2]> = LazyLock::new(|| {
    [&b"an auth passphrase"[..], b"a priv passphrase"]
        .map(|passphrase| MasterKey::from_passphrase(AUTH, passphrase).unwrap())
});

pub fn auth_key(engine: &[u8]) -> AuthKey {
    MASTERS[0].auth_key(engine)
}

pub fn priv_key(engine: &[u8]) -> PrivKey {
    MASTERS[1].priv_key(PRIV, engine)
}

pub fn protection(level: SecurityLevel) -> Protection {
    let auth = AuthSource::Master(MASTERS[0].clone());
    match level {
        SecurityLevel::NoAuthNoPriv => Protection::NoAuthNoPriv,
        SecurityLevel::AuthNoPriv => Protection::AuthNoPriv(auth),
        SecurityLevel::AuthPriv => Protection::AuthPriv(auth, PrivSource::Master(PRIV, MASTERS[1].clone())),
    }
}

pub fn usm(level: SecurityLevel) -> Usm {
    Usm::new(USER, protection(level)).unwrap()
}

pub fn settings(usm: Usm) -> EngineSettings {
    EngineSettings { security: Security::Usm(Box::new(usm)), ..EngineSettings::default() }
}

pub fn engine_id(octets: &[u8]) -> EngineId {
    EngineId::new(octets).unwrap()
}

/// The agent's engine, with the user at `level`.
pub fn authority(level: SecurityLevel) -> Authority {
    let keys = match level {
        SecurityLevel::NoAuthNoPriv => None,
        SecurityLevel::AuthNoPriv => Some((auth_key(ENGINE), None)),
        SecurityLevel::AuthPriv => Some((auth_key(ENGINE), Some(priv_key(ENGINE)))),
    };
    let user = User::new(USER, Permission::Write, keys).unwrap();
    let mut authority = Authority::new(ENGINE, 99).unwrap().with_user(user);
    authority.set_clock(Instant::ZERO, CLOCK.0, CLOCK.1);
    authority
}

/// Four columns of `rows` rows, and a scalar that can be set.
pub fn objects(rows: u32) -> Vec<VarBind> {
    let mut objects = vec![VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString(Octets::from("agent")))];
    for row in 1..=rows {
        for column in [1, 2, 10, 16] {
            let name = root().child(&[column, row]).unwrap();
            objects.push(VarBind::new(name, Value::Counter32(column * 1_000 + row)));
        }
    }
    objects
}

pub fn agent_with(authority: Authority, rows: u32) -> Agent {
    let mut tree = Tree::new();
    tree.mount(Oid::empty(), Box::new(Store::of(objects(rows)).unwrap())).unwrap();
    Agent::new(tree, Communities::none(), Arc::default()).with_usm(authority)
}

pub fn device(level: SecurityLevel, rows: u32) -> Device {
    Device::new(agent_with(authority(level), rows), &[], 0)
}

/// What a walk has found.
pub fn bindings(items: &[WalkItem]) -> Vec<&VarBind> {
    items
        .iter()
        .map(|item| match item {
            WalkItem::Binding { binding, .. } => binding,
            WalkItem::Refused(_) | WalkItem::NoSuchName | WalkItem::BulkGivenUp => panic!("{item:?}"),
        })
        .collect()
}

/// A peer that is not used up by the world.
pub struct Lent<'a>(pub &'a mut Device);

impl Peer for Lent<'_> {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        Peer::handle(self.0, now, datagram)
    }
}

pub fn get_request() -> Request {
    Request { kind: RequestKind::Get, bindings: vec![VarBind::ask(oid("1.3.6.1.2.1.1.5.0"))] }
}

pub fn at(millis: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(millis)
}

/// An engine without a world: what it sends lies in `sent` until the test does something with it.
pub struct Bench {
    pub engine: Engine,
    pub sent: VecDeque<(RequestHandle, Vec<u8>)>,
    pub events: Vec<Event>,
}

impl Bench {
    pub fn new(usm: Usm) -> Self {
        Self::with(settings(usm))
    }

    pub fn with(settings: EngineSettings) -> Self {
        Self { engine: Engine::new(settings, [3; 32]), sent: VecDeque::new(), events: Vec::new() }
    }

    pub fn submit(&mut self, now: Instant, handle: u64, request: Request) {
        self.engine.submit(RequestHandle(handle), request).unwrap();
        self.drain(now);
    }

    pub fn drain(&mut self, now: Instant) {
        let mut datagram = Vec::new();
        while let Some(handle) = self.engine.poll_transmit(now, &mut datagram) {
            self.sent.push_back((handle, datagram.clone()));
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push(event);
        }
    }

    pub fn receive(&mut self, now: Instant, octets: &[u8]) {
        self.engine.handle_datagram(now, octets);
        self.drain(now);
    }

    pub fn time_out(&mut self) -> Instant {
        let due = self.engine.poll_timeout().expect("something is awaited");
        self.engine.handle_timeout(due);
        self.drain(due);
        due
    }

    /// The next datagram that was sent.
    pub fn next(&mut self) -> Vec<u8> {
        self.sent.pop_front().expect("something was sent").1
    }

    /// Has the agent answer the next datagram, and gives the answer to the engine.
    pub fn exchange(&mut self, now: Instant, agent: &mut Agent) {
        let question = self.next();
        let mut answer = Vec::new();
        agent.handle(now, &question, usize::MAX, &mut answer);
        self.receive(now, &answer);
    }

    /// The one request that has ended.
    pub fn ended(&mut self) -> Event {
        assert_eq!(self.events.len(), 1, "{:?}", self.events);
        self.events.remove(0)
    }
}
