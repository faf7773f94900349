//! Protocol data units (RFC 3416, section 3; the `SNMPv1` Trap of RFC 1157, section 4.1.6).

use std::fmt;
use std::net::Ipv4Addr;

use super::ber::{Field, Reader, Writer, tag};
use super::error::{DecodeError, EncodeError};
use super::lenient::{Deviation, Tolerance};
use super::message::Version;
use super::value::{address, read_bindings, write_bindings};
use crate::{oid::Oid, value::VarBind};

/// Which PDU this is, with the two fields whose meaning depends on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PduKind {
    /// `GetRequest`.
    Get,
    /// `GetNextRequest`.
    GetNext,
    /// `Response` (`GetResponse` in RFC 1157).
    Response {
        /// What the agent says of the request.
        error_status: ErrorStatus,
        /// The position, from 1, of the binding in error; 0 for none.
        error_index: u32,
    },
    /// `SetRequest`.
    Set,
    /// `GetBulkRequest`; not in `SNMPv1`.
    GetBulk {
        /// How many bindings at the front are asked for once only; 0 to 2147483647.
        non_repeaters: u32,
        /// How often the others are repeated; 0 to 2147483647.
        max_repetitions: u32,
    },
    /// `InformRequest`; not in `SNMPv1`.
    Inform,
    /// `SNMPv2-Trap`; not in `SNMPv1`.
    TrapV2,
    /// `Report`; not in `SNMPv1`, and of use in `SNMPv3` only.
    Report,
}

/// Any PDU but the `SNMPv1` Trap.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pdu {
    /// Which one, with its own fields.
    pub kind: PduKind,
    /// What pairs a response with its request; -2147483648 to 2147483647.
    pub request_id: i32,
    /// The variable bindings.
    pub bindings: Vec<VarBind>,
}

/// The `SNMPv1` Trap (RFC 1157, section 4.1.6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrapV1 {
    /// The kind of object that sends it: its `sysObjectID`.
    pub enterprise: Oid,
    /// Its address.
    pub agent_address: Ipv4Addr,
    /// 0 coldStart … 6 enterpriseSpecific.
    pub generic_trap: i32,
    /// The enterprise's own number, when `generic_trap` is 6.
    pub specific_trap: i32,
    /// The agent's uptime, in hundredths of a second.
    pub time_stamp: u32,
    /// The variable bindings.
    pub bindings: Vec<VarBind>,
}

/// Any PDU at all.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AnyPdu {
    /// One of the PDUs of common shape.
    Pdu(Pdu),
    /// The one of its own shape.
    TrapV1(TrapV1),
}

/// A PDU of common shape that lies elsewhere: what an encoder needs of a [`Pdu`] without owning it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PduRef<'a> {
    /// Which one, with its own fields.
    pub kind: PduKind,
    /// What pairs a response with its request.
    pub request_id: i32,
    /// The variable bindings.
    pub bindings: &'a [VarBind],
}

/// Any PDU that lies elsewhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AnyPduRef<'a> {
    /// One of the PDUs of common shape.
    Pdu(PduRef<'a>),
    /// The one of its own shape.
    TrapV1(&'a TrapV1),
}

impl<'a> From<&'a Pdu> for PduRef<'a> {
    fn from(pdu: &'a Pdu) -> Self {
        Self { kind: pdu.kind, request_id: pdu.request_id, bindings: &pdu.bindings }
    }
}

impl<'a> From<PduRef<'a>> for AnyPduRef<'a> {
    fn from(pdu: PduRef<'a>) -> Self {
        Self::Pdu(pdu)
    }
}

impl<'a> From<&'a Pdu> for AnyPduRef<'a> {
    fn from(pdu: &'a Pdu) -> Self {
        Self::Pdu(pdu.into())
    }
}

impl<'a> From<&'a TrapV1> for AnyPduRef<'a> {
    fn from(trap: &'a TrapV1) -> Self {
        Self::TrapV1(trap)
    }
}

impl<'a> From<&'a AnyPdu> for AnyPduRef<'a> {
    fn from(pdu: &'a AnyPdu) -> Self {
        match pdu {
            AnyPdu::Pdu(pdu) => pdu.into(),
            AnyPdu::TrapV1(trap) => trap.into(),
        }
    }
}

impl PduKind {
    /// The RFC's name of the PDU.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GetRequest",
            Self::GetNext => "GetNextRequest",
            Self::Response { .. } => "Response",
            Self::Set => "SetRequest",
            Self::GetBulk { .. } => "GetBulkRequest",
            Self::Inform => "InformRequest",
            Self::TrapV2 => "SNMPv2-Trap",
            Self::Report => "Report",
        }
    }

    const fn tag(self) -> u8 {
        match self {
            Self::Get => tag::GET,
            Self::GetNext => tag::GET_NEXT,
            Self::Response { .. } => tag::RESPONSE,
            Self::Set => tag::SET,
            Self::GetBulk { .. } => tag::GET_BULK,
            Self::Inform => tag::INFORM,
            Self::TrapV2 => tag::TRAP_V2,
            Self::Report => tag::REPORT,
        }
    }

    /// Whether `SNMPv1` has it.
    const fn in_v1(self) -> bool {
        matches!(self, Self::Get | Self::GetNext | Self::Response { .. } | Self::Set)
    }

    /// The two fields between the request-id and the bindings, with the names they have in an error.
    const fn fields(self) -> [(&'static str, i64); 2] {
        match self {
            Self::Response { error_status, error_index } => {
                [("error-status", error_status.0 as i64), ("error-index", error_index as i64)]
            }
            Self::GetBulk { non_repeaters, max_repetitions } => {
                [("non-repeaters", non_repeaters as i64), ("max-repetitions", max_repetitions as i64)]
            }
            _ => [("error-status", 0), ("error-index", 0)],
        }
    }
}

/// Reads the PDU that stands here.
pub(super) fn read_pdu(
    reader: &mut Reader<'_>,
    version: Version,
    tolerance: &mut Tolerance,
) -> Result<AnyPdu, DecodeError> {
    let at = reader.at();
    let Some(found @ tag::GET..=tag::REPORT) = reader.peek() else {
        let found = reader.peek();
        return Err(reader.unexpected(found, "a PDU"));
    };
    match (version, found) {
        (Version::V1, tag::GET_BULK..=tag::REPORT) => tolerance.bear(Deviation::NewPduInV1, at)?,
        (Version::V2c, tag::TRAP_V1) => tolerance.bear(Deviation::OldTrapInV2c, at)?,
        (Version::V3, tag::TRAP_V1) => return Err(reader.unexpected(Some(found), "a PDU of SNMPv3")),
        _ => {}
    }
    let field = reader.known(found, tolerance)?;
    let mut fields = field.reader();
    let pdu = match found {
        tag::TRAP_V1 => AnyPdu::TrapV1(read_trap_v1(&mut fields, version, tolerance)?),
        _ => AnyPdu::Pdu(read_common(found, &mut fields, version, tolerance)?),
    };
    if fields.left() > 0 {
        tolerance.bear(Deviation::TrailingFields, fields.at())?;
    }
    Ok(pdu)
}

fn read_common(
    tag: u8,
    fields: &mut Reader<'_>,
    version: Version,
    tolerance: &mut Tolerance,
) -> Result<Pdu, DecodeError> {
    let request_id = integer(fields, "a request-id", tolerance)?.1;
    let (_, first) = integer(fields, "an error-status", tolerance)?;
    let (second_field, second) = integer(fields, "an error-index", tolerance)?;
    let kind = match tag {
        tag::GET => PduKind::Get,
        tag::GET_NEXT => PduKind::GetNext,
        tag::RESPONSE => {
            let error_index = u32::try_from(second).unwrap_or(0);
            if second < 0 {
                tolerance.bear(Deviation::NegativeErrorIndex, second_field.at)?;
            }
            PduKind::Response { error_status: ErrorStatus(first), error_index }
        }
        tag::SET => PduKind::Set,
        // Below zero counts as zero (RFC 3416, section 4.2.3).
        tag::GET_BULK => PduKind::GetBulk {
            non_repeaters: u32::try_from(first).unwrap_or(0),
            max_repetitions: u32::try_from(second).unwrap_or(0),
        },
        tag::INFORM => PduKind::Inform,
        tag::TRAP_V2 => PduKind::TrapV2,
        // The caller let nothing else through.
        _ => PduKind::Report,
    };
    Ok(Pdu { kind, request_id, bindings: read_bindings(fields, version, tolerance)? })
}

fn read_trap_v1(
    fields: &mut Reader<'_>,
    version: Version,
    tolerance: &mut Tolerance,
) -> Result<TrapV1, DecodeError> {
    let enterprise = fields.field(tag::OBJECT_IDENTIFIER, "an enterprise", tolerance)?;
    let enterprise = enterprise.oid(tolerance)?;
    let agent_address = fields.field(tag::IP_ADDRESS, "an agent-addr", tolerance)?;
    let agent_address = address(&agent_address)?;
    let generic_trap = integer(fields, "a generic-trap", tolerance)?.1;
    let specific_trap = integer(fields, "a specific-trap", tolerance)?.1;
    let time_stamp = fields.field(tag::TIME_TICKS, "a time-stamp", tolerance)?;
    let time_stamp = time_stamp.unsigned32(tolerance)?;
    let bindings = read_bindings(fields, version, tolerance)?;
    Ok(TrapV1 { enterprise, agent_address, generic_trap, specific_trap, time_stamp, bindings })
}

fn integer<'a>(
    fields: &mut Reader<'a>,
    expected: &'static str,
    tolerance: &mut Tolerance,
) -> Result<(Field<'a>, i32), DecodeError> {
    let field = fields.field(tag::INTEGER, expected, tolerance)?;
    let number = field.signed32(tolerance)?;
    Ok((field, number))
}

/// Writes a PDU.
pub(super) fn write_pdu(
    writer: &mut Writer<'_>,
    version: Version,
    pdu: AnyPduRef<'_>,
) -> Result<(), EncodeError> {
    match pdu {
        AnyPduRef::Pdu(pdu) => write_common(writer, version, pdu),
        AnyPduRef::TrapV1(trap) => write_trap_v1(writer, version, trap),
    }
}

fn write_common(writer: &mut Writer<'_>, version: Version, pdu: PduRef<'_>) -> Result<(), EncodeError> {
    if version == Version::V1 && !pdu.kind.in_v1() {
        return Err(EncodeError::NotInVersion { what: pdu.kind.name(), version: version.name() });
    }
    let start = writer.written();
    write_bindings(writer, version, pdu.bindings)?;
    for (field, number) in pdu.kind.fields().into_iter().rev() {
        if number > i64::from(i32::MAX) {
            let value = u32::try_from(number).unwrap_or(u32::MAX);
            return Err(EncodeError::OutOfRange { field, value });
        }
        writer.signed(tag::INTEGER, number)?;
    }
    writer.signed(tag::INTEGER, i64::from(pdu.request_id))?;
    writer.header(pdu.kind.tag(), start)
}

fn write_trap_v1(writer: &mut Writer<'_>, version: Version, trap: &TrapV1) -> Result<(), EncodeError> {
    if version != Version::V1 {
        return Err(EncodeError::NotInVersion { what: "Trap", version: version.name() });
    }
    let start = writer.written();
    write_bindings(writer, version, &trap.bindings)?;
    writer.unsigned(tag::TIME_TICKS, u64::from(trap.time_stamp))?;
    writer.signed(tag::INTEGER, i64::from(trap.specific_trap))?;
    writer.signed(tag::INTEGER, i64::from(trap.generic_trap))?;
    writer.field(tag::IP_ADDRESS, &trap.agent_address.octets())?;
    writer.oid(&trap.enterprise)?;
    writer.header(tag::TRAP_V1, start)
}

/// An error-status, known or not (RFC 3416, section 3).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ErrorStatus(pub i32);

impl ErrorStatus {
    /// All is well.
    pub const NO_ERROR: Self = Self(0);
    /// The response would not fit into a message.
    pub const TOO_BIG: Self = Self(1);
    /// `SNMPv1`: no such variable.
    pub const NO_SUCH_NAME: Self = Self(2);
    /// `SNMPv1`: the value does not fit the variable.
    pub const BAD_VALUE: Self = Self(3);
    /// `SNMPv1`: may not be written.
    pub const READ_ONLY: Self = Self(4);
    /// Something else went wrong.
    pub const GEN_ERR: Self = Self(5);
    /// Not in the view for writing.
    pub const NO_ACCESS: Self = Self(6);
    /// Another type than the variable has.
    pub const WRONG_TYPE: Self = Self(7);
    /// A length that the variable cannot have.
    pub const WRONG_LENGTH: Self = Self(8);
    /// The value is wrongly encoded.
    pub const WRONG_ENCODING: Self = Self(9);
    /// The variable can never have this value.
    pub const WRONG_VALUE: Self = Self(10);
    /// The variable does not exist and cannot be made.
    pub const NO_CREATION: Self = Self(11);
    /// The variable cannot have this value now.
    pub const INCONSISTENT_VALUE: Self = Self(12);
    /// Something that the assignment needs is not there.
    pub const RESOURCE_UNAVAILABLE: Self = Self(13);
    /// The assignment failed, nothing was changed.
    pub const COMMIT_FAILED: Self = Self(14);
    /// The assignment failed and could not be taken back.
    pub const UNDO_FAILED: Self = Self(15);
    /// Access was denied.
    pub const AUTHORIZATION_ERROR: Self = Self(16);
    /// The variable exists and can never be written.
    pub const NOT_WRITABLE: Self = Self(17);
    /// The variable cannot be made now.
    pub const INCONSISTENT_NAME: Self = Self(18);

    /// The RFC's name, or `None` for a number that no RFC has.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "noError",
            1 => "tooBig",
            2 => "noSuchName",
            3 => "badValue",
            4 => "readOnly",
            5 => "genErr",
            6 => "noAccess",
            7 => "wrongType",
            8 => "wrongLength",
            9 => "wrongEncoding",
            10 => "wrongValue",
            11 => "noCreation",
            12 => "inconsistentValue",
            13 => "resourceUnavailable",
            14 => "commitFailed",
            15 => "undoFailed",
            16 => "authorizationError",
            17 => "notWritable",
            18 => "inconsistentName",
            _ => return None,
        })
    }
}

impl fmt::Display for ErrorStatus {
    /// Writes the RFC's name, or the number when there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error-status {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests;
