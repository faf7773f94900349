//! What somebody may have meant who typed something else.

use std::cmp::Reverse;

use super::prefer;
use crate::mib::{
    Kind, View,
    facts::Labels,
    image::{Definition, Node},
    object::Object,
};

/// How many suggestions there are at most.
const SUGGESTIONS: usize = 3;

/// Octets of the longest text that is likened to names. RFC 2578, section 3.1, has names of 64 characters at most.
const OCTETS: usize = 64;

/// A part of a name that is not there, and where it is not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Missing {
    /// The part.
    pub part: String,
    /// Where it should have been.
    pub among: Among,
}

/// Where a part of a name was looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Among {
    /// Among all names that count.
    Names,
    /// Among the names of a module.
    Module(String),
    /// Among the modules.
    Modules,
    /// Among the names of a node's children.
    Children(Node<'static>),
    /// Among the labels of an object.
    Labels(Definition<'static>),
}

/// What the part may have been meant to be, the nearest first; at most three, and none that is far off.
///
/// A name comes with its module, but for those of a node's children.
pub fn nearest(missing: &Missing, view: &View) -> Vec<String> {
    let mut ranking = Ranking::of(&missing.part);
    match &missing.among {
        Among::Names => ranking.names(view, |_| true),
        Among::Module(module) => {
            ranking.names(view, |definition| definition.module().is_some_and(|known| known.name() == module));
        }
        Among::Modules => {
            view.image()
                .modules()
                .for_each(|module| ranking.add(module.name(), false, || module.name().to_owned()));
        }
        Among::Children(node) => {
            for child in node.children().filter_map(|child| view.definition(child)) {
                let name = child.name().to_string();
                ranking.add(&name, is_object(child), || name.clone());
            }
        }
        Among::Labels(definition) => {
            let object = Object::of(*definition);
            let facts = object.facts();
            for (label, _) in (0..).map_while(|at| facts.labels.label(at)) {
                ranking.add(label, false, || label.to_owned());
            }
        }
    }
    ranking.best()
}

/// The same among labels.
pub fn nearest_label(text: &str, labels: &dyn Labels) -> Vec<String> {
    let mut ranking = Ranking::of(text);
    for (label, _) in (0..).map_while(|at| labels.label(at)) {
        ranking.add(label, false, || label.to_owned());
    }
    ranking.best()
}

fn is_object(definition: Definition<'_>) -> bool {
    matches!(definition.kind(), Kind::Scalar | Kind::Column | Kind::Table)
}

/// Names by how far they are from a text.
struct Ranking {
    text: Vec<u8>,
    /// Changes that make something else of it.
    furthest: usize,
    found: Vec<(usize, Reverse<bool>, String)>,
    row: [[usize; OCTETS + 1]; 3],
}

impl Ranking {
    fn of(text: &str) -> Self {
        let text = text.to_ascii_lowercase().into_bytes();
        let furthest = (text.len() / 4).clamp(1, 3);
        Self { text, furthest, found: Vec::new(), row: [[0; OCTETS + 1]; 3] }
    }

    fn names(&mut self, view: &View, counts: impl Fn(Definition<'static>) -> bool) {
        if self.text.is_empty() || self.text.len() > OCTETS {
            return;
        }
        for entry in view.image().entries_from("") {
            if self.distance(entry.name().bytes()).is_none() {
                continue;
            }
            let name = entry.name().to_string();
            let definition =
                entry.definitions().find(|definition| view.shows(*definition) && counts(*definition));
            let Some(definition) = definition else { continue };
            let best = prefer::best(view, &name).map(|(best, _)| best).filter(|best| counts(*best));
            let definition = best.unwrap_or(definition);
            self.add(&name, is_object(definition), || definition.qualified_name().to_string());
        }
    }

    fn add(&mut self, name: &str, is_object: bool, shown: impl FnOnce() -> String) {
        if let Some(distance) = self.distance(name.bytes()) {
            self.found.push((distance, Reverse(is_object), shown()));
        }
    }

    fn best(mut self) -> Vec<String> {
        self.found.sort();
        self.found.dedup_by(|one, other| one.2 == other.2);
        self.found.into_iter().take(SUGGESTIONS).map(|(_, _, name)| name).collect()
    }

    /// How many octets have to be changed, put in, left out or exchanged with their neighbours, whatever their case;
    /// `None` when it is too many.
    fn distance(&mut self, name: impl Iterator<Item = u8>) -> Option<usize> {
        let width = self.text.len();
        if width == 0 || width > OCTETS {
            return None;
        }
        let [mut before, mut above, mut row] = self.row;
        for (at, cell) in above.iter_mut().enumerate().take(width + 1) {
            *cell = at;
        }
        let mut last = 0_u8;
        let mut length = 0;
        for octet in name.map(|octet| octet.to_ascii_lowercase()) {
            length += 1;
            row[0] = length;
            let mut nearest = length;
            for at in 1..=width {
                let changed = above[at - 1] + usize::from(self.text[at - 1] != octet);
                let mut cost = changed.min(above[at] + 1).min(row[at - 1] + 1);
                if at > 1 && length > 1 && self.text[at - 1] == last && self.text[at - 2] == octet {
                    cost = cost.min(before[at - 2] + 1);
                }
                row[at] = cost;
                nearest = nearest.min(cost);
            }
            if nearest > self.furthest {
                return None;
            }
            last = octet;
            (before, above, row) = (above, row, before);
        }
        Some(above[width]).filter(|distance| *distance <= self.furthest)
    }
}
