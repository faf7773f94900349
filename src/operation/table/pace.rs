//! How much to ask for at a time, and how many requests at once.

pub(super) use crate::operation::pace::octets;
use crate::{
    operation::pace::{ENVELOPE, TYPICAL_BINDING},
    value::VarBind,
};

/// How many repetitions a GETBULK asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Repetitions {
    /// As many as fill one answer; 10 rows of an unknown table at most.
    Adaptive,
    /// So many, and fewer only after tooBig or silence; from 1.
    Fixed(u32),
}

/// Repetitions of the first request of an adaptive fetch, at most.
const FIRST_REPETITIONS: usize = 10;

/// Bindings in one request at the most before the agent has shown how many it takes: a row of these fits into a datagram.
const FIRST_COLUMNS: usize = 60;

/// Failures of GETBULK, before it ever brought anything, until it is given up.
const BULK_FAILURES: u32 = 2;

/// How much to ask for at a time.
#[derive(Debug)]
pub(super) struct Pace {
    repetitions: Repetitions,
    answer_octets: usize,
    /// What has been seen.
    octets: usize,
    bindings: usize,
    /// Bindings that an answer may have: less than what was met with tooBig or silence.
    most: usize,
    /// Bindings that came the last time that an answer was cut.
    came: usize,
    /// Columns that a request may have.
    pub(super) columns: usize,
    bulk: Bulk,
}

/// What is known of GETBULK.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Bulk {
    Untried { failures: u32 },
    Works,
    Off,
}

impl Pace {
    pub(super) fn new(repetitions: Repetitions, answer_octets: usize, with_bulk: bool) -> Self {
        Self {
            repetitions,
            answer_octets,
            octets: 0,
            bindings: 0,
            most: usize::MAX,
            came: usize::MAX,
            columns: FIRST_COLUMNS,
            bulk: if with_bulk { Bulk::Untried { failures: 0 } } else { Bulk::Off },
        }
    }

    /// Says how long answers may get, before the first of them.
    pub(super) const fn set_answer_octets(&mut self, octets: usize) {
        self.answer_octets = octets;
    }

    pub(super) fn uses_bulk(&self) -> bool {
        self.bulk != Bulk::Off
    }

    /// Rows that an answer holds, of so many columns; from 1.
    pub(super) fn rows(&self, columns: usize) -> u32 {
        let columns = columns.max(1);
        let rows = match self.repetitions {
            Repetitions::Fixed(repetitions) => usize::try_from(repetitions).unwrap_or(usize::MAX),
            Repetitions::Adaptive => {
                let room = self.answer_octets.saturating_sub(ENVELOPE) / self.mean();
                let rows = room.min(self.came) / columns;
                if self.bindings == 0 { rows.min(FIRST_REPETITIONS) } else { rows }
            }
        };
        u32::try_from(rows.min(self.most / columns).max(1)).unwrap_or(u32::MAX)
    }

    /// Rows that an answer is likely to bring, even where more are asked for.
    pub(super) fn likely_rows(&self, columns: usize) -> u32 {
        let came = u32::try_from(self.came / columns.max(1)).unwrap_or(u32::MAX);
        self.rows(columns).min(came).max(1)
    }

    fn mean(&self) -> usize {
        if self.bindings == 0 { TYPICAL_BINDING } else { self.octets.div_ceil(self.bindings).max(1) }
    }

    /// Takes note of bindings that came.
    pub(super) fn saw(&mut self, bindings: &[VarBind]) {
        self.octets += bindings.iter().map(octets).sum::<usize>();
        self.bindings += bindings.len();
        // What was seen long ago counts less.
        if self.bindings > 4_096 {
            self.octets /= 2;
            self.bindings /= 2;
        }
    }

    /// A GETBULK brought something; `asked` bindings were wanted, `came` of them were there, and more exist.
    pub(super) fn bulk_brought(&mut self, asked: usize, came: usize) {
        self.bulk = if self.bulk == Bulk::Off { Bulk::Off } else { Bulk::Works };
        if came < asked {
            self.came = came.max(1);
        } else if asked >= self.came {
            self.came = self.came.saturating_add(self.came / 8 + 1);
        }
    }

    /// A GETBULK brought nothing of use.
    pub(super) fn bulk_failed(&mut self) {
        if let Bulk::Untried { failures } = &mut self.bulk {
            *failures += 1;
        }
    }

    /// A GETNEXT did what a GETBULK before it did not. Says whether GETBULK is given up by that.
    pub(super) fn next_helped(&mut self) -> bool {
        let is_useless = matches!(self.bulk, Bulk::Untried { failures } if failures >= BULK_FAILURES);
        if is_useless {
            self.bulk = Bulk::Off;
        }
        is_useless
    }

    /// So many bindings in an answer were too many.
    pub(super) fn too_many(&mut self, bindings: usize) {
        self.most = self.most.min(bindings / 2).max(1);
    }

    /// So many columns in a request were too many.
    pub(super) fn too_wide(&mut self, columns: usize) {
        self.columns = self.columns.min(columns).max(1);
    }
}

/// How many requests may be outstanding.
///
/// It starts small, doubles with each round in which nothing was lost, and from the first loss on grows by one a round.
/// A device that answers one request after the other loses nothing by it.
#[derive(Debug)]
pub(super) struct Window {
    ceiling: usize,
    size: usize,
    /// Answers in this round.
    answers: usize,
    /// Whether anything was lost in this round.
    is_lossy: bool,
    /// Whether anything was ever lost.
    is_careful: bool,
}

/// The window that a fetch starts with.
const FIRST_WINDOW: usize = 4;

impl Window {
    pub(super) fn new(ceiling: usize) -> Self {
        let ceiling = ceiling.max(1);
        Self { ceiling, size: ceiling.min(FIRST_WINDOW), answers: 0, is_lossy: false, is_careful: false }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// No more than so many, whatever the ceiling was.
    pub(super) fn limit(&mut self, ceiling: usize) {
        self.ceiling = self.ceiling.min(ceiling.max(1));
        self.size = self.size.min(self.ceiling);
    }

    /// An answer came; `transmissions` says how often its request was sent.
    pub(super) fn answered(&mut self, transmissions: u32) {
        if transmissions > 1 {
            self.lost();
        }
        self.answers += 1;
        if self.answers >= self.size {
            self.answers = 0;
            if !self.is_lossy {
                let more = if self.is_careful { self.size + 1 } else { self.size * 2 };
                self.size = more.min(self.ceiling);
            }
            self.is_lossy = false;
        }
    }

    /// A transmission, or its answer, was lost. Several of one round count once.
    pub(super) fn lost(&mut self) {
        self.is_careful = true;
        if !self.is_lossy {
            self.is_lossy = true;
            self.answers = 0;
            self.size = (self.size / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn window_after(events: &[u32]) -> usize {
        let mut window = Window::new(16);
        for transmissions in events {
            window.answered(*transmissions);
        }
        window.size()
    }

    #[test]
    fn long_answers_are_few_at_a_time() {
        use crate::{limits, operation::pace::at_once};
        assert_eq!((at_once(65_000), at_once(1_472), at_once(0)), (2, 89, limits::FLIGHT_OCTETS));
        let mut window = Window::new(16);
        window.limit(at_once(65_000));
        (0..200).for_each(|_| window.answered(1));
        assert_eq!(window.size(), 2);
        window.limit(9);
        assert_eq!(window.ceiling, 2, "it is never raised");
    }

    #[test]
    fn a_window_doubles_a_round_until_something_is_lost_and_grows_by_one_from_then_on() {
        assert_eq!(window_after(&[]), 4);
        assert_eq!(window_after(&[1; 4]), 8);
        assert_eq!(window_after(&[1; 12]), 16);
        assert_eq!(window_after(&[1; 200]), 16);
        assert_eq!(window_after(&[1, 2]), 2);
        assert_eq!(window_after(&[1, 2, 1, 1, 1]), 3, "a lossy round, a good one of two");
        assert_eq!(window_after(&[2; 50]), 1);
        assert_eq!(Window::new(1).size(), 1);
        assert_eq!(Window::new(0).size(), 1);
    }

    #[test]
    fn rows_fill_an_answer_and_shrink_to_what_came() {
        let mut pace = Pace::new(Repetitions::Adaptive, 1_472, true);
        assert_eq!((pace.rows(1), pace.rows(4), pace.rows(19), pace.rows(200)), (10, 10, 3, 1));
        let binding =
            VarBind::new("1.3.6.1.2.1.2.2.1.10.7".parse().unwrap(), Value::OctetString([0; 83][..].into()));
        assert_eq!(octets(&binding), 100);
        pace.saw(&[binding.clone(), binding]);
        assert_eq!((pace.rows(1), pace.rows(5)), (14, 2));
        pace.bulk_brought(20, 9);
        assert_eq!(pace.rows(1), 9);
        pace.bulk_brought(9, 9);
        assert_eq!(pace.rows(1), 11, "and it grows again");
        pace.too_many(11);
        assert_eq!(pace.rows(1), 5);
        let mut fixed = Pace::new(Repetitions::Fixed(50), 1_472, true);
        assert_eq!((fixed.rows(19), fixed.likely_rows(19)), (50, 50));
        fixed.bulk_brought(950, 70);
        assert_eq!((fixed.rows(19), fixed.likely_rows(19)), (50, 3));
        fixed.too_many(950);
        assert_eq!(fixed.rows(19), 25);
    }

    #[test]
    fn bulk_is_given_up_when_it_never_brought_anything_and_getnext_did() {
        let mut pace = Pace::new(Repetitions::Adaptive, 1_472, true);
        pace.bulk_failed();
        assert!(!pace.next_helped());
        pace.bulk_failed();
        assert!(pace.next_helped());
        assert!(!pace.uses_bulk());
        let mut pace = Pace::new(Repetitions::Adaptive, 1_472, true);
        pace.bulk_brought(10, 10);
        (0..9).for_each(|_| pace.bulk_failed());
        assert!(!pace.next_helped());
        assert!(pace.uses_bulk());
    }
}
