//! The engine as a list of events; `tests/sim/engine_model.rs` says what must hold.
#![no_main]

#[path = "../../tests/sim/engine_model.rs"]
mod engine_model;
#[path = "../../tests/sim/script.rs"]
mod script;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| engine_model::run(octets));
