//! How many requests to have outstanding.

use crate::clock::Duration;

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
    /// A bit for each of the last 16 requests that had company: 1 for one that was not answered. And how many there are.
    beside: (u16, u32),
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

/// Requests that had company before they say whether the agent bears it.
const MANY_BESIDE: u32 = 8;

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
            beside: (0, 0),
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

    /// No more than so many, whatever the ceiling was.
    pub(super) fn limit(&mut self, ceiling: usize) {
        self.ceiling = self.ceiling.min(ceiling.max(1));
        self.size = self.size.min(self.ceiling);
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
        self.note_beside(sight, false);
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

    fn note_beside(&mut self, sight: Sight, is_lost: bool) {
        if sight.company > 0 {
            let (lost, count) = self.beside;
            self.beside = (lost << 1 | u16::from(is_lost), (count + 1).min(16));
        }
    }

    /// A request was not answered, for whatever reason. An agent that does not answer half of those that it gets beside
    /// others takes one at a time.
    pub(super) fn missed(&mut self, sight: Sight) {
        self.note_beside(sight, true);
        let (lost, count) = self.beside;
        if count >= MANY_BESIDE && lost.count_ones() * 2 >= count {
            self.is_single = true;
            self.size = 1;
        }
    }

    /// What was not answered was too long: it says nothing about company.
    pub(super) const fn forget_missed(&mut self) {
        self.beside = (0, 0);
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
    fn a_window_never_grows_beyond_its_limit() {
        let mut window = Window::new(16, millis(1_000));
        window.limit(2);
        (0..100).for_each(|_| window.answered(millis(50), 1, beside(1, 1)));
        assert_eq!((window.size(), window.ceiling()), (2, 2));
        window.limit(0);
        assert_eq!(window.size(), 1, "one at least");
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

    #[test]
    fn half_of_those_beside_others_lost_is_an_agent_that_takes_one_at_a_time() {
        let mut window = Window::new(16, millis(1_000));
        for round in 0..4 {
            window.answered(millis(50), 1, beside(3, round));
            assert!(!window.is_single(), "after {round}");
            window.missed(beside(3, round));
        }
        window.missed(beside(3, 4));
        assert_eq!((window.size(), window.is_single()), (1, true));

        let mut window = Window::new(16, millis(1_000));
        window.answered(millis(50), 1, beside(0, 0));
        for round in 0..100 {
            window.missed(beside(0, round));
            (0..3).for_each(|_| window.answered(millis(50), 1, beside(3, round)));
            window.missed(beside(3, round));
        }
        assert!(!window.is_single(), "one of four, and what was alone");
    }
}
