//! snmpbulkwalk(1): all variables below a name, by GETBULK.

use std::ffi::{OsStr, OsString};

use clap::Parser;

use crate::{
    cli::{
        args::CommonArgs,
        flags::{self, BulkNumbers, Flag, WalkFlags},
        rewrite::Grammar,
    },
    config::{FileKind, Permutation},
    oid::Oid,
    operation::WalkMethod,
};

use super::{Context, Ending, Tool, ToolError, walk::DEFAULT_ROOT, walking};

/// Walk a subtree of SNMP variables with GETBULK
///
/// Asks for many variables at a time until the subtree ends, and prints each as it comes. SNMPv1 has no GETBULK; use
/// snmpwalk there.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "snmpbulkwalk",
    version,
    override_usage = "snmpbulkwalk [OPTIONS] AGENT [OID]",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Args {
    /// The agent's specification.
    #[arg(value_name = "AGENT", help = "The agent: [transport::][community@][host][:port]")]
    pub agent: Option<OsString>,

    /// Where in the tree to walk; mib-2, the standard objects, when there is none
    #[arg(value_name = "OID")]
    pub oid: Option<OsString>,

    /// What follows is not looked at, as with net-snmp.
    #[arg(hide = true)]
    pub rest: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters:
    ///   c   do not check that names increase
    ///   i   print the variable that OID itself names, too
    ///   p   print how many variables there were
    ///   nN  non-repeaters: 0 by default; 1 and more make it a slow walk
    ///   rN  max-repetitions: so many variables a request; 10 by default
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// What snmpbulkwalk has to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Where to walk.
    pub root: Oid,
    /// How; `-CI`, `-Ct` and `-CT` are snmpwalk's alone.
    pub flags: WalkFlags,
    /// GETBULK's numbers.
    pub numbers: BulkNumbers,
}

impl Tool for Args {
    const NAME: &'static str = "snmpbulkwalk";
    const OPERANDS: &'static str = "AGENT [OID]";
    const GRAMMAR: Grammar = Grammar { flags: flags::BULK_WALK_FLAGS, permutation: Permutation::Allowed };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::BulkWalk, FileKind::SnmpApp];
    type Job = Job;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn agent(&self) -> Option<&OsStr> {
        self.agent.as_deref()
    }

    fn job(self, context: &mut Context) -> Result<Job, ToolError> {
        let root = match &self.oid {
            None => Oid::from_static(&DEFAULT_ROOT),
            Some(text) => context.name_of(text)?,
        };
        let numbers = BulkNumbers::new(Self::NAME, &self.flags).map_err(ToolError::Argument)?;
        context.check_access()?;
        context.check_bulk()?;
        Ok(Job { root, flags: WalkFlags::new(&self.flags, &context.settings.walk), numbers })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let BulkNumbers { non_repeaters, max_repetitions } = job.numbers;
        let method = WalkMethod::GetBulk { non_repeaters, max_repetitions };
        walking::run(context, job.root, None, method, job.flags)
    }
}
