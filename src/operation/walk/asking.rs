//! What is asked for next.

use super::{
    Ticket, Tickets,
    chart::{Basis, Division, Place},
    pace::How,
    pipeline::{Asked, Pipeline},
    segment::Segment,
};
use crate::{
    engine::{Request, RequestKind},
    limits,
    value::VarBind,
};

/// Requests that keep an agent busy that takes one at a time.
const BUSY: usize = 2;

/// Half answers that must be expected where a segment is divided for such an agent: what is read twice is in vain.
const WORTH_IT: u64 = 8;

/// What is done with room in the window.
enum More {
    /// A new segment, and where it stands.
    Segment(usize),
    /// A scout.
    Scout(Ticket, Request),
}

impl Pipeline {
    /// The next request, if the window has room for one.
    pub(super) fn ask(&mut self, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        if self.is_over {
            return None;
        }
        if self.pace.is_bulk_untried() {
            return self.ask_first(tickets);
        }
        if self.outstanding() < self.window.size() {
            if let Some(at) = self.idle() {
                return Some(self.ask_for(at, tickets));
            }
            let more = if self.is_whole { None } else { self.divide(tickets) };
            match more {
                Some(More::Segment(at)) => return Some(self.ask_for(at, tickets)),
                Some(More::Scout(ticket, request)) => return Some((ticket, request)),
                None => self.is_whole = true,
            }
        }
        // A short answer, should the long one not come.
        let at = self.lonely()?;
        Some(self.ask_as(at, How::Next, false, tickets))
    }

    /// As long as no GETBULK has been answered: one, and a GETNEXT behind it. Should that be answered and the first one
    /// not, then the agent does not know GETBULK.
    fn ask_first(&mut self, tickets: &mut Tickets) -> Option<(Ticket, Request)> {
        let has = |bulk: bool| {
            let is_it = |asked: &Asked| matches!(asked.how, How::Bulk(_)) == bulk && !asked.is_overtaken;
            self.asked.iter().any(is_it)
        };
        if !has(true) {
            return Some(self.ask_for(0, tickets));
        }
        (!has(false)).then(|| self.ask_as(0, How::Next, false, tickets))
    }

    /// The first segment of which nothing is outstanding, and for which there is room.
    fn idle(&self) -> Option<usize> {
        let is_asked = |id: u64| self.asked.iter().any(|asked| asked.segment == id && !asked.is_overtaken);
        let is_idle = |at: &usize| {
            let segment = &self.segments[*at];
            segment.is_open() && !is_asked(segment.id)
        };
        let at = (0..self.segments.len()).find(is_idle)?;
        if at == 0 {
            return Some(at);
        }
        self.has_room().then_some(at)
    }

    /// Whether what one more request brings may wait for others before it, even when all that is outstanding does, and
    /// what the first segment reads beyond its end.
    fn has_room(&self) -> bool {
        let size = |names: u32| usize::try_from(names).unwrap_or(usize::MAX);
        let outstanding = self.asked.iter().map(|asked| size(asked.how.names()));
        let expected = outstanding.fold(size(self.pace.full()).saturating_mul(2), usize::saturating_add);
        self.waiting.saturating_add(expected) <= limits::WALK_WAITING
    }

    fn ask_for(&mut self, at: usize, tickets: &mut Tickets) -> (Ticket, Request) {
        let (mut how, mut is_probe) =
            if self.may_probe() { self.pace.next() } else { (self.pace.sure(), false) };
        let segment = &self.segments[at];
        if let How::Bulk(names) = how {
            let place = Place {
                cursor: &segment.cursor,
                end: segment.end.as_ref(),
                column: segment.column.as_ref(),
                reach: 0,
                full: 0,
            };
            let left = self.chart.left(&place).and_then(|left| u32::try_from(left).ok());
            let wanted =
                self.pace.fitting(names, segment.each).min(segment.most).min(left.unwrap_or(u32::MAX));
            if is_probe && segment.most < u32::MAX {
                // Here more was of no avail not long ago.
                (how, is_probe) = (self.pace.sure(), false);
            }
            let names = how.names();
            if wanted < names && self.pace.may_ask_less() {
                how = if wanted == 0 { How::Next } else { How::Bulk(wanted) };
                is_probe &= self.pace.is_more(self.pace.expected(how, segment.each));
            }
        }
        self.ask_as(at, how, is_probe, tickets)
    }

    fn ask_as(&mut self, at: usize, how: How, is_probe: bool, tickets: &mut Tickets) -> (Ticket, Request) {
        let Segment { id, cursor, is_guess, each, .. } = &self.segments[at];
        let ticket = tickets.next();
        let kind = match how {
            How::Next => RequestKind::GetNext,
            How::Bulk(max_repetitions) => RequestKind::GetBulk { non_repeaters: 0, max_repetitions },
        };
        let request = Request { kind, bindings: vec![VarBind::ask(cursor.clone())] };
        let asked = Asked {
            ticket,
            segment: *id,
            from: cursor.clone(),
            is_guess: *is_guess,
            how,
            each: *each,
            is_probe,
            sent: self.round_trips,
            company: self.outstanding(),
            is_overtaken: false,
        };
        if is_probe {
            self.pace.probe_sent();
        }
        self.asked.push(asked);
        self.yielded.requests += 1;
        (ticket, request)
    }

    /// Divides the segment that promises most, or has a scout look where it can be.
    fn divide(&mut self, tickets: &mut Tickets) -> Option<More> {
        if self.window.ceiling() <= 1 || self.round_trips == 0 || !self.may_divide() || !self.has_room() {
            return None;
        }
        if !self.window.is_worth_time() {
            return self.keep_busy();
        }
        let mut choice = self.choose(true, true, 1);
        if let Some((Division { basis: Basis::Leap, .. }, at)) = choice
            && let Some((ticket, request)) = self.scout_column(at, tickets)
        {
            return Some(More::Scout(ticket, request));
        }
        if let Some((Division { basis: Basis::Possible, .. }, at)) = choice {
            let scout = self.scout_ahead(tickets).or_else(|| self.scout_around(at, tickets));
            if let Some((ticket, request)) = scout {
                return Some(More::Scout(ticket, request));
            }
            if self.scouts.are_ahead() {
                choice = self.choose(false, true, 1);
            }
        }
        if !self.may_guess() && matches!(choice, Some((Division { basis, .. }, _)) if basis != Basis::Seen) {
            choice = self.choose(false, false, 1);
        }
        self.split(choice?).map(More::Segment)
    }

    /// Where the agent is what the walk waits for, two requests keep it busy, and what it does in vain costs time.
    fn keep_busy(&mut self) -> Option<More> {
        if self.outstanding() >= BUSY {
            return None;
        }
        let choice = self.choose(false, false, WORTH_IT)?;
        self.split(choice).map(More::Segment)
    }

    /// Makes two segments of one; says where the new one stands.
    fn split(&mut self, (Division { point, .. }, at): (Division, usize)) -> Option<usize> {
        let segment = &mut self.segments[at];
        let is_between = point > segment.cursor
            && segment.end.as_ref().is_none_or(|end| point < *end)
            && self.bounds.may_begin(&point);
        if !is_between {
            return None;
        }
        let each =
            if segment.column.as_ref().is_some_and(|column| column.holds(&point)) { segment.each } else { 0 };
        let new =
            Segment { each, ..Segment::new(self.next_segment, point.clone(), segment.end.replace(point)) };
        self.next_segment += 1;
        self.segments.insert(at + 1, new);
        Some(at + 1)
    }

    /// Where it promises most to divide, and in which segment: also where something is merely possible, also so far
    /// into a column. At least half of so many answers must be expected.
    fn choose(&self, possible: bool, leap: bool, answers: u64) -> Option<(Division, usize)> {
        let full = u64::from(self.pace.full());
        // What fits into one answer needs no second one.
        let least = (full * answers / 2).max(2);
        let mut best: Option<(Division, usize)> = None;
        for (at, segment) in self.segments.iter().enumerate().filter(|(_, segment)| segment.is_open()) {
            let reach = self.asked.iter().filter(|asked| asked.segment == segment.id);
            let reach = reach.map(|asked| u64::from(asked.how.names()).min(full)).max().unwrap_or(0);
            let place = Place {
                cursor: &segment.cursor,
                end: segment.end.as_ref(),
                column: segment.column.as_ref(),
                reach,
                full,
            };
            let Some(division) = self.chart.divide(&place, least) else { continue };
            let entry = segment.column.as_ref().and_then(|column| column.entry);
            let is_wanted = match division.basis {
                Basis::Seen => true,
                Basis::Possible => possible,
                Basis::Leap => leap && !self.scouts.are_about(entry),
            };
            if is_wanted && best.as_ref().is_none_or(|(most, _)| division.promise > most.promise) {
                best = Some((division, at));
            }
        }
        best
    }

    /// Whether a made-up name can be afforded that may be wrong.
    fn may_guess(&self) -> bool {
        let unproven = self.segments.iter().any(|segment| segment.is_guess && segment.is_open());
        !(unproven && self.guesses.are_bad())
    }

    /// Whether a further segment can be afforded.
    ///
    /// A segment costs about half a request where it meets the next one, one of single names a whole one, and so does a
    /// wrong guess. All that may come to a sixth of the requests, and to most of the window for the beginning.
    fn may_divide(&self) -> bool {
        let waits = u64::try_from(self.outstanding()).unwrap_or(0);
        let done = self.yielded.requests.saturating_sub(waits) * 1_000;
        let wasted = done.saturating_sub(self.yielded.useful);
        let meeting = 500 + 500 / u64::from(self.pace.full().max(1));
        let open = self.segments.iter().filter(|segment| segment.is_open());
        let open = open.map(|segment| if segment.is_guess { 1_000 } else { meeting }).sum::<u64>();
        let ceiling = u64::try_from(self.window.ceiling())
            .unwrap_or(u64::MAX)
            .saturating_mul(800)
            .saturating_sub(2_000);
        wasted.saturating_add(open) <= ceiling.saturating_add(done / 6)
    }
}
