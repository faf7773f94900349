//! `SNMPv3`: the engine against the agent, an attacker between them, and a bad network.
//!
//! The rules that are tested here are those of RFC 3414, section 3.2, and of `engine::Usm`: what is not authentic changes
//! nothing that lasts, nothing below the requested level is an answer, and nothing runs for ever.

mod attacks;
mod clocks;
mod discovery;
mod forge;
pub mod model;
mod network;
mod pairs;
mod reports;
mod sets;
mod sizes;
mod stage;
