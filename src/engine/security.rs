//! What grants access: the community (RFC 1157, RFC 1901), or a user's keys (RFC 3414).

use super::{request::RequestKind, usm::Usm};
use crate::{codec::Version, secret::Secret};

/// The two message versions whose access is granted by a community.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CommunityModel {
    /// `SNMPv1`.
    V1,
    /// `SNMPv2c`.
    V2c,
}

impl CommunityModel {
    /// The version that stands in the message.
    pub const fn version(self) -> Version {
        match self {
            Self::V1 => Version::V1,
            Self::V2c => Version::V2c,
        }
    }
}

/// Community-based security: one community to read with, one to write with.
#[derive(Clone, Debug)]
pub struct Community {
    /// `SNMPv1` or `SNMPv2c`.
    pub model: CommunityModel,
    /// For every request but SET.
    pub read: Secret<Vec<u8>>,
    /// For SET.
    pub write: Secret<Vec<u8>>,
}

/// How messages are secured.
#[derive(Clone, Debug)]
pub enum Security {
    /// By a community.
    Community(Community),
    /// By a user's keys, in `SNMPv3`.
    Usm(Box<Usm>),
}

impl Security {
    /// `SNMPv2c` with the community `public` for reading and `private` for writing.
    pub fn v2c_default() -> Self {
        Self::Community(Community {
            model: CommunityModel::V2c,
            read: Secret::new(b"public".to_vec()),
            write: Secret::new(b"private".to_vec()),
        })
    }

    /// The version of the messages.
    pub const fn version(&self) -> Version {
        match self {
            Self::Community(community) => community.model.version(),
            Self::Usm(_) => Version::V3,
        }
    }

    /// The community that a request of this kind carries; none in `SNMPv3`.
    pub(super) fn community(&self, kind: RequestKind) -> &[u8] {
        match self {
            Self::Community(community) => match kind {
                RequestKind::Set => community.write.expose(),
                RequestKind::Get
                | RequestKind::GetNext
                | RequestKind::GetBulk { .. }
                | RequestKind::Inform => community.read.expose(),
            },
            Self::Usm(_) => &[],
        }
    }
}
