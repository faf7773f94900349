//! Protocol data units (RFC 3416, section 3; the `SNMPv1` Trap of RFC 1157, section 4.1.6).

use std::fmt;
use std::net::Ipv4Addr;

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
    /// `Report`; `SNMPv3` only.
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
