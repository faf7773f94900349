//! Walks and gets against the library's own device, misbehaving in every way that it knows.

use snmpkit::{
    agent::{Communities, Device, quirk::Quirk, record},
    codec::ErrorStatus,
    engine::{RequestError, RequestKind},
    oid::Oid,
    operation::{Fix, Get, GetError, Walk, WalkEnd, WalkError, WalkItem, WalkMethod, WalkPlan},
    sim::World,
};

use crate::device::{Device as Reference, oid, root, table};

/// The reference table as a recorded device with quirks.
fn device(quirks: &[&str], seed: u64) -> Device {
    let Reference { objects, .. } = table(30);
    let bindings = objects.into_iter().map(|(name, value)| snmpkit::value::VarBind::new(name, value));
    let store = snmpkit::agent::store::Store::of(bindings).unwrap();
    let quirks: Vec<Quirk> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    Device::new(record::agent(store, Communities::default()), &quirks, seed)
}

fn walk(method: WalkMethod) -> Walk {
    Walk::new(WalkPlan { method, ..WalkPlan::classic(root()) })
}

const BULK: WalkMethod = WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 10 };

fn names(items: &[WalkItem]) -> Vec<Oid> {
    items
        .iter()
        .filter_map(|item| match item {
            WalkItem::Binding { binding, .. } => Some(binding.name.clone()),
            WalkItem::Refused(_) | WalkItem::NoSuchName | WalkItem::BulkGivenUp => None,
        })
        .collect()
}

fn expected() -> Vec<Oid> {
    table(30).objects.into_keys().filter(|name| name.starts_with(&root())).collect()
}

#[test]
fn the_two_agents_agree() {
    for method in [WalkMethod::GetNext, BULK] {
        let ours = World::new(device(&[], 1)).run(walk(method)).unwrap();
        let reference = World::new(table(30)).run(walk(method)).unwrap();
        assert_eq!(names(&ours), names(&reference));
        assert_eq!(names(&ours), expected());
    }
}

#[test]
fn what_can_be_borne_with_changes_nothing() {
    for quirk in [
        "drop=every:3",
        "drop-answer=every:3",
        "delay=300ms..2s",
        "reorder",
        "duplicate",
        "corrupt=every:4",
        "garbage=every:2",
        "wrong-request-id=every:2",
        "wrong-version=every:2",
        "wrong-community",
        "too-big=300",
        "truncate",
        "truncate=3",
        "port-unreachable=0",
    ] {
        for method in [WalkMethod::GetNext, BULK] {
            for seed in 0..20 {
                let seen = World::new(device(&[quirk], seed)).observe(walk(method));
                let about = format!("{quirk}, {method:?}, seed {seed}");
                // A flipped bit may land in a name or a value, which no check sum guards.
                if quirk.starts_with("corrupt") {
                    assert!(seen.most_transmissions <= 6, "{about}");
                    continue;
                }
                assert_eq!(seen.result, Ok(()), "{about}");
                assert_eq!(names(&seen.items), expected(), "{about}");
            }
        }
    }
}

#[test]
fn what_cannot_be_borne_with_has_a_name() {
    type Named = fn(&WalkError) -> bool;
    let cases: [(&str, Named); 10] = [
        ("drop=1", |error| matches!(error, WalkError::Request(RequestError::NoAnswer { tries: 6, .. }))),
        ("drop-answer=1", |error| matches!(error, WalkError::Request(RequestError::NoAnswer { .. }))),
        ("port-unreachable", |error| {
            matches!(error, WalkError::Request(RequestError::Refused { tries: 1, .. }))
        }),
        ("garbage", |error| matches!(error, WalkError::Request(RequestError::Malformed { .. }))),
        (
            "wrong-request-id",
            |error| matches!(error, WalkError::Request(RequestError::NoAnswer { heard, .. }) if heard.unmatched == 6),
        ),
        ("wrong-version", |error| {
            matches!(
                error,
                WalkError::Request(RequestError::NoAnswer { heard, .. }) if heard.other_version.is_some()
            )
        }),
        ("empty-bindings", |error| matches!(error, WalkError::EmptyAnswer { .. })),
        ("not-increasing=5", |error| matches!(error, WalkError::NotIncreasing { .. })),
        ("loop=7", |error| matches!(error, WalkError::NotIncreasing { .. })),
        ("v1-only", |error| matches!(error, WalkError::Request(RequestError::NoAnswer { .. }))),
    ];
    for (quirk, is_named) in cases {
        for method in [WalkMethod::GetNext, BULK] {
            let seen = World::new(device(&[quirk], 1)).observe(walk(method));
            let error = seen.result.unwrap_err();
            assert!(is_named(&error), "{quirk}: {error:?}");
            // What was emitted before the error is a beginning of the true list, but for the name in error.
            let found = names(&seen.items);
            let whole = found.len().saturating_sub(1);
            assert_eq!(found[..whole], expected()[..whole], "{quirk}");
        }
    }
}

#[test]
fn an_agent_silent_on_bulk_is_named_as_silent() {
    let seen = World::new(device(&["silent-bulk"], 1)).observe(walk(BULK));
    assert!(matches!(seen.result, Err(WalkError::Request(RequestError::NoAnswer { .. }))));
    let seen = World::new(device(&["silent-bulk"], 1)).observe(walk(WalkMethod::GetNext));
    assert_eq!(seen.result, Ok(()));
}

#[test]
fn an_error_status_is_told_with_its_name() {
    let seen = World::new(device(&["error=genErr"], 1)).observe(walk(BULK));
    assert_eq!(seen.operation.end(), Some(WalkEnd::Refused));
    assert!(matches!(&seen.items[0], WalkItem::Refused(error) if error.status == ErrorStatus::GEN_ERR));

    let names = vec![oid("1.3.6.1.2.1.1.1.0")];
    let error = World::new(device(&["error=genErr"], 1))
        .run(Get::new(RequestKind::Get, names, Fix::Never))
        .unwrap_err();
    let GetError::Agent(error) = error else { panic!("{error}") };
    assert_eq!(
        (error.status, error.index, error.name),
        (ErrorStatus::GEN_ERR, 1, Some(oid("1.3.6.1.2.1.1.1.0")))
    );
}
