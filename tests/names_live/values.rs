//! Values of a syntax: what it allows, what lies at and beyond its bounds, and what is of another type.

use rand::{RngExt, rngs::StdRng};
use snmpkit::mib::{
    BaseType,
    facts::{Facts, Labels},
    object::Object,
};

use crate::{known, support::fake};

/// A value as it is on the wire: tag and contents.
pub type Wire = (u8, Vec<u8>);

/// Tags.
pub const INTEGER: u8 = 0x02;
/// OCTET STRING, and BITS.
pub const OCTETS: u8 = 0x04;
/// NULL.
pub const NULL: u8 = 0x05;
/// `IpAddress`.
pub const ADDRESS: u8 = 0x40;
/// `Counter32`.
pub const COUNTER: u8 = 0x41;
/// `Gauge32` and `Unsigned32`.
pub const GAUGE: u8 = 0x42;
/// `TimeTicks`.
pub const TICKS: u8 = 0x43;
/// `Opaque`.
pub const OPAQUE: u8 = 0x44;
/// `Counter64`.
pub const COUNTER64: u8 = 0x46;

/// The text that strings are made of, which has everything that formats treat in a way of its own.
const TEXTS: &[&[u8]] = &[
    b"",
    b"plain text",
    b"it's \"quoted\" and \\ escaped",
    b"two\nlines",
    b"carriage\r\nreturn and \t tab",
    b"  blanks  ",
    b"%s%n%d {}",
    "Grüße, 東京 €".as_bytes(),
    b"latin \xe9 and \xff",
    b"nul\0inside",
    b"nul at the end\0",
    b"\0",
    b"\x07bell and \x1b[31mcolour\x7f",
    b"0x41",
    b"12345",
    b"-1",
    b"true",
];

/// Octets that formats with separators and repetitions treat in a way of their own.
const OCTET_LISTS: &[&[u8]] = &[
    &[0x00, 0x1b, 0x21, 0x0c, 0x9d, 0xf8],
    &[192, 0, 2, 1],
    &[192, 0, 2, 1, 0, 161],
    &[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xfe, 0, 0, 1, 0, 0, 0, 3],
    &[0x07, 0xea, 11, 20, 9, 4, 5, 6],
    &[0x07, 0xea, 11, 20, 9, 4, 5, 6, b'+', 2, 0],
    &[0x07, 0xea, 0, 0, 24, 60, 60, 9, b'x', 99, 99],
    &[1],
    &[0xff],
    &[0x80, 0, 0, 0],
    &[255, 255, 255, 255, 255, 255, 255, 255],
];

/// Identifiers as values.
const NAMES: &[&str] = &[
    "0.0",
    "1.3",
    "1.3.6.1.2.1.1.1.0",
    "1.3.6.1.2.1.2.2.1.2.7",
    "1.3.6.1.6.3.1.1.5.3",
    "1.3.6.1.4.1.8072.3.2.10",
    "1.3.6.1.4.1.4294967295.1",
    "1.3.6.1.2.1.92.1.3.1.1.2.7.100.101.102.97.117.108.116.1",
    "2.16.840",
];

/// The values of an object; `all` for every one that is worth a case, else a few.
pub fn of(object: &Object<'static>, all: bool, random: &mut StdRng) -> Vec<Wire> {
    let is_shown = known::is_of_an_object(object.definition());
    let Some(syntax) = object.syntax() else { return Vec::new() };
    let facts = object.facts();
    let mut values = match syntax.base() {
        BaseType::Integer32 => integers(&facts).into_iter().map(integer).collect(),
        BaseType::Unsigned32 | BaseType::Gauge32 => unsigned(GAUGE, &facts),
        BaseType::Counter32 => unsigned(COUNTER, &facts),
        BaseType::TimeTicks => {
            [0, 1, 99, 100, 6_000, 359_999, 360_000, 8_639_999, 8_640_000, 17_280_000, u32::MAX]
                .map(|number| (TICKS, number_octets(number.into())))
                .to_vec()
        }
        BaseType::Counter64 | BaseType::Integer64 | BaseType::Unsigned64 => {
            [0, 1, u64::from(u32::MAX) + 1, i64::MAX.cast_unsigned(), u64::MAX]
                .map(|number| (COUNTER64, number_octets(number)))
                .to_vec()
        }
        BaseType::IpAddress | BaseType::NetworkAddress => {
            [[0, 0, 0, 0], [192, 0, 2, 1], [255, 255, 255, 255]]
                .map(|octets| (ADDRESS, octets.to_vec()))
                .to_vec()
        }
        BaseType::OctetString => strings(&facts, random),
        BaseType::Bits => bits(&facts),
        BaseType::ObjectIdentifier => NAMES.iter().map(|name| identifier(name)).collect(),
        BaseType::Opaque => opaques(),
    };
    if !is_shown {
        values.retain(|(tag, octets)| *tag != OCTETS || !reads_beyond(facts.hint, octets.len()));
    }
    let keep = if all { usize::MAX } else { 3 };
    while values.len() > keep {
        let at = random.random_range(0..values.len());
        values.remove(at);
    }
    let foreign: Vec<Wire> =
        foreign().into_iter().filter(|(tag, _)| values.iter().all(|(own, _)| own != tag)).collect();
    if all {
        values.extend(foreign);
    } else if random.random_range(0..4) == 0 {
        values.push(foreign[random.random_range(0..foreign.len())].clone());
    }
    values
}

/// A value of each type.
pub fn foreign() -> Vec<Wire> {
    vec![
        integer(5),
        (OCTETS, b"text of the wrong type".to_vec()),
        (NULL, Vec::new()),
        identifier("1.3.6.1.2.1.1.5.0"),
        (ADDRESS, vec![192, 0, 2, 255]),
        (COUNTER, number_octets(4_000_000_000)),
        (GAUGE, number_octets(4_000_000_000)),
        (TICKS, number_octets(123_456)),
        opaques().swap_remove(0),
        (COUNTER64, number_octets(10_000_000_000)),
    ]
}

fn integers(facts: &Facts<'_>) -> Vec<i32> {
    let mut numbers = vec![0, 1, -1, i32::MIN, i32::MAX, 10, -12_345];
    let labels: Vec<i32> = labels(facts.labels);
    if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
        numbers.extend([*first, *last, labels[labels.len() / 2], last.saturating_add(1)]);
    }
    for (low, high) in facts.ranges.iter().take(3) {
        let bounds = [low - 1, *low, *high, high + 1];
        numbers.extend(bounds.iter().filter_map(|number| i32::try_from(*number).ok()));
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The numbers of an enumeration, in the order of the module.
pub fn labels(labels: &dyn Labels) -> Vec<i32> {
    (0..).map_while(|at| labels.label(at)).map(|(_, number)| number).collect()
}

fn unsigned(tag: u8, facts: &Facts<'_>) -> Vec<Wire> {
    let mut numbers: Vec<u32> =
        vec![0, 1, 42, i32::MAX.cast_unsigned(), i32::MAX.cast_unsigned() + 1, u32::MAX];
    for (low, high) in facts.ranges.iter().take(3) {
        numbers
            .extend([low - 1, *low, *high, high + 1].iter().filter_map(|number| u32::try_from(*number).ok()));
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(|number| (tag, number_octets(number.into()))).collect()
}

fn strings(facts: &Facts<'_>, random: &mut StdRng) -> Vec<Wire> {
    let mut strings: Vec<Vec<u8>> = TEXTS.iter().chain(OCTET_LISTS).map(|octets| octets.to_vec()).collect();
    for length in [7, 16, 17, 33, 80, 300] {
        strings.push((0..length).map(|_| random.random()).collect());
        strings.push((0..length).map(|at| b'a' + u8::try_from(at % 26).unwrap()).collect());
    }
    for (low, high) in facts.ranges.iter().take(4) {
        for size in [low - 1, *low, *high, high + 1] {
            let Ok(size) = usize::try_from(size.min(600)) else { continue };
            strings.push((0..size).map(|_| random.random_range(0x20..0x7f)).collect());
            strings.push((0..size).map(|_| random.random()).collect());
        }
    }
    strings.into_iter().map(|octets| (OCTETS, octets)).collect()
}

/// Whether a hint wants more octets than there are, or breaks off itself: net-snmp reads on in its memory then.
pub fn reads_beyond(hint: Option<&[u8]>, octets: usize) -> bool {
    let Some(mut hint) = hint.filter(|hint| *hint != b"*") else { return hint.is_some() };
    let mut left = octets;
    let mut width = 0;
    while left > 0 {
        if let [b'*', rest @ ..] = hint {
            // A repetition takes its count from the value; whatever that is, its elements are of one octet here.
            return rest.first() != Some(&b'1');
        }
        let digits = hint.iter().take_while(|octet| octet.is_ascii_digit()).count();
        if digits > 0 {
            width = String::from_utf8_lossy(&hint[..digits]).parse().unwrap();
            let is_text = matches!(hint.get(digits), Some(b'a' | b't'));
            if is_text {
                width = width.min(left);
            }
            hint = &hint[digits + 1..];
            hint =
                &hint[hint.iter().take_while(|octet| !octet.is_ascii_digit() && **octet != b'*').count()..];
        }
        if width == 0 || width > left {
            return width > left;
        }
        left -= width;
    }
    false
}

/// Strings of an object of which nothing is known.
pub fn strings_of_any_size(random: &mut StdRng) -> Vec<Wire> {
    strings(&Facts::default(), random)
}

fn bits(facts: &Facts<'_>) -> Vec<Wire> {
    let known = labels(facts.labels);
    let octets = known.iter().max().map_or(1, |bit| usize::try_from(*bit).unwrap_or(0) / 8 + 1);
    let mut some = vec![0; octets];
    for bit in known.iter().step_by(2).filter_map(|bit| usize::try_from(*bit).ok()) {
        some[bit / 8] |= 0x80 >> (bit % 8);
    }
    let mut beyond = some.clone();
    beyond.extend([0xff, 0x01]);
    vec![
        Vec::new(),
        vec![0; octets],
        vec![0x80],
        vec![0xff; octets],
        vec![0xff; octets + 1],
        some,
        beyond,
        b"printable".to_vec(),
        vec![0; 40],
    ]
    .into_iter()
    .map(|octets| (OCTETS, octets))
    .collect()
}

/// Every `Opaque` that net-snmp knows, and others.
pub fn opaques() -> Vec<Wire> {
    let wrapped = |tag: u8, octets: &[u8]| {
        let mut field = vec![0x9f, tag, u8::try_from(octets.len()).unwrap()];
        field.extend_from_slice(octets);
        (OPAQUE, field)
    };
    let mut values: Vec<Wire> = [1.0_f32, -0.25, 3.402_823_5e38, f32::NAN, f32::INFINITY, 1e-7, 0.0]
        .map(|number| wrapped(0x78, &number.to_be_bytes()))
        .to_vec();
    values.extend([1.5_f64, -1e300, 123_456_789.123].map(|number| wrapped(0x79, &number.to_be_bytes())));
    values.extend([i64::MIN, -1, 0, i64::MAX].map(|number| wrapped(0x7a, &number.to_be_bytes())));
    values.extend([wrapped(0x7b, &[0, 255, 255, 255, 255, 255, 255, 255, 255]), wrapped(0x76, &[7])]);
    values.extend([(OPAQUE, Vec::new()), (OPAQUE, vec![1, 2, 3]), (OPAQUE, b"\x04\x05hello".to_vec())]);
    values
}

/// An INTEGER.
pub fn integer(number: i32) -> Wire {
    let octets = number.to_be_bytes();
    let spare = octets.windows(2).take_while(|pair| pair[0] == if pair[1] < 0x80 { 0 } else { 0xff });
    let spare = spare.count();
    (INTEGER, octets[spare..].to_vec())
}

/// A number without a sign, with a zero before it where its first bit is set.
pub fn number_octets(number: u64) -> Vec<u8> {
    let octets = [&[0][..], &number.to_be_bytes()].concat();
    let spare = octets.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    octets[spare..].to_vec()
}

/// An identifier as a value.
pub fn identifier(name: &str) -> Wire {
    let field = fake::oid(name);
    let (tag, contents, _) = fake::split(&field).unwrap();
    (tag, contents.to_vec())
}
