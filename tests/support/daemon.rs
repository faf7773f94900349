//! A background program that cannot outlive the test that started it.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use tempfile::TempDir;

use super::tool::kill_group;

/// A running program with a directory of its own. It ends with this value, and in any case with the test process.
pub struct Daemon {
    program: Child,
    guardian: Child,
    directory: TempDir,
}

impl Daemon {
    /// Starts the program in its directory, as the leader of a process group.
    pub fn start(command: &mut Command, directory: TempDir) -> Self {
        command.current_dir(directory.path()).process_group(0).stdin(Stdio::null());
        let program = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", command.get_program().display()));
        let guardian = guardian(&program, directory.path());
        Self { program, guardian, directory }
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.program.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.program.try_wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        kill_group(&self.guardian);
        self.guardian.wait().ok();
        kill_group(&self.program);
        self.program.wait().ok();
    }
}

/// A shell that waits for the test process to end, however it ends, and then removes what is left of the program.
///
/// A value in a `static` is never dropped, and a test process may be killed; the pipe to the shell closes in any case.
fn guardian(program: &Child, directory: &Path) -> Child {
    Command::new("/bin/sh")
        .args(["-c", r#"read -r line; kill -s KILL -- "-$1"; rm -rf -- "$2""#, "guardian"])
        .arg(program.id().to_string())
        .arg(directory)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
