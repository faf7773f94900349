//! What `snmptranslate -Td` tells of an object, read from net-snmp's text and made from an image.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fmt::Write as _,
    process::{Command, Stdio},
};

use snmpkit::mib::image::{Definition, HintOrigin, Items, NamedType};

/// Objects that one run of snmptranslate is asked for; reading the modules takes longer than answering.
const BATCH: usize = 4_000;

/// What is compared.
pub const FIELDS: [&str; 12] = [
    "name",
    "modules",
    "convention",
    "syntax",
    "hint",
    "units",
    "access",
    "status",
    "index",
    "augments",
    "default",
    "objects",
];

/// One object, each field as text.
#[derive(Clone, Debug, Default)]
pub struct Details(BTreeMap<&'static str, String>);

impl Details {
    pub fn field(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    pub fn summary(&self) -> String {
        format!("{} {}", self.field("modules"), self.field("name"))
    }

    /// Whether net-snmp made the node up because something below it is defined.
    pub fn is_made_up(&self) -> bool {
        let name = self.field("name");
        name.ends_with('#') || name.starts_with("anonymous#")
    }

    fn set(&mut self, field: &'static str, value: impl Into<String>) {
        self.0.insert(field, value.into());
    }
}

/// Every object that net-snmp knows, by OID; `None` when there is no snmptranslate.
pub fn theirs(directories: &OsStr) -> Option<BTreeMap<String, Details>> {
    let run = |words: &[&str]| {
        let mut command = Command::new("snmptranslate");
        // No file of this machine must have a say.
        command.env_clear().env("PATH", "/usr/bin:/usr/local/bin").env("SNMPCONFPATH", "/nonexistent");
        command.arg("-M").arg(directories).args(["-m", "ALL"]).args(words).stderr(Stdio::null());
        command.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let oids: BTreeSet<String> = run(&["-To"])?.lines().map(|line| line.trim().to_owned()).collect();
    let mut all = BTreeMap::new();
    for batch in oids.into_iter().collect::<Vec<_>>().chunks(BATCH) {
        let mut words = vec!["-Td", "-Pd", "-On"];
        words.extend(batch.iter().map(String::as_str));
        read(&run(&words)?, &mut all);
    }
    Some(all)
}

fn read(text: &str, all: &mut BTreeMap<String, Details>) {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(oid) = line.strip_prefix('.') else { continue };
        let mut details = Details::default();
        let head = lines.next().unwrap_or_default();
        details.set("name", head.split(' ').next().unwrap_or_default());
        for line in lines.by_ref().take_while(|line| !line.starts_with("::=")) {
            let Some((word, rest)) = line.trim_start().split_once('\t') else {
                if let Some(name) = line.trim_start().strip_prefix("-- TEXTUAL CONVENTION ") {
                    details.set("convention", name);
                }
                continue;
            };
            let rest = rest.trim();
            let inner = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest).trim();
            match word {
                "-- FROM" => details.set("modules", sorted(rest.split(", "))),
                "SYNTAX" => details.set("syntax", rest),
                "DISPLAY-HINT" => details.set("hint", rest.trim_matches('"')),
                "UNITS" => details.set("units", rest.trim_matches('"')),
                "MAX-ACCESS" => details.set("access", rest),
                "STATUS" => details.set("status", rest),
                "INDEX" => details.set("index", inner),
                "AUGMENTS" => details.set("augments", inner),
                "DEFVAL" => details.set("default", inner.replace("\\\"", "\"").replace(" , ", ", ")),
                "OBJECTS" => details.set("objects", inner),
                _ => {}
            }
        }
        all.insert(oid.to_owned(), details);
    }
}

fn sorted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.filter(|word| *word != "#-1").collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// The same of a definition here.
pub fn ours(definition: Definition<'_>) -> Details {
    let mut details = Details::default();
    details.set("name", definition.name().to_string());
    let same_name = definition.node().definitions().filter(|other| other.name() == definition.name());
    let modules: Vec<&str> = same_name.filter_map(|other| Some(other.module()?.name())).collect();
    details.set("modules", sorted(modules.into_iter()));
    if let Some(syntax) = definition.syntax() {
        details.set("syntax", syntax_text(definition));
        if let Some(named) = syntax.named_type() {
            details.set("convention", named.name());
        }
        if let Some(hint) = syntax.hint().filter(|hint| hint.origin == HintOrigin::Own) {
            details.set("hint", hint.text);
        }
    }
    details.set("units", definition.units().unwrap_or_default());
    if definition.kind().is_object_type() {
        details.set("access", definition.access().map_or("", |access| access.word()));
        details.set("status", definition.status().map_or("", |status| status.word()));
    }
    details.set("index", items(definition.indexes()));
    details.set(
        "augments",
        definition.augments().map_or(String::new(), |item| item_name(item.definition(), item.unknown_name())),
    );
    details.set("default", default_text(definition.default_value().unwrap_or_default()));
    if definition.kind().word().starts_with("NOTIFICATION-TYPE") || definition.kind().word() == "TRAP-TYPE" {
        details.set("objects", items(definition.objects()));
    }
    details
}

/// net-snmp reads a hexadecimal or binary string as the number that it would be.
fn default_text(raw: &str) -> String {
    let number = |digits: &str, base| u64::from_str_radix(digits, base).unwrap_or_default().to_string();
    match raw.strip_prefix('\'').and_then(|rest| rest.split_once('\'')) {
        Some((digits, "H" | "h")) => number(digits, 16),
        Some((digits, "B" | "b")) => number(digits, 2),
        _ => raw.to_owned(),
    }
}

fn item_name(definition: Option<Definition<'_>>, unknown: Option<&str>) -> String {
    definition.map_or_else(|| unknown.unwrap_or_default().to_owned(), |known| known.name().to_string())
}

fn items(items: Items<'_>) -> String {
    let name = |item: snmpkit::mib::image::Item<'_>| {
        let implied = if item.is_implied() { "IMPLIED " } else { "" };
        format!("{implied}{}", item_name(item.definition(), item.unknown_name()))
    };
    items.map(name).collect::<Vec<_>>().join(", ")
}

fn syntax_text(definition: Definition<'_>) -> String {
    let Some(syntax) = definition.syntax() else { return String::new() };
    let mut text = syntax.base_word().to_owned();
    // net-snmp looks at the clause and at the type that it names, no further.
    let named = syntax.named_type().map(NamedType::syntax);
    let own: Vec<_> = syntax.own_labels().collect();
    let labels = if own.is_empty() {
        named.map(|named| named.own_labels().collect()).unwrap_or_default()
    } else {
        own
    };
    let own: Vec<_> = syntax.own_bounds().collect();
    let bounds = if own.is_empty() {
        named.map(|named| named.own_bounds().collect()).unwrap_or_default()
    } else {
        own
    };
    if !labels.is_empty() {
        let words: Vec<String> = labels.iter().map(|(value, word)| format!("{word}({value})")).collect();
        let _ = write!(text, " {{{}}}", words.join(", "));
    }
    if !bounds.is_empty() {
        let words: Vec<String> = bounds
            .iter()
            .map(|range| {
                if range.min == range.max {
                    range.min.to_string()
                } else {
                    format!("{}..{}", range.min, range.max)
                }
            })
            .collect();
        let _ = write!(text, " ({})", words.join(" | "));
    }
    text
}
