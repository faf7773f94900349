//! snmpusm(1): users of an agent (RFC 3414), and their keys.

mod change;
mod command;
mod keys;
mod report;
mod rows;

use std::{
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _},
    os::unix::ffi::OsStrExt as _,
    path::Path,
};

use clap::Parser;
use rand::{TryRng as _, rngs::SysRng};
use zeroize::Zeroizing;

use self::{
    change::{Change, NewKeys, Source, Work},
    command::{Command, Mistake},
    keys::{KEY_OCTETS_MAX, Material, Protocols, Which},
    report::Report,
};
use super::{Context, Ending, Tool, ToolError, exchange, progress::Course, row::Readers, secrets};
use crate::{
    cli::{
        args::CommonArgs,
        flags::{self, Flag},
        rewrite::Grammar,
    },
    codec::Version,
    config::{self, FileKind, Permutation, number},
    crypto,
    engine::EngineSource,
    limits,
    secret::Secret,
    session::Session,
};

/// Make and remove users of SNMPv3, and change their keys
///
/// Sends one SET to the table of an agent's users; the agent does all of it or nothing. A user is made as a copy of
/// another one, whose passphrases it has until passwd gives it new ones.
#[derive(Clone, Debug, Parser)]
#[allow(
    rustdoc::broken_intra_doc_links,
    reason = "the help has optional operands in brackets, and is shown as it stands"
)]
#[command(
    name = "snmpusm",
    version,
    override_usage = "snmpusm [OPTIONS] AGENT COMMAND [ARGUMENT]...",
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
    ///   create USER [FROM]      make a user, as a copy of FROM
    ///   cloneFrom USER FROM     make a user that is there a copy of FROM
    ///   delete USER             remove a user
    ///   activate USER           let a user in
    ///   deactivate USER         keep a user out
    ///   passwd OLD NEW [USER]   give a user the keys of another passphrase
    ///   changekey [USER]        give a user keys that are agreed upon with the agent, which are printed
    ///
    /// passwd and changekey change keys of who asks when no USER is named. A passphrase has 8 characters at least; "-"
    /// asks for it on the terminal, or reads a line of standard input: other users of the machine can see what stands
    /// on the command line. An agent cannot tell whether OLD is right: with a wrong one, the user's keys are nobody's
    /// afterwards. OLD and NEW are for both of the user's keys unless -Ca or -Cx is given. The agent is asked
    /// for the user's protocols; where it does not tell them, -a and -x say what they are.
    #[arg(value_name = "COMMAND", verbatim_doc_comment)]
    pub words: Vec<OsString>,

    /// The tool's own flags, which may be combined
    ///
    /// The letters:
    ///   a            change the key that authenticates alone
    ///   x            change the key that encrypts alone
    ///   k            OLD and NEW are localized keys, in hexadecimal, where they begin with 0x
    ///   w            create makes a user that has to be activated
    ///   p TEXT       set usmUserPublic of the user, too
    ///   E ENGINE-ID  the engine ID of the user's row, in hexadecimal; the agent's own without it
    #[arg(short = 'C', value_name = "FLAGS", allow_hyphen_values = true, action = clap::ArgAction::Append, verbatim_doc_comment, value_parser = super::flag())]
    pub flags: Vec<Flag>,

    /// What all tools share.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// What snmpusm has to do.
#[derive(Debug)]
pub struct Job {
    work: Work,
    /// Said when it is done.
    done: &'static str,
    /// `-Cp`.
    public: Option<Vec<u8>>,
    /// The engine ID where it need not be asked for.
    engine_id: Option<Vec<u8>>,
}

impl Tool for Args {
    const NAME: &'static str = "snmpusm";
    const OPERANDS: &'static str = "AGENT COMMAND [ARGUMENT]...";
    const GRAMMAR: Grammar = Grammar { flags: flags::USM_FLAGS, permutation: Permutation::Allowed };
    const FILES: &'static [FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];
    type Job = Job;

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn agent(&self) -> Option<&OsStr> {
        self.agent.as_deref()
    }

    fn job(self, context: &mut Context) -> Result<Job, ToolError> {
        let mut command = Command::parse(self.words).map_err(refused)?;
        context.check_access()?;
        fetch_passphrases(&mut command, context)?;
        command.check_passphrases().map_err(refused)?;
        let flags = &self.flags;
        let engine_id = flags::argument(flags, 'E').and_then(|text| number::hex(text.as_bytes()));
        let engine_id = engine_id.or_else(|| engine_of_session(context));
        let done = command.done();
        let work = match command {
            Command::Passwd { old, new, user } => {
                Work::Keys(passwd(flags, (&old, &new), user, engine_id.as_deref(), context)?)
            }
            Command::ChangeKey { user } => Work::Keys(changekey(flags, user, context)?),
            command => Work::Row { command, wait: flags::given(flags, 'w') },
        };
        let public = flags::argument(flags, 'p').map(|text| text.as_bytes().to_vec());
        Ok(Job { work, done, public, engine_id })
    }

    fn run(job: Job, context: &mut Context) -> Result<Ending, ToolError> {
        let Job { work, done, public, engine_id } = job;
        let is_v3 = context.settings.version == Version::V3;
        let prepare = async move |session: &Session| {
            let engine_id = if let Some(engine_id) = engine_id {
                Ok(engine_id)
            } else {
                let answer = session.request(change::engine_question()).await;
                change::engine_id(answer, session.known_engine().await, is_v3)
            };
            Change::new(work, public, engine_id)
        };
        let report = Report { done, readers: Readers::of(context) };
        exchange::run_prepared(context, prepare, report, Course::Short)
    }
}

fn refused(mistake: Mistake) -> ToolError {
    match mistake {
        Mistake::Usage(text) => ToolError::Usage(text.to_owned()),
        Mistake::Plain(text) => ToolError::Argument(text),
    }
}

/// Asks for passphrases that are given as `-`.
fn fetch_passphrases(command: &mut Command, context: &Context) -> Result<(), ToolError> {
    let Command::Passwd { old, new, .. } = command else { return Ok(()) };
    let ask = |question: &str| {
        if io::stdin().is_terminal() {
            return secrets::ask(context.name, question, "write it into a pipe to standard input");
        }
        secrets::from_file(question, Path::new("-"), &mut Vec::new())
            .map_err(|error| ToolError::Local(format!("{}: {error:#}", context.name)))
    };
    if old.expose() == b"-" {
        *old = ask("old passphrase")?;
    }
    if new.expose() == b"-" {
        *new = ask("new passphrase")?;
        if io::stdin().is_terminal() && ask("new passphrase again")?.expose() != new.expose() {
            let text = format!("{}: the new passphrase was not typed twice alike", context.name);
            return Err(ToolError::Argument(text));
        }
    }
    Ok(())
}

/// The engine ID that options say: that of the context, which is the agent's own unless another one was named.
fn engine_of_session(context: &Context) -> Option<Vec<u8>> {
    let usm = context.usm.as_ref()?;
    let given = match &usm.engine {
        EngineSource::Given(id) => Some(id),
        EngineSource::Discovered | EngineSource::Hint(_) => None,
    };
    usm.context_engine_id.as_ref().or(given).map(|id| id.as_slice().to_vec())
}

fn which(flags: &[Flag]) -> Which {
    match (flags::given(flags, 'a'), flags::given(flags, 'x')) {
        (true, false) => Which::Auth,
        (false, true) => Which::Priv,
        (true, true) | (false, false) => Which::Both,
    }
}

/// Whose keys are changed, and whether they are those of who asks.
fn whose(user: Option<Vec<u8>>, context: &Context) -> Result<(Vec<u8>, bool), ToolError> {
    if let Some(user) = user {
        return Ok((user, false));
    }
    let own = context.settings.v3.given.user.clone().filter(|user| !user.is_empty());
    own.map(|user| (user, true)).ok_or_else(|| {
        ToolError::Rejected(vec![format!("{}: No securityName specified", context.name)])
            .advised("name the user whose keys are to be changed, or give -u NAME to change your own")
    })
}

/// The protocol whose hash makes keys: MD5 where none is named, as with net-snmp.
fn auth_protocol(context: &Context) -> Result<crypto::AuthProtocol, ToolError> {
    let given = context.settings.v3.given.auth.unwrap_or(config::AuthProtocol::Md5);
    given.protocol().ok_or_else(|| {
        let program = context.program.to_string_lossy();
        ToolError::Argument(format!(
            "Error: no hashfn for authtype{program}:  (no hashfn for authtype)\ngenerating the old Ku failed"
        ))
        .advised("keys are made with the hash of a protocol for authentication: choose one with -a")
    })
}

/// The protocol that the privacy key is for: DES where there is a key and none is named, as with net-snmp.
fn priv_protocol(context: &Context) -> Option<crypto::PrivProtocol> {
    let given = &context.settings.v3.given;
    let usual = given.priv_keys.any().then_some(config::PrivProtocol::Des);
    given.privacy.or(usual).and_then(config::PrivProtocol::protocol)
}

/// Whether the agent has to be asked for the protocols of a user: one who asks in `SNMPv3` has proven to have them.
fn has_to_ask(is_own: bool, context: &Context) -> bool {
    !(is_own && context.settings.version == Version::V3)
}

fn passwd(
    flags: &[Flag],
    (old, new): (&Secret<Vec<u8>>, &Secret<Vec<u8>>),
    user: Option<Vec<u8>>,
    engine_id: Option<&[u8]>,
    context: &Context,
) -> Result<NewKeys, ToolError> {
    let program = context.program.to_string_lossy();
    let failed = |what: &str| ToolError::Argument(format!("{program}: \n{what} failed"));
    let (user, is_own) = whose(user, context)?;
    let auth = auth_protocol(context)?;
    let localized = flags::given(flags, 'k');
    let read = |word, which: &str| {
        Material::read(word, localized).ok_or_else(|| {
            failed(&format!("generating the {which} Kul from localized key"))
                .advised("a key is pairs of hexadecimal digits behind 0x")
        })
    };
    let (old, new) = (read(old, "old")?, read(new, "new")?);
    if engine_id.is_some_and(<[u8]>::is_empty) {
        return Err(failed("generating the old Kul").advised("the engine ID of -CE is empty"));
    }
    let which = which(flags);
    let privacy = priv_protocol(context);
    if which.has_priv() && privacy.is_none() {
        let text = "no encryption type specified, which I need in order to know to change the key";
        return Err(ToolError::Rejected(vec![text.to_owned()])
            .advised("give -x PROTOCOL, or -Ca to change the key that authenticates alone"));
    }
    let protocols = Protocols { auth, privacy: privacy.unwrap_or(crypto::PrivProtocol::Des) };
    let mut random = Box::new([[0; KEY_OCTETS_MAX]; 2]);
    for octets in random.iter_mut() {
        fill(octets, context)?;
    }
    let source = Source::Given { old, new, random };
    Ok(NewKeys { user, is_own, which, protocols, ask_protocols: has_to_ask(is_own, context), source })
}

fn changekey(flags: &[Flag], user: Option<Vec<u8>>, context: &Context) -> Result<NewKeys, ToolError> {
    if Readers::of(context) == Readers::Programs {
        let text =
            format!("{}: changekey prints keys, which no format but text has a place for", context.name);
        return Err(ToolError::Argument(text).advised("leave --format and -j out"));
    }
    let (user, is_own) = whose(user, context)?;
    let auth = auth_protocol(context)?;
    let privacy = priv_protocol(context).unwrap_or(crypto::PrivProtocol::Des);
    let protocols = Protocols { auth, privacy };
    let mut random = Box::new([(); 2].map(|()| Zeroizing::new([0; limits::AGREEMENT_PRIME_OCTETS])));
    for octets in random.iter_mut() {
        fill(&mut octets[..], context)?;
    }
    let source = Source::Agreed(random);
    let ask_protocols = has_to_ask(is_own, context);
    Ok(NewKeys { user, is_own, which: which(flags), protocols, ask_protocols, source })
}

fn fill(octets: &mut [u8], context: &Context) -> Result<(), ToolError> {
    SysRng.try_fill_bytes(octets).map_err(|error| {
        ToolError::Local(format!("{}: the system gives no random numbers: {error}", context.name))
    })
}
