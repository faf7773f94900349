//! The terminal, as a progress line needs it.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    sync::{Mutex, MutexGuard, PoisonError},
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
    fn waiting(&self) -> MutexGuard<'_, String> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the cursor, in the direction of the letter.
    fn step(&self, count: usize, letter: char) {
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = write!(self.waiting(), "\x1b[{count}{letter}");
        }
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
        let columns = size.map(|size| size.ws_col).filter(|columns| *columns > 0).unwrap_or(COLUMNS);
        columns.saturating_sub(FREE).max(1)
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        self.step(count, 'A');
        Ok(())
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        self.step(count, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        self.step(count, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        self.step(count, 'D');
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.waiting().push_str(text);
        self.waiting().push('\n');
        Ok(())
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.waiting().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.waiting().push_str("\r\x1b[2K");
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let text = std::mem::take(&mut *self.waiting());
        let mut stderr = io::stderr().lock();
        stderr.write_all(text.trim_end_matches(' ').as_bytes())?;
        stderr.flush()
    }
}
