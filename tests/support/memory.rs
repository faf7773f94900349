//! How much memory a program took at most.

use std::{
    fs,
    io::Read,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// What a measured program did.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The largest resident set, in KiB. Read once a millisecond, so growth in the program's last one may be missing.
    pub peak_kib: u64,
    /// Octets on stdout.
    pub stdout_octets: u64,
    /// Lines on stdout.
    pub stdout_lines: u64,
    /// The exit status; `None` after a signal.
    pub status: Option<i32>,
}

/// Runs `command` to its end, counting what it writes to stdout without keeping it.
pub fn measure(command: &mut Command) -> Usage {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let counter = thread::spawn(move || {
        let (mut octets, mut lines) = (0, 0);
        let mut buffer = vec![0; 1 << 16];
        while let Ok(read @ 1..) = stdout.read(&mut buffer) {
            octets += read as u64;
            lines += buffer[..read].split(|&octet| octet == b'\n').count() as u64 - 1;
        }
        (octets, lines)
    });
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(peak_kib_of(&child).unwrap_or(0));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    let (stdout_octets, stdout_lines) = counter.join().unwrap();
    Usage { peak_kib, stdout_octets, stdout_lines, status: status.code() }
}

/// The high-water mark of the resident set of a process that still runs, in KiB (`VmHWM` of proc(5)).
fn peak_kib_of(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
