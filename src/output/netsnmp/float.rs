//! Floating-point numbers as C's `%f` writes them.

use std::io::Write as _;

use crate::output::options::{Padding, Plus, Precision};

/// Octets of one floating-point number at most: net-snmp writes them into a field of 128 with the final NUL, and
/// what goes beyond is cut off.
pub const FLOAT_OCTETS_MAX: usize = 127;

/// Writes a number.
pub fn float(number: f64, precision: Precision, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(sign(number, precision));
    let digits = out.len();
    if number.is_nan() {
        out.extend_from_slice(b"nan");
    } else if number.is_infinite() {
        out.extend_from_slice(b"inf");
    } else {
        let decimals = precision.decimals.unwrap_or(6);
        write!(out, "{:.decimals$}", number.abs()).expect("a Vec takes what it is given");
        if decimals == 0 && precision.always_point {
            out.push(b'.');
        }
    }
    let missing = precision.width.saturating_sub(out.len() - start);
    match precision.padding {
        Padding::After => out.resize(out.len() + missing, b' '),
        Padding::Zeros if number.is_finite() => pad(digits, missing, b'0', out),
        Padding::Zeros | Padding::Before => pad(start, missing, b' ', out),
    }
    out.truncate(start + FLOAT_OCTETS_MAX);
}

/// What stands before the digits; not-a-number has a sign too.
const fn sign(number: f64, precision: Precision) -> &'static [u8] {
    match precision.plus {
        _ if number.is_sign_negative() => b"-",
        Plus::Sign => b"+",
        Plus::Blank => b" ",
        Plus::Nothing => b"",
    }
}

/// Makes room for `count` octets at `at` and fills it.
fn pad(at: usize, count: usize, filling: u8, out: &mut Vec<u8>) {
    let end = out.len();
    out.resize(end + count, filling);
    out.copy_within(at..end, at + count);
    out[at..at + count].fill(filling);
}
