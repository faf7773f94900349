//! Interfaces: ifTable, ifXTable, ifStackTable and their scalars (RFC 2863).
//!
//! Counters are functions of the uptime: bytes flow at a mean rate, twice as fast in half of every minute. An interface
//! that is shut down by a SET stands still until it is set up again.

use super::{
    View,
    object::{Apply, Change, Column, Syntax, Table, first_after, integer, low, octets, oid, only_zero, text},
};
use crate::{
    agent::random,
    clock::Duration,
    oid::Oid,
    value::{Octets, Value},
};

/// An interface as it leaves the factory.
struct Profile {
    index: u32,
    name: &'static str,
    descr: &'static str,
    alias: &'static str,
    /// `IANAifType`: 6 ethernetCsmacd, 24 softwareLoopback, 161 ieee8023adLag.
    kind: i32,
    mtu: i32,
    megabits: u32,
    has_carrier: bool,
    /// Octets a second that come in, and go out.
    flow: (u64, u64),
    /// Where the octet counters begin.
    start: u64,
}

const ETHERNET: i32 = 6;
const LOOPBACK: i32 = 24;
const AGGREGATE: i32 = 161;

/// The indexes have gaps, as they do where cards were taken out.
const PROFILES: &[Profile] = &[
    Profile {
        index: 1,
        name: "lo",
        descr: "Software loopback",
        alias: "",
        kind: LOOPBACK,
        mtu: 65_535,
        megabits: 0,
        has_carrier: true,
        flow: (1_200, 1_200),
        start: 4_816_203,
    },
    Profile {
        index: 2,
        name: "ge-0/0/0",
        descr: "Gigabit Ethernet 0/0/0",
        alias: "uplink to isp-a",
        kind: ETHERNET,
        mtu: 1_500,
        megabits: 1_000,
        has_carrier: true,
        flow: (48_000_000, 9_500_000),
        start: 81_604_378_624,
    },
    Profile {
        index: 3,
        name: "ge-0/0/1",
        descr: "Gigabit Ethernet 0/0/1",
        alias: "uplink to isp-b, \"backup\"",
        kind: ETHERNET,
        mtu: 1_500,
        megabits: 1_000,
        has_carrier: true,
        flow: (310_000, 92_000),
        start: 4_294_967_040,
    },
    Profile {
        index: 4,
        name: "ge-0/0/2",
        descr: "Gigabit Ethernet 0/0/2",
        alias: "",
        kind: ETHERNET,
        mtu: 1_500,
        megabits: 1_000,
        has_carrier: false,
        flow: (0, 0),
        start: 0,
    },
    Profile {
        index: 10,
        name: "xe-1/0/0",
        descr: "10 Gigabit Ethernet 1/0/0",
        alias: "core, left",
        kind: ETHERNET,
        mtu: 9_000,
        megabits: 10_000,
        has_carrier: true,
        flow: (610_000_000, 580_000_000),
        start: 4_611_686_018_427_000_000,
    },
    Profile {
        index: 11,
        name: "xe-1/0/1",
        descr: "10 Gigabit Ethernet 1/0/1",
        alias: "core, right",
        kind: ETHERNET,
        mtu: 9_000,
        megabits: 10_000,
        has_carrier: true,
        flow: (605_000_000, 577_000_000),
        start: 4_688_313_981_573_000_000,
    },
    Profile {
        index: 100,
        name: "ae0",
        descr: "Aggregate of xe-1/0/0 and xe-1/0/1",
        alias: "core · Zürich",
        kind: AGGREGATE,
        mtu: 9_000,
        megabits: 20_000,
        has_carrier: true,
        flow: (1_215_000_000, 1_157_000_000),
        start: 9_300_000_000_000_000_000,
    },
];

/// `(higher, lower)`, 0 being nothing (RFC 2863, section 3.1.1).
const STACK: &[[u32; 2]] = &[
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
    [0, 100],
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 0],
    [10, 0],
    [11, 0],
    [100, 10],
    [100, 11],
];

/// What SETs have made of one interface.
#[derive(Clone, Debug)]
struct Setting {
    alias: Octets,
    /// Since when it is shut down, as an uptime.
    down_since: Option<Duration>,
    /// How long it was shut down before.
    stood_still: Duration,
    /// The uptime of its last change; zero for none since the start.
    changed: Duration,
    traps: i32,
}

/// What SETs have made of the interfaces, in the order of [`PROFILES`].
#[derive(Clone, Debug)]
pub(super) struct State(Vec<Setting>);

impl Default for State {
    fn default() -> Self {
        let setting = |profile: &Profile| Setting {
            alias: profile.alias.into(),
            down_since: None,
            stood_still: Duration::ZERO,
            changed: Duration::ZERO,
            traps: if profile.kind == LOOPBACK { DISABLED } else { ENABLED },
        };
        Self(PROFILES.iter().map(setting).collect())
    }
}

const UP: i32 = 1;
const DOWN: i32 = 2;
const LOWER_LAYER_DOWN: i32 = 7;
const TRUE: i32 = 1;
const FALSE: i32 = 2;
const ENABLED: i32 = 1;
const DISABLED: i32 = 2;

pub(super) const TABLES: &[Table] = &[
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 2],
        columns: &[Column::ro(1)],
        next_row: only_zero,
        cell: |_, _, index| (index == [0]).then(|| integer(PROFILES.len() as u64)),
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 2, 2, 1],
        columns: &[
            Column::ro(1),
            Column::ro(2),
            Column::ro(3),
            Column::ro(4),
            Column::ro(5),
            Column::ro(6),
            Column::rw(7, Syntax::Range(1, 2)),
            Column::ro(8),
            Column::ro(9),
            Column::ro(10),
            Column::ro(11),
            Column::ro(13),
            Column::ro(14),
            Column::ro(15),
            Column::ro(16),
            Column::ro(17),
            Column::ro(19),
            Column::ro(20),
            Column::ro(22),
        ],
        next_row: interface_after,
        cell: if_cell,
        apply: Apply::Always(apply_admin),
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1],
        columns: &[
            Column::ro(1),
            Column::ro(2),
            Column::ro(3),
            Column::ro(4),
            Column::ro(5),
            Column::ro(6),
            Column::ro(7),
            Column::ro(8),
            Column::ro(9),
            Column::ro(10),
            Column::ro(11),
            Column::ro(12),
            Column::ro(13),
            Column::rw(14, Syntax::Range(1, 2)),
            Column::ro(15),
            Column::ro(16),
            Column::ro(17),
            Column::rw(18, Syntax::Utf8(64)),
            Column::ro(19),
        ],
        next_row: interface_after,
        cell: ifx_cell,
        apply: Apply::Always(apply_alias),
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 31, 1, 2, 1],
        columns: &[Column::hidden(1), Column::hidden(2), Column::ro(3)],
        next_row: |_, after| first_after(STACK.iter().map(<[u32; 2]>::as_slice), after),
        cell: |_, column, index| {
            (column == 3 && STACK.iter().any(|row| row == index)).then(|| Value::Integer32(1))
        },
        apply: Apply::Nothing,
    },
    Table {
        entry: &[1, 3, 6, 1, 2, 1, 31, 1],
        columns: &[Column::ro(5), Column::ro(6)],
        next_row: only_zero,
        cell: |_, _, index| (index == [0]).then(|| Value::TimeTicks(0)),
        apply: Apply::Nothing,
    },
];

fn interface_after(_: &View<'_>, after: Option<&[u32]>) -> Option<Oid> {
    first_after(PROFILES.iter().map(|profile| std::slice::from_ref(&profile.index)), after)
}

/// One interface at one moment.
struct Interface<'a> {
    view: &'a View<'a>,
    profile: &'static Profile,
    setting: &'a Setting,
}

fn find<'a>(view: &'a View<'a>, index: &[u32]) -> Option<Interface<'a>> {
    let place = place_of(index)?;
    Some(Interface { view, profile: &PROFILES[place], setting: view.state.interfaces.0.get(place)? })
}

fn place_of(index: &[u32]) -> Option<usize> {
    let [number] = index else { return None };
    PROFILES.iter().position(|profile| profile.index == *number)
}

fn if_cell(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let interface = find(view, index)?;
    let profile = interface.profile;
    let bits = u64::from(profile.megabits) * 1_000_000;
    Some(match column {
        1 => Value::Integer32(i32::try_from(profile.index).ok()?),
        2 => text(profile.descr),
        3 => Value::Integer32(profile.kind),
        4 => Value::Integer32(profile.mtu),
        // RFC 2863: 4,294,967,295 for what is faster; ifHighSpeed has it.
        5 => Value::Gauge32(u32::try_from(bits).unwrap_or(u32::MAX)),
        6 => octets(&interface.physical_address()),
        7 => Value::Integer32(if interface.setting.down_since.is_some() { DOWN } else { UP }),
        8 => Value::Integer32(interface.operation()),
        9 => Value::TimeTicks(ticks(interface.setting.changed)),
        10 => Value::Counter32(low(interface.octets_in())),
        11 => Value::Counter32(low(interface.octets_in() / 740)),
        13 => Value::Counter32(low(interface.octets_in() / 9_000_000_000)),
        // Not every interface can tell.
        15 if profile.kind != ETHERNET => return None,
        15 => Value::Counter32(low(interface.octets_in() / 700_000_000)),
        16 => Value::Counter32(low(interface.octets_out())),
        17 => Value::Counter32(low(interface.octets_out() / 510)),
        19 => Value::Counter32(low(interface.octets_out() / 7_000_000_000)),
        // No errors.
        14 | 20 => Value::Counter32(0),
        22 => oid(&[0, 0]),
        _ => return None,
    })
}

fn ifx_cell(view: &View<'_>, column: u32, index: &[u32]) -> Option<Value> {
    let interface = find(view, index)?;
    let profile = interface.profile;
    let (into, out) = (interface.octets_in(), interface.octets_out());
    Some(match column {
        1 => text(profile.name),
        2 => Value::Counter32(low(into / 52_000)),
        3 => Value::Counter32(low(into / 910_000)),
        4 => Value::Counter32(low(out / 61_000)),
        5 => Value::Counter32(low(out / 1_300_000)),
        6 => Value::Counter64(into),
        7 => Value::Counter64(into / 740),
        8 => Value::Counter64(into / 52_000),
        9 => Value::Counter64(into / 910_000),
        10 => Value::Counter64(out),
        11 => Value::Counter64(out / 510),
        12 => Value::Counter64(out / 61_000),
        13 => Value::Counter64(out / 1_300_000),
        14 => Value::Integer32(interface.setting.traps),
        15 => Value::Gauge32(profile.megabits),
        16 => Value::Integer32(FALSE),
        17 => Value::Integer32(if profile.kind == ETHERNET { TRUE } else { FALSE }),
        18 => Value::OctetString(interface.setting.alias.clone()),
        19 => Value::TimeTicks(0),
        _ => return None,
    })
}

impl Interface<'_> {
    /// Locally administered, so that it cannot be anybody's; none for the loopback, the first member's for the aggregate.
    fn physical_address(&self) -> Vec<u8> {
        let index = match self.profile.kind {
            LOOPBACK => return Vec::new(),
            AGGREGATE => 10,
            _ => self.profile.index,
        };
        let drawn = random::hash(&[self.view.seed(), 0x0061_6464, u64::from(index)]).to_be_bytes();
        vec![0x02, 0x00, 0x5e, drawn[0], drawn[1], drawn[2]]
    }

    /// `ifOperStatus`: the aggregate falls with both of its members.
    fn operation(&self) -> i32 {
        let is_shut =
            |index: u32| find(self.view, &[index]).is_some_and(|member| member.setting.down_since.is_some());
        if self.setting.down_since.is_some() || !self.profile.has_carrier {
            DOWN
        } else if self.profile.kind == AGGREGATE && is_shut(10) && is_shut(11) {
            LOWER_LAYER_DOWN
        } else {
            UP
        }
    }

    fn octets_in(&self) -> u64 {
        self.profile.start.wrapping_add(flowed(self.profile.flow.0, self.working()))
    }

    fn octets_out(&self) -> u64 {
        (self.profile.start / 3).wrapping_add(flowed(self.profile.flow.1, self.working()))
    }

    /// How long it has not been shut down, since the program's clock began: the counters' starts are of that moment.
    fn working(&self) -> Duration {
        let end = self.setting.down_since.unwrap_or_else(|| self.view.uptime());
        let past = self.view.settings.uptime + self.setting.stood_still;
        Duration::from_micros(end.as_micros().saturating_sub(past.as_micros()))
    }
}

/// Octets after `time` at `mean` octets a second: four thirds of it in the first half of every minute, two thirds in
/// the second.
fn flowed(mean: u64, time: Duration) -> u64 {
    const MINUTE: u64 = 60_000_000;
    let (minutes, rest) = (time.as_micros() / MINUTE, time.as_micros() % MINUTE);
    let busy = rest.min(MINUTE / 2);
    let calm = rest - busy;
    let weighed = u128::from(minutes) * u128::from(MINUTE) * 3 + u128::from(busy) * 4 + u128::from(calm) * 2;
    wrapped(u128::from(mean) * weighed / 3_000_000)
}

#[expect(clippy::cast_possible_truncation, reason = "a Counter64 wraps at 2^64")]
const fn wrapped(count: u128) -> u64 {
    count as u64
}

fn ticks(uptime: Duration) -> u32 {
    low(uptime.as_micros() / 10_000)
}

fn apply_admin(view: &View<'_>, next: &mut super::State, changes: &[Change<'_>]) {
    for change in changes {
        let Some(setting) = place_of(change.index).and_then(|place| next.interfaces.0.get_mut(place)) else {
            continue;
        };
        match (setting.down_since, change.number() == DOWN) {
            (None, true) => setting.down_since = Some(view.uptime()),
            (Some(since), false) => {
                let pause =
                    Duration::from_micros(view.uptime().as_micros().saturating_sub(since.as_micros()));
                setting.stood_still = setting.stood_still + pause;
                setting.down_since = None;
            }
            (None, false) | (Some(_), true) => continue,
        }
        setting.changed = view.uptime();
    }
}

fn apply_alias(_: &View<'_>, next: &mut super::State, changes: &[Change<'_>]) {
    for change in changes {
        let Some(setting) = place_of(change.index).and_then(|place| next.interfaces.0.get_mut(place)) else {
            continue;
        };
        match change.column {
            14 => setting.traps = change.number(),
            _ => setting.alias = change.octets().into(),
        }
    }
}
