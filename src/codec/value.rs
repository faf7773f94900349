//! Values and variable bindings on the wire (RFC 2578, section 7.1; RFC 3416, section 3; RFC 1442 for what it had).

use std::net::Ipv4Addr;

use super::ber::{Field, Reader, Writer, tag};
use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::lenient::{Deviation, Tolerance};
use super::message::Version;
use crate::{
    limits,
    value::{Octets, Value, VarBind},
};

/// Reads a `VarBindList`: all of it, or the first fault.
pub(super) fn read_bindings(
    reader: &mut Reader<'_>,
    version: Version,
    tolerance: &mut Tolerance,
) -> Result<Vec<VarBind>, DecodeError> {
    let mut list = reader.field(tag::SEQUENCE, "a list of variable bindings", tolerance)?.reader();
    let mut bindings = Vec::with_capacity(list.count(tag::SEQUENCE).min(limits::BINDINGS));
    while list.left() > 0 {
        if bindings.len() == limits::BINDINGS {
            let kind = DecodeErrorKind::TooManyBindings { limit: limits::BINDINGS };
            return Err(DecodeError { at: list.at(), kind });
        }
        let mut pair = list.field(tag::SEQUENCE, "a variable binding", tolerance)?.reader();
        let name = pair.field(tag::OBJECT_IDENTIFIER, "the name of a variable", tolerance)?;
        let name = name.oid(tolerance)?;
        let value = read_value(&mut pair, version, tolerance)?;
        pair.finish()?;
        bindings.push(VarBind { name, value });
    }
    Ok(bindings)
}

/// Reads the value of one binding.
pub(super) fn read_value(
    reader: &mut Reader<'_>,
    version: Version,
    tolerance: &mut Tolerance,
) -> Result<Value, DecodeError> {
    let at = reader.at();
    let Some(found) = reader.peek() else {
        return Err(reader.unexpected(None, "a value"));
    };
    match found {
        tag::COUNTER64 | tag::NO_SUCH_OBJECT | tag::NO_SUCH_INSTANCE | tag::END_OF_MIB_VIEW
            if version == Version::V1 =>
        {
            tolerance.bear(Deviation::NewTypeInV1, at)?;
        }
        tag::UINTEGER32 | tag::NSAP_ADDRESS | tag::BIT_STRING => {
            tolerance.bear(Deviation::WithdrawnType, at)?;
        }
        tag::INTEGER
        | tag::OCTET_STRING
        | tag::NULL
        | tag::OBJECT_IDENTIFIER
        | tag::IP_ADDRESS
        | tag::COUNTER32
        | tag::GAUGE32
        | tag::TIME_TICKS
        | tag::OPAQUE
        | tag::COUNTER64
        | tag::NO_SUCH_OBJECT
        | tag::NO_SUCH_INSTANCE
        | tag::END_OF_MIB_VIEW => {}
        _ => return Err(reader.unexpected(Some(found), "a value")),
    }
    let field = reader.known(found, tolerance)?;
    Ok(match found {
        tag::INTEGER => integer(&field, tolerance)?,
        tag::OCTET_STRING | tag::NSAP_ADDRESS | tag::BIT_STRING => {
            Value::OctetString(Octets::from(field.content))
        }
        tag::OBJECT_IDENTIFIER => Value::ObjectIdentifier(field.oid(tolerance)?),
        tag::IP_ADDRESS => Value::IpAddress(address(&field)?),
        tag::COUNTER32 => Value::Counter32(field.unsigned32(tolerance)?),
        tag::GAUGE32 => Value::Gauge32(field.unsigned32(tolerance)?),
        tag::TIME_TICKS => Value::TimeTicks(field.unsigned32(tolerance)?),
        tag::OPAQUE => Value::Opaque(Octets::from(field.content)),
        tag::COUNTER64 => Value::Counter64(field.unsigned(tolerance)?),
        tag::UINTEGER32 => Value::UInteger32(field.unsigned32(tolerance)?),
        tag::NO_SUCH_OBJECT => without_content(&field, Value::NoSuchObject, tolerance)?,
        tag::NO_SUCH_INSTANCE => without_content(&field, Value::NoSuchInstance, tolerance)?,
        tag::END_OF_MIB_VIEW => without_content(&field, Value::EndOfMibView, tolerance)?,
        // The first match let nothing else through.
        _ => without_content(&field, Value::Null, tolerance)?,
    })
}

/// An `INTEGER`; one that only fits an unsigned type becomes one, so that the number stays what the agent meant.
fn integer(field: &Field<'_>, tolerance: &mut Tolerance) -> Result<Value, DecodeError> {
    let number = field.signed32(tolerance)?;
    if number < 0
        && let Ok(unsigned) = u32::try_from(field.signed(tolerance)?)
    {
        return Ok(Value::Gauge32(unsigned));
    }
    Ok(Value::Integer32(number))
}

/// An `IpAddress`: four octets, neither more nor fewer.
pub(super) fn address(field: &Field<'_>) -> Result<Ipv4Addr, DecodeError> {
    match <[u8; 4]>::try_from(field.content) {
        Ok(octets) => Ok(Ipv4Addr::from(octets)),
        Err(_) => Err(DecodeError {
            at: field.at,
            kind: DecodeErrorKind::WrongLength { found: field.content.len(), expected: 4 },
        }),
    }
}

fn without_content(field: &Field<'_>, value: Value, tolerance: &mut Tolerance) -> Result<Value, DecodeError> {
    if !field.content.is_empty() {
        let deviation =
            if value == Value::Null { Deviation::NullContent } else { Deviation::ExceptionContent };
        tolerance.bear(deviation, field.at)?;
    }
    Ok(value)
}

/// Writes a `VarBindList`.
pub(super) fn write_bindings(
    writer: &mut Writer<'_>,
    version: Version,
    bindings: &[VarBind],
) -> Result<(), EncodeError> {
    let list = writer.written();
    for binding in bindings.iter().rev() {
        let pair = writer.written();
        write_value(writer, version, &binding.value)?;
        writer.oid(&binding.name)?;
        writer.header(tag::SEQUENCE, pair)?;
    }
    writer.header(tag::SEQUENCE, list)
}

/// Writes the value of one binding.
pub(super) fn write_value(
    writer: &mut Writer<'_>,
    version: Version,
    value: &Value,
) -> Result<(), EncodeError> {
    if version == Version::V1 && (value.is_exception() || matches!(value, Value::Counter64(_))) {
        return Err(EncodeError::NotInVersion { what: value.type_name(), version: version.name() });
    }
    match value {
        Value::Integer32(number) => writer.signed(tag::INTEGER, i64::from(*number)),
        Value::OctetString(octets) => writer.field(tag::OCTET_STRING, octets),
        Value::ObjectIdentifier(oid) => writer.oid(oid),
        Value::IpAddress(address) => writer.field(tag::IP_ADDRESS, &address.octets()),
        Value::Counter32(number) => writer.unsigned(tag::COUNTER32, u64::from(*number)),
        Value::Gauge32(number) => writer.unsigned(tag::GAUGE32, u64::from(*number)),
        Value::TimeTicks(number) => writer.unsigned(tag::TIME_TICKS, u64::from(*number)),
        Value::Opaque(octets) => writer.field(tag::OPAQUE, octets),
        Value::Counter64(number) => writer.unsigned(tag::COUNTER64, *number),
        Value::UInteger32(number) => writer.unsigned(tag::UINTEGER32, u64::from(*number)),
        Value::Null => writer.field(tag::NULL, &[]),
        Value::NoSuchObject => writer.field(tag::NO_SUCH_OBJECT, &[]),
        Value::NoSuchInstance => writer.field(tag::NO_SUCH_INSTANCE, &[]),
        Value::EndOfMibView => writer.field(tag::END_OF_MIB_VIEW, &[]),
    }
}

#[cfg(test)]
mod tests;
