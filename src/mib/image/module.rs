//! The list of modules.

use std::{fmt, ops::Range};

use super::{
    Image,
    layout::{self, Section},
};
use crate::mib::kinds::Language;

impl<'a> Image<'a> {
    /// All modules, in the order of their names.
    pub fn modules(&'a self) -> Modules<'a> {
        Modules { image: self, range: 0..self.table_length(Section::ModuleTable) }
    }

    /// The module of a name.
    pub fn module(&'a self, name: &str) -> Option<Module<'a>> {
        let (mut low, mut high) = (0, self.table_length(Section::ModuleTable));
        while low < high {
            let middle = low.midpoint(high);
            let module = Module { image: self, number: middle };
            match module.name().cmp(name) {
                std::cmp::Ordering::Equal => return Some(module),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// A module.
#[derive(Clone, Copy)]
pub struct Module<'a> {
    image: &'a Image<'a>,
    number: usize,
}

#[derive(Default)]
struct Body<'a> {
    last_updated: &'a str,
    text: Option<u64>,
    revisions: Vec<&'a str>,
    imports: Vec<&'a str>,
}

impl<'a> Module<'a> {
    pub(super) fn numbered(image: &'a Image<'a>, number: usize) -> Option<Self> {
        (number < image.table_length(Section::ModuleTable)).then_some(Self { image, number })
    }

    fn head(self) -> Option<(layout::Cursor<'a>, u8, &'a str)> {
        let at = self.image.position(Section::ModuleTable, self.number)?;
        let mut cursor = self.image.cursor(Section::Modules, at);
        let flags = cursor.octet()?;
        let name = self.image.string(cursor.number()?);
        Some((cursor, flags, name))
    }

    fn body(self) -> Option<Body<'a>> {
        let (mut cursor, flags, _) = self.head()?;
        let mut body = Body { last_updated: self.image.string(cursor.number()?), ..Body::default() };
        if flags & layout::MODULE_HAS_TEXT != 0 {
            body.text = Some(cursor.number()?);
        }
        for list in [&mut body.revisions, &mut body.imports] {
            for _ in 0..cursor.number()? {
                list.push(self.image.string(cursor.number()?));
            }
        }
        Some(body)
    }

    /// Its name: `IF-MIB`.
    pub fn name(self) -> &'a str {
        self.head().map(|(_, _, name)| name).unwrap_or_default()
    }

    /// Its position among [`Image::modules`]: a small number to keep sets of modules by.
    pub const fn number(self) -> usize {
        self.number
    }

    /// The language that it is written in.
    pub fn language(self) -> Language {
        let code = self.head().map_or(0, |(_, flags, _)| flags & 0x7);
        Language::from_code(code).unwrap_or(Language::Unknown)
    }

    /// Whether the built-in image has a module of this name, so that it counts where nobody chose modules. Nothing in
    /// the built-in image itself says so.
    pub fn is_built_in(self) -> bool {
        self.head().is_some_and(|(_, flags, _)| flags & layout::IS_BUILT_IN != 0)
    }

    /// LAST-UPDATED as written: `200006140000Z`, in old modules `9602282155Z`; `None` without MODULE-IDENTITY.
    pub fn last_updated(self) -> Option<&'a str> {
        self.body().map(|body| body.last_updated).filter(|date| !date.is_empty())
    }

    /// REVISION dates as written, in the order of the module.
    pub fn revisions(self) -> Vec<&'a str> {
        self.body().unwrap_or_default().revisions
    }

    /// The names of the modules that it imports from; they need not be in the image.
    pub fn imports(self) -> Vec<&'a str> {
        self.body().unwrap_or_default().imports
    }

    /// DESCRIPTION of its MODULE-IDENTITY; `None` when there is none or the image was made without text.
    pub fn description(self) -> Option<&'a str> {
        let text = self.image.text_at(self.body()?.text);
        text.map(|(description, _)| description).filter(|text| !text.is_empty())
    }
}

impl PartialEq for Module<'_> {
    /// Whether both are the same module of the same image.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.image, other.image) && self.number == other.number
    }
}

impl Eq for Module<'_> {}

impl fmt::Debug for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Module({})", self.name())
    }
}

/// Modules in the order of their names; see [`Image::modules`].
#[derive(Clone, Debug)]
pub struct Modules<'a> {
    image: &'a Image<'a>,
    range: Range<usize>,
}

impl<'a> Iterator for Modules<'a> {
    type Item = Module<'a>;

    fn next(&mut self) -> Option<Module<'a>> {
        self.range.next().map(|number| Module { image: self.image, number })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl ExactSizeIterator for Modules<'_> {}
