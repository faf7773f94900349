//! Runs command-line tools, ours and net-snmp's, in an environment that holds nothing of the user's.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

/// How long a tool may run before it is killed, unless the test says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A tool that can be run.
pub struct Tool {
    program: PathBuf,
    argv0: String,
    home: TempDir,
    patience: Duration,
    environment: Vec<(String, String)>,
    without: Vec<&'static str>,
    stdin: Vec<u8>,
}

/// What came of a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Run {
    /// The command line, for messages.
    pub command: String,
    /// How it ended.
    pub end: End,
    /// Everything that it wrote to stdout.
    pub stdout: Vec<u8>,
    /// Everything that it wrote to stderr.
    pub stderr: Vec<u8>,
    /// From start to end.
    pub elapsed: Duration,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    /// By itself, with this status.
    Status(i32),
    /// By this signal, which it got from elsewhere or itself.
    Signal(i32),
    /// Killed, for it took longer than it was allowed.
    TooLong,
}

impl Tool {
    /// One of our tools: the binary next to the running test, which cargo built with it.
    pub fn ours(name: &str) -> Self {
        let path = ours_path(name);
        assert!(path.is_file(), "{} is missing; cargo builds it with the integration tests", path.display());
        Self::at(&path)
    }

    /// One of net-snmp's tools.
    pub fn netsnmp(name: &str) -> Self {
        Self::at(&super::peer(name).unwrap_or_else(|| panic!("net-snmp's {name} is missing")))
    }

    /// Any program; its first argument is its name without the directories, so that both sides call themselves alike.
    pub fn at(program: &Path) -> Self {
        let home = TempDir::with_prefix("snmpkit-home-").unwrap();
        // net-snmp tells of each of these that it has to make.
        fs::create_dir_all(home.path().join("persistent/cert_indexes")).unwrap();
        Self {
            program: program.to_owned(),
            argv0: program.file_name().unwrap().to_str().unwrap().to_owned(),
            home,
            patience: PATIENCE,
            environment: Vec::new(),
            without: Vec::new(),
            stdin: Vec::new(),
        }
    }

    /// Sets what the tool is called by (its `argv[0]`).
    pub fn argv0(mut self, name: &str) -> Self {
        name.clone_into(&mut self.argv0);
        self
    }

    /// Sets how long the tool may run.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Adds a variable to the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a variable out of the environment that is usually there.
    pub fn without(mut self, name: &'static str) -> Self {
        self.without.push(name);
        self
    }

    /// Sets what the tool reads from stdin.
    pub fn stdin(mut self, octets: &[u8]) -> Self {
        octets.clone_into(&mut self.stdin);
        self
    }

    /// What the tool is called by.
    pub fn name(&self) -> &str {
        &self.argv0
    }

    /// The directory that the tool takes for the user's home; configuration files may be put there.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The command with its clean environment, for tests that drive it themselves.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let home = self.home.path();
        let mut command = Command::new(&self.program);
        command
            .arg0(&self.argv0)
            .args(arguments.iter().map(AsRef::as_ref))
            .current_dir(home)
            .process_group(0);
        command.env_clear();
        command.env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        command.env("HOME", home).env("LC_ALL", "C").env("TZ", "UTC").env("MIBS", "");
        command.env("SNMPCONFPATH", home).env("SNMP_PERSISTENT_DIR", home.join("persistent"));
        command.env("XDG_CACHE_HOME", home.join("cache")).env("XDG_STATE_HOME", home.join("state"));
        for name in &self.without {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the tool to its end, or kills it and all that it started when its patience is over.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", self.program.display()));
        let stdout = collect(child.stdout.take().unwrap());
        let stderr = collect(child.stderr.take().unwrap());
        let mut stdin = child.stdin.take().unwrap();
        let input = self.stdin.clone();
        // A tool that never reads its stdin closes the pipe; that is its right.
        thread::spawn(move || stdin.write_all(&input).ok());
        let end = wait(&mut child, started + self.patience);
        let words: Vec<_> = arguments.iter().map(|word| quoted(&word.as_ref().to_string_lossy())).collect();
        Run {
            command: format!("{} {}", self.argv0, words.join(" ")),
            end,
            stdout: stdout.recv().unwrap(),
            stderr: stderr.recv().unwrap(),
            elapsed: started.elapsed(),
        }
    }
}

impl Run {
    /// The exit status.
    ///
    /// # Panics
    ///
    /// When the tool did not end by itself.
    pub fn status(&self) -> i32 {
        match self.end {
            End::Status(status) => status,
            End::Signal(_) | End::TooLong => panic!("{:?}\n{}", self.end, self.describe()),
        }
    }

    /// stdout as text; octets that are not UTF-8 are shown as U+FFFD.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// stderr as text; octets that are not UTF-8 are shown as U+FFFD.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Everything about the run, for the message of a failed test.
    pub fn describe(&self) -> String {
        let show = |octets: &[u8]| match octets.len() {
            0..=4_000 => String::from_utf8_lossy(octets).into_owned(),
            long => format!("{}[... {long} octets]\n", String::from_utf8_lossy(&octets[..4_000])),
        };
        format!(
            "$ {}\n-- {:?} after {:?}\n-- stdout\n{}-- stderr\n{}",
            self.command,
            self.end,
            self.elapsed,
            show(&self.stdout),
            show(&self.stderr)
        )
    }
}

/// Where cargo puts our binary of that name: one directory above the running test's.
pub fn ours_path(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join(name)
}

/// Kills a process group; one that is gone already is no error.
pub fn kill_group(child: &Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        kill_process_group(group, Signal::KILL).ok();
    }
}

fn collect(mut from: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut octets = Vec::new();
        from.read_to_end(&mut octets).ok();
        send.send(octets).ok();
    });
    receive
}

fn wait(child: &mut Child, deadline: Instant) -> End {
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().map_or_else(|| End::Signal(status.signal().unwrap_or(0)), End::Status);
        }
        if Instant::now() > deadline {
            kill_group(child);
            child.wait().unwrap();
            return End::TooLong;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

fn quoted(word: &str) -> String {
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/:,=[]@%".contains(&b)) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
