//! The real binaries, run as users run them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says why it is skipped"
)]

mod behaviour;
mod cli;
mod ends;
#[path = "../output_schema/mod.rs"]
mod schema;
#[path = "../support/mod.rs"]
mod support;
