//! Message processing without I/O (RFC 3411, section 3.1): matches answers to requests, retransmits, secures.

use crate::{codec::ErrorStatus, value::VarBind};

/// What an operation asks of an agent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequestKind {
    /// The values of these names.
    Get,
    /// The names after these, with their values.
    GetNext,
    /// Many names after these.
    GetBulk {
        /// How many bindings at the front are asked for once only.
        non_repeaters: u32,
        /// How often the others are repeated.
        max_repetitions: u32,
    },
    /// Give these variables these values, all or none.
    Set,
    /// Take note of this, and say so.
    Inform,
}

/// A request: what an operation asks, however many transmissions it takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// What is asked.
    pub kind: RequestKind,
    /// Of which variables.
    pub bindings: Vec<VarBind>,
}

/// A response as the agent gave it, whatever its error-status.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// What the agent says of the request.
    pub error_status: ErrorStatus,
    /// The position, from 1, of the binding in error; 0 for none.
    pub error_index: u32,
    /// The variable bindings.
    pub bindings: Vec<VarBind>,
}
