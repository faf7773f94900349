//! Random but plausible command lines, configuration files and environments.

use std::{collections::BTreeSet, ffi::OsString, fs, net::UdpSocket, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    Seen, amount, in_parallel,
    support::{
        Peers,
        agent::OurAgent,
        fake::{Recorder, Request, binding},
        require_peers,
        snmpd::{FIXED, Snmpd},
        tool::{End, Tool},
    },
    typed,
};

const TOOLS: [&str; 6] = ["snmpget", "snmpgetnext", "snmpset", "snmpwalk", "snmpbulkget", "snmpbulkwalk"];

/// Who is asked.
#[derive(Clone, Debug)]
enum Agent {
    /// A relay before a real agent, which keeps what passes.
    Relay(String),
    /// A real agent at an address of a kind that nothing can be kept of.
    Direct,
    /// Every request gets this error-status and index, and its own bindings.
    Error(u8, u8),
    /// Every request gets its own bindings.
    Echo,
    /// Every request gets the same bindings.
    Always(Vec<u8>),
    /// Every name gets itself with one arc more, with a value of some type.
    Child,
    /// Nothing.
    Silent,
}

impl Agent {
    fn start(&self) -> Recorder {
        match self.clone() {
            Self::Relay(address) => {
                let upstream = UdpSocket::bind("127.0.0.1:0").unwrap();
                upstream.connect(address.trim_start_matches("udp:")).unwrap();
                upstream.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
                Recorder::start(move |datagram| {
                    upstream.send(datagram).ok();
                    let mut octets = vec![0; 65_536];
                    let length = upstream.recv(&mut octets);
                    length.map(|length| octets[..length].to_vec()).into_iter().collect()
                })
            }
            Self::Error(status, index) => Recorder::start(move |datagram| {
                Request::read(datagram).map(|r| r.response(status, index, &r.bindings)).into_iter().collect()
            }),
            Self::Echo => Recorder::echo(),
            Self::Always(bindings) => Recorder::start(move |datagram| {
                Request::read(datagram).map(|r| r.response(0, 0, &bindings)).into_iter().collect()
            }),
            Self::Child => {
                let mut answers = 0_u8;
                Recorder::start(move |datagram| {
                    answers = answers.saturating_add(1);
                    let end = answers > 6;
                    let typed =
                        if end { &[(0x82, Vec::new())][..] } else { &typed()[usize::from(answers)..] };
                    let (tag, contents) = typed[0].clone();
                    let bindings = binding(&format!("{FIXED}.{answers}"), tag, &contents);
                    Request::read(datagram).map(|r| r.response(0, 0, &bindings)).into_iter().collect()
                })
            }
            Self::Silent | Self::Direct => Recorder::start(|_| Vec::new()),
        }
    }
}

/// Everything that a case consists of.
#[derive(Clone, Debug)]
struct Case {
    tool: &'static str,
    words: Vec<String>,
    files: Vec<(String, String)>,
    environment: Vec<(&'static str, &'static str)>,
    agent: Agent,
}

/// The agents that live through all cases.
struct World {
    snmpd: &'static Snmpd,
    switch: OurAgent,
}

struct Maker<'a> {
    random: StdRng,
    world: &'a World,
}

impl Maker<'_> {
    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.random.random_range(0..all.len())].clone()
    }

    fn case(&mut self) -> Case {
        let tool = self.pick(&TOOLS);
        let (agent, mut address) = self.agent(tool);
        let mut options: Vec<Vec<String>> = Vec::new();
        let mut file = String::new();
        let bulk = tool.starts_with("snmpbulk");
        let version = if bulk && self.chance(95) || self.chance(65) { "2c" } else { "1" };
        self.setting("v", "defVersion", version, &mut options, &mut file);
        let community = match () {
            () if self.chance(4) => "wrong",
            () if tool == "snmpset" && self.chance(85) => "private",
            () => "public",
        };
        self.setting("c", "defCommunity", community, &mut options, &mut file);
        let retries = if matches!(agent, Agent::Silent) { self.pick(&["0", "1", "2"]) } else { "0" };
        self.setting("r", "retries", retries, &mut options, &mut file);
        let quick = matches!(agent, Agent::Silent) || community == "wrong";
        let timeout = if quick { self.pick(&["0.2", ".2", "2e-1", "0.25"]) } else { "3" };
        let seconds_only = if quick { None } else { Some("timeout") };
        match seconds_only {
            Some(token) => self.setting("t", token, timeout, &mut options, &mut file),
            None => options.push(vec!["-t".to_owned(), timeout.to_owned()]),
        }
        for _ in 0..self.pick(&[0, 1, 1, 2, 3]) {
            let word = self.output_letters();
            options.push(self.spelled('O', &word));
        }
        if self.chance(20) {
            self.output_token(&mut options, &mut file);
        }
        self.flags(tool, &agent, &mut options);
        if self.chance(25) {
            let odd = self.odd_option();
            options.push(odd);
        }
        let mut host_file = None;
        if !matches!(agent, Agent::Direct) && self.chance(12) {
            host_file = self.known_elsewhere(&mut address, &mut file);
        }
        if tool.ends_with("walk") && self.chance(8) {
            self.walk_token(tool, &mut options, &mut file);
        }
        let mut names = self.names(tool);
        settle(tool, &agent, &mut names);
        let mixed = tool != "snmpset" && self.chance(40);
        let words = self.arranged(tool, mixed, options, &address, names);
        let mut files = Vec::new();
        if !file.is_empty() {
            let name = self.pick(&["snmp.conf", "snmp.conf", "snmp.local.conf"]);
            files.push((name.to_owned(), file));
        }
        files.extend(host_file);
        Case { tool, words, files, environment: self.environment(mixed), agent }
    }

    fn agent(&mut self, tool: &str) -> (Agent, String) {
        let snmpd = self.world.snmpd;
        let plain = |address: &str| match address {
            "udp" => "udp:{agent}".to_owned(),
            "UDP" => "UDP:{agent}".to_owned(),
            "dotless" => "udp:{port}".to_owned(),
            "host" => "localhost:{port}".to_owned(),
            "udphost" => "udp:localhost:{port}".to_owned(),
            other => other.to_owned(),
        };
        let spelling = self.pick(&["{agent}", "{agent}", "{agent}", "udp", "UDP", "host", "udphost"]);
        let relayed = plain(spelling);
        let typed: Vec<u8> = typed()
            .into_iter()
            .enumerate()
            // What ours leaves out after the first exception is not compared.
            .filter(|(_, (tag, _))| !(0x81..=0x82).contains(tag))
            .flat_map(|(index, (tag, contents))| binding(&format!("{FIXED}.{index}.0"), tag, &contents))
            .collect();
        let agent = match self.random.random_range(0..100) {
            // What follows the names that a GETBULK asks for moves in snmpd.
            0..30 if tool != "snmpbulkget" => Agent::Relay(snmpd.udp()),
            0..50 => Agent::Relay(self.world.switch.udp()),
            50..60 if tool != "snmpbulkget" => {
                let mut direct = vec![
                    snmpd.udp(),
                    snmpd.tcp(),
                    snmpd.unix(),
                    self.world.switch.tcp(),
                    self.world.switch.unix(),
                ];
                direct.extend([snmpd.udp6(), snmpd.tcp6()].into_iter().flatten());
                direct.push(snmpd.unix().replace("unix:", ""));
                direct.extend(snmpd.udp6().map(|address| address.replace("udp6", "udpv6")));
                direct.extend(snmpd.udp6().map(|address| address.replace("udp6", "ipv6")));
                direct.extend(snmpd.tcp6().map(|address| address.replace("tcp6", "tcpv6")));
                direct.push(snmpd.tcp().to_uppercase());
                let address = self.pick(&direct);
                return (Agent::Direct, address);
            }
            50..70 => {
                let index = self.pick(&[0, 0, 1, 1, 2, 3, 100]);
                Agent::Error(self.random.random_range(1..21), index)
            }
            70..80 => Agent::Echo,
            80..88 => Agent::Always(typed),
            88..97 if tool != "snmpset" => Agent::Child,
            _ => Agent::Silent,
        };
        (agent, relayed)
    }

    /// An address whose port, transport or everything stands in a file; the host's own file, if it is that one.
    fn known_elsewhere(&mut self, address: &mut String, file: &mut String) -> Option<(String, String)> {
        let (typed, line) = match self.random.random_range(0..6) {
            0 => ("127.0.0.1", "defaultPort {port}\n"),
            1 => ("udp:127.0.0.1", "DefaultPort {port}\n"),
            2 => ("alias:box", "alias box udp:127.0.0.1:{port}\n"),
            3 => ("127.0.0.1:{port}", "defDomain snmp udp\ndefaultPort 9\n"),
            4 => ("127.0.0.1", ""),
            _ => ("localhost", ""),
        };
        typed.clone_into(address);
        file.push_str(line);
        if !line.is_empty() {
            return None;
        }
        let lines = [
            "",
            "foo x\n",
            "printNumericOids yes\n",
            "retries 0\n",
            "defVersion 2c\n",
            "defCommunity public\n",
            "timeout x\n",
            "quickPrinting 1\n",
        ];
        let line = self.pick(&lines);
        Some((format!("hosts/{typed}.conf"), format!("{line}defaultPort {{port}}\n")))
    }

    fn walk_token(&mut self, tool: &str, options: &mut Vec<Vec<String>>, file: &mut String) {
        let tokens = ["includeRequested", "excludeRequested", "printStatistics", "dontCheckOrdering"];
        let (token, value) = (self.pick(&tokens), self.pick(&["yes", "no", "1", "maybe"]));
        match self.random.random_range(0..3) {
            0 => file.extend(["[", tool, "] ", token, " ", value, "\n"]),
            1 => options.push(vec![format!("--{token}={value}")]),
            // The section ends with the file.
            _ => file.extend(["[", tool, "]\n", token, " ", value, "\n"]),
        }
    }

    /// A setting that has an option and a token, in one of all the ways that there are.
    fn setting(
        &mut self,
        letter: &str,
        token: &str,
        value: &str,
        options: &mut Vec<Vec<String>>,
        file: &mut String,
    ) {
        match self.random.random_range(0..100) {
            0..45 => options.push(vec![format!("-{letter}{value}")]),
            45..80 => options.push(vec![format!("-{letter}"), value.to_owned()]),
            80..86 => options.push(vec![format!("--{token}={value}")]),
            86..90 => options.push(vec!["-Y".to_owned(), format!("{token} {value}")]),
            90..95 => {
                let token = self.pick(&[token.to_owned(), token.to_lowercase(), token.to_uppercase()]);
                let line = match self.random.random_range(0..4) {
                    0 => format!("{token}\t{value}\n"),
                    1 => format!("  {token} {value}  \n"),
                    2 => format!("[snmp] {token} {value}\n"),
                    _ => format!("# {token} x\n{token} {value}\n"),
                };
                file.push_str(&line);
            }
            _ => {
                // The last one counts, and the command line counts more than a file.
                file.extend([token, " ", value, "\n"]);
                options.push(vec![format!("-{letter}{value}")]);
            }
        }
    }

    fn output_letters(&mut self) -> String {
        let letters = [
            '0', 'a', 'b', 'e', 'E', 'f', 'n', 'n', 'n', 'q', 'Q', 's', 'S', 't', 'T', 'u', 'U', 'v', 'x',
            'X',
        ];
        let count = self.pick(&[1, 1, 2, 2, 3, 4, 6]);
        let mut word: String = (0..count).map(|_| self.pick(&letters)).collect();
        match self.random.random_range(0..100) {
            0..5 => word.push_str("p.2"),
            5..7 => word.push('z'),
            _ => {}
        }
        word
    }

    fn spelled(&mut self, letter: char, word: &str) -> Vec<String> {
        if self.chance(75) {
            vec![format!("-{letter}{word}")]
        } else {
            vec![format!("-{letter}"), word.to_owned()]
        }
    }

    fn output_token(&mut self, options: &mut Vec<Vec<String>>, file: &mut String) {
        let flags = [
            "printNumericEnums",
            "printNumericOids",
            "escapeQuotes",
            "dontBreakdownOids",
            "quickPrinting",
            "numericTimeticks",
            "extendedIndex",
            "printHexText",
            "printValueOnly",
            "dontPrintUnits",
        ];
        let (token, value) = match self.random.random_range(0..10) {
            0 => ("oidOutputFormat", self.pick(&["1", "2", "3", "4", "5", "6", "x"])),
            1 => ("suffixPrinting", self.pick(&["0", "1", "2"])),
            2 => ("hexOutputLength", self.pick(&["0", "8", "16", "x"])),
            3 => ("outputPrecision", self.pick(&[".1", ".3e", "5"])),
            _ => {
                (self.pick(&flags), self.pick(&["yes", "no", "true", "false", "1", "0", "YES", "maybe", "2"]))
            }
        };
        match self.random.random_range(0..4) {
            0 => options.push(vec![format!("--{token}={value}")]),
            1 => options.push(vec!["-Y".to_owned(), format!("{token} {value}")]),
            2 if value == "1" => options.push(vec![format!("--{token}")]),
            _ => file.extend([token, " ", value, "\n"]),
        }
    }

    fn flags(&mut self, tool: &str, agent: &Agent, options: &mut Vec<Vec<String>>) {
        if self.chance(40) {
            return;
        }
        let letters: &[&str] = match tool {
            "snmpget" | "snmpgetnext" => &["f"],
            "snmpset" => &["q"],
            "snmpwalk" => &["p", "i", "I", "c"],
            "snmpbulkget" => &["n0", "n1", "n2", "r0", "r1", "r2", "r3", "r5"],
            _ => &["c", "i", "p", "n0", "n1", "r1", "r2", "r5", "r20"],
        };
        let count = self.pick(&[1, 1, 2, 3]);
        let word: String = (0..count).map(|_| self.pick(letters)).collect();
        let spelled = self.spelled('C', &word);
        options.push(spelled);
        if tool == "snmpwalk" && !matches!(agent, Agent::Relay(_) | Agent::Direct) && self.chance(25) {
            let end = self.pick(&[
                ".1.3.6.1.2.1.2.2.1.3",
                ".1.3.6.1.2.1.1.6",
                ".1.3.6.1.4.1.8072.9999.9999.3",
                ".1.3",
            ]);
            options.push(vec!["-CE".to_owned(), end.to_owned()]);
        }
        if self.chance(2) {
            options.push(vec!["-Cz".to_owned()]);
        }
    }

    fn odd_option(&mut self) -> Vec<String> {
        let odd: &[&[&str]] = &[
            &["-Ir"],
            &["-Ih"],
            &["-Iu"],
            &["-Iz"],
            &["-Is", "0"],
            &["-Is0"],
            &["-Pu"],
            &["-Pe"],
            &["-PR"],
            &["-Pz"],
            &["-m", ""],
            &["-m:"],
            &["-M", "/nonexistent"],
            &["-Le"],
            &["-Lo"],
            &["-Ln"],
            &["-LE3"],
            &["-LO", "7"],
            &["-Lz"],
            &["-Dfoo"],
            &["-D", "foo,bar"],
            &["-T", "xy"],
            &["-a", "SHA"],
            &["-x", "AES"],
            &["-u", "me"],
            &["-n", "ctx"],
            &["-l", "authPriv"],
            &["-e", "0102030405"],
            &["-E0102030405"],
            &["-Z1,2"],
            &["-r", "x"],
            &["-t", "x"],
            &["-t0"],
            &["-v4"],
            &["-v2"],
            &["-v", "2C"],
            &["-Q"],
            &["-p", "161"],
            &["-c", "wrong", "-c", "public"],
            &["-v", "1", "-v", "2c"],
            &["--foo=bar"],
            &["--foo"],
            &["-Y", "foo"],
            &["--dumpPacket=no"],
            &["--dontLoadHostConfig=yes"],
            &["--noTokenWarnings=yes"],
            &["--noRangeCheck=1"],
            &["-s", "127.0.0.1"],
            &["--clientaddr=127.0.0.1"],
            &["-d"],
            &["-A", "short"],
            &["-3n", "x"],
            &["-3q"],
            &["--16bitIDs=yes"],
            &["--reverseEncodeBER=yes"],
            &["--sendMessageMaxSize=1500"],
            &["--includeRequested=yes"],
            &["--printStatistics=yes"],
            &["--disableSNMPv1=yes"],
            &["--disableSNMPv2c=1"],
            &["--defaultPort=9"],
            &["--logOption=n"],
            &["--defDomain=snmp udp"],
            &["--clientRecvBuf=100000"],
            &["--mibs=ALL"],
            &["--showMibErrors=yes"],
        ];
        self.pick(odd).iter().map(|&word| word.to_owned()).collect()
    }

    fn name(&mut self) -> String {
        let good = [
            ".1.3.6.1.2.1.1.1.0",
            ".1.3.6.1.2.1.1.4.0",
            ".1.3.6.1.2.1.1.6.0",
            ".1.3.6.1.2.1.1.7.0",
            ".1.3.6.1.2.1.1.2.0",
            "1.3.6.1.2.1.1.6.0",
            "iso.3.6.1.2.1.1.6.0",
            ".iso.3.6.1.2.1.1.6.0",
            ".1.3.6.1.2.1.1.99.0",
            ".1.3.6.1.2.1.1.6.99",
            ".1.3.6.1.2.1.99",
            ".1.3.6.1.2.1.2.2.1.2.1",
            ".1.3.6.1.2.1.2.2.1",
            ".1.3.6.1.2.1.2.1.0",
            ".1.3.6.1.4.1.8072.9999.9999.1.0",
            ".1.3.6.1.4.1.8072.9999.9999.2.0",
            ".1.3.6.1.4.1.8072.9999.9999",
            ".1.3.6.1.4.1.8072.9999.9999.3.0",
            ".1.3.6.1.4.1.8072.9999.9999.5.0",
            ".2.5",
            ".2.999.1",
            ".0.0",
            ".1.3.6.1.4.1.4294967295",
            ".1.3.6.1.4.1.99.\"ab\"",
            ".1.3.6.1.4.1.99.'ab'",
            ".1.3.6.1.4.1.010.0x1f",
            ".1.3.6.1.2.1.1.6",
            ".1.3.6.1.2.1.1",
        ];
        let bad = [
            "x",
            ".x",
            "foo.0",
            "1..3",
            ".1.3.",
            ".1.3.x",
            "",
            " ",
            "1.3.-1",
            "1.3 6",
            ".1.3.6.1.2.1.1.1.0x",
            "iso.x",
            "iso.3.6.x.y",
            ".1.3.\"ab",
            "-1",
        ];
        if self.chance(3) { self.pick(&bad).to_owned() } else { self.pick(&good).to_owned() }
    }

    fn names(&mut self, tool: &str) -> Vec<String> {
        let still = [
            ".1.3.6.1.4.1.8072.9999.9999",
            ".1.3.6.1.4.1.8072.9999.9999.3",
            ".1.3.6.1.2.1.1.4",
            ".1.3.6.1.2.1.1.5",
            ".1.3.6.1.2.1.1.6",
            ".1.3.6.1.2.1.1.6.0",
            ".1.3.6.1.2.1.1.1",
            "1.3.6.1.2.1.1.7",
            ".1.3.6.1.2.1.99",
            ".2.5",
            ".2.999",
            ".1.3.6.1.2.1.1.6.99",
            "iso.3.6.1.2.1.1.2",
        ];
        match tool {
            "snmpwalk" | "snmpbulkwalk" => match self.random.random_range(0..100) {
                0..92 => vec![self.pick(&still).to_owned()],
                92..96 => vec![self.name()],
                96..98 => vec![self.pick(&still).to_owned(), self.pick(&still).to_owned()],
                _ => vec![self.pick(&["x", ".1.3.x", ""]).to_owned()],
            },
            "snmpset" => {
                let mut words = Vec::new();
                for _ in 0..self.pick(&[1, 1, 1, 2, 3]) {
                    let (kind, value) = self.pick(&[
                        ("i", "5"),
                        ("i", "x"),
                        ("s", "some text"),
                        ("s", ""),
                        ("x", "00 1b"),
                        ("x", "zz"),
                        ("d", "1.2.3"),
                        ("a", "10.0.0.1"),
                        ("u", "7"),
                        ("t", "99"),
                        ("o", ".1.3.6.1"),
                        ("b", "0,3"),
                        ("n", "x"),
                        ("3", "5"),
                        ("U", "5"),
                        ("I", "-5"),
                        ("F", "1.5"),
                        ("D", "-2.5e10"),
                        ("=", "5"),
                        ("z", "5"),
                        ("s", "-v1"),
                        ("i", "-1"),
                    ]);
                    let name =
                        if self.chance(50) { ".1.3.6.1.4.1.99999.1.0".to_owned() } else { self.name() };
                    words.extend([name, kind.to_owned(), value.to_owned()]);
                }
                if self.chance(5) {
                    words.pop();
                }
                words
            }
            "snmpbulkget" => (0..self.pick(&[1, 1, 2, 2, 3])).map(|_| self.pick(&still).to_owned()).collect(),
            _ => (0..self.pick(&[1, 1, 1, 2, 3, 5, 0])).map(|_| self.name()).collect(),
        }
    }

    /// Options in any order, before, between and after the operands where that is allowed.
    fn arranged(
        &mut self,
        tool: &str,
        mixed: bool,
        mut options: Vec<Vec<String>>,
        address: &str,
        names: Vec<String>,
    ) -> Vec<String> {
        for at in (1..options.len()).rev() {
            let other = self.random.random_range(0..=at);
            options.swap(at, other);
        }
        let mut operands: Vec<String> = vec![address.to_owned()];
        operands.extend(names);
        if tool != "snmpbulkget" && self.chance(1) {
            operands.truncate(self.random.random_range(0..2));
        }
        let mut words: Vec<String> = Vec::new();
        let mut operands = operands.into_iter();
        if mixed {
            for option in options {
                if self.chance(20) {
                    words.extend(operands.next());
                }
                words.extend(option);
            }
        } else {
            words.extend(options.concat());
            if self.chance(5) {
                words.push("--".to_owned());
            }
        }
        words.extend(operands);
        words
    }

    fn environment(&mut self, mixed: bool) -> Vec<(&'static str, &'static str)> {
        let mut environment = Vec::new();
        if self.chance(15) {
            environment.push(("LC_ALL", self.pick(&["C.UTF-8", "de_DE.UTF-8", "POSIX", "", "no_SUCH"])));
        }
        if self.chance(10) {
            environment.push(("LANG", self.pick(&["C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"])));
        }
        if self.chance(10) {
            environment.push(("TZ", self.pick(&["America/New_York", "Asia/Kolkata", "XYZ-3"])));
        }
        if !mixed && self.chance(3) {
            environment.push(("POSIXLY_CORRECT", "1"));
        }
        if self.chance(5) {
            environment.push(("TERM", self.pick(&["dumb", "xterm", ""])));
        }
        environment
    }
}

/// Takes out what moves, and what ours does otherwise on purpose.
fn settle(tool: &str, agent: &Agent, names: &mut Vec<String>) {
    for name in names.iter_mut() {
        let before_time = [".1.3.6.1.2.1.1.2.0", ".1.3.6.1.2.1.1", ".1.3.6.1.2.1.1.1", "iso.3.6.1.2.1.1.2"]
            .contains(&name.as_str());
        let inside = matches!(agent, Agent::Always(_)) && tool.ends_with("walk");
        if before_time && matches!(agent, Agent::Relay(_) | Agent::Direct) && tool != "snmpget" || inside {
            FIXED.clone_into(name);
        }
    }
    if tool == "snmpbulkget" && names.is_empty() {
        names.push(FIXED.to_owned());
    }
}

/// The case for our side: walks ask as net-snmp's do.
fn one_by_one(case: &Case) -> Case {
    let mut case = case.clone();
    if case.tool.ends_with("walk") {
        case.words.insert(0, "--window=1".to_owned());
    }
    case
}

fn side(tool: &Tool, case: &Case) -> Seen {
    let recorder = case.agent.start();
    let port = recorder.address().rsplit(':').next().unwrap().to_owned();
    let words: Vec<OsString> =
        case.words.iter().map(|word| OsString::from(word.replace("{port}", &port))).collect();
    for (name, content) in &case.files {
        let path = tool.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.replace("{port}", &port)).unwrap();
    }
    let mut seen = Seen::of(tool, recorder, &words);
    for text in [&mut seen.run.stdout, &mut seen.run.stderr] {
        *text = crate::replaced(text, &format!(":{port}"), ":{port}");
    }
    if matches!(case.agent, Agent::Direct) {
        seen.sent.clear();
    }
    seen
}

fn in_environment(tool: Tool, case: &Case) -> Tool {
    case.environment
        .iter()
        .fold(tool, |tool, (name, value)| tool.env(name, value))
        .patience(Duration::from_secs(20))
}

/// What differs, and whether it is one of the differences on purpose.
fn verdict(case: &Case, ours: &Seen, theirs: &Seen) -> Option<String> {
    if !matches!(theirs.run.end, End::Status(_)) {
        // Where net-snmp crashes or hangs there is nothing to follow; ours does neither.
        return (!matches!(ours.run.end, End::Status(_))).then(|| "ours does not end either".to_owned());
    }
    let mut what = Vec::new();
    if ours.run.end != theirs.run.end {
        what.push("end");
    }
    if ours.run.stdout != theirs.run.stdout {
        what.push("stdout");
    }
    if stderr(case, ours, theirs) != stderr(case, theirs, theirs) {
        what.push("stderr");
    }
    if sent(case, ours, theirs) != sent(case, theirs, theirs) {
        what.push("sent");
    }
    (!what.is_empty()).then(|| what.join(","))
}

/// stderr as far as it is compared: one line where a usage follows, without what ours adds or hides.
fn stderr(case: &Case, seen: &Seen, theirs: &Seen) -> String {
    let text = seen.run.err();
    let usage = theirs.run.err().lines().any(|line| line.to_ascii_lowercase().starts_with("usage:"));
    if usage {
        // net-snmp reads a host's file after the arguments have been judged.
        if case.files.iter().any(|(name, _)| name.starts_with("hosts/")) {
            return String::new();
        }
        return text.lines().next().unwrap_or_default().to_owned();
    }
    // snmpbulkget of net-snmp stops at the first name that it does not know.
    if case.tool == "snmpbulkget" && theirs.run.err().contains("Unknown Object Identifier") {
        return text.lines().next().unwrap_or_default().to_owned();
    }
    let dumps = case.words.iter().any(|word| word == "-d");
    let added = format!("{}: the set may have been made", case.tool);
    let kept = text.lines().filter(|line| {
        // Communities and request-ids, and the port that the system chose.
        let dumped =
            dumps && (line.starts_with("Sending ") || line.starts_with("Received ") || is_dump(line));
        !dumped && !line.starts_with(&added)
    });
    // net-snmp reads files with a section for snmpbulkwalk twice, and tells of their mistakes twice.
    let twice = case.files.iter().any(|(_, content)| content.contains("[snmpbulkwalk]"));
    let mut known = BTreeSet::new();
    let kept =
        kept.filter(|line| !twice || !line.ends_with(" error(s) in config file(s)") && known.insert(*line));
    kept.fold(String::new(), |all, line| all + line + "\n")
}

/// Whether a line begins with four digits and a colon, as those of a dump do.
fn is_dump(line: &str) -> bool {
    line.len() > 5 && line.as_bytes()[4] == b':' && line[..4].bytes().all(|octet| octet.is_ascii_digit())
}

/// What both sides have sent, without the requests that one of them does not make on purpose.
fn sent(case: &Case, seen: &Seen, theirs: &Seen) -> Vec<String> {
    let mut sent = seen.sent.clone();
    match (&case.agent, case.tool) {
        // After tooBig ours asks for less, and after silence it does not go on.
        (Agent::Error(1, _), _) => sent.truncate(1),
        (Agent::Silent | Agent::Direct, "snmpwalk" | "snmpbulkwalk") => sent.dedup(),
        _ => {}
    }
    let silent = theirs.run.err().contains("Timeout: No Response");
    if silent && case.tool.ends_with("walk") {
        sent.truncate(1);
    }
    sent
}

fn world(peers: Peers) -> World {
    World {
        snmpd: Snmpd::shared(peers),
        switch: OurAgent::start(peers, &[concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/switch.walk")]),
    }
}

#[test]
fn random_command_lines_do_what_net_snmps_do() {
    let Some(peers) = require_peers() else { return };
    let world = world(peers);
    let (count, seed) = amount(200);
    let reports = in_parallel(count, 6, |number| {
        let random = StdRng::seed_from_u64(seed << 32 | u64::try_from(number).unwrap());
        let case = Maker { random, world: &world }.case();
        let attempt = || {
            let theirs = side(&in_environment(Tool::netsnmp(case.tool), &case), &case);
            let ours = side(&in_environment(Tool::ours(case.tool), &case), &one_by_one(&case));
            verdict(&case, &ours, &theirs).map(|what| {
                format!(
                    "## {number} {what}\n{:?} {:?} {:?}\n-- ours\n{}\n-- net-snmp\n{}\n",
                    case.agent,
                    case.files,
                    case.environment,
                    ours.describe(),
                    theirs.describe()
                )
            })
        };
        // A time-out may strike on a busy machine; what is wrong stays wrong.
        attempt().and_then(|_| attempt())
    });
    assert!(reports.is_empty(), "{} of {count}\n{}", reports.len(), reports.join("\n"));
}
