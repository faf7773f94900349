//! The index of names: exact look-up, completion, and names in two pieces.

use std::{cmp::Ordering, fmt};

use super::{
    Definition, Image,
    layout::{Cursor, Section},
};

impl<'a> Image<'a> {
    /// All definitions that bear a name, in the order of their modules' names; none when nobody does.
    ///
    /// Names are case-sensitive, as in module text. Which of several a bare name means is for the caller to decide.
    pub fn definitions(&'a self, name: &str) -> Definitions<'a> {
        let mut entries = self.entries_from(name);
        match entries.next() {
            Some(entry) if entry.name == *name => entry.definitions(),
            _ => Definitions::none(self),
        }
    }

    /// The definition of `MODULE::name`.
    pub fn definition(&'a self, module: &str, name: &str) -> Option<Definition<'a>> {
        self.definitions(name)
            .find(|definition| definition.module().is_some_and(|known| known.name() == module))
    }

    /// All names with their definitions, in name order, from the first that is not before `start` on.
    ///
    /// Completion takes those that begin with `start`: `take_while(|entry| entry.name().starts_with(start))`.
    pub fn entries_from(&'a self, start: &str) -> Entries<'a> {
        let blocks = self.table_length(Section::Blocks);
        // The last block whose first name is not after `start`: earlier ones end before it.
        let (mut low, mut high) = (0, blocks);
        while low < high {
            let middle = low.midpoint(high);
            if self.leader(middle).is_some_and(|leader| leader <= start.as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut entries = Entries::new(self, low.saturating_sub(1));
        loop {
            let before = entries.clone();
            match entries.next() {
                Some(entry) if entry.name < *start => {}
                _ => return before,
            }
        }
    }

    /// The first name of a block.
    fn leader(&self, block: usize) -> Option<&'a [u8]> {
        let mut cursor = self.cursor(Section::Names, self.position(Section::Blocks, block)?);
        cursor.number()?;
        let length = cursor.size()?;
        cursor.take(length)
    }

    /// The entry that the definition at an offset belongs to.
    pub(super) fn entry_around(&'a self, at: usize) -> Option<Entry<'a>> {
        let (mut low, mut high) = (0, self.table_length(Section::Blocks));
        while low < high {
            let middle = low.midpoint(high);
            if self.position(Section::Blocks, middle).is_some_and(|start| start <= at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut entries = Entries::new(self, low.checked_sub(1)?);
        entries.find(|entry| at < entry.end).filter(|entry| entry.start <= at)
    }
}

/// A name of the index, in two pieces that stand in the image.
///
/// Neighbours in the index share their beginnings, which halves its size. Comparing with a `str` and writing need no
/// copy; `to_string` makes one.
#[derive(Clone, Copy, Default)]
pub struct Name<'a> {
    head: &'a str,
    tail: &'a str,
}

impl<'a> Name<'a> {
    /// The pieces; the name is the first followed by the second.
    pub const fn pieces(self) -> (&'a str, &'a str) {
        (self.head, self.tail)
    }

    /// Its length in octets.
    pub const fn len(self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Whether it is the empty name, which no definition of a sound image bears.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether it begins with `start`.
    pub fn starts_with(self, start: &str) -> bool {
        let (head, start) = (self.head.as_bytes(), start.as_bytes());
        match start.strip_prefix(head) {
            Some(rest) => self.tail.as_bytes().starts_with(rest),
            None => head.starts_with(start),
        }
    }

    /// Its octets.
    pub fn bytes(self) -> impl Iterator<Item = u8> + 'a {
        self.head.bytes().chain(self.tail.bytes())
    }

    fn compare(self, other: &str) -> Ordering {
        let other = other.as_bytes();
        let cut = self.head.len().min(other.len());
        let (head, tail) = other.split_at(cut);
        self.head.as_bytes().cmp(head).then_with(|| self.tail.as_bytes().cmp(tail))
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.head)?;
        f.write_str(self.tail)
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Name<'_> {}

impl Ord for Name<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl PartialOrd for Name<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for Name<'_> {
    fn eq(&self, other: &str) -> bool {
        self.len() == other.len() && self.compare(other).is_eq()
    }
}

impl PartialEq<&str> for Name<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialOrd<str> for Name<'_> {
    fn partial_cmp(&self, other: &str) -> Option<Ordering> {
        Some(self.compare(other))
    }
}

/// A name with everything that bears it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    image: &'a Image<'a>,
    name: Name<'a>,
    start: usize,
    end: usize,
}

impl<'a> Entry<'a> {
    /// The name.
    pub const fn name(&self) -> Name<'a> {
        self.name
    }

    /// The definitions that bear it, in the order of their modules' names.
    pub const fn definitions(&self) -> Definitions<'a> {
        Definitions { image: self.image, at: self.start, end: self.end }
    }
}

/// Names in order; see [`Image::entries_from`].
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    image: &'a Image<'a>,
    /// The block after the current one.
    block: usize,
    block_end: usize,
    leader: &'a str,
    cursor: Cursor<'a>,
}

impl<'a> Entries<'a> {
    fn new(image: &'a Image<'a>, block: usize) -> Self {
        Self { image, block, block_end: 0, leader: "", cursor: image.cursor(Section::Names, 0) }
    }

    /// Goes to the next block; `None` when there is none.
    fn enter_block(&mut self) -> Option<()> {
        let image = self.image;
        let start = image.position(Section::Blocks, self.block)?;
        self.block += 1;
        let end = image.position(Section::Blocks, self.block).unwrap_or(usize::MAX);
        self.block_end = end.min(image.section(Section::Names).len());
        self.leader = "";
        self.cursor = image.cursor(Section::Names, start);
        Some(())
    }

    fn read(&mut self) -> Option<Entry<'a>> {
        let shared = self.cursor.size()?;
        let tail = self.cursor.text()?;
        let head = self.leader.get(..shared)?;
        if self.leader.is_empty() {
            self.leader = tail;
        }
        let length = self.cursor.size()?;
        let start = self.cursor.at();
        self.cursor.take(length)?;
        Some(Entry { image: self.image, name: Name { head, tail }, start, end: self.cursor.at() })
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            if self.cursor.at() < self.block_end {
                match self.read() {
                    Some(entry) => return Some(entry),
                    // Damaged: the rest of the block is lost, the others are not.
                    None => self.block_end = 0,
                }
            } else {
                self.enter_block()?;
            }
        }
    }
}

/// Definitions that bear one name.
#[derive(Clone, Debug)]
pub struct Definitions<'a> {
    image: &'a Image<'a>,
    at: usize,
    end: usize,
}

impl<'a> Definitions<'a> {
    const fn none(image: &'a Image<'a>) -> Self {
        Self { image, at: 0, end: 0 }
    }
}

impl<'a> Iterator for Definitions<'a> {
    type Item = Definition<'a>;

    fn next(&mut self) -> Option<Definition<'a>> {
        if self.at >= self.end {
            return None;
        }
        let mut cursor = self.image.cursor(Section::Names, self.at);
        let length = cursor.size()?;
        let at = cursor.at();
        cursor.take(length)?;
        self.at = cursor.at();
        Definition::at(self.image, at)
    }
}
