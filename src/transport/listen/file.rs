//! The file of a Unix socket that is listened at.

use std::{
    io,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
};

/// Whether a program listens at a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Life {
    Live,
    Dead,
}

/// The file that a bound socket has; dropping it removes the file, unless another has taken its place.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl SocketFile {
    /// Binds a socket, replacing a socket file that a program which is gone has left.
    pub(super) fn bind<T>(
        path: &Path,
        bind: impl Fn(&Path) -> io::Result<T>,
        connect: impl Fn(&Path) -> io::Result<()>,
    ) -> io::Result<(T, Self)> {
        let socket = match bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if life(path, connect)? == Life::Live {
                    return Err(error);
                }
                std::fs::remove_file(path)?;
                bind(path)?
            }
            result => result?,
        };
        Ok((socket, Self { path: path.to_owned(), identity: identity(path) }))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if self.identity.is_some() && identity(&self.path) == self.identity {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Only a socket that refuses connections is dead; whatever else is there belongs to somebody.
fn life(path: &Path, connect: impl Fn(&Path) -> io::Result<()>) -> io::Result<Life> {
    if !std::fs::symlink_metadata(path)?.file_type().is_socket() {
        return Ok(Life::Live);
    }
    match connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(Life::Dead),
        _ => Ok(Life::Live),
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::symlink_metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}
