//! Which objects a word of the command line means.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::{
    cli::oid_arg::{self, UnknownOid},
    config::MibSettings,
    mib::{
        Library,
        name::{self, Reading, Rules, Search},
    },
    oid::Oid,
    output::{
        netsnmp::{self, Named},
        options::Options,
    },
    tool::hints,
};

/// A word that means nothing.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// What kind of word it was.
    pub sort: Sort,
    /// What is said.
    pub line: String,
    /// What is said before, of an index object whose type net-snmp takes for no index.
    pub notice: Option<String>,
    /// The part that is not there; `None` of a pattern that nothing matches.
    cause: Option<Box<UnknownOid>>,
}

/// What a word that means nothing was read as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sort {
    /// A path: the line is for where messages go.
    Path,
    /// A name, by `-IR`: the line is for standard error.
    Bare,
    /// A pattern: the line is for standard error.
    Pattern,
}

/// How words are read by `-I`: without `-IR` and `-Ib` a name without a module is a path from the root of the tree.
pub fn rules(settings: &MibSettings) -> Rules {
    let mut rules = oid_arg::rules(settings);
    if rules.search == Search::All {
        rules.search = Search::Path;
    }
    rules
}

/// The object of a word.
pub fn one(word: &OsStr, rules: &Rules, library: &mut Library) -> Result<Reading, Unknown> {
    oid_arg::read_by(word.as_bytes(), rules, library).map_err(|error| {
        let (sort, line) = match rules.search {
            Search::All | Search::Path => (Sort::Path, error.to_string()),
            Search::Bare => (Sort::Bare, format!("Unknown object identifier: {}", error.name)),
            Search::Pattern => (Sort::Pattern, no_match(&error.name)),
        };
        Unknown { sort, line, notice: error.notice.clone(), cause: Some(Box::new(error)) }
    })
}

/// What a word that means nothing may have been meant to be.
pub fn hint(word: &OsStr, unknown: &Unknown, rules: &Rules, library: &mut Library) -> Option<String> {
    let unknown = unknown.cause.as_ref()?;
    let is_path = unknown.module.is_none() && !word.as_bytes().contains(&b':');
    if rules.search != Search::Path || !is_path || library.view().is_empty() {
        return hints::of_unknown(unknown, library);
    }
    // Most who type a name without its module mean no path.
    match oid_arg::read_by(word.as_bytes(), &Rules { search: Search::Bare, ..rules.clone() }, library) {
        Ok(reading) => {
            let mut name = Vec::new();
            netsnmp::oid(&reading.oid, &Options::default(), &Named::of(library.view().clone()), &mut name);
            let name = String::from_utf8_lossy(&name);
            Some(format!("did you mean {name}? Names without their module are found with -IR"))
        }
        Err(bare) => hints::of_unknown(&bare, library).or_else(|| hints::of_unknown(unknown, library)),
    }
}

/// All objects whose names match a pattern, in net-snmp's order.
pub fn all(pattern: &OsStr, library: &Library) -> Result<Vec<Oid>, Unknown> {
    let text = pattern.to_string_lossy();
    let found = name::matches(&text, library.view()).unwrap_or_default();
    if found.is_empty() {
        return Err(nothing_matches(&text));
    }
    Ok(found.into_iter().map(|found| found.definition.oid()).collect())
}

/// Those that net-snmp finds: what matches from the beginning of a name on, and of the others the first alone.
pub fn first_ones(pattern: &OsStr, library: &Library) -> Result<Vec<Oid>, Unknown> {
    let text = pattern.to_string_lossy();
    let found = name::matches(&text, library.view()).unwrap_or_default();
    let from_the_beginning = found.iter().take_while(|found| found.at == 0).count();
    let found: Vec<Oid> =
        found.iter().take(from_the_beginning + 1).map(|found| found.definition.oid()).collect();
    if found.is_empty() { Err(nothing_matches(&text)) } else { Ok(found) }
}

fn nothing_matches(text: &str) -> Unknown {
    Unknown { sort: Sort::Pattern, line: no_match(text), notice: None, cause: None }
}

fn no_match(text: &str) -> String {
    format!("Unable to find a matching object identifier for \"{text}\"")
}
