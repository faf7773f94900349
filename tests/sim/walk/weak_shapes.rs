//! Agents with a weakness, each with tables of several shapes: how fast they are walked beside the best fixed setting.

use std::collections::BTreeMap;

use snmpkit::{
    agent::{Communities, Device, quirk::Quirk, record, store::Store},
    clock::{Duration, Instant},
    oid::Oid,
    operation::{Walk, WalkMethod, WalkPlan},
    sim::{Faults, Observation, Peer, Reply, World},
    value::{Octets, Value, VarBind},
};

use super::tree::bindings;
use crate::device::oid;

/// Octets that answers may have.
const LIMITS: [u32; 5] = [600, 1_000, 1_200, 1_400, 1_460];

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

/// The shapes, or as much of them as an agent that is so slow answers in a time that a test has.
fn shapes(part: u32) -> [Shape; 3] {
    [if_table(200 / part), narrow(950 / part), scalars(190 / part)]
}

fn by_getbulk(max_repetitions: u32) -> WalkMethod {
    WalkMethod::GetBulk { non_repeaters: 0, max_repetitions }
}

/// Repetitions that somebody might choose.
const REPETITIONS: [u32; 7] = [10, 15, 20, 25, 30, 40, 50];

fn device(shape: &Shape, quirks: &[Quirk]) -> Device {
    let objects = shape.objects.iter().map(|(name, value)| VarBind::new(name.clone(), value.clone()));
    Device::new(record::agent(Store::of(objects).unwrap(), Communities::default()), quirks, 1)
}

/// Walks a shape over a way of 50 ms.
fn walk(peer: impl Peer, plan: WalkPlan) -> (Observation<Walk>, Duration) {
    let each = Duration::from_millis(25);
    let faults = Faults { delay_min: each, delay_max: each, ..Faults::none() };
    let seen = World::new(peer).faults(faults).observe(Walk::new(plan));
    let took = seen.ended - Instant::ZERO;
    (seen, took)
}

/// Holds a walk without a setting against walks with all of `settings`: methods and windows.
fn hold<P: Peer>(about: &str, shape: &Shape, peer: impl Fn() -> P, settings: &[(WalkMethod, usize)]) {
    let about = format!("{about}, {}", shape.name);
    let expected = shape.expected();
    let plan = || WalkPlan::subtree(shape.root.clone());
    let (seen, took) = walk(peer(), plan());
    assert_eq!(seen.result, Ok(()), "{about}");
    assert!(bindings(&seen.items) == expected, "{about}: not whole");
    assert_eq!(seen.counters.retransmissions, 0, "{about}: a time-out");
    let fixed = settings.iter().filter_map(|&(method, window)| {
        let (seen, took) = walk(peer(), WalkPlan { method, window, ..plan() });
        let is_whole = seen.result.is_ok() && bindings(&seen.items) == expected;
        is_whole.then_some((took, format!("{method:?}, window {window}")))
    });
    let (best, setting) = fixed.min().expect("some setting suits it");
    let reached = best.as_secs_f64() / took.as_secs_f64();
    assert!(reached >= 0.8, "{about}: {took}, but {best} with {setting}; {:?}", seen.counters);
}

/// The same for one of the agent's quirks, with some windows.
fn hold_quirk(quirk: &str, part: u32, repetitions: &[u32], windows: &[usize]) {
    let settings: Vec<_> = repetitions
        .iter()
        .flat_map(|number| windows.iter().map(|window| (by_getbulk(*number), *window)))
        .collect();
    for shape in shapes(part) {
        hold(quirk, &shape, || device(&shape, &[quirk.parse().unwrap()]), &settings);
    }
}

#[test]
fn without_a_weakness() {
    hold_quirk("drop=0", 1, &REPETITIONS, &[16]);
}

#[test]
fn too_long_answers_are_refused() {
    for limit in LIMITS {
        hold_quirk(&format!("too-big={limit}"), 1, &REPETITIONS, &[16]);
    }
}

#[test]
fn too_long_answers_are_not_sent() {
    for limit in LIMITS {
        hold_quirk(&format!("silent-above={limit}"), 1, &REPETITIONS, &[16]);
    }
}

#[test]
fn lists_are_cut() {
    hold_quirk("truncate=25", 1, &REPETITIONS, &[16]);
}

#[test]
fn one_request_after_the_other_is_answered() {
    hold_quirk("serial=2ms", 1, &REPETITIONS, &[4, 16]);
    hold_quirk("serial=300ms", 4, &[25, 40, 50], &[1, 2, 4]);
}

#[test]
fn what_comes_meanwhile_is_lost() {
    for quirk in ["single=1ms", "single=50ms"] {
        hold_quirk(quirk, 2, &[25, 40, 50], &[1, 2]);
    }
}

/// Loses every second one of those requests that come less than 20 ms after another.
fn loses_every_second(mut device: Device) -> impl FnMut(Instant, &[u8]) -> Vec<Reply> {
    let mut last: Option<Instant> = None;
    move |now, datagram| {
        let is_beside = last.is_some_and(|last| now < last + Duration::from_millis(20));
        // The one after a lost one is alone again.
        last = (!is_beside).then_some(now);
        if is_beside { Vec::new() } else { Peer::handle(&mut device, now, datagram) }
    }
}

#[test]
fn every_second_of_two_is_lost() {
    let settings: Vec<_> =
        [25, 40, 50].iter().flat_map(|number| [1, 2].map(|window| (by_getbulk(*number), window))).collect();
    for shape in shapes(1) {
        hold("every second is lost", &shape, || loses_every_second(device(&shape, &[])), &settings);
    }
}

#[test]
fn getbulk_is_not_answered() {
    for shape in shapes(4) {
        let quirks = ["silent-bulk".parse().unwrap()];
        hold(
            "silent-bulk",
            &shape,
            || device(&shape, &quirks),
            &[(WalkMethod::GetNext, 4), (WalkMethod::GetNext, 16)],
        );
    }
}

#[test]
fn one_request_after_the_other_time_outs_show_what_is_too_long() {
    let shape = if_table(50);
    for limit in LIMITS {
        let quirks = [format!("silent-above={limit}").parse().unwrap()];
        let plan = WalkPlan { window: 1, ..WalkPlan::subtree(shape.root.clone()) };
        let (seen, _) = walk(device(&shape, &quirks), plan);
        assert_eq!(seen.result, Ok(()), "{limit}");
        assert!(bindings(&seen.items) == shape.expected(), "{limit}: not whole");
    }
}
