//! What a terminal may be shown, and how wide and colourful it is; every decision is a function of its arguments.
//!
//! An agent decides what its strings hold. On a terminal, escape sequences could rewrite what stands there already,
//! change the title, or answer back as if the user had typed; so they are made visible instead of obeyed. Into a
//! file or a pipe the text goes as it is.

use std::ffi::OsStr;

/// Where output goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Destination {
    /// Someone looks at it.
    Terminal,
    /// A file, a pipe, a socket.
    Other,
}

/// What becomes of control characters in an agent's text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Escapes {
    /// They stay.
    #[default]
    Raw,
    /// They are written as `\xNN`.
    Neutralised,
}

impl Escapes {
    /// What befits a destination.
    pub const fn of(destination: Destination) -> Self {
        match destination {
            Destination::Terminal => Self::Neutralised,
            Destination::Other => Self::Raw,
        }
    }
}

/// What the user wants of colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ColourChoice {
    /// Colour where it can be seen.
    #[default]
    Auto,
    /// Colour even into a pipe.
    Always,
    /// None.
    Never,
}

/// Whether to write colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Colour {
    /// Write it.
    On,
    /// Do not.
    Off,
}

/// Decides about colour.
///
/// The user's explicit choice comes first, then `NO_COLOR` (set and not empty: none), then `TERM` (`dumb`: none), then
/// the destination.
pub fn colour(
    choice: ColourChoice,
    no_color: Option<&OsStr>,
    term: Option<&OsStr>,
    destination: Destination,
) -> Colour {
    let wanted = match choice {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto => {
            destination == Destination::Terminal
                && no_color.is_none_or(OsStr::is_empty)
                && term.is_none_or(|term| term != "dumb")
        }
    };
    if wanted { Colour::On } else { Colour::Off }
}

/// Columns when nothing tells.
pub const WIDTH_DEFAULT: u16 = 80;

/// Decides about the width, in columns: `COLUMNS` if it is a positive number, else what the terminal says, else
/// [`WIDTH_DEFAULT`].
pub fn width(columns: Option<&str>, measured: Option<u16>) -> u16 {
    columns
        .and_then(|columns| columns.trim().parse().ok())
        .filter(|columns| *columns > 0)
        .or(measured.filter(|columns| *columns > 0))
        .unwrap_or(WIDTH_DEFAULT)
}

/// What becomes of line ends and tabs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lines {
    /// They stay: they do no more than move on.
    Keep,
    /// They are neutralised too, so that the text stays on its line.
    One,
}

/// Writes `text` with everything a terminal could act upon as `\xNN`, octet by octet: control characters (ESC, DEL,
/// the C1 set in UTF-8), octets that are no UTF-8 (old terminals take 0x9b for a control), line and paragraph
/// separators, and marks that turn the direction of writing. Backslashes stay as they are.
pub fn neutralise(text: &[u8], lines: Lines, out: &mut Vec<u8>) {
    for chunk in text.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let mut octets = [0; 4];
            let octets = letter.encode_utf8(&mut octets).as_bytes();
            if is_harmless(letter, lines) {
                out.extend_from_slice(octets);
            } else {
                visible(octets, out);
            }
        }
        visible(chunk.invalid(), out);
    }
}

/// Neutralises what has been written to `out` from `start` on; `spare` is for the caller to keep, so that nothing is
/// allocated each time.
pub fn neutralise_tail(out: &mut Vec<u8>, start: usize, spare: &mut Vec<u8>) {
    let plain = |octet: &u8| matches!(octet, b' '..=b'~' | b'\n' | b'\t');
    if out[start..].iter().all(plain) {
        return;
    }
    spare.clear();
    spare.extend_from_slice(&out[start..]);
    out.truncate(start);
    neutralise(spare, Lines::Keep, out);
}

/// The same for JSON, where a terminal can act upon letters in strings only: they are written as `\uNNNN`, which means
/// the same to a program.
pub fn neutralise_json_tail(out: &mut Vec<u8>, start: usize, spare: &mut Vec<u8>) {
    if out[start..].is_ascii() {
        return;
    }
    spare.clear();
    spare.extend_from_slice(&out[start..]);
    out.truncate(start);
    for letter in String::from_utf8_lossy(spare).chars() {
        let mut octets = [0; 4];
        if is_harmless(letter, Lines::Keep) {
            out.extend_from_slice(letter.encode_utf8(&mut octets).as_bytes());
        } else {
            out.extend_from_slice(format!("\\u{:04x}", u32::from(letter)).as_bytes());
        }
    }
}

fn is_harmless(letter: char, lines: Lines) -> bool {
    match letter {
        '\n' | '\t' => lines == Lines::Keep,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        letter => !letter.is_control(),
    }
}

fn visible(octets: &[u8], out: &mut Vec<u8>) {
    for octet in octets {
        out.extend_from_slice(b"\\x");
        super::number::hex_lower(&[*octet], out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_json_where_a_terminal_could_obey_it() {
        let mut out = b"kept\r".to_vec();
        let text = "{\"value\":\"caf\u{e9} \u{202e}txt \u{2028}\"}\n";
        let start = out.len();
        out.extend_from_slice(text.as_bytes());
        neutralise_json_tail(&mut out, start, &mut Vec::new());
        let expected = "kept\r{\"value\":\"caf\u{e9} \\u202etxt \\u2028\"}\n";
        assert_eq!(String::from_utf8(out.clone()).unwrap(), expected);
        let read = |octets: &[u8]| serde_json::from_slice::<serde_json::Value>(octets).unwrap();
        assert_eq!(read(&out[start..]), read(text.as_bytes()));
    }

    #[test]
    fn what_a_terminal_could_obey_is_made_visible() {
        for (text, keep, one) in [
            (&b"plain"[..], "plain", "plain"),
            (b"\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07", "\\x1b[2J\\x1b]0;title\\x07"),
            (b"a\tb\nc", "a\tb\nc", "a\\x09b\\x0ac"),
            (b"over\rwritten", "over\\x0dwritten", "over\\x0dwritten"),
            (b"\x7f\x08\x00", "\\x7f\\x08\\x00", "\\x7f\\x08\\x00"),
            ("caf\u{e9} \u{20ac}".as_bytes(), "caf\u{e9} \u{20ac}", "caf\u{e9} \u{20ac}"),
            ("\u{9b}2J".as_bytes(), "\\xc2\\x9b2J", "\\xc2\\x9b2J"),
            (b"\x9b2J \xe9", "\\x9b2J \\xe9", "\\x9b2J \\xe9"),
            ("\u{202e}txt".as_bytes(), "\\xe2\\x80\\xaetxt", "\\xe2\\x80\\xaetxt"),
            (b"cut \xe2\x82", "cut \\xe2\\x82", "cut \\xe2\\x82"),
        ] {
            for (lines, expected) in [(Lines::Keep, keep), (Lines::One, one)] {
                let mut out = Vec::new();
                neutralise(text, lines, &mut out);
                assert_eq!(String::from_utf8(out).unwrap(), expected);
            }
        }
    }

    #[test]
    fn only_the_tail_is_neutralised() {
        let (mut out, mut spare) = (b"\x1bkept ".to_vec(), Vec::new());
        let start = out.len();
        out.extend_from_slice(b"ok\n");
        neutralise_tail(&mut out, start, &mut spare);
        assert_eq!(out, b"\x1bkept ok\n");
        out.extend_from_slice(b"\x1b\n");
        neutralise_tail(&mut out, start, &mut spare);
        assert_eq!(out, b"\x1bkept ok\n\\x1b\n");
    }

    #[test]
    fn colour_follows_choice_then_environment_then_destination() {
        use ColourChoice::{Always, Auto, Never};
        use Destination::{Other, Terminal};
        for (choice, no_color, term, destination, expected) in [
            (Auto, None, Some("xterm"), Terminal, Colour::On),
            (Auto, None, None, Terminal, Colour::On),
            (Auto, None, Some("xterm"), Other, Colour::Off),
            (Auto, Some("1"), Some("xterm"), Terminal, Colour::Off),
            (Auto, Some(""), Some("xterm"), Terminal, Colour::On),
            (Auto, None, Some("dumb"), Terminal, Colour::Off),
            (Always, Some("1"), Some("dumb"), Other, Colour::On),
            (Never, None, Some("xterm"), Terminal, Colour::Off),
        ] {
            let colour = colour(choice, no_color.map(OsStr::new), term.map(OsStr::new), destination);
            assert_eq!(colour, expected, "{choice:?} {no_color:?} {term:?} {destination:?}");
        }
    }

    #[test]
    fn the_width_is_what_the_user_says_then_what_the_terminal_says() {
        assert_eq!(width(Some("120"), Some(100)), 120);
        for useless in [None, Some(""), Some("0"), Some("-3"), Some("wide"), Some("70000")] {
            assert_eq!(width(useless, Some(100)), 100, "{useless:?}");
            assert_eq!(width(useless, None), WIDTH_DEFAULT);
            assert_eq!(width(useless, Some(0)), WIDTH_DEFAULT);
        }
    }
}
