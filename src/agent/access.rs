//! Who may read and who may write: communities (RFC 1157, section 3.2.5; RFC 3584, section 5).

use std::hint::black_box;

use crate::secret::Secret;

/// What a community allows.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Permission {
    /// Nothing: the message is passed over in silence.
    None,
    /// GET, GETNEXT and GETBULK.
    Read,
    /// SET too.
    Write,
}

/// The communities that an agent answers to; several of each kind.
#[derive(Clone, Debug)]
pub struct Communities {
    read: Vec<Secret<Vec<u8>>>,
    write: Vec<Secret<Vec<u8>>>,
}

impl Default for Communities {
    /// `public` may read, `private` may write.
    fn default() -> Self {
        Self::none().reader(b"public").writer(b"private")
    }
}

impl Communities {
    /// No community at all; nothing is answered.
    pub const fn none() -> Self {
        Self { read: Vec::new(), write: Vec::new() }
    }

    /// Lets `community` read.
    #[must_use]
    pub fn reader(mut self, community: &[u8]) -> Self {
        self.read.push(Secret::new(community.to_vec()));
        self
    }

    /// Lets `community` read and write.
    #[must_use]
    pub fn writer(mut self, community: &[u8]) -> Self {
        self.write.push(Secret::new(community.to_vec()));
        self
    }

    /// What `community` allows.
    ///
    /// Every community is compared to its end, so the time taken does not tell how much of one was right.
    pub fn permission(&self, community: &[u8]) -> Permission {
        let any = |known: &[Secret<Vec<u8>>]| {
            known.iter().fold(false, |found, one| found | same(one.expose(), community))
        };
        let (read, write) = (any(&self.read), any(&self.write));
        if write {
            Permission::Write
        } else if read {
            Permission::Read
        } else {
            Permission::None
        }
    }
}

fn same(known: &[u8], given: &[u8]) -> bool {
    let mut difference = u8::from(known.len() != given.len());
    for (n, octet) in given.iter().enumerate() {
        difference |= octet ^ known.get(n).copied().unwrap_or(0);
    }
    black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_community_allows_what_it_was_given() {
        let all = Communities::default().reader(b"").reader(b"both").writer(b"both");
        for (community, permission) in [
            (&b"public"[..], Permission::Read),
            (b"private", Permission::Write),
            (b"both", Permission::Write),
            (b"", Permission::Read),
            (b"publi", Permission::None),
            (b"publicc", Permission::None),
            (b"Public", Permission::None),
            (b"public\0", Permission::None),
        ] {
            assert_eq!(all.permission(community), permission, "{community:?}");
        }
        assert_eq!(Communities::none().permission(b""), Permission::None);
    }
}
