//! The arguments that the six tools share.

use std::{ffi::OsString, path::PathBuf};

use clap::{ArgAction, Args, ValueEnum, builder::OsStringValueParser, builder::TypedValueParser};

use crate::{
    clock::Duration,
    codec::Version,
    config::{
        AuthProtocol, EngineId, Keys, LogHandler, MibSettings, Overrides, PrivProtocol, SecurityLevel,
        V3Overrides,
    },
    secret::Secret,
};

use super::values::{self, InputLetters, KeyOption, OutputLetters};

/// Makes a clap parser of a function on the words as they came, UTF-8 or not.
pub(crate) fn os<T: Clone + Send + Sync + 'static>(
    read: fn(&std::ffi::OsStr) -> Result<T, String>,
) -> impl TypedValueParser<Value = T> {
    OsStringValueParser::new().try_map(move |text| read(&text))
}

fn secret() -> impl TypedValueParser<Value = Secret<Vec<u8>>> {
    OsStringValueParser::new().map(|text| values::secret(&text))
}

/// All arguments that are not a tool's own.
#[derive(Args, Clone, Debug)]
pub struct CommonArgs {
    /// SNMP.
    #[command(flatten)]
    pub session: SessionArgs,
    /// `SNMPv3`.
    #[command(flatten)]
    pub v3: V3Args,
    /// Output.
    #[command(flatten)]
    pub output: OutputArgs,
    /// MIB.
    #[command(flatten)]
    pub mib: MibArgs,
    /// Logging and the rest.
    #[command(flatten)]
    pub general: GeneralArgs,
}

/// How to talk to the agent.
#[expect(clippy::doc_markdown, reason = "the text is help, where backticks would show")]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "SNMP")]
pub struct SessionArgs {
    /// Version of SNMP: 1, 2c or 3
    ///
    /// Without it, the configured defVersion; else 3 when an option of version 3 is given; else 2c.
    #[arg(short = 'v', value_name = "VERSION", allow_hyphen_values = true, value_parser = os(values::version))]
    pub version: Option<Version>,

    /// Community, for versions 1 and 2c
    ///
    /// Without it, the one in the agent's specification (community@host); else the configured defCommunity; else
    /// "public" for reading and "private" for setting. Other users of the machine can see it in the list of
    /// processes; --community-file and snmp.conf keep it from them.
    #[arg(short = 'c', value_name = "COMMUNITY", allow_hyphen_values = true, value_parser = secret())]
    pub community: Option<Secret<Vec<u8>>>,

    /// Read the community from the first line of FILE
    ///
    /// "-" is standard input. A file that others can read gets a warning. -c beats it.
    #[arg(long, value_name = "FILE")]
    pub community_file: Option<PathBuf>,

    /// Retransmissions of a request that stays without an answer
    ///
    /// 5 by default, or the configured retries; 0 sends once.
    #[arg(short = 'r', value_name = "RETRIES", allow_hyphen_values = true, value_parser = os(values::retries))]
    pub retries: Option<u32>,

    /// Seconds to wait for each answer; fractions are allowed
    ///
    /// 1 by default, or the configured timeout.
    #[arg(short = 't', value_name = "SECONDS", allow_hyphen_values = true, value_parser = os(values::timeout))]
    pub timeout: Option<Duration>,

    /// Make each wait FACTOR times as long as the one before; 2 doubles it
    #[arg(long, value_name = "FACTOR", value_parser = os(values::backoff))]
    pub backoff: Option<f64>,

    /// Give up after SECONDS altogether, whatever is outstanding
    ///
    /// What had come by then is printed. A walk of a slow agent cannot take longer than this.
    #[arg(long, value_name = "SECONDS", value_parser = os(values::deadline))]
    pub deadline: Option<Duration>,

    /// Send no message of more than OCTETS
    ///
    /// From 484 to 65507. A request that would be longer is not sent; tables are asked for in parts. Without it, the
    /// configured sendMessageMaxSize; else what the transport carries.
    #[arg(long, value_name = "OCTETS", value_parser = os(values::message_octets))]
    pub txbuf: Option<usize>,

    /// Take no answer of more than OCTETS
    ///
    /// From 484 to 65507. A longer answer is cut there and cannot be read, as in a buffer of that size; walks and tables
    /// ask for no more than fits, and in SNMPv3 the agent is told. Without it, what the transport carries.
    #[arg(long, value_name = "OCTETS", value_parser = os(values::message_octets))]
    pub rxbuf: Option<usize>,

    /// Send from this local address
    ///
    /// A port may follow the address, after a colon. -s beats --clientaddr, which is the long form, and the token clientaddr.
    #[arg(short = 's', value_name = "ADDRESS", allow_hyphen_values = true)]
    pub source: Option<OsString>,

    /// The same as -s
    #[arg(long, value_name = "ADDRESS")]
    pub clientaddr: Option<OsString>,

    /// Accept answers from any address
    ///
    /// An answer from another address than the one that was asked is otherwise dropped, and the message about the
    /// time-out says that it came. This is for agents with several addresses that answer from the wrong one.
    #[arg(long)]
    pub any_source: bool,

    /// Neither read nor write the cache of what is known of agents
    ///
    /// In SNMPv3 an agent is first asked who it is. The answer is kept, without any key, in snmpkit/engines below
    /// $XDG_STATE_HOME, or else below ~/.local/state; the next run asks at once what it wants to know.
    #[arg(long)]
    pub no_cache: bool,

    /// Print what was understood of AGENT as JSON, and exit
    ///
    /// Nothing is sent, and no name is looked up. The communities are in it.
    #[arg(long)]
    pub show_target: bool,

    /// Transport setting; read and without effect yet
    ///
    /// The names are our_identity, their_identity, trust_cert and their_hostname, for the transports over TLS.
    #[arg(short = 'T', value_name = "NAME=VALUE", allow_hyphen_values = true, action = ArgAction::Append, value_parser = os(values::transport))]
    pub transport: Vec<(OsString, OsString)>,
}

/// SNMPv3's options.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "SNMPv3")]
pub struct V3Args {
    /// Security level: noAuthNoPriv, authNoPriv or authPriv
    ///
    /// Also noauth, nanp or 1; auth, anp or 2; priv, ap or 3. Without it, the configured defSecurityLevel; else
    /// noAuthNoPriv, whatever keys are given.
    #[arg(short = 'l', value_name = "LEVEL", allow_hyphen_values = true, value_parser = os(values::level))]
    pub level: Option<SecurityLevel>,

    /// User (security name)
    #[arg(short = 'u', value_name = "USER", allow_hyphen_values = true)]
    pub user: Option<OsString>,

    /// Authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512
    ///
    /// Without it, the configured defAuthType; else MD5. The beginning of a word is enough; SHA is SHA-1.
    #[arg(short = 'a', value_name = "PROTOCOL", allow_hyphen_values = true, value_parser = os(values::auth))]
    pub auth: Option<AuthProtocol>,

    /// Authentication passphrase, 8 characters or more; "-" asks for it on the terminal
    ///
    /// Other users of the machine can see it in the list of processes; "-", --auth-password-file and snmp.conf keep it
    /// from them.
    #[arg(short = 'A', value_name = "PASSPHRASE", allow_hyphen_values = true, value_parser = secret())]
    pub auth_passphrase: Option<Secret<Vec<u8>>>,

    /// Read the authentication passphrase from the first line of FILE
    ///
    /// "-" is standard input, of which each such option takes a line. A file that others can read gets a warning. -A
    /// beats it.
    #[arg(long, value_name = "FILE")]
    pub auth_password_file: Option<PathBuf>,

    /// Privacy protocol: DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C
    ///
    /// Without it, the configured defPrivType; else DES. Longer keys of AES are made in two ways: AES-256 is what most
    /// agents have, AES-256-C what Cisco's have.
    #[arg(short = 'x', value_name = "PROTOCOL", allow_hyphen_values = true, value_parser = os(values::privacy))]
    pub privacy: Option<PrivProtocol>,

    /// Privacy passphrase, 8 characters or more; "-" asks for it on the terminal
    #[arg(short = 'X', value_name = "PASSPHRASE", allow_hyphen_values = true, value_parser = secret())]
    pub priv_passphrase: Option<Secret<Vec<u8>>>,

    /// Read the privacy passphrase from the first line of FILE
    ///
    /// As --auth-password-file.
    #[arg(long, value_name = "FILE")]
    pub priv_password_file: Option<PathBuf>,

    /// Engine ID of the agent, in hexadecimal: 5 to 32 octets
    #[arg(short = 'e', value_name = "ENGINE-ID", allow_hyphen_values = true, value_parser = os(values::security_engine))]
    pub security_engine: Option<EngineId>,

    /// Engine ID of the context, in hexadecimal: 5 to 32 octets
    #[arg(short = 'E', value_name = "ENGINE-ID", allow_hyphen_values = true, value_parser = os(values::context_engine))]
    pub context_engine: Option<EngineId>,

    /// Context name
    #[arg(short = 'n', value_name = "CONTEXT", allow_hyphen_values = true)]
    pub context: Option<OsString>,

    /// Boots and time of the agent's engine
    ///
    /// The first request says them; where they are wrong, the agent's own are taken from its authentic answer.
    #[arg(short = 'Z', value_name = "BOOTS,TIME", allow_hyphen_values = true, value_parser = os(values::boots_time))]
    pub boots_time: Option<(u32, u32)>,

    /// Any option of version 3 with its letter first, or a key
    ///
    /// The letters:
    ///   Z e E n l u a x A X  as the options of these letters
    ///   m KEY  master key for authentication, hexadecimal
    ///   M KEY  master key for privacy
    ///   k KEY  localized key for authentication
    ///   K KEY  localized key for privacy
    #[arg(short = '3', value_name = "LETTER VALUE", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = os(values::key))]
    pub keys: Vec<KeyOption>,
}

/// An output format.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// net-snmp's text
    #[default]
    Text,
    /// One JSON document
    Json,
    /// One JSON object a line, as it comes
    Ndjson,
    /// Comma-separated values
    Csv,
    /// A table for people
    Table,
    /// One line for each cell; only snmptable has rows to print so
    #[value(skip)]
    Vertical,
}

/// How to print.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Output format: text, json, ndjson, csv or table
    #[arg(long, value_name = "NAME", value_enum)]
    pub format: Option<Format>,

    /// The same as --format ndjson
    #[arg(short = 'j', long = "json")]
    pub json: bool,

    /// Print the schema of the JSON formats, and exit
    #[arg(long)]
    pub format_schema: bool,

    /// Change the text; letters may be combined
    ///
    /// The letters (those of b e E q Q t T U v X 0 toggle, the others set; a configured token beats its letter):
    ///   0  leading 0 for hexadecimal numbers of one digit
    ///   a  all strings as text
    ///   b  do not break indexes down
    ///   e  enumerations as numbers
    ///   E  escape quotes in indexes
    ///   f  full names, from the root
    ///   F  full names with their numbers
    ///   n  numeric names
    ///   p PRECISION  floating-point numbers as printf has them; ends the word
    ///   q  quick: no types, no equals sign
    ///   Q  quick with an equals sign
    ///   s  the last part of names only
    ///   S  the module and the last part of names
    ///   t  time ticks as numbers
    ///   T  text beside hexadecimal strings
    ///   u  names without the usual prefix
    ///   U  no units
    ///   v  values only
    ///   x  all strings in hexadecimal
    ///   X  indexes in brackets
    #[arg(short = 'O', value_name = "LETTERS", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = os(values::output))]
    pub output: Vec<OutputLetters>,

    /// Tell failures apart by the exit status
    ///
    /// The statuses:
    ///   0  answered
    ///   1  nothing found, or only exceptions
    ///   2  the agent answered with an error-status
    ///   3  time-out, or unreachable
    ///   4  authentication or privacy
    ///   5  usage
    ///   6  partial: some agents failed, or a walk was cut
    ///
    /// Without it: 0 answered, 1 no answer or a local error, 2 an error-status.
    #[arg(long, verbatim_doc_comment)]
    pub fail: bool,
}

/// Names.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Names")]
pub struct MibArgs {
    /// MIB modules whose names count, colons between them
    ///
    /// A list counts alone, with what its modules import; with a leading + or - it adds to the built-in modules, which
    /// count when nothing is said. ALL is every module of all files, and nothing at all turns names off. An entry with a
    /// slash in it is a file. A module that stands before an object's name counts in any case.
    #[arg(short = 'm', value_name = "MODULES", allow_hyphen_values = true)]
    pub modules: Option<OsString>,

    /// Directories of MIB modules, colons between them
    ///
    /// With a leading + they are added behind the default list, with - before it. Of several files with a module the
    /// last one counts.
    #[arg(short = 'M', value_name = "DIRECTORIES", allow_hyphen_values = true)]
    pub directories: Option<OsString>,

    /// What to tell of MIB modules
    ///
    /// The letters:
    ///   e  turns around whether modules that cannot be found are told; they are otherwise
    ///   w  faults of modules that cost definitions, and modules that several files have
    ///   W  also what breaks a rule and is understood all the same
    ///   c  no effect: the parser decides by itself where a comment ends
    ///   d  no effect: descriptions are always there to be asked for
    ///   u  no effect: underscores in names are always read
    ///   R  no effect: every definition is kept, and the latest module's speaks for an OID
    #[arg(short = 'P', value_name = "LETTERS", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = os(values::parse))]
    pub parse: Vec<String>,

    /// How to read OIDs and values
    ///
    /// The letters:
    ///   b  best match: the OID is a regular expression
    ///   h  no DISPLAY-HINT on input
    ///   r  no check of ranges and types
    ///   R  look names up without their module
    ///   u  names without a leading dot are relative
    ///   s SUFFIX  put SUFFIX after every textual OID; ends the word
    ///   S PREFIX  put PREFIX before every textual OID; ends the word
    #[arg(short = 'I', value_name = "LETTERS", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = os(values::input))]
    pub input: Vec<InputLetters>,
}

/// Logging, configuration and help.
#[expect(clippy::struct_excessive_bools, reason = "four independent switches of the command line")]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logging and configuration")]
pub struct GeneralArgs {
    /// Where messages go
    ///
    /// The letters:
    ///   e            standard error
    ///   o            standard output
    ///   n            nowhere
    ///   f FILE       a file, at its end
    ///   s FACILITY   the system's log: d (daemon), u (user) or 0 to 7 (local)
    ///   E PRI        as e, for messages as grave as PRI and graver
    ///   O PRI        as o, likewise
    ///   N PRI        as n, likewise
    ///   F PRI FILE   as f, likewise
    ///   S PRI FAC    as s, likewise
    ///
    /// PRI is a number from 0 to 7, one of ! a c e w n i d, or a range such as 3-5.
    #[arg(short = 'L', value_name = "DESTINATION", allow_hyphen_values = true, action = ArgAction::Append, verbatim_doc_comment, value_parser = os(values::log))]
    pub log: Vec<LogHandler>,

    /// Dump packets in hexadecimal to where messages go
    ///
    /// The community is shown as ** so that a dump can be passed on.
    #[arg(short = 'd')]
    pub dump: bool,

    /// Debugging tokens, commas between them; read and acknowledged only
    ///
    /// Each token is acknowledged as net-snmp does it; there is no debugging output behind them. For packets, see -d.
    #[arg(short = 'D', value_name = "TOKENS", allow_hyphen_values = true, action = ArgAction::Append)]
    pub debug: Vec<OsString>,

    /// Set a token of snmp.conf; --TOKEN=VALUE does the same
    #[arg(short = 'Y', value_name = "TOKEN VALUE", allow_hyphen_values = true, action = ArgAction::Append, value_parser = secret())]
    pub tokens: Vec<Secret<Vec<u8>>>,

    /// List the tokens of snmp.conf, and exit
    #[arg(short = 'H')]
    pub directives: bool,

    /// Print help, and exit; --help says more than -h
    #[arg(short = 'h', long = "help", action = ArgAction::SetTrue)]
    pub help: bool,

    /// Print the version, and exit
    #[arg(short = 'V', long = "version", id = "print_version", action = ArgAction::SetTrue)]
    pub print_version: bool,
}

impl CommonArgs {
    /// What these say of settings; `community` is what `--community-file` held.
    pub fn overrides(&self, community: Option<Secret<Vec<u8>>>) -> Overrides {
        let Self { session, general, mib, .. } = self;
        Overrides {
            version: session.version,
            community: session.community.clone().or(community),
            retries: session.retries,
            timeout: session.timeout,
            backoff: session.backoff,
            client_address: session.source.clone().or_else(|| session.clientaddr.clone()),
            dump: general.dump,
            debug_tokens: general.debug.iter().map(|tokens| tokens.as_encoded_bytes().to_vec()).collect(),
            log: general.log.clone(),
            modules: mib.modules.clone(),
            module_directories: mib.directories.clone(),
            mib: mib.settings(),
            v3: self.v3.overrides(),
            tokens: general.tokens.clone(),
        }
    }

    /// The output format that was asked for; `--format` beats `-j`.
    pub fn format(&self) -> Format {
        self.output.chosen()
    }

    /// All of `-O` together.
    pub fn letters(&self) -> OutputLetters {
        self.output.letters()
    }
}

impl OutputArgs {
    /// The output format that was asked for; `--format` beats `-j`.
    pub fn chosen(&self) -> Format {
        self.format.unwrap_or(if self.json { Format::Ndjson } else { Format::Text })
    }

    /// All of `-O` together.
    pub fn letters(&self) -> OutputLetters {
        let mut all = OutputLetters::default();
        for one in &self.output {
            all.letters.push_str(&one.letters);
            all.precision = one.precision.clone().or(all.precision);
        }
        all
    }
}

impl MibArgs {
    /// What these say of settings.
    pub(crate) fn settings(&self) -> MibSettings {
        let mut settings = MibSettings { parse_letters: self.parse.concat(), ..MibSettings::default() };
        for one in &self.input {
            settings.input_letters.push_str(&one.letters);
            settings.suffix = one.suffix.clone().or(settings.suffix);
            settings.name_prefix = one.prefix.clone().or(settings.name_prefix);
        }
        settings
    }
}

impl V3Args {
    pub(super) fn overrides(&self) -> V3Overrides {
        let bytes = |text: &Option<OsString>| text.as_ref().map(|text| text.as_encoded_bytes().to_vec());
        let mut auth_keys = Keys { passphrase: self.auth_passphrase.clone(), ..Keys::default() };
        let mut priv_keys = Keys { passphrase: self.priv_passphrase.clone(), ..Keys::default() };
        for key in &self.keys {
            match key.clone() {
                KeyOption::AuthMaster(key) => auth_keys.master = Some(key),
                KeyOption::PrivMaster(key) => priv_keys.master = Some(key),
                KeyOption::AuthLocalized(key) => auth_keys.localized = Some(key),
                KeyOption::PrivLocalized(key) => priv_keys.localized = Some(key),
            }
        }
        V3Overrides {
            user: bytes(&self.user),
            level: self.level,
            auth: self.auth,
            privacy: self.privacy,
            auth_keys,
            priv_keys,
            security_engine: self.security_engine.clone(),
            context_engine: self.context_engine.clone(),
            context: bytes(&self.context),
            boots_time: self.boots_time,
        }
    }
}
