//! The terminal, as a progress line needs it.

use std::{
    io::{self, Write as _},
    sync::{Mutex, PoisonError},
};

use indicatif::{ProgressDrawTarget, TermLike};

/// Columns that are left free at the right: the terminal echoes Ctrl-C there as `^C`. At the edge the echo would break the
/// line, and what stands above it could not be taken away any more.
const FREE: u16 = 3;

/// Columns of a terminal that does not tell.
const COLUMNS: u16 = 80;

/// Where a progress line is drawn: standard error, four times a second at most.
pub fn target() -> ProgressDrawTarget {
    ProgressDrawTarget::term_like_with_hz(Box::new(Terminal::default()), 4)
}

/// Standard error. Blanks at the end of a line, with which the line would fill the terminal's width, are left out.
#[derive(Debug, Default)]
struct Terminal {
    waiting: Mutex<String>,
}

impl Terminal {
    fn add(&self, text: &str) -> io::Result<()> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }

    /// Moves the cursor, in the direction of the letter.
    fn step(&self, count: usize, letter: char) -> io::Result<()> {
        if count == 0 { Ok(()) } else { self.add(&format!("\x1b[{count}{letter}")) }
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
        let columns = size.map(|size| size.ws_col).filter(|columns| *columns > 0).unwrap_or(COLUMNS);
        columns.saturating_sub(FREE).max(1)
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        self.step(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        self.step(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        self.step(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        self.step(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.add(text)?;
        self.add("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.add(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.add("\r\x1b[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let text = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let mut stderr = io::stderr().lock();
        stderr.write_all(text.trim_end_matches(' ').as_bytes())?;
        stderr.flush()
    }
}
