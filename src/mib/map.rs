//! Mapping files into memory: the one place of the program with `unsafe` in it.

use std::{fs::File, io};

use memmap2::Mmap;

/// Maps a whole file for reading, for as long as the program runs.
///
/// What is mapped is memory that others could change: if the file is cut off while it is mapped, reading beyond its
/// end is an error that the process dies of (SIGBUS), and if it is written to, what was read before may differ from
/// what is read after. So only files that are ours are mapped: cached images, which are written under another name and
/// renamed when they are whole, never changed in place, and removed by name alone, which leaves the octets to those
/// who have them mapped. Only somebody who writes into the user's own cache by other means can do harm, and he can
/// end the user's processes as well. Reading such a file instead would cost more than all the rest of a command: tens of
/// megabytes, of which it looks at a few kilobytes.
///
/// Changing octets are no more than wrong names: the reader checks every offset where it is used, and texts are checked
/// for being UTF-8 each time that they are read.
///
/// # Errors
///
/// What the system says.
#[expect(unsafe_code, reason = "mapping a file is unsafe by nature; see above why it holds here")]
pub(super) fn map(file: &File) -> io::Result<&'static [u8]> {
    // SAFETY: the file is never changed in place while it has this name, and readers bear any octets; see above.
    let map = unsafe { Mmap::map(file) }?;
    Ok(Box::leak(Box::new(map)))
}
