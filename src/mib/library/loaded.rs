//! The user's modules beside the built-in ones: from the cache, or compiled now.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Event, Request, Watch};
use crate::mib::{
    cache::{Cache, Cached, Lock, Locked},
    compile::{self, Combined, CompileError, Inventory, Listing, Problem, Prose},
    image::{self, Image},
};

/// An image with the user's modules in it, and what it was made from.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) image: &'static Image<'static>,
    origin: Origin,
}

#[derive(Clone)]
enum Origin {
    /// A cached file with everything in it.
    Cached(Cached),
    /// Compiled for this run.
    Memory(Arc<Memory>),
}

struct Memory {
    inventory: Inventory,
    problems: Vec<Problem>,
    /// The modules that were asked for; `None` for all.
    only: Option<Vec<String>>,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").field("image", &self.image).finish_non_exhaustive()
    }
}

/// Why nothing is kept.
struct NotKept {
    directory: PathBuf,
    reason: io::Error,
}

impl Loaded {
    /// Loads these modules, or all of them, and those of the files that the request names.
    ///
    /// From the cache come all modules there are. Only where nothing can be kept there, those that are asked for are
    /// compiled and no others.
    pub(super) fn load(request: &Request, only: Option<&[String]>, watch: &Watch) -> Self {
        for path in &request.files {
            if let Err(error) = readable(path) {
                watch.tell(Event::Unreadable(path, &reason(&error)));
            }
        }
        let loaded = match Self::from_cache(request, only.unwrap_or_default(), watch) {
            Ok(loaded) => loaded,
            Err(not_kept) => {
                let inventory =
                    Inventory::scan(Listing::of(&request.directories, &request.files), &|done, total| {
                        watch.tell(Event::Reading(done, total));
                    });
                let loaded = Self::in_memory(inventory, only, watch);
                // When there was nothing to compile, there was nothing to keep.
                if let Some(NotKept { directory, reason: why }) = not_kept
                    && !std::ptr::eq(loaded.image, image::core())
                {
                    watch.tell(Event::NotKept(&directory, &reason(&why)));
                }
                loaded
            }
        };
        watch.tell(Event::Ready);
        loaded
    }

    fn cached(cached: Cached) -> Self {
        Self { image: cached.image.unwrap_or_else(image::core), origin: Origin::Cached(cached) }
    }

    /// Compiles all that is needed and keeps it nowhere.
    fn in_memory(inventory: Inventory, only: Option<&[String]>, watch: &Watch) -> Self {
        let combined = combine(&inventory, only, watch);
        let (image, _) = opened(&combined);
        let memory = Memory { inventory, problems: combined.problems, only: only.map(<[String]>::to_vec) };
        Self { image, origin: Origin::Memory(Arc::new(memory)) }
    }

    /// The cached image, made now if need be; an error when it can be neither read nor kept.
    fn from_cache(request: &Request, names: &[String], watch: &Watch) -> Result<Self, Option<NotKept>> {
        let Request { directories, files, .. } = request;
        let directory = request.cache.clone().ok_or(None)?;
        let cache = Cache::new(directory, directories, files, request.now);
        let open = || cache.open(directories, files, names).map(Self::cached);
        if let Some(loaded) = open() {
            return Ok(loaded);
        }
        let listing = Listing::of(directories, files);
        if listing.files.is_empty() {
            // Nothing to compile, so nothing to keep either.
            return Err(None);
        }
        let octets = listing.files.iter().filter_map(|file| file.stamp).map(|stamp| stamp.octets).sum();
        let not_kept = |reason| Some(NotKept { directory: cache.directory().to_owned(), reason });
        cache.check_writable(octets).map_err(not_kept)?;
        let mut wait = |(done, total): (u64, u64)| {
            let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
            watch.tell(Event::Compiling(number(done), number(total)));
        };
        let lock = match Lock::take_patiently(cache.directory(), &mut wait) {
            Locked::Here(lock) => lock,
            Locked::Busy => return Err(not_kept(io::Error::other("another process holds the lock there"))),
            Locked::Impossible(error) => return Err(not_kept(error)),
        };
        // Whoever had the lock may have done it all.
        if let Some(loaded) = open() {
            return Ok(loaded);
        }
        lock.tell(0, 0);
        let loaded = Self::make(&cache, request, &lock, watch);
        // Who holds the lock next has not got anywhere yet.
        lock.tell(0, 0);
        Ok(loaded)
    }

    /// Compiles everything and writes it to the cache.
    fn make(cache: &Cache, request: &Request, lock: &Lock, watch: &Watch) -> Self {
        let told = Watch::new({
            let (lock, watch) = (lock.again(), watch.clone());
            move |event| {
                if let (Event::Reading(done, total) | Event::Compiling(done, total), Ok(lock)) =
                    (event, &lock)
                {
                    lock.tell(done, total);
                }
                watch.tell(event);
            }
        });
        let listing = Listing::of(&request.directories, &request.files);
        let inventory = Inventory::scan(listing, &|done, total| told.tell(Event::Reading(done, total)));
        let combined = combine(&inventory, None, &told);
        let (image, octets) = opened(&combined);
        let memory = |inventory, problems| Memory { inventory, problems, only: None };
        // What was read is not what a later command would find: it serves this run alone.
        if combined.is_unsteady {
            let origin = Origin::Memory(Arc::new(memory(inventory, combined.problems)));
            return Self { image, origin };
        }
        match cache.write(octets, &inventory, &combined.problems) {
            Ok(cached) => Self::cached(cached),
            Err(error) => {
                let origin = Origin::Memory(Arc::new(memory(inventory, combined.problems)));
                watch.tell(Event::NotKept(cache.directory(), &reason(&error)));
                Self { image, origin }
            }
        }
    }

    /// The same with these modules, too.
    pub(super) fn more(&self, names: &[String], watch: &Watch) -> Self {
        let Origin::Memory(memory) = &self.origin else { return self.clone() };
        let Some(only) = &memory.only else { return self.clone() };
        if !names.iter().any(|name| memory.inventory.modules.contains_key(name)) {
            return self.clone();
        }
        let only: Vec<String> = only.iter().chain(names).cloned().collect();
        let loaded = Self::in_memory(memory.inventory.clone(), Some(&only), watch);
        watch.tell(Event::Ready);
        loaded
    }

    /// Whether nothing more can be loaded.
    pub(super) fn is_everything(&self) -> bool {
        match &self.origin {
            Origin::Cached(_) => true,
            Origin::Memory(memory) => memory.only.is_none(),
        }
    }

    /// The modules of the files that the request names.
    pub(super) fn named_modules(&self) -> Vec<String> {
        match &self.origin {
            Origin::Cached(cached) => cached.state.named_modules().into_iter().map(str::to_owned).collect(),
            Origin::Memory(memory) => {
                let Inventory { listing, modules, .. } = &memory.inventory;
                let named = modules.iter().filter(|(_, place)| listing.is_named(place.file));
                named.map(|(name, _)| name.clone()).collect()
            }
        }
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        match &self.origin {
            Origin::Cached(cached) => cached.problems(),
            Origin::Memory(memory) => memory.problems.clone(),
        }
    }

    pub(super) fn path_of(&self, module: &str) -> Option<PathBuf> {
        match &self.origin {
            Origin::Cached(cached) => cached.state.path_of(module).map(Path::to_owned),
            Origin::Memory(memory) => memory.inventory.path_of(module).map(Path::to_owned),
        }
    }
}

fn combine(inventory: &Inventory, only: Option<&[String]>, watch: &Watch) -> Combined {
    let tell = |done, total| watch.tell(Event::Compiling(done, total));
    compile::combine(image::core(), inventory, only, Prose::Keep, &tell).unwrap_or_else(|error| {
        let reason = match &error {
            CompileError::NoThread(source) => format!("{error}: {}", reason(source)),
            CompileError::Load(_) | CompileError::Panicked => error.to_string(),
        };
        watch.tell(Event::NotCompiled(&reason));
        Combined { is_unsteady: true, ..Combined::default() }
    })
}

/// An image of what was compiled, and its octets: none when what is built in says it all.
fn opened(combined: &Combined) -> (&'static Image<'static>, &'static [u8]) {
    let octets = combined.model.as_ref().and_then(|model| image::write(model).ok());
    let Some(octets) = octets else { return (image::core(), &[]) };
    let octets: &'static [u8] = Box::leak(octets.into_boxed_slice());
    match Image::open_trusted(octets) {
        Ok(image) => (Box::leak(Box::new(image)), octets),
        Err(_) => (image::core(), &[]),
    }
}

fn readable(path: &Path) -> io::Result<()> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_file() { std::fs::File::open(path).map(drop) } else { Err(io::Error::other("not a file")) }
}

/// The system's words for an error, without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
