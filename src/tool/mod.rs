//! The tools: arguments, jobs, and how runs end.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Write as _},
    process::ExitCode,
};

use clap::CommandFactory;

use crate::{
    cli::rewrite::{Grammar, HelpLength, Stop, Usage},
    config::{Environment, FileKind, listing},
};

mod access;
pub mod agent;
pub mod bulkget;
pub mod bulkwalk;
pub mod context;
pub mod error;
pub mod exchange;
pub mod fleet;
pub mod get;
pub mod getnext;
mod hints;
pub mod log;
mod mibs;
mod names;
pub mod printer;
mod progress;
mod refusal;
mod row;
mod secrets;
pub mod set;
pub mod table;
pub mod target;
pub mod translate;
pub mod trouble;
pub mod usm;
pub mod vacm;
pub mod walk;
mod walking;

use self::printer::OutputLost;

pub use self::{
    context::{Context, NotPrepared, OutputRequest, Prepared, arguments, prepare},
    error::{Ending, StatusMode, ToolError},
    target::Target,
};

/// The version of the package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What `-V` prints.
pub const VERSION_TEXT: &str =
    concat!("snmpkit version: ", env!("CARGO_PKG_VERSION"), " (options and text of NET-SNMP version: 5.9)");

/// A tool's name and its definition.
pub type Definition = (&'static str, fn() -> clap::Command);

/// Every tool, with what makes its man page and completions.
pub const ALL: [Definition; 11] = [
    (get::Args::NAME, get::Args::command),
    (getnext::Args::NAME, getnext::Args::command),
    (set::Args::NAME, set::Args::command),
    (walk::Args::NAME, walk::Args::command),
    (bulkget::Args::NAME, bulkget::Args::command),
    (bulkwalk::Args::NAME, bulkwalk::Args::command),
    (table::Args::NAME, table::Args::command),
    (agent::NAME, agent::Args::command),
    (translate::NAME, translate::Args::command),
    (usm::Args::NAME, usm::Args::command),
    (vacm::Args::NAME, vacm::Args::command),
];

/// What a tool's JSON consists of, and so what its end says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Records {
    /// Bindings.
    Bindings,
    /// Rows of a table.
    Rows,
}

/// A tool with net-snmp's grammar.
pub trait Tool: clap::Parser {
    /// The program's name.
    const NAME: &'static str;
    /// Its operands, for the usage line.
    const OPERANDS: &'static str;
    /// What it adds to the common options.
    const GRAMMAR: Grammar;
    /// The configuration files that it reads.
    const FILES: &'static [FileKind];
    /// What its JSON consists of; bindings unless it says otherwise.
    const RECORDS: Records = Records::Bindings;
    /// What there is to do, every argument resolved.
    type Job;

    /// The arguments that all tools share.
    fn common(&self) -> &crate::cli::args::CommonArgs;

    /// The first operand.
    fn agent(&self) -> Option<&OsStr>;

    /// The options that name many agents, where the tool takes some.
    fn fleet(&self) -> Option<&crate::cli::fleet::FleetArgs> {
        None
    }

    /// Makes the job of the arguments; checks everything that can be checked without the network.
    fn job(self, context: &mut Context) -> Result<Self::Job, ToolError>;

    /// Does the job.
    fn run(job: Self::Job, context: &mut Context) -> Result<Ending, ToolError>;
}

/// A program: a [`Tool`], or one with a grammar of its own.
pub trait Program {
    /// Runs with these words (the program's name not among them) and returns the exit status.
    fn start(program: &OsStr, words: Vec<OsString>, environment: &Environment) -> u8;
}

/// Runs a program with the words and the environment that the process has.
pub fn main<P: Program>() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    ExitCode::from(P::start(&program, words.collect(), &Environment::from_process()))
}

impl<T: Tool> Program for T {
    fn start(program: &OsStr, words: Vec<OsString>, environment: &Environment) -> u8 {
        let mode = status_mode(&words);
        let format = refusal::wanted_format(&words);
        let ending = match prepare::<T>(program, words, environment) {
            Ok(Prepared::FormatSchema) => format_schema::<T>(),
            Ok(Prepared::Ready(args, mut context)) => {
                let result = if context.common.session.show_target {
                    show_target(&mut context)
                } else {
                    args.job(&mut context).and_then(|job| T::run(job, &mut context))
                };
                result.unwrap_or_else(|error| {
                    refusal::tell_people::<T>(&error, Some(&context));
                    refusal::tell_programs::<T>(format, &error, Some(&context))
                })
            }
            Err(NotPrepared::Stop(stop)) => stopped::<T>(stop, format),
            Err(NotPrepared::Error(error)) => {
                refusal::tell_people::<T>(&error, None);
                refusal::tell_programs::<T>(format, &error, None)
            }
        };
        ending.status(mode)
    }
}

/// Whether `--fail` stands among the words. It counts even when another one makes no sense.
fn status_mode(words: &[OsString]) -> StatusMode {
    let asked = words.iter().take_while(|word| *word != "--").any(|word| word == "--fail");
    if asked { StatusMode::Fine } else { StatusMode::NetSnmp }
}

fn stopped<T: Tool>(stop: Stop, format: Option<crate::output::Format>) -> Ending {
    match stop {
        Stop::Mistake { message, hint, usage } => {
            let error = match usage {
                Usage::Shown => ToolError::Usage(message),
                Usage::Hidden => ToolError::Argument(message),
            };
            let error = match hint {
                Some(hint) => error.advised(hint),
                None => error,
            };
            refusal::tell_people::<T>(&error, None);
            refusal::tell_programs::<T>(format, &error, None)
        }
        Stop::Help(length) => {
            let mut command = T::command();
            let text = match length {
                HelpLength::Short => command.render_help(),
                HelpLength::Long => command.render_long_help(),
            };
            log::say(text.to_string().trim_end());
            Ending::Help
        }
        Stop::Version => {
            log::say(VERSION_TEXT);
            Ending::Done
        }
        Stop::Directives => {
            log::say(listing(T::FILES).trim_end());
            Ending::Done
        }
    }
}

fn usage_line<T: Tool>() -> String {
    format!("usage: {0} [OPTIONS] {1}   ({0} --help explains them)", T::NAME, T::OPERANDS)
}

/// A mistake that clap found, on one line. What it lists in lines of their own, the values that there are or the
/// arguments that are missing, follows behind.
fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let mut line = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    for (at, item) in lines.take_while(|line| !line.is_empty()).enumerate() {
        line.push_str(if at == 0 { " " } else { ", " });
        line.push_str(item.trim());
    }
    line
}

/// Prints what was understood of the agent as JSON on standard output.
fn show_target(context: &mut Context) -> Result<Ending, ToolError> {
    let shown = match context.fleet.take() {
        Some(mut plan) => plan.show(context),
        None => Target::of(context)?.show(context),
    };
    Ok(print_line(context.name, &shown))
}

/// Prints the schema of the JSON formats on standard output.
fn format_schema<T: Tool>() -> Ending {
    print_line(T::NAME, crate::output::json::format_schema().trim_end())
}

/// Prints a line on standard output.
pub(crate) fn print_line(program: &str, text: &str) -> Ending {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(format!("{text}\n").as_bytes()).and_then(|()| stdout.flush());
    written.map_or_else(|error| OutputLost::told(program, &error).ending(), |()| Ending::Done)
}

/// The parser of `-C`'s flags, for the tools' structs.
fn flag() -> impl clap::builder::TypedValueParser<Value = crate::cli::flags::Flag> {
    use clap::builder::{OsStringValueParser, TypedValueParser as _};
    OsStringValueParser::new().try_map(|text| crate::cli::flags::Flag::parse(&text))
}

#[cfg(test)]
mod tests;
