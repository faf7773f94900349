//! Names and types from a MIB in net-snmp's text.

use super::{Known, Names};
use crate::{mib::View, oid::Oid, output::options::Options, value::Value};

/// What is known about objects, and how it may be used.
#[derive(Clone, Debug)]
pub struct Named {
    /// The names that count.
    pub view: View,
    /// Whether DISPLAY-HINTs are used.
    pub hints: Hints,
}

/// Whether DISPLAY-HINTs are used: not under `-Ih` or `noDisplayHint`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Hints {
    /// They are.
    #[default]
    Used,
    /// They are not.
    Ignored,
}

impl Named {
    /// No names at all.
    pub fn nothing() -> Self {
        Self::of(View::none())
    }

    /// What a view knows, with DISPLAY-HINTs.
    pub const fn of(view: View) -> Self {
        Self { view, hints: Hints::Used }
    }
}

impl Names for Named {
    fn oid(&self, _: &Oid, _: &Options, _: &mut Vec<u8>) -> Known {
        Known::No
    }

    fn value(&self, _: &Oid, _: &Value, _: &Options, _: &mut Vec<u8>) -> Known {
        Known::No
    }
}
