//! `snmptranslate -Td`: all that a module says of one OID, in net-snmp's words and line breaks.

use std::fmt::{self, Write};

use crate::{
    mib::{
        BaseType, Kind,
        facts::{Base, Range},
        image::{Definition, Item},
        model::Text,
        object::Object,
        tree::{Branch, Label},
        view::View,
    },
    oid::Oid,
};

/// Where the text of a definition comes from, if it is known.
pub type Describe<'d> = dyn FnMut(Definition<'static>) -> Option<Text> + 'd;

/// Where continuation lines of lists begin, as net-snmp counts it: two tabs and two blanks.
const LIST_START: usize = 18;

/// Writes the details of an OID, from the line with its name and macro to the one with its arcs.
///
/// Lines of enumerations, modules, lists and arcs are broken at `width` columns, where net-snmp breaks them.
pub fn detail(
    view: &View,
    oid: &Oid,
    width: usize,
    describe: &mut Describe<'_>,
    out: &mut impl Write,
) -> fmt::Result {
    let Some((branch, known)) = Branch::find(view, oid) else {
        return out.write_str(" [TRUNCATED]\n");
    };
    name(&branch, out)?;
    writeln!(out, " {}", macro_word(&branch))?;
    modules(&branch, width, out)?;
    if let Some(definition) = branch.definition() {
        if let Some(object) = branch.object() {
            syntax(&object, width, out)?;
        }
        clauses(definition, width, out)?;
        if let Some(text) = describe(definition).filter(|text| !text.description.is_empty()) {
            writeln!(out, "  DESCRIPTION\t\"{}\"", text.description)?;
        }
        if let Some(value) = definition.default_value() {
            writeln!(out, "  DEFVAL\t{{ {} }}", default_text(value))?;
        }
    }
    arcs(view, oid, known, width, out)
}

/// Writes how a branch is called.
pub(super) fn name(branch: &Branch<'_>, out: &mut impl Write) -> fmt::Result {
    match branch.label() {
        Label::Name(name) => write!(out, "{name}"),
        Label::Root(name) => out.write_str(name),
        Label::Traps(name) => write!(out, "{name}#"),
        Label::Anonymous => out.write_str("anonymous#1"),
    }
}

/// The macro, as net-snmp has it: assignments and traps are objects, the node that traps of `SMIv1` are put below is one,
/// and it has no word for notification groups.
fn macro_word(branch: &Branch<'_>) -> &'static str {
    if matches!(branch.label(), Label::Traps(_)) {
        return Kind::Trap.word();
    }
    match branch.definition().map(Definition::kind) {
        None | Some(Kind::Value | Kind::Scalar | Kind::Table | Kind::Row | Kind::Column | Kind::Trap) => {
            "OBJECT-TYPE"
        }
        Some(Kind::NotificationGroup) => "type_23",
        Some(
            kind @ (Kind::ModuleIdentity
            | Kind::ObjectIdentity
            | Kind::Notification
            | Kind::ObjectGroup
            | Kind::Compliance
            | Kind::Capabilities),
        ) => kind.word(),
    }
}

fn modules(branch: &Branch<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    let modules = branch.modules();
    let (first, others) = modules.split_first().map_or(("#-1", &[][..]), |(first, others)| (*first, others));
    write!(out, "  -- FROM\t{first}")?;
    let mut at = 16 + first.len();
    for module in others {
        if at + module.len() + 2 > width {
            out.write_str(",\n  --\t\t")?;
            at = 16;
        } else {
            out.write_str(", ")?;
            at += 2;
        }
        out.write_str(module)?;
        at += module.len();
    }
    out.write_char('\n')
}

/// Convention, type, ranges, labels and hint.
fn syntax(object: &Object<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    if let Some(convention) = object.convention() {
        writeln!(out, "  -- TEXTUAL CONVENTION {}", convention.name())?;
    }
    let facts = object.facts();
    let Some(word) = type_word(object) else { return Ok(()) };
    write!(out, "  SYNTAX\t{word}")?;
    if !facts.ranges.is_empty() {
        out.write_str(" (")?;
        ranges(facts.ranges, out)?;
        out.write_str(") ")?;
    }
    if !facts.labels.is_empty() {
        out.write_str(" {")?;
        let mut list = List::new(16 + word.len() + 2, width);
        for (label, number) in (0..).map_while(|at| facts.labels.label(at)) {
            list.item(&format!("{label}({number})"), out)?;
        }
        out.write_str("} ")?;
    }
    out.write_char('\n')?;
    if let Some(hint) = facts.hint {
        writeln!(out, "  DISPLAY-HINT\t\"{}\"", String::from_utf8_lossy(hint))?;
    }
    Ok(())
}

/// The base type's name in module text, which net-snmp prints for types that it knows.
fn type_word(object: &Object<'_>) -> Option<&'static str> {
    let known = object.base() != Base::Other;
    known.then(|| object.syntax().map_or(BaseType::Opaque.word(), |syntax| syntax.base_word()))
}

/// Writes ranges.
pub(super) fn ranges(ranges: &[Range], out: &mut impl Write) -> fmt::Result {
    for (n, (low, high)) in ranges.iter().enumerate() {
        if n > 0 {
            out.write_str(" | ")?;
        }
        if low == high {
            write!(out, "{low}")?;
        } else {
            write!(out, "{low}..{high}")?;
        }
    }
    Ok(())
}

fn clauses(definition: Definition<'static>, width: usize, out: &mut impl Write) -> fmt::Result {
    if let Some(units) = definition.units() {
        writeln!(out, "  UNITS\t\t\"{units}\"")?;
    }
    if definition.kind().is_object_type() {
        if let Some(access) = definition.access() {
            writeln!(out, "  MAX-ACCESS\t{access}")?;
        }
        if let Some(status) = definition.status() {
            writeln!(out, "  STATUS\t{status}")?;
        }
    }
    if let Some(base) = definition.augments() {
        writeln!(out, "  AUGMENTS\t{{ {} }}", item_name(base))?;
    }
    items("INDEX\t", definition.indexes(), width, out)?;
    match definition.kind() {
        Kind::Notification | Kind::Trap => items("OBJECTS", definition.objects(), width, out),
        _ => Ok(()),
    }
}

fn items(
    word: &str,
    items: impl Iterator<Item = Item<'static>>,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return Ok(());
    }
    write!(out, "  {word}\t{{ ")?;
    let mut list = List::new(LIST_START, width);
    for item in items {
        let implied = if item.is_implied() { "IMPLIED " } else { "" };
        list.item(&format!("{implied}{}", item_name(item)), out)?;
    }
    out.write_str(" }\n")
}

/// The name of what a definition refers to, known or not.
pub(super) fn item_name(item: Item<'static>) -> String {
    match item.definition() {
        Some(definition) => definition.name().to_string(),
        None => item.unknown_name().unwrap_or_default().to_owned(),
    }
}

/// A list with commas, broken where a line would be too long.
struct List {
    at: usize,
    width: usize,
    is_empty: bool,
}

impl List {
    const fn new(at: usize, width: usize) -> Self {
        Self { at, width, is_empty: true }
    }

    fn item(&mut self, text: &str, out: &mut impl Write) -> fmt::Result {
        if !self.is_empty {
            out.write_str(", ")?;
        }
        self.is_empty = false;
        if self.at + text.len() + 2 > self.width {
            out.write_str("\n\t\t  ")?;
            self.at = LIST_START;
        }
        self.at += text.len() + 2;
        out.write_str(text)
    }
}

/// The way from the root, the last arc by number alone; what is below the branch that is `known` arcs deep has no names.
fn arcs(view: &View, oid: &Oid, known: usize, width: usize, out: &mut impl Write) -> fmt::Result {
    let arcs = oid.arcs();
    out.write_str("::= {")?;
    let mut at = 5;
    let mut part = |text: &str| {
        if at + text.len() + 2 > width {
            out.write_str("\n     ")?;
            at = 5;
        }
        at += text.len();
        out.write_str(text)
    };
    let Some((last, above)) = arcs.split_last() else { return Ok(()) };
    for (n, arc) in above.iter().enumerate() {
        let named = (n < known).then(|| Branch::find(view, &arcs[..=n])).flatten();
        match named.map(|(branch, _)| branch).filter(|branch| branch.label() != Label::Anonymous) {
            Some(branch) => {
                let mut text = String::from(" ");
                name(&branch, &mut text)?;
                write!(text, "({arc})")?;
                part(&text)?;
            }
            None => part(&format!(" {arc}"))?,
        }
    }
    part(&format!(" {last} }}"))?;
    out.write_char('\n')
}

/// A DEFVAL as net-snmp has it: one blank between all parts, and strings of hexadecimal or binary digits as the number
/// that they would be.
fn default_text(raw: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = raw.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |at| at + 2),
            '\'' => rest[1..].find('\'').map_or(rest.len(), |at| (at + 3).min(rest.len())),
            '{' | '}' | ',' | '(' | ')' => 1,
            _ => {
                rest.find(|next: char| next.is_whitespace() || "{},()\"".contains(next)).unwrap_or(rest.len())
            }
        };
        let (part, after) = rest.split_at(if rest.is_char_boundary(end) { end } else { rest.len() });
        parts.push(default_part(part));
        rest = after.trim_start();
    }
    parts.join(" ")
}

fn default_part(part: &str) -> String {
    if let Some(text) = part.strip_prefix('"') {
        return format!("\\\"{}\\\"", text.strip_suffix('"').unwrap_or(text));
    }
    let digits = part.strip_prefix('\'').and_then(|rest| rest.split_once('\''));
    let base = match digits {
        Some((_, "H" | "h")) => 16,
        Some((_, "B" | "b")) => 2,
        _ => return part.to_owned(),
    };
    // Of longer strings the last 64 bits are left, with a sign.
    let digits = digits.map_or("", |(digits, _)| digits);
    let number = digits
        .chars()
        .filter_map(|digit| digit.to_digit(base))
        .fold(0_u64, |number, digit| number.wrapping_mul(u64::from(base)).wrapping_add(u64::from(digit)));
    number.cast_signed().to_string()
}
