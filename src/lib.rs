//! SNMP for programs and for operators: sessions, walks and a device to practise on.

pub mod cli;
pub mod clock;
pub mod codec;
pub mod config;
pub mod engine;
pub mod limits;
pub mod oid;
pub mod operation;
pub mod secret;
pub mod server_spec;
pub mod tool;
pub mod value;
