//! The users of `SNMPv3` that the device has for practice. Their passphrases are public, as the communities `public` and
//! `private` are.

use std::fmt::Write as _;

use super::Settings;
use crate::{
    agent::{Authority, Permission, User},
    clock::{Duration, Instant},
    crypto::{AuthProtocol, PrivProtocol},
};

/// The passphrase that each of them authenticates with.
pub const AUTH_PASSPHRASE: &str = "demo-auth-password";

/// The passphrase that each of them encrypts with.
pub const PRIV_PASSPHRASE: &str = "demo-priv-password";

/// The engine of `demo::`: the enterprise number for documentation (RFC 5612), and the text `demo`.
pub const ENGINE_ID: &[u8] = b"\x80\x00\x7e\xd9\x04demo";

/// One boot of the device of `demo::` in its clock: it pretends to start anew each time.
pub const RESTARTS_EVERY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A user for practice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct About {
    /// The name.
    pub name: &'static str,
    /// What the user may do.
    pub permission: Permission,
    /// The protocols, whose passphrases are [`AUTH_PASSPHRASE`] and [`PRIV_PASSPHRASE`]. They decide the level, which is
    /// the only one that the user is served at.
    pub protection: Option<(AuthProtocol, Option<PrivProtocol>)>,
}

/// All of them: each level, and of protocols the usual ones, the oldest and the longest.
pub const USERS: [About; 5] = [
    About { name: "demo", permission: Permission::Read, protection: None },
    About {
        name: "demo-auth",
        permission: Permission::Write,
        protection: Some((AuthProtocol::Sha256, None)),
    },
    About {
        name: "demo-priv",
        permission: Permission::Write,
        protection: Some((AuthProtocol::Sha256, Some(PrivProtocol::Aes128))),
    },
    About {
        name: "demo-old",
        permission: Permission::Write,
        protection: Some((AuthProtocol::Md5, Some(PrivProtocol::Des))),
    },
    About {
        name: "demo-long",
        permission: Permission::Write,
        protection: Some((AuthProtocol::Sha512, Some(PrivProtocol::Aes256))),
    },
];

/// [`USERS`] for people, one line each.
pub fn outline() -> String {
    let mut text = String::new();
    for About { name, permission, protection } in USERS {
        let may = if permission == Permission::Write { "reads and writes" } else { "reads" };
        // Writing to a string cannot fail.
        let _ = match protection {
            None => writeln!(text, "{name:<9}  {may} at noAuthNoPriv"),
            Some((auth, None)) => writeln!(text, "{name:<9}  {may} at authNoPriv, with {auth}"),
            Some((auth, Some(privacy))) => {
                writeln!(text, "{name:<9}  {may} at authPriv, with {auth} and {privacy}")
            }
        };
    }
    text
}

/// The users themselves.
///
/// # Panics
///
/// Never: names and passphrases are as long as they must be.
pub fn users() -> Vec<User> {
    let user = |About { name, permission, protection }: About| {
        let name = name.as_bytes();
        match protection {
            None => User::new(name, permission, None),
            Some((auth, privacy)) => {
                let privacy = privacy.map(|privacy| (privacy, PRIV_PASSPHRASE.as_bytes()));
                User::of_passphrases(name, permission, auth, AUTH_PASSPHRASE.as_bytes(), privacy)
            }
        }
        .expect("the users for practice are possible ones")
    };
    USERS.into_iter().map(user).collect()
}

/// The engine of `demo::`, with these users.
///
/// Its boots and time follow from the device's clock, so that what one command learns of them is true for the next one.
/// `salt_start` should be random.
///
/// # Panics
///
/// Never: the engine's identifier is a possible one.
pub fn authority(settings: &Settings, salt_start: u64) -> Authority {
    let seconds = |span: Duration| span.as_micros() / Duration::from_secs(1).as_micros();
    let uptime = seconds(settings.uptime);
    let started = settings.unix_seconds.saturating_sub(uptime);
    let boots = 1 + started / seconds(RESTARTS_EVERY);
    let fits = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut authority = Authority::new(ENGINE_ID, salt_start).expect("nine octets are an engine ID");
    authority.set_clock(Instant::ZERO, fits(boots), fits(uptime));
    users().into_iter().fold(authority, Authority::with_user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::v3::SecurityLevel;

    #[test]
    fn there_is_a_user_of_each_level_who_is_served_there_alone() {
        let users = users();
        for level in [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv] {
            assert!(
                users.iter().any(|user| user.level() == level && user.least_level() == level),
                "{level:?}"
            );
        }
        let names: Vec<_> = users.iter().map(User::name).collect();
        assert_eq!(names, USERS.map(|about| about.name.as_bytes()));
    }

    #[test]
    fn the_outline_names_all_that_one_needs() {
        let text = outline();
        for About { name, protection, .. } in USERS {
            let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
            let words = protection.map_or(String::new(), |(auth, privacy)| {
                privacy.map_or(auth.to_string(), |privacy| format!("{auth} and {privacy}"))
            });
            assert!(line.ends_with(&words), "{line}");
        }
        assert_eq!(text.lines().count(), USERS.len());
    }

    #[test]
    fn the_engine_keeps_its_boots_while_the_device_is_up_and_then_has_more() {
        let every = RESTARTS_EVERY.as_micros() / 1_000_000;
        let at = |unix_seconds: u64| {
            let uptime = Duration::from_secs(unix_seconds % every);
            authority(&Settings { uptime, unix_seconds, ..Settings::default() }, 0).clock(Instant::ZERO)
        };
        let start = every * 690;
        let (boots, time) = at(start);
        assert_eq!(time, 0);
        assert_eq!(at(start + 5), (boots, 5));
        assert_eq!(at(start + every - 1), (boots, u32::try_from(every).unwrap() - 1));
        assert_eq!(at(start + every), (boots + 1, 0));
        // The default settings are a moment of no such grid.
        assert!(authority(&Settings::default(), 0).clock(Instant::ZERO).0 > 1);
    }
}
