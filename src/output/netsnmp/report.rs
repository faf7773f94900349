//! The reports of `snmptranslate`: `-Ta` as module text, `-Tl -To -Ts -Tt -Tz` a line for each name.

use std::fmt::{self, Write};

use crate::mib::{
    image::Definition,
    tree::{Branch, Label},
    view::View,
};

/// Which lines a report has for each name, always in this order.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent switches of the command line")]
pub struct Lines {
    /// `-Tl`: `.iso(1).org(3)`.
    pub labelled: bool,
    /// `-To`: `.1.3`.
    pub numbers: bool,
    /// `-Ts`: `.iso.org`.
    pub names: bool,
    /// `-Tz`: `"org"` and `"1.3"`.
    pub children: bool,
    /// `-Tt`: `org(3) type=0`, indented.
    pub suffix: bool,
}

impl Lines {
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Writes the lines of every name below the roots, in the order of OIDs.
pub fn report(view: &View, lines: Lines, out: &mut impl Write) -> fmt::Result {
    let mut report = Report { lines, out, labelled: String::new(), numbers: String::new(), anonymous: 0 };
    for root in Branch::roots(view) {
        let before = report.enter(&root);
        report.below(&root, 1)?;
        report.leave(before);
    }
    Ok(())
}

struct Report<'o, W> {
    lines: Lines,
    out: &'o mut W,
    /// The way to where the report is: `.iso(1).org(3)`.
    labelled: String,
    /// The same by numbers: `.1.3`.
    numbers: String,
    anonymous: usize,
}

impl<W: Write> Report<'_, W> {
    fn below(&mut self, branch: &Branch<'_>, depth: usize) -> fmt::Result {
        let mut children = branch.children();
        // Of several names of one OID, the one that speaks for it comes last.
        children.chunk_by_mut(|one, other| one.arc() == other.arc()).for_each(<[_]>::reverse);
        for child in &children {
            let before = self.enter(child);
            self.line(child, before.0, depth)?;
            self.below(child, depth + 1)?;
            self.leave(before);
        }
        Ok(())
    }

    /// Goes one branch down and says where it was.
    fn enter(&mut self, branch: &Branch<'_>) -> (usize, usize) {
        let before = (self.labelled.len(), self.numbers.len());
        // Writing to a String never fails.
        let _ = match branch.label() {
            Label::Name(name) => write!(self.labelled, ".{name}"),
            Label::Root(name) => write!(self.labelled, ".{name}"),
            Label::Traps(name) => write!(self.labelled, ".{name}#"),
            Label::Anonymous => {
                self.anonymous += 1;
                write!(self.labelled, ".anonymous#{}", self.anonymous)
            }
        };
        let _ = write!(self.labelled, "({})", branch.arc());
        let _ = write!(self.numbers, ".{}", branch.arc());
        before
    }

    fn leave(&mut self, before: (usize, usize)) {
        self.labelled.truncate(before.0);
        self.numbers.truncate(before.1);
    }

    /// Writes the lines of a branch whose own part of the way begins at `own`.
    fn line(&mut self, branch: &Branch<'_>, own: usize, depth: usize) -> fmt::Result {
        let Lines { labelled, numbers, names, children, suffix } = self.lines;
        let own = &self.labelled[own + 1..];
        let name = own.rfind('(').map_or(own, |end| &own[..end]);
        if labelled {
            writeln!(self.out, "{}", self.labelled)?;
        }
        if numbers {
            writeln!(self.out, "{}", self.numbers)?;
        }
        if names {
            for part in self.labelled.split_inclusive(')') {
                self.out.write_str(part.rfind('(').map_or(part, |end| &part[..end]))?;
            }
            self.out.write_char('\n')?;
        }
        if children {
            writeln!(self.out, "\"{name}\"\t\t\t\"{}\"", &self.numbers[1..])?;
        }
        if suffix {
            write!(self.out, "{:1$}{own} type={2}", "", 2 * depth, branch.type_number())?;
            if let Some(object) = branch.object() {
                if let Some(convention) = object.convention() {
                    write!(self.out, " tc={}", convention.number())?;
                }
                if let Some(hint) = object.facts().hint {
                    write!(self.out, " hint={}", String::from_utf8_lossy(hint))?;
                }
            }
            if let Some(units) = branch.definition().and_then(Definition::units) {
                write!(self.out, " units={units}")?;
            }
            self.out.write_char('\n')?;
        }
        Ok(())
    }
}

/// Writes all below `iso` as assignments of module text.
pub fn dump(view: &View, out: &mut impl Write) -> fmt::Result {
    out.write_str("dump DEFINITIONS ::= BEGIN\n")?;
    if let Some(root) = Branch::roots(view).next() {
        dump_below(&root, "iso", &mut 0, out)?;
    }
    out.write_str("END\n")
}

fn dump_below(branch: &Branch<'_>, name: &str, anonymous: &mut usize, out: &mut impl Write) -> fmt::Result {
    let children = branch.children();
    let mut names = Vec::with_capacity(children.len());
    for child in &children {
        let own = match child.label() {
            Label::Name(name) => name.to_string(),
            Label::Root(name) => name.to_owned(),
            Label::Traps(name) => format!("{name}#"),
            Label::Anonymous => {
                *anonymous += 1;
                format!("anonymous#{anonymous}")
            }
        };
        writeln!(out, "{own} OBJECT IDENTIFIER ::= {{ {name} {} }}", child.arc())?;
        names.push(own);
    }
    for (child, name) in children.iter().zip(&names) {
        dump_below(child, name, anonymous, out)?;
    }
    Ok(())
}
