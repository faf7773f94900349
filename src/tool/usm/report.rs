//! What came of a change, for people and for programs.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::{
    super::{
        Context, Ending,
        exchange::{self, Exchange, Stop, Task},
        printer::{OutputLost, Printer, Trouble},
        row::{self, Readers},
        target::About,
        trouble::{self, Wording},
    },
    change::{Change, Failure, Item, Question},
    rows::Column,
};
use crate::{
    crypto::AgreementError,
    output::{EndReason, ErrorCode},
    session::{Error, RunError},
    value::VarBind,
};

/// What net-snmp says of an agent that has nothing to agree upon keys with, below the tool's name alone.
const NO_PARAMETERS: &str = "Can't get diffie-helman exchange from the agent\n  \
                             (maybe it doesn't support the SNMP-USM-DH-OBJECTS-MIB MIB)";

/// Columns whose value hides a new key; who has the old one can read it.
const KEY_CHANGES: [Column; 8] = [
    Column::AuthKeyChange,
    Column::OwnAuthKeyChange,
    Column::PrivKeyChange,
    Column::OwnPrivKeyChange,
    Column::AgreedAuthKey,
    Column::OwnAgreedAuthKey,
    Column::AgreedPrivKey,
    Column::OwnAgreedPrivKey,
];

/// Tells what came of a change.
#[derive(Debug)]
pub struct Report {
    /// Said when all is well.
    pub done: &'static str,
    /// Who reads it.
    pub readers: Readers,
}

impl Task for Report {
    type Operation = Change;

    fn take(&mut self, item: Item, printer: &mut Printer) -> Result<(), OutputLost> {
        match item {
            Item::Key { name, key } => {
                let mut line = Zeroizing::new(format!("new {name} key: 0x"));
                // Its whole room at once, so that no copy stays behind where it grew.
                line.reserve_exact(2 * key.expose().len() + 1);
                for octet in key.expose() {
                    let _ = write!(line, "{octet:02x}");
                }
                line.push('\n');
                printer.text(&line);
                // Whatever becomes of the SET, the keys have been told.
                printer.flush()
            }
            Item::Binding(binding) if is_key_change(&binding) => Ok(()),
            Item::Binding(binding) => self.readers.take(&binding, printer),
        }
    }

    fn doubt(&self) -> Option<&'static str> {
        Some(row::IN_DOUBT)
    }

    fn end(
        self,
        exchange: Exchange<'_, Change>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        let (mut reason, mut ending) = (EndReason::Answered, Ending::Done);
        if let Stop::Failed(error) = exchange.stop {
            let mut trouble;
            (trouble, ending) = of_error(error, exchange.in_doubt, about, printer);
            trouble.elapsed.get_or_insert(exchange.spent.elapsed);
            printer.fail(&trouble)?;
            reason = EndReason::Error;
        } else if self.readers == Readers::People {
            printer.text(self.done);
            printer.text("\n");
        }
        let end = printer.ended(reason, ending == Ending::Done, exchange.spent);
        printer.end(&end)?;
        Ok(ending)
    }
}

fn is_key_change(binding: &VarBind) -> bool {
    KEY_CHANGES.iter().any(|column| column.has(&binding.name))
}

/// What to say, and how the run ends: as with net-snmp, with 0 after a failure of the SET.
fn of_error(
    error: RunError<Failure>,
    in_doubt: bool,
    about: &About<'_>,
    printer: &Printer,
) -> (Trouble, Ending) {
    let overlooked = |trouble: Trouble| {
        let ending = exchange::ending_of(trouble.code).overlooked();
        (trouble, ending)
    };
    let told = |trouble: Trouble| {
        let ending = exchange::ending_of(trouble.code);
        (trouble, ending)
    };
    match error {
        RunError::Session(error) => overlooked(row::of_failure(&error, in_doubt, about, printer)),
        RunError::Operation(Failure::Set(error)) => {
            let in_doubt = error.may_have_been_made();
            overlooked(row::of_failure(&Error::from(error), in_doubt, about, printer))
        }
        RunError::Operation(Failure::Question { error, about: question }) => match question {
            Question::Engine { is_open: true } | Question::Protocols => {
                overlooked(row::of_failure(&error, false, about, printer))
            }
            Question::Engine { is_open: false } => {
                told(trouble::of_session(&error, Wording::OTHER, about, printer))
            }
            Question::Parameters => told(without_parameters(&error, about, printer)),
        },
        RunError::Operation(failure) => told(of_failure(&failure, about.context)),
    }
}

/// No answer to the question for what keys are agreed upon with, in net-snmp's words for that.
fn without_parameters(error: &Error, about: &About<'_>, printer: &Printer) -> Trouble {
    let mut trouble = trouble::of_session(error, Wording::OTHER, about, printer);
    if let Some(rest) = trouble.text.strip_prefix("Timeout: ") {
        let hints = rest.split_once('\n').map_or(String::new(), |(_, hints)| format!("\n{hints}"));
        trouble.text = format!("{}: Timeout{hints}", about.context.name);
    }
    trouble
}

/// A failure that is none of the exchange with the agent.
fn of_failure(failure: &Failure, context: &Context) -> Trouble {
    let name = context.name;
    let (text, code, message, hint) = match failure {
        Failure::NoParameters => (
            format!("{name}: \n{NO_PARAMETERS}"),
            ErrorCode::Decode,
            "the agent has nothing to agree upon keys with".to_owned(),
            None,
        ),
        Failure::NoEngineId => {
            let message = "the agent does not tell its engine ID (snmpEngineID.0)".to_owned();
            (format!("{name}: {message}"), ErrorCode::Decode, message, Some("give it with -CE ENGINE-ID"))
        }
        Failure::Name(error) => {
            let message = format!("engine ID and user are too long together: {error}");
            (format!("{name}: {message}"), ErrorCode::Usage, message, None)
        }
        Failure::Key(fault) => (
            format!("{}: \nencoding the keychange failed", context.program.to_string_lossy()),
            ErrorCode::Usage,
            fault.to_string(),
            Some("keys of -Ck are those of the user's own protocols, for this engine alone"),
        ),
        Failure::Agreement(error @ AgreementError::Length { found, needed }) => (
            format!("incorrect diffie-helman lengths ({found} != {needed})"),
            ErrorCode::Decode,
            error.to_string(),
            None,
        ),
        Failure::Agreement(error) => {
            let message = format!("no key can be agreed upon with this agent: {error}");
            (format!("{name}: {message}"), ErrorCode::Decode, message, None)
        }
        Failure::ShortSecret => {
            let message =
                "no key can be agreed upon with this agent: its prime is shorter than the key".to_owned();
            (format!("{name}: {message}"), ErrorCode::Decode, message, None)
        }
        // These have been dealt with.
        Failure::Set(_) | Failure::Question { .. } => {
            (String::new(), ErrorCode::Local, "the exchange failed".to_owned(), None)
        }
    };
    let mut trouble =
        Trouble { text, code, message, hint: hint.map(str::to_owned), oid: None, tries: None, elapsed: None };
    if let Failure::Key(fault) = failure {
        let _ = write!(trouble.text, "\n{name}: {fault}");
    }
    if let Some(hint) = hint {
        let _ = write!(trouble.text, "\n{name}: {hint}");
    }
    trouble
}
