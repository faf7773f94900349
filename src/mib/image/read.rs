//! Takes an image apart again, to put it together with more.

use std::collections::HashMap;

use super::{Definition, Image, Item, Items, Module, NamedType, Node, Syntax};
use crate::mib::model::{self, Kind, Label, Model, Target, Text};

/// The model that an image was made from: writing it again gives an image that says the same.
///
/// A damaged image gives a model of what can be read of it.
pub fn read(image: &Image<'_>) -> Model {
    let mut oids: Vec<Vec<u32>> = vec![Vec::new(); image.node_count()];
    let mut ranks: HashMap<usize, u32> = HashMap::new();
    for number in 0..image.node_count() {
        let Some(node) = Node::numbered(image, number) else { continue };
        ranks.extend(node.definitions().map(Definition::offset).zip(0..));
        for child in node.children() {
            oids[child.number()] = [&oids[number][..], &[child.arc()]].concat();
        }
    }
    let entries = image.entries_from("").flat_map(|entry| {
        let name = entry.name().to_string();
        entry.definitions().map(move |definition| (name.clone(), definition))
    });
    let found: Vec<(String, Definition<'_>)> = entries.collect();
    let places = found.iter().map(|(_, definition)| definition.offset()).zip(0..).collect();
    let definitions = found.into_iter().map(|(name, known)| {
        let oid = oids.get(known.node().number()).cloned().unwrap_or_default();
        let rank = ranks.get(&known.offset()).copied().unwrap_or_default();
        definition(known, (name, oid, rank), &places)
    });
    Model {
        stamp: *image.stamp(),
        modules: image.modules().map(module).collect(),
        types: image.types().map(named_type).collect(),
        definitions: definitions.collect(),
    }
}

fn text(description: Option<&str>, reference: Option<&str>) -> Text {
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Text { description: owned(description), reference: owned(reference) }
}

fn module(module: Module<'_>) -> model::Module {
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    model::Module {
        name: module.name().to_owned(),
        language: module.language(),
        is_built_in: module.is_built_in(),
        last_updated: module.last_updated().unwrap_or_default().to_owned(),
        revisions: owned(module.revisions()),
        imports: owned(module.imports()),
        text: text(module.description(), None),
    }
}

fn named_type(known: NamedType<'_>) -> model::NamedType {
    model::NamedType {
        name: known.name().to_owned(),
        module: known.module().map_or(0, Module::number),
        is_textual_convention: known.is_textual_convention(),
        status: known.status(),
        hint: known.own_hint().unwrap_or_default().to_owned(),
        syntax: syntax(known.syntax()),
        text: text(known.description(), known.reference()),
    }
}

fn syntax(syntax: Syntax<'_>) -> model::Syntax {
    model::Syntax {
        base: syntax.base(),
        is_integer32: syntax.is_integer32(),
        named: syntax.named_type().map(NamedType::number),
        labels: syntax.own_labels().map(|(value, word)| Label { value, word: word.to_owned() }).collect(),
        bounds: syntax.own_bounds().collect(),
    }
}

fn definition(
    known: Definition<'_>,
    (name, oid, rank): (String, Vec<u32>, u32),
    places: &HashMap<usize, usize>,
) -> model::Definition {
    let is_augmenting = known.augments().is_some();
    let list = match known.kind() {
        Kind::Row if is_augmenting => {
            known.augments().into_iter().map(|target| item(target, places)).collect()
        }
        Kind::Row => items(known.indexes(), places),
        _ => items(known.objects(), places),
    };
    model::Definition {
        name,
        module: known.module().map(Module::number),
        oid,
        rank,
        kind: known.kind(),
        access: known.access(),
        status: known.status(),
        units: known.units().unwrap_or_default().to_owned(),
        syntax: known.syntax().map(syntax),
        default: known.default_value().unwrap_or_default().to_owned(),
        list,
        is_augmenting,
        text: text(known.description(), known.reference()),
    }
}

fn items(items: Items<'_>, places: &HashMap<usize, usize>) -> Vec<model::Item> {
    items.map(|target| item(target, places)).collect()
}

fn item(known: Item<'_>, places: &HashMap<usize, usize>) -> model::Item {
    let position = known.definition().and_then(|definition| places.get(&definition.offset()).copied());
    let target = match position {
        Some(position) => Target::Definition(position),
        None => Target::Unknown(known.unknown_name().unwrap_or_default().to_owned()),
    };
    model::Item { target, is_implied: known.is_implied() }
}
