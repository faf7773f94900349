//! Why an agent refused, in net-snmp's words.

use super::{Names, oid};
use crate::{codec::ErrorStatus, oid::Oid, output::options::Options, value::VarBind};

/// What net-snmp's tools write after `Reason: ` for an error-status.
pub const fn error_status_text(status: ErrorStatus) -> &'static str {
    match status.0 {
        0 => "(noError) No Error",
        1 => "(tooBig) Response message would have been too large.",
        2 => "(noSuchName) There is no such variable name in this MIB.",
        3 => "(badValue) The value given has the wrong type or length.",
        4 => "(readOnly) The two parties used do not have access to use the specified SNMP PDU.",
        // Spelt as net-snmp 5.9 spells it; scripts look for it.
        5 => "(genError) A general failure occured",
        6 => "noAccess",
        7 => "wrongType (The set datatype does not match the data type the agent expects)",
        8 => "wrongLength (The set value has an illegal length from what the agent expects)",
        9 => "wrongEncoding",
        10 => "wrongValue (The set value is illegal or unsupported in some way)",
        11 => "noCreation (That table does not support row creation or that object can not ever be created)",
        12 => "inconsistentValue (The set value is illegal or unsupported in some way)",
        13 => "resourceUnavailable (This is likely a out-of-memory failure within the agent)",
        14 => "commitFailed",
        15 => "undoFailed",
        16 => "authorizationError (access denied to that object)",
        17 => "notWritable (That object does not support modification)",
        18 => "inconsistentName (That object can not currently be created)",
        _ => "Unknown Error",
    }
}

/// The object that an error-index points to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FailedObject<'a> {
    /// The index is 0: none in particular.
    NoneNamed,
    /// The index is beyond the bindings of the answer.
    OutOfRange,
    /// This one.
    Named(&'a Oid),
}

impl<'a> FailedObject<'a> {
    /// Looks the index up in the bindings of the answer.
    pub fn at(error_index: u32, bindings: &'a [VarBind]) -> Self {
        let Some(at) = error_index.checked_sub(1) else { return Self::NoneNamed };
        let binding = usize::try_from(at).ok().and_then(|at| bindings.get(at));
        binding.map_or(Self::OutOfRange, |binding| Self::Named(&binding.name))
    }
}

/// Writes what net-snmp's tools write on standard error for an answer with an error-status.
///
/// `first_line` is `Error in packet` in snmpget and `Error in packet.` in the others. The empty line after a named
/// object is net-snmp's too.
pub fn error_in_packet(
    first_line: &str,
    status: ErrorStatus,
    failed: FailedObject<'_>,
    options: &Options,
    names: &impl Names,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(first_line.as_bytes());
    out.extend_from_slice(b"\nReason: ");
    out.extend_from_slice(error_status_text(status).as_bytes());
    out.push(b'\n');
    match failed {
        FailedObject::NoneNamed => {}
        FailedObject::OutOfRange => out.extend_from_slice(b"Failed object: \n"),
        FailedObject::Named(name) => {
            out.extend_from_slice(b"Failed object: ");
            oid(name, options, names, out);
            out.extend_from_slice(b"\n\n");
        }
    }
}
