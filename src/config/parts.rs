//! The parts that settings are made of.

use std::ffi::OsString;

use crate::secret::Secret;

use super::v3::{AuthProtocol, EngineId, PrivProtocol, SecurityLevel};

/// What a community is wanted for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// GET, GETNEXT, GETBULK: `public` when nothing says otherwise.
    Read,
    /// SET: `private` when nothing says otherwise.
    Write,
}

/// The communities of the command line and of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Communities {
    /// `-c` or `--community-file`.
    pub command_line: Option<Secret<Vec<u8>>>,
    /// `defCommunity`.
    pub configured: Option<Secret<Vec<u8>>>,
}

/// The source of requests: what `-s`, `--clientaddr` or the token `clientaddr` says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SourceAddress {
    /// `ADDR[:PORT]` as given; resolved by the transport. Empty text counts as `None`.
    pub text: Option<OsString>,
    /// The token `clientaddrUsesPort`: whether a port in it is heeded. `-s` and `--clientaddr` heed it always.
    pub uses_port: bool,
}

/// Sizes of socket buffers in octets, where a token sets them; the system's own otherwise.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Buffers {
    /// `clientSendBuf`.
    pub client_send_octets: Option<usize>,
    /// `clientRecvBuf`.
    pub client_receive_octets: Option<usize>,
    /// `serverSendBuf`.
    pub server_send_octets: Option<usize>,
    /// `serverRecvBuf`.
    pub server_receive_octets: Option<usize>,
}

/// The output tokens of `snmp.conf`. Each one that is set beats the letter of `-O` that does the same.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OutputTokens {
    /// `printNumericEnums`, `-Oe`.
    pub print_numeric_enums: Option<bool>,
    /// `printNumericOids`, `-On`; never `Some(false)`, since net-snmp lets it only switch on.
    pub print_numeric_oids: Option<bool>,
    /// `escapeQuotes`, `-OE`.
    pub escape_quotes: Option<bool>,
    /// `dontBreakdownOids`, `-Ob`.
    pub dont_breakdown_oids: Option<bool>,
    /// `quickPrinting`, `-Oq`.
    pub quick_printing: Option<bool>,
    /// `numericTimeticks`, `-Ot`.
    pub numeric_timeticks: Option<bool>,
    /// `oidOutputFormat`: 1 suffix (`-Os`), 2 module (`-OS`), 3 full (`-Of`), 4 numeric (`-On`), 5 UCD (`-Ou`), 6 none.
    pub oid_output_format: Option<i64>,
    /// `suffixPrinting`: 0 default, 1 suffix, 2 module.
    pub suffix_printing: Option<i64>,
    /// `extendedIndex`, `-OX`.
    pub extended_index: Option<bool>,
    /// `printHexText`, `-OT`.
    pub print_hex_text: Option<bool>,
    /// `printValueOnly`, `-Ov`.
    pub print_value_only: Option<bool>,
    /// `dontPrintUnits`, `-OU`.
    pub dont_print_units: Option<bool>,
    /// `hexOutputLength`: octets of a hexadecimal string on one line; 16 otherwise, 0 for all on one.
    pub hex_output_length: Option<i64>,
    /// `outputPrecision`, `-Op`.
    pub output_precision: Option<String>,
    /// `noDisplayHint`.
    pub no_display_hint: Option<bool>,
    /// `noRangeCheck`, `-Ir`.
    pub no_range_check: Option<bool>,
}

/// The tokens of `snmpwalk.conf`, which snmpwalk and snmpbulkwalk read. Each one that is set beats its `-C` letter.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct WalkTokens {
    /// `includeRequested`, `-Ci`.
    pub include_requested: Option<bool>,
    /// `excludeRequested`, `-CI`.
    pub exclude_requested: Option<bool>,
    /// `printStatistics`, `-Cp`.
    pub print_statistics: Option<bool>,
    /// `dontCheckOrdering`, `-Cc`.
    pub dont_check_ordering: Option<bool>,
    /// `timeResults`, `-Ct`.
    pub time_results: Option<bool>,
    /// `timeResultsSingle`, `-CT`.
    pub time_results_single: Option<bool>,
}

/// A list of modules or directories, and who said so: an empty one means different things.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum ModuleList {
    /// Nobody said anything.
    #[default]
    Default,
    /// A token in a file. Empty: no MIB files, but the built-in names stay.
    Configured(OsString),
    /// The environment. Empty: no names at all.
    Environment(OsString),
    /// `-m` or `-M`. Empty: no names at all.
    CommandLine(OsString),
}

/// What is known of MIBs, for when names are looked up.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MibSettings {
    /// `-m`, `MIBS`, `mibs`; colons between names; a leading `+` or `-` adds to the default list.
    pub modules: ModuleList,
    /// `-M`, `MIBDIRS`, `mibdirs`; colons between directories; a leading `+` or `-` adds to the default list.
    pub directories: ModuleList,
    /// `MIBFILES`; colons between files.
    pub files: Option<OsString>,
    /// `mibfile`, one file a line.
    pub configured_files: Vec<OsString>,
    /// `PREFIX`.
    pub prefix: Option<OsString>,
    /// `-P`'s letters, in order; each one toggles.
    pub parse_letters: String,
    /// `showMibErrors`.
    pub show_errors: Option<bool>,
    /// `mibWarningLevel`: 0 to 2.
    pub warning_level: Option<i64>,
    /// `-I`'s letters, in order, without `s` and `S`.
    pub input_letters: String,
    /// `noRangeCheck`, which `-Ir` toggles.
    pub no_range_check: bool,
    /// `noDisplayHint`, which `-Ih` toggles.
    pub no_display_hint: bool,
    /// `-Is`: put after every textual OID.
    pub suffix: Option<OsString>,
    /// `-IS`: put before every textual OID.
    pub name_prefix: Option<OsString>,
}

/// The three ways to give a key. Of several the localized key counts, then the passphrase.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// A passphrase of 8 octets or more (RFC 3414, section 11.2).
    pub passphrase: Option<Secret<Vec<u8>>>,
    /// A master key (Ku).
    pub master: Option<Secret<Vec<u8>>>,
    /// A key localized to the engine (Kul).
    pub localized: Option<Secret<Vec<u8>>>,
}

impl Keys {
    /// Whether any of them is set.
    pub const fn any(&self) -> bool {
        self.passphrase.is_some() || self.master.is_some() || self.localized.is_some()
    }

    /// These keys when there are any, else the others: whoever gives one key means none of those.
    pub(super) fn or(self, others: Self) -> Self {
        if self.any() { self } else { others }
    }
}

/// What options say of SNMPv3.
#[derive(Clone, Debug, Default)]
pub struct V3Overrides {
    /// `-u`.
    pub user: Option<Vec<u8>>,
    /// `-l`.
    pub level: Option<SecurityLevel>,
    /// `-a`.
    pub auth: Option<AuthProtocol>,
    /// `-x`.
    pub privacy: Option<PrivProtocol>,
    /// `-A`, `-3m`, `-3k`.
    pub auth_keys: Keys,
    /// `-X`, `-3M`, `-3K`.
    pub priv_keys: Keys,
    /// `-e`.
    pub security_engine: Option<EngineId>,
    /// `-E`.
    pub context_engine: Option<EngineId>,
    /// `-n`.
    pub context: Option<Vec<u8>>,
    /// `-Z`: the engine's boots and time.
    pub boots_time: Option<(u32, u32)>,
}

impl V3Overrides {
    /// Whether any of them was given, which makes 3 the version unless something says otherwise.
    pub fn any(&self) -> bool {
        self.user.is_some()
            || self.level.is_some()
            || self.auth.is_some()
            || self.privacy.is_some()
            || self.auth_keys.any()
            || self.priv_keys.any()
            || self.security_engine.is_some()
            || self.context_engine.is_some()
            || self.context.is_some()
            || self.boots_time.is_some()
    }
}

/// SNMPv3's settings, resolved.
#[derive(Clone, Debug, Default)]
pub struct V3Settings {
    /// What options and tokens say together: options first, then the `def…` tokens.
    pub given: V3Overrides,
    /// Whether the keys for authentication come from tokens.
    pub are_auth_keys_configured: bool,
    /// Whether the keys for privacy come from tokens.
    pub are_priv_keys_configured: bool,
    /// `defSecurityModel`.
    pub security_model: Option<Vec<u8>>,
    /// `noContextEngineIDDiscovery`.
    pub no_context_engine_discovery: bool,
}
