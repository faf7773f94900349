//! Messages of `SNMPv3` on the agent's side: what must hold of a request before it is looked at, in the order of RFC
//! 3414, section 3.2, and how its answer is sealed.

use super::{
    Agent,
    access::Permission,
    respond::Around,
    size,
    statistics::Counter,
    usm::{Authority, UsmCounter},
};
use crate::{
    clock::Instant,
    codec::{
        AnyPdu, DecodeError, DecodeErrorKind, ErrorStatus, Lenient, Message, Pdu, PduKind, PduRef, Version,
        v3::{self, Header, Plaintext, Reportable, ScopedData, SecurityLevel, UsmParameters},
    },
    crypto::{MAC_OCTETS_MAX, PrivKey},
    limits,
    value::{Octets, Value, VarBind},
};

/// A request that has been let in.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked; in `SNMPv3` without a community.
    pub message: Message,
    /// How the answer is to be sealed, in `SNMPv3`.
    pub(super) secured: Option<Secured>,
}

/// What a request of `SNMPv3` says, as far as its answer must say it again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Secured {
    /// The user's place; `None` for one who is not known.
    user: Option<usize>,
    name: [u8; limits::USER_NAME_OCTETS],
    name_octets: usize,
    level: SecurityLevel,
    message_id: u32,
    /// Octets that the other side can take.
    max_size_octets: usize,
    reportable: Reportable,
}

/// What a datagram comes to.
#[derive(Clone, Debug)]
pub enum Received {
    /// A request that is to be answered.
    Request(Box<Request>),
    /// A Report is the answer; it has been written.
    Report,
    /// Silence.
    Nothing,
}

/// Why a request is not processed: what is counted, and at which level the Report is sent.
struct Refused {
    counter: UsmCounter,
    level: SecurityLevel,
}

/// Why a request does not get in.
enum Outside {
    /// It is reported.
    Refused(Refused),
    /// Its scoped PDU cannot be read, which is not reported.
    Unreadable,
}

/// A Report that is not authentic: the keys are not known, or have not been used.
const fn openly(counter: UsmCounter) -> Outside {
    Outside::Refused(Refused { counter, level: SecurityLevel::NoAuthNoPriv })
}

/// A Report that is authentic, and not encrypted.
const fn authentically(counter: UsmCounter) -> Outside {
    Outside::Refused(Refused { counter, level: SecurityLevel::AuthNoPriv })
}

/// What is left of a request when it has passed the checks of USM.
struct Inside {
    pdu: Pdu,
    is_our_engine: bool,
    is_default_context: bool,
}

impl Agent {
    /// Reads a message of `SNMPv3` and holds it against all that must be true of it. A Report that comes of it is
    /// written into `out`, in at most `limit` octets.
    pub(super) fn receive_v3(
        &mut self,
        now: Instant,
        octets: &[u8],
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Received {
        self.statistics.count(Counter::InPkts);
        let Some(usm) = &mut self.usm else {
            self.statistics.count(Counter::InBadVersions);
            return Received::Nothing;
        };
        let message = match v3::decode(octets, Lenient::all()) {
            Ok((message, _)) => message,
            Err(DecodeError { kind, .. }) => {
                match kind {
                    DecodeErrorKind::UnknownSecurityModel { .. } => {
                        usm.count(UsmCounter::UnknownSecurityModels);
                    }
                    DecodeErrorKind::PrivWithoutAuth => {
                        usm.count(UsmCounter::InvalidMsgs);
                    }
                    _ => self.statistics.count(Counter::InAsnParseErrs),
                }
                return Received::Nothing;
            }
        };
        let secured = Secured::of(&message, usm);
        let inside = match open(usm, now, octets, &message, secured) {
            Ok(inside) => inside,
            Err(Outside::Unreadable) => {
                self.statistics.count(Counter::InAsnParseErrs);
                return Received::Nothing;
            }
            Err(Outside::Refused(refused)) => {
                // What can be read of the request, for the Report's request-id and for whether there may be one.
                let asked = match message.data {
                    ScopedData::Plain(plain) => {
                        plain.decode(Lenient::all()).ok().map(|(scoped, _)| scoped.pdu)
                    }
                    ScopedData::Encrypted(_) => None,
                };
                return report(usm, now, secured, &refused, asked.as_ref(), limit, out);
            }
        };
        let Inside { pdu, is_our_engine, is_default_context } = inside;
        let refused = match (is_our_engine, is_default_context) {
            (false, _) => UsmCounter::UnknownPduHandlers,
            (true, false) => UsmCounter::UnknownContexts,
            (true, true) => {
                let message =
                    Message { version: Version::V3, community: Octets::default(), pdu: AnyPdu::Pdu(pdu) };
                return Received::Request(Box::new(Request { message, secured: Some(secured) }));
            }
        };
        let refused = Refused { counter: refused, level: secured.level };
        report(usm, now, secured, &refused, Some(&pdu), limit, out)
    }

    /// Answers a request of `SNMPv3`. Below the level that a user is served from, a request is refused.
    pub(super) fn respond_v3(
        &mut self,
        now: Instant,
        request: &Message,
        secured: &Secured,
        limit: usize,
    ) -> Option<Message> {
        let usm = self.usm.as_ref()?;
        let user = usm.user(secured.user?);
        let permission =
            if secured.level < user.least_level() { Permission::None } else { user.permission() };
        let mac_octets = user.auth_key().map_or(0, |key| key.protocol().mac_octets());
        let fields = size::field(usm.engine_id().len()) * 2 + size::field(user.name().len());
        let around = Around::Scoped { octets: AROUND_OCTETS + fields + size::field(mac_octets) };
        self.respond_to(now, request, permission, around, limit.min(secured.max_size_octets))
    }

    /// Seals an answer at the level of its request.
    pub(super) fn seal_v3(
        &mut self,
        now: Instant,
        secured: &Secured,
        pdu: PduRef<'_>,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> bool {
        let limit = limit.min(secured.max_size_octets);
        self.usm.as_mut().is_some_and(|usm| seal(usm, now, secured, secured.level, pdu, limit, out))
    }
}

/// The most octets around a PDU, but for the fields whose length depends on the engine and its user: two sequences, the
/// version and the numbers of the header, the security parameters' two headers, boots, time and salt, the scoped PDU's
/// headers, its context's name, and the padding.
const AROUND_OCTETS: usize = (4 + 3) + (2 + 6 + 6 + 3 + 3) + (4 + 4) + (6 + 6 + 10) + (4 + 4 + 2) + 8;

impl Secured {
    fn of(message: &v3::Message<'_>, usm: &Authority) -> Self {
        let given = message.usm.user_name;
        let mut name = [0; limits::USER_NAME_OCTETS];
        name[..given.len()].copy_from_slice(given);
        Self {
            user: usm.find(given),
            name,
            name_octets: given.len(),
            level: message.header.level,
            message_id: message.header.message_id,
            max_size_octets: usize::try_from(message.header.max_size_octets).unwrap_or(usize::MAX),
            reportable: message.header.reportable,
        }
    }
}

/// The checks of RFC 3414, section 3.2, in their order: engine, user, level, digest, time window, decryption.
fn open(
    usm: &mut Authority,
    now: Instant,
    octets: &[u8],
    message: &v3::Message<'_>,
    secured: Secured,
) -> Result<Inside, Outside> {
    let parameters = &message.usm;
    if parameters.engine_id != usm.engine_id() {
        return Err(openly(UsmCounter::UnknownEngineIds));
    }
    let place = secured.user.ok_or(openly(UsmCounter::UnknownUserNames))?;
    if secured.level > usm.user(place).level() {
        return Err(openly(UsmCounter::UnsupportedSecLevels));
    }
    if secured.level > SecurityLevel::NoAuthNoPriv {
        usm.make_keys(place);
    }
    let user = usm.user(place);
    if secured.level > SecurityLevel::NoAuthNoPriv {
        // Whoever has no key proves nothing.
        let key = user.auth_key().ok_or(openly(UsmCounter::WrongDigests))?;
        let whole = &octets[..message.octets.min(octets.len())];
        key.verify(whole, message.auth_place.clone()).map_err(|_| openly(UsmCounter::WrongDigests))?;
        if !usm.is_timely(now, parameters.engine_boots, parameters.engine_time) {
            return Err(authentically(UsmCounter::NotInTimeWindows));
        }
    }
    let undecryptable = || authentically(UsmCounter::DecryptionErrors);
    let mut decrypted = Vec::new();
    let plain = match (message.data, user.priv_key()) {
        (ScopedData::Plain(plain), _) => plain,
        (ScopedData::Encrypted(encrypted), Some(key)) => {
            decrypted.extend_from_slice(encrypted);
            let salt = parameters.priv_parameters;
            key.decrypt(parameters.engine_boots, parameters.engine_time, salt, &mut decrypted)
                .map_err(|_| undecryptable())?;
            Plaintext::decrypted(&decrypted, key.protocol().padding_octets())
        }
        (ScopedData::Encrypted(_), None) => return Err(openly(UsmCounter::UnsupportedSecLevels)),
    };
    let (scoped, _) = plain.decode(Lenient::all()).map_err(|_| match message.data {
        ScopedData::Plain(_) => Outside::Unreadable,
        // What a wrong key makes of a scoped PDU is none.
        ScopedData::Encrypted(_) => undecryptable(),
    })?;
    Ok(Inside {
        is_our_engine: scoped.context_engine_id == usm.engine_id(),
        is_default_context: scoped.context_name.is_empty(),
        pdu: scoped.pdu,
    })
}

/// Counts, and writes the Report if there may be one: not for what is no request (RFC 3412, section 7.1, step 3).
fn report(
    usm: &mut Authority,
    now: Instant,
    secured: Secured,
    refused: &Refused,
    asked: Option<&Pdu>,
    limit: usize,
    out: &mut Vec<u8>,
) -> Received {
    let count = usm.count(refused.counter);
    let is_request = asked.is_none_or(|pdu| {
        matches!(
            pdu.kind,
            PduKind::Get | PduKind::GetNext | PduKind::GetBulk { .. } | PduKind::Set | PduKind::Inform
        )
    });
    if secured.reportable == Reportable::No || !is_request {
        return Received::Nothing;
    }
    let bindings = [VarBind::new(refused.counter.name(), Value::Counter32(count))];
    let request_id = asked.map_or(0, |pdu| pdu.request_id);
    let pdu = PduRef { kind: PduKind::Report, request_id, bindings: &bindings };
    let limit = limit.min(secured.max_size_octets);
    if seal(usm, now, &secured, refused.level, pdu, limit, out) {
        Received::Report
    } else {
        Received::Nothing
    }
}

/// Writes a message of this engine; false when it cannot be sent.
fn seal(
    usm: &mut Authority,
    now: Instant,
    secured: &Secured,
    level: SecurityLevel,
    pdu: PduRef<'_>,
    limit: usize,
    out: &mut Vec<u8>,
) -> bool {
    let (engine_boots, engine_time) = usm.clock(now);
    if v3::encode_scoped_pdu(usm.engine_id(), b"", pdu, limit, out).is_err() {
        return false;
    }
    let user = secured.user.filter(|_| level > SecurityLevel::NoAuthNoPriv);
    let protocol = user.and_then(|place| usm.user(place).priv_key()).map(PrivKey::protocol);
    let mut salt = None;
    if let Some(protocol) = protocol.filter(|_| level == SecurityLevel::AuthPriv) {
        let Ok(next) = usm.next_salt(engine_boots, protocol) else { return false };
        salt = Some(next);
    }
    let user = user.map(|place| usm.user(place));
    if let (Some(salt), Some(key)) = (salt, user.and_then(|user| user.priv_key())) {
        key.encrypt(engine_boots, engine_time, salt, out);
    }
    let auth = user.and_then(|user| user.auth_key());
    let code = [0; MAC_OCTETS_MAX];
    let header = Header {
        message_id: secured.message_id,
        max_size_octets: u32::try_from(limits::MESSAGE_OCTETS).unwrap_or(u32::MAX),
        level,
        reportable: Reportable::No,
    };
    let parameters = UsmParameters {
        engine_id: usm.engine_id(),
        engine_boots,
        engine_time,
        user_name: &secured.name[..secured.name_octets],
        auth_parameters: &code[..auth.map_or(0, |key| key.protocol().mac_octets())],
        priv_parameters: salt.as_ref().map_or(&[], |salt| salt.as_slice()),
    };
    let Ok(place) = v3::encode(&header, &parameters, limit, out) else { return false };
    auth.is_none_or(|key| key.sign(out, place).is_ok())
}

/// What a user who may not is told (RFC 3413, section 3.2).
pub(super) const REFUSAL: ErrorStatus = ErrorStatus::AUTHORIZATION_ERROR;

#[cfg(test)]
mod tests;
