//! Strings of octets: as text or in hexadecimal.

use crate::output::{
    number,
    options::{Flag, Options, StringForm},
};

/// Writes the value of an `OCTET STRING` that has no DISPLAY-HINT.
pub fn string(octets: &[u8], options: &Options, out: &mut Vec<u8>) {
    // Without a type even where types are written.
    if octets.is_empty() {
        return out.extend_from_slice(b"\"\"");
    }
    let in_hex = match options.string_form() {
        StringForm::Guess => !octets.iter().copied().all(is_printable),
        StringForm::Ascii => false,
        StringForm::Hex => true,
    };
    match (in_hex, options.has(Flag::Quick)) {
        (false, quick) => {
            if !quick {
                out.extend_from_slice(b"STRING: ");
            }
            out.push(b'"');
            text(octets, out);
            out.push(b'"');
        }
        (true, false) => {
            out.extend_from_slice(b"Hex-STRING: ");
            hex(octets, options, out);
        }
        (true, true) => {
            out.push(b'"');
            hex(octets, options, out);
            out.push(b'"');
        }
    }
}

/// Writes octets in lines of hexadecimal, each octet followed by a blank, with the text after each line if that is
/// asked for. No octets make one line of none.
pub fn hex(octets: &[u8], options: &Options, out: &mut Vec<u8>) {
    let width = match options.hex_line_octets() {
        0 => octets.len().max(1),
        width => width,
    };
    let mut left = octets;
    loop {
        let (line, after) = left.split_at(width.min(left.len()));
        number::hex_upper_spaced(line, out);
        if options.has(Flag::HexText) {
            out.extend_from_slice(b"  [");
            out.extend(line.iter().map(|octet| shown(*octet)));
            out.push(b']');
        }
        if after.is_empty() {
            return;
        }
        out.push(b'\n');
        left = after;
    }
}

/// Writes octets as text: quotes and backslashes escaped, a dot for what cannot be printed.
fn text(octets: &[u8], out: &mut Vec<u8>) {
    out.reserve(octets.len());
    for octet in octets {
        if matches!(octet, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(shown(*octet));
    }
}

/// An octet that can be printed, or a dot.
const fn shown(octet: u8) -> u8 {
    if is_printable(octet) { octet } else { b'.' }
}

/// Whether the C locale can print an octet or takes it for white space: net-snmp sets no other locale.
const fn is_printable(octet: u8) -> bool {
    matches!(octet, b' '..=b'~' | b'\t'..=b'\r')
}
