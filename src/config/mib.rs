//! From the settings for MIBs to modules, directories and files, as net-snmp reads them.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::PathBuf,
};

use super::{Environment, MibSettings, ModuleList};

/// Where net-snmp looks for module files, as Debian builds it.
const DIRECTORIES: &[u8] =
    b"$HOME/.snmp/mibs:/usr/share/snmp/mibs:/usr/share/snmp/mibs/iana:/usr/share/snmp/mibs/ietf";

/// What the lists of the settings name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MibSources {
    /// Which modules count.
    pub modules: ModuleChoice,
    /// Modules that are named beside `ALL`; they are among all if they are there.
    pub beside_all: Vec<String>,
    /// The directories, in their order; later ones beat earlier ones.
    pub directories: Vec<PathBuf>,
    /// The same as one text, for messages.
    pub search_path: OsString,
    /// Files that are read besides: those of `mibfile`, those in the list of modules, then those of `MIBFILES`.
    pub files: Vec<PathBuf>,
    /// Where compiled images are kept: `$XDG_CACHE_HOME/snmpkit/mib`, else `$HOME/.cache/snmpkit/mib`; `None` where
    /// neither variable has an absolute path.
    pub cache: Option<PathBuf>,
    /// What to tell of modules.
    pub messages: MibMessages,
}

/// Which modules count.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum ModuleChoice {
    /// Nobody said anything: those that are built in.
    #[default]
    BuiltIn,
    /// An empty `-m` or `MIBS`: none.
    Nothing,
    /// `ALL`.
    Everything,
    /// These alone, with what they import.
    Only(Vec<String>),
    /// These and those that are built in: the list began with `+` or `-`.
    Besides(Vec<String>),
}

/// What to tell of modules: `-P` and its tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MibMessages {
    /// Modules that cannot be found are told; `-Pe` and `showMibErrors no` switch it off.
    pub shows_missing: bool,
    /// 1 for faults of module files (`-Pw`), 2 for all that breaks a rule in them (`-PW`); 0 otherwise.
    pub warning_level: u8,
}

impl Default for MibMessages {
    fn default() -> Self {
        Self { shows_missing: true, warning_level: 0 }
    }
}

impl MibSources {
    /// Reads the lists.
    pub fn resolve(settings: &MibSettings, environment: &Environment) -> Self {
        let mut sources = Self {
            cache: environment.cache_directory().map(|cache| cache.join("mib")),
            messages: MibMessages::resolve(settings),
            ..Self::default()
        };
        sources.directories(&settings.directories, environment.home.as_deref());
        sources.files.extend(settings.configured_files.iter().map(PathBuf::from));
        sources.modules(&settings.modules);
        let files = settings.files.as_deref().map(OsStr::as_bytes).unwrap_or_default();
        let files = files.strip_prefix(b"+").unwrap_or(files);
        sources.files.extend(entries(files).map(path));
        sources
    }

    fn directories(&mut self, list: &ModuleList, home: Option<&OsStr>) {
        let text = match list {
            ModuleList::Default => DIRECTORIES.to_vec(),
            ModuleList::Configured(text) | ModuleList::Environment(text) | ModuleList::CommandLine(text) => {
                match text.as_bytes() {
                    [b'+', more @ ..] => [DIRECTORIES, b":", more].concat(),
                    [b'-', more @ ..] => [more, b":", DIRECTORIES].concat(),
                    whole => whole.to_vec(),
                }
            }
        };
        let text = match home {
            Some(home) => with_home(&text, home.as_bytes()),
            None => text,
        };
        self.directories = entries(&text).map(path).collect();
        self.search_path = OsString::from_vec(text);
    }

    fn modules(&mut self, list: &ModuleList) {
        let (text, may_be_nothing) = match list {
            ModuleList::Default => return,
            ModuleList::Configured(text) => (text.as_bytes(), false),
            ModuleList::Environment(text) | ModuleList::CommandLine(text) => (text.as_bytes(), true),
        };
        let (text, is_more) = match text {
            [b'+' | b'-', more @ ..] => (more, true),
            whole => (whole, false),
        };
        let (mut names, mut is_all, mut is_empty) = (Vec::new(), false, true);
        for entry in entries(text) {
            is_empty = false;
            if entry.eq_ignore_ascii_case(b"ALL") {
                is_all = true;
            } else if entry.contains(&b'/') {
                self.files.push(path(entry));
            } else {
                names.push(String::from_utf8_lossy(entry).into_owned());
            }
        }
        self.modules = if is_all {
            self.beside_all = names;
            ModuleChoice::Everything
        } else if is_more {
            ModuleChoice::Besides(names)
        } else if !is_empty {
            ModuleChoice::Only(names)
        } else if may_be_nothing {
            ModuleChoice::Nothing
        } else {
            ModuleChoice::BuiltIn
        };
    }
}

impl MibMessages {
    /// Letters after tokens; each `e` turns around what is so far. The other letters of `-P` change how net-snmp's parser
    /// reads, and ours reads what they allow in any case.
    fn resolve(settings: &MibSettings) -> Self {
        let level =
            settings.warning_level.map_or(0, |level| u8::try_from(level.clamp(0, 2)).unwrap_or_default());
        let mut messages = Self { shows_missing: settings.show_errors != Some(false), warning_level: level };
        for letter in settings.parse_letters.chars() {
            match letter {
                'e' => messages.shows_missing = !messages.shows_missing,
                'w' => messages.warning_level = 1,
                'W' => messages.warning_level = 2,
                _ => {}
            }
        }
        messages
    }
}

/// The entries of a list; empty ones do not count.
fn entries(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|octet| *octet == b':').filter(|entry| !entry.is_empty())
}

fn path(entry: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(entry))
}

/// Puts the home directory in the place of each `$HOME`.
fn with_home(text: &[u8], home: &[u8]) -> Vec<u8> {
    const VARIABLE: &[u8] = b"$HOME";
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(VARIABLE) {
            out.extend_from_slice(home);
            rest = behind;
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str =
        "/h/.snmp/mibs:/usr/share/snmp/mibs:/usr/share/snmp/mibs/iana:/usr/share/snmp/mibs/ietf";

    fn resolved(settings: &MibSettings) -> MibSources {
        let environment = Environment { home: Some("/h".into()), ..Environment::default() };
        MibSources::resolve(settings, &environment)
    }

    fn chosen(modules: ModuleList) -> ModuleChoice {
        resolved(&MibSettings { modules, ..MibSettings::default() }).modules
    }

    #[test]
    fn lists_of_modules_mean_what_they_mean_to_net_snmp() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (text, expected) in [
            ("", ModuleChoice::Nothing),
            (":", ModuleChoice::Nothing),
            ("A-MIB", ModuleChoice::Only(names(&["A-MIB"]))),
            (":A-MIB::B-MIB:", ModuleChoice::Only(names(&["A-MIB", "B-MIB"]))),
            ("A-MIB,B-MIB", ModuleChoice::Only(names(&["A-MIB,B-MIB"]))),
            ("A-MIB:+B-MIB", ModuleChoice::Only(names(&["A-MIB", "+B-MIB"]))),
            ("+A-MIB", ModuleChoice::Besides(names(&["A-MIB"]))),
            ("-A-MIB:B-MIB", ModuleChoice::Besides(names(&["A-MIB", "B-MIB"]))),
            ("all", ModuleChoice::Everything),
            ("+ALL", ModuleChoice::Everything),
            ("A-MIB:ALL", ModuleChoice::Everything),
        ] {
            assert_eq!(chosen(ModuleList::CommandLine(text.into())), expected, "-m {text}");
            assert_eq!(chosen(ModuleList::Environment(text.into())), expected, "MIBS={text}");
        }
        assert_eq!(chosen(ModuleList::Default), ModuleChoice::BuiltIn);
        assert_eq!(chosen(ModuleList::Configured("".into())), ModuleChoice::BuiltIn);
        assert_eq!(chosen(ModuleList::Configured("::".into())), ModuleChoice::BuiltIn);
        assert_eq!(chosen(ModuleList::Configured("+X".into())), ModuleChoice::Besides(names(&["X"])));
        let all = resolved(&MibSettings {
            modules: ModuleList::CommandLine("X:ALL".into()),
            ..MibSettings::default()
        });
        assert_eq!(all.beside_all, ["X"]);
    }

    #[test]
    fn files_come_from_tokens_from_entries_with_a_slash_and_from_the_environment() {
        let sources = resolved(&MibSettings {
            modules: ModuleList::CommandLine("A-MIB:./b.txt".into()),
            files: Some("+/c:d".into()),
            configured_files: vec!["/e:f".into()],
            ..MibSettings::default()
        });
        assert_eq!(sources.files, ["/e:f", "./b.txt", "/c", "d"].map(PathBuf::from));
        assert_eq!(sources.modules, ModuleChoice::Only(vec!["A-MIB".to_owned()]));
    }

    #[test]
    fn directories_are_added_before_or_behind_the_default_ones() {
        for (text, expected) in [
            ("+x:y", format!("{DEFAULT}:x:y")),
            ("-x", format!("x:{DEFAULT}")),
            ("x:+y", "x:+y".to_owned()),
            ("", String::new()),
            ("$HOME/a:b$HOME", "/h/a:b/h".to_owned()),
        ] {
            let directories = ModuleList::CommandLine(text.into());
            let sources = resolved(&MibSettings { directories, ..MibSettings::default() });
            assert_eq!(sources.search_path, OsString::from(&expected), "{text}");
            assert_eq!(sources.directories, entries(expected.as_bytes()).map(path).collect::<Vec<_>>());
        }
        assert_eq!(resolved(&MibSettings::default()).search_path, OsString::from(DEFAULT));
    }

    #[test]
    fn images_are_in_the_cache_of_the_user() {
        assert_eq!(resolved(&MibSettings::default()).cache, Some("/h/.cache/snmpkit/mib".into()));
        assert_eq!(MibSources::resolve(&MibSettings::default(), &Environment::default()).cache, None);
    }

    #[test]
    fn letters_come_after_tokens() {
        let of = |letters: &str, show_errors, warning_level| {
            let parse_letters = letters.to_owned();
            let settings =
                MibSettings { parse_letters, show_errors, warning_level, ..MibSettings::default() };
            let MibMessages { shows_missing, warning_level } = MibMessages::resolve(&settings);
            (shows_missing, warning_level)
        };
        assert_eq!(of("", None, None), (true, 0));
        assert_eq!(of("e", None, None), (false, 0));
        assert_eq!(of("ee", None, Some(2)), (true, 2));
        assert_eq!(of("wucdR", Some(false), Some(7)), (false, 1));
        assert_eq!(of("W", Some(true), Some(-1)), (true, 2));
    }
}
