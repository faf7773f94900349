use std::{
    collections::HashSet,
    fs, io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::{Path, PathBuf},
    sync::Barrier,
    thread,
    time::{Duration, UNIX_EPOCH},
};

use rustix::fs::{CWD, FlockOperation, flock, mkfifoat};
use tempfile::TempDir;

use super::{
    entry::{Entry, Said, checksum},
    *,
};
use crate::{
    clock::Instant,
    config::Environment,
    engine::{EngineClock, EngineId, KnownEngine},
    limits,
};

const DAY: u64 = 24 * 60 * 60;

/// Some day of 2025.
const THEN: u64 = 1_750_000_000;

const MOST: u32 = i32::MAX.cast_unsigned();

/// A moment of the wall's clock, in a session that has just begun.
fn at(wall_secs: u64) -> Moment {
    Moment { wall: UNIX_EPOCH + Duration::from_secs(wall_secs), session: Instant::ZERO }
}

fn id(text: &str) -> EngineId {
    EngineId::new(text.as_bytes()).unwrap()
}

fn known(text: &str, boots: u32, time: u32) -> KnownEngine {
    KnownEngine { id: id(text), clock: Some(EngineClock { boots, time, at: Instant::ZERO }) }
}

/// One that nobody has authenticated.
fn rumoured(text: &str) -> KnownEngine {
    KnownEngine { id: id(text), clock: None }
}

fn agent(host: &str) -> AgentKey {
    AgentKey::of(&host.parse().unwrap(), None).unwrap()
}

struct World {
    root: TempDir,
    cache: EngineCache,
}

impl World {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let cache = EngineCache::open(root.path().join("state/snmpkit/engines"));
        Self { root, cache }
    }

    fn directory(&self) -> PathBuf {
        self.root.path().join("state/snmpkit/engines")
    }

    /// The files with lines in them, by name.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.directory()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.filter(|path| path.file_name().unwrap() != "lock").collect();
        files.sort();
        files
    }

    fn keep(&self, host: &str, known: &KnownEngine, wall_secs: u64) -> Kept {
        self.cache.keep(&agent(host), known, at(wall_secs)).unwrap()
    }

    fn refused(&self, host: &str) -> String {
        self.cache.keep(&agent(host), &known("engine", 1, 1), at(THEN)).unwrap_err().to_string()
    }

    fn find(&self, host: &str, wall_secs: u64) -> Option<KnownEngine> {
        self.cache.find(&agent(host), at(wall_secs))
    }
}

/// Whether an owner could be changed; only root's tests can.
fn is_given_away(path: &Path) -> bool {
    chown(path, Some(12_345), None).inspect_err(|error| println!("not tried: {error}")).is_ok()
}

#[test]
fn what_was_kept_is_found_and_its_clock_has_gone_on() {
    let world = World::new();
    assert_eq!(world.find("router1", THEN), None);
    assert!(!world.root.path().join("state").exists(), "looking for something makes nothing");
    assert_eq!(world.keep("router1", &known("engine", 5, 1_000), THEN), Kept::Written);
    assert_eq!(world.find("router1", THEN), Some(known("engine", 5, 1_000)));
    assert_eq!(world.find("Router1:161", THEN + 3_600), Some(known("engine", 5, 4_600)));
    assert_eq!(world.find("router2", THEN), None);

    // On both sides the session's clock counts, too.
    let learnt = KnownEngine {
        clock: Some(EngineClock { boots: 6, time: 100, at: Instant::from_micros(2_000_000) }),
        ..known("engine", 0, 0)
    };
    let session = |wall_secs: u64, secs: u64| Moment {
        session: Instant::from_micros(secs * 1_000_000),
        ..at(wall_secs)
    };
    world.cache.keep(&agent("router1"), &learnt, session(THEN, 32)).unwrap();
    let found = world.cache.find(&agent("router1"), session(THEN + 60, 7)).unwrap();
    let clock = EngineClock { boots: 6, time: 190, at: Instant::from_micros(7_000_000) };
    assert_eq!(found.clock, Some(clock));
}

#[test]
fn an_engine_that_did_not_answer_is_forgotten_and_no_other() {
    let world = World::new();
    for host in ["router1", "router2"] {
        world.keep(host, &known(host, 5, 1_000), THEN);
    }
    assert_eq!(world.cache.forget(&agent("router1")).unwrap(), Kept::Written);
    assert_eq!(world.cache.find(&agent("router1"), at(THEN)), None);
    assert!(world.cache.find(&agent("router2"), at(THEN)).is_some());
    assert_eq!(world.cache.forget(&agent("router1")).unwrap(), Kept::AsBefore);
    assert_eq!(world.cache.forget(&agent("never seen")).unwrap(), Kept::AsBefore);
}

#[test]
fn a_file_says_what_it_is_and_nothing_else() {
    let world = World::new();
    world.keep("router1", &known("\u{1}engine", 5, 1_000), THEN);
    let line = "udp:router1:161 01656e67696e65 5 1000 1750000000";
    let expected = format!(
        "# snmpkit: SNMP engines seen here (agent, engine ID, boots, time, when; no keys). Safe to remove.\n\
         {line} {:016x}\n",
        checksum(line.as_bytes())
    );
    let files = world.files();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(fs::read_to_string(&files[0]).unwrap(), expected);
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&files[0]), 0o600);
    assert_eq!(mode(&world.directory().join("lock")), 0o600);
    for directory in world.directory().ancestors().take(3) {
        assert_eq!(mode(directory), 0o700, "{}", directory.display());
    }
}

#[test]
fn only_news_is_written_down() {
    let before = known("engine", 5, 1_000);
    for (about, wall_secs, new, expected) in [
        ("the same", THEN, known("engine", 5, 1_000), Kept::AsBefore),
        ("an hour later", THEN + 3_600, known("engine", 5, 4_600), Kept::AsBefore),
        ("a little ahead", THEN + 60, known("engine", 5, 1_070), Kept::AsBefore),
        ("too far ahead", THEN + 60, known("engine", 5, 1_071), Kept::Written),
        ("a little behind", THEN + 60, known("engine", 5, 1_050), Kept::AsBefore),
        ("too far behind", THEN + 60, known("engine", 5, 1_049), Kept::Written),
        ("started again", THEN + 3_600, known("engine", 6, 4_600), Kept::Written),
        ("boots backwards", THEN + 3_600, known("engine", 1, 4_600), Kept::Written),
        ("another engine", THEN, known("engine 2", 5, 1_000), Kept::Written),
        ("a day", THEN + DAY, known("engine", 5, 87_400), Kept::AsBefore),
        ("more than a day", THEN + DAY + 1, known("engine", 5, 87_401), Kept::Written),
        ("our clock was set back", THEN - 60, known("engine", 5, 1_005), Kept::AsBefore),
        ("our clock was set back by days", THEN - 2 * DAY, known("engine", 5, 1_001), Kept::Written),
    ] {
        let world = World::new();
        world.keep("router1", &before, THEN);
        let file = world.files().remove(0);
        let inode = fs::metadata(&file).unwrap().ino();
        assert_eq!(world.keep("router1", &new, wall_secs), expected, "{about}");
        let is_new = fs::metadata(&file).unwrap().ino() != inode;
        assert_eq!(is_new, expected == Kept::Written, "{about}");
        if is_new {
            assert_eq!(world.find("router1", wall_secs), Some(new), "{about}");
        }
    }
}

#[test]
fn what_nobody_has_authenticated_replaces_nothing_that_somebody_has() {
    let world = World::new();
    assert_eq!(world.keep("router1", &rumoured("first"), THEN), Kept::Written);
    assert_eq!(world.find("router1", THEN), Some(rumoured("first")));
    assert_eq!(world.keep("router1", &rumoured("first"), THEN + DAY), Kept::AsBefore);
    assert_eq!(world.keep("router1", &rumoured("second"), THEN), Kept::Written);
    assert_eq!(world.keep("router1", &known("second", 1, 50), THEN), Kept::Written);
    for forged in ["second", "third"] {
        assert_eq!(world.keep("router1", &rumoured(forged), THEN + 2 * DAY), Kept::AsBefore);
    }
    assert_eq!(world.find("router1", THEN + 5), Some(known("second", 1, 55)));
    // After so long it is no longer known, whoever says something else.
    assert_eq!(world.keep("router1", &rumoured("third"), THEN + 91 * DAY), Kept::Written);
}

#[test]
fn what_was_long_ago_or_has_come_to_its_end_is_not_told() {
    let world = World::new();
    world.keep("router1", &known("engine", 5, 1_000), THEN);
    assert!(world.find("router1", THEN + 90 * DAY).is_some());
    assert_eq!(world.find("router1", THEN + 90 * DAY + 1), None);
    // A clock that was set back says nothing of how much time has passed.
    assert_eq!(world.find("router1", THEN - 500), Some(known("engine", 5, 1_000)));
    assert_eq!(world.find("router1", 0), None);

    world.keep("router2", &known("engine", 5, MOST - 10), THEN);
    assert_eq!(world.find("router2", THEN + 9), Some(known("engine", 5, MOST - 1)));
    assert_eq!(world.find("router2", THEN + 10), Some(rumoured("engine")));
    for clock in [known("engine", 5, MOST), known("engine", MOST, 5)] {
        let world = World::new();
        world.keep("router3", &clock, THEN);
        assert_eq!(world.find("router3", THEN), Some(rumoured("engine")), "{clock:?}");
    }
}

#[test]
fn a_line_comes_back_as_it_was_and_another_is_none() {
    let key = "udp:router1:161";
    for (octets, clock) in [
        (&[7][..], None),
        (&[0xff; 32][..], Some(Said { boots: 0, time: 0 })),
        (&[0, 1, 2, 3, 4], Some(Said { boots: MOST - 1, time: MOST - 1 })),
    ] {
        let entry = Entry { id: EngineId::new(octets).unwrap(), clock, wall_secs: u64::MAX };
        let mut text = String::new();
        entry.write(key, &mut text).unwrap();
        let line = text.strip_suffix('\n').unwrap();
        assert_eq!(Entry::read(line), Some((key, entry)));
        assert!(text.len() + limits::ENGINE_CACHE_KEY_OCTETS - key.len() < 512, "{text}");
    }
    for content in [
        "",
        "udp:a:161",
        "udp:a:161 80 5 1000",
        "udp:a:161 80 5 1000 1750000000 0",
        "udp:a:161  5 1000 1750000000",
        "udp:a:161 8 5 1000 1750000000",
        "udp:a:161 8g 5 1000 1750000000",
        "udp:a:161 \u{fc} 5 1000 1750000000",
        "udp:a:161 000000000000000000000000000000000000000000000000000000000000000000 5 1000 1750000000",
        "udp:a:161 80 - 1000 1750000000",
        "udp:a:161 80 5 - 1750000000",
        "udp:a:161 80 2147483647 1000 1750000000",
        "udp:a:161 80 5 2147483647 1750000000",
        "udp:a:161 80 5 99999999999 1750000000",
        "udp:a:161 80 -5 1000 1750000000",
        "udp:a:161 80 5 1000 18446744073709551616",
        " 80 5 1000 1750000000",
    ] {
        let line = format!("{content} {:016x}", checksum(content.as_bytes()));
        assert_eq!(Entry::read(&line), None, "{line}");
    }
    let content = "udp:a:161 80 5 1000 1750000000";
    let sum = format!("{:016x}", checksum(content.as_bytes()));
    assert!(Entry::read(&format!("{content} {sum}")).is_some());
    for sum in [format!("0{sum}"), format!("+{sum}"), format!("{sum} "), format!(" {sum}"), String::new()] {
        assert_eq!(Entry::read(&format!("{content} {sum}")), None, "{sum:?}");
    }
}

/// The hosts whose agents have the same file as the first of them.
fn hosts_of_one_file(count: usize) -> Vec<String> {
    let number = |host: &String| checksum(agent(host).as_str().as_bytes()) % limits::ENGINE_CACHE_FILES;
    let hosts = (0..).map(|number| format!("host{number}"));
    let first = number(&"host0".to_owned());
    hosts.filter(|host| number(host) == first).take(count).collect()
}

#[test]
fn damage_costs_the_lines_that_it_is_in() {
    let world = World::new();
    let hosts = hosts_of_one_file(3);
    for (host, boots) in hosts.iter().zip(1..) {
        world.keep(host, &known(host, boots, 7), THEN);
    }
    let files = world.files();
    assert_eq!(files.len(), 1);
    let whole = fs::read(&files[0]).unwrap();
    let found = |octets: &[u8]| -> Vec<bool> {
        fs::write(&files[0], octets).unwrap();
        let expected = |(host, boots): (&String, u32)| {
            let found = world.find(host, THEN);
            assert!(found.is_none() || found == Some(known(host, boots, 7)), "{found:?}");
            found.is_some()
        };
        hosts.iter().zip(1..).map(expected).collect()
    };
    assert_eq!(found(&whole), [true; 3]);
    for place in 0..whole.len() {
        for bit in [0, 5, 7] {
            let mut octets = whole.clone();
            octets[place] ^= 1 << bit;
            let lost = found(&octets).iter().filter(|found| !**found).count();
            // An end of a line that is gone makes one of two.
            assert!(
                lost <= if whole[place] == b'\n' { 2 } else { 1 },
                "octet {place}, bit {bit}: {lost} lost"
            );
        }
    }
    let ends: Vec<_> = (0..whole.len()).filter(|place| whole[*place] == b'\n').collect();
    for length in 0..=whole.len() {
        let lines = ends.iter().skip(1).filter(|end| **end <= length).count();
        assert_eq!(found(&whole[..length]).iter().filter(|found| **found).count(), lines, "{length} octets");
    }
    for nonsense in [vec![], vec![0; 4_096], vec![0xff; 100_000], vec![b'\n'; 100_000]] {
        assert_eq!(found(&nonsense), [false; 3]);
        // The damage is gone with the next thing to remember.
        world.keep(&hosts[0], &known(&hosts[0], 1, 7), THEN);
        assert_eq!(fs::read_to_string(&files[0]).unwrap().lines().count(), 2);
    }
}

#[test]
fn of_too_many_those_go_first_that_nobody_has_asked_for_longest() {
    let world = World::new();
    let hosts = hosts_of_one_file(limits::ENGINE_CACHE_ENTRIES + 2);
    let (few, more) = hosts.split_at(limits::ENGINE_CACHE_ENTRIES);
    for (host, day) in few.iter().zip(0..) {
        world.keep(host, &known("engine", 1, 0), THEN + day);
    }
    assert!(few.iter().all(|host| world.find(host, THEN).is_some()));
    // The oldest is asked again.
    world.keep(&few[0], &known("engine", 2, 0), THEN + 1_000);
    for host in more {
        assert_eq!(world.keep(host, &known("engine", 1, 0), THEN + 1_001), Kept::Written);
    }
    let lost: Vec<_> = hosts.iter().filter(|host| world.find(host, THEN).is_none()).collect();
    assert_eq!(lost, [&few[1], &few[2]]);
    assert!(fs::metadata(&world.files()[0]).unwrap().len() < limits::ENGINE_CACHE_OCTETS);

    // And so does what is over, without being too many.
    world.keep(&hosts[0], &known("engine", 3, 0), THEN + 100 * DAY);
    assert_eq!(fs::read_to_string(&world.files()[0]).unwrap().lines().count(), 2);
}

#[test]
fn agents_are_spread_over_the_files() {
    let keys = (0..4_000).map(|number| agent(&format!("10.0.{}.{}", number / 250, number % 250)));
    let mut counts = vec![0_usize; usize::try_from(limits::ENGINE_CACHE_FILES).unwrap()];
    for key in keys {
        counts[usize::try_from(checksum(key.as_str().as_bytes()) % limits::ENGINE_CACHE_FILES).unwrap()] += 1;
    }
    assert!(counts.iter().all(|count| (1..limits::ENGINE_CACHE_ENTRIES).contains(count)), "{counts:?}");
}

/// Nothing that stands in the place of a file is waited for, followed or believed.
#[test]
fn what_others_may_have_put_in_place_of_a_file_is_replaced() {
    let world = World::new();
    world.keep("router1", &known("engine", 5, 1_000), THEN);
    let path = world.files().remove(0);
    let whole = fs::read(&path).unwrap();
    let elsewhere = world.root.path().join("elsewhere");
    fs::write(&elsewhere, &whole).unwrap();
    let pipe = || mkfifoat(CWD, &path, 0o600.into()).unwrap();
    let link = || symlink(&elsewhere, &path).unwrap();
    let full = || symlink("/dev/full", &path).unwrap();
    let writable = || {
        fs::write(&path, &whole).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o620)).unwrap();
    };
    let foreign = || {
        fs::write(&path, &whole).unwrap();
        if !is_given_away(&path) {
            fs::remove_file(&path).unwrap();
        }
    };
    let places: [(&str, &dyn Fn()); 5] =
        [("pipe", &pipe), ("link", &link), ("full", &full), ("writable", &writable), ("foreign", &foreign)];
    for (name, place) in places {
        fs::remove_file(&path).unwrap();
        place();
        assert_eq!(world.find("router1", THEN), None, "{name}");
        assert_eq!(world.keep("router1", &known("engine", 6, 1), THEN), Kept::Written, "{name}");
        let file = fs::symlink_metadata(&path).unwrap();
        assert!(file.is_file() && file.mode() & 0o777 == 0o600, "{name}: {file:?}");
        assert_eq!(world.find("router1", THEN), Some(known("engine", 6, 1)), "{name}");
    }
    assert_eq!(fs::read(&elsewhere).unwrap(), whole);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(world.find("router1", THEN), None);
    let refused = world.refused("router1");
    assert!(refused.starts_with("cannot remember the agent's engine in /"), "{refused}");
    assert_eq!(world.files(), [path], "nothing unfinished is left");
}

#[test]
fn a_lock_that_is_something_else_is_left_as_it_is() {
    let world = World::new();
    fs::create_dir_all(world.directory()).unwrap();
    let lock = world.directory().join("lock");
    mkfifoat(CWD, &lock, 0o600.into()).unwrap();
    assert!(world.refused("router1").ends_with("not an ordinary file"));
    fs::remove_file(&lock).unwrap();
    let precious = world.root.path().join("precious");
    fs::write(&precious, "nothing of ours goes in here").unwrap();
    symlink(&precious, &lock).unwrap();
    assert!(world.refused("router1").contains("symbolic link"));
    fs::remove_file(&lock).unwrap();
    fs::hard_link(&precious, &lock).unwrap();
    assert!(world.refused("router1").ends_with("other names"));
    assert_eq!(fs::read(&precious).unwrap(), b"nothing of ours goes in here");
    assert!(world.files().is_empty());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is about how long something takes")]
fn a_lock_that_others_hold_is_not_waited_for() {
    let world = World::new();
    world.keep("router1", &known("engine", 5, 1_000), THEN);
    let lock = fs::File::open(world.directory().join("lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let started = std::time::Instant::now();
    assert_eq!(world.keep("router1", &known("engine", 6, 1), THEN), Kept::Busy);
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    // Neither is it for reading, and for finding that there is no news.
    assert_eq!(world.find("router1", THEN), Some(known("engine", 5, 1_000)));
    assert_eq!(world.keep("router1", &known("engine", 5, 1_000), THEN), Kept::AsBefore);
    drop(lock);
    assert_eq!(world.keep("router1", &known("engine", 6, 1), THEN), Kept::Written);
}

#[test]
fn a_directory_that_is_not_ours_alone_does_not_count() {
    let world = World::new();
    world.keep("router1", &known("engine", 5, 1_000), THEN);
    let directory = world.directory();
    for mode in [0o770, 0o702, 0o1777] {
        fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(world.find("router1", THEN), None, "{mode:o}");
        assert!(world.refused("router2").ends_with("others may write there"), "{mode:o}");
    }
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(world.find("router1", THEN).is_some());
    if is_given_away(&directory) {
        assert_eq!(world.find("router1", THEN), None);
        assert!(world.refused("router1").ends_with("it is somebody else's"));
    }
}

#[test]
fn root_makes_nothing_in_the_home_of_somebody_else() {
    let world = World::new();
    if is_given_away(world.root.path()) {
        assert!(world.refused("router1").ends_with("in a directory of somebody else's"));
        assert!(!world.root.path().join("state").exists());
    }
}

#[test]
fn where_nothing_can_be_kept_that_is_said_and_nothing_else() {
    let world = World::new();
    fs::write(world.root.path().join("state"), "in the way").unwrap();
    assert_eq!(world.find("router1", THEN), None);
    let error = world.cache.keep(&agent("router1"), &known("engine", 1, 1), at(THEN)).unwrap_err();
    assert_eq!(error.directory, world.directory());
    assert!(
        matches!(error.source.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists),
        "{error}"
    );
    let cache = EngineCache::open("/proc/snmpkit/engines".into());
    assert!(cache.keep(&agent("router1"), &known("engine", 1, 1), at(THEN)).is_err());
    assert_eq!(cache.find(&agent("router1"), at(THEN)), None);
}

#[test]
fn the_users_own_cache_is_below_the_directory_of_state() {
    let root = tempfile::tempdir().unwrap();
    let environment = Environment { state_home: Some(root.path().into()), ..Environment::default() };
    let cache = EngineCache::locate(&environment).unwrap();
    cache.keep(&agent("router1"), &known("engine", 1, 1), at(THEN)).unwrap();
    assert!(root.path().join("snmpkit/engines/lock").is_file());
    assert!(EngineCache::locate(&Environment::default()).is_none());
}

#[test]
fn writers_at_the_same_time_lose_nothing_of_one_another() {
    const WRITERS: usize = 10;
    let world = World::new();
    let hosts = hosts_of_one_file(3 * WRITERS);
    let barrier = Barrier::new(WRITERS);
    thread::scope(|scope| {
        for hosts in hosts.chunks(3) {
            let (cache, barrier) = (EngineCache::open(world.directory()), &barrier);
            scope.spawn(move || {
                barrier.wait();
                for host in hosts {
                    // Whoever finds the others busy leaves it at that; here it has to come to an end.
                    while cache.keep(&agent(host), &known(host, 1, 1), at(THEN)).unwrap() == Kept::Busy {}
                    assert_eq!(cache.find(&agent(host), at(THEN)), Some(known(host, 1, 1)), "{host}");
                }
            });
        }
    });
    let text = fs::read_to_string(&world.files()[0]).unwrap();
    let keys: HashSet<_> = text.lines().skip(1).map(|line| Entry::read(line).unwrap().0).collect();
    assert_eq!((keys.len(), text.lines().count()), (hosts.len(), hosts.len() + 1));
    assert_eq!(world.files().len(), 1, "nothing unfinished is left");
}

#[test]
fn many_are_kept_together_as_they_are_one_by_one() {
    let (together, single) = (World::new(), World::new());
    let hosts: Vec<_> = (0..1_000).map(|n| format!("router{n}")).collect();
    // Some are known before: better, worse and the same.
    for world in [&together, &single] {
        for host in hosts.iter().step_by(7) {
            world.cache.keep(&agent(host), &known(host, 1, 1), at(THEN)).unwrap();
        }
    }
    let learnt: Vec<_> = hosts.iter().map(|host| (agent(host), known(host, 2, 5))).collect();
    for (agent, known) in &learnt {
        single.cache.keep(agent, known, at(THEN + 60)).unwrap();
    }
    let notes: Vec<_> =
        learnt.iter().map(|(agent, known)| Note::new(agent.clone(), known, at(THEN + 60))).collect();
    assert_eq!(together.cache.keep_all(&notes).unwrap(), Kept::Written);
    for (agent, known) in &learnt {
        let found = together.cache.find(agent, at(THEN + 60));
        assert_eq!((found, found), (Some(*known), single.cache.find(agent, at(THEN + 60))));
    }
    assert_eq!(together.cache.keep_all(&notes).unwrap(), Kept::AsBefore);
    assert_eq!(together.cache.keep_all(&[]).unwrap(), Kept::AsBefore);
    // No file has more than its number of them, and the last ones of a crowd are kept.
    let crowd = hosts_of_one_file(limits::ENGINE_CACHE_ENTRIES + 10);
    let notes: Vec<_> =
        crowd.iter().map(|host| Note::new(agent(host), &known(host, 1, 1), at(THEN + 90))).collect();
    let world = World::new();
    world.cache.keep_all(&notes).unwrap();
    let there = crowd.iter().filter(|host| world.cache.find(&agent(host), at(THEN + 90)).is_some());
    assert_eq!(there.count(), limits::ENGINE_CACHE_ENTRIES);
    assert!(world.cache.find(&agent(crowd.last().unwrap()), at(THEN + 90)).is_some());
}
