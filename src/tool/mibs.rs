//! The names of a run: from settings to a library, and what the user is told meanwhile.

use std::{
    fs,
    io::{self, IsTerminal as _},
    panic,
    path::PathBuf,
    sync::{Mutex, Once, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    config::{Environment, MibMessages, MibSettings, MibSources, ModuleChoice, Priority},
    mib::{
        Library,
        compile::{COMPILER_THREAD, Problem, Severity},
        library::{Asked, Event, Request, Watch},
    },
};

use super::log::{Log, reason};

/// How long nothing is shown: most sets of modules are compiled by then.
const QUIET: Duration = Duration::from_secs(1);

/// Work that takes less is done again each time without a word.
const NOTICEABLE: Duration = Duration::from_millis(500);

/// The names that the settings ask for.
pub(super) fn library(settings: &MibSettings, environment: &Environment, log: &Log) -> Library {
    let sources = MibSources::resolve(settings, environment);
    let MibSources { modules, beside_all, directories, search_path, files, cache, messages } = sources;
    let asked = match modules {
        ModuleChoice::BuiltIn => Asked::BuiltIn,
        ModuleChoice::Nothing => Asked::Nothing,
        ModuleChoice::Everything => Asked::Everything,
        ModuleChoice::Only(names) => Asked::Only(names),
        ModuleChoice::Besides(names) => Asked::Besides(names),
    };
    let teller = Teller {
        log: log.clone(),
        search_path: search_path.to_string_lossy().into_owned(),
        directories: directories.clone(),
        usual: MibSources::resolve(&MibSettings::default(), environment).directories,
        messages,
        state: Mutex::default(),
    };
    let tells = match messages.warning_level {
        0 => None,
        1 => Some(Severity::Error),
        _ => Some(Severity::Warning),
    };
    let request = Request { asked, directories, files, cache, now: now(), tells };
    let mut library = Library::open(request, Watch::new(move |event| teller.tell(event)));
    for name in beside_all {
        // What is missing has been told.
        let _ = library.require(&name);
    }
    library
}

#[expect(clippy::disallowed_methods, reason = "cached images are looked at anew after some seconds")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// A problem in one line: what, and where.
fn words(problem: &Problem) -> String {
    let Problem { file, line, text, .. } = problem;
    match (file.as_str(), line) {
        ("", _) => text.clone(),
        (file, 0) => format!("{text}: in {file}"),
        (file, line) => format!("{text}: At line {line} in {file}"),
    }
}

/// What is said while modules are looked for, and what was said already.
struct Teller {
    log: Log,
    search_path: String,
    directories: Vec<PathBuf>,
    /// The directories of the default list; most machines do not have them all.
    usual: Vec<PathBuf>,
    messages: MibMessages,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bar: Option<ProgressBar>,
    /// How long the work took that is over.
    took: Duration,
    has_told_path: bool,
    /// The last module that was told to be missing: whoever names it again at once is not told again.
    missing: Option<String>,
    /// Whether it was told when it was missing last; so is what became of its file then.
    shows_missing: bool,
}

impl Teller {
    fn tell(&self, event: Event<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Reading(done, total) => state.show("reading", "files of MIB modules", done, total),
            Event::Compiling(done, total) => state.show("compiling", "MIB modules", done, total),
            Event::Ready => state.clear(),
            Event::Missing(module) => {
                state.clear();
                if !std::mem::replace(&mut state.has_told_path, true) {
                    self.log.write(Priority::Error, &format!("MIB search path: {}", self.search_path));
                    self.say_unreadable();
                }
                let is_told = state.missing.replace(module.to_owned()).as_deref() == Some(module);
                state.shows_missing = self.messages.shows_missing && !is_told;
                if state.shows_missing {
                    let text = format!("Cannot find module ({module}): At line 1 in (none)");
                    self.log.write(Priority::Error, &text);
                }
            }
            Event::PassedOver(path, reason) => {
                if state.shows_missing {
                    self.say(&format!("{} is passed over: {reason}", path.display()));
                }
            }
            Event::Unreadable(path, reason) => {
                let is_there = path.exists();
                let path = PathBuf::from(path);
                let path = path.display();
                self.say(&if is_there {
                    format!("Failed to parse MIB file {path}")
                } else {
                    format!("{path}: {reason}")
                });
            }
            Event::NotKept(directory, reason) => {
                state.clear();
                if state.took >= NOTICEABLE {
                    let directory = directory.display();
                    self.say(&format!("compiled MIB modules cannot be kept in {directory}: {reason}"));
                }
            }
            Event::Problem(problem) => {
                state.clear();
                self.say(&words(problem));
            }
            Event::NotCompiled(reason) => {
                state.clear();
                self.say(&format!("MIB modules cannot be compiled, built-in names stay: {reason}"));
            }
        }
    }

    /// A module may be missing because its directory is.
    fn say_unreadable(&self) {
        for directory in &self.directories {
            if let Err(error) = fs::read_dir(directory)
                && (error.kind() != io::ErrorKind::NotFound || !self.usual.contains(directory))
            {
                self.say(&format!("{}: {}", directory.display(), reason(&error)));
            }
        }
    }

    fn say(&self, text: &str) {
        self.log.write(Priority::Warning, text);
    }
}

impl State {
    fn show(&mut self, doing: &str, what: &str, done: usize, total: usize) {
        let bar = self.bar.get_or_insert_with(|| {
            keep_quiet_of_compiler_panics();
            let style = ProgressStyle::with_template("{msg} [{bar:30}] {elapsed}");
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        if bar.is_hidden() && bar.elapsed() >= QUIET && io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        }
        bar.set_message(format!("{doing} {total} {what}"));
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            self.took += bar.elapsed();
            bar.finish_and_clear();
        }
    }
}

/// The compiler is not ours: where it panics, its thread ends and the module is told as faulty. Nobody needs to read of
/// it on the terminal.
fn keep_quiet_of_compiler_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(COMPILER_THREAD) {
                usual(panic);
            }
        }));
    });
}
