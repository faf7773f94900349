//! How a run ends that somebody or something ends: Ctrl-C, `--deadline`, a reader who does not read, an agent that goes.

use std::{
    fmt::Write as _,
    io::Read as _,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use snmpkit::{
    agent::{Communities, Device, record},
    server_spec::Port,
    session::Server,
    transport::TransportSettings,
};

const WALK: &str = env!("CARGO_BIN_EXE_snmpwalk");
const BULK_WALK: &str = env!("CARGO_BIN_EXE_snmpbulkwalk");
const SET: &str = env!("CARGO_BIN_EXE_snmpset");

/// Far more than any run here takes, and far less than for ever.
const PATIENCE: Duration = Duration::from_secs(20);

/// Objects of the agent: their text is more than a pipe holds, many times over.
const OBJECTS: usize = 40_000;

/// An agent with many objects; gives its address.
fn agent() -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        for n in 1..=OBJECTS {
            writeln!(text, ".1.3.6.1.2.1.2.2.1.10.{n} = Counter32: {n}").unwrap();
        }
        // What ends the walk.
        text.push_str(".1.3.6.1.2.1.3.1.0 = INTEGER: 1\n");
        let (store, _) = record::read(text.as_bytes(), None).unwrap();
        let settings =
            TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
        let mut server =
            Server::new(Device::new(record::agent(store, Communities::default()), &[], 0), settings);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tell.send(server.listen(&"127.0.0.1".parse().unwrap()).await.unwrap().to_string()).unwrap();
            server.run().await.unwrap();
        });
    });
    told.recv().unwrap()
}

fn start(tool: &str, words: &[&str]) -> Child {
    Command::new(tool)
        .args(["-v2c", "-c", "public", "-On", "-r0", "-t60"])
        .args(words)
        .env("SNMPCONFPATH", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    let id = i32::try_from(child.id()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
}

/// Waits for the end without reading anything; the status, then stdout and stderr.
#[expect(clippy::disallowed_methods, reason = "a real program runs on the real clock")]
fn end(mut child: Child) -> (Option<i32>, String, String) {
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it does not end");
        }
        thread::sleep(Duration::from_millis(10));
    };
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (status, out, err)
}

fn assert_whole_lines(out: &str) {
    assert!(out.len() > 4_096 && out.ends_with('\n'), "{:?}", &out[out.len().saturating_sub(80)..]);
    for (n, line) in out.lines().enumerate() {
        assert_eq!(line, format!(".1.3.6.1.2.1.2.2.1.10.{0} = Counter32: {0}", n + 1));
    }
}

#[test]
fn a_reader_who_does_not_read_holds_up_neither_the_deadline_nor_ctrl_c() {
    let agent = agent();
    let bound = start(BULK_WALK, &["--deadline", "1", &agent, ".1.3.6.1.2.1.2"]);
    let interrupted = start(BULK_WALK, &[&agent, ".1.3.6.1.2.1.2"]);
    let at_the_end = start(BULK_WALK, &["--format", "table", &agent, ".1.3.6.1.2.1.2"]);

    let (status, out, err) = end(bound);
    assert_eq!(status, Some(1), "{err}");
    assert!(err.contains("deadline"), "{err}");
    assert_whole_lines(&out);

    interrupt(&interrupted);
    let (status, out, err) = end(interrupted);
    assert_eq!((status, err.as_str()), (Some(130), ""));
    assert_whole_lines(&out);

    // The table comes at the end, and nobody takes it.
    thread::sleep(Duration::from_millis(500));
    interrupt(&at_the_end);
    let (status, _, err) = end(at_the_end);
    assert_eq!((status, err.as_str()), (Some(130), ""));
}

#[test]
fn a_reader_who_reads_late_gets_everything() {
    let agent = agent();
    for tool in [WALK, BULK_WALK] {
        let mut child = start(tool, &[&agent, ".1.3.6.1.2.1.2"]);
        thread::sleep(Duration::from_millis(300));
        let mut out = String::new();
        child.stdout.as_mut().unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(end(child).0, Some(0));
        assert_whole_lines(&out);
        assert_eq!(out.lines().count(), OBJECTS);
    }
}

#[test]
fn a_set_whose_answer_nobody_waits_for_may_have_been_made() {
    const DOUBT: &str = "snmpset: the set may have been made; read the variables before you set them again\n";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let agent = format!("tcp:{}", listener.local_addr().unwrap());
    let words = [agent.as_str(), ".1.3.6.1.2.1.1.5.0", "s", "x"];

    let bound = start(SET, &[&["--deadline", "0.3"], &words[..]].concat());
    let (_silent, _) = listener.accept().unwrap();
    let (status, out, err) = end(bound);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(err.contains("deadline") && err.ends_with(DOUBT), "{err}");

    let interrupted = start(SET, &words);
    let (mut connection, _) = listener.accept().unwrap();
    assert!(connection.read(&mut [0; 1_000]).unwrap() > 0);
    interrupt(&interrupted);
    let (status, out, err) = end(interrupted);
    assert_eq!((status, out.as_str(), err.as_str()), (Some(130), "", DOUBT));

    let left = start(SET, &words);
    let (mut connection, _) = listener.accept().unwrap();
    assert!(connection.read(&mut [0; 1_000]).unwrap() > 0);
    drop(connection);
    let (status, out, err) = end(left);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(err.ends_with(DOUBT), "{err}");

    // Where nothing was sent, nothing was made.
    drop(listener);
    let (status, _, err) = end(start(SET, &words));
    assert_eq!(status, Some(1));
    assert!(!err.contains("may have been made"), "{err}");
}
