//! Why octets could not be read or written.

use super::lenient::Deviation;

/// Why a message could not be read, and where; `at` counts octets from the start of the datagram.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("octet {at}: {kind}")]
pub struct DecodeError {
    /// Offset of the first octet that is wrong, from the start of the datagram; its length when the datagram ends
    /// where more must follow.
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
    /// The indefinite form of length, which SNMP does not have (RFC 3417, section 8).
    #[error("a length of the indefinite form")]
    IndefiniteLength,
    /// A length field of more octets than any message needs.
    #[error("a length of {octets} octets, more than the 8 that are read")]
    LengthTooWide {
        /// Octets of the length, the first not counted.
        octets: usize,
    },
    /// Octets after the last field of what encloses them.
    #[error("{octets} octets after the last field")]
    Trailing {
        /// How many there are.
        octets: usize,
    },
    /// An integer of more bits than the field has.
    #[error("an integer that does not fit into {bits} bits")]
    IntegerTooWide {
        /// Bits of the field.
        bits: u32,
    },
    /// A content of another length than the type has.
    #[error("a content of {found} octets, where the type has {expected}")]
    WrongLength {
        /// Octets present.
        found: usize,
        /// Octets that the type has.
        expected: usize,
    },
    /// The last sub-identifier of an object identifier goes on past its end.
    #[error("the object identifier ends within a sub-identifier")]
    UnfinishedArc,
    /// A sub-identifier above 2^32 - 1 (RFC 2578, section 3.5).
    #[error("a sub-identifier larger than 4294967295")]
    ArcTooLarge,
    /// More sub-identifiers than an object identifier may have (RFC 2578, section 3.5).
    #[error("an object identifier of more than {limit} sub-identifiers")]
    TooManyArcs {
        /// The most allowed.
        limit: usize,
    },
    /// A version that no SNMP has.
    #[error("message version {found}, which is none of 0 (SNMPv1), 1 (SNMPv2c) and 3 (SNMPv3)")]
    UnknownVersion {
        /// The number found.
        found: i64,
    },
    /// An `SNMPv3` message where one with a community must stand.
    #[error("an SNMPv3 message where SNMPv1 or SNMPv2c is spoken")]
    NotCommunityBased,
    /// A message with a community where one of `SNMPv3` must stand.
    #[error("a message of SNMPv1 or SNMPv2c where SNMPv3 is spoken")]
    NotV3,
    /// A security model other than USM, which is 3 (RFC 3411, section 5, `SnmpSecurityModel`).
    #[error("security model {found}, where only 3 (USM) is spoken")]
    UnknownSecurityModel {
        /// The number found.
        found: i64,
    },
    /// A message that says to be encrypted but not authenticated, which no level is (RFC 3412, section 6.4).
    #[error("msgFlags say privacy without authentication")]
    PrivWithoutAuth,
    /// A number of an `SNMPv3` message outside of what the field can have (RFC 3412, section 6; RFC 3414, section 2.4).
    #[error("{field} is {found}, which it cannot be")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// The number found.
        found: i64,
    },
    /// A name or identifier longer than its field allows.
    #[error("{field} has {octets} octets, where {limit} are the most")]
    FieldTooLong {
        /// The field's name.
        field: &'static str,
        /// Octets that it has.
        octets: usize,
        /// The most that it can have.
        limit: usize,
    },
    /// More variable bindings than a message can hold.
    #[error("more than {limit} variable bindings")]
    TooManyBindings {
        /// The most that are read.
        limit: usize,
    },
    /// A message larger than any that is read.
    #[error("a message of {octets} octets, more than the {limit} that are read")]
    MessageTooLong {
        /// Octets of the message.
        octets: usize,
        /// The most that are read.
        limit: usize,
    },
    /// A deviation that [`Lenient`](super::Lenient) has a switch for, with the switch off.
    #[error("{0}")]
    NotTolerated(Deviation),
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
    /// An object identifier whose first arc is none of 0, 1 and 2 (X.690, section 8.19.4).
    #[error("the object identifier begins with {arc}, but only 0, 1 and 2 can be sent")]
    FirstArc {
        /// The first arc.
        arc: u32,
    },
    /// An object identifier below 0 or 1 whose second arc is above 39 (X.690, section 8.19.4).
    #[error(
        "the object identifier begins with {first}.{second}, but only {first}.0 to {first}.39 can be sent"
    )]
    SecondArc {
        /// The first arc, 0 or 1.
        first: u32,
        /// The second arc.
        second: u32,
    },
    /// A name or identifier longer than its field allows.
    #[error("{field} has {octets} octets, but at most {limit} can be sent")]
    FieldTooLong {
        /// The field's name.
        field: &'static str,
        /// Octets that it has.
        octets: usize,
        /// The most that can be sent.
        limit: usize,
    },
    /// A field of the message below the least that it can have.
    #[error("{field} is {value}, but at least {least} must be sent")]
    TooSmall {
        /// The field's name.
        field: &'static str,
        /// Its value.
        value: u32,
        /// The least that can be sent.
        least: u32,
    },
    /// A field of the message or PDU above 2147483647, the most that its type has (RFC 3412, section 6; RFC 3416,
    /// section 3).
    #[error("{field} is {value}, but at most 2147483647 can be sent")]
    OutOfRange {
        /// The field's name.
        field: &'static str,
        /// Its value.
        value: u32,
    },
}
