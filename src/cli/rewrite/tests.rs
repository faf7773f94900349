use proptest::prelude::*;

use super::*;

const GRAMMAR: Grammar = Grammar {
    flags: &[
        (b'p', FlagArgument::None),
        (b'i', FlagArgument::None),
        (b'r', FlagArgument::Number),
        (b'E', FlagArgument::Word),
        (b'w', FlagArgument::NeededWord),
        (b'x', FlagArgument::EngineId),
    ],
    permutation: Permutation::Allowed,
};

fn longs() -> Vec<LongOption> {
    [("format", true), ("fail", false), ("help", false), ("version", false), ("clientaddr", true)]
        .map(|(name, takes_value)| LongOption { name: name.to_owned(), takes_value })
        .to_vec()
}

/// Rewrites words with bars between them.
fn rewritten(grammar: &Grammar, line: &str) -> Result<String, Stop> {
    let words =
        line.split('|').filter(|word| !line.is_empty() || !word.is_empty()).map(OsString::from).collect();
    let words = rewrite(grammar, &longs(), Permutation::Allowed, OsStr::new("bin/snmpget"), words)?;
    Ok(words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join("|"))
}

#[test]
fn every_spelling_has_one_canonical_form() {
    for (line, expected) in [
        ("", "--"),
        ("h|o", "--|h|o"),
        ("h|-v2c|o|-c|x", "-v|2c|-c|x|--|h|o"),
        ("-dv1|h", "-d|-v|1|--|h"),
        ("-v1|--|-v2|-", "-v|1|--|-v2|-"),
        ("-c|", "-c||--"),
        ("-c-x", "-c|-x|--"),
        ("-c|--|h", "-c|--|--|h"),
        ("-j|h", "-j|--|h"),
        // Configuration tokens and our own long options.
        ("--timeout=5", "-Y|timeout 5|--"),
        ("--timeout|5", "-Y|timeout 1|--|5"),
        ("--Format=x", "-Y|Format x|--"),
        ("--form=x", "-Y|form x|--"),
        ("--help=x", "-Y|help x|--"),
        ("---", "-Y|- 1|--"),
        ("--tok val", "-Y|tok val|--"),
        ("--tok a=b=c", "-Y|tok a b=c|--"),
        ("--format=json", "--format=json|--"),
        ("--format|json|h", "--format=json|--|h"),
        ("--format|--|h", "--format=--|--|h"),
        ("--format=|h", "--format=|--|h"),
        ("--fail|h", "--fail|--|h"),
        ("--clientaddr|a|--clientaddr=b", "--clientaddr=a|--clientaddr=b|--"),
        ("-Y|tok val|h", "-Y|tok val|--|h"),
        ("-Ytok val", "-Y|tok val|--"),
        // Version 3.
        ("-3l|auth", "-l|auth|--"),
        ("-3u=me", "-u|me|--"),
        ("-3u me", "-u|me|--"),
        ("-3|u me", "-u|me|--"),
        ("-3u=|me", "-u|me|--"),
        ("-3k0102", "-3|k0102|--"),
        ("-3k|0x01|h", "-3|k0x01|--|h"),
        ("-3Z5,6", "-Z|5,6|--"),
        ("-3Z|5|6|h", "-Z|5,6|--|h"),
        ("-Z|5|6|h", "-Z|5,6|--|h"),
        ("-Z5,6|7", "-Z|5,6|--|7"),
        // Letters with arguments of their own.
        ("-Op|5|h", "-O|p5|--|h"),
        ("-Ovp5|h", "-O|vp5|--|h"),
        ("-Is|.0|h", "-I|s.0|--|h"),
        ("-IrS|if|h", "-I|rSif|--|h"),
        ("-Issfx", "-I|ssfx|--"),
        ("-Lf|file|h", "-L|f file|--|h"),
        ("-Lffile|h", "-L|ffile|--|h"),
        ("-LF|3|file|h", "-L|F 3 file|--|h"),
        ("-LS3|d|h", "-L|S3 d|--|h"),
        ("-Le|h", "-L|e|--|h"),
        ("-D|h|o", "-D|h|--|o"),
        // The tool's flags.
        ("-Cip|h", "-C|i|-C|p|--|h"),
        ("-C|p|h", "-C|p|--|h"),
        ("-Cr5p|h", "-C|r5|-C|p|--|h"),
        ("-Cr0x10", "-C|r16|--"),
        ("-Cr-1", "-C|r-1|--"),
        ("-Cr 7", "-C|r7|--"),
        ("-CE|1.3|h", "-C|E1.3|--|h"),
        ("-CpEi|1.3|h", "-C|p|-C|E1.3|-C|i|--|h"),
        ("-CEE|1|2|h", "-C|E1|-C|E2|--|h"),
        ("-Cwpx|-v|0x0102|h", "-C|w-v|-C|p|-C|x0x0102|--|h"),
        ("-Cx||h", "-C|x|--|h"),
    ] {
        assert_eq!(rewritten(&GRAMMAR, line).as_deref(), Ok(expected), "{line}");
    }
}

#[test]
fn the_first_mistake_from_the_left_is_the_one_reported() {
    for (line, message) in [
        ("-Q", "bin/snmpget: invalid option -- 'Q'"),
        ("-v4|-Q", "Invalid version specified after -v flag: 4"),
        ("-Q|-v4", "bin/snmpget: invalid option -- 'Q'"),
        ("-r|x|-t|x", "Invalid number of retries after -r flag."),
        ("-t|x|-r|x", "Invalid timeout in seconds after -t flag."),
        ("-h|-Q", "help"),
        ("-Q|-h", "bin/snmpget: invalid option -- 'Q'"),
        ("-dh", "help"),
        ("--help", "long help"),
        ("-V|-h", "version"),
        ("--version", "version"),
        ("-H|-Q", "directives"),
        ("--format", "--format needs a value"),
        ("--fail=yes", "--fail takes no value"),
        ("-3", "bin/snmpget: option requires an argument -- '3'"),
        ("-3|", "Unknown SNMPv3 option passed to -3:  ."),
        ("-3k", "Missing argument after SNMPv3 '-3k' option."),
        ("-3Z", "Missing argument after SNMPv3 '-3Z' option."),
        ("-3l|foo", "Invalid security level specified after -3l flag: foo"),
        ("-Z|5", "Need engine time after \"-3Z engineBoot,\"."),
        ("-Z|5|host", "Need engine time after \"-Z engineBoot\"."),
        ("-p|5", "Warning: -p option is no longer used - specify the remote host as HOST:PORT"),
        ("-Op", "Missing argument after -Op"),
        ("-Ozp", "Unknown output option passed to -O: z."),
        ("-IS", "Missing argument after -IS"),
        ("-LE", "-L needs a priority with this letter: 0 to 7, or one of ! a c e w n i d"),
        ("-Lf", "Missing log file"),
        ("-Cr", "-Cr needs a number behind it"),
        ("-Crx", "-Cr needs a number behind it"),
        ("-CE", "Missing argument after -CE"),
    ] {
        let got = match rewritten(&GRAMMAR, line) {
            Err(Stop::Mistake { message, usage: Usage::Shown, .. }) => message,
            Err(Stop::Help(HelpLength::Short)) => "help".to_owned(),
            Err(Stop::Help(HelpLength::Long)) => "long help".to_owned(),
            Err(Stop::Version) => "version".to_owned(),
            Err(Stop::Directives) => "directives".to_owned(),
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(got, message, "{line}");
    }
}

#[test]
fn a_word_that_a_flag_cannot_do_without_is_asked_for_before_the_next_letter() {
    for (line, message) in [
        ("-Cw", "Bad -Cw option: no argument given"),
        ("-Cwz", "Bad -Cw option: no argument given"),
        ("-Cwz|a", "Unknown flag passed to -C: z"),
        ("-Cx", "Bad -Cx option: no argument given"),
        ("-Cx|0z|-Q", "Bad usmUserEngineID value after -Cx option."),
    ] {
        assert_eq!(rewritten(&GRAMMAR, line), Err(Stop::plain(message)), "{line}");
    }
}

#[test]
fn an_unknown_flag_of_the_tool_needs_no_usage() {
    for line in ["-Cz", "-Cpz", "-Cr5z", "-CEz"] {
        let expected = Stop::plain("Unknown flag passed to -C: z");
        assert_eq!(rewritten(&GRAMMAR, line), Err(expected), "{line}");
    }
}

#[test]
fn a_tool_may_forbid_options_after_operands() {
    let strict = Grammar { permutation: Permutation::Refused, ..GRAMMAR };
    assert_eq!(rewritten(&strict, "-v1|h|o|i|-1").as_deref(), Ok("-v|1|--|h|o|i|-1"));
    assert!(rewritten(&GRAMMAR, "-v1|h|o|i|-Q").is_err());
}

#[test]
fn posixly_correct_forbids_options_after_operands_in_every_tool() {
    let words = ["-d", "h", "-Q"].map(OsString::from).to_vec();
    let out = rewrite(&GRAMMAR, &longs(), Permutation::Refused, OsStr::new("x"), words).unwrap();
    assert_eq!(out, ["-d", "--", "h", "-Q"]);
}

#[test]
fn words_need_not_be_utf_8() {
    let word = OsString::from_vec(b"-c\xff\xfe".to_vec());
    let words = rewrite(&GRAMMAR, &longs(), Permutation::Allowed, OsStr::new("x"), vec![word]).unwrap();
    assert_eq!(words[1].as_bytes(), b"\xff\xfe");
    let word = OsString::from_vec(b"-\xff".to_vec());
    assert!(rewrite(&GRAMMAR, &longs(), Permutation::Allowed, OsStr::new("x"), vec![word]).is_err());
}

proptest! {
    #[test]
    fn no_words_make_it_panic_and_operands_survive(words in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 0..12)) {
        let words: Vec<OsString> = words.into_iter().map(OsString::from_vec).collect();
        if let Ok(out) = rewrite(&GRAMMAR, &longs(), Permutation::Allowed, OsStr::new("x"), words.clone()) {
            let operands = out.iter().rev().take_while(|word| *word != "--").count();
            prop_assert!(operands <= words.len());
        }
    }

    #[test]
    fn likely_words_do_not_make_it_panic(words in prop::collection::vec("-{0,3}[a-zA-Z0-9=, .:'\"]{0,6}", 0..10)) {
        let words = words.into_iter().map(OsString::from).collect();
        let _ = rewrite(&GRAMMAR, &longs(), Permutation::Allowed, OsStr::new("x"), words);
    }
}
