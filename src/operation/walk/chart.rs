//! What is known of the places in a walk: where it can be divided so that both parts have something to do.

use std::collections::HashMap;

use super::{
    Guide,
    column::{Column, begin_of, common},
    indexes::{Gap, Indexes},
};
use crate::{limits, oid::Oid, value::VarBind};

/// Rows of a column of which nothing is known, as long as nothing is known of others.
const ROWS: u64 = 2;

/// Rows of a table that is not long.
const FEW: u64 = 8;

/// Points that are made up beside the first one that was seen.
const BESIDE: u32 = 3;

/// A name without an instance, where a part of the walk may begin.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) name: Oid,
    pub(super) entry: usize,
    /// Whether something below it was seen.
    pub(super) is_seen: bool,
    /// Whether it was passed, and nothing was below it.
    pub(super) is_absent: bool,
    /// Whether a scout has found something below it.
    pub(super) is_found: bool,
}

impl Point {
    pub(super) const fn new(name: Oid, entry: usize) -> Self {
        Self { name, entry, is_seen: false, is_absent: false, is_found: false }
    }
}

/// What a scout has seen of an entry, from afar.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Sighted {
    #[default]
    Never,
    /// It was asked for.
    Asked,
    /// There is something.
    There,
    /// Its length was asked for.
    Measured,
    /// It has few rows.
    Short,
    /// It has many.
    Long,
}

/// What stands above points: a table's entry, a group of scalars.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Names below the point that has most, and whether all of them have been counted.
    pub(super) rows: Option<(u64, bool)>,
    /// How many of its points were seen.
    seen: u32,
    /// Whether its points come from the guide, or one that was made up was not there: none are made up.
    pub(super) is_closed: bool,
    /// What scouts say of it.
    pub(super) sighted: Sighted,
    pub(super) indexes: Indexes,
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
    pub(super) root: Oid,
    guide: Option<Guide>,
    pub(super) points: Vec<Point>,
    pub(super) entries: Vec<Entry>,
    parents: HashMap<Oid, usize>,
    marks: usize,
    /// Rows of all entries of which they are known, and how many of these there are.
    known: (u64, u64),
    /// The least made-up name behind which an agent said that there is nothing more at all.
    pub(super) beyond: Option<Oid>,
}

/// Where a place may be divided.
#[derive(Debug)]
pub(super) struct Division {
    /// Names that the part behind is expected to have.
    pub(super) promise: u64,
    /// Where it begins.
    pub(super) point: Oid,
    pub(super) basis: Basis,
}

/// What speaks for a place where to divide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Basis {
    /// Something was seen there, or beside it.
    Seen,
    /// The guide has it, or it would be the next one.
    Possible,
    /// The index of a column may go on so far.
    Leap,
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
            beyond: None,
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
            self.points.push(Point::new(name, entry));
        }
    }

    pub(super) fn entry_of(&mut self, name: &Oid, length: usize) -> usize {
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
        if let Some(entry) = column.entry {
            self.entries[entry].indexes.refute(&column.prefix, list);
        }
        column.take(list);
        if let Some(entry) = column.entry.filter(|_| column.is_counted) {
            self.entries[entry].indexes.compare(column.index(), column.count);
        }
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
        let made_up = self.make_up(&prefix);
        let crossed = common(before, name);
        if entry.is_none() && crossed >= self.root.len() {
            self.make_up(&begin_of(name, crossed + 1));
        }
        let entry = entry.or(made_up);
        let known = if *before <= prefix { Some(0) } else { self.ordinal(entry, &prefix, before) };
        Column::new(prefix, entry, known)
    }

    /// How many indexes there are up to one that is marked.
    fn ordinal(&self, entry: Option<usize>, prefix: &Oid, name: &Oid) -> Option<u64> {
        self.entries[entry?].indexes.ordinal(name.strip_prefix(prefix)?)
    }

    /// The deepest point above a name.
    pub(super) fn point_of(&self, name: &Oid) -> Option<usize> {
        (self.root.len() + 1..name.len()).rev().find_map(|length| {
            self.points.binary_search_by(|point| point.name.arcs().cmp(&name[..length])).ok()
        })
    }

    /// Makes up points beside one that was seen, where the guide has none: as many as have been seen.
    fn make_up(&mut self, prefix: &Oid) -> Option<usize> {
        let (arc, above) = prefix.split_last()?;
        if above.len() < self.root.len() {
            return None;
        }
        // A tree may have more places than are worth keeping.
        let is_full = self.entries.len() >= 2 * limits::GUIDE_POINTS;
        if is_full && !self.parents.contains_key(&begin_of(prefix, above.len())) {
            return None;
        }
        let entry = self.entry_of(prefix, above.len());
        if self.entries[entry].is_closed {
            return Some(entry);
        }
        self.entries[entry].seen += 1;
        for beside in 1..=self.entries[entry].seen.max(BESIDE) {
            let Some(arc) = arc.checked_add(beside) else { break };
            let name = begin_of(prefix, above.len()).child(&[arc]).unwrap_or_default();
            let place = self.points.partition_point(|point| point.name < name);
            let is_known = self.points.get(place).is_some_and(|point| point.name == name);
            if !is_known && self.points.len() < 2 * limits::GUIDE_POINTS {
                self.points.insert(place, Point::new(name, entry));
            }
        }
        Some(entry)
    }

    /// Between two names that follow one another there is nothing.
    pub(super) fn pass(&mut self, before: &Oid, name: &Oid) {
        if let Some(at) = self.point_of(before) {
            let Point { name: point, entry, .. } = &self.points[at];
            let from = before.strip_prefix(point).unwrap_or_default();
            self.entries[*entry].indexes.skip(from, name.strip_prefix(point));
        }
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

    /// An agent says that there is nothing at all behind a name that was made up.
    pub(super) fn end(&mut self, from: &Oid) {
        if self.beyond.as_ref().is_none_or(|beyond| from < beyond) {
            self.beyond = Some(from.clone());
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
        let room = (2 * limits::GUIDE_POINTS).saturating_sub(self.marks);
        self.marks += self.entries[entry].indexes.mark(&column.prefix, column.count, list, room);
    }

    /// Names that a point is expected to have below it.
    fn weight(&self, point: &Point, full: u64) -> u64 {
        let Entry { rows, is_closed, sighted, .. } = &self.entries[point.entry];
        match rows {
            _ if point.is_absent => 0,
            _ if point.is_found && !point.is_seen => full,
            Some((rows, true)) => *rows,
            Some((0, false)) if *sighted < Sighted::There => 0,
            Some((0, false)) => FEW,
            // As many again, and at least another answer.
            Some((rows, false)) => rows.saturating_mul(2).max(full),
            None if !is_closed => full,
            None => match (sighted, self.known) {
                (Sighted::Long, _) => full.max(FEW),
                (Sighted::There | Sighted::Measured | Sighted::Short, _) => FEW,
                (_, (rows, entries)) if entries >= 4 => (rows / entries).clamp(1, FEW),
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

    /// The column that a place is in, also when nothing of it has come.
    fn column_of(&self, place: &Place<'_>) -> Option<Column> {
        if let Some(column) = place.column {
            return Some(column.clone());
        }
        let at = self.points.binary_search_by(|point| point.name.cmp(place.cursor)).ok()?;
        let Point { name, entry, is_absent, .. } = &self.points[at];
        (!is_absent).then(|| Column::new(name.clone(), Some(*entry), Some(0)))
    }

    /// Where to divide a place, and how many names the part behind is expected to have; `None` where it does not seem
    /// worth it.
    pub(super) fn divide(&self, place: &Place<'_>, least: u64) -> Option<Division> {
        let end = [place.end, self.beyond.as_ref()].into_iter().flatten().min();
        let place = &Place { end, ..*place };
        let column = self.column_of(place);
        let rest = column.as_ref().map_or(0, |column| self.rest_of(column, place));
        let is_inside = match (&column, place.end) {
            (Some(column), Some(end)) => end.starts_with(&column.prefix),
            _ => false,
        };
        let from = self.points.partition_point(|point| {
            point.name <= *place.cursor
                || column.as_ref().is_some_and(|column| point.name.starts_with(&column.prefix))
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
            && let Some(column) = &column
            && let Some((point, basis)) = self.inside(column, place, goal, least)
        {
            return Some(Division { promise: total - goal, point, basis });
        }
        let mut before = rest;
        let mut best = None;
        for point in ahead {
            let weight = self.weight(point, place.full);
            if weight > 0 {
                let basis = self.basis(point);
                best = Some(Division { promise: total - before, point: point.name.clone(), basis });
                if before >= goal {
                    break;
                }
            }
            before += weight;
        }
        best
    }

    fn basis(&self, point: &Point) -> Basis {
        let entry = &self.entries[point.entry];
        let is_seen = entry.rows.is_some_and(|(rows, _)| rows > 0) || entry.sighted >= Sighted::There;
        if point.is_found || entry.is_closed && is_seen { Basis::Seen } else { Basis::Possible }
    }

    /// Names that are expected in a place behind those that have come, as far as it is in a column.
    fn rest_of(&self, column: &Column, place: &Place<'_>) -> u64 {
        let entry = column.entry.map(|entry| &self.entries[entry]);
        let index = column.index();
        if let Some(last) = place.end.and_then(|end| end.strip_prefix(&column.prefix)) {
            let ordinal = entry.and_then(|entry| entry.indexes.ordinal(last)).filter(|_| column.is_counted);
            if let Some(ordinal) = ordinal {
                return ordinal.saturating_sub(column.count);
            }
            let counted = entry.map_or(0, |entry| entry.indexes.counted_between(index, Some(last)));
            let guessed = place.end.and_then(|end| column.names_up_to(end));
            return counted.max(guessed.unwrap_or(column.names().max(place.full)));
        }
        let guessed = match entry.and_then(|entry| entry.rows) {
            Some((rows, true)) if column.is_counted => return rows.saturating_sub(column.count),
            Some((rows, false)) if rows > column.count => (2 * rows).saturating_sub(column.count),
            _ => column.count.max(place.full),
        };
        let found = entry.map_or(0, |entry| entry.indexes.found_between(index, None).len());
        guessed.max(u64::try_from(found).unwrap_or(0) * place.full / 2)
    }

    /// A name inside a column, so many names ahead: an index that a neighbour has, or that was found, or one that is
    /// made up. At least so many names stay behind it, where it is known where they end.
    fn inside(&self, column: &Column, place: &Place<'_>, ahead: u64, margin: u64) -> Option<(Oid, Basis)> {
        let index = column.index();
        let to = place.end.and_then(|end| end.strip_prefix(&column.prefix));
        let entry = column.entry.map(|entry| &self.entries[entry]);
        // What stands below names that were made up may be anything.
        let is_known_table = entry.is_some_and(|entry| entry.is_closed);
        let known = entry.map(|entry| &entry.indexes);
        if let Some(known) = known {
            if column.is_counted {
                // Whole answers up to there, so that none is spent on a few names.
                let whole = (ahead - place.reach) / place.full.max(1) * place.full;
                let goal = column.count + place.reach + whole.max(place.full);
                let most = to.and_then(|to| known.ordinal(to)).map(|end| end.saturating_sub(margin));
                let goal = goal.min(most.unwrap_or(u64::MAX));
                if let Some(mark) = known.mark_in(index, to, column.count + place.reach, goal) {
                    return Some((column.prefix.child(mark).ok()?, Basis::Seen));
                }
                if is_known_table && known.is_marked_behind(index) {
                    return None;
                }
            }
            if !column.is_counted
                && let Some(mark) = known.mark_ahead(index, to, ahead, margin)
            {
                return Some((column.prefix.child(mark).ok()?, Basis::Seen));
            }
            let found = known.found_between(index, to);
            // Behind the first one of all is nearly all.
            let found = &found[usize::from(column.names() == 0 && !found.is_empty())..];
            let reached = found.partition_point(|found| {
                let name = column.prefix.child(found);
                name.is_ok_and(|name| column.names_up_to(&name).is_some_and(|names| names <= place.reach))
            });
            let found = &found[reached..];
            if let Some(middle) = found.get(found.len() / 2) {
                return Some((column.prefix.child(middle).ok()?, Basis::Seen));
            }
        }
        let beyond = known.and_then(|known| known.beyond(index));
        let point = column.leap(ahead, place.end, beyond, margin)?;
        let landing = point.strip_prefix(&column.prefix)?;
        match known.and_then(|known| known.behind_gap(landing)) {
            None => Some((point, Basis::Leap)),
            Some(Gap::ToTheEnd) => None,
            Some(Gap::UpTo(next)) => {
                let point = column.prefix.child(next).ok()?;
                place.end.is_none_or(|end| point < *end).then_some((point, Basis::Seen))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn of_a_tree_without_end_a_part_is_kept() {
        let root: Oid = "1.3".parse().unwrap();
        let mut chart = Chart::new(root.clone(), Guide::none());
        let (mut column, mut before) = (None, root.clone());
        for place in 0..20_000 {
            let names = [1, 2].map(|row| root.child(&[place * 100, 1, 1, row]).unwrap());
            chart.note(&mut column, &before, &names.clone().map(|name| VarBind::new(name, Value::Null)));
            [_, before] = names;
        }
        assert!(chart.entries.len() <= 2 * limits::GUIDE_POINTS + 1, "{} entries", chart.entries.len());
        assert!(chart.parents.len() <= 2 * limits::GUIDE_POINTS + 1);
        assert!(chart.points.len() <= 2 * limits::GUIDE_POINTS, "{} points", chart.points.len());
        assert!(chart.entries.len() > limits::GUIDE_POINTS, "it is enough to get there");
    }
}
