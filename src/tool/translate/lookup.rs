//! Which objects a word of the command line means.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::{
    cli::oid_arg,
    config::MibSettings,
    mib::{
        Library,
        name::{self, Rules, Search},
    },
    oid::Oid,
};

/// Why a word means nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unknown {
    /// Nothing has this name; the line is for where messages go.
    Path(String),
    /// `-IR`: nothing has this name; the line is for standard error.
    Bare(String),
    /// No name matches this pattern; the line is for standard error.
    Pattern(String),
}

impl Unknown {
    /// What is said.
    pub fn line(&self) -> &str {
        match self {
            Self::Path(line) | Self::Bare(line) | Self::Pattern(line) => line,
        }
    }
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
pub fn one(word: &OsStr, rules: &Rules, library: &mut Library) -> Result<Oid, Unknown> {
    let read = oid_arg::read_by(word.as_bytes(), rules, library);
    read.map(|reading| reading.oid).map_err(|error| match rules.search {
        Search::All | Search::Path => Unknown::Path(error.to_string()),
        Search::Bare => Unknown::Bare(format!("Unknown object identifier: {}", error.name)),
        Search::Pattern => no_match(&error.name),
    })
}

/// All objects whose names match a pattern, in net-snmp's order.
pub fn all(pattern: &OsStr, library: &Library) -> Result<Vec<Oid>, Unknown> {
    let text = pattern.to_string_lossy();
    let found = name::matches(&text, library.view()).unwrap_or_default();
    if found.is_empty() {
        return Err(no_match(&text));
    }
    Ok(found.into_iter().map(|found| found.definition.oid()).collect())
}

fn no_match(text: &str) -> Unknown {
    Unknown::Pattern(format!("Unable to find a matching object identifier for \"{text}\""))
}
