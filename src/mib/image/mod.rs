//! The compiled image: everything that is known about names, read in place.
//!
//! An image is a string of octets, built into the program or mapped from a file. Opening one looks at its header and,
//! unless it is the built-in one, at its checksum; nothing is parsed and nothing is allocated. What is asked for is
//! found by binary search. Whatever the octets are, reading them neither panics nor loops: what leads out of the image
//! reads as absent, and nothing follows a reference backwards.
//!
//! ```
//! use snmpkit::mib::image;
//!
//! let mib = image::core();
//! let (node, rest) = mib.find(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 7]);
//! assert_eq!(node.definition().unwrap().qualified_name().to_string(), "IF-MIB::ifDescr");
//! assert_eq!(rest, [7]);
//!
//! let descr = mib.definitions("ifDescr").next().unwrap();
//! assert_eq!(descr.oid().to_string(), "1.3.6.1.2.1.2.2.1.2");
//! ```

mod check;
mod definition;
mod layout;
mod module;
mod names;
mod node;
mod read;
mod syntax;
#[cfg(test)]
mod tests;
mod write;

use std::{fmt, sync::OnceLock};

pub use check::WriteError;
pub use definition::{Definition, Item, Items, QualifiedName};
pub use module::{Module, Modules};
pub use names::{Definitions, Entries, Entry, Name};
pub use node::{Children, Node, Owners};
pub use read::read;
pub use syntax::{Hint, HintOrigin, Labels, NamedType, Syntax};
pub use write::write;

use layout::{Cursor, Section};

pub(in crate::mib) use layout::{u32_at, u64_at};

/// The octets of the built-in image; see [`core`].
static CORE: &[u8] = include_bytes!("../core.img");

/// The built-in image: the standard modules and net-snmp's own, without descriptions.
///
/// Its checksum is not looked at: it is as sound as the program around it.
///
/// # Panics
///
/// Never: a test opens the same octets.
pub fn core() -> &'static Image<'static> {
    static OPEN: OnceLock<Image<'static>> = OnceLock::new();
    OPEN.get_or_init(|| Image::open_trusted(CORE).expect("the built-in image is one"))
}

/// What tells the built-in image from that of another version of the program.
pub(in crate::mib) fn core_fingerprint() -> u64 {
    let sum = u64_at(CORE, layout::FACTS_SUM_AT).unwrap_or_default();
    sum ^ u64::from(layout::VERSION) ^ CORE.len() as u64
}

/// A fingerprint of octets, to stamp images with: the same octets in the same parts have the same, and others hardly
/// ever do. No protection against somebody who wants two to have the same.
pub fn fingerprint(parts: &[&[u8]]) -> u64 {
    layout::checksum(parts)
}

/// An open image; cheap to open, and everything else borrows from it.
#[derive(Clone)]
pub struct Image<'a> {
    sections: [&'a [u8]; Section::COUNT],
    text: &'a [u8],
    text_sum: u64,
    stamp: [u8; 32],
    octets: usize,
}

impl<'a> Image<'a> {
    /// Opens an image that comes from outside: checks its header and the checksum of its facts.
    ///
    /// The checksum runs over everything but the text section, at about the speed of memory; [`Image::check_text`]
    /// does the same for the text, when somebody asks for text.
    ///
    /// # Errors
    ///
    /// Any [`ImageError`]: the octets are no image, one of another format, or damaged.
    pub fn open(octets: &'a [u8]) -> Result<Self, ImageError> {
        let image = Self::open_trusted(octets)?;
        let facts_end = octets.len() - image.text.len();
        let parts = [&octets[..layout::FACTS_SUM_AT], &octets[layout::TEXT_SUM_AT..facts_end]];
        if u64_at(octets, layout::FACTS_SUM_AT) == Some(layout::checksum(&parts)) {
            Ok(image)
        } else {
            Err(ImageError::Damaged)
        }
    }

    /// Opens an image whose octets are known to be whole: checks its header alone, in constant time.
    ///
    /// With other octets nothing worse happens than wrong or missing names.
    ///
    /// # Errors
    ///
    /// [`ImageError`], but never [`ImageError::Damaged`].
    pub fn open_trusted(octets: &'a [u8]) -> Result<Self, ImageError> {
        if !octets.starts_with(&layout::MAGIC) {
            return Err(ImageError::NoImage);
        }
        let number = |at| u32_at(octets, at).ok_or(ImageError::Cut { octets: octets.len() });
        let version = number(layout::VERSION_AT)?;
        if version != layout::VERSION {
            return Err(ImageError::OtherVersion { found: version });
        }
        let size = |at| number(at).map(|value| usize::try_from(value).unwrap_or(usize::MAX));
        let (facts_end, total) = (size(layout::FACTS_END_AT)?, size(layout::TOTAL_AT)?);
        if total != octets.len() || !(layout::HEADER..=total).contains(&facts_end) {
            return Err(ImageError::Cut { octets: octets.len() });
        }
        let mut sections: [&'a [u8]; Section::COUNT] = [&[]; Section::COUNT];
        for (n, section) in Section::ALL.into_iter().enumerate() {
            let at = layout::SECTIONS_AT + n * 8;
            let range = layout::range(number(at)?, number(at + 4)?, facts_end);
            let range = range.filter(|range| !section.is_table() || range.len() % 4 == 0);
            sections[n] = range.map(|range| &octets[range]).ok_or(ImageError::BadSection { section: n })?;
        }
        let mut stamp = [0; 32];
        stamp.copy_from_slice(&octets[layout::STAMP_AT..layout::SECTIONS_AT]);
        let text_sum = u64_at(octets, layout::TEXT_SUM_AT).unwrap_or_default();
        let image = Self { sections, text: &octets[facts_end..], text_sum, stamp, octets: total };
        let nodes = image.node_count();
        let tables = [(Section::Definitions, nodes), (Section::Children, nodes + 1)];
        for (section, entries) in tables {
            if image.table_length(section) != entries {
                return Err(ImageError::BadSection { section: section as usize });
            }
        }
        if nodes == 0 {
            return Err(ImageError::BadSection { section: Section::Arcs as usize });
        }
        Ok(image)
    }

    /// Checks the text section, which [`Image::open`] does not read.
    ///
    /// # Errors
    ///
    /// [`ImageError::Damaged`] alone.
    pub fn check_text(&self) -> Result<(), ImageError> {
        if layout::checksum(&[self.text]) == self.text_sum { Ok(()) } else { Err(ImageError::Damaged) }
    }

    /// Whether the image was made with descriptions.
    pub const fn has_text(&self) -> bool {
        !self.text.is_empty()
    }

    /// What the maker stamped it with, to see whether it still stands for the same files.
    pub const fn stamp(&self) -> &[u8; 32] {
        &self.stamp
    }

    /// Its size in octets.
    pub const fn octets(&self) -> usize {
        self.octets
    }

    /// How many nodes the tree has, the root among them.
    pub fn node_count(&self) -> usize {
        self.table_length(Section::Arcs)
    }

    fn section(&self, section: Section) -> &'a [u8] {
        self.sections[section as usize]
    }

    fn table_length(&self, section: Section) -> usize {
        self.section(section).len() / 4
    }

    /// An entry of a table of 32-bit numbers.
    fn entry(&self, section: Section, n: usize) -> Option<u32> {
        layout::entry(self.section(section), n)
    }

    /// An entry of a table of 32-bit numbers, as a position.
    fn position(&self, section: Section, n: usize) -> Option<usize> {
        self.entry(section, n).and_then(|value| usize::try_from(value).ok())
    }

    /// Reading a section from an offset on.
    fn cursor(&self, section: Section, at: usize) -> Cursor<'a> {
        Cursor::new(self.section(section), at)
    }

    /// The string at an offset; empty when there is none.
    fn string(&self, at: u64) -> &'a str {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.cursor(Section::Strings, at).text().unwrap_or_default()
    }

    /// Description and reference at an offset of the text section.
    fn text_at(&self, at: Option<u64>) -> Option<(&'a str, &'a str)> {
        let mut cursor = Cursor::new(self.text, usize::try_from(at?).ok()?);
        Some((cursor.text()?, cursor.text()?))
    }
}

impl fmt::Debug for Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("octets", &self.octets)
            .field("nodes", &self.node_count())
            .field("has_text", &self.has_text())
            .finish_non_exhaustive()
    }
}

/// Why octets are not an image that can be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ImageError {
    /// They begin otherwise.
    #[error("this is not a compiled MIB image")]
    NoImage,
    /// Another version of snmpkit made it.
    #[error("the compiled MIB image has format {found}, this program reads format {}", layout::VERSION)]
    OtherVersion {
        /// The version of the format.
        found: u32,
    },
    /// It is shorter or longer than its header says.
    #[error("the compiled MIB image is cut off or overwritten: {octets} octets are not what its header says")]
    Cut {
        /// How long it is.
        octets: usize,
    },
    /// A section leads out of it or does not fit the others.
    #[error("the compiled MIB image is damaged: section {section} does not fit")]
    BadSection {
        /// Which one, counted from 0.
        section: usize,
    },
    /// Its checksum differs.
    #[error("the compiled MIB image is damaged: its checksum differs")]
    Damaged,
}
