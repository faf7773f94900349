//! What was found, until it is emitted.
//!
//! A binding in memory is large, whatever it holds, and ten thousands of them may wait for others before them. Those are
//! kept as octets: each name by what it does not share with the one before it, each number in as many octets as it needs.

use std::{net::Ipv4Addr, vec};

use crate::{
    oid::Oid,
    value::{Octets, Value, VarBind},
};

/// Octets that are set aside for a binding: its name differs in an arc from the one before it, and it has a number.
const USUAL: usize = 12;

/// Bindings of an answer, in order.
#[derive(Debug)]
pub(super) enum Found {
    /// As they came, since they are emitted next.
    Here(vec::IntoIter<VarBind>),
    /// In little room, since they have to wait.
    Packed(Packed),
}

impl Found {
    /// Bindings that are emitted next.
    pub(super) fn here(list: Vec<VarBind>) -> Self {
        Self::Here(list.into_iter())
    }

    /// Bindings that have to wait.
    pub(super) fn packed(list: &[VarBind]) -> Self {
        Self::Packed(Packed::of(list))
    }

    /// How many there are left.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Here(list) => list.len(),
            Self::Packed(packed) => packed.left,
        }
    }

    /// The next one. `name` is working space, which nobody else may write to before the end.
    pub(super) fn next(&mut self, name: &mut Vec<u32>) -> Option<VarBind> {
        match self {
            Self::Here(list) => list.next(),
            Self::Packed(packed) => packed.next(name),
        }
    }
}

/// Bindings as octets.
#[derive(Debug)]
pub(super) struct Packed {
    octets: Vec<u8>,
    /// Where the next one begins.
    at: usize,
    left: usize,
}

impl Packed {
    fn of(list: &[VarBind]) -> Self {
        let mut octets = Vec::with_capacity(USUAL * list.len());
        let mut before: &[u32] = &[];
        for binding in list {
            let name = binding.name.arcs();
            let shared = before.iter().zip(name).take_while(|(before, arc)| before == arc).count();
            write(shared as u64, &mut octets);
            write_arcs(&name[shared..], &mut octets);
            write_value(&binding.value, &mut octets);
            before = name;
        }
        Self { octets, at: 0, left: list.len() }
    }

    fn next(&mut self, name: &mut Vec<u32>) -> Option<VarBind> {
        self.left = self.left.checked_sub(1)?;
        if self.at == 0 {
            name.clear();
        }
        name.truncate(self.size());
        for _ in 0..self.size() {
            name.push(self.number32());
        }
        Some(VarBind { name: oid(name), value: self.value() })
    }

    fn value(&mut self) -> Value {
        match self.octet() {
            0 => Value::Integer32(self.number32().cast_signed()),
            1 => Value::Counter32(self.number32()),
            2 => Value::Gauge32(self.number32()),
            3 => Value::TimeTicks(self.number32()),
            4 => Value::UInteger32(self.number32()),
            5 => Value::Counter64(self.number()),
            6 => Value::IpAddress(Ipv4Addr::from(self.number32())),
            7 => Value::OctetString(Octets::from(self.string())),
            8 => Value::Opaque(Octets::from(self.string())),
            9 => {
                let arcs: Vec<u32> = (0..self.size()).map(|_| self.number32()).collect();
                Value::ObjectIdentifier(oid(&arcs))
            }
            10 => Value::NoSuchObject,
            11 => Value::NoSuchInstance,
            12 => Value::EndOfMibView,
            _ => Value::Null,
        }
    }

    fn octet(&mut self) -> u8 {
        let octet = self.octets.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        octet
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let octet = self.octet();
            number |= u64::from(octet & 0x7f) << shift;
            shift += 7;
            if octet < 0x80 || shift > 63 {
                return number;
            }
        }
    }

    /// A number that had 32 bits.
    fn number32(&mut self) -> u32 {
        u32::try_from(self.number()).unwrap_or(u32::MAX)
    }

    /// How many of something follow.
    fn size(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    fn string(&mut self) -> &[u8] {
        let length = self.size();
        let start = self.at.min(self.octets.len());
        let end = start.saturating_add(length).min(self.octets.len());
        self.at = end;
        &self.octets[start..end]
    }
}

/// Arcs that were an OID.
fn oid(arcs: &[u32]) -> Oid {
    Oid::new(arcs).unwrap_or_default()
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    let (kind, number) = match value {
        Value::Integer32(number) => (0, u64::from(number.cast_unsigned())),
        Value::Counter32(number) => (1, u64::from(*number)),
        Value::Gauge32(number) => (2, u64::from(*number)),
        Value::TimeTicks(number) => (3, u64::from(*number)),
        Value::UInteger32(number) => (4, u64::from(*number)),
        Value::Counter64(number) => (5, *number),
        Value::IpAddress(address) => (6, u64::from(u32::from(*address))),
        Value::OctetString(octets) => return write_string(7, octets, out),
        Value::Opaque(octets) => return write_string(8, octets, out),
        Value::ObjectIdentifier(oid) => {
            out.push(9);
            return write_arcs(oid, out);
        }
        Value::NoSuchObject => return out.push(10),
        Value::NoSuchInstance => return out.push(11),
        Value::EndOfMibView => return out.push(12),
        Value::Null => return out.push(13),
    };
    out.push(kind);
    write(number, out);
}

fn write_string(kind: u8, octets: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    write(octets.len() as u64, out);
    out.extend_from_slice(octets);
}

fn write_arcs(arcs: &[u32], out: &mut Vec<u8>) {
    write(arcs.len() as u64, out);
    for arc in arcs {
        write(u64::from(*arc), out);
    }
}

/// Writes a number, seven bits an octet, the lowest first; the last octet is below 128.
#[expect(clippy::cast_possible_truncation, reason = "the upper bits are written after the lower ones")]
fn write(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_oid() -> impl Strategy<Value = Oid> {
        let arc = prop_oneof![0..200_u32, any::<u32>()];
        prop::collection::vec(arc, 0..=128).prop_map(|arcs| Oid::new(&arcs).unwrap())
    }

    fn any_octets() -> impl Strategy<Value = Octets> {
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Octets::from)
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<i32>().prop_map(Value::Integer32),
            any_octets().prop_map(Value::OctetString),
            any_oid().prop_map(Value::ObjectIdentifier),
            any::<u32>().prop_map(|address| Value::IpAddress(Ipv4Addr::from(address))),
            any::<u32>().prop_map(Value::Counter32),
            any::<u32>().prop_map(Value::Gauge32),
            any::<u32>().prop_map(Value::TimeTicks),
            any_octets().prop_map(Value::Opaque),
            any::<u64>().prop_map(Value::Counter64),
            any::<u32>().prop_map(Value::UInteger32),
            Just(Value::Null),
            Just(Value::NoSuchObject),
            Just(Value::NoSuchInstance),
            Just(Value::EndOfMibView),
        ]
    }

    fn any_list() -> impl Strategy<Value = Vec<VarBind>> {
        let binding = (any_oid(), any_value()).prop_map(|(name, value)| VarBind { name, value });
        prop::collection::vec(binding, 0..20)
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_back_as_it_was(lists in prop::collection::vec(any_list(), 1..4)) {
            let mut name = Vec::new();
            for list in lists {
                for mut found in [Found::packed(&list), Found::here(list.clone())] {
                    prop_assert_eq!(found.len(), list.len());
                    let mut left = list.len();
                    for binding in &list {
                        prop_assert_eq!(found.next(&mut name), Some(binding.clone()));
                        left -= 1;
                        prop_assert_eq!(found.len(), left);
                    }
                    prop_assert_eq!(found.next(&mut name), None);
                }
            }
        }
    }

    #[test]
    fn a_column_of_numbers_takes_a_tenth_of_the_room() {
        let column: Oid = "1.3.6.1.2.1.2.2.1.10".parse().unwrap();
        let rows = 1_000..1_200;
        let list: Vec<_> = rows
            .map(|row| VarBind::new(column.child(&[row]).unwrap(), Value::Counter32(row << 20)))
            .collect();
        let Found::Packed(packed) = Found::packed(&list) else { panic!("it waits") };
        let (packed, plain) = (packed.octets.capacity(), size_of_val(list.as_slice()));
        assert!(packed * 10 <= plain, "{packed} of {plain} octets");
    }
}
