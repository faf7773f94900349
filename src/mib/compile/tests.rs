use std::fmt::Write as _;

use super::*;
use crate::mib::{
    image::{self, Image},
    kinds::{BaseType, Kind},
    model::Text,
};

const GOOD: &str = r#"GOOD-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI
    TEXTUAL-CONVENTION, DisplayString FROM SNMPv2-TC;
good MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "o" CONTACT-INFO "c" DESCRIPTION "d"
    REVISION "202001010000Z" DESCRIPTION "r" ::= { enterprises 99999 }
Label ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "l" SYNTAX DisplayString (SIZE (1..8))
goodTable OBJECT-TYPE SYNTAX SEQUENCE OF GoodEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "t"
    ::= { good 1 }
goodEntry OBJECT-TYPE SYNTAX GoodEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "e"
    INDEX { goodIndex, IMPLIED goodLabel } ::= { goodTable 1 }
GoodEntry ::= SEQUENCE { goodIndex Integer32, goodLabel Label, goodState INTEGER }
goodIndex OBJECT-TYPE SYNTAX Integer32 (1..100) MAX-ACCESS not-accessible STATUS current DESCRIPTION "i"
    ::= { goodEntry 1 }
goodLabel OBJECT-TYPE SYNTAX Label MAX-ACCESS not-accessible STATUS current DESCRIPTION "l" ::= { goodEntry 2 }
goodState OBJECT-TYPE SYNTAX INTEGER { up(1), down(2) } UNITS "states" MAX-ACCESS read-write STATUS deprecated
    DESCRIPTION "the
 state" REFERENCE "a book" DEFVAL { up } ::= { goodEntry 3 }
END
"#;

/// A module on which the compiler panics, as far as tests go.
pub(super) const PANICKER: &str = "PANICKER-MIB";

fn compiled(texts: &[&str], modules: &[&str]) -> Compiled {
    let modules: Vec<String> = modules.iter().map(|module| (*module).to_owned()).collect();
    compile(&Memory::of_texts(texts), &modules, Prose::Keep).unwrap()
}

fn errors(compiled: &Compiled) -> Vec<&Problem> {
    compiled.problems.iter().filter(|problem| problem.severity == Severity::Error).collect()
}

/// That GOOD-MIB is whole.
fn assert_good(compiled: &Compiled) {
    let octets = image::write(&compiled.model).unwrap();
    let image = Image::open(&octets).unwrap();
    let state = image.definition("GOOD-MIB", "goodState").unwrap();
    assert_eq!(state.oid().to_string(), "1.3.6.1.4.1.99999.1.1.3");
    assert_eq!(
        (state.kind(), state.units(), state.default_value()),
        (Kind::Column, Some("states"), Some("up"))
    );
    assert_eq!((state.description(), state.reference()), (Some("the\n state"), Some("a book")));
    assert_eq!(state.syntax().unwrap().labels().collect::<Vec<_>>(), [(1, "up"), (2, "down")]);
    let indexes: Vec<_> = state
        .effective_indexes()
        .map(|item| (item.definition().unwrap().name().to_string(), item.is_implied()))
        .collect();
    assert_eq!(indexes, [("goodIndex".to_owned(), false), ("goodLabel".to_owned(), true)]);
    let index = image.definition("GOOD-MIB", "goodIndex").unwrap().syntax().unwrap();
    assert_eq!((index.base_word(), index.bounds().count()), ("Integer32", 1));
    let label = image.definition("GOOD-MIB", "goodLabel").unwrap().syntax().unwrap();
    assert_eq!(label.base(), BaseType::OctetString);
    assert_eq!(label.types().map(image::NamedType::name).collect::<Vec<_>>(), ["Label", "DisplayString"]);
    assert_eq!(label.hint().unwrap().origin, image::HintOrigin::Inherited);
}

#[test]
fn a_sound_module_has_all_that_it_says() {
    let compiled = compiled(&[GOOD], &["GOOD-MIB"]);
    assert!(errors(&compiled).is_empty(), "{:?}", errors(&compiled));
    assert_eq!(compiled.missing, [""; 0]);
    assert_good(&compiled);
}

#[test]
fn a_network_address_is_not_taken_for_the_address_that_it_is_made_from() {
    const OLD: &str = "OLD-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, NetworkAddress, IpAddress FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212;
Near ::= NetworkAddress
oldNet OBJECT-TYPE SYNTAX NetworkAddress ACCESS read-only STATUS mandatory ::= { enterprises 1 }
oldNear OBJECT-TYPE SYNTAX Near ACCESS read-only STATUS mandatory ::= { enterprises 2 }
oldIp OBJECT-TYPE SYNTAX IpAddress ACCESS read-only STATUS mandatory ::= { enterprises 3 }
END
";
    let octets = image::write(&compiled(&[OLD], &["OLD-MIB"]).model).unwrap();
    let image = Image::open(&octets).unwrap();
    let base = |name| image.definition("OLD-MIB", name).unwrap().syntax().unwrap().base();
    assert_eq!(
        [base("oldNet"), base("oldNear"), base("oldIp")],
        [BaseType::NetworkAddress, BaseType::NetworkAddress, BaseType::IpAddress]
    );
}

#[test]
fn without_prose_there_is_none() {
    let dropped = compile(&Memory::of_texts(&[GOOD]), &["GOOD-MIB".to_owned()], Prose::Drop).unwrap();
    assert!(dropped.model.definitions.iter().all(|known| known.text == Text::default()));
    let octets = image::write(&dropped.model).unwrap();
    assert!(!Image::open(&octets).unwrap().has_text());
}

#[test]
fn what_is_wrong_with_a_module_costs_no_other_module_anything() {
    let deep = format!("BAD-MIB DEFINITIONS ::= BEGIN\nx OBJECT IDENTIFIER ::= {}", "{".repeat(200_000));
    let ring = "BAD-MIB DEFINITIONS ::= BEGIN\nIMPORTS a FROM RING-MIB; x OBJECT IDENTIFIER ::= { y 1 }\n\
                y OBJECT IDENTIFIER ::= { x 1 }\nT ::= U U ::= T\nEND\n\
                RING-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM BAD-MIB; a OBJECT IDENTIFIER ::= { x 1 } END";
    let cut = GOOD.replace("GOOD-MIB", "BAD-MIB");
    let cut = &cut[..cut.len() / 2];
    let binary = "BAD-MIB DEFINITIONS ::= BEGIN \0\u{1}\u{fffd}\u{200b} ::= ;;; }}} END";
    let missing =
        "BAD-MIB DEFINITIONS ::= BEGIN IMPORTS q FROM NOWHERE-MIB; x OBJECT IDENTIFIER ::= { q 1 } END";
    for bad in [deep.as_str(), ring, cut, binary, missing, "", "BAD-MIB", "BAD-MIB DEFINITIONS ::= BEGIN"] {
        let compiled = compiled(&[bad, GOOD], &["BAD-MIB", "GOOD-MIB", "ABSENT-MIB"]);
        assert_good(&compiled);
        assert!(compiled.missing.contains(&"ABSENT-MIB".to_owned()), "{bad:.40}");
    }
}

#[test]
fn problems_say_where_they_are() {
    let text = "BAD-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\n\nbad OBJECT IDENTIFIER ::= { nobody 1 }\nEND\n";
    let compiled = compiled(&[text], &["BAD-MIB"]);
    let found = errors(&compiled);
    assert!(
        found.iter().any(|problem| problem.module == "BAD-MIB" && problem.line == 4 && problem.file == "0"),
        "{found:?}"
    );
}

#[test]
fn octets_that_are_no_utf8_do_no_harm() {
    let mut octets = GOOD.as_bytes().to_vec();
    let at = GOOD.find("\"o\"").unwrap() + 1;
    octets.splice(at..at, [0xff, 0xfe, 0xe4]);
    let file = ModuleFile { label: "latin".to_owned(), octets: octets.into() };
    let compiled = compile(&Memory::new(vec![file]), &["GOOD-MIB".to_owned()], Prose::Keep).unwrap();
    assert_good(&compiled);
}

#[test]
fn a_long_chain_of_definitions_ends_where_object_identifiers_end() {
    let mut text = String::from(
        "CHAIN-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\na0 OBJECT IDENTIFIER ::= { enterprises 1 }\n",
    );
    for n in 1..3_000 {
        writeln!(text, "a{n} OBJECT IDENTIFIER ::= {{ a{} 1 }}", n - 1).unwrap();
    }
    text += "END\n";
    let compiled = compiled(&[&text, GOOD], &["CHAIN-MIB", "GOOD-MIB"]);
    assert_good(&compiled);
    let chain = compiled.model.definitions.iter().filter(|known| known.name.starts_with('a')).count();
    assert!((120..128).contains(&chain), "{chain}");
    assert!(errors(&compiled).iter().any(|problem| problem.text.contains("128 arcs")));
}

#[test]
fn directories_are_searched_by_file_name_first_and_by_content_then() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("GOOD-MIB.txt", "MISNAMED-MIB DEFINITIONS ::= BEGIN END");
    write("other.my", GOOD);
    write("BY-NAME-MIB", "BY-NAME-MIB DEFINITIONS ::= BEGIN END");
    let source = Directories::new(vec![directory.path().to_owned()]);
    let label = |module| {
        source.candidates(module).first().map(|file| file.label.rsplit('/').next().unwrap().to_owned())
    };
    assert_eq!(label("BY-NAME-MIB").as_deref(), Some("BY-NAME-MIB"));
    assert_eq!(label("GOOD-MIB").as_deref(), Some("other.my"));
    assert_eq!(label("MISNAMED-MIB").as_deref(), Some("GOOD-MIB.txt"));
    assert_eq!(label("ABSENT-MIB"), None);
    assert_eq!(label("../GOOD-MIB"), None);
    assert_eq!(source.modules().unwrap(), ["BY-NAME-MIB", "GOOD-MIB", "MISNAMED-MIB"]);
    assert_good(&compile(&source, &["GOOD-MIB".to_owned()], Prose::Keep).unwrap());
    let absent = Directories::new(vec![directory.path().join("absent")]);
    assert!(absent.modules().is_err() && absent.candidates("GOOD-MIB").is_empty());
}
