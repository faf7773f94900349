//! What to fetch of a table.

use super::join::Joined;
use crate::{
    mib::{
        Access,
        facts::{Base, Facts, Range},
        index::{self, Component, IndexError},
    },
    oid::{Oid, OidError},
    value::Value,
};

/// How often a fetch may be tried in all, unless a plan says otherwise: bsnmp's number.
pub const DEFAULT_MAX_ITER: u32 = 10;

/// One object of a table's index, with all that is needed to read its part of an instance identifier.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IndexComponent {
    /// Its name; empty where it is not known.
    pub name: String,
    /// Its OID, to look up more of it; `None` where it is not known.
    pub object: Option<Oid>,
    /// Its type.
    pub syntax: Base,
    /// Numbers or sizes that it may have. One single size means that instance identifiers leave out the length
    /// (RFC 2578, section 7.7).
    pub ranges: Vec<Range>,
    /// Whether IMPLIED stands before it: its length is left out as well, and it is the last one.
    pub implied: bool,
    /// Whether it is an address whose text has dots or colons; see [`Component::inet_address`].
    pub inet_address: bool,
}

impl IndexComponent {
    /// A component of which only name and type matter.
    pub fn new(name: &str, syntax: Base) -> Self {
        Self {
            name: name.to_owned(),
            object: None,
            syntax,
            ranges: Vec::new(),
            implied: false,
            inet_address: false,
        }
    }

    /// The same for the functions of [`mib::index`](crate::mib::index).
    pub fn component(&self) -> Component<'_> {
        Component {
            name: &self.name,
            facts: Facts { ranges: &self.ranges, ..Facts::new(self.syntax) },
            implied: self.implied,
            inet_address: self.inet_address,
        }
    }
}

/// A column that is fetched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Column {
    /// Which of a plan's tables it belongs to: 0 is the plan's own, the others follow in the order in which they were
    /// [joined](Plan::join).
    pub table: usize,
    /// Its sub-identifier below that table's entry.
    pub id: u32,
    /// Its name; empty where it is not known.
    pub name: String,
    /// The type that its values have; [`Base::Other`] for any.
    pub syntax: Base,
    /// Whether it can be read. What cannot is no part of a plan that is made from the MIB.
    pub access: Access,
    /// Its bit in bsnmp's masks of its table, counted from 0; `None` for a column that is an index object as well, which
    /// in bsnmp has an index bit, and those have no effect.
    pub bit: Option<u32>,
}

impl Column {
    /// A column with values of any type, which is in no mask yet; a [`Plan`] gives it its bit.
    pub const fn numbered(id: u32) -> Self {
        Self { table: 0, id, name: String::new(), syntax: Base::Other, access: Access::ReadOnly, bit: None }
    }

    /// Whether a value has the type that is described. Exceptions never have.
    pub const fn accepts(&self, value: &Value) -> bool {
        match (self.syntax, value) {
            (_, Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView) => false,
            (Base::Other, _)
            | (Base::Integer | Base::Integer32, Value::Integer32(_))
            | (Base::Unsigned32 | Base::Gauge32 | Base::UInteger32, Value::Gauge32(_))
            | (Base::UInteger32, Value::UInteger32(_))
            | (Base::Counter32, Value::Counter32(_))
            | (Base::Counter64, Value::Counter64(_))
            | (Base::TimeTicks, Value::TimeTicks(_))
            | (Base::IpAddress | Base::NetworkAddress, Value::IpAddress(_))
            | (Base::OctetString | Base::Bits | Base::NsapAddress, Value::OctetString(_))
            | (Base::ObjectIdentifier, Value::ObjectIdentifier(_))
            | (Base::Opaque, Value::Opaque(_))
            | (Base::Null, Value::Null) => true,
            _ => false,
        }
    }
}

/// Which columns every row must have. A row without one of them means that the table was being changed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Required {
    /// None: a row may lack any column.
    #[default]
    None,
    /// All that are fetched.
    All,
    /// Those with these sub-identifiers.
    Columns(Vec<u32>),
    /// Those whose bit is set, as in bsnmp's `req_mask`: bit 0 is the first index column. The index columns' bits have no
    /// effect, and neither have bits of columns that there are not.
    Mask(u64),
}

/// Why there is no such plan.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// No module that counts defines the OID.
    #[error("{oid} is not known; without the MIB a table is described by its OID and the columns wanted")]
    Unknown {
        /// The OID.
        oid: Oid,
    },
    /// The OID is something else.
    #[error("{name} is not a table{}", belonging(.table.as_deref()))]
    NotATable {
        /// Its name.
        name: String,
        /// The table that it belongs to, if it is a row or a column.
        table: Option<String>,
    },
    /// The MIB defines no columns below the table's entry, or no entry.
    #[error("the table {name} has no columns")]
    NoColumns {
        /// Its name.
        name: String,
    },
    /// The table has columns, but none that can be read.
    #[error("the table {name} has no column that can be read")]
    NothingReadable {
        /// Its name.
        name: String,
    },
    /// A column that is not one of the plan's.
    #[error("the table {table} has no column {id} that can be read")]
    NoSuchColumn {
        /// The table's OID.
        table: Oid,
        /// The sub-identifier.
        id: u32,
    },
    /// A column that is wanted twice.
    #[error("column {id} is named twice")]
    Twice {
        /// The sub-identifier.
        id: u32,
    },
    /// A required column that is not to be fetched.
    #[error("column {id} is required, but not among the columns to fetch")]
    RequiredNotFetched {
        /// The sub-identifier.
        id: u32,
    },
    /// A place behind the last column.
    #[error("there is no column at place {place}, {columns} are known")]
    NoSuchPlace {
        /// The place, from 0.
        place: usize,
        /// How many columns there are.
        columns: usize,
    },
    /// Tables whose rows cannot stand beside one another.
    #[error("the rows of {joined} have no index of the same form as those of {table}")]
    IndexDiffers {
        /// The plan's own table.
        table: Box<Oid>,
        /// The one that was to be joined.
        joined: Box<Oid>,
    },
    /// A table that the plan has already.
    #[error("the table {table} is in the plan already")]
    JoinedTwice {
        /// Its OID.
        table: Oid,
    },
    /// The OID is too long for a table.
    #[error(transparent)]
    Oid(#[from] OidError),
}

fn belonging(table: Option<&str>) -> String {
    table.map(|table| format!("; it belongs to the table {table}")).unwrap_or_default()
}

/// What to fetch of a table, or of several tables whose rows have the same indexes; see [`Plan::join`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    pub(super) table: Oid,
    pub(super) entry: Oid,
    pub(super) index: Vec<IndexComponent>,
    pub(super) columns: Vec<Column>,
    pub(super) required: Required,
    /// Whether the columns of its own table are those that are described, and not those that the agent has.
    pub(super) knows_columns: bool,
    pub(super) joined: Vec<Joined>,
    /// An object that the agent sets to another value when the table changes, without the `.0`. By default that of the
    /// MIB, if there is one.
    pub last_change: Option<Oid>,
    /// How often the fetch may be tried in all; from 1 (0 is taken for 1), by default [`DEFAULT_MAX_ITER`].
    pub max_iter: u32,
    /// The first row that is wanted: an index, or the beginning of one.
    pub rows_from: Option<Vec<u32>>,
    /// The last row that is wanted, with all that begin with this index.
    pub rows_to: Option<Vec<u32>>,
}

impl Plan {
    /// A table whose columns and index are described here. Its entry has sub-identifier 1, as nearly all have.
    ///
    /// Bits of bsnmp's masks go to the columns in their order here, after one for each index component; a column that
    /// bears the name of an index component gets none.
    ///
    /// # Errors
    ///
    /// [`PlanError::NoColumns`], [`PlanError::Twice`], and [`PlanError::Oid`] for a table's OID without room below it.
    pub fn new(table: &Oid, index: Vec<IndexComponent>, columns: Vec<Column>) -> Result<Self, PlanError> {
        if columns.is_empty() {
            return Err(PlanError::NoColumns { name: table.to_string() });
        }
        let entry = table.child(&[1])?;
        Self::assemble(table.clone(), entry, index, columns)
    }

    /// A table of which only the OID is known: the columns are those that the agent has, and the index is left as it is.
    ///
    /// # Errors
    ///
    /// [`PlanError::Oid`] for an OID without room below it.
    pub fn without_mib(table: &Oid) -> Result<Self, PlanError> {
        let entry = table.child(&[1])?;
        Self::assemble(table.clone(), entry, Vec::new(), Vec::new())
    }

    pub(super) fn assemble(
        table: Oid,
        entry: Oid,
        index: Vec<IndexComponent>,
        mut columns: Vec<Column>,
    ) -> Result<Self, PlanError> {
        // The name of a column, and an index behind it, must have room.
        entry.child(&[0, 0])?;
        if let Some(id) = first_twice(columns.iter().map(|column| column.id)) {
            return Err(PlanError::Twice { id });
        }
        let is_index = |column: &Column| {
            !column.name.is_empty() && index.iter().any(|component| component.name == column.name)
        };
        number(&mut columns, index.len(), is_index);
        let knows_columns = !columns.is_empty();
        Ok(Self {
            table,
            entry,
            index,
            columns,
            required: Required::None,
            knows_columns,
            joined: Vec::new(),
            last_change: None,
            max_iter: DEFAULT_MAX_ITER,
            rows_from: None,
            rows_to: None,
        })
    }

    /// The table's OID.
    pub const fn table(&self) -> &Oid {
        &self.table
    }

    /// The OID of its entry, below which the columns are.
    pub const fn entry(&self) -> &Oid {
        &self.entry
    }

    /// The index, in order; empty when it is not known, and then an index is nothing but sub-identifiers.
    pub fn index(&self) -> &[IndexComponent] {
        &self.index
    }

    /// The columns to fetch, in the order in which rows have them. A table of which there is none here has those that the
    /// agent has.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of a name, case and all.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| !column.name.is_empty() && column.name == name)
    }

    /// Fetches these columns of the plan's own table alone, in this order; those of joined tables stay, behind them.
    ///
    /// Where the columns are not known they become known by this, and are not looked for.
    ///
    /// # Errors
    ///
    /// [`PlanError::NoSuchColumn`], [`PlanError::Twice`], [`PlanError::RequiredNotFetched`]; the plan is unchanged then.
    pub fn only(&mut self, ids: &[u32]) -> Result<(), PlanError> {
        if let Some(id) = first_twice(ids.iter().copied()) {
            return Err(PlanError::Twice { id });
        }
        let mut chosen = if self.knows_columns_of(0) {
            let known = |id: &u32| {
                let column = self.columns_of(0).find(|column| column.id == *id).cloned();
                column.ok_or_else(|| PlanError::NoSuchColumn { table: self.table.clone(), id: *id })
            };
            ids.iter().map(known).collect::<Result<Vec<_>, _>>()?
        } else {
            self.numbered(0, ids)
        };
        if chosen.is_empty() {
            return Err(PlanError::NoColumns { name: self.table.to_string() });
        }
        check_required(&self.required, chosen.iter())?;
        chosen.extend(self.columns.drain(..).filter(|column| column.table > 0));
        self.columns = chosen;
        self.knows_columns = true;
        Ok(())
    }

    /// Says which columns of the plan's own table every row must have; by default none. What a joined table requires is
    /// said before it is joined.
    ///
    /// # Errors
    ///
    /// [`PlanError::RequiredNotFetched`]; the plan is unchanged then.
    pub fn require(&mut self, required: Required) -> Result<(), PlanError> {
        if self.knows_columns_of(0) {
            check_required(&required, self.columns_of(0))?;
        }
        self.required = required;
        Ok(())
    }

    /// Which columns of the plan's own table every row must have.
    pub const fn required(&self) -> &Required {
        &self.required
    }

    /// Whether every row must have this column.
    pub fn requires(&self, column: &Column) -> bool {
        match self.required_of(column.table) {
            Required::None => false,
            Required::All => true,
            Required::Columns(ids) => ids.contains(&column.id),
            Required::Mask(mask) => {
                column.bit.and_then(|bit| mask.checked_shr(bit)).is_some_and(|rest| rest & 1 == 1)
            }
        }
    }

    /// The required columns of the plan's own table as bsnmp's `req_mask` has them, without the index columns' bits, which
    /// have no effect. Columns past bit 63 are not in it.
    pub fn required_mask(&self) -> u64 {
        let required = self.columns_of(0).filter(|column| self.requires(column));
        required.filter_map(|column| column.bit).filter(|bit| *bit < 64).fold(0, |mask, bit| mask | 1 << bit)
    }

    /// The columns that an agent turned out to have in one of the plan's tables, as this plan describes them.
    pub fn numbered(&self, table: usize, ids: &[u32]) -> Vec<Column> {
        let numbered = |id: &u32| Column { table, ..Column::numbered(*id) };
        let mut columns: Vec<Column> = ids.iter().map(numbered).collect();
        number(&mut columns, self.index.len(), |_| false);
        columns
    }

    /// The values that an index stands for; none at all when the index is not described.
    ///
    /// # Errors
    ///
    /// [`IndexError`] for arcs that cannot be an index of this table.
    pub fn decode_index(&self, arcs: &[u32]) -> Result<Vec<Value>, IndexError> {
        if self.index.is_empty() {
            return Ok(Vec::new());
        }
        let components: Vec<Component<'_>> = self.index.iter().map(IndexComponent::component).collect();
        index::decode(&components, arcs)
    }

    /// The arcs of a row with these index values, for [`Plan::rows_from`] and [`Plan::rows_to`].
    ///
    /// # Errors
    ///
    /// [`IndexError`] for values that the index cannot have.
    pub fn encode_index(&self, values: &[Value]) -> Result<Vec<u32>, IndexError> {
        let components: Vec<Component<'_>> = self.index.iter().map(IndexComponent::component).collect();
        index::encode(&components, values)
    }
}

/// Gives columns their bits: those that are index objects have none, the others follow the index columns'.
fn number(columns: &mut [Column], index: usize, is_index: impl Fn(&Column) -> bool) {
    let bits = u32::try_from(index).unwrap_or(u32::MAX)..;
    for (column, bit) in columns.iter_mut().filter(|column| !is_index(column)).zip(bits) {
        column.bit = Some(bit);
    }
}

/// Whether the columns of a table have all that are required of it by number.
pub(super) fn check_required<'a>(
    required: &Required,
    columns: impl Iterator<Item = &'a Column>,
) -> Result<(), PlanError> {
    let Required::Columns(ids) = required else { return Ok(()) };
    let fetched: std::collections::BTreeSet<u32> = columns.map(|column| column.id).collect();
    match ids.iter().find(|id| !fetched.contains(id)) {
        Some(id) => Err(PlanError::RequiredNotFetched { id: *id }),
        None => Ok(()),
    }
}

pub(super) fn first_twice<T: Copy + Ord>(ids: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = std::collections::BTreeSet::new();
    ids.into_iter().find(|id| !seen.insert(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Oid {
        "1.3.6.1.2.1.2.2".parse().unwrap()
    }

    /// `ifIndex` as an index object and as a column, and two more.
    fn plan() -> Plan {
        let named = |id, name: &str| Column { name: name.to_owned(), ..Column::numbered(id) };
        let index = vec![IndexComponent::new("ifIndex", Base::Integer32)];
        Plan::new(&table(), index, vec![named(1, "ifIndex"), named(2, "ifDescr"), named(10, "ifInOctets")])
            .unwrap()
    }

    fn required(plan: &Plan) -> Vec<u32> {
        plan.columns().iter().filter(|column| plan.requires(column)).map(|column| column.id).collect()
    }

    #[test]
    fn masks_are_bsnmps_and_index_bits_have_no_effect() {
        let mut plan = plan();
        for (mask, ids, back) in [
            (0, &[][..], 0),
            (0b1, &[], 0),
            (0b11, &[2], 0b10),
            (0b110, &[2, 10], 0b110),
            (0x7ff, &[2, 10], 0b110),
            (u64::MAX, &[2, 10], 0b110),
        ] {
            plan.require(Required::Mask(mask)).unwrap();
            assert_eq!(required(&plan), ids, "{mask:#x}");
            assert_eq!(plan.required_mask(), back, "{mask:#x}");
        }
        plan.require(Required::All).unwrap();
        assert_eq!((required(&plan), plan.required_mask()), (vec![1, 2, 10], 0b110));
    }

    #[test]
    fn a_mask_means_the_same_columns_when_only_some_are_fetched() {
        let mut plan = plan();
        plan.require(Required::Mask(0b100)).unwrap();
        plan.only(&[10, 1]).unwrap();
        assert_eq!(required(&plan), [10]);
        assert_eq!(plan.columns().iter().map(|column| column.id).collect::<Vec<_>>(), [10, 1]);
    }

    #[test]
    fn columns_past_the_sixty_fourth_bit_can_be_required_by_number() {
        let columns: Vec<Column> = (1..=100).map(Column::numbered).collect();
        let mut plan = Plan::new(&table(), vec![IndexComponent::new("i", Base::Integer32)], columns).unwrap();
        plan.require(Required::Columns(vec![3, 99])).unwrap();
        assert_eq!(required(&plan), [3, 99]);
        assert_eq!(plan.required_mask(), 1 << 3);
        plan.require(Required::Mask(u64::MAX)).unwrap();
        assert_eq!(required(&plan).len(), 63);
    }

    #[test]
    fn what_is_not_in_the_table_is_refused_and_changes_nothing() {
        let mut plan = plan();
        let before = plan.clone();
        assert_eq!(plan.only(&[2, 3]), Err(PlanError::NoSuchColumn { table: table(), id: 3 }));
        assert_eq!(plan.only(&[2, 2]), Err(PlanError::Twice { id: 2 }));
        assert!(matches!(plan.only(&[]), Err(PlanError::NoColumns { .. })));
        let refused = plan.require(Required::Columns(vec![2, 11]));
        assert_eq!(refused, Err(PlanError::RequiredNotFetched { id: 11 }));
        assert_eq!(plan, before);
        plan.require(Required::Columns(vec![2])).unwrap();
        assert_eq!(plan.only(&[1]), Err(PlanError::RequiredNotFetched { id: 2 }));
        assert!(matches!(Plan::new(&table(), Vec::new(), Vec::new()), Err(PlanError::NoColumns { .. })));
        let twice = Plan::new(&table(), Vec::new(), vec![Column::numbered(4), Column::numbered(4)]);
        assert_eq!(twice, Err(PlanError::Twice { id: 4 }));
        assert!(matches!(Plan::without_mib(&Oid::from_static(&[1; 126])), Err(PlanError::Oid(_))));
    }

    #[test]
    fn without_a_mib_columns_are_found_or_named_by_number() {
        let mut plan = Plan::without_mib(&table()).unwrap();
        assert!(plan.columns().is_empty());
        assert_eq!(plan.entry().to_string(), "1.3.6.1.2.1.2.2.1");
        plan.require(Required::Columns(vec![7])).unwrap();
        assert_eq!(plan.only(&[5]), Err(PlanError::RequiredNotFetched { id: 7 }));
        plan.only(&[7, 5]).unwrap();
        assert_eq!(required(&plan), [7]);
        assert_eq!(plan.decode_index(&[1, 2, 3]), Ok(Vec::new()));
    }

    #[test]
    fn a_column_accepts_the_values_of_its_type_alone() {
        let values = [
            Value::Integer32(-1),
            Value::Gauge32(1),
            Value::Counter32(1),
            Value::Counter64(1),
            Value::TimeTicks(1),
            Value::IpAddress([127, 0, 0, 1].into()),
            Value::OctetString("x".into()),
            Value::ObjectIdentifier(table()),
            Value::Opaque("x".into()),
            Value::UInteger32(1),
        ];
        for (syntax, accepted) in [
            (Base::Integer, &[0][..]),
            (Base::Integer32, &[0]),
            (Base::Unsigned32, &[1]),
            (Base::Gauge32, &[1]),
            (Base::Counter32, &[2]),
            (Base::Counter64, &[3]),
            (Base::TimeTicks, &[4]),
            (Base::IpAddress, &[5]),
            (Base::OctetString, &[6]),
            (Base::Bits, &[6]),
            (Base::ObjectIdentifier, &[7]),
            (Base::Opaque, &[8]),
            (Base::UInteger32, &[1, 9]),
            (Base::Other, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ] {
            let column = Column { syntax, ..Column::numbered(1) };
            let found: Vec<usize> = (0..values.len()).filter(|at| column.accepts(&values[*at])).collect();
            assert_eq!(found, accepted, "{syntax:?}");
            assert!(!column.accepts(&Value::NoSuchInstance));
        }
    }
}
