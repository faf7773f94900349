//! The user's MIB modules: what the tools say of them, and that nothing about them keeps a command from its answer.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use super::SYS_NAME;
use crate::support::tool::{Run, Tool, ours_path};

const MODULE: &str = "A-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI x FROM NO-MIB;\n\
                      aaa OBJECT IDENTIFIER ::= { enterprises 1111 }\nlost OBJECT IDENTIFIER ::= { nobody 1 }\nEND\n";

/// A tool with modules in its home.
fn tool(name: &str) -> Tool {
    let tool = Tool::ours(name);
    fs::create_dir(tool.home().join("modules")).unwrap();
    fs::write(tool.home().join("modules/A.txt"), MODULE).unwrap();
    tool
}

/// Asks the built-in device, and holds the run to an answer and to these messages.
fn assert_told(tool: &Tool, words: &[&str], told: &str) {
    let ended = answered(tool, words);
    assert_eq!(ended.err(), told, "{}", ended.describe());
}

fn answered(tool: &Tool, words: &[&str]) -> Run {
    let all = [&["-v2c", "-c", "public", "-M", "modules"], words, &["demo::", SYS_NAME]].concat();
    let ended = tool.run(&all);
    assert_eq!(ended.status(), 0, "{}", ended.describe());
    // Quoted or not, as the modules that count say what it is.
    let answer = ended.out().replace('"', "");
    assert!(answer.ends_with(" = STRING: demo.example.net\n"), "{}", ended.describe());
    ended
}

fn images(tool: &Tool) -> usize {
    let entries = fs::read_dir(tool.home().join("cache/snmpkit/mib")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "mibs")).count()
}

#[test]
fn a_module_that_is_not_there_is_told_as_by_net_snmp_and_the_command_goes_on() {
    let tool = tool("snmpget");
    let path = "MIB search path: modules\n";
    let missing = |module: &str| format!("Cannot find module ({module}): At line 1 in (none)\n");
    assert_told(
        &tool,
        &["-m", "A-MIB:NO-SUCH:NOPE"],
        &[path, &missing("NO-SUCH"), &missing("NOPE")].concat(),
    );
    assert_told(&tool, &["-m", "NO-SUCH", "-Pe"], path);
    assert_told(&tool, &["-m", "ALL:NO-SUCH"], &[path, &missing("NO-SUCH")].concat());
    assert_told(&tool, &["-m", "/nonexistent/file"], "/nonexistent/file: No such file or directory\n");
    assert_told(&tool, &["-m", "./modules"], "Failed to parse MIB file ./modules\n");
    for quiet in ["A-MIB", "+A-MIB", "-A-MIB", "ALL", "", "IF-MIB"] {
        assert_told(&tool, &["-m", quiet], "");
    }
}

#[test]
fn the_file_of_a_module_that_is_missing_is_told_and_why_it_is_no_use() {
    let tool = tool("snmpget");
    let modules = tool.home().join("modules");
    let text = |name: &str| MODULE.replace("A-MIB", name);
    let huge = [text("HUGE-MIB"), "-- \n".repeat(5 << 20)].concat();
    fs::write(modules.join("HUGE-MIB"), huge).unwrap();
    let deep = text("DEEP-MIB").replace("END", &format!("x ::= {}", "{".repeat(10_000)));
    fs::write(modules.join("DEEP-MIB.txt"), deep).unwrap();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    fs::write(modules.join("WIDE-MIB.mib"), wide(&format!("\u{feff}{}", text("WIDE-MIB")))).unwrap();
    fs::write(modules.join("BARE-MIB.my"), wide(&text("BARE-MIB"))).unwrap();
    let pipe = modules.join("PIPE-MIB.smi");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, 0o600.into()).unwrap();
    std::os::unix::fs::symlink("nowhere", modules.join("LINK-MIB")).unwrap();
    fs::write(modules.join("NAME-MIB.txt"), text("OTHER-MIB")).unwrap();
    let cases = [
        ("HUGE-MIB", "HUGE-MIB", "larger than 16 MiB (20971693 octets)"),
        ("DEEP-MIB", "DEEP-MIB.txt", "line 5: braces nest more than 100 deep"),
        ("WIDE-MIB", "WIDE-MIB.mib", "it is UTF-16, and MIB modules are ASCII or UTF-8"),
        ("BARE-MIB", "BARE-MIB.my", "it has NULs (binary or UTF-16) and no module"),
        ("PIPE-MIB", "PIPE-MIB.smi", "it is no ordinary file"),
        ("LINK-MIB", "LINK-MIB", "No such file or directory"),
        ("NAME-MIB", "NAME-MIB.txt", "the module in it is OTHER-MIB"),
    ];
    for (module, file, reason) in cases {
        let told = format!(
            "MIB search path: modules\nCannot find module ({module}): At line 1 in (none)\n\
             modules/{file} is passed over: {reason}\n"
        );
        assert_told(&tool, &["-m", module], &told);
        assert_told(&tool, &["-m", module, "-Pe"], "MIB search path: modules\n");
    }
    assert_told(&tool, &["-m", "ALL"], "");
}

#[test]
fn faults_of_modules_are_told_on_request() {
    let tool = tool("snmpget");
    let faults = "Cannot find module (NO-MIB): At line 2 in modules/A.txt\n\
                  unresolved OID: \"lost\" references unknown parent \"nobody\": At line 4 in modules/A.txt\n";
    for _ in 0..2 {
        assert_told(&tool, &["-m", "A-MIB", "-Pw"], faults);
    }
    let more = answered(&tool, &["-m", "A-MIB", "-PW"]);
    assert!(more.err().contains(faults.lines().next().unwrap()), "{}", more.describe());
    assert_told(&tool, &["-m", "IF-MIB", "-Pw"], "");
    fs::write(tool.home().join("modules/B.txt"), MODULE).unwrap();
    let twice = answered(&tool, &["-m", "A-MIB", "-Pw"]);
    let told = "Warning: Module A-MIB was in modules/A.txt now is modules/B.txt\n";
    assert!(twice.err().contains(told), "{}", twice.describe());
}

#[test]
fn ten_commands_at_once_answer_and_leave_one_image() {
    let tool = tool("snmpget");
    let words = ["-v2c", "-c", "public", "-M", "modules", "-m", "A-MIB", "demo::", SYS_NAME];
    let children: Vec<_> = (0..10)
        .map(|_| {
            tool.command(&words)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let ended = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success() && text.contains("demo.example.net"), "{ended:?}");
        assert!(ended.stderr.is_empty(), "{ended:?}");
    }
    assert_eq!(images(&tool), 1);
}

#[test]
fn a_process_that_holds_the_lock_and_does_nothing_is_not_waited_for_long() {
    let tool = tool("snmpget");
    let cache = tool.home().join("cache/snmpkit/mib");
    fs::create_dir_all(&cache).unwrap();
    let lock = fs::File::create(cache.join("lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let start = Instant::now();
    let ended = answered(&tool, &["-m", "A-MIB"]);
    assert!(ended.err().contains("another process holds the lock"), "{}", ended.describe());
    assert!(start.elapsed() < Duration::from_secs(60), "{}", ended.describe());
    drop(lock);
    assert_told(&tool, &["-m", "A-MIB"], "");
    assert_eq!(images(&tool), 1);
}

#[test]
fn an_interrupt_ends_a_command_while_it_compiles_and_the_next_one_compiles_again() {
    let tool = tool("snmpget");
    for n in 0..400 {
        let columns: Vec<_> =
            (0..40).map(|c| format!("m{n}c{c} OBJECT IDENTIFIER ::= {{ m{n} {c} }}\n")).collect();
        let columns = columns.concat();
        let text = format!(
            "M{n}-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\n\
             m{n} OBJECT IDENTIFIER ::= {{ enterprises 1112 {n} }}\n{columns}END\n"
        );
        fs::write(tool.home().join(format!("modules/M{n}.txt")), text).unwrap();
    }
    let words = ["-v2c", "-c", "public", "-M", "modules", "-m", "A-MIB", "demo::", SYS_NAME];
    let mut child = tool.command(&words).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let lock = tool.home().join("cache/snmpkit/mib/lock");
    let start = Instant::now();
    while !fs::metadata(&lock).is_ok_and(|metadata| metadata.len() > 0) {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing was compiled");
        thread::sleep(Duration::from_millis(1));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let start = Instant::now();
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "{status:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
    assert_eq!(images(&tool), 0);
    assert_told(&tool, &["-m", "A-MIB"], "");
    let left: Vec<_> =
        fs::read_dir(lock.parent().unwrap()).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(images(&tool) == 1 && left.len() == 2, "{left:?}");
}

#[test]
fn on_a_disk_without_room_commands_answer_all_the_same() {
    let shell = Tool::at(Path::new("/bin/sh"));
    fs::create_dir(shell.home().join("modules")).unwrap();
    fs::write(shell.home().join("modules/A.txt"), MODULE).unwrap();
    fs::create_dir(shell.home().join("cache")).unwrap();
    let script = format!(
        "unshare --mount sh -c 'mount -t tmpfs -o size=64k none cache && echo mounted && \
         exec \"{}\" -v2c -c public -M modules -m A-MIB demo:: {SYS_NAME}'",
        ours_path("snmpget").display()
    );
    let ended = shell.run(&["-c", &script]);
    if !ended.out().starts_with("mounted\n") {
        println!("skipped: no small disk can be made here: {}", ended.err());
        return;
    }
    assert_eq!(ended.status(), 0, "{}", ended.describe());
    assert!(ended.out().contains("demo.example.net"), "{}", ended.describe());
}

#[test]
fn a_directory_that_cannot_be_read_is_told_when_a_module_is_missing() {
    let tool = tool("snmpget");
    let path = "MIB search path: modules:nowhere:A.txt\n";
    fs::write(tool.home().join("A.txt"), "").unwrap();
    let ended =
        tool.run(&["-v2c", "-c", "public", "-M", "modules:nowhere:A.txt", "-m", "NOPE", "demo::", SYS_NAME]);
    let told = "nowhere: No such file or directory\nA.txt: Not a directory\n\
                Cannot find module (NOPE): At line 1 in (none)\n";
    assert_eq!(ended.err(), [path, told].concat(), "{}", ended.describe());
}

#[test]
fn without_a_place_for_images_commands_answer_all_the_same() {
    let blocked = tool("snmpget");
    fs::write(blocked.home().join("cache"), "in the way").unwrap();
    answered(&blocked, &["-m", "A-MIB"]);
    let homeless = tool("snmpget").env("HOME", "").env("XDG_CACHE_HOME", "");
    answered(&homeless, &["-m", "A-MIB"]);
    // A limit on the size of files, beyond which a process is killed, and one that leaves no room at all.
    let limited = Tool::at(Path::new("/bin/sh"));
    fs::create_dir(limited.home().join("modules")).unwrap();
    fs::write(limited.home().join("modules/A.txt"), MODULE).unwrap();
    for blocks in ["0", "100", "3000"] {
        let script = format!(
            "ulimit -f {blocks}; exec '{}' -v2c -c public -M modules -m A-MIB demo:: {SYS_NAME}",
            ours_path("snmpget").display()
        );
        let ended = limited.run(&["-c", &script]);
        assert_eq!(ended.status(), 0, "{}", ended.describe());
        assert!(ended.out().contains("demo.example.net"), "{}", ended.describe());
        assert_eq!(images(&limited), 0, "ulimit -f {blocks}");
    }
}
