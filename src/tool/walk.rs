//! snmpwalk(1): all variables below a name.

use std::ffi::{OsStr, OsString};

use clap::Parser;

use crate::{
    cli::{
        args::{CommonArgs, os},
        flags::{self, Flag, WalkFlags},
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
    walking::{self, Speed},
};

/// Walk a subtree of SNMP variables
///
/// Prints all variables below OID in their order, each as it comes. Several requests are outstanding at a time, and each
/// asks for as many variables as an answer holds: by GETBULK, or by GETNEXT in SNMPv1 and from agents that do not answer
/// GETBULK. --window 1 asks for one variable after the other by GETNEXT.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "snmpwalk",
    version,
    override_usage = "snmpwalk [OPTIONS] AGENT [OID]",
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
    ///   p  print how many variables there were
    ///   i  print the variable that OID itself names, too
    ///   I  do not GET OID itself when there is nothing below it
    ///   c  do not check that names increase
    ///   t  print how long the walk took, on standard error
    ///   T  print how long each request took, on standard error
    ///   E OID  end before this variable; OID is the next word
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

/// What snmpwalk has to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Where to walk.
    pub root: Oid,
    /// `-CE`: the first variable that is not wanted any more; the end of the subtree when `None`.
    pub end: Option<Oid>,
    /// How.
    pub flags: WalkFlags,
    /// `--window`.
    pub window: Option<u16>,
}

/// The subtree that the walking tools take when none is named: mib-2.
pub(super) const DEFAULT_ROOT: [u32; 6] = [1, 3, 6, 1, 2, 1];

impl Tool for Args {
    const NAME: &'static str = "snmpwalk";
    const OPERANDS: &'static str = "AGENT [OID]";
    const GRAMMAR: Grammar = Grammar { flags: flags::WALK_FLAGS, permutation: Permutation::Allowed };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::Walk, FileKind::SnmpApp];
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
        let end = self.flags.iter().rev().find(|flag| flag.letter == 'E');
        let end = end.map(|flag| context.name_of(&flag.argument)).transpose()?;
        context.check_access()?;
        let flags = WalkFlags::new(&self.flags, &context.settings.walk);
        Ok(Job { root, end, flags, window: self.window })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let speed =
            Speed { window: job.window, classic: WalkMethod::GetNext, adaptive: Some(WalkRules::GetNext) };
        walking::run(context, job.root, job.end, speed, job.flags)
    }
}
