//! Random trees with values of every type, served by our agent and walked by both sides, and GETBULK with random numbers
//! against what RFC 3416, section 4.2.3, has an agent answer.

use std::{collections::BTreeMap, ffi::OsString, fmt::Write as _, fs, net::UdpSocket, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tempfile::TempDir;

use crate::{
    amount, in_parallel,
    support::{
        Peers,
        agent::OurAgent,
        fake::{binding, hex, split, tlv},
        require_peers,
        snmpd::{FIXED, Snmpd},
        tool::{PATIENCE, Tool},
    },
};

/// A tree: names and what a recording has behind them, by their arcs.
type Tree = BTreeMap<Vec<u32>, String>;

/// Walks of each tree.
const WALKS: usize = 8;

/// GETBULKs to each tree.
const QUESTIONS: usize = 100;

fn tree(random: &mut StdRng) -> Tree {
    let mut tree = Tree::new();
    let count = random.random_range(1..60);
    for _ in 0..count {
        let mut name = vec![1, 3, 6, 1, 4, 1, 99_999];
        for _ in 0..random.random_range(1..7) {
            let arc = match random.random_range(0..10) {
                0 => random.random_range(0..=u32::MAX),
                1 => u32::MAX,
                2 => random.random_range(0..100_000),
                _ => random.random_range(0..4),
            };
            name.push(arc);
        }
        tree.insert(name, value(random));
    }
    tree
}

/// A value as `.snmprec` has it: `TAG|VALUE`.
fn value(random: &mut StdRng) -> String {
    let octets: Vec<u8> = match random.random_range(0..4) {
        0 => (0..random.random_range(0..70)).map(|_| random.random_range(0x20..0x7f)).collect(),
        1 => (0..random.random_range(0..70)).map(|_| random.random_range(0..=255)).collect(),
        2 => "äöü €".bytes().chain(*b"\"\\\r\n\t").cycle().take(random.random_range(0..20)).collect(),
        _ => Vec::new(),
    };
    let unsigned: u32 = match random.random_range(0..4) {
        0 => u32::MAX,
        1 => 0,
        _ => random.random_range(0..=u32::MAX),
    };
    match random.random_range(0..14) {
        0 => format!("2|{}", random.random_range(i32::MIN..=i32::MAX)),
        1..4 => format!("4x|{}", hex(&octets)),
        4 => "5|".to_owned(),
        5 => format!("6|1.3.6.{unsigned}.0"),
        6 => format!("64|{}.{}.0.255", unsigned & 0xff, unsigned >> 24),
        7 => format!("65|{unsigned}"),
        8 => format!("66|{unsigned}"),
        9 => format!("67|{unsigned}"),
        10 => format!("70|{}", u64::from(unsigned) << random.random_range(0..33)),
        11 => format!("68x|9f7804{unsigned:08x}"),
        12 => format!("68x|9f7908{unsigned:08x}{unsigned:08x}"),
        _ => format!("68x|{}", hex(&octets)),
    }
}

fn dotted(name: &[u32]) -> String {
    name.iter().fold(String::new(), |text, arc| format!("{text}.{arc}"))
}

/// Serves a tree.
fn serve(peers: Peers, tree: &Tree) -> (OurAgent, TempDir) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("tree.snmprec");
    let text = tree.iter().fold(String::new(), |mut text, (name, value)| {
        writeln!(text, "{}|{value}", &dotted(name)[1..]).unwrap();
        text
    });
    fs::write(&path, text).unwrap();
    (OurAgent::start(peers, &[path.to_str().unwrap()]), directory)
}

const LETTERS: [char; 18] =
    ['0', 'a', 'b', 'e', 'E', 'f', 'n', 'q', 'Q', 's', 'S', 't', 'T', 'u', 'U', 'v', 'x', 'X'];

#[test]
fn random_trees_print_as_net_snmp_prints_them() {
    let Some(peers) = require_peers() else { return };
    let (count, seed) = amount(40);
    let reports = in_parallel(count.div_ceil(WALKS), 2, |number| {
        let mut random = StdRng::seed_from_u64(seed << 32 | u64::try_from(number).unwrap());
        let tree = tree(&mut random);
        let (agent, _directory) = serve(peers, &tree);
        let mut reports = Vec::new();
        for _ in 0..WALKS {
            let bulk = random.random_range(0..2) == 0;
            let tool = if bulk { "snmpbulkwalk" } else { "snmpwalk" };
            let version = if bulk || random.random_range(0..3) > 0 { "-v2c" } else { "-v1" };
            let letters: String = (0..random.random_range(1..6))
                .map(|_| LETTERS[random.random_range(0..LETTERS.len())])
                .collect();
            let names: Vec<_> = tree.keys().collect();
            let name = names[random.random_range(0..names.len())];
            let root = &name[..random.random_range(6..=name.len())];
            let mut words: Vec<String> = vec![version.into(), "-cpublic".into(), format!("-O{letters}")];
            if bulk {
                words.push(format!("-Cr{}", random.random_range(1..30)));
            }
            words.extend([agent.udp(), dotted(root)]);
            let theirs = Tool::netsnmp(tool).run(&words);
            let ours = Tool::ours(tool).run(&words);
            let same = (ours.end, &ours.stdout, &ours.stderr) == (theirs.end, &theirs.stdout, &theirs.stderr);
            if !same {
                reports.push(format!("## {number}\n{}\n{}", ours.describe(), theirs.describe()));
            }
        }
        (!reports.is_empty()).then(|| reports.join("\n"))
    });
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}

/// A GETBULK's answer: the error-status, and each binding's name and tag.
#[derive(Debug, Eq, PartialEq)]
struct Bulk {
    status: Vec<u8>,
    bindings: Vec<(Vec<u8>, u8, Vec<u8>)>,
}

/// Asks as no tool would: with any numbers at all.
fn bulk(address: &str, non_repeaters: u8, max_repetitions: u8, names: &[String]) -> Bulk {
    let bindings: Vec<u8> = names.iter().flat_map(|name| binding(name, 0x05, &[])).collect();
    let body =
        [tlv(0x02, &[1]), tlv(0x02, &[non_repeaters]), tlv(0x02, &[max_repetitions]), tlv(0x30, &bindings)];
    let message = tlv(0x30, &[tlv(0x02, &[1]), tlv(0x04, b"public"), tlv(0xa5, &body.concat())].concat());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5).min(PATIENCE))).unwrap();
    socket.send_to(&message, address.trim_start_matches("udp:")).unwrap();
    let mut octets = vec![0; 65_536];
    let length = socket.recv(&mut octets).unwrap();
    let (_, message, _) = split(&octets[..length]).unwrap();
    let (_, _, rest) = split(message).unwrap();
    let (_, _, rest) = split(rest).unwrap();
    let (_, pdu, _) = split(rest).unwrap();
    let (_, _, rest) = split(pdu).unwrap();
    let (_, status, rest) = split(rest).unwrap();
    let (_, _, rest) = split(rest).unwrap();
    let (_, mut list, _) = split(rest).unwrap();
    let mut bindings = Vec::new();
    while let Some((_, one, rest)) = split(list) {
        let (_, name, value) = split(one).unwrap();
        let (tag, contents, _) = split(value).unwrap();
        bindings.push((name.to_vec(), tag, contents.to_vec()));
        list = rest;
    }
    Bulk { status: status.to_vec(), bindings }
}

/// What the RFC has an agent answer, names and whether they are the end of the view.
fn expected(
    tree: &Tree,
    non_repeaters: usize,
    max_repetitions: usize,
    names: &[Vec<u32>],
) -> Vec<(Vec<u32>, bool)> {
    let next = |name: &Vec<u32>| match tree.keys().find(|known| *known > name) {
        Some(known) => (known.clone(), false),
        None => (name.clone(), true),
    };
    let non_repeaters = non_repeaters.min(names.len());
    let mut answer: Vec<_> = names[..non_repeaters].iter().map(next).collect();
    let mut row: Vec<Vec<u32>> = names[non_repeaters..].to_vec();
    for _ in 0..max_repetitions {
        let found: Vec<_> = row.iter().map(next).collect();
        row = found.iter().map(|(name, _)| name.clone()).collect();
        let over = found.iter().all(|(_, end)| *end);
        answer.extend(found);
        if over {
            break;
        }
    }
    answer
}

fn contents(name: &[u32]) -> Vec<u8> {
    let field = crate::support::fake::oid(&dotted(name));
    split(&field).unwrap().1.to_vec()
}

#[test]
fn our_agent_answers_getbulk_as_the_rfc_has_it() {
    let Some(peers) = require_peers() else { return };
    let (count, seed) = amount(300);
    let reports = in_parallel(count.div_ceil(QUESTIONS), 2, |number| {
        let mut random = StdRng::seed_from_u64(seed << 32 | u64::try_from(number).unwrap());
        let tree = tree(&mut random);
        let (agent, _directory) = serve(peers, &tree);
        let known: Vec<_> = tree.keys().cloned().collect();
        for _ in 0..QUESTIONS {
            let names: Vec<Vec<u32>> = (0..random.random_range(0..5))
                .map(|_| match random.random_range(0..8) {
                    0 => vec![1, 3],
                    1 => vec![2, 5],
                    2 => vec![1, 3, 6, 1, 4, 1, 99_999],
                    _ => known[random.random_range(0..known.len())].clone(),
                })
                .collect();
            let (non_repeaters, max_repetitions) = (random.random_range(0..6), random.random_range(0..12));
            let texts: Vec<String> = names.iter().map(|name| dotted(name)).collect();
            let answer = bulk(&agent.udp(), non_repeaters, max_repetitions, &texts);
            let found: Vec<_> =
                answer.bindings.iter().map(|(name, tag, _)| (name.clone(), *tag == 0x82)).collect();
            let wanted: Vec<_> = expected(&tree, non_repeaters.into(), max_repetitions.into(), &names)
                .into_iter()
                .map(|(name, end)| (contents(&name), end))
                .collect();
            if answer.status != [0] || found != wanted {
                return Some(format!(
                    "## {number} -Cn{non_repeaters} -Cr{max_repetitions} {texts:?}\n{answer:?}\n{wanted:?}"
                ));
            }
        }
        None
    });
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}

/// snmpd's tree, recorded and served by ours, gives the same answers to the same GETBULK.
#[test]
fn our_agent_answers_getbulk_as_snmpd_does() {
    let Some(peers) = require_peers() else { return };
    let snmpd = Snmpd::shared(peers);
    let words = ["-v2c", "-cpublic", "-On", &snmpd.udp(), FIXED];
    let recorded = Tool::ours("snmpbulkwalk").run(&words.map(OsString::from));
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("fixed.walk");
    fs::write(&path, &recorded.stdout).unwrap();
    let ours = OurAgent::start(peers, &[path.to_str().unwrap()]);
    let names: Vec<String> =
        (1..=6).map(|arc| format!("{FIXED}.{arc}.0")).chain([FIXED.to_owned()]).collect();
    let (count, seed) = amount(200);
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..count {
        let asked: Vec<String> = (0..random.random_range(0..4))
            .map(|_| names[random.random_range(0..names.len())].clone())
            .collect();
        // No further than the recording goes: what follows it in snmpd is not in it.
        let room = asked.iter().map(|name| match name.strip_prefix(FIXED).unwrap() {
            "" => 6,
            rest => 6 - rest[1..2].parse::<u8>().unwrap(),
        });
        let room = room.min().unwrap_or(6);
        if room == 0 {
            continue;
        }
        let (non_repeaters, max_repetitions) = (random.random_range(0..5), random.random_range(0..=room));
        let theirs = bulk(&snmpd.udp(), non_repeaters, max_repetitions, &asked);
        let answer = bulk(&ours.udp(), non_repeaters, max_repetitions, &asked);
        assert_eq!(answer, theirs, "-Cn{non_repeaters} -Cr{max_repetitions} {asked:?}");
    }
}
