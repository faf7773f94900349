//! Reading configuration files, line by line, as net-snmp's grammar has it.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Read as _,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::limits;

use super::{
    conf::{Conf, skip_white, word},
    log_plan::Priority,
    number,
    tokens::{self, FileKind, TOKENS, TokenKind},
};

/// Something to tell the user about a setting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// How grave it is.
    pub priority: Priority,
    /// One line.
    pub text: String,
}

/// Where a line stands: the file, and the line from 1.
struct Place<'a> {
    file: &'a Path,
    line: usize,
}

/// The file could not be read at all.
struct NotRead;

/// Reads files and single lines into a [`Conf`].
pub struct Reader<'a> {
    /// What was read.
    pub conf: Conf,
    /// What was wrong with it, in the order of reading.
    pub diagnostics: Vec<Diagnostic>,
    scope: &'a [FileKind],
    path: Vec<PathBuf>,
    /// Below this directory, files that others can read and that hold keys are worth a warning.
    private: Option<PathBuf>,
    errors: usize,
    depth: usize,
    files: usize,
    /// Octets that may still be read, so that files that include one another come to an end.
    budget: u64,
}

impl<'a> Reader<'a> {
    /// A reader that knows the tokens and sections of `scope` and looks for files in the directories of `path`.
    ///
    /// A directory that is not there now is not looked into: most of them are not, and each has several files.
    pub fn new(scope: &'a [FileKind], mut path: Vec<PathBuf>, private: Option<PathBuf>) -> Self {
        path.retain(|directory| directory.is_dir());
        Self {
            conf: Conf::default(),
            diagnostics: Vec::new(),
            scope,
            path,
            private,
            errors: 0,
            depth: 0,
            files: 0,
            budget: limits::CONFIG_OCTETS,
        }
    }

    /// Reads `NAME.conf` and `NAME.local.conf` in each directory of the path.
    ///
    /// In `persistent`, copies that an interrupted program left (`NAME.0.conf` and so on) come first.
    pub fn search(&mut self, name: &[u8], kind: FileKind, persistent: &Path) {
        let path = self.path.clone();
        self.search_in(&path, name, kind, Some(persistent));
    }

    /// As [`Reader::search`], in these directories. Whether any file was there.
    pub fn search_in(
        &mut self,
        directories: &[PathBuf],
        name: &[u8],
        kind: FileKind,
        persistent: Option<&Path>,
    ) -> bool {
        let mut found = false;
        for directory in directories {
            let file = |suffix: &str| {
                let mut file = name.to_vec();
                file.extend_from_slice(suffix.as_bytes());
                directory.join(std::ffi::OsStr::from_bytes(&file))
            };
            if persistent.is_some_and(|persistent| directory.starts_with(persistent)) {
                for copy in 0..=limits::CONFIG_COPIES {
                    if self.file(&file(&format!(".{copy}.conf")), kind).is_err() {
                        break;
                    }
                    found = true;
                }
            }
            found |= self.file(&file(".conf"), kind).is_ok();
            found |= self.file(&file(".local.conf"), kind).is_ok();
        }
        found
    }

    /// Takes `token value` or `token=value` as the command line has it; any file's token will do.
    pub fn command_line(&mut self, line: &[u8]) {
        let place = Place { file: Path::new("(null)"), line: 0 };
        let delimiter = |octet: &u8| matches!(octet, b' ' | b'\t' | b'=');
        let split = |line: &[u8]| {
            let start = line.iter().take_while(|octet| delimiter(octet)).count();
            let length = line[start..].iter().take_while(|octet| !delimiter(octet)).count();
            let rest = line.get(start + length + 1..).unwrap_or_default();
            (line[start..start + length].to_vec(), rest[number::white_space(rest)..].to_vec())
        };
        let (mut name, mut value) = split(line);
        if name.is_empty() {
            self.warn(&place, "Wrong format: ");
            return;
        }
        let mut kinds = self.scope;
        if name.first() == Some(&b'[') {
            let Some(kind) = self.section(&place, &name) else { return };
            kinds = std::slice::from_ref(
                self.scope.iter().find(|known| **known == kind).unwrap_or(&self.scope[0]),
            );
            (name, value) = split(&value);
        }
        match kinds.iter().find_map(|kind| tokens::find(*kind, &name)) {
            Some(token) => self.assign(&place, token, &value),
            None => self.unknown(&place, &name),
        }
    }

    /// Says how many errors there were, if any.
    pub fn finish_files(&mut self) {
        if self.errors > 0 {
            let text = format!("net-snmp: {} error(s) in config file(s)", self.errors);
            self.diagnostics.push(Diagnostic { priority: Priority::Error, text });
            self.errors = 0;
        }
    }

    fn file(&mut self, path: &Path, kind: FileKind) -> Result<(), NotRead> {
        let place = Place { file: path, line: 0 };
        let metadata = fs::metadata(path).map_err(|_| NotRead)?;
        // A pipe would make the tool wait, and a device may have no end.
        if !metadata.is_file() {
            return Err(NotRead);
        }
        if self.files > limits::CONFIG_FILES {
            self.error(&place, &format!("maximum conf file count ({}) exceeded", limits::CONFIG_FILES));
            return Err(NotRead);
        }
        let limit = self.budget;
        let mut octets =
            Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or(0)));
        let file = File::open(path).map_err(|_| NotRead)?;
        file.take(limit + 1).read_to_end(&mut octets).map_err(|_| NotRead)?;
        let whole = u64::try_from(octets.len()).is_ok_and(|length| length <= limit);
        self.budget = limit.saturating_sub(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        self.files += 1;
        self.depth += 1;
        let mut section = kind;
        let mut last = 0;
        let mut lines = octets.split(|octet| *octet == b'\n').peekable();
        while let Some(line) = lines.next() {
            last += 1;
            if lines.peek().is_none() && !whole {
                break;
            }
            self.line(&Place { file: path, line: last }, line, &mut section, &metadata);
        }
        if !whole {
            self.error(
                &Place { file: path, line: last },
                &format!("more than {} octets of configuration; the rest is not read", limits::CONFIG_OCTETS),
            );
        }
        self.depth -= 1;
        Ok(())
    }

    fn line(&mut self, place: &Place<'_>, line: &[u8], section: &mut FileKind, metadata: &fs::Metadata) {
        if line.len() > limits::LINE_OCTETS {
            self.error(
                place,
                &format!("the line is longer than {} octets; it is left out", limits::LINE_OCTETS),
            );
            return;
        }
        // To net-snmp, and so to whoever wrote the file, a line ends at a NUL.
        let line = line.split(|octet| *octet == 0).next().unwrap_or_default();
        let line = skip_white(line);
        if line.is_empty() {
            return;
        }
        let (mut name, mut rest) = word(line);
        let mut kind = *section;
        if name.first() == Some(&b'[') {
            let Some(named) = self.section(place, &name) else { return };
            if rest.is_empty() {
                *section = named;
                return;
            }
            kind = named;
            (name, rest) = word(rest);
        } else if name.first() == Some(&b'i') && self.include(place, &name, rest, kind) {
            return;
        }
        if rest.is_empty() {
            self.error(place, &format!("Blank line following {} token.", String::from_utf8_lossy(&name)));
            return;
        }
        match tokens::find(kind, &name) {
            None => self.unknown(place, &name),
            Some(token) => {
                self.assign(place, token, rest);
                self.check_privacy(place, token, metadata);
            }
        }
    }

    /// Reads `[section]`, complaining when there is no such one.
    fn section(&mut self, place: &Place<'_>, name: &[u8]) -> Option<FileKind> {
        let Some(inner) = name[1..].strip_suffix(b"]") else {
            self.error(place, &format!("no matching ']' for type {}.", String::from_utf8_lossy(&name[1..])));
            return None;
        };
        let kind = self.scope.iter().copied().find(|kind| kind.name().as_bytes() == inner);
        if kind.is_none() {
            self.error(
                place,
                &format!("No handlers regestered for type {}.", String::from_utf8_lossy(inner)),
            );
        }
        kind
    }

    /// Follows the `include` words. Whether it was one of them.
    fn include(&mut self, place: &Place<'_>, name: &[u8], rest: &[u8], kind: FileKind) -> bool {
        let word = name.to_ascii_lowercase();
        let known = matches!(word.as_slice(), b"includedir" | b"includefile" | b"includesearch");
        let shown = String::from_utf8_lossy(name);
        if word == b"include" {
            let advice = "use 'includeSearch' (or 'includeFile') instead.";
            self.warn(place, &format!("Ambiguous token '{shown}' - {advice}"));
            return true;
        }
        if !known {
            return false;
        }
        if rest.is_empty() {
            self.error(place, &format!("Blank line following {shown} token."));
            return true;
        }
        let target = Path::new(std::ffi::OsStr::from_bytes(rest.trim_ascii_end()));
        if self.depth > limits::CONFIG_DEPTH {
            self.error(place, &format!("nested include depth > {}", limits::CONFIG_DEPTH));
            return true;
        }
        match word.as_slice() {
            b"includedir" => self.include_directory(place, target, kind),
            b"includefile" => {
                let file = place.file.parent().unwrap_or(Path::new("")).join(target);
                if self.file(&file, kind).is_err() {
                    self.error(place, &format!("Included file '{}' not found.", file.display()));
                }
            }
            _ => {
                let stem = target.as_os_str().as_bytes();
                let stem = stem.strip_suffix(b".conf").filter(|stem| !stem.is_empty()).unwrap_or(stem);
                let path = self.path.clone();
                if !self.search_in(&path, stem, kind, None) {
                    self.error(place, &format!("Included config '{}' not found.", target.display()));
                }
            }
        }
        true
    }

    fn include_directory(&mut self, place: &Place<'_>, directory: &Path, kind: FileKind) {
        let Ok(entries) = fs::read_dir(directory) else {
            self.error(place, &format!("Can't open include dir '{}'.", directory.display()));
            return;
        };
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| {
                let name = path.file_name().map(OsStrExt::as_bytes).unwrap_or_default();
                !name.starts_with(b".") && name.len() > 5 && name.ends_with(b".conf")
            })
            .take(limits::CONFIG_FILES)
            .collect();
        // The order of a directory is the file system's; which setting wins must not depend on it.
        files.sort();
        for file in files {
            // A file that vanished or may not be read is passed over, as in the search path.
            let _ = self.file(&file, kind);
        }
    }

    fn assign(&mut self, place: &Place<'_>, token: usize, value: &[u8]) {
        let end = value.iter().rposition(|octet| !number::is_space(*octet)).map_or(0, |last| last + 1);
        if let Err(text) = self.conf.set(token, &value[..end]) {
            if TOKENS[token].kind == TokenKind::LogOption {
                self.diagnostics.push(Diagnostic { priority: Priority::Error, text });
            } else {
                self.error(place, &text);
            }
        }
    }

    /// Warns of a file in the user's own directory that holds a passphrase or a key and that others can read.
    ///
    /// Communities are not worth it: they cross the network in the clear, and a line on standard error for each run
    /// of a tool would break what watches it.
    fn check_privacy(&mut self, place: &Place<'_>, token: usize, metadata: &fs::Metadata) {
        let token = &TOKENS[token];
        let own = self.private.as_deref().is_some_and(|private| place.file.starts_with(private));
        if token.kind != TokenKind::Secret || token.name == "defCommunity" || !own {
            return;
        }
        if metadata.permissions().mode() & 0o044 != 0 {
            self.warn(
                place,
                &format!("others can read this file, which has {}; run chmod 600 on it", token.name),
            );
        }
    }

    fn unknown(&mut self, place: &Place<'_>, name: &[u8]) {
        if self.conf.flag("noTokenWarnings") != Some(true) {
            self.warn(place, &format!("Unknown token: {}.", String::from_utf8_lossy(name)));
        }
    }

    fn warn(&mut self, place: &Place<'_>, text: &str) {
        self.say(place, Priority::Warning, "Warning", text);
    }

    fn error(&mut self, place: &Place<'_>, text: &str) {
        self.errors += 1;
        self.say(place, Priority::Error, "Error", text);
    }

    fn say(&mut self, place: &Place<'_>, priority: Priority, word: &str, text: &str) {
        if self.diagnostics.len() >= limits::CONFIG_DIAGNOSTICS {
            return;
        }
        let mut line = String::new();
        // Writing to a string cannot fail.
        let _ = write!(line, "{}: line {}: {word}: {text}", place.file.display(), place.line);
        self.diagnostics.push(Diagnostic { priority, text: line });
    }
}
