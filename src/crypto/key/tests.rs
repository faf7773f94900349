use super::super::test_support::{ENGINE_ID, hex};
use super::*;

/// RFC 3414, appendix A.3: what "maplesyrup" becomes.
#[test]
fn a_passphrase_becomes_the_keys_of_the_rfc() {
    for (protocol, ku, kul) in [
        (AuthProtocol::Md5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (
            AuthProtocol::Sha1,
            "9fb5cc0381497b3793528939ff788d5d79145211",
            "6695febc9288e36282235fc7151f128497b38f3f",
        ),
    ] {
        let master = MasterKey::from_passphrase(protocol, b"maplesyrup").unwrap();
        assert_eq!(*master.octets().expose(), hex(ku));
        assert_eq!(*master.auth_key(&ENGINE_ID).octets().expose(), hex(kul));
        assert_ne!(*master.auth_key(&[0, 0, 0, 0, 1]).octets().expose(), hex(kul));
        let given = MasterKey::from_octets(protocol, &hex(ku)).unwrap();
        assert_eq!(*given.auth_key(&ENGINE_ID).octets().expose(), hex(kul));
    }
}

/// draft-reeder-snmpv3-usm-3desede-00, appendix B: the same passphrase, chained.
#[test]
fn reeders_extension_is_that_of_its_draft() {
    for (protocol, key) in [
        (AuthProtocol::Md5, "526f5eed9fcce26f8964c2930787d82b 79eff44a90650ee0a3a40abfac5acc12"),
        (
            AuthProtocol::Sha1,
            "6695febc9288e36282235fc7151f128497b38f3f 9b8b6d78936ba6e7d19dfd9cd2d5065547743fb5",
        ),
    ] {
        let master = MasterKey::from_passphrase(protocol, b"maplesyrup").unwrap();
        for privacy in [PrivProtocol::TripleDes, PrivProtocol::Aes192Cisco, PrivProtocol::Aes256Cisco] {
            let found = master.priv_key(privacy, &ENGINE_ID);
            assert_eq!(*found.octets().expose(), hex(key)[..privacy.key_octets()], "{protocol} {privacy}");
        }
    }
}

/// draft-blumenthal-aes-usm-04, section 3.1.2.1, written out again with the hash alone.
#[test]
fn blumenthals_extension_appends_hashes() {
    for protocol in AuthProtocol::ALL {
        let master = MasterKey::from_passphrase(protocol, b"maplesyrup").unwrap();
        let localized = master.localize(&ENGINE_ID);
        let next = protocol.hash([localized.expose().as_slice()]);
        let long = [localized.expose().as_slice(), next.expose()].concat();
        for privacy in [PrivProtocol::Des, PrivProtocol::Aes128, PrivProtocol::Aes192, PrivProtocol::Aes256] {
            let key = master.priv_key(privacy, &ENGINE_ID);
            assert_eq!(*key.octets().expose(), long[..privacy.key_octets()], "{protocol} {privacy}");
        }
    }
}

#[test]
fn the_two_extensions_differ_where_they_extend_and_nowhere_else() {
    for protocol in AuthProtocol::ALL {
        let master = MasterKey::from_passphrase(protocol, b"maplesyrup").unwrap();
        for (ours, ciscos) in [
            (PrivProtocol::Aes192, PrivProtocol::Aes192Cisco),
            (PrivProtocol::Aes256, PrivProtocol::Aes256Cisco),
        ] {
            let [one, other] = [ours, ciscos].map(|privacy| master.priv_key(privacy, &ENGINE_ID));
            let equal = one.octets().expose() == other.octets().expose();
            assert_eq!(equal, protocol.key_octets() >= ours.key_octets(), "{protocol} {ours}");
        }
    }
}

/// The plain way to do what [`MasterKey::from_passphrase`] does in chunks.
fn expanded_at_once(protocol: AuthProtocol, passphrase: &[u8]) -> Secret<Vec<u8>> {
    let octets: Vec<u8> = passphrase.iter().copied().cycle().take(1_048_576).collect();
    protocol.hash([octets.as_slice()])
}

#[test]
fn a_passphrase_of_any_length_is_repeated_to_a_mebibyte_and_not_further() {
    for length in [8, 9, 63, 64, 65, 4_095, 4_096, 4_097, 1_048_575, 1_048_576, 1_048_577, 2_000_000] {
        let passphrase: Vec<u8> =
            (0..length).map(|n: u32| n.to_le_bytes()[usize::from(n.is_multiple_of(7))] ^ 0x5A).collect();
        let master = MasterKey::from_passphrase(AuthProtocol::Sha256, &passphrase).unwrap();
        let expected = expanded_at_once(AuthProtocol::Sha256, &passphrase);
        assert_eq!(master.octets().expose(), expected.expose(), "{length}");
    }
    // What a passphrase has after a mebibyte does not count.
    let mut long = vec![b'x'; 1_048_577];
    let before = MasterKey::from_passphrase(AuthProtocol::Md5, &long).unwrap();
    *long.last_mut().unwrap() = b'y';
    let after = MasterKey::from_passphrase(AuthProtocol::Md5, &long).unwrap();
    assert_eq!(before.octets().expose(), after.octets().expose());
    long[1_048_575] = b'y';
    let changed = MasterKey::from_passphrase(AuthProtocol::Md5, &long).unwrap();
    assert_ne!(before.octets().expose(), changed.octets().expose());
}

#[test]
fn a_passphrase_has_eight_octets_at_least() {
    assert!(MasterKey::from_passphrase(AuthProtocol::Md5, b"12345678").is_ok());
    for octets in 0..8 {
        let error = MasterKey::from_passphrase(AuthProtocol::Md5, &b"12345678"[..octets]).unwrap_err();
        assert_eq!(error, KeyError::PassphraseTooShort { octets });
        let unit = if octets == 1 { "octet" } else { "octets" };
        assert_eq!(
            error.to_string(),
            format!("a passphrase of {octets} {unit}, where SNMPv3 asks for 8 at least")
        );
    }
}

#[test]
fn keys_given_as_octets_have_the_length_of_their_protocol() {
    for protocol in AuthProtocol::ALL {
        let needed = protocol.key_octets();
        for octets in 0..70 {
            let key = vec![7; octets];
            let refused = KeyError::WrongLength { protocol: protocol.name(), octets, needed };
            let master = MasterKey::from_octets(protocol, &key).map(|key| key.octets().expose().clone());
            let auth = AuthKey::from_octets(protocol, &key).map(|key| key.octets().expose().clone());
            let expected = if octets == needed { Ok(key) } else { Err(refused) };
            assert_eq!(master, expected, "{protocol} {octets}");
            assert_eq!(auth, expected, "{protocol} {octets}");
        }
    }
    assert_eq!(
        AuthKey::from_octets(AuthProtocol::Sha256, &[0; 20]).unwrap_err().to_string(),
        "a key of 20 octets, where SHA-256 has 32"
    );
    assert_eq!(
        AuthKey::from_octets(AuthProtocol::Md5, &[0]).unwrap_err().to_string(),
        "a key of 1 octet, where MD5 has 16"
    );
}

#[test]
fn a_localized_privacy_key_may_be_longer_and_is_extended_when_it_is_a_whole_hash() {
    for auth in AuthProtocol::ALL {
        let master = MasterKey::from_passphrase(auth, b"maplesyrup").unwrap();
        let localized = master.localize(&ENGINE_ID);
        for privacy in PrivProtocol::ALL {
            let expected = master.priv_key(privacy, &ENGINE_ID);
            let given = PrivKey::from_localized(privacy, auth, &ENGINE_ID, localized.expose()).unwrap();
            assert_eq!(given.octets().expose(), expected.octets().expose(), "{auth} {privacy}");
            let given = PrivKey::from_octets(privacy, expected.octets().expose()).unwrap();
            assert_eq!(given.octets().expose(), expected.octets().expose(), "{auth} {privacy}");

            let needed = privacy.key_octets();
            for octets in (0..needed).chain(65..70).filter(|octets| *octets != auth.key_octets()) {
                let refused = KeyError::WrongLength { protocol: privacy.name(), octets, needed };
                let key = vec![7; octets];
                assert_eq!(PrivKey::from_octets(privacy, &key).unwrap_err(), refused);
                assert_eq!(PrivKey::from_localized(privacy, auth, &ENGINE_ID, &key).unwrap_err(), refused);
            }
            for octets in needed..=64 {
                let key: Vec<u8> = (0..octets).map(|n| n.to_le_bytes()[0]).collect();
                let taken = PrivKey::from_octets(privacy, &key).unwrap();
                assert_eq!(*taken.octets().expose(), key[..needed]);
            }
        }
    }
}

#[test]
fn no_key_shows_itself() {
    let master = MasterKey::from_passphrase(AuthProtocol::Md5, b"maplesyrup").unwrap();
    let auth = master.auth_key(&ENGINE_ID);
    let privacy = master.priv_key(PrivProtocol::Des, &ENGINE_ID);
    assert_eq!(format!("{master:?}"), "MasterKey { protocol: Md5, octets: <secret> }");
    assert_eq!(format!("{auth:?}"), "AuthKey { protocol: Md5, octets: <secret> }");
    assert_eq!(format!("{privacy:?}"), "PrivKey { protocol: Des, octets: <secret> }");
}
