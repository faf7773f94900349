//! The files: read in one step, replaced in one step, written by one process at a time.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use super::{
    agent_key::AgentKey,
    entry::{Entry, Moment, checksum},
};
use crate::{config::Environment, engine::KnownEngine, files, limits};

/// How often is tried to get the lock, and how long after one another. Who holds it is done in less than one of these;
/// after all of them there is no hint for the next run, which nobody has to wait for.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_micros(250);

/// What whoever finds a file wants to know.
const HEADER: &str =
    "# snmpkit: SNMP engines seen here (agent, engine ID, boots, time, when; no keys). Safe to remove.\n";

/// Engines of agents that were asked before.
///
/// Each agent has its line in one of [`limits::ENGINE_CACHE_FILES`] files. A line that is damaged costs itself alone.
/// Files count that are ours, in a directory that is ours; others may write neither. Making one of these looks at
/// nothing, and nothing of it fails or delays a command.
#[derive(Clone, Debug)]
pub struct EngineCache {
    directory: PathBuf,
}

/// What came of keeping an engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kept {
    /// It was written down.
    Written,
    /// What was written down before will do: most runs end with this one.
    AsBefore,
    /// Other processes were writing all the while, and it was left at that.
    Busy,
}

/// Why an engine could not be kept; worth a line for who looks for one, and no more.
#[derive(Debug, thiserror::Error)]
#[error("cannot remember the agent's engine in {}: {source}", .directory.display())]
pub struct NotKept {
    /// Where it should have been kept.
    pub directory: PathBuf,
    /// What spoke against it.
    #[source]
    pub source: io::Error,
}

impl EngineCache {
    /// The user's own, below [`Environment::state_directory`]; `None` where there is no such directory.
    pub fn locate(environment: &Environment) -> Option<Self> {
        environment.state_directory().map(|state| Self::open(state.join("engines")))
    }

    /// The one in a directory, which is made when there is something to keep.
    pub const fn open(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// What is known of an agent's engine, its clock as it should be `now`. A hint: the agent may be another one, or have
    /// started again.
    pub fn find(&self, agent: &AgentKey, now: Moment) -> Option<KnownEngine> {
        self.entry(agent)?.at(now)
    }

    /// Keeps what a session has learnt by `now`, if that is news: another engine, another start, a clock that is more
    /// than ten seconds from what it should be, or the first of a day.
    ///
    /// # Errors
    ///
    /// [`NotKept`]; what was known before is still there then.
    pub fn keep(&self, agent: &AgentKey, known: &KnownEngine, now: Moment) -> Result<Kept, NotKept> {
        let entry = Entry::of(known, now);
        if self.entry(agent).is_some_and(|old| !entry.replaces(&old)) {
            return Ok(Kept::AsBefore);
        }
        self.write(agent, &entry).map_err(|source| NotKept { directory: self.directory.clone(), source })
    }

    /// Forgets an agent's engine, which did not answer: what was known may be of another agent by now.
    ///
    /// # Errors
    ///
    /// [`NotKept`]; it is still remembered then.
    pub fn forget(&self, agent: &AgentKey) -> Result<Kept, NotKept> {
        if self.entry(agent).is_none() {
            return Ok(Kept::AsBefore);
        }
        let remove = || {
            let Some(_lock) = lock(&self.directory.join("lock"))? else { return Ok(Kept::Busy) };
            let path = self.path(agent);
            let text = read(&path);
            let others: Vec<_> = lines(&text).filter(|(key, _)| *key != agent.as_str()).collect();
            replace(&path, &others)?;
            Ok(Kept::Written)
        };
        remove().map_err(|source| NotKept { directory: self.directory.clone(), source })
    }

    fn entry(&self, agent: &AgentKey) -> Option<Entry> {
        files::check_own_directory(&self.directory).ok()?;
        let text = read(&self.path(agent));
        lines(&text).filter(|(key, _)| *key == agent.as_str()).map(|(_, entry)| entry).last()
    }

    fn path(&self, agent: &AgentKey) -> PathBuf {
        let number = checksum(agent.as_str().as_bytes()) % limits::ENGINE_CACHE_FILES;
        self.directory.join(format!("{number:02x}"))
    }

    fn write(&self, agent: &AgentKey, entry: &Entry) -> io::Result<Kept> {
        files::make_own_directory(&self.directory)?;
        let Some(_lock) = lock(&self.directory.join("lock"))? else { return Ok(Kept::Busy) };
        merge(&self.path(agent), &[(agent.as_str(), *entry)])
    }

    /// Keeps what was learnt of many agents, as [`Self::keep`] does for one: each file is read and written once, and the
    /// lock is taken once.
    ///
    /// # Errors
    ///
    /// [`NotKept`]; some of them may have been kept all the same.
    pub fn keep_all(&self, notes: &[Note]) -> Result<Kept, NotKept> {
        let failed = |source| NotKept { directory: self.directory.clone(), source };
        let mut files: BTreeMap<PathBuf, Vec<(&str, Entry)>> = BTreeMap::new();
        for Note { agent, entry } in notes {
            files.entry(self.path(agent)).or_default().push((agent.as_str(), *entry));
        }
        let is_ours = files::check_own_directory(&self.directory).is_ok();
        let is_news = |(path, entries): (&PathBuf, &Vec<_>)| {
            let text = if is_ours { read(path) } else { String::new() };
            !news(&lines(&text).collect::<Vec<_>>(), entries).is_empty()
        };
        if !files.iter().any(is_news) {
            return Ok(Kept::AsBefore);
        }
        files::make_own_directory(&self.directory).map_err(failed)?;
        let Some(_lock) = lock(&self.directory.join("lock")).map_err(failed)? else { return Ok(Kept::Busy) };
        let mut all = Kept::AsBefore;
        for (path, news) in files {
            if merge(&path, &news).map_err(failed)? == Kept::Written {
                all = Kept::Written;
            }
        }
        Ok(all)
    }
}

/// What is to be kept of one agent, for [`EngineCache::keep_all`].
#[derive(Clone, Debug)]
pub struct Note {
    agent: AgentKey,
    entry: Entry,
}

impl Note {
    /// What a session has learnt by `now`.
    pub fn new(agent: AgentKey, known: &KnownEngine, now: Moment) -> Self {
        Self { agent, entry: Entry::of(known, now) }
    }
}

/// Those of the entries that are news where the old ones are; of each agent the last. Another process may have been
/// faster.
fn news<'a>(old: &[(&str, Entry)], entries: &[(&'a str, Entry)]) -> Vec<(&'a str, Entry)> {
    let before = |key: &str| old.iter().rev().find(|(other, _)| *other == key);
    let mut news: Vec<(&str, Entry)> = Vec::new();
    for (key, entry) in entries {
        if before(key).is_none_or(|(_, old)| entry.replaces(old)) {
            news.retain(|(other, _)| other != key);
            news.push((key, *entry));
        }
    }
    news
}

/// Puts those entries into a file that are news there. The lock is held.
fn merge(path: &Path, entries: &[(&str, Entry)]) -> io::Result<Kept> {
    let text = read(path);
    let old: Vec<(&str, Entry)> = lines(&text).collect();
    let mut news = news(&old, entries);
    let Some(now) = news.iter().map(|(_, entry)| entry.wall_secs).max() else { return Ok(Kept::AsBefore) };
    news.drain(..news.len().saturating_sub(limits::ENGINE_CACHE_ENTRIES));
    let mut kept: Vec<(&str, Entry)> = Vec::new();
    for (key, old) in old {
        kept.retain(|(other, _)| *other != key);
        if !old.is_over(now) && !news.iter().any(|(other, _)| *other == key) {
            kept.push((key, old));
        }
    }
    // Those that nobody has asked for longest go first; `sort` keeps the order of equals.
    kept.sort_by_key(|(_, old)| std::cmp::Reverse(old.age_secs(now)));
    kept.drain(..(kept.len() + news.len()).saturating_sub(limits::ENGINE_CACHE_ENTRIES));
    kept.append(&mut news);
    replace(path, &kept)?;
    Ok(Kept::Written)
}

/// Takes the lock, which goes with the file; `None` when others have it for long.
///
/// Where the file system has no locks, nothing is kept.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = files::open_lock(path)?;
    for _ in 0..TRIES {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Some(file)),
            Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// The text of a file, up to the bound; nothing where there is none that counts.
fn read(path: &Path) -> String {
    let mut octets = Vec::new();
    if let Ok((file, _)) = files::open(path) {
        // What was read before an error counts as far as its lines are whole.
        let _ = file.take(limits::ENGINE_CACHE_OCTETS).read_to_end(&mut octets);
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// The lines that are whole.
fn lines(text: &str) -> impl Iterator<Item = (&str, Entry)> {
    text.lines().filter_map(Entry::read)
}

/// Puts other entries in the place of a file.
///
/// Nothing is brought to the disk here: that may take long, and what a power failure leaves of a hint is a hint.
fn replace(path: &Path, entries: &[(&str, Entry)]) -> io::Result<()> {
    let mut text = HEADER.to_owned();
    for (key, entry) in entries {
        entry.write(key, &mut text).map_err(io::Error::other)?;
    }
    files::check_limit(text.len() as u64)?;
    // The lock is held: nobody else is at it.
    let unfinished = path.with_extension("new");
    let written = files::create_unfinished(&unfinished)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}
