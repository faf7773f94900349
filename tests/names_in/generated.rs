//! Columns of every module with indexes of every kind, right and wrong.

use snmpkit::mib::{
    Kind, View,
    facts::{Base, Facts, Labels},
    image::Definition,
    index::Component,
    object::Indexes,
};

use crate::{RULES, compare, directories};

/// Numbers that look like random ones, the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const NUMBERS: &[&str] = &["1", "0", "2", "7", "255", "256", "300", "65536", "0x10", "010", "x", "", "1x"];
const OCTETS: &[&str] = &["1", "0", "97", "255", "256", "08"];
const QUOTED: &[&str] =
    &["abc", "", "a.b", "a\\\"b", "0:1b:21:3c:9d:f8", "192.0.2.1", "1", "abcdef", "it's", "a b"];

fn part(component: &Component<'_>, dice: &mut Dice) -> String {
    let facts: &Facts<'_> = &component.facts;
    match facts.base {
        Base::OctetString => {
            let count = facts.fixed_octets();
            match dice.below(3) {
                0 => format!("\"{}\"", dice.one(QUOTED)),
                1 => format!("'{}'", dice.one(QUOTED).replace('\'', "")),
                _ => {
                    let count = count.unwrap_or_else(|| dice.below(4)).min(20);
                    let octets: Vec<&str> = (0..count).map(|_| dice.one(OCTETS)).collect();
                    let is_counted = !component.implied && facts.fixed_octets().is_none();
                    let counted = if is_counted { vec![count.to_string()] } else { Vec::new() };
                    counted
                        .into_iter()
                        .chain(octets.into_iter().map(str::to_owned))
                        .collect::<Vec<_>>()
                        .join(".")
                }
            }
        }
        Base::IpAddress => (0..4).map(|_| dice.one(OCTETS)).collect::<Vec<_>>().join("."),
        Base::ObjectIdentifier => "2.1.3".to_owned(),
        _ if !facts.labels.is_empty() && dice.below(2) == 0 => {
            label(facts.labels, dice).unwrap_or_else(|| "up".to_owned())
        }
        _ => dice.one(NUMBERS).to_owned(),
    }
}

fn label(labels: &dyn Labels, dice: &mut Dice) -> Option<String> {
    labels.label(dice.below(4)).map(|(label, _)| label.to_owned())
}

/// Modules that net-snmp does not read as they are meant: a comment ends one of them too early for it, of another it does
/// not find an index object.
const NOT_READ: &[&str] = &["DLSW-MIB", "IEEE8021-EVB-MIB"];

/// Whether net-snmp reads such an index otherwise, for the reasons that stand in docs/differences-of-names.md.
fn is_excepted(component: &Component<'_>, part: &str) -> bool {
    let facts = &component.facts;
    // It takes the index object of that name that it has read last, of whatever module.
    if View::core().named(component.name).count() > 1 {
        return true;
    }
    // Without a size net-snmp finds every size out of range.
    part.starts_with(['"', '\'']) && facts.base == Base::OctetString && facts.ranges.is_empty()
}

fn name(column: Definition<'static>, dice: &mut Dice) -> Option<String> {
    let indexes = Indexes::of(column);
    let components = indexes.components().collect::<Vec<_>>();
    let parts: Vec<String> = components.iter().map(|component| part(component, dice)).collect();
    if components.iter().zip(&parts).any(|(component, part)| is_excepted(component, part)) {
        return None;
    }
    let count = if dice.below(5) == 0 { dice.below(parts.len() + 1) } else { parts.len() };
    let mut index = parts[..count].join(".");
    if dice.below(10) == 0 {
        index.push_str(dice.one(&[".5", ".x", ".", ".\"ab\"", ".'ab'", "x"]));
    }
    Some(format!("{}.{index}", column.qualified_name()))
}

/// All columns of tables, of each place in the tree the one that speaks for it.
pub fn columns(view: &View) -> Vec<Definition<'static>> {
    view.image()
        .entries_from("")
        .flat_map(|entry| entry.definitions().collect::<Vec<_>>())
        .filter(|definition| definition.kind() == Kind::Column)
        .filter(|definition| view.definition(definition.node()).is_some_and(|known| known == *definition))
        .filter(|definition| !Indexes::of(*definition).is_empty())
        .collect()
}

#[test]
fn indexes_of_every_kind_are_read_as_net_snmp_reads_them() {
    let Some(directories) = directories() else { return };
    let view = View::core();
    let mut dice = Dice(1);
    let mut columns = columns(&view);
    columns.retain(|column| !NOT_READ.contains(&column.qualified_name().module));
    assert!(columns.len() > 5_000, "{}", columns.len());
    let mut names: Vec<String> = Vec::new();
    while names.len() < 1_500 {
        names.extend(name(columns[dice.below(columns.len())], &mut dice));
    }
    names.sort();
    names.dedup();
    compare(&directories, &[("", RULES, names)]);
}
