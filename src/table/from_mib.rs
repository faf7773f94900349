//! Plans from what modules say of a table.

use super::{Column, IndexComponent, Plan, PlanError};
use crate::{
    mib::{
        Access, Kind, View,
        facts::Base,
        image::Definition,
        object::{Indexes, Object},
    },
    oid::Oid,
};

/// A module, and a name in it.
type Named = (&'static str, &'static str);

/// Scalars that tell the last change of tables of another name.
///
/// ENTITY-MIB has one for all its tables, LLDP-MIB one for what neighbours sent; ifInvStackTable (RFC 2864) is
/// ifStackTable read the other way round.
const LAST_CHANGES: &[(Named, &[Named])] = &[
    (
        ("ENTITY-MIB", "entLastChangeTime"),
        &[
            ("ENTITY-MIB", "entPhysicalTable"),
            ("ENTITY-MIB", "entLogicalTable"),
            ("ENTITY-MIB", "entLPMappingTable"),
            ("ENTITY-MIB", "entAliasMappingTable"),
            ("ENTITY-MIB", "entPhysicalContainsTable"),
        ],
    ),
    (("IF-MIB", "ifStackLastChange"), &[("IF-INVERTED-STACK-MIB", "ifInvStackTable")]),
    (
        ("LLDP-MIB", "lldpStatsRemTablesLastChangeTime"),
        &[
            ("LLDP-MIB", "lldpRemTable"),
            ("LLDP-MIB", "lldpRemManAddrTable"),
            ("LLDP-MIB", "lldpRemUnknownTLVTable"),
            ("LLDP-MIB", "lldpRemOrgDefInfoTable"),
        ],
    ),
    (
        ("LLDP-V2-MIB", "lldpV2StatsRemTablesLastChangeTime"),
        &[
            ("LLDP-V2-MIB", "lldpV2RemTable"),
            ("LLDP-V2-MIB", "lldpV2RemManAddrTable"),
            ("LLDP-V2-MIB", "lldpV2RemUnknownTLVTable"),
            ("LLDP-V2-MIB", "lldpV2RemOrgDefInfoTable"),
        ],
    ),
];

/// atNetAddress (RFC 1213): the one index object of type `NetworkAddress`. An image has that as `IpAddress`, but an instance
/// identifier begins with the kind of the address (RFC 1212, section 4.1.6).
const NETWORK_ADDRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 3, 1, 1, 3];

/// How many tables are looked at on the way along AUGMENTS; honest ones augment a base table directly.
const AUGMENTED: usize = 4;

impl Plan {
    /// The plan of a table that a module defines: its index (through AUGMENTS if need be), all columns that can be read,
    /// and the scalar that tells of its last change. No column is required.
    ///
    /// That scalar has the type `TimeTicks` and stands in the same module under the table's name with `LastChange` or
    /// `LastChangeTime` in place of `Table` or behind it, or it is one of a few that are known; a table that AUGMENTS
    /// another changes with it. Where an index object is not known, the index is not described.
    ///
    /// # Errors
    ///
    /// [`PlanError::Unknown`], [`PlanError::NotATable`], [`PlanError::NoColumns`], [`PlanError::NothingReadable`].
    pub fn from_mib(view: &View, oid: &Oid) -> Result<Self, PlanError> {
        let table = find(view, oid)?;
        let name = || table.name().to_string();
        let row = table.row().ok_or_else(|| PlanError::NoColumns { name: name() })?;
        let columns: Vec<Definition<'static>> = columns(view, row);
        if columns.is_empty() {
            return Err(PlanError::NoColumns { name: name() });
        }
        let readable: Vec<Column> = columns.into_iter().filter_map(column).collect();
        if readable.is_empty() {
            return Err(PlanError::NothingReadable { name: name() });
        }
        let mut plan = Self::assemble(oid.clone(), row.oid(), index(row), readable)?;
        plan.last_change = last_change(view, table);
        Ok(plan)
    }
}

fn find(view: &View, oid: &Oid) -> Result<Definition<'static>, PlanError> {
    let unknown = || PlanError::Unknown { oid: oid.clone() };
    let (node, rest) = view.image().find(oid);
    if view.is_empty() || !rest.is_empty() {
        return Err(unknown());
    }
    let shown = || node.definitions().filter(|definition| view.shows(*definition));
    if let Some(table) = shown().find(|definition| definition.kind() == Kind::Table) {
        return Ok(table);
    }
    let other = shown().next().ok_or_else(unknown)?;
    let is_table = |definition: &Definition<'_>| definition.kind() == Kind::Table;
    let above = match other.kind() {
        Kind::Row | Kind::Column => {
            node.ancestors().skip(1).take(2).find_map(|node| node.definitions().find(is_table))
        }
        _ => None,
    };
    Err(PlanError::NotATable {
        name: other.name().to_string(),
        table: above.map(|table| table.name().to_string()),
    })
}

fn columns(view: &View, row: Definition<'static>) -> Vec<Definition<'static>> {
    let is_column =
        |definition: &Definition<'_>| definition.kind() == Kind::Column && view.shows(*definition);
    row.node().children().filter_map(|node| node.definitions().find(is_column)).collect()
}

/// A column; `None` for one that cannot be read.
fn column(definition: Definition<'_>) -> Option<Column> {
    let access = definition.access()?;
    let is_readable = matches!(access, Access::ReadOnly | Access::ReadWrite | Access::ReadCreate);
    is_readable.then(|| Column {
        table: 0,
        id: definition.node().arc(),
        name: definition.name().to_string(),
        syntax: Object::of(definition).base(),
        access,
        bit: None,
    })
}

fn index(row: Definition<'_>) -> Vec<IndexComponent> {
    let indexes = Indexes::of(row);
    let components = indexes.components().collect::<Vec<_>>();
    let with_object = components.iter().zip(indexes.objects());
    with_object
        .map(|(component, object)| {
            let oid = object.definition().oid();
            let is_network_address = oid.arcs() == NETWORK_ADDRESS;
            IndexComponent {
                name: component.name.to_owned(),
                object: Some(oid),
                syntax: if is_network_address { Base::NetworkAddress } else { component.facts.base },
                ranges: component.facts.ranges.to_vec(),
                implied: component.implied,
                inet_address: component.inet_address,
            }
        })
        .collect()
}

/// The scalar that tells when a table changed, without its `.0`.
fn last_change(view: &View, table: Definition<'static>) -> Option<Oid> {
    let mut table = Some(table);
    for _ in 0..AUGMENTED {
        let known = table?;
        if let Some(scalar) = named_after(view, known).or_else(|| paired(view, known)) {
            return Some(scalar.oid());
        }
        let base_row = known.row()?.augments()?.definition()?;
        let above = base_row.node().parent()?;
        table = above.definitions().find(|definition| definition.kind() == Kind::Table);
    }
    None
}

fn named_after(view: &View, table: Definition<'static>) -> Option<Definition<'static>> {
    let module = table.module()?.name();
    let name = table.name().to_string();
    let stems = [name.strip_suffix("Table"), Some(name.as_str())];
    let names = stems
        .into_iter()
        .flatten()
        .flat_map(|stem| ["LastChange", "LastChangeTime"].map(|ending| format!("{stem}{ending}")));
    names.into_iter().find_map(|name| view.in_module(module, &name).filter(|found| tells_time(*found)))
}

fn paired(view: &View, table: Definition<'static>) -> Option<Definition<'static>> {
    let module = table.module()?.name();
    let name = table.name().to_string();
    let is_listed = |tables: &[Named]| tables.contains(&(module, name.as_str()));
    let ((scalar_module, scalar), _) = LAST_CHANGES.iter().find(|(_, tables)| is_listed(tables))?;
    view.in_module(scalar_module, scalar).filter(|found| tells_time(*found))
}

fn tells_time(definition: Definition<'_>) -> bool {
    definition.kind() == Kind::Scalar && Object::of(definition).base() == Base::TimeTicks
}

#[cfg(test)]
mod tests;
