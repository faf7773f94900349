//! The command line: net-snmp's grammar, and the arguments that come of it.
//!
//! [`argv`] takes words apart as `getopt` does, [`rewrite`](mod@rewrite) turns them into what clap reads and finds mistakes in the
//! order in which the user made them, [`args`] holds the structs that help, man pages and completions are made from.

pub mod args;
pub mod argv;
pub mod flags;
pub mod fleet;
pub mod oid_arg;
pub mod rewrite;
pub mod set_arg;
pub mod values;
