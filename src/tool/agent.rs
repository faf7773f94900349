//! snmpagent(1): serves the built-in device or a recorded one.

use std::{
    ffi::{OsStr, OsString},
    fmt::Write as _,
    fs::File,
    io::BufReader,
    num::NonZeroU64,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::SystemTime,
};

use clap::Parser;
use rand::{TryRng as _, rngs::SysRng};
use tokio::{runtime, signal};

mod engine;
mod users;
mod users_file;
mod watch;

pub use self::users::UserArgs;

use crate::{
    agent::{
        Agent, Authority, Communities, Device, User, demo,
        quirk::{self, Quirk, Rate},
        record,
    },
    clock::Instant,
    config::{EngineId, Environment},
    secret::Secret,
    server_spec::ServerSpec,
    session::{Observer, Server, present},
    transport::TransportSettings,
};

use super::{Ending, Program, StatusMode, ToolError, log};

/// The program's name.
pub const NAME: &str = "snmpagent";

/// Serve a device over SNMP: the built-in one, or one recorded from a walk
///
/// It answers SNMPv1, SNMPv2c and SNMPv3, GET, GETNEXT, GETBULK and SET, on every address that --listen names, until it
/// is stopped. What is set lives as long as the agent. With --quirk it misbehaves in chosen ways, to see what a manager
/// makes of that.
///
/// SNMPv3 is for the users that --user and --users name; the built-in device has users for practice when none is named,
/// as it has communities. It counts what is wrong with requests in usmStats, and how often it has started in
/// ~/.local/state/snmpkit/agent-boots, since an engine's boots must rise.
#[derive(Clone, Debug, Parser)]
#[command(name = NAME, version, args_override_self = true)]
pub struct Args {
    /// What to serve.
    #[arg(
        value_name = "demo|FILE",
        help = "\"demo\" for the built-in device, or a file: the text of snmpwalk -On, our ndjson, or .snmprec",
        long_help = devices()
    )]
    pub device: PathBuf,

    /// Where to listen.
    #[arg(
        long,
        value_name = "SPEC",
        required = true,
        help = "Where to listen: [transport::][host][:port]; may be given more than once"
    )]
    pub listen: Vec<OsString>,

    /// A community that may read; "public" when none is given
    #[arg(long, value_name = "COMMUNITY", value_parser = secret())]
    pub read_community: Vec<Secret<Vec<u8>>>,

    /// A community that may read and write; "private" when none is given
    #[arg(long, value_name = "COMMUNITY", value_parser = secret())]
    pub write_community: Vec<Secret<Vec<u8>>>,

    /// Users of `SNMPv3`.
    #[command(flatten)]
    pub user: UserArgs,

    /// Files of users.
    #[arg(
        long,
        value_name = "FILE",
        help_heading = USERS_HEADING,
        help = "A file of users, one a line: NAME auth=PROTO auth-password=PASS ...; may be given more than once",
        long_help = users_file::FORMAT
    )]
    pub users: Vec<PathBuf>,

    /// The engine ID of SNMPv3, 5 to 32 octets in hexadecimal; one of this machine and the first address when not given
    #[arg(long, value_name = "HEX", help_heading = USERS_HEADING, value_parser = engine::engine_id)]
    pub engine_id: Option<EngineId>,

    /// Keep no file of how often the engine has started; the time decides its boots
    #[arg(long, help_heading = USERS_HEADING)]
    pub no_state: bool,

    /// Misbehave in this way; may be given more than once.
    #[arg(
        long,
        value_name = "NAME[=ARG]",
        allow_hyphen_values = true,
        help = "Misbehave in this way; may be given more than once (\"--quirk help\" lists the ways)",
        long_help = ways_to_misbehave()
    )]
    pub quirk: Vec<Quirk>,

    /// Start of the random numbers that quirks and counters use, to see the same run again
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = seed)]
    pub seed: Option<u64>,

    /// Stop after this many requests
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = max_requests)]
    pub max_requests: Option<NonZeroU64>,

    /// Print each request and its answer on standard error
    #[arg(short, long)]
    pub verbose: bool,
}

/// The heading of the options about users.
const USERS_HEADING: &str = "SNMPv3";

/// The long help of `--quirk`.
fn ways_to_misbehave() -> String {
    let outline = quirk::outline();
    let (ways, legend) = outline.trim_end().rsplit_once('\n').unwrap_or((&outline, ""));
    format!(
        "Misbehave in this way; may be given more than once; \"--quirk help\" lists the ways\n\nThe ways:\n{}\n\n{legend}",
        indented(ways)
    )
}

/// The long help of the device.
fn devices() -> String {
    format!(
        "\"demo\" for the built-in device, or a file: the text of snmpwalk -On, our ndjson, or .snmprec\n\n\
         What a file has can be read and set, each object with the type that it has there.\n\n\
         The built-in device has:\n{}\n\n\
         Without --user and --users it has users of SNMPv3 for practice, whose passphrases are {} and {}:\n{}",
        indented(demo::outline().trim_end()),
        demo::user::AUTH_PASSPHRASE,
        demo::user::PRIV_PASSPHRASE,
        indented(demo::user::outline().trim_end())
    )
}

/// As lists stand in helps and man pages.
fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn secret() -> impl clap::builder::TypedValueParser<Value = Secret<Vec<u8>>> {
    use clap::builder::{OsStringValueParser, TypedValueParser as _};
    OsStringValueParser::new().map(|text| crate::cli::values::secret(&text))
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a number from 0 to {}", u64::MAX))
}

fn max_requests(text: &str) -> Result<NonZeroU64, String> {
    text.parse().map_err(|_| "it is a number of requests, 1 or more".to_owned())
}

impl Args {
    /// The communities that may only read, the default one filled in.
    pub fn read_communities(&self) -> Vec<Secret<Vec<u8>>> {
        or_default(&self.read_community, b"public")
    }

    /// The communities that may read and write, the default one filled in.
    pub fn write_communities(&self) -> Vec<Secret<Vec<u8>>> {
        or_default(&self.write_community, b"private")
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    ///
    /// [`ToolError::Argument`] for a specification that makes no sense, [`ToolError::Local`] for a file or an address
    /// that cannot be used.
    pub fn run(self, environment: &Environment) -> Result<Ending, ToolError> {
        let specs = self.specs()?;
        let users = self.all_users()?;
        let mut agent = self.agent()?;
        if let Some(users) = users {
            agent = agent.with_usm(self.authority(users, &specs, environment)?);
        }
        let device = Device::new(agent, &self.quirk, self.seed.unwrap_or(0));
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| ToolError::Local(format!("cannot start: {}", log::reason(&error))))?;
        runtime.block_on(async {
            let mut server = Server::new(device, TransportSettings::default());
            for spec in &specs {
                let local = server.listen(spec).await.map_err(|error| ToolError::Local(error.to_string()))?;
                log::say(&format!("{NAME}: listening at {local}"));
            }
            if self.closes_its_ports() {
                server.close_ports();
            }
            if let Some(observer) = self.observer() {
                server.observe(observer);
            }
            tokio::select! {
                ended = server.run() => match ended {
                    Ok(()) => Ok(Ending::Done),
                    Err(error) => Err(ToolError::Local(error.to_string())),
                },
                // Both end it, and dropping the server removes the files of its sockets.
                _ = signal::ctrl_c() => Ok(Ending::Interrupted),
                () = terminated() => Ok(Ending::Done),
            }
        })
    }

    fn specs(&self) -> Result<Vec<ServerSpec>, ToolError> {
        let parse = |text: &OsString| {
            let text = text.to_string_lossy();
            ServerSpec::parse(&text).map_err(|error| ToolError::Argument(format!("--listen {text}: {error}")))
        };
        self.listen.iter().map(parse).collect()
    }

    fn agent(&self) -> Result<Agent, ToolError> {
        let communities = self.communities();
        if self.is_demo() {
            let seed = self.seed.unwrap_or(0);
            return Ok(demo::agent(demo::Settings { seed, ..present() }, communities));
        }
        let shown = self.device.display();
        let failed = |error: &dyn std::fmt::Display| ToolError::Local(format!("{shown}: {error}"));
        let file = File::open(&self.device).map_err(|error| failed(&log::reason(&error)))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(failed(&"this is a directory; give a file with a recorded walk, or \"demo\""));
        }
        let (store, report) =
            record::read(BufReader::with_capacity(1 << 16, file), None).map_err(|error| failed(&error))?;
        if store.is_empty() {
            return Err(failed(&"no object stands in it; record a walk with snmpwalk -On AGENT .1"));
        }
        log::say(&format!("{NAME}: {} objects in {shown}", store.len()));
        if report.replaced > 0 {
            log::say(&format!(
                "{NAME}: {} names stand there more than once; the last counts",
                report.replaced
            ));
        }
        Ok(record::agent(store, communities))
    }

    fn is_demo(&self) -> bool {
        self.device == Path::new("demo")
    }

    /// Whether users were named, and not those for practice.
    fn names_users(&self) -> bool {
        !self.user.is_empty() || !self.users.is_empty()
    }

    /// Those who may ask in `SNMPv3`; `None` when nobody may.
    fn all_users(&self) -> Result<Option<Vec<User>>, ToolError> {
        if !self.names_users() {
            // A recorded device shows what was recorded, and nothing of an engine.
            return Ok(self.is_demo().then(demo::user::users));
        }
        let mut warnings = Vec::new();
        let mut all = self.user.users(&mut warnings).map_err(ToolError::Argument)?;
        for path in &self.users {
            all.extend(users_file::read(path, &mut warnings).map_err(ToolError::Local)?);
        }
        for warning in warnings {
            log::say(&format!("{NAME}: {warning}"));
        }
        let mut names: Vec<&[u8]> = all.iter().map(User::name).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(ToolError::Argument(format!("user {} is there twice", users::shown(pair[0])))),
            None => Ok(Some(all)),
        }
    }

    /// The engine with these users.
    #[expect(clippy::disallowed_methods, reason = "boots that nobody has counted follow from the time")]
    fn authority(
        &self,
        users: Vec<User>,
        specs: &[ServerSpec],
        environment: &Environment,
    ) -> Result<Authority, ToolError> {
        let engine_id = match (&self.engine_id, specs.first()) {
            (Some(id), _) => id.octets().to_vec(),
            (None, Some(first)) => engine::default_engine_id(first),
            (None, None) => return Err(ToolError::Argument("--listen is missing".to_owned())),
        };
        let boots = if self.no_state {
            engine::boots_of_time(SystemTime::now())
        } else {
            let directory = environment.state_directory();
            let engine::Boots { boots, warning } =
                engine::next_boots(directory.as_deref(), &engine_id, SystemTime::now());
            if let Some(warning) = warning {
                log::say(&format!("{NAME}: {warning}"));
            }
            boots
        };
        let salt_start = SysRng
            .try_next_u64()
            .map_err(|error| ToolError::Local(format!("the system gives no random numbers: {error}")))?;
        let mut authority = Authority::new(&engine_id, salt_start)
            .map_err(|error| ToolError::Argument(format!("--engine-id: {error}")))?;
        authority.set_clock(Instant::ZERO, boots, 0);
        if self.verbose || self.names_users() || self.engine_id.is_some() {
            let count = users.len();
            let (id, users) = (engine::shown(&engine_id), if count == 1 { "user" } else { "users" });
            log::say(&format!("{NAME}: engine {id}, boots {boots}, {count} {users} of SNMPv3"));
        }
        Ok(users.into_iter().fold(authority, Authority::with_user))
    }

    fn communities(&self) -> Communities {
        let readers = self.read_communities();
        let writers = self.write_communities();
        let communities =
            readers.iter().fold(Communities::none(), |all, community| all.reader(community.expose()));
        writers.iter().fold(communities, |all, community| all.writer(community.expose()))
    }

    /// Whether no message is ever to be answered but by the system, which refuses it.
    fn closes_its_ports(&self) -> bool {
        self.quirk
            .iter()
            .any(|quirk| matches!(quirk, Quirk::PortUnreachable(Rate::Chance(chance)) if *chance >= 1.0))
    }

    /// What looks at every message: to print it, and to stop after enough of them.
    fn observer(&self) -> Option<Observer> {
        let (verbose, mut left) = (self.verbose, self.max_requests.map(NonZeroU64::get));
        if !verbose && left.is_none() {
            return None;
        }
        Some(Box::new(move |observed| {
            if verbose {
                log::say(&watch::describe(&observed));
            }
            if let Some(left) = &mut left {
                *left = left.saturating_sub(1);
            }
            if left == Some(0) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }))
    }
}

/// Waits for the signal that service managers send.
async fn terminated() {
    match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        // Without a handler the signal ends the process by itself.
        Err(_) => std::future::pending().await,
    }
}

fn or_default(given: &[Secret<Vec<u8>>], default: &[u8]) -> Vec<Secret<Vec<u8>>> {
    if given.is_empty() { vec![Secret::new(default.to_vec())] } else { given.to_vec() }
}

impl Program for Args {
    fn start(_program: &OsStr, words: Vec<OsString>, environment: &Environment) -> u8 {
        if asks_for_quirks(&words) {
            return super::print_line(NAME, quirks().trim_end()).status(StatusMode::NetSnmp);
        }
        let words = std::iter::once(OsString::from(NAME)).chain(words);
        let ending = match Self::try_parse_from(words) {
            Ok(args) => args.run(environment).unwrap_or_else(|error| {
                log::say(&format!("{NAME}: {error}"));
                error.ending()
            }),
            Err(error) if error.use_stderr() => {
                log::say(&mistake(&error));
                Ending::Usage
            }
            Err(help) => super::print_line(NAME, help.render().to_string().trim_end()),
        };
        ending.status(StatusMode::NetSnmp)
    }
}

/// Whether `--quirk help` stands among the words, which needs neither a device nor an address.
fn asks_for_quirks(words: &[OsString]) -> bool {
    words.iter().any(|word| word == "--quirk=help")
        || words.windows(2).any(|pair| pair[0] == "--quirk" && pair[1] == "help")
}

/// The quirks, one a line, and what their arguments are.
fn quirks() -> String {
    let form = |about: &quirk::About| format!("{}{}", about.name, about.argument);
    let width = quirk::ALL.iter().map(|about| form(about).len()).max().unwrap_or(0);
    let mut text = String::from("--quirk takes one of these, and may be given more than once:\n");
    for about in quirk::ALL {
        let _ = writeln!(text, "  {:width$}  {}", form(about), about.what);
    }
    text.push_str("RATE is a probability from 0 to 1, or every:N; TIME has a unit: 50ms, 1.5s");
    text
}

/// A mistake in the words: what it is on one line, and the usage on another.
fn mistake(error: &clap::Error) -> String {
    let line = super::one_line(error);
    format!("{NAME}: {line}\nusage: {NAME} [OPTIONS] --listen SPEC demo|FILE   ({NAME} --help explains them)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn everything_may_be_given_more_than_once() {
        let words = "snmpagent demo --listen udp::127.0.0.1:1 --listen stream::/x --read-community a --read-community b \
                     --quirk drop=0.5 --quirk silent-bulk --seed 7";
        let args = Args::try_parse_from(words.split_whitespace()).unwrap();
        assert_eq!(args.listen, ["udp::127.0.0.1:1", "stream::/x"]);
        assert_eq!(args.read_communities().len(), 2);
        assert_eq!(args.write_communities()[0].expose(), b"private");
        assert_eq!(args.quirk, [Quirk::Drop(Rate::Chance(0.5)), Quirk::SilentBulk]);
        assert!(!format!("{args:?}").contains("private"));
    }

    #[test]
    fn a_mistake_is_one_line_that_says_what_and_where() {
        for (words, said) in [
            ("snmpagent demo", "the following required arguments were not provided: --listen <SPEC>"),
            ("snmpagent demo --listen x --nope", "unexpected argument '--nope' found"),
            (
                "snmpagent demo --listen x --quirk drop",
                "invalid value 'drop' for '--quirk <NAME[=ARG]>': quirk 'drop': it is written drop=RATE, RATE being a \
                 probability from 0 to 1, or every:N",
            ),
        ] {
            let text = mistake(&Args::try_parse_from(words.split_whitespace()).unwrap_err());
            assert_eq!(text.lines().next(), Some(format!("snmpagent: {said}").as_str()));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for words in [
            "snmpagent",
            "snmpagent demo",
            "snmpagent demo --listen x --quirk =1",
            "snmpagent demo --listen x --seed x",
        ] {
            assert!(Args::try_parse_from(words.split_whitespace()).is_err(), "{words}");
        }
    }
}
