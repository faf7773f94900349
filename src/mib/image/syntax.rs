//! What values a definition has: base type, named types, labels, bounds, DISPLAY-HINT.
//!
//! A named type refers only to types with smaller numbers, which is checked on every step.

use std::fmt;

use super::{
    Image, Module,
    layout::{self, Cursor, Section},
};
use crate::mib::{
    kinds::{BaseType, Status},
    model::Bounds,
};

/// A SYNTAX clause, of an object or of a named type.
#[derive(Clone, Copy)]
pub struct Syntax<'a> {
    image: &'a Image<'a>,
    base: BaseType,
    is_integer32: bool,
    /// Named types with this number or a larger one cannot be meant.
    types_below: usize,
    named: Option<usize>,
    labels: Option<Cursor<'a>>,
    bounds: Option<Cursor<'a>>,
}

impl<'a> Syntax<'a> {
    pub(super) fn numbered(image: &'a Image<'a>, number: usize) -> Option<Self> {
        Self::read(image, number, image.table_length(Section::TypeTable))
    }

    fn read(image: &'a Image<'a>, number: usize, types_below: usize) -> Option<Self> {
        let at = image.position(Section::SyntaxTable, number)?;
        let mut cursor = image.cursor(Section::Syntaxes, at);
        let flags = cursor.octet()?;
        let base = BaseType::from_code(flags & 0xf)?;
        let is_integer32 = flags & layout::IS_INTEGER32 != 0;
        let mut syntax =
            Self { image, base, is_integer32, types_below, named: None, labels: None, bounds: None };
        if flags & layout::HAS_NAMED != 0 {
            syntax.named = Some(cursor.size()?);
        }
        if flags & layout::HAS_BOUNDS != 0 {
            let length = cursor.size()?;
            syntax.bounds = Some(Cursor::new(cursor.take(length)?, 0));
        }
        if flags & layout::HAS_LABELS != 0 {
            syntax.labels = Some(cursor);
        }
        Some(syntax)
    }

    /// The type under all names.
    pub const fn base(self) -> BaseType {
        self.base
    }

    /// The word for the base type where the names end: that of [`BaseType::word`], but `INTEGER` for an integer that
    /// is not written `Integer32`.
    pub const fn base_word(self) -> &'static str {
        match self.base {
            BaseType::Integer32 if !self.is_integer32 => "INTEGER",
            base => base.word(),
        }
    }

    /// Whether an integer is written `Integer32` where the names end.
    pub(super) const fn is_integer32(self) -> bool {
        self.is_integer32
    }

    /// The named type that the clause names: `DisplayString`; `None` for the types of the SMI itself.
    pub fn named_type(self) -> Option<NamedType<'a>> {
        let number = self.named.filter(|number| *number < self.types_below)?;
        NamedType::numbered(self.image, number)
    }

    /// The labels that the clause itself lists, in its order.
    pub fn own_labels(self) -> Labels<'a> {
        Labels::new(self.image, self.labels)
    }

    /// The labels of the clause, or those of the nearest named type that has some.
    pub fn labels(self) -> Labels<'a> {
        let own = Some(self).filter(|syntax| syntax.labels.is_some());
        let found =
            own.or_else(|| self.types().map(NamedType::syntax).find(|syntax| syntax.labels.is_some()));
        found.unwrap_or(self).own_labels()
    }

    /// The label of a number, or of a bit.
    pub fn label(self, value: i32) -> Option<&'a str> {
        self.labels().find_value(value)
    }

    /// The label that the clause itself lists for a number, or for a bit.
    pub fn own_label(self, value: i32) -> Option<&'a str> {
        self.own_labels().find_value(value)
    }

    /// The number, or the bit, of a label.
    pub fn value(self, word: &str) -> Option<i32> {
        self.labels().find(|(_, known)| *known == word).map(|(value, _)| value)
    }

    /// The bounds that the clause itself gives, in its order: values, or sizes where [`BaseType::is_sized`].
    pub fn own_bounds(self) -> impl Iterator<Item = Bounds> + use<'a> {
        let mut cursor = self.bounds;
        std::iter::from_fn(move || {
            let cursor = cursor.as_mut()?;
            let min = cursor.signed()?;
            Some(Bounds { min, max: min.saturating_add(cursor.signed()?) })
        })
    }

    /// The bounds of the clause, or those of the nearest named type that has some.
    pub fn bounds(self) -> impl Iterator<Item = Bounds> + use<'a> {
        let own = Some(self).filter(|syntax| syntax.bounds.is_some());
        let found =
            own.or_else(|| self.types().map(NamedType::syntax).find(|syntax| syntax.bounds.is_some()));
        found.unwrap_or(self).own_bounds()
    }

    /// The one size that values have, when there is only one: then INDEX leaves out their length
    /// (RFC 2578, section 7.7).
    pub fn fixed_size(self) -> Option<u32> {
        let mut bounds = self.bounds();
        match (bounds.next(), bounds.next()) {
            (Some(only), None) if self.base.is_sized() && only.min == only.max => {
                u32::try_from(only.min).ok()
            }
            _ => None,
        }
    }

    /// The DISPLAY-HINT, and whether the type that the clause names has it itself.
    ///
    /// net-snmp knows own hints alone: it prints a string of a type that merely derives from one with a hint in quotes.
    pub fn hint(self) -> Option<Hint<'a>> {
        let mut types = self.types();
        let first = types.next()?;
        if let Some(text) = first.own_hint() {
            return Some(Hint { text, origin: HintOrigin::Own });
        }
        types.find_map(NamedType::own_hint).map(|text| Hint { text, origin: HintOrigin::Inherited })
    }

    /// The named type of the clause, the one that this one is made from, and so on.
    pub fn types(self) -> impl Iterator<Item = NamedType<'a>> {
        std::iter::successors(self.named_type(), |known| known.syntax().named_type())
    }
}

impl fmt::Debug for Syntax<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Syntax")
            .field("base", &self.base)
            .field("named", &self.named_type().map(NamedType::name))
            .field("labels", &self.own_labels().collect::<Vec<_>>())
            .field("bounds", &self.own_bounds().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// A DISPLAY-HINT (RFC 2579, section 3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hint<'a> {
    /// The hint: `255a`.
    pub text: &'a str,
    /// Whose it is.
    pub origin: HintOrigin,
}

/// Whose DISPLAY-HINT it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HintOrigin {
    /// The type that the SYNTAX clause names has it.
    Own,
    /// That type is made from another, which has it.
    Inherited,
}

/// Labels of an enumeration or of BITS: pairs of number and word, in the order of the module.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    image: &'a Image<'a>,
    cursor: Cursor<'a>,
    left: usize,
}

impl<'a> Labels<'a> {
    fn new(image: &'a Image<'a>, list: Option<Cursor<'a>>) -> Self {
        let mut cursor = list.unwrap_or(Cursor::new(&[], 0));
        let left = cursor.size().unwrap_or_default();
        Self { image, cursor, left }
    }

    /// Whether there are none: the type is neither an enumeration nor BITS.
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The next pair, its word as an offset.
    fn read(&mut self) -> Option<(i32, u64)> {
        self.left = self.left.checked_sub(1)?;
        let pair = self.cursor.signed().zip(self.cursor.number());
        if pair.is_none() {
            self.left = 0;
        }
        pair.and_then(|(value, word)| Some((i32::try_from(value).ok()?, word)))
    }

    /// The word of a number, without looking at the other words.
    fn find_value(mut self, value: i32) -> Option<&'a str> {
        while let Some((known, word)) = self.read() {
            if known == value {
                return Some(self.image.string(word));
            }
        }
        None
    }
}

impl<'a> Iterator for Labels<'a> {
    type Item = (i32, &'a str);

    fn next(&mut self) -> Option<(i32, &'a str)> {
        self.read().map(|(value, word)| (value, self.image.string(word)))
    }
}

/// A textual convention, or a type assignment of `SMIv1`.
#[derive(Clone, Copy)]
pub struct NamedType<'a> {
    image: &'a Image<'a>,
    number: usize,
    flags: u8,
    name: u64,
    module: usize,
    hint: u64,
    text: Option<u64>,
    syntax: Syntax<'a>,
}

impl<'a> NamedType<'a> {
    fn numbered(image: &'a Image<'a>, number: usize) -> Option<Self> {
        let mut cursor = image.cursor(Section::Types, image.position(Section::TypeTable, number)?);
        let flags = cursor.octet()?;
        let name = cursor.number()?;
        let module = cursor.size()?;
        let syntax = Syntax::read(image, cursor.size()?, number)?;
        let hint = if flags & layout::HAS_HINT != 0 { cursor.number()? } else { 0 };
        let text = if flags & layout::TYPE_HAS_TEXT != 0 { Some(cursor.number()?) } else { None };
        Some(Self { image, number, flags, name, module, hint, text, syntax })
    }

    /// Its position among [`Image::types`].
    pub const fn number(self) -> usize {
        self.number
    }

    /// Its name: `DisplayString`.
    pub fn name(self) -> &'a str {
        self.image.string(self.name)
    }

    /// The module that defines it; `None` in a damaged image alone.
    pub fn module(self) -> Option<Module<'a>> {
        Module::numbered(self.image, self.module)
    }

    /// Whether it is a TEXTUAL-CONVENTION rather than a bare assignment.
    pub const fn is_textual_convention(self) -> bool {
        self.flags & layout::IS_CONVENTION != 0
    }

    /// STATUS, when it has one.
    pub fn status(self) -> Option<Status> {
        Status::from_code(self.flags & 0x7)
    }

    /// Its own DISPLAY-HINT.
    pub fn own_hint(self) -> Option<&'a str> {
        (self.flags & layout::HAS_HINT != 0).then(|| self.image.string(self.hint))
    }

    /// Its SYNTAX.
    pub const fn syntax(self) -> Syntax<'a> {
        self.syntax
    }

    /// DESCRIPTION; `None` when there is none or the image was made without text.
    pub fn description(self) -> Option<&'a str> {
        self.image.text_at(self.text).map(|(description, _)| description).filter(|text| !text.is_empty())
    }

    /// REFERENCE; `None` when there is none or the image was made without text.
    pub fn reference(self) -> Option<&'a str> {
        self.image.text_at(self.text).map(|(_, reference)| reference).filter(|text| !text.is_empty())
    }
}

impl fmt::Debug for NamedType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamedType({} {})", self.number, self.name())
    }
}

impl<'a> Image<'a> {
    /// All named types; a type follows those that it is made from.
    pub fn types(&'a self) -> impl Iterator<Item = NamedType<'a>> {
        (0..self.table_length(Section::TypeTable)).filter_map(|number| NamedType::numbered(self, number))
    }
}
