//! Objects of the built-in image: one for every syntax, every DISPLAY-HINT, and every shape of index.

use std::{collections::BTreeMap, fmt::Write as _, sync::OnceLock};

use snmpkit::mib::{
    BaseType, Kind,
    facts::Base,
    image::{self, Definition, Item, Node},
    object::{Indexes, Object},
};

use crate::{indexes, known};

/// Modules of which net-snmp reads something else than is written there, and why their objects are left out.
const MISREAD: &[(&str, &str)] = &[
    ("DLSW-MIB", "net-snmp gives up at a comment in the middle of the module"),
    ("RFC1227-MIB", "a fault in the module's smuxPdescription, which each side mends in its own way"),
];

/// An object, and what of it the cases are made from.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The object.
    pub definition: Definition<'static>,
    /// Its OID.
    pub arcs: Vec<u32>,
}

impl Subject {
    fn new(definition: Definition<'static>) -> Self {
        Self { definition, arcs: definition.oid().arcs().to_vec() }
    }

    /// What is known of its values.
    pub fn object(&self) -> Object<'static> {
        Object::of(self.definition)
    }

    /// What its instances are made of.
    pub fn indexes(&self) -> Indexes<'static> {
        Indexes::of(self.definition)
    }

    /// Instances of all sorts; that of a scalar is 0.
    pub fn instances(&self) -> Vec<Vec<u32>> {
        let indexes = self.indexes();
        if indexes.is_empty() {
            return vec![vec![0]];
        }
        let is_shown = known::is_of_an_object(self.definition);
        let short = if is_shown { indexes::Short::Kept } else { indexes::Short::LeftOut };
        indexes::of(&indexes.components().collect::<Vec<_>>(), short)
    }

    /// The instance of that number: `.0` of a scalar is number 0.
    pub fn instance(&self, arcs: &[u32]) -> Vec<u32> {
        [self.arcs.as_slice(), arcs].concat()
    }

    /// `MODULE::name`.
    pub fn name(&self) -> String {
        self.definition.qualified_name().to_string()
    }
}

/// All nodes of the built-in image, in the order of their OIDs.
pub fn nodes() -> impl Iterator<Item = Node<'static>> {
    std::iter::successors(Some(image::core().root()), |node| node.next())
}

/// Nodes down to `mib-2`, `transmission` and `enterprises` have several names, which both sides choose alike.
const ROOTS: usize = 7;

/// The definition of a node that both sides must call alike: the only one of its OID, below names that are the only
/// ones of theirs.
///
/// Of several definitions of one OID net-snmp takes the one of the file that it happens to read last.
pub fn undisputed(node: Node<'static>) -> Option<Definition<'static>> {
    let definition = node.definition()?;
    let mut others = node.definitions();
    others.next();
    let is_alone = others.next().is_none();
    let is_read =
        || definition.module().is_some_and(|module| MISREAD.iter().all(|(name, _)| *name != module.name()));
    (is_alone && is_read() && has_undisputed_names(node)).then_some(definition)
}

/// Whether the row of a column is undisputed too, and each of its index objects, and the row that it augments, the only
/// one of its name: net-snmp looks for them by their names alone, in all modules.
fn has_undisputed_index(definition: Definition<'static>) -> bool {
    let Some(row) = definition.row() else { return true };
    let is_alone = |name: &str| {
        let mut others = image::core().definitions(name).map(Definition::oid);
        let first = others.next();
        others.all(|other| Some(other) == first)
    };
    let base_is_alone =
        row.augments().and_then(Item::definition).is_none_or(|base| is_alone(&base.name().to_string()));
    undisputed(row.node()).is_some()
        && base_is_alone
        && definition
            .effective_indexes()
            .filter_map(Item::definition)
            .all(|index| is_alone(&index.name().to_string()))
}

fn has_undisputed_names(node: Node<'_>) -> bool {
    let path: Vec<Node<'_>> = node.ancestors().take_while(|node| !node.is_root()).collect();
    path.iter().rev().skip(ROOTS).all(|node| {
        let mut definitions = node.definitions();
        let first = definitions.next().map(Definition::name);
        definitions.all(|other| Some(other.name()) == first)
    })
}

/// One object for every syntax that there is: base, convention, labels, bounds, hint, and whether there are units.
/// Scalars before columns, whose instances have an index besides.
pub fn of_every_syntax() -> &'static [Subject] {
    static FOUND: OnceLock<Vec<Subject>> = OnceLock::new();
    FOUND.get_or_init(every_syntax)
}

fn every_syntax() -> Vec<Subject> {
    let mut found: BTreeMap<String, (u8, Subject)> = BTreeMap::new();
    for definition in objects().filter(|one| !known::is_of_an_object(*one)) {
        let subject = Subject::new(definition);
        let Some(syntax) = definition.syntax() else { continue };
        let key = format!("{} {syntax:?} {}", syntax.base_word(), definition.units().is_some());
        let rank = match definition.kind() {
            Kind::Scalar => 0,
            _ => 1,
        };
        let best = found.entry(key).or_insert_with(|| (rank, subject.clone()));
        if rank < best.0 {
            *best = (rank, subject);
        }
    }
    found.into_values().map(|(_, subject)| subject).collect()
}

/// One column for every shape of index: for each component its base, its bounds, its hint, whether it has labels,
/// whether it is IMPLIED, whether it is the address of a pair; and whether the index comes from another row.
pub fn of_every_index() -> &'static [Subject] {
    static FOUND: OnceLock<Vec<Subject>> = OnceLock::new();
    FOUND.get_or_init(every_index)
}

fn every_index() -> Vec<Subject> {
    let mut found: BTreeMap<String, Subject> = BTreeMap::new();
    for definition in objects().filter(|one| one.kind() == Kind::Column && !known::is_of_an_object(*one)) {
        let subject = Subject::new(definition);
        let indexes = subject.indexes();
        if indexes.is_empty() {
            continue;
        }
        let mut key = String::new();
        for one in indexes.components() {
            let facts = one.facts;
            // The bounds of numbers do not change what is written, those of strings do.
            let sizes = if facts.base == Base::OctetString { facts.ranges } else { &[] };
            let hint = facts.hint.map(|hint| hint.escape_ascii().to_string());
            let labels = !facts.labels.is_empty();
            write!(key, "{:?} {sizes:?} {hint:?} {labels} {} {};", facts.base, one.implied, one.inet_address)
                .unwrap();
        }
        let row = definition.row().expect("a column has a row");
        write!(key, "{}", row.augments().is_some()).unwrap();
        found.entry(key).or_insert(subject);
    }
    found.into_values().collect()
}

/// Nodes of every kind that is no object with values: modules, groups, tables, rows, notifications.
pub fn of_every_kind() -> &'static [Subject] {
    static FOUND: OnceLock<Vec<Subject>> = OnceLock::new();
    FOUND.get_or_init(|| every_kind(OF_EACH_KIND))
}

/// Nodes of one kind.
const OF_EACH_KIND: usize = 60;

fn every_kind(of_each: usize) -> Vec<Subject> {
    let mut found: BTreeMap<Kind, Vec<Subject>> = BTreeMap::new();
    for definition in nodes().filter_map(undisputed) {
        let list = found.entry(definition.kind()).or_default();
        if !matches!(definition.kind(), Kind::Scalar | Kind::Column) && list.len() < of_each {
            list.push(Subject::new(definition));
        }
    }
    found.into_values().flatten().collect()
}

/// Every object with values that both sides must call alike.
pub fn objects() -> impl Iterator<Item = Definition<'static>> {
    nodes().filter_map(undisputed).filter(|definition| {
        matches!(definition.kind(), Kind::Scalar | Kind::Column)
            && (has_undisputed_index(*definition) || known::is_of_an_object(*definition))
            && definition
                .syntax()
                .is_some_and(|syntax| !matches!(syntax.base(), BaseType::Integer64 | BaseType::Unsigned64))
    })
}

/// The object of a name with its module.
pub fn called(name: &str) -> Subject {
    let (module, object) = name.split_once("::").unwrap();
    let mut all = image::core().definitions(object);
    let found = all.find(|definition| definition.qualified_name().module == module);
    Subject::new(found.unwrap_or_else(|| panic!("there is no {name}")))
}

/// The objects whose text is another on purpose.
pub fn of_known_differences() -> Vec<Subject> {
    objects().filter(|definition| known::is_of_an_object(*definition)).map(Subject::new).collect()
}
