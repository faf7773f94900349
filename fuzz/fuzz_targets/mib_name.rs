//! Names: whatever somebody types is read, or refused with words, in time; and what was meant is guessed at in time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::{
    limits,
    mib::{
        Library,
        index::Checks,
        name::{self, Rules, STANDARD_PREFIX, Search},
    },
};

fuzz_target!(|octets: &[u8]| {
    let Some((&letters, text)) = octets.split_first() else { return };
    let is_on = |bit: u8| letters >> bit & 1 == 1;
    let rules = Rules {
        // Patterns are held against every name there is, which is too slow for most runs.
        search: match letters >> 4 {
            0 => Search::All,
            1 => Search::Pattern,
            2..8 => Search::Path,
            _ => Search::Bare,
        },
        relative_to: is_on(0).then(|| STANDARD_PREFIX.to_owned()),
        checks: Checks { ranges: is_on(1), hints: is_on(2) },
    };
    let mut library = Library::core();
    match name::read(text, &mut library, &rules) {
        Ok(reading) => {
            assert!(reading.oid.len() <= limits::OID_ARCS);
            let number = format!(".{}", reading.oid);
            if !reading.oid.is_empty() {
                assert_eq!(name::parse(number.as_bytes(), &mut library, &Rules::default()).as_ref(), Ok(&reading.oid));
            }
        }
        Err(unknown) => {
            assert!(unknown.detail.is_none_or(|detail| detail.len() <= 255));
            if let Some(missing) = unknown.missing.filter(|_| is_on(3)) {
                assert!(name::nearest(&missing, library.view()).len() <= 3);
            }
        }
    }
});
