//! Files that one run leaves for the next: whose directories and files count, and how new ones begin.
//!
//! What others can write to is no cache of ours, and what stands in the place of a file is neither waited for nor
//! followed.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::{
    fs::OFlags,
    process::{Resource, Uid, geteuid, getrlimit},
};

/// The permission to write for the group and for all others.
const OTHERS_WRITE: u32 = 0o022;

/// Opens a file for reading, if it is an ordinary file (no pipe, no link), ours or the system's, and nobody else may
/// write to it. Opening waits for nothing.
///
/// # Errors
///
/// What the system says, or what speaks against the file.
pub(crate) fn open(path: &Path) -> io::Result<(File, fs::Metadata)> {
    let file = OpenOptions::new().read(true).custom_flags(flags()).open(path)?;
    let metadata = ordinary(&file)?;
    if !is_trusted_owner(metadata.uid()) || metadata.mode() & OTHERS_WRITE != 0 {
        return Err(io::Error::other("others may have written it"));
    }
    Ok((file, metadata))
}

/// Opens a file to lock it, and makes it if need be.
///
/// # Errors
///
/// What the system says, or that something else is in its place. A second name of another file is something else, too:
/// the file is written to.
pub(crate) fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(flags());
    let file = options.open(path)?;
    if ordinary(&file)?.nlink() > 1 {
        return Err(io::Error::other("the lock file there has other names"));
    }
    Ok(file)
}

/// Whether files in a directory count.
///
/// # Errors
///
/// It cannot be looked at, or is somebody else's who lets others write there.
pub(crate) fn check_directory(directory: &Path) -> io::Result<()> {
    let metadata = fs::metadata(directory)?;
    if !is_trusted_owner(metadata.uid()) && metadata.mode() & OTHERS_WRITE != 0 {
        return Err(io::Error::other("it is somebody else's and others may write there"));
    }
    Ok(())
}

/// Whether a directory is ours alone.
///
/// # Errors
///
/// It cannot be looked at, is somebody else's, or others may write there.
pub(crate) fn check_own_directory(directory: &Path) -> io::Result<()> {
    let metadata = fs::metadata(directory)?;
    if metadata.uid() != geteuid().as_raw() {
        return Err(io::Error::other("it is somebody else's"));
    }
    if metadata.mode() & OTHERS_WRITE != 0 {
        return Err(io::Error::other("others may write there"));
    }
    Ok(())
}

/// Makes a directory, if need be, and sees to it that it is ours alone.
///
/// Nothing is made for somebody else: with `sudo`, the home may be that of the user who called it, who could not use
/// what root has made there.
///
/// # Errors
///
/// What the system says, or what speaks against the directory.
pub(crate) fn make_own_directory(directory: &Path) -> io::Result<()> {
    if fs::symlink_metadata(directory).is_err() {
        let owner = directory.ancestors().find_map(|above| fs::metadata(above).ok()).map(|above| above.uid());
        if geteuid().is_root() && owner.is_some_and(|owner| owner != geteuid().as_raw()) {
            return Err(io::Error::other("it would be in a directory of somebody else's"));
        }
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    check_own_directory(directory)
}

/// Makes a file to be written whole and renamed then. One of that name that was left behind is nobody's.
///
/// # Errors
///
/// What the system says.
pub(crate) fn create_unfinished(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Whether the process may write a file of this size: writing more than that kills it.
///
/// # Errors
///
/// It may not.
pub(crate) fn check_limit(octets: u64) -> io::Result<()> {
    match getrlimit(Resource::Fsize).current {
        Some(limit) if limit < octets => Err(io::ErrorKind::FileTooLarge.into()),
        _ => Ok(()),
    }
}

fn flags() -> i32 {
    let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
    i32::try_from(flags.bits()).unwrap_or_default()
}

fn ordinary(file: &File) -> io::Result<fs::Metadata> {
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok(metadata) } else { Err(io::Error::other("not an ordinary file")) }
}

fn is_trusted_owner(owner: u32) -> bool {
    owner == Uid::ROOT.as_raw() || owner == geteuid().as_raw()
}
