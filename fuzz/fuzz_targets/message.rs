//! Messages of `SNMPv1` and `SNMPv2c`: whatever the octets, they are refused within them or read; what is read by a strict
//! reader is written again as it was, and what is borne with is written in a form that a strict reader takes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::codec::{self, Lenient, dump};

fuzz_target!(|octets: &[u8]| {
    let mut text = String::new();
    dump::rows(octets, dump::Community::Hidden, &mut text);

    let (message, met) = match codec::decode(octets, Lenient::all()) {
        Ok(read) => read,
        Err(error) => {
            assert!(error.at <= octets.len(), "{error}");
            assert!(codec::decode(octets, Lenient::none()).is_err(), "a switch made it worse");
            return;
        }
    };
    let mut written = Vec::new();
    let result = codec::encode(message.version, &message.community, &message.pdu, usize::MAX, &mut written);
    if met.is_empty() {
        assert_eq!(codec::decode(octets, Lenient::none()).as_ref(), Ok(&(message, met)));
        // A GetBulkRequest's negative fields count as zero (RFC 3416, section 4.2.3) and a request's error fields mean
        // nothing, so the octets themselves may differ; what they say may not.
        assert_eq!(result, Ok(()));
    } else {
        for switch in met.iter() {
            assert!(codec::decode(octets, Lenient::all().without(switch)).is_err(), "{switch} has no effect");
        }
        if result.is_err() {
            return;
        }
        let (again, _) = codec::decode(&written, Lenient::all()).expect("our own octets are read");
        assert_eq!(again, message);
        return;
    }
    let (again, met) = codec::decode(&written, Lenient::none()).expect("our own octets are strict");
    assert!(met.is_empty());
    let mut twice = Vec::new();
    codec::encode(again.version, &again.community, &again.pdu, usize::MAX, &mut twice)
        .expect("it was written before");
    assert_eq!(written, twice);
});
