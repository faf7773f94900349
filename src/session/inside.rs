//! The device of `demo::`, behind the transport that leads to it.

use std::time::{Duration as StdDuration, SystemTime, UNIX_EPOCH};

use rand::{TryRng, rngs::SysRng};

use crate::{
    agent::{Communities, Device, Effect, demo},
    clock::{Duration, Instant},
    transport::InProcess,
};

/// The settings under which the built-in device stands in the present: its clock is the system's.
///
/// The device pretends to restart each [`demo::user::RESTARTS_EVERY`]: its uptime counts from the last multiple of that,
/// so that one command after the other finds its counters further on.
#[expect(clippy::disallowed_methods, reason = "the session is the reader of the clock")]
pub fn present() -> demo::Settings {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(StdDuration::ZERO);
    let restarts_every = StdDuration::from(demo::user::RESTARTS_EVERY).as_secs();
    let uptime = StdDuration::new(since_1970.as_secs() % restarts_every, since_1970.subsec_nanos());
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

/// The built-in device: communities `public` and `private`, the users of [`demo::user::USERS`], no quirks.
pub(super) fn built_in() -> Box<dyn InProcess> {
    let settings = present();
    // Without randomness the clock tells two runs apart; the keys are public anyway.
    let salt_start = SysRng.try_next_u64().unwrap_or_else(|_| settings.uptime.as_micros());
    let agent = demo::agent(settings, Communities::default());
    let agent = agent.with_usm(demo::user::authority(&settings, salt_start));
    in_process(Device::new(agent, &[], 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        agent::Authority,
        engine::{Engine, EngineSettings, Protection, Request, RequestHandle, RequestKind, Security, Usm},
        value::VarBind,
    };

    /// Asks the device for its name as one of its users, and says in how many messages.
    fn asked(device: &mut dyn InProcess, about: demo::user::About) -> (usize, Vec<VarBind>) {
        let protection = match about.protection {
            None => Protection::NoAuthNoPriv,
            Some((auth, privacy)) => {
                let privacy = privacy.map(|privacy| (privacy, demo::user::PRIV_PASSPHRASE.as_bytes()));
                Protection::of_passphrases(auth, demo::user::AUTH_PASSPHRASE.as_bytes(), privacy).unwrap()
            }
        };
        let security = Security::Usm(Box::new(Usm::new(about.name.as_bytes(), protection).unwrap()));
        let mut engine = Engine::new(EngineSettings { security, ..EngineSettings::default() }, [3; 32]);
        let bindings = vec![VarBind::ask("1.3.6.1.2.1.1.5.0".parse().unwrap())];
        engine.submit(RequestHandle(1), Request { kind: RequestKind::Get, bindings }).unwrap();
        let (mut out, mut sent) = (Vec::new(), 0);
        loop {
            while engine.poll_transmit(Instant::ZERO, &mut out).is_some() {
                sent += 1;
                let mut replies = Vec::new();
                device.handle(StdDuration::ZERO, &out, &mut |_, octets| replies.push(octets.to_vec()));
                for octets in &replies {
                    engine.handle_datagram(Instant::ZERO, octets);
                }
            }
            if let Some(event) = engine.poll_event() {
                return (sent, event.answer.unwrap().bindings);
            }
        }
    }

    #[test]
    fn every_user_for_practice_is_answered_by_the_built_in_device() {
        let mut device = built_in();
        for about in demo::user::USERS {
            let (sent, bindings) = asked(&mut *device, about);
            assert_eq!(
                bindings[0].value,
                crate::value::Value::OctetString("demo.example.net".into()),
                "{about:?}"
            );
            assert!(sent <= 3, "{about:?}: {sent} messages");
        }
    }

    #[test]
    fn what_one_run_learns_of_the_engine_holds_in_the_next() {
        let clock = |authority: Authority| authority.clock(Instant::ZERO);
        let first = demo::user::authority(&present(), 1);
        let second = demo::user::authority(&present(), 2);
        assert_eq!(first.engine_id(), second.engine_id());
        let ((boots, time), (later_boots, later_time)) = (clock(first), clock(second));
        assert!((later_boots, later_time) >= (boots, time));
        assert!(later_boots > boots || later_time - time < 60);
    }
}
