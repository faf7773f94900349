//! Everything that is known of an object, for programs: the JSON that `snmptranslate --format json` writes.

use serde::Serialize;

use super::{
    json,
    known::{self, Knowledge},
    netsnmp::Describe,
};
use crate::{
    mib::{
        Access, BaseType, Kind, Status,
        facts::{Base, Range},
        image::{Definition, Item, Items, Module, NamedType},
        model::Text,
        object::Object,
        view::View,
    },
    oid::Oid,
};

/// What is known of one OID; see docs/json.md. What does not apply, or is not known, has no key.
#[derive(Clone, Debug)]
pub struct Known {
    head: Head,
    /// The JSON of the decoded index of an instance.
    index: Option<Vec<u8>>,
    definition: Option<Facts>,
}

#[derive(Clone, Debug, Serialize)]
struct Head {
    kind: &'static str,
    oid: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rest: Option<String>,
}

/// What a module says.
#[derive(Clone, Debug, Serialize)]
struct Facts {
    descriptor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    #[serde(rename = "macro")]
    macro_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(flatten)]
    values: Option<Values>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    units: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    augments: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    indexes: Option<Vec<Index>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<Column>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// What values a scalar or column has.
#[derive(Clone, Debug, Serialize)]
struct Values {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    wire: Option<&'static str>,
    syntax: String,
    base: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tc: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tc_module: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<Vec<Bounds>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranges: Option<Vec<Bounds>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enumerations: Option<Vec<Labelled>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<Vec<Labelled>>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Bounds {
    min: i64,
    max: i64,
}

#[derive(Clone, Debug, Serialize)]
struct Labelled {
    name: String,
    value: i32,
}

#[derive(Clone, Debug, Serialize)]
struct Index {
    name: String,
    implied: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Column {
    name: String,
    oid: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    wire: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    syntax: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<&'static str>,
}

impl Known {
    /// What a view knows of an OID, with `describe` for the text of the definition.
    pub fn of(view: &View, oid: &Oid, describe: &mut Describe<'_>) -> Self {
        let found = view.find(oid);
        let rest = found.map_or(&[][..], |(_, rest)| rest);
        let name = match found {
            Some((definition, _)) => {
                let mut name = Vec::new();
                known::instance(&qualified(definition), rest, &mut name);
                String::from_utf8_lossy(&name).into_owned()
            }
            None => format!(".{oid}"),
        };
        let index = if rest.is_empty() { None } else { index(view, oid) };
        let rest = Oid::new(rest).ok().filter(|rest| !rest.is_empty()).map(|rest| rest.to_string());
        Self {
            head: Head { kind: "object", oid: oid.to_string(), name, rest },
            index,
            definition: found.map(|(definition, _)| facts(view, definition, describe)),
        }
    }

    /// The cells of [`objects::COLUMNS`](super::objects::COLUMNS).
    pub fn cells(&self) -> [String; 12] {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let facts = self.definition.as_ref();
        let values = facts.and_then(|facts| facts.values.as_ref());
        let indexes = facts.and_then(|facts| facts.indexes.as_deref()).unwrap_or_default();
        let indexes: Vec<&str> = indexes.iter().map(|index| index.name.as_str()).collect();
        [
            self.head.oid.clone(),
            self.head.name.clone(),
            text(facts.map(|facts| facts.macro_name)),
            text(facts.and_then(|facts| facts.role)),
            text(values.and_then(|values| values.wire)),
            text(values.map(|values| values.syntax.as_str())),
            text(facts.and_then(|facts| facts.access)),
            text(facts.and_then(|facts| facts.status)),
            text(facts.and_then(|facts| facts.units)),
            text(values.and_then(|values| values.hint.as_deref())),
            indexes.join(" "),
            text(facts.and_then(|facts| facts.description.as_deref())),
        ]
    }

    /// Writes the object, without an end of line.
    ///
    /// # Panics
    ///
    /// Never: strings, numbers and lists of them are JSON.
    pub fn json(&self, out: &mut Vec<u8>) {
        const IS_JSON: &str = "a Vec takes what it is given, and all of this is JSON";
        serde_json::to_writer(&mut *out, &self.head).expect(IS_JSON);
        out.pop();
        if let Some(index) = &self.index {
            out.extend_from_slice(b",\"index\":");
            out.extend_from_slice(index);
        }
        if let Some(definition) = &self.definition {
            let at = out.len();
            serde_json::to_writer(&mut *out, definition).expect(IS_JSON);
            out[at] = b',';
        } else {
            out.push(b'}');
        }
    }
}

/// The decoded index of a column's instance; `None` for what is none.
fn index(view: &View, oid: &Oid) -> Option<Vec<u8>> {
    let mut knowledge = Knowledge::of(view.clone());
    let found = knowledge.find(oid)?;
    let row = found.object.row.as_ref()?;
    let mut out = Vec::new();
    json::index::write(row, found.rest, &mut Vec::new(), &mut out);
    Some(out)
}

fn facts(view: &View, definition: Definition<'static>, describe: &mut Describe<'_>) -> Facts {
    let kind = definition.kind();
    let Text { description, reference } = describe(definition).unwrap_or_default();
    let row = definition.row();
    let table = row.filter(|_| kind != Kind::Table).and_then(|row| table_of(row, view));
    Facts {
        descriptor: definition.name().to_string(),
        module: definition.module().map(Module::name),
        revision: definition.module().and_then(Module::last_updated).map(date),
        macro_name: if kind.is_object_type() { "OBJECT-TYPE" } else { kind.word() },
        role: kind.is_object_type().then(|| kind.word()),
        parent: definition.node().parent().and_then(|above| view.definition(above)).map(qualified),
        values: values(definition),
        access: definition.access().map(Access::word),
        status: definition.status().map(Status::word),
        units: definition.units(),
        default: definition.default_value(),
        table: table.map(qualified),
        row: row.filter(|_| kind != Kind::Row).map(qualified),
        augments: row.and_then(Definition::augments).map(item_name),
        indexes: row.map(|row| indexes(row.effective_indexes())),
        columns: row.filter(|_| kind != Kind::Column).map(|row| columns(view, row)),
        objects: has_objects(kind).then(|| definition.objects().map(item_name).collect()),
        description: Some(description).filter(|text| !text.is_empty()),
        reference: Some(reference).filter(|text| !text.is_empty()),
    }
}

const fn has_objects(kind: Kind) -> bool {
    matches!(kind, Kind::Notification | Kind::Trap | Kind::ObjectGroup | Kind::NotificationGroup)
}

/// The table above a row.
fn table_of(row: Definition<'static>, view: &View) -> Option<Definition<'static>> {
    let above = row.node().parent()?;
    above.definitions().find(|table| table.kind() == Kind::Table && view.shows(*table))
}

/// The columns of a row that count, in the order of their numbers.
pub fn columns_of(view: &View, row: Definition<'static>) -> impl Iterator<Item = Definition<'static>> {
    row.node()
        .children()
        .filter_map(|node| view.definition(node))
        .filter(|definition| definition.kind() == Kind::Column)
}

fn columns(view: &View, row: Definition<'static>) -> Vec<Column> {
    let column = |definition: Definition<'static>| {
        let values = values(definition);
        Column {
            name: qualified(definition),
            oid: definition.oid().to_string(),
            wire: values.as_ref().and_then(|values| values.wire),
            syntax: values.map(|values| values.syntax),
            access: definition.access().map(Access::word),
        }
    };
    columns_of(view, row).map(column).collect()
}

fn indexes(items: Items<'static>) -> Vec<Index> {
    items.map(|item| Index { implied: item.is_implied(), name: item_name(item) }).collect()
}

fn item_name(item: Item<'static>) -> String {
    match item.definition() {
        Some(definition) => qualified(definition),
        None => item.unknown_name().unwrap_or_default().to_owned(),
    }
}

fn qualified(definition: Definition<'static>) -> String {
    definition.qualified_name().to_string()
}

fn values(definition: Definition<'static>) -> Option<Values> {
    let syntax = definition.syntax()?;
    let object = Object::of(definition);
    let facts = object.facts();
    let labels: Vec<Labelled> = (0..)
        .map_while(|at| facts.labels.label(at))
        .map(|(name, value)| Labelled { name: name.to_owned(), value })
        .collect();
    let bounds: Vec<Bounds> = facts.ranges.iter().map(|(min, max)| Bounds { min: *min, max: *max }).collect();
    let is_sized = syntax.base().is_sized();
    let is_bits = facts.base == Base::Bits;
    let filled = |wanted: bool, bounds: &Vec<Bounds>| (wanted && !bounds.is_empty()).then(|| bounds.clone());
    Some(Values {
        wire: wire(syntax.base()),
        syntax: as_written(&object),
        base: syntax.base_word(),
        tc: object.convention().map(NamedType::name),
        tc_module: object.convention().and_then(NamedType::module).map(Module::name),
        hint: facts.hint.map(|hint| String::from_utf8_lossy(hint).into_owned()),
        sizes: filled(is_sized, &bounds),
        ranges: filled(!is_sized, &bounds),
        enumerations: (!is_bits && !labels.is_empty()).then(|| labels.clone()),
        bits: (is_bits && !labels.is_empty()).then_some(labels),
    })
}

/// The SYNTAX as a module writes it: `DisplayString (SIZE (0..255))`.
fn as_written(object: &Object<'static>) -> String {
    let Some(syntax) = object.syntax() else { return String::new() };
    let mut text = object.convention().map_or(syntax.base_word(), NamedType::name).to_owned();
    let labels: Vec<String> = syntax.own_labels().map(|(value, word)| format!("{word}({value})")).collect();
    if !labels.is_empty() {
        text.extend([" { ", &labels.join(", "), " }"]);
    }
    let range = |(min, max): Range| if min == max { min.to_string() } else { format!("{min}..{max}") };
    let ranges: Vec<String> = syntax.own_bounds().map(|bounds| range((bounds.min, bounds.max))).collect();
    if !ranges.is_empty() {
        let ranges = ranges.join(" | ");
        if syntax.base().is_sized() {
            text.extend([" (SIZE (", &ranges, "))"]);
        } else {
            text.extend([" (", &ranges, ")"]);
        }
    }
    text
}

/// The type on the wire, called as in bindings; `None` for those of the SPPI, which are on no wire.
const fn wire(base: BaseType) -> Option<&'static str> {
    Some(match base {
        BaseType::Integer32 => "Integer32",
        BaseType::Unsigned32 | BaseType::Gauge32 => "Gauge32",
        BaseType::Counter32 => "Counter32",
        BaseType::Counter64 => "Counter64",
        BaseType::TimeTicks => "TimeTicks",
        BaseType::IpAddress | BaseType::NetworkAddress => "IpAddress",
        BaseType::OctetString | BaseType::Bits => "OctetString",
        BaseType::ObjectIdentifier => "ObjectIdentifier",
        BaseType::Opaque => "Opaque",
        BaseType::Integer64 | BaseType::Unsigned64 => return None,
    })
}

/// A date of the SMI (RFC 2578, section 2, `ExtUTCTime`) as RFC 3339 has it; others as they are.
fn date(written: &str) -> String {
    let digits = written.strip_suffix('Z').unwrap_or(written);
    let whole = match digits.len() {
        // Two digits of the year are those of the twentieth century.
        10 => format!("19{digits}"),
        12 => digits.to_owned(),
        _ => return written.to_owned(),
    };
    if !whole.bytes().all(|octet| octet.is_ascii_digit()) {
        return written.to_owned();
    }
    format!("{}-{}-{}T{}:{}:00Z", &whole[..4], &whole[4..6], &whole[6..8], &whole[8..10], &whole[10..])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::mib::{Library, name};

    fn known(name: &str) -> Value {
        let oid = name::parse(name.as_bytes(), &mut Library::core(), &name::Rules::default()).unwrap();
        let mut out = Vec::new();
        Known::of(&View::core(), &oid, &mut |_| None).json(&mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_column_says_its_type_its_place_and_its_index() {
        assert_eq!(
            known("IF-MIB::ifOperStatus.7"),
            json!({
                "kind": "object", "oid": "1.3.6.1.2.1.2.2.1.8.7", "name": "IF-MIB::ifOperStatus.7", "rest": "7",
                "index": {"ifIndex": 7},
                "descriptor": "ifOperStatus", "module": "IF-MIB", "revision": "2000-06-14T00:00:00Z",
                "macro": "OBJECT-TYPE", "role": "column", "parent": "IF-MIB::ifEntry",
                "type": "Integer32", "base": "INTEGER",
                "syntax": "INTEGER { up(1), down(2), testing(3), unknown(4), dormant(5), notPresent(6), lowerLayerDown(7) }",
                "enumerations": [
                    {"name": "up", "value": 1}, {"name": "down", "value": 2}, {"name": "testing", "value": 3},
                    {"name": "unknown", "value": 4}, {"name": "dormant", "value": 5},
                    {"name": "notPresent", "value": 6}, {"name": "lowerLayerDown", "value": 7},
                ],
                "access": "read-only", "status": "current",
                "table": "IF-MIB::ifTable", "row": "IF-MIB::ifEntry",
                "indexes": [{"name": "IF-MIB::ifIndex", "implied": false}],
            })
        );
        let descr = known("IF-MIB::ifDescr");
        assert_eq!(descr["syntax"], "DisplayString (SIZE (0..255))");
        assert_eq!(
            (&descr["tc"], &descr["tc_module"], &descr["hint"]),
            (&json!("DisplayString"), &json!("SNMPv2-TC"), &json!("255a"))
        );
        assert_eq!(descr["sizes"], json!([{"min": 0, "max": 255}]));
    }

    #[test]
    fn a_table_has_its_columns_and_an_augmenting_one_the_index_of_the_other() {
        let table = known("IF-MIB::ifXTable");
        assert_eq!((&table["role"], &table["row"]), (&json!("table"), &json!("IF-MIB::ifXEntry")));
        assert_eq!(table["augments"], "IF-MIB::ifEntry");
        assert_eq!(table["indexes"], json!([{"name": "IF-MIB::ifIndex", "implied": false}]));
        assert_eq!(table["columns"].as_array().unwrap().len(), 19);
        assert_eq!(
            table["columns"][0],
            json!({"name": "IF-MIB::ifName", "oid": "1.3.6.1.2.1.31.1.1.1.1", "type": "OctetString", "syntax": "DisplayString", "access": "read-only"})
        );
        assert_eq!(table["table"], Value::Null);
    }

    #[test]
    fn notifications_have_objects_and_what_nobody_knows_has_a_number() {
        assert_eq!(
            known("IF-MIB::linkUp")["objects"],
            json!(["IF-MIB::ifIndex", "IF-MIB::ifAdminStatus", "IF-MIB::ifOperStatus"])
        );
        assert_eq!(known("9.9"), json!({"kind": "object", "oid": "9.9", "name": ".9.9"}));
        let beyond = known("1.3.6.1.4.1.99999.1");
        assert_eq!((&beyond["descriptor"], &beyond["rest"]), (&json!("enterprises"), &json!("99999.1")));
    }

    #[test]
    fn dates_are_those_of_the_internet() {
        assert_eq!(date("200006140000Z"), "2000-06-14T00:00:00Z");
        assert_eq!(date("9602282155Z"), "1996-02-28T21:55:00Z");
        assert_eq!(date("yesterday"), "yesterday");
    }
}
