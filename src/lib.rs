//! SNMP for programs and for operators: sessions, walks and a device to practise on.

pub mod clock;
pub mod codec;
pub mod engine;
pub mod limits;
pub mod oid;
pub mod operation;
pub mod output;
pub mod secret;
pub mod server_spec;
pub mod value;
