//! SNMP for programs and for operators: sessions, walks and a device to practise on.
//!
//! The command-line tools of this package are thin; what they do is all here. A program opens a [`session::Session`]
//! from a [`server_spec::ServerSpec`] and asks:
//!
//! ```
//! use snmpkit::{operation::WalkPlan, session::{Session, SessionSettings}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // `demo::` is the device inside this library; `public@router1` would be one outside.
//! let session = Session::open(&"demo::".parse()?, SessionSettings::default()).await?;
//! let name = session.get(&["1.3.6.1.2.1.1.5.0".parse()?]).await?;
//! println!("{:?}", name[0].value);
//!
//! let mut walk = session.walk(WalkPlan::subtree("1.3.6.1.2.1.2".parse()?));
//! while let Some(binding) = walk.next().await {
//!     let binding = binding?;
//!     println!("{} = {:?}", binding.name, binding.value);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Any number of requests may be outstanding in a session, and any number of sessions may be open. A program without
//! tokio uses [`session::blocking`]. [`session::Error`] tells apart what went wrong: an error-status of the agent
//! (which, for which binding, of what name), a time-out (how many tries, how long), a system error (which call, which
//! address, which errno), an answer that cannot be read (which octet, why).
//!
//! # For those who know another library
//!
//! | net-snmp | here |
//! |---|---|
//! | `snmp_sess_init`, `struct snmp_session` | [`session::SessionSettings`] |
//! | `snmp_open` | [`session::Session::open`]; [`session::blocking::Session::open`] |
//! | `snmp_pdu_create`, `snmp_add_null_var` | [`engine::Request`] with [`value::VarBind::ask`] |
//! | `snmp_synch_response` | [`session::blocking::Session::request`] |
//! | `snmp_send`, `snmp_async_send` with its callback | [`session::Session::request`], awaited or spawned |
//! | `snmp_select_info`, `snmp_read`, `snmp_timeout` | nothing to call: the session's task does it |
//! | `snmp_fix_pdu` | [`operation::Get`] with [`operation::Fix::DropAndRepeat`] |
//! | `snmp_error`, `snmp_sess_error`, `snmp_errstring` | [`session::Error`], [`codec::ErrorStatus::name`] |
//! | `snmp_close` | drop the session |
//!
//! | bsnmp | here |
//! |---|---|
//! | `snmp_client_init`, `snmp_client_set_host` … | [`session::SessionSettings`]; docs/bsnmp.md has all the fields |
//! | `snmp_parse_server` | [`server_spec::ServerSpec::parse`] |
//! | `snmp_open` | [`session::Session::open`] |
//! | `snmp_dialog` | [`session::blocking::Session::request`] |
//! | `snmp_pdu_send` | [`session::Session::request`] |
//! | `snmp_receive` | the future that it returns |
//! | `snmp_pdu_check` | [`engine::Checked::of`] |
//! | `snmp_oid_append` | [`oid::Oid::extended`] |
//! | `snmp_table_fetch` | [`session::blocking::Session::fetch_table`] with a [`table::Plan`] |
//! | `snmp_table_fetch_async` | [`session::Session::fetch_table`], [`session::Session::table_stream`] |
//! | `snmp_pdu_dump` | [`codec::dump::message`] |
//! | `snmp_pdu_encode`, `snmp_pdu_decode` | [`codec::encode`], [`codec::decode`] |
//! | `snmp_client.error` | [`session::Error`] |
//! | `snmp_close` | drop the session |
//!
//! # How it is built
//!
//! Everything that thinks is free of I/O: [`codec`], [`engine`], [`operation`] and [`agent`] take octets and points in
//! time, and give octets, deadlines and results. [`session`] is the tokio loop around them and the only reader of the
//! clock; [`sim`] is another loop around them in which time is a number.

pub mod agent;
pub mod cli;
pub mod clock;
pub mod codec;
pub mod config;
pub mod crypto;
pub mod engine;
pub(crate) mod files;
pub mod limits;
pub mod mib;
pub mod oid;
pub mod operation;
pub mod output;
pub mod secret;
pub mod server_spec;
pub mod session;
pub mod sim;
pub mod state;
pub mod table;
pub mod tool;
pub mod transport;
pub mod value;
