//! Messages as an attacker, or an agent out of order, would write them.

use snmpkit::{
    codec::{
        ErrorStatus, Lenient, Pdu, PduKind, PduRef,
        v3::{self, Header, Plaintext, Reportable, ScopedData, SecurityLevel, UsmParameters},
    },
    crypto::{AuthKey, PrivKey},
    value::{Value, VarBind},
};

use super::stage::{ENGINE, USER, auth_key, priv_key};
use crate::device::oid;

/// What a datagram of the engine says, whoever may read it.
#[derive(Clone, Debug)]
pub struct Question {
    pub message_id: u32,
    pub level: SecurityLevel,
    pub reportable: Reportable,
    pub engine_id: Vec<u8>,
    pub clock: (u32, u32),
    pub user: Vec<u8>,
    pub salt: Vec<u8>,
    pub context_engine_id: Vec<u8>,
    pub context_name: Vec<u8>,
    pub pdu: Pdu,
}

/// Reads a datagram, with the agent's key where it is encrypted.
pub fn read(datagram: &[u8]) -> Question {
    let (message, met) = v3::decode(datagram, Lenient::none()).unwrap();
    assert!(met.is_empty());
    let usm = message.usm;
    let mut decrypted = Vec::new();
    let plain = match message.data {
        ScopedData::Plain(plain) => plain,
        ScopedData::Encrypted(octets) => {
            let key = priv_key(usm.engine_id);
            decrypted.extend_from_slice(octets);
            key.decrypt(usm.engine_boots, usm.engine_time, usm.priv_parameters, &mut decrypted).unwrap();
            Plaintext::decrypted(&decrypted, 8)
        }
    };
    let (scoped, _) = plain.decode(Lenient::none()).unwrap();
    Question {
        message_id: message.header.message_id,
        level: message.header.level,
        reportable: message.header.reportable,
        engine_id: usm.engine_id.to_vec(),
        clock: (usm.engine_boots, usm.engine_time),
        user: usm.user_name.to_vec(),
        salt: usm.priv_parameters.to_vec(),
        context_engine_id: scoped.context_engine_id.to_vec(),
        context_name: scoped.context_name.to_vec(),
        pdu: scoped.pdu,
    }
}

/// A message to be sent to the engine; [`Forged::answer`] is the true answer, to be changed from there.
#[derive(Clone, Debug)]
pub struct Forged {
    pub message_id: u32,
    pub max_size_octets: u32,
    pub level: SecurityLevel,
    pub reportable: Reportable,
    pub engine_id: Vec<u8>,
    pub clock: (u32, u32),
    pub user: Vec<u8>,
    pub context_engine_id: Vec<u8>,
    pub context_name: Vec<u8>,
    pub pdu: Pdu,
    pub auth: Option<AuthKey>,
    pub privacy: Option<PrivKey>,
}

impl Forged {
    /// The response to a question at its own level, with the agent's keys.
    pub fn answer(question: &Question, clock: (u32, u32)) -> Self {
        let mut pdu = question.pdu.clone();
        pdu.kind = PduKind::Response { error_status: ErrorStatus::NO_ERROR, error_index: 0 };
        for binding in &mut pdu.bindings {
            binding.value = Value::OctetString("true".into());
        }
        Self {
            message_id: question.message_id,
            max_size_octets: 65_507,
            level: question.level,
            reportable: Reportable::No,
            engine_id: ENGINE.to_vec(),
            clock,
            user: USER.to_vec(),
            context_engine_id: ENGINE.to_vec(),
            context_name: Vec::new(),
            pdu,
            auth: Some(auth_key(ENGINE)),
            privacy: Some(priv_key(ENGINE)),
        }
    }

    /// A Report of this counter, not authenticated.
    pub fn report(question: &Question, counter: &str) -> Self {
        let mut report = Self::answer(question, (0, 0));
        report.level = SecurityLevel::NoAuthNoPriv;
        report.pdu.kind = PduKind::Report;
        report.pdu.bindings = vec![VarBind::new(oid(counter), Value::Counter32(1))];
        report
    }

    /// The same, authenticated with the agent's key.
    pub fn authentic_report(question: &Question, counter: &str, clock: (u32, u32)) -> Self {
        Self { level: SecurityLevel::AuthNoPriv, clock, ..Self::report(question, counter) }
    }

    pub fn octets(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let pdu = PduRef::from(&self.pdu);
        v3::encode_scoped_pdu(&self.context_engine_id, &self.context_name, pdu, usize::MAX, &mut out)
            .unwrap();
        let (boots, time) = self.clock;
        let salt = 0x1122_3344_5566_7788_u64.to_be_bytes();
        let encrypts = self.level == SecurityLevel::AuthPriv;
        if let Some(key) = self.privacy.as_ref().filter(|_| encrypts) {
            key.encrypt(boots, time, salt, &mut out);
        }
        let auth = self.auth.as_ref().filter(|_| self.level > SecurityLevel::NoAuthNoPriv);
        let code = [0; 48];
        let header = Header {
            message_id: self.message_id,
            max_size_octets: self.max_size_octets,
            level: self.level,
            reportable: self.reportable,
        };
        let usm = UsmParameters {
            engine_id: &self.engine_id,
            engine_boots: boots,
            engine_time: time,
            user_name: &self.user,
            auth_parameters: &code[..auth.map_or(0, |key| key.protocol().mac_octets())],
            priv_parameters: if encrypts { &salt } else { &[] },
        };
        let place = v3::encode(&header, &usm, usize::MAX, &mut out).unwrap();
        if let Some(key) = auth {
            key.sign(&mut out, place).unwrap();
        }
        out
    }
}

/// Every counter that a Report may show, and none that is one.
pub const COUNTERS: [&str; 12] = [
    "1.3.6.1.6.3.15.1.1.1.0",
    "1.3.6.1.6.3.15.1.1.2.0",
    "1.3.6.1.6.3.15.1.1.3.0",
    "1.3.6.1.6.3.15.1.1.4.0",
    "1.3.6.1.6.3.15.1.1.5.0",
    "1.3.6.1.6.3.15.1.1.6.0",
    "1.3.6.1.6.3.11.2.1.1.0",
    "1.3.6.1.6.3.11.2.1.2.0",
    "1.3.6.1.6.3.11.2.1.3.0",
    "1.3.6.1.6.3.12.1.4.0",
    "1.3.6.1.6.3.12.1.5.0",
    "1.3.6.1.2.1.1.3.0",
];
pub const NOT_IN_TIME_WINDOW: &str = COUNTERS[1];
pub const UNKNOWN_ENGINE: &str = COUNTERS[3];
pub const WRONG_DIGEST: &str = COUNTERS[4];
