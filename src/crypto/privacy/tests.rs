use super::super::test_support::hex;
use super::super::{MAC_OCTETS_MAX, Salts};
use super::*;

/// Reeder's example key (appendix B of the draft), which is long enough for every protocol.
const KEY: &str = "526f5eed9fcce26f8964c2930787d82b 79eff44a90650ee0a3a40abfac5acc12";
const SALT: Salt = [0, 0, 0, 7, 0, 0, 0, 1];
const BOOTS: u32 = 7;
const TIME: u32 = 99;

fn key(protocol: PrivProtocol) -> PrivKey {
    PrivKey::from_octets(protocol, &hex(KEY)).unwrap()
}

fn plain() -> Vec<u8> {
    (0x30..0x45).collect()
}

fn encrypted(protocol: PrivProtocol) -> Vec<u8> {
    let mut octets = plain();
    key(protocol).encrypt(BOOTS, TIME, SALT, &mut octets);
    octets
}

/// Made with OpenSSL's command-line tool from key, vector and padded plaintext, put together by hand.
#[test]
fn each_protocol_is_its_cipher_with_its_vector() {
    for (protocol, expected) in [
        (PrivProtocol::Des, "8460dffa7febed81e8af6e11ac07690f90dd0d5373821e18"),
        (PrivProtocol::TripleDes, "3e405e29ca32714fa567345ae9f10015934e1559d1c3cd52"),
        (PrivProtocol::Aes128, "5c467f34e497f7efdd33dab563ca79a9d68635e095"),
        (PrivProtocol::Aes192, "37efc27ea393e2e3b4bfbdd4336661d46bd446dafd"),
        (PrivProtocol::Aes192Cisco, "37efc27ea393e2e3b4bfbdd4336661d46bd446dafd"),
        (PrivProtocol::Aes256, "d61a5b482bd1840a31591fe16eed2efd738ef24c09"),
        (PrivProtocol::Aes256Cisco, "d61a5b482bd1840a31591fe16eed2efd738ef24c09"),
    ] {
        let mut octets = encrypted(protocol);
        assert_eq!(octets, hex(expected), "{protocol}");
        key(protocol).decrypt(BOOTS, TIME, &SALT, &mut octets).unwrap();
        let padding = if protocol.padding_octets() > 0 { 3 } else { 0 };
        assert_eq!(octets, [plain(), vec![0; padding]].concat(), "{protocol}");
    }
}

#[test]
fn whole_blocks_get_no_padding_and_nothing_stays_nothing() {
    for protocol in PrivProtocol::ALL {
        for (octets, expected) in [(0, 0), (1, 8), (8, 8), (9, 16), (16, 16), (17, 24)] {
            let mut text = vec![0x30; octets];
            key(protocol).encrypt(BOOTS, TIME, SALT, &mut text);
            assert_eq!(text.len(), if protocol.padding_octets() > 0 { expected } else { octets });
            assert!(octets == 0 || text[..octets] != vec![0x30; octets]);
            key(protocol).decrypt(BOOTS, TIME, &SALT, &mut text).unwrap();
            assert_eq!(text[..octets], vec![0x30; octets]);
        }
    }
}

#[test]
fn everything_that_goes_into_the_vector_counts() {
    for protocol in PrivProtocol::ALL {
        let is_aes = protocol.padding_octets() == 0;
        let mut changed_key = hex(KEY);
        changed_key[0] ^= 2; // not a parity bit of DES
        let changed_key = PrivKey::from_octets(protocol, &changed_key).unwrap();
        let mut changed_end = hex(KEY);
        changed_end[protocol.key_octets() - 1] ^= 2;
        let changed_end = PrivKey::from_octets(protocol, &changed_end).unwrap();
        let mut salt = SALT;
        salt[7] ^= 1;
        for (what, key, boots, time, salt, counts) in [
            ("nothing", &key(protocol), BOOTS, TIME, SALT, false),
            ("the front of the key", &changed_key, BOOTS, TIME, SALT, true),
            ("the end of the key", &changed_end, BOOTS, TIME, SALT, true),
            ("boots", &key(protocol), BOOTS + 1, TIME, SALT, is_aes),
            ("time", &key(protocol), BOOTS, TIME + 1, SALT, is_aes),
            ("the salt", &key(protocol), BOOTS, TIME, salt, true),
        ] {
            let mut octets = encrypted(protocol);
            key.decrypt(boots, time, &salt, &mut octets).unwrap();
            assert_eq!(octets[..plain().len()] != plain(), counts, "{protocol}: {what}");
        }
    }
}

#[test]
fn what_cannot_be_decrypted_is_refused_and_left_alone() {
    for protocol in PrivProtocol::ALL {
        let octets = encrypted(protocol);
        for found in [0, 1, 7, 9, 16] {
            let mut text = octets.clone();
            let refused = key(protocol).decrypt(BOOTS, TIME, &[0; 16][..found], &mut text);
            assert_eq!(refused, Err(PrivError::WrongSalt { found }));
            assert_eq!(text, octets);
        }
        for cut in 0..octets.len() {
            let mut text = octets[..cut].to_vec();
            let result = key(protocol).decrypt(BOOTS, TIME, &SALT, &mut text);
            if protocol.padding_octets() == 0 || cut % 8 == 0 {
                assert_eq!((result, &text[..]), (Ok(()), &[plain(), vec![0; 3]].concat()[..cut]));
            } else {
                assert_eq!(result, Err(PrivError::PartialBlock { protocol, octets: cut }));
                assert_eq!(text, octets[..cut]);
            }
        }
    }
    let refused = key(PrivProtocol::TripleDes).decrypt(1, 1, &SALT, &mut [0; 9]).unwrap_err();
    assert_eq!(refused.to_string(), "an encrypted part of 9 octets, where 3DES has multiples of 8");
}

#[test]
fn two_salts_encrypt_the_same_differently() {
    for protocol in PrivProtocol::ALL {
        let mut salts = Salts::new(protocol, u64::MAX);
        let mut seen = Vec::new();
        for _ in 0..20 {
            let mut octets = plain();
            key(protocol).encrypt(BOOTS, TIME, salts.next(BOOTS).unwrap(), &mut octets);
            assert!(!seen.contains(&octets), "{protocol}");
            seen.push(octets);
        }
    }
}

#[test]
fn no_code_is_longer_than_the_longest() {
    let longest = AuthProtocol::ALL.map(AuthProtocol::mac_octets).into_iter().max();
    assert_eq!(longest, Some(MAC_OCTETS_MAX));
    for protocol in AuthProtocol::ALL {
        assert!(protocol.mac_octets() < protocol.key_octets());
    }
}
