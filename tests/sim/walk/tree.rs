//! Trees as agents have them, and others, from a seed.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use snmpkit::{
    clock::Duration,
    limits,
    oid::Oid,
    operation::{Guide, WalkItem},
    value::{Octets, Value, VarBind},
};

use crate::device::{Device, oid};

/// Below which everything is that is walked.
pub const ROOT: &str = "1.3.6.1.4.1.32473";

pub fn device(objects: BTreeMap<Oid, Value>) -> Device {
    Device {
        objects,
        sets: 0,
        limit: limits::MESSAGE_OCTETS,
        too_big_above: usize::MAX,
        delay: Duration::ZERO,
    }
}

/// `columns` columns of `rows` rows below `ROOT.1.1`, as Ethernet switches have them, with something behind.
pub fn rectangle(columns: u32, rows: u32) -> Device {
    let entry = oid(ROOT).child(&[1, 1]).unwrap();
    let mut objects = BTreeMap::new();
    for column in 1..=columns {
        for row in 1..=rows {
            objects.insert(entry.child(&[column, row]).unwrap(), Value::Counter32(row * 7_919 + column));
        }
    }
    objects.insert(oid("1.3.6.1.4.1.32474.1.0"), Value::Null);
    device(objects)
}

/// The columns of [`rectangle`], as its module would have them.
pub fn columns(columns: u32) -> Guide {
    let entry = oid(ROOT).child(&[1, 1]).unwrap();
    Guide::new(move |_| (1..=columns).map(|column| entry.child(&[column]).unwrap()).collect())
}

/// What a walk shows.
pub fn bindings(items: &[WalkItem]) -> Vec<VarBind> {
    let binding = |item: &WalkItem| match item {
        WalkItem::Binding { binding, .. } => Some(binding.clone()),
        WalkItem::Refused(_) | WalkItem::NoSuchName | WalkItem::BulkGivenUp => None,
    };
    items.iter().filter_map(binding).collect()
}

/// All that a device has below a name.
pub fn below(device: &Device, root: &Oid) -> Vec<VarBind> {
    let inside = device.objects.iter().filter(|(name, _)| name.starts_with(root));
    inside.map(|(name, value)| VarBind::new(name.clone(), value.clone())).collect()
}

/// A tree of all that there can be: scalars, tables that are wide or long or full of holes, indexes of one arc and of
/// many, and names without any order to them. And a guide, which knows some of it, and some that is not there.
pub fn random(seed: u64) -> (Device, Guide) {
    let mut random = StdRng::seed_from_u64(seed);
    let root = oid(ROOT);
    let mut objects = BTreeMap::new();
    let mut points = Vec::new();
    objects.insert(oid("1.3.6.1.2.1.1.1.0"), Value::Null);
    let size = *[20, 150, 700].choose(&mut random).unwrap();
    let mut group = 0;
    while objects.len() < size {
        group += random.random_range(1..4);
        let place = root.child(&[group]).unwrap();
        match random.random_range(0..5) {
            0 => scalars(&mut random, &place, &mut objects, &mut points),
            1 => scatter(&mut random, &place, size / 4, &mut objects),
            _ => table(&mut random, &place, size / 2, &mut objects, &mut points),
        }
    }
    if random.random() {
        objects.insert(oid("1.3.6.1.4.1.32474.1.0"), Value::Null);
    }
    let known = *[0.0, 0.5, 1.0].choose(&mut random).unwrap();
    points.retain(|_| random.random_bool(known));
    for _ in 0..random.random_range(0..20) {
        let arcs: Vec<u32> = (0..random.random_range(1..4)).map(|_| random.random_range(0..30)).collect();
        points.push(root.child(&arcs).unwrap());
    }
    (device(objects), Guide::new(move |_| points.clone()))
}

fn value(random: &mut StdRng) -> Value {
    match random.random_range(0..4) {
        0 => Value::OctetString(Octets::from(vec![b'x'; random.random_range(0..90)])),
        1 => Value::Counter64(random.random()),
        _ => Value::Integer32(random.random()),
    }
}

fn scalars(random: &mut StdRng, place: &Oid, objects: &mut BTreeMap<Oid, Value>, points: &mut Vec<Oid>) {
    for arc in 1..random.random_range(2..12) {
        points.push(place.child(&[arc]).unwrap());
        objects.insert(place.child(&[arc, 0]).unwrap(), value(random));
    }
}

fn scatter(random: &mut StdRng, place: &Oid, most: usize, objects: &mut BTreeMap<Oid, Value>) {
    for _ in 0..random.random_range(1..most.max(2)) {
        let arcs: Vec<u32> = (0..random.random_range(1..6)).map(|_| random.random_range(0..400)).collect();
        objects.insert(place.child(&arcs).unwrap(), value(random));
    }
}

fn table(
    random: &mut StdRng,
    place: &Oid,
    most: usize,
    objects: &mut BTreeMap<Oid, Value>,
    points: &mut Vec<Oid>,
) {
    let entry = place.child(&[1, 1]).unwrap();
    let columns = random.random_range(1..25);
    let rows = random.random_range(1..(most / columns as usize).max(2));
    let arcs = random.random_range(1..6);
    let mut indexes = Vec::new();
    for row in 0..rows {
        let mut index = vec![u32::try_from(row).unwrap() + 1];
        if arcs > 1 {
            index = (0..arcs).map(|_| random.random_range(0..256)).collect();
        }
        indexes.push(index);
    }
    let holes = *[0.0, 0.0, 0.3, 0.9].choose(random).unwrap();
    for column in 1..=columns {
        let name = entry.child(&[column]).unwrap();
        points.push(name.clone());
        if random.random_bool(0.1) {
            continue;
        }
        for index in &indexes {
            if !random.random_bool(holes) {
                objects.insert(name.child(index).unwrap(), value(random));
            }
        }
    }
}
