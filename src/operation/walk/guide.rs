//! Where objects may be, for a walk to be divided there.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::{
    limits,
    mib::{
        Access, Kind, View,
        image::{self, Definition, Image, Node},
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
        Self::of_view(&View::core())
    }

    /// The objects of an image. Of a subtree that has too many of them, those that many agents have.
    pub fn of_image(image: &'static Image<'static>) -> Self {
        Self::of_view(&View::whole(image))
    }

    /// The objects of the image behind a view, those of modules that do not count among them: a name that nobody wants
    /// to read says as well as another where an agent may have something.
    ///
    /// Of a subtree that has too many of them, those of the modules that count and are not built in, unless these are
    /// too many as well, and those that many agents have.
    pub fn of_view(view: &View) -> Self {
        let view = view.clone();
        // Many agents are walked from one root.
        let found: OnceLock<(Oid, Vec<Oid>)> = OnceLock::new();
        Self::new(move |root| {
            let (of, names) = found.get_or_init(|| (root.clone(), objects_below(&view, root)));
            if of == root { names.clone() } else { objects_below(&view, root) }
        })
    }

    /// What a function says of a root: names below it, in any order. It is called once a walk at most, and not by a walk
    /// that ends with its first answer.
    pub fn new(points: impl Fn(&Oid) -> Vec<Oid> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(points)))
    }

    /// The names below a root, in no order; none where there is no guide.
    pub fn below(&self, root: &Oid) -> Vec<Oid> {
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

/// What is looked for in an image.
struct Search<'f> {
    /// Whether an object is wanted.
    is_wanted: &'f dyn Fn(Definition<'_>) -> bool,
    /// How many objects may be found, all in all.
    most: usize,
    /// How many nodes may still be looked at.
    nodes: usize,
    found: Vec<Oid>,
}

impl<'f> Search<'f> {
    fn new(is_wanted: &'f dyn Fn(Definition<'_>) -> bool, most: usize) -> Self {
        Self { is_wanted, most, nodes: limits::GUIDE_NODES, found: Vec::new() }
    }

    /// Columns and scalars below a node; all of them, or none and `false` where they are too many.
    fn collect(&mut self, node: Node<'_>) -> bool {
        let before = self.found.len();
        let is_all = self.collect_some(node);
        if !is_all {
            self.found.truncate(before);
        }
        is_all
    }

    fn collect_some(&mut self, node: Node<'_>) -> bool {
        // Depth first, with the arcs of the way; an OID has so many arcs at most.
        let mut path = node.oid();
        let mut open = vec![node.children()];
        while let Some(children) = open.last_mut() {
            let Some(child) = children.next() else {
                open.pop();
                path = Oid::new(&path[..path.len().saturating_sub(1)]).unwrap_or_default();
                continue;
            };
            let Some(nodes) = self.nodes.checked_sub(1) else { return false };
            self.nodes = nodes;
            let Ok(name) = path.child(&[child.arc()]) else { continue };
            match child.definition() {
                Some(object) if matches!(object.kind(), Kind::Column | Kind::Scalar) => {
                    if object.access() == Some(Access::NotAccessible) || !(self.is_wanted)(object) {
                        continue;
                    }
                    if self.found.len() >= self.most {
                        return false;
                    }
                    self.found.push(name);
                }
                _ => {
                    path = name;
                    open.push(child.children());
                }
            }
        }
        true
    }
}

fn objects_below(view: &View, root: &Oid) -> Vec<Oid> {
    let image = view.image();
    let Some(top) = image.node(root) else { return Vec::new() };
    let mut all = Search::new(&|_| true, limits::GUIDE_POINTS);
    if all.collect(top) {
        return all.found;
    }
    let is_users = |object: Definition<'_>| {
        object.module().is_some_and(|module| !module.is_built_in() && view.has(module))
    };
    let mut users = Search::new(&is_users, limits::GUIDE_POINTS / 2);
    // The modules of the image that is built in do not say that they are.
    let has_users = !std::ptr::eq(image, image::core()) && view.modules().any(|module| !module.is_built_in());
    if has_users {
        users.collect(top);
    }
    let mut usual = Search { found: users.found, ..Search::new(&|_| true, limits::GUIDE_POINTS) };
    for arcs in USUAL.iter().filter(|arcs| arcs.starts_with(root)) {
        if let Some(node) = image.node(arcs) {
            usual.collect(node);
        }
    }
    usual.found
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
    fn what_is_known_divides_a_walk_though_its_names_do_not_count() {
        let interfaces = "1.3.6.1.2.1.2".parse().unwrap();
        assert_eq!(Guide::of_view(&View::none()).below(&interfaces).len(), 23);
    }

    #[test]
    fn each_root_has_its_own() {
        let guide = Guide::standard();
        for (root, count) in [("1.3.6.1.2.1.2", 23), ("1.3.6.1.2.1.1.9", 3), ("1.3.6.1.2.1.2", 23)] {
            let root: Oid = root.parse().unwrap();
            let points = guide.below(&root);
            assert_eq!(points.len(), count, "{root}");
            assert!(points.iter().all(|point| point.starts_with(&root)), "{root}");
        }
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
