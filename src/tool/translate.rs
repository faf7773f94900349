//! snmptranslate(1): names to numbers and back, and what modules say of objects. Nothing is asked of anybody.

mod listing;
mod lookup;
mod run;
mod sink;
mod words;

use std::ffi::{OsStr, OsString};

use clap::{ArgAction, Parser};

use crate::{
    cli::{
        args::{self, MibArgs, OutputArgs},
        rewrite::{HelpLength, Stop, Usage},
        values,
    },
    config::{Environment, FileKind, LogHandler, Overrides, Settings},
};

use super::{Ending, Program, ToolError, VERSION_TEXT, context, log};

pub use words::{Report, Reports};

/// The program's name.
pub const NAME: &str = "snmptranslate";

/// The files that it reads, as net-snmp's does.
const FILES: &[FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];

/// Columns of a line when `-w` does not say otherwise: lines are not broken.
const WIDTH_DEFAULT: usize = 1_000_000;

/// Translate names of SNMP objects into numbers and back, and show what is known of them
///
/// Prints each OID in the form that -O asks for, with -Td all that its module says of it, with -Tp the tree below it. An
/// OID of "-" reads lines from standard input and translates the first word of each. Standard modules are built in;
/// nothing is asked of any agent.
#[derive(Clone, Debug, Parser)]
#[command(
    name = NAME,
    version,
    override_usage = "snmptranslate [OPTIONS] OID...",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Args {
    /// The objects, by number or by name; "-" translates standard input
    #[arg(value_name = "OID")]
    pub oids: Vec<OsString>,

    /// What to print; letters may be combined
    ///
    /// The letters:
    ///   B  OID is a regular expression: all objects whose name it matches
    ///   d  all details of each OID
    ///   p  the tree below each OID, or the whole tree
    ///   a  the whole tree as assignments of module text
    ///   l  a line for each name of the tree: .iso(1).org(3)
    ///   o  the same: .1.3
    ///   s  the same: .iso.org
    ///   z  the same: "org" "1.3"
    ///   t  the same, indented: org(3) type=0
    #[arg(short = 'T', value_name = "LETTERS", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = args::os(words::reports))]
    pub reports: Vec<Reports>,

    /// Break lists of -Td and -Tp at this many columns
    #[arg(short = 'w', value_name = "WIDTH", allow_hyphen_values = true, value_parser = args::os(words::width))]
    pub width: Option<usize>,

    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,

    /// MIB.
    #[command(flatten)]
    pub mib: MibArgs,

    /// Where messages go
    ///
    /// The letters:
    ///   e            standard error
    ///   o            standard output
    ///   n            nowhere
    ///   f FILE       a file, at its end
    ///   s FACILITY   the system's log: d (daemon), u (user) or 0 to 7 (local)
    ///   E O N F S    as these, for messages as grave as a priority, which comes first, and graver
    #[arg(short = 'L', value_name = "DESTINATION", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = args::os(values::log), help_heading = "Logging and configuration")]
    pub log: Vec<LogHandler>,

    /// Debugging tokens, commas between them; read and acknowledged only
    #[arg(short = 'D', value_name = "TOKENS", allow_hyphen_values = true, action = ArgAction::Append, help_heading = "Logging and configuration")]
    pub debug: Vec<OsString>,

    /// Print help, and exit; --help says more than -h
    #[arg(short = 'h', long = "help", action = ArgAction::SetTrue, help_heading = "Logging and configuration")]
    pub help: bool,

    /// Print the version, and exit
    #[arg(short = 'V', long = "version", id = "print_version", action = ArgAction::SetTrue, help_heading = "Logging and configuration")]
    pub print_version: bool,
}

impl Args {
    /// All of `-T` together.
    fn reports(&self) -> Reports {
        self.reports.iter().fold(Reports::default(), |all, one| all.and(*one))
    }

    fn overrides(&self) -> Overrides {
        Overrides {
            debug_tokens: self.debug.iter().map(|tokens| tokens.as_encoded_bytes().to_vec()).collect(),
            log: self.log.clone(),
            modules: self.mib.modules.clone(),
            module_directories: self.mib.directories.clone(),
            mib: self.mib.settings(),
            ..Overrides::default()
        }
    }

    fn run(&self, environment: &Environment) -> Result<Ending, ToolError> {
        if self.output.format_schema {
            return Ok(super::print_line(NAME, crate::output::json::format_schema().trim_end()));
        }
        let (settings, diagnostics) = Settings::load(FILES, environment, None, self.overrides());
        let log = context::open_log(&settings, &diagnostics, NAME);
        run::run(self, &settings, environment, log)
    }
}

impl Program for Args {
    fn start(program: &OsStr, words: Vec<OsString>, environment: &Environment) -> u8 {
        let mode = super::status_mode(&words);
        let ending = match words::arguments(program, words, environment.permutation) {
            Ok(args) => args.run(environment).unwrap_or_else(|error| {
                let text = error.to_string();
                if !text.is_empty() {
                    log::say(&text);
                }
                if matches!(error, ToolError::Usage(_)) {
                    log::say(&usage());
                }
                error.ending()
            }),
            Err(stop) => stopped(stop),
        };
        ending.status(mode)
    }
}

fn usage() -> String {
    format!("usage: {NAME} [OPTIONS] OID...   ({NAME} --help explains them)")
}

fn stopped(stop: Stop) -> Ending {
    match stop {
        Stop::Mistake { message, usage: shown, .. } => {
            log::say(&message);
            if shown == Usage::Shown {
                log::say(&usage());
            }
            Ending::Usage
        }
        Stop::Help(length) => {
            let mut command = <Args as clap::CommandFactory>::command();
            let text = match length {
                HelpLength::Short => command.render_help(),
                HelpLength::Long => command.render_long_help(),
            };
            log::say(text.to_string().trim_end());
            Ending::Help
        }
        Stop::Version | Stop::Directives => {
            log::say(VERSION_TEXT);
            Ending::Done
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }
}
