//! Tables that are joined: one fetch, one rule.

use snmpkit::{
    codec::PduKind,
    mib::facts::Base,
    oid::Oid,
    operation::{Consistency, Effort, LastChange, Repetitions, Restart, Table, TableMethod, TableSettings},
    sim::World,
    table::{Cell, Column, IndexComponent, Plan, Required},
    value::Value,
};

use super::{
    CHANGES, Tally, Watched, changes_to,
    changing::{BESIDE, BESIDE_LAST_CHANGE, Change, Changing, LAST_CHANGE, SPARSE, TABLE},
    networks, parts, snapshot,
};
use crate::device::oid;

/// The table beside, as a plan of its own.
fn beside(last_change: bool) -> Plan {
    let column = |id, syntax| Column { syntax, ..Column::numbered(id) };
    let columns = vec![column(1, Base::Gauge32), column(3, Base::OctetString)];
    let index = vec![IndexComponent::new("other", Base::Unsigned32)];
    let mut plan = Plan::new(&oid(BESIDE), index, columns).unwrap();
    plan.last_change = last_change.then(|| oid(BESIDE_LAST_CHANGE));
    plan
}

fn joined(own: bool, other: bool) -> Plan {
    let mut plan = super::plan(own);
    plan.join(beside(other)).unwrap();
    plan
}

fn all_changes(plan: &Plan, limit: usize, seeds: std::ops::Range<u64>) -> Tally {
    // The agent has the objects whenever any of the tables is watched.
    let has_last_change = (0..plan.tables()).any(|table| plan.last_change_of(table).is_some());
    let agent = || Changing::new(super::ROWS, has_last_change).with_beside().limit(limit);
    let changes: Vec<Change> = CHANGES
        .into_iter()
        .chain([
            Change::ModifyBeside(10),
            Change::ModifyBeside(30),
            Change::ModifyAllBeside,
            Change::DeleteBeside(40),
        ])
        .collect();
    changes_to(&agent, &changes, plan, &networks(seeds))
}

#[test]
fn with_last_change_objects_the_rows_are_both_tables_at_one_moment() {
    let tally = all_changes(&joined(true, true), 65_000, 0..2);
    assert!(tally.runs >= 1_800, "{tally:?}");
    assert!(tally.tried_again > tally.runs / 4, "{tally:?}");
    assert!(tally.unanswered < tally.runs / 20, "{tally:?}");
}

#[test]
fn where_one_of_them_has_none_every_row_is_the_row_of_both_at_one_moment() {
    for (own, other) in [(true, false), (false, true), (false, false)] {
        let tally = all_changes(&joined(own, other), 65_000, 0..0);
        assert!(tally.runs >= 600, "{tally:?}");
        assert_eq!(tally.tried_again > tally.runs / 5, own || other, "{tally:?}");
    }
}

#[test]
fn rows_that_no_answer_holds_are_both_tables_at_one_moment_all_the_same() {
    let tally = all_changes(&joined(true, true), 130, 0..0);
    assert!(tally.runs >= 1_500 && tally.tried_again > tally.runs / 4, "{tally:?}");
}

fn fixed(repetitions: u32) -> TableSettings {
    let method = TableMethod::GetBulk(Repetitions::Fixed(repetitions));
    TableSettings { method, window: 1, ..TableSettings::default() }
}

#[test]
fn every_request_carries_the_objects_of_both_tables_and_an_object_that_they_share_once() {
    for (shares, expected) in [(false, &[LAST_CHANGE, BESIDE_LAST_CHANGE][..]), (true, &[LAST_CHANGE])] {
        let mut other = beside(true);
        if shares {
            other.last_change = Some(oid(LAST_CHANGE));
        }
        let mut plan = super::plan(true);
        plan.join(other).unwrap();
        let agent = Changing::new(5, true).with_beside();
        let log = agent.log();
        let seen = World::new(agent).observe(Watched::new(plan, fixed(2)));
        let (rows, verdict) = parts(&seen.items);
        assert_eq!(snapshot(&rows), log.borrow().states[0]);
        assert!(verdict.is_proven());
        let value = if shares { 77 } else { 55 };
        assert_eq!(verdict.joined_last_changes, [LastChange::Watched(Value::TimeTicks(value))]);
        let log = log.borrow();
        assert_eq!(log.asked.len(), 3);
        for (kind, names) in &log.asked {
            let once = expected.len() + 1;
            let non_repeaters = u32::try_from(once).unwrap();
            assert_eq!(*kind, PduKind::GetBulk { non_repeaters, max_repetitions: 2 });
            let scalars: Vec<Oid> = expected.iter().map(|object| oid(object)).collect();
            assert_eq!(names[..expected.len()], scalars);
            assert_eq!(names.len(), once + 6);
        }
    }
}

#[test]
fn a_change_says_of_which_object() {
    for (change, object, from) in [
        (Change::ModifyBeside(50), BESIDE_LAST_CHANGE, 55),
        (Change::DeleteBeside(10), BESIDE_LAST_CHANGE, 55),
        (Change::Modify(50), LAST_CHANGE, 77),
    ] {
        let agent = Changing::new(7, true).with_beside().at(2, change);
        let log = agent.log();
        let seen = World::new(agent).observe(Watched::new(joined(true, true), fixed(2)));
        let (rows, verdict) = parts(&seen.items);
        let ticks = |ticks| Some(Value::TimeTicks(ticks));
        let expected =
            Restart::Changed { object: Box::new(oid(object)), from: ticks(from), to: ticks(from + 1) };
        assert_eq!(verdict.restarts, [expected], "{change:?}");
        assert_eq!(snapshot(&rows), log.borrow().states[1], "{change:?}");
    }
}

#[test]
fn a_column_that_the_joined_table_requires_is_required() {
    let mut other = beside(false);
    other.require(Required::Mask(0b10)).unwrap();
    let mut plan = super::plan(false);
    plan.join(other).unwrap();
    plan.max_iter = 2;
    let best = TableSettings { effort: Effort::Best, ..fixed(10) };
    let run = |settings| {
        World::new(Changing::new(7, false).with_beside()).observe(Watched::new(plan.clone(), settings))
    };
    let error = run(fixed(10)).result.unwrap_err().to_string();
    let expected =
        format!("rows were incomplete 2 times: column {BESIDE}.1.1 missing in row 30 and in 1 more");
    assert!(error.contains(&expected), "{error}");
    let seen = run(best);
    let (rows, verdict) = parts(&seen.items);
    assert_eq!((rows.len(), verdict.consistency), (7, Consistency::Torn));
}

#[test]
fn columns_of_several_tables_stand_in_the_order_that_is_wanted() {
    let mut plan = joined(true, true);
    // count, the second of the table beside, number.
    plan.require(Required::None).unwrap();
    plan.arrange(&[2, 5, 0]).unwrap();
    let seen =
        World::new(Changing::new(3, true).with_beside()).observe(Watched::new(plan.clone(), fixed(10)));
    let (rows, _) = parts(&seen.items);
    let expected = |row: u32, beside: bool| {
        let text = Cell::Value(Value::OctetString(format!("beside {row} v0").as_str().into()));
        let number = Cell::Value(Value::Integer32(row.cast_signed()));
        [Cell::Value(Value::Counter32(row)), if beside { text } else { Cell::Absent }, number]
    };
    assert_eq!(rows[0].cells, expected(10, true));
    assert_eq!(rows[2].cells, expected(30, false));
    assert_eq!(rows[0].found.ids(), [4, 1]);

    // What nothing is fetched of is not watched.
    plan.arrange(&[0, 2]).unwrap();
    let agent = Changing::new(7, true).with_beside().at(2, Change::ModifyBeside(10));
    let log = agent.log();
    let seen = World::new(agent).observe(Watched::new(plan, fixed(2)));
    let (rows, verdict) = parts(&seen.items);
    assert_eq!((rows.len(), verdict.tries), (7, 1));
    assert_eq!(verdict.joined_last_changes, [LastChange::NotFetched]);
    assert!(verdict.is_proven() && log.borrow().states.len() == 2);
    assert!(log.borrow().asked.iter().all(|(_, names)| names.len() == 4 && names[0] == oid(LAST_CHANGE)));
}

#[test]
fn without_a_mib_the_columns_of_each_table_are_those_that_the_agent_has() {
    let bare = |table: &str| Plan::without_mib(&oid(table)).unwrap();
    let described = || super::plan(true);
    for (own, other, shown) in [
        (bare(TABLE), bare(BESIDE), &[1, 2, 4, SPARSE, 1, 3][..]),
        (described(), bare(BESIDE), &[1, 2, 4, SPARSE, 1, 3]),
        (bare(TABLE), beside(true), &[1, 2, 4, SPARSE, 1, 3]),
        // Nothing there.
        (bare(TABLE), bare("1.3.6.1.4.1.32473.9.6"), &[1, 2, 4, SPARSE]),
    ] {
        let mut plan = own;
        plan.join(other).unwrap();
        let agent = Changing::new(7, true).with_beside();
        let log = agent.log();
        let seen = World::new(agent).observe(Watched::new(plan.clone(), TableSettings::default()));
        assert_eq!(seen.result, Ok(()));
        let columns = seen.operation.table.columns();
        assert_eq!(columns.iter().map(|column| column.id).collect::<Vec<_>>(), shown);
        assert!(columns.is_sorted_by_key(|column| column.table));
        let (rows, _) = parts(&seen.items);
        if shown.len() == 6 {
            assert_eq!(snapshot(&rows), log.borrow().states[0]);
        }
        // A second try looks for them again.
        let agent = Changing::new(7, true).with_beside().at(3, Change::Restart);
        let log = agent.log();
        let seen = World::new(agent).observe(Watched::new(plan, TableSettings { window: 1, ..fixed(2) }));
        let (rows, verdict) = parts(&seen.items);
        assert!(verdict.tries <= 2);
        if shown.len() == 6 {
            assert_eq!(snapshot(&rows), *log.borrow().states.last().unwrap());
        }
    }
}

#[test]
fn a_row_that_only_the_joined_table_has_is_there() {
    let mut plan = Plan::new(&oid(BESIDE), Vec::new(), [1, 3].map(Column::numbered).into()).unwrap();
    plan.join(super::plan(false)).unwrap();
    let items = World::new(Changing::new(3, false).with_beside())
        .run(Table::new(plan, TableSettings::default()))
        .unwrap();
    let (rows, _) = parts(&items);
    assert_eq!(rows.len(), 3);
    assert!(rows[2].cells[..2].iter().all(|cell| *cell == Cell::Absent));
    assert_eq!((rows[2].found.ids(), &rows[2].index[..]), (&[][..], &[30][..]));
}
