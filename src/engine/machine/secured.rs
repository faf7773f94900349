//! The engine's part for `SNMPv3`: the question for the agent's engine, msgIDs, and what comes of Reports.

use std::collections::HashMap;

use rand::{RngExt, rngs::StdRng};

use super::{
    Engine,
    pending::{Attempt, Pending},
};
use crate::{
    clock::Instant,
    codec::{self, DecodeErrorKind, PduRef, v3},
    engine::{
        request::{RequestError, RequestHandle},
        usm::{
            AnswerFault, Asked, Channel, Fault, Incoming, KnownEngine, Report, ReportProof, ReportReason,
            SealError, Usm,
        },
    },
    limits,
};

/// How often a request follows the agent to another engine.
const ENGINE_CHANGES: u8 = 2;

/// Octets by which a retransmission may be longer than the first one: three each for msgID, request-id, boots and time.
const GROWTH_OCTETS: usize = 12;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Secured {
    channel: Channel,
    /// By msgID.
    sent: HashMap<i32, Sent>,
    discovery: Option<Discovery>,
}

/// A transmission that may still be answered.
#[derive(Debug)]
struct Sent {
    /// The request; `None` for the question for the engine.
    handle: Option<RequestHandle>,
    asked: Asked,
    /// Which transmission of the request it is, from 1.
    number: u32,
    /// [`Corrections::clock`](super::pending::Corrections) when it was sent.
    clock_corrections: u8,
    /// Whether a Report came for it.
    reported: bool,
    /// Whether that was authentic, so that the agent has surely not processed it.
    refused: bool,
}

/// The question for the engine's identifier, and who waits for the answer.
#[derive(Debug, Default)]
struct Discovery {
    attempt: Attempt,
    /// Requests, with their serials.
    waiting: Vec<(RequestHandle, u64)>,
    /// Tries that the first of them had used before: those to an engine that was a hint and said nothing.
    spent: u32,
    /// `None` when a transmission is to be sent.
    due: Option<Instant>,
}

impl Discovery {
    /// The first request that still waits.
    fn owner(&self, pending: &HashMap<RequestHandle, Pending>) -> Option<RequestHandle> {
        let is_live = |(handle, serial): &&(RequestHandle, u64)| {
            pending.get(handle).is_some_and(|pending| pending.serial == *serial)
        };
        self.waiting.iter().find(is_live).map(|(handle, _)| *handle)
    }
}

impl Secured {
    /// `takes_octets` is the longest answer that is read.
    pub(super) fn new(usm: &Usm, takes_octets: usize, random: &mut StdRng) -> Self {
        let channel = Channel::new(usm.clone(), takes_octets, random.random(), random.random());
        Self { channel, sent: HashMap::new(), discovery: None }
    }

    pub(super) fn discovery_attempt(&mut self) -> Option<&mut Attempt> {
        self.discovery.as_mut().map(|discovery| &mut discovery.attempt)
    }

    pub(super) fn wants_transmit(&self) -> bool {
        self.discovery.as_ref().is_some_and(|discovery| discovery.due.is_none())
    }

    pub(super) fn due(&self, pending: &HashMap<RequestHandle, Pending>) -> Option<Instant> {
        let discovery = self.discovery.as_ref()?;
        discovery.owner(pending).and(discovery.due)
    }

    pub(super) fn known_engine(&self) -> Option<KnownEngine> {
        self.channel.known()
    }

    /// See [`Channel::doubt`].
    pub(super) fn doubt(&mut self) -> bool {
        self.channel.doubt()
    }

    pub(super) fn has_sent(&self, id: i32) -> bool {
        self.sent.contains_key(&id)
    }

    pub(super) fn sent_ids(&self) -> usize {
        self.sent.len()
    }

    pub(super) fn forget(&mut self, id: i32) {
        self.sent.remove(&id);
    }

    /// How many of these transmissions the engine that has answered has not processed: it has said so with its key, or
    /// they went to another one.
    pub(super) fn unprocessed(&self, ids: &[i32]) -> u32 {
        let current = self.channel.current();
        let is_unprocessed = |sent: &&Sent| sent.refused || sent.asked.engine != current;
        let found = ids.iter().filter_map(|id| self.sent.get(id)).filter(is_unprocessed);
        u32::try_from(found.count()).unwrap_or(u32::MAX)
    }
}

impl Engine {
    /// Has what is to be sent wait for the engine's identifier, where that is not known yet.
    pub(super) fn park(&mut self) {
        let discovery = self.secured.as_ref().and_then(|secured| secured.discovery.as_ref());
        if discovery.is_some_and(|discovery| discovery.owner(&self.pending).is_none()) {
            // Nobody waits any more: whoever comes now begins anew.
            self.end_discovery();
        }
        let Some(secured) = &mut self.secured else { return };
        if secured.channel.current().is_some() {
            // A late answer may have proven the engine that had been doubted.
            let waiting = self.end_discovery();
            self.to_send.extend(waiting);
        } else if let Some((first, _)) = self.to_send.front() {
            let spent = self.pending.get(first).map_or(0, |pending| pending.attempt.tries());
            let begin = || Discovery { spent, ..Discovery::default() };
            secured.discovery.get_or_insert_with(begin).waiting.extend(self.to_send.drain(..));
        }
    }

    /// Writes the question for the engine's identifier, when it is to be sent.
    pub(super) fn poll_discovery(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<RequestHandle> {
        let discovery = self.secured.as_ref()?.discovery.as_ref()?;
        let owner = discovery.owner(&self.pending).filter(|_| discovery.due.is_none())?;
        let own = discovery.attempt.ids.first().copied();
        let sealed = self.fresh_id(own).and_then(|id| {
            let request_id = self.fresh_request_id(&[]);
            let takes_octets = self.settings.max_answer_octets;
            Channel::seal_probe(takes_octets, id.unsigned_abs(), request_id, self.limit(), out)?;
            Ok((id, request_id))
        });
        match sealed {
            Ok((id, request_id)) => {
                self.note_discovery(now, id, request_id);
                Some(owner)
            }
            Err(error) => {
                self.fail_discovery(&error);
                None
            }
        }
    }

    fn note_discovery(&mut self, now: Instant, id: i32, request_id: i32) {
        let unmatched = self.noted.unmatched;
        let Some(secured) = &mut self.secured else { return };
        let Some(discovery) = &mut secured.discovery else { return };
        let attempt = &mut discovery.attempt;
        attempt.note(now, id, unmatched, &mut self.counters);
        discovery.due = Some(now + self.settings.retry.wait_after(attempt.tries()));
        let sent = Sent {
            handle: None,
            asked: Asked { engine: None, request_id },
            number: attempt.transmissions,
            clock_corrections: 0,
            reported: false,
            refused: false,
        };
        secured.sent.insert(id, sent);
    }

    /// Asks for the engine again, or gives all up who wait for it.
    pub(super) fn time_out_discovery(&mut self, now: Instant) {
        let Some(discovery) = self.secured.as_mut().and_then(|secured| secured.discovery.as_mut()) else {
            return;
        };
        if discovery.due.is_none_or(|due| due > now) {
            return;
        }
        let attempt = &discovery.attempt;
        let tries = attempt.tries() + discovery.spent;
        if !attempt.is_hopeless() && self.settings.retry.allows_another(tries) {
            discovery.due = None;
            return;
        }
        let error = match attempt.failure(now, self.noted.since(attempt)) {
            RequestError::NoAnswer { tries, elapsed, heard } => {
                RequestError::NoEngine { tries, sent: 0, elapsed, heard }
            }
            other => RequestError::NeverSent(Box::new(other)),
        };
        self.fail_discovery(&error);
    }

    /// Ends the question, and gives those who waited for it.
    fn end_discovery(&mut self) -> Vec<(RequestHandle, u64)> {
        let Some(discovery) = self.secured.as_mut().and_then(|secured| secured.discovery.take()) else {
            return Vec::new();
        };
        self.release_ids(&discovery.attempt);
        discovery.waiting
    }

    fn fail_discovery(&mut self, error: &RequestError) {
        for (handle, serial) in self.end_discovery() {
            if let Some(pending) = self.pending.get(&handle).filter(|pending| pending.serial == serial) {
                let error = with_what_was_sent(error.clone(), pending.attempt.transmissions);
                self.finish(handle, Err(error));
            }
        }
    }

    /// Writes a transmission of the request with this msgID.
    pub(super) fn encode_secured(
        &mut self,
        now: Instant,
        handle: RequestHandle,
        id: i32,
        out: &mut Vec<u8>,
    ) -> Result<(), RequestError> {
        let limit = self.limit();
        let used: Vec<i32> = self.request_ids_of(handle);
        let request_id = self.fresh_request_id(&used);
        let Some(secured) = &mut self.secured else { return Ok(()) };
        let pending = &self.pending[&handle];
        let request = &pending.request;
        let pdu = PduRef { kind: request.kind.pdu_kind(), request_id, bindings: &request.bindings };
        // What fitted once must not fail when it is sent again.
        let spare = if pending.attempt.transmissions == 0 { GROWTH_OCTETS } else { 0 };
        secured.channel.seal(now, id.unsigned_abs(), pdu, limit.saturating_sub(spare), out)?;
        let sent = Sent {
            handle: Some(handle),
            asked: Asked { engine: secured.channel.current(), request_id },
            number: pending.attempt.transmissions + 1,
            clock_corrections: pending.corrections.clock,
            reported: false,
            refused: false,
        };
        secured.sent.insert(id, sent);
        Ok(())
    }

    fn request_ids_of(&self, handle: RequestHandle) -> Vec<i32> {
        let Some(secured) = &self.secured else { return Vec::new() };
        let ids = &self.pending[&handle].attempt.ids;
        ids.iter().filter_map(|id| secured.sent.get(id)).map(|sent| sent.asked.request_id).collect()
    }

    /// A request-id that none of the request's other transmissions has. It need not differ from those of other requests:
    /// the msgID tells them apart.
    fn fresh_request_id(&mut self, used: &[i32]) -> i32 {
        let range = self.settings.request_ids.clone();
        let draws = std::iter::repeat_with(|| self.random.random_range(range.clone()));
        let found = draws.take(8).find(|id| !used.contains(id));
        found.unwrap_or_else(|| self.random.random_range(range))
    }

    /// Reads one datagram where USM secures messages.
    pub(super) fn handle_secured(&mut self, now: Instant, octets: &[u8]) {
        let message = match v3::decode(octets, self.settings.lenient) {
            Ok((message, _deviations)) => message,
            Err(error) => {
                return match (error.kind, codec::peek_version(octets)) {
                    (DecodeErrorKind::NotV3, Ok(version)) => self.hear_version(now, version),
                    _ => self.hear_malformed(now, error),
                };
            }
        };
        let Ok(id) = i32::try_from(message.header.message_id) else { return };
        let lenient = self.settings.lenient;
        let Some(secured) = &mut self.secured else { return };
        let Some(sent) = secured.sent.get(&id) else { return self.hear_unmatched(id) };
        let (handle, asked) = (sent.handle, sent.asked);
        match (secured.channel.open(now, octets, &message, asked, lenient), handle) {
            (Ok(Incoming::Response(pdu)), Some(handle)) => self.answer(now, handle, pdu),
            (Ok(Incoming::Report(report)), handle) => {
                self.counters.ignored += 1;
                match handle {
                    Some(handle) => self.take_report(now, handle, id, report),
                    None => self.take_engine(now, id, report),
                }
            }
            // The question for the engine is a GET, which it may answer; without an engine that says nothing.
            (Ok(Incoming::Response(_)), None) => self.hear_fault(now, AnswerFault::OtherEngine),
            (Err(Fault::Malformed(error)), _) => self.hear_malformed(now, error),
            (Err(Fault::Answer(fault)), _) => self.hear_fault(now, fault),
        }
    }

    fn hear_fault(&mut self, now: Instant, fault: AnswerFault) {
        self.counters.ignored += 1;
        self.noted.fault = Some((now, fault));
    }

    /// What a Report says to the question for the engine.
    fn take_engine(&mut self, now: Instant, id: i32, report: Report) {
        let Some(secured) = &mut self.secured else { return };
        if secured.channel.learn(now, None, &report) {
            let waiting = self.end_discovery();
            self.to_send.extend(waiting);
            return;
        }
        let Some(number) = secured.sent.get(&id).map(|sent| sent.number) else { return };
        let Some(discovery) = &mut secured.discovery else { return };
        match repeats(&mut discovery.attempt, report, number) {
            Repeats::Yes(report) => {
                let attempt = &discovery.attempt;
                let (tries, elapsed) = (attempt.transmissions, now - attempt.first_sent);
                self.fail_discovery(&RequestError::Reported { report, tries, reported: tries, elapsed });
            }
            // Its next time-out is soon enough.
            Repeats::Never | Repeats::NotYet => {}
        }
    }

    /// What a Report says to a request.
    fn take_report(&mut self, now: Instant, handle: RequestHandle, id: i32, report: Report) {
        let Some(secured) = &mut self.secured else { return };
        let Some(sent) = secured.sent.get_mut(&id) else { return };
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        let is_first = !std::mem::replace(&mut sent.reported, true);
        sent.refused |= report.proof == ReportProof::Authentic;
        let (number, asked, before) = (sent.number, sent.asked.engine, sent.clock_corrections);
        pending.corrections.reported += u32::from(is_first);
        let corrections = &mut pending.corrections;
        match (&report.reason, report.proof) {
            (ReportReason::NotInTimeWindow, ReportProof::Authentic) if corrections.clock == 0 => {
                corrections.clock = 1;
                self.correct(handle);
            }
            // One about a transmission with the clock that has been corrected already.
            (ReportReason::NotInTimeWindow, ReportProof::Authentic) if before < corrections.clock => {}
            (_, ReportProof::Authentic) => self.refuse(now, handle, Box::new(report)),
            (ReportReason::UnknownEngine, _)
                if corrections.engine < ENGINE_CHANGES && secured.channel.learn(now, asked, &report) =>
            {
                corrections.engine += 1;
                self.correct(handle);
            }
            _ => match repeats(&mut pending.attempt, report, number) {
                Repeats::Yes(report) => self.refuse(now, handle, report),
                Repeats::NotYet if corrections.confirmation == 0 => {
                    corrections.confirmation = 1;
                    self.correct(handle);
                }
                Repeats::NotYet | Repeats::Never => {}
            },
        }
    }

    /// Sends the request again at once, which costs it no try.
    fn correct(&mut self, handle: RequestHandle) {
        let Some(pending) = self.pending.get_mut(&handle) else { return };
        let attempt = &mut pending.attempt;
        if !pending.queued && attempt.extra < limits::CORRECTIONS {
            attempt.extra += 1;
            self.queue(handle);
        }
    }

    fn refuse(&mut self, now: Instant, handle: RequestHandle, report: Box<Report>) {
        let Some(pending) = self.pending.get(&handle) else { return };
        let (tries, elapsed) = (pending.attempt.transmissions, now - pending.attempt.first_sent);
        let reported = pending.corrections.reported;
        self.finish(handle, Err(RequestError::Reported { report, tries, reported, elapsed }));
    }
}

/// What a failed question for the engine is to a request that had been sent `sent` times before, to an engine that was but
/// a hint: nobody knows whether it was processed.
fn with_what_was_sent(error: RequestError, sent: u32) -> RequestError {
    match error {
        RequestError::NoEngine { tries, elapsed, heard, .. } => {
            RequestError::NoEngine { tries, sent, elapsed, heard }
        }
        RequestError::NeverSent(error) if sent > 0 => match *error {
            RequestError::Refused { tries, elapsed } => {
                RequestError::Refused { tries: tries + sent, elapsed }
            }
            RequestError::Unreachable { errno, by, tries, elapsed } => {
                RequestError::Unreachable { errno, by, tries: tries + sent, elapsed }
            }
            other => other,
        },
        RequestError::Reported { report, tries, reported, elapsed } => {
            RequestError::Reported { report, tries: tries + sent, reported, elapsed }
        }
        other => other,
    }
}

/// Whether a Report that proves nothing has come for another transmission before.
enum Repeats {
    Yes(Box<Report>),
    /// It is the first.
    NotYet,
    /// It has come for this very transmission.
    Never,
}

fn repeats(attempt: &mut Attempt, mut report: Report, number: u32) -> Repeats {
    match &attempt.report {
        Some((before, at)) if before.reason == report.reason && *at != number => {
            report.proof = ReportProof::Repeated;
            Repeats::Yes(Box::new(report))
        }
        Some((before, _)) if before.reason == report.reason => Repeats::Never,
        _ => {
            attempt.report = Some((Box::new(report), number));
            Repeats::NotYet
        }
    }
}

impl From<SealError> for RequestError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Encode(error) => Self::Encode(error),
            SealError::Salts(error) => Self::SaltsExhausted(error),
        }
    }
}
