//! Agents with a weakness, each with tables of several shapes: how fast they are walked beside the best fixed setting.

use std::collections::BTreeMap;

use snmpkit::{
    agent::{Communities, Device, record, store::Store},
    clock::{Duration, Instant},
    oid::Oid,
    operation::{Walk, WalkMethod, WalkPlan},
    sim::{Faults, Observation, World},
    value::{Octets, Value, VarBind},
};

use super::tree::bindings;
use crate::device::oid;

type Objects = BTreeMap<Oid, Value>;

/// A tree that is walked, and from where.
struct Shape {
    name: &'static str,
    root: Oid,
    objects: Objects,
}

impl Shape {
    fn new(name: &'static str, root: &str, mut objects: Objects) -> Self {
        objects.insert(oid("1.3.6.1.6.9.1.0"), Value::Null);
        Self { name, root: oid(root), objects }
    }

    /// What every walk shows of it.
    fn expected(&self) -> Vec<VarBind> {
        let inside = self.objects.iter().filter(|(name, _)| name.starts_with(&self.root));
        inside.map(|(name, value)| VarBind::new(name.clone(), value.clone())).collect()
    }
}

fn text(octets: usize) -> Value {
    Value::OctetString(Octets::from(vec![b'x'; octets]))
}

fn spread(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_761)
}

/// ifTable, with descriptions of 10 to 59 octets and addresses.
fn if_table(rows: u32) -> Shape {
    let entry = oid("1.3.6.1.2.1.2.2.1");
    let mut objects = Objects::new();
    for row in 1..=rows {
        for column in 1..=19 {
            let number = spread(row).wrapping_add(column);
            let value = match column {
                1 => Value::Integer32(i32::try_from(row).unwrap()),
                2 => text(10 + usize::try_from(spread(row) >> 16).unwrap() % 50),
                3 | 4 | 7 | 8 => Value::Integer32(1),
                5 => Value::Gauge32(number),
                6 => text(6),
                9 => Value::TimeTicks(8),
                _ => Value::Counter32(number),
            };
            objects.insert(entry.child(&[column, row]).unwrap(), value);
        }
    }
    Shape::new("ifTable", "1.3.6.1.2.1.2.2", objects)
}

/// A long table of four columns with long indexes, as that of ARP.
fn narrow(rows: u32) -> Shape {
    let entry = oid("1.3.6.1.2.1.4.22.1");
    let mut objects = Objects::new();
    for row in 0..rows {
        for column in 1..=4 {
            let index = [column, 1 + row / 300, 10, 0, row % 300 / 250, row % 250];
            let value = match column {
                1 => Value::Integer32(i32::try_from(1 + row / 300).unwrap()),
                2 => text(6),
                3 => Value::IpAddress([10, 0, 0, 1].into()),
                _ => Value::Integer32(3),
            };
            objects.insert(entry.child(&index).unwrap(), value);
        }
    }
    Shape::new("narrow", "1.3.6.1.2.1.4.22", objects)
}

/// Groups of scalars, of every length up to 60 octets, that no module knows.
fn scalars(groups: u32) -> Shape {
    let root = "1.3.6.1.4.1.32473";
    let mut objects = Objects::new();
    for group in 1..=groups {
        for scalar in 1..=20 {
            let number = spread(20 * group + scalar);
            let value = match number >> 30 {
                0 => text(usize::try_from(number >> 8).unwrap() % 60),
                1 => Value::Counter64(u64::from(number)),
                _ => Value::Integer32(1),
            };
            objects.insert(oid(root).child(&[group, scalar, 0]).unwrap(), value);
        }
    }
    Shape::new("scalars", root, objects)
}

/// What somebody might choose: so many repetitions, or GETNEXT, with so many requests outstanding.
fn settings() -> Vec<(WalkMethod, usize)> {
    let methods = [0, 10, 15, 20, 25, 30, 40, 50].map(|max_repetitions| match max_repetitions {
        0 => WalkMethod::GetNext,
        _ => WalkMethod::GetBulk { non_repeaters: 0, max_repetitions },
    });
    methods.into_iter().flat_map(|method| [1, 2, 4, 16].map(|window| (method, window))).collect()
}

fn walk(shape: &Shape, quirk: &str, plan: WalkPlan) -> (Observation<Walk>, Duration) {
    let store = Store::of(shape.objects.iter().map(|(name, value)| VarBind::new(name.clone(), value.clone())));
    let quirks = [quirk.parse().unwrap()];
    let device = Device::new(record::agent(store.unwrap(), Communities::default()), &quirks, 1);
    let each = Duration::from_millis(25);
    let faults = Faults { delay_min: each, delay_max: each, ..Faults::none() };
    let seen = World::new(device).faults(faults).observe(Walk::new(plan));
    let took = seen.ended - Instant::ZERO;
    (seen, took)
}

#[test]
#[ignore]
fn table() {
    let filter = std::env::var("QUIRK").unwrap_or_default();
    let only = std::env::var("SHAPE").unwrap_or_default();
    let cache = std::env::var("CACHE").ok();
    for quirk in [
        "drop=0", "serial=300ms", "serial=2ms", "single=50ms", "single=1ms", "single=5ms", "truncate=25", "silent-bulk",
        "silent-above=484", "silent-above=600", "silent-above=1000", "silent-above=1200", "silent-above=1400", "silent-above=1460",
        "too-big=484", "too-big=600", "too-big=1000", "too-big=1200", "too-big=1400", "too-big=1460",
    ] {
        if !quirk.contains(&filter) { continue }
        let slow = quirk == "serial=300ms";
        let medium = quirk == "silent-bulk" || quirk.starts_with("single") && false;
        let scale = |full: u32| if quirk.starts_with("single") { full / 2 } else if slow || medium { full / 4 } else { full };
        for shape in [if_table(scale(200)), narrow(scale(950)), scalars(scale(190))] {
            if !shape.name.contains(&only) { continue }
            let expected = shape.expected();
            let mut plan = WalkPlan::subtree(shape.root.clone());
            if let Ok(window) = std::env::var("WINDOW") { plan.window = window.parse().unwrap(); }
            let (seen, took) = walk(&shape, quirk, plan);
            let whole = seen.result == Ok(()) && bindings(&seen.items) == expected;
            let key = format!("{quirk}|{}|", shape.name);
            let known = cache.as_ref().and_then(|f| std::fs::read_to_string(f).ok()).and_then(|t| t.lines().find(|l| l.starts_with(&key)).map(|l| l[key.len()..].to_owned()));
            let (best, about) = if let Some(k) = known {
                let (b, a) = k.split_once('|').unwrap();
                (b.parse::<f64>().unwrap(), a.to_owned())
            } else {
                let b = settings().into_iter().filter_map(|(method, window)| {
                    let plan = WalkPlan { method, window, ..WalkPlan::subtree(shape.root.clone()) };
                    let (seen, took) = walk(&shape, quirk, plan);
                    (seen.result.is_ok() && bindings(&seen.items) == expected).then_some((took, format!("{method:?} w{window} {}rq", seen.counters.requests)))
                }).min().unwrap();
                if let Some(f) = &cache {
                    use std::io::Write;
                    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(f).unwrap();
                    writeln!(file, "{key}{}|{}", b.0.as_secs_f64(), b.1).unwrap();
                }
                (b.0.as_secs_f64(), b.1)
            };
            let c = &seen.counters;
            println!("{}{quirk:18} {:8} ours {:6.3} best {:6.3} ratio {:4.2} rq {:4} retx {:3} unanswered {:3} {} {}", if whole { "" } else { "BROKEN " }, shape.name, took.as_secs_f64(), best, best / took.as_secs_f64(), c.requests, c.retransmissions, c.requests - c.responses, about, if whole { String::new() } else { format!("{:?}", seen.result) });
        }
    }
}
