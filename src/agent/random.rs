//! A small generator with a seed, for behaviour that has to come out the same every time.

/// `SplitMix64`: fast, 64 bits of state, the same numbers for the same seed on every machine.
///
/// For simulated misfortune and invented data only; nothing that must not be guessed comes from here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SplitMix64(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl SplitMix64 {
    /// Starts the sequence that belongs to `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, any of 2^64.
    pub const fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scramble(self.0)
    }

    /// A number from 0 to `bound` - 1; 0 for a bound of 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        let drawn = self.next_u64();
        // The product's high half spreads all 2^64 draws over the bound; the bias is below bound / 2^64.
        ((drawn as u128 * bound as u128) >> 64) as u64
    }

    /// Whether something of `probability` (0.0 never, 1.0 always) happens this time.
    #[expect(clippy::cast_precision_loss, reason = "53 bits of the draw are used, which a double holds")]
    pub fn happens(&mut self, probability: f64) -> bool {
        let drawn = (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        drawn < probability
    }
}

/// A number that looks unrelated to `words` and is always the same for them.
pub fn hash(words: &[u64]) -> u64 {
    words
        .iter()
        .fold(STEP, |state, word| scramble(state.wrapping_add(STEP) ^ scramble(word.wrapping_add(STEP))))
}

const fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = SplitMix64::new(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| random.next_u64()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_stay_in_their_bounds_and_near_their_probability() {
        let mut random = SplitMix64::new(7);
        assert!((0..1_000).all(|_| random.below(10) < 10));
        assert_eq!(random.below(0), 0);
        assert!((0..100).all(|_| !random.happens(0.0) && random.happens(1.0)));
        let hits = (0..10_000).filter(|_| random.happens(0.2)).count();
        assert!((1_800..2_200).contains(&hits), "{hits}");
    }

    #[test]
    fn a_hash_depends_on_every_word_and_their_order() {
        assert_ne!(hash(&[1, 2]), hash(&[2, 1]));
        assert_ne!(hash(&[1]), hash(&[1, 0]));
        assert_eq!(hash(&[1, 2, 3]), hash(&[1, 2, 3]));
    }
}
