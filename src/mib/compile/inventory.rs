//! What directories and files of modules have: which files there are, and which module is in which of them.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use rustix::fs::OFlags;

use super::{COMPILER_THREAD, FileModule, Problem, Severity, locked, scan};
use crate::limits;

/// Threads that look through files at most.
const SCANNERS: usize = 8;

/// How often a file that changes while it is read is read again.
const READINGS: usize = 3;

/// What tells a file from an earlier state of it, without reading it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Stamp {
    /// Its size in octets.
    pub octets: u64,
    /// When it was last written, in seconds.
    pub seconds: i64,
    /// And in nanoseconds beyond these.
    pub nanoseconds: i64,
    /// Its number in the file system: another file may have its size and time.
    pub inode: u64,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self {
            octets: metadata.size(),
            seconds: metadata.mtime(),
            nanoseconds: metadata.mtime_nsec(),
            inode: metadata.ino(),
        }
    }

    /// That of a file or a directory; `None` where there is none.
    pub fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::of(&metadata))
    }
}

/// A file or a directory, and its state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seen {
    /// Its path, as it was made from what was asked for.
    pub path: PathBuf,
    /// Its state; `None` when it is not there.
    pub stamp: Option<Stamp>,
}

impl Seen {
    fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), stamp: Stamp::at(path) }
    }
}

/// The files of directories, none of them read yet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Listing {
    /// The directories, in the order in which they were asked for.
    pub directories: Vec<Seen>,
    /// The files: those of the first directory by name, and so on, then those that were named themselves.
    pub files: Vec<Seen>,
    /// How many of the files were named themselves.
    pub named: usize,
}

impl Listing {
    /// Lists directories, which need not be there, and beside them files.
    ///
    /// Only ordinary files count, or links to them: a pipe or a device would be waited for. Files whose names begin
    /// with a dot or end with a tilde are passed over, and directories in directories, as net-snmp does.
    pub fn of(directories: &[PathBuf], named: &[PathBuf]) -> Self {
        let mut listing = Self { named: named.len(), ..Self::default() };
        for directory in directories {
            // Its state first: what comes in while it is listed must show as a change.
            listing.directories.push(Seen::at(directory));
            let entries = fs::read_dir(directory).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> =
                entries.map(|entry| entry.path()).filter(|path| counts(path)).collect();
            paths.sort();
            for path in paths {
                let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file);
                if let Some(metadata) = metadata {
                    listing.files.push(Seen { path, stamp: Some(Stamp::of(&metadata)) });
                }
            }
        }
        listing.files.extend(named.iter().map(|path| Seen::at(path)));
        listing
    }

    /// Whether a file was named itself, and does not merely stand in a directory.
    pub fn is_named(&self, file: usize) -> bool {
        file + self.named >= self.files.len()
    }
}

fn counts(path: &Path) -> bool {
    let name = path.file_name().map(OsStrExt::as_bytes).unwrap_or_default();
    !name.starts_with(b".") && !name.ends_with(b"~")
}

/// Where a module is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The position of its file in the listing.
    pub file: usize,
    /// What was seen of it there.
    pub module: FileModule,
}

/// Files and their modules.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Inventory {
    /// The files.
    pub listing: Listing,
    /// Where each module is. Of several files with a module the last counts, as with net-snmp: a later directory beats
    /// an earlier one, in a directory the name that sorts last does, and a file that was named itself beats all.
    pub modules: BTreeMap<String, Place>,
    /// Files that cannot be read or must not be parsed, and modules that several files have.
    pub problems: Vec<Problem>,
    /// Whether a file changed while it was read, again and again.
    pub is_unsteady: bool,
}

impl Inventory {
    /// Reads all files, on all processors; `tell` gets how many of how many are read, on any thread.
    pub fn scan(listing: Listing, tell: &(dyn Fn(usize, usize) + Sync)) -> Self {
        let next = AtomicUsize::new(0);
        let found = std::sync::Mutex::new(BTreeMap::new());
        let files = &listing.files;
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = files.get(at) else { break };
                let scanned = look_into(file);
                locked(&found).insert(at, scanned);
                tell(at, files.len());
            }
        };
        let threads =
            thread::available_parallelism().map_or(1, usize::from).min(SCANNERS).min(files.len() / 8 + 1);
        thread::scope(|scope| {
            let scanner = || thread::Builder::new().name(COMPILER_THREAD.to_owned());
            let started = (0..threads).filter(|_| scanner().spawn_scoped(scope, work).is_ok()).count();
            if started == 0 {
                work();
            }
        });
        let found = std::mem::take(&mut *locked(&found));
        Self::of(listing, found)
    }

    fn of(listing: Listing, found: BTreeMap<usize, Scanned>) -> Self {
        let mut inventory = Self { listing, ..Self::default() };
        for (file, scanned) in found {
            inventory.is_unsteady |= scanned.is_unsteady;
            let path = inventory.listing.files[file].path.to_string_lossy().into_owned();
            if let Some(text) = scanned.trouble {
                let severity = Severity::Error;
                inventory.problems.push(Problem {
                    module: String::new(),
                    file: path.clone(),
                    line: 0,
                    severity,
                    text,
                });
            }
            for module in scanned.modules {
                let name = module.name.clone();
                let before = inventory.modules.insert(name.clone(), Place { file, module });
                if let Some(before) = before.filter(|before| before.file != file) {
                    let was = inventory.listing.files[before.file].path.display();
                    inventory.problems.push(Problem {
                        text: format!("Warning: Module {name} was in {was} now is {path}"),
                        module: name,
                        file: String::new(),
                        line: 0,
                        severity: Severity::Error,
                    });
                }
            }
        }
        inventory
    }

    /// The path of a module's file.
    pub fn path_of(&self, module: &str) -> Option<&Path> {
        self.modules.get(module).map(|place| self.listing.files[place.file].path.as_path())
    }
}

#[derive(Default)]
struct Scanned {
    modules: Vec<FileModule>,
    trouble: Option<String>,
    had_nuls: bool,
    is_unsteady: bool,
}

fn look_into(file: &Seen) -> Scanned {
    let read = match ModuleText::read(&file.path) {
        Ok(read) => read,
        Err(error) => return Scanned { trouble: Some(error.to_string()), ..Scanned::default() },
    };
    let is_unsteady = file.stamp != Some(read.stamp);
    // The lexer is not ours: what it may fail on is one file.
    let scanned = std::panic::catch_unwind(|| scan(&read.octets));
    match scanned {
        Ok(Ok(modules)) => Scanned { modules, trouble: None, had_nuls: read.had_nuls, is_unsteady },
        Ok(Err(refusal)) => Scanned { trouble: Some(refusal.to_string()), is_unsteady, ..Scanned::default() },
        Err(_) => Scanned {
            trouble: Some("the MIB compiler failed on this file".to_owned()),
            is_unsteady,
            ..Scanned::default()
        },
    }
}

/// Why a file is no use to somebody who looks for a module in it; `None` when it has the module.
pub fn why_without(path: &Path, module: &str) -> Option<String> {
    let scanned = look_into(&Seen::at(path));
    if let Some(trouble) = scanned.trouble {
        let words = trouble.split(" (os error").next().unwrap_or(&trouble);
        return Some(words.to_owned());
    }
    if scanned.modules.iter().any(|known| known.name == module) {
        return None;
    }
    Some(match scanned.modules.first() {
        Some(other) => format!("the module in it is {}", other.name),
        None if scanned.had_nuls => "it has NULs (binary or UTF-16) and no module".to_owned(),
        None => "no module is in it".to_owned(),
    })
}

/// The octets of a module file, and the state that it had before and after they were read.
#[derive(Clone, Debug)]
pub struct ModuleText {
    /// What is in it, without a byte order mark and with blanks for NULs: the compiler takes neither.
    pub octets: Vec<u8>,
    /// Whether there were NULs.
    pub had_nuls: bool,
    /// Its state.
    pub stamp: Stamp,
}

impl ModuleText {
    /// Reads an ordinary file, again if it changes meanwhile.
    ///
    /// # Errors
    ///
    /// What is no ordinary file, what is too large, what is marked as UTF-16 and what keeps changing is refused like what
    /// cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        // Nothing else is even opened: opening a pipe may wait for ever, and a device may do something.
        ordinary(&fs::metadata(path)?)?;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let flags = i32::try_from(flags.bits()).unwrap_or_default();
        for _ in 0..READINGS {
            let file = fs::File::open_with(path, flags)?;
            let before = ordinary(&file.metadata()?)?;
            let mut octets = Vec::with_capacity(usize::try_from(before.octets).unwrap_or_default());
            (&file).take(limits::MIB_FILE_OCTETS as u64 + 1).read_to_end(&mut octets)?;
            if Stamp::of(&file.metadata()?) == before && octets.len() as u64 == before.octets {
                let had_nuls = tidy(&mut octets)?;
                return Ok(Self { octets, had_nuls, stamp: before });
            }
        }
        Err(io::Error::other("it changes while it is read"))
    }
}

/// Removes a byte order mark and puts blanks for NULs, so that lines and columns stay; says whether there were any.
fn tidy(octets: &mut Vec<u8>) -> io::Result<bool> {
    if octets.starts_with(&[0xFF, 0xFE]) || octets.starts_with(&[0xFE, 0xFF]) {
        return Err(io::Error::other("it is UTF-16, and MIB modules are ASCII or UTF-8"));
    }
    if octets.starts_with(&[0xEF, 0xBB, 0xBF]) {
        octets.drain(..3);
    }
    let mut had_nuls = false;
    for octet in octets.iter_mut().filter(|octet| **octet == 0) {
        (*octet, had_nuls) = (b' ', true);
    }
    Ok(had_nuls)
}

/// Opening with flags, which std has on options alone.
trait OpenWith: Sized {
    fn open_with(path: &Path, flags: i32) -> io::Result<Self>;
}

impl OpenWith for fs::File {
    fn open_with(path: &Path, flags: i32) -> io::Result<Self> {
        fs::OpenOptions::new().read(true).custom_flags(flags).open(path)
    }
}

/// The state of a file if it is one that can be read to its end.
fn ordinary(metadata: &fs::Metadata) -> io::Result<Stamp> {
    if !metadata.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    if metadata.size() > limits::MIB_FILE_OCTETS as u64 {
        let octets = usize::try_from(metadata.size()).unwrap_or(usize::MAX);
        return Err(io::Error::other(scan::Refusal::TooLarge { octets }));
    }
    Ok(Stamp::of(metadata))
}
