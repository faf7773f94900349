//! Octets as a source of choices: what a property test or a fuzzer hands to a model.

/// Takes choices from the front; once they are used up, every further one is 0.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    octets: &'a [u8],
}

impl<'a> Script<'a> {
    pub fn new(octets: &'a [u8]) -> Self {
        Self { octets }
    }

    pub fn is_over(&self) -> bool {
        self.octets.is_empty()
    }

    pub fn octet(&mut self) -> u8 {
        let Some((first, rest)) = self.octets.split_first() else { return 0 };
        self.octets = rest;
        *first
    }

    pub fn number(&mut self) -> u16 {
        u16::from_be_bytes([self.octet(), self.octet()])
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound <= 1 { 0 } else { usize::from(self.number()) % bound }
    }

    /// Up to `most` of the octets that are left.
    pub fn take(&mut self, most: usize) -> &'a [u8] {
        let (front, rest) = self.octets.split_at(most.min(self.octets.len()));
        self.octets = rest;
        front
    }

    /// One of `choices`.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.octet()) % choices.len()]
    }
}
