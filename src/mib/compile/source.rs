//! Where module files come from.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use super::{locked, scan};
use crate::limits;

/// A file that may have a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModuleFile {
    /// What messages call it: its path; the same label means the same file.
    pub label: String,
    /// What is in it, in any encoding.
    pub octets: Arc<[u8]>,
}

/// Something that has module files.
pub trait Source: Sync {
    /// Files that may have a module, the likeliest first. They are looked into one after the other.
    fn candidates(&self, module: &str) -> Vec<ModuleFile>;
}

/// Module files in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: Vec<ModuleFile>,
}

impl Memory {
    /// Takes files; of several with a module, the first counts.
    pub fn new(files: Vec<ModuleFile>) -> Self {
        Self { files }
    }

    /// One file for each text; labels are the positions.
    pub fn of_texts(texts: &[&str]) -> Self {
        let file =
            |(n, text): (usize, &&str)| ModuleFile { label: format!("{n}"), octets: text.as_bytes().into() };
        Self { files: texts.iter().enumerate().map(file).collect() }
    }
}

impl Source for Memory {
    fn candidates(&self, _module: &str) -> Vec<ModuleFile> {
        self.files.clone()
    }
}

/// Directories of module files, none of them read before it is asked for.
///
/// A module is looked for first in files that bear its name, alone or with `.txt`, `.mib`, `.my` or `.smi`, in all
/// directories in turn. Only when none of these has it are all files looked through, once. Subdirectories are not
/// entered, as net-snmp does not enter them.
#[derive(Debug)]
pub struct Directories {
    directories: Vec<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    read: HashMap<PathBuf, Option<Arc<[u8]>>>,
    /// The files that have each module, once all have been looked through.
    index: Option<BTreeMap<String, Vec<PathBuf>>>,
}

/// Endings of files that bear their module's name.
const ENDINGS: [&str; 5] = ["", ".txt", ".mib", ".my", ".smi"];

impl Directories {
    /// Takes directories; of several files with a module, that of the first directory counts.
    pub fn new(directories: Vec<PathBuf>) -> Self {
        Self { directories, state: Mutex::default() }
    }

    /// The names of all modules, for which all files are read.
    ///
    /// # Errors
    ///
    /// The first directory that cannot be read. Files that cannot be read are passed over.
    pub fn modules(&self) -> io::Result<Vec<String>> {
        for directory in &self.directories {
            fs::read_dir(directory)?;
        }
        let mut state = locked(&self.state);
        Ok(self.index(&mut state).keys().cloned().collect())
    }

    fn index<'s>(&self, state: &'s mut State) -> &'s BTreeMap<String, Vec<PathBuf>> {
        let State { read, index } = state;
        index.get_or_insert_with(|| {
            let mut index: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
            for path in self.files() {
                let modules = octets(read, &path).and_then(|octets| scan(&octets).ok());
                for module in modules.unwrap_or_default() {
                    index.entry(module.name).or_default().push(path.clone());
                }
            }
            index
        })
    }

    /// All files, in the order of their names within each directory.
    fn files(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for directory in &self.directories {
            let entries = fs::read_dir(directory).into_iter().flatten().flatten();
            let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            files.retain(|path| path.is_file());
            files.sort();
            all.extend(files);
        }
        all
    }
}

impl Source for Directories {
    fn candidates(&self, module: &str) -> Vec<ModuleFile> {
        let mut state = locked(&self.state);
        // A name with a slash in it must not lead out of the directories.
        let is_plain = Path::new(module).file_name().is_some_and(|name| name == module);
        let mut paths: Vec<PathBuf> = Vec::new();
        if is_plain && state.index.is_none() {
            let in_directory =
                |directory: &PathBuf| ENDINGS.map(|ending| directory.join(format!("{module}{ending}")));
            paths.extend(self.directories.iter().flat_map(in_directory).filter(|path| path.is_file()));
            let has_it = |path: &PathBuf| {
                let modules = octets(&mut state.read, path).and_then(|octets| scan(&octets).ok());
                modules.is_some_and(|modules| modules.iter().any(|known| known.name == module))
            };
            if !paths.iter().any(has_it) {
                paths.clear();
            }
        }
        if paths.is_empty() {
            paths = self.index(&mut state).get(module).cloned().unwrap_or_default();
        }
        let file = |path: PathBuf| {
            octets(&mut state.read, &path)
                .map(|octets| ModuleFile { label: path.to_string_lossy().into_owned(), octets })
        };
        paths.into_iter().filter_map(file).collect()
    }
}

/// The octets of a file, read once; `None` when it cannot be read. Of a file that is too large, as many as show it.
fn octets(read: &mut HashMap<PathBuf, Option<Arc<[u8]>>>, path: &Path) -> Option<Arc<[u8]>> {
    let read = read.entry(path.to_owned()).or_insert_with(|| {
        let file = fs::File::open(path).ok()?;
        let mut octets = Vec::new();
        let bound = limits::MIB_FILE_OCTETS as u64 + 1;
        io::Read::read_to_end(&mut io::Read::take(file, bound), &mut octets).ok()?;
        Some(octets.into())
    });
    read.clone()
}
