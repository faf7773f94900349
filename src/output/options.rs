//! The `-O` letters and the `snmp.conf` output tokens as one value.
//!
//! net-snmp reads the command line before its configuration files, and a token overwrites what a letter has set;
//! only the precision of `-Op` survives its token. So [`Options::apply`] every `-O` argument first, then
//! [`Options::set_token`] every token in the order of the files.

/// How an object identifier is written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum OidForm {
    /// `-Os`: the last name that is known, and the numbers after it.
    Suffix,
    /// `-OS`, the default: the module and the last name, and the numbers after it.
    #[default]
    Module,
    /// `-Of`: every name from the root.
    Full,
    /// `-OF`: every name from the root, each with its number.
    FullNumbers,
    /// `-On`: numbers only.
    Numeric,
    /// `-Ou`: every name, without the usual prefixes.
    Ucd,
    /// `oidOutputFormat 6`: nothing at all.
    Nothing,
}

/// How a string of octets is written when no DISPLAY-HINT says otherwise.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StringForm {
    /// As text when every octet is printable ASCII or white space, in hexadecimal otherwise.
    #[default]
    Guess,
    /// `-Oa`: as text, with a dot for what cannot be printed.
    Ascii,
    /// `-Ox`: in hexadecimal.
    Hex,
}

/// What is either on or off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u16)]
pub enum Flag {
    /// `-O0`: two digits for each octet under a hexadecimal DISPLAY-HINT.
    LeadingZero = 1,
    /// `-Ob`: the instance part of a name stays numbers.
    WholeIndex = 1 << 1,
    /// `-Oe`: enumerations as numbers.
    NumericEnums = 1 << 2,
    /// `-OE`: quotes in the instance part of a name are escaped.
    EscapeQuotes = 1 << 3,
    /// `-Oq`: no type, and a blank in place of the equals sign.
    Quick = 1 << 4,
    /// `-OQ` has been given: the equals sign stays in quick print.
    QuickEquals = 1 << 5,
    /// `-Ot`: `TimeTicks` as a number.
    NumericTicks = 1 << 6,
    /// `-OT`: printable text after hexadecimal.
    HexText = 1 << 7,
    /// `-OU`: no units.
    NoUnits = 1 << 8,
    /// `-Ov`: the value without its name.
    ValueOnly = 1 << 9,
    /// `-OX`: the instance part of a name in brackets.
    BracketIndex = 1 << 10,
}

/// Everything that decides how net-snmp's text looks; the default is what no option at all gives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    oid_form: OidForm,
    string_form: StringForm,
    flags: u16,
    hex_line_octets: usize,
    precision: Precision,
    precision_by_letter: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            oid_form: OidForm::default(),
            string_form: StringForm::default(),
            flags: 0,
            hex_line_octets: 16,
            precision: Precision::default(),
            precision_by_letter: false,
        }
    }
}

impl Options {
    /// The options of one `-O` argument, such as `qvn`, on top of the defaults.
    pub fn from_letters(letters: &str) -> Result<Self, BadLetter> {
        let mut options = Self::default();
        options.apply(letters)?;
        Ok(options)
    }

    /// Applies the letters of one `-O` argument, from left to right.
    ///
    /// `0 b e E q Q t T U v X` turn their setting over, `a x` and `f F n s S u` set it. `p` takes the rest of
    /// the argument as the precision.
    ///
    /// # Errors
    ///
    /// The letters before the bad one have been applied. [`BadLetter::PrecisionMissing`]: the argument ends with
    /// `p`, and the precision is the next word of the command line, for [`Options::set_precision`].
    pub fn apply(&mut self, letters: &str) -> Result<(), BadLetter> {
        for (at, letter) in letters.char_indices() {
            match letter {
                '0' => self.toggle(Flag::LeadingZero),
                'a' => self.string_form = StringForm::Ascii,
                'b' => self.toggle(Flag::WholeIndex),
                'e' => self.toggle(Flag::NumericEnums),
                'E' => self.toggle(Flag::EscapeQuotes),
                'f' => self.oid_form = OidForm::Full,
                'F' => self.oid_form = OidForm::FullNumbers,
                'n' => self.oid_form = OidForm::Numeric,
                'p' => return self.set_precision(&letters[at + 1..]),
                'q' => self.toggle(Flag::Quick),
                'Q' => {
                    self.set(Flag::QuickEquals, true);
                    self.toggle(Flag::Quick);
                }
                's' => self.oid_form = OidForm::Suffix,
                'S' => self.oid_form = OidForm::Module,
                't' => self.toggle(Flag::NumericTicks),
                'T' => self.toggle(Flag::HexText),
                'u' => self.oid_form = OidForm::Ucd,
                'U' => self.toggle(Flag::NoUnits),
                'v' => self.toggle(Flag::ValueOnly),
                'x' => self.string_form = StringForm::Hex,
                'X' => self.toggle(Flag::BracketIndex),
                letter => return Err(BadLetter::Unknown { letter }),
            }
        }
        Ok(())
    }

    /// Sets the precision of `-Op`, which no token overrides.
    ///
    /// # Errors
    ///
    /// [`BadLetter::PrecisionMissing`] for no text, [`BadLetter::Precision`] for what is no precision.
    pub fn set_precision(&mut self, text: &str) -> Result<(), BadLetter> {
        if text.is_empty() {
            return Err(BadLetter::PrecisionMissing);
        }
        self.precision =
            Precision::parse(text).ok_or_else(|| BadLetter::Precision { text: text.to_owned() })?;
        self.precision_by_letter = true;
        Ok(())
    }

    /// Applies one token of `snmp.conf` (or of `-Y`, or `--token=value`); the case of its name does not matter.
    ///
    /// `printNumericEnums printNumericOids escapeQuotes dontBreakdownOids quickPrinting numericTimeticks
    /// oidOutputFormat suffixPrinting extendedIndex printHexText printValueOnly dontPrintUnits hexOutputLength
    /// outputPrecision 16bitIDs` are ours. The last is a relic that changes nothing: it concerned the length of
    /// identifiers in encodings from before RFC 1155.
    ///
    /// # Errors
    ///
    /// Nothing is changed then.
    pub fn set_token(&mut self, token: &str, value: &str) -> Result<TokenUse, BadToken> {
        let word = value.split_ascii_whitespace().next().unwrap_or_default();
        let flag = match token.to_ascii_lowercase().as_str() {
            "printnumericenums" => Flag::NumericEnums,
            "escapequotes" => Flag::EscapeQuotes,
            "dontbreakdownoids" => Flag::WholeIndex,
            "quickprinting" => Flag::Quick,
            "numerictimeticks" => Flag::NumericTicks,
            "extendedindex" => Flag::BracketIndex,
            "printhextext" => Flag::HexText,
            "printvalueonly" => Flag::ValueOnly,
            "dontprintunits" => Flag::NoUnits,
            "printnumericoids" => {
                if is_loosely_true(word) {
                    self.oid_form = OidForm::Numeric;
                }
                return Ok(TokenUse::Taken);
            }
            "oidoutputformat" | "suffixprinting" => {
                self.oid_form = oid_form_of_number(integer(word)?);
                return Ok(TokenUse::Taken);
            }
            "hexoutputlength" => {
                self.hex_line_octets = usize::try_from(integer(word)?).unwrap_or(0);
                return Ok(TokenUse::Taken);
            }
            "outputprecision" => {
                let text = value.trim().trim_matches('"');
                let precision = Precision::parse(text).ok_or(BadToken::Precision)?;
                if !self.precision_by_letter {
                    self.precision = precision;
                }
                return Ok(TokenUse::Taken);
            }
            "16bitids" => {
                boolean(word)?;
                return Ok(TokenUse::Taken);
            }
            _ => return Ok(TokenUse::NotOurs),
        };
        self.set(flag, boolean(word)?);
        Ok(TokenUse::Taken)
    }

    /// Whether a flag is on.
    pub const fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u16 != 0
    }

    /// Turns a flag on or off.
    pub const fn set(&mut self, flag: Flag, on: bool) {
        if on {
            self.flags |= flag as u16;
        } else {
            self.flags &= !(flag as u16);
        }
    }

    /// How object identifiers are written.
    pub const fn oid_form(&self) -> OidForm {
        self.oid_form
    }

    /// How strings of octets are written.
    pub const fn string_form(&self) -> StringForm {
        self.string_form
    }

    /// Octets in one line of hexadecimal; 0 for no end of lines. The default is 16.
    pub const fn hex_line_octets(&self) -> usize {
        self.hex_line_octets
    }

    /// How floating-point numbers are written.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    const fn toggle(&mut self, flag: Flag) {
        self.flags ^= flag as u16;
    }
}

/// What came of offering a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenUse {
    /// It is an output token and has been applied.
    Taken,
    /// It is no output token.
    NotOurs,
}

/// The flags, width and precision of a `printf` conversion, as `-Op` and `outputPrecision` take them.
///
/// net-snmp pastes the text between `%` and `f` and lets the C library make of it what it will; here flags
/// `- + # 0 '` and blank, a width, a dot and a precision are taken, and one of the letters `e E f F g G`, after which
/// net-snmp's own `f` is no conversion any more and is printed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Precision {
    pub(super) padding: Padding,
    pub(super) plus: Plus,
    /// `#`: a point even without decimals.
    pub(super) always_point: bool,
    pub(super) width: usize,
    /// `None` for `printf`'s own default, 6.
    pub(super) decimals: Option<usize>,
    pub(super) conversion: Conversion,
}

/// How the digits are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Conversion {
    /// The `f` that net-snmp puts behind the text.
    #[default]
    Fixed,
    /// A letter of the text itself, with the `f` behind the number.
    Own(Notation),
}

/// A conversion of `printf`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Notation {
    /// `f`, `F`.
    Fixed {
        /// In capitals, which shows in `INF` and `NAN`.
        capitals: bool,
    },
    /// `e`, `E`.
    Exponent {
        /// In capitals.
        capitals: bool,
    },
    /// `g`, `G`: whichever of the two is shorter.
    Shorter {
        /// In capitals.
        capitals: bool,
    },
}

impl Notation {
    const fn of(letter: char) -> Option<Self> {
        let capitals = letter.is_ascii_uppercase();
        Some(match letter.to_ascii_lowercase() {
            'f' => Self::Fixed { capitals },
            'e' => Self::Exponent { capitals },
            'g' => Self::Shorter { capitals },
            _ => return None,
        })
    }
}

/// What fills a number up to its width.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Padding {
    /// Blanks before it.
    #[default]
    Before,
    /// `0`: zeros between the sign and the digits.
    Zeros,
    /// `-`: blanks after it; stronger than zeros.
    After,
}

/// What stands for the sign of a number that has none.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Plus {
    /// Nothing.
    #[default]
    Nothing,
    /// A blank.
    Blank,
    /// `+`; stronger than the blank.
    Sign,
}

/// No double has more decimals than this that are not zero.
const DECIMALS_MAX: usize = 1_074;

/// The longest double has some 1,400 characters, and no more than 127 are ever shown: a larger width changes nothing.
const WIDTH_MAX: usize = 2_000;

impl Precision {
    /// Reads the text between `%` and `f`, or `None` when it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut precision = Self::default();
        let rest = text.trim_start_matches(|letter| {
            match letter {
                '-' => precision.padding = Padding::After,
                '+' => precision.plus = Plus::Sign,
                ' ' if precision.plus == Plus::Sign => {}
                ' ' => precision.plus = Plus::Blank,
                '#' => precision.always_point = true,
                '0' if precision.padding == Padding::After => {}
                '0' => precision.padding = Padding::Zeros,
                // Digits in groups, which the C locale does not have.
                '\'' => {}
                _ => return false,
            }
            true
        });
        let (rest, letter) = match rest.chars().next_back().and_then(Notation::of) {
            Some(notation) => (&rest[..rest.len() - 1], Conversion::Own(notation)),
            None => (rest, Conversion::Fixed),
        };
        precision.conversion = letter;
        let (width, decimals) = match rest.split_once('.') {
            Some((width, decimals)) => (width, Some(decimals)),
            None => (rest, None),
        };
        precision.width = bounded(width, WIDTH_MAX)?;
        if let Some(decimals) = decimals {
            precision.decimals = Some(bounded(decimals, DECIMALS_MAX)?);
        }
        Some(precision)
    }
}

/// A number written in digits, none of them for 0; larger ones count as `max`.
fn bounded(digits: &str, max: usize) -> Option<usize> {
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let value = digits
        .bytes()
        .fold(0_usize, |value, octet| value.saturating_mul(10).saturating_add(usize::from(octet - b'0')));
    Some(value.min(max))
}

/// What net-snmp takes for a Boolean.
fn boolean(word: &str) -> Result<bool, BadToken> {
    if word.eq_ignore_ascii_case("yes") || word.eq_ignore_ascii_case("true") {
        return Ok(true);
    }
    if word.eq_ignore_ascii_case("no") || word.eq_ignore_ascii_case("false") {
        return Ok(false);
    }
    match word.parse::<i64>() {
        Ok(0) => Ok(false),
        Ok(1) => Ok(true),
        _ => Err(BadToken::Boolean),
    }
}

/// What `printNumericOids` takes for yes: its reader is not that of the other Booleans, and everything else is no.
fn is_loosely_true(word: &str) -> bool {
    word.eq_ignore_ascii_case("yes") || word.eq_ignore_ascii_case("true") || word.starts_with('1')
}

/// A whole number in decimal; one beyond 64 bits counts as the largest.
fn integer(word: &str) -> Result<i64, BadToken> {
    use std::num::IntErrorKind;
    match word.parse::<i64>() {
        Ok(number) => Ok(number),
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow => Ok(i64::MAX),
            IntErrorKind::NegOverflow => Ok(i64::MIN),
            _ => Err(BadToken::Integer),
        },
    }
}

/// The forms by their numbers in `snmp.conf`.
const fn oid_form_of_number(number: i64) -> OidForm {
    match number {
        0 | 2 => OidForm::Module,
        1 => OidForm::Suffix,
        3 => OidForm::Full,
        4 => OidForm::Numeric,
        5 => OidForm::Ucd,
        _ => OidForm::Nothing,
    }
}

/// Why the argument of `-O` cannot be taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadLetter {
    /// No such letter; the text is net-snmp's.
    #[error("Unknown output option passed to -O: {letter}.")]
    Unknown {
        /// The letter.
        letter: char,
    },
    /// `p` is the last letter, and its precision is not in this argument.
    #[error("-Op needs a precision after it, such as .2")]
    PrecisionMissing,
    /// `p` is followed by something else than flags, a width and a precision.
    #[error("'{text}' is no precision for -Op: flags, a width, a dot and a number of decimals, such as 8.2")]
    Precision {
        /// What was given.
        text: String,
    },
}

/// Why the value of a token cannot be taken; the texts of the first two are net-snmp's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadToken {
    /// No Boolean.
    #[error("Should be yes|no|true|false|0|1")]
    Boolean,
    /// No whole number.
    #[error("Bad integer value")]
    Integer,
    /// No flags, width and precision.
    #[error("Bad precision: should be flags, a width, a dot and a number of decimals, such as 8.2")]
    Precision,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(letters: &str, tokens: &[(&str, &str)]) -> Options {
        let mut options = Options::from_letters(letters).unwrap();
        for (token, value) in tokens {
            assert_eq!(options.set_token(token, value), Ok(TokenUse::Taken), "{token} {value}");
        }
        options
    }

    #[test]
    fn toggles_turn_over_and_sets_set() {
        for (letter, flag) in [
            ("0", Flag::LeadingZero),
            ("b", Flag::WholeIndex),
            ("e", Flag::NumericEnums),
            ("E", Flag::EscapeQuotes),
            ("q", Flag::Quick),
            ("t", Flag::NumericTicks),
            ("T", Flag::HexText),
            ("U", Flag::NoUnits),
            ("v", Flag::ValueOnly),
            ("X", Flag::BracketIndex),
        ] {
            assert!(with(letter, &[]).has(flag), "{letter}");
            assert_eq!(with(&letter.repeat(2), &[]), Options::default(), "{letter}");
        }
        for (letter, form) in [
            ("f", OidForm::Full),
            ("F", OidForm::FullNumbers),
            ("n", OidForm::Numeric),
            ("s", OidForm::Suffix),
            ("S", OidForm::Module),
            ("u", OidForm::Ucd),
        ] {
            assert_eq!(with(&letter.repeat(2), &[]).oid_form(), form, "{letter}");
            assert_eq!(with(&format!("n{letter}"), &[]).oid_form(), form, "{letter}");
        }
        assert_eq!(with("xa", &[]).string_form(), StringForm::Ascii);
        assert_eq!(with("ax", &[]).string_form(), StringForm::Hex);
    }

    #[test]
    fn quick_with_equals_toggles_quick_and_stays() {
        assert!(with("Q", &[]).has(Flag::Quick) && with("Q", &[]).has(Flag::QuickEquals));
        assert!(!with("QQ", &[]).has(Flag::Quick) && with("QQ", &[]).has(Flag::QuickEquals));
        assert!(!with("qQ", &[]).has(Flag::Quick));
    }

    #[test]
    fn an_unknown_letter_is_named_in_net_snmps_words() {
        let error = Options::from_letters("qz").unwrap_err();
        assert_eq!(error, BadLetter::Unknown { letter: 'z' });
        assert_eq!(error.to_string(), "Unknown output option passed to -O: z.");
        assert_eq!(Options::from_letters("né"), Err(BadLetter::Unknown { letter: 'é' }));
    }

    #[test]
    fn the_precision_is_the_rest_of_the_argument_or_the_next_one() {
        assert_eq!(with("qp+8.2", &[]).precision(), Precision::parse("+8.2").unwrap());
        assert_eq!(Options::from_letters("qp"), Err(BadLetter::PrecisionMissing));
        for bad in ["x", "%", ".2ff", "f.2", ".2.3", "8 .2", ".-1", "١"] {
            let text = bad.to_owned();
            assert_eq!(Options::from_letters(&format!("p{bad}")), Err(BadLetter::Precision { text }));
        }
    }

    #[test]
    fn huge_precisions_are_cut_to_what_can_be_seen() {
        let precision = Precision::parse("99999999999999999999999.99999999999999999999999").unwrap();
        assert_eq!((precision.width, precision.decimals), (WIDTH_MAX, Some(DECIMALS_MAX)));
    }

    #[test]
    fn a_token_beats_a_letter_but_for_the_precision() {
        assert!(!with("q", &[("quickPrinting", "no")]).has(Flag::Quick));
        assert!(with("q", &[("quickPrinting", "yes")]).has(Flag::Quick));
        assert_eq!(with("S", &[("printNumericOids", "yes")]).oid_form(), OidForm::Numeric);
        assert_eq!(with("f", &[("printNumericOids", "no")]).oid_form(), OidForm::Full);
        assert_eq!(with("n", &[("oidOutputFormat", "0")]).oid_form(), OidForm::Module);
        let last = with("", &[("printNumericOids", "1"), ("suffixPrinting", "1")]);
        assert_eq!(last.oid_form(), OidForm::Suffix);
        assert_eq!(with("p.1", &[("outputPrecision", ".3")]), with("p.1", &[]));
        assert_eq!(with("", &[("OUTPUTPRECISION", "\".3\"")]).precision(), Precision::parse(".3").unwrap());
    }

    #[test]
    fn values_of_tokens_are_read_as_net_snmp_reads_them() {
        for yes in ["yes", "TRUE", "1", "yes no"] {
            assert!(with("", &[("quickPrinting", yes)]).has(Flag::Quick), "{yes}");
        }
        let mut options = Options::default();
        for bad in ["on", "2", "ja", "", "12"] {
            assert_eq!(options.set_token("quickPrinting", bad), Err(BadToken::Boolean), "{bad}");
        }
        for bad in ["abc", "0x10", ""] {
            assert_eq!(options.set_token("hexOutputLength", bad), Err(BadToken::Integer), "{bad}");
            assert_eq!(options.set_token("oidOutputFormat", bad), Err(BadToken::Integer), "{bad}");
        }
        assert_eq!(options.set_token("outputPrecision", ".2 .3"), Err(BadToken::Precision));
        assert_eq!(options.set_token("mibs", "ALL"), Ok(TokenUse::NotOurs));
        assert_eq!(options, Options::default());
        assert_eq!(with("", &[("printNumericOids", "12")]).oid_form(), OidForm::Numeric);
        assert_eq!(with("", &[("16bitIDs", "1")]), Options::default());
        assert_eq!(with("", &[("hexOutputLength", "8 9")]).hex_line_octets(), 8);
        assert_eq!(with("", &[("hexOutputLength", "-5")]).hex_line_octets(), 0);
        for (number, form) in [("1", OidForm::Suffix), ("6", OidForm::Nothing), ("-1", OidForm::Nothing)] {
            assert_eq!(with("", &[("oidOutputFormat", number)]).oid_form(), form);
        }
    }
}
