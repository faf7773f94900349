//! The environment variables that the tools heed, as a value.

use std::{ffi::OsString, path::PathBuf};

/// Whether options may stand after operands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Permutation {
    /// They may: the habit of GNU's `getopt`.
    #[default]
    Allowed,
    /// The first operand ends them: `POSIXLY_CORRECT` is set, or the tool demands it.
    Refused,
}

/// The environment variables that the tools heed; `None` is unset, which an empty value is not.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `HOME`: its directory `.snmp` is searched for configuration files.
    pub home: Option<OsString>,
    /// `XDG_CACHE_HOME`: where compiled MIB images are kept; else in `.cache` of the home directory.
    pub cache_home: Option<OsString>,
    /// `XDG_STATE_HOME`: where is kept what one run leaves for the next; else in `.local/state` of the home directory.
    pub state_home: Option<OsString>,
    /// `SNMPCONFPATH`: directories, colons between them, that replace the usual ones.
    pub config_path: Option<OsString>,
    /// `SNMP_PERSISTENT_DIR`: the directory of state, searched last.
    pub persistent_dir: Option<OsString>,
    /// `MIBS`: modules to load; beats the token `mibs`.
    pub mibs: Option<OsString>,
    /// `MIBDIRS`: directories of modules; beats the token `mibdirs`.
    pub mib_dirs: Option<OsString>,
    /// `MIBFILES`: files of modules to load besides.
    pub mib_files: Option<OsString>,
    /// `PREFIX`: what `-Ou` and `-Iu` take off and put before names.
    pub prefix: Option<OsString>,
    /// `COLUMNS`: the width of tables.
    pub columns: Option<OsString>,
    /// `POSIXLY_CORRECT`.
    pub permutation: Permutation,
}

impl Environment {
    /// What the process was started with. Nothing else of the program reads the environment for its settings.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn from_process() -> Self {
        let variable = std::env::var_os;
        Self {
            home: variable("HOME"),
            cache_home: variable("XDG_CACHE_HOME"),
            state_home: variable("XDG_STATE_HOME"),
            config_path: variable("SNMPCONFPATH"),
            persistent_dir: variable("SNMP_PERSISTENT_DIR"),
            mibs: variable("MIBS"),
            mib_dirs: variable("MIBDIRS"),
            mib_files: variable("MIBFILES"),
            prefix: variable("PREFIX"),
            columns: variable("COLUMNS"),
            permutation: if variable("POSIXLY_CORRECT").is_some() {
                Permutation::Refused
            } else {
                Permutation::Allowed
            },
        }
    }
    /// The directory of what can be made again: `$XDG_CACHE_HOME/snmpkit`, else `$HOME/.cache/snmpkit`; `None` where
    /// neither variable has an absolute path.
    pub fn cache_directory(&self) -> Option<PathBuf> {
        self.directory(self.cache_home.as_ref(), ".cache")
    }

    /// The directory of what was learnt and is missed if it goes: `$XDG_STATE_HOME/snmpkit`, else
    /// `$HOME/.local/state/snmpkit`; `None` where neither variable has an absolute path.
    pub fn state_directory(&self) -> Option<PathBuf> {
        self.directory(self.state_home.as_ref(), ".local/state")
    }

    fn directory(&self, base: Option<&OsString>, at_home: &str) -> Option<PathBuf> {
        let absolute =
            |variable: Option<&OsString>| variable.map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || absolute(self.home.as_ref()).map(|home| home.join(at_home));
        absolute(base).or_else(home).map(|base| base.join("snmpkit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_where_the_user_has_his_and_never_relative() {
        for (base, home, expected) in [
            (Some("/s"), Some("/h"), Some("/s/snmpkit")),
            (Some("s"), Some("/h"), Some("/h/AT/snmpkit")),
            (Some(""), Some("/h"), Some("/h/AT/snmpkit")),
            (None, Some("/h"), Some("/h/AT/snmpkit")),
            (Some(""), None, None),
            (None, Some("h"), None),
        ] {
            let variable = |value: Option<&str>| value.map(OsString::from);
            let at = |place: &str| expected.map(|expected| PathBuf::from(expected.replace("AT", place)));
            let home = variable(home);
            let state =
                Environment { home: home.clone(), state_home: variable(base), ..Environment::default() };
            assert_eq!(state.state_directory(), at(".local/state"), "{state:?}");
            let cache = Environment { home, cache_home: variable(base), ..Environment::default() };
            assert_eq!(cache.cache_directory(), at(".cache"), "{cache:?}");
        }
    }
}
