use snmpkit::{
    clock::Duration,
    engine::RequestError,
    operation::{Set, SetError},
    sim::{Fault, Faults, World},
    value::{Octets, Value, VarBind},
};

use crate::device::{Device, oid, table};

fn set() -> (Set, Vec<VarBind>) {
    let bindings = vec![
        VarBind::new(oid("1.3.6.1.2.1.1.4.0"), Value::OctetString(Octets::from("somebody"))),
        VarBind::new(oid("1.3.6.1.2.1.1.5.0"), Value::OctetString(Octets::from("something"))),
    ];
    (Set::new(bindings.clone()), bindings)
}

fn holds(device: &Device, bindings: &[VarBind]) -> bool {
    bindings.iter().all(|binding| device.objects.get(&binding.name) == Some(&binding.value))
}

#[test]
fn a_set_that_reports_success_was_made_and_one_that_was_not_made_reports_none() {
    let (mut once, mut more_than_once, mut unknown) = (0, 0, 0);
    for seed in 0..600 {
        let mut device = table(1);
        let (set, bindings) = set();
        let seen = World::new(&mut device).faults(Faults::lossy(seed)).observe(set);
        assert!(seen.most_transmissions <= 6, "seed {seed}");
        let (result, items) = (seen.result, seen.items);
        match result {
            Ok(()) => {
                assert_eq!(items, bindings, "seed {seed}");
                assert!(holds(&device, &bindings), "seed {seed}");
                if device.sets > 1 { more_than_once += 1 } else { once += 1 }
            }
            Err(error @ SetError::Request(RequestError::NoAnswer { .. })) => {
                assert!(error.may_have_been_made());
                assert!(error.to_string().ends_with("the set may have been made"), "{error}");
                unknown += 1;
            }
            Err(other) => panic!("seed {seed}: {other}"),
        }
    }
    assert!(
        once > 300 && more_than_once > 50,
        "{once} once, {more_than_once} more than once, {unknown} unknown"
    );
}

#[test]
fn a_lost_reply_makes_the_set_run_twice() {
    // Datagram 0 is the request, 1 its answer.
    let mut device = table(1);
    let seen = World::new(&mut device).faults(Faults::nth(1, Fault::Lose)).observe(set().0);
    assert_eq!(seen.result, Ok(()));
    assert_eq!(seen.counters.retransmissions, 1);
    assert_eq!(device.sets, 2);
}

#[test]
fn a_slow_agent_is_set_as_often_as_was_sent_and_reported_once() {
    let mut device = table(1);
    device.delay = Duration::from_millis(2_300);
    let (set, bindings) = set();
    let seen = World::new(&mut device).observe(set);
    assert_eq!(seen.result, Ok(()));
    assert_eq!(seen.items, bindings);
    assert_eq!(seen.counters.transmissions, 3);
}
