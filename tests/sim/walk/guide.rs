//! Walks that the user's own modules guide.

use std::{collections::BTreeMap, fmt::Write as _, fs, time::SystemTime};

use snmpkit::{
    clock::{Duration, Instant},
    mib::{
        Library, View,
        library::{Asked, Request, Watch},
    },
    oid::Oid,
    operation::{Guide, Walk, WalkPlan},
    sim::{Faults, World},
    value::Value,
};

use super::tree::{ROOT, below, bindings, device};
use crate::device::{Device, oid};

/// A vendor's numbers: nobody who has seen one column knows where the next is.
const STEP: u32 = 10;
const COLUMNS: u32 = 19;

/// A module with a table below `ROOT.1`.
fn module() -> String {
    let (mut members, mut columns) = (String::new(), String::new());
    for column in (1..=COLUMNS).map(|column| column * STEP) {
        write!(members, "wideColumn{column} Counter32, ").unwrap();
        writeln!(
            columns,
            "wideColumn{column} OBJECT-TYPE SYNTAX Counter32 MAX-ACCESS read-only STATUS current DESCRIPTION \"\" \
             ::= {{ wideEntry {column} }}"
        )
        .unwrap();
    }
    let members = members.trim_end_matches(", ");
    format!(
        "WIDE-MIB DEFINITIONS ::= BEGIN\n\
         IMPORTS OBJECT-TYPE, Counter32, Integer32, enterprises FROM SNMPv2-SMI;\n\
         wideTable OBJECT-TYPE SYNTAX SEQUENCE OF WideEntry MAX-ACCESS not-accessible STATUS current \
         DESCRIPTION \"\" ::= {{ enterprises 32473 1 }}\n\
         wideEntry OBJECT-TYPE SYNTAX WideEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"\" \
         INDEX {{ wideIndex }} ::= {{ wideTable 1 }}\n\
         WideEntry ::= SEQUENCE {{ wideIndex Integer32, {members} }}\n\
         wideIndex OBJECT-TYPE SYNTAX Integer32 (1..2147483647) MAX-ACCESS not-accessible STATUS current \
         DESCRIPTION \"\" ::= {{ wideEntry 1 }}\n{columns}END\n"
    )
}

/// The names of a run, with the module's file in its only directory.
fn library(asked: Asked) -> Library {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("WIDE-MIB.txt"), module()).unwrap();
    let request = Request {
        asked,
        directories: vec![directory.path().to_owned()],
        files: Vec::new(),
        cache: None,
        now: SystemTime::UNIX_EPOCH,
        tells: None,
    };
    Library::open(request, Watch::default())
}

/// What the module describes, with so many rows, in answers of one Ethernet frame at most.
fn wide(rows: u32) -> Device {
    let entry = oid(ROOT).child(&[1, 1]).unwrap();
    let mut objects = BTreeMap::new();
    for column in 1..=COLUMNS {
        for row in 1..=rows {
            let name = entry.child(&[column * STEP, row]).unwrap();
            objects.insert(name, Value::Counter32(row * 7_919 + column));
        }
    }
    objects.insert(oid("1.3.6.1.4.1.32474.1.0"), Value::Null);
    Device { limit: 1_472, ..device(objects) }
}

/// Round trips and requests of a walk.
fn walk(guide: Guide) -> (u64, u64) {
    let way = Duration::from_millis(25);
    let faults = Faults { delay_min: way, delay_max: way, ..Faults::none() };
    let plan = WalkPlan { guide, ..WalkPlan::subtree(oid(ROOT)) };
    let seen = World::new(wide(200)).faults(faults).observe(Walk::new(plan));
    assert_eq!(seen.result, Ok(()));
    assert!(bindings(&seen.items) == below(&wide(200), &oid(ROOT)));
    ((seen.ended - Instant::ZERO).as_millis() / 50, seen.counters.requests)
}

#[test]
fn a_vendors_table_takes_no_more_round_trips_than_a_standard_one() {
    let (without, _) = walk(Guide::of_view(&View::core()));
    for asked in [Asked::Everything, Asked::Only(vec!["WIDE-MIB".to_owned()])] {
        let (round_trips, requests) = walk(Guide::of_view(library(asked.clone()).view()));
        assert!(round_trips <= 9, "{asked:?}: {round_trips}");
        assert!(round_trips + 3 <= without, "{asked:?}: {round_trips}, and {without} without");
        assert!(requests <= 98, "{asked:?}: {requests}");
    }
}

#[test]
fn in_a_subtree_of_which_too_much_is_known_the_modules_that_count_come_first() {
    let root: Oid = "1.3.6.1".parse().unwrap();
    let column: Oid = format!("{ROOT}.1.1.{STEP}").parse().unwrap();
    let if_in_octets: Oid = "1.3.6.1.2.1.2.2.1.10".parse().unwrap();
    let points = |asked: Asked| Guide::of_view(library(asked).view()).below(&root);
    let besides = points(Asked::Besides(vec!["WIDE-MIB".to_owned()]));
    assert!(besides.contains(&column) && besides.contains(&if_in_octets));
    let nothing = points(Asked::Nothing);
    assert!(!nothing.contains(&column) && nothing.contains(&if_in_octets));
}
