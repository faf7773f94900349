//! Names and types from a MIB in net-snmp's text.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Above, Known, Names, instance, nameless_oid, typed_value, visible};
use crate::{
    mib::{
        Kind, View,
        facts::Facts,
        image::{Definition, Module, Node},
        object::{Indexes, Object},
    },
    oid::Oid,
    output::{
        number,
        options::{OidForm, Options},
    },
    value::Value,
};

/// Places that are remembered: more than a table has columns, so that a table may be read row by row, too.
const SLOTS: usize = 64;

/// What `-Ou` leaves out of the front of a name besides `PREFIX`.
const UCD_PREFIXES: [&str; 5] = [
    ".iso.org.dod.internet.mgmt.mib-2",
    ".iso.org.dod.internet.experimental",
    ".iso.org.dod.internet.private",
    ".iso.org.dod.internet.snmpParties",
    ".iso.org.dod.internet.snmpSecrets",
];

/// What is known about objects, and how it may be used.
///
/// What has been found out about the last objects is kept, so that a walk does not look up its column again for every
/// row.
#[derive(Debug)]
pub struct Named {
    view: View,
    hints: Hints,
    prefix: Option<String>,
    places: Mutex<Places>,
}

/// Whether DISPLAY-HINTs are used: not under `-Ih` or `noDisplayHint`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Hints {
    /// They are.
    #[default]
    Used,
    /// They are not.
    Ignored,
}

impl Named {
    /// No names at all.
    pub fn nothing() -> Self {
        Self::of(View::none())
    }

    /// What a view knows, with DISPLAY-HINTs and the usual prefixes of `-Ou`.
    pub fn of(view: View) -> Self {
        Self { view, hints: Hints::Used, prefix: None, places: Mutex::default() }
    }

    /// The same names with or without DISPLAY-HINTs.
    #[must_use]
    pub fn with_hints(self, hints: Hints) -> Self {
        Self { hints, ..self }
    }

    /// The same names with a prefix that `-Ou` leaves out before it looks for the usual ones: `PREFIX` in the
    /// environment, a full name such as `.iso.org.dod.internet.private.enterprises`.
    ///
    /// A dot at its end does not count. The empty prefix leaves out the dot that names begin with.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
        Self { prefix: Some(prefix.to_owned()), ..self }
    }

    /// The names that count.
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// Whether DISPLAY-HINTs are used.
    pub const fn hints(&self) -> Hints {
        self.hints
    }

    /// Finds the deepest name on the way to an OID.
    fn place(&self, arcs: &[u32], form: OidForm) -> Option<Arc<Place>> {
        if self.view.is_empty() {
            return None;
        }
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = &places.last
            && last.form == form
            && last.is_deepest_for(arcs)
        {
            return Some(Arc::clone(last));
        }
        let (definition, rest) = self.view.find(arcs)?;
        let (label, rest) = Label::below(&self.view, definition, rest);
        let own = &arcs[..arcs.len() - rest.len()];
        let slot = places.slot(own);
        let found = match slot {
            Some(place) if place.form == form && place.arcs == own => Arc::clone(place),
            _ => Arc::clone(slot.insert(Arc::new(Place::new(&self.view, label, own, form)))),
        };
        places.last = Some(Arc::clone(&found));
        Some(found)
    }

    /// Writes an identifier of which no name is known. One name often differs from the one before it in its last arc
    /// alone, and then nothing else is written anew.
    fn nameless(&self, arcs: &[u32], options: &Options, out: &mut Vec<u8>) {
        let [above @ .., last] = arcs else { return };
        if above.is_empty() {
            return nameless_oid(arcs, options, out);
        }
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let form = options.oid_form();
        if places.above.form != Some(form) || places.above.arcs != above {
            places.above.form = Some(form);
            places.above.arcs.clear();
            places.above.arcs.extend_from_slice(above);
            places.above.text.clear();
            nameless_oid(above, options, &mut places.above.text);
        }
        out.extend_from_slice(&places.above.text);
        out.push(b'.');
        number::decimal(u64::from(*last), out);
    }

    /// Leaves the prefix out of a name for `-Ou`: the dot behind it goes, too, whatever stands there.
    fn shorten(&self, start: usize, out: &mut Vec<u8>) {
        let prefixes = self.prefix.as_deref().into_iter().chain(UCD_PREFIXES);
        let name = &out[start..];
        let fits = |prefix: &&str| name.len() > prefix.len() && name.starts_with(prefix.as_bytes());
        if let Some(prefix) = prefixes.into_iter().find(fits) {
            out.drain(start..=start + prefix.len());
        }
    }
}

impl Clone for Named {
    fn clone(&self) -> Self {
        Self {
            view: self.view.clone(),
            hints: self.hints,
            prefix: self.prefix.clone(),
            places: Mutex::default(),
        }
    }
}

impl Names for Named {
    fn oid(&self, oid: &Oid, options: &Options, out: &mut Vec<u8>) -> Known {
        let form = options.oid_form();
        let start = out.len();
        let arcs = visible(oid);
        let place = match form {
            OidForm::Nothing => return Known::No,
            OidForm::Numeric => None,
            _ => self.place(arcs, form),
        };
        match place {
            Some(place) => {
                out.extend_from_slice(&place.text);
                let rest = &arcs[place.arcs.len()..];
                let last = place.node.arc();
                instance(place.indexes.components(), place.above, last, rest, options, self, out);
            }
            None => self.nameless(arcs, options, out),
        }
        if form == OidForm::Ucd {
            self.shorten(start, out);
        }
        Known::Yes
    }

    fn value(&self, name: &Oid, value: &Value, options: &Options, out: &mut Vec<u8>) -> Known {
        let Some(place) = self.place(name.arcs(), options.oid_form()) else { return Known::No };
        let Some(object) = &place.object else { return Known::No };
        let facts = object.facts();
        let hint = facts.hint.filter(|_| self.hints == Hints::Used);
        typed_value(&Facts { hint, ..facts }, value, options, self, out);
        Known::Yes
    }
}

/// The places that were asked for last.
#[derive(Debug)]
struct Places {
    last: Option<Arc<Place>>,
    slots: [Option<Arc<Place>>; SLOTS],
    above: Beginning,
}

/// How names without a name begin: all but their last arc, and the text of that.
#[derive(Debug, Default)]
struct Beginning {
    form: Option<OidForm>,
    arcs: Vec<u32>,
    text: Vec<u8>,
}

impl Default for Places {
    fn default() -> Self {
        Self { last: None, slots: [const { None }; SLOTS], above: Beginning::default() }
    }
}

impl Places {
    /// Where a place is kept: neighbouring columns do not drive each other out.
    fn slot(&mut self, arcs: &[u32]) -> &mut Option<Arc<Place>> {
        let sum = arcs.iter().rev().take(4).fold(0_u32, |sum, arc| sum.wrapping_mul(7).wrapping_add(*arc));
        &mut self.slots[sum as usize % SLOTS]
    }
}

/// What a node is called.
#[derive(Clone, Copy, Debug)]
enum Label {
    /// By its definition.
    Own(Definition<'static>),
    /// By the enterprise whose traps of `SMIv1` are below it (RFC 3584, section 3.1): `bgp#`.
    Traps { enterprise: Definition<'static>, node: Node<'static>, trap: Definition<'static> },
}

impl Label {
    /// The label of a node; `None` when it is only on the way to others.
    fn of(view: &View, node: Node<'static>) -> Option<Self> {
        view.definition(node).map(Self::Own).or_else(|| {
            let enterprise = view.definition(node.parent().filter(|_| node.arc() == 0)?)?;
            let mut below = node.children().filter_map(|child| view.definition(child));
            let trap = below.find(|definition| definition.kind() == Kind::Trap)?;
            Some(Self::Traps { enterprise, node, trap })
        })
    }

    /// The deepest label on the way from a definition on, and the arcs behind it.
    fn below<'o>(view: &View, definition: Definition<'static>, rest: &'o [u32]) -> (Self, &'o [u32]) {
        if let [0, after @ ..] = rest
            && let Some(node) = definition.node().child(0)
            && let Some(label @ Self::Traps { .. }) = Self::of(view, node)
        {
            return (label, after);
        }
        (Self::Own(definition), rest)
    }

    fn node(self) -> Node<'static> {
        match self {
            Self::Own(definition) => definition.node(),
            Self::Traps { node, .. } => node,
        }
    }

    fn module(self) -> Option<Module<'static>> {
        let (Self::Own(definition) | Self::Traps { trap: definition, .. }) = self;
        definition.module()
    }

    fn push(self, out: &mut Vec<u8>) {
        let (Self::Own(definition) | Self::Traps { enterprise: definition, .. }) = self;
        let (head, tail) = definition.name().pieces();
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(tail.as_bytes());
        if matches!(self, Self::Traps { .. }) {
            out.push(b'#');
        }
    }
}

/// A name in the tree, and what is known there of all instances below it.
#[derive(Debug)]
struct Place {
    arcs: Vec<u32>,
    node: Node<'static>,
    is_leaf: bool,
    object: Option<Object<'static>>,
    indexes: Indexes<'static>,
    above: Above,
    /// How an OID below it begins in this form.
    text: Vec<u8>,
    form: OidForm,
}

impl Place {
    fn new(view: &View, label: Label, arcs: &[u32], form: OidForm) -> Self {
        let node = label.node();
        let mut children = node.children().peekable();
        let is_leaf = children.peek().is_none();
        let indexes = indexes(view, node);
        // Whether something is known below matters to instances of tables alone.
        let is_row = !indexes.is_empty() && children.any(|child| is_known(view, child));
        let object = match label {
            Label::Own(definition) => Some(Object::of(definition)),
            Label::Traps { .. } => None,
        };
        Self {
            arcs: arcs.to_vec(),
            node,
            is_leaf,
            object,
            indexes,
            above: if is_row { Above::Row } else { Above::Column },
            text: beginning(view, label, form),
            form,
        }
    }

    /// Whether no deeper name can be on the way to an OID.
    fn is_deepest_for(&self, arcs: &[u32]) -> bool {
        match arcs.strip_prefix(self.arcs.as_slice()) {
            Some([]) => true,
            Some([next, ..]) => self.is_leaf || self.node.child(*next).is_none(),
            None => false,
        }
    }
}

/// The index of the row that a node is or lies below.
fn indexes(view: &View, node: Node<'static>) -> Indexes<'static> {
    let rows = node.ancestors().filter_map(|node| view.definition(node));
    rows.filter(|definition| definition.kind() == Kind::Row).map(Indexes::of).next().unwrap_or_default()
}

/// Whether anything is defined at a node or below it.
fn is_known(view: &View, node: Node<'static>) -> bool {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if view.definition(node).is_some() {
            return true;
        }
        waiting.extend(node.children());
    }
    false
}

/// How an OID below a node begins.
fn beginning(view: &View, label: Label, form: OidForm) -> Vec<u8> {
    let mut out = Vec::new();
    match form {
        OidForm::Numeric | OidForm::Nothing => {}
        OidForm::Suffix => label.push(&mut out),
        OidForm::Module => {
            if let Some(module) = label.module() {
                out.extend_from_slice(module.name().as_bytes());
                out.extend_from_slice(b"::");
            }
            label.push(&mut out);
        }
        OidForm::Full | OidForm::FullNumbers | OidForm::Ucd => {
            let mut way: Vec<_> = label.node().ancestors().take_while(|node| !node.is_root()).collect();
            way.reverse();
            for node in way {
                out.push(b'.');
                let label = Label::of(view, node);
                match label {
                    Some(label) => label.push(&mut out),
                    None => number::decimal(u64::from(node.arc()), &mut out),
                }
                if form == OidForm::FullNumbers && label.is_some() {
                    out.push(b'(');
                    number::decimal(u64::from(node.arc()), &mut out);
                    out.push(b')');
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
