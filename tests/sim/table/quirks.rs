//! Fetches from the library's own device, misbehaving in every way that it knows.

use snmpkit::{
    agent::{
        Communities, Device,
        quirk::{self, Quirk},
        record,
        store::Store,
    },
    clock::{Duration, Instant},
    codec::ErrorStatus,
    engine::{Community, CommunityModel, EngineSettings, RequestError, Security},
    operation::{BulkUse, Repetitions, TableError, TableMethod, TableSettings},
    secret::Secret,
    sim::{Observation, World},
    table::{Column, Plan},
    value::VarBind,
};

use super::{Watched, parts};
use crate::device::{Device as Reference, oid, table};

const ROWS: u32 = 30;

fn device(quirk: &str, seed: u64) -> Device {
    let Reference { objects, .. } = table(ROWS);
    let bindings = objects.into_iter().map(|(name, value)| VarBind::new(name, value));
    let quirks: Vec<Quirk> = quirk.split_whitespace().map(|quirk| quirk.parse().unwrap()).collect();
    Device::new(record::agent(Store::of(bindings).unwrap(), Communities::default()), &quirks, seed)
}

fn plan() -> Plan {
    let columns = [1, 2, 10, 16].map(Column::numbered).into();
    Plan::new(&oid("1.3.6.1.2.1.2.2"), Vec::new(), columns).unwrap()
}

fn ways() -> Vec<TableSettings> {
    let methods = [
        TableMethod::GetNext,
        TableMethod::GetBulk(Repetitions::Adaptive),
        TableMethod::GetBulk(Repetitions::Fixed(5)),
    ];
    let both = |method| [1, 16].map(|window| TableSettings { method, window, ..TableSettings::default() });
    methods.into_iter().flat_map(both).collect()
}

fn run(quirk: &str, settings: &TableSettings, nth: u64) -> Observation<Watched> {
    let seen = World::new(device(quirk, nth)).observe(Watched::new(plan(), settings.clone()));
    let about = format!("{quirk}, {settings:?}, seed {nth}");
    assert!(seen.most_transmissions <= 6, "{about}");
    assert!(seen.counters.requests < 400, "{about}: {} requests", seen.counters.requests);
    assert!(seen.ended - Instant::ZERO < Duration::from_secs(1_200), "{about}: {:?}", seen.ended);
    assert!(seen.operation.most <= settings.window, "{about}");
    assert!(seen.result.is_ok() || seen.items.is_empty(), "{about}");
    seen
}

fn assert_whole(seen: &Observation<Watched>, about: &str) {
    assert_eq!(seen.result, Ok(()), "{about}");
    let (rows, _) = parts(&seen.items);
    let expected = table(ROWS).objects;
    assert_eq!(rows.len(), 30, "{about}");
    for row in rows {
        for (id, cell) in [1, 2, 10, 16].into_iter().zip(&row.cells) {
            let name = oid("1.3.6.1.2.1.2.2.1").child(&[id, row.index[0]]).unwrap();
            assert_eq!(cell.value(), expected.get(&name), "{about}: {name}");
        }
    }
}

/// Quirks that change nothing.
const BORNE: [&str; 25] = [
    "",
    "drop=every:3",
    "drop-answer=every:3",
    "delay=300ms..2s",
    "reorder",
    "reorder=700ms",
    "duplicate",
    "garbage=every:2",
    "wrong-request-id=every:2",
    "wrong-version=every:2",
    "wrong-community",
    "too-big=300",
    "too-big=120",
    "truncate",
    "truncate=3",
    "truncate=7",
    "port-unreachable=0",
    "silent-above=400",
    "serial=30ms",
    "silent-bulk",
    "extra-bindings",
    // A list that is cut, with a binding too many where the next column would stand.
    "truncate=5 extra-bindings",
    "truncate=11 extra-bindings",
    "empty-bindings=every:5",
    "error=genErr,every:5",
];

#[test]
fn what_can_be_borne_with_changes_nothing() {
    for quirk in BORNE {
        for settings in ways() {
            for seed in 0..4 {
                assert_whole(&run(quirk, &settings, seed), &format!("{quirk}, {settings:?}, seed {seed}"));
            }
        }
    }
}

#[test]
fn what_cannot_be_borne_with_has_a_name() {
    type Named = fn(&TableError) -> bool;
    let cases: [(&str, Named); 13] = [
        ("drop=1", |error| matches!(error, TableError::Request(RequestError::NoAnswer { tries: 6, .. }))),
        ("drop-answer=1", |error| matches!(error, TableError::Request(RequestError::NoAnswer { .. }))),
        ("port-unreachable", |error| matches!(error, TableError::Request(RequestError::Refused { .. }))),
        ("garbage", |error| matches!(error, TableError::Request(RequestError::Malformed { .. }))),
        ("wrong-request-id", |error| matches!(error, TableError::Request(RequestError::NoAnswer { .. }))),
        ("wrong-version", |error| matches!(error, TableError::Request(RequestError::NoAnswer { .. }))),
        ("v1-only", |error| matches!(error, TableError::Request(RequestError::NoAnswer { .. }))),
        ("empty-bindings", |error| matches!(error, TableError::ShortAnswer { .. })),
        ("not-increasing=5", |error| matches!(error, TableError::NotIncreasing { .. })),
        ("loop=7", |error| matches!(error, TableError::NotIncreasing { .. })),
        (
            "error=genErr",
            |error| matches!(error, TableError::Agent { error, .. } if error.status == ErrorStatus::GEN_ERR),
        ),
        ("error=authorizationError", |error| matches!(error, TableError::Agent { .. })),
        (
            "too-big=30",
            |error| matches!(error, TableError::Agent { error, .. } if error.status == ErrorStatus::TOO_BIG),
        ),
    ];
    for (quirk, is_named) in cases {
        for settings in ways() {
            let error = run(quirk, &settings, 1).result.unwrap_err();
            assert!(is_named(&error), "{quirk}, {settings:?}: {error:?}");
        }
    }
}

#[test]
fn a_flipped_bit_never_stops_a_fetch_for_good() {
    // SNMPv1 and v2c have no checksum of their own: a value may be changed, a name may not increase. The fetch ends.
    for settings in ways() {
        for seed in 0..25 {
            run("corrupt=every:4", &settings, seed);
        }
    }
}

#[test]
fn every_quirk_is_among_these() {
    let tried = [
        "drop",
        "drop-answer",
        "port-unreachable",
        "delay",
        "reorder",
        "duplicate",
        "corrupt",
        "garbage",
        "wrong-request-id",
        "wrong-community",
        "wrong-version",
        "empty-bindings",
        "extra-bindings",
        "error",
        "not-increasing",
        "loop",
        "too-big",
        "truncate",
        "silent-above",
        "serial",
        // A fetch does not yet find out that an agent takes one request at a time; a walk does.
        "single",
        "silent-bulk",
        "v1-only",
    ];
    assert_eq!(quirk::ALL.iter().map(|about| about.name).collect::<Vec<_>>(), tried);
}

#[test]
fn bulk_is_given_up_where_it_is_of_no_use() {
    for (quirk, expected) in
        [("", BulkUse::Used), ("silent-bulk", BulkUse::GivenUp), ("truncate", BulkUse::GivenUp)]
    {
        let seen = run(quirk, &TableSettings::default(), 1);
        assert_eq!(parts(&seen.items).1.bulk, expected, "{quirk}");
        if quirk == "silent-bulk" {
            assert!(seen.ended - Instant::ZERO < Duration::from_secs(13), "two silences, six seconds each");
        }
    }
}

#[test]
fn an_agent_of_version_1_is_fetched_by_getnext() {
    let public = || Secret::new(b"public".to_vec());
    let community = Community { model: CommunityModel::V1, read: public(), write: public() };
    let engine = EngineSettings { security: Security::Community(community), ..EngineSettings::default() };
    let columns = [1, 2, 10].map(Column::numbered).into();
    let plan = Plan::new(&oid("1.3.6.1.2.1.2.2"), Vec::new(), columns).unwrap();
    for quirk in ["v1-only", "v1-only too-big=100", "v1-only drop=every:4"] {
        let settings = TableSettings { method: TableMethod::GetNext, ..TableSettings::default() };
        let fetch = Watched::new(plan.clone(), settings);
        let seen = World::new(device(quirk, 1)).settings(engine.clone()).observe(fetch);
        assert_eq!(seen.result, Ok(()), "{quirk}");
        let (rows, _) = parts(&seen.items);
        assert!(rows.len() == 30 && rows.iter().all(|row| row.found.ids().len() == 3), "{quirk}");
    }
}
