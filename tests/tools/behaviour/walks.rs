//! What walks ask for, besides what they print.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use crate::support::{
    fake::{Recorder, Request},
    served::{answering, names},
    tool::Tool,
};

/// A vendor's table: nineteen columns with gaps between, so that nobody who has seen one knows where the next is.
const ENTRY: &[u32] = &[1, 3, 6, 1, 4, 1, 32473, 1, 1];
const COLUMNS: std::ops::RangeInclusive<u32> = 1..=19;
const STEP: u32 = 10;

/// The module that describes it.
fn module() -> String {
    let mut columns = String::new();
    for column in COLUMNS.map(|column| column * STEP) {
        writeln!(
            columns,
            "wideColumn{column} OBJECT-TYPE SYNTAX Counter32 MAX-ACCESS read-only STATUS current DESCRIPTION \"\" \
             ::= {{ wideEntry {column} }}"
        )
        .unwrap();
    }
    format!(
        "WIDE-MIB DEFINITIONS ::= BEGIN\n\
         IMPORTS OBJECT-TYPE, Counter32, Integer32, enterprises FROM SNMPv2-SMI ifIndex FROM IF-MIB;\n\
         wideTable OBJECT-TYPE SYNTAX SEQUENCE OF WideEntry MAX-ACCESS not-accessible STATUS current \
         DESCRIPTION \"\" ::= {{ enterprises 32473 1 }}\n\
         wideEntry OBJECT-TYPE SYNTAX WideEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"\" \
         INDEX {{ ifIndex }} ::= {{ wideTable 1 }}\n\
         WideEntry ::= SEQUENCE {{ wideColumn10 Counter32 }}\n{columns}END\n"
    )
}

/// Walks the table; what is printed, and which columns were asked for by their own names, without an instance.
fn walk(words: &[&str], root: &str) -> (String, BTreeSet<u32>) {
    let mut bindings = Vec::new();
    for column in COLUMNS {
        for row in 1..=100 {
            bindings.push(([ENTRY, &[column * STEP, row]].concat(), (0x41, vec![7])));
        }
    }
    let agent = Recorder::start(answering(bindings, |_| 40));
    let tool = Tool::ours("snmpbulkwalk");
    fs::create_dir(tool.home().join("modules")).unwrap();
    fs::write(tool.home().join("modules/WIDE-MIB.txt"), module()).unwrap();
    let all = [&["-v2c", "-c", "public", "-On", "-M", "modules"], words, &[agent.address(), root]].concat();
    let run = tool.run(&all);
    assert_eq!((run.status(), run.err().as_str()), (0, ""), "{}", run.describe());
    let requests = agent.finish();
    let asked = requests.iter().filter_map(|datagram| names(&Request::read(datagram)?.bindings)).flatten();
    let column = |name: Vec<u32>| match name.strip_prefix(ENTRY) {
        Some(&[column]) => Some(column),
        _ => None,
    };
    (run.out(), asked.filter_map(column).collect())
}

#[test]
fn the_users_modules_say_where_a_walk_is_divided() {
    let root = ".1.3.6.1.4.1.32473";
    let (plain, asked) = walk(&["-m", ""], root);
    assert_eq!(plain.lines().count(), 1_901, "the table, and that nothing is behind it");
    assert!(asked.iter().all(|column| !column.is_multiple_of(STEP)), "nobody could know: {asked:?}");
    for (words, root) in
        [(&["-m", "WIDE-MIB"][..], root), (&["-m", "ALL"], root), (&["-m", "IF-MIB"], "WIDE-MIB::wideTable")]
    {
        let (out, asked) = walk(words, root);
        let known = asked.iter().filter(|column| column.is_multiple_of(STEP)).count();
        // How many of the nineteen depends on how busy the agent is; tests in virtual time look at the number.
        assert!(known >= 1, "{words:?}: {asked:?}");
        assert_eq!(out, plain, "{words:?}");
    }
}
