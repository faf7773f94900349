//! Settings: from the environment, configuration files and the command line to one resolved struct.
//!
//! The order, from the weakest to the strongest, is the same for every setting:
//!
//! 1. the built-in default;
//! 2. the token in a file of the search path; of several files and lines, the last;
//! 3. the token in `hosts/HOST.conf`, when the agent was given as a bare name or address;
//! 4. the environment (`MIBS`, `MIBDIRS`), for what it covers;
//! 5. the token on the command line, `-Y "token value"` or `--token=value`; of several, the last;
//! 6. the option of its own letter (`-v`, `-c`, `-r`, …).
//!
//! Two things differ, because net-snmp has them so: a configured output token (or one for snmpwalk's `-C` flags)
//! beats the corresponding letter of `-O` (or `-C`), and the community in a server specification stands between `-c`
//! and the token `defCommunity`. Unlike with net-snmp, `hosts/HOST.conf` can set the version and the community too.
//!
//! Secrets go into [`Secret`](crate::secret::Secret) where they are first read. What the user typed on the command
//! line stays visible to `ps`: safe Rust has no way to overwrite the arguments of its process, as net-snmp does for
//! `-c`, `-A` and `-X`. `--community-file` and configuration files keep secrets out of sight.

mod conf;
mod environment;
mod hosts;
mod log_plan;
mod mib;
pub(crate) mod number;
mod parts;
mod reader;
mod settings;
mod tokens;
mod v3;

pub use self::{
    conf::Conf,
    environment::{Environment, Permutation},
    hosts::HostFiles,
    log_plan::{LogHandler, LogOptionError, LogTarget, Priority},
    mib::{MibMessages, MibSources, ModuleChoice},
    parts::{
        Access, Buffers, Communities, Keys, MibSettings, ModuleList, OutputTokens, SourceAddress,
        V3Overrides, V3Settings, WalkTokens,
    },
    reader::{Diagnostic, Reader},
    settings::{Overrides, Settings, UnknownAlias, host_file},
    tokens::{FileKind, TOKENS, Token, TokenKind, listing},
    v3::{AuthProtocol, EngineId, EngineIdError, PrivProtocol, SecurityLevel},
};

#[cfg(test)]
mod tests;
