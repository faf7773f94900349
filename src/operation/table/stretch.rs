//! Dividing what is left of a segment by guessing how its indexes go on.
//!
//! A table of one or two columns is not worth reading ahead, and by GETNEXT nothing else is; but indexes that were seen
//! go on more often than not, and the rest can be divided where rows are likely to be. A guess proves nothing: the parts
//! cover the rest without a gap, so that a row is found wherever it is, and a wrong guess costs a request.

use super::{
    Table,
    segment::{Arcs, Reach, Reading, Segment, successor},
};
use crate::oid::Oid;
/// Rows of a part that is read row by row.
const ROWS_BY_NEXT: u32 = 8;

/// How the indexes of an answer went on: in their last arc, by so much for so many rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Stride {
    arcs: u32,
    rows: u32,
}

impl Stride {
    /// The stride from what was known before the answer to where it reaches, by the names of one column; `None` where more
    /// than the last arc changes. `prefix` is how many arcs of a name are not index.
    fn of<'a>(
        after: &[u32],
        mut names: impl Iterator<Item = &'a Oid>,
        prefix: usize,
        last: &[u32],
    ) -> Option<Self> {
        let first = &names.next()?[prefix..];
        let more = u32::try_from(names.count()).ok()?;
        // One row shows a stride only together with the one before it.
        let (from, rows) = if more > 0 { (first, more) } else { (after, 1) };
        let (end, prefix) = last.split_last()?;
        let (begin, same) = from.split_last()?;
        let arcs = end.checked_sub(*begin).filter(|arcs| *arcs > 0 && prefix == same)?;
        Some(Self { arcs, rows })
    }

    /// The index behind `rows` more rows than those up to `index`, if they go on like that.
    fn ahead(self, index: &[u32], rows: u32) -> Option<Arcs> {
        let mut index = Arcs::from_slice(index);
        let far = u64::from(self.arcs) * u64::from(rows) / u64::from(self.rows);
        let last = index.last_mut()?;
        *last = u32::try_from(u64::from(*last) + far.max(1)).ok()?;
        Some(index)
    }

    /// Whether a part can be expected to have as many rows as its indexes leave room for.
    const fn is_even(self) -> bool {
        self.arcs.is_multiple_of(self.rows)
    }
}

impl Table {
    /// How the indexes of an answer went on, by the column that has most rows.
    pub(super) fn stride(&self, segment: &Segment, reading: &Reading) -> Option<Stride> {
        let Reach::To(last) = &reading.reach else { return None };
        let (column, _) = reading.tracks.iter().enumerate().max_by_key(|(_, track)| track.inside)?;
        let cells = reading.cells.iter().filter(|cell| cell.column == column);
        let prefix = self.column_oids[segment.columns[column]].len();
        Stride::of(&segment.after, cells.map(|cell| &cell.binding.name), prefix, last)
    }

    /// How many parts the rest of a segment may be divided into: as many as the window has room for now, and not many
    /// more than guesses were right. So wrong ones cost less than the right ones that came before, and a short table is
    /// asked for as if there were no guesses.
    fn parts(&self) -> usize {
        let is_busy = self.pending.len() + self.queue.len();
        let room = if self.attempt.is_guided { 1 } else { self.window.size().saturating_sub(is_busy) };
        room.min(self.attempt.trust + 1)
    }

    /// Asks for the rest of a segment, in parts if it can be guessed where.
    pub(super) fn go_on(&mut self, rest: Segment, stride: Option<Stride>) {
        let likely = self.pace.likely_rows(rest.columns.len());
        let likely = if self.pace.uses_bulk() { likely } else { ROWS_BY_NEXT };
        let is_short = rest.rows.is_some_and(|rows| rows <= likely);
        let parts = match stride {
            Some(stride) if !is_short => divided(&rest, stride, likely, self.parts()),
            _ => vec![rest],
        };
        for part in parts.into_iter().rev() {
            self.queue.push_front(part);
        }
    }
}

/// A segment in so many parts at most, in their order: together they are all of it.
fn divided(rest: &Segment, stride: Stride, likely: u32, parts: usize) -> Vec<Segment> {
    let mut divided = Vec::new();
    let mut rest = rest.clone();
    // Uneven ones may have a few more rows than expected, which the same answer should hold.
    let rows = if stride.is_even() { likely } else { (likely / 8 * 7).max(1) };
    while divided.len() + 1 < parts {
        let Some(last) = stride.ahead(&rest.after, rows) else { break };
        let end = successor(&last);
        if rest.before.as_ref().is_some_and(|before| *before <= end) {
            break;
        }
        divided.push(Segment { before: Some(end), rows: Some(likely), ..rest.clone() });
        rest.after = last;
        rest.rows = None;
    }
    divided.push(rest);
    divided
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::table::segment::{Care, Role};

    fn segment(after: &[u32], before: Option<&[u32]>) -> Segment {
        Segment {
            after: Arcs::from_slice(after),
            before: before.map(Arcs::from_slice),
            columns: vec![0, 1],
            rows: None,
            care: Care::Usual,
            role: Role::Data,
            is_whole: false,
            is_partial: false,
        }
    }

    #[test]
    fn a_stride_is_how_far_the_last_arc_went_for_how_many_rows() {
        let stride = |after: &[u32], indexes: &[&str], last: &[u32]| {
            let names: Vec<Oid> =
                indexes.iter().map(|index| format!("1.9.2.1.1.{index}").parse().unwrap()).collect();
            Stride::of(after, names.iter(), 5, last).map(|stride| (stride.arcs, stride.rows))
        };
        assert_eq!(stride(&[], &["3", "7", "9"], &[9]), Some((6, 2)));
        assert_eq!(stride(&[], &["3"], &[3]), None, "one row, and none before it");
        assert_eq!(stride(&[1], &["3"], &[3]), Some((2, 1)));
        assert_eq!(stride(&[5, 1], &["5.3"], &[5, 3]), Some((2, 1)));
        assert_eq!(stride(&[4, 1], &["5.3"], &[5, 3]), None);
        assert_eq!(stride(&[], &["5.3", "5.9"], &[5, 9]), Some((6, 1)));
        assert_eq!(stride(&[], &["4.3", "5.9"], &[5, 9]), None);
        assert_eq!(stride(&[], &["4", "5.9"], &[5, 9]), None);
        assert_eq!(stride(&[1], &[], &[3]), None);
    }

    #[test]
    fn parts_leave_no_gap_and_keep_within_the_segment() {
        let bounds = |parts: &[Segment]| {
            parts
                .iter()
                .map(|part| (part.after.to_vec(), part.before.as_ref().map(|b| b.to_vec())))
                .collect::<Vec<_>>()
        };
        let even = Stride { arcs: 10, rows: 10 };
        let parts = divided(&segment(&[5], None), even, 20, 3);
        assert_eq!(
            bounds(&parts),
            [(vec![5], Some(vec![25, 0])), (vec![25], Some(vec![45, 0])), (vec![45], None)]
        );
        assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [Some(20), Some(20), None]);
        // A segment that ends soon is not divided behind its end.
        let parts = divided(&segment(&[5], Some(&[30])), even, 20, 9);
        assert_eq!(bounds(&parts), [(vec![5], Some(vec![25, 0])), (vec![25], Some(vec![30]))]);
        let parts = divided(&segment(&[5], Some(&[25, 0])), even, 20, 9);
        assert_eq!(bounds(&parts), [(vec![5], Some(vec![25, 0]))]);
        // Nor behind the last index that there can be.
        let parts = divided(&segment(&[u32::MAX - 30], None), even, 20, 9);
        assert_eq!(bounds(&parts).last(), Some(&(vec![u32::MAX - 10], None)));
        // Uneven, and with a prefix.
        let uneven = Stride { arcs: 7, rows: 2 };
        let parts = divided(&segment(&[4, 1], None), uneven, 16, 2);
        assert_eq!(bounds(&parts), [(vec![4, 1], Some(vec![4, 50, 0])), (vec![4, 50], None)]);
        assert_eq!(divided(&segment(&[5], None), even, 20, 1).len(), 1);
        assert_eq!(divided(&segment(&[5], None), even, 20, 0).len(), 1);
    }
}
