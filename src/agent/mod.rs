//! An agent without sockets: octets and times in, octets out.
//!
//! [`Agent`] knows the protocol (GET, GETNEXT, GETBULK, SET in two phases; RFC 3416, section 4.2), a [`tree::Tree`]
//! of [`tree::Provider`]s knows the objects. Two sorts of device are here: the built-in one ([`demo`]) and recorded
//! walks served again ([`record`]). With an [`Authority`] an agent speaks `SNMPv3` too. A [`Device`] is either of them with [`quirk`]s: misbehaviour on request.

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
mod usm;
mod v3;

pub use access::{Communities, Permission};
pub use device::{Device, Effect};
pub use respond::{Agent, Handled};
pub use usm::{Authority, AuthorityError, User, UsmCounter};
pub use v3::{Received, Request};
