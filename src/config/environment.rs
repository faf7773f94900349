//! The environment variables that the tools heed, as a value.

use std::ffi::OsString;

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
    /// `XDG_STATE_HOME`: where what must outlive a run is kept; else in `.local/state` of the home directory.
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
}
