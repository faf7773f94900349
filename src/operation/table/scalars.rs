//! Last-change objects and sysUpTime in requests of their own: for agents whose answers hold nothing beside a cell.
//!
//! They are asked for one by one, before everything else of a try and again behind it. What does not change from the one
//! time to the other did not change between them.

use smallvec::SmallVec;

use super::{
    SYS_UP_TIME, Table, TableError, Ticket,
    answering::Standing,
    asking::{Asked, What},
};
use crate::{
    engine::Request,
    oid::Oid,
    value::{Value, VarBind},
};

impl Table {
    /// The scalars that are asked for: which of the last-change objects, and whether sysUpTime, which comes last.
    pub(super) fn scalars(&self) -> (SmallVec<[usize; 2]>, bool) {
        let asks = |object: &usize| self.attempt.asks_last_change[*object];
        ((0..self.watched.len()).filter(asks).collect(), self.attempt.asks_up_time)
    }

    /// Whether the next request is for one of them, alone.
    pub(super) fn wants_scalar(&self) -> bool {
        if !self.scalars_apart {
            return false;
        }
        let has_any = self.attempt.asks_up_time || self.attempt.asks_last_change.contains(&true);
        let is_all_read =
            self.queue.is_empty() && self.frontiers.is_empty() && self.attempt.discovery.is_none();
        has_any && (!self.attempt.is_open || (is_all_read && !self.attempt.is_checked))
    }

    /// Asks for the next one.
    pub(super) fn ask_scalar(&mut self) -> (Ticket, Request) {
        let (watched, _) = self.scalars();
        let name = match watched.get(self.attempt.scalars.len()) {
            Some(object) => self.watched[*object].clone(),
            None => Oid::from_static(SYS_UP_TIME),
        };
        self.send(What::Scalar, false, 1, vec![name])
    }

    /// Takes one of them, `None` where the agent does not tell it. With the last of them it is known whether the table is
    /// still what it was.
    pub(super) fn take_scalar(&mut self, asked: Asked, binding: Option<VarBind>) -> Result<(), TableError> {
        let missing = || VarBind { name: asked.after.clone(), value: Value::NoSuchObject };
        self.attempt.scalars.push(binding.unwrap_or_else(missing));
        let (watched, has_up_time) = self.scalars();
        if self.attempt.scalars.len() < watched.len() + usize::from(has_up_time) {
            return Ok(());
        }
        let bindings = std::mem::take(&mut self.attempt.scalars);
        self.attempt.is_checked = self.attempt.is_open;
        let all = Asked { watched, has_up_time, up_time: self.attempt.up_time, ..asked };
        match self.standing(&all, &bindings)? {
            Standing::State(0) | Standing::Restarted => {}
            // Nobody knows between which cells it has changed.
            Standing::State(_) => self.rows.tear(),
            Standing::Short => return self.take_short(all, 0),
        }
        Ok(())
    }
}
