//! Tables: what to fetch of one ([`Plan`]) and what comes of it ([`Row`]s).
//!
//! A [`Plan`] comes from the MIB ([`Plan::from_mib`]), from a description that a program writes down itself
//! ([`Plan::new`]), or from nothing but the table's OID ([`Plan::without_mib`]), and then the columns are those that the
//! agent has. [`Plan::join`] puts the rows of further tables beside those of the first. The fetch itself is [`operation::Table`](crate::operation::Table).

mod from_mib;
mod join;
mod plan;
mod rows;

pub use plan::{Column, DEFAULT_MAX_ITER, IndexComponent, Plan, PlanError, Required};
pub use rows::{Cell, Condition, Found, Judged, Row, Rows, TooLarge};
