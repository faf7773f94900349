//! What is remembered of one engine, as a line of text.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    clock::Instant,
    engine::{EngineClock, EngineId, KnownEngine},
    limits,
};

/// The most that boots and time can be (RFC 3414, section 2.2). An engine that has come there is in no time window.
const MOST: u32 = i32::MAX.cast_unsigned();

/// How far the engine's clock may be from what was remembered before it is worth writing down, in seconds; well within
/// the window of 150.
const DRIFT_SECS: u64 = 10;

const DAY_SECS: u64 = 24 * 60 * 60;

/// How long an engine is remembered that nobody asks.
const KEPT_SECS: u64 = 90 * DAY_SECS;

/// One moment on two clocks: what is remembered counts on the wall's, a session on its own.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time of day.
    pub wall: SystemTime,
    /// The time of the session, whose clock begins with it: [`Instant::ZERO`] before it is opened.
    pub session: Instant,
}

impl Moment {
    /// Now, which the session calls `session`.
    #[expect(clippy::disallowed_methods, reason = "runs have no other clock in common")]
    pub fn now(session: Instant) -> Self {
        Self { wall: SystemTime::now(), session }
    }

    /// Seconds since 1970.
    fn wall_secs(self) -> u64 {
        self.wall.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }
}

/// What is remembered of one engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Entry {
    pub(super) id: EngineId,
    /// What its clock said; `None` when nothing authentic has told it.
    pub(super) clock: Option<Said>,
    /// When that was so, in seconds since 1970 on our clock.
    pub(super) wall_secs: u64,
}

/// What an engine's clock said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Said {
    pub(super) boots: u32,
    pub(super) time: u32,
}

impl Said {
    /// A clock at its end is none: the engine is about to count its boots, or never does again.
    fn new(boots: u32, time: u64) -> Option<Self> {
        let time = u32::try_from(time).ok().filter(|time| *time < MOST)?;
        (boots < MOST).then_some(Self { boots, time })
    }
}

impl Entry {
    /// What there is to remember of an engine at `now`.
    pub(super) fn of(known: &KnownEngine, now: Moment) -> Self {
        let said = |clock: EngineClock| Said::new(clock.boots, clock.time_at(now.session).into());
        Self { id: known.id, clock: known.clock.and_then(said), wall_secs: now.wall_secs() }
    }

    /// What can be made of it at `now`; `None` when too long ago.
    ///
    /// Where the wall's clock was set back, nobody knows how much time has passed, and none is a guess like any other.
    pub(super) fn at(&self, now: Moment) -> Option<KnownEngine> {
        let Moment { session, .. } = now;
        let wall_secs = now.wall_secs();
        let clock = |said: Said| {
            let Said { boots, time } = Said::new(said.boots, said.time_at(self.wall_secs, wall_secs))?;
            Some(EngineClock { boots, time, at: session })
        };
        (!self.is_over(wall_secs)).then(|| KnownEngine { id: self.id, clock: self.clock.and_then(clock) })
    }

    /// How long ago that was, whichever way the wall's clock was set meanwhile.
    pub(super) const fn age_secs(&self, wall_secs: u64) -> u64 {
        self.wall_secs.abs_diff(wall_secs)
    }

    pub(super) const fn is_over(&self, wall_secs: u64) -> bool {
        self.age_secs(wall_secs) > KEPT_SECS
    }

    /// Whether it is worth writing down where `old` stands.
    ///
    /// What nobody has authenticated replaces nothing that somebody has, so that a forged answer to a user without keys
    /// costs nobody else a round trip.
    pub(super) fn replaces(&self, old: &Self) -> bool {
        let is_old = old.age_secs(self.wall_secs) > DAY_SECS;
        match (self.clock, old.clock) {
            _ if old.is_over(self.wall_secs) => true,
            (None, Some(_)) => false,
            _ if self.id != old.id => true,
            (None, None) => is_old,
            (Some(_), None) => true,
            (Some(new), Some(said)) => {
                let drift = said.time_at(old.wall_secs, self.wall_secs).abs_diff(new.time.into());
                is_old || new.boots != said.boots || drift > DRIFT_SECS
            }
        }
    }

    /// Reads a line: whose it is, and what it says. `None` for one that is damaged.
    pub(super) fn read(line: &str) -> Option<(&str, Self)> {
        let (content, sum) = line.rsplit_once(' ')?;
        if sum.len() != 16 || u64::from_str_radix(sum, 16) != Ok(checksum(content.as_bytes())) {
            return None;
        }
        let mut words = content.split(' ');
        let [key, id, boots, time, wall_secs] = std::array::from_fn(|_| words.next().unwrap_or_default());
        let clock = match (boots, time) {
            ("-", "-") => None,
            _ => Some(Said::new(boots.parse().ok()?, time.parse().ok()?)?),
        };
        let entry = Self { id: engine_id(id)?, clock, wall_secs: wall_secs.parse().ok()? };
        (words.next().is_none() && !key.is_empty()).then_some((key, entry))
    }

    /// Writes the line, its end included.
    pub(super) fn write(&self, key: &str, out: &mut String) -> fmt::Result {
        use fmt::Write as _;
        let start = out.len();
        write!(out, "{key} ")?;
        self.id.as_slice().iter().try_for_each(|octet| write!(out, "{octet:02x}"))?;
        match self.clock {
            Some(Said { boots, time }) => write!(out, " {boots} {time} ")?,
            None => out.push_str(" - - "),
        }
        write!(out, "{}", self.wall_secs)?;
        let sum = checksum(&out.as_bytes()[start..]);
        writeln!(out, " {sum:016x}")
    }
}

impl Said {
    /// What the engine's time should be at `now`, which may be more than it can be.
    const fn time_at(self, then_secs: u64, now_secs: u64) -> u64 {
        now_secs.saturating_sub(then_secs).saturating_add(self.time as u64)
    }
}

fn engine_id(text: &str) -> Option<EngineId> {
    let mut octets = [0; limits::ENGINE_ID_OCTETS];
    let octets = octets.get_mut(..text.len() / 2).filter(|_| text.len().is_multiple_of(2))?;
    for (octet, digits) in octets.iter_mut().zip(text.as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    EngineId::new(octets)
}

/// Finds damage, and spreads agents over files (FNV-1a of 64 bits). No protection against anybody.
pub(super) fn checksum(octets: &[u8]) -> u64 {
    octets
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, octet| (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3))
}
