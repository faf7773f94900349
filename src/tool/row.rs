//! What snmpusm and snmpvacm share: a SET that makes, changes or removes a row, and what is said of it.

use super::{
    Context,
    printer::{OutputLost, Printer, Trouble},
    target::About,
    trouble::{self, Wording},
};
use crate::{
    cli::args::Format,
    session::Error,
    value::{Value, VarBind},
};

/// Said when nobody knows whether the agent has carried the SET out.
pub const IN_DOUBT: &str = "the change may have been made; look before you ask for it again";

/// What these tools of net-snmp call themselves when the exchange with the agent fails.
const NAME_IN_FAILURES: &str = "snmpset";

/// What a manager may ask of a row, or has asked (RFC 2579, section 2, `RowStatus`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RowStatus {
    /// It counts.
    Active,
    /// It is there, and does not count.
    NotInService,
    /// It is made, and counts from the start.
    CreateAndGo,
    /// It is made, and does not count yet.
    CreateAndWait,
    /// It is removed.
    Destroy,
}

impl RowStatus {
    /// The number on the wire.
    pub const fn value(self) -> Value {
        Value::Integer32(match self {
            Self::Active => 1,
            Self::NotInService => 2,
            Self::CreateAndGo => 4,
            Self::CreateAndWait => 5,
            Self::Destroy => 6,
        })
    }
}

/// A string of any length as part of an index: how long it is, and an arc for each octet (RFC 2578, section 7.7).
pub fn push_string(index: &mut Vec<u32>, text: &[u8]) {
    // No name has room for one that is longer than an arc can say.
    index.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
    index.extend(text.iter().copied().map(u32::from));
}

/// Who reads standard output.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Readers {
    /// People, who are told in net-snmp's words that all is well.
    People,
    /// Programs, which get what the agent says it has made.
    Programs,
}

impl Readers {
    /// By the format.
    pub fn of(context: &Context) -> Self {
        if context.output.format == Format::Text { Self::People } else { Self::Programs }
    }

    /// Prints a binding of the answer, for programs.
    pub fn take(self, binding: &VarBind, printer: &mut Printer) -> Result<(), OutputLost> {
        match self {
            Self::People => Ok(()),
            Self::Programs => printer.varbind(binding),
        }
    }
}

/// What to say when the exchange with the agent has failed.
///
/// net-snmp's tools call themselves snmpset then; the lines that only ours have bear our own name.
pub fn of_failure(error: &Error, in_doubt: bool, about: &About<'_>, printer: &Printer) -> Trouble {
    let mut trouble = trouble::of_session(error, Wording::OTHER, about, printer);
    trouble.text = renamed(&trouble.text, about.context.name);
    if in_doubt {
        trouble::add_doubt(&mut trouble, IN_DOUBT, about.context);
    }
    trouble
}

fn renamed(text: &str, name: &str) -> String {
    match text.strip_prefix(name) {
        Some(rest) if rest.starts_with(": ") => format!("{NAME_IN_FAILURES}{rest}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_in_an_index_has_its_length_before_it() {
        let mut index = vec![3];
        push_string(&mut index, b"");
        push_string(&mut index, b"a\xff");
        assert_eq!(index, [3, 0, 2, 97, 255]);
    }

    #[test]
    fn the_first_line_of_a_failure_is_net_snmps_and_the_others_are_ours() {
        for (text, expected) in [
            ("snmpusm: Unknown user name\nsnmpusm: see -u", "snmpset: Unknown user name\nsnmpusm: see -u"),
            ("Timeout: No Response from h\nsnmpusm: x", "Timeout: No Response from h\nsnmpusm: x"),
            ("snmpusmx: y", "snmpusmx: y"),
            ("snmpusm", "snmpusm"),
        ] {
            assert_eq!(renamed(text, "snmpusm"), expected);
        }
    }

    #[test]
    fn a_row_status_has_the_number_of_rfc_2579() {
        use RowStatus::{Active, CreateAndGo, CreateAndWait, Destroy, NotInService};
        let statuses = [Active, NotInService, CreateAndGo, CreateAndWait, Destroy];
        let values = [1, 2, 4, 5, 6].map(Value::Integer32);
        assert_eq!(statuses.map(RowStatus::value), values);
    }
}
