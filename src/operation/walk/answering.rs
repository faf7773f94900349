//! What the answers say.

use super::{
    WalkEnd, WalkError, WalkItem,
    found::Found,
    losing::PATIENCE,
    pace::{How, Length},
    pipeline::{Asked, Pipeline},
    segment::{Follows, Reading, State},
    window::Sight,
};
use crate::{
    clock::Duration,
    codec::ErrorStatus,
    engine::{RequestError, Response},
    oid::Oid,
    operation::{AgentError, Answer, pace},
};

/// Round trips after which a request is late.
const LATE: u64 = 2;

/// Bindings whose length says how long the next ones are.
const LATEST: usize = 8;

impl WalkItem {
    /// What is shown of a refusal, and how the walk ends with it.
    pub(super) fn of_refusal(error: AgentError) -> (Self, WalkEnd) {
        if error.status == ErrorStatus::NO_SUCH_NAME {
            (Self::NoSuchName, WalkEnd::NoSuchName)
        } else {
            (Self::Refused(error), WalkEnd::Refused)
        }
    }
}

impl Pipeline {
    pub(super) fn take(&mut self, asked: Asked, answer: Answer) {
        let answer = match answer {
            // With fewer names it will be shorter, which is all that tooBig says.
            Err(RequestError::TooLong { tries: transmissions, elapsed, .. }) if asked.how.names() > 1 => {
                let error_status = ErrorStatus::TOO_BIG;
                Ok(Response { error_status, error_index: 0, bindings: Vec::new(), transmissions, elapsed })
            }
            answer => answer,
        };
        match answer {
            Ok(response) => {
                self.round_trips = self.round_trips.max(asked.sent + 1);
                if !asked.is_overtaken {
                    let sight = self.sight(asked.sent, asked.company);
                    self.window.answered(response.elapsed, response.transmissions, sight);
                }
                self.take_response(asked, response);
            }
            Err(error) => {
                if !asked.is_overtaken {
                    let sight = self.sight(asked.sent, asked.company);
                    self.lost(1, sight);
                }
                self.take_silence(&asked, error);
            }
        }
    }

    /// What the window is to know of a request.
    pub(super) fn sight(&self, sent: u64, company: usize) -> Sight {
        let is_late = |other: &Asked| !other.is_overtaken && other.sent + LATE <= self.round_trips;
        Sight { sent, now: self.round_trips, company, is_other_late: self.asked.iter().any(is_late) }
    }

    fn take_response(&mut self, asked: Asked, response: Response) {
        if matches!(asked.how, How::Bulk(_)) {
            self.pace.bulk_works();
        }
        let Some(at) = self.place_of(asked.segment).filter(|at| self.segments[*at].is_open()) else { return };
        self.segments[at].silences = 0;
        // Others that asked the same have become superfluous, and so has a GETNEXT beside a GETBULK.
        self.asked.retain(|other| {
            let is_twin = other.segment == asked.segment
                && (other.from == asked.from || matches!(other.how, How::Next))
                && !(asked.how == How::Next && matches!(other.how, How::Bulk(_)));
            if is_twin {
                self.withdrawn.push(other.ticket);
            }
            !is_twin
        });
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.take_refusal(at, &asked, &response);
        }
        if response.bindings.is_empty() {
            let failure = WalkError::EmptyAnswer { name: asked.from.clone() };
            return self.ask_less(at, &asked, State::Failed(Box::new(failure)));
        }
        self.take_names(at, asked, response);
    }

    fn take_names(&mut self, at: usize, asked: Asked, response: Response) {
        let Response { mut bindings, elapsed, .. } = response;
        // An agent may send more than was asked for; it means nothing.
        bindings.truncate(usize::try_from(asked.how.names()).unwrap_or(usize::MAX));
        let came = Length::of(&bindings);
        let reading = Reading::of(bindings, &asked.from, &self.bounds);
        let is_cut = matches!(reading.follows, Follows::Unknown);
        let asked_names = asked.how.names();
        self.pace.answered(asked.how, came, is_cut);
        if self.is_stale(at, &asked) && reading.list.is_empty() {
            return;
        }
        // What follows a made-up name is believed when it is what a name of the agent's own has shown to follow.
        let first = self.segments[at].first.as_ref().filter(|_| asked.is_guess);
        if first.is_some_and(|first| reading.list.first().is_none_or(|found| found.name != *first)) {
            return;
        }
        if self.segments[at].is_guess && reading.is_doubtful() {
            self.guesses.note(true);
            if matches!(reading.follows, Follows::Last(_, State::Ended(_))) {
                self.chart.end(&asked.from);
            }
            return self.give_up(at);
        }
        self.judge(at, asked_names, came);
        let segment = &mut self.segments[at];
        let most = segment.most;
        segment.most = most.saturating_mul(2).max(2);
        let own = segment.wanted(&reading.list);
        if asked.is_guess {
            self.guesses.note(own == 0);
            if let Some(first) = reading.list.first().filter(|_| own == 0) {
                self.chart.pass(&asked.from, &first.name);
            }
        }
        let new = self.spread(at, asked.from, reading, elapsed);
        // A list that the agent has cut could not have been longer, nor one of which no more was asked for on purpose.
        let is_all = (is_cut && came.names < asked_names) || asked_names >= most;
        let full = if is_all { came.names } else { self.pace.usual(asked.each).max(came.names) };
        let full = u64::from(full.max(1));
        self.yielded.useful += (u64::from(new) * 1_000 / full).min(1_000);
    }

    /// Hands the names of an answer to the segments that they belong to, from one on. Says how many were new.
    fn spread(&mut self, mut at: usize, from: Oid, reading: Reading, elapsed: Duration) -> u32 {
        let Reading { mut list, follows } = reading;
        let end = list.last().map_or(from, |last| last.name.clone());
        let mut new = 0;
        loop {
            let segment = &mut self.segments[at];
            let known = match (&segment.state, &segment.end) {
                (State::Read, Some(end)) => list.partition_point(|binding| binding.name <= *end),
                _ => list.partition_point(|binding| binding.name <= segment.cursor),
            };
            list.drain(..known);
            let beyond = list.split_off(segment.wanted(&list));
            if let Some(last) = list.last().map(|last| last.name.clone()) {
                new += u32::try_from(list.len()).unwrap_or(u32::MAX);
                if segment.first.is_none() {
                    segment.first = list.first().map(|first| first.name.clone());
                }
                let column = segment.column.as_ref().map(|column| column.prefix.clone());
                self.chart.note(&mut segment.column, &segment.cursor, &list);
                if segment.column.as_ref().map(|column| &column.prefix) != column.as_ref() {
                    segment.scouted = 0;
                }
                let latest = &list[list.len().saturating_sub(LATEST)..];
                segment.each = latest.iter().map(pace::octets).sum::<usize>() / latest.len();
                segment.cursor = last;
                segment.is_guess = false;
                self.waiting += list.len();
                // What the first segment finds is emitted at once.
                let found = if at == 0 { Found::here(list) } else { Found::packed(&list) };
                segment.found.push((found, elapsed));
            }
            let Some(name) = beyond.first().map(|binding| &binding.name) else { break };
            if !self.segments[at].is_open() {
                at += 1;
            } else if self.segments.get(at + 1).is_some_and(|next| next.contradicts(name) || next.is_empty())
            {
                // What contradicts is read again, from a name that the agent has given.
                self.give_up(at + 1);
            } else {
                self.chart.leave(&mut self.segments[at].column);
                self.segments[at].state = State::Read;
                at += 1;
            }
            list = beyond;
        }
        // What is known to go on does not end here.
        if self.segments[at].is_open() && self.segments[at].cursor == end {
            self.conclude(at, follows, elapsed);
        }
        new
    }

    /// What comes behind the last name of an answer, in the segment that it is in.
    fn conclude(&mut self, at: usize, follows: Follows, elapsed: Duration) {
        let segment = &mut self.segments[at];
        match follows {
            Follows::Outside { .. } => self.end_at(at, State::Ended(WalkEnd::Subtree)),
            Follows::Last(binding, state) => {
                segment.found.push((Found::here(vec![*binding]), elapsed));
                self.waiting += 1;
                self.end_at(at, state);
            }
            Follows::Unknown => {
                if segment.end.as_ref() == Some(&segment.cursor) {
                    segment.state = State::Read;
                    if let Some(next) = self.segments.get_mut(at + 1) {
                        // It began at a name that there is.
                        next.is_guess = false;
                    }
                }
            }
        }
    }

    fn take_refusal(&mut self, at: usize, asked: &Asked, response: &Response) {
        let error = Box::new(AgentError::of(response));
        if response.error_status == ErrorStatus::TOO_BIG && asked.how.names() > 1 {
            // That is about how much was asked for, whatever the name.
            if self.pace.may_ask_less() {
                self.too_much(at, asked.how, asked.each, asked.is_probe, None);
                return;
            }
            self.pace.too_many(asked.how, 0);
        }
        self.ask_less(at, asked, State::Refused(error));
    }

    /// Whether more is known by now than when a request was sent: what went wrong with it is asked again from there.
    fn is_stale(&self, at: usize, asked: &Asked) -> bool {
        self.segments[at].cursor != asked.from
    }

    /// A request was of no avail: a smaller one may be, or one with a name that the agent has given. Otherwise the walk
    /// ends here.
    fn ask_less(&mut self, at: usize, asked: &Asked, otherwise: State) {
        if self.is_stale(at, asked) {
            return;
        }
        if self.segments[at].is_guess {
            self.guesses.note(true);
            return self.give_up(at);
        }
        let segment = &mut self.segments[at];
        let is_too_big = matches!(&otherwise, State::Refused(error) if error.status == ErrorStatus::TOO_BIG);
        match asked.how {
            How::Bulk(names) if self.pace.may_ask_less() => segment.most = names / 2,
            How::Bulk(names) if is_too_big && names > 1 => {}
            How::Bulk(_) | How::Next => self.end_at(at, otherwise),
        }
    }

    fn take_silence(&mut self, asked: &Asked, error: RequestError) {
        let Some(at) = self.place_of(asked.segment).filter(|at| self.segments[*at].is_open()) else { return };
        let is_mute = match &error {
            RequestError::NoAnswer { .. } => true,
            RequestError::Malformed { .. } | RequestError::TooLong { .. } => false,
            RequestError::Encode(_)
            | RequestError::Refused { .. }
            | RequestError::Unreachable { .. }
            | RequestError::UnexpectedPdu { .. }
            | RequestError::NoEngine { .. }
            | RequestError::NeverSent(_)
            | RequestError::Reported { .. }
            | RequestError::SaltsExhausted(_)
            | RequestError::NoRequestId { .. } => {
                return self.end_at(at, State::Failed(Box::new(error.into())));
            }
        };
        let others = |other: &Asked| other.segment == asked.segment && !other.is_overtaken;
        if self.round_trips > 0 && self.asked.iter().any(others) {
            // The same has been asked again.
            return;
        }
        // Where more was of no avail before, while the agent answered others, it may be so again: what values were long
        // says little about those that follow.
        let was_too_much = self.segments[at].most < u32::MAX || self.pace.is_wary();
        let is_more =
            !is_mute || was_too_much || self.pace.is_more(self.pace.expected(asked.how, asked.each));
        let may_be_too_much =
            self.round_trips > 0 && self.pace.may_ask_less() && asked.how.names() > 1 && is_more;
        let is_alive = self.round_trips > asked.sent;
        let segment = &mut self.segments[at];
        segment.silences += 1;
        if segment.silences > PATIENCE + 1 || !(is_alive || may_be_too_much) {
            return self.end_at(at, State::Failed(Box::new(error.into())));
        }
        if may_be_too_much {
            self.pace.too_many(asked.how, self.pace.expected(asked.how, asked.each));
            self.pace.be_wary();
            segment.most = asked.how.names() / 4;
        }
        if self.segments[at].is_guess {
            self.guesses.note(true);
            self.give_up(at);
        }
    }
}
