//! Text to octets, by a hint.

use crate::mib::scan::{self, Scanned};

/// Octets that one number of a hint may fill; a hint that asks for more would make gigabytes of zeros.
const WIDTH_MAX: usize = 65_535;

/// Text that does not follow the hint, and where it stops doing so.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the text does not follow the DISPLAY-HINT from octet {at} on")]
pub struct Mismatch {
    /// Octets from the start of the text.
    pub at: usize,
}

/// Reads text by a hint for strings, as net-snmp's `snmpset` does for type `s`, and its reader of quoted indexes.
///
/// Numbers may have white space, a sign and (hexadecimal) `0x` before them; of one that is too large for its octets
/// the low octets count. The letter `t` is no format here.
///
/// # Errors
///
/// [`Mismatch`] when the text does not follow the hint, or the hint is none. net-snmp takes the text as it is then.
/// Where it would never end (text left over that the hint's last part cannot take), this is a mismatch as well.
pub fn parse_octets(hint: &[u8], text: &[u8]) -> Result<Vec<u8>, Mismatch> {
    Reader::of(text, Misfits::Cut).read(hint)
}

/// Reads text that names one thing and no other, such as an index: where [`parse_octets`] cuts a number, this refuses.
///
/// `None` for text of another kind, which does not even begin in the hint's notation: neither with a number that is too
/// large nor with one and what the hint has behind it.
///
/// # Errors
///
/// [`Mismatch`] when the text begins in the hint's notation and does not go on so.
pub fn parse_octets_exactly(hint: &[u8], text: &[u8]) -> Result<Option<Vec<u8>>, Mismatch> {
    let mut reader = Reader::of(text, Misfits::Refused);
    match reader.read(hint) {
        Ok(octets) => Ok(Some(octets)),
        Err(mismatch) if reader.has_begun => Err(mismatch),
        Err(_) => Ok(None),
    }
}

/// Whether a hint for strings has a notation of its own that can be read: it is well-formed, and does not only pass
/// text on as it is, as `255a` and `255t` do.
pub fn has_notation(hint: &[u8]) -> bool {
    let end = hint.iter().try_fold(State::Start, |state, sign| state.after(*sign));
    let is_text = matches!(hint, [width @ .., b'a'] if width.iter().all(u8::is_ascii_digit));
    !hint.is_empty() && !is_text && end.is_some_and(|end| !matches!(end, State::Width))
}

/// What becomes of numbers that do not fit their octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Misfits {
    /// The low octets count.
    Cut,
    Refused,
}

/// What a hint's next sign can be.
#[derive(Clone, Copy)]
enum State {
    Start,
    Width,
    Separator,
    Terminator,
}

impl State {
    /// What can come after a sign; `None` for a sign that cannot stand there.
    const fn after(self, sign: u8) -> Option<Self> {
        Some(match (self, sign) {
            (_, b'0'..=b'9') | (Self::Start | Self::Separator | Self::Terminator, b'*') => Self::Width,
            (Self::Width, b'x' | b'd' | b'o' | b'a') => Self::Separator,
            (Self::Start | Self::Width, _) => return None,
            (Self::Separator, _) => Self::Terminator,
            (Self::Terminator, _) => Self::Start,
        })
    }
}

#[derive(Clone, Copy, Default)]
struct Part {
    /// Whether a `*` came first: the value has the number of elements in an octet before them.
    counted: bool,
    width: usize,
    /// 0 when there is none yet, which reads nothing.
    code: u8,
    separator: Option<u8>,
    terminator: Option<u8>,
}

impl Part {
    fn add_digit(&mut self, digit: u8) {
        self.width = self.width.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    octets: Vec<u8>,
    misfits: Misfits,
    /// Whether something was read that is in notations of numbers alone: a number too large, or what stands behind one.
    has_begun: bool,
}

impl<'a> Reader<'a> {
    const fn of(text: &'a [u8], misfits: Misfits) -> Self {
        Self { text, at: 0, octets: Vec::new(), misfits, has_begun: false }
    }

    /// Reads the whole text.
    fn read(&mut self, hint: &[u8]) -> Result<Vec<u8>, Mismatch> {
        let mut part = Part::default();
        let mut state = State::Start;
        for sign in hint {
            if self.is_at_end() {
                break;
            }
            let after = state.after(*sign).ok_or_else(|| self.mismatch())?;
            match (state, sign) {
                (State::Start, b'*') => part.counted = true,
                (State::Start | State::Width, b'0'..=b'9') => part.add_digit(*sign),
                (State::Start | State::Width, code) => part.code = *code,
                (State::Separator | State::Terminator, b'*' | b'0'..=b'9') => {
                    self.part(part)?;
                    part = Part::default();
                    if *sign == b'*' {
                        part.counted = true;
                    } else {
                        part.add_digit(*sign);
                    }
                }
                (State::Separator, separator) => part.separator = Some(*separator),
                (State::Terminator, terminator) => {
                    part.terminator = Some(*terminator);
                    self.part(part)?;
                    part = Part::default();
                }
            }
            state = after;
        }
        while !self.is_at_end() {
            let before = self.at;
            self.part(part)?;
            if self.at == before {
                return Err(self.mismatch());
            }
        }
        Ok(std::mem::take(&mut self.octets))
    }

    const fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    const fn mismatch(&self) -> Mismatch {
        Mismatch { at: self.at }
    }

    fn next(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Reads what one part of the hint stands for.
    fn part(&mut self, part: Part) -> Result<(), Mismatch> {
        let count_at = self.octets.len();
        if part.counted {
            self.octets.push(0);
        }
        let mut count = 0_u8;
        loop {
            let before = self.at;
            self.element(part)?;
            // The count has one octet; net-snmp lets it wrap around.
            count = count.checked_add(1).ok_or_else(|| self.mismatch())?;
            if let (Some(separator), Some(next)) = (part.separator, self.next()) {
                if next != separator {
                    return Err(self.mismatch());
                }
                self.at += 1;
                self.has_begun |= part.code != b'a';
            }
            if part.terminator.is_some() && self.next() == part.terminator {
                self.at += 1;
                self.has_begun |= part.code != b'a';
                break;
            }
            if !part.counted || self.is_at_end() {
                break;
            }
            if self.at == before {
                return Err(self.mismatch());
            }
        }
        if part.counted {
            self.octets[count_at] = count;
        }
        Ok(())
    }

    fn element(&mut self, part: Part) -> Result<(), Mismatch> {
        let base = match part.code {
            b'x' => 16,
            b'd' => 10,
            b'o' => 8,
            b'a' => {
                let end = self.at.saturating_add(part.width).min(self.text.len());
                self.octets.extend_from_slice(&self.text[self.at..end]);
                self.at = end;
                return Ok(());
            }
            _ => return Ok(()),
        };
        let number = scan::number(&self.text[self.at..], base);
        if number.used == 0 || part.width > WIDTH_MAX {
            return Err(self.mismatch());
        }
        if self.misfits == Misfits::Refused && !fits(number, part.width) {
            self.has_begun = true;
            return Err(self.mismatch());
        }
        self.at += number.used;
        let octets = number.value.to_be_bytes();
        let missing = part.width.saturating_sub(octets.len());
        self.octets.resize(self.octets.len() + missing, 0);
        self.octets.extend_from_slice(&octets[octets.len() - (part.width - missing)..]);
        Ok(())
    }
}

/// Whether a number has no more octets than a part; those beyond the signed range, which are not read as they are, do
/// not.
fn fits(number: Scanned, width: usize) -> bool {
    let is_exact = u64::try_from(number.value).is_ok_and(|value| value == number.unsigned);
    is_exact && (width >= 8 || number.unsigned >> (8 * width) == 0)
}
