//! The names that count: an image, and which of its modules.
//!
//! An image may have thousands of modules of which a command was told to use three (`-m`), or none (`-m ''`). What is
//! asked through a view is answered from the modules that count alone.

use std::{fmt, sync::Arc};

use super::image::{self, Definition, Image, Module, Node};

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
    /// A bit for each module.
    Modules(Arc<[u64]>),
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
    pub fn of_modules(
        image: &'static Image<'static>,
        modules: impl IntoIterator<Item = Module<'static>>,
    ) -> Self {
        let bits = closure(image, vec![0; image.modules().len().div_ceil(64)], modules);
        Self { image, shown: Shown::Modules(bits.into()) }
    }

    /// The modules of an image that the built-in one has, too; what counts where nobody chose modules.
    pub fn built_in(image: &'static Image<'static>) -> Self {
        if std::ptr::eq(image, image::core()) {
            return Self::core();
        }
        let mut bits = vec![0_u64; image.modules().len().div_ceil(64)];
        for module in image.modules().filter(|module| module.is_built_in()) {
            let (word, bit) = place(module);
            bits[word] |= bit;
        }
        Self { image, shown: Shown::Modules(bits.into()) }
    }

    /// The same with more modules of its image, and all that they import from.
    #[must_use]
    pub fn with(&self, modules: impl IntoIterator<Item = Module<'static>>) -> Self {
        let image = self.image;
        let bits = match &self.shown {
            Shown::Everything => return self.clone(),
            Shown::Nothing => vec![0; image.modules().len().div_ceil(64)],
            Shown::Modules(bits) => bits.to_vec(),
        };
        Self { image, shown: Shown::Modules(closure(image, bits, modules).into()) }
    }

    /// What counts here, in another image that has the same modules and more.
    #[must_use]
    pub fn carried_to(&self, image: &'static Image<'static>) -> Self {
        if std::ptr::eq(image, self.image) {
            return self.clone();
        }
        match &self.shown {
            Shown::Nothing => Self { image, shown: Shown::Nothing },
            Shown::Everything if std::ptr::eq(self.image, image::core()) => Self::built_in(image),
            Shown::Everything | Shown::Modules(_) => {
                Self::of_modules(image, self.modules().filter_map(|module| image.module(module.name())))
            }
        }
    }

    /// The image behind it.
    pub const fn image(&self) -> &'static Image<'static> {
        self.image
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
            Shown::Modules(bits) => {
                let (word, bit) = place(module);
                bits.get(word).is_some_and(|word| word & bit != 0)
            }
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

    /// The definition that speaks for a node.
    pub fn definition(&self, node: Node<'static>) -> Option<Definition<'static>> {
        node.definitions().find(|definition| self.shows(*definition))
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

/// Adds modules to a set, and all that they import from.
fn closure(
    image: &'static Image<'static>,
    mut bits: Vec<u64>,
    modules: impl IntoIterator<Item = Module<'static>>,
) -> Vec<u64> {
    let mut waiting: Vec<Module<'static>> = modules.into_iter().collect();
    while let Some(module) = waiting.pop() {
        let (word, bit) = place(module);
        let Some(word) = bits.get_mut(word).filter(|word| **word & bit == 0) else { continue };
        *word |= bit;
        waiting.extend(module.imports().into_iter().filter_map(|name| image.module(name)));
    }
    bits
}

/// The word and the bit that stand for a module.
fn place(module: Module<'_>) -> (usize, u64) {
    (module.number() / 64, 1 << (module.number() % 64))
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
        assert_eq!(nearest(&whole, &[1, 3]), "SNMPv2-SMI::org []");
        assert!(whole.find(&[]).is_none() || nearest(&whole, &[]).ends_with("[]"));
    }
}
