use super::super::test_support::hex;
use super::*;

fn key(protocol: AuthProtocol) -> AuthKey {
    AuthKey::from_octets(protocol, &vec![0x0B; protocol.key_octets()]).unwrap()
}

/// A message with its code at octet 5.
fn signed(protocol: AuthProtocol) -> (Vec<u8>, Range<usize>) {
    let place = 5..5 + protocol.mac_octets();
    let mut message: Vec<u8> = (0..100).collect();
    key(protocol).sign(&mut message, place.clone()).unwrap();
    (message, place)
}

/// RFC 4231, section 4.2, and RFC 2202, cases 1, where the key has the length that SNMP needs; cut short as SNMP does.
#[test]
fn codes_are_those_of_the_rfcs() {
    for (protocol, code) in
        [(AuthProtocol::Md5, "9294727a3638bb1c13f48ef8"), (AuthProtocol::Sha1, "b617318655057264e28bc0b6")]
    {
        let found = protocol.hmac(key(protocol).octets().expose(), [b"Hi ", b"", b"There"]);
        assert_eq!(found[..protocol.mac_octets()], hex(code), "{protocol}");
    }
    for (protocol, code) in [
        (AuthProtocol::Sha224, "896fb1128abbdf196832107cd49df33f"),
        (AuthProtocol::Sha256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da7"),
        (AuthProtocol::Sha384, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"),
        (
            AuthProtocol::Sha512,
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4",
        ),
    ] {
        let found = protocol.hmac(&[0x0B; 20], [b"Hi ", b"", b"There"]);
        assert_eq!(found[..protocol.mac_octets()], hex(code), "{protocol}");
    }
}

#[test]
fn a_message_is_authentic_as_it_was_signed_and_in_no_other_way() {
    for protocol in AuthProtocol::ALL {
        let (message, place) = signed(protocol);
        assert_eq!(key(protocol).verify(&message, place.clone()), Ok(()));
        for bit in 0..message.len() * 8 {
            let mut changed = message.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let verdict = key(protocol).verify(&changed, place.clone());
            assert_eq!(verdict, Err(AuthError::WrongDigest), "{protocol}, bit {bit}");
        }
        let longer = [message.as_slice(), &[0]].concat();
        assert_eq!(key(protocol).verify(&longer, place.clone()), Err(AuthError::WrongDigest));
        assert_eq!(key(protocol).verify(&message[..99], place.clone()), Err(AuthError::WrongDigest));
        let mut other = vec![0x0B; protocol.key_octets()];
        *other.last_mut().unwrap() ^= 1;
        let other = AuthKey::from_octets(protocol, &other).unwrap();
        assert_eq!(other.verify(&message, place), Err(AuthError::WrongDigest));
    }
}

#[test]
fn what_stands_in_the_place_before_does_not_count() {
    for protocol in AuthProtocol::ALL {
        let (message, place) = signed(protocol);
        let mut again = message.clone();
        again[place.clone()].fill(0xFF);
        key(protocol).sign(&mut again, place).unwrap();
        assert_eq!(again, message);
    }
}

#[test]
fn a_place_of_another_length_or_outside_of_the_message_is_refused() {
    for protocol in AuthProtocol::ALL {
        let (message, place) = signed(protocol);
        for found in (0..70).filter(|found| *found != protocol.mac_octets()) {
            let place = place.start..place.start + found;
            let refused = Err(AuthError::WrongLength { protocol, found });
            assert_eq!(key(protocol).verify(&message, place.clone()), refused);
            let mut again = message.clone();
            assert_eq!(key(protocol).sign(&mut again, place), refused);
            assert_eq!(again, message);
        }
        let end = place.end;
        assert_eq!(key(protocol).verify(&message[..end], place.clone()), Err(AuthError::WrongDigest));
        for octets in 0..end {
            let refused = Err(AuthError::OutOfMessage { end, octets });
            assert_eq!(key(protocol).verify(&message[..octets], place.clone()), refused);
        }
        let far = usize::MAX - protocol.mac_octets()..usize::MAX;
        let refused = Err(AuthError::OutOfMessage { end: usize::MAX, octets: message.len() });
        assert_eq!(key(protocol).verify(&message, far), refused);
    }
    let refused = AuthError::WrongLength { protocol: AuthProtocol::Sha256, found: 12 };
    assert_eq!(refused.to_string(), "authentication parameters of 12 octets, where SHA-256 has 24");
}
