//! Points in time and spans between them, in microseconds.
//!
//! Nothing here reads a clock: the session does, and hands the result down. In the simulated world the same
//! types count virtual time.

use std::{
    fmt,
    ops::{Add, AddAssign, Sub},
    time::Duration as StdDuration,
};

/// A point in time, in microseconds since a start that the owner of the clock chose.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant(u64);

impl Instant {
    /// The start of the clock.
    pub const ZERO: Self = Self(0);

    /// The point `micros` microseconds after the start of the clock.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start of the clock.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The span since `earlier`, or zero when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// Hundredths of a second since the start of the clock, as `TimeTicks` counts them (RFC 2578, section 7.1.8).
    #[expect(clippy::cast_possible_truncation, reason = "TimeTicks counts modulo 2^32")]
    pub const fn as_time_ticks(self) -> u32 {
        (self.0 / 10_000) as u32
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, span: Duration) {
        *self = *self + span;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}

/// A span of time, in microseconds; arithmetic saturates.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Duration(u64);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `micros` microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// A span of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// A span of `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// The span in whole microseconds.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The span in whole milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// The span in seconds, with a fraction.
    #[expect(clippy::cast_precision_loss, reason = "spans of 285 years keep their microseconds")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1_000_000.0
    }

    /// The span `factor` times over; a factor that is not a positive number gives zero.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "float casts saturate, which is what a span does"
    )]
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor) as u64)
    }

    /// The span `times` times over.
    #[must_use]
    pub const fn saturating_mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Add for Duration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl From<StdDuration> for Duration {
    fn from(span: StdDuration) -> Self {
        Self(u64::try_from(span.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Duration> for StdDuration {
    fn from(span: Duration) -> Self {
        Self::from_micros(span.0)
    }
}

impl fmt::Display for Duration {
    /// Writes seconds with as many decimals as are needed: `1.5 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_instead_of_wrapping() {
        let end = Instant::from_micros(u64::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
        assert_eq!(Instant::ZERO - end, Duration::ZERO);
        assert_eq!(Duration::from_secs(u64::MAX), Duration::from_micros(u64::MAX));
        assert_eq!(Duration::from_secs(3).scaled(-1.0), Duration::ZERO);
        assert_eq!(Duration::from_secs(3).scaled(f64::NAN), Duration::ZERO);
        assert_eq!(Duration::from_secs(3).scaled(f64::INFINITY), Duration::from_micros(u64::MAX));
    }

    #[test]
    fn time_ticks_are_hundredths_of_a_second() {
        assert_eq!(Instant::from_micros(12_345_678).as_time_ticks(), 1_234);
        assert_eq!(Duration::from_millis(1_500).to_string(), "1.5 s");
    }
}
