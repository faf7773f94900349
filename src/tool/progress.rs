//! A line on the terminal about a walk that takes long and whose results go elsewhere.

mod terminal;

pub use terminal::target;

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How long nothing is shown: most walks are over by then.
const QUIET: Duration = Duration::from_secs(1);

/// How long an operation may be, which decides whether its progress is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Course {
    /// Any number of requests one after another, the results of each printed as they come.
    Long,
    /// Any number of requests, the results of all of them printed at the end.
    Gathering,
    /// One request, or a few.
    Short,
}

/// How far an operation has come.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Seen {
    /// What has come so far, of whatever is counted: the rate is made of it.
    pub count: u64,
    /// What to say of it, where that is not the count.
    pub text: String,
}

impl Seen {
    /// So many, and nothing more to say.
    pub const fn count(count: u64) -> Self {
        Self { count, text: String::new() }
    }
}

/// The line, which goes to standard error, and only when a terminal is there. Where results are printed as they come, it
/// is shown only when standard output is no terminal: results that scroll by show progress enough.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    course: Course,
}

impl Progress {
    /// A line for an operation that takes many requests; none for the others.
    pub fn new(course: Course) -> Self {
        let (is_shown, template) = match course {
            Course::Long => {
                (!io::stdout().is_terminal(), "{spinner} {human_pos} variables, {rate}/s, {elapsed}")
            }
            Course::Gathering => (true, "{spinner} {msg}, {rate} values/s, {elapsed}"),
            Course::Short => (false, ""),
        };
        let bar = (is_shown && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template(template).map(|style| style.with_key("rate", rate));
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Self { bar, course }
    }

    /// Shows how far it has come.
    pub fn show(&mut self, seen: &Seen) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && bar.elapsed() >= QUIET {
            bar.set_draw_target(target());
        }
        bar.set_message(seen.text.clone());
        bar.set_position(seen.count);
        bar.tick();
    }

    /// A result has come: where it is the first of all of them, nothing more is to be shown.
    pub fn item(&mut self) {
        if self.course == Course::Gathering
            && let Some(bar) = self.bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

/// How many come in a second, without decimals.
fn rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    // What cannot be written to the line is not missed.
    let _ = write!(out, "{:.0}", state.per_sec());
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
