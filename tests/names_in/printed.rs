//! What is printed can be typed: instances of objects of every module, printed under each option that shapes an identifier,
//! are read as what they are.

use snmpkit::{
    mib::{
        Library, View,
        facts::{Base, Facts},
        image::Definition,
        index::Component,
        name,
        object::Indexes,
    },
    oid::Oid,
    output::{
        netsnmp::{self, Named},
        options::Options,
    },
};

use crate::{
    RULES,
    generated::{Dice, columns},
};

const INSTANCES: usize = 300;

/// The arcs of a component of an index that its object allows.
fn arcs(component: &Component<'_>, dice: &mut Dice) -> Vec<u32> {
    let facts: &Facts<'_> = &component.facts;
    let small = |dice: &mut Dice, below: usize| u32::try_from(dice.below(below)).unwrap();
    let counted = |own: Vec<u32>, is_counted: bool| {
        let count = is_counted.then(|| u32::try_from(own.len()).unwrap());
        count.into_iter().chain(own).collect()
    };
    match facts.base {
        Base::OctetString | Base::Bits | Base::Opaque | Base::NsapAddress => {
            let fixed = facts.fixed_octets();
            let sizes = facts.ranges.iter().find(|range| range.0 <= 40);
            let low = sizes.map_or(0, |range| usize::try_from(range.0).unwrap());
            let high = sizes.map_or(8, |range| usize::try_from(range.1.min(range.0 + 8)).unwrap());
            let count = fixed.unwrap_or_else(|| low + dice.below(high - low + 1));
            let octets = (0..count).map(|_| 97 + small(dice, 26)).collect();
            counted(octets, !component.implied && fixed.is_none())
        }
        Base::IpAddress => (0..4).map(|_| small(dice, 256)).collect(),
        Base::ObjectIdentifier => {
            counted(vec![1, 3, 6, small(dice, 7), small(dice, 300)], !component.implied)
        }
        _ => {
            let labelled = facts.labels.label(dice.below(4)).map(|(_, number)| number.cast_unsigned());
            vec![labelled.unwrap_or_else(|| {
                let low = facts.ranges.first().map_or(0, |range| range.0.max(0));
                let high = facts.ranges.first().map_or(1000, |range| range.1);
                let number = (low + i64::from(small(dice, 1000))).min(high);
                u32::try_from(number).unwrap()
            })]
        }
    }
}

#[test]
fn what_is_printed_is_read_as_what_it_is() {
    let (view, mut library, mut dice) = (View::core(), Library::core(), Dice(7));
    let named = Named::of(view.clone());
    let columns = columns(&view);
    let (mut differing, mut compared) = (Vec::new(), 0);
    for _ in 0..INSTANCES {
        let column = columns[dice.below(columns.len())];
        let indexes = Indexes::of(column);
        let index: Vec<u32> =
            indexes.components().flat_map(|component| arcs(&component, &mut dice)).collect();
        let Ok(oid) = column.oid().child(&index) else { continue };
        for letters in ["", "b", "X", "E", "f", "s", "n", "Xf", "bE"] {
            if cannot_be_read(column, letters, &view) {
                continue;
            }
            compared += 1;
            let printed = text(&oid, letters, &named);
            let read = name::parse(&printed, &mut library, &RULES);
            if read.as_ref() != Ok(&oid) {
                let read = read.map_or_else(|error| error.to_string(), |oid| oid.to_string());
                let printed = String::from_utf8_lossy(&printed);
                differing.push(format!("-O{letters} {oid}: {printed}: {read}"));
            }
        }
    }
    assert!(compared > 7 * INSTANCES, "{compared}");
    assert!(differing.is_empty(), "{}\n{}", differing.len(), differing.join("\n"));
}

/// What is printed and says too little: a bare name that several places have (`-Os`); in brackets (`-OX`) an identifier by
/// its name, where numbers stand, and octets under a hint without separators; an identifier before other components, of
/// which net-snmp reads everything as arcs; bits, which net-snmp does not write whole; an address as text where the sizes
/// are those of addresses (`SIZE (4|16)`), which net-snmp holds against the text.
///
/// Octets that are no text are printed as dots, and no better than that; there are none here.
fn cannot_be_read(column: Definition<'static>, letters: &str, view: &View) -> bool {
    let indexes = Indexes::of(column);
    let is_identifier = |component: Component<'_>| {
        matches!(component.facts.base, Base::ObjectIdentifier | Base::Bits)
            || component.inet_address && component.facts.ranges.iter().all(|(_, high)| *high < 200)
    };
    let is_run_on = |component: Component<'_>| component.facts.hint == Some(b"1x");
    letters.contains('s') && view.named(&column.name().to_string()).count() > 1
        || indexes.components().any(is_identifier)
        || letters.contains('X') && indexes.components().any(is_run_on)
}

fn text(oid: &Oid, letters: &str, named: &Named) -> Vec<u8> {
    let mut text = Vec::new();
    netsnmp::oid(oid, &Options::from_letters(letters).unwrap(), named, &mut text);
    // A shell takes the backslashes away.
    if letters.contains('E') {
        text.retain(|octet| *octet != b'\\');
    }
    text
}
