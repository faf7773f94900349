//! Requests that ask what follows many names at once: what they save, and that nothing depends on what they bring.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use snmpkit::{
    agent::{self, Communities, record, store::Store},
    clock::{Duration, Instant},
    codec::ErrorStatus,
    engine::{Request, RequestKind},
    limits,
    oid::Oid,
    operation::{Answer, Guide, Operation, Step, Ticket, Walk, WalkPlan},
    sim::{Faults, Observation, World},
    value::{Value, VarBind},
};

use super::{
    hand::{any_order, respond, successor},
    tree::{self, below, bindings},
};
use crate::device::{Device, oid};

const SEEDS: u64 = 150;

/// A bridge: 1000 addresses of a few makers in a table of three columns, among tables that are short or not there.
fn bridge() -> Device {
    let mut random = StdRng::seed_from_u64(7);
    let mut addresses: Vec<[u32; 6]> = (0..1_000)
        .map(|_| {
            let maker = *[[0, 16, 1], [0, 16, 86], [0, 26, 200], [0, 80, 90]].choose(&mut random).unwrap();
            let mut octet = || random.random_range(0..256);
            [maker[0], maker[1], maker[2], octet(), octet(), octet()]
        })
        .collect();
    addresses.sort_unstable();
    let entry = oid("1.3.6.1.2.1.17.4.3.1");
    let mut objects = BTreeMap::new();
    for (number, address) in (0..).zip(&addresses) {
        for column in 1..=3 {
            let name = entry.child(&[column]).unwrap().child(address).unwrap();
            objects.insert(name, Value::Integer32(number));
        }
    }
    for arc in 1..=3 {
        objects.insert(oid("1.3.6.1.2.1.17.1").child(&[arc, 0]).unwrap(), Value::Integer32(0));
        for port in 1..=24 {
            let name = oid("1.3.6.1.2.1.17.2.15.1").child(&[arc, port]).unwrap();
            objects.insert(name, Value::Integer32(1));
        }
    }
    objects.insert(oid("1.3.6.1.2.1.31.1.5.0"), Value::Null);
    Device { limit: 65_000, ..tree::device(objects) }
}

fn far() -> Faults {
    let each = Duration::from_millis(25);
    Faults { delay_min: each, delay_max: each, ..Faults::none() }
}

fn walk(device: &Device, plan: WalkPlan) -> (Observation<Walk>, u64) {
    let expected = below(device, &plan.root);
    let seen = World::new(device.clone()).faults(far()).observe(Walk::new(plan));
    assert_eq!(seen.result, Ok(()));
    assert!(bindings(&seen.items) == expected);
    let took = (seen.ended - Instant::ZERO).as_millis();
    (seen, took)
}

#[test]
fn a_table_whose_indexes_are_nowhere_dense_is_read_in_parts() {
    let device = bridge();
    let root = oid("1.3.6.1.2.1.17");
    let (seen, took) = walk(&device, WalkPlan::subtree(root.clone()));
    let (alone, took_alone) = walk(&device, WalkPlan { window: 1, ..WalkPlan::subtree(root) });
    assert!(took * 4 <= took_alone, "{took} ms instead of {took_alone}");
    let most = alone.counters.requests * 5 / 4 + 16;
    assert!(seen.counters.requests <= most, "{} requests, {most} are allowed", seen.counters.requests);
}

/// How an agent treats requests with several names.
#[derive(Clone, Copy, Debug)]
enum Treats {
    Well,
    /// It refuses them, or says that the answer would be too long.
    Refuses(ErrorStatus),
    /// It answers about the first name only.
    FirstOnly,
    /// It says anything.
    Anyhow,
}

/// Walks an agent by hand, and says how many of the requests had several names, and how many there were at all.
fn walk_by_hand(objects: &BTreeMap<Oid, Value>, plan: WalkPlan, treats: Treats, seed: u64) -> (u64, u64) {
    let expected: Vec<VarBind> = objects
        .iter()
        .filter(|(name, _)| name.starts_with(&plan.root))
        .map(|(name, value)| VarBind::new(name.clone(), value.clone()))
        .collect();
    let next = |name: &Oid| successor(objects, name);
    let mut random = StdRng::seed_from_u64(seed);
    let mut pick = any_order(seed);
    let mut walk = Walk::new(plan);
    let mut open: Vec<(Ticket, Request)> = Vec::new();
    let mut items = Vec::new();
    let (mut scouts, mut requests) = (0, 0);
    loop {
        let step = walk.step();
        while let Some(ticket) = walk.withdraw() {
            open.retain(|(known, _)| *known != ticket);
        }
        match step {
            Ok(Step::Ask(ticket, request)) => {
                assert!(request.bindings.len() <= limits::SCOUT_NAMES);
                scouts += u64::from(request.bindings.len() > 1);
                requests += 1;
                open.push((ticket, request));
            }
            Ok(Step::Emit(item)) => items.push(item),
            Ok(Step::Done) => break,
            Err(error) => panic!("{treats:?}, seed {seed}: {error}"),
            Ok(Step::Wait) => {
                let (ticket, request) = open.remove(pick(&open));
                let mut answer = respond(&request, &next);
                if request.bindings.len() > 1 {
                    assert_eq!(request.kind, RequestKind::GetNext);
                    mistreat(&mut answer, &request, treats, objects, &mut random);
                }
                walk.answer(ticket, answer).expect("errors come after all items");
            }
        }
    }
    let mut found = bindings(&items);
    found.retain(|binding| !binding.value.is_exception());
    assert!(found == expected, "{treats:?}, seed {seed}");
    (scouts, requests)
}

fn mistreat(
    answer: &mut Answer,
    request: &Request,
    treats: Treats,
    objects: &BTreeMap<Oid, Value>,
    random: &mut StdRng,
) {
    let Ok(response) = answer else { return };
    match treats {
        Treats::Well => {}
        Treats::Refuses(status) => {
            response.error_status = status;
            response.error_index = 1;
            response.bindings.clone_from(&request.bindings);
        }
        Treats::FirstOnly => response.bindings.truncate(1),
        Treats::Anyhow => {
            let names: Vec<&Oid> = objects.keys().collect();
            for binding in &mut response.bindings {
                match random.random_range(0..4) {
                    0 => binding.value = Value::EndOfMibView,
                    1 => binding.name = (*names.choose(random).unwrap()).clone(),
                    2 => binding.name = request.bindings[0].name.clone(),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn what_an_agent_makes_of_several_names_changes_nothing() {
    let bridge = bridge();
    let ways = [
        Treats::Well,
        Treats::Refuses(ErrorStatus::GEN_ERR),
        Treats::Refuses(ErrorStatus::TOO_BIG),
        Treats::FirstOnly,
        Treats::Anyhow,
    ];
    let mut most = [0; 5];
    for seed in 0..SEEDS {
        for (treats, most) in ways.into_iter().zip(&mut most) {
            let (device, guide) = tree::random(seed);
            let plan = WalkPlan { guide, ..WalkPlan::subtree(oid(tree::ROOT)) };
            walk_by_hand(&device.objects, plan, treats, seed);
            if seed < 20 {
                let plan = WalkPlan::subtree(oid("1.3.6.1.2.1.17"));
                let (scouts, _) = walk_by_hand(&bridge.objects, plan, treats, seed);
                *most = scouts.max(*most);
            }
        }
    }
    let [well, refused, too_big, first, anyhow] = most;
    assert!(well > 3, "{well} scouts");
    // Those that were on their way when the first one came to nothing.
    assert!(refused.max(first) <= 3, "{refused} and {first} scouts");
    assert!((2..12).contains(&too_big), "{too_big} scouts, with fewer names each time");
    assert!(anyhow > 0);
}

#[test]
fn a_walk_that_is_small_or_near_does_without() {
    let bridge = bridge();
    for root in ["1.3.6.1.2.1.17.1", "1.3.6.1.2.1.17.2.15"] {
        let (scouts, requests) = walk_by_hand(&bridge.objects, WalkPlan::subtree(oid(root)), Treats::Well, 1);
        assert_eq!(scouts, 0, "{root}: {requests} requests");
    }
    // It works on one request at a time, and its work is what takes the time.
    let busy = || {
        let objects = bridge.objects.iter().map(|(name, value)| VarBind::new(name.clone(), value.clone()));
        let agent = record::agent(Store::of(objects).unwrap(), Communities::default());
        let device = agent::Device::new(agent, &["serial=2ms".parse().unwrap()], 1).with_limit(1_472);
        let each = Duration::from_micros(100);
        World::new(device).faults(Faults { delay_min: each, delay_max: each, ..Faults::none() })
    };
    let root = oid("1.3.6.1.2.1.17");
    let near = busy().observe(Walk::new(WalkPlan::subtree(root.clone()))).counters.requests;
    let alone =
        busy().observe(Walk::new(WalkPlan { window: 1, ..WalkPlan::subtree(root) })).counters.requests;
    assert!(near <= alone + alone / 8, "{near} requests instead of {alone}");
}

#[test]
fn scouts_that_are_lost_are_not_waited_for() {
    let (device, guide) = (bridge(), Guide::standard());
    let root = oid("1.3.6.1.2.1.17");
    let mut walk = Walk::new(WalkPlan { guide, ..WalkPlan::subtree(root.clone()) });
    let next = |name: &Oid| successor(&device.objects, name);
    let mut open: Vec<(Ticket, Request)> = Vec::new();
    let (mut items, mut lost) = (Vec::new(), 0);
    loop {
        let step = walk.step();
        while let Some(ticket) = walk.withdraw() {
            open.retain(|(known, _)| *known != ticket);
        }
        match step {
            Ok(Step::Ask(_, request)) if request.bindings.len() > 1 => lost += 1,
            Ok(Step::Ask(ticket, request)) => open.push((ticket, request)),
            Ok(Step::Emit(item)) => items.push(item),
            Ok(Step::Done) => break,
            Err(error) => panic!("{error}"),
            Ok(Step::Wait) => {
                assert!(!open.is_empty(), "it waits for scouts alone");
                let (ticket, request) = open.remove(0);
                walk.answer(ticket, respond(&request, &next)).expect("errors come after all items");
            }
        }
    }
    assert!(bindings(&items) == below(&device, &root));
    assert!((1..=12).contains(&lost), "{lost} scouts");
}
