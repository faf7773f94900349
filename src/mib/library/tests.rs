#![expect(
    clippy::disallowed_methods,
    reason = "cached images live in files, which have the time of the real clock"
)]

use std::{
    fs::{self, File},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    sync::Mutex,
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::*;
use crate::mib::{cache::Cache, image};

/// A module below enterprise `number`, with one description.
fn module(name: &str, number: u32) -> String {
    format!(
        "{name}-MIB DEFINITIONS ::= BEGIN\nIMPORTS OBJECT-TYPE, Integer32, enterprises FROM SNMPv2-SMI ifIndex FROM IF-MIB;\n\
         {lower} OBJECT IDENTIFIER ::= {{ enterprises {number} }}\n\
         {lower}Table OBJECT-TYPE SYNTAX SEQUENCE OF {name}Entry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"t\"\n\
         ::= {{ {lower} 1 }}\n\
         {lower}Entry OBJECT-TYPE SYNTAX {name}Entry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"e\"\n\
         INDEX {{ ifIndex }} ::= {{ {lower}Table 1 }}\n\
         {name}Entry ::= SEQUENCE {{ {lower}Column Integer32 }}\n\
         {lower}Column OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"about {name}\"\n\
         ::= {{ {lower}Entry 1 }}\nEND\n",
        lower = name.to_lowercase(),
    )
}

/// A directory of modules, a cache beside it, and what was told.
struct World {
    root: TempDir,
    told: Arc<Mutex<Vec<String>>>,
}

impl World {
    fn new(names: &[&str]) -> Self {
        let world = Self { root: tempfile::tempdir().unwrap(), told: Arc::default() };
        fs::create_dir(world.modules()).unwrap();
        for (number, name) in (70_000..).zip(names) {
            world.write(&format!("{name}.txt"), &module(name, number));
        }
        world.age();
        world
    }

    fn modules(&self) -> PathBuf {
        self.root.path().join("modules")
    }

    fn cache(&self) -> PathBuf {
        self.root.path().join("cache/mib")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.modules().join(name), text).unwrap();
    }

    /// Makes the directory look as if it had been left alone for a while.
    fn age(&self) {
        let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        File::open(self.modules()).unwrap().set_modified(past).unwrap();
    }

    fn request(&self, asked: Asked) -> Request {
        Request {
            asked,
            directories: vec![self.modules(), self.root.path().join("absent")],
            files: Vec::new(),
            cache: Some(self.cache()),
            now: SystemTime::now(),
            tells: None,
        }
    }

    fn watch(&self) -> Watch {
        let told = Arc::clone(&self.told);
        Watch::new(move |event| {
            let text = match event {
                Event::Reading(..) => "reading".to_owned(),
                Event::Compiling(..) => "compiling".to_owned(),
                Event::Ready => return,
                other => format!("{other:?}"),
            };
            let mut told = told.lock().unwrap();
            if told.last() != Some(&text) {
                told.push(text);
            }
        })
    }

    fn open(&self, asked: Asked) -> Library {
        self.open_with(self.request(asked))
    }

    fn open_with(&self, request: Request) -> Library {
        self.told.lock().unwrap().clear();
        Library::open(request, self.watch())
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn images(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.cache()).into_iter().flatten().flatten();
        let mut images: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "mibs"))
            .collect();
        images.sort();
        images
    }
}

fn only(names: &[&str]) -> Asked {
    Asked::Only(names.iter().map(|name| format!("{name}-MIB")).collect())
}

fn has(library: &Library, name: &str) -> bool {
    library.view().named(name).next().is_some()
}

/// Which of these names count.
fn counting(library: &Library) -> Vec<&'static str> {
    ["aColumn", "bColumn", "ifDescr", "hrSystemUptime"]
        .into_iter()
        .filter(|name| has(library, name))
        .collect()
}

#[test]
fn what_was_asked_for_counts_and_nothing_else() {
    let world = World::new(&["A", "B"]);
    let all = ["aColumn", "bColumn", "ifDescr", "hrSystemUptime"];
    for (asked, expected) in [
        (Asked::BuiltIn, &all[2..]),
        (Asked::Nothing, &[]),
        (Asked::Everything, &all),
        (only(&["A"]), &["aColumn", "ifDescr"]),
        (Asked::Besides(vec!["B-MIB".to_owned()]), &all[1..]),
        (only(&[]), &[]),
    ] {
        assert_eq!(counting(&world.open(asked.clone())), expected, "{asked:?}");
    }
    let column = world.open(only(&["A"]));
    let column = column.view().named("aColumn").next().unwrap();
    assert_eq!(
        column.effective_indexes().next().unwrap().definition().unwrap().name().to_string(),
        "ifIndex"
    );
    assert_eq!(column.description(), Some("about A"));
}

#[test]
fn nothing_is_read_before_something_of_it_is_asked_for() {
    let world = World::new(&["A"]);
    let mut library = world.open(Asked::BuiltIn);
    library.require("IF-MIB").unwrap();
    assert!(world.told().is_empty() && !world.cache().exists(), "{:?}", world.told());
    library.require("A-MIB").unwrap();
    assert_eq!(counting(&library), ["aColumn", "ifDescr", "hrSystemUptime"]);
    assert_eq!(library.require("B-MIB"), Err(NoSuchModule { module: "B-MIB".to_owned() }));
    assert!(library.require("B-MIB").is_err());
    assert_eq!(world.told(), ["reading", "compiling", "Missing(\"B-MIB\")"], "a missing module is told once");
    let mut nothing = world.open(Asked::Nothing);
    nothing.require("A-MIB").unwrap();
    assert_eq!(counting(&nothing), ["aColumn", "ifDescr"]);
}

#[test]
fn a_set_is_compiled_once_and_again_when_it_changes() {
    let world = World::new(&["A", "B"]);
    world.open(Asked::Everything);
    assert_eq!(world.told(), ["reading", "compiling"]);
    for _ in 0..2 {
        assert_eq!(counting(&world.open(only(&["A", "B"]))), ["aColumn", "bColumn", "ifDescr"]);
        assert!(world.told().is_empty());
    }
    // A file more.
    world.write("C.txt", &module("C", 80_000));
    assert!(has(&world.open(only(&["C"])), "cColumn"));
    assert_eq!(world.told(), ["reading", "compiling"]);
    // Another content of a file that is named.
    world.age();
    world.open(only(&["C"]));
    world.write("C.txt", &module("C", 80_000).replace("cColumn", "cOther"));
    world.age();
    assert!(has(&world.open(only(&["C"])), "cOther"));
    // And of one that is not, which is noticed after some seconds.
    world.write("A.txt", &module("A", 70_000).replace("aColumn", "aOther"));
    world.age();
    assert!(!has(&world.open(Asked::Everything), "aOther"), "looked at all files after no time");
    let later =
        Request { now: SystemTime::now() + Duration::from_secs(60), ..world.request(Asked::Everything) };
    assert!(has(&world.open_with(later), "aOther"));
    // A file less.
    fs::remove_file(world.modules().join("A.txt")).unwrap();
    assert!(!has(&world.open(Asked::Everything), "aOther"));
    assert_eq!(world.images().len(), 1);
}

#[test]
fn what_comes_and_goes_in_a_directory_costs_no_compiling() {
    let world = World::new(&["A"]);
    world.open(Asked::Everything);
    world.write("B.txt", &module("B", 70_001));
    fs::remove_file(world.modules().join("B.txt")).unwrap();
    assert!(has(&world.open(Asked::Everything), "aColumn"));
    assert!(world.told().is_empty(), "{:?}", world.told());
}

#[test]
fn a_file_that_says_nothing_new_makes_no_image_and_is_looked_at_once() {
    let world = World::new(&[]);
    world.write("old", "IF-MIB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { iso 1 } END");
    let library = world.open(Asked::Everything);
    assert!(std::ptr::eq(library.view().image(), image::core()));
    world.age();
    world.open(Asked::Everything);
    world.open(Asked::Everything);
    assert!(world.told().is_empty(), "{:?}", world.told());
    assert!(fs::metadata(&world.images()[0]).unwrap().len() < 1_000);
}

#[test]
fn a_damaged_image_is_made_again_without_a_word() {
    let world = World::new(&["A"]);
    world.open(Asked::Everything);
    let path = world.images().remove(0);
    let whole = fs::read(&path).unwrap();
    let flipped = |at: usize| {
        let mut octets = whole.clone();
        octets[at] ^= 0x20;
        octets
    };
    let length = whole.len();
    let cases =
        [Vec::new(), whole[..length - 1].to_vec(), flipped(9), flipped(length / 4), flipped(length - 100)];
    let Request { directories, now, .. } = world.request(Asked::Everything);
    let cache = Cache::new(world.cache(), &directories, &[], now);
    let opens = || cache.open(&directories, &[], &["A-MIB".to_owned()]).is_some();
    assert!(opens());
    for (n, damaged) in cases.into_iter().enumerate() {
        fs::write(&path, damaged).unwrap();
        assert!(!opens(), "case {n}");
    }
    assert_eq!(counting(&world.open(only(&["A"]))), ["aColumn", "ifDescr"]);
    assert_eq!(world.told(), ["reading", "compiling"]);
}

#[test]
fn a_byte_order_mark_and_nuls_cost_a_file_nothing() {
    let world = World::new(&["B"]);
    let marked = format!("\u{feff}{}", module("A", 70_100));
    world.write("A.txt", &marked);
    let text = module("B", 70_101).replace("about B", "about\0B\0").replace("ifIndex FROM", "ifIndex\0FROM");
    world.write("B.txt", &text.replace("END\n", "lost OBJECT IDENTIFIER ::= { nobody 1 }\nEND\n"));
    let mut library = world.open(Asked::Everything);
    assert_eq!(counting(&library), ["aColumn", "bColumn", "ifDescr", "hrSystemUptime"]);
    let column = library.view().named("bColumn").next().unwrap();
    assert_eq!(library.prose(column).unwrap().description, "about B ");
    let lost = library.problems().into_iter().find(|problem| problem.text.contains("nobody")).unwrap();
    assert_eq!(lost.line, 11, "{lost:?}");
}

/// Nothing that stands in the place of an image is waited for, followed or believed.
#[test]
fn what_others_may_have_put_in_place_of_an_image_is_replaced() {
    let world = World::new(&["A"]);
    world.open(Asked::Everything);
    let path = world.images().remove(0);
    let whole = fs::read(&path).unwrap();
    let elsewhere = world.root.path().join("elsewhere");
    fs::write(&elsewhere, &whole).unwrap();
    let pipe = || rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap();
    let link = || std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let writable = || {
        fs::write(&path, &whole).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o602)).unwrap();
    };
    let foreign = || {
        fs::write(&path, &whole).unwrap();
        if let Err(error) = std::os::unix::fs::chown(&path, Some(12_345), None) {
            println!("not tried with a file of somebody else's: {error}");
            fs::remove_file(&path).unwrap();
        }
    };
    let places: [(&str, &dyn Fn()); 4] =
        [("pipe", &pipe), ("link", &link), ("writable", &writable), ("foreign", &foreign)];
    for (name, place) in places {
        fs::remove_file(&path).unwrap();
        place();
        assert_eq!(counting(&world.open(only(&["A"]))), ["aColumn", "ifDescr"], "{name}");
        assert_eq!(world.told(), ["reading", "compiling"], "{name}");
        let is_ours = fs::symlink_metadata(&path).unwrap();
        assert!(is_ours.is_file() && is_ours.mode() & 0o777 == 0o600, "{name}: {is_ours:?}");
        world.open(only(&["A"]));
        assert!(world.told().is_empty(), "{name}: {:?}", world.told());
    }
    assert_eq!(fs::read(&elsewhere).unwrap(), whole);
}

#[test]
fn a_lock_that_is_something_else_keeps_images_away_and_is_left_as_it_is() {
    let world = World::new(&["A"]);
    fs::create_dir_all(world.cache()).unwrap();
    let lock = world.cache().join("lock");
    rustix::fs::mkfifoat(rustix::fs::CWD, &lock, 0o600.into()).unwrap();
    assert_eq!(counting(&world.open(only(&["A"]))), ["aColumn", "ifDescr"]);
    assert!(world.told().concat().contains("not an ordinary file"), "{:?}", world.told());
    fs::remove_file(&lock).unwrap();
    let precious = world.root.path().join("precious");
    fs::write(&precious, "nothing of ours goes in here").unwrap();
    fs::hard_link(&precious, &lock).unwrap();
    assert_eq!(counting(&world.open(only(&["A"]))), ["aColumn", "ifDescr"]);
    assert!(world.told().concat().contains("other names"), "{:?}", world.told());
    assert_eq!(fs::read(&precious).unwrap(), b"nothing of ours goes in here");
}

#[test]
fn a_directory_of_somebody_elses_that_others_write_to_keeps_no_images() {
    let world = World::new(&["A"]);
    world.open(Asked::Everything);
    if let Err(error) = std::os::unix::fs::chown(world.cache(), Some(12_345), None) {
        println!("skipped: a directory cannot be given away: {error}");
        return;
    }
    for (mode, expected) in [(0o700, 0), (0o777, 3), (0o1777, 3), (0o755, 0)] {
        fs::set_permissions(world.cache(), fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(counting(&world.open(only(&["A"]))), ["aColumn", "ifDescr"], "{mode:o}");
        let told = world.told();
        assert_eq!(told.len(), expected, "{mode:o}: {told:?}");
        assert!(told.iter().skip(2).all(|told| told.contains("others may write there")), "{told:?}");
    }
}

#[test]
fn where_nothing_can_be_kept_names_work_and_only_what_is_asked_for_is_compiled() {
    let world = World::new(&["A", "B"]);
    fs::write(world.root.path().join("cache"), "in the way").unwrap();
    let mut library = world.open(only(&["A"]));
    assert_eq!(counting(&library), ["aColumn", "ifDescr"]);
    assert!(library.view().image().module("B-MIB").is_none());
    let told = world.told();
    assert!(
        told.len() == 3 && told[2].starts_with("NotKept") && told[2].contains("ot a directory"),
        "{told:?}"
    );
    library.require("B-MIB").unwrap();
    assert_eq!(counting(&library), ["aColumn", "bColumn", "ifDescr"]);
    let nowhere = Request { cache: None, ..world.request(only(&["B"])) };
    assert_eq!(counting(&world.open_with(nowhere)), ["bColumn", "ifDescr"]);
    assert_eq!(world.told(), ["reading", "compiling"]);
}

#[test]
fn who_starts_at_once_waits_for_one_who_compiles() {
    let world = World::new(&["A", "B"]);
    let compiled: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..10)
            .map(|_| {
                scope.spawn(|| {
                    let count = Arc::new(Mutex::new(0));
                    let seen = Arc::clone(&count);
                    let watch = Watch::new(move |event| {
                        if let Event::Reading(0, _) = event {
                            *seen.lock().unwrap() += 1;
                        }
                    });
                    let library = Library::open(world.request(only(&["A"])), watch);
                    assert_eq!(counting(&library), ["aColumn", "ifDescr"]);
                    *count.lock().unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(compiled, 1);
    assert_eq!(world.images().len(), 1);
    let left: Vec<_> = fs::read_dir(world.cache()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_file_that_changes_all_the_time_costs_itself_alone() {
    let world = World::new(&["A", "B"]);
    let changes = Arc::new(std::sync::atomic::AtomicBool::new(true));
    thread::scope(|scope| {
        let goes_on = Arc::clone(&changes);
        let path = world.modules().join("A.txt");
        scope.spawn(move || {
            let text = module("A", 70_000);
            for cut in (0..text.len()).cycle() {
                if !goes_on.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                // In place, as some editors write.
                fs::write(&path, &text[..cut]).unwrap();
            }
            fs::write(&path, &text).unwrap();
        });
        for _ in 0..2 {
            assert!(has(&world.open(Asked::Everything), "bColumn"), "{:?}", world.told());
        }
        changes.store(false, std::sync::atomic::Ordering::Relaxed);
    });
    let later = SystemTime::now() + Duration::from_secs(60);
    let library = world.open_with(Request { now: later, ..world.request(Asked::Everything) });
    assert_eq!(counting(&library), ["aColumn", "bColumn", "ifDescr", "hrSystemUptime"]);
}

#[test]
fn files_that_are_named_always_count() {
    let world = World::new(&["A"]);
    let file = world.root.path().join("named.mib");
    fs::write(&file, module("N", 90_000)).unwrap();
    let request = |asked| Request { files: vec![file.clone()], ..world.request(asked) };
    for asked in [Asked::Nothing, Asked::BuiltIn, only(&["A"])] {
        assert!(has(&world.open_with(request(asked.clone())), "nColumn"), "{asked:?}");
    }
    fs::write(&file, module("N", 90_000).replace("nColumn", "nOther")).unwrap();
    world.age();
    assert!(
        has(&world.open_with(request(Asked::Nothing)), "nOther"),
        "a change of a named file is noticed at once"
    );
    let absent = Request { files: vec!["/nonexistent/x".into()], ..world.request(Asked::BuiltIn) };
    assert_eq!(counting(&world.open_with(absent)), ["ifDescr", "hrSystemUptime"]);
    assert_eq!(world.told()[0], "Unreadable(\"/nonexistent/x\", \"No such file or directory\")");
}

#[test]
fn images_that_nobody_uses_are_removed_when_another_is_written() {
    let world = World::new(&["A"]);
    world.open(Asked::Everything);
    let old = world.images().remove(0);
    let past = SystemTime::now() - Duration::from_secs(91 * 24 * 60 * 60);
    File::options().write(true).open(&old).unwrap().set_modified(past).unwrap();
    let unfinished = world.cache().join("0.1.new");
    fs::write(&unfinished, "x").unwrap();
    File::options().write(true).open(&unfinished).unwrap().set_modified(past).unwrap();
    let other = Request { directories: vec![world.modules()], ..world.request(Asked::Everything) };
    world.open_with(other);
    let images = world.images();
    assert!(images.len() == 1 && images[0] != old && !unfinished.exists(), "{images:?}");
}

#[test]
fn problems_are_kept_with_the_image_and_told_of_modules_that_count() {
    let world = World::new(&["A", "B"]);
    let faulty = |name| module(name, 70_500).replace("END", "lost OBJECT IDENTIFIER ::= { nobody 1 }\nEND");
    world.write("A.txt", &faulty("A"));
    world.write("B.txt", &faulty("B"));
    for _ in 0..2 {
        let problems = world.open(only(&["A"])).problems();
        let lost: Vec<_> = problems.iter().filter(|problem| problem.text.contains("nobody")).collect();
        assert!(!lost.is_empty() && lost.iter().all(|problem| problem.module == "A-MIB"), "{problems:?}");
        assert!(lost[0].line == 11 && lost[0].file.ends_with("A.txt"), "{problems:?}");
    }
}

#[test]
fn problems_are_told_once_and_of_modules_that_come_later_too() {
    let world = World::new(&["A", "B"]);
    for (number, name) in (70_500..).zip(["A", "B"]) {
        let faulty = module(name, number).replace("END", "lost OBJECT IDENTIFIER ::= { nobody 1 }\nEND");
        world.write(&format!("{name}.txt"), &faulty);
    }
    let told = |world: &World, name: &str| {
        let file = format!("{name}.txt");
        world.told().iter().filter(|text| text.starts_with("Problem") && text.contains(&file)).count()
    };
    for cache in [Some(world.cache()), None] {
        let request = Request { cache, tells: Some(Severity::Error), ..world.request(only(&["A"])) };
        let mut library = world.open_with(request);
        assert_eq!((told(&world, "A"), told(&world, "B")), (1, 0), "{:?}", world.told());
        for _ in 0..2 {
            library.require("B-MIB").unwrap();
            assert_eq!((told(&world, "A"), told(&world, "B")), (1, 1), "{:?}", world.told());
        }
    }
    world.open(only(&["A"]));
    assert_eq!(told(&world, "A"), 0, "nobody asked for problems");
}

#[test]
fn descriptions_of_built_in_definitions_come_from_files() {
    let world = World::new(&["A"]);
    let text = "IF-MIB DEFINITIONS ::= BEGIN\nIMPORTS OBJECT-TYPE, mib-2 FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC;\n\
                interfaces OBJECT IDENTIFIER ::= { mib-2 2 }\nifDescr OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only\n\
                STATUS current DESCRIPTION \"its own words\" REFERENCE \"a book\" ::= { interfaces 77 }\nEND\n";
    for name in ["IF-MIB.txt", "misnamed"] {
        world.write(name, text);
        for asked in [Asked::BuiltIn, Asked::Everything] {
            let mut library = world.open(asked);
            let descr = library.view().in_module("IF-MIB", "ifDescr").unwrap();
            assert_eq!(
                (descr.oid().to_string().as_str(), descr.description()),
                ("1.3.6.1.2.1.2.2.1.2", None)
            );
            let prose = library.prose(descr).unwrap();
            assert_eq!((prose.description.as_str(), prose.reference.as_str()), ("its own words", "a book"));
            let index = library.view().in_module("IF-MIB", "ifIndex").unwrap();
            assert_eq!(library.prose(index), None);
        }
        fs::remove_file(world.modules().join(name)).unwrap();
    }
    let mut library = world.open(Asked::Everything);
    let column = library.view().named("aColumn").next().unwrap();
    assert_eq!(library.prose(column).unwrap().description, "about A");
}

#[test]
fn rivals_are_all_that_bear_a_name() {
    let library = Library::core();
    assert!(library.rivals("hrSystemUptime").is_empty());
    assert!(library.rivals("ifDescr").len() > 1, "RFC1213-MIB has one, too");
}
