//! How fast hosts are begun: a thousand questions in a row would overflow the buffers on their way.

use crate::clock::{Duration, Instant};

/// Hosts that may be begun at once.
const BURST: u64 = 64;

/// Hosts that may be begun each millisecond, whatever is answered: hosts that are dead keep nobody waiting.
const PER_MILLISECOND: u64 = 10;

/// Hosts that may be begun for a message that came: what answers has room for more.
const PER_MESSAGE: u64 = 2;

/// Counts how many hosts may be begun.
#[derive(Debug)]
pub(super) struct Pace {
    allowed: u64,
    counted_until: Instant,
}

impl Pace {
    pub(super) const fn new(now: Instant) -> Self {
        Self { allowed: BURST, counted_until: now }
    }

    /// Whether one more may be begun; it is counted if so.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let elapsed = now.since(self.counted_until).as_millis();
        self.counted_until += Duration::from_millis(elapsed);
        self.add(elapsed.saturating_mul(PER_MILLISECOND));
        let may = self.allowed > 0;
        self.allowed = self.allowed.saturating_sub(1);
        may
    }

    /// A message came.
    pub(super) fn hear(&mut self) {
        self.add(PER_MESSAGE);
    }

    /// When time alone will allow the next one.
    pub(super) fn next(&self) -> Instant {
        self.counted_until + Duration::from_millis(1)
    }

    fn add(&mut self, hosts: u64) {
        self.allowed = self.allowed.saturating_add(hosts).min(BURST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pace: &mut Pace, now: Instant) -> usize {
        std::iter::from_fn(|| pace.take(now).then_some(())).count()
    }

    #[test]
    fn hosts_are_begun_in_bursts_then_by_the_millisecond_and_by_what_is_heard() {
        let at = |milliseconds: u64| Instant::ZERO + Duration::from_millis(milliseconds);
        let mut pace = Pace::new(at(5));
        assert_eq!(taken(&mut pace, at(5)), 64);
        assert_eq!(taken(&mut pace, at(5)), 0);
        assert_eq!(pace.next(), at(6));
        assert_eq!(taken(&mut pace, at(7)), 20);
        // Parts of a millisecond are not lost.
        assert_eq!(taken(&mut pace, at(7) + Duration::from_micros(600)), 0);
        assert_eq!(taken(&mut pace, at(8) + Duration::from_micros(100)), 10);
        pace.hear();
        assert_eq!(taken(&mut pace, at(8)), 2);
        // A long wait saves up one burst and no more.
        assert_eq!(taken(&mut pace, at(600_000)), 64);
    }
}
