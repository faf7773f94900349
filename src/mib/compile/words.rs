//! mib-rs's words and numbers, as the model has them.

use mib_rs::{mib::RangeBound, types as smi};

use crate::mib::model::{Access, BaseType, Language, Status};

/// Names of types that the SMI itself has, and that are made from others there (RFC 2578, RFC 1155).
pub(super) fn is_smi_word(name: &str) -> bool {
    const WORDS: [&str; 15] = [
        "Integer32",
        "Unsigned32",
        "Counter32",
        "Counter64",
        "Gauge32",
        "TimeTicks",
        "IpAddress",
        "Opaque",
        "Counter",
        "Gauge",
        "NetworkAddress",
        "INTEGER",
        "OCTET STRING",
        "OBJECT IDENTIFIER",
        "BITS",
    ];
    WORDS.contains(&name)
}

/// A date with its century: dates of modules have two digits for the year before 2000, and may later.
pub(super) fn full_date(date: &str) -> String {
    if date.len() == 11 { format!("19{date}") } else { date.to_owned() }
}

pub(super) fn bound(bound: &RangeBound, least: i64, most: i64) -> Option<i64> {
    match bound {
        RangeBound::Signed(value) => Some(*value),
        RangeBound::Unsigned(value) => Some(i64::try_from(*value).unwrap_or(i64::MAX)),
        RangeBound::Min => Some(least),
        RangeBound::Max => Some(most),
        RangeBound::Raw(_) => None,
    }
}

/// What MIN and MAX stand for.
pub(super) fn extremes(base: BaseType) -> (i64, i64) {
    match base {
        BaseType::Integer32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        BaseType::Counter64 | BaseType::Unsigned64 => (0, i64::MAX),
        BaseType::Integer64 => (i64::MIN, i64::MAX),
        BaseType::OctetString | BaseType::Bits | BaseType::Opaque => (0, i64::from(u16::MAX)),
        _ => (0, i64::from(u32::MAX)),
    }
}

pub(super) fn base(base: smi::BaseType) -> Option<BaseType> {
    Some(match base {
        smi::BaseType::Integer32 => BaseType::Integer32,
        smi::BaseType::Unsigned32 => BaseType::Unsigned32,
        smi::BaseType::Counter32 => BaseType::Counter32,
        smi::BaseType::Counter64 => BaseType::Counter64,
        smi::BaseType::Gauge32 => BaseType::Gauge32,
        smi::BaseType::TimeTicks => BaseType::TimeTicks,
        smi::BaseType::IpAddress => BaseType::IpAddress,
        smi::BaseType::OctetString => BaseType::OctetString,
        smi::BaseType::ObjectIdentifier => BaseType::ObjectIdentifier,
        smi::BaseType::Bits => BaseType::Bits,
        smi::BaseType::Opaque => BaseType::Opaque,
        smi::BaseType::Integer64 => BaseType::Integer64,
        smi::BaseType::Unsigned64 => BaseType::Unsigned64,
        smi::BaseType::Unknown | smi::BaseType::Sequence => return None,
    })
}

pub(super) fn access(access: smi::Access) -> Access {
    match access {
        smi::Access::NotAccessible => Access::NotAccessible,
        smi::Access::AccessibleForNotify => Access::AccessibleForNotify,
        smi::Access::ReadOnly => Access::ReadOnly,
        smi::Access::ReadWrite => Access::ReadWrite,
        smi::Access::ReadCreate => Access::ReadCreate,
        smi::Access::WriteOnly => Access::WriteOnly,
        smi::Access::NotImplemented => Access::NotImplemented,
    }
}

pub(super) fn status(status: smi::Status) -> Status {
    match status {
        smi::Status::Current => Status::Current,
        smi::Status::Deprecated => Status::Deprecated,
        smi::Status::Obsolete => Status::Obsolete,
        smi::Status::Mandatory => Status::Mandatory,
        smi::Status::Optional => Status::Optional,
    }
}

pub(super) fn language(language: smi::Language) -> Language {
    match language {
        smi::Language::SMIv1 => Language::SmiV1,
        smi::Language::SMIv2 => Language::SmiV2,
        smi::Language::SPPI => Language::Sppi,
        smi::Language::Unknown => Language::Unknown,
    }
}
