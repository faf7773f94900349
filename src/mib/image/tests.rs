use proptest::prelude::*;

use super::*;
use crate::mib::{
    kinds::{Access, BaseType, Kind, Language, Status},
    model::{self, Bounds, Label, Model, Target, Text},
};

fn module(name: &str, language: Language, last_updated: &str) -> model::Module {
    model::Module {
        name: name.to_owned(),
        language,
        is_built_in: name == "BASE-MIB",
        last_updated: last_updated.to_owned(),
        revisions: vec![last_updated.to_owned()],
        imports: vec!["BASE-MIB".to_owned()],
        text: Text { description: format!("all about {name}"), reference: String::new() },
    }
}

fn plain(base: BaseType) -> model::Syntax {
    model::Syntax { base, is_integer32: false, named: None, labels: Vec::new(), bounds: Vec::new() }
}

fn value(module: usize, name: &str, oid: &[u32]) -> model::Definition {
    model::Definition {
        name: name.to_owned(),
        module: Some(module),
        oid: oid.to_vec(),
        rank: 0,
        kind: Kind::Value,
        access: None,
        status: None,
        units: String::new(),
        syntax: None,
        default: String::new(),
        list: Vec::new(),
        is_augmenting: false,
        text: Text::default(),
    }
}

fn item(position: usize, is_implied: bool) -> model::Item {
    model::Item { target: Target::Definition(position), is_implied }
}

/// A small world: a table with an enumerated column, a row that augments it, a notification, and `1.3.9` defined twice.
fn model() -> Model {
    let types = vec![
        model::NamedType {
            name: "Narrow".to_owned(),
            module: 1,
            is_textual_convention: true,
            status: Some(Status::Current),
            hint: String::new(),
            syntax: model::Syntax { named: Some(1), ..plain(BaseType::OctetString) },
            text: Text { description: "a name".to_owned(), reference: String::new() },
        },
        model::NamedType {
            name: "Wide".to_owned(),
            module: 0,
            is_textual_convention: true,
            status: Some(Status::Deprecated),
            hint: "255a".to_owned(),
            syntax: model::Syntax {
                bounds: vec![Bounds { min: 0, max: 255 }],
                ..plain(BaseType::OctetString)
            },
            text: Text::default(),
        },
    ];
    let labels = [(3, "down"), (-1, "lost"), (1, "up")];
    let labels = labels.map(|(value, word)| Label { value, word: word.to_owned() }).to_vec();
    let column = |name: &str, oid: &[u32], syntax| model::Definition {
        kind: Kind::Column,
        access: Some(Access::ReadOnly),
        status: Some(Status::Current),
        syntax: Some(syntax),
        ..value(1, name, oid)
    };
    let definitions = vec![
        value(1, "oneTable", &[1, 3, 9, 1]),
        model::Definition {
            kind: Kind::Row,
            list: vec![item(2, false), item(3, true)],
            ..value(1, "oneEntry", &[1, 3, 9, 1, 1])
        },
        model::Definition {
            units: "lots".to_owned(),
            default: "up".to_owned(),
            ..column("oneState", &[1, 3, 9, 1, 1, 1], model::Syntax { labels, ..plain(BaseType::Integer32) })
        },
        model::Definition {
            text: Text { description: "what it is called".to_owned(), reference: "a book".to_owned() },
            ..column(
                "oneName",
                &[1, 3, 9, 1, 1, 7],
                model::Syntax { named: Some(0), ..plain(BaseType::OctetString) },
            )
        },
        model::Definition {
            kind: Kind::Row,
            list: vec![item(1, false)],
            is_augmenting: true,
            ..value(1, "moreEntry", &[1, 3, 9, 2, 1])
        },
        model::Definition {
            kind: Kind::Notification,
            list: vec![
                item(3, false),
                item(6, false),
                model::Item { target: Target::Unknown("INTEGER".to_owned()), is_implied: false },
            ],
            ..value(1, "happened", &[1, 3, 9, 0, 4_294_967_295])
        },
        model::Definition { rank: 1, ..value(0, "nine", &[1, 3, 9]) },
        model::Definition { kind: Kind::ModuleIdentity, ..value(1, "nine", &[1, 3, 9]) },
        model::Definition { module: None, ..value(0, "iso", &[1]) },
    ];
    Model {
        stamp: [7; 32],
        modules: vec![
            module("BASE-MIB", Language::SmiV1, ""),
            module("A-MIB", Language::SmiV2, "200006140000Z"),
        ],
        types,
        definitions,
    }
}

#[test]
fn oids_lead_to_nodes_and_nodes_to_oids() {
    let octets = write(&model()).unwrap();
    let image = Image::open(&octets).unwrap();
    let (node, rest) = image.find(&[1, 3, 9, 1, 1, 7, 5, 6]);
    assert_eq!((node.oid().to_string().as_str(), rest), ("1.3.9.1.1.7", &[5, 6][..]));
    assert_eq!(node.definition().unwrap().qualified_name().to_string(), "A-MIB::oneName");
    assert_eq!(node.previous_sibling().unwrap().arc(), 1);
    assert_eq!(node.next_sibling(), None);
    assert_eq!(node.parent().unwrap().children().map(Node::arc).collect::<Vec<_>>(), [1, 7]);
    assert_eq!(image.find(&[2, 1]).0, image.root());
    assert!(image.root().parent().is_none() && image.root().next_sibling().is_none());
    let (anonymous, _) = image.find(&[1, 3, 9, 0]);
    assert_eq!((anonymous.arc(), anonymous.definition().is_none()), (0, true));
    let all: Vec<String> = std::iter::successors(Some(image.root()), |node| node.next())
        .map(|node| node.oid().to_string())
        .collect();
    let expected = [
        "",
        "1",
        "1.3",
        "1.3.9",
        "1.3.9.0",
        "1.3.9.0.4294967295",
        "1.3.9.1",
        "1.3.9.1.1",
        "1.3.9.1.1.1",
        "1.3.9.1.1.7",
        "1.3.9.2",
        "1.3.9.2.1",
    ];
    assert_eq!(all, expected);
}

#[test]
fn names_lead_to_all_that_bear_them() {
    let octets = write(&model()).unwrap();
    let image = Image::open(&octets).unwrap();
    let owners =
        |name| image.definitions(name).map(|known| known.qualified_name().to_string()).collect::<Vec<_>>();
    assert_eq!(owners("nine"), ["A-MIB::nine", "BASE-MIB::nine"]);
    assert_eq!(owners("iso"), ["iso"]);
    for absent in ["", "nin", "nines", "Nine", "zzz", "oneNam", "oneNames"] {
        assert_eq!(owners(absent), [""; 0], "{absent}");
    }
    assert_eq!(image.definition("BASE-MIB", "nine").unwrap().kind(), Kind::Value);
    assert_eq!(image.definition("BASE-MIB", "oneName"), None);
    let spoken = image.node(&[1, 3, 9]).unwrap().definitions().map(Definition::kind).collect::<Vec<_>>();
    assert_eq!(spoken, [Kind::ModuleIdentity, Kind::Value], "the lower rank speaks");
    let completed: Vec<String> = image
        .entries_from("one")
        .map(|entry| entry.name())
        .take_while(|name| name.starts_with("one"))
        .map(|name| name.to_string())
        .collect();
    assert_eq!(completed, ["oneEntry", "oneName", "oneState", "oneTable"]);
    assert_eq!(image.entries_from("").count(), 8);
    assert_eq!(image.entries_from("zzz").count(), 0);
}

#[test]
fn a_column_has_what_its_module_says_of_it() {
    let octets = write(&model()).unwrap();
    let image = Image::open(&octets).unwrap();
    let state = image.definition("A-MIB", "oneState").unwrap();
    assert_eq!((state.units(), state.default_value()), (Some("lots"), Some("up")));
    assert_eq!((state.access(), state.status()), (Some(Access::ReadOnly), Some(Status::Current)));
    let syntax = state.syntax().unwrap();
    assert_eq!(syntax.labels().collect::<Vec<_>>(), [(3, "down"), (-1, "lost"), (1, "up")]);
    assert_eq!((syntax.label(-1), syntax.label(2), syntax.value("up")), (Some("lost"), None, Some(1)));
    let name = image.definition("A-MIB", "oneName").unwrap();
    let syntax = name.syntax().unwrap();
    assert_eq!(syntax.hint(), Some(Hint { text: "255a", origin: HintOrigin::Inherited }));
    assert_eq!(syntax.named_type().unwrap().syntax().hint().unwrap().origin, HintOrigin::Own);
    assert_eq!(syntax.bounds().collect::<Vec<_>>(), [Bounds { min: 0, max: 255 }]);
    assert_eq!(syntax.own_bounds().count(), 0);
    assert_eq!(syntax.types().map(NamedType::name).collect::<Vec<_>>(), ["Narrow", "Wide"]);
    assert_eq!((name.description(), name.reference()), (Some("what it is called"), Some("a book")));
    assert_eq!((state.description(), syntax.named_type().unwrap().description()), (None, Some("a name")));
    let indexes: Vec<_> =
        name.effective_indexes().map(|item| (item.definition(), item.is_implied())).collect();
    assert_eq!(indexes, [(Some(state), false), (Some(name), true)]);
    let more = image.definition("A-MIB", "moreEntry").unwrap();
    assert_eq!(more.indexes().count(), 0);
    assert_eq!(more.augments().unwrap().definition().unwrap().name(), "oneEntry");
    assert_eq!(more.effective_indexes().count(), 2);
    let objects: Vec<_> = image.definition("A-MIB", "happened").unwrap().objects().collect();
    assert_eq!(objects[1].definition().unwrap().qualified_name().to_string(), "BASE-MIB::nine");
    assert_eq!((objects[2].definition(), objects[2].unknown_name()), (None, Some("INTEGER")));
}

#[test]
fn modules_are_found_by_name() {
    let octets = write(&model()).unwrap();
    let image = Image::open(&octets).unwrap();
    assert_eq!(image.modules().map(Module::name).collect::<Vec<_>>(), ["A-MIB", "BASE-MIB"]);
    let module = image.module("A-MIB").unwrap();
    assert_eq!((module.language(), module.last_updated()), (Language::SmiV2, Some("200006140000Z")));
    assert_eq!((module.imports(), module.revisions()), (vec!["BASE-MIB"], vec!["200006140000Z"]));
    assert_eq!((module.is_built_in(), module.description()), (false, Some("all about A-MIB")));
    assert!(image.module("BASE-MIB").unwrap().is_built_in());
    assert_eq!(image.module("B-MIB"), None);
    assert_eq!((image.stamp(), image.has_text(), image.check_text()), (&[7; 32], true, Ok(())));
}

#[test]
fn the_same_model_gives_the_same_octets_in_whatever_order() {
    let first = write(&model()).unwrap();
    assert_eq!(write(&model()).unwrap(), first);
    let mut turned = model();
    turned.modules.swap(0, 1);
    for definition in &mut turned.definitions {
        definition.module = definition.module.map(|module| 1 - module);
    }
    for named in &mut turned.types {
        named.module = 1 - named.module;
    }
    let again = write(&turned).unwrap();
    assert_eq!(again.len(), first.len());
}

#[test]
fn a_model_that_contradicts_itself_is_refused() {
    let mut long = model();
    long.definitions[0].oid = vec![1; 129];
    assert_eq!(write(&long), Err(WriteError::BadOid { name: "oneTable".to_owned(), arcs: 129 }));
    let mut ring = model();
    ring.types[1].syntax.named = Some(0);
    assert!(matches!(write(&ring), Err(WriteError::Ring { .. })));
    let mut stray = model();
    stray.definitions[1].list[0].target = Target::Definition(99);
    assert!(matches!(write(&stray), Err(WriteError::NotThere { what: "definition", position: 99, .. })));
}

#[test]
fn foreign_cut_and_changed_octets_are_refused() {
    let octets = write(&model()).unwrap();
    assert_eq!(Image::open(b"").unwrap_err(), ImageError::NoImage);
    assert_eq!(Image::open(b"\x7fELF and so on").unwrap_err(), ImageError::NoImage);
    let mut other = octets.clone();
    other[layout::VERSION_AT] = 99;
    assert_eq!(Image::open(&other).unwrap_err(), ImageError::OtherVersion { found: 99 });
    for length in 8..octets.len() {
        assert!(Image::open(&octets[..length]).is_err(), "{length}");
    }
    let text = Image::open(&octets).unwrap().text.len();
    for at in 0..octets.len() {
        let mut changed = octets.clone();
        changed[at] ^= 0x10;
        let opened = Image::open(&changed).map(|image| image.check_text());
        assert!(!matches!(opened, Ok(Ok(()))), "octet {at} of {}, {text} of them text", octets.len());
    }
}

/// Calls everything that there is to call on an image.
fn read_all(image: &Image<'_>) {
    let mut nodes = 0;
    let mut node = Some(image.root());
    while let Some(known) = node {
        nodes += 1;
        assert!(nodes <= image.node_count(), "no node twice");
        let _ = (known.oid(), known.parent(), known.previous_sibling(), image.find(&known.oid()));
        known.definitions().take(100).for_each(read_definition);
        node = known.next();
    }
    for entry in image.entries_from("").take(10_000) {
        let name = entry.name().to_string();
        image.definitions(&name).chain(entry.definitions()).take(100).for_each(read_definition);
    }
    for module in image.modules() {
        let _ = (
            module.last_updated(),
            module.revisions(),
            module.imports(),
            module.description(),
            module.language(),
        );
        let _ = image.module(module.name());
    }
    for named in image.types() {
        let _ = (named.name(), named.module(), named.own_hint(), named.description(), named.syntax().hint());
    }
    let _ = image.check_text();
}

fn read_definition(known: Definition<'_>) {
    let _ = (
        known.qualified_name().to_string(),
        known.oid(),
        known.units(),
        known.default_value(),
        known.status(),
    );
    let _ = (known.description(), known.reference(), known.access(), known.row(), known.augments());
    let items = known.indexes().chain(known.objects()).chain(known.effective_indexes());
    for item in items {
        let _ = (item.definition(), item.unknown_name());
    }
    if let Some(syntax) = known.syntax() {
        let _ = (syntax.hint(), syntax.label(1), syntax.value("up"), syntax.fixed_size(), syntax.base_word());
        let _ = (syntax.bounds().count(), syntax.types().count());
    }
}

#[test]
fn what_is_read_ends_even_when_every_word_is_changed() {
    let octets = write(&model()).unwrap();
    for at in 0..octets.len() {
        for with in [0, 0x7f, 0x80, 0xff] {
            let mut changed = octets.clone();
            changed[at] = with;
            if let Ok(image) = Image::open_trusted(&changed) {
                read_all(&image);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_damage_makes_reading_panic(changes in prop::collection::vec((layout::SECTIONS_AT..4000_usize, any::<u8>()), 1..20)) {
        let mut octets = write(&model()).unwrap();
        for (at, with) in changes {
            let at = at % octets.len();
            octets[at] = with;
        }
        if let Ok(image) = Image::open_trusted(&octets) {
            read_all(&image);
        }
    }

    #[test]
    fn every_name_and_oid_of_a_model_is_found(
        entries in prop::collection::btree_map("[a-c]{1,6}[A-Za-z0-9-]{0,40}", prop::collection::vec(0..5_u32, 1..8), 1..60)
    ) {
        let definitions = entries.iter().map(|(name, oid)| value(0, name, oid)).collect();
        let model = Model { modules: vec![module("A-MIB", Language::SmiV2, "")], definitions, ..Model::default() };
        let octets = write(&model).unwrap();
        let image = Image::open(&octets).unwrap();
        for (name, oid) in &entries {
            let found: Vec<_> = image.definitions(name).collect();
            prop_assert_eq!(found.len(), 1);
            let known = found[0].oid();
            prop_assert_eq!(known.arcs(), &oid[..]);
            prop_assert!(found[0].name() == name.as_str());
            prop_assert!(image.node(oid).unwrap().definitions().any(|known| known == found[0]));
        }
        let listed: Vec<String> = image.entries_from("").map(|entry| entry.name().to_string()).collect();
        prop_assert_eq!(listed, entries.keys().cloned().collect::<Vec<_>>());
    }
}

#[test]
fn an_image_that_is_taken_apart_and_put_together_again_is_the_same() {
    let model = read(core());
    assert!(model.definitions.len() > 20_000, "{}", model.definitions.len());
    let octets = write(&model).unwrap();
    assert_eq!(octets.len(), CORE.len());
    assert!(octets == CORE, "the built-in image changes on its way");
}
