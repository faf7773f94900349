//! Names by pattern, as `-Ib` has them: a POSIX extended regular expression that disregards case.

use std::{cmp::Reverse, collections::HashMap};

use regex_lite::{Regex, RegexBuilder};

use super::posix;
use crate::{
    limits,
    mib::{
        Kind, View,
        image::{Definition, Node},
    },
    oid::Oid,
};

/// Octets of a compiled pattern; what net-snmp's users type has some hundred. It bounds the work on every name.
const COMPILED_OCTETS: usize = 32 << 10;

/// A definition whose name a pattern matches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Match {
    /// The definition.
    pub definition: Definition<'static>,
    /// Where in its name the match begins, in octets.
    pub at: usize,
}

/// A text that is no pattern: no regular expression, one that refers back to a part of itself (`\1`), or one of more
/// than [`limits::PATTERN_OCTETS`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is no pattern that can be used")]
pub struct BadPattern;

/// All definitions that count and whose names a pattern matches, the best first.
///
/// The best is the one whose whole name the text is, in whatever case; then what matches nearer to its beginning; then
/// what comes first on net-snmp's way through the tree, parents before children, as far as it can be known here: it
/// goes through what one module defines below a node from the end of the module to its beginning.
///
/// Of definitions with one place and one name there is one here.
///
/// # Errors
///
/// [`BadPattern`]; the empty text is one.
pub fn matches(pattern: &str, view: &View) -> Result<Vec<Match>, BadPattern> {
    let mut found = all(pattern, view)?;
    let mut way = Way::new(view);
    found.sort_by_cached_key(|found| (found.grade(), way.of(&found.oid)));
    Ok(found.into_iter().map(|found| Match { definition: found.definition, at: found.at }).collect())
}

/// The first of [`matches`], in less time.
pub(super) fn best(pattern: &str, view: &View) -> Result<Option<Match>, BadPattern> {
    let mut found = all(pattern, view)?;
    let grade = found.iter().map(Found::grade).min();
    found.retain(|found| Some(found.grade()) == grade);
    let mut way = Way::new(view);
    let first = found.into_iter().min_by_key(|found| way.of(&found.oid));
    Ok(first.map(|found| Match { definition: found.definition, at: found.at }))
}

struct Found {
    definition: Definition<'static>,
    oid: Oid,
    at: usize,
    is_whole: bool,
}

impl Found {
    /// The lower the better.
    const fn grade(&self) -> (bool, usize) {
        (!self.is_whole, self.at)
    }
}

fn all(pattern: &str, view: &View) -> Result<Vec<Found>, BadPattern> {
    let regex = compile(pattern)?;
    Ok(scan(pattern, &regex, literal(pattern), view))
}

/// All matches, of which each has `literal` in it, in whatever case: to look for that is far quicker than the pattern.
fn scan(pattern: &str, regex: &Regex, literal: &str, view: &View) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut name = String::new();
    for entry in view.image().entries_from("") {
        let (head, tail) = entry.name().pieces();
        name.clear();
        name.push_str(head);
        name.push_str(tail);
        if !holds(name.as_bytes(), literal.as_bytes()) {
            continue;
        }
        let Some(at) = regex.find(&name).map(|found| found.start()) else { continue };
        let is_whole = name.eq_ignore_ascii_case(pattern);
        let first = found.len();
        for definition in entry.definitions().filter(|definition| view.shows(*definition)) {
            let oid = definition.oid();
            if found[first..].iter().all(|known| known.oid != oid) {
                found.push(Found { definition, oid, at, is_whole });
            }
        }
    }
    found
}

/// Whether a name has this text in it, in whatever case.
fn holds(name: &[u8], text: &[u8]) -> bool {
    let Some(first) = text.first().map(|first| first | 0x20) else { return true };
    let last = name.len().checked_sub(text.len());
    last.is_some_and(|last| {
        (0..=last).any(|at| name[at] | 0x20 == first && name[at..at + text.len()].eq_ignore_ascii_case(text))
    })
}

/// The longest text that stands in everything that a pattern matches, as far as it is easy to tell; it may be empty.
///
/// Nothing within parentheses counts, nor what is repeated, nor anything from the first bracket or backslash on, and
/// nothing at all where there are alternatives.
fn literal(pattern: &str) -> &str {
    if pattern.contains('|') {
        return "";
    }
    let plain = &pattern[..pattern.find(['[', '\\']).unwrap_or(pattern.len())];
    let (mut longest, mut start, mut depth) = ("", 0, 0_usize);
    let mut is_interval = false;
    for (at, octet) in plain.bytes().enumerate() {
        let is_repeated = matches!(octet, b'*' | b'+' | b'?' | b'{');
        let is_plain = octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b':' | b' ');
        if is_plain && depth == 0 && !is_interval {
            continue;
        }
        // A run ends here, before the octet that is repeated.
        let end = if is_repeated { at.saturating_sub(1) } else { at };
        longest = longer(longest, plain.get(start..end));
        start = at + 1;
        match octet {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'{' => is_interval = true,
            b'}' => is_interval = false,
            _ => {}
        }
    }
    longer(longest, plain.get(start..))
}

fn longer<'t>(one: &'t str, other: Option<&'t str>) -> &'t str {
    other.filter(|other| other.len() > one.len()).unwrap_or(one)
}

/// The order in which net-snmp goes through the tree.
///
/// It goes through the modules that define children of a node in the order in which it has read them, here in that of
/// their lowest arcs, and through what a module defines from its end to its beginning, which is mostly from the highest
/// arc to the lowest. A MODULE-IDENTITY is the first definition of a module (RFC 2578, section 3).
struct Way<'v> {
    view: &'v View,
    /// By node: the lowest arc of each module below it.
    lowest: HashMap<Oid, HashMap<Option<usize>, u32>>,
}

/// A step: the lowest arc of its module, whether it is a MODULE-IDENTITY, its arc.
type Step = (u32, bool, Reverse<u32>);

impl<'v> Way<'v> {
    fn new(view: &'v View) -> Self {
        Self { view, lowest: HashMap::new() }
    }

    /// What an identifier is sorted by.
    fn of(&mut self, oid: &Oid) -> Vec<Step> {
        let mut node = self.view.image().root();
        let mut steps = Vec::with_capacity(oid.len());
        for (depth, arc) in oid.iter().enumerate() {
            let Some(child) = node.child(*arc) else { break };
            let view = self.view;
            let above = Oid::new(&oid[..depth]).unwrap_or_default();
            let lowest = self.lowest.entry(above).or_insert_with(|| {
                let mut lowest = HashMap::new();
                for child in node.children() {
                    lowest.entry(module(view, child)).or_insert_with(|| child.arc());
                }
                lowest
            });
            let is_identity =
                view.definition(child).is_some_and(|definition| definition.kind() == Kind::ModuleIdentity);
            steps.push((
                lowest.get(&module(view, child)).copied().unwrap_or(*arc),
                is_identity,
                Reverse(*arc),
            ));
            node = child;
        }
        steps
    }
}

fn module(view: &View, node: Node<'static>) -> Option<usize> {
    Some(view.definition(node)?.module()?.number())
}

fn compile(pattern: &str) -> Result<Regex, BadPattern> {
    if pattern.is_empty() || pattern.len() > limits::PATTERN_OCTETS {
        return Err(BadPattern);
    }
    // An index in quotes, mostly: no name has quotes, and nothing here says that they may be missing.
    if pattern.contains(['"', '\'']) && !pattern.contains(['[', '\\', '|', '*', '?', '{']) {
        return Err(BadPattern);
    }
    let translated = posix::translate(pattern).ok_or(BadPattern)?;
    RegexBuilder::new(&translated)
        .case_insensitive(true)
        .size_limit(COMPILED_OCTETS)
        .build()
        .map_err(|_| BadPattern)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_literal_of_a_pattern_is_what_no_match_can_be_without() {
        for (pattern, expected) in [
            ("ifDescr", "ifDescr"),
            ("ifDescr.1", "ifDescr"),
            ("^sysDe.cr$", "sysDe"),
            ("ifInOctets*", "ifInOctet"),
            ("ab+cdef", "cdef"),
            ("abc{0}de", "ab"),
            ("abc{0,12}d", "ab"),
            ("a?", ""),
            ("a+?b", "b"),
            ("ab(cdef)?gh", "ab"),
            ("ab(cdef(x)y)zuvw", "zuvw"),
            ("abc|de", ""),
            ("abc[]defgh]", "abc"),
            ("ab\\.cdef", "ab"),
            ("", ""),
            ("*abc", "abc"),
            ("aéb", "a"),
        ] {
            assert_eq!(literal(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn the_same_is_found_with_and_without_it() {
        let view = View::core();
        let places = |found: Vec<Found>| -> Vec<_> {
            found.into_iter().map(|found| (found.oid.clone(), found.at, found.is_whole)).collect()
        };
        for pattern in ["IFDESCR", "sysN{1}ame?$", "^(if)?Desc"] {
            let regex = compile(pattern).unwrap();
            assert!(!literal(pattern).is_empty());
            let quick = places(scan(pattern, &regex, literal(pattern), &view));
            assert!(!quick.is_empty());
            assert_eq!(quick, places(scan(pattern, &regex, "", &view)), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn whatever_matches_has_the_literal_in_it(
            pattern in "([ab1][ab1][*+?]?|\\(b?a\\)[*?]?|a\\{[012]\\}|[.^$]|\\[ab\\]|\\\\a){1,5}",
            names in prop::collection::vec("[abAB1]{0,8}", 40),
        ) {
            let Ok(regex) = compile(&pattern) else { return Ok(()) };
            for name in names.iter().filter(|name| regex.is_match(name)) {
                prop_assert!(holds(name.as_bytes(), literal(&pattern).as_bytes()), "{} {}", pattern, name);
            }
        }
    }
}
