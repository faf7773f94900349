//! A bad network, and one that changes what it carries.

use snmpkit::{
    clock::{Duration, Instant},
    codec::v3::SecurityLevel,
    engine::{RequestError, RequestKind},
    operation::{Fix, Get, GetError, Set, SetError, Walk, WalkError, WalkMethod, WalkPlan},
    sim::{Fault, Faults, World},
    value::{Octets, Value, VarBind},
};

use super::stage::{LEVELS, Lent, bindings, device, settings, usm};
use crate::device::{oid, root};

const ROWS: u32 = 5;

fn get() -> Get {
    let names = (1..=ROWS).map(|row| root().child(&[2, row]).unwrap()).collect();
    Get::new(RequestKind::Get, names, Fix::Never)
}

fn walk(method: WalkMethod) -> Walk {
    Walk::new(WalkPlan { method, ..WalkPlan::classic(root()) })
}

const METHODS: [WalkMethod; 2] =
    [WalkMethod::GetNext, WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 3 }];

/// Silence; and what a bad network makes of the rest, which is a Report that comes twice.
fn is_named(error: &RequestError, faults: &Faults) -> bool {
    match error {
        RequestError::NoAnswer { tries, .. } => (6..=10).contains(tries),
        RequestError::NoEngine { tries, .. } => *tries == 6,
        RequestError::Malformed { .. } | RequestError::NeverSent(_) | RequestError::Reported { .. } => {
            faults.corruption > 0.0
        }
        _ => false,
    }
}

fn networks(seed: u64) -> [Faults; 3] {
    let lossy = Faults::lossy(seed);
    let corrupting = Faults { corruption: 0.1, ..lossy.clone() };
    [lossy, Faults::corrupting(seed), corrupting]
}

/// The levels at which what was changed on its way is noticed, with the networks that change nothing for the other.
fn cases(seed: u64) -> impl Iterator<Item = (SecurityLevel, Faults)> {
    let all = LEVELS.into_iter().flat_map(move |level| networks(seed).map(|faults| (level, faults)));
    all.filter(|(level, faults)| *level > SecurityLevel::NoAuthNoPriv || faults.corruption == 0.0)
}

#[test]
fn a_get_over_a_bad_network_gives_the_same_values_or_a_named_failure() {
    let (mut answered, mut asked) = (0, 0);
    let clean = World::new(device(LEVELS[0], ROWS)).settings(settings(usm(LEVELS[0]))).run(get()).unwrap();
    for seed in 0..200 {
        for (level, faults) in cases(seed) {
            let world = World::new(device(level, ROWS)).settings(settings(usm(level))).faults(faults.clone());
            let seen = world.observe(get());
            let about = format!("{level:?}, {faults:?}");
            assert!(seen.most_transmissions <= 6 + 6 + 4, "{about}");
            assert!(seen.ended <= Instant::ZERO + Duration::from_secs(6 + 6 + 4), "{about}");
            asked += 1;
            match &seen.result {
                Ok(()) => {
                    assert_eq!(seen.items, clean, "{about}");
                    answered += 1;
                }
                Err(GetError::Request(error)) if is_named(error, &faults) => assert!(seen.items.is_empty()),
                Err(other) => panic!("{about}: {other}"),
            }
        }
    }
    assert!(answered * 10 > asked * 9, "{answered} of {asked}");
}

#[test]
fn a_walk_over_a_bad_network_gives_what_a_walk_over_a_good_one_gives() {
    let (mut whole, mut walked) = (0, 0);
    let clean = World::new(device(LEVELS[0], ROWS)).settings(settings(usm(LEVELS[0])));
    let clean = clean.run(walk(METHODS[1])).unwrap();
    for seed in 0..100 {
        for (level, faults) in cases(seed) {
            for method in METHODS {
                let make = || World::new(device(level, ROWS)).settings(settings(usm(level)));
                let seen = make().faults(faults.clone()).observe(walk(method));
                let about = format!("{level:?}, {method:?}, {faults:?}");
                walked += 1;
                assert_eq!(bindings(&seen.items), bindings(&clean[..seen.items.len()]), "{about}");
                match &seen.result {
                    Ok(()) => {
                        assert_eq!(seen.items.len(), clean.len(), "{about}");
                        whole += 1;
                    }
                    Err(WalkError::Request(error)) if is_named(error, &faults) => {}
                    Err(other) => panic!("{about}: {other}"),
                }
            }
        }
    }
    assert!(whole * 2 > walked, "{whole} of {walked}");
}

#[test]
fn a_set_over_a_bad_network_was_made_when_it_says_so_and_not_when_it_says_that_it_was_not() {
    let binding = VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString(Octets::from("renamed")));
    let mut made = 0;
    for seed in 0..200 {
        for (level, faults) in cases(seed) {
            let mut agent = device(level, 1);
            let world = World::new(Lent(&mut agent)).settings(settings(usm(level))).faults(faults.clone());
            let seen = world.observe(Set::new(vec![binding.clone()]));
            let sets = agent.agent().statistics().at(14);
            let about = format!("{level:?}, {faults:?}, {sets} sets");
            match &seen.result {
                Ok(()) => {
                    assert_eq!(seen.items, std::slice::from_ref(&binding), "{about}");
                    assert!(sets >= 1, "{about}");
                    made += 1;
                }
                Err(error @ SetError::Request(reason)) if is_named(reason, &faults) => {
                    assert!(sets == 0 || error.may_have_been_made(), "{about}: {error}");
                }
                Err(other) => panic!("{about}: {other}"),
            }
            if let Value::OctetString(name) = agent.agent().tree().get(Instant::ZERO, &binding.name) {
                assert_eq!(&name[..], if sets > 0 { &b"renamed"[..] } else { b"agent" }, "{about}");
            }
        }
    }
    assert!(made > 1_000, "{made}");
}

#[test]
fn any_single_datagram_may_be_lost_doubled_delayed_cut_replaced_or_changed() {
    let faults = [
        Fault::Lose,
        Fault::Duplicate,
        Fault::Delay(Duration::from_millis(2_500)),
        Fault::Delay(Duration::from_secs(160)),
        Fault::Cut(0),
        Fault::Cut(60),
        Fault::Replace(vec![0x30; 40]),
        Fault::Replace(b"\x30\x03\x02\x01\x03".to_vec()),
    ];
    for level in LEVELS {
        let make = || World::new(device(level, 2)).settings(settings(usm(level)));
        let clean = make().run(walk(METHODS[1])).unwrap();
        let datagrams = make().observe(walk(METHODS[1])).trace.len() as u64;
        for nth in 0..datagrams {
            for fault in &faults {
                let seen = make().faults(Faults::nth(nth, fault.clone())).observe(walk(METHODS[1]));
                let about = format!("{level:?}, datagram {nth}, {fault:?}");
                assert_eq!(seen.result, Ok(()), "{about}");
                assert_eq!(bindings(&seen.items), bindings(&clean), "{about}");
            }
        }
    }
}

#[test]
fn every_single_bit_may_be_turned() {
    // Of one request with its discovery: four datagrams, each with some 60 to 200 octets.
    for level in &LEVELS[1..] {
        let one = || Get::new(RequestKind::Get, vec![oid("1.3.6.1.2.1.1.5.0")], Fix::Never);
        let make = || World::new(device(*level, 1)).settings(settings(usm(*level)));
        let clean = make().run(one()).unwrap();
        let sizes: Vec<_> = make().observe(one()).trace.iter().map(|entry| entry.size_octets).collect();
        assert_eq!(sizes.len(), 4);
        for (nth, size) in (0..).zip(sizes) {
            for bit in 0..size * 8 {
                let seen = make().faults(Faults::nth(nth, Fault::FlipBit(bit))).observe(one());
                let about = format!("{level:?}, datagram {nth}, bit {bit}");
                assert_eq!(seen.result, Ok(()), "{about}");
                assert_eq!(seen.items, clean, "{about}");
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for level in LEVELS {
        let trace = |seed| {
            let world = World::new(device(level, 3)).settings(settings(usm(level)));
            world.faults(Faults::lossy(seed)).observe(walk(METHODS[0])).trace
        };
        assert_eq!(trace(5), trace(5));
        assert_ne!(trace(5), trace(6));
    }
}
