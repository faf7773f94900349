//! Names: what modules of the SMI define, and what follows from it for names, types, DISPLAY-HINTs and indexes.
//!
//! Module files are compiled once ([`compile`](mod@compile)) into an [`image`], which is read in place from then on. The
//! image of the standard modules is part of the program ([`image::core`]). [`facts`] are what a definition says of an
//! object; [`hint`], [`index`] and [`input`] make text and values of them, as net-snmp does, and [`name`] reads names.

mod cache;
pub mod compile;
pub mod facts;
pub mod hint;
pub mod image;
pub mod index;
pub mod input;
mod kinds;
pub mod library;
mod map;
pub mod model;
pub mod name;
pub mod object;
mod scan;
pub mod tree;
pub mod view;

pub use kinds::{Access, BaseType, Kind, Language, Status};
pub use library::Library;
pub use view::View;
