//! Messages of `SNMPv3`: whatever the octets, they are refused within them or read, and so is the scoped PDU in them, or
//! what the same octets would be as a decrypted one; what is read by a strict reader is written again and says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use snmpkit::codec::{
    Deviations, Lenient, dump,
    v3::{self, Message, Plaintext, ScopedData, ScopedPdu},
};

fuzz_target!(|octets: &[u8]| {
    let mut text = String::new();
    dump::rows(octets, dump::Community::Hidden, &mut text);

    for padding in [0, 8] {
        scoped_pdu(&Plaintext::decrypted(octets, padding), octets.len());
    }
    let (message, met) = match v3::decode(octets, Lenient::all()) {
        Ok(read) => read,
        Err(error) => {
            assert!(error.at <= octets.len(), "{error}");
            assert!(v3::decode(octets, Lenient::none()).is_err(), "a switch made it worse");
            return;
        }
    };
    assert_eq!(&octets[message.auth_place.clone()], message.usm.auth_parameters);
    assert!(message.octets <= octets.len());
    for switch in met.iter() {
        assert!(v3::decode(octets, Lenient::all().without(switch)).is_err(), "{switch} has no effect");
    }
    if met.is_empty() {
        assert_eq!(v3::decode(octets, Lenient::none()).as_ref(), Ok(&(message.clone(), met)));
        assert_eq!(message.octets, octets.len());
    }
    let mut written = match message.data {
        ScopedData::Encrypted(encrypted) => encrypted.to_vec(),
        ScopedData::Plain(plain) => match scoped_pdu(&plain, octets.len()) {
            Some((scoped, _)) => scoped_again(&scoped),
            None => return,
        },
    };
    if written.is_empty() && !matches!(message.data, ScopedData::Encrypted([])) {
        return;
    }
    around_again(&message, &mut written);
});

/// Reads a scoped PDU, and checks what holds for whatever is read.
fn scoped_pdu<'a>(plain: &Plaintext<'a>, octets: usize) -> Option<(ScopedPdu<'a>, Deviations)> {
    match plain.decode(Lenient::all()) {
        Ok((scoped, met)) => {
            for switch in met.iter() {
                assert!(plain.decode(Lenient::all().without(switch)).is_err(), "{switch} has no effect");
            }
            let again = scoped_again(&scoped);
            if met.is_empty() {
                assert_eq!(plain.decode(Lenient::none()).as_ref(), Ok(&(scoped.clone(), met)));
                assert!(!again.is_empty(), "what was read strictly is written");
            }
            Some((scoped, met))
        }
        Err(error) => {
            assert!(error.at <= octets, "{error}");
            assert!(plain.decode(Lenient::none()).is_err(), "a switch made it worse");
            None
        }
    }
}

/// Writes a scoped PDU, and reads it again; empty where it cannot be written.
fn scoped_again(scoped: &ScopedPdu<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let (engine_id, name) = (scoped.context_engine_id, scoped.context_name);
    if v3::encode_scoped_pdu(engine_id, name, (&scoped.pdu).into(), usize::MAX, &mut out).is_ok() {
        let (again, _) =
            Plaintext::decrypted(&out, 0).decode(Lenient::all()).expect("our own octets are read");
        assert_eq!(&again, scoped);
    }
    out
}

/// Puts a message around its scoped PDU again, and reads it.
fn around_again(message: &Message<'_>, out: &mut Vec<u8>) {
    let Ok(place) = v3::encode(&message.header, &message.usm, usize::MAX, out) else { return };
    let (again, _) = v3::decode(out, Lenient::all()).expect("our own octets are read");
    assert_eq!((again.header, again.usm, again.auth_place), (message.header, message.usm, place));
}
