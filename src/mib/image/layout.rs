//! Where things stand in an image, and how numbers are read from it.
//!
//! Everything is little-endian and read octet by octet from slices, so alignment does not matter and an image may be
//! mapped anywhere. docs/mib-image.md describes the format for people.

use std::ops::Range;

/// The first octets of every image.
pub(super) const MAGIC: [u8; 8] = *b"snmpmib\n";

/// The version of the format; an image of another version is refused, and made anew by whoever can.
pub(super) const VERSION: u32 = 1;

/// Names in one block of the name index. Their common beginning with the first of them is stored once.
pub(super) const BLOCK_NAMES: usize = 8;

/// A slot of the node table whose node has no definition.
pub(super) const NO_DEFINITION: u32 = u32::MAX;

/// Set in a slot of the node table that holds a position in the section of lists, for nodes of several definitions.
pub(super) const SEVERAL: u32 = 1 << 31;

pub(super) const VERSION_AT: usize = 8;
pub(super) const FACTS_END_AT: usize = 12;
pub(super) const TOTAL_AT: usize = 16;
pub(super) const FACTS_SUM_AT: usize = 24;
pub(super) const TEXT_SUM_AT: usize = 32;
pub(super) const STAMP_AT: usize = 40;
pub(super) const SECTIONS_AT: usize = 72;

/// The sections, in the order of their table; each has an offset and a length there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Section {
    /// Strings that are not names: `length octets` each.
    Strings,
    /// Offsets of the blocks of names, in name order.
    Blocks,
    /// The blocks: names with their definitions.
    Names,
    /// Nodes, breadth first: the last arc of each.
    Arcs,
    /// Nodes: the position of the first child; one more entry at the end.
    Children,
    /// Nodes: the offset of the definition in `Names`, [`NO_DEFINITION`], or [`SEVERAL`] and a position in `Lists`.
    Definitions,
    /// `count offset…`, 32 bits each.
    Lists,
    /// Offsets in `Syntaxes`.
    SyntaxTable,
    /// Syntax clauses.
    Syntaxes,
    /// Offsets in `Types`.
    TypeTable,
    /// Named types.
    Types,
    /// Offsets in `Modules`, in name order.
    ModuleTable,
    /// Modules.
    Modules,
}

impl Section {
    pub(super) const COUNT: usize = 13;

    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Strings,
        Self::Blocks,
        Self::Names,
        Self::Arcs,
        Self::Children,
        Self::Definitions,
        Self::Lists,
        Self::SyntaxTable,
        Self::Syntaxes,
        Self::TypeTable,
        Self::Types,
        Self::ModuleTable,
        Self::Modules,
    ];

    /// Whether the section is a table of 32-bit numbers.
    pub(super) const fn is_table(self) -> bool {
        matches!(
            self,
            Self::Blocks
                | Self::Arcs
                | Self::Children
                | Self::Definitions
                | Self::Lists
                | Self::SyntaxTable
                | Self::TypeTable
                | Self::ModuleTable
        )
    }
}

/// Octets of the header; the facts follow, then the text.
pub(super) const HEADER: usize = SECTIONS_AT + Section::COUNT * 8;

/// Flags in the second octet of a definition, above three bits of access.
pub(super) const HAS_SYNTAX: u8 = 1 << 3;
pub(super) const HAS_UNITS: u8 = 1 << 4;
pub(super) const HAS_DEFAULT: u8 = 1 << 5;
pub(super) const HAS_LIST: u8 = 1 << 6;
pub(super) const HAS_TEXT: u8 = 1 << 7;

/// Set in the first octet of a definition whose list is the target of AUGMENTS.
pub(super) const AUGMENTS: u8 = 1 << 7;

/// Flags in the first octet of a syntax, above four bits of base type.
pub(super) const HAS_NAMED: u8 = 1 << 4;
pub(super) const HAS_LABELS: u8 = 1 << 5;
pub(super) const HAS_BOUNDS: u8 = 1 << 6;
pub(super) const IS_INTEGER32: u8 = 1 << 7;

/// Flags in the first octet of a named type, above three bits of status.
pub(super) const IS_CONVENTION: u8 = 1 << 3;
pub(super) const HAS_HINT: u8 = 1 << 4;
pub(super) const TYPE_HAS_TEXT: u8 = 1 << 5;

/// Flags in the first octet of a module, above three bits of language.
pub(super) const IS_BUILT_IN: u8 = 1 << 3;
pub(super) const MODULE_HAS_TEXT: u8 = 1 << 4;

/// Flags of a list entry, below the position of its node: IMPLIED; a name instead of a node; not the node's preferred
/// definition, but one whose position in the node's list follows.
pub(super) const ITEM_IMPLIED: u64 = 1;
pub(super) const ITEM_NAMED: u64 = 2;
pub(super) const ITEM_OTHER: u64 = 4;
pub(super) const ITEM_SHIFT: u32 = 3;

/// The 32-bit number at an offset.
pub(in crate::mib) fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..at.checked_add(4)?)?;
    octets.try_into().ok().map(u32::from_le_bytes)
}

/// The 64-bit number at an offset.
pub(in crate::mib) fn u64_at(octets: &[u8], at: usize) -> Option<u64> {
    let octets = octets.get(at..at.checked_add(8)?)?;
    octets.try_into().ok().map(u64::from_le_bytes)
}

/// The `n`-th entry of a table of 32-bit numbers.
pub(super) fn entry(table: &[u8], n: usize) -> Option<u32> {
    u32_at(table, n.checked_mul(4)?)
}

/// Reads one after the other from a section; everything is `None` past its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(octets: &'a [u8], at: usize) -> Self {
        Self { octets, at }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn octet(&mut self) -> Option<u8> {
        let octet = *self.octets.get(self.at)?;
        self.at += 1;
        Some(octet)
    }

    /// A number in groups of seven bits, the lowest first; all but the last octet have the high bit set.
    pub(super) fn number(&mut self) -> Option<u64> {
        let first = self.octet()?;
        if first < 0x80 {
            return Some(u64::from(first));
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let octet = self.octet()?;
            value |= u64::from(octet & 0x7f).checked_shl(shift)?;
            if octet < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn size(&mut self) -> Option<usize> {
        self.number().and_then(|value| usize::try_from(value).ok())
    }

    /// A signed number, its sign in the lowest bit.
    pub(super) fn signed(&mut self) -> Option<i64> {
        let value = self.number()?;
        let magnitude = (value >> 1).cast_signed();
        Some(if value & 1 == 0 { magnitude } else { !magnitude })
    }

    pub(super) fn take(&mut self, octets: usize) -> Option<&'a [u8]> {
        let taken = self.octets.get(self.at..self.at.checked_add(octets)?)?;
        self.at += octets;
        Some(taken)
    }

    /// A length and that many octets of UTF-8.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

/// Appends a number as [`Cursor::number`] reads it.
pub(super) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

/// Appends a number as [`Cursor::signed`] reads it.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    let folded = (value << 1) ^ (value >> 63);
    put_number(out, folded.cast_unsigned());
}

/// Appends a length and the octets of a text.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// A checksum against accidents, not against enemies: eight lanes of multiplications, so that it runs about as fast
/// as memory is read.
pub(super) fn checksum(parts: &[&[u8]]) -> u64 {
    parts.iter().fold(0x9e37_79b9_7f4a_7c15, |sum, part| {
        let mixed = lanes(part) ^ (part.len() as u64).wrapping_mul(PRIME);
        (sum.rotate_left(23) ^ mixed).wrapping_mul(PRIME)
    })
}

const PRIME: u64 = 0x9fb2_1c65_1e98_df25;
const LANES: usize = 8;

fn lanes(octets: &[u8]) -> u64 {
    let mut sums = [0_u64; LANES];
    for (sum, seed) in sums.iter_mut().zip(1_u64..) {
        *sum = seed.wrapping_mul(PRIME);
    }
    let mut chunks = octets.chunks_exact(LANES * 8);
    for chunk in &mut chunks {
        for (sum, word) in sums.iter_mut().zip(chunk.chunks_exact(8)) {
            let word = word.try_into().map_or(0, u64::from_le_bytes);
            *sum = (*sum ^ word).wrapping_mul(PRIME).rotate_left(29);
        }
    }
    let mut last = chunks
        .remainder()
        .iter()
        .fold(PRIME, |sum, octet| (sum ^ u64::from(*octet)).wrapping_mul(PRIME).rotate_left(29));
    for sum in sums {
        last = (last.rotate_left(31) ^ sum).wrapping_mul(PRIME);
    }
    last ^ (last >> 32)
}

/// The range of a section, given its offset and length, within the facts.
pub(super) fn range(offset: u32, length: u32, facts_end: usize) -> Option<Range<usize>> {
    let start = usize::try_from(offset).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    (start >= HEADER && end <= facts_end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_of_too_many_octets_is_refused() {
        let octets = [0xff; 11];
        assert_eq!(Cursor::new(&octets, 0).number(), None);
        assert_eq!(Cursor::new(&[0x80], 0).number(), None);
        assert_eq!(Cursor::new(&[], 7).octet(), None);
    }

    #[test]
    fn every_changed_octet_changes_the_checksum() {
        let octets: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let sum = checksum(&[&octets]);
        for at in 0..octets.len() {
            let mut changed = octets.clone();
            changed[at] ^= 1;
            assert_ne!(checksum(&[&changed]), sum, "octet {at}");
        }
        assert_ne!(checksum(&[&octets[..999]]), sum);
        assert_ne!(checksum(&[&octets[..500], &octets[500..]]), sum);
    }

    proptest! {
        #[test]
        fn numbers_read_back_as_written(value: u64, signed: i64) {
            let mut out = Vec::new();
            put_number(&mut out, value);
            put_signed(&mut out, signed);
            let mut cursor = Cursor::new(&out, 0);
            prop_assert_eq!(cursor.number(), Some(value));
            prop_assert_eq!(cursor.signed(), Some(signed));
            prop_assert_eq!(cursor.at(), out.len());
        }
    }
}
