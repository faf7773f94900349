//! What makes the settings for one host of many differ from those of the run.

use std::{collections::HashSet, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::Path};

use super::{
    environment::Environment,
    parts::V3Overrides,
    settings::{Overrides, PERSISTENT_DIR, host_file, search_path},
};
use crate::codec::Version;

/// The files `hosts/HOST.conf` that there are, so that a list of thousands of hosts is not looked up one by one.
#[derive(Clone, Debug, Default)]
pub struct HostFiles(HashSet<Vec<u8>>);

impl HostFiles {
    /// Looks into the directories that [`Settings::load`](super::Settings::load) reads, once.
    pub fn find(environment: &Environment) -> Self {
        let mut directories = search_path(environment);
        directories.push(environment.persistent_dir.as_deref().unwrap_or(OsStr::new(PERSISTENT_DIR)).into());
        let entries = directories.iter().filter_map(|directory| fs::read_dir(directory.join("hosts")).ok());
        let names = entries.flatten().filter_map(Result::ok).filter_map(|entry| {
            let name = entry.file_name();
            Path::new(&name).file_name().map(|name| name.as_bytes().to_vec())
        });
        Self(names.collect())
    }

    /// Whether an agent has such a file. Where this says so, none may be read all the same.
    pub fn has(&self, agent: &OsStr) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let file = host_file(agent);
        let name = file.as_deref().and_then(|file| file.strip_prefix(b"hosts/"));
        name.is_some_and(|name| {
            [".conf", ".local.conf"].iter().any(|end| self.0.contains(&[name, end.as_bytes()].concat()))
        })
    }
}

impl Overrides {
    /// These, where they say something, and otherwise the others: what is said of one host, and what is said of all.
    ///
    /// Only what concerns the way of speaking to a host is looked at in these; the rest is the others'. An option of
    /// version 3 makes the version 3, whatever is said of all hosts.
    #[must_use]
    pub fn over(self, others: &Self) -> Self {
        let implied = self.v3.any().then_some(Version::V3);
        Self {
            version: self.version.or(implied).or(others.version),
            community: self.community.or_else(|| others.community.clone()),
            retries: self.retries.or(others.retries),
            timeout: self.timeout.or(others.timeout),
            backoff: self.backoff.or(others.backoff),
            client_address: self.client_address.or_else(|| others.client_address.clone()),
            v3: self.v3.over(&others.v3),
            ..others.clone()
        }
    }
}

impl V3Overrides {
    fn over(self, others: &Self) -> Self {
        Self {
            user: self.user.or_else(|| others.user.clone()),
            level: self.level.or(others.level),
            auth: self.auth.or(others.auth),
            privacy: self.privacy.or(others.privacy),
            auth_keys: self.auth_keys.or(others.auth_keys.clone()),
            priv_keys: self.priv_keys.or(others.priv_keys.clone()),
            security_engine: self.security_engine.or_else(|| others.security_engine.clone()),
            context_engine: self.context_engine.or_else(|| others.context_engine.clone()),
            context: self.context.or_else(|| others.context.clone()),
            boots_time: self.boots_time.or(others.boots_time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn secret(text: &str) -> Secret<Vec<u8>> {
        Secret::new(text.as_bytes().to_vec())
    }

    #[test]
    fn what_is_said_of_a_host_beats_what_is_said_of_all() {
        let all = Overrides {
            version: Some(Version::V2c),
            community: Some(secret("all")),
            retries: Some(3),
            dump: true,
            ..Overrides::default()
        };
        let none = Overrides::default().over(&all);
        assert_eq!((none.version, none.retries, none.dump), (Some(Version::V2c), Some(3), true));
        assert_eq!(none.community.unwrap().expose(), b"all");
        let one =
            Overrides { community: Some(secret("one")), retries: Some(0), ..Overrides::default() }.over(&all);
        assert_eq!((one.community.unwrap().expose().as_slice(), one.retries), (&b"one"[..], Some(0)));
        // A user makes it version 3, unless a version is said of this very host.
        let user = V3Overrides { user: Some(b"me".to_vec()), ..V3Overrides::default() };
        let v3 = Overrides { v3: user.clone(), ..Overrides::default() };
        assert_eq!(v3.clone().over(&all).version, Some(Version::V3));
        assert_eq!(Overrides { version: Some(Version::V1), ..v3 }.over(&all).version, Some(Version::V1));
    }

    #[test]
    fn a_key_of_a_host_leaves_no_key_of_all() {
        use super::super::Keys;
        let keys = |passphrase, localized| V3Overrides {
            auth_keys: Keys { passphrase, localized, master: None },
            ..V3Overrides::default()
        };
        let all = Overrides { v3: keys(None, Some(secret("localized"))), ..Overrides::default() };
        let one = Overrides { v3: keys(Some(secret("passphrase")), None), ..Overrides::default() }.over(&all);
        assert!(one.v3.auth_keys.localized.is_none() && one.v3.auth_keys.passphrase.is_some());
        assert!(Overrides::default().over(&all).v3.auth_keys.localized.is_some());
    }

    #[test]
    fn files_of_hosts_are_found_by_their_names() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("hosts")).unwrap();
        fs::write(directory.path().join("hosts/sw1.conf"), "defVersion 1\n").unwrap();
        let environment = Environment {
            config_path: Some(directory.path().as_os_str().to_owned()),
            ..Environment::default()
        };
        let files = HostFiles::find(&environment);
        for (agent, expected) in
            [("sw1", true), ("sw2", false), ("udp:sw1", false), ("", false), ("../hosts/sw1", false)]
        {
            assert_eq!(files.has(OsStr::new(agent)), expected, "{agent}");
        }
        assert!(!HostFiles::default().has(OsStr::new("sw1")));
    }
}
