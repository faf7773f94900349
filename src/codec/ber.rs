//! Type, length, content (X.690, section 8), as far as SNMP uses them (RFC 3417, section 8).
//!
//! Fields are taken apart by snmp2's [`AsnReader`]; what it does not do is done here: each failure says at which octet
//! of the datagram, each field must fill what encloses it, and integers and object identifiers are read from their
//! content without wrapping, truncating or ending silently. Writing is from the back to the front, so that every
//! length is known when it is written.

use snmp2::AsnReader;

use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::lenient::{Deviation, Tolerance};
use crate::{limits, oid::Oid};

/// The type octets of SNMP.
pub(crate) mod tag {
    pub(crate) use snmp2::asn1::{
        TYPE_INTEGER as INTEGER, TYPE_NULL as NULL, TYPE_OBJECTIDENTIFIER as OBJECT_IDENTIFIER,
        TYPE_OCTETSTRING as OCTET_STRING, TYPE_SEQUENCE as SEQUENCE,
    };
    pub(crate) use snmp2::snmp::{
        MSG_GET as GET, MSG_GET_BULK as GET_BULK, MSG_GET_NEXT as GET_NEXT, MSG_INFORM as INFORM,
        MSG_REPORT as REPORT, MSG_RESPONSE as RESPONSE, MSG_SET as SET, MSG_TRAP as TRAP_V2,
        MSG_TRAP_V1 as TRAP_V1, SNMP_ENDOFMIBVIEW as END_OF_MIB_VIEW,
        SNMP_NOSUCHINSTANCE as NO_SUCH_INSTANCE, SNMP_NOSUCHOBJECT as NO_SUCH_OBJECT,
        TYPE_COUNTER32 as COUNTER32, TYPE_COUNTER64 as COUNTER64, TYPE_IPADDRESS as IP_ADDRESS,
        TYPE_OPAQUE as OPAQUE, TYPE_TIMETICKS as TIME_TICKS, TYPE_UNSIGNED32 as GAUGE32,
    };

    /// Withdrawn with RFC 1442.
    pub(crate) const BIT_STRING: u8 = 0x03;
    /// Withdrawn with RFC 1442.
    pub(crate) const NSAP_ADDRESS: u8 = 0x45;
    /// Withdrawn with RFC 1442.
    pub(crate) const UINTEGER32: u8 = 0x47;
}

/// Reads the fields of one constructed field, or of the whole datagram, one after the other.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    inner: AsnReader<'a>,
    /// Where these fields end, counted from the start of the datagram.
    end: usize,
}

/// One field: where it is and what it holds.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Offset of the content from the start of the datagram.
    pub(crate) at: usize,
    /// The content, inside of what encloses the field.
    pub(crate) content: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads a whole datagram.
    pub(crate) fn new(datagram: &'a [u8]) -> Self {
        Self { inner: AsnReader::from_bytes(datagram), end: datagram.len() }
    }

    /// Offset of the next octet from the start of the datagram.
    pub(crate) fn at(&self) -> usize {
        self.end - self.inner.bytes_left()
    }

    /// Octets that are left.
    pub(crate) fn left(&self) -> usize {
        self.inner.bytes_left()
    }

    /// The type of the next field; `None` at the end.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.inner.peek_byte().ok()
    }

    /// The next field, which must be of type `tag`; `expected` names it in the error.
    pub(crate) fn field(
        &mut self,
        tag: u8,
        expected: &'static str,
        tolerance: &mut Tolerance,
    ) -> Result<Field<'a>, DecodeError> {
        match self.peek() {
            Some(found) if found == tag => self.known(tag, tolerance),
            found => Err(self.unexpected(found, expected)),
        }
    }

    /// The next field, whose type `tag` was seen by [`Reader::peek`].
    pub(crate) fn known(&mut self, tag: u8, tolerance: &mut Tolerance) -> Result<Field<'a>, DecodeError> {
        let start = self.at();
        let before = self.inner.clone();
        let Ok(content) = self.inner.read_raw(tag) else {
            return Err(explain(before, start));
        };
        let at = self.at() - content.len();
        if at - start != 1 + length_octets(content.len()) {
            tolerance.bear(Deviation::PaddedLength, start + 1)?;
        }
        Ok(Field { at, content })
    }

    /// Reads the type and the length of the next field, and says how many octets its content has or should have: the
    /// only reading that may leave what is at hand.
    pub(crate) fn header(&mut self) -> Result<usize, DecodeError> {
        let start = self.at();
        let before = self.inner.clone();
        let length = self.inner.read_byte().and_then(|_type| self.inner.read_length());
        length.map_err(|_| explain(before, start))
    }

    /// What to say when `found` stands where something else must; `None` is the end.
    #[cold]
    pub(crate) fn unexpected(&self, found: Option<u8>, expected: &'static str) -> DecodeError {
        let kind = match found {
            Some(found) => DecodeErrorKind::UnexpectedType { found, expected },
            None => DecodeErrorKind::Truncated { needed: 2, present: 0 },
        };
        DecodeError { at: self.at(), kind }
    }

    /// Refuses octets that are left where nothing may follow.
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        match self.left() {
            0 => Ok(()),
            octets => Err(DecodeError { at: self.at(), kind: DecodeErrorKind::Trailing { octets } }),
        }
    }

    /// How many fields of type `tag` stand here in a row; an estimate for allocating, so faults only end it.
    pub(crate) fn count(&self, tag: u8) -> usize {
        let mut ahead = self.inner.clone();
        let mut fields = 0;
        while ahead.read_raw(tag).is_ok() {
            fields += 1;
        }
        fields
    }
}

/// Why a field at octet `start` has no readable length, or a length that leaves what encloses it.
#[cold]
fn explain(mut reader: AsnReader<'_>, start: usize) -> DecodeError {
    let type_octets = 1;
    let length_at = start + type_octets;
    let _type = reader.read_byte();
    let Ok(first) = reader.peek_byte() else {
        return DecodeError { at: length_at, kind: DecodeErrorKind::Truncated { needed: 1, present: 0 } };
    };
    let present = reader.bytes_left();
    let kind = match (reader.read_length(), first) {
        (Ok(needed), _) => DecodeErrorKind::Truncated { needed, present: reader.bytes_left() },
        (Err(_), 0x80) => DecodeErrorKind::IndefiniteLength,
        (Err(_), _) => match usize::from(first & 0x7f) {
            octets if octets > size_of::<usize>() => DecodeErrorKind::LengthTooWide { octets },
            octets => DecodeErrorKind::Truncated { needed: 1 + octets, present },
        },
    };
    DecodeError { at: length_at, kind }
}

/// Octets of the shortest length field for a content of `length` octets (X.690, section 8.1.3).
fn length_octets(length: usize) -> usize {
    if length < 0x80 { 1 } else { 1 + significant(length as u64) }
}

/// Octets that an unsigned number needs, at least one.
fn significant(number: u64) -> usize {
    8 - (number | 1).leading_zeros() as usize / 8
}

impl<'a> Field<'a> {
    /// Reads the fields within this one.
    pub(crate) fn reader(&self) -> Reader<'a> {
        Reader { inner: AsnReader::from_bytes(self.content), end: self.at + self.content.len() }
    }

    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError { at: self.at, kind }
    }

    /// The content as an `INTEGER` (X.690, section 8.3).
    pub(crate) fn signed(&self, tolerance: &mut Tolerance) -> Result<i64, DecodeError> {
        let mut content = self.content;
        let Some(&first) = content.first() else {
            tolerance.bear(Deviation::EmptyInteger, self.at)?;
            return Ok(0);
        };
        let negative = first >= 0x80;
        while let [sign @ (0x00 | 0xff), rest @ ..] = content
            && let Some(next) = rest.first()
            && (*sign == 0xff) == (*next >= 0x80)
        {
            tolerance.bear(Deviation::PaddedInteger, self.at)?;
            content = rest;
        }
        if content.len() > size_of::<i64>() {
            return Err(self.error(DecodeErrorKind::IntegerTooWide { bits: 64 }));
        }
        // Every bit before those that are there is the sign.
        let sign = if negative { -1 } else { 0 };
        Ok(content.iter().fold(sign, |number, octet| number << 8 | i64::from(*octet)))
    }

    /// The content as an `INTEGER` of 32 bits; a wider one is taken modulo 2^32 where that is tolerated.
    pub(crate) fn signed32(&self, tolerance: &mut Tolerance) -> Result<i32, DecodeError> {
        let number = self.signed(tolerance)?;
        if let Ok(fits) = i32::try_from(number) {
            return Ok(fits);
        }
        tolerance.bear(Deviation::WideInteger, self.at)?;
        let [.., a, b, c, d] = number.to_be_bytes();
        Ok(i32::from_be_bytes([a, b, c, d]))
    }

    /// The content as an unsigned number of 64 bits.
    ///
    /// A leading 00 keeps the top bit from being a sign; a number without it is taken as it is meant where
    /// [`Deviation::NegativeUnsigned`] is tolerated.
    pub(crate) fn unsigned(&self, tolerance: &mut Tolerance) -> Result<u64, DecodeError> {
        let mut content = self.content;
        match content {
            [] => {
                tolerance.bear(Deviation::EmptyInteger, self.at)?;
                return Ok(0);
            }
            [0x80..=0xff, ..] => tolerance.bear(Deviation::NegativeUnsigned, self.at)?,
            _ => {
                while let [0x00, rest @ ..] = content
                    && !rest.is_empty()
                {
                    if rest[0] < 0x80 {
                        tolerance.bear(Deviation::PaddedInteger, self.at)?;
                    }
                    content = rest;
                }
            }
        }
        if content.len() > size_of::<u64>() {
            return Err(self.error(DecodeErrorKind::IntegerTooWide { bits: 64 }));
        }
        Ok(content.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
    }

    /// The content as an unsigned number of 32 bits; a wider one is taken modulo 2^32 where that is tolerated.
    pub(crate) fn unsigned32(&self, tolerance: &mut Tolerance) -> Result<u32, DecodeError> {
        let number = self.unsigned(tolerance)?;
        if let Ok(fits) = u32::try_from(number) {
            return Ok(fits);
        }
        tolerance.bear(Deviation::WideInteger, self.at)?;
        let [.., a, b, c, d] = number.to_be_bytes();
        Ok(u32::from_be_bytes([a, b, c, d]))
    }

    /// The content as an object identifier (X.690, section 8.19).
    pub(crate) fn oid(&self, tolerance: &mut Tolerance) -> Result<Oid, DecodeError> {
        // Each octet ends one arc at most, and the first ends two: few octets need few arcs of room.
        if self.content.len() < 20 {
            self.arcs(&mut [0; 20], tolerance)
        } else {
            self.arcs(&mut [0; limits::OID_ARCS], tolerance)
        }
    }

    fn arcs(&self, arcs: &mut [u32], tolerance: &mut Tolerance) -> Result<Oid, DecodeError> {
        if self.content.is_empty() {
            tolerance.bear(Deviation::EmptyOid, self.at)?;
            return Ok(Oid::from_static(&[0, 0]));
        }
        // The first sub-identifier holds two arcs and starts the list; its room is 80 larger.
        let (first, mut at) = self.sub_identifier(0, u64::from(u32::MAX) + 80, tolerance)?;
        let root = (first / 40).min(2);
        arcs[0] = low32(root);
        arcs[1] = low32(first - 40 * root);
        let mut filled = 2;
        while let Some(&octet) = self.content.get(at) {
            let start = at;
            // Nearly all arcs have one octet.
            let arc = if octet < 0x80 {
                at += 1;
                u32::from(octet)
            } else {
                let (arc, end) = self.sub_identifier(at, u64::from(u32::MAX), tolerance)?;
                at = end;
                low32(arc)
            };
            let Some(place) = arcs.get_mut(filled) else {
                let kind = DecodeErrorKind::TooManyArcs { limit: limits::OID_ARCS };
                return Err(DecodeError { at: self.at + start, kind });
            };
            *place = arc;
            filled += 1;
        }
        Ok(Oid::from_static(&arcs[..filled])) // at most 128, or there had been no place for them
    }

    /// Reads the sub-identifier at `start`, which is `most` at most. Says what it is and where the next one begins.
    fn sub_identifier(
        &self,
        start: usize,
        most: u64,
        tolerance: &mut Tolerance,
    ) -> Result<(u64, usize), DecodeError> {
        if self.content[start] == 0x80 {
            tolerance.bear(Deviation::PaddedArc, self.at + start)?;
        }
        let mut arc = 0;
        for (n, &octet) in self.content.iter().enumerate().skip(start) {
            arc = arc << 7 | u64::from(octet & 0x7f);
            if arc > most {
                return Err(DecodeError { at: self.at + start, kind: DecodeErrorKind::ArcTooLarge });
            }
            if octet < 0x80 {
                return Ok((arc, n + 1));
            }
        }
        Err(DecodeError { at: self.at + start, kind: DecodeErrorKind::UnfinishedArc })
    }
}

/// A number that was seen to be below 2^32.
fn low32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Writes fields from the last to the first.
///
/// What is written first stands last in the message. The octets are kept the wrong way round until
/// [`Writer::finish`] turns them, so that the caller's buffer grows at its end only and is used again as it is.
pub(crate) struct Writer<'a> {
    reversed: &'a mut Vec<u8>,
    limit: usize,
}

impl<'a> Writer<'a> {
    /// Empties `out` and writes into it, at most `limit` octets.
    pub(crate) fn new(out: &'a mut Vec<u8>, limit: usize) -> Self {
        out.clear();
        Self { reversed: out, limit: limit.min(limits::MESSAGE_OCTETS) }
    }

    /// Writes around what `out` holds, at most `limit` octets with that.
    pub(crate) fn around(out: &'a mut Vec<u8>, limit: usize) -> Self {
        out.reverse();
        Self { reversed: out, limit: limit.min(limits::MESSAGE_OCTETS) }
    }

    /// Octets written so far: a place that [`Writer::header`] can refer to.
    pub(crate) fn written(&self) -> usize {
        self.reversed.len()
    }

    /// Makes the buffer what it should be.
    pub(crate) fn finish(self) {
        self.reversed.reverse();
    }

    fn room_for(&self, octets: usize) -> Result<(), EncodeError> {
        // What was there before the writer may be too long already.
        if self.limit.checked_sub(self.reversed.len()).is_none_or(|room| octets > room) {
            return Err(EncodeError::TooLong { limit: self.limit });
        }
        Ok(())
    }

    /// Writes these octets before all that is written.
    pub(crate) fn octets(&mut self, octets: &[u8]) -> Result<(), EncodeError> {
        self.room_for(octets.len())?;
        self.reversed.extend(octets.iter().rev());
        Ok(())
    }

    /// Makes a field of type `tag` of what was written since `start`.
    pub(crate) fn header(&mut self, tag: u8, start: usize) -> Result<(), EncodeError> {
        let length = (self.written() - start) as u64;
        let octets = length.to_be_bytes();
        let length = &octets[8 - significant(length)..];
        match *length {
            [short @ ..=0x7f] => self.octets(&[tag, short]),
            [a] => self.octets(&[tag, 0x81, a]),
            [a, b] => self.octets(&[tag, 0x82, a, b]),
            // A message has fewer than 65536 octets, or it would not be written.
            _ => Err(EncodeError::TooLong { limit: self.limit }),
        }
    }

    /// Writes a field with this content.
    pub(crate) fn field(&mut self, tag: u8, content: &[u8]) -> Result<(), EncodeError> {
        let start = self.written();
        self.octets(content)?;
        self.header(tag, start)
    }

    /// Writes a signed number in as few octets as it needs (X.690, section 8.3).
    pub(crate) fn signed(&mut self, tag: u8, number: i64) -> Result<(), EncodeError> {
        let sign_bits = if number < 0 { number.leading_ones() } else { number.leading_zeros() };
        // One sign bit must stay.
        let octets = number.to_be_bytes();
        self.field(tag, &octets[(sign_bits as usize - 1) / 8..])
    }

    /// Writes an unsigned number, with a leading 00 where its top bit would be read as a sign.
    pub(crate) fn unsigned(&mut self, tag: u8, number: u64) -> Result<(), EncodeError> {
        if let Ok(number) = i64::try_from(number) {
            return self.signed(tag, number);
        }
        let start = self.written();
        self.octets(&number.to_be_bytes())?;
        self.octets(&[0])?;
        self.header(tag, start)
    }

    /// Writes an object identifier (X.690, section 8.19).
    ///
    /// The encoding has no form for fewer than two arcs: an empty identifier is written as `0.0` and a single arc with
    /// a 0 after it, which is where GETNEXT finds the first object below either.
    pub(crate) fn oid(&mut self, oid: &Oid) -> Result<(), EncodeError> {
        let start = self.written();
        let (first, second, rest) = match *oid.arcs() {
            [] => (0, 0, [].as_slice()),
            [first] => (first, 0, [].as_slice()),
            [first, second, ref rest @ ..] => (first, second, rest),
        };
        if first > 2 {
            return Err(EncodeError::FirstArc { arc: first });
        }
        if first < 2 && second >= 40 {
            return Err(EncodeError::SecondArc { first, second });
        }
        for arc in rest.iter().rev() {
            self.arc(u64::from(*arc))?;
        }
        self.arc(u64::from(first) * 40 + u64::from(second))?;
        self.header(tag::OBJECT_IDENTIFIER, start)
    }

    fn arc(&mut self, mut arc: u64) -> Result<(), EncodeError> {
        let mut more = 0x00;
        loop {
            let [.., low] = arc.to_be_bytes();
            self.octets(&[low & 0x7f | more])?;
            arc >>= 7;
            if arc == 0 {
                return Ok(());
            }
            more = 0x80;
        }
    }
}

#[cfg(test)]
mod tests;
