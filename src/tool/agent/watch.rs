//! What `--verbose` prints: a request and what came of it, on one line, without a secret.

use std::fmt::Write as _;

use crate::{
    agent::{Effect, UsmCounter},
    clock::Duration,
    codec::{
        self, AnyPdu, DecodeError, DecodeErrorKind, ErrorStatus, Lenient, Pdu, PduKind,
        v3::{self, ScopedData},
    },
    session::Observed,
};

use super::{engine, users};

/// A request and what came of it.
pub(super) fn describe(observed: &Observed<'_>) -> String {
    let Observed { peer, request, effects } = observed;
    let mut text = format!("{peer}: {}", summary(request, Side::Request));
    if effects.is_empty() {
        text.push_str(" -> silence");
    }
    for effect in *effects {
        match effect {
            Effect::Reply { delay, octets } if *delay == Duration::ZERO => {
                text.extend([" -> ", &summary(octets, Side::Answer)]);
            }
            Effect::Reply { delay, octets } => {
                text.extend([" -> after ", &delay.to_string(), ": ", &summary(octets, Side::Answer)]);
            }
            Effect::Unreachable => text.push_str(" -> port unreachable"),
        }
    }
    text
}

/// Whose message it is: of an answer's sender all is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    Request,
    Answer,
}

/// What a message is: `GetRequest 1.3.6.1.2.1.1.5.0`, `Response, 3 bindings`, `Response, noSuchName 1`.
fn summary(octets: &[u8], side: Side) -> String {
    match codec::decode(octets, Lenient::all()) {
        Ok((message, _)) => match message.pdu {
            AnyPdu::Pdu(pdu) => of_pdu(&pdu),
            AnyPdu::TrapV1(_) => "Trap".to_owned(),
        },
        Err(DecodeError { kind: DecodeErrorKind::NotCommunityBased, .. }) => of_v3(octets, side),
        Err(error) => format!("{} octets that cannot be read ({error})", octets.len()),
    }
}

fn of_pdu(pdu: &Pdu) -> String {
    let name = pdu.kind.name();
    match pdu.kind {
        PduKind::Response { error_status: ErrorStatus::NO_ERROR, .. } => {
            let count = pdu.bindings.len();
            format!("{name}, {count} {}", if count == 1 { "binding" } else { "bindings" })
        }
        PduKind::Response { error_status, error_index } => format!("{name}, {error_status} {error_index}"),
        PduKind::Report => pdu.bindings.iter().fold(name.to_owned(), |text, binding| {
            let counter = UsmCounter::of_name(&binding.name).map(UsmCounter::label);
            format!("{text} {}", counter.map_or_else(|| binding.name.to_string(), str::to_owned))
        }),
        _ => pdu.bindings.iter().fold(name.to_owned(), |text, binding| format!("{text} {}", binding.name)),
    }
}

/// A message of `SNMPv3`: its PDU, as far as it can be read without a key, and what is around it.
fn of_v3(octets: &[u8], side: Side) -> String {
    let message = match v3::decode(octets, Lenient::all()) {
        Ok((message, _)) => message,
        Err(error) => return format!("{} octets of SNMPv3 that cannot be read ({error})", octets.len()),
    };
    let (pdu, context) = match message.data {
        ScopedData::Encrypted(_) => ("encrypted".to_owned(), String::new()),
        ScopedData::Plain(plain) => match plain.decode(Lenient::all()) {
            Ok((scoped, _)) if scoped.context_name.is_empty() => (of_pdu(&scoped.pdu), String::new()),
            Ok((scoped, _)) => {
                (of_pdu(&scoped.pdu), format!(", context {}", users::shown(scoped.context_name)))
            }
            Err(error) => (format!("a scoped PDU that cannot be read ({error})"), String::new()),
        },
    };
    let mut text = format!("{pdu} ({}", message.header.level.name());
    if side == Side::Request {
        let usm = &message.usm;
        // Writing to a string cannot fail.
        let _ = match usm.engine_id {
            [] => write!(text, ", asks for the engine"),
            id => {
                let (boots, time) = (usm.engine_boots, usm.engine_time);
                let user = users::shown(usm.user_name);
                write!(text, ", user {user}, engine {}, boots {boots}, time {time}", engine::shown(id))
            }
        };
    }
    text + &context + ")"
}
