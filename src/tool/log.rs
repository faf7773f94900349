//! Where messages go.

use std::{
    fs::File,
    io::{self, Write as _},
    os::unix::net::UnixDatagram,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use crate::config::{LogHandler, LogTarget, Priority};

/// The socket of the system's log.
const SYSLOG: &str = "/dev/log";

/// The open destinations of messages; clones write to the same ones.
#[derive(Clone, Debug)]
pub struct Log(Arc<Mutex<Sinks>>);

#[derive(Debug)]
struct Sinks {
    open: Vec<(Sink, std::ops::RangeInclusive<Priority>)>,
    program: String,
    timestamps: bool,
}

#[derive(Debug)]
enum Sink {
    Stderr,
    Stdout,
    Nothing,
    File(File),
    Syslog(UnixDatagram, u8),
}

impl Log {
    /// Opens what the handlers name; none at all is standard error.
    ///
    /// With `timestamps`, lines on the standard streams and in files begin with date and time, in UTC. `program` is the
    /// tool's name, for the system's log.
    ///
    /// A destination that cannot be opened is told on standard error and left out, so that a full disk or a missing
    /// daemon does not keep an operator from an answer.
    pub fn open(handlers: &[LogHandler], timestamps: bool, program: &str) -> Self {
        let mut sinks = Vec::new();
        for handler in handlers {
            match open(&handler.target) {
                Ok(sink) => sinks.push((sink, handler.priorities.clone())),
                Err(error) => say(&format!(
                    "{program}: cannot log to {}: {}",
                    describe(&handler.target),
                    reason(&error)
                )),
            }
        }
        if sinks.is_empty() {
            sinks.push((Sink::Stderr, Priority::Emergency..=Priority::Debug));
        }
        Self(Arc::new(Mutex::new(Sinks { open: sinks, program: program.to_owned(), timestamps })))
    }

    /// Writes one line to each destination that takes its priority. What cannot be written is lost: there is nowhere
    /// left to say so.
    pub fn write(&self, priority: Priority, text: &str) {
        // Each line is written whole, so a panic elsewhere leaves nothing half-done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(priority, text);
    }
}

impl Sinks {
    #[expect(clippy::disallowed_methods, reason = "a log's lines bear the time that they were written")]
    fn write(&mut self, priority: Priority, text: &str) {
        let stamp = if self.timestamps { timestamp(SystemTime::now()) } else { String::new() };
        for (sink, priorities) in &mut self.open {
            if !priorities.contains(&priority) {
                continue;
            }
            let line = format!("{stamp}{text}\n");
            let _ = match sink {
                Sink::Nothing => Ok(()),
                Sink::Stderr => io::stderr().lock().write_all(line.as_bytes()),
                Sink::Stdout => io::stdout().lock().write_all(line.as_bytes()),
                Sink::File(file) => file.write_all(line.as_bytes()),
                Sink::Syslog(socket, facility) => {
                    let code = *facility * 8 + priority as u8;
                    socket
                        .send(format!("<{code}>{}[{}]: {text}", self.program, std::process::id()).as_bytes())
                        .map(drop)
                }
            };
        }
    }
}

/// Writes a line on standard error, whatever `-L` says.
pub fn say(text: &str) {
    let _ = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
}

/// A system error in the system's words, without the number that Rust adds.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) if error.raw_os_error().is_some() => text[..end].to_owned(),
        _ => text,
    }
}

fn open(target: &LogTarget) -> io::Result<Sink> {
    Ok(match target {
        LogTarget::Stderr => Sink::Stderr,
        LogTarget::Stdout => Sink::Stdout,
        LogTarget::Nothing => Sink::Nothing,
        LogTarget::File(path) => Sink::File(File::options().append(true).create(true).open(path)?),
        LogTarget::Syslog(facility) => {
            let socket = UnixDatagram::unbound()?;
            // syslog(3) keeps quiet about a missing daemon, and so does net-snmp.
            match socket.connect(SYSLOG) {
                Ok(()) => Sink::Syslog(socket, *facility),
                Err(_) => Sink::Nothing,
            }
        }
    })
}

fn describe(target: &LogTarget) -> String {
    match target {
        LogTarget::Stderr => "standard error".to_owned(),
        LogTarget::Stdout => "standard output".to_owned(),
        LogTarget::Nothing => "nowhere".to_owned(),
        LogTarget::File(path) => path.display().to_string(),
        LogTarget::Syslog(_) => SYSLOG.to_owned(),
    }
}

/// `YYYY-MM-DD hh:mm:ss ` in UTC.
fn timestamp(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} ", time / 3_600, time / 60 % 60, time % 60)
}

/// The Gregorian date of a day counted from 1970-01-01, by way of years that begin in March and eras of 400 years.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_timestamp_is_the_date_of_its_second() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 "),
            (951_782_399, "2000-02-28 23:59:59 "),
            (951_782_400, "2000-02-29 00:00:00 "),
            (1_795_155_576, "2026-11-20 06:19:36 "),
            (4_107_542_400, "2100-03-01 00:00:00 "),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_file_gets_only_the_priorities_that_it_takes() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let target = LogTarget::File(path.clone());
        let handlers = [LogHandler { target, priorities: Priority::Emergency..=Priority::Warning }];
        for _ in 0..2 {
            let log = Log::open(&handlers, false, "snmpget");
            log.write(Priority::Error, "wrong");
            log.write(Priority::Debug, "packet");
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), "wrong\nwrong\n");
    }

    #[test]
    fn a_destination_that_cannot_be_opened_leaves_standard_error() {
        let target = LogTarget::File("/nonexistent/directory/log".into());
        let log = Log::open(
            &[LogHandler { target, priorities: Priority::Emergency..=Priority::Debug }],
            false,
            "x",
        );
        assert!(matches!(log.0.lock().unwrap().open[..], [(Sink::Stderr, _)]));
    }
}
