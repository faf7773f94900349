use super::super::MasterKey;
use super::super::test_support::{ENGINE_ID, hex};
use super::*;

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

/// Keys longer than the hash go in parts, with a chain of hashes over them (RFC 3414, section 5, `KeyChange`).
#[test]
fn a_key_longer_than_the_hash_is_masked_by_a_chain_of_hashes() {
    for protocol in AuthProtocol::ALL {
        for octets in [1, 8, 16, 20, 24, 32, 48, 64, 65, 100] {
            let [old, new] = [3, 5].map(|step: u8| {
                Secret::new((0..octets).map(|n: u8| n.wrapping_mul(step)).collect::<Vec<_>>())
            });
            let random: Vec<u8> = (0..octets).rev().collect();
            let mut chain = Vec::new();
            let mut last = old.expose().clone();
            while chain.len() < usize::from(octets) {
                last = protocol.hash([[last, random.clone()].concat().as_slice()]).expose().clone();
                chain.extend_from_slice(&last);
            }
            let delta = new.expose().iter().zip(chain).map(|(new, mask)| new ^ mask);
            let change: Vec<u8> = random.iter().copied().chain(delta).collect();
            assert_eq!(encode_key_change(protocol, &old, &new, &random).unwrap(), change);
            let decoded = decode_key_change(protocol, &old, &change).unwrap();
            assert_eq!(decoded.expose(), new.expose());
        }
    }
}

#[test]
fn lengths_that_do_not_agree_are_refused() {
    let key = |octets| Secret::new(vec![1; octets]);
    let protocol = AuthProtocol::Md5;
    assert!(encode_key_change(protocol, &key(16), &key(16), &[0; 16]).is_ok());
    for (old, new, random) in [(15, 16, 16), (16, 15, 16), (16, 16, 15), (16, 16, 0), (0, 16, 16)] {
        assert_eq!(
            encode_key_change(protocol, &key(old), &key(new), &vec![0; random]),
            Err(KeyChangeError::UnequalLengths { old, new, random })
        );
    }
    for found in [0, 16, 31, 33, 40] {
        let refused = decode_key_change(protocol, &key(16), &vec![0; found]).unwrap_err();
        assert_eq!(refused, KeyChangeError::WrongLength { found, needed: 32 });
    }
}
