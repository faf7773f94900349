//! Many agents for the tools: the built-in device at every address of the loopback interface, and lists of agents.

use std::{
    fs::{self, Permissions},
    net::UdpSocket,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::mpsc,
    thread,
};

use serde_json::Value;
use snmpkit::{
    agent::{Communities, Device, demo},
    server_spec::Port,
    session::Server,
    transport::TransportSettings,
};

use super::tool::{Run, Tool};

/// Serves the built-in device at every address of the loopback interface for as long as the test process lives; its
/// port.
pub fn served(quirks: &[&str]) -> u16 {
    let quirks: Vec<_> = quirks.iter().map(|quirk| quirk.parse().unwrap()).collect();
    let (send, port) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let settings = demo::Settings::default();
            let authority = demo::user::authority(&settings, 1);
            let agent = demo::agent(settings, Communities::default()).with_usm(authority);
            let any_port =
                TransportSettings { default_port: Some(Port::Number(0)), ..TransportSettings::default() };
            let mut server = Server::new(Device::new(agent, &quirks, 1), any_port);
            let address = server.listen(&"0.0.0.0".parse().unwrap()).await.unwrap().to_string();
            send.send(address.rsplit_once(':').unwrap().1.parse().unwrap()).unwrap();
            server.run().await.unwrap();
        });
    });
    port.recv().unwrap()
}

/// A port that nobody answers at, on any address, while the socket lives.
pub fn silent() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// A tool, and a list for it.
pub struct Listed {
    pub tool: Tool,
    pub list: PathBuf,
}

impl Listed {
    pub fn new(name: &str, lines: &str) -> Self {
        let tool = Tool::ours(name);
        let list = tool.home().join("list");
        fs::write(&list, lines).unwrap();
        fs::set_permissions(&list, Permissions::from_mode(0o600)).unwrap();
        Self { tool, list }
    }

    pub fn words<'a>(&'a self, words: &[&'a str]) -> Vec<&'a str> {
        let mut all = vec!["-v2c", "-c", "public", "--targets", self.list.to_str().unwrap()];
        all.extend(words);
        all
    }

    pub fn run(&self, words: &[&str]) -> Run {
        self.tool.run(&self.words(words))
    }
}

pub fn hosts(port: u16, count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("127.2.{}.{}:{port}", n / 200, n % 200 + 1)).collect()
}

pub fn objects(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// The hosts of the objects of a kind, in order.
pub fn hosts_of(objects: &[Value], kind: &str) -> Vec<String> {
    let of_kind = objects.iter().filter(|object| object["kind"] == kind);
    of_kind.map(|object| object["host"].as_str().unwrap().to_owned()).collect()
}

pub fn sorted(mut items: Vec<String>) -> Vec<String> {
    items.sort_unstable();
    items
}
