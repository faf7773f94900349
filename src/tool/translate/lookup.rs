//! Which objects a word of the command line means.

use std::ffi::OsStr;

use crate::{cli::oid_arg, config::MibSettings, mib::Library, oid::Oid};

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

/// How words are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Search {
    /// A path from the root of the tree, or a module and a name.
    Path,
    /// `-IR`: a name anywhere in the tree.
    Bare,
    /// `-Ib`: a pattern, and the best name that it matches.
    Pattern,
}

impl Search {
    /// What `-I` asks for.
    pub fn of(settings: &MibSettings) -> Self {
        let is_on = |letter| settings.input_letters.matches(letter).count() % 2 == 1;
        match (is_on('R'), is_on('b')) {
            (true, _) => Self::Bare,
            (false, true) => Self::Pattern,
            (false, false) => Self::Path,
        }
    }
}

/// The object of a word.
pub fn one(
    word: &OsStr,
    search: Search,
    settings: &MibSettings,
    library: &mut Library,
) -> Result<Oid, Unknown> {
    let text = word.to_string_lossy();
    oid_arg::parse(&text, settings, library).map_err(|error| match search {
        Search::Path => Unknown::Path(error.to_string()),
        Search::Bare => Unknown::Bare(format!("Unknown object identifier: {text}")),
        Search::Pattern => no_match(&text),
    })
}

/// All objects whose names match a pattern.
pub fn all(pattern: &OsStr, library: &Library) -> Result<Vec<Oid>, Unknown> {
    let text = pattern.to_string_lossy();
    let found: Vec<Oid> = library.view().named(&text).map(|definition| definition.oid()).collect();
    if found.is_empty() { Err(no_match(&text)) } else { Ok(found) }
}

fn no_match(text: &str) -> Unknown {
    Unknown::Pattern(format!("Unable to find a matching object identifier for \"{text}\""))
}
