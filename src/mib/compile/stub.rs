//! Module text made of what is known already.
//!
//! A module that imports from others needs a little of them: where a name stands in the tree, what a type comes down
//! to, that something is an object or a row. That little is written as a module again, for mib-rs to read in the place
//! of the whole one. So modules are compiled in small lots, and without the files of those that are built in.

use std::fmt::Write as _;

use crate::mib::model::{Access, BaseType, Definition, Kind, NamedType};

/// A module with a name and nothing in it yet.
pub(super) struct Stub {
    text: String,
}

impl Stub {
    pub(super) fn new(module: &str) -> Self {
        Self {
            text: format!(
                "{module} DEFINITIONS ::= BEGIN\n\
                 IMPORTS OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Unsigned32, Gauge32, Counter32, Counter64,\n\
                 TimeTicks, IpAddress, Opaque FROM SNMPv2-SMI TEXTUAL-CONVENTION FROM SNMPv2-TC\n\
                 Integer64, Unsigned64 FROM COPS-PR-SPPI;\n\
                 {ROW} ::= SEQUENCE {{ }}\n"
            ),
        }
    }

    /// Whether a module can bear a name, and so a stub.
    pub(super) fn is_possible(name: &str) -> bool {
        let mut octets = name.bytes();
        octets.next().is_some_and(|octet| octet.is_ascii_alphabetic())
            && octets.all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.'))
    }

    pub(super) fn define(&mut self, known: &Definition) {
        if !Self::is_possible(&known.name) {
            return;
        }
        let object = |syntax: &str, access: &str| {
            format!("OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS {access} STATUS current DESCRIPTION \"\"")
        };
        let head = match known.kind {
            Kind::Table => object(&format!("SEQUENCE OF {ROW}"), "not-accessible"),
            Kind::Row => object(ROW, "not-accessible") + " INDEX { Integer32 }",
            Kind::Scalar | Kind::Column => {
                object(value_word(known), known.access.map_or("read-only", Access::word))
            }
            Kind::Notification => "NOTIFICATION-TYPE STATUS current DESCRIPTION \"\"".to_owned(),
            Kind::Value
            | Kind::ModuleIdentity
            | Kind::ObjectIdentity
            | Kind::Trap
            | Kind::ObjectGroup
            | Kind::NotificationGroup
            | Kind::Compliance
            | Kind::Capabilities => "OBJECT IDENTIFIER".to_owned(),
        };
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{} {head} ::= {{", known.name);
        for arc in &known.oid {
            let _ = write!(self.text, " {arc}");
        }
        self.text.push_str(" }\n");
    }

    pub(super) fn define_type(&mut self, known: &NamedType) {
        if !Self::is_possible(&known.name) {
            return;
        }
        let word = match known.syntax.base {
            BaseType::Integer32 if !known.syntax.is_integer32 => "INTEGER",
            BaseType::Bits => "BITS { none(0) }",
            base => base.word(),
        };
        let _ = writeln!(
            self.text,
            "{} ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\" SYNTAX {word}",
            known.name
        );
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("END\n");
        self.text
    }
}

/// What the values of an object are, as far as it matters for an INDEX.
fn value_word(known: &Definition) -> &'static str {
    match known.syntax.as_ref().map(|syntax| syntax.base) {
        Some(BaseType::OctetString | BaseType::Bits | BaseType::Opaque) => "OCTET STRING",
        Some(BaseType::ObjectIdentifier) => "OBJECT IDENTIFIER",
        Some(BaseType::IpAddress) => "IpAddress",
        _ => "Unsigned32",
    }
}

/// The type of all rows.
const ROW: &str = "SnmpkitRow";
