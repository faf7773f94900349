//! The real binaries, run as users run them.

mod cli;
