use super::*;
use crate::{mib::image, output::netsnmp::varbind, value::VarBind};

fn written(names: &Named, oid: &str, letters: &str) -> String {
    let mut out = b"> ".to_vec();
    let oid = if oid.is_empty() { Oid::empty() } else { oid.parse().unwrap() };
    super::super::oid(&oid, &Options::from_letters(letters).unwrap(), names, &mut out);
    String::from_utf8(out).unwrap().strip_prefix("> ").unwrap().to_owned()
}

fn bound(names: &Named, oid: &str, value: Value, letters: &str) -> String {
    let mut out = Vec::new();
    let binding = VarBind::new(oid.parse().unwrap(), value);
    varbind(&binding, &Options::from_letters(letters).unwrap(), names, &mut out);
    String::from_utf8(out).unwrap()
}

fn octets(octets: &[u8]) -> Value {
    Value::OctetString(octets.into())
}

/// What net-snmp 5.9.3 prints with the same modules.
const NAMES: &[(&str, &str, &str)] = &[
    ("", "1.3.6.1.2.1.2.2.1.2.7", "IF-MIB::ifDescr.7"),
    ("s", "1.3.6.1.2.1.2.2.1.2.7", "ifDescr.7"),
    ("f", "1.3.6.1.2.1.2.2.1.2.7", ".iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifDescr.7"),
    ("u", "1.3.6.1.2.1.2.2.1.2.7", "interfaces.ifTable.ifEntry.ifDescr.7"),
    ("n", "1.3.6.1.2.1.2.2.1.2.7", ".1.3.6.1.2.1.2.2.1.2.7"),
    ("X", "1.3.6.1.2.1.2.2.1.2.7", "IF-MIB::ifDescr[7]"),
    ("Xn", "1.3.6.1.2.1.2.2.1.2.7", ".1.3.6.1.2.1.2.2.1.2.7"),
    ("", "1.3.6.1.2.1.2.2.1.2", "IF-MIB::ifDescr"),
    ("u", "1.3.6.1.2.1.2.2.1.2.7.8", "interfaces.ifTable.ifEntry.ifDescr.7.8"),
    ("X", "1.3.6.1.2.1.31.1.1.1.1.3.4", "IF-MIB::ifName[3].4"),
    ("", "1.3.6.1.2.1.2.2.1", "IF-MIB::ifEntry"),
    ("", "1.3.6.1.2.1.2.2.1.4000.7", "IF-MIB::ifEntry.4000.7"),
    ("X", "1.3.6.1.2.1.2.2.1.4000.7", "IF-MIB::ifEntry.4000[7]"),
    ("", "1.3.6.1.2.1.2.2.9", "IF-MIB::ifTable.9"),
    ("", "1.3.6.1.2.1.1.3.0", "DISMAN-EVENT-MIB::sysUpTimeInstance"),
    ("", "1.3.6.1.2.1.1.3.1", "SNMPv2-MIB::sysUpTime.1"),
    ("", "1.3.6.1.4.1.99999.1", "SNMPv2-SMI::enterprises.99999.1"),
    ("u", "1.3.6.1.4.1.99999.1", "enterprises.99999.1"),
    ("", "1.3.6.1.6.3.1.1.5.3", "IF-MIB::linkDown"),
    ("", "1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.1", "IP-MIB::ipAddressIfIndex.ipv4.\"10.0.0.1\""),
    ("", "1.3.6.1.2.1.4.35.1.4.3.2.4.1.2.3.4", "IP-MIB::ipNetToPhysicalPhysAddress.3.ipv6.\"....\""),
    // The column's own arc is taken for the type of the address.
    (
        "",
        "1.3.6.1.4.1.4491.2.1.18.1.5.1.1.4.10.0.0.1.0.7.8.9",
        "DOCS-MCAST-MIB::docsMcastCmtsReplSessPrefixAddrType.\"10.0.0.1\".\"\".7.8.9",
    ),
    (
        "X",
        "1.3.6.1.2.1.4.24.7.1.7.1.4.10.0.0.0.8.2.0.0.1.4.10.0.0.1",
        "IP-FORWARD-MIB::inetCidrRouteIfIndex[ipv4][\"10.0.0.0\"][8][SNMPv2-SMI::zeroDotZero][ipv4][\"10.0.0.1\"]",
    ),
    ("", "1.3.6.1.6.3.16.1.2.1.3.2.4.117.115.101.114", "SNMP-VIEW-BASED-ACM-MIB::vacmGroupName.2.\"user\""),
    (
        "E",
        "1.3.6.1.6.3.16.1.2.1.3.2.4.117.115.101.114",
        "SNMP-VIEW-BASED-ACM-MIB::vacmGroupName.2.\\\"user\\\"",
    ),
    (
        "XE",
        "1.3.6.1.6.3.16.1.2.1.3.2.4.117.115.101.114",
        "SNMP-VIEW-BASED-ACM-MIB::vacmGroupName[2][STRING: user]",
    ),
    (
        "b",
        "1.3.6.1.6.3.16.1.2.1.3.2.4.117.115.101.114",
        "SNMP-VIEW-BASED-ACM-MIB::vacmGroupName.2.4.117.115.101.114",
    ),
    ("X", "1.3.6.1.6.3.16.1.2.1.3.2.9.97", "SNMP-VIEW-BASED-ACM-MIB::vacmGroupName[2][.9.97"),
    ("", "1.3.6.1.6.3.12.1.2.1.3.97.98.99", "SNMP-TARGET-MIB::snmpTargetAddrTAddress.'abc'"),
    ("", "1.3.6.1.2.1.10.5.0.1", "RFC1382-MIB::x25Restart"),
    ("f", "1.3.6.1.2.1.10.5.0.1", ".iso.org.dod.internet.mgmt.mib-2.transmission.x25.x25#.x25Restart"),
    ("", "1.3.6.1.2.1.10.5.0.9", "RFC1382-MIB::x25#.9"),
    (
        "f",
        "1.2.840.10036.1.6.0.1",
        ".iso.member-body.us.ieee802dot11.dot11smt.dot11SMTnotification.0.dot11Disassociate",
    ),
    ("", "1.3", "SNMPv2-SMI::org"),
    ("", "1", "iso"),
    ("", "0", "ccitt"),
    ("", "0.0", "SNMPv2-SMI::zeroDotZero"),
    ("f", "0", ".ccitt"),
    ("", "2.5", "joint-iso-ccitt.5"),
    ("f", "2.5", ".joint-iso-ccitt.5"),
    ("", "3.4", ".3.4"),
    ("u", "3.4", ".3.4"),
    ("", "", "ccitt"),
];

#[test]
fn an_identifier_has_its_names_in_every_form() {
    let names = Named::of(View::core());
    for (letters, oid, text) in NAMES {
        assert_eq!(written(&names, oid, letters), *text, "-O{letters} {oid}");
    }
    let mut options = Options::default();
    options.set_token("oidOutputFormat", "6").unwrap();
    assert_eq!(names.oid(&"1.3.6.1".parse().unwrap(), &options, &mut Vec::new()), Known::No);
    assert_eq!(
        written(&names, "1.3.6.1.2.1.2.2.1.2.7", "F"),
        ".iso(1).org(3).dod(6).internet(1).mgmt(2).mib-2(1).interfaces(2).ifTable(2).ifEntry(1).ifDescr(2).7"
    );
}

#[test]
fn what_was_asked_before_changes_nothing() {
    let mut order: Vec<_> = NAMES.iter().collect();
    for _ in 0..2 {
        let names = Named::of(View::core());
        for (letters, oid, text) in &order {
            assert_eq!(written(&names, oid, letters), *text, "-O{letters} {oid}");
            assert_eq!(written(&names.clone(), oid, letters), *text, "-O{letters} {oid}");
        }
        order.reverse();
    }
}

#[test]
fn an_identifier_below_a_node_without_a_name_is_written_from_the_last_name() {
    let names = Named::of(View::core());
    // net-snmp writes IEEE802dot11-MIB::0.7.
    let text = written(&names, "1.2.840.10036.1.6.0.7", "");
    assert_eq!(text, "IEEE802dot11-MIB::dot11SMTnotification.0.7");
}

#[test]
fn a_prefix_of_the_users_is_looked_for_before_the_usual_ones() {
    let named = |prefix| Named::of(View::core()).with_prefix(prefix);
    for (prefix, oid, text) in [
        (".iso.org.dod.internet.mgmt.mib-2.system", "1.3.6.1.2.1.1.1.0", "sysDescr.0"),
        (".iso.org.dod.internet.mgmt.mib-2.system.", "1.3.6.1.2.1.1.1.0", "sysDescr.0"),
        (".iso.org.dod.internet.mgmt.mib-2.system", "1.3.6.1.2.1.2.1.0", "interfaces.ifNumber.0"),
        (".iso.org.dod.internet.mgmt.mib-2.system", "1.3.6.1.2.1.1", "system"),
        // It need not end where a name does.
        (".iso.org.dod.internet.pri", "1.3.6.1.4.1.9", "ate.enterprises.9"),
        ("", "1.3", "iso.org"),
        (".1.3.6.1.2.1", "1.3.6.1.2.1.1.1.0", "system.sysDescr.0"),
    ] {
        assert_eq!(written(&named(prefix), oid, "u"), text, "{prefix} {oid}");
    }
    assert_eq!(written(&Named::nothing().with_prefix(".iso.3"), "1.3.6", "u"), "6");
    assert_eq!(written(&Named::nothing(), "1.3.6", "u"), ".iso.3.6");
}

#[test]
fn names_are_those_of_the_modules_that_count() {
    let core = image::core();
    let some = Named::of(View::of_modules(core, core.module("IF-MIB")));
    assert_eq!(written(&some, "1.3.6.1.2.1.2.2.1.2.7", "X"), "IF-MIB::ifDescr[7]");
    assert_eq!(written(&some, "1.3.6.1.2.1.1.3.0", ""), "SNMPv2-MIB::sysUpTime.0");
    assert_eq!(written(&some, "1.3.6.1.2.1.25.1.1.0", ""), "SNMPv2-SMI::mib-2.25.1.1.0");
    assert_eq!(written(&Named::nothing(), "1.3.6.1.2.1.1.3.0", ""), "iso.3.6.1.2.1.1.3.0");
    let uptime = Value::TimeTicks(100);
    assert_eq!(
        bound(&Named::nothing(), "1.3.6.1.2.1.25.1.1.0", uptime, ""),
        "iso.3.6.1.2.1.25.1.1.0 = Timeticks: (100) 0:00:01.00\n"
    );
}

#[test]
fn a_value_is_written_as_its_definition_wants_it() {
    let names = Named::of(View::core());
    let address = octets(&[0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8]);
    let date = octets(&[0x07, 0xe6, 1, 2, 3, 4, 5, 0, 0x2b, 1, 0]);
    let oid = |text: &str| Value::ObjectIdentifier(text.parse().unwrap());
    for (name, value, letters, text) in [
        ("1.3.6.1.2.1.2.2.1.2.7", octets(b"eth0"), "", "IF-MIB::ifDescr.7 = STRING: eth0"),
        ("1.3.6.1.2.1.2.2.1.2.7", Value::NoSuchInstance, "", {
            "IF-MIB::ifDescr.7 = No Such Instance currently exists at this OID"
        }),
        ("1.3.6.1.2.1.2.2.1.6.7", address.clone(), "", "IF-MIB::ifPhysAddress.7 = STRING: 0:1b:21:3c:9d:f8"),
        ("1.3.6.1.2.1.2.2.1.6.7", address.clone(), "0q", "IF-MIB::ifPhysAddress.7 00:1b:21:3c:9d:f8"),
        ("1.3.6.1.2.1.2.2.1.8.7", Value::Integer32(1), "", "IF-MIB::ifOperStatus.7 = INTEGER: up(1)"),
        ("1.3.6.1.2.1.2.2.1.8.7", Value::Integer32(1), "eX", "IF-MIB::ifOperStatus[7] = INTEGER: 1"),
        ("1.3.6.1.2.1.2.2.1.8", Value::Integer32(1), "v", "INTEGER: up(1)"),
        ("1.3.6.1.2.1.2.2.1.8.7", Value::Gauge32(1), "", {
            "IF-MIB::ifOperStatus.7 = Wrong Type (should be INTEGER): Gauge32: 1"
        }),
        ("1.3.6.1.2.1.25.2.2.0", Value::Integer32(9), "", {
            "HOST-RESOURCES-MIB::hrMemorySize.0 = INTEGER: 9 KBytes"
        }),
        ("1.3.6.1.2.1.25.2.2.0", Value::Integer32(9), "U", {
            "HOST-RESOURCES-MIB::hrMemorySize.0 = INTEGER: 9"
        }),
        ("1.3.6.1.2.1.25.1.2.0", date, "", {
            "HOST-RESOURCES-MIB::hrSystemDate.0 = STRING: 2022-1-2,3:4:5.0,+1:0"
        }),
        ("1.3.6.1.2.1.1.2.0", oid("1.3.6.1.2.1.2.2.1.1.3"), "X", {
            "SNMPv2-MIB::sysObjectID.0 = OID: IF-MIB::ifIndex[3]"
        }),
        ("1.3.6.1.2.1.1.7.0.1", Value::Integer32(72), "", "SNMPv2-MIB::sysServices.0.1 = INTEGER: 72"),
        ("1.0.8802.1.1.2.1.4.1.1.12.0.1.1", octets(&[0x28]), "", {
            "LLDP-MIB::lldpRemSysCapEnabled.0.1.1 = BITS: 28 bridge(2) router(4) "
        }),
        ("1.3.6.1.2.1.3.1.1.3.1.1.10.0.0.1", Value::IpAddress([10, 0, 0, 1].into()), "", {
            "RFC1213-MIB::atNetAddress.1.1.10.0.0.1 = Network Address: 0A:00:00:01"
        }),
        ("1.3.6.1.2.1.2.2", Value::Integer32(5), "", "IF-MIB::ifTable = INTEGER: 5"),
        ("1.3.6.1.2.1.10.5.0.9", octets(b"x"), "", "RFC1382-MIB::x25#.9 = STRING: \"x\""),
    ] {
        assert_eq!(bound(&names, name, value, letters), format!("{text}\n"), "-O{letters}");
    }
    let ignoring = names.clone().with_hints(Hints::Ignored);
    assert_eq!(
        bound(&ignoring, "1.3.6.1.2.1.2.2.1.6.7", address, ""),
        "IF-MIB::ifPhysAddress.7 = Hex-STRING: 00 1B 21 3C 9D F8 \n"
    );
}

#[test]
fn how_a_nameless_name_begins_is_written_anew_when_it_is_another_one() {
    const NAMES: [&str; 14] = [
        "1.3.6.1.2.1.2.2.1.10.1",
        "1.3.6.1.2.1.2.2.1.10.2",
        "1.3.6.1.2.1.2.2.1.11.2",
        "1.3.6.1.2.1.2.2.1.11.2.1",
        "1.3.6.1.2.1.2.2.1.11",
        "1.3.6.1.2.1.2.2.1.10.4294967295",
        "1.3.6.1.2.1.2.2.1",
        "2.3.6.1.2.1.2.2.1",
        "1.3",
        "1",
        "0.3",
        "0",
        "",
        "7.3",
    ];
    let names = Named::nothing();
    // Each after each other, in each form after each other.
    for (after, first) in ["", "n", "f", "F", "s", "u"].into_iter().zip(["n", "f", "F", "s", "u", ""]) {
        for (before, name) in NAMES.into_iter().flat_map(|before| NAMES.map(|name| (before, name))) {
            let expected = written(&Named::nothing(), name, after);
            written(&names, before, after);
            assert_eq!(written(&names, name, after), expected, "-O{after} {name} after {before}");
            written(&names, name, first);
            assert_eq!(written(&names, name, after), expected, "-O{after} {name} after -O{first}");
        }
    }
    assert_eq!(written(&names, "1.3.6.1.2.1.2.2.1.10.2", "n"), ".1.3.6.1.2.1.2.2.1.10.2");
    assert_eq!(written(&names, "1.3.6.1.2.1.2.2.1.10.3", ""), "iso.3.6.1.2.1.2.2.1.10.3");
}
