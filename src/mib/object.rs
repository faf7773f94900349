//! From a definition to what is needed for values and indexes: [`Facts`] and [`Component`]s.
//!
//! Facts are filled as net-snmp's parser fills its own: what a syntax says itself takes the place of what its textual
//! convention says, and of the conventions only the one that the syntax names counts, not those that it is made from.

use std::sync::OnceLock;

use super::{
    facts::{Base, Facts, Labels, Range},
    image::{Definition, Items, NamedType, Node, Syntax},
    index::Component,
    kinds::{BaseType, Kind},
};

/// The type of one object.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    definition: Definition<'a>,
    syntax: Option<Syntax<'a>>,
    base: Base,
    labels: ClauseLabels<'a>,
    hint: Option<&'a str>,
    units: Option<&'a str>,
    ranges: Vec<Range>,
}

impl<'a> Object<'a> {
    /// What a definition says of values.
    pub fn of(definition: Definition<'a>) -> Self {
        let syntax = definition.syntax();
        let convention = syntax.and_then(Syntax::named_type);
        let labels = syntax.and_then(|syntax| nearest(syntax, |clause| !clause.own_labels().is_empty()));
        let bounds = syntax.and_then(|syntax| nearest(syntax, |clause| clause.own_bounds().next().is_some()));
        Self {
            definition,
            syntax,
            base: syntax.map_or(Base::Other, base),
            labels: ClauseLabels { clause: labels, listed: OnceLock::new() },
            hint: convention.and_then(NamedType::own_hint),
            units: definition.units(),
            ranges: bounds.into_iter().flat_map(Syntax::own_bounds).map(|one| (one.min, one.max)).collect(),
        }
    }

    /// The definition.
    pub const fn definition(&self) -> Definition<'a> {
        self.definition
    }

    /// The SYNTAX; `None` for what has no values.
    pub const fn syntax(&self) -> Option<Syntax<'a>> {
        self.syntax
    }

    /// The type under all names.
    pub const fn base(&self) -> Base {
        self.base
    }

    /// The textual convention, or other named type, that the syntax names.
    pub fn convention(&self) -> Option<NamedType<'a>> {
        self.syntax.and_then(Syntax::named_type)
    }

    /// The labels of an enumeration or of `BITS`, in the order of the module: those of [`Object::facts`].
    pub fn labels(&self) -> impl Iterator<Item = (i32, &'a str)> + use<'a> {
        self.labels.clause.into_iter().flat_map(Syntax::own_labels)
    }

    /// What is known of its values, the DISPLAY-HINT among it.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            base: self.base,
            labels: &self.labels,
            hint: self.hint.map(str::as_bytes),
            units: self.units.map(str::as_bytes),
            ranges: &self.ranges,
        }
    }

    fn is_of(&self, convention: &str) -> bool {
        self.convention().is_some_and(|named| named.name() == convention)
    }
}

/// The clause itself, or that of the type that it names, whichever has something first.
fn nearest<'a>(syntax: Syntax<'a>, has: impl Fn(Syntax<'a>) -> bool) -> Option<Syntax<'a>> {
    let named = syntax.named_type().map(NamedType::syntax);
    [Some(syntax), named].into_iter().flatten().find(|clause| has(*clause))
}

/// The labels of a clause.
#[derive(Clone, Debug, Default)]
struct ClauseLabels<'a> {
    clause: Option<Syntax<'a>>,
    /// All of them, once somebody asks by place: the image has to be read from the first one on for each.
    listed: OnceLock<Vec<(i32, &'a str)>>,
}

impl<'a> ClauseLabels<'a> {
    fn listed(&self) -> &[(i32, &'a str)] {
        self.listed.get_or_init(|| self.clause.into_iter().flat_map(Syntax::own_labels).collect())
    }
}

impl Labels for ClauseLabels<'_> {
    fn label(&self, at: usize) -> Option<(&str, i32)> {
        self.listed().get(at).map(|(number, word)| (*word, *number))
    }

    fn name_of(&self, number: i32) -> Option<&str> {
        self.clause?.own_label(number)
    }

    fn is_empty(&self) -> bool {
        self.clause.is_none()
    }

    fn number_of(&self, name: &[u8]) -> Option<i32> {
        self.clause?.own_labels().find(|(_, word)| word.as_bytes() == name).map(|(number, _)| number)
    }
}

fn base(syntax: Syntax<'_>) -> Base {
    match syntax.base() {
        BaseType::Integer32 if syntax.base_word() == "INTEGER" => Base::Integer,
        BaseType::Integer32 => Base::Integer32,
        BaseType::Unsigned32 => Base::Unsigned32,
        BaseType::Counter32 => Base::Counter32,
        BaseType::Counter64 => Base::Counter64,
        BaseType::Gauge32 => Base::Gauge32,
        BaseType::TimeTicks => Base::TimeTicks,
        BaseType::IpAddress => Base::IpAddress,
        BaseType::NetworkAddress => Base::NetworkAddress,
        BaseType::OctetString => Base::OctetString,
        BaseType::ObjectIdentifier => Base::ObjectIdentifier,
        BaseType::Bits => Base::Bits,
        BaseType::Opaque => Base::Opaque,
        BaseType::Integer64 | BaseType::Unsigned64 => Base::Other,
    }
}

/// The index objects of a row, each with what is needed to read and write its part of an instance identifier.
#[derive(Clone, Debug, Default)]
pub struct Indexes<'a> {
    objects: Vec<Indexed<'a>>,
}

#[derive(Clone, Debug)]
struct Indexed<'a> {
    object: Object<'a>,
    name: String,
    is_implied: bool,
    is_inet_address: bool,
}

impl<'a> Indexes<'a> {
    /// The index of a row, or of the row that a column belongs to, through AUGMENTS if need be.
    ///
    /// It is empty for what is in no table, and where one of the index objects is not known.
    pub fn of(definition: Definition<'a>) -> Self {
        let row = match definition.kind() {
            Kind::Row | Kind::Column => definition.effective_indexes(),
            _ => return Self::default(),
        };
        Self { objects: Self::all(row).unwrap_or_default() }
    }

    fn all(items: Items<'a>) -> Option<Vec<Indexed<'a>>> {
        items
            .map(|item| {
                let definition = item.definition()?;
                let object = Object::of(definition);
                let is_inet_address = object.is_of("InetAddress")
                    && definition
                        .node()
                        .previous_sibling()
                        .and_then(Node::definition)
                        .is_some_and(|before| Object::of(before).is_of("InetAddressType"));
                Some(Indexed {
                    name: definition.name().to_string(),
                    object,
                    is_implied: item.is_implied(),
                    is_inet_address,
                })
            })
            .collect()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The objects, in the order of the INDEX clause.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = &Object<'a>> {
        self.objects.iter().map(|indexed| &indexed.object)
    }

    /// The components, in the order of the INDEX clause.
    pub fn components(&self) -> impl ExactSizeIterator<Item = Component<'_>> {
        self.objects.iter().map(|indexed| Component {
            name: &indexed.name,
            facts: indexed.object.facts(),
            implied: indexed.is_implied,
            inet_address: indexed.is_inet_address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mib::image;

    fn object(name: &str) -> Object<'static> {
        Object::of(image::core().definitions(name).next().unwrap())
    }

    #[test]
    fn facts_are_those_of_the_clause_and_of_the_convention_that_it_names() {
        let status = object("ifOperStatus");
        assert_eq!(status.base(), Base::Integer);
        assert_eq!(status.facts().labels.name_of(1), Some("up"));
        assert_eq!(status.facts().labels.number_of(b"down"), Some(2));
        assert_eq!(status.facts().labels.name_of(99), None);
        let descr = object("ifDescr");
        assert_eq!(descr.convention().unwrap().name(), "DisplayString");
        assert_eq!((descr.facts().hint, descr.facts().ranges), (Some(&b"255a"[..]), &[(0, 255)][..]));
        let kind = object("ifType");
        assert_eq!(kind.facts().labels.name_of(6), Some("ethernetCsmacd"), "labels of the convention");
        assert_eq!(object("ifTable").base(), Base::Other);
        assert_eq!(object("hrStorageSize").facts().units, None);
        assert!(object("hrMemorySize").facts().units.is_some());
    }

    #[test]
    fn labels_by_place_are_those_of_the_module() {
        let (kind, descr) = (object("ifType"), object("ifDescr"));
        let facts = kind.facts();
        let by_place: Vec<_> = (0..).map_while(|at| facts.labels.label(at)).collect();
        let in_order: Vec<_> = kind.labels().map(|(number, word)| (word, number)).collect();
        assert_eq!(by_place, in_order);
        assert_eq!((by_place[0], facts.labels.is_empty()), (("other", 1), false));
        assert!(by_place.len() > 200 && descr.facts().labels.is_empty());
    }

    #[test]
    fn an_index_is_found_from_row_and_column_and_through_augments() {
        let names = |name: &str| {
            let definition = image::core().definitions(name).next().unwrap();
            let indexes = Indexes::of(definition);
            indexes
                .components()
                .map(|one| {
                    format!("{}{}{}", one.name, ["", "!"][usize::from(one.implied)], {
                        ["", "@"][usize::from(one.inet_address)]
                    })
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(names("ifDescr"), "ifIndex");
        assert_eq!(names("ifEntry"), "ifIndex");
        assert_eq!(names("ifHCInOctets"), "ifIndex");
        assert_eq!(names("ifTable"), "");
        assert_eq!(names("snmpTargetAddrTAddress"), "snmpTargetAddrName!");
        assert_eq!(names("ipAddressIfIndex"), "ipAddressAddrType ipAddressAddr@");
    }
}
