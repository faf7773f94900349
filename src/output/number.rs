//! Numbers and octets as text, straight into a buffer.

const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";
const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Writes a number in decimal.
pub fn decimal(mut number: u64, out: &mut Vec<u8>) {
    if number < 10 {
        out.push(digit(number));
        return;
    }
    // 2^64 has twenty digits. They come two at a time, since a division takes longer than all the rest.
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    while number >= 10 {
        let pair = number % 100;
        number /= 100;
        at -= 2;
        digits[at] = digit(pair / 10);
        digits[at + 1] = digit(pair % 10);
    }
    if number > 0 {
        at -= 1;
        digits[at] = digit(number);
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a number with its sign.
pub fn signed(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    decimal(number.unsigned_abs(), out);
}

/// Writes a number below 100 in two digits.
pub fn two_digits(number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&[digit(u64::from(number / 10 % 10)), digit(u64::from(number % 10))]);
}

/// Writes sub-identifiers with dots between them and none before them.
pub fn arcs(arcs: &[u32], out: &mut Vec<u8>) {
    for (n, arc) in arcs.iter().enumerate() {
        if n > 0 {
            out.push(b'.');
        }
        decimal(u64::from(*arc), out);
    }
}

/// Writes octets as pairs of lower-case digits, without separators.
pub fn hex_lower(octets: &[u8], out: &mut Vec<u8>) {
    out.reserve(2 * octets.len());
    for octet in octets {
        out.extend_from_slice(&pair(*octet, HEX_LOWER));
    }
}

/// Writes octets as pairs of upper-case digits, a blank after each.
pub fn hex_upper_spaced(octets: &[u8], out: &mut Vec<u8>) {
    out.reserve(3 * octets.len());
    for octet in octets {
        let [high, low] = pair(*octet, HEX_UPPER);
        out.extend_from_slice(&[high, low, b' ']);
    }
}

/// The two digits of one octet.
fn pair(octet: u8, digits: &[u8; 16]) -> [u8; 2] {
    [digits[usize::from(octet >> 4)], digits[usize::from(octet & 15)]]
}

/// The digit of a number below 10.
#[expect(clippy::cast_possible_truncation, reason = "callers pass a remainder of 10")]
const fn digit(number: u64) -> u8 {
    b'0' + number as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for number in [
            0,
            1,
            9,
            10,
            11,
            99,
            100,
            101,
            999,
            1_000,
            1_001,
            12_345,
            100_000,
            100_200,
            u64::from(u32::MAX),
            u64::MAX - 1,
            u64::MAX,
        ] {
            assert_eq!(written(|out| decimal(number, out)), number.to_string());
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX, -10] {
            assert_eq!(written(|out| signed(number, out)), number.to_string());
        }
        assert_eq!(written(|out| two_digits(7, out)), "07");
        assert_eq!(written(|out| arcs(&[1, 3, 4_294_967_295], out)), "1.3.4294967295");
        assert_eq!(written(|out| arcs(&[], out)), "");
    }

    #[test]
    fn octets_are_pairs_of_digits() {
        assert_eq!(written(|out| hex_lower(&[0, 0x1b, 0xff], out)), "001bff");
        assert_eq!(written(|out| hex_upper_spaced(&[0, 0x1b, 0xff], out)), "00 1B FF ");
    }
}
