//! How a fetch ends: its verdict, or why there is none.

use super::super::AgentError;
use crate::{
    engine::RequestError,
    limits,
    mib::{facts::Base, index::IndexError},
    oid::Oid,
    table::Row,
    value::Value,
};

/// What a [`Table`](super::Table) yields: all rows, then one verdict.
#[derive(Clone, Debug, PartialEq)]
pub enum TableItem {
    /// A row; rows come in the order of their indexes.
    Row(Row),
    /// How the rows were got. It comes last, after no rows too.
    Verdict(Verdict),
}

/// How the rows were got.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How often the fetch was tried in all; from 1.
    pub tries: u32,
    /// Why each of the tries before was thrown away; the first [`limits::TABLE_RESTARTS`] of them.
    pub restarts: Vec<Restart>,
    /// Whether the rows belong together.
    pub consistency: Consistency,
    /// What became of the object that tells of changes.
    pub last_change: LastChange,
    /// The same for each table that was joined, in their order.
    pub joined_last_changes: Vec<LastChange>,
    /// Whether a row may have been read from several answers, because one answer does not hold all its columns. Without a
    /// last-change object, values of such a row may be of different moments.
    pub rows_divided: bool,
    /// The places of the columns that no row has, in [`Table::columns`](super::Table::columns).
    pub empty_columns: Vec<usize>,
    /// Requests that were sent, in all tries.
    pub requests: u64,
    /// Whether GETBULK had to be given up.
    pub bulk: BulkUse,
}

impl Verdict {
    /// Whether the rows are known to be all the tables at one moment: they are consistent, and every table has an object
    /// that tells of its changes.
    pub fn is_proven(&self) -> bool {
        let mut fates = std::iter::once(&self.last_change).chain(&self.joined_last_changes);
        self.consistency == Consistency::Consistent
            && fates.all(|fate| matches!(fate, LastChange::Watched(_) | LastChange::NotFetched))
    }
}

/// Whether rows belong together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Consistency {
    /// No change was seen while they were read, and every row has all required columns.
    Consistent,
    /// The table changed while they were read; each row says whether it is torn. Only with
    /// [`Effort::Best`](super::Effort::Best).
    Torn,
}

/// What became of the object that tells when the table changed.
#[derive(Clone, Debug, PartialEq)]
pub enum LastChange {
    /// The plan has none.
    NotAsked,
    /// Nothing of its table is fetched.
    NotFetched,
    /// The agent does not have it.
    NotThere,
    /// Its value, the same in every answer that the rows were read from.
    Watched(Value),
}

/// Whether GETBULK was used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BulkUse {
    /// It was, or the fetch was too short to tell.
    Used,
    /// The settings are against it.
    NotWanted,
    /// The agent does not answer it with anything of use; GETNEXT took its place.
    GivenUp,
}

/// Why a try was thrown away.
#[derive(Clone, Debug, PartialEq)]
pub enum Restart {
    /// A last-change object changed; `None` where it was gone.
    Changed {
        /// The object, without the `.0`.
        object: Box<Oid>,
        /// What it was when the try began.
        from: Option<Value>,
        /// What it was later.
        to: Option<Value>,
    },
    /// sysUpTime ran backwards.
    AgentRestarted {
        /// What it had been, in hundredths of a second.
        from: u32,
        /// What it was later.
        to: u32,
    },
    /// Rows lacked a required column.
    MissingColumn(Missing),
}

/// Rows without a required column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Missing {
    /// How many rows lack one.
    pub rows: usize,
    /// The index of the first of them.
    pub row: Vec<u32>,
    /// The first required column that it lacks: its OID.
    pub column: Box<Oid>,
    /// That column's name; empty where it is not known.
    pub name: String,
}

/// How far a fetch has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Progress {
    /// Tries so far, the current one included.
    pub tries: u32,
    /// Rows of the current try of which anything was read.
    pub rows: usize,
    /// Requests sent in all tries.
    pub requests: u64,
    /// Bindings received in all tries.
    pub bindings: u64,
}

/// Why a [`Table`](super::Table) ends early. Nothing has been yielded then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TableError {
    /// Every try met a change.
    #[error("{}", inconsistent(*tries, *changes, changed, *agent_restarts, *incomplete, missing.as_ref()))]
    Inconsistent {
        /// How often the fetch was tried.
        tries: u32,
        /// How many tries ended because a last-change object changed.
        changes: u32,
        /// Those that did, without the `.0`, each once.
        changed: Vec<Oid>,
        /// How many ended because sysUpTime ran backwards.
        agent_restarts: u32,
        /// How many ended with rows that lacked a required column.
        incomplete: u32,
        /// The last of these.
        missing: Option<Missing>,
    },
    /// A name is not larger than the one before it: the agent is faulty, and going on could take forever.
    #[error("the agent's names do not increase: {previous} is followed by {name}")]
    NotIncreasing {
        /// The name before, or the one that was asked for.
        previous: Box<Oid>,
        /// The name that should have been larger.
        name: Box<Oid>,
    },
    /// A value of another type than the plan describes.
    #[error("{name} has a value of type {found}, but the column is described as {expected:?}")]
    WrongSyntax {
        /// The instance.
        name: Box<Oid>,
        /// What is described.
        expected: Base,
        /// The type that came.
        found: &'static str,
    },
    /// An index that cannot be one of this table.
    #[error("{name} is not indexed as the table is described: {error}")]
    BadIndex {
        /// An instance of the row.
        name: Box<Oid>,
        /// What is wrong with its index.
        #[source]
        error: IndexError,
    },
    /// The agent answered with an error-status, even to a request for a single column.
    #[error("{error}, asked for what follows {after}")]
    Agent {
        /// The error.
        #[source]
        error: Box<AgentError>,
        /// The name that was asked about.
        after: Box<Oid>,
    },
    /// The agent left out what was asked for, even of a request for a single column.
    #[error("the agent answered with too short a list when asked for what follows {after}")]
    ShortAnswer {
        /// The name that was asked about.
        after: Box<Oid>,
    },
    /// The agent has more than a table fetch keeps.
    #[error(
        "the table has more than {} cells; ask for fewer columns, or for some of the rows",
        limits::TABLE_CELLS
    )]
    TooLarge,
    /// The agent has more columns than any table has.
    #[error("the agent has more than {} columns below {entry}", limits::TABLE_COLUMNS)]
    TooManyColumns {
        /// The table's entry.
        entry: Box<Oid>,
    },
    /// No usable answer.
    #[error(transparent)]
    Request(#[from] RequestError),
}

fn inconsistent(
    tries: u32,
    changes: u32,
    objects: &[Oid],
    restarts: u32,
    incomplete: u32,
    missing: Option<&Missing>,
) -> String {
    let times = |count: u32| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let mut reasons = Vec::new();
    if changes > 0 {
        let objects: Vec<String> = objects.iter().map(Oid::to_string).collect();
        reasons.push(format!("{} changed {}", objects.join(" or "), times(changes)));
    }
    if restarts > 0 {
        reasons.push(format!("the agent restarted {}", times(restarts)));
    }
    if let Some(Missing { rows, row, column, name }) = missing {
        let column = if name.is_empty() { column.to_string() } else { name.clone() };
        let row: Vec<String> = row.iter().map(u32::to_string).collect();
        let others = if *rows > 1 { format!(" and in {} more", rows - 1) } else { String::new() };
        let row = row.join(".");
        reasons.push(format!(
            "rows were incomplete {}: column {column} missing in row {row}{others}",
            times(incomplete)
        ));
    }
    let tries = if tries == 1 { "the only try".to_owned() } else { format!("each of {tries} tries") };
    format!(
        "the table changed during {tries} to read it ({}); require fewer columns or none, allow more tries, or take \
         what there is with best effort",
        reasons.join("; ")
    )
}
