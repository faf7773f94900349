//! The table fetch: rows that belong together, or the reason why there are none.
//!
//! A fetch is a set of [`Segment`]s: rows between two indexes, in some columns. Every request asks for a segment's columns
//! side by side, behind the same index, and the last-change object and sysUpTime with them. What comes back is the state
//! of one moment, up to the index that all columns reach; the part of a row beyond that is asked for again. So a row comes
//! out of one answer, however sparse its columns are, unless one answer does not hold a row.
//!
//! The first request of a try goes alone: its answer fixes what last-change object and sysUpTime are compared with, and it
//! holds many a table as a whole. From then on as many requests are outstanding as the window allows. What divides the
//! rest is one column that is read ahead for its indexes, the *guide*, or, where few columns make that a waste, the way
//! in which the indexes went so far. Both divide and prove nothing: segments cover the table without a gap whatever they
//! say.
//!
//! Tables that are joined are read as if they were one: their columns stand in the same requests, with the last-change
//! objects of all of them.
//!
//! What a last-change object proves: it is the same in all answers of a try, so the table was the same from the first to
//! the last. Without one, each row is what the row was at one moment, and a row that was there all the time is there; but
//! two rows may be of different moments. A column that has nothing at all when a try begins is not asked for again in it.

mod answering;
mod asking;
mod cut;
mod discovery;
mod outcome;
mod pace;
mod scalars;
mod segment;
mod stretch;

use std::collections::{HashMap, VecDeque};

pub use outcome::{
    BulkUse, Consistency, LastChange, Missing, Progress, Restart, TableError, TableItem, Verdict,
};
pub use pace::Repetitions;

use super::{Answer, Operation, Step, Ticket, Tickets};
use crate::{
    engine::RequestError,
    limits,
    oid::Oid,
    table::{Column, Plan, Rows},
    value::{Value, VarBind},
};
use asking::Asked;
use discovery::Discovery;
use pace::{Pace, Window};
use segment::Segment;

/// sysUpTime, without its `.0` (RFC 3418).
const SYS_UP_TIME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3];

/// Which request a fetch is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TableMethod {
    /// One row after the other; all that `SNMPv1` has.
    GetNext,
    /// Many rows a request.
    GetBulk(Repetitions),
}

/// What to give when the table does not hold still.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effort {
    /// Nothing but rows that belong together; [`TableError::Inconsistent`] otherwise, and [`TableError::BadIndex`] for an
    /// index that cannot be one of the table.
    Consistent,
    /// The rows of the last try then, each marked whole or torn; rows whose index cannot be read are among them.
    Best,
}

/// What to do with values that have another type than the plan describes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WrongTypes {
    /// The first one ends the fetch: [`TableError::WrongSyntax`].
    Refuse,
    /// Their cells are marked: [`Cell::Bad`](crate::table::Cell::Bad). A row that has such a cell has the column.
    Mark,
}

/// How to fetch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TableSettings {
    /// GETNEXT or GETBULK; by default the latter, adaptive.
    pub method: TableMethod,
    /// How many requests may be outstanding, from 1; by default 16. With 1 the fetch is the classic one: all columns side
    /// by side, one request after the other.
    pub window: usize,
    /// Octets that an adaptive fetch wants answers to have. By default `None`: what the way to the agent carries in one
    /// piece, as [`set_answer_octets`](Operation::set_answer_octets) says; 1472 where nobody says it.
    pub answer_octets: Option<usize>,
    /// What to give when the table does not hold still.
    pub effort: Effort,
    /// What to do with values of wrong types; by default they are refused.
    pub wrong_types: WrongTypes,
}

impl Default for TableSettings {
    fn default() -> Self {
        Self {
            method: TableMethod::GetBulk(Repetitions::Adaptive),
            window: 16,
            answer_octets: None,
            effort: Effort::Consistent,
            wrong_types: WrongTypes::Refuse,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Gathering,
    Emitting,
    Over,
}

/// One try.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of one another")]
struct Attempt {
    number: u32,
    /// Whether the answer has come that later ones are compared with.
    is_open: bool,
    /// Which of the last-change objects are asked for.
    asks_last_change: Vec<bool>,
    asks_up_time: bool,
    /// The states of the table that were seen, that of the first answer first; more than one only in a try that goes on
    /// regardless.
    states: Vec<State>,
    /// How often the agent has restarted since then.
    agents: u32,
    /// The largest sysUpTime so far.
    up_time: Option<u32>,
    /// Looking for the columns, as long as they are not known.
    discovery: Option<Discovery>,
    /// Whether a guide has been sent ahead.
    is_guided: bool,
    /// Whether a row may come out of several answers.
    is_divided: bool,
    /// How many parts a segment may be divided into by a guess: one more for each answer that brought rows, half as many
    /// after one that did not.
    trust: usize,
    /// Cells that were read.
    read: usize,
    /// Rows that the guide has seen.
    guided: usize,
    /// Scalars that were asked for apart, as far as they have come.
    scalars: Vec<VarBind>,
    /// Whether they have been asked for again behind everything else.
    is_checked: bool,
}

/// What tells one state of a table from another.
#[derive(Clone, Debug, PartialEq)]
struct State {
    agent: u32,
    /// What each of the last-change objects says.
    last_changes: Vec<Option<Value>>,
}

/// States that are told apart; one more is taken for a new one each time. So many are of no use to anybody.
const STATES: usize = 64;

impl Attempt {
    /// The number of the state that the table is in now.
    fn state_of(&mut self, last_changes: Vec<Option<Value>>) -> u32 {
        let state = State { agent: self.agents, last_changes };
        let latest = self.states.len().saturating_sub(STATES);
        let known = self.states[latest..].iter().rposition(|known| *known == state);
        let place = known.map_or(self.states.len(), |place| latest + place);
        if place == self.states.len() {
            self.states.push(state);
        }
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

/// Fetches a table as it was at one moment: yields all rows in the order of their indexes and a [`Verdict`], or nothing and
/// the reason.
///
/// With a last-change object that the agent keeps, the rows are the table at one moment. Without one, each row is what the
/// row was at one moment (unless [`Verdict::rows_divided`]), and a row that was there all the time is there; two rows may
/// be of different moments then, which nobody can tell.
#[derive(Debug)]
pub struct Table {
    plan: Plan,
    settings: TableSettings,
    columns: Vec<Column>,
    /// The OIDs of these columns.
    column_oids: Vec<Oid>,
    /// The objects that tell of changes, each once.
    watched: Vec<Oid>,
    phase: Phase,
    tickets: Tickets,
    /// What is outstanding, that of tries which were thrown away too.
    pending: HashMap<Ticket, Asked>,
    /// How much of it belongs to the current try.
    current: usize,
    /// What is to be asked.
    queue: VecDeque<Segment>,
    /// What the guide has not divided yet.
    frontiers: Vec<Segment>,
    attempt: Attempt,
    rows: Rows,
    pace: Pace,
    window: Window,
    /// Whether last-change objects and sysUpTime have requests of their own, because they do not fit beside a cell.
    scalars_apart: bool,
    restarts: Vec<Restart>,
    /// Tries that ended by a change, a restarted agent, a missing column.
    counts: [u32; 3],
    /// The last-change objects that changed, each once.
    changed: Vec<Oid>,
    bulk: BulkUse,
    requests: u64,
    bindings: u64,
    verdict: Option<Verdict>,
}

impl Table {
    /// A fetch of what the plan describes.
    pub fn new(plan: Plan, settings: TableSettings) -> Self {
        let (repetitions, bulk) = match settings.method {
            TableMethod::GetNext => (Repetitions::Fixed(1), BulkUse::NotWanted),
            TableMethod::GetBulk(repetitions) => (repetitions, BulkUse::Used),
        };
        let mut table = Self {
            phase: Phase::Gathering,
            tickets: Tickets::default(),
            pending: HashMap::new(),
            current: 0,
            queue: VecDeque::new(),
            frontiers: Vec::new(),
            attempt: Attempt::default(),
            rows: Rows::new(0),
            pace: Pace::new(
                repetitions,
                settings.answer_octets.unwrap_or(limits::FRAME_OCTETS),
                bulk == BulkUse::Used,
            ),
            window: Window::new(settings.window),
            scalars_apart: false,
            restarts: Vec::new(),
            counts: [0; 3],
            changed: Vec::new(),
            bulk,
            requests: 0,
            bindings: 0,
            verdict: None,
            columns: Vec::new(),
            column_oids: Vec::new(),
            watched: watched(&plan),
            plan,
            settings,
        };
        table.begin();
        table
    }

    /// What is fetched.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The columns that rows have, in their order: the plan's, or those that were found, which are known when the first
    /// item comes.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        Progress {
            tries: self.attempt.number,
            rows: self.rows.len(),
            requests: self.requests,
            bindings: self.bindings,
        }
    }

    /// Whether GETBULK is used.
    pub const fn bulk(&self) -> BulkUse {
        self.bulk
    }

    /// Begins a try; nothing of an earlier one is left but the requests that are still outstanding, whose answers will
    /// not be looked at.
    fn begin(&mut self) {
        self.attempt = Attempt {
            number: self.attempt.number + 1,
            asks_last_change: vec![true; self.watched.len()],
            asks_up_time: true,
            discovery: self.plan.unknown_from(0).map(Discovery::of),
            ..Attempt::default()
        };
        self.current = 0;
        self.frontiers.clear();
        self.queue.clear();
        self.columns = self.plan.columns().to_vec();
        if self.attempt.discovery.is_none() {
            self.begin_rows();
        }
    }

    /// The columns are known: what is to be read of them is all that the plan wants.
    fn begin_rows(&mut self) {
        let oid = |column: &Column| self.plan.entry_of(column.table).child(&[column.id]).unwrap_or_default();
        // A plan's entries have room for a column and more.
        self.column_oids = self.columns.iter().map(oid).collect();
        self.rows = Rows::new(self.columns.len());
        if !self.columns.is_empty() {
            self.queue.extend(asking::whole(&self.plan, self.columns.len()));
        }
    }

    /// Whether this is the last try, of which the rows are given out whatever happens.
    fn goes_on_regardless(&self) -> bool {
        self.settings.effort == Effort::Best && self.attempt.number >= self.plan.max_iter
    }

    /// Throws everything away and begins again, unless that has been done often enough.
    fn restart(&mut self, reason: Restart) -> Result<(), TableError> {
        let which = match &reason {
            Restart::Changed { object, .. } => {
                if !self.changed.contains(object) {
                    self.changed.push((**object).clone());
                }
                0
            }
            Restart::AgentRestarted { .. } => 1,
            Restart::MissingColumn(_) => 2,
        };
        self.counts[which] += 1;
        if self.attempt.number >= self.plan.max_iter {
            let mut told = std::iter::once(&reason).chain(self.restarts.iter().rev());
            let missing = told.find_map(|reason| match reason {
                Restart::MissingColumn(missing) => Some(missing.clone()),
                Restart::Changed { .. } | Restart::AgentRestarted { .. } => None,
            });
            let [changes, agent_restarts, incomplete] = self.counts;
            let tries = self.attempt.number;
            return Err(TableError::Inconsistent {
                tries,
                changes,
                changed: std::mem::take(&mut self.changed),
                agent_restarts,
                incomplete,
                missing,
            });
        }
        if self.restarts.len() < limits::TABLE_RESTARTS {
            self.restarts.push(reason);
        }
        self.begin();
        Ok(())
    }

    /// Everything has been read: whether it holds together.
    fn finish(&mut self) -> Result<(), TableError> {
        let required = self.columns.iter().enumerate().filter(|(_, column)| self.plan.requires(column));
        let required: Vec<usize> = required.map(|(place, _)| place).collect();
        let missing = self.rows.missing(&required).map(|(rows, row, place)| {
            let (column, name) =
                (Box::new(self.column_oids[place].clone()), self.columns[place].name.clone());
            Missing { rows, row, column, name }
        });
        let is_torn = missing.is_some() || self.attempt.states.len() > 1;
        if let Some(missing) = missing
            && !self.goes_on_regardless()
        {
            return self.restart(Restart::MissingColumn(missing));
        }
        if self.settings.effort == Effort::Consistent {
            self.check_indexes()?;
        }
        let has_nothing = |place: &usize| !self.rows.has_column(*place);
        self.verdict = Some(Verdict {
            tries: self.attempt.number,
            restarts: std::mem::take(&mut self.restarts),
            consistency: if is_torn { Consistency::Torn } else { Consistency::Consistent },
            last_change: self.last_change(0),
            joined_last_changes: (1..self.plan.tables()).map(|table| self.last_change(table)).collect(),
            rows_divided: self.attempt.is_divided,
            empty_columns: (0..self.columns.len()).filter(has_nothing).collect(),
            requests: self.requests,
            bulk: self.bulk,
        });
        self.phase = Phase::Emitting;
        Ok(())
    }

    /// What became of the object that tells of changes of one of the tables.
    fn last_change(&self, table: usize) -> LastChange {
        let Some(object) = self.plan.last_change_of(table) else { return LastChange::NotAsked };
        let Some(place) = self.watched.iter().position(|watched| watched == object) else {
            return LastChange::NotFetched;
        };
        let value = self.attempt.states.first().and_then(|state| state.last_changes[place].clone());
        value.map_or(LastChange::NotThere, LastChange::Watched)
    }

    fn check_indexes(&self) -> Result<(), TableError> {
        for (index, place) in self.rows.indexes() {
            if let Err(error) = self.plan.decode_index(index) {
                let column = &self.column_oids[place];
                let name = column.child(index).unwrap_or_else(|_| column.clone());
                return Err(TableError::BadIndex { name: Box::new(name), error });
            }
        }
        Ok(())
    }

    fn emit(&mut self) -> Step<TableItem> {
        if let Some(row) = self.rows.pop(&self.plan, &self.columns) {
            return Step::Emit(TableItem::Row(row));
        }
        self.phase = Phase::Over;
        match self.verdict.take() {
            Some(verdict) => Step::Emit(TableItem::Verdict(verdict)),
            None => Step::Done,
        }
    }
}

/// The objects that tell of changes of what a plan fetches, each once.
fn watched(plan: &Plan) -> Vec<Oid> {
    let mut watched = Vec::new();
    let objects = (0..plan.tables()).filter(|table| plan.fetches(*table));
    for object in objects.filter_map(|table| plan.last_change_of(table)) {
        if !watched.contains(object) {
            watched.push(object.clone());
        }
    }
    watched
}

impl Operation for Table {
    type Item = TableItem;
    type Error = TableError;

    fn step(&mut self) -> Result<Step<TableItem>, TableError> {
        loop {
            match self.phase {
                Phase::Emitting => return Ok(self.emit()),
                Phase::Over => return Ok(Step::Done),
                Phase::Gathering => {}
            }
            if let Some((ticket, request)) = self.next_request() {
                self.requests += 1;
                return Ok(Step::Ask(ticket, request));
            }
            let is_read = self.current == 0
                && self.queue.is_empty()
                && self.frontiers.is_empty()
                && self.attempt.discovery.is_none();
            if !is_read {
                return Ok(Step::Wait);
            }
            self.finish()?;
        }
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), TableError> {
        let Some(asked) = self.pending.remove(&ticket) else { return Ok(()) };
        match &answer {
            Ok(response) => {
                self.window.answered(response.transmissions);
                self.bindings += u64::try_from(response.bindings.len()).unwrap_or(0);
            }
            // It came, and says nothing of the way.
            Err(RequestError::TooLong { .. }) => {}
            Err(_) => self.window.lost(),
        }
        // What belongs to a try that was thrown away, or comes after the end, says nothing any more.
        if asked.attempt != self.attempt.number || self.phase != Phase::Gathering {
            return Ok(());
        }
        self.current -= 1;
        self.take(asked, answer)
    }

    fn set_answer_octets(&mut self, octets: usize) {
        if self.settings.answer_octets.is_none() {
            self.pace.set_answer_octets(octets);
            self.window.limit(super::pace::at_once(octets));
        }
    }
}

#[cfg(test)]
mod tests;
