//! What is known of the clock of an authoritative engine (RFC 3414, sections 2.3 and 3.2, step 7 b).

use super::report::AnswerFault;
use crate::clock::{Duration, Instant};

/// How far an authentic message's engine time may lie behind ours (RFC 3414, section 2.2.3).
///
/// A constant, not a setting: the agent applies the same number to us. Counted on [`Instant`], so that a change of the
/// wall clock during a run has no effect.
pub const TIME_WINDOW_SECS: u32 = 150;

/// The most that boots and time can be. An engine whose boots are this many is never in the window again.
const MOST: u32 = i32::MAX.cast_unsigned();

/// Boots and time of an engine, as it told them at some moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EngineClock {
    /// `snmpEngineBoots`: how often the engine has started; 0 to 2147483647.
    pub boots: u32,
    /// `snmpEngineTime`: seconds since it started last; 0 to 2147483647.
    pub time: u32,
    /// When that was so, on the clock of whoever drives the engine.
    pub at: Instant,
}

impl EngineClock {
    /// The engine's time at `now`, as far as we know; it stops at 2147483647.
    pub fn time_at(&self, now: Instant) -> u32 {
        let passed = now.since(self.at).as_micros() / Duration::from_secs(1).as_micros();
        u32::try_from(passed).unwrap_or(MOST).saturating_add(self.time).min(MOST)
    }
}

/// How much is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Clock {
    /// Nothing: what is asked says 0 and 0, and the answer tells.
    Unknown,
    /// Told by somebody; good for asking with.
    Provisional(EngineClock),
    /// From an authentic message; its time is the latest received (RFC 3414, section 2.3).
    Authentic(EngineClock),
}

impl Clock {
    /// Boots and time for a message that is sent now.
    pub(super) fn for_message(&self, now: Instant) -> (u32, u32) {
        match self {
            Self::Unknown => (0, 0),
            Self::Provisional(known) | Self::Authentic(known) => (known.boots.min(MOST), known.time_at(now)),
        }
    }

    /// What was learnt from an authentic message, if anything.
    pub(super) const fn authentic(&self) -> Option<EngineClock> {
        match self {
            Self::Authentic(known) => Some(*known),
            Self::Unknown | Self::Provisional(_) => None,
        }
    }

    /// What the clock becomes by an authentic message that says `boots` and `time`.
    ///
    /// Nothing is changed here: the message may yet turn out to be no answer.
    ///
    /// # Errors
    ///
    /// The message is outside of the time window.
    pub(super) fn judge(&self, now: Instant, boots: u32, time: u32) -> Result<Self, AnswerFault> {
        let told = EngineClock { boots, time, at: now };
        let known = match *self {
            Self::Unknown | Self::Provisional(_) => told,
            Self::Authentic(known) if boots > known.boots => told,
            Self::Authentic(known) if boots == known.boots && time > known.time => told,
            Self::Authentic(known) => known,
        };
        if known.boots == MOST {
            return Err(AnswerFault::BootsExhausted);
        }
        if boots < known.boots {
            return Err(AnswerFault::BootsBackwards { known: known.boots, found: boots });
        }
        let ours = known.time_at(now);
        if time.saturating_add(TIME_WINDOW_SECS) < ours {
            return Err(AnswerFault::TooOld { ours, found: time });
        }
        Ok(Self::Authentic(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Instant {
        Instant::ZERO + Duration::from_secs(secs)
    }

    fn authentic(boots: u32, time: u32, secs: u64) -> Clock {
        Clock::Authentic(EngineClock { boots, time, at: at(secs) })
    }

    #[test]
    fn a_clock_goes_on_by_itself_and_stops_at_its_end() {
        let clock = EngineClock { boots: 3, time: 100, at: at(10) };
        assert_eq!(clock.time_at(at(10)), 100);
        assert_eq!(clock.time_at(at(10) + Duration::from_millis(1_999)), 101);
        assert_eq!(clock.time_at(at(5)), 100);
        assert_eq!(clock.time_at(Instant::from_micros(u64::MAX)), MOST);
        assert_eq!(EngineClock { time: MOST - 1, ..clock }.time_at(at(30)), MOST);
    }

    #[test]
    fn what_was_only_told_gives_way_to_whatever_is_authentic() {
        let told = EngineClock { boots: 9, time: 5_000, at: at(0) };
        for clock in [Clock::Unknown, Clock::Provisional(told)] {
            assert_eq!(clock.judge(at(7), 2, 30), Ok(authentic(2, 30, 7)));
        }
        assert_eq!(Clock::Unknown.for_message(at(7)), (0, 0));
        assert_eq!(Clock::Provisional(told).for_message(at(7)), (9, 5_007));
        assert_eq!(Clock::Provisional(told).authentic(), None);
    }

    #[test]
    fn the_latest_time_received_counts_and_no_earlier_one() {
        let known = authentic(4, 1_000, 100);
        // Later than the latest received: taken, even though it lies behind what our own clock says.
        assert_eq!(known.judge(at(200), 4, 1_050), Ok(authentic(4, 1_050, 200)));
        // Not later: in the window, and nothing changes.
        assert_eq!(known.judge(at(110), 4, 1_000), Ok(known));
        assert_eq!(known.judge(at(110), 4, 900), Ok(known));
    }

    #[test]
    fn an_answer_may_be_150_seconds_old_and_not_151() {
        let known = authentic(4, 1_000, 100);
        assert_eq!(known.judge(at(200), 4, 950), Ok(known));
        assert_eq!(known.judge(at(200), 4, 949), Err(AnswerFault::TooOld { ours: 1_100, found: 949 }));
    }

    #[test]
    fn boots_go_forwards_only() {
        let known = authentic(4, 1_000, 100);
        assert_eq!(known.judge(at(101), 5, 0), Ok(authentic(5, 0, 101)));
        assert_eq!(known.judge(at(101), 3, 99_999), Err(AnswerFault::BootsBackwards { known: 4, found: 3 }));
        for clock in [known, Clock::Unknown] {
            assert_eq!(clock.judge(at(101), MOST, 1), Err(AnswerFault::BootsExhausted));
        }
    }
}
