use snmpkit::{
    clock::{Duration, Instant},
    engine::{EngineSettings, RequestError, RequestKind, RetrySchedule},
    operation::{Fix, Get, GetError, GetItem},
    sim::{Faults, Reply, World},
    value::Value,
};

use crate::device::{oid, root, table};

const NAMES: u32 = 40;

fn get(kind: RequestKind) -> Get {
    let names = (1..=NAMES).map(|row| root().child(&[2, row]).unwrap()).collect();
    Get::new(kind, names, Fix::Never)
}

#[test]
fn a_get_over_a_lossy_network_gives_the_same_values_or_a_named_failure() {
    let mut answered = 0;
    for kind in [
        RequestKind::Get,
        RequestKind::GetNext,
        RequestKind::GetBulk { non_repeaters: 3, max_repetitions: 4 },
    ] {
        let clean = World::new(table(NAMES)).run(get(kind)).unwrap();
        for seed in 0..300 {
            let seen = World::new(table(NAMES)).faults(Faults::lossy(seed)).observe(get(kind));
            assert!(seen.most_transmissions <= 6, "seed {seed}");
            assert!(seen.ended <= Instant::ZERO + Duration::from_secs(6), "seed {seed}");
            match seen.result {
                Ok(()) => {
                    assert_eq!(seen.items, clean, "seed {seed}");
                    answered += 1;
                }
                Err(GetError::Request(RequestError::NoAnswer { tries: 6, .. })) => {
                    assert!(seen.items.is_empty());
                }
                Err(other) => panic!("seed {seed}: {other}"),
            }
        }
    }
    assert!(answered > 850, "only {answered} of 900 were answered");
}

#[test]
fn an_agent_with_small_messages_is_asked_in_as_many_pieces_as_it_takes() {
    let clean = World::new(table(NAMES)).run(get(RequestKind::Get)).unwrap();
    for too_big_above in [60, 100, 300, 1_000] {
        for seed in 0..50 {
            let mut device = table(NAMES);
            device.too_big_above = too_big_above;
            let faults = Faults { loss: 0.0, ..Faults::lossy(seed) };
            let seen = World::new(device).faults(faults).observe(get(RequestKind::Get));
            assert_eq!(seen.result, Ok(()), "above {too_big_above}, seed {seed}");
            assert_eq!(seen.items, clean, "above {too_big_above}, seed {seed}");
        }
    }
}

#[test]
fn exceptions_are_values() {
    let names = vec![oid("1.3.6.1.2.1.1.1.0"), oid("1.3.9.9"), root().child(&[1, 1]).unwrap()];
    let items = World::new(table(1)).run(Get::new(RequestKind::Get, names, Fix::DropAndRepeat)).unwrap();
    let values: Vec<_> = items
        .iter()
        .map(|item| match item {
            GetItem::Binding(binding) => &binding.value,
            GetItem::Refused(error) => panic!("{error}"),
        })
        .collect();
    assert!(matches!(values[..], [Value::OctetString(_), Value::NoSuchInstance, Value::Integer32(1)]));
}

#[test]
fn what_was_heard_instead_of_an_answer_is_told() {
    let garbage = |_: Instant, _: &[u8]| vec![Reply::After(Duration::from_millis(1), vec![0x30, 0x82])];
    let retry = RetrySchedule { retries: 2, ..RetrySchedule::default() };
    let settings = EngineSettings { retry, ..EngineSettings::default() };
    let seen = World::new(garbage).settings(settings).observe(get(RequestKind::Get));
    assert!(
        matches!(seen.result, Err(GetError::Request(RequestError::Malformed { tries: 3, .. }))),
        "{:?}",
        seen.result
    );
}
