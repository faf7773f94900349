//! Long tables of few columns, which are divided by guesses: nothing is lost by a wrong one.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use snmpkit::{
    engine::EngineSettings,
    operation::{Repetitions, TableMethod, TableSettings},
    sim::{Faults, World},
    table::{Column, Plan},
    value::Value,
};

use super::{
    CHANGES, Tally, Watched,
    bounds::{far_away, round_trips, version_1},
    changes_to,
    changing::{Changing, SPARSE, TABLE},
    networks, parts,
};
use crate::device::{Device, oid, table};

/// A device with so many columns of these rows, every column but the first with some of them only, and the plan of it.
fn device(indexes: &BTreeSet<Vec<u32>>, columns: u32) -> (Device, Plan) {
    let mut device = table(0);
    let entry = oid("1.3.6.1.2.1.2.2.1");
    for (number, index) in (0..).zip(indexes) {
        for column in 1..=columns {
            if column == 1 || number % column != 0 {
                let name = entry.child(&[column]).unwrap().child(index).unwrap();
                device.objects.insert(name, Value::Counter32(column * 100_000 + number));
            }
        }
    }
    let columns = (1..=columns).map(Column::numbered).collect();
    (device, Plan::new(&oid("1.3.6.1.2.1.2.2"), Vec::new(), columns).unwrap())
}

fn dense(rows: u32) -> BTreeSet<Vec<u32>> {
    (1..=rows).map(|row| vec![row]).collect()
}

fn by_next(window: usize) -> TableSettings {
    TableSettings { method: TableMethod::GetNext, window, ..TableSettings::default() }
}

#[test]
fn ten_thousand_rows_of_two_columns_take_few_round_trips() {
    let (mut device, plan) = device(&dense(10_000), 2);
    device.limit = 1_472;
    let run = |settings| {
        let seen =
            World::new(device.clone()).faults(far_away()).observe(Watched::new(plan.clone(), settings));
        let (rows, verdict) = parts(&seen.items);
        assert_eq!(rows.len(), 10_000);
        assert!(!verdict.rows_divided);
        (round_trips(&seen), verdict.requests)
    };
    let (classic, one_by_one) = run(TableSettings { window: 1, ..TableSettings::default() });
    let (trips, requests) = run(TableSettings::default());
    assert!(classic > 200.0, "{classic} round trips one after the other");
    assert!(trips < classic / 8.0, "{trips} round trips instead of {classic}");
    assert!(requests <= one_by_one * 5 / 4 + 16, "{requests} requests instead of {one_by_one}");
}

#[test]
fn in_version_1_too() {
    for columns in [1, 4] {
        let (device, plan) = device(&dense(500), columns);
        let run = |settings| {
            let world = World::new(device.clone()).settings(version_1()).faults(far_away());
            let seen = world.observe(Watched::new(plan.clone(), settings));
            let (rows, verdict) = parts(&seen.items);
            assert_eq!(rows.len(), 500);
            (round_trips(&seen), verdict.requests)
        };
        let (classic, one_by_one) = run(by_next(1));
        let (trips, requests) = run(by_next(16));
        assert!(trips < classic / 6.0, "{trips} round trips instead of {classic}");
        assert!(requests <= one_by_one * 5 / 4 + 16, "{requests} requests instead of {one_by_one}");
    }
}

/// Indexes that go on evenly for a while, then leap, thin out, crowd, or have more arcs.
fn irregular(random: &mut StdRng) -> BTreeSet<Vec<u32>> {
    let mut indexes = BTreeSet::new();
    let mut last: u32 = random.random_range(0..5);
    for _ in 0..random.random_range(1..8) {
        let step = [1, 1, 2, 7, 1_000, 40_000_000][random.random_range(0..6)];
        let prefix: Vec<u32> = (0..random.random_range(0..3)).map(|_| random.random_range(0..3)).collect();
        for _ in 0..random.random_range(1..120) {
            last = last.wrapping_add(if random.random_bool(0.9) { step } else { random.random_range(1..50) });
            indexes.insert([&prefix[..], &[last]].concat());
        }
    }
    if random.random_bool(0.2) {
        indexes.insert(vec![u32::MAX]);
    }
    indexes
}

#[test]
fn however_the_indexes_go_on_every_row_is_found() {
    let bulk = |repetitions| TableMethod::GetBulk(repetitions);
    let methods = [TableMethod::GetNext, bulk(Repetitions::Adaptive), bulk(Repetitions::Fixed(6))];
    let mut runs = 0;
    for seed in 0..100 {
        let mut random = StdRng::seed_from_u64(seed);
        let indexes = irregular(&mut random);
        let columns = random.random_range(1..=2);
        let (mut device, plan) = device(&indexes, columns);
        device.limit = random.random_range(250..1_500);
        for method in methods {
            let mut classic = 0;
            for window in [1, 5, 16] {
                let faults = if window == 5 { Faults::lossy(seed) } else { Faults::none() };
                let settings =
                    TableSettings { method, window, answer_octets: Some(1_000), ..TableSettings::default() };
                let engine =
                    if method == TableMethod::GetNext { version_1() } else { EngineSettings::default() };
                let world = World::new(device.clone()).settings(engine).faults(faults);
                let seen = world.observe(Watched::new(plan.clone(), settings));
                let about = format!("seed {seed}, {method:?}, window {window}");
                if seen.result.is_err() && window == 5 {
                    continue;
                }
                assert_eq!(seen.result, Ok(()), "{about}");
                let (rows, verdict) = parts(&seen.items);
                assert!(rows.iter().map(|row| &row.index).eq(&indexes), "{about}");
                let found: usize = rows.iter().map(|row| row.found.ids().len()).sum();
                let there = device.objects.keys().filter(|name| name.starts_with(plan.entry())).count();
                assert_eq!(found, there, "{about}");
                assert!(seen.operation.most <= window, "{about}");
                if window == 1 {
                    classic = verdict.requests;
                }
                // In the worst case as many guesses are wrong as right; in version 1 a column's end costs one more.
                let requests = verdict.requests;
                assert!(requests <= classic * 2 + 48 || window == 5, "{about}: {requests} for {classic}");
                runs += 1;
            }
        }
    }
    assert!(runs > 800, "{runs} runs");
}

#[test]
fn a_table_that_changes_while_it_is_read_in_parts_is_whole_all_the_same() {
    let ways = |last_change| {
        let columns = vec![Column::numbered(2), Column::numbered(SPARSE)];
        let mut plan = Plan::new(&oid(TABLE), Vec::new(), columns).unwrap();
        plan.last_change = super::plan(last_change).last_change;
        plan.require(snmpkit::table::Required::Columns(vec![2])).unwrap();
        plan
    };
    let mut tally = Tally::default();
    for last_change in [true, false] {
        let plan = ways(last_change);
        let agent = || Changing::new(18, last_change).only(&[2, SPARSE]).limit(200);
        let changes = [&CHANGES[..], &[super::Change::Shift(90), super::Change::Delete(130)]].concat();
        let seen = changes_to(&agent, &changes, &plan, &networks(0..1));
        assert!(seen.tried_again > 0, "{seen:?}");
        tally.runs += seen.runs;
        tally.unanswered += seen.unanswered;
    }
    assert!(tally.runs >= 2_000 && tally.unanswered < tally.runs / 20, "{tally:?}");
}
