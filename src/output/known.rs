//! What a MIB knows of the objects that bindings are about, for the formats that show it in parts of its own.
//!
//! It is worked out once for each object and kept while its bindings come: those of a walk come column by column.

use std::fmt::Write;

use super::{json, number, plain};
use crate::{
    mib::{
        Kind, View,
        facts::Base,
        hint::{self, HexDigits},
        image::{Definition, NamedType},
        object::{Indexes, Object},
    },
    value::Value,
};

/// Objects that are kept at most: as many columns as a table is likely to be asked for side by side.
const KEPT: usize = 32;

/// What is known, and what of it was asked for last.
#[derive(Debug)]
pub(super) struct Knowledge {
    view: View,
    objects: Vec<Described>,
    /// Where the object stands that was asked for last.
    latest: usize,
    /// Where the one stands that makes room for the next.
    oldest: usize,
}

impl Knowledge {
    /// What a view knows.
    pub(super) const fn of(view: View) -> Self {
        Self { view, objects: Vec::new(), latest: 0, oldest: 0 }
    }

    /// Whether nothing is known, as with `-m ''`.
    pub(super) fn is_empty(&self) -> bool {
        self.view.is_empty()
    }

    /// The definition that an OID is at or below, and the arcs that are left; `None` when not even a beginning of the
    /// OID has a name.
    pub(super) fn find<'a>(&'a mut self, oid: &'a [u32]) -> Option<Found<'a>> {
        if self.is_empty() {
            return None;
        }
        if !self.objects.get(self.latest).is_some_and(|latest| latest.covers(oid)) {
            let kept = self.objects.iter().position(|object| object.covers(oid));
            self.latest = match kept {
                Some(at) => at,
                None => self.learn(oid)?,
            };
        }
        let object = self.objects.get(self.latest)?;
        Some(Found { object, rest: oid.get(object.arcs..)?, view: &self.view })
    }

    /// The name of an OID; see [`Found::name_of`].
    pub(super) fn name_of(&self, oid: &[u32]) -> Option<String> {
        name_of(&self.view, oid)
    }

    /// Finds the definition in the view and says where it is kept.
    fn learn(&mut self, oid: &[u32]) -> Option<usize> {
        let (nearest, _) = self.view.find(oid)?;
        if let Some(at) = self.objects.iter().position(|object| object.nearest == nearest) {
            return Some(at);
        }
        let (definition, rest) = self.view.object(oid)?;
        let object = Described::of(nearest, definition, &oid[..oid.len() - rest.len()]);
        if self.objects.len() < KEPT {
            self.objects.push(object);
            return Some(self.objects.len() - 1);
        }
        let at = self.oldest;
        self.objects[at] = object;
        self.oldest = (at + 1) % KEPT;
        Some(at)
    }
}

/// What is known of one OID.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// The definition that it is at or below.
    pub(super) object: &'a Described,
    /// The arcs below it: the instance.
    pub(super) rest: &'a [u32],
    view: &'a View,
}

impl Found<'_> {
    /// The name of another OID, its instance in numbers: `IF-MIB::ifDescr.3`.
    pub(super) fn name_of(&self, oid: &[u32]) -> Option<String> {
        name_of(self.view, oid)
    }
}

fn has_values(definition: Definition<'_>) -> bool {
    matches!(definition.kind(), Kind::Scalar | Kind::Column)
}

fn name_of(view: &View, oid: &[u32]) -> Option<String> {
    let (definition, rest) = view.object(oid)?;
    let mut name = definition.qualified_name().to_string();
    for arc in rest {
        write!(name, ".{arc}").expect("a String takes what it is given");
    }
    Some(name)
}

/// What is known of one object, or of another definition.
#[derive(Debug)]
pub(super) struct Described {
    /// The deepest definition on the way to the OIDs that it was found for: its own, or that of a named instance.
    nearest: Definition<'static>,
    /// Its OID, where nothing that is defined lies below it: then all that begins so belongs to it.
    leaf: Option<Vec<u32>>,
    /// How many arcs it has.
    arcs: usize,
    /// Its name with its module's, such as `IF-MIB::ifDescr`.
    pub(super) name: String,
    /// The same as JSON writes it between quotes.
    pub(super) name_escaped: String,
    /// The type; `None` for what has no values.
    pub(super) typed: Option<Typed>,
    /// The index of its row; `None` for what is no column.
    pub(super) row: Option<Row>,
}

impl Described {
    fn of(nearest: Definition<'static>, definition: Definition<'static>, oid: &[u32]) -> Self {
        let name = definition.qualified_name().to_string();
        Self {
            nearest,
            leaf: definition.node().children().next().is_none().then(|| oid.to_vec()),
            arcs: oid.len(),
            name_escaped: escaped(&name),
            name,
            typed: has_values(definition).then(|| Typed::of(definition)),
            row: (definition.kind() == Kind::Column).then(|| Row::of(definition)),
        }
    }

    fn covers(&self, oid: &[u32]) -> bool {
        self.leaf.as_ref().is_some_and(|leaf| oid.starts_with(leaf))
    }

    /// The type, if a value is of it.
    pub(super) fn typed_as(&self, value: &Value) -> Option<&Typed> {
        self.typed.as_ref().filter(|typed| typed.fits(value))
    }

    /// The wire type that the object has and the value has not; `None` where the value's is right, or none is known.
    pub(super) fn expected_instead(&self, value: &Value) -> Option<&'static str> {
        match value {
            Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => None,
            value => self.typed.as_ref().filter(|typed| !typed.fits(value)).and_then(Typed::expected),
        }
    }
}

/// The type of an object.
#[derive(Debug)]
pub(super) struct Typed {
    /// The object, for those who need all its facts.
    pub(super) object: Object<'static>,
    base: Base,
    /// Its labels by number; of several for one number, the first.
    labels: Vec<(i32, &'static str)>,
    /// How its values are written.
    pub(super) rendering: Rendering,
    /// The textual convention, or other named type, that its SYNTAX names.
    pub(super) convention: Option<&'static str>,
    /// Its UNITS.
    pub(super) units: Option<&'static str>,
    /// The last two as keys of JSON.
    pub(super) tail: Vec<u8>,
}

impl Typed {
    /// What is known of a scalar or a column.
    pub(super) fn of(definition: Definition<'static>) -> Self {
        let object = Object::of(definition);
        let mut labels: Vec<_> = object.labels().collect();
        labels.sort_by_key(|(number, _)| *number);
        labels.dedup_by_key(|(number, _)| *number);
        let convention = object.convention().map(NamedType::name);
        let units = definition.units();
        Self {
            base: object.base(),
            labels,
            rendering: Rendering::of(&object),
            convention,
            units,
            tail: json::tail(convention, units),
            object,
        }
    }

    /// The wire type of its values, in the words of [`Value::type_name`]; `None` where none is known.
    const fn expected(&self) -> Option<&'static str> {
        Some(match self.base {
            Base::Integer | Base::Integer32 => "Integer32",
            Base::Unsigned32 | Base::Gauge32 => "Gauge32",
            Base::Counter32 => "Counter32",
            Base::Counter64 => "Counter64",
            Base::TimeTicks => "TimeTicks",
            Base::IpAddress | Base::NetworkAddress => "IpAddress",
            Base::OctetString | Base::Bits | Base::NsapAddress => "OctetString",
            Base::ObjectIdentifier => "ObjectIdentifier",
            Base::Opaque => "Opaque",
            Base::UInteger32 => "UInteger32",
            Base::Null => "Null",
            Base::Other => return None,
        })
    }

    /// Whether a value has the type. Only the kind of the value counts, never what is in it. An `Opaque` can hold
    /// the 64 bits of a `Counter64`, which is how agents send one in `SNMPv1`.
    pub(super) fn fits(&self, value: &Value) -> bool {
        let is_opaque = || matches!(value, Value::Opaque(_));
        self.expected().is_some_and(|expected| {
            expected == value.type_name() || self.base == Base::Counter64 && is_opaque()
        })
    }

    /// Whether its values are `BITS`.
    pub(super) fn is_bits(&self) -> bool {
        self.base == Base::Bits
    }

    /// Whether its values are an enumeration.
    pub(super) fn is_enumeration(&self) -> bool {
        matches!(self.base, Base::Integer | Base::Integer32) && !self.labels.is_empty()
    }

    /// The label of a number or a bit.
    pub(super) fn label(&self, number: i32) -> Option<&'static str> {
        // Labels mostly count from 1 without a gap, or from 0.
        let guess = usize::try_from(number).ok().and_then(|number| self.labels.get(number.saturating_sub(1)));
        if let Some((known, label)) = guess
            && *known == number
        {
            return Some(label);
        }
        self.labels.binary_search_by_key(&number, |(known, _)| *known).ok().map(|at| self.labels[at].1)
    }

    /// The bits that are set, and their labels.
    pub(super) fn bits<'a>(
        &'a self,
        octets: &'a [u8],
    ) -> impl Iterator<Item = (usize, Option<&'static str>)> + 'a {
        set_bits(octets).map(|bit| (bit, i32::try_from(bit).ok().and_then(|bit| self.label(bit))))
    }
}

/// The numbers of the bits that are set; bit 0 is the highest one of the first octet.
fn set_bits(octets: &[u8]) -> impl Iterator<Item = usize> + '_ {
    octets.iter().enumerate().flat_map(|(place, octet)| {
        (0..8).filter(move |bit| octet & (0x80 >> bit) != 0).map(move |bit| 8 * place + bit)
    })
}

/// How values are written, as far as a DISPLAY-HINT tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rendering {
    /// Without a hint, or by one that changes nothing: `255a` for strings, `d` for numbers.
    Plain,
    /// Octets by a hint.
    Octets(&'static str),
    /// A date and time of RFC 2579, by its hint.
    DateAndTime(&'static str),
    /// Numbers by a hint.
    Number(&'static str),
}

impl Rendering {
    fn of(object: &Object<'static>) -> Self {
        let Some(convention) = object.convention() else { return Self::Plain };
        let Some(hint) = convention.own_hint() else { return Self::Plain };
        match object.base() {
            Base::OctetString if is_text(hint) => Self::Plain,
            Base::OctetString if convention.name() == "DateAndTime" => Self::DateAndTime(hint),
            Base::OctetString => Self::Octets(hint),
            Base::Integer | Base::Integer32 | Base::Unsigned32 | Base::Gauge32 if changes_numbers(hint) => {
                Self::Number(hint)
            }
            _ => Self::Plain,
        }
    }

    /// Whether it is plain that no two strings of octets are written in the same way: those that are text as they are,
    /// and those by hints such as `1x:`, a number for each octet and something between them that is in no number.
    fn is_unique(self) -> bool {
        match self {
            Self::Plain | Self::Number(_) => true,
            Self::Octets(hint) | Self::DateAndTime(hint) => match hint.as_bytes() {
                [b'1', b'x' | b'd', separator] => {
                    !separator.is_ascii_alphanumeric() && !matches!(separator, b'*' | b'-')
                }
                _ => false,
            },
        }
    }

    /// Octets as text, by the hint if there is one; `None` when what comes out is no [`plain::text`].
    ///
    /// `spare` is for the caller to keep, so that nothing is allocated each time.
    pub(super) fn text<'a>(self, octets: &'a [u8], spare: &'a mut Vec<u8>) -> Option<&'a str> {
        let (Self::Octets(hint) | Self::DateAndTime(hint)) = self else { return plain::text(octets) };
        spare.clear();
        match hint::octets(hint.as_bytes(), octets, HexDigits::Shortest, spare) {
            Ok(()) => plain::text(spare),
            Err(_) => plain::text(octets),
        }
    }
}

/// Whether a hint for strings passes every string on as it is: one part, of text.
fn is_text(hint: &str) -> bool {
    let digits = hint.trim_end_matches(['a', 't']);
    hint.len() == digits.len() + 1 && !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
}

/// Whether a hint for integers makes anything else of a number than its decimal digits.
fn changes_numbers(hint: &str) -> bool {
    match hint.strip_prefix('d') {
        Some(rest) => rest.strip_prefix('-').is_some_and(|places| places.parse::<u8>().is_ok_and(|n| n > 0)),
        None => hint.starts_with(['x', 'X', 'o', 'b']),
    }
}

/// A date and time (RFC 2579, `DateAndTime`) as RFC 3339 writes it, without an offset where it has none; `None` for
/// octets that are none.
pub(super) fn date_and_time(octets: &[u8]) -> Option<String> {
    let (date, offset) = octets.split_at_checked(8)?;
    let &[high, low, month, day, hour, minute, second, tenth] = date else { return None };
    let year = u16::from_be_bytes([high, low]);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => return None,
    };
    let is_real = year <= 9_999
        && (1..=days).contains(&day)
        && hour <= 23
        && minute <= 59
        // A leap second.
        && second <= 60
        && tenth <= 9;
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{tenth}");
    match offset {
        [] => {}
        [sign @ (b'+' | b'-'), hours @ 0..=14, minutes @ 0..=59] => {
            write!(text, "{}{hours:02}:{minutes:02}", char::from(*sign)).ok()?;
        }
        _ => return None,
    }
    is_real.then_some(text)
}

/// The index of a row: what is needed to name the values in an instance identifier.
#[derive(Debug)]
pub(super) struct Row {
    /// The index objects; none when no INDEX is known.
    pub(super) indexes: Indexes<'static>,
    /// What belongs to each of them.
    pub(super) parts: Vec<Part>,
}

/// One object of an INDEX.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name as a key of JSON, quoted and with its colon.
    pub(super) key: String,
    /// How its values are written.
    pub(super) rendering: Rendering,
    /// Whether no two strings of octets are written in the same way.
    pub(super) is_unique: bool,
    /// Whether its values are `BITS`.
    pub(super) is_bits: bool,
    /// For an `InetAddress` (RFC 4001): which part before it says of what kind the address is.
    pub(super) address_kind: Option<usize>,
}

impl Row {
    /// The index of the row that a column belongs to.
    pub(super) fn of(column: Definition<'static>) -> Self {
        let indexes = Indexes::of(column);
        let mut parts: Vec<Part> = Vec::new();
        let mut address_kind = None;
        for (place, object) in indexes.objects().enumerate() {
            let convention = object.convention().map_or("", NamedType::name);
            if convention == "InetAddressType" {
                address_kind = Some(place);
            }
            let rendering = Rendering::of(object);
            parts.push(Part {
                key: format!("\"{}\":", escaped(&object.definition().name().to_string())),
                rendering,
                is_unique: rendering.is_unique(),
                is_bits: object.base() == Base::Bits,
                address_kind: address_kind.filter(|_| convention == "InetAddress"),
            });
        }
        let repeats = |at: usize| parts[..at].iter().any(|part| part.key == parts[at].key);
        // Two modules can use one name, and an object cannot have a key twice.
        if (0..parts.len()).any(repeats) {
            return Self { indexes: Indexes::default(), parts: Vec::new() };
        }
        Self { indexes, parts }
    }
}

/// Text as it stands between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).expect("a string is JSON");
    quoted[1..quoted.len() - 1].to_owned()
}

/// Writes a name and the arcs behind it.
pub(super) fn instance(name: &str, rest: &[u32], out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    for arc in rest {
        out.push(b'.');
        number::decimal(u64::from(*arc), out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_rfc_3339_has_it_or_not_at_all() {
        for (octets, text) in [
            (&[0x07, 0xea, 11, 20, 9, 4, 6, 5][..], Some("2026-11-20T09:04:06.5")),
            (&[0x07, 0xea, 11, 20, 9, 4, 6, 0, b'+', 0, 0], Some("2026-11-20T09:04:06.0+00:00")),
            (&[0x07, 0xea, 11, 20, 9, 4, 6, 0, b'-', 3, 30], Some("2026-11-20T09:04:06.0-03:30")),
            (&[0x07, 0xe8, 2, 29, 23, 59, 60, 9], Some("2024-02-29T23:59:60.9")),
            (&[0x07, 0xd0, 2, 29, 0, 0, 0, 0], Some("2000-02-29T00:00:00.0")),
            (&[0x07, 0x6c, 2, 29, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 2, 29, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 4, 31, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 13, 1, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 0, 1, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 1, 0, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 1, 1, 24, 0, 0, 0], None),
            (&[0x07, 0xea, 1, 1, 0, 60, 0, 0], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 61, 0], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 0, 10], None),
            (&[0x27, 0x10, 1, 1, 0, 0, 0, 0], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 0, 0, b'*', 0, 0], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 0, 0, b'+', 15, 0], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 0, 0, b'+', 1, 60], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 0, 0, b'+', 1], None),
            (&[0x07, 0xea, 1, 1, 0, 0, 0], None),
            (&[], None),
        ] {
            assert_eq!(date_and_time(octets).as_deref(), text, "{octets:?}");
        }
    }

    #[test]
    fn hints_that_change_nothing_are_told_from_those_that_do() {
        for hint in ["255a", "255t", "1a", "0a"] {
            assert!(is_text(hint), "{hint}");
        }
        for hint in ["", "a", "255", "255a1a", "1a:", "1x:", "*1a", "255aa", "2d-1a"] {
            assert!(!is_text(hint), "{hint}");
        }
        for hint in ["1x:", "1d.", "1x "] {
            assert!(Rendering::Octets(hint).is_unique(), "{hint}");
        }
        for hint in ["1x", "2x:", "1d-", "1d0", "1xa", "1d.1d", "1x*"] {
            assert!(!Rendering::Octets(hint).is_unique(), "{hint}");
        }
        for hint in ["d-1", "d-10", "x", "X", "o", "b"] {
            assert!(changes_numbers(hint), "{hint}");
        }
        for hint in ["", "d", "d-0", "d-", "d2", "u", "1d", "q"] {
            assert!(!changes_numbers(hint), "{hint}");
        }
    }

    #[test]
    fn what_is_kept_makes_room_and_is_found_again() {
        let mut knowledge = Knowledge::of(View::core());
        let columns = View::core().named("ifEntry").next().unwrap().node().children();
        let columns: Vec<_> = columns.map(|node| node.oid().child(&[7]).unwrap()).collect();
        let more = View::core().named("ifXEntry").next().unwrap().node().children();
        let columns: Vec<_> =
            columns.into_iter().chain(more.map(|node| node.oid().child(&[7]).unwrap())).collect();
        assert!(columns.len() > KEPT);
        for round in 0..3 {
            for oid in &columns {
                let name = knowledge.name_of(oid).unwrap();
                let found = knowledge.find(oid).unwrap();
                assert_eq!(format!("{}.7", found.object.name), name, "round {round}");
                assert_eq!(found.rest, [7]);
            }
            assert_eq!(knowledge.objects.len(), KEPT);
        }
        // One that is kept stays where it is.
        let latest = knowledge.latest;
        knowledge.find(columns.last().unwrap()).unwrap();
        assert_eq!((knowledge.latest, knowledge.objects.len()), (latest, KEPT));
        assert!(Knowledge::of(View::none()).find(&columns[0]).is_none());
    }
    #[test]
    fn what_lies_below_a_name_has_names_of_its_own() {
        let mut knowledge = Knowledge::of(View::core());
        for (oid, name) in [
            ("1.3.6.1.2.1.9999", "SNMPv2-SMI::mib-2"),
            ("1.3.6.1.2.1.2.2.1.2.7", "IF-MIB::ifDescr"),
            ("1.3.6.1.2.1.2.2.1.9999.7", "IF-MIB::ifEntry"),
            ("1.3.6.1.2.1.1.3.1", "SNMPv2-MIB::sysUpTime"),
            ("1.3.6.1.2.1.1.3.0", "SNMPv2-MIB::sysUpTime"),
            ("1.3.6.1.2.1.9999", "SNMPv2-SMI::mib-2"),
            ("1.3.6.1.2.1.1.3.0", "SNMPv2-MIB::sysUpTime"),
        ] {
            let oid: crate::oid::Oid = oid.parse().unwrap();
            let found = knowledge.find(&oid).unwrap();
            assert_eq!(found.object.name, name);
            let mut whole = Vec::new();
            instance(name, found.rest, &mut whole);
            assert_eq!(found.name_of(&oid).unwrap().into_bytes(), whole);
        }
    }
}
