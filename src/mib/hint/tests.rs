use proptest::prelude::*;

use super::*;

fn shown(hint: &str, value: &[u8]) -> Result<String, BadHint> {
    let mut out = b"before ".to_vec();
    let written = octets(hint.as_bytes(), value, HexDigits::Shortest, &mut out);
    let text = String::from_utf8_lossy(out.strip_prefix(b"before ").unwrap()).into_owned();
    assert!(written.is_ok() || text.is_empty());
    written.map(|()| text)
}

#[test]
fn strings_are_written_by_their_hint() {
    for (hint, value, text) in [
        ("1x:", &[0, 0x1b, 0x21][..], "0:1b:21"),
        ("1x", &[0, 0x1b, 0x21], "001b21"),
        ("1d.1d.1d.1d/2d", &[192, 0, 2, 1, 0, 123], "192.0.2.1/123"),
        (
            "2d-1d-1d,1d:1d:1d.1d,1a1d:1d",
            b"\x07\xe7\x0a\x1f\x0c\x1e\x2d\x05+\x02\x00",
            "2023-10-31,12:30:45.5,+2:0",
        ),
        ("2d", &[1, 2, 1], "258256"),
        ("9x", &[1, 2, 3], "010203"),
        ("3x", &[1, 2], "10200"),
        ("*1x:/1d", &[2, 10, 11, 12], "a:b:/12"),
        ("", &[1, 2], "12"),
        ("255a", b"nul\0\"", "nul.\\\""),
        ("255a", b"\x1b[1m", "\x1b[1m"),
        ("1x:", b"", ""),
    ] {
        assert_eq!(shown(hint, value).as_deref(), Ok(text), "{hint}");
    }
    for hint in ["1q", "z", "255", "*", "1x:1z"] {
        assert_eq!(shown(hint, &[1, 2]), Err(BadHint), "{hint}");
        assert_eq!(shown(hint, b""), Ok(String::new()), "{hint}");
    }
}

#[test]
fn numbers_are_written_by_their_hint() {
    for (hint, value, text) in [
        ("d", -5, "-5"),
        ("d-2", 12345, "123.45"),
        ("d-2", -5, "-.05"),
        ("d-2", 50, ".50"),
        ("d-1000", 5, "5"),
        ("d--3", 5, "5"),
        ("x", 255, "ff"),
        ("x", -1, "ffffffffffffffff"),
        ("o", 8, "10"),
        ("b", 5, "00000000000000000000000000000101"),
        ("1x:", 7, "7"),
        ("", 7, "7"),
        ("d", i64::MIN, "-9223372036854775808"),
    ] {
        let mut out = Vec::new();
        integer(hint.as_bytes(), value, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), text, "{hint} {value}");
    }
}

#[test]
fn text_that_follows_its_hint_is_read_and_other_text_is_not() {
    for (hint, text, octets) in [
        ("1x:", "0:1b:21", Ok(&[0, 0x1b, 0x21][..])),
        ("1x:", "0:1b:", Ok(&[0, 0x1b])),
        ("1d.", "300", Ok(&[44])),
        ("2d", "-1", Ok(&[0xff, 0xff])),
        ("10d", "1", Ok(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        ("*1x:/1d", "a:b:/12", Ok(&[2, 10, 11, 12])),
        ("255a", "text", Ok(b"text")),
        ("", "", Ok(b"")),
        ("1x:", "0;1b", Err(1)),
        ("1x:", "zz", Err(0)),
        ("1a:;", "a:b", Err(2)),
        ("255", "7", Err(0)),
        ("", "7", Err(0)),
        ("0a", "7", Err(0)),
        ("*0a", "7", Err(0)),
        ("*0a:;", "7", Err(0)),
        ("255t", "text", Err(0)),
        ("99999999999d", "1", Err(0)),
    ] {
        let expected = octets.map(<[u8]>::to_vec).map_err(|at| Mismatch { at });
        assert_eq!(parse_octets(hint.as_bytes(), text.as_bytes()), expected, "{hint} {text}");
    }
}

#[test]
fn a_text_that_must_be_exact_is_read_refused_or_of_another_kind() {
    for (hint, text, octets) in [
        ("1x:", "0:1b:21", Ok(Some(&[0, 0x1b, 0x21][..]))),
        ("1x:", "ff", Ok(Some(&[255]))),
        ("1x:", "0:1b:2g", Err(6)),
        ("1x:", "0::1", Err(2)),
        ("2d-1d-1d,1d:1d", "2026-1-2,x", Err(9)),
        ("*1d:/1d", "1:2:/x", Err(5)),
        ("1x:", "0:100", Err(2)),
        ("1x:", "abc", Err(0)),
        ("1x:", "1ff:2", Err(0)),
        ("1d.", "256", Err(0)),
        ("1d.", "-1", Err(0)),
        ("1d.", "99999999999999999999999", Err(0)),
        ("2d", "65535", Ok(Some(&[255, 255]))),
        ("2d", "65536", Err(0)),
        ("8x", "7fffffffffffffff", Ok(Some(&[0x7f, 255, 255, 255, 255, 255, 255, 255]))),
        ("8x", "10000000000000000", Err(0)),
        ("9d", "9223372036854775808", Err(0)),
        ("9d", "5", Ok(Some(&[0, 0, 0, 0, 0, 0, 0, 0, 5]))),
        ("0d", "0", Ok(Some(b""))),
        ("0d", "1", Err(0)),
        ("1x:", "xyz", Ok(None)),
        ("1x:", "a-b", Ok(None)),
        ("1a:1a", "a:bc:", Ok(Some(b"abc:"))),
        ("1a:;", "a:b", Ok(None)),
        ("255a", "text", Ok(Some(b"text"))),
    ] {
        let expected =
            octets.map(|octets: Option<&[u8]>| octets.map(<[u8]>::to_vec)).map_err(|at| Mismatch { at });
        assert_eq!(parse_octets_exactly(hint.as_bytes(), text.as_bytes()), expected, "{hint} {text}");
    }
}

#[test]
fn hints_with_a_notation_are_told_from_those_for_text_and_broken_ones() {
    for hint in ["1x:", "1d.1d.1d.1d/2d", "2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "*1x:/1d", "1x", "255a1a", "*255a"]
    {
        assert!(has_notation(hint.as_bytes()), "{hint}");
    }
    for hint in ["", "255a", "255t", "a", "x", "1", "1q", "2d:255t", "*", "1x:2", "1x:;q"] {
        assert!(!has_notation(hint.as_bytes()), "{hint}");
    }
}

#[test]
fn long_hints_and_values_stay_in_bounds() {
    let value = vec![0xff; 65_535];
    for hint in ["1d.", "1o:", "*1d.", "8d-", "9999999999999999999999999d"] {
        let mut out = Vec::new();
        octets(hint.as_bytes(), &value, HexDigits::Two, &mut out).unwrap();
        assert!(out.len() <= 24 * value.len(), "{hint}");
    }
    let hint = "255a".repeat(1_000);
    assert_eq!(shown(&hint, b"text").as_deref(), Ok("text"));
    assert_eq!(parse_octets(hint.as_bytes(), &value).unwrap(), value);
    assert!(parse_octets(b"*1x", &[b'1'; 1_000]).is_ok());
    assert!(parse_octets(b"*1x:", "1:".repeat(300).as_bytes()).is_err());
}

fn hint() -> impl Strategy<Value = Vec<u8>> {
    let likely = prop::collection::vec(prop::sample::select(b"*0123459xdoat:.-/;z".to_vec()), 0..16);
    prop_oneof![likely, prop::collection::vec(any::<u8>(), 0..12)]
}

proptest! {
    #[test]
    fn nothing_panics_or_grows_without_bound(hint in hint(), value in prop::collection::vec(any::<u8>(), 0..300), number: i64) {
        let mut out = Vec::new();
        let _ = octets(&hint, &value, HexDigits::Two, &mut out);
        prop_assert!(out.len() <= 24 * value.len());
        out.clear();
        integer(&hint, number, &mut out);
        prop_assert!(out.len() <= 230);
        if let Ok(read) = parse_octets(&hint, &value) {
            prop_assert!(read.len() <= 65_536 * (value.len() + 1));
        }
    }

    #[test]
    fn addresses_come_back_as_they_were(value in prop::collection::vec(any::<u8>(), 0..40)) {
        for hint in ["1x:", "1d.", "1o,"] {
            let mut text = Vec::new();
            octets(hint.as_bytes(), &value, HexDigits::Shortest, &mut text).unwrap();
            prop_assert_eq!(parse_octets(hint.as_bytes(), &text), Ok(value.clone()));
        }
    }
}
