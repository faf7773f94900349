//! Community-based messages: `SNMPv1` (RFC 1157) and `SNMPv2c` (RFC 1901).

use super::ber::{Reader, Writer, tag};
use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::lenient::{Deviation, Deviations, Lenient, Tolerance};
use super::pdu::{AnyPdu, AnyPduRef, read_pdu, write_pdu};
use crate::{limits, value::Octets};

/// The version of a message.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Version {
    /// `SNMPv1`; 0 on the wire.
    V1,
    /// `SNMPv2c`; 1 on the wire.
    V2c,
    /// `SNMPv3`; 3 on the wire.
    V3,
}

impl Version {
    /// The name as the RFCs write it: `SNMPv1`, `SNMPv2c`, `SNMPv3`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "SNMPv1",
            Self::V2c => "SNMPv2c",
            Self::V3 => "SNMPv3",
        }
    }

    /// The number on the wire.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::V1 => 0,
            Self::V2c => 1,
            Self::V3 => 3,
        }
    }
}

/// A message whose access is granted by its community.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// `V1` or `V2c`.
    pub version: Version,
    /// The community; any octets.
    pub community: Octets,
    /// What is asked or answered.
    pub pdu: AnyPdu,
}

/// Reads a message of `SNMPv1` or `SNMPv2c`, and tells which of the tolerated deviations it had.
///
/// # Errors
///
/// The first fault in the order of the octets. [`DecodeErrorKind::NotCommunityBased`] for a message of `SNMPv3`;
/// [`peek_version`] tells beforehand.
pub fn decode(octets: &[u8], lenient: Lenient) -> Result<(Message, Deviations), DecodeError> {
    let mut tolerance = Tolerance::new(lenient);
    let (mut fields, version) = open(octets, &mut tolerance)?;
    if version == Version::V3 {
        let at = fields.at() - 1; // the number 3 itself, which ends the field before
        return Err(DecodeError { at, kind: DecodeErrorKind::NotCommunityBased });
    }
    let community = fields.field(tag::OCTET_STRING, "a community", &mut tolerance)?;
    let pdu = read_pdu(&mut fields, version, &mut tolerance)?;
    if fields.left() > 0 {
        tolerance.bear(Deviation::TrailingFields, fields.at())?;
    }
    let message = Message { version, community: Octets::from(community.content), pdu };
    Ok((message, tolerance.met()))
}

/// Reads the version of a message and nothing after it: which of the decoders it is for.
///
/// # Errors
///
/// As [`decode`], for the fields up to the version. Every deviation is tolerated here; the decoder proper sees the
/// same octets again.
pub fn peek_version(octets: &[u8]) -> Result<Version, DecodeError> {
    open(octets, &mut Tolerance::new(Lenient::all())).map(|(_, version)| version)
}

/// Opens a message: what follows its version, and the version.
pub(super) fn open<'a>(
    octets: &'a [u8],
    tolerance: &mut Tolerance,
) -> Result<(Reader<'a>, Version), DecodeError> {
    let mut datagram = Reader::new(octets);
    let message = datagram.field(tag::SEQUENCE, "a message", tolerance)?;
    let end = datagram.at();
    if end > limits::MESSAGE_OCTETS {
        let kind = DecodeErrorKind::MessageTooLong { octets: end, limit: limits::MESSAGE_OCTETS };
        return Err(DecodeError { at: 0, kind });
    }
    let mut fields = message.reader();
    let version = fields.field(tag::INTEGER, "a version", tolerance)?;
    let version = match version.signed(tolerance)? {
        0 => Version::V1,
        1 => Version::V2c,
        3 => Version::V3,
        found => {
            return Err(DecodeError { at: version.at, kind: DecodeErrorKind::UnknownVersion { found } });
        }
    };
    if datagram.left() > 0 {
        tolerance.bear(Deviation::TrailingOctets, end)?;
    }
    Ok((fields, version))
}

/// Writes a message of `SNMPv1` or `SNMPv2c` into `out`, in place of what it holds; its room is used again.
///
/// `limit` is the most octets that the message may have; above [`limits::MESSAGE_OCTETS`] it counts as that.
///
/// # Errors
///
/// [`EncodeError::NotInVersion`] for `SNMPv3`, and for PDUs and values that the version does not have: in `SNMPv1`
/// `Counter64`, the exceptions, `GetBulkRequest`, `InformRequest`, `SNMPv2-Trap` and `Report`, in `SNMPv2c` the `Trap`
/// of RFC 1157. `out` is empty after any error.
pub fn encode<'a>(
    version: Version,
    community: &[u8],
    pdu: impl Into<AnyPduRef<'a>>,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut writer = Writer::new(out, limit);
    let written = write_message(&mut writer, version, community, pdu.into());
    match written {
        Ok(()) => writer.finish(),
        Err(_) => out.clear(),
    }
    written
}

fn write_message(
    writer: &mut Writer<'_>,
    version: Version,
    community: &[u8],
    pdu: AnyPduRef<'_>,
) -> Result<(), EncodeError> {
    if version == Version::V3 {
        return Err(EncodeError::NotInVersion { what: "a community", version: version.name() });
    }
    write_pdu(writer, version, pdu)?;
    writer.field(tag::OCTET_STRING, community)?;
    writer.signed(tag::INTEGER, version.number())?;
    writer.header(tag::SEQUENCE, 0)
}

#[cfg(test)]
mod tests;
