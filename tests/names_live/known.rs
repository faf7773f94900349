//! Differences from net-snmp that are wanted, each with its reason; docs/differences-of-names.md tells them to people.

use std::sync::OnceLock;

use snmpkit::mib::{
    facts::Base,
    image::{self, Definition},
    object::Object,
};

use crate::lines::Hunk;

/// What is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Where {
    /// Names and values that are printed.
    Text,
    /// Names that are read.
    Name,
    /// Values that are set.
    Set,
}

/// How a difference is recognised.
#[derive(Clone, Copy)]
pub enum Sign {
    /// It is about these objects. Where text is compared, they are there to show it, and no others are tried that would.
    Objects(&'static [&'static str]),
    /// A line of net-snmp's and one of ours.
    Lines(fn(&str, &str) -> bool),
}

/// A difference that is wanted.
pub struct Known {
    /// What the page in docs calls it.
    pub title: &'static str,
    /// Where it may occur.
    pub place: Where,
    /// How it is recognised.
    pub sign: Sign,
}

/// Words of the SMI that modules use as labels too.
const SMI_WORDS: &[&str] = &["current", "deprecated", "obsolete", "mandatory", "optional", "not-implemented"];

/// Those that show when net-snmp's memory happens to hold something, and not otherwise.
const OF_MEMORY: &[&str] = &["values shorter than their hint", "hints that break off"];

/// All of them.
pub const KNOWN: &[Known] = &[
    Known {
        title: "labels that are words of the SMI",
        place: Where::Text,
        sign: Sign::Lines(|theirs, ours| {
            let (theirs, ours) = apart(theirs, ours);
            theirs.bytes().all(|octet| octet.is_ascii_digit())
                && SMI_WORDS.iter().any(|word| ours.starts_with(word))
        }),
    },
    Known {
        title: "identifiers in brackets that net-snmp gives up",
        place: Where::Text,
        sign: Sign::Lines(|theirs, ours| theirs.contains("[TRUNCATED]") && !ours.contains("[TRUNCATED]")),
    },
    Known {
        title: "identifiers of no arcs in brackets",
        place: Where::Text,
        sign: Sign::Lines(|_, ours| ours.contains("ccitt]")),
    },
    Known {
        title: "index objects of which there are several",
        place: Where::Text,
        sign: Sign::Objects(&["mplsLabelStackIndex", "pimNeighborIfIndex"]),
    },
    Known {
        title: "values shorter than their hint",
        place: Where::Text,
        sign: Sign::Objects(&["entPhysicalUUID", "apmNameClientID"]),
    },
    Known {
        title: "hints that break off",
        place: Where::Text,
        sign: Sign::Objects(&["docsBpi2CodeUpdateCvcChain"]),
    },
    Known {
        title: "indexes in brackets are read",
        place: Where::Name,
        sign: Sign::Lines(|theirs, _| name(theirs).contains('[')),
    },
    Known {
        title: "numbers that nothing can hold",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| {
            name(theirs).contains("429496729") && theirs.ends_with("(taken)") && !ours.ends_with("(taken)")
        }),
    },
    Known {
        title: "numbers of no digits",
        place: Where::Name,
        sign: Sign::Lines(|theirs, _| name(theirs).contains("..") && theirs.ends_with("(taken)")),
    },
    Known {
        title: "index objects of several modules",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| {
            let is_one = |line: &str| {
                let (_, object) =
                    line.strip_suffix("))").and_then(|line| line.rsplit_once(" (")).unwrap_or_default();
                line.contains("(Index out of range: ") && image::core().definitions(object).count() > 1
            };
            is_one(theirs) || is_one(ours)
        }),
    },
    Known {
        title: "quoted strings of any size",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| {
            let (before, object) =
                theirs.strip_suffix("))").and_then(|line| line.rsplit_once(" (")).unwrap_or_default();
            let has_no_sizes = |definition: Definition<'static>| {
                let object = Object::of(definition);
                object.facts().base == Base::OctetString && object.facts().ranges.is_empty()
            };
            before.contains(": Unknown Object Identifier (Index out of range: \\\"")
                && ours.ends_with("(taken)")
                && image::core().definitions(object).all(has_no_sizes)
        }),
    },
    Known {
        title: "details of an earlier name",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| {
            name(theirs).contains("::")
                && ours.ends_with(": Unknown Object Identifier")
                && theirs.starts_with(ours)
        }),
    },
    Known {
        title: "paths from org",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| {
            theirs.starts_with("org.") && theirs.contains(" (dod.") && ours.ends_with("(taken)")
        }),
    },
    Known {
        title: "identifiers of one number",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| theirs.ends_with(": 0.1") && ours.ends_with(": 1.0")),
    },
    Known {
        title: "what -Ib does not find",
        place: Where::Name,
        sign: Sign::Lines(|theirs, ours| {
            theirs.ends_with(": ") && ours.ends_with(": Unknown Object Identifier")
        }),
    },
    Known {
        title: "numbers of more than eight octets",
        place: Where::Set,
        sign: Sign::Objects(&[
            "docsIf3CmCapabilitiesReq",
            "docsIf3CmtsSpectrumAnalysisMeasAmplitudeData",
            "docsIf3UsChExtScdmaSelectionStringActiveCodes",
        ]),
    },
    Known {
        title: "text behind an address",
        place: Where::Set,
        sign: Sign::Lines(|theirs, ours| {
            theirs.ends_with("(taken)") && ours.ends_with("Bad value notation (41 42)")
        }),
    },
];

/// The name that a line about a name begins with.
fn name(line: &str) -> &str {
    line.rsplit_once(": ").map_or(line, |(before, _)| before.split(": Unknown").next().unwrap_or(before))
}

/// What differs of two lines: both without what they begin and end with alike.
pub fn apart<'l>(left: &'l str, right: &'l str) -> (&'l str, &'l str) {
    let alike = left.bytes().zip(right.bytes()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[alike..], &right[alike..]);
    let alike = left.bytes().rev().zip(right.bytes().rev()).take_while(|(a, b)| a == b).count();
    (&left[..left.len() - alike], &right[..right.len() - alike])
}

/// Whether an object is there to show a difference.
pub fn is_of_an_object(definition: Definition<'_>) -> bool {
    KNOWN.iter().filter(|known| known.place == Where::Text).any(|known| match known.sign {
        Sign::Objects(names) => names.iter().any(|name| definition.name() == *name),
        Sign::Lines(_) => false,
    })
}

/// Which of them occurred.
#[derive(Debug, Default)]
pub struct Used([usize; KNOWN.len()]);

impl Used {
    /// Whether a difference is known, which then counts as used.
    pub fn explains(&mut self, place: Where, hunk: &Hunk) -> bool {
        if hunk.ours.len() == hunk.theirs.len() {
            hunk.theirs.iter().zip(&hunk.ours).all(|(theirs, ours)| self.explain(place, theirs, ours))
        } else {
            // The first line has the name; what follows are the other lines of its value.
            match (hunk.theirs.first(), hunk.ours.first()) {
                (Some(theirs), Some(ours)) => self.explain(place, theirs, ours),
                _ => false,
            }
        }
    }

    /// Whether the difference between two lines is known.
    pub fn explain(&mut self, place: Where, theirs: &str, ours: &str) -> bool {
        let found = KNOWN.iter().enumerate().position(|(number, known)| {
            known.place == place
                && match known.sign {
                    Sign::Lines(is_it) => is_it(theirs, ours),
                    Sign::Objects(_) => {
                        marks()[number].iter().any(|mark| mark.is_in(theirs) && mark.is_in(ours))
                    }
                }
        });
        if let Some(number) = found {
            self.0[number] += 1;
        }
        theirs == ours || found.is_some()
    }

    /// Those of a place that did not occur, and had to.
    pub fn missing(&self, place: Where) -> Vec<&'static str> {
        let here = KNOWN
            .iter()
            .zip(&self.0)
            .filter(|(known, _)| known.place == place && !OF_MEMORY.contains(&known.title));
        here.filter(|(_, count)| **count == 0).map(|(known, _)| known.title).collect()
    }
}

/// How an object shows in a line: by name or by number.
struct Mark {
    name: String,
    numbers: String,
}

impl Mark {
    fn is_in(&self, line: &str) -> bool {
        let name = line.split_once(' ').map_or(line, |(name, _)| name);
        name.starts_with(&self.numbers) || name.contains(&self.name)
    }
}

fn marks() -> &'static [Vec<Mark>] {
    static MARKS: OnceLock<Vec<Vec<Mark>>> = OnceLock::new();
    let of = |name: &&str| {
        let definition =
            image::core().definitions(name).next().unwrap_or_else(|| panic!("there is no {name}"));
        Mark { name: (*name).to_owned(), numbers: format!(".{}.", definition.oid()) }
    };
    MARKS.get_or_init(|| {
        KNOWN
            .iter()
            .map(|known| match known.sign {
                Sign::Objects(names) => names.iter().map(of).collect(),
                Sign::Lines(_) => Vec::new(),
            })
            .collect()
    })
}

/// The page in docs has an entry for each difference, in the order of the list, and none that is not in it, before its
/// table of what other tests see to.
#[test]
fn the_page_about_differences_and_the_list_are_of_the_same() {
    let page = include_str!("../../docs/differences-of-names.md");
    let mut entries = page.split("\n## ").skip(1);
    for known in KNOWN {
        let entry = entries.next().unwrap_or_else(|| panic!("the page has no entry for '{}'", known.title));
        let (title, reason) = entry.split_once('\n').unwrap_or((entry, ""));
        assert_eq!(title, known.title);
        assert!(reason.trim().len() > 80, "'{title}' has no reason");
    }
    let last = entries.next().unwrap_or_default();
    assert!(last.starts_with("besides\n\n| "), "the page has an entry that is in no list: {last}");
    assert_eq!(entries.next(), None);
}
