//! A column that is being read: how its names go on.

use crate::{oid::Oid, value::VarBind};

/// The column that a segment is in.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) prefix: Oid,
    pub(super) entry: Option<usize>,
    /// Names in it so far, and whether those before where the segment begins are counted.
    pub(super) count: u64,
    pub(super) is_counted: bool,
    /// The last name, and runs of names up to it: those that came last, and all that the segment has read.
    pub(super) last: Oid,
    latest: Run,
    all: Run,
}

/// Names from one to the last of a column.
#[derive(Clone, Debug)]
struct Run {
    first: Oid,
    names: u64,
}

/// How fast an arc grows: this one, from one value to another in so many names.
#[derive(Clone, Copy, Debug)]
struct Growth {
    place: usize,
    from: u64,
    to: u64,
    names: u64,
}

impl Growth {
    /// How much it grows in so many names, at least by one.
    fn in_names(self, names: u64) -> u64 {
        ((self.to - self.from).saturating_mul(names) / self.names).max(1)
    }

    /// How many names there are while it grows so much.
    fn names_of(self, arcs: u64) -> u64 {
        arcs.saturating_mul(self.names) / (self.to - self.from)
    }
}

/// The length of what two names have in common.
pub(super) fn common(one: &[u32], other: &[u32]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// The first arcs of a name.
pub(super) fn begin_of(name: &[u32], length: usize) -> Oid {
    Oid::new(&name[..length.min(name.len())]).unwrap_or_default()
}

impl Column {
    /// A column that begins with `prefix`, of which nothing has come; `before` names are before what will.
    pub(super) fn new(prefix: Oid, entry: Option<usize>, before: Option<u64>) -> Self {
        let none = Run { first: prefix.clone(), names: 0 };
        Self {
            last: prefix.clone(),
            count: before.unwrap_or(0),
            is_counted: before.is_some(),
            latest: none.clone(),
            all: none,
            prefix,
            entry,
        }
    }

    /// The index of the last name.
    pub(super) fn index(&self) -> &[u32] {
        self.last.strip_prefix(&self.prefix).unwrap_or_default()
    }

    /// Whether a name is in it.
    pub(super) fn holds(&self, name: &Oid) -> bool {
        name.starts_with(&self.prefix)
    }

    /// How many names of it the segment has read.
    pub(super) const fn names(&self) -> u64 {
        self.all.names
    }

    /// Names that came, behind the last one.
    pub(super) fn take(&mut self, list: &[VarBind]) {
        let (Some(begin), Some(end)) = (list.first(), list.last()) else { return };
        let came = u64::try_from(list.len()).unwrap_or(u64::MAX);
        if self.all.names == 0 {
            self.all.first = begin.name.clone();
            self.latest = Run { first: begin.name.clone(), names: came };
        } else {
            let before = std::mem::replace(&mut self.last, Oid::empty());
            self.latest = Run { first: before, names: came + 1 };
        }
        self.all.names = self.all.names.saturating_add(came);
        self.last = end.name.clone();
        self.count = self.count.saturating_add(came);
    }

    /// How the arcs of the index grow: in the names that came last, and at a place before it in all names.
    fn growths(&self) -> impl Iterator<Item = Growth> {
        let growth = |run: &Run| {
            let place = common(&run.first, &self.last);
            let (from, to) = (u64::from(*run.first.get(place)?), u64::from(*self.last.get(place)?));
            let is_growth = place >= self.prefix.len() && from < to && run.names > 1;
            is_growth.then(|| Growth { place, from, to, names: run.names - 1 })
        };
        let latest = growth(&self.latest);
        let all = growth(&self.all).filter(|all| latest.is_none_or(|latest| all.place < latest.place));
        [latest, all].into_iter().flatten()
    }

    /// How many names there are from the last one to `end`, which is in the column, too; `None` if that cannot be told.
    pub(super) fn names_up_to(&self, end: &[u32]) -> Option<u64> {
        let place = common(&self.last, end);
        let to = u64::from(*end.get(place)?);
        self.growths().find_map(|growth| {
            if growth.place == place {
                Some(growth.names_of(to.saturating_sub(growth.to)))
            } else {
                // Within one value of an arc that has had several.
                (growth.place < place).then(|| growth.names_of(1) / 2)
            }
        })
    }

    /// A name so many names ahead and before `end`, with `least` names between the two, if the arcs go on as they did.
    /// `beyond` is an index behind which another column had nothing.
    pub(super) fn leap(
        &self,
        ahead: u64,
        end: Option<&Oid>,
        beyond: Option<&[u32]>,
        least: u64,
    ) -> Option<Oid> {
        let beyond = beyond.and_then(|index| self.prefix.child(index).ok());
        for growth in self.growths() {
            let Growth { place, to, .. } = growth;
            let mut goal = to + growth.in_names(ahead);
            for limit in [end, beyond.as_ref()].into_iter().flatten() {
                let shared = common(limit, &self.last);
                if shared > place {
                    return None;
                }
                let Some(most) = limit.get(place).copied().map(u64::from).filter(|_| shared == place) else {
                    continue;
                };
                let room = growth.in_names(least);
                if goal + room > most {
                    goal = to.midpoint(most);
                }
                if goal < to + room || goal + room > most {
                    return None;
                }
            }
            // Octets in an index are no larger: behind them the arc before grows.
            let is_octet = self.last.len() > self.prefix.len() + 1 && to <= 255;
            if goal <= if is_octet { 255 } else { u64::from(u32::MAX) } {
                let arc = u32::try_from(goal).ok()?;
                return begin_of(&self.last, place).child(&[arc]).ok();
            }
        }
        None
    }

    /// Names ever further ahead, at each arc of the index that may grow: what follows them shows how the column goes on.
    pub(super) fn rungs(&self) -> Vec<Oid> {
        let Some(deepest) = self.growths().next() else { return Vec::new() };
        let mut rungs = Vec::new();
        for place in self.prefix.len()..=deepest.place {
            let arc = u64::from(self.last[place]);
            let is_octet = self.last.len() > self.prefix.len() + 1 && arc <= 255;
            let top = if is_octet { 255 } else { u64::from(u32::MAX) };
            let unit = if place == deepest.place { deepest.to - deepest.from } else { 1 };
            let is_fine = |step: u64| is_octet || step / unit < 256;
            let steps = std::iter::successors(Some(unit), |step| {
                step.checked_mul(if is_fine(*step) { 2 } else { 8 })
            });
            for goal in steps.map(|step| arc.saturating_add(step)).take_while(|goal| *goal <= top) {
                let arc = u32::try_from(goal).unwrap_or(u32::MAX);
                rungs.extend(begin_of(&self.last, place).child(&[arc]));
            }
        }
        rungs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    /// A column below 1.3.1 that has read these indexes, so many at a time.
    fn column(indexes: &[&str], at_a_time: usize) -> Column {
        let mut column = Column::new(oid("1.3.1"), None, Some(0));
        let name = |index: &&str| VarBind::new(oid(&format!("1.3.1.{index}")), Value::Null);
        for some in indexes.chunks(at_a_time) {
            column.take(&some.iter().map(name).collect::<Vec<_>>());
        }
        column
    }

    fn leap(column: &Column, ahead: u64, end: Option<&str>) -> Option<String> {
        column.leap(ahead, end.map(oid).as_ref(), None, 5).map(|name| name.to_string())
    }

    #[test]
    fn numbers_go_on_as_they_did() {
        let column = column(&["10", "20", "30", "40", "50", "60"], 3);
        assert_eq!((column.count, column.names(), column.index()), (6, 6, &[60][..]));
        assert_eq!(leap(&column, 10, None).as_deref(), Some("1.3.1.160"));
        assert_eq!(leap(&column, 10, Some("1.3.2")).as_deref(), Some("1.3.1.160"));
        assert_eq!(leap(&column, 100, Some("1.3.1.260")).as_deref(), Some("1.3.1.160"), "half of the way");
        assert_eq!(leap(&column, 10, Some("1.3.1.90")), None, "three names are left");
        assert_eq!(column.names_up_to(&oid("1.3.1.260")), Some(20));
        assert_eq!(column.leap(10, None, Some(&[200]), 5), Some(oid("1.3.1.130")), "others ended there");
    }

    #[test]
    fn where_octets_are_full_the_arc_before_grows() {
        let addresses: Vec<String> = (0..50).map(|last| format!("10.0.3.{}", 5 * last)).collect();
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let dense = column(&addresses, 25);
        assert_eq!(leap(&dense, 1, None).as_deref(), Some("1.3.1.10.0.3.250"));
        assert_eq!(leap(&dense, 10, None), None, "nothing is known of the arc before");
        let both = [&["10.0.1.1", "10.0.1.7", "10.0.2.1"], &addresses[..]].concat();
        assert_eq!(leap(&column(&both, 3), 100, None).as_deref(), Some("1.3.1.10.0.6"));
        assert_eq!(dense.names_up_to(&oid("1.3.1.10.0.4.1")), None);
    }

    #[test]
    fn rungs_go_ever_further_at_each_arc() {
        let column = column(&["1.7", "1.8", "1.9"], 3);
        let rungs: Vec<String> = column.rungs().iter().map(ToString::to_string).collect();
        let first: Vec<&str> = rungs.iter().map(String::as_str).take(9).collect();
        let expected = ["1.3.1.2", "1.3.1.3", "1.3.1.5", "1.3.1.9", "1.3.1.17", "1.3.1.33", "1.3.1.65"];
        assert_eq!(first[..7], expected);
        assert_eq!(first[7..], ["1.3.1.129", "1.3.1.1.11"], "an octet is at most 255");
        assert!(self::column(&["1"], 1).rungs().is_empty(), "one name shows no direction");
        let large = self::column(&["4294967290", "4294967295"], 2);
        assert!(large.rungs().is_empty(), "there is nothing behind the last number");
        assert_eq!(large.leap(10, None, None, 5), None);
    }
}
