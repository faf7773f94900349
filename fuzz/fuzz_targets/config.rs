//! Configuration: whatever a file or a token of the command line holds, it is read in bounded time, each complaint is one
//! line, and what comes of it can be asked for.
#![no_main]

use std::{cell::RefCell, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::PathBuf};

use libfuzzer_sys::fuzz_target;
use snmpkit::{
    config::{Access, Environment, FileKind, Overrides, Settings},
    limits,
    secret::Secret,
};

/// A directory of this process's own, removed at its end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("snmpkit-fuzz-config-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary directory can be written");
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

thread_local! {
    static DIRECTORY: RefCell<Directory> = RefCell::new(Directory::new());
}

fuzz_target!(|octets: &[u8]| {
    let path = DIRECTORY.with_borrow(|directory| directory.0.clone());
    // The file's text, and behind the first NUL what stands on the command line.
    let (file, tokens) = match octets.iter().position(|octet| *octet == 0) {
        Some(at) => (&octets[..at], &octets[at + 1..]),
        None => (octets, &b""[..]),
    };
    fs::write(path.join("snmp.conf"), file).expect("the directory is our own");
    let environment = Environment {
        config_path: Some(path.clone().into_os_string()),
        persistent_dir: Some(path.into_os_string()),
        ..Environment::default()
    };
    let overrides = Overrides {
        tokens: tokens.split(|octet| *octet == b'\n').map(|token| Secret::new(token.to_vec())).collect(),
        ..Overrides::default()
    };
    let scope = [FileKind::Snmp, FileKind::SnmpApp, FileKind::Walk, FileKind::BulkWalk];
    let (settings, diagnostics) = Settings::load(&scope, &environment, Some(OsStr::new("host")), overrides);
    assert!(diagnostics.len() <= limits::CONFIG_DIAGNOSTICS);
    assert!(settings.timeout.as_micros() > 0);
    for access in [Access::Read, Access::Write] {
        let _ = settings.community(None, access);
    }
    for (name, _) in &settings.aliases {
        let typed = [b"alias:", name.as_slice()].concat();
        let _ = settings.agent(OsStr::from_bytes(&typed));
    }
});
