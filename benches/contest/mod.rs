//! Commands side by side: run in turn, so that whatever else the machine does meets all alike.

#![allow(dead_code, reason = "each bench uses its own part of this")]

pub mod ratio;
pub mod recorded;

use std::{
    env,
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::support::tool::{Tool, ours_path};

/// A command that is measured.
pub struct Contender {
    /// What the report calls it.
    pub label: String,
    /// Owns the directory that the command takes for the user's home.
    _tool: Tool,
    command: Command,
    /// How many times a run runs the command.
    repeats: u32,
    /// Of each run, the time of one command.
    times: Vec<Duration>,
    /// User and system time of one command, likewise.
    cpu: Vec<Duration>,
}

impl Contender {
    /// A program with its words.
    pub fn new(label: impl Into<String>, tool: Tool, words: &[&OsStr]) -> Self {
        let mut command = tool.command(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { label: label.into(), _tool: tool, command, repeats: 1, times: Vec::new(), cpu: Vec::new() }
    }

    /// Makes a run of so many commands, for CPU times that are short beside the hundredth of a second they are counted in.
    pub fn repeated(mut self, repeats: u32) -> Self {
        self.repeats = repeats;
        self
    }

    fn run(&mut self) -> Result<(), String> {
        let (started, before) = (Instant::now(), cpu_of_children());
        for _ in 0..self.repeats {
            let status = self.command.status().map_err(|e| format!("{}: {e}", self.label))?;
            if !status.success() {
                return Err(format!("{}: {status}", self.label));
            }
        }
        self.times.push(started.elapsed() / self.repeats);
        self.cpu.push(cpu_of_children().saturating_sub(before) / self.repeats);
        Ok(())
    }

    fn forget_the_first(&mut self) {
        self.times.remove(0);
        self.cpu.remove(0);
    }

    /// The time of each run by the clock on the wall, in milliseconds.
    pub fn walls(&self) -> Vec<f64> {
        self.times.iter().map(|time| time.as_secs_f64() * 1_000.0).collect()
    }

    /// User and system time of each run, in milliseconds.
    pub fn cpus(&self) -> Vec<f64> {
        self.cpu.iter().map(|time| time.as_secs_f64() * 1_000.0).collect()
    }

    /// The time of the middle run, by the clock on the wall.
    pub fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        times[times.len() / 2]
    }

    fn report(&self) -> String {
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (least, most) = (self.times.iter().min().unwrap(), self.times.iter().max().unwrap());
        format!(
            "{:<32} {:>9.3} {:>9.3} {:>9.3} {:>9.3}",
            self.label,
            millis(*least),
            millis(self.median()),
            millis(*most),
            millis(self.cpu_each())
        )
    }

    /// User and system time of one run, on average.
    pub fn cpu_each(&self) -> Duration {
        self.cpu.iter().sum::<Duration>() / u32::try_from(self.cpu.len().max(1)).unwrap()
    }
}

/// User and system time of all processes that have been waited for; the system counts it in hundredths of a second.
fn cpu_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_the_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = behind_the_name
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// How many runs the arguments ask for; `usual` under `cargo bench`, and three under `cargo test --benches`, which runs
/// this too.
pub fn runs(usual: usize) -> usize {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().find_map(|argument| argument.parse().ok()) {
        Some(runs) => usize::max(runs, 1),
        None if arguments.iter().any(|argument| argument == "--bench") => usual,
        None => 3,
    }
}

/// Our program, unless it is not built.
pub fn ours(name: &str) -> Option<PathBuf> {
    let path = ours_path(name);
    if path.is_file() {
        return Some(path);
    }
    println!("our {name} is not built: {}", path.display());
    None
}

/// Runs all in turn, once more than is counted: the first run reads the programs from the disk.
pub fn run(title: &str, contenders: &mut [Contender], runs: usize) -> Result<(), String> {
    if contenders.is_empty() {
        return Err(format!("nothing to measure of {title}"));
    }
    for round in 0..=runs {
        for contender in &mut *contenders {
            contender.run()?;
        }
        if round == 0 {
            contenders.iter_mut().for_each(Contender::forget_the_first);
        }
    }
    println!(
        "{title:<32} {:>9} {:>9} {:>9} {:>9}   ms, {runs} runs each, in turn",
        "min", "median", "max", "CPU"
    );
    for contender in contenders {
        println!("{}", contender.report());
    }
    Ok(())
}

/// Says how long each takes beside the last one.
pub fn compare_with_the_last(title: &str, contenders: &[Contender]) {
    if let Some((theirs, others)) = contenders.split_last() {
        for own in others {
            let what = format!("{title}: {} / {}", own.label, theirs.label);
            ratio::print(&what, "ms", &own.walls(), &theirs.walls());
        }
    }
}
