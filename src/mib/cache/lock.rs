//! One process compiles, and the others wait for what comes of it.

use std::{fs::File, io, os::unix::fs::FileExt as _, path::Path, thread, time::Duration};

use rustix::fs::{FlockOperation, flock};

use crate::files;

/// How often is looked whether the other process is done.
const PAUSE: Duration = Duration::from_millis(20);

/// How many pauses a process that compiles may go without getting anywhere: ten seconds. After that it is stopped, or
/// stuck on a disk that does not answer, and nobody waits for it any longer. A lot of modules takes a second or two.
const PATIENCE: u32 = 500;

/// How much longer it may take when all is compiled: bringing a large image to a slow disk shows no progress.
const LAST_STEP: u32 = 6;

/// The lock of a directory of cached images, held until it is dropped or the process ends.
///
/// The file itself says nothing by being there: the lock is the system's, and goes with its process. In it stands how
/// far the work is, for those who wait.
#[derive(Debug)]
pub(in crate::mib) struct Lock {
    file: File,
}

/// How asking for the lock ended.
#[derive(Debug)]
pub(in crate::mib) enum Locked {
    /// It is held.
    Here(Lock),
    /// Another process holds it and does not get on.
    Busy,
    /// It cannot be had.
    Impossible(io::Error),
}

impl Lock {
    /// Waits for the lock. `wait` gets how far the process is that holds it: how many of how many modules.
    pub(in crate::mib) fn take_patiently(directory: &Path, wait: &mut dyn FnMut((u64, u64))) -> Locked {
        Self::take(directory, wait, PATIENCE)
    }

    pub(super) fn take(directory: &Path, wait: &mut dyn FnMut((u64, u64)), patience: u32) -> Locked {
        let file = match files::open_lock(&directory.join("lock")) {
            Ok(file) => file,
            Err(error) => return Locked::Impossible(error),
        };
        let (mut last, mut pauses) = (None, 0);
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Locked::Here(Self { file }),
                Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => {}
                // A file system without locks: those who start at once each do the work.
                Err(rustix::io::Errno::NOLCK | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
                    return Locked::Here(Self { file });
                }
                Err(error) => return Locked::Impossible(error.into()),
            }
            let mut octets = [0; 16];
            let read = file.read_at(&mut octets, 0).is_ok_and(|read| read == octets.len());
            let seen = read.then_some(octets);
            if seen == last {
                pauses += 1;
            } else {
                (last, pauses) = (seen, 0);
            }
            let word = |at: usize| octets[at..at + 8].try_into().map_or(0, u64::from_le_bytes);
            let (done, total) = (word(0), word(8));
            let is_last_step = done > 0 && done == total;
            if pauses >= if is_last_step { patience.saturating_mul(LAST_STEP) } else { patience } {
                return Locked::Busy;
            }
            wait((done, total));
            thread::sleep(PAUSE);
        }
    }

    /// The same lock once more: it is held until both are dropped.
    pub(in crate::mib) fn again(&self) -> io::Result<Self> {
        self.file.try_clone().map(|file| Self { file })
    }

    /// Leaves word of how far the work is.
    pub(in crate::mib) fn tell(&self, done: usize, total: usize) {
        let mut octets = [0; 16];
        octets[..8].copy_from_slice(&(done as u64).to_le_bytes());
        octets[8..].copy_from_slice(&(total as u64).to_le_bytes());
        // Who waits does so without.
        let _ = self.file.write_all_at(&octets, 0);
    }
}
