//! What an image is made of, as plain structures: the input of [`image::write`](super::image::write).
//!
//! The compiler fills these; tests fill them by hand. References between parts are positions in the vectors of the
//! [`Model`]. The order of the vectors does not show in the image, with one exception: of several definitions with
//! one OID, that of the earlier module in [`Model::modules`] is the preferred one unless [`Definition::rank`] says
//! otherwise.

pub use super::kinds::{Access, BaseType, Kind, Language, Status};

/// Everything that goes into one image.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Model {
    /// What the image is made from, in a form that the maker chooses; compared octet by octet, never interpreted.
    pub stamp: [u8; 32],
    /// The modules.
    pub modules: Vec<Module>,
    /// Textual conventions and other named types.
    pub types: Vec<NamedType>,
    /// Everything that has an OID.
    pub definitions: Vec<Definition>,
}

/// A module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Module {
    /// `IF-MIB`.
    pub name: String,
    /// The language that it is written in.
    pub language: Language,
    /// Whether the built-in image has a module of this name: it counts where nobody chose modules.
    pub is_built_in: bool,
    /// LAST-UPDATED as written, empty in modules without identity: `200006140000Z`.
    pub last_updated: String,
    /// REVISION dates as written, in the order of the module.
    pub revisions: Vec<String>,
    /// The names of the modules that it imports from, each once.
    pub imports: Vec<String>,
    /// Prose, kept in the text section alone.
    pub text: Text,
}

/// Prose of a definition, kept in the text section.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Text {
    /// DESCRIPTION.
    pub description: String,
    /// REFERENCE.
    pub reference: String,
}

impl Text {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.description.is_empty() && self.reference.is_empty()
    }
}

/// A textual convention, or a type assignment of `SMIv1`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedType {
    /// `DisplayString`.
    pub name: String,
    /// Position of its module.
    pub module: usize,
    /// Whether it is a TEXTUAL-CONVENTION rather than a bare assignment.
    pub is_textual_convention: bool,
    /// STATUS, when it has one.
    pub status: Option<Status>,
    /// Its own DISPLAY-HINT; empty when it has none.
    pub hint: String,
    /// Its SYNTAX.
    pub syntax: Syntax,
    /// Prose.
    pub text: Text,
}

/// A SYNTAX clause.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Syntax {
    /// The type under all names.
    pub base: BaseType,
    /// Whether [`BaseType::Integer32`] is written `Integer32` where the names end, rather than `INTEGER`.
    pub is_integer32: bool,
    /// Position of the named type that the clause names, if it does.
    pub named: Option<usize>,
    /// Labels of an enumeration or of BITS that the clause itself lists, in its order.
    pub labels: Vec<Label>,
    /// Ranges or sizes that the clause itself gives, in its order.
    pub bounds: Vec<Bounds>,
}

/// A label of an enumeration or of BITS.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Label {
    /// The number, or the position of the bit.
    pub value: i32,
    /// The word.
    pub word: String,
}

/// A range of values, or of sizes in octets; both ends belong to it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Bounds {
    /// The smallest.
    pub min: i64,
    /// The largest; what is above 2^63 - 1 is cut off there.
    pub max: i64,
}

/// Something that has an OID.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Definition {
    /// `ifDescr`.
    pub name: String,
    /// Position of its module; `None` for the roots of the tree, which no module defines.
    pub module: Option<usize>,
    /// Its OID: 1 to 128 arcs.
    pub oid: Vec<u32>,
    /// Which of several definitions of one OID speaks for it: the lowest.
    pub rank: u32,
    /// What it is.
    pub kind: Kind,
    /// MAX-ACCESS or ACCESS of OBJECT-TYPE.
    pub access: Option<Access>,
    /// STATUS, when it has one.
    pub status: Option<Status>,
    /// UNITS; empty when there are none.
    pub units: String,
    /// SYNTAX of scalars and columns.
    pub syntax: Option<Syntax>,
    /// DEFVAL as written between the braces; empty when there is none.
    pub default: String,
    /// INDEX of a row, the one target of AUGMENTS, OBJECTS of a notification, or members of a group.
    pub list: Vec<Item>,
    /// Whether `list` is the target of AUGMENTS.
    pub is_augmenting: bool,
    /// Prose.
    pub text: Text,
}

/// An entry of a [`Definition::list`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// What is referred to.
    pub target: Target,
    /// IMPLIED before an index object.
    pub is_implied: bool,
}

/// What an [`Item`] refers to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// Position of a definition.
    Definition(usize),
    /// A name that nothing known bears, such as a type in an INDEX of `SMIv1`.
    Unknown(String),
}
