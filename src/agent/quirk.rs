//! Misbehaviour on request: what devices and networks in the field do to a client, by name.
//!
//! A quirk is written `NAME` or `NAME=ARGUMENT`; several may be given, and each does its part. Everything that is left to
//! chance comes from one seed, so a run can be had again. [`ALL`] lists them; [`Device`](super::Device) carries them
//! out.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use super::random::SplitMix64;
use crate::{clock::Duration, codec::ErrorStatus};

/// How often something happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// With this probability, from 0 (never) to 1 (always).
    Chance(f64),
    /// Every n-th time, beginning with the n-th; from 1.
    Every(u64),
}

/// One sort of misbehaviour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quirk {
    /// The request is lost on the way: nothing is done.
    Drop(Rate),
    /// The answer is lost on the way: what was asked is done all the same.
    DropAnswer(Rate),
    /// Nobody listens: the server says so if its transport can.
    PortUnreachable(Rate),
    /// Answers take between these times.
    Delay(Duration, Duration),
    /// Every second answer comes later than the one after it, by this time.
    Reorder(Duration),
    /// The answer comes twice.
    Duplicate(Rate),
    /// One bit of the answer is turned.
    Corrupt(Rate),
    /// Octets without meaning come in place of the answer.
    Garbage(Rate),
    /// The answer has another request-id.
    WrongRequestId(Rate),
    /// The answer has another community.
    WrongCommunity(Rate),
    /// The answer has another version.
    WrongVersion(Rate),
    /// The answer has no bindings.
    EmptyBindings(Rate),
    /// The answer has one binding more than was asked for.
    ExtraBindings(Rate),
    /// The answer is an error-status, for the first binding.
    Error(ErrorStatus, Rate),
    /// After so many objects of a walk, the name that was asked for comes in place of the next.
    NotIncreasing(u64),
    /// After so many objects of a walk, the first one comes again.
    Loop(u64),
    /// Answers of more octets than this become tooBig, those to GETBULK too.
    TooBig(usize),
    /// Lists that answer GETBULK end after so many bindings.
    Truncate(usize),
    /// Answers of more octets than this never come.
    SilentAbove(usize),
    /// One request is worked on after the other, and each takes so long.
    Serial(Duration),
    /// Each request takes so long, and what comes meanwhile is lost.
    Single(Duration),
    /// GETBULK is never answered.
    SilentBulk,
    /// Nothing but `SNMPv1` is answered.
    V1Only,
}

/// A quirk as the help shows it.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name.
    pub name: &'static str,
    /// The form of its argument; empty when it takes none, in brackets when it may be left out.
    pub argument: &'static str,
    /// What it does.
    pub what: &'static str,
    read: fn(Option<&str>) -> Option<Quirk>,
}

const RATE: &str = "[=RATE]";

/// Every quirk, in the order of the help.
pub const ALL: &[About] = &[
    About {
        name: "drop",
        argument: "=RATE",
        what: "requests are lost: nothing is done, nothing comes",
        read: |argument| Some(Quirk::Drop(given_rate(argument)?)),
    },
    About {
        name: "drop-answer",
        argument: "=RATE",
        what: "answers are lost: what was asked is done all the same",
        read: |argument| Some(Quirk::DropAnswer(given_rate(argument)?)),
    },
    About {
        name: "port-unreachable",
        argument: RATE,
        what: "nobody listens on the port",
        read: |argument| Some(Quirk::PortUnreachable(rate(argument)?)),
    },
    About {
        name: "delay",
        argument: "=TIME[..TIME]",
        what: "answers take this long, or between the two",
        read: delay,
    },
    About {
        name: "reorder",
        argument: "[=TIME]",
        what: "every second answer comes later (default 20ms)",
        read: |argument| Some(Quirk::Reorder(argument.map_or(Some(Duration::from_millis(20)), time)?)),
    },
    About {
        name: "duplicate",
        argument: RATE,
        what: "answers come twice",
        read: |argument| Some(Quirk::Duplicate(rate(argument)?)),
    },
    About {
        name: "corrupt",
        argument: RATE,
        what: "one bit of the answer is turned",
        read: |argument| Some(Quirk::Corrupt(rate(argument)?)),
    },
    About {
        name: "garbage",
        argument: RATE,
        what: "octets without meaning come in place of the answer",
        read: |argument| Some(Quirk::Garbage(rate(argument)?)),
    },
    About {
        name: "wrong-request-id",
        argument: RATE,
        what: "answers have another request-id",
        read: |argument| Some(Quirk::WrongRequestId(rate(argument)?)),
    },
    About {
        name: "wrong-community",
        argument: RATE,
        what: "answers have another community",
        read: |argument| Some(Quirk::WrongCommunity(rate(argument)?)),
    },
    About {
        name: "wrong-version",
        argument: RATE,
        what: "answers have another version",
        read: |argument| Some(Quirk::WrongVersion(rate(argument)?)),
    },
    About {
        name: "empty-bindings",
        argument: RATE,
        what: "answers have no variable bindings",
        read: |argument| Some(Quirk::EmptyBindings(rate(argument)?)),
    },
    About {
        name: "extra-bindings",
        argument: RATE,
        what: "answers have one variable binding too many",
        read: |argument| Some(Quirk::ExtraBindings(rate(argument)?)),
    },
    About {
        name: "error",
        argument: "=STATUS[,RATE]",
        what: "answers are this error-status (a name or a number)",
        read: error,
    },
    About {
        name: "not-increasing",
        argument: "[=N]",
        what: "names stop increasing after N objects (default 1)",
        read: |argument| Some(Quirk::NotIncreasing(count(argument, 1)?)),
    },
    About {
        name: "loop",
        argument: "[=N]",
        what: "the first object comes again after N (default 10)",
        read: |argument| Some(Quirk::Loop(count(argument, 10)?)),
    },
    About {
        name: "too-big",
        argument: "=OCTETS",
        what: "answers of more octets become tooBig, even to GETBULK",
        read: |argument| Some(Quirk::TooBig(argument?.parse().ok()?)),
    },
    About {
        name: "truncate",
        argument: "[=N]",
        what: "answers to GETBULK end after N bindings (default 1)",
        read: |argument| Some(Quirk::Truncate(usize::try_from(count(argument, 1)?).ok()?)),
    },
    About {
        name: "silent-above",
        argument: "=OCTETS",
        what: "answers of more octets never come",
        read: |argument| Some(Quirk::SilentAbove(argument?.parse().ok()?)),
    },
    About {
        name: "serial",
        argument: "=TIME",
        what: "one request is answered after the other, each in TIME",
        read: |argument| Some(Quirk::Serial(time(argument?)?)),
    },
    About {
        name: "single",
        argument: "=TIME",
        what: "answers take TIME, what comes meanwhile is lost",
        read: |argument| Some(Quirk::Single(time(argument?)?)),
    },
    About {
        name: "silent-bulk",
        argument: "",
        what: "GETBULK is never answered",
        read: |argument| argument.is_none().then_some(Quirk::SilentBulk),
    },
    About {
        name: "v1-only",
        argument: "",
        what: "nothing but SNMPv1 is answered",
        read: |argument| argument.is_none().then_some(Quirk::V1Only),
    },
];

/// [`ALL`] for people, one line each, and what the arguments mean.
pub fn outline() -> String {
    let mut text = String::new();
    for About { name, argument, what, .. } in ALL {
        let form = format!("{name}{argument}");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{form:<24} {what}");
    }
    text.push_str("RATE is a probability from 0 to 1, or every:N; TIME is a number with us, ms or s\n");
    text
}

/// Why something is no quirk.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum QuirkError {
    /// No quirk has this name.
    #[error("there is no quirk '{name}'; there are {}", names())]
    Unknown {
        /// The name.
        name: String,
    },
    /// The argument is missing, superfluous or wrong.
    #[error("quirk '{given}': it is written {name}{argument}{}", hint(argument))]
    Argument {
        /// What was given.
        given: String,
        /// The quirk.
        name: &'static str,
        /// The form of its argument.
        argument: &'static str,
    },
}

impl FromStr for Quirk {
    type Err = QuirkError;

    /// Reads `NAME` or `NAME=ARGUMENT`.
    fn from_str(text: &str) -> Result<Self, QuirkError> {
        let (name, argument) = match text.split_once('=') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let Some(about) = ALL.iter().find(|about| about.name == name) else {
            return Err(QuirkError::Unknown { name: name.to_owned() });
        };
        (about.read)(argument).ok_or_else(|| QuirkError::Argument {
            given: text.to_owned(),
            name: about.name,
            argument: about.argument,
        })
    }
}

fn names() -> String {
    ALL.iter().map(|about| about.name).collect::<Vec<_>>().join(", ")
}

fn hint(argument: &str) -> &'static str {
    if argument.contains("RATE") {
        ", RATE being a probability from 0 to 1, or every:N"
    } else if argument.contains("TIME") {
        ", TIME being a number with us, ms or s"
    } else {
        ""
    }
}

/// The argument, or always when there is none.
fn rate(argument: Option<&str>) -> Option<Rate> {
    match argument {
        None => Some(Rate::Chance(1.0)),
        given => given_rate(given),
    }
}

fn given_rate(argument: Option<&str>) -> Option<Rate> {
    let text = argument?;
    if let Some(count) = text.strip_prefix("every:") {
        return count.parse().ok().filter(|count| *count > 0).map(Rate::Every);
    }
    let chance: f64 = text.parse().ok()?;
    (0.0..=1.0).contains(&chance).then_some(Rate::Chance(chance))
}

fn count(argument: Option<&str>, otherwise: u64) -> Option<u64> {
    match argument {
        None => Some(otherwise),
        Some(text) => text.parse().ok(),
    }
}

fn delay(argument: Option<&str>) -> Option<Quirk> {
    let text = argument?;
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let (least, most) = (time(least)?, time(most)?);
    (least <= most).then_some(Quirk::Delay(least, most))
}

fn time(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit_micros = match &text[digits.len()..] {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        _ => return None,
    };
    let number: f64 = digits.parse().ok()?;
    let is_time = number.is_finite() && number >= 0.0;
    is_time.then(|| Duration::from_micros(1_000_000).scaled(number * unit_micros / 1e6))
}

fn error(argument: Option<&str>) -> Option<Quirk> {
    let text = argument?;
    let (status, often) = match text.split_once(',') {
        Some((status, often)) => (status, rate(Some(often))?),
        None => (text, Rate::Chance(1.0)),
    };
    let named = (0..=18).map(ErrorStatus).find(|known| known.name() == Some(status));
    let status = named.or_else(|| status.parse().ok().map(ErrorStatus))?;
    Some(Quirk::Error(status, often))
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chance(chance) => write!(f, "{chance}"),
            Self::Every(count) => write!(f, "every:{count}"),
        }
    }
}

impl Rate {
    /// Whether it happens this time; `times` counts and belongs to this rate alone.
    pub fn strikes(self, times: &mut u64, random: &mut SplitMix64) -> bool {
        *times = times.wrapping_add(1);
        match self {
            Self::Chance(chance) => random.happens(chance),
            Self::Every(count) => times.is_multiple_of(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_read_from_its_name() {
        let always = Rate::Chance(1.0);
        let millis = Duration::from_millis;
        for (text, quirk) in [
            ("drop=0.2", Quirk::Drop(Rate::Chance(0.2))),
            ("drop=every:3", Quirk::Drop(Rate::Every(3))),
            ("drop-answer=1", Quirk::DropAnswer(always)),
            ("port-unreachable", Quirk::PortUnreachable(always)),
            ("delay=50ms", Quirk::Delay(millis(50), millis(50))),
            ("delay=1.5s..2s", Quirk::Delay(millis(1_500), millis(2_000))),
            ("delay=250us", Quirk::Delay(Duration::from_micros(250), Duration::from_micros(250))),
            ("reorder", Quirk::Reorder(millis(20))),
            ("reorder=5ms", Quirk::Reorder(millis(5))),
            ("duplicate", Quirk::Duplicate(always)),
            ("corrupt=0.5", Quirk::Corrupt(Rate::Chance(0.5))),
            ("garbage", Quirk::Garbage(always)),
            ("wrong-request-id=every:2", Quirk::WrongRequestId(Rate::Every(2))),
            ("wrong-community", Quirk::WrongCommunity(always)),
            ("wrong-version", Quirk::WrongVersion(always)),
            ("empty-bindings", Quirk::EmptyBindings(always)),
            ("extra-bindings=0", Quirk::ExtraBindings(Rate::Chance(0.0))),
            ("error=genErr", Quirk::Error(ErrorStatus::GEN_ERR, always)),
            ("error=99,every:4", Quirk::Error(ErrorStatus(99), Rate::Every(4))),
            ("not-increasing", Quirk::NotIncreasing(1)),
            ("not-increasing=7", Quirk::NotIncreasing(7)),
            ("loop=3", Quirk::Loop(3)),
            ("too-big=484", Quirk::TooBig(484)),
            ("truncate=2", Quirk::Truncate(2)),
            ("silent-above=1400", Quirk::SilentAbove(1_400)),
            ("serial=300ms", Quirk::Serial(millis(300))),
            ("single=20ms", Quirk::Single(millis(20))),
            ("silent-bulk", Quirk::SilentBulk),
            ("v1-only", Quirk::V1Only),
        ] {
            assert_eq!(text.parse(), Ok(quirk), "{text}");
        }
        assert!(ALL.iter().all(|about| outline().contains(about.what)));
    }

    #[test]
    fn what_is_no_quirk_is_refused_with_the_right_form() {
        for text in [
            "drop",
            "drop=",
            "drop=1.1",
            "drop=-0.1",
            "drop=NaN",
            "drop=every:0",
            "drop=every:x",
            "delay",
            "delay=50",
            "delay=50m",
            "delay=-1s",
            "delay=9ms..3ms",
            "delay=infs",
            "too-big",
            "too-big=-1",
            "silent-above",
            "serial",
            "serial=3",
            "single=x",
            "silent-bulk=1",
            "truncate=x",
            "error",
            "error=nonsense",
            "error=genErr,2",
            "reorder=",
            "delay=Äs",
        ] {
            let error = text.parse::<Quirk>().unwrap_err();
            assert!(matches!(error, QuirkError::Argument { .. }), "{text}: {error:?}");
            assert!(error.to_string().contains(text), "{error}");
        }
        let unknown = "dorp=1".parse::<Quirk>().unwrap_err().to_string();
        assert!(unknown.starts_with("there is no quirk 'dorp'; there are drop, drop-answer,"), "{unknown}");
        let rate = "drop=2".parse::<Quirk>().unwrap_err().to_string();
        assert_eq!(
            rate,
            "quirk 'drop=2': it is written drop=RATE, RATE being a probability from 0 to 1, or every:N"
        );
    }

    #[test]
    fn every_third_time_is_the_third_the_sixth_and_so_on() {
        let (mut times, mut random) = (0, SplitMix64::new(0));
        let struck: Vec<bool> = (0..7).map(|_| Rate::Every(3).strikes(&mut times, &mut random)).collect();
        assert_eq!(struck, [false, false, true, false, false, true, false]);
    }
}
