//! snmpbulkget(1): many variables after the names given, by one GETBULK.

use std::ffi::{OsStr, OsString};

use clap::Parser;

use crate::{
    cli::{
        args::CommonArgs,
        flags::{self, BulkNumbers, Flag},
        fleet::FleetArgs,
        rewrite::Grammar,
    },
    config::{FileKind, Permutation},
    engine::RequestKind,
    oid::Oid,
    operation::{Fix, Get},
};

use super::{Context, Ending, Tool, ToolError, fleet, names::Names, progress::Course};

/// Get many SNMP variables after the given ones with one GETBULK
///
/// Sends one GETBULK request: the first N names (-Cn) are asked for once, the others again and again (-Cr times), and
/// everything that comes back is printed. SNMPv1 has no such request.
#[derive(Clone, Debug, Parser)]
#[allow(
    rustdoc::broken_intra_doc_links,
    reason = "the help has indexes in brackets, and is shown as it stands"
)]
#[command(
    name = "snmpbulkget",
    version,
    override_usage = "snmpbulkget [OPTIONS] AGENT OID...",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Args {
    /// The agent's specification.
    #[arg(value_name = "AGENT", help = "The agent: [transport::][community@][host][:port]")]
    pub agent: Option<OsString>,

    /// The names to ask for what comes after them
    ///
    /// An index may stand in brackets: ifDescr[1] is ifDescr.1, and ifEntry[1] all columns of that row that can be
    /// read, which count as so many names.
    #[arg(value_name = "OID")]
    pub oids: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters:
    ///   nN  ask for the first N names once only; 0 by default
    ///   rN  repeat the others N times; 10 by default
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Many agents.
    #[command(flatten)]
    pub fleet: FleetArgs,
}

/// What snmpbulkget has to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// One name or more.
    pub names: Vec<Oid>,
    /// GETBULK's numbers; there are as many names as non-repeaters at least.
    pub numbers: BulkNumbers,
}

impl Tool for Args {
    const NAME: &'static str = "snmpbulkget";
    const OPERANDS: &'static str = "AGENT OID...";
    const GRAMMAR: Grammar = Grammar { flags: flags::BULK_GET_FLAGS, permutation: Permutation::Allowed };
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
        if self.oids.is_empty() {
            return Err(ToolError::Usage("Missing object name".to_owned()));
        }
        let names = context.names(&self.oids)?;
        let numbers = BulkNumbers::new(Self::NAME, &self.flags).map_err(ToolError::Argument)?;
        if usize::try_from(numbers.non_repeaters).is_ok_and(|repeated| names.len() < repeated) {
            return Err(ToolError::Argument(format!("{}: need more objects than <nonrep>", Self::NAME)));
        }
        context.check_access()?;
        context.check_bulk()?;
        Ok(Job { names, numbers })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let BulkNumbers { non_repeaters, max_repetitions } = job.numbers;
        let kind = RequestKind::GetBulk { non_repeaters, max_repetitions };
        let get = |_: fleet::Whom<'_>| Get::new(kind, job.names.clone(), Fix::Never);
        fleet::run(context, get, || Names::new(kind), Course::Short)
    }
}
