//! The configuration tokens: which there are, and what each takes.

use std::fmt::Write as _;

/// The file that a token belongs to: `snmp.conf`, `snmpapp.conf` or the tool's own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileKind {
    /// `snmp.conf`, section `[snmp]`.
    Snmp,
    /// `snmpapp.conf`, section `[snmpapp]`.
    SnmpApp,
    /// `snmpwalk.conf`, section `[snmpwalk]`, as snmpwalk knows it.
    Walk,
    /// The same file and section as snmpbulkwalk knows them: with fewer tokens.
    BulkWalk,
}

impl FileKind {
    /// The file's name without `.conf`, which is also the section's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snmp => "snmp",
            Self::SnmpApp => "snmpapp",
            Self::Walk | Self::BulkWalk => "snmpwalk",
        }
    }
}

/// What a token's value is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenKind {
    /// `yes`, `true`, `1`, `no`, `false` or `0`; anything else is an error.
    Flag,
    /// As [`TokenKind::Flag`], but only the affirmative words do anything, and no word is an error.
    Enable,
    /// A decimal number.
    Integer,
    /// Text.
    Text,
    /// Colons between entries; with a plus or minus before it, it is added behind or before what was said earlier.
    List,
    /// A file; each line adds one.
    File,
    /// Text that must not be seen.
    Secret,
    /// Hexadecimal digits that must not be seen.
    Key,
    /// `1`, `2c` or `3`.
    Version,
    /// A security level.
    Level,
    /// An authentication protocol.
    AuthType,
    /// A privacy protocol.
    PrivType,
    /// A name and a transport address.
    Alias,
    /// An application and a transport domain.
    Domain,
    /// An application, a transport domain and a target.
    Target,
    /// What `-L` takes.
    LogOption,
    /// What `-D` takes.
    DebugTokens,
    /// A priority by name.
    LogLevel,
    /// `none`, `acceptlist` or `blocklist`; for those who listen.
    FilterType,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Its name; case does not matter in files.
    pub name: &'static str,
    /// The file that it belongs to.
    pub file: FileKind,
    /// What it takes.
    pub kind: TokenKind,
    /// What `-H` says of its value.
    pub help: &'static str,
}

const YES_NO: &str = "(1|yes|true|0|no|false)";
const NUMBER: &str = "integerValue";
const STRING: &str = "string";

const fn snmp(name: &'static str, kind: TokenKind, help: &'static str) -> Token {
    Token { name, file: FileKind::Snmp, kind, help }
}

const fn flag(name: &'static str) -> Token {
    snmp(name, TokenKind::Flag, YES_NO)
}

const fn enable(name: &'static str) -> Token {
    snmp(name, TokenKind::Enable, YES_NO)
}

const fn integer(name: &'static str) -> Token {
    snmp(name, TokenKind::Integer, NUMBER)
}

const fn text(name: &'static str) -> Token {
    snmp(name, TokenKind::Text, STRING)
}

const fn secret(name: &'static str) -> Token {
    snmp(name, TokenKind::Secret, STRING)
}

const fn key(name: &'static str) -> Token {
    snmp(name, TokenKind::Key, STRING)
}

const fn walk(name: &'static str, file: FileKind) -> Token {
    Token { name, file, kind: TokenKind::Flag, help: YES_NO }
}

/// Every token that the client tools know, in the order in which `-H` lists them.
pub const TOKENS: &[Token] = &[
    text("extraX509SubDir"),
    text("x509CRLFile"),
    text("tlsAlgorithms"),
    text("tlsMinVersion"),
    text("tlsMaxVersion"),
    text("localCert"),
    text("peerCert"),
    text("trustCert"),
    snmp("alias", TokenKind::Alias, "NAME TRANSPORT_DEFINITION"),
    snmp("doDebugging", TokenKind::Enable, "(1|0)"),
    snmp("debugTokens", TokenKind::DebugTokens, "token[,token...]"),
    snmp("debugLogLevel", TokenKind::LogLevel, "(emerg|alert|crit|err|warning|notice|info|debug)"),
    flag("logTimestamp"),
    snmp("logOption", TokenKind::LogOption, STRING),
    snmp("mibdirs", TokenKind::List, "[mib-dirs|+mib-dirs|-mib-dirs]"),
    snmp("mibs", TokenKind::List, "[mib-tokens|+mib-tokens|-mib-tokens]"),
    snmp("mibfile", TokenKind::File, "mibfile-to-read"),
    flag("showMibErrors"),
    flag("commentToEOL"),
    flag("strictCommentTerm"),
    flag("mibAllowUnderline"),
    integer("mibWarningLevel"),
    flag("mibReplaceWithLatest"),
    flag("printNumericEnums"),
    enable("printNumericOids"),
    flag("escapeQuotes"),
    flag("dontBreakdownOids"),
    flag("quickPrinting"),
    flag("numericTimeticks"),
    integer("oidOutputFormat"),
    integer("suffixPrinting"),
    flag("extendedIndex"),
    flag("printHexText"),
    flag("printValueOnly"),
    flag("dontPrintUnits"),
    integer("hexOutputLength"),
    flag("dumpPacket"),
    flag("reverseEncodeBER"),
    integer("defaultPort"),
    flag("disableSNMPv3"),
    flag("disableSNMPv1"),
    flag("disableSNMPv2c"),
    secret("defCommunity"),
    flag("noTokenWarnings"),
    flag("noRangeCheck"),
    text("persistentDir"),
    text("tempFilePattern"),
    flag("noDisplayHint"),
    flag("16bitIDs"),
    text("clientaddr"),
    flag("clientaddrUsesPort"),
    integer("serverSendBuf"),
    integer("serverRecvBuf"),
    integer("clientSendBuf"),
    integer("clientRecvBuf"),
    integer("sendMessageMaxSize"),
    flag("noPersistentLoad"),
    flag("noPersistentSave"),
    flag("noContextEngineIDDiscovery"),
    integer("timeout"),
    integer("retries"),
    text("outputPrecision"),
    snmp("defDomain", TokenKind::Domain, "application domain"),
    snmp("defTarget", TokenKind::Target, "application domain target"),
    flag("dontLoadHostConfig"),
    text("defSecurityModel"),
    flag("tsmUseTransportPrefix"),
    snmp("defAuthType", TokenKind::AuthType, "MD5|SHA|SHA-224|SHA-256|SHA-384|SHA-512"),
    snmp("defPrivType", TokenKind::PrivType, "DES|AES|AES-192|AES-256|AES-192-C|AES-256-C|3DES"),
    text("defSecurityName"),
    text("defContext"),
    secret("defPassphrase"),
    secret("defAuthPassphrase"),
    secret("defPrivPassphrase"),
    key("defAuthMasterKey"),
    key("defPrivMasterKey"),
    key("defAuthLocalizedKey"),
    key("defPrivLocalizedKey"),
    snmp("defVersion", TokenKind::Version, "1|2c|3"),
    snmp("defSecurityLevel", TokenKind::Level, "noAuthNoPriv|authNoPriv|authPriv"),
    Token {
        name: "sourceFilterType",
        file: FileKind::SnmpApp,
        kind: TokenKind::FilterType,
        help: "none|acceptlist|blocklist",
    },
    Token { name: "sourceFilterAddress", file: FileKind::SnmpApp, kind: TokenKind::Text, help: "host" },
    Token { name: "engineID", file: FileKind::SnmpApp, kind: TokenKind::Text, help: STRING },
    Token { name: "engineIDType", file: FileKind::SnmpApp, kind: TokenKind::Text, help: "num" },
    Token { name: "engineIDNic", file: FileKind::SnmpApp, kind: TokenKind::Text, help: STRING },
    walk("includeRequested", FileKind::Walk),
    walk("excludeRequested", FileKind::Walk),
    walk("printStatistics", FileKind::Walk),
    walk("dontCheckOrdering", FileKind::Walk),
    walk("timeResults", FileKind::Walk),
    walk("timeResultsSingle", FileKind::Walk),
    walk("includeRequested", FileKind::BulkWalk),
    walk("printStatistics", FileKind::BulkWalk),
    walk("dontCheckOrdering", FileKind::BulkWalk),
];

/// The position in [`TOKENS`] of the token `name` of this file; case does not matter.
pub(crate) fn find(file: FileKind, name: &[u8]) -> Option<usize> {
    TOKENS.iter().position(|token| token.file == file && token.name.as_bytes().eq_ignore_ascii_case(name))
}

/// What `-H` prints for a tool that reads these files.
pub fn listing(files: &[FileKind]) -> String {
    let mut lines = String::from("Configuration directives understood:\n");
    for file in files {
        let name = file.name();
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "  In {name}.conf and {name}.local.conf:");
        for token in TOKENS.iter().filter(|token| token.file == *file) {
            let _ = writeln!(lines, "    {:<24} {}", token.name, token.help);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_whatever_their_case_and_only_in_their_file() {
        let at = find(FileKind::Snmp, b"DEFversion").unwrap();
        assert_eq!(TOKENS[at].name, "defVersion");
        assert!(find(FileKind::Snmp, b"includeRequested").is_none());
        assert!(find(FileKind::Walk, b"includerequested").is_some());
        assert!(find(FileKind::Snmp, b"").is_none());
    }

    #[test]
    fn no_token_stands_twice_in_a_file() {
        for (at, token) in TOKENS.iter().enumerate() {
            assert_eq!(find(token.file, token.name.as_bytes()), Some(at), "{}", token.name);
        }
    }

    #[test]
    fn the_listing_names_the_files_and_pads_the_tokens() {
        let text = listing(&[FileKind::Snmp, FileKind::SnmpApp]);
        assert!(
            text.starts_with("Configuration directives understood:\n  In snmp.conf and snmp.local.conf:\n")
        );
        assert!(text.contains("\n    defVersion               1|2c|3\n"));
        assert!(text.contains("\n    noContextEngineIDDiscovery (1|yes|true|0|no|false)\n"));
        assert!(!text.contains("includeRequested"));
    }
}
