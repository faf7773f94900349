//! Many agents in one run: `--targets` and `--target`.

mod bar;
mod list;
mod run;
mod tally;

use std::ffi::OsString;

use super::{
    Context, ToolError,
    exchange::{self, Task},
    progress::Course,
    target::Target,
};
use crate::{
    cli::fleet::FleetArgs,
    codec::Version,
    config::{Priority, Settings},
    engine::Usm,
    server_spec::ServerSpec,
    session::SessionSettings,
};
use list::Mistakes;

pub(super) use list::{Common, read};

/// Where an agent stands in what was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// A line of the list, from 1.
    Line(usize),
    /// One of several `--target`, from 1.
    Option(usize),
}

impl Place {
    fn shown(self, file: &str) -> String {
        match self {
            Self::Line(number) => format!("{file}:{number}"),
            Self::Option(number) => format!("--target {number}"),
        }
    }
}

/// How some of the agents are spoken to.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) settings: Settings,
    /// What [`Context::check_access`] made of the settings.
    pub(super) usm: Option<Usm>,
    /// The first agent that is spoken to so.
    pub(super) place: Place,
}

/// One of the agents.
#[derive(Debug)]
struct Member {
    spec: ServerSpec,
    /// What was typed, without the community.
    host: String,
    profile: usize,
}

/// The agents of a run, checked, and what is the same for all of them.
#[derive(Debug)]
pub struct Plan {
    members: Vec<Member>,
    profiles: Vec<Profile>,
    /// How the list is called.
    file: String,
    args: FleetArgs,
}

impl Plan {
    /// Makes targets of the agents of a list.
    ///
    /// # Errors
    ///
    /// [`ToolError::Argument`] with a line for each agent that cannot be asked as it stands there.
    pub(super) fn new(args: &FleetArgs, list: list::List, context: &mut Context) -> Result<Self, ToolError> {
        for warning in &list.warnings {
            context.log.write(Priority::Warning, warning);
        }
        for diagnostic in &list.diagnostics {
            context.log.write(diagnostic.priority, &diagnostic.text);
        }
        let file = args.targets.as_deref().map(list::shown).unwrap_or_default();
        let mut plan = Self { members: Vec::new(), profiles: list.profiles, file, args: args.clone() };
        let mut mistakes = plan.mistakes();
        for (agent, place, profile) in list.agents {
            let read = |context: &mut Context| {
                let before = std::mem::replace(&mut context.agent, agent);
                let found = Target::of(context).and_then(|target| {
                    // Its source address is looked at.
                    target.session_settings(context).map(|_| target)
                });
                context.agent = before;
                found
            };
            let found = match profile {
                Some(profile) => {
                    plan.as_profile(context, profile, read).map(|target| Some((profile, target)))
                }
                None => read(context).map(|_| None),
            };
            match found {
                Ok(Some((profile, Target { spec, host, remembered: _ }))) => {
                    plan.members.push(Member { spec, host, profile });
                }
                Ok(None) => {}
                Err(error) => mistakes.add(place, &without_name(&error, context.name)),
            }
        }
        mistakes.check()?;
        Ok(plan)
    }

    fn mistakes(&self) -> Mistakes {
        Mistakes::of(&self.file)
    }

    /// Refuses what cannot be done to agents that are spoken to as they are, and makes of `SNMPv3`'s settings who asks.
    pub(super) fn check_access(&mut self, context: &mut Context) -> Result<(), ToolError> {
        let mut mistakes = self.mistakes();
        for number in 0..self.profiles.len() {
            let checked = self.as_profile(context, number, Context::check_access);
            if let Err(error) = checked {
                mistakes.add(self.profiles[number].place, &without_name(&error, context.name));
            }
        }
        mistakes.check()
    }

    /// Whether any of the agents is asked in a version that has GETBULK.
    pub(super) fn knows_bulk(&self) -> bool {
        self.profiles.iter().any(|profile| profile.settings.version != Version::V1)
    }

    /// Refuses GETBULK to agents that are asked in version 1.
    pub(super) fn check_bulk(&self, context: &Context) -> Result<(), ToolError> {
        let mut mistakes = self.mistakes();
        for profile in self.profiles.iter().filter(|profile| profile.settings.version == Version::V1) {
            mistakes.add(profile.place, &without_name(&context.no_bulk(), context.name));
        }
        mistakes.check()
    }

    /// What `--show-target` shows of each agent, a line each.
    pub(super) fn show(&mut self, context: &mut Context) -> String {
        let mut lines = Vec::with_capacity(self.members.len());
        for number in 0..self.members.len() {
            let target = self.target(number);
            let profile = self.members[number].profile;
            lines.push(self.as_profile(context, profile, |context| target.show(context)));
        }
        lines.join("\n")
    }

    /// Does something with a context that is for the agents of a profile.
    fn as_profile<T>(
        &mut self,
        context: &mut Context,
        profile: usize,
        action: impl FnOnce(&mut Context) -> T,
    ) -> T {
        let profile = &mut self.profiles[profile];
        let mut exchange = |context: &mut Context| {
            std::mem::swap(&mut profile.settings, &mut context.settings);
            std::mem::swap(&mut profile.usm, &mut context.usm);
        };
        exchange(context);
        let done = action(context);
        exchange(context);
        done
    }

    fn target(&self, number: usize) -> Target {
        let Member { spec, host, profile: _ } = &self.members[number];
        Target { spec: spec.clone(), host: host.clone(), remembered: None }
    }

    /// The version that an agent is asked in.
    fn version(&self, number: usize) -> Version {
        self.profiles[self.members[number].profile].settings.version
    }

    /// How a session with an agent speaks, and the agent.
    fn opening(
        &mut self,
        context: &mut Context,
        number: usize,
    ) -> Result<(Target, SessionSettings), ToolError> {
        let mut target = self.target(number);
        let profile = self.members[number].profile;
        self.as_profile(context, profile, |context| {
            target.recall(context);
            let settings = target.session_settings(context)?;
            Ok((target, settings))
        })
    }
}

/// A mistake without the tool's name before it, and with what to do about it behind.
fn without_name(error: &ToolError, tool: &str) -> String {
    let prefix = format!("{tool}: ");
    let text = error.to_string();
    let lines: Vec<_> = text.lines().map(|line| line.strip_prefix(&prefix).unwrap_or(line)).collect();
    lines.join("\n")
}

/// Whom an operation asks.
#[derive(Clone, Copy, Debug)]
pub struct Whom<'a> {
    /// Where it is.
    pub spec: &'a ServerSpec,
    /// The version that it is asked in.
    pub version: Version,
}

/// Runs an operation with the context's agent, or with each of them, and prints what comes of it.
///
/// `operation` and `task` make what is needed for each agent.
pub fn run<T: Task>(
    context: &mut Context,
    operation: impl Fn(Whom<'_>) -> T::Operation,
    task: impl Fn() -> T,
    course: Course,
) -> Result<super::Ending, ToolError>
where
    T::Operation: Send + 'static,
    <T::Operation as crate::operation::Operation>::Item: Send,
    <T::Operation as crate::operation::Operation>::Error: Send,
{
    if let Some(plan) = context.fleet.take() {
        return run::run(context, *plan, operation, task);
    }
    let spec = Target::of(context)?.spec;
    let operation = operation(Whom { spec: &spec, version: context.settings.version });
    exchange::run(context, operation, task(), course)
}

/// Puts an operand for the agent before the others, whose place it has.
pub(super) fn with_agent(mut words: Vec<OsString>) -> Vec<OsString> {
    let operands = words.iter().rposition(|word| word == "--").map_or(words.len(), |end| end + 1);
    words.insert(operands, OsString::new());
    words
}
