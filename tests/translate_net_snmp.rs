//! The tree, the reports and the details of `snmptranslate` beside net-snmp's of the same modules, line by line.
//!
//! `SNMPKIT_MIB_DIRS=DIR:DIR cargo test --test translate_net_snmp -- --nocapture`; docs/mib-image.md says where the files
//! come from. Compared are the modules of the built-in image that define no OID which another of them defines, too: who
//! speaks for such an OID depends, with net-snmp, on the order in which files are read.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a comparison that cannot go on must say where")]
#![allow(clippy::disallowed_methods, reason = "the environment says where the module files are")]

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    process::{Command, Stdio},
};

use snmpkit::{
    mib::{
        BaseType, Kind, View,
        image::{self, Definition, Item, Module, Node},
        tree::Branch,
    },
    oid::Oid,
    output::netsnmp::{self, Lines},
};

/// Words of the SMI that net-snmp drops when they are labels.
const WORDS: [&str; 4] = ["current", "mandatory", "optional", "not-implemented"];

/// Differences that are shown.
const SHOWN: usize = 30;

struct Peer {
    directories: OsString,
    modules: Vec<Module<'static>>,
    view: View,
}

impl Peer {
    /// `None`, with a message, when there is nothing to compare with.
    fn find() -> Option<Self> {
        let is_demanded = env::var("CI").as_deref() == Ok("true");
        let Some(directories) = env::var_os("SNMPKIT_MIB_DIRS") else {
            assert!(!is_demanded, "SNMPKIT_MIB_DIRS is not set; test.sh does it");
            eprintln!("skipped: SNMPKIT_MIB_DIRS is not set; docs/mib-image.md");
            return None;
        };
        let modules = alone();
        let view = View::of_modules(image::core(), modules.iter().copied());
        let peer = Self { directories, modules, view };
        if peer.try_run(&["-To"]).is_none() {
            assert!(!is_demanded, "there is no snmptranslate to compare with");
            eprintln!("skipped: no snmptranslate; apt-get install snmp");
            return None;
        }
        Some(peer)
    }

    fn try_run(&self, words: &[&str]) -> Option<String> {
        let mut command = Command::new("snmptranslate");
        // No file of this machine must have a say.
        command.env_clear().env("PATH", "/usr/bin:/usr/local/bin").env("SNMPCONFPATH", "/nonexistent");
        let names: Vec<&str> = self.modules.iter().map(|module| module.name()).collect();
        command.arg("-M").arg(&self.directories).arg("-m").arg(names.join(":"));
        let output = command.args(words).stderr(Stdio::null()).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn run(&self, words: &[&str]) -> String {
        self.try_run(words).unwrap()
    }

    /// Every OID that counts.
    fn oids(&self) -> Vec<Oid> {
        let nodes = std::iter::successors(Some(self.view.image().root()), |node| node.next());
        nodes
            .filter(|node| self.view.definition(*node).is_some_and(|known| known.module().is_some()))
            .map(Node::oid)
            .collect()
    }
}

/// Modules that neither define nor import, through whatever others, what several modules define.
fn alone() -> Vec<Module<'static>> {
    let image = image::core();
    let nodes = std::iter::successors(Some(image.root()), |node| node.next());
    let mut shared = BTreeSet::new();
    for node in nodes {
        let modules: BTreeSet<&str> =
            node.definitions().filter_map(Definition::module).map(Module::name).collect();
        // The roots of the SMI are in every language of it.
        if modules.len() > 1 && !modules.contains("SNMPv2-SMI") {
            shared.extend(node.definitions().filter_map(Definition::module).skip(1).map(Module::name));
        }
    }
    shared.extend(["DLSW-MIB", "RFC1155-SMI", "RFC1065-SMI"]);
    let is_alone = |module: &Module<'static>| {
        let closure = View::of_modules(image, [*module]);
        closure.modules().all(|one| !shared.contains(one.name()))
    };
    image.modules().filter(is_alone).collect()
}

/// Labels that nobody gave, without their numbers, and positions that are each program's own.
fn plain(line: &str) -> String {
    let mut text = line.to_owned();
    for mark in ["anonymous#", " tc="] {
        while let Some(at) = text
            .find(mark)
            .filter(|at| text[at + mark.len()..].starts_with(|next: char| next.is_ascii_digit()))
        {
            let digits = text[at + mark.len()..].bytes().take_while(u8::is_ascii_digit).count();
            text.replace_range(at..at + mark.len() + digits, &mark.replace(['#', '='], "~"));
        }
    }
    text
}

/// A line without what net-snmp gets wrong: labels that are words of the SMI, and numbers beyond 31 bits, which it writes
/// as negative ones.
fn forgiven(line: &str) -> String {
    let mut text = plain(line);
    for word in WORDS {
        while let Some(at) = text.find(&format!("{word}(")) {
            let end = at + text[at..].find(')').unwrap() + 1;
            let end = if text[end..].starts_with(", ") { end + 2 } else { end };
            text.replace_range(at..end, "");
        }
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|octet: char| octet.is_ascii_digit()) {
        let digits = rest[at..].bytes().take_while(u8::is_ascii_digit).count();
        let number: Result<i64, _> = rest[at..at + digits].parse();
        out.push_str(&rest[..at]);
        match number {
            Ok(number) if number > i64::from(i32::MAX) => {
                out.push_str(&i32::from_le_bytes(number.to_le_bytes()[..4].try_into().unwrap()).to_string());
            }
            _ => out.push_str(&rest[at..at + digits]),
        }
        rest = &rest[at + digits..];
    }
    out.push_str(rest);
    out
}

/// Says where two texts differ; `forgive` is what becomes of a line before it counts as different.
fn differences(ours: &str, theirs: &str, forgive: fn(&str) -> String) -> Vec<String> {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (ours.lines().collect(), theirs.lines().collect());
    let mut found = Vec::new();
    for at in 0..ours.len().max(theirs.len()) {
        let (our, their) = (ours.get(at).copied(), theirs.get(at).copied());
        // net-snmp has no sizes of Opaque: it writes nothing, or the module's name.
        let is_opaque = our
            .is_some_and(|line| line.ends_with("        Size: 7") || line.starts_with("  SYNTAX\tOpaque ("));
        if our != their && !is_opaque && our.map(forgive) != their.map(forgive) {
            found.push(format!("line {}: {our:?}\n     net-snmp {their:?}", at + 1));
        }
    }
    found
}

fn expect_none(what: &str, lines: usize, found: &[String]) {
    eprintln!("{what}: {lines} lines, {} differ", found.len());
    found.iter().take(SHOWN).for_each(|line| eprintln!("  {line}"));
    assert!(lines > 1_000, "{what}: only {lines} lines");
    assert!(found.is_empty(), "{what}: {} lines differ", found.len());
}

#[test]
fn the_tree_is_drawn_as_net_snmp_draws_it() {
    let Some(peer) = Peer::find() else { return };
    for (width, option) in [(1_000_000, "1000000"), (70, "70"), (31, "31")] {
        let theirs = peer.run(&["-Tp", "-w", option]);
        let mut ours = String::new();
        netsnmp::tree(&Branch::roots(&peer.view).next().unwrap(), width, &mut ours).unwrap();
        // Where a label is missing, lines break elsewhere.
        let left_out = if width < 1_000_000 { with_words(&ours) } else { BTreeSet::new() };
        let (ours, theirs) = (without(&ours, &left_out), without(&theirs, &left_out));
        expect_none(
            &format!("-Tp -w {width}"),
            theirs.lines().count(),
            &differences(&ours, &theirs, forgiven),
        );
    }
}

/// The first lines of the objects among whose labels is a word of the SMI.
fn with_words(drawing: &str) -> BTreeSet<String> {
    let has_word = |object: &&[&str]| {
        object.iter().any(|line| WORDS.iter().any(|word| line.contains(&format!("{word}("))))
    };
    let lines: Vec<&str> = drawing.lines().collect();
    lines.chunk_by(is_one_object).filter(has_word).map(|object| object[0].to_owned()).collect()
}

/// A drawing without some objects.
fn without(drawing: &str, left_out: &BTreeSet<String>) -> String {
    let lines: Vec<&str> = drawing.lines().collect();
    let objects = lines.chunk_by(is_one_object).filter(|object| !left_out.contains(object[0]));
    objects.flatten().copied().collect::<Vec<_>>().join("\n")
}

fn is_one_object(_: &&str, next: &&str) -> bool {
    !next.contains("+--")
}

#[test]
fn the_reports_have_the_lines_that_net_snmps_have() {
    let Some(peer) = Peer::find() else { return };
    let all = Lines { labelled: true, numbers: true, names: true, children: true, suffix: true };
    let mut ours = String::new();
    netsnmp::report(&peer.view, all, &mut ours).unwrap();
    let theirs = peer.run(&["-Tlosz", "-Tt"]);
    expect_none("-Tlosz -Tt", theirs.lines().count(), &differences(&ours, &theirs, plain));

    // net-snmp dumps in the order in which it has read.
    let mut ours = String::new();
    netsnmp::dump(&peer.view, &mut ours).unwrap();
    let theirs = peer.run(&["-Ta"]);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(plain).collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let found = differences(&sorted(&ours), &sorted(&theirs), plain);
    expect_none("-Ta", theirs.lines().count(), &found);
}

#[test]
fn the_details_of_every_object_are_net_snmps() {
    let Some(peer) = Peer::find() else { return };
    let oids = peer.oids();
    for (width, option, every) in [(1_000_000, "1000000", 1), (72, "72", 5), (40, "40", 7)] {
        let asked: Vec<Oid> = oids.iter().step_by(every).map(instance).collect();
        let mut found = Vec::new();
        let mut lines = 0;
        for batch in asked.chunks(4_000) {
            let words: Vec<String> = batch.iter().map(|oid| format!(".{oid}")).collect();
            let mut arguments = vec!["-On", "-Ir", "-Td", "-w", option];
            arguments.extend(words.iter().map(String::as_str));
            let theirs = peer.run(&arguments);
            for (oid, theirs) in batch.iter().zip(blocks(&theirs, &words)) {
                let mut ours = String::new();
                netsnmp::detail(&peer.view, oid, width, &mut |_| None, &mut ours).unwrap();
                lines += ours.lines().count();
                let has_word = WORDS.iter().any(|word| ours.contains(&format!("{word}(")));
                if has_word && width < 1_000_000 {
                    continue;
                }
                let differing = differences(&ours, &without_description(theirs), forgiven);
                found.extend(differing.into_iter().map(|line| format!("{oid} {line}")));
            }
        }
        expect_none(&format!("-Td -w {width}"), lines, &found);
    }
}

/// Octets of a description that net-snmp shows at most.
const DESCRIPTION_OCTETS: usize = 4_095;

/// Modules whose descriptions are compared: each one is compiled for them.
const DESCRIBED: usize = 24;

#[test]
fn descriptions_are_those_of_the_module_files() {
    let Some(peer) = Peer::find() else { return };
    let cache = tempfile::tempdir().unwrap();
    // Those with ends of lines of two octets, and one of every so many others.
    let every = peer.modules.len() / DESCRIBED;
    let is_wanted = |(n, module): &(usize, &Module<'static>)| {
        n % every == 0 || ["LLDP-V2-MIB", "IEEE8021-TSN-REMOTE-MANAGEMENT-MIB"].contains(&module.name())
    };
    let wanted: Vec<&str> =
        peer.modules.iter().enumerate().filter(is_wanted).map(|(_, module)| module.name()).collect();
    let is_of_wanted = |oid: &&Oid| {
        let known = image::core().node(oid).and_then(Node::definition).and_then(Definition::module);
        known.is_some_and(|module| wanted.contains(&module.name()))
    };
    let oids = peer.oids();
    let words: Vec<String> = oids.iter().filter(is_of_wanted).map(|oid| format!(".{oid}")).collect();
    let mut arguments = vec!["-On", "-Td"];
    arguments.extend(words.iter().map(String::as_str));
    let theirs = peer.run(&arguments);
    let mut command = Command::new(env!("CARGO_BIN_EXE_snmptranslate"));
    command.env_clear().env("SNMPCONFPATH", "/nonexistent").env("XDG_CACHE_HOME", cache.path());
    command.arg("-M").arg(&peer.directories).args(&arguments);
    let ours = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let (mut compared, mut found) = (0, Vec::new());
    for (ours, theirs) in blocks(&ours, &words).into_iter().zip(blocks(&theirs, &words)) {
        let (ours, theirs) = (description(ours), description(theirs));
        let end = (0..=DESCRIPTION_OCTETS.min(ours.len())).rev().find(|end| ours.is_char_boundary(*end));
        let shown = &ours[..end.unwrap()];
        compared += usize::from(!shown.is_empty());
        if shown != theirs {
            found.push(format!("{ours:?}\n     net-snmp {theirs:?}"));
        }
    }
    eprintln!("descriptions: {compared} of {} modules, {} differ", wanted.len(), found.len());
    found.iter().take(SHOWN).for_each(|line| eprintln!("  {line}"));
    assert!(compared > 1_000 && found.is_empty(), "{compared} descriptions, {} differ", found.len());
}

/// The text of a description; nothing where there is none.
fn description(details: &str) -> &str {
    let Some((_, text)) = details.split_once("  DESCRIPTION\t\"") else { return "" };
    let end = text.find("\"\n  DEFVAL\t").or_else(|| text.rfind("\"\n::= {"));
    &text[..end.unwrap()]
}

/// Many objects are asked for with an instance behind them: scalars, and columns with a number for an index.
fn instance(oid: &Oid) -> Oid {
    let definition = image::core().node(oid).and_then(Node::definition).unwrap();
    let has_number = |definition: Definition<'static>| {
        let index =
            definition.effective_indexes().next().and_then(Item::definition).and_then(Definition::syntax);
        index.is_some_and(|syntax| syntax.base() == BaseType::Integer32)
    };
    let takes = match definition.kind() {
        Kind::Scalar => true,
        Kind::Column => has_number(definition),
        _ => false,
    };
    if takes { oid.child(&[5]).unwrap() } else { oid.clone() }
}

/// The part of the text that belongs to each word, without the line that has the word itself.
fn blocks<'t>(text: &'t str, words: &[String]) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut rest = text;
    for (n, word) in words.iter().enumerate() {
        rest = rest
            .strip_prefix(word.as_str())
            .and_then(|rest| rest.strip_prefix('\n'))
            .expect("every word has its details");
        let end = match words.get(n + 1) {
            Some(next) => {
                rest.find(&format!("\n\n{next}\n")).unwrap_or_else(|| panic!("nothing follows {word}")) + 1
            }
            None => rest.len(),
        };
        found.push(&rest[..end]);
        rest = rest[end..].strip_prefix('\n').unwrap_or_default();
    }
    found
}

/// Details without the text, which the built-in image does not have.
fn without_description(details: &str) -> String {
    let lines: Vec<&str> = details.lines().collect();
    let Some(start) = lines.iter().position(|line| line.starts_with("  DESCRIPTION\t")) else {
        return details.to_owned();
    };
    let mut end = lines.iter().rposition(|line| line.starts_with("::= {")).unwrap();
    if lines[end - 1].starts_with("  DEFVAL\t") {
        end -= 1;
    }
    [&lines[..start], &lines[end..]].concat().join("\n")
}
