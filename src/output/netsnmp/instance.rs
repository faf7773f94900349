//! The instance part of a name: what follows the last name that is known.

use super::{Names, oid, typed, uptime};
use crate::{
    mib::{facts::Base, index::Component},
    output::{
        number,
        options::{Flag, OidForm, Options},
    },
};

/// What the last known name above the instance is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Above {
    /// A node without any node below it: a column, or a scalar.
    Column,
    /// A node with others below it, a row for one: the first arc would be a column's, but no such column is known.
    Row,
}

/// Writes the arcs after a known name, with a dot or a bracket before them; `out` ends with that name, and `last` is
/// its last arc, which an address that begins the index takes for its type.
///
/// `components` are the objects of the INDEX clause of the row that the name is or lies below (of the row that it
/// augments, if it has none), and empty if there is none or one of them is not known: then there are numbers only.
/// `names` are for identifiers in brackets.
pub fn instance<'c>(
    components: impl IntoIterator<Item = Component<'c>>,
    above: Above,
    last: u32,
    arcs: &[u32],
    options: &Options,
    names: &impl Names,
    out: &mut Vec<u8>,
) {
    if arcs.is_empty() {
        return;
    }
    let mut components = components.into_iter().peekable();
    out.push(b'.');
    let mut left = arcs;
    if let (Above::Row, true, [column, rest @ ..]) = (above, components.peek().is_some(), left) {
        number::decimal(u64::from(*column), out);
        out.push(b'.');
        left = rest;
    }
    let in_numbers = options.oid_form() == OidForm::Numeric || options.has(Flag::WholeIndex);
    for component in components {
        if left.is_empty() || in_numbers {
            break;
        }
        let brackets = options.has(Flag::BracketIndex);
        if brackets {
            if out.last() == Some(&b'.') {
                out.pop();
            }
            out.push(b'[');
        }
        let previous = arcs[..arcs.len() - left.len()].last().copied().unwrap_or(last);
        let Some(rest) = write_component(&component, previous, left, options, names, out) else {
            // What has been written of it stays, as with net-snmp; only the network address begins before it fails.
            left = if component.facts.base == Base::NetworkAddress { &left[1..] } else { left };
            break;
        };
        left = rest;
        out.push(if brackets { b']' } else { b'.' });
    }
    if out.last() != Some(&b'.') {
        out.push(b'.');
    }
    for arc in left {
        number::decimal(u64::from(*arc), out);
        out.push(b'.');
    }
    out.pop();
}

/// Writes one component and gives the arcs after it, or `None` when the arcs are none of its type.
fn write_component<'a>(
    component: &Component<'_>,
    previous: u32,
    arcs: &'a [u32],
    options: &Options,
    names: &impl Names,
    out: &mut Vec<u8>,
) -> Option<&'a [u32]> {
    let (first, rest) = arcs.split_first()?;
    match component.facts.base {
        Base::OctetString => string(component, previous, arcs, options, out),
        Base::Integer | Base::Integer32 | Base::UInteger32 | Base::Unsigned32 | Base::Gauge32 => {
            match component.facts.labels.name_of(first.cast_signed()) {
                Some(label) => out.extend_from_slice(label.as_bytes()),
                None => number::decimal(u64::from(*first), out),
            }
            Some(rest)
        }
        Base::TimeTicks => {
            if options.has(Flag::BracketIndex) {
                uptime(*first, options, out);
            } else {
                number::decimal(u64::from(*first), out);
            }
            Some(rest)
        }
        Base::ObjectIdentifier => {
            let length =
                if component.implied { arcs.len() } else { usize::try_from(*first).ok()?.checked_add(1)? };
            let (own, rest) = arcs.split_at_checked(length)?;
            if options.has(Flag::BracketIndex) {
                let own = if component.implied { own } else { &own[1..] };
                oid(&crate::oid::Oid::new(own).ok()?, options, names, out);
            } else {
                number::arcs(own, out);
            }
            Some(rest)
        }
        Base::IpAddress => {
            let (own, rest) = arcs.split_at_checked(4)?;
            number::arcs(own, out);
            Some(rest)
        }
        Base::NetworkAddress => {
            number::decimal(u64::from(*first), out);
            out.push(b'.');
            let (own, rest) = rest.split_at_checked(4).filter(|_| *first == 1)?;
            number::arcs(own, out);
            Some(rest)
        }
        Base::Counter32
        | Base::Counter64
        | Base::NsapAddress
        | Base::Opaque
        | Base::Bits
        | Base::Null
        | Base::Other => None,
    }
}

fn string<'a>(
    component: &Component<'_>,
    previous: u32,
    arcs: &'a [u32],
    options: &Options,
    out: &mut Vec<u8>,
) -> Option<&'a [u32]> {
    let fixed = component.facts.fixed_octets().filter(|_| !component.implied);
    let is_counted = !component.implied && fixed.is_none();
    let length = match (is_counted, fixed) {
        (true, _) => usize::try_from(arcs[0]).ok()?.checked_add(1)?,
        (false, Some(octets)) => octets,
        (false, None) => arcs.len(),
    };
    let (own, rest) = arcs.split_at_checked(length)?;
    let own = if is_counted { &own[1..] } else { own };
    match component.facts.hint {
        Some(hint) if options.has(Flag::BracketIndex) => {
            #[expect(clippy::cast_possible_truncation, reason = "net-snmp takes the low octet of an arc")]
            let octets: Vec<u8> = own.iter().map(|arc| *arc as u8).collect();
            typed::hinted(hint, &octets, None, options, out);
        }
        _ if !is_counted => quoted(b'\'', own, options, out),
        _ if own.is_empty() => {
            quote(b'"', options, out);
            quote(b'"', options, out);
        }
        _ => {
            // The arc before the string's length is taken for the address's type, whatever it is.
            match component.inet_address.then(|| address(previous, own)).flatten() {
                Some(text) => out.extend_from_slice(text.as_bytes()),
                None => quoted(b'"', own, options, out),
            }
        }
    }
    Some(rest)
}

/// Writes arcs as text in quotes, a dot for what cannot be printed; nothing for none.
fn quoted(mark: u8, arcs: &[u32], options: &Options, out: &mut Vec<u8>) {
    if arcs.is_empty() {
        return;
    }
    quote(mark, options, out);
    let shown = |arc: &u32| u8::try_from(*arc).ok().filter(|octet| matches!(octet, b' '..=b'~'));
    out.extend(arcs.iter().map(|arc| shown(arc).unwrap_or(b'.')));
    quote(mark, options, out);
}

fn quote(mark: u8, options: &Options, out: &mut Vec<u8>) {
    if options.has(Flag::EscapeQuotes) {
        out.push(b'\\');
    }
    out.push(mark);
}

/// The text of an `InetAddress` (RFC 4001), whose quotes are never escaped; `None` where it is written as a string.
fn address(kind: u32, arcs: &[u32]) -> Option<String> {
    let octets: Vec<u8> = arcs.iter().map(|arc| u8::try_from(*arc).ok()).collect::<Option<_>>()?;
    let (address, zone) = match (kind, octets.len()) {
        (1, 4) | (2, 16) => (&octets[..], None),
        (3, 8) | (4, 20) => {
            let (address, zone) = octets.split_last_chunk::<4>()?;
            (address, Some(u32::from_be_bytes(*zone)))
        }
        _ => return None,
    };
    let address: Vec<String> = if address.len() == 4 {
        address.iter().map(u8::to_string).collect()
    } else {
        address.iter().map(|octet| format!("{octet:02x}")).collect()
    };
    let separator = if address.len() == 4 { "." } else { ":" };
    let zone = zone.map(|zone| format!("%{zone}")).unwrap_or_default();
    Some(format!("\"{}{zone}\"", address.join(separator)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        mib::facts::{Facts, Range},
        output::netsnmp::NoNames,
    };

    fn written(components: &[Component<'_>], above: Above, arcs: &[u32], letters: &str) -> String {
        let mut out = b"x".to_vec();
        instance(
            components.iter().copied(),
            above,
            0,
            arcs,
            &Options::from_letters(letters).unwrap(),
            &NoNames,
            &mut out,
        );
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_instance_is_written_by_its_index() {
        let name = Component::new("name", Facts { ranges: &[(0, 64)], ..Facts::new(Base::OctetString) });
        let number = Component::new("number", Facts::new(Base::Integer32));
        for (components, above, arcs, letters, text) in [
            (&[number][..], Above::Column, &[1][..], "s", "x.1"),
            (&[number], Above::Column, &[1], "sX", "x[1]"),
            (&[number], Above::Column, &[1, 2], "sX", "x[1].2"),
            (&[number], Above::Row, &[9, 1], "sX", "x.9[1]"),
            (&[], Above::Row, &[9, 1], "sX", "x.9.1"),
            (&[name, number], Above::Column, &[2, 97, 98, 7], "s", "x.\"ab\".7"),
            (&[name, number], Above::Column, &[2, 97, 98, 7], "sXE", "x[\\\"ab\\\"][7]"),
            (&[name, number], Above::Column, &[2, 97, 98, 7], "sb", "x.2.97.98.7"),
            (&[name, number], Above::Column, &[2, 97, 98, 7], "n", "x.2.97.98.7"),
            (&[name, number], Above::Column, &[9, 97], "s", "x.9.97"),
            // net-snmp leaves the bracket open.
            (&[name, number], Above::Column, &[9, 97], "sX", "x[.9.97"),
            (&[name], Above::Column, &[], "sX", "x"),
        ] {
            assert_eq!(written(components, above, arcs, letters), text, "{letters}");
        }
    }

    proptest! {
        #[test]
        fn no_arcs_make_it_panic_or_grow_without_bound(
            kinds in prop::collection::vec((0..6_usize, 0..4_usize, any::<(bool, bool)>()), 0..4),
            arcs in prop::collection::vec(prop_oneof![0..20_u32, any::<u32>()], 0..40),
            letters in prop::sample::select(vec!["s", "sX", "sXE", "n", "sXq", "f", "sXt"]),
        ) {
            const BASES: [Base; 6] =
                [Base::Integer, Base::OctetString, Base::ObjectIdentifier, Base::IpAddress, Base::NetworkAddress, Base::Bits];
            const RANGES: [&[Range]; 4] = [&[], &[(4, 4)], &[(0, 0)], &[(-1, -1)]];
            let components: Vec<_> = kinds
                .into_iter()
                .map(|(base, ranges, (implied, inet_address))| {
                    let hint = implied.then_some(&b"1d."[..]);
                    let facts = Facts { ranges: RANGES[ranges], hint, ..Facts::new(BASES[base]) };
                    Component { implied, inet_address, ..Component::new("c", facts) }
                })
                .collect();
            for above in [Above::Column, Above::Row] {
                let text = written(&components, above, &arcs, letters);
                prop_assert!(text.len() <= 24 * arcs.len() + 64);
            }
        }
    }
}
