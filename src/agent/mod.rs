//! An agent without sockets: octets and times in, octets out.
//!
//! [`Agent`] knows the protocol (GET, GETNEXT, GETBULK, SET in two phases; RFC 3416, section 4.2), a [`tree::Tree`]
//! of [`tree::Provider`]s knows the objects. Two sorts of device are here: the built-in one ([`demo`]) and recorded
//! walks served again ([`record`]). A [`Device`] is either of them with [`quirk`]s: misbehaviour on request.

pub mod access;
pub mod demo;
mod device;
pub mod quirk;
pub mod random;
pub mod record;
mod respond;
pub mod size;
pub mod statistics;
pub mod store;
pub mod tree;

pub use access::{Communities, Permission};
pub use device::{Device, Effect};
pub use respond::{Agent, Handled};
