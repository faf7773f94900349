//! What is asked.

use smallvec::SmallVec;

use super::{
    Pace, SYS_UP_TIME, Table, Ticket,
    segment::{Arcs, Care, Role, Segment},
};
use crate::{
    engine::{Request, RequestKind},
    oid::Oid,
    table::Plan,
    value::VarBind,
};

/// A request that is outstanding.
#[derive(Debug)]
pub(super) struct Asked {
    /// Which try it belongs to.
    pub(super) attempt: u32,
    pub(super) what: What,
    pub(super) is_bulk: bool,
    /// How often each column is asked for; 1 for a GETNEXT.
    pub(super) repetitions: u32,
    /// Which of the last-change objects come first.
    pub(super) watched: SmallVec<[usize; 2]>,
    /// Whether sysUpTime comes next.
    pub(super) has_up_time: bool,
    /// The largest sysUpTime that was known when it was sent: the answer cannot have less.
    pub(super) up_time: Option<u32>,
    /// The first name that it asks about, for errors.
    pub(super) after: Oid,
}

/// What a request is for.
#[derive(Debug)]
pub(super) enum What {
    Segment(Segment),
    /// Which columns there are: names were asked for of so many, beginning with this one.
    Columns {
        first: u32,
        count: u32,
    },
    /// One of the scalars, alone.
    Scalar,
}

impl Asked {
    /// Bindings that come before the columns.
    pub(super) fn once(&self) -> usize {
        self.watched.len() + usize::from(self.has_up_time)
    }
}

/// The whole of what a plan wants; `None` when its bounds leave nothing.
pub(super) fn whole(plan: &Plan, columns: usize) -> Option<Segment> {
    let after = plan.rows_from.as_deref().map(|from| before_all_of(plan, from)).unwrap_or_default();
    let before = plan.rows_to.as_deref().and_then(behind_all_of);
    if before.as_ref().is_some_and(|before| *before <= after) {
        return None;
    }
    let columns = (0..columns).collect();
    Some(Segment {
        after,
        before,
        columns,
        rows: None,
        care: Care::Usual,
        role: Role::Data,
        is_whole: true,
        is_partial: false,
    })
}

/// An index that comes before one, and as few others as can be between them.
fn before_all_of(plan: &Plan, index: &[u32]) -> Arcs {
    let mut arcs = Arcs::from_slice(index);
    match arcs.pop() {
        None | Some(0) => {}
        Some(last) => {
            arcs.push(last - 1);
            // A whole name has the entry, the column and this.
            if plan.longest_entry() + 2 + arcs.len() <= crate::limits::OID_ARCS {
                arcs.push(u32::MAX);
            }
        }
    }
    arcs
}

/// The first index behind one and all that begin with it; `None` when there is none.
fn behind_all_of(index: &[u32]) -> Option<Arcs> {
    let mut arcs = Arcs::from_slice(index);
    while let Some(last) = arcs.pop() {
        if let Some(next) = last.checked_add(1) {
            arcs.push(next);
            return Some(arcs);
        }
    }
    None
}

impl Table {
    /// The next request, if there is one and the window has room.
    pub(super) fn next_request(&mut self) -> Option<(Ticket, Request)> {
        if self.pending.len() >= self.window.size() {
            return None;
        }
        if self.wants_scalar() {
            return (self.current == 0).then(|| self.ask_scalar());
        }
        // The first answer is what others are compared with, and no segment begins before the columns are known.
        // What failed is asked again alone: an agent may choke on several requests at once.
        let is_small = self.queue.front().is_some_and(|segment| segment.care == Care::Small);
        let goes_alone = !self.attempt.is_open || self.attempt.discovery.is_some() || is_small;
        if (goes_alone && self.current > 0) || self.waits_for_a_small_one() {
            return None;
        }
        if let Some(discovery) = &self.attempt.discovery {
            let (table, first, count) = (discovery.table, discovery.first, discovery.count(&self.pace));
            return Some(self.ask_columns(table, first, count));
        }
        let segment = self.queue.pop_front()?;
        Some(self.ask(segment))
    }

    /// Whether what failed before is outstanding.
    fn waits_for_a_small_one(&self) -> bool {
        let mut of_now = self.pending.values().filter(|asked| asked.attempt == self.attempt.number);
        of_now.any(|asked| matches!(&asked.what, What::Segment(segment) if segment.care == Care::Small))
    }

    fn ask(&mut self, mut segment: Segment) -> (Ticket, Request) {
        if segment.columns.len() > self.pace.columns {
            self.attempt.is_divided = true;
            let others = segment.columns.split_off(self.pace.columns);
            self.queue.push_front(Segment { columns: others, ..segment.clone() });
        }
        let width = segment.columns.len();
        let is_bulk = self.pace.uses_bulk() && segment.care == Care::Usual && width > 0;
        let repetitions = if is_bulk { repetitions(&self.pace, &segment) } else { 1 };
        let names: Vec<Oid> =
            segment.columns.iter().map(|column| self.name(*column, &segment.after)).collect();
        self.send(What::Segment(segment), is_bulk, repetitions, names)
    }

    fn ask_columns(&mut self, table: usize, first: u32, count: u32) -> (Ticket, Request) {
        let ids = (0..count).filter_map(|n| first.checked_add(n));
        let entry = self.plan.entry_of(table);
        let names: Vec<Oid> = ids.map(|id| entry.child(&[id]).unwrap_or_default()).collect();
        self.send(What::Columns { first, count }, false, 1, names)
    }

    pub(super) fn send(
        &mut self,
        what: What,
        is_bulk: bool,
        repetitions: u32,
        names: Vec<Oid>,
    ) -> (Ticket, Request) {
        let after = names.first().unwrap_or(self.plan.entry()).clone();
        let (watched, has_up_time) =
            if self.scalars_apart { (SmallVec::new(), false) } else { self.scalars() };
        let last_changes: Vec<Oid> = watched.iter().map(|object| self.watched[*object].clone()).collect();
        let up_time = has_up_time.then(|| Oid::from_static(SYS_UP_TIME));
        let asked = Asked {
            attempt: self.attempt.number,
            what,
            is_bulk,
            repetitions,
            watched,
            has_up_time: up_time.is_some(),
            up_time: self.attempt.up_time,
            after,
        };
        let kind = if is_bulk {
            let non_repeaters = u32::try_from(asked.once()).unwrap_or(0);
            RequestKind::GetBulk { non_repeaters, max_repetitions: repetitions }
        } else {
            RequestKind::GetNext
        };
        let bindings = last_changes.into_iter().chain(up_time).chain(names).map(VarBind::ask).collect();
        let ticket = self.tickets.next();
        self.pending.insert(ticket, asked);
        self.current += 1;
        (ticket, Request { kind, bindings })
    }

    fn name(&self, column: usize, after: &[u32]) -> Oid {
        let column = &self.column_oids[column];
        // An index that came from a name has room in one; others were made to.
        column.child(after).unwrap_or_else(|_| column.clone())
    }
}

fn repetitions(pace: &Pace, segment: &Segment) -> u32 {
    pace.rows(segment.columns.len()).min(segment.rows.unwrap_or(u32::MAX)).max(1)
}
