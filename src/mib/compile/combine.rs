//! The built-in image and the modules of files, put together into one.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    thread,
};

use mib_rs::source::{SourceCandidate, SourceOrigin};

use super::{
    CompileError, Inventory, ModuleText, Problem, Prose, Severity,
    known::{Known, Part},
    load, on_large_stack,
    order::{Waiting, stages},
    words::full_date,
};
use crate::{
    limits,
    mib::{image::Image, model::Model},
};

/// Lots that are compiled at the same time at most: each takes memory.
const WORKERS: usize = 4;

/// What came of putting modules and the built-in image together.
#[derive(Debug, Default)]
pub struct Combined {
    /// Everything that is known now; `None` when the files add nothing to what is built in.
    pub model: Option<Model>,
    /// What was wrong with the modules, at most [`limits::MIB_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// The modules that were compiled.
    pub compiled: Vec<String>,
    /// Whether a file was not what the inventory says when it was read.
    pub is_unsteady: bool,
}

/// Compiles what a base image does not have, or has in an older state, and puts it together with the base.
///
/// `only` names the modules that are wanted, with what they import; `None` is all. Modules of files that were named
/// themselves are always wanted, whatever their date. `tell` gets how many of how many modules are done.
///
/// A module on which the compiler fails is left out; all others stay.
///
/// # Errors
///
/// [`CompileError::NoThread`] alone.
pub fn combine(
    base: &Image<'_>,
    inventory: &Inventory,
    only: Option<&[String]>,
    prose: Prose,
    tell: &dyn Fn(usize, usize),
) -> Result<Combined, CompileError> {
    let wanted = choose(base, inventory, only);
    let mut combined = if wanted.is_empty() {
        Combined::default()
    } else {
        let mut work =
            Work { inventory, prose, known: Known::of(base), combined: Combined::default(), wanted };
        work.run(tell)?;
        let Work { known, mut combined, .. } = work;
        combined.model = (!combined.compiled.is_empty()).then(|| known.finish());
        combined
    };
    combined.problems.extend(inventory.problems.iter().cloned());
    combined.problems.sort();
    combined.problems.dedup();
    combined.problems.truncate(limits::MIB_PROBLEMS);
    combined.is_unsteady |= inventory.is_unsteady;
    Ok(combined)
}

/// The modules to compile.
fn choose<'a>(base: &Image<'_>, inventory: &'a Inventory, only: Option<&[String]>) -> Vec<&'a str> {
    let modules = &inventory.modules;
    let is_asked = |name: &str| only.is_none_or(|only| only.iter().any(|asked| asked == name));
    let is_named = |name: &str| inventory.listing.is_named(modules[name].file);
    let mut waiting: Vec<&str> =
        modules.keys().map(String::as_str).filter(|name| is_asked(name) || is_named(name)).collect();
    let mut chosen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some((name, place)) = modules.get_key_value(name) else { continue };
        if adds(base, inventory, name) && chosen.insert(name.as_str()) {
            waiting.extend(place.module.imports.iter().map(|import| import.module.as_str()));
        }
    }
    chosen.into_iter().collect()
}

/// Whether a module's file says something that is not built in.
fn adds(base: &Image<'_>, inventory: &Inventory, name: &str) -> bool {
    let place = &inventory.modules[name];
    if mib_rs::compile::lower::base_modules::is_base_module(name) {
        return false;
    }
    let built_in = base.module(name).map(|module| full_date(module.last_updated().unwrap_or_default()));
    let is_newer = |built_in: String| full_date(&place.module.last_updated) > built_in;
    inventory.listing.is_named(place.file) || built_in.is_none_or(is_newer)
}

struct Work<'a> {
    inventory: &'a Inventory,
    prose: Prose,
    known: Known,
    combined: Combined,
    /// The names of the modules to compile.
    wanted: Vec<&'a str>,
}

impl<'a> Work<'a> {
    fn run(&mut self, tell: &dyn Fn(usize, usize)) -> Result<(), CompileError> {
        let numbers: HashMap<&str, usize> =
            self.wanted.iter().enumerate().map(|(n, name)| (*name, n)).collect();
        let waiting: Vec<Waiting> = self
            .wanted
            .iter()
            .map(|name| {
                let place = &self.inventory.modules[*name];
                let file = &self.inventory.listing.files[place.file];
                let imports = place.module.imports.iter();
                Waiting {
                    octets: file.stamp.map_or(0, |stamp| stamp.octets),
                    needs: imports
                        .filter_map(|import| numbers.get(import.module.as_str()).copied())
                        .collect(),
                }
            })
            .collect();
        let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
        let mut done = 0;
        for stage in stages(&waiting) {
            for lots in stage.chunks(workers) {
                tell(done, self.wanted.len());
                let lots: Vec<Vec<&str>> =
                    lots.iter().map(|lot| lot.iter().map(|n| self.wanted[*n]).collect()).collect();
                done += lots.iter().map(Vec::len).sum::<usize>();
                self.compile(&lots)?;
            }
        }
        tell(done, self.wanted.len());
        Ok(())
    }

    /// Compiles lots at the same time and takes over what comes of them, in their order.
    fn compile(&mut self, lots: &[Vec<&'a str>]) -> Result<(), CompileError> {
        let this = &*self;
        let results: Vec<Result<Vec<Done<'a>>, CompileError>> = thread::scope(|scope| {
            let others: Vec<_> = lots.iter().skip(1).map(|lot| scope.spawn(move || this.lot(lot))).collect();
            let first = lots.first().map(|lot| this.lot(lot));
            let others = others.into_iter().map(|other| other.join().unwrap_or(Err(CompileError::Panicked)));
            first.into_iter().chain(others).collect()
        });
        for result in results {
            for Done { names, part, problems, is_unsteady } in result? {
                self.combined.is_unsteady |= is_unsteady;
                self.combined.problems.extend(problems);
                let Some(part) = part else { continue };
                self.combined.compiled.extend(names.iter().map(|name| (*name).to_owned()));
                self.known.absorb(part, |module| names.contains(&module));
            }
        }
        Ok(())
    }

    /// Compiles one lot. Where the compiler fails, the halves of the lot are tried, and so on.
    fn lot(&self, lot: &[&'a str]) -> Result<Vec<Done<'a>>, CompileError> {
        let mut waiting = vec![lot.to_vec()];
        let mut all = Vec::new();
        while let Some(mut names) = waiting.pop() {
            match self.attempt(&names) {
                Ok(done) => all.push(done),
                Err(CompileError::NoThread(error)) => return Err(CompileError::NoThread(error)),
                Err(CompileError::Panicked | CompileError::Load(_)) if names.len() > 1 => {
                    let second = names.split_off(names.len() / 2);
                    waiting.extend([second, names]);
                }
                Err(CompileError::Panicked | CompileError::Load(_)) => {
                    let problem = Problem {
                        module: names[0].to_owned(),
                        file: self.label(names[0]),
                        line: 0,
                        severity: Severity::Error,
                        text: "the MIB compiler failed on this module".to_owned(),
                    };
                    all.push(Done { names, part: None, problems: vec![problem], is_unsteady: false });
                }
            }
        }
        Ok(all)
    }

    fn label(&self, module: &str) -> String {
        self.inventory.path_of(module).map(|path| path.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn attempt(&self, names: &[&'a str]) -> Result<Done<'a>, CompileError> {
        let mut done = Done { names: names.to_vec(), part: None, problems: Vec::new(), is_unsteady: false };
        let mut files: HashMap<String, Vec<SourceCandidate>> = HashMap::new();
        let mut labels = HashSet::new();
        for name in names {
            let place = &self.inventory.modules[*name];
            let seen = &self.inventory.listing.files[place.file];
            let label = seen.path.to_string_lossy().into_owned();
            let octets = match ModuleText::read(&seen.path) {
                Ok(text) => {
                    done.is_unsteady |= seen.stamp != Some(text.stamp);
                    text.octets
                }
                Err(error) => {
                    done.is_unsteady = true;
                    let (module, text) = ((*name).to_owned(), error.to_string());
                    done.problems.push(Problem {
                        module,
                        file: label,
                        line: 0,
                        severity: Severity::Error,
                        text,
                    });
                    continue;
                }
            };
            files.insert((*name).to_owned(), vec![candidate(&label, &label, octets)]);
            labels.insert(label);
        }
        for (module, symbols) in self.imports(names) {
            if let Some(text) = self.known.stub(module, &symbols) {
                // Nothing else can have this label: it is no path that anybody gave.
                let candidate = candidate(&format!("\0{module}"), "", text.into_bytes());
                files.insert(module.to_owned(), vec![candidate]);
            }
        }
        let prose = self.prose;
        let (model, inline, problems) = on_large_stack(move || load(files, prose))?;
        let is_own = |problem: &Problem| {
            labels.contains(&problem.file)
                || problem.file.is_empty() && names.contains(&problem.module.as_str())
        };
        done.problems.extend(problems.into_iter().filter(is_own).map(reworded));
        done.part = Some(Part { model, inline });
        Ok(done)
    }

    /// What a lot imports from modules outside of it.
    fn imports(&self, names: &[&str]) -> BTreeMap<&'a str, Vec<String>> {
        let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for name in names {
            for import in &self.inventory.modules[*name].module.imports {
                let is_base = mib_rs::compile::lower::base_modules::is_base_module(&import.module);
                if !is_base && !names.contains(&import.module.as_str()) {
                    all.entry(&import.module).or_default().extend(import.symbols.iter().cloned());
                }
            }
        }
        for symbols in all.values_mut() {
            symbols.sort();
            symbols.dedup();
        }
        all
    }
}

/// What came of a lot, or of a part of it.
struct Done<'a> {
    names: Vec<&'a str>,
    /// `None` when the compiler failed.
    part: Option<Part>,
    problems: Vec<Problem>,
    is_unsteady: bool,
}

/// A module that cannot be found is told in net-snmp's words, once for all that is imported from it.
fn reworded(mut problem: Problem) -> Problem {
    let module =
        problem.text.strip_suffix("\" (module_not_found)").and_then(|text| text.rsplit_once("from \""));
    if let Some((_, module)) = module {
        problem.text = format!("Cannot find module ({module})");
    }
    problem
}

fn candidate(identity: &str, label: &str, octets: Vec<u8>) -> SourceCandidate {
    SourceCandidate::new(identity, SourceOrigin::custom("snmpkit", identity), label, octets)
}

#[cfg(test)]
mod tests;
