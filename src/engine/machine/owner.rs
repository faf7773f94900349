//! Whose answer a datagram is, where several engines hear the same address.

use super::{Engine, secured::Secured};
use crate::codec::{self, AnyPdu, v3};

impl Engine {
    /// Whether a datagram carries an id of one of this engine's transmissions that may still be answered: what is not
    /// so answers nothing here.
    ///
    /// This proves nothing about the datagram, and changes nothing. It is for an owner of several engines that ask the
    /// same address, who has to choose the one to hand it to.
    pub fn is_meant_by(&self, octets: &[u8]) -> bool {
        let lenient = self.settings.lenient;
        if let Some(secured) = &self.secured {
            let message = v3::decode(octets, lenient);
            return message.is_ok_and(|(message, _)| is_sent(secured, message.header.message_id));
        }
        match codec::decode(octets, lenient) {
            Ok((message, _)) => match message.pdu {
                AnyPdu::Pdu(pdu) => self.by_id.contains_key(&pdu.request_id),
                AnyPdu::TrapV1(_) => false,
            },
            Err(_) => false,
        }
    }
}

fn is_sent(secured: &Secured, message_id: u32) -> bool {
    i32::try_from(message_id).is_ok_and(|id| secured.has_sent(id))
}
