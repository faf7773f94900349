//! Messages as people read them: what a message says, where hexadecimal shows how it says it.

use std::fmt::Write;

use super::Community;
use crate::{
    codec::{AnyPdu, Message, Pdu, PduKind, TrapV1},
    value::{Value, VarBind},
};

/// Adds a message: a line for the PDU and one for each of its bindings, which are counted from 1, as error-index does.
///
/// ```
/// use snmpkit::codec::{self, Lenient, dump};
///
/// let octets = b"\x30\x26\x02\x01\x01\x04\x06public\xa1\x19\x02\x01\x07\x02\x01\0\x02\x01\0\x30\x0e\
///     \x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\0\x05\0";
/// let (message, _) = codec::decode(octets, Lenient::all())?;
/// let mut text = String::new();
/// dump::message(&message, dump::Community::Hidden, &mut text);
/// assert_eq!(text, "\
/// SNMPv2c GetNextRequest, community ******, request-id 7
///   1: 1.3.6.1.2.1.1.5.0 = Null
/// ");
/// # Ok::<(), snmpkit::codec::DecodeError>(())
/// ```
pub fn message(message: &Message, community: Community, out: &mut String) {
    let (name, fields, bindings) = match &message.pdu {
        AnyPdu::Pdu(pdu) => (pdu.kind.name(), fields(pdu), &pdu.bindings),
        AnyPdu::TrapV1(trap) => ("Trap", trap_fields(trap), &trap.bindings),
    };
    let community = match community {
        Community::Hidden => "******".to_owned(),
        Community::Shown => format!("\"{}\"", message.community.escape_ascii()),
    };
    // A String takes all that is written, here and below.
    let _ = writeln!(out, "{} {name}, community {community}, {fields}", message.version.name());
    for (place, VarBind { name, value }) in (1..).zip(bindings) {
        let _ = write!(out, "  {place}: {name} = {}", value.type_name());
        show(value, out);
        out.push('\n');
    }
}

fn fields(pdu: &Pdu) -> String {
    let more = match pdu.kind {
        PduKind::GetBulk { non_repeaters, max_repetitions } => {
            format!(", non-repeaters {non_repeaters}, max-repetitions {max_repetitions}")
        }
        PduKind::Response { error_status, error_index } => {
            format!(
                ", error-status {}, error-index {error_index}",
                error_status.name().map_or_else(|| error_status.0.to_string(), str::to_owned)
            )
        }
        PduKind::Get
        | PduKind::GetNext
        | PduKind::Set
        | PduKind::Inform
        | PduKind::TrapV2
        | PduKind::Report => String::new(),
    };
    format!("request-id {}{more}", pdu.request_id)
}

fn trap_fields(trap: &TrapV1) -> String {
    let TrapV1 { enterprise, agent_address, generic_trap, specific_trap, time_stamp, .. } = trap;
    format!(
        "enterprise {enterprise}, agent-addr {agent_address}, generic-trap {generic_trap}, \
         specific-trap {specific_trap}, time-stamp {time_stamp}"
    )
}

/// Adds a value, behind the name of its type.
fn show(value: &Value, out: &mut String) {
    let _ = match value {
        Value::Integer32(number) => write!(out, " {number}"),
        Value::Counter32(number)
        | Value::Gauge32(number)
        | Value::TimeTicks(number)
        | Value::UInteger32(number) => write!(out, " {number}"),
        Value::Counter64(number) => write!(out, " {number}"),
        Value::IpAddress(address) => write!(out, " {address}"),
        Value::ObjectIdentifier(oid) => write!(out, " {oid}"),
        Value::OctetString(octets) | Value::Opaque(octets) => {
            write!(out, " ({}) \"{}\"", octets.len(), octets.escape_ascii())
        }
        Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => Ok(()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{ErrorStatus, Version};

    fn text(pdu: AnyPdu, community: Community) -> String {
        let mut out = String::new();
        message(&Message { version: Version::V2c, community: "pub\nlic".into(), pdu }, community, &mut out);
        out
    }

    fn pdu(kind: PduKind, bindings: Vec<VarBind>) -> AnyPdu {
        AnyPdu::Pdu(Pdu { kind, request_id: -9, bindings })
    }

    #[test]
    fn the_fields_are_those_of_the_pdu() {
        for (kind, expected) in [
            (PduKind::Get, "SNMPv2c GetRequest, community ******, request-id -9\n"),
            (
                PduKind::GetBulk { non_repeaters: 1, max_repetitions: 20 },
                "SNMPv2c GetBulkRequest, community ******, request-id -9, non-repeaters 1, max-repetitions 20\n",
            ),
            (
                PduKind::Response { error_status: ErrorStatus::GEN_ERR, error_index: 3 },
                "SNMPv2c Response, community ******, request-id -9, error-status genErr, error-index 3\n",
            ),
            (
                PduKind::Response { error_status: ErrorStatus(99), error_index: 0 },
                "SNMPv2c Response, community ******, request-id -9, error-status 99, error-index 0\n",
            ),
        ] {
            assert_eq!(text(pdu(kind, Vec::new()), Community::Hidden), expected);
        }
        let trap = AnyPdu::TrapV1(TrapV1 {
            enterprise: "1.3.9".parse().unwrap(),
            agent_address: [10, 0, 0, 1].into(),
            generic_trap: 6,
            specific_trap: 4,
            time_stamp: 77,
            bindings: Vec::new(),
        });
        assert_eq!(
            text(trap, Community::Shown),
            "SNMPv2c Trap, community \"pub\\nlic\", enterprise 1.3.9, agent-addr 10.0.0.1, generic-trap 6, \
             specific-trap 4, time-stamp 77\n"
        );
    }

    #[test]
    fn every_value_is_on_one_line_with_its_type_and_steers_no_terminal() {
        let values = [
            (Value::Integer32(-5), "Integer32 -5"),
            (Value::OctetString("a\x1b[31m\n\"".into()), "OctetString (8) \"a\\x1b[31m\\n\\\"\""),
            (Value::ObjectIdentifier("1.3.6".parse().unwrap()), "ObjectIdentifier 1.3.6"),
            (Value::IpAddress([192, 0, 2, 1].into()), "IpAddress 192.0.2.1"),
            (Value::Counter32(u32::MAX), "Counter32 4294967295"),
            (Value::Gauge32(1), "Gauge32 1"),
            (Value::TimeTicks(2), "TimeTicks 2"),
            (Value::Opaque("\u{1}".into()), "Opaque (1) \"\\x01\""),
            (Value::Counter64(u64::MAX), "Counter64 18446744073709551615"),
            (Value::UInteger32(3), "UInteger32 3"),
            (Value::Null, "Null"),
            (Value::NoSuchObject, "noSuchObject"),
            (Value::NoSuchInstance, "noSuchInstance"),
            (Value::EndOfMibView, "endOfMibView"),
        ];
        let bindings =
            values.iter().map(|(value, _)| VarBind::new("1.9.0".parse().unwrap(), value.clone())).collect();
        let text = text(pdu(PduKind::Set, bindings), Community::Hidden);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), values.len() + 1);
        for (place, ((_, expected), line)) in (1..).zip(values.iter().zip(&lines[1..])) {
            assert_eq!(*line, format!("  {place}: 1.9.0 = {expected}"));
        }
        assert!(!text.contains('\x1b'));
    }
}
