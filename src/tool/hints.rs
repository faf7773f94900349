//! What may have been meant: for people at a terminal, below net-snmp's words, and never in a pipe.

use std::io::{self, IsTerminal as _};

use crate::{
    cli::{oid_arg::UnknownOid, set_arg::SetError},
    mib::{
        Kind, Library, View,
        input::InputError,
        name::{self, Among, Missing},
        object::Object,
    },
    oid::Oid,
};

/// Whether somebody reads standard error as it comes.
pub fn are_wanted() -> bool {
    io::stderr().is_terminal()
}

/// What a name may have been meant to be.
pub fn of_unknown(unknown: &UnknownOid, library: &Library) -> Option<String> {
    let missing = unknown.missing.as_deref()?;
    let nearest = name::nearest(missing, library.view());
    // A name that is not in its module may be in another one.
    let elsewhere = || match &missing.among {
        Among::Module(_) => {
            let anywhere = Missing { part: missing.part.clone(), among: Among::Names };
            name::nearest(&anywhere, library.view())
        }
        _ => Vec::new(),
    };
    question(&if nearest.is_empty() { elsewhere() } else { nearest })
}

/// What a value for an object may have been meant to be: one of its labels.
pub fn of_value(error: &SetError, object: &Oid, library: &Library) -> Option<String> {
    let SetError::Refused(InputError::Range(text)) = error else { return None };
    let (definition, _) = library.view().object(object)?;
    let known = Object::of(definition);
    question(&name::nearest_label(text, known.facts().labels))
}

/// What is to be asked for where there is no instance of a name.
pub fn of_no_instance(name: &Oid, view: &View) -> Option<String> {
    let (definition, rest) = view.find(name)?;
    if !rest.is_empty() {
        return None;
    }
    let shown = definition.qualified_name();
    Some(match definition.kind() {
        Kind::Scalar => format!("{shown} is a scalar: its value has the name {shown}.0"),
        Kind::Column => format!("{shown} is a column of a table: add the index of a row, or use snmpwalk"),
        Kind::Table | Kind::Row => format!("{shown} is a {}: use snmpwalk", definition.kind()),
        _ => return None,
    })
}

/// `did you mean a, b or c?`; `None` when there is nothing to propose.
fn question(names: &[String]) -> Option<String> {
    let (last, others) = names.split_last()?;
    let others = others.join(", ");
    let or = if others.is_empty() { "" } else { " or " };
    Some(format!("did you mean {others}{or}{last}?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cli::oid_arg, config::MibSettings};

    fn hint(text: &str) -> Option<String> {
        let mut library = Library::core();
        let unknown = oid_arg::parse(text, &MibSettings::default(), &mut library).unwrap_err();
        of_unknown(&unknown, &library)
    }

    #[test]
    fn what_is_nearest_is_proposed() {
        for (text, expected) in [
            ("ifDesc.1", "did you mean IF-MIB::ifDescr?"),
            ("ifDecsr.1", "did you mean IF-MIB::ifDescr?"),
            ("IF-MIB::ifDesrc.1", "did you mean IF-MIB::ifDescr?"),
            ("IF-MIB::sysContac.0", "did you mean SNMPv2-MIB::sysContact?"),
            ("IF-MBI::ifDescr.1", "did you mean IF-MIB?"),
            ("system.sysConatct.0", "did you mean sysContact?"),
            ("ipAddressIfIndex.ipv5.\"a\"", "did you mean ipv4 or ipv6?"),
        ] {
            assert_eq!(hint(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["zzqqzzqqz.1", "ifDescr.x", "1.3.x", "", &"a".repeat(100_000)] {
            assert_eq!(hint(text), None, "{text}");
        }
    }

    #[test]
    fn who_asks_for_no_instance_is_told_what_to_ask_for() {
        let view = View::core();
        let hint = |oid: &str| of_no_instance(&oid.parse().unwrap(), &view);
        assert_eq!(
            hint("1.3.6.1.2.1.1.4").as_deref(),
            Some("SNMPv2-MIB::sysContact is a scalar: its value has the name SNMPv2-MIB::sysContact.0")
        );
        assert!(hint("1.3.6.1.2.1.2.2.1.2").unwrap().contains("is a column"));
        assert!(hint("1.3.6.1.2.1.2.2").unwrap().contains("is a table"));
        assert_eq!(hint("1.3.6.1.2.1.1.4.0"), None);
        assert_eq!(hint("1.3.6.1.2.1.1"), None);
    }
}
