//! What is known of the places in a walk: where it can be divided so that both parts have something to do.

use std::collections::HashMap;

use super::Guide;
use crate::{limits, oid::Oid, value::VarBind};

/// Rows of a column of which nothing is known, as long as nothing is known of others.
const ROWS: u64 = 2;

/// Names from one mark of a column to the next.
const MARK_STEP: usize = 8;

/// Points that are made up beside the first one that was seen.
const BESIDE: u32 = 3;

/// A name without an instance, where a part of the walk may begin.
#[derive(Debug)]
struct Point {
    name: Oid,
    entry: usize,
    /// Whether something below it was seen.
    is_seen: bool,
    /// Whether it was passed, and nothing was below it.
    is_absent: bool,
}

/// What stands above points: a table's entry, a group of scalars.
#[derive(Debug, Default)]
struct Entry {
    /// Names below the point that has most, and whether all of them have been counted.
    rows: Option<(u64, bool)>,
    /// How many of its points were seen.
    seen: u32,
    /// Whether its points come from the guide, or one that was made up was not there: none are made up.
    is_closed: bool,
    /// Whose indexes are `marks`.
    marked: Option<u32>,
    /// Some of its indexes in order, and how many there are up to each.
    marks: Vec<(Oid, u64)>,
}

/// The column that a segment is in.
#[derive(Clone, Debug)]
pub(super) struct Column {
    prefix: Oid,
    entry: Option<usize>,
    /// Names in it so far, and whether those before where the segment begins are counted.
    count: u64,
    is_counted: bool,
    /// First and last name of those that came last, and how many they were.
    first: Oid,
    last: Oid,
    run: u64,
}

/// A place that may be divided.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) cursor: &'a Oid,
    pub(super) end: Option<&'a Oid>,
    pub(super) column: Option<&'a Column>,
    /// Names that the request that is outstanding is expected to bring.
    pub(super) reach: u64,
    /// Names in an answer.
    pub(super) full: u64,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Chart {
    root: Oid,
    guide: Option<Guide>,
    points: Vec<Point>,
    entries: Vec<Entry>,
    parents: HashMap<Oid, usize>,
    marks: usize,
    /// Rows of all entries of which they are known, and how many of these there are.
    known: (u64, u64),
}

/// The length of what two names have in common.
fn common(one: &[u32], other: &[u32]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

fn begin_of(name: &Oid, length: usize) -> Oid {
    Oid::new(&name[..length.min(name.len())]).unwrap_or_default()
}

impl Chart {
    pub(super) fn new(root: Oid, guide: Guide) -> Self {
        Self {
            root,
            guide: Some(guide),
            points: Vec::new(),
            entries: Vec::new(),
            parents: HashMap::new(),
            marks: 0,
            known: (0, 0),
        }
    }

    /// Asks the guide, the first time that it is needed.
    fn load(&mut self) {
        let Some(guide) = self.guide.take() else { return };
        let mut names = guide.below(&self.root);
        names.retain(|name| name.len() > self.root.len() && name.starts_with(&self.root));
        names.sort_unstable();
        names.dedup();
        names.truncate(limits::GUIDE_POINTS);
        for name in names {
            let entry = self.entry_of(&name, name.len() - 1);
            self.entries[entry].is_closed = true;
            self.points.push(Point { name, entry, is_seen: false, is_absent: false });
        }
    }

    fn entry_of(&mut self, name: &Oid, length: usize) -> usize {
        let entries = &mut self.entries;
        *self.parents.entry(begin_of(name, length)).or_insert_with(|| {
            entries.push(Entry::default());
            entries.len() - 1
        })
    }

    /// Takes note of names that came, one after the other, behind `before`, and moves `column` on to the last of them.
    pub(super) fn note(&mut self, column: &mut Option<Column>, before: &Oid, list: &[VarBind]) {
        self.load();
        let mut before = before;
        let mut start = 0;
        for (at, VarBind { name, .. }) in list.iter().enumerate() {
            let is_inside = column.as_ref().is_some_and(|column| name.starts_with(&column.prefix));
            if !is_inside {
                self.add(column.as_mut(), &list[start..at]);
                self.leave(column);
                *column = Some(self.enter(before, name, list.get(at + 1).map(|next| &next.name)));
                start = at;
            }
            before = name;
        }
        self.add(column.as_mut(), &list[start..]);
    }

    /// Takes note of names that are in a column.
    fn add(&mut self, column: Option<&mut Column>, list: &[VarBind]) {
        let Some(column) = column else { return };
        self.mark(column, list);
        column.take(list);
        if let Some(entry) = column.entry {
            self.count_rows(entry, column.count, false);
        }
    }

    /// Takes note that a column has nothing more.
    pub(super) fn leave(&mut self, column: &mut Option<Column>) {
        let Some(column) = column.take() else { return };
        if let Some(entry) = column.entry.filter(|_| column.is_counted) {
            self.count_rows(entry, column.count, true);
        }
    }

    /// The column of a name that comes behind `before`, which is not in it.
    fn enter(&mut self, before: &Oid, name: &Oid, next: Option<&Oid>) -> Column {
        self.pass(before, name);
        let (prefix, entry) = if let Some(at) = self.point_of(name) {
            let Point { name, entry, is_seen, .. } = &mut self.points[at];
            let is_new = !std::mem::replace(is_seen, true);
            let (prefix, entry) = (name.clone(), *entry);
            self.entries[entry].seen += u32::from(is_new);
            (prefix, Some(entry))
        } else {
            // Names that follow one another differ in their index, from there on.
            let length = common(next.unwrap_or(before), name).max(self.root.len());
            (begin_of(name, length.min(name.len().saturating_sub(1))), None)
        };
        self.make_up(&prefix);
        let crossed = common(before, name);
        if entry.is_none() && crossed >= self.root.len() {
            self.make_up(&begin_of(name, crossed + 1));
        }
        let known = if *before <= prefix { Some(0) } else { self.ordinal(entry, &prefix, before) };
        let (first, last) = (name.clone(), name.clone());
        let (count, is_counted) = (known.unwrap_or(0), known.is_some());
        Column { prefix, entry, count, is_counted, first, last, run: 0 }
    }

    /// How many indexes there are up to one that is marked.
    fn ordinal(&self, entry: Option<usize>, prefix: &Oid, name: &Oid) -> Option<u64> {
        let marks = &self.entries[entry?].marks;
        let index = name.strip_prefix(prefix)?;
        let place = marks.binary_search_by(|(mark, _)| mark.arcs().cmp(index)).ok()?;
        Some(marks[place].1)
    }

    /// The deepest point above a name.
    fn point_of(&self, name: &Oid) -> Option<usize> {
        (self.root.len() + 1..name.len()).rev().find_map(|length| {
            self.points.binary_search_by(|point| point.name.arcs().cmp(&name[..length])).ok()
        })
    }

    /// Makes up points beside one that was seen, where the guide has none: as many as have been seen.
    fn make_up(&mut self, prefix: &Oid) {
        let Some((arc, above)) = prefix.split_last() else { return };
        if above.len() < self.root.len() {
            return;
        }
        let entry = self.entry_of(prefix, above.len());
        if self.entries[entry].is_closed {
            return;
        }
        self.entries[entry].seen += 1;
        for beside in 1..=self.entries[entry].seen.max(BESIDE) {
            let Some(arc) = arc.checked_add(beside) else { return };
            let name = begin_of(prefix, above.len()).child(&[arc]).unwrap_or_default();
            let place = self.points.partition_point(|point| point.name < name);
            let is_known = self.points.get(place).is_some_and(|point| point.name == name);
            if !is_known && self.points.len() < 2 * limits::GUIDE_POINTS {
                self.points.insert(place, Point { name, entry, is_seen: false, is_absent: false });
            }
        }
    }

    /// Between two names that follow one another there is nothing.
    pub(super) fn pass(&mut self, before: &Oid, name: &Oid) {
        let from = self.points.partition_point(|point| point.name <= *before);
        for at in from..self.points.len() {
            let Point { name: point, entry, is_absent, .. } = &mut self.points[at];
            if *point > *name {
                break;
            }
            if name.starts_with(point) || *is_absent {
                continue;
            }
            *is_absent = true;
            let entry = *entry;
            self.entries[entry].is_closed = true;
            self.count_rows(entry, 0, false);
        }
    }

    fn count_rows(&mut self, entry: usize, rows: u64, is_all: bool) {
        let known = &mut self.entries[entry].rows;
        let old = known.map(|(rows, _)| rows);
        self.known.1 += u64::from(old.is_none());
        let (most, was_all) = known.unwrap_or((0, false));
        *known = Some((most.max(rows), (is_all && rows >= most) || (was_all && rows <= most)));
        self.known.0 += most.max(rows) - old.unwrap_or(0);
    }

    /// Keeps some indexes of a column: where its neighbours can be divided.
    fn mark(&mut self, column: &Column, list: &[VarBind]) {
        let Some(entry) = column.entry.filter(|_| column.is_counted) else { return };
        let arc = column.prefix.last().copied().unwrap_or_default();
        let Entry { marked, marks, .. } = &mut self.entries[entry];
        if *marked.get_or_insert(arc) != arc {
            return;
        }
        for (ordinal, binding) in (column.count + 1..).zip(list).skip(MARK_STEP - 1).step_by(MARK_STEP) {
            if self.marks >= 2 * limits::GUIDE_POINTS {
                return;
            }
            let Ok(index) = Oid::new(&binding.name[column.prefix.len()..]) else { return };
            if let Err(place) = marks.binary_search_by(|(mark, _)| mark.cmp(&index)) {
                self.marks += 1;
                marks.insert(place, (index, ordinal));
            }
        }
    }

    /// Names that a point is expected to have below it.
    fn weight(&self, point: &Point, full: u64) -> u64 {
        let Entry { rows, is_closed, .. } = &self.entries[point.entry];
        match rows {
            _ if point.is_absent => 0,
            Some((rows, true)) => *rows,
            Some((0, false)) => 0,
            // As many again, and at least another answer.
            Some((rows, false)) => rows.saturating_mul(2).max(full),
            None if !is_closed => full,
            None => match self.known {
                (rows, entries) if entries >= 4 => (rows / entries).clamp(1, 8),
                _ => ROWS,
            },
        }
    }

    /// How many names to ask for in a place, at most; `None` when that is not known.
    pub(super) fn left(&self, place: &Place<'_>) -> Option<u64> {
        let column = place.column.filter(|column| column.is_counted)?;
        let end = place.end?;
        if let Some(ordinal) = self.ordinal(column.entry, &column.prefix, end) {
            return ordinal.checked_sub(column.count).filter(|left| *left > 0);
        }
        let (rows, is_all) = self.entries[column.entry?].rows?;
        let is_last =
            column.prefix.subtree_end().is_some_and(|next| *end <= next) && !end.starts_with(&column.prefix);
        // One more shows that it is the last.
        (is_all && is_last).then(|| rows.saturating_sub(column.count) + 1)
    }

    /// Where to divide a place, and how many names the part behind is expected to have; `None` where it does not seem
    /// worth it.
    pub(super) fn divide(&self, place: &Place<'_>, least: u64) -> Option<(u64, Oid)> {
        let rest = place.column.map_or(0, |column| self.rest_of(column, place.full));
        let is_inside = match (place.column, place.end) {
            (Some(column), Some(end)) => end.starts_with(&column.prefix),
            _ => false,
        };
        let from = self.points.partition_point(|point| {
            point.name <= *place.cursor
                || place.column.is_some_and(|column| point.name.starts_with(&column.prefix))
        });
        let ahead = &self.points[from..];
        let ahead = match place.end {
            Some(_) if is_inside => &[],
            Some(end) => &ahead[..ahead.partition_point(|point| point.name < *end)],
            None => ahead,
        };
        let total = rest + ahead.iter().map(|point| self.weight(point, place.full)).sum::<u64>();
        let free = total.checked_sub(place.reach).filter(|free| *free >= least)?;
        let goal = place.reach + free / 2;
        if goal < rest
            && let Some(column) = place.column
            && let Some(point) = self.inside(column, place, goal)
        {
            return Some((total - goal, point));
        }
        let mut before = rest;
        let mut best = None;
        for point in ahead {
            let weight = self.weight(point, place.full);
            if weight > 0 {
                best = Some((total - before, point.name.clone()));
                if before >= goal {
                    break;
                }
            }
            before += weight;
        }
        best
    }

    /// Names that are expected in a column behind those that have come.
    fn rest_of(&self, column: &Column, full: u64) -> u64 {
        match column.entry.and_then(|entry| self.entries[entry].rows) {
            Some((rows, true)) if column.is_counted => rows.saturating_sub(column.count),
            Some((rows, false)) if rows > column.count => (2 * rows).saturating_sub(column.count),
            _ => column.count.max(full),
        }
    }

    /// A name inside a column, so many names ahead: an index that a neighbour has, or one that is made up.
    fn inside(&self, column: &Column, place: &Place<'_>, ahead: u64) -> Option<Oid> {
        let index = place.cursor.strip_prefix(&column.prefix)?;
        let last = place.end.and_then(|end| end.strip_prefix(&column.prefix));
        if let Some(entry) = column.entry {
            let Entry { marks, .. } = &self.entries[entry];
            let from = marks.partition_point(|(mark, _)| mark.arcs() <= index);
            let to = last.map_or(marks.len(), |last| marks.partition_point(|(mark, _)| mark.arcs() < last));
            // Whole answers up to there, so that none is spent on a few names.
            let ahead = (ahead - place.reach) / place.full.max(1) * place.full;
            let goal = column.count + place.reach + ahead.max(place.full);
            let ahead = &marks[from..to.max(from)];
            let behind_reach = ahead.partition_point(|(_, ordinal)| *ordinal < column.count + place.reach);
            let up_to_goal = ahead.partition_point(|(_, ordinal)| *ordinal <= goal);
            if let Some((mark, _)) = ahead.get(behind_reach..up_to_goal).and_then(<[_]>::last) {
                return column.prefix.child(mark).ok();
            }
            if from < marks.len() {
                return None;
            }
        }
        let p = common(&column.first, &column.last);
        let (from, to) = (u64::from(*column.first.get(p)?), u64::from(*column.last.get(p)?));
        let run = column.run.max(2) - 1;
        // At least the distance that one answer covered.
        let mut goal = to + ((to - from) * ahead / run).max(1);
        let shared = place.end.filter(|end| common(end, &column.last) >= p);
        if let Some(limit) = shared.and_then(|end| end.get(p)) {
            goal = goal.min(to.midpoint(u64::from(*limit)));
        }
        // Octets in an index are no larger.
        let is_octet = column.last.len() > column.prefix.len() + 1 && to <= 255 && from <= 255;
        let most = if is_octet { 255 } else { u64::from(u32::MAX) };
        let arc = u32::try_from(goal.min(most)).ok().filter(|arc| u64::from(*arc) > to)?;
        begin_of(&column.last, p).child(&[arc]).ok()
    }
}

impl Column {
    /// Whether a name is in it.
    pub(super) fn holds(&self, name: &Oid) -> bool {
        name.starts_with(&self.prefix)
    }

    fn take(&mut self, list: &[VarBind]) {
        let (Some(begin), Some(end)) = (list.first(), list.last()) else { return };
        let came = u64::try_from(list.len()).unwrap_or(u64::MAX);
        self.first = if came > 1 { begin.name.clone() } else { std::mem::take(&mut self.last) };
        self.last = end.name.clone();
        self.run = came;
        self.count = self.count.saturating_add(came);
    }
}
