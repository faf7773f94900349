//! The golden files' lines.

use std::{fmt::Write as _, fs, path::PathBuf};

use snmpkit::{
    mib::{
        facts::{Base, Facts, Range},
        index::Component,
    },
    oid::Oid,
    output::options::{Options, TokenUse},
    value::{Octets, Value},
};

pub fn golden(part: &str) -> String {
    let name = format!("tests/golden/net_snmp_hints_{part}.txt");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A type, owned.
#[derive(Debug, Default)]
pub struct Kept {
    base: Base,
    hint: Option<Vec<u8>>,
    units: Option<Vec<u8>>,
    labels: Vec<(String, i32)>,
    ranges: Vec<Range>,
}

impl Kept {
    pub fn new(base: &str, hint: &str, units: &str, labels: &str, ranges: &str) -> Self {
        let text = |field: &str| field.strip_prefix('=').map(|text| text.as_bytes().to_vec());
        let list = |field: &str| -> Vec<String> {
            field.split(',').filter(|part| *part != "-").map(str::to_owned).collect()
        };
        let label = |part: String| {
            part.split_once('=').map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
        };
        let range = |part: String| {
            part.split_once("..").map(|(low, high)| (low.parse().unwrap(), high.parse().unwrap()))
        };
        Self {
            base: base_of(base),
            hint: text(hint),
            units: text(units),
            labels: list(labels).into_iter().map(|part| label(part).unwrap()).collect(),
            ranges: list(ranges).into_iter().map(|part| range(part).unwrap()).collect(),
        }
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts {
            base: self.base,
            labels: &self.labels,
            hint: self.hint.as_deref(),
            units: self.units.as_deref(),
            ranges: &self.ranges,
        }
    }
}

fn base_of(name: &str) -> Base {
    match name {
        "Integer" => Base::Integer,
        "Integer32" => Base::Integer32,
        "Unsigned32" => Base::Unsigned32,
        "Gauge32" => Base::Gauge32,
        "Counter32" => Base::Counter32,
        "Counter64" => Base::Counter64,
        "TimeTicks" => Base::TimeTicks,
        "IpAddress" => Base::IpAddress,
        "NetworkAddress" => Base::NetworkAddress,
        "NsapAddress" => Base::NsapAddress,
        "OctetString" => Base::OctetString,
        "ObjectIdentifier" => Base::ObjectIdentifier,
        "Opaque" => Base::Opaque,
        "Bits" => Base::Bits,
        "UInteger32" => Base::UInteger32,
        "Null" => Base::Null,
        other => panic!("no type: {other}"),
    }
}

/// An INDEX clause, owned.
#[derive(Debug, Default)]
pub struct Table(Vec<(String, Kept, bool, bool)>);

impl Table {
    pub fn new(components: &[&str]) -> Self {
        let component = |text: &&str| {
            let fields: Vec<&str> = text.split(' ').collect();
            let &[name, base, implied, ref hint @ .., inet, ranges, labels] = fields.as_slice() else {
                panic!("no component: {text}")
            };
            let kept = Kept::new(base, &hint.join(" "), "-", labels, ranges);
            (name.to_owned(), kept, implied == "implied", inet == "inet")
        };
        Self(components.iter().map(component).collect())
    }

    pub fn components(&self) -> Vec<Component<'_>> {
        self.0
            .iter()
            .map(|(name, kept, implied, inet)| Component {
                name,
                facts: kept.facts(),
                implied: *implied,
                inet_address: *inet,
            })
            .collect()
    }

    pub fn has_string_without_size(&self) -> bool {
        self.0.iter().any(|(_, kept, ..)| kept.base == Base::OctetString && kept.ranges.is_empty())
    }

    /// Whether text by a hint may be that of several values, without separators between numbers.
    pub fn has_lossy_hint(&self) -> bool {
        self.0.iter().any(|(_, kept, ..)| kept.hint.as_deref() == Some(b"1d-1d"))
    }

    /// net-snmp loses what follows a string that is always empty.
    pub fn has_empty_string(&self) -> bool {
        self.0.iter().any(|(_, kept, ..)| kept.facts().fixed_octets() == Some(0))
    }
}

pub struct Says;

impl Says {
    /// `0-3,7`
    pub fn numbers(text: &str) -> impl Iterator<Item = usize> {
        text.split(',').flat_map(|run| {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            first.parse::<usize>().unwrap()..=last.parse().unwrap()
        })
    }
}

/// The options of a command line, and whether hints are used.
pub fn options_of(words: &[&str]) -> (Options, bool) {
    let (mut options, mut hints) = (Options::default(), true);
    for word in words {
        if let Some(letters) = word.strip_prefix("-O") {
            options.apply(letters).unwrap();
        } else if *word == "-Ih" || *word == "--noDisplayHint=1" {
            hints = false;
        } else {
            let (token, value) = word.strip_prefix("--").and_then(|word| word.split_once('=')).unwrap();
            assert_eq!(options.set_token(token, value), Ok(TokenUse::Taken), "{word}");
        }
    }
    (options, hints)
}

pub fn oid(text: &str) -> Oid {
    if text.is_empty() { Oid::empty() } else { text.parse().unwrap() }
}

pub fn value_of(kind: &str, value: &str) -> Value {
    match kind {
        "Integer32" => Value::Integer32(value.parse().unwrap()),
        "OctetString" => Value::OctetString(octets(value)),
        "Null" => Value::Null,
        "ObjectIdentifier" => Value::ObjectIdentifier(oid(value)),
        "IpAddress" => Value::IpAddress(value.parse().unwrap()),
        "Counter32" => Value::Counter32(value.parse().unwrap()),
        "Gauge32" => Value::Gauge32(value.parse().unwrap()),
        "TimeTicks" => Value::TimeTicks(value.parse().unwrap()),
        "Opaque" => Value::Opaque(octets(value)),
        "Counter64" => Value::Counter64(value.parse().unwrap()),
        "UInteger32" => Value::UInteger32(value.parse().unwrap()),
        "noSuchObject" => Value::NoSuchObject,
        "noSuchInstance" => Value::NoSuchInstance,
        "endOfMibView" => Value::EndOfMibView,
        other => panic!("no type: {other}"),
    }
}

fn octets(hex: &str) -> Octets {
    let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(pair).collect::<Vec<u8>>().into()
}

pub fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

/// One line of ASCII, as the script writes it.
pub fn escaped(octets: &[u8]) -> String {
    let mut out = String::new();
    for octet in octets {
        match octet {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b' '..=b'~' => out.push(char::from(*octet)),
            octet => write!(out, "\\x{octet:02x}").unwrap(),
        }
    }
    out
}

/// What was escaped.
pub fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut left = text.as_bytes();
    while let [first, rest @ ..] = left {
        left = rest;
        match (first, rest) {
            (b'\\', [b'\\', rest @ ..]) => {
                out.push(b'\\');
                left = rest;
            }
            (b'\\', [b'n', rest @ ..]) => {
                out.push(b'\n');
                left = rest;
            }
            (b'\\', [b'x', high, low, rest @ ..]) => {
                let pair = [*high, *low];
                out.push(u8::from_str_radix(str::from_utf8(&pair).unwrap(), 16).unwrap());
                left = rest;
            }
            (octet, _) => out.push(*octet),
        }
    }
    out
}
