//! Seals what is asked and opens what is answered, for one user at one agent.

use super::{
    clock::Clock,
    report::{AnswerFault, Report, ReportProof, ReportReason},
    settings::{EngineId, EngineSource, KnownEngine, Usm},
};
use crate::{
    clock::Instant,
    codec::{
        DecodeError, EncodeError, Lenient, Pdu, PduKind, PduRef,
        v3::{
            self, Header, Message, Plaintext, Reportable, ScopedData, ScopedPdu, SecurityLevel, UsmParameters,
        },
    },
    crypto::{AuthKey, MAC_OCTETS_MAX, PrivKey, Salts, SaltsExhausted},
    limits,
};

/// An engine that may be the agent's, with the keys for it.
#[derive(Debug)]
struct Peer {
    id: EngineId,
    auth: Option<AuthKey>,
    privacy: Option<PrivKey>,
    clock: Clock,
}

/// See the [module](self).
#[derive(Debug)]
pub(in crate::engine) struct Channel {
    usm: Usm,
    /// What we say that we can take (`msgMaxSize`).
    takes_octets: usize,
    /// Those that were asked, the latest last; until one of them has proven itself there may be several.
    peers: Vec<Peer>,
    /// Which of them is asked now.
    current: Option<EngineId>,
    /// Whether that one may give way to another because of a message that is not authentic.
    settled: bool,
    /// Of all keys together: the same engine may come back, and with it the same key.
    salts: Option<Salts>,
    /// Boots in salts of DES. They are to be those of the engine that encrypts, which starts with every command and
    /// counts nothing; a random number keeps two commands apart.
    salt_boots: u32,
    decrypted: Vec<u8>,
}

/// What a transmission asked, as its answer has to fit it.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Asked {
    /// The engine it went to; `None` for the question for it.
    pub(in crate::engine) engine: Option<EngineId>,
    pub(in crate::engine) request_id: i32,
}

/// What a message turns out to be.
#[derive(Debug)]
pub(in crate::engine) enum Incoming {
    /// An answer in every respect.
    Response(Pdu),
    /// A Report, authentic or not.
    Report(Report),
}

/// Why a message is nothing.
#[derive(Debug)]
pub(in crate::engine) enum Fault {
    /// Its scoped PDU cannot be read.
    Malformed(DecodeError),
    /// It answers nothing.
    Answer(AnswerFault),
}

impl From<AnswerFault> for Fault {
    fn from(fault: AnswerFault) -> Self {
        Self::Answer(fault)
    }
}

/// Why a message cannot be sent.
#[derive(Debug)]
pub(in crate::engine) enum SealError {
    Encode(EncodeError),
    Salts(SaltsExhausted),
}

impl From<EncodeError> for SealError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl Channel {
    /// `takes_octets` is the longest message that is read, and told within 484 and 65507. `salt_start` and `salt_boots`
    /// should be random.
    pub(in crate::engine) fn new(usm: Usm, takes_octets: usize, salt_start: u64, salt_boots: u32) -> Self {
        let salts = usm.protection().priv_protocol().map(|protocol| Salts::new(protocol, salt_start));
        let (engine, settled) = match usm.engine {
            EngineSource::Discovered => (None, false),
            EngineSource::Hint(id) => (Some(id), false),
            EngineSource::Given(id) => (Some(id), true),
        };
        let clock = usm.clock;
        let mut channel = Self {
            usm,
            takes_octets,
            peers: Vec::new(),
            current: None,
            settled: false,
            salts,
            salt_boots,
            decrypted: Vec::new(),
        };
        if let Some(id) = engine {
            channel.adopt(id, clock.map_or(Clock::Unknown, Clock::Provisional));
        }
        channel.settled = settled;
        channel
    }

    /// The engine that is asked, when one is known.
    pub(in crate::engine) const fn current(&self) -> Option<EngineId> {
        self.current
    }

    /// What has been learnt: the engine that has answered, and its clock if that is authentic.
    pub(in crate::engine) fn known(&self) -> Option<KnownEngine> {
        let peer = self.peer(self.current.filter(|_| self.settled)?)?;
        let clock = peer.clock.authentic();
        // One that was given has not answered yet.
        let is_given = matches!(self.usm.engine, EngineSource::Given(_));
        (clock.is_some() || !is_given).then_some(KnownEngine { id: peer.id, clock })
    }

    fn peer(&self, id: EngineId) -> Option<&Peer> {
        self.peers.iter().find(|peer| peer.id == id)
    }

    /// Asks this engine from now on.
    fn adopt(&mut self, id: EngineId, clock: Clock) {
        self.current = Some(id);
        if let Some(known) = self.peers.iter_mut().find(|peer| peer.id == id) {
            known.clock = clock;
            return;
        }
        let (auth, privacy) = self
            .usm
            .protection()
            .keys(id.as_slice())
            .expect("`Usm::new` has tried it, and no engine differs");
        if self.peers.len() >= limits::ENGINE_CANDIDATES {
            self.peers.remove(0);
        }
        self.peers.push(Peer { id, auth, privacy, clock });
    }

    /// The engine has proven itself as far as the level allows: no other may take its place.
    fn settle(&mut self, id: EngineId, clock: Option<Clock>) {
        self.settled = true;
        self.current = Some(id);
        self.peers.retain(|peer| peer.id == id);
        if let (Some(peer), Some(clock)) = (self.peers.first_mut(), clock) {
            peer.clock = clock;
        }
    }

    /// Gives up an engine that was but a hint and has not answered: the agent is asked which it is. Says whether that is
    /// so; it is at most once.
    pub(in crate::engine) fn doubt(&mut self) -> bool {
        let is_doubtful =
            matches!(self.usm.engine, EngineSource::Hint(id) if !self.settled && self.current == Some(id));
        if is_doubtful {
            self.current = None;
            // What the agent says of its clock, then, is newer than what came with the hint.
            self.usm.engine = EngineSource::Discovered;
            self.usm.clock = None;
        }
        is_doubtful
    }

    /// Takes the engine of a Report that is not authentic, if none has proven itself, and says whether requests now go
    /// to another one than `asked`.
    pub(in crate::engine) fn learn(
        &mut self,
        now: Instant,
        asked: Option<EngineId>,
        report: &Report,
    ) -> bool {
        if !self.settled
            && self.current == asked
            && let Some(id) = report.engine_id.filter(|id| Some(*id) != asked)
        {
            let told = super::EngineClock { boots: report.boots, time: report.time, at: now };
            // What was given is about the engine that is there, and so it is about the first one that is found.
            let is_first = asked.is_none();
            let clock = self.usm.clock.filter(|_| is_first).unwrap_or(told);
            self.adopt(id, Clock::Provisional(clock));
        }
        self.current.is_some() && self.current != asked
    }

    /// Writes the question for the engine's identifier (RFC 3414, section 4).
    pub(in crate::engine) fn seal_probe(
        takes_octets: usize,
        message_id: u32,
        request_id: i32,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        let pdu = PduRef { kind: PduKind::Get, request_id, bindings: &[] };
        v3::encode_scoped_pdu(b"", b"", pdu, limit, out)?;
        let header = header(message_id, takes_octets, SecurityLevel::NoAuthNoPriv);
        v3::encode(&header, &UsmParameters::default(), limit, out)?;
        Ok(())
    }

    /// Writes a request to the engine that is known, and says which that is.
    pub(in crate::engine) fn seal(
        &mut self,
        now: Instant,
        message_id: u32,
        pdu: PduRef<'_>,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        let Some(peer) = self.current.and_then(|id| self.peers.iter().find(|peer| peer.id == id)) else {
            return Self::seal_probe(self.takes_octets, message_id, pdu.request_id, limit, out);
        };
        let context_engine_id = self.usm.context_engine_id.unwrap_or(peer.id);
        v3::encode_scoped_pdu(context_engine_id.as_slice(), &self.usm.context_name, pdu, limit, out)?;
        let (engine_boots, engine_time) = match peer.auth {
            Some(_) => peer.clock.for_message(now),
            // Without authentication they mean nothing (RFC 3414, section 3.1, step 6 b).
            None => (0, 0),
        };
        let mut salt = None;
        if let (Some(key), Some(salts)) = (&peer.privacy, &mut self.salts) {
            let next = *salt.insert(salts.next(self.salt_boots).map_err(SealError::Salts)?);
            key.encrypt(engine_boots, engine_time, next, out);
        }
        let code = [0; MAC_OCTETS_MAX];
        let usm = UsmParameters {
            engine_id: peer.id.as_slice(),
            engine_boots,
            engine_time,
            user_name: self.usm.user(),
            auth_parameters: &code[..peer.auth.as_ref().map_or(0, |key| key.protocol().mac_octets())],
            priv_parameters: salt.as_ref().map_or(&[], |salt| salt.as_slice()),
        };
        let place = v3::encode(&header(message_id, self.takes_octets, self.usm.level()), &usm, limit, out)?;
        if let Some(key) = &peer.auth {
            key.sign(out, place).expect("the place is the encoder's, and has the protocol's length");
        }
        Ok(())
    }

    /// Opens a message that carries the msgID of one of our transmissions, in the order of RFC 3414, section 3.2:
    /// engine, user, level, digest, time window, decryption.
    ///
    /// # Errors
    ///
    /// It is no answer; nothing has changed then.
    pub(in crate::engine) fn open(
        &mut self,
        now: Instant,
        octets: &[u8],
        message: &Message<'_>,
        asked: Asked,
        lenient: Lenient,
    ) -> Result<Incoming, Fault> {
        if let (SecurityLevel::NoAuthNoPriv, ScopedData::Plain(plain)) = (message.header.level, message.data)
        {
            return self.open_plain(message, plain, asked, lenient);
        }
        let mut decrypted = std::mem::take(&mut self.decrypted);
        let opened = self.open_secured(now, octets, message, asked, lenient, &mut decrypted);
        self.decrypted = decrypted;
        opened
    }

    /// A message that proves nothing.
    fn open_plain(
        &mut self,
        message: &Message<'_>,
        plain: Plaintext<'_>,
        asked: Asked,
        lenient: Lenient,
    ) -> Result<Incoming, Fault> {
        let (scoped, _) = plain.decode(lenient).map_err(Fault::Malformed)?;
        match scoped.pdu.kind {
            PduKind::Report => Ok(Incoming::Report(report(message, &scoped.pdu, ReportProof::None))),
            PduKind::Response { .. } => {
                if self.usm.level() != SecurityLevel::NoAuthNoPriv {
                    return Err(AnswerFault::OtherLevel { found: SecurityLevel::NoAuthNoPriv }.into());
                }
                let id = asked.engine.filter(|id| id.as_slice() == message.usm.engine_id);
                let id = id.ok_or(AnswerFault::OtherEngine)?;
                if message.usm.user_name != self.usm.user() {
                    return Err(AnswerFault::OtherUser.into());
                }
                self.fits(id, asked, &scoped)?;
                self.settle(id, None);
                Ok(Incoming::Response(scoped.pdu))
            }
            found => Err(AnswerFault::NoAnswer { found }.into()),
        }
    }

    fn open_secured(
        &mut self,
        now: Instant,
        octets: &[u8],
        message: &Message<'_>,
        asked: Asked,
        lenient: Lenient,
        decrypted: &mut Vec<u8>,
    ) -> Result<Incoming, Fault> {
        let usm = &message.usm;
        let found = message.header.level;
        let peer = asked.engine.and_then(|id| self.peers.iter().find(|peer| peer.id == id));
        let peer = peer.filter(|peer| peer.id.as_slice() == usm.engine_id).ok_or(AnswerFault::OtherEngine)?;
        if usm.user_name != self.usm.user() {
            return Err(AnswerFault::OtherUser.into());
        }
        if found > self.usm.level() {
            return Err(AnswerFault::OtherLevel { found }.into());
        }
        let auth = peer.auth.as_ref().ok_or(AnswerFault::OtherLevel { found })?;
        let whole = &octets[..message.octets.min(octets.len())];
        auth.verify(whole, message.auth_place.clone()).map_err(|_| AnswerFault::WrongDigest)?;
        let clock = peer.clock.judge(now, usm.engine_boots, usm.engine_time)?;
        let (id, key) = (peer.id, peer.privacy.as_ref());
        let plain = match (message.data, key) {
            (ScopedData::Plain(plain), _) => plain,
            (ScopedData::Encrypted(encrypted), Some(key)) => {
                decrypted.clear();
                decrypted.extend_from_slice(encrypted);
                key.decrypt(usm.engine_boots, usm.engine_time, usm.priv_parameters, decrypted)
                    .map_err(|_| AnswerFault::Undecryptable)?;
                Plaintext::decrypted(decrypted, key.protocol().padding_octets())
            }
            (ScopedData::Encrypted(_), None) => return Err(AnswerFault::Undecryptable.into()),
        };
        let (scoped, _) = plain.decode(lenient).map_err(|error| match message.data {
            ScopedData::Plain(_) => Fault::Malformed(error),
            ScopedData::Encrypted(_) => AnswerFault::Undecryptable.into(),
        })?;
        match scoped.pdu.kind {
            PduKind::Report => {
                self.settle(id, Some(clock));
                Ok(Incoming::Report(report(message, &scoped.pdu, ReportProof::Authentic)))
            }
            PduKind::Response { .. } if found < self.usm.level() => {
                Err(AnswerFault::OtherLevel { found }.into())
            }
            PduKind::Response { .. } => {
                self.fits(id, asked, &scoped)?;
                self.settle(id, Some(clock));
                Ok(Incoming::Response(scoped.pdu))
            }
            // A request of ours, sent back to us, is authentic: it must not prove the engine that we took it for.
            found => Err(AnswerFault::NoAnswer { found }.into()),
        }
    }

    /// Whether a response is about what was asked (RFC 3412, section 7.2, step 11).
    fn fits(&self, id: EngineId, asked: Asked, scoped: &ScopedPdu<'_>) -> Result<(), AnswerFault> {
        if scoped.pdu.request_id != asked.request_id {
            return Err(AnswerFault::OtherRequestId);
        }
        let context_engine_id = self.usm.context_engine_id.unwrap_or(id);
        if scoped.context_engine_id != context_engine_id.as_slice()
            || scoped.context_name != &self.usm.context_name[..]
        {
            return Err(AnswerFault::OtherContext);
        }
        Ok(())
    }
}

fn header(message_id: u32, takes_octets: usize, level: SecurityLevel) -> Header {
    let takes_octets = takes_octets.clamp(limits::MESSAGE_OCTETS_MIN, limits::MESSAGE_OCTETS);
    let max_size_octets = u32::try_from(takes_octets).unwrap_or(u32::MAX);
    Header { message_id, max_size_octets, level, reportable: Reportable::Yes }
}

fn report(message: &Message<'_>, pdu: &Pdu, proof: ReportProof) -> Report {
    Report {
        reason: ReportReason::of(pdu),
        proof,
        engine_id: EngineId::new(message.usm.engine_id),
        boots: message.usm.engine_boots,
        time: message.usm.engine_time,
    }
}
