//! `snmptranslate -Tp`: a subtree drawn with lines, as net-snmp draws it.

use std::fmt::{self, Write};

use super::detail::{item_name, ranges};
use crate::mib::{
    Access,
    facts::Base,
    image::Definition,
    object::Object,
    tree::{Branch, Label},
};

/// Octets of a label and its number that net-snmp writes at most.
const LABEL_OCTETS: usize = 79;

/// Draws a branch and all that is below it; index and label lists are broken at `width` columns.
pub fn tree(branch: &Branch<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    let width = i64::try_from(width).unwrap_or(i64::MAX);
    Drawing { out, width, indent: String::from(" "), is_after_leaf: true, anonymous: 0 }.branch(branch)
}

struct Drawing<'o, W> {
    out: &'o mut W,
    width: i64,
    /// What stands before a line, up to the column of the branch.
    indent: String,
    /// Whether the next branch follows without an empty line, if it is a leaf too.
    is_after_leaf: bool,
    anonymous: usize,
}

impl<W: Write> Drawing<'_, W> {
    fn branch(&mut self, branch: &Branch<'_>) -> fmt::Result {
        let column = self.indent.len() - 1;
        match branch.type_number() {
            0 | 20.. => {
                self.at_branch(column)?;
                self.out.write_str("--")?;
                self.name(branch)?;
                if let Some(row) = branch.definition() {
                    self.index(row)?;
                }
            }
            number => {
                self.at_branch(column)?;
                let object = branch.object();
                let word = leaf_word(number, object.as_ref());
                write!(self.out, "-- {} {word} ", access(branch.definition()))?;
                self.name(branch)?;
                if let Some(object) = object {
                    self.values(&object)?;
                }
            }
        }
        self.is_after_leaf = branch.type_number() != 0;
        let children = branch.children();
        self.indent.push_str("  |");
        for (n, child) in children.iter().enumerate() {
            if !self.is_after_leaf || child.type_number() == 0 {
                writeln!(self.out, "{}", self.indent)?;
            }
            if n + 1 == children.len() {
                self.indent.replace_range(column + 3..column + 4, " ");
            }
            self.branch(child)?;
        }
        if !children.is_empty() {
            self.is_after_leaf = false;
        }
        self.indent.truncate(column + 1);
        Ok(())
    }

    /// The lines to the left, and the corner where a branch begins.
    fn at_branch(&mut self, column: usize) -> fmt::Result {
        write!(self.out, "{}+", &self.indent[..column])
    }

    fn name(&mut self, branch: &Branch<'_>) -> fmt::Result {
        match branch.label() {
            Label::Name(name) => write!(self.out, "{name}")?,
            Label::Root(name) => self.out.write_str(name)?,
            Label::Traps(name) => write!(self.out, "{name}#")?,
            Label::Anonymous => {
                self.anonymous += 1;
                write!(self.out, "anonymous#{}", self.anonymous)?;
            }
        }
        writeln!(self.out, "({})", branch.arc())
    }

    /// How many columns lists have beside the lines to the left and `taken` more.
    fn room(&self, taken: usize) -> i64 {
        self.width.saturating_sub(i64::try_from(self.indent.len() + taken).unwrap_or(i64::MAX))
    }

    fn index(&mut self, row: Definition<'static>) -> fmt::Result {
        let names: Vec<String> = row.indexes().map(item_name).collect();
        if names.is_empty() {
            return Ok(());
        }
        let room = self.room(12);
        write!(self.out, "{}  |  Index: ", self.indent)?;
        let mut taken = 0;
        for (n, name) in names.iter().enumerate() {
            if n > 0 {
                self.out.write_str(", ")?;
            }
            let wide = i64::try_from(name.len() + 2).unwrap_or(i64::MAX);
            taken += wide;
            if taken > room {
                write!(self.out, "\n{}  |         ", self.indent)?;
                taken = wide;
            }
            self.out.write_str(name)?;
        }
        self.out.write_char('\n')
    }

    /// Convention, labels and ranges of a leaf, each on a line.
    fn values(&mut self, object: &Object<'_>) -> fmt::Result {
        if let Some(convention) = object.convention() {
            writeln!(self.out, "{}        Textual Convention: {}", self.indent, convention.name())?;
        }
        let facts = object.facts();
        if !facts.labels.is_empty() {
            let room = self.room(16);
            write!(self.out, "{}        Values: ", self.indent)?;
            let mut taken = 0;
            for (n, (label, number)) in (0..).map_while(|at| facts.labels.label(at)).enumerate() {
                if n > 0 {
                    self.out.write_str(", ")?;
                }
                let mut text = format!("{label}({number})");
                let end = (0..=LABEL_OCTETS).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
                text.truncate(end);
                let wide = i64::try_from(text.len() + 2).unwrap_or(i64::MAX);
                taken += wide;
                if taken >= room {
                    write!(self.out, "\n{}                ", self.indent)?;
                    taken = wide;
                }
                self.out.write_str(&text)?;
            }
            self.out.write_char('\n')?;
        }
        if !facts.ranges.is_empty() {
            let word = if matches!(facts.base, Base::OctetString | Base::Opaque) { "Size" } else { "Range" };
            write!(self.out, "{}        {word}: ", self.indent)?;
            ranges(facts.ranges, self.out)?;
            self.out.write_char('\n')?;
        }
        Ok(())
    }
}

/// MAX-ACCESS in four columns: create, read, write, notify.
fn access(definition: Option<Definition<'static>>) -> &'static str {
    match definition.and_then(Definition::access) {
        Some(Access::NotAccessible) => "----",
        Some(Access::ReadOnly) => "-R--",
        Some(Access::WriteOnly) => "--W-",
        Some(Access::ReadWrite) => "-RW-",
        Some(Access::AccessibleForNotify) => "---N",
        Some(Access::ReadCreate) => "CR--",
        Some(Access::NotImplemented) | None => "    ",
    }
}

/// The type of a leaf in nine columns.
fn leaf_word(number: u8, object: Option<&Object<'_>>) -> &'static str {
    let is_labelled = object.is_some_and(|object| !object.facts().labels.is_empty());
    match number {
        1 => "ObjID    ",
        2 => "String   ",
        3 if is_labelled => "EnumVal  ",
        3 => "INTEGER  ",
        4 => "NetAddr  ",
        5 => "IpAddr   ",
        6 => "Counter  ",
        7 => "Gauge    ",
        8 => "TimeTicks",
        9 => "Opaque   ",
        10 => "Null     ",
        11 => "Counter64",
        12 => "BitString",
        13 => "NsapAddr ",
        14 => "UInteger ",
        15 => "Unsigned ",
        16 => "Integer32",
        _ => "         ",
    }
}
