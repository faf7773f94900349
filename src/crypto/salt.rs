//! Salts: what keeps two messages under one key from being encrypted alike.

use super::privacy::PrivProtocol;

/// Octets of a salt, in every privacy protocol.
pub const SALT_OCTETS: usize = 8;

/// The privacy parameters of one message.
pub type Salt = [u8; SALT_OCTETS];

/// Gives out the salts of one key, none of them twice.
///
/// DES and 3DES have the boots of the engine that sends and a counter of 32 bits (RFC 3414, section 8.1.1.1), AES has a
/// counter of 64 bits (RFC 3826, section 3.1.3.1). Both counters begin where the caller says, which should be at random:
/// another run with the same key begins elsewhere then.
///
/// Not `Clone`: two generators from one would give out the same salts.
#[derive(Debug)]
pub struct Salts {
    kind: Kind,
    counter: u64,
    /// Salts that are left, under these boots for DES.
    left: u64,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// The highest boots so far.
    Des {
        boots: u32,
    },
    Aes,
}

/// Every salt of a key has been used; it takes another key, or for DES and 3DES more boots, to go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("every salt of the privacy key has been used")]
pub struct SaltsExhausted;

impl Salts {
    /// Salts a counter of DES can make under one number of boots.
    const DES_SALTS: u64 = 1 << 32;

    /// Begins at `start`, of which DES and 3DES take the low 32 bits.
    pub const fn new(protocol: PrivProtocol, start: u64) -> Self {
        match protocol {
            PrivProtocol::Des | PrivProtocol::TripleDes => {
                Self { kind: Kind::Des { boots: 0 }, counter: start, left: Self::DES_SALTS }
            }
            PrivProtocol::Aes128
            | PrivProtocol::Aes192
            | PrivProtocol::Aes256
            | PrivProtocol::Aes192Cisco
            | PrivProtocol::Aes256Cisco => Self { kind: Kind::Aes, counter: start, left: u64::MAX },
        }
    }

    /// The next salt. `engine_boots` are those of the engine that sends; only DES and 3DES use them. Boots lower than
    /// those before count as those before, since their salts are used.
    ///
    /// # Errors
    ///
    /// [`SaltsExhausted`] after 2^32 salts under one number of boots, or 2^64 - 1 salts of AES.
    pub const fn next(&mut self, engine_boots: u32) -> Result<Salt, SaltsExhausted> {
        if let Kind::Des { boots } = self.kind
            && engine_boots > boots
        {
            self.kind = Kind::Des { boots: engine_boots };
            self.left = Self::DES_SALTS;
        }
        if self.left == 0 {
            return Err(SaltsExhausted);
        }
        self.left -= 1;
        let counter = self.counter;
        self.counter = counter.wrapping_add(1);
        let salt = match self.kind {
            Kind::Des { boots } => (boots as u64) << 32 | counter & 0xffff_ffff,
            Kind::Aes => counter,
        };
        Ok(salt.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(salts: &mut Salts, boots: &[u32]) -> Vec<String> {
        let hex = |salt: Salt| format!("{:016x}", u64::from_be_bytes(salt));
        boots.iter().map(|boots| salts.next(*boots).map_or_else(|error| error.to_string(), hex)).collect()
    }

    #[test]
    fn salts_of_des_have_boots_and_a_counter_that_wraps() {
        for protocol in [PrivProtocol::Des, PrivProtocol::TripleDes] {
            let mut salts = Salts::new(protocol, 0x1234_5678_ffff_fffe);
            assert_eq!(
                all(&mut salts, &[7, 7, 7, 8]),
                ["00000007fffffffe", "00000007ffffffff", "0000000700000000", "0000000800000001"]
            );
        }
    }

    #[test]
    fn salts_of_aes_are_a_counter_that_wraps_and_know_no_boots() {
        for protocol in &PrivProtocol::ALL[2..] {
            let mut salts = Salts::new(*protocol, u64::MAX - 1);
            assert_eq!(
                all(&mut salts, &[7, 8, 7]),
                ["fffffffffffffffe", "ffffffffffffffff", "0000000000000000"]
            );
        }
    }

    #[test]
    fn boots_that_go_backwards_do_not_bring_salts_back() {
        let mut salts = Salts::new(PrivProtocol::Des, 0);
        assert_eq!(
            all(&mut salts, &[9, 10, 9, 0]),
            ["0000000900000000", "0000000a00000001", "0000000a00000002", "0000000a00000003"]
        );
    }

    #[test]
    fn after_the_last_salt_comes_an_error_and_not_the_first() {
        let mut des = Salts::new(PrivProtocol::Des, 5);
        assert_eq!(des.left, 1 << 32);
        assert!(des.next(3).is_ok());
        assert_eq!(des.left, (1 << 32) - 1);
        // As after 2^32 - 1 salts.
        (des.left, des.counter) = (1, 4);
        assert_eq!(all(&mut des, &[3])[0], "0000000300000004");
        assert_eq!(des.next(3), Err(SaltsExhausted));
        assert_eq!(des.next(2), Err(SaltsExhausted));
        assert_eq!(all(&mut des, &[4, 3]), ["0000000400000005", "0000000400000006"]);

        let mut aes = Salts::new(PrivProtocol::Aes128, 5);
        (aes.left, aes.counter) = (1, 3);
        assert_eq!(all(&mut aes, &[3])[0], "0000000000000003");
        assert_eq!(aes.next(4), Err(SaltsExhausted));
    }
}
