//! The engine in `SNMPv3` as a list of events; `tests/sim/usm/model.rs` says what must hold.
#![no_main]
#![allow(dead_code, reason = "the tests use more of what the model stands on")]

#[path = "../../tests/sim/device.rs"]
mod device;
#[path = "../../tests/sim/script.rs"]
mod script;
#[path = "../../tests/sim/usm"]
mod usm {
    pub mod forge;
    pub mod model;
    pub mod stage;
}

libfuzzer_sys::fuzz_target!(|octets: &[u8]| usm::model::run(octets));
