//! How much to ask for at a time.

use super::{WalkMethod, WalkPlan};
use crate::{
    limits,
    operation::pace::{ENVELOPE, TYPICAL_BINDING, octets, spared},
    value::VarBind,
};

/// How a request asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum How {
    Next,
    Bulk(u32),
}

impl How {
    /// How many names it asks for.
    pub(super) const fn names(self) -> u32 {
        match self {
            Self::Next => 1,
            Self::Bulk(repetitions) => repetitions,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Method {
    Next,
    Fixed(u32),
    Adaptive(Bulk),
}

/// What is known of GETBULK.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Bulk {
    Untried { silences: u32 },
    Works,
    GivenUp,
}

/// Repetitions of the first request.
const FIRST_REPETITIONS: u32 = 10;

/// Repetitions of the second one, when the first was not answered.
const SECOND_REPETITIONS: u32 = 3;

/// Octets of a message around its bindings at least.
const ENVELOPE_LEAST: usize = 36;

/// Attempts at longer answers than any that came, at a time, as long as none was of no avail.
const PROBES: u32 = 3;

/// Silences after GETBULK, while GETNEXT was answered, until it is given up.
const SILENCES: u32 = 2;

/// Answers after which a length that was of no avail is tried again.
const FORGIVEN: u32 = 200;

/// How long an answer is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Length {
    pub(super) names: u32,
    /// Octets that such values are expected to take.
    pub(super) octets: usize,
    /// How many of them were not needed, since numbers are small.
    pub(super) spared: usize,
}

impl Length {
    pub(super) fn of(bindings: &[VarBind]) -> Self {
        Self {
            names: u32::try_from(bindings.len()).unwrap_or(u32::MAX),
            octets: bindings.iter().map(octets).sum(),
            spared: bindings.iter().map(spared).sum(),
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.names = self.names.saturating_add(other.names);
        self.octets += other.octets;
        self.spared += other.spared;
    }

    /// Octets that they took.
    pub(super) const fn net(self) -> usize {
        self.octets.saturating_sub(self.spared)
    }
}

/// How much to ask for at a time.
///
/// While most requests ask for no more than what has come before, some, the *probes*, ask for more. When they are lost
/// nothing else is, and the place between the two is looked for.
#[derive(Debug)]
pub(super) struct Pace {
    method: Method,
    answer_octets: usize,
    /// What was seen of late.
    octets: usize,
    bindings: usize,
    /// Octets of the longest answer at least, where small numbers take less than is expected of them.
    seen: usize,
    /// Octets that the longest answer was expected to have; at first what every agent must be able to send.
    proven: usize,
    /// Octets of the shortest answer that was expected and did not come, and how many others have come since.
    failed: Option<(usize, u32)>,
    /// Whether the agent was ever silent where a shorter answer came.
    is_wary: bool,
    /// Names that the agent puts into an answer at most, a little above.
    most: u32,
    /// Names in the last answer that it has cut.
    came: u32,
    /// Probes that are outstanding.
    probes: u32,
}

impl Pace {
    pub(super) fn new(plan: &WalkPlan) -> Self {
        let method = match plan.method {
            WalkMethod::GetNext => Method::Next,
            WalkMethod::GetBulk { max_repetitions, .. } => Method::Fixed(max_repetitions.max(1)),
            // One request at a time has no other beside it that could show that the agent is there.
            WalkMethod::Adaptive(_) if plan.window <= 1 => Method::Adaptive(Bulk::Works),
            WalkMethod::Adaptive(_) => Method::Adaptive(Bulk::Untried { silences: 0 }),
        };
        Self {
            method,
            answer_octets: plan.answer_octets.unwrap_or(limits::FRAME_OCTETS),
            octets: 0,
            bindings: 0,
            seen: limits::MESSAGE_OCTETS_MIN,
            proven: limits::MESSAGE_OCTETS_MIN,
            failed: None,
            is_wary: false,
            most: u32::MAX,
            came: u32::MAX,
            probes: 0,
        }
    }

    /// Says how long answers may get, before the first of them.
    pub(super) const fn set_answer_octets(&mut self, octets: usize) {
        self.answer_octets = octets;
    }

    /// Whether it has still to be seen that the agent answers GETBULK.
    pub(super) const fn is_bulk_untried(&self) -> bool {
        matches!(self.method, Method::Adaptive(Bulk::Untried { .. }))
    }

    /// Whether the agent is known to answer GETBULK, and it is left to the walk how much to ask for.
    pub(super) const fn is_bulk_at_will(&self) -> bool {
        matches!(self.method, Method::Adaptive(Bulk::Works))
    }

    /// Whether a request for less than one that failed makes sense.
    pub(super) const fn may_ask_less(&self) -> bool {
        matches!(self.method, Method::Adaptive(_))
    }

    fn mean(&self) -> usize {
        if self.bindings == 0 { TYPICAL_BINDING } else { self.octets.div_ceil(self.bindings).max(1) }
    }

    fn names_in(&self, octets: usize) -> u32 {
        let names = octets.saturating_sub(ENVELOPE) / self.mean();
        u32::try_from(names).unwrap_or(u32::MAX).clamp(1, self.most.max(1))
    }

    /// How many names of `each` octets are as long as so many of the usual length, when these are shorter.
    pub(super) fn fitting(&self, names: u32, each: usize) -> u32 {
        let mean = self.mean();
        // Where a little more does no harm, what differs a little is chance.
        let is_longer = each > mean && (self.failed.is_some() || each > mean + mean / 4);
        Self::scaled(names, mean, if is_longer { each } else { mean })
    }

    /// Octets of an answer with so many names, of `each` octets or of the usual length if that is longer.
    pub(super) fn expected(&self, how: How, each: usize) -> usize {
        let names = usize::try_from(how.names()).unwrap_or(usize::MAX);
        ENVELOPE.saturating_add(names.saturating_mul(each.max(self.mean())))
    }

    fn scaled(names: u32, by: usize, to: usize) -> u32 {
        let names = usize::try_from(names).unwrap_or(usize::MAX);
        u32::try_from(names.saturating_mul(by) / to.max(1)).unwrap_or(u32::MAX).max(1)
    }

    /// Whether so many octets are more than ever came for sure.
    pub(super) const fn is_more(&self, octets: usize) -> bool {
        octets > self.seen
    }

    /// Octets that answers should have: less than what was of no avail, and no more of them than are sure to be had when
    /// the two are close.
    fn goal(&self) -> usize {
        match self.failed {
            None => self.answer_octets,
            Some((failed, _)) if failed <= self.proven + self.proven / if self.is_wary { 4 } else { 8 } => {
                self.safe().min(self.answer_octets)
            }
            Some((failed, _)) => self.answer_octets.min(self.proven.midpoint(failed)),
        }
    }

    /// Octets that are sure to come: all that have come, for sure as long as more may be too much. Values vary, so that it
    /// is somewhat less where the agent says nothing when they are too long.
    fn safe(&self) -> usize {
        let least = self.proven.min(self.seen);
        match self.failed {
            Some(_) if self.is_wary => least / 16 * 15,
            Some(_) => least,
            None if self.probes > 0 && !self.is_settled() => least,
            None => self.proven,
        }
    }

    /// Names of `each` octets in an answer that is no attempt at a longer one.
    pub(super) fn usual(&self, each: usize) -> u32 {
        match self.method {
            Method::Adaptive(Bulk::Untried { .. } | Bulk::Works) => {
                let names = self.names_in(self.safe().min(self.goal()));
                self.fitting(names, each).min(self.full())
            }
            _ => self.full(),
        }
    }

    /// Whether answers are as long as they should be, but for what their names make of it.
    const fn is_settled(&self) -> bool {
        self.failed.is_none() && self.proven >= self.answer_octets / 8 * 7
    }

    /// How to ask next, and whether that is a probe.
    pub(super) fn next(&self) -> (How, bool) {
        match self.method {
            Method::Next | Method::Adaptive(Bulk::GivenUp) => (How::Next, false),
            Method::Fixed(repetitions) => (How::Bulk(repetitions), false),
            Method::Adaptive(Bulk::Untried { .. } | Bulk::Works) => {
                if let Method::Adaptive(Bulk::Untried { silences: 1.. }) = self.method {
                    // It may have been its length.
                    return (How::Bulk(SECOND_REPETITIONS), false);
                }
                if self.bindings == 0 {
                    return (How::Bulk(FIRST_REPETITIONS.min(self.names_in(self.goal()))), false);
                }
                let full = self.names_in(self.goal());
                if self.is_settled() {
                    return (How::Bulk(full), false);
                }
                let known = self.names_in(self.safe());
                let probes = if self.failed.is_none() { PROBES } else { 1 };
                if full <= known || self.probes >= probes {
                    (How::Bulk(full.min(known)), false)
                } else {
                    // The first one all the way, the others a part of it.
                    let more = (full - known) * (probes - self.probes) / probes;
                    (How::Bulk(known + more.max(1)), true)
                }
            }
        }
    }

    /// How to ask without risk.
    pub(super) fn sure(&self) -> How {
        match self.next() {
            (How::Bulk(names), true) => How::Bulk(self.names_in(self.safe().min(self.goal())).min(names)),
            (how, _) => how,
        }
    }

    /// Names in an answer as it should be.
    pub(super) fn full(&self) -> u32 {
        match self.method {
            Method::Next | Method::Adaptive(Bulk::GivenUp) => 1,
            Method::Fixed(repetitions) => repetitions,
            Method::Adaptive(_) => self.names_in(self.goal()).min(self.came),
        }
    }

    pub(super) const fn probe_sent(&mut self) {
        self.probes += 1;
    }

    /// An answer came; `is_cut` when the agent has more.
    pub(super) fn answered(&mut self, how: How, came: Length, is_cut: bool) {
        self.octets += came.octets;
        self.bindings += usize::try_from(came.names).unwrap_or(0);
        // What was seen long ago counts less.
        if self.bindings > 512 {
            self.octets /= 2;
            self.bindings /= 2;
        }
        let How::Bulk(asked) = how else { return };
        self.bulk_works();
        self.proven = self.proven.max(came.octets + ENVELOPE);
        self.seen = self.seen.max(came.net() + ENVELOPE_LEAST);
        if let Some((failed, since)) = &mut self.failed {
            *since += 1;
            if *since >= FORGIVEN || *failed <= self.seen {
                self.failed = None;
            }
        }
        if is_cut && came.names < asked {
            self.most = came.names.saturating_add(came.names / 8 + 1);
            self.came = came.names.max(1);
        } else if came.names >= self.most {
            self.came = u32::MAX;
            self.most = self.most.saturating_add(self.most / 2 + 1);
        }
    }

    pub(super) const fn bulk_works(&mut self) {
        if self.is_bulk_untried() {
            self.method = Method::Adaptive(Bulk::Works);
        }
    }

    /// A GETBULK was not answered, although a GETNEXT after it was. Says whether GETBULK is given up now.
    pub(super) const fn bulk_silent(&mut self) -> bool {
        if let Method::Adaptive(Bulk::Untried { silences }) = &mut self.method {
            *silences += 1;
            if *silences >= SILENCES {
                self.method = Method::Adaptive(Bulk::GivenUp);
                return true;
            }
        }
        false
    }

    /// So many probes are outstanding.
    pub(super) const fn set_probes(&mut self, probes: u32) {
        self.probes = probes;
    }

    /// A request of so many octets' answer was of no avail for its length.
    pub(super) fn too_many(&mut self, how: How, octets: usize) {
        let How::Bulk(names) = how else { return };
        match &mut self.method {
            Method::Fixed(repetitions) => *repetitions = (*repetitions).min((names / 2).max(1)),
            Method::Next => {}
            Method::Adaptive(_) => {
                self.failed = Some((self.failed.map_or(octets, |(failed, _)| failed.min(octets)), 0));
                self.proven = self.proven.min(self.seen);
                if octets <= self.seen {
                    // Lengths are estimated, and agents change: this one was just above what it bears.
                    self.seen = (octets / 8 * 7).max(ENVELOPE + 1);
                    self.proven = self.seen;
                }
            }
        }
    }

    /// The agent says nothing when an answer is too long.
    pub(super) const fn be_wary(&mut self) {
        self.is_wary = true;
    }

    /// Whether an answer was ever too long, and the agent silent about it, whatever was made of that since.
    pub(super) const fn is_wary(&self) -> bool {
        self.is_wary
    }

    /// Nothing that was said of long answers counts any more: it was something else.
    pub(super) const fn forgive(&mut self) {
        self.failed = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(names: u32, octets: usize) -> Length {
        Length { names, octets, spared: 0 }
    }

    fn adaptive() -> Pace {
        Pace::new(&WalkPlan::subtree(crate::oid::Oid::empty()))
    }

    #[test]
    fn answers_grow_by_probes_to_a_datagram() {
        let mut pace = adaptive();
        assert_eq!(pace.next(), (How::Bulk(10), false));
        assert!(pace.is_bulk_untried());
        pace.answered(How::Bulk(10), length(10, 220), false);
        assert!(!pace.is_bulk_untried());
        let (How::Bulk(probe), true) = pace.next() else { panic!("{:?}", pace.next()) };
        assert_eq!(probe, 64);
        pace.probe_sent();
        assert_eq!(pace.next(), (How::Bulk(49), true));
        pace.probe_sent();
        assert_eq!(pace.next(), (How::Bulk(34), true));
        pace.probe_sent();
        assert_eq!(pace.next(), (How::Bulk(19), false), "484 octets, which all can");
        pace.set_probes(0);
        pace.answered(How::Bulk(probe), length(probe, 22 * probe as usize), false);
        pace.answered(How::Bulk(64), length(64, 64 * 22), false);
        assert_eq!(pace.next(), (How::Bulk(64), false));
    }

    #[test]
    fn what_is_of_no_avail_is_closed_in_on() {
        let mut pace = adaptive();
        pace.answered(How::Bulk(10), length(10, 220), false);
        let limit = 900;
        for _ in 0..20 {
            let (how, is_probe) = pace.next();
            let octets = 22 * how.names() as usize;
            if octets + ENVELOPE > limit {
                assert!(is_probe || octets < 1_000, "only a probe is lost, but for those just above");
                pace.too_many(how, octets + ENVELOPE);
            } else {
                pace.answered(how, length(how.names(), octets), false);
            }
        }
        let (How::Bulk(names), false) = pace.next() else { panic!("{:?}", pace.next()) };
        assert!((26..=39).contains(&names), "{names}");
        pace.forgive();
        assert!(pace.next().1);
    }

    #[test]
    fn a_list_that_was_cut_is_asked_for_as_it_came() {
        let mut pace = adaptive();
        pace.answered(How::Bulk(10), length(3, 66), true);
        assert_eq!((pace.full(), pace.next().0), (3, How::Bulk(4)), "and one more");
        pace.answered(How::Bulk(4), length(4, 88), false);
        assert_eq!(pace.full(), 7, "it can have more after all");
    }

    #[test]
    fn bulk_is_given_up_after_the_second_silence_and_numbers_are_kept_but_for_too_big() {
        let mut pace = adaptive();
        assert!(!pace.bulk_silent());
        assert!(pace.bulk_silent());
        assert_eq!(pace.next(), (How::Next, false));
        let method = WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 50 };
        let mut fixed = Pace::new(&WalkPlan { method, ..WalkPlan::subtree(crate::oid::Oid::empty()) });
        fixed.answered(How::Bulk(50), length(7, 154), true);
        assert_eq!(fixed.next(), (How::Bulk(50), false));
        fixed.too_many(How::Bulk(50), 1_148);
        assert_eq!(fixed.next(), (How::Bulk(25), false));
    }
}
