//! What both sides print of the same bindings, under many combinations of `-O` letters.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    sync::Mutex,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    amount, in_parallel, known,
    lines::{Hunk, hunks, lines},
    shapes::{self, Subject},
    sides::{Sides, words},
    support::{
        fake::FakeAgent,
        served::{Bindings, serve},
        tool::{End, Run, Tool},
    },
    values,
};

/// Letters that change names.
const OF_NAMES: &[&str] =
    &["", "s", "f", "n", "u", "X", "b", "E", "Xb", "XE", "bE", "sX", "fX", "uX", "nX", "sXE"];

/// Letters that change values.
const OF_VALUES: &[&str] =
    &["", "q", "Q", "e", "t", "T", "U", "x", "a", "0", "p.2f", "xT", "qe", "Qt", "v", "0x", "0q", "eU", "aT"];

/// Arcs that a name has at most.
const ARCS: usize = 128;

/// Instances with values of INTEGER that show, whatever the seed, each difference that is told by its lines.
///
/// A label that is a word of the SMI; indexes that end in an identifier of one number outside of the tree, and of none.
const OF_KNOWN_LINES: &[(&str, &[u32], i32)] = &[
    ("RFC1285-MIB::snmpFddiSMTHoldState", &[77], 1),
    ("SNMP-VIEW-BASED-ACM-MIB::vacmViewTreeFamilyType", &[1, 118, 1, 7], 1),
    ("SNMP-VIEW-BASED-ACM-MIB::vacmViewTreeFamilyType", &[1, 118, 0], 1),
];

/// Values that one syntax has at most beside each other under one object; more would be of the next object.
fn of_syntaxes(random: &mut StdRng, all: bool) -> Bindings {
    let mut bindings = Bindings::new();
    let mut seen = BTreeSet::new();
    for subject in shapes::of_every_syntax() {
        let object = subject.object();
        // Every value for the first of those whose text has the same rules, and for a few of the others.
        let facts = object.facts();
        let rules = (format!("{:?}", facts.base), facts.hint, facts.labels.is_empty(), facts.units.is_some());
        let rules = (rules.0, rules.1.map(<[u8]>::to_vec), rules.2, rules.3);
        let every = all || seen.insert(rules) || random.random_range(0..40) == 0;
        for (number, value) in values::of(&object, every, random).into_iter().enumerate() {
            bindings.push((place(subject, u32::try_from(number).unwrap()), value));
        }
    }
    bindings
}

/// An instance of a scalar or a column.
fn place(subject: &Subject, number: u32) -> Vec<u32> {
    let indexes = subject.indexes();
    let components: Vec<_> = indexes.components().collect();
    let own = subject.instances().swap_remove(0);
    match components.as_slice() {
        [] => subject.instance(&[number]),
        [one] if one.facts.labels.is_empty() && own.len() == 1 => subject.instance(&[number + 1]),
        _ => subject.instance(&[&own[..], &[number]].concat()),
    }
}

fn of_indexes(random: &mut StdRng, all: bool) -> Bindings {
    let mut bindings = Bindings::new();
    for subject in shapes::of_every_index() {
        let values = values::of(&subject.object(), false, random);
        for (number, instance) in subject.instances().into_iter().enumerate() {
            if !all && number > 0 && random.random_range(0..2) == 0 {
                continue;
            }
            bindings.push((subject.instance(&instance), values[number % values.len()].clone()));
        }
        // A column that the row has not.
        let (_, row) = subject.arcs.split_last().unwrap();
        bindings.push(([row, &[9_999, 1, 2, 3]].concat(), values[0].clone()));
    }
    bindings
}

/// Names that are no instances of objects, and values of every type below names that nobody has.
fn of_odd_places(random: &mut StdRng) -> Bindings {
    let mut bindings = Bindings::new();
    let foreign = values::foreign();
    let any = |random: &mut StdRng| foreign[random.random_range(0..foreign.len())].clone();
    for subject in shapes::of_every_kind() {
        for instance in [&[][..], &[0], &[u32::MAX], &[1, 99_999, 3]] {
            bindings.push((subject.instance(instance), any(random)));
        }
    }
    let nobody = [1, 3, 6, 1, 4, 1, 99_999, 7];
    let names = shapes::of_every_index().iter().step_by(4).map(|subject| {
        let instances = subject.instances();
        subject.instance(&instances[random.random_range(0..instances.len())])
    });
    let names: Vec<Vec<u32>> = names.filter(|name| name.len() <= ARCS).collect();
    let identifiers = names.iter().map(|name| {
        let field = crate::support::fake::oid_of(name);
        let (tag, contents, _) = crate::support::fake::split(&field).unwrap();
        (tag, contents.to_vec())
    });
    let strings = values::strings_of_any_size(random);
    for (number, value) in
        foreign.clone().into_iter().chain(identifiers).chain(strings).chain(values::opaques()).enumerate()
    {
        bindings.push(([&nobody[..], &[u32::try_from(number).unwrap()]].concat(), value));
    }
    bindings.push((vec![1, 3, 6, 1, 4, 1, 8_072, 3, 2, 10], any(random)));
    bindings
}

/// The objects whose text is another on purpose, with all their values and indexes.
fn of_known_differences(random: &mut StdRng) -> Bindings {
    let mut bindings = Bindings::new();
    for subject in shapes::of_known_differences() {
        let values = values::of(&subject.object(), true, random);
        let instances = subject.instances();
        for (number, value) in values.iter().enumerate() {
            bindings.push((place(&subject, u32::try_from(number).unwrap()), value.clone()));
        }
        for (number, instance) in instances.iter().enumerate() {
            bindings.push((subject.instance(instance), values[number % values.len()].clone()));
        }
    }
    bindings.extend(OF_KNOWN_LINES.iter().map(|(name, instance, number)| {
        let subject = shapes::called(name);
        (subject.instance(instance), values::integer(*number))
    }));
    bindings.retain(|(name, _)| name.len() <= ARCS);
    bindings
}

/// Everything that is asked for, in the order of its names.
pub fn bindings(seed: u64, all: bool) -> Bindings {
    let mut random = StdRng::seed_from_u64(seed);
    let mut bindings = of_syntaxes(&mut random, all);
    bindings.extend(of_indexes(&mut random, all));
    bindings.extend(of_odd_places(&mut random));
    bindings.retain(|(name, _)| name.len() <= ARCS);
    let sorted: BTreeMap<Vec<u32>, values::Wire> = bindings.into_iter().collect();
    sorted.into_iter().collect()
}

/// The options of each process: every letter of names and every letter of values at least once, or each with each.
pub fn options(seed: u64, all: bool) -> Vec<Vec<String>> {
    let mut random = StdRng::seed_from_u64(seed);
    let word = |name: &str, value: &str| match (name, value) {
        ("", "") => Vec::new(),
        // Among values alone, a line that net-snmp cuts could not be told from one that is wrong.
        (_, value) if value.contains('v') => vec![format!("-O{value}")],
        // The precision takes the rest of the word.
        (name, value) => vec![format!("-O{name}{value}")],
    };
    let mut sets: Vec<Vec<String>> = Vec::new();
    if all {
        for name in OF_NAMES {
            let told = OF_VALUES.iter().filter(|value| !value.contains('v') || name.is_empty());
            sets.extend(told.map(|value| word(name, value)));
        }
    } else {
        sets.push(Vec::new());
        let longer = OF_NAMES.len().max(OF_VALUES.len());
        let shift: usize = random.random_range(0..OF_VALUES.len());
        for at in 0..longer {
            sets.push(word(OF_NAMES[at % OF_NAMES.len()], OF_VALUES[(at + shift) % OF_VALUES.len()]));
        }
    }
    sets.push(vec!["-Ih".to_owned()]);
    sets.push(vec!["-Ih".to_owned(), "-OXT".to_owned()]);
    sets
}

/// What one side prints of the whole tree.
pub fn walk<S: AsRef<OsStr>>(tool: &Tool, options: &[S], agent: &FakeAgent) -> Run {
    let mut all: Vec<OsString> = words(&["-v2c", "-cpublic", "-r1", "-t20", "-Cr5000"]);
    all.extend(options.iter().map(|word| word.as_ref().to_owned()));
    all.extend(words(&[agent.address(), ".1"]));
    tool.run(&all)
}

#[test]
fn every_binding_is_printed_as_net_snmp_prints_it() {
    let Some(sides) = Sides::get() else { return };
    let (cases, seed) = amount(0, 1);
    let bindings = bindings(seed, cases > 0);
    let count = bindings.len();
    let agent = serve(bindings.clone());
    // Where there are no names, what is wanted could not be told from what is not.
    let mut random = StdRng::seed_from_u64(seed);
    let named_agent = serve([bindings, of_known_differences(&mut random)].concat());
    let options = options(seed, cases > 0);
    let used = Mutex::new(known::Used::default());
    let printed = Mutex::new(0);
    let reports = in_parallel(options.len(), 2, |number| {
        let options = &options[number];
        let agent = if options.iter().any(|word| word.contains('v')) { &agent } else { &named_agent };
        let theirs = walk(&sides.theirs("snmpbulkwalk"), options, agent);
        let ours = walk(&sides.ours("snmpbulkwalk"), options, agent);
        assert_eq!(theirs.end, End::Status(0), "{}", theirs.describe());
        let (our_lines, their_lines) = (lines(&ours.stdout), lines(&theirs.stdout));
        *printed.lock().unwrap() += their_lines.len();
        assert!(their_lines.len() >= count, "{} lines of {count} bindings", their_lines.len());
        let mut left: Vec<Hunk> = hunks(&our_lines, &their_lines);
        left.retain(|hunk| !used.lock().unwrap().explains(known::Where::Text, hunk));
        let mut report = String::new();
        if ours.end != theirs.end || !ours.stderr.is_empty() {
            report = format!("ours: {:?} {}\n", ours.end, ours.err());
        }
        if !left.is_empty() {
            report.push_str(&Hunk::list(&left));
        }
        (!report.is_empty()).then(|| format!("{} differences with {options:?}\n{report}", left.len()))
    });
    let missing = used.into_inner().unwrap().missing(known::Where::Text);
    crate::tell(&format!(
        "{count} bindings, {} command lines, {} lines of text",
        options.len(),
        printed.into_inner().unwrap()
    ));
    crate::report(&reports);
    assert!(missing.is_empty(), "differences that are listed and did not occur: {missing:?}");
}
