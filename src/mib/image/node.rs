//! The tree of OIDs.
//!
//! Nodes are numbered breadth first, so the children of a node are neighbours, in the order of their arcs, and stand
//! after it. Which node is above another is computed, and is one with a smaller number; a node counts as a child of
//! that one alone. So the nodes of an image of any content are a tree, and no path through it goes on for ever.

use std::{fmt, iter, ops::Range};

use super::{
    Definition, Image,
    layout::{self, Section},
};
use crate::{limits, oid::Oid};

impl<'a> Image<'a> {
    /// The unnamed root of the tree; its children are `ccitt`, `iso` and `joint-iso-ccitt`.
    pub fn root(&'a self) -> Node<'a> {
        Node { image: self, number: 0 }
    }

    /// The deepest node on the way to an OID, and the arcs that are left; the root when not even the first is known.
    pub fn find<'o>(&'a self, oid: &'o [u32]) -> (Node<'a>, &'o [u32]) {
        let (mut node, mut rest) = (self.root(), oid);
        while let Some((arc, after)) = rest.split_first()
            && let Some(child) = node.child(*arc)
        {
            (node, rest) = (child, after);
        }
        (node, rest)
    }

    /// The node that is exactly this OID.
    pub fn node(&'a self, oid: &[u32]) -> Option<Node<'a>> {
        let (node, rest) = self.find(oid);
        rest.is_empty().then_some(node)
    }
}

/// A node of the tree: an OID that is defined, or that lies on the way to one.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    image: &'a Image<'a>,
    number: usize,
}

impl<'a> Node<'a> {
    pub(super) fn numbered(image: &'a Image<'a>, number: usize) -> Option<Self> {
        (number < image.node_count()).then_some(Self { image, number })
    }

    /// Its position, breadth first.
    pub(super) const fn number(self) -> usize {
        self.number
    }

    /// Whether it is the root, which has no arc.
    pub const fn is_root(self) -> bool {
        self.number == 0
    }

    /// Its last arc; 0 for the root.
    pub fn arc(self) -> u32 {
        self.image.entry(Section::Arcs, self.number).unwrap_or_default()
    }

    /// Its OID; empty for the root.
    pub fn oid(self) -> Oid {
        let mut arcs = [0; limits::OID_ARCS];
        let mut first = arcs.len();
        for node in self.ancestors().take_while(|node| !node.is_root()) {
            let Some(before) = first.checked_sub(1) else { return Oid::empty() };
            first = before;
            arcs[first] = node.arc();
        }
        Oid::new(&arcs[first..]).unwrap_or_default()
    }

    /// The node above; `None` for the root.
    pub fn parent(self) -> Option<Self> {
        // The last node whose first child is not after this one.
        let (mut low, mut high) = (0, self.number);
        while low < high {
            let middle = low.midpoint(high);
            let first = self.image.position(Section::Children, middle)?;
            if first <= self.number {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let number = low.checked_sub(1).filter(|_| !self.is_root())?;
        Some(Self { image: self.image, number })
    }

    /// The node itself, its parent, and so on up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        iter::successors(Some(self), |node| node.parent())
    }

    /// The nodes below, in the order of their arcs.
    pub fn children(self) -> Children<'a> {
        Children { parent: self, range: self.child_range() }
    }

    fn child_range(self) -> Range<usize> {
        let first = self.image.position(Section::Children, self.number);
        let end = self.image.position(Section::Children, self.number + 1);
        match (first, end) {
            (Some(first), Some(end)) if self.number < first && end <= self.image.node_count() => first..end,
            _ => 0..0,
        }
    }

    /// The node of a number, if it is a child of this one.
    fn child_numbered(self, number: usize) -> Option<Self> {
        let node = Self { image: self.image, number };
        (node.parent() == Some(self)).then_some(node)
    }

    /// The node below that has an arc.
    pub fn child(self, arc: u32) -> Option<Self> {
        let Range { start: mut low, end: mut high } = self.child_range();
        // Most nodes count their children from 1 without a gap, or from 0.
        if let Some(guess) = usize::try_from(arc).ok().and_then(|arc| arc.checked_sub(1))
            && guess < high - low.min(high)
            && self.image.entry(Section::Arcs, low + guess) == Some(arc)
        {
            return Some(Self { image: self.image, number: low + guess });
        }
        while low < high {
            let middle = low.midpoint(high);
            match self.image.entry(Section::Arcs, middle)? {
                found if found == arc => return Some(Self { image: self.image, number: middle }),
                found if found < arc => low = middle + 1,
                _ => high = middle,
            }
        }
        None
    }

    /// The node with the next larger arc below the same parent.
    pub fn next_sibling(self) -> Option<Self> {
        self.sibling(self.number + 1)
    }

    /// The node with the next smaller arc below the same parent.
    pub fn previous_sibling(self) -> Option<Self> {
        self.sibling(self.number.checked_sub(1)?)
    }

    fn sibling(self, number: usize) -> Option<Self> {
        let parent = self.parent()?;
        let range = parent.child_range();
        if range.contains(&self.number) && range.contains(&number) {
            parent.child_numbered(number)
        } else {
            None
        }
    }

    /// The node after this one in OID order: the first child, else the next sibling, else that of the nearest
    /// ancestor that has one.
    pub fn next(self) -> Option<Self> {
        let first = self.child_range().next().and_then(|number| self.child_numbered(number));
        first.or_else(|| self.ancestors().find_map(Self::next_sibling))
    }

    /// The definition that speaks for this OID; `None` for a node that is only on the way to others.
    ///
    /// Of several, it is the one of the current language and the latest module.
    pub fn definition(self) -> Option<Definition<'a>> {
        self.definitions().next()
    }

    /// All definitions of this OID, the one that speaks for it first.
    pub fn definitions(self) -> Owners<'a> {
        let image = self.image;
        let none = Owners { image, single: None, list: 0..0 };
        match image.entry(Section::Definitions, self.number) {
            None | Some(layout::NO_DEFINITION) => none,
            Some(slot) if slot & layout::SEVERAL != 0 => {
                let Ok(at) = usize::try_from(slot & !layout::SEVERAL) else { return none };
                let count = image.position(Section::Lists, at).unwrap_or_default();
                let end = (at + 1).saturating_add(count).min(image.table_length(Section::Lists));
                Owners { image, single: None, list: at + 1..end.max(at + 1) }
            }
            Some(slot) => Owners { image, single: Some(slot), list: 0..0 },
        }
    }
}

impl PartialEq for Node<'_> {
    /// Whether both are the same node of the same image.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.image, other.image) && self.number == other.number
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.oid())
    }
}

/// The children of a node, in the order of their arcs.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    parent: Node<'a>,
    range: Range<usize>,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let parent = self.parent;
        self.range.find_map(|number| parent.child_numbered(number))
    }
}

impl DoubleEndedIterator for Children<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let parent = self.parent;
        self.range.by_ref().rev().find_map(|number| parent.child_numbered(number))
    }
}

/// The definitions of one OID; see [`Node::definitions`].
#[derive(Clone, Debug)]
pub struct Owners<'a> {
    image: &'a Image<'a>,
    single: Option<u32>,
    list: Range<usize>,
}

impl<'a> Iterator for Owners<'a> {
    type Item = Definition<'a>;

    fn next(&mut self) -> Option<Definition<'a>> {
        let slot = match self.single.take() {
            Some(slot) => slot,
            None => self.image.entry(Section::Lists, self.list.next()?)?,
        };
        Definition::at(self.image, usize::try_from(slot).ok()?)
    }
}
