//! Which of several definitions a bare name means.

use std::cmp::Reverse;

use crate::mib::{
    Kind, Language, Status, View,
    image::{Definition, Module},
};

/// The definition that a bare name means, and the others that bear it at other places of the tree.
///
/// net-snmp takes what it has read last, which depends on the order of files. Here it is, in this order: what is in
/// force before what is deprecated, and that before what is obsolete; what has values, or is a table, before what is
/// only named; `SMIv2` before `SMIv1`; the module that was changed last; the module whose name comes first.
pub(super) fn best(view: &View, name: &str) -> Option<(Definition<'static>, Vec<Definition<'static>>)> {
    let taken = view.named(name).min_by_key(|definition| rank(*definition))?;
    let others = view.named(name).filter(|other| other.node() != taken.node()).collect();
    Some((taken, others))
}

fn rank(definition: Definition<'static>) -> (u8, u8, bool, Reverse<String>, &'static str) {
    let status = match definition.status() {
        None | Some(Status::Current | Status::Mandatory) => 0,
        Some(Status::Optional) => 1,
        Some(Status::Deprecated) => 2,
        Some(Status::Obsolete) => 3,
    };
    let kind = match definition.kind() {
        Kind::Scalar | Kind::Column | Kind::Table | Kind::Row => 0,
        Kind::Notification | Kind::Trap => 1,
        _ => 2,
    };
    let module = definition.module();
    let is_old = module.is_none_or(|module| module.language() != Language::SmiV2);
    let changed = module.and_then(Module::last_updated).map(full_date).unwrap_or_default();
    (status, kind, is_old, Reverse(changed), module.map_or("", Module::name))
}

/// A date of LAST-UPDATED with four digits of the year.
fn full_date(date: &str) -> String {
    if date.len() == 11 { format!("19{date}") } else { date.to_owned() }
}
