//! Reads the list of agents: every line is understood, or nothing is sent.

use std::{
    collections::{HashMap, HashSet},
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read as _},
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::Path,
    rc::Rc,
};

use clap::{CommandFactory as _, FromArgMatches as _};
use zeroize::Zeroizing;

use super::{Place, Profile};
use crate::{
    cli::{
        fleet::{FleetArgs, LineArgs, long_name, split_words},
        rewrite::{Grammar, LongOption, Stop, rewrite},
    },
    config::{Diagnostic, Environment, FileKind, HostFiles, Overrides, Permutation, Settings},
    limits,
    secret::Secret,
    server_spec::ServerSpec,
    tool::{ToolError, access, context, log, secrets},
};

/// Mistakes of a list that are told; more of them are counted.
const MISTAKES_TOLD: usize = 20;

/// What a line's words are read with: net-snmp's options, of which [`LineArgs`] takes some.
const GRAMMAR: Grammar = Grammar { flags: &[], permutation: Permutation::Allowed };

/// What is the same for all lines.
#[derive(Clone, Copy)]
pub(in crate::tool) struct Common<'a> {
    pub(in crate::tool) tool: &'static str,
    pub(in crate::tool) program: &'a OsStr,
    pub(in crate::tool) environment: &'a Environment,
    pub(in crate::tool) files: &'static [FileKind],
    /// What the command line says.
    pub(in crate::tool) overrides: &'a Overrides,
    /// What comes of it where a line adds nothing.
    pub(in crate::tool) settings: &'a Settings,
    /// What was wrong with files when these were made.
    pub(in crate::tool) diagnostics: &'a [Diagnostic],
}

/// A list as it was read.
#[derive(Debug, Default)]
pub(in crate::tool) struct List {
    /// Agents as they were typed, each with its place and the number of its profile; those of other shards have none, and
    /// are looked at, but not asked.
    pub(in crate::tool) agents: Vec<(OsString, Place, Option<usize>)>,
    pub(in crate::tool) profiles: Vec<Profile>,
    pub(in crate::tool) warnings: Vec<String>,
    pub(in crate::tool) diagnostics: Vec<Diagnostic>,
}

/// Reads the list that the options name.
///
/// # Errors
///
/// [`ToolError::Local`] for a file that cannot be read, [`ToolError::Argument`] with a line for each mistake in it.
pub(in crate::tool) fn read(args: &FleetArgs, common: Common<'_>) -> Result<List, ToolError> {
    let mut reader = Reader::new(common);
    let mut place_in_list = 0;
    let mut wanted = 0;
    let mut line_of = |reader: &mut Reader<'_>, place: Place, line: &[u8]| {
        let Some(line) = reader.line(line).unwrap_or_else(|what| reader.refuse(place, &what)) else { return };
        let is_wanted = args.shard.is_none_or(|shard| shard.has(place_in_list));
        place_in_list += 1;
        if is_wanted {
            wanted += 1;
            reader.add(place, line);
        } else {
            reader.list.agents.push((line.agent, place, None));
        }
    };
    if let Some(path) = &args.targets {
        let (octets, is_open) = read_file(common.tool, path)?;
        reader.mistakes.file = shown(path);
        // Editors of other systems begin a file of UTF-8 with a mark that nobody sees.
        let octets = octets.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&octets);
        for (number, line) in octets.split(|octet| *octet == b'\n').enumerate() {
            line_of(&mut reader, Place::Line(number + 1), line.strip_suffix(b"\r").unwrap_or(line));
        }
        if is_open && reader.has_secrets {
            let path = path.display();
            reader.list.warnings.push(format!(
                "{path}: others can read this file, which has communities or passphrases; run chmod 600 on it"
            ));
        }
    }
    for (number, line) in args.target.iter().enumerate() {
        line_of(&mut reader, Place::Option(number + 1), line.as_bytes());
    }
    reader.mistakes.check()?;
    if place_in_list == 0 {
        let what = args.targets.as_deref().map_or("--target".to_owned(), shown);
        return Err(ToolError::Argument(format!("{}: {what} names no agent", common.tool)));
    }
    if wanted > limits::TARGETS {
        return Err(ToolError::Argument(format!(
            "{}: {wanted} agents are too many, {} can be asked in one run; see --shard",
            common.tool,
            limits::TARGETS
        )));
    }
    Ok(reader.list)
}

/// How a list is called in messages.
pub(super) fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// The file's octets, and whether others can read it.
fn read_file(tool: &str, path: &Path) -> Result<(Zeroizing<Vec<u8>>, bool), ToolError> {
    let failed = |reason: &str| ToolError::Local(format!("{tool}: cannot read {}: {reason}", shown(path)));
    let mut octets = Zeroizing::new(Vec::new());
    let mut is_open = false;
    let limit = limits::TARGETS_OCTETS + 1;
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut octets)
    } else {
        let file = File::open(path).map_err(|error| failed(&log::reason(&error)))?;
        let metadata = file.metadata().map_err(|error| failed(&log::reason(&error)))?;
        is_open = metadata.is_file() && metadata.permissions().mode() & 0o044 != 0;
        file.take(limit).read_to_end(&mut octets)
    };
    match read {
        Ok(length) if length as u64 == limit => Err(failed("it is too long")),
        Ok(_) => Ok((octets, is_open)),
        Err(error) => Err(failed(&log::reason(&error))),
    }
}

/// What is wrong with a list.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    /// How the list is called.
    file: String,
    told: Vec<String>,
    count: usize,
}

impl Mistakes {
    pub(super) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    pub(super) fn add(&mut self, place: Place, what: &str) {
        self.count += 1;
        if self.told.len() < MISTAKES_TOLD {
            let place = place.shown(&self.file);
            self.told.extend(what.lines().map(|line| format!("{place}: {line}")));
        }
    }

    /// # Errors
    ///
    /// [`ToolError::Argument`] when there are any.
    pub(super) fn check(&mut self) -> Result<(), ToolError> {
        if self.count == 0 {
            return Ok(());
        }
        if self.count > MISTAKES_TOLD {
            self.told.push(format!("{} more mistakes", self.count - MISTAKES_TOLD));
        }
        Err(ToolError::Argument(self.told.join("\n")))
    }
}

/// A line that was understood.
struct Line {
    agent: OsString,
    /// The options as they were rewritten; lines that have the same speak in the same way.
    options: Vec<OsString>,
}

/// What decides how an agent is spoken to.
#[derive(Eq, Hash, PartialEq)]
struct ProfileKey {
    options: Vec<OsString>,
    /// Whether the agent's specification has a community, which beats the command line's.
    has_community: bool,
    /// The agent, where it has a file of its own.
    agent: Option<OsString>,
}

struct Reader<'a> {
    common: Common<'a>,
    command: clap::Command,
    longs: Vec<LongOption>,
    host_files: HostFiles,
    list: List,
    profiles: HashMap<ProfileKey, Option<usize>>,
    /// What the options of lines say, by the options.
    parsed: HashMap<Vec<OsString>, Result<Rc<LineArgs>, String>>,
    diagnosed: HashSet<String>,
    has_secrets: bool,
    mistakes: Mistakes,
}

impl<'a> Reader<'a> {
    fn new(common: Common<'a>) -> Self {
        let mut command = LineArgs::command();
        command.build();
        Self {
            longs: context::long_options(&command),
            command,
            host_files: HostFiles::find(common.environment),
            diagnosed: common.diagnostics.iter().map(|one| one.text.clone()).collect(),
            common,
            list: List::default(),
            profiles: HashMap::new(),
            parsed: HashMap::new(),
            has_secrets: false,
            mistakes: Mistakes::default(),
        }
    }

    fn refuse<T>(&mut self, place: Place, what: &str) -> Option<T> {
        self.mistakes.add(place, what);
        None
    }

    /// Reads a line; `None` for one that names no agent.
    fn line(&mut self, line: &[u8]) -> Result<Option<Line>, String> {
        if line.len() > limits::LINE_OCTETS {
            return Err("the line is too long".to_owned());
        }
        let mut words = split_words(line)?;
        match words.len() {
            0 => return Ok(None),
            1 if !words[0].as_bytes().starts_with(b"-") => {
                return Ok(words.pop().map(|agent| Line { agent, options: Vec::new() }));
            }
            _ => {}
        }
        if let Some(unknown) =
            words.iter().filter_map(|word| long_name(word)).find(|name| !self.is_long(name))
        {
            return Err(format!("--{} is no option of an agent's line", String::from_utf8_lossy(unknown)));
        }
        let rewritten = rewrite(&GRAMMAR, &self.longs, Permutation::Allowed, OsStr::new("line"), words);
        let mut options = rewritten.map_err(|stop| match stop {
            Stop::Mistake { message, hint, .. } => {
                let message = message.strip_prefix("line: ").unwrap_or(&message).to_owned();
                hint.map_or_else(|| message.clone(), |hint| format!("{message} ({hint})"))
            }
            Stop::Help(_) | Stop::Version | Stop::Directives => {
                "-h, -V and -H are for the command line".to_owned()
            }
        })?;
        let end = options.iter().rposition(|word| word == "--").unwrap_or(options.len());
        let mut operands = options.split_off(end);
        let agent = match operands.len() {
            0 | 1 => return Err("there is no agent in the line".to_owned()),
            2 => operands.pop().unwrap_or_default(),
            _ => {
                let second = operands[2].to_string_lossy();
                return Err(format!("'{second}' is one word too many: an agent's specification is one"));
            }
        };
        self.parse(&options)?;
        Ok(Some(Line { agent, options }))
    }

    fn is_long(&self, name: &[u8]) -> bool {
        self.longs.iter().any(|long| long.name.as_bytes() == name)
    }

    /// What options say, read once for all lines that have them.
    fn parse(&mut self, options: &[OsString]) -> Result<Rc<LineArgs>, String> {
        if let Some(parsed) = self.parsed.get(options) {
            return parsed.clone();
        }
        let matches = self.command.try_get_matches_from_mut(options);
        let parsed = matches.and_then(|matches| LineArgs::from_arg_matches(&matches));
        let parsed = match parsed {
            Ok(args) => match args.misplaced_option() {
                Some(name) => Err(format!("{name} is for the command line: it counts for all agents")),
                None if args.asks_for_secret() => {
                    Err("\"-\" is for the command line: it is asked for once, for all agents".to_owned())
                }
                None => Ok(Rc::new(args)),
            },
            Err(error) => Err(crate::tool::one_line(&error)),
        };
        self.parsed.insert(options.to_vec(), parsed.clone());
        parsed
    }

    /// Adds an agent, with the settings that its line leads to.
    fn add(&mut self, place: Place, line: Line) {
        let Line { agent, options } = line;
        let spec = ServerSpec::parse(&agent.to_string_lossy());
        let has_community = spec.is_ok_and(|spec| spec.community.is_some());
        self.has_secrets |= has_community;
        let own_file = self.host_files.has(&agent).then(|| agent.clone());
        let key = ProfileKey { options, has_community, agent: own_file };
        let number = if let Some(number) = self.profiles.get(&key) {
            *number
        } else {
            let number = match self.settings(&key) {
                Ok(settings) => {
                    self.list.profiles.push(Profile { settings, usm: None, place });
                    Some(self.list.profiles.len() - 1)
                }
                Err(what) => self.refuse(place, &what),
            };
            self.profiles.insert(key, number);
            number
        };
        if let Some(number) = number {
            self.list.agents.push((agent, place, Some(number)));
        }
    }

    fn settings(&mut self, key: &ProfileKey) -> Result<Settings, String> {
        let Common { tool, program, environment, files, overrides, settings, .. } = self.common;
        let mut line = LineArgs::clone(&*self.parse(&key.options)?);
        self.has_secrets |= line.has_secret();
        let warnings = &mut self.list.warnings;
        let community = file_community(&line, warnings)?;
        let told = |error: ToolError| {
            let text = error.to_string();
            text.strip_prefix(&format!("{tool}: ")).unwrap_or(&text).to_owned()
        };
        access::fetch_passphrases(tool, &mut line.v3, warnings).map_err(told)?;
        access::check_passphrases(program, &line.v3).map_err(told)?;
        let own = line.overrides(community);
        let is_simple = !own.v3.any() && own.client_address.is_none() && key.agent.is_none();
        let drops_community = key.has_community && own.community.is_none();
        let mut merged = own.over(overrides);
        if drops_community {
            merged.community = None;
        }
        if is_simple {
            // What thousands of lines may have each in their own way is put in without reading the files again.
            let mut settings = settings.clone();
            settings.communities.command_line = merged.community;
            settings.version = merged.version.unwrap_or(settings.version);
            settings.retries = merged.retries.unwrap_or(settings.retries);
            settings.timeout = merged.timeout.unwrap_or(settings.timeout);
            settings.backoff = merged.backoff.unwrap_or(settings.backoff);
            return Ok(settings);
        }
        let (settings, diagnostics) = Settings::load(files, environment, key.agent.as_deref(), merged);
        if key.agent.is_some() {
            let news = diagnostics.into_iter().filter(|one| self.diagnosed.insert(one.text.clone()));
            self.list.diagnostics.extend(news);
        }
        Ok(settings)
    }
}

/// The community of the file that a line names.
fn file_community(line: &LineArgs, warnings: &mut Vec<String>) -> Result<Option<Secret<Vec<u8>>>, String> {
    let (None, Some(path)) = (&line.session.community, &line.session.community_file) else { return Ok(None) };
    secrets::from_file("community", path, warnings).map(Some).map_err(|error| format!("{error:#}"))
}
