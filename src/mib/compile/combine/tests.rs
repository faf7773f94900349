use std::{fmt::Write as _, fs, os::unix::net::UnixListener, path::Path};

use tempfile::TempDir;

use super::*;
use crate::mib::{
    compile::Listing,
    image::{self, Definition, NamedType},
    kinds::{Access, BaseType, Kind},
};

/// A vendor's module that leans on modules which no file has.
const VENDOR: &str = r#"VENDOR-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, enterprises FROM SNMPv2-SMI
    TEXTUAL-CONVENTION, DisplayString, TruthValue FROM SNMPv2-TC
    OBJECT-GROUP FROM SNMPv2-CONF
    ifIndex, ifEntry, ifDescr, InterfaceIndex FROM IF-MIB
    InetAddressType, InetAddress FROM INET-ADDRESS-MIB;
vendor MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "o" CONTACT-INFO "c" DESCRIPTION "the vendor's"
    ::= { enterprises 99999 }
Port ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "p" SYNTAX InterfaceIndex
vendorTable OBJECT-TYPE SYNTAX SEQUENCE OF VendorEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "t"
    ::= { vendor 1 }
vendorEntry OBJECT-TYPE SYNTAX VendorEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "e"
    INDEX { ifIndex, IMPLIED vendorName } ::= { vendorTable 1 }
VendorEntry ::= SEQUENCE { vendorName DisplayString, vendorPort Port, vendorOn TruthValue }
vendorName OBJECT-TYPE SYNTAX DisplayString (SIZE (1..8)) MAX-ACCESS not-accessible STATUS current DESCRIPTION "n"
    ::= { vendorEntry 1 }
vendorPort OBJECT-TYPE SYNTAX Port MAX-ACCESS read-only STATUS current DESCRIPTION "p" ::= { vendorEntry 2 }
vendorOn OBJECT-TYPE SYNTAX TruthValue UNITS "switches" MAX-ACCESS read-write STATUS current DESCRIPTION "whether on"
    ::= { vendorEntry 3 }
moreTable OBJECT-TYPE SYNTAX SEQUENCE OF MoreEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "t"
    ::= { vendor 2 }
moreEntry OBJECT-TYPE SYNTAX MoreEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "e"
    AUGMENTS { ifEntry } ::= { moreTable 1 }
MoreEntry ::= SEQUENCE { moreAddress InetAddress }
moreAddress OBJECT-TYPE SYNTAX InetAddress MAX-ACCESS read-only STATUS current DESCRIPTION "a" ::= { moreEntry 1 }
vendorDown NOTIFICATION-TYPE OBJECTS { ifDescr, vendorOn } STATUS current DESCRIPTION "d" ::= { vendor 0 7 }
vendorGroup OBJECT-GROUP OBJECTS { vendorOn, ifDescr } STATUS current DESCRIPTION "g" ::= { vendor 3 }
beside OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION "c" ::= { ifEntry 9999 }
END
"#;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn combined(directory: &Path, only: Option<&[&str]>) -> Combined {
    let inventory = Inventory::scan(Listing::of(&[directory.to_owned()], &[]), &|_, _| {});
    let only: Option<Vec<String>> = only.map(|only| only.iter().map(|name| (*name).to_owned()).collect());
    combine(image::core(), &inventory, only.as_deref(), Prose::Keep, &|_, _| {}).unwrap()
}

fn opened(combined: &Combined) -> &'static Image<'static> {
    let octets = image::write(combined.model.as_ref().unwrap()).unwrap();
    let octets: &'static [u8] = Box::leak(octets.into_boxed_slice());
    Box::leak(Box::new(Image::open(octets).unwrap()))
}

fn known(image: &'static Image<'static>, module: &str, name: &str) -> Definition<'static> {
    image.definition(module, name).unwrap_or_else(|| panic!("no {module}::{name}"))
}

fn indexes(definition: Definition<'_>) -> Vec<String> {
    definition
        .effective_indexes()
        .map(|item| match item.definition() {
            Some(known) => known.qualified_name().to_string(),
            None => format!("unknown {:?}", item.unknown_name()),
        })
        .collect()
}

/// That the vendor's module is whole, and that what it refers to is what is built in.
fn assert_whole(image: &'static Image<'static>) {
    let on = known(image, "VENDOR-MIB", "vendorOn");
    assert_eq!(on.oid().to_string(), "1.3.6.1.4.1.99999.1.1.3");
    assert_eq!(
        (on.kind(), on.units(), on.access()),
        (Kind::Column, Some("switches"), Some(Access::ReadWrite))
    );
    assert_eq!(on.description(), Some("whether on"));
    assert_eq!(on.syntax().unwrap().label(1), Some("true"));
    assert_eq!(indexes(on), ["IF-MIB::ifIndex", "VENDOR-MIB::vendorName"]);
    let name = known(image, "VENDOR-MIB", "vendorName").syntax().unwrap();
    assert_eq!((name.base(), name.hint().unwrap().text), (BaseType::OctetString, "255a"));
    assert_eq!(name.own_bounds().next().unwrap().max, 8);
    let port = known(image, "VENDOR-MIB", "vendorPort").syntax().unwrap();
    assert_eq!(port.types().map(NamedType::name).collect::<Vec<_>>(), ["Port", "InterfaceIndex"]);
    assert_eq!((port.base_word(), port.hint().unwrap().text), ("Integer32", "d"));
    let address = known(image, "VENDOR-MIB", "moreAddress");
    assert_eq!(indexes(address), ["IF-MIB::ifIndex"]);
    assert_eq!(address.syntax().unwrap().base(), BaseType::OctetString);
    let objects = |name| {
        known(image, "VENDOR-MIB", name)
            .objects()
            .map(|item| item.definition().unwrap().qualified_name().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(objects("vendorDown"), ["IF-MIB::ifDescr", "VENDOR-MIB::vendorOn"]);
    assert_eq!(objects("vendorGroup"), ["VENDOR-MIB::vendorOn", "IF-MIB::ifDescr"]);
    let beside = known(image, "VENDOR-MIB", "beside");
    assert_eq!((beside.kind(), indexes(beside)), (Kind::Column, vec!["IF-MIB::ifIndex".to_owned()]));
}

#[test]
fn a_module_finds_what_is_built_in_where_no_file_has_it() {
    let files = directory(&[("vendor.txt", VENDOR)]);
    let combined = combined(files.path(), None);
    let errors: Vec<_> =
        combined.problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(combined.compiled, ["VENDOR-MIB"]);
    let image = opened(&combined);
    assert_whole(image);
    assert!(!image.module("VENDOR-MIB").unwrap().is_built_in());
    assert!(image.module("IF-MIB").unwrap().is_built_in());
    assert_eq!(image.modules().len(), image::core().modules().len() + 1);
}

#[test]
fn nothing_that_is_built_in_changes_beside_other_modules() {
    let files = directory(&[("vendor.txt", VENDOR)]);
    let mut both = image::read(opened(&combined(files.path(), None)));
    let vendor = both.modules.iter().position(|module| module.name == "VENDOR-MIB").unwrap();
    both.modules.iter_mut().for_each(|module| module.is_built_in = false);
    both.definitions.retain(|definition| definition.module != Some(vendor));
    let core = image::read(image::core());
    assert_eq!(both.definitions.len(), core.definitions.len());
    let said = |model: &Model| {
        let module = |position: Option<usize>| position.map(|position| model.modules[position].name.clone());
        let known = model.definitions.iter();
        let mut said: Vec<_> = known
            .map(|known| {
                (known.oid.clone(), known.rank, known.name.clone(), module(known.module), known.kind)
            })
            .collect();
        said.sort();
        said
    };
    assert!(said(&both) == said(&core));
}

#[test]
fn a_newer_module_takes_the_place_of_the_built_in_one_and_an_older_one_does_not() {
    let text = |date: &str| {
        format!(
            "IF-MIB DEFINITIONS ::= BEGIN\nIMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, mib-2 FROM SNMPv2-SMI;\n\
             ifMIB MODULE-IDENTITY LAST-UPDATED \"{date}\" ORGANIZATION \"o\" CONTACT-INFO \"c\" DESCRIPTION \"d\" ::= {{ mib-2 31 }}\n\
             interfaces OBJECT IDENTIFIER ::= {{ mib-2 2 }}\n\
             ifNew OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"d\" ::= {{ interfaces 99 }}\n\
             ifIndex OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"i\" ::= {{ interfaces 98 }}\nEND\n"
        )
    };
    let old = directory(&[("if.txt", &text("9001010000Z"))]);
    assert!(combined(old.path(), None).model.is_none());
    let new = directory(&[("if.txt", &text("202501010000Z"))]);
    let image = opened(&combined(new.path(), None));
    assert!(image.definition("IF-MIB", "ifNew").is_some() && image.definition("IF-MIB", "ifDescr").is_none());
    assert!(image.module("IF-MIB").unwrap().is_built_in(), "it counts by default as before");
    assert_eq!(image.modules().filter(|module| module.name() == "IF-MIB").count(), 1);
    // What is built in and refers to it refers to what bears the name now, or to a name that nothing bears.
    let delay = known(image, "EtherLike-MIB", "dot3StatsIndex");
    assert!(delay.syntax().is_some());
    let row = known(image, "ENTITY-SENSOR-MIB", "entPhySensorEntry");
    assert_eq!(row.effective_indexes().count(), 1);
    let isis = image.definitions("ifRcvAddressEntry").count();
    assert_eq!(isis, image::core().definitions("ifRcvAddressEntry").count() - 1);
}

#[test]
fn modules_come_from_several_files_in_a_ring_and_misnamed() {
    let files = directory(&[
        (
            "several",
            "ONE-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI two FROM TWO-MIB one FROM ONE-MIB;\n\
             one OBJECT IDENTIFIER ::= { enterprises 1 } underTwo OBJECT IDENTIFIER ::= { two 1 } END\n\
             TWO-MIB DEFINITIONS ::= BEGIN IMPORTS one FROM ONE-MIB;\n\
             two OBJECT IDENTIFIER ::= { one 2 } END\n",
        ),
        (
            "THREE-MIB",
            "FOUR-MIB DEFINITIONS ::= BEGIN IMPORTS underTwo FROM ONE-MIB; four OBJECT IDENTIFIER ::= { underTwo 4 } END",
        ),
        ("empty", ""),
    ]);
    let image = opened(&combined(files.path(), None));
    assert_eq!(known(image, "FOUR-MIB", "four").oid().to_string(), "1.3.6.1.4.1.1.2.1.4");
}

#[test]
fn what_is_asked_for_comes_with_what_it_imports_and_no_more() {
    let module = |name: &str, from: &str, parent: &str| {
        let lower = name.to_lowercase();
        format!(
            "{name}-MIB DEFINITIONS ::= BEGIN IMPORTS {parent} FROM {from}; {lower} OBJECT IDENTIFIER ::= {{ {parent} 1 }} END"
        )
    };
    let files = directory(&[
        ("a", &module("A", "SNMPv2-SMI", "enterprises")),
        ("b", &module("B", "A-MIB", "a")),
        ("c", &module("C", "SNMPv2-SMI", "enterprises")),
    ]);
    let mut compiled = combined(files.path(), Some(&["B-MIB", "IF-MIB", "ABSENT-MIB"])).compiled;
    compiled.sort();
    assert_eq!(compiled, ["A-MIB", "B-MIB"]);
}

#[test]
fn the_last_file_with_a_module_counts() {
    let files = directory(&[
        ("b.txt", "X-MIB DEFINITIONS ::= BEGIN early OBJECT IDENTIFIER ::= { iso 3 7 } END"),
        ("c.txt", "X-MIB DEFINITIONS ::= BEGIN late OBJECT IDENTIFIER ::= { iso 3 7 } END"),
        ("d.txt~", "X-MIB DEFINITIONS ::= BEGIN backup OBJECT IDENTIFIER ::= { iso 3 7 } END"),
        (".e.txt", "X-MIB DEFINITIONS ::= BEGIN hidden OBJECT IDENTIFIER ::= { iso 3 7 } END"),
    ]);
    let combined = combined(files.path(), None);
    assert!(opened(&combined).definition("X-MIB", "late").is_some());
    let told: Vec<_> = combined
        .problems
        .iter()
        .filter(|known| known.text.starts_with("Warning: Module X-MIB was in"))
        .collect();
    assert_eq!(told.len(), 1, "{:?}", combined.problems);
}

#[test]
fn what_is_no_ordinary_file_is_neither_waited_for_nor_read() {
    let files = directory(&[("vendor.txt", VENDOR)]);
    let at = |name: &str| files.path().join(name);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let _socket = UnixListener::bind(at("socket")).unwrap();
    fs::create_dir(at("directory")).unwrap();
    std::os::unix::fs::symlink("nowhere", at("dangling")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at("device")).unwrap();
    let sparse = fs::File::create(at("sparse")).unwrap();
    sparse.set_len(1 << 30).unwrap();
    let combined = combined(files.path(), None);
    assert_whole(opened(&combined));
    let sparse = combined.problems.iter().find(|problem| problem.file.ends_with("sparse")).unwrap();
    assert!(sparse.text.contains("1073741824 octets"), "{}", sparse.text);
}

#[test]
fn faults_cost_their_own_module_alone_and_time_is_bounded() {
    let mut chain = String::from("CHAIN-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;\n");
    for n in 0..100_000 {
        writeln!(chain, "a{} OBJECT IDENTIFIER ::= {{ a{n} 1 }}", n + 1).unwrap();
    }
    chain += "a0 OBJECT IDENTIFIER ::= { enterprises 1 } END";
    let nested = format!("NEST-MIB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= {}", "{".repeat(200_000));
    let cut = &VENDOR.replace("VENDOR-MIB", "CUT-MIB")[..1_500];
    let files = directory(&[
        ("vendor.txt", VENDOR),
        ("chain", &chain),
        ("nested", &nested),
        ("cut", cut),
        (
            "own",
            "OWN-MIB DEFINITIONS ::= BEGIN IMPORTS own FROM OWN-MIB; own OBJECT IDENTIFIER ::= { own 1 } END",
        ),
        (
            "ring1",
            "R1-MIB DEFINITIONS ::= BEGIN IMPORTS b FROM R2-MIB; a OBJECT IDENTIFIER ::= { b 1 } A ::= B END",
        ),
        (
            "ring2",
            "R2-MIB DEFINITIONS ::= BEGIN IMPORTS a FROM R1-MIB; b OBJECT IDENTIFIER ::= { a 1 } B ::= A END",
        ),
        (
            "missing",
            "M-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM NO-SUCH-MIB; m OBJECT IDENTIFIER ::= { x 1 } END",
        ),
        ("nul", "\0\0\u{1}N-MIB DEFINITIONS ::= BEGIN \0 END"),
    ]);
    fs::write(
        files.path().join("latin"),
        b"L-MIB DEFINITIONS ::= BEGIN l OBJECT IDENTIFIER ::= { iso 3 \xff\xfe } -- \xe4\n END",
    )
    .unwrap();
    let combined = combined(files.path(), None);
    assert_whole(opened(&combined));
    for (file, what) in
        [("chain", "chain of more than"), ("nested", "nest more than"), ("missing", "NO-SUCH-MIB")]
    {
        let found =
            combined.problems.iter().any(|known| known.file.ends_with(file) && known.text.contains(what));
        assert!(found, "{file}: {:?}", combined.problems);
    }
}

#[test]
fn a_panic_of_the_compiler_costs_the_module_that_brought_it_about() {
    let module = |name: &str, number: u32| {
        let lower = name.to_lowercase();
        format!(
            "{name}-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; {lower} OBJECT IDENTIFIER ::= \
             {{ enterprises {number} }} END"
        )
    };
    let texts: Vec<(String, String)> = (70_000..)
        .zip(["A", "B", "PANICKER", "Q", "R"])
        .map(|(number, name)| (name.to_owned(), module(name, number)))
        .collect();
    assert!(texts.iter().any(|(name, _)| format!("{name}-MIB") == super::super::tests::PANICKER));
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let directory = directory(&files);
    let combined = combined(directory.path(), None);
    let image = opened(&combined);
    for name in ["A", "B", "Q", "R"] {
        known(image, &format!("{name}-MIB"), &name.to_lowercase());
    }
    assert!(image.module("PANICKER-MIB").is_none());
    let [problem] = &combined.problems[..] else { panic!("{:?}", combined.problems) };
    assert_eq!((problem.module.as_str(), problem.severity), ("PANICKER-MIB", Severity::Error));
    assert!(problem.text.contains("compiler failed") && problem.file.ends_with("/PANICKER"), "{problem:?}");
}
