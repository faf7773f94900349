//! What went wrong with `SNMPv3`: what the agent says of it, what was wrong with what came, and what to try.

use super::{About, Context, ErrorCode};
use crate::{
    codec::v3::SecurityLevel,
    config::Keys,
    crypto::{AuthProtocol, PrivProtocol},
    engine::{AnswerFault, EngineSource, Heard, Report, ReportReason, Usm},
};

/// How a Report is told.
pub(super) struct Told {
    /// net-snmp's words.
    pub text: &'static str,
    pub code: ErrorCode,
    pub hint: String,
}

/// An agent that says why it did not process a request.
pub(super) fn of_report(report: &Report, about: &About<'_>) -> Told {
    let asker = Asker::of(about);
    let Asker { host, user, level, .. } = asker;
    let (text, code, hint) = match &report.reason {
        ReportReason::UnknownUser => (
            "Unknown user name",
            ErrorCode::AuthUnknownUser,
            format!("{host} does not know the user {user}: check -u, and the users of the agent"),
        ),
        ReportReason::WrongDigest => (
            "Authentication failure (incorrect password, community or key)",
            ErrorCode::AuthWrongDigest,
            format!(
                "{host} knows the user {user} with another key: check {}, and whether {} is the user's protocol there \
                 (-a)",
                asker.auth_key, asker.auth
            ),
        ),
        ReportReason::UnsupportedLevel => (
            "Unsupported security level",
            ErrorCode::AuthUnsupportedLevel,
            format!("the user {user} has no keys for {} at {host}: try a lower level with -l", level.name()),
        ),
        ReportReason::UnknownEngine => {
            ("Unknown engine ID", ErrorCode::AuthUnknownEngine, other_engine(report, host))
        }
        ReportReason::NotInTimeWindow => (
            "Not in time window",
            ErrorCode::AuthNotInWindow,
            format!(
                "{host} says its boots are {} and its time is {}, and refuses requests that say so: its clock does \
                 not hold still",
                report.boots, report.time
            ),
        ),
        ReportReason::Decryption => (
            "Decryption error",
            ErrorCode::PrivDecrypt,
            format!(
                "{host} cannot decrypt what the user {user} sends: check {}, and whether {} is the user's protocol \
                 there (-x)",
                asker.priv_key, asker.privacy
            ),
        ),
        ReportReason::UnknownSecurityModel => (
            "Unknown security model in message",
            ErrorCode::Report,
            format!("{host} has no users (USM): try -v 2c with a community"),
        ),
        ReportReason::InvalidMessage => (
            "Invalid message (e.g. msgFlags)",
            ErrorCode::Report,
            format!("{host} finds the message invalid, which is well formed: the agent is faulty"),
        ),
        ReportReason::UnknownPduHandler => (
            "Bad version specified",
            ErrorCode::UnknownContext,
            format!("nobody at {host} answers for that context engine: leave -E out, or check it"),
        ),
        ReportReason::UnavailableContext => (
            "Bad context specified",
            ErrorCode::UnknownContext,
            format!("the context {} is not available at {host} now: check -n, or try later", asker.context),
        ),
        ReportReason::UnknownContext => (
            "Bad context specified",
            ErrorCode::UnknownContext,
            format!("{host} has no context {}: check -n", asker.context),
        ),
        ReportReason::Other(_) | ReportReason::Unnamed => {
            ("Unknown Report message", ErrorCode::Report, format!("{host}: {report}"))
        }
    };
    Told { text, code, hint }
}

fn other_engine(report: &Report, host: &str) -> String {
    match &report.engine_id {
        Some(id) => format!("the engine ID of {host} is {id}: give that one with -e, or leave -e out"),
        None => format!("{host} has another engine ID: leave -e out, and it will be asked for it"),
    }
}

/// What was wrong with what came instead of an answer.
pub(super) fn of_heard(heard: &Heard, about: &About<'_>) -> Option<(ErrorCode, String)> {
    if let Some(fault) = heard.fault.as_deref() {
        let (code, advice) = match fault {
            AnswerFault::WrongDigest => {
                (ErrorCode::AuthWrongDigest, "somebody else sent it, or the agent is faulty")
            }
            AnswerFault::Undecryptable => {
                (ErrorCode::PrivDecrypt, "check the passphrase (-X) and the protocol (-x) for privacy")
            }
            AnswerFault::BootsBackwards { .. } | AnswerFault::TooOld { .. } => (
                ErrorCode::AuthNotInWindow,
                "it is an old answer sent again, or the agent has lost its boots",
            ),
            AnswerFault::BootsExhausted => {
                (ErrorCode::AuthNotInWindow, "nothing but new keys on the agent helps")
            }
            AnswerFault::OtherEngine => {
                (ErrorCode::AuthUnknownEngine, "leave -e out, or check who answers at that address")
            }
            AnswerFault::OtherLevel { .. } => {
                (ErrorCode::AuthUnsupportedLevel, "it is not believed: anybody could have sent it")
            }
            AnswerFault::OtherUser
            | AnswerFault::OtherContext
            | AnswerFault::OtherRequestId
            | AnswerFault::NoAnswer { .. } => {
                (ErrorCode::Timeout, "somebody else sent it, or the agent is faulty")
            }
        };
        return Some((code, format!("what came was {fault}; {advice}")));
    }
    if let Some(report) = heard.report.as_deref() {
        let told = of_report(report, about);
        return Some((
            told.code,
            format!("nothing proves it, but this was said: {} ({})", told.text, told.hint),
        ));
    }
    None
}

/// Whether an agent that does not answer a request has answered when it was asked for its engine ID. One whose engine is
/// remembered is asked for it at the second try.
pub(super) fn is_agent_there(about: &About<'_>) -> bool {
    let About { context, target } = *about;
    let is_asked = |usm: &Usm| usm.engine == EngineSource::Discovered;
    context.usm.as_ref().is_some_and(is_asked)
        && (target.remembered.is_none() || context.settings.retries > 0)
}

/// An agent that does not answer a request in `SNMPv3`, and of which nothing else was heard.
pub(super) fn of_silence(about: &About<'_>) -> Option<String> {
    let usm = about.context.usm.as_ref()?;
    let asker = Asker::of(about);
    let host = asker.host;
    let mut suspects = Vec::new();
    if usm.level() == SecurityLevel::AuthPriv {
        suspects.push(format!(
            "{} or the protocol for privacy (-x, {} here) is another there",
            asker.priv_key, asker.privacy
        ));
    }
    if !usm.context_name.is_empty() {
        suspects.push(format!("it has no context {} (-n)", asker.context));
    }
    if usm.context_engine_id.is_some() {
        suspects.push("it has another context engine (-E)".to_owned());
    }
    let is_there = is_agent_there(about);
    match (is_there, suspects.is_empty()) {
        (true, false) => Some(format!(
            "{host} answered when it was asked who it is, and then no more; agents do so when {}",
            suspects.join(", or when ")
        )),
        (true, true) => Some(format!(
            "{host} answered when it was asked who it is, and then no more; it may be too slow (see -t)"
        )),
        (false, false) => Some(format!(
            "{host} did not answer: it may not be there; agents are also silent when {}",
            suspects.join(", or when ")
        )),
        (false, true) => None,
    }
}

/// What to try when an error-status says no more than that the user may not.
pub(in crate::tool) fn of_denial(context: &Context, host: &str) -> Option<String> {
    let usm = context.usm.as_ref()?;
    let Asker { user, level, .. } = Asker::new(context, host);
    Some(match usm.level() {
        SecurityLevel::AuthPriv => {
            format!("the user {user} may not do that at {host}: see the agent's access control")
        }
        _ => format!(
            "the user {user} may not do that at {host} with {}: try a higher level with -l, or see the agent's access \
             control",
            level.name()
        ),
    })
}

/// Who asked whom, for messages.
struct Asker<'a> {
    host: &'a str,
    user: String,
    level: SecurityLevel,
    auth: &'static str,
    privacy: &'static str,
    /// What the key for authentication was made of, and where that was said.
    auth_key: String,
    priv_key: String,
    context: String,
}

impl<'a> Asker<'a> {
    fn of(about: &About<'a>) -> Self {
        Self::new(about.context, &about.target.host)
    }

    fn new(context: &Context, host: &'a str) -> Self {
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).escape_debug().to_string();
        let usm = context.usm.as_ref();
        let v3 = &context.settings.v3;
        let given = &v3.given;
        Self {
            host,
            user: usm.map(|usm| text(usm.user())).unwrap_or_default(),
            level: usm.map_or(SecurityLevel::NoAuthNoPriv, Usm::level),
            auth: usm.and_then(Usm::auth_protocol).map_or("none", AuthProtocol::name),
            privacy: usm.and_then(Usm::priv_protocol).map_or("none", PrivProtocol::name),
            auth_key: key_source(
                &given.auth_keys,
                v3.are_auth_keys_configured,
                [("-A", "defAuthPassphrase"), ("-3m", "defAuthMasterKey"), ("-3k", "defAuthLocalizedKey")],
            ),
            priv_key: key_source(
                &given.priv_keys,
                v3.are_priv_keys_configured,
                [("-X", "defPrivPassphrase"), ("-3M", "defPrivMasterKey"), ("-3K", "defPrivLocalizedKey")],
            ),
            context: usm.map(|usm| format!("\"{}\"", text(&usm.context_name))).unwrap_or_default(),
        }
    }
}

/// What a key was made of, and which option or token said so: a passphrase, a master key or a localized one.
fn key_source(keys: &Keys, is_configured: bool, sources: [(&str, &str); 3]) -> String {
    let [passphrase, master, localized] = sources;
    let (what, (option, token)) = if keys.localized.is_some() {
        ("localized key", localized)
    } else if keys.passphrase.is_some() || keys.master.is_none() {
        ("passphrase", passphrase)
    } else {
        ("master key", master)
    };
    format!("the {what} ({})", if is_configured { token } else { option })
}
