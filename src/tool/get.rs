//! snmpget(1): the values of the variables that are named.

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
    oid::Oid,
    operation::{Fix, Get},
};

use super::{Context, Ending, Tool, ToolError, fleet, names::Names, progress::Course};

/// Get the values of SNMP variables
///
/// Asks the agent for each OID's value in one GET request and prints them, one a line, in net-snmp's text or in the
/// format of your choice. An SNMPv1 agent refuses the whole request when it lacks one variable; that one is then taken
/// out and the rest asked again, unless -Cf is given.
#[derive(Clone, Debug, Parser)]
#[allow(
    rustdoc::broken_intra_doc_links,
    reason = "the help has indexes in brackets, and is shown as it stands"
)]
#[command(
    name = "snmpget",
    version,
    override_usage = "snmpget [OPTIONS] AGENT OID...",
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
    /// An index may stand in brackets: ifDescr[1] is ifDescr.1, and ifEntry[1] asks for every column of that row that can be read.
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

/// What snmpget and snmpgetnext have to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// One variable or more.
    pub names: Vec<Oid>,
    /// Whether a variable that an SNMPv1 agent refused is taken out of the request, and the rest asked again; `-Cf`
    /// says no.
    pub repeat_without_failed: bool,
}

impl Tool for Args {
    const NAME: &'static str = "snmpget";
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
        job(&self.oids, &self.flags, context)
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let kind = RequestKind::Get;
        fleet::run(context, |_| job.operation(kind), || Names::new(kind), Course::Short)
    }
}

impl Job {
    /// What asks for the names.
    pub(super) fn operation(&self, kind: RequestKind) -> Get {
        let fix = if self.repeat_without_failed { Fix::DropAndRepeat } else { Fix::Never };
        Get::new(kind, self.names.clone(), fix)
    }
}

/// The job of the two tools that differ in nothing else.
pub(super) fn job(oids: &[OsString], flags: &[Flag], context: &mut Context) -> Result<Job, ToolError> {
    if oids.is_empty() {
        return Err(ToolError::Usage("Missing object name".to_owned()));
    }
    let names = context.names(oids)?;
    context.check_access()?;
    Ok(Job { names, repeat_without_failed: !flags::toggled(flags, 'f') })
}
