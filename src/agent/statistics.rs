//! What an agent counts of its own work: the snmp group (RFC 3418, section 2; the older ones of RFC 1213).

use std::sync::atomic::{AtomicU32, Ordering};

use crate::codec::ErrorStatus;

/// A counter of the snmp group; the discriminant is its sub-identifier below `1.3.6.1.2.1.11`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Counter {
    /// `snmpInPkts`
    InPkts = 1,
    /// `snmpOutPkts`
    OutPkts = 2,
    /// `snmpInBadVersions`
    InBadVersions = 3,
    /// `snmpInBadCommunityNames`
    InBadCommunityNames = 4,
    /// `snmpInBadCommunityUses`
    InBadCommunityUses = 5,
    /// `snmpInASNParseErrs`
    InAsnParseErrs = 6,
    /// `snmpInTotalReqVars`
    InTotalReqVars = 13,
    /// `snmpInTotalSetVars`
    InTotalSetVars = 14,
    /// `snmpInGetRequests`
    InGetRequests = 15,
    /// `snmpInGetNexts`
    InGetNexts = 16,
    /// `snmpInSetRequests`
    InSetRequests = 17,
    /// `snmpInGetResponses`
    InGetResponses = 18,
    /// `snmpInTraps`
    InTraps = 19,
    /// `snmpOutTooBigs`
    OutTooBigs = 20,
    /// `snmpOutNoSuchNames`
    OutNoSuchNames = 21,
    /// `snmpOutBadValues`
    OutBadValues = 22,
    /// `snmpOutGenErrs`
    OutGenErrs = 24,
    /// `snmpOutGetResponses`
    OutGetResponses = 28,
    /// `snmpSilentDrops`
    SilentDrops = 31,
}

const ARCS: usize = 33;

/// The counters, shared between the agent that counts and the object that shows them.
#[derive(Debug)]
pub struct Statistics {
    counters: [AtomicU32; ARCS],
}

impl Default for Statistics {
    fn default() -> Self {
        Self { counters: std::array::from_fn(|_| AtomicU32::new(0)) }
    }
}

impl Statistics {
    /// Counts one more.
    pub fn count(&self, counter: Counter) {
        self.add(counter, 1);
    }

    /// Counts `many` more; wraps at 2^32 as a `Counter32` does.
    pub fn add(&self, counter: Counter, many: usize) {
        let many = u32::try_from(many).unwrap_or(u32::MAX);
        self.counters[counter as usize].fetch_add(many, Ordering::Relaxed);
    }

    /// Counts a response by its error-status.
    pub fn count_answer(&self, status: ErrorStatus) {
        self.count(Counter::OutPkts);
        self.count(Counter::OutGetResponses);
        match status {
            ErrorStatus::TOO_BIG => self.count(Counter::OutTooBigs),
            ErrorStatus::NO_SUCH_NAME => self.count(Counter::OutNoSuchNames),
            ErrorStatus::BAD_VALUE => self.count(Counter::OutBadValues),
            ErrorStatus::GEN_ERR => self.count(Counter::OutGenErrs),
            _ => {}
        }
    }

    /// How much has been counted.
    pub fn of(&self, counter: Counter) -> u32 {
        self.at(counter as u32)
    }

    /// How much the counter with this sub-identifier has; 0 for one that is never counted.
    pub fn at(&self, arc: u32) -> u32 {
        self.counters.get(arc as usize).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}
