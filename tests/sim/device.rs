//! A small agent, written apart from the library's own so that the two check each other.

use std::collections::BTreeMap;
use std::ops::Bound;

use snmpkit::{
    clock::{Duration, Instant},
    codec::{self, AnyPdu, ErrorStatus, Lenient, Message, Pdu, PduKind, PduRef, Version},
    limits,
    oid::Oid,
    sim::{Peer, Reply},
    value::{Octets, Value, VarBind},
};

pub fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

/// The root of [`table`].
pub fn root() -> Oid {
    oid("1.3.6.1.2.1.2.2.1")
}

/// Four columns of `rows` rows, with something before and after them.
pub fn table(rows: u32) -> Device {
    let mut objects = BTreeMap::new();
    objects.insert(oid("1.3.6.1.2.1.1.1.0"), Value::OctetString(Octets::from("before")));
    for row in 1..=rows {
        let at = |column| root().child(&[column, row]).unwrap();
        objects.insert(at(1), Value::Integer32(row.cast_signed()));
        objects.insert(at(2), Value::OctetString(Octets::from(format!("port {row}").as_str())));
        objects.insert(at(10), Value::Counter32(row.wrapping_mul(2_654_435_761)));
        objects.insert(at(16), Value::Counter64(u64::MAX - u64::from(row)));
    }
    objects.insert(oid("1.3.6.1.2.1.3.1.0"), Value::Null);
    Device {
        objects,
        sets: 0,
        limit: limits::MESSAGE_OCTETS,
        too_big_above: usize::MAX,
        delay: Duration::ZERO,
    }
}

/// An agent over a map.
#[derive(Clone)]
pub struct Device {
    pub objects: BTreeMap<Oid, Value>,
    /// How many SETs were carried out.
    pub sets: u32,
    /// Octets of the largest response; a longer GETBULK list is cut.
    pub limit: usize,
    /// Octets above which a response is tooBig instead.
    pub too_big_above: usize,
    /// How long it takes to answer.
    pub delay: Duration,
}

impl Device {
    fn after(&self, name: &Oid) -> Option<VarBind> {
        let mut rest = self.objects.range((Bound::Excluded(name), Bound::Unbounded));
        rest.next().map(|(name, value)| VarBind::new(name.clone(), value.clone()))
    }

    fn next(&self, version: Version, name: &Oid) -> Result<VarBind, ErrorStatus> {
        match (self.after(name), version) {
            (Some(found), _) => Ok(found),
            (None, Version::V1) => Err(ErrorStatus::NO_SUCH_NAME),
            (None, _) => Ok(VarBind::new(name.clone(), Value::EndOfMibView)),
        }
    }

    fn get(&self, version: Version, name: &Oid) -> Result<VarBind, ErrorStatus> {
        match (self.objects.get(name), version) {
            (Some(value), _) => Ok(VarBind::new(name.clone(), value.clone())),
            (None, Version::V1) => Err(ErrorStatus::NO_SUCH_NAME),
            (None, _) => Ok(VarBind::new(name.clone(), Value::NoSuchInstance)),
        }
    }

    fn bulk(&self, pdu: &Pdu, non_repeaters: usize, max_repetitions: u32) -> Vec<VarBind> {
        let non_repeaters = non_repeaters.min(pdu.bindings.len());
        let (once, repeated) = pdu.bindings.split_at(non_repeaters);
        let end_or =
            |name: &Oid| self.after(name).unwrap_or_else(|| VarBind::new(name.clone(), Value::EndOfMibView));
        let mut list: Vec<_> = once.iter().map(|binding| end_or(&binding.name)).collect();
        let mut cursors: Vec<_> = repeated.iter().map(|binding| binding.name.clone()).collect();
        for _ in 0..max_repetitions {
            for cursor in &mut cursors {
                let found = end_or(cursor);
                cursor.clone_from(&found.name);
                list.push(found);
            }
        }
        list
    }

    /// The response's error-status, error-index and bindings.
    fn respond(&mut self, version: Version, pdu: &Pdu) -> Option<(ErrorStatus, u32, Vec<VarBind>)> {
        let each = |look: &dyn Fn(&Oid) -> Result<VarBind, ErrorStatus>| {
            let mut list = Vec::new();
            for (index, binding) in (1..).zip(&pdu.bindings) {
                match look(&binding.name) {
                    Ok(found) => list.push(found),
                    Err(status) => return (status, index, pdu.bindings.clone()),
                }
            }
            (ErrorStatus::NO_ERROR, 0, list)
        };
        Some(match pdu.kind {
            PduKind::Get => each(&|name| self.get(version, name)),
            PduKind::GetNext => each(&|name| self.next(version, name)),
            PduKind::GetBulk { non_repeaters, max_repetitions } => {
                (ErrorStatus::NO_ERROR, 0, self.bulk(pdu, non_repeaters as usize, max_repetitions))
            }
            PduKind::Set => {
                self.sets += 1;
                for binding in &pdu.bindings {
                    self.objects.insert(binding.name.clone(), binding.value.clone());
                }
                (ErrorStatus::NO_ERROR, 0, pdu.bindings.clone())
            }
            _ => return None,
        })
    }

    /// The octets of the response.
    pub fn answer(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let (Message { version, community, pdu }, _) = codec::decode(datagram, Lenient::all()).ok()?;
        let AnyPdu::Pdu(pdu) = pdu else { return None };
        if &community[..] != b"public" && &community[..] != b"private" {
            return None;
        }
        let (mut error_status, mut error_index, mut bindings) = self.respond(version, &pdu)?;
        let mut octets = Vec::new();
        loop {
            let kind = PduKind::Response { error_status, error_index };
            let response = PduRef { kind, request_id: pdu.request_id, bindings: &bindings };
            let fits = codec::encode(version, &community, response, self.limit, &mut octets).is_ok();
            if fits && (octets.len() <= self.too_big_above || error_status == ErrorStatus::TOO_BIG) {
                return Some(octets);
            }
            if !fits && matches!(pdu.kind, PduKind::GetBulk { .. }) && bindings.len() > 1 {
                bindings.pop();
            } else {
                (error_status, error_index) = (ErrorStatus::TOO_BIG, 0);
                bindings.clear();
            }
        }
    }
}

impl Peer for &mut Device {
    fn handle(&mut self, _now: Instant, datagram: &[u8]) -> Vec<Reply> {
        self.answer(datagram).map(|octets| Reply::After(self.delay, octets)).into_iter().collect()
    }
}

impl Peer for Device {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        let mut device = self;
        Peer::handle(&mut device, now, datagram)
    }
}
