//! net-snmp's text of a part of the cases, kept in a file for machines without net-snmp.
//!
//! `SNMPKIT_GOLDEN=write cargo test --test names_live net_snmps_kept_text` writes it anew, with net-snmp and the module
//! files of [`Sides`]. The lines of the file, in which everything that is not printable is escaped:
//!
//!     = OID|TAG|CONTENTS     a binding; the tag and the octets in hexadecimal
//!     $ WORD WORD …          options; what follows is what snmpbulkwalk prints of the bindings with them

use std::{env, fmt::Write as _, fs, path::PathBuf};

use crate::{
    known::{self, Where},
    lines::{Hunk, hunks, lines},
    sides::Sides,
    support::{
        fake::hex,
        served::{Bindings, serve},
        tool::End,
    },
    text,
};

/// One of so many bindings is kept.
const ONE_OF: usize = 120;

/// Octets that the file may have.
const OCTETS: usize = 300_000;

/// The options under which the text is kept.
const OPTIONS: &[&[&str]] =
    &[&[], &["-Os0q"], &["-Ofe"], &["-OnU"], &["-OuXT"], &["-OXExt"], &["-Oba"], &["-OQ", "-Ih"]];

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/net_snmp_names.txt")
}

fn write(sides: &Sides) {
    let bindings: Bindings = text::bindings(1, false).into_iter().step_by(ONE_OF).collect();
    let mut file = String::new();
    for (name, (tag, contents)) in &bindings {
        let arcs: Vec<String> = name.iter().map(u32::to_string).collect();
        writeln!(file, "= {}|{tag:02x}|{}", arcs.join("."), hex(contents)).unwrap();
    }
    let agent = serve(bindings);
    for options in OPTIONS {
        let run = text::walk(&sides.theirs("snmpbulkwalk"), options, &agent);
        assert_eq!(run.end, End::Status(0), "{}", run.describe());
        writeln!(file, "$ {}\n{}", options.join(" "), lines(&run.stdout).join("\n")).unwrap();
    }
    assert!(file.len() <= OCTETS, "{} octets", file.len());
    fs::write(path(), file).unwrap();
}

fn binding(line: &str) -> (Vec<u32>, (u8, Vec<u8>)) {
    let parts: Vec<&str> = line.split('|').collect();
    let [name, tag, contents] = parts[..] else { panic!("no binding: {line}") };
    let octet = |at: usize| u8::from_str_radix(&contents[at..at + 2], 16).unwrap();
    let contents = (0..contents.len()).step_by(2).map(octet).collect();
    let name = name.split('.').map(|arc| arc.parse().unwrap()).collect();
    (name, (u8::from_str_radix(tag, 16).unwrap(), contents))
}

#[test]
fn net_snmps_kept_text_is_ours() {
    if env::var("SNMPKIT_GOLDEN").as_deref() == Ok("write") {
        write(Sides::get().expect("net-snmp and the module files"));
    }
    let file = fs::read_to_string(path()).unwrap();
    let (kept, texts): (Vec<&str>, Vec<&str>) = file.lines().partition(|line| line.starts_with("= "));
    let agent = serve(kept.iter().map(|line| binding(&line[2..])).collect());
    let mut used = known::Used::default();
    let mut reports = Vec::new();
    let runs = texts.split(|line| line.starts_with("$ ")).skip(1);
    let commands = texts.iter().filter_map(|line| line.strip_prefix("$ "));
    let mut compared = 0;
    for (command, theirs) in commands.zip(runs) {
        let options: Vec<&str> = command.split_whitespace().collect();
        let run = text::walk(&Sides::our("snmpbulkwalk"), &options, &agent);
        let theirs: Vec<String> = theirs.iter().map(|line| (*line).to_owned()).collect();
        let mut left = hunks(&lines(&run.stdout), &theirs);
        left.retain(|hunk| !used.explains(Where::Text, hunk));
        compared += theirs.len();
        if !left.is_empty() {
            reports.push(format!("{} differences with {options:?}\n{}", left.len(), Hunk::list(&left)));
        }
    }
    crate::report(&reports);
    assert!(compared > OPTIONS.len() * 200, "{compared} lines");
}
