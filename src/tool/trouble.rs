//! What went wrong, in net-snmp's words first and then in our own: what was heard, and what to do next.

mod security;

pub(super) use security::of_denial;

use std::fmt::Write as _;

use super::{
    Context, hints,
    printer::{Printer, Trouble},
    target::About,
};
use crate::{
    clock::Duration,
    codec::{ErrorStatus, PduKind, Version},
    engine::{EngineSource, Heard, Usm},
    operation::{AgentError, WalkError},
    output::{
        ErrorCode,
        netsnmp::{self, FailedObject},
    },
    session::Error,
    transport::TransportError,
};

/// How a tool words things; they differ in their full stops.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// `Error in packet`, or the same with a full stop.
    pub refusal: &'static str,
    /// What stands behind `Timeout: No Response from HOST`.
    pub timeout_stop: &'static str,
}

impl Wording {
    /// snmpget's.
    pub const GET: Self = Self { refusal: "Error in packet", timeout_stop: "." };
    /// snmpgetnext's.
    pub const GET_NEXT: Self = Self { refusal: "Error in packet.", timeout_stop: "." };
    /// Everybody else's.
    pub const OTHER: Self = Self { refusal: "Error in packet.", timeout_stop: "" };
}

/// An error-status of the agent.
pub fn of_refusal(error: &AgentError, wording: Wording, printer: &Printer) -> Trouble {
    let failed = match (error.index, &error.name) {
        (0, _) => FailedObject::NoneNamed,
        (_, Some(name)) => FailedObject::Named(name),
        (_, None) => FailedObject::OutOfRange,
    };
    let mut text = Vec::new();
    let (options, names) = (printer.options(), printer.names());
    netsnmp::error_in_packet(wording.refusal, error.status, failed, options, names, &mut text);
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    let mut text = String::from_utf8_lossy(&text).into_owned();
    let denied = matches!(error.status, ErrorStatus::AUTHORIZATION_ERROR | ErrorStatus::NO_ACCESS);
    let hint = printer.denial().filter(|_| denied).map(str::to_owned);
    if let Some(hint) = &hint {
        let _ = write!(text, "\n{}: {hint}", printer.program());
    }
    Trouble {
        text,
        code: match error.status {
            ErrorStatus::TOO_BIG => ErrorCode::TooBig,
            status => ErrorCode::Agent(status),
        },
        message: error.to_string(),
        hint,
        oid: error.name.clone(),
        tries: Some(error.transmissions),
        elapsed: None,
    }
}

/// Any other failure of an exchange in which everything that came was printed.
pub fn of_session(error: &Error, wording: Wording, about: &About<'_>, printer: &Printer) -> Trouble {
    of_session_after(printer.varbinds(), error, wording, about, printer)
}

/// Any other failure of an exchange; `came` is how many bindings had come before.
pub fn of_session_after(
    came: u64,
    error: &Error,
    wording: Wording,
    about: &About<'_>,
    printer: &Printer,
) -> Trouble {
    let About { context, target } = *about;
    let no_response = no_response(wording, about);
    match error {
        Error::Agent(error) => of_refusal(error, wording, printer),
        Error::Timeout { tries, elapsed, heard } => {
            let text = if security::is_agent_there(about) { silence(wording, about) } else { no_response };
            let (code, hint) = of_silence(heard, about);
            let trouble = hinted(timed(code, text, error, *tries, *elapsed), hint, context);
            if came == 0 && heard.is_silence() { suspect_version(trouble, about, printer) } else { trouble }
        }
        Error::NoEngine { tries, elapsed, heard } => {
            let hint = hint(heard, about).or_else(|| {
                let host = &target.host;
                Some(format!("{host} did not answer when it was asked who it is: is it there, and does it speak SNMPv3?"))
            });
            hinted(timed(ErrorCode::Timeout, no_response, error, *tries, *elapsed), hint, context)
        }
        Error::Reported { report, tries, elapsed } => {
            let told = security::of_report(report, about);
            let text = format!("{}: {}", context.name, told.text);
            hinted(timed(told.code, text, error, *tries, *elapsed), Some(told.hint), context)
        }
        Error::Refused { tries, elapsed } => {
            let advice = "connection refused: the host is there, but nothing listens on that port; is the agent running?";
            let text = format!("{no_response} ({advice})");
            Trouble {
                hint: Some("check the port, and that the agent runs".to_owned()),
                ..timed(ErrorCode::Refused, text, error, *tries, *elapsed)
            }
        }
        Error::Unreachable(reason) => {
            let text = format!("{no_response} ({reason})");
            Trouble { text, ..plain(ErrorCode::Unreachable, error) }
        }
        Error::Malformed { error: reason, tries } => {
            let text = format!(
                "{no_response}\n{}: what came instead cannot be read as SNMP: {reason}",
                context.name
            );
            Trouble { text, tries: Some(*tries), ..plain(ErrorCode::Decode, error) }
        }
        Error::UnexpectedPdu { found } => {
            let found = pdu_name(*found);
            let text =
                format!("{}: Protocol error (Expected RESPONSE-PDU but got {found}-PDU)", context.name);
            Trouble { text, ..plain(ErrorCode::Decode, error) }
        }
        Error::Walk(walk) => of_walk(walk, context, printer),
        Error::System(reason) => of_system(reason, about),
        Error::SaltsExhausted
        | Error::Encode(_)
        | Error::Submit(_)
        | Error::NoRequestId { .. }
        | Error::NoRandomness(_)
        | Error::NoRuntime(_)
        | Error::Closed => {
            let text = format!("{}: {error}", context.name);
            Trouble { text, ..plain(ErrorCode::Usage, error) }
        }
    }
}

/// net-snmp's line about an agent that says nothing. Unless it was told the engine ID, net-snmp asks for it first in
/// `SNMPv3`, and words that otherwise.
fn no_response(wording: Wording, about: &About<'_>) -> String {
    let context = about.context;
    let is_engine_asked_for = |usm: &Usm| !matches!(usm.engine, EngineSource::Given(_));
    if context.usm.as_ref().is_some_and(is_engine_asked_for) {
        return format!("{}: Timeout", context.name);
    }
    silence(wording, about)
}

fn silence(wording: Wording, about: &About<'_>) -> String {
    format!("Timeout: No Response from {}{}", about.target.host, wording.timeout_stop)
}

/// A request without an answer: what it may be called instead, and what to try.
fn of_silence(heard: &Heard, about: &About<'_>) -> (ErrorCode, Option<String>) {
    match security::of_heard(heard, about) {
        Some((code, hint)) => (code, Some(hint)),
        None => (ErrorCode::Timeout, hint(heard, about).or_else(|| security::of_silence(about))),
    }
}

/// Adds a hint, as a line of its own too.
fn hinted(mut trouble: Trouble, hint: Option<String>, context: &Context) -> Trouble {
    if let Some(hint) = &hint {
        let _ = write!(trouble.text, "\n{}: {hint}", context.name);
    }
    Trouble { hint, ..trouble }
}

/// An agent of which nothing was heard in `SNMPv2c` may be there and not speak it. Who may have to be told that sits at a
/// terminal and waits for one agent; for programs it stands where hints do, and net-snmp's text stays as it is.
fn suspect_version(mut trouble: Trouble, about: &About<'_>, printer: &Printer) -> Trouble {
    let About { context, target } = *about;
    if context.usm.is_some() || context.settings.version != Version::V2c {
        return trouble;
    }
    // GETBULK came with SNMPv2.
    let other = match context.name {
        "snmpbulkwalk" => "snmpwalk -v 1",
        "snmpbulkget" => "snmpgetnext -v 1",
        _ => "-v 1",
    };
    let mut suspicion = format!("agents that speak SNMPv1 alone are silent as well: try {other}");
    if trouble.hint.is_none() {
        let host = &target.host;
        suspicion =
            format!("nothing came from {host}: check that it is there, and the community (-c); {suspicion}");
    }
    if hints::are_wanted() && !printer.is_for_many() {
        let _ = write!(trouble.text, "\n{}: {suspicion}", context.name);
    }
    trouble.hint = Some(match trouble.hint {
        Some(hint) => format!("{hint}; {suspicion}"),
        None => suspicion,
    });
    trouble
}

/// A walk that cannot go on.
fn of_walk(error: &WalkError, context: &Context, printer: &Printer) -> Trouble {
    match error {
        WalkError::NotIncreasing { previous, name } => {
            let text = format!(
                "Error: OID not increasing: {}\n >= {}\n",
                printer.name(previous),
                printer.name(name)
            );
            let hint = Some("the agent is faulty; -Cc goes on all the same".to_owned());
            Trouble { text, hint, oid: Some(name.clone()), ..plain(ErrorCode::NotIncreasing, error) }
        }
        WalkError::Loop { name } => {
            let text = format!("{}: {error}", context.name);
            Trouble { text, oid: Some(name.clone()), ..plain(ErrorCode::Loop, error) }
        }
        WalkError::EmptyAnswer { name } => {
            let text = format!("{}: {error}", context.name);
            Trouble { text, oid: Some(name.clone()), ..plain(ErrorCode::Decode, error) }
        }
        // The session has taken these apart already.
        WalkError::Request(error) => {
            Trouble { text: format!("{}: {error}", context.name), ..plain(ErrorCode::Timeout, error) }
        }
    }
}

/// A session that cannot be opened.
pub fn of_opening(about: &About<'_>, error: &Error) -> Trouble {
    match error {
        Error::System(reason) => of_system(reason, about),
        other => {
            let text = format!("{}: {other}", about.context.name);
            Trouble { text, ..plain(ErrorCode::Usage, other) }
        }
    }
}

/// `--deadline`.
pub fn of_deadline(context: &Context) -> Trouble {
    let span = context.common.session.deadline.unwrap_or(Duration::ZERO);
    let message = format!("the deadline of {span} has passed");
    let text = format!("{}: {message}", context.name);
    Trouble {
        text,
        hint: Some("allow more time with --deadline".to_owned()),
        ..plain(ErrorCode::Deadline, &message)
    }
}

/// Adds that the agent may have done what was asked in spite of the failure.
pub fn add_doubt(trouble: &mut Trouble, doubt: &str, context: &Context) {
    let _ = write!(trouble.text, "\n{}: {doubt}", context.name);
    trouble.hint = Some(doubt.to_owned());
}

/// What the system says. Where net-snmp says `Unknown host`, which is for every agent that it cannot open, so do we,
/// with the reason behind it.
fn of_system(error: &TransportError, about: &About<'_>) -> Trouble {
    let (name, host) = (about.context.name, &about.target.host);
    let (code, text) = match error {
        TransportError::UnknownHost { .. } => {
            let reason = error.reason().unwrap_or_default();
            (ErrorCode::Resolve, format!("{name}: Unknown host ({host}) ({reason})"))
        }
        TransportError::NoAddress { .. }
        | TransportError::WrongFamily { .. }
        | TransportError::UnknownInterface { .. } => {
            (ErrorCode::Resolve, format!("{name}: Unknown host ({host}) ({error})"))
        }
        TransportError::Call { call: "connect", .. } => {
            let refused = error.errno() == Some(rustix::io::Errno::CONNREFUSED.raw_os_error());
            let code = if refused { ErrorCode::Refused } else { ErrorCode::Unreachable };
            let reason = error.reason().unwrap_or_default();
            (code, format!("{name}: Unknown host ({host}) ({reason})"))
        }
        TransportError::ConnectTimeOut { .. } => (ErrorCode::Timeout, format!("{name}: {error}")),
        TransportError::Closed { .. } | TransportError::Framing { .. } => {
            (ErrorCode::Decode, format!("{name}: {error}"))
        }
        TransportError::WrongSource { .. }
        | TransportError::UnknownService { .. }
        | TransportError::TooLong { .. }
        | TransportError::NoDevice
        | TransportError::NotForListening => (ErrorCode::Usage, format!("{name}: {error}")),
        TransportError::Call { .. } => (ErrorCode::Unreachable, format!("{name}: {error}")),
    };
    Trouble { text, ..plain(code, error) }
}

/// What was heard instead of an answer, and what to make of it.
fn hint(heard: &Heard, about: &About<'_>) -> Option<String> {
    if let Some(from) = &heard.stray {
        return Some(format!(
            "an answer came from {from}, which was not asked; --any-source accepts such answers"
        ));
    }
    if let Some(version) = heard.other_version {
        let option = match version {
            Version::V1 => "1",
            Version::V2c => "2c",
            Version::V3 => "3",
        };
        return Some(format!("the agent answered in {}; try -v {option}", version.name()));
    }
    if heard.unmatched > 0 {
        return Some(
            "answers came, but to requests that were not made: the agent mixes up request-ids".to_owned(),
        );
    }
    let communities = &about.context.settings.communities;
    let given = communities.command_line.is_some()
        || communities.configured.is_some()
        || about.target.spec.community.is_some()
        || about.context.usm.is_some();
    (!given).then(|| {
        "no community was given, so the usual one was tried; agents are silent when it is wrong (see -c)"
            .to_owned()
    })
}

/// net-snmp's name of a PDU.
const fn pdu_name(kind: PduKind) -> &'static str {
    match kind {
        PduKind::Get => "GET",
        PduKind::GetNext => "GETNEXT",
        PduKind::Response { .. } => "RESPONSE",
        PduKind::Set => "SET",
        PduKind::GetBulk { .. } => "GETBULK",
        PduKind::Inform => "INFORM",
        PduKind::TrapV2 => "TRAP2",
        PduKind::Report => "REPORT",
    }
}

fn plain(code: ErrorCode, message: &impl ToString) -> Trouble {
    Trouble {
        text: String::new(),
        code,
        message: message.to_string(),
        hint: None,
        oid: None,
        tries: None,
        elapsed: None,
    }
}

fn timed(code: ErrorCode, text: String, message: &impl ToString, tries: u32, elapsed: Duration) -> Trouble {
    Trouble { text, tries: Some(tries), elapsed: Some(elapsed.into()), ..plain(code, message) }
}
