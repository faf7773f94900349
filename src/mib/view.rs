//! The names that count: an image, and which of its modules.
//!
//! An image may have thousands of modules of which a command was told to use three (`-m`), or none (`-m ''`). What is
//! asked through a view is answered from the modules that count alone.

use std::{fmt, sync::Arc};

use super::{
    image::{self, Definition, Image, Module, Node},
    kinds::Kind,
};

/// The names that count.
///
/// Cheap to clone. Images are never given back: the one that is built in is part of the program, and what a program
/// maps or compiles beside it is used until it ends.
#[derive(Clone)]
pub struct View {
    image: &'static Image<'static>,
    shown: Shown,
}

#[derive(Clone, Eq, PartialEq)]
enum Shown {
    Nothing,
    Everything,
    /// For each module its place in the order in which they are read, from 1 on; 0 for those that do not count.
    Modules(Arc<[u32]>),
}

impl View {
    /// No names at all, as with `-m ''`.
    pub fn none() -> Self {
        Self { image: image::core(), shown: Shown::Nothing }
    }

    /// Everything that is built in.
    pub fn core() -> Self {
        Self::whole(image::core())
    }

    /// Everything in an image.
    pub const fn whole(image: &'static Image<'static>) -> Self {
        Self { image, shown: Shown::Everything }
    }

    /// Some modules of an image, and all that they import from, directly or through others.
    ///
    /// Their order counts where several define one OID: the first speaks for it, and what a module imports from comes
    /// before the module, as if they were read one after the other.
    pub fn of_modules(
        image: &'static Image<'static>,
        modules: impl IntoIterator<Item = Module<'static>>,
    ) -> Self {
        let mut places = vec![0; image.modules().len()];
        read(image, modules, &mut places);
        Self { image, shown: Shown::Modules(places.into()) }
    }

    /// The modules of an image that the built-in one has, too; what counts where nobody chose modules.
    pub fn built_in(image: &'static Image<'static>) -> Self {
        if std::ptr::eq(image, image::core()) {
            return Self::core();
        }
        // One place for all: then the image's own order says which of several definitions of an OID speaks for it.
        let places = image.modules().map(|module| u32::from(module.is_built_in())).collect();
        Self { image, shown: Shown::Modules(places) }
    }

    /// The same names and those of more modules of the image, with what they import from; they come last.
    #[must_use]
    pub fn with(&self, modules: impl IntoIterator<Item = Module<'static>>) -> Self {
        let mut places = match &self.shown {
            Shown::Everything => return self.clone(),
            Shown::Nothing => vec![0; self.image.modules().len()],
            Shown::Modules(places) => places.to_vec(),
        };
        read(self.image, modules, &mut places);
        Self { image: self.image, shown: Shown::Modules(places.into()) }
    }

    /// What counts here, in another image that has the same modules and more.
    #[must_use]
    pub fn carried_to(&self, image: &'static Image<'static>) -> Self {
        if std::ptr::eq(image, self.image) {
            return self.clone();
        }
        let old = match &self.shown {
            Shown::Nothing => return Self { image, shown: Shown::Nothing },
            Shown::Everything if std::ptr::eq(self.image, image::core()) => return Self::built_in(image),
            Shown::Everything => vec![1; self.image.modules().len()].into(),
            Shown::Modules(places) => Arc::clone(places),
        };
        let mut places = vec![0; image.modules().len()];
        let mut imported = Vec::new();
        for (module, place) in self.image.modules().zip(old.iter()).filter(|(_, place)| **place > 0) {
            let Some(module) = image.module(module.name()) else { continue };
            places[module.number()] = *place;
            imported.extend(module.imports().into_iter().filter_map(|name| image.module(name)));
        }
        read(image, imported, &mut places);
        Self { image, shown: Shown::Modules(places.into()) }
    }

    /// The image behind it.
    pub const fn image(&self) -> &'static Image<'static> {
        self.image
    }

    /// Whether the other one is the same image and the same modules of it.
    pub fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.image, other.image) && self.shown == other.shown
    }

    /// Whether no name counts.
    pub fn is_empty(&self) -> bool {
        self.shown == Shown::Nothing
    }

    /// Whether a module counts.
    pub fn has(&self, module: Module<'_>) -> bool {
        match &self.shown {
            Shown::Nothing => false,
            Shown::Everything => true,
            Shown::Modules(places) => places.get(module.number()).is_some_and(|place| *place > 0),
        }
    }

    /// Whether a definition counts: one of a module that does, or a root of the tree.
    pub fn shows(&self, definition: Definition<'_>) -> bool {
        match &self.shown {
            Shown::Nothing => false,
            Shown::Everything => true,
            Shown::Modules(_) => definition.module().is_none_or(|module| self.has(module)),
        }
    }

    /// The modules that count, in the order of their names.
    pub fn modules(&self) -> impl Iterator<Item = Module<'static>> {
        self.image.modules().filter(|module| self.has(*module))
    }

    /// The module of a name, if it counts.
    pub fn module(&self, name: &str) -> Option<Module<'static>> {
        self.image.module(name).filter(|module| self.has(*module))
    }

    /// The definition that speaks for a node: that of the first module in the order of [`View::of_modules`]; where
    /// everything counts, that of the current language and the latest module.
    pub fn definition(&self, node: Node<'static>) -> Option<Definition<'static>> {
        match &self.shown {
            Shown::Nothing => None,
            Shown::Everything => node.definition(),
            Shown::Modules(places) => {
                let place = |definition: &Definition<'_>| {
                    definition.module().map_or(0, |module| places.get(module.number()).copied().unwrap_or(0))
                };
                node.definitions().filter(|definition| self.shows(*definition)).min_by_key(place)
            }
        }
    }

    /// The deepest definition on the way to an OID, and the arcs that are left.
    pub fn find<'o>(&self, oid: &'o [u32]) -> Option<(Definition<'static>, &'o [u32])> {
        if self.is_empty() {
            return None;
        }
        let (node, rest) = self.image.find(oid);
        node.ancestors()
            .zip((0..=oid.len() - rest.len()).rev())
            .find_map(|(node, known)| self.definition(node).map(|found| (found, &oid[known..])))
    }

    /// The object that an OID is an instance of, and the arcs below it: the nearest scalar or column.
    ///
    /// Names that modules give to instances, such as `sysUpTimeInstance`, do not count, for they have no type. Where an
    /// OID is no instance, this is what [`View::find`] finds.
    pub fn object<'o>(&self, oid: &'o [u32]) -> Option<(Definition<'static>, &'o [u32])> {
        let (nearest, rest) = self.find(oid)?;
        let above = nearest.node().ancestors().zip((0..=oid.len() - rest.len()).rev());
        let object = above
            .filter_map(|(node, known)| self.definition(node).map(|found| (found, &oid[known..])))
            .find(|(found, _)| matches!(found.kind(), Kind::Scalar | Kind::Column));
        Some(object.unwrap_or((nearest, rest)))
    }

    /// The definitions that bear a name, in the order of their modules' names.
    pub fn named(&self, name: &str) -> impl Iterator<Item = Definition<'static>> {
        self.image.definitions(name).filter(|definition| self.shows(*definition))
    }

    /// The definition of a name in a module.
    pub fn in_module(&self, module: &str, name: &str) -> Option<Definition<'static>> {
        self.image.definition(module, name).filter(|definition| self.shows(*definition))
    }
}

impl Default for View {
    fn default() -> Self {
        Self::core()
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("image", &self.image)
            .field("modules", &self.modules().count())
            .finish_non_exhaustive()
    }
}

/// Gives modules places behind those that have one, each after the modules that it imports from.
fn read(
    image: &'static Image<'static>,
    modules: impl IntoIterator<Item = Module<'static>>,
    places: &mut [u32],
) {
    /// The place of a module that waits for those that it imports from.
    const BEGUN: u32 = u32::MAX;
    let mut next = places.iter().copied().max().unwrap_or(0);
    for module in modules {
        let mut waiting = vec![(module, None)];
        while let Some((module, imports)) = waiting.pop() {
            let Some(place) = places.get_mut(module.number()) else { continue };
            let mut imports: std::vec::IntoIter<&str> = match imports {
                Some(imports) => imports,
                None if *place == 0 => {
                    *place = BEGUN;
                    module.imports().into_iter()
                }
                None => continue,
            };
            if let Some(name) = imports.next() {
                waiting.push((module, Some(imports)));
                waiting.extend(image.module(name).map(|module| (module, None)));
            } else {
                next += 1;
                *place = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(view: &View, oid: &[u32]) -> String {
        let (definition, rest) = view.find(oid).unwrap();
        format!("{} {rest:?}", definition.qualified_name())
    }

    #[test]
    fn a_view_answers_from_its_modules_and_what_they_import_alone() {
        let image = image::core();
        let whole = View::core();
        let some = View::of_modules(image, image.module("IF-MIB"));
        let descr = [1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 7];
        let cpu = [1, 3, 6, 1, 2, 1, 25, 1, 1, 0];
        assert_eq!(nearest(&whole, &descr), "IF-MIB::ifDescr [7]");
        assert_eq!(nearest(&some, &descr), "IF-MIB::ifDescr [7]");
        assert_eq!(nearest(&whole, &cpu), "HOST-RESOURCES-MIB::hrSystemUptime [0]");
        assert_eq!(nearest(&some, &cpu), "SNMPv2-SMI::mib-2 [25, 1, 1, 0]");
        assert!(some.module("SNMPv2-MIB").is_some(), "imported by IF-MIB");
        assert!(some.module("HOST-RESOURCES-MIB").is_none());
        assert!(some.named("hrSystemUptime").next().is_none());
        assert!(some.in_module("IF-MIB", "ifDescr").is_some());
        assert!(View::none().find(&descr).is_none());
        assert_eq!(some.with(image.module("HOST-RESOURCES-MIB")).find(&cpu), whole.find(&cpu));
        assert_eq!(nearest(&whole, &[1, 3]), "SNMPv2-SMI::org []");
        assert!(whole.find(&[]).is_none() || nearest(&whole, &[]).ends_with("[]"));
    }

    #[test]
    fn the_first_module_of_a_list_speaks_for_an_oid_after_what_it_imports_from() {
        let image = image::core();
        let descr = [1, 3, 6, 1, 2, 1, 2, 2, 1, 2];
        let name = [1, 3, 6, 1, 2, 1, 1, 5];
        for (list, of_descr, of_name) in [
            (&["IF-MIB", "RFC1213-MIB"][..], "IF-MIB::ifDescr", "SNMPv2-MIB::sysName"),
            (&["RFC1213-MIB", "IF-MIB"], "RFC1213-MIB::ifDescr", "RFC1213-MIB::sysName"),
            // It imports from RFC1213-MIB.
            (&["RFC1316-MIB", "IF-MIB"], "RFC1213-MIB::ifDescr", "RFC1213-MIB::sysName"),
        ] {
            let view = View::of_modules(image, list.iter().filter_map(|name| image.module(name)));
            assert_eq!(nearest(&view, &descr), format!("{of_descr} []"), "{list:?}");
            assert_eq!(nearest(&view, &name), format!("{of_name} []"), "{list:?}");
            let last = View::of_modules(image, image.module(list[0])).with(image.module(list[1]));
            assert_eq!(nearest(&last, &descr), format!("{of_descr} []"), "{list:?}");
        }
    }
}
