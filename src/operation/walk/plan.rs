//! What to walk, and how.

use super::Guide;
use crate::{clock::Duration, oid::Oid};

/// Which request a walk is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WalkMethod {
    /// One name after the other; all that `SNMPv1` has.
    GetNext,
    /// Many names a request.
    GetBulk {
        /// 0, or 1 and more to be given one name a request after all (net-snmp's `-Cn`).
        non_repeaters: u32,
        /// How many names to ask for at a time; net-snmp's default is 10.
        max_repetitions: u32,
    },
    /// As many names a request as fill one answer, which is learnt from the answers; one at a time from agents that do
    /// not answer GETBULK, or to a question for less.
    Adaptive(WalkRules),
}

/// Which of net-snmp's two walks comes out, where they differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WalkRules {
    /// snmpwalk's: a name before the root is one that does not increase.
    GetNext,
    /// snmpbulkwalk's: a name before the root is outside and ends the walk.
    GetBulk,
}

/// Whether names must increase from one to the next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ordering {
    /// They must; one that does not ends the walk with [`NotIncreasing`](super::WalkError::NotIncreasing).
    Checked,
    /// They need not (`-Cc`). A walk that comes back to where it was ends with [`Loop`](super::WalkError::Loop) all the same.
    Unchecked,
}

/// What to do about the instance that the root itself may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RootInstance {
    /// GET it when the walk found nothing, as net-snmp does: a root that is a leaf is shown.
    IfEmpty,
    /// GET it first (`-Ci`), and again when nothing at all was found.
    First,
    /// Do not GET it (`-CI`).
    Never,
    /// Before the walk, and not again when the walk finds nothing.
    FirstOnly,
}

impl RootInstance {
    pub(super) const fn may_come_last(self) -> bool {
        matches!(self, Self::First | Self::IfEmpty)
    }
}

/// What to walk, and how.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WalkPlan {
    /// Where to begin; names below it are walked.
    pub root: Oid,
    /// Where to end instead of at the end of the subtree: the first name that is not wanted any more (`-CE`).
    pub end: Option<Oid>,
    /// GETNEXT or GETBULK.
    pub method: WalkMethod,
    /// Whether names must increase.
    pub ordering: Ordering,
    /// What about a root that is a leaf.
    pub root_instance: RootInstance,
    /// How many requests may be outstanding at most, from 1; by default 16. With 1 it is the classic walk. It is 1
    /// whatever this says where names need not increase, and with non-repeaters.
    pub window: usize,
    /// Octets that answers should have at most where their length is chosen. By default `None`: what the way to the agent
    /// carries in one piece, as [`set_answer_octets`](crate::operation::Operation::set_answer_octets) says; 1472 where
    /// nobody says it.
    pub answer_octets: Option<usize>,
    /// How long a transmission may take; by default 1 s. The window stays so small that an agent that answers one
    /// request after the other answers all of them in this time.
    pub patience: Duration,
    /// Where the walk may be divided, before anything has been seen; by default the standard modules' objects.
    pub guide: Guide,
}

impl WalkPlan {
    /// The subtree below `root`, as fast as the agent allows.
    pub fn subtree(root: Oid) -> Self {
        Self {
            method: WalkMethod::Adaptive(WalkRules::GetBulk),
            window: 16,
            guide: Guide::standard(),
            ..Self::classic(root)
        }
    }

    /// The subtree below `root` by GETBULK with net-snmp's ten repetitions, one request after the other.
    pub fn classic(root: Oid) -> Self {
        Self {
            root,
            end: None,
            method: WalkMethod::GetBulk { non_repeaters: 0, max_repetitions: 10 },
            ordering: Ordering::Checked,
            root_instance: RootInstance::IfEmpty,
            window: 1,
            answer_octets: None,
            patience: Duration::from_millis(1_000),
            guide: Guide::none(),
        }
    }

    /// Whether one request goes after the other, and each is as the plan says.
    pub(super) fn is_literal(&self) -> bool {
        match self.method {
            _ if self.ordering == Ordering::Unchecked => true,
            WalkMethod::GetNext => self.window <= 1,
            // Nobody has 0 names for an answer; what comes of such a request is between the two sides.
            WalkMethod::GetBulk { non_repeaters, max_repetitions } => {
                self.window <= 1 || non_repeaters > 0 || max_repetitions == 0
            }
            WalkMethod::Adaptive(_) => false,
        }
    }
}

/// Where a walk ends.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    pub(super) root: Oid,
    pub(super) end: Option<Oid>,
    pub(super) rules: WalkRules,
}

impl Bounds {
    pub(super) fn of(plan: &WalkPlan) -> Self {
        let rules = match plan.method {
            WalkMethod::GetNext => WalkRules::GetNext,
            WalkMethod::GetBulk { .. } => WalkRules::GetBulk,
            WalkMethod::Adaptive(rules) => rules,
        };
        Self { root: plan.root.clone(), end: plan.end.clone(), rules }
    }

    /// Whether a part of the walk may begin behind a name.
    pub(super) fn may_begin(&self, name: &Oid) -> bool {
        name.starts_with(&self.root) && !self.is_outside(name)
    }

    /// Whether a name lies beyond what is walked.
    ///
    /// After a GETNEXT, a name before the root is no end but a fault of the agent, which the check for increasing names
    /// finds; after a GETBULK it ends the walk. Both are net-snmp's rules.
    pub(super) fn is_outside(&self, name: &Oid) -> bool {
        match (&self.end, self.rules) {
            (Some(end), _) => name >= end,
            (None, WalkRules::GetNext) => name > &self.root && !name.starts_with(&self.root),
            (None, WalkRules::GetBulk) => !name.starts_with(&self.root),
        }
    }
}
