//! Operations in the simulated world: what they give over a bad network, against a misbehaving agent, for hundreds of
//! seeds and for every single datagram that can go wrong.
//!
//! The oracle, strongest first: the same result as on a perfect network or a named failure; never more than
//! `retries + 1` transmissions a request; an end within the virtual time that the settings allow; no panic; the same
//! seed gives the same trace.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod device;
mod engine_model;
mod get;
mod models;
mod operation_model;
mod quirks;
mod script;
mod set;
mod table;
mod usm;
mod walk;
