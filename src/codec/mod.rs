//! Octets to data and back: BER, PDUs, messages, frames (RFC 1157, RFC 1901, RFC 3416, RFC 3417).
//!
//! Everything here is a pure function of its input.

mod error;
mod message;
mod pdu;

pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use message::{Message, Version};
pub use pdu::{AnyPdu, ErrorStatus, Pdu, PduKind, TrapV1};
