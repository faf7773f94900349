//! The device of `demo::`, behind the transport that leads to it.

use std::time::{Duration as StdDuration, SystemTime, UNIX_EPOCH};

use crate::{
    agent::{Communities, Device, Effect, demo},
    clock::{Duration, Instant},
    transport::InProcess,
};

/// How often the device pretends to restart: its uptime counts from the last multiple of this, so that one command
/// after the other finds its counters further on.
const RESTARTS_EVERY: u64 = 30 * 24 * 60 * 60;

/// The settings under which the built-in device stands in the present: its clock is the system's.
#[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
pub fn present() -> demo::Settings {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(StdDuration::ZERO);
    let uptime = StdDuration::new(since_1970.as_secs() % RESTARTS_EVERY, since_1970.subsec_nanos());
    demo::Settings { uptime: uptime.into(), unix_seconds: since_1970.as_secs(), ..demo::Settings::default() }
}

/// A device as the memory transport wants it.
struct Inside(Device);

impl InProcess for Inside {
    fn handle(&mut self, now: StdDuration, message: &[u8], reply: &mut dyn FnMut(StdDuration, &[u8])) {
        for effect in self.0.handle(Instant::ZERO + Duration::from(now), message) {
            match effect {
                Effect::Reply { delay, octets } => reply(delay.into(), &octets),
                // Memory has no ports; what nobody answers is silence.
                Effect::Unreachable => {}
            }
        }
    }
}

/// A device that is reached without a network; what a program puts into [`crate::transport::TransportSettings::inside`]
/// is made with it.
pub fn in_process(device: Device) -> Box<dyn InProcess> {
    Box::new(Inside(device))
}

/// The built-in device: communities `public` and `private`, no quirks.
pub(super) fn built_in() -> Box<dyn InProcess> {
    in_process(Device::new(demo::agent(present(), Communities::default()), &[], 0))
}
