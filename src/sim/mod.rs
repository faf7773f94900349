//! A world in which time is a number: engines and operations run against an agent over a network whose faults are
//! data.
//!
//! The same [`Engine`](crate::engine::Engine) and the same [`Operation`](crate::operation::Operation)s that run over
//! sockets run here, in microseconds of real time. A seed decides everything: the same seed gives the same trace.
//!
//! ```
//! use snmpkit::{
//!     agent::{Communities, Device, demo},
//!     operation::{Walk, WalkPlan},
//!     sim::{Faults, World},
//! };
//!
//! let device = Device::new(demo::agent(demo::Settings::default(), Communities::default()), &[], 0);
//! let walk = Walk::new(WalkPlan::subtree("1.3.6.1.2.1.1".parse()?));
//! let items = World::new(device).faults(Faults::lossy(7)).run(walk)?;
//! assert!(!items.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod net;
mod world;

pub use net::{Direction, Fault, Faults};
pub use world::{Observation, Peer, Reply, TraceEntry, World};
