//! Answers that are longer than is taken.

use super::{Engine, RequestError};
use crate::{
    clock::Instant,
    codec::{self, AnyPdu, DecodeError, PduKind},
    limits,
};

impl Engine {
    /// As much of a datagram as is taken. One that is longer than any message is refused for that by the codec.
    pub(super) fn taken<'d>(&self, octets: &'d [u8]) -> &'d [u8] {
        match self.settings.max_answer_octets.max(limits::MESSAGE_OCTETS_MIN) {
            limits::MESSAGE_OCTETS.. => octets,
            most => &octets[..octets.len().min(most)],
        }
    }

    /// Takes note of a datagram that cannot be read, or of which not all is taken.
    ///
    /// An answer that is too long ends its request: sent again, it would bring the same.
    pub(super) fn hear_unread(&mut self, now: Instant, octets: &[u8], error: DecodeError) {
        if self.taken(octets).len() < octets.len()
            && let Ok((message, _)) = codec::decode(octets, self.settings.lenient)
            && message.version == self.settings.security.version()
            && let AnyPdu::Pdu(pdu) = message.pdu
            && let PduKind::Response { .. } = pdu.kind
            && let Some(&handle) = self.by_id.get(&pdu.request_id)
            && let Some(pending) = self.pending.get(&handle)
        {
            let (tries, elapsed) = (pending.attempt.transmissions, now - pending.attempt.first_sent);
            self.counters.responses += 1;
            return self
                .finish(handle, Err(RequestError::TooLong { octets: octets.len(), error, tries, elapsed }));
        }
        self.hear_malformed(now, error);
    }
}
