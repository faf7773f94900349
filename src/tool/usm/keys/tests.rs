use super::*;
use crate::crypto::decode_key_change;

const ENGINE: &[u8] = b"\x80\x00\x1f\x88\x80engine";
const RANDOM: [[u8; KEY_OCTETS_MAX]; 2] = [[3; KEY_OCTETS_MAX], [5; KEY_OCTETS_MAX]];

fn passphrase(text: &str) -> Material {
    Material::Passphrase(Secret::new(text.as_bytes().to_vec()))
}

fn localized(octets: &[u8]) -> Material {
    Material::Localized(Secret::new(octets.to_vec()))
}

fn pairs() -> impl Iterator<Item = Protocols> {
    let with = |auth| PrivProtocol::ALL.into_iter().map(move |privacy| Protocols { auth, privacy });
    AuthProtocol::ALL.into_iter().flat_map(with)
}

#[test]
fn who_has_the_old_keys_reads_the_new_ones_of_every_pair_of_protocols() {
    for protocols in pairs() {
        let Protocols { auth, privacy } = protocols;
        let [old, new] = ["oldpassword", "newpassword"].map(|text| {
            let master = MasterKey::from_passphrase(auth, text.as_bytes()).unwrap();
            [master.auth_key(ENGINE).octets().clone(), master.priv_key(privacy, ENGINE).octets().clone()]
        });
        let (from, to) = (passphrase("oldpassword"), passphrase("newpassword"));
        let made = changes(Which::Both, protocols, ENGINE, (&from, &to), &RANDOM).unwrap();
        let made = [made.auth.unwrap(), made.privacy.unwrap()];
        for (((change, old), new), random) in made.iter().zip(&old).zip(&new).zip(RANDOM) {
            let octets = old.expose().len();
            assert_eq!(change.len(), 2 * octets, "{protocols:?}");
            assert_eq!(change[..octets], random[..octets], "{protocols:?}");
            let read = decode_key_change(auth, old, change).unwrap();
            assert_eq!(read.expose(), new.expose(), "{protocols:?}");
        }
    }
}

#[test]
fn only_the_keys_that_are_wanted_are_changed() {
    let protocols = Protocols { auth: AuthProtocol::Sha256, privacy: PrivProtocol::Aes128 };
    let both = (&passphrase("oldpassword"), &passphrase("newpassword"));
    for (which, auth, privacy) in
        [(Which::Auth, true, false), (Which::Priv, false, true), (Which::Both, true, true)]
    {
        let made = changes(which, protocols, ENGINE, both, &RANDOM).unwrap();
        assert_eq!((made.auth.is_some(), made.privacy.is_some()), (auth, privacy), "{which:?}");
    }
}

#[test]
fn localized_keys_are_taken_as_they_are_and_mix_with_passphrases() {
    let protocols = Protocols { auth: AuthProtocol::Sha1, privacy: PrivProtocol::Aes256 };
    let master = MasterKey::from_passphrase(AuthProtocol::Sha1, b"newpassword").unwrap();
    let key = master.auth_key(ENGINE).octets().expose().clone();
    let old = passphrase("oldpassword");
    let of_key = changes(Which::Both, protocols, ENGINE, (&old, &localized(&key)), &RANDOM);
    let of_passphrase = changes(Which::Both, protocols, ENGINE, (&old, &passphrase("newpassword")), &RANDOM);
    assert_eq!(of_key, of_passphrase, "one that is a whole hash is extended for AES-256");
}

#[test]
fn a_localized_key_of_another_length_is_refused() {
    let protocols = Protocols { auth: AuthProtocol::Sha1, privacy: PrivProtocol::Aes128 };
    let good = passphrase("oldpassword");
    let wrong = |protocol, octets, needed| KeyError::WrongLength { protocol, octets, needed };
    for (which, octets, error) in [
        (Which::Auth, 7, Some(wrong("SHA", 7, 20))),
        (Which::Auth, 16, Some(wrong("SHA", 16, 20))),
        (Which::Auth, 21, Some(wrong("SHA", 21, 20))),
        (Which::Priv, 7, Some(wrong("AES", 7, 16))),
        (Which::Priv, 16, None),
        (Which::Priv, 20, None),
        (Which::Priv, 65, Some(wrong("AES", 65, 16))),
        (Which::Auth, 20, None),
    ] {
        let key = localized(&vec![1; octets]);
        let made = |pair| changes(which, protocols, ENGINE, pair, &RANDOM).map(|_| ());
        assert_eq!(made((&key, &good)), error.map_or(Ok(()), |error| Err(KeyFault::Old(error))), "{octets}");
        assert_eq!(made((&good, &key)), error.map_or(Ok(()), |error| Err(KeyFault::New(error))), "{octets}");
    }
}

#[test]
fn what_begins_with_0x_is_a_key_where_keys_are_taken_and_only_there() {
    let word = |text: &str| Secret::new(text.as_bytes().to_vec());
    let shown = |material: Option<Material>| match material {
        None => "none".to_owned(),
        Some(Material::Passphrase(text)) => format!("text {}", String::from_utf8_lossy(text.expose())),
        Some(Material::Localized(key)) => format!("key {:?}", key.expose()),
    };
    for (text, is_localized, expected) in [
        ("0x0102", true, "key [1, 2]"),
        ("0x0102", false, "text 0x0102"),
        ("0X010203", true, "text 0X010203"),
        ("passphrase", true, "text passphrase"),
        ("0x010", true, "none"),
        ("0xzz", true, "none"),
    ] {
        assert_eq!(shown(Material::read(&word(text), is_localized)), expected, "{text}");
    }
}

#[test]
fn what_an_agent_says_of_a_user_counts_where_it_is_understood() {
    let own = Protocols { auth: AuthProtocol::Md5, privacy: PrivProtocol::Des };
    let oid = |text: &str| Value::ObjectIdentifier(text.parse().unwrap());
    for (auth, privacy, expected) in [
        ("1.3.6.1.6.3.10.1.1.2", "1.3.6.1.6.3.10.1.2.2", (AuthProtocol::Md5, PrivProtocol::Des)),
        ("1.3.6.1.6.3.10.1.1.3", "1.3.6.1.6.3.10.1.2.3", (AuthProtocol::Sha1, PrivProtocol::TripleDes)),
        ("1.3.6.1.6.3.10.1.1.4", "1.3.6.1.6.3.10.1.2.4", (AuthProtocol::Sha224, PrivProtocol::Aes128)),
        ("1.3.6.1.6.3.10.1.1.5", "1.3.6.1.4.1.14832.1.3", (AuthProtocol::Sha256, PrivProtocol::Aes192)),
        ("1.3.6.1.6.3.10.1.1.6", "1.3.6.1.4.1.14832.1.4", (AuthProtocol::Sha384, PrivProtocol::Aes256)),
        ("1.3.6.1.6.3.10.1.1.7", "1.3.6.1.4.1.9.12.6.1.1", (AuthProtocol::Sha512, PrivProtocol::Aes192Cisco)),
        ("1.3.6.1.6.3.10.1.1.1", "1.3.6.1.4.1.9.12.6.1.2", (AuthProtocol::Md5, PrivProtocol::Aes256Cisco)),
        ("1.3.6.1.6.3.10.1.1.8", "1.3.6.1.6.3.10.1.2.1", (AuthProtocol::Md5, PrivProtocol::Des)),
        ("1.3.6.1.6.3.10.1.1", "0.0", (AuthProtocol::Md5, PrivProtocol::Des)),
    ] {
        let told = own.told(Some(&oid(auth)), Some(&oid(privacy)));
        assert_eq!((told.auth, told.privacy), expected, "{auth} {privacy}");
    }
    assert_eq!(own.told(None, Some(&Value::NoSuchInstance)), own);
}
