//! Scouts: requests that ask what follows many names at once.
//!
//! Nothing that they bring is emitted, and nothing that they say is relied on. It shows where the walk can be divided, by
//! one request instead of many guesses: which tables there are, whether they are long, how the indexes of a long column
//! go on.

use super::{
    Ticket, Tickets,
    chart::{Chart, Point, Sighted},
    column::{Column, begin_of, common},
    losing::OVERTAKEN,
    pipeline::Pipeline,
};
use crate::{
    codec::ErrorStatus,
    engine::{Request, RequestKind},
    limits,
    oid::Oid,
    operation::Answer,
    value::VarBind,
};

/// Tables and groups of which nothing is known, for which a scout is worth its while.
const LEAST: usize = 4;

/// Rows of a table that is long.
const MANY: u32 = 32;

/// How many times as many names must have come until a scout looks again how a column goes on.
const MORE: u64 = 4;

/// What a scout looks for. Meanwhile nothing of that is guessed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum About {
    /// What there is of what the guide has.
    Guide,
    /// How the columns of a table go on.
    Columns(usize),
    /// What there is where no guide has anything.
    Surroundings,
}

/// A scout that is under way.
#[derive(Debug)]
pub(super) struct Scout {
    pub(super) ticket: Ticket,
    names: Vec<Oid>,
    /// See [`Pipeline::round_trips`].
    pub(super) sent: u64,
    /// How many other requests were outstanding.
    pub(super) company: usize,
    about: About,
}

/// All scouts of a walk.
#[derive(Debug)]
pub(super) struct Scouts {
    pub(super) under_way: Vec<Scout>,
    /// Names that one may ask for; 0 when they are of no avail.
    most: usize,
}

impl Scouts {
    pub(super) const fn new() -> Self {
        Self { under_way: Vec::new(), most: limits::SCOUT_NAMES }
    }

    /// Whether one is under way that looks how the columns of a table go on.
    pub(super) fn are_about(&self, entry: Option<usize>) -> bool {
        entry.is_some_and(|entry| self.under_way.iter().any(|scout| scout.about == About::Columns(entry)))
    }

    /// Whether one is under way that looks for tables.
    pub(super) fn are_ahead(&self) -> bool {
        self.under_way.iter().any(|scout| scout.about == About::Guide)
    }
}

impl Chart {
    /// What scouts may ask for, so that nothing has to be guessed: the guide's tables and groups of which nothing is
    /// known, or the lengths of those that are there. So many names at most, from all over the walk.
    fn horizon(&mut self, most: usize) -> Vec<Oid> {
        let mut entries: Vec<(usize, Oid)> = Vec::new();
        for point in self.points.iter().filter(|point| !point.is_absent) {
            let entry = &self.entries[point.entry];
            let is_unknown = entry.is_closed && entry.rows.is_none() && entry.sighted == Sighted::Never;
            if is_unknown && entries.last().is_none_or(|(last, _)| *last != point.entry) {
                entries.push((point.entry, point.name.clone()));
            }
        }
        if entries.len() >= LEAST {
            return self.some_of(&entries, Sighted::Asked, most);
        }
        entries.clear();
        for point in self.points.iter().filter(|point| !point.is_absent) {
            let entry = &self.entries[point.entry];
            if entry.rows.is_none()
                && entry.sighted == Sighted::There
                && entries.last().is_none_or(|(last, _)| *last != point.entry)
                && let Some(first) = entry.indexes.first()
                && let Some(arc) = first.first().and_then(|arc| arc.checked_add(MANY))
                && let Ok(name) = point.name.child(&[arc])
            {
                entries.push((point.entry, name));
            }
        }
        if entries.len() < LEAST {
            return Vec::new();
        }
        self.some_of(&entries, Sighted::Measured, most)
    }

    /// Some of many entries, at even distances.
    fn some_of(&mut self, entries: &[(usize, Oid)], sighted: Sighted, most: usize) -> Vec<Oid> {
        let step = entries.len().div_ceil(most.max(1)).max(1);
        let some = entries.iter().step_by(step);
        some.map(|(entry, name)| {
            self.entries[*entry].sighted = sighted;
            name.clone()
        })
        .collect()
    }

    /// What follows a name that was made up, as an agent says.
    fn sight(&mut self, asked: &Oid, found: &VarBind) {
        if found.value.is_exception() || found.name > *asked && !found.name.starts_with(&self.root) {
            if let Some(at) = self.point_of(asked) {
                self.end_column(at, asked);
            }
            return self.end(asked);
        }
        if found.name <= *asked {
            return;
        }
        if let Ok(at) = self.points.binary_search_by(|point| point.name.cmp(asked)) {
            if !found.name.starts_with(asked) {
                self.points[at].is_absent = true;
            }
        } else if let Some(at) = self.point_of(asked)
            && !found.name.starts_with(&self.points[at].name)
        {
            self.end_column(at, asked);
        }
        self.pass(asked, &found.name);
        let Some(at) = self.point_of(&found.name) else {
            return self.discover(asked, &found.name);
        };
        let (prefix, entry) = (&self.points[at].name, &mut self.entries[self.points[at].entry]);
        let index = found.name.strip_prefix(prefix).unwrap_or_default();
        if index == [0] {
            entry.sighted = Sighted::Short;
            return;
        }
        entry.indexes.find(index);
        let is_far = asked.len() > prefix.len() && asked.starts_with(prefix);
        entry.sighted = entry.sighted.max(if is_far { Sighted::Long } else { Sighted::There });
    }

    /// Notes a place that no guide has: what stands beside a name that was made up, or below it.
    fn discover(&mut self, asked: &Oid, found: &Oid) {
        let name = begin_of(found, common(asked, found) + 1);
        if name.len() >= found.len() || self.points.len() >= 2 * limits::GUIDE_POINTS {
            return;
        }
        let entry = self.entry_of(&name, name.len() - 1);
        let place = self.points.partition_point(|point| point.name < name);
        match self.points.get_mut(place) {
            Some(point) if point.name == name => (point.is_absent, point.is_found) = (false, true),
            _ => self.points.insert(place, Point { is_found: true, ..Point::new(name, entry) }),
        }
    }

    /// Names beside what stands above a column, ever further away: where no guide has anything, something may be there.
    fn surroundings(&self, column: &Column, end: Option<&Oid>, most: usize) -> Vec<Oid> {
        let end = [end, self.beyond.as_ref()].into_iter().flatten().min();
        let levels = self.root.len()..column.prefix.len().saturating_sub(1);
        let each = most / levels.len().max(1);
        let factor = if each > 6 { 1 } else { 2 };
        let mut names = Vec::new();
        for place in levels {
            let steps = (0..each).map(|step| column.prefix[place].checked_add(1 << (factor * step).min(31)));
            let name = |arc: u32| begin_of(&column.prefix, place).child(&[arc]).ok();
            names.extend(steps.flatten().filter_map(name).filter(|name| end.is_none_or(|end| name < end)));
        }
        names
    }

    /// Names ahead in a column, before `end`: so many at most.
    fn ladder(&self, column: &Column, end: Option<&Oid>, most: usize) -> Vec<Oid> {
        let known = column.entry.map(|entry| &self.entries[entry].indexes);
        let end = [end, self.beyond.as_ref()].into_iter().flatten().min();
        let mut rungs = column.rungs();
        rungs.retain(|rung| {
            let index = rung.strip_prefix(&column.prefix).unwrap_or_default();
            let is_known = known.is_some_and(|known| known.behind_gap(index).is_some());
            !is_known && end.is_none_or(|end| rung < end)
        });
        rungs.sort_unstable();
        rungs.dedup();
        let step = rungs.len().div_ceil(most.max(1)).max(1);
        rungs.into_iter().step_by(step).collect()
    }

    /// A column has nothing from a made-up name on.
    fn end_column(&mut self, at: usize, asked: &Oid) {
        let Some(index) = asked.strip_prefix(&self.points[at].name).filter(|index| !index.is_empty()) else {
            return;
        };
        let entry = &mut self.entries[self.points[at].entry];
        entry.indexes.skip(index, None);
        if entry.sighted == Sighted::Measured {
            entry.sighted = Sighted::Short;
        }
    }
}

impl Pipeline {
    /// Whether a scout may be sent. There is nothing to be had from agents that have GETNEXT alone, and no time to be won
    /// from one that is near, or that the walk waits for anyway.
    fn may_scout(&self) -> bool {
        self.scouts.most > 0
            && self.scouts.under_way.len() < limits::SCOUTS
            && self.pace.is_bulk_at_will()
            && self.window.is_worth_time()
    }

    /// A scout that looks for tables.
    pub(super) fn scout_ahead(&mut self, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        if !self.may_scout() {
            return None;
        }
        let names = self.chart.horizon(self.scouts.most);
        self.send(names, About::Guide, tickets)
    }

    /// A scout that looks around where a segment is, when no guide knows.
    pub(super) fn scout_around(&mut self, at: usize, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        if !self.may_scout() || !self.guesses.are_doubtful() {
            return None;
        }
        let segment = &mut self.segments[at];
        let column = segment.column.as_ref()?;
        let above = begin_of(&column.prefix, column.prefix.len().saturating_sub(1));
        if segment.surveyed.as_ref() == Some(&above) {
            return None;
        }
        segment.surveyed = Some(above);
        let names = self.chart.surroundings(column, segment.end.as_ref(), self.scouts.most);
        self.send(names, About::Surroundings, tickets)
    }

    /// A scout that looks how the column goes on that a segment is in.
    pub(super) fn scout_column(&mut self, at: usize, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        if !self.may_scout() {
            return None;
        }
        let segment = &mut self.segments[at];
        let column = segment.column.as_ref()?;
        let entry = column.entry?;
        if column.names() < segment.scouted.saturating_mul(MORE).max(u64::from(self.pace.full())) {
            return None;
        }
        segment.scouted = column.names();
        let names = self.chart.ladder(column, segment.end.as_ref(), self.scouts.most);
        let about = About::Columns(entry);
        self.send(names, about, tickets)
    }

    fn send(&mut self, names: Vec<Oid>, about: About, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        if names.is_empty() {
            return None;
        }
        let ticket = tickets.next();
        let bindings = names.iter().cloned().map(VarBind::ask).collect();
        let company = self.outstanding();
        self.yielded.requests += 1;
        self.scouts.under_way.push(Scout { ticket, names, sent: self.round_trips, company, about });
        Some((ticket, Request { kind: RequestKind::GetNext, bindings }))
    }

    /// Takes what a scout brings; says whether the ticket is one's.
    pub(super) fn take_scout(&mut self, ticket: Ticket, answer: &Answer) -> bool {
        let Some(at) = self.scouts.under_way.iter().position(|scout| scout.ticket == ticket) else {
            return false;
        };
        let scout = self.scouts.under_way.swap_remove(at);
        let Ok(response) = answer else {
            // Others may be answered; the walk finds out.
            self.scouts.most = 0;
            return true;
        };
        self.round_trips = self.round_trips.max(scout.sent + 1);
        let sight = self.sight(scout.sent, scout.company);
        self.window.answered(response.elapsed, response.transmissions, sight);
        if response.error_status != ErrorStatus::NO_ERROR || response.bindings.len() != scout.names.len() {
            let is_too_big = response.error_status == ErrorStatus::TOO_BIG;
            self.scouts.most = if is_too_big { scout.names.len() / 2 } else { 0 };
            return true;
        }
        for (name, found) in scout.names.iter().zip(&response.bindings) {
            self.chart.sight(name, found);
        }
        true
    }

    /// Gives up scouts that others have overtaken, or all of them.
    pub(super) fn withdraw_scouts(&mut self) {
        let Self { scouts, withdrawn, round_trips, is_over, .. } = self;
        let most = &mut scouts.most;
        scouts.under_way.retain(|scout| {
            let is_lost = *round_trips >= scout.sent + OVERTAKEN;
            if is_lost {
                // Perhaps it asked for too much.
                *most = scout.names.len() / 2;
            }
            if is_lost || *is_over {
                withdrawn.push(scout.ticket);
            }
            !is_lost && !*is_over
        });
    }
}
