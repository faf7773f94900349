//! When to send again: net-snmp's schedule, with an optional back-off.

use crate::clock::Duration;

/// How long to wait for an answer, and how often to try.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetrySchedule {
    /// The wait after the first transmission. Default 1 s.
    pub timeout: Duration,
    /// How many transmissions follow the first one. Default 5.
    pub retries: u32,
    /// What each wait is multiplied with to get the next one; 1 keeps them equal. Default 1, at least 1.
    pub backoff: f64,
}

impl Default for RetrySchedule {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(1), retries: 5, backoff: 1.0 }
    }
}

impl RetrySchedule {
    /// The longest single wait that a back-off may grow to.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

    /// How long to wait after transmission number `transmission`, counted from 1, before the next step.
    pub fn wait_after(&self, transmission: u32) -> Duration {
        let growth = if self.backoff > 1.0 { self.backoff } else { 1.0 };
        let mut wait = self.timeout;
        for _ in 1..transmission {
            if growth <= 1.0 || wait >= Self::LONGEST_WAIT {
                break;
            }
            wait = wait.scaled(growth);
        }
        wait.min(Self::LONGEST_WAIT.max(self.timeout))
    }

    /// Whether one more transmission may follow `transmissions` of them.
    pub const fn allows_another(&self, transmissions: u32) -> bool {
        transmissions <= self.retries
    }

    /// How long a request can take until it is given up.
    pub fn longest(&self) -> Duration {
        let mut total = Duration::ZERO;
        for transmission in 1..=self.retries.saturating_add(1).min(10_000) {
            total = total + self.wait_after(transmission);
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_six_transmissions_in_six_seconds() {
        let schedule = RetrySchedule::default();
        assert_eq!(schedule.longest(), Duration::from_secs(6));
        assert!(schedule.allows_another(5));
        assert!(!schedule.allows_another(6));
    }

    #[test]
    fn a_back_off_of_two_doubles_each_wait_and_stops_growing_at_an_hour() {
        let schedule = RetrySchedule { backoff: 2.0, ..RetrySchedule::default() };
        let waits: Vec<_> = (1..=4).map(|n| schedule.wait_after(n)).collect();
        assert_eq!(waits, [1, 2, 4, 8].map(Duration::from_secs));
        assert_eq!(schedule.wait_after(u32::MAX), RetrySchedule::LONGEST_WAIT);
    }

    #[test]
    fn a_back_off_that_is_no_growth_keeps_the_waits_equal() {
        for backoff in [f64::NAN, -3.0, 0.0, 0.5, 1.0] {
            let schedule = RetrySchedule { backoff, ..RetrySchedule::default() };
            assert_eq!(schedule.wait_after(5), Duration::from_secs(1), "{backoff}");
        }
    }
}
