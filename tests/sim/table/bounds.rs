//! What a fetch asks, how often, and how it ends when there is no good end.

use snmpkit::{
    clock::{Duration, Instant},
    codec::PduKind,
    engine::{Community, CommunityModel, EngineSettings, RequestError, Security},
    oid::Oid,
    operation::{
        BulkUse, Consistency, Effort, LastChange, Missing, Repetitions, Restart, TableError, TableItem,
        TableMethod, TableSettings, WrongTypes,
    },
    secret::Secret,
    sim::{Faults, Observation, World},
    table::{Cell, Column, Condition, Plan, Required},
    value::{Octets, Value},
};

use super::{
    Watched,
    changing::{Change, Changing, DENSE, SPARSE, TABLE},
    parts, plan, snapshot,
};
use crate::device::{Device, oid, table};

fn fixed(repetitions: u32, window: usize) -> TableSettings {
    let method = TableMethod::GetBulk(Repetitions::Fixed(repetitions));
    TableSettings { method, window, ..TableSettings::default() }
}

fn best(mut settings: TableSettings) -> TableSettings {
    settings.effort = Effort::Best;
    settings
}

fn tries(max_iter: u32, mut plan: Plan) -> Plan {
    plan.max_iter = max_iter;
    plan
}

pub fn version_1() -> EngineSettings {
    let public = || Secret::new(b"public".to_vec());
    let community = Community { model: CommunityModel::V1, read: public(), write: public() };
    EngineSettings { security: Security::Community(community), ..EngineSettings::default() }
}

/// A table like ifTable: a big table of a device without last-change object.
fn wide(rows: u32, columns: u32) -> (Device, Plan) {
    let mut device = table(0);
    let entry = oid("1.3.6.1.2.1.2.2.1");
    for row in 1..=rows {
        for column in 1..=columns {
            let value = match column {
                2 => Value::OctetString(Octets::from(format!("GigabitEthernet0/{row}").as_str())),
                3 | 8 | 9 => Value::Integer32(6),
                _ => Value::Counter32(row.wrapping_mul(2_654_435_761).wrapping_add(column)),
            };
            device.objects.insert(entry.child(&[column, row]).unwrap(), value);
        }
    }
    let columns = (1..=columns).map(Column::numbered).collect();
    (device, Plan::new(&oid("1.3.6.1.2.1.2.2"), Vec::new(), columns).unwrap())
}

/// How many round trips it took, on a network of 50 ms each.
pub fn round_trips(seen: &Observation<Watched>) -> f64 {
    (seen.ended - Instant::ZERO).as_secs_f64() / 0.05
}

pub fn far_away() -> Faults {
    let delay = Duration::from_millis(25);
    Faults { delay_min: delay, delay_max: delay, ..Faults::none() }
}

#[test]
fn a_table_of_19_columns_and_200_rows_takes_at_most_12_round_trips() {
    for (name, settings, limit, most) in [
        ("adaptive", TableSettings::default(), 1_472, 12.0),
        ("50 repetitions", fixed(50, 16), 1_472, 12.0),
        ("50 repetitions, long answers", fixed(50, 16), 65_507, 7.0),
        (
            "adaptive, long answers",
            TableSettings { answer_octets: Some(65_000), ..TableSettings::default() },
            65_507,
            4.0,
        ),
    ] {
        let (mut device, plan) = wide(200, 19);
        device.limit = limit;
        let seen = World::new(device).faults(far_away()).observe(Watched::new(plan, settings));
        let (rows, verdict) = parts(&seen.items);
        assert_eq!(rows.len(), 200, "{name}");
        assert!(rows.iter().all(|row| row.found.ids().len() == 19), "{name}");
        assert!(!verdict.rows_divided, "{name}");
        assert!(limit > 1_472 || seen.operation.most == 16, "{name}: {} outstanding", seen.operation.most);
        let trips = round_trips(&seen);
        assert!(trips <= most, "{name}: {trips} round trips, {} requests", verdict.requests);
    }
}

#[test]
fn with_a_window_of_1_the_requests_are_the_classic_ones() {
    let agent = Changing::new(5, true);
    let log = agent.log();
    let seen = World::new(agent).observe(Watched::new(plan(true), fixed(2, 1)));
    assert_eq!((seen.result, seen.operation.most), (Ok(()), 1));
    let log = log.borrow();
    let scalars = ["1.3.6.1.4.1.32473.9.1", "1.3.6.1.2.1.1.3"].map(oid);
    for ((kind, names), after) in log.asked.iter().zip([None, Some(20), Some(40)]) {
        assert_eq!(*kind, PduKind::GetBulk { non_repeaters: 2, max_repetitions: 2 });
        let column = |id: u32| {
            let column = oid(TABLE).child(&[1, id]).unwrap();
            after.map_or(column.clone(), |after| column.child(&[after]).unwrap())
        };
        let expected: Vec<Oid> =
            scalars.iter().cloned().chain(DENSE.into_iter().chain([SPARSE]).map(column)).collect();
        assert_eq!(*names, expected);
    }
    assert_eq!(log.asked.len(), 3);
}

#[test]
fn never_more_requests_are_outstanding_than_the_window_allows() {
    for window in [1, 2, 3, 5, 16, 40] {
        // Changes abandon tries while their requests are outstanding.
        let agent = Changing::new(150, true).limit(400).every(40, Change::ModifyAll);
        let plan = tries(3, plan(true));
        let settings = TableSettings { window, answer_octets: Some(400), ..TableSettings::default() };
        for seed in 0..3 {
            let faults = Faults { loss: 0.05, ..Faults::lossy(seed) };
            let fetch = Watched::new(plan.clone(), settings.clone());
            let seen = World::new(agent.clone()).faults(faults).observe(fetch);
            assert!(seen.operation.most <= window, "{} of {window}", seen.operation.most);
        }
        let quiet = World::new(Changing::new(150, true).limit(400)).observe(Watched::new(plan, settings));
        // With four columns, what the guide brings is asked for in some five requests.
        assert!(quiet.operation.most >= window.min(5), "{} of {window} are used", quiet.operation.most);
    }
}

#[test]
fn a_table_that_never_holds_still_is_given_up_with_numbers() {
    let agent = Changing::new(9, true).every(2, Change::ModifyAll);
    let plan = tries(4, plan(true));
    let object = plan.last_change.clone().unwrap();
    let seen = World::new(agent).observe(Watched::new(plan, fixed(2, 1)));
    let error = seen.result.unwrap_err();
    assert_eq!(
        error,
        TableError::Inconsistent {
            tries: 4,
            changes: 4,
            changed: vec![object.clone()],
            agent_restarts: 0,
            incomplete: 0,
            missing: None
        }
    );
    assert_eq!(
        error.to_string(),
        format!(
            "the table changed during each of 4 tries to read it ({object} changed 4 times); require fewer columns or \
             none, allow more tries, or take what there is with best effort"
        )
    );
    assert!(seen.items.is_empty());
}

#[test]
fn a_required_column_that_is_never_there_is_named() {
    let mut plan = tries(3, plan(false));
    plan.require(Required::All).unwrap();
    let seen = World::new(Changing::new(5, false)).observe(Watched::new(plan.clone(), fixed(10, 16)));
    let missing = Missing {
        rows: 3,
        row: vec![10],
        column: Box::new(oid(TABLE).child(&[1, SPARSE]).unwrap()),
        name: "since".into(),
    };
    let error = seen.result.unwrap_err();
    assert_eq!(
        error,
        TableError::Inconsistent {
            tries: 3,
            changes: 0,
            changed: Vec::new(),
            agent_restarts: 0,
            incomplete: 3,
            missing: Some(missing.clone())
        }
    );
    assert!(
        error
            .to_string()
            .contains("rows were incomplete 3 times: column since missing in row 10 and in 2 more"),
        "{error}"
    );

    let seen = World::new(Changing::new(5, false)).observe(Watched::new(plan, best(fixed(10, 16))));
    assert_eq!(seen.result, Ok(()));
    let (rows, verdict) = parts(&seen.items);
    let torn: Vec<u32> =
        rows.iter().filter(|row| row.condition == Condition::Torn).map(|row| row.index[0]).collect();
    assert_eq!((rows.len(), torn), (5, vec![10, 30, 50]));
    assert_eq!((verdict.tries, verdict.consistency), (3, Consistency::Torn));
    assert_eq!(verdict.restarts, [Restart::MissingColumn(missing.clone()), Restart::MissingColumn(missing)]);
}

#[test]
fn best_effort_marks_the_rows_that_a_change_went_through() {
    // Rows are divided, so that a change can go through one.
    let mut torn = 0;
    for at in 0..40 {
        let agent = Changing::new(7, true).limit(130).at(at, Change::ModifyAll).every(40, Change::ModifyAll);
        let log = agent.log();
        let plan = tries(1, plan(true));
        let seen = World::new(agent).observe(Watched::new(plan, best(fixed(10, 1))));
        assert_eq!(seen.result, Ok(()), "{at}");
        let (rows, verdict) = parts(&seen.items);
        let log = log.borrow();
        for row in &rows {
            let found = super::cells(row);
            let is_of_one_moment = log.states.iter().any(|state| state.get(&row.index) == Some(&found));
            assert!(is_of_one_moment || row.condition == Condition::Torn, "{at}: {row:?}");
            torn += usize::from(row.condition == Condition::Torn);
        }
        let is_torn = rows.iter().any(|row| row.condition == Condition::Torn);
        assert!(!is_torn || verdict.consistency == Consistency::Torn, "{at}");
    }
    assert!(torn > 3, "{torn} torn rows");
}

#[test]
fn an_agent_that_restarts_is_noticed_though_the_last_change_object_is_the_same() {
    let agent = Changing::new(7, true).at(2, Change::Restart);
    let log = agent.log();
    let seen = World::new(agent).observe(Watched::new(plan(true), fixed(2, 1)));
    let (rows, verdict) = parts(&seen.items);
    assert!(matches!(verdict.restarts[..], [Restart::AgentRestarted { from: 8_640_000.., to: 0..100 }]));
    assert_eq!(snapshot(&rows), log.borrow().states[1]);
}

#[test]
fn an_agent_without_last_change_object_is_fetched_all_the_same_and_the_verdict_says_so() {
    let seen = World::new(Changing::new(7, false)).observe(Watched::new(plan(true), fixed(2, 16)));
    let (rows, verdict) = parts(&seen.items);
    assert_eq!((rows.len(), &verdict.last_change), (7, &LastChange::NotThere));
    let seen = World::new(Changing::new(7, true)).observe(Watched::new(plan(true), fixed(2, 16)));
    assert_eq!(parts(&seen.items).1.last_change, LastChange::Watched(Value::TimeTicks(77)));
    let seen = World::new(Changing::new(7, true)).observe(Watched::new(plan(false), fixed(2, 16)));
    assert_eq!(parts(&seen.items).1.last_change, LastChange::NotAsked);
}

#[test]
fn an_empty_table_has_no_rows_and_one_verdict() {
    for settings in [TableSettings::default(), fixed(1, 1)] {
        let seen = World::new(Changing::new(0, true)).observe(Watched::new(plan(true), settings));
        assert_eq!(seen.result, Ok(()));
        let (rows, verdict) = parts(&seen.items);
        assert_eq!((rows.len(), &verdict.empty_columns[..], verdict.requests), (0, &[0, 1, 2, 3][..], 1));
    }
}

#[test]
fn columns_that_the_agent_does_not_have_are_named_and_cost_one_request() {
    let mut columns: Vec<Column> = [1, 2, 3, 4, 5, 6, 7, 8].map(Column::numbered).into();
    columns.reverse();
    let plan = Plan::new(&oid(TABLE), Vec::new(), columns).unwrap();
    let agent = Changing::new(20, false);
    let log = agent.log();
    let seen = World::new(agent).observe(Watched::new(plan, fixed(2, 1)));
    let (rows, verdict) = parts(&seen.items);
    assert_eq!(verdict.empty_columns, [0, 2, 3, 5], "columns 8, 6, 5 and 3");
    assert_eq!(rows[1].found.ids(), [7, 4, 2, 1]);
    assert_eq!(rows[1].cells.len(), 8);
    assert!(log.borrow().asked[1..].iter().all(|(_, names)| names.len() == 1 + 4));
}

#[test]
fn rows_from_and_to_are_the_only_ones_asked_for() {
    for settings in [TableSettings::default(), fixed(1, 1), fixed(50, 16)] {
        for (from, to, expected) in [
            (Some(30), Some(50), &[30, 40, 50][..]),
            (Some(25), Some(45), &[30, 40]),
            (Some(31), Some(39), &[]),
            (None, Some(20), &[10, 20]),
            (Some(80), None, &[80, 90]),
            (Some(95), None, &[]),
            (Some(50), Some(20), &[]),
            (Some(0), None, &[10, 20, 30, 40, 50, 60, 70, 80, 90]),
        ] {
            let bound = |row: Option<u32>| row.map(|row| vec![row]);
            let mut plan = plan(true);
            (plan.rows_from, plan.rows_to) = (bound(from), bound(to));
            let agent = Changing::new(9, true);
            let log = agent.log();
            let seen = World::new(agent).observe(Watched::new(plan, settings.clone()));
            let (rows, _) = parts(&seen.items);
            let found: Vec<u32> = rows.iter().map(|row| row.index[0]).collect();
            assert_eq!(found, expected, "{from:?} to {to:?}, {settings:?}");
            assert!(expected.len() > 4 || log.borrow().requests <= 5, "{from:?} to {to:?}");
        }
    }
}

#[test]
fn without_a_mib_the_columns_are_those_that_the_agent_has() {
    for (engine, method) in [
        (EngineSettings::default(), TableMethod::GetBulk(Repetitions::Adaptive)),
        (version_1(), TableMethod::GetNext),
    ] {
        let plan = Plan::without_mib(&oid(TABLE)).unwrap();
        let agent = Changing::new(7, false);
        let log = agent.log();
        let settings = TableSettings { method, ..TableSettings::default() };
        let seen = World::new(agent).settings(engine).observe(Watched::new(plan, settings));
        let ids: Vec<u32> = seen.operation.table.columns().iter().map(|column| column.id).collect();
        assert_eq!(ids, [1, 2, 4, SPARSE]);
        let (rows, _) = parts(&seen.items);
        assert_eq!(snapshot(&rows), log.borrow().states[0]);
        assert_eq!(rows[0].found.mask(), 0b0111, "no index column is known");
    }
    // Nothing there at all, at the end of the MIB too.
    for (table, engine) in [("1.3.6.1.4.1.32473.8", EngineSettings::default()), ("1.3.6.1.5.5", version_1())]
    {
        let plan = Plan::without_mib(&oid(table)).unwrap();
        let settings = TableSettings { method: TableMethod::GetNext, ..TableSettings::default() };
        let seen = World::new(Changing::new(3, false)).settings(engine).observe(Watched::new(plan, settings));
        assert_eq!((seen.result, seen.items.len()), (Ok(()), 1), "{table}");
    }
}

#[test]
fn in_version_1_a_table_at_the_end_of_the_mib_ends_with_no_such_name() {
    for last_change in [true, false] {
        let mut agent = Changing::new(7, last_change);
        agent.is_last();
        let log = agent.log();
        let settings = TableSettings { method: TableMethod::GetNext, ..TableSettings::default() };
        let fetch = Watched::new(plan(last_change), settings.clone());
        let seen = World::new(agent.clone()).settings(version_1()).observe(fetch);
        assert_eq!(seen.result, Ok(()));
        let (rows, verdict) = parts(&seen.items);
        assert_eq!(snapshot(&rows), log.borrow().states[0]);
        assert_eq!((verdict.bulk, verdict.tries), (BulkUse::NotWanted, 1));
        let requests = verdict.requests;
        // A change before any request, those that end columns among them, is as good as anywhere else.
        for at in 0..=requests {
            for change in super::CHANGES {
                let mut agent = Changing::new(7, last_change).at(at, change);
                agent.is_last();
                let log = agent.log();
                let fetch = Watched::new(plan(last_change), settings.clone());
                let seen = World::new(agent).settings(version_1()).observe(fetch);
                let about = format!("{change:?} at {at}");
                super::Tally::default().check(&seen, &log, &plan(last_change), &about);
            }
        }
    }
}

#[test]
fn values_and_indexes_that_are_not_as_described_are_errors_or_marked() {
    use snmpkit::mib::facts::Base;
    let column = Column { syntax: Base::Gauge32, ..Column::numbered(4) };
    let index = vec![snmpkit::table::IndexComponent::new("i", Base::Integer32)];
    let plan = Plan::new(&oid(TABLE), index.clone(), vec![Column::numbered(1), column]).unwrap();
    let run = |plan: &Plan, settings| {
        World::new(Changing::new(3, false)).observe(Watched::new(plan.clone(), settings))
    };
    let seen = run(&plan, TableSettings::default());
    assert_eq!(
        seen.result.unwrap_err().to_string(),
        format!("{TABLE}.1.4.10 has a value of type Counter32, but the column is described as Gauge32")
    );
    // Rows at any price are not values of any type.
    let seen = run(&plan, best(TableSettings::default()));
    assert!(matches!(seen.result, Err(TableError::WrongSyntax { .. })), "{:?}", seen.result);
    let marked = TableSettings { wrong_types: WrongTypes::Mark, ..TableSettings::default() };
    let seen = run(&plan, marked.clone());
    let (rows, verdict) = parts(&seen.items);
    assert_eq!(verdict.consistency, Consistency::Consistent);
    assert_eq!(rows[0].cells, [Cell::Value(Value::Integer32(10)), Cell::Bad(Value::Counter32(10))]);

    let two = vec![index[0].clone(), index[0].clone()];
    let plan = Plan::new(&oid(TABLE), two, vec![Column::numbered(1)]).unwrap();
    let error = run(&plan, marked).result.unwrap_err();
    assert!(matches!(error, TableError::BadIndex { .. }));
    assert!(error.to_string().starts_with(&format!("{TABLE}.1.1.10 is not indexed as")), "{error}");
    let seen = run(&plan, best(TableSettings::default()));
    assert!(parts(&seen.items).0.iter().all(|row| row.values.is_err()));
}

#[test]
fn an_agent_that_never_answers_is_given_up_soon() {
    let silent = |_: Instant, _: &[u8]| Vec::new();
    for settings in [TableSettings::default(), fixed(1, 1)] {
        let seen = World::new(silent).observe(Watched::new(plan(true), settings));
        assert!(matches!(seen.result, Err(TableError::Request(RequestError::NoAnswer { .. }))));
        assert!(seen.ended - Instant::ZERO <= Duration::from_secs(12), "one small request after the first");
    }
}

#[test]
fn short_lists_and_too_big_lose_nothing() {
    for octets in [90, 120, 200, 484, 1_400] {
        for window in [1, 16] {
            for too_big in [false, true] {
                let (mut device, plan) = wide(30, 19);
                if too_big {
                    device.too_big_above = octets.max(120);
                } else {
                    device.limit = octets;
                }
                let seen = World::new(device).observe(Watched::new(plan, fixed(50, window)));
                let about = format!("{octets} octets, window {window}, tooBig {too_big}");
                assert_eq!(seen.result, Ok(()), "{about}");
                let (rows, verdict) = parts(&seen.items);
                assert_eq!(rows.len(), 30, "{about}");
                assert!(rows.iter().all(|row| row.found.ids().len() == 19), "{about}");
                assert_eq!(verdict.rows_divided, octets < 484, "{about}");
            }
        }
    }
}

#[test]
fn a_large_table_takes_requests_in_proportion() {
    let count = |rows: u32| {
        let (mut device, plan) = wide(rows, 4);
        device.limit = 1_472;
        let seen = World::new(device).observe(Watched::new(plan, TableSettings::default()));
        let (found, verdict) = parts(&seen.items);
        assert_eq!(found.len(), rows as usize);
        verdict.requests
    };
    let (few, many) = (count(500), count(4_000));
    assert!(many <= few * 9, "{few} requests for 500 rows, {many} for 4,000");
    // A row has some 100 octets: a datagram holds 14, and the guide's column comes on top.
    assert!(many <= 4_000 / 14 * 3 / 2, "{many}");
}

#[test]
fn two_fetches_are_the_same_for_the_same_seed() {
    let run = |seed| {
        let agent = Changing::new(20, true).at(4, Change::Several);
        World::new(agent).faults(Faults::lossy(seed)).observe(Watched::new(plan(true), fixed(3, 8))).trace
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

#[test]
fn nothing_comes_out_before_all_is_known() {
    let items = World::new(Changing::new(7, true)).run(Watched::new(plan(true), fixed(1, 1))).unwrap();
    assert!(matches!(items.last(), Some(TableItem::Verdict(_))));
    assert_eq!(items.len(), 8);
}

#[test]
fn where_changes_are_only_seen_behind_everything_no_row_counts_as_whole() {
    let agent = Changing::new(5, true).too_big_above(72).at(20, Change::Modify(20));
    let settings = best(TableSettings { window: 1, ..TableSettings::default() });
    let undisturbed = World::new(Changing::new(5, true).too_big_above(72));
    let seen = undisturbed.observe(Watched::new(tries(1, plan(true)), settings.clone()));
    let (rows, verdict) = parts(&seen.items);
    assert_eq!((verdict.consistency, rows.len()), (Consistency::Consistent, 5));
    assert!(verdict.rows_divided && rows.iter().all(|row| row.condition == Condition::Whole));
    let seen = World::new(agent).observe(Watched::new(tries(1, plan(true)), settings));
    assert_eq!(seen.result, Ok(()));
    let (rows, verdict) = parts(&seen.items);
    assert_eq!((verdict.consistency, rows.len()), (Consistency::Torn, 5), "{} requests", verdict.requests);
    assert!(rows.iter().all(|row| row.condition == Condition::Torn));
}
