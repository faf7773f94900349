//! Where objects may be, for a walk to be divided there.

use std::{fmt, sync::Arc};

use crate::{
    limits,
    mib::{
        Access, Kind,
        image::{self, Image, Node},
    },
    oid::Oid,
};

type Points = dyn Fn(&Oid) -> Vec<Oid> + Send + Sync;

/// Names of columns and scalars, without instances: where a walk may be divided before anything has been seen.
///
/// It proves nothing. A walk is complete and in order whatever its guide says; a name that the agent does not have costs
/// a request at most.
#[derive(Clone, Default)]
pub struct Guide(Option<Arc<Points>>);

impl Guide {
    /// Nothing: a walk is divided by what it has seen alone.
    pub fn none() -> Self {
        Self::default()
    }

    /// The objects of the standard modules, which are built in.
    pub fn standard() -> Self {
        Self::of_image(image::core())
    }

    /// The objects of an image. Of a subtree that has too many of them, those that many agents have.
    pub fn of_image(image: &'static Image<'static>) -> Self {
        Self::new(move |root| objects_below(image, root))
    }

    /// What a function says of a root: names below it, in any order. It is called once a walk at most, and not by a walk
    /// that ends with its first answer.
    pub fn new(points: impl Fn(&Oid) -> Vec<Oid> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(points)))
    }

    pub(super) fn below(&self, root: &Oid) -> Vec<Oid> {
        self.0.as_ref().map_or_else(Vec::new, |points| points(root))
    }
}

impl fmt::Debug for Guide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Guide" } else { "Guide(none)" })
    }
}

impl PartialEq for Guide {
    /// Whether both are the same guide, or none.
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for Guide {}

/// Subtrees that many agents have something in, in order: MIB-2's first groups, Ethernet, SNMP, bridges, the host's
/// resources, interfaces, entities, addresses and sensors; LLDP; UCD's and net-snmp's own; the agent itself.
const USUAL: &[&[u32]] = &[
    &[1, 0, 8802, 1, 1, 2],
    &[1, 3, 6, 1, 2, 1, 1],
    &[1, 3, 6, 1, 2, 1, 2],
    &[1, 3, 6, 1, 2, 1, 3],
    &[1, 3, 6, 1, 2, 1, 4],
    &[1, 3, 6, 1, 2, 1, 5],
    &[1, 3, 6, 1, 2, 1, 6],
    &[1, 3, 6, 1, 2, 1, 7],
    &[1, 3, 6, 1, 2, 1, 10, 7],
    &[1, 3, 6, 1, 2, 1, 11],
    &[1, 3, 6, 1, 2, 1, 14],
    &[1, 3, 6, 1, 2, 1, 15],
    &[1, 3, 6, 1, 2, 1, 17],
    &[1, 3, 6, 1, 2, 1, 25],
    &[1, 3, 6, 1, 2, 1, 31],
    &[1, 3, 6, 1, 2, 1, 47],
    &[1, 3, 6, 1, 2, 1, 55],
    &[1, 3, 6, 1, 2, 1, 88],
    &[1, 3, 6, 1, 2, 1, 92],
    &[1, 3, 6, 1, 2, 1, 99],
    &[1, 3, 6, 1, 4, 1, 2021],
    &[1, 3, 6, 1, 4, 1, 8072],
    &[1, 3, 6, 1, 6, 3],
];

/// Columns and scalars below a node; nothing as soon as there are more than `most`.
fn collect(node: Node<'_>, most: usize, found: &mut Vec<Oid>) -> bool {
    // Depth first, with the arcs of the way; an OID has so many arcs at most.
    let mut path = node.oid();
    let mut open = vec![node.children()];
    while let Some(children) = open.last_mut() {
        let Some(child) = children.next() else {
            open.pop();
            path = Oid::new(&path[..path.len().saturating_sub(1)]).unwrap_or_default();
            continue;
        };
        let Ok(name) = path.child(&[child.arc()]) else { continue };
        match child.definition() {
            Some(object) if matches!(object.kind(), Kind::Column | Kind::Scalar) => {
                if found.len() >= most {
                    return false;
                }
                if object.access() != Some(Access::NotAccessible) {
                    found.push(name);
                }
            }
            _ => {
                path = name;
                open.push(child.children());
            }
        }
    }
    true
}

fn objects_below(image: &Image<'_>, root: &Oid) -> Vec<Oid> {
    let mut found = Vec::new();
    let Some(node) = image.node(root) else { return found };
    if collect(node, limits::GUIDE_POINTS, &mut found) {
        return found;
    }
    found.clear();
    for usual in USUAL {
        if let Some(node) = image.node(usual).filter(|_| usual.starts_with(root)) {
            let before = found.len();
            if !collect(node, limits::GUIDE_POINTS, &mut found) {
                found.truncate(before);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(root: &str) -> Vec<Oid> {
        let mut points = Guide::standard().below(&root.parse().unwrap());
        points.sort();
        points
    }

    #[test]
    fn the_standard_guide_has_columns_and_scalars() {
        let interfaces = below("1.3.6.1.2.1.2");
        assert_eq!(interfaces.len(), 23, "ifNumber and the 22 columns of ifTable");
        assert_eq!(interfaces[0].to_string(), "1.3.6.1.2.1.2.1");
        assert_eq!(interfaces[22].to_string(), "1.3.6.1.2.1.2.2.1.22");
        assert_eq!(below("1.3.6.1.2.1.2.2.1.10"), [], "below a column there is nothing to know");
        assert_eq!(below("1.3.6.1.4.1.99999"), []);
    }

    #[test]
    fn of_all_there_is_it_has_what_is_usual() {
        for root in ["", "1.3.6.1", "1.3.6.1.2.1"] {
            let root: Oid = format!(".{root}").parse().unwrap();
            let points = Guide::standard().below(&root);
            assert!((100..=limits::GUIDE_POINTS).contains(&points.len()), "{root}: {}", points.len());
            assert!(points.iter().all(|point| point.starts_with(&root)));
            assert!(points.contains(&"1.3.6.1.2.1.31.1.1.1.6".parse().unwrap()), "ifHCInOctets");
        }
    }
}
