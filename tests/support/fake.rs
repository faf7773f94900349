//! An agent that says whatever a test wants said, octet by octet, and the few lines of BER that this takes.
//!
//! The encoder here is on purpose not the program's own: a fault that both sides share would not show.

use std::{
    fmt::Write as _,
    net::UdpSocket,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A UDP socket whose datagrams a closure answers.
pub struct FakeAgent {
    address: String,
    stop: Arc<AtomicBool>,
    seen: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl FakeAgent {
    /// Starts an agent: `answer` gets each datagram and returns the datagrams to send back, none for silence.
    pub fn start(mut answer: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(AtomicUsize::new(0));
        let (stopped, counter) = (Arc::clone(&stop), Arc::clone(&seen));
        let thread = thread::spawn(move || {
            let mut octets = vec![0; 65_536];
            while !stopped.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut octets) else { continue };
                counter.fetch_add(1, Ordering::Relaxed);
                for reply in answer(&octets[..length]) {
                    socket.send_to(&reply, from).ok();
                }
            }
        });
        Self { address, stop, seen, thread: Some(thread) }
    }

    /// An agent that answers every request with the same bindings, whatever was asked.
    pub fn always(error_status: u8, error_index: u8, bindings: Vec<u8>) -> Self {
        Self::start(move |request| {
            Request::read(request)
                .map(|r| r.response(error_status, error_index, &bindings))
                .into_iter()
                .collect()
        })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How many datagrams came.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::Relaxed)
    }
}

impl Drop for FakeAgent {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        wake(&self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Sends an empty datagram, so that who waits for one goes on.
fn wake(address: &str) {
    if let Ok(socket) = UdpSocket::bind("127.0.0.1:0") {
        socket.send_to(&[], address).ok();
    }
}

/// An agent that keeps what it is asked.
pub struct Recorder {
    agent: FakeAgent,
    datagrams: Arc<Mutex<Vec<Vec<u8>>>>,
    marked: Arc<AtomicBool>,
}

impl Recorder {
    /// As [`FakeAgent::start`].
    pub fn start(mut answer: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> Self {
        let datagrams = Arc::new(Mutex::new(Vec::new()));
        let marked = Arc::new(AtomicBool::new(false));
        let (kept, mark) = (Arc::clone(&datagrams), Arc::clone(&marked));
        let agent = FakeAgent::start(move |datagram| {
            if datagram.is_empty() {
                mark.store(true, Ordering::SeqCst);
                return Vec::new();
            }
            kept.lock().unwrap().push(datagram.to_vec());
            answer(datagram)
        });
        Self { agent, datagrams, marked }
    }

    /// Answers every request with its own bindings.
    pub fn echo() -> Self {
        Self::start(|datagram| {
            Request::read(datagram).map(|r| r.response(0, 0, &r.bindings)).into_iter().collect()
        })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        self.agent.address()
    }

    /// Everything that came, once whoever sent it has ended.
    pub fn finish(self) -> Vec<Vec<u8>> {
        // A socket's queue keeps its order: when the empty datagram has been seen, so has everything before it.
        wake(self.agent.address());
        while !self.marked.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_micros(100));
        }
        std::mem::take(&mut *self.datagrams.lock().unwrap())
    }
}

/// A message in hexadecimal, its request-id left out: version, community, PDU, the two numbers, the bindings. Fields
/// whose length is not in its shortest form are marked with a plus sign.
pub fn without_request_id(datagram: &[u8]) -> String {
    let mut text = String::new();
    let mut field = |octets: &[u8]| {
        let (tag, contents, rest) = split(octets)?;
        let header = octets.len() - contents.len() - rest.len();
        let long = if header == tlv(tag, contents).len() - contents.len() { "" } else { "+" };
        write!(text, "{long}{tag:02x} ").unwrap();
        Some((contents.to_vec(), rest.to_vec()))
    };
    let mut read = || {
        let (message, after) = field(datagram)?;
        let (version, rest) = field(&message)?;
        let (community, rest) = field(&rest)?;
        let (pdu, trailing) = field(&rest)?;
        let (_, rest) = field(&pdu)?;
        let (first, rest) = field(&rest)?;
        let (second, rest) = field(&rest)?;
        let (bindings, end) = field(&rest)?;
        Some([version, community, first, second, bindings, end, trailing, after])
    };
    let Some(parts) = read() else { return format!("not a request: {}", hex(datagram)) };
    let parts: Vec<String> = parts.iter().map(|part| hex(part)).collect();
    text + &parts.join("/")
}

/// Hexadecimal digits.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |text, octet| format!("{text}{octet:02x}"))
}

/// Where the objects of a [`generator`] are.
pub const GENERATED: &str = "1.3.6.1.4.1.99999.7";

/// An agent with this many objects, numbered from 1, each of them a number; it answers GETNEXT with one of them and
/// GETBULK with fifty, and after the last with another subtree's.
pub fn generator(objects: u32) -> FakeAgent {
    FakeAgent::start(move |datagram| {
        let Some(request) = Request::read(datagram) else { return Vec::new() };
        let count = if request.pdu == 0xa5 { 50 } else { 1 };
        let asked = last_arc(&request.bindings);
        let numbers = (1..=count).map(|step| asked.checked_add(step).filter(|number| *number <= objects));
        let bindings: Vec<u8> = numbers
            .flat_map(|number| match number {
                Some(number) => binding(&format!("{GENERATED}.{number}"), 0x41, &number.to_be_bytes()),
                None => binding("1.3.6.1.4.1.99999.8.0", 0x02, &[0]),
            })
            .collect();
        vec![request.response(0, 0, &bindings)]
    })
}

/// The number that a generated object has, 0 for any other name.
fn last_arc(bindings: &[u8]) -> u32 {
    let (_, binding, _) = split(bindings).unwrap();
    let (_, name, _) = split(binding).unwrap();
    let root = oid(GENERATED);
    let Some(arc) = name.strip_prefix(&root[2..]) else { return 0 };
    arc.iter().fold(0, |number, octet| number << 7 | u32::from(octet & 0x7f))
}

/// The parts of a v1 or v2c request that an answer repeats, as encoded.
#[derive(Clone, Debug)]
pub struct Request {
    /// Contents of the version: 0 for SNMPv1, 1 for v2c.
    pub version: Vec<u8>,
    /// The community.
    pub community: Vec<u8>,
    /// The PDU's tag.
    pub pdu: u8,
    /// Contents of the request-id.
    pub id: Vec<u8>,
    /// GETBULK's non-repeaters and max-repetitions; error-status and error-index in others.
    pub non_repeaters: usize,
    pub max_repetitions: usize,
    /// The variable bindings, without the field around them.
    pub bindings: Vec<u8>,
}

impl Request {
    /// Reads a request; `None` when it is not one.
    pub fn read(datagram: &[u8]) -> Option<Self> {
        let (0x30, message, _) = split(datagram)? else { return None };
        let (0x02, version, rest) = split(message)? else { return None };
        let (0x04, community, rest) = split(rest)? else { return None };
        let (pdu, body, _) = split(rest)?;
        let (0x02, id, rest) = split(body)? else { return None };
        let number = |octets: &[u8]| octets.iter().fold(0, |number, octet| number << 8 | usize::from(*octet));
        let (_, non_repeaters, rest) = split(rest)?;
        let (_, repetitions, rest) = split(rest)?;
        let (non_repeaters, max_repetitions) = (number(non_repeaters), number(repetitions));
        let (0x30, bindings, _) = split(rest)? else { return None };
        let [version, community, id, bindings] = [version, community, id, bindings].map(<[u8]>::to_vec);
        Some(Self { version, community, pdu, id, non_repeaters, max_repetitions, bindings })
    }

    /// A Response to it.
    pub fn response(&self, error_status: u8, error_index: u8, bindings: &[u8]) -> Vec<u8> {
        self.message(0xa2, &self.id, error_status, error_index, bindings)
    }

    /// A message with this request's version and community and anything else of the test's choosing.
    pub fn message(&self, pdu: u8, id: &[u8], error_status: u8, error_index: u8, bindings: &[u8]) -> Vec<u8> {
        let body =
            [tlv(0x02, id), tlv(0x02, &[error_status]), tlv(0x02, &[error_index]), tlv(0x30, bindings)]
                .concat();
        tlv(0x30, &[tlv(0x02, &self.version), tlv(0x04, &self.community), tlv(pdu, &body)].concat())
    }
}

/// One variable binding; `name` is dotted, with or without a leading dot.
pub fn binding(name: &str, tag: u8, contents: &[u8]) -> Vec<u8> {
    tlv(0x30, &[oid(name), tlv(tag, contents)].concat())
}

/// One variable binding; the name has two arcs at least.
pub fn binding_of(name: &[u32], tag: u8, contents: &[u8]) -> Vec<u8> {
    tlv(0x30, &[oid_of(name), tlv(tag, contents)].concat())
}

/// An OBJECT IDENTIFIER.
pub fn oid(name: &str) -> Vec<u8> {
    let arcs: Vec<u32> = name.trim_start_matches('.').split('.').map(|arc| arc.parse().unwrap()).collect();
    oid_of(&arcs)
}

/// An OBJECT IDENTIFIER of at least two arcs.
pub fn oid_of(arcs: &[u32]) -> Vec<u8> {
    let mut contents = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let groups = (0..5).rev().skip_while(|group| arc >> (group * 7) == 0 && *group > 0);
        contents.extend(groups.map(|group| {
            let bits = (arc >> (group * 7)).to_le_bytes()[0] & 0x7f;
            if group == 0 { bits } else { bits | 0x80 }
        }));
    }
    tlv(0x06, &contents)
}

/// A field: tag, shortest length, contents.
pub fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|&&octet| octet == 0).count().min(length.len() - 1)..];
    let mut field = vec![tag];
    if contents.len() >= 0x80 {
        field.push(0x80 | u8::try_from(significant.len()).unwrap());
    }
    field.extend_from_slice(significant);
    field.extend_from_slice(contents);
    field
}

/// The first field of `octets`: tag, contents, what follows.
pub fn split(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], mut rest) = octets.split_first_chunk::<2>()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        length = digits
            .iter()
            .try_fold(0_usize, |sum, &digit| sum.checked_mul(256)?.checked_add(usize::from(digit)))?;
        rest = after;
    }
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}
