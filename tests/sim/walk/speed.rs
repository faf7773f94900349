use snmpkit::{
    clock::{Duration, Instant},
    operation::{Guide, Walk, WalkPlan},
    sim::{Faults, Observation, Peer, World},
};

use super::tree::{self, ROOT, below, bindings};
use crate::device::oid;

/// A network on which a round trip takes this long.
fn round_trip(millis: u64) -> Faults {
    let each = Duration::from_micros(millis * 500);
    Faults { delay_min: each, delay_max: each, ..Faults::none() }
}

fn walk(peer: impl Peer, plan: WalkPlan, faults: Faults) -> (Observation<Walk>, Duration) {
    let seen = World::new(peer).faults(faults).observe(Walk::new(plan));
    let took = seen.ended - Instant::ZERO;
    (seen, took)
}

fn plan() -> WalkPlan {
    WalkPlan::subtree(oid(ROOT))
}

#[test]
fn nineteen_columns_of_two_hundred_rows_take_half_a_second_at_fifty_milliseconds() {
    let device = || {
        let mut device = tree::rectangle(19, 200);
        device.limit = 1_472;
        device
    };
    for (about, guide) in [("a guide", tree::columns(19)), ("none", Guide::none())] {
        let (seen, took) = walk(device(), WalkPlan { guide, ..plan() }, round_trip(50));
        let mut rounds = std::collections::BTreeMap::<u64, (usize, usize)>::new();
        for entry in &seen.trace {
            let at = rounds.entry((entry.at - Instant::ZERO).as_millis()).or_default();
            match entry.direction { snmpkit::sim::Direction::ToAgent => at.0 += 1, _ => at.1 += entry.size_octets }
        }
        println!("{about} {rounds:?}");
        println!("{about}: {took}, {:?}", seen.counters);
        assert_eq!(bindings(&seen.items), below(&device(), &oid(ROOT)));
    }
    let (seen, took) = walk(device(), WalkPlan { window: 1, ..plan() }, round_trip(50));
    println!("window 1: {took}, {:?}", seen.counters);
    let (seen, took) = walk(device(), WalkPlan::classic(oid(ROOT)), round_trip(50));
    println!("classic: {took}, {:?}", seen.counters);
}
