use std::{ffi::OsString, path::Path};

use proptest::prelude::*;

use crate::{
    cli::{
        args::Format,
        flags::{BulkNumbers, WalkFlags},
    },
    clock::Duration,
    codec::Version,
    config::{Access, LogTarget, ModuleList},
    oid::Oid,
    value::{Value, VarBind},
};

use super::*;

fn nowhere() -> Environment {
    Environment { config_path: Some("/nonexistent".into()), ..Environment::default() }
}

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect()
}

fn context_of<T: Tool>(line: &str) -> Result<(T, Box<Context>), String> {
    // Messages about settings would mix with the test's own output.
    match prepare::<T>(OsStr::new(T::NAME), words(line), &nowhere()) {
        Ok(Prepared::Ready(args, context)) => Ok((args, context)),
        Ok(Prepared::FormatSchema) => Err("schema".to_owned()),
        Err(NotPrepared::Stop(stop)) => Err(format!("{stop:?}")),
        Err(NotPrepared::Error(error)) => Err(error.to_string()),
    }
}

fn job_of<T: Tool>(line: &str) -> Result<T::Job, String> {
    let (args, mut context) = context_of::<T>(line)?;
    args.job(&mut context).map_err(|error| error.to_string())
}

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

#[test]
fn every_definition_holds_together_and_is_listed() {
    for (name, command) in ALL {
        let command = command();
        assert_eq!(command.get_name(), name);
        command.debug_assert();
    }
}

#[test]
fn all_options_arrive_in_the_settings() {
    let line = "-v 1 -c s3cret -r 2 -t 0.5 --backoff 2 --deadline 9 -s 10.0.0.1:7 --any-source --no-cache -d \
                -Da,b -Le -Lf /dev/null -m ALL -M /mibs -Pu -Pw -Ir -Is .0 -On -Oqp 3 --format csv -T a=b -u me -l auth \
                -a SHA -A 12345678 -x AES -X 87654321 -e 0102030405 -E 0102030406 -n ctx -Z 5,6 -3k 0102 router1 1.3";
    let (_, context) = context_of::<get::Args>(line).unwrap();
    let settings = &context.settings;
    assert_eq!((settings.version, settings.retries), (Version::V1, 2));
    assert_eq!(settings.timeout, Duration::from_millis(500));
    assert!((settings.backoff - 2.0).abs() < f64::EPSILON);
    assert_eq!(settings.community(None, Access::Write).expose(), b"s3cret");
    assert_eq!(settings.client_address.text.as_deref(), Some(OsStr::new("10.0.0.1:7")));
    assert!(settings.client_address.uses_port && settings.dump);
    assert_eq!(settings.debug_tokens, [b"a,b"]);
    assert_eq!(settings.log.len(), 2);
    assert_eq!(settings.log[1].target, LogTarget::File("/dev/null".into()));
    assert_eq!(settings.mib.modules, ModuleList::CommandLine("ALL".into()));
    assert_eq!((settings.mib.parse_letters.as_str(), settings.mib.input_letters.as_str()), ("uw", "r"));
    assert_eq!(settings.mib.suffix.as_deref(), Some(OsStr::new(".0")));
    assert_eq!(context.output.format, Format::Csv);
    assert_eq!(
        (context.output.letters.letters.as_str(), context.output.letters.precision.as_deref()),
        ("nq", Some("3"))
    );
    let session = &context.common.session;
    assert_eq!(session.deadline, Some(Duration::from_secs(9)));
    assert!(session.any_source && session.no_cache && !session.show_target);
    let v3 = &settings.v3.given;
    assert_eq!((v3.user.as_deref(), v3.boots_time), (Some(&b"me"[..]), Some((5, 6))));
    assert_eq!(v3.auth_keys.localized.as_ref().unwrap().expose(), &[1, 2]);
    assert_eq!(v3.context_engine.as_ref().unwrap().octets(), [1, 2, 3, 4, 6]);
    assert_eq!(context.agent, "router1");
    assert!(!format!("{context:?}").contains("s3cret"));
}

#[test]
fn a_later_option_replaces_an_earlier_one() {
    let (_, context) =
        context_of::<get::Args>("-v1 -v 2c -r1 -r2 -d -d --format csv --format json -j h").unwrap();
    assert_eq!((context.settings.version, context.settings.retries), (Version::V2c, 2));
    assert_eq!(context.output.format, Format::Json);
    assert_eq!(context_of::<get::Args>("-j h").unwrap().1.output.format, Format::Ndjson);
    assert_eq!(context_of::<get::Args>("h").unwrap().1.output.format, Format::Text);
    let source = |line: &str| context_of::<get::Args>(line).unwrap().1.settings.client_address.text;
    assert_eq!(source("--clientaddr 1.1.1.1 -s 2.2.2.2 h"), Some("2.2.2.2".into()));
    assert_eq!(source("--clientaddr=1.1.1.1 h"), Some("1.1.1.1".into()));
}

#[test]
fn a_job_is_made_of_each_tools_arguments() {
    let get = job_of::<get::Args>("h 1.3 system.1.0").unwrap();
    assert_eq!(
        get,
        get::Job { names: vec![oid("1.3"), oid("1.3.6.1.2.1.1.1.0")], repeat_without_failed: true }
    );
    assert!(!job_of::<getnext::Args>("h 1.3 -Cf").unwrap().repeat_without_failed);
    assert!(job_of::<getnext::Args>("h 1.3 -Cff").unwrap().repeat_without_failed);
    let walk = job_of::<walk::Args>("h -CpE 1.4 1.3 ignored").unwrap();
    let flags = WalkFlags { count: true, ..WalkFlags::default() };
    assert_eq!(walk, walk::Job { root: oid("1.3"), end: Some(oid("1.4")), flags, window: None });
    assert_eq!(job_of::<walk::Args>("h").unwrap().root, oid("1.3.6.1.2.1"));
    assert!(!job_of::<walk::Args>("h -Cp --printStatistics=no").unwrap().flags.count);
    assert!(job_of::<bulkwalk::Args>("h --includeRequested=yes").unwrap().flags.include_root);
    let bulk = job_of::<bulkget::Args>("h -Cn1r5 1.3 1.4").unwrap();
    assert_eq!(bulk.numbers, BulkNumbers { non_repeaters: 1, max_repetitions: 5 });
    let set = job_of::<set::Args>("-Cq h 1.3 i -1 1.4 s -v9").unwrap();
    assert!(set.quiet);
    let text = VarBind::new(oid("1.4"), Value::OctetString("-v9".into()));
    assert_eq!(set.bindings, [VarBind::new(oid("1.3"), Value::Integer32(-1)), text]);
}

#[test]
fn mistakes_end_the_job_before_anything_is_sent() {
    for (got, message) in [
        (job_of::<get::Args>("").map(drop), "No hostname specified."),
        (job_of::<get::Args>("h").map(drop), "Missing object name"),
        (job_of::<set::Args>("h").map(drop), "Missing object name"),
        (job_of::<get::Args>("--format-schema").map(drop), "schema"),
        (
            job_of::<get::Args>("-v3 h 1.3").map(drop),
            "snmpget: No securityName specified\n\
             SNMPv3 asks as a user: give -u NAME, or defSecurityName in snmp.conf",
        ),
        (
            job_of::<get::Args>("-u me -l auth h 1.3").map(drop),
            "snmpget: USM authentication failure (incorrect password or key)\n\
             authNoPriv needs a key for authentication: give -A PASSPHRASE, --auth-password-file FILE, or \
             defAuthPassphrase in snmp.conf",
        ),
        (job_of::<get::Args>("--disableSNMPv2c=1 h 1.3").map(drop), "snmpget: Bad version specified"),
        (job_of::<bulkget::Args>("h").map(drop), "Missing object name"),
        (job_of::<bulkget::Args>("-v1 h 1.3").map(drop), "snmpbulkget: Cannot send V2 PDU on V1 session"),
        (job_of::<bulkwalk::Args>("-v1 h 1.3").map(drop), "snmpbulkwalk: Cannot send V2 PDU on V1 session"),
        (job_of::<bulkget::Args>("-Cn2 h 1.3").map(drop), "snmpbulkget: need more objects than <nonrep>"),
        (job_of::<set::Args>("h 1.3 = 1").map(drop), "1.3: Bad variable type (\"=\")"),
    ] {
        assert_eq!(got, Err(message.to_owned()));
    }
}

#[test]
fn a_short_passphrase_is_refused_in_three_lines() {
    let expected = "Error: passphrase chosen is below the length requirements of the USM (min=8).\n\
                    snmpget:  (The supplied password length is too short.)\n\
                    Error generating a key (Ku) from the supplied authentication pass phrase. \n\
                    SNMPv3 wants passphrases of 8 characters at least (RFC 3414, section 11.2)";
    assert_eq!(context_of::<get::Args>("-A short").map(drop), Err(expected.to_owned()));
    let privacy = context_of::<get::Args>("-A 12345678 -X short").map(drop).unwrap_err();
    assert_eq!(privacy, expected.replace("authentication", "privacy"));
    assert_eq!(
        context_of::<get::Args>("-A 12345678 -X 12345678").map(drop),
        Err("No hostname specified.".into())
    );
}

#[test]
fn the_community_may_come_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("community");
    let of = |line: String| {
        context_of::<get::Args>(&line).map(|(_, context)| context.settings.community(None, Access::Read))
    };
    for (content, community) in [("s3cret\n", "s3cret"), ("s3cret", "s3cret"), ("a b\r\nmore", "a b")] {
        std::fs::write(&path, content).unwrap();
        let got = of(format!("--community-file {} -Ln h", path.display())).unwrap();
        assert_eq!(got.expose(), community.as_bytes());
    }
    assert_eq!(of(format!("-c x --community-file {} -Ln h", path.display())).unwrap().expose(), b"x");
    std::fs::write(&path, "\nsecond").unwrap();
    for path in [&path, directory.path(), Path::new("/nonexistent/file")] {
        let message = of(format!("--community-file {} h", path.display())).unwrap_err();
        assert!(
            message.starts_with("snmpget: ") && message.contains(&path.display().to_string()),
            "{message}"
        );
    }
}

#[test]
fn fail_counts_wherever_it_stands_but_not_as_an_operand() {
    assert_eq!(status_mode(&words("-Q --fail")), StatusMode::Fine);
    assert_eq!(status_mode(&words("-Q -- --fail")), StatusMode::NetSnmp);
}

proptest! {
    #[test]
    fn no_words_make_a_tool_panic(words in prop::collection::vec(prop::collection::vec(1..=255_u8, 0..10), 0..8)) {
        use std::os::unix::ffi::OsStringExt as _;
        let words: Vec<OsString> = words.into_iter().map(OsString::from_vec).collect();
        let _ = arguments::<get::Args>(OsStr::new("x"), words.clone(), &nowhere());
        let _ = arguments::<set::Args>(OsStr::new("x"), words, &nowhere());
    }

    #[test]
    fn likely_words_do_not_make_a_tool_panic(line in "(-{0,2}[a-zA-Z0-9=.:]{1,6} ){0,8}") {
        let _ = arguments::<walk::Args>(OsStr::new("x"), words(&line), &nowhere());
        let _ = arguments::<bulkget::Args>(OsStr::new("x"), words(&line), &nowhere());
    }
}
