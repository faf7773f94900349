//! A fetch that ends before its time, and what there is by then.

use super::{
    Phase, Table,
    asking::What,
    segment::{Arcs, Role},
};
use crate::table::Row;

impl Table {
    /// Ends the fetch before its time. What it gives is all rows of the current try that were read whole by then, in the
    /// order of their indexes; nobody knows whether they would have been those of a table that holds still.
    pub fn cut_short(&mut self) -> Vec<Row> {
        let is_over = std::mem::replace(&mut self.phase, Phase::Over) == Phase::Over;
        if is_over || self.attempt.discovery.is_some() {
            return Vec::new();
        }
        let mut unread = self.unread();
        unread.sort_unstable();
        let mut unread = unread.into_iter().peekable();
        // Up to where rows are not whole, of all unread parts that have begun; `None` for none, `Some(None)` for the end.
        let mut until: Option<Option<Arcs>> = None;
        let mut whole = Vec::new();
        while let Some(row) = self.rows.pop(&self.plan, &self.columns) {
            while let Some((_, before)) = unread.next_if(|(after, _)| after.as_slice() < row.index.as_slice())
            {
                until = Some(match (until, before) {
                    (None, before) => before,
                    (Some(until), before) => until.zip(before).map(|(one, other)| one.max(other)),
                });
            }
            let is_unread = match &until {
                None => false,
                Some(None) => true,
                Some(Some(until)) => row.index.as_slice() < until.as_slice(),
            };
            if !is_unread {
                whole.push(row);
            }
        }
        whole
    }

    /// The parts of the table that have cells which were not read: behind which index, and before which one.
    fn unread(&self) -> Vec<(Arcs, Option<Arcs>)> {
        let outstanding = self.pending.values().filter(|asked| asked.attempt == self.attempt.number);
        let outstanding = outstanding.filter_map(|asked| match &asked.what {
            What::Segment(segment) => Some(segment),
            What::Columns { .. } | What::Scalar => None,
        });
        let segments = outstanding.chain(&self.queue).chain(&self.frontiers);
        let segments = segments.filter(|segment| segment.role == Role::Data && !segment.columns.is_empty());
        segments.map(|segment| (segment.after.clone(), segment.before.clone())).collect()
    }
}
