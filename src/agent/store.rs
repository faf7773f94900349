//! Many objects in little memory: one block of octets, and where in it each object begins, in order.
//!
//! A name is kept so that comparing octets compares names: each arc by a prefix code whose order is the arcs'
//! order, one octet for arcs below 128. A million objects of an interface table take about 25 MB.

use std::{collections::BTreeMap, net::Ipv4Addr};

use super::tree::{Assignment, Provider, Refusal};
use crate::{
    clock::Instant,
    codec::ErrorStatus,
    limits,
    oid::Oid,
    value::{Octets, Value, VarBind},
};

/// Objects that do not change by themselves; see [`Builder`].
#[derive(Debug, Default)]
pub struct Store {
    /// For each object: name length, name, type, value.
    arena: Vec<u8>,
    /// Where each object begins, sorted by name.
    starts: Vec<u32>,
    /// What SETs have changed.
    written: BTreeMap<Oid, Value>,
    tested: Vec<(Oid, Value)>,
    replaced: Vec<(Oid, Option<Value>)>,
}

/// Takes objects in any order and sorts them at the end if it has to.
#[derive(Debug, Default)]
pub struct Builder {
    arena: Vec<u8>,
    starts: Vec<u32>,
    key: Vec<u8>,
    last: Vec<u8>,
    unsorted: bool,
}

/// Why no more objects can be taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StoreFull {
    /// More than [`limits::RECORDED_OBJECTS`].
    #[error("more than {} objects", limits::RECORDED_OBJECTS)]
    Objects,
    /// Names and values of more than 4 GiB.
    #[error("names and values take more than 4 GiB")]
    Octets,
}

impl Builder {
    /// Adds an object; of several with one name the last counts. Exceptions are no values and are not taken.
    ///
    /// # Errors
    ///
    /// When there are too many; what was taken before is kept.
    pub fn push(&mut self, name: &Oid, value: &Value) -> Result<(), StoreFull> {
        if value.is_exception() {
            return Ok(());
        }
        if self.starts.len() >= limits::RECORDED_OBJECTS {
            return Err(StoreFull::Objects);
        }
        let start = u32::try_from(self.arena.len()).map_err(|_| StoreFull::Octets)?;
        self.key.clear();
        write_key(&mut self.key, name);
        write_number(&mut self.arena, self.key.len());
        self.arena.extend_from_slice(&self.key);
        write_value(&mut self.arena, value);
        self.unsorted |= !self.starts.is_empty() && self.key <= self.last;
        self.starts.push(start);
        std::mem::swap(&mut self.key, &mut self.last);
        Ok(())
    }

    /// The objects in order, and how many were named again and so replaced.
    pub fn finish(mut self) -> (Store, usize) {
        let mut replaced = 0;
        if self.unsorted {
            let arena = &self.arena;
            // The sort is stable: of equal names the one that was read last comes last.
            self.starts.sort_by(|a, b| key_at(arena, *a).0.cmp(key_at(arena, *b).0));
            let mut kept: Vec<u32> = Vec::with_capacity(self.starts.len());
            for start in &self.starts {
                match kept.last_mut() {
                    Some(last) if key_at(arena, *last).0 == key_at(arena, *start).0 => {
                        *last = *start;
                        replaced += 1;
                    }
                    _ => kept.push(*start),
                }
            }
            self.starts = kept;
        }
        self.arena.shrink_to_fit();
        self.starts.shrink_to_fit();
        (Store { arena: self.arena, starts: self.starts, ..Store::default() }, replaced)
    }
}

impl Store {
    /// A store of these objects; of several with one name the last counts.
    ///
    /// # Errors
    ///
    /// When there are more than a store holds.
    pub fn of(bindings: impl IntoIterator<Item = VarBind>) -> Result<Self, StoreFull> {
        let mut builder = Builder::default();
        for VarBind { name, value } in bindings {
            builder.push(&name, &value)?;
        }
        Ok(builder.finish().0)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Octets of memory that the objects take.
    pub fn memory_octets(&self) -> usize {
        self.arena.capacity() + self.starts.capacity() * size_of::<u32>()
    }

    /// All objects, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = VarBind> {
        (0..self.starts.len()).map(|place| self.at(place))
    }

    fn at(&self, place: usize) -> VarBind {
        let (key, rest) = key_at(&self.arena, self.starts[place]);
        let name = read_key(key);
        let value = match self.written.get(&name) {
            Some(written) => written.clone(),
            None => read_value(rest),
        };
        VarBind { name, value }
    }

    /// The place of `name`, or the place it would have.
    fn search(&self, name: &Oid) -> Result<usize, usize> {
        let mut key = Vec::with_capacity(2 * name.len());
        write_key(&mut key, name);
        self.starts.binary_search_by(|start| key_at(&self.arena, *start).0.cmp(&key))
    }

    /// Whether `name` belongs to an object that has instances here.
    ///
    /// A recording does not say where an object's name ends and its index begins. Taken for one object are names of
    /// the same length that differ in the last arc only, a scalar with and without its `.0`, and names that share the
    /// column of a table: an arc 1 (the entry) and one more, at a depth where tables are.
    fn has_object_of(&self, name: &Oid, place: usize) -> bool {
        const SHALLOWEST_COLUMN: usize = 10;
        let neighbours = [place.checked_sub(1), (place < self.starts.len()).then_some(place)];
        neighbours.into_iter().flatten().any(|place| {
            let neighbour = read_key(key_at(&self.arena, self.starts[place]).0);
            let shared = shared_arcs(name, &neighbour);
            let siblings = neighbour.len() == name.len() && shared + 1 == name.len();
            let scalar = shared == name.len() && neighbour.len() == shared + 1 && neighbour.ends_with(&[0]);
            siblings || scalar || (SHALLOWEST_COLUMN..=shared).any(|column| name[column - 2] == 1)
        })
    }
}

impl Provider for Store {
    fn get(&self, _now: Instant, name: &Oid) -> Value {
        match self.search(name) {
            Ok(place) => self.at(place).value,
            Err(place) if self.has_object_of(name, place) => Value::NoSuchInstance,
            Err(_) => Value::NoSuchObject,
        }
    }

    fn next(&self, _now: Instant, name: &Oid) -> Option<VarBind> {
        let place = match self.search(name) {
            Ok(place) => place + 1,
            Err(place) => place,
        };
        (place < self.starts.len()).then(|| self.at(place))
    }

    /// A recording does not tell what may be written: whatever is there takes another value of its type.
    fn test(&mut self, now: Instant, assignments: &[Assignment<'_>]) -> Result<(), Refusal> {
        self.release();
        for Assignment { position, name, value } in assignments {
            let status = match self.get(now, name) {
                Value::NoSuchObject => ErrorStatus::NOT_WRITABLE,
                Value::NoSuchInstance => ErrorStatus::NO_CREATION,
                old if std::mem::discriminant(&old) != std::mem::discriminant(*value) => {
                    ErrorStatus::WRONG_TYPE
                }
                _ => {
                    self.tested.push(((*name).clone(), (*value).clone()));
                    continue;
                }
            };
            self.tested.clear();
            return Err(Refusal::at(*position, status));
        }
        Ok(())
    }

    fn commit(&mut self, _now: Instant) -> Result<(), usize> {
        for (name, value) in self.tested.drain(..) {
            let old = self.written.insert(name.clone(), value);
            self.replaced.push((name, old));
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<(), super::tree::UndoFailed> {
        while let Some((name, old)) = self.replaced.pop() {
            match old {
                Some(old) => self.written.insert(name, old),
                None => self.written.remove(&name),
            };
        }
        Ok(())
    }

    fn release(&mut self) {
        self.tested.clear();
        self.replaced.clear();
    }
}

fn shared_arcs(one: &[u32], other: &[u32]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

/// Writes arcs so that the order of the octets is the order of the arcs: the leading ones of the first octet say
/// how many more follow.
fn write_key(out: &mut Vec<u8>, arcs: &[u32]) {
    for arc in arcs {
        let [a, b, c, d] = arc.to_be_bytes();
        match *arc {
            0..0x80 => out.push(d),
            0x80..0x4000 => out.extend([0x80 | c, d]),
            0x4000..0x20_0000 => out.extend([0xc0 | b, c, d]),
            0x20_0000..0x1000_0000 => out.extend([0xe0 | a, b, c, d]),
            _ => out.extend([0xf0, a, b, c, d]),
        }
    }
}

fn read_key(key: &[u8]) -> Oid {
    let mut name = Oid::empty();
    let mut rest = key;
    while let Some((first, tail)) = rest.split_first() {
        let more = (first.leading_ones() as usize).min(tail.len());
        let (octets, after) = tail.split_at(more);
        let head = if more == 0 { *first } else { first & (0x7f_u8 >> more) };
        let arc = octets.iter().fold(u32::from(head), |arc, octet| (arc << 8) | u32::from(*octet));
        if name.push(arc).is_err() {
            break;
        }
        rest = after;
    }
    name
}

fn key_at(arena: &[u8], start: u32) -> (&[u8], &[u8]) {
    let (length, rest) = read_number(&arena[start as usize..]);
    rest.split_at(length)
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return out.push(low & 0x7f);
        }
        out.push(0x80 | low);
    }
}

fn read_number(mut octets: &[u8]) -> (usize, &[u8]) {
    let mut number = 0;
    let mut shift = 0;
    while let Some((first, rest)) = octets.split_first() {
        octets = rest;
        number |= usize::from(first & 0x7f) << shift;
        shift += 7;
        if *first < 0x80 {
            break;
        }
    }
    (number, octets)
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const NULL: u8 = 0x05;
const OID: u8 = 0x06;
const ADDRESS: u8 = 0x40;
const COUNTER32: u8 = 0x41;
const GAUGE32: u8 = 0x42;
const TICKS: u8 = 0x43;
const OPAQUE: u8 = 0x44;
const COUNTER64: u8 = 0x46;
const UINTEGER: u8 = 0x47;

fn write_value(out: &mut Vec<u8>, value: &Value) {
    let counted = |out: &mut Vec<u8>, tag: u8, octets: &[u8]| {
        out.push(tag);
        write_number(out, octets.len());
        out.extend_from_slice(octets);
    };
    let word = |out: &mut Vec<u8>, tag: u8, number: [u8; 4]| {
        out.push(tag);
        out.extend(number);
    };
    match value {
        Value::Integer32(number) => word(out, INTEGER, number.to_le_bytes()),
        Value::Counter32(number) => word(out, COUNTER32, number.to_le_bytes()),
        Value::Gauge32(number) => word(out, GAUGE32, number.to_le_bytes()),
        Value::TimeTicks(number) => word(out, TICKS, number.to_le_bytes()),
        Value::UInteger32(number) => word(out, UINTEGER, number.to_le_bytes()),
        Value::IpAddress(address) => word(out, ADDRESS, address.octets()),
        Value::OctetString(octets) => counted(out, OCTETS, octets),
        Value::Opaque(octets) => counted(out, OPAQUE, octets),
        Value::ObjectIdentifier(name) => {
            let mut key = Vec::new();
            write_key(&mut key, name);
            counted(out, OID, &key);
        }
        Value::Counter64(number) => {
            out.push(COUNTER64);
            out.extend(number.to_le_bytes());
        }
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => out.push(NULL),
    }
}

fn read_value(octets: &[u8]) -> Value {
    let Some((tag, rest)) = octets.split_first() else { return Value::Null };
    let bytes = || rest.first_chunk::<4>().copied().unwrap_or_default();
    let word = || u32::from_le_bytes(bytes());
    let counted = || {
        let (length, rest) = read_number(rest);
        &rest[..length]
    };
    match *tag {
        INTEGER => Value::Integer32(i32::from_le_bytes(bytes())),
        COUNTER32 => Value::Counter32(word()),
        GAUGE32 => Value::Gauge32(word()),
        TICKS => Value::TimeTicks(word()),
        UINTEGER => Value::UInteger32(word()),
        ADDRESS => Value::IpAddress(Ipv4Addr::from(bytes())),
        OCTETS => Value::OctetString(Octets::from(counted())),
        OPAQUE => Value::Opaque(Octets::from(counted())),
        OID => Value::ObjectIdentifier(read_key(counted())),
        COUNTER64 => {
            Value::Counter64(u64::from_le_bytes(rest.first_chunk::<8>().copied().unwrap_or_default()))
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests;
