//! From module files to a [`Model`].
//!
//! Parsing and resolving is mib-rs's work; nothing else in this crate uses it, and no tool gets here while its names
//! come from an image. A faulty module costs its own faulty definitions and what is built on them; the rest stays.

mod combine;
mod inline;
mod inventory;
mod known;
mod order;
mod scan;
mod source;
mod stub;
#[cfg(test)]
mod tests;
mod translate;
mod words;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use mib_rs::{
    DiagnosticConfig, Loader, ReportingLevel, Severity as MibSeverity,
    source::{SourceCandidate, SourceOrigin},
};

pub use combine::{Combined, combine};
pub use inventory::{Inventory, Listing, ModuleText, Place, Seen, Stamp, why_without};
pub use scan::{FileModule, Import, Refusal, scan};
pub use source::{Directories, Memory, ModuleFile, Source};

use super::model::Model;
use crate::limits;

/// Stack of the thread that resolves: chains of definitions are followed by recursion there.
const STACK_OCTETS: usize = 256 << 20;

/// The name of the threads that the compiler runs on: a panic there is caught, and need not be told.
pub const COMPILER_THREAD: &str = "mib-compiler";

/// Whether descriptions and references are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Prose {
    /// They are, for the text section of an image.
    Keep,
    /// They are not.
    Drop,
}

/// What came of a compilation.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Compiled {
    /// Everything that could be made sense of.
    pub model: Model,
    /// What was wrong, by module, at most [`limits::MIB_PROBLEMS`] of them.
    pub problems: Vec<Problem>,
    /// Modules that were asked for, or that others import from, and that no file has.
    pub missing: Vec<String>,
}

/// Something that was wrong with a module file.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Problem {
    /// The module; empty when the file is so broken that it has none.
    pub module: String,
    /// The file, as its source calls it; empty when the problem is with no place.
    pub file: String,
    /// The line, counted from 1; 0 when the problem is with no line.
    pub line: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub text: String,
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// A definition is lost or may be wrong.
    Error,
    /// The module breaks a rule, and what it means is clear all the same.
    Warning,
}

/// Why nothing could be compiled at all.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The system gives no thread with the stack that resolving needs.
    #[error("no thread to compile MIB modules on")]
    NoThread(#[source] std::io::Error),
    /// mib-rs gave up; the modules' own faults are no reason for it to.
    #[error("the MIB modules cannot be loaded")]
    Load(#[source] Box<mib_rs::LoadError>),
    /// mib-rs has a fault that these modules bring to light.
    #[error("the MIB compiler failed on these modules")]
    Panicked,
}

/// Compiles modules and everything that they import from.
///
/// The foundation modules (SNMPv2-SMI, SNMPv2-TC, SNMPv2-CONF, RFC1155-SMI, RFC-1212, RFC-1215) are always among them:
/// from the source if it has them, else as mib-rs brings them.
///
/// # Errors
///
/// [`CompileError`] when nothing came of it; faults of modules are [`Compiled::problems`].
pub fn compile(source: &dyn Source, modules: &[String], prose: Prose) -> Result<Compiled, CompileError> {
    let mut collector = Collector::default();
    collector.collect(source, modules);
    let Collector { files, mut problems, missing, .. } = collector;
    let (model, _, found) = on_large_stack(|| load(files, prose))?;
    problems.extend(found);
    problems.sort();
    problems.dedup();
    problems.truncate(limits::MIB_PROBLEMS);
    Ok(Compiled { model, problems, missing: missing.into_iter().collect() })
}

/// Runs what recurses on a stack that it does not run out of; a panic there is an error here.
fn on_large_stack<T: Send>(work: impl FnOnce() -> Result<T, CompileError> + Send) -> Result<T, CompileError> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(COMPILER_THREAD.to_owned()).stack_size(STACK_OCTETS);
        let handle = thread.spawn_scoped(scope, work).map_err(CompileError::NoThread)?;
        handle.join().map_err(|_| CompileError::Panicked)?
    })
}

/// Follows imports until everything that is needed is there.
#[derive(Default)]
struct Collector {
    files: HashMap<String, Vec<SourceCandidate>>,
    problems: Vec<Problem>,
    missing: BTreeSet<String>,
    scanned: HashMap<String, Arc<[FileModule]>>,
}

impl Collector {
    fn collect(&mut self, source: &dyn Source, modules: &[String]) {
        let mut waiting: Vec<String> = modules.iter().rev().cloned().collect();
        while let Some(module) = waiting.pop() {
            if self.files.contains_key(&module) || self.missing.contains(&module) {
                continue;
            }
            match self.find(source, &module) {
                Some((candidate, imports)) => {
                    self.files.insert(module, vec![candidate]);
                    waiting.extend(imports);
                }
                None if mib_rs::compile::lower::base_modules::is_base_module(&module) => {}
                None => {
                    self.missing.insert(module);
                }
            }
        }
    }

    /// The first file that really has the module, and what the module imports from.
    fn find(&mut self, source: &dyn Source, module: &str) -> Option<(SourceCandidate, Vec<String>)> {
        for file in source.candidates(module) {
            let known = self.scanned.get(&file.label).cloned();
            let modules = known.unwrap_or_else(|| self.scan(&file));
            if let Some(found) = modules.iter().find(|found| found.name == module) {
                let origin = SourceOrigin::custom("snmpkit", file.label.as_str());
                let candidate =
                    SourceCandidate::new(file.label.as_str(), origin, file.label.as_str(), file.octets);
                let imports = found.imports.iter().map(|known| known.module.clone());
                return Some((candidate, imports.collect()));
            }
        }
        None
    }

    fn scan(&mut self, file: &ModuleFile) -> Arc<[FileModule]> {
        let modules = scan(&file.octets).unwrap_or_else(|refusal| {
            self.problems.push(Problem {
                module: String::new(),
                file: file.label.clone(),
                line: 0,
                severity: Severity::Error,
                text: refusal.to_string(),
            });
            Vec::new()
        });
        let modules: Arc<[FileModule]> = modules.into();
        self.scanned.insert(file.label.clone(), Arc::clone(&modules));
        modules
    }
}

/// What mib-rs reads from: files that were found and looked at before.
struct Found(HashMap<String, Vec<SourceCandidate>>);

impl mib_rs::Source for Found {
    fn find(&self, name: &str) -> std::io::Result<Option<SourceCandidate>> {
        Ok(self.0.get(name).and_then(|candidates| candidates.first().cloned()))
    }

    fn list_modules(&self) -> std::io::Result<Vec<String>> {
        let mut names: Vec<String> = self.0.keys().cloned().collect();
        names.sort();
        Ok(names)
    }
}

fn load(
    files: HashMap<String, Vec<SourceCandidate>>,
    prose: Prose,
) -> Result<(Model, HashSet<usize>, Vec<Problem>), CompileError> {
    #[cfg(test)]
    assert!(
        !files.contains_key(tests::PANICKER),
        "what the compiler might do on a module that it does not bear"
    );
    let config = DiagnosticConfig {
        reporting: ReportingLevel::Default,
        // No diagnostic is that bad: a fault of one module is no reason to lose the others.
        fail_at: MibSeverity::Fatal,
        overrides: HashMap::new(),
        ignore: Vec::new(),
    };
    // One thread: lots run beside each other already, and others have small stacks.
    let loader = Loader::new().source(Box::new(Found(files))).diagnostic_config(config).parallelism(1);
    let mib = loader.load().map_err(|error| CompileError::Load(Box::new(error)))?;
    let (model, inline, mut problems) = translate::translate(&mib, prose);
    problems.extend(diagnostics(&mib));
    Ok((model, inline, problems))
}

fn diagnostics(mib: &mib_rs::Mib) -> Vec<Problem> {
    let report = mib.diagnostic_report();
    let entries = report.iter().take(limits::MIB_PROBLEMS);
    let found = entries.map(|entry| {
        let diagnostic = entry.diagnostic();
        let place = entry.range().ok().flatten();
        let line = place.and_then(|(file, range)| file.byte_position(range.start()).ok());
        Problem {
            module: diagnostic.module.clone().unwrap_or_default(),
            file: place.map(|(file, _)| file.label().to_owned()).unwrap_or_default(),
            line: line.map_or(0, |place| place.line().saturating_add(1)),
            severity: severity(diagnostic.severity),
            text: diagnostic.message.clone(),
        }
    });
    found.collect()
}

fn severity(severity: MibSeverity) -> Severity {
    match severity {
        MibSeverity::Fatal | MibSeverity::Severe | MibSeverity::Error => Severity::Error,
        MibSeverity::Minor | MibSeverity::Style | MibSeverity::Warning | MibSeverity::Info => {
            Severity::Warning
        }
    }
}

/// Takes turns on a cache that a panic elsewhere cannot spoil.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
