//! Community-based messages: `SNMPv1` (RFC 1157) and `SNMPv2c` (RFC 1901).

use super::pdu::AnyPdu;
use crate::value::Octets;

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
