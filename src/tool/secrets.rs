//! Secrets that stand in no list of processes: read from a file, from standard input, or asked for on the terminal.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use anyhow::{anyhow, bail};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::{
    error::{Ending, ToolError},
    log,
};
use crate::{limits, secret::Secret};

/// Octets of a line that is typed: as many as a terminal takes in one.
const TYPED_OCTETS: usize = 4_096;

/// What Ctrl-C is to a terminal that does not make a signal of it.
const INTERRUPT: u8 = 3;

/// Reads the first line of a file, or the next one of standard input for `-`; `what` is "community", or "passphrase".
pub fn from_file(what: &str, path: &Path, warnings: &mut Vec<String>) -> anyhow::Result<Secret<Vec<u8>>> {
    let shown = path.display();
    let mut line = Zeroizing::new(Vec::new());
    let limit = u64::try_from(limits::LINE_OCTETS)?;
    if path == Path::new("-") {
        io::stdin().lock().take(limit).read_until(b'\n', &mut line).map_err(|error| {
            anyhow!("cannot read the {what} from standard input: {}", log::reason(&error))
        })?;
    } else {
        let failed =
            |error: io::Error| anyhow!("cannot read the {what} file {shown}: {}", log::reason(&error));
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            bail!("the {what} file {shown} is a directory");
        }
        if metadata.is_file() && metadata.permissions().mode() & 0o044 != 0 {
            let article = if what.starts_with('a') { "an" } else { "a" };
            warnings.push(format!(
                "{shown}: others can read this file, which has {article} {what}; run chmod 600 on it"
            ));
        }
        BufReader::new(file).take(limit).read_until(b'\n', &mut line).map_err(failed)?;
    }
    let text = without_line_break(&line);
    if text.is_empty() {
        if path == Path::new("-") {
            bail!("the first line of standard input, where the {what} should stand, is empty");
        }
        bail!("the first line of the {what} file {shown} is empty");
    }
    Ok(Secret::new(text.to_vec()))
}

/// Asks on the terminal, where what is typed does not show.
///
/// # Errors
///
/// [`ToolError::Local`] without a terminal or without an answer, which says to use `instead`; Ctrl-C ends the run.
pub fn ask(tool: &str, question: &str, instead: &str) -> Result<Secret<Vec<u8>>, ToolError> {
    let failed = |error: &io::Error| {
        let reason = log::reason(error);
        ToolError::Local(format!(
            "{tool}: cannot ask for the {question} on the terminal ({reason}); {instead}"
        ))
    };
    let terminal = File::options().read(true).write(true).open("/dev/tty").map_err(|error| failed(&error))?;
    let quiet = Quiet::new(&terminal).map_err(|error| failed(&error))?;
    let mut dialog = &terminal;
    write!(dialog, "{question}: ").map_err(|error| failed(&error))?;
    let mut typed = Zeroizing::new([0; TYPED_OCTETS]);
    let mut length = 0;
    while length < typed.len() && !typed[..length].ends_with(b"\n") {
        match dialog.read(&mut typed[length..]) {
            Ok(0) => break,
            Ok(octets) => length += octets,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(&error)),
        }
        if typed[..length].contains(&INTERRUPT) {
            drop(quiet);
            // The cursor stands behind the question. Whether that can be mended is of no consequence.
            let _ = writeln!(dialog);
            return Err(ToolError::Exchange { ending: Ending::Interrupted, text: String::new() });
        }
    }
    drop(quiet);
    let _ = writeln!(dialog);
    match without_line_break(&typed[..length]) {
        [] => Err(ToolError::Local(format!("{tool}: no {question} was typed"))),
        text => Ok(Secret::new(text.to_vec())),
    }
}

fn without_line_break(line: &[u8]) -> &[u8] {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// A terminal that shows nothing of what is typed, until this is dropped. Ctrl-C makes no signal meanwhile, which would
/// leave the terminal so, but ends the line.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl Quiet<'_> {
    fn new(terminal: &File) -> io::Result<Quiet<'_>> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        quiet.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        tcsetattr(terminal, OptionalActions::Flush, &quiet)?;
        Ok(Quiet { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs no mending.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}
