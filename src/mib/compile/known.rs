//! What is known so far: the built-in image's definitions, and those of the modules that were compiled since.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use super::{stub::Stub, words::full_date};
use crate::mib::{
    image::{self, Image},
    model::{Definition, Item, Kind, Language, Model, Syntax, Target},
};

/// How far a name is followed that a module imports from one that only imports it itself.
const FOLLOWED: usize = 3;

pub(super) struct Known {
    model: Model,
    /// The last module of each name: it has taken the place of the earlier ones.
    modules: HashMap<String, usize>,
    /// By module, the first definition and the first type of each name.
    definitions: Vec<HashMap<String, usize>>,
    types: Vec<HashMap<String, usize>>,
    /// Definitions that are but a name on the way of another's OID.
    inline: HashSet<usize>,
    /// How many definitions there were before the first lot.
    built_in: usize,
}

/// What came of one lot.
pub(super) struct Part {
    pub(super) model: Model,
    pub(super) inline: HashSet<usize>,
}

impl Known {
    pub(super) fn of(base: &Image<'_>) -> Self {
        let mut known = Self {
            model: image::read(base),
            modules: HashMap::new(),
            definitions: Vec::new(),
            types: Vec::new(),
            inline: HashSet::new(),
            built_in: 0,
        };
        known.built_in = known.model.definitions.len();
        for position in 0..known.model.modules.len() {
            known.model.modules[position].is_built_in = true;
            known.enter_module(position);
        }
        (0..known.model.types.len()).for_each(|position| known.enter_type(position));
        (0..known.built_in).for_each(|position| known.enter(position));
        known
    }

    fn enter_module(&mut self, position: usize) {
        self.modules.insert(self.model.modules[position].name.clone(), position);
        self.definitions.push(HashMap::new());
        self.types.push(HashMap::new());
    }

    fn enter_type(&mut self, position: usize) {
        let named = &self.model.types[position];
        self.types[named.module].entry(named.name.clone()).or_insert(position);
    }

    fn enter(&mut self, position: usize) {
        let definition = &self.model.definitions[position];
        if let Some(module) = definition.module {
            self.definitions[module].entry(definition.name.clone()).or_insert(position);
        }
    }

    pub(super) fn has(&self, module: &str) -> bool {
        self.modules.contains_key(module)
    }

    /// What bears a name in a module, or in one that it imports from.
    fn find<'s>(
        &'s self,
        module: &str,
        name: &str,
        within: impl Fn(&'s Self, usize) -> &'s HashMap<String, usize>,
    ) -> Option<usize> {
        let mut waiting: Vec<usize> = self.modules.get(module).copied().into_iter().collect();
        for _ in 0..FOLLOWED {
            if let Some(found) = waiting.iter().find_map(|position| within(self, *position).get(name)) {
                return Some(*found);
            }
            let imports = waiting.iter().flat_map(|position| &self.model.modules[*position].imports);
            waiting = imports.filter_map(|module| self.modules.get(module).copied()).collect();
        }
        None
    }

    fn definition(&self, module: &str, name: &str) -> Option<usize> {
        self.find(module, name, |known, position| &known.definitions[position])
    }

    fn named_type(&self, module: &str, name: &str) -> Option<usize> {
        self.find(module, name, |known, position| &known.types[position])
    }

    /// The text of a module that defines these of its names; `None` when no such module is known.
    pub(super) fn stub(&self, module: &str, symbols: &[String]) -> Option<String> {
        if !self.has(module) || !Stub::is_possible(module) {
            return None;
        }
        let mut stub = Stub::new(module);
        for symbol in symbols {
            if let Some(position) = self.definition(module, symbol) {
                stub.define(&self.model.definitions[position]);
            }
            if let Some(position) = self.named_type(module, symbol) {
                stub.define_type(&self.model.types[position]);
            }
        }
        Some(stub.finish())
    }

    /// Takes over what a lot says of its own modules. What it refers to elsewhere is looked up here.
    pub(super) fn absorb(&mut self, part: Part, own: impl Fn(&str) -> bool) {
        let Part { model, inline } = part;
        let Model { modules, types, definitions, .. } = model;
        let names: Vec<String> = modules.iter().map(|module| module.name.clone()).collect();
        let mut module_places = vec![None; modules.len()];
        for (place, mut module) in module_places.iter_mut().zip(modules) {
            if own(&module.name) {
                module.is_built_in = self
                    .modules
                    .get(&module.name)
                    .is_some_and(|known| self.model.modules[*known].is_built_in);
                self.model.modules.push(module);
                *place = Some(self.model.modules.len() - 1);
                self.enter_module(self.model.modules.len() - 1);
            }
        }
        // Places first, since what follows may refer to what comes later.
        let first = self.model.types.len();
        let own_types = types.iter().filter(|named| module_places[named.module].is_some());
        let ordinals: Vec<_> = own_types.map(|named| (named.name.clone(), named.module)).collect();
        let mut next = first..first + ordinals.len();
        let type_places: Vec<Option<usize>> = types
            .iter()
            .map(|named| match module_places[named.module] {
                Some(_) => next.next(),
                None => self.named_type(&names[named.module], &named.name),
            })
            .collect();
        for mut named in types {
            if let Some(module) = module_places[named.module] {
                named.module = module;
                self.resettle(&mut named.syntax, &type_places);
                self.model.types.push(named);
                self.enter_type(self.model.types.len() - 1);
            }
        }
        self.absorb_definitions(definitions, &inline, &names, &module_places, &type_places);
    }

    fn absorb_definitions(
        &mut self,
        definitions: Vec<Definition>,
        inline: &HashSet<usize>,
        names: &[String],
        module_places: &[Option<usize>],
        type_places: &[Option<usize>],
    ) {
        let place_of = |definition: &Definition| definition.module.and_then(|module| module_places[module]);
        let mut next = self.model.definitions.len()..;
        let places: Vec<Result<usize, String>> = definitions
            .iter()
            .map(|definition| match place_of(definition) {
                Some(_) => next.next().ok_or_else(String::new),
                None => definition
                    .module
                    .and_then(|module| self.definition(&names[module], &definition.name))
                    .ok_or_else(|| definition.name.clone()),
            })
            .collect();
        let twins = twins(&definitions);
        for (position, mut definition) in definitions.into_iter().enumerate() {
            let Some(module) = place_of(&definition) else { continue };
            if let Some(syntax) = &mut definition.syntax {
                self.resettle(syntax, type_places);
            }
            for Item { target, .. } in &mut definition.list {
                if let Target::Definition(other) = target {
                    let other = twins.get(&(definition.module, *other)).copied().unwrap_or(*other);
                    *target = match &places[other] {
                        Ok(place) => Target::Definition(*place),
                        Err(name) => Target::Unknown(name.clone()),
                    };
                }
            }
            definition.module = Some(module);
            if inline.contains(&position) {
                self.inline.insert(self.model.definitions.len());
            }
            self.model.definitions.push(definition);
            self.enter(self.model.definitions.len() - 1);
        }
    }

    /// Has a clause name the type that is known here; it has that type's base, whatever stood in for it.
    fn resettle(&self, syntax: &mut Syntax, places: &[Option<usize>]) {
        syntax.named = syntax.named.and_then(|named| places[named]);
        if let Some(known) = syntax.named.and_then(|named| self.model.types.get(named)) {
            syntax.base = known.syntax.base;
            syntax.is_integer32 = known.syntax.is_integer32;
        }
    }

    /// Everything, without the modules that others have taken the place of.
    pub(super) fn finish(mut self) -> Model {
        self.leave_out();
        self.find_columns();
        self.rank();
        self.model
    }

    /// Drops what was replaced; what refers to it refers to what bears its name now.
    fn leave_out(&mut self) {
        let is_live =
            |position: usize| self.modules.get(&self.model.modules[position].name) == Some(&position);
        let live: Vec<bool> = (0..self.model.modules.len()).map(is_live).collect();
        if live.iter().all(|is_live| *is_live) {
            return;
        }
        let now = |module: usize| self.modules[&self.model.modules[module].name];
        let module_places = places(&live);
        let type_is_live: Vec<bool> = self.model.types.iter().map(|named| live[named.module]).collect();
        let type_places = places(&type_is_live);
        let types: Vec<Option<usize>> = (self.model.types.iter().enumerate())
            .map(|(position, named)| {
                let target = if type_is_live[position] {
                    Some(&position)
                } else {
                    self.types[now(named.module)].get(&named.name)
                };
                target.and_then(|target| type_places[*target])
            })
            .collect();
        let is_live: Vec<bool> = (self.model.definitions.iter())
            .map(|definition| definition.module.is_none_or(|module| live[module]))
            .collect();
        let definition_places = places(&is_live);
        let targets: Vec<Option<usize>> = (self.model.definitions.iter().enumerate())
            .map(|(position, known)| match known.module.filter(|_| !is_live[position]) {
                None => definition_places[position],
                Some(module) => self.definitions[now(module)]
                    .get(&known.name)
                    .and_then(|target| definition_places[*target]),
            })
            .collect();
        let names: Vec<Option<String>> = (self.model.definitions.iter().zip(&targets))
            .map(|(known, target)| target.is_none().then(|| known.name.clone()))
            .collect();
        let model = &mut self.model;
        for syntax in (model.types.iter_mut().map(|named| &mut named.syntax))
            .chain(model.definitions.iter_mut().filter_map(|known| known.syntax.as_mut()))
        {
            syntax.named = syntax.named.and_then(|named| types[named]);
        }
        for item in model.definitions.iter_mut().flat_map(|known| &mut known.list) {
            if let Target::Definition(position) = item.target {
                item.target = match targets[position] {
                    Some(place) => Target::Definition(place),
                    None => Target::Unknown(names[position].clone().unwrap_or_default()),
                };
            }
        }
        self.built_in = is_live[..self.built_in].iter().filter(|is_live| **is_live).count();
        self.inline = self.inline.iter().filter_map(|position| definition_places[*position]).collect();
        keep(&mut model.modules, &live);
        keep(&mut model.types, &type_is_live);
        keep(&mut model.definitions, &is_live);
        for named in &mut model.types {
            named.module = module_places[named.module].unwrap_or_default();
        }
        for known in &mut model.definitions {
            known.module = known.module.and_then(|module| module_places[module]);
        }
    }

    /// Objects right below a row are its columns, whichever module has the row.
    fn find_columns(&mut self) {
        let rows = self.model.definitions.iter().filter(|known| known.kind == Kind::Row);
        let rows: HashSet<Vec<u32>> = rows.map(|row| row.oid.clone()).collect();
        for known in &mut self.model.definitions[self.built_in..] {
            if known.kind == Kind::Scalar
                && known.oid.split_last().is_some_and(|(_, above)| rows.contains(above))
            {
                known.kind = Kind::Column;
            }
        }
    }

    /// Which of several definitions speaks for an OID. What is built in keeps its order among itself.
    fn rank(&mut self) {
        let mut nodes: BTreeMap<&[u32], Vec<usize>> = BTreeMap::new();
        for position in self.built_in..self.model.definitions.len() {
            nodes.entry(&self.model.definitions[position].oid).or_default().push(position);
        }
        for position in 0..self.built_in {
            if let Some(owners) = nodes.get_mut(&self.model.definitions[position].oid[..]) {
                owners.push(position);
            }
        }
        let mut ranks = Vec::new();
        for owners in nodes.values_mut().filter(|owners| owners.len() > 1) {
            owners.sort_by_cached_key(|position| self.order(*position));
            ranks.extend((0..).zip(owners.iter().copied()));
        }
        for (rank, position) in ranks {
            self.model.definitions[position].rank = rank;
        }
    }

    fn order(&self, position: usize) -> impl Ord + use<> {
        let known = &self.model.definitions[position];
        let module = known.module.map(|module| &self.model.modules[module]);
        let is_bare = known.kind == Kind::Value;
        let is_inline = self.inline.contains(&position);
        let date = module.map(|module| full_date(&module.last_updated));
        let name = module.map(|module| module.name.clone());
        (
            is_bare,
            is_inline,
            precedence(module.map(|module| module.language)),
            Reverse(date),
            known.rank,
            name,
            position,
        )
    }
}

/// For a module and a definition of another one that it refers to: its own definition of that name and OID. Where several
/// modules define an object alike, each means its own.
fn twins(definitions: &[Definition]) -> HashMap<(Option<usize>, usize), usize> {
    let mut alike: HashMap<(&[u32], &str), Vec<usize>> = HashMap::new();
    for (position, known) in definitions.iter().enumerate() {
        alike.entry((&known.oid, &known.name)).or_default().push(position);
    }
    let mut twins = HashMap::new();
    for known in definitions {
        for item in &known.list {
            let Target::Definition(other) = item.target else { continue };
            if definitions[other].module == known.module {
                continue;
            }
            let alike = &alike[&(&definitions[other].oid[..], definitions[other].name.as_str())];
            if let Some(own) = alike.iter().find(|own| definitions[**own].module == known.module) {
                twins.insert((known.module, other), *own);
            }
        }
    }
    twins
}

/// Where a language stands when several modules speak of one OID.
pub(super) const fn precedence(language: Option<Language>) -> u8 {
    match language {
        Some(Language::SmiV2) => 0,
        Some(Language::Sppi) => 1,
        Some(Language::Unknown) | None => 2,
        Some(Language::SmiV1) => 3,
    }
}

/// Where each is once the others are gone.
fn places(keep: &[bool]) -> Vec<Option<usize>> {
    let mut next = 0..;
    keep.iter().map(|keep| if *keep { next.next() } else { None }).collect()
}

fn keep<T>(all: &mut Vec<T>, which: &[bool]) {
    let mut which = which.iter();
    all.retain(|_| which.next().copied().unwrap_or(true));
}
