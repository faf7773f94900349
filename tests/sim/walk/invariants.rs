//! What holds for a walk with many requests outstanding, whatever the tree, the guide and the network.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use snmpkit::{
    clock::{Duration, Instant},
    codec::ErrorStatus,
    engine::{Community, CommunityModel, EngineSettings, Request, RequestError, RequestKind, Security},
    limits,
    oid::Oid,
    operation::{Guide, RootInstance, Ticket, Walk, WalkError, WalkItem, WalkMethod, WalkPlan, WalkRules},
    secret::Secret,
    sim::{Faults, World},
    value::{Value, VarBind},
};

use super::{
    hand::{self, Says, any_order, successor},
    tree::{ROOT, below, bindings, random},
};
use crate::device::oid;

const SEEDS: u64 = 300;

const METHODS: [WalkMethod; 4] = [
    WalkMethod::Adaptive(WalkRules::GetBulk),
    WalkMethod::Adaptive(WalkRules::GetNext),
    WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 7 },
    WalkMethod::GetNext,
];

fn plan(seed: u64, guide: Guide) -> WalkPlan {
    let method = METHODS[usize::try_from(seed % 4).unwrap()];
    let window = [2, 5, 16][usize::try_from(seed % 3).unwrap()];
    WalkPlan { method, window, guide, ..WalkPlan::subtree(oid(ROOT)) }
}

/// The same walk with one request after the other.
fn one_by_one(plan: &WalkPlan) -> WalkPlan {
    WalkPlan { window: 1, guide: Guide::none(), ..plan.clone() }
}

fn steady(seed: u64) -> Faults {
    let each = Duration::from_millis(25);
    Faults { seed, delay_min: each, delay_max: each, ..Faults::none() }
}

#[test]
fn every_walk_gives_what_the_agent_has() {
    for seed in 0..SEEDS {
        let (device, guide) = random(seed);
        let seen = World::new(device.clone()).faults(steady(seed)).observe(Walk::new(plan(seed, guide)));
        assert_eq!(seen.result, Ok(()), "seed {seed}");
        let mut all = bindings(&seen.items);
        if device.objects.last_key_value().unwrap().0.starts_with(&oid(ROOT)) {
            assert_eq!(all.pop().unwrap().value, Value::EndOfMibView, "seed {seed}");
        }
        assert!(all == below(&device, &oid(ROOT)), "seed {seed}");
        let classic = World::new(device).run(Walk::new(WalkPlan::classic(oid(ROOT)))).unwrap();
        assert!(bindings(&seen.items) == bindings(&classic), "seed {seed}");
    }
}

#[test]
fn loss_duplication_and_reordering_change_nothing() {
    let mut whole = 0;
    for seed in 0..SEEDS {
        let (device, guide) = random(seed);
        let faults = match seed % 3 {
            0 => Faults::lossy(seed),
            1 => Faults { loss: 0.02, ..Faults::lossy(seed) },
            _ => Faults {
                loss: 0.05,
                reordering: 0.0,
                delay_max: Duration::from_millis(20),
                ..Faults::lossy(seed)
            },
        };
        let clean =
            bindings(&World::new(device.clone()).run(Walk::new(WalkPlan::classic(oid(ROOT)))).unwrap());
        let seen = World::new(device).faults(faults).observe(Walk::new(plan(seed, guide)));
        assert!(seen.most_transmissions <= 6, "seed {seed}");
        let found = bindings(&seen.items);
        match &seen.result {
            Ok(()) => {
                assert!(found == clean, "seed {seed}");
                whole += 1;
            }
            Err(WalkError::Request(RequestError::NoAnswer { .. })) => {
                assert!(found == clean[..found.len()], "seed {seed}");
            }
            Err(other) => panic!("seed {seed}: {other}"),
        }
    }
    assert!(whole > SEEDS * 9 / 10, "only {whole} walks came to their end");
}

#[test]
fn version_1_is_walked_alike() {
    let public = || Secret::new(b"public".to_vec());
    let community = Community { model: CommunityModel::V1, read: public(), write: public() };
    let settings = EngineSettings { security: Security::Community(community), ..EngineSettings::default() };
    for seed in 0..SEEDS / 3 {
        let (mut device, guide) = random(seed);
        device.objects.retain(|_, value| !matches!(value, Value::Counter64(_)));
        let plan = WalkPlan { method: WalkMethod::GetNext, guide, ..WalkPlan::subtree(oid(ROOT)) };
        let run = |plan| World::new(device.clone()).settings(settings.clone()).observe(Walk::new(plan));
        let (seen, classic) = (run(plan.clone()), run(one_by_one(&plan)));
        assert_eq!(seen.result, Ok(()), "seed {seed}");
        assert_eq!(
            seen.items,
            classic.items.iter().map(untimed(&seen.items)).collect::<Vec<_>>(),
            "seed {seed}"
        );
        assert_eq!(seen.operation.end(), classic.operation.end(), "seed {seed}");
    }
}

/// Times differ; they are those of `others`.
fn untimed(others: &[WalkItem]) -> impl Fn(&WalkItem) -> WalkItem {
    let time = others.iter().find_map(|item| match item {
        WalkItem::Binding { elapsed, .. } => *elapsed,
        _ => None,
    });
    move |item| match item {
        WalkItem::Binding { binding, elapsed: Some(_) } => {
            WalkItem::Binding { binding: binding.clone(), elapsed: time }
        }
        other => other.clone(),
    }
}

#[test]
fn a_walk_that_is_cut_short_by_a_name_ends_there() {
    for seed in 0..SEEDS {
        let (device, guide) = random(seed);
        let all = below(&device, &oid(ROOT));
        let mut random = StdRng::seed_from_u64(seed);
        let end = match seed % 3 {
            0 => all.choose(&mut random).unwrap().name.clone(),
            1 => oid(ROOT).child(&[random.random_range(0..20)]).unwrap(),
            _ => oid("1.3.6.1.4.1.32473.4.1.1.3"),
        };
        let plan =
            WalkPlan { end: Some(end.clone()), root_instance: RootInstance::Never, ..plan(seed, guide) };
        let seen = World::new(device.clone()).faults(steady(seed)).observe(Walk::new(plan.clone()));
        let classic = World::new(device).run(Walk::new(one_by_one(&plan))).unwrap();
        assert!(bindings(&seen.items) == bindings(&classic), "seed {seed}, to {end}");
        assert!(
            bindings(&seen.items).iter().all(|binding| binding.name < end || binding.value.is_exception())
        );
    }
}

#[test]
fn requests_are_a_quarter_more_than_classic_and_the_window_at_most() {
    let (mut ours, mut theirs) = (0, 0);
    for seed in 0..SEEDS {
        let (device, guide) = random(seed);
        let plan = plan(seed, guide);
        let run = |plan: &WalkPlan| {
            World::new(device.clone()).faults(steady(seed)).observe(Walk::new(plan.clone())).counters.requests
        };
        let (many, one) = (run(&plan), run(&one_by_one(&plan)));
        let quarters = 5 * one + 4 * u64::try_from(plan.window).unwrap();
        assert!(
            4 * many <= quarters,
            "seed {seed}: {many} requests instead of {one}, with a window of {}",
            plan.window
        );
        ours += many;
        theirs += one;
    }
    assert!(4 * ours < 5 * theirs, "{ours} requests where one after the other it is {theirs}");
}

/// Names of an answer that reach up to where it says something of.
fn reach(answer: &snmpkit::operation::Answer) -> Option<Oid> {
    let response = answer.as_ref().ok()?;
    let last = response.bindings.last()?;
    let is_end = last.value.is_exception() || !last.name.starts_with(&oid(ROOT));
    Some(if is_end { oid(ROOT).subtree_end().unwrap() } else { last.name.clone() })
}

#[test]
fn what_is_known_from_the_beginning_is_emitted_at_once() {
    let mut early = 0;
    for seed in 0..SEEDS {
        let (device, guide) = random(seed);
        let next = |name: &Oid| successor(&device.objects, name);
        let all = below(&device, &oid(ROOT));
        // From where to where all is known, as the answers say.
        let mut known: Vec<(Oid, Oid)> = Vec::new();
        let mut up_to = oid(ROOT);
        let seen = hand::run(plan(seed, guide), &next, any_order(seed), |given, _| {
            let Some(to) = reach(given.answer) else { return };
            // A question for several names says nothing of what is between them.
            if given.request.kind == RequestKind::Get || given.request.bindings.len() > 1 {
                return;
            }
            known.push((given.request.bindings[0].name.clone(), to));
            while let Some(at) = known.iter().position(|(from, _)| *from <= up_to) {
                up_to = up_to.clone().max(known.swap_remove(at).1);
            }
            let due = all.partition_point(|binding| binding.name <= up_to);
            let emitted = given.items.iter().filter(|item| matches!(item, WalkItem::Binding { .. })).count();
            assert_eq!(emitted, due, "seed {seed}: all is known up to {up_to}");
        });
        assert_eq!(seen.end, Ok(()), "seed {seed}");
        early += usize::from(seen.most_waiting > 0);
    }
    assert!(early > 150, "only in {early} walks has anything come early");
}

#[test]
fn no_more_waits_than_there_is_room_for() {
    // Thirty columns of ten thousand rows, computed.
    let entry = oid(ROOT).child(&[1, 1]).unwrap();
    let at = |column: u32, row: u32| VarBind::new(entry.child(&[column, row]).unwrap(), Value::Integer32(1));
    let next = |name: &Oid| {
        let rest = name.strip_prefix(&entry).unwrap_or(&[]);
        let (column, row) = (rest.first().copied().unwrap_or(1).max(1), rest.get(1).copied().unwrap_or(0));
        Says::Next(match (column, row) {
            (1..=30, 0..10_000) => at(column, row + 1),
            (1..30, _) => at(column + 1, 1),
            _ => VarBind::new(oid("1.3.6.1.4.1.32474.0"), Value::Null),
        })
    };
    for octets in [1_472, 65_000] {
        let plan = WalkPlan { answer_octets: Some(octets), ..WalkPlan::subtree(oid(ROOT)) };
        // At first all goes well; then what is asked for the first segment is answered last.
        let mut picked = 0;
        let last = |open: &[(Ticket, Request)]| {
            picked += 1;
            let key = |at: &usize| &open[*at].1.bindings[0].name;
            if picked < 20 { 0 } else { (0..open.len()).max_by_key(key).unwrap() }
        };
        let seen = hand::run(plan, &next, last, |_, _| {});
        assert_eq!(seen.end, Ok(()));
        assert_eq!(seen.items.len(), 300_000);
        assert!(seen.most_waiting <= limits::WALK_WAITING, "{} wait", seen.most_waiting);
        // With long answers little more is needed.
        let many = if octets > 1_472 { limits::WALK_WAITING / 2 } else { 100 };
        assert!(seen.most_waiting > many, "{} wait", seen.most_waiting);
        assert!(seen.requests < 12_000, "{} requests", seen.requests);
    }
}

/// What an agent may say that is not what comes next.
fn odd(random: &mut StdRng, objects: &[VarBind], name: &Oid) -> Says {
    let any = objects.choose(random).unwrap();
    match random.random_range(0..8) {
        0 => Says::Error(ErrorStatus::GEN_ERR),
        1 => Says::Error(ErrorStatus::NO_SUCH_NAME),
        2 => Says::Next(VarBind::new(name.clone(), Value::EndOfMibView)),
        3 => Says::Next(VarBind::new(name.clone(), Value::Null)),
        4 => Says::Nothing,
        5 => Says::Next(objects[0].clone()),
        6 => Says::Next(VarBind::new(oid("1.3.6.1.2.1.1.1.0"), Value::Null)),
        _ => Says::Next(any.clone()),
    }
}

/// Bindings without their times, refusals, and how it ended.
fn shown(run: &hand::Run) -> (Vec<String>, String) {
    let item = |item: &WalkItem| match item {
        WalkItem::Binding { binding, .. } => Some(format!("{} {:?}", binding.name, binding.value)),
        WalkItem::Refused(error) => Some(error.status.to_string()),
        WalkItem::NoSuchName => Some("end of MIB".to_owned()),
        // Answers to GETBULK may come very late.
        WalkItem::BulkGivenUp => None,
    };
    (run.items.iter().filter_map(item).collect(), format!("{:?} {:?}", run.end, run.walk.end()))
}

fn assert_same(ours: &hand::Run, classic: &hand::Run, about: &str) {
    let ((ours, our_end), (theirs, their_end)) = (shown(ours), shown(classic));
    let at = ours.iter().zip(&theirs).take_while(|(one, other)| one == other).count();
    let rest = |list: &[String]| format!("{:?} of {}", list.get(at), list.len());
    assert!(ours == theirs, "{about}: item {at} is {}, {}", rest(&ours), rest(&theirs));
    assert_eq!(our_end, their_end, "{about}");
}

#[test]
fn an_agent_that_goes_wrong_somewhere_goes_wrong_there_and_nowhere_before() {
    let mut faulty = 0;
    for seed in 0..3 * SEEDS {
        let (device, guide) = random(seed % SEEDS);
        let all = below(&device, &oid(ROOT));
        let mut random = StdRng::seed_from_u64(seed);
        let wrong = all.choose(&mut random).unwrap().name.clone();
        let says = odd(&mut random, &all, &wrong);
        let next = |name: &Oid| if *name == wrong { says.clone() } else { successor(&device.objects, name) };
        let rules = if seed % 2 == 0 { WalkRules::GetNext } else { WalkRules::GetBulk };
        let plan = WalkPlan { method: WalkMethod::Adaptive(rules), ..plan(seed, guide) };
        // The classic walk asks for one name at a time, so that what comes before the fault is seen of it.
        let method = match rules {
            WalkRules::GetNext => WalkMethod::GetNext,
            WalkRules::GetBulk => WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 1 },
        };
        let classic = WalkPlan { method, ..WalkPlan::classic(oid(ROOT)) };
        let seen = hand::run(plan, &next, any_order(seed), |_, _| {});
        let classic = hand::run(classic, &next, any_order(seed), |_, _| {});
        assert_same(&seen, &classic, &format!("seed {seed}, after {wrong}: {says:?}"));
        faulty += usize::from(seen.end.is_err());
    }
    assert!(faulty > 100, "only {faulty} of them failed");
}

#[test]
fn what_an_agent_says_of_names_that_it_does_not_have_does_not_matter() {
    for seed in 0..SEEDS {
        let (device, guide) = random(seed);
        let all = below(&device, &oid(ROOT));
        let next = |name: &Oid| {
            if device.objects.contains_key(name) || *name == oid(ROOT) {
                return successor(&device.objects, name);
            }
            // The same name, the same answer.
            let mut random =
                StdRng::seed_from_u64(seed + name.iter().map(|arc| u64::from(*arc)).sum::<u64>());
            odd(&mut random, &all, name)
        };
        let seen = hand::run(plan(seed, guide), &next, any_order(seed), |_, _| {});
        let classic = hand::run(WalkPlan::classic(oid(ROOT)), &next, any_order(seed), |_, _| {});
        assert_same(&seen, &classic, &format!("seed {seed}"));
        assert_eq!(seen.end, Ok(()), "seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let run = |seed| {
        let (device, guide) = random(7);
        World::new(device).faults(Faults::lossy(seed)).observe(Walk::new(plan(0, guide)))
    };
    assert_eq!(run(5).trace, run(5).trace);
    assert_ne!(run(5).trace, run(6).trace);
    assert!(run(5).ended > Instant::ZERO);
}
