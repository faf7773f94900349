//! Instances of a column: indexes as they should be, and as agents write them.

use snmpkit::mib::{facts::Base, index::Component};

use super::values::{labels, reads_beyond};

/// What becomes of strings that are shorter than their DISPLAY-HINT wants them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Short {
    /// They are left out: net-snmp reads on in its memory.
    LeftOut,
    /// They are kept, for they are to show that.
    Kept,
}

/// Arcs that one component may have; the first is as it should be.
fn of_component(component: &Component<'_>, previous: Option<u32>, short: Short) -> Vec<Vec<u32>> {
    let facts = &component.facts;
    match facts.base {
        Base::Integer
        | Base::Integer32
        | Base::Unsigned32
        | Base::Gauge32
        | Base::UInteger32
        | Base::TimeTicks => {
            let mut numbers = Vec::new();
            let known = labels(facts.labels);
            numbers
                .extend(known.first().into_iter().chain(known.last()).map(|number| number.cast_unsigned()));
            let bounds = facts.ranges.first().copied().unwrap_or((1, 7));
            numbers.extend([bounds.0, bounds.1].iter().filter_map(|number| u32::try_from(*number).ok()));
            numbers.extend([3, 0, 99_999, 8_640_001, i32::MAX.cast_unsigned() + 1, u32::MAX]);
            numbers.into_iter().map(|number| vec![number]).collect()
        }
        Base::IpAddress => vec![vec![192, 0, 2, 1], vec![0, 0, 0, 0], vec![255, 256, 1_000, 1], vec![10, 1]],
        Base::NetworkAddress => vec![vec![1, 192, 0, 2, 1], vec![2, 192, 0, 2, 1], vec![1, 10]],
        Base::ObjectIdentifier => counted(
            !component.implied,
            vec![
                vec![1, 3, 6, 1, 2, 1, 1, 5, 0],
                vec![1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 7],
                vec![0, 0],
                vec![],
                vec![1, 3, 6, 1, 4, 1, u32::MAX],
                vec![2, 999],
                vec![7],
            ],
        ),
        Base::OctetString | Base::Bits | Base::Opaque | Base::NsapAddress => {
            let mut all = strings(component, previous);
            let count = usize::from(!component.implied && component.facts.fixed_octets().is_none());
            all.retain(|arcs| short == Short::Kept || !reads_beyond(facts.hint, arcs.len() - count));
            all
        }
        Base::Counter32 | Base::Counter64 | Base::Null | Base::Other => vec![vec![5], vec![]],
    }
}

fn strings(component: &Component<'_>, previous: Option<u32>) -> Vec<Vec<u32>> {
    let octets = |octets: &[u8]| octets.iter().map(|octet| u32::from(*octet)).collect::<Vec<u32>>();
    if let Some(fixed) = component.facts.fixed_octets().filter(|_| !component.implied) {
        let cycled = |from: &[u32]| from.iter().copied().cycle().take(fixed).collect::<Vec<u32>>();
        return vec![
            cycled(&octets(b"abc")),
            cycled(&[0, 27, 33, 12, 157, 248]),
            cycled(&octets(b"'\"\\ ")),
            cycled(&[255]),
            cycled(&[300, 65, u32::MAX]),
            cycled(&octets(b"abc"))[..fixed.saturating_sub(1)].to_vec(),
        ];
    }
    let address: &[u8] = match previous {
        Some(1) => &[192, 0, 2, 1],
        Some(2) => &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        Some(3) => &[192, 0, 2, 1, 0, 0, 0, 3],
        Some(4) => &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xfe, 0, 0, 1, 0, 0, 0, 3],
        _ => b"name",
    };
    let size =
        component.facts.ranges.first().and_then(|(low, _)| usize::try_from(*low).ok()).unwrap_or(0).min(40);
    let mut whole = counted(
        !component.implied,
        vec![
            octets(address),
            octets(&b"sized ".repeat(8)[..size]),
            octets(b"two words"),
            Vec::new(),
            octets(b"a"),
            octets(b"quote\" ' and \\ back"),
            octets(b"dots.and[brackets]"),
            octets(b"line\nend\r\t"),
            octets("Grüße".as_bytes()),
            octets(&[0, 1, 0x7f, 0x80, 0xff]),
            octets(&[192, 0, 2, 1]),
            octets(&[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xfe, 0, 0, 1]),
            octets(&[192, 0, 2, 1, 0, 161]),
            octets(&[7, 234, 11, 20, 9, 4, 5, 6, 43, 2, 0]),
            vec![65, 300, 66],
            vec![65, u32::MAX],
        ],
    );
    // Lengths that promise more than there is.
    whole.extend([vec![5, 65, 66], vec![200], vec![u32::MAX, 1]]);
    whole
}

/// The lists, each with its length before it if there is to be one.
fn counted(is_counted: bool, lists: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let count = |mut list: Vec<u32>| {
        if is_counted {
            list.insert(0, u32::try_from(list.len()).unwrap());
        }
        list
    };
    lists.into_iter().map(count).collect()
}

/// The kinds of addresses that a pair of `InetAddressType` and `InetAddress` is tried with.
const ADDRESS_KINDS: &[u32] = &[1, 2, 3, 4, 16, 0, 5];

/// Instances: each component in turn with everything that it may be, the others as they should be; with arcs behind
/// the end; and cut after each number of arcs.
pub fn of(components: &[Component<'_>], short: Short) -> Vec<Vec<u32>> {
    let proper = |changed: Option<(usize, &[u32])>| {
        let mut arcs = Vec::new();
        for (at, component) in components.iter().enumerate() {
            match changed {
                Some((place, own)) if place == at => arcs.extend_from_slice(own),
                _ => arcs.extend(of_component(component, arcs.last().copied(), short).swap_remove(0)),
            }
        }
        arcs
    };
    let whole = proper(None);
    let mut instances = vec![whole.clone()];
    for (at, component) in components.iter().enumerate() {
        for own in of_component(component, None, short) {
            instances.push(proper(Some((at, &own))));
        }
        if components.get(at + 1).is_some_and(|next| next.inet_address) {
            instances.extend(ADDRESS_KINDS.iter().map(|kind| proper(Some((at, &[*kind])))));
        }
    }
    for extra in [&[7][..], &[1, 2, 3], &[u32::MAX], &[3, 97, 98, 99]] {
        instances.push([&whole[..], extra].concat());
    }
    instances.extend(
        (0..whole.len()).step_by(whole.len().div_ceil(8).max(1)).map(|length| whole[..length].to_vec()),
    );
    instances.push((1..100).collect());
    instances
}
