//! How long walks take, in virtual time.

use snmpkit::{
    clock::{Duration, Instant},
    operation::{Guide, Walk, WalkPlan},
    sim::{Faults, Observation, World},
};

use super::tree::{ROOT, below, bindings, columns, rectangle};
use crate::device::{Device, oid};

/// A network on which a round trip takes this long.
fn round_trip(millis: u64) -> Faults {
    let each = Duration::from_micros(millis * 500);
    Faults { delay_min: each, delay_max: each, ..Faults::none() }
}

/// Nineteen columns of two hundred rows, in answers of one Ethernet frame at most.
fn device() -> Device {
    let mut device = rectangle(19, 200);
    device.limit = 1_472;
    device
}

fn walk(plan: WalkPlan) -> (Observation<Walk>, u64) {
    let seen = World::new(device()).faults(round_trip(50)).observe(Walk::new(plan));
    assert_eq!(seen.result, Ok(()));
    assert!(bindings(&seen.items) == below(&device(), &oid(ROOT)));
    let took = (seen.ended - Instant::ZERO).as_millis();
    (seen, took)
}

#[test]
fn a_table_whose_columns_are_known_takes_nine_round_trips() {
    let (seen, took) = walk(WalkPlan { guide: columns(19), ..WalkPlan::subtree(oid(ROOT)) });
    assert!(took <= 450, "{took} ms");
    assert!(seen.counters.requests <= 98, "{} requests", seen.counters.requests);
}

#[test]
fn a_table_of_which_nothing_is_known_takes_two_more() {
    let (seen, took) = walk(WalkPlan { guide: Guide::none(), ..WalkPlan::subtree(oid(ROOT)) });
    assert!(took <= 550, "{took} ms");
    assert!(seen.counters.requests <= 98, "{} requests", seen.counters.requests);
}

#[test]
fn one_request_after_the_other_takes_as_many_round_trips() {
    let (seen, took) = walk(WalkPlan { window: 1, ..WalkPlan::subtree(oid(ROOT)) });
    assert_eq!(took, 50 * seen.counters.requests);
    assert!(took < 4_000, "{took} ms, by answers that fill a frame");
    let (seen, took) = walk(WalkPlan::classic(oid(ROOT)));
    assert_eq!((took, seen.counters.requests), (19_050, 381), "net-snmp's ten at a time");
}
