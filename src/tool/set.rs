//! snmpset(1): gives variables values.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
};

use clap::Parser;

use crate::{
    cli::{
        args::CommonArgs,
        flags::{self, Flag},
        rewrite::Grammar,
        set_arg::{self, SetType},
    },
    config::{FileKind, Permutation},
    limits,
    operation::Set,
    output::EndReason,
    session::{Error, RunError},
    value::VarBind,
};

use super::{
    Context, Ending, Tool, ToolError,
    exchange::{self, Exchange, Stop, Task},
    hints,
    printer::{OutputLost, Printer},
    progress::Course,
    target::About,
    trouble::{self, Wording},
};

/// Set SNMP variables, all or none
///
/// Sends one SET request; the agent makes all of its assignments or none, and what it has made is printed. Options
/// come first here: after AGENT, "-1" is a value. When the answer to a SET is lost and the request is sent again, the
/// agent may have carried it out twice.
#[expect(clippy::doc_markdown, reason = "the text is help, where backticks would show")]
#[derive(Clone, Debug, Parser)]
#[command(
    name = "snmpset",
    version,
    override_usage = "snmpset [OPTIONS] AGENT OID TYPE VALUE [OID TYPE VALUE]...",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Args {
    /// The agent's specification.
    #[arg(value_name = "AGENT", help = "The agent: [transport::][community@][host][:port]")]
    pub agent: Option<OsString>,

    /// What to set: an object, a type and a value for each
    ///
    /// The types:
    ///   i  INTEGER
    ///   u  Gauge32, Unsigned32
    ///   t  TimeTicks, in hundredths of a second
    ///   a  IpAddress
    ///   o  OBJECT IDENTIFIER
    ///   s  string
    ///   x  string in hexadecimal
    ///   d  string as decimal octets, dots between them
    ///   b  BITS: numbers of bits, commas between them
    ///   n  NULL
    ///   3  UInteger32
    ///   U  Opaque, unsigned, 64 bits
    ///   I  Opaque, signed, 64 bits
    ///   F  Opaque, float
    ///   D  Opaque, double
    ///   =  as the MIB has it, which no MIB does yet
    #[arg(value_name = "OID TYPE VALUE", verbatim_doc_comment)]
    pub assignments: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters:
    ///   q  print nothing when all is well
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// What snmpset has to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// The variables and what they are to be.
    pub bindings: Vec<VarBind>,
    /// `-Cq`: print nothing when all is well.
    pub quiet: bool,
}

impl Tool for Args {
    const NAME: &'static str = "snmpset";
    const OPERANDS: &'static str = "AGENT OID TYPE VALUE [OID TYPE VALUE]...";
    const GRAMMAR: Grammar = Grammar { flags: flags::SET_FLAGS, permutation: Permutation::Refused };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];
    type Job = Job;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn agent(&self) -> Option<&OsStr> {
        self.agent.as_deref()
    }

    fn job(self, context: &mut Context) -> Result<Job, ToolError> {
        if self.assignments.is_empty() {
            return Err(ToolError::Usage("Missing object name".to_owned()));
        }
        let bindings = bindings(&self.assignments, context)?;
        context.check_access()?;
        Ok(Job { bindings, quiet: flags::given(&self.flags, 'q') })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        exchange::run(context, Set::new(job.bindings), Assignments { quiet: job.quiet }, Course::Short)
    }
}

/// Said when nobody knows whether the agent has carried the SET out.
const IN_DOUBT: &str = "the set may have been made; read the variables before you set them again";

/// Prints what a SET made.
#[derive(Debug)]
struct Assignments {
    /// `-Cq`.
    quiet: bool,
}

impl Task for Assignments {
    type Operation = Set;

    fn take(&mut self, binding: VarBind, printer: &mut Printer) -> Result<(), OutputLost> {
        if self.quiet { Ok(()) } else { printer.varbind(&binding) }
    }

    fn doubt(&self) -> Option<&'static str> {
        Some(IN_DOUBT)
    }

    fn end(
        self,
        exchange: Exchange<'_, Set>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        let (mut reason, mut ending) = (EndReason::Answered, Ending::Done);
        if let Stop::Failed(error) = exchange.stop {
            let may_have_been_made = match &error {
                RunError::Operation(error) => error.may_have_been_made(),
                RunError::Session(_) => exchange.in_doubt,
            };
            let mut trouble = trouble::of_session(&Error::from(error), Wording::OTHER, about, printer);
            if may_have_been_made {
                trouble::add_doubt(&mut trouble, IN_DOUBT, about.context);
            }
            printer.fail(&trouble)?;
            (reason, ending) = (EndReason::Error, exchange::ending_of(trouble.code));
        }
        let end = printer.ended(reason, ending == Ending::Done, exchange.spent);
        printer.end(&end)?;
        Ok(ending)
    }
}

/// Reads OID, TYPE and VALUE again and again.
///
/// The shape comes first and ends at the first mistake; names and values come second and all mistakes are reported.
fn bindings(words: &[OsString], context: &mut Context) -> Result<Vec<VarBind>, ToolError> {
    let mut triples = Vec::new();
    for triple in words.chunks(3) {
        if triples.len() >= limits::COMMAND_LINE_OIDS {
            return Err(ToolError::Usage(format!(
                "Too many assignments specified. Only {} allowed in one request.",
                limits::COMMAND_LINE_OIDS
            )));
        }
        let name = &triple[0];
        let argument = |text: &str| ToolError::Argument(format!("{}: {text}", name.to_string_lossy()));
        let kind = triple.get(1).ok_or_else(|| argument("Needs type and value"))?;
        let kind = SetType::parse(&kind.to_string_lossy())
            .map_err(|letter| argument(&format!("Bad object type: {letter}")))?;
        let value = triple.get(2).ok_or_else(|| argument("Needs value"))?;
        triples.push((name, kind, value));
    }
    let count = triples.len();
    let (mut bindings, mut rejected) = (Vec::with_capacity(count), Vec::new());
    for (text, kind, value) in triples {
        context.tell_before(text, &mut rejected);
        let name = match context.read_name(text) {
            Ok(name) => name,
            Err(lines) => {
                rejected.extend(lines);
                continue;
            }
        };
        match set_arg::value(&name, kind, value.as_bytes(), &context.settings.mib, &mut context.library) {
            Ok(value) => bindings.push(VarBind::new(name, value)),
            Err(error) => {
                rejected.push(format!("{}: {error}", text.to_string_lossy()));
                let hint = hints::of_value(&error, &name, &context.library).filter(|_| hints::are_wanted());
                rejected.extend(hint.map(|hint| format!("{}: {hint}", context.name)));
            }
        }
    }
    if bindings.len() == count { Ok(bindings) } else { Err(ToolError::Rejected(rejected)) }
}
