use proptest::prelude::*;

use super::*;
use crate::mib::facts::Range;

const TEXT: Facts<'static> = Facts { ranges: &[(0, 64)], ..Facts::new(Base::OctetString) };
const FIXED: Facts<'static> = Facts { ranges: &[(4, 4)], ..Facts::new(Base::OctetString) };

fn implied(facts: Facts<'_>) -> Component<'_> {
    Component { implied: true, ..Component::new("c", facts) }
}

fn plain(facts: Facts<'_>) -> Component<'_> {
    Component::new("c", facts)
}

fn of(base: Base) -> Component<'static> {
    plain(Facts::new(base))
}

fn text(text: &str) -> Value {
    Value::OctetString(text.into())
}

#[test]
fn every_type_has_its_arcs_both_ways() {
    let oid = Value::ObjectIdentifier(Oid::from_static(&[1, 3]));
    let address = Value::IpAddress(Ipv4Addr::new(192, 0, 2, 1));
    for (components, arcs, values) in [
        (vec![of(Base::Integer32)], vec![7], vec![Value::Integer32(7)]),
        (vec![of(Base::Integer)], vec![u32::MAX], vec![Value::Integer32(-1)]),
        (vec![of(Base::Unsigned32)], vec![u32::MAX], vec![Value::Gauge32(u32::MAX)]),
        (
            vec![of(Base::Gauge32), of(Base::Counter32)],
            vec![1, 2],
            vec![Value::Gauge32(1), Value::Counter32(2)],
        ),
        (
            vec![of(Base::TimeTicks), of(Base::UInteger32)],
            vec![1, 2],
            vec![Value::TimeTicks(1), Value::UInteger32(2)],
        ),
        (vec![of(Base::Counter64)], vec![9], vec![Value::Counter64(9)]),
        (vec![of(Base::IpAddress)], vec![192, 0, 2, 1], vec![address.clone()]),
        (vec![of(Base::NetworkAddress)], vec![1, 192, 0, 2, 1], vec![address]),
        (vec![plain(TEXT), of(Base::Integer)], vec![2, 97, 98, 5], vec![text("ab"), Value::Integer32(5)]),
        (vec![plain(TEXT)], vec![0], vec![text("")]),
        (
            vec![plain(FIXED), of(Base::Integer)],
            vec![97, 98, 99, 100, 5],
            vec![text("abcd"), Value::Integer32(5)],
        ),
        (vec![implied(TEXT)], vec![97, 98], vec![text("ab")]),
        (vec![of(Base::ObjectIdentifier)], vec![2, 1, 3], vec![oid.clone()]),
        (
            vec![of(Base::Integer), implied(Facts::new(Base::ObjectIdentifier))],
            vec![4, 1, 3],
            vec![Value::Integer32(4), oid],
        ),
        (vec![of(Base::Bits)], vec![1, 0x80], vec![Value::OctetString((&[0x80][..]).into())]),
        (vec![of(Base::Opaque)], vec![1, 7], vec![Value::Opaque((&[7][..]).into())]),
        (vec![], vec![], vec![]),
    ] {
        assert_eq!(decode(&components, &arcs).as_ref(), Ok(&values), "{components:?}");
        assert_eq!(encode(&components, &values), Ok(arcs), "{components:?}");
    }
}

#[test]
fn arcs_that_are_no_index_are_refused() {
    for (component, arcs, error) in [
        (of(Base::Integer), &[][..], IndexError::Short { component: 0, needed: 1, left: 0 }),
        (of(Base::Integer), &[1, 2, 3], IndexError::Trailing { arcs: 2 }),
        (of(Base::IpAddress), &[1, 2, 3], IndexError::Short { component: 0, needed: 4, left: 3 }),
        (of(Base::IpAddress), &[1, 2, 3, 256], IndexError::NoOctet { component: 0, arc: 256 }),
        (of(Base::NetworkAddress), &[2, 1, 2, 3, 4], IndexError::NoAddressKind { component: 0, arc: 2 }),
        (plain(TEXT), &[3, 97], IndexError::Short { component: 0, needed: 4, left: 2 }),
        (plain(TEXT), &[1, 300], IndexError::NoOctet { component: 0, arc: 300 }),
        (plain(TEXT), &[u32::MAX, 1], IndexError::Short { component: 0, needed: 1 << 32, left: 2 }),
        (plain(FIXED), &[1, 2, 3], IndexError::Short { component: 0, needed: 4, left: 3 }),
        (plain(FIXED), &[1, 2, 3, 4, 5], IndexError::Trailing { arcs: 1 }),
        (of(Base::ObjectIdentifier), &[], IndexError::Short { component: 0, needed: 1, left: 0 }),
        (of(Base::Null), &[1], IndexError::NoIndexType { component: 0 }),
    ] {
        assert_eq!(decode(&[component], arcs), Err(error), "{component:?}");
    }
}

#[test]
fn values_that_have_no_arcs_are_refused() {
    let long = text(&"x".repeat(128));
    for (component, value, error) in [
        (of(Base::Integer), text("1"), IndexError::WrongType { component: 0 }),
        (of(Base::Other), Value::Null, IndexError::WrongType { component: 0 }),
        (of(Base::Counter64), Value::Counter64(1 << 32), IndexError::WrongType { component: 0 }),
        (plain(FIXED), text("abc"), IndexError::WrongSize { component: 0, octets: 3, fixed: 4 }),
        (plain(TEXT), long, IndexError::TooLong { arcs: 129 }),
    ] {
        assert_eq!(encode(&[component], &[value]), Err(error), "{component:?}");
    }
    assert_eq!(encode(&[], &[Value::Null]), Err(IndexError::Count { values: 1, components: 0 }));
}

#[test]
fn brackets_are_read() {
    let labels = [("up", 1), ("down", 2)];
    let mac = Facts { hint: Some(b"1x:"), ranges: &[(6, 6)], ..Facts::new(Base::OctetString) };
    let status = Facts { labels: &labels, ..Facts::new(Base::Integer) };
    let ticks = Facts::new(Base::TimeTicks);
    let admin = Facts { hint: Some(b"255t"), ..Facts::new(Base::OctetString) };
    let inet = Component { inet_address: true, ..plain(Facts { ranges: &[(0, 255)], ..TEXT }) };
    for (components, typed, arcs) in [
        (vec![plain(status)], "[down]", Some(&[2][..])),
        (vec![plain(status)], "[2].7", Some(&[2, 7])),
        (vec![plain(status)], "[2]7", None),
        (vec![plain(status)], "[sideways]", None),
        (vec![plain(status)], "[2", None),
        (vec![plain(TEXT), plain(status)], "[\"a]b\"][up]", Some(&[3, 97, 93, 98, 1])),
        (vec![plain(TEXT)], "[\\\"a\"b\\\"]", Some(&[3, 97, 34, 98])),
        (vec![plain(TEXT)], "[\"a\\b\"]", Some(&[3, 97, 92, 98])),
        (vec![plain(TEXT)], "[\"\"]", Some(&[0])),
        (vec![plain(TEXT)], "[\"]", None),
        (vec![implied(TEXT)], "['ab']", Some(&[97, 98])),
        (vec![plain(ticks)], "[0:00:06.60]", Some(&[660])),
        (vec![plain(ticks)], "[497:2:27:52.95]", Some(&[u32::MAX])),
        (vec![plain(ticks)], "[497:2:27:52.96]", None),
        (vec![plain(ticks)], "[660]", Some(&[660])),
        (vec![plain(ticks)], "[0:00:.60]", None),
        (vec![plain(admin)], "[STRING: ab]", Some(&[2, 97, 98])),
        (vec![plain(mac)], "[STRING: 0:1b:21:3c:9d:f8]", Some(&[0, 27, 33, 60, 157, 248])),
        (vec![plain(mac)], "[0:1b:21:3c:9d:f8]", Some(&[0, 27, 33, 60, 157, 248])),
        (vec![plain(mac)], "[0:1b]", None),
        (vec![of(Base::IpAddress)], "[192.0.2.1]", Some(&[192, 0, 2, 1])),
        (vec![of(Base::IpAddress)], "[192.0.2]", None),
        (vec![of(Base::ObjectIdentifier)], "[1.3]", Some(&[2, 1, 3])),
        (vec![inet], "[\"192.0.2.1%5\"]", Some(&[8, 192, 0, 2, 1, 0, 0, 0, 5])),
        (vec![inet], "[\"::1\"]", Some(&[16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        (vec![inet], "[\"host\"]", Some(&[4, 104, 111, 115, 116])),
        (vec![], "", Some(&[])),
        (vec![], "[1]", None),
    ] {
        let read = parse_brackets(&components, typed.as_bytes(), 10, Checks::default());
        assert_eq!(read.ok().map(|parsed| parsed.arcs), arcs.map(<[u32]>::to_vec), "{typed}");
    }
}

#[test]
fn a_text_in_quotes_means_the_same_behind_a_dot_and_in_brackets() {
    let of = |hint| plain(Facts { hint, ranges: &[(0, 64)], ..Facts::new(Base::OctetString) });
    let (mac, text, broken) = (of(Some(b"1x:")), of(Some(b"255a")), of(Some(b"1x:;q")));
    for (component, typed, arcs) in [
        (&mac, "0:1b:21:a:b:c", Ok(&[6, 0, 27, 33, 10, 11, 12][..])),
        (&mac, "ab", Ok(&[1, 0xab])),
        (&mac, "", Ok(&[0])),
        (&mac, "abc", Err(())),
        (&mac, "1ff:2", Err(())),
        (&mac, "-1", Err(())),
        (&mac, "0:1b:2g", Err(())),
        (&mac, "0::1", Err(())),
        (&mac, "\u{fc}", Err(())),
        (&mac, "xyz", Ok(&[3, 120, 121, 122])),
        (&text, "1ff:2", Ok(&[5, 49, 102, 102, 58, 50])),
        (&broken, "ab", Ok(&[2, 97, 98])),
        (&of(None), "ab", Ok(&[2, 97, 98])),
    ] {
        let expected = arcs.map(<[u32]>::to_vec).map_err(|()| "Index out of range: ");
        let of = |read: Result<Parsed, Badly>| {
            read.map(|parsed| parsed.arcs).map_err(|bad| {
                let detail = bad.to_string();
                assert!(detail.starts_with("Index out of range: ") && detail.ends_with(" (c)"), "{detail}");
                "Index out of range: "
            })
        };
        let components = std::slice::from_ref(component);
        let dot = format!("\"{typed}\"");
        assert_eq!(of(parse(components, dot.as_bytes(), 10, Checks::default())), expected, "{typed}");
        let brackets = format!("[{dot}]");
        assert_eq!(
            of(parse_brackets(components, brackets.as_bytes(), 10, Checks::default())),
            expected,
            "{typed}"
        );
    }
    let unhinted = Checks { hints: false, ..Checks::default() };
    for read in [parse(&[mac], b"\"ab\"", 10, unhinted), parse_brackets(&[mac], b"[\"ab\"]", 10, unhinted)] {
        assert_eq!(read.unwrap().arcs, [2, 97, 98]);
    }
}

#[test]
fn an_index_that_does_not_fit_an_identifier_is_refused() {
    let component = [plain(Facts::new(Base::OctetString))];
    let typed = format!("\"{}\"", "a".repeat(117));
    assert!(parse(&component, typed.as_bytes(), 10, Checks::default()).is_ok());
    assert!(parse(&component, typed.as_bytes(), 11, Checks::default()).is_err());
    let brackets = format!("[{typed}]");
    assert!(parse_brackets(&component, brackets.as_bytes(), 10, Checks::default()).is_ok());
    assert!(parse_brackets(&component, brackets.as_bytes(), 11, Checks::default()).is_err());
}

#[test]
fn a_type_that_is_no_index_to_net_snmp_is_noticed() {
    let parsed = parse(&[of(Base::Gauge32)], b"5.6", 10, Checks::default()).unwrap();
    assert_eq!((parsed.arcs, parsed.notice.as_deref()), (vec![5, 6], Some("Unexpected index type: 7 c 5.6")));
}

fn component() -> impl Strategy<Value = Component<'static>> {
    let bases = [
        Base::Integer,
        Base::Unsigned32,
        Base::TimeTicks,
        Base::IpAddress,
        Base::NetworkAddress,
        Base::OctetString,
        Base::ObjectIdentifier,
        Base::Bits,
        Base::Opaque,
        Base::Counter64,
    ];
    let ranges: [&'static [Range]; 4] = [&[], &[(0, 8)], &[(3, 3)], &[(0, 0)]];
    let hints: [Option<&'static [u8]>; 4] = [None, Some(b"1x:"), Some(b"255a"), Some(b"1q")];
    (
        prop::sample::select(bases.to_vec()),
        prop::sample::select(ranges.to_vec()),
        prop::sample::select(hints.to_vec()),
        any::<(bool, bool)>(),
    )
        .prop_map(|(base, ranges, hint, (implied, inet_address))| {
            let facts = Facts { hint, ranges, ..Facts::new(base) };
            Component { implied, inet_address, ..Component::new("c", facts) }
        })
}

proptest! {
    #[test]
    fn what_is_decoded_is_encoded_as_it_was(
        components in prop::collection::vec(component(), 0..4),
        arcs in prop::collection::vec(prop_oneof![0..5_u32, any::<u32>()], 0..24),
    ) {
        if let Ok(values) = decode(&components, &arcs) {
            prop_assert_eq!(encode(&components, &values), Ok(arcs));
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic_or_an_identifier_too_long(
        components in prop::collection::vec(component(), 0..4),
        typed in prop_oneof![
            "[0-9.\"'\\[\\]\\\\a-c:%]{0,40}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..40),
        ],
        prefix in 0..140_usize,
        ranges: bool,
    ) {
        let checks = Checks { ranges, hints: true };
        for read in [parse(&components, &typed, prefix, checks), parse_brackets(&components, &typed, prefix, checks)] {
            match read {
                Ok(parsed) => prop_assert!(parsed.arcs.len() + prefix <= limits::OID_ARCS.max(prefix)),
                Err(bad) => prop_assert!(bad.detail.len() <= 255),
            }
        }
    }
}
