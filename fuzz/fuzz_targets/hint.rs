//! DISPLAY-HINTs and indexes: whatever hint, value and text, reading and writing end, and what they make is bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::{
    limits,
    mib::{
        facts::{Base, Facts},
        hint::{self, HexDigits},
        index::{self, Checks, Component},
    },
};

fuzz_target!(|octets: &[u8]| {
    let Some((&cut, rest)) = octets.split_first() else { return };
    let (hint, value) = rest.split_at(usize::from(cut).min(rest.len()));

    let mut text = Vec::new();
    if hint::octets(hint, value, HexDigits::Two, &mut text).is_ok() {
        assert!(text.len() <= 24 * value.len());
    } else {
        assert!(text.is_empty());
    }
    if let Ok(read) = hint::parse_octets(hint, value) {
        assert!(read.len() <= (limits::MESSAGE_OCTETS + 29) * (value.len() + 1));
    }
    text.clear();
    hint::integer(hint, i64::from(cut) - 128, &mut text);
    assert!(text.len() <= 230);

    let facts = Facts { hint: Some(hint), ranges: &[(0, 32)], ..Facts::new(Base::OctetString) };
    let name = Component { inet_address: cut & 1 == 1, ..Component::new("name", facts) };
    let number = Component::new("number", Facts::new(Base::Integer));
    let last = Component { implied: true, ..name };
    let components = [name, number, last];
    for read in [
        index::parse(&components, value, 10, Checks::default()),
        index::parse_brackets(&components, value, 10, Checks::default()),
    ]
    .into_iter()
    .flatten()
    {
        assert!(read.arcs.len() + 10 <= limits::OID_ARCS);
        if let Ok(values) = index::decode(&components, &read.arcs) {
            assert_eq!(index::encode(&components, &values).as_ref(), Ok(&read.arcs));
        }
    }
});
