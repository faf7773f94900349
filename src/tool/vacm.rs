//! snmpvacm(1): who may see and change what (RFC 3415), a row at a time.

mod command;

use std::ffi::{OsStr, OsString};

use clap::Parser;

use self::command::{Command, Mistake, Plan, ViewType};
use super::{
    Context, Ending, Tool, ToolError,
    exchange::{self, Exchange, Stop, Task},
    printer::{OutputLost, Printer},
    progress::Course,
    row::{self, Readers},
    target::About,
};
use crate::{
    cli::{
        args::CommonArgs,
        flags::{self, Flag},
        rewrite::{Grammar, Usage},
    },
    config::{FileKind, Permutation, Priority},
    operation::Set,
    output::EndReason,
    session::{Error, RunError},
    value::VarBind,
};

/// Make and remove the rows that say who may see and change what
///
/// Sends one SET to the tables of the View-based Access Control Model: groups of users (Sec2Group), what a group may do
/// (Access), and views, which are subtrees that are seen or not. The agent does all of it or nothing.
#[expect(clippy::doc_markdown, reason = "the text is help, where backticks would show")]
#[derive(Clone, Debug, Parser)]
#[allow(
    rustdoc::broken_intra_doc_links,
    reason = "the help has optional operands in brackets, and is shown as it stands"
)]
#[command(
    name = "snmpvacm",
    version,
    override_usage = "snmpvacm [OPTIONS] AGENT COMMAND [ARGUMENT]...",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Args {
    /// The agent's specification.
    #[arg(value_name = "AGENT", help = "The agent: [transport::][community@][host][:port]")]
    pub agent: Option<OsString>,

    /// What to do
    ///
    /// The commands:
    ///   createSec2Group MODEL SECURITYNAME GROUP
    ///   deleteSec2Group MODEL SECURITYNAME
    ///   createAccess GROUP [CONTEXTPREFIX] MODEL LEVEL MATCH READ WRITE NOTIFY
    ///   deleteAccess GROUP [CONTEXTPREFIX] MODEL LEVEL
    ///   createView NAME SUBTREE [MASK]
    ///   deleteView NAME SUBTREE
    ///   createAuth GROUP [CONTEXTPREFIX] MODEL LEVEL AUTHTYPE MATCH VIEW
    ///   deleteAuth GROUP [CONTEXTPREFIX] MODEL LEVEL AUTHTYPE
    ///
    /// MODEL is 0 for any, 1 for SNMPv1, 2 for SNMPv2c, 3 for SNMPv3's users. LEVEL is 1 for noAuthNoPriv, 2 for
    /// authNoPriv, 3 for authPriv. MATCH is 1 when CONTEXTPREFIX is the whole name of the context, 2 when it is the
    /// beginning. READ, WRITE and NOTIFY are names of views. MASK is octets in hexadecimal, dots or colons between them:
    /// a bit that is 0 makes an arc of SUBTREE stand for any. createAuth and deleteAuth are for net-snmp's agent alone,
    /// whose AUTHTYPE is read, write, notify, log, execute or net.
    #[arg(value_name = "COMMAND", verbatim_doc_comment)]
    pub words: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters:
    ///   e  with createView: what is below SUBTREE is not seen
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,
}

impl Tool for Args {
    const NAME: &'static str = "snmpvacm";
    const OPERANDS: &'static str = "AGENT COMMAND [ARGUMENT]...";
    const GRAMMAR: Grammar = Grammar { flags: flags::VACM_FLAGS, permutation: Permutation::Allowed };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];
    type Job = Plan;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn agent(&self) -> Option<&OsStr> {
        self.agent.as_deref()
    }

    fn job(self, context: &mut Context) -> Result<Plan, ToolError> {
        let view = if flags::given(&self.flags, 'e') { ViewType::Excluded } else { ViewType::Included };
        let command = Command::parse(&self.words).map_err(|mistake| refused(mistake, context))?;
        let subtree = match command.subtree() {
            Some(text) => Some(subtree(text, context)?),
            None => None,
        };
        let plan = command.plan(subtree.as_ref(), view).map_err(|mistake| refused(mistake, context))?;
        context.check_access()?;
        Ok(plan)
    }

    fn run(plan: Plan, context: &mut Context) -> Result<Ending, ToolError> {
        let row = Row { done: plan.done, readers: Readers::of(context) };
        exchange::run(context, Set::new(plan.bindings), row, Course::Short)
    }
}

/// Reads the OID of a subtree.
fn subtree(text: &OsStr, context: &mut Context) -> Result<crate::oid::Oid, ToolError> {
    context.read_name(text).map_err(|lines| {
        // The first line is what net-snmp's tools say of names; this one has words of its own.
        for line in &lines[1..] {
            context.log.write(Priority::Error, line);
        }
        let text = format!("Error parsing subtree ({})", text.to_string_lossy());
        ToolError::OnOutput { text, usage: Usage::Hidden }
    })
}

fn refused(mistake: Mistake, context: &Context) -> ToolError {
    match mistake {
        Mistake::Missing(text) => ToolError::Usage(text.to_owned()),
        Mistake::Wrong(text) => ToolError::OnOutput { text: text.to_owned(), usage: Usage::Shown },
        Mistake::Mask(text) => ToolError::OnOutput { text: text.to_owned(), usage: Usage::Hidden },
        Mistake::Name(error) => {
            ToolError::Argument(format!("{}: the names are too long together: {error}", context.name))
        }
    }
}

/// Tells what came of a row.
#[derive(Debug)]
struct Row {
    /// What is said when all is well.
    done: &'static str,
    readers: Readers,
}

impl Task for Row {
    type Operation = Set;

    fn take(&mut self, binding: VarBind, printer: &mut Printer) -> Result<(), OutputLost> {
        self.readers.take(&binding, printer)
    }

    fn doubt(&self) -> Option<&'static str> {
        Some(row::IN_DOUBT)
    }

    fn end(
        self,
        exchange: Exchange<'_, Set>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        let (mut reason, mut ending) = (EndReason::Answered, Ending::Done);
        if let Stop::Failed(error) = exchange.stop {
            let in_doubt = match &error {
                RunError::Operation(error) => error.may_have_been_made(),
                RunError::Session(_) => exchange.in_doubt,
            };
            let mut trouble = row::of_failure(&Error::from(error), in_doubt, about, printer);
            trouble.elapsed.get_or_insert(exchange.spent.elapsed);
            printer.fail(&trouble)?;
            (reason, ending) = (EndReason::Error, exchange::ending_of(trouble.code));
        } else if self.readers == Readers::People {
            printer.say(self.done)?;
        }
        let end = printer.ended(reason, ending == Ending::Done, exchange.spent);
        printer.end(&end)?;
        Ok(ending)
    }
}
