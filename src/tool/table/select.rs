//! Which rows are printed, and in which order.

use std::{cmp::Ordering, net::Ipv4Addr};

use super::columns::{Finder, Key};
use crate::{
    mib::{facts::Base, hint, name::nearest_label, object::Object},
    oid::Oid,
    output::rows::Shape,
    table::{Cell, Column, Row},
    tool::{Context, ToolError},
    value::Value,
};

/// What a condition or an order is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Field {
    /// An object of the index, by its place.
    Index(usize),
    /// A column.
    Column(Key),
}

impl Field {
    /// The value that a row has there.
    fn value<'r>(self, row: &'r Row, columns: &[Column]) -> Option<&'r Value> {
        match self {
            Self::Index(place) => row.values.as_deref().ok()?.get(place),
            Self::Column(key) => {
                let place = columns.iter().position(|column| Key::of(column) == key)?;
                row.cells.get(place).and_then(Cell::value)
            }
        }
    }

    /// The same as text for programs.
    fn text(self, value: &Value, row: &Row, columns: &[Column], shape: &Shape) -> String {
        match self {
            Self::Index(place) => {
                let mut texts = shape.index_texts(row, &mut Vec::new());
                if place < texts.len() { texts.swap_remove(place) } else { String::new() }
            }
            Self::Column(key) => {
                let place = columns.iter().position(|column| Key::of(column) == key);
                place.map(|place| shape.cell_text(place, value)).unwrap_or_default()
            }
        }
    }

    const fn column(self) -> Option<Key> {
        match self {
            Self::Index(_) => None,
            Self::Column(key) => Some(key),
        }
    }
}

/// The conditions that a row has to meet, all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection(Vec<Condition>);

impl Selection {
    /// Reads conditions.
    pub(super) fn read(
        texts: &[String],
        finder: &Finder<'_>,
        context: &mut Context,
    ) -> Result<Self, ToolError> {
        let read = texts.iter().map(|text| Condition::read(text, finder, context));
        read.collect::<Result<_, _>>().map(Self)
    }

    /// The columns that they are about.
    pub(super) fn columns(&self) -> impl Iterator<Item = Key> {
        self.0.iter().filter_map(|condition| condition.field.column())
    }

    /// Whether a row meets them.
    pub(super) fn takes(&self, row: &Row, columns: &[Column], shape: &Shape) -> bool {
        self.0.iter().all(|condition| condition.holds(row, columns, shape))
    }
}

#[derive(Clone, Debug)]
struct Condition {
    field: Field,
    relation: Relation,
    operand: Operand,
}

/// How a value has to be to the one beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Relation {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
}

/// The relations as they are written; of two that begin alike, the longer one first.
const RELATIONS: [(&str, Relation); 8] = [
    ("!=", Relation::Unequal),
    ("<=", Relation::LessOrEqual),
    (">=", Relation::GreaterOrEqual),
    ("==", Relation::Equal),
    ("=", Relation::Equal),
    ("<", Relation::Less),
    (">", Relation::Greater),
    ("~", Relation::Matches),
];

/// What a value is compared with.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Operand {
    Number(i128),
    Address(Ipv4Addr),
    Identifier(Oid),
    /// Text, and the octets that it stands for by the object's DISPLAY-HINT.
    Text(String, Option<Vec<u8>>),
    /// For an object of which no type is known: a number if the value is one.
    Untyped(String),
}

impl Condition {
    fn read(text: &str, finder: &Finder<'_>, context: &mut Context) -> Result<Self, ToolError> {
        const OPTION: &str = "--where";
        let end = text.find(['!', '<', '>', '=', '~']);
        let split = end.and_then(|at| {
            let (name, rest) = text.split_at(at);
            let (word, relation) = RELATIONS.into_iter().find(|(word, _)| rest.starts_with(word))?;
            Some((name.trim(), relation, unquoted(rest[word.len()..].trim())))
        });
        let Some((name, relation, value)) = split.filter(|(name, ..)| !name.is_empty()) else {
            let advice = "should be a column, one of = != < <= > >= ~, and a value";
            return Err(finder.mistake(OPTION, &format!("'{text}' {advice}")));
        };
        let field = finder.field(name, OPTION)?;
        let operand = if relation == Relation::Matches {
            Operand::Text(value.to_owned(), None)
        } else {
            let object = finder.definition(field).map(Object::of);
            operand(value, object.as_ref(), context)
                .map_err(|reason| finder.mistake(OPTION, &format!("'{text}': {reason}")))?
        };
        Ok(Self { field, relation, operand })
    }

    fn holds(&self, row: &Row, columns: &[Column], shape: &Shape) -> bool {
        let Some(value) = self.field.value(row, columns) else { return false };
        let text = || self.field.text(value, row, columns, shape);
        if self.relation == Relation::Matches {
            let Operand::Text(pattern, _) = &self.operand else { return false };
            return matches(pattern, &text());
        }
        let order = order(value, &self.operand, text);
        match self.relation {
            Relation::Equal => order == Some(Ordering::Equal),
            Relation::Unequal => order != Some(Ordering::Equal),
            Relation::Less => order == Some(Ordering::Less),
            Relation::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Relation::Greater => order == Some(Ordering::Greater),
            Relation::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Relation::Matches => false,
        }
    }
}

/// A value without the quotes around it.
fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// What somebody typed for an object, as its type has it.
fn operand(text: &str, object: Option<&Object<'_>>, context: &mut Context) -> Result<Operand, String> {
    let Some(object) = object else { return Ok(Operand::Untyped(text.to_owned())) };
    match object.base() {
        Base::Integer
        | Base::Integer32
        | Base::Unsigned32
        | Base::Gauge32
        | Base::UInteger32
        | Base::Counter32
        | Base::Counter64
        | Base::TimeTicks => {
            let facts = object.facts();
            if let Some(number) = facts.labels.number_of(text.as_bytes()) {
                return Ok(Operand::Number(i128::from(number)));
            }
            text.parse().map(Operand::Number).map_err(|_| {
                let near = nearest_label(text, facts.labels);
                let near = if near.is_empty() {
                    String::new()
                } else {
                    format!("; did you mean {}?", near.join(" or "))
                };
                let what = if facts.labels.is_empty() { "number" } else { "label of it and no number" };
                format!("{text} is no {what}{near}")
            })
        }
        Base::IpAddress | Base::NetworkAddress => {
            text.parse().map(Operand::Address).map_err(|_| format!("{text} is no IPv4 address"))
        }
        Base::ObjectIdentifier => {
            let read = context.read_name(std::ffi::OsStr::new(text)).map(Operand::Identifier);
            read.map_err(|lines| lines.join("; "))
        }
        Base::OctetString | Base::NsapAddress => {
            let hint = object.facts().hint;
            let octets = hint.and_then(|hint| hint::parse_octets(hint, text.as_bytes()).ok());
            Ok(Operand::Text(text.to_owned(), octets))
        }
        Base::Bits | Base::Opaque | Base::Null | Base::Other => Ok(Operand::Untyped(text.to_owned())),
    }
}

/// How a value is to an operand; `None` where the two cannot be compared.
fn order(value: &Value, operand: &Operand, text: impl Fn() -> String) -> Option<Ordering> {
    match (operand, value) {
        (Operand::Number(wanted), value) => number(value).map(|number| number.cmp(wanted)),
        (Operand::Address(wanted), Value::IpAddress(address)) => Some(address.cmp(wanted)),
        (Operand::Identifier(wanted), Value::ObjectIdentifier(oid)) => Some(oid.cmp(wanted)),
        (Operand::Text(_, Some(octets)), Value::OctetString(own)) if own.as_slice() == octets => {
            Some(Ordering::Equal)
        }
        (Operand::Text(wanted, _), _) => Some(text().as_str().cmp(wanted)),
        (Operand::Untyped(wanted), value) => match (number(value), wanted.parse::<i128>()) {
            (Some(number), Ok(wanted)) => Some(number.cmp(&wanted)),
            _ => Some(text().as_str().cmp(wanted)),
        },
        (Operand::Address(_) | Operand::Identifier(_), _) => None,
    }
}

fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Integer32(number) => Some(i128::from(*number)),
        Value::Counter32(number)
        | Value::Gauge32(number)
        | Value::TimeTicks(number)
        | Value::UInteger32(number) => Some(i128::from(*number)),
        Value::Counter64(number) => Some(i128::from(*number)),
        Value::OctetString(_)
        | Value::ObjectIdentifier(_)
        | Value::IpAddress(_)
        | Value::Opaque(_)
        | Value::Null
        | Value::NoSuchObject
        | Value::NoSuchInstance
        | Value::EndOfMibView => None,
    }
}

/// Whether text is of a pattern, in which `*` is any text and `?` any character. It takes no longer than the product of
/// the two lengths.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where the last star stands, and how much of the text it has.
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[place] => {
                at += 1;
                place += 1;
            }
            _ => match star {
                Some((from, taken)) => {
                    star = Some((from, taken + 1));
                    at = from + 1;
                    place = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// What rows are put in order by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct SortKey {
    field: Field,
    is_descending: bool,
}

/// What a row has there, in the order in which rows stand.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Rank {
    /// A number.
    Number(i128),
    /// Sub-identifiers.
    Arcs(Vec<u32>),
    /// Text.
    Text(String),
}

impl SortKey {
    /// Reads the option.
    pub(super) fn read(text: &str, finder: &Finder<'_>) -> Result<Self, ToolError> {
        let (is_descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        Ok(Self { field: finder.field(name, "--sort")?, is_descending })
    }

    /// The column that it is about.
    pub(super) const fn column(&self) -> Option<Key> {
        self.field.column()
    }

    /// A row's place; `None` for a row without it.
    pub(super) fn rank(&self, row: &Row, columns: &[Column], shape: &Shape) -> Option<Rank> {
        let value = self.field.value(row, columns)?;
        Some(match (number(value), value) {
            (Some(number), _) => Rank::Number(number),
            (None, Value::IpAddress(address)) => Rank::Number(i128::from(address.to_bits())),
            (None, Value::ObjectIdentifier(oid)) => Rank::Arcs(oid.arcs().to_vec()),
            (None, value) => Rank::Text(self.field.text(value, row, columns, shape)),
        })
    }

    /// Puts rows in order. Those that are equal stay as they are, and those without a rank come last.
    pub(super) fn sort(&self, rows: &mut [(Option<Rank>, Row)]) {
        rows.sort_by(|(one, _), (other, _)| match (one, other) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(other)) if self.is_descending => other.cmp(one),
            (Some(one), Some(other)) => one.cmp(other),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_any_text_for_a_star_and_any_character_for_a_question_mark() {
        for (pattern, text, takes) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "any", true),
            ("Gi*", "Gi1/0/3", true),
            ("Gi*", "Te1/0/3", false),
            ("*/3", "Gi1/0/3", true),
            ("*/3", "Gi1/0/33", false),
            ("Gi?/0/*", "Gi1/0/24", true),
            ("?", "\u{e9}", true),
            ("??", "\u{e9}", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("[a]", "a", false),
        ] {
            assert_eq!(matches(pattern, text), takes, "{pattern} {text}");
        }
        let long = "a".repeat(5_000);
        assert!(!matches(&format!("{}b", "a*".repeat(500)), &long));
    }

    #[test]
    fn values_are_compared_as_what_they_are() {
        use Ordering::{Equal, Greater, Less};
        let text = |text: &'static str| move || text.to_owned();
        let order =
            |value: Value, operand: Operand, shown: &'static str| order(&value, &operand, text(shown));
        assert_eq!(order(Value::Counter64(u64::MAX), Operand::Number(9), ""), Some(Greater));
        assert_eq!(order(Value::Integer32(-1), Operand::Number(0), ""), Some(Less));
        assert_eq!(order(Value::OctetString("x".into()), Operand::Number(0), "x"), None);
        let address = |last| Ipv4Addr::new(10, 0, 0, last);
        assert_eq!(order(Value::IpAddress(address(9)), Operand::Address(address(10)), ""), Some(Less));
        let mac = Operand::Text("00:1B:21".into(), Some(vec![0, 0x1b, 0x21]));
        let octets = Value::OctetString([0, 0x1b, 0x21].as_slice().into());
        assert_eq!(order(octets, mac, "0:1b:21"), Some(Equal));
        assert_eq!(order(Value::Gauge32(9), Operand::Untyped("10".into()), "9"), Some(Less));
        assert_eq!(order(Value::Gauge32(9), Operand::Untyped("x".into()), "9"), Some(Less));
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let value = Value::ObjectIdentifier(oid("1.3.6.9"));
        assert_eq!(order(value, Operand::Identifier(oid("1.3.6.10")), ""), Some(Less));
    }
}
