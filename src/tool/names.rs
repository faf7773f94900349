//! What snmpget, snmpgetnext and snmpbulkget do with the answer: they differ in words only.

use super::{
    Ending,
    exchange::{self, Exchange, Stop, Task},
    printer::{OutputLost, Printer},
    target::About,
    trouble::{self, Wording},
};
use crate::{
    codec::ErrorStatus,
    engine::RequestKind,
    operation::{AgentError, Get, GetError, GetItem},
    output::EndReason,
    session::{Error, RunError},
};

/// Prints the values of names.
#[derive(Debug)]
pub struct Names {
    /// Which tool this is, by its request.
    pub kind: RequestKind,
    /// How the run ends because the agent refused some of them.
    pub refused: Option<Ending>,
}

impl Names {
    const fn wording(&self) -> Wording {
        match self.kind {
            RequestKind::Get => Wording::GET,
            RequestKind::GetNext => Wording::GET_NEXT,
            RequestKind::GetBulk { .. } | RequestKind::Set | RequestKind::Inform => Wording::OTHER,
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
            GetItem::Binding(binding) => printer.varbind(&binding),
            GetItem::Refused(error) => {
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
        let spent = exchange.spent;
        let ending = match exchange.stop {
            Stop::Failed(RunError::Operation(GetError::Agent(error))) => self.refuse(&error, printer)?,
            Stop::Failed(error) => {
                let trouble = trouble::of_session(&Error::from(error), self.wording(), about, printer);
                printer.fail(&trouble)?;
                exchange::ending_of(trouble.code)
            }
            Stop::Done | Stop::Cut(_) => match self.refused {
                Some(ending) => ending,
                None if printer.found_something() => Ending::Done,
                None => Ending::NothingFound,
            },
        };
        let complete = matches!(ending, Ending::Done | Ending::NothingFound);
        let reason = if complete { EndReason::Answered } else { EndReason::Error };
        let end = printer.ended(reason, complete, spent);
        printer.end(&end)?;
        Ok(ending)
    }
}
