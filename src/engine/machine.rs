//! The engine itself.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    ops::RangeInclusive,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use self::{
    pending::{Attempt, Noted, Pending, Timer},
    secured::Secured,
};
use super::{
    request::{Rejection, Request, RequestError, RequestHandle, Response},
    retry::RetrySchedule,
    security::Security,
    usm::KnownEngine,
};
use crate::{
    clock::{Duration, Instant},
    codec::{
        self, AnyPdu, DecodeError, DecodeErrorKind, EncodeError, Lenient, Pdu, PduKind, PduRef, Version,
    },
    limits,
};

mod length;
mod owner;
mod pending;
mod secured;

/// How an engine speaks.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// What grants access.
    pub security: Security,
    /// When to send again, and when to give up.
    pub retry: RetrySchedule,
    /// Octets of the largest message to send; 484 to 65507, default 65507.
    pub max_message_octets: usize,
    /// Octets of the longest answer that is read, which `SNMPv3` tells the agent (`msgMaxSize`); 484 to 65507, default
    /// 65507.
    pub max_answer_octets: usize,
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
            max_answer_octets: limits::MESSAGE_OCTETS,
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
    /// What USM needs, where messages are secured by it.
    secured: Option<Box<Secured>>,
}

impl Engine {
    /// An engine with nothing to do yet. `seed` decides its identifiers and salts: unpredictable for the network, chosen
    /// in a test.
    pub fn new(settings: EngineSettings, seed: [u8; 32]) -> Self {
        let mut random = StdRng::from_seed(seed);
        let secured = match &settings.security {
            Security::Community(_) => None,
            Security::Usm(usm) => Some(Box::new(Secured::new(usm, settings.max_answer_octets, &mut random))),
        };
        Self {
            settings,
            random,
            pending: HashMap::new(),
            by_id: HashMap::new(),
            released: VecDeque::new(),
            to_send: VecDeque::new(),
            timers: BinaryHeap::new(),
            events: VecDeque::new(),
            noted: Noted::default(),
            next_serial: 0,
            counters: Counters::default(),
            secured,
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
        self.pending.insert(handle, Pending::new(request, serial));
        self.to_send.push_back((handle, serial));
        Ok(())
    }

    /// Forgets a request; no event comes of it. A handle that is not under way is ignored.
    pub fn cancel(&mut self, handle: RequestHandle) {
        if let Some(pending) = self.pending.remove(&handle) {
            self.release_ids(&pending.attempt);
        }
    }

    /// Ends a request that the transport failed; no event comes of it, the caller knows why. Returns how often
    /// [`Self::poll_transmit`] had given it out; 0 for a handle that is not under way.
    pub fn abandon(&mut self, handle: RequestHandle) -> u32 {
        let transmissions = self.pending.get(&handle).map_or(0, |pending| pending.attempt.transmissions);
        self.cancel(handle);
        transmissions
    }

    /// Reads one datagram. What it answers becomes an [`Event`]; anything else changes nothing but what
    /// [`RequestError::NoAnswer`] later tells.
    pub fn handle_datagram(&mut self, now: Instant, octets: &[u8]) {
        let taken = self.taken(octets);
        if self.secured.is_some() {
            return self.handle_secured(now, taken);
        }
        let (message, _deviations) = match codec::decode(taken, self.settings.lenient) {
            Ok(read) => read,
            Err(DecodeError { kind: DecodeErrorKind::NotCommunityBased, .. }) => {
                return self.hear_version(now, Version::V3);
            }
            Err(error) => return self.hear_unread(now, octets, error),
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
        let discovery = self.secured.as_mut().and_then(|secured| secured.discovery_attempt());
        let attempts = self.pending.values_mut().map(|pending| &mut pending.attempt).chain(discovery);
        for attempt in attempts.filter(|attempt| attempt.transmissions > 0) {
            attempt.rejected = Some(rejection.clone());
        }
    }

    /// Takes note of a datagram from another address than the agent's, which was not read.
    pub fn hear_stray(&mut self, now: Instant, from: String) {
        self.counters.ignored += 1;
        self.noted.stray = Some((now, from));
    }

    /// Retransmits or gives up what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.time_out_discovery(now);
        while let Some(&Reverse(timer)) = self.timers.peek() {
            let Timer { due, handle, .. } = timer;
            if due > now {
                break;
            }
            self.timers.pop();
            let Some(pending) = self.pending.get(&handle).filter(|_| timer.is_live(&self.pending)) else {
                continue;
            };
            let attempt = &pending.attempt;
            if pending.queued {
                // It is about to be sent again, for a better reason.
            } else if attempt.is_hopeless() || !self.settings.retry.allows_another(attempt.tries()) {
                self.give_up(now, handle);
            } else {
                if let Some(secured) = &mut self.secured {
                    secured.doubt();
                }
                self.queue(handle);
            }
        }
    }

    /// Has a transmission of the request sent.
    fn queue(&mut self, handle: RequestHandle) {
        if let Some(pending) = self.pending.get_mut(&handle).filter(|pending| !pending.queued) {
            pending.queued = true;
            self.to_send.push_back((handle, pending.serial));
        }
    }

    /// Writes the next datagram into `out`, replacing what is there, and says which request it belongs to; `None`
    /// when there is nothing to send.
    ///
    /// A question for the engine's identifier belongs to one of the requests that wait for it.
    pub fn poll_transmit(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<RequestHandle> {
        self.park();
        if let Some(handle) = self.poll_discovery(now, out) {
            return Some(handle);
        }
        while let Some((handle, serial)) = self.to_send.pop_front() {
            if self.pending.get(&handle).is_none_or(|pending| pending.serial != serial) {
                continue;
            }
            match self.encode(now, handle, out) {
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
        !self.to_send.is_empty() || self.secured.as_ref().is_some_and(|secured| secured.wants_transmit())
    }

    /// When [`Self::handle_timeout`] is next needed.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        while let Some(Reverse(timer)) = self.timers.peek()
            && !timer.is_live(&self.pending)
        {
            self.timers.pop();
        }
        let discovery = self.secured.as_ref().and_then(|secured| secured.due(&self.pending));
        self.timers.peek().map(|Reverse(timer)| timer.due).into_iter().chain(discovery).min()
    }

    /// The next request that has come to its end.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What was done so far.
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// What has been learnt of the engine that is asked, for a cache to keep; `None` until it has answered, and with a
    /// community.
    pub fn known_engine(&self) -> Option<KnownEngine> {
        self.secured.as_ref().and_then(|secured| secured.known_engine())
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
            return self.hear_unmatched(pdu.request_id);
        };
        self.answer(now, handle, pdu);
    }

    /// Takes note of a message that carries none of the ids under way.
    fn hear_unmatched(&mut self, id: i32) {
        self.counters.ignored += 1;
        if !self.released.contains(&id) {
            self.noted.unmatched = self.noted.unmatched.wrapping_add(1);
        }
    }

    fn answer(&mut self, now: Instant, handle: RequestHandle, pdu: Pdu) {
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        match pdu.kind {
            PduKind::Response { error_status, error_index } => {
                self.counters.responses += 1;
                let secured = self.secured.as_ref();
                let unprocessed = secured.map_or(0, |secured| secured.unprocessed(&pending.attempt.ids));
                let response = Response {
                    error_status,
                    error_index,
                    bindings: pdu.bindings,
                    transmissions: pending.attempt.transmissions.saturating_sub(unprocessed).max(1),
                    elapsed: now - pending.attempt.first_sent,
                };
                self.finish(handle, Ok(response));
            }
            other => {
                self.counters.ignored += 1;
                pending.attempt.unexpected = Some(other);
            }
        }
    }

    /// Writes a transmission of the request and returns what pairs its answer with it: the request-id that it carries,
    /// or the msgID.
    fn encode(
        &mut self,
        now: Instant,
        handle: RequestHandle,
        out: &mut Vec<u8>,
    ) -> Result<i32, RequestError> {
        let own = self.pending[&handle].attempt.ids.first().copied();
        let id = self.fresh_id(own)?;
        if self.secured.is_some() {
            return self.encode_secured(now, handle, id, out).map(|()| id);
        }
        let request = &self.pending[&handle].request;
        match (self.write(request, id, out), own) {
            (Ok(()), _) => Ok(id),
            // A request-id takes one octet to four: what fitted once must not fail for a longer one.
            (Err(EncodeError::TooLong { .. }), Some(own)) => {
                self.write(request, own, out)?;
                Ok(own)
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    fn write(&self, request: &Request, request_id: i32, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let security = &self.settings.security;
        let pdu = PduRef { kind: request.kind.pdu_kind(), request_id, bindings: &request.bindings };
        codec::encode(security.version(), security.community(request.kind), pdu, self.limit(), out)
    }

    fn limit(&self) -> usize {
        self.settings.max_message_octets.min(limits::MESSAGE_OCTETS)
    }

    /// An id that no other request uses, nor one that has just ended and may still be answered late. Random tries first;
    /// a range nearly used up is searched through. `own` is one that the request has already.
    fn fresh_id(&mut self, own: Option<i32>) -> Result<i32, RequestError> {
        let mut range = self.settings.request_ids.clone();
        if self.secured.is_some() {
            // A msgID has no sign (RFC 3412, section 6.2).
            range = (*range.start()).max(0)..=*range.end();
        }
        let size = (i64::from(*range.end()) - i64::from(*range.start()) + 1).max(0).cast_unsigned();
        if size == 0 {
            return Err(RequestError::NoRequestId { range: 0 });
        }
        for _ in 0..32 {
            let id = self.random.random_range(range.clone());
            if !self.is_in_use(id) && !self.released.contains(&id) {
                return Ok(id);
            }
        }
        let sent = self.secured.as_ref().map_or(0, |secured| secured.sent_ids());
        let used = self.by_id.len() + self.released.len() + sent;
        let searched = || range.clone().take(used + 1);
        if let Some(id) = searched().find(|id| !self.is_in_use(*id) && !self.released.contains(id)) {
            return Ok(id);
        }
        // Then the one that was released first, to which a late answer is least likely to come.
        if let Some(&id) = self.released.iter().find(|id| !self.is_in_use(**id) && range.contains(id)) {
            return Ok(id);
        }
        // A range smaller than the number of transmissions: one of this request's own ids serves again.
        own.ok_or(RequestError::NoRequestId { range: size })
    }

    fn is_in_use(&self, id: i32) -> bool {
        self.by_id.contains_key(&id) || self.secured.as_ref().is_some_and(|secured| secured.has_sent(id))
    }

    fn note_transmission(&mut self, now: Instant, handle: RequestHandle, id: i32) {
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        pending.queued = false;
        let attempt = &mut pending.attempt;
        attempt.note(now, id, self.noted.unmatched, &mut self.counters);
        self.by_id.insert(id, handle);
        let due = now + self.settings.retry.wait_after(attempt.tries());
        let (serial, transmissions) = (pending.serial, attempt.transmissions);
        self.timers.push(Reverse(Timer { due, handle, serial, transmissions }));
        // A request that waits long keeps what is behind it in the heap, however void that is.
        if self.timers.len() > 2 * self.pending.len() + VOID_TIMERS {
            self.timers.retain(|Reverse(timer)| timer.is_live(&self.pending));
        }
    }

    fn give_up(&mut self, now: Instant, handle: RequestHandle) {
        let Some(pending) = self.pending.get(&handle) else { return };
        let heard = self.noted.since(&pending.attempt);
        let error = pending.attempt.failure(now, heard);
        self.finish(handle, Err(error));
    }

    fn finish(&mut self, handle: RequestHandle, answer: Result<Response, RequestError>) {
        if let Some(pending) = self.pending.remove(&handle) {
            self.release_ids(&pending.attempt);
            self.events.push_back(Event { handle, answer });
        }
    }

    fn release_ids(&mut self, attempt: &Attempt) {
        for id in &attempt.ids {
            self.by_id.remove(id);
            if let Some(secured) = &mut self.secured {
                secured.forget(*id);
            }
            // Only where no other was left was one taken that had served before.
            if self.released.contains(id) {
                self.released.retain(|released| released != id);
            }
            if self.released.len() >= REMEMBERED_IDS {
                self.released.pop_front();
            }
            self.released.push_back(*id);
        }
    }

    /// How long a request can take until it is given up.
    pub fn longest_request(&self) -> Duration {
        let retry = &self.settings.retry;
        if self.secured.is_none() {
            return retry.longest();
        }
        // The engine's identifier may take as long as the request, and each correction waits once more.
        let last = retry.wait_after(retry.retries.saturating_add(1));
        retry.longest().saturating_mul(2) + last.saturating_mul(u64::from(limits::CORRECTIONS))
    }
}

#[cfg(test)]
mod tests;
