//! The agent's own engine: its identifier, and how often it has started.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};
use sha2::{Digest as _, Sha256};

use crate::{
    config::{EngineId, EngineIdError},
    files, limits,
    server_spec::ServerSpec,
    tool::log,
};

/// The most that boots can be; an engine that has come so far takes no authenticated message any more (RFC 3414,
/// section 2.2.2).
pub(super) const MOST_BOOTS: u32 = i32::MAX.cast_unsigned();

/// The enterprise number for documentation (RFC 5612), with the bit that says that RFC 3411 made the identifier.
const ENTERPRISE: [u8; 4] = [0x80, 0x00, 0x7e, 0xd9];

/// Formats of an identifier (RFC 3411, section 5): text and octets, both of at most [`REST_OCTETS`].
const TEXT: u8 = 4;
const OCTETS: u8 = 5;
const REST_OCTETS: usize = 27;

/// 2020-01-01, 00:00 UTC, in seconds since 1970.
const TIMES_BEGIN: u64 = 1_577_836_800;

const FILE: &str = "agent-boots";
const HEADER: &str = "# How often each engine of snmpagent has started: its identifier, and its boots.\n";

/// Octets of the file that are read; it has at most [`limits::REMEMBERED_ENGINES`] lines of some 80.
const FILE_OCTETS: u64 = 1 << 20;

const PAUSE: Duration = Duration::from_millis(10);
/// Pauses that another agent, which starts in this moment, is waited for.
const PATIENCE: u32 = 200;

/// Reads `--engine-id`.
pub(super) fn engine_id(text: &str) -> Result<EngineId, String> {
    let id = EngineId::from_hex(text.as_bytes()).map_err(|error| match error {
        EngineIdError::Digits => {
            "an engine ID is written in hexadecimal digits, two for each octet".to_owned()
        }
        EngineIdError::Length => "an engine ID has 5 to 32 octets".to_owned(),
    })?;
    let all = |octet: u8| id.octets().iter().all(|other| *other == octet);
    if all(0) || all(0xff) {
        return Err("an engine ID is neither all zeros nor all ones".to_owned());
    }
    Ok(id)
}

/// The identifier of the agent of this machine at this address: the same in every run, so that what managers remember of
/// the engine stays true.
pub(super) fn default_engine_id(first: &ServerSpec) -> Vec<u8> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    id_of(&format!("{name} {first}"))
}

fn id_of(text: &str) -> Vec<u8> {
    let mut id = ENTERPRISE.to_vec();
    if text.len() <= REST_OCTETS && text.bytes().all(|octet| (b' '..=b'~').contains(&octet)) {
        id.push(TEXT);
        id.extend_from_slice(text.as_bytes());
    } else {
        id.push(OCTETS);
        id.extend_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    }
    id
}

/// `0x` and two digits for each octet.
pub(super) fn shown(id: &[u8]) -> String {
    id.iter().fold("0x".to_owned(), |text, octet| format!("{text}{octet:02x}"))
}

/// The boots of a run, and what is to be said of them.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Boots {
    pub(super) boots: u32,
    pub(super) warning: Option<String>,
}

/// The boots of the run that begins `now`: one more than in the last one, which is remembered in `directory`. Where
/// nothing can be remembered, the time decides: boots that went back would make managers take the engine for a forged
/// one.
pub(super) fn next_boots(directory: Option<&Path>, engine_id: &[u8], now: SystemTime) -> Boots {
    let counted = match directory {
        Some(directory) => State::lock(directory).and_then(|state| state.count(engine_id, now)),
        None => Err(io::Error::other("there is no home directory")),
    };
    match counted {
        Ok(MOST_BOOTS) => Boots {
            boots: MOST_BOOTS,
            warning: Some(format!(
                "engine {} has used up its boots and takes no authenticated message any more; give it another \
                 --engine-id",
                shown(engine_id)
            )),
        },
        Ok(boots) => Boots { boots, warning: None },
        Err(error) => Boots {
            boots: boots_of_time(now),
            warning: Some(format!(
                "cannot keep count of the engine's boots in {}: {}; the time decides them (--no-state does so without \
                 this message)",
                directory.map_or("a file".into(), |directory| directory.join(FILE).display().to_string()),
                log::reason(&error)
            )),
        },
    }
}

/// Boots that rise with every second.
pub(super) fn boots_of_time(now: SystemTime) -> u32 {
    let since_1970 = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    u32::try_from(since_1970.saturating_sub(TIMES_BEGIN)).unwrap_or(MOST_BOOTS).clamp(1, MOST_BOOTS - 1)
}

/// The file of boots, for one process at a time.
struct State {
    path: PathBuf,
    _lock: File,
}

impl State {
    fn lock(directory: &Path) -> io::Result<Self> {
        files::make_own_directory(directory)?;
        let path = directory.join(FILE);
        let lock = files::open_lock(&path.with_extension("lock"))?;
        for _ in 0..PATIENCE {
            match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
                // Without locks, agents of one identifier that start in one moment may count as one.
                Ok(()) | Err(Errno::NOLCK | Errno::NOSYS | Errno::OPNOTSUPP) => {
                    return Ok(Self { path, _lock: lock });
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(PAUSE),
                Err(error) => return Err(error.into()),
            }
        }
        Err(io::Error::other("another process holds its lock"))
    }

    /// Counts one more start of an engine, and says how many there are.
    fn count(&self, engine_id: &[u8], now: SystemTime) -> io::Result<u32> {
        let key = shown(engine_id);
        let (mut entries, is_whole) = self.read()?;
        let last = entries.iter().position(|(id, _)| *id == key).map(|place| entries.remove(place).1);
        let boots = match last {
            Some(last) => last.saturating_add(1).min(MOST_BOOTS),
            None if is_whole => 1,
            // It may have stood on a line that cannot be read.
            None => boots_of_time(now),
        };
        entries.push((key, boots));
        let forgotten = entries.len().saturating_sub(limits::REMEMBERED_ENGINES);
        self.write(&entries[forgotten..])?;
        Ok(boots)
    }

    /// The engines, those that started last at the end, and whether each line could be read.
    fn read(&self) -> io::Result<(Vec<(String, u32)>, bool)> {
        let mut octets = Vec::new();
        match files::open(&self.path) {
            Ok((file, _)) => file.take(FILE_OCTETS).read_to_end(&mut octets)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), true)),
            Err(error) => return Err(error),
        };
        let text = String::from_utf8_lossy(&octets);
        let (mut entries, mut is_whole) = (Vec::new(), true);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let entry =
                line.split_once(' ').and_then(|(id, boots)| Some((id.to_owned(), boots.parse().ok()?)));
            match entry {
                Some(entry) => entries.push(entry),
                None => is_whole = false,
            }
        }
        Ok((entries, is_whole))
    }

    fn write(&self, entries: &[(String, u32)]) -> io::Result<()> {
        let text =
            entries.iter().fold(HEADER.to_owned(), |text, (id, boots)| format!("{text}{id} {boots}\n"));
        let unfinished = self.path.with_extension("new");
        let written = (|| {
            files::check_limit(u64::try_from(text.len()).unwrap_or(u64::MAX))?;
            // The lock is held: nobody else is at it.
            let mut file = files::create_unfinished(&unfinished)?;
            file.write_all(text.as_bytes())?;
            // A name must not come to stand for octets that a power failure has kept from the disk.
            file.sync_data()?;
            fs::rename(&unfinished, &self.path)
        })();
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const ID: &[u8] = b"\x80\x00\x7e\xd9\x04one";
    const OTHER: &[u8] = b"\x80\x00\x7e\xd9\x04other";

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(TIMES_BEGIN + seconds)
    }

    fn boots(directory: &Path, id: &[u8]) -> u32 {
        let Boots { boots, warning } = next_boots(Some(directory), id, at(5_000));
        assert_eq!(warning, None);
        boots
    }

    #[test]
    fn boots_rise_with_every_run_for_each_engine_by_itself() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("state/snmpkit");
        assert_eq!([ID, ID, OTHER, ID, OTHER].map(|id| boots(&directory, id)), [1, 2, 1, 3, 2]);
        let mode = |name: &str| fs::metadata(directory.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!([mode(""), mode("agent-boots"), mode("agent-boots.lock")], [0o700, 0o600, 0o600]);
        assert!(!directory.join("agent-boots.new").exists());
    }

    #[test]
    fn at_their_end_boots_stay_there_and_it_is_told() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(FILE), format!("{} 2147483646\n", shown(ID))).unwrap();
        for _ in 0..2 {
            let Boots { boots, warning } = next_boots(Some(home.path()), ID, at(0));
            assert_eq!(boots, 2_147_483_647);
            assert!(warning.unwrap().contains("give it another --engine-id"));
        }
        let most = fs::read_to_string(home.path().join(FILE)).unwrap();
        assert!(most.ends_with(" 2147483647\n"), "{most}");
        fs::write(home.path().join(FILE), format!("{} 4294967295\n", shown(ID))).unwrap();
        assert_eq!(next_boots(Some(home.path()), ID, at(0)).boots, MOST_BOOTS);
    }

    #[test]
    fn a_damaged_file_never_takes_boots_back() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(FILE);
        for damage in ["nonsense\n", "0x8000 x\n", "\u{0}\n", "0x80007ed9046f6e65 -4\n"] {
            fs::write(&path, format!("{} 7\n{damage}", shown(OTHER))).unwrap();
            assert_eq!(boots(home.path(), ID), 5_000, "{damage:?}");
            assert_eq!(boots(home.path(), ID), 5_001, "{damage:?}");
            assert_eq!(boots(home.path(), OTHER), 8, "{damage:?}");
        }
    }

    #[test]
    fn without_a_place_for_them_the_time_decides_the_boots() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for directory in [None, Some(file.path())] {
            let first = next_boots(directory, ID, at(100));
            let second = next_boots(directory, ID, at(101));
            assert!(first.boots < second.boots);
            assert!(first.warning.unwrap().contains("--no-state"));
        }
        assert_eq!(boots_of_time(UNIX_EPOCH), 1);
        assert_eq!(boots_of_time(at(1 << 40)), MOST_BOOTS - 1);
    }

    #[test]
    fn only_the_engines_that_started_last_are_remembered() {
        let home = tempfile::tempdir().unwrap();
        let many = limits::REMEMBERED_ENGINES + 10;
        let lines = (0..many).fold(String::new(), |text, n| format!("{text}0x{n:010x} 3\n"));
        fs::write(home.path().join(FILE), lines).unwrap();
        assert_eq!(boots(home.path(), ID), 1);
        assert_eq!(boots(home.path(), ID), 2);
        let text = fs::read_to_string(home.path().join(FILE)).unwrap();
        assert_eq!(text.lines().count(), limits::REMEMBERED_ENGINES + 1);
        assert!(text.ends_with(&format!("{} 2\n", shown(ID))) && !text.contains("0x0000000001 "));
        assert!(u64::try_from(text.len()).unwrap() < FILE_OCTETS);
    }

    #[test]
    fn agents_that_start_together_all_have_boots_of_their_own() {
        let home = tempfile::tempdir().unwrap();
        let mut all: Vec<u32> = thread::scope(|scope| {
            let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| boots(home.path(), ID))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn an_identifier_is_the_same_in_every_run_and_one_of_rfc_3411() {
        let spec = |text: &str| ServerSpec::parse(text).unwrap();
        let id = default_engine_id(&spec("udp:127.0.0.1:1161"));
        assert_eq!(id, default_engine_id(&spec("udp:127.0.0.1:1161")));
        assert_ne!(id, default_engine_id(&spec("udp:127.0.0.1:1162")));
        assert_eq!(id_of("lab 127.0.0.1:1161"), b"\x80\x00\x7e\xd9\x04lab 127.0.0.1:1161");
        assert_eq!(id_of(&"x".repeat(27)).len(), 32);
        for other in ["x".repeat(28), "Zürich :1".to_owned()] {
            let id = id_of(&other);
            assert_eq!((id.len(), id[4], id[0] & 0x80), (21, OCTETS, 0x80), "{other}");
        }
    }

    #[test]
    fn an_identifier_that_the_standard_forbids_is_refused() {
        assert_eq!(engine_id("0x80007ed904").unwrap().octets(), [0x80, 0, 0x7e, 0xd9, 4]);
        for (text, said) in [
            ("80007ed9", "5 to 32 octets"),
            ("xyz", "hexadecimal"),
            ("0000000000", "all zeros"),
            ("ffffffffff", "all ones"),
        ] {
            assert!(engine_id(text).unwrap_err().contains(said), "{text}");
        }
    }
}
