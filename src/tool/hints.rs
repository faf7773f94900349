//! What may have been meant: for people at a terminal, below net-snmp's words, and never in a pipe.

use std::{
    ffi::OsStr,
    io::{self, IsTerminal as _},
    sync::OnceLock,
};

use crate::{
    cli::{oid_arg::UnknownOid, set_arg::SetError},
    mib::{
        Kind, Library, View,
        compile::Severity,
        input::InputError,
        name::{self, Among, Missing},
        object::Object,
    },
    oid::Oid,
    server_spec::{Endpoint, ServerSpec},
};

/// Whether somebody reads standard error as it comes. The system is asked once, however many agents there are.
pub fn are_wanted() -> bool {
    static ARE_WANTED: OnceLock<bool> = OnceLock::new();
    *ARE_WANTED.get_or_init(|| io::stderr().is_terminal())
}

/// What a name may have been meant to be.
pub fn of_unknown(unknown: &UnknownOid, library: &Library) -> Option<String> {
    let Some(missing) = unknown.missing.as_deref() else { return of_open_bracket(unknown) };
    let nearest = name::nearest(missing, library.view());
    // A name that is not in its module may be in another one.
    let elsewhere = || match &missing.among {
        Among::Module(_) => {
            let anywhere = Missing { part: missing.part.clone(), among: Among::Names };
            name::nearest(&anywhere, library.view())
        }
        _ => Vec::new(),
    };
    let or_else = || match &missing.among {
        Among::Modules => Some(format!(
            "no file in the directories for modules has {}; -M +DIRECTORY adds a directory",
            missing.part
        )),
        Among::Module(module) if has_faults(module, library) => {
            Some(format!("{module} has faults; -Pw tells them"))
        }
        _ => question(&elsewhere()),
    };
    question(&nearest).or_else(or_else)
}

/// What looks like an agent and stands where names do, as with many agents all operands are.
pub fn of_agent(text: &OsStr) -> Option<String> {
    let text = text.to_str()?;
    let spec = ServerSpec::parse(text).ok()?;
    let is_agent = match &spec.endpoint {
        Endpoint::Inside | Endpoint::Path(_) => true,
        // A module may stand before a name as a host before a port.
        Endpoint::Inet { host, port } => host.is_some() && port.is_some() && !text.contains("::"),
    };
    is_agent.then(|| {
        "with --targets and --target all operands are names; a further agent is one more --target".to_owned()
    })
}

/// Whether a module that is not built in has lost something: what `-Pw` tells.
fn has_faults(module: &str, library: &Library) -> bool {
    library.view().module(module).is_some_and(|module| !module.is_built_in())
        && library
            .problems()
            .iter()
            .any(|problem| problem.module == module && problem.severity == Severity::Error)
}

/// What is missing at the end of an index in brackets.
fn of_open_bracket(unknown: &UnknownOid) -> Option<String> {
    let left = unknown.detail.as_deref()?.strip_prefix("Index out of range: ")?;
    let (left, _) = left.rsplit_once(" (")?;
    let inner = left.strip_prefix('[').filter(|_| unknown.name.ends_with(left))?;
    let is_closed = |quote| inner.len() > 1 && inner.ends_with(quote);
    let end = match inner.chars().next() {
        Some(quote @ ('"' | '\'')) if !is_closed(quote) => format!("{quote}]"),
        _ => "]".to_owned(),
    };
    Some(format!("the index begins with a bracket and lacks {end} at its end"))
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
    use std::time::SystemTime;

    use super::*;
    use crate::{
        cli::oid_arg,
        config::MibSettings,
        mib::library::{Asked, Request, Watch},
    };

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
    fn an_index_in_brackets_that_does_not_end_is_told() {
        let lacks = |end: &str| Some(format!("the index begins with a bracket and lacks {end} at its end"));
        for (text, expected) in [
            ("ifDescr[1", lacks("]")),
            ("ifDescr[", lacks("]")),
            ("IF-MIB::ifDescr[1", lacks("]")),
            ("ipAddressIfIndex[ipv4][\"192.0.2.1\"", lacks("]")),
            ("ipAddressIfIndex[ipv4][\"192.0.2.1]", lacks("\"]")),
            ("snmpTargetAddrTAddress['", lacks("']")),
            ("ifDescr[[1]", None),
            ("ifDescr[x]", None),
            ("ifDescr[1]]", None),
        ] {
            assert_eq!(hint(text), expected, "{text}");
        }
    }

    #[test]
    fn who_names_a_module_that_is_nowhere_is_told_how_to_add_directories() {
        assert_eq!(
            hint("NOSUCH-MIB::x").as_deref(),
            Some("no file in the directories for modules has NOSUCH-MIB; -M +DIRECTORY adds a directory")
        );
    }

    #[test]
    fn an_unknown_name_of_a_module_with_faults_may_be_one_of_them() {
        let directory = tempfile::tempdir().unwrap();
        let module = |name: &str, root: &str, defined: &str| {
            let text = format!(
                "{name} DEFINITIONS ::= BEGIN\nIMPORTS enterprises FROM SNMPv2-SMI;\n\
                 {root} OBJECT IDENTIFIER ::= {{ enterprises 99999 }}\n{defined}END\n"
            );
            std::fs::write(directory.path().join(name), text).unwrap();
        };
        module("MISS-MIB", "missRoot", "lostThing OBJECT IDENTIFIER ::= { nothingOfThatName 1 }\n");
        module("WHOLE-MIB", "wholeRoot", "foundThing OBJECT IDENTIFIER ::= { enterprises 99998 }\n");
        let request = Request {
            directories: vec![directory.path().to_owned()],
            asked: Asked::Besides(vec!["MISS-MIB".to_owned(), "WHOLE-MIB".to_owned()]),
            files: Vec::new(),
            cache: None,
            now: SystemTime::UNIX_EPOCH,
            tells: None,
        };
        let mut library = Library::open(request, Watch::default());
        let mut hint = |text: &str| {
            let unknown = oid_arg::parse(text, &MibSettings::default(), &mut library).unwrap_err();
            of_unknown(&unknown, &library)
        };
        assert_eq!(hint("MISS-MIB::zzqqzzqq").as_deref(), Some("MISS-MIB has faults; -Pw tells them"));
        assert_eq!(hint("WHOLE-MIB::zzqqzzqq"), None);
        assert_eq!(hint("WHOLE-MIB::foundThink").as_deref(), Some("did you mean WHOLE-MIB::foundThing?"));
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
