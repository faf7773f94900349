//! Why octets could not be read or written.

/// Why a message could not be read, and where; `at` counts octets from the start of the datagram.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("octet {at}: {kind}")]
pub struct DecodeError {
    /// Offset of the first octet that is wrong, from the start of the datagram.
    pub at: usize,
    /// What is wrong with it.
    pub kind: DecodeErrorKind,
}

/// What is wrong with the octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecodeErrorKind {
    /// The field runs past the end of what encloses it.
    #[error("the field is cut short: {needed} octets needed, {present} present")]
    Truncated {
        /// Octets that the field needs.
        needed: usize,
        /// Octets that are left.
        present: usize,
    },
    /// Another type than the one that must stand here.
    #[error("type 0x{found:02x} stands where {expected} must")]
    UnexpectedType {
        /// The type octet found.
        found: u8,
        /// What must stand here.
        expected: &'static str,
    },
}

/// Why a message could not be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EncodeError {
    /// The message would be larger than allowed.
    #[error("the message would be longer than {limit} octets")]
    TooLong {
        /// The most octets allowed.
        limit: usize,
    },
    /// A value or PDU that this version of the protocol does not have.
    #[error("{what} cannot be sent in {version}")]
    NotInVersion {
        /// The type or PDU.
        what: &'static str,
        /// The version's name.
        version: &'static str,
    },
}
