use proptest::prelude::*;

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
fn a_row_with_an_index_has_all_of_its_columns_that_can_be_read() {
    let read = |text: &str| read(text.as_bytes(), &mut Library::core(), &Rules::default()).unwrap();
    let row = |text: &str| {
        let reading = read(text);
        let row = reading.row.unwrap();
        assert_eq!(row.columns[0], reading.oid, "{text}");
        let columns: Vec<String> = row.columns.iter().map(Oid::to_string).collect();
        (row.definition.qualified_name().to_string(), columns)
    };
    let columns = |entry: &str, arcs: &[u32], index: &str| -> Vec<String> {
        arcs.iter().map(|arc| format!("{entry}.{arc}.{index}")).collect()
    };
    let all: Vec<u32> = (1..=22).collect();
    let expected = ("IF-MIB::ifEntry".to_owned(), columns("1.3.6.1.2.1.2.2.1", &all, "3"));
    for text in ["ifEntry[3]", "IF-MIB::ifEntry[3]", ".1.3.6.1.2.1.2.2.1[3]", "interfaces.ifTable.ifEntry[3]"]
    {
        assert_eq!(row(text), expected, "{text}");
    }
    // Its index is not accessible.
    let addresses = (
        "IP-MIB::ipAddressEntry".to_owned(),
        columns("1.3.6.1.2.1.4.34.1", &[3, 4, 5, 6, 7, 8, 9, 10, 11], "1.4.192.0.2.1"),
    );
    assert_eq!(row("ipAddressEntry[ipv4][\"192.0.2.1\"]"), addresses);
    // It has the index of the row that it augments.
    assert_eq!(row("ifXEntry[3]").1.len(), 19);
    assert_eq!(row("ipAddrEntry[192.0.2.1]").1[4], "1.3.6.1.2.1.4.20.1.5.192.0.2.1");
    for text in ["ifDescr[3]", "ifEntry", "ifEntry.3", "ifEntry.2.3", "ifTable", "sysName.0"] {
        assert_eq!(read(text).row, None, "{text}");
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

#[test]
fn of_several_definitions_the_one_in_force_is_taken_and_the_others_are_told() {
    let view = View::core();
    let (taken, others) = prefer::best(&view, "mplsInSegmentTable").unwrap();
    assert_eq!(taken.qualified_name().to_string(), "MPLS-LSR-STD-MIB::mplsInSegmentTable");
    assert_eq!(others.len(), 1);
    // The same place in several modules is no choice.
    let reading = read(b"ifDescr.1", &mut Library::core(), &Rules::default()).unwrap();
    assert_eq!(reading.choice, None);
    let reading = read(b"mplsInSegmentTable", &mut Library::core(), &Rules::default()).unwrap();
    assert!(matches!(reading.choice, Some(Choice::Among { .. })), "{reading:?}");
}

#[test]
fn patterns_are_posix_s_and_glibc_s() {
    for (pattern, expected) in [
        ("ifIn", Some("1.3.6.1.2.1.2.2.1.15")),
        ("IFDESCR", Some("1.3.6.1.2.1.2.2.1.2")),
        ("^sysDe.cr$", Some("1.3.6.1.2.1.1.1")),
        ("if[XS]", Some("1.3.6.1.2.1.2.2.1.22")),
        ("\\<sysNam[[:alpha:]]\\>", Some("1.3.6.1.2.1.1.5")),
        ("sys(Nam|Loc)e", Some("1.3.6.1.2.1.1.5")),
        ("sysN{1}ame?$", Some("1.3.6.1.2.1.1.5")),
        ("[]s]ysName", Some("1.3.6.1.2.1.1.5")),
        ("[^a-rt-z]ysName", Some("1.3.6.1.2.1.1.5")),
        ("[[.s.]]ysName", Some("1.3.6.1.2.1.1.5")),
        ("sys\\Name", Some("1.3.6.1.2.1.1.5")),
        ("zzqqzz", None),
        ("", None),
        ("[", None),
        ("[a", None),
        ("[z-a]", None),
        ("[[:nonsense:]]", None),
        ("*if", None),
        ("+", None),
        ("{1", None),
        ("x{2", None),
        ("a{3,2}", None),
        ("(", None),
        ("a\\", None),
        ("(a)\\1", None),
        ("(a{99}){99}", None),
        (&"a".repeat(1_000_000), None),
        (&"(".repeat(200), None),
    ] {
        let found = pattern::best(pattern, &View::core()).ok().flatten();
        let oid = found.map(|found| found.definition.oid().to_string());
        assert_eq!(oid.as_deref(), expected, "{pattern:.40}");
    }
}

#[test]
fn all_matches_come_best_first() {
    let found = matches("^ifInOct|^ifOutOct|HCInOctets$", &View::core()).unwrap();
    let names: Vec<String> = found.iter().map(|found| found.definition.name().to_string()).collect();
    assert_eq!(names[..2], ["ifOutOctets", "ifInOctets"]);
    assert!(found.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(names.contains(&"ifHCInOctets".to_owned()));
}

#[test]
fn a_mebioctet_of_anything_is_refused_at_once() {
    for text in
        ["a", ".", "1.", "x.", "[", "\"", "ifDescr.", ":", "IF-MIB::ifDescr[1]", "1.3.6.1.2.1.2.2.1.2.\"a"]
    {
        let long = text.repeat((1 << 20) / text.len());
        let reading = parse(long.as_bytes(), &mut Library::core(), &Rules::default());
        let is_root = text == ".";
        assert_eq!(reading.is_ok(), is_root, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..40), which in 0_usize..3) {
        let search = [Search::Path, Search::Bare, Search::Path][which];
        let _ = parse(&text, &mut Library::core(), &Rules { search, ..Rules::default() });
    }

    #[test]
    fn likely_text_does_not_make_it_panic(
        text in "(IF-MIB::?|\\.)?(ifDescr|ifEntry|ipAddressIfIndex|snmpTargetAddrTAddress|1\\.3\\.6|mib-2)[\\[\\].:'\"0-9a-z\\\\]{0,24}",
    ) {
        let _ = parse(text.as_bytes(), &mut Library::core(), &Rules { search: Search::Bare, ..Rules::default() });
        let _ = parse(text.as_bytes(), &mut Library::core(), &Rules { search: Search::Path, ..Rules::default() });
    }
}
