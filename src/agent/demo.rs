//! The device inside the program: something to read, to walk and to write on without a network.
//!
//! It is a small router called `demo`, invented for this program, with addresses from the documentation ranges
//! (RFC 5737, RFC 3849) and objects of its own below the enterprise number for documentation (RFC 5612, 32473).
//! [`TABLES`] lists what it has; [`outline`] writes that list for people. Everything it says is a pure function of
//! the seed, the moment and what has been written to it.
//!
//! Oddities are there on purpose, since clients trip over them: a `Counter64` above 2^63, a negative number, an empty
//! string, binary and UTF-8 strings, a string that does not fit one Ethernet frame, Opaque floats, `0.0`, sparse columns,
//! indexes of several arcs and of variable length, and a table that changes while it is read.

use std::{fmt::Write as _, sync::Arc};

use self::object::{Change, Object, Table};
use super::{
    Agent, Communities,
    statistics::Statistics,
    tree::{Assignment, Provider, Refusal, Tree, UndoFailed},
};
use crate::{
    clock::{Duration, Instant},
    codec::ErrorStatus,
    oid::Oid,
    value::{Value, VarBind},
};

mod address;
mod churn;
mod interface;
mod note;
mod object;
mod oddity;
mod protocol;
mod storage;
mod system;
pub mod user;

/// What can be chosen about the device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Chooses addresses, where counters start and which rows come and go; default 0.
    pub seed: u64,
    /// How long the device has been up at [`Instant::ZERO`]; default 16 days, 12:26:03.52.
    pub uptime: Duration,
    /// What the device's clock says at [`Instant::ZERO`], in seconds since 1970; default 2026-01-01, 00:00 UTC.
    pub unix_seconds: u64,
    /// How long one generation of the changing table lasts; default one second, at least one hundredth.
    pub churn: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            uptime: Duration::from_millis(1_427_163_520),
            unix_seconds: 1_767_225_600,
            churn: Duration::from_secs(1),
        }
    }
}

/// A part of the device, for [`TABLES`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct About {
    /// Its name: the MIB's, where it is from one.
    pub name: &'static str,
    /// Where it is.
    pub oid: &'static str,
    /// What there is to see.
    pub what: &'static str,
}

/// What the device has, in the order of its tree.
pub const TABLES: &[About] = &[
    About { name: "system", oid: "1.3.6.1.2.1.1", what: "who it is; contact, name, location can be set" },
    About { name: "sysORTable", oid: "1.3.6.1.2.1.1.9", what: "the MIB modules it claims to have" },
    About { name: "ifTable", oid: "1.3.6.1.2.1.2.2", what: "seven interfaces; ifAdminStatus can be set" },
    About { name: "ipAddrTable", oid: "1.3.6.1.2.1.4.20", what: "IPv4 addresses; an index of four arcs" },
    About {
        name: "ipAddressTable",
        oid: "1.3.6.1.2.1.4.34",
        what: "IPv4 and IPv6; an index of variable length",
    },
    About { name: "snmp", oid: "1.3.6.1.2.1.11", what: "what this agent itself has counted" },
    About { name: "hrSystem", oid: "1.3.6.1.2.1.25.1", what: "uptime, date, users, processes" },
    About { name: "hrStorageTable", oid: "1.3.6.1.2.1.25.2.3", what: "memory and disks, as they fill" },
    About { name: "ifXTable", oid: "1.3.6.1.2.1.31.1.1", what: "counters of 64 bits; ifAlias can be set" },
    About {
        name: "ifStackTable",
        oid: "1.3.6.1.2.1.31.1.2",
        what: "which interfaces the aggregate is made of",
    },
    About {
        name: "churnTable",
        oid: "1.3.6.1.4.1.32473.2.3",
        what: "rows that come, go and move; has a LastChange",
    },
    About {
        name: "noteTable",
        oid: "1.3.6.1.4.1.32473.3.1",
        what: "rows to create and destroy: a RowStatus",
    },
    About { name: "oddities", oid: "1.3.6.1.4.1.32473.4", what: "one value of every type, at its edges" },
    About {
        name: "snmpSetSerialNo",
        oid: "1.3.6.1.6.3.1.1.6.1",
        what: "a TestAndIncr, for managers that write together",
    },
];

/// [`TABLES`] for people, one line each.
pub fn outline() -> String {
    TABLES.iter().fold(String::new(), |mut text, About { name, oid, what }| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<16} {oid:<21} {what}");
        text
    })
}

/// The device's objects, as a [`Provider`] for a whole tree.
#[derive(Debug)]
pub struct Demo {
    settings: Settings,
    statistics: Arc<Statistics>,
    objects: Vec<Object>,
    state: State,
    tested: Option<State>,
    replaced: Option<State>,
}

/// What SETs have made of the device.
#[derive(Clone, Debug)]
struct State {
    system: system::State,
    interfaces: interface::State,
    protocol: protocol::State,
    notes: note::State,
}

/// The device at one moment.
#[derive(Clone, Copy)]
struct View<'a> {
    settings: &'a Settings,
    statistics: &'a Statistics,
    state: &'a State,
    now: Instant,
}

impl View<'_> {
    /// How long the device has been up.
    fn uptime(&self) -> Duration {
        self.settings.uptime + self.now.since(Instant::ZERO)
    }

    /// The device's uptime as `sysUpTime` says it.
    fn ticks(&self) -> u32 {
        (Instant::ZERO + self.uptime()).as_time_ticks()
    }

    fn seed(&self) -> u64 {
        self.settings.seed
    }
}

const PARTS: &[&[Table]] = &[
    system::TABLES,
    interface::TABLES,
    address::TABLES,
    protocol::TABLES,
    storage::TABLES,
    churn::TABLES,
    note::TABLES,
    oddity::TABLES,
];

impl Demo {
    /// The device, showing `statistics` as its snmp group.
    pub fn new(settings: Settings, statistics: Arc<Statistics>) -> Self {
        let settings = Settings { churn: settings.churn.max(Duration::from_millis(10)), ..settings };
        let objects = object::flatten(PARTS.iter().flat_map(|tables| tables.iter()));
        let state = State {
            system: system::State::default(),
            interfaces: interface::State::default(),
            protocol: protocol::State::default(),
            notes: note::State::default(),
        };
        Self { settings, statistics, objects, state, tested: None, replaced: None }
    }

    fn view(&self, now: Instant) -> View<'_> {
        View { settings: &self.settings, statistics: &self.statistics, state: &self.state, now }
    }

    fn object_of(&self, name: &Oid) -> Option<&Object> {
        let place = self.objects.partition_point(|object| object.name <= *name).checked_sub(1)?;
        Some(&self.objects[place]).filter(|object| name.starts_with(&object.name))
    }

    /// Each binding by itself: type, length, value, and whether there can be such a variable at all.
    fn check(&self, view: &View<'_>, assignment: &Assignment<'_>) -> Result<(), Refusal> {
        let refuse = |status| Err(Refusal::at(assignment.position, status));
        let Some(object) = self.object_of(assignment.name) else { return refuse(ErrorStatus::NOT_WRITABLE) };
        match object.check(view, assignment.name, assignment.value) {
            Ok(()) => Ok(()),
            Err(status) => refuse(status),
        }
    }

    /// All bindings of one table together, into `next`.
    fn apply(
        &self,
        view: &View<'_>,
        table: &Table,
        assignments: &[Assignment<'_>],
        next: &mut State,
    ) -> Result<(), Refusal> {
        let changes: Vec<Change<'_>> = assignments
            .iter()
            .filter_map(|assignment| {
                let object = self.object_of(assignment.name)?;
                let index = assignment.name.strip_prefix(&object.name)?;
                object.is_of(table).then_some(Change {
                    position: assignment.position,
                    column: object.column.arc,
                    index,
                    value: assignment.value,
                })
            })
            .collect();
        if changes.is_empty() { Ok(()) } else { table.apply(view, next, &changes) }
    }
}

impl Provider for Demo {
    fn get(&self, now: Instant, name: &Oid) -> Value {
        match self.object_of(name) {
            None => Value::NoSuchObject,
            Some(object) if !object.column.is_readable() => Value::NoSuchObject,
            Some(object) => object.get(&self.view(now), name).unwrap_or(Value::NoSuchInstance),
        }
    }

    fn next(&self, now: Instant, name: &Oid) -> Option<VarBind> {
        let view = self.view(now);
        let first = self.objects.partition_point(|object| object.name <= *name).saturating_sub(1);
        self.objects[first..].iter().find_map(|object| object.next(&view, name))
    }

    fn test(&mut self, now: Instant, assignments: &[Assignment<'_>]) -> Result<(), Refusal> {
        self.release();
        let view = self.view(now);
        for assignment in assignments {
            self.check(&view, assignment)?;
        }
        let mut next = self.state.clone();
        for table in PARTS.iter().flat_map(|tables| tables.iter()) {
            self.apply(&view, table, assignments, &mut next)?;
        }
        self.tested = Some(next);
        Ok(())
    }

    fn commit(&mut self, _now: Instant) -> Result<(), usize> {
        if let Some(next) = self.tested.take() {
            self.replaced = Some(std::mem::replace(&mut self.state, next));
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<(), UndoFailed> {
        self.state = self.replaced.take().ok_or(UndoFailed)?;
        Ok(())
    }

    fn release(&mut self) {
        self.tested = None;
        self.replaced = None;
    }
}

/// An agent with the built-in device.
///
/// # Panics
///
/// Never: the device is the only provider of its tree.
pub fn agent(settings: Settings, communities: Communities) -> Agent {
    let statistics = Arc::new(Statistics::default());
    let mut tree = Tree::new();
    let demo = Demo::new(settings, Arc::clone(&statistics));
    tree.mount(Oid::empty(), Box::new(demo)).expect("an empty tree has room for a provider");
    Agent::new(tree, communities, statistics)
}

#[cfg(test)]
mod tests;
