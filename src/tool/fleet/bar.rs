//! A line on the terminal about a run with many agents: done, failed, how many a second, how long it will take.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::tool::progress;

/// How long nothing is shown: short runs are over by then.
const QUIET: Duration = Duration::from_millis(500);

/// The line, which goes to standard error and only when that is a terminal.
#[derive(Debug)]
pub(super) struct Bar {
    bar: Option<ProgressBar>,
    /// Whether results appear on a terminal too, where the line has to make room for them.
    shares_terminal: bool,
}

impl Bar {
    pub(super) fn new(agents: usize) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(agents as u64), ProgressDrawTarget::hidden());
            let template = "[{bar:24}] {human_pos} of {human_len} agents{msg}, {rate}/s{left}";
            let style = ProgressStyle::with_template(template)
                .map(|style| style.with_key("rate", rate).with_key("left", left).progress_chars("=> "));
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, shares_terminal: io::stdout().is_terminal() }
    }

    /// Whether anything may be shown.
    pub(super) const fn is_there(&self) -> bool {
        self.bar.is_some()
    }

    /// Shows how many agents are done and how many of them failed.
    pub(super) fn show(&self, done: usize, failed: usize) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && bar.elapsed() >= QUIET {
            bar.set_draw_target(progress::target());
        }
        if failed > 0 {
            bar.set_message(format!(", {failed} failed"));
        }
        bar.set_position(done as u64);
    }

    /// Takes the line away for good.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Takes the line away while something is said on standard error.
    pub(super) fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// Takes the line away while results are printed, if they appear beside it.
    pub(super) fn beside<T>(&self, print: impl FnOnce() -> T) -> T {
        if self.shares_terminal { self.aside(print) } else { print() }
    }
}

/// How many are done in a second, without decimals.
fn rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    // What cannot be written to the line is not missed.
    let _ = write!(out, "{:.0}", state.per_sec());
}

/// How long it will take, once there is anything to guess from.
fn left(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    if state.pos() > 0 {
        // As above.
        let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.end();
    }
}
