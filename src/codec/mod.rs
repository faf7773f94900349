//! Octets to data and back: BER, PDUs, messages, frames (RFC 1157, RFC 1901, RFC 3412, RFC 3416, RFC 3417).
//!
//! Everything here is a pure function of its input. Reading never panics, whatever the octets; each failure says at
//! which octet of the datagram, and each deviation that is borne with is one switch of [`Lenient`] and recorded in
//! [`Deviations`]. Writing uses the caller's buffer again and keeps to the limit it is given.

mod ber;
pub mod dump;
mod error;
mod frame;
mod lenient;
mod message;
mod pdu;
#[cfg(test)]
mod testing;
pub mod v3;
mod value;

pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use frame::{Frame, frame};
pub use lenient::{Deviation, Deviations, Lenient};
pub use message::{Message, Version, decode, encode, peek_version};
pub use pdu::{AnyPdu, AnyPduRef, ErrorStatus, Pdu, PduKind, PduRef, TrapV1};
