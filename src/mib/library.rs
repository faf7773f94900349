//! Where the names of a run come from: the built-in image, and the user's modules beside it.
//!
//! The user's modules are compiled together with the built-in image into one, which is kept in a cache. As long as
//! nothing asks for them (the built-in names count, and nobody names a module that is not built in), no directory and
//! no file is looked at.

mod loaded;
mod prose;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use super::{
    compile::{Inventory, Problem, Severity},
    image::Definition,
    model::Text,
    view::View,
};

use loaded::Loaded;

/// Which names count, and where the user's modules are.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which names count.
    pub asked: Asked,
    /// The directories of module files. Of several files with a module the last counts, as with net-snmp. Directories
    /// that are not there are no error.
    pub directories: Vec<PathBuf>,
    /// Module files that are read besides; their modules always count, and beat those of directories.
    pub files: Vec<PathBuf>,
    /// Where compiled images are kept; `None` for nowhere.
    pub cache: Option<PathBuf>,
    /// What time it is: cached images are looked at anew after some seconds.
    pub now: SystemTime,
    /// Which problems of modules are told, when they begin to count: those as bad as this or worse.
    pub tells: Option<Severity>,
}

/// Which names count.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Asked {
    /// Those that are built in.
    #[default]
    BuiltIn,
    /// None.
    Nothing,
    /// Those that are built in and those of all files.
    Everything,
    /// Those of these modules, and of what they import.
    Only(Vec<String>),
    /// These modules', and those that are built in.
    Besides(Vec<String>),
}

/// What happens while modules are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Files are looked through: how many of how many. May come from any thread.
    Reading(usize, usize),
    /// Modules are compiled, here or by another process: how many of how many.
    Compiling(usize, usize),
    /// The modules are there.
    Ready,
    /// A module that was named is nowhere.
    Missing(&'a str),
    /// A file bears the name of the module that has just been told to be missing, and why it is no use.
    PassedOver(&'a Path, &'a str),
    /// A file that was named cannot be read, and why.
    Unreadable(&'a Path, &'a str),
    /// What was compiled could not be kept in this directory, and why not.
    NotKept(&'a Path, &'a str),
    /// Modules could not be compiled at all.
    NotCompiled(&'a str),
    /// Something is wrong with a module that counts now, or with a file. Each is told once.
    Problem(&'a Problem),
}

/// Who is told of [`Event`]s.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(Event<'_>) + Send + Sync>);

impl Watch {
    /// Has a function called.
    pub fn new(tell: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    fn tell(&self, event: Event<'_>) {
        (self.0)(event);
    }
}

impl Default for Watch {
    /// Tells nobody.
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// The names of a run.
///
/// Built once from the settings; a name with a module before it (`IF-MIB::ifDescr`) may bring that module later on, so
/// what is known only grows. The image may become another one then, and definitions that were found before stay what
/// they are.
#[derive(Clone, Debug, Default)]
pub struct Library {
    view: View,
    /// `None` when there is nothing besides the image.
    request: Option<Arc<Request>>,
    watch: Watch,
    loaded: Option<Loaded>,
    prose: HashMap<String, Option<Arc<prose::Prose>>>,
    told: BTreeSet<Problem>,
    /// Modules that are nowhere.
    missing: BTreeSet<String>,
    /// Which file has which module, once that was needed to find descriptions.
    listed: Option<Arc<Inventory>>,
}

impl Library {
    /// What is built in and nothing else.
    pub fn core() -> Self {
        Self::of(View::core())
    }

    /// A view that does not grow, except by modules of its own image.
    pub fn of(view: View) -> Self {
        Self { view, ..Self::default() }
    }

    /// What a request asks for. Reads or compiles the user's modules if it asks for any of them.
    pub fn open(request: Request, watch: Watch) -> Self {
        let view = match &request.asked {
            Asked::Nothing => View::none(),
            _ => View::core(),
        };
        let needs_nothing =
            matches!(request.asked, Asked::BuiltIn | Asked::Nothing) && request.files.is_empty();
        let mut library = Self { view, request: Some(Arc::new(request)), watch, ..Self::default() };
        if !needs_nothing {
            library.fill();
        }
        library
    }

    fn fill(&mut self) {
        let Some(request) = self.request.clone() else { return };
        let names: &[String] = match &request.asked {
            Asked::BuiltIn | Asked::Nothing | Asked::Everything => &[],
            Asked::Only(names) | Asked::Besides(names) => names,
        };
        let is_all = request.asked == Asked::Everything;
        let loaded = Loaded::load(&request, (!is_all).then_some(names), &self.watch);
        let image = loaded.image;
        let of_files = loaded.named_modules();
        let chosen = names.iter().map(String::as_str).chain(of_files.iter().map(String::as_str));
        let mut found = Vec::new();
        for name in chosen {
            match image.module(name) {
                Some(module) => found.push(module),
                None => self.missing(name),
            }
        }
        self.view = match &request.asked {
            Asked::Everything => View::whole(image),
            Asked::BuiltIn | Asked::Besides(_) => View::built_in(image).with(found),
            Asked::Nothing | Asked::Only(_) => View::of_modules(image, found),
        };
        self.loaded = Some(loaded);
        self.tell_problems();
    }

    /// Tells of a module that is nowhere, each time that somebody names it, and once of the file that should have it.
    fn missing(&mut self, module: &str) {
        self.watch.tell(Event::Missing(module));
        if !self.missing.insert(module.to_owned()) {
            return;
        }
        let request = self.request.as_ref();
        if let Some((path, reason)) = request.and_then(|request| prose::passed_over(module, request)) {
            self.watch.tell(Event::PassedOver(&path, &reason));
        }
    }

    /// Tells of problems that have come to count.
    fn tell_problems(&mut self) {
        let Some(least) = self.request.as_ref().and_then(|request| request.tells) else { return };
        for problem in self.problems() {
            if problem.severity <= least && !self.told.contains(&problem) {
                self.watch.tell(Event::Problem(&problem));
                self.told.insert(problem);
            }
        }
    }

    /// The names that count now.
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// Sees to it that a module counts, which somebody has named; what it imports from counts then, too.
    ///
    /// A module that is built in is taken from there, unless others were asked for before, so that there is an image in
    /// which its file counts if that is newer.
    ///
    /// # Errors
    ///
    /// There is no such module; the watch has been told.
    pub fn require(&mut self, module: &str) -> Result<(), NoSuchModule> {
        if self.view.module(module).is_some() {
            return Ok(());
        }
        if let Some(found) = self.view.image().module(module) {
            self.view = self.view.with([found]);
            self.tell_problems();
            return Ok(());
        }
        if let Some(request) = self.request.clone()
            && !self.missing.contains(module)
            && self.loaded.as_ref().is_none_or(|loaded| !loaded.is_everything())
        {
            let names = [module.to_owned()];
            let loaded = match &self.loaded {
                None => Loaded::load(&request, Some(&names), &self.watch),
                Some(loaded) => loaded.more(&names, &self.watch),
            };
            let view = self.view.carried_to(loaded.image);
            let found = loaded.image.module(module);
            self.loaded = Some(loaded);
            if let Some(found) = found {
                self.view = view.with([found]);
                self.tell_problems();
                return Ok(());
            }
            self.view = view;
            self.tell_problems();
        }
        self.missing(module);
        Err(NoSuchModule { module: module.to_owned() })
    }

    /// What was wrong with the modules that count, or with the files that were looked through for them.
    pub fn problems(&self) -> Vec<Problem> {
        let Some(loaded) = &self.loaded else { return Vec::new() };
        let mut problems = loaded.problems();
        problems.retain(|problem| problem.module.is_empty() || self.view.module(&problem.module).is_some());
        problems
    }

    /// All definitions that bear a bare name, when there are several of different OIDs or modules; else none.
    pub fn rivals(&self, name: &str) -> Vec<Definition<'static>> {
        let owners: Vec<_> = self.view.named(name).collect();
        if owners.len() > 1 { owners } else { Vec::new() }
    }

    /// Description and reference of a definition: from the image if they are there, else from the module's file if there
    /// is one. The file is read and compiled once; `None` when there is none or it does not have the definition.
    pub fn prose(&mut self, definition: Definition<'_>) -> Option<Text> {
        let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let text =
            Text { description: own(definition.description()), reference: own(definition.reference()) };
        if !text.is_empty() {
            return Some(text);
        }
        let module = definition.module()?.name();
        if !self.prose.contains_key(module) {
            let found = self.prose_of(module).map(Arc::new);
            self.prose.insert(module.to_owned(), found);
        }
        let prose = self.prose.get(module)?.as_ref()?;
        prose.of(&definition.name().to_string())
    }

    fn prose_of(&mut self, module: &str) -> Option<prose::Prose> {
        let request = self.request.clone()?;
        let known = self.loaded.as_ref().and_then(|loaded| loaded.path_of(module));
        let path = known.or_else(|| prose::file_of(module, &request, &mut self.listed))?;
        prose::Prose::read(&path, module)
    }
}

/// A module that no file and no image has.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("Cannot find module ({module})")]
pub struct NoSuchModule {
    /// Its name.
    pub module: String,
}
