//! Agents with a weakness: they are walked whole, and nearly as fast as by the settings that suit them best.

use std::collections::BTreeMap;

use snmpkit::{
    agent::{Communities, Device, quirk::Quirk, record, store::Store},
    clock::{Duration, Instant},
    oid::Oid,
    operation::{Guide, Walk, WalkItem, WalkMethod, WalkPlan},
    sim::{Faults, Observation, World},
    value::{Value, VarBind},
};

use super::tree::{ROOT, below, bindings, columns, rectangle};
use crate::device::oid;

const COLUMNS: u32 = 19;
const ROWS: u32 = 200;

fn device(quirks: &[&str]) -> Device {
    let objects = rectangle(COLUMNS, ROWS).objects;
    let store = Store::of(objects.into_iter().map(|(name, value)| VarBind::new(name, value))).unwrap();
    let quirks: Vec<Quirk> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    Device::new(record::agent(store, Communities::default()), &quirks, 1).with_limit(1_472)
}

fn round_trip(millis: u64) -> Faults {
    let each = Duration::from_micros(millis * 500);
    Faults { delay_min: each, delay_max: each, ..Faults::none() }
}

fn walk(quirk: &str, millis: u64, plan: WalkPlan) -> (Observation<Walk>, Duration) {
    let seen = World::new(device(&[quirk])).faults(round_trip(millis)).observe(Walk::new(plan));
    let took = seen.ended - Instant::ZERO;
    (seen, took)
}

fn plan() -> WalkPlan {
    WalkPlan::subtree(oid(ROOT))
}

/// Every setting that somebody could choose: so many repetitions, or GETNEXT, with so many requests outstanding.
fn settings() -> Vec<(String, WalkPlan)> {
    let methods = [0, 10, 20, 30, 40, 50, 60].map(|max_repetitions| match max_repetitions {
        0 => WalkMethod::GetNext,
        _ => WalkMethod::GetBulk { non_repeaters: 0, max_repetitions },
    });
    let mut all = Vec::new();
    for method in methods {
        for window in [1, 4, 16] {
            let plan = WalkPlan { method, window, guide: columns(COLUMNS), ..plan() };
            all.push((format!("{method:?}, window {window}"), plan));
        }
    }
    all
}

/// Walks with everything left to the walk, and with all settings; the best of them is the measure.
fn hold_to_the_best(quirk: &str, millis: u64) -> Observation<Walk> {
    let expected = below(&rectangle(COLUMNS, ROWS), &oid(ROOT));
    let (seen, took) = walk(quirk, millis, WalkPlan { guide: columns(COLUMNS), ..plan() });
    assert_eq!(seen.result, Ok(()), "{quirk}");
    assert!(bindings(&seen.items) == expected, "{quirk}: not whole");
    let whole = settings().into_iter().filter_map(|(about, plan)| {
        let (seen, took) = walk(quirk, millis, plan);
        (seen.result.is_ok() && bindings(&seen.items) == expected).then_some((took, about))
    });
    let (best, about) = whole.min().expect("some setting suits it");
    let reached = best.as_secs_f64() / took.as_secs_f64();
    assert!(reached >= 0.8, "{quirk} at {millis} ms: {took}, but {best} with {about}; {:?}", seen.counters);
    seen
}

#[test]
fn an_agent_without_a_weakness() {
    let seen = hold_to_the_best("drop=0", 50);
    assert_eq!(seen.counters.retransmissions, 0);
}

#[test]
fn one_that_answers_one_request_after_the_other_slowly() {
    let seen = hold_to_the_best("serial=300ms", 2);
    assert_eq!(seen.counters.retransmissions, 0, "no false time-out");
}

#[test]
fn one_that_answers_one_request_after_the_other_at_once() {
    let seen = hold_to_the_best("serial=2ms", 50);
    assert_eq!(seen.counters.retransmissions, 0, "no false time-out");
}

#[test]
fn one_that_loses_what_comes_while_it_works() {
    hold_to_the_best("single=50ms", 2);
}

#[test]
fn one_that_is_silent_above_1400_octets() {
    hold_to_the_best("silent-above=1400", 50);
    hold_to_the_best("silent-above=1250", 50);
}

/// The rectangle with a column of long names among the others, the second one, as ifDescr is.
fn with_descriptions() -> BTreeMap<Oid, Value> {
    let mut objects = rectangle(COLUMNS, ROWS).objects;
    for row in 1..=ROWS {
        let name = oid(ROOT).child(&[1, 1, 2, row]).unwrap();
        objects.insert(name, Value::OctetString(format!("GigabitEthernet0/{row}").into_bytes().into()));
    }
    objects
}

#[test]
fn a_column_of_long_values_is_walked_whole_as_well() {
    let objects = with_descriptions();
    for quirk in ["silent-above=1400", "silent-above=1250", "silent-above=1000", "too-big=1000"] {
        for guide in [Guide::none(), columns(COLUMNS)] {
            for millis in [0, 2, 50] {
                let store =
                    Store::of(objects.iter().map(|(name, value)| VarBind::new(name.clone(), value.clone())));
                let quirks = [quirk.parse().unwrap()];
                let device = Device::new(record::agent(store.unwrap(), Communities::default()), &quirks, 1);
                let plan = WalkPlan { guide: guide.clone(), ..plan() };
                let seen = World::new(device).faults(round_trip(millis)).observe(Walk::new(plan));
                assert_eq!(seen.result, Ok(()), "{quirk} at {millis} ms: {:?}", seen.counters);
                let found = bindings(&seen.items).len();
                assert_eq!(found, objects.len() - 1, "{quirk} at {millis} ms: not whole");
            }
        }
    }
}

#[test]
fn one_that_says_too_big_above_1000_octets() {
    let seen = hold_to_the_best("too-big=1000", 50);
    assert_eq!(seen.counters.retransmissions, 0);
}

#[test]
fn one_that_cuts_every_list() {
    let seen = hold_to_the_best("truncate=25", 50);
    assert_eq!(seen.counters.retransmissions, 0);
}

#[test]
fn one_that_does_not_know_getbulk() {
    let seen = hold_to_the_best("silent-bulk", 50);
    let notices = seen.items.iter().filter(|item| **item == WalkItem::BulkGivenUp).count();
    assert_eq!(notices, 1);
}

#[test]
fn names_that_do_not_increase_end_the_walk_with_all_that_came_before() {
    let expected = below(&rectangle(COLUMNS, ROWS), &oid(ROOT));
    for quirk in ["not-increasing=100", "loop=100", "not-increasing=1"] {
        for guide in [Guide::none(), columns(COLUMNS)] {
            let (seen, _) = walk(quirk, 50, WalkPlan { guide, ..plan() });
            let error = seen.result.unwrap_err();
            assert!(matches!(error, snmpkit::operation::WalkError::NotIncreasing { .. }), "{quirk}: {error}");
            let found = bindings(&seen.items);
            let (last, before) = found.split_last().unwrap();
            assert!(before.iter().zip(&expected).all(|(one, other)| one.name == other.name), "{quirk}");
            let previous = before.last().map_or(oid(ROOT), |binding| binding.name.clone());
            assert!(last.name <= previous, "{quirk}: {} after {previous}", last.name);
        }
    }
}

#[test]
fn a_dead_agent_is_found_dead_as_soon_as_by_the_classic_walk() {
    let (seen, took) = walk("drop=1", 50, plan());
    assert!(seen.result.is_err());
    assert_eq!(took, Duration::from_secs(6));
    assert!(seen.counters.transmissions <= 12);
}
