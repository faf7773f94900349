//! A definition: what one module says of one OID.

use std::fmt;

use super::{
    Image, Module, Name, Node, Syntax,
    layout::{self, Cursor, Section},
};
use crate::{
    mib::kinds::{Access, Kind, Status},
    oid::Oid,
};

/// What one module says of one OID.
#[derive(Clone, Copy)]
pub struct Definition<'a> {
    image: &'a Image<'a>,
    at: usize,
    kind: Kind,
}

/// The fixed part of a definition, and where the rest stands.
#[derive(Clone, Copy, Default)]
struct Body<'a> {
    flags: u8,
    access: u8,
    module: usize,
    node: usize,
    syntax: Option<usize>,
    units: u64,
    default: u64,
    text: Option<u64>,
    list: Option<Cursor<'a>>,
}

impl<'a> Definition<'a> {
    /// The definition at an offset of the section of names; `None` when there cannot be one.
    pub(super) fn at(image: &'a Image<'a>, at: usize) -> Option<Self> {
        let kind = Kind::from_code(image.cursor(Section::Names, at).octet()? & 0xf)?;
        Some(Self { image, at, kind })
    }

    /// Where it stands: no other definition of the image has the same.
    pub(super) const fn offset(self) -> usize {
        self.at
    }

    fn read(self) -> Option<Body<'a>> {
        let mut cursor = self.image.cursor(Section::Names, self.at);
        let mut body = Body { flags: cursor.octet()?, access: cursor.octet()?, ..Body::default() };
        let has = |flag| body.access & flag != 0;
        body.module = cursor.size()?;
        body.node = cursor.size()?;
        if has(layout::HAS_SYNTAX) {
            body.syntax = Some(cursor.size()?);
        }
        if has(layout::HAS_UNITS) {
            body.units = cursor.number()?;
        }
        if has(layout::HAS_DEFAULT) {
            body.default = cursor.number()?;
        }
        if has(layout::HAS_TEXT) {
            body.text = Some(cursor.number()?);
        }
        if has(layout::HAS_LIST) {
            body.list = Some(cursor);
        }
        Some(body)
    }

    fn body(self) -> Body<'a> {
        // Past the last module and the last node: a damaged definition belongs nowhere.
        self.read().unwrap_or(Body { module: usize::MAX, node: usize::MAX, ..Body::default() })
    }

    /// What it is.
    pub const fn kind(self) -> Kind {
        self.kind
    }

    /// Its name: `ifDescr`.
    pub fn name(self) -> Name<'a> {
        self.image.entry_around(self.at).map(|entry| entry.name()).unwrap_or_default()
    }

    /// Its name with its module's: `IF-MIB::ifDescr`.
    pub fn qualified_name(self) -> QualifiedName<'a> {
        QualifiedName { module: self.module().map_or("", Module::name), name: self.name() }
    }

    /// The module that it stands in; `None` for the roots of the tree (`iso`), which no module defines.
    pub fn module(self) -> Option<Module<'a>> {
        Module::numbered(self.image, self.body().module)
    }

    /// Its place in the tree; the root in a damaged image alone.
    pub fn node(self) -> Node<'a> {
        Node::numbered(self.image, self.body().node).unwrap_or_else(|| self.image.root())
    }

    /// Its OID.
    pub fn oid(self) -> Oid {
        self.node().oid()
    }

    /// MAX-ACCESS or ACCESS; `None` for what is no OBJECT-TYPE.
    pub fn access(self) -> Option<Access> {
        Access::from_code(self.body().access & 0x7)
    }

    /// STATUS; `None` where the macro has none.
    pub fn status(self) -> Option<Status> {
        Status::from_code(self.body().flags >> 4 & 0x7)
    }

    /// UNITS; `None` when there are none.
    pub fn units(self) -> Option<&'a str> {
        let body = self.body();
        (body.access & layout::HAS_UNITS != 0).then(|| self.image.string(body.units))
    }

    /// DEFVAL as the module writes it between the braces.
    pub fn default_value(self) -> Option<&'a str> {
        let body = self.body();
        (body.access & layout::HAS_DEFAULT != 0).then(|| self.image.string(body.default))
    }

    /// SYNTAX of a scalar or column.
    pub fn syntax(self) -> Option<Syntax<'a>> {
        Syntax::numbered(self.image, self.body().syntax?)
    }

    /// INDEX of a row: its own, and none when it has AUGMENTS instead. See [`Definition::row`] for columns.
    pub fn indexes(self) -> Items<'a> {
        let body = self.body();
        let is_own = self.kind == Kind::Row && body.flags & layout::AUGMENTS == 0;
        Items::new(self.image, body.list.filter(|_| is_own))
    }

    /// The row that this row AUGMENTS.
    pub fn augments(self) -> Option<Item<'a>> {
        let body = self.body();
        let is_augmenting = body.flags & layout::AUGMENTS != 0;
        Items::new(self.image, body.list.filter(|_| is_augmenting)).next()
    }

    /// OBJECTS or VARIABLES of a notification, members of a group; none for others.
    pub fn objects(self) -> Items<'a> {
        let has_objects = matches!(
            self.kind,
            Kind::Notification | Kind::Trap | Kind::ObjectGroup | Kind::NotificationGroup
        );
        Items::new(self.image, self.body().list.filter(|_| has_objects))
    }

    /// The row that a column belongs to, the row itself for a row, and the row below a table; that of the same module
    /// where several modules define one.
    pub fn row(self) -> Option<Self> {
        let module = self.module();
        let row_at = |node: Node<'a>| {
            let mut rows = node.definitions().filter(|definition| definition.kind == Kind::Row);
            let first = rows.next()?;
            let own = std::iter::once(first).chain(rows).find(|row| row.module() == module);
            Some(own.unwrap_or(first))
        };
        match self.kind {
            Kind::Row => Some(self),
            Kind::Column => self.node().parent().and_then(row_at),
            Kind::Table => self.node().children().find_map(row_at),
            _ => None,
        }
    }

    /// The index objects of a row, a column or a table, those of the row that it AUGMENTS if need be.
    pub fn effective_indexes(self) -> Items<'a> {
        let mut row = self.row();
        // Rows that augment one another in a ring are nonsense; honest ones augment a base row directly.
        for _ in 0..4 {
            let Some(known) = row else { break };
            match known.augments() {
                None => return known.indexes(),
                Some(item) => row = item.definition(),
            }
        }
        Items::new(self.image, None)
    }

    /// DESCRIPTION; `None` when there is none or the image was made without text.
    pub fn description(self) -> Option<&'a str> {
        self.image
            .text_at(self.body().text)
            .map(|(description, _)| description)
            .filter(|text| !text.is_empty())
    }

    /// REFERENCE; `None` when there is none or the image was made without text.
    pub fn reference(self) -> Option<&'a str> {
        self.image.text_at(self.body().text).map(|(_, reference)| reference).filter(|text| !text.is_empty())
    }
}

impl PartialEq for Definition<'_> {
    /// Whether both are the same definition of the same image.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.image, other.image) && self.at == other.at
    }
}

impl Eq for Definition<'_> {}

impl fmt::Debug for Definition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Definition({})", self.qualified_name())
    }
}

/// `MODULE::name`, or the name alone where there is no module.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct QualifiedName<'a> {
    /// The module; empty for none.
    pub module: &'a str,
    /// The name.
    pub name: Name<'a>,
}

impl fmt::Display for QualifiedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_empty() {
            write!(f, "{}::", self.module)?;
        }
        self.name.fmt(f)
    }
}

/// An object that a definition refers to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item<'a> {
    target: Result<Definition<'a>, &'a str>,
    is_implied: bool,
}

impl<'a> Item<'a> {
    /// The object; `None` when the module refers to something that is not known.
    pub fn definition(self) -> Option<Definition<'a>> {
        self.target.ok()
    }

    /// The name that the module writes where nothing known bears it, such as a type in an INDEX of `SMIv1`.
    pub fn unknown_name(self) -> Option<&'a str> {
        self.target.err()
    }

    /// Whether IMPLIED stands before it (RFC 2578, section 7.7): its length is left out of instance identifiers.
    pub const fn is_implied(self) -> bool {
        self.is_implied
    }
}

/// Objects that a definition refers to, in the order of the module.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    image: &'a Image<'a>,
    cursor: Cursor<'a>,
    left: usize,
}

impl<'a> Items<'a> {
    fn new(image: &'a Image<'a>, list: Option<Cursor<'a>>) -> Self {
        let mut cursor = list.unwrap_or(Cursor::new(&[], 0));
        let left = cursor.size().unwrap_or_default();
        Self { image, cursor, left }
    }

    fn read(&mut self) -> Option<Item<'a>> {
        let word = self.cursor.number()?;
        let is_implied = word & layout::ITEM_IMPLIED != 0;
        if word & layout::ITEM_NAMED != 0 {
            let name = self.image.string(word >> layout::ITEM_SHIFT);
            return Some(Item { target: Err(name), is_implied });
        }
        let other = if word & layout::ITEM_OTHER != 0 { self.cursor.size()? } else { 0 };
        let node = Node::numbered(self.image, usize::try_from(word >> layout::ITEM_SHIFT).ok()?);
        let definition = node.and_then(|node| node.definitions().nth(other));
        Some(Item { target: definition.ok_or(""), is_implied })
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.left = self.left.checked_sub(1)?;
        let item = self.read();
        if item.is_none() {
            self.left = 0;
        }
        item
    }
}
