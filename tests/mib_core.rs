//! The built-in image: that it has what operators meet, within its size, and that its listing is its listing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must say where")]

use std::{fs, path::Path};

use snmpkit::mib::{
    Access, BaseType, Kind,
    image::{self, HintOrigin, Image, NamedType, Node},
};

fn read(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn it_is_whole_small_and_has_no_text() {
    let octets = read(xtask::core_mib::IMAGE);
    let image = Image::open(&octets).unwrap();
    assert!(octets.len() <= 2_000_000, "{} octets", octets.len());
    assert!(image.modules().len() >= 300, "{} modules", image.modules().len());
    assert!(image.node_count() > 30_000, "{} nodes", image.node_count());
    assert!(!image.has_text());
    assert_eq!(image::core().octets(), octets.len());
    assert_eq!(image::core().stamp(), image.stamp());
}

#[test]
fn its_listing_is_that_of_its_modules() {
    let listing = String::from_utf8(read(xtask::core_mib::LISTING)).unwrap();
    assert_eq!(
        listing,
        xtask::core_mib::listing(image::core()),
        "run cargo xtask core-mib; docs/mib-image.md"
    );
    assert!(listing.contains("| IF-MIB | SMIv2 | 2000-06-14 |"), "{listing:.500}");
}

#[test]
fn well_known_names_and_numbers_lead_to_each_other() {
    let known = [
        ("iso", "1"),
        ("SNMPv2-SMI::enterprises", "1.3.6.1.4.1"),
        ("SNMPv2-MIB::sysDescr", "1.3.6.1.2.1.1.1"),
        ("SNMPv2-MIB::sysUpTime", "1.3.6.1.2.1.1.3"),
        ("SNMPv2-MIB::coldStart", "1.3.6.1.6.3.1.1.5.1"),
        ("IF-MIB::ifDescr", "1.3.6.1.2.1.2.2.1.2"),
        ("IF-MIB::ifHCInOctets", "1.3.6.1.2.1.31.1.1.1.6"),
        ("IP-MIB::ipAddressPrefix", "1.3.6.1.2.1.4.34.1.5"),
        ("IP-FORWARD-MIB::inetCidrRouteIfIndex", "1.3.6.1.2.1.4.24.7.1.7"),
        ("TCP-MIB::tcpConnState", "1.3.6.1.2.1.6.13.1.1"),
        ("UDP-MIB::udpInDatagrams", "1.3.6.1.2.1.7.1"),
        ("HOST-RESOURCES-MIB::hrStorageDescr", "1.3.6.1.2.1.25.2.3.1.3"),
        ("HOST-RESOURCES-TYPES::hrStorageRam", "1.3.6.1.2.1.25.2.1.2"),
        ("ENTITY-MIB::entPhysicalName", "1.3.6.1.2.1.47.1.1.1.1.7"),
        ("ENTITY-SENSOR-MIB::entPhySensorValue", "1.3.6.1.2.1.99.1.1.1.4"),
        ("BRIDGE-MIB::dot1dTpFdbPort", "1.3.6.1.2.1.17.4.3.1.2"),
        ("Q-BRIDGE-MIB::dot1qVlanStaticName", "1.3.6.1.2.1.17.7.1.4.3.1.1"),
        ("LLDP-MIB::lldpRemSysName", "1.0.8802.1.1.2.1.4.1.1.9"),
        ("IEEE8023-LAG-MIB::dot3adAggPortAttachedAggID", "1.2.840.10006.300.43.1.2.1.1.13"),
        ("BGP4-MIB::bgpPeerState", "1.3.6.1.2.1.15.3.1.2"),
        ("OSPF-MIB::ospfNbrState", "1.3.6.1.2.1.14.10.1.6"),
        ("POWER-ETHERNET-MIB::pethMainPsePower", "1.3.6.1.2.1.105.1.3.1.1.2"),
        ("UPS-MIB::upsEstimatedChargeRemaining", "1.3.6.1.2.1.33.1.2.4"),
        ("Printer-MIB::prtMarkerSuppliesLevel", "1.3.6.1.2.1.43.11.1.1.9"),
        ("RMON-MIB::etherStatsOctets", "1.3.6.1.2.1.16.1.1.1.4"),
        ("SNMP-FRAMEWORK-MIB::snmpEngineID", "1.3.6.1.6.3.10.2.1.1"),
        ("SNMP-USER-BASED-SM-MIB::usmStatsUnknownEngineIDs", "1.3.6.1.6.3.15.1.1.4"),
        ("SNMP-VIEW-BASED-ACM-MIB::vacmGroupName", "1.3.6.1.6.3.16.1.2.1.3"),
        ("SNMP-NOTIFICATION-MIB::snmpNotifyTag", "1.3.6.1.6.3.13.1.1.1.2"),
        ("UCD-SNMP-MIB::laLoad", "1.3.6.1.4.1.2021.10.1.3"),
        ("UCD-DISKIO-MIB::diskIONRead", "1.3.6.1.4.1.2021.13.15.1.1.3"),
        ("LM-SENSORS-MIB::lmTempSensorsValue", "1.3.6.1.4.1.2021.13.16.2.1.3"),
        ("NET-SNMP-AGENT-MIB::nsModuleName", "1.3.6.1.4.1.8072.1.2.1.1.4"),
        ("NET-SNMP-EXTEND-MIB::nsExtendOutput1Line", "1.3.6.1.4.1.8072.1.3.2.3.1.1"),
        ("NET-SNMP-TC::linux", "1.3.6.1.4.1.8072.3.2.10"),
    ];
    let image = image::core();
    for (name, number) in known {
        let (module, bare) = name.split_once("::").unwrap_or(("", name));
        let mut owners = image.definitions(bare);
        let found = owners.find(|known| known.module().is_none_or(|owner| owner.name() == module));
        assert_eq!(found.map(|known| known.oid().to_string()).as_deref(), Some(number), "{name}");
        let arcs: Vec<u32> = number.split('.').map(|arc| arc.parse().unwrap()).collect();
        let spoken = image.node(&arcs).and_then(Node::definition).unwrap();
        assert_eq!(spoken.qualified_name().to_string(), name, "{number}");
    }
}

#[test]
fn what_output_needs_is_there() {
    let image = image::core();
    let find = |name: &str| {
        let (module, bare) = name.split_once("::").unwrap();
        image.definition(module, bare).unwrap()
    };
    let descr = find("IF-MIB::ifDescr");
    assert_eq!((descr.kind(), descr.access()), (Kind::Column, Some(Access::ReadOnly)));
    let syntax = descr.syntax().unwrap();
    assert_eq!(syntax.hint().map(|hint| (hint.text, hint.origin)), Some(("255a", HintOrigin::Own)));
    let bounds: Vec<_> = syntax.bounds().map(|range| (range.min, range.max)).collect();
    assert_eq!(bounds, [(0, 255)]);
    assert_eq!(find("IF-MIB::ifAdminStatus").syntax().unwrap().label(2), Some("down"));
    assert_eq!(find("IF-MIB::ifType").syntax().unwrap().label(6), Some("ethernetCsmacd"));
    assert_eq!(find("IF-MIB::ifPhysAddress").syntax().unwrap().hint().unwrap().text, "1x:");
    assert_eq!(find("LLDP-MIB::lldpRemSysCapEnabled").syntax().unwrap().base(), BaseType::Bits);
    assert_eq!(find("RFC1213-MIB::atNetAddress").syntax().unwrap().base(), BaseType::NetworkAddress);
    assert_eq!(find("HOST-RESOURCES-MIB::hrMemorySize").units(), Some("KBytes"));
    let admin = find("SNMP-VIEW-BASED-ACM-MIB::vacmAccessEntry");
    let indexes: Vec<String> =
        admin.indexes().map(|item| item.definition().unwrap().name().to_string()).collect();
    assert_eq!(
        indexes,
        ["vacmGroupName", "vacmAccessContextPrefix", "vacmAccessSecurityModel", "vacmAccessSecurityLevel"]
    );
    let notify = find("SNMP-NOTIFICATION-MIB::snmpNotifyEntry");
    assert!(notify.indexes().next().unwrap().is_implied());
    let row = find("IF-MIB::ifXEntry");
    assert_eq!(row.augments().unwrap().definition().unwrap().name(), "ifEntry");
    assert_eq!(row.effective_indexes().next().unwrap().definition().unwrap().name(), "ifIndex");
    let objects: Vec<String> = find("IF-MIB::linkDown")
        .objects()
        .map(|item| item.definition().unwrap().name().to_string())
        .collect();
    assert_eq!(objects, ["ifIndex", "ifAdminStatus", "ifOperStatus"]);
    let address = find("SNMP-TARGET-MIB::snmpTargetAddrName").syntax().unwrap();
    assert_eq!(address.named_type().map(NamedType::name), Some("SnmpAdminString"));
    assert_eq!(find("SNMP-USER-BASED-SM-MIB::usmUserStorageType").default_value(), Some("nonVolatile"));
}
