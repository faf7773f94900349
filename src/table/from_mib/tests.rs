use super::*;
use crate::mib::image;

fn oid_of(name: &str) -> Oid {
    image::core().definitions(name).next().unwrap().oid()
}

fn plan(name: &str) -> Plan {
    Plan::from_mib(&View::core(), &oid_of(name)).unwrap()
}

/// The index in short: `!` for IMPLIED, `@` for an address, the number of octets of a string of fixed size.
fn index(plan: &Plan) -> String {
    let one = |component: &IndexComponent| {
        let fixed = component.component().facts.fixed_octets();
        let is_string = matches!(component.syntax, Base::OctetString | Base::Bits);
        format!(
            "{}:{:?}{}{}{}",
            component.name,
            component.syntax,
            if component.implied { "!" } else { "" },
            if component.inet_address { "@" } else { "" },
            fixed.filter(|_| is_string).map(|octets| octets.to_string()).unwrap_or_default(),
        )
    };
    plan.index().iter().map(one).collect::<Vec<_>>().join(" ")
}

fn last_change_of(plan: &Plan) -> String {
    let Some(oid) = &plan.last_change else { return "-".to_owned() };
    let (definition, rest) = View::core().find(oid).unwrap();
    assert!(rest.is_empty());
    definition.qualified_name().to_string()
}

#[test]
fn an_index_is_described_whatever_it_is_made_of() {
    for (table, expected) in [
        ("ifTable", "ifIndex:Integer32"),
        ("ifXTable", "ifIndex:Integer32"),
        (
            "tcpConnTable",
            "tcpConnLocalAddress:IpAddress tcpConnLocalPort:Integer32 tcpConnRemAddress:IpAddress \
                          tcpConnRemPort:Integer32",
        ),
        ("ipAddressTable", "ipAddressAddrType:Integer ipAddressAddr:OctetString@"),
        ("snmpTargetAddrTable", "snmpTargetAddrName:OctetString!"),
        (
            "vacmAccessTable",
            "vacmGroupName:OctetString vacmAccessContextPrefix:OctetString vacmAccessSecurityModel:Integer \
             vacmAccessSecurityLevel:Integer",
        ),
        (
            "vacmViewTreeFamilyTable",
            "vacmViewTreeFamilyViewName:OctetString vacmViewTreeFamilySubtree:ObjectIdentifier",
        ),
        ("dot1dTpFdbTable", "dot1dTpFdbAddress:OctetString6"),
        ("dot1qTpFdbTable", "dot1qFdbId:Unsigned32 dot1qTpFdbAddress:OctetString6"),
        ("lldpRemTable", "lldpRemTimeMark:TimeTicks lldpRemLocalPortNum:Integer32 lldpRemIndex:Integer32"),
        ("entStateTable", "entPhysicalIndex:Integer32"),
        ("atTable", "atIfIndex:Integer atNetAddress:NetworkAddress"),
    ] {
        assert_eq!(index(&plan(table)), expected, "{table}");
    }
}

#[test]
fn indexes_are_read_and_written_as_their_tables_have_them() {
    use crate::value::Value;
    let text = |text: &str| Value::OctetString(text.into());
    for (table, arcs, values) in [
        ("ifStackTable", &[0, 7][..], vec![Value::Integer32(0), Value::Integer32(7)]),
        ("atTable", &[3, 1, 10, 0, 0, 1], vec![Value::Integer32(3), Value::IpAddress([10, 0, 0, 1].into())]),
        ("snmpTargetAddrTable", &[110, 109, 115], vec![text("nms")]),
        ("ipAddressTable", &[1, 4, 10, 0, 0, 1], vec![Value::Integer32(1), text("\n\0\0\u{1}")]),
        (
            "vacmViewTreeFamilyTable",
            &[1, 118, 2, 1, 3],
            vec![text("v"), Value::ObjectIdentifier("1.3".parse().unwrap())],
        ),
    ] {
        let plan = plan(table);
        assert_eq!(plan.decode_index(arcs), Ok(values.clone()), "{table}");
        assert_eq!(plan.encode_index(&values), Ok(arcs.to_vec()), "{table}");
    }
    assert!(plan("ifTable").decode_index(&[1, 2]).is_err());
}

#[test]
fn columns_are_those_that_can_be_read_and_masks_count_the_index_first() {
    let columns = |plan: &Plan| {
        let one = |column: &Column| {
            let bit = column.bit.map(|bit| format!("^{bit}")).unwrap_or_default();
            format!("{}{}:{:?}{bit}", column.name, column.id, column.syntax)
        };
        plan.columns().iter().map(one).collect::<Vec<_>>()
    };
    let interfaces = plan("ifTable");
    assert_eq!(interfaces.columns().len(), 22);
    assert_eq!(
        columns(&interfaces)[..4],
        ["ifIndex1:Integer32", "ifDescr2:OctetString^1", "ifType3:Integer^2", "ifMtu4:Integer32^3"]
    );
    assert_eq!(interfaces.column("ifInOctets").unwrap().syntax, Base::Counter32);
    assert_eq!(interfaces.entry().to_string(), "1.3.6.1.2.1.2.2.1");
    // ifStackHigherLayer and ifStackLowerLayer cannot be read.
    assert_eq!(columns(&plan("ifStackTable")), ["ifStackStatus3:Integer^2"]);
    assert_eq!(
        columns(&plan("sysORTable"))[..2],
        ["sysORID2:ObjectIdentifier^1", "sysORDescr3:OctetString^2"]
    );
    assert_eq!(
        plan("ifXTable").column("ifHCInOctets").unwrap().bit,
        Some(6),
        "behind ifIndex and five others"
    );
}

#[test]
fn what_is_no_table_is_refused_by_name() {
    let refused =
        |oid: &str, view: &View| Plan::from_mib(view, &oid.parse().unwrap()).unwrap_err().to_string();
    let core = View::core();
    for (oid, text) in [
        ("1.3.6.1.2.1.2.2.1", "ifEntry is not a table; it belongs to the table ifTable"),
        ("1.3.6.1.2.1.2.2.1.2", "ifDescr is not a table; it belongs to the table ifTable"),
        ("1.3.6.1.2.1.2.1", "ifNumber is not a table"),
        ("1.3.6.1.2.1.2", "interfaces is not a table"),
    ] {
        assert_eq!(refused(oid, &core), text);
    }
    let unknown = "is not known; without the MIB a table is described by its OID and the columns wanted";
    for (oid, view) in [
        ("1.3.6.1.4.1.32473.77", &core),
        ("1.3.6.1.2.1.2.2.1.2.7", &core),
        ("1.3.6.1.2.1.2.2", &View::none()),
    ] {
        assert_eq!(refused(oid, view), format!("{oid} {unknown}"));
    }
    let some = View::of_modules(image::core(), image::core().module("SNMPv2-MIB"));
    assert!(refused("1.3.6.1.2.1.2.2", &some).contains("is not known"));
}

/// All tables of the built-in image, by name, each with its plan.
fn all() -> Vec<(String, Result<Plan, PlanError>)> {
    let view = View::core();
    let mut node = Some(image::core().root());
    let mut tables = Vec::new();
    while let Some(known) = node {
        if let Some(table) = known.definitions().find(|definition| definition.kind() == Kind::Table) {
            tables.push((table.qualified_name().to_string(), Plan::from_mib(&view, &known.oid())));
        }
        node = known.next();
    }
    tables
}

#[test]
fn every_table_of_the_built_in_image_has_a_plan_or_nothing_to_read() {
    let tables = all();
    assert!(tables.len() > 1_000, "{}", tables.len());
    let refused: Vec<String> = tables
        .iter()
        .filter(|(_, plan)| plan.is_err())
        .map(|(name, plan)| format!("{name}: {}", plan.as_ref().unwrap_err()))
        .collect();
    assert_eq!(refused, REFUSED);
    let without: Vec<&str> = tables
        .iter()
        .filter(|(_, plan)| plan.as_ref().is_ok_and(|plan| plan.index().is_empty()))
        .map(|(name, _)| name.as_str())
        .collect();
    // These have types in place of index objects.
    assert_eq!(without.len(), 20);
    assert!(without.iter().all(|name| name.starts_with("DMTF-")), "{without:?}");
}

#[test]
fn these_tables_and_no_others_tell_when_they_changed() {
    let with_last_change = |(name, plan): &(String, Result<Plan, PlanError>)| {
        let plan = plan.as_ref().ok().filter(|plan| plan.last_change.is_some())?;
        Some(format!("{name} {}", last_change_of(plan)))
    };
    let found: Vec<String> = all().iter().filter_map(with_last_change).collect();
    assert_eq!(found.join("\n"), LAST_CHANGE_LIST.trim());
}

/// Its columns are there for notifications alone.
const REFUSED: [&str; 1] = [
    "RAQMON-RDS-MIB::raqmonDsNotificationTable: the table raqmonDsNotificationTable has no column that can be read",
];

const LAST_CHANGE_LIST: &str = "
LLDP-MIB::lldpRemTable LLDP-MIB::lldpStatsRemTablesLastChangeTime
LLDP-MIB::lldpRemManAddrTable LLDP-MIB::lldpStatsRemTablesLastChangeTime
LLDP-MIB::lldpRemUnknownTLVTable LLDP-MIB::lldpStatsRemTablesLastChangeTime
LLDP-MIB::lldpRemOrgDefInfoTable LLDP-MIB::lldpStatsRemTablesLastChangeTime
SNMPv2-MIB::sysORTable SNMPv2-MIB::sysORLastChange
IF-MIB::ifTable IF-MIB::ifTableLastChange
IP-MIB::ipv4InterfaceTable IP-MIB::ipv4InterfaceTableLastChange
IP-MIB::ipv6InterfaceTable IP-MIB::ipv6InterfaceTableLastChange
IP-MIB::ipIfStatsTable IP-MIB::ipIfStatsTableLastChange
MPLS-LDP-STD-MIB::mplsLdpEntityTable MPLS-LDP-STD-MIB::mplsLdpEntityLastChange
MPLS-LDP-STD-MIB::mplsLdpEntityStatsTable MPLS-LDP-STD-MIB::mplsLdpEntityLastChange
MPLS-LDP-STD-MIB::mplsLdpPeerTable MPLS-LDP-STD-MIB::mplsLdpPeerLastChange
MPLS-LDP-STD-MIB::mplsLdpSessionTable MPLS-LDP-STD-MIB::mplsLdpPeerLastChange
MPLS-LDP-STD-MIB::mplsLdpSessionStatsTable MPLS-LDP-STD-MIB::mplsLdpPeerLastChange
MPLS-LDP-STD-MIB::mplsFecTable MPLS-LDP-STD-MIB::mplsFecLastChange
MPLS-LDP-STD-MIB::mplsLdpLspFecTable MPLS-LDP-STD-MIB::mplsLdpLspFecLastChange
RMON2-MIB::protocolDirTable RMON2-MIB::protocolDirLastChange
DSMON-MIB::dsmonAggControlTable DSMON-MIB::dsmonAggControlLastChangeTime
TPM-MIB::tpmTransMetricDirTable TPM-MIB::tpmTransMetricDirLastChange
HOST-RESOURCES-MIB::hrSWInstalledTable HOST-RESOURCES-MIB::hrSWInstalledLastChange
IF-MIB::ifXTable IF-MIB::ifTableLastChange
IF-MIB::ifStackTable IF-MIB::ifStackLastChange
IF-MIB::ifTestTable IF-MIB::ifTableLastChange
SNA-NAU-MIB::snaNodeAdminTable SNA-NAU-MIB::snaNodeAdminTableLastChange
SNA-NAU-MIB::snaNodeOperTable SNA-NAU-MIB::snaNodeOperTableLastChange
SNA-NAU-MIB::snaNodeLinkAdminTable SNA-NAU-MIB::snaNodeLinkAdminTableLastChange
SNA-NAU-MIB::snaNodeLinkOperTable SNA-NAU-MIB::snaNodeLinkOperTableLastChange
ENTITY-MIB::entPhysicalTable ENTITY-MIB::entLastChangeTime
ENTITY-MIB::entLogicalTable ENTITY-MIB::entLastChangeTime
ENTITY-MIB::entLPMappingTable ENTITY-MIB::entLastChangeTime
ENTITY-MIB::entAliasMappingTable ENTITY-MIB::entLastChangeTime
ENTITY-MIB::entPhysicalContainsTable ENTITY-MIB::entLastChangeTime
IPV6-MIB::ipv6IfTable IPV6-MIB::ipv6IfTableLastChange
IPV6-MIB::ipv6IfStatsTable IPV6-MIB::ipv6IfTableLastChange
AGENTX-MIB::agentxSessionTable AGENTX-MIB::agentxSessionTableLastChange
AGENTX-MIB::agentxRegistrationTable AGENTX-MIB::agentxRegistrationTableLastChange
IF-INVERTED-STACK-MIB::ifInvStackTable IF-MIB::ifStackLastChange
TCP-ESTATS-MIB::tcpEStatsListenerTable TCP-ESTATS-MIB::tcpEStatsListenerTableLastChange
VM-MIB::vmTable VM-MIB::vmTableLastChange
LLDP-V2-MIB::lldpV2RemTable LLDP-V2-MIB::lldpV2StatsRemTablesLastChangeTime
LLDP-V2-MIB::lldpV2RemManAddrTable LLDP-V2-MIB::lldpV2StatsRemTablesLastChangeTime
LLDP-V2-MIB::lldpV2RemUnknownTLVTable LLDP-V2-MIB::lldpV2StatsRemTablesLastChangeTime
LLDP-V2-MIB::lldpV2RemOrgDefInfoTable LLDP-V2-MIB::lldpV2StatsRemTablesLastChangeTime
IEEE8021-PFC-MIB::ieee8021PfcIfTable IF-MIB::ifTableLastChange
";
