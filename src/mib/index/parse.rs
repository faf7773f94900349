//! The text of an index to arcs: as net-snmp reads it, and in brackets as it writes it under `-OX`.

use super::Component;
use crate::{
    limits,
    mib::{
        facts::{Base, Facts},
        hint, scan,
    },
};

/// What is looked at while text is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Checks {
    /// Ranges, sizes, octets, and the notation of DISPLAY-HINTs; off with `-Ir`.
    pub ranges: bool,
    /// DISPLAY-HINTs of quoted strings; off with `-Ih`.
    pub hints: bool,
}

impl Default for Checks {
    fn default() -> Self {
        Self { ranges: true, hints: true }
    }
}

/// An index that was understood.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Parsed {
    /// Its arcs.
    pub arcs: Vec<u32>,
    /// What net-snmp logs of a component whose type it takes for no index.
    pub notice: Option<String>,
}

/// Text that is no index.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", detail.escape_ascii())]
pub struct Badly {
    /// What net-snmp puts in brackets behind `Unknown Object Identifier`.
    pub detail: Vec<u8>,
    /// As [`Parsed::notice`].
    pub notice: Option<String>,
    /// The component that a text does not fit, counted from 0, and the text; `None` for what belongs to no component.
    pub at: Option<(usize, Vec<u8>)>,
}

/// Reads what follows a column's name and a dot: numbers, labels, `"text"` with its length and `'text'` without.
///
/// Fewer components than the index has are an index too, and what follows the last component is read as plain
/// numbers and quoted texts. `prefix_arcs` is the length of the column's identifier, which counts towards
/// [`limits::OID_ARCS`].
///
/// Differences from net-snmp: a number above 4294967295 is refused, not cut, and so is more than an identifier can
/// hold; so is, unless [`Checks::ranges`] are off, a quoted text that begins in the notation of its object's DISPLAY-HINT
/// and does not go on so, or has a number that its octets cannot hold; and a quoted text for a string of which no size is known is taken, where net-snmp finds every size out of
/// range.
///
/// # Errors
///
/// [`Badly`] with net-snmp's words.
pub fn parse(
    components: &[Component<'_>],
    text: &[u8],
    prefix_arcs: usize,
    checks: Checks,
) -> Result<Parsed, Badly> {
    let mut reader = Reader {
        left: Some(text),
        piece: text.to_vec(),
        arcs: Vec::new(),
        room: limits::OID_ARCS.saturating_sub(prefix_arcs),
        checks,
    };
    let mut notice = None;
    let mut last = None;
    for (number, component) in components.iter().enumerate() {
        if reader.left.is_none() {
            break;
        }
        last = Some(component.name);
        match reader.component(component) {
            Ok(Next::Component) => {}
            Ok(Next::Plain) => break,
            Ok(Next::Unexpected(number)) => {
                let rest = String::from_utf8_lossy(reader.left.unwrap_or_default()).into_owned();
                notice = Some(format!("Unexpected index type: {number} {} {rest}", component.name));
                break;
            }
            Err(Bad::Piece) => {
                let mut detail = b"Index out of range: ".to_vec();
                detail.extend_from_slice(&reader.piece);
                detail.extend_from_slice(format!(" ({})", component.name).as_bytes());
                return Err(Badly { at: Some((number, reader.piece)), ..badly(detail, notice) });
            }
            Err(Bad::Quote(words)) => return Err(badly(words.into(), notice)),
        }
    }
    while reader.left.is_some() {
        if reader.plain().is_err() {
            let mut detail =
                last.map(|name| format!("Sub-id not found: {name} -> ").into_bytes()).unwrap_or_default();
            detail.extend_from_slice(&reader.piece);
            return Err(badly(detail, notice));
        }
    }
    Ok(Parsed { arcs: reader.arcs, notice })
}

pub(super) fn badly(detail: Vec<u8>, notice: Option<String>) -> Badly {
    // net-snmp's buffer for it.
    let mut detail = detail;
    detail.truncate(255);
    Badly { detail, notice, at: None }
}

/// What comes after a component.
enum Next {
    Component,
    /// All the rest is plain.
    Plain,
    /// The same, and net-snmp says so with its number of the type.
    Unexpected(u8),
}

enum Bad {
    /// The piece that was read last.
    Piece,
    /// A quote of the wrong kind.
    Quote(&'static str),
}

struct Reader<'a> {
    /// `None` when the text is used up; an empty text is one more piece.
    left: Option<&'a [u8]>,
    /// What an error shows.
    piece: Vec<u8>,
    arcs: Vec<u32>,
    room: usize,
    checks: Checks,
}

impl<'a> Reader<'a> {
    fn component(&mut self, component: &Component<'_>) -> Result<Next, Bad> {
        let facts = &component.facts;
        match facts.base {
            Base::Integer | Base::Integer32 | Base::UInteger32 | Base::Unsigned32 | Base::TimeTicks => {
                self.integer(facts)?;
            }
            Base::IpAddress => self.numbers(4)?,
            Base::OctetString => self.string(component)?,
            Base::ObjectIdentifier => return Ok(Next::Plain),
            Base::NetworkAddress => {
                let kind = self.piece();
                let kind = Self::whole(kind)?;
                self.push(kind)?;
                if kind != 1 {
                    return Ok(Next::Plain);
                }
                self.numbers(4)?;
            }
            other => return Ok(Next::Unexpected(other.type_number())),
        }
        Ok(Next::Component)
    }

    /// Takes the text up to the next dot.
    fn piece(&mut self) -> &'a [u8] {
        let left = self.left.take().unwrap_or_default();
        let piece = match left.iter().position(|octet| *octet == b'.') {
            Some(dot) => {
                self.left = Some(&left[dot + 1..]);
                &left[..dot]
            }
            None => left,
        };
        self.piece = piece.to_vec();
        piece
    }

    /// A piece that is a number as a whole; no text at all is 0.
    fn whole(piece: &[u8]) -> Result<u32, Bad> {
        let read = scan::number(piece, 0);
        if read.used != piece.len() {
            return Err(Bad::Piece);
        }
        u32::try_from(read.unsigned).map_err(|_| Bad::Piece)
    }

    fn push(&mut self, arc: u32) -> Result<(), Bad> {
        if self.arcs.len() >= self.room {
            return Err(Bad::Piece);
        }
        self.arcs.push(arc);
        Ok(())
    }

    fn integer(&mut self, facts: &Facts<'_>) -> Result<(), Bad> {
        let piece = self.piece();
        let arc = integer(facts, piece, self.checks).ok_or(Bad::Piece)?;
        self.push(arc)
    }

    /// Up to `count` octets.
    fn numbers(&mut self, count: usize) -> Result<(), Bad> {
        for _ in 0..count {
            if self.left.is_none() {
                break;
            }
            let piece = self.piece();
            let arc = Self::whole(piece)?;
            if self.checks.ranges && arc > 255 {
                return Err(Bad::Piece);
            }
            self.push(arc)?;
        }
        Ok(())
    }

    fn string(&mut self, component: &Component<'_>) -> Result<(), Bad> {
        let text = self.left.unwrap_or_default();
        self.piece = text.to_vec();
        let fixed = component.facts.fixed_octets();
        let counted = !component.implied && fixed.is_none();
        let [quote @ (b'"' | b'\''), quoted @ ..] = text else {
            let count = if counted {
                let piece = self.piece();
                let count = Self::whole(piece)?;
                let octets = usize::try_from(count).unwrap_or(usize::MAX);
                // One more than is needed, as net-snmp has it.
                if self.arcs.len().saturating_add(octets).saturating_add(1) >= self.room {
                    return Err(Bad::Piece);
                }
                self.push(count)?;
                octets
            } else {
                fixed.unwrap_or(usize::MAX)
            };
            return self.numbers(count);
        };
        match (counted, *quote) {
            (true, b'\'') => return Err(Bad::Quote("'-quote is for fixed length strings")),
            (false, b'"') => return Err(Bad::Quote("\"-quote is for variable length strings")),
            _ => {}
        }
        let (inner, after) = self.unquote(*quote, quoted)?;
        let octets = hinted(&component.facts, inner, self.checks).ok_or(Bad::Piece)?;
        if self.checks.ranges && !has_size(&component.facts, octets.len()) {
            return Err(Bad::Piece);
        }
        if counted {
            self.push(u32::try_from(octets.len()).map_err(|_| Bad::Piece)?)?;
        }
        for octet in octets {
            self.push(u32::from(octet))?;
        }
        self.left = match after {
            [] => None,
            [b'.', rest @ ..] => Some(rest),
            _ => return Err(Bad::Piece),
        };
        Ok(())
    }

    /// Takes the text up to a quote that has no backslash before it, without the backslashes.
    fn unquote(&mut self, quote: u8, text: &'a [u8]) -> Result<(Vec<u8>, &'a [u8]), Bad> {
        let found = unquoted(quote, text);
        self.piece = vec![quote];
        match found {
            (inner, Some(after)) => {
                self.piece.extend_from_slice(&inner);
                Ok((inner, after))
            }
            (inner, None) => {
                // net-snmp takes the backslashes out in place; what they leave over at the end stays.
                self.piece.extend_from_slice(&inner);
                self.piece.extend_from_slice(&text[inner.len()..]);
                Err(Bad::Piece)
            }
        }
    }

    /// One number or quoted text that belongs to no component.
    fn plain(&mut self) -> Result<(), Bad> {
        let text = self.left.unwrap_or_default();
        self.piece = text.to_vec();
        match text {
            [b'0'..=b'9', ..] => {
                let piece = self.piece();
                let arc = Self::whole(piece)?;
                self.push(arc)
            }
            [quote @ (b'"' | b'\''), inner @ ..] => {
                let end = inner.iter().position(|octet| octet == quote).ok_or(Bad::Piece)?;
                if *quote == b'"' {
                    self.push(u32::try_from(end).map_err(|_| Bad::Piece)?)?;
                }
                for octet in &inner[..end] {
                    self.push(u32::from(*octet))?;
                }
                self.left = match &inner[end + 1..] {
                    [] => None,
                    [b'.', rest @ ..] => Some(rest),
                    _ => return Err(Bad::Piece),
                };
                Ok(())
            }
            _ => Err(Bad::Piece),
        }
    }
}

/// A number in C's notation or a label.
pub(super) fn integer(facts: &Facts<'_>, piece: &[u8], checks: Checks) -> Option<u32> {
    let number = if piece.first().is_some_and(u8::is_ascii_digit) {
        let read = scan::number(piece, 0);
        if read.used != piece.len() {
            return None;
        }
        u32::try_from(read.unsigned).ok()?
    } else {
        facts.labels.number_of(piece)?.cast_unsigned()
    };
    let is_signed = matches!(facts.base, Base::Integer | Base::Integer32);
    let number_there = if is_signed { i64::from(number.cast_signed()) } else { i64::from(number) };
    let allowed = facts.ranges.iter().any(|(low, high)| (*low..=*high).contains(&number_there));
    (!checks.ranges || facts.ranges.is_empty() || allowed).then_some(number)
}

/// The octets of a text in quotes: by the hint if it has a notation of its own, else as they are. So are those of text
/// of another kind, if it can be what is printed for an instance.
///
/// Where nothing is checked, whatever the hint cannot read is taken as it stands, and numbers are cut, as with net-snmp.
pub(super) fn hinted(facts: &Facts<'_>, text: Vec<u8>, checks: Checks) -> Option<Vec<u8>> {
    match facts.hint.filter(|hint| checks.hints && hint::has_notation(hint)) {
        Some(hint) if checks.ranges => {
            let octets = hint::parse_octets_exactly(hint, &text).ok()?;
            let is_printed = || text.iter().all(|octet| matches!(octet, b' '..=b'~'));
            octets.or_else(|| is_printed().then(|| text.clone()))
        }
        Some(hint) => Some(hint::parse_octets(hint, &text).unwrap_or(text)),
        None => Some(text),
    }
}

/// Whether a string may have this size.
pub(super) fn has_size(facts: &Facts<'_>, octets: usize) -> bool {
    let octets = i64::try_from(octets).unwrap_or(i64::MAX);
    facts.ranges.is_empty() || facts.ranges.iter().any(|(low, high)| (*low..=*high).contains(&octets))
}

/// The text before a quote without its backslashes, and what follows the quote, if it is there.
fn unquoted(quote: u8, text: &[u8]) -> (Vec<u8>, Option<&[u8]>) {
    let mut inner = Vec::with_capacity(text.len());
    let mut escaped = false;
    for (at, octet) in text.iter().enumerate() {
        match octet {
            octet if escaped => {
                inner.push(*octet);
                escaped = false;
            }
            octet if *octet == quote => return (inner, Some(&text[at + 1..])),
            b'\\' => escaped = true,
            octet => inner.push(*octet),
        }
    }
    (inner, None)
}
