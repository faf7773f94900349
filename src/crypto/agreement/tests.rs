use proptest::prelude::*;

use super::*;

/// The prime of RFC 2409, section 6.1: 768 bits.
const PRIME: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
                     ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff";

fn octets(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]], content].concat()
}

fn der(prime: &[u8], base: &[u8], more: &[u8]) -> Vec<u8> {
    let integer = |digits: &[u8]| field(0x02, &[&[0], digits].concat());
    field(0x30, &[integer(prime), integer(base), more.to_vec()].concat())
}

fn parameters() -> AgreementParameters {
    AgreementParameters::from_der(&der(&octets(PRIME), &[2], &[])).unwrap()
}

#[test]
fn both_sides_come_to_one_secret() {
    let parameters = parameters();
    assert_eq!(parameters.octets(), 96);
    // The other side's number is one of our own making.
    let some = octets(PRIME).iter().map(|octet| octet ^ 0x5a).collect::<Vec<_>>();
    let stand_in = parameters.agree(&[&[0; 95][..], &[2]].concat(), &[7; 96]).unwrap();
    let ours = parameters.agree(&stand_in.public, &some).unwrap();
    let theirs = parameters.agree(&ours.public, &[7; 96]).unwrap();
    for octets in [0, 16, 20, 64, 96] {
        let [ours, theirs] = [&ours, &theirs].map(|side| side.key(octets).unwrap().expose().clone());
        assert_eq!((ours.len(), &ours), (octets, &theirs));
    }
    assert!(ours.key(97).is_none());
    assert_ne!(ours.public, stand_in.public);
}

/// Numbers that Python's `pow` has come to, with the exponent that is 0x11 ninety times.
#[test]
fn the_secret_is_what_others_come_to() {
    let mut exponent = vec![0; 96];
    exponent[6..].fill(0x11);
    let der = der(&octets(PRIME), &[2], &field(0x02, &[2, 205]));
    // 717 bits are the length of that exponent.
    let parameters = AgreementParameters::from_der(&der).unwrap();
    assert_eq!(parameters.exponent_bits, 717);
    let made = parameters.agree(&octets(THEIRS), &exponent).unwrap();
    assert_eq!(made.public, octets(PUBLIC));
    assert_eq!(made.key(96).unwrap().expose(), &octets(SHARED));
    assert_eq!(made.key(16).unwrap().expose(), &octets(&SHARED[2 * 80..]));
}

const THEIRS: &str = "6bf70c733cd758d1ccb5b49b9881b0f568868067644c287d27e268f7d16668ccc73f73e86d0acd36999edbc3a7a40ad3\
    cafcc6c42bad38470897dc46c30fe7ddaebee837e5573c8d1814e3795df670a0c4ce29eb5016e5f10668f69a152f4e80";
const PUBLIC: &str = "8d141d01c260d7be102416e7609cf45e702b045ea6ef6eb1202fe25e2e6c732dd1c3564095a549888665dc14d07ea0e4\
    d0f16fd3c31f7a2a942e805e2b4c7a95a40f9b1d9863d03c348278ed06f20f2c1d9f4a2186602d19150fcab92b6b3e5e";
const SHARED: &str = "a8c799a6a52b71b9f735b784fe3105652adb0871257de98afd81a5381240b77ca1f4af9a3718224d2d7bcefcddd71ac3\
    91957e249a7c26aa6b01c6df7e3268ff29786c4dc3c11fc6072b25a9c3ba3cdb39ed1246f221ef32fab25789c5ce5615";

#[test]
fn an_exponent_has_the_bits_that_are_asked_for_and_the_highest_is_set() {
    for (asked, bits) in [
        (&[][..], 767),
        (&[2, 1, 160], 160),
        (&[2, 1, 159], 767),
        (&[2, 2, 2, 255], 767),
        (&[2, 2, 3, 0], 767),
        (&[2, 3, 1, 0, 200], 767),
    ] {
        let asked = if asked.get(2).is_some_and(|first| *first >= 0x80) {
            [&[2, asked[1] + 1, 0], &asked[2..]].concat()
        } else {
            asked.to_vec()
        };
        let parameters = AgreementParameters::from_der(&der(&octets(PRIME), &[2], &asked)).unwrap();
        assert_eq!(parameters.exponent_bits, bits, "{asked:?}");
        for random in [[0; 96], [255; 96]] {
            assert_eq!(parameters.exponent(&random).bits(), bits);
        }
    }
}

#[test]
fn numbers_that_give_the_key_away_are_refused() {
    let parameters = parameters();
    let mut last = octets(PRIME);
    last[95] -= 1;
    let mut second = last.clone();
    second[95] -= 1;
    let small = |number: u8| [&[0; 95][..], &[number]].concat();
    for number in [small(0), small(1), last, octets(PRIME), vec![255; 96]] {
        assert_eq!(
            parameters.agree(&number, &[9; 96]).unwrap_err(),
            AgreementError::OutOfRange,
            "{number:?}"
        );
    }
    for number in [small(2), second] {
        assert!(parameters.agree(&number, &[9; 96]).is_ok());
    }
    for length in [0, 50, 95, 97] {
        let error = parameters.agree(&vec![3; length], &[9; 96]).unwrap_err();
        assert_eq!(error, AgreementError::Length { found: length, needed: 96 });
    }
    let error = parameters.agree(&small(2), &[9; 95]).unwrap_err();
    assert_eq!(error, AgreementError::Random { found: 95, needed: 96 });
}

#[test]
fn parameters_that_are_none_are_refused() {
    let prime = octets(PRIME);
    let read = |der: &[u8]| AgreementParameters::from_der(der).map(|_| ());
    for (about, der, error) in [
        ("nothing", vec![], AgreementError::Malformed { at: 0 }),
        ("no sequence", vec![4, 0], AgreementError::Malformed { at: 0 }),
        ("an empty sequence", vec![0x30, 0], AgreementError::Malformed { at: 2 }),
        ("cut", vec![0x30, 5, 2], AgreementError::Malformed { at: 1 }),
        ("a length without end", vec![0x30, 0x80, 0, 0], AgreementError::Malformed { at: 1 }),
        ("an empty number", vec![0x30, 2, 2, 0], AgreementError::Malformed { at: 2 }),
        ("a negative prime", field(0x30, &[2, 1, 0x80]), AgreementError::Malformed { at: 4 }),
        ("a prime alone", field(0x30, &field(2, &[1])), AgreementError::Malformed { at: 9 }),
        ("no prime", der(&[], &[2], &[]), AgreementError::Prime { bits: 0 }),
        ("a short prime", der(&[0x7f; 64], &[2], &[]), AgreementError::Prime { bits: 511 }),
        ("an even one", der(&[0xfe; 96], &[2], &[]), AgreementError::Prime { bits: 768 }),
        ("a long one", der(&[0xff; 513], &[2], &[]), AgreementError::Prime { bits: 4104 }),
        ("base 0", der(&prime, &[0], &[]), AgreementError::OutOfRange),
        ("base 1", der(&prime, &[1], &[]), AgreementError::OutOfRange),
        ("the prime as base", der(&prime, &prime, &[]), AgreementError::OutOfRange),
        ("a longer base", der(&prime, &[1; 97], &[]), AgreementError::OutOfRange),
    ] {
        assert_eq!(read(&der), Err(error), "{about}");
    }
    assert_eq!(read(&[der(&prime, &[2], &[]), vec![1, 2, 3]].concat()), Ok(()));
}

#[test]
fn nothing_of_the_secret_is_shown() {
    let parameters = parameters();
    let made = parameters.agree(&[&[0; 95][..], &[2]].concat(), &[7; 96]).unwrap();
    let shown = format!("{made:?}");
    assert!(shown.contains("<secret>"), "{shown}");
}

proptest! {
    #[test]
    fn no_octets_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(AgreementParameters::from_der(&octets));
    }

    #[test]
    fn no_parameters_panic(prime in proptest::collection::vec(any::<u8>(), 60..100), more in any::<Vec<u8>>()) {
        if let Ok(parameters) = AgreementParameters::from_der(&der(&prime, &[2], &more)) {
            drop(parameters.agree(&prime, &prime));
        }
    }
}
