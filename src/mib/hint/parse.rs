//! Text to octets, by a hint.

use crate::mib::scan;

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
    let mut reader = Reader { text, at: 0, octets: Vec::new() };
    let mut part = Part::default();
    let mut state = State::Start;
    for sign in hint {
        if reader.is_at_end() {
            break;
        }
        state = match (state, sign) {
            (State::Start, b'*') => {
                part.counted = true;
                State::Width
            }
            (State::Start | State::Width, b'0'..=b'9') => {
                part.add_digit(*sign);
                State::Width
            }
            (State::Width, b'x' | b'd' | b'o' | b'a') => {
                part.code = *sign;
                State::Separator
            }
            (State::Start | State::Width, _) => return Err(reader.mismatch()),
            (State::Separator | State::Terminator, b'*' | b'0'..=b'9') => {
                reader.part(part)?;
                part = Part::default();
                if *sign == b'*' {
                    part.counted = true;
                } else {
                    part.add_digit(*sign);
                }
                State::Width
            }
            (State::Separator, separator) => {
                part.separator = Some(*separator);
                State::Terminator
            }
            (State::Terminator, terminator) => {
                part.terminator = Some(*terminator);
                reader.part(part)?;
                part = Part::default();
                State::Start
            }
        };
    }
    while !reader.is_at_end() {
        let before = reader.at;
        reader.part(part)?;
        if reader.at == before {
            return Err(reader.mismatch());
        }
    }
    Ok(reader.octets)
}

/// What a hint's next sign can be.
#[derive(Clone, Copy)]
enum State {
    Start,
    Width,
    Separator,
    Terminator,
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
}

impl Reader<'_> {
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
            }
            if part.terminator.is_some() && self.next() == part.terminator {
                self.at += 1;
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
        self.at += number.used;
        let octets = number.value.to_be_bytes();
        let missing = part.width.saturating_sub(octets.len());
        self.octets.resize(self.octets.len() + missing, 0);
        self.octets.extend_from_slice(&octets[octets.len() - (part.width - missing)..]);
        Ok(())
    }
}
