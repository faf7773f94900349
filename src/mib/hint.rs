//! DISPLAY-HINTs (RFC 2579, section 3.1): values to text and back, as net-snmp does it.
//!
//! Its text differs from the RFC's: an octet in hexadecimal has one digit below 16 unless it ends the hint without a
//! separator (`0:1b:21`, but `001b21`), and its reader takes numbers that do not fit, cutting them.

mod parse;

pub use parse::{Mismatch, has_notation, parse_octets, parse_octets_exactly};

/// How many digits an octet below 16 has in hexadecimal.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HexDigits {
    /// One, where net-snmp writes one.
    #[default]
    Shortest,
    /// `-O0`: always two.
    Two,
}

/// A hint with a part that is none; net-snmp says `(Bad hint ignored: …)` and writes the value without a hint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the DISPLAY-HINT has a part that is no format")]
pub struct BadHint;

/// Writes octets by a hint for strings.
///
/// The last part of the hint serves for all octets after it; octets that a number lacks at the end count as zeros.
/// The text grows with the value and not with the hint: at most 24 octets for one.
///
/// # Errors
///
/// [`BadHint`] when a part that is needed is no format; nothing has been written then.
pub fn octets(hint: &[u8], value: &[u8], digits: HexDigits, out: &mut Vec<u8>) -> Result<(), BadHint> {
    let start = out.len();
    let written = write_octets(hint, value, digits, out);
    if written.is_err() {
        out.truncate(start);
    }
    written
}

/// Writes a number by a hint for integers: `d`, `d-N`, `x`, `o` or `b`.
///
/// `d-2` puts a point before the last two digits (`1.05`, and `.05` without a zero before it). `b` writes 32 digits;
/// `x` and `o` write negative numbers as 64 bits. A hint that is none of these gives the plain number.
pub fn integer(hint: &[u8], value: i64, out: &mut Vec<u8>) {
    match hint.first() {
        Some(b'd') => decimal(decimals(hint), value, out),
        Some(b'b') => {
            out.extend((0..32).rev().map(|bit| if value >> bit & 1 == 1 { b'1' } else { b'0' }));
        }
        Some(b'x') => number(value.cast_unsigned(), 16, out),
        Some(b'X') => {
            let start = out.len();
            number(value.cast_unsigned(), 16, out);
            out[start..].make_ascii_uppercase();
        }
        Some(b'o') => number(value.cast_unsigned(), 8, out),
        Some(b'u') => number(value.cast_unsigned(), 10, out),
        _ => signed(value, out),
    }
}

/// One part of a hint.
#[derive(Clone, Copy, Debug)]
struct Part {
    width: usize,
    /// `None` when the hint ends before it.
    code: Option<u8>,
    separator: Option<u8>,
    terminator: Option<u8>,
}

fn write_octets(hint: &[u8], value: &[u8], digits: HexDigits, out: &mut Vec<u8>) -> Result<(), BadHint> {
    // An empty hint writes every octet in decimal.
    let mut part = Part { width: 1, code: Some(b'd'), separator: None, terminator: None };
    let (mut hint, mut left) = (hint, value);
    while let [first, after @ ..] = left {
        let mut repeat = 1;
        if !hint.is_empty() {
            if let [b'*', rest @ ..] = hint {
                hint = rest;
                repeat = *first;
                left = after;
            }
            part = read_part(&mut hint);
        }
        for _ in 0..repeat {
            if left.is_empty() {
                break;
            }
            left = element(part, hint.is_empty(), left, digits, out)?;
            if !left.is_empty() {
                out.extend(part.separator);
            }
        }
        if !left.is_empty() {
            if part.code.is_none() {
                return Err(BadHint);
            }
            out.extend(part.terminator);
        }
    }
    Ok(())
}

/// Takes a part off the front of a hint, after its `*`.
fn read_part(hint: &mut &[u8]) -> Part {
    let mut width = 0_usize;
    while let [digit @ b'0'..=b'9', rest @ ..] = *hint {
        width = width.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        *hint = rest;
    }
    let code = hint.split_off_first().copied();
    let mut delimiter = || match *hint {
        [b'*' | b'0'..=b'9', ..] | [] => None,
        // Without a width, this could be the next part of a hint that leaves widths out.
        [b'x' | b'd' | b'o', ..] if width == 0 => None,
        [delimiter, rest @ ..] => {
            *hint = rest;
            Some(*delimiter)
        }
    };
    let separator = delimiter();
    let terminator = delimiter();
    Part { width: width.max(1), code, separator, terminator }
}

/// Writes one element and gives what is left of the value; `is_last` when no part follows in the hint.
fn element<'a>(
    part: Part,
    is_last: bool,
    left: &'a [u8],
    digits: HexDigits,
    out: &mut Vec<u8>,
) -> Result<&'a [u8], BadHint> {
    let (own, rest) = left.split_at(part.width.min(left.len()));
    match part.code {
        // A number that no 64 bits hold, of which octets are missing: net-snmp writes what stands behind them in memory.
        Some(b'x') if part.width > 8 && own.len() < part.width => {
            out.extend(own.iter().flat_map(|octet| hex_digits(*octet)));
        }
        Some(b'x') => {
            let value = value_of(own, part.width);
            let ends_bare = is_last && part.separator.is_none();
            if (0..16).contains(&value) && part.width == 1 && (digits == HexDigits::Two || ends_bare) {
                out.push(b'0');
            }
            number(value.cast_unsigned(), 16, out);
        }
        Some(b'd') => signed(value_of(own, part.width), out),
        Some(b'o') => number(value_of(own, part.width).cast_unsigned(), 8, out),
        Some(b'a' | b't') if own.contains(&0) => text_with_nul(own, out),
        Some(b'a' | b't') => out.extend_from_slice(own),
        _ => return Err(BadHint),
    }
    Ok(rest)
}

fn hex_digits(octet: u8) -> [u8; 2] {
    [octet >> 4, octet & 0xf].map(|digit| b"0123456789abcdef"[usize::from(digit)])
}

/// The last 64 bits of the octets, with zeros for those that are missing of `width`.
fn value_of(octets: &[u8], width: usize) -> i64 {
    let value = octets.iter().fold(0_i64, |value, octet| value << 8 | i64::from(*octet));
    let missing = width - octets.len();
    if missing < 8 { value << (8 * missing) } else { 0 }
}

/// Text is passed on as it is, unless there is a NUL in it: then it is written as a string without a hint is.
fn text_with_nul(octets: &[u8], out: &mut Vec<u8>) {
    for octet in octets {
        match octet {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *octet]),
            b' '..=b'~' | b'\t'..=b'\r' => out.push(*octet),
            _ => out.push(b'.'),
        }
    }
}

/// The N of `d-N`, read as C's `atoi` reads it.
///
/// No number has 200 digits: from there on net-snmp writes beyond its buffer, and below 0 it never stops.
fn decimals(hint: &[u8]) -> usize {
    let [b'd', b'-', number @ ..] = hint else { return 0 };
    usize::try_from(super::scan::number(number, 10).value)
        .ok()
        .filter(|decimals| *decimals < 200)
        .unwrap_or(0)
}

fn decimal(decimals: usize, value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    let start = out.len();
    number(value.unsigned_abs(), 10, out);
    if decimals > 0 {
        let digits = out.len() - start;
        if digits < decimals {
            out.splice(start..start, std::iter::repeat_n(b'0', decimals - digits));
        }
        out.insert(out.len() - decimals, b'.');
    }
}

fn signed(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    number(value.unsigned_abs(), 10, out);
}

/// Writes a number in base 8, 10 or 16.
fn number(mut value: u64, base: u64, out: &mut Vec<u8>) {
    // 64 bits have 22 octal digits.
    let mut digits = [0_u8; 22];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b"0123456789abcdef"[usize::try_from(value % base).unwrap_or(0)];
        value /= base;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests;
