//! Any text: parsing must not panic, and what was read must be read the same from what is written back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::server_spec::{Role, ServerSpec};

fuzz_target!(|text: &str| {
    let Ok(spec) = ServerSpec::parse(text) else { return };
    let written = spec.to_string();
    let again = ServerSpec::parse(&written).expect("what is written can be read");
    assert_eq!(again.transport, spec.transport, "{written}");
    assert_eq!(again.endpoint, spec.endpoint, "{written}");
    let octets = |spec: &ServerSpec| spec.community.as_ref().map(|community| community.expose().clone());
    assert_eq!(octets(&again), octets(&spec), "{written}");
    let _ = spec.show_target(Role::Agent, b"", b"");
});
