//! The walk with many requests outstanding: what it consists of.

use std::collections::VecDeque;

use super::{
    Bounds, Course, Output, Ticket, WalkItem, WalkPlan,
    chart::Chart,
    pace::{How, Pace},
    scout::Scouts,
    segment::{Segment, State},
    window::Window,
};
use crate::{
    oid::Oid,
    operation::{Answer, pace::at_once},
};

/// A request that is outstanding.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) ticket: Ticket,
    /// The segment that it is about.
    pub(super) segment: u64,
    pub(super) from: Oid,
    pub(super) is_guess: bool,
    pub(super) how: How,
    /// Octets that a binding of the answer is expected to have; 0 if that is not known.
    pub(super) each: usize,
    pub(super) is_probe: bool,
    /// When it was sent, see [`Pipeline::round_trips`].
    pub(super) sent: u64,
    /// How many others were outstanding.
    pub(super) company: usize,
    /// Whether it has been overtaken so often that it is taken for lost; its answer is still welcome.
    pub(super) is_overtaken: bool,
}

/// How the last guesses turned out.
#[derive(Debug, Default)]
pub(super) struct Guesses {
    /// A bit for each of the last 16: 1 for a wrong one.
    wrong: u16,
    count: u32,
}

impl Guesses {
    pub(super) const fn note(&mut self, is_wrong: bool) {
        self.wrong = self.wrong << 1 | is_wrong as u16;
        self.count = if self.count < 16 { self.count + 1 } else { 16 };
    }

    /// Whether one of the last few was wrong.
    pub(super) const fn are_doubtful(&self) -> bool {
        self.wrong & 0xf != 0
    }

    /// Whether more than a quarter of them were wrong.
    pub(super) const fn are_bad(&self) -> bool {
        self.count >= 4 && self.wrong.count_ones() * 4 > self.count
    }
}

/// What requests have brought, in thousandths of what one can bring.
#[derive(Debug, Default)]
pub(super) struct Yield {
    pub(super) requests: u64,
    pub(super) useful: u64,
}

/// See the [module](super).
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) bounds: Bounds,
    /// In order; what the first one finds is emitted.
    pub(super) segments: VecDeque<Segment>,
    pub(super) asked: Vec<Asked>,
    pub(super) withdrawn: Vec<Ticket>,
    pub(super) pace: Pace,
    pub(super) window: Window,
    pub(super) chart: Chart,
    pub(super) scouts: Scouts,
    /// Round trips, one after the other, that have been made so far: an answer counts one more than had been made when
    /// its request was sent. A request that is still outstanding several round trips later is lost.
    pub(super) round_trips: u64,
    pub(super) next_segment: u64,
    /// Bindings that wait for others before them.
    pub(super) waiting: usize,
    pub(super) yielded: Yield,
    pub(super) guesses: Guesses,
    /// Whether there was nothing to divide, and nothing has come since.
    pub(super) is_whole: bool,
    pub(super) is_over: bool,
}

impl Pipeline {
    pub(super) fn new(plan: &WalkPlan) -> Self {
        let bounds = Bounds::of(plan);
        let mut first = Segment::new(0, plan.root.clone(), None);
        // Whoever asked for the walk has named it.
        first.is_guess = false;
        Self {
            chart: Chart::new(plan.root.clone(), plan.guide.clone()),
            scouts: Scouts::new(),
            segments: VecDeque::from([first]),
            asked: Vec::new(),
            withdrawn: Vec::new(),
            pace: Pace::new(plan),
            window: Window::new(plan.window, plan.patience),
            round_trips: 0,
            next_segment: 1,
            waiting: 0,
            yielded: Yield::default(),
            guesses: Guesses::default(),
            is_whole: false,
            is_over: false,
            bounds,
        }
    }

    pub(super) fn set_answer_octets(&mut self, octets: usize) {
        self.pace.set_answer_octets(octets);
        self.window.limit(at_once(octets));
    }

    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn withdraw(&mut self) -> Option<Ticket> {
        self.withdrawn.pop()
    }

    pub(super) fn answer(&mut self, ticket: Ticket, answer: Answer, out: &mut Output) -> Course {
        if let Some(at) = self.asked.iter().position(|asked| asked.ticket == ticket) {
            let asked = self.asked.remove(at);
            self.take(asked, answer);
        } else if !self.take_scout(ticket, &answer) {
            return Course::On;
        }
        self.is_whole = false;
        self.find_lost(ticket, out);
        let course = self.emit(out);
        if !matches!(course, Course::On) {
            self.is_over = true;
        }
        self.withdraw_useless();
        self.withdraw_scouts();
        course
    }

    /// Emits what is known from the beginning without a gap.
    fn emit(&mut self, out: &mut Output) -> Course {
        while let Some(first) = self.segments.front_mut() {
            self.waiting -= first.give(out);
            match std::mem::replace(&mut first.state, State::Open) {
                State::Open => return Course::On,
                State::Read => drop(self.segments.pop_front()),
                State::Ended(end) => return Course::Ended(end),
                State::Failed(failure) => return Course::Failed(*failure),
                State::Refused(error) => {
                    let (item, end) = WalkItem::of_refusal(*error);
                    out.item(item);
                    return Course::Ended(end);
                }
            }
        }
        Course::On
    }

    /// Takes back requests whose answers nobody needs.
    fn withdraw_useless(&mut self) {
        let Self { asked, segments, withdrawn, is_over, .. } = self;
        asked.retain(|asked| {
            let is_of_use =
                !*is_over && segments.iter().any(|segment| segment.id == asked.segment && segment.is_open());
            if !is_of_use {
                withdrawn.push(asked.ticket);
            }
            is_of_use
        });
        let probes = self.asked.iter().filter(|asked| asked.is_probe && !asked.is_overtaken).count();
        self.pace.set_probes(u32::try_from(probes).unwrap_or(u32::MAX));
    }

    /// The place of a segment in the list; `None` when it has been read, or given up.
    pub(super) fn place_of(&self, id: u64) -> Option<usize> {
        self.segments.iter().position(|segment| segment.id == id)
    }

    /// Requests that are outstanding and expected to be answered.
    pub(super) fn outstanding(&self) -> usize {
        self.asked.iter().filter(|asked| !asked.is_overtaken).count() + self.scouts.under_way.len()
    }

    /// Gives a segment back to the one before it.
    pub(super) fn give_up(&mut self, at: usize) {
        let Some(given_up) = self.segments.remove(at) else { return };
        self.waiting -= given_up.waiting();
        if let Some(before) = at.checked_sub(1).and_then(|at| self.segments.get_mut(at)) {
            before.end = given_up.end;
        }
    }

    /// Drops all segments behind one at which the walk ends.
    pub(super) fn end_at(&mut self, at: usize, state: State) {
        let segment = &mut self.segments[at];
        segment.state = state;
        segment.end = None;
        for dropped in self.segments.drain(at + 1..) {
            self.waiting -= dropped.waiting();
        }
    }
}
