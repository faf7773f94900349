//! Our tools and net-snmp's, side by side: what they say of arguments, and their exit statuses.
//!
//! Every row ends before anything is sent. Only the first line on standard error and the status are compared: after a
//! mistake net-snmp prints its whole usage, we print one line.

#![expect(clippy::disallowed_methods, reason = "a test looks for its peer and for CI in the environment")]

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const TOOLS: [(&str, &str); 6] = [
    ("snmpget", env!("CARGO_BIN_EXE_snmpget")),
    ("snmpgetnext", env!("CARGO_BIN_EXE_snmpgetnext")),
    ("snmpset", env!("CARGO_BIN_EXE_snmpset")),
    ("snmpwalk", env!("CARGO_BIN_EXE_snmpwalk")),
    ("snmpbulkget", env!("CARGO_BIN_EXE_snmpbulkget")),
    ("snmpbulkwalk", env!("CARGO_BIN_EXE_snmpbulkwalk")),
];

/// Words that all six tools get.
const COMMON: &[&str] = &[
    "",
    "-Q",
    "-QZ",
    "-:",
    "-dQ",
    "-v",
    "-c",
    "-x",
    "-v1 -c",
    "-C",
    "-v 4 h",
    "-v2 h",
    "-v2C",
    "-v3x",
    "-v1 -Q",
    "-v1 -c p",
    "-v2c -c p",
    "-r x",
    "-r -1",
    "-r1x",
    "-r 99999999999",
    "-t x",
    "-t 0",
    "-t -1",
    "-t nan",
    "-t inf",
    "-t 1e400",
    "-t 1e-7",
    "-t 1e-6",
    "-t 0x10",
    "-t 1x",
    "-t 5000000000000000",
    "-l foo",
    "-l 4",
    "-l AUTHPRIV",
    "-l auth",
    "-l priv",
    "-a foo",
    "-a S",
    "-a sha-",
    "-a SHA-2560",
    "-a NOAUTH",
    "-a N",
    "-a SHA2",
    "-x foo",
    "-x A",
    "-x 5DES",
    "-x AES2",
    "-x AES-256C",
    "-x AES256-C",
    "-x AES192C",
    "-x aes-192-c",
    "-x NO",
    "-e zz",
    "-e 0x01",
    "-e 1",
    "-e 0102030405",
    "-e 0X0102030405",
    "-e 01:02:03:04:05",
    "-E zz",
    "-E 0102",
    "-E 0102030405",
    "-Z a",
    "-Z ,5",
    "-Z 5,",
    "-Z 5",
    "-Z 0,5",
    "-Z5,6",
    "-Z 5,x",
    "-Z 5 x",
    "-3e zz",
    "-3e 01",
    "-3E zz",
    "-3E 01",
    "-3e 0x8000000001",
    "-3q x",
    "-3k",
    "-3m",
    "-3u",
    "-3Z",
    "-3Z5",
    "-3Zx",
    "-3Z1,2",
    "-3kzz",
    "-3k=zz",
    "-3k 0x0",
    "-3k 01",
    "-3k 0x",
    "-3m zz",
    "-3M zz",
    "-3K zz",
    "-3l foo",
    "-3a foo",
    "-3x foo",
    "-3l auth",
    "-3n foo",
    "-3n=foo",
    "-3ufoo",
    "-O z",
    "-Onz",
    "-On",
    "-Op 5",
    "-Op5",
    "-Opn",
    "-Ovqn",
    "-OeEQbTUX0afsSutx",
    "-I z",
    "-Ip",
    "-Ibhrz",
    "-Is x",
    "-Isx",
    "-IS x",
    "-Ihru",
    "-P z",
    "-Pcdeuw",
    "-PWRz",
    "-PWR",
    "-L z",
    "-L s",
    "-L f",
    "-LE",
    "-LF",
    "-LS",
    "-LN",
    "-LE9",
    "-LE3",
    "-LE 3",
    "-LE3-5",
    "-LO3-x",
    "-LF 1",
    "-Lsz",
    "-Ls8",
    "-Ls a",
    "-Lsd",
    "-LSez",
    "-LSed",
    "-Ls0",
    "-Le",
    "-Lo",
    "-Ln",
    "-LN3",
    "-Ln -Q",
    "-T foo",
    "-T foo=bar",
    "-T =x",
    "-p 5",
    "-p5",
    "-Y defVersion",
    "--foo=bar",
    "--foo",
    "---",
    "--=x",
    "--defVersion=7",
    "--defVersion=1",
    "--defVersion",
    "--defVersion=",
    "--defversion=2",
    "--DEFVERSION=2C",
    "--defVersion=v3",
    "--defSecurityLevel=auth",
    "--defSecurityLevel=anp",
    "--defAuthType=x",
    "--defAuthType=S",
    "--defPrivType=x",
    "--defPrivType=aes",
    "--timeout=x",
    "--timeout=0.2",
    "--timeout=",
    "--retries=3x",
    "--retries=-1",
    "--defaultPort=x",
    "--dumpPacket=on",
    "--dumpPacket=maybe",
    "--dumpPacket=yes",
    "--dumpPacket=2",
    "--dumpPacket=",
    "--printNumericOids=maybe",
    "--quickPrinting=maybe",
    "--doDebugging=0",
    "--sourceFilterType=x",
    "--sourceFilterType=none",
    "--logTimestamp=x",
    "--mibWarningLevel=x",
    "--oidOutputFormat=x",
    "--hexOutputLength=x",
    "--debugLogLevel=x",
    "--debugLogLevel=error",
    "--logOption=z",
    "--logOption=e",
    "--defDomain=snmp",
    "--defTarget=x",
    "--alias=foo",
    "--foo=x -Q",
    "--foo=x -Ln",
    "--logOption=n --foo=x",
    "--versio",
    "--help=x",
    "--debugTokens=a,b",
    "--",
    "-Dfoo",
    "-D foo",
    "-Dfoo,bar",
    "-Da,,b",
    "-D-a",
    "-A 12345678 -v4",
    "-u user -v4",
    "-n context -v4",
    "-s 127.0.0.1",
    "-m FOO -v4",
    "-M +DIR -v4",
    "-v3 -u u -A short h x",
    "-v3 -u u -A 12345678 -X short h x",
    "-3A x h x",
    "-H",
    "-V",
    "-h",
    "--help",
    "--version",
    "-V -h",
    "-h -V",
    "-d-help",
    "-d-version",
    "-v4 -h",
    "-Cz",
];

/// A tool, its words, and what each is about, by tool.
const OWN: &[(&str, &str)] = &[
    ("snmpget", "-v1 -c p 127.0.0.1:9"),
    ("snmpget", "-Cf"),
    ("snmpget", "-Cff -Cz"),
    ("snmpget", "-Cp"),
    ("snmpget", "-v1 -c p 127.0.0.1:9 x"),
    ("snmpget", "-v1 -c p 127.0.0.1:9 .1 .2 x y"),
    ("snmpget", "127.0.0.1:9 -v1 -c p x"),
    ("snmpget", "-Ln -v1 -c p 127.0.0.1:9 x"),
    ("snmpget", "-v1 -c p -- 127.0.0.1:9 -x"),
    ("snmpget", "-v1 -c p 127.0.0.1:9 x -v4"),
    ("snmpget", "-v3 127.0.0.1:9"),
    ("snmpgetnext", "-v1 -c p 127.0.0.1:9"),
    ("snmpgetnext", "-Cf -Cx"),
    ("snmpgetnext", "-v1 -c p 127.0.0.1:9 x 1.x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9"),
    ("snmpset", "-Cq -Cz"),
    ("snmpset", "-Cf"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 i"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 z 5"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 c 5"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 C 5"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 i 1 1.4"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 i 1 1.4 s"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 x i 1 1.4 q 2"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 x i 1"),
    ("snmpset", "127.0.0.1:9 -v1 -c p"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 i abc"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 i 5x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 i 0x10"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 u x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 u 0x1f"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 t 1:2:3.4"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 3 x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 a 1.2.3.4.5"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 a 256.1.1.1"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 a x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 a 1.2.3.4x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 o x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 o 1.3.6.x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 x zz"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 x 0a0"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 x 0a:0b"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 d 256"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 d 1,2"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 d -1"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 b x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 b 1,x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 U x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 I x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 F x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 D x"),
    ("snmpset", "-v1 -c p 127.0.0.1:9 1.3 = 5"),
    ("snmpwalk", "-CEx"),
    ("snmpwalk", "-CipIctTz"),
    ("snmpwalk", "-v1 -c p 127.0.0.1:9 x"),
    ("snmpwalk", "-v1 -c p -CE x 127.0.0.1:9"),
    ("snmpwalk", "--includeRequested=maybe"),
    ("snmpwalk", "--timeResults=maybe"),
    ("snmpget", "--includeRequested=maybe"),
    ("snmpbulkwalk", "--printStatistics=maybe"),
    ("snmpbulkwalk", "--timeResults=maybe"),
    ("snmpbulkget", "-Cn"),
    ("snmpbulkget", "-Cnx 127.0.0.1:9 .1"),
    ("snmpbulkget", "-Cn5x 127.0.0.1:9 .1"),
    ("snmpbulkget", "-Cr 127.0.0.1:9 .1"),
    ("snmpbulkget", "-Cp"),
    ("snmpbulkget", "-v2c -c p -Cr-1 127.0.0.1:9 .1"),
    ("snmpbulkget", "-v2c -c p -Cn2 127.0.0.1:9 .1.3"),
    ("snmpbulkget", "-v2c -c p -Cn-1 127.0.0.1:9 x"),
    ("snmpbulkwalk", "-Cnr 127.0.0.1:9 .1"),
    ("snmpbulkwalk", "-CE .1"),
    ("snmpbulkwalk", "-Cn1r5cpiz"),
    ("snmpbulkwalk", "-v2c -c p -Cn-1 127.0.0.1:9 .1"),
    ("snmpbulkwalk", "-v2c -c p -Cr-1 127.0.0.1:9 .1"),
    ("snmpbulkwalk", "-v2c -c p 127.0.0.1:9 x"),
];

/// Object identifiers that no tool accepts without MIB files.
const BAD_NAMES: &[&str] = &[
    "x",
    ".x",
    "x.y",
    ".x.y",
    "1..3",
    "1.",
    "1.3.",
    "1.3.x",
    ".1.3.x",
    "1.3.-1",
    "1.3.+6",
    "1.3. 6",
    " 1.3",
    "1.3 ",
    "iso.x",
    "iso.-1",
    "iso.1-3",
    ".iso.3.x",
    "iso.3.",
    "ccitt.x",
    "2.x",
    "5.x",
    "...1",
    "1-",
    "1x",
    "+1",
    "1.08",
    "iso.08",
    "\"foo\"",
    ".\"foo\"",
    ".'foo'",
    "\"a\".3",
    "1.3.\"foo",
    "iso.'",
    "1.3.\"ab\"6",
    "1.3.\"ab\".",
    "1.3.6.1.2.\"a\\\"b\"",
    "1.3.a b",
    "5.x.y",
    "1.0x.3.",
    "'3. 08x",
    "dodo",
    "sysDescr.0",
    "iso.3.nothing.2",
    "",
];

/// Configuration files: the whole of standard error up to the usage is compared.
const FILES: &[&str] = &[
    "foo bar\n",
    "defVersion 9\n",
    "defVersion 2c # x\n",
    "  DEFversion 1\n#foo\n;foo x\n",
    "[snmp]\nfoo 3",
    "include foo\n",
    "[snmp] foo 1\n",
    "[snmp] defVersion 9\n",
    "[snmpapp] engineID x\nengineID 3\n",
    "includeFile nope\n",
    "includeDir /nonexistent\n",
    "includeSearch zz\n",
    "includeall x\n",
    "includeFile\n",
    "Includefile nope\n",
    "defSecurityLevel foo\n",
    "defAuthType foo\n",
    "defPrivType foo\n",
    "defPassphrase short\n",
    "timeout x\n",
    "timeout -1\n",
    "retries 3x\n",
    "defaultPort x\n",
    "defaultPort 99999\n",
    "printNumericOids maybe\n",
    "printNumericOids 2\n",
    "oidOutputFormat 9\n",
    "oidOutputFormat x\n",
    "printNumericOids \"\"\n",
    "logOption z\n",
    "logOption e\n",
    "debugTokens a,b\n",
    "debugTokens a b\n",
    "hexOutputLength x\n",
    "alias foo\n",
    "alias foo udp:1\n",
    "defDomain snmp\n",
    "defTarget x\n",
    "noTokenWarnings yes\nfoo bar\n",
    "sendMessageMaxSize x\n",
    "clientSendBuf x\n",
    "includeRequested yes\n",
    "\"defVersion\" 9\n",
    "def\"Version\" 9\n",
    "defVersion \"2c\"\n",
    "dumpPacket on\n",
    "dumpPacket TRUE\n",
    "defVersion\t1\n",
    "\r\nfoo bar\r\n",
    "defCommunity \"a b\n",
    "defCommunity 'a b'\n",
    "16bitIDs x\n",
    "debugLogLevel x\n",
    "mibWarningLevel x\n",
    "defAuthMasterKey zz\n",
    "a[b] c\n",
    "defContext x y\n",
    "\\foo bar\n",
    "fo\\o bar\n",
    "'foo' bar\n",
    "defVersion 9\ndefVersion 8\n",
    "defVersion 9\nfoo x\n",
    "\n\n\nfoo x\n",
];

/// The same for files and sections that belong to one tool.
const TOOL_FILES: &[(&str, &str, &str)] = &[
    ("snmpwalk", "snmp.conf", "[snmpwalk]\nincludeRequested yes\n[snmp]\nfoo x\n"),
    ("snmpwalk", "snmp.conf", "[snmpwalk] includeRequested maybe\n"),
    ("snmpwalk", "snmp.conf", "includeRequested yes\n"),
    ("snmpwalk", "snmpwalk.conf", "includeRequested yes\ndefVersion 1\n"),
    ("snmpbulkwalk", "snmpbulkwalk.conf", "includeRequested yes\nexcludeRequested yes\n"),
    ("snmpbulkwalk", "snmp.conf", "[snmpwalk] includeRequested yes\n"),
    ("snmpget", "snmp.conf", "[snmpget] x y\n"),
    ("snmpget", "snmpget.conf", "foo x\n"),
    ("snmpget", "snmpapp.conf", "engineID x\nsourceFilterType x\nfoo y\n"),
    ("snmpget", "snmp.local.conf", "foo y\n"),
    ("snmpget", "snmp.0.conf", "foo y\n"),
];

/// The directory of net-snmp's own tools.
fn net_snmp() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).find(|directory| {
        let ours = Path::new(TOOLS[0].1).parent() == Some(directory);
        !ours && TOOLS.iter().all(|(name, _)| directory.join(name).is_file())
    });
    if found.is_none() {
        assert!(env::var_os("CI").is_none(), "net-snmp's tools are not installed");
        eprintln!("skipped: net-snmp's tools are not installed (Debian: apt-get install snmp)");
    }
    found
}

/// The status and the lines on standard error, the program's path replaced by `PROG`.
fn run(program: &Path, words: &[&str], config: &Path) -> (Option<i32>, Vec<String>) {
    let output = Command::new(program)
        .args(words)
        .env_clear()
        .env("HOME", config)
        .env("SNMPCONFPATH", config)
        .env("SNMP_PERSISTENT_DIR", config.join("state"))
        .env("MIBS", "")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).replace(&program.display().to_string(), "PROG");
    let lines =
        text.lines().filter(|line| !line.starts_with("Created directory")).map(str::to_owned).collect();
    (output.status.code(), lines)
}

/// The first line, or nothing when that is already the usage.
fn first(lines: &[String]) -> &str {
    lines
        .first()
        .map(String::as_str)
        .filter(|line| !line.to_ascii_lowercase().starts_with("usage: "))
        .unwrap_or("")
}

fn ours(name: &str) -> &'static Path {
    Path::new(TOOLS.iter().find(|(tool, _)| *tool == name).unwrap().1)
}

/// Compares one row; the difference, if there is one.
fn differs(directory: &Path, config: &Path, name: &str, words: &[&str]) -> Option<String> {
    let (status, lines) = run(&directory.join(name), words, config);
    let (our_status, our_lines) = run(ours(name), words, config);
    // Where net-snmp crashes there is nothing to follow.
    status?;
    // Where it shows nothing but its usage, we say what is wrong.
    if first(&lines).is_empty() && our_status == status && first(&our_lines).contains(" needs a ") {
        return None;
    }
    let (line, our_line) = (first(&lines), first(&our_lines));
    let told = matches!(words, [.., "-h" | "--help" | "-V" | "--version" | "-H" | "-d-help" | "-d-version"])
        && our_line != line;
    // Where net-snmp shows its usage without a word about what was wrong, ours may have that word.
    let explained = line.is_empty() && status == Some(1) && !our_line.is_empty();
    if (our_status, our_line) == (status, line) || (told || explained) && our_status == status {
        return None;
    }
    Some(format!("{name} {words:?}\n  net-snmp {status:?}: {line}\n  snmpkit  {our_status:?}: {our_line}"))
}

fn compare(rows: impl Iterator<Item = (&'static str, Vec<&'static str>)>) {
    let Some(directory) = net_snmp() else { return };
    let config = tempfile::tempdir().unwrap();
    let mut count = 0;
    let differences: Vec<String> = rows
        .inspect(|_| count += 1)
        .filter_map(|(name, words)| differs(&directory, config.path(), name, &words))
        .collect();
    assert!(
        differences.is_empty(),
        "{} of {count} rows differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn mistakes_in_options_have_net_snmps_words_and_status() {
    compare(COMMON.iter().enumerate().map(|(at, row)| {
        // Each row runs in one tool, in turn; the grammar is the same in all.
        (TOOLS[at % TOOLS.len()].0, row.split(' ').filter(|word| !word.is_empty()).collect())
    }));
}

#[test]
fn arguments_with_blanks_and_empty_ones_are_judged_alike() {
    compare(
        [
            vec!["-v", ""],
            vec!["-v", " 1"],
            vec!["-r", ""],
            vec!["-r", " 5"],
            vec!["-t", " 5"],
            vec!["-t", ""],
            vec!["-l", ""],
            vec!["-a", ""],
            vec!["-x", ""],
            vec!["-e", ""],
            vec!["-e", "01 02 03 04 05"],
            vec!["-O", ""],
            vec!["-I", ""],
            vec!["-P", ""],
            vec!["-L", ""],
            vec!["-C", ""],
            vec!["-T", "a b=c"],
            vec!["-3n foo"],
            vec!["-LE 3-5"],
            vec!["-LE 9"],
            vec!["-Y", "foo bar"],
            vec!["-Y", "defVersion 9"],
            vec!["-Y", "[snmp] defVersion 9"],
            vec!["-Y", "defVersion=9"],
            vec!["--dumpPacket=yes no"],
            vec!["--mibWarningLevel=3 x"],
            vec!["--defSecurityLevel=foo bar"],
            vec!["--defSecurityLevel foo"],
            vec!["--defSecurityLevel foo=bar"],
            vec!["--debugTokens a"],
            vec!["-Y", "  foo x"],
            vec!["-c", "", "-v4"],
            vec!["", "-v4"],
        ]
        .into_iter()
        .map(|words| ("snmpget", words)),
    );
}

#[test]
fn mistakes_in_a_tools_own_arguments_have_net_snmps_words_and_status() {
    compare(OWN.iter().map(|(name, row)| (*name, row.split(' ').collect())));
}

#[test]
fn names_that_nobody_knows_have_net_snmps_words_and_status() {
    compare(BAD_NAMES.iter().map(|name| ("snmpget", vec!["-v1", "-c", "p", "127.0.0.1:9", "--", name])));
}

#[test]
fn too_many_names_have_net_snmps_words_and_status() {
    let names = |words: &[&'static str], count| {
        let mut all = vec!["-v1", "-c", "p", "127.0.0.1:9"];
        all.extend(words.iter().copied().cycle().take(words.len() * count));
        all
    };
    compare(
        [
            ("snmpget", names(&["1.3"], 129)),
            ("snmpgetnext", names(&["1.3"], 129)),
            ("snmpset", names(&["1.3", "i", "1"], 129)),
        ]
        .into_iter(),
    );
}

#[test]
fn configuration_files_have_net_snmps_complaints() {
    let Some(directory) = net_snmp() else { return };
    let mut differences = Vec::new();
    let common = FILES.iter().map(|content| ("snmpget", "snmp.conf", *content));
    for (name, file, content) in common.chain(TOOL_FILES.iter().copied()) {
        let config = tempfile::tempdir().unwrap();
        fs::write(config.path().join(file), content).unwrap();
        let complaints = |program: &Path| {
            let (_, mut lines) = run(program, &[], config.path());
            lines.truncate(
                lines.iter().position(|line| line == "No hostname specified.").unwrap_or(lines.len()),
            );
            // net-snmp reads its files twice and tells some mistakes twice.
            let mut seen = BTreeSet::new();
            lines.retain(|line| seen.insert(line.clone()));
            lines
        };
        let (theirs, ours) = (complaints(&directory.join(name)), complaints(ours(name)));
        if theirs != ours {
            differences
                .push(format!("{name} {file} {content:?}\n  net-snmp {theirs:?}\n  snmpkit  {ours:?}"));
        }
    }
    assert!(differences.is_empty(), "{} files differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn the_listing_has_every_token_that_net_snmps_has() {
    let Some(directory) = net_snmp() else { return };
    let config = tempfile::tempdir().unwrap();
    let tokens = |program: &Path| -> Vec<String> {
        let (status, lines) = run(program, &["-H"], config.path());
        assert_eq!(status, Some(0));
        lines
            .iter()
            .filter_map(|line| line.strip_prefix("    "))
            .filter_map(|line| line.split(' ').next())
            .map(str::to_owned)
            .collect()
    };
    for name in ["snmpget", "snmpwalk", "snmpbulkwalk"] {
        let ours = tokens(ours(name));
        for token in tokens(&directory.join(name)) {
            assert!(ours.contains(&token), "{name}: {token}");
        }
    }
}

#[test]
fn statuses_are_finer_on_request() {
    let config = tempfile::tempdir().unwrap();
    for (words, status) in [
        (&["--fail", "-Q"][..], 5),
        (&["-Q", "--fail"], 5),
        (&["--fail"], 5),
        (&["--fail", "h", "x"], 5),
        (&["--", "--fail"], 1),
        (&["--fail", "-V"], 0),
        (&["--fail", "-h"], 1),
        (&["h", "1.3", "--community-file", "/nonexistent"], 1),
        (&["h", "1.3", "--deadline", "0"], 1),
        (&["h", "1.3", "--format"], 1),
        (&["h", "1.3", "--format=xml"], 1),
        (&["h", "1.3", "--fail=yes"], 1),
    ] {
        let (got, lines) = run(ours("snmpget"), words, config.path());
        assert_eq!(got, Some(status), "{words:?}: {lines:?}");
        assert!(lines.len() <= 2 || words.contains(&"-h"), "{words:?}: {lines:?}");
    }
}

#[test]
fn secrets_of_the_command_line_are_never_repeated() {
    let config = tempfile::tempdir().unwrap();
    fs::write(config.path().join("community"), "\n").unwrap();
    let file = config.path().join("community").display().to_string();
    for words in [
        &["-c", "s3cret", "-v4"][..],
        &["-c", "s3cret", "h"],
        &["-A", "s3cret", "h", "1.3"],
        &["-3k", "s3cret", "h", "1.3"],
        &["--defCommunity=s3cret", "--defVersion=9", "h"],
        &["-c", "s3cret", "--community-file", &file, "h", "x"],
    ] {
        let (_, lines) = run(ours("snmpget"), words, config.path());
        assert!(!lines.is_empty() && !lines.concat().contains("s3cret"), "{words:?}: {lines:?}");
    }
}
