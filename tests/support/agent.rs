//! Our `snmpagent`, for net-snmp's tools and others to ask.

use std::{
    fs::{self, File},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    Peers,
    daemon::Daemon,
    say,
    snmpd::free_port,
    tool::{Tool, ours_path},
};

/// How long the agent may take until it answers.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// A running `snmpagent`. It ends with this value, and in any case with the test process.
pub struct OurAgent {
    daemon: Daemon,
    port: u16,
    /// Owns the directory that the agent takes for the user's home.
    _tool: Tool,
}

impl OurAgent {
    /// Starts `snmpagent ARGUMENTS… --listen udp:… --listen tcp:… --listen unix:…` and waits until it answers
    /// net-snmp's snmpget with the community `public`. `arguments` are the device and further options.
    pub fn start(peers: Peers, arguments: &[&str]) -> Self {
        let mut agent = Self::launch(peers, arguments);
        agent.wait_until_it_answers();
        agent
    }

    /// The same for an agent that may answer with anything: waits until it says that it listens.
    pub fn start_misbehaving(peers: Peers, arguments: &[&str]) -> Self {
        let mut agent = Self::launch(peers, arguments);
        let deadline = Instant::now() + START_PATIENCE;
        while agent.log().matches("listening at").count() < 3 {
            if let Some(status) = agent.daemon.ended() {
                panic!("snmpagent ended with {status}\n{}", agent.log());
            }
            assert!(Instant::now() < deadline, "{}", agent.log());
            thread::sleep(Duration::from_millis(5));
        }
        agent
    }

    fn launch(_: Peers, arguments: &[&str]) -> Self {
        let port = (0..10).find_map(|_| free_port(false).ok()).unwrap();
        let directory = TempDir::with_prefix("snmpkit-agent-").unwrap();
        let tool = Tool::at(&ours_path("snmpagent"));
        let socket = directory.path().join("socket").display().to_string();
        let mut words: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        for address in
            [format!("udp:127.0.0.1:{port}"), format!("tcp:127.0.0.1:{port}"), format!("unix:{socket}")]
        {
            words.extend(["--listen".to_owned(), address]);
        }
        let mut command = tool.command(&words);
        command.stdout(File::create(directory.path().join("stdout")).unwrap());
        command.stderr(File::create(directory.path().join("stderr")).unwrap());
        Self { daemon: Daemon::start(&mut command, directory), port, _tool: tool }
    }

    /// `udp:127.0.0.1:PORT`.
    pub fn udp(&self) -> String {
        format!("udp:127.0.0.1:{}", self.port)
    }

    /// `tcp:127.0.0.1:PORT`.
    pub fn tcp(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }

    /// `unix:PATH`, a stream socket.
    pub fn unix(&self) -> String {
        format!("unix:{}", self.daemon.directory().join("socket").display())
    }

    /// Everything that it wrote to stderr.
    pub fn log(&self) -> String {
        let path: PathBuf = self.daemon.directory().join("stderr");
        fs::read_to_string(path).unwrap_or_default()
    }

    fn wait_until_it_answers(&mut self) {
        let tool = Tool::netsnmp("snmpgetnext");
        let deadline = Instant::now() + START_PATIENCE;
        for address in [self.udp(), self.tcp(), self.unix()] {
            loop {
                if let Some(status) = self.daemon.ended() {
                    panic!("snmpagent ended with {status}\n{}", self.log());
                }
                let run = tool.run(&["-v2c", "-c", "public", "-On", "-r0", "-t0.5", &address, ".1"]);
                if run.out().starts_with(".1.") {
                    break;
                }
                assert!(
                    Instant::now() < deadline,
                    "no answer on {address}\n{}{}",
                    run.describe(),
                    self.log()
                );
                thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

impl Drop for OurAgent {
    fn drop(&mut self) {
        if thread::panicking() {
            say(&format!("snmpagent's stderr:\n{}", self.log()));
        }
    }
}
