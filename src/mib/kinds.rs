//! The closed sets of words that module definitions use, as the image stores them.

/// Defines an enumeration together with its stored codes and its word.
macro_rules! words {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $code:literal $word:literal),* $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name { $($(#[$inner])* $variant),* }

        impl $name {
            /// All of them, in the order of their codes.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that module text, and net-snmp, write for it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            pub(super) const fn code(self) -> u8 {
                match self { $(Self::$variant => $code),* }
            }

            pub(super) const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// What a definition is: the macro that made it, and for OBJECT-TYPE its place in a table.
    Kind {
        /// `OBJECT IDENTIFIER` value assignment.
        Value = 0 "OBJECT IDENTIFIER",
        /// MODULE-IDENTITY (RFC 2578, section 5).
        ModuleIdentity = 1 "MODULE-IDENTITY",
        /// OBJECT-IDENTITY (RFC 2578, section 6).
        ObjectIdentity = 2 "OBJECT-IDENTITY",
        /// OBJECT-TYPE outside of tables: one instance, `.0`.
        Scalar = 3 "scalar",
        /// OBJECT-TYPE with `SEQUENCE OF`.
        Table = 4 "table",
        /// OBJECT-TYPE with INDEX or AUGMENTS.
        Row = 5 "row",
        /// OBJECT-TYPE below a row.
        Column = 6 "column",
        /// NOTIFICATION-TYPE (RFC 2578, section 8).
        Notification = 7 "NOTIFICATION-TYPE",
        /// TRAP-TYPE (RFC 1215), under the OID that RFC 3584, section 3.1, gives it: enterprise, 0, number.
        Trap = 8 "TRAP-TYPE",
        /// OBJECT-GROUP (RFC 2580, section 3).
        ObjectGroup = 9 "OBJECT-GROUP",
        /// NOTIFICATION-GROUP (RFC 2580, section 4).
        NotificationGroup = 10 "NOTIFICATION-GROUP",
        /// MODULE-COMPLIANCE (RFC 2580, section 5).
        Compliance = 11 "MODULE-COMPLIANCE",
        /// AGENT-CAPABILITIES (RFC 2580, section 6).
        Capabilities = 12 "AGENT-CAPABILITIES",
    }
}

impl Kind {
    /// Whether the definition is an OBJECT-TYPE.
    pub const fn is_object_type(self) -> bool {
        matches!(self, Self::Scalar | Self::Table | Self::Row | Self::Column)
    }
}

words! {
    /// MAX-ACCESS (RFC 2578, section 7.3) and ACCESS (RFC 1212, section 4.1.2).
    Access {
        /// Neither to be read nor written: tables, rows, and most index columns.
        NotAccessible = 1 "not-accessible",
        /// Only in notifications.
        AccessibleForNotify = 2 "accessible-for-notify",
        /// Reading.
        ReadOnly = 3 "read-only",
        /// Reading and writing.
        ReadWrite = 4 "read-write",
        /// Reading, writing, and making rows.
        ReadCreate = 5 "read-create",
        /// Writing alone (`SMIv1`).
        WriteOnly = 6 "write-only",
        /// In AGENT-CAPABILITIES alone.
        NotImplemented = 7 "not-implemented",
    }
}

words! {
    /// STATUS of a definition.
    Status {
        /// In force.
        Current = 1 "current",
        /// To be replaced.
        Deprecated = 2 "deprecated",
        /// No longer to be implemented.
        Obsolete = 3 "obsolete",
        /// In force (`SMIv1`).
        Mandatory = 4 "mandatory",
        /// In force, may be left out (`SMIv1`).
        Optional = 5 "optional",
    }
}

words! {
    /// The type that values have on the wire, or that stands for it in the SMI (RFC 2578, section 7.1).
    BaseType {
        /// `INTEGER` and `Integer32`, with or without labels.
        Integer32 = 1 "Integer32",
        /// `Unsigned32`: Gauge32 on the wire.
        Unsigned32 = 2 "Unsigned32",
        /// `Counter32` and `Counter`.
        Counter32 = 3 "Counter32",
        /// `Counter64`.
        Counter64 = 4 "Counter64",
        /// `Gauge32` and `Gauge`.
        Gauge32 = 5 "Gauge32",
        /// `TimeTicks`: hundredths of a second.
        TimeTicks = 6 "TimeTicks",
        /// `IpAddress`.
        IpAddress = 7 "IpAddress",
        /// `OCTET STRING`.
        OctetString = 8 "OCTET STRING",
        /// `OBJECT IDENTIFIER`.
        ObjectIdentifier = 9 "OBJECT IDENTIFIER",
        /// `BITS`: an octet string on the wire.
        Bits = 10 "BITS",
        /// `Opaque`.
        Opaque = 11 "Opaque",
        /// `Integer64` of the SPPI (RFC 3159).
        Integer64 = 12 "Integer64",
        /// `Unsigned64` of the SPPI (RFC 3159).
        Unsigned64 = 13 "Unsigned64",
        /// `NetworkAddress` of RFC 1155, section 3.2.3.1: `IpAddress` on the wire, and with its kind, 1, before it in an
        /// instance identifier.
        NetworkAddress = 14 "NetworkAddress",
    }
}

impl BaseType {
    /// Whether bounds of this type bound the number of octets (`SIZE`) rather than the value.
    pub const fn is_sized(self) -> bool {
        matches!(self, Self::OctetString | Self::Bits | Self::Opaque)
    }
}

words! {
    /// The language of a module.
    Language {
        /// RFC 1155, 1212 and 1215.
        SmiV1 = 1 "SMIv1",
        /// RFC 2578 to 2580.
        SmiV2 = 2 "SMIv2",
        /// RFC 3159.
        Sppi = 3 "SPPI",
        /// Neither could be told.
        Unknown = 4 "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_as_its_variant_and_others_as_none() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
        for base in BaseType::ALL {
            assert_eq!(BaseType::from_code(base.code()), Some(*base));
        }
        assert_eq!(Kind::from_code(13), None);
        assert_eq!(Access::from_code(0), None);
        assert_eq!(Status::from_code(6), None);
        assert_eq!(Language::from_code(0), None);
    }
}
