use super::super::test_support::{ENGINE_ID, hex};
use super::super::{MasterKey, PrivProtocol};
use super::*;

/// net-snmp's example engine of the recorded vectors.
const RECORDED_ENGINE: &str = "80007ed904736e6d706b6974";

fn auth_key(protocol: AuthProtocol, passphrase: &[u8], engine_id: &[u8]) -> Secret<Vec<u8>> {
    MasterKey::from_passphrase(protocol, passphrase).unwrap().auth_key(engine_id).octets().clone()
}

/// Both directions of one change, and its refused twins.
fn check(protocol: AuthProtocol, old: &Secret<Vec<u8>>, new: &Secret<Vec<u8>>, change: &[u8]) {
    let (random, delta) = change.split_at(old.expose().len());
    assert_eq!(encode_key_change(protocol, old, new, random).unwrap(), change, "{protocol}");
    let decoded = decode_key_change(protocol, old, change).unwrap();
    assert_eq!(decoded.expose(), new.expose(), "{protocol}");

    // Another old key, or another random octet, leads to another new key.
    assert_ne!(decode_key_change(protocol, new, change).unwrap().expose(), new.expose());
    let mut other = random.to_vec();
    other[0] ^= 1;
    other.extend_from_slice(delta);
    assert_ne!(decode_key_change(protocol, old, &other).unwrap().expose(), new.expose());
}

/// RFC 3414, appendix A.5, with random octets that are all 0.
#[test]
fn key_changes_are_those_of_the_rfc() {
    for (protocol, delta) in [
        (AuthProtocol::Md5, "88056151 41676cc9 196174e7 42a32551"),
        (AuthProtocol::Sha1, "9c1017f4 fd483d2d e8d5fadb f84392cb 06457051"),
    ] {
        let old = auth_key(protocol, b"maplesyrup", &ENGINE_ID);
        let new = auth_key(protocol, b"newsyrup", &ENGINE_ID);
        let change = [vec![0; protocol.key_octets()], hex(delta)].concat();
        check(protocol, &old, &new, &change);
    }
}
