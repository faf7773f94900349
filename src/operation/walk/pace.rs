//! How much to ask for at a time, and how many requests at once.

use super::{WalkMethod, WalkPlan};
use crate::{
    clock::Duration,
    limits,
    operation::pace::{ENVELOPE, TYPICAL_BINDING},
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

/// Attempts at longer answers than any that came, at a time, as long as none was of no avail.
const PROBES: u32 = 3;

/// Silences after GETBULK, while GETNEXT was answered, until it is given up.
const SILENCES: u32 = 2;

/// Answers after which a length that was of no avail is tried again.
const FORGIVEN: u32 = 200;

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
    /// Octets of the longest answer; at first what every agent must be able to send.
    proven: usize,
    /// Octets of the shortest answer that was expected and did not come, and how many others have come since.
    failed: Option<(usize, u32)>,
    /// Whether a length was ever of no avail.
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

    /// Octets of an answer with so many names.
    pub(super) fn octets_of(&self, names: u32) -> usize {
        let names = usize::try_from(names).unwrap_or(usize::MAX);
        ENVELOPE.saturating_add(names.saturating_mul(self.mean()))
    }

    /// How many names of `each` octets are as long as so many of the usual length, when these are shorter.
    pub(super) fn fitting(&self, names: u32, each: usize) -> u32 {
        Self::scaled(names, self.mean(), each.max(self.mean()))
    }

    /// A request for names of `each` octets as one that is answered by as many octets of names of the usual length, when
    /// these are shorter.
    pub(super) fn weighed(&self, how: How, each: usize) -> How {
        match (how, &self.method) {
            (How::Bulk(names), Method::Adaptive(_)) => {
                How::Bulk(Self::scaled(names, each.max(self.mean()), self.mean()))
            }
            _ => how,
        }
    }

    fn scaled(names: u32, by: usize, to: usize) -> u32 {
        let names = usize::try_from(names).unwrap_or(usize::MAX);
        u32::try_from(names.saturating_mul(by) / to.max(1)).unwrap_or(u32::MAX).max(1)
    }

    /// Whether a request wants more than ever came.
    pub(super) fn is_more(&self, how: How) -> bool {
        self.octets_of(how.names()) > self.proven
    }

    /// Octets that answers should have: less than what was of no avail, and no more of them than are sure to be had when
    /// the two are close.
    fn goal(&self) -> usize {
        match self.failed {
            None => self.answer_octets,
            Some((failed, _)) if failed <= self.proven + self.proven / 4 => {
                self.safe().min(self.answer_octets)
            }
            Some((failed, _)) => self.answer_octets.min(self.proven.midpoint(failed)),
        }
    }

    /// Octets that are sure to come: all that have come, and somewhat less as long as more may be too much. Lengths are
    /// estimated before.
    const fn safe(&self) -> usize {
        if self.failed.is_some() || self.probes > 0 && !self.is_settled() {
            self.proven / 8 * 7
        } else {
            self.proven
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
        How::Bulk(self.names_in(self.safe().min(self.goal())))
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

    /// An answer came: so many names and octets of them, of so many that were asked for. `is_cut` when there are more.
    pub(super) fn answered(&mut self, how: How, came: u32, octets: usize, is_cut: bool) {
        self.octets += octets;
        self.bindings += usize::try_from(came).unwrap_or(0);
        // What was seen long ago counts less.
        if self.bindings > 512 {
            self.octets /= 2;
            self.bindings /= 2;
        }
        let How::Bulk(asked) = how else { return };
        self.bulk_works();
        self.proven = self.proven.max(octets + ENVELOPE);
        if let Some((_, since)) = &mut self.failed {
            *since += 1;
            if *since >= FORGIVEN {
                self.failed = None;
            }
        }
        if is_cut && came < asked {
            self.most = came.saturating_add(came / 8 + 1);
            self.came = came.max(1);
        } else if came >= self.most {
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

    /// So many names were too many for an answer.
    pub(super) fn too_many(&mut self, how: How) {
        let How::Bulk(names) = how else { return };
        self.is_wary = true;
        match &mut self.method {
            Method::Fixed(repetitions) => *repetitions = (*repetitions).min((names / 2).max(1)),
            Method::Next => {}
            Method::Adaptive(_) => {
                let expected = self.octets_of(names);
                self.failed = Some((self.failed.map_or(expected, |(failed, _)| failed.min(expected)), 0));
                if expected <= self.proven + self.proven / 8 {
                    // Lengths are estimated, and vary: this one was just above what the agent bears.
                    self.proven = (self.proven.min(expected) / 8 * 7).max(ENVELOPE + 1);
                }
            }
        }
    }

    /// Whether a length was ever of no avail, whatever was made of that since.
    pub(super) const fn is_wary(&self) -> bool {
        self.is_wary
    }

    /// Nothing that was said of long answers counts any more: it was something else.
    pub(super) const fn forgive(&mut self) {
        self.failed = None;
    }
}

/// How many requests may be outstanding.
///
/// It begins with one, whose answer tells how long one takes. Then it doubles with each round in which nothing was lost;
/// from the first loss on it grows by one a round. It stops where more requests only wait for each other, and where an
/// answer would come so late that the request is sent again.
#[derive(Debug)]
pub(super) struct Window {
    ceiling: usize,
    patience: Duration,
    size: usize,
    /// The shortest time that an answer took.
    base: Duration,
    round: Round,
    /// Whether anything was ever lost.
    is_careful: bool,
    /// When it was lowered last: what had been sent before that was lost with what lowered it.
    lowered: u64,
    /// Whether half of what was outstanding was lost, and since then nothing has shown that several are answered.
    was_heavy: bool,
    /// Whether the agent takes one request at a time.
    is_single: bool,
    /// Whether answers took as long in the last round as one after the other would; `None` as long as that is not known.
    is_serial: Option<bool>,
}

/// An answer, or its absence, as the window sees it. Times count round trips.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sight {
    /// When the request was sent.
    pub(super) sent: u64,
    /// Now.
    pub(super) now: u64,
    /// How many others were outstanding.
    pub(super) company: usize,
    /// Whether another one should have been answered by now.
    pub(super) is_other_late: bool,
}

/// A round trip that is too short for the walk to be worth many thoughts.
const NEAR: Duration = Duration::from_millis(2);

/// What has been seen in a round: as many answers as requests may be outstanding.
#[derive(Debug, Default)]
struct Round {
    answers: usize,
    /// Answers to requests that had company.
    timed: u64,
    /// How long they took.
    elapsed: u64,
    /// How long they would have taken one after the other, at the shortest time.
    serial: u64,
}

impl Round {
    /// Whether answers took about as long as one after the other would: the agent works on one at a time.
    const fn is_serial(&self) -> bool {
        self.elapsed.saturating_mul(4) >= self.serial.saturating_mul(3)
    }
}

/// The window after the first answer.
const SECOND_WINDOW: usize = 4;

impl Window {
    pub(super) fn new(ceiling: usize, patience: Duration) -> Self {
        Self {
            ceiling: ceiling.max(1),
            patience,
            size: 1,
            base: Duration::ZERO,
            round: Round::default(),
            is_careful: false,
            lowered: 0,
            was_heavy: false,
            is_single: false,
            is_serial: None,
        }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// Whether round trips are what takes the time, and not the agent: it is far away, and answers several requests as
    /// quickly as one.
    pub(super) fn is_worth_time(&self) -> bool {
        !self.is_single
            && if self.base >= NEAR { self.is_serial != Some(true) } else { self.is_serial == Some(false) }
    }

    pub(super) const fn ceiling(&self) -> usize {
        self.ceiling
    }

    /// An answer came to a request that was sent so often.
    pub(super) fn answered(&mut self, elapsed: Duration, transmissions: u32, sight: Sight) {
        if transmissions > 1 {
            return self.lost(1, sight);
        }
        let is_first = self.base == Duration::ZERO;
        let elapsed = elapsed.max(Duration::from_micros(1));
        self.base = if is_first { elapsed } else { self.base.min(elapsed) };
        if is_first && !self.is_careful {
            let wait = self.base.saturating_mul(u64::try_from(SECOND_WINDOW).unwrap_or(0));
            let is_quick = wait <= self.patience.scaled(0.75);
            self.size = if is_quick { SECOND_WINDOW } else { 2 }.min(self.ceiling);
            return;
        }
        if sight.is_other_late {
            return;
        }
        self.round.answers += 1;
        if sight.company > 0 {
            let at_a_time = u64::try_from(sight.company + 1).unwrap_or(u64::MAX);
            self.round.timed += 1;
            self.round.elapsed += elapsed.as_micros();
            self.round.serial += self.base.as_micros().saturating_mul(at_a_time);
        }
        if self.round.answers >= self.size.max(2) {
            self.was_heavy &= self.round.timed == 0;
            if self.round.timed > 0 {
                self.is_serial = Some(self.round.is_serial());
            }
            if !self.is_single && self.may_grow() {
                let more = if self.is_careful { self.size + 1 } else { self.size * 2 };
                self.size = more.min(self.ceiling);
            }
            self.round = Round::default();
        }
    }

    /// So many requests, or their answers, were lost. What was lost together halves the window once.
    pub(super) fn lost(&mut self, count: usize, sight: Sight) {
        self.is_careful = true;
        if sight.sent < self.lowered || self.is_single {
            return;
        }
        let is_heavy = self.size > 1 && 2 * count >= self.size;
        self.is_single = is_heavy && self.was_heavy;
        self.was_heavy |= is_heavy;
        self.size = if self.is_single { 1 } else { (self.size / 2).max(1) };
        self.lowered = sight.now;
        self.round = Round::default();
    }

    /// Whether the agent was found to take one request at a time.
    pub(super) const fn is_single(&self) -> bool {
        self.is_single
    }

    /// Whether more requests would bring anything, and do no harm.
    fn may_grow(&self) -> bool {
        let Round { timed, elapsed, .. } = self.round;
        if timed == 0 {
            return true;
        }
        let mean = elapsed / timed;
        let is_flat = mean.saturating_mul(10) <= self.base.as_micros().saturating_mul(13);
        let is_safe = mean.saturating_mul(2) <= self.patience.scaled(0.6).as_micros();
        !self.round.is_serial() && (is_flat || is_safe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn beside(company: usize, round: u64) -> Sight {
        Sight { sent: round, now: round + 1, company, is_other_late: false }
    }

    /// The window after so many answers of an agent that takes this long for each beside so many others.
    fn grown(answers: usize, takes: impl Fn(usize) -> u64) -> usize {
        let mut window = Window::new(16, millis(1_000));
        for _ in 0..answers {
            let company = window.size() - 1;
            window.answered(millis(takes(company)), 1, beside(company, 1));
        }
        window.size()
    }

    #[test]
    fn a_window_grows_where_answers_take_no_longer_beside_others() {
        assert_eq!(grown(0, |_| 50), 1);
        assert_eq!(grown(1, |_| 50), 4);
        assert_eq!(grown(1 + 4, |_| 50), 8);
        assert_eq!(grown(1 + 4 + 8, |_| 50), 16);
        assert_eq!(grown(500, |_| 50), 16);
        assert_eq!(grown(500, |_| 600), 16, "a satellite");
        assert_eq!(Window::new(0, millis(1)).size(), 1);
    }

    #[test]
    fn a_window_stops_where_requests_wait_for_each_other() {
        let serial = |each: u64| move |company: usize| each * (company as u64 + 1);
        assert_eq!(grown(500, serial(1)), 4);
        assert_eq!(grown(500, serial(300)), 2, "four would time out");
        // A network of 100 ms, and 100 ms of work for each request.
        assert_eq!(grown(500, |company| 200.max(100 * (company as u64 + 1))), 4, "eight would");
    }

    #[test]
    fn a_loss_halves_and_what_was_lost_together_counts_once() {
        let mut window = Window::new(16, millis(1_000));
        (0..13).for_each(|_| window.answered(millis(50), 1, beside(3, 1)));
        assert_eq!(window.size(), 16);
        (0..16).for_each(|_| window.answered(millis(50), 2, beside(15, 9)));
        assert_eq!((window.size(), window.is_single()), (8, false), "all of one round");
        (0..8).for_each(|_| window.answered(millis(50), 1, beside(7, 11)));
        assert_eq!(window.size(), 9, "and then it grows by one");
        let late = Sight { is_other_late: true, ..beside(7, 12) };
        (0..100).for_each(|_| window.answered(millis(50), 1, late));
        assert_eq!(window.size(), 9, "as long as another one is late, nothing is sure");
    }

    #[test]
    fn an_agent_that_takes_one_at_a_time_is_asked_one_at_a_time_for_the_rest_of_the_run() {
        let mut window = Window::new(16, millis(1_000));
        window.answered(millis(50), 1, beside(0, 1));
        window.answered(millis(50), 1, beside(3, 2));
        window.lost(3, Sight { now: 6, ..beside(3, 2) });
        assert_eq!((window.size(), window.is_single()), (2, false));
        window.answered(millis(50), 1, beside(1, 7));
        window.lost(1, Sight { now: 11, ..beside(1, 7) });
        assert_eq!((window.size(), window.is_single()), (1, true));
        (0..100).for_each(|_| window.answered(millis(50), 1, beside(0, 12)));
        assert_eq!(window.size(), 1);
    }

    fn adaptive() -> Pace {
        Pace::new(&WalkPlan::subtree(crate::oid::Oid::empty()))
    }

    #[test]
    fn answers_grow_by_probes_to_a_datagram() {
        let mut pace = adaptive();
        assert_eq!(pace.next(), (How::Bulk(10), false));
        assert!(pace.is_bulk_untried());
        pace.answered(How::Bulk(10), 10, 220, false);
        assert!(!pace.is_bulk_untried());
        let (How::Bulk(probe), true) = pace.next() else { panic!("{:?}", pace.next()) };
        assert_eq!(probe, 64);
        pace.probe_sent();
        assert_eq!(pace.next(), (How::Bulk(48), true));
        pace.probe_sent();
        assert_eq!(pace.next(), (How::Bulk(32), true));
        pace.probe_sent();
        assert_eq!(pace.next(), (How::Bulk(16), false), "less than 484 octets, which all can");
        pace.set_probes(0);
        pace.answered(How::Bulk(probe), probe, 22 * probe as usize, false);
        pace.answered(How::Bulk(64), 64, 64 * 22, false);
        assert_eq!(pace.next(), (How::Bulk(64), false));
    }

    #[test]
    fn what_is_of_no_avail_is_closed_in_on() {
        let mut pace = adaptive();
        pace.answered(How::Bulk(10), 10, 220, false);
        let limit = 900;
        for _ in 0..20 {
            let (how, is_probe) = pace.next();
            let octets = 22 * how.names() as usize;
            if octets + ENVELOPE > limit {
                assert!(is_probe || octets < 1_000, "only a probe is lost, but for those just above");
                pace.too_many(how);
            } else {
                pace.answered(how, how.names(), octets, false);
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
        pace.answered(How::Bulk(10), 3, 66, true);
        assert_eq!((pace.full(), pace.next().0), (3, How::Bulk(4)), "and one more");
        pace.answered(How::Bulk(4), 4, 88, false);
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
        fixed.answered(How::Bulk(50), 7, 154, true);
        assert_eq!(fixed.next(), (How::Bulk(50), false));
        fixed.too_many(How::Bulk(50));
        assert_eq!(fixed.next(), (How::Bulk(25), false));
    }
}
