//! Command lines: whatever the words, each tool takes them or says in one line what is wrong, and every value that was
//! taken can be used.
#![no_main]

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStringExt as _,
};

use clap::Parser as _;
use libfuzzer_sys::fuzz_target;
use snmpkit::{
    cli::{oid_arg, rewrite::Stop, set_arg},
    config::{Conf, Environment, Permutation, Settings},
    tool::{self, NotPrepared, Tool, agent, bulkget, bulkwalk, get, getnext, set, walk},
};

fn try_tool<T: Tool>(words: Vec<OsString>, environment: &Environment) {
    match tool::arguments::<T>(OsStr::new(T::NAME), words, environment) {
        Ok(args) => {
            let common = args.common();
            let settings = Settings::resolve(&Conf::default(), environment, common.overrides(None));
            let _ = (common.format(), common.letters(), args.agent().map(|agent| settings.agent(agent).is_ok()));
        }
        Err(NotPrepared::Stop(Stop::Mistake { message, .. })) => {
            assert!(message.len() < 10_000, "a message for people");
        }
        Err(NotPrepared::Stop(_)) => {}
        Err(NotPrepared::Error(error)) => assert!(error.to_string().len() < 10_000),
    }
}

fuzz_target!(|octets: &[u8]| {
    let Some((&which, line)) = octets.split_first() else { return };
    let words: Vec<OsString> =
        line.split(|octet| *octet == 0).map(|word| OsString::from_vec(word.to_vec())).collect();
    let permutation = if which & 0x80 == 0 { Permutation::Allowed } else { Permutation::Refused };
    let environment = Environment { permutation, ..Environment::default() };
    match which % 8 {
        0 => try_tool::<get::Args>(words, &environment),
        1 => try_tool::<getnext::Args>(words, &environment),
        2 => try_tool::<set::Args>(words, &environment),
        3 => try_tool::<walk::Args>(words, &environment),
        4 => try_tool::<bulkget::Args>(words, &environment),
        5 => try_tool::<bulkwalk::Args>(words, &environment),
        6 => {
            let words = std::iter::once(OsString::from(agent::NAME)).chain(words);
            if let Ok(args) = agent::Args::try_parse_from(words) {
                let _ = (args.read_communities(), args.write_communities());
            }
        }
        _ => {
            let settings = Settings::resolve(&Conf::default(), &environment, Default::default()).mib;
            let text = String::from_utf8_lossy(line);
            let _ = oid_arg::parse(&text, &settings);
            let (kind, value) = line.split_at(1.min(line.len()));
            if let Ok(kind) = set_arg::SetType::parse(&String::from_utf8_lossy(kind)) {
                let _ = set_arg::value(kind, value, &settings);
            }
        }
    }
});
