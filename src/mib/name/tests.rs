use super::*;

fn oid(text: &str) -> Result<String, String> {
    parse(text.as_bytes(), &mut Library::core(), &Rules::default())
        .map(|oid| oid.to_string())
        .map_err(|error| error.to_string())
}

#[test]
fn names_are_read_as_net_snmp_reads_them() {
    for (text, expected) in [
        ("IF-MIB::ifDescr.1", "1.3.6.1.2.1.2.2.1.2.1"),
        ("IF-MIB:ifDescr.1", "1.3.6.1.2.1.2.2.1.2.1"),
        ("ANY::ifDescr.7", "1.3.6.1.2.1.2.2.1.2.7"),
        ("IF-MIB::ifTable.1.ifDescr.3", "1.3.6.1.2.1.2.2.1.2.3"),
        ("ifDescr.1", "1.3.6.1.2.1.2.2.1.2.1"),
        (".ifDescr.1", "1.3.6.1.2.1.2.2.1.2.1"),
        ("ifDescr", "1.3.6.1.2.1.2.2.1.2"),
        ("ifTable.ifEntry.ifDescr.3", "1.3.6.1.2.1.2.2.1.2.3"),
        ("ifEntry.99.3", "1.3.6.1.2.1.2.2.1.99.3"),
        ("ifDescr.5.6", "1.3.6.1.2.1.2.2.1.2.5.6"),
        ("system.sysContact.0", "1.3.6.1.2.1.1.4.0"),
        ("sysUpTime.0", "1.3.6.1.2.1.1.3.0"),
        (".iso.org.dod.internet.mgmt.mib-2.system", "1.3.6.1.2.1.1"),
        (".1.3.6.1.2.1.system.1.0", "1.3.6.1.2.1.1.1.0"),
        ("mib-2.1.1.0", "1.3.6.1.2.1.1.1.0"),
        ("iso.3.6", "1.3.6"),
        ("1.3.6.1.2.1.2.2.1.2.010", "1.3.6.1.2.1.2.2.1.2.8"),
        // An index in brackets.
        ("ifDescr[1]", "1.3.6.1.2.1.2.2.1.2.1"),
        ("IF-MIB::ifDescr[1]", "1.3.6.1.2.1.2.2.1.2.1"),
        ("1.3.6.1.2.1.2.2.1.2[1]", "1.3.6.1.2.1.2.2.1.2.1"),
        ("ipAddrEntry[192.0.2.1]", "1.3.6.1.2.1.4.20.1.1.192.0.2.1"),
        ("ipAdEntNetMask[192.0.2.1]", "1.3.6.1.2.1.4.20.1.3.192.0.2.1"),
        ("ipAddressIfIndex[ipv4][\"192.0.2.1\"]", "1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1"),
    ] {
        assert_eq!(oid(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_not_understood_has_net_snmp_s_words() {
    for (text, detail) in [
        ("ifDescr.x", "Index out of range: x (ifIndex)"),
        ("ifDescr.-1", "Index out of range: -1 (ifIndex)"),
        ("ifDescr.0", "Index out of range: 0 (ifIndex)"),
        ("ifDescr.2147483648", "Index out of range: 2147483648 (ifIndex)"),
        ("IF-MIB::ifDescr.a", "Index out of range: a (ifIndex)"),
        ("ifDescr.5.x", "Sub-id not found: ifIndex -> x"),
        ("ifDesc.1", "Sub-id not found: (top) -> ifDesc"),
        ("ifEntry.ifFoo", "Sub-id not found: ifEntry -> ifFoo"),
        ("ifEntry.99.x", "Sub-id not found: ifEntry -> x"),
        ("sysContact.foo", "foo"),
        ("sysUpTime.foo", "Sub-id not found: sysUpTime -> foo"),
        ("sysContact.0.", ""),
        ("sysContact.0.x", "x"),
        ("5.x", "Sub-id not found: (top) -> x"),
        ("1..3", "Sub-id not found: iso -> "),
        ("1.3.\"foo\"", "Sub-id not found: org -> \"foo\""),
        ("1.3.6.1.2.1.2.2.1.2.\"foo\"", "Index out of range: \"foo\" (ifIndex)"),
        ("", "Sub-id not found: (top) -> "),
    ] {
        assert_eq!(oid(text), Err(detail.to_owned()), "{text}");
    }
    for text in ["IF-MIB::nosuch.0", "IF-MIB::1.3", "IF-MIB::", ".IF-MIB::ifDescr", "NO-MIB::foo", ":foo"] {
        let error = parse(text.as_bytes(), &mut Library::core(), &Rules::default()).unwrap_err();
        assert_eq!(error.detail, None, "{text}");
    }
}

fn matched(pattern: &str) -> Option<String> {
    let found = matches(pattern, &View::core()).ok()?;
    found.first().map(|found| found.definition.oid().to_string())
}

#[test]
fn a_pattern_finds_what_net_snmp_finds() {
    for (pattern, expected) in [
        ("ifIn", "1.3.6.1.2.1.2.2.1.15"),
        (".", "1"),
        ("table$", "1.3.6.1.4.1.2021.102"),
        ("hr", "1.3.6.1.2.1.25.7"),
    ] {
        assert_eq!(matched(pattern).as_deref(), Some(expected), "{pattern}");
    }
}
