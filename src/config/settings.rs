//! One struct with everything resolved: from here on nobody looks at files, the environment or flags.

use std::{
    collections::{HashMap, HashSet},
    ffi::{OsStr, OsString},
    hash::Hash,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

use crate::{clock::Duration, codec::Version, secret::Secret};

use super::{
    conf::Conf,
    environment::Environment,
    log_plan::LogHandler,
    parts::{
        Access, Buffers, Communities, Keys, MibSettings, ModuleList, OutputTokens, SourceAddress,
        V3Overrides, V3Settings, WalkTokens,
    },
    reader::{Diagnostic, Reader},
    tokens::FileKind,
};

/// Retransmissions when nothing says otherwise, as net-snmp has them.
const RETRIES: u32 = 5;

/// The wait for an answer when nothing says otherwise, as net-snmp has it.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Where state is kept when neither the environment nor a token says so.
const PERSISTENT_DIR: &str = "/var/lib/snmp";

/// The usual directories, before `~/.snmp`; the last one is where Debian and its kin build net-snmp to look.
const DIRECTORIES: [&str; 4] =
    ["/etc/snmp", "/usr/share/snmp", "/usr/lib/x86_64-linux-gnu/snmp", "/usr/lib/snmp"];

/// What the command line's options say; `None` and empty mean that they were not given.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `-v`.
    pub version: Option<Version>,
    /// `-c` or `--community-file`.
    pub community: Option<Secret<Vec<u8>>>,
    /// `-r`.
    pub retries: Option<u32>,
    /// `-t`.
    pub timeout: Option<Duration>,
    /// `--backoff`.
    pub backoff: Option<f64>,
    /// `-s` or `--clientaddr`.
    pub client_address: Option<OsString>,
    /// `-d`.
    pub dump: bool,
    /// `-D`.
    pub debug_tokens: Vec<Vec<u8>>,
    /// `-L`.
    pub log: Vec<LogHandler>,
    /// `-m`.
    pub modules: Option<OsString>,
    /// `-M`.
    pub module_directories: Option<OsString>,
    /// `-P`, `-I`: copied as they are.
    pub mib: MibSettings,
    /// The options of version 3.
    pub v3: V3Overrides,
    /// `-Y` and `--token=value`, in order.
    pub tokens: Vec<Secret<Vec<u8>>>,
}

/// Every setting of a run that is not a tool's own.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `-v`, else `defVersion`, else 3 when an option of version 3 was given, else 2c.
    pub version: Version,
    /// Versions that tokens switch off (`disableSNMPv1` and its kin).
    pub disabled_versions: Vec<Version>,
    /// See [`Settings::community`].
    pub communities: Communities,
    /// Retransmissions of an unanswered request; 5 by default.
    pub retries: u32,
    /// How long the first transmission waits for its answer; 1 s by default.
    pub timeout: Duration,
    /// By how much each wait is longer than the one before; 1 by default.
    pub backoff: f64,
    /// Where requests come from.
    pub client_address: SourceAddress,
    /// `defaultPort`: the port of an address that names none; 1 to 65535.
    pub default_port: Option<u16>,
    /// Socket buffers.
    pub buffers: Buffers,
    /// `sendMessageMaxSize`: octets of the longest message to send.
    pub send_message_octets_max: Option<usize>,
    /// `-d` or `dumpPacket`.
    pub dump: bool,
    /// `-D` and `debugTokens`, when debugging is on.
    pub debug_tokens: Vec<Vec<u8>>,
    /// `-L`, else `logOption`; empty means standard error, everything.
    pub log: Vec<LogHandler>,
    /// `logTimestamp`.
    pub log_timestamp: bool,
    /// The output tokens.
    pub output: OutputTokens,
    /// The tokens of the walking tools.
    pub walk: WalkTokens,
    /// What is known of MIBs.
    pub mib: MibSettings,
    /// SNMPv3.
    pub v3: V3Settings,
    /// `alias`: names for transport addresses.
    pub aliases: Vec<(Vec<u8>, Vec<u8>)>,
    /// `defDomain`: applications and transport domains.
    pub domains: Vec<(Vec<u8>, Vec<u8>)>,
    /// `defTarget`: applications, transport domains, targets.
    pub targets: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
}

impl Settings {
    /// Reads the configuration files and puts everything together, in the order of the [module](super).
    ///
    /// `scope` are the files that the tool reads; `host` is the agent as typed, for `hosts/HOST.conf`.
    /// What was wrong with the files or tokens comes back beside the settings; nothing there is fatal.
    pub fn load(
        scope: &[FileKind],
        environment: &Environment,
        host: Option<&OsStr>,
        overrides: Overrides,
    ) -> (Self, Vec<Diagnostic>) {
        let home = environment.home.as_deref().map(|home| Path::new(home).join(".snmp"));
        let mut reader = Reader::new(scope, search_path(environment), home);
        for kind in scope {
            search(&mut reader, environment, kind.name().as_bytes(), *kind);
        }
        reader.finish_files();
        if let Some(file) = host.and_then(host_file)
            && reader.conf.flag("dontLoadHostConfig") != Some(true)
        {
            // Mistakes in this one are told, and not counted.
            search(&mut reader, environment, &file, FileKind::Snmp);
        }
        for token in &overrides.tokens {
            reader.command_line(token.expose());
        }
        (Self::resolve(&reader.conf, environment, overrides), reader.diagnostics)
    }

    /// Puts together what tokens, the environment and options say; reads nothing.
    pub fn resolve(conf: &Conf, environment: &Environment, overrides: Overrides) -> Self {
        let implied = if overrides.v3.any() { Version::V3 } else { Version::V2c };
        let disabled = [
            ("disableSNMPv1", Version::V1),
            ("disableSNMPv2c", Version::V2c),
            ("disableSNMPv3", Version::V3),
        ];
        let mut debug_tokens = overrides.debug_tokens;
        debug_tokens.extend(conf.debug_tokens.iter().cloned());
        Self {
            version: overrides.version.or(conf.version).unwrap_or(implied),
            disabled_versions: disabled
                .into_iter()
                .filter(|(token, _)| conf.flag(token) == Some(true))
                .map(|(_, version)| version)
                .collect(),
            communities: Communities {
                command_line: overrides.community,
                configured: conf.secret("defCommunity").cloned(),
            },
            retries: overrides.retries.or_else(|| whole(conf, "retries")).unwrap_or(RETRIES),
            timeout: overrides
                .timeout
                .or_else(|| whole::<u64>(conf, "timeout").filter(|secs| *secs > 0).map(Duration::from_secs))
                .unwrap_or(TIMEOUT),
            backoff: overrides.backoff.unwrap_or(1.0),
            client_address: source_address(conf, overrides.client_address),
            default_port: whole::<u16>(conf, "defaultPort").filter(|port| *port > 0),
            buffers: Buffers {
                client_send_octets: size(conf, "clientSendBuf"),
                client_receive_octets: size(conf, "clientRecvBuf"),
                server_send_octets: size(conf, "serverSendBuf"),
                server_receive_octets: size(conf, "serverRecvBuf"),
            },
            send_message_octets_max: size(conf, "sendMessageMaxSize"),
            dump: overrides.dump || conf.flag("dumpPacket") == Some(true),
            debug_tokens,
            log: if overrides.log.is_empty() { conf.log.clone() } else { overrides.log },
            log_timestamp: conf.flag("logTimestamp") == Some(true),
            output: output_tokens(conf),
            walk: walk_tokens(conf),
            mib: mib_settings(
                conf,
                environment,
                overrides.modules,
                overrides.module_directories,
                overrides.mib,
            ),
            v3: v3_settings(conf, overrides.v3),
            aliases: last_of_each(&conf.aliases, |(name, _)| name),
            domains: last_of_each(&conf.domains, |(application, _)| application),
            targets: last_of_each(&conf.targets, |(application, domain, _)| (application, domain)),
        }
    }

    /// The agent that text stands for: what `alias:NAME` was defined as, and any other text itself.
    ///
    /// # Errors
    ///
    /// [`UnknownAlias`], whose text is net-snmp's.
    pub fn agent<'a>(&'a self, typed: &'a OsStr) -> Result<&'a OsStr, UnknownAlias> {
        let name = |text: &'a OsStr| match text.as_bytes().split_at_checked("alias:".len()) {
            Some((word, name)) if word.eq_ignore_ascii_case(b"alias:") => Some(name),
            _ => None,
        };
        let unknown = || UnknownAlias(String::from_utf8_lossy(name(typed).unwrap_or_default()).into_owned());
        if name(typed).is_none() {
            return Ok(typed);
        }
        let aliases: HashMap<&[u8], &[u8]> =
            self.aliases.iter().map(|(alias, address)| (alias.as_slice(), address.as_slice())).collect();
        let mut agent = typed;
        // One alias may lead to another, each of them once.
        for _ in 0..=aliases.len() {
            let Some(wanted) = name(agent) else { return Ok(agent) };
            agent = OsStr::from_bytes(aliases.get(wanted).ok_or_else(unknown)?);
        }
        Err(unknown())
    }

    /// The community of a request: `-c`, else the one in the server specification, else `defCommunity`, else
    /// `public` for reading and `private` for writing.
    pub fn community(&self, specification: Option<&Secret<Vec<u8>>>, access: Access) -> Secret<Vec<u8>> {
        let given = self.communities.command_line.as_ref().or(specification);
        given.or(self.communities.configured.as_ref()).cloned().unwrap_or_else(|| {
            let default: &[u8] = match access {
                Access::Read => b"public",
                Access::Write => b"private",
            };
            Secret::new(default.to_vec())
        })
    }
}

/// `alias:NAME` with a name that no token `alias` defines, or that leads back to itself.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("No alias found for {0}")]
pub struct UnknownAlias(pub String);

/// The name below a configuration directory of the file for one host, without `.conf`.
///
/// `None` unless the agent's text is a bare name or IPv4 address: letters, digits, dots and hyphens.
pub fn host_file(agent: &OsStr) -> Option<Vec<u8>> {
    let agent = agent.as_bytes();
    let bare = !agent.is_empty()
        && agent.len() <= 255
        && agent.iter().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-'));
    bare.then(|| [b"hosts/", agent].concat())
}

/// Reads one name's files in the path, and then in the directory of state unless `SNMPCONFPATH` replaces everything.
fn search(reader: &mut Reader<'_>, environment: &Environment, name: &[u8], kind: FileKind) {
    let given = environment.persistent_dir.as_deref().unwrap_or(OsStr::new(PERSISTENT_DIR));
    reader.search(name, kind, Path::new(given));
    if environment.config_path.is_none() {
        let configured = reader.conf.text("persistentDir").map(|text| PathBuf::from(OsStr::from_bytes(text)));
        let persistent = configured.unwrap_or_else(|| PathBuf::from(given));
        reader.search_in(std::slice::from_ref(&persistent), name, kind, Some(&persistent));
    }
}

fn search_path(environment: &Environment) -> Vec<PathBuf> {
    if let Some(path) = &environment.config_path {
        return std::env::split_paths(path).filter(|directory| !directory.as_os_str().is_empty()).collect();
    }
    let mut path: Vec<PathBuf> = DIRECTORIES.iter().map(PathBuf::from).collect();
    // Debian and its kin have a directory of libraries for each architecture, where their net-snmp looks.
    path.push(PathBuf::from(format!("/usr/lib/{}-linux-gnu/snmp", std::env::consts::ARCH)));
    path.extend(environment.home.as_deref().map(|home| Path::new(home).join(".snmp")));
    path
}

/// Of the items with one key the last, in their order.
fn last_of_each<'a, T: Clone, K: Hash + Eq>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<T> {
    let mut seen = HashSet::new();
    let mut kept: Vec<T> = items.iter().rev().filter(|item| seen.insert(key(item))).cloned().collect();
    kept.reverse();
    kept
}

/// A token's number, when the type can hold it.
fn whole<T: TryFrom<i64>>(conf: &Conf, token: &str) -> Option<T> {
    conf.integer(token).and_then(|number| T::try_from(number).ok())
}

fn size(conf: &Conf, token: &str) -> Option<usize> {
    whole::<usize>(conf, token).filter(|octets| *octets > 0)
}

fn os(text: &[u8]) -> OsString {
    OsString::from_vec(text.to_vec())
}

fn source_address(conf: &Conf, option: Option<OsString>) -> SourceAddress {
    let by_option = option.is_some();
    let text = option.or_else(|| conf.text("clientaddr").map(os)).filter(|text| !text.is_empty());
    SourceAddress { text, uses_port: by_option || conf.flag("clientaddrUsesPort") == Some(true) }
}

fn output_tokens(conf: &Conf) -> OutputTokens {
    OutputTokens {
        print_numeric_enums: conf.flag("printNumericEnums"),
        print_numeric_oids: conf.flag("printNumericOids"),
        escape_quotes: conf.flag("escapeQuotes"),
        dont_breakdown_oids: conf.flag("dontBreakdownOids"),
        quick_printing: conf.flag("quickPrinting"),
        numeric_timeticks: conf.flag("numericTimeticks"),
        oid_output_format: conf.integer("oidOutputFormat"),
        suffix_printing: conf.integer("suffixPrinting"),
        extended_index: conf.flag("extendedIndex"),
        print_hex_text: conf.flag("printHexText"),
        print_value_only: conf.flag("printValueOnly"),
        dont_print_units: conf.flag("dontPrintUnits"),
        hex_output_length: conf.integer("hexOutputLength"),
        output_precision: conf.text("outputPrecision").map(|text| String::from_utf8_lossy(text).into_owned()),
        no_display_hint: conf.flag("noDisplayHint"),
        no_range_check: conf.flag("noRangeCheck"),
    }
}

fn walk_tokens(conf: &Conf) -> WalkTokens {
    let either = |name| conf.flag_in(FileKind::Walk, name).or_else(|| conf.flag_in(FileKind::BulkWalk, name));
    let walk = |name| conf.flag_in(FileKind::Walk, name);
    WalkTokens {
        include_requested: either("includeRequested"),
        exclude_requested: walk("excludeRequested"),
        print_statistics: either("printStatistics"),
        dont_check_ordering: either("dontCheckOrdering"),
        time_results: walk("timeResults"),
        time_results_single: walk("timeResultsSingle"),
    }
}

fn mib_settings(
    conf: &Conf,
    environment: &Environment,
    modules: Option<OsString>,
    directories: Option<OsString>,
    options: MibSettings,
) -> MibSettings {
    let list = |option: Option<OsString>, variable: &Option<OsString>, token| {
        if let Some(text) = option {
            ModuleList::CommandLine(text)
        } else if let Some(text) = variable {
            ModuleList::Environment(text.clone())
        } else if let Some(text) = conf.text(token) {
            ModuleList::Configured(if text == b":" { OsString::new() } else { os(text) })
        } else {
            ModuleList::Default
        }
    };
    MibSettings {
        modules: list(modules, &environment.mibs, "mibs"),
        directories: list(directories, &environment.mib_dirs, "mibdirs"),
        files: environment.mib_files.clone(),
        configured_files: conf.mib_files.iter().map(|path| os(path)).collect(),
        prefix: environment.prefix.clone(),
        no_range_check: conf.flag("noRangeCheck") == Some(true),
        no_display_hint: conf.flag("noDisplayHint") == Some(true),
        show_errors: conf.flag("showMibErrors"),
        warning_level: conf.integer("mibWarningLevel"),
        ..options
    }
}

fn v3_settings(conf: &Conf, options: V3Overrides) -> V3Settings {
    let text = |token| conf.text(token).map(<[u8]>::to_vec);
    // Among tokens a master key beats a passphrase; among options it is the other way round.
    let keys = |passphrase, master, localized| {
        let master = conf.secret(master);
        let passphrase = conf.secret(passphrase).or_else(|| conf.secret("defPassphrase"));
        Keys {
            passphrase: passphrase.filter(|_| master.is_none()).cloned(),
            master: master.cloned(),
            localized: conf.secret(localized).cloned(),
        }
    };
    V3Settings {
        are_auth_keys_configured: !options.auth_keys.any(),
        are_priv_keys_configured: !options.priv_keys.any(),
        given: V3Overrides {
            user: options.user.or_else(|| text("defSecurityName")),
            level: options.level.or(conf.level),
            auth: options.auth.or(conf.auth),
            privacy: options.privacy.or(conf.privacy),
            auth_keys: options.auth_keys.or(keys(
                "defAuthPassphrase",
                "defAuthMasterKey",
                "defAuthLocalizedKey",
            )),
            priv_keys: options.priv_keys.or(keys(
                "defPrivPassphrase",
                "defPrivMasterKey",
                "defPrivLocalizedKey",
            )),
            context: options.context.or_else(|| text("defContext")),
            ..options
        },
        security_model: text("defSecurityModel"),
        no_context_engine_discovery: conf.flag("noContextEngineIDDiscovery") == Some(true),
    }
}
