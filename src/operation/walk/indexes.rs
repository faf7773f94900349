//! What is known of the indexes of a table, whichever of its columns said it.

use crate::{limits, oid::Oid, value::VarBind};

/// Names from one mark of a column to the next.
pub(super) const MARK_STEP: usize = 8;

/// See the [module](self). Nothing of it proves anything for another column.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// Some of those that were read, in order, and how many there are up to each.
    marks: Vec<(Oid, u64)>,
    /// Whether columns differ so much that what one says of the others means nothing.
    is_irregular: bool,
    /// Some that follow names which were made up, in order.
    found: Vec<Oid>,
    /// From where to where a column had nothing, in order; to its end without the second one.
    gaps: Vec<(Oid, Option<Oid>)>,
    /// The least one behind which a column had nothing.
    beyond: Option<Oid>,
}

/// Where a column had nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Gap<'a> {
    /// Up to this index, which it has.
    UpTo(&'a [u32]),
    ToTheEnd,
}

impl Indexes {
    /// Keeps some of the names of a column that begins with `prefix` and has `count` names before them. Says how many
    /// were kept, of so many that there is room for.
    pub(super) fn mark(&mut self, prefix: &Oid, count: u64, list: &[VarBind], room: usize) -> usize {
        let before = self.marks.len();
        if self.is_irregular {
            return 0;
        }
        let step = u64::try_from(MARK_STEP).unwrap_or(u64::MAX);
        let counted = self.marks.last().map_or(0, |(_, last)| *last).max(count);
        let next = (counted / step + 1) * step;
        let skipped = usize::try_from(next - count - 1).unwrap_or(usize::MAX);
        for (ordinal, binding) in
            (next..).step_by(MARK_STEP).zip(list.iter().skip(skipped).step_by(MARK_STEP))
        {
            if self.marks.len() - before >= room {
                break;
            }
            let Some(Ok(index)) = binding.name.strip_prefix(prefix).map(Oid::new) else { break };
            if self.marks.last().is_none_or(|(last, _)| *last < index) {
                self.marks.push((index, ordinal));
            }
        }
        self.marks.len() - before
    }

    /// Compares marks with where a column has come to: so many names up to an index.
    pub(super) fn compare(&mut self, index: &[u32], count: u64) {
        let step = u64::try_from(MARK_STEP).unwrap_or(u64::MAX);
        let place = self.marks.partition_point(|(mark, _)| mark.arcs() <= index);
        let last = place.checked_sub(1).map_or(0, |place| self.marks[place].1);
        let next = self.marks.get(place).map_or(u64::MAX, |(_, next)| *next);
        let slack = step + last / 4;
        if count + slack < last || next < u64::MAX && count > next + slack {
            self.is_irregular = true;
            self.marks.clear();
        }
    }

    /// Keeps an index that a column has.
    pub(super) fn find(&mut self, index: &[u32]) {
        let place = self.found.partition_point(|found| found.arcs() < index);
        let is_known = self.found.get(place).is_some_and(|found| found.arcs() == index);
        if let Ok(index) = Oid::new(index)
            && !is_known
            && self.found.len() < limits::WALK_INDEXES
        {
            self.found.insert(place, index);
        }
    }

    /// The first one that was found so.
    pub(super) fn first(&self) -> Option<&Oid> {
        self.found.first()
    }

    /// From one index to another, or to its end, a column had nothing.
    pub(super) fn skip(&mut self, from: &[u32], to: Option<&[u32]>) {
        let Ok(from) = Oid::new(from) else { return };
        if to.is_none() && self.beyond.as_ref().is_none_or(|beyond| from < *beyond) {
            self.beyond = Some(from.clone());
        }
        let to = to.and_then(|to| Oid::new(to).ok());
        let place = self.gaps.partition_point(|(begin, _)| *begin < from);
        if let Some((_, end)) = self.gaps.get_mut(place).filter(|(begin, _)| *begin == from) {
            *end = to;
        } else if self.gaps.len() < limits::WALK_INDEXES {
            self.gaps.insert(place, (from, to));
        }
    }

    /// Forgets where a column is said to have nothing, if another one has these names there.
    pub(super) fn refute(&mut self, prefix: &Oid, list: &[VarBind]) {
        let index = |binding: &VarBind| binding.name.get(prefix.len()..).map(Oid::new).and_then(Result::ok);
        let (Some(first), Some(end)) = (list.first().and_then(index), list.last().and_then(index)) else {
            return;
        };
        let begin = self.gaps.partition_point(|(from, _)| *from < first).saturating_sub(1);
        let behind = self.gaps.partition_point(|(from, _)| *from < end);
        if begin >= behind {
            return;
        }
        let is_refuted = |(from, to): &(Oid, Option<Oid>)| {
            let next = list.partition_point(|binding| binding.name.get(prefix.len()..) <= Some(from.arcs()));
            let next = list.get(next).and_then(|binding| binding.name.get(prefix.len()..));
            next.is_some_and(|next| to.as_ref().is_none_or(|to| next < to.arcs()))
        };
        let kept: Vec<_> = self.gaps.drain(begin..behind).filter(|gap| !is_refuted(gap)).collect();
        self.gaps.splice(begin..begin, kept);
        if self.beyond.as_ref().is_some_and(|beyond| *beyond < end) {
            self.beyond = self.gaps.iter().find(|(_, to)| to.is_none()).map(|(from, _)| from.clone());
        }
    }

    /// How far a column had nothing behind an index; `None` where that is not known.
    pub(super) fn behind_gap(&self, index: &[u32]) -> Option<Gap<'_>> {
        let place = self.gaps.partition_point(|(begin, _)| begin.arcs() <= index);
        let (_, to) = self.gaps.get(place.checked_sub(1)?)?;
        match to {
            None => Some(Gap::ToTheEnd),
            Some(to) => (to.arcs() > index).then_some(Gap::UpTo(to)),
        }
    }

    /// The least index behind which a column had nothing, if it is behind this one.
    pub(super) fn beyond(&self, index: &[u32]) -> Option<&[u32]> {
        self.beyond.as_deref().filter(|beyond| *beyond > index)
    }

    /// How many there are up to one that is marked.
    pub(super) fn ordinal(&self, index: &[u32]) -> Option<u64> {
        let place = self.marks.binary_search_by(|(mark, _)| mark.arcs().cmp(index)).ok()?;
        Some(self.marks[place].1)
    }

    /// How many there are from one index to another, as far as they have been counted: at least so many.
    pub(super) fn counted_between(&self, from: &[u32], to: Option<&[u32]>) -> u64 {
        let marks = self.marks_between(from, to);
        u64::try_from(marks.len().saturating_mul(MARK_STEP)).unwrap_or(u64::MAX)
    }

    fn marks_between(&self, from: &[u32], to: Option<&[u32]>) -> &[(Oid, u64)] {
        let begin = self.marks.partition_point(|(mark, _)| mark.arcs() <= from);
        let end = to.map_or(self.marks.len(), |to| self.marks.partition_point(|(mark, _)| mark.arcs() < to));
        &self.marks[begin..end.max(begin)]
    }

    /// Indexes that were found behind made-up names, between two.
    pub(super) fn found_between(&self, from: &[u32], to: Option<&[u32]>) -> &[Oid] {
        let begin = self.found.partition_point(|found| found.arcs() <= from);
        let end = to.map_or(self.found.len(), |to| self.found.partition_point(|found| found.arcs() < to));
        &self.found[begin..end.max(begin)]
    }

    /// The last mark between two indexes that is not more than so many names into the column, nor less.
    pub(super) fn mark_in(&self, from: &[u32], to: Option<&[u32]>, least: u64, most: u64) -> Option<&Oid> {
        let marks = self.marks_between(from, to);
        let up_to = marks.partition_point(|(_, ordinal)| *ordinal <= most);
        let (index, ordinal) = marks[..up_to].last()?;
        (*ordinal >= least).then_some(index)
    }

    /// A mark between two indexes, about so many names behind the first one; at least `least` names, as far as they have
    /// been counted, are behind it.
    pub(super) fn mark_ahead(
        &self,
        from: &[u32],
        to: Option<&[u32]>,
        ahead: u64,
        least: u64,
    ) -> Option<&Oid> {
        let marks = self.marks_between(from, to);
        let step = |names: u64| usize::try_from(names).unwrap_or(usize::MAX) / MARK_STEP;
        let most = marks.len().checked_sub(step(least) + 1)?;
        marks.get(step(ahead).min(most)).filter(|_| step(ahead) <= most).map(|(index, _)| index)
    }

    /// Whether a mark lies behind an index.
    pub(super) fn is_marked_behind(&self, index: &[u32]) -> bool {
        self.marks.last().is_some_and(|(last, _)| last.arcs() > index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn prefix() -> Oid {
        "1.3.1".parse().unwrap()
    }

    fn names(indexes: impl Iterator<Item = u32>) -> Vec<VarBind> {
        indexes.map(|index| VarBind::new(prefix().child(&[index]).unwrap(), Value::Null)).collect()
    }

    #[test]
    fn every_eighth_name_is_a_mark_whichever_column_read_it() {
        let mut known = Indexes::default();
        assert_eq!(known.mark(&prefix(), 0, &names(1..=20), 100), 2);
        assert_eq!(known.mark(&prefix(), 0, &names(1..=30), 100), 1, "what is known is not marked again");
        assert_eq!(
            (known.ordinal(&[8]), known.ordinal(&[24]), known.ordinal(&[9])),
            (Some(8), Some(24), None)
        );
        assert_eq!(known.mark(&prefix(), 30, &names(31..=90), 2), 2, "there is no more room");
        assert_eq!(known.counted_between(&[8], Some(&[32])), 16);
        assert_eq!(known.mark_in(&[1], None, 9, 30).map(|mark| mark[0]), Some(24));
        assert_eq!(known.mark_in(&[1], None, 25, 30), None);
        assert_eq!(known.mark_ahead(&[1], None, 16, 8).map(|mark| mark[0]), Some(24));
        assert_eq!(known.mark_ahead(&[1], None, 40, 8), None, "too little would be behind it");
    }

    #[test]
    fn columns_that_are_not_alike_are_found_out() {
        let mut known = Indexes::default();
        known.mark(&prefix(), 0, &names(1..=80), 100);
        known.compare(&[40], 38);
        assert_eq!(known.ordinal(&[40]), Some(40), "a hole or two do not matter");
        known.compare(&[80], 10);
        assert_eq!(known.ordinal(&[40]), None);
        assert_eq!(known.mark(&prefix(), 0, &names(1..=80), 100), 0);
    }

    #[test]
    fn gaps_hold_until_a_column_has_something_there() {
        let mut known = Indexes::default();
        known.skip(&[10], Some(&[20]));
        known.skip(&[50], None);
        assert_eq!(known.behind_gap(&[9]), None);
        assert_eq!(known.behind_gap(&[10]), Some(Gap::UpTo(&[20])));
        assert_eq!(known.behind_gap(&[19]), Some(Gap::UpTo(&[20])));
        assert_eq!(known.behind_gap(&[20]), None);
        assert_eq!(known.behind_gap(&[70]), Some(Gap::ToTheEnd));
        assert_eq!((known.beyond(&[30]), known.beyond(&[50])), (Some(&[50][..]), None));
        known.refute(&prefix(), &names([5, 10, 20, 30].into_iter()));
        assert_eq!(known.behind_gap(&[15]), Some(Gap::UpTo(&[20])), "there is nothing in between");
        known.refute(&prefix(), &names([40, 50, 51].into_iter()));
        assert_eq!((known.behind_gap(&[70]), known.beyond(&[30])), (None, None));
        known.refute(&prefix(), &names([12, 13].into_iter()));
        assert_eq!(known.behind_gap(&[15]), None);
    }

    #[test]
    fn what_was_found_is_kept_in_order_and_once() {
        let mut known = Indexes::default();
        for index in [30, 10, 20, 10] {
            known.find(&[index]);
        }
        let found = |from: u32, to: Option<&[u32]>| known.found_between(&[from], to).len();
        assert_eq!((found(0, None), found(10, None), found(10, Some(&[30]))), (3, 2, 1));
        assert_eq!(known.first().map(|first| first[0]), Some(10));
    }
}
