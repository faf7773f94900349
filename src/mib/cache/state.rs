//! What a cached image was made from, beside it in the same file, to be looked at in place.
//!
//! Numbers of 32 bits: how many directories, files, named files and modules there are, and the offset of each of them in
//! this order; then the entries. All little-endian. A directory and a file are their stamp and their path, a module is
//! the number of its file and its name. Modules are in the order of their names.

use std::{collections::BTreeMap, ffi::OsStr, os::unix::ffi::OsStrExt as _, path::Path};

use crate::mib::{
    compile::{FileModule, Inventory, Listing, Place, Seen, Stamp},
    image::{u32_at, u64_at},
};

/// Counts before the offsets.
const COUNTS: usize = 4;

/// Octets of a stamp: whether there is one, and its four numbers.
const STAMP: usize = 1 + 4 * 8;

/// The state, read in place. Whatever the octets are, what cannot be read is absent.
#[derive(Clone, Copy)]
pub(in crate::mib) struct State<'a> {
    octets: &'a [u8],
}

impl<'a> State<'a> {
    pub(super) const fn at(octets: &'a [u8]) -> Self {
        Self { octets }
    }

    fn number(self, n: usize) -> Option<usize> {
        u32_at(self.octets, n.checked_mul(4)?).and_then(|value| usize::try_from(value).ok())
    }

    fn count(self, n: usize) -> usize {
        // There cannot be more than there are offsets.
        self.number(n).unwrap_or_default().min(self.octets.len() / 4)
    }

    fn entry(self, n: usize) -> Option<&'a [u8]> {
        self.octets.get(self.number(COUNTS + n)?..)
    }

    fn seen(self, n: usize) -> Option<(&'a Path, Option<Stamp>)> {
        let entry = self.entry(n)?;
        let word = |at: usize| u64_at(entry, 1 + at * 8);
        let stamp = Stamp {
            octets: word(0)?,
            seconds: word(1)?.cast_signed(),
            nanoseconds: word(2)?.cast_signed(),
            inode: word(3)?,
        };
        let path = text(entry, STAMP)?;
        Some((Path::new(OsStr::from_bytes(path)), (entry[0] != 0).then_some(stamp)))
    }

    /// Whether all directories are as they were, and when the latest change to one of them was, in seconds.
    pub(super) fn directories(self) -> Option<i64> {
        let mut latest = i64::MIN;
        for n in 0..self.count(0) {
            let (path, stamp) = self.seen(n)?;
            if Stamp::at(path) != stamp {
                return None;
            }
            latest = latest.max(stamp.map_or(i64::MIN, |stamp| stamp.seconds));
        }
        Some(latest)
    }

    /// Whether a module's file is as it was; so it is when there is none.
    pub(super) fn is_fresh(self, module: &str) -> bool {
        let Some(file) = self.file_of(module) else { return true };
        let seen = self.seen(self.count(0) + file);
        seen.is_some_and(|(path, stamp)| Stamp::at(path) == stamp)
    }

    /// Whether these are the files that it was made from, whatever became of the directories.
    pub(super) fn has_files(self, listing: &Listing) -> bool {
        self.count(1) == listing.files.len()
            && (listing.files.iter().enumerate())
                .all(|(n, file)| self.seen(self.count(0) + n) == Some((&file.path, file.stamp)))
    }

    /// Whether the files that were named are as they were: nothing else notices when they change.
    pub(super) fn has_named_files(self) -> bool {
        let (first, files) = (self.count(0), self.count(1));
        (files - self.count(2).min(files)..files)
            .all(|n| self.seen(first + n).is_some_and(|(path, stamp)| Stamp::at(path) == stamp))
    }

    fn module(self, n: usize) -> Option<(&'a [u8], usize)> {
        let entry = self.entry(self.count(0) + self.count(1) + n)?;
        let file = usize::try_from(u32_at(entry, 0)?).ok()?;
        Some((text(entry, 4)?, file))
    }

    fn file_of(self, module: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.count(3));
        while low < high {
            let middle = low.midpoint(high);
            let (name, file) = self.module(middle)?;
            match name.cmp(module.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(file),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// All modules and where they are; of what is in them nothing is kept.
    pub(super) fn modules(self) -> BTreeMap<String, Place> {
        let modules = (0..self.count(3)).filter_map(|n| self.module(n));
        modules
            .filter_map(|(name, file)| {
                let name = std::str::from_utf8(name).ok()?.to_owned();
                let module =
                    FileModule { name: name.clone(), imports: Vec::new(), last_updated: String::new() };
                Some((name, Place { file, module }))
            })
            .collect()
    }

    /// The path of a module's file.
    pub(in crate::mib) fn path_of(self, module: &str) -> Option<&'a Path> {
        self.seen(self.count(0) + self.file_of(module)?).map(|(path, _)| path)
    }

    /// The modules of the files that were named.
    pub(in crate::mib) fn named_modules(self) -> Vec<&'a str> {
        let first = self.count(1).saturating_sub(self.count(2));
        if self.count(2) == 0 {
            return Vec::new();
        }
        let modules = (0..self.count(3)).filter_map(|n| self.module(n));
        modules
            .filter(|(_, file)| *file >= first)
            .filter_map(|(name, _)| std::str::from_utf8(name).ok())
            .collect()
    }
}

/// A length of 32 bits and as many octets.
fn text(entry: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::try_from(u32_at(entry, at)?).ok()?;
    entry.get(at + 4..(at + 4).checked_add(length)?)
}

/// The octets of a state.
pub(super) fn write(inventory: &Inventory) -> Vec<u8> {
    let Listing { directories, files, named } = &inventory.listing;
    let counts = [directories.len(), files.len(), *named, inventory.modules.len()];
    let offsets = COUNTS + directories.len() + files.len() + inventory.modules.len();
    let mut out = Vec::with_capacity(offsets * 64);
    for count in counts {
        put(&mut out, count);
    }
    out.resize(offsets * 4, 0);
    let mut entry = COUNTS;
    for seen in directories.iter().chain(files) {
        note(&mut out, &mut entry);
        put_seen(&mut out, seen);
    }
    for (name, place) in &inventory.modules {
        note(&mut out, &mut entry);
        put(&mut out, place.file);
        put_text(&mut out, name.as_bytes());
    }
    out
}

/// Enters where the next entry stands.
fn note(out: &mut [u8], entry: &mut usize) {
    let at = u32::try_from(out.len()).unwrap_or(u32::MAX);
    out[*entry * 4..*entry * 4 + 4].copy_from_slice(&at.to_le_bytes());
    *entry += 1;
}

fn put(out: &mut Vec<u8>, value: usize) {
    out.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, octets: &[u8]) {
    put(out, octets.len());
    out.extend_from_slice(octets);
}

fn put_seen(out: &mut Vec<u8>, seen: &Seen) {
    let stamp = seen.stamp.unwrap_or_default();
    out.push(u8::from(seen.stamp.is_some()));
    for word in [stamp.octets, stamp.seconds.cast_unsigned(), stamp.nanoseconds.cast_unsigned(), stamp.inode]
    {
        out.extend_from_slice(&word.to_le_bytes());
    }
    put_text(out, seen.path.as_os_str().as_bytes());
}
