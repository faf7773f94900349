//! Numbers as C's `strtol` and `strtoul` read them, which is how net-snmp reads what users type.

/// A number and how many octets of the text it took; none when there was no number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Scanned {
    /// The number with its sign; at the end of 64 bits when the text leaves them.
    pub value: i64,
    /// As `strtoul` has it: a negative number wraps around.
    pub unsigned: u64,
    /// White space and sign included.
    pub used: usize,
}

/// Reads a number in `base`: 8, 10, 16, or 0 for C's notation (`0x` hexadecimal, `0` octal).
pub fn number(text: &[u8], base: u32) -> Scanned {
    let mut at = text.iter().take_while(|octet| is_space(**octet)).count();
    let negative = text.get(at) == Some(&b'-');
    if matches!(text.get(at), Some(b'-' | b'+')) {
        at += 1;
    }
    let prefixed =
        matches!(text.get(at..), Some([b'0', b'x' | b'X', digit, ..]) if digit.is_ascii_hexdigit());
    let base = match base {
        0 | 16 if prefixed => {
            at += 2;
            16
        }
        0 if text.get(at) == Some(&b'0') => 8,
        0 => 10,
        base => base,
    };
    let start = at;
    let mut magnitude = Some(0_u64);
    while let Some(digit) = text.get(at).and_then(|octet| char::from(*octet).to_digit(base)) {
        magnitude = magnitude
            .and_then(|value| value.checked_mul(u64::from(base)))
            .and_then(|value| value.checked_add(u64::from(digit)));
        at += 1;
    }
    if at == start {
        return Scanned { value: 0, unsigned: 0, used: 0 };
    }
    let value = match (magnitude.and_then(|value| i64::try_from(value).ok()), negative) {
        (Some(value), false) => value,
        (Some(value), true) => -value,
        (None, false) => i64::MAX,
        (None, true) => i64::MIN,
    };
    let unsigned = magnitude.map_or(u64::MAX, |value| if negative { value.wrapping_neg() } else { value });
    Scanned { value, unsigned, used: at }
}

/// White space of the C locale.
pub const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (text, base, value, unsigned, used) in [
            ("12x", 10, 12, 12, 2),
            (" -5", 10, -5, u64::MAX - 4, 3),
            ("+7", 10, 7, 7, 2),
            ("", 10, 0, 0, 0),
            ("-", 10, 0, 0, 0),
            ("0x1F", 0, 31, 31, 4),
            ("0x1F", 16, 31, 31, 4),
            ("0x", 0, 0, 0, 1),
            ("0xg", 16, 0, 0, 1),
            ("010", 0, 8, 8, 3),
            ("08", 0, 0, 0, 1),
            ("ff", 16, 255, 255, 2),
            ("18446744073709551615", 10, i64::MAX, u64::MAX, 20),
            ("18446744073709551616", 10, i64::MAX, u64::MAX, 20),
            ("-9223372036854775808", 10, i64::MIN, 1 << 63, 20),
            ("-9223372036854775809", 10, i64::MIN, (1 << 63) - 1, 20),
        ] {
            assert_eq!(number(text.as_bytes(), base), Scanned { value, unsigned, used }, "{text}");
        }
    }
}
