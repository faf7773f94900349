//! Numbers as C's library reads them, since net-snmp hands its users' text to it.

/// What was read, and how many octets of the text it took; none when there was no number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Read<T> {
    /// The number, at the end of the type's range when the text leaves it.
    pub value: T,
    /// Octets of the text that belong to it, white space before it included.
    pub used: usize,
    /// Whether the text was out of range.
    pub overflow: bool,
}

/// Reads a signed number in `base` (10, or 0 for C's notation: `0x` hexadecimal, `0` octal).
///
/// White space and a sign may come first; what follows the digits is left.
pub(crate) fn signed(text: &[u8], base: u32) -> Read<i64> {
    let read = magnitude(text, base);
    let limit = if read.negative { i128::from(i64::MIN) } else { i128::from(i64::MAX) };
    let value = if read.negative { -i128::from(read.value) } else { i128::from(read.value) };
    let outside = read.overflow || if read.negative { value < limit } else { value > limit };
    let value = if outside { limit } else { value };
    Read { value: i64::try_from(value).unwrap_or(i64::MAX), used: read.used, overflow: outside }
}

/// Reads an unsigned number in `base`; a negative one wraps around, as C's does.
pub(crate) fn unsigned(text: &[u8], base: u32) -> Read<u64> {
    let read = magnitude(text, base);
    let value = if read.negative && !read.overflow { read.value.wrapping_neg() } else { read.value };
    Read { value, used: read.used, overflow: read.overflow }
}

struct Magnitude {
    value: u64,
    negative: bool,
    overflow: bool,
    used: usize,
}

fn magnitude(text: &[u8], base: u32) -> Magnitude {
    let mut at = white_space(text);
    let negative = text.get(at) == Some(&b'-');
    if matches!(text.get(at), Some(b'-' | b'+')) {
        at += 1;
    }
    let base = match (base, text.get(at), text.get(at + 1), text.get(at + 2)) {
        (0, Some(b'0'), Some(b'x' | b'X'), Some(digit)) if digit.is_ascii_hexdigit() => {
            at += 2;
            16
        }
        (0, Some(b'0'), ..) => 8,
        (0, ..) => 10,
        (base, ..) => base,
    };
    let start = at;
    let (mut value, mut overflow) = (0_u64, false);
    while let Some(digit) = text.get(at).and_then(|octet| char::from(*octet).to_digit(base)) {
        match value.checked_mul(u64::from(base)).and_then(|value| value.checked_add(u64::from(digit))) {
            Some(next) => value = next,
            None => overflow = true,
        }
        at += 1;
    }
    if overflow {
        value = u64::MAX;
    }
    Magnitude { value, negative, overflow, used: if at == start { 0 } else { at } }
}

/// Reads a floating-point number from the front of the text, and how many octets it took.
///
/// Decimal and hexadecimal notation with exponents, `inf` and `nan`; zero octets mean no number.
pub(crate) fn float(text: &[u8]) -> Read<f64> {
    let skipped = white_space(text);
    let body = &text[skipped..];
    let sign = usize::from(matches!(body.first(), Some(b'-' | b'+')));
    let negative = body.first() == Some(&b'-');
    let digits = &body[sign..];
    for (word, value) in [(&b"infinity"[..], f64::INFINITY), (b"inf", f64::INFINITY), (b"nan", f64::NAN)] {
        if digits.len() >= word.len() && digits[..word.len()].eq_ignore_ascii_case(word) {
            let value = if negative { -value } else { value };
            return Read { value, used: skipped + sign + word.len(), overflow: false };
        }
    }
    if let [b'0', b'x' | b'X', hex @ ..] = digits
        && let Some((value, length)) = hexadecimal_float(hex)
    {
        let value = if negative { -value } else { value };
        return Read { value, used: skipped + sign + 2 + length, overflow: false };
    }
    let length = decimal_length(digits);
    let value = std::str::from_utf8(&body[..sign + length])
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0.0);
    Read { value, used: if length == 0 { 0 } else { skipped + sign + length }, overflow: false }
}

/// A number in C's hexadecimal notation, what follows `0x`: digits with a point among them, and `p` with a power of two.
///
/// Digits beyond those that a double can hold count by their place only; `None` without a digit.
fn hexadecimal_float(text: &[u8]) -> Option<(f64, usize)> {
    let (mut value, mut power, mut at, mut digits) = (0_u64, 0_i32, 0, 0);
    let mut point = false;
    while let Some(octet) = text.get(at) {
        if let Some(digit) = char::from(*octet).to_digit(16) {
            if value >> 56 == 0 {
                value = value << 4 | u64::from(digit);
                power = power.saturating_sub(if point { 4 } else { 0 });
            } else {
                // A bit that stands for all that is lost, so that rounding goes the right way.
                value |= u64::from(digit != 0);
                power = power.saturating_add(if point { 0 } else { 4 });
            }
            digits += 1;
        } else if *octet == b'.' && !point {
            point = true;
        } else {
            break;
        }
        at += 1;
    }
    if digits == 0 {
        return None;
    }
    if matches!(text.get(at), Some(b'p' | b'P')) {
        let exponent = &text[at + 1..];
        let read = signed(exponent, 10);
        if read.used > 0 && white_space(exponent) == 0 {
            power = power.saturating_add(i32::try_from(read.value.clamp(-100_000, 100_000)).unwrap_or(0));
            at += 1 + read.used;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
    let mut value = value as f64;
    // In two steps: the power may leave the range of a double where the number does not.
    let half = power.clamp(-2_000, 2_000) / 2;
    value *= f64::powi(2.0, half);
    value *= f64::powi(2.0, power.clamp(-2_000, 2_000) - half);
    Some((value, at))
}

/// How many octets at the front make up an unsigned decimal number; none when there is no digit.
fn decimal_length(text: &[u8]) -> usize {
    let run = |from: usize| text[from..].iter().take_while(|octet| octet.is_ascii_digit()).count();
    let whole = run(0);
    let mut length = whole;
    if text.get(length) == Some(&b'.') {
        let fraction = run(length + 1);
        if whole + fraction == 0 {
            return 0;
        }
        length += 1 + fraction;
    } else if whole == 0 {
        return 0;
    }
    if matches!(text.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(length + 1), Some(b'-' | b'+')));
        let exponent = run((length + 1 + sign).min(text.len()));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// How many octets of white space stand at the front.
pub(crate) fn white_space(text: &[u8]) -> usize {
    text.iter().take_while(|octet| is_space(**octet)).count()
}

/// C's `isspace` in the C locale; unlike Rust's, a vertical tab is one.
pub(crate) const fn is_space(octet: u8) -> bool {
    octet.is_ascii_whitespace() || octet == 0x0b
}

/// Reads pairs of hexadecimal digits; blanks between them are skipped and `0x` may come first.
///
/// `None` for any other character and for an odd digit at the end.
pub(crate) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits = match text {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        all => all,
    };
    let mut octets = Vec::with_capacity(digits.len() / 2);
    let mut high: Option<u8> = None;
    for octet in digits {
        let Some(digit) = char::from(*octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
            if high.is_none() && *octet == b' ' {
                continue;
            }
            return None;
        };
        match high.take() {
            None => high = Some(digit),
            Some(first) => octets.push(first << 4 | digit),
        }
    }
    high.is_none().then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_numbers_are_read_as_c_reads_them() {
        for (text, base, value, used) in [
            ("5", 10, 5, 1),
            (" +5x", 10, 5, 3),
            ("-1", 10, -1, 2),
            ("0x10", 10, 0, 1),
            ("0x10", 0, 16, 4),
            ("0x", 0, 0, 1),
            ("010", 0, 8, 3),
            ("010", 10, 10, 3),
            ("", 10, 0, 0),
            ("-", 10, 0, 0),
            ("x", 10, 0, 0),
            ("9223372036854775807", 10, i64::MAX, 19),
            ("9223372036854775808", 10, i64::MAX, 19),
            ("-9223372036854775808", 10, i64::MIN, 20),
            ("-9223372036854775809", 10, i64::MIN, 20),
            ("99999999999999999999999999", 10, i64::MAX, 26),
        ] {
            let read = signed(text.as_bytes(), base);
            assert_eq!((read.value, read.used), (value, used), "{text}");
        }
    }

    #[test]
    fn unsigned_numbers_wrap_when_negative() {
        assert_eq!(unsigned(b"-1", 10).value, u64::MAX);
        assert_eq!(
            unsigned(b"18446744073709551615", 10),
            Read { value: u64::MAX, used: 20, overflow: false }
        );
        assert!(unsigned(b"18446744073709551616", 10).overflow);
    }

    #[test]
    fn floats_are_read_from_the_front() {
        for (text, value, used) in [
            ("1.5", 1.5, 3),
            ("1e3", 1000.0, 3),
            ("1.5x", 1.5, 3),
            (" .5", 0.5, 3),
            ("5.", 5.0, 2),
            ("-2e", -2.0, 2),
            ("1e+x", 1.0, 1),
            ("0x10", 16.0, 4),
            ("0x1p3", 8.0, 5),
            ("-0x1.8p1x", -3.0, 8),
            ("0x.8", 0.5, 4),
            ("0x1.2.3", 1.125, 5),
            ("0x1p", 1.0, 3),
            ("0x1p-1074", f64::from_bits(1), 9),
            ("0x1p99999999999", f64::INFINITY, 15),
            ("0x.", 0.0, 1),
            ("0x123456789abcdef123", 335_812_727_670_730_322_211.0, 20),
            ("x", 0.0, 0),
            (".", 0.0, 0),
            ("", 0.0, 0),
            ("-", 0.0, 0),
            ("1e", 1.0, 1),
            ("inf", f64::INFINITY, 3),
        ] {
            let read = float(text.as_bytes());
            assert_eq!((read.value, read.used), (value, used), "{text}");
        }
        assert!(float(b"nan").value.is_nan());
    }

    #[test]
    fn hexadecimal_text_is_pairs_of_digits() {
        for (text, octets) in [
            ("0a0b", Some(vec![10, 11])),
            ("0x0102", Some(vec![1, 2])),
            ("01 02", Some(vec![1, 2])),
            ("", Some(vec![])),
            ("0x", Some(vec![])),
            ("0", None),
            ("0 1 2", None),
            ("zz", None),
            (" ", Some(vec![])),
            ("01\t02", None),
            ("01:02", None),
        ] {
            assert_eq!(hex(text.as_bytes()), octets, "{text}");
        }
    }
}
