//! snmpgetnext(1): the variables after those that are named.

use std::ffi::{OsStr, OsString};

use clap::Parser;

use crate::{
    cli::{
        args::CommonArgs,
        flags::{self, Flag},
        fleet::FleetArgs,
        rewrite::Grammar,
    },
    config::{FileKind, Permutation},
    engine::RequestKind,
};

use super::{Context, Ending, Tool, ToolError, fleet, get::Job, names::Names, progress::Course};

/// Get the SNMP variables after the given ones
///
/// Asks the agent for the first variable after each OID in one GETNEXT request and prints them, one a line. A table
/// or a subtree is walked with snmpwalk; this is the single step.
#[derive(Clone, Debug, Parser)]
#[allow(
    rustdoc::broken_intra_doc_links,
    reason = "the help has indexes in brackets, and is shown as it stands"
)]
#[command(
    name = "snmpgetnext",
    version,
    override_usage = "snmpgetnext [OPTIONS] AGENT OID...",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Args {
    /// The agent's specification.
    #[arg(value_name = "AGENT", help = "The agent: [transport::][community@][host][:port]")]
    pub agent: Option<OsString>,

    /// The variables, by number or by name
    ///
    /// An index may stand in brackets: ifDescr[1] is ifDescr.1, and ifEntry[1] for every column of that row that can be read.
    #[arg(value_name = "OID")]
    pub oids: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters:
    ///   f  do not repeat the request without a variable that failed
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Many agents.
    #[command(flatten)]
    pub fleet: FleetArgs,
}

impl Tool for Args {
    const NAME: &'static str = "snmpgetnext";
    const OPERANDS: &'static str = "AGENT OID...";
    const GRAMMAR: Grammar = Grammar { flags: flags::GET_FLAGS, permutation: Permutation::Allowed };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];
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
        super::get::job(&self.oids, &self.flags, context)
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let kind = RequestKind::GetNext;
        fleet::run(context, |_| job.operation(kind), || Names::new(kind), Course::Short)
    }
}
