//! A line on the terminal about a walk that takes long and whose results go elsewhere.

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
    /// One request, or a few.
    Short,
}

/// The line, which goes to standard error, and only when a terminal is there and standard output is not one: results
/// that scroll by show progress enough.
#[derive(Debug)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// A line for an operation that prints as it goes; none for the others.
    pub fn new(course: Course) -> Self {
        let seen = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let long = course == Course::Long;
        Self((seen && long).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{spinner} {human_pos} variables, {rate}/s, {elapsed}")
                .map(|style| style.with_key("rate", rate));
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        }))
    }

    /// Shows how many variables there are so far.
    pub fn show(&mut self, varbinds: u64) {
        let Some(bar) = &self.0 else { return };
        if bar.is_hidden() && bar.elapsed() >= QUIET {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        }
        bar.set_position(varbinds);
        bar.tick();
    }
}

/// How many come in a second, without decimals.
fn rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    // What cannot be written to the line is not missed.
    let _ = write!(out, "{:.0}", state.per_sec());
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
