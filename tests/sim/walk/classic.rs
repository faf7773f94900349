use snmpkit::{
    clock::{Duration, Instant},
    engine::{Community, CommunityModel, EngineSettings, RequestError, RetrySchedule, Security},
    operation::{Ordering, Walk, WalkEnd, WalkError, WalkItem, WalkMethod, WalkPlan},
    secret::Secret,
    sim::{Fault, Faults, Observation, Peer, Reply, World},
    value::{Value, VarBind},
};

use crate::device::{Device, oid, root, table};

const SEEDS: u64 = 300;

fn getnext() -> Walk {
    Walk::new(WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(root()) })
}

fn getbulk(max_repetitions: u32) -> Walk {
    let method = WalkMethod::GetBulk { non_repeaters: 0, max_repetitions };
    Walk::new(WalkPlan { method, ..WalkPlan::classic(root()) })
}

fn walks() -> Vec<(&'static str, Walk)> {
    vec![("GETNEXT", getnext()), ("GETBULK 10", getbulk(10)), ("GETBULK 50", getbulk(50))]
}

fn names(items: &[WalkItem]) -> Vec<&VarBind> {
    items
        .iter()
        .map(|item| match item {
            WalkItem::Binding { binding, .. } => binding,
            WalkItem::Refused(_) | WalkItem::NoSuchName | WalkItem::BulkGivenUp => panic!("{item:?}"),
        })
        .collect()
}

fn expected(device: &Device) -> Vec<VarBind> {
    let below = device.objects.iter().filter(|(name, _)| name.starts_with(&root()));
    below.map(|(name, value)| VarBind::new(name.clone(), value.clone())).collect()
}

fn assert_bounded(seen: &Observation<Walk>, about: &str) {
    assert!(seen.most_transmissions <= 6, "{about}: {} transmissions", seen.most_transmissions);
    let longest = Duration::from_secs(6).saturating_mul(seen.counters.requests);
    assert!(seen.ended - Instant::ZERO <= longest, "{about}: ended after {}", seen.ended - Instant::ZERO);
}

#[test]
fn a_walk_on_a_good_network_gives_the_table() {
    for rows in [1, 7, 200] {
        let device = table(rows);
        for (name, walk) in walks() {
            let seen = World::new(device.clone()).observe(walk);
            assert_eq!(seen.result, Ok(()), "{name}");
            assert_eq!(
                names(&seen.items),
                expected(&device).iter().collect::<Vec<_>>(),
                "{name}, {rows} rows"
            );
            assert_eq!(seen.operation.end(), Some(WalkEnd::Subtree));
            assert_eq!(seen.counters.retransmissions, 0);
        }
    }
}

#[test]
fn a_walk_of_an_empty_table_shows_what_the_agent_says_of_its_root() {
    for (name, walk) in walks() {
        let items = World::new(table(0)).run(walk).unwrap();
        assert_eq!(names(&items), [&VarBind::new(root(), Value::NoSuchInstance)], "{name}");
    }
}

#[test]
fn a_walk_over_a_lossy_network_gives_what_a_walk_over_a_good_one_gives() {
    let clean = expected(&table(12));
    let mut whole = 0;
    for seed in 0..SEEDS {
        for (name, walk) in walks() {
            let seen = World::new(table(12)).faults(Faults::lossy(seed)).observe(walk);
            let about = format!("{name}, seed {seed}");
            assert_bounded(&seen, &about);
            match &seen.result {
                Ok(()) => {
                    assert_eq!(names(&seen.items), clean.iter().collect::<Vec<_>>(), "{about}");
                    whole += 1;
                }
                Err(WalkError::Request(RequestError::NoAnswer { tries: 6, .. })) => {
                    let found = names(&seen.items);
                    assert_eq!(found, clean[..found.len()].iter().collect::<Vec<_>>(), "{about}");
                }
                Err(other) => panic!("{about}: {other}"),
            }
        }
    }
    assert!(whole > SEEDS * 2, "only {whole} walks came to their end");
}

#[test]
fn any_single_datagram_may_be_lost_doubled_delayed_cut_or_replaced() {
    let clean = expected(&table(3));
    let stranger = b"\x30\x03\x02\x01\x01".to_vec();
    let faults = [
        Fault::Lose,
        Fault::Duplicate,
        Fault::Delay(Duration::from_millis(2_500)),
        Fault::Delay(Duration::from_secs(60)),
        Fault::Cut(0),
        Fault::Cut(1),
        Fault::Cut(20),
        Fault::Replace(stranger),
        Fault::Replace(vec![0x30; 40]),
    ];
    for (name, walk) in walks() {
        let datagrams = World::new(table(3)).observe(walk).trace.len() as u64;
        for nth in 0..datagrams {
            for fault in &faults {
                let walk = walks().into_iter().find(|(other, _)| *other == name).unwrap().1;
                let seen = World::new(table(3)).faults(Faults::nth(nth, fault.clone())).observe(walk);
                let about = format!("{name}, datagram {nth}, {fault:?}");
                assert_eq!(seen.result, Ok(()), "{about}");
                assert_eq!(names(&seen.items), clean.iter().collect::<Vec<_>>(), "{about}");
                assert!(seen.counters.retransmissions <= 3, "{about}");
            }
        }
    }
}

#[test]
fn a_flipped_bit_never_stops_a_walk_for_good() {
    // SNMPv1 and v2c have no checksum of their own, so a flipped bit may change a value. It must not change what the
    // walk is: it ends, in time, with a result or a named failure.
    for seed in 0..SEEDS {
        for (name, walk) in walks() {
            let seen = World::new(table(5)).faults(Faults::corrupting(seed)).observe(walk);
            let about = format!("{name}, seed {seed}");
            assert!(seen.most_transmissions <= 6, "{about}");
            assert!(seen.counters.requests < 200, "{about}: {} requests", seen.counters.requests);
            assert!(seen.ended - Instant::ZERO < Duration::from_secs(1_200), "{about}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_trace_and_another_one_another() {
    let run = |seed| World::new(table(20)).faults(Faults::lossy(seed)).observe(getnext()).trace;
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

#[test]
fn an_agent_that_never_answers_is_given_up_after_six_tries() {
    let silent = |_: Instant, _: &[u8]| Vec::new();
    let seen = World::new(silent).observe(getnext());
    assert!(matches!(seen.result, Err(WalkError::Request(RequestError::NoAnswer { tries: 6, .. }))));
    assert_eq!(seen.ended, Instant::ZERO + Duration::from_secs(6));
    assert_eq!(seen.trace.len(), 6);

    let retry = RetrySchedule { backoff: 2.0, ..RetrySchedule::default() };
    let seen =
        World::new(silent).settings(EngineSettings { retry, ..EngineSettings::default() }).observe(getnext());
    assert_eq!(seen.ended, Instant::ZERO + Duration::from_secs(63));
}

#[test]
fn a_closed_port_is_reported_as_refused_within_one_time_out() {
    let closed = |_: Instant, _: &[u8]| vec![Reply::Refusal];
    let seen = World::new(closed).observe(getnext());
    assert!(matches!(seen.result, Err(WalkError::Request(RequestError::Refused { tries: 1, .. }))));
    assert_eq!(seen.ended, Instant::ZERO + Duration::from_secs(1));
}

#[test]
fn an_agent_slower_than_the_time_out_is_walked_all_the_same() {
    // Every answer comes after two time-outs and answers the first of three transmissions.
    let mut device = table(3);
    device.delay = Duration::from_millis(2_300);
    let seen = World::new(device.clone()).observe(getbulk(10));
    assert_eq!(seen.result, Ok(()));
    assert_eq!(names(&seen.items), expected(&device).iter().collect::<Vec<_>>());
}

#[test]
fn short_lists_and_too_big_lose_nothing() {
    for limit in [120, 200, 484, 1_400] {
        let mut short = table(20);
        short.limit = limit;
        let seen = World::new(short).observe(getbulk(50));
        assert_eq!(names(&seen.items), expected(&table(20)).iter().collect::<Vec<_>>(), "cut at {limit}");

        let mut too_big = table(20);
        too_big.too_big_above = limit;
        let seen = World::new(too_big).observe(getbulk(50));
        assert_eq!(
            names(&seen.items),
            expected(&table(20)).iter().collect::<Vec<_>>(),
            "tooBig above {limit}"
        );
    }
}

#[test]
fn version_1_walks_by_getnext_to_the_end_of_the_mib() {
    let public = || Secret::new(b"public".to_vec());
    let community = Community { model: CommunityModel::V1, read: public(), write: public() };
    let settings = EngineSettings { security: Security::Community(community), ..EngineSettings::default() };
    let plan = WalkPlan { method: WalkMethod::GetNext, ..WalkPlan::classic(oid("1.3")) };
    let mut device = table(4);
    // SNMPv1 has no Counter64, and this little agent does not hide them.
    device.objects.retain(|_, value| !matches!(value, Value::Counter64(_)));
    let seen = World::new(device.clone()).settings(settings).observe(Walk::new(plan));
    assert_eq!(seen.operation.end(), Some(WalkEnd::NoSuchName));
    assert_eq!(seen.items.last(), Some(&WalkItem::NoSuchName));
    assert_eq!(seen.items.len(), device.objects.len() + 1);
}

/// An agent that goes back to the start of the table after some names.
struct Circling(Device, usize);

impl Peer for Circling {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        self.1 += 1;
        if self.1.is_multiple_of(9) {
            // Answers the request as if it had asked for the root.
            let (mut message, _) = snmpkit::codec::decode(datagram, snmpkit::codec::Lenient::all()).unwrap();
            let snmpkit::codec::AnyPdu::Pdu(pdu) = &mut message.pdu else { panic!() };
            pdu.bindings[0].name = root();
            let mut octets = Vec::new();
            let limit = snmpkit::limits::MESSAGE_OCTETS;
            snmpkit::codec::encode(message.version, &message.community, &message.pdu, limit, &mut octets)
                .unwrap();
            return self.0.handle(now, &octets);
        }
        self.0.handle(now, datagram)
    }
}

#[test]
fn an_agent_that_goes_in_circles_is_left_checked_or_not() {
    let seen = World::new(Circling(table(50), 0)).observe(getnext());
    assert!(matches!(seen.result, Err(WalkError::NotIncreasing { .. })), "{:?}", seen.result);

    let method = WalkMethod::GetNext;
    let unchecked = WalkPlan { method, ordering: Ordering::Unchecked, ..WalkPlan::classic(root()) };
    let seen = World::new(Circling(table(50), 0)).observe(Walk::new(unchecked));
    assert!(matches!(seen.result, Err(WalkError::Loop { .. })), "{:?}", seen.result);
}
