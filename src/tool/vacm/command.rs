//! snmpvacm's commands: what their words mean, and the bindings that they become. There is no I/O here.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
};

use super::super::row::{RowStatus, push_string};
use crate::{
    oid::{Oid, OidError},
    value::{Octets, Value, VarBind},
};

/// `vacmSecurityToGroupEntry` (RFC 3415): the table is indexed by security model and security name.
const SEC_TO_GROUP: &[u32] = &[1, 3, 6, 1, 6, 3, 16, 1, 2, 1];
/// `vacmAccessEntry`: indexed by group, context prefix, security model and level.
const ACCESS: &[u32] = &[1, 3, 6, 1, 6, 3, 16, 1, 4, 1];
/// `vacmViewTreeFamilyEntry`: indexed by view name and subtree.
const VIEW: &[u32] = &[1, 3, 6, 1, 6, 3, 16, 1, 5, 2, 1];
/// `nsVacmAccessEntry` (NET-SNMP-VACM-MIB): indexed as `vacmAccessEntry`, and by the sort of access.
const AUTH: &[u32] = &[1, 3, 6, 1, 4, 1, 8072, 1, 9, 1, 1];

/// Octets of a mask that net-snmp takes; an agent takes 16 (RFC 3415, `vacmViewTreeFamilyMask`).
const MASK_OCTETS_MAX: usize = 34;

/// Why words are no command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mistake {
    /// Words are missing, or too many: told on standard error, with the usage.
    Missing(&'static str),
    /// A word is wrong: told on standard output, with the usage on standard error.
    Wrong(&'static str),
    /// A mask is none: told on standard output alone.
    Mask(&'static str),
    /// The index has more arcs than a name may have.
    Name(OidError),
}

impl From<OidError> for Mistake {
    fn from(error: OidError) -> Self {
        Self::Name(error)
    }
}

/// Whether a view has a subtree (RFC 3415, `vacmViewTreeFamilyType`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ViewType {
    /// It has.
    Included,
    /// It has not.
    Excluded,
}

/// What to send, and what to say when it is done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    /// net-snmp's words.
    pub done: &'static str,
    /// The SET.
    pub bindings: Vec<VarBind>,
}

/// What is to be done to the one row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verb {
    /// It is made.
    Create,
    /// It is removed.
    Delete,
}

/// A command with its words, which are of the right number and not looked at yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Command<'a> {
    /// createSec2Group, deleteSec2Group.
    SecToGroup(Verb, &'a [OsString]),
    /// createAccess, deleteAccess, with the context's prefix taken out.
    Access(Verb, Group<'a>),
    /// createView, deleteView.
    View(Verb, &'a [OsString]),
    /// createAuth, deleteAuth, with the context's prefix taken out.
    Auth(Verb, Group<'a>),
}

/// A group, the context's prefix where one was given, and the words behind them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Group<'a> {
    name: &'a OsStr,
    prefix: &'a [u8],
    rest: &'a [OsString],
}

impl<'a> Group<'a> {
    /// Reads words of which there are `needed` at least; with exactly one more, the second is the prefix. What stands
    /// behind is not looked at, as with net-snmp.
    fn read(words: &'a [OsString], needed: usize, missing: &'static str) -> Result<Self, Mistake> {
        let [name, rest @ ..] = words else { return Err(Mistake::Missing(missing)) };
        if words.len() < needed {
            return Err(Mistake::Missing(missing));
        }
        Ok(match rest {
            [prefix, rest @ ..] if words.len() == needed + 1 => {
                Self { name, prefix: prefix.as_bytes(), rest }
            }
            _ => Self { name, prefix: b"", rest },
        })
    }

    /// Group, prefix, security model and level, as an index; and the words behind.
    fn index(&self) -> Result<(Vec<u32>, &'a [OsString]), Mistake> {
        let [model, level, rest @ ..] = self.rest else { return Err(WRONG_MODEL) };
        let mut index = Vec::new();
        push_string(&mut index, self.name.as_bytes());
        push_string(&mut index, self.prefix);
        index.push(arc(model).ok_or(WRONG_MODEL)?);
        index.push(arc(level).ok_or(Mistake::Wrong("invalid security level"))?);
        Ok((index, rest))
    }
}

const WRONG_MODEL: Mistake = Mistake::Wrong("invalid security model");
const WRONG_MATCH: Mistake = Mistake::Wrong("invalid contextMatch");

impl<'a> Command<'a> {
    /// Finds the command and counts its words.
    pub fn parse(words: &'a [OsString]) -> Result<Self, Mistake> {
        let Some((command, words)) = words.split_first() else {
            return Err(Mistake::Missing("Please specify a operation to perform."));
        };
        let exactly = |needed, missing| match words.len() {
            count if count == needed => Ok(words),
            _ => Err(Mistake::Missing(missing)),
        };
        Ok(match command.as_bytes() {
            b"createSec2Group" => Self::SecToGroup(
                Verb::Create,
                exactly(3, "You must specify model, security name and group name")?,
            ),
            b"deleteSec2Group" => {
                Self::SecToGroup(Verb::Delete, exactly(2, "You must specify the sec2group to delete")?)
            }
            b"createAccess" => Self::Access(
                Verb::Create,
                Group::read(words, 7, "You must specify the access entry to create")?,
            ),
            b"deleteAccess" => Self::Access(
                Verb::Delete,
                Group::read(words, 3, "You must specify the access entry to delete")?,
            ),
            b"createView" if matches!(words.len(), 2 | 3) => Self::View(Verb::Create, words),
            b"createView" => return Err(Mistake::Missing("You must specify name, subtree and mask")),
            b"deleteView" => Self::View(Verb::Delete, exactly(2, "You must specify the view to delete")?),
            b"createAuth" => Self::Auth(
                Verb::Create,
                Group::read(words, 6, "You must specify the authAccess entry to create")?,
            ),
            b"deleteAuth" => Self::Auth(
                Verb::Delete,
                Group::read(words, 4, "You must specify the authAccess entry to delete")?,
            ),
            _ => return Err(Mistake::Wrong("Unknown command")),
        })
    }

    /// The word that is a subtree.
    pub fn subtree(&self) -> Option<&'a OsStr> {
        match self {
            Self::View(_, words) => words.get(1).map(OsString::as_os_str),
            Self::SecToGroup(..) | Self::Access(..) | Self::Auth(..) => None,
        }
    }

    /// Makes the SET. `subtree` is what [`Self::subtree`] means.
    pub fn plan(&self, subtree: Option<&Oid>, view: ViewType) -> Result<Plan, Mistake> {
        match self {
            Self::SecToGroup(verb, words) => sec_to_group(*verb, words),
            Self::Access(verb, group) => access(*verb, group),
            Self::View(verb, words) => view_tree(*verb, words, subtree.unwrap_or(&Oid::empty()), view),
            Self::Auth(verb, group) => auth(*verb, group),
        }
    }
}

fn sec_to_group(verb: Verb, words: &[OsString]) -> Result<Plan, Mistake> {
    let [model, name, group @ ..] = words else { return Err(WRONG_MODEL) };
    let mut index = vec![arc(model).ok_or(WRONG_MODEL)?];
    push_string(&mut index, name.as_bytes());
    let row = Row { entry: SEC_TO_GROUP, index };
    Ok(match (verb, group) {
        (Verb::Create, [group, ..]) => Plan {
            done: "Sec2group successfully created.",
            bindings: vec![row.binding(5, RowStatus::CreateAndGo.value())?, row.binding(3, text(group))?],
        },
        _ => Plan {
            done: "Sec2group successfully deleted.",
            bindings: vec![row.binding(5, RowStatus::Destroy.value())?],
        },
    })
}

fn access(verb: Verb, group: &Group<'_>) -> Result<Plan, Mistake> {
    let (index, rest) = group.index()?;
    let row = Row { entry: ACCESS, index };
    Ok(match (verb, rest) {
        (Verb::Create, [matching, read, write, notify, ..]) => Plan {
            done: "Access successfully created.",
            bindings: vec![
                row.binding(9, RowStatus::CreateAndGo.value())?,
                row.binding(4, Value::Integer32(number(matching).ok_or(WRONG_MATCH)?))?,
                row.binding(5, text(read))?,
                row.binding(6, text(write))?,
                row.binding(7, text(notify))?,
            ],
        },
        _ => Plan {
            done: "Access successfully deleted.",
            bindings: vec![row.binding(9, RowStatus::Destroy.value())?],
        },
    })
}

fn auth(verb: Verb, group: &Group<'_>) -> Result<Plan, Mistake> {
    let (mut index, rest) = group.index()?;
    let [kind, rest @ ..] = rest else { return Err(WRONG_MATCH) };
    push_string(&mut index, kind.as_bytes());
    let row = Row { entry: AUTH, index };
    Ok(match (verb, rest) {
        (Verb::Create, [matching, view, ..]) => Plan {
            done: "AuthAccess successfully created.",
            bindings: vec![
                row.binding(5, RowStatus::CreateAndGo.value())?,
                row.binding(2, Value::Integer32(number(matching).ok_or(WRONG_MATCH)?))?,
                row.binding(3, text(view))?,
            ],
        },
        _ => Plan {
            done: "AuthAccess successfully deleted.",
            bindings: vec![row.binding(5, RowStatus::Destroy.value())?],
        },
    })
}

fn view_tree(verb: Verb, words: &[OsString], subtree: &Oid, view: ViewType) -> Result<Plan, Mistake> {
    let name = words.first().map_or(&b""[..], |name| name.as_bytes());
    let mut index = Vec::new();
    push_string(&mut index, name);
    index.push(u32::try_from(subtree.arcs().len()).unwrap_or(u32::MAX));
    index.extend_from_slice(subtree.arcs());
    let row = Row { entry: VIEW, index };
    if verb == Verb::Delete {
        let bindings = vec![row.binding(6, RowStatus::Destroy.value())?];
        return Ok(Plan { done: "View successfully deleted.", bindings });
    }
    let status = row.binding(6, RowStatus::CreateAndGo.value())?;
    let mask = match words.get(2) {
        Some(mask) => read_mask(mask.as_bytes())?,
        // Longer than the subtree needs, and no harm: ones are what an agent adds to a mask that is too short.
        None => vec![0xff; status.name.arcs().len().div_ceil(8)],
    };
    let kind = match view {
        ViewType::Included => 1,
        ViewType::Excluded => 2,
    };
    let bindings = vec![
        status,
        row.binding(3, Value::OctetString(Octets::from(mask)))?,
        row.binding(4, Value::Integer32(kind))?,
    ];
    Ok(Plan { done: "View successfully created.", bindings })
}

/// Reads a mask: octets in hexadecimal, with dots or colons between them.
fn read_mask(text: &[u8]) -> Result<Vec<u8>, Mistake> {
    let mut mask = Vec::new();
    for part in text.split(|octet| matches!(octet, b'.' | b':')).filter(|part| !part.is_empty()) {
        if mask.len() == MASK_OCTETS_MAX {
            return Err(Mistake::Mask("MASK too long"));
        }
        mask.push(mask_octet(part).ok_or(Mistake::Mask("invalid MASK"))?);
    }
    Ok(mask)
}

/// One octet of a mask; `None` for more than an octet and for anything behind it.
fn mask_octet(text: &[u8]) -> Option<u8> {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let text = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X")).unwrap_or(text);
    let is_hexadecimal = !text.is_empty() && text.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(text).ok().filter(|_| is_hexadecimal)?;
    u8::from_str_radix(digits, 16).ok()
}

/// A row of a table.
struct Row {
    entry: &'static [u32],
    index: Vec<u32>,
}

impl Row {
    /// A binding of one of the row's columns.
    fn binding(&self, column: u32, value: Value) -> Result<VarBind, OidError> {
        let name = Oid::from_static(self.entry).child(&[column])?.child(&self.index)?;
        Ok(VarBind::new(name, value))
    }
}

fn text(word: &OsStr) -> Value {
    Value::OctetString(Octets::from(word.as_bytes()))
}

/// A number, white space before it or not.
fn number(word: &OsStr) -> Option<i32> {
    word.to_str()?.trim_ascii_start().parse().ok()
}

/// A number that an index can have.
fn arc(word: &OsStr) -> Option<u32> {
    number(word).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests;
