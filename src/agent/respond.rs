//! The agent itself: a request in, a response or silence out (RFC 3416, section 4.2; RFC 3584, section 4.2.2).

use std::sync::Arc;

use super::{
    access::{Communities, Permission},
    size,
    statistics::{Counter, Statistics},
    tree::{Refusal, Tree},
    usm::Authority,
    v3::{REFUSAL, Received, Request},
};
use crate::{
    clock::Instant,
    codec::{
        self, AnyPdu, DecodeError, DecodeErrorKind, ErrorStatus, Lenient, Message, Pdu, PduKind, Version,
    },
    limits,
    oid::Oid,
    value::{Value, VarBind},
};

/// Objects that one request may pass over: those that `SNMPv1` does not see (RFC 3584, section 4.2.2.1).
///
/// A recording may hold millions of `Counter64` objects in a row; a request that cannot get past them within this is
/// answered with genErr, and the agent is free for the next one.
const OBJECTS_PASSED_OVER: usize = 1 << 18;

/// An agent without sockets: objects, communities and the rules of the protocol.
#[derive(Debug)]
pub struct Agent {
    tree: Tree,
    communities: Communities,
    pub(super) statistics: Arc<Statistics>,
    /// Without one, `SNMPv3` is not spoken.
    pub(super) usm: Option<Authority>,
}

/// Whether there is an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Handled {
    /// It has been written.
    Replied,
    /// Nothing is to be sent.
    Silent,
}

/// What a request comes to: the bindings of the response, or its error.
type Outcome = Result<Vec<VarBind>, Refusal>;

impl Agent {
    /// An agent for the objects of `tree`, counting in `statistics` (which a provider in the tree may show).
    pub fn new(tree: Tree, communities: Communities, statistics: Arc<Statistics>) -> Self {
        Self { tree, communities, statistics, usm: None }
    }

    /// The same agent, which speaks `SNMPv3` too. What its engine counts can be read as objects, whatever the tree has in
    /// their places.
    #[must_use]
    pub fn with_usm(mut self, usm: Authority) -> Self {
        self.usm = Some(usm);
        self
    }

    /// The authoritative engine, where `SNMPv3` is spoken.
    pub fn usm(&self) -> Option<&Authority> {
        self.usm.as_ref()
    }

    /// The same, to be changed.
    pub fn usm_mut(&mut self) -> Option<&mut Authority> {
        self.usm.as_mut()
    }

    /// The objects.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What the agent has counted.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Answers the datagram `octets` in at most `limit` octets, written into `out` in place of what it holds.
    ///
    /// `out` is empty when the answer is silence: see [`respond`](Self::respond), and for octets that are no message.
    pub fn handle(&mut self, now: Instant, octets: &[u8], limit: usize, out: &mut Vec<u8>) -> Handled {
        out.clear();
        let request = match self.receive(now, octets, limit, out) {
            Received::Request(request) => request,
            Received::Report => return Handled::Replied,
            Received::Nothing => return Handled::Silent,
        };
        let Some(answer) = self.answer(now, &request, limit) else { return Handled::Silent };
        // A SET in SNMPv1 with a type that SNMPv1 does not have cannot even be refused: its bindings come back.
        if self.write(now, &request, &answer, limit, out) { Handled::Replied } else { Handled::Silent }
    }

    /// Reads the datagram `octets`, and says what comes of it. What is no message for this agent is counted; a Report
    /// that is due is written into `out`.
    pub fn receive(&mut self, now: Instant, octets: &[u8], limit: usize, out: &mut Vec<u8>) -> Received {
        match codec::decode(octets, Lenient::all()) {
            Ok((message, _)) => Received::Request(Box::new(Request { message, secured: None })),
            Err(DecodeError { kind: DecodeErrorKind::NotCommunityBased, .. }) => {
                self.receive_v3(now, octets, limit, out)
            }
            Err(DecodeError { kind, .. }) => {
                self.statistics.count(Counter::InPkts);
                self.statistics.count(match kind {
                    DecodeErrorKind::UnknownVersion { .. } => Counter::InBadVersions,
                    _ => Counter::InAsnParseErrs,
                });
                Received::Nothing
            }
        }
    }

    /// Answers a request, in at most `limit` octets. `None` is silence: see [`respond`](Self::respond).
    pub fn answer(&mut self, now: Instant, request: &Request, limit: usize) -> Option<Message> {
        match &request.secured {
            None => self.respond(now, &request.message, limit),
            Some(secured) => self.respond_v3(now, &request.message, secured, limit),
        }
    }

    /// Writes the answer to a request into `out`, secured as the request was; false when it cannot be sent.
    pub fn write(
        &mut self,
        now: Instant,
        request: &Request,
        answer: &Message,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> bool {
        let AnyPdu::Pdu(pdu) = &answer.pdu else { return false };
        match &request.secured {
            None => codec::encode(answer.version, &answer.community, pdu, limit, out).is_ok(),
            Some(secured) => self.seal_v3(now, secured, pdu.into(), limit, out),
        }
    }

    /// Answers `message`, which has a community, in at most `limit` octets (values above [`limits::MESSAGE_OCTETS`] mean
    /// that).
    ///
    /// `None` is silence: for a community that may not even read, for what is no request of the message's version
    /// (an agent does not acknowledge informs; that is a receiver's part), and when not even an error would fit.
    pub fn respond(&mut self, now: Instant, message: &Message, limit: usize) -> Option<Message> {
        self.statistics.count(Counter::InPkts);
        if matches!(message.pdu, AnyPdu::TrapV1(_)) {
            self.statistics.count(Counter::InTraps);
            return None;
        }
        if message.version == Version::V3 {
            return None;
        }
        let permission = self.communities.permission(&message.community);
        if permission == Permission::None {
            self.statistics.count(Counter::InBadCommunityNames);
            return None;
        }
        self.respond_to(now, message, permission, Around::Community, limit)
    }

    /// Answers what has been let in.
    pub(super) fn respond_to(
        &mut self,
        now: Instant,
        message: &Message,
        permission: Permission,
        around: Around,
        limit: usize,
    ) -> Option<Message> {
        let AnyPdu::Pdu(pdu) = &message.pdu else { return None };
        let limit = limit.min(limits::MESSAGE_OCTETS);
        let room = Room { message, around, request_id: pdu.request_id, limit };
        let outcome = self.process(now, message.version, pdu, permission, room)?;
        let answer = room.fitting(message.version, pdu, outcome);
        match &answer {
            Some(Message {
                pdu: AnyPdu::Pdu(Pdu { kind: PduKind::Response { error_status, .. }, .. }),
                ..
            }) => {
                self.statistics.count_answer(*error_status);
            }
            _ => self.statistics.count(Counter::SilentDrops),
        }
        answer
    }

    fn process(
        &mut self,
        now: Instant,
        version: Version,
        pdu: &Pdu,
        permission: Permission,
        room: Room<'_>,
    ) -> Option<Outcome> {
        match (version, pdu.kind) {
            (Version::V1, PduKind::GetBulk { .. })
            | (_, PduKind::Inform | PduKind::TrapV2 | PduKind::Report) => None,
            (_, PduKind::Get | PduKind::GetNext | PduKind::GetBulk { .. } | PduKind::Set)
                if permission == Permission::None =>
            {
                Some(Err(Refusal { position: None, status: REFUSAL }))
            }
            (_, PduKind::Get) => {
                self.statistics.count(Counter::InGetRequests);
                Some(self.get(now, version, &pdu.bindings))
            }
            (_, PduKind::GetNext) => {
                self.statistics.count(Counter::InGetNexts);
                Some(self.get_next(now, version, &pdu.bindings))
            }
            (_, PduKind::Set) => {
                self.statistics.count(Counter::InSetRequests);
                Some(self.set(now, &pdu.bindings, permission, room))
            }
            (Version::V2c | Version::V3, PduKind::GetBulk { non_repeaters, max_repetitions }) => {
                Some(self.get_bulk(now, &pdu.bindings, non_repeaters, max_repetitions, room))
            }
            (_, PduKind::Response { .. }) => {
                self.statistics.count(Counter::InGetResponses);
                None
            }
        }
    }

    /// What the variable `name` has; what the engine itself has comes before the tree.
    fn value(&self, now: Instant, name: &Oid) -> Value {
        let own = self.usm.as_ref().and_then(|usm| usm.value(now, name));
        own.unwrap_or_else(|| self.tree.get(now, name))
    }

    /// The first variable after `name`.
    fn next(&self, now: Instant, name: &Oid) -> Option<VarBind> {
        let found = self.tree.next(now, name);
        match (self.usm.as_ref().and_then(|usm| usm.next(now, name)), found) {
            (Some(own), Some(found)) if found.name < own.name => Some(found),
            (own, found) => own.or(found),
        }
    }

    fn get(&self, now: Instant, version: Version, asked: &[VarBind]) -> Outcome {
        let mut found = Vec::with_capacity(asked.len());
        for (position, VarBind { name, .. }) in asked.iter().enumerate() {
            let value = self.value(now, name);
            if version == Version::V1 && (value.is_exception() || invisible_in_v1(&value)) {
                return Err(Refusal::at(position, ErrorStatus::NO_SUCH_NAME));
            }
            found.push(VarBind::new(name.clone(), value));
        }
        self.count_read(&found);
        Ok(found)
    }

    fn get_next(&self, now: Instant, version: Version, asked: &[VarBind]) -> Outcome {
        let mut found = Vec::with_capacity(asked.len());
        let mut patience = OBJECTS_PASSED_OVER;
        for (position, VarBind { name, .. }) in asked.iter().enumerate() {
            let mut next = self.next(now, name);
            while version == Version::V1
                && let Some(hidden) = next.take_if(|found| invisible_in_v1(&found.value))
            {
                patience = patience.checked_sub(1).ok_or(Refusal::at(position, ErrorStatus::GEN_ERR))?;
                next = self.next(now, &hidden.name);
            }
            match next {
                Some(binding) => found.push(binding),
                None if version == Version::V1 => {
                    return Err(Refusal::at(position, ErrorStatus::NO_SUCH_NAME));
                }
                None => found.push(VarBind::new(name.clone(), Value::EndOfMibView)),
            }
        }
        self.count_read(&found);
        Ok(found)
    }

    /// RFC 3416, section 4.2.3. The bindings end where the message is full, and after the first repetition that has
    /// nothing but endOfMibView; so the work is bounded by `room`, whatever was asked.
    fn get_bulk(
        &self,
        now: Instant,
        asked: &[VarBind],
        non_repeaters: u32,
        max_repetitions: u32,
        room: Room<'_>,
    ) -> Outcome {
        let once = asked.len().min(usize::try_from(non_repeaters).unwrap_or(usize::MAX));
        let (single, repeated) = asked.split_at(once);
        let wanted = !single.is_empty() || (!repeated.is_empty() && max_repetitions > 0);
        let mut filling = Filling { room, found: Vec::new(), octets: 0 };
        let full = self.fill(now, single, repeated, max_repetitions, &mut filling).is_err();
        if full && wanted && filling.found.is_empty() {
            // An empty list would look like an answer to an empty question, and a walk would never end.
            return Err(Refusal { position: None, status: ErrorStatus::TOO_BIG });
        }
        self.count_read(&filling.found);
        Ok(filling.found)
    }

    fn fill(
        &self,
        now: Instant,
        single: &[VarBind],
        repeated: &[VarBind],
        max_repetitions: u32,
        filling: &mut Filling<'_>,
    ) -> Result<(), Full> {
        for VarBind { name, .. } in single {
            filling.push(self.next_or_end(now, name))?;
        }
        // What each repeater read last: an index into `found`, or the name that was asked.
        let mut before: Vec<Option<usize>> = vec![None; repeated.len()];
        for _ in 0..max_repetitions {
            let mut more = false;
            for (asked, last) in repeated.iter().zip(&mut before) {
                let next = match last {
                    Some(at) => self.next_or_end(now, &filling.found[*at].name),
                    None => self.next_or_end(now, &asked.name),
                };
                more |= next.value != Value::EndOfMibView;
                *last = Some(filling.push(next)?);
            }
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn next_or_end(&self, now: Instant, name: &Oid) -> VarBind {
        self.next(now, name).unwrap_or_else(|| VarBind::new(name.clone(), Value::EndOfMibView))
    }

    fn set(&mut self, now: Instant, bindings: &[VarBind], permission: Permission, room: Room<'_>) -> Outcome {
        if permission < Permission::Write {
            self.statistics.count(Counter::InBadCommunityUses);
            // The first binding is at fault as much as any; without one there is none to name.
            let position = (!bindings.is_empty()).then_some(0);
            return Err(Refusal { position, status: ErrorStatus::NO_ACCESS });
        }
        // Found out before anything is changed: a response that does not fit must not belong to a SET that was made.
        if room.size(ErrorStatus::NO_ERROR, 0, bindings) > room.limit {
            return Err(Refusal { position: None, status: ErrorStatus::TOO_BIG });
        }
        self.tree.set(now, bindings)?;
        self.statistics.add(Counter::InTotalSetVars, bindings.len());
        Ok(bindings.to_vec())
    }

    fn count_read(&self, found: &[VarBind]) {
        let read = found.iter().filter(|binding| !binding.value.is_exception()).count();
        self.statistics.add(Counter::InTotalReqVars, read);
    }
}

/// What is around a PDU.
#[derive(Clone, Copy, Debug)]
pub(super) enum Around {
    /// Version and community.
    Community,
    /// What `SNMPv3` has.
    Scoped {
        /// The most octets that it takes.
        octets: usize,
    },
}

/// The response's envelope: what is left of `limit` for bindings.
#[derive(Clone, Copy)]
struct Room<'a> {
    message: &'a Message,
    around: Around,
    request_id: i32,
    limit: usize,
}

impl Room<'_> {
    fn size(&self, error_status: ErrorStatus, error_index: u32, bindings: &[VarBind]) -> usize {
        let octets = bindings.iter().map(size::binding).sum();
        self.size_around(PduKind::Response { error_status, error_index }, octets)
    }

    fn size_around(&self, kind: PduKind, octets: usize) -> usize {
        match self.around {
            Around::Community => {
                let community = self.message.community.len();
                size::envelope(self.message.version, community, kind, self.request_id, octets)
            }
            Around::Scoped { octets: around } => around + size::pdu(kind, self.request_id, octets),
        }
    }

    /// The response for `outcome`, tooBig in its place when it does not fit, or nothing when that does not either.
    fn fitting(&self, version: Version, asked: &Pdu, outcome: Outcome) -> Option<Message> {
        let (status, index, bindings) = match outcome {
            Ok(bindings) => (ErrorStatus::NO_ERROR, 0, bindings),
            Err(refusal) => refused(version, &asked.bindings, refusal),
        };
        if self.size(status, index, &bindings) <= self.limit {
            return Some(self.seal(status, index, bindings));
        }
        let too_big = Refusal { position: None, status: ErrorStatus::TOO_BIG };
        let (status, index, bindings) = refused(version, &asked.bindings, too_big);
        (self.size(status, index, &bindings) <= self.limit).then(|| self.seal(status, index, bindings))
    }

    fn seal(&self, error_status: ErrorStatus, error_index: u32, bindings: Vec<VarBind>) -> Message {
        let kind = PduKind::Response { error_status, error_index };
        Message {
            version: self.message.version,
            community: self.message.community.clone(),
            pdu: AnyPdu::Pdu(Pdu { kind, request_id: self.request_id, bindings }),
        }
    }
}

/// The bindings of a GETBULK response as they grow.
struct Filling<'a> {
    room: Room<'a>,
    found: Vec<VarBind>,
    octets: usize,
}

/// The next binding has no room.
struct Full;

impl Filling<'_> {
    /// Adds a binding and says at which place.
    fn push(&mut self, binding: VarBind) -> Result<usize, Full> {
        let octets = self.octets + size::binding(&binding);
        let kind = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
        if self.room.size_around(kind, octets) > self.room.limit || self.found.len() >= limits::BINDINGS {
            return Err(Full);
        }
        self.octets = octets;
        self.found.push(binding);
        Ok(self.found.len() - 1)
    }
}

/// The fields of a response that refuses.
///
/// The bindings are those of the request, but for tooBig in `SNMPv2c`, which has none (RFC 3416, section 4.2.1).
fn refused(version: Version, asked: &[VarBind], refusal: Refusal) -> (ErrorStatus, u32, Vec<VarBind>) {
    let index = match refusal.position {
        Some(position) => u32::try_from(position + 1).unwrap_or(u32::MAX),
        None => 0,
    };
    match version {
        Version::V1 => (status_in_v1(refusal.status), index, asked.to_vec()),
        Version::V2c | Version::V3 if refusal.status == ErrorStatus::TOO_BIG => {
            (refusal.status, index, Vec::new())
        }
        Version::V2c | Version::V3 => (refusal.status, index, asked.to_vec()),
    }
}

const fn invisible_in_v1(value: &Value) -> bool {
    matches!(value, Value::Counter64(_))
}

/// What `SNMPv1` says in place of a newer error-status (RFC 3584, section 4.4).
const fn status_in_v1(status: ErrorStatus) -> ErrorStatus {
    match status {
        ErrorStatus::WRONG_VALUE
        | ErrorStatus::WRONG_ENCODING
        | ErrorStatus::WRONG_TYPE
        | ErrorStatus::WRONG_LENGTH
        | ErrorStatus::INCONSISTENT_VALUE => ErrorStatus::BAD_VALUE,
        ErrorStatus::NO_ACCESS
        | ErrorStatus::NOT_WRITABLE
        | ErrorStatus::NO_CREATION
        | ErrorStatus::INCONSISTENT_NAME
        | ErrorStatus::AUTHORIZATION_ERROR => ErrorStatus::NO_SUCH_NAME,
        ErrorStatus::RESOURCE_UNAVAILABLE | ErrorStatus::COMMIT_FAILED | ErrorStatus::UNDO_FAILED => {
            ErrorStatus::GEN_ERR
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
