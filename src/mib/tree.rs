//! The tree of names as `snmptranslate` shows it: what a view has, and what lies on the way to it.

use super::{
    facts::Base,
    image::{Definition, Name, Node},
    kinds::Kind,
    object::Object,
    view::View,
};

/// The names of the three roots (X.660, annex A), which stand whether or not a module counts.
const ROOTS: [&str; 3] = ["ccitt", "iso", "joint-iso-ccitt"];

/// One name of the tree.
///
/// An OID that modules give several names has a branch for each; the one of the definition that speaks for it has what
/// is below. An OID without a name that lies on the way to others is a branch without a definition.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'v> {
    view: &'v View,
    /// `None` for a root that no module mentions.
    node: Option<Node<'static>>,
    arc: u32,
    definition: Option<Definition<'static>>,
    speaks: bool,
}

/// How a branch is called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Label {
    /// By its definition, or as a root.
    Name(Name<'static>),
    /// A root of which no definition counts.
    Root(&'static str),
    /// It has no name, and traps of `SMIv1` are put below it (RFC 3584, section 3.1): by their enterprise.
    Traps(Name<'static>),
    /// It has no name.
    Anonymous,
}

impl<'v> Branch<'v> {
    /// The roots that exist, `iso` first.
    pub fn roots(view: &'v View) -> impl Iterator<Item = Self> {
        [1, 0, 2].into_iter().map(|arc| Self::root(view, arc))
    }

    fn root(view: &'v View, arc: u32) -> Self {
        match view.image().root().child(arc) {
            Some(node) => Self::speaking(view, node),
            None => Self { view, node: None, arc, definition: None, speaks: true },
        }
    }

    /// The deepest branch on the way to an OID, and how many arcs lead to it; `None` below no root.
    pub fn find(view: &'v View, oid: &[u32]) -> Option<(Self, usize)> {
        let root = *oid.first().filter(|arc| **arc < 3)?;
        let (node, rest) = view.image().find(oid);
        let known = oid.len() - rest.len();
        let way = node.ancestors().zip((2..=known).rev());
        let there = way
            .map(|(node, known)| (Self::speaking(view, node), known))
            .find(|(branch, _)| branch.is_there());
        Some(there.unwrap_or((Self::root(view, root), 1)))
    }

    fn speaking(view: &'v View, node: Node<'static>) -> Self {
        Self { view, node: Some(node), arc: node.arc(), definition: view.definition(node), speaks: true }
    }

    /// Whether it has a name or something below it has.
    fn is_there(&self) -> bool {
        self.definition.is_some() || self.offspring().next().is_some()
    }

    /// The definition that counts; `None` for a branch without a name, and for a root without names.
    pub const fn definition(&self) -> Option<Definition<'static>> {
        self.definition
    }

    /// Whether its definition is the one that speaks for the OID.
    pub const fn speaks(&self) -> bool {
        self.speaks
    }

    /// How it is called.
    pub fn label(&self) -> Label {
        if let Some(definition) = self.definition {
            return Label::Name(definition.name());
        }
        let is_root = self.node.is_none_or(|node| node.parent().is_some_and(Node::is_root));
        let root = usize::try_from(self.arc()).ok().and_then(|arc| ROOTS.get(arc)).filter(|_| is_root);
        match (root, self.enterprise()) {
            (Some(name), _) => Label::Root(name),
            (None, Some(name)) => Label::Traps(name),
            (None, None) => Label::Anonymous,
        }
    }

    /// Whose traps are below, where a branch without a name stands for nothing else.
    fn enterprise(&self) -> Option<Name<'static>> {
        let is_trap = |branch: Self| branch.definition.is_some_and(|known| known.kind() == Kind::Trap);
        let has_traps = self.offspring().any(is_trap);
        let above = self.node.and_then(Node::parent).filter(|_| has_traps)?;
        self.view.definition(above).map(Definition::name)
    }

    /// Its last arc.
    pub const fn arc(&self) -> u32 {
        self.arc
    }

    /// What is directly below, in the order of the arcs. Of several names of one OID the one that speaks comes first.
    pub fn children(&self) -> Vec<Self> {
        let mut children = Vec::new();
        if !self.speaks {
            return children;
        }
        for branch in self.offspring() {
            let first = children.len();
            children.push(branch);
            for definition in branch.definitions() {
                let is_new = children[first..].iter().all(|known: &Self| {
                    known.definition.is_none_or(|known| known.name() != definition.name())
                });
                if is_new {
                    children.push(Self { definition: Some(definition), speaks: false, ..branch });
                }
            }
        }
        children
    }

    /// The definitions of its OID that count.
    fn definitions(&self) -> impl Iterator<Item = Definition<'static>> + use<'v> {
        let view = self.view;
        self.node.into_iter().flat_map(Node::definitions).filter(|other| view.shows(*other))
    }

    /// The speaking branches below that are there.
    fn offspring(&self) -> impl Iterator<Item = Self> + use<'v> {
        let view = self.view;
        self.node
            .into_iter()
            .flat_map(Node::children)
            .map(|node| Self::speaking(view, node))
            .filter(Self::is_there)
    }

    /// The modules that know it under its name; the module of the first definition below it where it has none, and
    /// nothing for a root.
    pub fn modules(&self) -> Vec<&'static str> {
        let Some(definition) = self.definition else {
            let below = self.offspring().next();
            let is_root = matches!(self.label(), Label::Root(_));
            return below
                .filter(|_| !is_root)
                .and_then(|branch| branch.modules().first().copied())
                .into_iter()
                .collect();
        };
        let mut modules = Vec::new();
        let same = |other: &Definition<'static>| other.name() == definition.name();
        for module in self.definitions().filter(same).filter_map(Definition::module) {
            if !modules.contains(&module.name()) {
                modules.push(module.name());
            }
        }
        modules
    }

    /// What its values are.
    pub fn object(&self) -> Option<Object<'static>> {
        self.definition.filter(|definition| definition.syntax().is_some()).map(Object::of)
    }

    /// The number that net-snmp has for its type.
    pub fn type_number(&self) -> u8 {
        match self.definition.map(Definition::kind) {
            None if matches!(self.label(), Label::Traps(_)) => 20,
            None | Some(Kind::Value | Kind::Table | Kind::Row | Kind::Trap) => 0,
            Some(Kind::Scalar | Kind::Column) => self.object().map_or(0, |object| base_number(object.base())),
            Some(Kind::Notification) => 21,
            Some(Kind::ObjectGroup) => 22,
            Some(Kind::NotificationGroup) => 23,
            Some(Kind::ModuleIdentity) => 24,
            Some(Kind::Capabilities) => 25,
            Some(Kind::Compliance) => 26,
            Some(Kind::ObjectIdentity) => 27,
        }
    }
}

const fn base_number(base: Base) -> u8 {
    match base {
        Base::Other => 0,
        Base::ObjectIdentifier => 1,
        Base::OctetString => 2,
        Base::Integer => 3,
        Base::NetworkAddress => 4,
        Base::IpAddress => 5,
        Base::Counter32 => 6,
        Base::Gauge32 => 7,
        Base::TimeTicks => 8,
        Base::Opaque => 9,
        Base::Null => 10,
        Base::Counter64 => 11,
        Base::Bits => 12,
        Base::NsapAddress => 13,
        Base::UInteger32 => 14,
        Base::Unsigned32 => 15,
        Base::Integer32 => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mib::image;

    fn called(branch: &Branch<'_>) -> String {
        match branch.label() {
            Label::Name(name) => name.to_string(),
            Label::Root(name) => format!("root {name}"),
            Label::Traps(name) => format!("{name}#"),
            Label::Anonymous => "?".to_owned(),
        }
    }

    #[test]
    fn the_tree_of_a_view_has_what_counts_and_the_way_to_it() {
        let some = View::of_modules(image::core(), image::core().module("IF-MIB"));
        let (mib_2, known) = Branch::find(&some, &[1, 3, 6, 1, 2, 1]).unwrap();
        assert_eq!((called(&mib_2).as_str(), known), ("mib-2", 6));
        let below: Vec<String> = mib_2.children().iter().map(called).collect();
        assert_eq!(below, ["system", "interfaces", "transmission", "snmp", "ianaifType", "ifMIB"]);
        let (descr, known) = Branch::find(&some, &[1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 7, 8]).unwrap();
        assert_eq!((called(&descr).as_str(), known, descr.type_number()), ("ifDescr", 10, 2));
        assert_eq!(descr.modules(), ["IF-MIB"]);
        let (host, known) = Branch::find(&some, &[1, 3, 6, 1, 2, 1, 25, 1]).unwrap();
        assert_eq!((called(&host).as_str(), known), ("mib-2", 6), "what does not count is not there");
    }

    #[test]
    fn the_roots_stand_without_any_name() {
        let none = View::none();
        assert_eq!(Branch::roots(&none).map(|root| called(&root)).next().unwrap(), "root iso");
        let (root, known) = Branch::find(&none, &[1, 3, 6]).unwrap();
        assert_eq!((called(&root).as_str(), known, root.modules().len()), ("root iso", 1, 0));
        assert!(Branch::find(&none, &[9, 9]).is_none());
        let core = View::core();
        let (joint, known) = Branch::find(&core, &[2, 3]).unwrap();
        assert_eq!((called(&joint).as_str(), known, joint.type_number()), ("root joint-iso-ccitt", 1, 0));
        assert!(Branch::find(&none, &[]).is_none());
        assert!(root.children().is_empty());
    }

    #[test]
    fn an_oid_without_a_name_on_the_way_to_others_is_a_branch() {
        let core = View::core();
        let (branch, known) = Branch::find(&core, &[1, 2, 840, 10036, 1, 6, 0]).unwrap();
        assert_eq!((called(&branch).as_str(), known), ("?", 7));
        assert_eq!(branch.modules(), ["IEEE802dot11-MIB"]);
        let (traps, _) = Branch::find(&core, &[1, 3, 6, 1, 2, 1, 10, 5, 0]).unwrap();
        assert_eq!((called(&traps).as_str(), traps.type_number()), ("x25#", 20));
    }
}
