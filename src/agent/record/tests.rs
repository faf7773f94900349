use proptest::prelude::*;

use super::*;
use crate::value::VarBind;

fn objects(input: &[u8], format: Option<Format>) -> (Vec<(String, Value)>, Report) {
    let (store, report) = read(input, format).unwrap_or_else(|error| panic!("{error}"));
    (store.iter().map(|VarBind { name, value }| (name.to_string(), value)).collect(), report)
}

/// The one value of a walk that has one.
fn text_value(value: &[u8]) -> Value {
    let line = [b".1.3.6.1.4.1.32473.9.0 = ".as_slice(), value, b"\n"].concat();
    let (mut found, _) = objects(&line, Some(Format::Text));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "1.3.6.1.4.1.32473.9.0");
    found.remove(0).1
}

fn refused(input: &[u8], format: Option<Format>) -> String {
    read(input, format).map(|(_, report)| report).unwrap_err().to_string()
}

fn octets(octets: &[u8]) -> Value {
    Value::OctetString(octets.into())
}

#[test]
fn every_form_of_a_value_in_text_is_read() {
    for (form, value) in [
        (&b"INTEGER: -5"[..], Value::Integer32(-5)),
        (b"INTEGER: -2147483648", Value::Integer32(i32::MIN)),
        (b"INTEGER: up(1)", Value::Integer32(1)),
        (b"INTEGER: odd (name)(-3)", Value::Integer32(-3)),
        (b"INTEGER: 30 seconds", Value::Integer32(30)),
        (b"INTEGER: -1.25", Value::Integer32(-125)),
        (b"INTEGER: 7 ", Value::Integer32(7)),
        (b"Counter32: 4294967295", Value::Counter32(u32::MAX)),
        (b"Counter32: 5 octets", Value::Counter32(5)),
        (b"Gauge32: 100", Value::Gauge32(100)),
        (b"Unsigned32: 100", Value::Gauge32(100)),
        (b"UInteger32: 100", Value::UInteger32(100)),
        (b"Counter64: 18446744073709551615", Value::Counter64(u64::MAX)),
        (b"Timeticks: (123) 0:00:01.23", Value::TimeTicks(123)),
        (b"Timeticks: 123", Value::TimeTicks(123)),
        (b"IpAddress: 192.0.2.255", Value::IpAddress([192, 0, 2, 255].into())),
        (b"Network Address: C0:00:02:01", Value::IpAddress([192, 0, 2, 1].into())),
        (b"OID: .1.3.6.1", Value::ObjectIdentifier(Oid::from_static(&[1, 3, 6, 1]))),
        (b"OID: iso.3.6.1", Value::ObjectIdentifier(Oid::from_static(&[1, 3, 6, 1]))),
        (b"OID: iso", Value::ObjectIdentifier(Oid::from_static(&[1]))),
        (b"OID: .0.0", Value::ObjectIdentifier(Oid::from_static(&[0, 0]))),
        (b"OID: ccitt.0", Value::ObjectIdentifier(Oid::from_static(&[0, 0]))),
        (b"\"\"", octets(b"")),
        (b"\"without a type\"", octets(b"without a type")),
        (b"STRING: \"\"", octets(b"")),
        (b"STRING: ", octets(b"")),
        (b"STRING:", octets(b"")),
        (b"STRING: \"a \\\"quoted\\\" \\\\ thing\"", octets(b"a \"quoted\" \\ thing")),
        (b"STRING: \"= INTEGER: 5\"", octets(b"= INTEGER: 5")),
        (b"STRING: two words", octets(b"two words")),
        (b"STRING: with \"quotes\" inside", octets(b"with \"quotes\" inside")),
        (b"STRING: \xff\xfe", octets(b"\xff\xfe")),
        (b"STRING: 0:1b:21:3c:9d:f8", octets(&[0, 0x1b, 0x21, 0x3c, 0x9d, 0xf8])),
        (b"STRING: 0:1b:21:3c:9d", octets(b"0:1b:21:3c:9d")),
        (b"STRING: \"0:1b:21:3c:9d:f8\"", octets(b"0:1b:21:3c:9d:f8")),
        (b"STRING: first\nsecond\n\nfourth", octets(b"first\nsecond\n\nfourth")),
        (b"STRING: \"first\nsecond\"", octets(b"first\nsecond")),
        (b"STRING: \"\n.1.3 = INTEGER: 1\n\"", octets(b"\n.1.3 = INTEGER: 1\n")),
        (b"STRING: \"a\r\nb\"", octets(b"a\r\nb")),
        (b"STRING: \"a\r\nb\"\r", octets(b"a\nb")),
        (b"STRING: a\r\nb\r", octets(b"a\nb")),
        (b"Hex-STRING: 00 1B ff ", octets(&[0, 0x1b, 0xff])),
        (b"Hex-STRING: 00 01 \n02 03 \n04", octets(&[0, 1, 2, 3, 4])),
        (b"Hex-STRING: 41 42  [AB]", octets(b"AB")),
        (b"Hex-STRING: ", octets(b"")),
        (b"BITS: 90 09 first(0) fourth(3) ", octets(&[0x90, 0x09])),
        (b"Opaque: Float: 1.500000", Value::Opaque([0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0][..].into())),
        (b"Opaque: Int64: -129", Value::Opaque([0x9f, 0x7a, 2, 0xff, 0x7f][..].into())),
        (b"Opaque: Int64: 128", Value::Opaque([0x9f, 0x7a, 2, 0, 0x80][..].into())),
        (b"Opaque: UInt64: 255", Value::Opaque([0x9f, 0x7b, 2, 0, 0xff][..].into())),
        (b"Opaque: UInt64: 0", Value::Opaque([0x9f, 0x7b, 1, 0][..].into())),
        (b"OPAQUE: 02 01 2A ", Value::Opaque([2, 1, 0x2a][..].into())),
        (b"NULL", Value::Null),
        (b"Wrong Type (should be INTEGER): STRING: \"x\"", octets(b"x")),
        (b"Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 3", Value::Integer32(3)),
    ] {
        assert_eq!(text_value(form), value, "{}", form.escape_ascii());
    }
}

#[test]
fn text_that_is_wrong_is_refused_with_its_place() {
    for (input, error) in [
        (&b".1.3.1 = INTEGER: x"[..], "line 1, column 19: 'x' is no number from -2147483648 to 2147483647"),
        (b".1.3.1 = INTEGER: 2147483648", "line 1, column 19: '2147483648' is no number"),
        (b".1.3.1 = INTEGER: +5", "line 1, column 19: '+5' is no number"),
        (b".1.3.1 = Counter32: -1", "line 1, column 21: '-1' is no number from 0 to 4294967295"),
        (
            b".1.3.1 = Counter64: 18446744073709551616",
            "line 1, column 21: '18446744073709551616' is no number",
        ),
        (b".1.3.1 = IpAddress: 1.2.3", "line 1, column 21: '1.2.3' is no IPv4 address"),
        (
            b".1.3.1 = OID: SNMPv2-SMI::zeroDotZero",
            "line 1, column 15: sub-identifier 'SNMPv2-SMI::zeroDotZero' is not a number; record with numeric names (snmpwalk -On)",
        ),
        (b".1.3.1 = Hex-STRING: 00 0G", "line 1, column 22: '0G' is no pair of hexadecimal digits"),
        (b".1.3.1 = Hex-STRING: 00\n0 1\n", "line 2, column 1: '0' is no pair"),
        (
            b".1.3.1 = INTEGER: 1\n\n.1.3.2 = Integer: 5",
            "line 3, column 1: 'Integer' is no type of value that is known here; known are INTEGER,",
        ),
        (
            b"SNMPv2-MIB::sysDescr.0 = STRING: x",
            "line 1, column 1: a line of the form '.1.3.6.1.2.1.1.5.0 = STRING: \"name\"' expected here",
        ),
        (b".1.3..1 = INTEGER: 1", "line 1, column 1: sub-identifier '' is not a number"),
        (b".1.3.4294967296 = INTEGER: 1", "line 1, column 1: sub-identifier 4294967296 is larger"),
        (b".3.1 = INTEGER: 1", "line 1, column 1: '3.1' cannot be sent: a name has two numbers"),
        (b".1.40 = INTEGER: 1", "line 1, column 1: '1.40' cannot be sent"),
        (b".1 = INTEGER: 1", "line 1, column 1: '1' cannot be sent"),
        (b".1.3.1 = OID: .5.1", "line 1, column 1: '5.1' cannot be sent"),
        (
            b".1.3.1 = STRING: \"no end\n",
            "line 1, column 19: the string that begins here has no closing quote",
        ),
        (
            b".1.3.1 = STRING: \"an\nend\" and more",
            "line 2, column 5: the end of the line behind the closing quote expected",
        ),
        (b"Timeout: No Response from 192.0.2.1", "line 1, column 1: a line of the form"),
    ] {
        let said = refused(input, Some(Format::Text));
        assert!(said.starts_with(error), "{}\n said {said}\n want {error}", input.escape_ascii());
    }
}

#[test]
fn the_next_name_ends_a_value_of_several_lines() {
    let (found, report) = objects(
        b".1.3.1 = STRING: one\ntwo\n.1.3.2 = Hex-STRING: 01\n02\niso.3.3 = STRING: three\n\n.1.3.4 = STRING: \"\n\"\n",
        None,
    );
    let expected = [("1.3.1", &b"one\ntwo"[..]), ("1.3.2", &[1, 2]), ("1.3.3", b"three\n"), ("1.3.4", b"\n")];
    let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).to_owned(), octets(value))).collect();
    assert_eq!(found, expected);
    assert_eq!(report.lines, 8);
}

#[test]
fn order_does_not_matter_and_the_last_of_two_counts() {
    let (found, report) = objects(
        b"# a comment\n.1.3.9 = INTEGER: 9\n.1.3.10 = INTEGER: 10\n.1.3.2 = INTEGER: 2\n\n.1.3.9 = INTEGER: 99\n\
          .1.3.3 = No Such Object available on this agent at this OID\n\
          .1.3.4 = No Such Instance currently exists at this OID\n\
          .1.3.5 = No more variables left in this MIB View (It is past the end of the MIB tree)\n",
        None,
    );
    let expected = [("1.3.2", 2), ("1.3.9", 99), ("1.3.10", 10)];
    let expected: Vec<_> =
        expected.iter().map(|(name, value)| ((*name).to_owned(), Value::Integer32(*value))).collect();
    assert_eq!(found, expected);
    assert_eq!((report.replaced, report.exceptions, report.objects, report.lines), (1, 3, 3, 9));
}

#[test]
fn ndjson_that_is_wrong_is_refused_with_its_place() {
    let line = |rest: &str| format!("{{\"kind\":\"varbind\",\"host\":\"h\",\"oid\":\"1.3.1\",{rest}}}");
    for (input, error) in [
        ("{\"kind\"", "line 1, column 7: EOF while parsing an object; every line has to be one JSON object"),
        ("{}\n", "line 1, column 2: missing field `kind`; every line has"),
        ("{\"kind\":\"row\",\"cells\":{}}", "line 1, column 1: a line of kind varbind"),
        ("\n{\"kind\":\"varbind\"}", "line 2, column 1: a member \"oid\" expected here"),
        (&line("\"type\":\"Integer\",\"value\":1"), "line 1, column 1: 'Integer' is no type of value"),
        (&line("\"type\":\"Integer32\",\"value\":1.5"), "line 1, column 1: '1.5' is no number"),
        (&line("\"type\":\"Integer32\",\"value\":\"5\""), "line 1, column 1: '\\\"5\\\"' is no number"),
        (&line("\"type\":\"Gauge32\",\"value\":4294967296"), "line 1, column 1: '4294967296' is no number"),
        (&line("\"type\":\"Counter64\",\"value\":1,\"exact\":\"x\""), "line 1, column 1: 'x' is no number"),
        (&line("\"type\":\"OctetString\",\"value\":\"a\""), "line 1, column 1: a member \"hex\" expected"),
        (&line("\"type\":\"OctetString\",\"hex\":\"abc\""), "line 1, column 1: 'abc' is no even number"),
        (
            &line("\"type\":\"Opaque\",\"hex\":\"zz\""),
            "line 1, column 1: 'zz' is no row of hexadecimal digits",
        ),
        (&line("\"type\":\"IpAddress\",\"value\":\"1.2\""), "line 1, column 1: '1.2' is no IPv4 address"),
        (
            &line("\"type\":\"ObjectIdentifier\",\"value\":null"),
            "line 1, column 1: 'null' is no numeric object",
        ),
    ] {
        let said = refused(input.as_bytes(), Some(Format::Ndjson));
        assert!(said.starts_with(error), "{input}\n said {said}\n want {error}");
    }
    let more = line("\"type\":\"Null\",\"value\":null") + "\n{\"kind\":\"later\",\"news\":[1]}\r\n";
    assert_eq!(objects(more.as_bytes(), None).0, [("1.3.1".to_owned(), Value::Null)]);
}

#[test]
fn snmprec_that_is_wrong_is_refused_with_its_place() {
    for (input, error) in [
        ("1.3.1|4", "line 1, column 1: a line of the form OID|TAG|VALUE expected here"),
        ("1.3.1|2|x", "line 1, column 9: 'x' is no number from -2147483648 to 2147483647"),
        (
            "1.3.1|99|x",
            "line 1, column 7: '99' is no type of value that is known here; known are 2 Integer32,",
        ),
        ("1.3.1|2:numeric|rate=5", "line 1, column 7: tag '2:numeric' asks for a variation module"),
        ("# x\n\n1.3.x|2|1", "line 3, column 1: sub-identifier 'x' is not a number"),
        ("1.3.1|4x|abc", "line 1, column 10: 'abc' is no even number of hexadecimal digits"),
        ("1.3.1|64|1.2.3", "line 1, column 10: '1.2.3' is no IPv4 address"),
        ("1.3.1|64x|0102", "line 1, column 11: '0102' is no IPv4 address"),
        ("1.3.1|4e|a\\q", "line 1, column 10: 'a\\\\q' is no text with escapes"),
        ("1.3.1|4e|a\\", "line 1, column 10: 'a\\\\' is no text with escapes"),
    ] {
        let said = refused(input.as_bytes(), Some(Format::Snmprec));
        assert!(said.starts_with(error), "{input}\n said {said}\n want {error}");
    }
    let (found, report) = objects(
        b"1.3.1|4|a|b \r\n.1.3.2|4e|\\x00\\n\\'\\\"\\\\\n1.3.3|64|192.0.2.1\n1.3.4|71|5\n1.3.5|129|\n1.3.6|5|\n1.3.7|68|x\n",
        None,
    );
    let values: Vec<Value> = found.into_iter().map(|(_, value)| value).collect();
    let expected = [
        octets(b"a|b "),
        octets(b"\0\n'\"\\"),
        Value::IpAddress([192, 0, 2, 1].into()),
        Value::UInteger32(5),
        Value::Null,
        Value::Opaque(b"x"[..].into()),
    ];
    assert_eq!(values, expected);
    assert_eq!((report.format, report.exceptions), (Format::Snmprec, 1));
}

#[test]
fn lines_and_values_without_end_are_refused() {
    let mut endless = io::Read::take(io::repeat(b'1'), 1 << 40);
    let error = read(io::BufReader::new(&mut endless), Some(Format::Snmprec)).map(|_| ()).unwrap_err();
    let taken = (1 << 40) - endless.limit();
    assert!(taken < 2 * limits::LINE_OCTETS as u64, "{taken} octets of one line were taken");
    assert!(matches!(error.kind, RecordErrorKind::LineTooLong), "{error}");
    assert_eq!(error.line, 1);
    let long = [b".1.3.1 = STRING: \"".to_vec(), b"0123456789\n".repeat(10_000)].concat();
    assert!(refused(&long, None).contains("a value of more than 65507 octets"));
    let long = [b".1.3.1 = Hex-STRING: ".to_vec(), b"00 11 22 33\n".repeat(20_000)].concat();
    assert!(refused(&long, None).contains("a value of more than 65507 octets"));
    let long = [b".1.3.1 = STRING: ".to_vec(), b"x\n".repeat(40_000)].concat();
    assert!(refused(&long, None).contains("a value of more than 65507 octets"));
}

proptest! {
    #[test]
    fn any_octets_are_survived(
        octets in proptest::collection::vec(any::<u8>(), 0..200),
        line in "(\\.1\\.3\\.[0-9]{1,2} = |)(INTEGER: |STRING: |Hex-STRING: |OID: |Opaque: |)[ -~]{0,12}\n?",
    ) {
        for format in [None, Some(Format::Text), Some(Format::Ndjson), Some(Format::Snmprec)] {
            let _ = read(octets.as_slice(), format);
            let mixed = [line.as_bytes(), &octets, line.as_bytes()].concat();
            let _ = read(mixed.as_slice(), format);
        }
    }

    #[test]
    fn a_string_comes_back_as_it_was_quoted(text in proptest::collection::vec(any::<u8>(), 0..100)) {
        let mut line = b".1.3.6.1.4.1.32473.9.0 = STRING: \"".to_vec();
        for octet in &text {
            if matches!(octet, b'"' | b'\\') {
                line.push(b'\\');
            }
            line.push(*octet);
        }
        line.extend(b"\"\n.1.3.7.0 = NULL\n");
        let (found, _) = objects(&line, None);
        prop_assert_eq!(&found[0].1, &octets(&text));
        prop_assert_eq!(found.len(), 2);
    }
}
