//! Names of objects as people type them: `IF-MIB::ifDescr.1`, `ifDescr[1]`, `system.sysContact.0`, `.1.3.6.1`.
//!
//! What is understood is what net-snmp understands, decision by decision, and a little more: an index in brackets, which
//! net-snmp writes under `-OX` but does not read.
//!
//! ```
//! use snmpkit::mib::{Library, name::{self, Rules}};
//!
//! let mut library = Library::core();
//! let mut read = |text: &str| name::parse(text.as_bytes(), &mut library, &Rules::default());
//! assert_eq!(read("IF-MIB::ifDescr.1").unwrap().to_string(), "1.3.6.1.2.1.2.2.1.2.1");
//! assert_eq!(read("ipAddressIfIndex[ipv4][\"192.0.2.1\"]").unwrap().to_string(), "1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1");
//! assert_eq!(read("snmpTargetAddrTAddress['a']").unwrap().to_string(), "1.3.6.1.6.3.12.1.2.1.3.97");
//! assert_eq!(read("ifDescr.x").unwrap_err().to_string(), "Index out of range: x (ifIndex)");
//! ```

mod nearest;
mod path;
mod pattern;
mod posix;
mod prefer;

use super::{
    View,
    image::Definition,
    index::Checks,
    library::{Library, NoSuchModule},
};
use crate::oid::Oid;

pub use nearest::{Among, Missing, nearest, nearest_label};
use path::{Rest, descend, split};
pub use pattern::{BadPattern, Match, matches};

/// Where net-snmp begins a name that is relative under `-Iu` and no `PREFIX` says otherwise.
pub const STANDARD_PREFIX: &str = ".iso.org.dod.internet.mgmt.mib-2";

/// How names are read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rules {
    /// What is tried.
    pub search: Search,
    /// `-Iu`: where a path without a dot before it begins, such as [`STANDARD_PREFIX`]; `None` for the root.
    pub relative_to: Option<String>,
    /// What is held against an index.
    pub checks: Checks,
}

/// What is tried with a text that names no module.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Search {
    /// A path, else a bare name, else a pattern: what net-snmp's tools do unless they are told otherwise.
    #[default]
    All,
    /// A path from the root of the tree and nothing else: what its snmptranslate does.
    Path,
    /// A name anywhere in the tree, with what follows: `-IR`.
    Bare,
    /// A pattern that the name of an object matches: `-Ib`.
    Pattern,
}

/// A name that was understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reading {
    /// What it stands for.
    pub oid: Oid,
    /// Which definition its name was taken for, where there was a choice.
    pub choice: Option<Choice>,
    /// What net-snmp logs of an index object whose type it takes for no index.
    pub notice: Option<String>,
    /// The instance of a row that was named, as in `ifEntry[3]`.
    pub row: Option<Row>,
}

impl Reading {
    const fn of(oid: Oid) -> Self {
        Self { oid, choice: None, notice: None, row: None }
    }
}

/// An instance of a row: [`Reading::oid`] is the first of its columns, which is how a `RowPointer` names it (RFC 2579,
/// section 2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The row's definition.
    pub definition: Definition<'static>,
    /// The instances of all its columns that can be read, in the order of the tree; one at least.
    pub columns: Vec<Oid>,
}

/// A definition that was chosen among several that have different places in the tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Choice {
    /// They bear the same name.
    Among {
        /// The one that was taken.
        taken: Definition<'static>,
        /// The others.
        others: Vec<Definition<'static>>,
    },
    /// The text is no name, but a pattern that matches this one's.
    Match(Definition<'static>),
}

/// Text that names no object; written, it is what net-snmp puts in brackets behind `Unknown Object Identifier`.
#[derive(Clone, Debug, Default, Eq, PartialEq, thiserror::Error)]
#[error("{}", String::from_utf8_lossy(detail.as_deref().unwrap_or_default()))]
pub struct Unknown {
    /// Which part of it was not understood, in net-snmp's words; `None` where net-snmp has none.
    pub detail: Option<Vec<u8>>,
    /// The module that is named and does not exist.
    pub module: Option<Box<NoSuchModule>>,
    /// As [`Reading::notice`].
    pub notice: Option<String>,
    /// Which part it is that is not there, for [`nearest`].
    pub missing: Option<Box<Missing>>,
}

impl Unknown {
    fn missing(part: &str, among: Among) -> Self {
        let missing = Missing { part: part.to_owned(), among };
        Self { missing: Some(Box::new(missing)), ..Self::default() }
    }
}

/// The identifier that a text stands for.
///
/// # Errors
///
/// [`Unknown`] with net-snmp's words.
pub fn parse(text: &[u8], library: &mut Library, rules: &Rules) -> Result<Oid, Unknown> {
    read(text, library, rules).map(|reading| reading.oid)
}

/// The same, with what there is to say about it.
///
/// # Errors
///
/// [`Unknown`] with net-snmp's words.
pub fn read(text: &[u8], library: &mut Library, rules: &Rules) -> Result<Reading, Unknown> {
    if let Some((module, rest)) = module_of(text) {
        return in_module(module, rest, library, rules);
    }
    let view = library.view();
    if rules.search == Search::All && !text.is_empty() && text.iter().all(|octet| *octet == b'.') {
        // A pattern that everything matches, with the first of the roots as the best.
        return Ok(Reading::of(Oid::from_static(&[1])));
    }
    match rules.search {
        Search::Path => from_root(text, view, rules),
        Search::Bare => bare(text, view, rules),
        Search::Pattern => pattern(text, view),
        Search::All if names_module(text) => bare(text, view, rules),
        Search::All => from_root(text, view, rules).or_else(|path| {
            bare(text, view, rules).or_else(|bare| {
                // A bare name that was found and what follows not is nearer to what was meant than the path.
                let detail_is_bares = bare.detail.is_some();
                let detail = bare.detail.or(path.detail);
                let notice = bare.notice.or(path.notice);
                let missing = if detail_is_bares { bare.missing } else { bare.missing.or(path.missing) };
                let unknown = Unknown { detail, notice, missing, module: None };
                if is_number(text) { Err(unknown) } else { pattern(text, view).map_err(|_| unknown) }
            })
        }),
    }
}

/// Whether a colon stands in the text outside an index: it is no path and no pattern then.
fn names_module(text: &[u8]) -> bool {
    text.iter().take_while(|octet| !matches!(octet, b'"' | b'\'' | b'[')).any(|octet| *octet == b':')
}

/// Whether a text begins like a number: net-snmp takes even that for a pattern, and `1..3` for `ospf1xx3`.
fn is_number(text: &[u8]) -> bool {
    text.strip_prefix(b".").unwrap_or(text).first().is_some_and(u8::is_ascii_digit)
}

/// The module before one colon or two, and what follows.
fn module_of(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    let end = text.iter().position(|octet| !is_name(octet))?;
    let (module, rest) = text.split_at(end);
    let rest = rest.strip_prefix(b":")?;
    Some((module, rest.strip_prefix(b":").unwrap_or(rest)))
}

fn in_module(module: &[u8], text: &[u8], library: &mut Library, rules: &Rules) -> Result<Reading, Unknown> {
    let module = str::from_utf8(module).map_err(|_| Unknown::default())?;
    if module == "ANY" {
        return first_named(text, library.view(), None, rules);
    }
    library.require(module).map_err(|error| Unknown {
        module: Some(Box::new(error)),
        ..Unknown::missing(module, Among::Modules)
    })?;
    first_named(text, library.view(), Some(module), rules)
}

fn from_root(text: &[u8], view: &View, rules: &Rules) -> Result<Reading, Unknown> {
    let root = view.image().root();
    let prefixed;
    let text = match (text, &rules.relative_to) {
        ([b'.', rest @ ..], _) => rest,
        (text, None) => text,
        (text, Some(prefix)) => {
            let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
            let prefix = prefix.strip_prefix('.').unwrap_or(prefix);
            prefixed = [prefix.as_bytes(), b".", text].concat();
            &prefixed
        }
    };
    descend(view, root, Rest::Dot(text), rules.checks)
}

fn bare(text: &[u8], view: &View, rules: &Rules) -> Result<Reading, Unknown> {
    first_named(text.strip_prefix(b".").unwrap_or(text), view, None, rules)
}

/// Reads a text that begins with the name of an object, anywhere or in a module.
fn first_named(text: &[u8], view: &View, module: Option<&str>, rules: &Rules) -> Result<Reading, Unknown> {
    let (name, rest) = split(text);
    let name = str::from_utf8(name).map_err(|_| Unknown::default())?;
    let (taken, others) = match module {
        Some(module) => {
            let unknown = || Unknown::missing(name, Among::Module(module.to_owned()));
            (view.in_module(module, name).ok_or_else(unknown)?, Vec::new())
        }
        None => prefer::best(view, name).ok_or_else(|| Unknown::missing(name, Among::Names))?,
    };
    let reading = descend(view, taken.node(), rest, rules.checks)?;
    let choice = (!others.is_empty()).then_some(Choice::Among { taken, others });
    Ok(Reading { choice, ..reading })
}

/// The object that matches best, at the place that its name has by itself; what follows a name is part of the pattern.
fn pattern(text: &[u8], view: &View) -> Result<Reading, Unknown> {
    let text = str::from_utf8(text).map_err(|_| Unknown::default())?;
    let best = pattern::best(text, view).ok().flatten().ok_or_else(Unknown::default)?;
    let (taken, _) = prefer::best(view, &best.definition.name().to_string()).ok_or_else(Unknown::default)?;
    Ok(Reading { choice: Some(Choice::Match(taken)), ..Reading::of(taken.oid()) })
}

#[cfg(test)]
mod tests;
