//! A part of a walk.

use super::{Output, WalkEnd, WalkError, column::Column, found::Found, losing::Doubt};
use crate::{clock::Duration, oid::Oid, operation::AgentError, value::VarBind};

/// Names from one to another, which are read one request after the other.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) id: u64,
    /// All up to here is known.
    pub(super) cursor: Oid,
    /// Whether nobody has said that there is such a name.
    pub(super) is_guess: bool,
    /// Names up to this one are wanted, and it itself; `None` to the end of the walk.
    pub(super) end: Option<Oid>,
    /// The first name that was found.
    pub(super) first: Option<Oid>,
    /// What was found and has not been emitted.
    pub(super) found: Vec<(Found, Duration)>,
    pub(super) state: State,
    /// Octets of one of the last bindings that were found; 0 as long as there are none.
    pub(super) each: usize,
    /// Names that a request asks for at most, since more were of no avail here.
    pub(super) most: u32,
    /// How often a request was not answered, or was overtaken, since the last one that was.
    pub(super) silences: u32,
    /// What has failed here, for its length or for another reason: the next answer will tell.
    pub(super) doubt: Option<Doubt>,
    /// Where the cursor is.
    pub(super) column: Option<Column>,
    /// Names of the column when a scout looked last how it goes on.
    pub(super) scouted: u64,
    /// Around what a scout looked last.
    pub(super) surveyed: Option<Oid>,
}

/// How far a segment has come.
#[derive(Debug)]
pub(super) enum State {
    /// There may be more.
    Open,
    /// All of it has been read: the next one follows.
    Read,
    /// The walk is over here.
    Ended(WalkEnd),
    /// The agent refused to go on.
    Refused(Box<AgentError>),
    /// It fails here.
    Failed(Box<WalkError>),
}

impl Segment {
    pub(super) fn new(id: u64, cursor: Oid, end: Option<Oid>) -> Self {
        Self {
            id,
            cursor,
            is_guess: true,
            end,
            first: None,
            found: Vec::new(),
            state: State::Open,
            each: 0,
            most: u32::MAX,
            silences: 0,
            doubt: None,
            column: None,
            scouted: 0,
            surveyed: None,
        }
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// How many of some names, which are in order, are wanted here.
    pub(super) fn wanted(&self, list: &[VarBind]) -> usize {
        match &self.end {
            Some(end) => list.partition_point(|binding| binding.name <= *end),
            None => list.len(),
        }
    }

    /// Whether the first name behind it is not what this segment has found: the agent's table has changed, or it answers
    /// about names that it does not have with something else than what follows.
    pub(super) fn contradicts(&self, name: &Oid) -> bool {
        match (&self.first, &self.state) {
            (Some(first), _) => first != name,
            (None, State::Open) => false,
            (None, State::Read) => self.end.as_ref().is_some_and(|end| name <= end),
            (None, State::Ended(_) | State::Refused(_) | State::Failed(_)) => true,
        }
    }

    /// Whether all of it has been read, and nothing was there.
    pub(super) const fn is_empty(&self) -> bool {
        self.first.is_none() && matches!(self.state, State::Read)
    }

    pub(super) fn waiting(&self) -> usize {
        self.found.iter().map(|(found, _)| found.len()).sum()
    }

    /// Hands out what was found. Says how many bindings that were.
    pub(super) fn give(&mut self, out: &mut Output) -> usize {
        let mut given = 0;
        for (found, elapsed) in self.found.drain(..) {
            given += found.len();
            out.found(found, elapsed);
        }
        given
    }
}

/// What an answer says behind its names.
#[derive(Debug)]
pub(super) enum Follows {
    /// Nothing: there may be more.
    Unknown,
    /// A name that is outside, behind the others or, by mistake, before them.
    Outside { is_behind: bool },
    /// This binding, which is shown, and with which the walk ends so.
    Last(Box<VarBind>, State),
}

/// An answer, read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Bindings inside the walk, in order.
    pub(super) list: Vec<VarBind>,
    pub(super) follows: Follows,
}

impl Reading {
    /// Reads the bindings that came for `from`.
    pub(super) fn of(mut list: Vec<VarBind>, from: &Oid, bounds: &super::Bounds) -> Self {
        let mut previous = from;
        let mut good = 0;
        let mut special = None;
        for binding in &list {
            if bounds.is_outside(&binding.name) {
                special = Some(Special::Outside { is_behind: binding.name > *previous });
                break;
            }
            if binding.value.is_exception() {
                special = Some(Special::Exception);
                break;
            }
            if binding.name <= *previous {
                special = Some(Special::Disorder(previous.clone()));
                break;
            }
            previous = &binding.name;
            good += 1;
        }
        let follows = match (special, list.get(good)) {
            (None, _) | (_, None) => Follows::Unknown,
            (Some(Special::Outside { is_behind }), _) => Follows::Outside { is_behind },
            (Some(Special::Exception), Some(shown)) => {
                Follows::Last(Box::new(shown.clone()), State::Ended(WalkEnd::MibView))
            }
            (Some(Special::Disorder(previous)), Some(shown)) => {
                let failure = WalkError::NotIncreasing { previous, name: shown.name.clone() };
                Follows::Last(Box::new(shown.clone()), State::Failed(Box::new(failure)))
            }
        };
        list.truncate(good);
        Self { list, follows }
    }

    /// Whether it is about a name that was made up, and says nothing that can be relied on.
    pub(super) fn is_doubtful(&self) -> bool {
        self.list.is_empty() && !matches!(self.follows, Follows::Outside { is_behind: true })
    }
}

enum Special {
    Outside { is_behind: bool },
    Exception,
    Disorder(Oid),
}
