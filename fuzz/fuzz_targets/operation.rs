//! GET, SET and walks under arbitrary answers; `tests/sim/operation_model.rs` says what must hold.
#![no_main]

#[path = "../../tests/sim/operation_model.rs"]
mod operation_model;
#[path = "../../tests/sim/script.rs"]
mod script;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| operation_model::run(octets));
