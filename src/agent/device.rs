//! An agent with its misbehaviour: what a server, or the simulated network, hands datagrams to.

use super::{
    Agent, Received, Request,
    quirk::{Quirk, Rate},
    random::SplitMix64,
    size,
};
use crate::{
    clock::{Duration, Instant},
    codec::{AnyPdu, ErrorStatus, Message, Pdu, PduKind, Version},
    limits,
    value::{Octets, VarBind},
};

/// What comes of a datagram.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Effect {
    /// These octets go back to the sender.
    Reply {
        /// How long from now.
        delay: Duration,
        /// The datagram.
        octets: Vec<u8>,
    },
    /// The sender is to learn that nobody listens; a server whose transport cannot say so stays silent.
    Unreachable,
}

/// An [`Agent`] and its [`Quirk`]s.
#[derive(Debug)]
pub struct Device {
    agent: Agent,
    quirks: Vec<Active>,
    random: SplitMix64,
    limit: usize,
    /// Room for the message being written.
    out: Vec<u8>,
}

/// A quirk and what it has to remember.
#[derive(Debug)]
struct Active {
    quirk: Quirk,
    /// How often it was asked for, or how many objects it has let pass.
    times: u64,
    /// Where a loop begins.
    first: Option<VarBind>,
    /// Until when a request is worked on.
    busy_until: Instant,
}

impl Device {
    /// A device that does what `quirks` say, in messages of at most [`limits::MESSAGE_OCTETS`]; the same `seed` brings
    /// the same misfortunes.
    pub fn new(agent: Agent, quirks: &[Quirk], seed: u64) -> Self {
        let active =
            |quirk: &Quirk| Active { quirk: *quirk, times: 0, first: None, busy_until: Instant::ZERO };
        Self {
            agent,
            quirks: quirks.iter().map(active).collect(),
            random: SplitMix64::new(seed),
            limit: limits::MESSAGE_OCTETS,
            out: Vec::new(),
        }
    }

    /// The same device, with answers of at most `octets`.
    #[must_use]
    pub fn with_limit(mut self, octets: usize) -> Self {
        self.limit = octets.min(limits::MESSAGE_OCTETS);
        self
    }

    /// The agent.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// The agent, to be changed.
    pub fn agent_mut(&mut self) -> &mut Agent {
        &mut self.agent
    }

    /// Takes a datagram and says what comes of it; nothing at all when the list is empty.
    pub fn handle(&mut self, now: Instant, octets: &[u8]) -> Vec<Effect> {
        if self.strikes(|quirk| if let Quirk::PortUnreachable(rate) = quirk { Some(*rate) } else { None }) {
            return vec![Effect::Unreachable];
        }
        if self.strikes(|quirk| if let Quirk::Drop(rate) = quirk { Some(*rate) } else { None }) {
            return Vec::new();
        }
        let is_busy = |active: &Active| matches!(active.quirk, Quirk::Single(_)) && now < active.busy_until;
        if self.quirks.iter().any(is_busy) {
            return Vec::new();
        }
        match self.agent.receive(now, octets, self.limit, &mut self.out) {
            Received::Request(request) if self.answer(now, &request) => {}
            Received::Report if !self.quirks.iter().any(|active| active.quirk == Quirk::V1Only) => {}
            Received::Request(_) | Received::Report | Received::Nothing => return Vec::new(),
        }
        self.damage();
        self.send(now)
    }

    /// Writes the answer to a request into `out`; false when there is none.
    fn answer(&mut self, now: Instant, request: &Request) -> bool {
        if self.ignores(&request.message) {
            return false;
        }
        let Some(mut answer) = self.agent.answer(now, request, self.limit) else { return false };
        self.shape(&request.message, &mut answer);
        self.agent.write(now, request, &answer, self.limit, &mut self.out)
    }

    fn ignores(&self, request: &Message) -> bool {
        let is_bulk = matches!(&request.pdu, AnyPdu::Pdu(Pdu { kind: PduKind::GetBulk { .. }, .. }));
        self.quirks.iter().any(|active| match active.quirk {
            Quirk::SilentBulk => is_bulk,
            Quirk::V1Only => request.version != Version::V1,
            _ => false,
        })
    }

    /// What is wrong with the answer as a message.
    fn shape(&mut self, request: &Message, answer: &mut Message) {
        let (AnyPdu::Pdu(asked), version) = (&request.pdu, answer.version) else { return };
        for active in &mut self.quirks {
            let Message { community, pdu: AnyPdu::Pdu(pdu), .. } = answer else { return };
            let mut strikes = |rate: Rate| rate.strikes(&mut active.times, &mut self.random);
            match active.quirk {
                Quirk::WrongRequestId(rate) if strikes(rate) => {
                    pdu.request_id = pdu.request_id.wrapping_add(1);
                }
                Quirk::WrongCommunity(rate) if strikes(rate) => *community = other_community(community),
                Quirk::EmptyBindings(rate) if strikes(rate) => pdu.bindings.clear(),
                Quirk::ExtraBindings(rate) if strikes(rate) => {
                    pdu.bindings.extend(pdu.bindings.last().cloned());
                }
                Quirk::Error(status, rate) if strikes(rate) => refuse(pdu, asked, status, 1),
                Quirk::NotIncreasing(_) | Quirk::Loop(_) if is_walk(asked, pdu) => active.mislead(asked, pdu),
                Quirk::Truncate(most) if matches!(asked.kind, PduKind::GetBulk { .. }) => {
                    pdu.bindings.truncate(most);
                }
                Quirk::TooBig(most) if size::message(answer) > most => {
                    let AnyPdu::Pdu(pdu) = &mut answer.pdu else { return };
                    refuse(pdu, asked, ErrorStatus::TOO_BIG, 0);
                    if version != Version::V1 {
                        pdu.bindings.clear();
                    }
                }
                _ => {}
            }
        }
    }

    /// What is wrong with the answer as octets.
    fn damage(&mut self) {
        for active in &mut self.quirks {
            let mut strikes = |rate: Rate| rate.strikes(&mut active.times, &mut self.random);
            match active.quirk {
                Quirk::WrongVersion(rate) if strikes(rate) => {
                    let at = version_at(&self.out);
                    if let Some(version) = self.out.get_mut(at) {
                        *version ^= 1;
                    }
                }
                Quirk::Corrupt(rate) if strikes(rate) => {
                    let at = index_below(&mut self.random, self.out.len());
                    let bit = index_below(&mut self.random, 8);
                    if let Some(octet) = self.out.get_mut(at) {
                        *octet ^= 1 << bit;
                    }
                }
                Quirk::Garbage(rate) if strikes(rate) => {
                    let octets = 1 + index_below(&mut self.random, 64);
                    self.out.clear();
                    self.out.extend((0..octets).map(|_| self.random.next_u64().to_le_bytes()[0]));
                }
                _ => {}
            }
        }
    }

    /// How the answer travels.
    fn send(&mut self, now: Instant) -> Vec<Effect> {
        let (mut delay, mut copies) = (Duration::ZERO, 1);
        for active in &mut self.quirks {
            let mut strikes = |rate: Rate| rate.strikes(&mut active.times, &mut self.random);
            match active.quirk {
                Quirk::DropAnswer(rate) if strikes(rate) => return Vec::new(),
                Quirk::SilentAbove(most) if self.out.len() > most => return Vec::new(),
                Quirk::Serial(each) | Quirk::Single(each) => {
                    active.busy_until = active.busy_until.max(now) + each;
                    delay = delay + (active.busy_until - now);
                }
                Quirk::Duplicate(rate) if strikes(rate) => copies += 1,
                // The first, the third and so on: the one after each can pass it.
                Quirk::Reorder(span) if !strikes(Rate::Every(2)) => delay = delay + span,
                Quirk::Delay(least, most) => {
                    // A program may write the two the wrong way round; then the least is what it gets.
                    let span = most.as_micros().saturating_sub(least.as_micros());
                    let drawn = self.random.below(span.saturating_add(1));
                    delay = delay + least + Duration::from_micros(drawn);
                }
                _ => {}
            }
        }
        (0..copies).map(|_| Effect::Reply { delay, octets: self.out.clone() }).collect()
    }

    fn strikes(&mut self, rate_of: fn(&Quirk) -> Option<Rate>) -> bool {
        let random = &mut self.random;
        self.quirks.iter_mut().fold(false, |struck, active| match rate_of(&active.quirk) {
            Some(rate) => struck | rate.strikes(&mut active.times, random),
            None => struck,
        })
    }
}

impl Active {
    /// Lets so many objects of the walk pass, then gives a name that was there before.
    fn mislead(&mut self, asked: &Pdu, pdu: &mut Pdu) {
        let repeaters = match asked.kind {
            PduKind::GetBulk { non_repeaters, .. } => {
                asked.bindings.len().saturating_sub(usize::try_from(non_repeaters).unwrap_or(usize::MAX))
            }
            _ => asked.bindings.len(),
        };
        let mut place = 0;
        while place < pdu.bindings.len() {
            match self.quirk {
                Quirk::NotIncreasing(after) if self.times >= after => {
                    let before = place.checked_sub(repeaters.max(1)).map(|place| &pdu.bindings[place].name);
                    let before =
                        before.or_else(|| asked.bindings.get(place).map(|asked| &asked.name)).cloned();
                    pdu.bindings[place].name = before.unwrap_or_default();
                }
                Quirk::Loop(after) if self.times >= after => {
                    if let Some(first) = &self.first {
                        pdu.bindings[place] = first.clone();
                    }
                    self.times = 0;
                    // What follows in a list was read behind the object that has been replaced.
                    if matches!(asked.kind, PduKind::GetBulk { .. }) {
                        pdu.bindings.truncate(place + 1);
                    }
                }
                _ => {}
            }
            self.first.get_or_insert_with(|| pdu.bindings[place].clone());
            self.times += 1;
            place += 1;
        }
    }
}

fn is_walk(asked: &Pdu, answer: &Pdu) -> bool {
    matches!(asked.kind, PduKind::GetNext | PduKind::GetBulk { .. })
        && matches!(answer.kind, PduKind::Response { error_status: ErrorStatus::NO_ERROR, .. })
}

fn refuse(answer: &mut Pdu, asked: &Pdu, error_status: ErrorStatus, error_index: u32) {
    answer.kind = PduKind::Response { error_status, error_index };
    answer.bindings.clone_from(&asked.bindings);
}

fn other_community(community: &Octets) -> Octets {
    Octets::from([community, b"x".as_slice()].concat())
}

/// Where the number of the version stands: behind the message's header and the field's.
fn version_at(octets: &[u8]) -> usize {
    match octets.get(1) {
        Some(length) if *length >= 0x80 => 2 + usize::from(length & 0x7f) + 2,
        _ => 4,
    }
}

fn index_below(random: &mut SplitMix64, bound: usize) -> usize {
    usize::try_from(random.below(u64::try_from(bound).unwrap_or(u64::MAX))).unwrap_or(0)
}

#[cfg(test)]
mod tests;
