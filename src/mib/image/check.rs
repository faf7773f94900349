//! What a model must hold to before it is written, and the orders that its parts are written in.

use crate::{
    limits,
    mib::model::{Definition, Model, Target},
};

/// Why no image can be made of a model.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// A definition has no arcs or more than [`limits::OID_ARCS`].
    #[error("{name} has an object identifier of {arcs} arcs, where 1 to {} are possible", limits::OID_ARCS)]
    BadOid {
        /// The definition.
        name: String,
        /// How many arcs.
        arcs: usize,
    },
    /// A position leads out of its vector.
    #[error("{name} refers to {what} {position}, which is not there")]
    NotThere {
        /// What refers.
        name: String,
        /// The vector.
        what: &'static str,
        /// The position.
        position: usize,
    },
    /// Types are made from one another in a ring.
    #[error("the type {name} is made from itself")]
    Ring {
        /// One of them.
        name: String,
    },
    /// Offsets are 31 bits.
    #[error("the image would have more than 2 GiB")]
    TooLarge,
}

pub(super) fn check(model: &Model) -> Result<(), WriteError> {
    let there = |name: &str, what, position, length: usize| {
        if position < length {
            Ok(())
        } else {
            Err(WriteError::NotThere { name: name.to_owned(), what, position })
        }
    };
    for named in &model.types {
        there(&named.name, "module", named.module, model.modules.len())?;
        if let Some(parent) = named.syntax.named {
            there(&named.name, "type", parent, model.types.len())?;
        }
    }
    for definition in &model.definitions {
        let Definition { name, oid, .. } = definition;
        if let Some(module) = definition.module {
            there(name, "module", module, model.modules.len())?;
        }
        if oid.is_empty() || oid.len() > limits::OID_ARCS {
            return Err(WriteError::BadOid { name: name.clone(), arcs: oid.len() });
        }
        for parent in definition.syntax.iter().filter_map(|syntax| syntax.named) {
            there(name, "type", parent, model.types.len())?;
        }
        for item in &definition.list {
            if let Target::Definition(position) = item.target {
                there(name, "definition", position, model.definitions.len())?;
            }
        }
    }
    type_order(model).map(drop)
}

/// Positions of the types so that each follows the one that it is made from; otherwise by name and module.
pub(super) fn type_order(model: &Model) -> Result<Vec<usize>, WriteError> {
    let mut depths = vec![None; model.types.len()];
    for start in 0..model.types.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        let mut depth = 0_usize;
        while let Some(position) = at {
            if let Some(known) = depths[position] {
                depth = known + 1;
                break;
            }
            if path.len() > model.types.len() {
                return Err(WriteError::Ring { name: model.types[start].name.clone() });
            }
            path.push(position);
            at = model.types[position].syntax.named;
        }
        for position in path.into_iter().rev() {
            depths[position] = Some(depth);
            depth += 1;
        }
    }
    let mut order: Vec<usize> = (0..model.types.len()).collect();
    let key = |position: &usize| {
        let named = &model.types[*position];
        (depths[*position], &named.name, &model.modules[named.module].name, *position)
    };
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    Ok(order)
}

/// For each position the place that it has in an order.
pub(super) fn places(order: &[usize]) -> Vec<usize> {
    let mut places = vec![0; order.len()];
    for (place, position) in order.iter().enumerate() {
        places[*position] = place;
    }
    places
}
