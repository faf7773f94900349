use std::{ffi::OsStr, fs, os::unix::fs::PermissionsExt as _, path::Path};

use proptest::prelude::*;
use tempfile::TempDir;

use crate::{clock::Duration, codec::Version, secret::Secret};

use super::*;

const SCOPE: &[FileKind] = &[FileKind::Snmp, FileKind::SnmpApp];

/// A directory with these files in it.
fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

fn environment(path: &Path) -> Environment {
    Environment { config_path: Some(path.into()), ..Environment::default() }
}

/// Loads `snmp.conf` with this content; the complaints have the directory taken out.
fn load(content: &str) -> (Settings, Vec<String>) {
    let directory = directory(&[("snmp.conf", content.as_bytes())]);
    load_from(directory.path(), None, Overrides::default())
}

fn load_from(path: &Path, host: Option<&str>, overrides: Overrides) -> (Settings, Vec<String>) {
    let (settings, diagnostics) = Settings::load(SCOPE, &environment(path), host.map(OsStr::new), overrides);
    let prefix = format!("{}/", path.display());
    (settings, diagnostics.into_iter().map(|diagnostic| diagnostic.text.replace(&prefix, "")).collect())
}

fn tokens(lines: &[&str]) -> Overrides {
    let tokens = lines.iter().map(|line| Secret::new(line.as_bytes().to_vec())).collect();
    Overrides { tokens, ..Overrides::default() }
}

#[test]
fn every_mistake_in_a_file_is_told_with_its_line_and_counted() {
    let summary = |count| format!("net-snmp: {count} error(s) in config file(s)");
    for (content, complaints) in [
        ("", vec![]),
        ("# foo\n\n   \n\t# x", vec![]),
        ("foo bar", vec!["snmp.conf: line 1: Warning: Unknown token: foo.".to_owned()]),
        ("\n\nfoo bar\n", vec!["snmp.conf: line 3: Warning: Unknown token: foo.".into()]),
        ("\r\nfoo bar\r\n", vec!["snmp.conf: line 2: Warning: Unknown token: foo.".into()]),
        (";foo x", vec!["snmp.conf: line 1: Warning: Unknown token: ;foo.".into()]),
        ("a[b] c", vec!["snmp.conf: line 1: Warning: Unknown token: a[b].".into()]),
        ("foo=bar", vec!["snmp.conf: line 1: Error: Blank line following foo=bar token.".into(), summary(1)]),
        ("defVersion", vec!["snmp.conf: line 1: Error: Blank line following defVersion token.".into(), summary(1)]),
        ("defVersion # 1", vec!["snmp.conf: line 1: Error: Blank line following defVersion token.".into(), summary(1)]),
        ("foo\0bar baz", vec!["snmp.conf: line 1: Error: Blank line following foo token.".into(), summary(1)]),
        ("defVersion 9\nretries x", vec![
            "snmp.conf: line 1: Error: Unknown version specification".into(),
            "snmp.conf: line 2: Error: Bad integer value".into(),
            summary(2),
        ]),
        ("foo bar \\\n baz\n", vec![
            "snmp.conf: line 1: Warning: Unknown token: foo.".into(),
            "snmp.conf: line 2: Error: Blank line following baz token.".into(),
            summary(1),
        ]),
        ("[snmp\n[zz] x\n[snmp]\n[snmpapp] engineID x\nfoo x", vec![
            "snmp.conf: line 1: Error: no matching ']' for type snmp.".into(),
            "snmp.conf: line 2: Error: No handlers regestered for type zz.".into(),
            "snmp.conf: line 5: Warning: Unknown token: foo.".into(),
            summary(2),
        ]),
        ("[snmpapp]\nengineID x\ndefVersion 1", vec!["snmp.conf: line 3: Warning: Unknown token: defVersion.".into()]),
        ("foo x\nnoTokenWarnings yes\nbar y", vec!["snmp.conf: line 1: Warning: Unknown token: foo.".into()]),
        ("dumpPacket on", vec!["snmp.conf: line 1: Error: Should be yes|no|true|false|0|1".into(), summary(1)]),
        ("logOption z", vec!["Unknown logging option passed to -L: z.".into()]),
        ("defTarget a b", vec![
            "snmp.conf: line 1: Error: No target in registration of defTarget \"a\"".into(), summary(1)]),
        ("include x", vec![
            "snmp.conf: line 1: Warning: Ambiguous token 'include' - use 'includeSearch' (or 'includeFile') instead.".into()]),
    ] {
        assert_eq!(load(content).1, complaints, "{content:?}");
    }
}

#[test]
fn values_are_read_as_net_snmp_reads_them() {
    for (content, community) in [
        ("defCommunity abc def  ", "abc def"),
        ("defCommunity \"a b\" c", "a b"),
        ("defCommunity \"a b", "a b"),
        ("defCommunity 'a b'", "'a b'"),
        ("defCommunity \"a\\\"b\"", "a\"b"),
        ("defCommunity \"\"", ""),
        ("DEFCOMMUNITY one\ndefCommunity two", "two"),
        ("\"defCommunity\" quoted", "quoted"),
        ("defCommunity a#b", "a#b"),
        ("defCommunity x # y", "x # y"),
        ("[snmp] defCommunity section", "section"),
    ] {
        let (settings, complaints) = load(content);
        assert_eq!(complaints, [""; 0], "{content}");
        assert_eq!(settings.community(None, Access::Read).expose(), community.as_bytes(), "{content}");
    }
    let flag = |content: &str| load(content).0.output.quick_printing;
    for (word, expected) in
        [("yes", true), ("TRUE", true), ("1", true), ("no x", false), ("False", false), ("0", false)]
    {
        assert_eq!(flag(&format!("quickPrinting {word}")), Some(expected), "{word}");
    }
    assert_eq!(flag("quickPrinting 2"), None);
    assert_eq!(load("printNumericOids no").0.output.print_numeric_oids, None);
    assert_eq!(load("printNumericOids yes\nprintNumericOids no").0.output.print_numeric_oids, Some(true));
}

#[test]
fn every_setting_has_its_token() {
    let (settings, complaints) = load(
        "defVersion 1\nretries 2\ntimeout 7\nclientaddr 10.0.0.1:99\nclientaddrUsesPort yes\ndefaultPort 1161\n\
         clientSendBuf 1000\nclientRecvBuf 2000\nserverSendBuf 3000\nserverRecvBuf 4000\nsendMessageMaxSize 1472\n\
         dumpPacket yes\ndebugTokens a,b\nlogOption n\nlogTimestamp yes\noidOutputFormat 4\nsuffixPrinting 1\n\
         hexOutputLength 0\noutputPrecision .3\nmibs +X\nmibdirs /m\nmibfile /f\nalias r1 udp:10.0.0.2\nalias r1 tcp:x\n\
         defDomain snmp udp tcp\ndefTarget snmp udp :5\ndefSecurityName me\ndefSecurityLevel authPriv\ndefAuthType SHA\n\
         defPrivType AES\ndefPassphrase 12345678\ndefPrivPassphrase abcdefgh\ndefContext c\ndisableSNMPv1 yes\n",
    );
    assert_eq!(complaints, [""; 0]);
    assert_eq!(
        (settings.version, settings.retries, settings.timeout),
        (Version::V1, 2, Duration::from_secs(7))
    );
    assert_eq!(settings.client_address, SourceAddress { text: Some("10.0.0.1:99".into()), uses_port: true });
    assert_eq!(settings.default_port, Some(1161));
    assert_eq!(settings.buffers.client_receive_octets, Some(2000));
    assert_eq!(settings.send_message_octets_max, Some(1472));
    assert!(settings.dump && settings.log_timestamp);
    assert_eq!(settings.debug_tokens, [b"a,b"]);
    assert_eq!(settings.log[0].target, LogTarget::Nothing);
    assert_eq!(settings.output.oid_output_format, Some(4));
    assert_eq!(settings.output.output_precision.as_deref(), Some(".3"));
    assert_eq!(settings.mib.modules, ModuleList::Configured("+X".into()));
    assert_eq!(settings.mib.configured_files, ["/f"]);
    assert_eq!(settings.aliases, [(b"r1".to_vec(), b"tcp:x".to_vec())]);
    assert_eq!(settings.domains, [(b"snmp".to_vec(), b"udp tcp".to_vec())]);
    assert_eq!(settings.targets, [(b"snmp".to_vec(), b"udp".to_vec(), b":5".to_vec())]);
    assert_eq!(settings.disabled_versions, [Version::V1]);
    let v3 = settings.v3.given;
    assert_eq!((v3.level, v3.auth), (Some(SecurityLevel::AuthPriv), Some(AuthProtocol::Sha1)));
    assert_eq!(v3.auth_keys.passphrase.unwrap().expose(), b"12345678");
    assert_eq!(v3.priv_keys.passphrase.unwrap().expose(), b"abcdefgh");
}

#[test]
fn numbers_that_no_setting_can_hold_count_as_not_set() {
    let (settings, complaints) =
        load("retries -1\ntimeout 0\ndefaultPort 99999\nclientSendBuf -5\nsendMessageMaxSize 0");
    assert_eq!(complaints, [""; 0]);
    assert_eq!((settings.retries, settings.timeout), (5, Duration::from_secs(1)));
    assert_eq!((settings.default_port, settings.send_message_octets_max), (None, None));
    assert_eq!(settings.buffers, Buffers::default());
}

#[test]
fn the_order_of_what_beats_what_is_the_documented_one() {
    let files = directory(&[
        ("snmp.conf", b"retries 1\ntimeout 1\ndefCommunity a\ndefVersion 1"),
        ("snmp.local.conf", b"retries 2\ndefCommunity b"),
        ("hosts/sw1.conf", b"retries 3\ndefCommunity c"),
        ("hosts/sw1.local.conf", b"timeout 9"),
        ("snmpapp.conf", b"engineID x"),
    ]);
    let retries = |host, overrides| load_from(files.path(), host, overrides).0.retries;
    assert_eq!(retries(None, Overrides::default()), 2);
    assert_eq!(retries(Some("sw1"), Overrides::default()), 3);
    assert_eq!(retries(Some("sw1:161"), Overrides::default()), 2);
    assert_eq!(retries(Some("sw1"), tokens(&["retries 7", "retries=4"])), 4);
    assert_eq!(retries(Some("sw1"), Overrides { retries: Some(5), ..tokens(&["retries 4"]) }), 5);
    let (settings, complaints) = load_from(files.path(), Some("sw1"), Overrides::default());
    assert_eq!((settings.timeout, settings.version), (Duration::from_secs(9), Version::V1));
    assert_eq!(complaints, [""; 0]);
    fs::write(files.path().join("snmp.local.conf"), "dontLoadHostConfig yes").unwrap();
    assert_eq!(retries(Some("sw1"), Overrides::default()), 1);
}

#[test]
fn the_community_is_c_then_the_specifications_then_the_configured_then_the_default() {
    let secret = |text: &str| Secret::new(text.as_bytes().to_vec());
    let spec = secret("spec");
    let of = |overrides: Overrides, content: &str, spec: Option<&Secret<Vec<u8>>>, access| {
        let files = directory(&[("snmp.conf", content.as_bytes())]);
        let settings = load_from(files.path(), None, overrides).0;
        String::from_utf8(settings.community(spec, access).expose().clone()).unwrap()
    };
    let given = || Overrides { community: Some(secret("c")), ..Overrides::default() };
    for access in [Access::Read, Access::Write] {
        assert_eq!(of(given(), "defCommunity d", Some(&spec), access), "c");
        assert_eq!(of(Overrides::default(), "defCommunity d", Some(&spec), access), "spec");
        assert_eq!(of(Overrides::default(), "defCommunity d", None, access), "d");
        assert_eq!(of(tokens(&["defCommunity=e"]), "defCommunity d", None, access), "e");
    }
    assert_eq!(of(Overrides::default(), "", None, Access::Read), "public");
    assert_eq!(of(Overrides::default(), "", None, Access::Write), "private");
    let empty = Overrides { community: Some(secret("")), ..Overrides::default() };
    assert_eq!(of(empty, "", None, Access::Read), "");
}

#[test]
fn the_version_is_v_then_the_configured_then_3_for_an_option_of_3_then_2c() {
    let user = || V3Overrides { user: Some(b"me".to_vec()), ..V3Overrides::default() };
    for (overrides, content, version) in [
        (Overrides::default(), "", Version::V2c),
        (Overrides::default(), "defVersion 1", Version::V1),
        (Overrides::default(), "defSecurityName me", Version::V2c),
        (Overrides { v3: user(), ..Overrides::default() }, "", Version::V3),
        (Overrides { v3: user(), ..Overrides::default() }, "defVersion 1", Version::V1),
        (Overrides { v3: user(), version: Some(Version::V2c), ..Overrides::default() }, "", Version::V2c),
        (Overrides { version: Some(Version::V2c), ..Overrides::default() }, "defVersion 1", Version::V2c),
        (tokens(&["defVersion=1"]), "defVersion 3", Version::V1),
    ] {
        let files = directory(&[("snmp.conf", content.as_bytes())]);
        assert_eq!(load_from(files.path(), None, overrides).0.version, version, "{content}");
    }
}

#[test]
fn mib_lists_remember_who_set_them() {
    let files = directory(&[("snmp.conf", b"mibs :\nmibdirs /conf")]);
    let of = |environment: Environment, overrides| Settings::load(SCOPE, &environment, None, overrides).0.mib;
    let base = environment(files.path());
    assert_eq!(of(base.clone(), Overrides::default()).modules, ModuleList::Configured("".into()));
    let variables = Environment { mibs: Some("".into()), mib_dirs: Some("/env".into()), ..base };
    let mib = of(variables.clone(), Overrides::default());
    assert_eq!(mib.modules, ModuleList::Environment("".into()));
    assert_eq!(mib.directories, ModuleList::Environment("/env".into()));
    let options = Overrides { modules: Some("ALL".into()), ..Overrides::default() };
    assert_eq!(of(variables, options).modules, ModuleList::CommandLine("ALL".into()));
}

#[test]
fn lines_with_lists_of_modules_replace_what_was_said_earlier_or_add_to_it() {
    for (lines, expected) in [
        (&["A", "B"][..], "B"),
        (&["A", "+B"], "A:B"),
        (&["A", "-B"], "B:A"),
        (&["+A", "+B", "-C"], "+C:A:B"),
        (&["-A", "+B"], "-A:B"),
        (&["+A", "B"], "B"),
        (&[":", "+B"], "+B"),
        (&["ALL", "+B:C"], "ALL:B:C"),
        (&["+A", ":"], ""),
    ] {
        for token in ["mibs", "mibdirs"] {
            let content = lines.iter().map(|line| format!("{token} {line}")).collect::<Vec<_>>().join("\n");
            let mib = load(&content).0.mib;
            let list = if token == "mibs" { mib.modules } else { mib.directories };
            assert_eq!(list, ModuleList::Configured(expected.into()), "{content}");
        }
    }
    let files = load("mibfile /a:b\nmibfile +/c\n").0.mib.configured_files;
    assert_eq!(files, ["/a:b", "+/c"]);
}

#[test]
fn without_a_path_the_home_and_the_persistent_directory_are_searched() {
    let home = directory(&[(".snmp/snmp.conf", b"retries 1\ndefCommunity home")]);
    let state = directory(&[
        ("snmp.0.conf", b"retries 8"),
        ("snmp.1.conf", b"timeout 8"),
        ("snmp.3.conf", b"retries 9"),
    ]);
    let environment = Environment {
        home: Some(home.path().into()),
        persistent_dir: Some(state.path().into()),
        ..Environment::default()
    };
    let (settings, _) = Settings::load(SCOPE, &environment, None, Overrides::default());
    assert_eq!(settings.communities.configured.unwrap().expose(), b"home");
    assert_eq!((settings.retries, settings.timeout), (8, Duration::from_secs(8)));
}

#[test]
fn includes_are_followed_and_come_to_an_end() {
    let files = directory(&[
        ("snmp.conf", b"includeFile more/a.txt\nincludeDir DIR/more\nincludeSearch other\nincludeFile none\nincludeDir /none\n"),
        ("more/a.txt", b"retries 7\n"),
        ("more/b.conf", b"timeout 3\n"),
        ("more/a.conf", b"timeout 2\n"),
        ("more/.c.conf", b"timeout 9\n"),
        ("other.conf", b"defVersion 1\n"),
    ]);
    let conf = files.path().join("snmp.conf");
    let text = fs::read_to_string(&conf).unwrap().replace("DIR", &files.path().display().to_string());
    fs::write(&conf, text).unwrap();
    let (settings, complaints) = load_from(files.path(), None, Overrides::default());
    assert_eq!(
        (settings.retries, settings.timeout, settings.version),
        (7, Duration::from_secs(3), Version::V1)
    );
    assert_eq!(
        complaints,
        [
            "snmp.conf: line 4: Error: Included file 'none' not found.",
            "snmp.conf: line 5: Error: Can't open include dir '/none'.",
            "net-snmp: 2 error(s) in config file(s)",
        ]
    );
    let loops = directory(&[(
        "snmp.conf",
        b"retries 6\nincludeFile snmp.conf\nincludeFile snmp.conf\nincludeSearch snmp",
    )]);
    let (settings, complaints) = load_from(loops.path(), None, Overrides::default());
    assert_eq!(settings.retries, 6);
    assert!(complaints.iter().any(|text| text.contains("nested include depth > 16")));
    assert!(complaints.len() <= crate::limits::CONFIG_DIAGNOSTICS + 1, "{}", complaints.len());
}

#[test]
fn what_is_no_readable_file_is_passed_over() {
    let files = directory(&[("snmp.conf/inside", b"x"), ("snmp.local.conf", b"retries 4")]);
    let (settings, complaints) = load_from(files.path(), None, Overrides::default());
    assert_eq!((settings.retries, complaints), (4, vec![]));
    let (settings, complaints) = load_from(Path::new("/nonexistent"), Some("h"), Overrides::default());
    assert_eq!((settings.retries, complaints), (5, vec![]));
    let device = directory(&[("snmp.conf", b"includeFile /dev/zero\nretries 4")]);
    let (settings, complaints) = load_from(device.path(), None, Overrides::default());
    assert_eq!(
        (settings.retries, complaints[0].as_str()),
        (4, "snmp.conf: line 1: Error: Included file '/dev/zero' not found.")
    );
}

#[test]
fn enormous_files_and_lines_are_cut_off_with_a_word() {
    let long = [b"foo ".to_vec(), vec![b'x'; crate::limits::LINE_OCTETS], b"\nretries 2\n".to_vec()].concat();
    let files = directory(&[("snmp.conf", &long)]);
    let (settings, complaints) = load_from(files.path(), None, Overrides::default());
    assert_eq!((settings.retries, complaints.len()), (2, 2));
    assert!(complaints[0].contains("the line is longer than"), "{complaints:?}");
    let enormous = "retries 3\n".repeat(1_000_000);
    let files = directory(&[("snmp.conf", enormous.as_bytes()), ("snmp.local.conf", b"retries 9")]);
    let (settings, complaints) = load_from(files.path(), None, Overrides::default());
    assert_eq!(settings.retries, 3);
    assert!(complaints[0].contains("octets of configuration; the rest is not read"), "{complaints:?}");
}

#[test]
fn a_passphrase_that_others_can_read_is_warned_of_in_the_users_own_files_only() {
    let home = directory(&[(".snmp/snmp.conf", b"defAuthPassphrase 12345678\ndefCommunity x\n")]);
    let conf = home.path().join(".snmp/snmp.conf");
    let complaints =
        |environment: &Environment| Settings::load(SCOPE, environment, None, Overrides::default()).1.len();
    let own = Environment {
        home: Some(home.path().into()),
        config_path: Some(home.path().join(".snmp").into()),
        ..Environment::default()
    };
    for (mode, count) in [(0o644, 1), (0o640, 1), (0o600, 0)] {
        fs::set_permissions(&conf, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(complaints(&own), count, "{mode:o}");
    }
    fs::set_permissions(&conf, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(complaints(&Environment { home: Some("/elsewhere".into()), ..own.clone() }), 0);
    fs::write(&conf, "defCommunity x\n").unwrap();
    assert_eq!(complaints(&own), 0);
}

#[test]
fn only_a_bare_name_has_a_file_of_its_own() {
    for (agent, file) in [
        ("sw1", Some("hosts/sw1")),
        ("10.0.0.1", Some("hosts/10.0.0.1")),
        ("a-b.example", Some("hosts/a-b.example")),
        ("", None),
        ("sw1:161", None),
        ("udp::sw1", None),
        ("c@sw1", None),
        ("../x", None),
        ("a_b", None),
        ("[::1]", None),
    ] {
        assert_eq!(host_file(OsStr::new(agent)), file.map(|file| file.as_bytes().to_vec()), "{agent}");
    }
}

#[test]
fn tokens_of_the_command_line_may_be_split_by_equals_signs() {
    let of = |line: &str| load_from(Path::new("/nonexistent"), None, tokens(&[line]));
    for (line, complaints) in [
        ("retries=4", vec![]),
        ("retries 4", vec![]),
        ("  retries = 4", vec!["(null): line 0: Error: Bad integer value"]),
        ("retries\t4", vec![]),
        ("[snmp] retries 4", vec![]),
        ("engineID=4", vec![]),
        ("", vec!["(null): line 0: Warning: Wrong format: "]),
        ("=", vec!["(null): line 0: Warning: Wrong format: "]),
        ("[snmp", vec!["(null): line 0: Error: no matching ']' for type snmp."]),
        ("[zz] x 1", vec!["(null): line 0: Error: No handlers regestered for type zz."]),
        ("foo", vec!["(null): line 0: Warning: Unknown token: foo."]),
        ("defVersion", vec!["(null): line 0: Error: Unknown version specification"]),
    ] {
        assert_eq!(of(line).1, complaints, "{line:?}");
    }
    assert_eq!(of("retries=4").0.retries, 4);
    assert_eq!(of("[snmp] retries 4").0.retries, 4);
}

#[test]
fn an_alias_stands_for_an_agent() {
    let (settings, _) =
        load("alias r1 udp:10.0.0.1\nalias r2 alias:r1\nalias round alias:trip\nalias trip alias:round");
    let agent =
        |text: &str| settings.agent(OsStr::new(text)).map(|agent| agent.to_string_lossy().into_owned());
    for (text, expected) in
        [("sw1", "sw1"), ("alias:r1", "udp:10.0.0.1"), ("ALIAS:r2", "udp:10.0.0.1"), ("r1", "r1")]
    {
        assert_eq!(agent(text), Ok(expected.to_owned()), "{text}");
    }
    for (text, name) in [("alias:nope", "nope"), ("alias:", ""), ("alias:round", "round")] {
        assert_eq!(agent(text).unwrap_err().to_string(), format!("No alias found for {name}"));
    }
}

#[test]
fn as_many_aliases_as_files_may_hold_are_read_and_followed_at_once() {
    use std::fmt::Write as _;
    // Looking at every alias for each one would take minutes here.
    let mut text = String::new();
    for n in 0..100_000 {
        writeln!(text, "alias a{n} alias:a{}", n + 1).unwrap();
    }
    text.push_str("alias a100000 udp:10.0.0.1\nalias a100000 udp:10.0.0.2\n");
    let (settings, diagnostics) = load(&text);
    assert!(diagnostics.is_empty());
    assert_eq!(settings.aliases.len(), 100_001);
    assert_eq!(settings.agent(OsStr::new("alias:a0")).unwrap(), "udp:10.0.0.2");
}

#[test]
fn a_host_has_files_in_the_directory_of_state_too() {
    let state = directory(&[("hosts/h.conf", b"retries 8")]);
    let environment = Environment { persistent_dir: Some(state.path().into()), ..Environment::default() };
    let retries = |host: &str| {
        Settings::load(SCOPE, &environment, Some(OsStr::new(host)), Overrides::default()).0.retries
    };
    assert_eq!((retries("h"), retries("i")), (8, 5));
}

#[test]
fn no_secret_shows_in_the_settings() {
    let overrides = Overrides {
        community: Some(Secret::new(b"s3cret".to_vec())),
        ..tokens(&["defAuthPassphrase s3cret99"])
    };
    let shown = format!("{overrides:?}");
    let (settings, _) = load_from(Path::new("/nonexistent"), None, overrides);
    assert!(!format!("{settings:?}{shown}").contains("s3cret"));
    assert!(!format!("{settings:?}{shown}").contains("115, 51, 99"));
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(content in prop::collection::vec(any::<u8>(), 0..400)) {
        let files = directory(&[("snmp.conf", &content)]);
        let _ = load_from(files.path(), Some("h"), Overrides::default());
    }

    #[test]
    fn likely_files_do_not_make_it_panic(
        lines in prop::collection::vec("(\\[snmp(app)?\\] ?|)(include(File|Dir|Search)?|def[A-Z][a-zA-Z]{0,9}|retries|alias|logOption|[a-z\"'\\\\]{0,5})[ \t=]{0,2}[a-z0-9\"'#\\\\ \\[\\]-]{0,9}", 0..12),
    ) {
        let files = directory(&[("snmp.conf", lines.join("\n").as_bytes())]);
        let _ = load_from(files.path(), None, tokens(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
    }

    #[test]
    fn every_token_takes_any_value_without_a_panic(at in 0..TOKENS.len(), value in prop::collection::vec(any::<u8>(), 0..20)) {
        let _ = Conf::default().set(at, &value);
    }
}
