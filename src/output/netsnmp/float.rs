//! Floating-point numbers as C's `printf` writes them.

use std::io::Write as _;

use crate::output::options::{Conversion, Notation, Padding, Plus, Precision};

/// Octets of one floating-point number at most: net-snmp writes them into a field of 128 with the final NUL, and
/// what goes beyond is cut off.
pub const FLOAT_OCTETS_MAX: usize = 127;

/// Writes a number.
pub fn float(number: f64, precision: Precision, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(sign(number, precision));
    let digits = out.len();
    let (notation, behind) = match precision.conversion {
        Conversion::Fixed => (Notation::Fixed { capitals: false }, ""),
        Conversion::Own(notation) => (notation, "f"),
    };
    if number.is_nan() {
        out.extend_from_slice(b"nan");
    } else if number.is_infinite() {
        out.extend_from_slice(b"inf");
    } else {
        write_digits(number.abs(), notation, precision, out);
    }
    let (Notation::Fixed { capitals } | Notation::Exponent { capitals } | Notation::Shorter { capitals }) =
        notation;
    if capitals {
        out[digits..].make_ascii_uppercase();
    }
    let missing = precision.width.saturating_sub(out.len() - start);
    match precision.padding {
        Padding::After => out.resize(out.len() + missing, b' '),
        Padding::Zeros if number.is_finite() => pad(digits, missing, b'0', out),
        Padding::Zeros | Padding::Before => pad(start, missing, b' ', out),
    }
    out.extend_from_slice(behind.as_bytes());
    out.truncate(start + FLOAT_OCTETS_MAX);
}

/// Writes a finite number that is not negative.
fn write_digits(number: f64, notation: Notation, precision: Precision, out: &mut Vec<u8>) {
    let decimals = precision.decimals.unwrap_or(6);
    match notation {
        Notation::Fixed { .. } => fixed(number, decimals, precision.always_point, out),
        Notation::Exponent { .. } => exponential(number, decimals, precision.always_point, out),
        Notation::Shorter { .. } => {
            let significant = decimals.max(1);
            let exponent = exponent(number, significant - 1);
            let start = out.len();
            if let Ok(exponent) = usize::try_from(exponent)
                && exponent < significant
            {
                fixed(number, significant - 1 - exponent, precision.always_point, out);
            } else if (-4..0).contains(&exponent) {
                fixed(
                    number,
                    significant - 1 + exponent.unsigned_abs() as usize,
                    precision.always_point,
                    out,
                );
            } else {
                exponential(number, significant - 1, precision.always_point, out);
            }
            if !precision.always_point {
                strip_zeros(start, out);
            }
        }
    }
}

fn fixed(number: f64, decimals: usize, always_point: bool, out: &mut Vec<u8>) {
    write!(out, "{number:.decimals$}").expect("a Vec takes what it is given");
    if decimals == 0 && always_point {
        out.push(b'.');
    }
}

/// One digit, the decimals, and an exponent of two digits at least.
fn exponential(number: f64, decimals: usize, always_point: bool, out: &mut Vec<u8>) {
    let text = format!("{number:.decimals$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let point = if decimals == 0 && always_point { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(out, "{digits}{point}e{sign}{:02}", exponent.unsigned_abs())
        .expect("a Vec takes what it is given");
}

/// The exponent that the number has when it is written with one digit and these decimals.
fn exponent(number: f64, decimals: usize) -> i32 {
    let text = format!("{number:.decimals$e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// Takes the zeros at the end of the decimals away, and the point when none is left.
fn strip_zeros(start: usize, out: &mut Vec<u8>) {
    let end = out[start..].iter().position(|octet| *octet == b'e').map_or(out.len(), |at| start + at);
    if !out[start..end].contains(&b'.') {
        return;
    }
    let kept = out[start..end].iter().rposition(|octet| *octet != b'0').map_or(start, |at| start + at + 1);
    let kept = if out[kept - 1] == b'.' { kept - 1 } else { kept };
    out.drain(kept..end);
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
