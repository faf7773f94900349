//! A part of a table, rows by columns, and what an answer says of it.

use smallvec::SmallVec;

use super::pace;
use crate::{
    oid::Oid,
    value::{Value, VarBind},
};

/// An index.
pub(super) type Arcs = SmallVec<[u32; 4]>;

/// Rows between two indexes, in some columns, that have not been read yet.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Rows behind this index; the empty one is before all.
    pub(super) after: Arcs,
    /// Rows before this index; `None` to the end.
    pub(super) before: Option<Arcs>,
    /// The columns, by their places in the plan.
    pub(super) columns: Vec<usize>,
    /// How many rows are expected; `None` when nobody knows.
    pub(super) rows: Option<u32>,
    /// How to ask.
    pub(super) care: Care,
    pub(super) role: Role,
    /// Whether it is all that a plan wants, of which nothing has been read.
    pub(super) is_whole: bool,
    /// Whether a column was found at its end by an answer of its own, which says nothing of the others.
    pub(super) is_partial: bool,
}

/// How to ask for a segment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Care {
    /// For as much as an answer holds.
    Usual,
    /// For one row, by GETNEXT, because more was of no avail.
    Small,
}

/// What a segment is read for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// For its cells.
    Data,
    /// One column, read ahead of the others for its indexes alone: they show where the table can be divided. The cells
    /// are read again with the rest of their rows, so that a row comes out of one answer.
    Guide,
}

impl Segment {
    /// The rest of it behind an index, or `None` when nothing can be there.
    pub(super) fn behind(mut self, index: &[u32], rows: u32) -> Option<Self> {
        let is_last =
            self.before.as_ref().is_some_and(|before| before.as_slice() == successor(index).as_slice());
        if is_last {
            return None;
        }
        self.after = Arcs::from_slice(index);
        // More rows than were expected: nobody knows how many there are.
        self.rows = self.rows.and_then(|expected| expected.checked_sub(rows)).filter(|left| *left > 0);
        self.care = Care::Usual;
        Some(self)
    }

    /// The same rows in two halves of the columns.
    pub(super) fn halves(mut self) -> [Self; 2] {
        let right = self.columns.split_off(self.columns.len() / 2);
        let other = Self { columns: right, ..self.clone() };
        [self, other]
    }
}

/// The smallest index after one.
pub(super) fn successor(index: &[u32]) -> Arcs {
    let mut next = Arcs::from_slice(index);
    next.push(0);
    next
}

/// How far an answer reaches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Reach {
    /// Some column had no binding at all: nothing is known.
    Nothing,
    /// All columns are known up to this index.
    To(Arcs),
    /// All columns are known to the end of the segment.
    End,
}

/// A cell of an answer.
#[derive(Debug)]
pub(super) struct Read {
    /// The place of its column in the segment.
    pub(super) column: usize,
    pub(super) binding: VarBind,
}

/// What an answer says of a segment: all that the agent had, at one moment, between where the segment begins and where
/// the answer reaches. Bindings beyond that are not used, since their rows are not whole.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) reach: Reach,
    pub(super) cells: Vec<Read>,
    /// Rows up to there, of the column that has most.
    pub(super) rows: u32,
    /// For each column of the segment.
    pub(super) tracks: Vec<Track>,
}

/// What came of one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    /// Bindings inside the segment, which are the first ones of the column.
    pub(super) inside: usize,
    /// Where the last of them is.
    last: Option<usize>,
    /// Whether the end of the segment, or of the column, came after them.
    pub(super) is_closed: bool,
    /// Octets of them.
    pub(super) octets: usize,
}

impl Track {
    /// Whether the answer says that the column has nothing in the segment.
    pub(super) const fn is_empty(&self) -> bool {
        self.is_closed && self.inside == 0
    }
}

/// A name that is not larger than the one before it in its column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Disorder {
    pub(super) previous: Box<Oid>,
    pub(super) name: Box<Oid>,
}

impl Reading {
    /// Reads the bindings of an answer, without those that were asked for once: `repetitions` times one for each column.
    ///
    /// `columns` are the OIDs of the segment's columns.
    pub(super) fn of(
        segment: &Segment,
        columns: &[Oid],
        repetitions: u32,
        mut bindings: Vec<VarBind>,
    ) -> Result<Self, Disorder> {
        let width = columns.len();
        // An agent may send more than was asked for; it means nothing.
        let wanted = width.saturating_mul(usize::try_from(repetitions).unwrap_or(usize::MAX));
        bindings.truncate(wanted);
        drop_superfluous(&segment.after, columns, wanted, &mut bindings);
        let mut tracks = vec![Track::default(); width];
        for (place, binding) in bindings.iter().enumerate() {
            let column = place % width;
            let track = &mut tracks[column];
            if track.is_closed {
                continue;
            }
            let previous = match track.last {
                Some(last) => &bindings[last].name[columns[column].len()..],
                None => segment.after.as_slice(),
            };
            match place_of(segment, &columns[column], previous, binding)? {
                Place::Inside => {
                    track.last = Some(place);
                    track.inside += 1;
                    track.octets += pace::octets(binding);
                }
                Place::Beyond => track.is_closed = true,
            }
        }
        let reach = reach(columns, &tracks, &bindings);
        let mut reading = Self { reach, cells: Vec::new(), rows: 0, tracks };
        if reading.reach != Reach::Nothing {
            reading.take(columns, bindings);
        }
        Ok(reading)
    }

    fn take(&mut self, columns: &[Oid], bindings: Vec<VarBind>) {
        let width = columns.len();
        let mut rows = vec![0_u32; width];
        for (place, binding) in bindings.into_iter().enumerate() {
            let column = place % width;
            if place / width >= self.tracks[column].inside {
                continue;
            }
            let index = &binding.name[columns[column].len()..];
            if matches!(&self.reach, Reach::To(last) if index > last.as_slice()) {
                continue;
            }
            rows[column] += 1;
            self.cells.push(Read { column, binding });
        }
        self.rows = rows.into_iter().max().unwrap_or(0);
    }
}

/// Takes the last binding away if it only says again what the one before it says.
///
/// Some agents put one there that nobody asked for, behind a list that is cut. Where it belongs to another column than the
/// one whose turn it is, it would end a column that goes on; in its own it would look like an agent that runs in a circle.
/// A whole list may end so where columns are at their end; of one that is cut nothing is lost by asking again.
fn drop_superfluous(after: &[u32], columns: &[Oid], wanted: usize, bindings: &mut Vec<VarBind>) {
    let [.., before, last] = bindings.as_slice() else { return };
    let (width, place) = (columns.len(), bindings.len() - 1);
    let is_larger = match place.checked_sub(width) {
        Some(previous) => last.name > bindings[previous].name,
        None => columns[place].child(after).is_ok_and(|asked| last.name > asked),
    };
    let is_possible = width > 1 && bindings.len() == wanted && is_larger;
    if last.name == before.name && last.value != Value::EndOfMibView && !is_possible {
        bindings.pop();
    }
}

enum Place {
    Inside,
    /// Behind the segment, or behind the column.
    Beyond,
}

fn place_of(segment: &Segment, column: &Oid, previous: &[u32], binding: &VarBind) -> Result<Place, Disorder> {
    if binding.value == Value::EndOfMibView {
        return Ok(Place::Beyond);
    }
    let is_larger = match binding.name.strip_prefix(column) {
        Some(index) if index > previous => {
            let is_beyond = segment.before.as_ref().is_some_and(|before| index >= before.as_slice());
            return Ok(if is_beyond { Place::Beyond } else { Place::Inside });
        }
        Some(_) => false,
        None => binding.name > *column,
    };
    if is_larger {
        return Ok(Place::Beyond);
    }
    let previous = column.child(previous).unwrap_or_else(|_| column.clone());
    Err(Disorder { previous: Box::new(previous), name: Box::new(binding.name.clone()) })
}

/// The smallest of the last indexes of the columns that go on.
fn reach(columns: &[Oid], tracks: &[Track], bindings: &[VarBind]) -> Reach {
    let mut reach = Reach::End;
    for (track, column) in tracks.iter().zip(columns).filter(|(track, _)| !track.is_closed) {
        let Some(last) = track.last else { return Reach::Nothing };
        let last = &bindings[last].name[column.len()..];
        match &reach {
            Reach::To(nearest) if nearest.as_slice() <= last => {}
            _ => reach = Reach::To(Arcs::from_slice(last)),
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 3] = ["1.9.2.1.1", "1.9.2.1.2", "1.9.2.1.4"];

    fn columns() -> Vec<Oid> {
        COLUMNS.iter().map(|column| column.parse().unwrap()).collect()
    }

    fn segment(after: &[u32], before: Option<&[u32]>) -> Segment {
        Segment {
            after: Arcs::from_slice(after),
            before: before.map(Arcs::from_slice),
            columns: vec![0, 1, 2],
            rows: None,
            care: Care::Usual,
            role: Role::Data,
            is_whole: false,
            is_partial: false,
        }
    }

    fn read(segment: &Segment, repetitions: u32, names: &[&str]) -> Result<(Reach, Vec<String>), Disorder> {
        let binding = |name: &&str| match name.strip_suffix('$') {
            Some(name) => VarBind::new(name.parse().unwrap(), Value::EndOfMibView),
            None => VarBind::new(name.parse().unwrap(), Value::Integer32(1)),
        };
        let reading = Reading::of(segment, &columns(), repetitions, names.iter().map(binding).collect())?;
        Ok((reading.reach, reading.cells.iter().map(|cell| cell.binding.name.to_string()).collect()))
    }

    fn to(index: &[u32]) -> Reach {
        Reach::To(Arcs::from_slice(index))
    }

    #[test]
    fn an_answer_reaches_as_far_as_all_its_columns_do() {
        let whole =
            ["1.9.2.1.1.1", "1.9.2.1.2.1", "1.9.2.1.4.1", "1.9.2.1.1.2", "1.9.2.1.2.2", "1.9.2.1.4.2"];
        let open = segment(&[], None);
        let (reach, cells) = read(&open, 2, &whole).unwrap();
        assert_eq!((reach, cells.len()), (to(&[2]), 6));
        // Cut in the middle of a repetition.
        let (reach, cells) = read(&open, 2, &whole[..5]).unwrap();
        assert_eq!((reach, cells), (to(&[1]), whole[..3].iter().map(|&name| name.to_owned()).collect()));
        assert_eq!(read(&open, 2, &whole[..2]).unwrap().0, Reach::Nothing);
        assert_eq!(read(&open, 2, &[]).unwrap().0, Reach::Nothing);
        // More than was asked for.
        assert_eq!(read(&open, 1, &whole).unwrap().0, to(&[1]));
    }

    #[test]
    fn a_sparse_column_never_lends_its_neighbours_cells() {
        // Column 2 lacks row 1, column 4 lacks rows 2 and 3.
        let names =
            ["1.9.2.1.1.1", "1.9.2.1.2.2", "1.9.2.1.4.1", "1.9.2.1.1.2", "1.9.2.1.2.3", "1.9.2.1.4.4"];
        let (reach, cells) = read(&segment(&[], None), 2, &names).unwrap();
        assert_eq!(reach, to(&[2]));
        assert_eq!(cells, ["1.9.2.1.1.1", "1.9.2.1.2.2", "1.9.2.1.4.1", "1.9.2.1.1.2"]);
    }

    #[test]
    fn columns_end_where_another_one_begins_or_the_segment_does() {
        let names = ["1.9.2.1.1.7", "1.9.2.1.4.1", "1.9.3.1.0", "1.9.2.1.2.1", "1.9.2.1.4.2", "1.9.3.2.0"];
        let (reach, cells) = read(&segment(&[6], None), 2, &names).unwrap();
        assert_eq!((reach, cells), (Reach::End, vec!["1.9.2.1.1.7".to_owned()]));
        let names = ["1.9.2.1.1.7", "1.9.2.1.2.7", "1.9.2.1.4.8"];
        let (reach, cells) = read(&segment(&[6], Some(&[8])), 1, &names).unwrap();
        assert_eq!((reach, cells.len()), (to(&[7]), 2));
        let names = ["1.9.2.1.1.8", "1.9.2.1.2.9", "1.9.2.1.4.6$"];
        assert_eq!(read(&segment(&[6], Some(&[8])), 1, &names).unwrap(), (Reach::End, Vec::new()));
    }

    #[test]
    fn a_binding_too_many_behind_a_list_that_is_cut_ends_no_column() {
        let names = ["1.9.2.1.1.1", "1.9.2.1.2.1", "1.9.2.1.4.1", "1.9.2.1.4.1"];
        assert_eq!(read(&segment(&[], None), 2, &names).unwrap().0, to(&[1]));
        // Where the columns before have nothing, their turn says the same.
        let names = ["1.9.2.1.2.1", "1.9.2.1.2.1"];
        assert_eq!(read(&segment(&[], None), 2, &names).unwrap().0, Reach::Nothing);
        // All that was asked for: what it says counts.
        let names = ["1.9.2.1.1.1", "1.9.2.1.2.1", "1.9.3.1.0"];
        assert_eq!(read(&segment(&[], None), 1, &names).unwrap().0, to(&[1]));
        assert_eq!(read(&segment(&[], None), 1, &["1.9.3.1.0"; 3]).unwrap().0, Reach::End);
    }

    #[test]
    fn names_that_do_not_increase_are_told() {
        let rest = ["1.9.2.1.2.6", "1.9.2.1.4.6"];
        for (names, previous, name) in [
            (["1.9.2.1.1.5", rest[0], rest[1]], "1.9.2.1.1.5", "1.9.2.1.1.5"),
            (["1.9.2.1.1.4", rest[0], rest[1]], "1.9.2.1.1.5", "1.9.2.1.1.4"),
            (["1.9.2.1.1", rest[0], rest[1]], "1.9.2.1.1.5", "1.9.2.1.1"),
            (["1.9.2.1.0.9", rest[0], rest[1]], "1.9.2.1.1.5", "1.9.2.1.0.9"),
            (["1.9.2.1.1.6", "1.9.2.1.1.7", rest[1]], "1.9.2.1.2.5", "1.9.2.1.1.7"),
            (["1.9.2.1.1.6", rest[0], "1.9.2.1.4.4"], "1.9.2.1.4.5", "1.9.2.1.4.4"),
        ] {
            let disorder = read(&segment(&[5], None), 1, &names).unwrap_err();
            assert_eq!(
                (disorder.previous.to_string(), disorder.name.to_string()),
                (previous.into(), name.into())
            );
        }
    }

    #[test]
    fn nothing_is_left_between_an_index_and_its_successor() {
        let bounded = segment(&[], Some(&[3, 0]));
        assert!(bounded.clone().behind(&[3], 1).is_none());
        assert_eq!(bounded.behind(&[2], 1).unwrap().after.as_slice(), [2]);
        assert!(segment(&[], None).behind(&[3], 1).is_some());
    }
}
