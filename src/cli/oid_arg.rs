//! Object identifiers as people type them.

mod roots;

use std::{borrow::Cow, ffi::OsString, os::unix::ffi::OsStrExt as _};

use crate::{
    config::MibSettings,
    mib::{
        Library,
        index::Checks,
        library::NoSuchModule,
        name::{self, Missing, Reading, Rules, Search},
    },
    oid::Oid,
};

/// An object identifier that was not understood; the text is net-snmp's line for it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name}: Unknown Object Identifier{}", detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default())]
pub struct UnknownOid {
    /// What was typed.
    pub name: String,
    /// Which part of it was not understood; `None` where net-snmp does not say.
    pub detail: Option<String>,
    /// The module that was named and does not exist.
    pub module: Option<Box<NoSuchModule>>,
    /// What net-snmp logs of an index object whose type it takes for no index.
    pub notice: Option<String>,
    /// The part that is not there, for [`name::nearest`].
    pub missing: Option<Box<Missing>>,
}

/// Reads `text` as an object identifier, with `-I`'s and the environment's settings.
///
/// # Errors
///
/// [`UnknownOid`], whose text is the line to show.
pub fn parse(text: &str, settings: &MibSettings, library: &mut Library) -> Result<Oid, UnknownOid> {
    read(text.as_bytes(), settings, library).map(|reading| reading.oid)
}

/// The same, of any octets and with what there is to say about it.
///
/// # Errors
///
/// [`UnknownOid`], whose text is the line to show.
pub fn read(text: &[u8], settings: &MibSettings, library: &mut Library) -> Result<Reading, UnknownOid> {
    let whole = decorated(text, settings);
    read_by(&whole, &rules(settings), library).map_err(|unknown| UnknownOid { name: lossy(text), ..unknown })
}

/// The same by rules alone: `-Is` and `-IS` do not count.
///
/// # Errors
///
/// [`UnknownOid`], whose text is the line to show.
pub fn read_by(text: &[u8], rules: &Rules, library: &mut Library) -> Result<Reading, UnknownOid> {
    if library.view().is_empty() {
        let shown = String::from_utf8_lossy(text);
        return match roots::parse(&shown, rules.relative_to.as_deref()) {
            Ok(oid) => Ok(Reading { oid, choice: None, notice: None, row: None }),
            Err(detail) => {
                Err(UnknownOid { name: lossy(text), detail, module: None, notice: None, missing: None })
            }
        };
    }
    name::read(text, library, rules).map_err(|unknown| UnknownOid {
        name: lossy(text),
        detail: unknown.detail.as_deref().map(lossy),
        module: unknown.module,
        notice: unknown.notice,
        missing: unknown.missing,
    })
}

/// How names are read, by `-I` and `PREFIX`.
pub fn rules(settings: &MibSettings) -> Rules {
    let is_on = |letter| is_on(settings, letter);
    let prefix = || match &settings.prefix {
        Some(prefix) => prefix.to_string_lossy().into_owned(),
        None => name::STANDARD_PREFIX.to_owned(),
    };
    Rules {
        search: match (is_on('R'), is_on('b')) {
            (true, _) => Search::Bare,
            (false, true) => Search::Pattern,
            (false, false) => Search::All,
        },
        relative_to: is_on('u').then(prefix),
        checks: checks(settings),
    }
}

/// What is held against values and indexes, by `-Ir`, `-Ih` and the tokens of the same meaning.
pub fn checks(settings: &MibSettings) -> Checks {
    Checks {
        ranges: is_on(settings, 'r') == settings.no_range_check,
        hints: is_on(settings, 'h') == settings.no_display_hint,
    }
}

/// Whether a letter of `-I` is in force: each one toggles.
fn is_on(settings: &MibSettings, letter: char) -> bool {
    settings.input_letters.chars().filter(|given| *given == letter).count() % 2 == 1
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// Puts `-IS` before the text, and `-Is` after it with a dot between.
fn decorated<'t>(text: &'t [u8], settings: &MibSettings) -> Cow<'t, [u8]> {
    let part = |part: &'_ Option<OsString>| part.clone().unwrap_or_default();
    let (prefix, suffix) = (part(&settings.name_prefix), part(&settings.suffix));
    if prefix.is_empty() && suffix.is_empty() {
        return Cow::Borrowed(text);
    }
    let dot: &[u8] = if suffix.is_empty() || suffix.as_bytes().starts_with(b".") { b"" } else { b"." };
    Cow::Owned([prefix.as_bytes(), text, dot, suffix.as_bytes()].concat())
}

#[cfg(test)]
mod tests;
