//! The network: what it does to each datagram, decided by a seed or datagram by datagram.

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::clock::Duration;

/// Which way a datagram goes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Direction {
    /// From the engine to the agent.
    ToAgent,
    /// From the agent to the engine.
    ToEngine,
}

/// Something done to one datagram.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// It never arrives.
    Lose,
    /// It arrives twice.
    Duplicate,
    /// It arrives this much later.
    Delay(Duration),
    /// Only its first octets arrive.
    Cut(usize),
    /// These octets arrive in its place.
    Replace(Vec<u8>),
    /// One bit of it is flipped: this one, counted from the start, modulo its length.
    FlipBit(usize),
}

/// How the network misbehaves.
#[derive(Clone, Debug)]
pub struct Faults {
    /// Decides all that is left to chance.
    pub seed: u64,
    /// How likely a datagram is lost; 0 to 1, as all that follow.
    pub loss: f64,
    /// How likely it arrives twice.
    pub duplication: f64,
    /// How likely it is held back for up to four times the longest delay, so that later ones overtake it.
    pub reordering: f64,
    /// How likely one of its bits is flipped.
    pub corruption: f64,
    /// The shortest time that a datagram takes.
    pub delay_min: Duration,
    /// The longest time that it takes.
    pub delay_max: Duration,
    /// What happens to single datagrams, counted from 0 over both directions in the order of sending.
    pub exact: Vec<(u64, Fault)>,
}

impl Faults {
    /// A good network: 1 ms each way, nothing lost.
    pub const fn none() -> Self {
        Self {
            seed: 0,
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            corruption: 0.0,
            delay_min: Duration::from_millis(1),
            delay_max: Duration::from_millis(1),
            exact: Vec::new(),
        }
    }

    /// A bad network: a fifth lost, a tenth doubled, a tenth late, 1 to 300 ms each way.
    pub const fn lossy(seed: u64) -> Self {
        Self {
            seed,
            loss: 0.2,
            duplication: 0.1,
            reordering: 0.1,
            corruption: 0.0,
            delay_min: Duration::from_millis(1),
            delay_max: Duration::from_millis(300),
            exact: Vec::new(),
        }
    }

    /// A good network that also flips bits.
    pub fn corrupting(seed: u64) -> Self {
        Self { seed, corruption: 0.3, ..Self::none() }
    }

    /// A good network that does this to the `nth` datagram, counted from 0 over both directions.
    pub fn nth(nth: u64, fault: Fault) -> Self {
        Self { exact: vec![(nth, fault)], ..Self::none() }
    }
}

/// The network at work.
#[derive(Debug)]
pub(super) struct Net {
    faults: Faults,
    random: StdRng,
    sent: u64,
}

impl Net {
    pub(super) fn new(faults: Faults) -> Self {
        let random = StdRng::seed_from_u64(faults.seed);
        Self { faults, random, sent: 0 }
    }

    /// What arrives of a datagram, and how much later.
    pub(super) fn carry(&mut self, octets: &[u8]) -> Vec<(Duration, Vec<u8>)> {
        let nth = self.sent;
        self.sent += 1;
        // Every datagram draws the same numbers, so that one fault does not shift all later ones.
        let chance: [f64; 4] = std::array::from_fn(|_| self.random.random());
        let spread = self.faults.delay_max.as_micros().saturating_sub(self.faults.delay_min.as_micros());
        let mut delay = self.faults.delay_min + Duration::from_micros(self.random.random_range(0..=spread));
        let late = self.random.random_range(0..=self.faults.delay_max.as_micros().saturating_mul(4));
        let bit: usize = self.random.random_range(0..usize::MAX);

        let mut octets = octets.to_vec();
        let mut copies = 1;
        if chance[0] < self.faults.loss {
            copies = 0;
        } else if chance[1] < self.faults.duplication {
            copies = 2;
        }
        if chance[2] < self.faults.reordering {
            delay = delay + Duration::from_micros(late);
        }
        if chance[3] < self.faults.corruption {
            flip(&mut octets, bit);
        }
        for (_, fault) in self.faults.exact.iter().filter(|(at, _)| *at == nth) {
            match fault {
                Fault::Lose => copies = 0,
                Fault::Duplicate => copies = 2,
                Fault::Delay(more) => delay = delay + *more,
                Fault::Cut(length) => octets.truncate(*length),
                Fault::Replace(others) => octets.clone_from(others),
                Fault::FlipBit(bit) => flip(&mut octets, *bit),
            }
        }
        // The second copy takes its own time.
        (0..copies).map(|copy| (delay + Duration::from_micros(copy * (late + 1)), octets.clone())).collect()
    }
}

fn flip(octets: &mut [u8], bit: usize) {
    let bits = octets.len() * 8;
    if bits > 0 {
        let bit = bit % bits;
        octets[bit / 8] ^= 1 << (bit % 8);
    }
}
