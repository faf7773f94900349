//! Cached images: one for each set of directories and files, in a directory of the user's.
//!
//! docs/mib-image.md says for people what is kept, and what is noticed when.

mod lock;
mod problems;
mod state;

use std::{
    fs::{self, DirBuilder},
    io::{self, Write as _},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, MetadataExt as _},
    },
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    compile::{Inventory, Listing, Problem},
    image::{self, Image, u64_at},
    map,
};
use crate::files;

pub(super) use lock::{Lock, Locked};
pub(super) use state::State;

/// How long files are taken to be as they were when all of them were last looked at.
const CHECKED_FOR: Duration = Duration::from_secs(10);

/// A directory that changed this shortly before it was listed may have changed again in the same instant of its clock.
const YOUNG: i64 = 2;

/// The fraction of a second in the time of a file that we have checked. Whoever else writes to the file leaves another
/// one, and is found out.
const SIGNATURE: u32 = 424_242_000;

/// How long what nobody uses is kept.
const UNUSED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How long an unfinished file can belong to somebody who is still at it.
const UNFINISHED: Duration = Duration::from_secs(60 * 60);

/// The end of every cached file.
const MAGIC: [u8; 8] = *b"mibs 1\r\n";

/// Octets of what stands before it: the sizes of the state and of the problems, and a checksum of both.
const FOOTER: usize = 3 * 8 + MAGIC.len();

const ENDING: &str = "mibs";

const UNFINISHED_ENDING: &str = "new";

/// Where the image of a set of directories and files is.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    directory: PathBuf,
    key: u64,
    now: SystemTime,
}

/// A cached image.
#[derive(Clone, Copy)]
pub(super) struct Cached {
    /// The image; `None` when the files add nothing to what is built in.
    pub(super) image: Option<&'static Image<'static>>,
    octets: &'static [u8],
    pub(super) state: State<'static>,
    problems: &'static [u8],
}

/// Whether a cached image can be used.
enum Fitness {
    /// Nothing speaks against it.
    Fit,
    /// Nothing does, but for directories in which something came and went.
    Moved,
    /// It stands for other files, or is damaged.
    Unfit,
}

impl Cache {
    pub(super) fn new(
        directory: PathBuf,
        directories: &[PathBuf],
        files: &[PathBuf],
        now: SystemTime,
    ) -> Self {
        let numbers = [image::core_fingerprint(), directories.len() as u64].map(u64::to_le_bytes);
        let mut parts: Vec<&[u8]> = vec![env!("CARGO_PKG_VERSION").as_bytes(), &numbers[0], &numbers[1]];
        parts.extend(directories.iter().chain(files).map(|path| path.as_os_str().as_bytes()));
        Self { directory, key: image::fingerprint(&parts), now }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    fn path(&self) -> PathBuf {
        self.directory.join(format!("{:016x}.{ENDING}", self.key))
    }

    /// A name for a file that is being written: each process and each thread has its own.
    fn unfinished(&self) -> PathBuf {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let (process, number) = (process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        self.directory.join(format!("{:016x}.{process}-{number}.{UNFINISHED_ENDING}", self.key))
    }

    /// Opens the image, if there is one that nobody else can have written, and it stands for the files as they are.
    ///
    /// The directories are looked at each time, and so are files that were named and those of `modules`. All files and
    /// all octets are looked at once they have not been for [`CHECKED_FOR`].
    pub(super) fn open(
        &self,
        directories: &[PathBuf],
        files: &[PathBuf],
        modules: &[String],
    ) -> Option<Cached> {
        files::check_directory(&self.directory).ok()?;
        let (file, metadata) = files::open(&self.path()).ok()?;
        let cached = Cached::of(map::map(&file).ok()?)?;
        if self.is_recent(&metadata, &cached) && modules.iter().all(|module| cached.state.is_fresh(module)) {
            return Some(cached);
        }
        let listing = Listing::of(directories, files);
        match cached.fitness(&listing) {
            Fitness::Unfit => return None,
            Fitness::Fit => {}
            Fitness::Moved => {
                // The next command would have to look at everything again, and so on.
                if let Some(moved) = self.renew(&cached, listing) {
                    return Some(moved);
                }
            }
        }
        // Somebody else's file is looked at each time; that costs milliseconds alone.
        let _ = file.set_modified(self.checked_now());
        Some(cached)
    }

    fn is_recent(&self, metadata: &fs::Metadata, cached: &Cached) -> bool {
        let checked = metadata.modified().ok().filter(|_| metadata.mtime_nsec() == i64::from(SIGNATURE));
        let age =
            checked.and_then(|checked| (self.now + Duration::from_secs(1)).duration_since(checked).ok());
        age.is_some_and(|age| age < CHECKED_FOR)
            && cached
                .state
                .directories()
                .is_some_and(|changed| changed.saturating_add(YOUNG) < metadata.mtime())
            && cached.state.has_named_files()
    }

    /// Now, with the fraction that says who looked.
    fn checked_now(&self) -> SystemTime {
        let seconds = self.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        UNIX_EPOCH + Duration::new(seconds, SIGNATURE)
    }

    /// Writes a cached image again for directories that look otherwise and have the same files.
    fn renew(&self, cached: &Cached, listing: Listing) -> Option<Cached> {
        let Locked::Here(_lock) = Lock::take(&self.directory, &mut |_| {}, 0) else { return None };
        let modules = cached.state.modules();
        let inventory = Inventory { listing, modules, ..Inventory::default() };
        let image = &cached.octets[..cached.image.map_or(0, Image::octets)];
        self.write_parts(image, &state::write(&inventory), cached.problems).ok()
    }

    /// Whether an image of a set of files as large as this one could be written, before any work is put into it.
    ///
    /// # Errors
    ///
    /// Why not.
    pub(super) fn check_writable(&self, octets: u64) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        files::check_directory(&self.directory)?;
        let probe = self.unfinished();
        files::create_unfinished(&probe)?;
        fs::remove_file(&probe)?;
        // About as much as the files, beside what is built in.
        let octets = octets.saturating_add(image::core().octets() as u64);
        files::check_limit(octets)?;
        let space = rustix::fs::statvfs(&self.directory)?;
        if space.f_bavail.saturating_mul(space.f_frsize) < octets {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    /// Writes an image, and removes what nobody has used for long.
    ///
    /// # Errors
    ///
    /// Why it could not be written; then nothing is left of it.
    pub(super) fn write(
        &self,
        image: &[u8],
        inventory: &Inventory,
        problems: &[Problem],
    ) -> io::Result<Cached> {
        let cached = self.write_parts(image, &state::write(inventory), &problems::write(problems))?;
        self.sweep();
        Ok(cached)
    }

    fn write_parts(&self, image: &[u8], state: &[u8], problems: &[u8]) -> io::Result<Cached> {
        let mut footer = Vec::with_capacity(FOOTER);
        let sizes = [state.len() as u64, problems.len() as u64, image::fingerprint(&[state, problems])];
        for word in sizes {
            footer.extend_from_slice(&word.to_le_bytes());
        }
        footer.extend_from_slice(&MAGIC);
        let parts = [image, state, problems, &footer];
        files::check_limit(parts.iter().map(|part| part.len() as u64).sum())?;
        let unfinished = self.unfinished();
        let written = (|| {
            let mut file = files::create_unfinished(&unfinished)?;
            for part in parts {
                file.write_all(part)?;
            }
            // A name must not come to stand for octets that a power failure has kept from the disk.
            file.sync_data()?;
            file.set_modified(self.checked_now())?;
            fs::rename(&unfinished, self.path())
        })();
        if let Err(error) = written {
            let _ = fs::remove_file(&unfinished);
            return Err(error);
        }
        let mapped = map::map(&files::open(&self.path())?.0)?;
        Cached::of(mapped).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Removes images that were not used for [`UNUSED`], and what others left unfinished.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.directory).into_iter().flatten().flatten() {
            let path = entry.path();
            let kept = match path.extension().and_then(|ending| ending.to_str()) {
                Some(ENDING) => UNUSED,
                Some(UNFINISHED_ENDING) => UNFINISHED,
                _ => continue,
            };
            let changed = entry.metadata().and_then(|metadata| metadata.modified());
            let age = changed.ok().and_then(|changed| self.now.duration_since(changed).ok());
            if age.is_some_and(|age| age > kept) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

impl Cached {
    fn of(octets: &'static [u8]) -> Option<Self> {
        let rest = octets.strip_suffix(&MAGIC)?;
        let at = rest.len().checked_sub(FOOTER - MAGIC.len())?;
        let size = |n: usize| u64_at(rest, at + n * 8).and_then(|size| usize::try_from(size).ok());
        let rest = &rest[..at];
        let (rest, problems) = rest.split_at_checked(rest.len().checked_sub(size(1)?)?)?;
        let (image, state) = rest.split_at_checked(rest.len().checked_sub(size(0)?)?)?;
        let image = match image {
            [] => None,
            image => {
                let image: &'static Image<'static> = Box::leak(Box::new(Image::open_trusted(image).ok()?));
                Some(image)
            }
        };
        Some(Self { image, octets, state: State::at(state), problems })
    }

    /// Looks at everything.
    fn fitness(&self, listing: &Listing) -> Fitness {
        if !self.is_whole() || !self.state.has_files(listing) {
            return Fitness::Unfit;
        }
        match self.state.directories() {
            Some(_) => Fitness::Fit,
            None => Fitness::Moved,
        }
    }

    fn is_whole(&self) -> bool {
        let image_octets = self.image.map_or(0, Image::octets);
        let image = self.octets.get(..image_octets).unwrap_or_default();
        let rest = self.octets.get(image_octets..self.octets.len() - FOOTER).unwrap_or_default();
        let state = rest.len().saturating_sub(self.problems.len());
        let (state, problems) = rest.split_at_checked(state).unwrap_or_default();
        let sum = u64_at(self.octets, self.octets.len() - FOOTER + 16);
        sum == Some(image::fingerprint(&[state, problems]))
            && (image.is_empty() || Image::open(image).is_ok())
    }

    /// What was wrong with the modules.
    pub(super) fn problems(&self) -> Vec<Problem> {
        problems::read(self.problems)
    }
}
