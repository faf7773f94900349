//! Names that stand inside the OIDs of others: `{ iso(1) std(0) iso8802(8802) 1 }` names three nodes on its way.

use mib_rs::{mib::OidRef, raw::NodeId};

use super::translate::{Head, Translator};
use crate::{limits, mib::model::Kind};

impl<'a> Translator<'a> {
    /// Names that stand with their numbers in the OIDs of others, where nothing in the module defines them otherwise.
    pub(super) fn inline_names(&mut self) {
        let raw = self.raw;
        for (module, of_module) in raw.modules_slice().iter().enumerate() {
            let identities = of_module
                .identities()
                .iter()
                .filter_map(|known| Some((raw.node_by_oid(known.oid())?, known.oid_refs())));
            let objects = of_module.objects().iter().map(|id| raw.object(*id));
            let objects = objects.filter_map(|known| Some((known.node()?, known.oid_refs())));
            for (node, refs) in identities.chain(objects) {
                // Most OIDs are one name and one number.
                if refs.len() > 1 {
                    self.inline_names_of(module, of_module, node, refs);
                }
            }
        }
    }

    fn inline_names_of(
        &mut self,
        module: usize,
        of_module: &mib_rs::raw::ModuleData,
        node: NodeId,
        refs: &'a [OidRef],
    ) {
        let raw = self.raw;
        let mut path: Vec<NodeId> = std::iter::successors(Some(node), |id| raw.node(*id).parent())
            .take(limits::OID_ARCS + 1)
            .collect();
        path.pop();
        path.reverse();
        let mut from = refs.first().and_then(|first| first.oid()).map_or(0, |oid| oid.len());
        if refs.first().is_some_and(|first| self.number_of(first).is_some()) {
            from = from.saturating_sub(1);
        }
        for known in refs {
            let Some(number) = self.number_of(known) else { continue };
            let place = path.iter().skip(from).position(|id| raw.node(*id).arc() == number);
            let Some(place) = place else { return };
            from += place + 1;
            let node = path[from - 1];
            let is_defined = |position: &usize| {
                let definition = &self.model.definitions[*position];
                definition.module == Some(module) && definition.name == known.name
            };
            let is_known = self.at_node.get(&node).is_some_and(|owners| owners.iter().any(is_defined));
            // The roots are named by all and defined by none.
            if !is_known && from > 1 && !of_module.defines_symbol(&known.name) {
                let name = known.name.as_str();
                let head =
                    Head { name, node, kind: Kind::Value, status: None, description: "", reference: "" };
                let added = self.add(Some(module), &head);
                self.inline.extend(added);
            }
        }
    }

    /// The number in parentheses of a name in an OID; the range covers both.
    fn number_of(&self, known: &OidRef) -> Option<u32> {
        let octets = self.raw.source(known.range.source())?.slice(known.range).ok()?;
        let text = std::str::from_utf8(octets).ok()?;
        let (_, number) = text.strip_suffix(')')?.split_once('(')?;
        number.trim().parse().ok()
    }
}
