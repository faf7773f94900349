//! What snmpwalk and snmpbulkwalk do.

use super::{
    Context, Ending, ToolError,
    exchange::{self, Exchange, Stop, Task},
    printer::{OutputLost, Printer},
    progress::Course,
    target::About,
    trouble::{self, Wording},
};
use crate::{
    cli::flags::WalkFlags,
    oid::Oid,
    operation::{Ordering, RootInstance, Walk, WalkEnd, WalkItem, WalkMethod, WalkPlan},
    output::EndReason,
    session::Error,
};

/// Walks and prints.
pub fn run(
    context: &Context,
    root: Oid,
    end: Option<Oid>,
    method: WalkMethod,
    flags: WalkFlags,
) -> Result<Ending, ToolError> {
    let to_the_end_given = end.is_some();
    let plan = WalkPlan {
        root,
        end,
        method,
        ordering: if flags.any_order { Ordering::Unchecked } else { Ordering::Checked },
        root_instance: match (flags.include_root, flags.exclude_root) {
            (true, false) => RootInstance::First,
            (true, true) => RootInstance::FirstOnly,
            (false, true) => RootInstance::Never,
            (false, false) => RootInstance::IfEmpty,
        },
        ..WalkPlan::classic(Oid::empty())
    };
    let task = Walking { flags, to_the_end_given, refused: false };
    exchange::run(context, Walk::new(plan), task, Course::Long)
}

/// Prints what a walk finds.
#[derive(Debug)]
struct Walking {
    flags: WalkFlags,
    /// `-CE`.
    to_the_end_given: bool,
    /// Whether the agent ended it with an error-status.
    refused: bool,
}

impl Walking {
    fn reason(&self, end: Option<WalkEnd>) -> EndReason {
        match end {
            Some(WalkEnd::Subtree) if self.to_the_end_given => EndReason::EndOid,
            Some(WalkEnd::Subtree) => EndReason::EndOfSubtree,
            Some(WalkEnd::MibView | WalkEnd::NoSuchName) => EndReason::EndOfMib,
            Some(WalkEnd::Refused) | None => EndReason::Error,
        }
    }
}

impl Task for Walking {
    type Operation = Walk;

    fn take(&mut self, item: WalkItem, printer: &mut Printer) -> Result<(), OutputLost> {
        match item {
            WalkItem::Binding { binding, elapsed } => {
                if self.flags.time_each
                    && let Some(elapsed) = elapsed
                {
                    printer.text(&format!("{:.6} s: ", elapsed.as_secs_f64()));
                }
                printer.varbind(&binding)
            }
            WalkItem::NoSuchName => {
                printer.text("End of MIB\n");
                Ok(())
            }
            WalkItem::BulkGivenUp => {
                printer.say("the agent does not answer GETBULK; going on by GETNEXT, one variable at a time")
            }
            WalkItem::Refused(error) => {
                self.refused = true;
                let trouble = trouble::of_refusal(&error, Wording::OTHER, printer);
                printer.fail(&trouble)
            }
        }
    }

    fn end(
        self,
        exchange: Exchange<'_, Walk>,
        printer: &mut Printer,
        about: &About<'_>,
    ) -> Result<Ending, OutputLost> {
        let ending = match exchange.stop {
            Stop::Failed(error) => {
                let trouble = trouble::of_session(&Error::from(error), Wording::OTHER, about, printer);
                printer.fail(&trouble)?;
                let ending = exchange::ending_of(trouble.code);
                if printer.varbinds() > 0 && ending == Ending::NoAnswer { Ending::Partial } else { ending }
            }
            Stop::Done | Stop::Cut(_) if self.refused => Ending::AgentError,
            Stop::Done | Stop::Cut(_) => {
                if printer.found_something() {
                    Ending::Done
                } else {
                    Ending::NothingFound
                }
            }
        };
        let end = exchange.operation.end();
        if self.flags.count {
            printer.text(&format!("Variables found: {}\n", printer.varbinds()));
        }
        if self.flags.time {
            let total = exchange.spent.elapsed.as_secs_f64();
            printer.say(&format!("Total traversal time = {total:.6} seconds"))?;
        }
        let complete = matches!(ending, Ending::Done | Ending::NothingFound);
        let end = printer.ended(self.reason(end), complete, exchange.spent);
        printer.end(&end)?;
        Ok(ending)
    }
}
