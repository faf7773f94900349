//! Users as rows of an agent's tables: names, and the bindings of the commands that need nothing but names.

use super::{
    super::row::{RowStatus, push_string},
    command::Command,
};
use crate::{
    oid::{Oid, OidError},
    value::{Octets, Value, VarBind},
};

/// A column of a table with one row a user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Column {
    /// `usmUserSecurityName` (RFC 3414, section 5).
    SecurityName,
    /// `usmUserCloneFrom`.
    CloneFrom,
    /// `usmUserAuthProtocol`.
    AuthProtocol,
    /// `usmUserAuthKeyChange`.
    AuthKeyChange,
    /// `usmUserOwnAuthKeyChange`.
    OwnAuthKeyChange,
    /// `usmUserPrivProtocol`.
    PrivProtocol,
    /// `usmUserPrivKeyChange`.
    PrivKeyChange,
    /// `usmUserOwnPrivKeyChange`.
    OwnPrivKeyChange,
    /// `usmUserPublic`.
    Public,
    /// `usmUserStatus`.
    Status,
    /// `usmDHUserAuthKeyChange` (RFC 2786).
    AgreedAuthKey,
    /// `usmDHUserOwnAuthKeyChange`.
    OwnAgreedAuthKey,
    /// `usmDHUserPrivKeyChange`.
    AgreedPrivKey,
    /// `usmDHUserOwnPrivKeyChange`.
    OwnAgreedPrivKey,
}

/// `usmUserEntry`.
const USER: &[u32] = &[1, 3, 6, 1, 6, 3, 15, 1, 2, 2, 1];
/// `usmDHUserKeyEntry`.
const AGREED: &[u32] = &[1, 3, 6, 1, 3, 101, 1, 1, 2, 1];

impl Column {
    const fn place(self) -> (&'static [u32], u32) {
        match self {
            Self::SecurityName => (USER, 3),
            Self::CloneFrom => (USER, 4),
            Self::AuthProtocol => (USER, 5),
            Self::AuthKeyChange => (USER, 6),
            Self::OwnAuthKeyChange => (USER, 7),
            Self::PrivProtocol => (USER, 8),
            Self::PrivKeyChange => (USER, 9),
            Self::OwnPrivKeyChange => (USER, 10),
            Self::Public => (USER, 11),
            Self::Status => (USER, 13),
            Self::AgreedAuthKey => (AGREED, 1),
            Self::OwnAgreedAuthKey => (AGREED, 2),
            Self::AgreedPrivKey => (AGREED, 3),
            Self::OwnAgreedPrivKey => (AGREED, 4),
        }
    }

    /// The name of a user's instance: the table is indexed by engine ID and user name.
    pub fn of(self, engine_id: &[u8], user: &[u8]) -> Result<Oid, OidError> {
        let (entry, column) = self.place();
        let mut index = vec![column];
        push_string(&mut index, engine_id);
        push_string(&mut index, user);
        Oid::from_static(entry).child(&index)
    }

    /// Whether a name is of this column.
    pub fn has(self, name: &Oid) -> bool {
        let (entry, column) = self.place();
        name.arcs().strip_prefix(entry).is_some_and(|rest| rest.first() == Some(&column))
    }
}

/// `usmUserPublic` of a user.
pub fn public(engine_id: &[u8], user: &[u8], text: &[u8]) -> Result<VarBind, OidError> {
    let name = Column::Public.of(engine_id, user)?;
    Ok(VarBind::new(name, Value::OctetString(Octets::from(text))))
}

/// The SET of a command about a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RowChange<'a> {
    /// Whose row it is.
    pub user: &'a [u8],
    /// What is set.
    pub bindings: Vec<VarBind>,
}

/// The SET of a command about a row; `None` for those about keys.
///
/// `wait` is `-Cw`: what is created does not count before it is activated.
pub fn bindings<'a>(
    command: &'a Command,
    engine_id: &[u8],
    wait: bool,
) -> Result<Option<RowChange<'a>>, OidError> {
    let status = |user: &[u8], status: RowStatus| {
        Ok(VarBind::new(Column::Status.of(engine_id, user)?, status.value()))
    };
    let copy = |user: &[u8], from: &[u8]| {
        let from = Value::ObjectIdentifier(Column::SecurityName.of(engine_id, from)?);
        Ok(VarBind::new(Column::CloneFrom.of(engine_id, user)?, from))
    };
    let (user, bindings): (&[u8], _) = match command {
        Command::Create { user, from: Some(from) } => {
            let made = if wait { RowStatus::CreateAndWait } else { RowStatus::CreateAndGo };
            (user, vec![status(user, made)?, copy(user, from)?])
        }
        // An agent lets nobody count who is a copy of nobody.
        Command::Create { user, from: None } => (user, vec![status(user, RowStatus::CreateAndWait)?]),
        Command::Delete(user) => (user, vec![status(user, RowStatus::Destroy)?]),
        Command::Activate(user) => (user, vec![status(user, RowStatus::Active)?]),
        Command::Deactivate(user) => (user, vec![status(user, RowStatus::NotInService)?]),
        Command::CloneFrom { user, from } => {
            (user, vec![status(user, RowStatus::Active)?, copy(user, from)?])
        }
        Command::Passwd { .. } | Command::ChangeKey { .. } => return Ok(None),
    };
    Ok(Some(RowChange { user, bindings }))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn shown(line: &str, wait: bool) -> String {
        let command = Command::parse(line.split(' ').map(OsString::from).collect()).unwrap();
        let RowChange { user, bindings } = bindings(&command, &[0x80, 1], wait).unwrap().unwrap();
        let binding = |binding: &VarBind| match &binding.value {
            Value::Integer32(number) => format!("{}={number}", binding.name),
            Value::ObjectIdentifier(name) => format!("{}={name}", binding.name),
            other => panic!("{other:?}"),
        };
        let bindings: Vec<_> = bindings.iter().map(binding).collect();
        format!("{}: {}", String::from_utf8_lossy(user), bindings.join(" "))
    }

    #[test]
    fn every_command_about_a_row_becomes_the_bindings_that_net_snmp_sends() {
        let status = "1.3.6.1.6.3.15.1.2.2.1.13.2.128.1.2.97.98";
        let copy = "1.3.6.1.6.3.15.1.2.2.1.4.2.128.1.2.97.98=1.3.6.1.6.3.15.1.2.2.1.3.2.128.1.1.99";
        for (line, wait, expected) in [
            ("create ab c", false, format!("ab: {status}=4 {copy}")),
            ("create ab c", true, format!("ab: {status}=5 {copy}")),
            ("create ab", false, format!("ab: {status}=5")),
            ("delete ab", false, format!("ab: {status}=6")),
            ("activate ab", false, format!("ab: {status}=1")),
            ("deactivate ab", false, format!("ab: {status}=2")),
            ("cloneFrom ab c", true, format!("ab: {status}=1 {copy}")),
        ] {
            assert_eq!(shown(line, wait), expected, "{line}");
        }
    }

    #[test]
    fn commands_about_keys_need_more_than_names() {
        for line in ["passwd", "changekey"] {
            let command = Command::parse(vec![OsString::from(line)]).unwrap();
            assert_eq!(bindings(&command, b"engine", false), Ok(None), "{line}");
        }
    }

    #[test]
    fn octets_above_127_are_arcs_like_others() {
        let name = Column::OwnPrivKeyChange.of(&[0xff], "é".as_bytes()).unwrap();
        assert_eq!(name.to_string(), "1.3.6.1.6.3.15.1.2.2.1.10.1.255.2.195.169");
    }

    #[test]
    fn a_user_whose_name_has_no_room_is_refused() {
        assert!(Column::Status.of(&[0; 32], &[b'a'; 82]).is_ok());
        assert_eq!(Column::Status.of(&[0; 32], &[b'a'; 83]), Err(OidError::TooLong { arcs: 129 }));
    }

    #[test]
    fn a_column_knows_its_instances() {
        let name = Column::PrivKeyChange.of(b"engine", b"user").unwrap();
        assert!(Column::PrivKeyChange.has(&name));
        assert!(!Column::AuthKeyChange.has(&name) && !Column::AgreedPrivKey.has(&name));
        assert!(!Column::PrivKeyChange.has(&Oid::from_static(USER)));
    }
}
