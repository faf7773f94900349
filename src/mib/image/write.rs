//! Writes images: the same model gives the same octets.

use std::collections::{BTreeMap, HashMap};

use super::{
    WriteError,
    check::{check, places, type_order},
    layout::{self, Section, put_number, put_signed, put_text},
};
use crate::mib::model::{Definition, Item, Model, Module, NamedType, Syntax, Target, Text};

/// Makes an image of a model.
///
/// # Errors
///
/// [`WriteError`] when the model contradicts itself or does not fit the format.
pub fn write(model: &Model) -> Result<Vec<u8>, WriteError> {
    check(model)?;
    let mut writer = Writer::new(model);
    writer.modules();
    writer.types();
    writer.tree();
    writer.names();
    writer.definitions()?;
    writer.finish()
}

struct Writer<'m> {
    model: &'m Model,
    sections: [Vec<u8>; Section::COUNT],
    text: Vec<u8>,
    strings: Strings<'m>,
    syntaxes: HashMap<&'m Syntax, usize>,
    module_places: Vec<usize>,
    type_places: Vec<usize>,
    /// Nodes breadth first: their OIDs.
    nodes: BTreeMap<(usize, &'m [u32]), usize>,
    /// The definitions of each node, the preferred one first.
    owners: Vec<Vec<usize>>,
    /// Where each definition stands.
    offsets: Vec<usize>,
}

impl<'m> Writer<'m> {
    fn new(model: &'m Model) -> Self {
        Self {
            model,
            sections: std::array::from_fn(|_| Vec::new()),
            // Offset 0 would do, but an empty text section must mean that there is none.
            text: Vec::new(),
            strings: Strings::of(model),
            syntaxes: HashMap::new(),
            module_places: Vec::new(),
            type_places: Vec::new(),
            nodes: BTreeMap::new(),
            owners: Vec::new(),
            offsets: vec![0; model.definitions.len()],
        }
    }

    fn section(&mut self, section: Section) -> &mut Vec<u8> {
        &mut self.sections[section as usize]
    }

    /// Appends to a table; numbers beyond 32 bits are caught when the sections are put together.
    fn put_entry(&mut self, section: Section, value: usize) {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        self.section(section).extend_from_slice(&value.to_le_bytes());
    }

    fn put_prose(&mut self, text: &Text) -> Option<u64> {
        if text.is_empty() {
            return None;
        }
        let at = self.text.len() as u64;
        put_text(&mut self.text, &text.description);
        put_text(&mut self.text, &text.reference);
        Some(at)
    }

    fn modules(&mut self) {
        let modules = &self.model.modules;
        let mut order: Vec<usize> = (0..modules.len()).collect();
        order.sort_by_key(|position| (&modules[*position].name, *position));
        self.module_places = places(&order);
        for position in order {
            let Module { name, language, is_built_in, last_updated, revisions, imports, text } =
                &modules[position];
            let text = self.put_prose(text);
            let mut out = Vec::new();
            out.push(
                language.code()
                    | if *is_built_in { layout::IS_BUILT_IN } else { 0 }
                    | if text.is_some() { layout::MODULE_HAS_TEXT } else { 0 },
            );
            put_number(&mut out, self.strings.at(name));
            put_number(&mut out, self.strings.at(last_updated));
            if let Some(at) = text {
                put_number(&mut out, at);
            }
            for list in [revisions, imports] {
                put_number(&mut out, list.len() as u64);
                for word in list {
                    put_number(&mut out, self.strings.at(word));
                }
            }
            let at = self.section(Section::Modules).len();
            self.put_entry(Section::ModuleTable, at);
            self.section(Section::Modules).extend(out);
        }
    }

    fn types(&mut self) {
        let order = type_order(self.model).unwrap_or_default();
        self.type_places = places(&order);
        for position in order {
            let NamedType { name, module, is_textual_convention, status, hint, syntax, text } =
                &self.model.types[position];
            let text = self.put_prose(text);
            let mut out = Vec::new();
            out.push(
                status.map_or(0, super::super::kinds::Status::code)
                    | if *is_textual_convention { layout::IS_CONVENTION } else { 0 }
                    | if hint.is_empty() { 0 } else { layout::HAS_HINT }
                    | if text.is_some() { layout::TYPE_HAS_TEXT } else { 0 },
            );
            put_number(&mut out, self.strings.at(name));
            put_number(&mut out, self.module_places[*module] as u64);
            put_number(&mut out, self.syntax(syntax) as u64);
            if !hint.is_empty() {
                put_number(&mut out, self.strings.at(hint));
            }
            if let Some(at) = text {
                put_number(&mut out, at);
            }
            let at = self.section(Section::Types).len();
            self.put_entry(Section::TypeTable, at);
            self.section(Section::Types).extend(out);
        }
    }

    /// The number of a syntax clause, which is written when it is the first like it.
    fn syntax(&mut self, syntax: &'m Syntax) -> usize {
        if let Some(number) = self.syntaxes.get(syntax) {
            return *number;
        }
        let Syntax { base, is_integer32, named, labels, bounds } = syntax;
        let mut out = Vec::new();
        out.push(
            base.code()
                | if *is_integer32 { layout::IS_INTEGER32 } else { 0 }
                | if named.is_some() { layout::HAS_NAMED } else { 0 }
                | if labels.is_empty() { 0 } else { layout::HAS_LABELS }
                | if bounds.is_empty() { 0 } else { layout::HAS_BOUNDS },
        );
        if let Some(position) = named {
            put_number(&mut out, self.type_places[*position] as u64);
        }
        if !bounds.is_empty() {
            let mut list = Vec::new();
            for range in bounds {
                put_signed(&mut list, range.min);
                put_signed(&mut list, range.max.saturating_sub(range.min));
            }
            put_number(&mut out, list.len() as u64);
            out.extend(list);
        }
        if !labels.is_empty() {
            put_number(&mut out, labels.len() as u64);
            for label in labels {
                put_signed(&mut out, i64::from(label.value));
                put_number(&mut out, self.strings.at(&label.word));
            }
        }
        let at = self.section(Section::Syntaxes).len();
        self.put_entry(Section::SyntaxTable, at);
        self.section(Section::Syntaxes).extend(out);
        let number = self.syntaxes.len();
        self.syntaxes.insert(syntax, number);
        number
    }

    /// Numbers the nodes breadth first.
    fn tree(&mut self) {
        let model = self.model;
        self.nodes.insert((0, &[]), 0);
        for definition in &model.definitions {
            for length in (1..=definition.oid.len()).rev() {
                let oid = &definition.oid[..length];
                if self.nodes.insert((length, oid), 0).is_some() {
                    break;
                }
            }
        }
        for (number, place) in self.nodes.values_mut().enumerate() {
            *place = number;
        }
        self.owners = vec![Vec::new(); self.nodes.len()];
        let mut first_children = vec![None; self.nodes.len() + 1];
        let mut arcs = Vec::new();
        for ((length, oid), number) in &self.nodes {
            arcs.push(oid.last().copied().unwrap_or_default());
            if let Some(parent) = length.checked_sub(1) {
                let parent = self.nodes[&(parent, &oid[..parent])];
                first_children[parent].get_or_insert(*number);
            }
        }
        let mut next = self.nodes.len();
        for first in first_children.iter_mut().rev() {
            next = *first.get_or_insert(next);
        }
        for (position, definition) in model.definitions.iter().enumerate() {
            let node = self.nodes[&(definition.oid.len(), &definition.oid[..])];
            self.owners[node].push(position);
        }
        for owners in &mut self.owners {
            owners.sort_by_key(|position| {
                let definition = &model.definitions[*position];
                (definition.rank, definition.module, *position)
            });
        }
        for arc in arcs {
            self.section(Section::Arcs).extend_from_slice(&arc.to_le_bytes());
        }
        for first in first_children {
            self.put_entry(Section::Children, first.unwrap_or_default());
        }
    }

    /// The blocks of names with their definitions.
    fn names(&mut self) {
        let mut names: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (position, definition) in self.model.definitions.iter().enumerate() {
            names.entry(&definition.name).or_default().push(position);
        }
        let mut leader = "";
        for (n, (name, mut owners)) in names.into_iter().enumerate() {
            if n % layout::BLOCK_NAMES == 0 {
                let at = self.section(Section::Names).len();
                self.put_entry(Section::Blocks, at);
                leader = "";
            }
            let shared = shared_beginning(leader, name);
            if leader.is_empty() {
                leader = name;
            }
            owners.sort_by_key(|position| (self.module_place(&self.model.definitions[*position]), *position));
            let mut bodies = Vec::new();
            let mut starts = Vec::new();
            for position in &owners {
                let body = self.definition(&self.model.definitions[*position], *position);
                put_number(&mut bodies, body.len() as u64);
                starts.push(bodies.len());
                bodies.extend(body);
            }
            let out = self.section(Section::Names);
            put_number(out, shared as u64);
            put_text(out, &name[shared..]);
            put_number(out, bodies.len() as u64);
            let base = out.len();
            out.extend(bodies);
            for (position, start) in owners.into_iter().zip(starts) {
                self.offsets[position] = base + start;
            }
        }
    }

    fn definition(&mut self, definition: &'m Definition, position: usize) -> Vec<u8> {
        let text = self.put_prose(&definition.text);
        let status = definition.status.map_or(0, super::super::kinds::Status::code);
        let has = |is_there, flag| if is_there { flag } else { 0 };
        let mut out = vec![
            definition.kind.code() | status << 4 | has(definition.is_augmenting, layout::AUGMENTS),
            definition.access.map_or(0, super::super::kinds::Access::code)
                | has(definition.syntax.is_some(), layout::HAS_SYNTAX)
                | has(!definition.units.is_empty(), layout::HAS_UNITS)
                | has(!definition.default.is_empty(), layout::HAS_DEFAULT)
                | has(!definition.list.is_empty(), layout::HAS_LIST)
                | has(text.is_some(), layout::HAS_TEXT),
        ];
        put_number(&mut out, self.module_place(definition) as u64);
        put_number(&mut out, self.node_of(position) as u64);
        if let Some(syntax) = &definition.syntax {
            put_number(&mut out, self.syntax(syntax) as u64);
        }
        for word in [&definition.units, &definition.default].into_iter().filter(|word| !word.is_empty()) {
            put_number(&mut out, self.strings.at(word));
        }
        if let Some(at) = text {
            put_number(&mut out, at);
        }
        if !definition.list.is_empty() {
            put_number(&mut out, definition.list.len() as u64);
            for item in &definition.list {
                self.item(&mut out, item);
            }
        }
        out
    }

    /// The place of a definition's module; past the last for none.
    fn module_place(&self, definition: &Definition) -> usize {
        definition.module.map_or(self.module_places.len(), |module| self.module_places[module])
    }

    fn node_of(&self, position: usize) -> usize {
        let oid = &self.model.definitions[position].oid;
        self.nodes[&(oid.len(), &oid[..])]
    }

    fn item(&self, out: &mut Vec<u8>, item: &Item) {
        let implied = if item.is_implied { layout::ITEM_IMPLIED } else { 0 };
        match &item.target {
            Target::Unknown(name) => {
                put_number(out, self.strings.at(name) << layout::ITEM_SHIFT | layout::ITEM_NAMED | implied);
            }
            Target::Definition(position) => {
                let node = self.node_of(*position);
                let owner = self.owners[node].iter().position(|known| known == position).unwrap_or_default();
                let other = if owner > 0 { layout::ITEM_OTHER } else { 0 };
                put_number(out, (node as u64) << layout::ITEM_SHIFT | other | implied);
                if owner > 0 {
                    put_number(out, owner as u64);
                }
            }
        }
    }

    /// Ties the nodes to their definitions.
    fn definitions(&mut self) -> Result<(), WriteError> {
        let owners = std::mem::take(&mut self.owners);
        for owners in owners {
            match owners[..] {
                [] => self.put_entry(Section::Definitions, layout::NO_DEFINITION as usize),
                [only] => self.put_entry(Section::Definitions, self.offsets[only]),
                _ => {
                    let at = self.section(Section::Lists).len() / 4;
                    self.put_entry(Section::Definitions, at | layout::SEVERAL as usize);
                    self.put_entry(Section::Lists, owners.len());
                    for position in owners {
                        self.put_entry(Section::Lists, self.offsets[position]);
                    }
                }
            }
        }
        let longest = self.sections.iter().map(Vec::len).max().unwrap_or_default();
        if longest < layout::SEVERAL as usize { Ok(()) } else { Err(WriteError::TooLarge) }
    }

    fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        self.sections[Section::Strings as usize] = std::mem::take(&mut self.strings.octets);
        let facts_end = layout::HEADER + self.sections.iter().map(Vec::len).sum::<usize>();
        let total = facts_end + self.text.len();
        if total >= layout::SEVERAL as usize {
            return Err(WriteError::TooLarge);
        }
        let mut out = vec![0; layout::HEADER];
        out[..8].copy_from_slice(&layout::MAGIC);
        let put = |out: &mut Vec<u8>, at: usize, value: usize| {
            let value = u32::try_from(value).unwrap_or(u32::MAX);
            out[at..at + 4].copy_from_slice(&value.to_le_bytes());
        };
        put(&mut out, layout::VERSION_AT, layout::VERSION as usize);
        put(&mut out, layout::FACTS_END_AT, facts_end);
        put(&mut out, layout::TOTAL_AT, total);
        out[layout::STAMP_AT..layout::SECTIONS_AT].copy_from_slice(&self.model.stamp);
        for (n, section) in self.sections.iter().enumerate() {
            let at = out.len();
            put(&mut out, layout::SECTIONS_AT + n * 8, at);
            put(&mut out, layout::SECTIONS_AT + n * 8 + 4, section.len());
            out.extend_from_slice(section);
        }
        let text_sum = layout::checksum(&[&self.text]);
        out[layout::TEXT_SUM_AT..layout::STAMP_AT].copy_from_slice(&text_sum.to_le_bytes());
        let sum = layout::checksum(&[&out[..layout::FACTS_SUM_AT], &out[layout::TEXT_SUM_AT..]]);
        out[layout::FACTS_SUM_AT..layout::TEXT_SUM_AT].copy_from_slice(&sum.to_le_bytes());
        out.extend(self.text);
        Ok(out)
    }
}

/// How many octets of its beginning a name has in common with its block's first name, cut at a character.
fn shared_beginning(leader: &str, name: &str) -> usize {
    let common = leader.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    (0..=common).rev().find(|length| name.is_char_boundary(*length)).unwrap_or_default()
}

/// The strings that are not names, each once; the most frequent first, so that their offsets are short.
struct Strings<'m> {
    octets: Vec<u8>,
    offsets: HashMap<&'m str, u64>,
}

impl<'m> Strings<'m> {
    fn of(model: &'m Model) -> Self {
        let mut counts: BTreeMap<&'m str, usize> = BTreeMap::new();
        let mut count = |word: &'m str| *counts.entry(word).or_default() += 1;
        for module in &model.modules {
            count(&module.name);
            count(&module.last_updated);
            module.revisions.iter().chain(&module.imports).for_each(|word| count(word));
        }
        for named in &model.types {
            count(&named.name);
            count(&named.hint);
        }
        let types = model.types.iter().map(|named| &named.syntax);
        let objects = model.definitions.iter().filter_map(|definition| definition.syntax.as_ref());
        for label in types.chain(objects).flat_map(|syntax| &syntax.labels) {
            count(&label.word);
        }
        for definition in &model.definitions {
            count(&definition.units);
            count(&definition.default);
            for item in &definition.list {
                if let Target::Unknown(name) = &item.target {
                    count(name);
                }
            }
        }
        let mut words: Vec<(&str, usize)> = counts.into_iter().collect();
        words.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
        let mut strings = Self { octets: Vec::new(), offsets: HashMap::new() };
        for (word, _) in words {
            strings.offsets.insert(word, strings.octets.len() as u64);
            put_text(&mut strings.octets, word);
        }
        strings
    }

    fn at(&self, word: &str) -> u64 {
        self.offsets.get(word).copied().unwrap_or_default()
    }
}
