//! What snmpget, snmpgetnext and snmpbulkget do with the answer: they differ in words only.

use super::{
    Ending,
    exchange::{self, Exchange, Stop, Task},
    hints,
    printer::{OutputLost, Printer},
    target::About,
    trouble::{self, Wording},
};
use crate::{
    codec::ErrorStatus,
    engine::RequestKind,
    oid::Oid,
    operation::{AgentError, Get, GetError, GetItem},
    output::EndReason,
    session::{Error, RunError},
    value::Value,
};

/// Prints the values of names.
#[derive(Debug)]
pub struct Names {
    /// Which tool this is, by its request.
    pub kind: RequestKind,
    /// How the run ends because the agent refused some of them.
    refused: Option<Ending>,
    /// Those of which there is no instance.
    missing: Vec<Oid>,
}

impl Names {
    /// What prints the answers to a request.
    pub const fn new(kind: RequestKind) -> Self {
        Self { kind, refused: None, missing: Vec::new() }
    }

    /// Tells people what to ask for instead.
    fn tell(&self, printer: &mut Printer, about: &About<'_>) -> Result<(), OutputLost> {
        if self.kind != RequestKind::Get || !hints::are_wanted() {
            return Ok(());
        }
        let context = about.context;
        let hints =
            self.missing.iter().filter_map(|name| hints::of_no_instance(name, context.library.view()));
        for hint in hints {
            printer.say(&format!("{}: {hint}", context.name))?;
        }
        Ok(())
    }

    const fn wording(&self) -> Wording {
        match self.kind {
            RequestKind::Get => Wording::GET,
            RequestKind::GetNext => Wording::GET_NEXT,
            RequestKind::GetBulk { .. } | RequestKind::Set | RequestKind::Inform => Wording::OTHER,
        }
    }

    /// Remembers a name that an `SNMPv1` agent does not have.
    fn note(&mut self, error: &AgentError) {
        if error.status == ErrorStatus::NO_SUCH_NAME {
            self.missing.extend(error.name.clone());
        }
    }

    /// Tells of an error-status and how the run ends because of it.
    fn refuse(&self, error: &AgentError, printer: &mut Printer) -> Result<Ending, OutputLost> {
        if matches!(self.kind, RequestKind::GetBulk { .. }) && error.status == ErrorStatus::NO_SUCH_NAME {
            printer.text("End of MIB.\n");
            return Ok(Ending::Done);
        }
        let trouble = trouble::of_refusal(error, self.wording(), printer);
        printer.fail(&trouble)?;
        // net-snmp's snmpgetnext takes an error that concerns no binding for an answer.
        let excused = self.kind == RequestKind::GetNext && error.index == 0;
        Ok(if excused { Ending::Done } else { Ending::AgentError })
    }
}

impl Task for Names {
    type Operation = Get;

    fn take(&mut self, item: GetItem, printer: &mut Printer) -> Result<(), OutputLost> {
        match item {
            GetItem::Binding(binding) => {
                if matches!(binding.value, Value::NoSuchObject | Value::NoSuchInstance) {
                    self.missing.push(binding.name.clone());
                }
                printer.varbind(&binding)
            }
            GetItem::Refused(error) => {
                self.note(&error);
                self.refused = Some(self.refuse(&error, printer)?);
                Ok(())
            }
        }
    }

    fn end(
        self,
        exchange: Exchange<'_, Get>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        let (spent, mut this) = (exchange.spent, self);
        let ending = match exchange.stop {
            Stop::Failed(RunError::Operation(GetError::Agent(error))) => {
                this.note(&error);
                this.refuse(&error, printer)?
            }
            Stop::Failed(error) => {
                let trouble = trouble::of_session(&Error::from(error), this.wording(), about, printer);
                printer.fail(&trouble)?;
                exchange::ending_of(trouble.code)
            }
            Stop::Done | Stop::Cut(_) => match this.refused {
                Some(ending) => ending,
                None if printer.found_something() => Ending::Done,
                None => Ending::NothingFound,
            },
        };
        this.tell(printer, about)?;
        let complete = matches!(ending, Ending::Done | Ending::NothingFound);
        let reason = if complete { EndReason::Answered } else { EndReason::Error };
        let end = printer.ended(reason, complete, spent);
        printer.end(&end)?;
        Ok(ending)
    }
}
