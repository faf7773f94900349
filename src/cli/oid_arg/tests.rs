use proptest::prelude::*;

use super::*;
use crate::mib::View;

fn plain(text: &str) -> Result<String, String> {
    parse(text, &MibSettings::default(), &mut Library::of(View::none()))
        .map(|oid| oid.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn numbers_and_well_known_names_are_understood() {
    for (text, oid) in [
        ("1.3.6", "1.3.6"),
        (".1.3.6", "1.3.6"),
        ("1", "1"),
        (".1", "1"),
        (".", "1"),
        ("0", "0"),
        ("0.0", "0.0"),
        ("2.5", "2.5"),
        ("3.5", "3.5"),
        ("1.3.6.4294967295", "1.3.6.4294967295"),
        ("1.03.6", "1.3.6"),
        ("1.0x10", "1.16"),
        ("1.010", "1.8"),
        ("iso", "1"),
        (".iso", "1"),
        ("iso.3.6.1.2", "1.3.6.1.2"),
        (".iso.3", "1.3"),
        ("iso.org", "1.3"),
        (".iso.org.dod.internet.mgmt.mib-2.system.1.0", "1.3.6.1.2.1.1.1.0"),
        ("iso.org.dod.internet.private.enterprises.8072", "1.3.6.1.4.1.8072"),
        ("1.3.6.1.mgmt.mib-2.system", "1.3.6.1.2.1.1"),
        ("iso.3.dod", "1.3.6"),
        ("ccitt", "0"),
        ("ccitt.zeroDotZero", "0.0"),
        ("zeroDotZero", "0.0"),
        ("joint-iso-ccitt.5", "2.5"),
        ("org", "1.3"),
        ("dod", "1.3.6"),
        ("internet", "1.3.6.1"),
        ("directory", "1.3.6.1.1"),
        ("mgmt", "1.3.6.1.2"),
        ("mib-2", "1.3.6.1.2.1"),
        ("system", "1.3.6.1.2.1.1"),
        ("system.1.0", "1.3.6.1.2.1.1.1.0"),
        ("mib-2.system.1.0", "1.3.6.1.2.1.1.1.0"),
        ("interfaces", "1.3.6.1.2.1.2"),
        ("at", "1.3.6.1.2.1.3"),
        ("ip", "1.3.6.1.2.1.4"),
        ("icmp", "1.3.6.1.2.1.5"),
        ("tcp", "1.3.6.1.2.1.6"),
        ("udp", "1.3.6.1.2.1.7"),
        ("egp", "1.3.6.1.2.1.8"),
        ("transmission", "1.3.6.1.2.1.10"),
        ("snmp", "1.3.6.1.2.1.11"),
        ("host", "1.3.6.1.2.1.25"),
        ("ifMIB", "1.3.6.1.2.1.31"),
        ("experimental", "1.3.6.1.3"),
        ("private", "1.3.6.1.4"),
        ("enterprises.9", "1.3.6.1.4.1.9"),
        ("security", "1.3.6.1.5"),
        ("snmpV2", "1.3.6.1.6"),
        ("snmpDomains", "1.3.6.1.6.1"),
        ("snmpProxys", "1.3.6.1.6.2"),
        ("snmpModules", "1.3.6.1.6.3"),
        ("mail", "1.3.6.1.7"),
        ("features", "1.3.6.1.8"),
        // String indexes: with their length in double quotes, without it in single ones.
        ("1.3.\"foo\"", "1.3.3.102.111.111"),
        (".1.3.'foo'", "1.3.102.111.111"),
        ("iso.\"foo\"", "1.3.102.111.111"),
        (".1.3.\"foo\".4", "1.3.3.102.111.111.4"),
        ("1.3.\"a.b\"", "1.3.3.97.46.98"),
        ("1.3.\"a:b\"", "1.3.3.97.58.98"),
        ("1.3.\"\"", "1.3.0"),
        ("1.3.''", "1.3"),
        ("system.\"f\".\"g\".3", "1.3.6.1.2.1.1.1.102.1.103.3"),
        ("1.3.'it\"s'", "1.3.105.116.34.115"),
        ("1.3.6.1.4.1.\"\\\\\"", "1.3.6.1.4.1.2.92.92"),
    ] {
        assert_eq!(plain(text).as_deref(), Ok(oid), "{text}");
    }
}

#[test]
fn what_is_not_understood_is_named_with_the_part_that_was_not() {
    for (text, detail) in [
        ("x", "(Sub-id not found: (top) -> x)"),
        (".x", "(Sub-id not found: (top) -> x)"),
        ("x.y.1", "(Sub-id not found: (top) -> x)"),
        (".system", "(Sub-id not found: (top) -> system)"),
        ("", "(Sub-id not found: (top) -> )"),
        ("\"foo\"", "(Sub-id not found: (top) -> \"foo\")"),
        (".'foo'", "(Sub-id not found: (top) -> 'foo')"),
        ("1x", "(Sub-id not found: (top) -> 1x)"),
        ("+1", "(Sub-id not found: (top) -> +1)"),
        ("5.x", "(Sub-id not found: (top) -> x)"),
        ("5.x.y", "(Sub-id not found: (top) -> x.y)"),
        ("'3. 08x", "(Sub-id not found: (top) -> '3)"),
        ("1.0x.3.", "(0x)"),
        ("1..3", "(.3)"),
        ("1.", "()"),
        ("1.3.", "()"),
        ("iso.", "()"),
        ("1.3.x", "(x)"),
        ("1.3.x.6", "(x.6)"),
        ("iso.x", "(x)"),
        ("iso.3.mgmt", "(mgmt)"),
        ("1.3.-1", "(-1)"),
        ("1.08", "(08)"),
        ("1.3.4294967296", "(4294967296)"),
        ("1.3.\"foo", "(\"foo)"),
        ("1.3.\"ab\"6", "(\"ab\"6)"),
        ("1.3.\"ab\".", "()"),
        ("1.3.\"a\\\"b\"", "(\"a\\\"b\")"),
        ("1.3.'", "(')"),
        ("system.sysDescr.0", "(Sub-id not found: system -> sysDescr)"),
        ("mib-2.system.foo", "(Sub-id not found: system -> foo)"),
    ] {
        assert_eq!(plain(text), Err(format!("{text}: Unknown Object Identifier {detail}")), "{text}");
    }
    for text in ["IF-MIB::ifDescr.1", "foo:bar", "::system", "a::", ":"] {
        assert_eq!(plain(text), Err(format!("{text}: Unknown Object Identifier")), "{text}");
    }
}

#[test]
fn an_identifier_ends_at_128_parts() {
    let arcs = |count| vec!["1"; count].join(".");
    assert!(plain(&arcs(128)).is_ok());
    let long = format!("{}.77", arcs(128));
    assert_eq!(plain(&long), Err(format!("{long}: Unknown Object Identifier (77)")));
    assert!(plain(&format!("1.\"{}\"", "x".repeat(200))).is_err());
}

#[test]
fn prefixes_and_suffixes_are_put_on() {
    let with =
        |letters: &str, prefix: Option<&str>, suffix: Option<&str>, variable: Option<&str>, text: &str| {
            let settings = MibSettings {
                input_letters: letters.into(),
                name_prefix: prefix.map(Into::into),
                suffix: suffix.map(Into::into),
                prefix: variable.map(Into::into),
                ..MibSettings::default()
            };
            parse(text, &settings, &mut Library::of(View::none()))
                .map(|oid| oid.to_string())
                .map_err(|error| error.detail.unwrap_or_default())
        };
    let top_iso3 = Err("Sub-id not found: (top) -> iso3".to_owned());
    for (got, expected) in [
        (with("", Some("iso"), None, None, "3"), top_iso3),
        (with("", Some("iso."), None, None, "3"), Ok("1.3".to_owned())),
        (with("", None, Some("3"), None, "iso"), Ok("1.3".to_owned())),
        (with("", None, Some(".3"), None, "iso"), Ok("1.3".to_owned())),
        (with("", None, Some(".0"), None, ".1.3"), Ok("1.3.0".to_owned())),
        (with("u", None, None, None, "1.3"), Ok("1.3.6.1.2.1.1.3".to_owned())),
        (with("u", None, None, None, "system.3"), Ok("1.3.6.1.2.1.1.3".to_owned())),
        (with("u", None, None, None, ".1.3"), Ok("1.3".to_owned())),
        (with("u", None, None, None, "iso.3"), Ok("1.3".to_owned())),
        (with("u", None, None, Some(".iso.3"), "5"), Ok("1.3.5".to_owned())),
        (with("u", None, None, Some("nonsense"), "5"), Ok("5".to_owned())),
    ] {
        assert_eq!(got, expected);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}") {
        let _ = plain(&text);
    }

    #[test]
    fn what_prints_reads_back(arcs in prop::collection::vec(any::<u32>(), 1..128)) {
        let oid = Oid::new(&arcs).unwrap();
        prop_assert_eq!(parse(&oid.to_string(), &MibSettings::default(), &mut Library::of(View::none())), Ok(oid.clone()));
        prop_assert_eq!(parse(&format!(".{oid}"), &MibSettings::default(), &mut Library::of(View::none())), Ok(oid));
    }

    #[test]
    fn likely_text_does_not_make_it_panic(text in "[.:'\"0-9a-z\\\\]{0,24}") {
        let _ = plain(&text);
    }
}
