//! Recorded walks: whatever the octets, they are refused with a place in them, or read into a store that is in order and
//! can be served.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::{
    agent::{
        record::{self, Format},
        tree::Provider,
    },
    clock::Instant,
    oid::Oid,
};

fuzz_target!(|octets: &[u8]| {
    for format in [None, Some(Format::Text), Some(Format::Ndjson), Some(Format::Snmprec)] {
        match record::read(octets, format) {
            Err(error) => {
                assert!(error.line >= 1 && error.column >= 1, "{error}");
                assert!(error.to_string().len() < 2_000, "a message for people");
            }
            Ok((store, report)) => {
                assert_eq!(store.len(), report.objects);
                let mut name = Oid::empty();
                for binding in store.iter() {
                    assert!(binding.name > name || name.is_empty());
                    assert_eq!(store.next(Instant::ZERO, &name).as_ref(), Some(&binding));
                    assert_eq!(store.get(Instant::ZERO, &binding.name), binding.value);
                    name = binding.name;
                }
            }
        }
    }
});
