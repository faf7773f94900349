//! Tables that change while they are fetched.
//!
//! What may be promised, and is held here for every request before which the table can change:
//!
//! * With a last-change object, rows are the table at one single moment: every answer says that nothing has changed since
//!   the first.
//! * Without one, every row is the row at one single moment, since it comes out of one answer; no row is missing that was
//!   there all the time, and none is there that never was. Two rows may be of different moments: nobody can tell.
//! * Where one answer does not hold a row, the same is true of its cells, and every required column is there.
//! * Nothing is left of what was read before the last try began.
//! * Otherwise there is an error that says so, with its numbers.

mod bounds;
mod changing;
mod joined;
mod narrow;
mod quirks;

use std::{cell::RefCell, rc::Rc};

use snmpkit::{
    engine::RequestError,
    operation::{
        Answer, Consistency, Operation, Repetitions, Step, Table, TableError, TableItem, TableMethod,
        TableSettings, Ticket, Verdict,
    },
    sim::{Faults, Observation, World},
    table::{Cell, Column, Condition, IndexComponent, Plan, Required, Row},
};

use self::changing::{
    BESIDE_COLUMNS, BESIDE_FROM, Cells, Change, Changing, DENSE, LAST_CHANGE, Log, SPARSE, Snapshot, TABLE,
};
use crate::device::oid;

/// A fetch, watched: how many of its requests are outstanding.
#[derive(Debug)]
pub struct Watched {
    pub table: Table,
    outstanding: usize,
    pub most: usize,
}

impl Watched {
    pub fn new(plan: Plan, settings: TableSettings) -> Self {
        Self { table: Table::new(plan, settings), outstanding: 0, most: 0 }
    }
}

impl Operation for Watched {
    type Item = TableItem;
    type Error = TableError;

    fn step(&mut self) -> Result<Step<TableItem>, TableError> {
        let step = self.table.step()?;
        if let Step::Ask(..) = step {
            self.outstanding += 1;
            self.most = self.most.max(self.outstanding);
        }
        Ok(step)
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), TableError> {
        self.outstanding -= 1;
        self.table.answer(ticket, answer)
    }
}

/// The plan of the agent's table.
pub fn plan(last_change: bool) -> Plan {
    use snmpkit::mib::facts::Base;
    let column = |id, name: &str, syntax| Column { name: name.to_owned(), syntax, ..Column::numbered(id) };
    let columns = vec![
        column(1, "number", Base::Integer32),
        column(2, "text", Base::OctetString),
        column(4, "count", Base::Counter32),
        column(SPARSE, "since", Base::TimeTicks),
    ];
    let index = vec![IndexComponent::new("number", Base::Integer32)];
    let mut plan = Plan::new(&oid(TABLE), index, columns).unwrap();
    plan.require(Required::Columns(DENSE.to_vec())).unwrap();
    plan.last_change = last_change.then(|| oid(LAST_CHANGE));
    plan
}

/// Rows and verdict, which comes last and once.
pub fn parts(items: &[TableItem]) -> (Vec<&Row>, &Verdict) {
    let Some((TableItem::Verdict(verdict), rows)) = items.split_last() else { panic!("{items:?}") };
    let mut found = Vec::new();
    for item in rows {
        let TableItem::Row(row) = item else { panic!("two verdicts") };
        found.push(row);
    }
    (found, verdict)
}

pub fn cells(row: &Row) -> Cells {
    let ids: Vec<u32> = match row.cells.len() {
        2 => vec![2, SPARSE],
        _ => DENSE.into_iter().chain([SPARSE]).chain(BESIDE_COLUMNS).collect(),
    };
    let cell = |(id, cell): (u32, &Cell)| match cell {
        Cell::Absent => None,
        Cell::Value(value) => Some((id, value.clone())),
        Cell::Bad(value) => panic!("{value:?}"),
    };
    let cells: Cells = ids.into_iter().zip(&row.cells).filter_map(cell).collect();
    let own: Vec<u32> = cells.keys().copied().filter(|column| *column < BESIDE_FROM).collect();
    assert_eq!(row.found.ids(), own);
    cells
}

pub fn snapshot(rows: &[&Row]) -> Snapshot {
    assert!(rows.windows(2).all(|pair| pair[0].index < pair[1].index), "rows come in order, none twice");
    rows.iter().map(|row| (row.index.clone(), cells(row))).collect()
}

/// The ways of fetching that every change is tried with.
fn ways() -> Vec<TableSettings> {
    let adaptive = TableMethod::GetBulk(Repetitions::Adaptive);
    let mut ways = Vec::new();
    for window in [1, 16] {
        for (method, answer_octets) in
            [(adaptive, Some(260)), (TableMethod::GetBulk(Repetitions::Fixed(2)), None)]
        {
            ways.push(TableSettings { method, window, answer_octets, ..TableSettings::default() });
        }
    }
    ways.push(TableSettings { method: TableMethod::GetNext, ..TableSettings::default() });
    ways
}

const ROWS: u32 = 7;

const CHANGES: [Change; 12] = [
    Change::Insert(5),
    Change::Insert(35),
    Change::Insert(99),
    Change::Delete(10),
    Change::Delete(40),
    Change::Delete(70),
    Change::Renumber(10, 60),
    Change::Shift(20),
    Change::Modify(50),
    Change::ModifyAll,
    Change::Several,
    Change::Restart,
];

/// What became of runs.
#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    at_once: usize,
    tried_again: usize,
    inconsistent: usize,
    unanswered: usize,
}

impl Tally {
    /// Holds a run to the promises above.
    fn check(&mut self, seen: &Observation<Watched>, log: &Rc<RefCell<Log>>, plan: &Plan, about: &str) {
        self.runs += 1;
        match &seen.result {
            Ok(()) => {
                let (rows, verdict) = parts(&seen.items);
                check_rows(&rows, verdict, &log.borrow(), plan, about);
                if verdict.tries == 1 { self.at_once += 1 } else { self.tried_again += 1 }
            }
            Err(TableError::Inconsistent {
                tries,
                changes,
                changed,
                agent_restarts,
                incomplete,
                missing,
            }) => {
                assert_eq!(*changes > 0, !changed.is_empty(), "{changed:?}");
                assert!(seen.items.is_empty(), "{about}: rows before an error");
                assert_eq!(*tries, plan.max_iter, "{about}");
                assert_eq!(changes + agent_restarts + incomplete, *tries, "{about}");
                assert_eq!(*incomplete > 0, missing.is_some(), "{about}");
                self.inconsistent += 1;
            }
            Err(TableError::Request(RequestError::NoAnswer { tries: 6, .. })) => {
                assert!(seen.items.is_empty(), "{about}: rows before an error");
                self.unanswered += 1;
            }
            Err(other) => panic!("{about}: {other}"),
        }
        assert!(seen.operation.most <= 16, "{about}: {} outstanding", seen.operation.most);
        assert!(seen.most_transmissions <= 6, "{about}");
    }
}

fn check_rows(rows: &[&Row], verdict: &Verdict, log: &Log, plan: &Plan, about: &str) {
    assert_eq!(verdict.consistency, Consistency::Consistent, "{about}");
    assert_eq!(verdict.tries as usize, verdict.restarts.len() + 1, "{about}");
    assert!(rows.iter().all(|row| row.condition == Condition::Whole && row.values.is_ok()), "{about}");
    let found = snapshot(rows);
    // On a network that sends requests twice more of them may look like the beginning of a try, never fewer.
    let began = log.openings[verdict.tries as usize - 1];
    let states = &log.states[began..];
    let watches = (0..plan.tables()).all(|table| plan.last_change_of(table).is_some());
    assert_eq!(verdict.is_proven(), watches, "{about}: {:?}", verdict.last_change);
    if watches {
        assert!(states.contains(&found), "{about}: {found:?} is no state of {states:?}");
        return;
    }
    for (index, cells) in &found {
        if verdict.rows_divided {
            for (column, value) in cells {
                let was = |state: &Snapshot| state.get(index).and_then(|row| row.get(column)) == Some(value);
                assert!(states.iter().any(was), "{about}: row {index:?} never had {value:?}");
            }
            let required = plan.columns().iter().filter(|column| plan.requires(column) && column.table == 0);
            let is_whole = required.map(|column| column.id).all(|column| cells.contains_key(&column));
            assert!(is_whole, "{about}: row {index:?} is torn");
        } else {
            let was = |state: &Snapshot| state.get(index) == Some(cells);
            assert!(states.iter().any(was), "{about}: row {index:?} was never {cells:?}");
        }
    }
    let stayed = |index: &&Vec<u32>| states.iter().all(|state| state.contains_key(*index));
    for index in states[0].keys().filter(stayed) {
        assert!(found.contains_key(index), "{about}: row {index:?} was there all the time");
    }
}

/// Requests of an undisturbed fetch.
fn requests(agent: Changing, plan: &Plan, settings: &TableSettings) -> u64 {
    let log = agent.log();
    let seen = World::new(agent).observe(Watched::new(plan.clone(), settings.clone()));
    assert_eq!(seen.result, Ok(()));
    let (rows, verdict) = parts(&seen.items);
    assert_eq!(snapshot(&rows), log.borrow().states[0]);
    assert_eq!(verdict.tries, 1);
    let requests = log.borrow().requests;
    assert_eq!(verdict.requests, requests);
    requests
}

/// Every change, before every request, over every network.
fn all_changes(plan: &Plan, limit: usize, networks: &[Faults]) -> Tally {
    let agent = || Changing::new(ROWS, plan.last_change.is_some()).limit(limit);
    changes_to(&agent, &CHANGES, plan, networks)
}

fn changes_to(agent: &dyn Fn() -> Changing, changes: &[Change], plan: &Plan, networks: &[Faults]) -> Tally {
    let mut tally = Tally::default();
    for settings in ways() {
        let requests = requests(agent(), plan, &settings);
        assert!(requests > 2, "{settings:?}: only {requests} requests");
        for change in changes.iter().copied() {
            for at in 0..=requests {
                for faults in networks {
                    let agent = agent().at(at, change);
                    let log = agent.log();
                    let fetch = Watched::new(plan.clone(), settings.clone());
                    let seen = World::new(agent).faults(faults.clone()).observe(fetch);
                    let about = format!("{change:?} at {at}, seed {}, {settings:?}", faults.seed);
                    tally.check(&seen, &log, plan, &about);
                }
            }
        }
    }
    tally
}

fn networks(seeds: std::ops::Range<u64>) -> Vec<Faults> {
    std::iter::once(Faults::none()).chain(seeds.map(Faults::lossy)).collect()
}

#[test]
fn with_a_last_change_object_the_rows_are_the_table_at_one_moment() {
    let tally = all_changes(&plan(true), 65_000, &networks(0..9));
    assert!(tally.runs >= 4_000, "{tally:?}");
    assert!(tally.tried_again > tally.runs / 4, "{tally:?}");
    assert!(tally.unanswered < tally.runs / 20, "{tally:?}");
}

#[test]
fn without_one_every_row_is_the_row_at_one_moment() {
    let tally = all_changes(&plan(false), 65_000, &networks(0..9));
    assert!(tally.runs >= 4_000, "{tally:?}");
    assert!(tally.unanswered < tally.runs / 20, "{tally:?}");
}

#[test]
fn cells_that_fit_into_an_answer_alone_are_of_one_moment_where_the_agent_tells_of_changes() {
    // Neither two cells nor a cell and sysUpTime: last-change object and sysUpTime are asked for before and behind.
    let changes = [
        Change::Insert(35),
        Change::Delete(10),
        Change::Renumber(10, 60),
        Change::ModifyAll,
        Change::Restart,
    ];
    for (last_change, octets) in [(true, 72), (false, 58)] {
        let agent = || Changing::new(4, last_change).too_big_above(octets);
        let quiet = agent();
        let log = quiet.log();
        requests(quiet, &plan(last_change), &TableSettings::default());
        let alone = log.borrow().asked.iter().rev().take_while(|(_, names)| names.len() == 1).count();
        assert!(alone > 10, "most of the requests are for one variable, not {alone}");
        let tally = changes_to(&agent, &changes, &plan(last_change), &networks(0..0));
        assert!(tally.runs >= 600, "{tally:?}");
        assert!(tally.tried_again > if last_change { tally.runs / 4 } else { 0 }, "{tally:?}");
    }
}

#[test]
fn rows_that_no_answer_holds_are_whole_or_the_fetch_starts_again() {
    // Lists are cut before a row is complete.
    for last_change in [true, false] {
        let tally = all_changes(&plan(last_change), 130, &networks(0..1));
        assert!(tally.runs >= 2_000, "{tally:?}");
        assert!(tally.tried_again > 0, "{tally:?}");
    }
}
