//! Looks for secrets in what programs write, whatever they make of them.

use std::{collections::HashMap, fmt::Write as _};

/// How many octets of a secret in a row give it away.
const TELLING: usize = 6;

/// A secret, and what to call it.
#[derive(Clone, Debug)]
pub struct Sought {
    pub name: &'static str,
    pub octets: Vec<u8>,
}

/// Parts of secrets in one of the shapes that they can have, by their lengths.
type Parts = HashMap<usize, HashMap<Vec<u8>, &'static str>>;

/// Looks for parts of secrets: as they are, as hexadecimal digits, as decimal numbers, in Base64, and in the octets of a
/// dump of packets.
pub struct Search {
    octets: Parts,
    hexadecimal: Parts,
    decimal: Parts,
    base64: Parts,
}

impl Search {
    /// Any few octets of a secret in a row count.
    pub fn new(sought: &[Sought]) -> Self {
        let [mut octets, mut hexadecimal, mut decimal, mut base64] = [const { Vec::new() }; 4];
        for Sought { name, octets: secret } in sought {
            for part in secret.windows(TELLING) {
                octets.push((*name, part.to_vec()));
                let (mut digits, mut numbers) = (String::new(), String::new());
                for octet in part {
                    write!(digits, "{octet:02x}").unwrap();
                    write!(numbers, "{octet},").unwrap();
                }
                hexadecimal.push((*name, digits.into_bytes()));
                decimal.push((*name, numbers.into_bytes()));
            }
            // Of three octets there are four digits, beginning with any of the three.
            for start in 0..3.min(secret.len()) {
                let digits = digits64(&secret[start..]);
                base64.extend(digits.as_bytes().windows(8).map(|part| (*name, part.to_vec())));
            }
        }
        let [octets, hexadecimal, decimal, base64] = [octets, hexadecimal, decimal, base64].map(|parts| {
            let mut by_length = Parts::new();
            for (name, part) in parts {
                by_length.entry(part.len()).or_default().insert(part, name);
            }
            by_length
        });
        Self { octets, hexadecimal, decimal, base64 }
    }

    /// What is in a text, and how.
    pub fn found(&self, text: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        for (how, reading, parts) in [
            ("as it is", text, &self.octets),
            ("as hexadecimal digits", &digits_alone(text), &self.hexadecimal),
            ("as numbers", &numbers_alone(text), &self.decimal),
            ("in Base64", &text.iter().map(|octet| standard64(*octet)).collect::<Vec<_>>(), &self.base64),
            ("in a dump", &dumped(text), &self.octets),
        ] {
            for (length, parts) in parts {
                let names = reading.windows(*length).filter_map(|window| parts.get(window));
                all.extend(names.map(|name| format!("{name}, {how}")));
            }
        }
        all.sort();
        all.dedup();
        all
    }
}

/// The usual digit for one of those that stand in addresses.
const fn standard64(octet: u8) -> u8 {
    match octet {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

/// The hexadecimal digits, in small letters; what usually stands between octets is left out, all else is one mark.
fn digits_alone(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase().replace("0x", " ").replace("\\x", " ");
    let mut digits = Vec::new();
    for character in text.chars() {
        match character {
            '0'..='9' | 'a'..='f' => digits.push(u8::try_from(character).unwrap()),
            ' ' | ':' | '-' | ',' | '.' | '\n' | '\r' | '\t' | '"' => {}
            _ => digits.push(b'!'),
        }
    }
    digits
}

/// Decimal numbers with a comma after each, as a list of octets would be written; all else is one mark.
fn numbers_alone(text: &[u8]) -> Vec<u8> {
    let mut numbers: Vec<u8> = Vec::new();
    let mut is_in_number = false;
    for &octet in text {
        let is_digit = octet.is_ascii_digit();
        if is_in_number && !is_digit {
            numbers.push(b',');
        }
        is_in_number = is_digit;
        match octet {
            b'0'..=b'9' => numbers.push(octet),
            b' ' | b',' | b'.' | b'\n' | b';' => {}
            _ => numbers.push(b'!'),
        }
    }
    numbers
}

/// The octets of a dump's rows, `0016: 04 6A 26 5E  …    text`.
fn dumped(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut octets = Vec::new();
    for line in text.lines() {
        let Some((offset, row)) = line.split_once(": ") else { continue };
        if offset.len() != 4 || !offset.bytes().all(|octet| octet.is_ascii_digit()) {
            continue;
        }
        for pair in row.split(' ').filter(|word| !word.is_empty()).take(16) {
            match u8::from_str_radix(pair, 16) {
                Ok(octet) if pair.len() == 2 => octets.push(octet),
                _ => break,
            }
        }
    }
    octets
}

/// The whole groups of four digits.
fn digits64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in octets.chunks_exact(3) {
        let bits = group.iter().fold(0_usize, |bits, octet| bits << 8 | usize::from(*octet));
        text.extend([18, 12, 6, 0].map(|shift| char::from(DIGITS[bits >> shift & 63])));
    }
    text
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let octets = b"\x01\xfeqZ7vKp2mLx9w".to_vec();
    let search = Search::new(&[Sought { name: "it", octets: octets.clone() }]);
    let hex = |between: &str, upper: bool| {
        let digits: Vec<_> = octets
            .iter()
            .map(|octet| if upper { format!("{octet:02X}") } else { format!("{octet:02x}") })
            .collect();
        format!("a key of {} it is", digits.join(between))
    };
    let dump = format!(
        "\nSending 16 bytes to x\n0000: 30 26 02 01  01 04 06 2A  2A 19 02 {}    0&.\n0016: {}  2E 2E    ..\n",
        "71 5A 37", "76 4B 70"
    );
    for (text, how) in [
        ("so vKp2mL is".to_owned(), "it, as it is"),
        (hex("", false), "it, as hexadecimal digits"),
        (hex("", true), "it, as hexadecimal digits"),
        (hex(" ", true), "it, as hexadecimal digits"),
        (hex(":", false), "it, as hexadecimal digits"),
        (hex("-", false), "it, as hexadecimal digits"),
        (hex(", 0x", false), "it, as hexadecimal digits"),
        (hex("\\x", false), "it, as hexadecimal digits"),
        (hex("\n", true), "it, as hexadecimal digits"),
        (format!("{octets:?}"), "it, as numbers"),
        (dump, "it, in a dump"),
        ("digits: AABxWjd2S3AybUx4OXc=".to_owned(), "it, in Base64"),
        ("digits: cVo3dktwMm1MeDl3".to_owned(), "it, in Base64"),
        ("digits: _nFaN3ZLcDJtTHg5dw".to_owned(), "it, in Base64"),
    ] {
        assert!(search.found(text.as_bytes()).contains(&how.to_owned()), "{how}: {text}");
    }
    for text in ["", "qZ7vK vKp2m p2mLx", "0x01fe715a37", "[1, 254, 113, 90, 55]", "7vKp 2mLx"] {
        assert_eq!(search.found(text.as_bytes()), Vec::<String>::new(), "{text}");
    }
}
