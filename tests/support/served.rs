//! An agent that serves exactly the bindings that a test gives it, in the order of their names.

use std::sync::Arc;

use super::fake::{FakeAgent, Request, binding_of, split};

/// Octets of bindings that one answer may have; with the rest of the message it must fit into one UDP datagram.
const ANSWER_OCTETS: usize = 40_000;

/// Names and encoded values: tag and contents.
pub type Bindings = Vec<(Vec<u32>, (u8, Vec<u8>))>;

/// Starts an agent that answers GET, GETNEXT and GETBULK from `bindings`, which need not be sorted; of several with one
/// name the last counts. Behind the last comes endOfMibView, and what is not there is noSuchObject.
pub fn serve(bindings: Bindings) -> FakeAgent {
    FakeAgent::start(answering(bindings, |_| usize::MAX))
}

/// What such an agent answers, GETBULK with as many bindings a name at most as `most` says.
pub fn answering(
    bindings: Bindings,
    most: fn(&Request) -> usize,
) -> impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static {
    let mut sorted: Vec<(Vec<u32>, Vec<u8>)> = bindings
        .into_iter()
        .map(|(name, (tag, contents))| {
            let encoded = binding_of(&name, tag, &contents);
            (name, encoded)
        })
        .collect();
    sorted.sort_by(|left, right| left.0.cmp(&right.0));
    sorted.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            std::mem::swap(&mut later.1, &mut earlier.1);
        }
        same
    });
    let tree = Arc::new(sorted);
    move |datagram| {
        let Some(request) = Request::read(datagram) else { return Vec::new() };
        let Some(names) = names(&request.bindings) else { return Vec::new() };
        let answer = match request.pdu {
            0xa0 => names.iter().flat_map(|name| exact(&tree, name)).collect(),
            0xa1 => names.iter().flat_map(|name| following(&tree, name)).collect(),
            0xa5 => bulk(&tree, &names, request.non_repeaters, most(&request)),
            _ => return Vec::new(),
        };
        vec![request.response(0, 0, &answer)]
    }
}

fn exact(tree: &[(Vec<u32>, Vec<u8>)], name: &[u32]) -> Vec<u8> {
    match tree.binary_search_by(|(known, _)| known.as_slice().cmp(name)) {
        Ok(at) => tree[at].1.clone(),
        Err(_) => binding_of(name, 0x80, &[]),
    }
}

/// The binding behind a name.
fn following(tree: &[(Vec<u32>, Vec<u8>)], name: &[u32]) -> Vec<u8> {
    let at = tree.partition_point(|(known, _)| known.as_slice() <= name);
    tree.get(at).map_or_else(|| binding_of(name, 0x82, &[]), |(_, encoded)| encoded.clone())
}

/// The bindings behind each name, row by row, as many rows as one answer takes, and not more than `most`.
fn bulk(tree: &[(Vec<u32>, Vec<u8>)], names: &[Vec<u32>], non_repeaters: usize, most: usize) -> Vec<u8> {
    let (once, repeated) = names.split_at(non_repeaters.min(names.len()));
    let mut octets: Vec<u8> = once.iter().flat_map(|name| following(tree, name)).collect();
    let mut ends: Vec<Vec<u32>> = repeated.to_vec();
    for row in 0..most {
        let behind = |name: &Vec<u32>| tree.partition_point(|(known, _)| known <= name);
        if row > 0 && ends.iter().all(|name| behind(name) == tree.len()) {
            break;
        }
        for name in &mut ends {
            let encoded = following(tree, name);
            if !octets.is_empty() && octets.len() + encoded.len() > ANSWER_OCTETS {
                return octets;
            }
            octets.extend_from_slice(&encoded);
            if let Some((next, _)) = tree.get(behind(name)) {
                name.clone_from(next);
            }
        }
    }
    octets
}

/// The names of a request.
pub fn names(bindings: &[u8]) -> Option<Vec<Vec<u32>>> {
    let mut names = Vec::new();
    let mut rest = bindings;
    while !rest.is_empty() {
        let (0x30, one, after) = split(rest)? else { return None };
        let (0x06, name, _) = split(one)? else { return None };
        names.push(arcs(name)?);
        rest = after;
    }
    Some(names)
}

/// The arcs of an encoded identifier.
pub fn arcs(contents: &[u8]) -> Option<Vec<u32>> {
    let mut all = Vec::new();
    let mut arc = 0_u64;
    for octet in contents {
        arc = arc << 7 | u64::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            if all.is_empty() {
                let first = (arc / 40).min(2);
                all.extend([first, arc - first * 40]);
            } else {
                all.push(arc);
            }
            arc = 0;
        }
    }
    all.into_iter().map(|arc| u32::try_from(arc).ok()).collect()
}
