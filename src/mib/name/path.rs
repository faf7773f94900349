//! What follows a place in the tree: numbers and names of children, then an index.

use super::{Among, Missing, Reading, Row, Unknown};
use crate::mib::{
    Access, Kind, View,
    image::{Definition, Node},
    index::{self, Badly, Checks, Parsed},
    object::Indexes,
    scan,
};
use crate::oid::Oid;

/// Nodes that are looked at to find out whether a module that counts has something below a node of one that does not.
const NODES_LOOKED_AT: usize = 10_000;

/// Octets of a detail: net-snmp's buffer for it.
const DETAIL_OCTETS: usize = 255;

/// What follows a part of a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rest<'t> {
    /// Nothing.
    End,
    /// This text, behind a dot.
    Dot(&'t [u8]),
    /// An index that begins with this bracket.
    Bracket(&'t [u8]),
}

/// The text up to the first dot or bracket, and what follows it.
pub(super) fn split(text: &[u8]) -> (&[u8], Rest<'_>) {
    match text.iter().position(|octet| matches!(octet, b'.' | b'[')) {
        None => (text, Rest::End),
        Some(at) if text[at] == b'[' => (&text[..at], Rest::Bracket(&text[at..])),
        Some(at) => (&text[..at], Rest::Dot(&text[at + 1..])),
    }
}

/// The text up to the first dot: what net-snmp takes for a part, which knows no brackets.
fn to_dot(text: &[u8]) -> &[u8] {
    text.split(|octet| *octet == b'.').next().unwrap_or(text)
}

/// Goes from a node as far down as the text names children, and reads the rest as an index.
pub(super) fn descend(
    view: &View,
    start: Node<'static>,
    rest: Rest<'_>,
    checks: Checks,
) -> Result<Reading, Unknown> {
    let (mut node, mut rest, mut oid) = (start, rest, start.oid());
    // Whether an arc was read that no child has: what follows is below `node`, but at no node.
    let mut is_lost = false;
    while let Rest::Dot(text) = rest
        && !is_lost
        && has_children(view, node)
    {
        let (part, after) = split(text);
        let not_found =
            || Unknown { missing: missing_child(node, part), ..unknown(below(view, node, to_dot(text))) };
        let (arc, child) = step(view, node, part).ok_or_else(not_found)?;
        oid.push(arc).map_err(|_| not_found())?;
        (node, is_lost, rest) = (child.unwrap_or(node), child.is_none(), after);
    }
    // The columns that an index in brackets is of: the node itself, or those of the row that it is.
    let mut columns = Vec::new();
    let parsed = match rest {
        Rest::End => Parsed::default(),
        Rest::Dot(text) if is_lost => index::parse(&[], text, oid.len(), checks)
            .map_err(|badly| unknown(below(view, node, &badly.detail)))?,
        Rest::Bracket(text) if is_lost => return Err(unknown(below(view, node, text))),
        Rest::Dot(text) => {
            let indexes = indexes(view, node);
            index::parse(&indexes.components().collect::<Vec<_>>(), text, oid.len(), checks)
                .map_err(|error| badly(error, &indexes))?
        }
        Rest::Bracket(text) => {
            columns = columns_of(view, node);
            let no_row = || unknown(below(view, node, text));
            let column = *columns.first().ok_or_else(no_row)?;
            let indexes = Indexes::of(column);
            if indexes.is_empty() {
                return Err(no_row());
            }
            oid = column.oid();
            index::parse_brackets(&indexes.components().collect::<Vec<_>>(), text, oid.len(), checks)
                .map_err(|error| badly(error, &indexes))?
        }
    };
    let instance = |of: &Oid| of.child(&parsed.arcs).map_err(|_| unknown(below(view, node, b"")));
    let row = view.definition(node).filter(|row| row.kind() == Kind::Row && !columns.is_empty());
    let row = row.map(|definition| {
        let columns = columns.iter().map(|column| instance(&column.oid())).collect::<Result<_, _>>();
        columns.map(|columns| Row { definition, columns })
    });
    Ok(Reading { oid: instance(&oid)?, choice: None, notice: parsed.notice, row: row.transpose()? })
}

/// The arc of a part of a path, and the child that has it.
fn step(view: &View, node: Node<'static>, part: &[u8]) -> Option<(u32, Option<Node<'static>>)> {
    if part.first()?.is_ascii_digit() {
        let arc = arc(part)?;
        return Some((arc, node.child(arc).filter(|child| is_there(view, *child))));
    }
    let child = named_child(view, node, str::from_utf8(part).ok()?)?;
    Some((child.arc(), Some(child)))
}

/// A sub-identifier in C's notation: `010` is 8 and `0x10` is 16.
fn arc(part: &[u8]) -> Option<u32> {
    let read = scan::number(part, 0);
    (read.used == part.len()).then(|| u32::try_from(read.unsigned).ok()).flatten()
}

fn named_child(view: &View, node: Node<'static>, name: &str) -> Option<Node<'static>> {
    view.named(name).map(Definition::node).find(|child| child.parent() == Some(node))
}

/// What an index of this node's instances consists of.
fn indexes(view: &View, node: Node<'static>) -> Indexes<'static> {
    view.definition(node).map(Indexes::of).unwrap_or_default()
}

/// The columns whose instances an index in brackets names: the node itself, or all of its columns that can be read where
/// the node is a row.
fn columns_of(view: &View, node: Node<'static>) -> Vec<Definition<'static>> {
    let is_read = |column: &Definition<'_>| {
        matches!(column.access(), Some(Access::ReadOnly | Access::ReadWrite | Access::ReadCreate))
    };
    match view.definition(node) {
        Some(column) if column.kind() == Kind::Column => vec![column],
        Some(row) if row.kind() == Kind::Row => {
            let columns = node.children().filter_map(|child| view.definition(child));
            columns.filter(|column| column.kind() == Kind::Column && is_read(column)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the modules that count have something below a node.
fn has_children(view: &View, node: Node<'static>) -> bool {
    node.children().any(|child| is_there(view, child))
}

/// Whether the modules that count have this node, or something below it.
fn is_there(view: &View, node: Node<'static>) -> bool {
    let mut waiting = vec![node];
    for _ in 0..NODES_LOOKED_AT {
        match waiting.pop() {
            None => return false,
            Some(node) if view.definition(node).is_some() => return true,
            Some(node) => waiting.extend(node.children()),
        }
    }
    false
}

/// net-snmp's words for a part that nothing below a node is called.
fn below(view: &View, node: Node<'static>, part: &[u8]) -> Vec<u8> {
    let name = match view.definition(node) {
        _ if node.is_root() => "(top)".to_owned(),
        Some(definition) => definition.name().to_string(),
        None => node.arc().to_string(),
    };
    [b"Sub-id not found: ", name.as_bytes(), b" -> ", part].concat()
}

fn unknown(mut detail: Vec<u8>) -> Unknown {
    detail.truncate(DETAIL_OCTETS);
    Unknown { detail: Some(detail), ..Unknown::default() }
}

fn missing_child(node: Node<'static>, part: &[u8]) -> Option<Box<Missing>> {
    let part = str::from_utf8(part).ok()?.to_owned();
    let among = if node.is_root() { Among::Names } else { Among::Children(node) };
    Some(Box::new(Missing { part, among }))
}

fn badly(badly: Badly, indexes: &Indexes<'static>) -> Unknown {
    let missing = badly.at.and_then(|(component, text)| {
        let object = indexes.objects().nth(component)?;
        let part = String::from_utf8(text).ok()?;
        (!object.facts().labels.is_empty())
            .then(|| Box::new(Missing { part, among: Among::Labels(object.definition()) }))
    });
    Unknown { detail: Some(badly.detail), notice: badly.notice, module: None, missing }
}
