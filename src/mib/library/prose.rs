//! Descriptions of definitions that an image has without them: read from the module's file when somebody asks.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Request;
use crate::mib::{
    compile::{self, Inventory, Listing, ModuleText, scan},
    image,
    model::Text,
};

/// Descriptions and references of a module, by name.
#[derive(Debug)]
pub(super) struct Prose(HashMap<String, Text>);

/// Endings of files that bear their module's name.
const ENDINGS: [&str; 5] = ["", ".txt", ".mib", ".my", ".smi"];

impl Prose {
    /// Compiles one module of a file; what it imports comes from the built-in image.
    pub(super) fn read(path: &Path, module: &str) -> Option<Self> {
        let listing = Listing::of(&[], &[path.to_owned()]);
        let mut inventory = Inventory::scan(listing, &|_, _| {});
        inventory.modules.retain(|name, _| name == module);
        let tell = |_, _| {};
        let combined = compile::combine(image::core(), &inventory, None, compile::Prose::Keep, &tell).ok()?;
        let model = combined.model?;
        let position = model.modules.iter().position(|known| known.name == module)?;
        let own = model.definitions.into_iter().filter(|known| known.module == Some(position));
        Some(Self(own.map(|known| (known.name, known.text)).filter(|(_, text)| !text.is_empty()).collect()))
    }

    pub(super) fn of(&self, name: &str) -> Option<Text> {
        self.0.get(name).cloned()
    }
}

/// The file that bears the name of a module that is nowhere, if there is one, and why the module was not found in it.
pub(super) fn passed_over(module: &str, request: &Request) -> Option<(PathBuf, String)> {
    let mut there = bearing(module, request).filter(|path| fs::symlink_metadata(path).is_ok());
    there.find_map(|path| compile::why_without(&path, module).map(|reason| (path, reason)))
}

/// Where files that bear a module's name may be, those that count first.
fn bearing(module: &str, request: &Request) -> impl Iterator<Item = PathBuf> {
    // A name with a slash in it must not lead out of the directories.
    let is_plain = Path::new(module).file_name().is_some_and(|name| name == module);
    let in_directory =
        move |directory: &PathBuf| ENDINGS.map(|ending| directory.join(format!("{module}{ending}")));
    request.directories.iter().rev().flat_map(in_directory).filter(move |_| is_plain)
}

/// The file of a module: one that bears its name, in the last directory that has one; else any that has the module, which
/// `listed` knows as soon as all files were looked through once.
pub(super) fn file_of(
    module: &str,
    request: &Request,
    listed: &mut Option<Arc<Inventory>>,
) -> Option<PathBuf> {
    let has_it = |path: &PathBuf| {
        let text = ModuleText::read(path).ok();
        let modules = text.and_then(|text| scan(&text.octets).ok()).unwrap_or_default();
        modules.iter().any(|known| known.name == module)
    };
    bearing(module, request)
        .filter(|path| fs::metadata(path).is_ok_and(|metadata| metadata.is_file()))
        .find(has_it)
        .or_else(|| {
            let inventory = listed.get_or_insert_with(|| {
                let listing = Listing::of(&request.directories, &request.files);
                Arc::new(Inventory::scan(listing, &|_, _| {}))
            });
            inventory.path_of(module).map(Path::to_owned)
        })
}
