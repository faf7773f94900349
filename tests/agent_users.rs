//! `snmpagent` with users of `SNMPv3`, asked by net-snmp's programs and by snmp2's client.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that cannot go on must say where")]
#![allow(clippy::disallowed_methods, reason = "a test against real programs lives on the real clock")]

mod support;

#[path = "agent_users/common.rs"]
mod common;
#[path = "agent_users/counters.rs"]
mod counters;
#[path = "agent_users/pairs.rs"]
mod pairs;
#[path = "agent_users/running.rs"]
mod running;
#[path = "agent_users/snmp2_client.rs"]
mod snmp2_client;
