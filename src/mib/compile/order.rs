//! In which lots modules are compiled: what is imported from comes first, and what imports in a ring comes together.

use std::collections::{BTreeMap, HashMap};

/// Modules in one lot.
const LOT_MODULES: usize = 48;

/// Octets of module text in one lot, unless one module alone has more.
const LOT_OCTETS: u64 = 4 << 20;

/// Modules of one ring that are compiled together; those of a longer one do without some of what they import.
const RING_MODULES: usize = 500;

/// A module that waits to be compiled.
pub(super) struct Waiting {
    /// Octets of its file.
    pub(super) octets: u64,
    /// Positions of those that it imports from, as far as they wait, too.
    pub(super) needs: Vec<usize>,
}

/// The lots, in stages: those of one stage need nothing of each other.
pub(super) fn stages(modules: &[Waiting]) -> Vec<Vec<Vec<usize>>> {
    let rings = rings(modules);
    let mut ring_of = vec![0; modules.len()];
    for (ring, members) in rings.iter().enumerate() {
        for member in members {
            ring_of[*member] = ring;
        }
    }
    let mut levels: Vec<usize> = Vec::with_capacity(rings.len());
    let mut stages: BTreeMap<usize, Vec<&Vec<usize>>> = BTreeMap::new();
    for (ring, members) in rings.iter().enumerate() {
        // Rings come in an order in which what is needed comes first.
        let needs = members.iter().flat_map(|member| &modules[*member].needs);
        let below = needs.map(|need| ring_of[*need]).filter(|need| *need < ring).map(|need| levels[need] + 1);
        let level = below.max().unwrap_or_default();
        levels.push(level);
        stages.entry(level).or_default().push(members);
    }
    stages.into_values().map(|rings| lots(&rings, modules)).collect()
}

fn lots(rings: &[&Vec<usize>], modules: &[Waiting]) -> Vec<Vec<usize>> {
    let mut lots = Vec::new();
    let (mut lot, mut octets) = (Vec::new(), 0_u64);
    for part in rings.iter().flat_map(|ring| ring.chunks(RING_MODULES)) {
        let more: u64 = part.iter().map(|member| modules[*member].octets).sum();
        if !lot.is_empty() && (lot.len() + part.len() > LOT_MODULES || octets + more > LOT_OCTETS) {
            lots.push(std::mem::take(&mut lot));
            octets = 0;
        }
        lot.extend_from_slice(part);
        octets += more;
    }
    if !lot.is_empty() {
        lots.push(lot);
    }
    lots
}

/// Strongly connected components, what is needed before what needs it (Tarjan's algorithm, with a stack of its own).
fn rings(modules: &[Waiting]) -> Vec<Vec<usize>> {
    let mut rings = Vec::new();
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut lowest = vec![usize::MAX; modules.len()];
    let mut is_open = vec![false; modules.len()];
    let mut open = Vec::new();
    for start in 0..modules.len() {
        if numbers.contains_key(&start) {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((at, edge)) = path.pop() {
            if edge == 0 {
                lowest[at] = numbers.len();
                numbers.insert(at, numbers.len());
                open.push(at);
                is_open[at] = true;
            }
            if let Some(need) = modules[at].needs.get(edge).copied() {
                path.push((at, edge + 1));
                match numbers.get(&need) {
                    None => path.push((need, 0)),
                    Some(number) if is_open[need] => lowest[at] = lowest[at].min(*number),
                    Some(_) => {}
                }
                continue;
            }
            if lowest[at] == numbers[&at] {
                let from = open.iter().rposition(|member| *member == at).unwrap_or_default();
                let mut ring = open.split_off(from);
                for member in &ring {
                    is_open[*member] = false;
                }
                ring.sort_unstable();
                rings.push(ring);
            }
            if let Some((above, _)) = path.last() {
                lowest[*above] = lowest[*above].min(lowest[at]);
            }
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages_of(needs: &[&[usize]]) -> Vec<Vec<Vec<usize>>> {
        let module = |needs: &&[usize]| Waiting { octets: 1, needs: needs.to_vec() };
        stages(&needs.iter().map(module).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_needed_comes_first_and_rings_come_together() {
        assert_eq!(stages_of(&[&[1], &[2], &[]]), [[[2]], [[1]], [[0]]]);
        assert_eq!(stages_of(&[&[1], &[0], &[0, 2]]), [[vec![0, 1]], [vec![2]]]);
        assert_eq!(stages_of(&[&[0], &[]]), [[[0, 1]]]);
        assert_eq!(stages_of(&[&[1], &[2], &[0, 3], &[], &[3]]), [vec![vec![3]], vec![vec![0, 1, 2, 4]]]);
        assert!(stages_of(&[]).is_empty());
    }

    #[test]
    fn a_long_chain_and_a_long_ring_end() {
        let chain: Vec<Waiting> = (0..20_000)
            .map(|n| Waiting { octets: 1, needs: (n > 0).then(|| n - 1).into_iter().collect() })
            .collect();
        assert_eq!(stages(&chain).len(), chain.len());
        let ring: Vec<Waiting> =
            (0..2_000).map(|n| Waiting { octets: 1, needs: vec![(n + 1) % 2_000] }).collect();
        assert_eq!(stages(&ring).iter().flatten().map(Vec::len).collect::<Vec<_>>(), [RING_MODULES; 4]);
    }

    #[test]
    fn lots_are_bounded_in_modules_and_octets() {
        let many: Vec<Waiting> = (0..100).map(|_| Waiting { octets: 1, needs: Vec::new() }).collect();
        assert_eq!(stages(&many)[0].iter().map(Vec::len).collect::<Vec<_>>(), [48, 48, 4]);
        let large: Vec<Waiting> = (0..3).map(|_| Waiting { octets: LOT_OCTETS, needs: Vec::new() }).collect();
        assert_eq!(stages(&large)[0], [[0], [1], [2]]);
    }
}
