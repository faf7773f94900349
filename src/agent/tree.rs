//! The objects of an agent: providers, each below a root of its own, seen as one ordered tree.

use std::fmt;

use crate::{
    clock::Instant,
    codec::ErrorStatus,
    oid::Oid,
    value::{Value, VarBind},
};

/// One binding of a SET, as a [`Provider`] is asked about it.
#[derive(Clone, Copy, Debug)]
pub struct Assignment<'a> {
    /// Which binding of the request it is, from 0.
    pub position: usize,
    /// The variable.
    pub name: &'a Oid,
    /// What it is to have.
    pub value: &'a Value,
}

/// Why a SET is refused, and because of which binding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The binding, from 0; `None` when no single one is at fault (RFC 3416, section 4.2.5, undoFailed).
    pub position: Option<usize>,
    /// What the response says.
    pub status: ErrorStatus,
}

impl Refusal {
    /// Refuses because of the binding at `position`.
    pub const fn at(position: usize, status: ErrorStatus) -> Self {
        Self { position: Some(position), status }
    }
}

/// Objects below one root: computed, recorded or stored.
///
/// Time is an argument, so the same question at the same moment has the same answer. A SET goes through
/// [`test`](Provider::test), which may keep what it prepared, then [`commit`](Provider::commit), and
/// [`undo`](Provider::undo) when another provider's commit failed; [`release`](Provider::release) always ends it.
pub trait Provider: Send {
    /// What the variable `name` has, or [`Value::NoSuchObject`] or [`Value::NoSuchInstance`] as RFC 3416,
    /// section 4.2.1, tells them apart.
    fn get(&self, now: Instant, name: &Oid) -> Value;

    /// The first variable after `name`, which need not exist nor lie below the root.
    fn next(&self, now: Instant, name: &Oid) -> Option<VarBind>;

    /// Phase one of a SET: whether all `assignments` can be made together, in RFC 3416's order of checks
    /// (section 4.2.5). Nothing visible changes.
    ///
    /// The default has nothing that can be written.
    fn test(&mut self, _now: Instant, assignments: &[Assignment<'_>]) -> Result<(), Refusal> {
        match assignments.first() {
            Some(first) => Err(Refusal::at(first.position, ErrorStatus::NOT_WRITABLE)),
            None => Ok(()),
        }
    }

    /// Phase two: makes what was tested visible, all at once.
    ///
    /// # Errors
    ///
    /// The position of the binding that could not be assigned; nothing has changed then.
    fn commit(&mut self, _now: Instant) -> Result<(), usize> {
        Ok(())
    }

    /// Takes the last commit back.
    ///
    /// # Errors
    ///
    /// When that is impossible; the response then says undoFailed.
    fn undo(&mut self) -> Result<(), UndoFailed> {
        Ok(())
    }

    /// Forgets what [`test`](Provider::test) prepared and what [`undo`](Provider::undo) would need.
    fn release(&mut self) {}
}

/// A commit that could not be taken back.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the assignment could not be taken back")]
pub struct UndoFailed;

/// Why a provider cannot be mounted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MountError {
    /// The two subtrees have objects in common.
    #[error("the subtree {root} overlaps {other}, which has a provider already")]
    Overlap {
        /// The root that was refused.
        root: Box<Oid>,
        /// The root that is there.
        other: Box<Oid>,
    },
}

struct Mount {
    root: Oid,
    provider: Box<dyn Provider>,
}

/// All objects of an agent, in the order of their names.
#[derive(Default)]
pub struct Tree {
    /// Sorted by root; no root is a prefix of another.
    mounts: Vec<Mount>,
}

impl Tree {
    /// A tree without objects.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `provider` for everything at and below `root`.
    ///
    /// # Errors
    ///
    /// [`MountError::Overlap`] when `root` lies in a mounted subtree or holds one.
    pub fn mount(&mut self, root: Oid, provider: Box<dyn Provider>) -> Result<(), MountError> {
        if let Some(other) =
            self.mounts.iter().find(|m| m.root.starts_with(&root) || root.starts_with(&m.root))
        {
            return Err(MountError::Overlap { root: Box::new(root), other: Box::new(other.root.clone()) });
        }
        let place = self.mounts.partition_point(|mount| mount.root < root);
        self.mounts.insert(place, Mount { root, provider });
        Ok(())
    }

    /// What the variable `name` has, or which exception stands in its place.
    pub fn get(&self, now: Instant, name: &Oid) -> Value {
        match self.place_of(name) {
            Some(place) => self.mounts[place].provider.get(now, name),
            None => Value::NoSuchObject,
        }
    }

    /// The first variable after `name`.
    pub fn next(&self, now: Instant, name: &Oid) -> Option<VarBind> {
        let after = self.mounts.partition_point(|mount| mount.root <= *name);
        self.mounts[after.saturating_sub(1)..].iter().find_map(|mount| {
            let found = mount.provider.next(now, name)?;
            (found.name > *name && found.name.starts_with(&mount.root)).then_some(found)
        })
    }

    /// Makes all assignments or none (RFC 3416, section 4.2.5), as if all were made at the same moment.
    ///
    /// # Errors
    ///
    /// What the response has to say; nothing has changed then, unless it says undoFailed.
    pub fn set(&mut self, now: Instant, bindings: &[VarBind]) -> Result<(), Refusal> {
        let touched = self.test(now, bindings)?;
        let result = self.commit(now, &touched);
        self.release(&touched);
        result
    }

    fn test(&mut self, now: Instant, bindings: &[VarBind]) -> Result<Vec<usize>, Refusal> {
        let mut shares: Vec<Vec<Assignment<'_>>> = Vec::new();
        shares.resize_with(self.mounts.len(), Vec::new);
        let mut worst: Option<Refusal> = None;
        for (position, VarBind { name, value }) in bindings.iter().enumerate() {
            match self.place_of(name) {
                Some(place) => shares[place].push(Assignment { position, name, value }),
                None => worst = Some(first_of(worst, Refusal::at(position, ErrorStatus::NOT_WRITABLE))),
            }
        }
        let mut touched = Vec::new();
        for (place, share) in shares.iter().enumerate().filter(|(_, share)| !share.is_empty()) {
            touched.push(place);
            if let Err(refusal) = self.mounts[place].provider.test(now, share) {
                worst = Some(first_of(worst, refusal));
            }
        }
        match worst {
            Some(refusal) => {
                self.release(&touched);
                Err(refusal)
            }
            None => Ok(touched),
        }
    }

    fn commit(&mut self, now: Instant, touched: &[usize]) -> Result<(), Refusal> {
        for (done, place) in touched.iter().enumerate() {
            let Err(position) = self.mounts[*place].provider.commit(now) else { continue };
            let mut undone = true;
            for earlier in touched[..done].iter().rev() {
                undone &= self.mounts[*earlier].provider.undo().is_ok();
            }
            return Err(if undone {
                Refusal::at(position, ErrorStatus::COMMIT_FAILED)
            } else {
                Refusal { position: None, status: ErrorStatus::UNDO_FAILED }
            });
        }
        Ok(())
    }

    fn release(&mut self, touched: &[usize]) {
        for place in touched {
            self.mounts[*place].provider.release();
        }
    }

    fn place_of(&self, name: &Oid) -> Option<usize> {
        let place = self.mounts.partition_point(|mount| mount.root <= *name).checked_sub(1)?;
        name.starts_with(&self.mounts[place].root).then_some(place)
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.mounts.iter().map(|mount| &mount.root)).finish()
    }
}

/// The refusal whose binding comes first; RFC 3416 leaves the choice open, a stable one helps the reader.
fn first_of(known: Option<Refusal>, new: Refusal) -> Refusal {
    known.filter(|known| known.position <= new.position).unwrap_or(new)
}

#[cfg(test)]
mod tests;
