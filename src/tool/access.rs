//! From `SNMPv3`'s settings to who asks: every mistake that can be found without the agent, in net-snmp's words and with
//! what to do about it.

use std::ffi::OsStr;

use super::{Context, ToolError, secrets};
use crate::{
    cli::args::V3Args,
    clock::Instant,
    codec::{Version, v3::SecurityLevel},
    config::{AuthProtocol, Keys, PrivProtocol, V3Settings},
    crypto::{self, AuthKey, KeyError, MasterKey},
    engine::{AuthSource, EngineClock, EngineId, EngineSource, PrivSource, Protection, Usm, UsmError},
    limits,
    secret::Secret,
    value::Octets,
};

/// A mistake in the settings.
#[derive(Debug)]
struct Mistake {
    /// net-snmp's lines; the last one with the tool's name before it.
    before: Option<String>,
    text: String,
    hint: String,
}

impl Mistake {
    fn new(text: &str, hint: impl Into<String>) -> Self {
        Self { before: None, text: text.to_owned(), hint: hint.into() }
    }
}

/// What a key is for.
#[derive(Clone, Copy)]
struct Purpose {
    name: &'static str,
    options: &'static str,
    /// Where a master key comes from: the option and the token.
    master: [&'static str; 2],
    /// Where a localized key comes from.
    localized: [&'static str; 2],
    /// What net-snmp says of a localized key that is none.
    refusal: &'static str,
}

const AUTHENTICATION: Purpose = Purpose {
    name: "authentication",
    options: "-A PASSPHRASE, --auth-password-file FILE, or defAuthPassphrase in snmp.conf",
    master: ["-3m", "defAuthMasterKey"],
    localized: ["-3k", "defAuthLocalizedKey"],
    refusal: "USM authentication failure (incorrect password or key)",
};

const PRIVACY: Purpose = Purpose {
    name: "privacy",
    options: "-X PASSPHRASE, --priv-password-file FILE, or defPrivPassphrase in snmp.conf",
    master: ["-3M", "defPrivMasterKey"],
    localized: ["-3K", "defPrivLocalizedKey"],
    refusal: "USM encryption error",
};

/// What a key is made of, where there is one.
enum Material {
    Master(MasterKey),
    Localized(Secret<Vec<u8>>),
}

impl Context {
    /// Refuses a version that a token switches off, and makes of `SNMPv3`'s settings who asks; the last step before the
    /// network.
    ///
    /// # Errors
    ///
    /// [`ToolError::Rejected`], with net-snmp's line and a hint.
    pub fn check_access(&mut self) -> Result<(), ToolError> {
        let version = self.settings.version;
        if self.settings.disabled_versions.contains(&version) {
            return Err(ToolError::Rejected(vec![format!("{}: Bad version specified", self.name)]));
        }
        if version == Version::V3 {
            let usm = self.user().map_err(|mistake| {
                let line = format!("{}: {}", self.name, mistake.text);
                let lines = mistake.before.into_iter().chain([line]).collect();
                ToolError::Rejected(lines).advised(mistake.hint)
            })?;
            self.usm = Some(usm);
        }
        Ok(())
    }

    fn user(&self) -> Result<Usm, Mistake> {
        let settings = &self.settings.v3;
        let given = &settings.given;
        if let Some(model) = &settings.security_model
            && !model.eq_ignore_ascii_case(b"usm")
        {
            let model = String::from_utf8_lossy(model);
            return Err(Mistake::new(
                &format!("security model {model} is not built in"),
                "there is the User-based Security Model alone: take defSecurityModel out of snmp.conf, or say usm",
            ));
        }
        let Some(user) = given.user.as_deref().filter(|user| !user.is_empty()) else {
            return Err(Mistake::new(
                "No securityName specified",
                "SNMPv3 asks as a user: give -u NAME, or defSecurityName in snmp.conf",
            ));
        };
        let protection = protection(settings)?;
        let mut usm = Usm::new(user, protection).map_err(|error| match error {
            UsmError::UserNameTooLong { octets } => Mistake::new(
                &format!("the user's name has {octets} octets"),
                format!("a name of SNMPv3 has at most {} (RFC 3414, section 2.4)", limits::USER_NAME_OCTETS),
            ),
            // Those for authentication have been looked at.
            UsmError::Key(error) => wrong_length(
                PRIVACY,
                PRIVACY.localized[usize::from(settings.are_priv_keys_configured)],
                &error,
            ),
        })?;
        let engine_id = |id: &crate::config::EngineId| EngineId::new(id.octets());
        if let Some(id) = given.security_engine.as_ref().and_then(engine_id) {
            usm.engine = EngineSource::Given(id);
        }
        usm.clock = given.boots_time.map(|(boots, time)| EngineClock { boots, time, at: Instant::ZERO });
        usm.context_engine_id = given.context_engine.as_ref().and_then(engine_id);
        usm.context_name = Octets::from(given.context.as_deref().unwrap_or_default());
        Ok(usm)
    }
}

/// The level, with the keys that it needs; keys that it does not need are not even looked at.
fn protection(settings: &V3Settings) -> Result<Protection, Mistake> {
    let given = &settings.given;
    let level = given.level.unwrap_or(SecurityLevel::NoAuthNoPriv);
    if level == SecurityLevel::NoAuthNoPriv {
        return Ok(Protection::NoAuthNoPriv);
    }
    let is_private = level == SecurityLevel::AuthPriv;
    let Some(auth) = given.auth.unwrap_or(AuthProtocol::Md5).protocol() else {
        return Err(unsupported("-a NOAUTH", level));
    };
    if is_private && !(given.auth_keys.any() && given.priv_keys.any()) {
        let purpose = if given.auth_keys.any() { PRIVACY } else { AUTHENTICATION };
        // A protocol alone is enough for net-snmp to get one step further.
        let has_auth = given.auth_keys.any() || given.auth.is_some() && given.priv_keys.any();
        let text = if has_auth && !given.auth_keys.any() { purpose.refusal } else { "USM generic error" };
        return Err(Mistake::new(text, needs(level, purpose)));
    }
    let Some(material) =
        key_material(AUTHENTICATION, auth, &given.auth_keys, settings.are_auth_keys_configured)?
    else {
        return Err(Mistake::new(AUTHENTICATION.refusal, needs(level, AUTHENTICATION)));
    };
    let source = match material {
        Material::Master(key) => AuthSource::Master(key),
        Material::Localized(octets) => {
            AuthSource::Localized(AuthKey::from_octets(auth, octets.expose()).map_err(|error| {
                wrong_length(
                    AUTHENTICATION,
                    AUTHENTICATION.localized[usize::from(settings.are_auth_keys_configured)],
                    &error,
                )
            })?)
        }
    };
    if !is_private {
        return Ok(Protection::AuthNoPriv(source));
    }
    let Some(privacy) = given.privacy.unwrap_or(PrivProtocol::Des).protocol() else {
        return Err(unsupported("-x NOPRIV", level));
    };
    let Some(material) = key_material(PRIVACY, auth, &given.priv_keys, settings.are_priv_keys_configured)?
    else {
        return Err(Mistake::new("USM generic error", needs(level, PRIVACY)));
    };
    let privacy = match material {
        Material::Master(key) => PrivSource::Master(privacy, key),
        Material::Localized(octets) => PrivSource::Localized(privacy, octets),
    };
    Ok(Protection::AuthPriv(source, privacy))
}

fn needs(level: SecurityLevel, purpose: Purpose) -> String {
    format!("{} needs a key for {}: give {}", level.name(), purpose.name, purpose.options)
}

fn unsupported(option: &str, level: SecurityLevel) -> Mistake {
    Mistake::new(
        "USM unsupported security level (this user has not been configured for that level of security)",
        format!(
            "{option} and the level {} do not go together: choose a protocol, or a lower level with -l",
            level.name()
        ),
    )
}

/// What is given for a key: the localized one, else the passphrase, else the master key.
fn key_material(
    purpose: Purpose,
    auth: crypto::AuthProtocol,
    keys: &Keys,
    is_configured: bool,
) -> Result<Option<Material>, Mistake> {
    if let Some(localized) = &keys.localized {
        return Ok(Some(Material::Localized(localized.clone())));
    }
    if let Some(passphrase) = &keys.passphrase {
        let key = MasterKey::from_passphrase(auth, passphrase.expose())
            .map_err(|_| short_passphrase(purpose, is_configured))?;
        return Ok(Some(Material::Master(key)));
    }
    keys.master
        .as_ref()
        .map(|master| {
            MasterKey::from_octets(auth, master.expose())
                .map(Material::Master)
                .map_err(|error| wrong_length(purpose, purpose.master[usize::from(is_configured)], &error))
        })
        .transpose()
}

/// A passphrase of a token; those of options have been refused before.
fn short_passphrase(purpose: Purpose, is_configured: bool) -> Mistake {
    let min = limits::PASSPHRASE_OCTETS_MIN;
    let name = purpose.name;
    let place = if is_configured { "the configured" } else { "the" };
    Mistake {
        before: Some(format!(
            "Error: passphrase chosen is below the length requirements of the USM (min={min})."
        )),
        text: format!("Generic error (Error generating a key (Ku) from the supplied {name} pass phrase.)"),
        hint: format!(
            "{place} passphrase for {name} is too short: SNMPv3 wants {min} characters (RFC 3414, section 11.2)"
        ),
    }
}

fn wrong_length(purpose: Purpose, option: &str, error: &KeyError) -> Mistake {
    Mistake::new(
        purpose.refusal,
        format!("{option}: {error}; two hexadecimal digits make one, and -a and -x choose the protocols"),
    )
}

/// Puts in place what the options for files have, and asks for passphrases that are given as `-`.
pub(super) fn fetch_passphrases(
    tool: &str,
    v3: &mut V3Args,
    warnings: &mut Vec<String>,
) -> Result<(), ToolError> {
    for (purpose, given, file, option) in [
        (AUTHENTICATION, &mut v3.auth_passphrase, &v3.auth_password_file, "--auth-password-file"),
        (PRIVACY, &mut v3.priv_passphrase, &v3.priv_password_file, "--priv-password-file"),
    ] {
        let name = purpose.name;
        match (&given, file) {
            (Some(passphrase), _) if passphrase.expose() == b"-" => {
                let question = format!("{name} passphrase");
                *given = Some(secrets::ask(tool, &question, &format!("use {option} FILE"))?);
            }
            (None, Some(path)) => {
                let read = secrets::from_file(&format!("{name} passphrase"), path, warnings);
                *given = Some(read.map_err(|error| ToolError::Local(format!("{tool}: {error:#}")))?);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses passphrases of options that can be none, in net-snmp's lines, which look at them whatever the version is.
pub(super) fn check_passphrases(program: &OsStr, v3: &V3Args) -> Result<(), ToolError> {
    let program = program.to_string_lossy();
    let min = limits::PASSPHRASE_OCTETS_MIN;
    for (purpose, passphrase) in [(AUTHENTICATION, &v3.auth_passphrase), (PRIVACY, &v3.priv_passphrase)] {
        let Some(passphrase) = passphrase else { continue };
        let is_hashed = v3.auth != Some(AuthProtocol::None);
        let has_protocol = v3.auth.is_some() || v3.auth_passphrase.is_some();
        let (reason, hint) = if !has_protocol {
            (
                format!("{program}: "),
                "the key for privacy is made with the protocol for authentication: give -a PROTOCOL and -A too",
            )
        } else if !is_hashed {
            (
                format!("Error: no hashfn for authtype{program}:  (no hashfn for authtype)"),
                "-a NOAUTH makes no keys of passphrases: choose a protocol, or leave the passphrases out",
            )
        } else if passphrase.expose().len() < min {
            let text = format!(
                "Error: passphrase chosen is below the length requirements of the USM (min={min}).\n\
                 {program}:  (The supplied password length is too short.)"
            );
            (text, "SNMPv3 wants passphrases of 8 characters at least (RFC 3414, section 11.2)")
        } else {
            continue;
        };
        let name = purpose.name;
        let text = format!("{reason}\nError generating a key (Ku) from the supplied {name} pass phrase. ");
        return Err(ToolError::Argument(text).advised(hint));
    }
    Ok(())
}
