//! What snmpwalk and snmpbulkwalk do.

use super::{
    Context, Ending, ToolError,
    exchange::{self, Exchange, Stop, Task},
    fleet::{self, Whom},
    printer::{OutputLost, Printer},
    progress::Course,
    target::About,
    trouble::{self, Wording},
};
use crate::{
    cli::flags::WalkFlags,
    codec::Version,
    oid::Oid,
    operation::{Guide, Ordering, RootInstance, Walk, WalkEnd, WalkItem, WalkMethod, WalkPlan, WalkRules},
    output::EndReason,
    session::Error,
};

/// How a walk asks.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// `--window`.
    pub window: Option<u16>,
    /// The request that net-snmp's tool makes, one after the other.
    pub classic: WalkMethod,
    /// Whose rules hold when it is left to the walk how much to ask for at a time; `None` when that was given.
    pub adaptive: Option<WalkRules>,
}

/// Walks and prints.
pub fn run(
    context: &mut Context,
    root: Oid,
    end: Option<Oid>,
    speed: Speed,
    flags: WalkFlags,
) -> Result<Ending, ToolError> {
    let to_the_end_given = end.is_some();
    // Who wants to know how long it takes wants to know it of the classic walk.
    let is_timed = flags.time || flags.time_each;
    let is_classic = speed.window == Some(1) || is_timed || flags.any_order;
    let basis = if is_classic {
        WalkPlan::classic(root)
    } else {
        // What this run does not call by name may be known all the same, and divides a walk as well.
        WalkPlan { guide: Guide::of_view(context.library.view()), ..WalkPlan::subtree(root) }
    };
    let plan = WalkPlan {
        end,
        window: speed.window.filter(|_| !is_classic).map_or(basis.window, usize::from),
        patience: context.settings.timeout,
        ordering: if flags.any_order { Ordering::Unchecked } else { Ordering::Checked },
        root_instance: match (flags.include_root, flags.exclude_root) {
            (true, false) => RootInstance::First,
            (true, true) => RootInstance::FirstOnly,
            (false, true) => RootInstance::Never,
            (false, false) => RootInstance::IfEmpty,
        },
        ..basis
    };
    let walk = |whom: Whom<'_>| {
        let method = match (speed.adaptive, whom.version) {
            (Some(rules), Version::V2c | Version::V3) if !is_classic => WalkMethod::Adaptive(rules),
            _ => speed.classic,
        };
        Walk::new(WalkPlan { method, ..plan.clone() })
    };
    let task = || Walking { flags, to_the_end_given, refused: false };
    fleet::run(context, walk, task, Course::Long)
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
                let text = "the agent does not answer GETBULK; going on by GETNEXT, one variable at a time";
                printer.say(&format!("{}: {text}", printer.program()))
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
