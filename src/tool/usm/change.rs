//! A change of a user as an operation: what has to be known of the user first, then the one SET.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::{
    command::Command,
    keys::{self, Changes, KEY_OCTETS_MAX, KeyFault, Material, Protocols, Which},
    rows::{self, Column, RowChange},
};
use crate::{
    codec::ErrorStatus,
    crypto::{Agreement, AgreementError, AgreementParameters},
    engine::{KnownEngine, Request, RequestError, RequestKind, Response},
    limits,
    oid::{Oid, OidError},
    operation::{Answer, Operation, Set, SetError, Step, Ticket},
    secret::Secret,
    session::Error,
    value::{Octets, Value, VarBind},
};

/// `snmpEngineID.0` (RFC 3411, section 5).
const ENGINE_ID: &[u32] = &[1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0];
/// `usmDHParameters.0` (RFC 2786).
const PARAMETERS: &[u32] = &[1, 3, 6, 1, 3, 101, 1, 1, 1, 0];

/// The ticket of what is asked before the SET, which has another one.
const QUESTION: Ticket = Ticket(u64::MAX);

/// Why a change failed.
#[derive(Debug)]
pub enum Failure {
    /// The SET did.
    Set(SetError),
    /// What has to be known before was not told.
    Question {
        /// Why.
        error: Box<Error>,
        /// What it was asked for.
        about: Question,
    },
    /// The agent has nothing to agree upon keys with.
    NoParameters,
    /// The agent does not say its engine ID.
    NoEngineId,
    /// No name has room for engine ID and user.
    Name(OidError),
    /// No key change comes of what was given.
    Key(KeyFault),
    /// No key can be agreed upon.
    Agreement(AgreementError),
    /// The secret that was agreed upon is shorter than a key.
    ShortSecret,
}

/// What is asked before the SET.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Question {
    /// Which engine the agent is. `SNMPv3` asks that before anything else.
    Engine {
        /// Whether the engine is known in spite of the failure, or need not be known to talk to it.
        is_open: bool,
    },
    /// A user's protocols.
    Protocols,
    /// What keys are agreed upon with.
    Parameters,
}

impl From<OidError> for Failure {
    fn from(error: OidError) -> Self {
        Self::Name(error)
    }
}

/// The question for the engine ID, in the place of which `SNMPv3` puts one of its own.
pub fn engine_question() -> Request {
    Request { kind: RequestKind::Get, bindings: vec![VarBind::ask(Oid::from_static(ENGINE_ID))] }
}

/// The engine ID: the one that the session has come to know, else the one that the agent says.
pub fn engine_id(
    answer: Result<Response, Error>,
    known: Option<KnownEngine>,
    is_v3: bool,
) -> Result<Vec<u8>, Failure> {
    let response = answer.map_err(|error| {
        // Whoever reports, or is silent once it has said who it is, is there.
        let is_there = matches!(error, Error::Reported { .. } | Error::Timeout { .. });
        let about = Question::Engine { is_open: !is_v3 || known.is_some() || is_there };
        Failure::Question { error: Box::new(error), about }
    })?;
    if let Some(known) = known {
        return Ok(known.id.as_slice().to_vec());
    }
    match value_of(&response, &Oid::from_static(ENGINE_ID)) {
        Some(Value::OctetString(id)) if (1..=limits::ENGINE_ID_OCTETS).contains(&id.len()) => Ok(id.to_vec()),
        _ => Err(Failure::NoEngineId),
    }
}

/// Where new keys come from.
#[derive(Debug)]
pub enum Source {
    /// Old and new passphrases or keys, and fresh octets for each key change.
    Given {
        /// What the old keys are made of.
        old: Material,
        /// What the new keys are made of.
        new: Material,
        /// Fresh octets.
        random: Box<[[u8; KEY_OCTETS_MAX]; 2]>,
    },
    /// They are agreed upon, with unpredictable octets for each.
    Agreed(Box<[Zeroizing<[u8; limits::AGREEMENT_PRIME_OCTETS]>; 2]>),
}

/// A change of keys.
#[derive(Debug)]
pub struct NewKeys {
    /// Whose.
    pub user: Vec<u8>,
    /// Whether the user is the one who asks.
    pub is_own: bool,
    /// Which.
    pub which: Which,
    /// The user's protocols, or where the agent has to be asked for them what they probably are.
    pub protocols: Protocols,
    /// Whether the agent has to be asked.
    pub ask_protocols: bool,
    /// Where they come from.
    pub source: Source,
}

/// What there is to do.
#[derive(Debug)]
pub enum Work {
    /// A command about a row.
    Row {
        /// The command.
        command: Command,
        /// `-Cw`.
        wait: bool,
    },
    /// A change of keys.
    Keys(NewKeys),
}

/// A result.
#[derive(Debug)]
pub enum Item {
    /// A key that was agreed upon. It counts when the SET is made.
    Key {
        /// `auth` or `priv`.
        name: &'static str,
        /// The key.
        key: Secret<Vec<u8>>,
    },
    /// A binding that the agent has set.
    Binding(VarBind),
}

/// A change of a user.
#[derive(Debug)]
pub struct Change {
    stage: Stage,
    ready: VecDeque<Item>,
}

#[derive(Debug)]
enum Stage {
    /// It has failed already; nothing once that is told.
    Failed(Option<Failure>),
    /// Something is asked for, first or again; nothing is left to ask once it is.
    Asking(Option<Request>, Box<Pending>),
    /// The SET.
    Setting(Set),
}

/// A change of keys that waits for something to be known.
#[derive(Debug)]
struct Pending {
    keys: NewKeys,
    engine_id: Vec<u8>,
    public: Option<Vec<u8>>,
    question: Question,
}

impl Change {
    /// A change of a user of that engine. `public` is `-Cp`, what `usmUserPublic` is to be.
    pub fn new(work: Work, public: Option<Vec<u8>>, engine_id: Result<Vec<u8>, Failure>) -> Self {
        let stage = engine_id.and_then(|engine_id| Self::begin(work, public, engine_id));
        Self { stage: stage.unwrap_or_else(|failure| Stage::Failed(Some(failure))), ready: VecDeque::new() }
    }

    fn begin(work: Work, public: Option<Vec<u8>>, engine_id: Vec<u8>) -> Result<Stage, Failure> {
        match work {
            Work::Row { command, wait } => {
                let change = rows::bindings(&command, &engine_id, wait)?;
                let RowChange { user, mut bindings } =
                    change.unwrap_or(RowChange { user: b"", bindings: Vec::new() });
                if let Some(text) = public {
                    bindings.push(rows::public(&engine_id, user, &text)?);
                }
                Ok(Stage::Setting(Set::new(bindings)))
            }
            Work::Keys(keys) if keys.ask_protocols => {
                let names = vec![
                    Column::AuthProtocol.of(&engine_id, &keys.user)?,
                    Column::PrivProtocol.of(&engine_id, &keys.user)?,
                ];
                let pending = Pending { keys, engine_id, public, question: Question::Protocols };
                Ok(Stage::Asking(Some(get(names)), Box::new(pending)))
            }
            Work::Keys(keys) => {
                Pending { keys, engine_id, public, question: Question::Protocols }.with_protocols()
            }
        }
    }
}

impl Pending {
    /// What follows once the protocols are known.
    fn with_protocols(mut self) -> Result<Stage, Failure> {
        match &self.keys.source {
            Source::Given { old, new, random } => {
                let NewKeys { which, protocols, .. } = self.keys;
                let Changes { auth, privacy } =
                    keys::changes(which, protocols, &self.engine_id, (old, new), random)
                        .map_err(Failure::Key)?;
                let (auth_column, priv_column) = if self.keys.is_own {
                    (Column::OwnAuthKeyChange, Column::OwnPrivKeyChange)
                } else {
                    (Column::AuthKeyChange, Column::PrivKeyChange)
                };
                self.setting([(auth_column, auth), (priv_column, privacy)])
            }
            Source::Agreed(_) => {
                let mut names = vec![Oid::from_static(PARAMETERS)];
                let which = self.keys.which;
                let (auth, privacy) = self.agreed_columns();
                if which.has_auth() {
                    names.push(auth.of(&self.engine_id, &self.keys.user)?);
                }
                if which.has_priv() {
                    names.push(privacy.of(&self.engine_id, &self.keys.user)?);
                }
                self.question = Question::Parameters;
                Ok(Stage::Asking(Some(get(names)), Box::new(self)))
            }
        }
    }

    const fn agreed_columns(&self) -> (Column, Column) {
        if self.keys.is_own {
            (Column::OwnAgreedAuthKey, Column::OwnAgreedPrivKey)
        } else {
            (Column::AgreedAuthKey, Column::AgreedPrivKey)
        }
    }

    /// The SET of these values, and of `usmUserPublic` where it is wanted.
    fn setting(&self, values: [(Column, Option<Vec<u8>>); 2]) -> Result<Stage, Failure> {
        let mut bindings = Vec::new();
        for (column, value) in values {
            if let Some(value) = value {
                let name = column.of(&self.engine_id, &self.keys.user)?;
                bindings.push(VarBind::new(name, Value::OctetString(Octets::from(value))));
            }
        }
        if let Some(text) = &self.public {
            bindings.push(rows::public(&self.engine_id, &self.keys.user, text)?);
        }
        Ok(Stage::Setting(Set::new(bindings)))
    }

    /// What follows from an answer. An agent that does not say a user's protocols may be right to: the SET will tell.
    fn answered(mut self, response: &Response, ready: &mut VecDeque<Item>) -> Result<Stage, Failure> {
        if self.question == Question::Protocols {
            let of = |column: Column| {
                let name = column.of(&self.engine_id, &self.keys.user)?;
                Ok::<_, OidError>(value_of(response, &name))
            };
            let (auth, privacy) = (of(Column::AuthProtocol)?, of(Column::PrivProtocol)?);
            self.keys.protocols = self.keys.protocols.told(auth, privacy);
            return self.with_protocols();
        }
        let octets_of = |name: &Oid| match value_of(response, name) {
            Some(Value::OctetString(octets)) => Ok(octets),
            _ => Err(Failure::NoParameters),
        };
        let parameters = octets_of(&Oid::from_static(PARAMETERS))?;
        let Source::Agreed(random) = &self.keys.source else { return Err(Failure::NoParameters) };
        let (auth_column, priv_column) = self.agreed_columns();
        let Protocols { auth, privacy } = self.keys.protocols;
        let wanted = [
            (self.keys.which.has_auth(), "auth", auth_column, auth.key_octets(), &random[0]),
            (self.keys.which.has_priv(), "priv", priv_column, privacy.key_octets(), &random[1]),
        ];
        let mut values = [(auth_column, None), (priv_column, None)];
        for (place, (_, name, column, key_octets, random)) in
            wanted.into_iter().enumerate().filter(|(_, wanted)| wanted.0)
        {
            let theirs = octets_of(&column.of(&self.engine_id, &self.keys.user)?)?;
            let agreement = agree(parameters, theirs, &random[..])?;
            let key = agreement.key(key_octets).ok_or(Failure::ShortSecret)?;
            ready.push_back(Item::Key { name, key });
            values[place].1 = Some([theirs.as_slice(), &agreement.public].concat());
        }
        self.setting(values)
    }
}

fn agree(parameters: &[u8], theirs: &[u8], random: &[u8]) -> Result<Agreement, Failure> {
    AgreementParameters::from_der(parameters)
        .and_then(|parameters| parameters.agree(theirs, random))
        .map_err(Failure::Agreement)
}

fn get(names: Vec<Oid>) -> Request {
    Request { kind: RequestKind::Get, bindings: names.into_iter().map(VarBind::ask).collect() }
}

/// What a response without an error-status says of a name.
fn value_of<'a>(response: &'a Response, name: &Oid) -> Option<&'a Value> {
    if response.error_status != ErrorStatus::NO_ERROR {
        return None;
    }
    response.bindings.iter().find(|binding| binding.name == *name).map(|binding| &binding.value)
}

impl Operation for Change {
    type Item = Item;
    type Error = Failure;

    fn step(&mut self) -> Result<Step<Item>, Failure> {
        if let Some(item) = self.ready.pop_front() {
            return Ok(Step::Emit(item));
        }
        match &mut self.stage {
            Stage::Failed(failure) => failure.take().map_or(Ok(Step::Done), Err),
            Stage::Asking(request, _) => {
                Ok(request.take().map_or(Step::Wait, |request| Step::Ask(QUESTION, request)))
            }
            Stage::Setting(set) => Ok(match set.step().map_err(Failure::Set)? {
                Step::Ask(ticket, request) => Step::Ask(ticket, request),
                Step::Emit(binding) => Step::Emit(Item::Binding(binding)),
                Step::Wait => Step::Wait,
                Step::Done => Step::Done,
            }),
        }
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer) -> Result<(), Failure> {
        match std::mem::replace(&mut self.stage, Stage::Failed(None)) {
            Stage::Asking(None, pending) if ticket == QUESTION => {
                let response = answer.map_err(|error: RequestError| {
                    let about = match pending.keys.source {
                        Source::Given { .. } => Question::Protocols,
                        // It is all one to who wants a key agreed upon.
                        Source::Agreed(_) => Question::Parameters,
                    };
                    Failure::Question { error: Box::new(Error::from(error)), about }
                })?;
                self.stage = pending.answered(&response, &mut self.ready)?;
                Ok(())
            }
            Stage::Setting(mut set) => {
                let taken = set.answer(ticket, answer).map_err(Failure::Set);
                self.stage = Stage::Setting(set);
                taken
            }
            other => {
                self.stage = other;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
