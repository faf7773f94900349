//! snmpbulkwalk(1): all variables below a name, by GETBULK.

use std::ffi::{OsStr, OsString};

use clap::Parser;

use crate::{
    cli::{
        args::{CommonArgs, os},
        flags::{self, BulkNumbers, Flag, WalkFlags, given},
        fleet::FleetArgs,
        rewrite::Grammar,
        values::window,
    },
    config::{FileKind, Permutation},
    oid::Oid,
    operation::{WalkMethod, WalkRules},
};

use super::{
    Context, Ending, Tool, ToolError,
    walk::DEFAULT_ROOT,
    walking::{self, Speed},
};

/// Walk a subtree of SNMP variables with GETBULK
///
/// Prints all variables below OID in their order, each as it comes. Several requests are outstanding at a time, and each
/// asks for as many variables as an answer holds, unless -Cr says how many. SNMPv1 has no GETBULK; use snmpwalk there.
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
    ///   rN  max-repetitions: so many variables a request; by default as many as fill an answer
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// How many requests may be outstanding: 1 to 1000; default 16, and as many as the agent takes well
    ///
    /// With 1, requests are exactly net-snmp's, one after the other. What is printed is the same.
    #[arg(long, value_name = "N", value_parser = os(window))]
    pub window: Option<u16>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Many agents.
    #[command(flatten)]
    pub fleet: FleetArgs,
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
    /// Whether max-repetitions were given.
    pub is_numbered: bool,
    /// `--window`.
    pub window: Option<u16>,
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

    fn fleet(&self) -> Option<&FleetArgs> {
        Some(&self.fleet)
    }

    fn job(self, context: &mut Context) -> Result<Job, ToolError> {
        let root = match &self.oid {
            None => Oid::from_static(&DEFAULT_ROOT),
            Some(text) => context.name_of(text)?,
        };
        let numbers = BulkNumbers::new(Self::NAME, &self.flags).map_err(ToolError::Argument)?;
        context.check_access()?;
        context.check_bulk()?;
        let is_numbered = given(&self.flags, 'r');
        let flags = WalkFlags::new(&self.flags, &context.settings.walk);
        Ok(Job { root, flags, numbers, is_numbered, window: self.window })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let BulkNumbers { non_repeaters, max_repetitions } = job.numbers;
        let speed = Speed {
            window: job.window,
            classic: WalkMethod::GetBulk { non_repeaters, max_repetitions },
            adaptive: (!job.is_numbered && non_repeaters == 0).then_some(WalkRules::GetBulk),
        };
        walking::run(context, job.root, None, speed, job.flags)
    }
}
