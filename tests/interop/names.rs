//! The same with names: ours with nothing but what is built in, net-snmp's with module files.

use std::{
    net::UdpSocket,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    in_parallel,
    support::{
        Peers,
        compare::{EXACT, compare},
        fake::{FakeAgent, Request, split},
        require_module_files, require_peers,
        served::{Bindings, arcs, serve},
        snmpd::Snmpd,
        tool::{Run, Tool},
    },
    world::World,
};

/// Letters under which the whole tree is printed.
const LETTERS: &[&str] = &[
    "", "-Os", "-OS", "-Of", "-Ou", "-On", "-OX", "-Oq", "-OQ", "-Oe", "-Ob", "-OE", "-OT", "-Ox", "-Oa",
    "-OU", "-Ot", "-Ov", "-OqvU", "-OsXq", "-OfXe", "-OQUst", "-O0qs", "-Ih",
];

/// Command lines with names; the first word is the tool.
const LINES: &[&str] = &[
    // Every tool over live objects that stand still.
    "snmpget -v2c -c public {udp} SNMPv2-MIB::sysLocation.0",
    "snmpget -v2c -c public {udp} sysLocation.0 sysServices.0 IF-MIB::ifDescr.1 ifType.1",
    "snmpget -v2c -c public -Ou {udp} .iso.org.dod.internet.mgmt.mib-2.system.sysLocation.0 system.sysObjectID.0",
    "snmpget -v2c -c public -IR {udp} sysLocation.0",
    "snmpget -v2c -c public -Ib {udp} ^sysLoc.*n$",
    "snmpget -v2c -c public -Is.0 {udp} sysLocation sysServices",
    "snmpget -v2c -c public -IS.1.3.6.1.2.1.1. {udp} 6.0 7.0",
    "snmpget -v2c -c public {udp} nsModuleName.\"\".1.3.6.1.2.1.1.1.127",
    "snmpget -v2c -c public {udp} vacmGroupName.usm.\"operator\" vacmGroupName.2.\"unixread\"",
    "snmpget -v1 -c public -m IF-MIB:SNMPv2-MIB {udp} ifDescr.1 sysLocation.0",
    "snmpgetnext -v2c -c public {udp} sysName ifIndex ifDescr hrStorageType",
    "snmpgetnext -v1 -c public {udp} IF-MIB::ifDescr.1 system.6",
    "snmpwalk -v2c -c public {udp} sysORTable",
    "snmpwalk -v2c -c public {udp} UCD-SNMP-MIB::versionTag",
    "snmpwalk -v1 -c public -OX {udp} SNMP-VIEW-BASED-ACM-MIB::vacmAccessTable",
    "snmpwalk -v2c -c public {udp} sysLocation",
    "snmpwalk -v2c -c public {udp} sysLocation.0",
    "snmpwalk -v2c -c public -Cp {udp} vacmViewTreeFamilyType",
    "snmpbulkget -v2c -c public -Cn1 -Cr3 {udp} sysLocation ifDescr ifType",
    "snmpbulkget -v2c -c public -Cr2 {udp} .2.99 snmpUnavailableContexts",
    "snmpbulkwalk -v2c -c public {udp} HOST-RESOURCES-MIB::hrStorageDescr",
    "snmpbulkwalk -v2c -c public -Cr3 {udp} ifXTable.ifXEntry.ifName",
    // Where a walk ends.
    "snmpwalk -v2c -c public -CE sysServices {udp} sysName",
    "snmpwalk -v2c -c public -CE SNMPv2-MIB::sysORID.3 {udp} sysORID",
    "snmpwalk -v2c -c public -CE sysORDescr {udp} sysORTable",
    "snmpwalk -v2c -c public -CE noSuchName -r0 -t5 {backwards} enterprises.99999.1",
    "snmpwalk -v2c -c public {udp} IF-MIB::noSuchName",
    "snmpwalk -v2c -c public {udp} SNMP-MPD-MIB::snmpMPDCompliances",
    "snmpwalk -v1 -c public {udp} SNMPv2-MIB::snmpMIBConformance",
    "snmpwalk -v2c -c public {udp} .2.99",
    "snmpbulkwalk -v2c -c public -Ci {udp} SNMPv2-MIB::sysLocation.0",
    // Exceptions and error replies.
    "snmpget -v2c -c public {udp} ifDescr.77777 sysLocation.0 sysLocation.5",
    "snmpget -v2c -c public -Os {udp} hrDeviceDescr.0 tcpConnectionState.1.4.127.0.0.1.1.1.4.127.0.0.1.2",
    "snmpgetnext -v2c -c public {udp} SNMPv2-SMI::snmpModules.99",
    "snmpget -v1 -c public {udp} ifDescr.77777",
    "snmpget -v1 -c public {udp} sysLocation.0 ifDescr.77777 sysServices.0 sysLocation.5",
    "snmpget -v1 -c public -Cf {udp} sysLocation.0 ifDescr.77777 sysServices.0",
    "snmpget -v1 -c public -OfX {udp} tcpConnState.127.0.0.1.1.127.0.0.1.2 sysLocation.0",
    "snmpgetnext -v1 -c public {udp} .2.99 sysLocation",
    "snmpset -v2c -c private {udp} sysLocation.0 s there",
    "snmpset -v1 -c private {udp} SNMPv2-MIB::sysLocation.0 = there",
    "snmpset -v2c -c private -Os {udp} sysName.0 s there",
    "snmpset -v2c -c private {udp} sysContact.0 i 5",
    "snmpset -v2c -c private {udp} ifAdminStatus.1 = sideways",
    "snmpset -v2c -c private {udp} ifAdminStatus.1 i 9",
    "snmpset -v2c -c private {udp} sysORDescr.1 s x",
    "snmpset -v2c -c private {udp} ifAdminStatus.77777 i up",
    "snmpset -v2c -c private {udp} snmpEnableAuthenTraps.0 i 3",
    "snmpset -v2c -c private {udp} noSuchName.0 i 3 sysLocation.0 i x",
    // Agents that answer oddly.
    "snmpwalk -v2c -c public -r0 -t5 {stuck} enterprises.99999.1",
    "snmpbulkwalk -v2c -c public -r0 -t5 {stuck} enterprises.99999.1",
    "snmpwalk -v2c -c public -r0 -t5 {backwards} SNMPv2-SMI::enterprises.99999.1",
    "snmpwalk -v2c -c public -Os -r0 -t5 {backwards} enterprises.99999.1",
    "snmpwalk -v2c -c public -Of -r0 -t5 {turned} ifDescr",
    "snmpwalk -v2c -c public -r0 -t5 {turned} ifDescr",
    "snmpbulkwalk -v2c -c public -OX -r0 -t5 {turned} ifDescr",
    "snmpget -v2c -c public -r0 -t5 {typed} sysLocation.0",
    "snmpget -v2c -c public -r0 -t0.3 {silent} sysLocation.0",
    "snmpwalk -v2c -c public -r0 -t0.3 {silent} ifDescr",
];

/// What is set, one after the other, each by ours and read by net-snmp's and the other way round.
const SETS: &[&str] = &[
    "sysContact.0 s me",
    "SNMPv2-MIB::sysContact.0 = somebody_else",
    "system.sysContact.0 x 4142",
    "snmpEnableAuthenTraps.0 = disabled",
    "snmpEnableAuthenTraps.0 i enabled",
    "nsDebugEnabled.0 = false",
];

/// What net-snmp reads: its default list as far as there are files, and what an agent of Debian has besides.
///
/// With all modules that there are, the order of files would decide which of several names an object has.
const MODULES: &str = "SNMPv2-MIB:IF-MIB:IP-MIB:TCP-MIB:UDP-MIB:HOST-RESOURCES-MIB:NOTIFICATION-LOG-MIB:\
    DISMAN-EVENT-MIB:DISMAN-SCHEDULE-MIB:HOST-RESOURCES-TYPES:MTA-MIB:NETWORK-SERVICES-MIB:UCD-DISKIO-MIB:\
    UCD-DLMOD-MIB:LM-SENSORS-MIB:UCD-SNMP-MIB:UCD-DEMO-MIB:SNMP-TARGET-MIB:NET-SNMP-AGENT-MIB:SNMP-FRAMEWORK-MIB:\
    SNMP-MPD-MIB:SNMP-USER-BASED-SM-MIB:SNMP-VIEW-BASED-ACM-MIB:SNMP-COMMUNITY-MIB:IPV6-MIB:IP-FORWARD-MIB:\
    NET-SNMP-PASS-MIB:NET-SNMP-EXTEND-MIB:SNMP-NOTIFICATION-MIB:SNMPv2-TM:NET-SNMP-VACM-MIB:NET-SNMP-TC:RFC1213-MIB:\
    EtherLike-MIB:SNMP-USM-AES-MIB";

/// Both sides of the comparison.
struct Sides {
    directories: String,
}

impl Sides {
    fn get(peers: Peers) -> Option<Self> {
        Some(Self { directories: require_module_files(peers)? })
    }

    /// net-snmp's run, or what differs.
    fn compare(&self, tool: &str, words: &[String]) -> Result<Run, String> {
        let ours = Tool::ours(tool).without("MIBS").env("MIBDIRS", "/nonexistent").run(words);
        let theirs = Tool::netsnmp(tool).env("MIBS", MODULES).env("MIBDIRS", &self.directories).run(words);
        compare(&ours, &theirs, &EXACT).map(|()| theirs)
    }
}

/// Everything that an agent has at this moment.
fn snapshot(agent: &Snmpd) -> Bindings {
    let found = Arc::new(Mutex::new(Bindings::new()));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(agent.udp().trim_start_matches("udp:")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let record = Arc::clone(&found);
    let between = FakeAgent::start(move |datagram| {
        let mut answer = vec![0; 65_536];
        socket.send(datagram).unwrap();
        let Ok(length) = socket.recv(&mut answer) else { return Vec::new() };
        answer.truncate(length);
        record.lock().unwrap().extend(bindings_of(&answer));
        vec![answer]
    });
    let words = ["-v2c", "-cpublic", "-r0", "-t30", "-Cc", "-Cr20", between.address(), ".1"];
    let run = Tool::ours("snmpbulkwalk").run(&words);
    assert_eq!(run.status(), 0, "{}", run.describe());
    let mut found = found.lock().unwrap().clone();
    found.retain(|(_, (tag, _))| *tag < 0x80);
    found
}

fn bindings_of(answer: &[u8]) -> Bindings {
    let octets = Request::read(answer).expect("snmpd answers in SNMP").bindings;
    let mut bindings = Bindings::new();
    let mut rest = octets.as_slice();
    while let Some((_, one, after)) = split(rest) {
        let (_, name, value) = split(one).unwrap();
        let (tag, contents, _) = split(value).unwrap();
        bindings.push((arcs(name).unwrap(), (tag, contents.to_vec())));
        rest = after;
    }
    bindings
}

#[test]
fn the_whole_tree_by_name_prints_as_net_snmp_prints_it() {
    let Some(peers) = require_peers() else { return };
    let Some(sides) = Sides::get(peers) else { return };
    let bindings = snapshot(Snmpd::shared(peers));
    assert!(bindings.len() > 1_000, "only {} objects", bindings.len());
    let agent = serve(bindings);
    let failures = in_parallel(LETTERS, |letters| {
        let mut words: Vec<String> = letters.split_whitespace().map(str::to_owned).collect();
        words
            .extend(["-v2c", "-cpublic", "-r0", "-t20", "-Cr1000", agent.address(), ".1"].map(str::to_owned));
        sides.compare("snmpbulkwalk", &words).err()
    });
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), LETTERS.len(), failures.join("\n"));
}

#[test]
fn command_lines_with_names_end_as_net_snmps_end() {
    let Some(peers) = require_peers() else { return };
    let Some(sides) = Sides::get(peers) else { return };
    let world = World::shared(peers);
    let failures = in_parallel(LINES, |line| {
        let (tool, arguments) = line.split_once(' ').unwrap();
        let words = world.words(arguments).unwrap();
        sides.compare(tool, &words).err()
    });
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), LINES.len(), failures.join("\n"));
}

#[test]
fn what_is_set_by_name_is_read_by_name_on_both_sides() {
    let Some(peers) = require_peers() else { return };
    let Some(sides) = Sides::get(peers) else { return };
    let world = World::own(peers);
    for set in SETS {
        let words = world.words(&format!("-v2c -c private {{udp}} {set}")).unwrap();
        let run = sides.compare("snmpset", &words).unwrap_or_else(|report| panic!("{set}{report}"));
        assert_eq!(run.status(), 0, "{}", run.describe());
        let name = set.split(' ').next().unwrap();
        let words = world.words(&format!("-v2c -c public {{udp}} {name}")).unwrap();
        let read = sides.compare("snmpget", &words).unwrap_or_else(|report| panic!("{set}{report}"));
        assert_eq!(read.out(), run.out(), "{set}");
    }
}
