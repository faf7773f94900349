//! From words to a tool's arguments and settings.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
};

use clap::ArgAction;

use crate::{
    cli::{
        args::{CommonArgs, Format},
        fleet::{FleetArgs, long_name},
        oid_arg,
        rewrite::{LongOption, Stop, rewrite},
        values::OutputLetters,
    },
    codec::Version,
    config::{Diagnostic, Environment, MibSettings, OutputTokens, Priority, Settings},
    engine::Usm,
    limits,
    mib::{
        Library,
        name::{Choice, Reading},
    },
    oid::Oid,
    state::EngineCache,
};

use super::{
    Tool, access,
    error::ToolError,
    fleet::{self, Plan},
    hints,
    log::Log,
    mibs, secrets,
};

/// How to print, resolved: what the output takes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OutputRequest {
    /// `--format` or `-j`.
    pub format: Format,
    /// All of `-O`.
    pub letters: OutputLetters,
    /// The output tokens of `snmp.conf`; each one that is set beats its letter.
    pub tokens: OutputTokens,
}

/// Everything that a tool needs besides its own job.
#[derive(Debug)]
pub struct Context {
    /// The tool's name, for messages.
    pub name: &'static str,
    /// The program's name as it was called.
    pub program: OsString,
    /// The agent as typed: a server specification, or an alias.
    pub agent: OsString,
    /// Versions, communities, times and the rest.
    pub settings: Settings,
    /// Who asks in `SNMPv3`: what [`Context::check_access`] made of the settings; `None` in the other versions.
    pub usm: Option<Usm>,
    /// What is remembered of agents' engines; `None` with `--no-cache`.
    pub engines: Option<EngineCache>,
    /// The agents, where many are asked: `agent` and the settings that are an agent's own are nobody's then.
    pub fleet: Option<Box<Plan>>,
    /// Names, by the settings for MIBs.
    pub library: Library,
    /// How to print.
    pub output: OutputRequest,
    /// The arguments that settings do not cover: `deadline`, `any_source`, `no_cache`, `show_target`.
    pub common: CommonArgs,
    /// `COLUMNS`: the width of tables, whatever the terminal says.
    pub columns: Option<OsString>,
    /// Where messages go.
    pub log: Log,
}

/// What came of the words.
#[derive(Debug)]
pub enum Prepared<T> {
    /// A tool's arguments, and everything else.
    Ready(T, Box<Context>),
    /// `--format-schema`: neither agent nor settings are looked at.
    FormatSchema,
}

/// Why nothing came of them.
#[derive(Debug)]
pub enum NotPrepared {
    /// Found while scanning.
    Stop(Stop),
    /// Found afterwards; messages that go where messages go have gone there.
    Error(ToolError),
}

impl From<ToolError> for NotPrepared {
    fn from(error: ToolError) -> Self {
        Self::Error(error)
    }
}

/// Reads words (the program's name not among them) and files.
pub fn prepare<T: Tool>(
    program: &OsStr,
    words: Vec<OsString>,
    environment: &Environment,
) -> Result<Prepared<T>, NotPrepared> {
    let args = arguments::<T>(program, words, environment)?;
    let mut common = args.common().clone();
    if common.output.format_schema {
        return Ok(Prepared::FormatSchema);
    }
    let mut warnings = Vec::new();
    let community = match (&common.session.community, &common.session.community_file) {
        (None, Some(path)) => Some(
            secrets::from_file("community", path, &mut warnings)
                .map_err(|error| ToolError::Local(format!("{}: {error:#}", T::NAME)))?,
        ),
        _ => None,
    };
    let crowd = args.fleet().filter(|fleet| fleet.is_wanted());
    let agent = args.agent().filter(|_| crowd.is_none());
    if agent.is_some() || crowd.is_some() {
        access::fetch_passphrases(T::NAME, &mut common.v3, &mut warnings)?;
    }
    let overrides = common.overrides(community);
    let (settings, diagnostics) = Settings::load(T::FILES, environment, agent, overrides.clone());
    let log = open_log(&settings, &diagnostics, T::NAME);
    for warning in &warnings {
        log.write(Priority::Warning, warning);
    }
    access::check_passphrases(program, &common.v3)?;
    if let Some(option) = args.fleet().and_then(FleetArgs::idle_option) {
        let text = format!("{option} is for many agents: give --targets FILE or --target SPEC");
        return Err(ToolError::Usage(text).into());
    }
    let list = crowd.map(|fleet| {
        let (tool, files) = (T::NAME, T::FILES);
        let (overrides, settings, diagnostics) = (&overrides, &settings, &diagnostics);
        fleet::read(
            fleet,
            fleet::Common { tool, program, environment, files, overrides, settings, diagnostics },
        )
    });
    let list = list.transpose()?;
    let no_agent = || ToolError::Usage("No hostname specified.".to_owned());
    let agent = args.agent().ok_or_else(no_agent)?.to_owned();
    let output =
        OutputRequest { format: common.format(), letters: common.letters(), tokens: settings.output.clone() };
    let mut context = Context {
        name: T::NAME,
        program: program.to_owned(),
        agent,
        usm: None,
        engines: if common.session.no_cache { None } else { EngineCache::locate(environment) },
        fleet: None,
        library: mibs::library(&settings.mib, environment, &log),
        settings,
        output,
        common,
        columns: environment.columns.clone(),
        log,
    };
    if let (Some(fleet), Some(list)) = (args.fleet(), list) {
        context.fleet = Some(Box::new(Plan::new(fleet, list, &mut context)?));
    }
    Ok(Prepared::Ready(args, Box::new(context)))
}

/// Opens the log, acknowledges the tokens of `-D` and tells what was wrong with configuration files.
pub(super) fn open_log(settings: &Settings, diagnostics: &[Diagnostic], name: &str) -> Log {
    let log = Log::open(&settings.log, settings.log_timestamp, name);
    for tokens in &settings.debug_tokens {
        for token in
            tokens.split(|octet| *octet == b',').filter(|token| !token.is_empty() && *token != b"ALL")
        {
            let (token, on) = token.strip_prefix(b"-").map_or((token, 1), |token| (token, 0));
            let text = format!("registered debug token {}, {on}", String::from_utf8_lossy(token));
            log.write(Priority::Debug, &text);
        }
    }
    for diagnostic in diagnostics {
        log.write(diagnostic.priority, &diagnostic.text);
    }
    log
}

/// Reads words alone: no file, no environment but `POSIXLY_CORRECT`.
pub fn arguments<T: Tool>(
    program: &OsStr,
    words: Vec<OsString>,
    environment: &Environment,
) -> Result<T, NotPrepared> {
    let mut command = T::command();
    let longs = long_options(&command);
    let is_for_many = longs.iter().any(|long| long.name == "targets");
    let before_operands = words.iter().take_while(|word| *word != "--");
    let mut names = before_operands.filter_map(|word| long_name(word));
    if !is_for_many && names.any(|name| matches!(name, b"targets" | b"target")) {
        let text = format!("{} asks one agent: it has no --targets and no --target", T::NAME);
        return Err(ToolError::Usage(text).into());
    }
    let words =
        rewrite(&T::GRAMMAR, &longs, environment.permutation, program, words).map_err(NotPrepared::Stop)?;
    let mut read = |words: &[OsString]| {
        let words = std::iter::once(OsString::from(T::NAME)).chain(words.iter().cloned());
        let matches = command.try_get_matches_from_mut(words);
        let args = matches.and_then(|mut matches| T::from_arg_matches_mut(&mut matches));
        args.map_err(|error| NotPrepared::Stop(Stop::usage(super::one_line(&error))))
    };
    let args = read(&words)?;
    if args.fleet().is_some_and(FleetArgs::is_wanted) {
        return read(&fleet::with_agent(words));
    }
    Ok(args)
}

pub(super) fn long_options(command: &clap::Command) -> Vec<LongOption> {
    command
        .get_arguments()
        .filter_map(|argument| {
            let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
            argument.get_long().map(|name| LongOption { name: name.to_owned(), takes_value })
        })
        .collect()
}

/// Says which definition a name was taken for: under `-Pw` always, and to people where it was no name but a pattern.
pub(super) fn tell_choice(text: &OsStr, choice: &Choice, settings: &MibSettings, log: &Log) {
    let text = text.to_string_lossy();
    let are_warnings_wanted = settings.parse_letters.matches(['w', 'W']).count() > 0;
    match choice {
        Choice::Among { taken, others } if are_warnings_wanted => {
            let others: Vec<_> = others.iter().map(|other| other.qualified_name().to_string()).collect();
            let text = format!(
                "{text}: taken for {}; there are others of that name: {}",
                taken.qualified_name(),
                others.join(", ")
            );
            log.write(Priority::Warning, &text);
        }
        Choice::Match(taken) if are_warnings_wanted || hints::are_wanted() => {
            let text = format!("{text}: no name; taken as a pattern for {}", taken.qualified_name());
            log.write(Priority::Warning, &text);
        }
        Choice::Among { .. } | Choice::Match(_) => {}
    }
}

impl Context {
    /// Reads the names of the command line; all that are not understood are reported. A row, such as `ifEntry[3]`,
    /// stands for all of its columns that can be read.
    ///
    /// # Errors
    ///
    /// [`ToolError::Usage`] when there are more than [`limits::COMMAND_LINE_OIDS`], [`ToolError::Rejected`] otherwise,
    /// also when rows make them more.
    pub fn names(&mut self, texts: &[OsString]) -> Result<Vec<Oid>, ToolError> {
        if texts.len() > limits::COMMAND_LINE_OIDS {
            return Err(ToolError::Usage(format!(
                "Too many object identifiers specified. Only {} allowed in one request.",
                limits::COMMAND_LINE_OIDS
            )));
        }
        let (mut names, mut rejected) = (Vec::with_capacity(texts.len()), Vec::new());
        let mut are_all_read = true;
        for text in texts {
            self.tell_before(text, &mut rejected);
            match self.read(text) {
                Ok(Reading { row: Some(row), .. }) => names.extend(row.columns),
                Ok(reading) => names.push(reading.oid),
                Err(lines) => {
                    are_all_read = false;
                    rejected.extend(lines);
                }
            }
        }
        if names.len() > limits::COMMAND_LINE_OIDS {
            are_all_read = false;
            rejected.push(format!(
                "{}: Only {} object identifiers allowed in one request; with the columns of the rows these are {}",
                self.name,
                limits::COMMAND_LINE_OIDS,
                names.len()
            ));
        }
        if are_all_read { Ok(names) } else { Err(ToolError::Rejected(rejected)) }
    }

    /// Tells what was not understood so far before a name that may be of a missing module, which is told at once.
    pub fn tell_before(&self, text: &OsStr, rejected: &mut Vec<String>) {
        if text.as_bytes().contains(&b':') {
            rejected.drain(..).for_each(|line| self.log.write(Priority::Error, &line));
        }
    }

    /// Reads one name.
    pub fn name_of(&mut self, text: &OsStr) -> Result<Oid, ToolError> {
        self.read_name(text).map_err(ToolError::Rejected)
    }

    /// Reads the name of one object, or has the lines to show. An instance of a row is none: it has many.
    pub fn read_name(&mut self, text: &OsStr) -> Result<Oid, Vec<String>> {
        let reading = self.read(text)?;
        match reading.row {
            None => Ok(reading.oid),
            Some(row) => Err(vec![format!(
                "{}: Unknown Object Identifier ({} is a row: name one of its columns here; snmpget asks for all of \
                 them)",
                text.to_string_lossy(),
                row.definition.name()
            )]),
        }
    }

    /// Reads a name, or has the lines to show: net-snmp's, and for people what may have been meant.
    fn read(&mut self, text: &OsStr) -> Result<Reading, Vec<String>> {
        let read = oid_arg::read(text.as_bytes(), &self.settings.mib, &mut self.library);
        if let Some(notice) = read.as_ref().map_or_else(|unknown| &unknown.notice, |reading| &reading.notice)
        {
            self.log.write(Priority::Error, notice);
        }
        match read {
            Ok(reading) => {
                if let Some(choice) = &reading.choice {
                    tell_choice(text, choice, &self.settings.mib, &self.log);
                }
                Ok(reading)
            }
            Err(unknown) => {
                let hint = hints::are_wanted().then(|| hints::of_unknown(&unknown, &self.library)).flatten();
                let hint = hint.or_else(|| self.fleet.as_ref().and_then(|_| hints::of_agent(text)));
                let hint = hint.map(|hint| format!("{}: {hint}", self.name));
                Err([unknown.to_string()].into_iter().chain(hint).collect())
            }
        }
    }

    /// Refuses GETBULK in version 1, which has none (RFC 3416, section 4.2.3).
    pub fn check_bulk(&self) -> Result<(), ToolError> {
        match &self.fleet {
            Some(plan) => plan.check_bulk(self),
            None if self.settings.version == Version::V1 => Err(self.no_bulk()),
            None => Ok(()),
        }
    }

    /// What is said of GETBULK in version 1.
    pub(super) fn no_bulk(&self) -> ToolError {
        ToolError::Rejected(vec![format!("{}: Cannot send V2 PDU on V1 session", self.name)])
    }

    /// The agent's text, for messages.
    pub fn agent_text(&self) -> String {
        String::from_utf8_lossy(self.agent.as_bytes()).into_owned()
    }
}
