//! Names: what modules of the SMI define, and how objects are named by it.
//!
//! Module files are compiled once ([`compile`](mod@compile)) into an [`image`], which is read in place from then on. The image of
//! the standard modules is part of the program ([`image::core`]), so objects have their names on a machine without a
//! single module file.

pub mod compile;
pub mod image;
mod kinds;
pub mod model;

pub use kinds::{Access, BaseType, Kind, Language, Status};
