//! The addresses that the comparisons talk to.

use std::net::UdpSocket;

use crate::support::{
    Peers, SilentPort,
    fake::{FakeAgent, Request, binding},
    snmpd::Snmpd,
};

/// Below this, the agent `{typed}` has one variable of each type.
pub const TYPED: &str = ".1.3.6.1.4.1.99999.1";

/// Everything that a case can name between braces.
pub struct World {
    agent: Agent,
    silent: SilentPort,
    refused: RefusedPort,
    fakes: Vec<(&'static str, FakeAgent)>,
}

enum Agent {
    Shared(&'static Snmpd),
    Own(Box<Snmpd>),
}

impl World {
    /// With the agent that all tests share; for cases that change nothing.
    pub fn shared(peers: Peers) -> Self {
        Self::with(Agent::Shared(Snmpd::shared(peers)))
    }

    /// With an agent of its own.
    pub fn own(peers: Peers) -> Self {
        Self::with(Agent::Own(Box::new(Snmpd::start(peers))))
    }

    fn with(agent: Agent) -> Self {
        Self { agent, silent: SilentPort::open(), refused: RefusedPort::open(), fakes: fakes() }
    }

    /// Whether others use the agent too.
    pub fn is_shared(&self) -> bool {
        matches!(self.agent, Agent::Shared(_))
    }

    /// snmpd.
    pub fn snmpd(&self) -> &Snmpd {
        match &self.agent {
            Agent::Shared(agent) => agent,
            Agent::Own(agent) => agent,
        }
    }

    /// The words of a case: split at blanks, `''` is an empty word, `{name}` an address of this world. `None` when an
    /// address needs IPv6 and there is none.
    pub fn words(&self, arguments: &str) -> Option<Vec<String>> {
        arguments.split_whitespace().map(|word| self.word(word)).collect()
    }

    fn word(&self, word: &str) -> Option<String> {
        if word == "''" {
            return Some(String::new());
        }
        let Some((before, rest)) = word.split_once('{') else { return Some(word.to_owned()) };
        let (name, after) = rest.split_once('}').unwrap_or_else(|| panic!("no closing brace in {word}"));
        let address = match name {
            "udp" => self.snmpd().udp(),
            "udp6" => self.snmpd().udp6()?,
            "tcp" => self.snmpd().tcp(),
            "tcp6" => self.snmpd().tcp6()?,
            "unix" => self.snmpd().unix(),
            "path" => self.snmpd().unix().trim_start_matches("unix:").to_owned(),
            "silent" => self.silent.address(),
            "refused" => self.refused.address(),
            name => {
                let fake = self.fakes.iter().find(|(known, _)| *known == name);
                fake.unwrap_or_else(|| panic!("no address is called {name}")).1.address().to_owned()
            }
        };
        Some(format!("{before}{address}{after}"))
    }
}

/// A UDP port that is closed and stays so: its socket is connected elsewhere, so that the kernel refuses everyone
/// else's datagrams, and nobody can open the port meanwhile.
struct RefusedPort(UdpSocket);

impl RefusedPort {
    fn open() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect("127.0.0.1:9").unwrap();
        Self(socket)
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }
}

/// Agents that answer oddly, by the word that a case names them by.
fn fakes() -> Vec<(&'static str, FakeAgent)> {
    let same_name = binding(&format!("{TYPED}.1.0"), 0x02, &[7]);
    vec![
        ("typed", FakeAgent::always(0, 0, typed_bindings())),
        ("stuck", FakeAgent::always(0, 0, same_name.clone())),
        ("backwards", backwards()),
        ("turned", turned()),
        ("nothing", FakeAgent::always(0, 0, Vec::new())),
        (
            "other_id",
            FakeAgent::start(|datagram| answer(datagram, |r| r.message(0xa2, &[1], 0, 0, &r.bindings))),
        ),
        (
            "not_a_response",
            FakeAgent::start(|datagram| answer(datagram, |r| r.message(0xa0, &r.id, 0, 0, &r.bindings))),
        ),
        (
            "other_community",
            FakeAgent::start(move |datagram| {
                answer(datagram, |r| {
                    Request { community: b"other".to_vec(), ..r.clone() }.response(0, 0, &same_name)
                })
            }),
        ),
        ("garbage", FakeAgent::start(|_| vec![b"not BER at all".to_vec()])),
        (
            "twice",
            FakeAgent::start(|datagram| {
                let once =
                    answer(datagram, |r| r.response(0, 0, &binding(&format!("{TYPED}.1.0"), 0x02, &[7])));
                [once.clone(), once].concat()
            }),
        ),
    ]
}

fn answer(datagram: &[u8], with: impl Fn(&Request) -> Vec<u8>) -> Vec<Vec<u8>> {
    Request::read(datagram).map(|request| with(&request)).into_iter().collect()
}

/// Three variables in increasing order; after the third comes the second again.
fn backwards() -> FakeAgent {
    FakeAgent::start(|datagram| {
        let asks = |name: &str| datagram.ends_with(&binding(name, 0x05, &[])[2..]);
        let next = match () {
            () if asks(TYPED) => 1,
            () if asks(&format!("{TYPED}.2.0")) => 3,
            () => 2,
        };
        answer(datagram, |r| r.response(0, 0, &binding(&format!("{TYPED}.{next}.0"), 0x02, &[next])))
    })
}

/// The first two rows of ifDescr, the second before the first.
fn turned() -> FakeAgent {
    const IF_DESCR: &str = ".1.3.6.1.2.1.2.2.1.2";
    FakeAgent::start(|datagram| {
        let row = if datagram.ends_with(&binding(&format!("{IF_DESCR}.2"), 0x05, &[])[2..]) { 1 } else { 2 };
        answer(datagram, |r| r.response(0, 0, &binding(&format!("{IF_DESCR}.{row}"), 0x04, b"port")))
    })
}

/// One variable of each type, and the values of each type that print in a way of their own.
pub fn typed_bindings() -> Vec<u8> {
    let float = |octets: &[u8]| [&[0x9f, 0x78, 4][..], octets].concat();
    let double = |octets: &[u8]| [&[0x9f, 0x79, 8][..], octets].concat();
    let values: Vec<(u8, Vec<u8>)> = vec![
        (0x02, vec![0xfb]),
        (0x02, vec![0x80, 0, 0, 0]),
        (0x04, b"plain text".to_vec()),
        (0x04, Vec::new()),
        (0x04, vec![0, 0x1b, 0x21, 0x0c, 0x9d, 0xf8]),
        (0x04, (0..40).collect()),
        (0x04, b"two\r\nlines\tand a tab".to_vec()),
        (0x04, b"quoted \"word\" and \\ backslash".to_vec()),
        (0x04, "Zürich".as_bytes().to_vec()),
        (0x04, vec![0x1b, b'[', b'3', b'1', b'm']),
        (0x04, b"trailing zero\0".to_vec()),
        (0x04, vec![0xff]),
        (0x05, Vec::new()),
        (0x06, vec![0x2b, 6, 1, 2, 1]),
        (0x06, vec![0]),
        (0x06, vec![0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]),
        (0x40, vec![10, 0, 0, 255]),
        (0x41, vec![0, 0xff, 0xff, 0xff, 0xff]),
        (0x42, vec![0]),
        (0x43, vec![0]),
        (0x43, vec![0x0d]),
        (0x43, vec![0, 0xff, 0xff, 0xff, 0xff]),
        (0x44, float(&1.5_f32.to_be_bytes())),
        (0x44, float(&f32::NAN.to_be_bytes())),
        (0x44, float(&f32::INFINITY.to_be_bytes())),
        (0x44, float(&1e-7_f32.to_be_bytes())),
        (0x44, double(&1.0e100_f64.to_be_bytes())),
        (0x44, double(&(-0.0_f64).to_be_bytes())),
        (0x44, vec![0x9f, 0x76, 1, 9]),
        (0x44, vec![0x9f, 0x7a, 1, 0xff]),
        (0x44, vec![0x9f, 0x7b, 1, 0x7f]),
        (0x44, vec![1, 2, 3]),
        (0x46, vec![0]),
        (0x46, vec![0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        (0x46, vec![0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        (0x80, Vec::new()),
        (0x81, Vec::new()),
        (0x82, Vec::new()),
    ];
    let name = |index: usize| format!("{TYPED}.{}.0", index + 1);
    values
        .iter()
        .enumerate()
        .flat_map(|(index, (tag, contents))| binding(&name(index), *tag, contents))
        .collect()
}
