//! The engine itself.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    ops::RangeInclusive,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use smallvec::SmallVec;

use super::{
    request::{Heard, Rejection, Request, RequestError, RequestHandle, Response},
    retry::RetrySchedule,
    security::Security,
};
use crate::{
    clock::{Duration, Instant},
    codec::{
        self, AnyPdu, DecodeError, DecodeErrorKind, EncodeError, Lenient, Pdu, PduKind, PduRef, Version,
    },
    limits,
};

/// How an engine speaks.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// What grants access.
    pub security: Security,
    /// When to send again, and when to give up.
    pub retry: RetrySchedule,
    /// Octets of the largest message to send; 484 to 65507, default 65507.
    pub max_message_octets: usize,
    /// Where request-ids are drawn from, at random. Default 1 to 2147483647.
    pub request_ids: RangeInclusive<i32>,
    /// Which deviations from the standard are tolerated in answers.
    pub lenient: Lenient,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            security: Security::v2c_default(),
            retry: RetrySchedule::default(),
            max_message_octets: limits::MESSAGE_OCTETS,
            request_ids: 1..=i32::MAX,
            lenient: Lenient::default(),
        }
    }
}

/// What an engine did, for the `end` of an output and for tests.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counters {
    /// Requests submitted.
    pub requests: u64,
    /// Datagrams sent for them.
    pub transmissions: u64,
    /// Those of them that repeated an earlier one.
    pub retransmissions: u64,
    /// Responses that answered a request.
    pub responses: u64,
    /// Datagrams that answered none.
    pub ignored: u64,
}

/// A request has come to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Which request.
    pub handle: RequestHandle,
    /// What became of it.
    pub answer: Result<Response, RequestError>,
}

/// Why a request was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SubmitError {
    /// The handle is that of a request still under way.
    #[error("a request with this handle is under way already")]
    HandleInUse,
    /// Too many requests are under way.
    #[error("{} requests are under way already", limits::OUTSTANDING_REQUESTS)]
    TooMany,
}

/// A request under way.
#[derive(Debug)]
struct Pending {
    request: Request,
    /// Tells a request from an earlier one with the same handle, whose timers may still lie about.
    serial: u64,
    /// Datagrams sent so far.
    transmissions: u32,
    first_sent: Instant,
    /// Request-ids of all of them; an answer to any one counts.
    ids: SmallVec<[i32; 6]>,
    /// Set by an ICMP message; ends the request at its next time-out unless an answer comes first.
    rejected: Option<Rejection>,
    /// A PDU that carried one of our ids but is no response; likewise.
    unexpected: Option<PduKind>,
    /// [`Noted::unmatched`] at the first transmission.
    unmatched_before: u32,
}

/// When to look at a request again. One whose request has ended, or was sent again since, is void.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Timer {
    due: Instant,
    handle: RequestHandle,
    serial: u64,
    /// How many transmissions there were when the timer was set.
    transmissions: u32,
}

impl Timer {
    fn is_live(&self, pending: &HashMap<RequestHandle, Pending>) -> bool {
        pending.get(&self.handle).is_some_and(|pending| {
            (pending.serial, pending.transmissions) == (self.serial, self.transmissions)
        })
    }
}

/// What was heard that answered nothing, each with when; a request is told what came after it was sent.
#[derive(Debug, Default)]
struct Noted {
    malformed: Option<(Instant, DecodeError)>,
    other_version: Option<(Instant, Version)>,
    stray: Option<(Instant, String)>,
    /// A count that goes on for ever.
    unmatched: u32,
}

/// Ended requests whose ids are remembered, so that a late answer to one is known for what it is, and is not taken for
/// the answer to a new request.
const REMEMBERED_IDS: usize = 256;

/// Void timers are swept out once there are this many more of them than requests.
const VOID_TIMERS: usize = 256;

/// One engine speaks to one agent; see the [module](super) for how to drive it.
#[derive(Debug)]
pub struct Engine {
    settings: EngineSettings,
    random: StdRng,
    pending: HashMap<RequestHandle, Pending>,
    /// Request-id of every transmission of every pending request.
    by_id: HashMap<i32, RequestHandle>,
    /// Ids of requests that have ended, the latest last.
    released: VecDeque<i32>,
    /// What is to be sent, in order; with the serial of the request that is meant.
    to_send: VecDeque<(RequestHandle, u64)>,
    timers: BinaryHeap<Reverse<Timer>>,
    events: VecDeque<Event>,
    noted: Noted,
    next_serial: u64,
    counters: Counters,
}

impl Engine {
    /// An engine with nothing to do yet. `seed` decides its request-ids: unpredictable for the network, chosen in
    /// a test.
    pub fn new(settings: EngineSettings, seed: [u8; 32]) -> Self {
        Self {
            settings,
            random: StdRng::from_seed(seed),
            pending: HashMap::new(),
            by_id: HashMap::new(),
            released: VecDeque::new(),
            to_send: VecDeque::new(),
            timers: BinaryHeap::new(),
            events: VecDeque::new(),
            noted: Noted::default(),
            next_serial: 0,
            counters: Counters::default(),
        }
    }

    /// Takes a request; [`Self::poll_transmit`] sends it. `handle` names it in [`Event`]; no other request under
    /// way may have it.
    pub fn submit(&mut self, handle: RequestHandle, request: Request) -> Result<(), SubmitError> {
        if self.pending.len() >= limits::OUTSTANDING_REQUESTS {
            return Err(SubmitError::TooMany);
        }
        if self.pending.contains_key(&handle) {
            return Err(SubmitError::HandleInUse);
        }
        self.counters.requests += 1;
        let serial = self.next_serial;
        self.next_serial += 1;
        self.pending.insert(
            handle,
            Pending {
                request,
                serial,
                transmissions: 0,
                first_sent: Instant::ZERO,
                ids: SmallVec::new(),
                rejected: None,
                unexpected: None,
                unmatched_before: 0,
            },
        );
        self.to_send.push_back((handle, serial));
        Ok(())
    }

    /// Forgets a request; no event comes of it. A handle that is not under way is ignored.
    pub fn cancel(&mut self, handle: RequestHandle) {
        if let Some(pending) = self.pending.remove(&handle) {
            self.release_ids(&pending);
        }
    }

    /// Ends a request that the transport failed; no event comes of it, the caller knows why. Returns how often
    /// [`Self::poll_transmit`] had given it out; 0 for a handle that is not under way.
    pub fn abandon(&mut self, handle: RequestHandle) -> u32 {
        let transmissions = self.pending.get(&handle).map_or(0, |pending| pending.transmissions);
        self.cancel(handle);
        transmissions
    }

    /// Reads one datagram. What it answers becomes an [`Event`]; anything else changes nothing but what
    /// [`RequestError::NoAnswer`] later tells.
    pub fn handle_datagram(&mut self, now: Instant, octets: &[u8]) {
        let (message, _deviations) = match codec::decode(octets, self.settings.lenient) {
            Ok(read) => read,
            Err(DecodeError { kind: DecodeErrorKind::NotCommunityBased, .. }) => {
                return self.hear_version(now, Version::V3);
            }
            Err(error) => return self.hear_malformed(now, error),
        };
        if message.version != self.settings.security.version() {
            return self.hear_version(now, message.version);
        }
        match message.pdu {
            AnyPdu::Pdu(pdu) => self.handle_pdu(now, pdu),
            AnyPdu::TrapV1(_) => self.counters.ignored += 1,
        }
    }

    /// Takes note that a datagram was refused, or could not be brought to the agent.
    ///
    /// An ICMP message proves nothing about its sender, so requests under way are given until their next time-out
    /// to be answered after all; then they end instead of being sent again.
    pub fn handle_rejection(&mut self, rejection: &Rejection) {
        for pending in self.pending.values_mut().filter(|pending| pending.transmissions > 0) {
            pending.rejected = Some(rejection.clone());
        }
    }

    /// Takes note of a datagram from another address than the agent's, which was not read.
    pub fn hear_stray(&mut self, now: Instant, from: String) {
        self.counters.ignored += 1;
        self.noted.stray = Some((now, from));
    }

    /// Retransmits or gives up what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(&Reverse(timer)) = self.timers.peek() {
            let Timer { due, handle, serial, transmissions } = timer;
            if due > now {
                break;
            }
            self.timers.pop();
            let Some(pending) = self.pending.get(&handle).filter(|_| timer.is_live(&self.pending)) else {
                continue;
            };
            let hopeless = pending.rejected.is_some() || pending.unexpected.is_some();
            if hopeless || !self.settings.retry.allows_another(transmissions) {
                self.give_up(now, handle);
            } else {
                self.to_send.push_back((handle, serial));
            }
        }
    }

    /// Writes the next datagram into `out`, replacing what is there, and says which request it belongs to; `None`
    /// when there is nothing to send.
    pub fn poll_transmit(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<RequestHandle> {
        while let Some((handle, serial)) = self.to_send.pop_front() {
            if self.pending.get(&handle).is_none_or(|pending| pending.serial != serial) {
                continue;
            }
            match self.encode(handle, out) {
                Ok(id) => {
                    self.note_transmission(now, handle, id);
                    return Some(handle);
                }
                Err(error) => self.finish(handle, Err(error)),
            }
        }
        None
    }

    /// Whether [`Self::poll_transmit`] may have something.
    pub fn wants_transmit(&self) -> bool {
        !self.to_send.is_empty()
    }

    /// When [`Self::handle_timeout`] is next needed.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        while let Some(Reverse(timer)) = self.timers.peek() {
            if timer.is_live(&self.pending) {
                return Some(timer.due);
            }
            self.timers.pop();
        }
        None
    }

    /// The next request that has come to its end.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What was done so far.
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// How many requests are under way.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    fn hear_malformed(&mut self, now: Instant, error: DecodeError) {
        self.counters.ignored += 1;
        self.noted.malformed = Some((now, error));
    }

    fn hear_version(&mut self, now: Instant, version: Version) {
        self.counters.ignored += 1;
        self.noted.other_version = Some((now, version));
    }

    fn handle_pdu(&mut self, now: Instant, pdu: Pdu) {
        let Some(&handle) = self.by_id.get(&pdu.request_id) else {
            self.counters.ignored += 1;
            if !self.released.contains(&pdu.request_id) {
                self.noted.unmatched = self.noted.unmatched.wrapping_add(1);
            }
            return;
        };
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        match pdu.kind {
            PduKind::Response { error_status, error_index } => {
                self.counters.responses += 1;
                let response = Response {
                    error_status,
                    error_index,
                    bindings: pdu.bindings,
                    transmissions: pending.transmissions,
                    elapsed: now - pending.first_sent,
                };
                self.finish(handle, Ok(response));
            }
            other => {
                self.counters.ignored += 1;
                pending.unexpected = Some(other);
            }
        }
    }

    /// Writes a transmission of the request and returns the request-id that it carries.
    fn encode(&mut self, handle: RequestHandle, out: &mut Vec<u8>) -> Result<i32, RequestError> {
        let request_id = self.fresh_id(handle)?;
        let pending = &self.pending[&handle];
        match (self.write(&pending.request, request_id, out), pending.ids.first()) {
            (Ok(()), _) => Ok(request_id),
            // A request-id takes one octet to four: what fitted once must not fail for a longer one.
            (Err(EncodeError::TooLong { .. }), Some(&own)) => {
                self.write(&pending.request, own, out)?;
                Ok(own)
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    fn write(&self, request: &Request, request_id: i32, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let security = &self.settings.security;
        let pdu = PduRef { kind: request.kind.pdu_kind(), request_id, bindings: &request.bindings };
        let limit = self.settings.max_message_octets.min(limits::MESSAGE_OCTETS);
        codec::encode(security.version(), security.community(request.kind), pdu, limit, out)
    }

    /// A request-id that no other request uses, nor one that has just ended and may still be answered late. Random
    /// tries first; a range nearly used up is searched through.
    fn fresh_id(&mut self, handle: RequestHandle) -> Result<i32, RequestError> {
        let range = self.settings.request_ids.clone();
        let size = (i64::from(*range.end()) - i64::from(*range.start()) + 1).max(0).cast_unsigned();
        if size == 0 {
            return Err(RequestError::NoRequestId { range: 0 });
        }
        for _ in 0..32 {
            let id = self.random.random_range(range.clone());
            if !self.by_id.contains_key(&id) && !self.released.contains(&id) {
                return Ok(id);
            }
        }
        let free = |id: &i32| !self.by_id.contains_key(id);
        let used = self.by_id.len() + self.released.len();
        let searched = || range.clone().take(used + 1);
        if let Some(id) = searched().find(|id| free(id) && !self.released.contains(id)) {
            return Ok(id);
        }
        // Then the one that was released first, to which a late answer is least likely to come.
        if let Some(&id) = self.released.iter().find(|id| free(id)) {
            return Ok(id);
        }
        // A range smaller than the number of transmissions: one of this request's own ids serves again.
        match self.pending[&handle].ids.first() {
            Some(&own) => Ok(own),
            None => Err(RequestError::NoRequestId { range: size }),
        }
    }

    fn note_transmission(&mut self, now: Instant, handle: RequestHandle, id: i32) {
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        if pending.transmissions == 0 {
            pending.first_sent = now;
            pending.unmatched_before = self.noted.unmatched;
        } else {
            self.counters.retransmissions += 1;
        }
        pending.transmissions += 1;
        if !pending.ids.contains(&id) {
            pending.ids.push(id);
        }
        self.by_id.insert(id, handle);
        self.counters.transmissions += 1;
        let due = now + self.settings.retry.wait_after(pending.transmissions);
        let (serial, transmissions) = (pending.serial, pending.transmissions);
        self.timers.push(Reverse(Timer { due, handle, serial, transmissions }));
        // A request that waits long keeps what is behind it in the heap, however void that is.
        if self.timers.len() > 2 * self.pending.len() + VOID_TIMERS {
            self.timers.retain(|Reverse(timer)| timer.is_live(&self.pending));
        }
    }

    /// What came since a request was sent, and answered nothing.
    fn heard_since(&self, pending: &Pending) -> Heard {
        fn later<T: Clone>(noted: Option<&(Instant, T)>, sent: Instant) -> Option<T> {
            noted.filter(|(at, _)| *at > sent).map(|(_, what)| what.clone())
        }
        let sent = pending.first_sent;
        Heard {
            malformed: later(self.noted.malformed.as_ref(), sent),
            other_version: later(self.noted.other_version.as_ref(), sent),
            stray: later(self.noted.stray.as_ref(), sent),
            unmatched: self.noted.unmatched.wrapping_sub(pending.unmatched_before),
        }
    }

    fn give_up(&mut self, now: Instant, handle: RequestHandle) {
        let Some(pending) = self.pending.get(&handle) else { return };
        let (tries, elapsed) = (pending.transmissions, now - pending.first_sent);
        let heard = self.heard_since(pending);
        let error = if let Some(found) = pending.unexpected {
            RequestError::UnexpectedPdu { found }
        } else if let Some(rejection) = pending.rejected.clone() {
            match rejection {
                Rejection::Refused => RequestError::Refused { tries, elapsed },
                Rejection::Unreachable { errno, by } => {
                    RequestError::Unreachable { errno, by, tries, elapsed }
                }
            }
        } else if let Some(error) = heard.malformed {
            RequestError::Malformed { error, tries, elapsed }
        } else {
            RequestError::NoAnswer { tries, elapsed, heard }
        };
        self.finish(handle, Err(error));
    }

    fn finish(&mut self, handle: RequestHandle, answer: Result<Response, RequestError>) {
        if let Some(pending) = self.pending.remove(&handle) {
            self.release_ids(&pending);
            self.events.push_back(Event { handle, answer });
        }
    }

    fn release_ids(&mut self, pending: &Pending) {
        for id in &pending.ids {
            self.by_id.remove(id);
            self.released.retain(|released| released != id);
            if self.released.len() >= REMEMBERED_IDS {
                self.released.pop_front();
            }
            self.released.push_back(*id);
        }
    }

    /// How long a request can take until it is given up.
    pub fn longest_request(&self) -> Duration {
        self.settings.retry.longest()
    }
}

#[cfg(test)]
mod tests;
