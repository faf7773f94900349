//! Both sides: net-snmp's tools with every module file that there is, and ours with what is built in and nothing else.

use std::{
    ffi::{OsStr, OsString},
    sync::OnceLock,
};

use crate::support::{Peers, require_module_files, require_peers, tool::Tool};

/// net-snmp's tools and the module files that they read.
#[derive(Clone, Debug)]
pub struct Sides {
    directories: String,
    /// Lines of stderr about the module files, which every run begins with.
    complaints: Vec<u8>,
}

impl Sides {
    /// Both sides, or `None` after saying what is missing.
    ///
    /// # Panics
    ///
    /// When something is missing and `CI=true`.
    pub fn get() -> Option<&'static Self> {
        static SIDES: OnceLock<Option<Sides>> = OnceLock::new();
        SIDES.get_or_init(|| require_peers().and_then(Self::find)).as_ref()
    }

    fn find(peers: Peers) -> Option<Self> {
        let directories = require_module_files(peers)?;
        let mut sides = Self { directories, complaints: Vec::new() };
        let run = sides.theirs("snmptranslate").run(&["-On", "IF-MIB::ifDescr"]);
        assert_eq!(run.out().trim(), ".1.3.6.1.2.1.2.2.1.2", "{}", run.describe());
        sides.complaints = run.stderr;
        Some(sides)
    }

    /// One of net-snmp's tools, with all modules.
    pub fn theirs(&self, program: &str) -> Tool {
        Tool::netsnmp(program).env("MIBS", "ALL").env("MIBDIRS", &self.directories)
    }

    /// One of our tools, without a single module file.
    #[expect(clippy::unused_self, reason = "beside `theirs`, it reads as what it is")]
    pub fn ours(&self, program: &str) -> Tool {
        Self::our(program)
    }

    /// The same, where there is nothing of net-snmp's.
    pub fn our(program: &str) -> Tool {
        Tool::ours(program).without("MIBS").env("MIBDIRS", "/nonexistent")
    }

    /// What net-snmp says on stderr besides its complaints about module files.
    pub fn said<'o>(&self, stderr: &'o [u8]) -> &'o [u8] {
        stderr.strip_prefix(self.complaints.as_slice()).unwrap_or(stderr)
    }
}

/// Words of a command line.
pub fn words<S: AsRef<OsStr>>(words: &[S]) -> Vec<OsString> {
    words.iter().map(|word| word.as_ref().to_owned()).collect()
}
