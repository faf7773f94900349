//! Messages of `SNMPv3` (RFC 3412, section 6) with the parameters of USM (RFC 3414, section 2.4).
//!
//! Reading has two steps, since what is inside may be encrypted and must not be looked at before it is known to be
//! authentic: [`decode`] reads all that is around the scoped PDU and borrows from the datagram, [`Plaintext::decode`]
//! reads the scoped PDU itself. Writing has the same two steps the other way round, in one buffer: [`encode_scoped_pdu`]
//! writes the scoped PDU, which may then be encrypted where it lies, and [`encode`] puts the message around it and says
//! where the authentication parameters lie, to be filled in.

use std::ops::Range;

use super::ber::{Field, Reader, Writer, tag};
use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::lenient::{Deviation, Deviations, Lenient, Tolerance};
use super::message::{Version, open};
use super::pdu::{AnyPdu, AnyPduRef, Pdu, PduRef, read_pdu, write_pdu};
use crate::limits;

/// The number of the User-based Security Model (RFC 3411, section 5, `SnmpSecurityModel`).
const USM: i64 = 3;

/// The largest of a message's own numbers.
const MOST: i64 = i32::MAX as i64;

/// Which protections a message has (RFC 3411, section 3.4.3), the least first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SecurityLevel {
    /// Neither authenticated nor encrypted.
    NoAuthNoPriv,
    /// Authenticated.
    AuthNoPriv,
    /// Authenticated and encrypted.
    AuthPriv,
}

/// Whether a Report is to be sent to who sent the message (RFC 3412, section 6.4).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Reportable {
    /// It is: for requests, which have an answer anyway.
    Yes,
    /// It is not: for responses, Reports and traps.
    No,
}

/// What a message says of itself (`msgGlobalData`, RFC 3412, section 6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// `msgID`: what pairs an answer with its transmission; 0 to 2147483647.
    pub message_id: u32,
    /// `msgMaxSize`: octets of the largest message that the sender can take; [`limits::MESSAGE_OCTETS_MIN`] to
    /// 2147483647.
    pub max_size_octets: u32,
    /// The two lower bits of `msgFlags`.
    pub level: SecurityLevel,
    /// The third bit of `msgFlags`.
    pub reportable: Reportable,
}

/// What USM says of a message (`UsmSecurityParameters`, RFC 3414, section 2.4).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct UsmParameters<'a> {
    /// The authoritative engine's identifier: 5 to 32 octets, or none to ask for it.
    pub engine_id: &'a [u8],
    /// How often that engine has started; 0 to 2147483647.
    pub engine_boots: u32,
    /// Seconds since it started last; 0 to 2147483647.
    pub engine_time: u32,
    /// The user; up to 32 octets.
    pub user_name: &'a [u8],
    /// The message's authentication code; none when it is not authenticated.
    pub auth_parameters: &'a [u8],
    /// The salt; none when the message is not encrypted.
    pub priv_parameters: &'a [u8],
}

/// A message as [`decode`] reads it: all but the scoped PDU.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message<'a> {
    /// What it says of itself.
    pub header: Header,
    /// What USM says of it.
    pub usm: UsmParameters<'a>,
    /// Where the authentication parameters lie in the datagram: what counts as zeros for the authentication code.
    pub auth_place: Range<usize>,
    /// Octets of the message, from the start of the datagram. The authentication code is over these; what comes after
    /// them is no part of the message.
    pub octets: usize,
    /// The scoped PDU.
    pub data: ScopedData<'a>,
}

/// The scoped PDU of a message, as it lies there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScopedData<'a> {
    /// Readable, at the levels without privacy.
    Plain(Plaintext<'a>),
    /// Encrypted: to be decrypted, and then read as [`Plaintext::decrypted`].
    Encrypted(&'a [u8]),
}

/// The octets of a scoped PDU that is not, or no longer, encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Plaintext<'a> {
    octets: &'a [u8],
    /// Where they begin, from the start of the datagram.
    at: usize,
    /// Octets after the scoped PDU that are nobody's fault.
    padding: usize,
}

/// A PDU and the context that it is about (RFC 3412, section 6.8).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScopedPdu<'a> {
    /// The engine whose context it is; up to 32 octets.
    pub context_engine_id: &'a [u8],
    /// The context; any octets, none for the default context.
    pub context_name: &'a [u8],
    /// What is asked, answered or told.
    pub pdu: Pdu,
}

impl SecurityLevel {
    /// The name as RFC 3411 writes it: `noAuthNoPriv`, `authNoPriv`, `authPriv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoAuthNoPriv => "noAuthNoPriv",
            Self::AuthNoPriv => "authNoPriv",
            Self::AuthPriv => "authPriv",
        }
    }
}

impl Header {
    const AUTH: u8 = 0x01;
    const PRIV: u8 = 0x02;
    const REPORTABLE: u8 = 0x04;

    const fn flags(self) -> u8 {
        let level = match self.level {
            SecurityLevel::NoAuthNoPriv => 0,
            SecurityLevel::AuthNoPriv => Self::AUTH,
            SecurityLevel::AuthPriv => Self::AUTH | Self::PRIV,
        };
        match self.reportable {
            Reportable::Yes => level | Self::REPORTABLE,
            Reportable::No => level,
        }
    }
}

/// Reads a message of `SNMPv3` up to its scoped PDU, and tells which of the tolerated deviations it had.
///
/// Nothing in what comes back is proven: whoever can reach us may have written it.
///
/// # Errors
///
/// The first fault in the order of the octets. [`DecodeErrorKind::NotV3`] for the other versions,
/// [`DecodeErrorKind::UnknownSecurityModel`] for security models other than USM (RFC 3412, section 7.2, step 4), and
/// [`DecodeErrorKind::PrivWithoutAuth`] for a level that does not exist (step 5).
pub fn decode(octets: &[u8], lenient: Lenient) -> Result<(Message<'_>, Deviations), DecodeError> {
    let mut tolerance = Tolerance::new(lenient);
    let (mut fields, version) = open(octets, &mut tolerance)?;
    if version != Version::V3 {
        let at = fields.at() - 1; // the number itself, which ends the field before
        return Err(DecodeError { at, kind: DecodeErrorKind::NotV3 });
    }
    let end = fields.at() + fields.left();
    let header = fields.field(tag::SEQUENCE, "a msgGlobalData", &mut tolerance)?;
    let header = read_header(&mut header.reader(), &mut tolerance)?;
    let parameters = fields.field(tag::OCTET_STRING, "a msgSecurityParameters", &mut tolerance)?;
    let (usm, auth_place) = read_parameters(&mut parameters.reader(), &mut tolerance)?;
    let data = match header.level {
        SecurityLevel::AuthPriv => {
            let data = fields.field(tag::OCTET_STRING, "an encrypted scoped PDU", &mut tolerance)?;
            ScopedData::Encrypted(data.content)
        }
        SecurityLevel::NoAuthNoPriv | SecurityLevel::AuthNoPriv => {
            let at = fields.at();
            fields.field(tag::SEQUENCE, "a scoped PDU", &mut tolerance)?;
            ScopedData::Plain(Plaintext { octets: &octets[at..fields.at()], at, padding: 0 })
        }
    };
    no_more(&fields, &mut tolerance)?;
    Ok((Message { header, usm, auth_place, octets: end, data }, tolerance.met()))
}

/// Reads `msgGlobalData`.
fn read_header(fields: &mut Reader<'_>, tolerance: &mut Tolerance) -> Result<Header, DecodeError> {
    let message_id = number(fields, "msgID", 0, tolerance)?;
    let least = i64::try_from(limits::MESSAGE_OCTETS_MIN).unwrap_or(MOST);
    let max_size_octets = number(fields, "msgMaxSize", least, tolerance)?;
    let flags = fields.field(tag::OCTET_STRING, "msgFlags", tolerance)?;
    let &[bits] = flags.content else {
        let kind = DecodeErrorKind::WrongLength { found: flags.content.len(), expected: 1 };
        return Err(DecodeError { at: flags.at, kind });
    };
    let level = match (bits & Header::AUTH != 0, bits & Header::PRIV != 0) {
        (false, false) => SecurityLevel::NoAuthNoPriv,
        (true, false) => SecurityLevel::AuthNoPriv,
        (true, true) => SecurityLevel::AuthPriv,
        (false, true) => {
            return Err(DecodeError { at: flags.at, kind: DecodeErrorKind::PrivWithoutAuth });
        }
    };
    // The other bits are for later versions of the protocol to use (RFC 3412, section 6.4).
    let reportable = if bits & Header::REPORTABLE == 0 { Reportable::No } else { Reportable::Yes };
    let model = fields.field(tag::INTEGER, "msgSecurityModel", tolerance)?;
    let found = model.signed(tolerance)?;
    if found != USM {
        return Err(DecodeError { at: model.at, kind: DecodeErrorKind::UnknownSecurityModel { found } });
    }
    no_more(fields, tolerance)?;
    Ok(Header { message_id, max_size_octets, level, reportable })
}

/// Reads `UsmSecurityParameters`, and where the authentication parameters lie.
fn read_parameters<'a>(
    content: &mut Reader<'a>,
    tolerance: &mut Tolerance,
) -> Result<(UsmParameters<'a>, Range<usize>), DecodeError> {
    let parameters = content.field(tag::SEQUENCE, "UsmSecurityParameters", tolerance)?;
    let mut fields = parameters.reader();
    let engine_id = engine_id(&mut fields, "msgAuthoritativeEngineID", tolerance)?;
    let engine_boots = number(&mut fields, "msgAuthoritativeEngineBoots", 0, tolerance)?;
    let engine_time = number(&mut fields, "msgAuthoritativeEngineTime", 0, tolerance)?;
    let user = fields.field(tag::OCTET_STRING, "msgUserName", tolerance)?;
    at_most(&user, "msgUserName", limits::USER_NAME_OCTETS)?;
    let auth = fields.field(tag::OCTET_STRING, "msgAuthenticationParameters", tolerance)?;
    let privacy = fields.field(tag::OCTET_STRING, "msgPrivacyParameters", tolerance)?;
    no_more(&fields, tolerance)?;
    no_more(content, tolerance)?;
    let usm = UsmParameters {
        engine_id,
        engine_boots,
        engine_time,
        user_name: user.content,
        auth_parameters: auth.content,
        priv_parameters: privacy.content,
    };
    Ok((usm, auth.at..auth.at + auth.content.len()))
}

impl<'a> Plaintext<'a> {
    /// What came of decrypting [`ScopedData::Encrypted`].
    ///
    /// After the scoped PDU there may be `padding` octets of any content, which is what the privacy protocol may have
    /// added. Octets in errors are counted from the start of what was decrypted.
    pub const fn decrypted(octets: &'a [u8], padding: usize) -> Self {
        Self { octets, at: 0, padding }
    }

    /// Reads the scoped PDU, and tells which of the tolerated deviations it had.
    ///
    /// # Errors
    ///
    /// The first fault in the order of the octets. After decryption it is what a wrong key looks like.
    pub fn decode(&self, lenient: Lenient) -> Result<(ScopedPdu<'a>, Deviations), DecodeError> {
        let mut tolerance = Tolerance::new(lenient);
        let mut around = Field { at: self.at, content: self.octets }.reader();
        let scoped = around.field(tag::SEQUENCE, "a scoped PDU", &mut tolerance)?;
        let mut fields = scoped.reader();
        let context_engine_id = engine_id(&mut fields, "contextEngineID", &mut tolerance)?;
        let context_name = fields.field(tag::OCTET_STRING, "contextName", &mut tolerance)?.content;
        let found = fields.peek();
        let AnyPdu::Pdu(pdu) = read_pdu(&mut fields, Version::V3, &mut tolerance)? else {
            return Err(fields.unexpected(found, "a PDU of SNMPv3"));
        };
        no_more(&fields, &mut tolerance)?;
        if around.left() > self.padding {
            tolerance.bear(Deviation::TrailingOctets, around.at())?;
        }
        Ok((ScopedPdu { context_engine_id, context_name, pdu }, tolerance.met()))
    }
}

/// Reads one of the message's own numbers, of at least `least`.
fn number(
    fields: &mut Reader<'_>,
    name: &'static str,
    least: i64,
    tolerance: &mut Tolerance,
) -> Result<u32, DecodeError> {
    let field = fields.field(tag::INTEGER, name, tolerance)?;
    let found = field.signed(tolerance)?;
    match u32::try_from(found) {
        Ok(number) if (least..=MOST).contains(&found) => Ok(number),
        _ => Err(DecodeError { at: field.at, kind: DecodeErrorKind::OutOfRange { field: name, found } }),
    }
}

/// Reads an engine's identifier, or none.
fn engine_id<'a>(
    fields: &mut Reader<'a>,
    name: &'static str,
    tolerance: &mut Tolerance,
) -> Result<&'a [u8], DecodeError> {
    let field = fields.field(tag::OCTET_STRING, name, tolerance)?;
    at_most(&field, name, limits::ENGINE_ID_OCTETS)?;
    if (1..limits::ENGINE_ID_OCTETS_MIN).contains(&field.content.len()) {
        tolerance.bear(Deviation::ShortEngineId, field.at)?;
    }
    Ok(field.content)
}

fn at_most(field: &Field<'_>, name: &'static str, limit: usize) -> Result<(), DecodeError> {
    let octets = field.content.len();
    if octets > limit {
        let kind = DecodeErrorKind::FieldTooLong { field: name, octets, limit };
        return Err(DecodeError { at: field.at, kind });
    }
    Ok(())
}

fn no_more(fields: &Reader<'_>, tolerance: &mut Tolerance) -> Result<(), DecodeError> {
    if fields.left() > 0 {
        tolerance.bear(Deviation::TrailingFields, fields.at())?;
    }
    Ok(())
}

/// Writes a scoped PDU into `out`, in place of what it holds; its room is used again.
///
/// `limit` is the most octets that it may have. The message around it takes some 50 to 190 octets more, which
/// [`encode`] checks.
///
/// # Errors
///
/// As [`encode`](super::encode()), and [`EncodeError::FieldTooLong`] for the engine's identifier. `out` is empty after
/// any error.
pub fn encode_scoped_pdu(
    context_engine_id: &[u8],
    context_name: &[u8],
    pdu: PduRef<'_>,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut writer = Writer::new(out, limit);
    let written = write_scoped_pdu(&mut writer, context_engine_id, context_name, pdu);
    match written {
        Ok(()) => writer.finish(),
        Err(_) => out.clear(),
    }
    written
}

fn write_scoped_pdu(
    writer: &mut Writer<'_>,
    context_engine_id: &[u8],
    context_name: &[u8],
    pdu: PduRef<'_>,
) -> Result<(), EncodeError> {
    write_pdu(writer, Version::V3, AnyPduRef::Pdu(pdu))?;
    writer.field(tag::OCTET_STRING, context_name)?;
    bounded(writer, "contextEngineID", context_engine_id, limits::ENGINE_ID_OCTETS)?;
    writer.header(tag::SEQUENCE, 0)
}

/// Puts a message around the scoped PDU that `out` holds, and says where the authentication parameters lie in it.
///
/// The scoped PDU must be encrypted already where the header's level says so. The authentication parameters that `usm`
/// has are written as they are: zeros of the right number, to be replaced by the code of the message that is then in
/// `out`.
///
/// `limit` is the most octets that the message may have; above [`limits::MESSAGE_OCTETS`] it counts as that.
///
/// # Errors
///
/// [`EncodeError::TooLong`], [`EncodeError::FieldTooLong`], and [`EncodeError::OutOfRange`] or
/// [`EncodeError::TooSmall`] for a number that no message can have. `out` is empty after any error.
pub fn encode(
    header: &Header,
    usm: &UsmParameters<'_>,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<Range<usize>, EncodeError> {
    let mut writer = Writer::around(out, limit);
    let written = write_message(&mut writer, header, usm);
    let octets = writer.written();
    match written {
        Ok(_) => writer.finish(),
        Err(_) => out.clear(),
    }
    // Places were counted from the end.
    written.map(|place| octets - place.end..octets - place.start)
}

/// Writes what is around the scoped PDU. The place of the authentication parameters is counted from the end.
fn write_message(
    writer: &mut Writer<'_>,
    header: &Header,
    usm: &UsmParameters<'_>,
) -> Result<Range<usize>, EncodeError> {
    writer.octets(&[])?; // What is there already may be too long.
    if header.level == SecurityLevel::AuthPriv {
        writer.header(tag::OCTET_STRING, 0)?;
    }

    let parameters = writer.written();
    writer.field(tag::OCTET_STRING, usm.priv_parameters)?;
    let place = writer.written()..writer.written() + usm.auth_parameters.len();
    writer.field(tag::OCTET_STRING, usm.auth_parameters)?;
    bounded(writer, "msgUserName", usm.user_name, limits::USER_NAME_OCTETS)?;
    write_number(writer, "msgAuthoritativeEngineTime", usm.engine_time)?;
    write_number(writer, "msgAuthoritativeEngineBoots", usm.engine_boots)?;
    bounded(writer, "msgAuthoritativeEngineID", usm.engine_id, limits::ENGINE_ID_OCTETS)?;
    writer.header(tag::SEQUENCE, parameters)?;
    writer.header(tag::OCTET_STRING, parameters)?;

    let global = writer.written();
    writer.signed(tag::INTEGER, USM)?;
    writer.field(tag::OCTET_STRING, &[header.flags()])?;
    let least = u32::try_from(limits::MESSAGE_OCTETS_MIN).unwrap_or(u32::MAX);
    if header.max_size_octets < least {
        return Err(EncodeError::TooSmall { field: "msgMaxSize", value: header.max_size_octets, least });
    }
    write_number(writer, "msgMaxSize", header.max_size_octets)?;
    write_number(writer, "msgID", header.message_id)?;
    writer.header(tag::SEQUENCE, global)?;

    writer.signed(tag::INTEGER, Version::V3.number())?;
    writer.header(tag::SEQUENCE, 0)?;
    Ok(place)
}

fn write_number(writer: &mut Writer<'_>, field: &'static str, value: u32) -> Result<(), EncodeError> {
    let number = i64::from(value);
    if number > MOST {
        return Err(EncodeError::OutOfRange { field, value });
    }
    writer.signed(tag::INTEGER, number)
}

fn bounded(
    writer: &mut Writer<'_>,
    field: &'static str,
    octets: &[u8],
    limit: usize,
) -> Result<(), EncodeError> {
    if octets.len() > limit {
        return Err(EncodeError::FieldTooLong { field, octets: octets.len(), limit });
    }
    writer.field(tag::OCTET_STRING, octets)
}

#[cfg(test)]
mod tests;
