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

/// Names one planned step: a transmission in the queue, or a look at a request when its time is up.
///
/// A request has one plan at a time. What stands in a queue under another one is void: the request was answered, or
/// cancelled and its handle given to the next.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
struct Plan(u64);

/// A request under way.
#[derive(Debug)]
struct Pending {
    request: Request,
    /// Of all that was ever planned for a request with this handle, what is to happen next; see [`Plan`].
    plan: Plan,
    /// Datagrams sent so far.
    transmissions: u32,
    first_sent: Instant,
    /// Request-ids of all of them; an answer to any one counts.
    ids: SmallVec<[i32; 6]>,
    /// Set by an ICMP message; ends the request at its next time-out unless an answer comes first.
    rejected: Option<Rejection>,
    /// A PDU that carried one of our ids but is no response; likewise.
    unexpected: Option<PduKind>,
}

/// One engine speaks to one agent; see the [module](super) for how to drive it.
#[derive(Debug)]
pub struct Engine {
    settings: EngineSettings,
    random: StdRng,
    pending: HashMap<RequestHandle, Pending>,
    /// Request-id of every transmission of every pending request.
    by_id: HashMap<i32, RequestHandle>,
    /// What is to be sent, in order.
    to_send: VecDeque<(RequestHandle, Plan)>,
    /// When to look at a request again.
    timers: BinaryHeap<Reverse<(Instant, RequestHandle, Plan)>>,
    last_plan: Plan,
    events: VecDeque<Event>,
    heard: Heard,
    /// When something was last heard that is in `heard`, so that a later request is not told of it.
    heard_at: Instant,
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
            to_send: VecDeque::new(),
            timers: BinaryHeap::new(),
            last_plan: Plan::default(),
            events: VecDeque::new(),
            heard: Heard::default(),
            heard_at: Instant::ZERO,
            counters: Counters::default(),
        }
    }

    /// Takes a request; [`Self::poll_transmit`] sends it. `handle` names it in [`Event`] and must be fresh.
    pub fn submit(&mut self, handle: RequestHandle, request: Request) -> Result<(), SubmitError> {
        if self.pending.len() >= limits::OUTSTANDING_REQUESTS {
            return Err(SubmitError::TooMany);
        }
        if self.pending.contains_key(&handle) {
            return Err(SubmitError::HandleInUse);
        }
        self.counters.requests += 1;
        let plan = self.new_plan();
        self.pending.insert(
            handle,
            Pending {
                request,
                plan,
                transmissions: 0,
                first_sent: Instant::ZERO,
                ids: SmallVec::new(),
                rejected: None,
                unexpected: None,
            },
        );
        self.to_send.push_back((handle, plan));
        Ok(())
    }

    /// Forgets a request; no event comes of it. A handle that is not under way is ignored.
    pub fn cancel(&mut self, handle: RequestHandle) {
        self.forget(handle);
    }

    /// Ends a request that the transport could not send; no event comes of it, the caller knows why.
    /// Returns whether it was under way.
    pub fn abandon(&mut self, handle: RequestHandle) -> bool {
        self.forget(handle)
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
        self.heard_at = now;
        self.heard.stray = Some(from);
    }

    /// Retransmits or gives up what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(&Reverse((due, handle, plan))) = self.timers.peek() {
            if due > now {
                break;
            }
            self.timers.pop();
            let Some(pending) = planned(&self.pending, handle, plan) else { continue };
            let hopeless = pending.rejected.is_some() || pending.unexpected.is_some();
            if hopeless || !self.settings.retry.allows_another(pending.transmissions) {
                self.give_up(now, handle);
            } else {
                self.to_send.push_back((handle, plan));
            }
        }
    }

    /// Writes the next datagram into `out`, replacing what is there, and says which request it belongs to; `None`
    /// when there is nothing to send.
    pub fn poll_transmit(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<RequestHandle> {
        while let Some((handle, plan)) = self.to_send.pop_front() {
            if planned(&self.pending, handle, plan).is_none() {
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

    /// When [`Self::handle_timeout`] is next needed.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        while let Some(&Reverse((due, handle, plan))) = self.timers.peek() {
            if planned(&self.pending, handle, plan).is_some() {
                return Some(due);
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
        self.heard_at = now;
        self.heard.malformed = Some(error);
    }

    fn hear_version(&mut self, now: Instant, version: Version) {
        self.counters.ignored += 1;
        self.heard_at = now;
        self.heard.other_version = Some(version);
    }

    fn handle_pdu(&mut self, now: Instant, pdu: Pdu) {
        let Some(&handle) = self.by_id.get(&pdu.request_id) else {
            self.counters.ignored += 1;
            self.heard_at = now;
            self.heard.unmatched = self.heard.unmatched.saturating_add(1);
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

    /// A request-id that no other request uses. Random tries first; a range nearly used up is searched through.
    fn fresh_id(&mut self, handle: RequestHandle) -> Result<i32, RequestError> {
        let range = self.settings.request_ids.clone();
        let size = (i64::from(*range.end()) - i64::from(*range.start()) + 1).max(0).cast_unsigned();
        if size == 0 {
            return Err(RequestError::NoRequestId { range: 0 });
        }
        for _ in 0..32 {
            let id = self.random.random_range(range.clone());
            if !self.by_id.contains_key(&id) {
                return Ok(id);
            }
        }
        let used = self.by_id.len();
        if let Some(id) = range.clone().take(used + 1).find(|id| !self.by_id.contains_key(id)) {
            return Ok(id);
        }
        // A range smaller than the number of transmissions: one of this request's own ids serves again.
        match self.pending[&handle].ids.first() {
            Some(&own) => Ok(own),
            None => Err(RequestError::NoRequestId { range: size }),
        }
    }

    fn new_plan(&mut self) -> Plan {
        self.last_plan.0 += 1;
        self.last_plan
    }

    fn note_transmission(&mut self, now: Instant, handle: RequestHandle, id: i32) {
        let plan = self.new_plan();
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        if pending.transmissions == 0 {
            pending.first_sent = now;
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
        pending.plan = plan;
        self.timers.push(Reverse((due, handle, plan)));
    }

    fn give_up(&mut self, now: Instant, handle: RequestHandle) {
        let Some(pending) = self.pending.get(&handle) else { return };
        let (tries, elapsed) = (pending.transmissions, now - pending.first_sent);
        let heard = if self.heard_at >= pending.first_sent { self.heard.clone() } else { Heard::default() };
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
        if self.forget(handle) {
            self.events.push_back(Event { handle, answer });
        }
        if self.pending.is_empty() {
            self.heard = Heard::default();
        }
    }

    /// Lets go of a request and its request-ids; says whether it was under way.
    fn forget(&mut self, handle: RequestHandle) -> bool {
        let Some(pending) = self.pending.remove(&handle) else { return false };
        for id in &pending.ids {
            self.by_id.remove(id);
        }
        self.drop_void_plans();
        true
    }

    /// Keeps the queues as short as what is under way. An answer leaves its time-out behind, and where those are long
    /// and answers quick, a walk of a million objects would otherwise leave a million of them.
    fn drop_void_plans(&mut self) {
        const SLACK: usize = 64;
        let most = 2 * self.pending.len() + SLACK;
        let pending = &self.pending;
        if self.timers.len() > most {
            self.timers.retain(|Reverse((_, handle, plan))| planned(pending, *handle, *plan).is_some());
        }
        if self.to_send.len() > most {
            self.to_send.retain(|(handle, plan)| planned(pending, *handle, *plan).is_some());
        }
    }

    /// How long a request can take until it is given up.
    pub fn longest_request(&self) -> Duration {
        self.settings.retry.longest()
    }
}

/// The request for which this is still the plan.
fn planned(pending: &HashMap<RequestHandle, Pending>, handle: RequestHandle, plan: Plan) -> Option<&Pending> {
    pending.get(&handle).filter(|pending| pending.plan == plan)
}

#[cfg(test)]
mod tests;
