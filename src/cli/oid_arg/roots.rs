//! Numbers, well-known names and quoted indexes: what is understood where no name of a module counts.

use crate::{config::number, oid::Oid};

/// The names that need no MIB files: each with its parent and its number below it.
///
/// The order is that of the tree, parents first.
const ROOTS: [(&str, &str, u32); 32] = [
    ("ccitt", "", 0),
    ("iso", "", 1),
    ("joint-iso-ccitt", "", 2),
    ("zeroDotZero", "ccitt", 0),
    ("org", "iso", 3),
    ("dod", "org", 6),
    ("internet", "dod", 1),
    ("directory", "internet", 1),
    ("mgmt", "internet", 2),
    ("mib-2", "mgmt", 1),
    ("system", "mib-2", 1),
    ("interfaces", "mib-2", 2),
    ("at", "mib-2", 3),
    ("ip", "mib-2", 4),
    ("icmp", "mib-2", 5),
    ("tcp", "mib-2", 6),
    ("udp", "mib-2", 7),
    ("egp", "mib-2", 8),
    ("transmission", "mib-2", 10),
    ("snmp", "mib-2", 11),
    ("host", "mib-2", 25),
    ("ifMIB", "mib-2", 31),
    ("experimental", "internet", 3),
    ("private", "internet", 4),
    ("enterprises", "private", 1),
    ("security", "internet", 5),
    ("snmpV2", "internet", 6),
    ("snmpDomains", "snmpV2", 1),
    ("snmpProxys", "snmpV2", 2),
    ("snmpModules", "snmpV2", 3),
    ("mail", "internet", 7),
    ("features", "internet", 8),
];

/// Reads a text; `prefix` is where one without a dot before it begins under `-Iu`.
///
/// # Errors
///
/// Which part of it was not understood; `None` when a module is named.
pub(super) fn parse(whole: &str, prefix: Option<&str>) -> Result<Oid, Option<String>> {
    if whole == "." {
        return Ok(Oid::from_static(&[1]));
    }
    if outside_quotes(whole).contains(':') {
        return Err(None);
    }
    let rooted = whole.strip_prefix('.');
    let rest = rooted.unwrap_or(whole);
    let start = prefix.filter(|_| rooted.is_none()).and_then(relative);
    // A quote at the very beginning quotes nothing: the first part ends at the first dot.
    let top = |part: &str| format!("Sub-id not found: (top) -> {}", part.split('.').next().unwrap_or(part));
    let (first, mut after) = split(rest);
    let scope = if rooted.is_some() { Scope::Top } else { Scope::Anywhere };
    let mut place = start
        .and_then(|place| step(&place, first))
        .or_else(|| lookup(first, scope))
        .ok_or_else(|| Some(top(first)))?;
    let named = place.name.filter(|name| !ROOTS[..3].iter().any(|(root, ..)| root == name));
    while let Some(remaining) = after {
        let (part, next) = split(remaining);
        place = step(&place, part).ok_or_else(|| {
            Some(match named {
                Some(_) => format!("Sub-id not found: {} -> {part}", place.name.unwrap_or(first)),
                // Nothing at all is registered above joint-iso-ccitt.
                None if place.oid.first().is_some_and(|arc| *arc > 2) => {
                    format!("Sub-id not found: (top) -> {remaining}")
                }
                // What begins like a number is named alone.
                None if part.starts_with(|first: char| first.is_ascii_digit()) => part.to_owned(),
                None => remaining.to_owned(),
            })
        })?;
        after = next;
    }
    Ok(place.oid)
}

/// Where a name may be looked for.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Scope {
    /// Directly below the root of the tree.
    Top,
    /// Anywhere: a bare name.
    Anywhere,
}

/// A node that has been reached: its identifier, and its name when it has one.
struct Place {
    oid: Oid,
    name: Option<&'static str>,
}

/// Finds the first part.
fn lookup(part: &str, scope: Scope) -> Option<Place> {
    if let Some(arc) = arc(part) {
        return Some(Place { oid: Oid::from_static(&[arc]), name: root_name("", arc) });
    }
    let (name, parent, _) = ROOTS.iter().find(|(name, ..)| *name == part)?;
    if scope == Scope::Top && !parent.is_empty() {
        return None;
    }
    Some(Place { oid: root_oid(name), name: Some(name) })
}

/// Goes one part further down: a number, the name of a child, or a quoted index.
fn step(from: &Place, part: &str) -> Option<Place> {
    let parent = from.name.unwrap_or("?");
    if let Some(arc) = arc(part) {
        return Some(Place { oid: from.oid.child(&[arc]).ok()?, name: root_name(parent, arc) });
    }
    if let Some(index) = index(part) {
        return Some(Place { oid: from.oid.child(&index).ok()?, name: None });
    }
    let (name, _, arc) = ROOTS.iter().find(|(name, above, _)| *name == part && *above == parent)?;
    Some(Place { oid: from.oid.child(&[*arc]).ok()?, name: Some(name) })
}

fn root_name(parent: &str, arc: u32) -> Option<&'static str> {
    ROOTS.iter().find(|(_, above, number)| *above == parent && *number == arc).map(|(name, ..)| *name)
}

fn root_oid(name: &str) -> Oid {
    let mut arcs = Vec::new();
    let mut at = name;
    while let Some((_, parent, arc)) = ROOTS.iter().find(|(known, ..)| *known == at) {
        arcs.push(*arc);
        at = parent;
    }
    arcs.reverse();
    Oid::from_static(&arcs)
}

/// A sub-identifier in C's notation: `010` is 8 and `0x10` is 16, as with net-snmp.
fn arc(part: &str) -> Option<u32> {
    let digits = part.as_bytes();
    let read = number::unsigned(digits, 0);
    (digits.first()?.is_ascii_digit() && read.used == digits.len()).then_some(())?;
    u32::try_from(read.value).ok()
}

/// A string index: `"foo"` with its length first, `'foo'` without.
fn index(part: &str) -> Option<Vec<u32>> {
    let quote = part.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let inner = part.get(1..)?.strip_suffix(quote).filter(|inner| !inner.contains(quote))?;
    let mut arcs = Vec::with_capacity(inner.len() + 1);
    if quote == '"' {
        arcs.push(u32::try_from(inner.len()).ok()?);
    }
    arcs.extend(inner.bytes().map(u32::from));
    Some(arcs)
}

/// Splits at the first dot outside quotes; what follows is `None` when there is no dot.
fn split(text: &str) -> (&str, Option<&str>) {
    let end = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let close = text[1..].find(quote).map_or(text.len(), |at| at + 2);
            text[close..].find('.').map(|at| at + close)
        }
        _ => text.find('.'),
    };
    end.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])))
}

/// The text up to the first quote: a colon in an index names no module.
fn outside_quotes(text: &str) -> &str {
    &text[..text.find(['"', '\'']).unwrap_or(text.len())]
}

/// Where names without a leading dot begin.
fn relative(prefix: &str) -> Option<Place> {
    let oid = parse(&format!(".{}", prefix.trim_start_matches('.')), None).ok()?;
    let name = ROOTS.iter().map(|(name, ..)| *name).find(|name| root_oid(name) == oid);
    Some(Place { oid, name })
}
