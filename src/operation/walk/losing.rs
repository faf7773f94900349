//! What is not answered: lost on the way, lost because the agent was asked too much at once, or never sent because the
//! answer would have been too long.
//!
//! Nobody waits for a time-out where others are answered. A request that later ones have overtaken is sent anew, and for
//! less if it may have asked for too much. Which of the two it was shows when what it asked for has come in shorter
//! answers: that is a [`Doubt`] until then.

use super::{
    Output, Ticket, WalkItem,
    pace::{How, Length},
    pipeline::{Asked, Pipeline},
    window::{Sight, Window},
};
use crate::operation::pace::ENVELOPE;

/// Round trips after which a request is taken for lost.
pub(super) const OVERTAKEN: u64 = 4;

/// Round trips after which that is so of a request that may have asked for too much. What is sent in its place is short.
const OVERTAKEN_AT_RISK: u64 = 2;

/// The largest window of an agent that may not bear company.
const CAREFUL: usize = 2;

/// How often a request is sent anew before its answer, or the end of all its transmissions, is awaited.
pub(super) const PATIENCE: u32 = 2;

/// What was of no avail, for its length or for another reason.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    /// How many names were asked for.
    names: u32,
    /// What has come in its place so far.
    came: Length,
    /// What the window is to know if it was not the length; `None` when the agent has said that it was.
    sight: Option<Sight>,
}

impl Doubt {
    /// Octets of all that was asked for, going by those of what has come.
    fn whole(&self, octets: usize) -> usize {
        let count = |names: u32| usize::try_from(names).unwrap_or(usize::MAX);
        ENVELOPE.saturating_add(octets.saturating_mul(count(self.names)) / count(self.came.names).max(1))
    }
}

impl Pipeline {
    pub(super) fn lost(&mut self, count: usize, sight: Sight) {
        self.tell_window(|window| window.lost(count, sight));
    }

    fn tell_window(&mut self, tell: impl FnOnce(&mut Window)) {
        let was_single = self.window.is_single();
        tell(&mut self.window);
        if self.window.is_single() && !was_single {
            // What was taken for too long was lost because it was not alone.
            self.pace.forgive();
            // Of those that are still outstanding one at most is answered; the next one is not to wait for the others.
            self.asked.iter_mut().for_each(|asked| asked.is_overtaken = true);
        }
    }

    /// Finds requests that later ones have overtaken, after an answer or the end of a request, and has them sent anew.
    pub(super) fn find_lost(&mut self, answered: Ticket, out: &mut Output) {
        if self.pace.is_bulk_untried() {
            return self.find_bulk_silent(out);
        }
        let is_overtaken = |asked: &Asked| {
            let after = if self.is_at_risk(asked) { OVERTAKEN_AT_RISK } else { OVERTAKEN };
            !asked.is_overtaken && self.round_trips >= asked.sent + after
        };
        let overtaken: Vec<usize> =
            (0..self.asked.len()).filter(|at| is_overtaken(&self.asked[*at])).collect();
        self.take_for_lost(&overtaken);
        self.find_left_behind(answered);
        if self.window.size() <= CAREFUL {
            // It would be sent again beside others, which may be just what it was lost by.
            let withdrawn = &mut self.withdrawn;
            self.asked.retain(|asked| {
                if asked.is_overtaken {
                    withdrawn.push(asked.ticket);
                }
                !asked.is_overtaken
            });
        }
        if self.window.is_single() {
            self.join();
        }
    }

    fn find_bulk_silent(&mut self, out: &mut Output) {
        for asked in &mut self.asked {
            if asked.is_overtaken || self.round_trips < asked.sent + OVERTAKEN {
                continue;
            }
            asked.is_overtaken = true;
            if self.pace.bulk_silent() {
                out.item(WalkItem::BulkGivenUp);
                return self.withdraw_bulk();
            }
        }
    }

    fn withdraw_bulk(&mut self) {
        let withdrawn = &mut self.withdrawn;
        self.asked.retain(|asked| {
            let is_next = asked.how == How::Next;
            if !is_next {
                withdrawn.push(asked.ticket);
            }
            is_next
        });
    }

    /// Gives up the parts that were not begun: each costs an answer that is not full, and nothing goes beside others.
    fn join(&mut self) {
        for at in (1..self.segments.len()).rev() {
            let segment = &self.segments[at];
            if segment.is_guess && segment.first.is_none() && segment.is_open() {
                self.give_up(at);
            }
        }
    }

    /// What was sent before a request that was answered is hardly still to come. Where nothing can be asked for that would
    /// overtake it, it is not waited for.
    fn find_left_behind(&mut self, answered: Ticket) {
        let is_outstanding = |at: &usize| !self.asked[*at].is_overtaken;
        let outstanding: Vec<usize> = (0..self.asked.len()).filter(is_outstanding).collect();
        if let [only] = outstanding[..]
            && self.asked[only].ticket < answered
            && self.is_at_risk(&self.asked[only])
            && self
                .segments
                .iter()
                .all(|segment| segment.id == self.asked[only].segment || !segment.is_open())
        {
            return self.take_for_lost(&[only]);
        }
        for at in outstanding {
            if self.outstanding() < self.window.size() {
                return;
            }
            if self.asked[at].ticket < answered {
                self.take_for_lost(&[at]);
            }
        }
    }

    /// Whether one more request may be lost for its length: not if it is the last one for which there is room, and all
    /// others may be lost as well, so that nothing would show it.
    pub(super) fn may_probe(&self) -> bool {
        let outstanding = self.outstanding();
        let is_last = outstanding > 1 && outstanding + 1 >= self.window.size();
        !is_last || self.asked.iter().any(|asked| !asked.is_overtaken && !asked.is_probe)
    }

    /// Where a name is asked for beside what may be too long, when that is so of all that is asked for: nothing else
    /// would show that it is not answered.
    pub(super) fn lonely(&self) -> Option<usize> {
        if !self.pace.is_wary() || self.window.ceiling() <= 1 || self.window.is_single() {
            return None;
        }
        let is_sure = |asked: &Asked| asked.how.names() == 1 || asked.each > 0 && !self.is_long(asked);
        let mut outstanding = self.asked.iter().filter(|asked| !asked.is_overtaken);
        let first = outstanding.clone().next()?;
        if outstanding.any(is_sure) { None } else { self.place_of(first.segment) }
    }

    /// Whether a longer answer is expected than any that came.
    fn is_long(&self, asked: &Asked) -> bool {
        self.pace.is_more(self.pace.expected(asked.how, asked.each))
    }

    /// Whether less can be asked for in place of a request, and its length can be what it was lost by.
    fn can_be_less(&self, asked: &Asked) -> bool {
        asked.how.names() > 1 && self.pace.may_ask_less() && !self.window.is_single()
    }

    /// Whether a request may be lost for the length of its answer alone, as far as is known.
    fn is_at_risk(&self, asked: &Asked) -> bool {
        let is_unknown = asked.each == 0 || self.pace.is_wary();
        self.can_be_less(asked) && (asked.is_probe || is_unknown || self.is_long(asked))
    }

    /// Has requests sent anew; in place of those that may have asked for too much, less is asked for.
    fn take_for_lost(&mut self, overtaken: &[usize]) {
        let mut lost: Option<(usize, Sight)> = None;
        // Many at once, and none longer than what has come: it was hardly their length.
        let is_strange = |at: &&usize| {
            let asked = &self.asked[**at];
            let is_unknown = asked.each == 0 && self.pace.is_wary();
            !(is_unknown || self.can_be_less(asked) && self.is_long(asked))
        };
        let strange = overtaken.iter().filter(is_strange).count();
        let is_heavy = strange > 0 && 2 * strange >= self.window.size();
        for &at in overtaken {
            let asked = &self.asked[at];
            let Some(place) = self.place_of(asked.segment) else { continue };
            let (names, sight) = (asked.how.names(), self.sight(asked.sent, asked.company));
            let is_long = self.is_long(asked);
            if self.can_be_less(asked) && (is_long || !is_heavy) {
                let (how, each, is_probe) = (asked.how, asked.each, asked.is_probe);
                if !is_long {
                    self.tell_window(|window| window.missed(sight));
                }
                self.asked[at].is_overtaken = true;
                self.too_much(place, how, each, is_probe, Some(sight));
                continue;
            }
            let segment = &mut self.segments[place];
            if segment.silences >= PATIENCE {
                continue;
            }
            segment.silences += 1;
            segment.most = (names - names.div_ceil(4)).max(1);
            self.asked[at].is_overtaken = true;
            self.tell_window(|window| window.missed(sight));
            let (count, first) = lost.unwrap_or((0, sight));
            lost = Some((count + 1, if sight.sent < first.sent { first } else { sight }));
        }
        if let Some((count, sight)) = lost {
            self.lost(count, sight);
        }
    }

    /// A request was of no avail that may have asked for too much, or that has, as the agent says when there is no
    /// `sight`: less is asked for in its place.
    pub(super) fn too_much(
        &mut self,
        at: usize,
        how: How,
        each: usize,
        is_probe: bool,
        sight: Option<Sight>,
    ) {
        let (names, expected) = (how.names(), self.pace.expected(how, each));
        // It says nothing about where the walk was divided.
        self.yielded.useful += 1_000;
        let most = if is_probe && self.pace.is_more(expected) {
            self.pace.too_many(how, expected);
            if sight.is_some() {
                self.pace.be_wary();
            }
            self.pace.fitting(self.pace.sure().names(), each).min(names - names.div_ceil(4))
        } else {
            self.segments[at].doubt = Some(Doubt { names, came: Length::default(), sight });
            names / if sight.is_some() { 4 } else { 2 }
        };
        self.segments[at].most = most.max(1);
    }

    /// What comes in place of what was of no avail shows whether that was too long.
    pub(super) fn judge(&mut self, at: usize, names: u32, came: Length) {
        let Some(mut doubt) = self.segments[at].doubt.take() else { return };
        if names >= doubt.names {
            // It was only late.
            self.segments[at].most = u32::MAX;
            return;
        }
        doubt.came.add(came);
        if self.pace.is_more(doubt.whole(doubt.came.net())) {
            self.pace.too_many(How::Bulk(doubt.names), doubt.whole(doubt.came.octets));
            if doubt.sight.is_some() {
                self.pace.be_wary();
                self.window.forget_missed();
            }
        } else if doubt.came.names < doubt.names {
            self.segments[at].doubt = Some(doubt);
        } else if let Some(sight) = doubt.sight {
            self.segments[at].most = u32::MAX;
            self.lost(1, sight);
        }
    }
}
