//! An agent whose table changes at chosen requests, and what it had at every moment.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use snmpkit::{
    clock::{Duration, Instant},
    codec::{self, AnyPdu, Lenient, PduKind},
    oid::Oid,
    sim::{Peer, Reply},
    value::{Octets, Value},
};

use crate::device::{Device, oid};

/// The table; its entry is `.1` below.
pub const TABLE: &str = "1.3.6.1.4.1.32473.9.2";

/// The scalar that tells of changes.
pub const LAST_CHANGE: &str = "1.3.6.1.4.1.32473.9.1";

/// A table whose rows stand beside those of the first, and the scalar that tells of its changes.
pub const BESIDE: &str = "1.3.6.1.4.1.32473.9.4";
pub const BESIDE_LAST_CHANGE: &str = "1.3.6.1.4.1.32473.9.3";

/// Its columns, as snapshots have them: this much is added to a sub-identifier.
pub const BESIDE_FROM: u32 = 100;
pub const BESIDE_COLUMNS: [u32; 2] = [101, 103];

const SYS_UP_TIME: &str = "1.3.6.1.2.1.1.3.0";

/// Columns that every row has, and one that some have.
pub const DENSE: [u32; 3] = [1, 2, 4];
pub const SPARSE: u32 = 7;

/// How long the agent has been up when a fetch begins.
const UP_FOR: Duration = Duration::from_secs(86_400);

/// What a row has: its values by column.
pub type Cells = BTreeMap<u32, Value>;

/// A table as it was at one moment.
pub type Snapshot = BTreeMap<Vec<u32>, Cells>;

/// What happens to the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    Insert(u32),
    Delete(u32),
    /// The row of the first index gets the second one.
    Renumber(u32, u32),
    /// All rows from this one on move up by one.
    Shift(u32),
    /// All columns of this row get new values.
    Modify(u32),
    /// All columns of all rows get new values.
    ModifyAll,
    /// All columns of the table beside get new values in this row, or get there; the first table is as it was.
    ModifyBeside(u32),
    /// The same in all rows that are there.
    ModifyAllBeside,
    /// The row goes from the table beside, or was not there.
    DeleteBeside(u32),
    /// Two rows appear, another goes.
    Several,
    /// The agent starts again, with new values in all rows and the last-change object as it was.
    Restart,
}

/// What the agent has had, and what it was asked.
#[derive(Debug, Default)]
pub struct Log {
    /// Every state of the table, the first one first.
    pub states: Vec<Snapshot>,
    /// The state at each request that may begin a try: one that asks from the top of a column.
    pub openings: Vec<usize>,
    pub requests: u64,
    /// Names and repetitions of each request, for tests of what is asked.
    pub asked: Vec<(PduKind, Vec<Oid>)>,
}

#[derive(Clone)]
pub struct Changing {
    device: Device,
    rows: Snapshot,
    /// From which request on, counted from 0, and how often after it.
    changes: Vec<(u64, Change)>,
    every: Option<(u64, Change)>,
    has_last_change: bool,
    last_change: u32,
    has_beside: bool,
    only: Option<&'static [u32]>,
    beside_last_change: u32,
    booted: Option<Instant>,
    up_before: Duration,
    revision: u32,
    log: Rc<RefCell<Log>>,
}

impl Changing {
    /// An agent with rows 10, 20, 30 …
    pub fn new(rows: u32, has_last_change: bool) -> Self {
        let mut device = crate::device::table(0);
        device.objects.insert(oid("1.3.6.1.4.1.32473.10.1.0"), Value::Integer32(0));
        let mut this = Self {
            device,
            rows: Snapshot::new(),
            changes: Vec::new(),
            every: None,
            has_last_change,
            last_change: 77,
            has_beside: false,
            only: None,
            beside_last_change: 55,
            booted: None,
            up_before: UP_FOR,
            revision: 0,
            log: Rc::default(),
        };
        for row in 1..=rows {
            this.write(row * 10);
        }
        this.publish();
        this
    }

    /// Changes the table before it answers the request with this number, counted from 0.
    pub fn at(mut self, request: u64, change: Change) -> Self {
        self.changes.push((request, change));
        self
    }

    /// Changes the table again and again, before every so many requests.
    pub fn every(mut self, requests: u64, change: Change) -> Self {
        self.every = Some((requests, change));
        self
    }

    /// Puts a table beside: two of three rows of the first one are in it.
    pub fn with_beside(mut self) -> Self {
        self.has_beside = true;
        for index in self.rows.keys().cloned().collect::<Vec<_>>() {
            if !index[0].is_multiple_of(30) {
                self.write_beside(index[0]);
            }
        }
        self.log.borrow_mut().states.clear();
        self.publish();
        self
    }

    /// Shows these columns alone.
    pub fn only(mut self, columns: &'static [u32]) -> Self {
        self.only = Some(columns);
        let all: Vec<u32> = self.rows.keys().map(|index| index[0]).collect();
        self.rows.clear();
        self.log.borrow_mut().states.clear();
        for row in all {
            self.write(row);
        }
        self.publish();
        self
    }

    /// Answers of at most so many octets; lists are cut there.
    pub fn limit(mut self, octets: usize) -> Self {
        self.device.limit = octets;
        self
    }

    /// Answers of at most so many octets; longer ones are tooBig.
    pub fn too_big_above(mut self, octets: usize) -> Self {
        self.device.too_big_above = octets;
        self
    }

    /// Takes away what comes behind the table.
    pub fn is_last(&mut self) {
        let end = oid(TABLE).subtree_end().unwrap();
        self.device.objects.retain(|name, _| *name < end);
    }

    pub fn log(&self) -> Rc<RefCell<Log>> {
        Rc::clone(&self.log)
    }

    fn write(&mut self, row: u32) {
        let revision = self.revision;
        let mut cells = Cells::new();
        cells.insert(1, Value::Integer32(row.cast_signed()));
        cells.insert(2, Value::OctetString(Octets::from(format!("r{row} v{revision}").as_str())));
        cells.insert(4, Value::Counter32(revision * 1_000 + row));
        if row.is_multiple_of(20) {
            cells.insert(SPARSE, Value::TimeTicks(revision));
        }
        if let Some(only) = self.only {
            cells.retain(|column, _| only.contains(column));
        }
        self.rows.insert(vec![row], cells);
        if self.has_beside && !row.is_multiple_of(30) {
            self.write_beside(row);
        }
    }

    fn write_beside(&mut self, row: u32) {
        let revision = self.revision;
        let cells = self.rows.entry(vec![row]).or_default();
        cells.insert(BESIDE_COLUMNS[0], Value::Gauge32(revision * 1_000 + row));
        let text = format!("beside {row} v{revision}");
        cells.insert(BESIDE_COLUMNS[1], Value::OctetString(Octets::from(text.as_str())));
    }

    fn change(&mut self, change: Change) {
        self.revision += 1;
        self.beside_last_change += 1;
        if !matches!(change, Change::ModifyBeside(_) | Change::ModifyAllBeside | Change::DeleteBeside(_)) {
            self.last_change += 1;
        }
        let all: Vec<u32> = self.rows.keys().map(|index| index[0]).collect();
        match change {
            Change::Insert(row) => self.write(row),
            Change::Delete(row) => drop(self.rows.remove(&vec![row])),
            Change::Renumber(from, to) => {
                if let Some(cells) = self.rows.remove(&vec![from]) {
                    self.rows.insert(vec![to], cells);
                }
            }
            Change::Shift(from) => {
                let moved = self.rows.split_off(&vec![from]);
                self.rows.extend(moved.into_iter().map(|(index, cells)| (vec![index[0] + 1], cells)));
            }
            Change::Modify(row) if all.contains(&row) => self.write(row),
            Change::ModifyBeside(row) if all.contains(&row) => self.write_beside(row),
            Change::Modify(_) | Change::ModifyBeside(_) => {}
            Change::ModifyAll => {
                for row in all {
                    self.write(row);
                }
            }
            Change::ModifyAllBeside => {
                for row in all {
                    self.write_beside(row);
                }
            }
            Change::DeleteBeside(row) => {
                if let Some(cells) = self.rows.get_mut(&vec![row]) {
                    cells.retain(|column, _| *column < BESIDE_FROM);
                }
            }
            Change::Several => {
                self.rows.remove(&vec![20]);
                self.write(5);
                self.write(all.last().copied().unwrap_or(0) + 3);
            }
            Change::Restart => {
                self.last_change -= 1;
                self.beside_last_change -= 1;
                self.up_before = Duration::ZERO;
                self.booted = None;
                for row in all {
                    self.write(row);
                }
                self.write(15);
            }
        }
        self.publish();
    }

    /// Shows the table to whoever asks, and keeps it.
    fn publish(&mut self) {
        let [entry, beside] = [TABLE, BESIDE].map(|table| oid(table).child(&[1]).unwrap());
        self.device.objects.retain(|name, _| !name.starts_with(&entry) && !name.starts_with(&beside));
        for (index, cells) in &self.rows {
            for (column, value) in cells {
                let name = match column.checked_sub(BESIDE_FROM) {
                    Some(column) => beside.child(&[column]),
                    None => entry.child(&[*column]),
                };
                let name = name.unwrap().child(index).unwrap();
                self.device.objects.insert(name, value.clone());
            }
        }
        if self.has_last_change {
            let name = oid(LAST_CHANGE).child(&[0]).unwrap();
            self.device.objects.insert(name, Value::TimeTicks(self.last_change));
            if self.has_beside {
                let name = oid(BESIDE_LAST_CHANGE).child(&[0]).unwrap();
                self.device.objects.insert(name, Value::TimeTicks(self.beside_last_change));
            }
        }
        self.log.borrow_mut().states.push(self.rows.clone());
    }

    fn note(&self, datagram: &[u8]) {
        let (message, _) = codec::decode(datagram, Lenient::all()).unwrap();
        let AnyPdu::Pdu(pdu) = message.pdu else { panic!("{:?}", message.pdu) };
        let column = oid(TABLE).len() + 2;
        let names: Vec<Oid> = pdu.bindings.into_iter().map(|binding| binding.name).collect();
        let mut log = self.log.borrow_mut();
        log.requests += 1;
        if names.iter().any(|name| name.starts_with(&oid(TABLE)) && name.len() <= column) {
            let state = log.states.len() - 1;
            log.openings.push(state);
        }
        log.asked.push((pdu.kind, names));
    }
}

impl Peer for Changing {
    fn handle(&mut self, now: Instant, datagram: &[u8]) -> Vec<Reply> {
        let request = self.log.borrow().requests;
        let due: Vec<Change> =
            self.changes.iter().filter(|(at, _)| *at == request).map(|(_, change)| *change).collect();
        for change in due {
            self.change(change);
        }
        if let Some((every, change)) = self.every
            && request > 0
            && request.is_multiple_of(every)
        {
            self.change(change);
        }
        let booted = *self.booted.get_or_insert(now);
        let up_time = Instant::ZERO + self.up_before + (now - booted);
        self.device.objects.insert(oid(SYS_UP_TIME), Value::TimeTicks(up_time.as_time_ticks()));
        self.note(datagram);
        self.device.answer(datagram).map(|octets| Reply::After(Duration::ZERO, octets)).into_iter().collect()
    }
}
